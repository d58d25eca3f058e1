// interop/from_holiday_cn.hpp — lists of China's holidays in the JSON form of the holiday-cn
// project:
// {"year": 2026, "papers": [address], "days": [{"name", "date", "isOffDay"}]}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"

namespace aftercare::interop {

/// A notice for each file; a file without days settles nothing. None where there are errors.
[[nodiscard]] std::optional<CalendarDescription> from_holiday_cn(
    const Sources& sources, const std::vector<std::uint32_t>& files, const std::string& name,
    base::Findings& findings);

}  // namespace aftercare::interop
