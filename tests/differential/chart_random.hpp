// Random charts and the lock-step run of the compiled algorithm beside the literal one.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "differential/chart_literal.hpp"
#include "support/chart_outline.hpp"

namespace aftercare::chart {

/// A chart of at most some forty states: nested up to five deep, parallel states, both histories,
/// internal, targetless, eventless and joint transitions, contents that raise events.
[[nodiscard]] Outline random_outline(std::mt19937_64& random);

struct Comparison {
  std::uint64_t microsteps = 0;
  bool is_built = false;   ///< the chart passed the checks
  std::string difference;  ///< empty: none
};

/// Sends `events` random events to both and compares transitions taken, order of everything, events
/// raised, configuration and history after every microstep. `off` is switched off in the literal
/// one.
[[nodiscard]] Comparison compare(const Outline& outline, std::uint64_t seed, std::uint32_t events,
                                 std::uint32_t small_limit, Rule off = Rule::none_off);

}  // namespace aftercare::chart
