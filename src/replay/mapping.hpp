// replay/mapping.hpp — how the columns and words of a log become events of a rulebook.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/source.hpp"
#include "aftercare/time.hpp"

#include "base/diagnostics.hpp"

namespace aftercare::logs {

struct Mapping {
  std::string name;
  std::string procedure;     ///< empty: each row's event says it
  std::optional<Zone> zone;  ///< of instants without offset; none: the pack's
  std::string key = "case", event = "event", at = "at", recorded = "recorded", role = "role",
              person = "person", on_behalf_of = "on_behalf_of", reason = "reason";  ///< of columns
  struct Datum {
    std::string name, column;
    SourceSpan span;  ///< of the name
  };
  std::vector<Datum> data;
  bool data_by_name = true;         ///< further columns are data of their names
  std::vector<std::string> ignore;  ///< columns that are no data
  std::string opens_with;
  std::string default_role;
  std::vector<std::pair<std::string, std::string>>
      events;                ///< (text or prefix*, event); empty: as they are
  bool has_columns = false;  ///< the mapping names columns: those must be there
  /// Where the file names a column, an event, the procedure or the role.
  std::vector<std::pair<std::string, SourceSpan>> places;

  [[nodiscard]] std::optional<SourceSpan> place_of(std::string_view word) const noexcept;

  /// The event for a text of the event column; empty: not mapped.
  [[nodiscard]] std::string_view event_for(std::string_view text) const noexcept;
};

/// Reads a mapping file. Findings: whatever does not belong there.
[[nodiscard]] std::optional<Mapping> read_mapping(const Sources& sources, std::uint32_t file,
                                                  base::Findings& findings);

}  // namespace aftercare::logs
