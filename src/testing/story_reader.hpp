// testing/story_reader.hpp — stories.yaml → runs. Everything that can be wrong without playing a
// story is a finding here: unknown keys, events, roles and data, values that do not fit, rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "testing/story.hpp"

namespace aftercare::testing {

/// Reads one file of stories of a pack into `suite`. Adds the text to `sources`.
void read_stories(const Rulebook& rules, std::string name, std::string text, Sources& sources,
                  base::Findings& findings, Suite& suite);

/// A cell or a text in which a word stood, as YAML would read it: `[a, b]`, `a: 50 CNY`, `none`.
[[nodiscard]] rulebook::Node parse_flow(std::string_view text, SourceSpan span);

/// The value that hosts would send for it: texts, lists of texts, null.
[[nodiscard]] Value to_value(const rulebook::Node& node, Language language);

}  // namespace aftercare::testing
