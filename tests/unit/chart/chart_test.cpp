// What ChartBuilder refuses, and how configurations are kept.
#include "chart/chart.hpp"

#include <string>

#include <gtest/gtest.h>

#include "unit/chart/written.hpp"

namespace aftercare::chart {
namespace {

std::string problems(const std::string& outline) { return Written(outline).problems(); }

TEST(ChartBuilder, names_what_is_wrong_with_a_chart) {
  EXPECT_EQ(problems(""), "no states");
  EXPECT_EQ(problems("final f\n  state a\n"), "child of leaf a");
  EXPECT_EQ(problems("parallel p\n  final f\n  state a\n"), "final in parallel f");
  EXPECT_EQ(problems("history h\n  initial a\nstate a\n"), "history at root h");
  EXPECT_EQ(problems("state a\n  history h\n  state b\n"), "history without default h");
  EXPECT_EQ(
      problems("state a\n  history h\n    initial k\n  history k\n    initial h\n  state b\n"),
      "history circular h, history circular k");
  EXPECT_EQ(problems("state a\n  history h\n    initial h\n"), "region without states a");
  EXPECT_EQ(problems("state a\n  initial c\n  state b\nstate c\n"), "initial outside a");
  EXPECT_EQ(problems("state a\n  history h\n    initial c\n  state b\nstate c\n"),
            "initial outside h");
  EXPECT_EQ(problems("state a\n  on x -> b c\nstate b\nstate c\n"), "targets exclude each other a");
  EXPECT_EQ(problems("state a\n  on x -> b c\nstate b\n  state c\n"),
            "targets exclude each other a");
  EXPECT_EQ(problems("final f\n  on x -> a\nstate a\n"), "transition from leaf f");
}

TEST(ChartBuilder, refuses_states_out_of_order) {
  ChartBuilder builder;
  const StateId a = builder.add_state(root, StateKind::atomic);
  builder.add_state(root, StateKind::atomic);
  builder.add_state(a, StateKind::atomic);
  std::vector<ChartProblem> found;
  EXPECT_FALSE(std::move(builder).build(found));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].is, ChartProblem::Is::state_out_of_order);
}

TEST(ChartBuilder, refuses_states_that_are_nested_too_deeply) {
  ChartBuilder builder;
  StateId s = root;
  for (std::uint32_t i = 0; i <= Chart::max_depth; ++i) s = builder.add_state(s, StateKind::atomic);
  std::vector<ChartProblem> found;
  EXPECT_FALSE(std::move(builder).build(found));
  EXPECT_EQ(found[0].is, ChartProblem::Is::too_deep);
}

TEST(ChartBuilder, builds_a_hundred_thousand_states) {
  ChartBuilder builder;
  const std::uint32_t count = 100'000;
  for (std::uint32_t i = 0; i < count; ++i) builder.add_state(root, StateKind::atomic);
  for (std::uint32_t i = 1; i < count; ++i) {
    builder.add_transition({.source = i, .events = {1}, .targets = {i + 1}});
  }
  std::vector<ChartProblem> found;
  const std::optional<Chart> chart = std::move(builder).build(found);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->transition(7).domain, root);
}

TEST(Configuration, survives_bytes_with_its_history) {
  for (const std::uint32_t limit : {SmallSet::capacity, 0U}) {
    Written c(
        "state a\n  deep h\n    initial b\n  history k\n    initial b\n  on out -> z\n"
        "  parallel p\n    state r\n      state b\n    state s\n      state d\n"
        "  initial p\nstate z\n  on back -> h\n",
        limit);
    c.start();
    c.send("out");
    const std::string bytes = c.now().encode(c.chart());
    const Result<Configuration> read = Configuration::decode(c.chart(), bytes);
    ASSERT_TRUE(read);
    EXPECT_TRUE(*read == c.now());
    EXPECT_EQ(read->history(c.id("h")).size(), 2U);
    c.now() = *read;
    EXPECT_EQ(c.send("back"), "-z t1 +a +p +r +b +s +d");
  }
}

TEST(Configuration, refuses_bytes_that_are_no_configuration_of_the_chart) {
  Written c(
      "parallel p\n  state r\n    state a\n    state b\n  state s\n    state d\n    state e\n");
  c.start();
  const std::string good = c.now().encode(c.chart());
  EXPECT_TRUE(Configuration::decode(c.chart(), good));
  for (std::size_t cut = 1; cut < good.size(); ++cut) {
    EXPECT_FALSE(Configuration::decode(c.chart(), good.substr(0, cut))) << cut;
  }
  EXPECT_FALSE(Configuration::decode(c.chart(), good + '\x01'));
  EXPECT_FALSE(Configuration::decode(c.chart(), std::string("\x01\x03", 2)));  // one region only
  EXPECT_FALSE(Configuration::decode(c.chart(), std::string("\x02\x03\x04", 3)));  // two of one
  EXPECT_FALSE(Configuration::decode(c.chart(), "\xff\xff\xff\xff\xff\xff"));
}

TEST(Configuration, is_built_from_its_leaves) {
  Written c("parallel p\n  state r\n    state a\n    state b\n  state s\n    state d\n");
  const std::vector<StateId> leaves = {c.id("b"), c.id("d")};
  const Result<Configuration> made = Configuration::of_leaves(c.chart(), leaves);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->states().size(), 5U);
  EXPECT_EQ(made->leaves(c.chart()), leaves);
  const std::vector<StateId> one = {c.id("b")};
  EXPECT_FALSE(Configuration::of_leaves(c.chart(), one));
}

}  // namespace
}  // namespace aftercare::chart
