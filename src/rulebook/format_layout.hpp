// The canonical layout of a YAML file, by its tree and its own bytes: comments, quotes and the
// order of keys stay, white space is the layout's.
//
//   std::string text = lay_out(sources.text(file), root, hints);
//
// Two spaces a level, list items two deeper than their key, one space behind a colon. Where an
// author has put the values of names below each other they stay so. Text tables are aligned by
// display width. A map or list in brackets that is longer than a line, or has a comment in it, is
// written as a block. Comments behind a line stand at one column. Laying out twice changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

/// Bytes of a file and what takes their place.
struct TextEdit {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

/// What the layout cannot see in the tree. Places are first bytes of tokens.
struct LayoutHints {
  std::set<std::uint32_t> word_keys;  ///< keys that the format spells, not the author
  std::set<std::uint32_t> tables;     ///< scalars that are text tables
  std::vector<TextEdit> measured;     ///< sorted: how the file reads in English, to measure by
};

/// Cells of a line; longer maps in brackets become blocks. Measured in the English vocabulary, so
/// that both vocabularies break alike.
inline constexpr std::size_t line_limit = 150;
/// Where comments behind a line begin, counted from 0.
inline constexpr std::size_t comment_column = 41;

/// Requires: `root` was read from `text` without errors.
[[nodiscard]] std::string lay_out(std::string_view text, const Node& root,
                                  const LayoutHints& hints = {});

/// The bytes with the edits made. Requires: sorted, not overlapping.
[[nodiscard]] std::string apply_edits(std::string_view text, const std::vector<TextEdit>& edits);

/// Whether two trees say the same: kinds, keys and texts (blanks between the cells of text tables
/// do not count). `tables`: of `a`.
[[nodiscard]] bool equal_trees(const Node& a, const Node& b, const std::set<std::uint32_t>& tables);

}  // namespace aftercare::rulebook
