// Values: what they are, identity, hash, printing, and that depth does not hurt.
#include "aftercare/value.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "value/object.hpp"

namespace aftercare {
namespace {

Value n(std::string_view text) { return Value::number(text).value(); }

TEST(Value, IsSixteenBytesAndNullByDefault) {
  EXPECT_EQ(sizeof(Value), 16U);
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value().to_text(), "null");
}

TEST(Value, KeepsSmallNumbersInsideAndWideOnesOnTheHeap) {
  EXPECT_FALSE(n("-12.50").is_heap());
  EXPECT_EQ(n("-12.50").to_text(), "-12.50");
  const Value wide = n("1234567890123456789012345678901234");
  EXPECT_TRUE(wide.is_heap());
  EXPECT_EQ(wide.to_text(), "1234567890123456789012345678901234");
  EXPECT_FALSE(Value::number("twelve").has_value());
  EXPECT_FALSE(Value::number("").has_value());
}

TEST(Value, ComparesNumbersByValue) {
  EXPECT_TRUE(n("1.0").equals(n("1.00")));
  EXPECT_EQ(n("1.0").hash(), n("1.00").hash());
  EXPECT_EQ(n("100").hash(), n("1e2").hash());
  EXPECT_FALSE(n("1").equals(n("2")));
  EXPECT_FALSE(n("1").equals(Value::boolean(true)));
  EXPECT_TRUE(n("1e30").equals(n("1000000000000000000000000000000")));
}

TEST(Value, CountsCodePointsOfStrings) {
  const Value v = Value::string("维修🐎x");
  EXPECT_EQ(v.size(), 4U);
  EXPECT_EQ(v.as_string().size(), 11U);
  EXPECT_EQ(Value::string("a\"b\\\n").to_text(), "\"a\\\"b\\\\\\n\"");
}

TEST(Value, PrintsListsContextsAndRanges) {
  const Value list = Value::list({n("1.50"), Value::string("a"), Value()});
  EXPECT_EQ(list.to_text(), "[1.50, \"a\", null]");
  EXPECT_EQ(list.depth(), 1U);
  const Value context = Value::context({{"a b", list}, {"c+d", Value::boolean(false)}});
  EXPECT_EQ(context.to_text(), "{a b: [1.50, \"a\", null], \"c+d\": false}");
  EXPECT_EQ(context.depth(), 2U);
  EXPECT_EQ(Value::range(n("1"), true, n("2"), false).to_text(), "[1..2)");
  EXPECT_EQ(Value::comparison(RangeForm::less, n("10")).to_text(), "(< 10)");
  EXPECT_EQ(Value::comparison(RangeForm::not_equal, Value::string("a")).to_text(), "(!= \"a\")");
}

TEST(Value, PrintsTemporalValuesAndMoney) {
  EXPECT_EQ(Value::date(rt::date_of(-5, 1, 2)).to_text(), "-0005-01-02");
  EXPECT_EQ(Value::time({rt::time_of(8, 5), {ZoneRef::Kind::named, 0, "Asia/Shanghai"}}).to_text(),
            "08:05:00@Asia/Shanghai");
  EXPECT_EQ(Value::date_time({rt::date_of(2026, 2, 3),
                              rt::time_of(4, 5, 6, 700'000'000),
                              {ZoneRef::Kind::offset, -5400, {}}})
                .to_text(),
            "2026-02-03T04:05:06.7-01:30");
  EXPECT_EQ(Value::days_duration({-1, 500'000'000}).to_text(), "-PT0.5S");
  EXPECT_EQ(Value::days_duration({INT64_MIN, 0}).to_text(), "-P106751991167300DT15H30M8S");
  EXPECT_EQ(Value::months_duration({-14}).to_text(), "-P1Y2M");
  EXPECT_EQ(Value::working_duration(6, Unit::working_hour).to_text(), "6wh");
  EXPECT_EQ(Value::instant({1'500'000}).to_text(), "1970-01-01T00:00:01.5Z");
  const auto cny = currency_code("CNY");
  EXPECT_EQ(Value::money(-5, cny, 2).to_text(), "-0.05 CNY");
  EXPECT_EQ(Value::money(1250, cny, 2).to_text(), "12.50 CNY");
  EXPECT_EQ(Value::money(7, currency_code("JPY"), 0).to_text(), "7 JPY");
  EXPECT_EQ(currency_name(cny), "CNY");
}

TEST(Value, ContextsKeepOrderAndTheLastOfEqualKeys) {
  const Value c = Value::context({{"b", n("1")}, {"a", n("2")}, {"b", n("3")}});
  EXPECT_EQ(c.to_text(), "{b: 3, a: 2}");
  ASSERT_NE(c.find("a"), nullptr);
  EXPECT_EQ(c.find("c"), nullptr);
  std::vector<ContextEntry> many;
  for (int i = 0; i < 100; ++i) {
    many.emplace_back("k" + std::to_string((i * 37) % 100), Value::integer(i));
  }
  const Value large = Value::context(many);
  for (const auto& [key, v] : many) {
    ASSERT_NE(large.find(key), nullptr) << key;
    EXPECT_TRUE(large.find(key)->equals(v));
  }
  EXPECT_EQ(large.find("k100"), nullptr);
}

TEST(Value, IgnoresTheOrderOfEntriesInIdentity) {
  const Value a = Value::context({{"x", n("1")}, {"y", Value::list({n("2.0")})}});
  const Value b = Value::context({{"y", Value::list({n("2")})}, {"x", n("1")}});
  EXPECT_TRUE(a.equals(b));
  EXPECT_EQ(a.hash(), b.hash());
  EXPECT_FALSE(a.equals(Value::context({{"x", n("1")}})));
}

TEST(Value, TellsUnitsAndZonesApartAsStated) {
  EXPECT_TRUE(
      Value::days_duration({86'400, 0}, Unit::day).equals(Value::days_duration({86'400, 0})));
  EXPECT_EQ(Value::days_duration({86'400, 0}, Unit::day).hash(),
            Value::days_duration({86'400, 0}).hash());
  EXPECT_EQ(Value::days_duration({86'400, 0}, Unit::day).unit(), Unit::day);
  EXPECT_EQ(Value::days_duration({86'400, 0}).unit(), std::nullopt);
  EXPECT_FALSE(Value::working_duration(1, Unit::working_hour)
                   .equals(Value::working_duration(1, Unit::working_day)));
  EXPECT_FALSE(Value::time({{}, {ZoneRef::Kind::offset, 0, {}}}).equals(Value::time({{}, {}})));
}

TEST(Value, NestsDeeplyWithoutRecursion) {
  Value v = Value::integer(1);
  Value w = Value::integer(1);
  for (int i = 0; i < 200'000; ++i) {
    v = Value::list({std::move(v)});
    w = i % 2 == 0 ? Value::list({std::move(w)}) : Value::context({{"k", std::move(w)}});
  }
  EXPECT_EQ(v.depth(), 200'000U);
  EXPECT_TRUE(v.equals(v));
  EXPECT_FALSE(v.equals(w));
  EXPECT_NE(v.hash(), w.hash());
  EXPECT_EQ(v.to_text().size(), 400'001U);
}

TEST(Value, IsSharedBetweenThreads) {
  Value deep = Value::string("shared");
  for (int i = 0; i < 200; ++i) deep = Value::list({deep, deep});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([copy = deep] {
      for (int i = 0; i < 10'000; ++i) {
        Value mine = copy;
        Value inner = mine.items()[i % 2];
        mine = Value();
        ASSERT_EQ(inner.depth(), 199U);
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(deep.depth(), 200U);
}

}  // namespace
}  // namespace aftercare
