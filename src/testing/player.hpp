// testing/player.hpp — plays one story on an engine and tells what became of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/engine.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/store.hpp"

#include "testing/expectation.hpp"
#include "testing/story.hpp"
#include "testing/suite.hpp"

namespace aftercare::testing {

struct PlayOptions {
  std::shared_ptr<CaseStore> store;  ///< empty and its own; none: memory
  bool reopen = false;               ///< a fresh engine for every command
  bool with_trace = false;           ///< tell which clauses came up
  bool with_explanation = true;      ///< on a difference, why each step went as it did
  Language language = Language::english;
};

/// An event that was refused although the story does not say so.
struct Refusal {
  SourceSpan span;
  std::string event, reasons;
};

struct Played {
  std::vector<Difference> differences;
  std::vector<Refusal> refusals;  ///< only where the story does not speak of `refused`
  std::optional<Error> error;     ///< the engine stopped
  SourceSpan error_span;
  std::vector<std::string> explanation;  ///< on a difference: why each step went as it did
  std::vector<std::string> clauses;      ///< cited by what came up, sorted
  std::vector<std::string> subjects;     ///< rules, clocks, needs that came up, sorted
  [[nodiscard]] bool is_as_told() const noexcept {
    return differences.empty() && refusals.empty() && !error;
  }
};

/// Plays a run of `suite` on `rules` (the pack with the run's overlay, or a changed copy of it).
[[nodiscard]] Played play(const Rulebook& rules, const Suite& suite, const Run& run,
                          const PlayOptions& options);

/// The same where what the run sets may be out of bounds, so that there is nothing to play on.
/// `plain`: the pack as it is.
[[nodiscard]] Played play(const Overlaid& overlaid, const Rulebook& plain, const Suite& suite,
                          const Run& run, const PlayOptions& options);

/// A reason as stories write it.
[[nodiscard]] std::string reason_text(const Reason& reason, const Actor& actor,
                                      const std::string& who);

}  // namespace aftercare::testing
