// calendar/duration.hpp — lengths that were measured in microseconds.
#pragma once

#include <cstdint>

#include "aftercare/rt/date.hpp"

namespace aftercare::calendar {

/// The nanos of a Duration count up, also below zero.
[[nodiscard]] constexpr rt::Duration duration_of(std::int64_t micros) noexcept {
  std::int64_t seconds = micros / rt::micros_per_second, rest = micros % rt::micros_per_second;
  if (rest < 0) {
    rest += rt::micros_per_second;
    --seconds;
  }
  return {seconds, static_cast<std::int32_t>(rest * 1000)};
}

}  // namespace aftercare::calendar
