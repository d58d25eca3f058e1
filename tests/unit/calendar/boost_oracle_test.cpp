// The civil calendar of rt/date.hpp against Boost.Date_Time, day by day from 1400 to 2600.
#include <boost/date_time/gregorian/gregorian_types.hpp>
#include <gtest/gtest.h>

#include "aftercare/rt/date.hpp"

namespace aftercare::rt {
namespace {

namespace greg = boost::gregorian;

TEST(BoostOracle, days_weeks_and_months_agree) {
  auto theirs = greg::date(1400, 1, 1);
  for (auto ours = date_of(1400, 1, 1); ours < date_of(2600, 1, 1); ++ours.days) {
    const auto f = fields(ours);
    ASSERT_EQ(f.year, static_cast<int>(theirs.year()));
    ASSERT_EQ(f.month, static_cast<int>(theirs.month()));
    ASSERT_EQ(f.day, static_cast<int>(theirs.day()));
    ASSERT_EQ(static_cast<int>(weekday(ours)) % 7, static_cast<int>(theirs.day_of_week()));
    ASSERT_EQ(day_of_year(ours), static_cast<int>(theirs.day_of_year()));
    ASSERT_EQ(iso_week(ours).week, static_cast<int>(theirs.week_number()));
    // Boost moves a last day of a month to a last day; contracts do not (02-28 to 03-28).
    const bool is_last = theirs == theirs.end_of_month();
    for (const int months : {-25, -1, 1, 2, 12, 37}) {
      if (is_last || (theirs.year() < 1403 && months < 0)) continue;
      const auto moved = theirs + greg::months(months);
      ASSERT_EQ(fields(*add_months(ours, months)),
                (YearMonthDay{moved.year(), moved.month(), moved.day()}))
          << theirs.year() << " " << theirs.day_of_year() << " " << months;
    }
    theirs += greg::days(1);
  }
}

}  // namespace
}  // namespace aftercare::rt
