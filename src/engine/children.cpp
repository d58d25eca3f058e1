// Errands: what one case has to tell others. A child is opened, hears that it is called off, or has
// ended; each in a transaction of its own, at the instant at which it was said.
//
// What is still to be told is committed with the step that says so (Commit::notes), and the case's
// timer is due at once until it has been: an engine that stops in between goes on where it was, and
// since every errand answers a message of its own, nothing is told twice.

#include <algorithm>

#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "journal/journal_format.hpp"

namespace aftercare {

using step::Incoming;
using step::Index;
using step::none;

namespace {

const Value* datum(const Effect& effect, std::string_view name) {
  for (const auto& [key, value] : effect.data)
    if (key == name) return &value;
  return nullptr;
}

std::string errands_message(std::string_view id, std::uint64_t step) {
  return "aftercare:errands:" + std::string(id) + ":" + std::to_string(step);
}
std::string parent_message(std::string_view child) {
  return "aftercare:parent:" + std::string(child);
}
std::string ended_message(std::string_view child) {
  return "aftercare:ended:" + std::string(child);
}

/// The rule of this name by which a procedure opens children; null: it has none.
const step::Rule* child_rule(const step::Model& model, Index procedure, std::string_view name) {
  for (const Index r : model.procedures[procedure].rules) {
    const step::Rule& rule = model.rules[r];
    if (rule.is == step::Rule::Is::child && rule.name == name) return &rule;
  }
  return nullptr;
}

Outcome of_case(std::string_view id, std::string state = {}) {
  Outcome out;
  out.is = Outcome::Is::applied;
  out.case_id = id;
  out.state = std::move(state);
  return out;
}

}  // namespace

/// Whether somebody has to be told of what a step says, and what.
std::vector<Effect> Engine::Impl::errands_in(const step::StepResult& result,
                                             Index procedure) const {
  std::vector<Effect> out;
  for (const Effect& effect : result.effects) {
    const bool is_errand = effect.is == Effect::Is::open_case ||
                           (effect.is == Effect::Is::take_back &&
                            child_rule(*model, procedure, effect.name) != nullptr);
    if (is_errand) out.push_back(effect);
  }
  return out;
}

Result<bool> Engine::Impl::has_to_tell_end(const step::CaseState& state) {
  const step::Procedure& procedure = model->procedures[state.procedure];
  if (procedure.called_off == none || !state.is_final) return false;
  const auto parent = store->answer(parent_message(state.id.as_string()));
  if (!parent) return parent.error();
  if (!*parent) return false;
  const auto told = store->answer(ended_message(state.id.as_string()));
  if (!told) return told.error();
  return !*told;
}

/// Before a commit: what is to be told is kept with it.
Result<void> Engine::Impl::note_errands(const Loaded& loaded, const step::StepResult& result,
                                        Commit& commit) {
  const step::CaseState& state = loaded.state;
  const std::string id(state.id.as_string());
  std::vector<Effect> said = errands_in(result, state.procedure);
  const auto ends = has_to_tell_end(state);
  if (!ends) return ends.error();
  const bool is_busy =
      std::any_of(errands.begin(), errands.end(), [&](const Errand& one) { return one.of == id; });
  if (said.empty() && !*ends && !is_busy && !loaded.owes) return {};
  commit.after->next_timer = state.last_recorded;
  if (!said.empty()) {
    Outcome note = of_case(id, std::to_string(state.last_recorded.micros));
    note.effects = said;
    commit.notes.emplace_back(errands_message(id, state.steps), journal::encode(note));
  }
  for (Effect& effect : said)
    planned_errands.push_back({id, std::move(effect), state.last_recorded});
  if (*ends) planned_errands.push_back({id, {}, state.last_recorded});
  return {};
}

Result<std::vector<Outcome>> Engine::Impl::run_errands() {
  std::vector<Outcome> outcomes;
  while (!errands.empty()) {
    const Errand errand = errands.front();
    errands.pop_front();
    const auto done = errand.effect.id.empty()                    ? tell_end(errand, outcomes)
                      : errand.effect.is == Effect::Is::open_case ? open_child(errand, outcomes)
                                                                  : call_off(errand, outcomes);
    if (!done) {
      errands.clear();  // they are noted, and due
      return done.error();
    }
  }
  return outcomes;
}

/// Says again what a case still had to say when an engine stopped.
Result<void> Engine::Impl::say_again(const step::CaseState& state) {
  const std::string id(state.id.as_string());
  if (model->procedures[state.procedure].has_children) {
    for (std::uint64_t step = 1; step <= state.steps; ++step) {
      const auto note = store->answer(errands_message(id, step));
      if (!note) return note.error();
      if (!*note) continue;
      const auto said = journal::decode_outcome(**note);
      if (!said) return said.error();
      for (const Effect& effect : said->effects)
        errands.push_back({id, effect, state.last_recorded});
    }
  }
  const auto ends = has_to_tell_end(state);
  if (!ends) return ends.error();
  if (*ends) errands.push_back({id, {}, state.last_recorded});
  return {};
}

Result<void> Engine::Impl::settle(std::string_view id) {
  book.clear();
  auto loaded = load(id, false);
  if (!loaded) return loaded.error();
  if (!*loaded) return {};
  (*loaded)->owes = false;
  auto done = finish(**loaded, {}, nullptr);
  if (!done) return done.error();
  return {};
}

Result<void> Engine::Impl::open_child(const Errand& errand, std::vector<Outcome>& outcomes) {
  const Effect& effect = errand.effect;
  book.clear();
  auto parent = load(errand.of, false);
  if (!parent) return parent.error();
  if (!*parent) return Error{ErrorCode::corrupt, "a case that opens others is not there"};
  const step::Rule* rule = child_rule(*model, (*parent)->state.procedure, effect.name);
  const Value *at = datum(effect, "at"), *recorded = datum(effect, "recorded"),
              *give = datum(effect, "give");
  if (rule == nullptr || at == nullptr || recorded == nullptr || give == nullptr)
    return Error{ErrorCode::corrupt, "what " + errand.of + " opens is not known"};
  const std::string message = "aftercare:child:" + effect.id;
  const auto answered = store->answer(message);
  if (!answered) return answered.error();
  std::string child;
  if (*answered) {
    const auto known = journal::decode_outcome(**answered);
    if (!known) return known.error();
    child = known->case_id;
  } else {
    const step::Procedure& procedure = model->procedures[rule->opens_procedure];
    Event event;
    event.at = at->as_instant();
    event.recorded = recorded->as_instant();
    for (const auto& [name, value] : give->entries()) event.data.emplace_back(name, value);
    const auto number_of = [&](const std::string& key) -> Result<bool> {
      const auto there = store->load(procedure.name + "/" + key);
      if (!there) return there.error();
      return there->has_value();
    };
    auto key = engine::key_for_child(*model, *rule, (*parent)->state, event, number_of);
    if (!key) return key.error();
    engine::Resolved resolved =
        names.resolve(event, {Incoming::Is::event, rule->opens_procedure, rule->opens_event, none});
    resolved.incoming.is_own = true;
    const auto open = store->find_open(procedure.name, *key);
    if (!open) return open.error();
    Outcome answer = of_case({});
    Event told;
    told.message_id = message;
    if (resolved.reasons.empty() && (key->empty() || !*open)) {
      auto id = new_id(rule->opens_procedure, *key);
      if (!id) return id.error();
      Loaded made;
      const step::StepResult result = stepper.open(made.state, rule->opens_procedure,
                                                   Value::string(*id), resolved.incoming, book);
      resolved.reasons.clear();
      for (const Reason& reason : result.reasons)
        if (made.state.steps == 0) resolved.refuse(reason.code, reason.label, reason.help);
      if (made.state.steps != 0) {
        child = *id;
        answer.case_id = child;
        own_notes = {{parent_message(child), journal::encode(of_case(errand.of, rule->name))}};
        keep_step(made);
        auto outcome = finish(made, result, &told, &answer);
        if (!outcome) return outcome.error();
        outcomes.push_back(std::move(*outcome));
      }
    } else if (resolved.reasons.empty()) {
      resolved.refuse("key", *key, "a case of this key is open already");
    }
    if (child.empty()) {
      Outcome refused;
      refused.is = Outcome::Is::refused;
      refused.reasons = resolved.told();
      outcomes.push_back(std::move(refused));
      Commit commit;
      commit.message_id = message;
      commit.answer = journal::encode(answer);
      if (const auto done = store->commit(commit); !done) return done.error();
    }
  }
  if (child.empty()) return settle(errand.of);
  return tell(errand.of, rule->opened, {{"child", Value::string(child)}}, at->as_instant(),
              recorded->as_instant(), "aftercare:told:" + effect.id, outcomes);
}

Result<void> Engine::Impl::call_off(const Errand& errand, std::vector<Outcome>& outcomes) {
  const auto answered = store->answer("aftercare:child:" + errand.effect.id);
  if (!answered) return answered.error();
  if (*answered) {
    const auto known = journal::decode_outcome(**answered);
    if (!known) return known.error();
    const auto child = store->load(known->case_id);
    if (!child) return child.error();
    if (*child) {
      // It is nobody's child any more: its end concerns no other case.
      const auto told_end = store->answer(ended_message(known->case_id));
      if (!told_end) return told_end.error();
      if (!*told_end) {
        Commit commit;
        commit.message_id = ended_message(known->case_id);
        commit.answer = journal::encode(of_case(known->case_id));
        if (const auto done = store->commit(commit); !done) return done.error();
      }
      const Index procedure = names.procedure((*child)->procedure);
      const auto told = tell(known->case_id, model->procedures[procedure].called_off, {}, errand.at,
                             errand.at, "aftercare:off:" + errand.effect.id, outcomes);
      if (!told) return told.error();
    }
  }
  return settle(errand.of);
}

Result<void> Engine::Impl::tell_end(const Errand& errand, std::vector<Outcome>& outcomes) {
  const auto answered = store->answer(parent_message(errand.of));
  if (!answered) return answered.error();
  if (!*answered) return {};
  const auto parent = journal::decode_outcome(**answered);
  if (!parent) return parent.error();
  auto child = load(errand.of, false);
  if (!child) return child.error();
  const auto stored = store->load(parent->case_id);
  if (!stored) return stored.error();
  if (!*child || !*stored) return Error{ErrorCode::corrupt, "a child or its parent is not there"};
  const step::CaseState& state = (*child)->state;
  const step::Rule* rule = child_rule(*model, names.procedure((*stored)->procedure), parent->state);
  if (rule == nullptr)
    return Error{ErrorCode::corrupt, "what opened " + errand.of + " is not known"};
  const auto told = tell(parent->case_id, rule->ended,
                         {{"child", Value::string(errand.of)},
                          {"ended_in", Value::string(engine::state_text(*model, state))}},
                         state.closed, state.last_recorded, ended_message(errand.of), outcomes);
  if (!told) return told.error();
  return settle(errand.of);
}

Result<void> Engine::Impl::tell(std::string_view id, Index event, Context data, Instant at,
                                Instant recorded, std::string message,
                                std::vector<Outcome>& outcomes) {
  const auto answered = store->answer(message);
  if (!answered) return answered.error();
  if (*answered) return {};
  book.clear();
  auto there = load(id, false);
  if (!there) return there.error();
  if (!*there) return Error{ErrorCode::corrupt, "a case that is to be told something is not there"};
  Loaded loaded = std::move(**there);
  loaded.owes = false;  // while errands are run, those that are left say so
  Event says;
  says.at = at;
  says.recorded = std::max(recorded, loaded.state.last_recorded);
  says.data = std::move(data);
  says.message_id = std::move(message);
  engine::Resolved resolved =
      names.resolve(says, {Incoming::Is::event, loaded.state.procedure, event, none});
  resolved.incoming.is_own = true;
  step::StepResult result;
  std::vector<Effect> effects;
  if (const auto passed = pass(loaded, *says.recorded, result, effects); !passed)
    return passed.error();
  result = {};
  if (!loaded.state.has_incident) result = stepper.apply(loaded.state, resolved.incoming, book);
  if (loaded.state.record.size() > loaded.record_begin) keep_step(loaded);
  effects.insert(effects.end(), result.effects.begin(), result.effects.end());
  if (loaded.state.has_more_to_do()) {
    step::StepResult heard;
    if (const auto passed = pass(loaded, loaded.state.last_recorded, heard, effects); !passed)
      return passed.error();
  }
  result.effects = std::move(effects);
  auto outcome = finish(loaded, result, &says);
  if (!outcome) return outcome.error();
  outcomes.push_back(std::move(*outcome));
  return {};
}

namespace engine {

Result<std::string> key_for_child(const step::Model& model, const step::Rule& rule,
                                  const step::CaseState& parent, Event& event,
                                  const std::function<Result<bool>(const std::string&)>& is_there) {
  const step::Procedure& procedure = model.procedures[rule.opens_procedure];
  const std::string& name = procedure.fields[procedure.key_slot].name;
  for (const auto& [key, value] : event.data)
    if (key == name)
      return value.is(Kind::string) ? std::string(value.as_string()) : value.to_text();
  for (std::size_t number = 1;; ++number) {
    std::string key = key_text(model, parent);
    if (key.empty()) key = std::string(parent.id.as_string());
    key += "/" + std::to_string(number);
    const auto there = is_there(key);
    if (!there) return there.error();
    if (*there) continue;
    event.data.emplace_back(name, Value::string(key));
    return key;
  }
}

}  // namespace engine

}  // namespace aftercare
