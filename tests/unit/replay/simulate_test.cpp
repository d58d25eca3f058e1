#include "aftercare/simulate.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "aftercare/replay.hpp"

#include "support.hpp"

namespace aftercare {
namespace {

SimulateOptions many(std::size_t cases, std::uint64_t seed) {
  SimulateOptions options;
  options.cases = cases;
  options.seed = seed;
  return options;
}

ReplaySummary replayed(const Rulebook& rules, const std::string& text) {
  const auto log = read_log_text("made.csv", text, rules);
  EXPECT_TRUE(log) << render(log.diagnostics(), log.sources());
  const auto done = replay(rules, *log);
  EXPECT_TRUE(done);
  return done->summary();
}

TEST(Simulate, gives_the_same_bytes_for_a_seed_and_other_bytes_for_another) {
  const Rulebook rules = test::installers();
  const std::string once = simulate(rules, many(120, 7)).value();
  EXPECT_EQ(once, simulate(rules, many(120, 7)).value());
  EXPECT_NE(once, simulate(rules, many(120, 8)).value());
}

TEST(Simulate, does_not_depend_on_the_number_of_threads) {
  const Rulebook rules = test::installers();
  SimulateOptions two = many(700, 3);
  two.threads = 2;
  EXPECT_EQ(simulate(rules, many(700, 3)).value(), simulate(rules, two).value());
}

TEST(Simulate, makes_logs_of_which_nearly_every_row_applies) {
  const Rulebook rules = test::installers();
  const ReplaySummary s = replayed(rules, simulate(rules, many(600, 5)).value());
  EXPECT_TRUE(s.reconciles());
  EXPECT_EQ(s.unmapped, 0U);
  EXPECT_EQ(s.invalid, 0U);
  EXPECT_GT(s.applied * 100, s.rows * 95);
  EXPECT_GT(s.finished * 100, s.cases * 75);
}

TEST(Simulate, is_as_late_as_it_is_asked_to_be) {
  const Rulebook rules = test::installers();
  const auto share = [&](std::uint32_t late_percent) {
    SimulateOptions options = many(500, 9);
    options.late_percent = late_percent;
    options.procedure = "order";
    const ReplaySummary s = replayed(rules, simulate(rules, options).value());
    for (const ClockSummary& clock : s.clocks)
      if (clock.clock == "appointment")
        return 100.0 * static_cast<double>(clock.breached) /
               static_cast<double>(clock.met + clock.breached);
    return -1.0;
  };
  EXPECT_LT(share(0), 4);
  EXPECT_GT(share(30), 22);
  EXPECT_LT(share(30), 42);
  EXPECT_GT(share(100), 90);
}

TEST(Simulate, refuses_rules_with_blanks_and_quotes_the_clause) {
  const Rulebook rules = check(test::source_path("rules/appliance/installer_liabilities")).value();
  const auto log = simulate(rules);
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find("hand_in_within"), std::string::npos);
  EXPECT_NE(log.error().message.find("S2-09-C02"), std::string::npos);
}

}  // namespace
}  // namespace aftercare
