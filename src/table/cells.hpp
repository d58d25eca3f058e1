// table/cells.hpp — cells that are sets: what a unary test accepts, read from its tree.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "feel/ast.hpp"
#include "table/value_set.hpp"

namespace aftercare::table {

/// The kind that a type's values have, where sets of them can be known; null otherwise.
[[nodiscard]] Kind scalar_kind(const Type& type) noexcept;

/// The value of an expression that reads nothing; none for any other.
using Constant = std::function<std::optional<Value>(const feel::Ast& tree, feel::NodeId node)>;

struct CellRules {
  /// Kind of the column's values; null where it is not declared.
  Kind kind = Kind::null;
  /// FEEL's own rule, by which `not("a")` and `!= "a"` accept null. Packs: null only by name.
  bool negation_accepts_null = true;
  /// Whether a range whose low end lies above its high end is told as accepting nothing. It is a
  /// fault where it is evaluated, and so no set for whoever does not evaluate it.
  bool faults_accept_nothing = false;
};

/// The set that a cell accepts. None where it takes evaluating to know: variables, `?`, functions,
/// values without an order, values of another kind than the column's.
[[nodiscard]] std::optional<ValueSet> cell_set(const feel::Ast& tests, const CellRules& rules,
                                               const Constant& constant);

/// How the value of a cell's column stands to a variable: a mask of the orders that pass.
struct Relation {
  std::string variable;
  std::uint8_t passes = 0;  ///< 1: the value is less, 2: equal, 4: greater
  bool operator==(const Relation&) const = default;
};

/// A cell that is a set and relations to variables, all of which must hold: `< limit`,
/// `[0..limit)`.
struct RelativeCell {
  std::optional<ValueSet> set;  ///< none: no constant bound
  std::vector<Relation> relations;
};

/// A name of the scope that may stand in a relation: an input of the column's kind that no cell of
/// the table decides otherwise.
using IsVariable = std::function<bool(std::string_view name)>;

/// None where the cell is of another form.
[[nodiscard]] std::optional<RelativeCell> relative_cell(const feel::Ast& tests,
                                                        const CellRules& rules,
                                                        const Constant& constant,
                                                        const IsVariable& is_variable);

/// The constants that tests list, in their order: the priorities of an output. None where one of
/// them is no constant.
[[nodiscard]] std::optional<std::vector<Value>> listed_values(const feel::Ast& tests,
                                                              const Constant& constant);

}  // namespace aftercare::table
