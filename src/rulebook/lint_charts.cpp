// What the chart of a procedure can never do: states, events and branches that lead nowhere.
#include <algorithm>

#include "analyze/chart_reach.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

// A case may begin in any state that an event opens it in; the chart knows only its first state.
// One more state in which a case is before it is opened makes all of them reachable.
std::optional<chart::Chart> Linker::opened_chart(const ProcDecl& proc) const {
  const step::Procedure& target = model_->procedures[proc.index];
  if (target.chart.size() < 2) return std::nullopt;
  chart::ChartBuilder builder;
  for (chart::StateId id = 1; id < target.states.size(); ++id) {
    builder.add_state(proc.state_parents[id], proc.state_kinds[id], target.states[id]);
  }
  set_done_events(target, builder);
  const chart::StateId before = builder.add_state(chart::root, chart::StateKind::atomic, "");
  builder.set_initial(chart::root, {before});
  // Transitions keep their numbers: the openings come after them.
  for (const ProcDecl::TransitionDecl& decl : proc.transitions) {
    builder.add_transition({.source = decl.source,
                            .events = {decl.events.begin(), decl.events.end()},
                            .guard = decl.guard.is_empty() ? chart::none : 0U,
                            .targets = decl.targets});
  }
  for (const step::Event& event : target.events) {
    if (event.opens == none) continue;
    builder.add_transition(
        {.source = before, .events = {event.happening}, .targets = {event.opens}});
  }
  std::vector<chart::ChartProblem> problems;
  return std::move(builder).build(problems);
}

void Linker::lint_chart(const ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  const auto chart = opened_chart(proc);
  if (!chart) return;
  lint_regions(proc, *chart);

  // A fact is recorded whatever the state; a request that no state takes can never be granted.
  std::vector<chart::EventId> requests;
  for (const step::Event& event : target.events) {
    if (event.is_request && event.opens == none) requests.push_back(event.happening);
  }
  const analyze::ChartReach reach = analyze::analyze_reach(*chart, requests);
  if (!reach.is_complete) return;
  for (const step::Event& event : target.events) {
    if (event.opens == none || !chart->is_final(event.opens)) continue;
    report(diag::AC0790, event.span, {{"event", event.name}, {"state", target.states[event.opens]}});
  }
  for (const chart::StateId id : reach.initial_finals) {
    report(diag::AC0791, proc.state_spans[id],
           {{"outer", target.states[chart->parent(id)]}, {"state", target.states[id]}});
  }
  for (const chart::StateId id : reach.unreachable) {
    if (id >= target.states.size()) continue;
    report(diag::AC0732, proc.state_spans[id], {{"state", target.states[id]}});
  }
  for (const chart::StateId id : reach.traps) {
    if (id >= target.states.size()) continue;
    report(diag::AC0733, proc.state_spans[id], {{"state", target.states[id]}});
  }
  for (const chart::TransitionId t : reach.shadowed) {
    if (t >= proc.transitions.size()) continue;
    report(diag::AC0734, proc.transitions[t].span);
  }
  for (const chart::EventId event : reach.unheard) {
    const step::Happening& what = target.happenings[event];
    const step::Event& request = target.events[what.index];
    report(diag::AC0731, request.span, {{"event", request.name}},
           {base::note(notes::no_state_takes_it)});
  }
}

/// Fields that events of two parallel regions give: whichever is recorded later stands.
void Linker::lint_regions(const ProcDecl& proc, const chart::Chart& chart) {
  const step::Procedure& target = model_->procedures[proc.index];
  struct Giver {
    chart::StateId source;
    const step::Event* event;
    const step::Input* input;
  };
  std::vector<Giver> givers;
  for (const ProcDecl::TransitionDecl& decl : proc.transitions) {
    for (const step::HappeningId h : decl.events) {
      if (target.happenings[h].is != step::Happening::Is::event) continue;
      const step::Event& event = target.events[target.happenings[h].index];
      for (const step::Input& input : event.inputs) {
        if (input.case_slot != no_slot) givers.push_back({decl.source, &event, &input});
      }
    }
  }
  const auto are_side_by_side = [&](chart::StateId a, chart::StateId b) {
    if (a == b || chart.is_descendant(a, b) || chart.is_descendant(b, a)) return false;
    chart::StateId up = chart.parent(a);
    while (up != chart::none && !chart.is_descendant(b, up)) up = chart.parent(up);
    return up != chart::none && chart.kind(up) == chart::StateKind::parallel;
  };
  std::set<SlotIndex> told;
  for (std::size_t i = 0; i < givers.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Giver &first = givers[k], &second = givers[i];
      if (first.event == second.event || first.input->case_slot != second.input->case_slot ||
          !are_side_by_side(first.source, second.source) ||
          !told.insert(first.input->case_slot).second) {
        continue;
      }
      report(diag::AC0739, second.event->span,
             {{"field", second.input->name},
              {"first", first.event->name},
              {"second", second.event->name}},
             {base::note(notes::later_one_stands),
              base::note(notes::first_stands_here, {}, first.event->span)});
    }
  }
}

}  // namespace aftercare::rulebook
