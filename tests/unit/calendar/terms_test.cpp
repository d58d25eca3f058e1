// Limits, pauses and explanations of random calendars against literal counting: minute by minute
// for quantities, day by day for date rules. AFTERCARE_LONG=1 runs many more.
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/calendar.hpp"

#include "support/minute_walker.hpp"

namespace aftercare {
namespace {

using test::Minutes;
constexpr std::int64_t minute = test::minute;
constexpr std::int64_t days = 24;

struct Round {
  explicit Round(int number, test::AnyCalendar& any)
      : place(test::places[static_cast<std::size_t>(number) % test::places.size()]),
        zone(Zone::load(place.zone).value()),
        description(any.any_calendar(place.zone, place.first, days)),
        calendar(Calendar::make(description).value()),
        minutes(description, zone, place.first, days) {}

  [[nodiscard]] bool exists(Date day) const {
    return zone.start_of(day) < zone.start_of({day.days + 1});
  }
  [[nodiscard]] bool is_workday(Date day) const {
    return exists(day) && !Minutes::hours_on(description, day).empty();
  }
  /// When the hours that begin on a day have ended.
  [[nodiscard]] Instant close_of(Date day) const {
    std::int64_t last = INT64_MIN;
    for (const auto& one : Minutes::hours_on(description, day)) {
      const auto local = day.days * rt::seconds_per_day;
      const auto open = zone.meaning(local + one.open).first;
      const auto close = zone.meaning(local + one.close).first;
      if (open < close) last = std::max(last, close * rt::micros_per_second);
    }
    return last == INT64_MIN ? zone.start_of({day.days + 1}) : Instant{last};
  }
  [[nodiscard]] std::string where(Instant at) const {
    return std::string(place.zone) + " " + iso_text(at, zone);
  }

  const test::Place& place;
  Zone zone;
  CalendarDescription description;
  Calendar calendar;
  Minutes minutes;
};

int rounds() { return std::getenv("AFTERCARE_LONG") != nullptr ? 4000 : 64; }

std::vector<TimeSpan> any_pauses(test::AnyCalendar& any, const Round& round, std::size_t n) {
  std::vector<TimeSpan> out;
  for (auto count = any.between(0, 3); count > 0; --count) {
    const auto from =
        static_cast<std::size_t>(any.between(1500, static_cast<std::int64_t>(n) - 3000));
    const auto to = from + static_cast<std::size_t>(any.between(0, 1200));
    out.push_back({round.minutes.instant(from), round.minutes.instant(to)});
  }
  return out;
}

bool is_in(const std::vector<TimeSpan>& pauses, Instant at) {
  for (const auto& pause : pauses) {
    if (pause.from <= at && at < pause.to) return true;
  }
  return false;
}

TEST(Terms, quantities_under_pauses_end_where_counting_minutes_ends) {
  test::AnyCalendar any(11);
  for (int number = 0; number < rounds(); ++number) {
    const Round round(number, any);
    const auto n = round.minutes.size();
    for (int question = 0; question < 60; ++question) {
      const auto pauses = any_pauses(any, round, n);
      const auto i =
          static_cast<std::size_t>(any.between(2000, static_cast<std::int64_t>(n) - 6000));
      const auto from = round.minutes.instant(i);
      const bool is_working = any.between(0, 3) > 0;
      const auto wanted = any.between(1, 900);
      std::int64_t counted = 0;
      std::size_t end = i;
      for (; end < n && counted < wanted; ++end) {
        const auto at = round.minutes.instant(end);
        if ((!is_working || round.minutes.is_open(end)) && !is_in(pauses, at)) ++counted;
      }
      if (counted < wanted) continue;
      DeadlineOptions options;
      options.pauses = pauses;
      const Length within{wanted, is_working ? Unit::working_minute : Unit::minute};
      const auto limit = round.calendar.deadline(from, within, options);
      ASSERT_TRUE(limit) << round.where(from);
      ASSERT_EQ(limit->at, round.minutes.instant(end)) << round.where(from);
      ASSERT_EQ(limit->late_from.micros, limit->at.micros + 1);
      if (is_working) {
        ASSERT_EQ(round.calendar.elapsed(from, limit->at, pauses).value().micros, wanted * minute);
      }
      // Judged by what has elapsed, it is late with the next minute that counts.
      std::size_t next = end;
      while (next < n && ((is_working && !round.minutes.is_open(next)) ||
                          is_in(pauses, round.minutes.instant(next)))) {
        ++next;
      }
      if (next < n) {
        const auto breach = round.calendar.first_breach(from, within, Compare::elapsed, options);
        ASSERT_EQ(breach.value().micros, round.minutes.instant(next).micros + 1)
            << round.where(from);
      }
      // The story is without gaps, and tells of each minute what counting says.
      const auto story = round.calendar.explain(from, within, options).value();
      auto at = from;
      for (const auto& segment : story) {
        ASSERT_EQ(segment.from, at) << round.where(from);
        ASSERT_LT(segment.from, segment.to);
        const bool is_counted = segment.kind == SegmentKind::counted ||
                                segment.kind == SegmentKind::make_up ||
                                segment.kind == SegmentKind::special;
        const auto first = static_cast<std::size_t>(
            (segment.from.micros - round.minutes.instant(0).micros) / minute);
        const auto last = static_cast<std::size_t>(
            (segment.to.micros - round.minutes.instant(0).micros) / minute);
        for (auto m = first; m < last; ++m) {
          const bool counts =
              (!is_working || round.minutes.is_open(m)) && !is_in(pauses, round.minutes.instant(m));
          ASSERT_EQ(is_counted, counts) << round.where(round.minutes.instant(m));
        }
        at = segment.to;
      }
      ASSERT_EQ(at, limit->at) << round.where(from);
    }
  }
}

TEST(Terms, quantities_backwards_begin_where_counting_minutes_begins) {
  test::AnyCalendar any(12);
  for (int number = 0; number < rounds(); ++number) {
    const Round round(number, any);
    const auto n = round.minutes.size();
    for (int question = 0; question < 60; ++question) {
      const auto i =
          static_cast<std::size_t>(any.between(6000, static_cast<std::int64_t>(n) - 2000));
      const auto anchor = round.minutes.instant(i);
      const auto wanted = any.between(1, 900);
      std::int64_t counted = 0;
      std::size_t begin = i;
      while (begin > 0 && counted < wanted) {
        --begin;
        if (round.minutes.is_open(begin)) ++counted;
      }
      if (counted < wanted) continue;
      const auto limit = round.calendar.deadline_before(anchor, {wanted, Unit::working_minute});
      ASSERT_EQ(limit.value().at, round.minutes.instant(begin)) << round.where(anchor);
      ASSERT_EQ(round.calendar.elapsed(limit->at, anchor).value().micros, wanted * minute);
      const auto hours = round.calendar.deadline_before(anchor, {wanted, Unit::minute});
      ASSERT_EQ(hours.value().at.micros, anchor.micros - wanted * minute);
    }
  }
}

TEST(Terms, days_end_where_counting_days_ends) {
  test::AnyCalendar any(13);
  for (int number = 0; number < rounds(); ++number) {
    const Round round(number, any);
    for (int question = 0; question < 60; ++question) {
      const Instant from{round.zone.start_of(round.place.first).micros +
                         any.between(4 * 1440, 14 * 1440) * minute};
      const Date start = round.zone.date(from);
      const auto wanted = any.between(0, 6);
      const auto where = round.where(from) + " " + std::to_string(wanted);
      const bool counts_first = any.between(0, 3) == 0;
      DeadlineOptions options;
      options.term = counts_first ? Term::inclusive_start : Term::inclusive_last_day;
      // Working days, counted one by one.
      Date last = start;
      if (wanted == 0) {
        while (!round.is_workday(last)) ++last.days;
      } else {
        last.days -= counts_first ? 1 : 0;
        for (auto left = wanted; left > 0;) {
          ++last.days;
          if (round.is_workday(last)) --left;
        }
      }
      auto limit = round.calendar.deadline(from, {wanted, Unit::working_day}, options);
      ASSERT_EQ(limit.value().last_day, last) << where;
      ASSERT_EQ(limit->at, round.close_of(last)) << where;
      // Days, and where a last day goes that is no workday.
      last = {start.days + wanted - (counts_first && wanted > 0 ? 1 : 0)};
      Date next = last;
      while (!round.is_workday(next)) ++next.days;
      Date previous = last;
      while (!round.is_workday(previous)) --previous.days;
      const auto month = [](Date date) { return rt::fields(date).month; };
      for (const RollRow& row : rolls) {
        Date wanted_day = last;
        switch (row.roll) {
          case Roll::none:
            break;
          case Roll::following:
            wanted_day = next;
            break;
          case Roll::preceding:
            wanted_day = previous;
            break;
          case Roll::modified_following:
            wanted_day = month(next) == month(last) ? next : previous;
            break;
          case Roll::modified_preceding:
            wanted_day = month(previous) == month(last) ? previous : next;
            break;
          case Roll::nearest:
            wanted_day = next.days - last.days <= last.days - previous.days ? next : previous;
            break;
        }
        options.roll = row.roll;
        limit = round.calendar.deadline(from, {wanted, Unit::day}, options);
        ASSERT_EQ(limit.value().last_day, wanted_day) << where << " " << row.name;
        ASSERT_EQ(limit->at, round.zone.start_of({wanted_day.days + 1})) << where;
        ASSERT_EQ(limit->late_from, limit->at) << where;
      }
      // Backwards.
      Date before = start;
      if (wanted == 0) {
        while (!round.is_workday(before)) --before.days;
      }
      for (auto left = wanted; left > 0;) {
        --before.days;
        if (round.is_workday(before)) --left;
      }
      ASSERT_EQ(round.calendar.deadline_before(from, {wanted, Unit::working_day}).value().last_day,
                before)
          << where;
      ASSERT_EQ(round.calendar.deadline_before(from, {wanted, Unit::day}).value().last_day.days,
                start.days - wanted)
          << where;
    }
  }
}

TEST(Terms, pauses_take_out_the_days_that_counting_takes_out) {
  test::AnyCalendar any(14);
  for (int number = 0; number < rounds(); ++number) {
    const Round round(number, any);
    const auto n = round.minutes.size();
    for (int question = 0; question < 30; ++question) {
      const auto pauses = any_pauses(any, round, n);
      const Instant from{round.zone.start_of(round.place.first).micros +
                         any.between(3 * 1440, 10 * 1440) * minute};
      const Date start = round.zone.date(from);
      const auto wanted = any.between(1, 5);
      const bool is_working = any.between(0, 1) == 0;
      const bool touched = any.between(0, 1) == 0;
      // Of a working day its own hours matter, of another the day itself.
      const auto is_paused = [&](Date day) {
        std::int64_t all = 0;
        std::int64_t paused = 0;
        const auto count = [&](Instant begin, Instant end) {
          for (auto at = begin; at < end; at.micros += minute) {
            ++all;
            paused += is_in(pauses, at) ? 1 : 0;
          }
        };
        if (is_working) {
          for (const auto& one : Minutes::hours_on(round.description, day)) {
            const auto local = day.days * rt::seconds_per_day;
            count({round.zone.meaning(local + one.open).first * rt::micros_per_second},
                  {round.zone.meaning(local + one.close).first * rt::micros_per_second});
          }
        } else {
          count(round.zone.start_of(day), round.zone.start_of({day.days + 1}));
        }
        return touched ? paused > 0 : paused > 0 && paused == all;
      };
      const auto counts = [&](Date day) { return !is_working || round.is_workday(day); };
      // The term without pauses; then a day more for each that is taken out of it.
      Date last = start;
      std::int64_t missing = 0;
      for (auto left = wanted; left > 0;) {
        ++last.days;
        if (!counts(last)) continue;
        --left;
        missing += is_paused(last) ? 1 : 0;
      }
      while (missing > 0) {
        ++last.days;
        if (counts(last) && !is_paused(last)) --missing;
      }
      DeadlineOptions options;
      options.pauses = pauses;
      options.pause_counts = touched ? PauseCounts::touched_days : PauseCounts::whole_days;
      const auto limit = round.calendar.deadline(
          from, {wanted, is_working ? Unit::working_day : Unit::day}, options);
      ASSERT_EQ(limit.value().last_day, last) << round.where(from) << " " << wanted;
    }
  }
}

TEST(Terms, months_are_counted_from_the_first_day_each_time) {
  test::AnyCalendar any(15);
  const auto calendar = Calendar::always(Zone::load("Asia/Shanghai").value());
  for (int question = 0; question < 20'000; ++question) {
    const Date start{any.between(10'000, 25'000)};
    const auto wanted = any.between(0, 40);
    // Month by month, then the day, clipped to the month.
    auto day = rt::fields(start);
    for (auto left = wanted; left > 0; --left) {
      day.month = day.month == 12 ? 1 : day.month + 1;
      day.year += day.month == 1 ? 1 : 0;
    }
    while (!rt::is_valid(day)) --day.day;
    const Date end = rt::date_of(day.year, day.month, day.day);
    const Instant noon{calendar.zone().start_of(start).micros + 720 * minute};
    ASSERT_EQ(calendar.deadline(noon, {wanted, Unit::month}).value().last_day, end)
        << iso_text(start) << " " << wanted;
    DeadlineOptions plain;
    plain.term = Term::plain;
    ASSERT_EQ(calendar.deadline(noon, {wanted, Unit::month}, plain).value().at.micros,
              calendar.zone().start_of(end).micros + 720 * minute);
    // Backwards from there one comes back, but for ends of months.
    const auto back = calendar.deadline_before(noon, {wanted, Unit::month}).value().last_day;
    auto earlier = rt::fields(start);
    for (auto left = wanted; left > 0; --left) {
      earlier.month = earlier.month == 1 ? 12 : earlier.month - 1;
      earlier.year -= earlier.month == 12 ? 1 : 0;
    }
    while (!rt::is_valid(earlier)) --earlier.day;
    ASSERT_EQ(back, rt::date_of(earlier.year, earlier.month, earlier.day));
  }
}

TEST(Terms, what_cannot_be_asked_is_refused) {
  const auto calendar = Calendar::always(Zone());
  EXPECT_FALSE(calendar.deadline({0}, {-1, Unit::hour}));
  EXPECT_FALSE(calendar.deadline_before({0}, {-1, Unit::day}));
  const std::vector<TimeSpan> pauses = {{{0}, {1}}};
  DeadlineOptions options;
  options.pauses = pauses;
  EXPECT_FALSE(calendar.deadline_before({0}, {1, Unit::hour}, options));
  EXPECT_FALSE(calendar.deadline_before({0}, {999'999, Unit::year}));
  EXPECT_FALSE(calendar.deadline_before({0}, {999'999'999, Unit::working_hour}));
}

}  // namespace
}  // namespace aftercare
