#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "aftercare/testing.hpp"

namespace aftercare {
namespace {

namespace fs = std::filesystem;

constexpr const char* pack = R"(aftercare: 1
pack: repairs
title: repairs
source: T-01
version: 1
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: the desk, technician: who repairs}

procedure repair:
  key: number
  case:
    number:     string
    technician: technician
  facts:
    reported: {opens: waiting, gives: [number, technician]}
    fixed:    {}
  states:
    waiting: {when: {fixed: done}}
    done:    final

articles:
  C01:
    text: repaired within two hours, or fifty are due
    clock repair.repairing: {start: reported, stop: fixed, within: 2h}
    offence repair.late:
      when: repairing breached
      who: technician
      fine: 50 CNY
)";

constexpr const char* far_from_the_limit = R"(given:
  day: 2024-03-04
  reported: {number: R1, technician: wang}
stories:
  late:
    proves: C01
    when:
      - 08:00 reported: {number: null}
      - 08:00 reported: {technician: null}
      - 09:00 reported
      - 15:00 fixed
    then: {fines: {late of wang: 50 CNY}, refused: ["number: a value is required", "technician: a value is required"]}
  in time:
    proves: C01
    when:
      - 09:00 reported
      - 10:00 fixed
    then: {fines: none, clocks: {repairing: met}}
)";

constexpr const char* at_the_limit = R"(given:
  day: 2024-03-04
  reported: {number: R1, technician: wang}
stories:
  at the limit:
    proves: C01
    when:
      - 08:00 reported: {<datum>: null}
      - 09:00 reported
      - <end> fixed
    then: {fines: <fine>, refused: "<datum>: a value is required", clocks: {repairing: <clock>}}
    table: |
      | datum      | end      || fine                   | clock    |
      | number     | 11:00:00 || none                   | met      |
      | technician | 11:00:01 || {late of wang: 50 CNY} | breached |
)";

class Proof : public ::testing::Test {
 protected:
  Proof()
      : folder_(fs::temp_directory_path() /
                ("prove_" +
                 std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "pack.yaml") << pack;
  }
  ~Proof() override { fs::remove_all(folder_); }

  Checked<PackProof> with_stories(const char* stories) {
    std::ofstream(folder_ / "stories.yaml") << stories;
    return prove(folder_.generic_string());
  }
  static std::size_t count(const Diagnostics& all, std::string_view code) {
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const Diagnostic& one) { return one.code == code; }));
  }

  fs::path folder_;
};

// A limit moved by one second either way, and no story notices: it is told as a limit.
TEST_F(Proof, a_limit_that_no_story_proves_is_told_with_the_value_that_would_do_as_well) {
  const auto proof = with_stories(far_from_the_limit);
  ASSERT_TRUE(proof);
  EXPECT_EQ(count(proof.diagnostics(), "AC0922"), 2U);
  EXPECT_EQ(count(proof.diagnostics(), "AC0943"), 0U);
  const std::string text = render(proof.diagnostics(), proof.sources(), {});
  EXPECT_NE(text.find("the limit 2h of clock repair.repairing (T-01-C01) is not proved"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("with 7201s every story would still end as told"), std::string::npos) << text;
}

TEST_F(Proof, stories_at_the_limit_prove_it) {
  const auto proof = with_stories(at_the_limit);
  ASSERT_TRUE(proof);
  EXPECT_EQ(render(proof.diagnostics(), proof.sources(), {}), "");
  EXPECT_GT(proof->mutants.size(), 5U);
}

}  // namespace
}  // namespace aftercare
