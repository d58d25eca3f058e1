#include "analyze/chart_reach.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/chart/written.hpp"

namespace aftercare::analyze {
namespace {

using chart::Written;

std::string names(const Written& c, const std::vector<chart::StateId>& states) {
  std::string text;
  for (const chart::StateId s : states) {
    text += (text.empty() ? "" : " ") + std::string(c.chart().name(s));
  }
  return text;
}
std::string unreachable(const std::string& outline) {
  const Written c(outline);
  return names(c, analyze_reach(c.chart(), {}).unreachable);
}
std::string traps(const std::string& outline) {
  const Written c(outline);
  return names(c, analyze_reach(c.chart(), {}).traps);
}

TEST(ChartReach, reports_the_outermost_states_that_no_path_leads_to) {
  EXPECT_EQ(unreachable("state a\n  on x -> b\nstate b\nstate c\n  state d\n"), "c");
  EXPECT_EQ(unreachable("state a\n  on x -> d\nstate b\n  state c\n  state d\n"), "c");
}

TEST(ChartReach, knows_regions_and_default_entries) {
  EXPECT_EQ(unreachable("state s\n  on x -> b\nparallel p\n  state r\n    state a\n    state b\n"
                        "  state q\n    state c\n    state d\n"),
            "a d");
}

TEST(ChartReach, knows_that_shallow_history_enters_the_child_by_default) {
  // d is entered only as the default of c, and c only by history.
  const std::string chart =
      "state a\n  history h\n    initial b\n  state b\n    on x -> e\n  state c\n    state d\n"
      "    state e\n  on out -> z\nstate z\n";
  EXPECT_EQ(unreachable(chart + "  on back -> h\n"), "");
  EXPECT_EQ(unreachable(chart), "d");
}

TEST(ChartReach, reports_leaves_from_which_no_end_can_be_reached) {
  EXPECT_EQ(traps("state a\n  on x -> b\n  on y -> f\nstate b\n  on z -> c\nstate c\n  on z -> b\n"
                  "final f\n"),
            "b c");
  EXPECT_EQ(traps("state a\n  on x -> b\nstate b\n"), "");  // it is not meant to end
}

TEST(ChartReach, an_ancestor_or_a_region_beside_may_lead_out_of_a_state) {
  EXPECT_EQ(traps("state a\n  on x -> f\n  state b\n    on y -> c\n  state c\nfinal f\n"), "");
  EXPECT_EQ(traps("parallel p\n  state r\n    state a\n  state s\n    state b\n      on x -> f\n"
                  "final f\n"),
            "");
  // The way out of its own region does not help a leaf that has left it behind.
  EXPECT_EQ(traps("state r\n  state a\n    on x -> f\n    on y -> b\n  state b\nfinal f\n"), "b");
}

TEST(ChartReach, a_region_that_cannot_end_keeps_its_parallel_state_from_being_done) {
  const std::string rest = "  state s\n    state b\n      on y -> g\n    final g\nfinal f\n";
  // From k the region never comes to its end, and nothing else leaves p.
  const std::string stuck =
      "parallel p\n  on done.p -> f\n  state r\n    state a\n      on x -> e\n      on z -> k\n"
      "    state k\n    final e\n";
  EXPECT_EQ(traps(stuck + rest), "k");
  // A way out of the parallel state helps, whoever has it: itself, the region beside, its outer
  // state.
  EXPECT_EQ(traps("parallel p\n  on q -> f\n" + stuck.substr(11) + rest), "");
  EXPECT_EQ(traps(stuck + "  state s\n    state b\n      on y -> f\nfinal f\n"), "");
  EXPECT_EQ(traps(stuck + "  state s\n    state b\n      on y -> g\n    final g\n"
                          "  on done.s -> f\nfinal f\n"),
            "");
  // So does coming back to the region's other states.
  EXPECT_EQ(traps("parallel p\n  on done.p -> f\n  state r\n    on w -> a\n    state a\n"
                  "      on x -> e\n      on z -> k\n    state k\n    final e\n" +
                  rest),
            "");
}

TEST(ChartReach, a_way_out_that_has_been_left_behind_is_none_in_a_region_either) {
  // The way out is of r itself, and k has left it behind: the region beside does not bring it back.
  EXPECT_EQ(traps("parallel p\n  state r\n    state a\n      on x -> f\n      on z -> k\n"
                  "    state k\n  state s\n    state b\n      on y -> c\n    state c\nfinal f\n"),
            "k");
  // A region inside a region: the inner parallel state is done, the outer never is.
  EXPECT_EQ(traps("parallel p\n  on done.p -> f\n  state r\n    parallel q\n      on done.q -> e\n"
                  "      state u\n        final ue\n      state v\n        state w\n"
                  "          on x -> ve\n          on z -> k\n        state k\n        final ve\n"
                  "    final e\n  state s\n    final g\nfinal f\n"),
            "k");
  EXPECT_EQ(traps("state r\n  on done.r -> f\n  state a\n    on x -> e\n    on z -> k\n  state k\n"
                  "  final e\nfinal f\n"),
            "k");
}

TEST(ChartReach, a_nested_final_state_without_anybody_who_hears_it_is_a_trap) {
  const std::string chart = "state r\n  state a\n    on y -> g\n    on x -> f\n  final g\n";
  EXPECT_EQ(traps(chart + "final f\n"), "g");
  EXPECT_EQ(traps(chart + "  on done.r -> f\nfinal f\n"), "");
}

TEST(ChartReach, reports_events_that_nothing_takes) {
  const Written c("state a\n  on x y -> b\nstate b\nstate c\n  on z -> a\n");
  // Numbers in order of writing: x and y come after the four done events of states.
  std::vector<chart::EventId> all;
  for (chart::EventId e = 0; e < c.chart().event_count(); ++e) all.push_back(e);
  const ChartReach found = analyze_reach(c.chart(), all);
  EXPECT_EQ(found.unheard.size(), all.size() - 2);  // z is heard in c alone, which is unreachable
}

TEST(ChartReach, reports_transitions_that_an_earlier_one_hides) {
  const Written c(
      "state a\n  on x if g -> b\n  on x -> b\n  on x -> b\n  on y x if g -> b\n  always if g -> "
      "b\n"
      "  always -> b\n  always -> b\nstate b\n");
  EXPECT_EQ(analyze_reach(c.chart(), {}).shadowed, (std::vector<chart::TransitionId>{2, 6}));
}

TEST(ChartReach, reports_final_states_that_are_initial) {
  const Written c("final f\nstate a\n");
  EXPECT_EQ(names(c, analyze_reach(c.chart(), {}).initial_finals), "f");
}

}  // namespace
}  // namespace aftercare::analyze
