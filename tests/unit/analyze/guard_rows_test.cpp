#include "analyze/guard_rows.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analyze/case_search.hpp"
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

TEST_F(Guards, a_let_is_looked_through) {
  const feel::Parsed late = feel::parse("days > 7", scope_, feel::Goal::expression);
  const feel::Parsed length = feel::parse("days", scope_, feel::Goal::expression);
  scope_.add_let("is_late", late.ast, scope_);
  scope_.add_let("length", length.ast, scope_);
  const ConditionFacts facts = check({"is_late", "length <= 7"});
  EXPECT_TRUE(facts.is_complete) << gap(facts);
  EXPECT_TRUE(facts.is_disjoint);
  EXPECT_EQ(gap(check({"is_late", "length < 7"})), "days = 7");
}

TEST_F(Guards, a_slot_known_to_be_there_is_never_null) {
  std::vector<Condition> conditions{{"paid > date(\"2025-01-01\")"},
                                    {"paid <= date(\"2025-01-01\")"}};
  ConditionOptions options;
  options.compile.known_present = {3};
  EXPECT_TRUE(check_conditions(conditions, scope_, options).is_complete);
}

TEST_F(Guards, a_record_known_to_be_there_is_never_null) {
  feel::Scope members;
  members.add_slot("at", Type::instant(), 5);
  scope_.add_record("called", members, {.slot = 5});
  const std::vector<Condition> there{{"called != null"}}, not_there{{"called = null"}};
  ConditionOptions options;
  EXPECT_FALSE(check_conditions(there, scope_, options).is_complete);
  EXPECT_TRUE(check_conditions(not_there, scope_, options).never.empty());
  options.compile.known_present = {5};
  EXPECT_TRUE(check_conditions(there, scope_, options).is_complete);
  EXPECT_EQ(check_conditions(not_there, scope_, options).never.size(), 1U);
}

TEST_F(Guards, what_compares_constants_holds_always_or_never) {
  EXPECT_TRUE(check({"1 < 2"}).is_complete);
  EXPECT_TRUE(check({"not(1 = 2)"}).is_complete);
  EXPECT_TRUE(check({"days > 3 or 2 >= 2"}).is_complete);
  EXPECT_EQ(check({"urgent and 1 = 2"}).never.size(), 1U);
  EXPECT_EQ(check({"2 < 1", "days > 3"}).never.size(), 1U);
  EXPECT_TRUE(check({"urgent and 1 != 2"}).never.empty());
}

// What is found must be so when it is evaluated; what cannot be is never found.
TEST_F(Guards, a_case_is_found_by_evaluating) {
  const auto search = [&](std::vector<std::string> texts) {
    std::vector<std::shared_ptr<const bytecode::Program>> programs;
    for (const std::string& text : texts) {
      feel::CompileOptions options;
      options.level = feel::Level::strict;
      options.expected = Type::boolean();
      const feel::Outcome made = feel::compile(text, scope_, options);
      EXPECT_TRUE(made.compiled) << text;
      programs.push_back(made.compiled->program);
    }
    const Type number = Type::number({rt::Decimal(0), {}, 0});
    return CaseSearch(std::move(programs),
                      {{0, "days", number, false},
                       {1, "kind", kind, false},
                       {2, "urgent", Type::boolean(), false},
                       {3, "paid", Type::date(), true},
                       {4, "limit", number, false}},
                      {Value::integer(7), Value::integer(40)}, std::nullopt);
  };
  const auto both = [](const std::vector<bool>& holds) { return holds[0] && holds[1]; };
  const auto none = [](const std::vector<bool>& holds) { return !holds[0] && !holds[1]; };
  {
    const CaseSearch one = search({"days < 7", "days > 7"});
    EXPECT_FALSE(one.find(both));
    const auto gap = one.find(none);
    ASSERT_TRUE(gap);
    EXPECT_EQ(one.text(*gap), "days = 7");
  }
  {
    // Two slots against each other, and something that no row can show.
    const CaseSearch one = search({"days < limit", "days + limit > 40"});
    const auto overlap = one.find(both);
    ASSERT_TRUE(overlap);
    EXPECT_LT((*overlap)[0].as_number(), (*overlap)[1].as_number());
    EXPECT_GT(*rt::add((*overlap)[0].as_number(), (*overlap)[1].as_number()), rt::Decimal(40));
  }
  {
    const CaseSearch one = search({"kind = repair and urgent", "kind != repair or not(urgent)"});
    EXPECT_FALSE(one.find(both));
    EXPECT_FALSE(one.find(none));
  }
  {
    const CaseSearch one = search({"paid = null", "paid != null"});
    EXPECT_FALSE(one.find(none));
    const auto absent = one.find([](const std::vector<bool>& holds) { return holds[0]; });
    ASSERT_TRUE(absent);
    EXPECT_TRUE((*absent)[0].is_null());
  }
}

}  // namespace
}  // namespace aftercare::analyze
