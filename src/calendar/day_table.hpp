// calendar/day_table.hpp — what a description says about each single date, by precedence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"

namespace aftercare::calendar {

// Long enough for every contract that is alive, short enough to be worked out in milliseconds.
inline constexpr std::int64_t first_year = 1900;
inline constexpr std::int64_t end_year = 2200;  // exclusive
// Holidays longer than ten years are mistakes.
inline constexpr std::int64_t max_off_days = 3660;
// All days off together, each counted as often as it is written.
inline constexpr std::int64_t max_all_off_days = 400'000;

[[nodiscard]] constexpr bool is_supported(Date date) noexcept {
  return date >= rt::date_of(first_year, 1, 1) && date < rt::date_of(end_year, 1, 1);
}

/// Whether what is published for a year may name the date: one of it, of the December before or of
/// the January behind.
[[nodiscard]] constexpr bool belongs_to_year(Date date, std::int64_t year) noexcept {
  return rt::date_of(year - 1, 12, 1) <= date && date <= rt::date_of(year + 1, 1, 31);
}

/// Which range takes a day off, for all days of a year at once. Requires: ranges with valid ends.
class YearlyTable {
 public:
  explicit YearlyTable(const std::vector<YearlyOff>& ranges);
  /// Index of the first range that takes `date` off; none where there is none.
  [[nodiscard]] std::optional<std::size_t> on(Date date) const;

 private:
  static constexpr std::size_t places = 13 * 32;  // month * 32 + day
  bool is_empty_;
  // For common and for leap years: 0, or the index of the range plus one.
  std::array<std::array<std::uint32_t, places>, 2> taken_by_{};
};

/// Requires: a description of which check() finds no errors. Immutable.
class DayTable {
 public:
  /// Notices that became known after `known` are left out.
  DayTable(const CalendarDescription& description, std::optional<Instant> known);

  struct Day {
    CalendarDay::Kind kind = CalendarDay::Kind::rest;
    const DayHours* hours = nullptr;    // never null
    const std::string* name = nullptr;  // never null
  };
  [[nodiscard]] Day on(Date date) const;
  [[nodiscard]] const std::optional<Date>& known_from() const noexcept { return known_from_; }
  [[nodiscard]] const std::optional<Date>& known_until() const noexcept { return known_until_; }

 private:
  struct Entry {
    std::int64_t day = 0;
    CalendarDay::Kind kind = CalendarDay::Kind::rest;
    DayHours hours;
    std::string name;
  };

  std::array<DayHours, 7> weekly_;
  std::vector<YearlyOff> yearly_off_;
  YearlyTable yearly_;
  std::vector<Entry> entries_;  // by day
  std::optional<Date> known_from_;
  std::optional<Date> known_until_;
};

/// The notices that were known at `known` (none: all), in the order in which they speak: by layer,
/// then by when they became known.
[[nodiscard]] std::vector<const CalendarNotice*> in_order(const CalendarDescription& description,
                                                          std::optional<Instant> known);

}  // namespace aftercare::calendar
