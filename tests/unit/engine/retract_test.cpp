// Taking back what was recorded: the case is as if it had never been. Beside it: what putting right
// must leave alone.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/engine.hpp"
#include "aftercare/store.hpp"
#include "aftercare/time.hpp"

#include "support/job_cases.hpp"

namespace aftercare {
namespace {

using job_cases::all_of;
using job_cases::at;
using job_cases::happens;
using job_cases::rules;
using job_cases::shanghai;
using job_cases::take_back;

class Retract : public testing::Test {
 protected:
  Engine engine = Engine::open(rules(), memory_store()).value();

  Outcome call(const char* when, const std::string& number = "A") {
    Event event = happens("called", at(when), number);
    event.data = {{"number", Value::string(number)}, {"technician", Value::string("li")}};
    return engine.send(event).value();
  }
  Outcome send(const char* name, const char* when, Context data = {}) {
    Event event = happens(name, at(when), "A");
    event.data = std::move(data);
    return engine.send(event).value();
  }
  Outcome back(const char* fact, const char* when) {
    return engine.send(take_back(fact, at(when), "A")).value();
  }
  std::int64_t sum(const char* name) {
    std::int64_t minor = 0;
    EntryFilter filter;
    filter.name = name;
    filter.with_withdrawn = true;
    for (const EntryView& entry : engine.entries(filter).value())
      if (entry.amount) minor += entry.amount->money_minor();
    return minor;
  }
};

TEST_F(Retract, an_arrival_that_never_was_lets_the_promise_run_on_to_its_limit) {
  call("2024-03-04T09:00");
  EXPECT_EQ(send("arrived", "2024-03-04T10:00").state, "there");
  EXPECT_EQ(sum("arriving"), 200);
  const Outcome out = back("arrived", "2024-03-04T10:30");
  EXPECT_EQ(out.is, Outcome::Is::applied);
  EXPECT_EQ(out.state, "waiting");
  EXPECT_EQ(sum("arriving"), 0);
  // In time until the limit itself.
  engine.due(at("2024-03-04T11:00")).value();
  EXPECT_EQ(sum("late"), 0);
  EXPECT_EQ(send("arrived", "2024-03-04T11:00").state, "there");
  EXPECT_EQ(sum("late"), 0);
}

TEST_F(Retract, what_was_due_in_the_meantime_is_done_at_its_own_instant) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T10:00");
  const Outcome out = back("arrived", "2024-03-04T15:00");
  EXPECT_EQ(out.step, 4U);  // called, reminded at half, arrived, taken back; then the breach
  EXPECT_EQ(out.state, "waiting");
  EXPECT_EQ(sum("late"), 5000);
  const auto view = engine.find("A").value();
  EXPECT_EQ(view.steps, 5U);
  EntryFilter of_late;
  of_late.name = "late";
  EXPECT_EQ(iso_text(engine.entries(of_late).value().front().on.value()), "2024-03-04");
  const auto history = engine.history("A").value();
  EXPECT_EQ(history.back().at, (Instant{at("2024-03-04T11:00").micros + 1}));
  EXPECT_EQ(history.back().recorded, at("2024-03-04T15:00"));
  ASSERT_EQ(out.effects.size(), 1U);
  EXPECT_EQ(out.effects.front().name, "told_late");
}

TEST_F(Retract, what_was_told_is_taken_back_with_the_id_it_was_told_with) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T09:30");
  send("left", "2024-03-04T09:40");
  // A breach behind it is told anew under the number of its new step.
  const auto passed = engine.due(at("2024-03-04T12:00")).value();
  std::vector<Effect> told;
  for (const Outcome& one : passed) told.insert(told.end(), one.effects.begin(), one.effects.end());
  EXPECT_TRUE(told.empty());  // it was met before it was left
  EXPECT_TRUE(back("left", "2024-03-04T12:01").effects.empty());
  EXPECT_EQ(engine.find("A")->state, "there");
}

TEST_F(Retract, a_stop_recorded_late_that_never_was_brings_the_fine_back_as_it_stood) {
  call("2024-03-04T09:00");
  engine.due(at("2024-03-04T12:00")).value();
  EXPECT_EQ(sum("late"), 5000);
  Event event = happens("arrived", at("2024-03-04T10:30"), "A");
  event.recorded = at("2024-03-04T13:00");
  engine.send(event).value();
  EXPECT_EQ(sum("late"), 0);
  const std::size_t before = engine.entries({}).value().size();
  EXPECT_EQ(back("arrived", "2024-03-04T14:00").is, Outcome::Is::applied);
  EXPECT_EQ(sum("late"), 5000);
  EXPECT_GE(engine.entries({}).value().size(), before);
  std::size_t counted = 0;
  EntryFilter of_late;
  of_late.name = "late";
  for (const EntryView& entry : engine.entries(of_late).value())
    counted += entry.kind == "offence" ? 1 : 0;
  EXPECT_EQ(counted, 1U);
}

TEST_F(Retract, only_the_last_is_taken_back_by_who_may_and_with_a_reason) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T10:00");
  send("left", "2024-03-04T10:10");
  const auto why = [](const Outcome& out) {
    EXPECT_EQ(out.is, Outcome::Is::refused);
    return out.reasons.empty() ? std::string() : out.reasons.front().help;
  };
  EXPECT_EQ(why(back("arrived", "2024-03-04T10:20")),
            "left was recorded after it: only the last may be taken back, take that back first");
  EXPECT_EQ(why(back("paid", "2024-03-04T10:20")), "it has not happened to this case");
  EXPECT_EQ(why(back("arived", "2024-03-04T10:20")),
            "this case knows no such event; did you mean 'arrived'?");
  EXPECT_EQ(
      why(back("called", "2024-03-04T10:20")),
      "it opened the case: correct its facts, or end the case by what the procedure provides");
  Event stranger = take_back("left", at("2024-03-04T10:20"), "A");
  stranger.actor.role = "technician";
  EXPECT_EQ(why(engine.send(stranger).value()), "not the one who may put facts right; who may: desk");
  Event silent = take_back("left", at("2024-03-04T10:20"), "A");
  silent.reason.clear();
  EXPECT_EQ(why(engine.send(silent).value()), "a reason is required");
  Event nothing = take_back("left", at("2024-03-04T10:20"), "A");
  nothing.data.clear();
  EXPECT_EQ(why(engine.send(nothing).value()), "say what is taken back: {fact: name of the event}");
  Event nowhere = take_back("left", at("2024-03-04T10:20"), "B");
  EXPECT_EQ(why(engine.send(nowhere).value()), "the case was never opened");
  EXPECT_EQ(engine.find("A")->steps, 4U);
  EXPECT_EQ(back("left", "2024-03-04T10:20").is, Outcome::Is::applied);
  EXPECT_EQ(why(back("left", "2024-03-04T10:21")), "it has been taken back already");
  EXPECT_EQ(back("arrived", "2024-03-04T10:21").is, Outcome::Is::applied);
  EXPECT_EQ(engine.find("A")->state, "waiting");
}

TEST_F(Retract, a_case_that_had_ended_goes_on) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T10:00");
  send("paid", "2024-03-04T11:00", {{"fee", Value::string("250 CNY")}});
  EXPECT_EQ(sum("dear"), 100);
  EXPECT_EQ(send("closed", "2024-03-04T12:00").state, "over");
  EXPECT_TRUE(engine.find("A")->is_final);
  EXPECT_EQ(back("closed", "2024-03-04T13:00").state, "there");
  EXPECT_FALSE(engine.find("A")->is_final);
  EXPECT_EQ(back("paid", "2024-03-04T13:00").is, Outcome::Is::applied);
  EXPECT_EQ(sum("dear"), 0);
  engine.due(at("2024-03-04T18:00")).value();
  EXPECT_EQ(sum("slow"), 0);
  engine.due(at("2024-03-04T18:01")).value();
  EXPECT_EQ(sum("slow"), 1000);
}

TEST_F(Retract, a_decision_and_a_correction_are_taken_back_like_events) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T10:00");
  EXPECT_EQ(send("asked", "2024-03-04T10:10").state, "asking");
  EXPECT_EQ(send("reject", "2024-03-04T10:20").state, "waiting");
  EXPECT_EQ(back("reject", "2024-03-04T10:30").state, "asking");
  EXPECT_EQ(send("approve", "2024-03-04T10:40").state, "there");
  Event correction = happens("correct", at("2024-03-04T11:30"), "A");
  correction.data = {{"arrived.at", Value::string("2024-03-04T11:20")}};
  EXPECT_EQ(engine.send(correction).value().is, Outcome::Is::applied);
  EXPECT_EQ(sum("late"), 5000);
  EXPECT_EQ(back("approve", "2024-03-04T11:40").is, Outcome::Is::refused);
  EXPECT_EQ(back("correct", "2024-03-04T11:50").is, Outcome::Is::applied);
  EXPECT_EQ(sum("late"), 0);
  EXPECT_EQ(back("approve", "2024-03-04T11:55").state, "asking");
}

TEST_F(Retract, the_history_keeps_both_and_says_who_when_and_why) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T09:30");
  back("arrived", "2024-03-04T09:45");
  std::string english, chinese;
  for (const StepTrace& step : engine.history("A").value()) english += to_text(step, shanghai);
  for (const StepTrace& step : engine.history("A", Language::chinese).value())
    chinese += to_text(step, shanghai, Language::chinese);
  EXPECT_NE(english.find("taken back at 2024-03-04T09:45:00+08:00: nothing of this counts"),
            std::string::npos)
      << english;
  EXPECT_NE(english.find("arrived taken back by desk  [there → waiting]\n    because: a slip"),
            std::string::npos)
      << english;
  EXPECT_NE(chinese.find("撤回“arrived” 由 desk"), std::string::npos) << chinese;
  EXPECT_TRUE(engine.history("A")->at(1).is_taken_back);
}

TEST_F(Retract, a_correction_of_a_case_that_has_ended_keeps_what_its_clocks_came_to) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T12:00");
  send("paid", "2024-03-04T12:30", {{"fee", Value::string("150 CNY")}});
  send("closed", "2024-03-04T13:00");
  EXPECT_EQ(sum("late"), 5000);
  const std::string before = all_of(engine, "A", at("2024-03-05T00:00"));
  send("correct", "2024-03-04T14:00", {{"parts", Value::string("1")}});
  EXPECT_EQ(sum("late"), 5000);
  send("correct", "2024-03-04T15:00", {{"parts", Value::string("0")}});
  EXPECT_EQ(all_of(engine, "A", at("2024-03-05T00:00")), before);
}

TEST_F(Retract, a_second_correction_does_not_judge_again_what_the_first_brought_about) {
  call("2024-03-04T09:00");
  send("arrived", "2024-03-04T10:00");
  send("correct", "2024-03-04T14:00", {{"arrived.at", Value::string("2024-03-04T12:00")}});
  EXPECT_EQ(sum("late"), 5000);
  send("correct", "2024-03-04T15:00", {{"parts", Value::string("1")}});
  EXPECT_EQ(sum("late"), 5000);
  send("correct", "2024-03-04T16:00", {{"arrived.at", Value::string("2024-03-04T10:59")}});
  EXPECT_EQ(sum("late"), 0);
}

TEST_F(Retract, a_correction_leaves_what_was_met_and_recorded_late) {
  call("2024-03-04T09:00");
  engine.due(at("2024-03-04T12:00")).value();
  Event event = happens("arrived", at("2024-03-04T10:30"), "A");
  event.recorded = at("2024-03-04T13:00");
  engine.send(event).value();
  EXPECT_EQ(sum("late"), 0);
  const std::string before = all_of(engine, "A", at("2024-03-04T14:00"));
  send("correct", "2024-03-10T14:00", {{"parts", Value::string("1")}});
  send("correct", "2024-03-10T15:00", {{"parts", Value::string("0")}});
  EXPECT_EQ(sum("late"), 0);
}

}  // namespace
}  // namespace aftercare
