// analyze/chart_entries.hpp — what each transition of a chart may enter, whatever was recorded.
#pragma once

#include <optional>
#include <vector>

#include "chart/chart.hpp"

namespace aftercare::analyze {

/// States that may become active together with one transition.
struct Entered {
  /// Entered where no history state on the way has a record.
  std::vector<chart::StateId> plain;
  /// History states on the way.
  std::vector<chart::StateId> histories;
  /// The innermost state that is not left; none: nothing is entered.
  chart::StateId domain = chart::none;
};

struct ChartEntries {
  Entered at_start;
  std::vector<Entered> by_transition;
  /// What entering a state by default enters, the state included; filled for the children of
  /// states whose shallow history a transition leads to, else empty.
  std::vector<std::vector<chart::StateId>> by_default;
};

/// Empty where the lists together would be larger than a fixed budget (some ten million states):
/// such a chart is not analysed.
[[nodiscard]] std::optional<ChartEntries> chart_entries(const chart::Chart& chart);

}  // namespace aftercare::analyze
