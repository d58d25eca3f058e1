// table/matcher.hpp — which rows of a table match a tuple of values.
//
//   Matcher matcher(columns, row_count);
//   std::vector<std::uint64_t> rows;     // one bit a row
//   matcher.match(inputs, rows);
//
// Each column is cut at the ends of its intervals into elementary segments. A segment (in large
// tables: a group of neighbouring segments and the few rows that take part of it) has the set of
// rows that accept it; the answer is the intersection over the columns. One method for every size:
// a table of up to 64 rows costs a binary search and one AND a column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aftercare/value.hpp"

#include "table/value_set.hpp"

namespace aftercare::table {

/// The condition of one row in one column.
struct Cell {
  enum class Is : std::uint8_t {
    any,      ///< `-`
    set,      ///< Column::sets[index]
    program,  ///< only evaluating it tells; index is the caller's
  };
  Is is = Is::any;
  std::uint32_t index = 0;
  bool operator==(const Cell&) const = default;
};

struct Column {
  std::vector<ValueSet> sets;  ///< distinct ones
  std::vector<Cell> cells;     ///< one each row
};

class Matcher {
 public:
  Matcher() = default;
  Matcher(std::span<const Column> columns, std::size_t rows);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t words() const noexcept { return (rows_ + 63) / 64; }
  /// Sets the bit of each row whose `any` and `set` cells all accept their value; `program` cells
  /// count as accepting. Gives the columns (of the first 64, as bits) in which the value is neither
  /// null nor of the kind that the column's cells speak of: there it matched `-` only.
  /// Requires: one value a column, `found.size() == words()`.
  std::uint64_t match(std::span<const Value> inputs, std::span<std::uint64_t> found) const;
  /// Bytes held.
  [[nodiscard]] std::size_t size_in_bytes() const noexcept;

 private:
  struct Part {  ///< a row that takes segments [first, last] of a group
    std::uint32_t row;
    std::uint32_t first;
    std::uint32_t last;
  };
  struct Axis {
    Kind kind = Kind::null;  ///< null: every cell is `any` or a program
    bool has_keys = false;   ///< `keys` stand for `points`
    int scale = 0;           ///< of numbers among the keys: key = number * 10^scale
    std::vector<std::int64_t> keys;
    std::vector<Value> points;     ///< sorted ends; segment 2i lies below point i, 2i+1 is point i
    std::uint32_t group_size = 1;  ///< segments in a group
    std::vector<std::uint64_t> whole;       ///< for each group, words() of rows that take all of it
    std::vector<std::uint32_t> part_first;  ///< for each group, where its parts begin
    std::vector<Part> parts;
    std::vector<std::uint64_t> null_rows;   ///< rows that accept null
    std::vector<std::uint64_t> other_rows;  ///< rows that accept a value of another kind
  };
  static Axis build(const Column& column, std::size_t rows, std::size_t words);
  static std::uint32_t locate(const Axis& axis, const Value& value) noexcept;
  static std::uint32_t locate_by_order(const Axis& axis, const Value& value) noexcept;

  std::size_t rows_ = 0;
  std::vector<Axis> axes_;
};

}  // namespace aftercare::table
