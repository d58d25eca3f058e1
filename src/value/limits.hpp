// value/limits.hpp — how large the numbers of packs are.
#pragma once

#include <algorithm>
#include <cstdint>

#include "aftercare/type.hpp"

namespace aftercare::value {

/// Numbers and amounts of packs lie between -10^12 and 10^12, the ends excluded, unless their
/// facets say something else.
inline constexpr std::int64_t number_bound = 1'000'000'000'000;

/// The most items of a list that is given to a case.
inline constexpr std::size_t list_bound = 10'000;

/// What holds of the values of both.
[[nodiscard]] inline NumberFacets hull(const NumberFacets& a, const NumberFacets& b) {
  const rt::Decimal bound(number_bound);
  NumberFacets out;
  out.scale = std::max(a.scale, b.scale);
  if (a.minimum || b.minimum) out.minimum = std::min(a.minimum.value_or(-bound), b.minimum.value_or(-bound));
  if (a.maximum || b.maximum) out.maximum = std::max(a.maximum.value_or(bound), b.maximum.value_or(bound));
  return out;
}

}  // namespace aftercare::value
