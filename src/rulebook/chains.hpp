// rulebook/chains.hpp — how chains of approvers are told from other texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"

namespace aftercare::rulebook {

/// Whether a text is meant for a chain: `a then b`, `a and b`, `2 of a, b, c`. One role, roles with
/// `or` and formulas are none.
[[nodiscard]] bool is_chain(std::string_view text, Language language);
/// What the cells of a table call the chain of a word of their set.
[[nodiscard]] std::string chain_name(std::size_t word);

}  // namespace aftercare::rulebook
