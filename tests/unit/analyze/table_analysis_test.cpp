#include "analyze/table_analysis.hpp"

#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

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
};

Type column_type(std::size_t c) {
  switch (c % 7) {
    case 0:
      return Type::number({rt::Decimal(0), rt::Decimal(100), 2});
    case 1:
      return Type::symbol("Grade", {"a", "b", "c", "d"}, 1);
    case 2:
      return Type::boolean();
    case 3:
      return Type::date();
    case 4:
      return Type::of(Type::Is::days_duration);
    case 5:
      return Type::string();
    default:
      return Type::of(Type::Is::months_duration);
  }
}

Kind column_kind(std::size_t c) {
  constexpr Kind kinds[] = {Kind::number,        Kind::symbol, Kind::boolean,        Kind::date,
                            Kind::days_duration, Kind::string, Kind::months_duration};
  return kinds[c % 7];
}

Value draw(std::mt19937& random, std::size_t c) {
  const auto k = static_cast<std::int64_t>(random() % 20);
  switch (column_kind(c)) {
    case Kind::number:
      return Value::number(*rt::Decimal::make(k * 505, -2));
    case Kind::symbol:
      return Value::symbol(1, static_cast<std::uint32_t>(k % 4));
    case Kind::boolean:
      return Value::boolean(k % 2 == 0);
    case Kind::date:
      return Value::date({20'000 + k});
    case Kind::days_duration:
      return Value::days_duration({k * 1800, 0});
    case Kind::string:
      return Value::string(std::string(1, static_cast<char>('a' + k)));
    default:
      return Value::months_duration({k});
  }
}

bool has_example(const ValueSet& set, const Type& type) {
  for (const Interval& i : set.intervals()) {
    if (example(i, set.kind(), type)) return true;
  }
  return false;
}

Tree draw_tree(std::mt19937& random, std::size_t columns, std::size_t rows) {
  Tree tree;
  Box whole;
  for (std::size_t c = 0; c < columns; ++c) {
    whole.sides.push_back(ValueSet::everything(column_kind(c)));
  }
  tree.boxes.push_back(whole);
  for (int attempt = 0; tree.boxes.size() < rows && attempt < 400; ++attempt) {
    const std::size_t at = random() % tree.boxes.size();
    const std::size_t c = random() % columns;
    const Value cut = draw(random, c);
    ValueSet part = ValueSet::only(cut);
    const Kind kind = column_kind(c);
    if (kind != Kind::boolean && kind != Kind::symbol && random() % 3 != 0) {
      part = ValueSet::of({{}, cut, false, random() % 2 == 0});
    } else if (kind == Kind::symbol && random() % 2 == 0) {
      part.add(ValueSet::only(draw(random, c)));
    }
    const ValueSet inside = tree.boxes[at].sides[c].intersection(part);
    const ValueSet outside = tree.boxes[at].sides[c].intersection(part.complement());
    if (!has_example(inside, column_type(c)) || !has_example(outside, column_type(c))) continue;
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
    column.type = column_type(c);
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
    const ValueSet before = tree.boxes[row].sides[c];
    ValueSet after = ValueSet::only(draw(random, c));
    if (random() % 2 == 0) {  // wider by one value or a half-line
      after = before;
      after.add(random() % 2 == 0 ? ValueSet::only(draw(random, c))
                                  : ValueSet::of({{}, draw(random, c), false, true}));
    }
    TableShape& shape = tree.shape;
    shape.columns[c].cells.cells[row] = {
        Cell::Is::set, static_cast<std::uint32_t>(shape.columns[c].cells.sets.size())};
    shape.columns[c].cells.sets.push_back(after);
    const bool loses = has_example(before.intersection(after.complement()), column_type(c));
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
    EXPECT_EQ(facts.is_disjoint, !has_example(gained, column_type(c))) << i;
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
                                 column_type(c)));
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
