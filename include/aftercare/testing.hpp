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
#include <functional>
#include <string>
#include <string_view>
#include <utility>
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
  std::vector<std::string> left_out;  ///< names of the stories that StoryOptions::only leaves out
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

// ── what is proved ────────────────────────────────────────────────────────────────────────────

/// A pack changed in one place: a rule deleted, a limit moved by one unit, a guard negated.
struct MutantView {
  std::string rule;    ///< "clock order.appointment"
  std::string change;  ///< "30min → 1801s"
  std::vector<std::string> clauses;
  SourceSpan span;
  bool is_killed = false;
  std::string killed_by;  ///< the story that does not end as told with it
};

/// An article, and whether the stories prove what the pack makes of it: a rule that cites it came
/// up in a story, and a story notices every mutant of every rule that cites it.
struct ClauseProof {
  std::string id;
  bool is_cited = false;  ///< by a rule
  bool came_up = false;   ///< in the trace of a story
  std::size_t mutants = 0, killed = 0;
  [[nodiscard]] bool is_proved() const noexcept {
    return is_cited && came_up && mutants > 0 && killed == mutants;
  }
};

struct PackProof {
  std::string pack;                  ///< path
  std::vector<std::string> sources;  ///< regulations: "S2-09"
  std::vector<ClauseProof> clauses;  ///< in the order of the text
  std::vector<MutantView> mutants;
  std::size_t stillborn = 0;  ///< changes that the checker refuses; they count for nothing
  [[nodiscard]] std::size_t killed() const noexcept {
    std::size_t n = 0;
    for (const MutantView& mutant : mutants) n += mutant.is_killed ? 1 : 0;
    return n;
  }
};

struct ProofOptions {
  StoryOptions stories;
  /// Called now and then, from one thread at a time: mutants done, mutants in all.
  std::function<void(std::size_t, std::size_t)> progress;
};

/// Plays the stories of a pack on each of its mutants. The findings tell what no story notices. No
/// value: the pack does not check, or a story does not end as told to begin with.
[[nodiscard]] AFTERCARE_API Checked<PackProof> prove(std::string_view pack,
                                                     const ProofOptions& options = {});

/// A regulation as a catalogue of requirements lists it.
struct CatalogueEntry {
  std::string id, title;
  std::vector<std::pair<std::string, bool>> clauses;  ///< id, and whether an engine can hold it
};
/// Reads the YAML files of a folder: `regulations: [{id, title_en, clauses: [{id, executable}]}]`.
[[nodiscard]] AFTERCARE_API Checked<std::vector<CatalogueEntry>> read_catalogue(
    std::string_view folder);

}  // namespace aftercare
