// Branches of one state and one event as the rows of a table: cases that two of them take, cases
// that none takes, branches that no case reaches. Each finding names a case that was tried.
#include <algorithm>
#include <map>

#include "analyze/case_search.hpp"
#include "analyze/guard_rows.hpp"
#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

namespace {

/// What a formula over this frame may read. Symbols that stand for the state are left to the chart.
std::vector<analyze::CaseVariable> variables_of(
    const Frame& frame, const Facts& facts, const std::vector<step::Parameter>& parameters,
    const std::vector<std::shared_ptr<const bytecode::Program>>& programs) {
  using Variable = analyze::CaseVariable;
  std::vector<Variable> all;
  std::set<std::uint32_t> read;
  for (const auto& program : programs) read.insert(program->reads.begin(), program->reads.end());
  const auto is_known = [&](SlotIndex slot) { return facts.count(slot) != 0; };
  for (const SlotDecl& decl : frame.slots) {
    if (read.count(decl.slot) == 0) continue;
    Variable one;
    one.slot = decl.slot;
    one.name = decl.name;
    one.type = decl.type;
    one.may_be_null = (decl.may_be_unset || decl.type.is_optional()) && !is_known(decl.slot);
    all.push_back(std::move(one));
  }
  for (const RecordDecl& record : frame.records) {
    const bool is_there = record.presence == no_slot || is_known(record.presence);
    const auto add = [&](const RecordDecl::Member& member, const std::string& name) {
      if (read.count(member.slot) == 0) return;
      // A case field may be a member too: it is one variable, under its own name.
      const bool is_listed =
          std::any_of(all.begin(), all.end(), [&](const auto& v) { return v.slot == member.slot; });
      if (is_listed) return;
      Variable one;
      one.slot = member.slot;
      one.name = name;
      one.type = member.type;
      one.may_be_null = (!is_there || member.type.is_optional()) && !is_known(member.slot);
      if (record.presence != no_slot && record.presence != member.slot) {
        one.presence = record.presence;
      }
      all.push_back(std::move(one));
    };
    if (record.presence != no_slot) {
      add({record.name, Type::instant(), record.presence}, record.name);
    }
    for (const auto& member : record.members) add(member, record.name + "." + member.name);
    for (const auto* members : {&record.signed_by, &record.refused_by, &record.inner}) {
      for (const auto& member : *members) {
        // The slot behind a word of the format is called as that word.
        const std::size_t first = member.name.find_first_not_of('_');
        add(member, record.name + "." + member.name.substr(members == &record.inner ? first : 0));
      }
    }
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (read.count(static_cast<std::uint32_t>(frame.frame_slots + p)) == 0) continue;
    Variable one;
    one.slot = static_cast<std::uint32_t>(frame.frame_slots + p);
    one.name = parameters[p].name;
    one.type = parameters[p].type;
    one.may_be_null = parameters[p].type.is_optional();
    one.minimum = parameters[p].minimum;
    one.maximum = parameters[p].maximum;
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

/// Conditions side by side, with what is needed to try them.
struct Linker::Siblings {
  std::vector<analyze::Condition> rows;
  std::vector<std::shared_ptr<const bytecode::Program>> programs;
  std::vector<std::size_t> transitions;  ///< by row
  bool has_else = false;
};

analyze::CaseSearch Linker::search_of(const ProcDecl& proc, const Siblings& siblings,
                                      const Facts& facts, const analyze::TableShape& shape) const {
  // What the conditions compare with, as the rows have it.
  std::vector<Value> constants;
  for (const analyze::ShapeColumn& column : shape.columns) {
    for (const table::ValueSet& set : column.cells.sets) {
      for (const table::Interval& interval : set.intervals()) {
        for (const Value& end : {interval.low, interval.high}) {
          if (!end.is_null()) constants.push_back(end);
        }
      }
    }
  }
  const step::Procedure& target = model_->procedures[proc.index];
  return {siblings.programs, variables_of(proc.frame, facts, model_->parameters, siblings.programs),
          std::move(constants), model_->packs[target.pack].zone};
}

std::optional<std::string> Linker::case_of(const ProcDecl& proc,
                                           const std::vector<std::size_t>& holding,
                                           const std::vector<std::size_t>& failing) const {
  const step::Procedure& target = model_->procedures[proc.index];
  const auto is_stable = [&](const Formula& guard) {
    return std::all_of(guard.reads.begin(), guard.reads.end(), [&](SlotIndex slot) {
      return slot < target.case_slots || slot >= target.frame_slots;
    });
  };
  Siblings all;
  std::vector<analyze::Condition> rows;
  for (std::size_t t = 0, next = 0; t < proc.transitions.size(); ++t) {
    if (proc.transitions[t].guard.is_empty()) continue;
    const Formula& guard = target.guards[next++];
    const bool holds = std::find(holding.begin(), holding.end(), t) != holding.end();
    const bool fails = std::find(failing.begin(), failing.end(), t) != failing.end();
    if (holds && fails) return std::nullopt;
    if (!holds && !fails) continue;
    // The state and the clocks may be others on the way.
    if (!guard.program || !is_stable(guard)) return std::nullopt;
    all.programs.push_back(guard.program);
    all.transitions.push_back(holds ? 1 : 0);
    rows.push_back({proc.transitions[t].guard.text, std::to_string(t)});
  }
  analyze::ConditionOptions options;
  options.compile.dialect = dialect(proc.item->language);
  options.compile.zone = model_->packs[target.pack].zone;
  const auto shape = analyze::shape_of_conditions(rows, *proc.frame.names->names, options);
  const analyze::CaseSearch search = search_of(proc, all, proc.base_facts, shape);
  const auto found = search.find([&](const std::vector<bool>& holds) {
    for (std::size_t i = 0; i < holds.size(); ++i)
      if (holds[i] != (all.transitions[i] != 0)) return false;
    return true;
  });
  if (!found) return std::nullopt;
  return search.text(*found);
}

/// Rows of a choice that no case reaches.
void Linker::lint_choice(const PackDecl& pack, const Written& written, const feel::Scope& names,
                         const Facts& facts) {
  const feel::Ast tree =
      feel::parse(written.text, names, feel::Goal::expression, dialect(written.language)).ast;
  std::vector<analyze::Condition> rows;
  std::vector<feel::NodeId> nodes;
  for (feel::NodeId at = tree.root; at != 0 && tree[at].kind == feel::NodeKind::if_else;
       at = tree.child(at, 2)) {
    nodes.push_back(tree.child(at, 0));
    rows.push_back({std::string(tree.written(nodes.back())), std::to_string(rows.size())});
  }
  if (rows.empty()) return;
  analyze::ConditionOptions options;
  options.has_else = true;
  options.choice = analyze::RowChoice::first;
  options.compile.dialect = dialect(written.language);
  options.compile.zone = model_->packs[pack.index].zone;
  options.compile.known_present.assign(facts.begin(), facts.end());
  analyze::AnalysisOptions budget;
  budget.budget = 200'000;
  for (const std::uint32_t row : analyze::check_conditions(rows, names, options, budget).never) {
    analyze::ConditionOptions alone = options;
    alone.has_else = false;
    const bool is_possible =
        analyze::check_conditions({&rows[row], 1}, names, alone, budget).never.empty();
    const feel::TextRange range = tree[nodes[row]].range;
    report(is_possible ? diag::AC0734 : diag::AC0730, written.place(range.begin, range.end));
  }
}

void Linker::lint_guards(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  std::vector<const Formula*> guards;  // by transition
  for (std::size_t t = 0, next = 0; t < proc.transitions.size(); ++t) {
    guards.push_back(proc.transitions[t].guard.is_empty() ? nullptr : &target.guards[next++]);
  }
  // By state and event, in document order; `none`: eventless.
  std::map<std::pair<chart::StateId, step::HappeningId>, std::vector<std::size_t>> groups;
  for (std::size_t t = 0; t < proc.transitions.size(); ++t) {
    const ProcDecl::TransitionDecl& decl = proc.transitions[t];
    if (decl.events.empty()) groups[{decl.source, none}].push_back(t);
    for (const step::HappeningId event : decl.events) groups[{decl.source, event}].push_back(t);
  }
  std::set<std::vector<std::size_t>> seen;
  for (const auto& [key, transitions] : groups) {
    const auto& [state, event] = key;
    // Branches of several events are told once.
    if (seen.insert(transitions).second) lint_siblings(proc, state, event, transitions, guards);
  }
}

void Linker::lint_siblings(ProcDecl& proc, chart::StateId state, step::HappeningId event,
                           const std::vector<std::size_t>& transitions,
                           const std::vector<const Formula*>& guards) {
  step::Procedure& target = model_->procedures[proc.index];
  Siblings own;
  Language language = proc.item->language;
  const auto add = [&](Siblings& to, std::size_t t) {
    if (guards[t] == nullptr) {
      to.has_else = true;  // what stands behind it is told by the chart
      return;
    }
    const ProcDecl::TransitionDecl& decl = proc.transitions[t];
    std::string targets;
    for (const chart::StateId one : decl.targets) targets += target.states[one] + " ";
    to.rows.push_back({decl.guard.text, targets});
    to.programs.push_back(guards[t]->program);
    to.transitions.push_back(t);
    language = decl.guard.language;
  };
  for (const std::size_t t : transitions) {
    if (!own.has_else) add(own, t);
  }
  if (own.rows.empty()) return;

  Facts facts = proc.state_facts[state];
  if (event != none) facts = either(facts, facts_at(proc, {event}));
  analyze::ConditionOptions options;
  options.has_else = own.has_else;
  // With a last branch for all other cases the first that applies is meant.
  options.choice = own.has_else ? analyze::RowChoice::first : analyze::RowChoice::one;
  options.compile.dialect = dialect(language);
  options.compile.zone = model_->packs[target.pack].zone;
  options.compile.known_present.assign(facts.begin(), facts.end());
  const feel::Scope& names = *proc.frame.names->names;
  analyze::AnalysisOptions budget;
  budget.budget = 200'000;
  const auto found = analyze::check_conditions(own.rows, names, options, budget);

  std::set<std::size_t> never(found.never.begin(), found.never.end());
  for (const std::size_t row : never) {
    analyze::ConditionOptions alone = options;
    alone.has_else = false;
    const auto by_itself = analyze::check_conditions({&own.rows[row], 1}, names, alone, budget);
    report(by_itself.never.empty() ? diag::AC0734 : diag::AC0730,
           proc.transitions[own.transitions[row]].span);
  }
  if (own.has_else) return;

  if (!found.is_disjoint) {
    const analyze::CaseSearch search = search_of(proc, own, facts, found.shape);
    std::size_t told = 0;
    bool is_doubtful = false;
    for (std::size_t b = 1; b < own.rows.size() && told < 8; ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (own.rows[a].outcome == own.rows[b].outcome) continue;
        const auto both = analyze::check_conditions(std::vector{own.rows[a], own.rows[b]}, names,
                                                    options, budget);
        if (both.is_disjoint) continue;
        const auto one =
            search.find([&](const std::vector<bool>& holds) { return holds[a] && holds[b]; });
        if (!one) {
          is_doubtful = true;
          continue;
        }
        ++told;
        report(diag::AC0736, proc.transitions[own.transitions[b]].guard.span(),
               {{"case", search.text(*one)}},
               {base::note(notes::first_is_taken, {},
                           proc.transitions[own.transitions[a]].guard.span())});
        break;
      }
    }
    if (told == 0 && is_doubtful) {
      report(diag::AC0738, proc.transitions[own.transitions.back()].guard.span(), {},
             {base::note(notes::end_with_else)});
    }
  }

  // Eventless branches wait for their time; an event comes and finds no branch.
  if (event == none || found.is_complete) return;
  Siblings all = own;
  for (chart::StateId up = proc.state_parents[state]; !all.has_else && up != chart::none;
       up = proc.state_parents[up]) {
    for (std::size_t t = 0; t < proc.transitions.size() && !all.has_else; ++t) {
      const ProcDecl::TransitionDecl& decl = proc.transitions[t];
      const bool hears =
          std::find(decl.events.begin(), decl.events.end(), event) != decl.events.end();
      if (decl.source == up && hears) add(all, t);
    }
    if (up == chart::root) break;
  }
  if (all.has_else) return;
  const auto whole = all.rows.size() == own.rows.size()
                         ? found
                         : analyze::check_conditions(all.rows, names, options, budget);
  if (whole.is_complete) return;
  const analyze::CaseSearch gaps = search_of(proc, all, facts, whole.shape);
  const auto gap = gaps.find([](const std::vector<bool>& holds) {
    return std::none_of(holds.begin(), holds.end(), [](bool one) { return one; });
  });
  std::vector<DiagnosticNote> notes{base::note(notes::end_with_else)};
  const step::Happening& happening = target.happenings[event];
  if (happening.is == step::Happening::Is::event && target.events[happening.index].is_request) {
    notes.push_back(
        base::note(notes::refuse_by_needs, {{"event", target.events[happening.index].name}}));
  }
  DiagnosticWords words = {{"event", happening_text(proc, event)}, {"state", target.states[state]}};
  const SourceSpan place = proc.transitions[own.transitions.back()].guard.span();
  if (gap) {
    words.emplace_back("case", gaps.text(*gap));
    report(diag::AC0735, place, std::move(words), std::move(notes));
  } else {
    report(diag::AC0737, place, std::move(words), std::move(notes));
  }
}

}  // namespace aftercare::rulebook
