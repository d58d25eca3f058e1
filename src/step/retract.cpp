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

/// What steps told the world, to be undone there.
std::vector<Effect> Stepper::Impl::effects_of(std::span<const Told> steps) {
  std::vector<Effect> out;
  const std::string id(state->id.as_string());
  for (const Told& one : steps) {
    record::each_item(one.step.items, [&](const record::Item& item) {
      Effect effect;
      effect.is = Effect::Is::take_back;
      if (item.op == record::Op::told) {
        const Rule& rule = model->rules[item.first];
        effect.name = rule.name;
        effect.id = id + "/" + std::to_string(one.number) + "/" + rule.name;
        for (const Value& person : persons(rule.who)) effect.to.emplace_back(person.as_string());
        effect.clause = clause(rule.cites);
      } else if (item.op == record::Op::reminded) {
        const Clock& clock = procedure->clocks[item.first];
        const Clock::Reminder& row = clock.reminders[item.second];
        if (row.notify.is_empty()) return;
        effect.name = row.name.empty() ? clock.name : clock.name + "." + row.name;
        // Of the cycle under way: a step that began another one is taken back before.
        effect.id = id + "/" + clock.name + "/" + std::to_string(clocks[item.first].cycle) + "/" +
                    std::to_string(item.second + 1) + "/" + std::to_string(item.third + 1);
        for (const Value& person : persons(row.notify)) effect.to.emplace_back(person.as_string());
        effect.clause = clause(row.cites.empty() ? clock.cites : row.cites);
      } else {
        return;
      }
      out.push_back(std::move(effect));
    });
  }
  return out;
}

StepResult Stepper::Impl::retract(CaseState& of, const Incoming& incoming, ledger::Book& with) {
  StepResult out;
  begin(of, with, incoming.at, incoming.recorded, out);
  const Procedure& p = *procedure;
  if (!may_put_right(incoming.actor, "retract")) return out;
  const std::string name =
      incoming.deeds.empty() ? std::string() : name_of(*model, p, incoming.deeds.front());
  if (incoming.reason.empty()) {
    refuse("reason", name, {}, "a reason is required");
    return out;
  }
  const auto is_meant = [&](const record::Step& step) {
    return is_deed(step.kind) && std::find(incoming.deeds.begin(), incoming.deeds.end(),
                                           deed_of(step)) != incoming.deeds.end();
  };
  // In order of recording: a correction may have moved what happened.
  std::vector<Told> all = steps_that_count(of.record);
  std::sort(all.begin(), all.end(),
            [](const Told& a, const Told& b) { return a.number < b.number; });
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [](const Told& one) { return is_deed(one.step.kind); });
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
  const std::uint64_t first_gone = meant->number;
  Folding fold_of;
  folding = &fold_of;
  try {
    const auto gone = std::find_if(all.begin(), all.end(),
                                   [&](const Told& one) { return one.number >= first_gone; });
    const std::vector<Effect> told_of = effects_of({gone, all.end()});
    for (auto one = gone; one != all.end(); ++one) {
      record::each_item(one->step.items, [&](const record::Item& item) {
        if (item.op != record::Op::rule_withdrawn) return;
        const ledger::Entry& entry = book->get(item.second);
        if (entry.is_withdrawn && !entry.is_standing) fold_of.gone.push_back(entry);
      });
    }
    fold_of.before = derived_so_far(of.record);
    fold(steps_that_count(of.record, first_gone), std::nullopt);
    at = incoming.at;
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
    out.effects = told_of;
  } catch (const Fault& fault) {
    out = fault.result(Outcome::Is::fault);
  }
  folding = nullptr;
  return out;
}

}  // namespace aftercare::step
