// Nodes of the tree that no file holds: what a short form of the format is written out to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rulebook/schema.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

[[nodiscard]] inline Node made_scalar(std::string text, SourceSpan span) {
  Node node;
  node.kind = NodeKind::scalar;
  node.span = span;
  node.text = std::move(text);
  return node;
}

/// Makes them in the words of one vocabulary. What is wrong with one is told at `span`, what a map
/// lacks at `map_span`.
class NodeMaker {
 public:
  NodeMaker(Language language, SourceSpan span, SourceSpan map_span)
      : language_(language), span_(span), map_span_(map_span) {}

 protected:
  [[nodiscard]] std::string spelt(Word word) const {
    return std::string(spelling(word, language_));
  }
  [[nodiscard]] Node scalar(std::string_view text) const {
    return made_scalar(std::string(text), span_);
  }
  [[nodiscard]] Node map(std::vector<Entry> entries) const {
    Node node;
    node.kind = NodeKind::map;
    node.span = map_span_;
    node.entries = std::move(entries);
    return node;
  }
  [[nodiscard]] Node list(std::vector<Node> items) const {
    Node node;
    node.kind = NodeKind::list;
    node.span = span_;
    node.items = std::move(items);
    return node;
  }
  [[nodiscard]] Entry entry(std::string_view key, Node value) const {
    return {scalar(key), std::move(value)};
  }
  [[nodiscard]] Entry entry(Word key, Node value) const {
    return entry(std::string_view(spelling(key, language_)), std::move(value));
  }

  Language language_;
  SourceSpan span_, map_span_;
};

}  // namespace aftercare::rulebook
