// Guards as rules have them: conditions without jumps, numbers of any size, no memory. What each
// gives is compared with plain FEEL, on object registers.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/batch.hpp"
#include "aftercare/expression.hpp"

#include "feel/compile.hpp"
#include "vm/machine.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}

// The sanitizer has its own, which see more; there nothing is counted.
#ifndef __SANITIZE_ADDRESS__
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace aftercare {
namespace {

Type whole(std::int64_t low, std::int64_t high, int scale = 0) {
  return Type::number({.minimum = rt::Decimal(low), .maximum = rt::Decimal(high), .scale = scale});
}

const Signature& names() {
  static const Signature all = {{"n", whole(0, 1'000'000'000)},
                                {"m", whole(-50, 50, 2)},
                                {"p", Type::number()},
                                {"q", Type::number()},
                                {"maybe", whole(0, 9).optional()},
                                {"role", Type::string()},
                                {"urgent", Type::boolean()},
                                {"grade", Type::symbol("Grade", {"low", "middle", "high"}, 7)},
                                {"day", Type::date()},
                                {"waited", Type::of(Type::Is::days_duration)},
                                {"fee", Type::money(currency_code("CNY"), 2)}};
  return all;
}

Expression strict(const std::string& text) {
  auto made = compile(text, names(), {.acceptance = Acceptance::strict, .units = true});
  EXPECT_TRUE(made) << text << "\n" << render(made.diagnostics(), made.sources());
  return *std::move(made);
}

/// The same text on object registers alone.
Result<Value> plainly(const std::string& text, std::span<const Value> slots) {
  feel::Scope scope(&feel::builtin_scope());
  for (std::uint32_t i = 0; i < names().size(); ++i) {
    scope.add_slot(names()[i].first, names()[i].second, i);
    if (names()[i].second.is() == Type::Is::symbol) scope.add_words(names()[i].second);
  }
  feel::CompileOptions options;
  options.level = feel::Level::strict;
  options.dialect.units = true;
  options.scalars = false;
  const feel::Outcome made = feel::compile(text, scope, options);
  EXPECT_TRUE(made.compiled) << text;
  return vm::Machine().run(*made.compiled->program, slots);
}

Value number(const char* text) { return Value::number(text).value(); }

std::vector<Value> slots() {
  return {number("4"),
          number("2.50"),
          number("7.25"),
          number("3"),
          Value(),
          Value::string("clerk"),
          Value::boolean(false),
          Value::symbol(7, 1),
          Value::date({19'782}),
          Value::days_duration({86'400, 0}),
          Value::money(1250, currency_code("CNY"), 2)};
}

std::size_t jumps(const Expression& expression) {
  const std::string listing = expression.disassemble();
  std::size_t count = 0;
  for (std::size_t at = listing.find(" jump"); at != std::string::npos;
       at = listing.find(" jump", at + 1))
    ++count;
  return count;
}

TEST(GuardPrograms, ConditionsOfWhatIsAlwaysThereTakeNoJumps) {
  const std::vector<std::string> texts = {
      "n < 5 and role = \"clerk\" or n >= 5 and role = \"manager\"",
      "not(urgent) and not(n = 4)",
      "urgent or m > 2.5 or m < -2.5",
      "grade = middle and waited > 24h or grade != middle and waited <= 1h",
      "grade in (low, high)",
      "n in (1, 4, [7..9]) and m between -1 and 1",
      "role in (\"clerk\", \"manager\") and role != \"\"",
      "n * 2 > 7 and n - 1 < m",
      "if n = 1 then 50 else if n = 2 then 100 else 50 * n",
      "if m > 2 then -1 else if m > 1 then m else 0",
      "if urgent then 0.5 else if grade = high then 1 else 2.25",
      "if urgent then \"now\" else if n > 3 then \"soon\" else \"later\"",
      "if n > 3 then fee else 0 CNY",
      "if n > 3 then waited else 2h",
      "if urgent then grade else low",
      "if urgent then day else @\"2024-02-29\"",
      "(if urgent then n else 7) + (if m >= 0 then 1 else 0)",
      "if m <= 0 and (urgent or n > 5) then m else -m"};
  for (const std::string& text : texts) {
    const Expression expression = strict(text);
    EXPECT_EQ(jumps(expression), 0U) << text << "\n" << expression.disassemble();
    Evaluator evaluator = expression.bind();
    auto batch = Batch::of(expression);
    ASSERT_TRUE(batch) << text;
    for (const char* n : {"0", "1", "2", "3", "4", "5", "9", "1000000000"}) {
      for (const char* m : {"-50", "-2.51", "-2.5", "0", "0.01", "1", "1.01", "2.50", "50"}) {
        for (const char* role : {"clerk", "manager", ""}) {
          std::vector<Value> in = slots();
          in[0] = number(n);
          in[1] = number(m);
          in[5] = Value::string(role);
          in[6] = Value::boolean(n[0] == '4');
          in[7] = Value::symbol(7, static_cast<std::uint32_t>(n[0] % 3));
          in[9] = Value::days_duration({m[0] == '-' ? 3600 : 86'401, 0});
          const Value expected = plainly(text, in).value();
          const Value actual = evaluator.evaluate(in).value();
          ASSERT_TRUE(actual.equals(expected))
              << text << " for n = " << n << ", m = " << m << ", role = " << role << ": "
              << actual.to_text() << ", not " << expected.to_text();
        }
      }
    }
  }
}

TEST(GuardPrograms, WhatMayBeMissingOrFailIsReadOnlyWhereItIsAskedFor) {
  // An optional name, a sum that fits only where the condition says so, a date beyond the calendar.
  const auto given = [](const std::string& text, std::size_t slot, const Value& value) {
    std::vector<Value> in = slots();
    in[slot] = value;
    const auto result = strict(text).evaluate(in);
    return result ? result->to_text() : "refused";
  };
  EXPECT_EQ(given("maybe != null and maybe > 3", 4, Value()), "false");
  EXPECT_EQ(given("if maybe = null then -1 else maybe", 4, Value()), "-1");
  EXPECT_EQ(given("if day > @\"9999-12-31\" then @\"2000-01-01\" else day + 1y", 8,
                  Value::date(rt::max_date)),
            "2000-01-01");
  EXPECT_EQ(given("if n < 9 then n * 1000000000 * 1000000000 else 0", 0, number("1000000000")),
            "0");
  EXPECT_EQ(given("if n < 9 then n * 1000000000 * 1000000000 else 0", 0, number("8")),
            "8000000000000000000");
}

TEST(GuardPrograms, AnInputBeyondItsTypeIsAnErrorWhereverItStands) {
  const auto error = [](const std::string& text, std::size_t slot, const Value& value) {
    std::vector<Value> in = slots();
    in[slot] = value;
    const auto result = strict(text).evaluate(in);
    return !result && result.error().code == ErrorCode::invalid_argument;
  };
  const std::string text = "n < 5 and role = \"clerk\" and m > 1";
  EXPECT_TRUE(error(text, 0, number("4.5")));
  EXPECT_TRUE(error(text, 0, number("1e40")));
  EXPECT_TRUE(error(text, 0, Value()));
  EXPECT_TRUE(error(text, 1, number("2.505")));
  EXPECT_TRUE(error(text, 5, Value::integer(1)));
  EXPECT_TRUE(error("m * 1000000000000 > n", 1, number("100000000000000000")));
}

TEST(GuardPrograms, NumbersWithoutFacetsAreWordsUntilTheyAreWide) {
  const std::vector<std::string> texts = {
      "if p = 1 then 50 else if p = 2 then 100 else 50 * p",
      "decimal(0.30 * (p - q), 2)",
      "p * q",
      "p * q > 100 and p > q",
      "if p * q > 5 then p * 7 else -q",
      "floor(p * 1000) + ceiling(q * 1000)",
      "p * 1000000 * 1000000",
  };
  const std::vector<const char*> values = {"0",
                                           "1",
                                           "-1",
                                           "2.5",
                                           "-0.000001",
                                           "0.000005",
                                           "999999.999999",
                                           "-3037000499.97605",
                                           "123456789012",
                                           "-999999999999.999999",
                                           "12.50"};
  for (const std::string& text : texts) {
    const Expression expression = strict(text);
    EXPECT_NE(expression.disassemble().find("where a number is too wide"), std::string::npos)
        << text << "\n"
        << expression.disassemble();
    EXPECT_FALSE(Batch::of(expression)) << text;
    Evaluator evaluator = expression.bind();
    for (const char* p : values) {
      for (const char* q : values) {
        std::vector<Value> in = slots();
        in[2] = number(p);
        in[3] = number(q);
        const Value expected = plainly(text, in).value();
        ASSERT_TRUE(evaluator.evaluate(in).value().equals(expected))
            << text << ' ' << p << ' ' << q;
        ASSERT_TRUE(expression.evaluate(in).value().equals(expected))
            << text << ' ' << p << ' ' << q;
        EXPECT_TRUE(evaluator.faults().empty());
      }
    }
  }
}

TEST(GuardPrograms, AnEvaluationOfScalarsTakesNoMemory) {
  for (const std::string text :
       {"n < 5 and role = \"clerk\" or n >= 5 and role = \"manager\"", "day <= day + 1y",
        "if n = 1 then 50 else 50 * n", "decimal(0.30 * (p - q), 2)", "ceiling(n / 10)",
        "if maybe != null and maybe > 3 then fee * 2 else fee", "waited > 24h",
        "if urgent then \"now\" else \"later\""}) {
    Evaluator evaluator = strict(text).bind();
    const std::vector<Value> in = slots();
    ASSERT_TRUE(evaluator.evaluate(in));
    const std::size_t before = allocations;
    for (int n = 0; n < 100; ++n) static_cast<void>(evaluator.evaluate(in));
    EXPECT_EQ(allocations - before, 0U) << text;
  }
}

TEST(GuardPrograms, ColumnsTakeNoMemoryForARowOrABlock) {
  auto batch = Batch::of(strict("if n > 3 and role = \"clerk\" then decimal(m / 10, 2) else 0"));
  ASSERT_TRUE(batch);
  const std::vector<std::string> texts = {"clerk", "manager"};
  const auto spent = [&](std::size_t rows) {
    const std::vector<std::int64_t> words(rows, 1);
    std::vector<Column> columns(names().size(), Column{.words = words});
    columns[1].scale = 2;
    columns[5].texts = texts;
    std::vector<std::int64_t> results(rows);
    EXPECT_TRUE(batch->evaluate(columns, results));
    const std::size_t before = allocations;
    EXPECT_TRUE(batch->evaluate(columns, results));
    return allocations - before;
  };
  EXPECT_EQ(spent(100'000), spent(1));
}

}  // namespace
}  // namespace aftercare
