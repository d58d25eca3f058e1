// The algorithm, rule by rule: the name of each test is the rule.
// tests/differential/chart_kill_test shows that each rule has a test that notices when it is left
// out.
#include "chart/run.hpp"

#include <string>

#include <gtest/gtest.h>

#include "unit/chart/written.hpp"

namespace aftercare::chart {
namespace {

// Every rule holds for both representations of a set of states.
class Run : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  [[nodiscard]] Written write(const std::string& outline) const {
    return Written(outline, GetParam());
  }
};
INSTANTIATE_TEST_SUITE_P(Sets, Run, ::testing::Values(SmallSet::capacity, 0U),
                         [](const auto& info) { return info.param == 0 ? "list" : "words"; });

TEST_P(Run, a_chart_starts_in_its_first_state) {
  Written c = write("state a\n  state b\n  state c\nstate d\n");
  EXPECT_EQ(c.start(), "+a +b");
  EXPECT_EQ(c.active(), "a b");
  EXPECT_EQ(c.outcome(), Outcome::taken);
}

TEST_P(Run, an_event_that_nothing_takes_is_ignored) {
  Written c = write("state a\n  on x -> b\nstate b\n");
  c.start();
  EXPECT_EQ(c.send("y"), "");
  EXPECT_EQ(c.outcome(), Outcome::ignored);
  EXPECT_EQ(c.send("x"), "-a t0 +b");
}

TEST_P(Run, the_first_transition_in_document_order_whose_guard_holds_is_taken) {
  Written c =
      write("state a\n  on x if g -> b\n  on x -> c\n  on x -> d\nstate b\nstate c\nstate d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t1 +c");
}

TEST_P(Run, an_inner_state_comes_before_its_ancestors) {
  Written c = write("state a\n  on x -> c\n  state b\n    on x -> d\nstate c\nstate d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -a t1 +d");
}

TEST_P(Run, where_the_inner_state_declines_its_ancestor_is_asked) {
  Written c = write("state a\n  on x -> c\n  state b\n    on x if g -> d\nstate c\nstate d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -a t0 +c");
}

TEST_P(Run, the_order_is_exits_then_contents_then_entries) {
  Written c = write(
      "state a\n  exit bye.a\n  state b\n    exit bye.b\n    on x do act -> d\n"
      "state c\n  entry hi.c\n  state d\n    entry hi.d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "bye.b -b bye.a -a t0 act +c hi.c +d hi.d");
}

TEST_P(Run, a_state_is_inactive_in_the_exit_content_of_its_parent_and_active_in_its_own_entry) {
  Written c = write(
      "state a\n  exit in.b\n  state b\n    exit in.a\n    on x -> c\nstate c\n  entry in.c\n");
  c.start();
  EXPECT_EQ(c.send("x"), "in.a=yes -b in.b=no -a t0 +c in.c=yes");
}

TEST_P(Run, eventless_transitions_come_before_internal_events_and_these_in_order) {
  Written c = write(
      "state a\n  on x do raise.one -> b\nstate b\n  entry raise.two\n  always -> c\n"
      "state c\n  on one -> d\nstate d\n  on two -> e\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 raise.one +b raise.two -b t1 +c !one -c t2 +d !two -d t3 +e");
}

TEST_P(Run, an_internal_event_that_nothing_takes_is_dropped) {
  Written c = write("state a\n  on x do raise.one\n  on two -> b\nstate b\n");
  c.start();
  EXPECT_EQ(c.send("x"), "t0 raise.one !one");
  EXPECT_EQ(c.send("two"), "-a t1 +b");
}

TEST_P(Run, a_targetless_transition_exits_and_enters_nothing) {
  Written c = write("state a\n  on x do act\n  state b\n    entry hi\n    exit bye\n");
  c.start();
  EXPECT_EQ(c.send("x"), "t0 act");
  EXPECT_EQ(c.active(), "a b");
  EXPECT_EQ(c.outcome(), Outcome::taken);
}

TEST_P(Run, targetless_transitions_conflict_with_nothing) {
  Written c = write(
      "parallel p\n  state r\n    on x do one\n    state a\n  state s\n    on x -> u\n"
      "    state b\nstate u\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -s -a -r -p t0 one t1 +u");
}

TEST_P(Run, an_external_self_transition_leaves_and_enters_the_state_again) {
  Written c = write("state a\n  on x -> a\n  state b\n    on y -> c\n  state c\n");
  c.start();
  c.send("y");
  EXPECT_EQ(c.send("x"), "-c -a t0 +a +b");
}

TEST_P(Run, an_external_transition_to_a_descendant_leaves_the_source) {
  Written c = write("state a\n  on x -> c\n  state b\n  state c\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -a t0 +a +c");
}

TEST_P(Run, an_internal_transition_to_a_descendant_leaves_all_inside_the_source_only) {
  Written c = write("state a\n  on x internal -> c\n  state b\n    state d\n  state c\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-d -b t0 +c");
}

TEST_P(Run, an_internal_transition_out_of_the_source_is_external) {
  Written c = write("state a\n  on x internal -> a\n  on y internal -> e\n  state b\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -a t0 +a +b");
  EXPECT_EQ(c.send("y"), "-b -a t1 +e");
}

TEST_P(Run, an_internal_transition_of_a_parallel_state_is_external) {
  Written c = write(
      "state o\n  parallel p\n    on x internal -> b2\n    state r\n      state a\n    state s\n"
      "      state b1\n      state b2\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b1 -s -a -r -p t0 +p +r +a +s +b2");
}

TEST_P(Run, the_domain_is_never_a_parallel_state) {
  Written c = write(
      "state o\n  parallel p\n    state r\n      state a\n        on x -> b2\n    state s\n"
      "      state b1\n      state b2\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b1 -s -a -r -p t0 +p +r +a +s +b2");
}

TEST_P(Run, leaving_a_parallel_state_from_one_region_leaves_every_region) {
  Written c = write(
      "parallel p\n  state r\n    state a\n      on x -> e\n  state s\n    state b\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b -s -a -r -p t0 +e");
}

TEST_P(Run, each_region_takes_its_own_transition_in_document_order) {
  Written c = write(
      "parallel p\n  state r\n    state a\n      on x do one -> b\n    state b\n"
      "  state s\n    state c\n      on x do two -> d\n    state d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-c -a t0 one t1 two +b +d");
}

TEST_P(Run, of_two_conflicting_transitions_of_different_regions_the_earlier_wins) {
  Written c = write(
      "parallel p\n  state r\n    state a\n      on x -> b\n    state b\n"
      "  state s\n    state c\n      on x -> e\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 +b");
  EXPECT_EQ(c.active(), "p r b s c");
}

TEST_P(Run, of_two_conflicting_transitions_the_one_from_inside_wins) {
  Written c = write(
      "parallel p\n  on x -> e\n  state r\n    state a\n  state s\n    state c\n"
      "      on x -> d\n    state d\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-c t1 +d");
}

TEST_P(Run, a_transition_that_several_regions_reach_is_taken_and_asked_once) {
  Written c =
      write("parallel p\n  on x if g do act\n  state r\n    state a\n  state s\n    state b\n");
  c.truths = {"g"};
  c.start();
  EXPECT_EQ(c.send("x"), "t0 act");
  EXPECT_EQ(c.guards_asked, 1);
  c.truths = {};
  c.guards_asked = 0;
  EXPECT_EQ(c.send("x"), "");
  EXPECT_EQ(c.guards_asked, 1);
}

TEST_P(Run, entering_one_region_enters_the_others_by_default) {
  Written c = write(
      "state a\n  on x -> d\nparallel p\n  state r\n    state b\n  state s\n    state c\n"
      "    state d\n  state u\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 +p +r +b +s +d +u");
}

TEST_P(Run, several_targets_each_enter_their_region) {
  Written c = write(
      "state a\n  on x -> d b2\nparallel p\n  state r\n    state b1\n    state b2\n  state s\n"
      "    state c\n    state d\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 +p +r +b2 +s +d");
}

TEST_P(Run, the_initial_transition_may_lead_deep_and_its_content_runs_after_the_entry_content) {
  Written c = write(
      "state a\n  initial d do first\n  entry hi\n  state b\n  state c\n    state e\n"
      "    state d\n");
  EXPECT_EQ(c.start(), "+a hi first +c +d");
}

TEST_P(Run, initial_content_does_not_run_where_a_transition_names_a_descendant) {
  Written c = write("state s\n  on x -> c\nstate a\n  initial b do first\n  state b\n  state c\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-s t0 +a +c");
}

TEST_P(Run, a_final_child_raises_the_done_event_of_its_parent_after_its_entry_content) {
  Written c = write(
      "state a\n  on done.a -> e\n  state b\n    on x -> f\n  final f\n    entry raise.mine\n"
      "state e\n  on mine -> g\nstate g\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-b t1 +f raise.mine !mine !done.a -f -a t0 +e");
}

TEST_P(Run, a_parallel_state_is_done_when_every_region_is) {
  Written c = write(
      "parallel p\n  on done.p -> e\n  state r\n    state a\n      on x -> f\n    final f\n"
      "  state s\n    state b\n      on y -> g\n    final g\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t1 +f !done.r");
  EXPECT_EQ(c.send("y"), "-b t2 +g !done.s !done.p -g -s -f -r -p t0 +e");
}

TEST_P(Run, a_parallel_region_that_completes_last_completes_the_outer_parallel_state) {
  Written c = write(
      "parallel p\n  on done.p -> e\n  state r\n    state a\n      on x -> f\n    final f\n"
      "  parallel q\n    state s\n      state b\n        on y -> g\n      final g\n"
      "    state u\n      state i\n        on y -> h\n      final h\nstate e\n");
  c.start();
  c.send("x");
  EXPECT_EQ(c.send("y"),
            "-i -b t2 t3 +g +h !done.s !done.u !done.q !done.p -h -u -g -s -q -f -r -p t0 +e");
}

TEST_P(Run, a_region_that_is_no_compound_state_is_never_done) {
  Written c = write(
      "parallel p\n  on done.p -> e\n  state r\n    state a\n      on x -> f\n    final f\n"
      "  state s\nstate e\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t1 +f !done.r");
}

TEST_P(Run, a_final_child_of_the_root_ends_the_run_at_once) {
  Written c = write("state a\n  on x do raise.more -> f\nfinal f\nstate b\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 raise.more +f");
  EXPECT_EQ(c.outcome(), Outcome::finished);
  EXPECT_TRUE(c.now().is_finished(c.chart()));
  EXPECT_EQ(c.active(), "f");
  EXPECT_EQ(c.finish(), "-f");
  EXPECT_TRUE(c.now().is_empty());
}

TEST_P(Run, finishing_leaves_inner_states_first) {
  Written c = write("parallel p\n  state r\n    state a\n  state s\n    state b\n");
  c.start();
  EXPECT_EQ(c.finish(), "-b -s -a -r -p");
}

TEST_P(Run, shallow_history_comes_back_to_the_child_and_its_initial_state) {
  Written c = write(
      "state a\n  on out -> z\n  history h\n    initial b\n  state b\n  state c\n    state d\n"
      "      on in -> e\n    state e\n  on go -> c\nstate z\n  on back -> h\n");
  c.start();
  c.send("go");
  c.send("in");
  EXPECT_EQ(c.active(), "a c e");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t3 +a +c +d");
}

TEST_P(Run, deep_history_comes_back_to_the_innermost_states) {
  Written c = write(
      "state a\n  on out -> z\n  deep h\n    initial b\n  state b\n  state c\n    state d\n"
      "      on in -> e\n    state e\n  on go -> c\nstate z\n  on back -> h\n");
  c.start();
  c.send("go");
  c.send("in");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t3 +a +c +e");
}

TEST_P(Run, history_without_a_record_takes_its_default_whose_content_follows_the_entry_content) {
  Written c = write(
      "state z\n  on back -> h\nstate a\n  entry hi\n  initial b do first\n  history h\n"
      "    initial c do again\n  state b\n  state c\n");
  c.start();
  EXPECT_EQ(c.send("back"), "-z t0 +a hi again +c");
}

TEST_P(Run, history_content_does_not_run_where_there_is_a_record) {
  Written c = write(
      "state a\n  on out -> z\n  history h\n    initial b do again\n  state b\n    on x -> c\n"
      "  state c\nstate z\n  on back -> h\n");
  c.start();
  c.send("x");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t2 +a +c");
}

TEST_P(Run, history_is_recorded_before_anything_is_left) {
  // The exit of b is seen from within a: recorded is what was active at the beginning.
  Written c = write(
      "state a\n  deep h\n    initial b\n  on out -> z\n  parallel p\n    state r\n      state b\n"
      "    state s\n      state c\n        on x -> d\n      state d\n  initial p\n"
      "state z\n  on back -> h\n");
  c.start();
  c.send("x");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t2 +a +p +r +b +s +d");
}

TEST_P(Run, history_of_a_parallel_state_restores_every_region) {
  Written c = write(
      "state z\n  on back -> h\nparallel p\n  deep h\n    initial b2\n  on out -> z\n"
      "  state r\n    state b1\n    state b2\n  state s\n    state c1\n      on x -> c2\n"
      "    state c2\n");
  c.start();
  EXPECT_EQ(c.send("back"), "-z t0 +p +r +b2 +s +c1");
  c.send("x");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t0 +p +r +b2 +s +c2");
}

TEST_P(Run, history_may_be_the_initial_target) {
  Written c = write(
      "state a\n  initial h do first\n  on out -> z\n  history h\n    initial b do again\n"
      "  state b\n    on x -> c\n  state c\nstate z\n  on back -> a\n");
  EXPECT_EQ(c.start(), "+a first again +b");
  c.send("x");
  c.send("out");
  EXPECT_EQ(c.send("back"), "-z t2 +a first +c");
}

TEST_P(Run, the_domain_of_a_transition_to_history_is_that_of_what_was_recorded) {
  // Recorded is d inside c: from e, inside c too, the least common compound ancestor is c.
  Written c = write(
      "state a\n  deep h\n    initial b\n  state b\n  state c\n    state d\n    state e\n"
      "      on x -> h\n    on go -> e\n  on in -> d\n  on out -> z\nstate z\n  on back -> e\n");
  c.start();
  c.send("in");
  c.send("out");
  c.send("back");
  EXPECT_EQ(c.active(), "a c e");
  // Leaving recorded d; coming back to e and asking for history stays inside c.
  EXPECT_EQ(c.send("x"), "-e t0 +d");
}

TEST_P(Run, regions_outside_the_domain_of_a_transition_to_history_stay_as_they_are) {
  // The default of h lies in the region of its source: the other region is neither left nor
  // entered.
  Written c = write(
      "state a\n  history h\n    initial b\n  parallel p\n    state r\n      state b\n"
      "        on x -> h\n    state s\n      state d\n        on y -> e\n      state e\n");
  c.start();
  c.send("y");
  EXPECT_EQ(c.send("x"), "-b t0 +b");
  EXPECT_EQ(c.active(), "a p r b s e");
}

TEST_P(Run, a_history_whose_default_is_its_sibling_takes_the_siblings_default) {
  Written c = write(
      "state z\n  on back -> h\nstate a\n  history h\n    initial k do one\n  deep k\n"
      "    initial c do two\n  state b\n  state c\n");
  c.start();
  EXPECT_EQ(c.send("back"), "-z t0 +a two +c");
}

TEST_P(Run, a_loop_of_eventless_transitions_is_stopped_and_undone) {
  Written c = write("state a\n  on x -> b\nstate b\n  always -> d\nstate d\n  always -> b\n");
  c.limits.microsteps = 50;
  c.start();
  c.send("x");
  EXPECT_EQ(c.outcome(), Outcome::limit);
  EXPECT_EQ(c.active(), "a");
  EXPECT_EQ(c.send("y"), "");
}

TEST_P(Run, a_transition_of_the_root_is_reached_last_and_leaves_everything) {
  Written c = write("on x -> b\nstate a\nstate b\n  on x do act\n");
  c.start();
  EXPECT_EQ(c.send("x"), "-a t0 +b");
  EXPECT_EQ(c.send("x"), "t1 act");
}

TEST_P(Run, any_event_matches_every_event) {
  Written c = write("state a\n  on * -> b\nstate b\n");
  c.start();
  EXPECT_EQ(c.send("whatever"), "-a t0 +b");
}

TEST_P(Run, a_transition_may_name_several_events) {
  Written c = write("state a\n  on x y z -> b\nstate b\n  on y -> a\n");
  c.start();
  EXPECT_EQ(c.send("w"), "");
  EXPECT_EQ(c.send("z"), "-a t0 +b");
  EXPECT_EQ(c.send("y"), "-b t1 +a");
  EXPECT_EQ(c.send("x"), "-a t0 +b");
}

}  // namespace
}  // namespace aftercare::chart
