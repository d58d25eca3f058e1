// aftercare/rt/date.hpp — civil dates, times and lengths of time as integers.
//
//   auto d = date_of(2024, 2, 29);          // {19782}: days since 1970-01-01
//   add_months(d, 12);                      // 2025-02-28: clamped to the month's end
//
// Proleptic Gregorian calendar, years -999'999'999 to 999'999'999, as DMN asks. No zones here.
#pragma once

#include <compare>
#include <cstdint>

namespace aftercare::rt {

/// A civil date: days since 1970-01-01.
struct Date {
  std::int64_t days = 0;
  auto operator<=>(const Date&) const = default;
};

/// An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

/// A time of day: nanoseconds since midnight, below 24 h (FEEL's 24:00:00 is 0).
struct TimeOfDay {
  std::int64_t nanos = 0;
  auto operator<=>(const TimeOfDay&) const = default;
};

/// A days and time duration: an exact length of physical time.
struct Duration {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;  ///< 0 to 999'999'999, also for negative lengths
  auto operator<=>(const Duration&) const = default;
};

/// A years and months duration.
struct Months {
  std::int64_t count = 0;
  auto operator<=>(const Months&) const = default;
};

/// A date in three fields. Requires for a valid one: month 1 to 12, day 1 to the month's last.
struct YearMonthDay {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
  auto operator<=>(const YearMonthDay&) const = default;
};

}  // namespace aftercare::rt
