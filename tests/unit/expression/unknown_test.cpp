// Questions about inputs that are not known: against hand-made answers, and against trying every
// case of random expressions over small domains.
#include "aftercare/unknown.hpp"

#include <bit>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace aftercare {
namespace {

Type whole(std::int64_t low, std::int64_t high) {
  return Type::number({.minimum = rt::Decimal(low), .maximum = rt::Decimal(high), .scale = 0});
}

Signature names() {
  return {{"warranty", Type::boolean()},
          {"km", Type::number()},
          {"bought", Type::date()},
          {"today", Type::date()},
          {"cause", Type::symbol("Cause", {"quality", "transport", "misuse"}, 7)},
          {"role", Type::string()},
          {"bonus", whole(0, 9).optional()},
          {"seen", Type::instant()},
          {"waited", Type::of(Type::Is::days_duration)},
          {"fee", Type::money(currency_code("CNY"), 2)},
          {"things", Type::list(Type::number())}};
}

OpenAnswer ask(const std::string& text, const Context& known, const OpenLimits& limits = {}) {
  ExpressionOptions options;
  options.zone = Zone::fixed(8 * 3600);
  options.acceptance = Acceptance::strict;
  auto made = compile_open(text, names(), options);
  if (!made) {
    options.acceptance = Acceptance::lenient;
    made = compile_open(text, names(), options);
  }
  EXPECT_TRUE(made) << text;
  if (!made) return {};
  const auto answer = made->ask(known, limits);
  EXPECT_TRUE(answer) << text << ": " << (answer ? "" : answer.error().message);
  return answer ? *answer : OpenAnswer();
}

/// "changes: km warranty; open: role", and the certain value in front.
std::string said(const OpenAnswer& answer) {
  std::string out = answer.certain ? answer.certain->to_text() : std::string("?");
  for (const OpenInput& input : answer.unknown) {
    if (input.influence == Influence::changes) out += ' ' + input.name;
    if (input.influence == Influence::not_proved) out += " (" + input.name + ')';
  }
  return out;
}

TEST(Unknown, what_is_certain_and_what_still_matters) {
  const std::string fee = "if warranty then 0 else if km > 100 then 80 else 50";
  EXPECT_EQ(said(ask(fee, {})), "? warranty km");
  EXPECT_EQ(said(ask(fee, {{"warranty", Value::boolean(true)}})), "0");
  EXPECT_EQ(said(ask(fee, {{"warranty", Value::boolean(false)}})), "? km");
  EXPECT_EQ(said(ask(fee, {{"km", Value::integer(7)}})), "? warranty");
  EXPECT_EQ(said(ask("km > 5 or km <= 5", {})), "true");
  EXPECT_EQ(said(ask("km > 5 and km <= 5", {})), "false");
  EXPECT_EQ(said(ask("cause in (quality, transport) or cause = misuse", {})), "true");
  EXPECT_EQ(said(ask("if bonus = null then -1 else 1", {})), "? bonus");
  EXPECT_EQ(said(ask("role = \"a\" or role = \"b\"", {})), "? role");
  EXPECT_EQ(said(ask("role = \"a\" and role = \"b\"", {})), "false");
  EXPECT_EQ(said(ask("if warranty then role else \"x\"", {})), "? warranty role");
}

TEST(Unknown, breakpoints_are_found_behind_arithmetic) {
  const Value day = Value::date(rt::date_of(2025, 3, 1));
  const OpenAnswer term = ask("bought + duration(\"P1Y\") >= today", {{"today", day}});
  EXPECT_EQ(said(term), "? bought");
  const OpenInput& bought = term.unknown[2];
  ASSERT_TRUE(bought.shown);
  EXPECT_EQ(bought.shown->first.inputs[0].second.to_text(), "2024-02-29");
  EXPECT_EQ(bought.shown->second.inputs[0].second.to_text(), "2024-03-01");
  EXPECT_EQ(said(ask("100 - 2 * km > 0 and 3 * km > 150", {})), "false");
  EXPECT_EQ(said(ask("100 - 2 * km > 0 and 3 * km > 149.99999", {})), "? km");
  EXPECT_EQ(said(ask("max(km, 3) >= 3", {})), "true");
  EXPECT_EQ(said(ask("floor(km / 10) * 10 > 0 and km < 10", {})), "false");
  EXPECT_EQ(said(ask("waited > duration(\"PT24H\") and waited < duration(\"PT24H1S\")", {})),
            "false");  // lengths of whole seconds
  EXPECT_EQ(said(ask("min(bonus, 4)", {{"bonus", Value::integer(2)}})), "2");
  EXPECT_EQ(said(ask("min(km, 4) > 4", {})), "false");
  ASSERT_TRUE(ask("km * 0", {}).certain);
  EXPECT_TRUE(ask("km * 0", {}).certain->equals(Value::integer(0)));
  EXPECT_EQ(said(ask("km * 2", {})), "? km");
}

TEST(Unknown, what_cannot_be_followed_is_not_claimed) {
  EXPECT_EQ(said(ask("modulo(km, 2) = 0 or modulo(km, 2) != 0", {}, {.runs = 2000})).substr(0, 1),
            "?");
  EXPECT_FALSE(ask("string length(role) >= 0", {}).is_proved);
  EXPECT_FALSE(ask("count(things) >= 0", {}).is_proved);
  EXPECT_EQ(said(ask("warranty or count(things) > 3", {{"warranty", Value::boolean(true)}})),
            "true");
  // Two unknown ones against each other, with few values, are tried out.
  EXPECT_EQ(said(ask("bonus != null and modulo(bonus, 10) > 9", {})), "false");
  const OpenAnswer small = ask("bonus * bonus > 80", {});
  EXPECT_EQ(said(small), "? bonus");
  EXPECT_TRUE(small.is_proved);
}

TEST(Unknown, questions_that_are_refused) {
  const auto made = compile_open("km > 3", names());
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->ask({{"miles", Value::integer(3)}}));
  EXPECT_FALSE(made->ask({{"km", Value::string("3")}}));
  EXPECT_FALSE(made->ask({{"km", Value()}}));
  EXPECT_FALSE(compile_open("km >", names()));
}

std::string said(const WaysOut& out) {
  std::string text = out.holds ? "holds" : "";
  for (const auto& way : out.ways) {
    if (!text.empty()) text += " | ";
    std::string facts;
    for (const FactChange& change : way) {
      if (!facts.empty()) facts += ", ";
      facts += change.name + ": " + change.from.to_text() + " -> " + change.to.to_text();
    }
    text += facts;
  }
  return text + (out.is_proved ? "" : " ?");
}

TEST(Unknown, the_smallest_changes_that_would_do) {
  const auto made =
      compile_open("not(warranty) and km > 100 or bonus != null and bonus >= 5", names());
  ASSERT_TRUE(made);
  const Context facts = {
      {"warranty", Value::boolean(true)}, {"km", Value::integer(40)}, {"bonus", Value::integer(2)}};
  EXPECT_EQ(said(made->why_not(facts, Value::boolean(true)).value()),
            "bonus: 2 -> 5 | warranty: true -> false, km: 40 -> 100.000001");
  const std::vector<std::string> fixed = {"bonus"};
  EXPECT_EQ(said(made->why_not(facts, Value::boolean(true), fixed).value()),
            "warranty: true -> false, km: 40 -> 100.000001");
  EXPECT_EQ(said(made->why_not(facts, Value::boolean(false)).value()), "holds");
  EXPECT_FALSE(made->why_not({{"km", Value::integer(40)}}, Value::boolean(true)));
  const std::vector<std::string> wrong = {"miles"};
  EXPECT_FALSE(made->why_not(facts, Value::boolean(true), wrong));
}

// ── against all cases ─────────────────────────────────────────────────────────────────────────

struct Small {
  Signature names = {{"b", Type::boolean()},
                     {"c", Type::boolean()},
                     {"n", whole(0, 6)},
                     {"m", whole(-2, 2)},
                     {"w", Type::symbol("Cause", {"quality", "transport", "misuse"}, 7)},
                     {"q", whole(0, 3).optional()}};
  std::vector<std::vector<Value>> values = make();

  static std::vector<std::vector<Value>> make() {
    std::vector<std::vector<Value>> out(6);
    for (const bool b : {false, true}) {
      out[0].push_back(Value::boolean(b));
      out[1].push_back(Value::boolean(b));
    }
    for (std::int64_t i = 0; i <= 6; ++i) out[2].push_back(Value::integer(i));
    for (std::int64_t i = -2; i <= 2; ++i) out[3].push_back(Value::integer(i));
    for (std::uint32_t i = 0; i < 3; ++i) out[4].push_back(Value::symbol(7, i));
    for (std::int64_t i = 0; i <= 3; ++i) out[5].push_back(Value::integer(i));
    out[5].emplace_back();
    return out;
  }
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }

  std::string number(int depth) {
    switch (below(depth > 0 ? 12 : 4)) {
      case 0:
        return std::to_string(below(9));
      case 1:
        return "n";
      case 2:
        return "m";
      case 3:
        return below(3) == 0 ? "q" : "n";
      case 4:
      case 5:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
      case 6:
        return "(" + number(depth - 1) + " - " + number(depth - 1) + ")";
      case 7:
        return "(" + number(depth - 1) + " * " + number(depth - 1) + ")";
      case 8:
        return (below(2) == 0 ? "min(" : "max(") + number(depth - 1) + ", " + number(depth - 1) +
               ")";
      case 9:
        return "floor(" + number(depth - 1) + " / " + std::to_string(1 + below(3)) + ")";
      case 10:
        return "(if " + truth(depth - 1) + " then " + number(depth - 1) + " else " +
               number(depth - 1) + ")";
      default:
        return below(2) == 0 ? "-" + number(depth - 1) : "abs(" + number(depth - 1) + ")";
    }
  }
  std::string truth(int depth) {
    static const char* const compared[] = {" < ", " <= ", " > ", " >= ", " = ", " != "};
    static const char* const words[] = {"quality", "transport", "misuse"};
    switch (below(depth > 0 ? 11 : 4)) {
      case 0:
        return "b";
      case 1:
        return "c";
      case 2:
        return std::string("w = ") + words[below(3)];
      case 3:
        return "n" + std::string(compared[below(6)]) + std::to_string(below(7));
      case 4:
      case 5:
        return "(" + number(depth - 1) + compared[below(6)] + number(depth - 1) + ")";
      case 6:
        return "(" + truth(depth - 1) + " and " + truth(depth - 1) + ")";
      case 7:
        return "(" + truth(depth - 1) + " or " + truth(depth - 1) + ")";
      case 8:
        return "not(" + truth(depth - 1) + ")";
      case 9:
        return "(" + number(depth - 1) + " in [" + std::to_string(below(3)) + ".." +
               std::to_string(3 + below(3)) + "])";
      default:
        return "(q != null and q" + std::string(compared[below(6)]) + std::to_string(below(4)) +
               ")";
    }
  }

 private:
  std::mt19937_64 engine_;
};

TEST(Unknown, is_what_trying_every_case_gives) {
  const Small small;
  Random random(20'261'122);
  const std::size_t count = small.names.size();
  std::size_t asked = 0, certain = 0, strict = 0;
  const int rounds = std::getenv("AFTERCARE_LONG") != nullptr ? 100'000 : 1'000;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = random.below(2) == 0 ? random.truth(3) : random.number(3);
    ExpressionOptions options;
    options.acceptance = Acceptance::strict;
    auto open = compile_open(text, small.names, options);
    if (open) ++strict;
    if (!open) {
      options.acceptance = Acceptance::lenient;
      open = compile_open(text, small.names, options);
    }
    ASSERT_TRUE(open) << text;
    const auto plain = compile(text, small.names, options);
    ASSERT_TRUE(plain) << text;
    Evaluator evaluator = plain->bind();

    std::vector<std::size_t> unknown;
    std::vector<Value> slots(count);
    Context known;
    for (std::size_t i = 0; i < count; ++i) {
      if (random.below(3) != 0) {
        unknown.push_back(i);
        continue;
      }
      slots[i] = small.values[i][random.below(small.values[i].size())];
      known.emplace_back(small.names[i].first, slots[i]);
    }
    // Every case, in the order of a counter.
    std::vector<Value> results;
    std::vector<std::size_t> steps(unknown.size());
    std::size_t cases = 1;
    for (std::size_t u = unknown.size(); u-- > 0;) {
      steps[u] = cases;
      cases *= small.values[unknown[u]].size();
    }
    for (std::size_t at = 0; at < cases; ++at) {
      for (std::size_t u = 0; u < unknown.size(); ++u) {
        const auto& values = small.values[unknown[u]];
        slots[unknown[u]] = values[at / steps[u] % values.size()];
      }
      results.push_back(evaluator.evaluate(slots).value());
    }
    bool varies = false;
    std::vector<bool> matters(unknown.size());
    for (std::size_t at = 0; at < cases; ++at) {
      varies = varies || !results[at].equals(results[0]);
      for (std::size_t u = 0; u < unknown.size(); ++u) {
        if (at / steps[u] % small.values[unknown[u]].size() == 0) continue;
        matters[u] = matters[u] || !results[at].equals(results[at - steps[u]]);
      }
    }

    const auto answer = open->ask(known);
    ASSERT_TRUE(answer) << text;
    ++asked;
    EXPECT_TRUE(answer->is_proved) << text;
    EXPECT_EQ(answer->certain.has_value(), !varies) << text;
    if (answer->certain && !varies) {
      ++certain;
      EXPECT_TRUE(answer->certain->equals(results[0])) << text;
    }
    ASSERT_EQ(answer->unknown.size(), unknown.size());
    for (std::size_t u = 0; u < unknown.size(); ++u) {
      const OpenInput& input = answer->unknown[u];
      EXPECT_EQ(input.name, small.names[unknown[u]].first);
      EXPECT_EQ(input.influence, matters[u] ? Influence::changes : Influence::none)
          << text << " for " << input.name;
      ASSERT_EQ(input.shown.has_value(), input.influence == Influence::changes);
      if (!input.shown) continue;
      EXPECT_FALSE(input.shown->first.result.equals(input.shown->second.result)) << text;
      for (const OpenCase& one : {input.shown->first, input.shown->second}) {
        // What the case leaves out does not matter to it.
        for (const std::size_t choice : {std::size_t{0}, std::size_t{1}}) {
          for (const std::size_t i : unknown) slots[i] = small.values[i][choice];
          for (const auto& [name, value] : one.inputs) {
            for (std::size_t i = 0; i < count; ++i) {
              if (small.names[i].first == name) slots[i] = value;
            }
          }
          EXPECT_TRUE(evaluator.evaluate(slots).value().equals(one.result))
              << text << " for " << input.name;
        }
      }
    }
    // Why is it not some other result of these? Every set of changes, by trying.
    for (std::size_t i = 0; i < count; ++i) {
      slots[i] = small.values[i][random.below(small.values[i].size())];
    }
    const Value now = evaluator.evaluate(slots).value();
    const Value wanted = results[random.below(results.size())];
    Context facts;
    for (std::size_t i = 0; i < count; ++i) facts.emplace_back(small.names[i].first, slots[i]);
    const auto out = open->why_not(facts, wanted);
    ASSERT_TRUE(out) << text;
    EXPECT_TRUE(out->is_proved) << text;
    EXPECT_EQ(out->holds, now.equals(wanted)) << text;
    if (out->holds) continue;
    std::vector<bool> does(std::size_t{1} << count);  // by the set of changed inputs
    std::vector<Value> moved(count);
    const std::function<void(std::size_t, std::size_t)> try_all = [&](std::size_t i,
                                                                      std::size_t set) {
      if (i == count) {
        if (!does[set]) does[set] = evaluator.evaluate(moved).value().equals(wanted);
        return;
      }
      for (const Value& value : small.values[i]) {
        moved[i] = value;
        try_all(i + 1, set | (value.equals(slots[i]) ? 0 : std::size_t{1} << i));
      }
    };
    try_all(0, 0);
    std::size_t smallest = 0;
    for (std::size_t set = 1; set < does.size(); ++set) {
      bool is_smallest = does[set];
      for (std::size_t part = 0; part < set; ++part) {
        if ((part & set) == part && does[part]) is_smallest = false;
      }
      smallest += is_smallest ? 1 : 0;
    }
    EXPECT_EQ(out->ways.size(), smallest) << text;
    for (const auto& way : out->ways) {
      std::vector<Value> changed = slots;
      std::size_t set = 0;
      for (const FactChange& change : way) {
        for (std::size_t i = 0; i < count; ++i) {
          if (small.names[i].first != change.name) continue;
          EXPECT_TRUE(change.from.equals(slots[i]));
          changed[i] = change.to;
          set |= std::size_t{1} << i;
        }
      }
      EXPECT_TRUE(evaluator.evaluate(changed).value().equals(wanted)) << text;
      for (std::size_t part = 0; part < set; ++part) {
        EXPECT_FALSE((part & set) == part && does[part]) << text;
      }
      if (way.size() != 1 || !way[0].from.is(Kind::number) || !way[0].to.is(Kind::number)) continue;
      // Nothing nearer does it.
      const auto i = static_cast<std::size_t>(std::countr_zero(set));
      const auto distance = [&](const Value& v) {
        return std::abs(v.as_number().to_int64().value() - slots[i].as_number().to_int64().value());
      };
      for (const Value& value : small.values[i]) {
        if (value.is_null() || distance(value) >= distance(way[0].to)) continue;
        changed[i] = value;
        EXPECT_FALSE(evaluator.evaluate(changed).value().equals(wanted)) << text;
      }
    }
    if (::testing::Test::HasFailure()) break;
  }
  EXPECT_GT(certain, asked / 20);
  EXPECT_GT(strict, asked / 5);
}

}  // namespace
}  // namespace aftercare
