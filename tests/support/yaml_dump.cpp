// Test tool: reads one YAML file and prints its tree with the place of every word, then the
// findings. Usage: yaml_dump FILE [--lang zh]. Exit code 1 where a finding is an error.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "base/json_writer.hpp"
#include "rulebook/yaml_reader.hpp"

namespace {

using aftercare::Sources;
using aftercare::SourceSpan;
using aftercare::rulebook::Entry;
using aftercare::rulebook::Node;
using aftercare::rulebook::NodeStyle;

std::string place(const Sources& sources, SourceSpan span) {
  const auto begin = sources.position(span);
  const auto end = sources.position({span.file, span.end, span.end});
  return std::to_string(begin.line) + ":" + std::to_string(begin.column) + "-" +
         std::to_string(end.line) + ":" + std::to_string(end.column);
}

std::string_view style_name(NodeStyle style) {
  switch (style) {
    case NodeStyle::plain:
      return "plain";
    case NodeStyle::single_quoted:
      return "single";
    case NodeStyle::double_quoted:
      return "double";
    case NodeStyle::literal:
      return "literal";
    case NodeStyle::folded:
      return "folded";
    case NodeStyle::block:
      return "block";
    case NodeStyle::flow:
      return "flow";
  }
  return "?";
}

std::string quoted(std::string_view text) {
  std::string out;
  aftercare::base::append_json_string(out, text);
  return out;
}

/// Where each word of a scalar stands; with its source where that differs.
void print_words(const Node& node, const Sources& sources, const std::string& indent) {
  for (std::size_t at = 0; at < node.text.size();) {
    const std::size_t begin = node.text.find_first_not_of(" \n", at);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(node.text.find_first_of(" \n", begin), node.text.size());
    const SourceSpan span = node.span_of(begin, end);
    const std::string word = node.text.substr(begin, end - begin);
    const std::string_view source = sources.text(span);
    std::cout << indent << "  " << place(sources, span) << ' ' << quoted(word);
    if (source != word) std::cout << " written " << quoted(source);
    std::cout << '\n';
    at = end;
  }
}

void print(const Node& node, const Sources& sources, const std::string& indent) {
  if (node.is_empty()) {
    std::cout << "empty " << place(sources, node.span) << '\n';
  } else if (node.is_scalar()) {
    std::cout << style_name(node.style) << ' ' << quoted(node.text) << ' '
              << place(sources, node.span) << '\n';
    if (node.text.find_first_of(" \n") != std::string::npos ||
        node.span_of(0, node.text.size()) != node.span)
      print_words(node, sources, indent);
  } else if (node.is_list()) {
    std::cout << style_name(node.style) << " list " << place(sources, node.span) << '\n';
    for (const Node& item : node.items) {
      std::cout << indent << "  - ";
      print(item, sources, indent + "  ");
    }
  } else {
    std::cout << style_name(node.style) << " map " << place(sources, node.span) << '\n';
    for (const Entry& entry : node.entries) {
      std::cout << indent << "  " << quoted(entry.key.text) << ' ' << place(sources, entry.key.span)
                << ": ";
      print(entry.value, sources, indent + "  ");
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: yaml_dump FILE [--lang zh]\n";
    return 2;
  }
  const bool is_chinese = argc > 3 && std::string_view(argv[3]) == "zh";
  std::ifstream in(argv[1], std::ios::binary);
  if (!in) {
    std::cerr << "cannot read " << argv[1] << '\n';
    return 3;
  }
  Sources sources;
  const auto file = sources.add(
      argv[1], std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
  aftercare::base::Findings collected;
  const auto root = aftercare::rulebook::read_yaml(sources, file, collected);
  const auto findings = collected.take();
  const bool is_wrong = aftercare::has_errors(findings);
  if (root && !is_wrong) print(*root, sources, "");
  aftercare::RenderOptions options;
  options.language = is_chinese ? aftercare::Language::chinese : aftercare::Language::english;
  std::cout << aftercare::render(findings, sources, options);
  return is_wrong ? 1 : 0;
}
