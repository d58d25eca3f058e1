// calendar/pauses.hpp — pauses as a union of half-open stretches of time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "aftercare/calendar.hpp"

namespace aftercare::calendar {

/// The parts of `pauses` within [from, to), sorted, apart from each other, none empty.
[[nodiscard]] inline std::vector<TimeSpan> merged(std::span<const TimeSpan> pauses, Instant from,
                                                  Instant to) {
  std::vector<TimeSpan> out;
  for (const auto& pause : pauses) {
    const TimeSpan clipped{std::max(pause.from, from), std::min(pause.to, to)};
    if (clipped.from < clipped.to) out.push_back(clipped);
  }
  std::sort(out.begin(), out.end());
  std::size_t kept = 0;
  for (const auto& pause : out) {
    if (kept > 0 && pause.from <= out[kept - 1].to) {
      out[kept - 1].to = std::max(out[kept - 1].to, pause.to);
    } else {
      out[kept++] = pause;
    }
  }
  out.resize(kept);
  return out;
}

}  // namespace aftercare::calendar
