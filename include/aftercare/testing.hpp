// aftercare/testing.hpp — stories: tests of a pack, told as logs.
//
//   for (const std::string& pack : find_packs("rules")) {
//     auto report = run_stories(pack);
//     std::cerr << render(report.diagnostics(), report.sources());   // what is not as told, and
//     why
//   }
//
// A story that does not end as told is a finding at the place that tells it. Needs: rulebook.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/source.hpp"

namespace aftercare {

struct StoryOptions {
  std::vector<std::string> files;  ///< stories to run; empty: those that lie beside the pack
  std::string only;                ///< only stories whose name contains it
  enum class Store : std::uint8_t { memory, sqlite } store = Store::memory;
  /// A fresh engine for every command: case → bytes → case after each step.
  bool reopen = false;
  unsigned threads = 1;
  Language language = Language::english;  ///< of the explanations
};

/// One story, or one row of its table.
struct StoryRun {
  std::string story;
  std::string row;  ///< the row as written; empty where the story has no table
  SourceSpan span;  ///< its name; of a row, the row
  bool is_as_told = false;
  std::vector<std::string> clauses;  ///< that came up in it
};

struct StoryReport {
  std::string pack;            ///< path of the pack
  std::vector<StoryRun> runs;  ///< in the order of the text
  [[nodiscard]] std::size_t failures() const noexcept {
    std::size_t n = 0;
    for (const StoryRun& run : runs) n += run.is_as_told ? 0 : 1;
    return n;
  }
};

/// The packs at a path, sorted: the path itself, where it is a pack's folder or file, or all packs
/// in the folder and in those below. Empty where there is none.
[[nodiscard]] AFTERCARE_API std::vector<std::string> find_packs(std::string_view path);

/// Checks a pack, reads its stories and plays them. The findings are those of the pack, of the
/// stories, and of each story that does not end as told. No value: nothing could be played.
[[nodiscard]] AFTERCARE_API Checked<StoryReport> run_stories(std::string_view pack,
                                                             const StoryOptions& options = {});

/// Checks a pack and reads its stories without playing them.
[[nodiscard]] AFTERCARE_API Checked<std::size_t> check_stories(std::string_view pack,
                                                               const StoryOptions& options = {});

}  // namespace aftercare
