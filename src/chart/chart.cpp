// Chart and ChartBuilder: numbering, checks, and what can be computed before a chart runs.
// The interface of this file is ChartBuilder::build().
#include "chart/chart.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "chart/entry_set.hpp"

namespace aftercare::chart {

namespace {

// A longer entry set is computed when it is needed: lists of all of them could grow with the square
// of the chart.
constexpr std::size_t static_entries_limit = 64;
// States looked at while such sets are computed for the whole chart; keeps building linear.
constexpr std::size_t static_entries_budget = 4'000'000;

// Lowest state that contains both, or is one of them.
StateId common_ancestor(const std::vector<StateId>& parents,
                        const std::vector<std::uint16_t>& depth, StateId a, StateId b) {
  while (a != b) {
    if (depth[a] >= depth[b]) {
      a = parents[a];
    } else {
      b = parents[b];
    }
  }
  return a;
}

std::vector<StateId> without_repeats(const std::vector<StateId>& states) {
  std::vector<StateId> sorted = states;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return states;
  std::vector<StateId> once;
  std::unordered_set<StateId> seen;
  for (const StateId s : states) {
    if (seen.insert(s).second) once.push_back(s);
  }
  return once;
}

}  // namespace

ProblemName name_of(ChartProblem::Is is) noexcept {
  switch (is) {
    case ChartProblem::Is::no_states:
      return {"no states", "没有状态"};
    case ChartProblem::Is::state_out_of_order:
      return {"state out of order", "状态次序不对"};
    case ChartProblem::Is::too_deep:
      return {"too deep", "嵌套过深"};
    case ChartProblem::Is::too_large:
      return {"too large", "状态过多"};
    case ChartProblem::Is::child_of_leaf:
      return {"child of leaf", "终止或历史状态不能有子状态"};
    case ChartProblem::Is::final_in_parallel:
      return {"final in parallel", "并行状态的直接子状态不能是终止状态"};
    case ChartProblem::Is::history_at_root:
      return {"history at root", "历史状态不能在最外层"};
    case ChartProblem::Is::history_without_default:
      return {"history without default", "历史状态没有默认目标"};
    case ChartProblem::Is::history_circular:
      return {"history circular", "历史状态的默认目标又回到自身"};
    case ChartProblem::Is::region_without_states:
      return {"region without states", "里面没有可进入的状态"};
    case ChartProblem::Is::initial_outside:
      return {"initial outside", "初始状态不在其内"};
    case ChartProblem::Is::initial_missing:
      return {"initial missing", "缺少初始状态"};
    case ChartProblem::Is::unknown_state:
      return {"unknown state", "状态不存在"};
    case ChartProblem::Is::target_is_root:
      return {"target is root", "目标是最外层"};
    case ChartProblem::Is::targets_exclude_each_other:
      return {"targets exclude each other", "目标不能同时处于活动状态"};
    case ChartProblem::Is::transition_from_leaf:
      return {"transition from leaf", "终止或历史状态不能有自己的转移"};
  }
  return {};
}

std::optional<StateId> Chart::find(std::string_view name) const noexcept {
  const auto place = std::find(names_.begin(), names_.end(), name);
  if (place == names_.end()) return std::nullopt;
  return static_cast<StateId>(place - names_.begin());
}

bool Chart::matches_many(TransitionId t, EventId event) const noexcept {
  const std::span<const EventId> all = events(t);
  return std::binary_search(all.begin(), all.end(), event);
}

ChartBuilder::ChartBuilder() {
  parents_.push_back(none);
  kinds_.push_back(StateKind::compound);
  names_.emplace_back();
  initials_.emplace_back();
  done_events_.push_back(none);
  on_entry_.emplace_back();
  on_exit_.emplace_back();
}

StateId ChartBuilder::add_state(StateId parent, StateKind kind, std::string name) {
  using Is = ChartProblem::Is;
  const auto id = static_cast<StateId>(parents_.size());
  if (id >= Chart::max_states) {
    if (problems_.empty() || problems_.back().is != Is::too_large) {
      problems_.push_back({.is = Is::too_large});
    }
    return id - 1;
  }
  if (parent >= id) {
    problems_.push_back({.is = Is::unknown_state, .state = parent});
    parent = root;
  }
  // Only the last state added and those above it still take children.
  StateId open = id - 1;
  while (open != parent && open != root) open = parents_[open];
  if (open != parent) problems_.push_back({.is = Is::state_out_of_order, .state = id});
  StateKind& above = kinds_[parent];
  if (above == StateKind::atomic) above = StateKind::compound;
  if (above == StateKind::final || is_history(above)) {
    problems_.push_back({.is = Is::child_of_leaf, .state = id});
  }
  if (above == StateKind::parallel && kind == StateKind::final) {
    problems_.push_back({.is = Is::final_in_parallel, .state = id});
  }
  if (parent == root && is_history(kind)) {
    problems_.push_back({.is = Is::history_at_root, .state = id});
  }
  parents_.push_back(parent);
  kinds_.push_back(kind);
  names_.push_back(std::move(name));
  initials_.emplace_back();
  done_events_.push_back(none);
  on_entry_.emplace_back();
  on_exit_.emplace_back();
  return id;
}

void ChartBuilder::set_initial(StateId state, const std::vector<StateId>& targets,
                               ActionId action) {
  if (state >= initials_.size()) {
    problems_.push_back({.is = ChartProblem::Is::unknown_state, .state = state});
    return;
  }
  initials_[state] = {.targets = without_repeats(targets), .action = action, .given = true};
}

void ChartBuilder::set_done_event(StateId state, EventId event) {
  if (state < done_events_.size()) done_events_[state] = event;
}

void ChartBuilder::add_on_entry(StateId state, ActionId action) {
  if (state < on_entry_.size()) on_entry_[state].push_back(action);
}

void ChartBuilder::add_on_exit(StateId state, ActionId action) {
  if (state < on_exit_.size()) on_exit_[state].push_back(action);
}

TransitionId ChartBuilder::add_transition(TransitionSpec transition) {
  const auto id = static_cast<TransitionId>(transitions_.size());
  if (id >= Chart::max_states) {
    problems_.push_back({.is = ChartProblem::Is::too_large});
    return id - 1;
  }
  transitions_.push_back(std::move(transition));
  return id;
}

void ChartBuilder::set_small_limit(std::uint32_t states) noexcept {
  small_limit_ = std::min(states, SmallSet::capacity);
}

std::optional<Chart> ChartBuilder::build(std::vector<ChartProblem>& problems) && {
  using Is = ChartProblem::Is;
  const auto count = static_cast<StateId>(parents_.size());
  const std::size_t before = problems.size();
  problems.insert(problems.end(), problems_.begin(), problems_.end());
  if (!problems_.empty()) return std::nullopt;  // the tree itself is broken

  Chart chart;
  chart.states_.resize(count);
  std::vector<std::uint16_t> depth(count, 0);
  std::vector<std::vector<StateId>> children(count);
  std::vector<std::vector<StateId>> histories(count);
  for (StateId s = 1; s < count; ++s) {
    const std::uint32_t level = depth[parents_[s]] + 1U;
    if (level > Chart::max_depth) {
      problems.push_back({.is = Is::too_deep, .state = s});
      return std::nullopt;
    }
    depth[s] = static_cast<std::uint16_t>(level);
    (is_history(kinds_[s]) ? histories : children)[parents_[s]].push_back(s);
  }
  if (children[root].empty()) {
    problems.push_back({.is = Is::no_states});
    return std::nullopt;
  }

  const auto store = [&](const std::vector<std::uint32_t>& list) {
    const auto begin = static_cast<std::uint32_t>(chart.ids_.size());
    chart.ids_.insert(chart.ids_.end(), list.begin(), list.end());
    return Chart::Range{begin, static_cast<std::uint32_t>(chart.ids_.size())};
  };
  for (StateId s = count; s-- > 0;) {
    Chart::State& state = chart.states_[s];
    state.parent = parents_[s];
    state.last = std::max(state.last, s);
    state.kind = kinds_[s];
    state.depth = depth[s];
    state.done_event = done_events_[s];
    state.on_entry = store(on_entry_[s]);
    state.on_exit = store(on_exit_[s]);
    state.children = store(children[s]);
    state.histories = store(histories[s]);
    chart.has_history_ = chart.has_history_ || !histories[s].empty();
    if (s != root) {
      StateId& last = chart.states_[parents_[s]].last;
      last = std::max(last, state.last);
    }
    const bool is_region = state.kind == StateKind::compound || state.kind == StateKind::parallel;
    if (is_region && children[s].empty()) {
      problems.push_back({.is = Is::region_without_states, .state = s});
    }
  }

  // Targets that can be active together. In document order the nearest common ancestor of any two
  // is that of two neighbours in between: neighbours are enough.
  const auto compatible = [&](std::vector<StateId> targets) {
    std::sort(targets.begin(), targets.end());
    for (std::size_t i = 1; i < targets.size(); ++i) {
      const StateId a = targets[i - 1];
      const StateId b = targets[i];
      if (a == b) continue;
      const StateId above = common_ancestor(parents_, depth, a, b);
      const bool whole = (is_history(kinds_[a]) && parents_[a] == above) ||
                         (is_history(kinds_[b]) && parents_[b] == above);
      if (kinds_[above] != StateKind::parallel || above == a || above == b || whole) return false;
    }
    return true;
  };
  const auto check_targets = [&](const std::vector<StateId>& targets, StateId state,
                                 TransitionId transition) {
    for (const StateId t : targets) {
      if (t >= count) {
        problems.push_back({.is = Is::unknown_state, .state = t, .transition = transition});
        return false;
      }
      if (t == root) {
        problems.push_back({.is = Is::target_is_root, .state = state, .transition = transition});
        return false;
      }
    }
    if (!compatible(targets)) {
      problems.push_back(
          {.is = Is::targets_exclude_each_other, .state = state, .transition = transition});
      return false;
    }
    return true;
  };

  for (StateId s = 0; s < count; ++s) {
    Initial& initial = initials_[s];
    const bool history = is_history(kinds_[s]);
    if (kinds_[s] != StateKind::compound && !history) continue;
    if (!initial.given) {
      if (history) {
        problems.push_back({.is = Is::history_without_default, .state = s});
      } else if (!children[s].empty()) {
        initial.targets = {children[s].front()};
      }
      continue;
    }
    if (initial.targets.empty()) {
      problems.push_back({.is = Is::initial_missing, .state = s});
      continue;
    }
    if (!check_targets(initial.targets, s, none)) continue;
    const StateId inside = history ? parents_[s] : s;
    for (const StateId t : initial.targets) {
      if (!(inside < t && t <= chart.states_[inside].last)) {
        problems.push_back({.is = Is::initial_outside, .state = s});
        break;
      }
    }
  }
  for (TransitionId t = 0; t < transitions_.size(); ++t) {
    const TransitionSpec& spec = transitions_[t];
    if (spec.source >= count) {
      problems.push_back({.is = Is::unknown_state, .state = spec.source, .transition = t});
      continue;
    }
    if (kinds_[spec.source] == StateKind::final || is_history(kinds_[spec.source])) {
      problems.push_back({.is = Is::transition_from_leaf, .state = spec.source, .transition = t});
    }
    check_targets(spec.targets, spec.source, t);
  }
  if (problems.size() != before) return std::nullopt;

  // A default that is another history of the same state stands for that one's default: both record
  // at the same time, so neither has recorded where the default is asked for.
  for (StateId s = 0; s < count; ++s) {
    if (!is_history(kinds_[s])) continue;
    std::size_t hops = 0;
    Initial resolved = initials_[s];
    while (resolved.targets.size() == 1 && is_history(kinds_[resolved.targets[0]]) &&
           parents_[resolved.targets[0]] == parents_[s]) {
      if (++hops > histories[parents_[s]].size()) {
        problems.push_back({.is = Is::history_circular, .state = s});
        break;
      }
      resolved = initials_[resolved.targets[0]];
    }
    chart.states_[s].initial = store(resolved.targets);
    chart.states_[s].initial_action = resolved.action;
  }
  for (StateId s = 0; s < count; ++s) {
    if (is_history(kinds_[s])) continue;
    chart.states_[s].initial = store(initials_[s].targets);
    chart.states_[s].initial_action = initials_[s].action;
  }
  if (problems.size() != before) return std::nullopt;

  // Slots: the transitions of one state side by side, those with events before those without.
  std::vector<TransitionId> order(transitions_.size());
  for (TransitionId t = 0; t < order.size(); ++t) order[t] = t;
  std::stable_sort(order.begin(), order.end(), [&](TransitionId a, TransitionId b) {
    return transitions_[a].source < transitions_[b].source;
  });
  chart.transitions_.resize(transitions_.size());
  for (std::size_t at = 0; at < order.size();) {
    const StateId source = transitions_[order[at]].source;
    std::size_t end = at;
    while (end < order.size() && transitions_[order[end]].source == source) ++end;
    for (const bool eventless : {false, true}) {
      const auto begin = static_cast<std::uint32_t>(chart.slots_.size());
      for (std::size_t i = at; i < end; ++i) {
        TransitionSpec& spec = transitions_[order[i]];
        if ((spec.events.empty() && !spec.any_event) != eventless) continue;
        std::sort(spec.events.begin(), spec.events.end());
        spec.events.erase(std::unique(spec.events.begin(), spec.events.end()), spec.events.end());
        const EventId event = spec.any_event            ? Chart::any
                              : spec.events.empty()     ? none
                              : spec.events.size() == 1 ? spec.events[0]
                                                        : Chart::many;
        if (!spec.events.empty()) {
          chart.event_count_ = std::max(chart.event_count_, spec.events.back() + 1);
        }
        chart.slots_.push_back({.event = event, .guard = spec.guard, .transition = order[i]});
      }
      const Chart::Range range{begin, static_cast<std::uint32_t>(chart.slots_.size())};
      (eventless ? chart.states_[source].eventless_slots : chart.states_[source].event_slots) =
          range;
      if (eventless && range.begin != range.end) {
        chart.has_eventless_ = true;
        chart.states_[source].eventless_from_here_up = true;
      }
    }
    at = end;
  }
  for (StateId s = 1; s < count; ++s) {
    Chart::State& state = chart.states_[s];
    if (chart.states_[state.parent].eventless_from_here_up) state.eventless_from_here_up = true;
  }

  std::size_t looked_at = 0;
  for (TransitionId t = 0; t < transitions_.size(); ++t) {
    TransitionSpec& spec = transitions_[t];
    const std::vector<StateId> targets = without_repeats(spec.targets);
    Chart::Transition& transition = chart.transitions_[t];
    transition.source = spec.source;
    transition.guard = spec.guard;
    transition.action = spec.action;
    transition.internal = spec.internal;
    transition.any_event = spec.any_event;
    transition.events = store(spec.events);
    transition.targets = store(targets);
    if (targets.empty()) {
      transition.has_static_entries = true;
      continue;
    }
    // What a history state recorded lies inside its parent. Seen from outside that parent, every
    // such state has the same domain as the history state itself.
    bool touched_history = false;
    const auto no_history = [&](StateId) {
      touched_history = true;
      return std::span<const StateId>();
    };
    for (const StateId s : targets) {
      if (is_history(kinds_[s]) && chart.is_descendant(spec.source, parents_[s])) {
        transition.has_dynamic_domain = true;
      }
    }
    std::vector<StateId> effective;
    append_effective(chart, no_history, chart.targets(t), effective);
    if (transition.has_dynamic_domain) continue;
    transition.domain = transition_domain(chart, spec.source, spec.internal, effective);
    if (looked_at > static_entries_budget) continue;
    std::vector<Entry> entries;
    EntrySet set(chart, no_history, entries);
    set.add(chart.targets(t), effective, transition.domain);
    looked_at += entries.size();
    if (touched_history || entries.size() > static_entries_limit) continue;
    transition.has_static_entries = true;
    transition.entries.begin = static_cast<std::uint32_t>(chart.entries_.size());
    chart.entries_.insert(chart.entries_.end(), entries.begin(), entries.end());
    transition.entries.end = static_cast<std::uint32_t>(chart.entries_.size());
  }

  chart.small_ = count <= small_limit_;
  if (chart.small_) {
    chart.descendants_.resize(count);
    for (StateId s = 0; s < count; ++s) {
      chart.descendants_[s] = SmallSet::interval(s + 1, chart.states_[s].last);
      if (!chart.is_leaf(s)) continue;
      chart.leaves_.insert(s);
      if (chart.is_final(s) && chart.parent(s) == root) chart.ends_.insert(s);
      if (chart.states_[s].eventless_from_here_up) chart.eventless_leaves_.insert(s);
    }
  }
  chart.names_ = std::move(names_);
  return chart;
}

}  // namespace aftercare::chart
