// What the chart of a procedure can never do: states, events and branches that lead nowhere.
#include <algorithm>

#include "analyze/chart_entries.hpp"
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
  lint_conflicts(proc, *chart);
  lint_facts(proc);

  // A fact is recorded whatever the state; a request that no state takes can never be granted.
  std::vector<chart::EventId> requests;
  for (const step::Event& event : target.events) {
    if (event.is_request && event.opens == none) requests.push_back(event.happening);
  }
  const analyze::ChartReach reach = analyze::analyze_reach(*chart, requests);
  if (!reach.is_complete) return;
  lint_done(proc, *chart, reach);
  lint_loops(proc, *chart, reach);
  if (!reach.has_end) {
    report(diag::AC0765, proc.item->name_span(), {{"name", target.name}},
           {base::note(notes::write_a_final_state)});
  }
  for (const step::Event& event : target.events) {
    if (event.opens == none || !chart->is_final(event.opens)) continue;
    report(diag::AC0790, event.span,
           {{"event", event.name}, {"state", target.states[event.opens]}});
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

namespace {

bool is_within(const chart::Chart& chart, chart::StateId s, chart::StateId outer) {
  return s == outer || chart.is_descendant(s, outer);
}

/// Whether no path leads to a state; of nested ones the outermost is listed.
bool is_unreached(const chart::Chart& chart, const analyze::ChartReach& reach, chart::StateId s) {
  return std::any_of(reach.unreachable.begin(), reach.unreachable.end(),
                     [&](chart::StateId outer) { return is_within(chart, s, outer); });
}

}  // namespace

/// The innermost state by which `s` is never done; none: it can be.
chart::StateId Linker::never_done(const chart::Chart& chart, const analyze::ChartReach& reach,
                                  chart::StateId s) {
  const auto children = chart.children(s);
  if (chart.kind(s) == chart::StateKind::parallel) {
    for (const chart::StateId region : children) {
      if (const auto never = never_done(chart, reach, region); never != chart::none) return never;
    }
    return chart::none;
  }
  const bool ends = std::any_of(children.begin(), children.end(), [&](chart::StateId child) {
    return chart.is_final(child) && !is_unreached(chart, reach, child);
  });
  return ends ? chart::none : s;
}

/// Branches that wait until a state is done which never is.
void Linker::lint_done(const ProcDecl& proc, const chart::Chart& chart,
                       const analyze::ChartReach& reach) {
  const step::Procedure& target = model_->procedures[proc.index];
  for (const ProcDecl::TransitionDecl& decl : proc.transitions) {
    for (const step::HappeningId h : decl.events) {
      const step::Happening& one = target.happenings[h];
      if (one.is != step::Happening::Is::done || is_unreached(chart, reach, one.index)) continue;
      const chart::StateId never = never_done(chart, reach, one.index);
      if (never == chart::none) continue;
      report(diag::AC0766, proc.state_spans[never],
             {{"outer", target.states[one.index]}, {"inner", target.states[never]}},
             {base::note(notes::end_the_region,
                         {{"inner", target.states[never]}, {"outer", target.states[one.index]}})});
    }
  }
}

/// Ways from state to state that no event has to bring about and that come back to where they
/// began: without any condition, or with a case in which all their conditions hold. What the
/// conditions read does not change on the way.
void Linker::lint_loops(const ProcDecl& proc, const chart::Chart& chart,
                        const analyze::ChartReach& reach) {
  const step::Procedure& target = model_->procedures[proc.index];
  constexpr std::size_t most_loops = 8, most_steps = 10'000;
  if (!chart.has_eventless()) return;
  const std::optional<analyze::ChartEntries> entries = analyze::chart_entries(chart);
  if (!entries) return;
  // Regions by which their parallel state may be left without an event: what goes round beside
  // them may come to rest that way.
  std::set<chart::StateId> leaving;
  for (chart::TransitionId t = 0; t < chart.transition_count(); ++t) {
    const chart::StateId domain = entries->by_transition[t].domain;
    if (!chart.is_eventless(t) || domain == chart::none) continue;
    for (chart::StateId s = chart.transition(t).source; s != chart::root && s != domain;
         s = chart.parent(s)) {
      const chart::StateId outer = chart.parent(s);
      if (chart.kind(outer) == chart::StateKind::parallel && chart.is_descendant(outer, domain))
        leaving.insert(s);
    }
  }
  const auto may_be_ended_from_beside = [&](chart::StateId s) {
    for (; s != chart::root; s = chart.parent(s)) {
      const chart::StateId outer = chart.parent(s);
      if (chart.kind(outer) != chart::StateKind::parallel) continue;
      for (const chart::StateId region : chart.children(outer))
        if (region != s && leaving.contains(region)) return true;
    }
    return false;
  };
  // What leaves a leaf without an event, those of inner states first; with what stands before.
  struct Way {
    std::size_t by = 0;
    std::vector<std::size_t> before;  ///< conditions that must fail
  };
  const auto ways_from = [&](chart::StateId leaf) {
    std::vector<Way> out;
    std::vector<std::size_t> before;
    for (chart::StateId s = leaf; s != chart::none && s != chart::root; s = chart.parent(s)) {
      for (std::size_t t = 0; t < proc.transitions.size(); ++t) {
        const ProcDecl::TransitionDecl& decl = proc.transitions[t];
        if (decl.source != s || !decl.events.empty()) continue;
        out.push_back({t, before});
        if (decl.guard.is_empty()) return out;
        before.push_back(t);
      }
    }
    return out;
  };
  std::set<std::set<std::size_t>> seen;
  std::size_t told = 0, steps = 0;
  struct Step {
    chart::StateId leaf;
    Way way;
  };
  std::vector<Step> path;
  const auto tell = [&](std::size_t from) {
    std::set<std::size_t> loop;
    std::vector<std::size_t> holding, failing;
    std::string names;
    for (std::size_t i = from; i < path.size(); ++i) {
      loop.insert(path[i].way.by);
      if (!proc.transitions[path[i].way.by].guard.is_empty()) holding.push_back(path[i].way.by);
      failing.insert(failing.end(), path[i].way.before.begin(), path[i].way.before.end());
      names += target.states[path[i].leaf] + " → ";
    }
    names += target.states[path[from].leaf];
    if (!seen.insert(loop).second) return;
    const SourceSpan place = proc.transitions[path.back().way.by].span;
    std::vector<DiagnosticNote> notes{base::note(notes::one_has_to_wait)};
    if (holding.empty() && failing.empty()) {
      report(diag::AC0771, place, {{"path", names}}, std::move(notes));
      ++told;
      return;
    }
    if (const auto found = case_of(proc, holding, failing)) {
      ++told;
      report(diag::AC0772, place, {{"case", *found}, {"path", names}}, std::move(notes));
    }
  };
  const auto walk = [&](const auto& self, chart::StateId leaf) -> void {
    if (++steps > most_steps || told >= most_loops) return;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i].leaf != leaf) continue;
      tell(i);
      return;
    }
    if (may_be_ended_from_beside(leaf)) return;
    for (const Way& way : ways_from(leaf)) {
      const analyze::Entered& entered =
          entries->by_transition[static_cast<chart::TransitionId>(way.by)];
      // Where history leads hangs on what was recorded.
      if (!entered.histories.empty()) continue;
      std::vector<chart::StateId> leaves;
      // Staying is a way back to itself.
      if (proc.transitions[way.by].targets.empty()) leaves.push_back(leaf);
      for (const chart::StateId s : entered.plain)
        if (chart.is_leaf(s)) leaves.push_back(s);
      for (const chart::StateId to : leaves) {
        path.push_back({leaf, way});
        self(self, to);
        path.pop_back();
      }
    }
  };
  for (chart::StateId s = 1; s < target.states.size(); ++s) {
    if (chart.is_leaf(s) && !is_unreached(chart, reach, s)) walk(walk, s);
  }
}

/// Facts that are recorded, and then nobody looks at them.
void Linker::lint_facts(const ProcDecl& proc) {
  if (proc.item->made_from) return;  // its own states take them
  const step::Procedure& target = model_->procedures[proc.index];
  for (const step::Event& event : target.events) {
    const bool gives = event.form != none || std::any_of(event.inputs.begin(), event.inputs.end(),
                                                         [](const step::Input& input) {
                                                           return input.case_slot != no_slot;
                                                         });
    if (event.is_request || event.opens != none || event.is_step || gives || event.is_of_time)
      continue;
    if (!is_used(*proc.pack, event.name)) report(diag::AC0769, event.span, {{"event", event.name}});
  }
}

/// One event on which two regions leave their parallel state: only one of them can.
void Linker::lint_conflicts(const ProcDecl& proc, const chart::Chart& chart) {
  const step::Procedure& target = model_->procedures[proc.index];
  // Conditions that exclude each other are no conflict.
  const auto may_both = [&](std::size_t a, std::size_t b) {
    std::vector<std::size_t> holding;
    for (const std::size_t t : {a, b})
      if (!proc.transitions[t].guard.is_empty()) holding.push_back(t);
    return holding.empty() || case_of(proc, holding, {}).has_value();
  };
  // What leaves a parallel state on an event, with the region that it stands in. Most leave none.
  struct Leaver {
    std::size_t transition;
    chart::StateId region;
  };
  std::map<std::pair<chart::StateId, step::HappeningId>, std::vector<Leaver>> leavers;
  for (std::size_t t = 0; t < proc.transitions.size(); ++t) {
    const ProcDecl::TransitionDecl& decl = proc.transitions[t];
    if (decl.targets.empty()) continue;
    chart::StateId region = decl.source;
    for (chart::StateId outer = chart.parent(region);
         outer != chart::none && !is_within(chart, decl.targets.front(), outer);
         region = outer, outer = chart.parent(outer)) {
      if (chart.kind(outer) != chart::StateKind::parallel) continue;
      for (const step::HappeningId h : decl.events) leavers[{outer, h}].push_back({t, region});
    }
  }
  // Many conditions side by side are asked about once, as a table; pair by pair where two of them
  // may hold.
  constexpr std::size_t few = 16;
  const auto exclude_each_other = [&](const std::vector<Leaver>& all) {
    std::vector<analyze::Condition> rows;
    for (const Leaver& one : all) {
      const auto& guard = proc.transitions[one.transition].guard;
      if (guard.is_empty()) return false;
      rows.push_back({guard.text, std::to_string(one.transition)});
    }
    analyze::ConditionOptions options;
    options.compile.dialect = dialect(proc.item->language);
    options.compile.zone = model_->packs[target.pack].zone;
    return analyze::check_conditions(rows, *proc.frame.names->names, options).is_disjoint;
  };
  const auto conflict_in =
      [&](const std::vector<Leaver>& all) -> std::optional<std::pair<std::size_t, std::size_t>> {
    if (all.size() > few && exclude_each_other(all)) return std::nullopt;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const std::size_t a = all[k].transition, b = all[i].transition;
        if (all[k].region == all[i].region ||
            proc.transitions[a].targets.front() == proc.transitions[b].targets.front())
          continue;
        if (may_both(a, b)) return std::pair(a, b);
      }
    }
    return std::nullopt;
  };
  for (const auto& [place, all] : leavers) {
    const auto found = conflict_in(all);
    if (!found) continue;
    const ProcDecl::TransitionDecl &first = proc.transitions[found->first],
                                   &second = proc.transitions[found->second];
    report(diag::AC0770, second.span,
           {{"event", happening_text(proc, place.second)},
            {"outer", target.states[place.first]},
            {"first", target.states[first.targets.front()]},
            {"second", target.states[second.targets.front()]}},
           {base::note(notes::first_region_moves),
            base::note(notes::first_stands_here, {}, first.span)});
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
  std::map<SlotIndex, std::vector<std::size_t>> by_field;
  for (std::size_t i = 0; i < givers.size(); ++i) {
    std::vector<std::size_t>& others = by_field[givers[i].input->case_slot];
    others.push_back(i);
    for (const std::size_t k : others) {
      const Giver &first = givers[k], &second = givers[i];
      if (told.contains(second.input->case_slot)) break;
      if (first.event == second.event || !are_side_by_side(first.source, second.source)) continue;
      told.insert(second.input->case_slot);
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
