// Tree to text, in one canonical form: half-width, single spaces, only the brackets that are
// needed.
//
//   print(tree, tree.root);                                     // fee - paid_in <= 0 CNY
//   print(tree, tree.root, {.language = Language::chinese});    // 若 … 则 … 否则 …
//
// Parsing the printed text again (in the same scope and dialect) gives the same tree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"

#include "feel/ast.hpp"

namespace aftercare::feel {

struct PrintOptions {
  Language language = Language::english;
  bool back_ticks = false;  ///< around names that are more than one word
  /// Other text for a node (a translated name, the erasure of a literal of packs); empty: as it is.
  /// The text must be one operand: a literal, a name, a call, or in brackets.
  std::function<std::string(const Ast&, NodeId)> replace = {};
};

[[nodiscard]] std::string print(const Ast& tree, NodeId node, const PrintOptions& options = {});

/// What a literal of packs is in plain FEEL: duration("PT30M"), 50, 0.9. Empty for other nodes, and
/// for working time, which plain FEEL cannot say.
[[nodiscard]] std::string erase_literal(const Ast& tree, NodeId node);

/// An amount as a text of that language has it: "50 CNY", 50元.
[[nodiscard]] std::string money_text(std::string_view number, std::uint32_t currency,
                                     Language language);

/// A string as a literal, with its escapes.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace aftercare::feel
