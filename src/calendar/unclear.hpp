// Wall clock times that the clocks show twice or never, and how to write what is meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/time.hpp"

namespace aftercare::calendar {

struct UnclearTime {
  LocalKind kind = LocalKind::overlap;
  std::string first, second;  ///< the time with the offset before the change, and after it
};

/// What `text` leaves open in the zone; none where it is no local time, or one instant's.
[[nodiscard]] std::optional<UnclearTime> unclear_time(std::string_view text, const Zone& zone);

/// The same as a finding at `span`, with both ways to write it.
[[nodiscard]] std::optional<Diagnostic> unclear_finding(std::string_view text, const Zone& zone,
                                                        SourceSpan span);

}  // namespace aftercare::calendar
