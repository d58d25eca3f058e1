// testing/suite.hpp — a pack with its stories, loaded once and played as often as needed.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/testing.hpp"

#include "base/diagnostics.hpp"
#include "testing/story.hpp"

namespace aftercare::testing {

/// A pack with what a story sets.
struct Overlaid {
  std::optional<Rulebook> rules;           ///< none: there was an error
  std::vector<std::string> out_of_bounds;  ///< parameters, where all errors are of their bounds
};

struct LoadedSuite {
  std::optional<Rulebook> rules;   ///< without overlays
  std::vector<Overlaid> overlaid;  ///< by overlay of the suite
  Suite suite;
  Sources sources;
};

/// Pack and stories. Nothing where a finding is an error. `with_overlays`: also compile the pack
/// with what each story sets.
[[nodiscard]] std::optional<LoadedSuite> load_suite(std::string_view pack,
                                                    const StoryOptions& options, bool with_overlays,
                                                    Sources& sources, base::Findings& findings);

/// The pack's texts compiled with an overlay; findings about the overlay are told where the story
/// stands.
[[nodiscard]] Overlaid compile_with(const std::vector<PackText>& texts, const Overlay& overlay,
                                    base::Findings& findings);

/// Calls `work(i)` for each i below `count`, on several threads.
void each_on_threads(std::size_t count, unsigned threads,
                     const std::function<void(std::size_t)>& work);

}  // namespace aftercare::testing
