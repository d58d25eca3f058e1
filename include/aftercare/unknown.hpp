// aftercare/unknown.hpp — evaluation while some inputs are not known yet: which can still matter?
//
//   auto fee = aftercare::compile_open("if warranty then 0 else if km > 100 then 80 else 50",
//                                      {{"warranty", Type::boolean()}, {"km", Type::number()}});
//   auto asked = fee->ask({{"km", Value::integer(120)}}).value();
//   asked.certain;             // none: 0 or 80
//   asked.unknown[0].influence // warranty: Influence::changes, with two cases that show it
//   fee->ask({{"warranty", Value::boolean(true)}}).value().certain;  // 0, whatever km is
//   fee->why_not({{"warranty", Value::boolean(false)}, {"km", Value::integer(120)}},
//                Value::integer(50)).value().ways;  // km = 100 would do
//
// An answer is exact: it speaks for every value that the types of the signature allow. What cannot
// be proved within the budget is called not proved; nothing is guessed from samples.
// Needs: expression.hpp. Knows nothing of rulebooks or cases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/expression.hpp"
#include "aftercare/result.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// What an input that is not known yet can do to the result.
enum class Influence : std::uint8_t {
  none,        ///< proved: whatever the others turn out to be, it changes nothing
  changes,     ///< proved by two cases that differ in it alone
  not_proved,  ///< neither within the budget
};

/// One way in which unknown inputs may turn out. Those that it leaves out do not matter to it.
struct OpenCase {
  Context inputs;
  Value result;
};

struct OpenInput {
  std::string name;
  Influence influence = Influence::not_proved;
  /// Of an input that changes the result: two cases that differ in it alone.
  std::optional<std::pair<OpenCase, OpenCase>> shown;
};

struct OpenAnswer {
  /// The result, where it is the same whatever the unknown inputs turn out to be.
  std::optional<Value> certain;
  /// In the order of the signature.
  std::vector<OpenInput> unknown;
  /// Whether nothing had to be left open: `certain` is empty because the result does vary, and no
  /// input is `not_proved`.
  bool is_proved = false;
};

/// A fact that would have to be another one.
struct FactChange {
  std::string name;
  Value from;
  Value to;  ///< on a line of values the nearest that does it
};

/// What would have to be different for a result to come about.
struct WaysOut {
  /// Whether the facts give that result as they are.
  bool holds = false;
  /// Each lets the result come about, and no part of it does; those of few changes first, in the
  /// order of the signature.
  std::vector<std::vector<FactChange>> ways;
  /// Whether these are all.
  bool is_proved = false;
};

/// What one answer may use: runs of the expression, each within the Limits of its Surroundings.
struct OpenLimits {
  std::size_t runs = 200'000;
  std::size_t cases = 4'000;  ///< regions with a result of their own
  std::size_t sets = 2'000;   ///< of facts that why_not() tries
};

/// A checked expression for questions about inputs that are not known yet. It is the program of
/// Expression with its instructions watched; there is no second evaluator.
///
/// The values of an input, for which an answer speaks: `true` and `false`; the words of a symbol;
/// the numbers of its facets (without bounds: below 10^12, with the digits of its scale); money
/// below 10^12; days and instants of the years 1 to 9999; lengths of whole seconds or months of up
/// to 9999 years; every text; and null where the type is optional. Inputs of other types are taken
/// as not proved wherever they are read.
///
/// Exact: comparisons, ranges, lists of values, and what lies between an input and its comparison
/// where it rises or falls with it: + and -, * and / by what is known, min, max, sum, roundings,
/// days and months added to dates. Two unknown inputs compared with each other, and any other use
/// of an input, are followed value by value where it has few of them.
class AFTERCARE_API OpenExpression {
 public:
  /// As the expression's own.
  [[nodiscard]] const Type& type() const noexcept;

  /// Names of the signature that are not in `known` are unknown; a name that is there with null is
  /// known to be null. Errors: `invalid_argument` for a name that the signature has not, a value
  /// that is not of its type, more than 64 unknown inputs.
  [[nodiscard]] Result<OpenAnswer> ask(const Context& known, const OpenLimits& limits = {},
                                       const Surroundings& surroundings = {}) const;

  /// Why the result is not `wanted` for these facts: every smallest set of facts with which it
  /// would be. Facts named in `fixed` stay. Errors: as ask(); and where a name that the expression
  /// reads has no value in `facts`.
  [[nodiscard]] Result<WaysOut> why_not(const Context& facts, const Value& wanted,
                                        std::span<const std::string> fixed = {},
                                        const OpenLimits& limits = {},
                                        const Surroundings& surroundings = {}) const;

 private:
  friend AFTERCARE_API Checked<OpenExpression> compile_open(std::string_view, const Signature&,
                                                            const ExpressionOptions&);
  struct Impl;
  struct Given;
  [[nodiscard]] Result<Given> given(const Context& known) const;
  explicit OpenExpression(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // never null
};

/// As compile().
[[nodiscard]] AFTERCARE_API Checked<OpenExpression> compile_open(
    std::string_view text, const Signature& names, const ExpressionOptions& options = {});

}  // namespace aftercare
