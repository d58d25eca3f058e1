// The kill matrix: each rule of the algorithm, switched off in the literal interpreter, changes
// what the named scenario shows; switched on, literal and compiled show the same.
//
//   build/release/bin/chart_kill        prints the matrix with, for each rule, how many random
//   charts
//                                       it takes until the differential run notices too
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "differential/chart_random.hpp"
#include "unit/chart/written.hpp"

namespace aftercare::chart {
namespace {

struct Scenario {
  const char* name;
  const char* outline;
  const char* events;
  std::vector<Rule> kills;
};

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"the first of two transitions is taken",
       "state a\n  on x -> b\n  on x -> c\nstate b\nstate c\n",
       "x",
       {Rule::document_order_of_transitions}},
      {"a guard that fails leaves the event to the next transition",
       "state a\n  on x if never -> b\n  on x -> c\nstate b\nstate c\n",
       "x",
       {Rule::guards_count}},
      {"the inner state is asked first",
       "state a\n  on x -> c\n  state b\n    on x -> d\nstate c\nstate d\n",
       "x",
       {Rule::inner_state_first}},
      {"an ancestor takes what its states leave",
       "state a\n  on x -> c\n  state b\nstate c\n",
       "x",
       {Rule::ancestors_are_asked}},
      {"of two regions that leave the parallel state the earlier does",
       "parallel p\n  state r\n    on x -> e\n  state s\n    on x -> f\nstate e\nstate f\n",
       "x",
       {Rule::preemption, Rule::earlier_wins}},
      {"of two in conflict the one from inside wins",
       "parallel p\n  on x -> e\n  state r\n    state a\n  state s\n    state c\n      on x -> d\n"
       "    state d\nstate e\n",
       "x",
       {Rule::inner_source_wins}},
      {"a targetless transition beside one that leaves",
       "parallel p\n  state r\n    on x do one\n    state a\n  state s\n    on x -> u\n    state "
       "b\n"
       "state u\n",
       "x",
       {Rule::targetless_conflicts_with_none}},
      {"a targetless transition reached from two regions",
       "parallel p\n  on x do act\n  state r\n  state s\n",
       "x",
       {Rule::taken_once}},
      {"inner states are left first and outer states entered first",
       "state a\n  state b\n    on x do act -> d\nstate c\n  state d\n",
       "x",
       {Rule::exit_order, Rule::entry_order, Rule::exits_before_content,
        Rule::content_before_entries}},
      {"leaving a parallel state leaves every region",
       "parallel p\n  state r\n    state a\n      on x -> e\n  state s\n    state b\nstate e\n",
       "x",
       {Rule::exit_whole_domain}},
      {"from one region to another the parallel state is left",
       "state o\n  parallel p\n    state r\n      state a\n        on x -> b2\n    state s\n"
       "      state b1\n      state b2\n",
       "x",
       {Rule::domain_is_no_parallel}},
      {"an internal transition keeps its source",
       "state a\n  on x internal -> c\n  state b\n  state c\n",
       "x",
       {Rule::internal_stays_inside}},
      {"an internal transition of a parallel state leaves it",
       "state o\n  parallel p\n    on x internal -> b2\n    state r\n    state s\n      state b1\n"
       "      state b2\n",
       "x",
       {Rule::internal_of_parallel_leaves}},
      {"an internal transition to the outside leaves its source",
       "state a\n  on x internal -> c\n  state b\nstate c\n",
       "x",
       {Rule::internal_to_outside_leaves}},
      {"one targeted region brings the others",
       "state a\n  on x -> d\nparallel p\n  state r\n    state b\n  state s\n    state c\n"
       "    state d\n",
       "x",
       {Rule::regions_are_entered, Rule::regions_only_by_default}},
      {"a compound target enters its initial state, content after entry content",
       "state a\n  on x -> b\nstate b\n  entry hi\n  initial c do first\n  state c\n",
       "x",
       {Rule::initial_is_entered, Rule::initial_content, Rule::initial_after_entry}},
      {"shallow history restores the child",
       "state a\n  on out -> z\n  history h\n    initial b do again\n  state b\n    on x -> c\n"
       "  state c\n    state d\n      on y -> e\n    state e\nstate z\n  on back -> h\n",
       "x y out back",
       {Rule::history_restores, Rule::history_shallow}},
      {"deep history restores the leaf",
       "state a\n  on out -> z\n  deep h\n    initial b\n  state b\n    on x -> c\n"
       "  state c\n    state d\n      on y -> e\n    state e\nstate z\n  on back -> h\n",
       "x y out back",
       {Rule::history_deep}},
      {"history without a record enters its default and runs its content",
       "state z\n  on back -> h\nstate a\n  history h\n    initial c do again\n  state b\n"
       "  state c\n",
       "back",
       {Rule::history_default, Rule::history_default_content}},
      {"history is recorded before anything is left",
       "state a\n  deep h\n    initial b\n  on out -> z\n  state b\nstate z\n  on back -> h\n"
       "state y\n",
       "out back",
       {}},
      {"deep history of two levels is recorded before anything is left",
       "state a\n  deep h\n    initial b\n  on out -> z\n  state b\n    on x -> c\n  state c\n"
       "    state d\n      on y -> e\n    state e\nstate z\n  on back -> h\n",
       "x y out back",
       {Rule::history_before_exit}},
      {"a recorded state inside the source's parent keeps that parent",
       "state a\n  deep h\n    initial b\n  state b\n  state c\n    state d\n    state e\n"
       "      on x -> h\n  on in -> d\n  on out -> z\nstate z\n  on back -> e\n",
       "in out back x",
       {Rule::history_in_domain, Rule::entries_inside_domain}},
      {"a final child raises the done event after its entry content",
       "state a\n  on done.a -> e\n  state b\n    on x -> f\n  final f\n    entry raise.mine\n"
       "state e\n  on mine -> g\nstate g\n",
       "x",
       {Rule::done_event, Rule::done_after_entry, Rule::internal_in_order}},
      {"a parallel state is done with its last region",
       "parallel p\n  on done.p -> e\n  state r\n    state a\n      on x -> f\n    final f\n"
       "  state s\n    state b\n      on y -> g\n    final g\nstate e\n",
       "x y",
       {Rule::done_of_parallel, Rule::done_needs_all_regions}},
      {"a parallel region completes the parallel state around it",
       "parallel p\n  on done.p -> e\n  state r\n    state a\n      on x -> f\n    final f\n"
       "  parallel q\n    state s\n      state b\n        on y -> g\n      final g\n"
       "    state u\n      state i\n        on y -> h\n      final h\nstate e\n",
       "x y",
       {Rule::done_of_nested_parallel}},
      {"eventless transitions come before internal events",
       "state a\n  on x do raise.one -> b\nstate b\n  always -> c\n  on one -> d\nstate c\nstate "
       "d\n",
       "x",
       {Rule::eventless_first}},
      {"states leave and join the configuration one by one",
       "state a\n  exit in.b\n  state b\n    on x -> d\nstate c\n  entry in.d\n  entry in.c\n  "
       "state d\n",
       "x",
       {Rule::removed_while_exiting, Rule::added_while_entering}},
      {"a final child of the root ends the run",
       "state a\n  on x do raise.more -> f\n  on more -> b\nfinal f\nstate b\n",
       "x",
       {Rule::finished_stops}},
  };
  return all;
}

std::string compiled(const Scenario& s, std::uint32_t small_limit) {
  Written c(s.outline, small_limit);
  std::string all = c.start();
  std::istringstream events(s.events);
  for (std::string e; events >> e;) all += " / " + c.send(e);
  return all + " = " + c.active();
}
std::string literal(const Scenario& s, Rule off) {
  Outline outline = Outline::read(s.outline);
  Literal run(
      outline, [](GuardId) { return false; }, off);
  std::string all = run.macrostep(none, true);
  std::istringstream events(s.events);
  for (std::string e; events >> e;) all += " / " + run.macrostep(outline.events.of(e), false);
  all += " =";
  for (const StateId state : run.configuration()) all += " " + outline.state_names.texts[state];
  return all;
}

TEST(ChartKill, literal_and_compiled_agree_on_every_scenario) {
  for (const Scenario& s : scenarios()) {
    EXPECT_EQ(compiled(s, SmallSet::capacity), literal(s, Rule::none_off)) << s.name;
    EXPECT_EQ(compiled(s, 0), literal(s, Rule::none_off)) << s.name;
  }
}

TEST(ChartKill, every_rule_switched_off_is_noticed_by_a_scenario_and_by_the_random_run) {
  std::set<Rule> killed;
  std::printf("%-34s %-72s %s\n", "rule switched off", "noticed by", "random charts");
  for (const Scenario& s : scenarios()) {
    for (const Rule rule : s.kills) {
      EXPECT_NE(compiled(s, SmallSet::capacity), literal(s, rule)) << to_text(rule);
      killed.insert(rule);
      std::uint64_t number = 1;
      for (; number <= 1000; ++number) {
        std::mt19937_64 random(number);
        const Outline outline = random_outline(random);
        if (!compare(outline, number, 25, SmallSet::capacity, rule).difference.empty()) break;
      }
      // Eventless before internal is the order of the driver, which is the same for both there.
      const bool is_drivers = rule == Rule::eventless_first;
      if (!is_drivers) {
        EXPECT_LE(number, 1000U) << to_text(rule);
      }
      std::printf("%-34s %-72s %s\n", std::string(to_text(rule)).c_str(), s.name,
                  is_drivers ? "-" : std::to_string(number).c_str());
    }
  }
  for (auto rule = static_cast<std::uint8_t>(Rule::none_off) + 1;
       rule <= static_cast<std::uint8_t>(last_rule); ++rule) {
    EXPECT_EQ(killed.count(static_cast<Rule>(rule)), 1U) << to_text(static_cast<Rule>(rule));
  }
}

}  // namespace
}  // namespace aftercare::chart
