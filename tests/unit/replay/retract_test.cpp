// Random lives with retractions: each is the same life without what they took back, whether it is
// lived event by event, with time told to pass, from a store that is opened anew, or replayed as a
// log.

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/replay.hpp"
#include "aftercare/store.hpp"

#include "support/job_cases.hpp"

namespace aftercare {
namespace {

using job_cases::all_of;
using job_cases::at;
using job_cases::happens;
using job_cases::rules;
using job_cases::shanghai;
using job_cases::take_back;

/// The row that tells a log of an event.
std::string row_of(const Event& event) {
  std::string name = event.name, parts, fee, number, technician;
  for (const auto& [datum, value] : event.data) {
    const std::string text =
        value.is(Kind::string) ? std::string(value.as_string()) : value.to_text();
    if (datum == "fact") name += " " + text;
    if (datum == "parts") parts = text;
    if (datum == "fee") fee = text;
    if (datum == "number") number = text;
    if (datum == "technician") technician = text;
  }
  const std::string recorded = event.recorded ? iso_text(*event.recorded, shanghai) : std::string();
  return event.key + "," + name + "," + iso_text(event.at, shanghai) + "," + recorded + "," +
         event.actor.role + "," + event.actor.person + "," + event.reason + "," + number + "," +
         technician + "," + parts + "," + fee + "\n";
}

struct Life {
  std::vector<std::pair<std::string, Event>> counted;  // by case, in order: applied, not taken back
  std::string log = "case,event,at,recorded,role,person,reason,number,technician,parts,fee\n";
  bool has_corrections = false;
  std::size_t taken = 0, reopened = 0, agreed = 0;
  Instant end{};
};

const std::vector<std::string> keys{"A",
                                    "B"};  // of one technician: their offences are counted together

Life live(std::uint32_t seed, const std::shared_ptr<CaseStore>& store) {
  static const std::vector<const char*> names{
      "arrived", "held",    "resumed", "ordered", "left",    "again",   "paid",    "asked",
      "closed",  "approve", "reject",  "correct", "weighed", "weighed", "approve", "approve"};
  static const std::vector<const char*> deciders{"boss", "desk", "technician"};
  static constexpr std::int64_t steps[] = {0, 60, 1800, 3600, 7200, 28'800, 90'000, 200'000};
  Life life;
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  std::optional<Engine> engine(Engine::open(rules(), store).value());
  const Instant begin = at("2024-03-04T09:00");
  Instant now = begin;
  const auto send = [&](const std::string& key, const Event& event) {
    const Outcome out = engine->send(event).value();
    EXPECT_NE(out.is, Outcome::Is::fault) << seed;
    life.log += row_of(event);
    // Agreed to in a chain, and others are still asked.
    if (out.is_applied() && event.name == "approve" && out.state == "weighing") ++life.agreed;
    if (out.is_applied() && event.name != "retract") life.counted.emplace_back(key, event);
    return out.is_applied();
  };
  // What happens at the same instant is numbered by its entry: no two cases share one.
  for (const std::string& key : keys) {
    now.micros += 1'000'000;
    Event event = happens("called", now, key);
    event.data = {{"number", Value::string(key)}, {"technician", Value::string("li")}};
    EXPECT_TRUE(send(key, event));
  }
  std::string last_key;
  for (int i = 0; i < 14; ++i) {
    now.micros += steps[below(8)] * 1'000'000;
    if (below(4) == 0) now.micros += 1;
    if (below(3) == 0) engine->due(now).value();
    if (below(5) == 0) {
      engine.emplace(Engine::open(rules(), store).value());
      ++life.reopened;
    }
    const std::string key = keys[below(2)];
    // Nor do they where one has the next thing happen to it at the instant of the other's last.
    if (key != last_key) now.micros += 1;
    last_key = key;
    if (below(3) == 0) {
      const auto last = std::find_if(life.counted.rbegin(), life.counted.rend(),
                                     [&](const auto& one) { return one.first == key; });
      if (last->second.name == "called") continue;
      EXPECT_TRUE(send(key, take_back(last->second.name, now, key))) << seed;
      life.counted.erase(std::next(last).base());
      ++life.taken;
      continue;
    }
    Event event = happens(names[below(names.size())], now, key);
    const Value parts = Value::integer(static_cast<std::int64_t>(below(6)));
    const Value fee = Value::string(std::to_string(below(4) * 90) + " CNY");
    if (event.name == "approve" || event.name == "reject") {
      event.actor.role = deciders[below(3)];
      event.actor.person = event.actor.role == "technician" ? "li" : "";
    }
    if (event.name == "ordered") event.data = {{"parts", parts}};
    if (event.name == "paid") event.data = {{"fee", fee}};
    if (event.name == "correct") {
      life.has_corrections = true;
      event.data = {below(2) == 0 ? ContextEntry("parts", parts) : ContextEntry("fee", fee)};
    }
    if (event.name == "arrived" && below(3) == 0) {
      event.recorded = event.at;
      event.at.micros -= static_cast<std::int64_t>(below(20)) * 600'000'000;
      event.at = std::max(event.at, Instant{begin.micros + (key == "A" ? 1'000'000 : 2'000'000)});
    }
    send(key, event);
  }
  now.micros += 3'600'000'000LL * static_cast<std::int64_t>(below(1000));
  engine->due(now).value();
  life.end = now;
  return life;
}

std::string histories(Engine& engine) {
  std::string out;
  for (const std::string& key : keys)
    for (const StepTrace& step : engine.history(key).value()) out += to_text(step, shanghai);
  return out;
}

TEST(RetractDifferential, a_life_with_retractions_is_the_life_without_what_they_took_back) {
  std::size_t taken = 0, reopened = 0, agreed = 0;
  for (std::uint32_t seed = 1; seed <= 1500; ++seed) {
    const auto store = memory_store();
    const Life life = live(seed, store);
    taken += life.taken;
    reopened += life.reopened;
    agreed += life.agreed;
    Engine lived = Engine::open(rules(), store).value();
    Engine plain = Engine::open(rules(), memory_store()).value();
    for (const auto& [key, event] : life.counted) {
      const Outcome out = plain.send(event).value();
      ASSERT_TRUE(out.is_applied()) << seed << ": " << event.name << " of " << key;
    }
    plain.due(life.end).value();
    for (const std::string& key : keys) {
      const std::string with = all_of(lived, key, life.end), without = all_of(plain, key, life.end);
      ASSERT_EQ(with, without) << seed << "\n" << (with == without ? "" : histories(lived));
    }
  }
  EXPECT_GT(taken, 2000U);
  EXPECT_GT(reopened, 1000U);
  EXPECT_GT(agreed, 100U);
}

TEST(RetractDifferential, a_log_with_retractions_comes_to_what_was_lived) {
  std::size_t replayed = 0;
  for (std::uint32_t seed = 1; seed <= 1500; ++seed) {
    const auto store = memory_store(), kept = memory_store();
    const Life life = live(seed, store);
    if (life.has_corrections) continue;  // a log has none
    ++replayed;
    Engine lived = Engine::open(rules(), store).value();
    auto log = read_log_text("life.csv", life.log, rules());
    ASSERT_TRUE(log) << render(log.diagnostics(), log.sources());
    ReplayOptions options;
    options.until = life.end;
    const Replay done = replay(rules(), *log, options).value();
    ASSERT_TRUE(keep(done, *kept)) << seed;
    Engine from_log = Engine::open(rules(), kept).value();
    for (const std::string& key : keys) {
      const std::string live_text = all_of(lived, key, life.end);
      ASSERT_EQ(live_text, all_of(from_log, key, life.end)) << seed << "\n" << life.log;
      ASSERT_EQ(lived.find(key)->steps, from_log.find(key)->steps) << seed;
    }
  }
  EXPECT_GT(replayed, 400U);
}

}  // namespace
}  // namespace aftercare
