// chart/entry_set.hpp — which states a set of transitions enters: computeEntrySet of Appendix D.
//
// One implementation for the chart's compiler (with no history known: what is static) and for the
// running algorithm (with the recorded history).
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "chart/chart.hpp"

namespace aftercare::chart {

/// `History` answers `std::span<const StateId> operator()(StateId history)`: the recorded states,
/// empty where the parent was never left.
template <class History>
class EntrySet {
 public:
  /// Appends to `entries`, which stays sorted by state.
  EntrySet(const Chart& chart, const History& history, std::vector<Entry>& entries) noexcept
      : chart_(chart), history_(history), entries_(entries) {}

  /// What a transition into `targets` enters inside `domain`; `effective` are the targets with
  /// history states replaced.
  void add(std::span<const StateId> targets, std::span<const StateId> effective, StateId domain) {
    domain_ = domain;
    for (const StateId s : targets) add_descendants(s);
    for (const StateId s : effective) add_ancestors(s, domain);
  }

 private:
  Entry& insert(StateId s) {
    auto place = std::lower_bound(entries_.begin(), entries_.end(), s,
                                  [](const Entry& e, StateId id) { return e.state < id; });
    if (place == entries_.end() || place->state != s) {
      place = entries_.insert(place, {.state = s, .by_default = false, .history = pending(s)});
    }
    return *place;
  }
  // Default history content is noted before its parent is known to be entered.
  [[nodiscard]] StateId pending(StateId s) const noexcept {
    for (const StateId h : pending_) {
      if (chart_.parent(h) == s) return h;
    }
    return none;
  }
  [[nodiscard]] bool has_descendant_of(StateId s) const noexcept {
    const auto place = std::upper_bound(entries_.begin(), entries_.end(), s,
                                        [](StateId id, const Entry& e) { return id < e.state; });
    return place != entries_.end() && place->state <= chart_.state(s).last;
  }
  void add_all(std::span<const StateId> states, StateId ancestor) {
    for (const StateId s : states) add_descendants(s);
    for (const StateId s : states) add_ancestors(s, ancestor);
  }
  void add_descendants(StateId s) {
    const StateKind kind = chart_.kind(s);
    if (is_history(kind)) {
      const StateId parent = chart_.parent(s);
      if (const std::span<const StateId> recorded = history_(s); !recorded.empty()) {
        add_all(recorded, parent);
        return;
      }
      note_default(s, parent);
      add_all(chart_.initial(s), parent);
      return;
    }
    insert(s);
    if (kind == StateKind::compound) {
      insert(s).by_default = true;
      add_all(chart_.initial(s), s);
    } else if (kind == StateKind::parallel) {
      add_regions(s);
    }
  }
  void add_regions(StateId s) {
    for (const StateId child : chart_.children(s)) {
      if (!has_descendant_of(child)) add_descendants(child);
    }
  }
  void add_ancestors(StateId s, StateId ancestor) {
    // Never beyond the domain, which stays active with all that is outside it: the procedures of
    // Appendix D would go up to the parent of a history state, and enter regions that were not
    // left.
    for (StateId a = chart_.parent(s); a != ancestor && chart_.is_descendant(a, domain_);
         a = chart_.parent(a)) {
      insert(a);
      if (chart_.kind(a) == StateKind::parallel) add_regions(a);
    }
  }
  void note_default(StateId history, StateId parent) {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), parent,
                                        [](const Entry& e, StateId id) { return e.state < id; });
    if (place != entries_.end() && place->state == parent) {
      place->history = history;
    } else {
      std::erase_if(pending_, [&](StateId h) { return chart_.parent(h) == parent; });
      pending_.push_back(history);
    }
  }

  const Chart& chart_;
  const History& history_;
  std::vector<Entry>& entries_;
  std::vector<StateId> pending_;
  StateId domain_ = root;
};

/// Targets with history states replaced by what they stand for, in order.
template <class History>
void append_effective(const Chart& chart, const History& history, std::span<const StateId> targets,
                      std::vector<StateId>& out) {
  for (const StateId s : targets) {
    if (!is_history(chart.kind(s))) {
      out.push_back(s);
    } else if (const std::span<const StateId> recorded = history(s); !recorded.empty()) {
      append_effective(chart, history, recorded, out);
    } else {
      append_effective(chart, history, chart.initial(s), out);
    }
  }
}

/// getTransitionDomain of Appendix D. Requires: `effective` is not empty.
[[nodiscard]] inline StateId transition_domain(const Chart& chart, StateId source, bool internal,
                                               std::span<const StateId> effective) noexcept {
  if (source == root) return root;
  if (internal && chart.kind(source) == StateKind::compound &&
      std::all_of(effective.begin(), effective.end(),
                  [&](StateId s) { return chart.is_descendant(s, source); })) {
    return source;
  }
  StateId a = chart.parent(source);
  while (a != root && (chart.kind(a) != StateKind::compound ||
                       !std::all_of(effective.begin(), effective.end(),
                                    [&](StateId s) { return chart.is_descendant(s, a); }))) {
    a = chart.parent(a);
  }
  return a;
}

}  // namespace aftercare::chart
