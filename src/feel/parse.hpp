// Text to tree. Which words make a name depends on the names in scope.
//
//   Parsed parsed = parse("Pre-bureau risk category = \"LOW\"", scope);
//   if (has_errors(parsed.findings)) …
//
// Bounded in time and stack for any text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "feel/ast.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {

/// What one text is: an expression, or the cell of a decision table.
enum class Goal : std::uint8_t { expression, unary_tests };

struct Dialect {
  Language language = Language::english;  ///< spelling of the keywords
  bool units = false;                     ///< packs: unit literals and money (30min, 50 CNY, 90%)
  bool full_width = false;        ///< packs: full-width punctuation and digits read as half-width
  std::uint32_t max_depth = 400;  ///< nesting of the tree
  std::uint32_t max_bytes = 4U << 20;  ///< of the text
};

/// A piece of the text that the tree does not place: a keyword, or a full-width character that was
/// read as a half-width one.
struct Mark {
  static constexpr std::uint8_t no_keyword = 0xFF;
  TextRange range;
  std::uint8_t keyword = no_keyword;  ///< its row in token.def
  char half_width = 0;                ///< the character that was meant; `l g n`: `<= >= !=`
};

struct Parsed {
  Ast ast;  ///< whole where there is no error; else what was understood (root may be 0)
  Diagnostics findings;     ///< in the order of their place
  std::vector<Mark> marks;  ///< in the order of their place
  Type members = {};  ///< of the whole, as far as the text tells which members its values have
};

/// Parses `text`. Names that are not in scope become `name` nodes of one word; whoever compiles the
/// tree reports them. `place` maps bytes of `text` for the findings; without it spans are those of
/// the text itself, in file 0.
[[nodiscard]] Parsed parse(std::string_view text, const Scope& scope, Goal goal = Goal::expression,
                           const Dialect& dialect = {}, const Place& place = {});

/// Whether `word` is a keyword that no name may be.
[[nodiscard]] bool is_keyword(std::string_view word, Language language) noexcept;

}  // namespace aftercare::feel
