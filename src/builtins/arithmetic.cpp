// + - * / ** on all the kinds that have them.
//
// Each operator looks at the pair of kinds. Results that leave the range of their kind are an
// overflow; a length of time times or by a fraction is cut off towards zero.
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "aftercare/rt/decimal_math.hpp"

#include "builtins/operations.hpp"

namespace aftercare::builtins {
namespace {

__extension__ using Wide = __int128;
using rt::nanos_per_second;

constexpr unsigned pair_of(Kind a, Kind b) noexcept {
  return static_cast<unsigned>(a) << 8U | static_cast<unsigned>(b);
}
unsigned pair_of(const Value& a, const Value& b) noexcept { return pair_of(a.kind(), b.kind()); }

Value mismatch(CallContext& c, std::string_view op, const Value& a, const Value& b) {
  return c.fail(Fault::type_mismatch, op, {a, b});
}

Value number_or_overflow(CallContext& c, std::string_view op, const std::optional<rt::Decimal>& n,
                         const Value& a, const Value& b) {
  return n ? Value::number(*n) : c.fail(Fault::overflow, op, {a, b});
}

// ── lengths ───────────────────────────────────────────────────────────────────────────────────

// The unit that survives an operation on two lengths: the one they share.
std::optional<Unit> shared_unit(const Value& a, const Value& b) noexcept {
  return a.unit() == b.unit() ? a.unit() : std::nullopt;
}

Wide nanos_of(rt::Duration d) noexcept { return Wide{d.seconds} * nanos_per_second + d.nanos; }

std::optional<rt::Duration> duration_from_nanos(Wide nanos) noexcept {
  Wide seconds = nanos / nanos_per_second;
  auto rest = static_cast<std::int32_t>(nanos % nanos_per_second);
  if (rest < 0) {
    rest += static_cast<std::int32_t>(nanos_per_second);
    --seconds;
  }
  if (seconds > std::numeric_limits<std::int64_t>::max() ||
      seconds < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return rt::Duration{static_cast<std::int64_t>(seconds), rest};
}

rt::Decimal decimal_from(Wide n) noexcept {
  const bool negative = n < 0;
  const auto magnitude = static_cast<rt::Uint128>(negative ? -n : n);
  return rt::Decimal::make(negative, magnitude, 0).value_or(rt::Decimal());
}

// A decimal without its fraction, if it fits 128 bits.
std::optional<Wide> whole_part(const std::optional<rt::Decimal>& n) noexcept {
  if (!n) return std::nullopt;
  const auto cut = rt::round(*n, 0, rt::Rounding::down);
  if (cut && cut->is_zero()) return Wide{0};  // whatever its exponent
  if (!cut || cut->digits() + cut->exponent() > 36) return std::nullopt;
  rt::Uint128 magnitude = cut->coefficient();
  if (cut->exponent() >= 0) {
    magnitude *= rt::detail::power_of_ten(cut->exponent());
  } else {
    magnitude /= rt::detail::power_of_ten(-cut->exponent());
  }
  const auto wide = static_cast<Wide>(magnitude);
  return cut->is_negative() ? -wide : wide;
}

// Whole multiples of a length keep its unit; a fraction of a day has none.
std::optional<Unit> unit_after(const Value& length, const rt::Decimal& factor) noexcept {
  return factor.is_integer() ? length.unit() : std::nullopt;
}

Value days_from(CallContext& c, std::string_view op, const std::optional<rt::Decimal>& nanos,
                std::optional<Unit> unit, const Value& a, const Value& b) {
  const auto whole = whole_part(nanos);
  const auto d = whole ? duration_from_nanos(*whole) : std::nullopt;
  return d ? Value::days_duration(*d, unit) : c.fail(Fault::overflow, op, {a, b});
}

Value months_from(CallContext& c, std::string_view op, const std::optional<rt::Decimal>& months,
                  std::optional<Unit> unit, const Value& a, const Value& b) {
  const auto whole = whole_part(months);
  if (!whole || *whole > std::numeric_limits<std::int64_t>::max() ||
      *whole < -std::numeric_limits<std::int64_t>::max()) {
    return c.fail(Fault::overflow, op, {a, b});
  }
  return Value::months_duration({static_cast<std::int64_t>(*whole)}, unit);
}

Value add_days_durations(CallContext& c, std::string_view op, const Value& a, const Value& b,
                         bool minus) {
  const auto sum = minus ? rt::subtract(a.as_days_duration(), b.as_days_duration())
                         : rt::add(a.as_days_duration(), b.as_days_duration());
  return sum ? Value::days_duration(*sum, shared_unit(a, b)) : c.fail(Fault::overflow, op, {a, b});
}

Value add_months_durations(CallContext& c, std::string_view op, const Value& a, const Value& b,
                           bool minus) {
  const auto x = a.as_months_duration().count, y = b.as_months_duration().count;
  const auto sum = minus ? rt::sub_checked(x, y) : rt::add_checked(x, y);
  return sum ? Value::months_duration({*sum}, shared_unit(a, b))
             : c.fail(Fault::overflow, op, {a, b});
}

Value add_working(CallContext& c, std::string_view op, const Value& a, const Value& b, bool minus) {
  if (a.unit() != b.unit() || !a.unit()) return mismatch(c, op, a, b);
  const auto x = a.as_working_count(), y = b.as_working_count();
  const auto sum = minus ? rt::sub_checked(x, y) : rt::add_checked(x, y);
  return sum ? Value::working_duration(*sum, *a.unit()) : c.fail(Fault::overflow, op, {a, b});
}

// ── points in time ────────────────────────────────────────────────────────────────────────────

// A wall clock in a zone: a time that the zone skips is shown as the end of the gap; the second of
// two stays the second where there are two.
DateTimeValue settled(DateTimeValue v) {
  if (v.zone.kind != ZoneRef::Kind::named) return v;
  const auto zone = zone_of(v.zone);
  if (!zone) return v;
  const LocalMeaning m = zone->meaning(rt::local_seconds({v.date, v.time}));
  v.zone.is_second = v.zone.is_second && m.kind == LocalKind::overlap;
  if (m.kind != LocalKind::gap) return v;
  const auto local = rt::local_from_seconds(m.first + zone->offset_at(m.first));
  v.date = local.date;
  v.time = local.time;
  return v;
}

bool counts_calendar_days(const Value& length) noexcept {
  const auto unit = length.unit();
  return unit && rt::kind(*unit) == rt::UnitKind::calendar_day;
}

Value shift_date(CallContext& c, std::string_view op, const Value& date, const Value& length,
                 const Value& a, const Value& b, bool minus) {
  const auto d = length.as_days_duration();
  const auto by = minus ? rt::negate(d) : std::optional(d);
  // At midnight UTC, and what is left of the day is cut off.
  const auto result =
      by ? rt::add_days(date.as_date(), rt::floor_div(by->seconds, rt::seconds_per_day))
         : std::nullopt;
  return result ? Value::date(*result) : c.fail(Fault::overflow, op, {a, b});
}

Value shift_date_months(CallContext& c, std::string_view op, const Value& date, const Value& length,
                        const Value& a, const Value& b, bool minus) {
  const auto n = length.as_months_duration().count;
  const auto by = minus ? rt::sub_checked(0, n) : std::optional(n);
  const auto result = by ? rt::add_months(date.as_date(), *by) : std::nullopt;
  return result ? Value::date(*result) : c.fail(Fault::overflow, op, {a, b});
}

Value shift_time(CallContext& c, std::string_view op, const Value& time, const Value& length,
                 const Value& a, const Value& b, bool minus) {
  const auto d = length.as_days_duration();
  const auto by = minus ? rt::negate(d) : std::optional(d);
  if (!by) return c.fail(Fault::overflow, op, {a, b});
  TimeValue v = time.as_time();
  const std::int64_t within = rt::floor_mod(by->seconds, rt::seconds_per_day) * nanos_per_second;
  v.time.nanos = rt::floor_mod(v.time.nanos + within + by->nanos, rt::nanos_per_day);
  return Value::time(std::move(v));
}

Value shift_date_time(CallContext& c, std::string_view op, const Value& v, const Value& length,
                      const Value& a, const Value& b, bool minus) {
  DateTimeValue out = v.as_date_time();
  const auto d = length.as_days_duration();
  const auto by = minus ? rt::negate(d) : std::optional(d);
  if (!by) return c.fail(Fault::overflow, op, {a, b});
  if (out.zone.kind != ZoneRef::Kind::named || counts_calendar_days(length)) {
    const auto moved = rt::add(rt::LocalDateTime{out.date, out.time}, *by);
    if (!moved) return c.fail(Fault::overflow, op, {a, b});
    out.date = moved->date;
    out.time = moved->time;
    return Value::date_time(settled(std::move(out)));
  }
  const auto zone = zone_of(out.zone);
  const auto start = moment_of(v);
  if (!zone || !start) return c.fail(Fault::unknown_zone, op, {a, b});
  const auto sum = rt::add(rt::Duration{start->seconds, start->nanos}, *by);
  if (!sum) return c.fail(Fault::overflow, op, {a, b});
  const auto local = rt::local_from_seconds(sum->seconds, sum->nanos);  // in UTC, to see its range
  if (!rt::is_valid(local.date)) return c.fail(Fault::overflow, op, {a, b});
  const auto shown =
      rt::local_from_seconds(sum->seconds + zone->offset_at(sum->seconds), sum->nanos);
  if (!rt::is_valid(shown.date)) return c.fail(Fault::overflow, op, {a, b});
  out.date = shown.date;
  out.time = shown.time;
  name_second(out, *zone, sum->seconds);
  return Value::date_time(std::move(out));
}

Value shift_date_time_months(CallContext& c, std::string_view op, const Value& v,
                             const Value& length, const Value& a, const Value& b, bool minus) {
  DateTimeValue out = v.as_date_time();
  const auto n = length.as_months_duration().count;
  const auto by = minus ? rt::sub_checked(0, n) : std::optional(n);
  const auto date = by ? rt::add_months(out.date, *by) : std::nullopt;
  if (!date) return c.fail(Fault::overflow, op, {a, b});
  out.date = *date;
  return Value::date_time(settled(std::move(out)));
}

// Instants outside this range have no local time in a Zone.
constexpr std::int64_t max_instant_year = 290'000;

Value shift_instant_days(CallContext& c, std::string_view op, const Value& at, const Value& length,
                         const Value& a, const Value& b, bool minus) {
  const auto d = length.as_days_duration();
  const auto by = minus ? rt::negate(d) : std::optional(d);
  if (!by) return c.fail(Fault::overflow, op, {a, b});
  if (!counts_calendar_days(length)) {
    const auto sum = rt::add(at.as_instant(), *by);
    return sum ? Value::instant(*sum) : c.fail(Fault::overflow, op, {a, b});
  }
  if (!c.zone) return c.fail(Fault::needs_zone, op, {a, b});
  auto local = c.zone->local(at.as_instant());
  const auto date = rt::add_days(local.date, rt::floor_div(by->seconds, rt::seconds_per_day));
  if (!date || rt::fields(*date).year > max_instant_year ||
      rt::fields(*date).year < -max_instant_year) {
    return c.fail(Fault::overflow, op, {a, b});
  }
  local.date = *date;
  return Value::instant(c.zone->instant(local));
}

Value shift_instant_months(CallContext& c, std::string_view op, const Value& at,
                           const Value& length, const Value& a, const Value& b, bool minus) {
  if (!c.zone) return c.fail(Fault::needs_zone, op, {a, b});
  const auto n = length.as_months_duration().count;
  const auto by = minus ? rt::sub_checked(0, n) : std::optional(n);
  auto local = c.zone->local(at.as_instant());
  const auto date = by ? rt::add_months(local.date, *by) : std::nullopt;
  if (!date || rt::fields(*date).year > max_instant_year ||
      rt::fields(*date).year < -max_instant_year) {
    return c.fail(Fault::overflow, op, {a, b});
  }
  local.date = *date;
  return Value::instant(c.zone->instant(local));
}

// point ± length, whichever side the point stands on. `a` and `b` are the operands as written.
Value shift(CallContext& c, std::string_view op, const Value& point, const Value& length,
            const Value& a, const Value& b, bool minus) {
  switch (pair_of(point, length)) {
    case pair_of(Kind::date, Kind::days_duration):
      return shift_date(c, op, point, length, a, b, minus);
    case pair_of(Kind::date, Kind::months_duration):
      return shift_date_months(c, op, point, length, a, b, minus);
    case pair_of(Kind::time, Kind::days_duration):
      return shift_time(c, op, point, length, a, b, minus);
    case pair_of(Kind::date_time, Kind::days_duration):
      return shift_date_time(c, op, point, length, a, b, minus);
    case pair_of(Kind::date_time, Kind::months_duration):
      return shift_date_time_months(c, op, point, length, a, b, minus);
    case pair_of(Kind::instant, Kind::days_duration):
      return shift_instant_days(c, op, point, length, a, b, minus);
    case pair_of(Kind::instant, Kind::months_duration):
      return shift_instant_months(c, op, point, length, a, b, minus);
    default:
      return mismatch(c, op, a, b);
  }
}

// The length from b to a. Both have a zone or neither; a date is midnight UTC beside a zone.
Value subtract_points(CallContext& c, const Value& a, const Value& b) {
  const auto zoneless = [](const Value& v) {
    if (v.is(Kind::time)) return v.as_time().zone.kind == ZoneRef::Kind::none;
    if (v.is(Kind::date_time)) return v.as_date_time().zone.kind == ZoneRef::Kind::none;
    return false;
  };
  if (zoneless(a) && zoneless(b)) {
    const auto local = [](const Value& v) {
      return v.is(Kind::time) ? rt::LocalDateTime{{0}, v.as_time().time}
                              : rt::LocalDateTime{v.as_date_time().date, v.as_date_time().time};
    };
    return Value::days_duration(rt::subtract(local(a), local(b)));
  }
  if (zoneless(a) || zoneless(b)) return c.fail(Fault::needs_zone, "-", {a, b});
  const auto p = moment_of(a), q = moment_of(b);
  if (!p || !q) return c.fail(Fault::unknown_zone, "-", {a, b});
  const auto length =
      rt::subtract(rt::Duration{p->seconds, p->nanos}, rt::Duration{q->seconds, q->nanos});
  return length ? Value::days_duration(*length) : c.fail(Fault::overflow, "-", {a, b});
}

// ── money ─────────────────────────────────────────────────────────────────────────────────────

Value add_money(CallContext& c, std::string_view op, const Value& a, const Value& b, bool minus) {
  if (a.money_currency() != b.money_currency() || a.money_scale() != b.money_scale()) {
    return c.fail(Fault::different_currency, op, {a, b});
  }
  const auto sum = minus ? rt::sub_checked(a.money_minor(), b.money_minor())
                         : rt::add_checked(a.money_minor(), b.money_minor());
  return sum ? Value::money(*sum, a.money_currency(), a.money_scale())
             : c.fail(Fault::overflow, op, {a, b});
}

// An amount as money of a's currency, if it needs no rounding.
Value exact_money(CallContext& c, std::string_view op, const std::optional<rt::Decimal>& amount,
                  const Value& money, const Value& a, const Value& b) {
  if (!amount) return c.fail(Fault::overflow, op, {a, b});
  const rt::Decimal shortest = amount->normalized();
  if (shortest.scale() > money.money_scale()) return c.fail(Fault::needs_rounding, op, {a, b});
  return round_money(c, shortest, money.money_currency(), money.money_scale(), rt::Rounding::down);
}

// ── numbers ───────────────────────────────────────────────────────────────────────────────────

bool both_small(const Value& a, const Value& b) noexcept { return !a.is_heap() && !b.is_heap(); }

Value add_numbers(CallContext& c, std::string_view op, const Value& a, const Value& b, bool minus) {
  if (both_small(a, b) && a.raw_aux() == b.raw_aux()) {
    const auto sum = minus ? rt::sub_checked(a.raw_word(), b.raw_word())
                           : rt::add_checked(a.raw_word(), b.raw_word());
    if (sum) return Value::from_raw(Kind::number, *sum, a.raw_aux(), 0);
  }
  const auto x = a.as_number(), y = b.as_number();
  return number_or_overflow(c, op, minus ? rt::subtract(x, y) : rt::add(x, y), a, b);
}

Value multiply_numbers(CallContext& c, const Value& a, const Value& b) {
  if (both_small(a, b)) {
    const auto product = rt::mul_checked(a.raw_word(), b.raw_word());
    const std::int64_t exponent = std::int64_t{a.raw_aux()} + b.raw_aux();
    if (product && exponent >= rt::Decimal::min_exponent && exponent <= rt::Decimal::max_exponent) {
      return Value::from_raw(Kind::number, *product, static_cast<std::int32_t>(exponent), 0);
    }
  }
  return number_or_overflow(c, "*", rt::multiply(a.as_number(), b.as_number()), a, b);
}

Value join_strings(CallContext& c, const Value& a, const Value& b) {
  const std::string_view x = a.as_string(), y = b.as_string();
  if (!c.spend((x.size() + y.size()) / 64 + 1, x.size() + y.size())) return {};
  std::string out;
  out.reserve(x.size() + y.size());
  out += x;
  out += y;
  return Value::string(out);
}

bool is_length(const Value& v) noexcept {
  return v.is(Kind::days_duration) || v.is(Kind::months_duration);
}
bool is_point(const Value& v) noexcept {
  return v.is(Kind::date) || v.is(Kind::time) || v.is(Kind::date_time) || v.is(Kind::instant);
}

// A length or money times a number.
Value scale_value(CallContext& c, const Value& v, const Value& number, const Value& a,
                  const Value& b) {
  const rt::Decimal n = number.as_number();
  switch (v.kind()) {
    case Kind::days_duration: {
      if (const auto whole = n.to_int64()) {
        const auto product = rt::multiply(v.as_days_duration(), *whole);
        return product ? Value::days_duration(*product, v.unit())
                       : c.fail(Fault::overflow, "*", {a, b});
      }
      return days_from(c, "*", rt::multiply(decimal_from(nanos_of(v.as_days_duration())), n),
                       unit_after(v, n), a, b);
    }
    case Kind::months_duration:
      return months_from(c, "*", rt::multiply(v.as_months_duration().count, n), unit_after(v, n), a,
                         b);
    case Kind::working_duration: {
      const auto whole = n.to_int64();
      if (!whole) return c.fail(Fault::needs_rounding, "*", {a, b});
      const auto product = rt::mul_checked(v.as_working_count(), *whole);
      if (!product || !v.unit()) return c.fail(Fault::overflow, "*", {a, b});
      return Value::working_duration(*product, *v.unit());
    }
    case Kind::money:
      return exact_money(c, "*", rt::multiply(amount_of(v), n), v, a, b);
    default:
      return mismatch(c, "*", a, b);
  }
}

}  // namespace

std::string_view symbol_of(BinaryOperator op) noexcept {
  constexpr std::array<std::string_view, 11> symbols = {"+",  "-", "*",  "/", "**", "=",
                                                        "!=", "<", "<=", ">", ">="};
  return symbols[static_cast<std::size_t>(op)];
}

Value apply(CallContext& c, BinaryOperator op, const Value& a, const Value& b) {
  switch (op) {
    case BinaryOperator::add:
      return add(c, a, b);
    case BinaryOperator::subtract:
      return subtract(c, a, b);
    case BinaryOperator::multiply:
      return multiply(c, a, b);
    case BinaryOperator::divide:
      return divide(c, a, b);
    case BinaryOperator::power:
      return power(c, a, b);
    case BinaryOperator::equal:
      return from_truth(equal(c, a, b));
    case BinaryOperator::not_equal:
      return from_truth(rt::logic_not(equal(c, a, b)));
    default:
      return compare(c, op, a, b);
  }
}

Value add(CallContext& c, const Value& a, const Value& b) {
  switch (pair_of(a, b)) {
    case pair_of(Kind::number, Kind::number):
      return add_numbers(c, "+", a, b, false);
    case pair_of(Kind::string, Kind::string):
      return join_strings(c, a, b);
    case pair_of(Kind::days_duration, Kind::days_duration):
      return add_days_durations(c, "+", a, b, false);
    case pair_of(Kind::months_duration, Kind::months_duration):
      return add_months_durations(c, "+", a, b, false);
    case pair_of(Kind::working_duration, Kind::working_duration):
      return add_working(c, "+", a, b, false);
    case pair_of(Kind::money, Kind::money):
      return add_money(c, "+", a, b, false);
    default:
      if (is_point(a) && is_length(b)) return shift(c, "+", a, b, a, b, false);
      if (is_length(a) && is_point(b)) return shift(c, "+", b, a, a, b, false);
      return mismatch(c, "+", a, b);
  }
}

Value subtract(CallContext& c, const Value& a, const Value& b) {
  switch (pair_of(a, b)) {
    case pair_of(Kind::number, Kind::number):
      return add_numbers(c, "-", a, b, true);
    case pair_of(Kind::days_duration, Kind::days_duration):
      return add_days_durations(c, "-", a, b, true);
    case pair_of(Kind::months_duration, Kind::months_duration):
      return add_months_durations(c, "-", a, b, true);
    case pair_of(Kind::working_duration, Kind::working_duration):
      return add_working(c, "-", a, b, true);
    case pair_of(Kind::money, Kind::money):
      return add_money(c, "-", a, b, true);
    case pair_of(Kind::date, Kind::date):
      return Value::days_duration({(a.as_date().days - b.as_date().days) * rt::seconds_per_day, 0});
    case pair_of(Kind::instant, Kind::instant):
      return Value::days_duration(rt::subtract(a.as_instant(), b.as_instant()));
    case pair_of(Kind::time, Kind::time):
    case pair_of(Kind::date_time, Kind::date_time):
    case pair_of(Kind::date_time, Kind::date):
    case pair_of(Kind::date, Kind::date_time):
      return subtract_points(c, a, b);
    default:
      if (is_point(a) && is_length(b)) return shift(c, "-", a, b, a, b, true);
      return mismatch(c, "-", a, b);
  }
}

Value multiply(CallContext& c, const Value& a, const Value& b) {
  if (a.is(Kind::number) && b.is(Kind::number)) return multiply_numbers(c, a, b);
  if (b.is(Kind::number)) return scale_value(c, a, b, a, b);
  if (a.is(Kind::number)) return scale_value(c, b, a, a, b);
  return mismatch(c, "*", a, b);
}

Value divide(CallContext& c, const Value& a, const Value& b) {
  const auto by_zero = [&] { return c.fail(Fault::division_by_zero, "/", {a, b}); };
  switch (pair_of(a, b)) {
    case pair_of(Kind::number, Kind::number): {
      const rt::Decimal divisor = b.as_number();
      if (divisor.is_zero()) return by_zero();
      return number_or_overflow(c, "/", rt::divide(a.as_number(), divisor), a, b);
    }
    case pair_of(Kind::days_duration, Kind::number): {
      const rt::Decimal divisor = b.as_number();
      if (divisor.is_zero()) return by_zero();
      return days_from(c, "/", rt::divide(decimal_from(nanos_of(a.as_days_duration())), divisor),
                       std::nullopt, a, b);
    }
    case pair_of(Kind::months_duration, Kind::number): {
      const rt::Decimal divisor = b.as_number();
      if (divisor.is_zero()) return by_zero();
      return months_from(c, "/", rt::divide(a.as_months_duration().count, divisor), std::nullopt, a,
                         b);
    }
    case pair_of(Kind::days_duration, Kind::days_duration): {
      const Wide divisor = nanos_of(b.as_days_duration());
      if (divisor == 0) return by_zero();
      return number_or_overflow(
          c, "/", rt::divide(decimal_from(nanos_of(a.as_days_duration())), decimal_from(divisor)),
          a, b);
    }
    case pair_of(Kind::months_duration, Kind::months_duration): {
      const auto divisor = b.as_months_duration().count;
      if (divisor == 0) return by_zero();
      return number_or_overflow(c, "/", rt::divide(a.as_months_duration().count, divisor), a, b);
    }
    case pair_of(Kind::working_duration, Kind::working_duration):
      if (a.unit() != b.unit()) return mismatch(c, "/", a, b);
      if (b.as_working_count() == 0) return by_zero();
      return number_or_overflow(c, "/", rt::divide(a.as_working_count(), b.as_working_count()), a,
                                b);
    case pair_of(Kind::money, Kind::number): {
      const rt::Decimal divisor = b.as_number();
      if (divisor.is_zero()) return by_zero();
      return exact_money(c, "/", rt::divide(amount_of(a), divisor), a, a, b);
    }
    case pair_of(Kind::money, Kind::money):
      if (a.money_currency() != b.money_currency()) {
        return c.fail(Fault::different_currency, "/", {a, b});
      }
      if (b.money_minor() == 0) return by_zero();
      return number_or_overflow(c, "/", rt::divide(amount_of(a), amount_of(b)), a, b);
    default:
      return mismatch(c, "/", a, b);
  }
}

Value power(CallContext& c, const Value& a, const Value& b) {
  if (!a.is(Kind::number) || !b.is(Kind::number)) return mismatch(c, "**", a, b);
  if (!c.spend(100)) return {};
  const rt::Decimal base = a.as_number();
  if (base.is_zero() && b.as_number().is_negative()) {
    return c.fail(Fault::division_by_zero, "**", {a, b});
  }
  if (rt::Decimal(-largest_exponent) > b.as_number() ||
      b.as_number() > rt::Decimal(largest_exponent)) {
    return c.fail(Fault::out_of_range, "**", {a, b});
  }
  const auto result = rt::power(base, b.as_number());
  if (!result) {
    const bool no_root = base.is_negative() && !b.as_number().is_integer();
    return c.fail(no_root ? Fault::out_of_range : Fault::overflow, "**", {a, b});
  }
  return Value::number(*result);
}

Value negate(CallContext& c, const Value& a) {
  switch (a.kind()) {
    case Kind::number:
      if (!a.is_heap() && a.raw_word() != std::numeric_limits<std::int64_t>::min()) {
        return Value::from_raw(Kind::number, -a.raw_word(), a.raw_aux(), 0);
      }
      return Value::number(-a.as_number());
    case Kind::days_duration: {
      const auto d = rt::negate(a.as_days_duration());
      return d ? Value::days_duration(*d, a.unit()) : c.fail(Fault::overflow, "-", {a});
    }
    case Kind::months_duration: {
      const auto n = rt::sub_checked(0, a.as_months_duration().count);
      return n ? Value::months_duration({*n}, a.unit()) : c.fail(Fault::overflow, "-", {a});
    }
    case Kind::working_duration: {
      const auto n = rt::sub_checked(0, a.as_working_count());
      return n && a.unit() ? Value::working_duration(*n, *a.unit())
                           : c.fail(Fault::overflow, "-", {a});
    }
    case Kind::money: {
      const auto n = rt::sub_checked(0, a.money_minor());
      return n ? Value::money(*n, a.money_currency(), a.money_scale())
               : c.fail(Fault::overflow, "-", {a});
    }
    default:
      return c.fail(Fault::type_mismatch, "-", {a});
  }
}

Value round_money(CallContext& c, const rt::Decimal& amount, std::uint32_t currency, int scale,
                  rt::Rounding mode) {
  const auto rounded = rt::round(amount, scale, mode);
  const auto minor =
      rounded
          ? rt::multiply(*rounded,
                         rt::power(rt::Decimal(10), std::int64_t{scale}).value_or(rt::Decimal(1)))
          : std::nullopt;
  const auto whole = minor ? minor->to_int64() : std::nullopt;
  if (!whole) return c.fail(Fault::overflow, "money");
  return Value::money(*whole, currency, scale);
}

rt::Decimal amount_of(const Value& money) {
  return rt::Decimal::make(money.money_minor(), -money.money_scale()).value_or(rt::Decimal());
}

}  // namespace aftercare::builtins
