#include "report/scxml_shape.hpp"

#include <algorithm>
#include <utility>

#include "report/shape_text.hpp"

namespace aftercare::report {

namespace {

using chart::StateId;

StateShape::Kind kind_of(chart::StateKind kind) {
  switch (kind) {
    case chart::StateKind::compound:
      return StateShape::Kind::compound;
    case chart::StateKind::parallel:
      return StateShape::Kind::parallel;
    case chart::StateKind::final:
      return StateShape::Kind::final;
    case chart::StateKind::shallow_history:
      return StateShape::Kind::shallow_history;
    case chart::StateKind::deep_history:
      return StateShape::Kind::deep_history;
    default:
      return StateShape::Kind::atomic;
  }
}

}  // namespace

ProcedureShape shape_of(const interop::ScxmlDocument& document, std::string title) {
  const chart::Chart& chart = document.chart;
  ProcedureShape out;
  out.name = document.name.empty() ? title : document.name;
  out.title = document.name.empty() ? std::move(title) : document.name;
  // The root is not shown: state i + 1 of the chart is state i here.
  for (StateId id = 1; id < chart.size(); ++id) {
    StateShape state;
    state.kind = kind_of(chart.kind(id));
    state.name = chart.name(id);
    // Ids that no author gave.
    if (state.name.starts_with('.')) state.name = "#" + state.name.substr(1);
    const StateId parent = chart.parent(id);
    if (parent != chart::root) state.parent = parent - 1;
    const auto is_within = [&](StateId target) {
      return target == id || chart.is_descendant(target, id);
    };
    const auto initial = chart.initial(parent);
    state.is_initial = !is_history(state) && std::any_of(initial.begin(), initial.end(), is_within);
    out.states.push_back(std::move(state));
  }
  for (const interop::ScxmlInvoke& invoke : document.invokes) {
    if (invoke.state == chart::root) continue;
    ChildShape child;
    child.name = invoke.id.starts_with('.') ? std::string() : invoke.id;
    if (invoke.source.literal) child.procedure = *invoke.source.literal;
    if (invoke.source.expression) child.procedure = invoke.source.expression->text;
    if (invoke.content && invoke.content->document)
      child.procedure = invoke.content->document->name;
    if (child.name.empty() && child.procedure.empty() && invoke.type.literal)
      child.procedure = *invoke.type.literal;
    child.is_invoked = true;
    out.states[invoke.state - 1].children.push_back(out.children.size());
    out.children.push_back(std::move(child));
  }
  for (StateId id = 1; id < chart.size(); ++id) {
    if (!is_history(out.states[id - 1])) continue;
    TransitionShape transition;
    transition.from = id - 1;
    for (const StateId target : chart.initial(id)) transition.to.push_back(target - 1);
    out.transitions.push_back(std::move(transition));
  }
  for (chart::TransitionId t = 0; t < chart.transition_count(); ++t) {
    TransitionShape transition;
    transition.from = chart.transition(t).source - 1;
    for (const StateId target : chart.targets(t)) transition.to.push_back(target - 1);
    transition.when = document.descriptors[t];
    if (chart.transition(t).guard != chart::none) {
      transition.guard = document.conditions[chart.transition(t).guard].text;
    }
    out.transitions.push_back(std::move(transition));
  }
  return out;
}

}  // namespace aftercare::report
