#include "interop/dmn_decision.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace aftercare::interop {
namespace {

std::string model_of(const std::string& type, const std::string& text,
                     const std::string& parameter = "number") {
  return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
         "namespace=\"urn:m\"><inputData name=\"x\" id=\"_x\"><variable name=\"x\" typeRef=\"" +
         parameter +
         "\"/></inputData><decision name=\"d\" id=\"_d\"><variable name=\"d\" typeRef=\"" + type +
         "\"/><informationRequirement><requiredInput href=\"#_x\"/></informationRequirement>"
         "<literalExpression><text>" +
         text + "</text></literalExpression></decision></definitions>";
}

const Zone& shanghai() {
  static const Zone zone = Zone::load("Asia/Shanghai").value();
  return zone;
}

struct Asked {
  BoundDecision bound;
  Diagnostics here, in_model;

  Result<Value> operator()(const Value& x) const {
    return bound.decision->decide(std::span(&x, 1), shanghai());
  }
};

Asked use_of(const std::string& model, const Type& takes, const Type& gives, bool is_list = false) {
  Asked out;
  const auto loaded = load_dmn({{"m.dmn", model}});
  EXPECT_TRUE(loaded && loaded.diagnostics().empty());
  DecisionUse use;
  use.name = "d";
  use.inputs = {{"x", "x", takes, {}}};
  use.outputs = {{"d", "d", gives, {}}};
  use.is_list = is_list;
  out.bound = bind_decision(*loaded, use, out.here, out.in_model);
  return out;
}

bool has(const Diagnostics& findings, std::string_view code) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Diagnostic& d) { return d.code == code; });
}

const Type cause = Type::symbol("Cause", {"quality", "transport"}, 7);

TEST(DmnDecision, ValuesCrossByTheTypesOfThePack) {
  const auto doubled =
      use_of(model_of("number", "2 * x"), Type::number(), Type::number().optional());
  EXPECT_TRUE(doubled(Value::integer(21))->equals(Value::integer(42)));
  const Type money = Type::money(currency_code("CNY"), 2);
  const auto fee = use_of(model_of("number", "x / 8"), money, money.optional());
  EXPECT_EQ(fee(Value::money(1000, currency_code("CNY"), 2))->to_text(), "1.25 CNY");
  const auto word =
      use_of(model_of("string", "if x = \"quality\" then \"transport\" else \"quality\"", "string"),
             cause, cause.optional());
  EXPECT_TRUE(word(Value::symbol(7, 0))->equals(Value::symbol(7, 1)));
  const auto later = use_of(model_of("dateTime", "x + duration(\"PT1H\")", "dateTime"),
                            Type::instant(), Type::instant().optional());
  EXPECT_TRUE(later(Value::instant({1'700'000'000'123'456}))
                  ->equals(Value::instant({1'700'003'600'123'456})));
  const auto longer = use_of(model_of("dayTimeDuration", "x * 2", "dayTimeDuration"),
                             Type::of(Type::Is::length), Type::of(Type::Is::length).optional());
  EXPECT_TRUE(longer(Value::length({90, Unit::minute}))->equals(Value::days_duration({10'800, 0})));
}

TEST(DmnDecision, AnErrorInTheModelIsAFaultAndNeverASilentNull) {
  const auto ratio = use_of(model_of("number", "if 1 / x > 2 then 1 else 0"), Type::number(),
                            Type::number().optional());
  EXPECT_TRUE(ratio(Value::integer(1))->equals(Value::integer(0)));
  const auto failed = ratio(Value::integer(0));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::host);
  EXPECT_NE(failed.error().message.find("the imported decision 'd'"), std::string::npos);
}

TEST(DmnDecision, NullIsWhatTheModelSaysOnPurpose) {
  const auto some = use_of(model_of("number", "if x > 2 then x else null"), Type::number(),
                           Type::number().optional());
  EXPECT_TRUE(some(Value::integer(1))->is_null());
  const auto all =
      use_of(model_of("number", "if x > 2 then x else null"), Type::number(), Type::number());
  EXPECT_FALSE(all.bound.proof);  // whoever declares it must not rely on it
  EXPECT_FALSE(all(Value::integer(1)));
}

TEST(DmnDecision, WhatDoesNotFitTheDeclaredTypeIsAFault) {
  const auto small = use_of(model_of("number", "x / 3"), Type::number(),
                            Type::number({rt::Decimal(0), rt::Decimal(10), 2}).optional());
  EXPECT_FALSE(small(Value::integer(1)));   // 0.333…: more decimals than declared
  EXPECT_FALSE(small(Value::integer(33)));  // 11: above the bound
  EXPECT_EQ(small(Value::integer(9))->to_text(), "3.00");
  const auto word = use_of(model_of("string", "x", "string"), Type::string(), cause.optional());
  EXPECT_FALSE(word(Value::string("misuse")));
  // A wall clock time of which the zone shows none or two is no instant.
  const auto at = use_of(model_of("dateTime", "date and time(x)", "string"), Type::string(),
                         Type::instant().optional());
  EXPECT_TRUE(at(Value::string("2026-07-01T09:00:00")));
  EXPECT_FALSE(at(Value::string("2026-03-29T02:30:00@Europe/Berlin")));
  EXPECT_FALSE(at(Value::string("2026-10-25T02:30:00@Europe/Berlin")));
}

TEST(DmnDecision, TypesWithoutACounterpartAreRefused) {
  const auto calendar =
      use_of(model_of("number", "x"), Type::of(Type::Is::calendar), Type::number());
  EXPECT_TRUE(has(calendar.here, "AC0640"));
  EXPECT_FALSE(calendar.bound.decision);
  const auto open = use_of(model_of("Any", "x"), Type::number(), Type::number());
  EXPECT_TRUE(has(open.here, "AC0640"));
  const auto list = use_of(model_of("number", "x"), Type::number(), Type::number(), true);
  EXPECT_TRUE(has(list.here, "AC0640"));
}

TEST(DmnDecision, ItsTextIsItsLogicAndNotItsLayout) {
  const auto text = [](const std::string& expression) {
    return use_of(model_of("number", expression), Type::number(), Type::number().optional())
        .bound.decision->print();
  };
  EXPECT_EQ(text("x + 1"), text("  x\n +  1 "));
  EXPECT_NE(text("x + 1"), text("x + 2"));
  EXPECT_NE(text("string length(\"a  b\") + x"), text("string length(\"a b\") + x"));
  EXPECT_NE(text("x // more\n + 1"), text("x // more + 1"));
}

}  // namespace
}  // namespace aftercare::interop
