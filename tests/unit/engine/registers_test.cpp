#include "aftercare/registers.hpp"

#include <gtest/gtest.h>

#include "aftercare/engine.hpp"
#include "aftercare/store.hpp"

namespace aftercare {
namespace {

constexpr std::string_view pack = R"(aftercare: 1
pack: desk
source: T-08
timezone: Asia/Shanghai
roles: {clerk: Clerk}
registers:
  employee: {level: number, superior: optional employee}
procedure order:
  key: number
  case: {number: string, by_whom: employee}
  requests:
    asked: {opens: open, by: clerk, gives: [number, by_whom]}
    done: {by: clerk}
  states:
    open: {when: {done: over}}
    over: final
articles:
  C01:
    text: Only who stands high enough.
    needs order.done:
      high enough: by_whom.level >= 2
)";

Rulebook rules() { return check_texts({{"desk/pack.yaml", std::string(pack)}}).value(); }

RegisterRow row(std::string member, int level, const char* from, const char* until) {
  RegisterRow out;
  out.member = std::move(member);
  out.fields = {{"level", Value::integer(level)}};
  if (from != nullptr) out.from = *parse_date(from);
  if (until != nullptr) out.until = *parse_date(until);
  return out;
}

Event event(std::string name, Instant at) {
  Event out;
  out.name = std::move(name);
  out.key = "A1";
  out.at = at;
  out.actor = {"clerk", "wang"};
  return out;
}

Instant instant(const char* text) { return *parse_instant(text, *Zone::load("Asia/Shanghai")); }

/// A host whose personnel system is down.
struct Broken : Directory {
  Result<Fact> look_up(std::string_view, std::string_view, std::string_view field,
                       rt::Date) const override {
    if (field.empty()) return Fact{true, {}};
    return Error{ErrorCode::host, "no answer"};
  }
};

TEST(Registers, a_row_counts_from_its_first_to_its_last_day) {
  Registers all;
  EXPECT_EQ(all.add("employee", row("li", 1, nullptr, "2024-03-04")), nullptr);
  EXPECT_EQ(all.add("employee", row("li", 2, "2024-03-05", "2024-03-06")), nullptr);
  const auto level = [&](const char* day) {
    const auto fact = all.look_up("employee", "li", "level", *parse_date(day)).value();
    return fact.is_member ? fact.value : Value();
  };
  EXPECT_TRUE(level("2024-03-04").equals(Value::integer(1)));
  EXPECT_TRUE(level("2024-03-05").equals(Value::integer(2)));
  EXPECT_TRUE(level("2024-03-06").equals(Value::integer(2)));
  EXPECT_TRUE(level("2024-03-07").is_null());
  EXPECT_FALSE(all.look_up("shop", "east", "", *parse_date("2024-03-04")));
}

TEST(Registers, two_rows_of_one_day_are_told_by_the_first) {
  Registers all;
  EXPECT_EQ(all.add("employee", row("li", 1, "2024-03-01", "2024-03-04")), nullptr);
  const RegisterRow* first = all.add("employee", row("li", 2, "2024-03-04", nullptr));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(*first->from, *parse_date("2024-03-01"));
}

TEST(Registers, an_engine_needs_them_where_a_pack_reads_them) {
  const auto engine = Engine::open(rules(), memory_store());
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::invalid_argument);
}

TEST(Registers, are_read_as_they_stood_when_it_happened) {
  auto all = std::make_shared<Registers>();
  EXPECT_EQ(all->add("employee", row("li", 1, nullptr, "2024-03-04")), nullptr);
  EXPECT_EQ(all->add("employee", row("li", 2, "2024-03-05", nullptr)), nullptr);
  Engine engine = Engine::open(rules(), memory_store(), all).value();
  Event asked = event("asked", instant("2024-03-04T09:00"));
  asked.key.clear();
  asked.data = {{"number", Value::string("A1")}, {"by_whom", Value::string("li")}};
  ASSERT_EQ(engine.send(asked)->is, Outcome::Is::applied);
  EXPECT_EQ(engine.send(event("done", instant("2024-03-04T23:59")))->is, Outcome::Is::refused);
  EXPECT_EQ(engine.send(event("done", instant("2024-03-05T00:00")))->is, Outcome::Is::applied);
}

TEST(Registers, a_host_that_does_not_answer_leaves_the_case_as_it_was) {
  Engine engine = Engine::open(rules(), memory_store(), std::make_shared<Broken>()).value();
  Event asked = event("asked", instant("2024-03-04T09:00"));
  asked.key.clear();
  asked.data = {{"number", Value::string("A1")}, {"by_whom", Value::string("li")}};
  ASSERT_EQ(engine.send(asked)->is, Outcome::Is::applied);
  const Outcome done = engine.send(event("done", instant("2024-03-04T10:00"))).value();
  EXPECT_EQ(done.is, Outcome::Is::fault);
  EXPECT_EQ(engine.find("A1")->state, "open");
}

}  // namespace
}  // namespace aftercare
