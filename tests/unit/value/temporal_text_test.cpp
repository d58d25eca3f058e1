// FEEL's dates, times and durations as text: taken, refused, printed again.
#include "value/temporal_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace aftercare::value {
namespace {

std::string date(std::string_view text) {
  const auto d = parse_date(text);
  return d ? date_text(*d) : "none";
}
std::string time(std::string_view text) {
  const auto t = parse_time(text);
  return t ? time_text(*t) : "none";
}
std::string date_time(std::string_view text) {
  const auto d = parse_date_time(text);
  return d ? date_time_text(*d) : "none";
}
std::string duration(std::string_view text) { return parse_duration(text).to_text(); }

TEST(TemporalText, Dates) {
  for (const char* same : {"2017-12-31", "-2017-01-01", "999999999-12-31", "-999999999-01-01",
                           "0001-01-01", "2024-02-29", "10000-01-01"}) {
    EXPECT_EQ(date(same), same);
  }
  for (const char* wrong :
       {"", "2012/12/25", "0000-12-25T", "2017-13-10", "2017-12-32", "01211-12-31", "+2012-01-01",
        "2012-1-1", "2023-02-29", "1000000000-01-01", "2012-12-25T", "2012-12-250", "2012-12", "-",
        "20171231", "2017-00-10", "2017-01-00"}) {
    EXPECT_EQ(date(wrong), "none") << wrong;
  }
}

TEST(TemporalText, Times) {
  for (const char* same : {"01:02:03", "11:22:33.444", "23:59:00Z", "13:20:00+02:00",
                           "11:59:45+02:45:55", "11:59:45-02:45:55", "00:01:00@Etc/UTC",
                           "10:20:00.123456789@Europe/Paris", "13:20:00+14:00", "13:20:00-14:00"}) {
    EXPECT_EQ(time(same), same);
  }
  EXPECT_EQ(time("24:00:00"), "00:00:00");
  EXPECT_EQ(time("11:22:33-00:00"), "11:22:33Z");
  EXPECT_EQ(time("11:22:33.1234567899"), "11:22:33.123456789");
  for (const char* wrong : {"",
                            "24:00:01",
                            "24:01:00",
                            "25:00:00",
                            "00:60:00",
                            "23:59:60",
                            "7:00:00",
                            "07:1:00",
                            "13:20:00+14:01",
                            "13:20:00-14:00:01",
                            "13:20:00+19:00",
                            "13:20:00+5:00",
                            "13:20:00+02:00@Europe/Paris",
                            "7:20",
                            "11:30:00T",
                            "11:30",
                            "11:30:00.",
                            "11:30:00@",
                            "11:30:00+05",
                            "11:30:00+05:60",
                            "11:30:00+18:00:01",
                            "11:30:00 Z"}) {
    EXPECT_EQ(time(wrong), "none") << wrong;
  }
}

TEST(TemporalText, DatesWithTimes) {
  for (const char* same : {"2017-12-31T11:22:33", "-99999-12-31T11:22:33",
                           "999999999-12-31T23:59:59.999999999@Europe/Paris",
                           "-999999999-12-31T23:59:59.999999999+02:00"}) {
    EXPECT_EQ(date_time(same), same);
  }
  EXPECT_EQ(date_time("2017-12-31T24:00:00"), "2018-01-01T00:00:00");
  for (const char* wrong :
       {"2012-12-24", "11:00:00", "2011-12-0310:15:30", "2017-12-31T7:00:00", "2017-12-31T24:00:01",
        "999999999-12-31T24:00:00", "2017-12-31 11:22:33", "2017-12-31t11:22:33"}) {
    EXPECT_EQ(date_time(wrong), "none") << wrong;
  }
}

TEST(TemporalText, Durations) {
  const std::pair<const char*, const char*> good[] = {
      {"P1D", "P1D"},
      {"PT24H", "P1D"},
      {"PT1000M", "PT16H40M"},
      {"P0D", "PT0S"},
      {"PT1.S", "PT1S"},
      {"PT0.999S", "PT0.999S"},
      {"-P1DT2H3M4.123456789S", "-P1DT2H3M4.123456789S"},
      {"P1Y27M", "P3Y3M"},
      {"P0Y", "P0M"},
      {"-P100M", "-P8Y4M"},
      {"-P0M", "P0M"},
      {"PT3600S", "PT1H"},
      {"P999999999M", "P83333333Y3M"},
      {"-PT0.5S", "-PT0.5S"},
  };
  for (const auto& [text, printed] : good) EXPECT_EQ(duration(text), printed) << text;
  for (const char* wrong : {"",
                            "P",
                            "P0",
                            "1Y",
                            "P1H",
                            "P1S",
                            "PT",
                            "P1DT",
                            "P1Y1D",
                            "P1M1Y",
                            "PT1S1M",
                            "P1.5D",
                            "P1D1D",
                            "PD",
                            "-P",
                            "P-1D",
                            "PT.S",
                            "PT.5S",
                            "P1DT1",
                            "P9999999999999999999D",
                            "P999999999999999999D"}) {
    EXPECT_EQ(duration(wrong), "null") << wrong;
  }
}

}  // namespace
}  // namespace aftercare::value
