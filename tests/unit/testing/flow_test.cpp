#include <gtest/gtest.h>

#include "testing/story_reader.hpp"

namespace aftercare::testing {
namespace {

rulebook::Node parse(std::string_view text) { return parse_flow(text, {}); }

TEST(Flow, scalars_keep_their_commas) {
  const auto node = parse("half a month ahead, from six days on");
  ASSERT_TRUE(node.is_scalar());
  EXPECT_EQ(node.text, "half a month ahead, from six days on");
}

TEST(Flow, pairs_are_parted_where_a_pair_follows) {
  const auto node = parse("late: 50 CNY, absent: [1 CNY, 2 CNY]");
  ASSERT_TRUE(node.is_map());
  ASSERT_EQ(node.entries.size(), 2U);
  EXPECT_EQ(node.entries[0].key.text, "late");
  EXPECT_EQ(node.entries[0].value.text, "50 CNY");
  ASSERT_TRUE(node.entries[1].value.is_list());
  EXPECT_EQ(node.entries[1].value.items[1].text, "2 CNY");
}

TEST(Flow, lists_maps_and_quotes) {
  EXPECT_TRUE(parse("[]").is_list());
  EXPECT_EQ(parse("[a, \"b, c\"]").items[1].text, "b, c");
  EXPECT_EQ(parse("{a: 1}").entries[0].value.text, "1");
  EXPECT_TRUE(parse("  ").is_empty());
  EXPECT_EQ(parse("2024-03-04T09:30:00").text, "2024-03-04T09:30:00");
}

TEST(Flow, null_is_no_text_unless_quoted) {
  EXPECT_TRUE(to_value(parse("null"), Language::english).is_null());
  EXPECT_TRUE(to_value(parse("\"null\""), Language::english).is(Kind::string));
  EXPECT_TRUE(to_value(parse("无"), Language::chinese).is_null());
}

}  // namespace
}  // namespace aftercare::testing
