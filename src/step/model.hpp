// src/step/model.hpp — the compiled form of a rulebook: what the step works on.
//
// The rulebook floor reads YAML and fills this in; the step floor only reads it. Every name is an
// index here; nothing is looked up by text while a case runs. Where a thing was written is kept
// (spans, clauses), so that every answer can cite.
//
// One FRAME of slots (std::vector<Value>) belongs to each procedure. All formulas of the procedure
// read it. It has three parts, in this order:
//   case part       [0, case_slots)            stored with the case
//   moment part     [case_slots, frame_slots)  filled by the step before a formula needs it: reads,
//                                              the state, clocks as values, `at`, `nth`, an entry
//   parameter part  [frame_slots, + the model's parameters)   the same for every case
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/diagnostic.hpp"
#include "aftercare/result.hpp"
#include "aftercare/source.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "bytecode/program.hpp"
#include "chart/chart.hpp"
#include "table/table.hpp"

namespace aftercare::step {

/// Index of a slot in the frame of a procedure.
using SlotIndex = std::uint16_t;
inline constexpr SlotIndex no_slot = 0xFFFF;
/// Index into one of the model's vectors; `none` where there is none.
using Index = std::uint16_t;
inline constexpr Index none = 0xFFFF;

// ── what the law says ─────────────────────────────────────────────────────────────────────────

/// An article of the regulation.
struct Clause {
  std::string id;    ///< "S2-09-C05"
  std::string text;  ///< verbatim
  SourceSpan span;
  Index pack = 0;
  bool no_rule = false;  ///< `no_rule: conduct`
};

/// Which clauses a thing implements: indices into Model::clauses, the article it stands under
/// first.
using Cites = std::vector<Index>;

// ── formulas ──────────────────────────────────────────────────────────────────────────────────

/// A compiled expression over the frame of its owner.
struct Formula {
  std::shared_ptr<const bytecode::Program> program;  ///< never null in a filled optional
  /// What decides whether an event comes in and where it leads: the same on object registers alone,
  /// for questions about facts that are not known; null for all else.
  std::shared_ptr<const bytecode::Program> open;
  Type type;  ///< of an instant the program may give a date and time, which is of the pack's zone
  std::string text;  ///< as written, for people
  SourceSpan span;
  std::vector<SlotIndex> reads;  ///< slots it may read, sorted; the step fills moment slots first
  bool is_kept = false;  ///< its value becomes a datum of `type`: within its bounds, or it is a fault
};
using MaybeFormula = std::optional<Formula>;

/// Who may act or answers: roles, or a person by formula. Empty: nobody is named, anybody may.
struct Who {
  std::vector<Index> roles;        ///< any one of these roles (Model::roles)
  std::vector<SlotIndex> persons;  ///< or the person in one of these slots
  MaybeFormula formula;            ///< or whom this gives: a person or a list of persons
  [[nodiscard]] bool is_empty() const noexcept {
    return roles.empty() && persons.empty() && !formula;
  }
};

/// A fact that a condition of an entitlement reads and that may be missing: null, or the answer of
/// another entitlement while that is open.
struct Unknown {
  SlotIndex slot = no_slot;
  Type type;
  bool is_answer = false;
};

/// A condition with a sentence for people: `needs` and `expect`.
struct Condition {
  std::string label;
  Formula holds;
  std::vector<Unknown> unknowns;  ///< of entitlements
  Cites cites;
  SourceSpan span;
};

// ── data ──────────────────────────────────────────────────────────────────────────────────────

/// A field of a case, form or ledger.
struct Field {
  std::string name;
  Type type;
  SlotIndex slot = no_slot;
  SlotIndex case_slot = no_slot;  ///< of a form: the case field of that name, which it gives
  Index of_register = none;       ///< its value names a member of this register
  MaybeFormula initial;  ///< `= expression`: value when the case opens (or the form is filled in)
  MaybeFormula asked;    ///< of a form: when it is asked for; otherwise it stays null
  SourceSpan span;
};

/// A datum that an event brings.
struct Input {
  std::string name;
  Type type;
  SlotIndex slot = no_slot;       ///< where it is kept with the event or form
  SlotIndex case_slot = no_slot;  ///< the case field that it gives as well; may be the only one
  Index of_register = none;       ///< its value names a member of this register
  MaybeFormula initial;           ///< default
  bool is_required = true;
};

// ── happenings ────────────────────────────────────────────────────────────────────────────────

/// Something that rules may wait for. Each procedure numbers the ones it has; the number is also
/// the chart's event id.
struct Happening {
  enum class Is : std::uint8_t {
    event,
    enter,
    leave,
    clock_met,
    clock_breached,
    let_true,
    timer,
    decided,
    done,  ///< a state with inner ones has come to its end; a parallel one, in all regions
    clock_reminded,
    clock_reassessed  ///< its result or its limit is another than was told
  };
  Is is = Is::event;
  Index index = none;    ///< event, state, clock, let, timer or decision of the procedure
  Index outcome = none;  ///< decided: which outcome; reminded: which reminder
};
/// Number of a happening in its procedure.
using HappeningId = Index;
using HappeningIds = std::vector<HappeningId>;

/// A fact or a request of a procedure.
struct Event {
  std::string name;
  bool is_request = false;
  Index opens = none;       ///< the state in which it opens a case
  bool is_step = false;     ///< one of `steps`: out of its turn it is unexpected
  bool is_of_time = false;  ///< time alone makes it happen: an occurrence of a duty begins
  Who by;
  std::vector<Input> inputs;
  Index form = none;               ///< the form that it deals with (Procedure::forms)
  enum class Does : std::uint8_t {
    fills,    ///< brings it anew
    changes,  ///< other values of some of its fields
    signs,
    voids
  } does = Does::fills;            ///< to its form
  SlotIndex at_slot = no_slot;     ///< instant of the latest occurrence; null until it has happened
  SlotIndex by_slot = no_slot;     ///< reporter of the latest occurrence, if any formula asks
  SlotIndex unmet_slot = no_slot;  ///< list of the labels of unmet needs of the latest occurrence
  HappeningId happening = none;
  std::vector<Condition> needs;
  Cites cites;
  SourceSpan span;
};

/// A derived value. Its uses are expanded in the formulas; a let that is a happening is also
/// watched: the step compares its truth before and after.
struct Let {
  std::string name;
  Formula value;
  HappeningId happening = none;  ///< set where something waits for it to become true
  Cites cites;
};

/// A form as a case holds it: the version in force. Fields lie in the case part. It is complete
/// once every field that is asked for is there, its needs hold, and all have signed (or refused to,
/// where that counts) who must.
struct Form {
  std::string name;
  /// As the author lists them, then the lines, what is shown, and how many copies were made.
  std::vector<Field> fields;
  SlotIndex present_slot = no_slot;  ///< instant at which it was filled in; null where there is none
  /// Places in the order in which they are signed.
  struct Signature {
    Index role = none;  ///< Model::roles, or a person by slot
    SlotIndex person = no_slot;
    bool is_optional = false;
    bool may_refuse = false;           ///< that he refused counts like his signature
    SlotIndex slot = no_slot;          ///< boolean: signed in the version in force
    SlotIndex refused_slot = no_slot;  ///< boolean, where he may refuse
    std::string name;
  };
  std::vector<Signature> signatures;
  bool is_signed_later = false;        ///< some event signs it, or signs it as it changes it
  SlotIndex version_slot = no_slot;    ///< number of the version in force, or of the last one
  SlotIndex complete_slot = no_slot;   ///< moment slot, if any formula asks
  std::vector<Let> computed;           ///< fields that follow from others
  Who by;
  std::vector<Condition> needs;  ///< read once all fields are there
  Cites cites;
  SourceSpan span;

  /// Where datum `number` of the form lies: fields, signatures, refusals, version, presence.
  struct Place {
    SlotIndex slot = no_slot, case_slot = no_slot;
  };
  [[nodiscard]] std::size_t signature_datum() const noexcept { return fields.size(); }
  [[nodiscard]] std::size_t refusal_datum() const noexcept {
    return fields.size() + signatures.size();
  }
  [[nodiscard]] std::size_t version_datum() const noexcept {
    return fields.size() + 2 * signatures.size();
  }
  [[nodiscard]] std::size_t presence_datum() const noexcept { return version_datum() + 1; }
  [[nodiscard]] Place place(std::size_t number) const noexcept {
    if (number < signature_datum()) return {fields[number].slot, fields[number].case_slot};
    if (number < refusal_datum()) return {signatures[number - signature_datum()].slot};
    if (number < version_datum()) return {signatures[number - refusal_datum()].refused_slot};
    if (number == version_datum()) return {version_slot};
    return {number == presence_datum() ? present_slot : no_slot};
  }
};

/// A fold over entries elsewhere, or over the case's own events.
struct Read {
  enum class Fold : std::uint8_t { count, sum, first, last, any };
  enum class From : std::uint8_t { own_event, ledger, own_answer };
  enum class Window : std::uint8_t { all, on_day, week_of, month_of, year_of, last, since, any };
  std::string name;
  Fold fold = Fold::count;
  From from = From::own_event;
  Index source = none;   ///< event or decision of this procedure, or ledger of the model
  Index outcome = none;  ///< of a decision
  MaybeFormula subject;  ///< `of:`
  Window window = Window::all;
  MaybeFormula window_value;  ///< the date, or the length of `last` and `any`
  MaybeFormula filter;        ///< `if:`; reads the entry through entry_slots
  MaybeFormula value;         ///< what is summed
  Value zero;                 ///< the sum of nothing: 0, 0.00 CNY or PT0S, by the type summed
  std::vector<std::pair<Index, SlotIndex>> entry_slots;  ///< (field of the source, moment slot)
  SlotIndex entry_at = no_slot;     ///< moment slot for the instant of the entry or occurrence
  SlotIndex entry_on = no_slot;     ///< moment slot for the day of the entry
  SlotIndex entry_by = no_slot;     ///< of an answer: moment slot for who gave it
  SlotIndex by_slot = no_slot;      ///< first, last of an answer: who gave it
  SlotIndex slot = no_slot;  ///< the result; of first and last: the entry's instant, null if none
  std::vector<std::pair<Index, SlotIndex>> result_slots;  ///< first, last: (field, moment slot)
  Cites cites;
  SourceSpan span;
};

/// A relation that the host knows: members with typed fields, dated.
struct Register {
  std::string name;
  Index pack = 0;
  std::vector<Field> fields;  ///< without slots
  SourceSpan span;
};

/// A path such as `employee.store`: the field of the member that a slot names, on the day of the
/// happening.
struct Lookup {
  Index in = none;           ///< Model::registers
  Index field = none;        ///< of the register
  SlotIndex of = no_slot;    ///< names the member; may be another lookup's
  SlotIndex slot = no_slot;  ///< moment slot of the value
  std::string path;
};

// ── time ──────────────────────────────────────────────────────────────────────────────────────

/// How limits are judged and printed; `conventions: cn` and its overrides.
struct Conventions {
  enum class Judged : std::uint8_t { deadline, elapsed };
  Judged working_time = Judged::elapsed;
  bool start_day_counts = false;
  Roll roll = Roll::none;
  int money_scale = 2;
  enum class Rounding : std::uint8_t { half_up, half_even, down, up } rounding = Rounding::half_up;
  /// What a running clock does where what it promises changes.
  enum class GoalChange : std::uint8_t {
    keep,           ///< the promise is the one of the start
    retroactive,    ///< as if it had been promised from the start
    from_change,    ///< the whole of the new one, from the change on
    proportional,   ///< the share that was left, of the new one
    never_earlier,  ///< retroactive, unless that would end earlier
    restart         ///< a new cycle begins
  } on_goal_change = GoalChange::keep;
  /// What a clock that was stopped does where a start comes again.
  enum class Reopen : std::uint8_t {
    keep_first_result,  ///< nothing
    resume,             ///< it goes on; the time between does not count
    include,            ///< it goes on; the time between counts
    restart,            ///< it begins anew, and what was judged on the first result is withdrawn
    new_cycle           ///< it begins anew, the first result stays
  } on_reopen = Reopen::keep_first_result;
};

/// A promise in time.
struct Clock {
  std::string name;
  HappeningIds start, stop, pause, resume, restart, cancel;
  MaybeFormula within;                  ///< a length with its unit
  MaybeFormula by;                      ///< a date or instant
  MaybeFormula ahead;                   ///< so long before `by`
  MaybeFormula window_from, window_to;  ///< `window: {from|after, to|before}` from the start
  bool window_from_exclusive = false, window_to_exclusive = false;
  MaybeFormula since;            ///< `from: <instant or date>`: a start other than the happening
  Index calendar = none;         ///< Model::calendars; needed by wh, wd, wmin
  MaybeFormula calendar_choice;  ///< or what gives that index when the clock starts
  bool as_of_start = false;      ///< by what was known of the calendar when the cycle began
  Conventions::Judged judged = Conventions::Judged::elapsed;
  Roll roll = Roll::none;
  enum class PauseCounts : std::uint8_t {
    unset,
    whole_days,
    touched_days,
    none
  } pause_counts = PauseCounts::unset;
  MaybeFormula pause_at_most;  ///< a quantity: how long the pauses of a cycle may last together
  MaybeFormula late_entry;     ///< a length; none: a late record changes nothing
  Conventions::GoalChange on_goal_change = Conventions::GoalChange::keep;
  Conventions::Reopen on_reopen = Conventions::Reopen::keep_first_result;
  /// Told once in a cycle, or `times` times: before the limit or after it, or once a share of the
  /// goal is used up; where nothing of these is said, from the start on.
  struct Reminder {
    std::string name;  ///< of what happens then: `<clock> <name>`; may be empty
    MaybeFormula before, after, every;
    std::int32_t percent = -1;  ///< of the goal used
    std::int32_t times = 1;
    Who notify;
    HappeningId happening = none;
    Cites cites;
  };
  std::vector<Reminder> reminders;
  HappeningId met = none, breached = none, reassessed = none;
  SlotIndex state_slot = no_slot;  ///< symbol idle | running | paused | met | breached | cancelled
  SlotIndex due_slot = no_slot;    ///< optional instant
  SlotIndex left_slot = no_slot;   ///< optional duration
  Cites cites;
  SourceSpan span;
};

/// `after: 3d` of a state, `until` of a decision: happens once the state has lasted so long.
struct Timer {
  Index state = none;
  MaybeFormula after;  ///< a length from the entry
  MaybeFormula until;  ///< or a date or instant
  HappeningId happening = none;
  Cites cites;
};

// ── what follows ──────────────────────────────────────────────────────────────────────────────

/// Offences, rewards, payments, ledger entries, rights, notices and children: everything that is
/// entered or told when a happening comes (judged) or as long as a condition holds (standing).
struct Rule {
  enum class Is : std::uint8_t {
    offence,
    reward,
    payment,
    entry,
    right,
    notify,
    child,
    finding  ///< an expectation of a form that does not hold
  };
  Is is = Is::offence;
  std::string name;
  Index pack = 0;
  Index procedure = none;  ///< owner; none: entered by hand for the whole rulebook
  HappeningIds when;       ///< empty: it stands
  MaybeFormula condition;  ///< `if`
  MaybeFormula unless;
  Who who;          ///< who answers; subject of an entry; holder of a right
  MaybeFormula on;  ///< the day it belongs to; without: the day of the happening
  MaybeFormula fine, pay, amount, at_most;
  Who from, to;           ///< payments; finding: `to` has to put it right
  Index form = none;      ///< finding: of the procedure, whose expectation it is
  Index sanction = none;  ///< Model::sanctions
  enum class Once : std::uint8_t { each, per_case, per_day, per_month } once = Once::each;
  struct Numbered {
    MaybeFormula afresh_after;  ///< optional length
  };
  std::optional<Numbered> numbered;  ///< of the person who answers
  SlotIndex nth_slot = no_slot;  ///< moment slot of `nth`
  std::vector<Index> replaces;   ///< rules of the same person and period that it swallows
  Who reported_by;            ///< entered by hand by these
  std::vector<Input> inputs;  ///< `with` of what is entered by hand; a right's data
  MaybeFormula evidence;
  Index ledger = none;  ///< entry: into which
  /// entry: (field of the ledger, value); child: (input of the event that opens it, value)
  std::vector<std::pair<Index, Formula>> give;
  Index opens_procedure = none, opens_event = none;  ///< child: which cases, by which event
  MaybeFormula each;              ///< child: a list, one case for each of its elements
  SlotIndex each_slot = no_slot;  ///< moment slot of the element
  Index opened = none;            ///< child: the event by which the parent knows of a case
  Index ended = none;             ///< child: the event by which it hears that one has ended
  std::vector<Condition> needs;   ///< rights
  /// Of a right of a procedure: its latest use, in the case part; null before the first.
  SlotIndex used_at_slot = no_slot, used_by_slot = no_slot, used_reason_slot = no_slot;
  std::vector<SlotIndex> depends;  ///< standing: slots whose change makes it looked at again
  /// By-hand rules have no procedure: they have a frame of their own, [inputs, moment |
  /// parameters].
  SlotIndex case_slots = 0, frame_slots = 0;
  SlotIndex at_slot = no_slot;   ///< by hand: moment slot of `at`
  SlotIndex who_slot = no_slot;  ///< by hand: the person
  std::string adopts;            ///< the version that it brings into force: "site_safety 2"
  /// Of several versions: the rule of this name in the first that has it. What is counted goes on
  /// over versions. None: it is alone.
  Index family = none;
  Index worklist = none;         ///< entry: a place in Model::worklists, while the case waits there
  Cites cites;
  SourceSpan span;
};

/// A calendar as it was known from an instant on, until it was known better.
struct KnownCalendar {
  Instant since{};
  Calendar calendar;
};

/// Declared by a pack, or one of the two that every rulebook has: `offences` and `money`.
struct Ledger {
  std::string name;
  Index pack = none;    ///< none: one of the two that every rulebook has
  std::string subject;  ///< name of the subject, for people
  Type subject_type;
  std::vector<Field> fields;  ///< without slots: entries are rows
  bool has_on = false;        ///< `on:` names a field of the entry with its day
  Index on_field = none;
  Who entered_by;
  bool is_by_hand = false;
  bool is_read = false;  ///< some step reads it: commands on one subject are serialised
  bool is_serial = false;  ///< that all cases go one after the other is meant
  bool is_list = false;    ///< of a worklist: who waits, with what it is ordered by
  Cites cites;
  SourceSpan span;
};

/// Is this covered: terms of a warranty. The answer is covered, not covered or open.
struct Entitlement {
  std::string name;
  /// Days on which a term does not run: stretches that lie in a ledger.
  struct Suspension {
    Index read = none;  ///< which entries of which ledger: one of the procedure's reads
    Formula from;       ///< date or instant, over the entry
    Formula to;         ///< date or instant; null: not over yet
    PauseCounts counts = PauseCounts::none;
    Cites cites;
  };
  /// Replacements that lie in a ledger: the term runs anew from each that lies within it.
  struct Replacements {
    Index read = none;  ///< which entries of which ledger: one of the procedure's reads
    Formula from;       ///< date or instant, over the entry; null: none
    Cites cites;
  };
  struct Term {
    std::string name;  ///< component or kind of promise
    Formula from;      ///< optional date or instant: null means the fact is missing
    Formula lasts;     ///< a length
    aftercare::Term ends = aftercare::Term::inclusive_last_day;
    Index calendar = none;               ///< Model::calendars, for an end that moves off a rest day
    MaybeFormula calendar_choice;        ///< or what gives that index
    std::optional<Condition> condition;  ///< applies if
    std::vector<Condition>
        holds_while;           ///< usage limits and the like: the term runs while all hold
    MaybeFormula restart;      ///< optional date: the whole term anew, where that lies within it
    std::optional<Replacements> replacements;  ///< or all of them
    MaybeFormula extended_by;  ///< optional length
    std::optional<Suspension> suspension;
    Cites cites;
  };
  std::vector<Term> terms;          ///< any that runs on the day covers it
  std::vector<Condition> unless;    ///< exclusions
  MaybeFormula day;                 ///< the day asked about; without: the day of the happening
  SlotIndex answer_slot = no_slot;  ///< moment slots: symbol covered | not_covered | open
  SlotIndex since_slot = no_slot;
  SlotIndex until_slot = no_slot;      ///< last covered day
  SlotIndex reason_slot = no_slot;     ///< string: the term, or the condition that decides
  SlotIndex missing_slot = no_slot;    ///< string: the fact that keeps it open
  SlotIndex suspended_slot = no_slot;  ///< days by which repairs have moved the end
  Cites cites;
  SourceSpan span;
};

/// How a role is filled: by the members of a register, as it stands on the day. Its formula reads a
/// frame of its own: [fields of the member | parameters].
struct Office {
  /// Stretches of time that lie in a ledger, about its subject. The formulas read frames of their own:
  /// [fields of the entry | parameters].
  struct Stretches {
    Index ledger = none;
    Index field = none;   ///< of the entry: the person; none: that there is an entry at all
    Formula from;         ///< date or instant
    Formula to;           ///< date or instant; null: not over yet
    MaybeFormula filter;  ///< which entries
  };
  /// A field of a register's member; without a field, that it is on the register at all.
  struct Path {
    Index in = none;
    Index field = none;
    std::optional<Stretches> stretches;  ///< in the place of a register
    [[nodiscard]] bool is_empty() const noexcept { return in == none && !stretches; }
  };
  Index in = none;        ///< Model::registers: the persons
  MaybeFormula holds;     ///< which of them; without: all
  Index unit = none;      ///< field that must be the procedure's `unit`; none: one office for all
  Index superior = none;  ///< field: who stands above; none: the register does not say
  Path absent;            ///< who is absent on the day
  Path stand_in;          ///< who acts for the holder while he is absent
  Path delegate;          ///< who may act for the holder, whether he is absent or not
  Cites cites;
  SourceSpan span;
};

/// Who decides, and in which order: `a then b`, `a or b`, `a and b`, `2 of a, b, c`.
struct Chain {
  struct Part {
    enum class Is : std::uint8_t {
      post,     ///< a role, or a person of the case
      some,     ///< so many of its parts, in any order: `or`, `and`, `2 of`
      sequence  ///< one part after the other: `then`
    } is = Is::post;
    Index role = none;           ///< post
    SlotIndex person = no_slot;  ///< post
    std::string name;            ///< post
    /// Who stands above the one who holds the post: a field of a register; none: nobody knows.
    Office::Path superior;
    std::uint16_t need = 0;    ///< some
    bool is_counted = false;   ///< some: written with its number
    std::vector<Index> parts;  ///< Chain::parts, in order of the text
    Index within = none;       ///< the part of which it is one; none: the whole
    /// Whether all parts are asked, so that who answers one of them has been heard.
    [[nodiscard]] bool asks_all() const noexcept {
      return is == Is::sequence || (is == Is::some && need == parts.size() && !is_counted);
    }
  };
  std::vector<Part> parts;   ///< inner ones first: the last is the whole
  std::vector<Index> posts;  ///< the parts that are posts, in order of the text
  /// `or`, `and`, `then`, `of` as the pack spells them.
  std::array<std::string, 4> joints;
  SourceSpan span;
};

/// A state that waits for people.
struct Decision {
  Index state = none;
  Who by;                        ///< any of these; empty where there is a chain
  Index chain = none;            ///< Model::chains
  MaybeFormula chosen;           ///< or what gives one: a word of a set of chains
  SlotIndex progress = no_slot;  ///< of a chain, in the case part: which, and who has answered
  Index approve = none;          ///< the outcome with which a chain goes on
  [[nodiscard]] bool has_chain() const noexcept { return chain != none || chosen.has_value(); }
  std::vector<std::pair<std::string, HappeningId>> outcomes;  ///< approve, reject, lapse, …
  Index lapse = none;  ///< of these: what time gives, and nobody else
  Index timer = none;  ///< `until`; its happening is the outcome `lapse`
  enum class OwnCase : std::uint8_t { unset, one_level_up, skip, refuse } own_case = OwnCase::unset;
  std::vector<Condition> needs;  ///< of each answer; read who gives it
  Cites cites;
  SourceSpan span;
};

// ── procedures and the whole ──────────────────────────────────────────────────────────────────

struct Procedure {
  std::string name;
  std::string title;
  Index pack = 0;
  std::vector<Field> fields;
  SlotIndex key_slot = no_slot;  ///< the case field that is its natural name
  /// The case field with the day by which a case goes to a version; none: the day it is opened.
  SlotIndex pinned_slot = no_slot;
  Index family = none;  ///< of several versions: the procedure of this name in the first that has it
  std::vector<Event> events;
  std::vector<Form> forms;
  std::vector<Let> lets;
  std::vector<Read> reads;
  std::vector<Lookup> lookups;
  std::vector<Clock> clocks;
  std::vector<Timer> timers;
  std::vector<Decision> decisions;
  std::vector<Entitlement> entitlements;
  std::vector<Index> worklists;  ///< Model::worklists in which its cases wait
  std::vector<Index> rules;  ///< Model::rules that it owns, judged ones in file order
  std::vector<Happening> happenings;
  std::vector<std::string> states;  ///< names by chart state
  std::vector<Cites> state_cites;
  chart::Chart chart;
  std::vector<Formula> guards;          ///< by the chart's guard index
  std::vector<Cites> transition_cites;  ///< by the chart's transition index
  SlotIndex at_slot = no_slot;          ///< moment slot of `at`, the instant of the happening
  SlotIndex by_slot = no_slot;          ///< moment slot of `by`, who answers a decision
  SlotIndex state_slot = no_slot;       ///< moment slot of `state`: symbol of state_type
  Type state_type;                      ///< its word i is the chart's state i + 1 (0 is the root)
  SlotIndex case_slots = 0;
  SlotIndex frame_slots = 0;
  Who corrections_by;
  bool has_children = false;  ///< it opens cases of other procedures
  Index called_off = none;    ///< of a child: the event that what opened it was taken back
  MaybeFormula unit;  ///< whose office-holders act
  /// The fields that an event brings with its form: none where it signs or voids it.
  [[nodiscard]] std::span<const Field> brought(const Event& event) const noexcept {
    const bool is_filled = event.form != none &&
                           (event.does == Event::Does::fills || event.does == Event::Does::changes);
    return is_filled ? std::span<const Field>(forms[event.form].fields) : std::span<const Field>();
  }
  /// Names of the slots of the case part, for traces and for people: "arrived.at", "fee".
  std::vector<std::string> slot_names;
  SourceSpan span;
};

/// A task that comes again and again. Each occurrence is a case of `procedure`, which time opens.
struct Duty {
  enum class Every : std::uint8_t {
    day,
    working_day,  ///< of `calendar`
    week,         ///< from Monday on
    month,
    quarter,
    half_year,
    year,
    length  ///< so long, counted from `since`
  } every = Every::month;
  Index procedure = none;
  MaybeFormula length;    ///< in days, weeks, months or years; reads parameters only
  MaybeFormula since;     ///< date; without: the day on which the duty begins
  Index calendar = none;  ///< Model::calendars
  MaybeFormula calendar_choice;
  bool is_early = false;  ///< an occurrence opens with the period before its own
  Index begun = none;     ///< the event that opens an occurrence
  Index each = none;      ///< Model::registers: an occurrence for each member
  SourceSpan span;
};

/// Cases that wait in a state, in the order in which they are to be taken. Each has an entry in a
/// ledger as long as it waits: the values it is ordered by, then the instant at which it was opened.
struct Worklist {
  std::string name;
  Index pack = 0;
  Index procedure = none;
  std::vector<Index> states;  ///< in any of which a case waits
  Who who;                    ///< for whom it is: who takes a case out of its turn says why
  struct Key {
    std::string text;            ///< as written: "urgent first", "reported.at"
    bool is_descending = false;  ///< or, of a condition, those for which it is true come first
  };
  std::vector<Key> order;  ///< what it is ordered by, before all: what is null comes last
  Index rule = none;       ///< Model::rules: its entry
  Index ledger = none;     ///< Model::ledgers
  Cites cites;
  SourceSpan span;
};

struct Parameter {
  std::string name;
  Index pack = 0;
  Type type;
  MaybeFormula initial;  ///< default; without one an overlay must set it
  /// Values that hold from a day on, in the zone of the pack, in order of the days. Without
  /// `initial`, nothing holds before the first.
  struct Dated {
    rt::Date from;
    Formula value;
    Value is = {};  ///< of the formula
  };
  std::vector<Dated> later;
  std::optional<rt::Date> initial_from;  ///< the day that the overlay names for `initial`
  std::optional<Value> minimum, maximum;
  bool is_time_word = false;  ///< 及时, 尽快: the articles whose rules say it are in `cites`
  bool is_said = false;       ///< of a word of time: some formula reads it
  bool is_reading = false;    ///< a choice between readings of the text
  bool is_calendar = false;  ///< its value is an index into Model::calendars
  Cites cites;
  SourceSpan span;
};

struct Role {
  std::string name;
  std::string title;
  SourceSpan span;
  std::optional<Office> office;  ///< without: the host vouches for whoever acts
};
struct Sanction {
  std::string name;
  std::string title;
};

/// A closed set of words. Number 0 is the state of clocks, 1 the answer of entitlements.
struct WordSet {
  std::string name;
  std::vector<std::string> words;
  std::vector<Index> chains;  ///< by word, where each means a chain: Model::chains
};

struct Pack {
  std::string name, title, source, version;
  Language language = Language::english;  ///< in which its header is written
  rt::Date effective_from{}, effective_to{};
  bool has_effective_from = false, has_effective_to = false;
  bool is_after_gap = false;       ///< before it no version is in force, and that is meant
  Index effective_by = none;       ///< the parameter that says from when on; Model::parameters
  Cites effective_cites;
  Index family = 0;                ///< its first version among Model::packs; itself where it is that
  std::uint16_t rank = 0;          ///< which version it is, in order of time
  bool is_one_of_several = false;  ///< versions that are loaded
  /// What a case that it governs is pinned to: the hash of its logic, which no later version changes.
  std::string pinned;

  [[nodiscard]] bool governs(rt::Date day) const noexcept {
    return (!has_effective_from || effective_from <= day) && (!has_effective_to || day <= effective_to);
  }
  [[nodiscard]] std::string full_name() const { return version.empty() ? name : name + " " + version; }
  Zone zone;
  std::uint32_t currency = 0;
  Conventions conventions;
  /// What has to be recorded before this version governs a case: rules that are used by hand.
  struct Adoption {
    Index approved = none;  ///< Model::rules
    Index then = none;      ///< and, once that is recorded, this
  };
  std::optional<Adoption> adoption;
  /// Display names of its names, by Language.
  std::array<std::map<std::string, std::string, std::less<>>, 2> labels;

  /// The label of a name in this language; null where it has none.
  [[nodiscard]] const std::string* label(std::string_view name, Language language) const {
    const auto& known = labels[static_cast<std::size_t>(language)];
    const auto found = known.find(name);
    return found == known.end() ? nullptr : &found->second;
  }
};

/// How people call a name, several of them ("paid, packed") or one behind its procedure
/// ("order.arrived"): each by its label, `label_of` (null: it has none), else as it is.
template <class LabelOf>
[[nodiscard]] std::string shown_names(std::string_view names, const LabelOf& label_of) {
  if (const std::string* whole = label_of(names)) return *whole;
  for (const std::string_view between : {": ", ", ", "."}) {
    const std::size_t at = names.find(between);
    if (at != std::string_view::npos)
      return shown_names(names.substr(0, at), label_of) + std::string(between) +
             shown_names(names.substr(at + between.size()), label_of);
  }
  return std::string(names);
}

/// A decision of another maker's file. Immutable; any number of threads may ask one.
class ForeignDecision {
 public:
  virtual ~ForeignDecision() = default;
  /// Errors: `host`, where it fails or does not give what was declared; `limit`.
  [[nodiscard]] virtual Result<Value> decide(std::span<const Value> arguments,
                                             const Zone& zone) const = 0;
  /// Its logic, whatever the layout of the file.
  [[nodiscard]] virtual std::string print() const = 0;
};

/// A decision table of a pack: a function of formulas. Its frame is [inputs, value under test |
/// parameters].
struct Table {
  std::string name;
  Index pack = 0;
  std::optional<table::Table> table;  ///< empty in a model without errors only where it is imported
  /// What is imported, with the columns that the pack declares for it.
  std::shared_ptr<const ForeignDecision> foreign;
  Signature given, gives;
  bool gives_list = false;
  SlotIndex inputs = 0;           ///< how many arguments it takes
  SlotIndex first_parameter = 0;  ///< where the parameter part begins
  Cites cites;
  std::vector<Cites> row_cites;  ///< by row
  SourceSpan span;
};

/// Who answers for a matter: a chain, or by facts, as a row of a table says.
struct Responsible {
  std::string name;
  Index pack = 0;
  Index chain = none;  ///< Model::chains
  Index table = none;  ///< Model::tables; each of its results is a chain
  Index who = 0;       ///< which of its results answers
  std::vector<std::pair<std::string, Type>> inputs;
  std::vector<std::string> results;
  Cites cites;
  SourceSpan span;
};

/// Everything that packs say, linked. Immutable once built; shared by all threads.
struct Model {
  std::vector<Pack> packs;
  std::vector<Clause> clauses;
  std::vector<Role> roles;
  std::vector<Sanction> sanctions;
  std::vector<WordSet> word_sets;
  std::vector<Parameter> parameters;  ///< parameter part of every frame, in this order
  std::vector<Calendar> calendars;
  std::vector<std::string> calendar_names;
  /// By calendar, the oldest first: what was known when. Empty unless a clock asks for it.
  std::vector<std::vector<KnownCalendar>> known_calendars;
  std::vector<Register> registers;
  std::vector<Ledger> ledgers;  ///< 0: offences, 1: money
  std::vector<Rule> rules;
  std::vector<Procedure> procedures;
  std::vector<Duty> duties;
  std::vector<Worklist> worklists;
  bool has_children = false;  ///< some procedure opens cases of another
  bool has_versions = false;  ///< of some pack several versions are loaded
  std::vector<Table> tables;
  std::vector<Chain> chains;
  std::vector<Responsible> responsibles;
  std::string logic_hash;  ///< of the canonical logic: packs and chosen readings
};

/// Functions that the step gives to formulas, by the number under which the machine asks for them.
/// A calendar is passed as its index in Model::calendars.
enum class HostFunction : std::uint32_t {
  open = 0,          ///< open(calendar, instant)
  workday = 1,       ///< workday(calendar, date)
  first_table = 16,  ///< and on: Model::tables
};

inline constexpr Index offences_ledger = 0;
inline constexpr Index money_ledger = 1;

/// The ids of what is cited, in order.
[[nodiscard]] inline std::vector<std::string> clause_ids(const Model& model, const Cites& cites) {
  std::vector<std::string> out;
  for (const Index clause : cites) out.push_back(model.clauses[clause].id);
  return out;
}

}  // namespace aftercare::step
