// Calendars through YAML: what is written is what is read, for the calendars of the worked cases,
// for China, and for random ones.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "aftercare/calendar_file.hpp"
#include "aftercare/rulebook.hpp"

#include "rulebook/calendar_files.hpp"
#include "rulebook/calendar_writer.hpp"
#include "support/calendar_text.hpp"
#include "support/china_calendar.hpp"

namespace aftercare::rulebook {
namespace {

std::string source_dir() {
  const auto* dir = std::getenv("AFTERCARE_SOURCE");
  return dir != nullptr ? dir : ".";
}

/// Reads a text as the file of a calendar; all findings go to `told`.
std::optional<CalendarRead> read(const std::string& name, const std::string& text,
                                 std::string& told) {
  Sources sources;
  base::Findings findings;
  CalendarFiles files(sources);
  files.add_text({"calendars/" + name + ".yaml", text});
  bool is_told = false;
  const CalendarRead* found = files.find(name, {}, findings, is_told);
  std::optional<CalendarRead> out;
  if (found) out = *found;
  told = render(findings.take(), sources);
  return out;
}

/// Both say the same of every day, at every time of knowing.
void expect_same(const Calendar& a, const Calendar& b, const std::vector<Instant>& known,
                 const std::string& about) {
  EXPECT_EQ(a.zone(), b.zone()) << about;
  EXPECT_EQ(a.known_from(), b.known_from()) << about;
  EXPECT_EQ(a.known_until(), b.known_until()) << about;
  for (std::size_t version = 0; version <= known.size(); ++version) {
    const Calendar x = version == 0 ? a : a.as_of(known[version - 1]);
    const Calendar y = version == 0 ? b : b.as_of(known[version - 1]);
    for (Date day = rt::date_of(2005, 1, 1); day < rt::date_of(2029, 1, 1); ++day.days) {
      const CalendarDay of_x = x.day(day);
      const CalendarDay of_y = y.day(day);
      const bool is_same = of_x.kind == of_y.kind && of_x.hours == of_y.hours &&
                           of_x.name == of_y.name && of_x.is_known == of_y.is_known;
      ASSERT_TRUE(is_same) << about << " " << iso_text(day) << " version " << version << ": "
                           << of_x.name << " / " << of_y.name;
    }
  }
}

void expect_survives(CalendarDescription description, const std::string& about) {
  std::vector<Instant> known;
  std::map<std::int64_t, int> years;
  for (CalendarNotice& notice : description.notices) {
    if (!notice.known_at) continue;
    known.push_back(*notice.known_at);
    known.push_back({notice.known_at->micros - 1});
  }
  const std::string text = write_calendar(description, {"a comment"});
  const auto made = Calendar::make(description);
  std::string told;
  const auto back = read(description.name, text, told);
  ASSERT_TRUE(back) << about << "\n" << text << told;
  if (!made) {
    EXPECT_FALSE(back->calendar) << about;
    return;
  }
  ASSERT_TRUE(back->calendar) << about << "\n" << text;
  expect_same(*made, *back->calendar, known, about + "\n" + text);
}

TEST(CalendarFile, the_calendars_of_the_worked_cases_can_be_written_and_read) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_dir() + "/tests/golden/business_time")) {
    if (entry.path().extension() != ".txt") continue;
    std::map<std::string, CalendarDescription> all;
    std::string current;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      line = line.substr(0, line.find('#'));
      while (!line.empty() && line.back() == ' ') line.pop_back();
      const auto w = test::words(line);
      if (w.empty()) continue;
      if (line[0] == ' ') {
        test::read_calendar_line(all.at(current), line);
      } else if (w[0] == "calendar") {
        current = w.at(1);
        all[current] = w.size() > 3 ? all.at(w[3]) : CalendarDescription{};
        all[current].name = current;
      }
    }
    for (auto& [name, description] : all) {
      // Faulty ones are other tests'.
      bool is_good = true;
      for (const auto& problem : check(description)) is_good = is_good && problem.is_warning();
      if (!is_good) continue;
      // YAML lists what became known by the year that it settles.
      const bool has_versions =
          std::any_of(description.notices.begin(), description.notices.end(),
                      [](const CalendarNotice& notice) { return notice.known_at.has_value(); });
      std::optional<Date> first;
      for (const CalendarNotice& notice : description.notices) {
        for (const OffDays& days : notice.off) first = first.value_or(days.from);
        for (const MakeUpDay& day : notice.make_up) first = first.value_or(day.date);
        for (const DateHours& day : notice.hours) first = first.value_or(day.date);
      }
      for (CalendarNotice& notice : description.notices) {
        if (has_versions && first)
          notice.known_until = rt::date_of(rt::fields(*first).year, 12, 31);
      }
      expect_survives(description, entry.path().filename().string() + " " + name);
      ++count;
    }
  }
  EXPECT_GT(count, 20);
}

TEST(CalendarFile, china_is_what_the_line_reader_reads) {
  const Checked<Calendar> office =
      load_calendar("china_office", {.folders = {source_dir() + "/rules/calendars"}});
  ASSERT_TRUE(office) << render(office.diagnostics(), office.sources());
  EXPECT_TRUE(office.diagnostics().empty()) << render(office.diagnostics(), office.sources());
  std::vector<Instant> known;
  for (const CalendarNotice& notice : test::china_days(source_dir()).notices) {
    known.push_back(*notice.known_at);
  }
  expect_same(*office, test::china_office(source_dir()), known, "china_office");
  expect_survives(test::china_days(source_dir()), "china");
}

TEST(CalendarFile, random_calendars_survive) {
  std::mt19937_64 random(5);
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  const std::vector<std::string> names = {
      "",    "春节",   "a: b",     "#1",   "- x", "as fri",      "closed", "2nd",  "\"quoted\"",
      "[x]", "春节、", "or 02-28", "it's", "'",   "ü, ：（班）", "~",      "null", "a #b"};
  const auto hours = [&] {
    DayHours out;
    std::int64_t at = between(0, 12) * 1800;
    for (auto n = between(0, 3); n > 0; --n) {
      const auto close = at + between(1, 8) * 900 + (between(0, 5) == 0 ? 30 : 0);
      out.push_back({static_cast<std::int32_t>(at), static_cast<std::int32_t>(close)});
      at = close + between(0, 4) * 900;
    }
    return out;
  };
  const int rounds = std::getenv("AFTERCARE_LONG") != nullptr ? 2000 : 100;
  for (int round = 0; round < rounds; ++round) {
    CalendarDescription d{.name = "any", .zone = round % 2 == 0 ? "Europe/Berlin" : "+08:00"};
    for (auto& day : d.weekly) day = hours();
    d.weekly[0] = {{9 * 3600, 17 * 3600}};
    const auto name = [&] {
      return names[static_cast<std::size_t>(
          between(0, static_cast<std::int64_t>(names.size()) - 1))];
    };
    const auto day = [&](std::int64_t year) {
      return year == 0 ? Date{rt::date_of(2025, 1, 1).days + between(0, 900)}
                       : Date{rt::date_of(year, 1, 1).days + between(0, 320)};
    };
    for (auto n = between(0, 2); n > 0; --n) {
      YearlyOff off;
      off.from_month = static_cast<int>(between(1, 12));
      off.from_day = static_cast<int>(between(1, 28));
      off.to_month = static_cast<int>(between(1, 12));
      off.to_day = static_cast<int>(between(1, 28));
      if (between(0, 3) == 0) {
        off.from_month = off.to_month = 2;
        off.from_day = off.to_day = 29;
        off.leap_day = YearlyOff::LeapDay::clamp;
      }
      d.yearly_off.push_back(off);
    }
    const auto notice = [&](std::int64_t year, bool is_top) {
      CalendarNotice one;
      if (!is_top) {
        one.known_until = rt::date_of(year, 12, 31);
        one.known_at = Instant{rt::date_of(year - 1, 11, 1).days * rt::micros_per_day +
                               between(0, 100) * 3'600'000'000};
        one.source = "notice: " + std::to_string(year);
      }
      one.layer = is_top ? 1 : 0;
      for (auto n = between(1, 3); n > 0; --n) {
        const Date from = day(year);
        one.off.push_back({from, {from.days + between(0, 5)}, {}});
      }
      // Behind the days off, so that they do not contradict each other.
      const Date make_up{is_top ? rt::date_of(2028, 1, 1).days + between(0, 300)
                                : rt::date_of(year, 12, 1).days + between(0, 60)};
      one.make_up.push_back({make_up, {}, static_cast<Weekday>(between(1, 7))});
      one.hours.push_back({day(year), hours(), {}});
      if (between(0, 1) == 0) one.ordinary.push_back(day(year));
      return one;
    };
    for (const std::int64_t year : {2025, 2026}) {
      for (auto n = between(1, 2); n > 0; --n) d.notices.push_back(notice(year, false));
    }
    if (between(0, 1) == 0) d.notices.push_back(notice(0, true));
    if (between(0, 1) == 0) d.known_from = rt::date_of(2025, 1, 1);
    bool is_good = true;
    for (const auto& problem : check(d)) is_good = is_good && problem.is_warning();
    if (!is_good) continue;
    expect_survives(d, "round " + std::to_string(round));
    // Names come back as they were, but for those that would be read as words of the format.
    d.notices.back().off.front().name = name();
    std::string told;
    const auto back = read("any", write_calendar(d, {name()}), told);
    ASSERT_TRUE(back) << write_calendar(d, {}) << told;
  }
}

TEST(CalendarFile, is_found_beside_a_pack_that_extends_it) {
  const std::string pack =
      "aftercare: 1\npack: p\nsource: P\ntimezone: Asia/Shanghai\n"
      "calendar office: {extends: county, weekly: {mon-fri: \"09:00-17:00\"}}\n";
  const std::string county =
      "aftercare: 1\ncalendar: county\ntimezone: Asia/Urumqi\nholidays: [2026-07-08 fair]\n";
  CheckOptions options;
  const auto found = check_texts({{"p.yaml", pack}, {"calendars/county.yaml", county}}, options);
  for (const Diagnostic& finding : found.diagnostics()) EXPECT_NE(finding.code, "AC0251");
  const auto missing = check_texts({{"p.yaml", pack}}, options);
  EXPECT_TRUE(std::any_of(missing.diagnostics().begin(), missing.diagnostics().end(),
                          [](const Diagnostic& finding) { return finding.code == "AC0251"; }));
}

}  // namespace
}  // namespace aftercare::rulebook
