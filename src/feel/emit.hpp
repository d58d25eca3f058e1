// Resolved tree to program.
#pragma once

#include <cstdint>
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

/// How sure it must be that a number fits into a scalar register.
enum class Fit : std::uint8_t {
  proved,    ///< for every input of its declared type
  expected,  ///< a run that meets one that does not ends with End::bad_input
};

/// `scope` gives the declared types that the text names, `folded` the nodes whose value is known,
/// `known` (may be empty) what the checker has proved.
[[nodiscard]] Emitted emit(const Resolved& resolved, const Scope& scope,
                           const std::vector<std::optional<Value>>& folded,
                           const std::vector<Known>& known, const CompileOptions& options,
                           Fit fit = Fit::proved);

}  // namespace aftercare::feel
