// A slow interpreter of statecharts that follows the procedures of SCXML 1.0, Appendix D, line by
// line, with sets as plain lists: the judge of the compiled one. Each rule can be switched off, to
// see whether the tests notice.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/chart_outline.hpp"

namespace aftercare::chart {

/// The rules of the algorithm, each with what takes its place when it is switched off.
enum class Rule : std::uint8_t {
  none_off,
  document_order_of_transitions,   // the last enabled transition of a state instead of the first
  inner_state_first,               // ancestors are asked before the leaf
  ancestors_are_asked,             // only the leaf is asked
  guards_count,                    // every guard holds
  preemption,                      // conflicting transitions are all taken
  inner_source_wins,               // of two in conflict always the earlier one
  earlier_wins,                    // of two in conflict always the later one
  targetless_conflicts_with_none,  // a targetless transition has its source as domain
  exit_order,                      // outer before inner
  entry_order,                     // inner before outer
  exits_before_content,            // content, then exits
  content_before_entries,          // entries, then content
  exit_whole_domain,               // only the way from the source up is left
  domain_is_no_parallel,           // the least common ancestor may be parallel
  internal_stays_inside,           // internal is treated as external
  internal_of_parallel_leaves,     // an internal transition of a parallel source stays inside too
  internal_to_outside_leaves,      // an internal transition always has its source as domain
  regions_are_entered,             // only the targeted regions are
  regions_only_by_default,         // regions are entered by default though a target lies inside
  initial_is_entered,              // a compound target's initial state is not entered
  initial_content,                 // content of initial transitions is dropped
  initial_after_entry,             // … and runs before the entry content
  history_restores,                // the default instead of the record
  history_default,                 // the initial state instead of the default
  history_deep,                    // deep history records children only
  history_shallow,                 // shallow history records leaves
  history_before_exit,             // recorded after the exits
  history_default_content,         // dropped
  history_in_domain,               // the domain is computed with the history state itself
  done_event,                      // none
  done_of_parallel,                // none
  done_after_entry,                // done event before the entry content
  done_needs_all_regions,          // one region is enough
  done_of_nested_parallel,         // a parallel region does not complete its parent
  eventless_first,                 // internal events before eventless transitions
  internal_in_order,               // last in, first out
  taken_once,                      // a transition reached from two regions is taken twice
  removed_while_exiting,           // states leave the configuration together, after all exits
  added_while_entering,            // … and join it together, after all entries
  finished_stops,                  // a final child of the root does not end the run
  entries_inside_domain,           // what history finds active is entered again
};
inline constexpr Rule last_rule = Rule::entries_inside_domain;
[[nodiscard]] std::string_view to_text(Rule rule);

class Literal {
 public:
  using Truth = std::function<bool(GuardId)>;

  Literal(const Outline& outline, Truth truth, Rule off = Rule::none_off)
      : o_(outline), truth_(std::move(truth)), off_(off) {}

  // --- the three procedures a driver needs
  void enter_initial() {
    log.clear();
    if (o_.states[root].initial_action != none) run(o_.states[root].initial_action);
    Transition t{.source = root, .targets = initial_of(root), .is_start = true, .domain = root};
    enterStates({&t});
  }
  bool select(EventId event) {
    enabled_ = selectTransitions(event);
    return !enabled_.empty();
  }
  bool select_eventless() {
    enabled_ = selectTransitions(none);
    return !enabled_.empty();
  }
  void microstep() {
    log.clear();
    std::vector<const Transition*> list;
    for (auto& t : enabled_) {
      t.domain = getTransitionDomain(t);
      list.push_back(&t);
    }
    if (is_off(Rule::exits_before_content)) {
      execute(list);
      exitStates(list);
    } else {
      exitStates(list);
      if (!is_off(Rule::content_before_entries)) execute(list);
    }
    enterStates(list);
    if (is_off(Rule::content_before_entries)) execute(list);
  }

  [[nodiscard]] bool has_internal() const { return !queue_.empty(); }
  EventId next_internal() {
    EventId e;
    if (is_off(Rule::internal_in_order)) {
      e = queue_.back();
      queue_.pop_back();
    } else {
      e = queue_.front();
      queue_.pop_front();
    }
    return e;
  }
  void clear_internal() { queue_.clear(); }
  [[nodiscard]] bool is_running() const { return running_; }
  [[nodiscard]] const std::set<StateId>& configuration() const { return configuration_; }
  [[nodiscard]] const std::map<StateId, std::vector<StateId>>& history() const {
    return historyValue_;
  }
  [[nodiscard]] const std::deque<EventId>& queue() const { return queue_; }
  [[nodiscard]] bool is_off(Rule rule) const { return off_ == rule; }

  /// A whole macrostep, written down as by Written; nothing where the event is ignored.
  std::string macrostep(EventId event, bool is_start, std::uint32_t limit = 200) {
    std::string all;
    const auto note = [&](const std::string& text) {
      if (!text.empty()) all += (all.empty() ? "" : " ") + text;
    };
    if (is_start) {
      enter_initial();
    } else {
      if (!select(event)) return "";
      microstep();
    }
    note(log);
    for (std::uint32_t n = 0; running_ && n < limit; ++n) {
      const auto internal = [&] {
        if (!has_internal()) return false;
        const EventId e = next_internal();
        note("!" + o_.events.texts[e]);
        select(e);
        return true;
      };
      if (is_off(Rule::eventless_first)) {
        if (!internal() && !select_eventless()) break;
      } else if (!select_eventless()) {
        if (!internal()) break;
      }
      if (enabled_.empty()) continue;
      microstep();
      note(log);
    }
    return all;
  }

  std::string log;  // of the last microstep

 private:
  struct Transition {
    StateId source = root;
    std::vector<StateId> targets = {};
    bool internal = false;
    ActionId action = none;
    TransitionId id = none;
    bool is_start = false;
    StateId domain = none;  // as it is when the microstep begins
  };
  using List = std::vector<StateId>;
  using Enabled = std::vector<const Transition*>;

  // --- the document
  [[nodiscard]] StateId parent(StateId s) const { return o_.states[s].parent; }
  [[nodiscard]] StateKind kind(StateId s) const { return o_.states[s].kind; }
  [[nodiscard]] bool isDescendant(StateId s, StateId of) const {
    for (StateId a = s; a != root;) {
      a = parent(a);
      if (a == of) return true;
    }
    return false;
  }
  [[nodiscard]] List getChildStates(StateId s) const {
    List children;
    for (StateId c = 1; c < o_.states.size(); ++c) {
      if (parent(c) == s && !is_history(kind(c))) children.push_back(c);
    }
    return children;
  }
  [[nodiscard]] List getProperAncestors(StateId s, StateId upTo) const {
    List ancestors;
    while (s != root) {
      s = parent(s);
      if (s == upTo) break;
      if (s != root) ancestors.push_back(s);
    }
    return ancestors;
  }
  [[nodiscard]] List initial_of(StateId s) const {
    if (o_.states[s].has_initial) return o_.states[s].initial;
    return {getChildStates(s).front()};
  }
  [[nodiscard]] bool isAtomic(StateId s) const {
    return kind(s) == StateKind::atomic || kind(s) == StateKind::final;
  }

  void write(const std::string& word) { log += (log.empty() ? "" : " ") + word; }
  void run(ActionId a) {
    const std::string& word = o_.words.texts[a];
    std::string text = word;
    if (word.rfind("raise.", 0) == 0) queue_.push_back(o_.events.numbers.at(word.substr(6)));
    if (word.rfind("in.", 0) == 0) {
      text += configuration_.count(o_.state_names.numbers.at(word.substr(3))) != 0 ? "=yes" : "=no";
    }
    write(text);
  }

  // --- selection
  std::vector<Transition> selectTransitions(EventId event) {
    std::vector<Transition> enabled;
    for (const StateId atomic : configuration_) {
      if (!isAtomic(atomic)) continue;
      List chain = {atomic};
      if (!is_off(Rule::ancestors_are_asked)) {
        for (const StateId a : getProperAncestors(atomic, none)) chain.push_back(a);
        chain.push_back(root);
      }
      if (is_off(Rule::inner_state_first)) std::reverse(chain.begin(), chain.end());
      bool found = false;
      for (const StateId s : chain) {
        for (TransitionId t = 0; t < o_.transitions.size() && !found; ++t) {
          const TransitionId id = is_off(Rule::document_order_of_transitions)
                                      ? static_cast<TransitionId>(o_.transitions.size()) - 1 - t
                                      : t;
          const TransitionSpec& spec = o_.transitions[id];
          if (spec.source != s || !matches(spec, event)) continue;
          if (spec.guard != none && !is_off(Rule::guards_count) && !truth_(spec.guard)) continue;
          found = true;
          const bool already = std::any_of(enabled.begin(), enabled.end(),
                                           [&](const Transition& e) { return e.id == id; });
          if (!already || is_off(Rule::taken_once)) {
            enabled.push_back(
                {spec.source, spec.targets, spec.internal, spec.action, id, false, none});
          }
        }
        if (found) break;
      }
    }
    return is_off(Rule::preemption) ? enabled : removeConflictingTransitions(enabled);
  }
  [[nodiscard]] static bool matches(const TransitionSpec& spec, EventId event) {
    if (event == none) return spec.events.empty() && !spec.any_event;
    return spec.any_event ||
           std::find(spec.events.begin(), spec.events.end(), event) != spec.events.end();
  }
  std::vector<Transition> removeConflictingTransitions(const std::vector<Transition>& enabled) {
    std::vector<Transition> filtered;
    for (const Transition& t1 : enabled) {
      bool preempted = false;
      std::vector<TransitionId> remove;
      for (const Transition& t2 : filtered) {
        if (!intersect(computeExitSet({&t1}), computeExitSet({&t2}))) continue;
        const bool inside = isDescendant(t1.source, t2.source);
        if ((inside && !is_off(Rule::inner_source_wins)) || is_off(Rule::earlier_wins)) {
          remove.push_back(t2.id);
        } else {
          preempted = true;
          break;
        }
      }
      if (preempted) continue;
      std::erase_if(filtered, [&](const Transition& t) {
        return std::find(remove.begin(), remove.end(), t.id) != remove.end();
      });
      filtered.push_back(t1);
    }
    return filtered;
  }
  [[nodiscard]] static bool intersect(const List& a, const List& b) {
    return std::any_of(a.begin(), a.end(),
                       [&](StateId s) { return std::find(b.begin(), b.end(), s) != b.end(); });
  }

  // --- domains
  [[nodiscard]] List getEffectiveTargetStates(const Transition& t) const {
    return effective(t.targets);
  }
  [[nodiscard]] List effective(const List& states) const {
    List targets;
    for (const StateId s : states) {
      if (!is_history(kind(s))) {
        targets.push_back(s);
        continue;
      }
      const auto value = historyValue_.find(s);
      const List inner = effective(value != historyValue_.end() ? value->second : initial_of(s));
      targets.insert(targets.end(), inner.begin(), inner.end());
    }
    return targets;
  }
  [[nodiscard]] StateId getTransitionDomain(const Transition& t) const {
    const List tstates = is_off(Rule::history_in_domain) ? t.targets : getEffectiveTargetStates(t);
    if (tstates.empty()) {
      return is_off(Rule::targetless_conflicts_with_none) ? t.source : none;
    }
    if (t.is_start || t.source == root) return root;
    const bool compound =
        kind(t.source) == StateKind::compound ||
        (kind(t.source) == StateKind::parallel && is_off(Rule::internal_of_parallel_leaves));
    const bool all_inside = std::all_of(tstates.begin(), tstates.end(),
                                        [&](StateId s) { return isDescendant(s, t.source); }) ||
                            is_off(Rule::internal_to_outside_leaves);
    if (t.internal && compound && all_inside && !is_off(Rule::internal_stays_inside)) {
      return t.source;
    }
    List all = {t.source};
    all.insert(all.end(), tstates.begin(), tstates.end());
    return findLCCA(all);
  }
  [[nodiscard]] StateId findLCCA(const List& list) const {
    List ancestors = getProperAncestors(list[0], none);
    ancestors.push_back(root);
    for (const StateId anc : ancestors) {
      const bool allowed =
          anc == root || kind(anc) == StateKind::compound || is_off(Rule::domain_is_no_parallel);
      if (allowed && std::all_of(list.begin() + 1, list.end(),
                                 [&](StateId s) { return isDescendant(s, anc); })) {
        return anc;
      }
    }
    return root;
  }
  List computeExitSet(const Enabled& transitions) {
    std::set<StateId> statesToExit;
    for (const Transition* t : transitions) {
      if (t->targets.empty() && !is_off(Rule::targetless_conflicts_with_none)) continue;
      const StateId domain = getTransitionDomain(*t);
      for (const StateId s : configuration_) {
        if (!isDescendant(s, domain)) continue;
        const bool on_the_way =
            s == t->source || isDescendant(t->source, s) || isDescendant(s, t->source);
        if (is_off(Rule::exit_whole_domain) && !on_the_way) continue;
        statesToExit.insert(s);
      }
    }
    return {statesToExit.begin(), statesToExit.end()};
  }

  // --- the microstep
  void execute(const Enabled& transitions) {
    for (const Transition* t : transitions) {
      write("t" + std::to_string(t->id));
      if (t->action != none) run(t->action);
    }
  }
  void record(const List& statesToExit, const std::set<StateId>& configuration) {
    for (const StateId s : statesToExit) {
      for (StateId h = 1; h < o_.states.size(); ++h) {
        if (parent(h) != s || !is_history(kind(h))) continue;
        const bool deep = is_off(Rule::history_deep)      ? false
                          : is_off(Rule::history_shallow) ? true
                                                          : kind(h) == StateKind::deep_history;
        List value;
        for (const StateId s0 : configuration) {
          if (deep ? isAtomic(s0) && isDescendant(s0, s) : parent(s0) == s) value.push_back(s0);
        }
        if (!value.empty()) historyValue_[h] = value;
      }
    }
  }
  void exitStates(const Enabled& transitions) {
    List statesToExit = computeExitSet(transitions);
    if (!is_off(Rule::exit_order)) std::reverse(statesToExit.begin(), statesToExit.end());
    if (!is_off(Rule::history_before_exit)) record(statesToExit, configuration_);
    for (const StateId s : statesToExit) {
      for (const ActionId a : o_.states[s].on_exit) run(a);
      write("-" + o_.state_names.texts[s]);
      if (is_off(Rule::history_before_exit)) record({s}, configuration_);
      if (!is_off(Rule::removed_while_exiting)) configuration_.erase(s);
    }
    for (const StateId s : statesToExit) configuration_.erase(s);
  }
  void enterStates(const Enabled& transitions) {
    std::set<StateId> statesToEnter;
    std::set<StateId> statesForDefaultEntry;
    std::map<StateId, ActionId> defaultHistoryContent;
    computeEntrySet(transitions, statesToEnter, statesForDefaultEntry, defaultHistoryContent);
    List order(statesToEnter.begin(), statesToEnter.end());
    if (is_off(Rule::entry_order)) std::reverse(order.begin(), order.end());
    for (const StateId s : order) {
      if (!is_off(Rule::added_while_entering)) configuration_.insert(s);
      write("+" + o_.state_names.texts[s]);
      const auto initial_content = [&] {
        if (statesForDefaultEntry.count(s) != 0 && o_.states[s].initial_action != none &&
            !is_off(Rule::initial_content)) {
          run(o_.states[s].initial_action);
        }
      };
      if (is_off(Rule::initial_after_entry)) initial_content();
      if (is_off(Rule::done_after_entry)) done(s);
      for (const ActionId a : o_.states[s].on_entry) run(a);
      if (!is_off(Rule::initial_after_entry)) initial_content();
      const auto content = defaultHistoryContent.find(s);
      if (content != defaultHistoryContent.end() && content->second != none &&
          !is_off(Rule::history_default_content)) {
        run(content->second);
      }
      if (!is_off(Rule::done_after_entry)) done(s);
    }
    for (const StateId s : order) configuration_.insert(s);
  }
  void done(StateId s) {
    if (kind(s) != StateKind::final) return;
    if (parent(s) == root) {
      if (!is_off(Rule::finished_stops)) running_ = false;
      return;
    }
    const StateId p = parent(s);
    if (!is_off(Rule::done_event)) queue_.push_back(o_.states[p].done_event);
    StateId grandparent = parent(p);
    while (grandparent != root && kind(grandparent) == StateKind::parallel &&
           !is_off(Rule::done_of_parallel)) {
      const List regions = getChildStates(grandparent);
      const auto final = [&](StateId r) { return isInFinalState(r); };
      if (is_off(Rule::done_needs_all_regions)
              ? std::none_of(regions.begin(), regions.end(), final)
              : !std::all_of(regions.begin(), regions.end(), final)) {
        break;
      }
      queue_.push_back(o_.states[grandparent].done_event);
      if (is_off(Rule::done_of_nested_parallel)) break;
      grandparent = parent(grandparent);  // beyond Appendix D, see docs/charts.md
    }
  }
  [[nodiscard]] bool isInFinalState(StateId s) const {
    const List children = getChildStates(s);
    if (kind(s) == StateKind::compound) {
      return std::any_of(children.begin(), children.end(), [&](StateId c) {
        return kind(c) == StateKind::final && configuration_.count(c) != 0;
      });
    }
    if (kind(s) == StateKind::parallel) {
      return std::all_of(children.begin(), children.end(),
                         [&](StateId c) { return isInFinalState(c); });
    }
    return false;
  }

  void computeEntrySet(const Enabled& transitions, std::set<StateId>& enter,
                       std::set<StateId>& byDefault, std::map<StateId, ActionId>& content) {
    for (const Transition* t : transitions) {
      domain_ = t->domain;
      for (const StateId s : t->targets) addDescendants(s, enter, byDefault, content);
      const StateId ancestor = t->domain;
      for (const StateId s : getEffectiveTargetStates(*t)) {
        addAncestors(s, ancestor, enter, byDefault, content);
      }
    }
  }
  void addDescendants(StateId state, std::set<StateId>& enter, std::set<StateId>& byDefault,
                      std::map<StateId, ActionId>& content) {
    if (is_history(kind(state))) {
      const auto value = historyValue_.find(state);
      if (value != historyValue_.end() && !is_off(Rule::history_restores)) {
        const List recorded = value->second;
        for (const StateId s : recorded) addDescendants(s, enter, byDefault, content);
        for (const StateId s : recorded) {
          addAncestors(s, parent(state), enter, byDefault, content);
        }
        return;
      }
      content[parent(state)] = o_.states[state].initial_action;
      const List targets =
          is_off(Rule::history_default) && kind(parent(state)) == StateKind::compound
              ? initial_of(parent(state))
              : initial_of(state);
      for (const StateId s : targets) {
        if (s != state) addDescendants(s, enter, byDefault, content);
      }
      for (const StateId s : targets) addAncestors(s, parent(state), enter, byDefault, content);
      return;
    }
    enter.insert(state);
    if (kind(state) == StateKind::compound) {
      if (is_off(Rule::initial_is_entered)) return;
      byDefault.insert(state);
      for (const StateId s : initial_of(state)) addDescendants(s, enter, byDefault, content);
      for (const StateId s : initial_of(state)) addAncestors(s, state, enter, byDefault, content);
    } else if (kind(state) == StateKind::parallel) {
      addRegions(state, enter, byDefault, content);
    }
  }
  void addRegions(StateId state, std::set<StateId>& enter, std::set<StateId>& byDefault,
                  std::map<StateId, ActionId>& content) {
    if (is_off(Rule::regions_are_entered)) return;
    for (const StateId child : getChildStates(state)) {
      const bool some = std::any_of(enter.begin(), enter.end(),
                                    [&](StateId s) { return isDescendant(s, child); });
      if (!some || is_off(Rule::regions_only_by_default)) {
        addDescendants(child, enter, byDefault, content);
      }
    }
  }
  void addAncestors(StateId state, StateId ancestor, std::set<StateId>& enter,
                    std::set<StateId>& byDefault, std::map<StateId, ActionId>& content) {
    for (const StateId anc : getProperAncestors(state, ancestor)) {
      // Beyond Appendix D, see docs/charts.md: what lies outside the domain was not left.
      if (!isDescendant(anc, domain_) && !is_off(Rule::entries_inside_domain)) break;
      enter.insert(anc);
      if (kind(anc) == StateKind::parallel) addRegions(anc, enter, byDefault, content);
    }
  }

  const Outline& o_;
  Truth truth_;
  Rule off_;
  std::vector<Transition> enabled_;
  std::set<StateId> configuration_;
  std::map<StateId, std::vector<StateId>> historyValue_;
  std::deque<EventId> queue_;
  bool running_ = true;
  StateId domain_ = root;
};

}  // namespace aftercare::chart
