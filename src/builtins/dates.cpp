// Bodies: dates, the clock of the host, lengths of working time.
#include <array>

#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

constexpr std::array<std::string_view, 7> day_names = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::optional<rt::Date> date_of_point(CallContext& context, std::string_view name, Arguments a) {
  if (a[0].is(Kind::date)) return a[0].as_date();
  if (a[0].is(Kind::date_time)) return a[0].as_date_time().date;
  if (context.zone) return context.zone->date(a[0].as_instant());
  context.fail(Fault::needs_zone, name, a);
  return std::nullopt;
}

Value working(CallContext& context, std::string_view name, Arguments a, Unit unit) {
  const auto n = whole(a[0]);
  if (!n || *n > rt::max_length_count || *n < -rt::max_length_count) {
    return context.fail(Fault::out_of_range, name, a);
  }
  return Value::working_duration(*n, unit);
}

}  // namespace

Value day_of_year(CallContext& context, Arguments a) {
  const auto date = date_of_point(context, "day of year", a);
  return date ? Value::integer(rt::day_of_year(*date)) : Value();
}

Value day_of_week(CallContext& context, Arguments a) {
  const auto date = date_of_point(context, "day of week", a);
  if (!date) return {};
  return Value::string(day_names[static_cast<std::size_t>(rt::weekday(*date)) - 1]);
}

Value month_of_year(CallContext& context, Arguments a) {
  const auto date = date_of_point(context, "month of year", a);
  if (!date) return {};
  return Value::string(month_names[static_cast<std::size_t>(rt::fields(*date).month) - 1]);
}

Value week_of_year(CallContext& context, Arguments a) {
  const auto date = date_of_point(context, "week of year", a);
  return date ? Value::integer(rt::iso_week(*date).week) : Value();
}

Value now_value(CallContext& context, Arguments a) {
  if (!context.now) return context.fail(Fault::needs_now, "now", a);
  return Value::date_time(shown_in(context.zone.value_or(Zone()), *context.now));
}

Value today_value(CallContext& context, Arguments a) {
  if (!context.now) return context.fail(Fault::needs_now, "today", a);
  return Value::date(context.zone.value_or(Zone()).date(*context.now));
}

Value working_minutes(CallContext& context, Arguments a) {
  return working(context, "working minutes", a, Unit::working_minute);
}
Value working_hours(CallContext& context, Arguments a) {
  return working(context, "working hours", a, Unit::working_hour);
}
Value working_days(CallContext& context, Arguments a) {
  return working(context, "working days", a, Unit::working_day);
}

Value rank_of(CallContext& /*context*/, Arguments a) {
  return Value::integer(std::int64_t{a[0].symbol_index()} + 1);
}

}  // namespace aftercare::builtins::bodies
