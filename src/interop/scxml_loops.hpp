// interop/scxml_loops.hpp — ways of an SCXML document on which it certainly never comes to rest.
//
//   for (const ScxmlLoop& loop : find_scxml_loops(document)) report(loop.by, …);
//
// Found is what goes round without an event, and what goes round by events that it raises itself;
// only where nothing can end it. What conditions, recorded history or a region beside may end is
// not told.
#pragma once

#include <string>
#include <vector>

#include "chart/chart.hpp"
#include "interop/scxml_model.hpp"

namespace aftercare::interop {

struct ScxmlLoop {
  struct Step {
    chart::StateId leaf = chart::none;
    std::string event;  ///< raised before, and taken here; empty: an eventless transition is
  };
  std::vector<Step> steps;               ///< in order; the last leads back to the first
  chart::TransitionId by = chart::none;  ///< the transition of the last step
};

[[nodiscard]] std::vector<ScxmlLoop> find_scxml_loops(const ScxmlDocument& document);

}  // namespace aftercare::interop
