#include "clock/clock.hpp"

#include <gtest/gtest.h>

namespace aftercare::clock {
namespace {

const Zone shanghai = Zone::load("Asia/Shanghai").value();

Instant at(const char* text) { return parse_instant(text, shanghai).value(); }

Calendar office() {
  CalendarDescription d{.name = "office",
                        .zone = "Asia/Shanghai",
                        .weekly = {},
                        .yearly_off = {},
                        .notices = {},
                        .known_until = {}};
  for (int day = 0; day < 5; ++day)
    d.weekly[static_cast<std::size_t>(day)] = parse_day_hours("09:00-17:00").hours;
  return Calendar::make(d).value();
}

Terms terms(const Calendar* calendar = nullptr) { return {.zone = shanghai, .calendar = calendar}; }

TEST(Clock, a_limit_reached_exactly_is_kept_and_a_microsecond_later_it_is_not) {
  clock::Run run;
  start(run, Goal::of({30, Unit::minute}), terms(), at("2024-03-04T09:00:00"));
  EXPECT_EQ(run.limit, at("2024-03-04T09:30:00"));
  EXPECT_EQ(fire_at(run)->micros, run.limit.micros + 1);
  clock::Run other = run;
  EXPECT_EQ(stop(run, terms(), at("2024-03-04T09:30:00")), true);
  EXPECT_EQ(run.state, State::met);
  EXPECT_EQ(stop(other, terms(), {other.limit.micros + 1}), false);
  EXPECT_EQ(other.state, State::breached);
}

TEST(Clock, two_days_end_with_the_second_day_after_the_start) {
  clock::Run run;
  start(run, Goal::of({2, Unit::day}), terms(), at("2024-03-04T15:00:00"));
  EXPECT_EQ(*fire_at(run), at("2024-03-07T00:00:00"));
  EXPECT_EQ(stop(run, terms(), {at("2024-03-07T00:00:00").micros - 1}), true);
  clock::Run hours;
  start(hours, Goal::of({48, Unit::hour}), terms(), at("2024-03-04T15:00:00"));
  EXPECT_EQ(hours.limit, at("2024-03-06T15:00:00"));
}

TEST(Clock, months_are_clamped_to_their_end) {
  clock::Run run;
  start(run, Goal::of({1, Unit::month}), terms(), at("2024-01-31T10:00:00"));
  EXPECT_EQ(*fire_at(run), at("2024-03-01T00:00:00"));  // the 29th of February is the last day
}

TEST(Clock, the_same_day_ends_with_it) {
  clock::Run run;
  start(run, Goal::of({0, Unit::day}), terms(), at("2024-03-04T15:00:00"));
  EXPECT_EQ(*fire_at(run), at("2024-03-05T00:00:00"));
}

TEST(Clock, working_time_judged_by_what_has_elapsed_waits_for_the_next_opening) {
  const Calendar calendar = office();
  const Terms with = terms(&calendar);
  clock::Run run;
  start(run, Goal::of({8, Unit::working_hour}), with, at("2024-03-04T09:00:00"));
  EXPECT_EQ(run.limit, at("2024-03-04T17:00:00"));
  EXPECT_EQ(fire_at(run)->micros, at("2024-03-05T09:00:00").micros + 1);
  EXPECT_EQ(stop(run, with, at("2024-03-04T20:00:00")), true);
  Terms printed = with;
  printed.is_judged_by_elapsed = false;
  clock::Run strict;
  start(strict, Goal::of({8, Unit::working_hour}), printed, at("2024-03-04T09:00:00"));
  EXPECT_EQ(stop(strict, printed, at("2024-03-04T20:00:00")), false);
}

TEST(Clock, a_pause_keeps_what_remains_in_the_clocks_own_time) {
  const Calendar calendar = office();
  const Terms with = terms(&calendar);
  clock::Run run;
  start(run, Goal::of({8, Unit::working_hour}), with, at("2024-03-04T09:00:00"));
  pause(run, with, at("2024-03-04T12:00:00"), {});
  EXPECT_FALSE(fire_at(run));
  EXPECT_EQ(left(run, with, at("2024-03-05T10:00:00")).seconds, 5 * 3600);
  const TimeSpan first{at("2024-03-04T12:00:00"), at("2024-03-05T14:00:00")};
  resume(run, with, first.to, {&first, 1});
  EXPECT_EQ(run.limit, at("2024-03-06T11:00:00"));  // 3 used, 5 left
  // A pause outside the hours costs nothing.
  clock::Run other;
  start(other, Goal::of({12, Unit::working_hour}), with, at("2024-03-04T09:00:00"));
  pause(other, with, at("2024-03-04T18:00:00"), {});
  const TimeSpan night{at("2024-03-04T18:00:00"), at("2024-03-05T08:00:00")};
  resume(other, with, night.to, {&night, 1});
  EXPECT_EQ(other.limit, at("2024-03-05T13:00:00"));
}

TEST(Clock, a_date_rule_under_pause_counts_as_its_terms_say) {
  const Calendar calendar = office();
  struct Row {
    PauseCounts counts;
    const char* from;
    const char* to;
    const char* expected;
  };
  // Two working days from Monday 10:00.
  for (const Row& row :
       {Row{PauseCounts::none, "2024-03-05T10:00:00", "2024-03-05T13:00:00", "2024-03-06T17:00:00"},
        Row{PauseCounts::touched_days, "2024-03-05T10:00:00", "2024-03-05T13:00:00",
            "2024-03-07T17:00:00"},
        Row{PauseCounts::whole_days, "2024-03-05T10:00:00", "2024-03-05T13:00:00",
            "2024-03-06T17:00:00"},
        Row{PauseCounts::whole_days, "2024-03-05T08:00:00", "2024-03-06T08:00:00",
            "2024-03-07T17:00:00"}}) {
    Terms with = terms(&calendar);
    with.pause_counts = row.counts;
    clock::Run run;
    start(run, Goal::of({2, Unit::working_day}), with, at("2024-03-04T10:00:00"));
    EXPECT_EQ(run.limit, at("2024-03-06T17:00:00"));
    pause(run, with, at(row.from), {});
    const TimeSpan span{at(row.from), at(row.to)};
    resume(run, with, span.to, {&span, 1});
    EXPECT_EQ(run.limit, at(row.expected)) << row.expected;
  }
}

TEST(Clock, pauses_that_lie_over_each_other_are_one) {
  const Calendar calendar = office();
  const Terms with = terms(&calendar);
  clock::Run run;
  start(run, Goal::of({8, Unit::working_hour}), with, at("2024-03-04T09:00:00"));
  const std::vector<TimeSpan> pauses{{at("2024-03-04T10:00:00"), at("2024-03-04T12:00:00")},
                                     {at("2024-03-04T11:00:00"), at("2024-03-04T13:00:00")}};
  for (const TimeSpan& one : pauses) {
    pause(run, with, one.from, {pauses.data(), one.from == pauses[0].from ? 0U : 1U});
    resume(run, with, one.to, {pauses.data(), one.from == pauses[0].from ? 1U : 2U});
  }
  EXPECT_EQ(run.limit, at("2024-03-05T12:00:00"));  // three hours, not four
}

TEST(Clock, pauses_of_one_day_take_it_out_once) {
  const Calendar calendar = office();
  Terms with = terms(&calendar);
  with.pause_counts = PauseCounts::touched_days;
  const std::vector<TimeSpan> pauses{{at("2024-03-05T10:00:00"), at("2024-03-05T11:00:00")},
                                     {at("2024-03-05T14:00:00"), at("2024-03-05T15:00:00")}};
  EXPECT_EQ(limit_of(Goal::of({2, Unit::working_day}), with, at("2024-03-04T10:00:00"), pauses).at,
            at("2024-03-07T17:00:00"));
  EXPECT_EQ(limit_of(Goal::of({2, Unit::day}), with, at("2024-03-04T10:00:00"), pauses).at,
            at("2024-03-08T00:00:00"));
}

TEST(Clock, a_share_of_a_date_rule_is_measured_in_working_time) {
  const Calendar calendar = office();
  const Terms with = terms(&calendar);
  clock::Run run;
  start(run, Goal::of({2, Unit::working_day}), with, at("2024-03-04T13:00:00"));
  // 4 h on Monday, 8 on Tuesday and on Wednesday: half of 20 is 10.
  EXPECT_EQ(at_percent(run, with, 50, {}), at("2024-03-05T15:00:00"));
  clock::Run plain;
  start(plain, Goal::of({1, Unit::day}), terms(), at("2024-03-04T12:00:00"));
  EXPECT_EQ(at_percent(plain, terms(), 50, {}), at("2024-03-05T06:00:00"));
}

TEST(Clock, a_share_that_has_passed_lies_where_it_passed_and_pauses_are_left_out) {
  clock::Run run;
  start(run, Goal::of({4, Unit::hour}), terms(), at("2024-03-04T09:00:00"));
  const std::vector<TimeSpan> pauses{{at("2024-03-04T10:00:00"), at("2024-03-04T13:00:00")}};
  run.limit = limit_of(run.goal, terms(), run.started, pauses).at;
  EXPECT_EQ(run.limit, at("2024-03-04T16:00:00"));
  EXPECT_EQ(at_percent(run, terms(), 20, pauses), at("2024-03-04T09:48:00"));
  EXPECT_EQ(at_percent(run, terms(), 50, pauses), at("2024-03-04T14:00:00"));
}

TEST(Clock, what_comes_so_long_after_counts_as_the_clock_counts) {
  const Calendar calendar = office();
  Terms with = terms(&calendar);
  const Instant from = at("2024-03-04T09:00:00");
  const std::vector<TimeSpan> pauses{{at("2024-03-04T10:00:00"), at("2024-03-05T12:00:00")}};
  EXPECT_EQ(shifted_over(from, {2, Unit::hour}, with, {}), at("2024-03-04T11:00:00"));
  EXPECT_EQ(shifted_over(from, {2, Unit::hour}, with, pauses), at("2024-03-05T13:00:00"));
  EXPECT_EQ(shifted_over(from, {2, Unit::working_hour}, with, pauses), at("2024-03-05T13:00:00"));
  // Nothing is said of days: the time of the pause, 26 h, is left out.
  EXPECT_EQ(shifted_over(from, {1, Unit::day}, with, pauses), at("2024-03-06T11:00:00"));
  with.pause_counts = PauseCounts::touched_days;
  EXPECT_EQ(shifted_over(from, {1, Unit::day}, with, pauses), at("2024-03-06T09:00:00"));
  with.pause_counts = PauseCounts::none;
  EXPECT_EQ(shifted_over(from, {1, Unit::day}, with, pauses), at("2024-03-05T09:00:00"));
  // Pauses that were over before do not matter.
  EXPECT_EQ(shifted_over(at("2024-01-31T09:00:00"), {1, Unit::month}, with, {}),
            at("2024-02-29T09:00:00"));
  EXPECT_EQ(shifted_over(at("2024-03-06T09:00:00"), {1, Unit::day}, with, pauses),
            at("2024-03-07T09:00:00"));
}

TEST(Clock, a_goal_below_nothing_has_passed_when_it_begins) {
  const Calendar calendar = office();
  const Instant start = at("2024-03-06T10:00:00");
  const auto limit = [&](Length length) {
    return limit_of(Goal::of(length), terms(&calendar), start).at;
  };
  EXPECT_EQ(limit({-3, Unit::hour}), at("2024-03-06T07:00:00"));
  EXPECT_EQ(limit({-3, Unit::working_hour}), at("2024-03-05T15:00:00"));
  EXPECT_EQ(limit({-1, Unit::day}), at("2024-03-06T00:00:00"));
  EXPECT_EQ(limit({-2, Unit::working_day}), at("2024-03-04T10:00:00"));
  EXPECT_EQ(limit({-1, Unit::month}), at("2024-02-07T00:00:00"));
}

TEST(Clock, a_stop_before_the_window_opens_is_no_stop) {
  clock::Run run;
  start(run, Goal::of({7, Unit::day}), terms(), at("2024-03-04T10:00:00"));
  run.window_from = at("2024-03-07T00:00:00");
  EXPECT_FALSE(stop(run, terms(), at("2024-03-06T23:59:59")));
  EXPECT_EQ(run.state, State::running);
  EXPECT_EQ(stop(run, terms(), at("2024-03-07T00:00:00")), true);
}

TEST(Clock, a_fixed_day_ends_with_itself_and_an_instant_is_its_own_limit) {
  clock::Run run;
  start(run, Goal::until(Date{19787}), terms(), at("2024-03-01T10:00:00"));  // 2024-03-05
  EXPECT_EQ(*fire_at(run), at("2024-03-06T00:00:00"));
  start(run, Goal::until(at("2024-03-05T12:00:00")), terms(), at("2024-03-01T10:00:00"));
  EXPECT_EQ(run.limit, at("2024-03-05T12:00:00"));
  EXPECT_EQ(run.cycle, 2);
}

TEST(Clock, what_rests_on_days_that_nobody_knows_is_provisional) {
  CalendarDescription d{.name = "days",
                        .zone = "Asia/Shanghai",
                        .weekly = {},
                        .yearly_off = {},
                        .notices = {},
                        .known_from = parse_date("2026-01-01"),
                        .known_until = parse_date("2026-12-31")};
  for (int day = 0; day < 5; ++day)
    d.weekly[static_cast<std::size_t>(day)] = parse_day_hours("00:00-24:00").hours;
  const Calendar days = Calendar::make(d).value();
  Terms by_deadline = terms(&days);
  by_deadline.is_judged_by_elapsed = false;
  const auto is_provisional = [&](Length length, const char* start, const Terms& by) {
    return limit_of(Goal::of(length), by, at(start)).is_provisional;
  };
  // 24:00 of the last known day is still its own; the next opening is not.
  const Length nine{9, Unit::working_hour};
  EXPECT_FALSE(is_provisional(nine, "2026-12-31T15:00:00", by_deadline));
  EXPECT_TRUE(is_provisional(nine, "2026-12-31T15:00:00", terms(&days)));
  EXPECT_TRUE(is_provisional(nine, "2026-12-31T15:00:00.000001", by_deadline));
  EXPECT_TRUE(is_provisional({30, Unit::working_hour}, "2025-12-31T23:00:00", by_deadline));
  // A last day that is moved: whether it is a workday, nobody knows.
  Terms rolled = terms(&days);
  rolled.roll = Roll::preceding;
  EXPECT_TRUE(limit_of(Goal::until(*parse_date("2027-01-01")), rolled, at("2026-12-01T10:00:00"))
                  .is_provisional);
  EXPECT_FALSE(limit_of(Goal::until(*parse_date("2026-12-31")), rolled, at("2025-12-01T10:00:00"))
                   .is_provisional);
  EXPECT_FALSE(
      limit_of(Goal::until(*parse_date("2027-01-01")), terms(&days), at("2026-12-01T10:00:00"))
          .is_provisional);
}

TEST(Clock, a_limit_that_a_pause_does_not_move_stands_while_it_lasts) {
  const Calendar calendar = office();
  Terms with = terms(&calendar);
  const auto fires = [&](const Goal& goal, const char* from) {
    clock::Run run;
    start(run, goal, with, at("2024-03-04T10:00:00"));
    pause(run, with, at(from), {});
    return fire_at(run);
  };
  const Goal days = Goal::of({2, Unit::working_day});
  const Instant end = at("2024-03-06T17:00:00.000001");
  const Goal fixed = Goal::until(Instant{at("2024-03-06T12:00:00")});
  const Goal day = Goal::until(Date{rt::days_from_civil(2024, 3, 6)});
  for (const PauseCounts counts : {PauseCounts::unset, PauseCounts::none}) {
    with.pause_counts = counts;
    EXPECT_EQ(fires(days, "2024-03-05T10:00:00"), end);
    EXPECT_EQ(fires(day, "2024-03-05T10:00:00"), at("2024-03-07T00:00:00"));
  }
  with.pause_counts = PauseCounts::whole_days;
  EXPECT_EQ(fires(days, "2024-03-06T10:00:00"), end);  // of its last day no pause is a whole one
  EXPECT_EQ(fires(days, "2024-03-05T18:00:00"), std::nullopt);
  EXPECT_EQ(fires(days, "2024-03-05T10:00:00"), std::nullopt);
  EXPECT_EQ(fires(day, "2024-03-06T10:00:00"), at("2024-03-07T00:00:00"));
  EXPECT_EQ(fires(day, "2024-03-05T10:00:00"), std::nullopt);
  with.pause_counts = PauseCounts::touched_days;
  EXPECT_EQ(fires(days, "2024-03-06T16:59:59"), std::nullopt);
  EXPECT_EQ(fires(day, "2024-03-06T23:59:59"), std::nullopt);
  EXPECT_EQ(fires(fixed, "2024-03-05T10:00:00"), at("2024-03-06T12:00:00.000001"));
  EXPECT_EQ(fires(Goal::of({9, Unit::working_hour}), "2024-03-05T10:00:00"), std::nullopt);
}

TEST(Clock, what_stops_while_it_is_paused_is_judged_as_if_the_pause_had_ended) {
  const Calendar calendar = office();
  Terms with = terms(&calendar);
  with.pause_counts = PauseCounts::whole_days;
  const auto stopped = [&](Length length, const char* until) {
    clock::Run run;
    start(run, Goal::of(length), with, at("2024-03-04T10:00:00"));
    pause(run, with, at("2024-03-05T10:00:00"), {});
    const TimeSpan held{at("2024-03-05T10:00:00"), at(until)};
    return *stop(run, with, at(until), {{held}});
  };
  EXPECT_TRUE(stopped({2, Unit::working_day}, "2024-03-06T16:59:59"));
  EXPECT_TRUE(stopped({2, Unit::working_day}, "2024-03-07T10:00:00"));  // the 6th was held whole
  EXPECT_TRUE(stopped({9, Unit::working_hour}, "2024-03-20T10:00:00"));
  with.pause_counts = PauseCounts::none;
  EXPECT_TRUE(stopped({2, Unit::working_day}, "2024-03-06T17:00:00"));
  EXPECT_FALSE(stopped({2, Unit::working_day}, "2024-03-06T17:00:01"));
}

}  // namespace
}  // namespace aftercare::clock
