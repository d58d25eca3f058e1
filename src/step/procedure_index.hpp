// step/procedure_index.hpp — what the model implies for one procedure, found once. For this folder.
//
// Most of it says what must be computed again when something changes. A moment slot that somebody
// fills from other slots (the state, clocks as values, reads, entitlements) is DERIVED, and so is
// the truth of a watched let. Each has a number; after a change the slots that read what changed,
// directly or through others, are stale, and a let once a slot that it reads has another value.
// What nobody touches stays as it is, from step to step.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "aftercare/value.hpp"

#include "clock/clock.hpp"
#include "step/model.hpp"
#include "step/record.hpp"

namespace aftercare::step {

/// How the value of a slot comes about.
struct Origin {
  enum class Is : std::uint8_t {
    written,  ///< by whoever gives it: data, `at`, `nth`, what a filter reads of an entry
    state,
    clock_state,
    clock_due,
    clock_left,
    read,
    lookup,
    entitlement,
    form_complete
  };
  Is is = Is::written;
  Index which = 0;   ///< clock, read, lookup, entitlement or form
  Index number = 0;  ///< of what is derived; a read and an entitlement fill several slots
};

/// What a happening does to a clock, bit by bit.
struct ClockMove {
  enum : std::uint16_t {
    start = 1,
    stop = 2,
    pause = 4,
    resume = 8,
    restart = 16,
    cancel = 32,
    runs_on = 64,  ///< it resumes, and does not pause as well
    enters = 128,  ///< by entering a state
    leaves = 256,  ///< by leaving one
    holds = 512,   ///< that state pauses it until it is left
  };
  Index clock = none;
  std::uint16_t does = 0;
  Index state = none;  ///< that is entered or left
};

/// Whether entering the state pauses the clock and leaving it lets it run on.
[[nodiscard]] bool pauses_until_left(const Procedure& p, const Clock& clock, Index state);

struct ProcedureIndex {
  ProcedureIndex(const Model& model, const Procedure& procedure);

  std::vector<std::vector<Index>> judged;       // by happening: rules, file order
  std::vector<std::vector<ClockMove>> clocks;   // by happening: clocks that name it
  std::vector<Index> standing;                  // rules
  std::vector<Index> watched;                   // lets
  std::vector<HappeningId> enter, leave, done;  // by state
  std::vector<Index> chains;                    // by state: the decision with a chain; none
  std::vector<record::Mark> guards;             // by guard of the chart: its items in the record
  std::vector<bool> in_chart;                   // by happening: some transition waits for it
  std::vector<clock::Terms> terms;              // by clock
  std::vector<Index> first_reminder;            // by clock: its first among those of all
  std::vector<Index> following;                 // clocks that take another goal while they run
  std::vector<bool> moves_others;               // by clock: its breach moves clocks or lets
  std::size_t reminders = 0;
  bool clocks_are_heard = false;  // the chart or a let hangs on what clocks do

  std::vector<Origin> origins;  // by slot of the case and moment parts
  std::size_t derived = 0;      // how many; the watched lets are the last
  Index first_let = 0;          // number of the first watched let
  /// Numbers of what is stale …
  std::vector<std::vector<Index>> after_write;  // by slot that was written
  std::vector<std::vector<Index>> after_clock;  // by clock that moved
  std::vector<Index> after_move;                // once a state was entered or left
  std::vector<Index> after_event;  // once the event under way counts as one of the case
  std::vector<Index> after_begin;  // in another step

  // Texts that formulas may read.
  std::vector<std::vector<Value>> coverage_reasons;  // by entitlement and number of reason_of()
  std::vector<Value> missing_names;                  // by slot: a fact that may be missing
};

/// What is derived by way of itself: reads, entitlements, lookups, forms that are to be complete;
/// one of each circle. Nothing could ever give their values.
[[nodiscard]] std::vector<Origin> circles_of(const Model& model, const Procedure& procedure);

}  // namespace aftercare::step
