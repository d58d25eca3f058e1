// table/cells.hpp — cells that are sets: what a unary test accepts, read from its tree.
#pragma once

#include <functional>
#include <optional>

#include "aftercare/value.hpp"

#include "feel/ast.hpp"
#include "table/value_set.hpp"

namespace aftercare::table {

/// The value of an expression that reads nothing; none for any other.
using Constant = std::function<std::optional<Value>(const feel::Ast& tree, feel::NodeId node)>;

struct CellRules {
  /// Kind of the column's values; null where it is not declared.
  Kind kind = Kind::null;
  /// FEEL's own rule, by which `not("a")` and `!= "a"` accept null. Packs: null only by name.
  bool negation_accepts_null = true;
};

/// The set that a cell accepts. None where it takes evaluating to know: variables, `?`, functions,
/// values without an order, values of another kind than the column's.
[[nodiscard]] std::optional<ValueSet> cell_set(const feel::Ast& tests, const CellRules& rules,
                                               const Constant& constant);

/// The constants that tests list, in their order: the priorities of an output. None where one of
/// them is no constant.
[[nodiscard]] std::optional<std::vector<Value>> listed_values(const feel::Ast& tests,
                                                              const Constant& constant);

}  // namespace aftercare::table
