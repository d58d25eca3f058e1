// The arithmetic of rt/date.hpp.
#include "aftercare/rt/date.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace aftercare::rt {
namespace {

/// Fields and days are each other's inverse, counted day by day from the first of January.
void expect_inverse(std::int64_t first_year, std::int64_t years) {
  auto expected = YearMonthDay{first_year, 1, 1};
  const auto end = days_from_civil(first_year + years, 1, 1);
  for (auto days = days_from_civil(first_year, 1, 1); days < end; ++days) {
    ASSERT_EQ(civil_from_days(days), expected);
    ASSERT_EQ(days_from_civil(expected.year, expected.month, expected.day), days);
    if (++expected.day > days_in_month(expected.year, expected.month)) {
      expected.day = 1;
      if (++expected.month > 12) {
        expected.month = 1;
        ++expected.year;
      }
    }
  }
}

TEST(Date, fields_and_days_are_inverse_over_twelve_centuries) { expect_inverse(1500, 1200); }

TEST(Date, the_ends_of_the_supported_years) {
  EXPECT_EQ(fields(min_date), (YearMonthDay{-999'999'999, 1, 1}));
  EXPECT_EQ(fields(max_date), (YearMonthDay{999'999'999, 12, 31}));
  EXPECT_FALSE(add_days(max_date, 1));
  EXPECT_FALSE(add_days(min_date, -1));
  EXPECT_FALSE(add_days(max_date, INT64_MAX));
  EXPECT_FALSE(add_months(max_date, 1));
  EXPECT_FALSE(add_months(max_date, INT64_MAX));
  EXPECT_FALSE(add_months(min_date, INT64_MIN));
  EXPECT_FALSE(date_of(YearMonthDay{2026, 2, 29}));
  EXPECT_FALSE(date_of(YearMonthDay{2026, 13, 1}));
  EXPECT_TRUE(date_of(YearMonthDay{2024, 2, 29}));
}

// Near and far years are counted in two ways: both must agree with a count day by day across the
// borders, and adding whole years with adding by fields.
TEST(Date, near_and_far_years_are_one_calendar) {
  for (const std::int64_t year : {-33'000, -29'000, 31'000}) expect_inverse(year, 2000);
}

TEST(Date, whole_years_are_added_as_months_are) {
  for (std::int64_t day = -200'000; day < 200'000; day += 7) {
    const YearMonthDay f = civil_from_days(day);
    for (const std::int64_t years : {1, -1, 3, 4, -96, 100, 400, -1999, 2500}) {
      const int last = days_in_month(f.year + years, f.month);
      const auto by_fields =
          days_from_civil(f.year + years, f.month, f.day < last ? f.day : last);
      ASSERT_EQ(add_months(Date{day}, 12 * years)->days, by_fields) << day << " " << years;
    }
  }
  const Date leap = date_of(2024, 2, 29);
  EXPECT_EQ(add_months(leap, 12), date_of(2025, 2, 28));
  EXPECT_EQ(add_months(leap, 48), date_of(2028, 2, 29));
  EXPECT_EQ(add_months(date_of(2023, 2, 28), 12), date_of(2024, 2, 28));
  EXPECT_EQ(add_months(date_of(2023, 3, 1), 12), date_of(2024, 3, 1));
}

TEST(Date, months_are_added_from_the_anchor_and_clamped) {
  EXPECT_EQ(add_months(date_of(2026, 1, 31), 1), date_of(2026, 2, 28));
  EXPECT_EQ(add_months(date_of(2024, 1, 31), 1), date_of(2024, 2, 29));
  EXPECT_EQ(add_months(date_of(2026, 1, 31), 2), date_of(2026, 3, 31));
  EXPECT_EQ(add_months(date_of(2026, 3, 31), -1), date_of(2026, 2, 28));
  EXPECT_EQ(add_months(date_of(2026, 3, 29), -1), date_of(2026, 2, 28));
  EXPECT_EQ(add_months(date_of(2027, 3, 1), 12), date_of(2028, 3, 1));
  EXPECT_EQ(add_months(date_of(0, 1, 15), -13), date_of(-2, 12, 15));
}

TEST(Date, months_between_is_the_most_that_fits) {
  for (int day_a = 1; day_a <= 31; ++day_a) {
    for (int offset = -800; offset <= 800; ++offset) {
      const Date a{date_of(2023, 12, 1).days + day_a - 1};
      const Date b{a.days + offset};
      const auto months = months_between(a, b);
      EXPECT_EQ(months_between(b, a), -months);
      if (b < a) continue;
      // By the day of the month, not by the clamped sum: 01-31 to 02-28 is no month.
      const auto fa = fields(a);
      const auto fb = fields(b);
      const auto whole = (fb.year - fa.year) * 12 + fb.month - fa.month - (fb.day < fa.day ? 1 : 0);
      EXPECT_EQ(months, whole);
    }
  }
}

TEST(Date, weekdays_and_weeks) {
  EXPECT_EQ(weekday(date_of(1970, 1, 1)), Weekday::thursday);
  EXPECT_EQ(weekday(date_of(1969, 12, 28)), Weekday::sunday);
  EXPECT_EQ(weekday(date_of(2026, 3, 2)), Weekday::monday);
  EXPECT_EQ(iso_week(date_of(2020, 12, 31)), (IsoWeek{2020, 53}));
  EXPECT_EQ(iso_week(date_of(2021, 1, 3)), (IsoWeek{2020, 53}));
  EXPECT_EQ(iso_week(date_of(2021, 1, 4)), (IsoWeek{2021, 1}));
  EXPECT_EQ(iso_week(date_of(2018, 12, 31)), (IsoWeek{2019, 1}));
  EXPECT_EQ(day_of_year(date_of(2024, 12, 31)), 366);
}

TEST(Duration, carries_nanoseconds_and_refuses_overflow) {
  EXPECT_EQ(duration_of(1, -1), (Duration{0, 999'999'999}));
  EXPECT_EQ(add(Duration{1, 600'000'000}, Duration{1, 600'000'000}), (Duration{3, 200'000'000}));
  EXPECT_EQ(subtract(Duration{1, 0}, Duration{0, 1}), (Duration{0, 999'999'999}));
  EXPECT_EQ(negate({1, 500'000'000}), (Duration{-2, 500'000'000}));
  EXPECT_EQ(multiply({-2, 500'000'000}, 3), (Duration{-5, 500'000'000}));
  EXPECT_FALSE(add(Duration{INT64_MAX, 999'999'999}, Duration{0, 1}));
  EXPECT_FALSE(negate({INT64_MIN, 0}));
  EXPECT_FALSE(multiply({INT64_MAX, 999'999'999}, INT64_MAX));
  EXPECT_EQ(multiply({INT64_MAX, 999'999'999}, 1), (Duration{INT64_MAX, 999'999'999}));
  EXPECT_EQ(multiply({INT64_MIN, 0}, 1), (Duration{INT64_MIN, 0}));
  EXPECT_FALSE(multiply({INT64_MIN, 0}, -1));
  EXPECT_LT((Duration{-1, 999'999'999}), (Duration{0, 0}));
}

TEST(Duration, instants_differ_exactly_even_at_the_ends) {
  const Instant low{INT64_MIN};
  const Instant high{INT64_MAX};
  EXPECT_EQ(subtract(high, low), (Duration{18'446'744'073'709, 551'615'000}));
  EXPECT_EQ(subtract(low, high), (Duration{-18'446'744'073'710, 448'385'000}));
  EXPECT_FALSE(add(high, Duration{0, 1000}));
  EXPECT_EQ(add(Instant{5}, Duration{-1, 999'999'000}), Instant{4});
  EXPECT_EQ(to_micros({-1, 999'999'999}), -1);
}

TEST(LocalDateTime, moves_over_midnight) {
  const LocalDateTime t{date_of(2026, 12, 31), time_of(23, 59, 59, 500'000'000)};
  EXPECT_EQ(add(t, Duration{0, 500'000'000}), (LocalDateTime{date_of(2027, 1, 1), {}}));
  EXPECT_EQ(subtract(LocalDateTime{date_of(2027, 1, 1), {}}, t), (Duration{0, 500'000'000}));
  EXPECT_EQ(subtract(t, LocalDateTime{date_of(2027, 1, 1), {}}), (Duration{-1, 500'000'000}));
  EXPECT_FALSE(add(LocalDateTime{max_date, time_of(23, 59, 59)}, Duration{1, 0}));
}

}  // namespace
}  // namespace aftercare::rt
