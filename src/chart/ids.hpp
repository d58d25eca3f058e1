// chart/ids.hpp — the numbers by which a chart names its parts.
#pragma once

#include <cstdint>

namespace aftercare::chart {

using StateId = std::uint32_t;       ///< in document order (pre-order); 0 is the root
using TransitionId = std::uint32_t;  ///< in the order in which they were added
using EventId = std::uint32_t;       ///< given by the user of the chart; the chart compares only
using GuardId = std::uint32_t;       ///< given by the user; handed to Host::guard
using ActionId = std::uint32_t;      ///< given by the user; handed to Host::action

/// No such thing: a transition without guard, a state without done event, …
inline constexpr std::uint32_t none = 0xffffffffU;
inline constexpr StateId root = 0;

enum class StateKind : std::uint8_t {
  atomic,
  compound,
  parallel,
  final,
  shallow_history,
  deep_history,
};

[[nodiscard]] constexpr bool is_history(StateKind kind) noexcept {
  return kind == StateKind::shallow_history || kind == StateKind::deep_history;
}

}  // namespace aftercare::chart
