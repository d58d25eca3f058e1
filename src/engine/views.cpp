// What readers see of a case, and what may happen next.

#include <algorithm>

#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "step/convert.hpp"

namespace aftercare {

using step::Index;
using step::no_slot;
using step::none;

Result<CaseView> Engine::find(std::string_view id_or_key, std::optional<Instant> now) const {
  return impl_->view(id_or_key, now);
}
Result<std::vector<Possibility>> Engine::next(std::string_view id_or_key, const Actor& actor,
                                              Instant now) const {
  return impl_->next(id_or_key, actor, now);
}
Result<std::vector<EntryView>> Engine::entries(const EntryFilter& filter) const {
  return impl_->entries(filter);
}

Result<std::vector<EntryView>> Engine::Impl::entries(const EntryFilter& filter) {
  book.clear();
  const auto stored =
      filter.case_id.empty() ? store->all_entries() : store->entries_of_case(filter.case_id);
  if (!stored) return stored.error();
  std::vector<EntryView> out;
  for (const StoredEntry& one : *stored) {
    const ledger::Entry& entry = book.get(one.id);
    if (book.error()) return *book.error();
    EntryView view = engine::entry_view(*model, one.id, entry);
    if (!filter.ledger.empty() && view.ledger != filter.ledger) continue;
    if (!filter.name.empty() && view.name != filter.name) continue;
    if (filter.subject && !view.subject.equals(*filter.subject)) continue;
    if (view.is_withdrawn && !filter.with_withdrawn) continue;
    out.push_back(std::move(view));
  }
  return out;
}

Result<CaseView> Engine::Impl::view(std::string_view id_or_key, std::optional<Instant> now) {
  const auto there = load_named(id_or_key);
  if (!there) return there.error();
  const step::CaseState& state = there->state;
  CaseView out = engine::case_view(stepper, state, book, now.value_or(state.last_recorded));
  if (book.error()) return *book.error();
  return out;
}

std::vector<std::string> Engine::Impl::who_names(const step::CaseState& state, const step::Who& of,
                                                 Instant now) {
  const step::Who who = stepper.named(state, of, now, book);
  std::vector<std::string> out;
  for (const Index role : who.roles) out.push_back(model->roles[role].name);
  for (const step::SlotIndex slot : who.persons) {
    if (slot < state.slots.size() && state.slots[slot].is(Kind::string))
      out.emplace_back(state.slots[slot].as_string());
  }
  return out;
}

Result<std::vector<Possibility>> Engine::Impl::next(std::string_view id_or_key, const Actor& actor,
                                                    Instant now) {
  auto there = load_named(id_or_key);
  if (!there) return there.error();
  step::CaseState& state = there->state;
  // As it will be at that instant, if nothing else happens.
  step::StepResult passing;
  for (int i = 0; i < 1000 && stepper.elapse(state, now, book, passing); ++i) {
  }
  const step::Procedure& p = model->procedures[state.procedure];
  const Index role = actor.role.empty() ? none : names.role(actor.role);
  if (!actor.role.empty() && role == none) {
    const std::string near = names.nearest_role(actor.role);
    return Error{ErrorCode::invalid_argument,
                 "no role '" + actor.role + "' in these packs" +
                     (near.empty() ? "" : "; did you mean '" + near + "'?")};
  }

  step::Actor asking;
  asking.role = role;
  if (!actor.person.empty()) asking.person = Value::string(actor.person);
  if (!actor.on_behalf_of.empty()) asking.on_behalf_of = Value::string(actor.on_behalf_of);
  // What stands in the way of who asks; a role without a person asks for whoever holds it.
  const auto obstacle = [&](const step::Who& of, const std::string& name, const step::Cites& cites,
                            const char* otherwise) -> std::optional<Reason> {
    const step::Who by = stepper.named(state, of, now, book);
    const std::string clause = cites.empty() ? std::string() : model->clauses[cites.front()].id;
    if (by.is_empty() || (actor.role.empty() && actor.person.empty())) return std::nullopt;
    const bool is_office = std::any_of(by.roles.begin(), by.roles.end(), [&](Index one) {
      return model->roles[one].office.has_value();
    });
    if (is_office && !actor.person.empty()) {
      auto reason = stepper.may_not(state, by, asking, now, book);
      if (!reason) return std::nullopt;
      reason->label = name;
      reason->clause = clause;
      if (reason->code == "by") reason->help = otherwise;
      return reason;
    }
    if (actor.role.empty()) return std::nullopt;
    if (std::find(by.roles.begin(), by.roles.end(), role) != by.roles.end()) return std::nullopt;
    for (const step::SlotIndex slot : by.persons) {
      if (slot < state.slots.size() && state.slots[slot].is(Kind::string) &&
          state.slots[slot].as_string() == actor.person)
        return std::nullopt;
    }
    return Reason{"by", name, clause, otherwise};
  };
  const auto tell_who = [&](const std::vector<step::Stepper::Seat>& seats, Possibility& to) {
    static constexpr const char* authorities[] = {"own", "stand_in", "delegate", "superior"};
    for (const step::Stepper::Seat& seat : seats) {
      const std::string post =
          seat.role == none ? p.slot_names[seat.person] : model->roles[seat.role].name;
      for (const step::Stepper::Candidate& one : seat.who)
        to.who.push_back({post, one.person, one.on_behalf_of,
                          authorities[static_cast<std::size_t>(one.authority)]});
    }
  };
  const auto holds = [&](const step::Formula& formula) {
    const Value value = stepper.evaluate(state, formula, now, book);
    return value.is(Kind::boolean) && value.as_boolean();
  };
  const auto unmet_reason = [&](std::string code, std::string label, const step::Cites& cites,
                                std::string help) {
    return Reason{std::move(code), std::move(label),
                  cites.empty() ? std::string() : model->clauses[cites.front()].id,
                  std::move(help)};
  };
  // A need may read what only the event brings: it is then open, not unmet.
  const auto judge_needs = [&](const std::vector<step::Condition>& needs,
                               const std::vector<step::SlotIndex>& brought, Possibility& to) {
    for (const step::Condition& need : needs) {
      bool is_open = false;
      for (const step::SlotIndex slot : need.holds.reads) {
        if (std::find(brought.begin(), brought.end(), slot) != brought.end()) {
          is_open = true;
          const std::string name =
              slot < p.slot_names.size() ? p.slot_names[slot] : std::string("?");
          if (std::find(to.open_facts.begin(), to.open_facts.end(), name) == to.open_facts.end())
            to.open_facts.push_back(name);
        }
      }
      for (const std::string& clause : step::clause_ids(*model, need.cites))
        to.clauses.push_back(clause);
      if (!is_open && !holds(need.holds))
        to.obstacles.push_back(unmet_reason("need", need.label, need.cites, need.holds.text));
    }
  };

  std::vector<Possibility> out;
  for (const step::Event& event : p.events) {
    if (event.opens != none) continue;  // another case, not the next thing of this one
    Possibility next;
    next.event = event.name;
    next.kind = event.is_request ? Possibility::Kind::request : Possibility::Kind::fact;
    next.by = who_names(state, event.by, now);
    next.clauses = step::clause_ids(*model, event.cites);
    std::vector<step::SlotIndex> brought{event.at_slot, event.by_slot};
    std::optional<Reason> missing_form;
    for (const step::Input& input : event.inputs) {
      next.data.push_back(input.name);
      brought.push_back(input.slot);
      brought.push_back(input.case_slot);
    }
    if (event.form != none) {
      const step::Form& form = p.forms[event.form];
      next.form = form.name;
      using Does = step::Event::Does;
      for (std::size_t datum = 0; datum <= form.presence_datum(); ++datum) {
        brought.push_back(form.place(datum).slot);
        if (event.does != Does::voids) brought.push_back(form.place(datum).case_slot);
      }
      brought.push_back(form.complete_slot);
      for (const step::Field& field : p.brought(event)) next.fields.push_back(field.name);
      const bool is_there = !state.slots[form.present_slot].is_null();
      if (event.does != Does::fills && !is_there) {
        missing_form = unmet_reason("form", form.name, form.cites, "there is no such form yet");
      } else if (event.does != Does::voids) {
        if (is_there && event.does != Does::fills)
          next.lacks = stepper.lacks(state, event.form, now, book);
        // What is not as it should be waits for who fills it in to put it right.
        for (const step::Standing& standing : state.standing) {
          const step::Rule& rule = model->rules[standing.rule];
          if (rule.is == step::Rule::Is::finding && rule.form == event.form && event.does != Does::signs)
            next.lacks.push_back(
                unmet_reason("expect", rule.name, rule.cites, "it is not as it should be"));
        }
        for (const step::Form::Signature& one : form.signatures) {
          const Value& is_signed = state.slots[one.slot];
          const bool is_open = event.does != Does::signs || !is_signed.is(Kind::boolean) ||
                               !is_signed.as_boolean();
          if (is_open) next.signs.push_back(one.name);
        }
        if (event.does == Does::signs) {
          for (const Reason& lack : next.lacks) {
            if (lack.code == "signature") continue;
            missing_form = {lack.code, lack.label, lack.clause,
                            "it is signed only once it is complete"};
          }
        }
      }
    }
    std::erase(brought, no_slot);
    bool waits = false, is_awaited = false;
    for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
      const auto events = p.chart.events(t);
      if (std::find(events.begin(), events.end(), event.happening) == events.end()) continue;
      waits = true;
      if (!state.configuration.contains(p.chart.transition(t).source)) continue;
      const chart::GuardId guard = p.chart.transition(t).guard;
      if (guard != chart::none) {
        const step::Formula& formula = p.guards[guard];
        const bool is_open =
            std::any_of(formula.reads.begin(), formula.reads.end(), [&](auto slot) {
              return std::find(brought.begin(), brought.end(), slot) != brought.end();
            });
        if (!is_open && !holds(formula)) {
          next.obstacles.push_back(unmet_reason("guard", formula.text, p.transition_cites[t], {}));
          continue;
        }
      }
      is_awaited = true;
      for (const std::string& clause : step::clause_ids(*model, p.transition_cites[t]))
        next.clauses.push_back(clause);
      for (const chart::StateId target : p.chart.targets(t))
        next.leads_to.emplace_back(p.chart.name(target));
    }
    if (state.is_final && event.is_request) continue;
    if (waits && !is_awaited && next.obstacles.empty()) {
      if (!event.is_request) continue;  // a fact that nothing expects now
      next.obstacles.push_back(
          {"no_transition", event.name, {}, "nothing asks for it in this state"});
    }
    if (waits && is_awaited) next.obstacles.clear();
    judge_needs(event.needs, brought, next);
    tell_who(stepper.seats(state, event.by, now, book), next);
    auto not_he = obstacle(event.by, event.name, event.cites, "not the one who may");
    if (!not_he && !p.brought(event).empty()) {
      const step::Form& form = p.forms[event.form];
      not_he = obstacle(form.by, form.name, form.cites, "not the one who fills in this form");
    }
    if (not_he) next.obstacles.push_back(*not_he);
    if (missing_form) next.obstacles.push_back(*missing_form);
    next.is_possible =
        next.obstacles.empty() || (!event.is_request && !not_he && !missing_form);
    out.push_back(std::move(next));
  }
  for (Index d = 0; d < p.decisions.size(); ++d) {
    const step::Decision& decision = p.decisions[d];
    if (!state.configuration.contains(decision.state)) continue;
    std::string left;
    const std::vector<step::Stepper::Seat> seats =
        decision.has_chain() ? stepper.turn(state, d, now, book, left)
                             : stepper.seats(state, decision.by, now, book);
    // Those whom its needs do not let answer are not named.
    std::vector<step::Stepper::Seat> let_in = seats;
    for (step::Stepper::Seat& seat : let_in)
      std::erase_if(seat.who, [&](const step::Stepper::Candidate& one) {
        return !stepper.unmet_to_decide(state, d, one.person, now, book).empty();
      });
    for (Index o = 0; o < decision.outcomes.size(); ++o) {
      if (o == decision.lapse) continue;
      const auto& [name, happening] = decision.outcomes[o];
      Possibility next;
      next.event = name;
      next.kind = Possibility::Kind::decision;
      next.by = who_names(state, decision.by, now);
      next.clauses = step::clause_ids(*model, decision.cites);
      for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
        const auto events = p.chart.events(t);
        if (std::find(events.begin(), events.end(), happening) == events.end()) continue;
        for (const chart::StateId target : p.chart.targets(t))
          next.leads_to.emplace_back(p.chart.name(target));
      }
      tell_who(let_in, next);
      for (const step::Condition& need : decision.needs)
        for (const std::string& clause : step::clause_ids(*model, need.cites))
          next.clauses.push_back(clause);
      if (!actor.person.empty())
        next.obstacles = stepper.unmet_to_decide(state, d, actor.person, now, book);
      if (decision.has_chain()) {
        next.chain = left;
        for (const step::Stepper::Seat& seat : seats)
          next.by.push_back(seat.role == none ? p.slot_names[seat.person]
                                              : model->roles[seat.role].name);
        std::optional<Reason> why;
        if (!actor.person.empty()) {
          why = stepper.may_not_decide(state, d, asking, now, book);
        } else if (!actor.role.empty() &&
                   std::none_of(seats.begin(), seats.end(),
                                [&](const auto& seat) { return seat.role == role; })) {
          why = Reason{"by", {}, {}, "not the one who decides"};
        }
        if (why)
          next.obstacles.push_back(
              unmet_reason(why->code, name, decision.cites, std::move(why->help)));
      } else if (auto not_he =
                     obstacle(decision.by, name, decision.cites, "not the one who decides"))
        next.obstacles.push_back(std::move(*not_he));
      next.is_possible = next.obstacles.empty();
      out.push_back(std::move(next));
    }
  }
  for (const Index r : p.rules) {
    const step::Rule& rule = model->rules[r];
    if (rule.is != step::Rule::Is::right) continue;
    Possibility next;
    next.event = rule.name;
    next.kind = Possibility::Kind::right;
    next.by = who_names(state, rule.who, now);
    next.clauses = step::clause_ids(*model, rule.cites);
    std::vector<step::SlotIndex> brought;
    for (const step::Input& input : rule.inputs) {
      next.data.push_back(input.name);
      if (input.slot != no_slot) brought.push_back(input.slot);
    }
    for (const step::SlotIndex slot : {rule.used_at_slot, rule.used_by_slot, rule.used_reason_slot})
      if (slot != no_slot) brought.push_back(slot);
    if (rule.unless && holds(*rule.unless))
      next.obstacles.push_back(
          unmet_reason("right", rule.unless->text, rule.cites, "the right does not exist"));
    if (rule.once == step::Rule::Once::per_case && rule.used_at_slot != no_slot &&
        !state.slots[rule.used_at_slot].is_null())
      next.obstacles.push_back(unmet_reason("right", rule.name, rule.cites,
                                            "the right has been used, and may be used once"));
    if (rule.condition && !holds(*rule.condition))
      next.obstacles.push_back(
          unmet_reason("right", rule.condition->text, rule.cites, "the right does not exist"));
    judge_needs(rule.needs, brought, next);
    tell_who(stepper.seats(state, rule.who, now, book), next);
    if (auto not_he = obstacle(rule.who, rule.name, rule.cites, "not the one who has this right"))
      next.obstacles.push_back(std::move(*not_he));
    next.is_possible = next.obstacles.empty();
    out.push_back(std::move(next));
  }
  if (!p.worklists.empty()) {
    // Where the case stands in line, for those who would take it.
    const auto turns = turns_of(state);
    for (std::size_t w = 0; w < turns.size(); ++w) {
      if (!turns[w]) continue;
      const step::Worklist& list = model->worklists[p.worklists[w]];
      const std::vector<std::string> whose = who_names(state, list.who, now);
      const auto waits_in = [&](const std::string& name) {
        return std::any_of(list.states.begin(), list.states.end(),
                           [&](Index state) { return p.states[state] == name; });
      };
      for (Possibility& next : out) {
        const bool leaves = !next.leads_to.empty() &&
                            std::none_of(next.leads_to.begin(), next.leads_to.end(), waits_in);
        const bool is_theirs =
            next.by.empty() || std::any_of(next.by.begin(), next.by.end(), [&](const auto& one) {
              return std::find(whose.begin(), whose.end(), one) != whose.end();
            });
        if (leaves && is_theirs) next.turns.push_back(*turns[w]);
      }
    }
    if (book.error()) return *book.error();
  }
  for (Possibility& next : out) {
    std::sort(next.clauses.begin(), next.clauses.end());
    next.clauses.erase(std::unique(next.clauses.begin(), next.clauses.end()), next.clauses.end());
  }
  // Until a person has looked at it, nothing may happen to it.
  for (Possibility& one : out) {
    if (!state.has_incident) break;
    one.is_possible = false;
    one.obstacles.push_back(
        {"incident", state.incident, {}, std::string(step::way_out_of_incident)});
  }
  return out;
}

}  // namespace aftercare
