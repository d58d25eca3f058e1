#include "clock/clock.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "calendar/duration.hpp"
#include "calendar/pauses.hpp"

namespace aftercare::clock {

namespace {

// Results beyond a calendar's years are clipped.
Instant or_far(Result<Instant> at) { return at ? *at : far_future; }

/// How much of a unit's time lies between: working time of the calendar, or all of it.
std::int64_t between(Unit unit, const Terms& terms, Instant from, Instant to) {
  if (!rt::is_working(unit)) return to.micros - from.micros;
  const auto time = terms.calendar->elapsed(from, to);
  return time ? time->micros : 0;
}

/// The first instant that is too late, of working time judged by what has elapsed: the limit may
/// fall on a closing, and then nothing elapses until the next opening.
Instant fires_after(const Terms& terms, Instant limit) {
  if (!terms.is_judged_by_elapsed) return {limit.micros + 1};
  return {or_far(terms.calendar->next_open(limit)).micros + 1};
}

Limit end_of_day(const Terms& terms, Date last) {
  Limit out;
  if (terms.roll != Roll::none && terms.calendar != nullptr) {
    out.is_provisional = !terms.calendar->is_known(last);
    if (const auto rolled = terms.calendar->roll(last, terms.roll)) last = *rolled;
    out.is_provisional |= !terms.calendar->is_known(last);
  }
  out.at = out.fires = terms.zone.start_of({last.days + 1});
  out.is_exclusive = true;
  return out;
}

/// The limit of a quantity of which so much is left, pause by pause.
Limit from_remaining(Unit unit, const Terms& terms, Instant start, std::int64_t remaining,
                     std::span<const TimeSpan> pauses = {}) {
  Instant since = start;
  AFTERCARE_ASSERT(!rt::is_working(unit) || terms.calendar != nullptr,
                   "working time is measured on a calendar");
  if (!pauses.empty()) {
    for (const TimeSpan& pause : calendar::merged(pauses, start, never)) {
      const std::int64_t used = between(unit, terms, since, pause.from);
      if (remaining < used) break;
      remaining -= used;
      since = pause.to;
    }
  }
  Limit out;
  out.at = after(unit, terms, since, remaining);
  if (rt::is_working(unit)) {
    out.fires = fires_after(terms, out.at);
    // 24:00 belongs to the day that ends with it, but the next opening to the day that it begins.
    const bool is_end = !terms.is_judged_by_elapsed && out.at > start;
    const Instant last{is_end ? out.at.micros - 1 : out.fires.micros - 1};
    const auto is_known = [&](Instant at) {
      return terms.calendar->is_known(terms.calendar->zone().date(at));
    };
    out.is_provisional = !is_known(start) || !is_known(last);
  } else {
    out.fires = {out.at.micros + 1};
  }
  if (terms.leaves_edge_out) {
    out.fires = out.at;
    out.is_exclusive = true;
  }
  return out;
}

void run_to(Run& run, const Limit& limit) {
  run.limit = limit.at;
  run.fires = limit.fires;
  run.is_limit_exclusive = limit.is_exclusive;
  run.is_provisional = limit.is_provisional;
}

/// What is left of a quantity that runs, in its own time.
std::int64_t remaining_of(const Run& run, const Terms& terms, Instant at) {
  return between(run.goal.unit, terms, at, run.limit);
}

aftercare::PauseCounts of_calendar(PauseCounts how) {
  switch (how) {
    case PauseCounts::whole_days:
      return aftercare::PauseCounts::whole_days;
    case PauseCounts::touched_days:
      return aftercare::PauseCounts::touched_days;
    case PauseCounts::unset:
    case PauseCounts::none:
      break;
  }
  return aftercare::PauseCounts::none;
}

/// The limit of a run by its goal and its pauses alone.
Limit derived(const Run& run, const Terms& terms, std::span<const TimeSpan> pauses) {
  if (run.counted == Run::whole) return limit_of(run.goal, terms, run.counted_from, pauses);
  return from_remaining(run.goal.unit, terms, run.counted_from, run.counted, pauses);
}

/// Holds a limit of days or an instant from `run.ended` on. A pause that does not move it as long
/// as the limit is waited for never moves it; one that takes out a day takes out those that follow
/// too.
void hold(Run& run, const Terms& terms, std::span<const TimeSpan> pauses) {
  const Limit limit = derived(run, terms, pauses);
  run_to(run, limit);
  std::vector<TimeSpan> lasting(pauses.begin(), pauses.end());
  lasting.push_back({run.ended, std::max(run.ended, limit.fires)});
  if (derived(run, terms, lasting).fires > limit.fires) run.fires = far_future;
}

/// value × part / whole, to the nearest: what is changed there and back is as it was. Requires:
/// `whole > 0`.
std::int64_t share_of(std::int64_t value, std::int64_t part, std::int64_t whole) {
  const __int128 twice = static_cast<__int128>(value) * part * 2;
  return static_cast<std::int64_t>((twice + (twice < 0 ? -whole : whole)) /
                                   (2 * static_cast<__int128>(whole)));
}

/// The unit in which the share of a promise is measured.
Unit measured_in(const Goal& goal, const Terms& terms) {
  if (goal.is_quantity()) return goal.unit;
  return terms.calendar != nullptr ? Unit::working_hour : Unit::second;
}

/// The time of a unit between two instants, without pauses.
std::int64_t counted(Unit unit, const Terms& terms, Instant from, Instant to,
                     std::span<const TimeSpan> pauses) {
  std::int64_t time = between(unit, terms, from, to);
  for (const TimeSpan& pause : calendar::merged(pauses, from, to)) {
    time -= between(unit, terms, pause.from, pause.to);
  }
  return time;
}

}  // namespace

bool is_beyond_reach(Length length) noexcept {
  constexpr std::int64_t years = 100, days = years * 366;
  const std::int64_t size = rt::row(length.unit).size;
  const auto is_more = [&](std::int64_t most) {
    return length.count > most / size || length.count < -(most / size);
  };
  switch (rt::kind(length.unit)) {
    case rt::UnitKind::clock:
    case rt::UnitKind::working:
      return is_more(days * rt::seconds_per_day * rt::micros_per_second);
    case rt::UnitKind::calendar_day:
    case rt::UnitKind::working_day:
      return is_more(days);
    case rt::UnitKind::month:
      return is_more(years * 12);
  }
  return true;
}

Limit limit_of(const Goal& goal, const Terms& terms, Instant start,
               std::span<const TimeSpan> pauses) {
  switch (goal.is) {
    case Goal::Is::instant: {
      Limit out;
      out.at = {goal.word};
      out.fires = {goal.word + 1};
      return out;
    }
    case Goal::Is::day: {
      // Moved on by the days that the pauses take out of those between.
      const std::int64_t days = goal.word - terms.zone.date(start).days;
      if (pauses.empty() || days <= 0 ||
          of_calendar(terms.pause_counts) == aftercare::PauseCounts::none)
        return end_of_day(terms, {goal.word});
      DeadlineOptions options;
      options.pauses = pauses;
      options.pause_counts = of_calendar(terms.pause_counts);
      const auto moved = Calendar::always(terms.zone).deadline(start, {days, Unit::day}, options);
      if (!moved) return {far_future, far_future, false, true};
      return end_of_day(terms, moved->last_day);
    }
    case Goal::Is::length:
      break;
  }
  const Length length{goal.word, goal.unit};
  if (length.count < 0 && (goal.is_quantity() || rt::is_working(goal.unit))) {
    Limit out;
    out.at = shifted(start, length, terms);
    out.fires = {out.at.micros + 1};
    return out;
  }
  if (goal.is_quantity())
    return from_remaining(goal.unit, terms, start, goal.word * rt::row(goal.unit).size, pauses);
  if (terms.leaves_edge_out) {  // the last day that is in time is the one before
    Terms inner = terms;
    inner.leaves_edge_out = false;
    if (rt::is_working(goal.unit))
      return limit_of(Goal::of({goal.word - 1, goal.unit}), inner, start, pauses);
    const Limit whole = limit_of(goal, inner, start, pauses);
    inner.roll = Roll::none;
    return end_of_day(inner, {terms.zone.date({whole.at.micros - 1}).days - 1});
  }
  const bool is_working = rt::is_working(goal.unit);
  AFTERCARE_ASSERT(!is_working || terms.calendar != nullptr,
                   "working days are counted on a calendar");
  DeadlineOptions options;
  if (terms.start_day_counts) options.term = Term::inclusive_start;
  options.pauses = pauses;
  options.pause_counts = of_calendar(terms.pause_counts);
  // No pause moves the day of the start itself, or one before it.
  const bool is_plain = goal.word <= 0 || (pauses.empty() && !terms.start_day_counts);
  if (!is_working && is_plain) {
    const std::int64_t count = goal.word * rt::row(goal.unit).size;
    const Date day = terms.zone.date(start);
    const auto last = rt::kind(goal.unit) == rt::UnitKind::month ? rt::add_months(day, count)
                                                                 : rt::add_days(day, count);
    if (!last) return {far_future, far_future, false, true};
    return end_of_day(terms, *last);
  }
  const auto deadline = is_working ? terms.calendar->deadline(start, length, options)
                                   : Calendar::always(terms.zone).deadline(start, length, options);
  if (!deadline) return {far_future, {far_future.micros + 1}, false, true};
  if (!is_working) return end_of_day(terms, deadline->last_day);
  Limit out;
  out.at = deadline->at;
  out.is_provisional = deadline->is_provisional;
  out.fires = deadline->late_from;
  out.is_exclusive = out.fires == out.at;
  return out;
}

void start(Run& run, const Goal& goal, const Terms& terms, Instant at) {
  const std::uint16_t cycle = run.cycle, calendar = run.calendar;
  run = Run();
  run.cycle = static_cast<std::uint16_t>(cycle + 1);
  run.calendar = calendar;
  run.state = State::running;
  run.goal = goal;
  run.started = run.counted_from = at;
  run.window_from = at;
  run_to(run, limit_of(goal, terms, at));
}

void pause(Run& run, const Terms& terms, Instant at, std::span<const TimeSpan> pauses) {
  if (run.state != State::running) return;
  run.state = State::paused;
  run.ended = at;
  if (run.goal.is_quantity()) {
    run.fires = {remaining_of(run, terms, at)};
  } else {
    hold(run, terms, pauses);
  }
}

void resume(Run& run, const Terms& terms, Instant at, std::span<const TimeSpan> pauses) {
  if (run.state != State::paused) return;
  run.state = State::running;
  // A pause that was recorded late may lie over another: then all are joined.
  const bool is_plain =
      pauses.size() < 2 || pauses[pauses.size() - 1].from >= pauses[pauses.size() - 2].to;
  if (run.goal.is_quantity() && is_plain) {
    run_to(run, from_remaining(run.goal.unit, terms, at, run.fires.micros));
  } else {
    run_to(run, derived(run, terms, pauses));
  }
  run.ended = {};
}

void reopen(Run& run, const Terms& terms, std::span<const TimeSpan> pauses) {
  run.is_stopped = run.is_recorded_late = false;
  if (run.state == State::breached) return;
  run.state = State::running;
  run.ended = {};
  run_to(run, derived(run, terms, pauses));
}

void derive(Run& run, const Terms& terms, std::span<const TimeSpan> pauses) {
  if (run.state == State::running) {
    run_to(run, derived(run, terms, pauses));
  } else if (run.state == State::paused && !run.goal.is_quantity()) {
    hold(run, terms, pauses);
  } else if (run.state == State::paused) {
    run_to(run, derived(run, terms, pauses));
    if (run.fires <= run.ended) {  // it had run out before the pause
      run.state = State::running;
      run.ended = {};
    } else {
      run.fires = {remaining_of(run, terms, run.ended)};
    }
  }
}

bool change(Run& run, const Goal& goal, Change how, const Terms& terms, Instant at,
            std::span<const TimeSpan> pauses) {
  const Instant seen = run.state == State::paused ? run.ended : at;
  Run changed = run;
  changed.goal = goal;
  changed.counted_from = run.started;
  changed.counted = Run::whole;
  switch (how) {
    case Change::retroactive:
      break;
    case Change::from_change:
      changed.counted_from = seen;
      break;
    case Change::proportional: {
      AFTERCARE_ASSERT(run.goal.is_quantity() && goal.is_quantity(), "a share is of quantities");
      const std::int64_t before = run.goal.word * rt::row(run.goal.unit).size;
      const std::int64_t now = goal.word * rt::row(goal.unit).size;
      const std::int64_t left =
          run.state == State::paused ? run.fires.micros : remaining_of(run, terms, at);
      changed.counted_from = seen;
      changed.counted = before == 0 ? now : share_of(left, now, before);
      break;
    }
    case Change::never_earlier:
      if (derived(changed, terms, pauses).fires < derived(run, terms, pauses).fires) return false;
      break;
  }
  run = changed;
  derive(run, terms, pauses);
  return true;
}

std::optional<bool> stop(Run& run, const Terms& terms, Instant at,
                         std::span<const TimeSpan> pauses) {
  if (run.state != State::running && run.state != State::paused) return std::nullopt;
  if (at < run.window_from) return std::nullopt;
  bool in_time = true;
  if (run.state == State::running) {
    in_time = at < run.fires;
  } else if (run.goal.is_quantity()) {
    in_time = run.fires.micros >= 0;
    run.limit = from_remaining(run.goal.unit, terms, at, run.fires.micros).at;
    run.fires = {run.limit.micros + 1};
  } else {
    run_to(run, derived(run, terms, pauses));
    in_time = at < run.fires;
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
  return calendar::duration_of(micros);
}

Instant at_percent(const Run& run, const Terms& terms, std::int64_t percent,
                   std::span<const TimeSpan> pauses) {
  const Unit unit = measured_in(run.goal, terms);
  const std::int64_t whole = counted(unit, terms, run.started, run.limit, pauses);
  const auto due = static_cast<std::int64_t>(static_cast<__int128>(whole) * percent / 100);
  if (due <= 0) return run.started;
  return from_remaining(unit, terms, run.started, due, pauses).at;
}

Instant shifted_over(Instant from, Length by, const Terms& terms,
                     std::span<const TimeSpan> pauses) {
  const bool is_plain = std::all_of(pauses.begin(), pauses.end(),
                                    [&](const TimeSpan& one) { return one.to <= from; });
  if (is_plain) return shifted(from, by, terms);
  if (rt::is_quantity(by.unit)) {
    return from_remaining(by.unit, terms, from, by.count * rt::row(by.unit).size, pauses).at;
  }
  if (terms.pause_counts == PauseCounts::unset) {
    const std::int64_t time = shifted(from, by, terms).micros - from.micros;
    return from_remaining(Unit::second, terms, from, time, pauses).at;
  }
  // As many days later as the pauses take out of a limit of this length.
  Terms plain = terms;
  plain.roll = Roll::none;
  plain.leaves_edge_out = plain.start_day_counts = false;
  const Instant last = {limit_of(Goal::of(by), plain, from, pauses).at.micros - 1};
  return terms.zone.instant({terms.zone.date(last), terms.zone.local(from).time});
}

Instant after(Unit unit, const Terms& terms, Instant from, std::int64_t time) {
  if (!rt::is_working(unit)) return {from.micros + time};
  return or_far(terms.calendar->add(from, {time}));
}

Instant shifted(Instant from, Length by, const Terms& terms) {
  const std::int64_t time = by.count * rt::row(by.unit).size;
  const auto on = [&](std::optional<Date> day) {
    if (!day) return far_future;
    return terms.zone.instant({*day, terms.zone.local(from).time});
  };
  const Date day = terms.zone.date(from);
  switch (rt::kind(by.unit)) {
    case rt::UnitKind::clock:
      return {from.micros + time};
    case rt::UnitKind::working:
      return time < 0 ? or_far(terms.calendar->subtract(from, {-time}))
                      : or_far(terms.calendar->add(from, {time}));
    case rt::UnitKind::calendar_day:
      return on(rt::add_days(day, time));
    case rt::UnitKind::month:
      return on(rt::add_months(day, time));
    case rt::UnitKind::working_day: {
      const auto moved = terms.calendar->add_workdays(day, by.count);
      return on(moved ? std::optional<Date>(*moved) : std::nullopt);
    }
  }
  return from;
}

std::int64_t paused_time(std::span<const TimeSpan> pauses, Unit unit, const Terms& terms) {
  std::int64_t time = 0;
  for (const TimeSpan& pause : calendar::merged(pauses, {never.micros * -1}, never)) {
    time += between(unit, terms, pause.from, pause.to);
  }
  return time;
}

}  // namespace aftercare::clock
