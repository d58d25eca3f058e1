// analyze/table_findings.hpp — what the analysis says about a decision table, as findings.
//
//   TableVerdict verdict = check_table(table, findings);
//   if (!verdict.is_complete) …            // its output may be null
//
// Each finding names a concrete case. A cell that compares with a variable (`< limit`) is looked at
// through the sign of the difference, which is exact as long as the variable is free; any other
// cell that takes evaluating proves nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "analyze/table_analysis.hpp"
#include "table/table.hpp"

namespace aftercare::analyze {

struct TableVerdict {
  bool is_complete = false;  ///< proved: every case has a row, or there is a default
  bool is_disjoint = false;  ///< proved: no case has two rows
  TableFacts facts;
  TableShape shape;
};

/// The columns of a table with their domains: types, allowed values, null where the type is
/// optional and `null_is_a_case`. Columns for the signs of variables follow those of the inputs.
[[nodiscard]] TableShape shape_of(const table::Table& table, bool null_is_a_case = true);

/// Analyses a table and adds findings at its rows.
TableVerdict check_table(const table::Table& table, Diagnostics& findings,
                         const AnalysisOptions& options = {});

/// "kind = sick, days = 3": a point of the shape for people.
[[nodiscard]] std::string case_text(const TableShape& shape, const Point& point);

}  // namespace aftercare::analyze
