// The engine over its stores: what a host relies on.

#include "aftercare/engine.hpp"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

#include "aftercare/time.hpp"

namespace aftercare {
namespace {

constexpr const char* pack = R"yaml(aftercare: 1
pack: visits
title: Visits
source: V
version: 1
effective: {from: 2020-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: Desk, technician: Technician}
procedure visit:
  title: Visit
  key: number
  case:
    number: string
    technician: technician
    fee: money = 0 CNY
  facts:
    called: {opens: waiting, by: desk, gives: [number, technician]}
    arrived: {by: technician}
    paid: {by: desk, gives: [fee]}
  requests:
    closed: {by: desk}
  states:
    waiting: {when: {arrived: working}}
    working: {when: {closed: over}}
    over: final
articles:
  C01:
    text: on site within two hours, or fifty yuan
    clock visit.on_site: {start: called, stop: arrived, within: 2h, late_entry: 24h}
    offence visit.late: {when: on_site breached, who: technician, fine: 50 CNY}
  C02:
    text: nothing is closed that was not paid
    needs visit.closed:
      paid: paid != null and fee > 0 CNY
  C03:
    text: the third late visit of a person costs more than the first
    offence visit.again: {when: on_site breached, who: technician, numbered: {per: who}, fine: 10 CNY * nth}
)yaml";

const Zone shanghai = Zone::load("Asia/Shanghai").value();
Instant at(const char* text) { return parse_instant(text, shanghai).value(); }

Rulebook rules() {
  auto checked = check_texts({{"visits/pack.yaml", pack}});
  if (!checked) throw std::runtime_error(render(checked.diagnostics(), checked.sources()));
  return *checked;
}

class EngineTest : public testing::Test {
 protected:
  Engine engine = Engine::open(rules(), memory_store()).value();

  Outcome call(const char* number, const char* when, const char* who = "li") {
    return engine
        .send({.name = "called",
               .case_id = {},
               .key = {},
               .at = at(when),
               .recorded = {},
               .actor = {"desk", ""},
               .data = {{"number", Value::string(number)}, {"technician", Value::string(who)}},
               .message_id = {},
               .reason = {}})
        .value();
  }
  Outcome arrive(const char* number, const char* when, const char* recorded = nullptr,
                 const char* who = "li") {
    Event event;
    event.name = "arrived";
    event.key = number;
    event.at = at(when);
    if (recorded != nullptr) event.recorded = at(recorded);
    event.actor = {"technician", who};
    return engine.send(event).value();
  }
  std::int64_t fines(const char* rule) {
    std::int64_t sum = 0;
    EntryFilter filter;
    filter.name = rule;
    filter.with_withdrawn = true;
    for (const EntryView& entry : engine.entries(filter).value())
      if (entry.amount) sum += entry.amount->money_minor();
    return sum;
  }
};

TEST_F(EngineTest, a_stop_at_the_limit_is_in_time_also_when_time_was_told_first) {
  call("A", "2024-03-04T09:00:00");
  EXPECT_TRUE(engine.due(at("2024-03-04T11:00:00")).value().empty());
  EXPECT_EQ(arrive("A", "2024-03-04T11:00:00").state, "working");
  EXPECT_EQ(fines("late"), 0);
  EXPECT_EQ(engine.find("A")->clocks[0].state, ClockView::State::met);
}

TEST_F(EngineTest, a_second_late_is_late) {
  call("A", "2024-03-04T09:00:00");
  arrive("A", "2024-03-04T11:00:01");
  EXPECT_EQ(fines("late"), 5000);
  EXPECT_EQ(engine.find("A")->clocks[0].state, ClockView::State::breached);
}

TEST_F(EngineTest, a_late_record_of_a_timely_arrival_takes_the_fine_back) {
  call("A", "2024-03-04T09:00:00");
  engine.due(at("2024-03-04T12:00:00")).value();
  EXPECT_EQ(fines("late"), 5000);
  arrive("A", "2024-03-04T10:30:00", "2024-03-04T13:00:00");
  EXPECT_EQ(fines("late"), 0);
  EXPECT_EQ(engine.find("A")->clocks[0].state, ClockView::State::met);
  EXPECT_TRUE(engine
                  .entries({.case_id = {},
                            .ledger = "offences",
                            .name = "late",
                            .subject = {},
                            .with_withdrawn = false})
                  .value()
                  .empty());
}

TEST_F(EngineTest, a_record_later_than_allowed_changes_nothing) {
  call("A", "2024-03-04T09:00:00");
  engine.due(at("2024-03-04T12:00:00")).value();
  arrive("A", "2024-03-04T10:30:00", "2024-03-05T10:30:01");
  EXPECT_EQ(fines("late"), 5000);
}

TEST_F(EngineTest,
       occurrences_of_a_person_are_counted_over_his_cases_and_anew_when_one_falls_away) {
  call("A", "2024-03-04T09:00:00");
  call("B", "2024-03-05T09:00:00");
  call("C", "2024-03-06T09:00:00");
  engine.due(at("2024-03-06T12:00:00")).value();
  EXPECT_EQ(fines("again"), 1000 + 2000 + 3000);
  arrive("C", "2024-03-06T11:00:00", "2024-03-06T13:00:00");
  EXPECT_EQ(fines("again"), 1000 + 2000);
  // The call came an hour later than was recorded: its limit moves with it, and so does its breach.
  Event correct;
  correct.name = "correct";
  correct.key = "A";
  correct.at = at("2024-03-07T09:00:00");
  correct.actor = {"desk", ""};
  correct.data = {{"called.at", Value::instant(at("2024-03-04T10:00:00"))}};
  correct.reason = "a slip of the pen";
  const Outcome done = engine.send(correct).value();
  EXPECT_TRUE(done.is_applied());
  const CaseView corrected = engine.find("A").value();
  EXPECT_EQ(corrected.clocks[0].started, at("2024-03-04T10:00:00"));
  EXPECT_EQ(corrected.clocks[0].due, at("2024-03-04T12:00:00"));
  EXPECT_EQ(corrected.clocks[0].state, ClockView::State::breached);
  EXPECT_EQ(fines("late"), 2 * 5000);
}

TEST_F(EngineTest, what_is_refused_leaves_the_case_as_it_was) {
  call("A", "2024-03-04T09:00:00");
  const auto refused_by = [&](Event event) {
    const auto before = engine.find("A").value();
    const Outcome outcome = engine.send(event).value();
    EXPECT_EQ(outcome.is, Outcome::Is::refused);
    EXPECT_FALSE(outcome.reasons.empty());
    const auto after = engine.find("A").value();
    EXPECT_EQ(after.steps, before.steps);
    EXPECT_EQ(after.state, before.state);
    return outcome.reasons.empty() ? Reason() : outcome.reasons.front();
  };
  Event event;
  event.key = "A";
  event.at = at("2024-03-04T09:10:00");
  event.name = "closed";
  event.actor = {"desk", ""};
  EXPECT_EQ(refused_by(event).clause, "V-C02");
  event.name = "arrived";
  EXPECT_EQ(refused_by(event).code, "by");
  event.name = "arived";
  EXPECT_EQ(refused_by(event).help, "no event of this name; did you mean 'arrived'?");
  event.name = "paid";
  event.data = {{"fee", Value::string("50 USD")}};
  EXPECT_EQ(refused_by(event).code, "data");
  event.data = {{"fee", Value::string("50 CNY")}, {"tip", Value::integer(1)}};
  EXPECT_EQ(refused_by(event).label, "tip");
  event.data = {{"fee", Value::string("0.001 CNY")}};
  EXPECT_EQ(refused_by(event).code, "data");
  event.data = {{"fee", Value::string("50 CNY")}};
  event.actor = {"chief", ""};
  EXPECT_EQ(refused_by(event).code, "role");
  event.actor = {"desk", ""};
  event.recorded = at("2024-03-04T08:00:00");
  EXPECT_EQ(refused_by(event).code, "recorded");
}

TEST_F(EngineTest, an_event_for_a_case_that_is_not_there_is_refused) {
  EXPECT_EQ(arrive("Z", "2024-03-04T09:00:00").reasons.at(0).code, "unknown_case");
}

TEST_F(EngineTest, a_repeated_message_gets_the_stored_answer) {
  call("A", "2024-03-04T09:00:00");
  Event paid{.name = "paid",
             .case_id = {},
             .key = "A",
             .at = at("2024-03-04T09:30:00"),
             .recorded = {},
             .actor = {"desk", ""},
             .data = {{"fee", Value::string("50 CNY")}},
             .message_id = "m1",
             .reason = {}};
  const Outcome first = engine.send(paid).value();
  paid.data = {{"fee", Value::string("99 CNY")}};
  const Outcome second = engine.send(paid).value();
  EXPECT_EQ(second.is, Outcome::Is::repeated);
  EXPECT_EQ(second.step, first.step);
  EXPECT_EQ(engine.find("A")->steps, 2U);
}

TEST_F(EngineTest, an_unexpected_fact_is_recorded_and_moves_nothing) {
  call("A", "2024-03-04T09:00:00");
  arrive("A", "2024-03-04T10:00:00");
  const Outcome again = arrive("A", "2024-03-04T10:05:00");
  EXPECT_EQ(again.is, Outcome::Is::unexpected);
  EXPECT_EQ(again.state, "working");
  EXPECT_EQ(engine.find("A")->steps, 3U);
}

TEST_F(EngineTest, next_tells_what_may_happen_and_what_stands_in_the_way) {
  call("A", "2024-03-04T09:00:00");
  arrive("A", "2024-03-04T10:00:00");
  const auto all = engine.next("A", {"desk", ""}, at("2024-03-04T10:05:00")).value();
  const auto closed = std::find_if(all.begin(), all.end(),
                                   [](const Possibility& p) { return p.event == "closed"; });
  ASSERT_NE(closed, all.end());
  EXPECT_FALSE(closed->is_possible);
  ASSERT_EQ(closed->obstacles.size(), 1U);
  EXPECT_EQ(closed->obstacles[0].label, "paid");
  EXPECT_EQ(closed->obstacles[0].clause, "V-C02");
  EXPECT_EQ(closed->leads_to, (std::vector<std::string>{"over"}));
}

/// A store that fails at its n-th commit.
class FailingStore final : public CaseStore {
 public:
  explicit FailingStore(std::shared_ptr<CaseStore> inner) : inner_(std::move(inner)) {}
  int commits_until_failure = 1'000'000;

  Result<std::optional<StoredCase>> load(std::string_view id) override { return inner_->load(id); }
  Result<std::optional<StoredCase>> find_open(std::string_view p, std::string_view k) override {
    return inner_->find_open(p, k);
  }
  Result<std::vector<StoredStep>> steps(std::string_view id) override { return inner_->steps(id); }
  Result<std::vector<StoredEntry>> entries(std::string_view l, std::string_view s) override {
    return inner_->entries(l, s);
  }
  Result<std::vector<StoredEntry>> all_entries() override { return inner_->all_entries(); }
  Result<std::optional<StoredEntry>> entry(std::uint64_t id) override { return inner_->entry(id); }
  Result<std::uint64_t> last_entry() override { return inner_->last_entry(); }
  Result<std::vector<StoredEntry>> entries_of_case(std::string_view id) override {
    return inner_->entries_of_case(id);
  }
  Result<std::vector<std::string>> due(Instant now, std::size_t limit) override {
    return inner_->due(now, limit);
  }
  Result<std::vector<std::string>> cases() override { return inner_->cases(); }
  Result<std::optional<std::string>> answer(std::string_view id) override {
    return inner_->answer(id);
  }
  Result<void> commit(const Commit& commit) override {
    if (commits_until_failure-- == 0) return Error{ErrorCode::io, "the disk is full"};
    return inner_->commit(commit);
  }

 private:
  std::shared_ptr<CaseStore> inner_;
};

TEST(Engine, a_store_that_fails_leaves_the_case_as_it_was_and_the_command_can_be_sent_again) {
  auto store = std::make_shared<FailingStore>(memory_store());
  auto engine = Engine::open(rules(), store).value();
  const Event called{.name = "called",
                     .case_id = {},
                     .key = {},
                     .at = at("2024-03-04T09:00:00"),
                     .recorded = {},
                     .actor = {"desk", ""},
                     .data = {{"number", Value::string("A")}, {"technician", Value::string("li")}},
                     .message_id = {},
                     .reason = {}};
  engine.send(called).value();
  store->commits_until_failure = 0;
  const auto failed = engine.due(at("2024-03-04T12:00:00"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::io);
  EXPECT_EQ(engine.find("A")->steps, 1U);
  EXPECT_TRUE(engine.entries().value().empty());
  const auto done = engine.due(at("2024-03-04T12:00:00"));
  ASSERT_TRUE(done);
  EXPECT_EQ(engine.find("A")->steps, 2U);
}

/// A desk with ten working hours for a job; `hours` are those of single days, `facts` and `states`
/// what else there is, `pauses` what the clock has behind its stop, `rule` what follows from it.
Rulebook desk_with_hours(const std::string& hours, const std::string& facts,
                         const std::string& states, const std::string& pauses = {},
                         const std::string& rule = {}) {
  const std::string text = R"yaml(aftercare: 1
pack: desk
title: Desk
source: D
version: 1
timezone: Europe/Berlin
currency: CNY
conventions: cn
roles: {desk: Desk}
procedure job:
  key: number
  case: {number: string}
  facts:
    began: {opens: open, by: desk, gives: [number]}
    done: {by: desk}
)yaml" + facts + "  states:\n" +
                           states + R"yaml(    over: final
articles:
  C01:
    text: ten working hours
    calendar a:
      weekly: {mon-fri: "09:00-17:00"}
)yaml" + hours + "    clock job.ten: {start: began, stop: done, " +
                           pauses + "within: 10wh, calendar: a}\n" + rule;
  auto checked = check_texts({{"desk/pack.yaml", text}});
  EXPECT_TRUE(checked) << render(checked.diagnostics(), checked.sources());
  return *std::move(checked);
}

TEST(Engine, a_calendar_that_changes_moves_the_limits_under_way_and_says_why) {
  const auto with_hours = [](const char* days) {
    return desk_with_hours(days, "    waits: {by: desk}\n    goes_on: {by: desk}\n",
                           "    open: {when: {done: over}}\n", "pause: waits, resume: goes_on, ");
  };
  const Zone berlin = Zone::load("Europe/Berlin").value();
  const auto when = [&](const char* text) { return parse_instant(text, berlin).value(); };
  const auto store = memory_store();
  const auto send = [&](Engine& engine, const char* name, const char* time) {
    Event event;
    event.name = name;
    event.at = when(time);
    event.key = "J1";
    event.actor.role = "desk";
    if (event.name == "began") event.data = {{"number", Value::string("J1")}};
    const auto outcome = engine.send(event);
    EXPECT_TRUE(outcome && outcome->is_applied());
  };
  {
    Engine engine = Engine::open(with_hours(""), store).value();
    send(engine, "began", "2026-03-02T09:00");
    EXPECT_EQ(engine.find("J1")->clocks[0].due, when("2026-03-03T11:00"));
    EXPECT_TRUE(engine.reproject(when("2026-03-02T12:00"), "nothing").value().empty());
  }
  Engine engine =
      Engine::open(with_hours("      hours: {2026-03-03: 10:00-16:00}\n"), store).value();
  const auto moved = engine.reproject(when("2026-03-02T12:00"), "short Tuesday");
  ASSERT_TRUE(moved);
  ASSERT_EQ(moved->size(), 1U);
  EXPECT_EQ(engine.find("J1")->clocks[0].due, when("2026-03-03T12:00"));
  const auto history = engine.history("J1").value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_NE(history[1].lines.at(0).text.find("short Tuesday"), std::string::npos);
  EXPECT_TRUE(engine.due(when("2026-03-03T12:00"))->empty());
  send(engine, "waits", "2026-03-03T11:00");
  send(engine, "goes_on", "2026-03-03T12:00");
  EXPECT_EQ(engine.find("J1")->clocks[0].due, when("2026-03-03T13:00"));
  EXPECT_EQ(engine.due(when("2026-03-03T13:00:01"))->size(), 1U);
}

TEST(Engine, the_chart_hears_of_a_limit_that_a_changed_calendar_has_moved) {
  const auto with_hours = [](const char* days) {
    return desk_with_hours(days, {},
                           "    open: {when: {ten reassessed: looked_at, done: over}}\n"
                           "    looked_at: {when: {done: over}}\n",
                           {}, "    notify job.told_again: {when: ten reassessed, who: desk}\n");
  };
  const Zone berlin = Zone::load("Europe/Berlin").value();
  const auto when = [&](const char* text) { return parse_instant(text, berlin).value(); };
  const auto store = memory_store();
  const auto began = [&](Engine& engine, const char* key, const char* time) {
    Event event;
    event.name = "began";
    event.at = when(time);
    event.actor.role = "desk";
    event.data = {{"number", Value::string(key)}};
    const auto outcome = engine.send(event);
    EXPECT_TRUE(outcome && outcome->is_applied());
  };
  {
    Engine engine = Engine::open(with_hours(""), store).value();
    began(engine, "J1", "2026-03-02T09:00");
    began(engine, "J2", "2026-03-05T09:00");  // its days are not touched by the change
  }
  Engine engine =
      Engine::open(with_hours("      hours: {2026-03-03: 10:00-16:00}\n"), store).value();
  const auto moved = engine.reproject(when("2026-03-05T12:00"), "short Tuesday");
  ASSERT_TRUE(moved);
  // J1 was late by the limit that held until now; it is not told of another one.
  ASSERT_EQ(moved->size(), 1U);
  EXPECT_EQ(engine.find("J1")->clocks[0].state, ClockView::State::breached);
  EXPECT_EQ(engine.find("J2")->state, "open");

  began(engine, "J3", "2026-03-06T12:00");
  EXPECT_EQ(engine.find("J3")->clocks[0].due, when("2026-03-09T14:00"));
  Engine later =
      Engine::open(with_hours("      hours: {2026-03-09: 10:00-16:00}\n"), store).value();
  const auto again = later.reproject(when("2026-03-06T13:00"), "short Monday");
  ASSERT_TRUE(again);
  const auto of_case = [&](const char* key) {
    return std::find_if(again->begin(), again->end(), [&](const Outcome& outcome) {
      return outcome.case_id == later.find(key)->id;
    });
  };
  ASSERT_NE(of_case("J3"), again->end());
  EXPECT_EQ(later.find("J3")->clocks[0].due, when("2026-03-09T15:00"));
  EXPECT_EQ(later.find("J3")->state, "looked_at");
  ASSERT_EQ(of_case("J3")->effects.size(), 1U);
  EXPECT_EQ(of_case("J3")->effects[0].name, "told_again");
  const auto history = later.history("J3").value();
  ASSERT_EQ(history.size(), 3U);  // opened, counted again, heard of it
  EXPECT_NE(history[1].lines.at(0).text.find("short Monday"), std::string::npos);
  EXPECT_EQ(history[2].state_after, "looked_at");
  EXPECT_TRUE(later.reproject(when("2026-03-06T13:00"), "nothing").value().empty());
}

}  // namespace
}  // namespace aftercare
