// Formats the files of a pack and of overlays, and turns one vocabulary into the other.
//
//   const Marking marking = …;                           // mark_words(), say
//   auto made = format_text("pack.yaml", text, from, to, marking, sources, findings);
//
// A text that cannot be read is not formatted: there are errors among the findings. What is made is
// read again before it is handed out: it says what the text said, and formatting it again changes
// nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/format_words.hpp"

namespace aftercare::rulebook {

/// Finds the words of a file: of a tree, from one vocabulary to another (or to itself).
using Marking = std::function<void(const Node& root, Language from, Language to, Marks& marks)>;

/// The text in the canonical layout, in `to` (or in the language it is written in); none where it
/// cannot be read or not be formatted without changing what it says.
[[nodiscard]] std::optional<std::string> format_text(std::string_view name, std::string_view text,
                                                     Language from, Language to,
                                                     const Marking& marking, Sources& sources,
                                                     base::Findings& findings);

}  // namespace aftercare::rulebook
