// The ISO 8601 subset of FEEL, both ways.
#include "value/temporal_text.hpp"

#include <array>
#include <cstdint>
#include <limits>

namespace aftercare::value {
namespace {

using rt::nanos_per_second;
using rt::seconds_per_day;

void put(std::string& out, std::int64_t number, int width) {
  std::array<char, 20> digits{};
  int n = 0;
  for (; number > 0 || n == 0; number /= 10) {
    digits[static_cast<std::size_t>(n++)] = static_cast<char>('0' + number % 10);
  }
  for (; n < width; ++n) digits[static_cast<std::size_t>(n)] = '0';
  while (n > 0) out += digits[static_cast<std::size_t>(--n)];
}

void put_fraction(std::string& out, std::int64_t nanos) {
  if (nanos == 0) return;
  out += '.';
  std::int64_t unit = nanos_per_second / 10;
  for (; nanos > 0; unit /= 10) {
    out += static_cast<char>('0' + nanos / unit);
    nanos %= unit;
  }
}

void put_date(std::string& out, rt::Date date) {
  const auto f = rt::fields(date);
  if (f.year < 0) out += '-';
  put(out, f.year < 0 ? -f.year : f.year, 4);
  out += '-';
  put(out, f.month, 2);
  out += '-';
  put(out, f.day, 2);
}

void put_time(std::string& out, rt::TimeOfDay time) {
  const auto f = rt::fields(time);
  put(out, f.hour, 2);
  out += ':';
  put(out, f.minute, 2);
  out += ':';
  put(out, f.second, 2);
  put_fraction(out, f.nanos);
}

void put_zone(std::string& out, const ZoneRef& zone) {
  if (zone.kind == ZoneRef::Kind::named) {
    out += '@';
    out += zone.name;
  } else if (zone.kind == ZoneRef::Kind::offset) {
    std::int32_t s = zone.offset_seconds;
    if (s == 0) {
      out += 'Z';
      return;
    }
    out += s < 0 ? '-' : '+';
    if (s < 0) s = -s;
    put(out, s / 3600, 2);
    out += ':';
    put(out, s / 60 % 60, 2);
    if (s % 60 != 0) {
      out += ':';
      put(out, s % 60, 2);
    }
  }
}

// Reads from the front of a text; each step either takes something or fails.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : text_(text) {}
  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }
  [[nodiscard]] char peek() const noexcept { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) noexcept {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] std::size_t count_digits() const noexcept {
    std::size_t n = 0;
    while (n < text_.size() && text_[n] >= '0' && text_[n] <= '9') ++n;
    return n;
  }
  // A number of `least` to `most` digits, all that are there.
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) noexcept {
    const std::size_t n = count_digits();
    if (n < least || n > most) return std::nullopt;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value * 10 + (text_[i] - '0');
    text_.remove_prefix(n);
    return value;
  }
  // The digits after a decimal point as nanoseconds; further digits are cut off.
  std::optional<std::int64_t> fraction() noexcept {
    const std::size_t n = count_digits();
    if (n == 0) return std::nullopt;
    std::int64_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < n ? text_[i] - '0' : 0);
    text_.remove_prefix(n);
    return nanos;
  }
  [[nodiscard]] std::string_view rest() const noexcept { return text_; }
  void skip_all() noexcept { text_ = {}; }

 private:
  std::string_view text_;
};

std::optional<rt::Date> read_date(Reader& in) {
  const bool negative = in.take('-');
  const char first = in.peek();
  const std::size_t digits = in.count_digits();
  const auto year = in.number(4, 9);
  if (!year || (digits > 4 && first == '0')) return std::nullopt;
  if (!in.take('-')) return std::nullopt;
  if (in.count_digits() != 2) return std::nullopt;
  const auto month = in.number(2, 2);
  if (!in.take('-') || in.count_digits() != 2) return std::nullopt;
  const auto day = in.number(2, 2);
  return rt::date_of(rt::YearMonthDay{negative ? -*year : *year, static_cast<int>(*month),
                                      static_cast<int>(*day)});
}

std::optional<rt::TimeOfDay> read_time(Reader& in, bool& next_day) {
  const auto hour = in.number(2, 2);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.number(2, 2);
  if (!minute || !in.take(':')) return std::nullopt;
  const auto second = in.number(2, 2);
  if (!second) return std::nullopt;
  std::int64_t nanos = 0;
  if (in.take('.')) {
    const auto read = in.fraction();
    if (!read) return std::nullopt;
    nanos = *read;
  }
  next_day = *hour == 24 && *minute == 0 && *second == 0 && nanos == 0;
  if (next_day) return rt::TimeOfDay{};
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return rt::TimeOfDay{(*hour * 3600 + *minute * 60 + *second) * nanos_per_second + nanos};
}

// Everything up to the end: nothing, Z, an offset, or @ and a name.
std::optional<ZoneRef> read_zone(Reader& in) {
  ZoneRef zone;
  if (in.at_end()) return zone;
  if (in.take('@')) {
    for (const char c : in.rest()) {
      const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '/' || c == '_' || c == '-' || c == '+';
      if (!ok) return std::nullopt;
    }
    // An offset is no name: +08:00 and Z stand without @.
    const std::string_view name = in.rest();
    if (name.empty() || name == "Z" || name == "z" || name[0] == '+' || name[0] == '-') {
      return std::nullopt;
    }
    zone.kind = ZoneRef::Kind::named;
    zone.name = in.rest();
    in.skip_all();
    return zone;
  }
  zone.kind = ZoneRef::Kind::offset;
  if (in.take('Z') || in.take('z')) {
    if (!in.at_end()) return std::nullopt;
    return zone;
  }
  const bool negative = in.peek() == '-';
  if (!in.take('-') && !in.take('+')) return std::nullopt;
  const auto hours = in.number(2, 2);
  if (!hours || !in.take(':')) return std::nullopt;
  const auto minutes = in.number(2, 2);
  if (!minutes) return std::nullopt;
  std::optional<std::int64_t> seconds = 0;
  if (in.take(':')) seconds = in.number(2, 2);
  if (!seconds || !in.at_end() || *minutes > 59 || *seconds > 59) return std::nullopt;
  const auto total = static_cast<std::int32_t>(*hours * 3600 + *minutes * 60 + *seconds);
  if (total > max_offset_seconds) return std::nullopt;
  zone.offset_seconds = negative ? -total : total;
  return zone;
}

}  // namespace

std::string date_text(rt::Date date) {
  std::string out;
  put_date(out, date);
  return out;
}

std::string time_text(const TimeValue& time) {
  std::string out;
  put_time(out, time.time);
  put_zone(out, time.zone);
  return out;
}

std::string date_time_text(const DateTimeValue& v) {
  std::string out;
  put_date(out, v.date);
  out += 'T';
  put_time(out, v.time);
  put_zone(out, v.zone);
  return out;
}

std::string days_duration_text(rt::Duration length) {
  // Magnitude in unsigned seconds, so that the most negative length prints too.
  const bool negative = length.seconds < 0;
  auto seconds = static_cast<std::uint64_t>(length.seconds);
  std::int64_t nanos = length.nanos;
  if (negative) {
    seconds = std::uint64_t{0} - seconds;
    if (nanos > 0) {
      nanos = nanos_per_second - nanos;
      --seconds;
    }
  }
  std::string out = negative ? "-P" : "P";
  const auto day = static_cast<std::uint64_t>(seconds_per_day);
  const auto days = static_cast<std::int64_t>(seconds / day);
  const auto rest = static_cast<std::int64_t>(seconds % day);
  if (days > 0) {
    put(out, days, 1);
    out += 'D';
  }
  if (rest == 0 && nanos == 0) {
    if (days == 0) out += "T0S";
    return out;
  }
  out += 'T';
  if (rest / 3600 > 0) {
    put(out, rest / 3600, 1);
    out += 'H';
  }
  if (rest / 60 % 60 > 0) {
    put(out, rest / 60 % 60, 1);
    out += 'M';
  }
  if (rest % 60 > 0 || nanos > 0) {
    put(out, rest % 60, 1);
    put_fraction(out, nanos);
    out += 'S';
  }
  return out;
}

std::string months_duration_text(rt::Months length) {
  const bool negative = length.count < 0;
  auto count = static_cast<std::uint64_t>(length.count);
  if (negative) count = std::uint64_t{0} - count;
  std::string out = negative ? "-P" : "P";
  const auto years = static_cast<std::int64_t>(count / 12);
  const auto months = static_cast<std::int64_t>(count % 12);
  if (years > 0) {
    put(out, years, 1);
    out += 'Y';
  }
  if (months > 0 || years == 0) {
    put(out, months, 1);
    out += 'M';
  }
  return out;
}

std::string instant_text(rt::Instant at) {
  const auto seconds = rt::seconds_of(at);
  const auto nanos = static_cast<std::int32_t>(at.micros - seconds * rt::micros_per_second) * 1000;
  const auto local = rt::local_from_seconds(seconds, nanos);
  return date_time_text({local.date, local.time, {ZoneRef::Kind::offset, 0, {}}});
}

std::optional<rt::Date> parse_date(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  if (!date || !in.at_end()) return std::nullopt;
  return date;
}

std::optional<TimeValue> parse_time(std::string_view text) {
  Reader in(text);
  bool next_day = false;
  const auto time = read_time(in, next_day);
  if (!time) return std::nullopt;
  const auto zone = read_zone(in);
  if (!zone) return std::nullopt;
  return TimeValue{*time, *zone};
}

std::optional<DateTimeValue> parse_date_time(std::string_view text) {
  Reader in(text);
  auto date = read_date(in);
  if (!date || !in.take('T')) return std::nullopt;
  bool next_day = false;
  const auto time = read_time(in, next_day);
  if (!time) return std::nullopt;
  if (next_day) date = rt::add_days(*date, 1);
  const auto zone = read_zone(in);
  if (!zone || !date) return std::nullopt;
  return DateTimeValue{*date, *time, *zone};
}

Value parse_duration(std::string_view text) {
  __extension__ using Wide = __int128;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  Reader in(text);
  const bool negative = in.take('-');
  if (!in.take('P')) return {};
  // Designators in the order in which they must come; T parts dates from times.
  struct Part {
    char letter;
    bool in_time;
    std::int64_t factor;
  };
  static constexpr std::array<Part, 6> parts = {{{'Y', false, 12},
                                                 {'M', false, 1},
                                                 {'D', false, seconds_per_day},
                                                 {'H', true, 3600},
                                                 {'M', true, 60},
                                                 {'S', true, 1}}};
  std::size_t next = 0;
  bool in_time = false;
  bool any_of_time = false;
  bool has_months = false;
  bool has_days = false;
  Wide months = 0;
  Wide seconds = 0;
  std::int64_t nanos = 0;
  while (!in.at_end()) {
    if (!in_time && in.take('T')) {
      in_time = true;
      continue;
    }
    const auto count = in.number(1, 18);
    if (!count) return {};
    const bool has_fraction = in.take('.');
    if (has_fraction) {
      // The conformance suite takes `PT0.S`, a point with nothing behind it.
      nanos = in.fraction().value_or(0);
    }
    while (next < parts.size() &&
           (parts[next].in_time != in_time || parts[next].letter != in.peek())) {
      ++next;
    }
    if (next == parts.size() || (has_fraction && parts[next].letter != 'S')) return {};
    in.take(in.peek());
    if (next < 2) {
      months += Wide{*count} * parts[next].factor;
      has_months = true;
    } else {
      seconds += Wide{*count} * parts[next].factor;
      has_days = true;
      any_of_time |= in_time;
    }
    ++next;
  }
  if (has_months == has_days || (in_time && !any_of_time)) return {};
  if (has_months) {
    if (months > most) return {};
    const auto total = static_cast<std::int64_t>(months);
    return Value::months_duration({negative ? -total : total});
  }
  if (seconds > most - 1) return {};
  const auto total = static_cast<std::int64_t>(seconds);
  const auto length = negative ? rt::duration_of(-total, -nanos) : rt::duration_of(total, nanos);
  return length ? Value::days_duration(*length) : Value();
}

}  // namespace aftercare::value
