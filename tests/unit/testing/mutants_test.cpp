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
roles: {desk: the desk, technician: who repairs, manager: who signs}
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
    signed_off: {by: desk or manager, form: receipt}
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
      return one.applied_to(texts_[0].text);
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
  const std::string settled =
      "receipt != null and missing <= 1 CNY and receipt.signed.desk → receipt != null and missing ";
  EXPECT_EQ(clauses_of("let repair.settled", settled + "<= 1.01 CNY and receipt.signed.desk"),
            second);
  EXPECT_EQ(clauses_of("let repair.settled", settled + "< 1 CNY and receipt.signed.desk"), second);
  EXPECT_EQ(clauses_of("read repair.paid_in", "finds nothing"), second);
  EXPECT_EQ(clauses_of("fact repair.paid", "technician may too"), second);
  EXPECT_EQ(clauses_of("fact repair.paid", "anybody may"), second);
  EXPECT_EQ(clauses_of("form receipt", "not signed by desk"), second);
  EXPECT_EQ(clauses_of("form receipt", "manager may fill it in too"), second);
  EXPECT_EQ(clauses_of("form receipt", "settled_by may be left out"), second);
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

/// The texts with one change each.
std::vector<std::string> changed(std::string_view expression) {
  std::vector<std::string> out;
  for (const TextChange& one : changes_of(expression, 2)) {
    out.push_back(std::string(expression.substr(0, one.begin)) + one.by +
                  std::string(expression.substr(one.end)));
  }
  return out;
}
using Texts = std::vector<std::string>;

TEST(TextChanges, full_width_is_as_half_width) {
  EXPECT_EQ(changed("次数<5"), (Texts{"次数<=5", "次数<6", "次数<4"}));
  EXPECT_EQ(changed("次数≤10"), (Texts{"次数<10", "次数≤11", "次数≤9"}));
  EXPECT_EQ(changed("x ≥ 3"), (Texts{"x > 3", "x ≥ 4", "x ≥ 2"}));
  EXPECT_EQ(changed("x ≠ 3"), (Texts{"x = 3", "x ≠ 4", "x ≠ 2"}));
  EXPECT_EQ(changed("费>5元"), (Texts{"费>=5元", "费>5.01元", "费>4.99元"}));
  EXPECT_EQ(changed("用时>30分钟"), (Texts{"用时>=30分钟", "用时>1801秒", "用时>1799秒"}));
  EXPECT_EQ(changed("x 介于 1 且 2"),
            (Texts{"x 介于 2 且 2", "x 介于 0 且 2", "x 介于 1 且 3", "x 介于 1 且 1"}));
}

TEST(TextChanges, what_stands_in_quotes_moves_by_its_finest_unit) {
  EXPECT_EQ(changed("d > duration(\"PT30M\")"),
            (Texts{"d >= duration(\"PT30M\")", "d > duration(\"PT30M1S\")",
                   "d > duration(\"PT29M59S\")"}));
  EXPECT_EQ(changed("duration(\"P1Y\")"), (Texts{"duration(\"P1Y1M\")", "duration(\"P11M\")"}));
  EXPECT_EQ(changed("date(\"2024-02-29\")"),
            (Texts{"date(\"2024-03-01\")", "date(\"2024-02-28\")"}));
  EXPECT_EQ(changed("time(\"00:00:00\")"), (Texts{"time(\"00:00:01\")", "time(\"23:59:59\")"}));
  EXPECT_EQ(changed("name = \"half past 9\""), (Texts{"name != \"half past 9\""}));
  // Within a scalar that stands in double quotes itself.
  EXPECT_EQ(changed(R"(date(\"2024-02-29\") and x)"),
            (Texts{R"(date(\"2024-03-01\") and x)", R"(date(\"2024-02-28\") and x)",
                   R"(date(\"2024-02-29\") or x)"}));
}

TEST(TextChanges, ranges_lists_and_not) {
  EXPECT_EQ(changed("x in [1..b)"),
            (Texts{"x in (1..b)", "x in [2..b)", "x in [0..b)", "x in [1..b]"}));
  EXPECT_EQ(changed("x in (a, b, c)"), (Texts{"x in ( b, c)", "x in (a, c)", "x in (a, b)"}));
  EXPECT_EQ(changed("f(a, b)"), Texts{});
  EXPECT_EQ(changed("not(a)"), (Texts{"(a)"}));
  EXPECT_EQ(changed("非(a)"), (Texts{"(a)"}));
}

// What the checker refuses in one place alone, conditions over several lines, what is to be said,
// a calendar, bounds and defaults, and to whom it goes.
constexpr const char* shop = R"(aftercare: 1
pack: shop
title: shop
source: T-02
version: 1
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: the desk, manager: the manager}

procedure sale:
  key: number
  case:
    number: string
    days:   number
  facts:
    sold:     {opens: open, by: desk, gives: [number, days]}
    reported: {by: desk, with: {what: string}}
  states:
    open:
      when:
        reported:
          - if: days < 5
            go: early
            cites: C01
          - if: days >= 5
            go: late
            cites: C01
    early: final
    late:  final

articles:
  C01:
    text: within five days
    reading counted: strictly | kindly
    parameter share: {is: number, from: 0, to: 1, default: 0.5}
    calendar office:
      weekly: {mon-fri: "09:00-18:00"}
      holidays: [2024-05-01, 2024-10-01..2024-10-07]
    clock sale.report: {start: sold, stop: reported, within: 2wh, calendar: office}
    needs sale.reported:
      said and in time: >-
        reported.what != "" and
        days < 9 and counted = strictly
    notify sale.told:
      when: reported
      if: share > 0.2
      who: manager
)";

class Shop : public ::testing::Test {
 protected:
  Shop() : texts_{{"pack.yaml", shop}} {
    auto checked = check_texts(texts_);
    EXPECT_TRUE(checked);
    for (const Diagnostic& one : checked.diagnostics())
      if (severity(one) == Severity::error) ADD_FAILURE() << message(one, Language::english);
    if (checked) all_ = mutants_of(*checked, texts_);
  }
  [[nodiscard]] const Mutant* find(const std::string& rule, const std::string& change) const {
    for (const Mutant& one : all_)
      if (one.rule == rule && one.change == change) return &one;
    return nullptr;
  }
  /// Whether the change is made, and gives a pack that checks.
  [[nodiscard]] bool lives(const std::string& rule, const std::string& change) const {
    const Mutant* mutant = find(rule, change);
    if (mutant == nullptr || mutant->clauses != std::vector<std::string>{"T-02-C01"}) return false;
    if (mutant->on_model) return true;
    return static_cast<bool>(check_texts({{"pack.yaml", mutant->applied_to(texts_[0].text)}}));
  }
  std::vector<PackText> texts_;
  std::vector<Mutant> all_;
};

TEST_F(Shop, a_bound_of_two_branches_moves_in_both) {
  EXPECT_TRUE(lives("transition sale.open → early", "5 → 6"));
  EXPECT_TRUE(lives("transition sale.open → early", "5 → 4"));
  EXPECT_TRUE(lives("transition sale.open → early", "the other side of 5"));
}

TEST_F(Shop, a_condition_over_several_lines_is_negated) {
  const std::string condition = "reported.what != \"\" and days < 9 and counted = strictly";
  EXPECT_TRUE(
      lives("needs sale.reported said and in time", condition + " → not(" + condition + ")"));
  EXPECT_TRUE(lives("needs sale.reported said and in time", "9 → 10"));
}

TEST_F(Shop, hours_and_days_of_its_calendar) {
  EXPECT_TRUE(lives("calendar office", "\"09:00-18:00\" → \"09:01-18:00\""));
  EXPECT_TRUE(lives("calendar office", "\"09:00-18:00\" → \"09:00-17:59\""));
  EXPECT_TRUE(lives("calendar office", "mon-fri → mon-thu"));
  EXPECT_TRUE(lives("calendar office", "2024-05-01 left out"));
  EXPECT_TRUE(lives("calendar office", "2024-10-01..2024-10-07 left out"));
  EXPECT_TRUE(lives("calendar office", "2024-10-01..2024-10-07 → 2024-10-01..2024-10-06"));
}

TEST_F(Shop, bounds_and_defaults) {
  EXPECT_TRUE(lives("parameter share", "0 → -1"));
  EXPECT_TRUE(lives("parameter share", "1 → 2"));
  EXPECT_TRUE(lives("reading counted", "by default kindly"));
}

TEST_F(Shop, what_must_be_said_and_who_is_told) {
  EXPECT_TRUE(lives("fact sale.reported", "what may be left out"));
  EXPECT_TRUE(lives("notify sale.told", "manager → desk"));
}

}  // namespace
}  // namespace aftercare::testing
