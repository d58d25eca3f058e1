#include "rulebook/schema.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace aftercare::rulebook {
namespace {

TEST(Schema, a_word_has_one_spelling_and_no_two_keys_of_a_place_share_it) {
  for (const Language language : {Language::english, Language::chinese}) {
    for (int place = 1; place <= static_cast<int>(Place::choice); ++place) {
      std::set<std::string_view> seen;
      for (const KeyRow& row : keys_of(static_cast<Place>(place))) {
        EXPECT_TRUE(seen.insert(spelling(row.word, language)).second)
            << spelling(row.word, language) << " twice in place " << place;
      }
    }
  }
}

TEST(Schema, kinds_and_keys_of_articles_do_not_meet) {
  for (const Language language : {Language::english, Language::chinese}) {
    std::set<std::string_view> kinds;
    for (const KindRow& row : all_kinds()) {
      EXPECT_TRUE(kinds.insert(spelling(row.word, language)).second);
    }
    for (const KeyRow& row : keys_of(Place::article)) {
      EXPECT_EQ(kinds.count(spelling(row.word, language)), 0U);
    }
  }
}

TEST(Schema, a_heading_is_kind_owner_and_name) {
  const auto heading = parse_heading("clock order.hand_in", Language::english);
  ASSERT_TRUE(heading);
  EXPECT_EQ(heading->kind->word, Word::clock);
  EXPECT_EQ(heading->owner, "order");
  EXPECT_EQ(heading->name, "hand_in");
  EXPECT_EQ(heading->name_begin, 12U);
  const auto chinese = parse_heading("违规 派工单.逾期完工", Language::chinese);
  ASSERT_TRUE(chinese);
  EXPECT_EQ(chinese->owner, "派工单");
  EXPECT_EQ(chinese->name, "逾期完工");
  EXPECT_FALSE(parse_heading("roles", Language::english));
  EXPECT_FALSE(parse_heading("违规 派工单.逾期完工", Language::english));
}

TEST(Schema, names_are_of_any_script_but_hold_no_punctuation) {
  for (const char* name : {"a", "fee_2", "收费", "Ärger", "_x", "été"}) {
    EXPECT_TRUE(is_name(name)) << name;
  }
  for (const char* name : {"", "2fee", "a b", "a-b", "a.b", "收费,", "收费(元)", "“收费”", "12"}) {
    EXPECT_FALSE(is_name(name)) << name;
  }
}

}  // namespace
}  // namespace aftercare::rulebook
