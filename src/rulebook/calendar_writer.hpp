// rulebook/calendar_writer.hpp — a calendar as YAML that people review and read_calendar() reads.
#pragma once

#include <string>
#include <vector>

#include "aftercare/calendar.hpp"

namespace aftercare::rulebook {

/// The text of a file for a description of which check() finds no errors, with `comments` above it.
/// Reading it gives the same calendar. Requires: notices as read_calendar() makes them, those of
/// layer 0 by years and at most one above them.
[[nodiscard]] std::string write_calendar(const CalendarDescription& calendar,
                                         const std::vector<std::string>& comments);

}  // namespace aftercare::rulebook
