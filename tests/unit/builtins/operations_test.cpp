// The operators: arithmetic, comparison, membership, members.
#include "builtins/operations.hpp"

#include <gtest/gtest.h>

#include "unit/builtins/support.hpp"

namespace aftercare::builtins {
namespace {

class Operations : public testing::Test {
 protected:
  std::string told(const Value& v) {
    const std::string fault = context.fault();
    return v.to_text() + (fault.empty() ? "" : ": " + fault);
  }
  std::string plus(const Value& a, const Value& b) { return told(add(context, a, b)); }
  std::string minus(const Value& a, const Value& b) { return told(subtract(context, a, b)); }
  std::string times(const Value& a, const Value& b) { return told(multiply(context, a, b)); }
  std::string over(const Value& a, const Value& b) { return told(divide(context, a, b)); }
  std::string eq(const Value& a, const Value& b) { return told(from_truth(equal(context, a, b))); }
  std::string lt(const Value& a, const Value& b) {
    return told(compare(context, BinaryOperator::less, a, b));
  }
  std::string is_in(const Value& a, const Value& b) { return told(in(context, a, b)); }
  TestContext context;
};

TEST_F(Operations, Numbers) {
  EXPECT_EQ(plus(n("1.2345"), n("2.234")), "3.4685");
  EXPECT_EQ(plus(n("9223372036854775807"), n("1")), "9223372036854775808");
  EXPECT_EQ(minus(n("-1.1234"), n("-0.2345")), "-0.8889");
  EXPECT_EQ(times(n("1.50"), n("2")), "3.00");
  EXPECT_EQ(times(n("9223372036854775807"), n("9223372036854775807")),
            "85070591730234615847396907784232500000");
  EXPECT_EQ(over(n("1"), n("8")), "0.125");
  EXPECT_EQ(over(n("0"), n("0.0")), "null: division_by_zero");
  EXPECT_EQ(times(n("9e6144"), n("10")), "null: overflow");
  EXPECT_EQ(told(power(context, n("-3"), n("2"))), "9");
  EXPECT_EQ(told(power(context, n("5"), n("-2"))), "0.04");
  EXPECT_EQ(told(power(context, n("0"), n("-1"))), "null: division_by_zero");
  EXPECT_EQ(told(power(context, n("-8"), n("0.5"))), "null: out_of_range");
  EXPECT_EQ(told(power(context, n("10"), n("1e5"))), "null: overflow");
  EXPECT_EQ(told(power(context, n("10"), n("1e10"))), "null: out_of_range");
  EXPECT_EQ(plus(n("1"), s("a")), "null: type_mismatch");
  EXPECT_EQ(plus(Value(), n("1")), "null: type_mismatch");
  EXPECT_EQ(told(negate(context, n("9223372036854775807"))), "-9223372036854775807");
  EXPECT_EQ(told(negate(context, Value::integer(INT64_MIN))), "9223372036854775808");
  EXPECT_EQ(told(negate(context, s("1"))), "null: type_mismatch");
}

TEST_F(Operations, Lengths) {
  EXPECT_EQ(times(n("1.5"), t("P4DT1H")), "P6DT1H30M");
  EXPECT_EQ(times(t("P1Y11M"), n("-2.5")), "-P4Y9M");
  EXPECT_EQ(over(t("P10DT23H"), n("2.5")), "P4DT9H12M");
  EXPECT_EQ(over(t("P10Y11M"), n("2.5")), "P4Y4M");
  EXPECT_EQ(over(t("P10D"), t("P5D")), "2");
  EXPECT_EQ(over(t("PT1S"), t("PT0S")), "null: division_by_zero");
  EXPECT_EQ(over(t("P1Y"), n("0")), "null: division_by_zero");
  EXPECT_EQ(plus(t("P1D"), t("P1Y")), "null: type_mismatch");
  EXPECT_EQ(times(t("P1D"), n("1e30")), "null: overflow");
  EXPECT_EQ(times(t("P1M"), n("1e30")), "null: overflow");
  EXPECT_EQ(times(t("PT0.000000003S"), n("0.5")), "PT0.000000001S");
  EXPECT_EQ(times(t("-PT0.000000003S"), n("0.5")), "-PT0.000000001S");
}

TEST_F(Operations, LengthsKeepTheirUnit) {
  const Value day = Value::days_duration({86'400, 0}, Unit::day);
  EXPECT_EQ(add(context, day, day).unit(), Unit::day);
  EXPECT_EQ(multiply(context, n("3"), day).unit(), Unit::day);
  EXPECT_EQ(multiply(context, n("0.5"), day).unit(), std::nullopt);
  EXPECT_EQ(add(context, day, t("PT1H")).unit(), std::nullopt);
  EXPECT_EQ(negate(context, day).unit(), Unit::day);
  const Value six = Value::working_duration(6, Unit::working_hour);
  EXPECT_EQ(plus(six, six), "12wh");
  EXPECT_EQ(times(six, n("2")), "12wh");
  EXPECT_EQ(times(six, n("0.5")), "null: needs_rounding");
  EXPECT_EQ(plus(six, Value::working_duration(1, Unit::working_day)), "null: type_mismatch");
  EXPECT_EQ(lt(six, Value::working_duration(361, Unit::working_minute)), "true");
  EXPECT_EQ(lt(six, Value::working_duration(1, Unit::working_day)), "null: not_comparable");
}

TEST_F(Operations, DatesAndTimes) {
  EXPECT_EQ(plus(t("2021-01-31"), t("P1M")), "2021-02-28");
  EXPECT_EQ(plus(t("PT36H"), t("2021-01-01")), "2021-01-02");
  EXPECT_EQ(minus(t("2021-01-02"), t("PT1M")), "2021-01-01");
  EXPECT_EQ(plus(t("10:15:00@Australia/Melbourne"), t("-PT11H")), "23:15:00@Australia/Melbourne");
  EXPECT_EQ(plus(t("10:15:00"), t("P1M")), "null: type_mismatch");
  EXPECT_EQ(minus(t("2021-01-02T10:10:10@Europe/Paris"), t("2021-01-01")), "P1DT9H10M10S");
  EXPECT_EQ(minus(t("2021-01-02T10:10:10"), t("2021-01-01")), "null: needs_zone");
  EXPECT_EQ(minus(t("2021-01-02T10:10:10"), t("2021-01-01T10:10:10Z")), "null: needs_zone");
  EXPECT_EQ(minus(t("2021-01-02T10:10:10"), t("2021-01-01T10:10:10.5")), "PT23H59M59.5S");
  EXPECT_EQ(minus(t("09:00:00"), t("10:00:00")), "-PT1H");
  EXPECT_EQ(plus(t("999999999-12-31"), t("P1D")), "null: overflow");
  EXPECT_EQ(plus(t("999999999-12-31T23:59:59@Europe/Paris"), t("P1D")), "null: overflow");
  EXPECT_EQ(minus(t("-999999999-01-01"), t("P1M")), "null: overflow");
}

TEST_F(Operations, AcrossTheChangeOfClocks) {
  // Paris went from 02:00 to 03:00 on 31 March 2019 and back on 27 October.
  EXPECT_EQ(plus(t("2019-03-30T12:00:00@Europe/Paris"), t("PT24H")),
            "2019-03-31T13:00:00@Europe/Paris");
  const Value day = Value::days_duration({86'400, 0}, Unit::day);
  EXPECT_EQ(plus(t("2019-03-30T12:00:00@Europe/Paris"), day), "2019-03-31T12:00:00@Europe/Paris");
  EXPECT_EQ(plus(t("2019-02-28T02:30:00@Europe/Paris"), t("P1M")),
            "2019-03-28T02:30:00@Europe/Paris");
  EXPECT_EQ(plus(t("2019-01-31T02:30:00@Europe/Paris"), t("P2M")),
            "2019-03-31T03:00:00@Europe/Paris");
  EXPECT_EQ(minus(t("2019-10-27T12:00:00@Europe/Paris"), t("2019-10-26T12:00:00@Europe/Paris")),
            "P1DT1H");
}

TEST_F(Operations, Instants) {
  const Value at = Value::instant({1'553'943'600'000'000});  // 2019-03-30T11:00:00Z
  const Value day = Value::days_duration({86'400, 0}, Unit::day);
  EXPECT_EQ(plus(at, day), "null: needs_zone");
  EXPECT_EQ(plus(at, t("PT24H")), "2019-03-31T11:00:00Z");
  context.zone = Zone::load("Europe/Paris").value();
  EXPECT_EQ(plus(at, day), "2019-03-31T10:00:00Z");
  EXPECT_EQ(plus(at, t("PT24H")), "2019-03-31T11:00:00Z");
  EXPECT_EQ(plus(at, t("P1M")), "2019-04-30T10:00:00Z");
  EXPECT_EQ(minus(at, t("P1M")), "2019-02-28T11:00:00Z");
  EXPECT_EQ(minus(at, Value::instant({0})), "P17985DT11H");
  EXPECT_EQ(plus(at, t("P300000Y")), "null: overflow");
  EXPECT_EQ(lt(at, t("2019-03-30")), "null: not_comparable");
  EXPECT_EQ(told(property(context, at, "hour")), "12");
}

TEST_F(Operations, Money) {
  EXPECT_EQ(plus(cny(1050), cny(-50)), "10.00 CNY");
  EXPECT_EQ(times(cny(1050), n("3")), "31.50 CNY");
  EXPECT_EQ(times(n("0.5"), cny(1050)), "5.25 CNY");
  EXPECT_EQ(times(cny(1051), n("0.5")), "null: needs_rounding");
  EXPECT_EQ(over(cny(1000), n("3")), "null: needs_rounding");
  EXPECT_EQ(over(cny(1000), n("8")), "1.25 CNY");
  EXPECT_EQ(over(cny(1000), cny(400)), "2.5");
  EXPECT_EQ(over(cny(1000), cny(0)), "null: division_by_zero");
  const Value usd = Value::money(100, currency_code("USD"), 2);
  EXPECT_EQ(plus(cny(100), usd), "null: different_currency");
  EXPECT_EQ(lt(cny(100), usd), "null: different_currency");
  EXPECT_EQ(eq(cny(100), usd), "null: not_comparable");
  EXPECT_EQ(plus(cny(100), n("1")), "null: type_mismatch");
  EXPECT_EQ(plus(cny(INT64_MAX), cny(1)), "null: overflow");
  EXPECT_EQ(told(round_money(context, *rt::Decimal::parse("2.345"), currency_code("CNY"), 2,
                             rt::Rounding::half_up)),
            "2.35 CNY");
  EXPECT_EQ(run("round money", {cny(1250), n("0")}), "13.00 CNY");
  EXPECT_EQ(run("amount", {cny(1250)}), "12.50");
}

TEST_F(Operations, EqualityIsThreeValued) {
  EXPECT_EQ(eq(Value(), Value()), "true");
  EXPECT_EQ(eq(Value(), n("1")), "false");
  EXPECT_EQ(eq(n("1"), s("1")), "null: not_comparable");
  EXPECT_EQ(eq(n("0"), n("0.00")), "true");
  EXPECT_EQ(eq(list({}), n("0")), "null: not_comparable");
  EXPECT_EQ(eq(list({n("1"), s("a")}), list({n("2"), n("3")})), "false");
  EXPECT_EQ(eq(list({n("1"), s("a")}), list({n("1"), n("3")})), "null: not_comparable");
  EXPECT_EQ(eq(Value::context({{"a", n("1")}, {"b", Value()}}),
               Value::context({{"b", Value()}, {"a", n("1.0")}})),
            "true");
  EXPECT_EQ(eq(Value::symbol(1, 2), Value::symbol(1, 2)), "true");
  EXPECT_EQ(eq(Value::symbol(1, 2), Value::symbol(1, 3)), "false");
  EXPECT_EQ(eq(Value::symbol(1, 2), Value::symbol(2, 2)), "null: not_comparable");
  EXPECT_EQ(eq(t("P1Y"), t("P365D")), "null: not_comparable");
  EXPECT_EQ(eq(Value::range(n("1"), true, n("2"), true), Value::range(n("1"), true, n("2"), false)),
            "false");
}

TEST_F(Operations, TimesCompareByInstantAndWholeSeconds) {
  EXPECT_EQ(eq(t("2018-07-01T00:00:00+02:00"), t("2018-07-01T00:00:00@Europe/Paris")), "true");
  EXPECT_EQ(eq(t("10:30:00.1"), t("10:30:00.2")), "true");
  EXPECT_EQ(lt(t("10:30:00.1"), t("10:30:00.2")), "false");
  EXPECT_EQ(eq(t("10:30:00"), t("10:30:00Z")), "null: not_comparable");
  EXPECT_EQ(lt(t("2018-07-01T00:00:00"), t("2018-07-01T00:00:00Z")), "null: not_comparable");
  EXPECT_EQ(eq(t("10:30:00Z"), t("11:30:00+01:00")), "true");
  EXPECT_FALSE(is_same(context, t("10:30:00Z"), t("11:30:00+01:00")));
  EXPECT_FALSE(is_same(context, t("10:30:00.1"), t("10:30:00.2")));
  EXPECT_TRUE(is_same(context, t("10:30:00Z"), t("10:30:00+00:00")));
  EXPECT_FALSE(is_same(context, t("10:30:00Z"), t("10:30:00@Etc/UTC")));
}

TEST_F(Operations, Order) {
  EXPECT_EQ(lt(s("Z"), s("a")), "true");
  EXPECT_EQ(lt(s("\xEF\xBD\x81"), s("\xF0\x9F\x90\x8E")), "true");  // by code point, not by UTF-16
  EXPECT_EQ(lt(Value::boolean(false), Value::boolean(true)), "null: not_comparable");
  EXPECT_EQ(lt(Value(), n("1")), "null: not_comparable");
  EXPECT_EQ(told(between(context, n("2"), n("1"), Value())), "null: not_comparable");
  EXPECT_EQ(told(between(context, n("2"), n("1"), n("2"))), "true");
}

TEST_F(Operations, Membership) {
  const Value range = make_range(context, n("2"), false, n("4"), true);
  EXPECT_EQ(is_in(n("2"), range), "false");
  EXPECT_EQ(is_in(n("4"), range), "true");
  EXPECT_EQ(is_in(Value(), range), "null: not_comparable");
  EXPECT_EQ(is_in(s("a"), range), "null: not_comparable");
  EXPECT_EQ(is_in(n("3"), list({s("x"), range})), "true");
  EXPECT_EQ(is_in(Value::boolean(true), list({n("1"), n("2")})), "false");
  EXPECT_EQ(is_in(Value(), list({n("1"), Value()})), "true");
  EXPECT_EQ(is_in(n("5"), make_comparison(context, RangeForm::not_equal, n("5"))), "false");
  EXPECT_EQ(is_in(n("5"), make_range(context, Value(), false, n("10"), true)), "null");
  EXPECT_EQ(told(make_range(context, n("3"), true, n("1"), true)), "null: out_of_range");
  EXPECT_EQ(told(make_range(context, n("3"), true, s("a"), true)), "null: not_comparable");
  EXPECT_EQ(told(make_range(context, n("3"), true, Value(), true)), "null: invalid_argument");
  EXPECT_EQ(told(make_range(context, Value(), false, Value(), false)), "null: invalid_argument");
}

TEST_F(Operations, Members) {
  const auto of = [this](const Value& v, std::string_view name) {
    return told(property(context, v, name));
  };
  EXPECT_EQ(of(t("2018-12-10"), "weekday"), "1");
  EXPECT_EQ(of(t("10:30:01.25"), "second"), "1.25");
  EXPECT_EQ(of(t("10:30:00+05:00"), "time offset"), "PT5H");
  EXPECT_EQ(of(t("2018-07-10T10:30:00@Europe/Paris"), "time offset"), "PT2H");
  EXPECT_EQ(of(t("2018-07-10T10:30:00@Europe/Paris"), "timezone"), "\"Europe/Paris\"");
  EXPECT_EQ(of(t("10:30:00"), "timezone"), "null");
  EXPECT_EQ(of(t("-PT90M"), "hours"), "-1");
  EXPECT_EQ(of(t("-PT90M"), "minutes"), "-30");
  EXPECT_EQ(of(t("-P14M"), "months"), "-2");
  EXPECT_EQ(of(t("P1D"), "years"), "null: no_such_member");
  EXPECT_EQ(of(make_comparison(context, RangeForm::less, n("10")), "end"), "10");
  EXPECT_EQ(of(make_comparison(context, RangeForm::less, n("10")), "start"), "null");
  EXPECT_EQ(of(list({Value::context({{"x", n("1")}}), Value::context({{"y", n("2")}})}), "y"),
            "[null, 2]");
  EXPECT_EQ(of(Value::context({{"x", n("1")}}), "y"), "null: no_such_member");
  EXPECT_EQ(told(at(context, list({n("1"), n("2")}), n("-2"))), "1");
  EXPECT_EQ(told(at(context, list({n("1"), n("2")}), n("0"))), "null: out_of_range");
  EXPECT_EQ(told(at(context, n("7"), n("1"))), "7");
}

TEST_F(Operations, Logic) {
  const Value yes = Value::boolean(true), no = Value::boolean(false);
  EXPECT_EQ(told(logic_and(context, no, s("x"))), "false");
  EXPECT_EQ(told(logic_and(context, yes, s("x"))), "null: type_mismatch");
  EXPECT_EQ(told(logic_and(context, yes, Value())), "null");
  EXPECT_EQ(told(logic_or(context, n("1"), yes)), "true");
  EXPECT_EQ(told(logic_or(context, n("1"), no)), "null: type_mismatch");
  EXPECT_EQ(told(logic_not(context, Value())), "null");
  EXPECT_EQ(told(logic_not(context, n("0"))), "null: type_mismatch");
}

}  // namespace
}  // namespace aftercare::builtins
