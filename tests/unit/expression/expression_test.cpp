#include "aftercare/expression.hpp"

#include <atomic>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace aftercare {
namespace {

/// What an expression without names gives, with the faults that were told.
std::string result(std::string_view text, const Signature& names = {}, const Context& inputs = {},
                   const Surroundings& surroundings = {}) {
  const auto expression = compile(text, names);
  if (!expression) return std::string(expression.diagnostics().at(0).code);
  std::vector<Value> slots;
  for (const auto& [name, type] : names) {
    Value value;
    for (const auto& [given, v] : inputs) {
      if (given == name) value = v;
    }
    slots.push_back(std::move(value));
  }
  Evaluator evaluator = expression->bind(surroundings);
  const auto value = evaluator.evaluate(slots);
  if (!value) {
    return value.error().code == ErrorCode::limit ? "limit" : value.error().message;
  }
  std::string out = value->to_text();
  for (const Fault& fault : evaluator.faults()) out += " !" + std::string(fault.name);
  return out;
}

TEST(Expression, AnInWithinATestHasAValueUnderTestOfItsOwn) {
  EXPECT_EQ(result("string(3) in (\"a\", string(4 in (? > 3)))"), "false");
  EXPECT_EQ(result("\"true\" in (\"a\", string(4 in (? > 3)))"), "true");
  EXPECT_EQ(result("5 in ((? in (1..9)) and ? > 4)"), "true");
  // A test that reads `?` and is no condition is a value.
  EXPECT_EQ(result("5 in (1, if ? > 4 then ? else 0)"), "true");
  EXPECT_EQ(result("false in (? = true)"), "false");
}

TEST(Expression, ANameThatIsANumberIsAnIndexOfAnEmptyListToo) {
  const Signature names = {{"list", Type::any()}, {"n", Type::any()}};
  const Context index = {{"list", Value::list({})}, {"n", Value::integer(1)}};
  const Context condition = {{"list", Value::list({})}, {"n", Value::boolean(true)}};
  EXPECT_EQ(result("list[n]", names, index).substr(0, 4), "null");
  EXPECT_EQ(result("list[n]", names, condition), "[]");
  // What a condition would say of an element that is not there is not told.
  EXPECT_EQ(result("list[part.cost]", names, condition), "[]");
  EXPECT_EQ(result("list[n + 0]", names, index).substr(0, 4), "null");
}

TEST(Expression, AFaultSaysWhatItIsInBothLanguages) {
  const Expression divided = compile("1 / 0", {}).value();
  Evaluator evaluator = divided.bind();
  const auto value = evaluator.evaluate(std::span<const Value>());
  EXPECT_TRUE(value.value().is_null());
  const std::vector<Fault> faults = evaluator.faults();
  ASSERT_EQ(faults.size(), 1U);
  const Fault& fault = faults.front();
  EXPECT_EQ(fault.name, "division_by_zero");
  EXPECT_EQ(message(fault, Language::english), "/ divides by zero");
  EXPECT_NE(message(fault, Language::chinese), message(fault, Language::english));
}

/// A pack keeps its zone: where the machine that runs it is does not move its days.
TEST(Expression, TheZoneItWasCompiledWithStands) {
  const Signature names = {{"x", Type::instant()}};
  const Zone shanghai = Zone::fixed(8 * 3600);
  const Value late = Value::instant(parse_instant("2026-02-13T17:00:00Z").value());
  Surroundings elsewhere;
  elsewhere.zone = Zone::fixed(-5 * 3600);
  for (const char* text : {"date(x)", "[date(x)][1]", "{on: date(x)}.on"}) {
    for (const Acceptance level : {Acceptance::lenient, Acceptance::strict}) {
      const auto expression =
          compile(text, names, {.acceptance = level, .units = true, .zone = shanghai});
      ASSERT_TRUE(expression) << text;
      const auto on = expression->bind(elsewhere).evaluate(std::vector<Value>{late});
      ASSERT_TRUE(on) << text;
      EXPECT_EQ(on->to_text(), "2026-02-14") << text;
    }
  }
}

TEST(Expression, example_of_the_header) {
  auto days = compile("if vip then 3 else 7", {{"vip", Type::boolean()}});
  ASSERT_TRUE(days);
  EXPECT_EQ(days->evaluate({{"vip", Value::boolean(true)}}).value().to_text(), "3");
  EXPECT_EQ(days->evaluate(Context{}).value().to_text(), "7");
  ASSERT_EQ(days->reads().size(), 1U);
  EXPECT_EQ(days->reads()[0], "vip");
}

TEST(Expression, computes_exactly) {
  EXPECT_EQ(result("0.1 + 0.2 = 0.3"), "true");
  EXPECT_EQ(result("-3 ** 2"), "9");
  EXPECT_EQ(result("3 ** 4 ** 5"), "3486784401");
  EXPECT_EQ(result("1 / 0"), "null !division_by_zero");
  EXPECT_EQ(result("1 + \"a\""), "null !type_mismatch");
  EXPECT_EQ(result("\"a\" + \"b\""), "\"ab\"");
  EXPECT_EQ(result("@\"2024-01-31\" + @\"P1M\""), "2024-02-29");
}

TEST(Expression, follows_three_valued_logic) {
  EXPECT_EQ(result("false and 1/0"), "false");
  EXPECT_EQ(result("true and null"), "null");
  EXPECT_EQ(result("null and false"), "false");
  EXPECT_EQ(result("true or \"x\""), "true");
  EXPECT_EQ(result("if null then 1 else 2"), "2");
  EXPECT_EQ(result("not(null)"), "null");
}

TEST(Expression, filters_by_condition_and_by_index) {
  EXPECT_EQ(result("[1,2,3][2]"), "2");
  EXPECT_EQ(result("[1,2,3][-1]"), "3");
  EXPECT_EQ(result("[1,2,3][item > 1]"), "[2, 3]");
  EXPECT_EQ(result("[{a: 1, b: 2}, {a: 3}][a = 3]"), "[{a: 3}]");
  EXPECT_EQ(result("[{item: 1}, {item: 2}][item = 2]"), "[{item: 2}]");
  EXPECT_EQ(result("[{a: 1}][x = 1]", {{"x", Type::number()}}, {{"x", Value::integer(1)}}),
            "[{a: 1}]");
  EXPECT_EQ(result("[10,20,30][i]", {{"i", Type::number()}}, {{"i", Value::integer(3)}}), "30");
  EXPECT_EQ(result("100[1]"), "100");
  EXPECT_EQ(result("true[false]"), "[]");
  EXPECT_EQ(result("[{x:1},{y:2}].y"), "[null, 2]");
  EXPECT_EQ(result("[{a: [1, 2, 3]}, {a: [5]}][count(a[item > 1]) = 2].a"), "[[1, 2, 3]]");
}

TEST(Expression, iterates) {
  EXPECT_EQ(result("for x in [1,2], y in 3..4 return x * y"), "[3, 4, 6, 8]");
  EXPECT_EQ(result("for x in 3..1 return x"), "[3, 2, 1]");
  EXPECT_EQ(result("for i in 0..4 return if i = 0 then 1 else i * partial[-1]"),
            "[1, 1, 2, 6, 24]");
  EXPECT_EQ(result("for d in @\"2024-02-28\"..@\"2024-03-01\" return d.day"), "[28, 29, 1]");
  EXPECT_EQ(result("some x in [1,2,3] satisfies x > 2"), "true");
  EXPECT_EQ(result("every x in [1,2,3] satisfies x > 2"), "false");
  EXPECT_EQ(result("every x in [] satisfies x"), "true");
  EXPECT_EQ(result("for x in (1..4) return x"), "[2, 3]");
}

TEST(Expression, calls_functions) {
  EXPECT_EQ(result("{f: function(a, b) a - b, r: f(b: 1, a: 5)}.r"), "4");
  EXPECT_EQ(result("{fac: function(n) if n <= 1 then 1 else n * fac(n - 1), r: fac(20)}.r"),
            "2432902008176640000");
  EXPECT_EQ(result("sort([3,1,2], function(x, y) x > y)"), "[3, 2, 1]");
  EXPECT_EQ(result("{k: 10, add: function(x) x + k, r: for i in 1..3 return add(i)}.r"),
            "[11, 12, 13]");
  EXPECT_EQ(result("{make: function(n) function(x) x + n, r: make(3)(4)}.r"), "7");
  EXPECT_EQ(result("(function(x: number) x)(\"a\")"), "null !type_mismatch");
  EXPECT_EQ(result("(function(x: string) x)([\"a\"])"), "\"a\"");
  EXPECT_EQ(result("substring(string: \"foobar\", start position: 3)"), "\"obar\"");
  EXPECT_EQ(result("substring(text: \"foobar\", start position: 3)"), "null !wrong_arguments");
  EXPECT_EQ(result("123()"), "null !type_mismatch");
  EXPECT_EQ(result("nobody(1)"), "null !unknown_name !type_mismatch");
}

TEST(Expression, keeps_a_function_value_alive) {
  Value function;
  {
    const auto made = compile("function(x) x + step", {{"step", Type::number()}});
    ASSERT_TRUE(made);
    function = made->evaluate({{"step", Value::integer(5)}}).value();
  }
  const auto use = compile("f(2)", {{"f", Type::any()}});
  ASSERT_TRUE(use);
  EXPECT_EQ(use->evaluate({{"f", function}}).value().to_text(), "7");
}

TEST(Expression, has_no_hidden_clock) {
  EXPECT_EQ(result("today()"), "null !needs_now");
  Surroundings at;
  at.now = rt::Instant{0};
  EXPECT_EQ(result("today()", {}, {}, at), "1970-01-01");
}

TEST(Expression, stops_within_its_budget) {
  EXPECT_EQ(result("count(for x in 1..10**12 return x)"), "limit");
  EXPECT_EQ(result("{f: function(n) f(n + 1), r: f(0)}.r"), "limit");
  EXPECT_EQ(result("every x in 1..10**12 satisfies x > 0"), "limit");
  EXPECT_EQ(result("for x in 1..100000, y in 1..100000 return x"), "limit");
  EXPECT_EQ(result("10 ** 10000"), "null !overflow");
  EXPECT_EQ(result("{d: for i in 1..2000 return [partial], r: count(d)}.r").substr(0, 4), "2000");
}

TEST(Expression, iterates_over_whole_numbers_and_dates_only) {
  EXPECT_EQ(result("for x in 1.5..3 return x"), "null !out_of_range");
  EXPECT_EQ(result("for x in 1..2.5 return x"), "null !out_of_range");
  EXPECT_EQ(result("some x in 0.5..3 satisfies x > 1"), "null !out_of_range");
  EXPECT_EQ(result("for x in [1.5..3] return x"), "null !out_of_range");
  EXPECT_EQ(result("for x in 1.0..3.00 return x"), "[1, 2, 3]");
  EXPECT_EQ(result("for x in 10**20..10**20 + 2 return x - 10**20"), "[0, 1, 2]");
  EXPECT_EQ(result("for x in 10**20 + 2..10**20 return x - 10**20"), "[2, 1, 0]");
  EXPECT_EQ(result("for x in (10**20..10**20 + 3) return x - 10**20"), "[1, 2]");
  EXPECT_EQ(result("for x in @\"2024-02-28\"..@\"2024-03-01\" return day of week(x)").substr(0, 1),
            "[");
  EXPECT_EQ(result("for x in \"a\"..\"c\" return x"), "null !type_mismatch");
}

TEST(Expression, takes_exponents_of_nine_digits) {
  EXPECT_EQ(result("1 ** 999999999"), "1");
  EXPECT_EQ(result("1 ** -999999999"), "1");
  EXPECT_EQ(result("1 ** 1000000000"), "null !out_of_range");
  EXPECT_EQ(result("1 ** -1000000000"), "null !out_of_range");
  EXPECT_EQ(result("1 ** 999999999.5"), "null !out_of_range");
}

TEST(Expression, knows_a_name_by_its_tokens) {
  const auto with = [](const std::string& name, const std::string& text) {
    return result(text, {{name, Type::number()}}, {{name, Value::integer(7)}});
  };
  for (const char* name : {"a+b", "a + b", "a +b", "a-b", "a / b", "a*b", "a.b", "a'b"}) {
    const std::string symbol(1, std::string(name).find_first_of("+-/*.'") == std::string::npos
                                    ? '?'
                                    : name[std::string(name).find_first_of("+-/*.'")]);
    for (const std::string& written :
         {"a" + symbol + "b", "a " + symbol + " b", "a" + symbol + " b", "a\n" + symbol + "  b"}) {
      EXPECT_EQ(with(name, written), "7") << name << " as " << written;
    }
  }
  EXPECT_EQ(with("单价 - 成本", "单价-成本 + 1"), "8");
  EXPECT_EQ(with("单价-成本", "(单价 - 成本) * 2"), "14");
  // Words are tokens of their own, and a longer word is another one.
  EXPECT_EQ(with("Phone Number", "Phone   Number"), "7");
  EXPECT_EQ(result("{a-b: 7, r: a - b}.r"), "7");
  EXPECT_EQ(result("{a: 5, b: 2, a - b: 9, r: [a-b, (a)-(b)]}.r"), "[9, 3]");
  EXPECT_EQ(result("{a: 5, bc: 2, a-b: 9, r: a - bc}.r"), "3");
  EXPECT_EQ(result("{m: {a-b: 7}, r: m.a - b}.r"), "7");
  EXPECT_EQ(result("for a-b in [1, 2] return a - b * 2"), "[2, 4]");
  EXPECT_EQ(result("{f: function(a+b) a + b, r: f(3)}.r"), "3");
  EXPECT_EQ(result("[{a-b: 1}, {a-b: 2}][a - b > 1]"), "[{\"a-b\": 2}]");
}

TEST(Expression, says_what_it_does) {
  const auto sum = compile("a + 1", {{"a", Type::number()}});
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->disassemble(),
            "r0: 3 objects, 0 scalars, 0 iterators\n"
            "   0  load                 o1, in0<a>\n"
            "   1  constant             o2, 1\n"
            "   2  add                  o0, o1, o2\n"
            "   3  give                 o0\n");
}

}  // namespace
}  // namespace aftercare
