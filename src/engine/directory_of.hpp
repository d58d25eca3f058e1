// engine/directory_of.hpp — the registers with which rules run.
#pragma once

#include <memory>
#include <string_view>

#include "aftercare/registers.hpp"
#include "aftercare/result.hpp"

namespace aftercare::engine {

/// What the caller hands in or, without, what overlays of the rules name under `registers`. Null
/// where the packs read none. Errors: invalid_argument, where one is missing or wrong.
[[nodiscard]] Result<std::shared_ptr<const Directory>> directory_of(
    const Rulebook& rules, std::shared_ptr<const Directory> given);

/// What is wrong with registers as packs declare them. `are_all_there`: who is on a register that is
/// not among them is nobody; otherwise nothing is known of him.
[[nodiscard]] Diagnostics findings_of(const Rulebook& rules, const Registers& registers,
                                      bool are_all_there);

/// read_registers() of the rules, where not all of them need be known yet.
[[nodiscard]] Checked<std::shared_ptr<const Registers>> known_registers(const Rulebook& rules,
                                                                        std::string_view path);

}  // namespace aftercare::engine
