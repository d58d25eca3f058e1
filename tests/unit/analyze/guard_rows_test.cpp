#include "analyze/guard_rows.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analyze/table_findings.hpp"

namespace aftercare::analyze {
namespace {

const Type kind = Type::symbol("Kind", {"repair", "refund", "complaint"}, 7);

class Guards : public testing::Test {
 protected:
  Guards() : scope_(&feel::builtin_scope()) {
    scope_.add_slot("days", Type::number({rt::Decimal(0), {}, 0}), 0);
    scope_.add_slot("kind", kind, 1);
    scope_.add_words(kind);
    scope_.add_slot("urgent", Type::boolean(), 2);
    scope_.add_slot("paid", Type::date().optional(), 3);
    scope_.add_slot("limit", Type::number({rt::Decimal(0), {}, 0}), 4);
  }
  ConditionFacts check(std::vector<std::string> texts, RowChoice choice = RowChoice::one,
                       bool has_else = false) {
    std::vector<Condition> conditions;
    for (std::string& text : texts) conditions.push_back({std::move(text)});
    ConditionOptions options;
    options.choice = choice;
    options.has_else = has_else;
    return check_conditions(conditions, scope_, options);
  }
  static std::string gap(const ConditionFacts& facts) {
    return facts.gaps.empty() ? "" : case_text(facts.shape, facts.gaps.front().point);
  }

  feel::Scope scope_;
};

TEST_F(Guards, a_condition_and_its_opposite_are_complete_and_disjoint) {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
           {"days <= 7", "days > 7"},
           {"days <= 7", "days >= 8"},
           {"urgent", "not(urgent)"},
           {"kind = repair", "kind != repair"},
           {"kind in (repair, refund)", "kind = complaint"},
           {"paid = null", "paid != null"},
           {"days <= 7 and urgent", "days > 7 or not(urgent)"},
           {"days between 3 and 5", "days < 3 or days > 5"},
           {"days in [3..5]", "not(days in [3..5])"},
           {"7 >= days", "7 < days"},
           {"days < limit", "limit <= days"},
           {"even(days)", "not(even(days))"},
           {"days <= 7 and kind = repair", "not(days <= 7 and kind = repair)"}}) {
    const ConditionFacts facts = check({a, b});
    EXPECT_TRUE(facts.is_complete) << a << " / " << b << ": " << gap(facts);
    EXPECT_TRUE(facts.is_disjoint) << a << " / " << b;
  }
}

TEST_F(Guards, a_missing_case_is_named) {
  EXPECT_EQ(gap(check({"days < 7", "days > 7"})), "days = 7");
  EXPECT_EQ(gap(check({"kind = repair", "kind = refund"})), "kind = complaint");
  EXPECT_EQ(gap(check({"paid > date(\"2025-01-01\")", "paid <= date(\"2025-01-01\")"})),
            "paid = null");
  EXPECT_TRUE(check({"days < 7"}, RowChoice::one, true).gaps.empty());
}

TEST_F(Guards, an_overlap_is_named) {
  const ConditionFacts facts = check({"days <= 7 or urgent", "days > 5"});
  ASSERT_FALSE(facts.overlaps.empty());
  EXPECT_EQ(facts.overlaps.size(), 1U);
  EXPECT_EQ(facts.overlaps[0].first, 0U);
  EXPECT_EQ(facts.overlaps[0].second, 1U);
  EXPECT_TRUE(facts.overlaps[0].is_certain);
}

TEST_F(Guards, the_first_that_holds_may_hide_a_later_one) {
  const ConditionFacts facts =
      check({"days <= 7", "days > 3 or urgent", "urgent and days < 9"}, RowChoice::first, true);
  EXPECT_EQ(facts.never, std::vector<std::uint32_t>{2});
}

TEST_F(Guards, what_hangs_together_is_not_certain) {
  const ConditionFacts facts = check({"days > 3", "even(days) and days <= 3"});
  ASSERT_FALSE(facts.gaps.empty());
  EXPECT_FALSE(facts.gaps[0].is_certain);
  EXPECT_FALSE(facts.is_complete);
}

TEST_F(Guards, nothing_is_proved_of_a_text_that_cannot_be_read) {
  const ConditionFacts facts = check({"days >", "days <= 7"});
  EXPECT_FALSE(facts.is_complete);
  EXPECT_FALSE(facts.is_disjoint);
}

}  // namespace
}  // namespace aftercare::analyze
