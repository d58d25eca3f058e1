// States, branches, timers and decisions of a procedure; the chart that they make.
#include <algorithm>

#include "analyze/chart_facts.hpp"
#include "analyze/chart_reach.hpp"
#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

struct ProcDecl::Ways {
  Ways(std::shared_ptr<const chart::Chart> of, analyze::ChartFactsInput input)
      : chart(std::move(of)), facts(*chart, std::move(input)) {}

  std::shared_ptr<const chart::Chart> chart;
  analyze::ChartFacts facts;
};

namespace {

using chart::StateId;
using chart::StateKind;
using step::HappeningIds;

std::vector<std::string> keys_of_map(const std::map<std::string, Index>& map) {
  std::vector<std::string> out;
  for (const auto& [name, number] : map) out.push_back(name);
  return out;
}

}  // namespace

void Linker::declare_state_map(ProcDecl& proc, const Node& map, StateId parent, Language language) {
  step::Procedure& target = model_->procedures[proc.index];
  if (!map.is_map()) return;
  for (const Entry& entry : map.entries) {
    const std::string& name = entry.key.text;
    if (proc.state_index.count(name) != 0) {
      report(diag::AC0216, entry.key.span, {{"name", name}});
      continue;
    }
    const auto id = static_cast<StateId>(target.states.size());
    if (id >= none) {
      report(diag::AC1250, entry.key.span,
             {{"limit", std::to_string(none - 1)},
              {"depth", std::to_string(chart::Chart::max_depth)}});
      return;
    }
    proc.state_index[name] = static_cast<Index>(id);
    target.states.push_back(name);
    proc.state_nodes.push_back(&entry.value);
    proc.state_parents.push_back(parent);
    proc.state_spans.push_back(entry.key.span);
    StateKind kind = StateKind::atomic;
    const Node* inner = nullptr;
    if (entry.value.is_scalar()) kind = StateKind::final;
    if (entry.value.is_map()) {
      const Node* states = get(entry.value, Word::states, language);
      const Node* regions = get(entry.value, Word::parallel, language);
      if (states && regions) {
        report(diag::AC0225, entry.key.span,
               {{"first", std::string(spelling(Word::states, language))},
                {"second", std::string(spelling(Word::parallel, language))}});
      }
      if (states) {
        kind = StateKind::compound;
        inner = states;
      } else if (regions) {
        kind = StateKind::parallel;
        inner = regions;
      }
    }
    proc.state_kinds.push_back(kind);
    target.state_cites.push_back(
        entry.value.is_map() ? cites_of(*proc.pack, entry.value, language, none) : Cites{});
    if (inner) declare_state_map(proc, *inner, id, language);
  }
}

void Linker::declare_states(ProcDecl& proc) {
  const Language language = proc.item->language;
  step::Procedure& target = model_->procedures[proc.index];
  target.states.emplace_back();
  target.state_cites.emplace_back();
  proc.state_nodes.push_back(nullptr);
  proc.state_kinds.push_back(StateKind::compound);
  proc.state_parents.push_back(chart::none);
  proc.state_spans.push_back(proc.item->name_span());
  const Node* states = get(proc.item->body(), Word::states, language);
  const Node* steps = get(proc.item->body(), Word::steps, language);
  if (states && steps) {
    report(diag::AC0225, steps->span,
           {{"first", std::string(spelling(Word::states, language))},
            {"second", std::string(spelling(Word::steps, language))}});
  } else if (states) {
    declare_state_map(proc, *states, chart::root, language);
  } else if (steps) {
    declare_steps(proc, *steps);
  } else {
    report(diag::AC0206, proc.item->name_span(),
           {{"key", std::string(spelling(Word::states, language))}});
  }
  target.state_type =
      new_set(target.name + " state", {target.states.begin() + 1, target.states.end()});
  bool any_opens = false;
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    any_opens = any_opens || target.events[i].opens != none;
    if (!proc.event_nodes[i] || target.events[i].is_step) continue;
    const Node* opens = get(*proc.event_nodes[i], Word::opens, language);
    if (!opens || !opens->is_scalar()) continue;
    any_opens = true;
    const auto state = proc.state_index.find(std::string(base::trim(opens->text)));
    if (state == proc.state_index.end()) {
      unknown(base::both("state", "状态"), opens->text, opens->span, keys_of_map(proc.state_index));
      continue;
    }
    target.events[i].opens = state->second;
  }
  if (!any_opens && target.states.size() > 1) {
    report(diag::AC0742, proc.item->name_span(), {{"name", target.name}});
  }
}

std::optional<std::vector<StateId>> Linker::target_of(ProcDecl& proc, const Node& name,
                                                      Language language) {
  if (!name.is_scalar()) return std::nullopt;
  const std::string text(base::trim(name.text));
  if (is_word(text, Word::stay, language)) return std::vector<StateId>{};
  const auto state = proc.state_index.find(text);
  if (state == proc.state_index.end()) {
    auto known = keys_of_map(proc.state_index);
    const std::string stay(spelling(Word::stay, language));
    // Where no state is meant, staying may be.
    if (!base::closest(text, known) && base::closest(text, std::vector<std::string>{stay}))
      known = {stay};
    unknown(base::both("state", "状态"), text, name.span, known);
    return std::nullopt;
  }
  return std::vector<StateId>{state->second};
}

void Linker::declare_branches(ProcDecl& proc, StateId source, const step::HappeningIds& events,
                              const Node& value, Language language, const Cites& cites) {
  const auto add = [&](Written guard, const Node& target, Cites row_cites, SourceSpan span) {
    auto targets = target_of(proc, target, language);
    if (!targets) return;
    ProcDecl::TransitionDecl transition;
    transition.source = source;
    transition.events = events;
    transition.guard = std::move(guard);
    transition.targets = std::move(*targets);
    transition.cites = std::move(row_cites);
    for (const Index clause : cites) {
      if (std::find(transition.cites.begin(), transition.cites.end(), clause) ==
          transition.cites.end()) {
        transition.cites.push_back(clause);
      }
    }
    transition.span = span;
    proc.transitions.push_back(std::move(transition));
  };
  const auto add_row = [&](const Node& row, bool is_last) {
    const Cites row_cites = cites_of(*proc.pack, row, language, none);
    const Node* otherwise = get(row, Word::else_, language);
    const Node* condition = get(row, Word::if_, language);
    const Node* go = get(row, Word::go, language);
    if (otherwise) {
      if (condition || go) {
        report(diag::AC0225, row.span,
               {{"first", std::string(spelling(Word::else_, language))},
                {"second", std::string(spelling(condition ? Word::if_ : Word::go, language))}});
        return;
      }
      if (!is_last) report(diag::AC0230, row.span);
      // Without an event, staying is what happens anyway; a transition of it would never rest.
      if (events.empty() && otherwise->is_scalar() &&
          is_word(otherwise->text, Word::stay, language))
        return;
      add({}, *otherwise, row_cites, row.span);
      return;
    }
    if (!go) {
      report(diag::AC0227, row.span,
             {{"first", std::string(spelling(Word::if_, language))},
              {"second", std::string(spelling(Word::go, language))}});
      return;
    }
    Written guard;
    if (condition && condition->is_scalar()) guard = Written(*condition, language);
    add(std::move(guard), *go, row_cites, row.span);
  };
  if (value.is_scalar()) {
    add({}, value, {}, value.span);
  } else if (value.is_map()) {
    add_row(value, true);
  } else if (value.is_list()) {
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (value.items[i].is_map()) add_row(value.items[i], i + 1 == value.items.size());
    }
  }
}

void Linker::declare_decision(ProcDecl& proc, StateId state, const Node& node, Language language) {
  step::Procedure& target = model_->procedures[proc.index];
  const auto number = static_cast<Index>(target.decisions.size());
  step::Decision decision;
  decision.state = static_cast<Index>(state);
  decision.cites = cites_of(*proc.pack, node, language, none);
  decision.span = node.span;
  const Node* then = get(node, Word::then, language);
  const Node* until = get(node, Word::until, language);
  const Node* within = get(node, Word::within, language);
  const std::string lapse(spelling(Word::lapse, language));
  target.decisions.push_back(decision);
  proc.decision_nodes.emplace_back(&node, language);
  step::HappeningId lapse_happening = none;
  if (then && then->is_map()) {
    for (const Entry& entry : then->entries) {
      const auto outcome = static_cast<Index>(target.decisions[number].outcomes.size());
      const step::HappeningId id = happening(proc, {step::Happening::Is::decided, number, outcome});
      target.decisions[number].outcomes.emplace_back(entry.key.text, id);
      if (entry.key.text == lapse) {
        lapse_happening = id;
        target.decisions[number].lapse = outcome;
      }
      declare_branches(proc, state, {id}, entry.value, language, decision.cites);
    }
  }
  const bool has_limit = until || within;
  if (has_limit && lapse_happening == none) {
    report(diag::AC0224, node.span,
           {{"what", lapse},
            {"why", std::string(spelling(until ? Word::until : Word::within, language))}});
  }
  if (!has_limit && lapse_happening != none) {
    report(diag::AC0224, node.span,
           {{"what", std::string(spelling(Word::until, language))}, {"why", lapse}});
  }
  if (has_limit && lapse_happening != none) {
    step::Timer timer;
    timer.state = static_cast<Index>(state);
    timer.happening = lapse_happening;
    timer.cites = decision.cites;
    target.decisions[number].timer = static_cast<Index>(target.timers.size());
    target.timers.push_back(std::move(timer));
    ProcDecl::TimerDecl decl;
    if (until && until->is_scalar()) decl.until = Written(*until, language);
    if (within && within->is_scalar()) decl.after = Written(*within, language);
    proc.timers.push_back(std::move(decl));
  }
  if (const Node* own = get(node, Word::own_case, language); own && own->is_scalar()) {
    const auto word = one_of(*own, spelling(Word::own_case, language),
                             {Word::one_level_up, Word::skip, Word::refuse}, language);
    using OwnCase = step::Decision::OwnCase;
    target.decisions[number].own_case = word == Word::one_level_up ? OwnCase::one_level_up
                                        : word == Word::skip       ? OwnCase::skip
                                        : word == Word::refuse     ? OwnCase::refuse
                                                                   : OwnCase::unset;
  }
}

void Linker::declare_transitions(ProcDecl& proc) {
  const Language language = proc.item->language;
  step::Procedure& target = model_->procedures[proc.index];
  for (StateId id = 1; id < target.states.size(); ++id) {
    const Node* node = proc.state_nodes[id];
    if (!node || !node->is_map()) continue;
    const Cites& cites = target.state_cites[id];
    if (const Node* when = get(*node, Word::when, language); when && when->is_map()) {
      for (const Entry& entry : when->entries) {
        const step::HappeningIds ids = happenings(proc, entry.key, language);
        if (!ids.empty()) declare_branches(proc, id, ids, entry.value, language, cites);
      }
    }
    if (const Node* always = get(*node, Word::always, language)) {
      declare_branches(proc, id, {}, *always, language, cites);
    }
    if (const Node* after = get(*node, Word::after, language); after && after->is_map()) {
      for (const Entry& entry : after->entries) {
        const auto number = static_cast<Index>(target.timers.size());
        step::Timer timer;
        timer.state = static_cast<Index>(id);
        timer.happening = happening(proc, {step::Happening::Is::timer, number, none});
        timer.cites = cites;
        const step::HappeningId raised = timer.happening;
        target.timers.push_back(std::move(timer));
        ProcDecl::TimerDecl decl;
        decl.after = Written(entry.key, language);
        proc.timers.push_back(std::move(decl));
        declare_branches(proc, id, {raised}, entry.value, language, cites);
      }
    }
    if (const Node* decide = get(*node, Word::decide, language); decide && decide->is_map()) {
      declare_decision(proc, id, *decide, language);
    }
  }
}

void set_done_events(const step::Procedure& procedure, chart::ChartBuilder& builder) {
  for (std::size_t h = 0; h < procedure.happenings.size(); ++h) {
    const step::Happening& one = procedure.happenings[h];
    if (one.is == step::Happening::Is::done) {
      builder.set_done_event(one.index, static_cast<chart::EventId>(h));
    }
  }
}

namespace {

chart::ChartBuilder builder_of(const ProcDecl& proc, const step::Procedure& target) {
  chart::ChartBuilder builder;
  for (StateId id = 1; id < target.states.size(); ++id) {
    builder.add_state(proc.state_parents[id], proc.state_kinds[id], target.states[id]);
  }
  set_done_events(target, builder);
  return builder;
}

}  // namespace

void Linker::compute_state_facts(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  proc.state_facts.assign(target.states.size(), proc.base_facts);
  // The chart as the facts see it: one more state, in which a case is before it is opened, and
  // from which each opening event leads into its state.
  chart::ChartBuilder builder = builder_of(proc, target);
  const StateId before = builder.add_state(chart::root, StateKind::atomic, "");
  builder.set_initial(chart::root, {before});
  for (const step::Event& event : target.events) {
    if (event.opens == none) continue;
    builder.add_transition(
        {.source = before, .events = {event.happening}, .targets = {event.opens}});
  }
  for (const ProcDecl::TransitionDecl& transition : proc.transitions) {
    builder.add_transition({.source = transition.source,
                            .events = {transition.events.begin(), transition.events.end()},
                            .guard = transition.guard.is_empty() ? chart::none : 0U,
                            .targets = transition.targets});
  }
  std::vector<chart::ChartProblem> problems;
  auto built = std::move(builder).build(problems);
  if (!built) return;  // compile_chart() tells
  const auto shared = std::make_shared<const chart::Chart>(*std::move(built));
  const chart::Chart* chart = shared.get();
  analyze::ChartFactsInput input(*chart, proc.frame.case_slots);
  for (const SlotIndex slot : proc.base_facts) input.initially.insert(slot);
  input.by_event.resize(std::max<std::size_t>(input.by_event.size(), target.happenings.size()),
                        analyze::FactSet(proc.frame.case_slots));
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    for (const SlotIndex slot : proc.event_facts[i]) {
      if (proc.fleeting.count(slot) != 0) continue;
      input.by_event[target.events[i].happening].insert(slot);
    }
  }
  auto ways = std::make_shared<ProcDecl::Ways>(shared, std::move(input));
  const analyze::ChartFacts& facts = ways->facts;
  proc.ways = std::move(ways);
  for (StateId id = 1; id < target.states.size(); ++id) {
    if (!facts.is_reachable(id)) continue;
    for (SlotIndex slot = 0; slot < proc.frame.case_slots; ++slot) {
      if (facts.while_active(id).contains(slot)) proc.state_facts[id].insert(slot);
    }
  }
}

const std::string& Linker::path_without(const ProcDecl& proc, StateId state, SlotIndex slot) const {
  const auto [at, is_new] = paths_without_.try_emplace({proc.index, state, slot});
  std::string& path = at->second;
  if (!is_new) return path;
  for (const chart::TransitionId t : proc.ways->facts.path_without(state, slot)) {
    const auto events = proc.ways->chart->events(t);
    if (!events.empty()) path += (path.empty() ? "" : " → ") + happening_text(proc, events.front());
  }
  return path;
}

std::vector<DiagnosticNote> Linker::way_without(const ProcDecl& proc, StateId state,
                                                SlotIndex slot) const {
  if (!proc.ways || slot >= proc.frame.case_slots) return {};
  const std::string& path = path_without(proc, state, slot);
  if (path.empty()) return {};
  const step::Procedure& target = model_->procedures[proc.index];
  return {base::note(notes::way_without, {{"state", target.states[state]}, {"path", path}})};
}

std::vector<DiagnosticNote> Linker::way_without(const ProcDecl& proc, const HappeningIds& when,
                                                SlotIndex slot) const {
  if (!proc.ways || slot >= proc.frame.case_slots) return {};
  const step::Procedure& target = model_->procedures[proc.index];
  std::string shortest;
  for (const step::HappeningId h : when) {
    const step::Happening& one = target.happenings[h];
    if (one.is == step::Happening::Is::enter) {
      if (auto notes = way_without(proc, one.index, slot); !notes.empty()) return notes;
    }
    if (one.is != step::Happening::Is::event || proc.event_facts[one.index].count(slot) != 0)
      continue;
    const step::Event& event = target.events[one.index];
    if (event.opens != none) return {base::note(notes::on_the_way, {{"path", event.name}})};
    // A fact comes in every state in which a case is open.
    for (StateId s = 1; s < target.states.size(); ++s) {
      if (!proc.ways->chart->is_leaf(s) || proc.ways->chart->is_final(s)) continue;
      const std::string& path = path_without(proc, s, slot);
      if (path.empty()) continue;
      const std::string whole = path + " → " + event.name;
      if (shortest.empty() || whole.size() < shortest.size()) shortest = whole;
    }
  }
  if (shortest.empty()) return {};
  return {base::note(notes::on_the_way, {{"path", shortest}})};
}

void Linker::compile_chart(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  if (target.states.size() < 2) return;
  chart::ChartBuilder builder = builder_of(proc, target);
  for (const ProcDecl::TransitionDecl& decl : proc.transitions) {
    chart::TransitionSpec spec;
    spec.source = decl.source;
    spec.events.assign(decl.events.begin(), decl.events.end());
    spec.targets = decl.targets;
    if (!decl.guard.is_empty()) {
      Facts facts = proc.state_facts[decl.source];
      if (!decl.events.empty()) facts = either(facts, facts_at(proc, decl.events));
      const Asking asking(*this,
                          [&](SlotIndex slot) { return way_without(proc, decl.source, slot); });
      auto guard = compile(*proc.pack, decl.guard, *proc.frame.names->names, facts, verdict());
      spec.guard = static_cast<chart::GuardId>(target.guards.size());
      target.guards.push_back(guard ? std::move(*guard) : Formula{});
    }
    target.transition_cites.push_back(decl.cites);
    builder.add_transition(std::move(spec));
  }
  std::vector<chart::ChartProblem> problems;
  auto chart = std::move(builder).build(problems);
  for (const chart::ChartProblem& problem : problems) {
    SourceSpan span = proc.item->name_span();
    if (problem.transition != chart::none) {
      span = proc.transitions[problem.transition].span;
    } else if (problem.state != chart::none && problem.state < proc.state_spans.size()) {
      span = proc.state_spans[problem.state];
    }
    const chart::ProblemName problem_name = chart::name_of(problem.is);
    report(diag::AC0741, span,
           {{"name", target.name},
            {"problem", base::both(problem_name.english, problem_name.chinese)}});
  }
  if (chart) target.chart = std::move(*chart);
}

void Linker::compile_timers(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  const feel::Scope& names = *proc.frame.names->names;
  for (std::size_t i = 0; i < target.timers.size(); ++i) {
    step::Timer& timer = target.timers[i];
    const Facts& facts = proc.state_facts[timer.state];
    Wanted length{Wanted::Is::length, {}, false};
    Wanted date{Wanted::Is::date_or_instant, {}, false};
    if (!proc.timers[i].after.is_empty()) {
      const Written& after = proc.timers[i].after;
      timer.after = compile(pack, after, names, facts, length);
      check_constant_length(after.text, after.span(), timer.after, false);
    }
    if (!proc.timers[i].until.is_empty()) {
      timer.until = compile(pack, proc.timers[i].until, names, facts, date);
    }
  }
  for (std::size_t i = 0; i < target.decisions.size(); ++i) {
    const auto& [node, language] = proc.decision_nodes[i];
    if (const Node* by = get(*node, Word::by, language)) {
      compile_decider(proc, target.decisions[i], *node, *by, language);
    }
  }
}

}  // namespace aftercare::rulebook
