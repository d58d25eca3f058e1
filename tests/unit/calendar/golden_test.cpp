// Runs tests/golden/business_time/*.txt: calendars, then one question a line:
//
//   A1: office add 2026-03-02T09:00 8wh => 2026-03-02T17:00
//
// Local times are those of the calendar named first; expected instants may carry an offset.
//   add T L [next_open] => T        subtract T L => T          next_open T => T
//   latest_by T => T                open T => yes|no           elapsed T T [pause=T..T] => 1h30min
//   workday D => yes|no [name]      hours D => 9:00-12:00 …    workdays D N => D
//   roll D NAME => D                date D L => D (or D -L)    month T => 2026-01
//   deadline T L [term= end= roll= boundary= pause= pauses=] => T [provisional]
//   before T L [end= roll=] => T [provisional]       percent T L N => T
//   breach T L [compare=elapsed …] => T
//   judge T L stop=T [compare= …] => met|breached
//   explain T L […] => kind[ name] until | …
//   faults => fault …
//
// known=T before the question asks the calendar as one knew it then.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "aftercare/calendar.hpp"

#include "support/calendar_text.hpp"

namespace aftercare::test {
namespace {

std::string text_of(std::int64_t micros) {
  if (micros == 0) return "0h";
  std::string out = micros < 0 ? "-" : "";
  micros = micros < 0 ? -micros : micros;
  const auto part = [&](std::int64_t size, const char* unit) {
    if (micros / size != 0) out += std::to_string(micros / size) + unit;
    micros %= size;
  };
  part(3'600'000'000, "h");
  part(60'000'000, "min");
  part(1'000'000, "s");
  part(1, "us");
  return out;
}

constexpr std::string_view fault_names[] = {
    "unknown_zone",          "no_working_time",    "empty_interval",   "interval_too_long",
    "overlapping_intervals", "too_many_intervals", "bad_date",         "contradiction",
    "too_many_days",         "overlapping_dates",  "known_ends_first", "make_up_weekday_unknown",
    "beyond_known",          "off_twice",          "no_effect",        "already_workday",
    "make_up_closed",        "never_comes"};

struct Options {
  DeadlineOptions deadline;
  Compare compare = Compare::deadline;
  std::optional<Instant> stop;
  std::vector<TimeSpan> pauses;
};

class Runner {
 public:
  std::set<std::string> ids;
  int questions = 0;

  void run(const std::filesystem::path& file) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const auto hash = line.find('#');
      if (hash != std::string::npos) line.resize(hash);
      while (!line.empty() && line.back() == ' ') line.pop_back();
      if (line.empty()) continue;
      const auto place = file.filename().string() + ":" + std::to_string(number) + ": " + line;
      try {
        take(line, place);
      } catch (const std::exception& e) {
        ADD_FAILURE() << place << "\n  " << e.what();
      }
    }
  }

 private:
  void take(const std::string& line, const std::string& place) {
    if (line[0] == ' ') {
      read_calendar_line(descriptions_.at(current_), line);
      return;
    }
    const auto w = words(line);
    if (w[0] == "calendar") {
      current_ = w.at(1);
      descriptions_[current_] =
          w.size() > 3 && w[2] == "like" ? descriptions_.at(w[3]) : CalendarDescription{};
      descriptions_[current_].name = current_;
      made_.erase(current_);
      return;
    }
    const auto arrow = line.find(" => ");
    const auto colon = line.find(": ");
    if (arrow == std::string::npos || colon == std::string::npos) {
      throw std::runtime_error("neither calendar nor question");
    }
    ids.insert(line.substr(0, colon));
    ++questions;
    const auto question = words(line.substr(colon + 2, arrow - colon - 2));
    const auto expected = line.substr(arrow + 4);
    ask(question, expected, place);
  }

  Calendar calendar(const std::string& name) {
    if (name == "24x7") throw std::runtime_error("say 24x7/Zone");
    if (name.starts_with("24x7/")) return Calendar::always(Zone::load(name.substr(5)).value());
    const auto found = made_.find(name);
    if (found != made_.end()) return found->second;
    auto made = Calendar::make(descriptions_.at(name)).value();
    made_.emplace(name, made);
    return made;
  }

  void ask(const std::vector<std::string>& w, const std::string& expected,
           const std::string& place) {
    if (w.at(1) == "faults") {
      std::string faults;
      for (const auto& p : check(descriptions_.at(w[0]))) {
        faults += (faults.empty() ? "" : " ") +
                  std::string(fault_names[static_cast<std::size_t>(p.fault)]);
      }
      EXPECT_EQ(faults.empty() ? "none" : faults, expected) << place;
      return;
    }
    auto c = calendar(w[0]);
    std::size_t next = 1;
    const auto instant = [&](const std::string& text) {
      return parse_instant(text, c.zone()).value();
    };
    if (w.at(next).starts_with("known=")) c = c.as_of(instant(w[next++].substr(6)));
    const auto verb = w.at(next++);
    const auto arg = [&](std::size_t i) { return w.at(next + i); };
    const auto same_instant = [&](const Result<Instant>& got, const std::string& want) {
      ASSERT_TRUE(got) << place << "\n  " << got.error().message;
      EXPECT_EQ(iso_text(*got, c.zone()), iso_text(instant(want), c.zone())) << place;
    };
    const auto working = [&](const std::string& text) {
      const auto length = need(rt::parse_length(text), text);
      if (rt::kind(length.unit) != rt::UnitKind::working && length.unit != Unit::second) {
        throw std::runtime_error("no working time: " + text);
      }
      return WorkingTime{rt::micros(length)};
    };
    if (verb == "add") {
      const bool next_open = w.size() > next + 2;
      same_instant(c.add(instant(arg(0)), working(arg(1)),
                         next_open ? Boundary::next_open : Boundary::close),
                   expected);
    } else if (verb == "subtract") {
      same_instant(c.subtract(instant(arg(0)), working(arg(1))), expected);
    } else if (verb == "next_open") {
      same_instant(c.next_open(instant(arg(0))), expected);
    } else if (verb == "latest_by") {
      same_instant(c.latest_by(instant(arg(0))), expected);
    } else if (verb == "open") {
      EXPECT_EQ(c.is_open(instant(arg(0))).value() ? "yes" : "no", expected) << place;
    } else if (verb == "elapsed") {
      const auto o = options(w, next + 2, c);
      const auto got = c.elapsed(instant(arg(0)), instant(arg(1)), o.pauses).value();
      EXPECT_EQ(text_of(got.micros), expected) << place;
    } else if (verb == "workday") {
      const auto date = date_in(arg(0));
      const auto name = c.day(date).name;
      EXPECT_EQ((c.is_workday(date) ? "yes" : "no") + (name.empty() ? "" : " " + name), expected)
          << place;
    } else if (verb == "hours") {
      std::string got;
      for (const auto& interval : c.day(date_in(arg(0))).hours) {
        const auto clock = [](std::int32_t s) {
          return std::to_string(s / 3600) + (s / 60 % 60 < 10 ? ":0" : ":") +
                 std::to_string(s / 60 % 60);
        };
        got += (got.empty() ? "" : " ") + clock(interval.open) + "-" + clock(interval.close);
      }
      EXPECT_EQ(got.empty() ? "none" : got, expected) << place;
    } else if (verb == "workdays") {
      EXPECT_EQ(iso_text(c.add_workdays(date_in(arg(0)), std::stoll(arg(1))).value()), expected)
          << place;
    } else if (verb == "roll") {
      const auto how = need(roll_named(arg(1)), arg(1));
      EXPECT_EQ(iso_text(c.roll(date_in(arg(0)), how).value()), expected) << place;
    } else if (verb == "date") {
      EXPECT_EQ(iso_text(moved(date_in(arg(0)), arg(1))), expected) << place;
    } else if (verb == "month") {
      EXPECT_EQ(iso_text(c.zone().date(instant(arg(0)))).substr(0, 7), expected) << place;
    } else if (verb == "deadline") {
      const auto o = options(w, next + 2, c);
      auto deadline = o.deadline;
      deadline.pauses = o.pauses;
      const auto got =
          c.deadline(instant(arg(0)), need(rt::parse_length(arg(1)), arg(1)), deadline);
      ASSERT_TRUE(got) << place << "\n  " << got.error().message;
      const auto want = words(expected);
      same_instant(got->at, want.at(0));
      EXPECT_EQ(got->is_provisional, want.size() > 1 && want[1] == "provisional") << place;
    } else if (verb == "before") {
      const auto o = options(w, next + 2, c);
      const auto got =
          c.deadline_before(instant(arg(0)), need(rt::parse_length(arg(1)), arg(1)), o.deadline);
      ASSERT_TRUE(got) << place << "\n  " << got.error().message;
      const auto want = words(expected);
      same_instant(got->at, want.at(0));
      EXPECT_EQ(got->is_provisional, want.size() > 1 && want[1] == "provisional") << place;
    } else if (verb == "percent") {
      same_instant(
          c.at_percent(instant(arg(0)), need(rt::parse_length(arg(1)), arg(1)), std::stoll(arg(2))),
          expected);
    } else if (verb == "breach" || verb == "judge") {
      const auto o = options(w, next + 2, c);
      auto deadline = o.deadline;
      deadline.pauses = o.pauses;
      const auto got = c.first_breach(instant(arg(0)), need(rt::parse_length(arg(1)), arg(1)),
                                      o.compare, deadline);
      ASSERT_TRUE(got) << place << "\n  " << got.error().message;
      if (verb == "breach") {
        same_instant(got, expected);
      } else {
        EXPECT_EQ(o.stop.value() < *got ? "met" : "breached", expected) << place;
      }
    } else if (verb == "explain") {
      const auto o = options(w, next + 2, c);
      auto deadline = o.deadline;
      deadline.pauses = o.pauses;
      const auto got = c.explain(instant(arg(0)), need(rt::parse_length(arg(1)), arg(1)), deadline);
      ASSERT_TRUE(got) << place << "\n  " << got.error().message;
      std::string text;
      auto from = instant(arg(0));
      for (const auto& segment : *got) {
        EXPECT_EQ(segment.from, from) << place;
        from = segment.to;
        text += (text.empty() ? "" : " | ") + std::string(name(segment.kind)) +
                (segment.name.empty() ? "" : " " + segment.name) + " " +
                iso_text(c.zone().local(segment.to)).substr(5, 11);
      }
      EXPECT_EQ(text, expected) << place;
    } else {
      throw std::runtime_error("no question '" + verb + "'");
    }
  }

  static Options options(const std::vector<std::string>& w, std::size_t first, const Calendar& c) {
    Options o;
    for (auto i = first; i < w.size(); ++i) {
      const auto equal = w[i].find('=');
      const auto key = w[i].substr(0, equal);
      const auto value = w[i].substr(equal + 1);
      const auto instant = [&](const std::string& text) {
        return parse_instant(text, c.zone()).value();
      };
      if (key == "pause") {
        const auto [from, to] = range_in(value);
        o.pauses.push_back({instant(from), instant(to)});
      } else if (key == "pauses") {
        o.deadline.pause_counts = value == "none"           ? PauseCounts::none
                                  : value == "whole_days"   ? PauseCounts::whole_days
                                  : value == "touched_days" ? PauseCounts::touched_days
                                                            : throw std::runtime_error(w[i]);
      } else if (key == "term") {
        o.deadline.term = need(term_named(value), value);
      } else if (key == "roll") {
        o.deadline.roll = need(roll_named(value), value);
      } else if (w[i] == "boundary=next_open") {
        o.deadline.boundary = Boundary::next_open;
      } else if (w[i] == "end=midnight") {
        o.deadline.day_end = DayEnd::midnight;
      } else if (w[i] == "end=same_time") {
        o.deadline.day_end = DayEnd::same_time;
      } else if (w[i] == "end=close") {
        o.deadline.day_end = DayEnd::close_of_business;
      } else if (w[i] == "compare=elapsed") {
        o.compare = Compare::elapsed;
      } else if (key == "stop") {
        o.stop = instant(value);
      } else {
        throw std::runtime_error("no option '" + w[i] + "'");
      }
    }
    return o;
  }

  static Date moved(Date date, const std::string& text) {
    const bool back = text[0] == '-';
    const auto length = need(rt::parse_length(back ? text.substr(1) : text), text);
    const auto count = length.count * rt::row(length.unit).size * (back ? -1 : 1);
    const auto result = rt::kind(length.unit) == rt::UnitKind::month ? rt::add_months(date, count)
                                                                     : rt::add_days(date, count);
    return need(result, text);
  }

  std::map<std::string, CalendarDescription> descriptions_;
  std::map<std::string, Calendar> made_;
  std::string current_;
};

std::filesystem::path source_dir() {
  const auto* dir = std::getenv("AFTERCARE_SOURCE");
  return dir != nullptr ? dir : ".";
}

TEST(BusinessTime, golden_files) {
  Runner runner;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_dir() / "tests/golden/business_time")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (file.filename() != "elsewhere.txt") runner.run(file);
  }
  EXPECT_GT(runner.questions, 150);
}

// Each row of the shared list of cases has a question here, or stands in elsewhere.txt with the
// part of the project that answers it.
TEST(BusinessTime, every_row_of_the_shared_cases_is_asked) {
  const auto* shared = std::getenv("AFTERCARE_SHARED");
  const auto cases =
      (shared != nullptr ? std::filesystem::path(shared) : source_dir() / "../shared") /
      "business-time/cases.md";
  std::ifstream in(cases);
  if (!in) GTEST_SKIP() << "skipped: no " << cases;
  Runner runner;
  std::set<std::string> known;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_dir() / "tests/golden/business_time")) {
    std::ifstream golden(entry.path());
    const std::regex id("^([A-Z][0-9]+)[a-z]*:.*");
    for (std::string line; std::getline(golden, line);) {
      std::smatch match;
      if (std::regex_match(line, match, id)) known.insert(match[1]);
    }
  }
  const std::regex row("^\\| ([A-Z][0-9]+) \\|.*");
  int rows = 0;
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    ++rows;
    EXPECT_TRUE(known.contains(match[1])) << line;
  }
  EXPECT_GT(rows, 90);
}

}  // namespace
}  // namespace aftercare::test
