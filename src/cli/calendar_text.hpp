// cli/calendar_text.hpp — finding calendars, reading times and printing both. Shared by deadline
// and calendar.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/calendar_file.hpp"
#include "aftercare/time.hpp"

#include "base/diagnostics.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

/// Where the command line says that calendars are.
struct CalendarPlaces {
  std::vector<std::string> folders, packs;
};
/// `--calendars DIR`, repeated.
void add_calendar_folders(CLI::App& app, std::vector<std::string>& folders);
/// `--calendars DIR` and `--pack PATH`, repeated.
void add_calendar_places(CLI::App& app, CalendarPlaces& places);

/// The calendar of a name or path; none where there is none, and what is wrong has been printed.
[[nodiscard]] std::optional<Calendar> find_calendar(const Shell& shell, const std::string& name,
                                                    const CalendarPlaces& places,
                                                    const std::string& asked_as);

/// Whether a file is one of a calendar, not of a pack, by the keys that begin its lines.
[[nodiscard]] bool is_calendar_file(const std::string& path);

/// Checks files of calendars, all findings at once, and says what they are. Whether they are right.
[[nodiscard]] bool check_calendar_files(const Shell& shell, const std::vector<std::string>& paths,
                                        const std::vector<std::string>& folders,
                                        FindingsReport& report);

/// Reads values of the command line; what is wrong is told with the option as its place.
class ArgumentReader {
 public:
  explicit ArgumentReader(const Shell& shell) : shell_(shell) {}

  std::optional<Instant> instant(const std::string& option, const std::string& text,
                                 const Zone& zone);
  std::optional<Length> length(const std::string& option, const std::string& text);
  std::optional<Zone> zone(const std::string& option, const std::string& text);
  /// FROM/TO, two times.
  std::optional<TimeSpan> span(const std::string& option, const std::string& text,
                               const Zone& zone);
  /// Prints all findings. Whether there are none.
  [[nodiscard]] bool is_good();

 private:
  const Shell& shell_;
  Sources sources_;
  base::Findings findings_;
};

/// "Fri", "周五".
[[nodiscard]] std::string_view weekday_text(Date date, Language language);
/// "2026-02-13 Fri 16:00", seconds only where there are any.
[[nodiscard]] std::string time_text(Instant at, const Zone& zone, Language language);
/// "2h 30min", "0".
[[nodiscard]] std::string amount_of_time(std::int64_t micros, Language language);
/// "09:00-12:00 13:00-18:00".
[[nodiscard]] std::string hours_text(const DayHours& hours);
/// What a segment is, for people: "counted: make-up workday 春节", "lunch".
[[nodiscard]] std::string segment_text(const Segment& segment, const Zone& zone, Language language);

/// Lines of cells, each column as wide as its widest cell on a terminal.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows,
                                  std::string_view indent);
/// `text` and blanks up to `width` cells of a terminal.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

}  // namespace aftercare::cli
