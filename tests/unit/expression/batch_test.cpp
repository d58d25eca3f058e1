// Expressions over columns: the answers of the machine over one row, row by row, and what is
// refused.
#include "aftercare/batch.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace aftercare {
namespace {

constexpr std::size_t rows = 1300;  // more than two blocks, and not a multiple of one

Signature names() {
  return {
      {"n", Type::number({.minimum = rt::Decimal(0), .maximum = rt::Decimal(1000), .scale = 0})},
      {"price",
       Type::number(
           {.minimum = rt::Decimal(-1'000'000), .maximum = rt::Decimal(1'000'000), .scale = 2})},
      {"vip", Type::boolean()},
      {"role", Type::string()},
      {"grade", Type::symbol("Grade", {"low", "middle", "high"}, 7)},
      {"bought", Type::date()},
      {"today", Type::date()},
      {"seen", Type::instant()},
      {"came", Type::instant()},
      {"waited", Type::of(Type::Is::days_duration)},
      {"bonus",
       Type::number({.minimum = rt::Decimal(0), .maximum = rt::Decimal(9), .scale = 0}).optional()},
      {"paid", Type::money(currency_code("CNY"), 2)}};
}

/// Columns and, for each row, the same as values.
struct Data {
  std::vector<std::vector<std::int64_t>> words;
  std::vector<std::uint8_t> bonus_present;
  std::vector<std::string> roles = {"manager", "director", "clerk", ""};
  std::vector<std::vector<Value>> values;
  std::vector<Column> columns;

  explicit Data(std::uint64_t seed) : words(names().size()), values(rows) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
    };
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t price = below(200'000'001) - 100'000'000;
      const std::int64_t row[] = {below(7) == 0 ? 1000 : below(12),
                                  price,
                                  below(2),
                                  below(4),
                                  below(3),
                                  10'000 + below(12'000),
                                  10'000 + below(12'000),
                                  1'700'000'000'000'000 + below(9'000'000'000),
                                  1'700'000'000'000'000 + below(9'000'000'000),
                                  below(200'000) * 1'000'000 - 50'000'000'000 + below(2) * 500'000,
                                  below(10),
                                  below(100'000)};
      for (std::size_t c = 0; c < words.size(); ++c) words[c].push_back(row[c]);
      bonus_present.push_back(below(3) == 0 ? 0 : 1);
      const std::int64_t seconds = rt::floor_div(row[9], 1'000'000);
      values[i] = {Value::integer(row[0]),
                   Value::number(rt::Decimal::make(price, -2).value()),
                   Value::boolean(row[2] != 0),
                   Value::string(roles[static_cast<std::size_t>(row[3])]),
                   Value::symbol(7, static_cast<std::uint32_t>(row[4])),
                   Value::date({row[5]}),
                   Value::date({row[6]}),
                   Value::instant({row[7]}),
                   Value::instant({row[8]}),
                   Value::days_duration(
                       {seconds, static_cast<std::int32_t>((row[9] - seconds * 1'000'000) * 1000)}),
                   bonus_present.back() != 0 ? Value::integer(row[10]) : Value(),
                   Value::money(row[11], currency_code("CNY"), 2)};
    }
    for (const auto& column : words) columns.push_back({.words = column});
    columns[1].scale = 2;
    columns[3].texts = roles;
    columns[10].present = bonus_present;
  }
};

Expression strict(const std::string& text) {
  auto expression =
      compile(text, names(), {.acceptance = Acceptance::strict, .units = true, .zone = Zone()});
  EXPECT_TRUE(expression) << text << "\n" << render(expression.diagnostics(), expression.sources());
  return *std::move(expression);
}

/// The value that a word stands for.
Value value_of(const Type& type, std::int64_t word, bool is_there, const Batch& batch) {
  if (!is_there) return {};
  switch (type.is()) {
    case Type::Is::boolean:
      return Value::boolean(word != 0);
    case Type::Is::number:
      return Value::number(rt::Decimal::make(word, -batch.scale()).value());
    case Type::Is::string:
      return Value::string(batch.texts()[static_cast<std::size_t>(word)]);
    case Type::Is::symbol:
      return Value::symbol(type.symbol_set(), static_cast<std::uint32_t>(word));
    case Type::Is::date:
      return Value::date({word});
    case Type::Is::instant:
      return Value::instant({word});
    case Type::Is::money:
      return Value::money(word, type.currency(), type.scale());
    default: {
      const std::int64_t seconds = rt::floor_div(word, 1'000'000);
      return Value::days_duration(
          {seconds, static_cast<std::int32_t>((word - seconds * 1'000'000) * 1000)});
    }
  }
}

TEST(Batch, EachRowGetsTheAnswerOfTheMachine) {
  const Data data(20'261'121);
  for (const std::string text : {
           "today <= bought + duration(\"P1Y\")",
           "bought + duration(\"P1M\")",
           "bought - duration(\"P1Y2M\")",
           "(price < 5000 and role = \"manager\") or (price >= 5000 and role = \"director\")",
           "role in (\"clerk\", \"\")",
           "role != \"clerk\"",
           "not(role = \"clerk\") and vip",
           "if n = 1 then 50 else if n = 2 then 100 else 50 * n",
           "if n > 5 then 0.5 else if n = 3 then price else -1",
           "if n > 45 then -1 else if n > 5 then n else 0",
           "decimal(0.30 * (price - 17.5), 2)",
           "decimal(0.3 * price, 0) + abs(price) * 2",
           "ceiling(n / 10) + floor(price / 100)",
           "min(n, 4) + max(price, 3.25)",
           "grade = high or grade = low",
           "if grade = high then \"first\" else if vip then \"second\" else \"first\"",
           "if vip then grade else low",
           "came - seen > waited",
           "came - seen",
           "seen + duration(\"PT3H\")",
           "waited - duration(\"PT0.5S\")",
           "if bonus != null then bonus + n else n",
           "if vip and bonus != null then n else null",
           "paid + 30 CNY",
           "n between 3 and 7 or n in [9..11)",
           "if vip and n > 3 and price < 0 then n else if not(vip) or n = 0 then -n else 2 * n",
       }) {
    const Expression expression = strict(text);
    auto batch = Batch::of(expression);
    ASSERT_TRUE(batch) << text << "\n" << expression.disassemble();
    std::vector<std::int64_t> results(rows);
    std::vector<std::uint8_t> present(rows, 7);
    const auto done = batch->evaluate(data.columns, results, present);
    ASSERT_TRUE(done) << text << ": " << done.error().message;
    Evaluator one = expression.bind();
    for (std::size_t i = 0; i < rows; ++i) {
      const Value expected = one.evaluate(data.values[i]).value();
      const Value actual = value_of(expression.type(), results[i], present[i] != 0, *batch);
      ASSERT_TRUE(actual.equals(expected) && actual.is_null() == expected.is_null())
          << text << ", row " << i << ": " << actual.to_text() << ", not " << expected.to_text();
    }
  }
}

TEST(Batch, BlocksEndWhereRowsDo) {
  const Data data(7);
  const std::vector<std::string> texts = {
      "decimal(0.30 * (price - 17.5), 2)", "if vip then n else if n > 3 then 2 * n else -1",
      "role = \"clerk\" and price < 0 or role = \"manager\" and price >= 0",
      "if vip and bonus != null then bonus else n", "bought + duration(\"P1Y\") >= today"};
  for (const std::string& text : texts) {
    const Expression expression = strict(text);
    auto batch = Batch::of(expression).value();
    Evaluator one = expression.bind();
    for (const std::size_t count : {0U, 1U, 2U, 511U, 512U, 513U, 1023U, 1024U, 1025U, 1299U}) {
      std::vector<Column> columns = data.columns;
      for (Column& column : columns) {
        column.words = column.words.first(count);
        if (!column.present.empty()) column.present = column.present.first(count);
      }
      std::vector<std::int64_t> results(count + 1, 4711);
      std::vector<std::uint8_t> present(count);
      ASSERT_TRUE(batch.evaluate(columns, std::span(results).first(count), present)) << text;
      EXPECT_EQ(results[count], 4711) << text;
      for (std::size_t i = 0; i < count; ++i) {
        const Value expected = one.evaluate(data.values[i]).value();
        ASSERT_TRUE(
            value_of(expression.type(), results[i], present[i] != 0, batch).equals(expected))
            << text << ", row " << i << " of " << count;
      }
    }
  }
}

TEST(Batch, TiesLeapDaysAndEndsOfRanges) {
  // Words of two columns at their edges, the same row by row.
  const Signature two = {{"price", Type::number({.minimum = rt::Decimal(-90'000'000'000'000),
                                                 .maximum = rt::Decimal(90'000'000'000'000),
                                                 .scale = 2})},
                         {"day", Type::date()}};
  std::vector<std::int64_t> prices, days;
  const std::int64_t widest = 9'000'000'000'000'000;
  for (std::int64_t n = -1000; n <= 1000; ++n) {
    prices.push_back(n % 3 == 0   ? n
                     : n % 3 == 1 ? (std::int64_t{1} << 31) + n
                                  : n * (widest / 1000));
    days.push_back(n % 2 == 0
                       ? rt::date_of(static_cast<int>(2000 + n / 2), 2, 28).days + (n & 2) / 2
                       : n * 12'345);
  }
  const Column columns[] = {{.words = prices, .scale = 2}, {.words = days}};
  for (const std::string text :
       {"decimal(price / 10, 2)", "round half up(price / 10, 2)", "floor(price)", "ceiling(price)",
        "decimal(price, 1)", "decimal(price / 100000, 0)", "floor(price / 10000000)",
        "decimal(price / 1000000000, 0)", "price * -1", "abs(price) + 1",
        "if price < 0 then -price else price", "day + 1y", "day - 4y", "day + 13mo", "day - 2d"}) {
    auto expression = compile(text, two, {.acceptance = Acceptance::strict, .units = true});
    ASSERT_TRUE(expression) << text << render(expression.diagnostics(), expression.sources());
    auto batch = Batch::of(*expression);
    ASSERT_TRUE(batch) << text;
    std::vector<std::int64_t> results(prices.size());
    ASSERT_TRUE(batch->evaluate(columns, results)) << text;
    for (std::size_t i = 0; i < prices.size(); ++i) {
      const Value in[] = {Value::number(rt::Decimal::make(prices[i], -2).value()),
                          Value::date({days[i]})};
      const Value expected = expression->evaluate(in).value();
      ASSERT_TRUE(value_of(expression->type(), results[i], true, *batch).equals(expected))
          << text << ", row " << i << ": " << results[i] << ", not " << expected.to_text();
    }
  }
}

TEST(Batch, WhatOverflowsIsRefusedWithItsRow) {
  NumberFacets whole;
  whole.minimum = rt::Decimal(0);
  whole.scale = 0;
  const Signature one = {{"n", Type::number(whole)}, {"m", Type::number(whole)}};
  for (const auto& [text, bad] :
       {std::pair{"n * 1000 > 5", std::int64_t{9'300'000'000'000'000}},
        std::pair{"n + m > 5", INT64_MAX}, std::pair{"n * m > 5", INT64_MAX}}) {
    // No maximum is given: the type's own is 10^12, but columns are not asked for it.
    auto expression = compile(text, one, {.acceptance = Acceptance::strict});
    ASSERT_TRUE(expression);
    auto batch = Batch::of(*expression);
    if (!batch) continue;  // not proved to fit
    std::vector<std::int64_t> words(1300, 7), others(1300, 7), results(1300);
    words[777] = bad;
    const Column columns[] = {{.words = words}, {.words = others}};
    const auto done = batch->evaluate(columns, results);
    ASSERT_FALSE(done) << text;
    EXPECT_EQ(done.error().message.substr(0, 8), "row 777:") << text;
  }
}

TEST(Batch, TextsThatStandTwiceAreStillTheSame) {
  auto batch = Batch::of(strict("role = \"clerk\" and vip")).value();
  Data data(8);
  data.roles = {"manager", "clerk", "clerk", ""};
  data.columns[3].texts = data.roles;
  std::vector<std::int64_t> results(rows);
  ASSERT_TRUE(batch.evaluate(data.columns, results));
  for (std::size_t i = 0; i < rows; ++i) {
    const bool is_clerk = data.words[3][i] == 1 || data.words[3][i] == 2;
    ASSERT_EQ(results[i], is_clerk && data.words[2][i] != 0 ? 1 : 0);
  }
}

TEST(Batch, ColumnsOfAnotherScaleAreReadExactly) {
  auto batch = Batch::of(strict("price * 2")).value();
  Data data(2);
  std::vector<std::int64_t> cents(rows), tenths(rows);
  ASSERT_TRUE(batch.evaluate(data.columns, cents));
  for (std::int64_t& word : data.words[1]) word = word / 100 * 10;  // whole, told with one digit
  data.columns[1].scale = 1;
  ASSERT_TRUE(batch.evaluate(data.columns, tenths));
  for (std::size_t i = 0; i < rows; ++i) ASSERT_EQ(tenths[i], data.words[1][i] * 10 * 2);
  for (std::int64_t& word : data.words[1]) word = word * 1000 + 1;  // a thousandth does not fit
  data.columns[1].scale = 4;
  EXPECT_FALSE(batch.evaluate(data.columns, tenths));
}

TEST(Batch, WhatDoesNotFitIsRefusedWithItsRow) {
  const Expression expression =
      strict("if vip and role = \"clerk\" and grade = high then n else 0");
  auto batch = Batch::of(expression).value();
  std::vector<std::int64_t> results(rows);
  const auto message = [&](const Data& data) {
    const auto done = batch.evaluate(data.columns, results);
    return done ? std::string() : done.error().message;
  };
  Data good(3);
  EXPECT_EQ(message(good), "");
  for (const auto& [column, word, said] :
       {std::tuple{0, 1001, "n, row 700: a word that is no number"},
        std::tuple{0, -1, "n, row 700: a word that is no number"},
        std::tuple{2, 2, "vip, row 700: a word that is no boolean"},
        std::tuple{3, 4, "role, row 700: a word that is no string"},
        std::tuple{4, 3, "grade, row 700: a word that is no Grade"}}) {
    Data bad(3);
    bad.words[static_cast<std::size_t>(column)][700] = word;
    EXPECT_EQ(message(bad), said);
  }
  Data null(3);
  null.columns[0].present = null.bonus_present;
  EXPECT_NE(message(null).find("null, and its type is not optional"), std::string::npos);
  Data few(3);
  few.columns.pop_back();
  EXPECT_EQ(message(few), "a column for each of the 12 names");
  Data shorter(3);
  shorter.words[0].pop_back();
  shorter.columns[0].words = shorter.words[0];
  EXPECT_EQ(message(shorter), "n: 1299 rows, not 1300");
}

TEST(Batch, ADateBeyondTheCalendarIsAnError) {
  auto batch = Batch::of(strict("bought + duration(\"P1Y\")")).value();
  Data data(4);
  data.words[5][1299] = rt::max_date.days;
  std::vector<std::int64_t> results(rows);
  const auto done = batch.evaluate(data.columns, results);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::limit);
  EXPECT_EQ(done.error().message, "row 1299: a date or instant lies beyond the calendar");
}

TEST(Batch, NothingIsReadThatARowDoesNotReach) {
  // The division of rows that are not asked must not fail for them.
  auto batch = Batch::of(strict("if vip then bought + duration(\"P9Y\") else today")).value();
  Data data(5);
  for (std::size_t i = 0; i < rows; ++i)
    if (data.words[2][i] == 0) data.words[5][i] = rt::max_date.days;
  std::vector<std::int64_t> results(rows);
  EXPECT_TRUE(batch.evaluate(data.columns, results));
}

TEST(Batch, OnlyWordsGoThroughColumns) {
  EXPECT_FALSE(Batch::of(strict("count([n, n + 1])")));
  EXPECT_FALSE(Batch::of(strict("string(n)")));
  auto lenient = compile("n + 1", names());
  EXPECT_FALSE(Batch::of(*lenient));
}

TEST(Batch, AResultThatMayBeNullNeedsAPlaceToSaySo) {
  auto batch = Batch::of(strict("if vip and bonus != null then n else null")).value();
  Data data(6);
  std::vector<std::int64_t> results(rows);
  EXPECT_FALSE(batch.evaluate(data.columns, results));
}

}  // namespace
}  // namespace aftercare
