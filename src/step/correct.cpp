// Putting a recorded fact right. The chart does not run again: what it did is taken from the
// record. Clocks and lets are folded again over the corrected facts; a happening that is no longer
// one takes what was judged on it along, a new one is judged now, and what stands follows.

#include <algorithm>

#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

/// A happening that clocks or lets made: what a correction can take away or add.
struct Derived {
  HappeningId happening = none;
  Instant at{};
  bool operator==(const Derived&) const = default;
};

struct Override {
  SlotIndex slot = no_slot;
  Value value;
  std::size_t from_step = 0;  // the step that wrote the slot last, before this correction
};

/// A step of the record, and when it happened where a correction says another instant.
struct Told {
  record::Step step;
  std::size_t number = 0;
  std::optional<Instant> moved_to;

  /// What time had done by itself until then had been done when it came.
  [[nodiscard]] Instant known_at() const {
    if (moved_to) return *moved_to;
    return step.kind == record::Kind::time ? step.at : step.recorded;
  }
};

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

/// Slots that one step of the record writes.
template <class Visit>
void each_written(const Model& model, const Procedure& p, const record::Step& step, Visit&& visit) {
  if (step.kind == record::Kind::correct) {
    for (const auto& [slot, value] : step.data) visit(static_cast<SlotIndex>(slot), value);
    return;
  }
  if (step.kind == record::Kind::right) {
    const Rule& rule = model.rules[step.index];
    for (const auto& [input, value] : step.data) {
      visit(input < rule.inputs.size() ? rule.inputs[input].slot : rule.used_reason_slot, value);
    }
    visit(rule.used_at_slot, Value::instant(step.at));
    if (rule.used_by_slot != no_slot) visit(rule.used_by_slot, step.actor.person);
    return;
  }
  if (step.kind != record::Kind::event) return;
  const Event& event = p.events[step.index];
  for (const auto& [input, value] : step.data) {
    if (input < event.inputs.size()) {
      if (event.inputs[input].slot != no_slot) visit(event.inputs[input].slot, value);
      if (event.inputs[input].case_slot != no_slot) visit(event.inputs[input].case_slot, value);
    } else if (event.form != none) {
      const Form& form = p.forms[event.form];
      const std::size_t field = input - event.inputs.size();
      if (field < form.fields.size()) {
        visit(form.fields[field].slot, value);
        if (form.fields[field].case_slot != no_slot && !value.is_null())
          visit(form.fields[field].case_slot, value);
      } else if (field - form.fields.size() < form.signatures.size()) {
        visit(form.signatures[field - form.fields.size()].slot, value);
      }
    }
  }
  visit(event.at_slot, Value::instant(step.at));
  if (event.by_slot != no_slot) visit(event.by_slot, step.actor.person);
  if (event.form != none) visit(p.forms[event.form].present_slot, Value::instant(step.at));
}

}  // namespace

StepResult Stepper::Impl::correct(CaseState& of, const Incoming& incoming, ledger::Book& with) {
  StepResult out;
  begin(of, with, incoming.at, incoming.recorded, out);
  const Procedure& p = *procedure;
  if (!check_by(p.corrections_by, incoming.actor)) {
    refuse("by", "correct", {}, "not the one who may put facts right");
    return out;
  }
  std::vector<Override> overrides;
  for (std::size_t i = 0; i < incoming.slots.size(); ++i)
    overrides.push_back({incoming.slots[i], incoming.data[i], 0});
  std::vector<Derived> before;
  std::vector<Told> steps;
  // When an event is said to have happened: it takes its place among the others again.
  const auto move = [&](SlotIndex slot, const Value& value) {
    if (!value.is(Kind::instant)) return;
    for (auto told_of = steps.rbegin(); told_of != steps.rend(); ++told_of) {
      if (told_of->step.kind != record::Kind::event ||
          p.events[told_of->step.index].at_slot != slot)
        continue;
      told_of->moved_to = value.as_instant();
      return;
    }
  };
  {
    record::Reader reader(of.record);
    record::Step step;
    for (std::size_t k = 0; reader.next(step); ++k) {
      if (step.kind == record::Kind::correct) {
        for (const auto& [slot, value] : step.data) move(static_cast<SlotIndex>(slot), value);
      }
      steps.push_back({step, k, std::nullopt});
      each_written(*model, p, step, [&](SlotIndex slot, const Value&) {
        for (Override& o : overrides)
          if (o.slot == slot) o.from_step = k;
      });
      record::each_item(step.items, [&](const record::Item& item) {
        using Op = record::ClockOp;
        if (item.op == record::Op::let_true)
          before.push_back({p.lets[item.first].happening, step.at});
        if (item.op == record::Op::reassessed) {
          std::erase_if(before, [&](const Derived& d) {
            return d.happening == p.clocks[item.first].breached;
          });
          before.push_back({p.clocks[item.first].met, step.at});
        }
        if (item.op == record::Op::reminded)
          before.push_back({p.clocks[item.first].reminders[item.second].happening, step.at});
        if (item.op != record::Op::clock) return;
        const auto op = static_cast<Op>(item.second);
        const Clock& clock = p.clocks[item.first];
        if (op == Op::breach || op == Op::stop_late) before.push_back({clock.breached, step.at});
        if (op == Op::stop_in_time) before.push_back({clock.met, step.at});
      });
    }
  }
  for (const Override& o : overrides) move(o.slot, o.value);
  in_their_place(steps);
  try {
    // Fold again from nothing.
    for (SlotIndex slot = 0; slot < p.frame_slots; ++slot) set(slot, Value());
    clocks.assign(p.clocks.size(), {});
    suspensions.clear();
    told.assign(index->reminders, 0);
    lets_true = 0;
    configuration = chart::Configuration(p.chart);
    std::vector<Derived> after;
    const auto note = [&](std::size_t first_new) {
      for (std::size_t i = first_new; i < happened.size(); ++i) {
        const Happening& h = p.happenings[happened[i]];
        if (h.is != Happening::Is::let_true && h.is != Happening::Is::clock_met &&
            h.is != Happening::Is::clock_breached && h.is != Happening::Is::clock_reminded)
          continue;
        const Derived derived{happened[i], at};
        after.push_back(derived);
        if (std::find(before.begin(), before.end(), derived) != before.end()) continue;
        for (const Index rule : index->judged[happened[i]]) plan_rule(rule, happened[i], false);
      }
    };
    // As the chart raises it: the parent of a final state is done, and so is a parallel one above
    // it once all its regions are.
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
    const auto fire_until = [&](Instant until) {
      for (std::size_t guard = 0; guard < 10'000; ++guard) {
        Instant earliest = clock::never;
        Index which = none;
        for (Index c = 0; c < clocks.size(); ++c) {
          if (clocks[c].state == clock::State::running && clocks[c].fires < earliest) {
            earliest = clocks[c].fires;
            which = c;
          }
          if (clocks[c].wakes < earliest) {
            earliest = clocks[c].wakes;
            which = c;
          }
        }
        if (which == none || earliest > until) return;
        at = earliest;
        set(p.at_slot, Value::instant(at));
        happened.clear();
        if (clocks[which].state == clock::State::running && clocks[which].fires == at) {
          breach_clock(which);
          happen(p.clocks[which].breached);
        } else {
          happen(wake_clock(which));
        }
        all_stale();
        watch_lets();
        run_clocks(0);
        note(0);
      }
    };
    for (const Told& told_of : steps) {
      const record::Step& step = told_of.step;
      const std::size_t k = told_of.number;
      fire_until(told_of.known_at());
      at = told_of.moved_to.value_or(step.at);
      set(p.at_slot, Value::instant(at));
      each_written(*model, p, step, [&](SlotIndex slot, const Value& value) { set(slot, value); });
      if (k == 0) {
        all_stale();
        for (const Field& field : p.fields) {
          if (field.initial && frame->slots[field.slot].is_null())
            set(field.slot, evaluate(*field.initial));
        }
      }
      for (const Override& o : overrides)
        if (o.from_step <= k) set(o.slot, o.value);
      happened.clear();
      if (step.kind == record::Kind::event) happen(p.events[step.index].happening);
      if (step.kind == record::Kind::decision)
        happen(p.decisions[step.index].outcomes[step.outcome].second);
      if (step.kind == record::Kind::time && step.index != none &&
          p.happenings[step.index].is == Happening::Is::timer)
        happen(step.index);
      record::each_item(step.items, [&](const record::Item& item) {
        if (item.op == record::Op::entered) {
          const auto entered_state = static_cast<chart::StateId>(item.first);
          configuration.insert(entered_state);
          happen(index->enter[entered_state]);
          happen_done(entered_state);
        } else if (item.op == record::Op::exited) {
          configuration.erase(static_cast<chart::StateId>(item.first));
          happen(index->leave[item.first]);
        }
      });
      all_stale();
      watch_lets();
      run_clocks(0);
      note(0);
      if (configuration.is_finished(p.chart)) {
        cancel_clocks();
      } else {
        follow_goals();
      }
    }
    fire_until(incoming.recorded);
    at = incoming.at;
    set(p.at_slot, Value::instant(at));
    for (const Override& o : overrides) {
      set(o.slot, o.value);
      data.varint(o.slot);
      record::write(data, o.value);
      ++data_count;
    }
    for (const Derived& d : before) {
      if (std::find(after.begin(), after.end(), d) != after.end()) continue;
      for (const std::uint64_t id : book->of_case(of.id)) {
        const ledger::Entry& entry = book->get(id);
        if (!entry.is_withdrawn && entry.ledger != money_ledger && entry.happening == d.happening &&
            entry.at == d.at)
          withdraw(entry, incoming.reason.empty() ? "the facts were put right" : incoming.reason);
      }
    }
    all_stale();
    configuration = of.configuration;
    entered = of.entered;
    chart_moved = false;
    items.clear();
    result->effects.clear();  // what clocks told was told when it was time
    breached_now.clear();
    stand();
    commit(record::Kind::correct, false, none, none, incoming.actor);
  } catch (const Fault& fault) {
    out = {};
    out.is = Outcome::Is::fault;
    out.reasons = {{"fault", fault.what, {}, {}}};
  }
  return out;
}

}  // namespace aftercare::step
