// interop/from_icalendar.hpp — public holidays that others publish as iCalendar (RFC 5545).
//
// Events that last whole days become days off; those whose SUMMARY or CATEGORIES hold a word for
// make-up workdays become these. DTEND is exclusive; DATE values are days of the calendar's zone;
// RRULE, RDATE, EXDATE and RECURRENCE-ID are followed up to a stated last day. Whatever the bytes,
// the answer comes within bounds of time and memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"

namespace aftercare::interop {

struct ICalendarOptions {
  std::string name;                  ///< of the calendar that is made
  std::string zone;                  ///< empty: X-WR-TIMEZONE of the file
  std::vector<std::string> make_up;  ///< words of make-up workdays; empty: default_make_up_words()
  std::vector<std::string> off;      ///< words of days off; empty: whatever is no make-up workday
  std::optional<Date> until;         ///< last day of repetitions; none: end of the last year dated
  std::size_t bytes = std::size_t{16} << 20;
};

/// What a make-up workday is called, where nothing else is said.
[[nodiscard]] const std::vector<std::string>& default_make_up_words();

/// One notice with the days in order, and the range in which they are known. None where there are
/// errors.
[[nodiscard]] std::optional<CalendarDescription> from_icalendar(const Sources& sources,
                                                                std::uint32_t file,
                                                                const ICalendarOptions& options,
                                                                base::Findings& findings);

}  // namespace aftercare::interop
