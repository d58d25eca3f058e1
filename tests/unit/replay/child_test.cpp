// Children: opened once, at the instant at which it was said, whatever stops in between; live as in
// a replay.

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
Instant at(const std::string& text) { return parse_instant(text, shanghai).value(); }

Rulebook rules() {
  return check_texts(
             {{"p.yaml",
               "aftercare: 1\n"
               "pack: p\n"
               "source: P\n"
               "timezone: Asia/Shanghai\n"
               "currency: CNY\n"
               "roles: {clerk: 文员}\n"
               "procedure call:\n"
               "  key: number\n"
               "  case: {number: string}\n"
               "  facts:\n"
               "    called: {opens: open, by: clerk, gives: [number], with: {wishes: list of "
               "string}}\n"
               "    again: {by: clerk, with: {wish: string}}\n"
               "    over: {by: clerk}\n"
               "  states:\n"
               "    open: {when: {again: stay, items done: calm, over: done}}\n"
               "    calm: {when: {again: open, over: done}}\n"
               "    done: final\n"
               "procedure item:\n"
               "  key: item_no\n"
               "  case: {item_no: string, wish: string}\n"
               "  facts:\n"
               "    noted: {opens: open, by: clerk, gives: [item_no, wish]}\n"
               "    answered: {by: clerk}\n"
               "  states:\n"
               "    open: {when: {answered: solved, handling breached: late, called_off: "
               "dropped}}\n"
               "    late: final\n"
               "    solved: final\n"
               "    dropped: final\n"
               "articles:\n"
               "  C01:\n"
               "    text: 逐一处理。\n"
               "    child call.items: {of: item, when: called, each: wish in called.wishes, "
               "give: {wish: wish}}\n"
               "    child call.more: {of: item, when: again, give: {wish: again.wish}}\n"
               "    clock item.handling: {start: noted, stop: answered, cancel: enter "
               "dropped, within: 2d}\n"
               "    offence item.slow: {when: handling breached, who: clerk, fine: 10 "
               "CNY}\n"}},
             {})
      .value();
}

Event event(const char* name, const std::string& when, const std::string& key, Context data = {}) {
  Event out;
  out.name = name;
  out.at = at(when);
  out.actor = {"clerk", "li", {}};
  out.key = key;
  out.data = std::move(data);
  return out;
}
Context wishes(std::vector<std::string> of, const std::string& number) {
  std::vector<Value> list;
  for (const std::string& one : of) list.push_back(Value::string(one));
  return {{"number", Value::string(number)}, {"wishes", Value::list(std::move(list))}};
}

TEST(Child, each_element_opens_a_case_at_the_instant_of_the_event) {
  Engine engine = Engine::open(rules(), memory_store()).value();
  const Event called = event("called", "2026-03-02T09:00", "A", wishes({"x", "y"}, "A"));
  EXPECT_EQ(engine.send(called).value().is, Outcome::Is::applied);
  EXPECT_EQ(engine.cases().value(), (std::vector<std::string>{"call/A", "item/A/1", "item/A/2"}));
  EXPECT_EQ(engine.find("item/A/2").value().opened, at("2026-03-02T09:00"));
  ASSERT_TRUE(engine.send(event("answered", "2026-03-02T10:00", "A/1")));
  EXPECT_EQ(engine.find("call/A").value().state, "open");
  ASSERT_TRUE(engine.send(event("answered", "2026-03-02T11:00", "A/2")));
  EXPECT_EQ(engine.find("call/A").value().state, "calm");
  // Another rule of the same parent goes on counting.
  ASSERT_TRUE(engine.send(event("again", "2026-03-02T12:00", "A", {{"wish", Value::string("z")}})));
  EXPECT_EQ(engine.find("item/A/3").value().state, "open");
}

TEST(Child, a_repeated_message_opens_nothing_twice) {
  Engine engine = Engine::open(rules(), memory_store()).value();
  Event called = event("called", "2026-03-02T09:00", "A", wishes({"x"}, "A"));
  called.message_id = "m1";
  ASSERT_TRUE(engine.send(called));
  EXPECT_EQ(engine.send(called).value().is, Outcome::Is::repeated);
  ASSERT_TRUE(engine.due(at("2026-03-02T12:00")));
  ASSERT_TRUE(engine.due(at("2026-03-02T12:00")));
  EXPECT_EQ(engine.cases().value().size(), 2U);
}

TEST(Child, time_ends_one_and_its_parent_hears_of_it) {
  Engine engine = Engine::open(rules(), memory_store()).value();
  ASSERT_TRUE(engine.send(event("called", "2026-03-02T09:00", "A", wishes({"x"}, "A"))));
  ASSERT_TRUE(engine.due(at("2026-03-05T00:00")));
  EXPECT_EQ(engine.find("item/A/1").value().state, "late");
  EXPECT_EQ(engine.find("call/A").value().state, "calm");
  EXPECT_TRUE(engine.due(at("2026-03-06T00:00")).value().empty());
}

/// A store that stops after so many commits.
class Stopping final : public CaseStore {
 public:
  Stopping(std::shared_ptr<CaseStore> in, int commits) : in_(std::move(in)), left_(commits) {}
  Result<std::optional<StoredCase>> load(std::string_view id) override { return in_->load(id); }
  Result<std::optional<StoredCase>> find_open(std::string_view p, std::string_view k) override {
    return in_->find_open(p, k);
  }
  Result<std::vector<StoredStep>> steps(std::string_view id) override { return in_->steps(id); }
  Result<std::vector<StoredEntry>> entries(std::string_view l, std::string_view s) override {
    return in_->entries(l, s);
  }
  Result<std::vector<StoredEntry>> all_entries() override { return in_->all_entries(); }
  Result<std::optional<StoredEntry>> entry(std::uint64_t id) override { return in_->entry(id); }
  Result<std::uint64_t> last_entry() override { return in_->last_entry(); }
  Result<std::vector<StoredEntry>> entries_of_case(std::string_view id) override {
    return in_->entries_of_case(id);
  }
  Result<std::vector<std::string>> due(Instant now, std::size_t limit) override {
    return in_->due(now, limit);
  }
  Result<std::vector<std::string>> cases() override { return in_->cases(); }
  Result<std::optional<std::string>> answer(std::string_view m) override { return in_->answer(m); }
  Result<void> commit(const Commit& commit) override {
    if (left_-- <= 0) return Error{ErrorCode::io, "the store has stopped"};
    return in_->commit(commit);
  }

 private:
  std::shared_ptr<CaseStore> in_;
  int left_;
};

TEST(Child, an_engine_that_stops_anywhere_goes_on_where_it_was) {
  const auto play = [](int stops_after) {
    const auto store = memory_store();
    {
      Engine engine = Engine::open(rules(), std::make_shared<Stopping>(store, stops_after)).value();
      (void)engine.send(event("called", "2026-03-02T09:00", "A", wishes({"x", "y"}, "A")));
      (void)engine.send(event("answered", "2026-03-02T10:00", "A/1"));
    }
    Engine engine = Engine::open(rules(), store).value();
    EXPECT_TRUE(engine.due(at("2026-03-02T12:00"))) << stops_after;
    std::string out;
    for (const std::string& id : engine.cases().value()) {
      const CaseView view = engine.find(id).value();
      out += id + " " + view.state + " " + iso_text(view.opened, shanghai) + "\n";
      for (const StepTrace& step : engine.history(id).value())
        out += "  " + step.event + " " + iso_text(step.at, shanghai) + "\n";
    }
    return out;
  };
  const std::string whole = play(1000);
  EXPECT_NE(whole.find("item/A/1 solved"), std::string::npos) << whole;
  EXPECT_EQ(play(0), "");
  for (int stop = 1; stop < 12; ++stop) {
    const std::string told = play(stop);
    // Whether or not the answer was committed: both children are there, once, and the parent knows.
    EXPECT_NE(told.find("item/A/1 "), std::string::npos) << stop << "\n" << told;
    EXPECT_NE(told.find("item/A/2 open 2026-03-02T09:00"), std::string::npos) << stop << told;
    std::size_t opened = 0;
    for (std::size_t i = told.find("items_opened"); i != std::string::npos;
         i = told.find("items_opened", i + 1))
      ++opened;
    EXPECT_EQ(opened, 2U) << stop << "\n" << told;
    if (told.find("item/A/1 solved") != std::string::npos) {
      EXPECT_NE(told.find("items_ended"), std::string::npos) << stop << "\n" << told;
    }
  }
}

TEST(Child, comes_in_a_replay_as_it_does_live) {
  const Rulebook book = rules();
  const std::string log =
      "case,event,at,role,number,wishes,wish\n"
      "A,called,2026-03-02T09:00,clerk,A,\"[\"\"x\"\", \"\"y\"\"]\",\n"
      "B,called,2026-03-02T09:30,clerk,B,\"[\"\"z\"\"]\",\n"
      "A/1,answered,2026-03-02T10:00,clerk,,,\n"
      "A,again,2026-03-02T11:00,clerk,,,w\n"
      "A/3,answered,2026-03-03T10:00,clerk,,,\n"
      "B,over,2026-03-09T10:00,clerk,,,\n";
  auto read = read_log_text("log.csv", log, book);
  ASSERT_TRUE(read) << render(read.diagnostics(), read.sources());
  const Replay one = replay(book, *read, {}).value();
  EXPECT_EQ(one.summary().applied, 6U);
  Engine engine = Engine::open(book, memory_store()).value();
  const auto live = [&](const Event& what) {
    ASSERT_TRUE(engine.due(what.at));
    EXPECT_EQ(engine.send(what).value().is, Outcome::Is::applied) << what.name;
  };
  live(event("called", "2026-03-02T09:00", "A", wishes({"x", "y"}, "A")));
  live(event("called", "2026-03-02T09:30", "B", wishes({"z"}, "B")));
  live(event("answered", "2026-03-02T10:00", "A/1"));
  live(event("again", "2026-03-02T11:00", "A", {{"wish", Value::string("w")}}));
  live(event("answered", "2026-03-03T10:00", "A/3"));
  live(event("over", "2026-03-09T10:00", "B"));
  const auto ids = engine.cases().value();
  EXPECT_EQ(ids.size(), 6U);
  EXPECT_EQ(one.summary().cases, ids.size());
  for (const std::string& id : ids) {
    const auto found = one.find(id);
    ASSERT_TRUE(found) << id;
    const CaseView a = one.view(*found), b = engine.find(id).value();
    EXPECT_EQ(a.state, b.state) << id;
    EXPECT_EQ(a.opened, b.opened) << id;
    EXPECT_EQ(a.steps, b.steps) << id;
  }
  const auto written = [](const Replay& done) {
    std::string out;
    done.write_steps([&](std::string_view piece) { out += piece; });
    done.write_entries([&](std::string_view piece) { out += piece; });
    return out;
  };
  for (const unsigned threads : {2U, 7U})
    EXPECT_EQ(written(one),
              written(replay(book, *read, {.threads = threads, .partitions = 50}).value()));
}

}  // namespace
}  // namespace aftercare
