// rulebook/calendar_reader.hpp — one calendar as YAML has it: in a file of its own, in a pack, in
// an overlay. The words are those of Place::calendar in words.def.
//
//   auto read = read_calendar(body, {.findings = …, .name = "office", .lookup = …});
//   if (read && read->calendar) read->calendar->deadline(…);
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aftercare/calendar.hpp"
#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

/// What was understood. At least one of the two is there.
struct CalendarRead {
  std::string name;
  std::string title;
  std::optional<CalendarDescription> description;  ///< none: made of other calendars
  std::optional<Calendar> calendar;                ///< none: it only lists days, without hours
};

/// Gives what another calendar is made from. Null where there is nothing of that name, or nothing
/// that can be used; then it has told so at the span.
using CalendarLookup = std::function<const CalendarRead*(const std::string& name, SourceSpan span)>;

struct CalendarContext {
  base::Findings& findings;
  Language language = Language::english;
  std::string name;
  std::string zone;  ///< where the calendar names none; empty: it must, or extend another
  CalendarLookup lookup;
  bool may_only_list_days = false;  ///< no working time is no error
};

/// Reads the map of a calendar, of which the schema has been checked. None where there is an error.
[[nodiscard]] std::optional<CalendarRead> read_calendar(const Node& body,
                                                        const CalendarContext& context);

/// "mon", "周一"; Monday is 0.
[[nodiscard]] std::string_view weekday_name(std::size_t day, Language language) noexcept;

/// A time as people write it: a date (its begin), a local time in `zone`, or one with an offset.
/// Tells at `span` what is wrong with it, also where the clocks show it twice or never.
[[nodiscard]] std::optional<Instant> read_instant(std::string_view text, const Zone& zone,
                                                  SourceSpan span, base::Findings& findings);

/// Tells that there is no such zone, and which one was probably meant.
void tell_unknown_zone(std::string_view name, SourceSpan span, base::Findings& findings);

}  // namespace aftercare::rulebook
