// aftercare check: packs, overlays and stories, all findings at once.
#include <memory>
#include <optional>

#include "aftercare/dmn.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/testing.hpp"

#include "base/json_writer.hpp"
#include "cli/calendar_text.hpp"
#include "cli/command.hpp"
#include "engine/directory_of.hpp"
#include "feel/types.hpp"
#include "rulebook/access.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> overlays;
  bool no_stories = false;
};

/// Everything as one document; what the packs hold only where they are right.
std::string json_text(const std::optional<Rulebook>& rules, std::size_t stories,
                      const FindingsReport& report) {
  base::JsonWriter json;
  json.begin_object();
  if (rules) {
    const auto number = [&](std::string_view key, std::size_t value) {
      json.key(key).number(static_cast<std::int64_t>(value));
    };
    number("packs", rules->packs().size());
    number("articles", rules->clauses().size());
    number("story_runs", stories);
    json.key("to_be_set").begin_array();
    for (const ParameterView& p : rules->unset_parameters()) {
      json.begin_object().key("name").string(p.name).key("article").string(p.clause);
      json.key("type").string(p.type.to_text()).end_object();
    }
    json.end_array();
  }
  json.key("findings").raw(report.json()).end_object().end_line();
  return json.take();
}

int check_packs(const Shell& shell, Options options) {
  std::vector<std::string> calendars;
  std::erase_if(options.paths, [&](const std::string& path) {
    if (!is_calendar_file(path)) return false;
    calendars.push_back(path);
    return true;
  });
  std::vector<std::string> models;
  std::erase_if(options.paths, [&](const std::string& path) {
    if (!path.ends_with(".dmn")) return false;
    models.push_back(path);
    return true;
  });
  FindingsReport report(shell);
  bool is_good = check_calendar_files(shell, calendars, {}, report);
  for (const std::string& path : models) {
    auto files = read_dmn_files(path);
    if (!files) return shell.failed(files.error());
    const Checked<DmnModel> model = load_dmn(*std::move(files));
    Diagnostics told = model.diagnostics();
    if (model) {
      for (Diagnostic& one : check_tables(*model)) told.push_back(std::move(one));
    }
    report.tell(told, model.sources());
    is_good = is_good && model && !has_errors(told);
  }
  std::size_t stories = 0;
  std::optional<Rulebook> rules;
  if (is_good && !options.paths.empty()) {
    CheckOptions how;
    how.overlays = options.overlays;
    Checked<Rulebook> checked = check(options.paths, how);
    report.tell(checked.diagnostics(), checked.sources());
    is_good = static_cast<bool>(checked) && !has_errors(checked.diagnostics());
    if (is_good) rules = *std::move(checked);
  }
  if (rules && !rulebook::register_sources_of(*rules).empty()) {
    const auto registers = engine::known_registers(*rules, {}, false);
    report.tell(registers.diagnostics(), registers.sources());
    is_good = is_good && !has_errors(registers.diagnostics());
  }
  if (rules && !options.no_stories) {
    const auto packs = packs_at(shell, options.paths);
    if (!packs) return findings;
    for (const std::string& pack : *packs) {
      const Checked<std::size_t> read = check_stories(pack);
      report.tell(read.diagnostics(), read.sources());
      is_good = is_good && !has_errors(read.diagnostics());
      if (read) stories += *read;
    }
  }
  if (shell.is_json()) {
    shell.out(json_text(rules, stories, report));
    return is_good ? fine : findings;
  }
  if (!is_good) return findings;
  if (!rules) return fine;
  const auto unset = rules->unset_parameters();
  const std::string packs = std::to_string(rules->packs().size());
  const std::string clauses = std::to_string(rules->clauses().size());
  std::string text;
  if (shell.language() == Language::chinese) {
    text = packs + "个规则包," + clauses + "条条文," + std::to_string(stories) +
           "次情景演示:没有错误\n";
    for (const ParameterView& p : unset)
      text += "  待填参数 " + p.name + "(" + p.clause + "):" + feel::type_text(p.type, Language::chinese) + "\n";
  } else {
    text = packs + (packs == "1" ? " pack, " : " packs, ") + clauses + " articles, " +
           std::to_string(stories) + " story runs: no errors\n";
    for (const ParameterView& p : unset)
      text += "  to be set: " + p.name + " (" + p.clause + "), " + feel::type_text(p.type, Language::english) + "\n";
  }
  shell.out(text);
  return fine;
}

}  // namespace

void add_check(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("check", "Check packs, overlays and stories, decision models");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths,
                 "Packs: folders, files, or folders of packs; files of calendars; models (*.dmn)")
      ->required();
  it->add_option("--overlay", options->overlays, "Overlay files of the company")
      ->allow_extra_args(false);
  it->add_flag("--no-stories", options->no_stories, "Do not read the stories");
  it->footer(
      "Of decision models the tables are proved: gaps and overlaps, each with a case.\n"
      "With --format json one object is printed: what the packs hold, and all `findings`.\n\n"
      "Examples:\n"
      "  aftercare check rules\n"
      "  aftercare check rules/appliance/installer_liabilities --overlay acme.overlay.yaml\n"
      "  aftercare check rules --lang zh --format json\n"
      "  aftercare check examples/dmn/service.dmn");
  shell.does(*it, [&shell, options] { return check_packs(shell, *options); });
}

}  // namespace aftercare::cli
