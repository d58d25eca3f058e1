// aftercare explain: why each step of a case went as it did, with the clauses.
#include <algorithm>
#include <memory>

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/json_value.hpp"
#include "cli/session.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  SessionOptions session;
  std::string case_id;
  bool quotes = false;
};

int explain(const Shell& shell, const Options& options) {
  int exit = fine;
  auto session = Session::open(shell, options.session, exit);
  if (!session) return exit;
  std::vector<std::string> ids;
  if (!options.case_id.empty()) {
    ids.push_back(options.case_id);
  } else {
    const auto all = session->engine.cases();
    if (!all) return shell.failed(all.error());
    ids = *all;
  }
  std::vector<std::string> cited;
  for (const std::string& id : ids) {
    const auto steps = session->engine.history(id, shell.language());
    if (!steps) return shell.failed(steps.error());
    const auto view = session->engine.find(id);
    const std::string version =
        view ? version_text(shell, session->engine.rules(), *view) : std::string();
    if (!shell.is_json() && (ids.size() > 1 || !version.empty())) shell.out(id + version + "\n");
    for (const StepTrace& step : *steps) {
      for (const TraceLine& line : step.lines)
        for (const std::string& clause : line.clauses)
          if (std::find(cited.begin(), cited.end(), clause) == cited.end()) cited.push_back(clause);
      if (!shell.is_json()) {
        shell.out(to_text(step, session->zone, shell.language()));
        continue;
      }
      base::JsonWriter json;
      json.begin_object().key("case").string(step.case_id);
      json.key("step").number(static_cast<std::int64_t>(step.step));
      json.key("event").string(step.event).key("at").string(iso_text(step.at, session->zone));
      json.key("recorded").string(iso_text(step.recorded, session->zone));
      json.key("from").string(step.state_before).key("to").string(step.state_after);
      json.key("lines").begin_array();
      for (const TraceLine& line : step.lines) {
        json.begin_object().key("subject").string(line.subject).key("text").string(line.text);
        json.key("values").begin_object();
        for (const auto& [name, value] : line.values) {
          json.key(name);
          to_json(value, json);
        }
        json.end_object().key("clauses").begin_array();
        for (const std::string& clause : line.clauses) json.string(clause);
        json.end_array().end_object();
      }
      json.end_array().end_object().end_line();
      shell.out(json.text());
    }
  }
  if (options.quotes && !shell.is_json()) {
    for (const ClauseView& clause : session->engine.rules().clauses())
      if (std::find(cited.begin(), cited.end(), clause.id) != cited.end())
        shell.out("\n" + clause.id + " 「" + clause.text + "」");
    shell.out("\n");
  }
  return fine;
}

}  // namespace

void add_explain(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("explain", "Why each step of a case went as it did");
  const auto options = std::make_shared<Options>();
  add_session_options(*it, options->session, false);
  it->add_option("--case", options->case_id, "Id or key of the case (without: all cases)");
  it->add_flag("--quote", options->quotes, "Quote the articles that are cited");
  it->footer(
      "Examples:\n"
      "  aftercare explain rules/x --store cases.db --case A1 --quote\n"
      "  aftercare explain rules/x --events case.yaml --lang zh");
  shell.does(*it, [&shell, options] { return explain(shell, *options); });
}

}  // namespace aftercare::cli
