// cli/events.hpp — events as a command line and files have them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/event.hpp"
#include "aftercare/result.hpp"
#include "aftercare/time.hpp"

#include "cli/command.hpp"

namespace aftercare::cli {

/// "2024-03-04T09:00", or a date: its beginning. None: it is neither.
[[nodiscard]] std::optional<Instant> instant_in(std::string_view text, const Zone& zone);
/// The same, with a sentence where it is none.
[[nodiscard]] Result<Instant> instant_of(const Shell& shell, std::string_view text,
                                         const Zone& zone);

/// "2024-03-04T09:00 arrived by technician li badge=true fee=300 CNY"
[[nodiscard]] Result<Event> parse_event(const Shell& shell, std::string_view line,
                                        const Zone& zone);

/// The events of a file: .yaml (a list), else one JSON object a line; "-" is the standard input.
/// The exit code where there are none, once what is wrong has been told.
[[nodiscard]] std::optional<std::vector<Event>> read_events(const Shell& shell,
                                                            const std::string& path,
                                                            const Zone& zone, int& exit);

}  // namespace aftercare::cli
