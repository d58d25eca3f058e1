// aftercare next: what may happen next to a case, by whom, and what stands in the way.
#include <algorithm>
#include <memory>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/ask.hpp"
#include "cli/command.hpp"
#include "cli/events.hpp"
#include "cli/session.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  SessionOptions session;
  std::string case_id;
  Actor actor;
  AskOptions asked;
};

std::string joined(const std::vector<std::string>& all, std::string_view between) {
  std::string out;
  for (const std::string& one : all) {
    if (!out.empty()) out += between;
    out += one;
  }
  return out;
}

/// Whether the event that is asked about opens a case.
bool opens_a_case(const Session& session, const AskOptions& asked) {
  std::string_view rest = asked.why_not.empty() ? asked.ask : asked.why_not;
  std::string_view name = base::next_word(rest);
  if (instant_in(name, session.zone)) name = base::next_word(rest);
  for (const step::Procedure& procedure : rulebook::model_of(session.engine.rules())->procedures)
    for (const step::Event& event : procedure.events)
      if (event.opens != step::none &&
          (event.name == name || procedure.name + "." + event.name == name))
        return true;
  return false;
}

int tell_next(const Shell& shell, const Options& options) {
  int exit = fine;
  auto session = Session::open(shell, options.session, exit);
  if (!session) return exit;
  std::string id = options.case_id;
  const bool is_asked = !options.asked.why_not.empty() || !options.asked.ask.empty();
  if (is_asked && id.empty() && opens_a_case(*session, options.asked)) {
    const Instant now = session->now.value_or(Instant{});
    return tell_asked(shell, *session, options.asked, {}, now);
  }
  if (id.empty()) {
    const auto all = session->engine.cases();
    if (!all) return shell.failed(all.error());
    if (all->empty()) {
      std::vector<std::string> opening;
      for (const step::Procedure& procedure :
           rulebook::model_of(session->engine.rules())->procedures)
        for (const step::Event& event : procedure.events)
          if (event.opens != step::none && !event.is_of_time) opening.push_back(event.name);
      return shell.failed(
          {ErrorCode::not_found, std::string(shell.say("there is no case yet; one is opened by ",
                                                       "还没有案件;可由以下事件开案:")) +
                                     joined(opening, ", ")});
    }
    id = all->back();
  }
  const auto view = session->engine.find(id);
  if (!view) return shell.failed(view.error());
  const Instant now =
      session->now ? *session->now : last_recorded(session->engine, id).value_or(view->opened);
  if (is_asked) return tell_asked(shell, *session, options.asked, view->id, now);
  const auto next = session->engine.next(id, options.actor, now);
  if (!next) return shell.failed(next.error());
  if (shell.is_json()) {
    base::JsonWriter json;
    const auto list = [&](std::string_view key, const std::vector<std::string>& all) {
      json.key(key).begin_array();
      for (const std::string& one : all) json.string(one);
      json.end_array();
    };
    for (const Possibility& one : *next) {
      json.begin_object().key("event").string(one.event).key("kind").string(to_text(one.kind));
      json.key("possible").boolean(one.is_possible);
      list("by", one.by);
      json.key("who").begin_array();
      for (const Possibility::Candidate& who : one.who) {
        json.begin_object().key("post").string(who.role).key("person").string(who.person);
        if (!who.on_behalf_of.empty()) json.key("on_behalf_of").string(who.on_behalf_of);
        json.key("authority").string(who.authority).end_object();
      }
      json.end_array();
      if (!one.chain.empty()) json.key("chain").string(one.chain);
      if (!one.form.empty()) json.key("form").string(one.form);
      list("data", one.data);
      if (!one.fields.empty()) list("fields", one.fields);
      if (!one.signs.empty()) list("signs", one.signs);
      if (!one.lacks.empty()) {
        json.key("lacks").begin_array();
        for (const Reason& reason : one.lacks) {
          json.begin_object().key("code").string(reason.code).key("label").string(reason.label);
          json.key("clause").string(reason.clause).key("help").string(reason.help).end_object();
        }
        json.end_array();
      }
      list("leads_to", one.leads_to);
      if (!one.turns.empty()) {
        json.key("turns").begin_array();
        for (const Possibility::Turn& turn : one.turns) {
          json.begin_object().key("worklist").string(turn.worklist);
          json.key("place").number(static_cast<std::int64_t>(turn.place));
          json.key("waiting").number(static_cast<std::int64_t>(turn.waiting));
          json.key("first").string(turn.first).end_object();
        }
        json.end_array();
      }
      list("open_facts", one.open_facts);
      list("clauses", one.clauses);
      json.key("obstacles").begin_array();
      for (const Reason& reason : one.obstacles) {
        json.begin_object().key("code").string(reason.code).key("label").string(reason.label);
        json.key("clause").string(reason.clause).key("help").string(reason.help).end_object();
      }
      json.end_array().end_object().end_line();
    }
    shell.out(json.text());
    return fine;
  }
  const auto shown = [&](const std::string& name) {
    return session->engine.rules().label(name, shell.language());
  };
  const auto told = [&](const Reason& reason) {
    return reason_line(reason, session->engine.rules(), shell.language(), view->procedure);
  };
  const auto shown_all = [&](std::vector<std::string> names) {
    for (std::string& name : names) name = shown(name);
    return names;
  };
  std::string text =
      view->id + "  " + shown(view->state) + "  " + iso_text(now, session->zone) +
      version_text(shell, session->engine.rules(), *view) + "\n";
  if (!view->incident.empty())
    text += std::string(shell.say("  waits for a person: ", "  待人处理:")) +
            engine::sentence_text(view->incident, shell.language()) + "\n";
  for (const Possibility& one : *next) {
    text += std::string(one.is_possible ? "  + " : "  - ") + shown(one.event) + "  " +
            std::string(to_text(one.kind, shell.language()));
    if (!one.by.empty())
      text += std::string(shell.say("  by ", "  由 ")) +
              joined(shown_all(one.by), shell.say(" or ", " 或 "));
    std::vector<std::string> persons;
    for (const Possibility::Candidate& who : one.who) {
      // A person of the case is named already.
      const bool is_told = std::find(one.by.begin(), one.by.end(), who.person) != one.by.end();
      if (!is_told)
        persons.push_back(who.person +
                          (who.on_behalf_of.empty()
                               ? std::string()
                               : std::string(shell.say(" for ", " 代 ")) + who.on_behalf_of));
    }
    if (!persons.empty()) text += ": " + joined(persons, ", ");
    if (!one.chain.empty() && one.chain != joined(one.by, shell.say(" or ", " 或 ")))
      text += "  [" + chain_shown(one.chain, session->engine.rules(), shell.language()) + "]";
    if (!one.form.empty())
      text += std::string(shell.say("  with form ", "  附单据 ")) + shown(one.form);
    if (!one.leads_to.empty()) text += "  → " + joined(shown_all(one.leads_to), ", ");
    if (!one.clauses.empty()) text += "  (" + joined(one.clauses, ", ") + ")";
    text += "\n";
    if (!one.fields.empty())
      text += std::string(shell.say("      fields ", "      栏目 ")) +
              joined(shown_all(one.fields), ", ") + "\n";
    if (!one.signs.empty())
      text += std::string(shell.say("      signed by ", "      签字 ")) +
              joined(shown_all(one.signs), shell.say(", then ", ",然后 ")) + "\n";
    for (const Possibility::Turn& turn : one.turns) {
      const std::string place = std::to_string(turn.place), all = std::to_string(turn.waiting);
      text += shell.language() == Language::chinese
                  ? "      在 " + shown(turn.worklist) + " 中排第" + place + ",共" + all + "件"
                  : "      place " + place + " of " + all + " in " + shown(turn.worklist);
      if (turn.place > 1)
        text += std::string(shell.say("; out of its turn it needs a reason, first is ",
                                      ";不按先后须写明理由,首件为 ")) +
                turn.first;
      text += "\n";
    }
    for (const Reason& reason : one.lacks)
      text += std::string(shell.say("      lacks ", "      所缺 ")) +
              told(reason) + "\n";
    for (const Reason& reason : one.obstacles) text += "      " + told(reason) + "\n";
    if (!one.open_facts.empty()) {
      std::vector<std::string> facts = one.open_facts;
      for (std::string& fact : facts)
        fact = formula_line(fact, view->procedure, session->engine.rules(), shell.language());
      text += std::string(shell.say("      depends on ", "      取决于 ")) + joined(facts, ", ") +
              "\n";
    }
  }
  shell.out(text);
  return fine;
}

}  // namespace

void add_next(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("next", "What may happen next, by whom, and why not");
  const auto options = std::make_shared<Options>();
  add_session_options(*it, options->session, false);
  it->add_option("--case", options->case_id, "Id or key of the case (without: the newest)");
  it->add_option("--role", options->actor.role, "Ask for this role only");
  it->add_option("--person", options->actor.person, "Ask for this person only");
  it->add_option("--for", options->actor.on_behalf_of, "Ask for one who acts for this person");
  CLI::Option* why_not =
      it->add_option("--why-not", options->asked.why_not,
                     "Why this event would not come in, and which other facts would let it in");
  it->add_option("--ask", options->asked.ask,
                 "Which facts that are still missing can change what comes of this event")
      ->excludes(why_not);
  it->add_option("--fixed", options->asked.fixed, "Facts that --why-not leaves as they are")
      ->needs(why_not)
      ->delimiter(',');
  it->footer(
      "Examples:\n"
      "  aftercare next rules/x --store cases.db --case A1\n"
      "  aftercare next rules/x --events case.yaml --role technician --person li\n"
      "  aftercare next rules/x --store cases.db --case A1 --why-not 'closed by clerk' --fixed "
      "bought\n"
      "  aftercare next rules/x --store cases.db --case A1 --ask 'assessed by clerk defect=true'");
  shell.does(*it, [&shell, options] { return tell_next(shell, *options); });
}

}  // namespace aftercare::cli
