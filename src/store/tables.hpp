// store/tables.hpp — tables of a foreign SQLite file, as text. Read only; nothing is changed.
#pragma once

#include <string>
#include <vector>

#include "aftercare/result.hpp"

namespace aftercare {

/// Whether the file begins as SQLite files do.
[[nodiscard]] bool is_sqlite_file(const std::string& path);

/// Names of its tables and views, sorted.
[[nodiscard]] Result<std::vector<std::string>> sqlite_tables(const std::string& path);

/// A table as CSV: its columns, then its rows; NULL is an empty cell. A binary fraction (REAL) and
/// bytes (BLOB) are refused: neither says which text is meant. Errors: io, invalid_argument.
[[nodiscard]] Result<std::string> sqlite_table_as_csv(const std::string& path,
                                                      const std::string& table);

}  // namespace aftercare
