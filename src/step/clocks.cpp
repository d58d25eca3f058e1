// Clocks of a case: what starts, holds and ends them, what they tell, and when. Phase (5) of a
// step, and what time itself does to a case. The interface of this file is run_clocks(),
// follow_goals(), breach_clock(), wake_clock() and cancel_clocks() of the step under way.

#include <algorithm>

#include "step/convert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

bool is_live(const clock::Run& run) {
  return run.state == clock::State::running || run.state == clock::State::paused;
}

Length times(Length length, std::int64_t n) { return {length.count * n, length.unit}; }

}  // namespace

const clock::Terms& Stepper::Impl::terms(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (!clock.calendar_choice && !clock.as_of_start) return index->terms[which];
  chosen_terms = terms_of(*model, *procedure, which, clocks[which]);
  return chosen_terms;
}

const std::vector<TimeSpan>& Stepper::Impl::pauses_of(Index which) {
  suspended.clear();
  for (const Suspension& one : suspensions)
    if (one.clock == which) suspended.push_back(one.span);
  return suspended;
}

/// Whether it waits until all states have been left that pause it since it began.
bool Stepper::Impl::is_held(Index which) const {
  return std::any_of(held.begin(), held.end(), [&](const Hold& one) { return one.clock == which; });
}

void Stepper::Impl::let_go(Index which) {
  std::erase_if(held, [&](const Hold& one) { return one.clock == which; });
}

void Stepper::Impl::note_hold(const ClockMove& move) {
  if ((move.does & ClockMove::holds) == 0) return;
  const Hold hold{move.clock, move.state};
  std::erase(held, hold);
  if ((move.does & ClockMove::enters) != 0) held.push_back(hold);
}

void Stepper::Impl::suspend(Index which, Instant from, Instant to) {
  if (from < to) suspensions.push_back({which, {from, to}});
}

/// What the formula reads of the case, for people: `n = 7, on = 2024-03-04`.
std::string Stepper::Impl::values_text(const Formula& formula) const {
  constexpr std::size_t most_bytes = 80;
  std::string out;
  for (const SlotIndex slot : formula.reads) {
    if (slot >= procedure->slot_names.size() || procedure->slot_names[slot].empty()) continue;
    out += out.empty() ? "" : ", ";
    out += procedure->slot_names[slot] + " = " +
           to_host(frame->slots[slot], *model).to_text(most_bytes);
  }
  return out;
}

/// What a formula of the clock gives, made by `make` of its value. A fault says of which clock and
/// clause it is, and what the formula read.
template <class Make>
auto Stepper::Impl::of_clock(Index which, const Formula& formula, const Make& make) {
  try {
    return make(evaluate(formula));
  } catch (const Outage&) {
    throw;
  } catch (Fault& fault) {
    const Clock& clock = procedure->clocks[which];
    const std::string cites = clause(clock.cites), values = values_text(formula);
    fault.what = "the clock " + clock.name + (cites.empty() ? "" : " (" + cites + ")") + ": " +
                 fault.what + (values.empty() ? "" : ", with " + values);
    throw;
  }
}
Value Stepper::Impl::value_for(Index which, const Formula& formula) {
  return of_clock(which, formula, [](Value value) { return value; });
}

/// The length that a formula of the clock gives, fit to be measured under these terms.
std::optional<Length> Stepper::Impl::length_of(Index which, const Formula& formula,
                                               const clock::Terms& by) {
  return of_clock(which, formula, [&](const Value& value) {
    const auto length = measurable(formula, value, by);
    if (length && clock::is_beyond_reach(*length))
      throw Fault{formula.text + " is more than a hundred years", formula.span};
    return length;
  });
}

std::optional<Length> Stepper::Impl::measurable(const Formula& formula, const Value& value,
                                                const clock::Terms& by) {
  const auto length = value.as_length();
  if (!length && !value.is_null())
    throw Fault{formula.text + " cannot be measured: it has parts of a second or of a day",
                formula.span};
  if (length && rt::is_working(length->unit) && by.calendar == nullptr)
    throw Fault{formula.text + " is working time, and no calendar is named", formula.span};
  return length;
}

/// What the clock promises by the facts as they are; none: nothing.
std::optional<clock::Goal> Stepper::Impl::goal_of(Index which) {
  const Clock& clock = procedure->clocks[which];
  is_ahead_provisional = false;
  if (clock.by) {
    const Value by = value_for(which, *clock.by);
    if (clock.ahead) {
      const auto ahead = length_of(which, *clock.ahead, terms(which));
      const bool is_day = by.is(Kind::date);
      if (!ahead || (!is_day && !by.is(Kind::instant))) return std::nullopt;
      const clock::Terms& its = terms(which);
      const Instant anchor = is_day ? pack().zone.start_of(by.as_date()) : by.as_instant();
      const Calendar calendar =
          its.calendar != nullptr ? *its.calendar : Calendar::always(pack().zone);
      const auto limit = calendar.deadline_before(anchor, *ahead);
      if (!limit) throw Fault{clock.ahead->text + ": " + limit.error().message, clock.ahead->span};
      is_ahead_provisional = limit->is_provisional;
      // A day ends with itself, unless the calendar closes before.
      if (!rt::is_quantity(ahead->unit) && limit->late_from == limit->at)
        return clock::Goal::until(limit->last_day);
      return clock::Goal::until(limit->at);
    }
    if (by.is(Kind::date)) return clock::Goal::until(by.as_date());
    if (by.is(Kind::instant)) return clock::Goal::until(by.as_instant());
    return std::nullopt;  // no date, no promise
  }
  const auto& formula = clock.within ? clock.within : clock.window_to;
  if (!formula) return std::nullopt;
  const auto length = length_of(which, *formula, terms(which));
  if (!length) return std::nullopt;  // an optional length that is null: nothing was promised
  return clock::Goal::of(*length);
}

void Stepper::Impl::log_clock(Index which, record::ClockOp op) {
  items.varints(static_cast<std::uint8_t>(record::Op::clock), which,
                static_cast<std::uint64_t>(op));
}

/// The same with the limit as it stands now: nobody can derive it later once calendars change.
void Stepper::Impl::log_limit(Index which, record::ClockOp op) {
  const clock::Run& run = clocks[which];
  if (run.state == clock::State::running) {
    const std::int64_t goal = procedure->clocks[which].as_of_start ? run.goal.word : 0;
    record::write_limit(
        items, which, {run.limit, run.fires, run.is_limit_exclusive, run.is_provisional, goal}, at);
  }
  log_clock(which, op);
}

/// While a case is folded: a clock by the calendar of its start keeps the limit that it had then,
/// where nothing before it has been put right. Calendars are edited without saying since when.
void Stepper::Impl::keep_limit(Index which, bool is_start) {
  const Clock& clock = procedure->clocks[which];
  if (folding == nullptr || !clock.as_of_start || folding->next == 0) return;
  // The first limit of a cycle hangs on nothing but its start.
  if (folding->has_moved[which] && (!is_start || clock.since)) return;
  const Told& of = folding->steps[folding->next - 1];
  if (of.moved_to || of.step.at != at) return;
  clock::Run& run = clocks[which];
  record::each_item(of.step.items, [&](const record::Item& item) {
    if (item.op != record::Op::limit || item.first != which) return;
    const record::LimitItem was = record::as_limit(item, at);
    if (was.goal != run.goal.word) return;
    run.limit = was.limit;
    run.fires = was.fires;
    run.is_limit_exclusive = was.is_exclusive;
    run.is_provisional = was.is_provisional;
  });
}

/// The clock is not as it was: what reads it is stale, and it wakes at another time.
void Stepper::Impl::moved(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (!clock.reminders.empty() || clock.pause_at_most) schedule(which);
  stale(index->after_clock[which]);
}

// ── what it does of itself ────────────────────────────────────────────────────────────────────

/// The next reminder that the clock owes; `row` is none where it owes none.
Stepper::Impl::Reminding Stepper::Impl::next_reminder(Index which) {
  const Clock& clock = procedure->clocks[which];
  const clock::Run& run = clocks[which];
  const bool runs = run.state == clock::State::running;
  const bool is_late = run.state == clock::State::breached && !run.is_stopped;
  Reminding next;
  if (!runs && !is_late) return next;
  const clock::Terms& its = terms(which);
  // 24:00 of a last day belongs to that day.
  const auto from_limit = [&](Length by) {
    if (!run.is_limit_exclusive) return clock::shifted(run.limit, by, its);
    return Instant{clock::shifted({run.limit.micros - 1}, by, its).micros + 1};
  };
  const auto length = [&](const Formula& formula) { return length_of(which, formula, its); };
  for (Index r = 0; r < clock.reminders.size(); ++r) {
    const Clock::Reminder& row = clock.reminders[r];
    std::uint16_t& done = told[index->first_reminder[which] + r];
    // Beyond the whole share it is behind the limit.
    const bool is_behind = row.after || row.percent > 100;
    if (done >= row.times || (is_behind ? !is_late : !runs)) continue;
    std::optional<Length> every;
    if (row.every) every = length(*row.every);
    if (every && every->count <= 0) continue;  // that is never again
    Instant first;
    if (row.after) {
      const auto by = length(*row.after);
      if (!by) continue;
      first = from_limit(*by);
    } else if (row.before) {
      const auto by = length(*row.before);
      if (!by) continue;
      first = from_limit(times(*by, -1));
    } else if (row.percent >= 0) {
      first = clock::at_percent(run, its, row.percent, pauses_of(which));
    } else if (!every) {
      continue;
    }
    // From one place each, so that month ends do not drift; what is paused does not count.
    const bool is_from_start = every && !row.after && !row.before && row.percent < 0;
    const auto nth = [&](std::uint16_t n) {
      if (is_from_start)
        return clock::shifted_over(run.started, times(*every, n + 1), its, pauses_of(which));
      return n == 0 || !every ? first
                              : clock::shifted_over(first, times(*every, n), its, pauses_of(which));
    };
    // What is long past is told once.
    Instant due = nth(done);
    while (every && done + 1 < row.times && due < at &&
           nth(static_cast<std::uint16_t>(done + 1)) <= at)
      due = nth(++done);
    // At 24:00 of the last day it would be late already.
    if (runs && run.is_limit_exclusive && due == run.fires) --due.micros;
    due = std::max(due, at);
    if (runs && due >= run.fires) continue;
    if (due < next.at) next = {r, done, due};
  }
  return next;
}

void Stepper::Impl::schedule(Index which) {
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  run.wakes = clock::never;
  if (run.state != clock::State::paused) {
    if (!clock.reminders.empty()) run.wakes = next_reminder(which).at;
    return;
  }
  if (!clock.pause_at_most) return;
  const clock::Terms& its = terms(which);
  const auto most = length_of(which, *clock.pause_at_most, its);
  if (!most || !rt::is_quantity(most->unit)) return;
  const std::int64_t left = most->count * rt::row(most->unit).size -
                            clock::paused_time(pauses_of(which), most->unit, its);
  run.wakes = left <= 0 ? run.ended : clock::after(most->unit, its, run.ended, left);
}

void Stepper::Impl::breach_clock(Index which) {
  if (clocks[which].state == clock::State::paused) suspend(which, clocks[which].ended, at);
  clock::breach(clocks[which], at);
  breached_now.push_back(which);
  log_clock(which, record::ClockOp::breach);
  moved(which);
}

/// What a clock does between its start and its limit: it reminds, or a pause has lasted too long.
/// Gives what happens with it; none: nothing that has a name.
HappeningId Stepper::Impl::wake_clock(Index which) {
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  if (run.state == clock::State::paused) {
    suspend(which, run.ended, at);
    let_go(which);
    clock::resume(run, terms(which), at, pauses_of(which));
    keep_limit(which);
    set_window(which);
    log_limit(which, record::ClockOp::pause_over);
    moved(which);
    return none;
  }
  const Reminding due = next_reminder(which);
  if (due.row == none || due.at > at) {  // the facts that it read have changed since
    run.wakes = due.at;
    return none;
  }
  const Clock::Reminder& row = clock.reminders[due.row];
  told[index->first_reminder[which] + due.row] = static_cast<std::uint16_t>(due.nth + 1);
  items.varints(static_cast<std::uint8_t>(record::Op::reminded), which, due.row, due.nth);
  if (!row.notify.is_empty()) {
    Effect effect;
    effect.is = Effect::Is::remind;
    effect.name = row.name.empty() ? clock.name : clock.name + "." + row.name;
    // The same however often it is worked out: case, clock, cycle, reminder, how often.
    effect.id = std::string(state->id.as_string()) + "/" + clock.name + "/" +
                std::to_string(run.cycle) + "/" + std::to_string(due.row + 1) + "/" +
                std::to_string(due.nth + 1);
    for (const Value& person : persons(row.notify)) effect.to.emplace_back(person.as_string());
    effect.clause = this->clause(row.cites.empty() ? clock.cites : row.cites);
    result->effects.push_back(std::move(effect));
  }
  moved(which);
  return row.happening;
}

void Stepper::Impl::cancel_clocks() {
  for (Index i = 0; i < clocks.size(); ++i) {
    clocks[i].wakes = clock::never;
    if (!is_live(clocks[i])) continue;
    // It had been too late, as was thought then.
    if (is_not_breached(i) && clock::fire_at(clocks[i]).value_or(clock::never) <= at) continue;
    clock::cancel(clocks[i], at);
    log_clock(i, record::ClockOp::cancel);
    stale(index->after_clock[i]);
  }
}

// ── what happens to it ────────────────────────────────────────────────────────────────────────

/// The lower edge of a window: where it stands with the pauses so far.
void Stepper::Impl::set_window(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (!clock.window_from) return;
  clock::Run& run = clocks[which];
  const auto lower = length_of(which, *clock.window_from, terms(which));
  if (!lower) return;
  clock::Terms its = terms(which);
  // Those are of the other edge.
  its.leaves_edge_out = false;
  its.roll = Roll::none;
  const clock::Limit edge =
      clock::limit_of(clock::Goal::of(*lower), its, run.counted_from, pauses_of(which));
  // A lower edge in days opens with the last of them; `after:` opens behind it.
  run.window_from = edge.at;
  if (!rt::is_quantity(lower->unit) && !clock.window_from_exclusive) {
    run.window_from = pack().zone.start_of({pack().zone.date({edge.at.micros - 1}).days});
  } else if (!edge.is_exclusive && clock.window_from_exclusive) {
    run.window_from = {edge.at.micros + 1};
  }
}

void Stepper::Impl::start_clock(Index which, Instant from) {
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  if (clock.calendar_choice) {
    const Value chosen = value_for(which, *clock.calendar_choice);
    const auto number = chosen.is(Kind::number) ? chosen.as_number().to_int64() : std::nullopt;
    if (!number) throw Fault{clock.calendar_choice->text + " is no calendar", clock.span};
    run.calendar = static_cast<std::uint16_t>(*number);
  }
  if (clock.since) {
    const Value since = value_for(which, *clock.since);
    if (since.is(Kind::instant)) from = since.as_instant();
    if (since.is(Kind::date)) from = pack().zone.start_of(since.as_date());
  }
  const Instant started_before = run.started;
  run.started = from;  // what is known of the calendar by then decides
  const std::optional<clock::Goal> goal = goal_of(which);
  if (!goal) {
    run.started = started_before;
    return;
  }
  if (const Calendar* calendar = terms(which).calendar) {
    const auto open = calendar->is_open(from);
    if (!open) {
      run.started = started_before;
      throw Fault{"the clock " + clock.name + " starts on " + iso_text(day_of(from)) + ": " +
                      open.error().message,
                  clock.span};
    }
  }
  std::erase_if(suspensions, [&](const Suspension& one) { return one.clock == which; });
  std::fill_n(told.begin() + index->first_reminder[which], clock.reminders.size(),
              std::uint16_t{0});
  clock::start(run, *goal, terms(which), from);
  run.is_provisional |= is_ahead_provisional;
  keep_limit(which, true);
  set_window(which);
  log_limit(which, record::ClockOp::start);
  moved(which);
}

/// Withdraws what was judged at a happening that is none any more, of one cycle.
void Stepper::Impl::unjudge(HappeningId happening, TimeSpan cycle, std::string why) {
  if (happening == none) return;
  items.varints(static_cast<std::uint8_t>(record::Op::undone), happening,
                static_cast<std::uint64_t>(cycle.from.micros),
                static_cast<std::uint64_t>(cycle.to.micros));
  if (folding != nullptr) {
    const auto is_it = [&](const auto& one) {
      return one.happening == happening && one.at >= cycle.from && one.at <= cycle.to;
    };
    std::erase_if(folding->after, is_it);
    std::erase_if(folding->back, is_it);
    std::erase_if(planned, [&](const PlannedEntry& plan) { return is_it(plan.entry); });
    return;
  }
  untell(happening, cycle);
  for (const std::uint64_t id : book->of_case(state->id)) {
    const ledger::Entry& entry = book->get(id);
    if (!entry.is_withdrawn && entry.ledger != money_ledger && entry.happening == happening &&
        entry.at >= cycle.from && entry.at <= cycle.to)
      withdraw(entry, why);
  }
}

/// A start that comes again after the clock was stopped. Whether that does anything.
bool Stepper::Impl::reopen_clock(Index which) {
  using Reopen = Conventions::Reopen;
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  const bool was_met = run.state == clock::State::met;
  const bool is_stopped = was_met || (run.state == clock::State::breached && run.is_stopped);
  if (!is_stopped || clock.on_reopen == Reopen::keep_first_result) return false;
  if (was_met && clock.on_reopen != Reopen::new_cycle)
    unjudge(clock.met, {std::min(run.started, run.ended), run.ended}, "it was begun again");
  let_go(which);
  if (clock.on_reopen == Reopen::restart || clock.on_reopen == Reopen::new_cycle) {
    start_clock(which, at);
    return true;
  }
  if (clock.on_reopen == Reopen::resume) suspend(which, run.ended, at);
  clock::reopen(run, terms(which), pauses_of(which));
  keep_limit(which);
  set_window(which);
  log_limit(which, record::ClockOp::reopened);
  moved(which);
  return true;
}

/// Whether what happens is told after the breach and within the clock's `late_entry`, and happened
/// in time.
bool Stepper::Impl::is_late_entry(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (!clock.late_entry || recorded <= at || at >= clocks[which].fires) return false;
  return is_within_grace(which);
}

/// Whether what is recorded in this step may still change what came of the clock.
bool Stepper::Impl::is_within_grace(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (!clock.late_entry) return false;
  const auto grace = length_of(which, *clock.late_entry, {});
  return grace && rt::is_quantity(*grace) && recorded.micros - at.micros <= rt::micros(*grace);
}

/// Whether the step happened before a breach of the clock, and is recorded too late to put it
/// right.
bool Stepper::Impl::is_too_late_for(Index which, const std::vector<Derived>& known) {
  if (is_within_grace(which)) return false;
  const clock::Run& run = clocks[which];
  if (run.state == clock::State::breached && at < run.fires) return true;
  const HappeningId breached = procedure->clocks[which].breached;  // of an earlier cycle
  return breached != none && std::any_of(known.begin(), known.end(), [&](const Derived& one) {
           return one.happening == breached && one.at > at;
         });
}

/// Whether the facts as they are promise something else than what the clock took last.
bool Stepper::Impl::has_another_goal(Index which) {
  try {
    const std::optional<clock::Goal> goal = goal_of(which);
    return goal && *goal != clocks[which].goal;
  } catch (const Fault&) {
    return false;  // no promise can be made of them: the clock keeps the one it has
  }
}

/// Whether a clock does not hear what has happened: it is recorded too late for it. What has been
/// recorded too late comes when it is known, and no sooner than the cycle has begun.
bool Stepper::Impl::is_deaf(Index which, HappeningId to) const {
  if (is_derived(procedure->happenings[to].is)) return false;
  const Told* one =
      folding != nullptr && folding->next != 0 ? &folding->steps[folding->next - 1] : nullptr;
  const std::vector<Index>& those = one != nullptr ? one->too_late : too_late;
  const bool is_one = std::find(those.begin(), those.end(), which) != those.end();
  const bool is_for_those = one != nullptr && one->is_for_those;
  if (!is_one) return is_for_those;
  return (one != nullptr && one->moved_to) || at < clocks[which].started;
}

/// Whether the step, recorded late, moves clocks that what was recorded before has moved at later
/// instants, or brings what was told again since: what came first then comes first now. A clock
/// whose breach it is too late to put right keeps it, and holds up no other. Before the clocks of
/// the step run.
bool Stepper::Impl::comes_in_between() {
  // Nothing happened later than it was recorded.
  if (recorded <= at || at >= state->last_recorded || state->steps == 0) return false;
  const std::vector<Derived> known = derived_so_far(state->record);
  std::vector<bool> reached(clocks.size());
  std::vector<bool> prevents(clocks.size());  // a breach that neither a stop nor a pause put right
  for (const HappeningId h : happened) {
    for (const ClockMove& move : index->clocks[h]) {
      const Index c = move.clock;
      if (std::find(too_late.begin(), too_late.end(), c) != too_late.end()) continue;
      if (!is_derived(procedure->happenings[h].is) && is_too_late_for(c, known)) {
        too_late.push_back(c);
        items.varints(static_cast<std::uint8_t>(record::Op::too_late_for), c);
        continue;
      }
      reached[c] = true;
      if ((move.does & (ClockMove::cancel | ClockMove::restart)) != 0) prevents[c] = true;
    }
  }
  std::vector<bool> brought;
  if (current_event != none && data_count != 0) {
    brought.resize(procedure->case_slots);
    for (const Input& input : procedure->events[current_event].inputs) {
      if (input.case_slot != no_slot && input.case_slot < brought.size())
        brought[input.case_slot] = true;
    }
    // What follows the facts follows them from then on, unless it is too late for its breach.
    for (const Index c : index->following) {
      const bool is_told = std::find(too_late.begin(), too_late.end(), c) != too_late.end();
      if (is_told || is_too_late_for(c, known)) {
        if (is_told || !has_another_goal(c)) continue;
        too_late.push_back(c);
        items.varints(static_cast<std::uint8_t>(record::Op::too_late_for), c);
        continue;
      }
      reached[c] = prevents[c] = true;
    }
  }
  // And those that hang on what comes of them.
  const auto reach = [&](HappeningId h) {
    bool is_new = false;
    if (h == none) return is_new;
    for (const ClockMove& move : index->clocks[h]) {
      is_new = is_new || !reached[move.clock];
      reached[move.clock] = true;
    }
    return is_new;
  };
  for (bool grows = true; grows;) {
    grows = false;
    for (Index c = 0; c < clocks.size(); ++c) {
      if (!reached[c]) continue;
      const Clock& clock = procedure->clocks[c];
      grows = reach(clock.met) || grows;
      grows = reach(clock.breached) || grows;
      for (const Clock::Reminder& row : clock.reminders) grows = reach(row.happening) || grows;
    }
  }
  const auto moves = [&](HappeningId h) {
    return h != none && std::any_of(index->clocks[h].begin(), index->clocks[h].end(),
                                    [&](const ClockMove& move) { return reached[move.clock]; });
  };
  // What has come out since by counting again stands in the record of another step.
  bool is_between = std::any_of(known.begin(), known.end(), [&](const Derived& one) {
    const Happening& what = procedure->happenings[one.happening];
    if (one.at <= at || what.is == Happening::Is::let_true || !reached[what.index]) return false;
    return what.is != Happening::Is::clock_breached || prevents[what.index];
  });
  for (const Told& one : steps_that_count(state->record)) {
    const record::Step& step = one.step;
    if (one.moved_to.value_or(step.at) <= at) continue;
    if (step.kind == record::Kind::event) {
      is_between = is_between || moves(procedure->events[step.index].happening) ||
                   (!brought.empty() && brings(step, brought));
    }
    record::each_item(step.items, [&](const record::Item& item) {
      using Op = record::ClockOp;
      if (item.op == record::Op::entered) {
        is_between = is_between || moves(index->enter[item.first]);
      } else if (item.op == record::Op::exited) {
        is_between = is_between || moves(index->leave[item.first]);
      } else if (item.op == record::Op::clock && reached[item.first]) {
        // A breach alone is what a late stop or pause puts right.
        is_between =
            is_between || prevents[item.first] || static_cast<Op>(item.second) != Op::breach;
      } else if (item.op == record::Op::reminded && reached[item.first]) {
        is_between =
            is_between || procedure->clocks[item.first].reminders[item.second].happening != none;
      }
    });
  }
  return is_between;
}

/// A stop that happened in time and was told after the breach.
bool Stepper::Impl::reassess(Index which) {
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  if (!is_late_entry(which)) return false;
  run.state = clock::State::met;
  run.is_recorded_late = true;
  run.ended = at;
  items.varints(static_cast<std::uint8_t>(record::Op::reassessed), which);
  unjudge(clock.breached, {std::min(run.started, run.fires), run.fires},
          "met in time, recorded late");
  happen(clock.met);
  tell_reassessed(which);
  moved(which);
  return true;
}

/// A pause that happened in time and was told after the breach, within the clock's `late_entry`.
bool Stepper::Impl::revive(Index which) {
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  if (!is_late_entry(which)) return false;
  clock::Run paused = run;
  paused.state = clock::State::running;
  clock::pause(paused, terms(which), at, pauses_of(which));
  if (clock::keeps_limit(paused)) return false;  // it was late, paused or not
  run.state = clock::State::running;
  run.ended = {};
  unjudge(clock.breached, {std::min(run.started, run.fires), run.fires},
          "paused in time, recorded late");
  tell_reassessed(which);
  return true;
}

void Stepper::Impl::tell_reassessed(Index which) {
  const Clock& clock = procedure->clocks[which];
  if (clock.reassessed != none) {
    happen(clock.reassessed);
    if (index->in_chart[clock.reassessed]) pending.push_back(clock.reassessed);
  }
  if (!index->moves_others[which]) return;
  if (folding == nullptr) {
    is_to_fold = true;
  } else if (!is_not_breached(which)) {
    folding->not_breached.emplace_back(which, clocks[which].fires);
    folding->begins_again = true;
  }
}

void Stepper::Impl::stop_clock(Index which) {
  using Op = record::ClockOp;
  const Clock& clock = procedure->clocks[which];
  clock::Run& run = clocks[which];
  if (is_live(run)) {
    // What is stopped while it waits is judged as if it had run on at that instant.
    const Instant opens = run.window_from;
    const std::size_t pauses = suspensions.size();
    if (run.state == clock::State::paused) {
      suspend(which, run.ended, at);
      set_window(which);
    }
    const std::optional<bool> in_time = clock::stop(run, terms(which), at, pauses_of(which));
    if (!in_time) {
      run.window_from = opens;
      suspensions.erase(suspensions.begin() + static_cast<std::ptrdiff_t>(pauses),
                        suspensions.end());
      log_clock(which, Op::stop_too_early);
      moved(which);
      return;
    }
    if (*in_time && is_not_breached(which)) run.is_recorded_late = true;
    log_clock(which, *in_time ? Op::stop_in_time : Op::stop_late);
    moved(which);
    if (!*in_time) breached_now.push_back(which);
    const HappeningId told_of = *in_time ? clock.met : clock.breached;
    if (told_of != none) {
      happen(told_of);
      if (index->in_chart[told_of]) pending.push_back(told_of);
    }
  } else if (run.state == clock::State::breached && !run.is_stopped && !reassess(which)) {
    run.is_stopped = true;
    run.ended = at;
    log_clock(which, Op::stop_after_breach);
    moved(which);
  }
}

void Stepper::Impl::pause_clock(Index which) {
  using Op = record::ClockOp;
  clock::Run& run = clocks[which];
  clock::pause(run, terms(which), at, pauses_of(which));
  schedule(which);
  if (run.wakes > at) {
    log_clock(which, Op::pause);
  } else {  // the pauses before have used up what they may last
    clock::resume(run, terms(which), at, pauses_of(which));
    log_limit(which, Op::no_pause);
  }
  moved(which);
}

void Stepper::Impl::resume_clock(Index which) {
  clock::Run& run = clocks[which];
  suspend(which, run.ended, at);
  let_go(which);
  clock::resume(run, terms(which), at, pauses_of(which));
  keep_limit(which);
  set_window(which);
  log_limit(which, record::ClockOp::resume);
  moved(which);
}

/// What happens at one instant comes to each clock in this order, however it is brought about:
/// stop, cancel, restart, pause, resume, start.
void Stepper::Impl::move_clock(Index which, unsigned does) {
  clock::Run& run = clocks[which];
  const auto comes = [&](unsigned what) { return (does & what) != 0; };
  // A case that had ended before this step promises nothing any more; a breach can still turn out
  // to be none, where what stops the clock had happened in time.
  if (has_ended) {
    if (!comes(ClockMove::stop)) return;
    if (run.state == clock::State::breached && !run.is_stopped) reassess(which);
    if (clock::fire_at(run) && is_not_breached(which)) stop_clock(which);
    return;
  }
  const bool restarts = run.cycle != 0 && comes(ClockMove::restart);
  // It had been too late, as was thought then: nothing but a new beginning came to it.
  const bool is_past = clock::fire_at(run).value_or(clock::never) <= at;
  if (is_past && !restarts && is_not_breached(which)) return;
  if (comes(ClockMove::stop)) stop_clock(which);
  // What has ended at this instant, late or in time, is not given up.
  if (comes(ClockMove::cancel) && is_live(run)) {
    clock::cancel(run, at);
    log_clock(which, record::ClockOp::cancel);
    moved(which);
  }
  const bool starts = run.cycle == 0 && comes(ClockMove::start);
  if (restarts) start_clock(which, at);
  const bool is_late = run.state == clock::State::breached && !run.is_stopped;
  // Recorded late, it may have come before the cycle that it would pause.
  const bool is_before = !procedure->clocks[which].since && at < run.started;
  if (comes(ClockMove::pause) && !is_before &&
      (run.state == clock::State::running || (is_late && revive(which)))) {
    pause_clock(which);
    // What pauses it does not let it run on in the same breath.
    if (comes(ClockMove::runs_on) && run.state == clock::State::paused) resume_clock(which);
  } else if (comes(ClockMove::resume) && run.state == clock::State::paused) {
    resume_clock(which);
  }
  if (starts) {
    let_go(which);
    start_clock(which, at);
  } else if (comes(ClockMove::start)) {
    reopen_clock(which);
  }
}

void Stepper::Impl::run_clocks(std::size_t from) {
  // What clocks make happen here (met) may move others: that comes behind what made it happen.
  while (from < happened.size()) {
    const std::size_t to = happened.size();
    touched.clear();
    for (std::size_t i = from; i < to; ++i) {
      const std::vector<ClockMove>& those = index->clocks[happened[i]];
      if (folding == nullptr && too_late.empty()) {
        touched.insert(touched.end(), those.begin(), those.end());
        continue;
      }
      for (const ClockMove& move : those)
        if (!is_deaf(move.clock, happened[i])) touched.push_back(move);
    }
    std::stable_sort(touched.begin(), touched.end(),
                     [](const ClockMove& a, const ClockMove& b) { return a.clock < b.clock; });
    for (std::size_t i = 0; i < touched.size();) {
      const Index which = touched[i].clock;
      unsigned does = 0;
      bool is_left = true;  // it resumes by leaving states alone
      const bool begins_anew =
          std::any_of(touched.begin(), touched.end(), [&](const ClockMove& move) {
            return move.clock == which && (move.does & ClockMove::restart) != 0;
          });
      if (begins_anew) let_go(which);
      for (; i < touched.size() && touched[i].clock == which; ++i) {
        const unsigned one = touched[i].does;
        note_hold(touched[i]);
        // From one state that holds it to another: one pause.
        if ((one & ClockMove::pause) != 0 && (one & ClockMove::enters) != 0 && is_left)
          does &= ~unsigned{ClockMove::resume | ClockMove::runs_on};
        does |= one;
        if ((one & ClockMove::resume) != 0) is_left = is_left && (one & ClockMove::leaves) != 0;
      }
      // Pauses are joined: another region may still be in a state that holds it.
      if ((does & ClockMove::resume) != 0 && is_left && is_held(which))
        does &= ~unsigned{ClockMove::resume | ClockMove::runs_on};
      move_clock(which, does);
    }
    from = to;
  }
}

/// Clocks that take another goal where the facts give one.
void Stepper::Impl::follow_goals() {
  using How = Conventions::GoalChange;
  for (const Index which : index->following) {
    clock::Run& run = clocks[which];
    if (!is_live(run)) continue;
    if (is_not_breached(which) && clock::fire_at(run).value_or(clock::never) <= at) continue;
    // It was too late for this clock: the facts move it when they are known.
    if (folding != nullptr && at < folding->holds_goal_until[which]) continue;
    const std::optional<clock::Goal> goal = goal_of(which);
    if (!goal || *goal == run.goal) continue;
    const How how = procedure->clocks[which].on_goal_change;
    if (how == How::restart) {
      // What holds it goes on holding it.
      const bool is_paused = run.state == clock::State::paused;
      start_clock(which, at);
      if (is_paused) pause_clock(which);
      continue;
    }
    const bool has_share = run.goal.is_quantity() && goal->is_quantity() &&
                           rt::kind(run.goal.unit) == rt::kind(goal->unit);
    if (how == How::proportional && !has_share)
      throw Fault{procedure->clocks[which].name + ": days have no share that is left",
                  procedure->clocks[which].span};
    clock::Change change = clock::Change::retroactive;
    if (how == How::from_change) change = clock::Change::from_change;
    if (how == How::proportional) change = clock::Change::proportional;
    if (how == How::never_earlier) change = clock::Change::never_earlier;
    if (!clock::change(run, *goal, change, terms(which), at, pauses_of(which))) continue;
    run.is_provisional |= is_ahead_provisional;
    keep_limit(which);
    set_window(which);
    log_limit(which, record::ClockOp::goal_changed);
    moved(which);
  }
}

/// The pauses and the goal stay; what is promised for certain days ahead of a date is counted
/// again.
bool Stepper::Impl::reproject(CaseState& of, Instant now, std::string_view why, ledger::Book& with,
                              StepResult& into) {
  into = {};
  if (of.is_final || of.has_incident || of.slots.empty()) return false;
  begin(of, with, std::max(now, of.last_at), std::max(now, of.last_recorded), into);
  bool has_moved = false;
  try {
    for (Index which = 0; which < clocks.size(); ++which) {
      clock::Run& run = clocks[which];
      // What goes by the calendar of its start stays where it was promised.
      if (!is_live(run) || procedure->clocks[which].as_of_start || terms(which).calendar == nullptr)
        continue;
      const clock::Run before = run;
      is_ahead_provisional = false;
      if (procedure->clocks[which].ahead) {
        if (const auto goal = goal_of(which)) run.goal = *goal;
      }
      clock::derive(run, terms(which), pauses_of(which));
      run.is_provisional |= is_ahead_provisional;
      set_window(which);
      // A paused quantity has no limit, only what remains.
      const bool has_limit = run.state != clock::State::paused || !run.goal.is_quantity();
      const bool is_same = run.fires == before.fires && run.window_from == before.window_from &&
                           (!has_limit || (run.limit == before.limit &&
                                           run.is_provisional == before.is_provisional));
      if (is_same) {
        run = before;
        continue;
      }
      has_moved = true;
      items.varints(static_cast<std::uint8_t>(record::Op::reprojected), which,
                    static_cast<std::uint64_t>(before.limit.micros),
                    static_cast<std::uint64_t>(run.limit.micros));
      items.text(why);
      moved(which);
      if (procedure->clocks[which].reassessed != none)
        of.untold.push_back(procedure->clocks[which].reassessed);
    }
    if (has_moved) commit(record::Kind::calendar, false, none, none, {});
  } catch (const Fault& fault) {
    of.has_incident = true;
    of.incident = fault.what;
    into = fault.result(Outcome::Is::incident);
    return true;
  }
  return has_moved;
}

}  // namespace aftercare::step
