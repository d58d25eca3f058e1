// Laws of calendars, China's real days, threads, far years, and combinations.
#include "aftercare/calendar.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/china_calendar.hpp"

namespace aftercare {
namespace {

std::string source_dir() {
  const auto* dir = std::getenv("AFTERCARE_SOURCE");
  return dir != nullptr ? dir : ".";
}

Instant at(const Calendar& calendar, const char* text) {
  return parse_instant(text, calendar.zone()).value();
}

Calendar make(const char* zone, std::array<const char*, 7> weekly) {
  CalendarDescription description{.name = "test", .zone = zone};
  for (std::size_t i = 0; i < 7; ++i) {
    if (*weekly.at(i) != '\0') description.weekly.at(i) = parse_day_hours(weekly.at(i)).hours;
  }
  return Calendar::make(description).value();
}

Calendar nights() {
  const char* shift = "22:00-06:00";
  return make("Europe/Berlin", {shift, shift, shift, shift, shift, "", ""});
}

constexpr WorkingTime hours(std::int64_t n) { return {n * 3'600'000'000}; }

class Laws : public testing::TestWithParam<int> {
 protected:
  static Calendar calendar() {
    switch (GetParam()) {
      case 0:
        return test::china_office(source_dir());
      case 1:
        return nights();
      case 2:
        return Calendar::always(Zone::load("America/New_York").value());
      default: {
        const auto office =
            make("Europe/Berlin", {"09:00-17:00", "09:00-12:00 12:30-17:00", "09:00-17:00",
                                   "09:00-17:00", "09:00-15:00", "", ""});
        return Calendar::unite(office, nights()).value();
      }
    }
  }
  std::mt19937_64 random{20'260'302};
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  }
  Instant any_instant() {
    return {between(1'167'600'000, 1'798'700'000) * 1'000'000 + between(0, 999'999)};
  }
};

TEST_P(Laws, elapsed_time_adds_up) {
  const auto c = calendar();
  for (int i = 0; i < 20'000; ++i) {
    const auto x = any_instant();
    const auto y = any_instant();
    const auto z = any_instant();
    ASSERT_EQ(c.elapsed(x, z).value(), c.elapsed(x, y).value() + c.elapsed(y, z).value());
    ASSERT_EQ(c.elapsed(x, y).value().micros, -c.elapsed(y, x).value().micros);
  }
}

TEST_P(Laws, adding_is_the_inverse_of_measuring) {
  const auto c = calendar();
  for (int i = 0; i < 20'000; ++i) {
    const auto x = any_instant();
    const WorkingTime time{between(1, 200LL * 3'600'000'000)};
    const auto closing = c.add(x, time).value();
    const auto opening = c.add(x, time, Boundary::next_open).value();
    ASSERT_EQ(c.elapsed(x, closing).value(), time);
    ASSERT_EQ(c.elapsed(x, opening).value(), time);
    ASSERT_LE(closing, opening);
    ASSERT_TRUE(c.is_open(opening).value());
    // The first instant of all, and one microsecond later there is more.
    ASSERT_LT(c.elapsed(x, {closing.micros - 1}).value(), time);
    ASSERT_GT(c.elapsed(x, {opening.micros + 1}).value(), time);
    const auto back = c.subtract(closing, time).value();
    ASSERT_EQ(c.elapsed(back, closing).value(), time);
    ASSERT_EQ(c.elapsed(x, back).value(), WorkingTime{});
    ASSERT_LT(c.elapsed({back.micros + 1}, closing).value(), time);
    const auto y = any_instant();
    if (x < y && c.elapsed(x, y).value().micros > 0) {
      ASSERT_LE(c.add(x, c.elapsed(x, y).value()).value(), y);
    }
  }
}

TEST_P(Laws, later_starts_and_longer_terms_never_end_earlier) {
  const auto c = calendar();
  for (int i = 0; i < 20'000; ++i) {
    const auto x = any_instant();
    const Instant y{x.micros + between(0, 100LL * 3'600'000'000)};
    const WorkingTime time{between(0, 100LL * 3'600'000'000)};
    const auto more = time + WorkingTime{between(0, 3'600'000'000)};
    for (const auto boundary : {Boundary::close, Boundary::next_open}) {
      ASSERT_LE(c.add(x, time, boundary).value(), c.add(y, time, boundary).value());
      if (time.micros > 0) {
        ASSERT_LE(c.add(x, time, boundary).value(), c.add(x, more, boundary).value());
      }
    }
    ASSERT_LE(c.elapsed(x, y).value().micros, y.micros - x.micros);
  }
}

TEST_P(Laws, a_breach_is_just_after_the_limit) {
  const auto c = calendar();
  for (int i = 0; i < 2'000; ++i) {
    const auto x = any_instant();
    std::vector<TimeSpan> pauses;
    for (auto n = between(0, 4); n > 0; --n) {
      const Instant from{x.micros + between(-10, 60) * 3'600'000'000};
      pauses.push_back({from, {from.micros + between(0, 30) * 1'800'000'000}});
    }
    DeadlineOptions options;
    options.pauses = pauses;
    const Length length{between(1, 60),
                        between(0, 1) == 0 ? Unit::working_hour : Unit::working_minute};
    const auto limit = c.deadline(x, length, options).value().at;
    const auto breach = c.first_breach(x, length, Compare::elapsed, options).value();
    const WorkingTime time{rt::micros(length)};
    ASSERT_EQ(c.elapsed(x, limit, pauses).value(), time);
    ASSERT_LT(c.elapsed(x, {limit.micros - 1}, pauses).value(), time);
    ASSERT_EQ(c.elapsed(x, {breach.micros - 1}, pauses).value(), time);
    ASSERT_GT(c.elapsed(x, breach, pauses).value(), time);
    // The story is without gaps, and what is counted in it is what was asked for.
    const auto story = c.explain(x, length, options).value();
    auto cursor = x;
    std::int64_t counted = 0;
    for (const auto& segment : story) {
      ASSERT_EQ(segment.from, cursor);
      ASSERT_LT(segment.from, segment.to);
      cursor = segment.to;
      const bool counts = segment.kind == SegmentKind::counted ||
                          segment.kind == SegmentKind::make_up ||
                          segment.kind == SegmentKind::special;
      if (counts) counted += segment.to.micros - segment.from.micros;
    }
    ASSERT_EQ(cursor, limit);
    ASSERT_EQ(counted, time.micros);
  }
}

TEST_P(Laws, workdays_count_as_one_counts) {
  const auto c = calendar();
  for (int i = 0; i < 300; ++i) {
    const auto start = c.zone().date(any_instant());
    const auto n = between(1, 40);
    Date day = start;
    for (std::int64_t left = n; left > 0;) {
      ++day.days;
      if (c.is_workday(day)) --left;
    }
    ASSERT_EQ(c.add_workdays(start, n).value(), day);
    ASSERT_EQ(c.workdays_between({start.days + 1}, {day.days + 1}).value(), n);
    for (std::int64_t left = n; left > 0;) {
      --day.days;
      if (c.is_workday(day)) --left;
    }
    const auto end = c.add_workdays(start, n).value();
    ASSERT_EQ(c.add_workdays(end, -n).value(), day);
  }
}

INSTANTIATE_TEST_SUITE_P(Calendars, Laws, testing::Values(0, 1, 2, 3));

TEST(Calendar, the_zone_of_printing_does_not_matter) {
  const auto c = test::china_office(source_dir());
  const auto kathmandu = Zone::load("Asia/Kathmandu").value();
  const auto start = at(c, "2026-02-13T16:00:00");
  const auto same = parse_instant(iso_text(start, kathmandu)).value();
  EXPECT_EQ(start, same);
  EXPECT_EQ(iso_text(c.add(same, hours(6)).value(), kathmandu), "2026-02-14T11:45:00+05:45");
}

TEST(China, real_days_and_publications) {
  const auto c = test::china_office(source_dir());
  const auto due = [&](const char* from, std::int64_t h) {
    return iso_text(c.zone().local(c.add(at(c, from), hours(h)).value()));
  };
  EXPECT_EQ(due("2026-02-13T16:00:00", 6), "2026-02-14T14:00:00");
  EXPECT_EQ(due("2018-12-28T17:00:00", 2), "2018-12-29T10:00:00");
  EXPECT_EQ(due("2020-01-23T09:00:00", 16), "2020-02-03T18:00:00");
  const auto before = c.as_of(at(c, "2020-01-26T12:00:00"));
  EXPECT_EQ(iso_text(c.zone().local(before.add(at(c, "2020-01-23T09:00:00"), hours(16)).value())),
            "2020-01-31T18:00:00");
  EXPECT_EQ(before.known_until(), rt::date_of(2020, 12, 31));
  EXPECT_EQ(c.known_until(), rt::date_of(2026, 12, 31));
  EXPECT_TRUE(c.as_of(at(c, "2019-03-21T00:00:00")).is_workday(rt::date_of(2019, 5, 2)));
  EXPECT_FALSE(c.is_workday(rt::date_of(2019, 5, 2)));
  EXPECT_EQ(c.day(rt::date_of(2015, 9, 3)).name, "抗战胜利70周年纪念日");
  // 250 or so workdays a year, as the law has it.
  for (std::int64_t year = 2007; year <= 2026; ++year) {
    const auto days =
        c.workdays_between(rt::date_of(year, 1, 1), rt::date_of(year + 1, 1, 1)).value();
    EXPECT_GE(days, 247) << year;
    EXPECT_LE(days, 252) << year;
  }
}

// Row F17: 29 s a hundred times are 48 min 20 s, not a hundred times nothing.
TEST(Calendar, short_stretches_are_not_rounded) {
  const auto c = nights();
  const auto start = at(c, "2026-03-02T22:00:00");
  WorkingTime sum;
  for (std::int64_t i = 0; i < 100; ++i) {
    const Instant from{start.micros + i * 60'000'000};
    sum = sum + c.elapsed(from, {from.micros + 29'000'000}).value();
  }
  EXPECT_EQ(sum.micros, 2'900'000'000);
}

TEST(Calendar, answers_outside_its_years_are_errors) {
  const auto c = nights();
  EXPECT_EQ(c.add({0}, hours(999'999'999)).error().code, ErrorCode::limit);
  EXPECT_EQ(c.add({INT64_MAX}, hours(1)).error().code, ErrorCode::limit);
  EXPECT_EQ(c.add({INT64_MIN}, {INT64_MAX}).error().code, ErrorCode::limit);
  EXPECT_EQ(c.subtract({0}, {INT64_MIN}).error().code, ErrorCode::limit);
  EXPECT_EQ(c.elapsed({INT64_MIN}, {INT64_MAX}).error().code, ErrorCode::limit);
  EXPECT_EQ(c.add_workdays(rt::date_of(2026, 1, 1), INT64_MAX).error().code, ErrorCode::limit);
  EXPECT_EQ(c.add_workdays(rt::date_of(2026, 1, 1), INT64_MIN).error().code, ErrorCode::limit);
  EXPECT_EQ(c.roll(rt::max_date, Roll::following).error().code, ErrorCode::limit);
  EXPECT_FALSE(c.is_workday(rt::min_date));
  for (const auto unit : {Unit::hour, Unit::day, Unit::week, Unit::month, Unit::year,
                          Unit::working_day, Unit::working_hour}) {
    const auto far = c.deadline({INT64_MAX - 5}, {rt::max_length_count, unit});
    ASSERT_FALSE(far);
    EXPECT_EQ(far.error().code, ErrorCode::limit);
  }
  EXPECT_EQ(c.deadline({0}, {rt::max_length_count, Unit::year}).error().code, ErrorCode::limit);
  // The first and the last year themselves are fine.
  EXPECT_TRUE(c.add(c.zone().start_of(rt::date_of(1900, 1, 2)), hours(1)));
  EXPECT_TRUE(c.add(c.zone().start_of(rt::date_of(2199, 12, 20)), hours(1)));
}

TEST(Calendar, union_and_intersection) {
  const char* shift = "08:00-16:00";
  const auto shanghai = make("Asia/Shanghai", {shift, shift, shift, shift, shift, "", ""});
  const auto berlin = make("Europe/Berlin", {shift, shift, shift, shift, shift, "", ""});
  const auto both = Calendar::intersect(shanghai, berlin).value();
  const auto either = Calendar::unite(shanghai, berlin).value();
  const auto monday = at(shanghai, "2026-03-02T00:00:00");
  const auto tuesday = at(shanghai, "2026-03-03T00:00:00");
  // 08:00 in Berlin is 15:00 in Shanghai.
  EXPECT_EQ(both.elapsed(monday, tuesday).value(), hours(1));
  EXPECT_EQ(either.elapsed(monday, tuesday).value(), hours(15));
  EXPECT_EQ(iso_text(both.add(monday, hours(2)).value(), both.zone()), "2026-03-03T16:00:00+08:00");
  EXPECT_EQ(both.day(rt::date_of(2026, 3, 2)).hours, (DayHours{{54'000, 57'600}}));
  EXPECT_TRUE(both.is_workday(rt::date_of(2026, 3, 2)));
  EXPECT_FALSE(both.is_workday(rt::date_of(2026, 3, 7)));
  const auto china = test::china_office(source_dir());
  const auto named = Calendar::intersect(china, shanghai).value();
  EXPECT_EQ(named.day(rt::date_of(2026, 2, 16)).name, "春节");
  EXPECT_EQ(named.known_until(), rt::date_of(2026, 12, 31));
  EXPECT_FALSE(named.is_workday(rt::date_of(2026, 2, 14)));
  EXPECT_TRUE(Calendar::unite(china, shanghai).value().is_workday(rt::date_of(2026, 2, 14)));
  const auto early = named.as_of(at(china, "2015-01-01T00:00:00"));
  EXPECT_TRUE(early.is_workday(rt::date_of(2015, 9, 3)));
  EXPECT_FALSE(named.is_workday(rt::date_of(2015, 9, 3)));
  const auto saturdays = make("Asia/Shanghai", {"", "", "", "", "", shift, ""});
  EXPECT_EQ(Calendar::intersect(shanghai, saturdays).error().code, ErrorCode::invalid_argument);
}

TEST(Calendar, threads_may_ask_one_calendar_while_it_grows) {
  const auto reference = test::china_office(source_dir());
  std::vector<std::int64_t> expected;
  for (std::int64_t year = 1900; year < 2199; year += 7) {
    const auto from = reference.zone().start_of(rt::date_of(year, 1, 5));
    expected.push_back(reference.add(from, hours(900)).value().micros);
  }
  const auto shared = test::china_office(source_dir());
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto k = t % 2 == 0 ? i : expected.size() - 1 - i;
        const auto from =
            shared.zone().start_of(rt::date_of(1900 + 7 * static_cast<std::int64_t>(k), 1, 5));
        if (shared.add(from, hours(900)).value().micros != expected[k]) ++wrong[t];
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(DayHours, what_is_refused_and_where) {
  using Fault = ParsedDayHours::Fault;
  struct Row {
    const char* text;
    Fault fault;
    std::size_t offset;
  };
  for (const auto& row : std::vector<Row>{{"", Fault::syntax, 0},
                                          {"9:00-12:00", Fault::syntax, 0},
                                          {"09:00", Fault::syntax, 0},
                                          {"09:00-12:00,13:00-14:00", Fault::syntax, 0},
                                          {"09:00-12:00 13:00-", Fault::syntax, 12},
                                          {"09:00-12:60", Fault::syntax, 0},
                                          {"09:00-09:00", Fault::empty_interval, 0},
                                          {"09:00-00:00", Fault::empty_interval, 0},
                                          {"09:00-12:00 11:00-13:00", Fault::overlap, 12},
                                          {"13:00-14:00 09:00-12:00", Fault::overlap, 12},
                                          {"24:00-25:00", Fault::too_long, 0},
                                          {"09:00-34:00", Fault::too_long, 0}}) {
    const auto parsed = parse_day_hours(row.text);
    EXPECT_EQ(parsed.fault, row.fault) << row.text;
    EXPECT_EQ(parsed.offset, row.offset) << row.text;
    EXPECT_TRUE(parsed.hours.empty());
  }
  EXPECT_EQ(parse_day_hours("22:00-06:00").hours, (DayHours{{79'200, 108'000}}));
  EXPECT_EQ(parse_day_hours("22:00-30:00").hours, (DayHours{{79'200, 108'000}}));
  EXPECT_EQ(parse_day_hours("00:00-24:00").hours, (DayHours{{0, 86'400}}));
  EXPECT_EQ(parse_day_hours(" 08:30-12:00  13:30-18:00 ").hours,
            (DayHours{{30'600, 43'200}, {48'600, 64'800}}));
}

TEST(CalendarDescription, hostile_sizes_are_refused_or_cheap) {
  CalendarDescription crowded{.name = "crowded", .zone = "UTC"};
  for (std::int32_t i = 0; i < 97; ++i) crowded.weekly[0].push_back({i * 600, i * 600 + 300});
  ASSERT_EQ(check(crowded).size(), 1U);
  EXPECT_EQ(check(crowded)[0].fault, CalendarFault::too_many_intervals);
  crowded.weekly[0].pop_back();
  EXPECT_TRUE(check(crowded).empty());
  for (int i = 0; i < 100'000; ++i) {
    crowded.yearly_off.push_back({.from_month = 3, .from_day = 1, .to_month = 2, .to_day = 27});
  }
  const auto calendar = Calendar::make(crowded).value();
  EXPECT_EQ(calendar.add_workdays(rt::date_of(2026, 1, 1), 1).value(), rt::date_of(2028, 2, 28));
}

TEST(CalendarDescription, extending_keeps_the_days_of_both) {
  auto base = test::china_days(source_dir());
  CalendarDescription own{.name = "shop"};
  own.weekly[5] = parse_day_hours("10:00-22:00").hours;
  own.notices.push_back(
      {.off = {{rt::date_of(2026, 2, 28), rt::date_of(2026, 2, 28), "inventory"}}});
  const auto shop = Calendar::make(extend(base, own)).value();
  EXPECT_EQ(shop.name(), "shop");
  EXPECT_EQ(shop.zone().name(), "Asia/Shanghai");
  EXPECT_EQ(shop.known_until(), rt::date_of(2026, 12, 31));
  EXPECT_TRUE(shop.is_workday(rt::date_of(2026, 2, 14)));
  EXPECT_FALSE(shop.is_workday(rt::date_of(2026, 2, 21)));
  EXPECT_EQ(shop.day(rt::date_of(2026, 2, 28)).name, "inventory");
  EXPECT_FALSE(Calendar::make(base));
}

// docs/time.md is the one page about units and terms: no row of a table is missing there.
TEST(Documentation, names_every_unit_term_convention_and_reason) {
  std::ifstream in(source_dir() + "/docs/time.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto expect = [&](std::string_view name) {
    EXPECT_NE(page.find("`" + std::string(name) + "`"), std::string::npos) << name;
  };
  for (const auto& unit : rt::units) {
    expect(unit.symbol);
    EXPECT_NE(page.find(unit.chinese[0]), std::string::npos) << unit.symbol;
  }
  for (const auto& term : terms) expect(term.name);
  for (const auto& convention : rolls) {
    expect(convention.name);
    expect(convention.pack_name);
  }
  for (int kind = 0; kind <= static_cast<int>(SegmentKind::pause); ++kind) {
    expect(name(static_cast<SegmentKind>(kind)));
  }
}

}  // namespace
}  // namespace aftercare
