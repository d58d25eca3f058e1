// One command, one transaction on one case: load, step, commit.

#include <algorithm>
#include <utility>

#include "engine/directory_of.hpp"
#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "journal/journal_format.hpp"
#include "step/convert.hpp"

namespace aftercare {

using step::Incoming;
using step::Index;
using step::none;

namespace {

constexpr std::size_t max_timers_of_one_command =
    100'000;  // a loop of clocks is an incident, not a hang

Outcome refused(std::string code, std::string label, std::string help) {
  Outcome out;
  out.is = Outcome::Is::refused;
  out.reasons.push_back({std::move(code), std::move(label), {}, std::move(help)});
  return out;
}

/// What is taken back and told again with the same id was told once, and stays so.
void drop_told_again(std::vector<Effect>& effects) {
  for (std::size_t i = 0; i < effects.size();) {
    const auto again = std::find_if(effects.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                    effects.end(), [&](const Effect& e) {
                                      return effects[i].is == Effect::Is::take_back &&
                                             e.id == effects[i].id && e.is != Effect::Is::take_back;
                                    });
    if (again == effects.end()) {
      ++i;
    } else {
      effects.erase(again);
      effects.erase(effects.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace

Result<Engine> Engine::open(Rulebook rules, std::shared_ptr<CaseStore> store,
                            std::shared_ptr<const Directory> directory) {
  if (!store) return Error{ErrorCode::invalid_argument, "a store is needed"};
  if (auto unset = rulebook::unset_error(rules)) return *std::move(unset);
  auto known = engine::directory_of(rules, std::move(directory));
  if (!known) return known.error();
  return Engine(std::make_unique<Impl>(std::move(rules), std::move(store), *std::move(known)));
}

Engine::Engine(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Outcome> Engine::send(const Event& event) {
  auto outcome = impl_->send(event);
  if (!outcome || impl_->errands.empty()) return outcome;
  // What other cases do at once is an effect of this command too.
  const auto others = impl_->run_errands();
  if (!others) return others.error();
  for (const Outcome& other : *others) {
    outcome->effects.insert(outcome->effects.end(), other.effects.begin(), other.effects.end());
    if (!other.is_applied())
      outcome->reasons.insert(outcome->reasons.end(), other.reasons.begin(), other.reasons.end());
  }
  return outcome;
}
Result<std::vector<Outcome>> Engine::due(Instant now) { return impl_->due(now); }
Result<std::vector<Outcome>> Engine::reproject(Instant now, std::string_view reason) {
  return impl_->reproject(now, reason);
}
const Rulebook& Engine::rules() const noexcept { return impl_->rules; }
Result<std::vector<std::string>> Engine::cases() const { return impl_->store->cases(); }

// ── loading and committing ────────────────────────────────────────────────────────────────────

bool Engine::Impl::needs_record(Index procedure) const {
  const auto& reads = model->procedures[procedure].reads;
  return std::any_of(reads.begin(), reads.end(), [](const step::Read& read) {
    return read.from != step::Read::From::ledger;
  });
}

Result<std::optional<Engine::Impl::Loaded>> Engine::Impl::load(std::string_view id,
                                                               bool with_record) {
  auto stored = store->load(id);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<Loaded>();
  auto state = journal::decode_case((*stored)->state, *model);
  if (!state) return state.error();
  Loaded loaded{std::move(*state), (*stored)->version, 0, {}, 0};
  if (model->has_children && (*stored)->next_timer) {
    const std::optional<Instant> by_itself = stepper.next_timer(loaded.state);
    loaded.owes = !by_itself || *(*stored)->next_timer < *by_itself;
  }
  if (with_record || needs_record(loaded.state.procedure)) {
    const auto steps = store->steps(id);
    if (!steps) return steps.error();
    for (const StoredStep& step : *steps) loaded.state.record += step.bytes;
    loaded.record_begin = loaded.state.record.size();
    loaded.has_record = true;
  }
  return std::optional<Loaded>(std::move(loaded));
}

Result<Engine::Impl::Loaded> Engine::Impl::load_named(std::string_view id_or_key) {
  book.clear();
  const auto id = find_id(id_or_key);
  if (!id) return id.error();
  if (!*id) return Error{ErrorCode::not_found, "no case " + std::string(id_or_key)};
  auto there = load(**id, true);
  if (!there) return there.error();
  return std::move(**there);
}

/// Loads what came before, where a step needs all of the record.
Result<void> Engine::Impl::complete(Loaded& loaded, bool is_needed) {
  const bool is_whole = loaded.has_record || loaded.state.steps <= loaded.steps.size();
  if (!is_needed || is_whole) return {};
  const auto stored = store->steps(loaded.state.id.as_string());
  if (!stored) return stored.error();
  std::string before;
  for (const StoredStep& step : *stored) before += step.bytes;
  loaded.record_begin += before.size();
  loaded.state.record.insert(0, before);
  loaded.has_record = true;
  return {};
}

Result<std::size_t> Engine::Impl::pass(Loaded& loaded, Instant until, step::StepResult& last,
                                       std::vector<Effect>& effects) {
  std::size_t steps = 0;
  for (;;) {
    if (const auto whole = complete(loaded, loaded.state.is_to_fold); !whole) return whole.error();
    if (!stepper.elapse(loaded.state, until, book, last)) break;
    // An incident is no step: the case is as it was, and waits for a person.
    if (last.is != Outcome::Is::incident) keep_step(loaded);
    effects.insert(effects.end(), last.effects.begin(), last.effects.end());
    if (++steps > max_timers_of_one_command)
      return Error{ErrorCode::limit, "the clocks of case " +
                                         std::string(loaded.state.id.as_string()) +
                                         " do not come to rest"};
    if (last.is == Outcome::Is::incident) break;
  }
  return steps;
}

void Engine::Impl::keep_step(Loaded& loaded) {
  std::string& record = loaded.state.record;
  loaded.steps.push_back({std::string(loaded.state.id.as_string()), loaded.state.steps,
                          record.substr(loaded.record_begin)});
  loaded.record_begin = record.size();
}

Outcome Engine::Impl::outcome_of(const Loaded& loaded, const step::StepResult& result) const {
  Outcome out;
  out.is = result.is;
  out.reasons = result.reasons;
  out.effects = result.effects;
  if (loaded.state.id.is(Kind::string)) {
    out.case_id = std::string(loaded.state.id.as_string());
    if (out.is_applied()) out.step = loaded.answer != 0 ? loaded.answer : loaded.state.steps;
    out.state = engine::state_text(*model, loaded.state);
  }
  return out;
}

Result<Outcome> Engine::Impl::finish(Loaded& loaded, const step::StepResult& result,
                                     const Event* event, const Outcome* answer) {
  Outcome outcome = outcome_of(loaded, result);
  if (book.error()) return *book.error();
  const step::CaseState& state = loaded.state;
  const step::Procedure& procedure = model->procedures[state.procedure];
  Commit commit;
  StoredCase after;
  after.id = std::string(state.id.as_string());
  after.procedure = procedure.name;
  after.key = engine::key_text(*model, state);
  after.version = state.steps;
  after.is_open = !state.is_final;
  after.next_timer = stepper.next_timer(state);
  after.state = journal::encode(state, *model);
  commit.after = std::move(after);
  commit.version_before = loaded.version;
  commit.steps = std::move(loaded.steps);
  book.collect(commit);
  if (event != nullptr && !event->message_id.empty()) {
    commit.message_id = event->message_id;
    commit.answer = journal::encode(answer != nullptr ? *answer : outcome);
  }
  commit.notes = std::exchange(own_notes, {});
  if (model->has_children) {
    planned_errands.clear();
    if (const auto noted = note_errands(loaded, result, commit); !noted) return noted.error();
  }
  const auto done = store->commit(commit);
  if (!done) return done.error();
  errands.insert(errands.end(), planned_errands.begin(), planned_errands.end());
  planned_errands.clear();
  return outcome;
}

Result<Outcome> Engine::Impl::commit_nothing(Outcome outcome, const Event& event) {
  if (event.message_id.empty()) return outcome;
  Commit commit;
  commit.message_id = event.message_id;
  commit.answer = journal::encode(outcome);
  const auto done = store->commit(commit);
  if (!done) return done.error();
  return outcome;
}

Result<std::string> Engine::Impl::new_id(Index procedure, const std::string& key) {
  const std::string& name = model->procedures[procedure].name;
  std::size_t number = 1;
  if (key.empty()) {
    const auto all = store->cases();
    if (!all) return all.error();
    number = all->size() + 1;
  }
  for (;; ++number) {
    std::string id = name + "/" + key;
    if (key.empty()) {
      id += std::to_string(number);
    } else if (number > 1) {
      id += "#" + std::to_string(number);
    }
    const auto there = store->load(id);
    if (!there) return there.error();
    if (!*there) return id;
  }
}

Result<std::optional<std::string>> Engine::Impl::find_id(std::string_view id_or_key) {
  const auto exact = store->load(id_or_key);
  if (!exact) return exact.error();
  if (*exact) return std::optional<std::string>(id_or_key);
  for (const step::Procedure& procedure : model->procedures) {
    if (procedure.key_slot == step::no_slot) continue;
    const auto open = store->find_open(procedure.name, id_or_key);
    if (!open) return open.error();
    if (*open) return std::optional<std::string>((*open)->id);
    // The newest of those that have ended.
    std::optional<std::string> newest;
    for (std::size_t number = 1;; ++number) {
      std::string id = procedure.name + "/" + std::string(id_or_key);
      if (number > 1) id += "#" + std::to_string(number);
      const auto there = store->load(id);
      if (!there) return there.error();
      if (!*there) break;
      newest = std::move(id);
    }
    if (newest) return newest;
  }
  return std::optional<std::string>();
}

// ── send ──────────────────────────────────────────────────────────────────────────────────────

Result<Engine::Impl::Addressed> Engine::Impl::address(const Event& event) {
  Addressed out;
  std::optional<Loaded>& loaded = out.loaded;
  const engine::Target*& target = out.target;
  const auto nowhere = [&out](Outcome why) {
    out.refused = std::move(why);
    return std::move(out);
  };
  const bool is_correction = event.name == "correct";
  const bool is_retraction = event.name == "retract";
  const bool is_built_in = is_correction || is_retraction;
  const std::vector<engine::Target>& all = names.find(event.name);
  if (all.empty() && !is_built_in) {
    const std::string like = names.suggestion(event.name);
    return nowhere(
        refused("unknown_event", event.name,
                "no event of this name" + (like.empty() ? "" : "; did you mean '" + like + "'?")));
  }

  // Which case?
  std::string id = event.case_id;
  if (id.empty() && !event.key.empty()) {
    for (const step::Procedure& procedure : model->procedures) {
      const bool takes =
          is_correction ||
          (is_retraction &&
           names
               .resolve_retraction(event, static_cast<Index>(&procedure - model->procedures.data()))
               .reasons.empty()) ||
          std::any_of(all.begin(), all.end(), [&](const engine::Target& t) {
            return t.procedure != none && &model->procedures[t.procedure] == &procedure;
          });
      if (!takes) continue;
      const auto open = store->find_open(procedure.name, event.key);
      if (!open) return open.error();
      if (*open) id = (*open)->id;
    }
    if (id.empty()) {
      const auto found = find_id(event.key);
      if (!found) return found.error();
      if (*found) id = **found;
    }
  }
  if (!id.empty()) {
    // What was told too early is found in the record.
    const bool is_late = event.recorded && *event.recorded > event.at;
    auto there = load(id, is_built_in || is_late);
    if (!there) return there.error();
    loaded = std::move(*there);
    if (!loaded && !event.case_id.empty()) {
      return nowhere(refused("unknown_case", event.case_id, "the case was never opened"));
    }
  }

  // Which of the meanings of its name?
  if (!is_built_in) {
    for (const engine::Target& t : all) {
      if (loaded ? t.procedure == loaded->state.procedure : true) {
        // Of several decisions, the one that is open.
        if (loaded && t.is == Incoming::Is::decision && target != nullptr &&
            !loaded->state.configuration.contains(
                model->procedures[t.procedure].decisions[t.index].state))
          continue;
        if (target == nullptr || (loaded && t.is == Incoming::Is::decision)) target = &t;
      }
    }
    if (target == nullptr) {
      return nowhere(refused("unknown_event", event.name, "this case knows no such event"));
    }
    if (!loaded && all.size() > 1) {
      const auto differs = [&](const engine::Target& t) {
        return t.procedure != all.front().procedure && !names.is_one(t, all.front());
      };
      if (std::any_of(all.begin(), all.end(), differs)) {
        return nowhere(refused("ambiguous_event", event.name,
                               "several procedures have it: write procedure.event"));
      }
    }
    if (!loaded && model->has_versions) target = names.in_force(event, *target);
    if (target->procedure == none) return out;
  }

  engine::Resolved& resolved = out.resolved;
  resolved = !is_built_in    ? names.resolve(event, *target)
             : !loaded       ? engine::Resolved()
             : is_correction ? names.resolve_correction(event, loaded->state.procedure)
                             : names.resolve_retraction(event, loaded->state.procedure);
  if (!resolved.reasons.empty()) {
    Outcome told;
    told.is = Outcome::Is::refused;
    told.case_id = id;
    told.reasons = resolved.told();
    return nowhere(std::move(told));
  }
  const bool opens = target != nullptr && target->is == Incoming::Is::event &&
                     model->procedures[target->procedure].events[target->index].opens != none;
  if (!loaded && opens) {
    std::string& key = out.key;
    key = event.key.empty() ? names.key_of(resolved.incoming, target->procedure) : event.key;
    if (!key.empty()) {
      const auto open = store->find_open(model->procedures[target->procedure].name, key);
      if (!open) return open.error();
      if (*open) {
        auto there = load((*open)->id, false);
        if (!there) return there.error();
        loaded = std::move(*there);
      }
    }
    // A case that is open goes on under its own version.
    if (loaded && loaded->state.procedure != target->procedure) {
      const auto own = std::find_if(all.begin(), all.end(), [&](const engine::Target& t) {
        return t.procedure == loaded->state.procedure;
      });
      if (own == all.end())
        return nowhere(refused("unknown_event", event.name, "this case knows no such event"));
      target = &*own;
      resolved = names.resolve(event, *target);
      if (!resolved.reasons.empty()) {
        Outcome told;
        told.is = Outcome::Is::refused;
        told.case_id = std::string(loaded->state.id.as_string());
        told.reasons = resolved.told();
        return nowhere(std::move(told));
      }
    }
    return out;
  }
  if (!loaded) {
    return nowhere(
        refused("unknown_case", event.key.empty() ? event.name : event.key,
                event.key.empty() ? "say which case: by id or key" : "the case was never opened"));
  }
  return out;
}

Result<Outcome> Engine::Impl::send(const Event& event) {
  book.clear();
  if (!event.message_id.empty()) {
    const auto stored = store->answer(event.message_id);
    if (!stored) return stored.error();
    if (*stored) {
      auto outcome = journal::decode_outcome(**stored);
      if (!outcome) return outcome.error();
      outcome->is = Outcome::Is::repeated;
      return outcome;
    }
  }
  if (event.recorded && *event.recorded < event.at)
    return commit_nothing(refused("recorded", event.name, "recorded before it happened"), event);
  // What time alone opens by then is there before anything else happens.
  const Instant known = event.recorded.value_or(event.at);
  if (const auto begun = begin_duties(known); !begun) return begun.error();
  for (Index duty = next_duty(known); duty != none; duty = next_duty(known)) {
    if (const auto opened = open_occurrence(duty); !opened) return opened.error();
    book.clear();
  }
  if (event.name == "void") return void_entry(event);
  auto to = address(event);
  if (!to) return to.error();
  if (to->refused) return commit_nothing(std::move(*to->refused), event);
  if (to->target != nullptr && to->target->procedure == none)
    return send_without_case(event, *to->target);
  const bool is_built_in = to->target == nullptr;
  const Incoming& incoming = to->resolved.incoming;
  std::optional<Loaded>& loaded = to->loaded;
  if (!loaded) {
    auto fresh = new_id(to->target->procedure, to->key);
    if (!fresh) return fresh.error();
    Loaded made;
    const step::StepResult result =
        stepper.open(made.state, to->target->procedure, Value::string(*fresh), incoming, book);
    if (made.state.steps == 0) return commit_nothing(outcome_of(made, result), event);
    keep_step(made);
    return finish(made, result, &event);
  }
  if (incoming.recorded < loaded->state.last_recorded) {
    return commit_nothing(
        refused("recorded", event.name, "it is recorded before the last thing that the case knows"),
        event);
  }
  // What time had to do comes first; it stays done whatever becomes of the event.
  step::StepResult result;
  std::vector<Effect> effects;
  const auto passed = pass(*loaded, incoming.recorded, result, effects);
  if (!passed) return passed.error();
  const bool was_changed = *passed > 0;
  // Whether an answer that nobody waits for comes too late stands in the record.
  const bool may_be_late =
      incoming.is == Incoming::Is::decision &&
      !loaded->state.configuration.contains(
          model->procedures[loaded->state.procedure].decisions[incoming.index].state);
  if (const auto whole = complete(*loaded, may_be_late); !whole) return whole.error();
  result = stepper.apply(loaded->state, incoming, book);
  const bool applied = result.is == Outcome::Is::applied || result.is == Outcome::Is::unexpected;
  // A fact is recorded even where the chart cannot take it.
  if (loaded->state.record.size() > loaded->record_begin) keep_step(*loaded);
  if (applied && (is_built_in || loaded->state.has_more_to_do())) {
    // What time does to the case as it is now, and what the chart has to hear of it.
    step::StepResult own = std::move(result);
    effects.insert(effects.end(), own.effects.begin(), own.effects.end());
    loaded->answer = loaded->state.steps;
    if (const auto heard = pass(*loaded, incoming.recorded, result, effects); !heard)
      return heard.error();
    if (loaded->state.has_incident)
      own.reasons.insert(own.reasons.end(), result.reasons.begin(), result.reasons.end());
    drop_told_again(effects);
    result = std::move(own);
    result.effects = std::move(effects);
  } else {
    result.effects.insert(result.effects.begin(), effects.begin(), effects.end());
  }
  if (!applied && !was_changed && !loaded->state.has_incident)
    return commit_nothing(outcome_of(*loaded, result), event);
  return finish(*loaded, result, &event);
}

Result<Outcome> Engine::Impl::send_without_case(const Event& event, const engine::Target& target) {
  const engine::Resolved resolved = names.resolve(event, target);
  Outcome out;
  if (!resolved.reasons.empty()) {
    out.is = Outcome::Is::refused;
    out.reasons = resolved.told();
    return commit_nothing(std::move(out), event);
  }
  const step::StepResult result = stepper.enter(resolved.incoming, book);
  if (book.error()) return *book.error();
  out.is = result.is;
  out.reasons = result.reasons;
  if (!out.is_applied()) return commit_nothing(std::move(out), event);
  Commit commit;
  book.collect(commit);
  if (!event.message_id.empty()) {
    commit.message_id = event.message_id;
    commit.answer = journal::encode(out);
  }
  const auto done = store->commit(commit);
  if (!done) return done.error();
  return out;
}

Result<Outcome> Engine::Impl::void_entry(const Event& event) {
  // Data: {name: ledger or rule, and the fields that the entry must have}.
  const auto* name = [&]() -> const Value* {
    for (const auto& [key, value] : event.data)
      if (key == "entry" && value.is(Kind::string)) return &value;
    return nullptr;
  }();
  if (name == nullptr) {
    return commit_nothing(
        refused("data", "entry", "say which: {entry: name of the ledger or rule, …}"), event);
  }
  Event made = event;
  made.name = std::string(name->as_string());
  std::erase_if(made.data, [](const ContextEntry& entry) { return entry.first == "entry"; });
  const auto& targets = names.find(made.name);
  if (targets.empty() || targets.front().procedure != none) {
    return commit_nothing(
        refused("unknown_event", made.name, "nothing of this name is entered by hand"), event);
  }
  const engine::Resolved resolved = names.resolve(made, targets.front());
  Outcome out;
  if (!resolved.reasons.empty()) {
    out.is = Outcome::Is::refused;
    out.reasons = resolved.told();
    return commit_nothing(std::move(out), event);
  }
  const Incoming& like = resolved.incoming;
  const Index ledger = like.is == Incoming::Is::row ? like.index : step::offences_ledger;
  std::uint64_t found = 0;
  for (const std::uint64_t id : book.of(ledger, like.subject)) {
    const ledger::Entry& entry = book.get(id);
    if (entry.is_withdrawn || !entry.case_id.is_null()) continue;
    if (like.is == Incoming::Is::by_hand && entry.rule != like.index &&
        (entry.rule == none || model->rules[like.index].family == none ||
         model->rules[entry.rule].family != model->rules[like.index].family))
      continue;
    bool fits = true;
    if (like.is == Incoming::Is::row) {
      for (std::size_t i = 0; i < like.data.size(); ++i)
        fits = fits && (!like.given[i] ||
                        (i < entry.fields.size() && entry.fields[i].equals(like.data[i])));
    }
    if (fits) found = id;  // the latest that fits
  }
  if (found == 0)
    return commit_nothing(refused("void", made.name, "there is no such entry"), event);
  Incoming incoming = like;
  incoming.is = Incoming::Is::void_entry;
  incoming.entry = found;
  incoming.reason = event.reason.empty() ? "voided" : event.reason;
  const step::StepResult result = stepper.enter(incoming, book);
  if (book.error()) return *book.error();
  out.is = result.is;
  out.reasons = result.reasons;
  if (!out.is_applied()) return commit_nothing(std::move(out), event);
  Commit commit;
  book.collect(commit);
  commit.message_id = event.message_id;
  if (!event.message_id.empty()) commit.answer = journal::encode(out);
  const auto done = store->commit(commit);
  if (!done) return done.error();
  return out;
}

// ── time ──────────────────────────────────────────────────────────────────────────────────────

Result<std::vector<Outcome>> Engine::Impl::due(Instant now) {
  std::vector<Outcome> outcomes;
  if (const auto begun = begin_duties(now); !begun) return begun.error();
  // Clocks and timers of an instant first, then what begins with it.
  for (Index duty = next_duty(now); duty != none; duty = next_duty(now)) {
    if (const auto passed = pass_timers(duties[duty].opens, outcomes); !passed)
      return passed.error();
    auto opened = open_occurrence(duty);
    if (!opened) return opened.error();
    for (Outcome& one : *opened) outcomes.push_back(std::move(one));
    auto others = run_errands();
    if (!others) return others.error();
    for (Outcome& one : *others) outcomes.push_back(std::move(one));
  }
  if (const auto passed = pass_timers(now, outcomes); !passed) return passed.error();
  return outcomes;
}

Result<void> Engine::Impl::pass_timers(Instant now, std::vector<Outcome>& outcomes) {
  const std::size_t before = outcomes.size();
  for (;;) {
    const auto ids = store->due(now, 1);
    if (!ids) return ids.error();
    if (ids->empty()) return {};
    book.clear();
    auto there = load(ids->front(), false);
    if (!there) return there.error();
    if (!*there) return Error{ErrorCode::corrupt, "a timer of a case that is not there"};
    Loaded loaded = std::move(**there);
    if (loaded.owes) {
      // It was in the middle of telling others.
      const std::string id(loaded.state.id.as_string());
      if (const auto again = say_again(loaded.state); !again) return again.error();
      auto others = run_errands();
      if (!others) return others.error();
      for (Outcome& one : *others) outcomes.push_back(std::move(one));
      if (const auto settled = settle(id); !settled) return settled.error();
      continue;
    }
    step::StepResult result;
    const bool did = stepper.elapse(loaded.state, now, book, result);
    if (did && result.is != Outcome::Is::incident) keep_step(loaded);
    if (loaded.state.has_more_to_do()) {
      step::StepResult heard;
      const auto told = pass(loaded, loaded.state.last_recorded, heard, result.effects);
      if (!told) return told.error();
    }
    auto outcome = finish(loaded, result, nullptr);
    if (!outcome) return outcome.error();
    if (did) outcomes.push_back(std::move(*outcome));
    auto others = run_errands();
    if (!others) return others.error();
    for (Outcome& one : *others) outcomes.push_back(std::move(one));
    if (outcomes.size() - before > max_timers_of_one_command)
      return Error{ErrorCode::limit, "the clocks do not come to rest"};
  }
}

Result<std::vector<Outcome>> Engine::Impl::reproject(Instant now, std::string_view reason) {
  auto passed = due(now);  // by the limits that held until now
  if (!passed) return passed.error();
  std::vector<Outcome> outcomes = std::move(*passed);
  const auto ids = store->cases();
  if (!ids) return ids.error();
  for (const std::string& id : *ids) {
    const auto stored = store->load(id);
    if (!stored) return stored.error();
    if (!*stored || !(*stored)->is_open) continue;
    book.clear();
    auto there = load(id, false);
    if (!there) return there.error();
    if (!*there) continue;
    Loaded loaded = std::move(**there);
    step::StepResult result;
    if (!stepper.reproject(loaded.state, now, reason, book, result)) continue;
    if (result.is != Outcome::Is::incident) keep_step(loaded);
    step::StepResult heard;
    if (const auto passed = pass(loaded, loaded.state.last_recorded, heard, result.effects);
        !passed)
      return passed.error();
    auto outcome = finish(loaded, result, nullptr);
    if (!outcome) return outcome.error();
    outcomes.push_back(std::move(*outcome));
    auto others = run_errands();
    if (!others) return others.error();
    for (Outcome& one : *others) outcomes.push_back(std::move(one));
  }
  return outcomes;
}

}  // namespace aftercare
