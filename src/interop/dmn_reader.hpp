// interop/dmn_reader.hpp — one DMN file into interop/dmn_model.hpp.
#pragma once

#include <cstdint>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "interop/dmn_model.hpp"

namespace aftercare::interop {

/// Reads text number `file`. Findings are added; what can be read is read in any case.
[[nodiscard]] DmnDefinitions read_dmn(const Sources& sources, std::uint32_t file,
                                      Diagnostics& findings);

/// A name as DMN compares it: white space folded to single spaces, none at the ends.
[[nodiscard]] std::string fold_name(std::string_view name);

}  // namespace aftercare::interop
