// chart/run.hpp — the algorithm of the W3C recommendation (SCXML 1.0, Appendix D) over a Chart.
//
//   struct Host {                              // what a chart asks of the one who runs it
//     bool guard(GuardId);                     // a guard of a candidate transition
//     void action(ActionId);                   // one block of content
//     void entered(StateId);                   // s is active, its entry content has not run
//     void exited(StateId);                    // its exit content has run, s is still active
//     void taken(TransitionId);                // exits are done, its content has not run
//   } host;
//   Scratch scratch;                           // reused for every step of every case of a thread
//   Configuration now(chart);
//   start(chart, now, host, scratch);
//   Outcome o = macrostep(chart, now, arrived, host, scratch);
//
// A macrostep selects transitions for one external event, runs them, and comes to rest: eventless
// transitions first, then internal events in order of their raising. Within one microstep: all
// exits (inner before outer, later before earlier in the document), then the contents of the
// transitions in order of selection, then all entries (outer before inner). A transition that
// several regions reach is taken, and its guard asked, once. What the recommendation leaves open is
// decided in docs/charts.md.
//
// Nothing is allocated once a Scratch has been warmed up, but for records of history. Hosts with
// more to say may have further members, found at compile time:
//   std::uint32_t done_data(StateId done, StateId final)
//                               called when the done event of `done` is raised, because of its
//                               child `final` or (none) of its regions; its result is the event's
//                               payload
//   void hear(Internal event)   an internal event is about to be looked at
//
// A host that runs a datamodel uses the parts: select(), microstep(), settle(), raise() of Scratch.
// Needs: chart.hpp, configuration.hpp. Knows nothing of expressions, clocks or files.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "chart/chart.hpp"
#include "chart/configuration.hpp"
#include "chart/entry_set.hpp"

namespace aftercare::chart {

template <class H>
concept Host = requires(H& host, std::uint32_t id) {
  { host.guard(id) } -> std::convertible_to<bool>;
  host.action(id);
  host.entered(id);
  host.exited(id);
  host.taken(id);
};

/// An event raised by the chart or its host while a macrostep runs.
struct Internal {
  EventId event = none;
  std::uint32_t payload = 0;  ///< the host's own
};

/// How a macrostep ended.
enum class Outcome : std::uint8_t {
  ignored,   ///< no transition took the event; nothing happened
  taken,     ///< the chart is at rest
  finished,  ///< a final child of the root is active: no further event is to be sent
  limit,     ///< more than `Limits::microsteps`: the configuration is as it was before
};

struct Limits {
  std::uint32_t microsteps = 10'000;  ///< of one macrostep; a chart that needs more runs in a loop
};

/// Working memory of the algorithm and its queue of internal events. Between macrosteps it holds
/// nothing that matters.
class Scratch {
 public:
  /// Puts an event behind the internal events that wait. For hosts, from within their actions.
  void raise(EventId event, std::uint32_t payload = 0) {
    queue_.push_back({.event = event, .payload = payload});
  }
  [[nodiscard]] bool has_internal() const noexcept { return head_ < queue_.size(); }
  /// Takes the next internal event. Requires: has_internal().
  Internal next_internal() noexcept {
    const Internal event = queue_[head_++];
    if (head_ == queue_.size()) clear_internal();
    return event;
  }
  void clear_internal() noexcept {
    queue_.clear();
    head_ = 0;
  }
  /// What select() chose, in order of selection.
  [[nodiscard]] std::span<const TransitionId> enabled() const noexcept { return enabled_; }
  /// Microsteps since start() or macrostep() began.
  [[nodiscard]] std::uint32_t microsteps() const noexcept { return microsteps_; }

 private:
  template <class>
  friend class Algorithm;
  std::vector<TransitionId> enabled_;
  std::vector<TransitionId> kept_;
  std::vector<StateId> domains_;  // of enabled_
  std::vector<Entry> entries_;
  std::vector<StateId> states_;
  std::vector<StateId> effective_;
  std::vector<std::uint32_t> visited_;  // of a large chart: number of the selection that came by
  std::uint32_t visit_ = 0;
  std::vector<Internal> queue_;
  std::size_t head_ = 0;
  std::uint32_t microsteps_ = 0;
  bool finished_ = false;
  Configuration before_;
};

/// The parts of the algorithm, bound to their arguments. Use the functions below.
template <class HostType>
class Algorithm {
 public:
  Algorithm(const Chart& chart, Configuration& now, HostType& host, Scratch& scratch) noexcept
      : chart_(chart), now_(now), host_(host), s_(scratch) {}

  bool select(EventId event) {
    s_.enabled_.clear();
    if (chart_.is_small()) {
      select_small((now_.small() & chart_.leaves()), event);
    } else {
      select_large(event);
    }
    if (s_.enabled_.size() > 1) remove_conflicting();
    return !s_.enabled_.empty();
  }

  bool select_eventless() {
    s_.enabled_.clear();
    if (!chart_.has_eventless()) return false;
    if (chart_.is_small()) {
      select_small((now_.small() & chart_.eventless_leaves()), none);
    } else {
      select_large(none);
    }
    if (s_.enabled_.size() > 1) remove_conflicting();
    return !s_.enabled_.empty();
  }

  void microstep() {
    ++s_.microsteps_;
    // Once for the whole microstep: leaving states records history, on which a domain may depend.
    s_.domains_.clear();
    for (const TransitionId t : s_.enabled_) s_.domains_.push_back(domain(t));
    exit_states();
    for (const TransitionId t : s_.enabled_) {
      host_.taken(t);
      if (const ActionId a = chart_.transition(t).action; a != none) host_.action(a);
    }
    if (s_.enabled_.size() == 1 && chart_.transition(s_.enabled_[0]).has_static_entries) {
      for (const Entry& e : chart_.entries(s_.enabled_[0])) enter(e);
      return;
    }
    s_.entries_.clear();
    const auto history = recorded();
    EntrySet set(chart_, history, s_.entries_);
    for (std::size_t i = 0; i < s_.enabled_.size(); ++i) {
      const std::span<const StateId> targets = chart_.targets(s_.enabled_[i]);
      if (targets.empty()) continue;
      s_.effective_.clear();
      append_effective(chart_, history, targets, s_.effective_);
      set.add(targets, s_.effective_, s_.domains_[i]);
    }
    enter_all();
  }

  void enter_at(std::span<const StateId> targets, ActionId content) {
    ++s_.microsteps_;
    if (content != none) host_.action(content);
    s_.entries_.clear();
    const auto history = recorded();
    EntrySet set(chart_, history, s_.entries_);
    s_.effective_.clear();
    append_effective(chart_, history, targets, s_.effective_);
    set.add(targets, s_.effective_, root);
    enter_all();
  }

  /// Eventless transitions and internal events until there are none.
  Outcome settle(const Limits& limits) {
    while (!s_.finished_) {
      if (!select_eventless()) {
        if (!s_.has_internal()) return Outcome::taken;
        const Internal event = s_.next_internal();
        if constexpr (requires { host_.hear(event); }) host_.hear(event);
        if (!select(event.event)) continue;
      }
      if (s_.microsteps_ >= limits.microsteps) return Outcome::limit;
      microstep();
    }
    return Outcome::finished;
  }

  void exit_all() {
    s_.states_ = now_.states();
    for (auto s = s_.states_.rbegin(); s != s_.states_.rend(); ++s) leave(*s);
  }

 private:
  [[nodiscard]] auto recorded() const noexcept {
    return [this](StateId h) { return now_.history(h); };
  }

  // The first transition of `s` that the event and its guard enable.
  bool take_first(std::span<const Chart::Slot> slots, EventId event) {
    for (const Chart::Slot& slot : slots) {
      if (event != none && !chart_.matches(slot, event)) continue;
      if (slot.guard != none && !host_.guard(slot.guard)) continue;
      s_.enabled_.push_back(slot.transition);
      return true;
    }
    return false;
  }
  [[nodiscard]] std::span<const Chart::Slot> slots(StateId s, EventId event) const noexcept {
    return event == none ? chart_.eventless_slots(s) : chart_.event_slots(s);
  }

  // A state that an earlier leaf came by has given its answer for itself and all its ancestors.
  void select_small(SmallSet leaves, EventId event) {
    SmallSet visited;
    leaves.each([&](StateId leaf) {
      for (StateId s = leaf; s != none && !visited.contains(s); s = chart_.parent(s)) {
        visited.insert(s);
        if (take_first(slots(s, event), event)) break;
      }
    });
  }
  void select_large(EventId event) {
    if (s_.visited_.size() < chart_.size()) s_.visited_.resize(chart_.size(), 0);
    if (++s_.visit_ == 0) {
      std::fill(s_.visited_.begin(), s_.visited_.end(), 0);
      s_.visit_ = 1;
    }
    for (const StateId leaf : now_.large()) {
      if (!chart_.is_leaf(leaf)) continue;
      if (event == none && !chart_.state(leaf).eventless_from_here_up) continue;
      for (StateId s = leaf; s != none && s_.visited_[s] != s_.visit_; s = chart_.parent(s)) {
        s_.visited_[s] = s_.visit_;
        if (take_first(slots(s, event), event)) break;
      }
    }
  }

  [[nodiscard]] StateId domain(TransitionId t) {
    const Chart::Transition& transition = chart_.transition(t);
    if (!transition.has_dynamic_domain) return transition.domain;
    s_.effective_.clear();
    append_effective(chart_, recorded(), chart_.targets(t), s_.effective_);
    return transition_domain(chart_, transition.source, transition.internal, s_.effective_);
  }

  // Exit sets are the active descendants of the domains, and a domain has an active descendant:
  // they intersect where one domain lies in the other.
  void remove_conflicting() {
    s_.kept_.clear();
    for (const TransitionId t1 : s_.enabled_) {
      const StateId d1 = domain(t1);
      bool preempted = false;
      const auto conflicts = [&](TransitionId t2) {
        if (d1 == none) return false;
        const StateId d2 = domain(t2);
        return d2 != none &&
               (d1 == d2 || chart_.is_descendant(d1, d2) || chart_.is_descendant(d2, d1));
      };
      const auto is_inside = [&](TransitionId t2) {
        return chart_.is_descendant(chart_.transition(t1).source, chart_.transition(t2).source);
      };
      for (const TransitionId t2 : s_.kept_) {
        if (conflicts(t2) && !is_inside(t2)) {
          preempted = true;
          break;
        }
      }
      if (preempted) continue;
      std::erase_if(s_.kept_, [&](TransitionId t2) { return conflicts(t2); });
      s_.kept_.push_back(t1);
    }
    s_.enabled_.swap(s_.kept_);
  }

  void exit_states() {
    if (chart_.is_small()) {
      SmallSet exits;
      for (const StateId d : s_.domains_) {
        if (d != none) exits |= chart_.descendants(d);
      }
      exits &= now_.small();
      if (exits.is_empty()) return;
      if (chart_.has_history()) exits.each_backwards([&](StateId s) { remember(s); });
      exits.each_backwards([&](StateId s) { leave(s); });
      return;
    }
    s_.states_.clear();
    for (const StateId d : s_.domains_) {
      if (d == none) continue;
      const std::span<const StateId> active = now_.large();
      auto first = std::upper_bound(active.begin(), active.end(), d);
      for (; first != active.end() && *first <= chart_.state(d).last; ++first) {
        s_.states_.push_back(*first);
      }
    }
    // Domains of one microstep never overlap: no state stands here twice.
    std::sort(s_.states_.begin(), s_.states_.end(), std::greater<>());
    for (const StateId s : s_.states_) remember(s);
    for (const StateId s : s_.states_) leave(s);
  }

  // History of `s` as the configuration is before anything is left.
  void remember(StateId s) {
    for (const StateId h : chart_.histories(s)) {
      std::vector<StateId> states;
      if (chart_.kind(h) == StateKind::shallow_history) {
        for (const StateId child : chart_.children(s)) {
          if (now_.contains(child)) states.push_back(child);
        }
      } else {
        now_.each([&](StateId d) {
          if (chart_.is_descendant(d, s) && chart_.is_leaf(d)) states.push_back(d);
        });
      }
      now_.record(h, states);
    }
  }

  void leave(StateId s) {
    for (const ActionId a : chart_.on_exit(s)) host_.action(a);
    host_.exited(s);
    now_.erase(s);
  }

  void enter_all() {
    for (std::size_t i = 0; i < s_.entries_.size(); ++i) enter(s_.entries_[i]);
  }

  void enter(const Entry& entry) {
    const StateId s = entry.state;
    const Chart::State& state = chart_.state(s);
    now_.insert(s);
    host_.entered(s);
    for (const ActionId a : chart_.on_entry(s)) host_.action(a);
    if (entry.by_default && state.initial_action != none) host_.action(state.initial_action);
    if (entry.history != none) {
      if (const ActionId a = chart_.state(entry.history).initial_action; a != none) host_.action(a);
    }
    if (state.kind == StateKind::final) complete(s);
  }

  [[nodiscard]] bool is_in_final_state(StateId s) const noexcept {
    const std::span<const StateId> children = chart_.children(s);
    if (chart_.kind(s) == StateKind::compound) {
      return std::any_of(children.begin(), children.end(), [&](StateId child) {
        return chart_.is_final(child) && now_.contains(child);
      });
    }
    if (chart_.kind(s) != StateKind::parallel) return false;
    return std::all_of(children.begin(), children.end(),
                       [&](StateId child) { return is_in_final_state(child); });
  }

  void complete(StateId final) {
    const StateId parent = chart_.parent(final);
    if (parent == root) {
      s_.finished_ = true;
      return;
    }
    raise_done(parent, final);
    // A parallel state that is itself a region completes its parent too.
    for (StateId p = chart_.parent(parent);
         p != root && chart_.kind(p) == StateKind::parallel && is_in_final_state(p);
         p = chart_.parent(p)) {
      raise_done(p, none);
    }
  }

  void raise_done(StateId done, StateId final) {
    const EventId event = chart_.state(done).done_event;
    if (event == none) return;
    std::uint32_t payload = 0;
    if constexpr (requires { host_.done_data(done, final); }) {
      payload = host_.done_data(done, final);
    }
    s_.raise(event, payload);
  }

 public:
  // --- whole runs
  void begin() {
    s_.microsteps_ = 0;
    s_.finished_ = false;
    s_.clear_internal();
  }
  void keep() { s_.before_ = now_; }
  void undo() {
    now_ = s_.before_;
    s_.clear_internal();
  }
  [[nodiscard]] bool has_finished() const noexcept { return s_.finished_; }

 private:
  const Chart& chart_;
  Configuration& now_;
  HostType& host_;
  Scratch& s_;
};

/// As start(), at other states than the initial ones. Requires: targets that can be active
/// together.
template <Host H>
Outcome start_at(const Chart& chart, Configuration& now, std::span<const StateId> targets, H& host,
                 Scratch& scratch, const Limits& limits = {}) {
  Algorithm<H> run(chart, now, host, scratch);
  run.begin();
  run.keep();
  run.enter_at(targets, chart.state(root).initial_action);
  const Outcome outcome = run.settle(limits);
  if (outcome == Outcome::limit) run.undo();
  return outcome;
}

/// Enters the chart at its initial states and comes to rest. Requires: `now` is empty.
template <Host H>
Outcome start(const Chart& chart, Configuration& now, H& host, Scratch& scratch,
              const Limits& limits = {}) {
  return start_at(chart, now, chart.initial(root), host, scratch, limits);
}

/// Gives the chart one external event. Requires: started, not finished.
/// On `limit` the configuration is as before; what the host did is the host's to undo.
template <Host H>
Outcome macrostep(const Chart& chart, Configuration& now, EventId event, H& host, Scratch& scratch,
                  const Limits& limits = {}) {
  Algorithm<H> run(chart, now, host, scratch);
  run.begin();
  if (!run.select(event)) return Outcome::ignored;
  run.keep();
  run.microstep();
  const Outcome outcome = run.settle(limits);
  if (outcome == Outcome::limit) run.undo();
  return outcome;
}

/// Leaves every active state, inner first, as SCXML does at the end and on cancellation. Charts
/// whose final configuration is to stay visible are not finished.
template <Host H>
void finish(const Chart& chart, Configuration& now, H& host, Scratch& scratch) {
  Algorithm<H>(chart, now, host, scratch).exit_all();
}

}  // namespace aftercare::chart
