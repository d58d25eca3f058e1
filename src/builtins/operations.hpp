// builtins/operations.hpp — FEEL's operators on values: the one semantics that constant folding,
// the machine and the built-ins share.
//
// Each takes any values. Where FEEL gives null because of an error, the fault is told to the
// context; a null that is no error (`null < 1`) is silent. Operators of the same name with typed
// operands in the machine must agree with these.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/rt/logic.hpp"
#include "aftercare/value.hpp"

#include "builtins/call_context.hpp"

namespace aftercare::builtins {

enum class BinaryOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};
/// "+", "**", "!="…
[[nodiscard]] std::string_view symbol_of(BinaryOperator op) noexcept;

[[nodiscard]] Value apply(CallContext& context, BinaryOperator op, const Value& a, const Value& b);

// ── arithmetic ────────────────────────────────────────────────────────────────────────────────

/// Numbers, strings (joined), temporal values and lengths, money of one currency.
[[nodiscard]] Value add(CallContext& context, const Value& a, const Value& b);
[[nodiscard]] Value subtract(CallContext& context, const Value& a, const Value& b);
[[nodiscard]] Value multiply(CallContext& context, const Value& a, const Value& b);
[[nodiscard]] Value divide(CallContext& context, const Value& a, const Value& b);
/// The exponent lies within ±largest_exponent (DMN 1.5, table 60).
[[nodiscard]] Value power(CallContext& context, const Value& a, const Value& b);
inline constexpr std::int64_t largest_exponent = 999'999'999;
/// Unary minus: numbers, lengths, money.
[[nodiscard]] Value negate(CallContext& context, const Value& a);

// ── logic ─────────────────────────────────────────────────────────────────────────────────────

/// A value as FEEL's logic sees it: anything but a boolean is unknown.
[[nodiscard]] rt::Tri truth(const Value& v) noexcept;
[[nodiscard]] Value from_truth(rt::Tri t) noexcept;
/// `and`, `or`, not() over values, with their faults.
[[nodiscard]] Value logic_and(CallContext& context, const Value& a, const Value& b);
[[nodiscard]] Value logic_or(CallContext& context, const Value& a, const Value& b);
[[nodiscard]] Value logic_not(CallContext& context, const Value& a);

// ── comparison ────────────────────────────────────────────────────────────────────────────────

/// FEEL's `=`: null against null is true, against anything else false; other different kinds are an
/// error. Zoned times and date-times compare as instants, without fractions of a second.
[[nodiscard]] rt::Tri equal(CallContext& context, const Value& a, const Value& b);
/// The same without telling faults: what `index of`, `distinct values` and filters need.
[[nodiscard]] rt::Tri equal_quietly(CallContext& context, const Value& a, const Value& b);
/// is(): the same kind, content and zone.
[[nodiscard]] bool is_same(CallContext& context, const Value& a, const Value& b);
/// The order of two values that have one: numbers, strings (by code point), temporal values and
/// lengths of one kind, money of one currency. None where they have none. -1, 0, 1.
[[nodiscard]] std::optional<int> order(const Value& a, const Value& b);
/// Takes what order() costs from the budget: long strings. False where it is exhausted.
[[nodiscard]] bool afford_comparison(CallContext& context, const Value& a, const Value& b) noexcept;
/// `<`, `<=`, `>`, `>=`. Null, with a fault, where the two have no order.
[[nodiscard]] Value compare(CallContext& context, BinaryOperator op, const Value& a,
                            const Value& b);
/// `v between low and high`.
[[nodiscard]] Value between(CallContext& context, const Value& v, const Value& low,
                            const Value& high);

// ── membership ────────────────────────────────────────────────────────────────────────────────

/// `v in test` for one test: a range contains v, a list contains v or holds a range or list that
/// does, anything else equals v.
[[nodiscard]] Value in(CallContext& context, const Value& v, const Value& test);
/// Whether a range contains a value.
[[nodiscard]] Value contains(CallContext& context, const Value& range, const Value& v);
/// A range literal `[low..high]`. Null with a fault where the ends are of different kinds, have no
/// order, or low lies above high.
[[nodiscard]] Value make_range(CallContext& context, Value low, bool includes_low, Value high,
                               bool includes_high);
/// A unary test as a value: `(< 10)`, `(!= "a")`.
[[nodiscard]] Value make_comparison(CallContext& context, RangeForm form, Value operand);

// ── access ────────────────────────────────────────────────────────────────────────────────────

/// `v.name`: an entry of a context, a property of a temporal value, a length or a range; of a list
/// the list of its elements' properties. Null is silent for an entry that is absent in an element
/// of a list or where v is null; a fault for any other absence.
[[nodiscard]] Value property(CallContext& context, const Value& v, std::string_view name);
/// `v...name` (DMN 1.6): the values of all entries of this name in a context and in the contexts
/// and lists that it holds, in the order in which they are written. Null for null.
[[nodiscard]] Value descendants(CallContext& context, const Value& v, std::string_view name);
/// `list[index]`, from 1, negative from the end; a value that is no list counts as a list of one.
[[nodiscard]] Value at(CallContext& context, const Value& list, const Value& index);

// ── conversion ────────────────────────────────────────────────────────────────────────────────

/// What string(v) gives: as to_text(), but the text itself for a string, names for symbols, and the
/// pack's zone for instants. None where the budget does not allow so long a text.
[[nodiscard]] std::optional<std::string> text_of(CallContext& context, const Value& v);

// ── money and lengths of packs ────────────────────────────────────────────────────────────────

/// An amount in whole minor units by the stated rounding. Null (overflow) where it does not fit.
[[nodiscard]] Value round_money(CallContext& context, const rt::Decimal& amount,
                                std::uint32_t currency, int scale, rt::Rounding mode);
/// Money as a number: 12.50 CNY is 12.50.
[[nodiscard]] rt::Decimal amount_of(const Value& money);

/// The instant that a time or date-time value means, in seconds and nanoseconds from 1970 UTC.
/// None without zone, for an unknown zone. A time counts from its own midnight.
struct Moment {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
[[nodiscard]] std::optional<Moment> moment_of(const Value& v);
/// The instant of a date and time; without a zone of its own it is of `zone`. Errors: host, where
/// clocks show it twice or never, or no instant can be so far away.
[[nodiscard]] Result<Instant> instant_of(const DateTimeValue& at, const Zone& zone);
/// What clocks of the zone show.
[[nodiscard]] DateTimeValue shown_in(const Zone& zone, Instant at);
/// Says of a value in a zone, made to show `instant` (seconds), which of two times shown alike it
/// is.
void name_second(DateTimeValue& v, const Zone& zone, std::int64_t instant);
/// The zone of a value, read once in a process. None where it has none or its name is unknown.
[[nodiscard]] std::optional<Zone> zone_of(const ZoneRef& zone);

}  // namespace aftercare::builtins
