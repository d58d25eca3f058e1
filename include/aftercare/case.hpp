// aftercare/case.hpp — a case as its readers see it: its file, clocks, entries and history.
//
//   auto order = engine.find("A1").value();
//   for (const ClockView& clock : order.clocks)
//     if (clock.due) print(clock.name, *clock.due, clock.clause);
//
// Needs: event.hpp. These are copies: a view does not change when the case does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/event.hpp"
#include "aftercare/export.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// A promise in time and how it stands.
struct ClockView {
  enum class State : std::uint8_t { idle, running, paused, met, breached, cancelled };
  std::string name;
  State state = State::idle;
  std::optional<Instant> started, due, ended;  ///< `due` is the last instant that is in time
  std::optional<Instant> projected;     ///< while paused: `due`, if it ran on now; no promise
  std::optional<rt::Duration> left;     ///< while paused: what remains
  std::optional<rt::Duration> late_by;  ///< how long after the limit it was stopped (or now)
  bool is_provisional = false;          ///< the calendar's data end before the limit
  std::string clause;
};

/// "idle", "running", …; a word that lives forever.
[[nodiscard]] AFTERCARE_API std::string_view to_text(
    ClockView::State state, Language language = Language::english) noexcept;

/// An entry of a ledger: an offence, a payment, or what a pack declares.
struct EntryView {
  std::uint64_t id = 0;
  std::string ledger;           ///< "offences", "money", or the pack's name for it
  std::string name;             ///< the rule: "no_appointment"
  std::string kind;             ///< offence | reward | payment | fine | pay | entry | finding
  Value subject;                ///< who or what it is about
  std::string from, to;         ///< money: who owes, to whom
  std::optional<Value> amount;  ///< money
  std::string sanction;
  std::optional<rt::Date> on;  ///< the day it belongs to
  Instant recorded{};
  std::string case_id;              ///< the case it came from; empty: entered by hand
  std::optional<std::int64_t> nth;  ///< numbered offences
  std::uint64_t about = 0;          ///< money: the id of the entry that it follows from
  Context fields;
  std::vector<std::string> clauses;
  bool is_correction = false;  ///< a difference posted later
  bool is_withdrawn = false;   ///< no longer holds; the reason says why
  std::string reason;
};

/// What may happen next, by whom, and what stands in its way.
struct Possibility {
  std::string event;
  enum class Kind : std::uint8_t { fact, request, decision, right, form } kind = Kind::fact;
  bool is_possible = false;     ///< as things stand, for the actor who asked
  std::vector<std::string> by;  ///< roles or persons who may
  /// Who that is, where a register or the case says so.
  struct Candidate {
    std::string role, person;
    std::string on_behalf_of;  ///< the holder of the post for whom he acts; empty: himself
    std::string authority;     ///< own, stand_in, delegate, superior
  };
  std::vector<Candidate> who;
  std::string chain;  ///< of a decision in a chain: what is left of it, "b or c, then d"
  std::string form;   ///< the form it brings, changes, signs or voids
  std::vector<std::string> fields;  ///< of the form that it brings or changes
  std::vector<std::string> signs;   ///< whose signatures the form still takes with it, in order
  std::vector<Reason> lacks;        ///< what the form in force is not complete for
  std::vector<std::string> data;        ///< the data it asks for
  std::vector<std::string> leads_to;    ///< states
  /// Where the case waits in line for who asks, and this would take it: out of its turn it needs a
  /// reason.
  struct Turn {
    std::string worklist;
    std::size_t place = 0;    ///< from 1
    std::size_t waiting = 0;  ///< how many wait there
    std::string first;        ///< the case that comes first: its natural name, or its id
  };
  std::vector<Turn> turns;
  std::vector<Reason> obstacles;        ///< each unmet need or failed guard with its clause
  std::vector<std::string> open_facts;  ///< facts not yet known that can still change the verdict
  std::vector<std::string> clauses;
};

/// "fact", "request", …; a word that lives forever.
[[nodiscard]] AFTERCARE_API std::string_view to_text(
    Possibility::Kind kind, Language language = Language::english) noexcept;

struct CaseView {
  std::string id, key, procedure, pack, state;
  std::string version;  ///< of the pack: the one that governs it, whatever comes later
  bool is_final = false;
  std::uint64_t steps = 0;
  Instant opened{};
  std::optional<Instant> closed;
  Context data;  ///< fields, derived values, the latest events and forms
  std::vector<ClockView> clocks;
  std::vector<EntryView> entries;  ///< of this case, withdrawn ones too
  std::string incident;            ///< why it waits for a person; usually empty
};

}  // namespace aftercare
