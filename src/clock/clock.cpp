#include "clock/clock.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace aftercare::clock {

namespace {

// Results beyond a calendar's years (1900 to 2199) are clipped: a promise that far is none.
constexpr Instant far_future{7'289'654'400'000'000};  // 2201-01-01T00:00Z

Instant or_far(Result<Instant> at) { return at ? *at : far_future; }

/// The first instant that is too late, of working time judged by what has elapsed: the limit may
/// fall on a closing, and then nothing elapses until the next opening.
Instant fires_after(const Terms& terms, Instant limit) {
  if (!terms.is_judged_by_elapsed) return {limit.micros + 1};
  return {or_far(terms.calendar->next_open(limit)).micros + 1};
}

Limit end_of_day(const Terms& terms, Date last) {
  Limit out;
  if (terms.roll_to_workday && terms.calendar != nullptr) {
    if (const auto rolled = terms.calendar->roll(last, Roll::following)) last = *rolled;
    out.is_provisional = !terms.calendar->is_known(last);
  }
  out.at = out.fires = terms.zone.start_of({last.days + 1});
  out.is_exclusive = true;
  return out;
}

Limit from_remaining(const Goal& goal, const Terms& terms, Instant since, std::int64_t remaining) {
  Limit out;
  if (rt::kind(goal.unit) == rt::UnitKind::clock) {
    out.at = {since.micros + remaining};
    out.fires = {out.at.micros + 1};
    return out;
  }
  AFTERCARE_ASSERT(terms.calendar != nullptr, "working time is measured on a calendar");
  out.at = or_far(terms.calendar->add(since, {remaining}));
  out.fires = fires_after(terms, out.at);
  out.is_provisional = !terms.calendar->is_known(terms.calendar->zone().date(out.at));
  return out;
}

void run_to(Run& run, const Limit& limit) {
  run.limit = limit.at;
  run.fires = limit.fires;
  run.is_limit_exclusive = limit.is_exclusive;
  run.is_provisional = limit.is_provisional;
}

/// What is left of a quantity at `at`, in its own time.
std::int64_t remaining_of(const Run& run, const Terms& terms, Instant at) {
  if (rt::kind(run.goal.unit) == rt::UnitKind::clock) return run.limit.micros - at.micros;
  const auto left = terms.calendar->elapsed(at, run.limit);
  return left ? left->micros : 0;
}

/// Days of a pause that a date rule does not count.
std::int64_t paused_days(const Terms& terms, Unit unit, Instant from, Instant to) {
  if (terms.pause_counts == PauseCounts::none || terms.pause_counts == PauseCounts::unset) return 0;
  const bool is_working = rt::kind(unit) == rt::UnitKind::working_day;
  std::int64_t days = 0;
  const Date last = terms.zone.date(to);
  for (Date day = terms.zone.date(from); day <= last; ++day.days) {
    if (is_working && !terms.calendar->is_workday(day)) continue;
    // Of a working day its hours matter, of another its 24 h.
    const Instant begin = terms.zone.start_of(day), end = terms.zone.start_of({day.days + 1});
    bool is_touched = from < end && to > begin;
    bool is_whole = from <= begin && to >= end;
    if (is_working) {
      const auto inside = terms.calendar->elapsed(std::max(from, begin), std::min(to, end));
      const auto all = terms.calendar->elapsed(begin, end);
      is_touched = is_touched && inside && inside->micros > 0;
      is_whole = inside && all && inside->micros == all->micros;
    }
    if (terms.pause_counts == PauseCounts::touched_days ? is_touched : is_whole) ++days;
  }
  return days;
}

}  // namespace

Limit limit_of(const Goal& goal, const Terms& terms, Instant start) {
  switch (goal.is) {
    case Goal::Is::instant: {
      Limit out;
      out.at = {goal.word};
      out.fires = {goal.word + 1};
      return out;
    }
    case Goal::Is::day:
      return end_of_day(terms, {goal.word});
    case Goal::Is::same_day:
      return end_of_day(terms, terms.zone.date(start));
    case Goal::Is::length:
      break;
  }
  const std::int64_t size = rt::row(goal.unit).size;
  const std::int64_t first = terms.start_day_counts ? 1 : 0;
  const Date day = terms.zone.date(start);
  switch (rt::kind(goal.unit)) {
    case rt::UnitKind::clock:
    case rt::UnitKind::working:
      return from_remaining(goal, terms, start, goal.word * size);
    case rt::UnitKind::calendar_day:
      return end_of_day(terms, {day.days + goal.word * size - first});
    case rt::UnitKind::month: {
      const auto last = rt::add_months(day, goal.word * size);
      if (!last) return {far_future, far_future, false, true};
      return end_of_day(terms, {last->days - first});
    }
    case rt::UnitKind::working_day:
      break;
  }
  AFTERCARE_ASSERT(terms.calendar != nullptr, "working days are counted on a calendar");
  Limit out;
  DeadlineOptions options;
  if (terms.start_day_counts) options.term = Term::inclusive_start;
  const auto deadline = terms.calendar->deadline(start, {goal.word, goal.unit}, options);
  out.at = deadline ? deadline->at : far_future;
  out.is_provisional = deadline && deadline->is_provisional;
  out.fires = deadline ? deadline->late_from : Instant{far_future.micros + 1};
  out.is_exclusive = out.fires == out.at;
  return out;
}

void start(Run& run, const Goal& goal, const Terms& terms, Instant at) {
  const std::uint16_t cycle = run.cycle;
  run = Run();
  run.cycle = static_cast<std::uint16_t>(cycle + 1);
  run.state = State::running;
  run.goal = goal;
  run.started = at;
  run.window_from = at;
  run_to(run, limit_of(goal, terms, at));
}

void pause(Run& run, const Terms& terms, Instant at) {
  if (run.state != State::running) return;
  run.state = State::paused;
  if (run.goal.is_quantity()) run.fires = {remaining_of(run, terms, at)};
  run.ended = at;
}

void resume(Run& run, const Terms& terms, Instant at) {
  if (run.state != State::paused) return;
  run.state = State::running;
  if (run.goal.is_quantity()) {
    run_to(run, from_remaining(run.goal, terms, at, run.fires.micros));
  } else if (run.goal.is == Goal::Is::length) {
    const std::int64_t days = paused_days(terms, run.goal.unit, run.ended, at);
    if (days > 0 && rt::kind(run.goal.unit) == rt::UnitKind::working_day) {
      const auto last = terms.calendar->add_workdays(terms.zone.date(run.limit), days);
      const Goal longer = Goal::of({0, Unit::working_day});
      Limit limit = limit_of(longer, terms, terms.zone.start_of(last ? *last : Date{}));
      run_to(run, limit);
    } else if (days > 0) {
      const Date last{terms.zone.date({run.limit.micros - 1}).days + days};
      run_to(run, end_of_day(terms, last));
    }
  }
  run.ended = {};
}

std::optional<bool> stop(Run& run, const Terms& terms, Instant at) {
  if (run.state != State::running && run.state != State::paused) return std::nullopt;
  if (at < run.window_from) return std::nullopt;
  bool in_time = true;
  if (run.state == State::running) {
    in_time = at < run.fires;
  } else if (run.goal.is_quantity()) {
    in_time = run.fires.micros >= 0;
    run.limit = from_remaining(run.goal, terms, at, run.fires.micros).at;
    run.fires = {run.limit.micros + 1};
  }
  run.state = in_time ? State::met : State::breached;
  run.is_stopped = !in_time;
  run.ended = at;
  return in_time;
}

void cancel(Run& run, Instant at) {
  run.state = State::cancelled;
  run.ended = at;
}

void breach(Run& run, Instant at) {
  run.state = State::breached;
  run.is_already_past = run.fires <= run.started;
  run.ended = at;
}

Duration left(const Run& run, const Terms& terms, Instant at) {
  std::int64_t micros = 0;
  if (run.state == State::paused && run.goal.is_quantity()) {
    micros = run.fires.micros;
  } else if (run.state == State::running && run.goal.is_quantity()) {
    micros = remaining_of(run, terms, at);
  } else {
    micros = run.limit.micros - at.micros;
  }
  std::int64_t seconds = micros / 1'000'000, rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  return {seconds, static_cast<std::int32_t>(rest * 1000)};
}

}  // namespace aftercare::clock
