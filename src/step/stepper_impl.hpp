// step/stepper_impl.hpp — the workings of one step, in the order of the format's page "the order
// inside a step". For the .cpp files of this folder only.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/binary.hpp"
#include "chart/run.hpp"
#include "clock/clock.hpp"
#include "expression/influence.hpp"
#include "ledger/entry.hpp"
#include "step/chain.hpp"
#include "step/model.hpp"
#include "step/procedure_index.hpp"
#include "step/record.hpp"
#include "step/step.hpp"
#include "vm/machine.hpp"

namespace aftercare::step {

/// A formula failed while a step ran. Never leaves this folder.
struct Fault {
  std::string what;
  SourceSpan span;

  /// A result that says this alone: Outcome::Is::fault, or incident where it was time that ran into
  /// it and a person has to look at the case.
  [[nodiscard]] StepResult result(Outcome::Is is) const {
    return {is, {{is == Outcome::Is::incident ? "incident" : "fault", what, {}, {}}}, {}};
  }
};

/// What others keep could not be asked: the same step may succeed later, and nothing is recorded.
struct Outage : Fault {};

/// Nobody can be asked to decide what this step leads to: it is refused, not failed.
struct Vacancy : Fault {
  Reason reason;
};

/// What the step will enter once nothing can stop it any more.
struct PlannedEntry {
  ledger::Entry entry;
  std::vector<ledger::Entry> money;  ///< about the entry
  bool stands = false;
};
struct PlannedChange {
  ledger::Entry entry;                     ///< as it will be
  std::vector<ledger::Entry> corrections;  ///< what follows from the change
  bool is_restored = false;                ///< it had been withdrawn, and counts again
};

/// The slots that formulas read, with what is derived from them.
struct Frame {
  std::vector<Value> slots;
  std::vector<std::uint8_t> fresh;  ///< by number of what is derived: 0 is stale
  std::uint64_t lets = 0;           ///< the truth of watched lets, a bit each
  std::vector<std::pair<Index, SlotIndex>> decided_by;  ///< entitlement: reason, what is missing
};

/// The same bits: the same scalar, or the same object. Equal values may still be two objects.
[[nodiscard]] inline bool is_identical(const Value& a, const Value& b) noexcept {
  static_assert(std::has_unique_object_representations_v<Slot> && sizeof(Slot) == sizeof(Value));
  return std::memcmp(&a, &b, sizeof(Value)) == 0;
}

/// A step of the record as it counts now: with the facts as they were put right since.
struct Told {
  record::Step step;
  std::uint64_t number = 0;         ///< in the record, from 1
  std::optional<Instant> moved_to;  ///< it counts then, whenever it was recorded
  std::vector<std::pair<SlotIndex, Value>> put;
  std::vector<Index> too_late;  ///< clocks whose breach it was recorded too late to put right
  bool is_for_those = false;    ///< only they hear it: for the others it counts elsewhere

  /// What time had done by itself until then had been done when it came.
  [[nodiscard]] Instant known_at() const {
    if (moved_to) return *moved_to;
    return step.kind == record::Kind::time ? step.at : step.recorded;
  }
};

/// A happening that clocks or lets made: what folding again can take away or add.
struct Derived {
  HappeningId happening = none;
  Instant at{};
  bool operator==(const Derived&) const = default;
};

[[nodiscard]] constexpr bool is_derived(Happening::Is is) noexcept {
  return is == Happening::Is::let_true || is == Happening::Is::clock_met ||
         is == Happening::Is::clock_breached || is == Happening::Is::clock_reminded;
}

/// A step that is only asked about: it runs like any other as far as its chart comes to rest, and
/// leaves nothing behind.
struct Asking {
  expression::Influence* watch = nullptr;  ///< null: every fact is given
  bool tells_all = false;                  ///< every obstacle, not only the first
  struct Obstacle {
    Reason reason;
    const Formula* formula = nullptr;  ///< whose verdict it is
  };
  std::vector<Obstacle> obstacles;
  std::vector<chart::GuardId> failed_guards;
  std::vector<expression::Inputs> feeds;  ///< by number of what is derived: facts it comes from
  std::size_t facts = 0;                  ///< how many are not given
  std::vector<bool> looked_at;            ///< by slot: a formula on the way read it
};
/// A step that is asked about cannot go on without a fact. Never leaves this folder.
struct Unasked {};

/// A fold under way.
struct Folding {
  std::vector<Derived> before, after;  ///< as it stood, and as it comes out
  std::vector<ledger::Entry> gone;     ///< withdrawn by steps that count no more
  std::vector<ledger::Entry> back;     ///< of these, what counts again
  std::vector<Told> steps;             ///< the first `next` of them have come
  std::size_t next = 0;
  Instant closed{};
  std::string stopped;  ///< why a step for which the case waited still cannot be taken in
  /// Breaches that turned out to be none, by clock and the first instant too late: what hangs on
  /// them never happened either, and the fold begins again without them.
  std::vector<std::pair<Index, Instant>> not_breached;
  bool begins_again = false;
  /// By clock: something that it names happened at another instant, or it began at another.
  std::vector<bool> has_moved;
  /// By clock: facts that were recorded too late for its breach give it no other goal before then.
  std::vector<Instant> holds_goal_until;
};

/// What formulas may call: calendars and the tables of packs.
class FormulaHost final : public vm::Host {
 public:
  /// Requires: both live as long as this.
  FormulaHost(const Model& model, const ParameterValues& parameters) noexcept
      : model_(model), parameters_(parameters) {}
  Result<Value> call(std::uint32_t function, builtins::CallContext& context,
                     std::span<const Value> arguments) override;

  Result<Value> call_table(const Table& table, std::span<const Value> arguments);

 private:
  const Model& model_;
  const ParameterValues& parameters_;
  std::size_t depth_ = 0;  // of tables that ask tables
};

/// One step under way.
struct Stepper::Impl {
  Impl(std::shared_ptr<const Model> rules, ParameterValues values);

  // ── what stays ──────────────────────────────────────────────────────────────────────────────
  std::shared_ptr<const Model> model;
  ParameterValues parameters;  // as they are at the instant at hand
  /// From an instant on: what the parameters are. The first holds before all; empty: none is dated.
  struct Epoch {
    Instant from{};
    ParameterValues values;
  };
  std::vector<Epoch> epochs;
  std::size_t epoch = 0;
  /// By pack: from when until when it is in force.
  struct InForce {
    Instant from{std::numeric_limits<std::int64_t>::min()};
    Instant until{std::numeric_limits<std::int64_t>::max()};
  };
  std::vector<InForce> in_force;
  std::vector<bool> reads_dated;  // by rule: an amount or a condition hangs on a dated parameter
  std::vector<ProcedureIndex> indices;
  std::vector<Frame> frames;                       // by procedure; last as long as the stepper
  std::vector<std::vector<Value>> foreign_frames;  // by procedure: for occurrences counted anew
  std::vector<Frame> hand_frames;                  // by rule, made when first needed
  const Directory* directory = nullptr;
  FormulaHost host;
  vm::Machine machine;
  chart::Scratch scratch;
  Tally tally;

  // ── the step under way ──────────────────────────────────────────────────────────────────────
  const Procedure* procedure = nullptr;
  const ProcedureIndex* index = nullptr;
  CaseState* state = nullptr;
  ledger::Book* book = nullptr;
  Frame* frame = nullptr;
  StepResult* result = nullptr;
  Instant at{}, recorded{};
  const std::string* reason = nullptr;
  std::string still_stopped;  // what a correction or a retraction leaves a case waiting for
  chart::Configuration configuration;
  std::vector<clock::Run> clocks;
  std::vector<Suspension> suspensions;
  std::vector<Hold> held;
  std::vector<std::uint16_t> told;
  std::vector<Instant> entered;
  std::uint64_t lets_true = 0;
  std::vector<HappeningId> happened;   // of this round, in order
  std::vector<HappeningId> pending;    // for the chart's next round
  std::vector<std::uint64_t> written;  // slots of the case part since it was loaded, a bit each
  std::vector<std::pair<Index, HappeningId>> judging;  // rules, and what each is judged at
  std::vector<PlannedEntry> planned;
  std::vector<PlannedChange> changes;
  base::ByteWriter items, data, whole;
  std::uint64_t data_count = 0;
  bool chart_moved = false;
  bool has_ended = false;  // before this step, or this step of a fold
  Folding* folding = nullptr;
  bool is_to_fold = false;   // other clocks hang on a breach that was none
  bool event_taken = false;  // the chart took the event that began the step
  std::vector<chart::TransitionId> taken_now;
  std::vector<std::int8_t>
      answered;  // entitlement → the answer that this step has recorded; -1: none
  std::vector<Index> breached_now;
  std::vector<Index> too_late;      // clocks whose breach the step is recorded too late to put right
  clock::Terms chosen_terms;        // of a clock whose case chose the calendar
  bool is_ahead_provisional = false;  // what goal_of() gave last rests on days that nobody knows
  std::vector<TimeSpan> suspended;  // of the clock that is being looked at
  std::vector<ClockMove> touched;   // clocks that name what has just happened
  struct GivenAnswer {
    Index decision = none, outcome = none;
    Value by;
  };
  std::optional<GivenAnswer> current_answer;  // to a decision
  Index current_event = none;       // of the procedure, once its data are written
  Index hand_pack = 0;              // of what is entered by hand
  /// What a register, or a ledger about who acts, was asked in this step.
  struct Consulted {
    Index in = none, field = none;  // no field: whether it has the member at all
    bool is_ledger = false;
    std::string member;
    bool is_member = false;
    bool is_told = false;  // with the step
    Value value;
  };
  std::vector<Consulted> consulted;
  std::optional<Value> unit_now;  // of the case, once asked
  std::optional<Actor> acting;    // as whom, where a register says
  Asking* asking = nullptr;       // the step is only asked about: it leaves nothing behind

  // dated.cpp
  void date_parameters();
  void use_parameters(Instant when);
  /// The step goes on at this instant, with the parameters of then.
  void come_to(Instant when) {
    at = when;
    if (!epochs.empty()) use_parameters(when);
  }
  void use_parameters_of(const Rule& rule, Index which);
  /// The parameters of another instant, until the end of the block.
  class AsOf {
   public:
    AsOf(Impl& of, Instant when) : of_(of) {
      if (!of_.epochs.empty()) of_.use_parameters(when);
    }
    ~AsOf() {
      if (!of_.epochs.empty()) of_.use_parameters(of_.at);
    }
    AsOf(const AsOf&) = delete;
    AsOf& operator=(const AsOf&) = delete;

   private:
    Impl& of_;
  };

  // step.cpp
  void begin(CaseState& of, ledger::Book& with, Instant when, Instant known, StepResult& into);
  StepResult open(CaseState& of, Index which, Value id, const Incoming& incoming,
                  ledger::Book& with);
  StepResult apply(CaseState& of, const Incoming& incoming, ledger::Book& with);
  bool elapse(CaseState& of, Instant now, ledger::Book& with, StepResult& into);
  StepResult keep_fact(CaseState& of, const Incoming& incoming, ledger::Book& with,
                       const Fault& why);
  std::optional<Instant> next_timer(const CaseState& of);
  std::optional<Instant> timer_at(const CaseState& of, Index which);
  bool write_data(const Event& event, const Incoming& incoming);
  [[nodiscard]] bool applied(const Value& person) const;
  void write_use(const Rule& rule, const Incoming& incoming);
  void enter_finding(const std::string& label, const Cites& cites);

  // form.cpp
  /// What a form is not complete for: a datum, a need, or a signature.
  struct Lack {
    SlotIndex slot = no_slot;
    Index need = none;
    Index place = none;
  };
  bool write_form(const Event& event, const Incoming& incoming);
  bool check_form(const Event& event, const Incoming& incoming);
  bool sign_form(const Event& event, const Form& form, std::vector<Index> places,
                 const Actor& actor);
  void write_datum(const Event& event, std::size_t number, const Value& value);
  void tell_form(const Event& event, record::FormOp what, std::uint64_t number);
  [[nodiscard]] bool is_true(SlotIndex slot) const;
  [[nodiscard]] bool has_signed(const Form::Signature& one) const;
  std::vector<Lack> lacks_of(const Form& form);
  [[nodiscard]] std::vector<Lack> signatures_missing(const Form& form) const;
  bool is_complete(const Form& form);
  std::vector<Reason> what_lacks(const Form& form);
  /// Why somebody may not act.
  struct NotHe {
    std::string code, help;
  };
  bool check_by(const Who& by, const Actor& actor, std::optional<NotHe>& why);
  bool may_report(const Event& event, const Actor& actor);
  bool check_needs(const std::vector<Condition>& needs, bool refuses, SlotIndex unmet_slot);
  void run_chart(HappeningId first, bool opening, Index opens);
  void run_rounds(HappeningId first, bool opening, Index opens);
  void watch_lets();
  void finish_case();
  void commit(record::Kind kind, bool is_unexpected, Index which, Index outcome,
              const Actor& actor);
  void happen(HappeningId what) {
    if (what != none) happened.push_back(what);
  }
  [[nodiscard]] bool is_among(const HappeningIds& ids) const;
  void refuse(std::string code, std::string label, const Cites& cites, std::string help = {});
  [[nodiscard]] std::string clause(const Cites& cites) const;
  /// Of a condition that does not hold: the entitlement in it that is open, and the fact that it
  /// waits for. Empty: none is.
  [[nodiscard]] std::string what_is_open(const Formula& condition) const;

  // office.cpp
  bool permits(const Who& by, const Actor& actor, const std::string& name, const Cites& cites,
               const char* otherwise);
  std::optional<NotHe> may_act(Index role, const Actor& actor, Actor& as);
  std::optional<NotHe> is_known(const Office& office, const std::string& post, const Actor& actor);
  std::optional<NotHe> acts_for(const Office& office, const std::string& holder, const Actor& actor,
                                Actor& as, const std::string& who_may);
  const Consulted& consult(Index in, std::string_view member, Index field, bool tells);
  const Consulted& consult(const Office::Stretches& in, std::string_view holder, bool tells);
  const Value& unit_of_case();
  bool holds_office(const Office& office, std::string_view person, bool tells);
  bool is_absent(const Office& office, std::string_view person, bool tells);
  std::string named_for(const Office::Path& path, std::string_view holder, bool tells);
  std::optional<std::vector<std::string>> holders(const Office& office);
  void add_candidates(const Office& office, const std::string& holder, std::vector<Candidate>& to);
  std::optional<std::vector<Candidate>> candidates(const Office& office);
  static std::string candidates_text(std::span<const Candidate> all);
  std::string who_may_text(Index role);
  std::vector<Seat> seats(const Who& who);
  /// Whom a formula names as a chain of roles; others as they are.
  [[nodiscard]] Who named(const Who& who);

  // decide.cpp
  /// A chain under way: who has answered, who holds its posts on the day, whose turn it is.
  struct PostAsked {
    Index role = none;
    bool is_known = false;             // whether its holders are
    std::vector<std::string> holders;  // principals
    bool goes_up = false;              // who stands above: whose own case it is, or who is absent
    bool is_own = false;               // nobody but who applies holds it, and it is skipped
    std::optional<NotHe> vacant;       // nobody can be asked, and why
  };
  struct Answer {
    Index post = none;
    std::string principal, actor;
  };
  struct Deciding {
    const Decision* decision = nullptr;
    const Chain* chain = nullptr;
    std::vector<Answer> answers;
    std::vector<PostAsked> asked;  // by post
    PostStates states;             // by post
  };
  StepResult decide(const Incoming& incoming);
  bool keep_late_answer(const Incoming& incoming);
  void note_given(const Incoming& incoming, const Actor& as) {
    current_answer = {incoming.index, incoming.outcome, as.person};
    stale(index->after_event);
  }
  bool may_decide(const Decision& decision, const Incoming& incoming, const Actor& as);
  void begin_chain(Index which);
  void end_chain(Index which);
  [[nodiscard]] Deciding deciding(const Decision& decision);
  void settle_posts(Deciding& of);
  [[nodiscard]] PostAsked ask(const Decision& decision, const Chain::Part& post);
  void ask_above(const Office* office, const Chain::Part& post, PostAsked& asked);
  [[nodiscard]] std::vector<std::string> applicants() const;
  std::string superior(const Office::Path& above, const std::string& person,
                       std::optional<NotHe>& why_none);
  [[nodiscard]] bool is_heard_elsewhere(const Deciding& of, Index post,
                                        const std::string& person) const;
  std::vector<Candidate> who_may(const Deciding& of, Index post);
  std::string who_may_text(const Deciding& of, Index post);
  std::optional<NotHe> may_answer(const Deciding& of, Index post, const Actor& actor, Actor& as);
  std::optional<NotHe> find_post(const Deciding& of, const Actor& actor, Actor& as, Index& post);
  [[nodiscard]] std::string turn_text(const Deciding& of);
  void note_answer(const record::Step& step);
  std::vector<Seat> turn_seats(const Decision& decision, std::string& left);

  // clocks.cpp
  [[nodiscard]] bool is_held(Index which) const;
  void let_go(Index which);
  void note_hold(const ClockMove& move);
  void run_clocks(std::size_t from);
  /// `does`: bits of ClockMove, of all that has just happened.
  void move_clock(Index which, unsigned does);
  void stop_clock(Index which);
  void pause_clock(Index which);
  void resume_clock(Index which);
  void follow_goals();
  void breach_clock(Index which);
  HappeningId wake_clock(Index which);
  void cancel_clocks();
  bool reproject(CaseState& of, Instant now, std::string_view why, ledger::Book& with,
                 StepResult& into);
  void start_clock(Index which, Instant from);
  bool reopen_clock(Index which);
  void set_window(Index which);
  bool is_late_entry(Index which);
  bool is_within_grace(Index which);
  bool comes_in_between();
  [[nodiscard]] bool is_too_late_for(Index which, const std::vector<Derived>& known);
  [[nodiscard]] bool has_another_goal(Index which);
  [[nodiscard]] bool is_deaf(Index which, HappeningId to) const;
  bool reassess(Index which);
  bool revive(Index which);
  void tell_reassessed(Index which);
  /// In a fold: the breach of its running cycle turned out to be none.
  [[nodiscard]] bool is_not_breached(Index which) const {
    return folding != nullptr &&
           std::find(folding->not_breached.begin(), folding->not_breached.end(),
                     std::pair(which, clocks[which].fires)) != folding->not_breached.end();
  }
  void unjudge(HappeningId happening, TimeSpan cycle, std::string why);
  void moved(Index which);
  void log_clock(Index which, record::ClockOp op);
  void log_limit(Index which, record::ClockOp op);
  void keep_limit(Index which, bool is_start = false);
  void schedule(Index which);
  void suspend(Index which, Instant from, Instant to);
  template <class Make>
  auto of_clock(Index which, const Formula& formula, const Make& make);
  Value value_for(Index which, const Formula& formula);
  std::optional<Length> length_of(Index which, const Formula& formula, const clock::Terms& by);
  static std::optional<Length> measurable(const Formula& formula, const Value& value,
                                          const clock::Terms& by);
  [[nodiscard]] std::string values_text(const Formula& formula) const;
  bool check_corrected(const Incoming& incoming);
  bool may_put_right(const Actor& actor, const char* deed, std::span<const SlotIndex> slots,
                     const Who* by);
  [[nodiscard]] std::optional<clock::Goal> goal_of(Index which);
  [[nodiscard]] const clock::Terms& terms(Index which);
  [[nodiscard]] const std::vector<TimeSpan>& pauses_of(Index which);
  struct Reminding {
    Index row = none;
    std::uint16_t nth = 0;  ///< from 0
    Instant at = clock::never;
  };
  [[nodiscard]] Reminding next_reminder(Index which);

  // evaluate.cpp
  /// Makes the case's data those of the frame of its procedure.
  void load(const CaseState& of);
  /// Writes a slot; what is derived from it becomes stale.
  void set(SlotIndex slot, Value value) {
    if (slot == no_slot) return;
    Value& now = frame->slots[slot];
    const bool is_same = is_identical(now, value);
    now = std::move(value);
    if (is_same) return;
    if (procedure == nullptr) return;
    stale(index->after_write[slot]);
    if (slot < procedure->case_slots) written[slot >> 6U] |= std::uint64_t{1} << (slot & 63U);
  }
  void stale(const std::vector<Index>& derived) {
    for (const Index number : derived) frame->fresh[number] = 0;
  }
  void all_stale() { std::fill(frame->fresh.begin(), frame->fresh.end(), std::uint8_t{0}); }
  void fill(const std::vector<SlotIndex>& reads);
  void fill_slot(SlotIndex slot, const Origin& origin);
  void fill_read(const Read& read, Index which);
  struct Days {
    std::optional<rt::Date> first, last;
  };
  [[nodiscard]] Days days_of(const Read& read);
  [[nodiscard]] std::vector<std::uint64_t> entries_for(const Read& read);
  void load_entry(const Read& read, const ledger::Entry& entry);
  [[nodiscard]] std::int64_t most_within(const Read& read, std::vector<rt::Date> days);
  void fill_lookup(const Lookup& lookup, Index which);
  Directory::Fact look_up(const Register& in, std::string_view member, std::string_view field);
  bool check_member(Index in_register, const Value& member, const std::string& name,
                    const Cites& cites);
  [[nodiscard]] static Value add(const Value& a, const Value& b, SourceSpan span);
  Value evaluate(const Formula& formula);
  Value evaluate_in(const Formula& formula, std::vector<Value>& in);
  bool holds(const Formula& formula);
  bool holds_filled(const Formula& formula);
  [[nodiscard]] rt::Date day_of(Instant when) const;
  [[nodiscard]] const Pack& pack() const;

  // ask.cpp
  [[nodiscard]] bool tells_all() const noexcept { return asking != nullptr && asking->tells_all; }
  /// The formula over the frame, watched. Requires: fill() of what it reads.
  Value evaluate_asked(const Formula& formula);
  void note_reads(const std::vector<SlotIndex>& reads) const;
  /// What lies in a slot, in all of them, or in those from which something is derived, decides in a
  /// way that is not followed.
  void touch(SlotIndex slot);
  /// Only whether it is null decides.
  void ask_whether_null(SlotIndex slot);
  void touch_all();
  void touch_sources(Index derived);

  // entitlement.cpp
  /// What one term of an entitlement, or all of it, says of a day.
  struct Covering {
    std::uint32_t answer = 0;
    std::optional<rt::Date> since, until;
    Index reason = 0;  ///< of reason_of()
    SlotIndex missing = no_slot;
    std::int64_t suspended = 0;
  };
  /// The day asked about, and the moment where one is known.
  struct Asked {
    rt::Date day;
    std::optional<Instant> moment;
  };
  enum class Verdict : std::uint8_t { no, yes, open };
  void fill_entitlement(const Entitlement& entitlement);
  void note_entitlement(Index which);
  [[nodiscard]] Verdict verdict(const Condition& condition, SlotIndex& missing);
  [[nodiscard]] Verdict explored(const Condition& condition,
                                 const std::vector<const Unknown*>& unknowns, SlotIndex& missing);
  [[nodiscard]] std::optional<Covering> covering(const Entitlement& e, std::size_t which_term,
                                                 const Asked& asked);
  std::vector<rt::Date> replaced_on(const Entitlement::Term& term);
  [[nodiscard]] rt::Date moved_by(const Entitlement::Suspension& suspension, rt::Date first,
                                  rt::Date last, rt::Date today);
  [[nodiscard]] SlotIndex first_null(const Formula& formula) const;
  /// The day to which a length in days, weeks, months or years leads.
  [[nodiscard]] static rt::Date end_of_length(rt::Date from, rt::Length length, SourceSpan span);

  // judge.cpp
  void judge();
  void stand();
  bool plan_rule(Index which, HappeningId why, bool stands);
  void carry_out(Index which, HappeningId why, bool stands);
  void open_children(Index which);
  std::vector<Value> given_by(const Rule& rule);
  Effect task_of(const Rule& rule, Effect::Is is, std::uint64_t step);
  void plan_entry(Index which, const Value& subject, HappeningId why, rt::Date on, bool stands);
  [[nodiscard]] std::vector<Value> persons(const Who& who);
  [[nodiscard]] std::vector<Value> persons_of(const Who& who);
  [[nodiscard]] rt::Date day_for(const Rule& rule);
  void plan_money(const Rule& rule, PlannedEntry& plan);
  void withdraw(const ledger::Entry& entry, std::string why);
  void renumber(Index counted, const Value& subject);
  /// Whether two rules are one in two versions of a pack: what is counted goes on.
  [[nodiscard]] bool is_one(Index a, Index b) const noexcept {
    if (a == b) return true;
    return a != none && model->rules[b].family != none && model->rules[a].family == model->rules[b].family;
  }
  [[nodiscard]] bool is_of(const ledger::Entry& entry, Index rule) const noexcept {
    return is_one(entry.rule, rule);
  }
  [[nodiscard]] Value owed(const MaybeFormula& formula, const MaybeFormula& most,
                           std::vector<Value>& in);
  [[nodiscard]] std::vector<SlotIndex> captured(const Rule& rule) const;
  void flush();
  [[nodiscard]] bool continues(const Rule& rule, rt::Date last, rt::Date next);
  [[nodiscard]] bool depends_on_change(const Rule& rule) const;
  void post_difference(const ledger::Entry& about, ledger::EntryKind kind, const Value& should,
                       const std::string& why, const ledger::Entry* parties = nullptr);
  [[nodiscard]] std::vector<ledger::Entry> back_money(const ledger::Entry& about);
  StepResult enter(const Incoming& incoming, ledger::Book& with);
  /// Refuses where the version of a pack has not been adopted by `at`. False: it has.
  bool refuse_unadopted(Index of_pack);
  /// Refuses where the version of a pack is not in force when the case is opened, or on the day by
  /// which it is pinned. False: it is.
  bool refuse_out_of_force(Index of_procedure, const Incoming& incoming);
  /// The same of what is entered by hand.
  bool refuse_out_of_force_by_hand(Index of_pack);
  void refuse_of_day(Index of_pack, rt::Date day, bool is_case);
  /// Of several versions, the one in force; else this one.
  [[nodiscard]] Index version_in_force(Index of_pack, rt::Date day) const;
  [[nodiscard]] bool is_recorded(Index rule);
  [[nodiscard]] Frame& hand_frame(Index rule);

  // fold.cpp
  /// The steps that have not been taken back, in order of what happened; only those before number
  /// `before`, with one more correction where one is given.
  [[nodiscard]] std::vector<Told> steps_that_count(std::string_view record,
                                                   std::uint64_t before = record::every_step,
                                                   const Incoming* correction = nullptr) const;
  [[nodiscard]] std::vector<Derived> derived_so_far(std::string_view record) const;
  void fold(std::vector<Told> steps, std::optional<Instant> until);
  void fold_once(std::optional<Instant> until);
  void follow_fold(CaseState& of, const std::string& why);
  void fold_again(CaseState& of);
  void note_derived(std::size_t first_new);
  /// Whether a step brings a datum that ends in one of these slots.
  [[nodiscard]] bool brings(const record::Step& step, const std::vector<bool>& slots) const;
  void settle_derived(const std::string& why);
  void write_reason(const std::string& why);
  void note_reassessed(CaseState& of);

  // worklist.cpp
  [[nodiscard]] bool is_waiting(const Worklist& list) const;
  bool is_list_of(const Worklist& list, const ledger::Entry& mine, const Actor& actor);
  bool takes_out_of_turn(const Incoming& incoming, bool may_refuse);

  // correct.cpp, retract.cpp
  StepResult correct(CaseState& of, const Incoming& incoming, ledger::Book& with);
  StepResult retract(CaseState& of, const Incoming& incoming, ledger::Book& with);
  /// How many cases of each rule a step has opened so far.
  using CasesOpened = std::map<std::uint64_t, std::size_t>;
  std::optional<Effect> told_by(const record::Item& item, std::uint64_t number, CasesOpened& cases);
  void untell(HappeningId happening, TimeSpan time);
};

}  // namespace aftercare::step
