// aftercare/rt/date.hpp — civil dates, times and lengths of time as integers.
//
//   auto d = date_of(2024, 2, 29);          // {19782}: days since 1970-01-01
//   add_months(d, 12);                      // 2025-02-28: clamped to the month's end
//   months_between(d, date_of(2025, 3, 1)); // 12 whole months
//
// Proleptic Gregorian calendar, years -999'999'999 to 999'999'999, as DMN asks. No zones here.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

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

/// A date and a time on a wall clock, without zone.
struct LocalDateTime {
  Date date;
  TimeOfDay time;
  auto operator<=>(const LocalDateTime&) const = default;
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

/// A time of day in four fields.
struct HourMinuteSecond {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int32_t nanos = 0;
  auto operator<=>(const HourMinuteSecond&) const = default;
};

/// A week of ISO 8601: it begins on Monday and belongs to the year of its Thursday.
struct IsoWeek {
  std::int64_t year = 1970;
  int week = 1;  ///< 1 to 53
  auto operator<=>(const IsoWeek&) const = default;
};

/// Days of the week, numbered as in ISO 8601.
enum class Weekday : std::uint8_t {
  monday = 1,
  tuesday,
  wednesday,
  thursday,
  friday,
  saturday,
  sunday
};

inline constexpr std::int64_t max_year = 999'999'999;
inline constexpr std::int64_t min_year = -999'999'999;
inline constexpr std::int64_t seconds_per_day = 86'400;
inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t micros_per_day = seconds_per_day * micros_per_second;
inline constexpr std::int64_t nanos_per_second = 1'000'000'000;
inline constexpr std::int64_t nanos_per_day = seconds_per_day * nanos_per_second;

/// Division and remainder towards minus infinity. Requires: `b > 0`.
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}
[[nodiscard]] constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) noexcept {
  const auto r = a % b;
  return r < 0 ? r + b : r;
}

// Civil calendar ---------------------------------------------------------------------------------

[[nodiscard]] constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Requires: month 1 to 12.
[[nodiscard]] constexpr int days_in_month(std::int64_t year, int month) noexcept {
  constexpr std::int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

[[nodiscard]] constexpr int days_in_year(std::int64_t year) noexcept {
  return is_leap(year) ? 366 : 365;
}

/// Whether the three fields name a day of the calendar within the supported years.
[[nodiscard]] constexpr bool is_valid(const YearMonthDay& f) noexcept {
  return f.year >= min_year && f.year <= max_year && f.month >= 1 && f.month <= 12 && f.day >= 1 &&
         f.day <= days_in_month(f.year, f.month);
}

namespace detail {
// Whole eras of 400 years before 1970 that make years and days positive in the near range.
inline constexpr std::uint32_t near_eras = 82;
inline constexpr std::uint32_t near_years = 400 * near_eras;
inline constexpr std::uint32_t near_days = 146'097 * near_eras + 719'468;

/// A day of a year that begins in March, so that the leap day is its last.
struct MarchDay {
  std::uint32_t year = 0;  ///< after near_years before the year 0
  std::uint32_t day = 0;   ///< 0 to 365
};
/// Requires: `days` from -11'000'000 to 11'000'000.
[[nodiscard]] constexpr MarchDay march_day(std::int64_t days) noexcept {
  const std::uint32_t quarters = 4 * static_cast<std::uint32_t>(days + near_days) + 3;
  const std::uint64_t product = std::uint64_t{2'939'745} * (quarters % 146'097 | 3);
  return {100 * (quarters / 146'097) + static_cast<std::uint32_t>(product >> 32U),
          static_cast<std::uint32_t>(product) / 2'939'745 / 4};
}
/// Days from 1970-01-01 to the first of March of a year counted as MarchDay counts.
[[nodiscard]] constexpr std::int64_t march_year(std::uint32_t year) noexcept {
  const std::uint32_t century = year / 100;
  return std::int64_t{1461 * year / 4 - century + century / 4} - near_days;
}
}  // namespace detail

/// Days from 1970-01-01. Requires: a valid date. Years -32'000 to 32'000 take the short way of Neri
/// and Schneider (doi.org/10.1002/spe.3172), others that of
/// howard-hinnant.github.io/date_algorithms.
[[nodiscard]] constexpr std::int64_t days_from_civil(std::int64_t year, int month,
                                                     int day) noexcept {
  if (year >= -32'000 && year <= 32'000) [[likely]] {
    const std::uint32_t early = month <= 2 ? 1 : 0;  // counted to the year before
    const auto y = static_cast<std::uint32_t>(year + detail::near_years) - early;
    const auto m = static_cast<std::uint32_t>(month) + 12 * early;
    return detail::march_year(y) + (979 * m - 2919) / 32 + day - 1;
  }
  year -= month <= 2 ? 1 : 0;
  const auto era = floor_div(year, 400);
  const auto year_of_era = year - era * 400;
  const auto day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

/// The fields of the day that lies `days` after 1970-01-01; by the ways of days_from_civil().
[[nodiscard]] constexpr YearMonthDay civil_from_days(std::int64_t days) noexcept {
  if (days >= -11'000'000 && days <= 11'000'000) [[likely]] {
    const detail::MarchDay at = detail::march_day(days);
    const std::uint32_t month_and_day = 2141 * at.day + 197'913;
    const auto month = static_cast<int>(month_and_day >> 16U);
    const int early = month > 12 ? 1 : 0;
    return {std::int64_t{at.year} - detail::near_years + early, month - 12 * early,
            static_cast<int>((month_and_day & 0xFFFFU) / 2141) + 1};
  }
  days += 719'468;
  const auto era = floor_div(days, 146'097);
  const auto day_of_era = days - era * 146'097;
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year =
      static_cast<int>(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
  const int shifted = (5 * day_of_year + 2) / 153;  // March is 0
  const int day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

/// Requires: a valid date; use the overload with fields where it is not known to be one.
[[nodiscard]] constexpr Date date_of(std::int64_t year, int month, int day) noexcept {
  return {days_from_civil(year, month, day)};
}
/// None where the fields name no day.
[[nodiscard]] constexpr std::optional<Date> date_of(const YearMonthDay& f) noexcept {
  if (!is_valid(f)) return std::nullopt;
  return Date{days_from_civil(f.year, f.month, f.day)};
}
[[nodiscard]] constexpr YearMonthDay fields(Date date) noexcept {
  return civil_from_days(date.days);
}

inline constexpr Date min_date = date_of(min_year, 1, 1);
inline constexpr Date max_date = date_of(max_year, 12, 31);

[[nodiscard]] constexpr bool is_valid(Date date) noexcept {
  return date >= min_date && date <= max_date;
}

[[nodiscard]] constexpr Weekday weekday(Date date) noexcept {
  return static_cast<Weekday>(floor_mod(date.days + 3, 7) + 1);  // 1970-01-01 was a Thursday
}

/// 1 to 366.
[[nodiscard]] constexpr int day_of_year(Date date) noexcept {
  return static_cast<int>(date.days - days_from_civil(fields(date).year, 1, 1)) + 1;
}

[[nodiscard]] constexpr IsoWeek iso_week(Date date) noexcept {
  const Date thursday{date.days + 4 - static_cast<int>(weekday(date))};
  return {fields(thursday).year, (day_of_year(thursday) - 1) / 7 + 1};
}

/// None where the result leaves the supported years.
[[nodiscard]] constexpr std::optional<Date> add_days(Date date, std::int64_t days) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(date.days, days, &sum) || !is_valid(Date{sum})) return std::nullopt;
  return Date{sum};
}

/// Days from 1970-01-01, on either side, whose arithmetic needs 32 bits.
inline constexpr std::int64_t near_range = 11'000'000;
/// add_months() by whole years, without jumps. Requires: days within near_range, at most 2'000
/// years on either side.
[[nodiscard]] constexpr Date add_near_years(Date date, std::int32_t years) noexcept {
  // Whole years keep the day of a year that begins in March; only its last day may be missing.
  const auto from = detail::march_day(date.days);
  const std::uint32_t year = from.year + static_cast<std::uint32_t>(years);
  const std::int64_t begin = detail::march_year(year);
  const std::int64_t last = detail::march_year(year + 1) - 1;
  const std::int64_t same = begin + from.day;
  return {same < last ? same : last};
}

/// The same day of the month `months` later, or the month's last where it has no such day. Add
/// from the anchor each time: 01-31 + 2 months is 03-31, twice + 1 month is 03-28.
/// None where the result leaves the supported years.
[[nodiscard]] constexpr std::optional<Date> add_months(Date date, std::int64_t months) noexcept {
  if (date.days >= -near_range && date.days <= near_range && months % 12 == 0 &&
      months >= -24'000 && months <= 24'000)
    return add_near_years(date, static_cast<std::int32_t>(months / 12));
  const auto f = fields(date);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(f.year * 12 + f.month - 1, months, &sum)) return std::nullopt;
  const auto year = floor_div(sum, 12);
  if (year < min_year || year > max_year) return std::nullopt;
  const int month = static_cast<int>(floor_mod(sum, 12)) + 1;
  const int last = days_in_month(year, month);
  return date_of(year, month, f.day < last ? f.day : last);
}

/// Whole months from `from` to `to`, towards zero: 01-31 to 02-28 is 0, and so is the way back.
[[nodiscard]] constexpr std::int64_t months_between(Date from, Date to) noexcept {
  const auto a = fields(from);
  const auto b = fields(to);
  const auto months = (b.year - a.year) * 12 + b.month - a.month;
  if (months > 0 && b.day < a.day) return months - 1;
  if (months < 0 && b.day > a.day) return months + 1;
  return months;
}

// Times of day -----------------------------------------------------------------------------------

[[nodiscard]] constexpr TimeOfDay time_of(int hour, int minute, int second = 0,
                                          std::int32_t nanos = 0) noexcept {
  return {((hour * 60LL + minute) * 60 + second) * nanos_per_second + nanos};
}
[[nodiscard]] constexpr HourMinuteSecond fields(TimeOfDay time) noexcept {
  const auto seconds = time.nanos / nanos_per_second;
  return {static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
          static_cast<int>(seconds % 60), static_cast<std::int32_t>(time.nanos % nanos_per_second)};
}

/// Seconds from 1970-01-01T00:00:00 on the same wall clock; nanoseconds are cut off.
[[nodiscard]] constexpr std::int64_t local_seconds(const LocalDateTime& local) noexcept {
  return local.date.days * seconds_per_day + local.time.nanos / nanos_per_second;
}
/// The wall clock that shows `seconds` after 1970-01-01T00:00:00.
[[nodiscard]] constexpr LocalDateTime local_from_seconds(std::int64_t seconds,
                                                         std::int32_t nanos = 0) noexcept {
  return {{floor_div(seconds, seconds_per_day)},
          {floor_mod(seconds, seconds_per_day) * nanos_per_second + nanos}};
}

/// Where in its day an instant's second begins, and the rest: floor of micros / 1'000'000.
[[nodiscard]] constexpr std::int64_t seconds_of(Instant instant) noexcept {
  return floor_div(instant.micros, micros_per_second);
}

// Durations --------------------------------------------------------------------------------------

/// Carries the nanoseconds over. None on overflow.
[[nodiscard]] constexpr std::optional<Duration> duration_of(std::int64_t seconds,
                                                            std::int64_t nanos) noexcept {
  if (__builtin_add_overflow(seconds, floor_div(nanos, nanos_per_second), &seconds)) {
    return std::nullopt;
  }
  return Duration{seconds, static_cast<std::int32_t>(floor_mod(nanos, nanos_per_second))};
}
[[nodiscard]] constexpr Duration duration_of_micros(std::int64_t micros) noexcept {
  return {floor_div(micros, micros_per_second),
          static_cast<std::int32_t>(floor_mod(micros, micros_per_second)) * 1000};
}
/// Whole microseconds, towards minus infinity. None on overflow.
[[nodiscard]] constexpr std::optional<std::int64_t> to_micros(Duration duration) noexcept {
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(duration.seconds, micros_per_second, &micros) ||
      __builtin_add_overflow(micros, duration.nanos / 1000, &micros)) {
    return std::nullopt;
  }
  return micros;
}

[[nodiscard]] constexpr bool is_negative(Duration duration) noexcept {
  return duration.seconds < 0;
}

[[nodiscard]] constexpr std::optional<Duration> add(Duration a, Duration b) noexcept {
  std::int64_t seconds = 0;
  if (__builtin_add_overflow(a.seconds, b.seconds, &seconds)) return std::nullopt;
  return duration_of(seconds, std::int64_t{a.nanos} + b.nanos);
}
[[nodiscard]] constexpr std::optional<Duration> negate(Duration a) noexcept {
  if (a.seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return duration_of(-a.seconds, -std::int64_t{a.nanos});
}
[[nodiscard]] constexpr std::optional<Duration> subtract(Duration a, Duration b) noexcept {
  std::int64_t seconds = 0;
  if (__builtin_sub_overflow(a.seconds, b.seconds, &seconds)) return std::nullopt;
  return duration_of(seconds, std::int64_t{a.nanos} - b.nanos);
}
/// A duration times a whole number. Lengths times decimals are the business of value/.
[[nodiscard]] constexpr std::optional<Duration> multiply(Duration a, std::int64_t by) noexcept {
  __extension__ using Wide = __int128;
  const Wide nanos = Wide{a.nanos} * by;
  Wide seconds = Wide{a.seconds} * by + nanos / nanos_per_second;
  auto rest = static_cast<std::int64_t>(nanos % nanos_per_second);
  if (rest < 0) {
    rest += nanos_per_second;
    --seconds;
  }
  if (seconds > std::numeric_limits<std::int64_t>::max() ||
      seconds < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(rest)};
}

/// The length from `b` to `a`. Always representable.
[[nodiscard]] constexpr Duration subtract(Instant a, Instant b) noexcept {
  __extension__ using Wide = __int128;
  const Wide micros = Wide{a.micros} - b.micros;
  auto seconds = static_cast<std::int64_t>(micros / micros_per_second);
  auto rest = static_cast<std::int32_t>(micros % micros_per_second);
  if (rest < 0) {
    rest += micros_per_second;
    --seconds;
  }
  return {seconds, rest * 1000};
}
/// None on overflow. Nanoseconds below a microsecond are cut off.
[[nodiscard]] constexpr std::optional<Instant> add(Instant at, Duration by) noexcept {
  const auto micros = to_micros(by);
  std::int64_t sum = 0;
  if (!micros || __builtin_add_overflow(at.micros, *micros, &sum)) return std::nullopt;
  return Instant{sum};
}

/// A wall clock moved by a length, without zone. None where it leaves the supported years.
[[nodiscard]] constexpr std::optional<LocalDateTime> add(const LocalDateTime& local,
                                                         Duration by) noexcept {
  const auto sum = duration_of(local_seconds(local), local.time.nanos % nanos_per_second);
  const auto moved = sum ? add(*sum, by) : std::nullopt;
  if (!moved) return std::nullopt;
  const auto result = local_from_seconds(moved->seconds, moved->nanos);
  if (!is_valid(result.date)) return std::nullopt;
  return result;
}
/// The length from `b` to `a` on one wall clock.
[[nodiscard]] constexpr Duration subtract(const LocalDateTime& a, const LocalDateTime& b) noexcept {
  const auto nanos = a.time.nanos % nanos_per_second - b.time.nanos % nanos_per_second;
  const auto seconds = local_seconds(a) - local_seconds(b) + (nanos < 0 ? -1 : 0);
  return {seconds, static_cast<std::int32_t>(nanos < 0 ? nanos + nanos_per_second : nanos)};
}

static_assert(date_of(1970, 1, 1).days == 0 && date_of(2024, 2, 29).days == 19'782);
static_assert(fields(Date{-1}) == YearMonthDay{1969, 12, 31});
static_assert(fields(max_date) == YearMonthDay{max_year, 12, 31});
static_assert(weekday(date_of(2026, 3, 2)) == Weekday::monday);
static_assert(add_months(date_of(2026, 1, 31), 1) == date_of(2026, 2, 28));
static_assert(add_months(date_of(2026, 3, 31), -1) == date_of(2026, 2, 28));
static_assert(iso_week(date_of(2021, 1, 3)) == IsoWeek{2020, 53});

}  // namespace aftercare::rt
