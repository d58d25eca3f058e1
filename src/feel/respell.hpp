// The same expression in another spelling: half-width punctuation, the other vocabulary.
//
//   respell("若 a ＞ 3 则 50元 否则 0元", scope, goal, dialect, Language::english, {});
//       // if a > 3 then 50 CNY else 0 CNY
//
// Works on the tokens that the parser has read, piece by piece: white space, strings, comments and
// brackets stay as they are written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "feel/ast.hpp"
#include "feel/parse.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {

/// What takes the place of a piece of a text.
struct Respelling {
  TextRange range;
  std::string text;
};

/// What a name, or the member of a path, is called in the other vocabulary; empty: as it is.
/// `parent`: the node that holds it, 0 for the root.
using NameSpelling = std::function<std::string(const Ast&, NodeId node, NodeId parent)>;

/// Pieces to change so that `text`, written in `dialect`, is written in `to`; sorted, none overlap
/// another, none that changes nothing. None at all where the text cannot be parsed.
[[nodiscard]] std::vector<Respelling> respell(std::string_view text, const Scope& scope, Goal goal,
                                              const Dialect& dialect, Language to,
                                              const NameSpelling& name_spelling = {});

/// The text with the pieces changed.
[[nodiscard]] std::string apply(std::string_view text, const std::vector<Respelling>& pieces);

/// How a word of FEEL's, a keyword or a built-in function, is spelt in the other vocabulary; empty
/// where both spell it alike, or it is no such word.
[[nodiscard]] std::string_view other_spelling(std::string_view word, Language from);

/// What a part of a date, a time or a duration (`hour`) is called where a formula is shown; any
/// other word as it is.
[[nodiscard]] std::string_view member_shown(std::string_view member, Language to);

}  // namespace aftercare::feel
