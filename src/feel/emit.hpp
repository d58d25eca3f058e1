// Resolved tree to program.
#pragma once

#include "bytecode/program.hpp"
#include "feel/compile.hpp"
#include "feel/resolve.hpp"

namespace aftercare::feel {

struct Emitted {
  bytecode::Program program;
  bool is_too_large = false;  ///< more registers or constants than a program can hold
};

/// `scope` gives the declared types that the text names.
[[nodiscard]] Emitted emit(const Resolved& resolved, const Scope& scope,
                           const CompileOptions& options);

}  // namespace aftercare::feel
