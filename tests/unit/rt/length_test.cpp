// Lengths of time with a unit.
#include "aftercare/rt/length.hpp"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace aftercare::rt {
namespace {

TEST(Length, every_spelling_of_the_table_reads_as_its_unit_and_none_is_double) {
  std::set<std::string_view> seen;
  for (const auto& u : units) {
    EXPECT_EQ(parse_length("7" + std::string(u.symbol)), (Length{7, u.unit}));
    EXPECT_TRUE(seen.insert(u.symbol).second) << u.symbol;
    for (const auto spelling : u.chinese) {
      if (spelling.empty()) continue;
      EXPECT_EQ(parse_length("7" + std::string(spelling)), (Length{7, u.unit})) << spelling;
      EXPECT_TRUE(seen.insert(spelling).second) << spelling;
    }
  }
}

TEST(Length, minutes_and_months_are_never_guessed) {
  for (const char* bad : {"30m", "30M", "30 min", "min", "", "30", "-3d", "+3d", "1.5h", "3dd",
                          "3d ", "1000000000s", "99999999999999999999s", "３d"}) {
    EXPECT_FALSE(parse_length(bad)) << bad;
  }
}

TEST(Length, quantities_and_date_rules) {
  for (const char* text : {"1s", "1min", "1h", "1wmin", "1wh"}) {
    EXPECT_TRUE(is_quantity(parse_length(text).value())) << text;
  }
  for (const char* text : {"1d", "1wd", "1w", "1mo", "1y"}) {
    EXPECT_FALSE(is_quantity(parse_length(text).value())) << text;
  }
  EXPECT_EQ(micros({max_length_count, Unit::hour}), 3'599'999'996'400'000'000);
}

}  // namespace
}  // namespace aftercare::rt
