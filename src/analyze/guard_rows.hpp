// analyze/guard_rows.hpp — conditions side by side, as the rows of a table.
//
//   TableShape shape = shape_of_conditions({{"days <= 7 and kind = repair"}, {"days > 7"}}, scope);
//   TableFacts facts = analyze(shape);     // no row for kind = refund, days = 0
//
// The branches of a choice, the guards of the transitions that leave one state on one event. Each
// condition is brought into alternatives of comparisons; each expression that is compared with
// constants becomes a column (`days`, `bill.total`), two that are compared with each other a column
// of signs, any other boolean expression a column of its own. Columns that hang together
// (`n > 3` beside `even(n)`) make the answer cautious: not proved, but never wrongly proved.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyze/table_analysis.hpp"
#include "feel/compile.hpp"

namespace aftercare::analyze {

struct Condition {
  std::string text;          ///< a boolean expression of FEEL
  std::string outcome = {};  ///< what follows from it, to tell useless branches
};

struct ConditionOptions {
  RowChoice choice = RowChoice::one;
  bool has_else = false;
  feel::CompileOptions compile = {};  ///< level, dialect, zone
};

/// The conditions as rows; TableShape::owners says which condition a row comes from. A condition
/// that cannot be parsed, or has too many alternatives, is a row of which nothing is known.
[[nodiscard]] TableShape shape_of_conditions(std::span<const Condition> conditions,
                                             const feel::Scope& scope,
                                             const ConditionOptions& options = {});

/// What is so of conditions side by side. Overlaps and `never` count conditions, not alternatives.
struct ConditionFacts {
  TableShape shape;
  std::vector<Gap> gaps;
  std::vector<Overlap> overlaps;
  std::vector<std::uint32_t> never;  ///< conditions that no case reaches
  bool is_complete = false;          ///< proved: in every case one of them holds
  bool is_disjoint = false;          ///< proved: in no case two of them hold
  bool ran_out = false;
};

[[nodiscard]] ConditionFacts check_conditions(std::span<const Condition> conditions,
                                              const feel::Scope& scope,
                                              const ConditionOptions& options = {},
                                              const AnalysisOptions& analysis = {});

}  // namespace aftercare::analyze
