// engine/engine_impl.hpp — what an Engine holds. For the .cpp files of this folder only.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/engine.hpp"

#include "engine/resolve.hpp"
#include "engine/store_book.hpp"
#include "rulebook/access.hpp"
#include "step/case_state.hpp"
#include "step/duty.hpp"
#include "step/step.hpp"

namespace aftercare {

struct Engine::Impl {
  Impl(Rulebook of, std::shared_ptr<CaseStore> in, std::shared_ptr<const Directory> known)
      : rules(std::move(of)),
        model(rulebook::model_of(rules)),
        store(std::move(in)),
        directory(std::move(known)),
        names(*model),
        stepper(model, rulebook::parameters_of(rules)),
        book(*model, *store) {
    stepper.use(directory.get());
  }

  Rulebook rules;
  std::shared_ptr<const step::Model> model;
  std::shared_ptr<CaseStore> store;
  std::shared_ptr<const Directory> directory;  // null: the packs read no registers
  engine::Names names;
  step::Stepper stepper;
  engine::StoreBook book;

  /// A case as loaded, with what the commit has to compare.
  struct Loaded {
    step::CaseState state;
    std::uint64_t version = 0;
    std::size_t record_begin = 0;   // bytes of the record that are stored already
    std::vector<StoredStep> steps;  // made by this command
    std::uint32_t answer = 0;       // the step that the command asked for; 0: the last one
    bool has_record = false;        // all of it, not only what this command adds
    bool owes = false;              // it has still to tell others what a commit said
  };

  /// To which case an event goes, and what its name means there.
  struct Addressed {
    std::optional<Outcome> refused;          // it goes nowhere
    std::optional<Loaded> loaded;            // none: it opens a case, or belongs to none
    const engine::Target* target = nullptr;  // null: `correct`, `retract`
    engine::Resolved resolved;               // not of what belongs to no case
    std::string key;                         // of what opens a case
  };

  // command.cpp
  Result<Addressed> address(const Event& event);
  Result<Outcome> send(const Event& event);
  Result<std::vector<Outcome>> due(Instant now);
  /// Lets time pass for the cases that are there.
  Result<void> pass_timers(Instant now, std::vector<Outcome>& outcomes);
  Result<std::vector<Outcome>> reproject(Instant now, std::string_view reason);
  /// The case of an id or key, with its record, on an empty book. Errors: not_found.
  Result<Loaded> load_named(std::string_view id_or_key);
  Result<std::optional<Loaded>> load(std::string_view id, bool with_record);
  /// `answer`: what a repetition of the message hears; without, the outcome.
  Result<Outcome> finish(Loaded& loaded, const step::StepResult& result, const Event* event,
                         const Outcome* answer = nullptr);
  void keep_step(Loaded& loaded);
  /// Reads the steps before those at hand, where the whole record is to be folded.
  Result<void> complete(Loaded& loaded, bool is_needed);
  /// What time does to the case up to an instant: how many steps that takes, the last one's result,
  /// and their effects behind `effects`. Error: limit, where its clocks do not come to rest.
  Result<std::size_t> pass(Loaded& loaded, Instant until, step::StepResult& last,
                           std::vector<Effect>& effects);
  [[nodiscard]] bool needs_record(step::Index procedure) const;
  Result<std::string> new_id(step::Index procedure, const std::string& key);
  Result<std::optional<std::string>> find_id(std::string_view id_or_key);
  Result<Outcome> send_without_case(const Event& event, const engine::Target& target);
  Result<Outcome> void_entry(const Event& event);
  Result<Outcome> commit_nothing(Outcome outcome, const Event& event);
  Outcome outcome_of(const Loaded& loaded, const step::StepResult& result) const;

  // duties.cpp
  /// Where a duty has come to in this store.
  struct DutyCursor {
    std::optional<step::DutyPeriods> periods;
    step::Period next{};
    Instant opens{};            // the occurrence of `next`
    std::uint64_t ordinal = 1;  // of that occurrence, in the store
    bool is_over = false;
  };
  /// From `told` on the duties hold, unless they hold in this store already. Nothing to do for
  /// rules without duties.
  Result<void> begin_duties(Instant told);
  Result<void> begin_duty(step::Index duty, Instant told);
  /// The earliest of the duties whose next occurrence opens at or before `until`; none.
  [[nodiscard]] step::Index next_duty(Instant until) const;
  /// Opens the next occurrence of a duty, one case for each member: each in its own transaction.
  Result<std::vector<Outcome>> open_occurrence(step::Index duty);
  Result<std::vector<std::string>> members_of(step::Index duty, Instant at) const;
  Result<void> advance(step::Index duty);
  std::vector<DutyCursor> duties;  // by Model::duties, once they have begun

  // children.cpp
  /// What a case has to tell another: an effect of opening or calling off, or (without an effect)
  /// that it has ended.
  struct Errand {
    std::string of;
    Effect effect;
    Instant at{};
  };
  [[nodiscard]] std::vector<Effect> errands_in(const step::StepResult& result,
                                               step::Index procedure) const;
  Result<bool> has_to_tell_end(const step::CaseState& state);
  Result<void> note_errands(const Loaded& loaded, const step::StepResult& result, Commit& commit);
  /// Tells all that is to be told, and what follows from that. Gives what each did.
  Result<std::vector<Outcome>> run_errands();
  Result<void> say_again(const step::CaseState& state);
  /// Commits a case as it is, with the timer that it has by itself.
  Result<void> settle(std::string_view id);
  Result<void> open_child(const Errand& errand, std::vector<Outcome>& outcomes);
  Result<void> call_off(const Errand& errand, std::vector<Outcome>& outcomes);
  Result<void> tell_end(const Errand& errand, std::vector<Outcome>& outcomes);
  Result<void> tell(std::string_view id, step::Index event, Context data, Instant at,
                    Instant recorded, std::string message, std::vector<Outcome>& outcomes);
  std::deque<Errand> errands;
  std::vector<Errand> planned_errands;                         // of the commit under way
  std::vector<std::pair<std::string, std::string>> own_notes;  // of the commit under way

  // views.cpp
  Result<CaseView> view(std::string_view id_or_key, std::optional<Instant> now);
  Result<std::vector<Possibility>> next(std::string_view id_or_key, const Actor& actor,
                                        Instant now);
  Result<std::vector<EntryView>> entries(const EntryFilter& filter);
  [[nodiscard]] std::vector<std::string> who_names(const step::CaseState& state,
                                                   const step::Who& who, Instant now);
  Result<Responsibility> responsible(std::string_view matter, const Context& data, Instant now);

  // worklist.cpp
  Result<std::vector<WaitingList>> worklist(std::string_view name, std::string_view whose);
  /// Where a case stands in the lists in which it waits; by Procedure::worklists, none: in none.
  std::vector<std::optional<Possibility::Turn>> turns_of(const step::CaseState& state);

  // ask.cpp
  /// The case of an event as it will be then, or an empty one that it opens; `refused`: why it does
  /// not get that far.
  Result<Addressed> address_asked(const Event& event);
  Result<WhyNot> why_not(const Event& event, std::span<const std::string> fixed,
                         const OpenLimits& limits);
  Result<AskNext> ask_next(const Event& so_far, const OpenLimits& limits);

  // explain.cpp
  Result<std::vector<StepTrace>> history(std::string_view id_or_key, Language language);
};

}  // namespace aftercare
