// aftercare/calendar_file.hpp — calendars in YAML files of their own.
//
//   auto office = load_calendar("china_office", {.folders = {"rules/calendars"}});
//   std::cerr << render(office.diagnostics(), office.sources());
//   if (office) office->deadline(start, {6, Unit::working_hour});
//
// Needs: calendar.hpp, diagnostic.hpp. Packs read the calendars that they extend by themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"

namespace aftercare {

struct CalendarFolders {
  /// Where names are looked for. None: in `calendars` and `rules/calendars` of the working folder
  /// and of those above it.
  std::vector<std::string> folders{};
  std::vector<std::string> last_folders{};  ///< looked in after all others
  std::vector<std::string> packs{};         ///< packs whose own calendars come before all others
  std::string asked_as = "calendar";        ///< what findings about the name call its place
};

/// Reads a calendar with all that it is made from: `china_office` is found in a folder, anything
/// with a slash or the ending .yaml is a path. Calendars that a file extends are looked for in the
/// folders, and beside the file. Packs are checked first, and fail as check() does.
[[nodiscard]] AFTERCARE_API Checked<Calendar> load_calendar(std::string_view name,
                                                            const CalendarFolders& where = {});

}  // namespace aftercare
