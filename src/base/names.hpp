// base/names.hpp — what to write instead of an unknown name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"

namespace aftercare::base {

/// The name that was probably meant, or all names where they are few; nothing else.
[[nodiscard]] std::vector<DiagnosticNote> names_instead(std::string_view name,
                                                        const std::vector<std::string>& known);

}  // namespace aftercare::base
