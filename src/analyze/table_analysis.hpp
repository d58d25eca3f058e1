// analyze/table_analysis.hpp — what can be proved of a table's rows before it runs: holes,
// overlaps, rows that never count.
//
//   TableShape shape = …;                 // columns with their domains, rows as sets
//   TableFacts facts = analyze(shape);
//   for (const Gap& gap : facts.gaps) …   // gap.point: one value a column that no row takes
//
// All columns are looked at together. Each column is cut into classes of values that no row tells
// apart; the search goes through combinations of classes, remembering sets of rows that it has
// seen. Exact as long as the budget lasts; after that the verdict is "not proved", never a guess.
// A cell whose set is not known (`program`) counts as accepting nothing where coverage is to be
// proved, and as accepting everything where disjointness is. Needs: table. Knows nothing of FEEL.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "table/matcher.hpp"

namespace aftercare::analyze {

/// Which rows of those that match count.
enum class RowChoice : std::uint8_t {
  one,    ///< at most one may match: overlaps are wrong
  same,   ///< several may match if they agree
  first,  ///< the first counts
  some,   ///< several may match; holes are wrong, overlaps are not
  all,    ///< all count: neither holes nor overlaps are wrong
};

/// A column of signs is named by the two expressions that it compares, with this between them.
inline constexpr char sign_mark = '\n';

struct ShapeColumn {
  std::string name;
  Type type;                              ///< bounds and step of numbers, words of symbols
  std::optional<table::ValueSet> domain;  ///< allowed values, where they are declared
  bool may_be_null = false;
  /// Of times and dates with times, whether they bear a zone; none: as those in the cells do.
  std::optional<bool> is_zoned = {};
  table::Column cells;
};

struct TableShape {
  std::vector<ShapeColumn> columns;
  std::size_t rows = 0;
  RowChoice choice = RowChoice::one;
  bool has_default = false;           ///< an `else`: holes are not wrong
  std::vector<std::string> outcomes;  ///< what each row gives; equal texts are equal results
  /// False where the columns are not independent of each other: then a hole or an overlap that is
  /// found may be no case at all, and is not certain.
  bool is_exact = true;
  std::vector<std::uint32_t> owners;  ///< rows of one owner may overlap; empty: each its own
};

/// One value a column.
using Point = std::vector<Value>;

struct Gap {
  Point point;
  bool is_certain = true;  ///< false: a cell that is not known might take it
  std::vector<table::ValueSet>
      region;  ///< a box around the point that no row takes, one set a column
};

struct Overlap {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  Point point;
  bool is_certain = true;
};

/// A row that never counts.
struct DeadRow {
  enum class Why : std::uint8_t {
    empty,    ///< the cell in `column` accepts no value of its column
    covered,  ///< earlier rows take all of its cases; `other` takes the point
    within,   ///< it lies within row `other`
    useless,  ///< without it every case has the same result
  };
  Why why = Why::empty;
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::uint32_t other = 0;
  Point point;
};

struct TableFacts {
  std::vector<Gap> gaps;          ///< at most `most_findings`
  std::vector<Overlap> overlaps;  ///< at most `most_findings`
  std::vector<DeadRow> dead;
  bool is_complete = false;  ///< proved: every point of the domains is taken
  bool is_disjoint = false;  ///< proved: no point is taken by two owners
  bool ran_out = false;      ///< the budget ended before the answer
  std::vector<std::uint32_t>
      costly;  ///< then: columns with the most classes, to split the table by
};

struct AnalysisOptions {
  std::uint64_t budget = 2'000'000;  ///< steps of each question, some 100 ns each
  std::size_t most_findings = 8;
  bool null_is_a_case = true;  ///< of an optional column; DMN's inputs are all optional
  bool has_policies = false;   ///< whether its author may write another hit policy: of DMN
};

[[nodiscard]] TableFacts analyze(const TableShape& shape, const AnalysisOptions& options = {});

/// A value of `set` that the type allows, as plain a one as can be found; null where there is none.
[[nodiscard]] std::optional<Value> example(const table::Interval& interval, Kind kind,
                                           const Type& type, bool is_zoned = false);

}  // namespace aftercare::analyze
