// Members, elements, and the text of values.
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "builtins/operations.hpp"
#include "value/object.hpp"

namespace aftercare::builtins {
namespace {

using rt::nanos_per_second;

// Seconds with their decimals: 5, 5.25.
Value seconds_value(std::int64_t seconds, std::int64_t nanos) {
  if (nanos == 0) return Value::integer(seconds);
  std::int64_t coefficient = seconds * nanos_per_second + nanos;
  int exponent = -9;
  for (; coefficient % 10 == 0; coefficient /= 10) ++exponent;
  return Value::number(rt::Decimal::make(coefficient, exponent).value_or(rt::Decimal()));
}

std::optional<Value> date_property(rt::Date date, std::string_view name) {
  const auto f = rt::fields(date);
  if (name == "year") return Value::integer(f.year);
  if (name == "month") return Value::integer(f.month);
  if (name == "day") return Value::integer(f.day);
  if (name == "weekday") return Value::integer(static_cast<std::int64_t>(rt::weekday(date)));
  return std::nullopt;
}

std::optional<Value> time_property(rt::TimeOfDay time, std::string_view name) {
  const auto f = rt::fields(time);
  if (name == "hour") return Value::integer(f.hour);
  if (name == "minute") return Value::integer(f.minute);
  if (name == "second") return seconds_value(f.second, f.nanos);
  return std::nullopt;
}

std::optional<Value> zone_property(const Value& v, const ZoneRef& zone, std::string_view name) {
  if (name == "timezone") {
    return zone.kind == ZoneRef::Kind::named ? Value::string(zone.name) : Value();
  }
  if (name != "time offset") return std::nullopt;
  if (zone.kind == ZoneRef::Kind::offset) return Value::days_duration({zone.offset_seconds, 0});
  if (zone.kind == ZoneRef::Kind::named && v.is(Kind::date_time)) {
    const auto at = moment_of(v);
    const auto loaded = zone_of(zone);
    if (at && loaded) return Value::days_duration({loaded->offset_at(at->seconds), 0});
  }
  return Value();
}

std::optional<Value> days_property(rt::Duration d, std::string_view name) {
  // Each field towards zero, with the sign of the whole: -PT90M is -1 hour and -30 minutes.
  const bool negative = rt::is_negative(d);
  __extension__ using Wide = __int128;
  Wide total = Wide{d.seconds} * nanos_per_second + d.nanos;
  if (negative) total = -total;
  const auto seconds = static_cast<std::int64_t>(total / nanos_per_second);
  const auto nanos = static_cast<std::int64_t>(total % nanos_per_second);
  const std::int64_t sign = negative ? -1 : 1;
  if (name == "days") return Value::integer(sign * (seconds / rt::seconds_per_day));
  if (name == "hours") return Value::integer(sign * (seconds / 3600 % 24));
  if (name == "minutes") return Value::integer(sign * (seconds / 60 % 60));
  if (name == "seconds") return seconds_value(sign * (seconds % 60), sign * nanos);
  return std::nullopt;
}

std::optional<Value> property_of(const Value& v, std::string_view name) {
  switch (v.kind()) {
    case Kind::context: {
      const Value* found = v.find(name);
      if (found == nullptr) return std::nullopt;
      return *found;
    }
    case Kind::date:
      return date_property(v.as_date(), name);
    case Kind::time: {
      if (auto p = time_property(v.as_time().time, name)) return p;
      return zone_property(v, v.as_time().zone, name);
    }
    case Kind::date_time: {
      const DateTimeValue& d = v.as_date_time();
      if (auto p = date_property(d.date, name)) return p;
      if (auto p = time_property(d.time, name)) return p;
      return zone_property(v, d.zone, name);
    }
    case Kind::days_duration:
      return days_property(v.as_days_duration(), name);
    case Kind::months_duration: {
      const std::int64_t n = v.as_months_duration().count;
      if (name == "years") return Value::integer(n / 12);
      if (name == "months") return Value::integer(n % 12);
      return std::nullopt;
    }
    case Kind::range: {
      // `!=` has no ends: both are unknown.
      const bool ends = v.range_form() != RangeForm::not_equal;
      if (name == "start") return ends ? v.range_low() : Value();
      if (name == "end") return ends ? v.range_high() : Value();
      if (name == "start included") return Value::boolean(v.range_includes_low());
      if (name == "end included") return Value::boolean(v.range_includes_high());
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

/// False where the budget is spent.
bool collect(CallContext& context, const Value& v, std::string_view name, std::vector<Value>& out) {
  if (v.is(Kind::list)) {
    if (!context.spend(v.items().size())) return false;
    for (const Value& item : v.items())
      if (!collect(context, item, name, out)) return false;
  } else if (v.is(Kind::context)) {
    if (!context.spend(v.entries().size())) return false;
    for (const auto& [key, value] : v.entries()) {
      if (key == name) {
        if (!context.spend(0, sizeof(Value))) return false;
        out.push_back(value);
      }
      if (!collect(context, value, name, out)) return false;
    }
  }
  return true;
}

}  // namespace

Value descendants(CallContext& context, const Value& v, std::string_view name) {
  if (v.is_null()) return {};
  std::vector<Value> out;
  if (!collect(context, v, name, out)) return {};
  return Value::list(std::move(out));
}

Value property(CallContext& context, const Value& v, std::string_view name) {
  if (v.is(Kind::list)) {
    if (!context.spend(v.items().size(), v.items().size() * sizeof(Value))) return {};
    std::vector<Value> out;
    out.reserve(v.items().size());
    for (const Value& item : v.items()) {
      // An element that is a context without such an entry counts as null, silently.
      if (item.is(Kind::context) && item.find(name) == nullptr) {
        out.emplace_back();
      } else {
        out.push_back(property(context, item, name));
      }
    }
    return Value::list(std::move(out));
  }
  if (v.is(Kind::instant)) {
    if (!context.zone) return context.fail(Fault::needs_zone, name, {v});
    const auto local = context.zone->local(v.as_instant());
    if (auto p = date_property(local.date, name)) return *std::move(p);
    if (auto p = time_property(local.time, name)) return *std::move(p);
    return context.fail(Fault::no_such_member, name, {v});
  }
  if (auto p = property_of(v, name)) return *std::move(p);
  return context.fail(Fault::no_such_member, name, {v});
}

Value at(CallContext& context, const Value& list, const Value& index) {
  if (!index.is(Kind::number)) return context.fail(Fault::type_mismatch, "[]", {list, index});
  const auto n = index.as_number().to_int64();
  const bool is_list = list.is(Kind::list);
  const auto size = is_list ? static_cast<std::int64_t>(list.items().size()) : 1;
  if (!n || *n == 0 || *n > size || *n < -size) {
    return context.fail(Fault::out_of_range, "[]", {list, index});
  }
  if (!is_list) return list;
  return list.items()[static_cast<std::size_t>(*n > 0 ? *n - 1 : size + *n)];
}

std::optional<std::string> text_of(CallContext& context, const Value& v) {
  if (v.is(Kind::string)) return std::string(v.as_string());
  std::string out;
  const bool whole =
      value::print(out, v, static_cast<std::size_t>(context.budget.bytes),
                   [&context](std::string& to, const Value& scalar) {
                     if (scalar.is(Kind::symbol)) {
                       to += context.symbol_text(scalar);
                     } else if (scalar.is(Kind::number)) {
                       // Numbers that are equal have equal texts: 1.10 is "1.1".
                       to += rt::to_string(scalar.as_number().normalized());
                     } else if (scalar.is(Kind::instant)) {
                       to += iso_text(scalar.as_instant(), context.zone.value_or(Zone()));
                     } else {
                       return false;
                     }
                     return true;
                   });
  if (!context.spend(out.size() / 16 + 1, out.size() + (whole ? 0U : 1U))) return std::nullopt;
  return out;
}

}  // namespace aftercare::builtins
