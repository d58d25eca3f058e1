// calendar/posix_tz.hpp — the rule by which a zone goes on after its last listed transition:
// the POSIX TZ string in the footer of a TZif file, e.g. "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace aftercare::calendar {

/// One day of a year with a time: a month's n-th weekday, or a day counted from 1 January.
struct PosixDay {
  enum class Kind : std::uint8_t { month_week_day, julian_without_leap, zero_based };
  Kind kind = Kind::zero_based;
  int month = 1;
  int week = 1;                 ///< 5 is the last of the month
  int day = 0;                  ///< weekday with Sunday 0, or the day's number
  std::int32_t seconds = 7200;  ///< after local midnight, may be negative or beyond 24 h

  /// Local seconds since 1970 of this day and time in a year.
  [[nodiscard]] std::int64_t local_seconds(std::int64_t year) const noexcept;
  bool operator==(const PosixDay&) const = default;
};

struct PosixRule {
  std::int32_t standard = 0;  ///< seconds ahead of UTC
  bool has_daylight = false;
  std::int32_t daylight = 0;
  PosixDay starts;
  PosixDay ends;

  /// UTC seconds at which daylight time starts and ends in a year. Requires: `has_daylight`.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> transitions(std::int64_t year) const noexcept;
  bool operator==(const PosixRule&) const = default;
};

/// None where the text is no such rule.
[[nodiscard]] std::optional<PosixRule> parse_posix_tz(std::string_view text);

}  // namespace aftercare::calendar
