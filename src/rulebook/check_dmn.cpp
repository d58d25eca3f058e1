// Implements aftercare/dmn.hpp: check_tables().
#include "aftercare/dmn.hpp"

#include "analyze/table_findings.hpp"
#include "interop/dmn_tables.hpp"

namespace aftercare {

Diagnostics check_tables(const DmnModel& model) {
  Diagnostics findings;
  analyze::AnalysisOptions options;
  options.null_is_a_case = false;
  options.has_policies = true;
  for (const table::Table* table : interop::tables_of(model)) {
    if (table->rows() != 0) analyze::check_table(*table, findings, options);
  }
  interop::place_in_files(model, findings);
  return findings;
}

}  // namespace aftercare
