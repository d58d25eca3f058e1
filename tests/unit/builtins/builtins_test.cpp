// The table of built-ins, choosing signatures, and the bodies where examples do not reach.
#include "builtins/builtins.hpp"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "builtins/pattern.hpp"
#include "unit/builtins/support.hpp"

namespace aftercare::builtins {
namespace {

const Value yes = Value::boolean(true);
const Value no = Value::boolean(false);

TEST(Builtins, TheTableIsSound) {
  std::set<std::string_view> names;
  for (const Function& f : functions()) {
    EXPECT_TRUE(names.insert(f.name).second) << f.name << " stands in two places";
    EXPECT_EQ(find(f.name), &f - functions().data());
  }
  for (const Signature& s : signatures()) {
    EXPECT_TRUE(Pattern::parse(s.result)) << s.name << ": " << s.result;
    std::set<std::string_view> parameters;
    bool optional_seen = false;
    for (const Parameter& p : s.parameters) {
      EXPECT_TRUE(Pattern::parse(p.type)) << s.name << ": " << p.type;
      EXPECT_TRUE(parameters.insert(p.name).second) << s.name << ": " << p.name;
      EXPECT_TRUE(p.is_optional || !optional_seen) << s.name;
      optional_seen = optional_seen || p.is_optional;
      EXPECT_TRUE(!p.is_variadic || &p == &s.parameters.back()) << s.name;
    }
    EXPECT_FALSE(s.english.empty() || s.chinese.empty()) << s.name;
    EXPECT_EQ(s.example.empty(), s.example_result.empty()) << s.name;
    EXPECT_EQ(s.since.empty(), s.origin == Origin::extension) << s.name;
  }
  EXPECT_EQ(find("no such function"), std::nullopt);
}

TEST(Builtins, TheDocumentationIsUpToDate) {
  const char* source = std::getenv("AFTERCARE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "AFTERCARE_SOURCE is not set";
  const std::string path = std::string(source) + "/docs/builtins.md";
  if (std::getenv("AFTERCARE_UPDATE") != nullptr) std::ofstream(path) << documentation();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), documentation()) << "run this test with AFTERCARE_UPDATE=1";
}

TEST(Builtins, ArgumentsAreCheckedAndConverted) {
  EXPECT_EQ(run("abs", {}), "null: wrong_arguments");
  EXPECT_EQ(run("abs", {n("1"), n("1")}), "null: wrong_arguments");
  EXPECT_EQ(run("abs", {s("-1")}), "null: wrong_arguments");
  EXPECT_EQ(run("abs", {Value()}), "null: wrong_arguments");
  EXPECT_EQ(run("abs", {list({n("-1")})}), "1");
  EXPECT_EQ(run("abs", {list({n("-1"), n("2")})}), "null: wrong_arguments");
  EXPECT_EQ(run("list contains", {n("1"), n("1")}), "true");
  EXPECT_EQ(run("concatenate", {n("1"), list({n("2")})}), "[1, 2]");
  EXPECT_EQ(run("string join", {s("a"), s("X")}), "\"a\"");
  EXPECT_EQ(run("date", {list({})}), "null: wrong_arguments");
}

TEST(Builtins, ArgumentsByName) {
  const std::string_view swapped[] = {"decimal separator", "from", "grouping separator"};
  const auto call = place_named(*find("number"), swapped);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->places, (std::vector<std::size_t>{1, 2, 0}));
  const std::string_view wrong[] = {"from", "separator"};
  EXPECT_FALSE(place_named(*find("number"), wrong));
  const std::string_view keys[] = {"context", "keys", "value"};
  const std::string_view key[] = {"context", "key", "value"};
  const Value path = list({s("y"), s("a")});
  const Value arguments[] = {Value::context({{"y", Value::context({})}}), path, n("2")};
  TestContext context;
  EXPECT_EQ(call_signature(context, place_named(*find("context put"), keys)->signature, arguments)
                .to_text(),
            "{y: {a: 2}}");
  EXPECT_TRUE(call_signature(context, place_named(*find("context put"), key)->signature, arguments)
                  .is_null());
  EXPECT_EQ(context.fault(), "wrong_arguments");
}

TEST(Builtins, TypesOfCalls) {
  const auto result = [](std::string_view name, std::vector<Type> arguments) {
    const auto i = infer(*find(name), arguments);
    if (!i) return std::string("none");
    std::string out = i->result.to_text();
    if ((i->causes & cause::type) != 0) out += ", type";
    if ((i->causes & cause::mixed) != 0) out += ", mixed";
    if ((i->causes & cause::unreadable) != 0) out += ", unreadable";
    if ((i->causes & cause::domain) != 0) out += ", domain";
    if ((i->causes & cause::empty) != 0) out += ", empty";
    if ((i->causes & cause::inexact) != 0) out += ", inexact";
    return out;
  };
  EXPECT_EQ(result("count", {Type::list(Type::date())}), "number");
  EXPECT_EQ(result("count", {Type::list(Type::date()).optional()}), "number, type");
  EXPECT_EQ(result("reverse", {Type::list(Type::date().optional())}), "list of optional date");
  EXPECT_EQ(result("max", {Type::number(), Type::number()}), "number");
  EXPECT_EQ(result("max", {Type::list(Type::number())}), "number, empty");
  EXPECT_EQ(result("max", {Type::of(Type::Is::time), Type::of(Type::Is::time)}), "time, mixed");
  const Type yuan = Type::money(currency_code("CNY"), 2);
  EXPECT_EQ(result("sum", {yuan, yuan}), "money");
  EXPECT_EQ(result("sum", {yuan, Type::money(currency_code("USD"), 2)}), "none");
  EXPECT_EQ(result("mean", {yuan, yuan}), "money, inexact");
  EXPECT_EQ(result("mean", {Type::number(), Type::number()}), "number");
  EXPECT_EQ(result("date", {Type::string()}), "date, unreadable");
  EXPECT_EQ(result("date", {Type::of(Type::Is::date_time)}), "date");
  EXPECT_EQ(result("max", {Type::number(), Type::date()}), "none");
  EXPECT_EQ(result("max", {Type::list(Type::symbol("S", {"a"}, 1))}), "none");
  EXPECT_EQ(result("get or else", {Type::date().optional(), Type::date()}), "date");
  EXPECT_EQ(result("abs", {Type::of(Type::Is::days_duration)}), "days and time duration");
  EXPECT_EQ(result("append", {Type::list(Type::number()), Type::number().optional()}),
            "list of optional number");
  EXPECT_EQ(result("append", {Type::list(Type::number()), Type::string()}), "list of any");
  EXPECT_EQ(result("string length", {Type::number()}), "none");
  EXPECT_EQ(result("string length", {Type::any()}), "number, type");
  EXPECT_EQ(result("sqrt", {Type::number()}), "number, domain");
  EXPECT_EQ(result("date", {Type::instant()}), "date");
  EXPECT_EQ(result("rank", {Type::symbol("S", {"a"}, 1)}), "number");
  const Type wrong[] = {Type::string(), Type::date()};
  EXPECT_EQ(offending_argument(*find("contains"), wrong), 1U);
  const Type few[] = {Type::string()};
  EXPECT_EQ(offending_argument(*find("contains"), few), left_out);
}

TEST(Builtins, FunctionsAreValues) {
  const Value f = function_value(*find("abs"));
  EXPECT_EQ(as_builtin(f), find("abs"));
  EXPECT_EQ(as_builtin(n("1")), std::nullopt);
  EXPECT_EQ(value::callable(f).arity(), 1U);
}

TEST(Builtins, Texts) {
  EXPECT_EQ(run("substring", {s("维修工单🐎"), n("-1")}), "\"🐎\"");
  EXPECT_EQ(run("substring", {s("维修工单"), n("2"), n("2")}), "\"修工\"");
  EXPECT_EQ(run("substring", {s("foobar"), n("3"), n("3.8")}), "\"oba\"");
  EXPECT_EQ(run("substring", {s("foobar"), n("0")}), "null: out_of_range");
  EXPECT_EQ(run("substring", {s("foobar"), n("5"), n("100")}), "\"ar\"");
  EXPECT_EQ(run("upper case", {s("straße ä")}), "\"STRASSE Ä\"");
  EXPECT_EQ(run("lower case", {s("ΑΣ")}), "\"ας\"");
  EXPECT_EQ(run("substring before", {s("abc"), s("")}), "\"\"");
  EXPECT_EQ(run("substring after", {s("abc"), s("")}), "\"abc\"");
  EXPECT_EQ(run("string join", {list({n("1")}), s("X")}), "null: type_mismatch");
  EXPECT_EQ(run("string", {Value()}), "null");
  EXPECT_EQ(run("string", {list({s("a"), n("1.0")})}), "\"[\\\"a\\\", 1]\"");
}

TEST(Builtins, Numbers) {
  EXPECT_EQ(run("decimal", {n("2.5"), n("0")}), "2");
  EXPECT_EQ(run("decimal", {n("1"), n("2")}), "1.00");
  EXPECT_EQ(run("decimal", {n("1"), n("6177")}), "null: out_of_range");
  EXPECT_EQ(run("round up", {n("5.5"), n("6176")}), "5.5");
  EXPECT_EQ(run("round up", {n("5.5"), n("-6112")}), "null: out_of_range");
  EXPECT_EQ(run("modulo", {n("10.1"), n("-4.5")}), "-3.4");
  EXPECT_EQ(run("modulo", {n("10"), n("0")}), "null: division_by_zero");
  EXPECT_EQ(run("odd", {n("1e100")}), "false");
  EXPECT_EQ(run("odd", {n("-1")}), "true");
  EXPECT_EQ(run("even", {n("2.5")}), "false");
  EXPECT_EQ(run("sqrt", {n("-1")}), "null: out_of_range");
  EXPECT_EQ(run("exp", {n("1e9")}), "null: overflow");
  EXPECT_EQ(run("number", {s("1.000.000,01"), s("."), s(",")}), "1000000.01");
  EXPECT_EQ(run("number", {s("1,000"), s(","), s(",")}), "null: invalid_argument");
  EXPECT_EQ(run("number", {s("1.5"), Value(), s(",")}), "null: invalid_argument");
  EXPECT_EQ(run("number", {s("1 000"), s(" "), Value()}), "1000");
}

TEST(Builtins, Lists) {
  EXPECT_EQ(run("sum", {list({})}), "null");
  EXPECT_EQ(run("total", {list({})}), "0");
  EXPECT_EQ(run("total", {list({cny(100), cny(250)})}), "3.50 CNY");
  EXPECT_EQ(run("sum", {list({n("1"), s("a")})}), "null: type_mismatch");
  EXPECT_EQ(run("min", {list({})}), "null");
  EXPECT_EQ(run("max", {t("2021-01-01"), t("2021-01-02")}), "2021-01-02");
  EXPECT_EQ(run("max", {list({n("1"), s("a")})}), "null: not_comparable");
  EXPECT_EQ(run("mode", {list({})}), "[]");
  EXPECT_EQ(run("stddev", {list({n("47")})}), "null: invalid_argument");
  EXPECT_EQ(run("product", {list({})}), "null: invalid_argument");
  EXPECT_EQ(run("all", {list({yes, n("1"), no})}), "null: type_mismatch");
  EXPECT_EQ(run("all", {Value()}), "null: type_mismatch");
  EXPECT_EQ(run("all", {yes, Value(), yes}), "null");
  EXPECT_EQ(run("any", {Value(), no}), "null");
  EXPECT_EQ(run("sublist", {list({n("1"), n("2"), n("3")}), n("-2")}), "[2, 3]");
  EXPECT_EQ(run("sublist", {list({n("1")}), n("2")}), "null: out_of_range");
  EXPECT_EQ(run("remove", {list({n("1")}), n("2")}), "null: out_of_range");
  EXPECT_EQ(
      run("distinct values", {list({n("1"), n("1.0"), s("1"), Value(), Value(), t("10:00:00Z"),
                                    t("11:00:00+01:00"), list({n("1")}), list({n("1.0")})})}),
      "[1, \"1\", null, 10:00:00Z, [1]]");
  EXPECT_EQ(run("flatten", {list({list({n("1"), list({})}), list({list({n("2")})})})}), "[1, 2]");
  EXPECT_EQ(run("index of", {list({n("1"), Value(), n("1.0")}), n("1")}), "[1, 3]");
  EXPECT_EQ(run("append", {list({n("1")}), Value()}), "[1, null]");
}

TEST(Builtins, Sorting) {
  std::vector<Value> many;
  for (int i = 0; i < 1000; ++i) many.push_back(Value::integer((i * 7919) % 1000 / 10));
  const Value by_size = two(
      [](const Value& a, const Value& b) { return Value::boolean(a.as_number() < b.as_number()); });
  TestContext context;
  const Value arguments[] = {Value::list(many), by_size};
  const Value sorted = call(context, *find("sort"), arguments);
  std::stable_sort(many.begin(), many.end(),
                   [](const Value& a, const Value& b) { return a.as_number() < b.as_number(); });
  EXPECT_TRUE(sorted.equals(Value::list(many)));
  const Value unfit = two([](const Value&, const Value&) { return Value(); });
  EXPECT_EQ(run("sort", {list({n("2"), n("1")}), unfit}), "null: type_mismatch");
  const Value always = two([](const Value&, const Value&) { return Value::boolean(true); });
  EXPECT_EQ(run("sort", {list({n("2"), n("1"), n("3")}), always}), "[3, 1, 2]");
  EXPECT_EQ(run("sort", {list({n("2"), s("a")})}), "null: not_comparable");
  EXPECT_EQ(run("sort", {list({n("2")}), function_value(*find("abs"))}), "null: invalid_argument");
}

TEST(Builtins, ConversionOfTexts) {
  EXPECT_EQ(run("time", {s("13:20:00@xyz/abc")}), "null: unknown_zone");
  EXPECT_EQ(run("time", {t("2017-08-10")}), "00:00:00Z");
  EXPECT_EQ(run("time", {n("24"), n("0"), n("0")}), "null: out_of_range");
  EXPECT_EQ(run("time", {n("12"), n("0"), n("1.3"), t("-PT1H")}), "12:00:01.3-01:00");
  EXPECT_EQ(run("time", {n("12"), n("0"), n("0"), t("PT19H")}), "null: out_of_range");
  EXPECT_EQ(run("date", {n("2017"), n("2"), n("29")}), "null: out_of_range");
  EXPECT_EQ(run("date", {n("-1000999999"), n("12"), n("1")}), "null: out_of_range");
  EXPECT_EQ(run("date and time", {s("2012-12-24")}), "2012-12-24T00:00:00");
  EXPECT_EQ(run("years and months duration", {t("-2016-01-30"), t("-2017-02-28")}), "-P11M");
  EXPECT_EQ(run("range", {s(" ( \"a\\\"]\" .. \"b\" ] ")}), "(\"a\\\"]\"..\"b\"]");
  EXPECT_EQ(run("range", {s("[date(\"1970-01-01\")..@\"1970-01-02\"[")}),
            "[1970-01-01..1970-01-02)");
  EXPECT_EQ(run("range", {s("[-1.5..2]")}), "[-1.5..2]");
  EXPECT_EQ(run("range", {s("[1..2] x")}), "null: invalid_argument");
  EXPECT_EQ(run("range", {s("[1..")}), "null: invalid_argument");
  EXPECT_EQ(run("range", {s("[")}), "null: invalid_argument");
  EXPECT_EQ(run("range", {s("[3..1]")}), "null: out_of_range");
}

TEST(Builtins, TheClockIsTheHosts) {
  TestContext context;
  EXPECT_EQ(run(context, "now", {}), "null: needs_now");
  EXPECT_EQ(run(context, "date", {Value::instant({0})}), "null: needs_zone");
  context.now = rt::Instant{1'771'000'000'000'000};
  EXPECT_EQ(run(context, "now", {}), "2026-02-13T16:26:40Z");
  context.zone = Zone::load("Asia/Shanghai").value();
  EXPECT_EQ(run(context, "now", {}), "2026-02-14T00:26:40@Asia/Shanghai");
  EXPECT_EQ(run(context, "today", {}), "2026-02-14");
  EXPECT_EQ(run(context, "date", {Value::instant({0})}), "1970-01-01");
  EXPECT_EQ(run(context, "time", {Value::instant({0})}), "08:00:00");
  EXPECT_EQ(run(context, "string", {Value::instant({0})}), "\"1970-01-01T08:00:00+08:00\"");
}

TEST(Builtins, Ranges) {
  TestContext c;
  const auto r = [&c](const char* low, bool il, const char* high, bool ih) {
    return make_range(c, n(low), il, n(high), ih);
  };
  const Value below = make_comparison(c, RangeForm::less, n("10"));
  EXPECT_EQ(run("before", {below, n("10")}), "true");
  EXPECT_EQ(run("after", {below, n("1")}), "false");
  EXPECT_EQ(run("includes", {below, r("1", true, "10", false)}), "true");
  EXPECT_EQ(run("includes", {below, r("1", true, "10", true)}), "false");
  EXPECT_EQ(run("overlaps", {r("1", true, "5", false), r("5", true, "8", true)}), "false");
  EXPECT_EQ(run("overlaps before", {r("1", true, "5", true), r("1", false, "5", true)}), "true");
  EXPECT_EQ(run("overlaps before", {r("1", true, "5", true), r("1", true, "5", true)}), "false");
  EXPECT_EQ(run("finishes", {r("5", false, "10", false), r("1", true, "10", true)}), "false");
  EXPECT_EQ(run("coincides", {n("3"), n("4")}), "false");
  EXPECT_EQ(run("before", {n("3"), s("4")}), "null: not_comparable");
  EXPECT_EQ(run("before", {make_comparison(c, RangeForm::not_equal, n("1")), n("4")}),
            "null: invalid_argument");
}

TEST(Builtins, HostileInputEndsWithTheBudget) {
  TestContext context;
  context.budget = {10'000, 1'000'000};
  std::vector<Value> many(100'000, n("1"));
  const Value large = Value::list(std::move(many));
  EXPECT_EQ(run(context, "concatenate", {large, large}), "null");
  EXPECT_TRUE(context.is_exhausted());

  TestContext other;
  other.budget = {50'000, 10'000'000};
  std::vector<Value> lists;
  for (int i = 0; i < 5'000; ++i) lists.push_back(list({n(std::to_string(i))}));
  run(other, "distinct values", {Value::list(std::move(lists))});
  EXPECT_TRUE(other.is_exhausted());

  TestContext text;
  text.budget = {1'000'000, 3'000'000};
  const Value megabyte = s(std::string(1'000'000, 'x'));
  EXPECT_EQ(run(text, "string length", {megabyte}), "1000000");
  Value joined = megabyte;
  for (int i = 0; i < 10 && !joined.is_null(); ++i) joined = add(text, joined, joined);
  EXPECT_TRUE(text.is_exhausted());
}

TEST(Builtins, SharedPartsDoNotExplode) {
  // Forty levels of [v, v] are forty objects and 2^41 values; built twice, so that nothing is
  // shared.
  const auto make = [] {
    Value v = list({n("1")});
    for (int i = 0; i < 40; ++i) v = list({v, v});
    return v;
  };
  const Value a = make(), b = make();
  EXPECT_EQ(a.weight(), (std::uint64_t{1} << 41U) - 1 + (std::uint64_t{1} << 40U));
  EXPECT_EQ(a.to_text(10), "[[[[[[[[[[…");
  for (const char* name : {"is", "flatten", "string", "distinct values", "list contains"}) {
    TestContext context;
    context.budget = {100'000, 1'000'000};
    std::vector<Value> arguments = {a};
    if (std::string_view(name) == "is") arguments.push_back(b);
    if (std::string_view(name) == "list contains") arguments = {list({a}), b};
    if (std::string_view(name) == "distinct values") arguments = {list({a, b})};
    run(context, name, arguments);
    EXPECT_TRUE(context.is_exhausted()) << name;
  }
  TestContext context;
  context.budget = {100'000, 1'000'000};
  EXPECT_EQ(equal(context, a, b), rt::Tri::unknown);
  EXPECT_TRUE(context.is_exhausted());
}

TEST(Builtins, SearchingTakesLinearTime) {
  const Value text = s(std::string(2'000'000, 'a'));
  const Value match = s(std::string(1'000'000, 'a') + "b");
  EXPECT_EQ(run("contains", {text, match}), "false");
  EXPECT_EQ(run("contains", {s(std::string(100, 'a') + "b" + std::string(99, 'a')),
                             s(std::string(60, 'a') + "b")}),
            "true");
  EXPECT_EQ(
      run("string length", {given("substring before", {text, s(std::string(1'000'000, 'a'))})}),
      "0");
  TestContext context;
  const Value other = s(std::string(2'000'000, 'a'));
  std::vector<Value> many(100'000, text);
  for (std::size_t i = 0; i < many.size(); i += 2) many[i] = other;
  run(context, "sort", {Value::list(std::move(many))});
  EXPECT_TRUE(context.is_exhausted());
}

TEST(Builtins, DepthIsBounded) {
  TestContext context;
  Value nested = list({});
  int made = 0;
  while (made < 5'000) {
    const Value arguments[] = {list({}), nested};
    Value next = call(context, *find("append"), arguments);
    if (next.is_null()) break;
    nested = std::move(next);
    ++made;
  }
  EXPECT_LT(made, 5'000);
  EXPECT_EQ(context.fault(), "too_deep");
  EXPECT_EQ(equal(context, nested, nested), rt::Tri::yes);
}

TEST(Builtins, CallsMayRunInManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 200; ++k) {
        EXPECT_EQ(run("matches", {s("abZ"), s("[A-Z]+$"), s("i")}), "true");
        EXPECT_EQ(run("date and time", {s("2019-03-30T12:00:00@Europe/Paris")}),
                  "2019-03-30T12:00:00@Europe/Paris");
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace aftercare::builtins
