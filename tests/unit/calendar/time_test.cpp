// Zones and the texts of ISO 8601.
#include "aftercare/time.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace aftercare {
namespace {

Instant utc(const char* text) { return parse_instant(text).value(); }
Instant in(const char* zone, const char* local) {
  return Zone::load(zone).value().instant(parse_local(local).value());
}

TEST(Zone, knows_the_database_and_nothing_else) {
  EXPECT_EQ(Zone::load("Asia/Shanghai").value().offset_at(utc("2026-01-01T00:00:00Z")), 28'800);
  for (const char* name : {"Asia/Peking", "", "../etc/passwd", "/etc/localtime", "Asia", "asia\n",
                           "tzdata.zi", "Asia/", "zone.tab"}) {
    const auto zone = Zone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::not_found) << name;
  }
  EXPECT_EQ(Zone::load("+05:45").value().name(), "+05:45");
  EXPECT_EQ(Zone::load("Z").value(), Zone());
  EXPECT_FALSE(zone_data_version().empty());
}

TEST(Zone, listed_history) {
  const auto shanghai = Zone::load("Asia/Shanghai").value();
  EXPECT_EQ(shanghai.offset_at(utc("1900-01-01T00:00:00Z")), 29'143);  // local mean time
  EXPECT_EQ(shanghai.offset_at(utc("1988-07-01T00:00:00Z")), 32'400);  // summer time
  const auto apia = Zone::load("Pacific/Apia").value();
  EXPECT_EQ(iso_text(apia.local(utc("2011-12-30T09:59:59Z"))), "2011-12-29T23:59:59");
  EXPECT_EQ(iso_text(apia.local(utc("2011-12-30T10:00:00Z"))), "2011-12-31T00:00:00");
}

TEST(Zone, the_rule_goes_on_for_ever) {
  const auto berlin = Zone::load("Europe/Berlin").value();
  for (const char* year : {"2026", "2037", "2038", "2200", "2499", "2500", "2501", "9999"}) {
    const std::string y = year;
    EXPECT_EQ(berlin.offset_at(utc((y + "-07-01T00:00:00Z").c_str())), 7200) << y;
    EXPECT_EQ(berlin.offset_at(utc((y + "-12-31T23:30:00Z").c_str())), 3600) << y;
    EXPECT_EQ(berlin.offset_at(utc((y + "-01-01T00:30:00Z").c_str())), 3600) << y;
  }
  // South of the equator summer spans the new year.
  const auto sydney = Zone::load("Australia/Sydney").value();
  for (const char* year : {"2026", "2499", "2500", "2600"}) {
    const std::string y = year;
    EXPECT_EQ(sydney.offset_at(utc((y + "-07-01T00:00:00Z").c_str())), 36'000) << y;
    EXPECT_EQ(sydney.offset_at(utc((y + "-12-31T23:30:00Z").c_str())), 39'600) << y;
    EXPECT_EQ(sydney.offset_at(utc((y + "-01-01T00:30:00Z").c_str())), 39'600) << y;
  }
  // Years that FEEL knows and no instant reaches.
  const auto july = rt::date_of(999'999'996, 7, 1).days * 86'400;
  EXPECT_EQ(berlin.offset_at(july), 7200);
  EXPECT_EQ(berlin.meaning(july).first, july - 7200);
}

TEST(Zone, gaps_end_and_overlaps_come_first) {
  EXPECT_EQ(in("Europe/Berlin", "2026-03-29T02:30:00"), utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(in("Europe/Berlin", "2026-10-25T02:30:00"), utc("2026-10-25T00:30:00Z"));
  EXPECT_EQ(in("Australia/Lord_Howe", "2026-10-04T02:15:00"), utc("2026-10-03T15:30:00Z"));
  EXPECT_EQ(in("Pacific/Apia", "2011-12-30T12:00:00"), utc("2011-12-30T10:00:00Z"));
  EXPECT_EQ(in("Africa/Cairo", "2026-04-24T00:00:00"), utc("2026-04-23T22:00:00Z"));
  const auto berlin = Zone::load("Europe/Berlin").value();
  const auto at = [&](const char* local) {
    return berlin.meaning(rt::local_seconds(parse_local(local).value()));
  };
  EXPECT_EQ(at("2026-03-29T01:59:59").kind, LocalKind::unique);
  EXPECT_EQ(at("2026-03-29T02:00:00").kind, LocalKind::gap);
  EXPECT_EQ(at("2026-03-29T03:00:00").kind, LocalKind::unique);
  EXPECT_EQ(at("2026-10-25T02:00:00").kind, LocalKind::overlap);
  EXPECT_EQ(at("2026-10-25T03:00:00").kind, LocalKind::unique);
  EXPECT_EQ(at("2600-03-30T02:30:00").kind, LocalKind::gap);
  const auto twice = at("2026-10-25T02:30:00");
  EXPECT_EQ(twice.second - twice.first, 3600);
}

TEST(Zone, every_instant_is_a_meaning_of_what_it_shows) {
  for (const char* name : {"Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo",
                           "America/New_York", "Africa/Casablanca", "Asia/Shanghai"}) {
    const auto zone = Zone::load(name).value();
    const auto begin = rt::seconds_of(utc("1935-01-01T00:00:00Z"));
    const auto end = rt::seconds_of(utc("2045-01-01T00:00:00Z"));
    for (auto t = begin; t < end; t += 1799) {
      const auto meant = zone.meaning(t + zone.offset_at(t));
      ASSERT_NE(meant.kind, LocalKind::gap) << name << " " << t;
      ASSERT_TRUE(meant.first == t || meant.second == t) << name << " " << t;
      ASSERT_LE(meant.first, meant.second);
    }
  }
}

TEST(Zone, damaged_files_are_refused) {
  std::ifstream file("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  ASSERT_TRUE(Zone::from_tzif("Berlin", good));
  for (std::size_t n = 0; n + 1 < good.size(); n += 7) {
    EXPECT_FALSE(Zone::from_tzif("Berlin", std::string_view(good).substr(0, n))) << n;
  }
  std::string huge = good;
  huge[32] = '\x7f';
  EXPECT_FALSE(Zone::from_tzif("Berlin", huge));
  // Whatever the bytes, an answer and no crash.
  std::uint32_t state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 8; ++i) {
      state = state * 1'664'525U + 1'013'904'223U;
      bad[state % bad.size()] = static_cast<char>(state >> 24U);
    }
    if (const auto zone = Zone::from_tzif("bad", bad)) {
      (void)zone->meaning(1'700'000'000);
      (void)zone->offset_at(std::int64_t{1} << 50U);
    }
  }
}

TEST(Iso8601, dates) {
  EXPECT_EQ(parse_date("2026-02-13"), rt::date_of(2026, 2, 13));
  EXPECT_EQ(parse_date("-0044-03-15"), rt::date_of(-44, 3, 15));
  EXPECT_EQ(parse_date("999999999-12-31"), rt::max_date);
  for (const char* bad : {"", "2026-2-13", "2026-02-30", "02026-02-13", "20260213", "2026-02-13Z",
                          "1000000000-01-01", "+2026-02-13", "2026-00-10", "26-01-01"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
  for (const char* text : {"2026-02-13", "-0044-03-15", "0000-01-01", "12026-01-01"}) {
    EXPECT_EQ(iso_text(parse_date(text).value()), text);
  }
}

TEST(Iso8601, times) {
  for (const char* text : {"00:00:00", "23:59:59", "16:00:00.5", "16:00:00.000000001"}) {
    EXPECT_EQ(iso_text(parse_time_of_day(text).value()), text);
  }
  EXPECT_EQ(parse_time_of_day("16:30"), rt::time_of(16, 30));
  EXPECT_EQ(parse_time_of_day("24:00:00"), TimeOfDay{0});
  EXPECT_EQ(iso_text(parse_local("2026-12-31T24:00:00").value()), "2027-01-01T00:00:00");
  for (const char* bad : {"", "7:00", "24:01", "12:60", "12:00:60", "12:00:00.", "12:00:00Z"}) {
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
  }
}

TEST(Iso8601, instants_need_a_place) {
  const auto shanghai = Zone::load("Asia/Shanghai").value();
  const auto berlin = Zone::load("Europe/Berlin").value();
  const auto at = utc("2026-02-13T08:00:00Z");
  EXPECT_EQ(utc("2026-02-13T16:00:00+08:00"), at);
  EXPECT_EQ(utc("2026-02-13T16:00:00@Asia/Shanghai"), at);
  EXPECT_EQ(parse_instant("2026-02-13T16:00", shanghai).value(), at);
  EXPECT_EQ(iso_text(at, shanghai), "2026-02-13T16:00:00+08:00");
  EXPECT_EQ(iso_text(at), "2026-02-13T08:00:00Z");
  EXPECT_EQ(iso_text(Instant{-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_FALSE(parse_instant("2026-02-13T16:00:00"));
  EXPECT_FALSE(parse_instant("2026-02-13T16:00:00 ", shanghai));
  EXPECT_FALSE(parse_instant("300000-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2026-02-13T16:00:00@Asia/Nowhere"));
  EXPECT_FALSE(parse_instant("2026-03-29T02:30:00", berlin));
  EXPECT_FALSE(parse_instant("2026-10-25T02:30:00", berlin));
  EXPECT_TRUE(parse_instant("2026-10-25T02:30:00+01:00", berlin));
}

TEST(Iso8601, durations) {
  for (const char* text : {"PT0S", "P1D", "P1DT2H3M4.5S", "-PT0.5S", "PT36.25S", "-P3DT1M"}) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(iso_text(*duration), text);
  }
  EXPECT_EQ(iso_text(parse_duration("PT48H").value()), "P2D");
  EXPECT_EQ(iso_text(Duration{INT64_MIN, 0}), "-P106751991167300DT15H30M8S");
  for (const char* bad : {"", "P", "PT", "P1", "P1DT", "PT1H1D", "P1H", "PT1D", "P1.5D", "P1M",
                          "P-1D", "1D", "PT9223372036854775808S", "P1DT2M1H", "PT1.S"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  for (const char* text : {"P0M", "P1Y", "P1Y2M", "-P11M"}) {
    EXPECT_EQ(iso_text(parse_months(text).value()), text);
  }
  EXPECT_EQ(parse_months("P24M"), Months{24});
  EXPECT_EQ(iso_text(Months{24}), "P2Y");
  for (const char* bad : {"", "P", "PY", "P1D", "P1M1Y", "P9223372036854775807Y"}) {
    EXPECT_FALSE(parse_months(bad)) << bad;
  }
}

}  // namespace
}  // namespace aftercare
