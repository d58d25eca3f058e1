// The interface of this file is analyze_reach(): two searches, each in a graph of its own.
//
// Whether a state is reached: an edge leads from a state to every state that one of its transitions
// enters, and to its parent, which is active too and has transitions of its own. There is no edge
// from a state down to its children: entering the state enters them by name.
//
// Whether an end can be reached from a state: the same, but what waits until a state is done hangs
// on its final states, and of a parallel state each region has to come to one. What stands in one
// region neither moves nor ends another: from beside a region comes only what leaves the parallel
// state.
#include "analyze/chart_reach.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
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

// Nodes of the second graph.
struct Nodes {
  std::size_t states;
  std::size_t transitions;
  [[nodiscard]] std::size_t active(StateId s) const { return s; }
  /// Anything in it may be active.
  [[nodiscard]] std::size_t inside(StateId s) const { return states + s; }
  /// It is done.
  [[nodiscard]] std::size_t done(StateId s) const { return 2 * states + s; }
  /// The parallel state is left by what is in this region, or in one before (after) it.
  [[nodiscard]] std::size_t left_by(StateId region) const { return 3 * states + region; }
  [[nodiscard]] std::size_t before(StateId region) const { return 4 * states + region; }
  [[nodiscard]] std::size_t after(StateId region) const { return 5 * states + region; }
  [[nodiscard]] std::size_t taken(TransitionId t) const { return 6 * states + t; }
  [[nodiscard]] std::size_t size() const { return 6 * states + transitions; }
};

/// What can be reached of the chart from its start.
std::vector<char> reach_from_start(const Chart& chart, const ChartEntries& entries) {
  Graph graph(chart.size());
  for (StateId s = 1; s < chart.size(); ++s) add_edge(s, chart.parent(s), graph);
  for (TransitionId t = 0; t < chart.transition_count(); ++t) {
    for (const StateId s : entries.by_transition[t].plain) {
      add_edge(chart.transition(t).source, s, graph);
    }
    // What deep history brings back was active before: it is reached by the way it was reached
    // first.
    for (const StateId h : entries.by_transition[t].histories) {
      if (chart.kind(h) != StateKind::shallow_history) continue;
      for (const StateId child : chart.children(chart.parent(h))) {
        for (const StateId s : entries.by_default[child]) add_edge(child, s, graph);
      }
    }
  }
  std::vector<std::size_t> start = {root};
  for (const StateId s : entries.at_start.plain) start.push_back(s);
  std::vector<char> reached = reach(graph, start);
  reached[root] = 1;
  return reached;
}

/// Of which states one of `ends` lies ahead.
std::vector<char> reach_ends(const Chart& chart, const ChartEntries& entries,
                             const std::vector<char>& reached,
                             const std::vector<std::size_t>& ends) {
  const Nodes node{chart.size(), chart.transition_count()};
  Graph graph(node.size());
  std::unordered_map<EventId, StateId> done_of;
  for (StateId s = 1; s < chart.size(); ++s) {
    add_edge(node.active(s), node.active(chart.parent(s)), graph);
    add_edge(node.inside(s), node.active(s), graph);
    for (const StateId child : chart.children(s)) {
      add_edge(node.inside(s), node.inside(child), graph);
    }
    if (chart.is_leaf(s)) continue;
    if (chart.state(s).done_event != none) done_of.emplace(chart.state(s).done_event, s);
    if (chart.kind(s) != StateKind::parallel) {
      bool is_ever_done = false;
      for (const StateId child : chart.children(s)) {
        if (!chart.is_final(child) || reached[child] == 0) continue;
        add_edge(node.active(child), node.done(s), graph);
        is_ever_done = true;
      }
      // That it is never done is said of the state, not of each way into it.
      if (!is_ever_done) add_edge(node.active(s), node.done(s), graph);
      continue;
    }
    const std::span<const StateId> regions = chart.children(s);
    for (std::size_t i = 0; i < regions.size(); ++i) {
      // The regions beside this one are taken to come to their ends.
      add_edge(node.done(regions[i]), node.done(s), graph);
      if (i > 0) {
        add_edge(node.before(regions[i]), node.before(regions[i - 1]), graph);
        add_edge(node.before(regions[i]), node.left_by(regions[i - 1]), graph);
        add_edge(node.active(regions[i]), node.before(regions[i]), graph);
      }
      if (i + 1 < regions.size()) {
        add_edge(node.after(regions[i]), node.after(regions[i + 1]), graph);
        add_edge(node.after(regions[i]), node.left_by(regions[i + 1]), graph);
        add_edge(node.active(regions[i]), node.after(regions[i]), graph);
      }
    }
  }
  for (TransitionId t = 0; t < chart.transition_count(); ++t) {
    const StateId source = chart.transition(t).source;
    const Entered& entered = entries.by_transition[t];
    if (reached[source] == 0 || entered.domain == none) continue;
    for (const StateId s : entered.plain) add_edge(node.taken(t), node.active(s), graph);
    // For what is still ahead, anything may be active that history brings back.
    for (const StateId h : entered.histories) {
      for (const StateId child : chart.children(chart.parent(h))) {
        add_edge(node.taken(t), node.inside(child), graph);
      }
    }
    const auto leaves_regions_from = [&](StateId s) {
      for (; s != root && s != entered.domain; s = chart.parent(s)) {
        const StateId outer = chart.parent(s);
        if (chart.kind(outer) == StateKind::parallel &&
            chart.is_descendant(outer, entered.domain)) {
          add_edge(node.left_by(s), node.taken(t), graph);
        }
      }
    };
    leaves_regions_from(source);
    bool waits_for_done = !chart.transition(t).any_event && !chart.is_eventless(t);
    for (const EventId e : chart.events(t)) {
      const auto done = done_of.find(e);
      if (done == done_of.end()) {
        waits_for_done = false;
        continue;
      }
      add_edge(node.done(done->second), node.taken(t), graph);
      leaves_regions_from(done->second);
    }
    if (!waits_for_done) add_edge(node.active(source), node.taken(t), graph);
  }
  return reach(boost::make_reverse_graph(graph), ends);
}

}  // namespace

ChartReach analyze_reach(const Chart& chart, std::span<const EventId> declared) {
  ChartReach result;
  const std::optional<ChartEntries> entries = chart_entries(chart);
  if (!entries) {
    result.is_complete = false;
    return result;
  }
  const std::vector<char> reached = reach_from_start(chart, *entries);

  std::vector<std::size_t> ends;
  for (const StateId s : chart.children(root)) {
    if (chart.is_final(s)) ends.push_back(s);
  }
  result.has_end = !ends.empty();
  const std::vector<char> ending = reach_ends(chart, *entries, reached, ends);

  const auto is_reached = [&](StateId s) { return reached[s] != 0; };
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
