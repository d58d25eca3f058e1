// Chains of approvers against a literal reading of their grammar: every sequence of answers up to
// five, over small chains; and chains whose posts registers fill, against a chain without those who
// appear again.
#include "step/chain.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/registers.hpp"

#include "step/record.hpp"
#include "support/step_cases.hpp"

namespace aftercare {
namespace {

using Is = Outcome::Is;

// ── the literal reading ───────────────────────────────────────────────────────────────────────

/// A chain as it is left: an answer rewrites it, and what is done is taken out.
struct Left {
  enum class Is { done, post, any, all, some, sequence } is = Is::done;
  std::string post;
  int need = 0;
  std::vector<Left> parts;
};

/// `or` binds less than `and`, `then` less than both; read from the end of the text backwards, by
/// cutting it at its loosest words.
Left literal(const std::string& text) {
  const auto cut = [&](const std::string& word) {
    std::vector<std::string> out{""};
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
      if (depth == 0 && text.compare(i, word.size(), word) == 0) {
        out.emplace_back();
        i += word.size() - 1;
      } else {
        out.back() += text[i];
      }
    }
    return out;
  };
  const auto joined = [&](Left::Is is, const std::vector<std::string>& parts) {
    Left out;
    out.is = is;
    for (const std::string& part : parts) out.parts.push_back(literal(part));
    return out;
  };
  if (const auto parts = cut(" then "); parts.size() > 1) return joined(Left::Is::sequence, parts);
  if (const auto parts = cut(" or "); parts.size() > 1) return joined(Left::Is::any, parts);
  if (const auto parts = cut(" and "); parts.size() > 1) return joined(Left::Is::all, parts);
  if (text.compare(1, 4, " of ") == 0) {
    Left out;
    out.is = Left::Is::some;
    out.need = text[0] - '0';
    const std::string rest = text.substr(5);
    std::string part;
    for (const char c : rest + ",") {
      if (c != ',') {
        part += c;
        continue;
      }
      out.parts.push_back(literal(part[0] == ' ' ? part.substr(1) : part));
      part.clear();
    }
    return out;
  }
  if (text.front() == '(') return literal(text.substr(1, text.size() - 2));
  return {Left::Is::post, text, 0, {}};
}

/// What is left once this post has agreed; false: it is not asked now.
bool agree(Left& left, const std::string& post) {
  const auto settle = [](Left& of) {
    std::erase_if(of.parts, [](const Left& part) { return part.is == Left::Is::done; });
  };
  switch (left.is) {
    case Left::Is::done:
      return false;
    case Left::Is::post:
      if (left.post != post) return false;
      left = {};
      return true;
    case Left::Is::sequence:
      if (!agree(left.parts.front(), post)) return false;
      settle(left);
      if (left.parts.empty()) left = {};
      return true;
    case Left::Is::any:
    case Left::Is::all:
    case Left::Is::some:
      for (Left& part : left.parts) {
        if (!agree(part, post)) continue;
        const bool is_done = part.is == Left::Is::done;
        settle(left);
        if (!is_done) return true;
        if (left.is == Left::Is::any || (left.is == Left::Is::some && --left.need == 0) ||
            left.parts.empty())
          left = {};
        return true;
      }
      return false;
  }
  return false;
}

/// The posts that are asked now.
std::set<std::string> turn(const Left& left, const std::vector<std::string>& posts) {
  std::set<std::string> out;
  for (const std::string& post : posts) {
    Left copy = left;
    if (agree(copy, post)) out.insert(post);
  }
  return out;
}

// ── the pack and its cases ────────────────────────────────────────────────────────────────────

std::string pack_of(const std::string& chain, const std::string& offices) {
  return R"(aftercare: 1
pack: chains
source: R
timezone: Asia/Shanghai
roles: {clerk: Clerk, a: A, b: B, c: C, d: D}
)" + offices +
         R"(
procedure request:
  key: number
  case: {number: string}
  requests:
    asked: {opens: asking, by: clerk, gives: [number]}
  states:
    asking:
      decide:
        by: )" +
         chain + R"(
        then: {approve: granted, reject: refused, send_back: asking}
    granted: final
    refused: final
)";
}

Rulebook rules_of(const std::string& chain, const std::string& offices = {}) {
  auto checked = check_texts({{"chains/pack.yaml", pack_of(chain, offices)}});
  if (!checked) throw std::runtime_error(render(checked.diagnostics(), checked.sources()));
  return *checked;
}

struct Asking {
  explicit Asking(const Rulebook& rules, const Directory* directory = nullptr)
      : model(rulebook::model_of(rules)), stepper(model, rulebook::parameters_of(rules)) {
    stepper.use(directory);
    step::Incoming in;
    in.index = 0;
    in.at = in.recorded = now;
    in.actor.role = role("clerk");
    in.data = {Value::string("A")};
    in.given = {true};
    opened = stepper.open(state, 0, Value::string("A"), in, book);
  }
  step::Index role(const std::string& name) const {
    for (step::Index r = 0; r < model->roles.size(); ++r)
      if (model->roles[r].name == name) return r;
    return step::none;
  }
  step::StepResult answer(step::CaseState& of, const std::string& as, const std::string& person,
                          const std::string& outcome, std::int64_t seconds) {
    const step::Decision& decision = model->procedures[0].decisions[0];
    step::Incoming in;
    in.is = step::Incoming::Is::decision;
    in.index = 0;
    for (step::Index o = 0; o < decision.outcomes.size(); ++o)
      if (decision.outcomes[o].first == outcome) in.outcome = o;
    in.at = in.recorded = step_cases::later(now, seconds);
    in.actor.role = role(as);
    in.actor.person = Value::string(person);
    return stepper.apply(of, in, book);
  }
  std::string where(const step::CaseState& of) const {
    const chart::Chart& chart = model->procedures[0].chart;
    return std::string(chart.name(of.configuration.leaves(chart).front()));
  }
  std::set<std::string> asked(const step::CaseState& of) {
    std::string left;
    std::set<std::string> out;
    for (const auto& seat : stepper.turn(of, 0, of.last_at, book, left))
      out.insert(model->roles[seat.role].name);
    return out;
  }

  Instant now = step_cases::at("2024-03-04T09:00");
  std::shared_ptr<const step::Model> model;
  step::Stepper stepper;
  ledger::MemoryBook book;
  step::CaseState state;
  step::StepResult opened;
};

constexpr int most_answers = 5;

/// Every sequence of answers from here on.
std::size_t walk(Asking& desk, const step::CaseState& state, const Left& whole, const Left& left,
                 const std::vector<std::string>& posts, int depth, const std::string& told) {
  EXPECT_EQ(desk.asked(state), turn(left, posts)) << told;
  std::size_t count = 1;
  if (depth == most_answers) return count;
  for (const std::string& post : posts) {
    for (const std::string outcome : {"approve", "reject", "send_back"}) {
      step::CaseState next = state;
      const std::string so_far = told + " " + outcome + " by " + post + ";";
      const step::StepResult result =
          desk.answer(next, post, "person_of_" + post, outcome, depth + 1);
      Left after = left;
      if (!agree(after, post)) {
        EXPECT_EQ(result.is, Is::refused) << so_far;
        EXPECT_EQ(next.record, state.record) << so_far;
        ++count;
        continue;
      }
      EXPECT_EQ(result.is, Is::applied) << so_far;
      if (outcome == "send_back") after = whole;
      const bool is_over = outcome == "reject" || after.is == Left::Is::done;
      const std::string state_now = outcome == "reject"          ? "refused"
                                    : after.is == Left::Is::done ? "granted"
                                                                 : "asking";
      EXPECT_EQ(desk.where(next), state_now) << so_far;
      if (::testing::Test::HasFailure()) return count;
      if (!is_over) {
        count += walk(desk, next, whole, after, posts, depth + 1, so_far);
      } else {
        ++count;
        step::CaseState late = next;
        EXPECT_EQ(desk.answer(late, post, "x", "approve", 9).is, Is::refused) << so_far;
      }
    }
  }
  return count;
}

TEST(Chain, every_sequence_of_answers_goes_as_the_grammar_says) {
  std::size_t count = 0;
  for (const std::string chain :
       {"a then b", "a and b", "(a or b)", "a then b then c", "a or b then c", "a and b or c",
        "a or b and c", "(a or b) and c", "a and (b then c)", "(a then b) or c", "2 of a, b, c",
        "2 of a, b, c then a", "1 of a, b, c then 2 of a, b", "a then (b or (c and a))",
        "2 of (a then b), c", "2 of (a or b), c", "a then a", "(a and b) then (b or c) then a"}) {
    const Rulebook rules = rules_of(chain);
    Asking desk(rules);
    ASSERT_EQ(desk.opened.is, Is::applied);
    const Left whole = literal(chain);
    count += walk(desk, desk.state, whole, whole, {"a", "b", "c"}, 0, chain + ":");
    ASSERT_FALSE(HasFailure()) << chain;
  }
  EXPECT_GT(count, 20'000U);
}

// ── posts that registers fill ─────────────────────────────────────────────────────────────────

constexpr const char* offices = R"yaml(
types: {Post: a | b | c | d}
registers:
  person: {holds: list of Post}
role a: {of: person, if: "list contains(holds, a)"}
role b: {of: person, if: "list contains(holds, b)"}
role c: {of: person, if: "list contains(holds, c)"}
role d: {of: person, if: "list contains(holds, d)"}
)yaml";

/// Who holds what: a person for each post, by the digits of a number.
std::map<std::string, std::string> holders_of(int number) {
  std::map<std::string, std::string> out;
  for (const std::string post : {"a", "b", "c"}) {
    out[post] = number % 3 == 0 ? "li" : number % 3 == 1 ? "wang" : "zhao";
    number /= 3;
  }
  return out;
}

/// The chain without the posts of those who are asked later in it.
std::string without_earlier(const std::vector<std::string>& posts, const std::string& joint,
                            const std::map<std::string, std::string>& holders) {
  std::string out;
  for (std::size_t i = 0; i < posts.size(); ++i) {
    bool is_later = false;
    for (std::size_t k = i + 1; k < posts.size(); ++k)
      is_later = is_later || holders.at(posts[k]) == holders.at(posts[i]);
    if (!is_later) out += (out.empty() ? "" : joint) + posts[i];
  }
  return out;
}

TEST(Chain, who_appears_twice_is_asked_once_at_the_later_place) {
  for (const std::string joint : {" then ", " and "}) {
    const Rulebook rules = rules_of("a" + joint + "b" + joint + "c", offices);
    for (int number = 0; number < 27; ++number) {
      const auto holders = holders_of(number);
      Registers registers;
      for (const std::string person : {"li", "wang", "zhao"}) {
        std::string held;
        for (const auto& [post, holder] : holders)
          if (holder == person) held += (held.empty() ? "" : ", ") + post;
        RegisterRow row;
        row.member = person;
        row.fields = {{"holds", Value::string("[" + held + "]")}};
        registers.add("person", std::move(row));
      }
      Asking desk(rules, &registers);
      ASSERT_EQ(desk.opened.is, Is::applied);
      Left left = literal(without_earlier({"a", "b", "c"}, joint, holders));
      std::string told = std::to_string(number) + joint;
      // In every order in which somebody may answer, and with everybody trying everywhere.
      for (int answers = 0; left.is != Left::Is::done; ++answers) {
        ASSERT_LT(answers, 4) << told;
        const auto asked = turn(left, {"a", "b", "c"});
        EXPECT_EQ(desk.asked(desk.state), asked) << told;
        for (const std::string post : {"a", "b", "c"}) {
          for (const std::string person : {"li", "wang", "zhao"}) {
            step::CaseState copy = desk.state;
            const bool may = asked.count(post) != 0 && holders.at(post) == person;
            EXPECT_EQ(desk.answer(copy, post, person, "approve", answers + 1).is,
                      may ? Is::applied : Is::refused)
                << told << " " << post << " " << person;
          }
        }
        const std::string post = number % 2 == 0 ? *asked.begin() : *asked.rbegin();
        told += post;
        desk.answer(desk.state, post, holders.at(post), "approve", answers + 1);
        agree(left, post);
      }
      EXPECT_EQ(desk.where(desk.state), "granted") << told;
    }
  }
}

TEST(Chain, a_post_that_nobody_holds_leaves_the_case_as_it_was) {
  for (const auto& [chain, is_open] : std::map<std::string, bool>{{"a then d", false},
                                                                  {"a and d", false},
                                                                  {"(a or d)", true},
                                                                  {"2 of a, b, d", true},
                                                                  {"3 of a, b, d", false},
                                                                  {"d then a", false}}) {
    Registers registers;
    for (const std::string post : {"a", "b", "c"}) {
      RegisterRow row;
      row.member = "person_of_" + post;
      row.fields = {{"holds", Value::string("[" + post + "]")}};
      registers.add("person", std::move(row));
    }
    const Rulebook rules = rules_of(chain, offices);
    Asking desk(rules, &registers);
    EXPECT_EQ(desk.opened.is, is_open ? Is::applied : Is::refused) << chain;
    EXPECT_EQ(desk.state.slots.empty(), !is_open) << chain;
    if (is_open) continue;
    EXPECT_EQ(desk.opened.reasons.front().code, "vacant");
    EXPECT_EQ(desk.opened.reasons.front().help, "nobody holds the post d on 2024-03-04");
  }
}

TEST(Chain, a_host_that_cannot_list_its_people_is_asked_about_whoever_acts) {
  struct Staff : Directory {
    Result<Fact> look_up(std::string_view, std::string_view member, std::string_view,
                         rt::Date) const override {
      return Fact{member == "li" || member == "wang",
                  Value::string(member == "li" ? "[a]" : "[b]")};
    }
  };
  const Staff staff;
  const Rulebook rules = rules_of("a then b", offices);
  Asking desk(rules, &staff);
  ASSERT_EQ(desk.opened.is, Is::applied);
  EXPECT_EQ(desk.answer(desk.state, "a", "wang", "approve", 1).reasons.front().code, "post");
  EXPECT_EQ(desk.answer(desk.state, "a", "mo", "approve", 1).reasons.front().code, "register");
  EXPECT_EQ(desk.answer(desk.state, "b", "wang", "approve", 1).reasons.front().code, "turn");
  EXPECT_EQ(desk.answer(desk.state, "a", "li", "approve", 1).is, Is::applied);
  EXPECT_EQ(desk.answer(desk.state, "b", "wang", "approve", 2).is, Is::applied);
  EXPECT_EQ(desk.where(desk.state), "granted");
}

}  // namespace
}  // namespace aftercare
