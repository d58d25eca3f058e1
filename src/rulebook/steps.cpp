// `steps` in place of `states`: events in their order, compiled to a chart. A case waits for a step
// in `awaiting_<step>`; where several are asked for at once, in a parallel state with a region for
// each. What follows the last step is `steps_done`.
#include "rulebook/steps.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

using chart::StateId;
using chart::StateKind;

constexpr std::string_view awaiting = "awaiting_";
constexpr std::string_view steps_done = "steps_done";

}  // namespace

/// A step, once its names are known. Several at once, and one of several, have parts.
struct Linker::StepTree {
  enum class Is : std::uint8_t { event, together, one_of, again };
  struct Part {
    Index event = none;
    SourceSpan span;
    StateId state = chart::none;  ///< together: in which its region waits
    StateId after = chart::none;  ///< together: the end of its region
    std::vector<StepTree> then;   ///< one_of
    bool ends = false;            ///< one_of: `final`
  };
  Is is = Is::event;
  std::vector<Part> parts;      ///< of an event: one
  std::string back_to;          ///< again
  StateId state = chart::none;  ///< in which a case waits for it; none: it is never waited for
  SourceSpan span;
};

std::vector<Linker::StepTree> Linker::read_steps(ProcDecl& proc, const Node& list,
                                                 std::set<Index>& seen) {
  const Language language = proc.item->language;
  const auto part_of = [&](const Node& name) -> std::optional<StepTree::Part> {
    const std::string text(base::trim(name.text));
    const auto event = proc.event_index.find(text);
    if (event == proc.event_index.end()) {
      std::vector<std::string> known;
      for (const auto& [one, number] : proc.event_index) known.push_back(one);
      unknown(base::both("event", "事件"), text, name.span, known);
      return std::nullopt;
    }
    if (!seen.insert(event->second).second) {
      report(diag::AC0216, name.span, {{"name", text}});
      return std::nullopt;
    }
    StepTree::Part part;
    part.event = event->second;
    part.span = name.span;
    return part;
  };
  std::vector<StepTree> out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& item = list.items[i];
    StepTree step;
    step.span = item.span;
    const auto add_part = [&](const Node& name) {
      if (auto part = part_of(name)) step.parts.push_back(std::move(*part));
    };
    if (item.is_scalar()) {
      add_part(item);
    } else if (item.is_map() && item.entries.size() == 1) {
      const Entry& entry = item.entries.front();
      step.span = entry.key.span;
      const KeyRow* row = find_key(Place::step, entry.key.text, language);
      if (!row) {
        add_part(entry.key);
      } else if (row->word == Word::together) {
        step.is = StepTree::Is::together;
        for (const Node& one : entry.value.items) {
          if (one.is_scalar()) {
            add_part(one);
          } else if (one.is_map() && one.entries.size() == 1) {
            const Node& name = one.entries.front().key;
            if (find_key(Place::step, name.text, language)) {
              report(diag::AC0225, name.span, {{"first", entry.key.text}, {"second", name.text}});
            } else {
              add_part(name);
            }
          }
        }
      } else if (row->word == Word::one_of) {
        step.is = StepTree::Is::one_of;
        for (const Entry& branch : entry.value.entries) {
          auto part = part_of(branch.key);
          if (!part) continue;
          part->ends = branch.value.is_scalar();
          part->then = read_steps(proc, branch.value, seen);
          step.parts.push_back(std::move(*part));
        }
      } else if (entry.value.is_scalar()) {
        step.is = StepTree::Is::again;
        step.back_to = base::trim(entry.value.text);
        step.span = entry.value.span;
        if (i + 1 < list.items.size()) {
          report(diag::AC0762, list.items[i + 1].span, {{"key", entry.key.text}});
        }
      }
    }
    if (!step.parts.empty() || step.is == StepTree::Is::again) out.push_back(std::move(step));
  }
  return out;
}

StateId Linker::add_state(ProcDecl& proc, std::string name, StateKind kind, StateId parent,
                          SourceSpan span, Cites cites) {
  step::Procedure& target = model_->procedures[proc.index];
  const auto id = static_cast<StateId>(target.states.size());
  proc.state_index[name] = static_cast<Index>(id);
  target.states.push_back(std::move(name));
  target.state_cites.push_back(std::move(cites));
  proc.state_nodes.push_back(nullptr);
  proc.state_kinds.push_back(kind);
  proc.state_parents.push_back(parent);
  proc.state_spans.push_back(span);
  return id;
}

/// Gives each step the state in which a case waits for it, and remembers it under its events.
void Linker::place_steps(ProcDecl& proc, std::vector<StepTree>& steps, bool is_opening,
                         const std::set<std::string>& gone_back_to,
                         std::map<std::string, StateId>& states) {
  const step::Procedure& target = model_->procedures[proc.index];
  const auto name_of = [&](const StepTree::Part& part) { return target.events[part.event].name; };
  for (StepTree& step : steps) {
    std::string name(awaiting);
    Cites cites;
    bool is_awaited = !is_opening;
    for (const StepTree::Part& part : step.parts) {
      if (&part != step.parts.data()) name += step.is == StepTree::Is::one_of ? "_or_" : "_and_";
      name += name_of(part);
      for (const Index clause : target.events[part.event].cites) cites.push_back(clause);
      is_awaited = is_awaited || gone_back_to.count(name_of(part)) != 0;
    }
    is_opening = false;
    if (step.is == StepTree::Is::again) continue;
    if (is_awaited) {
      const bool is_parallel = step.is == StepTree::Is::together;
      step.state = add_state(proc, name, is_parallel ? StateKind::parallel : StateKind::atomic,
                             chart::root, step.span, cites);
    }
    for (StepTree::Part& part : step.parts) {
      states[name_of(part)] = step.state;
      if (step.is != StepTree::Is::together || !is_awaited) continue;
      const StateId region =
          add_state(proc, "step_" + name_of(part), StateKind::compound, step.state, part.span, {});
      part.state = add_state(proc, std::string(awaiting) + name_of(part), StateKind::atomic, region,
                             part.span, {});
      part.after =
          add_state(proc, "after_" + name_of(part), StateKind::final, region, part.span, {});
    }
    for (StepTree::Part& part : step.parts) {
      place_steps(proc, part.then, false, gone_back_to, states);
    }
  }
}

/// Joins the steps; gives the state in which their first is waited for, `after` where there is
/// none.
StateId Linker::join_steps(ProcDecl& proc, const std::vector<StepTree>& steps, StateId after,
                           bool is_opening, const std::map<std::string, StateId>& states) {
  step::Procedure& target = model_->procedures[proc.index];
  const auto end = [&] {
    if (const auto known = proc.state_index.find(std::string(steps_done));
        known != proc.state_index.end()) {
      return static_cast<StateId>(known->second);
    }
    return add_state(proc, std::string(steps_done), StateKind::final, chart::root,
                     proc.item->name_span(), {});
  };
  const auto go = [&](StateId from, step::HappeningId event, StateId to, SourceSpan span,
                      const Cites& cites) {
    ProcDecl::TransitionDecl transition;
    transition.source = from;
    transition.events = {event};
    transition.targets = {to};
    transition.cites = cites;
    transition.span = span;
    proc.transitions.push_back(std::move(transition));
  };
  // From the last to the first: each needs to know what follows it.
  StateId next = after;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const StepTree& step = steps[i];
    const bool opens = is_opening && i == 0;
    if (step.is == StepTree::Is::again) {
      const auto to = states.find(step.back_to);
      if (to == states.end()) {
        std::vector<std::string> known;
        for (const auto& [name, state] : states) known.push_back(name);
        unknown(base::both("step", "步骤"), step.back_to, step.span, known);
      } else {
        next = to->second;
      }
      continue;
    }
    for (const StepTree::Part& part : step.parts) {
      step::Event& event = target.events[part.event];
      event.is_step = true;
      StateId to = next;
      if (part.ends) {
        to = end();
      } else if (!part.then.empty()) {
        to = join_steps(proc, part.then, next, false, states);
      } else if (step.is == StepTree::Is::together) {
        to = part.after;
      }
      if (to == chart::none) to = end();
      if (opens) event.opens = static_cast<Index>(to);
      if (step.state == chart::none) continue;
      const StateId from = step.is == StepTree::Is::together ? part.state : step.state;
      go(from, event.happening, to, part.span, event.cites);
    }
    if (step.is == StepTree::Is::together && step.state != chart::none) {
      const step::HappeningId all =
          happening(proc, {step::Happening::Is::done, static_cast<Index>(step.state), none});
      go(step.state, all, next == chart::none ? end() : next, step.span, {});
    }
    next = step.state;
  }
  return next;
}

void Linker::declare_steps(ProcDecl& proc, const Node& list) {
  const Language language = proc.item->language;
  if (!list.is_list()) return;
  each_fact_of_steps(list, language, [&](const Entry& entry) {
    const Node* opens = get(entry.value, Word::opens, language);
    if (!opens) return;
    report(diag::AC0225, opens->span,
           {{"first", std::string(spelling(Word::opens, language))},
            {"second", std::string(spelling(Word::steps, language))}});
  });
  std::set<Index> seen;
  std::vector<StepTree> steps = read_steps(proc, list, seen);
  if (steps.empty()) return;
  if (steps.front().is == StepTree::Is::together || steps.front().is == StepTree::Is::again) {
    const bool is_together = steps.front().is == StepTree::Is::together;
    report(diag::AC0761, steps.front().span,
           {{"key",
             std::string(spelling(is_together ? Word::together : Word::again_from, language))}});
    return;
  }
  std::set<std::string> gone_back_to;
  const auto look = [&](const auto& self, const std::vector<StepTree>& in) -> void {
    for (const StepTree& step : in) {
      if (step.is == StepTree::Is::again) gone_back_to.insert(step.back_to);
      for (const StepTree::Part& part : step.parts) self(self, part.then);
    }
  };
  look(look, steps);
  std::map<std::string, StateId> states;
  place_steps(proc, steps, true, gone_back_to, states);
  join_steps(proc, steps, chart::none, true, states);
  // They were joined from the last to the first; people read them in order.
  std::stable_sort(proc.transitions.begin(), proc.transitions.end(),
                   [](const auto& a, const auto& b) { return a.source < b.source; });
}

}  // namespace aftercare::rulebook
