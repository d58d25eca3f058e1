// aftercare/trace.hpp — why: the guards, clocks, entries and clauses behind each step of a case.
//
//   for (const StepTrace& step : engine.history("A1").value())
//     std::cout << to_text(step);   // … breached at 09:30:00.000001: 30min from 09:00 (S2-09-C05)
//
// The trace is kept in binary and rendered when somebody asks. Needs: event.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/event.hpp"
#include "aftercare/export.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// One line of an explanation.
struct TraceLine {
  enum class Is : std::uint8_t {
    guard,        ///< a condition, its verdict and the values it read
    need,         ///< a need, met or not
    transition,   ///< from one state to another
    clock,        ///< started, paused, resumed, met, breached, cancelled, re-projected
    table,        ///< rows that matched
    read,         ///< what was looked up elsewhere
    entry,        ///< entered or withdrawn
    entitlement,  ///< covered, not covered, open
    note,
  };
  Is is = Is::note;
  std::string subject;                                ///< name of the clock, rule, need, transition
  std::string text;                                   ///< one sentence in the language asked for
  std::vector<std::pair<std::string, Value>> values;  ///< what was read, by name
  std::vector<std::string> clauses;
  /// That a rule does not apply, and a later step finds so again: to_text() tells it there.
  bool is_told_later = false;
};

/// Everything that one step did, and why.
struct StepTrace {
  std::string case_id;
  std::uint64_t step = 0;
  std::string event;  ///< or "clock appointment breached" for a step made by time
  Instant at{}, recorded{};
  Actor actor;
  Outcome::Is outcome = Outcome::Is::applied;
  bool is_taken_back = false;  ///< by a later `retract`: it counts no more
  std::string state_before, state_after;
  std::vector<TraceLine> lines;
  Zone zone;  ///< of its pack: in it the lines tell instants
  /// Names in it that have a label in the language asked for, each with that; to_text() shows it.
  std::vector<std::pair<std::string, std::string>> labels;
  /// The same of words of closed sets among its values.
  std::vector<std::pair<std::string, std::string>> word_labels;
};

/// The step as people read it: a line for the event, one for each trace line, clauses quoted where
/// `quote` is set. Instants in `zone`.
[[nodiscard]] AFTERCARE_API std::string to_text(const StepTrace& step, const Zone& zone,
                                                Language language = Language::english);

}  // namespace aftercare
