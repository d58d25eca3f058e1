#include "testing/mutants.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace aftercare::testing {
namespace {

// A pack whose fine comes from a table, with one condition of two parts.
constexpr const char* pack = R"(aftercare: 1
pack: repairs
title: repairs
source: T-01
version: 1
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: the desk, technician: who repairs}
types: {Kind: repair | refund}

procedure repair:
  key: number
  case:
    number:     string
    technician: technician
    helper:     technician
    days:       number
    kind:       Kind
    fee:        money = 0 CNY
    discount:   money = 0 CNY
  facts:
    reported: {opens: waiting, by: desk, gives: [number, technician, helper, days, kind]}
    fixed:    {by: technician}
    cleaned:  {by: helper}
    paid:     {by: desk, form: receipt, with: {amount: money}}
    praised:  {by: desk}
  reads:
    paid_in:  {sum: paid.amount}
    praises:  {count: praised}
  let:
    missing:  fee - paid_in
    settled:  receipt != null and missing <= 1 CNY and receipt.signed.desk
    popular:  praises > 2
  states:
    waiting: {when: {fixed: done}}
    done:    final

form receipt:
  by: desk
  fields: {settled_by: string}
  signed_by: [optional desk]

articles:
  C01:
    text: fifty within a week, eighty after it
    table price:
      inputs: {days: number, kind: Kind}
      output: {price: money, urgent: boolean}
      rows: |
        | days  | kind   || price  | urgent |
        | <= 7  | repair || 50 CNY | false  |
        | > 7   | repair || 80 CNY | true   |
        | -     | refund || 10 CNY | false  |
    offence repair.slow:
      when: fixed
      if: days > 3 and kind = repair
      who: technician
      fine: price(days, kind).price
    payment repair.wage:
      when: fixed
      from: desk
      to: technician
      amount: 5 CNY
  C02:
    text: paid within a day
    clock repair.payment: {start: fixed, stop: settled, within: 24h}
)";

class Mutants : public ::testing::Test {
 protected:
  Mutants() : texts_{{"pack.yaml", pack}} {
    auto checked = check_texts(texts_);
    EXPECT_TRUE(checked) << checked.diagnostics().size();
    if (checked) {
      rules_ = *checked;
      all_ = mutants_of(*checked, texts_);
    }
  }
  /// The text of a mutant with this change in this rule; empty: there is none.
  [[nodiscard]] std::string text_of(const std::string& rule, const std::string& change) const {
    for (const Mutant& one : all_) {
      if (one.rule != rule || one.change != change || one.on_model) continue;
      std::string text = texts_[0].text;
      return text.replace(one.begin, one.end - one.begin, one.by);
    }
    return {};
  }
  [[nodiscard]] bool is_on_model(const std::string& rule, const std::string& change) const {
    return std::any_of(all_.begin(), all_.end(), [&](const Mutant& one) {
      return one.rule == rule && one.change == change && one.on_model;
    });
  }
  /// The articles under which a mutant counts.
  [[nodiscard]] std::vector<std::string> clauses_of(const std::string& rule,
                                                    const std::string& change) const {
    for (const Mutant& one : all_)
      if (one.rule == rule && one.change == change) return one.clauses;
    return {};
  }
  static bool is_clean(const std::string& text) {
    const auto checked = check_texts({{"pack.yaml", text}});
    return static_cast<bool>(checked);
  }

  std::vector<PackText> texts_;
  std::optional<Rulebook> rules_;
  std::vector<Mutant> all_;
};

// A bound is moved in both rows that meet at it, so that the table stays whole.
TEST_F(Mutants, a_bound_of_a_table_moves_on_both_sides) {
  const std::string moved = text_of("table price", "7 → 8");
  ASSERT_FALSE(moved.empty());
  EXPECT_NE(moved.find("| <= 8  | repair"), std::string::npos);
  EXPECT_NE(moved.find("| > 8   | repair"), std::string::npos);
  EXPECT_TRUE(is_clean(moved));
  const std::string other_side = text_of("table price", "the other side of 7");
  ASSERT_FALSE(other_side.empty());
  EXPECT_NE(other_side.find("| < 7  | repair"), std::string::npos);
  EXPECT_NE(other_side.find("| >= 7   | repair"), std::string::npos);
  EXPECT_TRUE(is_clean(other_side));
}

TEST_F(Mutants, every_result_of_a_table_is_changed) {
  EXPECT_TRUE(is_clean(text_of("table price", "50 CNY → 50.01 CNY")));
  EXPECT_TRUE(is_clean(text_of("table price", "80 CNY → 79.99 CNY")));
  EXPECT_TRUE(is_clean(text_of("table price", "true → false")));
  EXPECT_TRUE(is_clean(text_of("table price", "false → true")));
}

TEST_F(Mutants, and_becomes_or) {
  EXPECT_TRUE(is_clean(
      text_of("offence repair.slow", "days > 3 and kind = repair → days > 3 or kind = repair")));
}

TEST_F(Mutants, somebody_else_answers) {
  EXPECT_TRUE(is_on_model("offence repair.slow", "technician → helper"));
  EXPECT_TRUE(is_on_model("payment repair.wage", "from and to swapped"));
}

using Clauses = std::vector<std::string>;

// The clock of C02 waits for a let that cites nothing: its limit, what it reads, who tells it.
TEST_F(Mutants, what_a_rule_relies_on_is_changed_under_its_article) {
  const Clauses second{"T-01-C02"};
  const std::string settled = "receipt != null and missing <= 1 CNY and receipt.signed.desk → receipt != null and missing ";
  EXPECT_EQ(clauses_of("let repair.settled", settled + "<= 1.01 CNY and receipt.signed.desk"),
            second);
  EXPECT_EQ(clauses_of("let repair.settled", settled + "< 1 CNY and receipt.signed.desk"), second);
  EXPECT_EQ(clauses_of("read repair.paid_in", "finds nothing"), second);
  EXPECT_EQ(clauses_of("fact repair.paid", "technician may too"), second);
  EXPECT_EQ(clauses_of("fact repair.paid", "anybody may"), second);
  EXPECT_EQ(clauses_of("form receipt", "not signed by desk"), second);
  EXPECT_EQ(clauses_of("field repair.fee", "0 CNY → 0.01 CNY"), second);
  // The offence and the wage of C01 wait for it too.
  EXPECT_EQ(clauses_of("fact repair.fixed", "desk may too"), (Clauses{"T-01-C02", "T-01-C01"}));
}

TEST_F(Mutants, what_nothing_relies_on_is_left_alone) {
  EXPECT_TRUE(clauses_of("fact repair.praised", "anybody may").empty());
  EXPECT_TRUE(clauses_of("read repair.praises", "finds nothing").empty());
  EXPECT_TRUE(clauses_of("let repair.popular", "praises > 2 → praises > 3").empty());
  EXPECT_TRUE(clauses_of("field repair.discount", "0 CNY → 0.01 CNY").empty());
}

TEST(TextChanges, the_and_of_between_stays) {
  const auto changes = changes_of("x between 1 and 2 and y", 2);
  const auto ands = std::count_if(changes.begin(), changes.end(),
                                  [](const TextChange& one) { return one.by == "or"; });
  EXPECT_EQ(ands, 1);
  EXPECT_EQ(changes.back().by, "or");
  EXPECT_EQ(changes.back().begin, 18U);
}

TEST(TextChanges, names_with_and_in_them_stay) {
  EXPECT_TRUE(changes_of("brand_or_andes", 2).empty());
  const auto chinese = changes_of("已试机 且 已签字", 2);
  ASSERT_EQ(chinese.size(), 1U);
  EXPECT_EQ(chinese[0].by, "或");
}

}  // namespace
}  // namespace aftercare::testing
