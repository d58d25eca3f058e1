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

struct LoadedSuite {
  std::optional<Rulebook> rules;   ///< without overlays
  std::vector<Rulebook> overlaid;  ///< by overlay of the suite
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
[[nodiscard]] std::optional<Rulebook> compile_with(const std::vector<PackText>& texts,
                                                   const Overlay& overlay,
                                                   base::Findings* findings);

/// Calls `work(i)` for each i below `count`, on several threads.
void each_on_threads(std::size_t count, unsigned threads,
                     const std::function<void(std::size_t)>& work);

}  // namespace aftercare::testing
