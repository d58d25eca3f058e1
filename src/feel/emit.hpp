// Resolved tree to program.
#pragma once

#include <optional>
#include <vector>

#include "bytecode/program.hpp"
#include "feel/check.hpp"
#include "feel/compile.hpp"
#include "feel/resolve.hpp"

namespace aftercare::feel {

struct Emitted {
  bytecode::Program program;
  bool is_too_large = false;  ///< more registers or constants than a program can hold
};

/// `scope` gives the declared types that the text names, `folded` the nodes whose value is known,
/// `known` (may be empty) what the checker has proved.
[[nodiscard]] Emitted emit(const Resolved& resolved, const Scope& scope,
                           const std::vector<std::optional<Value>>& folded,
                           const std::vector<Known>& known, const CompileOptions& options);

}  // namespace aftercare::feel
