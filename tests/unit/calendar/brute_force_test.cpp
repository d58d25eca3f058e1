// Random calendars against a count minute by minute. AFTERCARE_LONG=1 runs many more.
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/calendar.hpp"

#include "support/minute_walker.hpp"

namespace aftercare {
namespace {

TEST(BruteForce, every_answer_is_what_counting_gives) {
  test::AnyCalendar any(7);
  const int rounds = std::getenv("AFTERCARE_LONG") != nullptr ? 4000 : 48;
  constexpr std::int64_t days = 24;
  for (int round = 0; round < rounds; ++round) {
    const auto& place = test::places[static_cast<std::size_t>(round) % test::places.size()];
    const auto zone = Zone::load(place.zone).value();
    const auto description = any.any_calendar(place.zone, place.first, days);
    const auto calendar = Calendar::make(description).value();
    const test::Minutes minutes(description, zone, place.first, days);
    const auto n = minutes.size();
    std::vector<std::int64_t> before(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) before[i + 1] = before[i] + (minutes.is_open(i) ? 1 : 0);
    for (int question = 0; question < 200; ++question) {
      // Away from the ends of the stretch, where the counted minutes end.
      const auto i =
          static_cast<std::size_t>(any.between(2000, static_cast<std::int64_t>(n) - 2000));
      const auto j =
          static_cast<std::size_t>(any.between(2000, static_cast<std::int64_t>(n) - 2000));
      const auto from = minutes.instant(i);
      const auto where = place.zone + (" " + iso_text(from, zone));
      ASSERT_EQ(calendar.is_open(from).value(), minutes.is_open(i)) << where;
      ASSERT_EQ(calendar.elapsed(from, minutes.instant(j)).value().micros,
                (before[j] - before[i]) * test::minute)
          << where;
      const auto time = any.between(1, 1500);
      std::size_t close = i;
      while (close < n && before[close] - before[i] < time) ++close;
      std::size_t open = close;
      while (open < n && !minutes.is_open(open)) ++open;
      if (open < n) {
        ASSERT_EQ(calendar.add(from, {time * test::minute}).value(), minutes.instant(close))
            << where;
        ASSERT_EQ(calendar.add(from, {time * test::minute}, Boundary::next_open).value(),
                  minutes.instant(open))
            << where;
      }
      std::size_t back = i;
      while (back > 0 && before[i] - before[back] < time) --back;
      if (back > 0) {
        ASSERT_EQ(calendar.subtract(from, {time * test::minute}).value(), minutes.instant(back))
            << where;
      }
      const auto day = zone.date(from);
      const bool exists = zone.start_of(day) < zone.start_of({day.days + 1});
      ASSERT_EQ(calendar.is_workday(day),
                exists && !test::Minutes::hours_on(description, day).empty())
          << where;
    }
  }
}

}  // namespace
}  // namespace aftercare
