// Files of packs and overlays, read and laid out by article and heading; nothing is resolved yet.
//
//   Outline outline = load(std::move(files), findings);
//   for (const Item& item : outline.packs[0].items) …      // in the order of the text
//
// The outline owns the trees that its pointers point into.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/schema.hpp"
#include "rulebook/yaml_tree.hpp"
#include "step/model.hpp"

namespace aftercare::rulebook {

using step::Index;
using step::none;

/// A text of a pack, with its tree.
struct File {
  std::uint32_t number = 0;  ///< in Sources
  Language language = Language::english;
  Node root;
};

/// An article as it stands in the file.
struct ArticleItem {
  std::string id;    ///< "C05"
  Index clause = 0;  ///< index into Outline::clauses
  const Entry* entry = nullptr;
  Language language = Language::english;
};

/// A heading with its body.
struct Item {
  const KindRow* kind = nullptr;
  std::string owner;
  std::string name;
  const Entry* entry = nullptr;
  Heading heading;
  Index clause = none;  ///< the article it stands under
  Language language = Language::english;
  const Entry* made_from = nullptr;  ///< the duty that it is a part of; null: it is written

  [[nodiscard]] const Node& key() const noexcept { return entry->key; }
  [[nodiscard]] const Node& body() const noexcept { return entry->value; }
  [[nodiscard]] SourceSpan name_span() const noexcept {
    return entry->key.span_of(heading.name_begin, heading.name_begin + heading.name.size());
  }
  [[nodiscard]] SourceSpan owner_span() const noexcept {
    return entry->key.span_of(heading.owner_begin, heading.owner_begin + heading.owner.size());
  }
};

/// A pack: the header's map and all headings, articles in the order of their files.
struct PackOutline {
  std::string name;
  std::string version;
  std::uint16_t rank = 0;  ///< which version of its name it is, in order of time
  std::string source;
  const Node* header = nullptr;  ///< the root of pack.yaml
  SourceSpan name_span;
  Language language = Language::english;
  std::vector<ArticleItem> articles;
  std::vector<Item> items;
};

struct OverlayOutline {
  std::string name;
  std::string pack;     ///< `for`; empty: every pack
  std::string version;  ///< of it; empty: every version
  const Node* root = nullptr;
  Language language = Language::english;

  [[nodiscard]] bool is_for(const PackOutline& one) const noexcept {
    return pack.empty() || (one.name == pack && (version.empty() || one.version == version));
  }
};

/// Where the words of an article stand, for the note that quotes it.
struct ClauseRange {
  SourceSpan span;
  Index clause = none;
};

struct Outline {
  std::vector<std::unique_ptr<File>> files;
  std::vector<std::unique_ptr<Entry>> made;  ///< what no file holds: the parts of duties
  std::vector<PackOutline> packs;
  std::vector<OverlayOutline> overlays;
  std::vector<step::Clause> clauses;
  std::vector<ClauseRange> ranges;
};

/// Reads the texts of packs (grouped by folder) and of overlays. Adds them to `sources`.
[[nodiscard]] Outline load(const std::vector<PackText>& packs,
                           const std::vector<PackText>& overlays, Sources& sources,
                           base::Findings& findings);

/// Reads the files that a path names: a file, a folder with a pack.yaml, or a folder of packs.
void read_pack_files(std::string_view path, std::vector<PackText>& texts, base::Findings& findings,
                     Sources& sources);

/// The vocabulary of a file: its first line says it, or most of its keys do.
[[nodiscard]] Language language_of_file(const Node& root);

/// Reads one overlay file.
void read_overlay_file(std::string_view path, std::vector<PackText>& texts,
                       base::Findings& findings, Sources& sources);

/// The name of the pack whose header a file holds; empty: it holds none that can be read.
[[nodiscard]] std::string pack_name_in(const std::string& path);

/// Whether the file of this name holds rules (not stories, labels, overlays).
[[nodiscard]] bool is_rule_file(std::string_view path) noexcept;

/// Whether a finding of a later pass stands in a heading (or belongs to a procedure) in which the
/// shape is wrong already: its author will see more when that is mended.
[[nodiscard]] bool is_consequence(const Outline& outline, const std::vector<SourceSpan>& broken,
                                  const Diagnostic& finding);

/// Adds to each finding within an article the sentence that quotes it.
void quote_clauses(const Outline& outline, Diagnostics& findings);

}  // namespace aftercare::rulebook
