// The step as a pure function: what it refuses it leaves alone, the same again gives the same, time
// does what is due in its order, and the record tells all of it.
#include "step/step.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "step/record.hpp"
#include "support/step_cases.hpp"

namespace aftercare {
namespace {

using step_cases::at;
using step_cases::Desk;
using step_cases::later;
using Is = Outcome::Is;

const Rulebook& rules() {
  static const Rulebook book = step_cases::rules();
  return book;
}

/// Everything that a step can change, as one text.
std::string all_of(const Desk& desk) {
  const step::CaseState& s = desk.state;
  std::string out = s.record + "|" + std::to_string(s.steps) + (s.is_final ? "f" : "") +
                    (s.has_incident ? "i" : "") + std::to_string(s.lets_true) + "|" +
                    std::to_string(s.last_at.micros) + "," + std::to_string(s.last_recorded.micros);
  out += "|" + s.configuration.encode(desk.procedure().chart);
  for (const Value& value : s.slots) out += "|" + value.to_text();
  for (const clock::Run& run : s.clocks)
    out += "|" + std::to_string(static_cast<int>(run.state)) + "," +
           std::to_string(run.limit.micros) + "," + std::to_string(run.ended.micros);
  for (const Instant entered : s.entered) out += "|" + std::to_string(entered.micros);
  for (const ledger::Entry& entry : desk.book.all())
    out += "|" + std::to_string(entry.id) + (entry.is_withdrawn ? "w" : "") +
           entry.amount.to_text() + entry.subject.to_text() + std::to_string(entry.nth);
  return out;
}

std::size_t steps_in(const Desk& desk) {
  step::record::Reader reader(desk.state.record);
  step::record::Step one;
  std::size_t count = 0;
  while (reader.next(one)) ++count;
  EXPECT_TRUE(reader.is_good());
  return count;
}

TEST(Step, a_case_goes_its_way_and_ends) {
  Desk desk(rules());
  EXPECT_EQ(desk.open("A", at("2024-03-04T09:00")).is, Is::applied);
  EXPECT_EQ(desk.where(), "waiting");
  const Value remark = Value::string("nobody was there yet");
  EXPECT_EQ(desk.send("left", at("2024-03-04T09:30"), {{"remark", remark}}).is, Is::unexpected);
  EXPECT_EQ(desk.where(), "waiting");
  EXPECT_EQ(desk.send("arrived", at("2024-03-04T10:00")).is, Is::applied);
  EXPECT_EQ(desk.examine(true, 2, at("2024-03-04T10:10")).is, Is::applied);
  EXPECT_EQ(desk.where(), "there");
  EXPECT_EQ(desk.charge(10'000, at("2024-03-04T11:00")).is, Is::applied);
  EXPECT_EQ(desk.where(), "done");
  EXPECT_TRUE(desk.state.is_final);
  EXPECT_EQ(desk.state.closed.micros, at("2024-03-04T11:00").micros);
  EXPECT_TRUE(desk.book.all().empty());
  EXPECT_FALSE(desk.stepper.next_timer(desk.state).has_value());
}

TEST(Step, a_refused_request_leaves_case_and_book_as_they_were) {
  Desk desk(rules());
  desk.open("A", at("2024-03-04T09:00"));
  desk.send("arrived", at("2024-03-04T12:00"));
  const std::string before = all_of(desk);
  const step::StepResult unknown = desk.charge(5'000, at("2024-03-04T12:30"));
  EXPECT_EQ(unknown.is, Is::refused);
  ASSERT_EQ(unknown.reasons.size(), 2U);  // every unmet need, not the first alone
  EXPECT_EQ(unknown.reasons[0].label, "the cause is known");
  EXPECT_EQ(unknown.reasons[0].clause, "R-C02");
  EXPECT_EQ(unknown.reasons[1].label, "it was misuse");
  EXPECT_EQ(all_of(desk), before);
}

TEST(Step, a_reporter_who_may_not_is_refused) {
  Desk desk(rules());
  desk.open("A", at("2024-03-04T09:00"));
  const std::string before = all_of(desk);
  const step::StepResult result = desk.send("arrived", at("2024-03-04T10:00"), {}, "desk", "wang");
  EXPECT_EQ(result.is, Is::refused);
  ASSERT_EQ(result.reasons.size(), 1U);
  EXPECT_EQ(result.reasons[0].code, "by");
  EXPECT_EQ(all_of(desk), before);
}

TEST(Step, a_datum_that_is_missing_is_refused) {
  Desk desk(rules());
  desk.open("A", at("2024-03-04T09:00"));
  desk.send("arrived", at("2024-03-04T10:00"));
  const std::string before = all_of(desk);
  const step::StepResult result = desk.send("left", at("2024-03-04T10:30"));
  EXPECT_EQ(result.is, Is::refused);
  ASSERT_EQ(result.reasons.size(), 1U);
  EXPECT_EQ(result.reasons[0].code, "data");
  EXPECT_EQ(result.reasons[0].label, "remark");
  EXPECT_EQ(all_of(desk), before);
}

TEST(Step, a_case_is_opened_by_what_opens_one_and_only_so) {
  Desk desk(rules());
  const step::StepResult result = desk.stepper.open(
      desk.state, 0, Value::string("repair/A"),
      desk.incoming("arrived", at("2024-03-04T09:00"), {}, "technician", "li"), desk.book);
  EXPECT_NE(result.is, Is::applied);
  EXPECT_TRUE(desk.state.slots.empty());
  EXPECT_TRUE(desk.book.all().empty());
}

TEST(Step, the_limit_itself_is_in_time_and_the_moment_after_is_not) {
  const Instant opened = at("2024-03-04T09:00");
  for (const std::int64_t late : {-1, 0, 1}) {
    Desk desk(rules());
    desk.open("A", opened);
    const Instant arrival{later(opened, 7200).micros + late};
    desk.pass(arrival);
    desk.send("arrived", arrival);
    EXPECT_EQ(desk.book.all().empty(), late <= 0) << late;
  }
}

TEST(Step, time_does_what_is_due_in_order_and_no_more) {
  Desk desk(rules());
  const Instant opened = at("2024-03-04T09:00");
  desk.open("A", opened);
  const auto limit = desk.stepper.next_timer(desk.state);
  ASSERT_TRUE(limit.has_value());
  EXPECT_EQ(desk.pass({limit->micros - 1}), 0U);
  const std::string before = all_of(desk);
  EXPECT_EQ(desk.pass(opened), 0U);
  EXPECT_EQ(all_of(desk), before);
  EXPECT_EQ(desk.pass(*limit), 1U);
  const auto lapse = desk.stepper.next_timer(desk.state);
  ASSERT_TRUE(lapse.has_value());
  EXPECT_GT(lapse->micros, limit->micros);
  EXPECT_EQ(desk.pass({lapse->micros - 1}), 0U);
  EXPECT_EQ(desk.pass(*lapse), 1U);
  EXPECT_EQ(desk.where(), "lapsed");
  EXPECT_FALSE(desk.stepper.next_timer(desk.state).has_value());
}

TEST(Step, an_arrival_recorded_late_takes_back_what_its_absence_cost) {
  Desk desk(rules());
  const Instant opened = at("2024-03-04T09:00");
  desk.open("A", opened);
  desk.pass(later(opened, 3 * 3600));
  ASSERT_FALSE(desk.book.all().empty());
  step::Incoming late = desk.incoming("arrived", later(opened, 3600), {}, "technician", "li");
  late.recorded = later(opened, 4 * 3600);
  EXPECT_EQ(desk.stepper.apply(desk.state, late, desk.book).is, Is::applied);
  std::int64_t owed = 0;
  for (const ledger::Entry& entry : desk.book.all()) {
    EXPECT_TRUE(entry.is_withdrawn || entry.kind != ledger::EntryKind::offence);
    if (!entry.amount.is_null()) owed += entry.amount.money_minor();
  }
  EXPECT_EQ(owed, 0);
}

TEST(Step, a_number_of_offences_is_of_the_person_over_all_his_cases) {
  Desk first(rules());
  first.open("A", at("2024-03-04T09:00"));
  first.pass(at("2024-03-04T12:00"));
  // The second case of the same person, in the same book.
  step::CaseState second;
  const step::StepResult opened =
      first.stepper.open(second, 0, Value::string("repair/B"),
                         first.incoming("called", at("2024-03-05T09:00"),
                                        {{"number", Value::string("B")},
                                         {"technician", Value::string("li")},
                                         {"parts", Value::list({})},
                                         {"bought", Value::date({19'001})}}),
                         first.book);
  ASSERT_EQ(opened.is, Is::applied);
  step::StepResult result;
  while (first.stepper.elapse(second, at("2024-03-05T12:00"), first.book, result)) {
  }
  std::vector<std::int64_t> fines;
  for (const ledger::Entry& entry : first.book.all())
    if (entry.kind == ledger::EntryKind::fine) fines.push_back(entry.amount.money_minor());
  EXPECT_EQ(fines, (std::vector<std::int64_t>{1000, 2000}));
}

/// A random life of a case; the same seed, the same life.
std::string life(std::uint64_t seed, Desk& desk) {
  std::uint64_t state = seed * 2 + 1;
  const auto below = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  std::string told;
  Instant now = at("2024-03-04T09:00");
  desk.open("A", now);
  for (int i = 0; i < 12; ++i) {
    now = later(now, static_cast<std::int64_t>(below(40'000)));
    desk.pass(now);
    const std::string before = all_of(desk);
    const std::uint32_t steps = desk.state.steps;
    step::StepResult result;
    switch (below(6)) {
      case 0:
        result = desk.send("arrived", now);
        break;
      case 1:
        result = desk.examine(below(2) == 0, static_cast<int>(below(3)), now);
        break;
      case 2:
        result = desk.charge(static_cast<std::int64_t>(below(3)) * 6'000, now);
        break;
      case 3:
        result = desk.send("left", now, {{"remark", Value::string("away")}});
        break;
      case 4:
        result = desk.send("arrived", now, {}, "technician", "wang");
        break;
      default:
        result = desk.send("left", now);
        break;
    }
    told += std::to_string(static_cast<int>(result.is)) + desk.where() + ";";
    if (result.is == Is::refused || result.is == Is::fault) {
      EXPECT_EQ(all_of(desk), before) << seed << " " << told;
      EXPECT_FALSE(result.reasons.empty());
    } else {
      EXPECT_EQ(desk.state.steps, steps + 1) << seed << " " << told;
      EXPECT_EQ(desk.state.last_recorded.micros, now.micros);
    }
    EXPECT_TRUE(desk.state.configuration.is_legal(desk.procedure().chart)) << seed << " " << told;
    EXPECT_EQ(steps_in(desk), desk.state.steps);
  }
  return told;
}

TEST(Step, random_lives_keep_what_every_step_promises) {
  std::set<std::string> lives;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Desk once(rules());
    Desk again(rules());
    const std::string told = life(seed, once);
    EXPECT_EQ(life(seed, again), told);
    EXPECT_EQ(all_of(again), all_of(once)) << seed;
    lives.insert(told);
  }
  EXPECT_GT(lives.size(), 200U);  // otherwise they say little
}

}  // namespace
}  // namespace aftercare
