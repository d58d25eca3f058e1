// value/limits.hpp — how large the numbers of packs are.
#pragma once

#include <cstdint>

namespace aftercare::value {

/// Numbers and amounts of packs lie between -10^12 and 10^12, the ends excluded, unless their
/// facets say less.
inline constexpr std::int64_t number_bound = 1'000'000'000'000;

}  // namespace aftercare::value
