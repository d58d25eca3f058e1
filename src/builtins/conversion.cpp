// Bodies: from texts and parts to values, and back.
#include <algorithm>
#include <string>

#include "base/unicode.hpp"
#include "builtins/support.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::builtins {
namespace {

bool zone_exists(const ZoneRef& zone) {
  return zone.kind != ZoneRef::Kind::named || zone_of(zone).has_value();
}

Value checked_time(CallContext& context, std::string_view name, TimeValue v) {
  if (!zone_exists(v.zone)) return context.fail(Fault::unknown_zone, name);
  return Value::time(std::move(v));
}
Value checked_date_time(CallContext& context, std::string_view name, DateTimeValue v) {
  if (!zone_exists(v.zone)) return context.fail(Fault::unknown_zone, name);
  return Value::date_time(std::move(v));
}

// Texts of this length and more are no dates, times or numbers.
constexpr std::size_t longest_literal = 4096;

}  // namespace

Value temporal_from_text(CallContext& context, std::string_view text) {
  if (text.size() <= longest_literal) {
    if (const auto date = value::parse_date(text)) return Value::date(*date);
    if (auto t = value::parse_time(text)) return checked_time(context, "@", *std::move(t));
    if (auto d = value::parse_date_time(text))
      return checked_date_time(context, "@", *std::move(d));
    if (Value duration = value::parse_duration(text); !duration.is_null()) return duration;
  }
  return context.fail(Fault::invalid_argument, "@", {Value::string(text.substr(0, 80))});
}

namespace bodies {
namespace {

// ── range("[…]"): literals only ─────────────────────────────────────────────────────────────────

class RangeReader {
 public:
  RangeReader(CallContext& context, std::string_view text) : context_(context), rest_(text) {}

  Value read() {
    skip_blanks();
    const bool includes_low = take('[');
    if (!includes_low && !take('(') && !take(']')) return wrong();
    // An open end need not be written (grammar rule 66): "(..2]" is <= 2, "[2..)" is >= 2.
    skip_blanks();
    const bool has_low = includes_low || !rest_.starts_with("..");
    const auto low = has_low ? endpoint() : std::optional<Value>(Value());
    if (!low || !take('.') || !take_raw('.')) return wrong();
    skip_blanks();
    const bool has_high = !rest_.starts_with(')') && !rest_.starts_with('[');
    const auto high = has_high ? endpoint() : std::optional<Value>(Value());
    if (!high) return wrong();
    const bool includes_high = take(']');
    if (!includes_high && !take(')') && !take('[')) return wrong();
    skip_blanks();
    if (!rest_.empty() || (!has_low && !has_high)) return wrong();
    if (!has_low)
      return make_comparison(context_, includes_high ? RangeForm::less_equal : RangeForm::less,
                             *high);
    if (!has_high)
      return make_comparison(
          context_, includes_low ? RangeForm::greater_equal : RangeForm::greater, *low);
    return make_range(context_, *low, includes_low, *high, includes_high);
  }

 private:
  Value wrong() { return context_.fail(Fault::invalid_argument, "range"); }
  void skip_blanks() {
    while (!rest_.empty() &&
           (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  bool take_raw(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(char c) {
    skip_blanks();
    return take_raw(c);
  }
  bool take(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<Value> endpoint() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    if (take("null")) return Value();
    if (rest_[0] == '"') {
      auto text = string_literal();
      if (!text) return std::nullopt;
      return Value::string(*text);
    }
    if (take_raw('@')) {
      const auto text = string_literal();
      if (!text) return std::nullopt;
      return present(temporal_from_text(context_, *text));
    }
    for (const auto& [name, body] : calls()) {
      const std::string_view before = rest_;
      if (!take(name)) continue;
      if (!take('(')) {
        rest_ = before;
        continue;
      }
      skip_blanks();
      const auto text = string_literal();
      if (!text || !take(')')) return std::nullopt;
      const Value argument = Value::string(*text);
      return present(body(context_, {&argument, 1}));
    }
    return number_literal();
  }

  static std::optional<Value> present(Value v) {
    if (v.is_null()) return std::nullopt;
    return v;
  }

  static std::span<const std::pair<std::string_view, Value (*)(CallContext&, Arguments)>> calls() {
    static constexpr std::pair<std::string_view, Value (*)(CallContext&, Arguments)> all[] = {
        {"date and time", &date_and_time_from},
        {"date", &date_from},
        {"time", &time_from},
        {"duration", &duration_from},
    };
    return all;
  }

  std::optional<Value> number_literal() {
    std::size_t n = 0;
    if (rest_[0] == '-') ++n;
    bool point = false;
    while (n < rest_.size()) {
      const char c = rest_[n];
      const bool digit = c >= '0' && c <= '9';
      // one point, but not the two of the range
      const bool fraction = c == '.' && !point && n + 1 < rest_.size() && rest_[n + 1] != '.';
      if (!digit && !fraction) break;
      point = point || fraction;
      ++n;
    }
    const auto parsed = rt::Decimal::parse(rest_.substr(0, n));
    if (!parsed) return std::nullopt;
    rest_.remove_prefix(n);
    return Value::number(*parsed);
  }

  std::optional<std::string> string_literal() {
    if (!take_raw('"')) return std::nullopt;
    std::string out;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (rest_.empty()) return std::nullopt;
      const char escape = rest_[0];
      rest_.remove_prefix(1);
      switch (escape) {
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u':
        case 'U': {
          const std::size_t digits = escape == 'u' ? 4 : 6;
          char32_t code = 0;
          if (rest_.size() < digits) return std::nullopt;
          for (std::size_t i = 0; i < digits; ++i) {
            const char d = rest_[i];
            const int v = d >= '0' && d <= '9'   ? d - '0'
                          : d >= 'a' && d <= 'f' ? d - 'a' + 10
                          : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                 : -1;
            if (v < 0) return std::nullopt;
            code = code * 16 + static_cast<char32_t>(v);
          }
          rest_.remove_prefix(digits);
          if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
          base::append_utf8(out, code);
          break;
        }
        default:
          out += escape;
      }
    }
    return std::nullopt;
  }

  CallContext& context_;
  std::string_view rest_;
};

rt::Date date_part(const Value& v) {
  return v.is(Kind::date) ? v.as_date() : v.as_date_time().date;
}

Value number_of_text(CallContext& context, std::string_view text, Arguments a) {
  const auto n = text.size() <= longest_literal ? rt::Decimal::parse(text) : std::nullopt;
  return n ? Value::number(*n) : context.fail(Fault::invalid_argument, "number", a);
}

}  // namespace

Value date_from(CallContext& context, Arguments a) {
  const Value& v = a[0];
  if (v.is(Kind::date)) return v;
  if (v.is(Kind::date_time)) return Value::date(v.as_date_time().date);
  const auto date = value::parse_date(v.as_string());
  return date ? Value::date(*date) : context.fail(Fault::invalid_argument, "date", a);
}

Value date_of_fields(CallContext& context, Arguments a) {
  const auto year = whole(a[0]), month = whole(a[1]), day = whole(a[2]);
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
    return context.fail(Fault::out_of_range, "date", a);
  }
  const auto date =
      rt::date_of(rt::YearMonthDay{*year, static_cast<int>(*month), static_cast<int>(*day)});
  return date ? Value::date(*date) : context.fail(Fault::out_of_range, "date", a);
}

Value date_of_instant(CallContext& context, Arguments a) {
  if (!context.zone) return context.fail(Fault::needs_zone, "date", a);
  return Value::date(context.zone->date(a[0].as_instant()));
}

Value date_and_time_from(CallContext& context, Arguments a) {
  constexpr std::string_view name = "date and time";
  const Value& v = a[0];
  if (v.is(Kind::date_time)) return v;
  if (v.is(Kind::date)) return Value::date_time({v.as_date(), {}, {}});
  if (const auto date = value::parse_date(v.as_string())) {
    return Value::date_time({*date, {}, {}});
  }
  auto parsed = value::parse_date_time(v.as_string());
  if (!parsed) return context.fail(Fault::invalid_argument, name, a);
  return checked_date_time(context, name, *std::move(parsed));
}

Value date_and_time_of_parts(CallContext& /*context*/, Arguments a) {
  const TimeValue& time = a[1].as_time();
  return Value::date_time({date_part(a[0]), time.time, time.zone});
}

Value date_and_time_in_zone(CallContext& context, Arguments a) {
  ZoneRef zone{ZoneRef::Kind::named, 0, std::string(a[2].as_string())};
  return checked_date_time(context, "date and time",
                           {date_part(a[0]), a[1].as_time().time, std::move(zone)});
}

/// A time of no day is shown once.
Value time_of_day(const DateTimeValue& v) {
  ZoneRef zone = v.zone;
  zone.is_second = false;
  return Value::time({v.time, std::move(zone)});
}

Value time_from(CallContext& context, Arguments a) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::time:
      return v;
    case Kind::date:  // midnight UTC, as wherever a date becomes a point in time
      return Value::time({{}, {ZoneRef::Kind::offset, 0, {}}});
    case Kind::date_time:
      return time_of_day(v.as_date_time());
    default: {
      auto parsed = value::parse_time(v.as_string());
      if (!parsed) return context.fail(Fault::invalid_argument, "time", a);
      return checked_time(context, "time", *std::move(parsed));
    }
  }
}

Value time_of_fields(CallContext& context, Arguments a) {
  const auto wrong = [&] { return context.fail(Fault::out_of_range, "time", a); };
  const auto hour = whole(a[0]), minute = whole(a[1]);
  if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) return wrong();
  const rt::Decimal second = a[2].as_number();
  if (second < rt::Decimal(0) || second >= rt::Decimal(60)) return wrong();
  const auto scaled = rt::multiply(second, rt::nanos_per_second);
  const auto cut = scaled ? rt::round(*scaled, 0, rt::Rounding::down) : std::nullopt;
  const auto nanos = cut ? cut->to_int64() : std::nullopt;
  if (!nanos) return wrong();
  TimeValue v;
  v.time.nanos = (*hour * 3600 + *minute * 60) * rt::nanos_per_second + *nanos;
  if (a.size() > 3 && !a[3].is_null()) {
    const auto offset = a[3].as_days_duration();
    if (offset.nanos != 0 || offset.seconds > value::max_offset_seconds ||
        offset.seconds < -value::max_offset_seconds) {
      return wrong();
    }
    v.zone = {ZoneRef::Kind::offset, static_cast<std::int32_t>(offset.seconds), {}};
  }
  return Value::time(std::move(v));
}

Value time_of_instant(CallContext& context, Arguments a) {
  if (!context.zone) return context.fail(Fault::needs_zone, "time", a);
  return Value::time({context.zone->local(a[0].as_instant()).time, {}});
}

Value number_from(CallContext& context, Arguments a) {
  const auto wrong = [&] { return context.fail(Fault::invalid_argument, "number", a); };
  const std::string_view grouping = a[1].is_null() ? "" : a[1].as_string();
  const std::string_view point = a[2].is_null() ? "." : a[2].as_string();
  if (!a[1].is_null() && grouping != " " && grouping != "," && grouping != ".") return wrong();
  if (point != "." && point != ",") return wrong();
  if (!a[2].is_null() && grouping == point) return wrong();
  const std::string_view text = a[0].as_string();
  if (text.size() > longest_literal) return wrong();
  std::string plain;
  for (const char c : text) {
    if (!grouping.empty() && c == grouping[0]) continue;
    if (c == '.' && point != ".") return wrong();
    plain += c == point[0] ? '.' : c;
  }
  return number_of_text(context, plain, a);
}

Value number_plain(CallContext& context, Arguments a) {
  return number_of_text(context, a[0].as_string(), a);
}

Value string_from(CallContext& context, Arguments a) {
  if (a[0].is(Kind::string)) return a[0];
  auto text = text_of(context, a[0]);
  return text ? value::string(*std::move(text)) : Value();
}

Value string_from_null(CallContext& context, Arguments a) {
  return a[0].is_null() ? Value() : string_from(context, a);
}

Value duration_from(CallContext& context, Arguments a) {
  if (!a[0].is(Kind::string)) return a[0];
  const std::string_view text = a[0].as_string();
  Value parsed = text.size() <= longest_literal ? value::parse_duration(text) : Value();
  return parsed.is_null() ? context.fail(Fault::invalid_argument, "duration", a) : parsed;
}

Value months_duration_between(CallContext& /*context*/, Arguments a) {
  return Value::months_duration({rt::months_between(date_part(a[0]), date_part(a[1]))});
}

Value range_from(CallContext& context, Arguments a) {
  if (!afford_text(context, a[0].as_string().size())) return {};
  return RangeReader(context, a[0].as_string()).read();
}

}  // namespace bodies
}  // namespace aftercare::builtins
