// The interface of this file is prove() and read_catalogue().
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "aftercare/testing.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/access.hpp"
#include "rulebook/yaml_reader.hpp"
#include "testing/mutants.hpp"
#include "testing/player.hpp"
#include "testing/suite.hpp"

namespace aftercare {

namespace {

namespace fs = std::filesystem;
using testing::Mutant;
using testing::Played;
using testing::Run;

enum class Fate : std::uint8_t { survived, killed, stillborn };

/// The pack as a mutant has it, by overlay; compiled when first asked for.
class Variants {
 public:
  Variants(const testing::LoadedSuite& loaded, const Mutant& mutant)
      : loaded_(loaded), mutant_(mutant), made_(loaded.overlaid.size()) {
    if (!mutant.on_model) {
      texts_ = loaded.suite.texts;
      std::string& text = texts_[mutant.span.file].text;
      text = mutant.applied_to(std::move(text));
    }
  }

  /// None where the mutant cannot be, or changes nothing, with this overlay.
  const testing::Overlaid* of(std::size_t overlay) {
    Made& made = made_[overlay];
    if (!made.is_tried) {
      made.is_tried = true;
      const std::optional<Rulebook>& original = loaded_.overlaid[overlay].rules;
      if (!mutant_.on_model) {
        base::Findings untold;
        made.rules = testing::compile_with(texts_, loaded_.suite.overlays[overlay], untold);
      } else if (original) {
        auto model = std::make_shared<step::Model>(*rulebook::model_of(*original));
        step::ParameterValues values = rulebook::parameters_of(*original);
        if (mutant_.on_model(*model, values))
          made.rules.rules = rulebook::with_model(*original, std::move(model), std::move(values));
      }
    }
    return made.rules.rules || !made.rules.out_of_bounds.empty() ? &made.rules : nullptr;
  }

 private:
  struct Made {
    bool is_tried = false;
    testing::Overlaid rules;
  };
  const testing::LoadedSuite& loaded_;
  const Mutant& mutant_;
  std::vector<PackText> texts_;
  std::vector<Made> made_;
};

/// Runs that touched the rule come first; whatever they leave alive the others get to see too.
std::vector<std::size_t> order_for(const Mutant& mutant, const std::vector<Played>& played) {
  std::vector<std::pair<int, std::size_t>> ranked;
  for (std::size_t i = 0; i < played.size(); ++i) {
    const bool names =
        std::binary_search(played[i].subjects.begin(), played[i].subjects.end(), mutant.name);
    const bool cites =
        std::any_of(mutant.clauses.begin(), mutant.clauses.end(), [&](const std::string& clause) {
          return std::binary_search(played[i].clauses.begin(), played[i].clauses.end(), clause);
        });
    ranked.emplace_back((names ? 0 : 2) + (cites ? 0 : 1), i);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::size_t> out;
  for (const auto& [rank, i] : ranked) out.push_back(i);
  return out;
}

Fate fate_of(const testing::LoadedSuite& loaded, const Mutant& mutant,
             const std::vector<Played>& played, std::string& killed_by) {
  Variants variants(loaded, mutant);
  testing::PlayOptions options;
  options.with_explanation = false;
  bool lives = false;
  for (const std::size_t i : order_for(mutant, played)) {
    const Run& run = loaded.suite.runs[i];
    const testing::Overlaid* rules = variants.of(run.overlay);
    if (rules == nullptr) continue;
    lives = true;
    if (!testing::play(*rules, *loaded.rules, loaded.suite, run, options).is_as_told()) {
      killed_by = run.row.empty() ? run.story : run.story + "  " + run.row;
      return Fate::killed;
    }
  }
  return lives ? Fate::survived : Fate::stillborn;
}

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace

Checked<PackProof> prove(std::string_view pack, const ProofOptions& options) {
  Sources sources;
  base::Findings findings;
  const auto loaded = testing::load_suite(pack, options.stories, true, sources, findings);
  if (!loaded) return {std::nullopt, findings.take(), sources};
  const std::vector<Run>& runs = loaded->suite.runs;
  const unsigned threads = options.stories.threads;
  std::vector<Played> played(runs.size());
  testing::each_on_threads(runs.size(), threads, [&](std::size_t i) {
    testing::PlayOptions play;
    play.with_trace = true;
    play.with_explanation = false;
    played[i] = testing::play(loaded->overlaid[runs[i].overlay], *loaded->rules, loaded->suite,
                              runs[i], play);
  });
  std::size_t failures = 0;
  std::set<std::string> came_up;
  for (const Played& one : played) {
    if (!one.is_as_told()) ++failures;
    came_up.insert(one.clauses.begin(), one.clauses.end());
  }
  if (failures > 0) {
    findings.add(base::make(diag::AC0945, {}, {{"count", std::to_string(failures)}}));
    return {std::nullopt, findings.take(), sources};
  }

  const std::vector<Mutant> mutants = testing::mutants_of(*loaded->rules, loaded->suite.texts);
  std::vector<Fate> fates(mutants.size());
  std::vector<std::string> killers(mutants.size());
  std::atomic<std::size_t> done{0};
  std::mutex telling;
  testing::each_on_threads(mutants.size(), threads, [&](std::size_t i) {
    fates[i] = fate_of(*loaded, mutants[i], played, killers[i]);
    const std::size_t now = ++done;
    if (options.progress) {
      const std::lock_guard<std::mutex> lock(telling);
      options.progress(now, mutants.size());
    }
  });

  PackProof proof;
  proof.pack = pack;
  for (const PackShape& shape : loaded->rules->packs()) proof.sources.push_back(shape.source);
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;  // mutants, killed
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    if (fates[i] == Fate::stillborn) {
      ++proof.stillborn;
      continue;
    }
    const Mutant& mutant = mutants[i];
    const bool is_killed = fates[i] == Fate::killed;
    proof.mutants.push_back(
        {mutant.rule, mutant.change, mutant.clauses, mutant.span, is_killed, killers[i]});
    for (const std::string& clause : mutant.clauses) {
      ++counts[clause].first;
      counts[clause].second += is_killed ? 1 : 0;
    }
    if (!is_killed && !mutant.limit.empty()) {
      findings.add(base::make(
          diag::AC0922, mutant.span,
          {{"limit", mutant.limit}, {"owner", testing::change_text(mutant.rule)}, {"clause", joined(mutant.clauses)}},
          {base::note(notes::stories_end_as_told, {{"value", mutant.moved_to}})}));
    } else if (!is_killed) {
      findings.add(base::make(
          diag::AC0943, mutant.span,
          {{"rule", testing::change_text(mutant.rule)},
           {"change", testing::change_text(mutant.change)},
           {"clauses", joined(mutant.clauses)}}));
    }
  }
  for (const ClauseView& clause : loaded->rules->clauses()) {
    ClauseProof one;
    one.id = clause.id;
    one.is_cited = !clause.rules.empty();
    one.came_up = came_up.contains(clause.id);
    one.mutants = counts[clause.id].first;
    one.killed = counts[clause.id].second;
    if (one.is_cited && !one.came_up)
      findings.add(base::make(diag::AC0944, clause.span, {{"clause", clause.id}}));
    // An article of several versions is one, and proved where it is in all of them.
    const auto same = std::find_if(proof.clauses.begin(), proof.clauses.end(),
                                   [&](const ClauseProof& other) { return other.id == one.id; });
    if (same != proof.clauses.end()) {
      same->is_cited = same->is_cited && one.is_cited;
      continue;
    }
    proof.clauses.push_back(std::move(one));
  }
  return {std::move(proof), findings.take(), sources};
}

Checked<std::vector<CatalogueEntry>> read_catalogue(std::string_view folder) {
  Sources sources;
  base::Findings findings;
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(fs::path(std::string(folder)), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  std::vector<CatalogueEntry> out;
  for (const fs::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const std::uint32_t file = sources.add(path.generic_string(), std::move(text));
    // A catalogue is data, not a pack: what authors of packs slip on is no matter here.
    base::Findings slips;
    const auto root = rulebook::read_yaml(sources, file, slips);
    if (!root) {
      findings.add(slips.take());
      continue;
    }
    const rulebook::Entry* regulations = root->find("regulations");
    if (regulations == nullptr) continue;
    for (const rulebook::Node& item : regulations->value.items) {
      CatalogueEntry entry;
      if (const auto* id = item.find("id")) entry.id = id->value.text;
      if (const auto* title = item.find("title_en")) entry.title = title->value.text;
      if (const auto* clauses = item.find("clauses")) {
        for (const rulebook::Node& clause : clauses->value.items) {
          const auto* id = clause.find("id");
          const auto* executable = clause.find("executable");
          if (id == nullptr) continue;
          entry.clauses.emplace_back(id->value.text,
                                     executable != nullptr && executable->value.text == "true");
        }
      }
      out.push_back(std::move(entry));
    }
  }
  if (files.empty()) {
    const std::uint32_t file = sources.add(std::string(folder), {});
    findings.add(base::make(diag::AC0200, {file, 0, 0}, {{"path", std::string(folder)}}));
  }
  const bool is_good = !findings.has_errors();
  return {is_good ? std::optional(std::move(out)) : std::nullopt, findings.take(), sources};
}

}  // namespace aftercare
