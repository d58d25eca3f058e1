// aftercare run: one case or a few, events from the command line or a file.
#include <map>
#include <memory>
#include <set>

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/json_value.hpp"
#include "cli/session.hpp"
#include "engine/words.hpp"

namespace aftercare::cli {

namespace {

/// What an event, or time, did to its case, and why; behind it the steps that followed from it at
/// once and have no outcome of their own.
std::string step_text(const std::vector<StepTrace>& history, const Sent& sent,
                      const std::set<std::uint64_t>& answered, const Session& session,
                      Language language) {
  std::string out;
  for (std::uint64_t number = sent.outcome.step; number <= history.size(); ++number) {
    if (number != sent.outcome.step && answered.count(number) != 0) break;
    out += to_text(history[number - 1], session.zone, language);
    if (number != sent.outcome.step || sent.outcome.is == Outcome::Is::applied) continue;
    out += "    " + std::string(to_text(sent.outcome.is, language)) + "\n";
    for (const Reason& reason : sent.outcome.reasons)
      out += "    " + reason_line(reason, session.engine.rules(), language) + "\n";
  }
  return out;
}

void print_json(const Shell& shell, const Session& session) {
  base::JsonWriter json;
  for (const Sent& sent : session.sent) {
    json.begin_object().key("at").string(iso_text(sent.event.at, session.zone));
    if (!sent.event.name.empty()) json.key("event").string(sent.event.name);
    json.key("outcome").string(to_text(sent.outcome.is));
    json.key("case").string(sent.outcome.case_id).key("state").string(sent.outcome.state);
    json.key("reasons").begin_array();
    for (const Reason& reason : sent.outcome.reasons) {
      json.begin_object().key("code").string(reason.code).key("label").string(reason.label);
      json.key("clause").string(reason.clause).key("help").string(reason.help).end_object();
    }
    json.end_array().end_object().end_line();
  }
  shell.out(json.text());
}

int print_cases(const Shell& shell, Session& session) {
  std::set<std::string> seen;
  for (const Sent& sent : session.sent) {
    const std::string& id = sent.outcome.case_id;
    if (id.empty() || !seen.insert(id).second) continue;
    const auto view = session.engine.find(id, session.now);
    if (!view) return shell.failed(view.error());
    if (shell.is_json()) {
      base::JsonWriter json;
      json.begin_object().key("case").string(view->id).key("procedure").string(view->procedure);
      if (!version_text(shell, session.engine.rules(), *view).empty())
        json.key("pack").string(view->pack).key("version").string(view->version);
      json.key("state").string(view->state).key("data");
      to_json(Value::context({view->data.begin(), view->data.end()}), json);
      json.key("clocks").begin_array();
      for (const ClockView& clock : view->clocks) {
        if (clock.state == ClockView::State::idle) continue;
        json.begin_object().key("name").string(clock.name).key("clause").string(clock.clause);
        json.key("state").string(to_text(clock.state, Language::english));
        if (clock.due) json.key("due").string(iso_text(*clock.due, session.zone));
        if (clock.is_provisional) json.key("provisional").boolean(true);
        if (clock.projected) json.key("projected").string(iso_text(*clock.projected, session.zone));
        json.end_object();
      }
      json.end_array().key("entries").begin_array();
      for (const EntryView& entry : view->entries) {
        json.begin_object().key("kind").string(entry.kind).key("name").string(entry.name);
        json.key("subject");
        to_json(entry.subject, json);
        if (entry.amount)
          json.key("amount").string(
              value_text(*entry.amount, session.engine.rules(), session.zone));
        if (!entry.from.empty()) json.key("from").string(entry.from);
        if (!entry.to.empty()) json.key("to").string(entry.to);
        json.key("withdrawn").boolean(entry.is_withdrawn).key("clauses").begin_array();
        for (const std::string& clause : entry.clauses) json.string(clause);
        json.end_array().end_object();
      }
      json.end_array().end_object().end_line();
      shell.out(json.text());
      continue;
    }
    const auto shown = [&](const std::string& name) {
      return session.engine.rules().label(name, shell.language());
    };
    std::string text = "\n" + view->id + "  " + shown(view->state) +
                       version_text(shell, session.engine.rules(), *view) + "\n";
    if (!view->incident.empty())
      text += std::string(shell.say("    waits for a person: ", "    待人处理:")) +
              engine::sentence_text(view->incident, shell.language()) + "\n";
    for (const ClockView& clock : view->clocks) {
      if (clock.state == ClockView::State::idle) continue;
      text +=
          "    " + shown(clock.name) + " " + std::string(to_text(clock.state, shell.language()));
      if (clock.due)
        text += ", " + std::string(shell.say("due ", "到期 ")) + iso_text(*clock.due, session.zone);
      if (clock.is_provisional) text += std::string(shell.say(" (provisional)", "(暂定)"));
      if (clock.projected)
        text += ", " + std::string(shell.say("if it ran on: ", "若即恢复:")) +
                iso_text(*clock.projected, session.zone);
      text += "  (" + clock.clause + ")\n";
    }
    for (const EntryView& entry : view->entries) {
      // What a payment rule noted is told with the money.
      const bool is_note = entry.kind == "payment" && !entry.amount;
      if (entry.is_withdrawn || is_note) continue;
      text += "    " + engine::kind_text(entry.kind, shell.language()) + " " + shown(entry.name) + " ";
      if (!entry.from.empty() || !entry.to.empty())
        text += shown(entry.from) + " → " + shown(entry.to);
      else
        text += value_text(entry.subject, session.engine.rules(), session.zone);
      if (entry.nth) text += " #" + std::to_string(*entry.nth);
      if (entry.amount)
        text += " " + value_text(*entry.amount, session.engine.rules(), session.zone);
      if (!entry.sanction.empty()) text += " " + shown(entry.sanction);
      for (const std::string& clause : entry.clauses) text += "  (" + clause + ")";
      text += "\n";
    }
    shell.out(text);
  }
  return fine;
}

int run_events(const Shell& shell, const SessionOptions& options) {
  int exit = fine;
  auto session = Session::open(shell, options, exit);
  if (!session) return exit;
  bool is_good = true;
  for (const Sent& sent : session->sent)
    is_good = is_good && (sent.outcome.is_applied() || sent.outcome.is == Outcome::Is::repeated);
  if (shell.is_json()) {
    print_json(shell, *session);
  } else {
    std::map<std::string, std::vector<StepTrace>> histories;
    std::map<std::string, std::set<std::uint64_t>> answered;  // by case
    for (const Sent& sent : session->sent) answered[sent.outcome.case_id].insert(sent.outcome.step);
    for (const Sent& sent : session->sent) {
      const std::string& id = sent.outcome.case_id;
      if (sent.outcome.step > 0 && !id.empty()) {
        auto [history, is_new] = histories.try_emplace(id);
        if (is_new) {
          auto told = session->engine.history(id, shell.language());
          if (!told) return shell.failed(told.error());
          history->second = std::move(*told);
        }
        shell.out(step_text(history->second, sent, answered[id], *session, shell.language()));
        continue;
      }
      std::string line = iso_text(sent.event.at, session->zone) + "  ";
      line += sent.event.name.empty()
                  ? std::string(shell.say("(time)", "(时间)"))
                  : session->engine.rules().label(sent.event.name, shell.language());
      line += "  " + std::string(to_text(sent.outcome.is, shell.language())) + "\n";
      for (const Reason& reason : sent.outcome.reasons)
        line += "    " + reason_line(reason, session->engine.rules(), shell.language()) + "\n";
      shell.out(line);
    }
  }
  const int shown = print_cases(shell, *session);
  return shown != fine ? shown : is_good ? fine : findings;
}

}  // namespace

void add_run(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("run", "Send events to cases and show what becomes of them");
  const auto options = std::make_shared<SessionOptions>();
  add_session_options(*it, *options, true);
  it->footer(
      "A line is INSTANT EVENT [by ROLE [PERSON [for PERSON]]] [name=value …]. key=A1 or case=ID says "
      "which\ncase, reason=… why; a datum that is called key, case or reason is written data.key=….\n"
      "Examples:\n"
      "  aftercare run rules/it_support/help_desk \\\n"
      "    \"2024-03-04T09:00 opened by agent number=A1\" \"2024-03-04T10:30 taken by agent "
      "key=A1\"\n"
      "  aftercare run rules/x --overlay acme.overlay.yaml --events case.yaml --until "
      "2024-03-05T00:00\n"
      "  aftercare run rules/x --store cases.db --events more.jsonl --format json");
  shell.does(*it, [&shell, options] { return run_events(shell, *options); });
}

}  // namespace aftercare::cli
