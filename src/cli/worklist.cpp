// aftercare worklist: who waits in line, and in which order they are to be taken.
#include <memory>

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/json_value.hpp"
#include "cli/session.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  SessionOptions session;
  std::string name, whose;
};

int tell(const Shell& shell, const Options& options) {
  int exit = fine;
  auto session = Session::open(shell, options.session, exit);
  if (!session) return exit;
  if (session->now) {
    const auto due = session->engine.due(*session->now);
    if (!due) return shell.failed(due.error());
  }
  const auto lists = session->engine.worklist(options.name, options.whose);
  if (!lists) return shell.failed(lists.error());
  const step::Model& model = *rulebook::model_of(session->engine.rules());
  const auto shown = [&](const std::string& name) {
    return session->engine.rules().label(name, shell.language());
  };
  base::JsonWriter json;
  std::string text;
  for (const WaitingList& list : *lists) {
    if (shell.is_json()) {
      json.begin_object().key("worklist").string(list.worklist).key("pack").string(list.pack);
      json.key("for").begin_array();
      for (const std::string& who : list.who) json.string(who);
      json.end_array();
      if (!list.whose.empty()) json.key("whose").string(list.whose);
      json.key("cases").begin_array();
      for (std::size_t i = 0; i < list.cases.size(); ++i) {
        const WaitingList::Waiting& one = list.cases[i];
        json.begin_object().key("place").number(static_cast<std::int64_t>(i + 1));
        json.key("case").string(one.case_id).key("key").string(one.key);
        json.key("opened").string(iso_text(one.opened, session->zone));
        json.key("since").string(iso_text(one.since, session->zone));
        json.key("by").begin_object();
        for (const auto& [name, value] : one.by) {
          json.key(name);
          to_json(value, json);
        }
        json.end_object().end_object();
      }
      json.end_array().key("clauses").begin_array();
      for (const std::string& clause : list.clauses) json.string(clause);
      json.end_array().end_object().end_line();
      continue;
    }
    text += shown(list.worklist);
    if (!list.whose.empty())
      text += std::string(shell.say(" of ", " 属 ")) + list.whose;
    std::string who;
    for (const std::string& one : list.who)
      who += (who.empty() ? "" : std::string(shell.say(" or ", " 或 "))) + shown(one);
    text += std::string(shell.say(", for ", ",供 ")) + who;
    std::string clauses;
    for (const std::string& one : list.clauses) clauses += (clauses.empty() ? "" : ", ") + one;
    if (!clauses.empty()) text += "  (" + clauses + ")";
    text += "\n";
    if (list.cases.empty()) text += std::string(shell.say("  nobody waits\n", "  没有等待的案件\n"));
    for (std::size_t i = 0; i < list.cases.size(); ++i) {
      const WaitingList::Waiting& one = list.cases[i];
      text += "  " + std::to_string(i + 1) + ". " + (one.key.empty() ? one.case_id : one.key) +
              std::string(shell.say("  since ", "  自 ")) + iso_text(one.since, session->zone);
      for (const auto& [name, value] : one.by)
        text += std::string(shell.say(", ", ",")) + name + " = " +
                step::to_text(value, model, session->zone);
      text += "\n";
    }
  }
  shell.out(shell.is_json() ? json.text() : text);
  return fine;
}

}  // namespace

void add_worklist(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("worklist", "Who waits in line, and whose turn it is");
  const auto options = std::make_shared<Options>();
  add_session_options(*it, options->session, false);
  it->add_option("worklist", options->name, "The list (without: all of them)");
  it->add_option("--of", options->whose, "Of this person or unit only");
  it->footer(
      "Examples:\n"
      "  aftercare worklist rules/x --store cases.db\n"
      "  aftercare worklist rules/x dispatch --events case.yaml --until 2026-03-02T09:00");
  shell.does(*it, [&shell, options] { return tell(shell, *options); });
}

}  // namespace aftercare::cli
