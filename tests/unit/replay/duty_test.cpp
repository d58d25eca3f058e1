// Duties: each period has its one case, whoever asks, however often, live as in a replay.

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/engine.hpp"
#include "aftercare/replay.hpp"
#include "aftercare/store.hpp"
#include "aftercare/time.hpp"

namespace aftercare {
namespace {

const Zone shanghai = Zone::load("Asia/Shanghai").value();
Instant at(const char* text) { return parse_instant(text, shanghai).value(); }

Rulebook rules(const std::string& interval = "10d") {
  const std::string pack =
      "aftercare: 1\n"
      "pack: p\n"
      "source: P\n"
      "timezone: Asia/Shanghai\n"
      "effective: {from: 2026-01-15}\n"
      "roles: {clerk: 文员}\n"
      "procedure call:\n"
      "  key: number\n"
      "  case: {number: string}\n"
      "  facts: {called: {opens: open, by: clerk, gives: [number]}, over: {by: clerk}}\n"
      "  states: {open: {when: {over: done}}, done: final}\n"
      "articles:\n"
      "  C01:\n"
      "    text: 每月小结。\n"
      "    duty summary: {by: clerk, every: month, due: on its last day}\n"
      "  C02:\n"
      "    text: 定期清除。\n"
      "    parameter interval: duration\n"
      "    duty clearing: {by: clerk, every: interval, due: within 1d of its start}\n"
      "  C03:\n"
      "    text: 每日检查。\n"
      "    duty check: {by: clerk, every: day, due: on its first day}\n";
  CheckOptions options;
  options.overlay_texts.push_back(
      {"o.overlay.yaml",
       "aftercare: 1\noverlay: o\nfor: p\nparameters: {interval: " + interval + "}\n"});
  return check_texts({{"p.yaml", pack}}, options).value();
}

std::vector<std::string> of(const std::vector<std::string>& all, const std::string& procedure) {
  std::vector<std::string> out;
  for (const std::string& id : all)
    if (id.rfind(procedure + "/", 0) == 0) out.push_back(id.substr(procedure.size() + 1));
  return out;
}

Event done(const char* name, const char* when, const char* period) {
  Event event;
  event.name = name;
  event.at = at(when);
  event.actor = {"clerk", "li", {}};
  event.key = period;
  return event;
}

TEST(Duty, each_period_has_one_case_however_often_one_asks) {
  Engine engine = Engine::open(rules(), memory_store()).value();
  ASSERT_TRUE(engine.due(at("2026-03-02T09:00")));
  EXPECT_EQ(of(engine.cases().value(), "summary"), (std::vector<std::string>{"2026-03"}));
  for (const char* when : {"2026-03-02T09:00", "2026-03-31T23:59", "2026-04-01T00:00",
                           "2026-04-01T00:00", "2026-06-30T12:00"})
    ASSERT_TRUE(engine.due(at(when)));
  EXPECT_EQ(of(engine.cases().value(), "summary"),
            (std::vector<std::string>{"2026-03", "2026-04", "2026-05", "2026-06"}));
  // From 2 March to 30 June, day by day.
  EXPECT_EQ(of(engine.cases().value(), "check").size(), 121U);
}

TEST(Duty, asked_once_after_long_it_is_as_if_asked_every_day) {
  Engine often = Engine::open(rules(), memory_store()).value();
  Engine late = Engine::open(rules(), memory_store()).value();
  ASSERT_TRUE(late.due(at("2026-03-02T09:00")));
  for (Instant now = at("2026-03-02T09:00"); now <= at("2026-09-02T09:00");
       now.micros += 86'400'000'000)
    ASSERT_TRUE(often.due(now));
  ASSERT_TRUE(late.due(at("2026-09-02T09:00")));
  const auto ids = often.cases().value();
  EXPECT_EQ(ids, late.cases().value());
  for (const std::string& id : ids) {
    const CaseView a = often.find(id).value(), b = late.find(id).value();
    EXPECT_EQ(a.state, b.state) << id;
    EXPECT_EQ(a.opened, b.opened) << id;
    EXPECT_EQ(a.steps, b.steps) << id;
  }
  EXPECT_EQ(often.entries().value().size(), late.entries().value().size());
}

TEST(Duty, a_store_that_is_opened_again_goes_on_where_it_was) {
  const auto path = std::filesystem::temp_directory_path() / "aftercare_duty_test.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
  Instant now = at("2026-03-02T09:00");
  for (int day = 0; day < 40; ++day, now.micros += 86'400'000'000) {
    Engine engine = Engine::open(rules(), sqlite_store(path.string()).value()).value();
    ASSERT_TRUE(engine.due(now));
    ASSERT_TRUE(engine.due(now));
  }
  Engine engine = Engine::open(rules(), sqlite_store(path.string()).value()).value();
  EXPECT_EQ(of(engine.cases().value(), "summary"),
            (std::vector<std::string>{"2026-03", "2026-04"}));
  EXPECT_EQ(of(engine.cases().value(), "clearing"),
            (std::vector<std::string>{"2026-03-02", "2026-03-12", "2026-03-22", "2026-04-01"}));
  EXPECT_EQ(of(engine.cases().value(), "check").size(), 40U);
}

TEST(Duty, two_engines_on_one_store_open_nothing_twice) {
  const auto store = memory_store();
  Engine one = Engine::open(rules(), store).value();
  Engine other = Engine::open(rules(), store).value();
  ASSERT_TRUE(one.due(at("2026-03-02T09:00")));
  ASSERT_TRUE(other.due(at("2026-03-02T09:00")));
  ASSERT_TRUE(one.due(at("2026-05-02T09:00")));
  ASSERT_TRUE(other.due(at("2026-05-03T09:00")));
  ASSERT_TRUE(one.due(at("2026-05-04T09:00")));
  EXPECT_EQ(of(one.cases().value(), "summary"),
            (std::vector<std::string>{"2026-03", "2026-04", "2026-05"}));
  EXPECT_EQ(of(one.cases().value(), "check").size(), 64U);
}

TEST(Duty, another_interval_counts_from_the_next_period_on) {
  const auto store = memory_store();
  {
    Engine engine = Engine::open(rules("10d"), store).value();
    ASSERT_TRUE(engine.due(at("2026-03-02T09:00")));
    ASSERT_TRUE(engine.due(at("2026-03-13T09:00")));  // the 2nd and the 12th have begun
  }
  Engine engine = Engine::open(rules("5d"), store).value();
  ASSERT_TRUE(engine.due(at("2026-03-28T09:00")));
  EXPECT_EQ(of(engine.cases().value(), "clearing"),
            (std::vector<std::string>{"2026-03-02", "2026-03-12", "2026-03-22", "2026-03-27"}));
}

TEST(Duty, an_event_finds_what_time_has_opened_by_then) {
  Engine engine = Engine::open(rules(), memory_store()).value();
  const Outcome kept = engine.send(done("summary.done", "2026-03-31T23:59", "2026-03")).value();
  EXPECT_EQ(kept.is, Outcome::Is::applied);
  EXPECT_EQ(kept.state, "kept");
  const Outcome late = engine.send(done("summary.done", "2026-05-01T00:00", "2026-04")).value();
  EXPECT_EQ(late.state, "kept_late");
  const Outcome early = engine.send(done("summary.done", "2026-05-01T00:00", "2026-06")).value();
  EXPECT_EQ(early.is, Outcome::Is::refused);
  // Time alone begins one.
  const Outcome begun = engine.send(done("summary.begun", "2026-05-01T00:00", "2026-06")).value();
  EXPECT_EQ(begun.is, Outcome::Is::refused);
}

Replay replayed(const Rulebook& book, std::string log, ReplayOptions options = {}) {
  auto read = read_log_text("log.csv", std::move(log), book);
  EXPECT_TRUE(read) << render(read.diagnostics(), read.sources());
  return replay(book, *read, options).value();
}
std::string written(const Replay& done) {
  std::string out;
  done.write_steps([&](std::string_view piece) { out += piece; });
  done.write_entries([&](std::string_view piece) { out += piece; });
  return out;
}

TEST(Duty, comes_in_a_replay_as_it_does_live) {
  const Rulebook book = rules();
  const std::string log =
      "case,event,at,role\n"
      "A1,called,2026-03-02T09:00,clerk\n"
      "2026-03,summary.done,2026-03-31T16:00,clerk\n"
      "A1,over,2026-04-02T09:00,clerk\n"
      "2026-04,summary.done,2026-05-02T16:00,clerk\n"
      "A2,called,2026-05-03T09:00,clerk\n";
  const Replay one = replayed(book, log);
  EXPECT_EQ(one.summary().applied, 5U);
  EXPECT_TRUE(one.summary().reconciles());
  Engine engine = Engine::open(book, memory_store()).value();
  const auto call = [&](const char* name, const char* when, const char* number) {
    Event event = done(name, when, number);
    if (event.name == "called") event.data = {{"number", Value::string(number)}};
    ASSERT_TRUE(engine.due(event.at));
    EXPECT_EQ(engine.send(event).value().is, Outcome::Is::applied);
  };
  call("called", "2026-03-02T09:00", "A1");
  call("summary.done", "2026-03-31T16:00", "2026-03");
  call("over", "2026-04-02T09:00", "A1");
  call("summary.done", "2026-05-02T16:00", "2026-04");
  call("called", "2026-05-03T09:00", "A2");
  const auto ids = engine.cases().value();
  EXPECT_EQ(one.summary().cases, ids.size());
  for (const std::string& id : ids) {
    const auto found = one.find(id);
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(one.view(*found).state, engine.find(id).value().state) << id;
    EXPECT_EQ(one.view(*found).opened, engine.find(id).value().opened) << id;
  }
  for (const unsigned threads : {2U, 7U})
    EXPECT_EQ(written(one), written(replayed(book, log, {.threads = threads, .partitions = 50})));
}

TEST(Duty, comes_up_to_the_end_of_a_replay_and_no_further) {
  const Rulebook book = rules();
  const std::string log = "case,event,at,role\nA1,called,2026-03-02T09:00,clerk\n";
  const auto months = [&](const char* until) {
    std::size_t count = 0;
    const Replay done = replayed(book, log, {.until = at(until)});
    for (const char* month : {"2026-03", "2026-04", "2026-05"})
      count += done.find(std::string("summary/") + month) ? 1U : 0U;
    return count;
  };
  EXPECT_EQ(months("2026-03-31T23:59"), 1U);
  EXPECT_EQ(months("2026-04-01T00:00"), 2U);
  EXPECT_EQ(months("2026-05-31T00:00"), 3U);
}

}  // namespace
}  // namespace aftercare
