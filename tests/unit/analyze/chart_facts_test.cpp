#include "analyze/chart_facts.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/chart/written.hpp"

namespace aftercare::analyze {
namespace {

using chart::StateId;
using chart::TransitionId;
using chart::Written;

// Events x, y, z, w each bring the fact of the same place; what is known is told by their names.
class Facts {
 public:
  explicit Facts(const std::string& outline) : chart_(outline), facts_(chart_.chart(), input()) {}

  std::string at_entry(const std::string& s) { return told(facts_.at_entry(chart_.id(s))); }
  std::string in(const std::string& s) { return told(facts_.while_active(chart_.id(s))); }
  std::string asked(TransitionId t) { return told(facts_.when_asked(t)); }
  std::vector<TransitionId> without(const std::string& s, char fact) {
    return facts_.path_without(chart_.id(s), static_cast<std::uint32_t>(all.find(fact)));
  }
  [[nodiscard]] const ChartFacts& facts() const { return facts_; }
  [[nodiscard]] const Written& chart() const { return chart_; }

 private:
  static constexpr std::string_view all = "xyzw";
  ChartFactsInput input() {
    ChartFactsInput in(chart_.chart(), 4);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const chart::EventId e = chart_.event(std::string(1, all[i]));
      if (e < in.by_event.size()) in.by_event[e].insert(i);
    }
    return in;
  }
  static std::string told(const FactSet& facts) {
    std::string text;
    for (std::uint32_t i = 0; i < 4; ++i) {
      if (facts.contains(i)) text += all[i];
    }
    return text;
  }
  Written chart_;
  ChartFacts facts_;
};

using Path = std::vector<TransitionId>;

TEST(ChartFacts, a_state_knows_what_every_path_into_it_has_seen) {
  Facts f(
      "state a\n  on x -> b\n  on y -> c\nstate b\n  on y -> d\nstate c\n  on x -> d\n"
      "  on z -> d\nstate d\n");
  EXPECT_EQ(f.in("b"), "x");
  EXPECT_EQ(f.in("c"), "y");
  EXPECT_EQ(f.in("d"), "y");
  EXPECT_EQ(f.without("d", 'x'), (Path{1, 4}));
  EXPECT_EQ(f.without("d", 'z'), (Path{0, 2}));
  EXPECT_EQ(f.without("d", 'y'), (Path{}));
}

TEST(ChartFacts, an_event_is_known_to_the_guard_of_its_own_transition) {
  Facts f("state a\n  on x if g -> b\n  on y z -> b\n  always if g -> b\nstate b\n");
  EXPECT_EQ(f.asked(0), "x");
  EXPECT_EQ(f.asked(1), "");
  EXPECT_EQ(f.asked(2), "");
}

TEST(ChartFacts, loops_bring_nothing_that_was_not_there_the_first_time) {
  Facts f("state a\n  on x -> b\nstate b\n  on y -> a\n");
  EXPECT_EQ(f.in("a"), "");
  EXPECT_EQ(f.in("b"), "x");
  EXPECT_EQ(f.without("a", 'y'), (Path{}));
}

TEST(ChartFacts, an_outer_state_knows_what_all_its_children_know) {
  Facts f(
      "state s\n  on x -> a\nstate a\n  state b\n    on y -> c\n  state c\n  on z -> d\n"
      "state d\n");
  EXPECT_EQ(f.in("a"), "x");
  EXPECT_EQ(f.in("c"), "xy");
  EXPECT_EQ(f.in("d"), "xz");
  EXPECT_EQ(f.without("d", 'y'), (Path{0, 2}));
}

TEST(ChartFacts, after_its_done_event_a_parallel_state_has_seen_what_each_region_has) {
  Facts f(
      "parallel p\n  on done.p -> e\n  on w -> e2\n  state r\n    state a\n      on x -> f\n"
      "    final f\n  state s\n    state b\n      on y -> g\n      on z -> k\n    state k\n"
      "      on y -> g\n    final g\nstate e\nstate e2\n");
  EXPECT_EQ(f.in("e"), "xy");
  EXPECT_EQ(f.in("e2"), "w");
  EXPECT_EQ(f.in("p"), "");
  EXPECT_EQ(f.without("e", 'z'), (Path{2, 0}));
}

TEST(ChartFacts, a_done_event_that_cannot_come_opens_no_path) {
  Facts f("state p\n  on done.p -> e\n  on x -> e\n  state a\n  final g\nstate e\n");
  EXPECT_EQ(f.in("e"), "x");
}

TEST(ChartFacts, history_brings_back_what_was_known_and_adds_the_way_back) {
  Facts f(
      "state a\n  history h\n    initial b\n  state b\n    on x -> c\n  state c\n    state d\n"
      "    state e\n  on out -> z1\nstate z1\n  on y -> h\n");
  // b: first without y. d: first by x, later by history with x and y.
  EXPECT_EQ(f.in("b"), "");
  EXPECT_EQ(f.in("d"), "x");
}

TEST(ChartFacts, shallow_history_enters_the_default_of_a_child_that_was_entered_deep_before) {
  Facts f(
      "state a\n  history h\n    initial b\n  state b\n    on x -> e\n  state c\n    state d\n"
      "    state e\n  on out -> z1\nstate z1\n  on y -> h\n");
  EXPECT_EQ(f.in("d"), "xy");
  EXPECT_EQ(f.in("e"), "x");
  EXPECT_EQ(f.without("d", 'z'), (Path{0, 2}));
}

TEST(ChartFacts, history_without_a_record_goes_by_its_default) {
  Facts f("state s\n  on x -> h\nstate a\n  history h\n    initial c\n  state b\n  state c\n");
  EXPECT_EQ(f.in("c"), "x");
  EXPECT_FALSE(f.facts().is_reachable(f.chart().id("b")));
}

TEST(ChartFacts, internal_and_targetless_transitions_stay_in_their_state) {
  Facts f(
      "state a\n  on x internal -> c\n  on y do act\n  state b\n  state c\n    on z -> d\nstate "
      "d\n");
  EXPECT_EQ(f.in("c"), "x");
  EXPECT_EQ(f.in("d"), "xz");
  EXPECT_EQ(f.in("a"), "");
}

TEST(ChartFacts, entry_content_that_sets_a_fact_counts_for_children_and_successors) {
  Written c("state s\n  on x -> b\nstate a\n  state b\n    on y -> d\nstate d\n");
  ChartFactsInput in(c.chart(), 1);
  in.by_state[c.id("a")].insert(0);
  const ChartFacts facts(c.chart(), in);
  EXPECT_FALSE(facts.at_entry(c.id("a")).contains(0));
  EXPECT_TRUE(facts.at_entry(c.id("b")).contains(0));
  EXPECT_TRUE(facts.while_active(c.id("a")).contains(0));
  EXPECT_TRUE(facts.while_active(c.id("d")).contains(0));
  EXPECT_FALSE(facts.while_active(c.id("s")).contains(0));
}

TEST(ChartFacts, what_is_known_initially_is_known_everywhere) {
  Written c("state a\n  on x -> b\nstate b\n");
  ChartFactsInput in(c.chart(), 2);
  in.initially.insert(1);
  const ChartFacts facts(c.chart(), in);
  EXPECT_TRUE(facts.while_active(c.id("a")).contains(1));
  EXPECT_TRUE(facts.while_active(c.id("b")).contains(1));
}

}  // namespace
}  // namespace aftercare::analyze
