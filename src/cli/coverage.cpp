// aftercare coverage, aftercare mutate: which articles the stories prove. Proved is computed, never
// declared.
#include <algorithm>
#include <map>
#include <memory>
#include <thread>

#include "aftercare/testing.hpp"

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "testing/mutants.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string catalogue;
  unsigned threads = 1;
  bool is_verbose = false, lists_all = false;
};

/// Proofs of all packs at the paths; what no story notices has been told.
int prove_all(const Shell& shell, const Options& options, bool tells_survivors,
              std::vector<PackProof>& proofs) {
  const auto packs = packs_at(shell, options.paths);
  if (!packs) return findings;
  int exit = fine;
  for (const std::string& pack : *packs) {
    ProofOptions how;
    how.stories.threads = options.threads;
    const auto progress = std::make_shared<Progress>(pack, 100);
    how.progress = [&](std::size_t done, std::size_t all) {
      progress->at(all == 0 ? 100 : done * 100 / all);
    };
    Checked<PackProof> proof = prove(pack, how);
    Diagnostics told;
    for (const Diagnostic& finding : proof.diagnostics())
      if (tells_survivors || severity(finding) == Severity::error) told.push_back(finding);
    shell.tell(told, proof.sources());
    if (!proof) {
      exit = findings;
      continue;
    }
    proofs.push_back(*std::move(proof));
  }
  return exit;
}

/// One line of the report.
struct Regulation {
  std::string id, title;
  bool has_pack = false;
  std::size_t executable = 0, cited = 0, proved = 0, mutants = 0, killed = 0;
  std::vector<std::string> missing;
};

int report(const Shell& shell, const Options& options) {
  std::vector<CatalogueEntry> catalogue;
  if (!options.catalogue.empty()) {
    Checked<std::vector<CatalogueEntry>> read = read_catalogue(options.catalogue);
    shell.tell(read.diagnostics(), read.sources());
    if (!read) return world_failed;
    catalogue = *std::move(read);
  }
  std::vector<PackProof> proofs;
  int exit = prove_all(shell, options, options.is_verbose, proofs);

  // A clause that several packs have is proved where each of them proves it.
  std::map<std::string, ClauseProof> by_clause;
  std::vector<Regulation> regulations;
  for (const PackProof& proof : proofs)
    for (const ClauseProof& clause : proof.clauses) {
      const auto [at, is_new] = by_clause.try_emplace(clause.id, clause);
      if (is_new) continue;
      ClauseProof& one = at->second;
      one.came_up = (one.came_up || !one.is_cited) && (clause.came_up || !clause.is_cited);
      one.is_cited = one.is_cited || clause.is_cited;
      one.mutants += clause.mutants;
      one.killed += clause.killed;
    }
  const auto add = [&](const std::string& id, const std::string& title,
                       const std::vector<std::string>& executable) {
    Regulation one;
    one.id = id;
    one.title = title;
    one.executable = executable.size();
    for (const PackProof& proof : proofs) {
      if (std::find(proof.sources.begin(), proof.sources.end(), id) == proof.sources.end())
        continue;
      one.has_pack = true;
      const std::string prefix = id + "-";
      for (const MutantView& mutant : proof.mutants) {
        const bool is_mine = std::any_of(mutant.clauses.begin(), mutant.clauses.end(),
                                         [&](const std::string& clause) {
                                           return clause.compare(0, prefix.size(), prefix) == 0;
                                         });
        if (!is_mine) continue;
        ++one.mutants;
        one.killed += mutant.is_killed ? 1 : 0;
      }
    }
    for (const std::string& clause : executable) {
      const auto found = by_clause.find(clause);
      if (found != by_clause.end() && found->second.is_cited) ++one.cited;
      if (found != by_clause.end() && found->second.is_proved())
        ++one.proved;
      else
        one.missing.push_back(clause);
    }
    if (one.has_pack && (!one.missing.empty() || one.killed != one.mutants)) exit = findings;
    regulations.push_back(std::move(one));
  };
  for (const CatalogueEntry& entry : catalogue) {
    std::vector<std::string> executable;
    for (const auto& [id, is_executable] : entry.clauses)
      if (is_executable) executable.push_back(id);
    add(entry.id, entry.title, executable);
  }
  // Packs that no catalogue lists: all their articles that have a rule are to be proved.
  for (const PackProof& proof : proofs) {
    for (const std::string& source : proof.sources) {
      const auto is_it = [&](const Regulation& r) { return r.id == source; };
      if (std::any_of(regulations.begin(), regulations.end(), is_it)) continue;
      std::vector<std::string> executable;
      const std::string prefix = source + "-";
      for (const ClauseProof& clause : proof.clauses)
        if (clause.is_cited && clause.id.compare(0, prefix.size(), prefix) == 0)
          executable.push_back(clause.id);
      add(source, proof.pack, executable);
    }
  }

  if (shell.is_json()) {
    base::JsonWriter json;
    const auto number = [&](std::string_view key, std::size_t value) {
      json.key(key).number(static_cast<std::int64_t>(value));
    };
    json.begin_object().key("regulations").begin_array();
    for (const Regulation& one : regulations) {
      json.begin_object().key("id").string(one.id);
      number("executable", one.executable);
      number("cited", one.cited);
      number("proved", one.proved);
      json.key("missing").begin_array();
      for (const std::string& clause : one.missing) json.string(clause);
      json.end_array();
      number("mutants", one.mutants);
      number("killed", one.killed);
      json.end_object();
    }
    json.end_array().end_object().end_line();
    shell.out(json.text());
    return exit;
  }
  Regulation total;
  std::string text;
  const auto line = [](const Regulation& one) {
    return std::to_string(one.executable) + "\t" + std::to_string(one.cited) + "\t" +
           std::to_string(one.proved) + "\t" + std::to_string(one.mutants) + "\t" +
           std::to_string(one.killed);
  };
  text += std::string(shell.say("id\texecutable\tcited\tproved\tmutants\tkilled",
                                "编号\t可执行\t已引用\t已验证\t变异\t被发现")) +
          "\n";
  for (const Regulation& one : regulations) {
    total.executable += one.executable;
    total.cited += one.cited;
    total.proved += one.proved;
    total.mutants += one.mutants;
    total.killed += one.killed;
    if (!one.has_pack && !options.lists_all) continue;
    text += one.id + "\t" + line(one) + "\n";
    if (one.missing.empty()) continue;
    text += std::string(shell.say("\tnot proved:", "\t未验证:"));
    for (const std::string& clause : one.missing) {
      const auto found = by_clause.find(clause);
      text += " " + clause;
      if (found == by_clause.end() || !found->second.is_cited) {
        text += std::string(shell.say(" (no rule)", "(无规则)"));
      } else if (!found->second.came_up) {
        text += std::string(shell.say(" (in no story)", "(情景未触及)"));
      } else {
        text += " (" + std::to_string(found->second.killed) + "/" +
                std::to_string(found->second.mutants) + ")";
      }
    }
    text += "\n";
  }
  text += std::string(shell.say("all", "合计")) + "\t" + line(total) + "\n";
  shell.out(text);
  return exit;
}

int mutate(const Shell& shell, const Options& options) {
  std::vector<PackProof> proofs;
  int exit = prove_all(shell, options, !shell.is_json(), proofs);
  for (const PackProof& proof : proofs) {
    const std::size_t killed = proof.killed();
    if (killed != proof.mutants.size() && exit == fine) exit = findings;
    if (shell.is_json()) {
      base::JsonWriter json;
      for (const MutantView& mutant : proof.mutants) {
        json.begin_object().key("pack").string(proof.pack).key("rule").string(mutant.rule);
        json.key("change").string(mutant.change).key("clauses").begin_array();
        for (const std::string& clause : mutant.clauses) json.string(clause);
        json.end_array().key("killed").boolean(mutant.is_killed);
        if (mutant.is_killed) json.key("by").string(mutant.killed_by);
        json.end_object().end_line();
      }
      shell.out(json.text());
      continue;
    }
    for (const MutantView& mutant : proof.mutants) {
      if (!options.is_verbose) break;
      const auto said = [&](const std::string& text) {
        return testing::change_text(text, shell.language());
      };
      shell.out(std::string(mutant.is_killed ? shell.say("  killed    ", "  发现    ")
                                             : shell.say("  SURVIVED  ", "  未发现  ")) +
                said(mutant.rule) + std::string(shell.say(": ", ":")) + said(mutant.change) +
                (mutant.is_killed ? "  ← " + mutant.killed_by : "") + "\n");
    }
    shell.out(proof.pack + ": " + std::to_string(killed) + std::string(shell.say(" of ", " / ")) +
              std::to_string(proof.mutants.size()) +
              std::string(shell.say(" mutants are noticed by a story", " 个变异被情景发现")) +
              "\n");
  }
  return exit;
}

void declare(CLI::App& it, Options& options) {
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  it.add_option("path", options.paths, "Packs: folders, files, or folders of packs")->required();
  it.add_option("--threads", options.threads, "Number of threads");
}

}  // namespace

void add_coverage(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("coverage", "Which articles the stories prove");
  const auto options = std::make_shared<Options>();
  declare(*it, *options);
  it->add_option("--catalogue", options->catalogue,
                 "Folder of YAML files that list regulations and their clauses");
  it->add_flag("-v,--verbose", options->is_verbose, "Tell each change that no story notices");
  it->add_flag("--all", options->lists_all, "List regulations without a pack too");
  it->footer(
      "An article is proved when a rule that cites it came up in a story, and a story notices "
      "every\n"
      "mutant of every rule that cites it.\n\n"
      "Examples:\n"
      "  aftercare coverage rules --catalogue ../shared/catalogue\n"
      "  aftercare coverage rules --catalogue ../shared/catalogue --format json");
  shell.does(*it, [&shell, options] { return report(shell, *options); });
}

void add_mutate(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("mutate", "Change packs in one place each; do stories notice?");
  const auto options = std::make_shared<Options>();
  declare(*it, *options);
  it->add_flag("-v,--verbose", options->is_verbose, "List every mutant and what noticed it");
  it->footer(
      "Mutants: a rule deleted; a limit moved by one unit of its scale; < for <= and back; targets "
      "swapped;\n"
      "a requirement, signature or role dropped, another role let in; a guard negated; a post "
      "dropped; a factor changed.\n"
      "They are made of the rules that cite an article and of what these rely on; see "
      "docs/stories.md.\n\n"
      "Examples:\n"
      "  aftercare mutate rules/appliance/installer_liabilities -v\n"
      "  aftercare mutate rules --format json");
  shell.does(*it, [&shell, options] { return mutate(shell, *options); });
}

}  // namespace aftercare::cli
