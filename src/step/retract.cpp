// Taking back the last thing that people did to a case: it never happened. The case is folded again
// from the steps that remain, no guard runs again; what the steps behind it entered is withdrawn,
// what they withdrew counts again, and what they told the world is taken back. What time does to
// the case as it is then comes in steps of its own.

#include <algorithm>

#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

bool is_deed(record::Kind kind) noexcept {
  return kind == record::Kind::event || kind == record::Kind::right ||
         kind == record::Kind::decision || kind == record::Kind::correct;
}

/// What the engine tells a case of others is nobody's deed.
bool is_deed(const Procedure& procedure, const record::Step& step) noexcept {
  const bool is_own = step.kind == record::Kind::event && step.index < procedure.events.size() &&
                      procedure.events[step.index].is_of_time;
  return is_deed(step.kind) && (!is_own || procedure.events[step.index].opens != none);
}

Incoming::Deed deed_of(const record::Step& step) {
  using Is = Incoming::Is;
  switch (step.kind) {
    case record::Kind::right:
      return {Is::right, step.index, none};
    case record::Kind::decision:
      return {Is::decision, step.index, step.outcome};
    case record::Kind::correct:
      return {Is::correct, none, none};
    default:
      return {Is::event, step.index, none};
  }
}

std::string name_of(const Model& model, const Procedure& p, const Incoming::Deed& deed) {
  using Is = Incoming::Is;
  if (deed.is == Is::right) return model.rules[deed.index].name;
  if (deed.is == Is::decision) return p.decisions[deed.index].outcomes[deed.outcome].first;
  return deed.is == Is::correct ? "correct" : p.events[deed.index].name;
}

}  // namespace

/// What an item of step `number` told the world, to be undone there; nothing, if it told nothing.
std::optional<Effect> Stepper::Impl::told_by(const record::Item& item, std::uint64_t number,
                                             CasesOpened& cases) {
  const std::string id(state->id.as_string());
  Effect effect;
  effect.is = Effect::Is::take_back;
  const Who* who = nullptr;
  if (item.op == record::Op::told) {
    const Rule& rule = model->rules[item.first];
    effect.name = rule.name;
    effect.id = id + "/" + std::to_string(number) + "/" + rule.name;
    if (rule.is == Rule::Is::child) effect.id += "/" + std::to_string(++cases[item.first]);
    effect.clause = clause(rule.cites);
    who = rule.is == Rule::Is::finding ? &rule.to : &rule.who;
  } else if (item.op == record::Op::reminded) {
    const Clock& clock = procedure->clocks[item.first];
    const Clock::Reminder& row = clock.reminders[item.second];
    if (row.notify.is_empty()) return std::nullopt;
    effect.name = row.name.empty() ? clock.name : clock.name + "." + row.name;
    // Of the cycle under way: a step that began another one is taken back before.
    effect.id = id + "/" + clock.name + "/" + std::to_string(clocks[item.first].cycle) + "/" +
                std::to_string(item.second + 1) + "/" + std::to_string(item.third + 1);
    effect.clause = clause(row.cites.empty() ? clock.cites : row.cites);
    who = &row.notify;
  } else {
    return std::nullopt;
  }
  for (const Value& person : persons(*who)) effect.to.emplace_back(person.as_string());
  return effect;
}

/// Undoes in the world what was told at a happening that is none any more, in that time, and has
/// not been undone yet. A happening of a clock or let; of the record as it was before this step.
void Stepper::Impl::untell(HappeningId happening, TimeSpan time) {
  struct Live {
    Effect effect;
    Derived at;
  };
  std::vector<Live> told_so_far;
  const auto is_of = [&](const Derived& d, std::uint64_t from, std::uint64_t to) {
    return d.happening == happening && d.at.micros >= static_cast<std::int64_t>(from) &&
           d.at.micros <= static_cast<std::int64_t>(to);
  };
  record::Reader reader(state->record);
  record::Step step;
  for (std::uint64_t number = 1; reader.next_outline(step); ++number) {
    std::vector<Derived> known_now;  // it is told with what is known to have come true then
    record::each_item(step.items, [&](const record::Item& item) {
      if (item.op == record::Op::undone && item.first == happening) {
        std::erase_if(told_so_far,
                      [&](const Live& one) { return is_of(one.at, item.second, item.third); });
      } else if (item.op == record::Op::became && item.first == happening) {
        known_now.push_back({happening, {static_cast<std::int64_t>(item.second)}});
      }
    });
    CasesOpened cases;
    record::each_item(step.items, [&](const record::Item& item) {
      const bool is_reminder = item.op == record::Op::reminded &&
                               procedure->clocks[item.first].reminders[item.second].happening ==
                                   happening;
      const auto is_told_at = [&](const HappeningIds& when) {
        return std::find(when.begin(), when.end(), happening) != when.end();
      };
      const bool is_notice =
          item.op == record::Op::told && is_told_at(model->rules[item.first].when);
      if (!is_reminder && !is_notice) return;
      const Derived at = known_now.empty() ? Derived{happening, step.at} : known_now.front();
      if (auto effect = told_by(item, number, cases)) told_so_far.push_back({std::move(*effect), at});
    });
  }
  for (Live& one : told_so_far) {
    if (one.at.at >= time.from && one.at.at <= time.to)
      result->effects.push_back(std::move(one.effect));
  }
}

StepResult Stepper::Impl::retract(CaseState& of, const Incoming& incoming, ledger::Book& with) {
  StepResult out;
  begin(of, with, incoming.at, incoming.recorded, out);
  const Procedure& p = *procedure;
  const auto doer = [&](const Incoming::Deed& deed) -> const Who* {
    switch (deed.is) {
      case Incoming::Is::event:
        return &p.events[deed.index].by;
      case Incoming::Is::right:
        return &model->rules[deed.index].who;
      default:  // an answer is its actor's, who is known; a correction's facts are known by now
        return nullptr;
    }
  };
  const bool is_one = incoming.deeds.size() == 1;
  if (!may_put_right(incoming.actor, "retract", {}, is_one ? doer(incoming.deeds.front()) : nullptr))
    return out;
  const std::string name =
      incoming.deeds.empty() ? std::string() : name_of(*model, p, incoming.deeds.front());
  if (incoming.reason.empty()) {
    refuse("reason", name, {}, "a reason is required");
    return out;
  }
  const auto is_meant = [&](const record::Step& step) {
    return is_deed(p, step) && std::find(incoming.deeds.begin(), incoming.deeds.end(),
                                         deed_of(step)) != incoming.deeds.end();
  };
  // In order of recording: a correction may have moved what happened.
  std::vector<Told> all = steps_that_count(of.record);
  std::sort(all.begin(), all.end(),
            [](const Told& a, const Told& b) { return a.number < b.number; });
  const auto last =
      std::find_if(all.rbegin(), all.rend(), [&](const Told& one) { return is_deed(p, one.step); });
  const auto meant =
      std::find_if(all.rbegin(), all.rend(), [&](const Told& one) { return is_meant(one.step); });
  if (meant == all.rend()) {
    bool was_there = false;
    record::Reader reader(of.record);
    for (record::Step step; reader.next(step);) was_there = was_there || is_meant(step);
    refuse("retract", name, {},
           was_there ? "it has been taken back already" : "it has not happened to this case");
    return out;
  }
  // An answer and a correction are taken back by who gave them, where the procedure names nobody.
  const bool is_given = meant->step.kind == record::Kind::decision ||
                        meant->step.kind == record::Kind::correct;
  const Actor& by = meant->step.actor;
  const bool is_he = by.person.is_null() ? by.role == incoming.actor.role
                                         : by.person.equals(incoming.actor.person);
  if (is_given && p.corrections_by.is_empty() && !is_he) {
    const std::string who = by.person.is_null()
                                ? by.role == none ? std::string() : model->roles[by.role].name
                                : std::string(by.person.as_string());
    std::string help = "not the one who may put facts right";
    help += "; who may: " + who;
    refuse("by", name, {}, std::move(help));
    return out;
  }
  if (meant->number == 1) {
    refuse("retract", name, {},
           "it opened the case: correct its facts, or end the case by what the procedure provides");
    return out;
  }
  if (meant != last) {
    refuse("retract", name, {},
           name_of(*model, p, deed_of(last->step)) +
               " was recorded after it: only the last may be taken back, take that back first");
    return out;
  }
  // What another case has told since cannot be taken back with it: it would never be told again.
  for (const Told& one : all) {
    const bool is_own = one.step.kind == record::Kind::event && p.events[one.step.index].is_of_time;
    if (one.number < meant->number || !is_own) continue;
    for (const Index r : p.rules) {
      if (model->rules[r].is != Rule::Is::child || model->rules[r].ended != one.step.index)
        continue;
      refuse("retract", name, {}, "since then a case that this one has opened has ended");
      return out;
    }
  }
  const std::uint64_t first_gone = meant->number;
  Folding fold_of;
  folding = &fold_of;
  try {
    const auto gone = std::find_if(all.begin(), all.end(),
                                   [&](const Told& one) { return one.number >= first_gone; });
    std::vector<Effect> told_of;
    for (auto one = gone; one != all.end(); ++one) {
      CasesOpened cases;
      record::each_item(one->step.items, [&](const record::Item& item) {
        if (auto effect = told_by(item, one->number, cases)) told_of.push_back(std::move(*effect));
        if (item.op != record::Op::rule_withdrawn) return;
        const ledger::Entry& entry = book->get(item.second);
        if (entry.is_withdrawn && !entry.is_standing) fold_of.gone.push_back(entry);
      });
    }
    fold_of.before = derived_so_far(of.record);
    fold(steps_that_count(of.record, first_gone), std::nullopt);
    come_to(incoming.at);
    set(p.at_slot, Value::instant(at));
    data.varint(0);
    record::write(data, Value::integer(static_cast<std::int64_t>(first_gone)));
    ++data_count;
    write_reason(incoming.reason);
    settle_derived(incoming.reason);
    // What was judged at what people and the chart did.
    for (const std::uint64_t id : book->of_case(of.id)) {
      const ledger::Entry& entry = book->get(id);
      const bool is_judged = !entry.is_withdrawn && !entry.is_standing &&
                             entry.ledger != money_ledger && entry.step >= first_gone;
      if (is_judged && (entry.happening == none || !is_derived(p.happenings[entry.happening].is)))
        withdraw(entry, incoming.reason);
    }
    for (const ledger::Entry& entry : fold_of.back) {
      changes.push_back({entry, {}, true});
      changes.back().entry.is_withdrawn = false;
      changes.back().entry.reason.clear();
    }
    all_stale();
    chart_moved = true;
    stand();
    const bool was_final = of.is_final;
    const Instant was_closed = of.closed;
    of.is_final = has_ended;
    of.closed = has_ended ? fold_of.closed : Instant{};
    try {
      commit(record::Kind::retract, false, none, none, incoming.actor);
    } catch (const Fault&) {
      of.is_final = was_final;
      of.closed = was_closed;
      throw;
    }
    for (Effect& effect : told_of) {
      const bool is_there =
          std::any_of(out.effects.begin(), out.effects.end(),
                      [&](const Effect& other) { return other.id == effect.id; });
      if (!is_there) out.effects.push_back(std::move(effect));
    }
  } catch (const Fault& fault) {
    out = fault.result(Outcome::Is::fault);
  }
  still_stopped = fold_of.stopped;
  folding = nullptr;
  return out;
}

}  // namespace aftercare::step
