#include "differential/chart_literal.hpp"

namespace aftercare::chart {

std::string_view to_text(Rule rule) {
  static constexpr std::string_view names[] = {
      "none off",
      "document order of transitions",
      "inner state first",
      "ancestors are asked",
      "guards count",
      "preemption",
      "inner source wins",
      "earlier wins",
      "targetless conflicts with none",
      "exit order",
      "entry order",
      "exits before content",
      "content before entries",
      "exit whole domain",
      "domain is no parallel",
      "internal stays inside",
      "internal of parallel leaves",
      "internal to outside leaves",
      "regions are entered",
      "regions only by default",
      "initial is entered",
      "initial content",
      "initial after entry",
      "history restores",
      "history default",
      "history deep",
      "history shallow",
      "history before exit",
      "history default content",
      "history in domain",
      "done event",
      "done of parallel",
      "done after entry",
      "done needs all regions",
      "done of nested parallel",
      "eventless first",
      "internal in order",
      "taken once",
      "removed while exiting",
      "added while entering",
      "finished stops",
      "entries inside domain",
  };
  static_assert(std::size(names) == static_cast<std::size_t>(last_rule) + 1);
  return names[static_cast<std::size_t>(rule)];
}

}  // namespace aftercare::chart
