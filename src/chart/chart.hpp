// chart/chart.hpp — a compiled statechart: immutable, shared by threads, all questions answered.
//
//   ChartBuilder b;
//   const StateId open = b.add_state(root, StateKind::atomic, "open");
//   const StateId done = b.add_state(root, StateKind::final, "done");
//   b.add_transition({.source = open, .events = {close_event}, .targets = {done}});
//   std::vector<ChartProblem> problems;
//   const std::optional<Chart> chart = b.build(problems);
//
// States are numbered in document order (pre-order): the descendants of `s` are the numbers
// s+1 … last(s), entry order is ascending, exit order descending. A set of states is therefore two
// machine words where the chart has at most 128 states, and a sorted list otherwise; both give the
// same results (configuration.hpp). Events, guards and actions are numbers whose meaning belongs to
// the user of the chart. Knows nothing of expressions, files or clocks. The algorithm: run.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chart/ids.hpp"
#include "chart/state_set.hpp"

namespace aftercare::chart {

/// A transition as its author wrote it.
struct TransitionSpec {
  StateId source = root;
  /// Any of these; empty and not `any_event`: eventless.
  std::vector<EventId> events = {};
  bool any_event = false;  ///< SCXML's `*`
  GuardId guard = none;
  ActionId action = none;             ///< its content
  std::vector<StateId> targets = {};  ///< empty: targetless, exits and enters nothing
  bool internal = false;  ///< does not leave a compound source whose descendants are its targets
};

/// One state of an entry set, with the contents that run after its own entry actions.
struct Entry {
  StateId state = none;
  bool by_default = false;  ///< its initial transition's content runs
  StateId history = none;   ///< the default content of this history child runs
  bool operator==(const Entry&) const = default;
};

/// Why a chart cannot be built. The one who wrote it down makes a finding of it, with its place.
struct ChartProblem {
  enum class Is : std::uint8_t {
    no_states,           ///< the root has no child to start in
    state_out_of_order,  ///< added after the subtree of its parent had been left
    too_deep,            ///< nested deeper than Chart::max_depth
    too_large,           ///< more states or transitions than Chart::max_states
    child_of_leaf,       ///< a child of an atomic, final or history state
    final_in_parallel,   ///< a parallel state's regions cannot be final
    history_at_root,     ///< history of the whole chart: there is nothing to come back to
    history_without_default,
    history_circular,       ///< the default of a history leads to itself
    region_without_states,  ///< a compound or parallel state has only history children
    initial_outside,        ///< an initial or default target is no descendant
    initial_missing,        ///< an explicitly empty initial target list of a history or compound
    unknown_state,          ///< a target or source that was never added
    target_is_root,
    targets_exclude_each_other,  ///< two targets (or initial targets) that cannot be active
                                 ///< together
    transition_from_leaf,        ///< a final or history state has a transition of its own
  };
  Is is;
  StateId state = none;            ///< the state it is about, or the offending target
  TransitionId transition = none;  ///< the transition it is about
  bool operator==(const ChartProblem&) const = default;
};

/// A short name of the problem.
struct ProblemName {
  std::string_view english, chinese;
};
[[nodiscard]] ProblemName name_of(ChartProblem::Is is) noexcept;

class Chart {
 public:
  /// A chart without states, to be replaced by one that ChartBuilder made.
  Chart() = default;

  static constexpr std::uint32_t max_depth = 512;         ///< bounds recursion
  static constexpr std::uint32_t max_states = 1'000'000;  ///< bounds memory

  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  /// What the algorithm reads of a state.
  struct State {
    StateId parent = none;
    StateId last = 0;  ///< the last of its descendants; itself where it has none
    EventId done_event = none;
    ActionId initial_action = none;  ///< content of the initial or history default transition
    StateKind kind = StateKind::atomic;
    bool eventless_from_here_up = false;  ///< it or an ancestor has an eventless transition
    std::uint16_t depth = 0;
    Range children;   ///< without history states
    Range histories;  ///< history children
    Range initial;    ///< targets of the initial or history default transition
    Range on_entry;
    Range on_exit;
    Range event_slots;      ///< into slots_
    Range eventless_slots;  ///< into slots_
  };

  struct Transition {
    StateId source = root;
    GuardId guard = none;
    ActionId action = none;
    bool internal = false;
    bool any_event = false;
    /// Its domain depends on what a history state recorded; see run.hpp.
    bool has_dynamic_domain = false;
    bool has_static_entries = false;
    StateId domain = none;  ///< none where targetless or dynamic
    Range events;
    Range targets;
    Range entries;  ///< where static: the whole entry set, ascending
  };

  /// What selection looks at, states' transitions side by side in document order.
  struct Slot {
    EventId event = none;  ///< the only event, or `many`, or `any`
    GuardId guard = none;
    TransitionId transition = none;
  };
  static constexpr EventId many = 0xfffffffeU;
  static constexpr EventId any = 0xfffffffdU;
  /// Event numbers must be smaller than this.
  static constexpr EventId first_reserved_event = any;

  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(states_.size());
  }
  [[nodiscard]] std::uint32_t transition_count() const noexcept {
    return static_cast<std::uint32_t>(transitions_.size());
  }
  /// Whether sets of its states fit into a SmallSet.
  [[nodiscard]] bool is_small() const noexcept { return small_; }

  // --- states; Requires: s < size()
  [[nodiscard]] const State& state(StateId s) const noexcept { return states_[s]; }
  [[nodiscard]] std::string_view name(StateId s) const noexcept { return names_[s]; }
  [[nodiscard]] StateKind kind(StateId s) const noexcept { return states_[s].kind; }
  [[nodiscard]] StateId parent(StateId s) const noexcept { return states_[s].parent; }
  [[nodiscard]] bool is_leaf(StateId s) const noexcept {
    return kind(s) == StateKind::atomic || kind(s) == StateKind::final;
  }
  [[nodiscard]] bool is_final(StateId s) const noexcept { return kind(s) == StateKind::final; }
  /// Whether `s` lies properly inside `ancestor`.
  [[nodiscard]] bool is_descendant(StateId s, StateId ancestor) const noexcept {
    return ancestor < s && s <= states_[ancestor].last;
  }
  [[nodiscard]] std::span<const StateId> children(StateId s) const noexcept {
    return ids(states_[s].children);
  }
  [[nodiscard]] std::span<const StateId> histories(StateId s) const noexcept {
    return ids(states_[s].histories);
  }
  /// Targets of the initial transition of a compound state, of the default of a history state.
  [[nodiscard]] std::span<const StateId> initial(StateId s) const noexcept {
    return ids(states_[s].initial);
  }
  [[nodiscard]] std::span<const ActionId> on_entry(StateId s) const noexcept {
    return ids(states_[s].on_entry);
  }
  [[nodiscard]] std::span<const ActionId> on_exit(StateId s) const noexcept {
    return ids(states_[s].on_exit);
  }
  [[nodiscard]] std::span<const Slot> event_slots(StateId s) const noexcept {
    return slots(states_[s].event_slots);
  }
  [[nodiscard]] std::span<const Slot> eventless_slots(StateId s) const noexcept {
    return slots(states_[s].eventless_slots);
  }
  /// The first state of that name, in document order.
  [[nodiscard]] std::optional<StateId> find(std::string_view name) const noexcept;

  // --- transitions; Requires: t < transition_count()
  [[nodiscard]] const Transition& transition(TransitionId t) const noexcept {
    return transitions_[t];
  }
  [[nodiscard]] std::span<const EventId> events(TransitionId t) const noexcept {
    return ids(transitions_[t].events);
  }
  [[nodiscard]] std::span<const StateId> targets(TransitionId t) const noexcept {
    return ids(transitions_[t].targets);
  }
  [[nodiscard]] std::span<const Entry> entries(TransitionId t) const noexcept {
    const Range r = transitions_[t].entries;
    return {entries_.data() + r.begin, r.end - r.begin};
  }
  [[nodiscard]] bool is_eventless(TransitionId t) const noexcept {
    const Transition& tr = transitions_[t];
    return !tr.any_event && tr.events.begin == tr.events.end;
  }
  [[nodiscard]] bool matches(const Slot& slot, EventId event) const noexcept {
    if (slot.event == event || slot.event == any) return true;
    return slot.event == many && matches_many(slot.transition, event);
  }
  /// Highest event number that a transition names, plus one.
  [[nodiscard]] EventId event_count() const noexcept { return event_count_; }

  // --- for small charts
  [[nodiscard]] SmallSet descendants(StateId s) const noexcept { return descendants_[s]; }
  [[nodiscard]] SmallSet leaves() const noexcept { return leaves_; }
  /// Final children of the root: where one is active the chart has come to its end.
  [[nodiscard]] SmallSet ends() const noexcept { return ends_; }
  [[nodiscard]] SmallSet eventless_leaves() const noexcept { return eventless_leaves_; }

  /// Whether the chart has a history state.
  [[nodiscard]] bool has_history() const noexcept { return has_history_; }
  /// Whether any transition of the chart is eventless.
  [[nodiscard]] bool has_eventless() const noexcept { return has_eventless_; }

 private:
  friend class ChartBuilder;
  [[nodiscard]] std::span<const std::uint32_t> ids(Range r) const noexcept {
    return {ids_.data() + r.begin, r.end - r.begin};
  }
  [[nodiscard]] std::span<const Slot> slots(Range r) const noexcept {
    return {slots_.data() + r.begin, r.end - r.begin};
  }
  [[nodiscard]] bool matches_many(TransitionId t, EventId event) const noexcept;

  std::vector<State> states_;
  std::vector<Transition> transitions_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> ids_;  // every list of numbers, one after the other
  std::vector<Entry> entries_;
  std::vector<std::string> names_;
  std::vector<SmallSet> descendants_;
  SmallSet leaves_;
  SmallSet ends_;
  SmallSet eventless_leaves_;
  EventId event_count_ = 0;
  bool small_ = true;
  bool has_eventless_ = false;
  bool has_history_ = false;
};

/// Collects states and transitions, checks them all and compiles them. One use.
class ChartBuilder {
 public:
  ChartBuilder();

  /// Adds a state behind all that were added before: parents before children, each subtree in one
  /// piece. `atomic` is turned into `compound` when a child follows.
  StateId add_state(StateId parent, StateKind kind, std::string name = {});
  /// Targets of the initial transition. Without: the first child that is no history state. The root
  /// has one too; a history state must have one (its default).
  void set_initial(StateId state, const std::vector<StateId>& targets, ActionId action = none);
  /// Event that is raised when `state` (compound or parallel) is done. Without: none is raised.
  void set_done_event(StateId state, EventId event);
  void add_on_entry(StateId state, ActionId action);
  void add_on_exit(StateId state, ActionId action);
  /// Order of addition is document order among the transitions of one state.
  TransitionId add_transition(TransitionSpec transition);
  /// Charts with more states use the sorted list. For tests of the fallback; at most
  /// SmallSet::capacity.
  void set_small_limit(std::uint32_t states) noexcept;

  /// The chart, or all that is wrong with it.
  [[nodiscard]] std::optional<Chart> build(std::vector<ChartProblem>& problems) &&;

 private:
  std::vector<StateId> parents_;
  std::vector<StateKind> kinds_;
  std::vector<std::string> names_;
  struct Initial {
    std::vector<StateId> targets;
    ActionId action = none;
    bool given = false;
  };
  std::vector<Initial> initials_;
  std::vector<EventId> done_events_;
  std::vector<std::vector<ActionId>> on_entry_;
  std::vector<std::vector<ActionId>> on_exit_;
  std::vector<TransitionSpec> transitions_;
  std::vector<ChartProblem> problems_;
  std::uint32_t small_limit_ = SmallSet::capacity;
};

}  // namespace aftercare::chart
