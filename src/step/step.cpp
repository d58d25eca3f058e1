// The interface of this file is Stepper: open, apply, elapse.

#include "step/step.hpp"

#include <bit>
#include <limits>

#include "base/assert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

constexpr std::size_t max_rounds =
    100;  // chart rounds of one step; more is a loop of clocks and lets

constexpr std::size_t usual_record = 240;  // bytes of some eight steps

/// From step to step most of what is kept beside the data has one length, often none.
template <class T>
void copy(const std::vector<T>& from, std::vector<T>& to) {
  if (to.size() == from.size()) {
    std::copy(from.begin(), from.end(), to.begin());
  } else {
    to = from;
  }
}

/// The chart's view of a step: guards are formulas, entries and exits are happenings.
struct ChartHost {
  Stepper::Impl& step;

  bool guard(chart::GuardId which) {
    const bool verdict = step.holds(step.procedure->guards[which]);
    record::write_verdict(step.items, step.index->guards[which], verdict);
    if (step.asking != nullptr && !verdict) step.asking->failed_guards.push_back(which);
    return verdict;
  }
  void action(chart::ActionId) {}
  void entered(chart::StateId which) {
    step.items.varints(static_cast<std::uint8_t>(record::Op::entered), which);
    if (const Index chain = step.index->chains[which]; chain != none) step.begin_chain(chain);
    step.happen(step.index->enter[which]);
    for (std::size_t i = 0; i < step.procedure->timers.size(); ++i) {
      if (step.procedure->timers[i].state == which) step.entered[i] = step.at;
    }
    step.stale(step.index->after_move);
  }
  void exited(chart::StateId which) {
    step.items.varints(static_cast<std::uint8_t>(record::Op::exited), which);
    if (const Index chain = step.index->chains[which]; chain != none) step.end_chain(chain);
    step.happen(step.index->leave[which]);
    step.stale(step.index->after_move);
  }
  /// What the chart raises for itself: a state is done.
  void hear(const chart::Internal& raised) { step.happen(static_cast<HappeningId>(raised.event)); }
  void taken(chart::TransitionId which) {
    step.chart_moved = true;
    step.taken_now.push_back(which);
    step.items.varints(static_cast<std::uint8_t>(record::Op::transition), which);
  }
};

}  // namespace

// ── what the model implies ────────────────────────────────────────────────────────────────────

Stepper::Impl::Impl(std::shared_ptr<const Model> rules, ParameterValues values)
    : model(std::move(rules)),
      parameters(std::move(values)),
      host(*model, parameters),
      machine({.zone = model->packs.empty() ? std::optional<Zone>() : model->packs.front().zone,
               .host = &host}) {
  AFTERCARE_ASSERT(parameters.size() == model->parameters.size(), "a value for each parameter");
  hand_frames.resize(model->rules.size());
  for (const Pack& pack : model->packs) {
    InForce& of = in_force.emplace_back();
    if (pack.has_effective_from) of.from = pack.zone.start_of(pack.effective_from);
    if (pack.has_effective_to) of.until = pack.zone.start_of({pack.effective_to.days + 1});
  }
  indices.reserve(model->procedures.size());
  for (const Procedure& p : model->procedures) {
    const ProcedureIndex& of = indices.emplace_back(*model, p);
    tally.transitions.emplace_back(p.chart.transition_count());
    tally.breaches.emplace_back(p.clocks.size());
    Frame& its = frames.emplace_back();
    its.slots.resize(p.frame_slots + parameters.size());
    std::copy(parameters.begin(), parameters.end(), its.slots.begin() + p.frame_slots);
    its.fresh.resize(of.derived);
    its.decided_by.resize(p.entitlements.size());
    foreign_frames.push_back(its.slots);
  }
  date_parameters();
}

// ── beginning and ending ──────────────────────────────────────────────────────────────────────

void Stepper::Impl::load(const CaseState& of) {
  procedure = &model->procedures[of.procedure];
  index = &indices[of.procedure];
  frame = &frames[of.procedure];
  // What the frame holds already stays as it is, with all that is derived from it.
  written.assign((procedure->case_slots + 63U) / 64U, 0);
  if (std::memcmp(frame->slots.data(), of.slots.data(), of.slots.size() * sizeof(Value)) == 0)
    return;
  for (SlotIndex slot = 0; slot < of.slots.size(); ++slot)
    if (!is_identical(frame->slots[slot], of.slots[slot])) set(slot, of.slots[slot]);
  std::fill(written.begin(), written.end(), std::uint64_t{0});
}

void Stepper::Impl::begin(CaseState& of, ledger::Book& with, Instant when, Instant known,
                          StepResult& into) {
  load(of);
  stale(index->after_begin);
  state = &of;
  book = &with;
  result = &into;
  come_to(when);
  recorded = known;
  configuration = of.configuration;
  copy(of.clocks, clocks);
  copy(of.suspensions, suspensions);
  copy(of.held, held);
  copy(of.told, told);
  copy(of.entered, entered);
  lets_true = of.lets_true;
  happened.clear();
  pending.clear();
  planned.clear();
  changes.clear();
  items.clear();
  data.clear();
  data_count = 0;
  chart_moved = false;
  has_ended = of.is_final;
  taken_now.clear();
  answered.assign(procedure->entitlements.size(), -1);
  consulted.clear();
  unit_now.reset();
  acting.reset();
  breached_now.clear();
  too_late.clear();
  is_to_fold = false;
  current_event = none;
  current_answer.reset();
  set(procedure->at_slot, Value::instant(at));
}

std::string Stepper::Impl::clause(const Cites& cites) const {
  return cites.empty() ? std::string() : model->clauses[cites.front()].id;
}

void Stepper::Impl::refuse(std::string code, std::string label, const Cites& cites,
                           std::string help) {
  result->is = Outcome::Is::refused;
  result->reasons.push_back({std::move(code), std::move(label), clause(cites), std::move(help)});
  if (asking != nullptr) asking->obstacles.push_back({result->reasons.back(), nullptr});
}

void Stepper::Impl::commit(record::Kind kind, bool is_unexpected, Index which, Index outcome,
                           const Actor& actor) {
  if (asking != nullptr) return;
  flush();
  std::vector<std::uint32_t>& taken = tally.transitions[state->procedure];
  for (const chart::TransitionId t : taken_now) ++taken[t];
  std::vector<std::uint32_t>& breaches = tally.breaches[state->procedure];
  for (const Index c : breached_now) ++breaches[c];
  record::append(state->record, state->last_at, kind, is_unexpected, which, outcome, at, recorded,
                 acting ? *acting : actor, data, data_count, items, whole);
  for (std::size_t w = 0; w < written.size(); ++w) {
    for (std::uint64_t rest = written[w]; rest != 0; rest &= rest - 1) {
      const std::size_t slot = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      state->slots[slot] = frame->slots[slot];
    }
  }
  copy(clocks, state->clocks);
  copy(suspensions, state->suspensions);
  copy(held, state->held);
  copy(told, state->told);
  copy(entered, state->entered);
  state->lets_true = lets_true;
  if (chart_moved || state->steps == 0) state->configuration = configuration;
  state->is_to_fold = state->is_to_fold || is_to_fold;
  state->last_at = at;
  state->last_recorded = std::max(state->last_recorded, recorded);
  state->was_put_right =
      state->was_put_right || kind == record::Kind::correct || kind == record::Kind::retract;
  ++state->steps;
}

// ── (1) data, (2) by and needs ────────────────────────────────────────────────────────────────

bool Stepper::Impl::check_by(const Who& by, const Actor& actor, std::optional<NotHe>& why) {
  if (by.is_empty()) return true;
  if (by.formula && by.formula->type.is() == Type::Is::symbol) {
    const Who roles = named(by);
    return !roles.is_empty() && check_by(roles, actor, why);
  }
  for (const Index role : by.roles) {
    if (!model->roles[role].office) {
      if (actor.role != role) continue;
      if (actor.on_behalf_of.is_null()) return true;
      why = NotHe{"post", "the post " + model->roles[role].name +
                              " is filled from no register: nobody acts in it for somebody else"};
      continue;
    }
    // Who names himself and no role acts as what he is.
    if (actor.role != role && actor.role != none) continue;
    Actor as;
    auto not_he = may_act(role, actor, as);
    if (!not_he) {
      acting = std::move(as);
      return true;
    }
    if (!why) why = std::move(not_he);
  }
  for (const SlotIndex slot : by.persons) {
    if (!actor.person.is_null() && frame->slots[slot].equals(actor.person)) return true;
    // A host that names no persons vouches for the role alone, where the field bears its name.
    if (actor.person.is_null() && frame->slots[slot].is_null() && actor.role != none &&
        model->roles[actor.role].name == procedure->slot_names[slot])
      return true;
  }
  if (by.formula) {
    const Value who = evaluate(*by.formula);
    if (who.is(Kind::list)) {
      for (const Value& one : who.items())
        if (one.equals(actor.person)) return true;
    } else if (!who.is_null() && who.equals(actor.person)) {
      return true;
    }
  }
  return false;
}

/// Who may report the event, and fill in the form that it brings.
bool Stepper::Impl::may_report(const Event& event, const Actor& actor) {
  if (!permits(event.by, actor, event.name, event.cites, "not the one who may")) return false;
  // Who signs it or voids it need not be who fills it in.
  const bool fills = event.does == Event::Does::fills || event.does == Event::Does::changes;
  if (event.form == none || !fills) return true;
  const Form& form = procedure->forms[event.form];
  return permits(form.by, actor, form.name, form.cites, "not the one who fills in this form");
}

bool Stepper::Impl::write_data(const Event& event, const Incoming& incoming) {
  bool is_complete = true;
  const auto put = [&](std::size_t i, const Value& value) {
    const Input& input = event.inputs[i];
    set(input.slot, value);
    set(input.case_slot, value);
    data.varint(i);
    record::write(data, value);
    ++data_count;
  };
  for (std::size_t i = 0; i < event.inputs.size(); ++i) {
    const Input& input = event.inputs[i];
    const bool is_given = i < incoming.given.size() && incoming.given[i];
    if (!is_given && !input.initial && input.is_required) ask_whether_null(input.case_slot);
    if (is_given) {
      if (incoming.data[i].is_null() && input.is_required && !input.type.is_optional()) {
        refuse("data", input.name, event.cites, "a value is required");
        is_complete = false;
        continue;
      }
      if (input.of_register != none) touch(input.slot != no_slot ? input.slot : input.case_slot);
      if (input.of_register != none &&
          !check_member(input.of_register, incoming.data[i], input.name, event.cites)) {
        is_complete = false;
        continue;
      }
      put(i, incoming.data[i]);
    } else if (input.initial) {
      put(i, evaluate(*input.initial));
    } else if (input.type.is_optional() || !input.is_required) {
      // What an earlier occurrence brought with it does not belong to this one; a case field stays.
      if (input.slot != no_slot && input.case_slot == no_slot) set(input.slot, Value());
    } else if (input.case_slot != no_slot && !frame->slots[input.case_slot].is_null() &&
               input.slot == no_slot) {
      continue;  // the field keeps what it has
    } else {
      refuse("data", input.name, event.cites, "a value is required");
      is_complete = false;
    }
  }
  if (event.form != none && !write_form(event, incoming)) is_complete = false;
  return is_complete;
}

/// What a right is used with, and that it is: in the slots of its latest use.
void Stepper::Impl::write_use(const Rule& rule, const Incoming& incoming) {
  const auto put = [&](std::size_t number, SlotIndex slot, const Value& value) {
    set(slot, value);
    data.varint(number);
    record::write(data, value);
    ++data_count;
  };
  for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
    const Input& input = rule.inputs[i];
    const bool is_given =
        i < incoming.given.size() && incoming.given[i] && !incoming.data[i].is_null();
    if (is_given) {
      if (input.of_register != none) touch(input.slot);
      if (check_member(input.of_register, incoming.data[i], input.name, rule.cites))
        put(i, input.slot, incoming.data[i]);
    } else if (input.initial) {
      put(i, input.slot, evaluate(*input.initial));
    } else if (input.type.is_optional()) {
      put(i, input.slot, Value());
    } else {
      refuse("data", input.name, rule.cites, "a value is required");
    }
  }
  if (rule.used_reason_slot != no_slot)
    put(rule.inputs.size(), rule.used_reason_slot, Value::string(incoming.reason));
  set(rule.used_at_slot, Value::instant(at));
  set(rule.used_by_slot, incoming.actor.person);
}

/// What was not as it should be, in the book, once the step is done.
void Stepper::Impl::enter_finding(const std::string& label, const Cites& cites) {
  ledger::Entry finding;
  finding.ledger = offences_ledger;
  finding.kind = ledger::EntryKind::finding;
  finding.rule = none;
  finding.subject = state->id;
  finding.on = day_of(at);
  finding.reason = label;
  if (std::string id = clause(cites); !id.empty()) finding.fields = {Value::string(id)};
  planned.push_back({std::move(finding), {}, false});
}

bool Stepper::Impl::check_needs(const std::vector<Condition>& needs, bool refuses,
                                SlotIndex unmet_slot) {
  bool all_met = true;
  std::vector<Value> unmet;
  for (std::size_t i = 0; i < needs.size(); ++i) {
    if (holds(needs[i].holds)) continue;
    all_met = false;
    if (asking != nullptr) {
      const std::string open = what_is_open(needs[i].holds);
      if (refuses) refuse("need", needs[i].label, needs[i].cites, open);
      if (!refuses) {
        asking->obstacles.push_back(
            {{"need", needs[i].label, clause(needs[i].cites), open}, nullptr});
        unmet.push_back(Value::string(needs[i].label));
      }
      asking->obstacles.back().formula = &needs[i].holds;
      if (asking->tells_all || (!refuses && unmet_slot != no_slot)) continue;
      break;
    }
    items.varints(static_cast<std::uint8_t>(record::Op::unmet), i);
    std::string open = what_is_open(needs[i].holds);
    if (refuses) {
      refuse("need", needs[i].label, needs[i].cites, std::move(open));
    } else {
      result->reasons.push_back(
          {"need", needs[i].label, clause(needs[i].cites), std::move(open)});
      unmet.push_back(Value::string(needs[i].label));
      enter_finding(needs[i].label, needs[i].cites);
    }
  }
  if (!refuses && unmet_slot != no_slot) set(unmet_slot, Value::list(std::move(unmet)));
  return all_met;
}

// ── (3) the chart, (4) lets ───────────────────────────────────────────────────────────────────

void Stepper::Impl::run_chart(HappeningId heard, bool opening, Index opens) {
  ChartHost host{*this};
  chart::Outcome outcome;
  if (opening) {
    const chart::StateId target = opens;
    configuration = chart::Configuration(procedure->chart);
    outcome = chart::start_at(procedure->chart, configuration, {&target, 1}, host, scratch);
    event_taken = true;
  } else {
    // Eventless transitions are asked also where the event moves nothing: the data have changed.
    chart::Algorithm<ChartHost> run(procedure->chart, configuration, host, scratch);
    run.begin();
    const bool is_taken = heard != none && run.select(heard);
    if (!is_taken && !procedure->chart.has_eventless()) return;
    run.keep();
    if (is_taken) run.microstep();
    event_taken = event_taken || is_taken;
    outcome = run.settle({});
  }
  if (outcome == chart::Outcome::limit)
    throw Fault{"the chart does not come to rest", procedure->span};
}

void Stepper::Impl::watch_lets() {
  for (std::size_t i = 0; i < index->watched.size(); ++i) {
    const Let& let = procedure->lets[index->watched[i]];
    const std::uint64_t bit = std::uint64_t{1} << i;
    fill(let.value.reads);
    std::uint8_t& is_fresh = frame->fresh[index->first_let + i];
    if (is_fresh == 0 || asking != nullptr) {
      frame->lets = holds_filled(let.value) ? frame->lets | bit : frame->lets & ~bit;
      is_fresh = 1;
    }
    const bool is_true = (frame->lets & bit) != 0;
    if (is_true && (lets_true & bit) == 0) {
      items.varints(static_cast<std::uint8_t>(record::Op::let_true), index->watched[i]);
      happen(let.happening);
    }
    lets_true = is_true ? lets_true | bit : lets_true & ~bit;
  }
}

bool Stepper::Impl::is_among(const HappeningIds& ids) const {
  for (const HappeningId id : ids) {
    if (std::find(happened.begin(), happened.end(), id) != happened.end()) return true;
  }
  return false;
}

/// Phases (3) to (7), again as long as a clock or a let has told the chart something.
void Stepper::Impl::run_rounds(HappeningId first, bool opening, Index opens) {
  happen(first);
  event_taken = false;
  HappeningId heard = first;
  std::size_t seen = 0;
  bool is_placed = false;
  for (std::size_t round = 0;; ++round) {
    if (round == max_rounds)
      throw Fault{"clocks and states follow each other without end", procedure->span};
    if (opening || !configuration.is_finished(procedure->chart)) run_chart(heard, opening, opens);
    opening = false;
    watch_lets();
    for (std::size_t i = seen; i < happened.size(); ++i) {
      const HappeningId h = happened[i];
      if (h != first && procedure->happenings[h].is == Happening::Is::let_true &&
          index->in_chart[h])
        pending.push_back(h);
    }
    if (round == 0) is_placed = folding == nullptr && asking == nullptr && comes_in_between();
    if (!is_placed && (asking == nullptr || index->clocks_are_heard)) run_clocks(seen);
    seen = happened.size();
    if (pending.empty()) break;
    heard = pending.front();
    pending.erase(pending.begin());
  }
  if (asking != nullptr) return;  // what follows moves no state
  if (is_placed) {
    // Clocks are derived again, with this at its instant, in a step of their own.
    items.byte(static_cast<std::uint8_t>(record::Op::in_its_place));
    is_to_fold = true;
  } else if (!has_ended) {
    follow_goals();
  }
  judge();
  stand();
  finish_case();
}

void Stepper::Impl::finish_case() {
  if (state->is_final || !configuration.is_finished(procedure->chart)) return;
  state->is_final = true;
  state->closed = at;
  cancel_clocks();
}

// ── the doors ─────────────────────────────────────────────────────────────────────────────────

StepResult Stepper::Impl::open(CaseState& of, Index which, Value id, const Incoming& incoming,
                               ledger::Book& with) {
  StepResult out;
  const Procedure& p = model->procedures[which];
  of = CaseState();
  of.id = std::move(id);
  of.procedure = which;
  of.opened = incoming.at;
  of.slots.resize(p.case_slots);
  of.clocks.resize(p.clocks.size());
  of.told.resize(indices[which].reminders);
  of.entered.resize(p.timers.size());
  of.record.reserve(usual_record);
  const Event& event = p.events[incoming.index];
  begin(of, with, incoming.at, incoming.recorded, out);
  try {
    // What time opens, and what another case does, comes under the rules that say so.
    const bool is_out_of_force =
        !incoming.is_own && !event.is_of_time && refuse_out_of_force(which, incoming);
    if (is_out_of_force || refuse_unadopted(p.pack) || !write_data(event, incoming)) {
      of = CaseState();
      return out;
    }
    for (const Field& field : p.fields) {
      if (field.initial) ask_whether_null(field.slot);
      if (field.initial && frame->slots[field.slot].is_null()) {
        set(field.slot, evaluate(*field.initial));
      }
    }
    set(event.at_slot, Value::instant(at));
    set(event.by_slot, incoming.actor.person);
    current_event = incoming.index;
    stale(index->after_event);
    if (!incoming.is_own) may_report(event, incoming.actor);
    if ((out.is != Outcome::Is::refused || tells_all()) && check_form(event, incoming))
      check_needs(event.needs, event.is_request, event.unmet_slot);
    if (out.is == Outcome::Is::refused) {
      of = CaseState();
      return out;
    }
    run_rounds(event.happening, true, event.opens);
    commit(record::Kind::event, false, incoming.index, none, incoming.actor);
  } catch (const Vacancy& vacancy) {
    of = CaseState();
    out = {};
    out.is = Outcome::Is::refused;
    out.reasons = {vacancy.reason};
  } catch (const Outage& outage) {
    of = CaseState();
    out = outage.result(Outcome::Is::fault);
  } catch (const Fault& fault) {
    of.is_final = false;
    of.closed = {};
    if (!event.is_request && asking == nullptr) return keep_fact(of, incoming, with, fault);
    of = CaseState();
    out = fault.result(Outcome::Is::fault);
  }
  return out;
}

StepResult Stepper::Impl::apply(CaseState& of, const Incoming& incoming, ledger::Book& with) {
  StepResult out;
  if (incoming.is == Incoming::Is::correct || incoming.is == Incoming::Is::retract) {
    still_stopped.clear();
    out = incoming.is == Incoming::Is::correct ? correct(of, incoming, with)
                                               : retract(of, incoming, with);
    // Somebody has looked at what it waited for; where the cause remains, it will wait again.
    if (out.is == Outcome::Is::applied) {
      of.has_incident = !still_stopped.empty();
      of.incident = still_stopped;
    }
    return out;
  }
  begin(of, with, incoming.at, incoming.recorded, out);
  // Nothing moves a case that waits for a person; what has happened is recorded all the same.
  const bool is_fact =
      incoming.is == Incoming::Is::event && !procedure->events[incoming.index].is_request;
  if (of.has_incident &&
      (!is_fact || procedure->events[incoming.index].opens != none)) {
    out.is = Outcome::Is::incident;
    out.reasons.push_back({"incident", of.incident, {}, std::string(way_out_of_incident)});
    return out;
  }
  const bool was_final = of.is_final;
  const Instant was_closed = of.closed;
  try {
    if (incoming.is == Incoming::Is::decision) {
      const Decision& decision = procedure->decisions[incoming.index];
      if (!configuration.contains(decision.state)) {
        if (asking == nullptr && keep_late_answer(incoming)) return out;
        refuse("no_transition", decision.outcomes[incoming.outcome].first, decision.cites,
               "nobody is asked to decide this now");
        return out;
      }
      if (decision.has_chain()) return decide(incoming);
      if (!permits(decision.by, incoming.actor, decision.outcomes[incoming.outcome].first,
                   decision.cites, "not the one who decides"))
        return out;
      if (decision.own_case != Decision::OwnCase::unset) touch_all();
      if (decision.own_case != Decision::OwnCase::unset && applied(incoming.actor.person)) {
        refuse("own_case", decision.outcomes[incoming.outcome].first, decision.cites,
               "nobody decides his own case");
        return out;
      }
      if (!may_decide(decision, incoming, incoming.actor)) return out;
      note_given(incoming, incoming.actor);
      run_rounds(decision.outcomes[incoming.outcome].second, false, none);
      if (takes_out_of_turn(incoming, true)) {
        of.is_final = was_final;
        of.closed = was_closed;
        return out;
      }
      commit(record::Kind::decision, false, incoming.index, incoming.outcome, incoming.actor);
      return out;
    }
    if (incoming.is == Incoming::Is::right) {
      const Rule& rule = model->rules[incoming.index];
      if (!permits(rule.who, incoming.actor, rule.name, rule.cites,
                   "not the one who has this right") &&
          !tells_all())
        return out;
      // Whether it stands is asked before this use counts as its latest.
      const Formula* missing = rule.condition && !holds(*rule.condition) ? &*rule.condition
                               : rule.unless && holds(*rule.unless)      ? &*rule.unless
                                                                         : nullptr;
      if (missing != nullptr) {
        refuse("right", rule.name, rule.cites, "the right does not exist");
        if (asking != nullptr) asking->obstacles.back().formula = missing;
      } else if (rule.once == Rule::Once::per_case && !frame->slots[rule.used_at_slot].is_null()) {
        refuse("right", rule.name, rule.cites, "the right has been used, and may be used once");
      } else if (incoming.reason.empty()) {
        refuse("reason", rule.name, rule.cites, "a reason is required");
      }
      if (missing != nullptr && tells_all() && incoming.reason.empty())
        refuse("reason", rule.name, rule.cites, "a reason is required");
      if (out.is != Outcome::Is::refused || (tells_all() && missing == nullptr)) {
        const std::size_t before = out.reasons.size();
        write_use(rule, incoming);
        if (out.reasons.size() == before) check_needs(rule.needs, true, no_slot);
      }
      if (out.is == Outcome::Is::refused) return out;
      if (asking == nullptr) {
        plan_entry(incoming.index, incoming.actor.person.is_null() ? of.id : incoming.actor.person,
                   none, day_for(rule), false);
        planned.back().entry.reason = incoming.reason;
      }
      run_rounds(none, false, none);
      takes_out_of_turn(incoming, true);  // its reason is there
      commit(record::Kind::right, false, incoming.index, none, incoming.actor);
      return out;
    }
    const Event& event = procedure->events[incoming.index];
    if (!incoming.is_own && !may_report(event, incoming.actor) && !tells_all()) return out;
    if (of.has_incident && asking == nullptr)
      return keep_fact(of, incoming, with, {std::string(of.incident), event.span});
    if (!write_data(event, incoming)) return out;
    set(event.at_slot, Value::instant(at));
    set(event.by_slot, incoming.actor.person);
    current_event = incoming.index;
    stale(index->after_event);
    // What it is asked for without a datum nobody can say.
    const bool is_filled = check_form(event, incoming);
    if (!is_filled && out.is == Outcome::Is::refused) return out;
    if (is_filled || tells_all()) check_needs(event.needs, event.is_request, event.unmet_slot);
    if (out.is == Outcome::Is::refused && !tells_all()) return out;
    const bool waits =
        event.is_step || (event.happening != none && index->in_chart[event.happening]);
    run_rounds(event.happening, false, none);
    const bool is_unexpected = waits && !event_taken;
    // What nobody waits for is a fact that changes nothing; a request has nothing to be granted,
    // and a case is opened once.
    const bool opens_again = event.opens != none;
    if ((event.is_request || opens_again) && !event_taken) {
      out = {};
      refuse("no_transition", event.name, event.cites,
             opens_again ? "the case is open already, and no state takes it again"
                         : "nothing asks for it in this state");
      of.is_final = was_final;
      of.closed = was_closed;
      return out;
    }
    if (takes_out_of_turn(incoming, event.is_request)) {
      of.is_final = was_final;
      of.closed = was_closed;
      return out;
    }
    if (is_unexpected) {
      out.is = Outcome::Is::unexpected;
      if (asking != nullptr)
        asking->obstacles.push_back({{"no_transition", event.name, clause(event.cites),
                                      "nothing asks for it in this state"},
                                     nullptr});
    }
    commit(record::Kind::event, is_unexpected, incoming.index, none, incoming.actor);
  } catch (const Vacancy& vacancy) {
    of.is_final = was_final;
    of.closed = was_closed;
    out = {};
    out.is = Outcome::Is::refused;
    out.reasons = {vacancy.reason};
  } catch (const Outage& outage) {
    of.is_final = was_final;
    of.closed = was_closed;
    out = outage.result(Outcome::Is::fault);
  } catch (const Fault& fault) {
    of.is_final = was_final;
    of.closed = was_closed;
    if (is_fact && asking == nullptr) return keep_fact(of, incoming, with, fault);
    out = fault.result(Outcome::Is::fault);
  }
  return out;
}

/// A fact has happened, whatever becomes of it: it is recorded with its data, the chart and the
/// clocks stay where they were, and the case waits for a person. Where the data themselves cannot
/// be taken, nothing is recorded.
StepResult Stepper::Impl::keep_fact(CaseState& of, const Incoming& incoming, ledger::Book& with,
                                    const Fault& why) {
  const bool is_new = of.steps == 0;
  StepResult out;
  begin(of, with, incoming.at, incoming.recorded, out);
  const Event& event = procedure->events[incoming.index];
  try {
    if (!write_data(event, incoming)) return out;
    if (is_new) {
      for (const Field& field : procedure->fields)
        if (field.initial && frame->slots[field.slot].is_null())
          set(field.slot, evaluate(*field.initial));
    }
  } catch (const Fault& fault) {
    if (is_new) of = CaseState();
    return fault.result(Outcome::Is::fault);
  }
  if (is_new) {
    ChartHost host{*this};
    configuration = chart::Configuration(procedure->chart);
    chart::Algorithm<ChartHost> run(procedure->chart, configuration, host, scratch);
    const chart::StateId opened = event.opens;
    run.begin();
    run.enter_at({&opened, 1}, chart::none);
  }
  set(event.at_slot, Value::instant(at));
  set(event.by_slot, incoming.actor.person);
  current_event = incoming.index;
  stale(index->after_event);
  try {
    check_form(event, incoming);
    out = {};  // it had been taken before the chart ran
    check_needs(event.needs, false, event.unmet_slot);
  } catch (const Fault&) {
    out = {};  // what was needed nobody can say
  }
  items.byte(static_cast<std::uint8_t>(record::Op::incident));
  items.text(why.what);
  commit(record::Kind::event, false, incoming.index, none, incoming.actor);
  of.has_incident = true;
  of.incident = why.what;
  out.is = Outcome::Is::incident;
  out.reasons.push_back({"incident", why.what, {}, std::string(way_out_of_incident)});
  return out;
}

std::optional<Instant> Stepper::Impl::timer_at(const CaseState& of, Index which) {
  const Procedure& p = model->procedures[of.procedure];
  const Timer& timer = p.timers[which];
  if (!of.configuration.contains(timer.state)) return std::nullopt;
  const Zone& zone = model->packs[p.pack].zone;
  std::vector<Value>& in = frame->slots;
  const AsOf then(*this, of.entered[which]);
  // `at` is the instant at which the state was entered, whatever has happened since.
  const MaybeFormula& formula = timer.after ? timer.after : timer.until;
  if (formula && std::binary_search(formula->reads.begin(), formula->reads.end(), p.at_slot))
    set(p.at_slot, Value::instant(of.entered[which]));
  if (timer.after) {
    const clock::Terms terms{.zone = zone};
    const auto length = measurable(*timer.after, evaluate_in(*timer.after, in), terms);
    // No case waits for more than a hundred years.
    if (!length || clock::is_beyond_reach(*length)) return std::nullopt;
    return clock::limit_of(clock::Goal::of(*length), terms, of.entered[which]).at;
  }
  if (!timer.until) return std::nullopt;
  const Value until = evaluate_in(*timer.until, in);
  if (until.is(Kind::instant)) return until.as_instant();
  if (until.is(Kind::date)) return zone.start_of(until.as_date());
  return std::nullopt;
}

std::optional<Instant> Stepper::Impl::next_timer(const CaseState& of) {
  if (of.has_incident || of.slots.empty()) return std::nullopt;
  if (of.has_more_to_do()) return of.last_recorded;
  if (of.is_final) return std::nullopt;
  std::optional<Instant> earliest;
  const auto offer = [&](std::optional<Instant> when) {
    if (when && (!earliest || *when < *earliest)) earliest = when;
  };
  for (const clock::Run& run : of.clocks) {
    offer(clock::fire_at(run));
    if (run.wakes != clock::never) offer(run.wakes);
  }
  if (!of.entered.empty()) load(of);
  for (Index t = 0; t < of.entered.size(); ++t) offer(timer_at(of, t));
  return earliest;
}

bool Stepper::Impl::elapse(CaseState& of, Instant now, ledger::Book& with, StepResult& into) {
  const std::optional<Instant> when = next_timer(of);
  if (!when || *when > now) return false;
  into = {};
  const Procedure& p = model->procedures[of.procedure];
  const Instant known = std::max(*when, of.last_recorded);
  HappeningId timer = none;
  const bool folds = of.is_to_fold;
  const bool tells = !folds && !of.untold.empty();
  for (Index t = 0; t < p.timers.size() && timer == none; ++t) {
    if (timer_at(of, t) == when) timer = p.timers[t].happening;
  }
  begin(of, with, *when, known, into);
  HappeningId first = none;
  // Clocks by due instant, then by order in the file, then timers of states. What a clock tells at
  // the instant of its breach comes behind that.
  const bool was_final = of.is_final;
  try {
    if (folds) {
      of.is_to_fold = false;
      fold_again(of);
      commit(record::Kind::time, false, none, none, {});
      return true;
    }
    bool is_clock = tells;
    if (tells) {
      first = of.untold.front();
      of.untold.erase(of.untold.begin());
    }
    for (Index c = 0; c < clocks.size() && !is_clock; ++c) {
      is_clock = true;
      if (clock::fire_at(clocks[c]) == *when) {
        breach_clock(c);
        first = p.clocks[c].breached;
      } else if (clocks[c].wakes == *when) {
        first = wake_clock(c);
      } else {
        is_clock = false;
      }
    }
    if (!is_clock) first = timer;
    run_rounds(first, false, none);
    commit(record::Kind::time, false, first, none, {});
  } catch (const Fault& fault) {
    of.is_final = was_final;
    of.has_incident = true;
    of.incident = fault.what;
    into = fault.result(Outcome::Is::incident);
  }
  return true;
}

// ── the public face ───────────────────────────────────────────────────────────────────────────

Stepper::Stepper(std::shared_ptr<const Model> model, ParameterValues parameters)
    : impl_(std::make_unique<Impl>(std::move(model), std::move(parameters))) {}
Stepper::~Stepper() = default;
Stepper::Stepper(Stepper&&) noexcept = default;
Stepper& Stepper::operator=(Stepper&&) noexcept = default;

void Stepper::use(const Directory* directory) noexcept { impl_->directory = directory; }

StepResult Stepper::open(CaseState& state, Index procedure, Value id, const Incoming& incoming,
                         ledger::Book& book) {
  return impl_->open(state, procedure, std::move(id), incoming, book);
}
StepResult Stepper::apply(CaseState& state, const Incoming& incoming, ledger::Book& book) {
  return impl_->apply(state, incoming, book);
}
StepResult Stepper::enter(const Incoming& incoming, ledger::Book& book) {
  return impl_->enter(incoming, book);
}
std::optional<Instant> Stepper::next_timer(const CaseState& state) {
  return impl_->next_timer(state);
}
bool Stepper::elapse(CaseState& state, Instant now, ledger::Book& book, StepResult& result) {
  return impl_->elapse(state, now, book, result);
}
bool Stepper::reproject(CaseState& state, Instant now, std::string_view why, ledger::Book& book,
                        StepResult& result) {
  return impl_->reproject(state, now, why, book, result);
}
Value Stepper::evaluate(const CaseState& state, const Formula& formula, Instant now,
                        ledger::Book& book) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  try {
    return impl_->evaluate(formula);
  } catch (const Fault&) {
    return {};
  }
}
Stepper::Coverage Stepper::coverage(const CaseState& state, Index entitlement, Instant now,
                                    ledger::Book& book) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  const Entitlement& e = impl_->procedure->entitlements[entitlement];
  try {
    impl_->fill_entitlement(e);
  } catch (const Fault&) {
    return {};
  }
  const std::vector<Value>& frame = impl_->frame->slots;
  return {frame[e.answer_slot], frame[e.since_slot],   frame[e.until_slot],
          frame[e.reason_slot], frame[e.missing_slot], frame[e.suspended_slot]};
}
std::vector<Reason> Stepper::lacks(const CaseState& state, Index form, Instant now,
                                   ledger::Book& book) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  try {
    return impl_->what_lacks(impl_->procedure->forms[form]);
  } catch (const Fault& fault) {
    return {Reason{"fault", fault.what, {}, {}}};
  }
}
std::vector<Stepper::Seat> Stepper::seats(const CaseState& state, const Who& who, Instant now,
                                          ledger::Book& book) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  return impl_->seats(who);
}
Who Stepper::named(const CaseState& state, const Who& who, Instant now, ledger::Book& book) {
  if (!who.formula) return who;
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  try {
    return impl_->named(who);
  } catch (const Fault&) {
    return {};
  }
}
Result<Value> Stepper::call(Index table, std::span<const Value> arguments, Instant now) {
  impl_->come_to(now);
  return impl_->host.call_table(impl_->model->tables[table], arguments);
}
std::vector<Stepper::Seat> Stepper::holders(const Chain& chain, Index pack, Instant now,
                                            ledger::Book& book) {
  Who all;
  for (const Index post : chain.posts)
    if (chain.parts[post].role != none) all.roles.push_back(chain.parts[post].role);
  impl_->procedure = nullptr;
  impl_->hand_pack = pack;
  impl_->state = nullptr;
  impl_->book = &book;
  impl_->come_to(now);
  impl_->consulted.clear();
  impl_->unit_now.reset();
  return impl_->seats(all);
}
const ParameterValues& Stepper::parameters_at(Instant when) const noexcept {
  const std::vector<Impl::Epoch>& epochs = impl_->epochs;
  if (epochs.empty()) return impl_->parameters;
  std::size_t epoch = 0;
  while (epoch + 1 < epochs.size() && epochs[epoch + 1].from <= when) ++epoch;
  return epochs[epoch].values;
}
std::vector<Stepper::Seat> Stepper::turn(const CaseState& state, Index decision, Instant now,
                                         ledger::Book& book, std::string& left) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  try {
    return impl_->turn_seats(impl_->procedure->decisions[decision], left);
  } catch (const Fault&) {
    return {};  // a register that cannot be asked names nobody
  }
}
std::optional<Reason> Stepper::may_not_decide(const CaseState& state, Index decision,
                                              const Actor& actor, Instant now, ledger::Book& book) {
  StepResult ignored;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, ignored);
  try {
    Actor as;
    Index post = none;
    const Impl::Deciding of = impl_->deciding(impl_->procedure->decisions[decision]);
    const auto why = impl_->find_post(of, actor, as, post);
    if (!why) return std::nullopt;
    return Reason{why->code, {}, {}, why->help};
  } catch (const Fault& fault) {
    return Reason{"fault", fault.what, {}, {}};
  }
}
std::vector<Reason> Stepper::unmet_to_decide(const CaseState& state, Index decision,
                                             std::string_view person, Instant now,
                                             ledger::Book& book) {
  const Decision& of = model().procedures[state.procedure].decisions[decision];
  if (of.needs.empty()) return {};
  StepResult told;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, told);
  Incoming incoming;
  incoming.outcome = 0;
  Actor actor;
  actor.person = Value::string(person);
  try {
    impl_->may_decide(of, incoming, actor);
  } catch (const Fault& fault) {
    return {Reason{"fault", fault.what, {}, {}}};
  }
  return told.reasons;
}
std::optional<Reason> Stepper::may_not(const CaseState& state, const Who& who, const Actor& actor,
                                       Instant now, ledger::Book& book) {
  StepResult told;
  CaseState copy = state;
  impl_->begin(copy, book, now, now, told);
  try {
    if (impl_->permits(who, actor, {}, {}, "not the one who may")) return std::nullopt;
  } catch (const Fault& fault) {
    return Reason{"fault", fault.what, {}, {}};
  }
  return told.reasons.front();
}
bool Stepper::holds_post(Index role, std::string_view member, rt::Date day) {
  Office of_any_unit = *impl_->model->roles[role].office;
  of_any_unit.unit = none;
  impl_->procedure = nullptr;
  impl_->hand_pack = impl_->model->registers[of_any_unit.in].pack;
  impl_->come_to(impl_->pack().zone.start_of(day));
  impl_->consulted.clear();
  try {
    return impl_->holds_office(of_any_unit, member, false);
  } catch (const Fault&) {
    return false;  // what the register lacks is told where it stands
  }
}
const Tally& Stepper::tally() const noexcept { return impl_->tally; }
const Model& Stepper::model() const noexcept { return *impl_->model; }

}  // namespace aftercare::step
