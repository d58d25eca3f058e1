// What the chart of a procedure can never do: states, events and branches that lead nowhere.
#include <algorithm>

#include "analyze/chart_reach.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

void Linker::lint_chart(const ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  if (target.chart.size() < 2) return;
  // A case may begin in any state that an event opens it in; the chart knows only its first state.
  // One more state in which a case is before it is opened makes all of them reachable.
  chart::ChartBuilder builder;
  for (chart::StateId id = 1; id < target.states.size(); ++id) {
    builder.add_state(proc.state_parents[id], proc.state_kinds[id], target.states[id]);
  }
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
  const auto chart = std::move(builder).build(problems);
  if (!chart) return;

  // A fact is recorded whatever the state; a request that no state takes can never be granted.
  std::vector<chart::EventId> requests;
  for (const step::Event& event : target.events) {
    if (event.is_request && event.opens == none) requests.push_back(event.happening);
  }
  const analyze::ChartReach reach = analyze::analyze_reach(*chart, requests);
  if (!reach.is_complete) return;
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

}  // namespace aftercare::rulebook
