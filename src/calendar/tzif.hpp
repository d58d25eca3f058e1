// calendar/tzif.hpp — compiled zone files (TZif, RFC 8536): bytes to transitions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/posix_tz.hpp"

namespace aftercare::calendar {

/// The history of one zone's offset. Transitions that do not change the offset are left out.
struct ZoneHistory {
  std::int32_t initial = 0;               ///< seconds ahead of UTC before the first transition
  std::vector<std::int64_t> transitions;  ///< UTC seconds, ascending
  std::vector<std::int32_t> offsets;      ///< seconds ahead of UTC from each transition on
  std::optional<PosixRule> rule;          ///< what holds after the last transition

  bool operator==(const ZoneHistory&) const = default;
};

/// None where the bytes do not check. Versions 1 to 4; leap seconds are refused, as no civil
/// clock counts them.
[[nodiscard]] std::optional<ZoneHistory> read_tzif(std::string_view bytes);

}  // namespace aftercare::calendar
