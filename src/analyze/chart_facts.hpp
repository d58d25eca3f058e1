// analyze/chart_facts.hpp — what has certainly happened when a state is active: definite
// assignment.
//
//   ChartFactsInput input(chart, fact_count);
//   input.by_event[paid] .insert(fee_is_known);          // the event `paid` gives the field `fee`
//   ChartFacts facts(chart, std::move(input));
//   if (!facts.while_active(closed).contains(fee_is_known)) {
//     for (TransitionId t : facts.path_without(closed, fee_is_known)) …   // a way into it that
//     never pays
//   }
//
// A fact is a number that once it holds, holds for good: an event has happened, a field has been
// set. A state knows what every path into it has seen; being in a parallel state, what each of its
// regions knows; after its done event, what the final states of all regions know; coming back by
// history, what was known on leaving and on the way back. Guards may hold or fail at will. Needs: a
// Chart. Knows nothing of where it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "analyze/chart_entries.hpp"
#include "analyze/fact_set.hpp"
#include "chart/chart.hpp"

namespace aftercare::analyze {

struct ChartFactsInput {
  ChartFactsInput(const chart::Chart& chart, std::uint32_t fact_count);

  std::uint32_t fact_count;
  FactSet initially;                   ///< known before the chart starts
  std::vector<FactSet> by_event;       ///< by event number: known once the event has happened
  std::vector<FactSet> by_transition;  ///< known once it was taken, beyond its event
  std::vector<FactSet> by_state;       ///< known once it was entered, as its entry content sets it
};

class ChartFacts {
 public:
  /// Requires: `chart` lives as long as this.
  ChartFacts(const chart::Chart& chart, ChartFactsInput input);

  /// Known whenever `s` is entered, before its entry content.
  [[nodiscard]] const FactSet& at_entry(chart::StateId s) const { return at_entry_[s]; }
  /// Known whenever `s` is active: for guards and content of its transitions, before their event.
  [[nodiscard]] const FactSet& while_active(chart::StateId s) const { return active_[s]; }
  /// Known when the guard of `t` is asked: its source is active and its event has come.
  [[nodiscard]] FactSet when_asked(chart::TransitionId t) const;
  /// Known while `s` is active and `event` (not of any transition in particular) has come.
  [[nodiscard]] FactSet on_event(chart::StateId s, chart::EventId event) const;
  /// Whether `s` can be active at all. An unreachable state knows everything.
  [[nodiscard]] bool is_reachable(chart::StateId s) const { return reachable_[s] != 0; }

  /// Transitions in the order in which they lead from the start into `s` without `fact`; a shortest
  /// such way. Where it comes back by history, the steps between leaving and coming back are left
  /// out. Empty where `s` is active from the start without it, or where the fact is known.
  [[nodiscard]] std::vector<chart::TransitionId> path_without(chart::StateId s,
                                                              std::uint32_t fact) const;
  /// False: the chart is too large to be analysed; only what is known initially is known.
  [[nodiscard]] bool is_complete() const noexcept { return entries_.has_value(); }

 private:
  class Solver;
  class Search;
  [[nodiscard]] std::optional<FactSet> done(chart::StateId s) const;
  [[nodiscard]] std::optional<FactSet> of_event(chart::EventId event) const;
  [[nodiscard]] std::optional<FactSet> of_transition(chart::TransitionId t) const;

  const chart::Chart& chart_;
  ChartFactsInput input_;
  std::optional<ChartEntries> entries_;
  std::unordered_map<chart::EventId, std::vector<chart::StateId>> done_of_event_;
  std::vector<FactSet> at_entry_;
  std::vector<FactSet> active_;
  std::vector<char> reachable_;
};

}  // namespace aftercare::analyze
