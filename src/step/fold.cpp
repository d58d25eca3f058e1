// Folding a case again from its record: what people did is taken as it was told (and put right
// since), what the chart did is taken from the record, clocks and lets follow anew. The interface
// of this file is steps_that_count(), derived_so_far() and fold() of the step under way.

#include <algorithm>
#include <limits>

#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

/// Slots that one step of the record writes, each with the number of its datum (none: no datum).
template <class Visit>
void each_written(const Model& model, const Procedure& p, const record::Step& step, Visit&& visit) {
  constexpr std::size_t no_datum = static_cast<std::size_t>(-1);
  if (step.kind == record::Kind::right) {
    const Rule& rule = model.rules[step.index];
    for (std::size_t d = 0; d < step.data.size(); ++d) {
      const auto& [input, value] = step.data[d];
      visit(input < rule.inputs.size() ? rule.inputs[input].slot : rule.used_reason_slot, value, d);
    }
    visit(rule.used_at_slot, Value::instant(step.at), no_datum);
    visit(rule.used_by_slot, step.actor.person, no_datum);
    return;
  }
  if (step.kind != record::Kind::event) return;
  const Event& event = p.events[step.index];
  // What an earlier occurrence brought with it does not belong to this one.
  for (const Input& input : event.inputs) {
    if (input.slot != no_slot && input.case_slot == no_slot) visit(input.slot, Value(), no_datum);
  }
  for (std::size_t d = 0; d < step.data.size(); ++d) {
    const auto& [input, value] = step.data[d];
    if (input < event.inputs.size()) {
      visit(event.inputs[input].slot, value, d);
      visit(event.inputs[input].case_slot, value, d);
    } else if (event.form != none) {
      const Form::Place place = p.forms[event.form].place(input - event.inputs.size());
      visit(place.slot, value, d);
      if (!value.is_null()) visit(place.case_slot, value, d);
    }
  }
  visit(event.at_slot, Value::instant(step.at), no_datum);
  visit(event.by_slot, step.actor.person, no_datum);
  if (event.unmet_slot != no_slot && !event.is_request) {
    std::vector<Value> unmet;
    record::each_item(step.items, [&](const record::Item& item) {
      if (item.op == record::Op::unmet)
        unmet.push_back(Value::string(event.needs[item.first].label));
    });
    visit(event.unmet_slot, Value::list(std::move(unmet)), no_datum);
  }
  if (event.form != none && event.does == Event::Does::fills)
    visit(p.forms[event.form].present_slot, Value::instant(step.at), no_datum);
}

/// Puts the steps that happened at another instant among the others; the first stays the first.
void in_their_place(std::vector<Told>& steps) {
  std::vector<Told> moved;
  for (std::size_t i = steps.size(); i-- > 1;) {
    if (!steps[i].moved_to) continue;
    moved.push_back(std::move(steps[i]));
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (auto one = moved.rbegin(); one != moved.rend(); ++one) {
    auto place = steps.begin() + 1;
    while (place != steps.end() && place->known_at() <= *one->moved_to) ++place;
    steps.insert(place, std::move(*one));
  }
}

/// What was recorded late, and came behind all that was known then, takes its place as well once
/// something counts at an instant before it was known: all come in order.
void take_along(std::vector<Told>& steps) {
  const auto is_deed = [](record::Kind kind) {
    return kind == record::Kind::event || kind == record::Kind::right ||
           kind == record::Kind::decision;
  };
  const auto is_passed = [&](const Told& one) {
    return std::any_of(steps.begin(), steps.end(), [&](const Told& other) {
      return other.moved_to && *other.moved_to < one.step.recorded;
    });
  };
  for (bool grows = true; grows;) {
    grows = false;
    for (std::size_t i = 1; i < steps.size(); ++i) {
      Told& one = steps[i];
      if (one.moved_to || !is_deed(one.step.kind) || one.step.recorded <= one.step.at) continue;
      if (!is_passed(one)) continue;
      one.moved_to = one.step.at;
      grows = true;
    }
  }
}

void put_right(const Model& model, const Procedure& p, std::vector<Told>& steps, SlotIndex slot,
               const Value& value) {
  // In the step that wrote it last; what no step wrote, from the opening on.
  Told* wrote = &steps.front();
  for (Told& one : steps) {
    each_written(model, p, one.step, [&](SlotIndex written, const Value&, std::size_t) {
      if (written == slot && slot != no_slot) wrote = &one;
    });
  }
  if (wrote->step.kind == record::Kind::event && p.events[wrote->step.index].at_slot == slot) {
    if (value.is(Kind::instant)) {
      wrote->moved_to = value.as_instant();
      wrote->too_late.clear();  // who may put facts right is not bound to a time
    }
  }
  std::vector<std::size_t> data;
  each_written(model, p, wrote->step, [&](SlotIndex written, const Value&, std::size_t datum) {
    if (written == slot && datum < wrote->step.data.size()) data.push_back(datum);
  });
  for (const std::size_t datum : data) wrote->step.data[datum].second = value;
  wrote->put.emplace_back(slot, value);
}

}  // namespace

std::vector<Told> Stepper::Impl::steps_that_count(std::string_view bytes, std::uint64_t before,
                                                  const Incoming* correction) const {
  std::vector<Told> all;
  record::Reader reader(bytes);
  record::Step step;
  for (std::uint64_t number = 1; number < before && reader.next(step); ++number) {
    if (step.kind == record::Kind::retract) {
      std::erase_if(all, [&](const Told& one) { return one.number >= record::first_gone(step); });
    } else {
      Told& told_of = all.emplace_back();
      told_of.step = step;
      told_of.number = number;
      record::each_item(step.items, [&](const record::Item& item) {
        if (item.op == record::Op::in_its_place) told_of.moved_to = step.at;
        if (item.op == record::Op::too_late_for)
          told_of.too_late.push_back(static_cast<Index>(item.first));
      });
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].step.kind != record::Kind::correct) continue;
    std::vector<Told> earlier(
        std::make_move_iterator(all.begin()),
        std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(i)));
    for (const auto& [slot, value] : all[i].step.data)
      put_right(*model, *procedure, earlier, static_cast<SlotIndex>(slot), value);
    std::move(earlier.begin(), earlier.end(), all.begin());
  }
  if (correction != nullptr) {
    for (std::size_t i = 0; i < correction->slots.size(); ++i)
      put_right(*model, *procedure, all, correction->slots[i], correction->data[i]);
  }
  take_along(all);
  in_their_place(all);
  return all;
}

bool Stepper::Impl::brings(const record::Step& step, const std::vector<bool>& slots) const {
  bool is_one = false;
  each_written(*model, *procedure, step, [&](SlotIndex slot, const Value&, std::size_t datum) {
    is_one = is_one || (datum < step.data.size() && slot < slots.size() && slots[slot]);
  });
  return is_one;
}

std::vector<Derived> Stepper::Impl::derived_so_far(std::string_view bytes) const {
  const Procedure& p = *procedure;
  std::vector<Derived> out;
  record::Reader reader(bytes);
  record::Step step;
  const auto take_back = [&](HappeningId what, Instant from, Instant to) {
    std::erase_if(
        out, [&](const Derived& d) { return d.happening == what && d.at >= from && d.at <= to; });
  };
  while (reader.next_outline(step)) {
    record::each_item(step.items, [&](const record::Item& item) {
      using Op = record::ClockOp;
      switch (item.op) {
        case record::Op::let_true:
          out.push_back({p.lets[item.first].happening, step.at});
          return;
        case record::Op::reassessed:
          out.push_back({p.clocks[item.first].met, step.at});
          return;
        case record::Op::reminded:
          out.push_back({p.clocks[item.first].reminders[item.second].happening, step.at});
          return;
        case record::Op::undone:
          take_back(static_cast<HappeningId>(item.first), {static_cast<std::int64_t>(item.second)},
                    {static_cast<std::int64_t>(item.third)});
          return;
        case record::Op::became:
          out.push_back(
              {static_cast<HappeningId>(item.first), {static_cast<std::int64_t>(item.second)}});
          return;
        case record::Op::clock: {
          const auto op = static_cast<Op>(item.second);
          const Clock& clock = p.clocks[item.first];
          if (op == Op::breach || op == Op::stop_late) out.push_back({clock.breached, step.at});
          if (op == Op::stop_in_time) out.push_back({clock.met, step.at});
          return;
        }
        default:
          return;
      }
    });
  }
  std::erase_if(out, [](const Derived& d) { return d.happening == none; });
  return out;
}

/// What came true in the fold: where it had not before, what is judged at it is judged now, unless
/// what had been judged then only has to count again.
void Stepper::Impl::note_derived(std::size_t first_new) {
  for (std::size_t i = first_new; i < happened.size(); ++i) {
    if (!is_derived(procedure->happenings[happened[i]].is)) continue;
    const Derived derived{happened[i], at};
    folding->after.push_back(derived);
    const std::vector<Derived>& before = folding->before;
    if (std::find(before.begin(), before.end(), derived) != before.end()) continue;
    for (const Index rule : index->judged[happened[i]]) {
      const auto again =
          std::find_if(folding->gone.begin(), folding->gone.end(), [&](const ledger::Entry& entry) {
            return entry.rule == rule && entry.happening == derived.happening && entry.at == at;
          });
      if (again == folding->gone.end()) {
        plan_rule(rule, happened[i], false);
      } else {
        for (const ledger::Entry& entry : folding->gone) {
          if (entry.rule == rule && entry.happening == derived.happening && entry.at == at)
            folding->back.push_back(entry);
        }
      }
    }
  }
}

void Stepper::Impl::fold(std::vector<Told> told_of, std::optional<Instant> until) {
  folding->steps = std::move(told_of);
  // Clocks for which it is too late hear it when it is known.
  for (std::size_t i = 1; i < folding->steps.size(); ++i) {
    const Told& one = folding->steps[i];
    if (!one.moved_to || one.too_late.empty()) continue;
    Told later = one;
    later.moved_to.reset();
    later.put.clear();
    later.is_for_those = true;
    const auto place = std::find_if(
        folding->steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, folding->steps.end(),
        [&](const Told& other) { return other.known_at() > later.step.recorded; });
    folding->steps.insert(place, std::move(later));
  }
  folding->has_moved.assign(procedure->clocks.size(), false);
  const auto note_moved = [&](HappeningId what) {
    if (what == none) return;
    for (const ClockMove& move : index->clocks[what]) folding->has_moved[move.clock] = true;
  };
  for (const Told& one : folding->steps) {
    for (Index c = 0; c < procedure->clocks.size(); ++c) {
      const MaybeFormula& since = procedure->clocks[c].since;
      for (const auto& [slot, value] : one.put) {
        if (since && std::binary_search(since->reads.begin(), since->reads.end(), slot))
          folding->has_moved[c] = true;
      }
    }
    if (!one.moved_to) continue;
    note_moved(procedure->events[one.step.index].happening);
    record::each_item(one.step.items, [&](const record::Item& item) {
      if (item.op == record::Op::entered) note_moved(index->enter[item.first]);
      if (item.op == record::Op::exited) note_moved(index->leave[item.first]);
    });
  }
  // Each time one more breach has turned out to be none.
  for (std::size_t rounds = 0;; ++rounds) {
    folding->begins_again = false;
    folding->after.clear();
    folding->back.clear();
    planned.clear();
    fold_once(until);
    if (!folding->begins_again) break;
    if (rounds == 1'000) throw Fault{"the clocks do not come to rest", procedure->span};
  }
}

void Stepper::Impl::fold_once(std::optional<Instant> until) {
  const Procedure& p = *procedure;
  const Instant posted = recorded;
  result->effects.clear();
  for (SlotIndex slot = 0; slot < p.frame_slots; ++slot) set(slot, Value());
  clocks.assign(p.clocks.size(), {});
  suspensions.clear();
  held.clear();
  folding->holds_goal_until.assign(p.clocks.size(),
                                   Instant{std::numeric_limits<std::int64_t>::min()});
  told.assign(index->reminders, 0);
  entered.assign(p.timers.size(), {});
  lets_true = 0;
  has_ended = false;
  configuration = chart::Configuration(p.chart);
  folding->next = 0;
  folding->stopped.clear();
  const std::vector<Told>& steps = folding->steps;
  // As the chart raises it: the parent of a final state is done, and so is a parallel one above it
  // once all its regions are.
  const auto is_done = [&](const auto& self, chart::StateId s) -> bool {
    const std::span<const chart::StateId> children = p.chart.children(s);
    if (p.chart.kind(s) == chart::StateKind::parallel) {
      return std::all_of(children.begin(), children.end(),
                         [&](chart::StateId child) { return self(self, child); });
    }
    return std::any_of(children.begin(), children.end(), [&](chart::StateId child) {
      return p.chart.is_final(child) && configuration.contains(child);
    });
  };
  const auto happen_done = [&](chart::StateId s) {
    if (!p.chart.is_final(s) || p.chart.parent(s) == chart::root) return;
    happen(index->done[p.chart.parent(s)]);
    for (chart::StateId up = p.chart.parent(p.chart.parent(s));
         up != chart::root && p.chart.kind(up) == chart::StateKind::parallel &&
         is_done(is_done, up);
         up = p.chart.parent(up)) {
      happen(index->done[up]);
    }
  };
  std::size_t seen = 0;
  const auto settle = [&] {
    all_stale();
    watch_lets();
    run_clocks(seen);
    seen = happened.size();
  };
  const auto come = [&](Instant when) {
    come_to(when);
    set(p.at_slot, Value::instant(at));
    happened.clear();
    seen = 0;
  };
  /// What a case waits for stops it until its cause is gone: clocks stay where they were.
  const auto take_in_if_possible = [&](const auto& take_in) {
    const std::vector<clock::Run> clocks_before = clocks;
    const std::vector<Suspension> suspensions_before = suspensions;
    const std::vector<Hold> held_before = held;
    const std::vector<std::uint16_t> told_before = told;
    try {
      take_in();
    } catch (const Outage&) {
      throw;
    } catch (const Fault& fault) {
      folding->stopped = fault.what;
      clocks = clocks_before;
      suspensions = suspensions_before;
      held = held_before;
      told = told_before;
    }
  };
  /// What clock `which` does at `at`, where something is due then.
  const auto fire = [&](Index which) {
    if (clock::fire_at(clocks[which]) == at) {
      if (is_not_breached(which)) return;
      breach_clock(which);
      happen(p.clocks[which].breached);
    } else if (clocks[which].wakes == at) {
      happen(wake_clock(which));
    }
  };
  const auto fire_until = [&](Instant last) {
    for (std::size_t guard = 0; guard < 10'000; ++guard) {
      Instant earliest = clock::never;
      Index which = none;
      for (Index c = 0; c < clocks.size(); ++c) {
        const std::optional<Instant> fires = clock::fire_at(clocks[c]);
        if (fires && *fires < earliest && !is_not_breached(c)) {
          earliest = *fires;
          which = c;
        }
        if (clocks[c].wakes < earliest) {
          earliest = clocks[c].wakes;
          which = c;
        }
      }
      if (which == none || earliest > last) return;
      come(earliest);
      recorded = earliest;
      fire(which);
      settle();
      note_derived(0);
    }
    throw Fault{"the clocks do not come to rest", p.span};
  };
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Told& of = steps[k];
    const record::Step& step = of.step;
    folding->next = k;
    // What time did stands in a step of its own, among other things due at the same instant.
    const bool is_time = step.kind == record::Kind::time;
    fire_until(is_time ? Instant{step.at.micros - 1} : of.known_at());
    folding->next = k + 1;
    come(of.moved_to.value_or(step.at));
    recorded = step.recorded;
    if (of.is_for_those) {
      if (step.kind == record::Kind::event) happen(p.events[step.index].happening);
      record::each_item(step.items, [&](const record::Item& item) {
        if (item.op == record::Op::entered) {
          happen(index->enter[item.first]);
          happen_done(static_cast<chart::StateId>(item.first));
        } else if (item.op == record::Op::exited) {
          happen(index->leave[item.first]);
        }
      });
      settle();
      if (!has_ended) follow_goals();
      note_derived(0);
      continue;
    }
    if (of.moved_to) {
      for (const Index which : of.too_late)
        folding->holds_goal_until[which] =
            std::max(folding->holds_goal_until[which], step.recorded);
    }
    each_written(*model, p, step,
                 [&](SlotIndex slot, const Value& value, std::size_t) { set(slot, value); });
    if (k == 0) {
      all_stale();
      for (const auto& [slot, value] : of.put) set(slot, value);
      for (const Field& field : p.fields) {
        if (field.initial && frame->slots[field.slot].is_null())
          set(field.slot, evaluate(*field.initial));
      }
    }
    for (const auto& [slot, value] : of.put) set(slot, value);
    if (step.kind == record::Kind::event) happen(p.events[step.index].happening);
    note_answer(step);
    if (step.kind == record::Kind::decision && !step.is_unexpected && !record::goes_on(step))
      happen(p.decisions[step.index].outcomes[step.outcome].second);
    if (is_time) {
      Index which = none;
      record::each_item(step.items, [&](const record::Item& item) {
        using Op = record::ClockOp;
        const auto op = static_cast<Op>(item.second);
        const bool is_of_time =
            item.op == record::Op::reminded ||
            (item.op == record::Op::clock && (op == Op::breach || op == Op::pause_over));
        if (which == none && is_of_time) which = static_cast<Index>(item.first);
      });
      const Happening::Is is =
          step.index == none ? Happening::Is::event : p.happenings[step.index].is;
      if (is == Happening::Is::timer || is == Happening::Is::clock_reassessed) {
        happen(step.index);
      } else if (which != none) {
        fire(which);
      }
    }
    bool is_settled = false;
    bool is_stopped = false;  // the case waited for a person because of it
    record::each_item(step.items, [&](const record::Item& item) {
      is_stopped = is_stopped || item.op == record::Op::incident;
      if (item.op == record::Op::entered) {
        const auto state_entered = static_cast<chart::StateId>(item.first);
        configuration.insert(state_entered);
        for (std::size_t t = 0; t < p.timers.size(); ++t)
          if (p.timers[t].state == state_entered) entered[t] = at;
        happen(index->enter[state_entered]);
        happen_done(state_entered);
        is_settled = false;
      } else if (item.op == record::Op::exited) {
        configuration.erase(static_cast<chart::StateId>(item.first));
        if (const Index chain = index->chains[item.first]; chain != none) end_chain(chain);
        happen(index->leave[item.first]);
        is_settled = false;
      } else if (item.op == record::Op::reassessed && of.moved_to) {
        happen(p.clocks[item.first].reassessed);  // it had been told so
      } else if (item.op == record::Op::chain) {
        // As it was chosen then.
        set(p.decisions[item.first].progress,
            Value::list({Value::integer(static_cast<std::int64_t>(item.second))}));
      } else if (!is_settled && (item.op == record::Op::clock || item.op == record::Op::let_true ||
                                 item.op == record::Op::reassessed)) {
        // Then the chart went on with what clocks and lets had told it.
        settle();
        is_settled = true;
      }
    });
    const auto take_in = [&] {
      settle();
      if (!has_ended) follow_goals();
    };
    if (is_stopped) {
      take_in_if_possible(take_in);
    } else {
      take_in();
    }
    note_derived(0);
    if (!has_ended && configuration.is_finished(p.chart)) {
      has_ended = true;
      folding->closed = at;
      cancel_clocks();
    }
  }
  if (until) fire_until(*until);
  recorded = posted;
  for (PlannedEntry& plan : planned) {
    plan.entry.recorded = posted;
    for (ledger::Entry& money : plan.money) money.recorded = posted;
  }
  pending.clear();
  items.clear();
  // What clocks told was told when it was time; what a rule tells of something that has come true
  // only now is told now.
  std::erase_if(result->effects,
                [](const Effect& effect) { return effect.is != Effect::Is::notify; });
  for (const Effect& effect : result->effects) {
    for (const Index which : p.rules)
      if (model->rules[which].is == Rule::Is::notify && model->rules[which].name == effect.name)
        items.varints(static_cast<std::uint8_t>(record::Op::told), which);
  }
  breached_now.clear();
}

/// Writes down what has come true and what no longer has, and takes back what was judged at it.
void Stepper::Impl::settle_derived(const std::string& why) {
  const std::vector<Derived>&before = folding->before, &after = folding->after;
  const auto is_in = [](const std::vector<Derived>& in, const Derived& d) {
    return std::find(in.begin(), in.end(), d) != in.end();
  };
  for (const Derived& d : before) {
    if (is_in(after, d)) continue;
    items.varints(static_cast<std::uint8_t>(record::Op::undone), d.happening,
                  static_cast<std::uint64_t>(d.at.micros), static_cast<std::uint64_t>(d.at.micros));
    untell(d.happening, {d.at, d.at});
    for (const std::uint64_t id : book->of_case(state->id)) {
      const ledger::Entry& entry = book->get(id);
      if (!entry.is_withdrawn && entry.ledger != money_ledger && entry.happening == d.happening &&
          entry.at == d.at)
        withdraw(entry, why);
    }
  }
  for (const Derived& d : after) {
    if (is_in(before, d)) continue;
    items.varints(static_cast<std::uint8_t>(record::Op::became), d.happening,
                  static_cast<std::uint64_t>(d.at.micros));
  }
}

/// What the case is once it has been folded: what it was made of, but for what the fold found.
void Stepper::Impl::follow_fold(CaseState& of, const std::string& why) {
  settle_derived(why);
  all_stale();
  configuration = of.configuration;
  entered = of.entered;
  chart_moved = false;
  stand();
  note_reassessed(of);
}

/// Derives clocks and lets again in a step of their own: something hangs on a breach that was none.
void Stepper::Impl::fold_again(CaseState& of) {
  const std::string why = "what it followed from has turned out otherwise";
  Folding fold_of;
  folding = &fold_of;
  const Instant now = at;
  try {
    fold_of.before = derived_so_far(of.record);
    fold(steps_that_count(of.record), recorded);
    come_to(now);
    set(procedure->at_slot, Value::instant(at));
    write_reason(why);
    follow_fold(of, why);
  } catch (...) {
    folding = nullptr;
    throw;
  }
  folding = nullptr;
}

/// Clocks whose result or limit is another than was told: the chart hears of them in a step of its
/// own.
void Stepper::Impl::note_reassessed(CaseState& of) {
  using clock::State;
  const auto is_over = [](State s) { return s == State::met || s == State::breached; };
  for (Index c = 0; c < clocks.size(); ++c) {
    const clock::Run &was = of.clocks[c], &is = clocks[c];
    if (procedure->clocks[c].reassessed == none) continue;
    const bool has_other_result =
        was.state != is.state && (is_over(was.state) || is_over(is.state));
    const bool has_other_limit = was.cycle != 0 && is.cycle != 0 && was.limit != is.limit &&
                                 was.state != State::cancelled && is.state != State::cancelled;
    if (has_other_result || has_other_limit) of.untold.push_back(procedure->clocks[c].reassessed);
  }
}

/// The reason that somebody gave, in the record.
void Stepper::Impl::write_reason(const std::string& why) {
  if (why.empty()) return;
  items.byte(static_cast<std::uint8_t>(record::Op::because));
  items.text(why);
}

}  // namespace aftercare::step
