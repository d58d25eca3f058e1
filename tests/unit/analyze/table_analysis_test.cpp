#include "analyze/table_analysis.hpp"

#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "table/cells.hpp"

namespace aftercare::analyze {
namespace {

using table::Cell;
using table::Interval;
using table::ValueSet;

bool row_takes(const TableShape& shape, std::size_t row, const Point& point) {
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    const table::Column& column = shape.columns[c].cells;
    const Cell cell = column.cells[row];
    if (cell.is == Cell::Is::set && !column.sets[cell.index].contains(point[c])) return false;
    if (cell.is == Cell::Is::program) return false;
  }
  return true;
}

std::vector<std::size_t> takers(const TableShape& shape, const Point& point) {
  std::vector<std::size_t> rows;
  for (std::size_t r = 0; r < shape.rows; ++r) {
    if (row_takes(shape, r, point)) rows.push_back(r);
  }
  return rows;
}

// A random decision tree, cut into rows: complete and disjoint by construction. Each row is a box;
// leaves split one column of the box by a threshold, by a value or by a group of words.
struct Box {
  std::vector<ValueSet> sides;
};

struct Tree {
  TableShape shape;
  std::vector<Box> boxes;
  std::size_t first = 0;  ///< domain of the first column
};

/// The domains of columns, one after the other.
enum class Domain : std::uint8_t {
  number,
  symbol,
  boolean,
  date,
  days,
  string,
  months,
  time,
  zoned_time,
  date_time,
  zoned_date_time,
  instant,
  money,
};
constexpr std::size_t domains = 13;

Domain domain_of(std::size_t c) { return static_cast<Domain>(c % domains); }

bool is_zoned(std::size_t c) {
  return domain_of(c) == Domain::zoned_time || domain_of(c) == Domain::zoned_date_time;
}

constexpr std::uint32_t yuan = currency_code("CNY");

Type column_type(std::size_t c) {
  switch (domain_of(c)) {
    case Domain::number:
      return Type::number({rt::Decimal(0), rt::Decimal(100), 2});
    case Domain::symbol:
      return Type::symbol("Grade", {"a", "b", "c", "d"}, 1);
    case Domain::boolean:
      return Type::boolean();
    case Domain::date:
      return Type::date();
    case Domain::days:
      return Type::of(Type::Is::days_duration);
    case Domain::string:
      return Type::string();
    case Domain::months:
      return Type::of(Type::Is::months_duration);
    case Domain::time:
    case Domain::zoned_time:
      return Type::of(Type::Is::time);
    case Domain::date_time:
    case Domain::zoned_date_time:
      return Type::of(Type::Is::date_time);
    case Domain::instant:
      return Type::instant();
    default:
      return Type::money(yuan, 2);
  }
}

Kind column_kind(std::size_t c) { return table::scalar_kind(column_type(c)); }

/// Values near each other, so that bounds meet and lie side by side.
Value draw(std::mt19937& random, std::size_t c) {
  const auto k = static_cast<std::int64_t>(random() % 20);
  ZoneRef zone;
  if (is_zoned(c)) {
    zone.kind = ZoneRef::Kind::offset;
    zone.offset_seconds = static_cast<std::int32_t>(random() % 5) * 3600 - 7200;
  }
  switch (domain_of(c)) {
    case Domain::number:
      return Value::number(*rt::Decimal::make(k * 505, -2));
    case Domain::symbol:
      return Value::symbol(1, static_cast<std::uint32_t>(k % 4));
    case Domain::boolean:
      return Value::boolean(k % 2 == 0);
    case Domain::date:
      return Value::date({20'000 + k});
    case Domain::days:
      return random() % 2 == 0 ? Value::days_duration({k * 1800, 0})
                               : Value::days_duration({3600, static_cast<std::int32_t>(k)});
    case Domain::string:
      return Value::string(std::string(1, static_cast<char>('a' + k)));
    case Domain::months:
      return Value::months_duration({k});
    case Domain::time:
    case Domain::zoned_time: {
      // Parts of a second are not looked at.
      const std::int64_t seconds = random() % 4 == 0 ? 86'399 - k : k * (random() % 2 == 0 ? 1 : 3600);
      return Value::time({{seconds * rt::nanos_per_second + k}, zone});
    }
    case Domain::date_time:
    case Domain::zoned_date_time:
      return Value::date_time({{20'000 + k % 3}, {k * rt::nanos_per_second}, zone});
    case Domain::instant:
      return Value::instant({1'700'000'000'000'000 + k * (random() % 2 == 0 ? 1 : 1'000'000)});
    default:
      return Value::money(k * 50 + static_cast<std::int64_t>(random() % 2), yuan, 2);
  }
}

bool has_example(const ValueSet& set, const Type& type) {
  for (const Interval& i : set.intervals()) {
    if (example(i, set.kind(), type, set.is_zoned())) return true;
  }
  return false;
}

Tree draw_tree(std::mt19937& random, std::size_t columns, std::size_t rows) {
  Tree tree;
  tree.first = random() % domains;
  Box whole;
  for (std::size_t c = 0; c < columns; ++c) {
    whole.sides.push_back(
        ValueSet::everything(column_kind(tree.first + c), is_zoned(tree.first + c)));
  }
  tree.boxes.push_back(whole);
  for (int attempt = 0; tree.boxes.size() < rows && attempt < 400; ++attempt) {
    const std::size_t at = random() % tree.boxes.size();
    const std::size_t c = random() % columns;
    const std::size_t domain = tree.first + c;
    const Value cut = draw(random, domain);
    ValueSet part = ValueSet::only(cut);
    const Kind kind = column_kind(domain);
    if (kind != Kind::boolean && kind != Kind::symbol && random() % 3 != 0) {
      part = ValueSet::of({{}, cut, false, random() % 2 == 0});
    } else if (kind == Kind::symbol && random() % 2 == 0) {
      part.add(ValueSet::only(draw(random, domain)));
    }
    const ValueSet inside = tree.boxes[at].sides[c].intersection(part);
    const ValueSet outside = tree.boxes[at].sides[c].intersection(part.complement());
    if (!has_example(inside, column_type(domain)) || !has_example(outside, column_type(domain))) {
      continue;
    }
    Box other = tree.boxes[at];
    tree.boxes[at].sides[c] = inside;
    other.sides[c] = outside;
    tree.boxes.push_back(std::move(other));
  }
  std::shuffle(tree.boxes.begin(), tree.boxes.end(), random);
  tree.shape.rows = tree.boxes.size();
  for (std::size_t c = 0; c < columns; ++c) {
    ShapeColumn column;
    column.name = "c" + std::to_string(c);
    column.type = column_type(tree.first + c);
    if (column_kind(tree.first + c) == Kind::time || column_kind(tree.first + c) == Kind::date_time) {
      column.is_zoned = is_zoned(tree.first + c);
    }
    for (const Box& box : tree.boxes) {
      if (box.sides[c].complement().is_empty()) {
        column.cells.cells.push_back({});
        continue;
      }
      column.cells.cells.push_back(
          {Cell::Is::set, static_cast<std::uint32_t>(column.cells.sets.size())});
      column.cells.sets.push_back(box.sides[c]);
    }
    tree.shape.columns.push_back(std::move(column));
  }
  return tree;
}

int table_count() {
  const char* count = std::getenv("AFTERCARE_GENERATED_TABLES");
  return count == nullptr ? 300 : std::atoi(count);
}

TEST(TableAnalysis, a_decision_tree_is_complete_and_disjoint) {
  std::mt19937 random(11);
  for (int i = 0; i < table_count(); ++i) {
    const Tree tree = draw_tree(random, 1 + random() % 7, 1 + random() % 20);
    const TableFacts facts = analyze(tree.shape);
    ASSERT_FALSE(facts.ran_out);
    EXPECT_TRUE(facts.is_complete) << i;
    EXPECT_TRUE(facts.is_disjoint) << i;
    EXPECT_TRUE(facts.gaps.empty() && facts.overlaps.empty() && facts.dead.empty()) << i;
  }
}

TEST(TableAnalysis, one_cell_changed_is_found_where_it_was_changed) {
  std::mt19937 random(12);
  int holes = 0;
  int doubles = 0;
  for (int i = 0; i < table_count(); ++i) {
    const std::size_t columns = 1 + random() % 7;
    Tree tree = draw_tree(random, columns, 2 + random() % 20);
    const std::size_t row = random() % tree.boxes.size();
    const std::size_t c = random() % columns;
    const std::size_t domain = tree.first + c;
    const ValueSet before = tree.boxes[row].sides[c];
    ValueSet after = ValueSet::only(draw(random, domain));
    if (random() % 2 == 0) {  // wider by one value or a half-line
      after = before;
      after.add(random() % 2 == 0 ? ValueSet::only(draw(random, domain))
                                  : ValueSet::of({{}, draw(random, domain), false, true}));
    }
    TableShape& shape = tree.shape;
    shape.columns[c].cells.cells[row] = {
        Cell::Is::set, static_cast<std::uint32_t>(shape.columns[c].cells.sets.size())};
    shape.columns[c].cells.sets.push_back(after);
    const bool loses = has_example(before.intersection(after.complement()), column_type(domain));
    const ValueSet gained = after.intersection(before.complement());

    AnalysisOptions options;
    options.most_findings = 1000;
    const TableFacts facts = analyze(shape, options);
    ASSERT_FALSE(facts.ran_out);
    EXPECT_EQ(facts.is_complete, !loses) << i;
    EXPECT_EQ(facts.gaps.empty(), !loses) << i;
    for (const Gap& gap : facts.gaps) {
      ++holes;
      EXPECT_TRUE(takers(shape, gap.point).empty());
      EXPECT_TRUE(gap.is_certain);
      for (std::size_t k = 0; k < columns; ++k) {  // in exactly the region that was cut away
        EXPECT_TRUE(tree.boxes[row].sides[k].contains(gap.point[k]));
        EXPECT_TRUE(gap.region[k].contains(gap.point[k]));
      }
      EXPECT_FALSE(after.contains(gap.point[c]));
    }
    EXPECT_EQ(facts.is_disjoint, !has_example(gained, column_type(domain))) << i;
    for (const Overlap& overlap : facts.overlaps) {
      ++doubles;
      EXPECT_TRUE(overlap.first == row || overlap.second == row);
      EXPECT_EQ(takers(shape, overlap.point).size(), 2U);
      EXPECT_TRUE(gained.contains(overlap.point[c]));
    }
  }
  EXPECT_GT(holes, 50);
  EXPECT_GT(doubles, 50);
}

TEST(TableAnalysis, regions_of_gaps_hold_no_taken_point) {
  std::mt19937 random(13);
  for (int i = 0; i < 100; ++i) {
    const std::size_t columns = 2 + random() % 4;
    Tree tree = draw_tree(random, columns, 3 + random() % 10);
    // Without one row, its box is the hole.
    TableShape shape = tree.shape;
    const std::size_t gone = random() % shape.rows;
    --shape.rows;
    for (ShapeColumn& column : shape.columns) {
      column.cells.cells.erase(column.cells.cells.begin() + static_cast<std::ptrdiff_t>(gone));
    }
    const TableFacts facts = analyze(shape);
    ASSERT_FALSE(facts.gaps.empty());
    for (const Gap& gap : facts.gaps) {
      for (std::size_t c = 0; c < columns; ++c) {
        EXPECT_TRUE(gap.region[c].intersection(tree.boxes[gone].sides[c].complement()).is_empty() ||
                    !has_example(gap.region[c].intersection(tree.boxes[gone].sides[c].complement()),
                                 column_type(tree.first + c)));
      }
    }
  }
}

// Small grids of whole numbers, judged by trying every point.
TEST(TableAnalysis, agrees_with_trying_every_point) {
  std::mt19937 random(14);
  for (int i = 0; i < 400; ++i) {
    const std::size_t columns = 1 + random() % 3;
    TableShape shape;
    shape.rows = 1 + random() % 6;
    shape.choice = static_cast<RowChoice>(random() % 3);
    for (std::size_t r = 0; r < shape.rows; ++r) {
      shape.outcomes.push_back(std::to_string(random() % 2));
    }
    for (std::size_t c = 0; c < columns; ++c) {
      ShapeColumn column;
      column.type = Type::number({rt::Decimal(0), rt::Decimal(4), 0});
      column.may_be_null = random() % 3 == 0;
      for (std::size_t r = 0; r < shape.rows; ++r) {
        if (random() % 4 == 0) {
          column.cells.cells.push_back({});
          continue;
        }
        const auto low = static_cast<std::int64_t>(random() % 5);
        ValueSet set = ValueSet::of({Value::integer(low),
                                     Value::integer(low + static_cast<std::int64_t>(random() % 4)),
                                     random() % 3 != 0, random() % 3 != 0});
        if (column.may_be_null && random() % 3 == 0) set.set_accepts_null(true);
        column.cells.cells.push_back(
            {Cell::Is::set, static_cast<std::uint32_t>(column.cells.sets.size())});
        column.cells.sets.push_back(set);
      }
      shape.columns.push_back(std::move(column));
    }
    std::vector<Point> points = {{}};
    for (std::size_t c = 0; c < columns; ++c) {
      std::vector<Point> next;
      for (const Point& p : points) {
        for (int v = shape.columns[c].may_be_null ? -1 : 0; v <= 4; ++v) {
          Point q = p;
          q.push_back(v < 0 ? Value() : Value::integer(v));
          next.push_back(std::move(q));
        }
      }
      points = std::move(next);
    }
    bool complete = true;
    bool disjoint = true;
    std::set<std::size_t> matches;
    std::set<std::size_t> counts;
    for (const Point& p : points) {
      const auto rows = takers(shape, p);
      complete = complete && !rows.empty();
      disjoint = disjoint && rows.size() <= 1;
      matches.insert(rows.begin(), rows.end());
      if (!rows.empty()) counts.insert(rows.front());
    }
    AnalysisOptions options;
    options.most_findings = 1000;
    const TableFacts facts = analyze(shape, options);
    EXPECT_EQ(facts.is_complete, complete);
    if (shape.choice != RowChoice::first) {
      EXPECT_EQ(facts.is_disjoint, disjoint);
    }
    for (const Gap& gap : facts.gaps) EXPECT_TRUE(takers(shape, gap.point).empty());
    for (std::size_t r = 0; r < shape.rows; ++r) {
      bool empty = false;
      bool covered = false;
      for (const DeadRow& dead : facts.dead) {
        if (dead.row != r) continue;
        empty = empty || dead.why == DeadRow::Why::empty;
        covered = covered || dead.why == DeadRow::Why::covered;
        if (dead.why == DeadRow::Why::covered) {
          EXPECT_EQ(takers(shape, dead.point).front(), dead.other);
        }
      }
      EXPECT_EQ(empty, !matches.contains(r));
      if (shape.choice == RowChoice::first) {
        EXPECT_EQ(covered, matches.contains(r) && !counts.contains(r));
      }
    }
    // A useless row: without it every point has the same result.
    if (shape.choice == RowChoice::first) {
      for (std::size_t r = 0; r < shape.rows; ++r) {
        bool matters = false;
        for (const Point& p : points) {
          const auto rows = takers(shape, p);
          if (rows.empty() || rows.front() != r) continue;
          matters = matters || rows.size() < 2 || shape.outcomes[rows[1]] != shape.outcomes[r];
        }
        const bool told = std::any_of(facts.dead.begin(), facts.dead.end(),
                                      [&](const DeadRow& dead) { return dead.row == r; });
        EXPECT_EQ(told, !matters) << "table " << i << " row " << r;
      }
    }
  }
}

/// A table of one column whose cells are these sets.
TableShape one_column(Type type, std::vector<ValueSet> sets) {
  TableShape shape;
  shape.rows = sets.size();
  ShapeColumn column;
  column.name = "d";
  column.type = std::move(type);
  for (std::uint32_t r = 0; r < sets.size(); ++r) column.cells.cells.push_back({Cell::Is::set, r});
  column.cells.sets = std::move(sets);
  shape.columns.push_back(std::move(column));
  return shape;
}

std::string only_gap(const Type& type, const Value& up_to, const Value& from) {
  const TableFacts facts =
      analyze(one_column(type, {ValueSet::of({{}, up_to, false, true}),
                                ValueSet::of({from, {}, true, false})}));
  EXPECT_TRUE(facts.is_disjoint);
  EXPECT_EQ(facts.is_complete, facts.gaps.empty());
  return facts.gaps.size() == 1 ? facts.gaps[0].point[0].to_text() : "";
}

TEST(TableAnalysis, each_kind_of_time_has_the_neighbours_that_it_has) {
  const auto days = [](std::int64_t s, std::int32_t n) { return Value::days_duration({s, n}); };
  const Type duration = Type::of(Type::Is::days_duration);
  EXPECT_EQ(only_gap(duration, days(3600, 0), days(3601, 0)), "PT1H0.5S");
  EXPECT_EQ(only_gap(duration, days(3600, 0), days(3600, 1)), "");
  EXPECT_EQ(only_gap(duration, days(3600, 0), days(3600, 2)), "PT1H0.000000001S");
  const auto months = [](std::int64_t m) { return Value::months_duration({m}); };
  const Type term = Type::of(Type::Is::months_duration);
  EXPECT_EQ(only_gap(term, months(12), months(13)), "");
  EXPECT_EQ(only_gap(term, months(12), months(14)), "P1Y1M");
  const auto time = [](std::int64_t s, ZoneRef zone = {}) {
    return Value::time({{s * rt::nanos_per_second}, std::move(zone)});
  };
  const Type clock = Type::of(Type::Is::time);
  EXPECT_EQ(only_gap(clock, time(43'200), time(43'201)), "");
  EXPECT_EQ(only_gap(clock, time(43'200), time(43'202)), "12:00:01");
  const ZoneRef east{ZoneRef::Kind::offset, 8 * 3600, {}, false};
  const ZoneRef utc{ZoneRef::Kind::offset, 0, {}, false};
  EXPECT_EQ(only_gap(clock, time(43'200, east), time(14'402, utc)), "04:00:01Z");
  EXPECT_EQ(only_gap(clock, time(3600, east), time(4000, east)), "00:00:01+07:00");
  const auto at = [](std::int64_t s, ZoneRef zone = {}) {
    return Value::date_time({{20'000}, {s * rt::nanos_per_second}, std::move(zone)});
  };
  const Type moment = Type::of(Type::Is::date_time);
  EXPECT_EQ(only_gap(moment, at(0), at(1)), "");
  EXPECT_EQ(only_gap(moment, at(0), at(2)), "2024-10-04T00:00:01");
  EXPECT_EQ(only_gap(moment, at(0, east), at(2, east)), "2024-10-03T16:00:01Z");
}

TEST(TableAnalysis, the_day_ends_and_so_do_the_dates) {
  const auto time = [](std::int64_t s) { return Value::time({{s * rt::nanos_per_second}, {}}); };
  const TableFacts day = analyze(one_column(
      Type::of(Type::Is::time), {ValueSet::of({time(0), time(86'399), true, true})}));
  EXPECT_TRUE(day.is_complete);
  const TableFacts dates = analyze(one_column(
      Type::date(),
      {ValueSet::of({Value::date(rt::min_date), Value::date(rt::max_date), true, true})}));
  EXPECT_TRUE(dates.is_complete);
}

TEST(TableAnalysis, times_with_and_without_a_zone_are_cases_where_both_are_declared) {
  const ZoneRef utc{ZoneRef::Kind::offset, 0, {}, false};
  const auto time = [](const ZoneRef& zone) { return Value::time({{0}, zone}); };
  const TableFacts facts =
      analyze(one_column(Type::of(Type::Is::time), {ValueSet::of({time({}), {}, true, false}),
                                                    ValueSet::of({time(utc), {}, true, false})}));
  EXPECT_TRUE(facts.is_disjoint);
  ASSERT_EQ(facts.gaps.size(), 1U);  // UTC's 00:00 lies an hour after 00:00+01:00
  EXPECT_EQ(facts.gaps[0].point[0].to_text(), "00:59:59+01:00");
}

TEST(TableAnalysis, a_cell_that_is_not_known_proves_nothing) {
  TableShape shape;
  shape.rows = 2;
  ShapeColumn column;
  column.name = "n";
  column.type = Type::number();
  column.cells.sets = {ValueSet::of({{}, Value::integer(5), false, false})};
  column.cells.cells = {{Cell::Is::set, 0}, {Cell::Is::program, 0}};
  shape.columns.push_back(column);
  const TableFacts facts = analyze(shape);
  EXPECT_FALSE(facts.is_complete);
  ASSERT_EQ(facts.gaps.size(), 1U);
  EXPECT_FALSE(facts.gaps[0].is_certain);
  EXPECT_FALSE(facts.is_disjoint);
  ASSERT_EQ(facts.overlaps.size(), 1U);
  EXPECT_FALSE(facts.overlaps[0].is_certain);
}

TEST(TableAnalysis, out_of_budget_is_not_proved) {
  std::mt19937 random(15);
  const Tree tree = draw_tree(random, 7, 20);
  AnalysisOptions options;
  options.budget = 3;
  const TableFacts facts = analyze(tree.shape, options);
  EXPECT_TRUE(facts.ran_out);
  EXPECT_FALSE(facts.is_complete);
  EXPECT_FALSE(facts.is_disjoint);
  EXPECT_FALSE(facts.costly.empty());
}

}  // namespace
}  // namespace aftercare::analyze
