// What a clock can never do, or does where its author does not look: a start that never comes, a
// pause that is lost, a limit that cannot be met, a clock that still runs when the case ends.
#include <algorithm>
#include <deque>

#include "aftercare/calendar.hpp"
#include "aftercare/time.hpp"

#include "analyze/chart_reach.hpp"
#include "analyze/guard_rows.hpp"
#include "builtins/operations.hpp"
#include "rulebook/linker.hpp"
#include "vm/machine.hpp"

namespace aftercare::rulebook {

namespace {

using chart::StateId;
using step::Happening;
using step::HappeningId;

bool names(const step::HappeningIds& list, HappeningId h) {
  return std::find(list.begin(), list.end(), h) != list.end();
}

/// The value of a formula that reads nothing.
std::optional<Value> constant(const MaybeFormula& formula, const Zone& zone) {
  if (!formula || !formula->program || !formula->program->reads.empty()) return std::nullopt;
  vm::Setting setting;
  setting.zone = zone;
  vm::Machine machine(std::move(setting));
  const auto value = machine.run(*formula->program, {});
  if (!value || value->is_null()) return std::nullopt;
  return *value;
}

/// What a length takes on the clock: the shortest and the longest it can be. Nothing bounds how
/// long a calendar takes for working time.
struct Elapsed {
  std::int64_t shortest = 0;
  std::optional<std::int64_t> longest;
};

/// `is_lower`: of the edge of a window that opens with the last of its days.
Elapsed elapsed(rt::Length length, bool is_lower) {
  constexpr std::int64_t hour = 3600 * rt::micros_per_second, day = 24 * hour;
  constexpr std::int64_t slack = 3 * hour;  // clocks are put forward and back
  const std::int64_t n = length.count * rt::row(length.unit).size;
  switch (rt::kind(length.unit)) {
    case rt::UnitKind::clock:
      return {n, n};
    case rt::UnitKind::working:
      return {n, std::nullopt};
    case rt::UnitKind::calendar_day:
      return {(n - (is_lower ? 1 : 0)) * day - slack, (n + 1) * day + slack};
    case rt::UnitKind::working_day:
      return {(n - (is_lower ? 1 : 0)) * day - slack, std::nullopt};
    case rt::UnitKind::month:
      return {(n * 28 - 1) * day, (n * 31 + 1) * day + slack};
  }
  return {};
}

/// Whether a window certainly closes before it opens: lengths of one kind are compared, of others
/// only what they take at most and at least. `edges`: how many of the two are left out.
bool closes_before(rt::Length to, rt::Length from, int edges) {
  if (rt::kind(to.unit) == rt::kind(from.unit)) {
    const std::int64_t a = to.count * rt::row(to.unit).size;
    const std::int64_t b = from.count * rt::row(from.unit).size;
    // Between two days that follow each other there is none.
    const bool is_days = rt::kind(to.unit) == rt::UnitKind::calendar_day ||
                         rt::kind(to.unit) == rt::UnitKind::working_day;
    return a < b || (a == b && edges > 0) || (is_days && edges == 2 && a == b + 1);
  }
  const Elapsed closes = elapsed(to, false), opens = elapsed(from, true);
  return closes.longest && *closes.longest < opens.shortest;
}

}  // namespace

/// The chart of a procedure without regions, as steps from leaf to leaf.
struct Linker::LeafSteps {
  struct Step {
    StateId from = 0, to = 0;
    std::vector<HappeningId> happen;  ///< in order: the event, what is left, what is entered
    std::vector<Index> known_true;    ///< lets that the guard implies
    HappeningId event = none;         ///< none: eventless
  };
  std::vector<Step> steps;
  std::vector<std::pair<StateId, HappeningId>> openings;
  bool is_flat = true;  ///< false: it has parallel regions, and is not looked at
};

Linker::LeafSteps Linker::leaf_steps(const ProcDecl& proc) const {
  using chart::StateKind;
  const step::Procedure& target = model_->procedures[proc.index];
  LeafSteps out;
  out.is_flat = std::none_of(proc.state_kinds.begin(), proc.state_kinds.end(),
                             [](StateKind kind) { return kind == StateKind::parallel; });
  if (!out.is_flat) return out;
  const std::size_t count = target.states.size();
  std::vector<StateId> first_child(count, chart::none);
  for (StateId s = static_cast<StateId>(count) - 1; s > 0; --s) {
    first_child[proc.state_parents[s]] = s;
  }
  const auto leaf_of = [&](StateId s) {
    while (first_child[s] != chart::none) s = first_child[s];
    return s;
  };
  const auto is_within = [&](StateId s, StateId ancestor) {
    while (s != ancestor && s != chart::none) s = proc.state_parents[s];
    return s == ancestor;
  };
  const auto find = [&](Happening::Is is, StateId s) {
    for (std::size_t h = 0; h < target.happenings.size(); ++h) {
      if (target.happenings[h].is == is && target.happenings[h].index == s) {
        return static_cast<HappeningId>(h);
      }
    }
    return none;
  };
  for (const step::Event& event : target.events) {
    if (event.opens != none) out.openings.emplace_back(leaf_of(event.opens), event.happening);
  }
  for (const ProcDecl::TransitionDecl& decl : proc.transitions) {
    std::vector<Index> implied;
    if (!decl.guard.is_empty()) {
      const feel::Parsed parsed = feel::parse(decl.guard.text, *proc.frame.names->names,
                                              feel::Goal::expression, dialect(decl.guard.language));
      const auto look = [&](const auto& self, feel::NodeId node) -> void {
        if (parsed.ast[node].kind == feel::NodeKind::all_of) {
          for (const feel::NodeId child : parsed.ast.children(node)) self(self, child);
        } else if (parsed.ast[node].kind == feel::NodeKind::name) {
          const auto let = proc.let_index.find(parsed.ast.text_of(node));
          if (let != proc.let_index.end()) implied.push_back(let->second);
        }
      };
      if (parsed.ast.root != 0) look(look, parsed.ast.root);
    }
    for (StateId leaf = 1; leaf < count; ++leaf) {
      if (first_child[leaf] != chart::none || !is_within(leaf, decl.source)) continue;
      LeafSteps::Step step;
      step.from = leaf;
      step.to = leaf;
      step.known_true = implied;
      std::vector<HappeningId> moves;
      if (!decl.targets.empty()) {
        const StateId to = decl.targets.front();
        StateId domain = proc.state_parents[decl.source];
        while (domain != chart::root && domain != chart::none && !is_within(to, domain)) {
          domain = proc.state_parents[domain];
        }
        for (StateId s = leaf; s != domain && s != chart::none; s = proc.state_parents[s]) {
          moves.push_back(find(Happening::Is::leave, s));
        }
        step.to = leaf_of(to);
        std::vector<HappeningId> entered;
        for (StateId s = step.to; s != domain && s != chart::none; s = proc.state_parents[s]) {
          entered.push_back(find(Happening::Is::enter, s));
        }
        moves.insert(moves.end(), entered.rbegin(), entered.rend());
      }
      std::erase(moves, none);
      step::HappeningIds events = decl.events;
      if (events.empty()) events.push_back(none);
      for (const HappeningId event : events) {
        LeafSteps::Step one = step;
        one.event = event;
        if (event != none) one.happen.push_back(event);
        one.happen.insert(one.happen.end(), moves.begin(), moves.end());
        out.steps.push_back(std::move(one));
      }
    }
  }
  // Facts that the chart does not wait for come in every state and move nothing.
  for (const step::Event& event : target.events) {
    const bool is_awaited =
        event.is_request || event.opens != none ||
        std::any_of(proc.transitions.begin(), proc.transitions.end(),
                    [&](const auto& decl) { return names(decl.events, event.happening); });
    if (is_awaited) continue;
    for (StateId leaf = 1; leaf < count; ++leaf) {
      if (first_child[leaf] != chart::none || proc.state_kinds[leaf] == StateKind::final) continue;
      out.steps.push_back({leaf, leaf, {event.happening}, {}, event.happening});
    }
  }
  return out;
}

/// Clocks that may run where the case ends, with a way there.
void Linker::lint_open_clocks(ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  if (target.clocks.empty() || target.states.size() < 2) return;
  const LeafSteps chart = leaf_steps(proc);
  if (!chart.is_flat) return;
  const std::size_t leaves = target.states.size();
  struct Node {
    bool is_reached = false;
    std::size_t before = 0;  ///< node, by 2 * leaf + running
    std::string by;
    bool is_first = false;
  };
  std::vector<std::vector<Node>> all(target.clocks.size());
  const auto is_end = [&](StateId s) {
    return proc.state_kinds[s] == chart::StateKind::final && proc.state_parents[s] == chart::root;
  };
  std::vector<std::vector<const LeafSteps::Step*>> steps_from(leaves);
  for (const LeafSteps::Step& step : chart.steps) steps_from[step.from].push_back(&step);
  // One clock's end may be another's start: again as long as that finds more.
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t c = 0; c < target.clocks.size(); ++c) {
      const step::Clock& clock = target.clocks[c];
      const auto may_run = [&](std::size_t other, StateId leaf) {
        return !all[other].empty() && all[other][2 * leaf + 1].is_reached;
      };
      std::vector<Node> nodes(2 * leaves);
      std::deque<std::size_t> queue;
      const auto reach = [&](StateId leaf, bool runs, std::size_t before, std::string by,
                             bool is_first) {
        Node& node = nodes[2 * leaf + (runs ? 1 : 0)];
        if (node.is_reached) return;
        node = {true, before, std::move(by), is_first};
        queue.push_back(2 * leaf + (runs ? 1 : 0));
      };
      const auto after = [&](bool runs, HappeningId h) {
        const bool starts = names(clock.start, h) || names(clock.restart, h);
        if (starts) return true;
        return runs && !names(clock.stop, h) && !names(clock.cancel, h);
      };
      for (const auto& [leaf, event] : chart.openings) {
        bool runs = after(false, event);
        for (std::size_t h = 0; h < target.happenings.size(); ++h) {
          if (target.happenings[h].is == Happening::Is::enter &&
              target.happenings[h].index == leaf) {
            runs = after(runs, static_cast<HappeningId>(h));
          }
        }
        reach(leaf, runs, 0, happening_text(proc, event), true);
      }
      while (!queue.empty()) {
        const std::size_t at = queue.front();
        queue.pop_front();
        const auto leaf = static_cast<StateId>(at / 2);
        const bool runs = at % 2 != 0;
        if (is_end(leaf)) continue;
        for (const HappeningId h : clock.start) {
          const Happening& one = target.happenings[h];
          const bool may_come =
              one.is == Happening::Is::let_true || ((one.is == Happening::Is::clock_breached ||
                                                     one.is == Happening::Is::clock_reminded ||
                                                     one.is == Happening::Is::clock_reassessed) &&
                                                    may_run(one.index, leaf));
          if (may_come) reach(leaf, true, at, happening_text(proc, h), false);
        }
        for (const LeafSteps::Step* one_step : steps_from[leaf]) {
          const LeafSteps::Step& step = *one_step;
          // What is breached does not run.
          bool later = runs && (step.event == none || step.event != clock.breached);
          for (const Index let : step.known_true) {
            const HappeningId h = target.lets[let].happening;
            if (h != none) later = after(later, h) && !names(clock.stop, h);
          }
          bool with_met = false;  // what another clock met here may start
          for (const HappeningId h : step.happen) {
            later = after(later, h);
            for (const HappeningId s : clock.start) {
              const Happening& one = target.happenings[s];
              with_met =
                  with_met || (one.is == Happening::Is::clock_met &&
                               names(target.clocks[one.index].stop, h) && may_run(one.index, leaf));
            }
          }
          const std::string by =
              step.event == none ? std::string() : happening_text(proc, step.event);
          reach(step.to, later, at, by, false);
          if (with_met) reach(step.to, true, at, by, false);
        }
      }
      if (all[c].empty() ||
          !std::equal(nodes.begin(), nodes.end(), all[c].begin(), all[c].end(),
                      [](const Node& a, const Node& b) { return a.is_reached == b.is_reached; })) {
        has_changed = true;
      }
      all[c] = std::move(nodes);
    }
  }
  for (std::size_t c = 0; c < target.clocks.size(); ++c) {
    for (StateId leaf = 1; leaf < leaves; ++leaf) {
      if (!is_end(leaf) || !all[c][2 * leaf + 1].is_reached) continue;
      std::vector<std::string> way;
      for (std::size_t at = 2 * leaf + 1;; at = all[c][at].before) {
        if (!all[c][at].by.empty()) way.push_back(all[c][at].by);
        if (all[c][at].is_first) break;
      }
      std::string path;
      for (auto one = way.rbegin(); one != way.rend(); ++one) {
        path += (path.empty() ? "" : " → ") + *one;
      }
      report(diag::AC0746, target.clocks[c].span,
             {{"name", target.clocks[c].name}, {"state", target.states[leaf]}},
             {base::note(notes::on_the_way, {{"path", path}}),
              base::note(notes::cancel_there, {{"state", target.states[leaf]}})});
      break;  // one end is enough to make one look
    }
  }
}

/// Starts that never come: what they wait for can never happen.
void Linker::lint_starts(ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  const auto chart = opened_chart(proc);
  if (!chart) return;
  const analyze::ChartReach reach = analyze::analyze_reach(*chart, {});
  if (!reach.is_complete) return;
  const auto is_reached = [&](StateId s) {
    for (; s != chart::root && s != chart::none; s = proc.state_parents[s]) {
      if (std::find(reach.unreachable.begin(), reach.unreachable.end(), s) !=
          reach.unreachable.end()) {
        return false;
      }
    }
    return true;
  };
  const auto is_left = [&](StateId s) {
    return std::any_of(proc.transitions.begin(), proc.transitions.end(), [&](const auto& decl) {
      const auto lies_in = [&](StateId inner, StateId outer) {
        while (inner != outer && inner != chart::none) inner = proc.state_parents[inner];
        return inner == outer;
      };
      return !decl.targets.empty() && is_reached(decl.source) &&
             (lies_in(decl.source, s) || lies_in(s, decl.source));
    });
  };
  std::vector<bool> can_start(target.clocks.size(), false);
  const auto may_come = [&](HappeningId h) {
    const Happening& one = target.happenings[h];
    switch (one.is) {
      case Happening::Is::event: {
        const step::Event& event = target.events[one.index];
        if (!event.is_request || event.opens != none) return true;
        return std::any_of(proc.transitions.begin(), proc.transitions.end(), [&](const auto& decl) {
          return names(decl.events, h) && is_reached(decl.source);
        });
      }
      case Happening::Is::enter:
        return is_reached(one.index);
      case Happening::Is::leave:
        return is_reached(one.index) && is_left(one.index);
      case Happening::Is::done:
        return is_reached(one.index) && never_done(*chart, reach, one.index) == chart::none;
      case Happening::Is::clock_breached:
      case Happening::Is::clock_reminded:
      case Happening::Is::clock_reassessed:
        return static_cast<bool>(can_start[one.index]);
      case Happening::Is::clock_met:
        return can_start[one.index] && !target.clocks[one.index].stop.empty();
      case Happening::Is::timer:
        return is_reached(target.timers[one.index].state);
      case Happening::Is::decided:
        return is_reached(target.decisions[one.index].state);
      case Happening::Is::let_true:
        return !is_never_true(proc, one.index);
    }
    return true;
  };
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t c = 0; c < target.clocks.size(); ++c) {
      const step::Clock& clock = target.clocks[c];
      const bool starts = std::any_of(clock.start.begin(), clock.start.end(), may_come);
      if (starts && !can_start[c]) has_changed = true;
      can_start[c] = can_start[c] || starts;
    }
  }
  for (std::size_t c = 0; c < target.clocks.size(); ++c) {
    const step::Clock& clock = target.clocks[c];
    if (can_start[c] || clock.start.empty()) continue;
    const Item& item = *proc.clock_items[c];
    const Node* start = get(item.body(), Word::start, item.language);
    report(diag::AC0747, start ? start->span : clock.span,
           {{"name", clock.name}, {"happening", happening_text(proc, clock.start.front())}});
  }
  lint_moves(proc, [&](HappeningId h) { return may_come(h); });
}

/// What would end, hold or renew a clock and can no longer come once it has begun: it never comes,
/// or only before the start or together with it. Guards are taken for open, so that what is told is
/// certain; of charts with regions only what never comes at all is known.
void Linker::lint_moves(ProcDecl& proc, const std::function<bool(HappeningId)>& may_come) {
  const step::Procedure& target = model_->procedures[proc.index];
  if (target.clocks.empty()) return;
  const LeafSteps chart = leaf_steps(proc);
  const std::size_t leaves = target.states.size();
  const auto enters = [&](StateId leaf, HappeningId h) {
    const Happening& one = target.happenings[h];
    if (one.is != Happening::Is::enter) return false;
    for (StateId s = leaf; s != chart::none; s = proc.state_parents[s])
      if (s == one.index) return true;
    return false;
  };
  std::vector<std::vector<const LeafSteps::Step*>> steps_from(leaves);
  for (const LeafSteps::Step& step : chart.steps) steps_from[step.from].push_back(&step);
  const auto walk = [&](std::vector<bool>& seen, std::deque<StateId> queue) {
    for (const StateId leaf : queue) seen[leaf] = true;
    while (!queue.empty()) {
      const StateId at = queue.front();
      queue.pop_front();
      for (const LeafSteps::Step* step : steps_from[at]) {
        if (seen[step->to]) continue;
        seen[step->to] = true;
        queue.push_back(step->to);
      }
    }
  };
  std::vector<bool> ever(leaves, false);
  if (chart.is_flat) {
    std::deque<StateId> first;
    for (const auto& [leaf, event] : chart.openings) first.push_back(leaf);
    walk(ever, std::move(first));
  }
  // Which happenings come in steps behind one of `first`.
  const auto behind = [&](const step::HappeningIds& first) {
    std::deque<StateId> queue;
    const bool comes_anywhere = std::any_of(first.begin(), first.end(), [&](HappeningId h) {
      const Happening& one = target.happenings[h];
      const bool is_of_chart = one.is == Happening::Is::enter || one.is == Happening::Is::leave ||
                               (one.is == Happening::Is::event &&
                                (target.events[one.index].is_request ||
                                 target.events[one.index].opens != none));
      return !is_of_chart;
    });
    for (const auto& [leaf, event] : chart.openings) {
      const bool is_first = std::any_of(first.begin(), first.end(), [&, leaf = leaf,
                                                                     event = event](HappeningId h) {
        return h == event || enters(leaf, h);
      });
      if (is_first) queue.push_back(leaf);
    }
    for (const LeafSteps::Step& step : chart.steps) {
      const bool is_first = std::any_of(step.happen.begin(), step.happen.end(),
                                        [&](HappeningId h) { return names(first, h); });
      if (ever[step.from] && is_first) queue.push_back(step.to);
    }
    for (StateId leaf = 1; comes_anywhere && leaf < leaves; ++leaf)
      if (ever[leaf]) queue.push_back(leaf);
    std::vector<bool> seen(leaves, false);
    walk(seen, std::move(queue));
    std::vector<bool> comes(target.happenings.size(), false);
    for (const LeafSteps::Step& step : chart.steps) {
      if (!seen[step.from]) continue;
      for (const HappeningId h : step.happen) comes[h] = true;
    }
    return comes;
  };
  const auto is_dead = [&](HappeningId h, const std::vector<bool>& comes) {
    const Happening& one = target.happenings[h];
    switch (one.is) {
      case Happening::Is::event: {
        const step::Event& event = target.events[one.index];
        // A fact is recorded in whatever state.
        if (event.is_of_time || (!event.is_request && event.opens == none)) return false;
        return chart.is_flat ? !comes[h] : !may_come(h);
      }
      case Happening::Is::enter:
      case Happening::Is::leave:
        return chart.is_flat ? !comes[h] : !may_come(h);
      case Happening::Is::let_true:
        // What is true from the opening on becomes true there and nowhere else.
        return !may_come(h) || is_always_true(proc, one.index, proc.base_facts);
      default:
        return !may_come(h);
    }
  };
  // As lint_openings() tells it.
  const auto is_at_opening = [&](const step::Clock& clock, HappeningId pause) {
    return std::any_of(target.events.begin(), target.events.end(), [&](const step::Event& event) {
      const auto opens = [&](HappeningId h) {
        return h == event.happening || enters(event.opens, h);
      };
      return event.opens != none && std::any_of(clock.start.begin(), clock.start.end(), opens) &&
             (opens(pause) || target.happenings[pause].is == Happening::Is::let_true);
    });
  };
  for (std::size_t c = 0; c < target.clocks.size(); ++c) {
    const step::Clock& clock = target.clocks[c];
    if (!std::any_of(clock.start.begin(), clock.start.end(), may_come)) continue;
    const Item& item = *proc.clock_items[c];
    const auto place = [&](Word key) {
      const Node* node = get(item.body(), key, item.language);
      return node ? node->span : clock.span;
    };
    const auto text = [&](Word key) { return std::string(spelling(key, item.language)); };
    const std::string start = happening_text(proc, clock.start.front());
    const std::vector<bool> comes = behind(clock.start);
    const auto look = [&](Word key, const step::HappeningIds& ids) {
      const auto dead = [&](HappeningId h) {
        // Stops and pauses that are the start, and pauses at the opening, have findings of their own.
        const bool is_start = names(clock.start, h) && (key == Word::stop || key == Word::pause);
        return !is_start && !(key == Word::pause && is_at_opening(clock, h)) && is_dead(h, comes);
      };
      const auto count = std::count_if(ids.begin(), ids.end(), dead);
      for (const HappeningId h : ids) {
        if (!dead(h)) continue;
        // Beginning anew at what only begins it is said in vain, and does no harm.
        const bool is_all =
            count == static_cast<std::ptrdiff_t>(ids.size()) && key != Word::restart;
        report(is_all ? diag::AC0643 : diag::AC0644, place(key),
               {{"key", text(key)}, {"name", clock.name}, {"happening", happening_text(proc, h)}},
               {base::note(notes::comes_before_the_start),
                base::note(notes::name_what_comes_later, {{"start", start}, {"key", text(key)}})});
      }
      return count == static_cast<std::ptrdiff_t>(ids.size());
    };
    look(Word::stop, clock.stop);
    look(Word::restart, clock.restart);
    look(Word::cancel, clock.cancel);
    for (const HappeningId h : clock.cancel) {
      if (!names(clock.start, h) || names(clock.restart, h) || is_dead(h, comes)) continue;
      report(diag::AC0647, place(Word::cancel),
             {{"happening", happening_text(proc, h)}, {"name", clock.name}},
             {base::note(notes::name_what_comes_later,
                         {{"start", start}, {"key", text(Word::cancel)}})});
    }
    if (clock.pause.empty() || look(Word::pause, clock.pause)) continue;
    if (look(Word::resume, clock.resume) || clock.pause_at_most) continue;
    const std::vector<bool> after_pause = behind(clock.pause);
    const auto comes_then = [&](HappeningId h) { return !is_dead(h, after_pause); };
    if (!clock.resume.empty() &&
        std::none_of(clock.resume.begin(), clock.resume.end(), comes_then) &&
        std::none_of(clock.restart.begin(), clock.restart.end(), comes_then)) {
      report(diag::AC0645, place(Word::resume),
             {{"name", clock.name},
              {"pause", happening_text(proc, clock.pause.front())},
              {"resume", happening_text(proc, clock.resume.front())}},
             {base::note(notes::name_what_comes_later,
                         {{"start", happening_text(proc, clock.pause.front())},
                          {"key", text(Word::resume)}})});
    }
  }
}

analyze::ConditionFacts Linker::facts_of_let(const ProcDecl& proc, Index let,
                                             const Facts& facts) const {
  const LetDecl& decl = proc.frame.lets[let];
  analyze::ConditionOptions options;
  options.compile.dialect = dialect(decl.written.language);
  options.compile.zone = model_->packs[proc.pack->index].zone;
  options.compile.known_present.assign(facts.begin(), facts.end());
  analyze::AnalysisOptions budget;
  budget.budget = 200'000;
  const analyze::Condition alone{decl.written.text};
  return analyze::check_conditions({&alone, 1}, *proc.frame.names->names, options, budget);
}

bool Linker::is_never_true(const ProcDecl& proc, Index let) const {
  return !facts_of_let(proc, let, {}).never.empty();
}

bool Linker::is_always_true(const ProcDecl& proc, Index let, const Facts& facts) const {
  return facts_of_let(proc, let, facts).is_complete;
}

/// What opens a case and what it enters come at one instant, and the start comes behind the pause.
void Linker::lint_openings(const ProcDecl& proc, Index which) {
  const step::Procedure& target = model_->procedures[proc.index];
  const step::Clock& clock = target.clocks[which];
  for (const step::Event& event : target.events) {
    if (event.opens == none) continue;
    const auto comes = [&](HappeningId h) {
      const Happening& one = target.happenings[h];
      if (h == event.happening) return true;
      if (one.is == Happening::Is::let_true) {
        const auto which = static_cast<std::size_t>(&event - target.events.data());
        return is_always_true(proc, one.index, either(proc.base_facts, proc.event_facts[which]));
      }
      if (one.is != Happening::Is::enter) return false;
      for (StateId s = event.opens; s != chart::none; s = proc.state_parents[s])
        if (s == one.index) return true;
      return false;
    };
    const auto start = std::find_if(clock.start.begin(), clock.start.end(), comes);
    const auto pause = std::find_if(clock.pause.begin(), clock.pause.end(), [&](HappeningId h) {
      return comes(h) && !names(clock.start, h);
    });
    if (start == clock.start.end() || pause == clock.pause.end()) continue;
    const Item& item = *proc.clock_items[which];
    const Node* place = get(item.body(), Word::pause, item.language);
    report(diag::AC0768, place ? place->span : clock.span,
           {{"name", clock.name},
            {"event", event.name},
            {"start", happening_text(proc, *start)},
            {"pause", happening_text(proc, *pause)}},
           {base::note(notes::pause_later)});
  }
}

void Linker::lint_clocks(ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  const step::Pack& pack = model_->packs[target.pack];
  lint_starts(proc);
  lint_open_clocks(proc);
  for (std::size_t c = 0; c < target.clocks.size(); ++c) {
    const step::Clock& clock = target.clocks[c];
    const Item& item = *proc.clock_items[c];
    const auto place = [&](Word key) {
      const Node* node = get(item.body(), key, item.language);
      return node ? node->span : clock.span;
    };
    for (const HappeningId h : clock.pause) {
      if (!names(clock.start, h)) continue;
      report(diag::AC0748, place(Word::pause),
             {{"name", clock.name}, {"happening", happening_text(proc, h)}});
    }
    lint_openings(proc, static_cast<Index>(c));
    const bool stops_itself = !clock.stop.empty() &&
                              std::all_of(clock.stop.begin(), clock.stop.end(), [&](HappeningId h) {
                                return names(clock.start, h) && !names(clock.restart, h);
                              });
    if (stops_itself) {
      report(diag::AC0767, place(Word::stop),
             {{"name", clock.name}, {"happening", happening_text(proc, clock.stop.front())}},
             {base::note(notes::another_stop)});
    }
    if (!clock.pause.empty() && clock.resume.empty() && clock.restart.empty() &&
        !clock.pause_at_most) {
      report(diag::AC0749, place(Word::pause), {{"name", clock.name}});
    }
    const Node* limit = get(item.body(), Word::within, item.language);
    if (!limit) {
      const Node* window = get(item.body(), Word::window, item.language);
      if (window && window->is_map()) limit = get(*window, Word::to, item.language);
      if (window && window->is_map() && !limit) limit = get(*window, Word::before, item.language);
    }
    const auto is_date_rule = [](rt::Unit unit) { return !rt::is_quantity(unit); };
    const bool counts_days = is_written_in(proc, limit, item.language, is_date_rule);
    const bool may_stand_still =
        !clock.pause.empty() || clock.on_reopen == step::Conventions::Reopen::resume;
    if (counts_days && may_stand_still && clock.pause_counts == step::Clock::PauseCounts::unset) {
      report(diag::AC0745, clock.span,
             {{"name", clock.name},
              {"length", clock.within ? clock.within->text : clock.window_to->text}});
    }
    if (counts_days && clock.on_goal_change == step::Conventions::GoalChange::proportional) {
      report(diag::AC0757, place(Word::on_goal_change),
             {{"name", clock.name},
              {"length", clock.within ? clock.within->text : clock.window_to->text}});
    }
    for (const MaybeFormula* formula : {&clock.within, &clock.window_to, &clock.ahead}) {
      const auto value = constant(*formula, pack.zone);
      const auto length = value ? value->as_length() : std::nullopt;
      if (!length || length->count >= 0) continue;
      report(diag::AC0758, (*formula)->span, {{"name", clock.name}, {"length", (*formula)->text}});
    }
    const auto from = constant(clock.window_from, pack.zone);
    const auto to = constant(clock.window_to, pack.zone);
    if (from && to) {
      const auto opens = from->as_length(), closes = to->as_length();
      const int edges = (clock.window_from_exclusive ? 1 : 0) + (clock.window_to_exclusive ? 1 : 0);
      if (opens && closes && closes_before(*closes, *opens, edges)) {
        report(diag::AC0750, place(Word::window),
               {{"name", clock.name},
                {"from", clock.window_from->text},
                {"to", clock.window_to->text}});
      }
    }
    if (const auto by = constant(clock.by, pack.zone); by && pack.has_effective_from) {
      const auto day = by->is(Kind::date) ? by->as_date() : pack.zone.date(by->as_instant());
      if (day < pack.effective_from) {
        report(diag::AC0751, place(Word::by_then),
               {{"name", clock.name},
                {"limit", clock.by->text},
                {"start", iso_text(pack.effective_from)}});
      }
    }
    for (const MaybeFormula* limit : {&clock.within, &clock.window_to}) {
      const auto value = constant(*limit, pack.zone);
      const auto length = value ? value->as_length() : std::nullopt;
      if (!length || !rt::is_working(length->unit) || clock.calendar == none) continue;
      // From a few days of a few years; one that comes to an end is enough.
      const Calendar& calendar = model_->calendars[clock.calendar];
      bool ends = false;
      for (int year = 2000; !ends && year <= 2100; year += 10) {
        const rt::Date day{rt::days_from_civil(year, 6, 15)};
        const auto start = pack.zone.start_of(day);
        ends = static_cast<bool>(calendar.deadline(start, *length));
      }
      if (!ends) {
        report(diag::AC0752, place(limit == &clock.within ? Word::within : Word::window),
               {{"name", clock.name},
                {"calendar", model_->calendar_names[clock.calendar]},
                {"limit", (*limit)->text}});
      }
    }
  }
}

}  // namespace aftercare::rulebook
