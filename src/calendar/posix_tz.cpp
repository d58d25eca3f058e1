// The interface of this file is parse_posix_tz() and the transitions of a year (RFC 8536, 3.3.1).
#include "calendar/posix_tz.hpp"

#include "aftercare/rt/date.hpp"

namespace aftercare::calendar {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // "CET" or "<+0330>"; at least three characters.
  bool name() {
    const bool quoted = take('<');
    std::size_t n = 0;
    while (n < rest_.size() && is_name_char(rest_[n], quoted)) ++n;
    if (n < 3) return false;
    rest_.remove_prefix(n);
    return !quoted || take('>');
  }

  std::optional<int> number(int max) {
    int value = 0;
    int digits = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (rest_.front() - '0');
      if (value > max) return std::nullopt;
      rest_.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return std::nullopt;
    return value;
  }

  // [+-]hh[:mm[:ss]]
  std::optional<std::int32_t> time(int max_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    const auto hours = number(max_hours);
    if (!hours) return std::nullopt;
    std::int32_t seconds = *hours * 3600;
    for (const int unit : {60, 1}) {
      if (!take(':')) break;
      const auto part = number(59);
      if (!part) return std::nullopt;
      seconds += *part * unit;
    }
    return negative ? -seconds : seconds;
  }

  std::optional<PosixDay> day() {
    PosixDay result;
    if (take('M')) {
      const auto month = number(12);
      if (!month || *month < 1 || !take('.')) return std::nullopt;
      const auto week = number(5);
      if (!week || *week < 1 || !take('.')) return std::nullopt;
      const auto weekday = number(6);
      if (!weekday) return std::nullopt;
      result.kind = PosixDay::Kind::month_week_day;
      result.month = *month;
      result.week = *week;
      result.day = *weekday;
    } else {
      const bool julian = take('J');
      const auto number_of_day = number(365);
      if (!number_of_day || (julian && *number_of_day < 1)) return std::nullopt;
      result.kind = julian ? PosixDay::Kind::julian_without_leap : PosixDay::Kind::zero_based;
      result.day = *number_of_day;
    }
    if (take('/')) {
      const auto at = time(167);
      if (!at) return std::nullopt;
      result.seconds = *at;
    }
    return result;
  }

 private:
  static bool is_name_char(char c, bool quoted) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
    return quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-');
  }

  std::string_view rest_;
};

}  // namespace

std::int64_t PosixDay::local_seconds(std::int64_t year) const noexcept {
  std::int64_t days = 0;
  switch (kind) {
    case Kind::month_week_day: {
      const auto first = rt::days_from_civil(year, month, 1);
      const auto first_weekday = rt::floor_mod(first + 4, 7);  // Sunday is 0
      days = first + rt::floor_mod(day - first_weekday, 7) + (week - 1) * 7;
      if (days >= first + rt::days_in_month(year, month)) days -= 7;
      break;
    }
    case Kind::julian_without_leap:
      days = rt::days_from_civil(year, 1, 1) + day - 1 + (rt::is_leap(year) && day >= 60 ? 1 : 0);
      break;
    case Kind::zero_based:
      days = rt::days_from_civil(year, 1, 1) + day;
      break;
  }
  return days * rt::seconds_per_day + seconds;
}

std::pair<std::int64_t, std::int64_t> PosixRule::transitions(std::int64_t year) const noexcept {
  return {starts.local_seconds(year) - standard, ends.local_seconds(year) - daylight};
}

std::optional<PosixRule> parse_posix_tz(std::string_view text) {
  Reader in(text);
  PosixRule rule;
  if (!in.name()) return std::nullopt;
  const auto west = in.time(24);
  if (!west) return std::nullopt;
  rule.standard = -*west;
  rule.daylight = rule.standard + 3600;
  if (in.at_end()) return rule;
  if (!in.name()) return std::nullopt;
  rule.has_daylight = true;
  if (in.peek() != ',') {
    const auto daylight_west = in.time(24);
    if (!daylight_west) return std::nullopt;
    rule.daylight = -*daylight_west;
  }
  if (!in.take(',')) return std::nullopt;
  const auto starts = in.day();
  if (!starts || !in.take(',')) return std::nullopt;
  const auto ends = in.day();
  if (!ends || !in.at_end()) return std::nullopt;
  rule.starts = *starts;
  rule.ends = *ends;
  return rule;
}

}  // namespace aftercare::calendar
