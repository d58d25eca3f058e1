// The interface of this file is find_scxml_loops(): a search for circles in a graph of certain
// steps.
//
// A node is an active leaf, with the number of an event that certainly waits in the internal queue,
// or none. Where the first eventless transition that the leaf comes to has no condition, something
// is enabled for as long as the leaf is active: no event is looked at, outer transitions give way,
// and a region beside may only delay it, unless that region can leave their parallel state. An
// event that waits is looked at in the end. It makes a step where nothing else that may be raised
// could move the leaf, and where no region beside could take the event from its transition.
#include "interop/scxml_loops.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "chart/entry_set.hpp"
#include "interop/from_scxml.hpp"

namespace aftercare::interop {

using chart::ActionId;
using chart::Chart;
using chart::Entry;
using chart::EventId;
using chart::none;
using chart::root;
using chart::StateId;
using chart::StateKind;
using chart::TransitionId;

namespace {

constexpr std::size_t most_looked_at = 4'000'000;  // states, as for the entries of chart.cpp

class LoopFinder {
 public:
  explicit LoopFinder(const ScxmlDocument& document)
      : d_(document),
        chart_(document.chart),
        leaves_parallel_(document.chart.size(), false),
        leaves_by_event_(document.chart.size(), false) {
    names_what_is_raised();
    for (TransitionId t = 0; t < chart_.transition_count(); ++t) {
      if (!chart_.is_eventless(t) && !may_be_raised(t)) continue;
      const bool is_eventless = chart_.is_eventless(t);
      has_certain_eventless_ = has_certain_eventless_ || (is_eventless && is_certain(t));
      note_leaving(t);
    }
  }

  std::vector<ScxmlLoop> find() {
    for (StateId s = 1; s < chart_.size(); ++s) {
      if (has_certain_eventless_ && chart_.kind(s) == StateKind::atomic) search({s, none});
    }
    if (is_raising_known_) {
      for (TransitionId t = 0; t < chart_.transition_count(); ++t) {
        for (const Node& node : after(t, none, none)) search(node);
      }
    }
    return std::move(loops_);
  }

 private:
  struct Node {
    StateId leaf = none;
    EventId waiting = none;
    auto operator<=>(const Node&) const = default;
  };
  struct Visit {
    Node node;
    TransitionId by = none;
    bool takes_event = false;
    std::vector<Node> next = {};
    std::size_t taken = 0;
  };
  enum class Mark : std::uint8_t { on_path, done };

  // --- what is raised anywhere in the document
  void name(const std::string& event) {
    const EventId number = d_.events.find(event);
    if (raised_.size() <= number) raised_.resize(number + 1, false);
    raised_[number] = true;
    written_.emplace(number, event);
  }
  void name_of(const ScxmlBlock& block) {
    for (const ScxmlElement& element : block) {
      if (element.is == ScxmlElement::Is::raise) name(element.name);
      if (element.is == ScxmlElement::Is::send) {
        const bool is_internal = element.target.literal == "#_internal";
        if (element.target.expression || (is_internal && element.event.expression)) {
          is_raising_known_ = false;
        } else if (is_internal && element.event.literal) {
          name(*element.event.literal);
        }
      }
      name_of(element.body);
      for (const ScxmlBranch& branch : element.branches) name_of(branch.body);
    }
  }
  void names_what_is_raised() {
    for (const ScxmlBlock& block : d_.blocks) name_of(block);
    name("error.execution");
    name("error.communication");
    for (StateId s = 1; s < chart_.size(); ++s) {
      if (chart_.is_leaf(s) || chart::is_history(chart_.kind(s))) continue;
      name("done.state." + std::string(chart_.name(s)));
    }
  }
  [[nodiscard]] bool may_be_raised(TransitionId t) const {
    if (chart_.transition(t).any_event) return true;
    const std::span<const EventId> events = chart_.events(t);
    return std::any_of(events.begin(), events.end(),
                       [&](EventId e) { return e < raised_.size() && raised_[e]; });
  }

  // --- what regions beside may do
  void note_leaving(TransitionId t) {
    const Chart::Transition& transition = chart_.transition(t);
    if (chart_.targets(t).empty()) return;
    const StateId domain = transition.has_dynamic_domain ? root : transition.domain;
    for (StateId s = transition.source; s != root && s != domain; s = chart_.parent(s)) {
      const StateId outer = chart_.parent(s);
      if (chart_.kind(outer) != StateKind::parallel || !chart_.is_descendant(outer, domain)) {
        continue;
      }
      (chart_.is_eventless(t) ? leaves_parallel_ : leaves_by_event_)[s] = true;
    }
  }
  [[nodiscard]] bool may_be_ended_from_beside(const Node& node) const {
    for (StateId s = node.leaf; s != root; s = chart_.parent(s)) {
      const StateId outer = chart_.parent(s);
      if (chart_.kind(outer) != StateKind::parallel) continue;
      for (const StateId region : chart_.children(outer)) {
        if (region == s) continue;
        if (leaves_parallel_[region]) return true;
        if (node.waiting != none && leaves_by_event_[region]) return true;
      }
    }
    return false;
  }

  // --- steps
  [[nodiscard]] bool is_certain(TransitionId t) const {
    const chart::GuardId guard = chart_.transition(t).guard;
    return guard == none || scxml_normalised(d_.conditions[guard].text) == "true";
  }
  /// What a block certainly raises: what stands before anything that may fail.
  void add_raised(ActionId block, std::vector<EventId>& all) const {
    if (block == none) return;
    for (const ScxmlElement& element : d_.blocks[block]) {
      using Is = ScxmlElement::Is;
      if (element.is == Is::raise) {
        all.push_back(d_.events.find(element.name));
      } else if ((element.is != Is::log || element.expression) &&
                 (element.is != Is::cancel || element.send_id.expression)) {
        return;
      }
    }
  }
  /// Nodes that are certain once `t` has been taken from `leaf` (none: any of its leaves, for what
  /// has no target), with what it raises or what has waited; `carried`: the event that still waits.
  std::vector<Node> after(TransitionId t, StateId leaf, EventId carried) {
    const Chart::Transition& transition = chart_.transition(t);
    if (looked_at_ > most_looked_at || transition.has_dynamic_domain) return {};
    std::vector<EventId> waiting;
    if (carried != none) waiting.push_back(carried);
    add_raised(transition.action, waiting);
    std::vector<StateId> leaves;
    if (chart_.targets(t).empty()) {
      if (leaf != none) {
        leaves.push_back(leaf);
      } else if (!waiting.empty()) {
        const StateId last = chart_.state(transition.source).last;
        for (StateId s = transition.source; s <= last; ++s) {
          if (chart_.kind(s) == StateKind::atomic) leaves.push_back(s);
        }
        looked_at_ += last - transition.source;
      }
    } else {
      bool asks_history = false;  // what was recorded is not known here
      const auto history = [&](StateId) {
        asks_history = true;
        return std::span<const StateId>();
      };
      std::vector<StateId> effective;
      chart::append_effective(chart_, history, chart_.targets(t), effective);
      std::vector<Entry> entries;
      chart::EntrySet set(chart_, history, entries);
      set.add(chart_.targets(t), effective, transition.domain);
      looked_at_ += entries.size();
      if (asks_history) return {};
      for (const Entry& entry : entries) {
        const StateId s = entry.state;
        for (const ActionId a : chart_.on_entry(s)) add_raised(a, waiting);
        if (entry.by_default) add_raised(chart_.state(s).initial_action, waiting);
        if (chart_.is_final(s)) {
          if (chart_.parent(s) == root) return {};  // the end
          waiting.push_back(
              d_.events.find("done.state." + std::string(chart_.name(chart_.parent(s)))));
        }
        if (chart_.is_leaf(s)) leaves.push_back(s);
      }
    }
    std::vector<Node> nodes;
    const bool is_first = leaf == none;  // a start: what waits for nothing is looked at by itself
    for (const StateId s : leaves) {
      if (carried == none && !is_first) nodes.push_back({s, none});
      for (const EventId event : waiting) nodes.push_back({s, event});
    }
    return nodes;
  }

  Visit visit(const Node& node) {
    Visit made{.node = node};
    if (may_be_ended_from_beside(node)) return made;
    for (StateId s = node.leaf; s != root; s = chart_.parent(s)) {
      const std::span<const Chart::Slot> slots = chart_.eventless_slots(s);
      if (slots.empty()) continue;
      if (!is_certain(slots.front().transition)) return made;
      made.by = slots.front().transition;
      made.next = after(made.by, node.leaf, node.waiting);
      return made;
    }
    if (node.waiting == none || !is_raising_known_) return made;
    for (StateId s = node.leaf; s != none; s = chart_.parent(s)) {
      for (const Chart::Slot& slot : chart_.event_slots(s)) {
        if (made.by == none && chart_.matches(slot, node.waiting)) {
          if (!is_certain(slot.transition) || !stays_in_region(node.leaf, slot.transition)) {
            return made;
          }
          made.by = slot.transition;
        } else if (!chart_.targets(slot.transition).empty() && may_be_raised(slot.transition)) {
          made.by = none;
          return made;
        }
      }
    }
    if (made.by == none) return made;
    made.takes_event = true;
    made.next = after(made.by, node.leaf, none);
    return made;
  }
  /// Whether a transition leaves nothing that a region beside the leaf could hold on to.
  [[nodiscard]] bool stays_in_region(StateId leaf, TransitionId t) const {
    if (chart_.targets(t).empty()) return true;
    const StateId domain = chart_.transition(t).domain;
    for (StateId s = leaf; s != root; s = chart_.parent(s)) {
      if (chart_.kind(s) == StateKind::parallel && !chart_.is_descendant(domain, s)) return false;
    }
    return true;
  }

  // --- the search
  void search(const Node& from) {
    if (marks_.contains(from)) return;
    const auto come_to = [&](const Node& node) {
      marks_[node] = Mark::on_path;
      path_.push_back(visit(node));
    };
    come_to(from);
    while (!path_.empty()) {
      Visit& last = path_.back();
      if (last.taken == last.next.size()) {
        marks_[last.node] = Mark::done;
        path_.pop_back();
        continue;
      }
      const Node to = last.next[last.taken++];
      const auto mark = marks_.find(to);
      if (mark == marks_.end()) {
        come_to(to);
      } else if (mark->second == Mark::on_path) {
        keep_loop(to);
      }
    }
  }
  void keep_loop(const Node& first) {
    std::size_t i = path_.size();
    bool takes_event = false;
    do {
      --i;
      takes_event = takes_event || path_[i].takes_event;
    } while (path_[i].node != first);
    // What goes round without an event has been found without one.
    if (first.waiting != none && !takes_event) return;
    ScxmlLoop loop;
    loop.by = path_.back().by;
    for (; i < path_.size(); ++i) {
      const Visit& step = path_[i];
      loop.steps.push_back(
          {step.node.leaf, step.takes_event ? written_.at(step.node.waiting) : ""});
    }
    loops_.push_back(std::move(loop));
  }

  const ScxmlDocument& d_;
  const Chart& chart_;
  std::vector<bool> leaves_parallel_;       // regions, by an eventless transition
  std::vector<bool> leaves_by_event_;       // regions, by one whose event may be raised
  std::vector<bool> raised_;                // by EventId
  std::map<EventId, std::string> written_;  // a name of each of them
  bool is_raising_known_ = true;
  bool has_certain_eventless_ = false;
  std::size_t looked_at_ = 0;
  std::map<Node, Mark> marks_;
  std::vector<Visit> path_;
  std::vector<ScxmlLoop> loops_;
};

}  // namespace

std::vector<ScxmlLoop> find_scxml_loops(const ScxmlDocument& document) {
  return LoopFinder(document).find();
}

}  // namespace aftercare::interop
