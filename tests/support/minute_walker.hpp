// tests/support/minute_walker.hpp — working time counted minute by minute, and random calendars to
// count it on. Shares nothing with the engine but the offsets of the zone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "aftercare/calendar.hpp"

namespace aftercare::test {

inline constexpr std::int64_t minute = 60'000'000;

/// Every minute of a stretch of time, open or not.
class Minutes {
 public:
  Minutes(const CalendarDescription& d, const Zone& zone, Date first, std::int64_t days)
      : begin_((first.days * 1440 - 1440) * minute),
        open_(static_cast<std::size_t>((days + 2) * 1440)) {
    // The wall clock of each minute, in minutes since 1970.
    std::vector<std::int64_t> wall;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      const auto local = zone.local(instant(i));
      wall.push_back(local.date.days * 1440 + local.time.nanos / 60'000'000'000);
    }
    for (Date day{first.days - 2}; day.days <= first.days + days + 1; ++day.days) {
      for (const auto& interval : hours_on(d, day)) {
        const auto from = first_at(wall, day, interval.open);
        const auto to = first_at(wall, day, interval.close);
        for (auto i = from; i < to; ++i) open_[i] = true;
      }
    }
  }

  std::size_t size() const { return open_.size(); }
  Instant instant(std::size_t i) const { return {begin_ + static_cast<std::int64_t>(i) * minute}; }
  bool is_open(std::size_t i) const { return open_[i]; }

  static const DayHours& hours_on(const CalendarDescription& d, Date day) {
    static const DayHours none;
    const auto& notice = d.notices.at(0);
    for (const auto& h : notice.hours) {
      if (h.date == day) return h.hours;
    }
    for (const auto& off : notice.off) {
      if (off.from <= day && day <= off.to) return none;
    }
    for (const auto& m : notice.make_up) {
      if (m.date == day) return d.weekly.at(static_cast<std::size_t>(*m.as) - 1);
    }
    return d.weekly.at(static_cast<std::size_t>(rt::weekday(day)) - 1);
  }

 private:
  // The first minute whose wall clock has reached a time of a day.
  std::size_t first_at(const std::vector<std::int64_t>& wall, Date day, std::int32_t seconds) {
    const auto wanted = day.days * 1440 + seconds / 60;
    for (std::size_t i = 0; i < wall.size(); ++i) {
      if (wall[i] >= wanted) return i;
    }
    return wall.size();
  }

  std::int64_t begin_;
  std::vector<bool> open_;
};

/// Random calendars with one notice: holidays, make-up days that say their weekday, a date with
/// hours of its own.
class AnyCalendar {
 public:
  explicit AnyCalendar(std::uint64_t seed) : random_(seed) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  // Up to three intervals; the last may pass midnight, by no more than the mornings leave free.
  DayHours any_hours() {
    DayHours out;
    std::int64_t at = between(6 * 60, 10 * 60);
    for (auto n = between(0, 3); n > 0 && at < 23 * 60; --n) {
      const auto close = std::min<std::int64_t>(at + between(1, 10 * 60), 29 * 60);
      out.push_back({static_cast<std::int32_t>(at * 60), static_cast<std::int32_t>(close * 60)});
      at = close + between(0, 120);
    }
    return out;
  }

  CalendarDescription any_calendar(const char* zone, Date first, std::int64_t days) {
    CalendarDescription d{.name = "random", .zone = zone};
    for (auto& hours : d.weekly) hours = any_hours();
    d.weekly[2] = {{9 * 3600, 17 * 3600}};
    CalendarNotice notice;
    for (auto n = between(0, 5); n > 0; --n) {
      const Date from{first.days + between(0, days)};
      notice.off.push_back({from, {from.days + between(0, 4)}, "off"});
    }
    for (auto n = between(0, 3); n > 0; --n) {
      const MakeUpDay day{
          {first.days + between(0, days)}, "make-up", static_cast<Weekday>(between(1, 7))};
      bool is_taken = false;
      for (const auto& off : notice.off) is_taken |= off.from <= day.date && day.date <= off.to;
      for (const auto& other : notice.make_up) is_taken |= other.date == day.date;
      if (!is_taken) notice.make_up.push_back(day);
    }
    const Date special{first.days + between(0, days)};
    notice.hours.push_back({special, any_hours(), "special"});
    d.notices.push_back(notice);
    return d;
  }

 private:
  std::mt19937_64 random_;
};

struct Place {
  const char* zone;
  Date first;
};
/// Stretches in which clocks change, days are missing, holidays lie.
inline const std::vector<Place> places = {{"Asia/Shanghai", rt::date_of(2026, 2, 1)},
                                          {"Europe/Berlin", rt::date_of(2026, 3, 20)},
                                          {"Europe/Berlin", rt::date_of(2026, 10, 15)},
                                          {"Africa/Cairo", rt::date_of(2026, 4, 15)},
                                          {"Pacific/Apia", rt::date_of(2011, 12, 22)},
                                          {"Australia/Lord_Howe", rt::date_of(2026, 9, 28)},
                                          {"America/New_York", rt::date_of(2026, 3, 1)},
                                          {"Africa/Casablanca", rt::date_of(2026, 2, 8)}};

}  // namespace aftercare::test
