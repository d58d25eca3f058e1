#include "table/matcher.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "table/value_set.hpp"

namespace aftercare::table {
namespace {

Value n(std::int64_t value) { return Value::integer(value); }
ValueSet between(std::int64_t low, bool in_low, std::int64_t high, bool in_high) {
  return ValueSet::of({n(low), n(high), in_low, in_high});
}

TEST(ValueSet, touching_intervals_become_one) {
  ValueSet set = between(1, true, 3, false);
  set.add(between(3, true, 5, true));
  EXPECT_EQ(set.intervals().size(), 1U);
  EXPECT_TRUE(set.contains(n(3)));
  ValueSet hole = between(1, true, 3, false);
  hole.add(between(3, false, 5, true));
  EXPECT_EQ(hole.intervals().size(), 2U);
  EXPECT_FALSE(hole.contains(n(3)));
  EXPECT_EQ(hole.to_text(), "[1..3), (3..5]");
}

TEST(ValueSet, complement_is_the_rest_at_every_end) {
  for (const bool low : {false, true}) {
    for (const bool high : {false, true}) {
      const ValueSet set = between(1, low, 3, high);
      const ValueSet rest = set.complement();
      for (std::int64_t i = 0; i <= 4; ++i) EXPECT_NE(set.contains(n(i)), rest.contains(n(i))) << i;
    }
  }
  EXPECT_TRUE(ValueSet::everything(Kind::number).complement().is_empty());
  EXPECT_EQ(ValueSet(Kind::number).complement().to_text(), "-");
  EXPECT_EQ(ValueSet::of({{}, n(3), false, true}).complement().to_text(), "> 3");
}

TEST(ValueSet, null_is_accepted_only_where_it_is_named) {
  ValueSet set = ValueSet::everything(Kind::number);
  EXPECT_FALSE(set.contains(Value::null()));
  set.set_accepts_null(true);
  EXPECT_TRUE(set.contains(Value::null()));
  EXPECT_FALSE(set.contains(Value::string("a")));
}

TEST(ValueSet, intersection_agrees_with_contains) {
  std::mt19937 random(1);
  const auto draw = [&] {
    ValueSet set(Kind::number);
    for (int k = 0; k < 3; ++k) {
      const auto low = static_cast<std::int64_t>(random() % 10);
      set.add(between(low, random() % 2 == 0, low + static_cast<std::int64_t>(random() % 5),
                      random() % 2 == 0));
    }
    return set;
  };
  for (int i = 0; i < 500; ++i) {
    const ValueSet a = draw();
    const ValueSet b = draw();
    const ValueSet both = a.intersection(b);
    for (std::int64_t v = -10; v < 160; v += 5) {
      const Value x = Value::number(*rt::Decimal::make(v, -1));
      EXPECT_EQ(both.contains(x), a.contains(x) && b.contains(x));
    }
  }
}

// A table drawn at random, and the row-by-row answer.
struct Drawn {
  std::vector<Column> columns;
  std::size_t rows = 0;
};

Value draw_value(std::mt19937& random, Kind kind) {
  const auto small = static_cast<std::int64_t>(random() % 40);
  switch (kind) {
    case Kind::number:
      return Value::number(*rt::Decimal::make(small, -static_cast<int>(random() % 2)));
    case Kind::string:
      return Value::string(std::string(1, static_cast<char>('a' + small % 26)));
    case Kind::date:
      return Value::date({small});
    case Kind::days_duration:
      return Value::days_duration({small, static_cast<std::int32_t>(random() % 2)});
    default:
      return Value::boolean(small % 2 == 0);
  }
}

Drawn draw_table(std::mt19937& random, std::size_t rows) {
  Drawn table;
  table.rows = rows;
  for (const Kind kind :
       {Kind::number, Kind::string, Kind::date, Kind::days_duration, Kind::boolean}) {
    Column column;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto choice = random() % 5;
      if (choice == 0) {
        column.cells.push_back({});
        continue;
      }
      if (choice == 1) {
        column.cells.push_back({Cell::Is::program, 0});
        continue;
      }
      ValueSet set(kind);
      for (unsigned k = 0; k < 1 + random() % 2; ++k) {
        Value low = random() % 6 == 0 ? Value() : draw_value(random, kind);
        Value high = random() % 6 == 0 ? Value() : draw_value(random, kind);
        if (low.is_null() && high.is_null()) high = draw_value(random, kind);
        if (random() % 2 == 0 && !low.is_null()) high = low;
        set.add(ValueSet::of({low, high, random() % 3 != 0, random() % 3 != 0}));
      }
      if (random() % 2 == 0) set = set.complement();
      if (random() % 4 == 0) set.set_accepts_null(true);
      column.cells.push_back({Cell::Is::set, static_cast<std::uint32_t>(column.sets.size())});
      column.sets.push_back(std::move(set));
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

TEST(Matcher, agrees_with_a_row_by_row_scan) {
  std::mt19937 random(7);
  for (const std::size_t rows : {1U, 3U, 12U, 64U, 65U, 130U, 400U}) {
    const Drawn table = draw_table(random, rows);
    const Matcher matcher(table.columns, rows);
    std::vector<std::uint64_t> found(matcher.words());
    for (int i = 0; i < 300; ++i) {
      std::vector<Value> inputs = {draw_value(random, Kind::number),
                                   draw_value(random, Kind::string), draw_value(random, Kind::date),
                                   draw_value(random, Kind::days_duration),
                                   draw_value(random, Kind::boolean)};
      if (random() % 4 == 0) inputs[random() % inputs.size()] = Value::null();
      if (random() % 4 == 0) inputs[0] = Value::string("other kind");
      const std::uint64_t mismatches = matcher.match(inputs, found);
      for (std::size_t r = 0; r < rows; ++r) {
        bool expected = true;
        for (std::size_t c = 0; c < inputs.size(); ++c) {
          const Cell cell = table.columns[c].cells[r];
          if (cell.is == Cell::Is::set && !table.columns[c].sets[cell.index].contains(inputs[c])) {
            expected = false;
          }
        }
        ASSERT_EQ((found[r / 64] >> (r % 64) & 1) != 0, expected) << "row " << r << " of " << rows;
      }
      if (rows >= 64) {  // small ones may have only `-` in the column
        EXPECT_EQ((mismatches & 1) != 0, inputs[0].kind() == Kind::string);
      }
    }
  }
}

TEST(Matcher, a_number_with_more_digits_than_the_cells_is_found) {
  Column column;
  column.sets = {between(1, true, 2, false)};
  column.cells = {{Cell::Is::set, 0}};
  const Matcher matcher(std::vector<Column>{column}, 1);
  std::vector<std::uint64_t> found(1);
  for (const auto& [text, expected] :
       std::vector<std::pair<const char*, bool>>{{"1.999999999999999999999999999999999", true},
                                                 {"0.9999999999999999999", false},
                                                 {"2.0000", false},
                                                 {"1E+3000", false},
                                                 {"1E-3000", false},
                                                 {"1.0", true}}) {
    const std::vector<Value> inputs = {Value::number(text).value()};
    static_cast<void>(matcher.match(inputs, found));
    EXPECT_EQ(found[0] == 1, expected) << text;
  }
}

TEST(Matcher, a_large_table_stays_small) {
  constexpr std::size_t rows = 3000;
  std::vector<Column> columns(13);
  for (Column& column : columns) {
    for (std::size_t r = 0; r < rows; ++r) {
      const auto low = static_cast<std::int64_t>(r) * 10;
      column.sets.push_back(between(low, true, low + 25, false));
      column.cells.push_back({Cell::Is::set, static_cast<std::uint32_t>(r)});
    }
  }
  const Matcher matcher(columns, rows);
  EXPECT_LE(matcher.size_in_bytes(), rows * columns.size() * 100);
}

}  // namespace
}  // namespace aftercare::table
