// builtins/pattern.hpp — the types in the rows of builtins.def.
//
//   number | string | …   a kind, by FEEL's name
//   any, some             everything; everything but null
//   T                     anything; the same T is the same type (T? is T without null)
//   O                     T that has an order          N   T that can be added up
//   P                     a point: O
//   list of X, range of X, function, context
//   X | Y                 either
//   X?                    null too
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare::builtins {

struct Pattern {
  enum class Form : std::uint8_t { any, variable, kind, list, range, alternatives };
  Form form = Form::any;
  char variable = 0;
  Kind kind = Kind::null;
  bool nullable = false;
  std::vector<Pattern> parts;  ///< alternatives, or the one element

  /// Requires: text of the grammar; the table is checked by a test.
  [[nodiscard]] static std::optional<Pattern> parse(std::string_view text);

  /// Whether a value conforms. Elements of lists are not looked at.
  [[nodiscard]] bool accepts(const Value& v) const noexcept;
  /// Whether it is a list, after singleton conversion one is made.
  [[nodiscard]] bool is_list() const noexcept { return form == Form::list; }
};

/// What the variables of a signature stand for in one call.
struct Bindings {
  std::array<std::optional<Type>, 26> types;
};

/// How a type fits a pattern.
enum class Fit : std::uint8_t { no, perhaps, yes };  // perhaps: it depends on the value
/// Fits and binds. Requires: bindings of the same signature.
[[nodiscard]] Fit fit(const Pattern& pattern, const Type& type, Bindings& bindings);
/// The type that a pattern stands for.
[[nodiscard]] Type instantiate(const Pattern& pattern, const Bindings& bindings);

}  // namespace aftercare::builtins
