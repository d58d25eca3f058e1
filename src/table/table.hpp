// table/table.hpp — decision tables: text in, results and matched rows out.
//
//   TableSource source{.name = "leave_pay", .inputs = …, .outputs = …, .rows = …};
//   Table table = Table::compile(source, scope, {.level = Level::strict}, findings);
//   Value pay = table.evaluate(slots, evaluation);   // evaluation.tables() has the rows
//
// The model is independent of where the text came from: packs and DMN files fill in the same
// TableSource. Cells that compare with constants become sets and are found by the Matcher; any
// other cell is compiled and evaluated for the rows that are left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/table.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "feel/compile.hpp"
#include "table/cells.hpp"
#include "table/evaluation.hpp"
#include "table/matcher.hpp"
#include "table/table_source.hpp"

namespace aftercare::table {

struct TableOptions {
  feel::Level level = feel::Level::lenient;
  feel::Dialect dialect = {};
  std::optional<Zone> zone = {};
  /// A slot that no name of the scope has: the value under test is put there.
  std::uint32_t test_slot = 0;
};

class Table {
 public:
  /// Findings are added. A table that cannot be read at all has no rows.
  [[nodiscard]] static Table compile(const TableSource& source, const feel::Scope& scope,
                                     const TableOptions& options, Diagnostics& findings);

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] HitPolicy policy() const noexcept;
  [[nodiscard]] std::size_t rows() const noexcept;
  [[nodiscard]] std::span<const TableHead::Input> inputs() const noexcept;
  [[nodiscard]] std::span<const TableHead::Output> outputs() const noexcept;
  /// The columns as sets, for the analysis; a cell that is not a set is a program.
  [[nodiscard]] std::span<const Column> columns() const noexcept;
  /// The table as it is written, but its rows.
  [[nodiscard]] const TableHead& head() const noexcept;
  [[nodiscard]] SourceSpan row_span(std::size_t row) const noexcept;
  /// A row as it is written; made anew for each call.
  [[nodiscard]] TableSource::Row row(std::size_t row) const;
  /// Of a cell that is a program (Cell::index): its relations to variables, if it is made of such.
  /// As it is declared, or else as far as its expression tells.
  [[nodiscard]] Type input_type(std::size_t input) const;
  /// What a cell that is evaluated accepts, where that is known all the same: times, dates with
  /// times, ranges whose ends are the wrong way round.
  [[nodiscard]] const std::optional<ValueSet>& known(std::uint32_t program) const noexcept;
  [[nodiscard]] const std::optional<RelativeCell>& relative(std::uint32_t program) const noexcept;
  /// Values that an input may have, where they are declared and constant.
  [[nodiscard]] const std::optional<ValueSet>& allowed(std::size_t input) const noexcept;

  /// What an input, a plain name, is compared with.
  struct Bounds {
    std::uint32_t slot = 0;
    std::vector<Value> constants;
  };
  /// Where the answer hangs on nothing but how each input stands to constants (texts: whether they
  /// are equal): those constants. None where it may hang on more.
  [[nodiscard]] std::optional<std::vector<Bounds>> bounds() const;

  /// Evaluates the inputs, finds the rows and makes the result. `slots` are those of the scope. The
  /// rows that matched are the last of evaluation.tables().
  [[nodiscard]] Value evaluate(std::span<const Value> slots, Evaluation& evaluation) const;
  /// The rows that match given values of the inputs; of a table where the first one counts, that
  /// one alone.
  [[nodiscard]] std::vector<std::uint32_t> match(std::span<const Value> inputs,
                                                 std::span<const Value> slots,
                                                 Evaluation& evaluation) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace aftercare::table
