// The interface of this file is the parse_… and iso_text functions of time.hpp.
#include <limits>

#include "aftercare/time.hpp"

#include "calendar/unclear.hpp"

namespace aftercare {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // As many digits as there are.
  std::string_view digits() {
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    const auto result = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return result;
  }
  std::optional<int> two_digits(int max) {
    if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) return std::nullopt;
    const int value = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    if (value > max) return std::nullopt;
    rest_.remove_prefix(2);
    return value;
  }
  // ".5" as nanoseconds; digits beyond the ninth are cut off. 0 where there is no fraction.
  std::optional<std::int32_t> fraction() {
    if (!take('.')) return 0;
    const auto text = digits();
    if (text.empty()) return std::nullopt;
    std::int32_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < text.size() ? text[i] - '0' : 0);
    return nanos;
  }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) {
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, c - '0', &value)) {
      return std::nullopt;
    }
  }
  return value;
}

std::optional<Date> read_date(Reader& in) {
  const bool negative = in.take('-');
  const auto year_text = in.digits();
  if (year_text.size() < 4 || year_text.size() > 9) return std::nullopt;
  if (year_text.size() > 4 && year_text.front() == '0') return std::nullopt;
  const auto year = *number(year_text);
  if (!in.take('-')) return std::nullopt;
  const auto month = in.two_digits(12);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.two_digits(31);
  if (!day) return std::nullopt;
  return rt::date_of({negative ? -year : year, *month, *day});
}

struct ClockReading {
  TimeOfDay time;
  bool is_next_day = false;
};

std::optional<ClockReading> read_time(Reader& in) {
  const auto hour = in.two_digits(24);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.two_digits(59);
  if (!minute) return std::nullopt;
  int second = 0;
  std::int32_t nanos = 0;
  if (in.take(':')) {
    const auto s = in.two_digits(59);
    if (!s) return std::nullopt;
    const auto fraction = in.fraction();
    if (!fraction) return std::nullopt;
    second = *s;
    nanos = *fraction;
  }
  if (*hour == 24) {
    if (*minute != 0 || second != 0 || nanos != 0) return std::nullopt;
    return ClockReading{{}, true};
  }
  return ClockReading{rt::time_of(*hour, *minute, second, nanos), false};
}

std::optional<LocalDateTime> read_local(Reader& in) {
  const auto date = read_date(in);
  if (!date || !in.take('T')) return std::nullopt;
  const auto time = read_time(in);
  if (!time) return std::nullopt;
  const auto day = rt::add_days(*date, time->is_next_day ? 1 : 0);
  if (!day) return std::nullopt;
  return LocalDateTime{*day, time->time};
}

Error bad_instant(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_argument,
          "'" + std::string(text.substr(0, 80)) + "' " + std::string(why)};
}

// An Instant's microseconds hold some 292,000 years either way.
bool fits(const LocalDateTime& local) {
  const auto year = rt::fields(local.date).year;
  return year > -290'000 && year < 290'000;
}

Result<Instant> instant_in(std::string_view text, const LocalDateTime& local, const Zone& zone) {
  if (const auto unclear = calendar::unclear_time(text, zone)) {
    const std::string why = unclear->kind == LocalKind::gap ? "is never shown" : "is shown twice";
    return bad_instant(text, why + " by the clocks of " + zone.name() + "; write " +
                                 unclear->first + " or " + unclear->second);
  }
  return zone.instant(local);
}

Result<Instant> parse_instant_with(std::string_view text, const Zone* zone) {
  Reader in(text);
  const auto local = read_local(in);
  if (!local) return bad_instant(text, "is no date and time");
  if (!fits(*local)) return bad_instant(text, "lies too far from today");
  if (in.at_end()) {
    if (zone == nullptr) return bad_instant(text, "has no offset from UTC");
    return instant_in(text, *local, *zone);
  }
  if (in.take('@')) {
    if (parse_offset(in.rest())) return bad_instant(text, "is no date and time");
    auto named = Zone::load(in.rest());
    if (!named) return named.error();
    return instant_in(text, *local, *named);
  }
  const auto offset = parse_offset(in.rest());
  if (!offset) return bad_instant(text, "is no date and time");
  return Instant{(rt::local_seconds(*local) - *offset) * rt::micros_per_second +
                 local->time.nanos % rt::nanos_per_second / 1000};
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  char digits[20];
  char* const end = digits + sizeof digits;
  char* begin = end;
  for (; value != 0; value /= 10) *--begin = static_cast<char>('0' + value % 10);
  while (static_cast<std::size_t>(end - begin) < width) *--begin = '0';
  out.append(begin, end);
}

void append(std::string& out, Date date) {
  const auto f = rt::fields(date);
  if (f.year < 0) out += '-';
  append_padded(out, f.year < 0 ? -f.year : f.year, 4);
  out += '-';
  append_padded(out, f.month, 2);
  out += '-';
  append_padded(out, f.day, 2);
}

void append_fraction(std::string& out, std::int32_t nanos) {
  if (nanos == 0) return;
  std::string digits = std::to_string(nanos);
  digits.insert(0, 9 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  out += '.';
  out += digits;
}

void append(std::string& out, TimeOfDay time) {
  const auto f = rt::fields(time);
  append_padded(out, f.hour, 2);
  out += ':';
  append_padded(out, f.minute, 2);
  out += ':';
  append_padded(out, f.second, 2);
  append_fraction(out, f.nanos);
}

void append_offset(std::string& out, std::int32_t seconds) {
  if (seconds == 0) {
    out += 'Z';
    return;
  }
  out += seconds < 0 ? '-' : '+';
  const auto size = seconds < 0 ? -std::int64_t{seconds} : std::int64_t{seconds};
  append_padded(out, size / 3600, 2);
  out += ':';
  append_padded(out, size / 60 % 60, 2);
  if (size % 60 != 0) {
    out += ':';
    append_padded(out, size % 60, 2);
  }
}

}  // namespace

std::string offset_text(std::int32_t seconds) {
  std::string out;
  append_offset(out, seconds);
  return out;
}

std::optional<std::int32_t> parse_offset(std::string_view text) {
  if (text == "Z") return 0;
  Reader in(text);
  const bool negative = in.take('-');
  if (!negative && !in.take('+')) return std::nullopt;
  const auto hours = in.two_digits(18);
  if (!hours || !in.take(':')) return std::nullopt;
  const auto minutes = in.two_digits(59);
  if (!minutes) return std::nullopt;
  std::int32_t seconds = *hours * 3600 + *minutes * 60;
  if (in.take(':')) {
    const auto rest = in.two_digits(59);
    if (!rest) return std::nullopt;
    seconds += *rest;
  }
  if (!in.at_end() || seconds > 18 * 3600) return std::nullopt;
  return negative ? -seconds : seconds;
}

std::optional<Date> parse_date(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  return in.at_end() ? date : std::nullopt;
}

std::optional<TimeOfDay> parse_time_of_day(std::string_view text) {
  Reader in(text);
  const auto time = read_time(in);
  if (!time || !in.at_end()) return std::nullopt;
  return time->time;
}

std::optional<LocalDateTime> parse_local(std::string_view text) {
  Reader in(text);
  const auto local = read_local(in);
  return in.at_end() ? local : std::nullopt;
}

Result<Instant> parse_instant(std::string_view text, const Zone& zone) {
  return parse_instant_with(text, &zone);
}
Result<Instant> parse_instant(std::string_view text) { return parse_instant_with(text, nullptr); }

std::optional<Duration> parse_duration(std::string_view text) {
  Reader in(text);
  const bool negative = in.take('-');
  if (!in.take('P')) return std::nullopt;
  // Each unit at most once, in this order; at least one; "T" only before one.
  struct Designator {
    char letter;
    std::int64_t seconds;
  };
  constexpr Designator units[] = {{'D', 86'400}, {'H', 3600}, {'M', 60}, {'S', 1}};
  std::size_t next = 0;
  bool is_in_time = false;
  std::optional<Duration> sum = Duration{};
  do {
    if (!is_in_time && in.take('T')) {
      is_in_time = true;
      if (next == 0) next = 1;
    }
    const auto digits = in.digits();
    const auto count = number(digits);
    if (digits.empty() || !count) return std::nullopt;
    const bool has_fraction = in.peek() == '.';
    const auto nanos = in.fraction();
    if (!nanos) return std::nullopt;
    while (next < 4 && units[next].letter != in.peek()) ++next;
    if (next == 4 || (next == 0) == is_in_time || (has_fraction && next != 3)) return std::nullopt;
    in.take(units[next].letter);
    const auto part = rt::multiply(Duration{*count, 0}, units[next].seconds);
    if (!part) return std::nullopt;
    sum = rt::add(*sum, {part->seconds, *nanos});
    if (!sum) return std::nullopt;
    ++next;
  } while (!in.at_end());
  return negative ? rt::negate(*sum) : sum;
}

std::optional<Months> parse_months(std::string_view text) {
  Reader in(text);
  const bool negative = in.take('-');
  if (!in.take('P') || in.at_end()) return std::nullopt;
  std::int64_t months = 0;
  auto digits = in.digits();
  if (in.take('Y')) {
    const auto years = number(digits);
    if (digits.empty() || !years || __builtin_mul_overflow(*years, 12, &months)) {
      return std::nullopt;
    }
    if (in.at_end()) return Months{negative ? -months : months};
    digits = in.digits();
  }
  const auto rest = number(digits);
  if (digits.empty() || !rest || !in.take('M') || !in.at_end()) return std::nullopt;
  if (__builtin_add_overflow(months, *rest, &months)) return std::nullopt;
  return Months{negative ? -months : months};
}

std::string iso_text(Date date) {
  std::string out;
  append(out, date);
  return out;
}

std::string iso_text(TimeOfDay time) {
  std::string out;
  append(out, time);
  return out;
}

std::string iso_text(const LocalDateTime& local) {
  std::string out;
  out.reserve(32);
  append(out, local.date);
  out += 'T';
  append(out, local.time);
  return out;
}

std::string iso_text(Instant at, const Zone& zone) {
  std::string out = iso_text(zone.local(at));
  append_offset(out, zone.offset_at(at));
  return out;
}

std::string iso_text(Duration duration) {
  if (duration == Duration{}) return "PT0S";
  // The size of the smallest negative length fits only into an unsigned number.
  auto seconds = static_cast<std::uint64_t>(duration.seconds);
  auto nanos = duration.nanos;
  std::string out;
  if (duration.seconds < 0) {
    out += '-';
    seconds = ~seconds + 1;
    if (nanos != 0) {
      --seconds;
      nanos = static_cast<std::int32_t>(rt::nanos_per_second) - nanos;
    }
  }
  out += 'P';
  if (seconds / 86'400 != 0) out += std::to_string(seconds / 86'400) + "D";
  seconds %= 86'400;
  if (seconds == 0 && nanos == 0) return out;
  out += 'T';
  if (seconds / 3600 != 0) out += std::to_string(seconds / 3600) + "H";
  if (seconds / 60 % 60 != 0) out += std::to_string(seconds / 60 % 60) + "M";
  if (seconds % 60 != 0 || nanos != 0) {
    out += std::to_string(seconds % 60);
    append_fraction(out, nanos);
    out += 'S';
  }
  return out;
}

std::string iso_text(Months months) {
  if (months.count == 0) return "P0M";
  auto count = static_cast<std::uint64_t>(months.count);
  std::string out;
  if (months.count < 0) {
    out += '-';
    count = ~count + 1;
  }
  out += 'P';
  if (count / 12 != 0) out += std::to_string(count / 12) + "Y";
  if (count % 12 != 0) out += std::to_string(count % 12) + "M";
  return out;
}

std::string length_text(Length length, Language language) {
  const auto& unit = rt::row(length.unit);
  const auto name = language == Language::chinese ? unit.chinese[0] : unit.symbol;
  return std::to_string(length.count) + std::string(name);
}

}  // namespace aftercare
