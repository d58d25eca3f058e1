// The interface of this file is analyze_reach(): two searches in one graph.
//
// A node says "this state is active". An edge leads from a state
//   - to every state that one of its transitions enters,
//   - to its parent, which is active too and has transitions of its own,
//   - if it is a region, to all that may be active in the regions beside it.
// There is no edge from a state down to its children: entering the state enters them by name.
#include "analyze/chart_reach.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/pending/queue.hpp>
#include <boost/property_map/property_map.hpp>

#include "analyze/chart_entries.hpp"

namespace aftercare::analyze {

using chart::Chart;
using chart::EventId;
using chart::none;
using chart::root;
using chart::StateId;
using chart::StateKind;
using chart::TransitionId;

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

class Marks : public boost::default_bfs_visitor {
 public:
  explicit Marks(std::vector<char>& reached) : reached_(&reached) {}
  template <class Vertex, class Any>
  void discover_vertex(Vertex v, const Any&) {
    (*reached_)[v] = 1;
  }

 private:
  std::vector<char>* reached_;
};

template <class AnyGraph>
std::vector<char> reach(const AnyGraph& graph, const std::vector<std::size_t>& from) {
  std::vector<char> reached(num_vertices(graph), 0);
  std::vector<boost::default_color_type> colors(num_vertices(graph));
  auto color = boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph));
  boost::queue<std::size_t> waiting;
  for (const std::size_t v : from) {
    if (reached[v] != 0) continue;
    boost::breadth_first_visit(graph, v, waiting, Marks(reached), color);
  }
  return reached;
}

// Nodes: one for each state; for each state s "anything in s may be active"; for each region
// "anything in the regions before (after) it".
struct Nodes {
  std::size_t count;
  [[nodiscard]] std::size_t active(StateId s) const { return s; }
  [[nodiscard]] std::size_t inside(StateId s) const { return count + s; }
  [[nodiscard]] std::size_t before(StateId s) const { return 2 * count + s; }
  [[nodiscard]] std::size_t after(StateId s) const { return 3 * count + s; }
};

}  // namespace

ChartReach analyze_reach(const Chart& chart, std::span<const EventId> declared) {
  ChartReach result;
  const std::optional<ChartEntries> entries = chart_entries(chart);
  if (!entries) {
    result.is_complete = false;
    return result;
  }
  const Nodes node{chart.size()};
  Graph graph(4 * node.count);
  for (StateId s = 1; s < chart.size(); ++s) {
    add_edge(node.active(s), node.active(chart.parent(s)), graph);
    add_edge(node.inside(s), node.active(s), graph);
    for (const StateId child : chart.children(s)) {
      add_edge(node.inside(s), node.inside(child), graph);
    }
    if (chart.kind(s) != StateKind::parallel) continue;
    const std::span<const StateId> regions = chart.children(s);
    for (std::size_t i = 0; i < regions.size(); ++i) {
      if (i > 0) {
        add_edge(node.before(regions[i]), node.before(regions[i - 1]), graph);
        add_edge(node.before(regions[i]), node.inside(regions[i - 1]), graph);
        add_edge(node.active(regions[i]), node.before(regions[i]), graph);
      }
      if (i + 1 < regions.size()) {
        add_edge(node.after(regions[i]), node.after(regions[i + 1]), graph);
        add_edge(node.after(regions[i]), node.inside(regions[i + 1]), graph);
        add_edge(node.active(regions[i]), node.after(regions[i]), graph);
      }
    }
  }
  // "Inside" stands for what is beside a region at that moment: for reachability from the start it
  // would take for granted what is asked. The first search runs in the graph without it.
  Graph forward(node.count);
  for (TransitionId t = 0; t < chart.transition_count(); ++t) {
    const StateId source = chart.transition(t).source;
    const Entered& entered = entries->by_transition[t];
    for (const StateId s : entered.plain) {
      add_edge(source, s, forward);
      add_edge(source, s, graph);
    }
    for (const StateId h : entered.histories) {
      if (chart.kind(h) != StateKind::shallow_history) continue;
      for (const StateId child : chart.children(chart.parent(h))) {
        for (const StateId s : entries->by_default[child]) {
          add_edge(child, s, forward);
          add_edge(child, s, graph);
        }
      }
    }
    // What deep history brings back was active before: it is reached by the way it was reached
    // first, but for what is still ahead any of it may be active.
    for (const StateId h : entered.histories) {
      for (const StateId child : chart.children(chart.parent(h))) {
        add_edge(source, node.inside(child), graph);
      }
    }
  }
  for (StateId s = 1; s < chart.size(); ++s) add_edge(s, chart.parent(s), forward);

  std::vector<std::size_t> start = {root};
  for (const StateId s : entries->at_start.plain) start.push_back(s);
  const std::vector<char> reached = reach(forward, start);

  std::vector<std::size_t> ends;
  for (const StateId s : chart.children(root)) {
    if (chart.is_final(s)) ends.push_back(s);
  }
  result.has_end = !ends.empty();
  const std::vector<char> ending = reach(boost::make_reverse_graph(graph), ends);

  const auto is_reached = [&](StateId s) { return s == root || reached[s] != 0; };
  for (StateId s = 1; s < chart.size(); ++s) {
    if (chart::is_history(chart.kind(s))) continue;
    if (!is_reached(s)) {
      if (is_reached(chart.parent(s))) result.unreachable.push_back(s);
      continue;
    }
    if (result.has_end && chart.is_leaf(s) && ending[s] == 0) result.traps.push_back(s);
  }
  for (StateId s = 0; s < chart.size(); ++s) {
    if (!is_reached(s) || chart.kind(s) != StateKind::compound) continue;
    for (const StateId t : chart.initial(s)) {
      if (chart.is_final(t)) result.initial_finals.push_back(t);
    }
  }

  std::vector<EventId> heard;
  bool hears_all = false;
  for (TransitionId t = 0; t < chart.transition_count(); ++t) {
    if (!is_reached(chart.transition(t).source)) continue;
    hears_all = hears_all || chart.transition(t).any_event;
    heard.insert(heard.end(), chart.events(t).begin(), chart.events(t).end());
  }
  std::sort(heard.begin(), heard.end());
  for (const EventId e : declared) {
    if (!hears_all && !std::binary_search(heard.begin(), heard.end(), e)) {
      result.unheard.push_back(e);
    }
  }

  for (StateId s = 0; s < chart.size(); ++s) {
    for (const std::span<const Chart::Slot> slots :
         {chart.event_slots(s), chart.eventless_slots(s)}) {
      std::vector<EventId> taken;  // sorted; by unguarded transitions so far
      bool all_taken = false;
      for (const Chart::Slot& slot : slots) {
        const std::span<const EventId> events = chart.events(slot.transition);
        const bool is_any = slot.event == Chart::any || slot.event == none;
        if (all_taken || (!is_any && std::all_of(events.begin(), events.end(), [&](EventId e) {
              return std::binary_search(taken.begin(), taken.end(), e);
            }))) {
          result.shadowed.push_back(slot.transition);
        } else if (slot.guard == none) {
          all_taken = is_any;
          taken.insert(taken.end(), events.begin(), events.end());
          std::sort(taken.begin(), taken.end());
        }
      }
    }
  }
  std::sort(result.shadowed.begin(), result.shadowed.end());
  return result;
}

}  // namespace aftercare::analyze
