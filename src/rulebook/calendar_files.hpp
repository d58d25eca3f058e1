// rulebook/calendar_files.hpp — calendars in files of their own, found by name and read when asked
// for. `china` is `china.yaml` in one of the folders.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/calendar_reader.hpp"

namespace aftercare::rulebook {

class CalendarFiles {
 public:
  explicit CalendarFiles(Sources& sources) : sources_(sources) {}

  /// A folder to look in; earlier ones come first. It need not exist.
  void add_folder(std::string folder);
  /// The folders `calendars` and `rules/calendars` beside a file or folder and above it.
  void add_folders_above(std::string_view path);
  /// A file that is not on disk; its name without the ending is the calendar's.
  void add_text(const PackText& text);

  /// The calendar of a name. Null where there is none (`is_told` stays false) or where it is wrong.
  const CalendarRead* find(const std::string& name, SourceSpan asked, base::Findings& findings,
                           bool& is_told);
  /// The calendar of a file, which may have any name.
  std::optional<CalendarRead> read_file(const std::string& path, base::Findings& findings);
  /// All that could be found, sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::string>& folders() const noexcept { return folders_; }
  /// The folders, for a finding.
  [[nodiscard]] std::string folders_text() const;

 private:
  std::optional<CalendarRead> read_text(const std::string& path, std::string text,
                                        const std::string& name, base::Findings& findings);
  [[nodiscard]] std::optional<PackText> text_of(const std::string& name) const;

  Sources& sources_;
  std::vector<std::string> folders_;
  std::map<std::string, PackText> texts_;
  std::map<std::string, std::optional<CalendarRead>> read_;
  std::vector<std::string> reading_;
};

/// Tells that no calendar has this name, and which one was probably meant.
void tell_unknown_calendar(std::string_view name, SourceSpan span,
                           const std::vector<std::string>& known, std::string_view folders,
                           base::Findings& findings);

/// Tells that a calendar is made from itself: `circle` without its last name.
void tell_circle(const std::vector<std::string>& circle, const std::string& name, SourceSpan span,
                 base::Findings& findings);

/// Whether a text is a file of a calendar: its name says the folder `calendars`.
[[nodiscard]] bool is_calendar_text(std::string_view name) noexcept;

}  // namespace aftercare::rulebook
