// analyze/chart_reach.hpp — which states a chart can come to, and whether it can come to an end.
//
//   ChartReach found = analyze_reach(chart, declared_events);
//   for (StateId s : found.unreachable) report(chart.name(s));
//
// Guards are taken to hold and to fail at will: what is reported is so whatever they say; what is
// not reported may still be unreachable. Needs: a Chart. Knows nothing of where it was written.
#pragma once

#include <span>
#include <vector>

#include "chart/chart.hpp"

namespace aftercare::analyze {

struct ChartReach {
  /// States that no path leads to, in document order; of nested ones the outermost.
  std::vector<chart::StateId> unreachable;
  /// Reachable leaves from which no final child of the root can be reached; a leaf of a region also
  /// where its region cannot come to its end and the parallel state cannot be left from there. Empty
  /// where the root has no final child: the chart is not meant to end.
  std::vector<chart::StateId> traps;
  /// Of the declared events those that no transition of a reachable state names, in given order.
  std::vector<chart::EventId> unheard;
  /// Transitions that an earlier unguarded one of the same state always comes before.
  std::vector<chart::TransitionId> shadowed;
  /// Final states that stand as initial states: the region, or the chart, ends as it begins.
  std::vector<chart::StateId> initial_finals;
  bool has_end = false;  ///< the root has a final child
  /// False: the chart is too large to be analysed (chart_entries.hpp), and nothing else is filled.
  bool is_complete = true;
};

[[nodiscard]] ChartReach analyze_reach(const chart::Chart& chart,
                                       std::span<const chart::EventId> declared);

}  // namespace aftercare::analyze
