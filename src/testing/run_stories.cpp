// The interface of this file is run_stories() and check_stories().
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <system_error>
#include <utility>

#include "aftercare/store.hpp"
#include "aftercare/testing.hpp"

#include "base/diagnostics.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"
#include "testing/player.hpp"
#include "testing/suite.hpp"

namespace aftercare {

namespace {

namespace fs = std::filesystem;
using testing::Played;
using testing::Run;

/// A folder of our own for SQLite files, gone when it is left.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    const fs::path base = fs::temp_directory_path(error);
    for (int i = 0; i < 1000; ++i) {
      static std::atomic<unsigned> next{0};
      path_ =
          base / ("aftercare-stories-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) +
                  "-" + std::to_string(next++));
      if (fs::create_directory(path_, error)) return;
    }
    path_.clear();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  [[nodiscard]] std::string file(std::size_t i) const {
    return (path_ / (std::to_string(i) + ".db")).generic_string();
  }

 private:
  fs::path path_;
};

std::vector<DiagnosticNote> notes_of(const Run& run, const std::vector<std::string>& explanation) {
  std::vector<DiagnosticNote> notes;
  notes.push_back(base::note(notes::in_story, {{"story", run.story}}, run.span));
  if (!run.row.empty())
    notes.push_back(base::note(notes::in_row, {{"row", run.row}}, run.row_span));
  for (const std::string& step : explanation)
    notes.push_back(base::note(notes::went_so, {{"explanation", step}}));
  return notes;
}

void tell(const Run& run, const Played& played, const Rulebook& rules, base::Findings& findings) {
  std::vector<std::string> explanation = played.explanation;
  const auto add = [&](DiagnosticCode code, SourceSpan span, DiagnosticWords words) {
    findings.add(base::make(code, span, std::move(words), notes_of(run, explanation)));
    explanation.clear();  // once is enough
  };
  if (played.error) {
    const Diagnostics unset = rulebook::unset_findings(rules);
    for (const Diagnostic& one : unset) add(diag::AC0811, played.error_span, one.words);
    if (unset.empty())
      add(diag::AC0938, played.error_span, {{"reason", engine::both(played.error->message)}});
  }
  for (const testing::Refusal& refusal : played.refusals)
    add(diag::AC0939, refusal.span,
        {{"event", refusal.event}, {"reasons", engine::both(refusal.reasons)}});
  for (const testing::Difference& difference : played.differences) {
    add(diag::AC0930, difference.span,
        {{"what", difference.what},
         {"expected", difference.expected},
         {"actual", difference.actual}});
  }
}

/// A standing rule that does not hold leaves no trace; that it does not may be what is proved.
bool stands_for(const step::Model& model, const std::string& clause) {
  for (const step::Procedure& procedure : model.procedures) {
    for (const step::Index r : procedure.rules) {
      const step::Rule& rule = model.rules[r];
      if (!rule.when.empty()) continue;
      for (const step::Index cite : rule.cites)
        if (model.clauses[cite].id == clause) return true;
    }
  }
  return false;
}

}  // namespace

Checked<StoryReport> run_stories(std::string_view pack, const StoryOptions& options) {
  Sources sources;
  base::Findings findings;
  const auto loaded = testing::load_suite(pack, options, true, sources, findings);
  if (!loaded) return {std::nullopt, findings.take(), sources};
  const std::vector<Run>& runs = loaded->suite.runs;
  std::vector<Played> played(runs.size());
  const Scratch scratch;
  testing::each_on_threads(runs.size(), options.threads, [&](std::size_t i) {
    testing::PlayOptions play;
    play.reopen = options.reopen;
    play.with_trace = true;
    play.language = options.language;
    if (options.store == StoryOptions::Store::sqlite) {
      auto store = sqlite_store(scratch.file(i));
      if (!store) {
        played[i].error = store.error();
        played[i].error_span = runs[i].span;
        return;
      }
      play.store = std::move(*store);
    }
    played[i] = testing::play(loaded->overlaid[runs[i].overlay], *loaded->rules, loaded->suite,
                              runs[i], play);
  });
  StoryReport report;
  report.pack = pack;
  report.left_out = loaded->suite.left_out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const testing::Overlaid& overlaid = loaded->overlaid[runs[i].overlay];
    tell(runs[i], played[i], overlaid.rules ? *overlaid.rules : *loaded->rules, findings);
    report.runs.push_back({runs[i].story, runs[i].row, runs[i].row_span, played[i].is_as_told(),
                           std::move(played[i].clauses)});
  }
  // What a story says that it proves must come up in one of its rows.
  const auto model = rulebook::model_of(*loaded->rules);
  for (std::size_t i = 0; i < runs.size();) {
    std::size_t end = i;
    while (end < runs.size() && runs[end].span == runs[i].span) ++end;
    for (const std::string& clause : runs[i].proves) {
      const bool came_up = std::any_of(
          report.runs.begin() + static_cast<std::ptrdiff_t>(i),
          report.runs.begin() + static_cast<std::ptrdiff_t>(end), [&](const StoryRun& r) {
            return std::binary_search(r.clauses.begin(), r.clauses.end(), clause);
          });
      if (!came_up && !stands_for(*model, clause))
        findings.add(base::make(diag::AC0940, runs[i].span, {{"clause", clause}}));
    }
    i = end;
  }
  return {std::move(report), findings.take(), sources};
}

Checked<std::size_t> check_stories(std::string_view pack, const StoryOptions& options) {
  Sources sources;
  base::Findings findings;
  const auto loaded = testing::load_suite(pack, options, true, sources, findings);
  if (!loaded) return {std::nullopt, findings.take(), sources};
  return {loaded->suite.runs.size(), findings.take(), sources};
}

}  // namespace aftercare
