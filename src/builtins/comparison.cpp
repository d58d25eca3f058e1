// Equality, order and membership.
#include <algorithm>
#include <utility>

#include "builtins/operations.hpp"

namespace aftercare::builtins {
namespace {

using rt::Tri;

template <class T>
int sign_of(const T& a, const T& b) noexcept {
  return a < b ? -1 : b < a ? 1 : 0;
}

bool same_zone_kind(const ZoneRef& a, const ZoneRef& b) noexcept {
  return (a.kind == ZoneRef::Kind::none) == (b.kind == ZoneRef::Kind::none);
}

// FEEL looks at whole seconds only: 10:30:00.1 = 10:30:00.2. Order follows, so that one of <, =, >
// holds.
std::optional<int> order_times(const Value& a, const Value& b) {
  const auto &x = a.as_time(), &y = b.as_time();
  if (!same_zone_kind(x.zone, y.zone)) return std::nullopt;
  if (x.zone == y.zone) {
    return sign_of(x.time.nanos / rt::nanos_per_second, y.time.nanos / rt::nanos_per_second);
  }
  const auto p = moment_of(a), q = moment_of(b);
  if (!p || !q) return std::nullopt;
  return sign_of(p->seconds, q->seconds);
}

std::optional<int> order_date_times(const Value& a, const Value& b) {
  const auto &x = a.as_date_time(), &y = b.as_date_time();
  if (!same_zone_kind(x.zone, y.zone)) return std::nullopt;
  if (x.zone.kind != ZoneRef::Kind::named && x.zone == y.zone) {
    return sign_of(rt::local_seconds({x.date, x.time}), rt::local_seconds({y.date, y.time}));
  }
  const auto p = moment_of(a), q = moment_of(b);
  if (!p || !q) return std::nullopt;
  return sign_of(p->seconds, q->seconds);
}

// Working hours and minutes are measured alike; working days only by a calendar.
std::optional<int> order_working(const Value& a, const Value& b) {
  const auto u = a.unit(), w = b.unit();
  if (!u || !w) return std::nullopt;
  if (u == w) return sign_of(a.as_working_count(), b.as_working_count());
  if (rt::kind(*u) != rt::kind(*w) || rt::kind(*u) != rt::UnitKind::working) return std::nullopt;
  __extension__ using Wide = __int128;
  return sign_of(Wide{a.as_working_count()} * rt::row(*u).size,
                 Wide{b.as_working_count()} * rt::row(*w).size);
}

std::optional<int> order_numbers(const Value& a, const Value& b) {
  if (!a.is_heap() && !b.is_heap() && a.raw_aux() == b.raw_aux()) {
    return sign_of(a.raw_word(), b.raw_word());
  }
  return sign_of(a.as_number(), b.as_number());
}

Tri from_bool(bool b) noexcept { return b ? Tri::yes : Tri::no; }

// Compares without telling; `mismatch` is set where two kinds cannot be compared.
Tri equal_deep(CallContext& context, const Value& a, const Value& b, std::uint32_t depth,
               bool& mismatch);

Tri equal_lists(CallContext& context, std::span<const Value> a, std::span<const Value> b,
                std::uint32_t depth, bool& mismatch) {
  if (a.size() != b.size()) return Tri::no;
  Tri result = Tri::yes;
  for (std::size_t i = 0; i < a.size() && result != Tri::no; ++i) {
    result = rt::logic_and(result, equal_deep(context, a[i], b[i], depth + 1, mismatch));
  }
  return result;
}

Tri equal_contexts(CallContext& context, const Value& a, const Value& b, std::uint32_t depth,
                   bool& mismatch) {
  if (a.entries().size() != b.entries().size()) return Tri::no;
  for (const ContextEntry& e : a.entries()) {
    if (b.find(e.first) == nullptr) return Tri::no;
  }
  Tri result = Tri::yes;
  for (const auto& [key, v] : a.entries()) {
    result = rt::logic_and(result, equal_deep(context, v, *b.find(key), depth + 1, mismatch));
    if (result == Tri::no) break;
  }
  return result;
}

Tri equal_deep(CallContext& context, const Value& a, const Value& b, std::uint32_t depth,
               bool& mismatch) {
  if (a.is_null() || b.is_null()) return from_bool(a.is_null() && b.is_null());
  if (a.kind() != b.kind() || depth > max_depth) {
    mismatch = true;
    return Tri::unknown;
  }
  if (!context.spend(1)) return Tri::unknown;
  switch (a.kind()) {
    case Kind::boolean:
      return from_bool(a.as_boolean() == b.as_boolean());
    case Kind::number:
      return from_bool(order_numbers(a, b) == 0);
    case Kind::string:
      if (!afford_comparison(context, a, b)) return Tri::unknown;
      return from_bool(a.as_string() == b.as_string());
    case Kind::symbol:
      if (a.symbol_set() != b.symbol_set()) break;
      return from_bool(a.symbol_index() == b.symbol_index());
    case Kind::list:
      return equal_lists(context, a.items(), b.items(), depth, mismatch);
    case Kind::context:
      return equal_contexts(context, a, b, depth, mismatch);
    case Kind::range: {
      if (a.range_form() != b.range_form() || a.range_includes_low() != b.range_includes_low() ||
          a.range_includes_high() != b.range_includes_high()) {
        return Tri::no;
      }
      const Tri low = equal_deep(context, a.range_low(), b.range_low(), depth + 1, mismatch);
      if (low == Tri::no) return low;
      return rt::logic_and(
          low, equal_deep(context, a.range_high(), b.range_high(), depth + 1, mismatch));
    }
    case Kind::function:
      if (a.equals(b)) return Tri::yes;
      break;
    default:
      if (const auto o = order(a, b)) return from_bool(*o == 0);
  }
  mismatch = true;
  return Tri::unknown;
}

// Quiet membership: what cannot be compared is not contained.
bool is_in(CallContext& context, const Value& v, const Value& test, std::uint32_t depth);

Tri contains_quietly(CallContext& context, const Value& range, const Value& v, bool& mismatch) {
  if (v.is_null()) {
    mismatch = true;
    return Tri::unknown;
  }
  const RangeForm form = range.range_form();
  if (form == RangeForm::equal || form == RangeForm::not_equal) {
    const Tri same = equal_deep(context, v, range.range_low(), 0, mismatch);
    return form == RangeForm::equal ? same : rt::logic_not(same);
  }
  const auto side = [&](const Value& end, bool included, bool is_low, bool bounded) {
    if (!bounded) return Tri::yes;
    if (end.is_null()) return Tri::unknown;  // (null..10] bounds by an unknown
    const auto o = is_low ? order(end, v) : order(v, end);
    if (!o) {
      mismatch = true;
      return Tri::unknown;
    }
    return from_bool(included ? *o <= 0 : *o < 0);
  };
  const bool has_low = form != RangeForm::less && form != RangeForm::less_equal;
  const bool has_high = form != RangeForm::greater && form != RangeForm::greater_equal;
  return rt::logic_and(side(range.range_low(), range.range_includes_low(), true, has_low),
                       side(range.range_high(), range.range_includes_high(), false, has_high));
}

bool is_in(CallContext& context, const Value& v, const Value& test, std::uint32_t depth) {
  bool ignored = false;
  if (test.is(Kind::range) && !v.is(Kind::range)) {
    return contains_quietly(context, test, v, ignored) == Tri::yes;
  }
  if (equal_deep(context, v, test, 0, ignored) == Tri::yes) return true;
  if (!test.is(Kind::list) || depth > max_depth) return false;
  for (const Value& element : test.items()) {
    if (!context.spend(1)) return false;
    if (is_in(context, v, element, depth + 1)) return true;
  }
  return false;
}

}  // namespace

rt::Tri truth(const Value& v) noexcept {
  if (!v.is(Kind::boolean)) return Tri::unknown;
  return from_bool(v.as_boolean());
}

Value from_truth(rt::Tri t) noexcept {
  return t == Tri::unknown ? Value() : Value::boolean(t == Tri::yes);
}

Value logic_and(CallContext& context, const Value& a, const Value& b) {
  const Tri t = rt::logic_and(truth(a), truth(b));
  if (t != Tri::unknown) return from_truth(t);
  const auto strange = [](const Value& v) { return !v.is_null() && !v.is(Kind::boolean); };
  if (strange(a) || strange(b)) return context.fail(Fault::type_mismatch, "and", {a, b});
  return {};
}

Value logic_or(CallContext& context, const Value& a, const Value& b) {
  const Tri t = rt::logic_or(truth(a), truth(b));
  if (t != Tri::unknown) return from_truth(t);
  const auto strange = [](const Value& v) { return !v.is_null() && !v.is(Kind::boolean); };
  if (strange(a) || strange(b)) return context.fail(Fault::type_mismatch, "or", {a, b});
  return {};
}

Value logic_not(CallContext& context, const Value& a) {
  if (!a.is_null() && !a.is(Kind::boolean)) return context.fail(Fault::type_mismatch, "not", {a});
  return from_truth(rt::logic_not(truth(a)));
}

rt::Tri equal(CallContext& context, const Value& a, const Value& b) {
  bool mismatch = false;
  const Tri result = equal_deep(context, a, b, 0, mismatch);
  if (result == Tri::unknown && mismatch) context.fail(Fault::not_comparable, "=", {a, b});
  return result;
}

rt::Tri equal_quietly(CallContext& context, const Value& a, const Value& b) {
  bool mismatch = false;
  return equal_deep(context, a, b, 0, mismatch);
}

bool is_same(CallContext& context, const Value& a, const Value& b) {
  return context.spend(std::min(a.weight(), b.weight())) && a.equals(b);
}

std::optional<int> order(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::number:
      return order_numbers(a, b);
    case Kind::date:
      return sign_of(a.as_date(), b.as_date());
    case Kind::instant:
      return sign_of(a.as_instant(), b.as_instant());
    case Kind::days_duration:
      return sign_of(a.as_days_duration(), b.as_days_duration());
    case Kind::months_duration:
      return sign_of(a.as_months_duration(), b.as_months_duration());
    case Kind::working_duration:
      return order_working(a, b);
    case Kind::money:
      if (a.money_currency() != b.money_currency()) return std::nullopt;
      if (a.money_scale() == b.money_scale()) return sign_of(a.money_minor(), b.money_minor());
      return sign_of(amount_of(a), amount_of(b));
    case Kind::time:
      return order_times(a, b);
    case Kind::string:
      return sign_of(a.as_string(), b.as_string());
    case Kind::date_time:
      return order_date_times(a, b);
    default:
      return std::nullopt;
  }
}

bool afford_comparison(CallContext& context, const Value& a, const Value& b) noexcept {
  if (!a.is(Kind::string) || !b.is(Kind::string)) return true;
  return context.spend(std::min(a.as_string().size(), b.as_string().size()) / 64);
}

Value compare(CallContext& context, BinaryOperator op, const Value& a, const Value& b) {
  if (!afford_comparison(context, a, b)) return {};
  const auto o = order(a, b);
  if (!o) {
    const bool currencies = a.is(Kind::money) && b.is(Kind::money);
    return context.fail(currencies ? Fault::different_currency : Fault::not_comparable,
                        symbol_of(op), {a, b});
  }
  switch (op) {
    case BinaryOperator::less:
      return Value::boolean(*o < 0);
    case BinaryOperator::less_equal:
      return Value::boolean(*o <= 0);
    case BinaryOperator::greater:
      return Value::boolean(*o > 0);
    default:
      return Value::boolean(*o >= 0);
  }
}

Value between(CallContext& context, const Value& v, const Value& low, const Value& high) {
  const auto from = order(low, v);
  const auto to = order(v, high);
  if (!from || !to) return context.fail(Fault::not_comparable, "between", {v, low, high});
  return Value::boolean(*from <= 0 && *to <= 0);
}

Value contains(CallContext& context, const Value& range, const Value& v) {
  bool mismatch = false;
  const Tri result = contains_quietly(context, range, v, mismatch);
  if (result == Tri::unknown && mismatch) {
    return context.fail(Fault::not_comparable, "in", {v, range});
  }
  return from_truth(result);
}

Value in(CallContext& context, const Value& v, const Value& test) {
  if (test.is(Kind::range) && !v.is(Kind::range)) return contains(context, test, v);
  if (test.is(Kind::list)) return Value::boolean(is_in(context, v, test, 0));
  if (test.is_null() && !v.is_null()) return {};  // an unknown test, such as a range that failed
  return from_truth(equal(context, v, test));
}

Value make_range(CallContext& context, Value low, bool includes_low, Value high,
                 bool includes_high) {
  const bool open_low = low.is_null();
  const bool open_high = high.is_null();
  if ((open_low && (open_high || includes_low)) || (open_high && includes_high)) {
    return context.fail(Fault::invalid_argument, "range", {low, high});
  }
  const auto o = order(open_low ? high : low, open_high ? low : high);
  if (!o) return context.fail(Fault::not_comparable, "range", {low, high});
  if (*o > 0) return context.fail(Fault::out_of_range, "range", {low, high});
  if (std::max(low.depth(), high.depth()) >= max_depth)
    return context.fail(Fault::too_deep, "range");
  return Value::range(std::move(low), includes_low, std::move(high), includes_high);
}

Value make_comparison(CallContext& context, RangeForm form, Value operand) {
  const bool any_kind = form == RangeForm::equal || form == RangeForm::not_equal;
  if (!any_kind && !order(operand, operand)) {
    return context.fail(Fault::not_comparable, "range", {operand});
  }
  if (operand.depth() >= max_depth) return context.fail(Fault::too_deep, "range");
  return Value::comparison(form, std::move(operand));
}

}  // namespace aftercare::builtins
