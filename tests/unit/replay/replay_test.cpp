#include "aftercare/replay.hpp"

#include <gtest/gtest.h>

#include "aftercare/simulate.hpp"

#include "support.hpp"

namespace aftercare {
namespace {

constexpr std::string_view small_log =
    "case,event,at,role,person,work,technician,machines_ordered,workwear,badge,machines_found,fee,"
    "amount,free_of_charge,test_run,company_number_left,private_number_left,photo,signed\n"
    "A1,dispatched,2024-03-04T09:00,dispatcher,,install,li,1,,,,,,,,,,,\n"
    "A2,dispatched,2024-03-04T09:05,dispatcher,,repair,wang,1,,,,,,,,,,,\n"
    "A1,appointed,2024-03-04T09:30,technician,li,,,,,,,,,,,,,,\n"
    "A2,appointed,2024-03-04T09:36,technician,wang,,,,,,,,,,,,,,\n"
    "A1,arrived,2024-03-04T10:00,technician,li,,,,true,false,1,,,,,,,,\n"
    "A1,collected,2024-03-04T11:00,technician,li,,,,,,,300 CNY,,,,,,,\n"
    "A1,finished,2024-03-04T11:05,technician,li,,,,,,,,,false,true,true,false,p1,[customer]\n"
    "A3,arrived,2024-03-04T11:30,technician,li,,,,true,true,1,,,,,,,,\n"
    "A1,handed_in,2024-03-04T17:00,company,,,,,,,,,300 CNY,,,,,,\n"
    "A1,sung,2024-03-04T17:01,company,,,,,,,,,,,,,,,\n"
    "A1,arrived,yesterday,technician,li,,,,true,true,1,,,,,,,,\n"
    "A1,arrived\n";

Replay run(const Rulebook& rules, std::string text, ReplayOptions options = {}) {
  auto log = read_log_text("log.csv", std::move(text), rules);
  EXPECT_TRUE(log) << render(log.diagnostics(), log.sources());
  return replay(rules, *log, options).value();
}

TEST(Replay, accounts_for_every_row) {
  const Rulebook rules = test::installers();
  const Replay done = run(rules, std::string(small_log));
  const ReplaySummary& s = done.summary();
  EXPECT_EQ(s.rows, 12U);
  EXPECT_EQ(s.applied, 8U);
  EXPECT_EQ(s.unexpected, 0U);
  EXPECT_EQ(s.refused, 1U);
  EXPECT_EQ(s.unmapped, 1U);
  EXPECT_EQ(s.invalid, 2U);
  EXPECT_TRUE(s.reconciles());
  EXPECT_EQ(s.cases, 2U);
  EXPECT_EQ(s.finished, 1U);
  std::cout << to_text(s, rules) << to_text(s, rules, Language::chinese);
}

}  // namespace
}  // namespace aftercare
