// Questions about an event before it is sent: why_not() and ask_next().
#include <stdexcept>

#include <gtest/gtest.h>

#include "aftercare/engine.hpp"
#include "aftercare/time.hpp"

namespace aftercare {
namespace {

constexpr const char* pack = R"yaml(aftercare: 1
pack: claims
source: C
version: 1
timezone: Asia/Shanghai
currency: CNY
roles: {desk: Desk, manager: Manager}
types:
  Cause: wear | misuse | defect
procedure claim:
  key: number
  case:
    number:   string
    customer: string
    bought:   date
    amount:   money
    cause:    optional Cause
  facts:
    received: {opens: open, by: desk, gives: [number, customer, bought, amount]}
    examined: {by: desk, gives: [cause], with: {hours: number = 1}}
  requests:
    accept:   {by: manager, with: {share: number}}
    withdraw: {by: desk}
  reads:
    before: {count: accepted_claims, of: customer}
  let:
    term_end: bought + @"P1Y"
  states:
    open:
      when:
        examined: stay
        accept:
          - if: amount <= 100 CNY
            go: paid
          - if: amount > 100 CNY and amount <= 500 CNY and accept.share <= 0.5
            go: approving
          - else: stay
        withdraw: closed
    approving: {when: {withdraw: closed}}
    paid: {when: {withdraw: closed}}
    closed: final
articles:
  C01:
    text: within a year
    needs claim.accept:
      the term runs: term_end >= @"2024-03-01"
  C02:
    text: defects only
    needs claim.accept:
      it is a defect: cause = defect
  C03:
    text: one accepted claim of a customer in a year
    ledger accepted_claims:
      subject: customer
      fields: {amount: money}
      entries:
        - from: claim
          when: enter paid
          of: customer
          give: {amount: amount}
    needs claim.accept:
      none before: before = 0
)yaml";

const Zone shanghai = Zone::load("Asia/Shanghai").value();
Instant at(const char* text) { return parse_instant(text, shanghai).value(); }

class AskTest : public testing::Test {
 protected:
  static Rulebook rules() {
    auto checked = check_texts({{"claims/pack.yaml", pack}});
    if (!checked) throw std::runtime_error(render(checked.diagnostics(), checked.sources()));
    return *checked;
  }
  Engine engine = Engine::open(rules(), memory_store()).value();

  static Event event(const char* name, const char* key, const char* role, Context data = {}) {
    Event out;
    out.name = name;
    out.key = key;
    out.at = at("2024-03-04T09:00:00");
    out.actor = {role, "", ""};
    out.data = std::move(data);
    return out;
  }
  void receive(const char* number, const char* bought, const char* amount) {
    const auto done = engine.send(event("received", "", "desk",
                                        {{"number", Value::string(number)},
                                         {"customer", Value::string("wu")},
                                         {"bought", Value::string(bought)},
                                         {"amount", Value::string(amount)}}));
    ASSERT_TRUE(done && done->is_applied()) << (done->reasons.empty() ? "" : done->reasons[0].help);
  }
  static std::string text(const std::vector<std::vector<FactChange>>& ways) {
    std::string out;
    for (const auto& way : ways) {
      for (const FactChange& change : way)
        out += change.name + ": " + change.from.to_text() + " -> " + change.to.to_text() + "; ";
      out += "| ";
    }
    return out;
  }
};

TEST_F(AskTest, every_obstacle_and_all_smallest_ways_out) {
  receive("A", "2023-02-20", "300 CNY");
  const auto no =
      engine.why_not(event("accept", "A", "manager", {{"share", Value::string("0.8")}}));
  ASSERT_TRUE(no) << no.error().message;
  EXPECT_EQ(no->is, Outcome::Is::refused);
  ASSERT_EQ(no->obstacles.size(), 4U);
  EXPECT_EQ(no->obstacles[0].reason.code, "guard");
  EXPECT_EQ(no->obstacles[2].reason.label, "the term runs");
  EXPECT_EQ(no->obstacles[2].reason.clause, "C01");
  EXPECT_EQ(no->obstacles[2].reads[0].first, "bought");
  EXPECT_TRUE(no->obstacles[2].may_change);
  EXPECT_EQ(
      text(no->ways),
      "accept.share: 0.8 -> 0.5; bought: @\"2023-02-20\" -> @\"2023-03-01\"; cause: null -> "
      "\"defect\"; | bought: @\"2023-02-20\" -> @\"2023-03-01\"; amount: 300.00 CNY -> 100.00 "
      "CNY; cause: null -> \"defect\"; | ");
  EXPECT_TRUE(no->is_proved);
  EXPECT_EQ(engine.find("A")->steps, 1U);
}

TEST_F(AskTest, what_is_fixed_stays) {
  receive("A", "2023-02-20", "300 CNY");
  const std::vector<std::string> fixed = {"bought"};
  const auto no =
      engine.why_not(event("accept", "A", "manager", {{"share", Value::string("0.8")}}), fixed);
  EXPECT_TRUE(no->ways.empty());
  EXPECT_TRUE(no->is_proved);
  EXPECT_FALSE(no->obstacles[2].may_change);
  const std::vector<std::string> unknown = {"bougt"};
  EXPECT_FALSE(engine.why_not(event("accept", "A", "manager"), unknown));
}

TEST_F(AskTest, no_fact_changes_who_acts_or_the_state) {
  receive("A", "2024-02-20", "50 CNY");
  const auto no = engine.why_not(event("accept", "A", "desk", {{"share", Value::integer(1)}}));
  EXPECT_EQ(no->obstacles[0].reason.code, "by");
  EXPECT_FALSE(no->obstacles[0].may_change);
  EXPECT_TRUE(no->ways.empty());
  EXPECT_TRUE(no->is_proved);
  ASSERT_TRUE(engine.send(event("withdraw", "A", "desk")));
  const auto late = engine.why_not(event("withdraw", "A", "desk"));
  EXPECT_EQ(late->obstacles[0].reason.code, "no_transition");
  EXPECT_FALSE(late->obstacles[0].may_change);
}

TEST_F(AskTest, a_missing_datum_is_an_obstacle_that_a_value_takes_away) {
  receive("A", "2024-02-20", "50 CNY");
  ASSERT_TRUE(engine.send(event("examined", "A", "desk", {{"cause", Value::string("defect")}})));
  const auto no = engine.why_not(event("accept", "A", "manager"));
  ASSERT_EQ(no->obstacles.size(), 1U);
  EXPECT_EQ(no->obstacles[0].reason.code, "data");
  EXPECT_TRUE(no->obstacles[0].may_change);
  EXPECT_EQ(text(no->ways), "accept.share: null -> 0; | ");
}

TEST_F(AskTest, what_a_ledger_says_is_told_as_it_is) {
  receive("A", "2024-02-20", "50 CNY");
  ASSERT_TRUE(engine.send(event("examined", "A", "desk", {{"cause", Value::string("defect")}})));
  ASSERT_EQ(engine.send(event("accept", "A", "manager", {{"share", Value::integer(1)}}))->state,
            "paid");
  receive("B", "2024-02-20", "50 CNY");
  ASSERT_TRUE(engine.send(event("examined", "B", "desk", {{"cause", Value::string("defect")}})));
  const std::vector<std::string> fixed = {"customer"};
  const auto no =
      engine.why_not(event("accept", "B", "manager", {{"share", Value::integer(1)}}), fixed);
  ASSERT_EQ(no->obstacles.size(), 1U);
  EXPECT_EQ(no->obstacles[0].reason.clause, "C03");
  EXPECT_FALSE(no->obstacles[0].may_change);
  EXPECT_EQ(no->obstacles[0].reads[0].second.to_text(), "1");
  EXPECT_TRUE(no->ways.empty());
  EXPECT_TRUE(no->is_proved);
  // Of another customer the ledger may say anything: nobody knows which ones there are.
  const auto open = engine.why_not(event("accept", "B", "manager", {{"share", Value::integer(1)}}));
  EXPECT_FALSE(open->is_proved);
}

TEST_F(AskTest, ask_next_tells_what_is_still_missing) {
  receive("A", "2024-02-20", "300 CNY");
  const auto asked = engine.ask_next(event("accept", "A", "manager"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_FALSE(asked->certain);
  EXPECT_TRUE(asked->is_proved);
  EXPECT_EQ(asked->outcomes.size(), 2U);
  ASSERT_EQ(asked->missing.size(), 2U);
  EXPECT_EQ(asked->missing[0].name, "accept.share");
  EXPECT_TRUE(asked->missing[0].is_data);
  EXPECT_EQ(asked->missing[0].influence, Influence::changes);
  EXPECT_EQ(asked->missing[1].name, "cause");
  EXPECT_EQ(asked->missing[1].influence, Influence::changes);
  // Where the cause is known to be wear, nothing else matters.
  ASSERT_TRUE(engine.send(event("examined", "A", "desk", {{"cause", Value::string("wear")}})));
  const auto no = engine.ask_next(event("accept", "A", "manager"));
  ASSERT_TRUE(no->certain);
  EXPECT_EQ(no->outcomes[*no->certain].is, Outcome::Is::refused);
  EXPECT_EQ(no->missing[0].influence, Influence::none);
}

TEST_F(AskTest, an_event_that_opens_a_case_can_be_asked_about) {
  const auto asked =
      engine.ask_next(event("received", "", "desk", {{"number", Value::string("N")}}));
  ASSERT_TRUE(asked) << asked.error().message;
  ASSERT_TRUE(asked->certain);
  EXPECT_EQ(asked->outcomes[*asked->certain].state, "open");
  EXPECT_FALSE(engine.find("N"));
}

TEST_F(AskTest, what_belongs_to_no_case_cannot_be_asked_about) {
  EXPECT_FALSE(engine.why_not(event("correct", "A", "desk")));
  const auto unknown = engine.why_not(event("accepted", "A", "desk"));
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->obstacles[0].reason.code, "unknown_event");
}

}  // namespace
}  // namespace aftercare
