// step/step.hpp — the one pure function: (rules, case, event, what was read) → (case′, outcome).
//
// A Stepper belongs to one thread. It knows no store and no clock of the machine: the instant comes
// with the event, other cases are seen through the Book. A step that is refused or fails leaves the
// case and the book as they were.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/directory.hpp"
#include "aftercare/event.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/unknown.hpp"

#include "ledger/entry.hpp"
#include "step/case_state.hpp"
#include "step/model.hpp"

namespace aftercare::step {

/// By which authority somebody acts for the holder of a post.
enum class Authority : std::uint8_t {
  own,       ///< he holds it
  stand_in,  ///< of a holder who is absent
  delegate,  ///< of a holder who has delegated it
  superior,  ///< of a holder whose own case it is
};

/// Who acts, resolved.
struct Actor {
  Index role = none;
  Value person;             ///< string or null
  Value on_behalf_of = {};  ///< string or null: the holder of the post for whom he acts
  Authority authority = Authority::own;
};

/// An event, resolved to indices.
struct Incoming {
  enum class Is : std::uint8_t {
    event,       ///< of a procedure
    by_hand,     ///< a rule that somebody reports: Model::rules
    row,         ///< an entry made by hand: Model::ledgers
    right,       ///< Model::rules
    decision,    ///< index: decision of the procedure, outcome
    correct,     ///< data: (slot, value) pairs in `slots`
    retract,     ///< the last of `deeds`
    void_entry,  ///< withdraws a by-hand entry: `entry`
  };
  Is is = Is::event;
  Index index = none;
  Index outcome = none;
  Instant at{};
  Instant recorded{};
  Actor actor;
  std::vector<Value> data;       ///< in the order of the inputs (fields of a row)
  std::vector<bool> given;       ///< which of them came with the event
  /// Who signs the form, by place; who refuses to, by place behind all places.
  std::vector<Index> signed_by;
  std::vector<SlotIndex> slots;  ///< correct: which slots `data` is for
  /// What people do to a case: an event, a decision, the use of a right, a correction.
  struct Deed {
    Is is = Is::event;
    Index index = none;
    Index outcome = none;
    bool operator==(const Deed&) const = default;
  };
  std::vector<Deed> deeds;  ///< retract: what may be meant
  Value subject;            ///< row, by hand: whose
  std::uint64_t entry = 0;
  std::string reason;
  bool is_own = false;  ///< the engine's own word, which nobody reports: a child opens or has ended
};

/// The day by which the case that an event opens goes to a version of the rules: that of the field
/// that `pinned_by` names, else the day on which it happens.
[[nodiscard]] rt::Date pinned_day(const Model& model, Index procedure, const Incoming& incoming);

/// What helps where a case waits for a person.
inline constexpr std::string_view way_out_of_incident =
    "it goes on once a fact of it is corrected or its last deed is retracted";

/// What became of it. Vectors are empty unless there is something to tell.
struct StepResult {
  Outcome::Is is = Outcome::Is::applied;
  std::vector<Reason> reasons;
  std::vector<Effect> effects;
};

/// Values of the parameters, in the order of Model::parameters.
using ParameterValues = std::vector<Value>;

/// What a stepper has done so far, counted for reports.
struct Tally {
  std::vector<std::vector<std::uint32_t>>
      transitions;  ///< by procedure and transition of its chart
  std::vector<std::vector<std::uint32_t>>
      breaches;  ///< by procedure and clock: happenings, all cycles
};

/// What holds for the cycle of a clock that runs: with the calendar that it has chosen.
[[nodiscard]] clock::Terms terms_of(const Model& model, const Procedure& procedure, Index clock,
                                    const clock::Run& run);

class Stepper {
 public:
  Stepper(std::shared_ptr<const Model> model, ParameterValues parameters);
  ~Stepper();
  Stepper(Stepper&&) noexcept;
  Stepper& operator=(Stepper&&) noexcept;

  /// Whom to ask for registers; null: nobody, and what asks for one fails. Requires: lives as long.
  void use(const Directory* directory) noexcept;

  /// Opens a case with an event that opens one. Refused: `state` stays without slots.
  StepResult open(CaseState& state, Index procedure, Value id, const Incoming& incoming,
                  ledger::Book& book);
  /// An event for an open or ended case. What was due before it must have been done (elapse).
  StepResult apply(CaseState& state, const Incoming& incoming, ledger::Book& book);
  /// A by-hand rule, row or void, which belongs to no case.
  StepResult enter(const Incoming& incoming, ledger::Book& book);
  /// When time itself has something to do to the case; none: nothing is running.
  [[nodiscard]] std::optional<Instant> next_timer(const CaseState& state);
  /// Does the earliest of what is due at or before `now`. False: nothing was.
  bool elapse(CaseState& state, Instant now, ledger::Book& book, StepResult& result);

  /// Works out the limits of clocks under way again, once a calendar says something else. False:
  /// none is another, and nothing was recorded.
  bool reproject(CaseState& state, Instant now, std::string_view why, ledger::Book& book,
                 StepResult& result);

  /// For views: evaluates over the case as it stands at `now`. Errors give null.
  [[nodiscard]] Value evaluate(const CaseState& state, const Formula& formula, Instant now,
                               ledger::Book& book);
  /// For views: what an entitlement answers over the case as it stands at `now`.
  struct Coverage {
    Value answer;        ///< symbol covered | not_covered | open; null where a formula fails
    Value since, until;  ///< dates, or null
    Value reason;        ///< the term, or the condition that decides
    Value missing;       ///< the fact that keeps it open, or null
    Value suspended;     ///< days by which the end has moved
  };
  [[nodiscard]] Coverage coverage(const CaseState& state, Index entitlement, Instant now,
                                  ledger::Book& book);
  /// For views: what the form in force is not complete for; empty: it is. Requires: it is there.
  [[nodiscard]] std::vector<Reason> lacks(const CaseState& state, Index form, Instant now,
                                          ledger::Book& book);
  /// For views: somebody who may act, for himself or for the holder of a post.
  struct Candidate {
    std::string person, on_behalf_of;
    Authority authority = Authority::own;
  };
  /// For views: a post or a person of the case that may act at `now`.
  struct Seat {
    Index role = none;           ///< Model::roles
    SlotIndex person = no_slot;  ///< or the person in this slot
    bool is_listed = false;      ///< whether it is known who may
    std::vector<Candidate> who;  ///< those who may
  };
  [[nodiscard]] std::vector<Seat> seats(const CaseState& state, const Who& who, Instant now,
                                        ledger::Book& book);
  /// For views: whom a formula names as a chain of roles; others as they are.
  [[nodiscard]] Who named(const CaseState& state, const Who& who, Instant now, ledger::Book& book);
  /// For views: what a table gives, outside of any case. Errors: as the machine has them.
  [[nodiscard]] Result<Value> call(Index table, std::span<const Value> arguments, Instant now);
  /// For views: who holds the posts of a chain, outside of any case; of a post that belongs to
  /// units, nobody.
  [[nodiscard]] std::vector<Seat> holders(const Chain& chain, Index pack, Instant now,
                                          ledger::Book& book);
  /// For views: whose turn it is in a chain, and what is left of it.
  [[nodiscard]] std::vector<Seat> turn(const CaseState& state, Index decision, Instant now,
                                       ledger::Book& book, std::string& left);
  /// For views: why somebody may not answer a decision; none: he may.
  [[nodiscard]] std::optional<Reason> may_not_decide(const CaseState& state, Index decision,
                                                     const Actor& actor, Instant now,
                                                     ledger::Book& book);
  /// For views: which needs of a decision do not let this person answer it.
  [[nodiscard]] std::vector<Reason> unmet_to_decide(const CaseState& state, Index decision,
                                                    std::string_view person, Instant now,
                                                    ledger::Book& book);
  /// For views: why somebody may not act as one of these; none: he may.
  [[nodiscard]] std::optional<Reason> may_not(const CaseState& state, const Who& who,
                                              const Actor& actor, Instant now, ledger::Book& book);
  /// For views: what would become of an event.
  struct WouldBe {
    Outcome::Is is = Outcome::Is::applied;
    std::vector<chart::StateId> states;  ///< leaves that are active then; none: it is refused
    bool has_unmet = false;              ///< a fact: something that it needs does not hold
    bool operator==(const WouldBe&) const = default;
  };
  /// For views: what stands in the way of an event, and which facts would have to be others.
  struct WhyNot {
    struct Obstacle {
      Reason reason;
      std::vector<std::pair<std::string, Value>> reads;  ///< with their values
      bool may_change = false;                           ///< it reads a fact that may be another
    };
    Outcome::Is is = Outcome::Is::applied;
    std::vector<Obstacle> obstacles;
    WaysOut ways;
  };
  /// Errors: invalid_argument for a name in `fixed` that is no fact of the event, or more than 64
  /// facts that decide.
  [[nodiscard]] Result<WhyNot> why_not(const CaseState& state, const Incoming& incoming,
                                       std::span<const std::string> fixed, const OpenLimits& limits,
                                       ledger::Book& book);
  /// For views: which facts that are not there yet can change what would become of an event.
  struct Open {
    std::vector<WouldBe> outcomes;  ///< that can still come about; results in `answer` number them
    OpenAnswer answer;
    std::vector<Reason> unfinished;  ///< what the forms lack that were looked at
  };
  [[nodiscard]] Result<Open> ask(const CaseState& state, const Incoming& incoming,
                                 const OpenLimits& limits, ledger::Book& book);
  /// For views: whether a member of a register holds a post on a day, of whichever unit.
  [[nodiscard]] bool holds_post(Index role, std::string_view member, rt::Date day);
  [[nodiscard]] const Tally& tally() const noexcept;
  [[nodiscard]] const Model& model() const noexcept;
  /// What the parameters are at an instant.
  [[nodiscard]] const ParameterValues& parameters_at(Instant when) const noexcept;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace aftercare::step
