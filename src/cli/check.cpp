// aftercare check: packs, overlays and stories, all findings at once.
#include <memory>

#include "aftercare/rulebook.hpp"
#include "aftercare/testing.hpp"

#include "cli/calendar_text.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> overlays;
  bool no_stories = false;
};

int check_packs(const Shell& shell, Options options) {
  std::vector<std::string> calendars;
  std::erase_if(options.paths, [&](const std::string& path) {
    if (!is_calendar_file(path)) return false;
    calendars.push_back(path);
    return true;
  });
  if (!calendars.empty()) {
    const int code = check_calendar_files(shell, calendars, {});
    if (options.paths.empty() || code != fine) return code;
  }
  CheckOptions how;
  how.overlays = options.overlays;
  const Checked<Rulebook> rules = check(options.paths, how);
  shell.tell(rules.diagnostics(), rules.sources());
  bool is_good = static_cast<bool>(rules) && !has_errors(rules.diagnostics());
  std::size_t stories = 0;
  if (is_good && !options.no_stories) {
    for (const std::string& path : options.paths) {
      for (const std::string& pack : find_packs(path)) {
        const Checked<std::size_t> read = check_stories(pack);
        shell.tell(read.diagnostics(), read.sources());
        is_good = is_good && !has_errors(read.diagnostics());
        if (read) stories += *read;
      }
    }
  }
  if (!is_good) return findings;
  if (shell.is_json()) return fine;
  const auto unset = rules->unset_parameters();
  const std::string packs = std::to_string(rules->packs().size());
  const std::string clauses = std::to_string(rules->clauses().size());
  std::string text;
  if (shell.language() == Language::chinese) {
    text = packs + "个规则包," + clauses + "条条文," + std::to_string(stories) +
           "次情景演示:没有错误\n";
    for (const ParameterView& p : unset)
      text += "  待填参数 " + p.name + "(" + p.clause + "):" + p.type.to_text() + "\n";
  } else {
    text = packs + (packs == "1" ? " pack, " : " packs, ") + clauses + " articles, " +
           std::to_string(stories) + " story runs: no errors\n";
    for (const ParameterView& p : unset)
      text += "  to be set: " + p.name + " (" + p.clause + "), " + p.type.to_text() + "\n";
  }
  shell.out(text);
  return fine;
}

}  // namespace

void add_check(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("check", "Check packs, overlays and stories");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths,
                 "Packs: folders, files, or folders of packs; files of calendars")
      ->required();
  it->add_option("--overlay", options->overlays, "Overlay files of the company")
      ->allow_extra_args(false);
  it->add_flag("--no-stories", options->no_stories, "Do not read the stories");
  it->footer(
      "Examples:\n"
      "  aftercare check rules\n"
      "  aftercare check rules/appliance/installer_liabilities --overlay acme.overlay.yaml\n"
      "  aftercare check rules --lang zh --format json");
  shell.does(*it, [&shell, options] { return check_packs(shell, *options); });
}

}  // namespace aftercare::cli
