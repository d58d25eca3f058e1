// interop/dmn_logic_text.hpp — the logic of a decision as text, whatever the layout of its file.
#pragma once

#include <cstdint>
#include <string>

#include "interop/dmn_impl.hpp"

namespace aftercare::interop {

/// What `node` computes, with everything that it requires and the types of those files: one line
/// for each piece. Equal texts are equal logic.
[[nodiscard]] std::string logic_text(const DmnModel::Impl& model, std::uint32_t node);

}  // namespace aftercare::interop
