// Values that are known when an expression is compiled.
#pragma once

#include <optional>
#include <vector>

#include "aftercare/value.hpp"

#include "feel/compile.hpp"
#include "feel/resolve.hpp"

namespace aftercare::feel {

/// For each node its value, where it is the same in every evaluation and raises no fault.
[[nodiscard]] std::vector<std::optional<Value>> fold(const Resolved& resolved,
                                                     const CompileOptions& options);

/// The value of @"…", none where the text is no literal.
[[nodiscard]] std::optional<Value> at_literal(std::string_view text);

/// The value of a literal of packs (length, money, per cent); none where it does not fit.
[[nodiscard]] std::optional<Value> pack_literal(const Ast& tree, NodeId node);

}  // namespace aftercare::feel
