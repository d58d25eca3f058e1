// interop/dmn_tables.hpp — the decision tables of a model, wherever they stand in boxed expressions.
#pragma once

#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/dmn.hpp"

#include "table/table.hpp"

namespace aftercare::interop {

/// Those of the model's own file, in its order. The model owns them.
[[nodiscard]] std::vector<const table::Table*> tables_of(const DmnModel& model);

/// Moves findings at parts of such a table to where those stand in the files.
void place_in_files(const DmnModel& model, Diagnostics& findings);

}  // namespace aftercare::interop
