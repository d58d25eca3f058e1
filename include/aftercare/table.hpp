// aftercare/table.hpp — the words that decision tables share: hit policies and what matched.
//
//   for (const TableTrace& t : answer.tables) print(t.table, t.rows);   // discount: rows 2, 5
//
// Needs: nothing. Tables themselves are read from packs (rulebook.hpp) and from DMN (dmn.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/export.hpp"

namespace aftercare {

/// Which of the matching rows count, as DMN defines it.
enum class HitPolicy : std::uint8_t {
  unique,        ///< at most one row matches
  any,           ///< several may, if their results are the same
  priority,      ///< the result that comes first in the order of its allowed values
  first,         ///< the first row
  collect,       ///< all results, in any order, or one number made of them
  rule_order,    ///< all results in the order of the rows
  output_order,  ///< all results in the order of the allowed values
};
enum class Aggregation : std::uint8_t { none, sum, count, min, max };

/// "UNIQUE", "RULE ORDER"…
[[nodiscard]] AFTERCARE_API std::string_view hit_policy_name(HitPolicy policy) noexcept;
[[nodiscard]] AFTERCARE_API std::string_view aggregation_name(Aggregation aggregation) noexcept;
/// The inverse; also the letters of the notation (U, A, P, F, C, R, O). None for anything else.
[[nodiscard]] AFTERCARE_API std::optional<HitPolicy> parse_hit_policy(std::string_view text);
[[nodiscard]] AFTERCARE_API std::optional<Aggregation> parse_aggregation(std::string_view text);

/// Which rows of a table matched in one evaluation, counted from 1.
struct TableTrace {
  std::string table;
  std::vector<std::uint32_t> rows;
};

}  // namespace aftercare
