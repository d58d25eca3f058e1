// Bodies: numbers.
#include <array>

#include "aftercare/rt/decimal_math.hpp"

#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

// Scales that DMN allows.
constexpr std::int64_t min_scale = -6111;
constexpr std::int64_t max_scale = 6176;

std::optional<int> scale_of(const Value& scale) noexcept {
  const auto n = truncated(scale);
  if (!n || *n < min_scale || *n > max_scale) return std::nullopt;
  return static_cast<int>(*n);
}

Value rounded(CallContext& context, Arguments a, std::string_view name, rt::Rounding mode) {
  const auto scale = a.size() > 1 ? scale_of(a[1]) : std::optional(0);
  if (!scale) return context.fail(Fault::out_of_range, name, a);
  const auto n = rt::round(a[0].as_number(), *scale, mode);
  return n ? Value::number(*n) : context.fail(Fault::overflow, name, a);
}

Value number_or(CallContext& context, Fault fault, std::string_view name, Arguments a,
                const std::optional<rt::Decimal>& n) {
  return n ? Value::number(*n) : context.fail(fault, name, a);
}

}  // namespace

Value decimal(CallContext& context, Arguments a) {
  const auto scale = scale_of(a[1]);
  if (!scale) return context.fail(Fault::out_of_range, "decimal", a);
  const rt::Decimal n = a[0].as_number();
  // With exactly this scale where 34 digits allow, else with fewer.
  auto out = rt::quantize(n, -*scale, rt::Rounding::half_even);
  if (!out) out = rt::round(n, *scale, rt::Rounding::half_even);
  return number_or(context, Fault::overflow, "decimal", a, out);
}

Value floor_of(CallContext& context, Arguments a) {
  return rounded(context, a, "floor", rt::Rounding::floor);
}
Value ceiling_of(CallContext& context, Arguments a) {
  return rounded(context, a, "ceiling", rt::Rounding::ceiling);
}
Value round_up(CallContext& context, Arguments a) {
  return rounded(context, a, "round up", rt::Rounding::up);
}
Value round_down(CallContext& context, Arguments a) {
  return rounded(context, a, "round down", rt::Rounding::down);
}
Value round_half_up(CallContext& context, Arguments a) {
  return rounded(context, a, "round half up", rt::Rounding::half_up);
}
Value round_half_down(CallContext& context, Arguments a) {
  return rounded(context, a, "round half down", rt::Rounding::half_down);
}

Value absolute(CallContext& context, Arguments a) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::number:
      return Value::number(abs(v.as_number()));
    case Kind::days_duration:
      return rt::is_negative(v.as_days_duration()) ? negate(context, v) : v;
    case Kind::months_duration:
      return v.as_months_duration().count < 0 ? negate(context, v) : v;
    default:
      return v.money_minor() < 0 ? negate(context, v) : v;
  }
}

Value modulo_of(CallContext& context, Arguments a) {
  return number_or(context, Fault::division_by_zero, "modulo", a,
                   rt::modulo(a[0].as_number(), a[1].as_number()));
}

Value square_root(CallContext& context, Arguments a) {
  if (!context.spend(100)) return {};
  return number_or(context, Fault::out_of_range, "sqrt", a, rt::sqrt(a[0].as_number()));
}
Value natural_logarithm(CallContext& context, Arguments a) {
  if (!context.spend(100)) return {};
  return number_or(context, Fault::out_of_range, "log", a, rt::log(a[0].as_number()));
}
Value exponential(CallContext& context, Arguments a) {
  if (!context.spend(100)) return {};
  return number_or(context, Fault::overflow, "exp", a, rt::exp(a[0].as_number()));
}

Value is_odd(CallContext& /*context*/, Arguments a) {
  const auto rest = rt::modulo(a[0].as_number(), 2);
  return Value::boolean(rest && *rest == rt::Decimal(1));
}
Value is_even(CallContext& /*context*/, Arguments a) {
  const auto rest = rt::modulo(a[0].as_number(), 2);
  return Value::boolean(rest && rest->is_zero());
}

Value round_to_money(CallContext& context, Arguments a) {
  const auto scale = truncated(a[1]);
  if (!scale || *scale < -18 || *scale > a[0].money_scale()) {
    return context.fail(Fault::out_of_range, "round money", a);
  }
  const auto n = rt::round(amount_of(a[0]), static_cast<int>(*scale), rt::Rounding::half_up);
  if (!n) return context.fail(Fault::overflow, "round money", a);
  return round_money(context, *n, a[0].money_currency(), a[0].money_scale(), rt::Rounding::half_up);
}

Value number_of_money(CallContext& /*context*/, Arguments a) {
  return Value::number(amount_of(a[0]));
}

}  // namespace aftercare::builtins::bodies
