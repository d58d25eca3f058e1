// aftercare test: plays the stories of packs.
#include <algorithm>
#include <memory>
#include <thread>

#include "aftercare/testing.hpp"

#include "base/diagnostics.hpp"
#include "base/json_writer.hpp"
#include "base/names.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  StoryOptions stories;
  std::string store = "memory";
  bool is_verbose = false;
};

std::string verdict(const Shell& shell, std::size_t good, std::size_t all) {
  return std::to_string(good) + std::string(shell.say(" of ", " / ")) + std::to_string(all) +
         std::string(shell.say(" story runs end as told", " 次情景演示与所述相符")) + "\n";
}

void print(const Shell& shell, const StoryReport& report, const Sources& sources, bool is_verbose) {
  if (shell.is_json()) {
    base::JsonWriter json;
    for (const StoryRun& run : report.runs) {
      const Position at = sources.position(run.span);
      json.begin_object().key("pack").string(report.pack);
      json.key("file").string(sources.name(run.span.file));
      json.key("line").number(static_cast<std::int64_t>(at.line));
      json.key("story").string(run.story);
      if (!run.row.empty()) json.key("row").string(run.row);
      json.key("as_told").boolean(run.is_as_told);
      json.key("clauses").begin_array();
      for (const std::string& clause : run.clauses) json.string(clause);
      json.end_array().end_object().end_line();
    }
    shell.out(json.text());
    return;
  }
  for (const StoryRun& run : report.runs) {
    if (!is_verbose) break;
    shell.out(std::string(run.is_as_told ? "  ok      " : "  FAILED  ") + run.story +
              (run.row.empty() ? "" : "  " + run.row) + "\n");
  }
  shell.out(report.pack + ": " +
            verdict(shell, report.runs.size() - report.failures(), report.runs.size()));
}

int test_packs(const Shell& shell, const Options& options) {
  StoryOptions how = options.stories;
  how.language = shell.language();
  if (options.store == "sqlite") how.store = StoryOptions::Store::sqlite;
  const auto packs = packs_at(shell, options.paths);
  if (!packs) return findings;
  bool is_good = true;
  std::size_t all = 0, failures = 0;
  std::vector<std::string> others;
  for (const std::string& pack : *packs) {
    const Checked<StoryReport> report = run_stories(pack, how);
    shell.tell(report.diagnostics(), report.sources());
    is_good = is_good && !has_errors(report.diagnostics());
    if (!report) continue;
    all += report->runs.size();
    failures += report->failures();
    others.insert(others.end(), report->left_out.begin(), report->left_out.end());
    print(shell, *report, report.sources(), options.is_verbose);
  }
  if (is_good && all == 0) {
    // Green is what was played: a name that no story has must not look like one.
    Sources sources;
    base::Findings nothing;
    const std::uint32_t place = sources.add(how.only.empty() ? packs->front() : "--only", how.only);
    if (how.only.empty() || others.empty()) {
      nothing.add(base::make(diag::AC0947, {place, 0, 0}));
    } else {
      const auto size = static_cast<std::uint32_t>(how.only.size());
      nothing.add(base::make(diag::AC0946, {place, 0, size}, {{"text", how.only}},
                             base::names_instead(how.only, others)));
    }
    shell.tell(nothing.take(), sources);
    is_good = false;
  }
  if (!shell.is_json() && packs->size() > 1) shell.out(verdict(shell, all - failures, all));
  return is_good ? fine : findings;
}

}  // namespace

void add_test(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("test", "Play the stories of packs");
  const auto options = std::make_shared<Options>();
  options->stories.threads = std::max(1U, std::thread::hardware_concurrency());
  it->add_option("path", options->paths, "Packs: folders, files, or folders of packs")->required();
  it->add_option("--stories", options->stories.files,
                 "Files of stories (without: those beside the pack)")
      ->allow_extra_args(false);
  it->add_option("--only", options->stories.only, "Only stories whose name contains this");
  it->add_option("--store", options->store, "Where cases are kept meanwhile: memory or sqlite")
      ->check(CLI::IsMember({"memory", "sqlite"}));
  it->add_flag("--reopen", options->stories.reopen,
               "Open the engine anew before every command: case to bytes and back");
  it->add_option("--threads", options->stories.threads, "Number of threads");
  it->add_flag("-v,--verbose", options->is_verbose, "List every story");
  it->footer(
      "Examples:\n"
      "  aftercare test rules\n"
      "  aftercare test rules/appliance/installer_liabilities --only appointment -v\n"
      "  aftercare test rules --store sqlite --reopen");
  shell.does(*it, [&shell, options] { return test_packs(shell, *options); });
}

}  // namespace aftercare::cli
