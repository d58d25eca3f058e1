// The interface of this file is ChartFacts.
//
// A greatest fixpoint: every state begins by knowing everything and loses what some way into it
// does not bring. Each fact is lost at most once by each state, so this ends.
#include "analyze/chart_facts.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace aftercare::analyze {

using chart::Chart;
using chart::EventId;
using chart::none;
using chart::root;
using chart::StateId;
using chart::StateKind;
using chart::TransitionId;

namespace {

// Beyond this the work on wide parallel states is no longer bounded by seconds.
constexpr std::uint32_t max_states = 20'000;

}  // namespace

ChartFactsInput::ChartFactsInput(const Chart& chart, std::uint32_t count)
    : fact_count(count),
      initially(count),
      by_event(chart.event_count(), FactSet(count)),
      by_transition(chart.transition_count(), FactSet(count)),
      by_state(chart.size(), FactSet(count)) {}

class ChartFacts::Solver {
 public:
  explicit Solver(ChartFacts& facts) : f_(facts), chart_(facts.chart_) {
    listeners_.resize(chart_.size());
    through_history_.resize(chart_.size());
    waiting_flag_.resize(chart_.size(), 0);
    for (TransitionId t = 0; t < chart_.transition_count(); ++t) {
      for (const EventId e : chart_.events(t)) {
        const auto place = f_.done_of_event_.find(e);
        if (place == f_.done_of_event_.end()) continue;
        for (const StateId s : place->second) listeners_[s].push_back(t);
      }
      for (const StateId h : f_.entries_->by_transition[t].histories) {
        if (chart_.kind(h) == StateKind::shallow_history) {
          through_history_[chart_.parent(h)].push_back(t);
        }
      }
    }
  }

  void run() {
    f_.reachable_[root] = 1;
    f_.at_entry_[root] = f_.input_.initially;
    enter(f_.entries_->at_start, f_.input_.initially);
    while (!waiting_.empty()) {
      const StateId s = waiting_.back();
      waiting_.pop_back();
      waiting_flag_[s] = 0;
      changed(s);
    }
  }

 private:
  void wait(StateId s) {
    if (waiting_flag_[s] != 0) return;
    waiting_flag_[s] = 1;
    waiting_.push_back(s);
  }

  // `s` is newly reachable or knows less: all that depends on it follows.
  void changed(StateId s) {
    for (const auto slots : {chart_.event_slots(s), chart_.eventless_slots(s)}) {
      for (const Chart::Slot& slot : slots) apply(slot.transition);
    }
    if (s == root) return;
    const StateId parent = chart_.parent(s);
    if (chart_.is_final(s)) {
      for (StateId q = parent; q != root; q = chart_.parent(q)) {
        for (const TransitionId t : listeners_[q]) apply(t);
        if (chart_.kind(chart_.parent(q)) != StateKind::parallel) break;
      }
    }
    for (const TransitionId t : through_history_[parent]) apply(t);
    // What the parent knew at its entry its children know too: they are entered with it or from
    // within it.
    FactSet known = f_.active_[parent];
    if (chart_.kind(parent) == StateKind::parallel) {
      known = FactSet(f_.input_.fact_count);
      for (const StateId region : chart_.children(parent)) known |= f_.active_[region];
    } else {
      known &= f_.active_[s];
    }
    if (!(known == f_.active_[parent])) {
      f_.active_[parent] = std::move(known);
      wait(parent);
    }
  }

  void apply(TransitionId t) {
    if (f_.reachable_[chart_.transition(t).source] == 0) return;
    std::optional<FactSet> known = f_.of_transition(t);
    if (!known) return;  // waits for a done event that cannot come yet
    *known |= f_.input_.by_transition[t];
    const Entered& entered = f_.entries_->by_transition[t];
    enter(entered, *known);
    for (const StateId h : entered.histories) {
      if (chart_.kind(h) != StateKind::shallow_history) continue;
      for (const StateId child : chart_.children(chart_.parent(h))) {
        if (f_.reachable_[child] == 0) continue;
        const FactSet with_record = *known | f_.active_[child];
        enter_list(f_.entries_->by_default[child], with_record);
      }
    }
  }

  void enter(const Entered& entered, const FactSet& known) { enter_list(entered.plain, known); }

  // Ancestors come first in the list; their entry content has run before.
  void enter_list(const std::vector<StateId>& states, const FactSet& known) {
    above_.clear();
    for (const StateId s : states) {
      while (!above_.empty() && !chart_.is_descendant(s, above_.back().first)) above_.pop_back();
      FactSet here = above_.empty() ? known : above_.back().second;
      const bool narrowed = f_.at_entry_[s].narrow(here);
      here |= f_.input_.by_state[s];
      if (narrowed || f_.reachable_[s] == 0) {
        f_.reachable_[s] = 1;
        if (chart_.is_leaf(s)) f_.active_[s] = f_.at_entry_[s] | f_.input_.by_state[s];
        wait(s);
      }
      above_.emplace_back(s, std::move(here));
    }
  }

  ChartFacts& f_;
  const Chart& chart_;
  std::vector<std::vector<TransitionId>> listeners_;
  std::vector<std::vector<TransitionId>> through_history_;
  std::vector<StateId> waiting_;
  std::vector<char> waiting_flag_;
  std::vector<std::pair<StateId, FactSet>> above_;
};

ChartFacts::ChartFacts(const Chart& chart, ChartFactsInput input)
    : chart_(chart),
      input_(std::move(input)),
      at_entry_(chart.size(), FactSet(input_.fact_count, true)),
      active_(chart.size(), FactSet(input_.fact_count, true)),
      reachable_(chart.size(), 0) {
  for (StateId s = 1; s < chart.size(); ++s) {
    if (const EventId e = chart.state(s).done_event; e != none) done_of_event_[e].push_back(s);
  }
  if (chart.size() <= max_states) entries_ = chart_entries(chart);
  if (!entries_) {
    at_entry_.assign(chart.size(), input_.initially);
    active_ = at_entry_;
    reachable_.assign(chart.size(), 1);
    return;
  }
  Solver(*this).run();
}

// What is known when the done event of `s` is raised; nothing where it cannot be.
std::optional<FactSet> ChartFacts::done(StateId s) const {
  if (reachable_[s] == 0) return std::nullopt;
  std::optional<FactSet> known;
  for (const StateId child : chart_.children(s)) {
    if (chart_.kind(s) == StateKind::parallel) {
      const std::optional<FactSet> region = done(child);
      if (!region) return std::nullopt;
      known = known ? *known | *region : *region;
    } else if (chart_.is_final(child) && reachable_[child] != 0) {
      known = known ? *known & active_[child] : active_[child];
    }
  }
  return known;
}

std::optional<FactSet> ChartFacts::of_event(EventId event) const {
  FactSet known =
      event < input_.by_event.size() ? input_.by_event[event] : FactSet(input_.fact_count);
  const auto place = done_of_event_.find(event);
  if (place == done_of_event_.end() || !entries_) return known;
  std::optional<FactSet> by_any;
  for (const StateId s : place->second) {
    const std::optional<FactSet> one = done(s);
    if (one) by_any = by_any ? *by_any & *one : *one;
  }
  if (!by_any) return std::nullopt;
  return known | *by_any;
}

std::optional<FactSet> ChartFacts::of_transition(TransitionId t) const {
  FactSet known = active_[chart_.transition(t).source];
  if (chart_.transition(t).any_event || chart_.is_eventless(t)) return known;
  std::optional<FactSet> by_any;
  for (const EventId e : chart_.events(t)) {
    const std::optional<FactSet> one = of_event(e);
    if (one) by_any = by_any ? *by_any & *one : *one;
  }
  if (!by_any) return std::nullopt;
  return known | *by_any;
}

FactSet ChartFacts::when_asked(TransitionId t) const {
  return of_transition(t).value_or(FactSet(input_.fact_count, true));
}

FactSet ChartFacts::on_event(StateId s, EventId event) const {
  return active_[s] | of_event(event).value_or(FactSet(input_.fact_count, true));
}

// Finds a way on which one fact is never learnt, round by round: breadth first.
class ChartFacts::Search {
 public:
  Search(const ChartFacts& facts, std::uint32_t fact)
      : f_(facts), chart_(facts.chart_), fact_(fact) {
    entered_.resize(chart_.size());
    lacking_.resize(chart_.size(), 0);
  }

  std::vector<TransitionId> into(StateId s) {
    mark(f_.entries_->at_start.plain, none, none);
    for (bool more = true; more;) {
      spread();
      if (lacking_[s] != 0) return path(s);
      more = false;
      ++round_;
      for (TransitionId t = 0; t < chart_.transition_count(); ++t) {
        const StateId source = chart_.transition(t).source;
        if (lacking_[source] == 0 || f_.input_.by_transition[t].contains(fact_)) continue;
        StateId from = story(source);
        if (!event_lacks(t, from)) continue;
        const Entered& entered = f_.entries_->by_transition[t];
        more = mark(entered.plain, t, from) || more;
        for (const StateId h : entered.histories) {
          if (chart_.kind(h) != StateKind::shallow_history) continue;
          for (const StateId child : chart_.children(chart_.parent(h))) {
            if (lacking_[child] == 0) continue;
            more = mark(f_.entries_->by_default[child], t, story(child)) || more;
          }
        }
      }
    }
    return {};
  }

 private:
  struct Step {
    TransitionId by = none;
    StateId from = none;  // a leaf that was active before
    std::uint32_t round = none;
  };

  bool mark(const std::vector<StateId>& states, TransitionId by, StateId from) {
    bool fresh = false;
    std::vector<StateId> teaching;  // entered states whose content brings the fact
    for (const StateId s : states) {
      while (!teaching.empty() && !chart_.is_descendant(s, teaching.back())) teaching.pop_back();
      if (!teaching.empty()) continue;
      if (f_.input_.by_state[s].contains(fact_)) teaching.push_back(s);
      if (entered_[s].round != none) continue;
      entered_[s] = {by, from, round_};
      fresh = true;
    }
    return fresh;
  }

  // From states entered without the fact to states active without it.
  void spread() {
    for (StateId s = chart_.size(); s-- > 0;) {
      if (lacking_[s] != 0 || chart::is_history(chart_.kind(s))) continue;
      if (s != root && (entered_[s].round == none || f_.input_.by_state[s].contains(fact_))) {
        continue;
      }
      const auto lacks = [&](StateId child) { return lacking_[child] != 0; };
      const std::span<const StateId> children = chart_.children(s);
      const bool is_lacking =
          chart_.is_leaf(s) || (chart_.kind(s) == StateKind::parallel
                                    ? std::all_of(children.begin(), children.end(), lacks)
                                    : std::any_of(children.begin(), children.end(), lacks));
      if (is_lacking) lacking_[s] = 1;
    }
  }

  // A leaf in `s` that lacks the fact: the earliest; of regions, the one that took longest.
  [[nodiscard]] StateId story(StateId s) const {
    while (!chart_.is_leaf(s)) {
      const bool parallel = chart_.kind(s) == StateKind::parallel;
      StateId best = none;
      for (const StateId child : chart_.children(s)) {
        if (lacking_[child] == 0) continue;
        if (best == none || (parallel ? entered_[child].round > entered_[best].round
                                      : entered_[child].round < entered_[best].round)) {
          best = child;
        }
      }
      s = best;
    }
    return s;
  }

  // A final leaf reached without the fact, by which `s` is done without it.
  [[nodiscard]] StateId done_story(StateId s) const {
    StateId best = none;
    for (const StateId child : chart_.children(s)) {
      if (chart_.kind(s) == StateKind::parallel) {
        const StateId leaf = done_story(child);
        if (leaf == none) return none;
        if (best == none || entered_[leaf].round > entered_[best].round) best = leaf;
      } else if (chart_.is_final(child) && lacking_[child] != 0 &&
                 (best == none || entered_[child].round < entered_[best].round)) {
        best = child;
      }
    }
    return best;
  }

  bool event_lacks(TransitionId t, StateId& from) const {
    if (chart_.transition(t).any_event || chart_.is_eventless(t)) return true;
    for (const EventId e : chart_.events(t)) {
      if (e < f_.input_.by_event.size() && f_.input_.by_event[e].contains(fact_)) continue;
      const auto place = f_.done_of_event_.find(e);
      if (place == f_.done_of_event_.end()) return true;
      for (const StateId s : place->second) {
        if (const StateId leaf = done_story(s); leaf != none) {
          from = leaf;
          return true;
        }
      }
    }
    return false;
  }

  [[nodiscard]] std::vector<TransitionId> path(StateId s) const {
    std::vector<TransitionId> steps;
    for (StateId at = story(s); entered_[at].by != none; at = entered_[at].from) {
      steps.push_back(entered_[at].by);
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
  }

  const ChartFacts& f_;
  const Chart& chart_;
  std::uint32_t fact_;
  std::uint32_t round_ = 0;
  std::vector<Step> entered_;
  std::vector<char> lacking_;
};

std::vector<TransitionId> ChartFacts::path_without(StateId s, std::uint32_t fact) const {
  if (!entries_ || reachable_[s] == 0 || active_[s].contains(fact) ||
      input_.initially.contains(fact)) {
    return {};
  }
  return Search(*this, fact).into(s);
}

}  // namespace aftercare::analyze
