#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/mutants.hpp"

namespace aftercare::testing {
namespace {

/// The texts that an expression is changed into.
std::vector<std::string> changed(const std::string& text) {
  std::vector<std::string> out;
  for (const TextChange& one : changes_of(text, 2)) {
    std::string other = text;
    other.replace(one.begin, one.end - one.begin, one.by);
    out.push_back(std::move(other));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(TextChanges, limits_move_by_one_unit_of_their_scale) {
  EXPECT_EQ(changed("30min"), (Texts{"1801s", "1799s"}));
  EXPECT_EQ(changed("24h"), (Texts{"86401s", "86399s"}));
  EXPECT_EQ(changed("45d"), (Texts{"46d", "44d"}));
  EXPECT_EQ(changed("6y"), (Texts{"73mo", "71mo"}));
  EXPECT_EQ(changed("6wh"), (Texts{"361wmin", "359wmin"}));
  EXPECT_EQ(changed("t + 2d"), (Texts{"t + 3d", "t + 1d"}));
  EXPECT_EQ(changed("@\"2024-02-29\""), (Texts{"@\"2024-03-01\"", "@\"2024-02-28\""}));
}

TEST(TextChanges, money_moves_by_a_cent_and_numbers_in_their_last_place) {
  EXPECT_EQ(changed("50 CNY"), (Texts{"50.01 CNY", "49.99 CNY"}));
  EXPECT_EQ(changed("x <= 0 CNY"), (Texts{"x < 0 CNY", "x <= 0.01 CNY", "x <= -0.01 CNY"}));
  EXPECT_EQ(changed("missed >= 3"), (Texts{"missed > 3", "missed >= 4", "missed >= 2"}));
  EXPECT_EQ(changed("1.5 * x"), (Texts{"1.6 * x", "1.4 * x"}));
  EXPECT_EQ(changed("x * 0.05"), (Texts{"x * 0.06", "x * 0.04"}));
}

TEST(TextChanges, comparisons_gain_and_lose_their_border) {
  EXPECT_EQ(changed("a < b and c >= d"),
            (Texts{"a <= b and c >= d", "a < b or c >= d", "a < b and c > d"}));
}

TEST(TextChanges, names_texts_and_comments_stay) {
  EXPECT_EQ(changed("C05 = a1 and b != null"),
            (Texts{"C05 != a1 and b != null", "C05 = a1 or b != null", "C05 = a1 and b = null"}));
  EXPECT_EQ(changed("band = \"a and b\""), (Texts{"band != \"a and b\""}));
  EXPECT_EQ(changed("name = \"3 < 4\""), (Texts{"name != \"3 < 4\""}));
  EXPECT_TRUE(changed("first_2 # at most 3").empty());
}

TEST(TextChanges, chinese_lengths_stay_chinese) {
  EXPECT_EQ(changed("30分钟"), (Texts{"1801秒", "1799秒"}));
}

}  // namespace
}  // namespace aftercare::testing
