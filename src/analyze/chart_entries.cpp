// The interface of this file is chart_entries().
#include "analyze/chart_entries.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "chart/entry_set.hpp"

namespace aftercare::analyze {

using chart::Chart;
using chart::Entry;
using chart::StateId;
using chart::StateKind;
using chart::TransitionId;

namespace {

constexpr std::size_t budget = 10'000'000;

Entered entered(const Chart& chart, std::span<const StateId> targets, StateId domain) {
  Entered result;
  result.domain = domain;
  const auto history = [&](StateId h) {
    if (std::find(result.histories.begin(), result.histories.end(), h) == result.histories.end()) {
      result.histories.push_back(h);
    }
    return std::span<const StateId>();
  };
  std::vector<StateId> effective;
  append_effective(chart, history, targets, effective);
  std::vector<Entry> entries;
  chart::EntrySet set(chart, history, entries);
  set.add(targets, effective, domain);
  for (const Entry& e : entries) result.plain.push_back(e.state);
  return result;
}

}  // namespace

std::optional<ChartEntries> chart_entries(const Chart& chart) {
  ChartEntries all;
  std::size_t size = 0;
  std::vector<char> wanted(chart.size(), 0);  // children of states with a shallow history in use
  const auto note = [&](const Entered& e) {
    size += e.plain.size() + e.histories.size();
    for (const StateId h : e.histories) {
      if (chart.kind(h) != StateKind::shallow_history) continue;
      for (const StateId child : chart.children(chart.parent(h))) wanted[child] = 1;
    }
  };
  all.at_start = entered(chart, chart.initial(chart::root), chart::root);
  note(all.at_start);
  all.by_transition.resize(chart.transition_count());
  for (TransitionId t = 0; t < chart.transition_count(); ++t) {
    if (size > budget) return std::nullopt;
    if (chart.targets(t).empty()) continue;
    const Chart::Transition& transition = chart.transition(t);
    if (transition.has_static_entries) {
      all.by_transition[t].domain = transition.domain;
      for (const Entry& e : chart.entries(t)) all.by_transition[t].plain.push_back(e.state);
    } else {
      // The default of a history state lies where its record may lie: the domain seen from the
      // source is at most lower for a record, and what lies between is active already.
      std::vector<StateId> effective;
      const auto no_history = [](StateId) { return std::span<const StateId>(); };
      append_effective(chart, no_history, chart.targets(t), effective);
      all.by_transition[t] =
          entered(chart, chart.targets(t),
                  transition_domain(chart, transition.source, transition.internal, effective));
    }
    note(all.by_transition[t]);
  }
  all.by_default.resize(chart.size());
  for (StateId s = 0; s < chart.size(); ++s) {
    if (wanted[s] == 0) continue;
    if (size > budget) return std::nullopt;
    const StateId target[] = {s};
    Entered e = entered(chart, target, chart.parent(s));
    size += e.plain.size();
    all.by_default[s] = std::move(e.plain);
  }
  return all;
}

}  // namespace aftercare::analyze
