// aftercare responsible: who answers for a matter, on a day, and by which article.
#include <memory>

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/session.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  SessionOptions session;
  std::string matter, on;
  std::vector<std::string> facts;  // "class=contractor"
};

/// The facts on which the answer depends; none: one of them cannot be read, and that has been told.
std::optional<Context> facts_of(const Shell& shell, const Options& options) {
  Context out;
  for (const std::string& fact : options.facts) {
    const std::size_t equals = fact.find('=');
    if (equals == std::string::npos || equals == 0) {
      (void)shell.wrong_use(shell.say("a fact is written name=value, not '" + fact + "'",
                                      "事实应写成 名称=值,而不是“" + fact + "”"));
      return std::nullopt;
    }
    out.emplace_back(fact.substr(0, equals), Value::string(fact.substr(equals + 1)));
  }
  return out;
}

int tell(const Shell& shell, const Options& options) {
  int exit = fine;
  auto session = Session::open(shell, options.session, exit);
  if (!session) return exit;
  const Engine& engine = session->engine;
  Instant now = session->now.value_or(Instant{});
  if (!options.on.empty()) {
    const auto day = parse_date(options.on);
    if (!day)
      return shell.wrong_use(shell.say("--on takes a date such as 2026-03-01, not '" + options.on + "'",
                                       "--on 应为日期,例如 2026-03-01,而不是“" + options.on + "”"));
    now = session->zone.start_of(*day);
  }
  const auto facts = facts_of(shell, options);
  if (!facts) return usage;
  const auto shown = [&](const std::string& name) {
    return engine.rules().label(name, shell.language());
  };
  base::JsonWriter json;
  std::string text;
  const auto list = [&](const std::vector<std::string>& all) {
    json.key("clauses").begin_array();
    for (const std::string& one : all) json.string(one);
    json.end_array();
  };
  const auto behind = [](const std::vector<std::string>& clauses) {
    std::string out;
    for (const std::string& one : clauses) out += (out.empty() ? "" : ", ") + one;
    return out.empty() ? out : "  (" + out + ")";
  };
  const auto answer = [&](const Responsibility& one) {
    if (shell.is_json()) {
      json.begin_object().key("matter").string(one.matter).key("pack").string(one.pack);
      json.key("who").string(one.who);
      for (const auto& [name, who] : one.also) json.key(name).string(who);
      json.key("persons").begin_array();
      for (const Possibility::Candidate& person : one.persons) {
        json.begin_object().key("post").string(person.role).key("person").string(person.person);
        if (!person.on_behalf_of.empty()) json.key("on_behalf_of").string(person.on_behalf_of);
        json.key("authority").string(person.authority).end_object();
      }
      json.end_array();
      list(one.clauses);
      json.end_object().end_line();
      return;
    }
    const auto chain = [&](const std::string& posts) {
      return chain_shown(posts, engine.rules(), shell.language());
    };
    text += shown(one.matter) + ": " + chain(one.who);
    std::string persons;
    for (const Possibility::Candidate& person : one.persons) {
      persons += (persons.empty() ? "" : ", ") + person.person;
      if (!person.on_behalf_of.empty())
        persons += std::string(shell.say(" for ", " 代 ")) + person.on_behalf_of;
    }
    if (!persons.empty()) text += ": " + persons;
    text += behind(one.clauses) + "\n";
    for (const auto& [name, who] : one.also) text += "    " + shown(name) + ": " + chain(who) + "\n";
  };
  if (!options.matter.empty()) {
    const auto found = engine.responsible(options.matter, *facts, now);
    if (!found) return shell.failed(found.error());
    answer(*found);
  }
  for (const ResponsibleShape& shape :
       options.matter.empty() ? engine.rules().responsibles() : std::vector<ResponsibleShape>()) {
    if (shape.inputs.empty()) {
      const auto found = engine.responsible(shape.pack + "." + shape.name, {}, now);
      if (!found) return shell.failed(found.error());
      answer(*found);
      continue;
    }
    // What it depends on has to be said first.
    std::string asks;
    for (const DatumView& input : shape.inputs)
      asks += (asks.empty() ? "" : ", ") + shown(input.name) + ": " + input.type.to_text();
    if (shell.is_json()) {
      json.begin_object().key("matter").string(shape.name).key("pack").string(shape.pack);
      json.key("depends_on").begin_array();
      for (const DatumView& input : shape.inputs) {
        json.begin_object().key("name").string(input.name);
        json.key("type").string(input.type.to_text()).end_object();
      }
      json.end_array();
      list(shape.clauses);
      json.end_object().end_line();
    } else {
      text += shown(shape.name) + std::string(shell.say(": depends on ", ":取决于 ")) + asks +
              behind(shape.clauses) + "\n";
    }
  }
  shell.out(shell.is_json() ? json.text() : text);
  return fine;
}

}  // namespace

void add_responsible(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("responsible", "Who answers for a matter, by which article");
  const auto options = std::make_shared<Options>();
  add_session_options(*it, options->session, false);
  it->add_option("matter", options->matter, "The matter (without: all of them)");
  it->add_option("facts", options->facts, "What the answer depends on: name=value");
  it->add_option("--on", options->on, "The day, for posts that a register fills");
  it->footer(
      "Examples:\n"
      "  aftercare responsible rules/site\n"
      "  aftercare responsible rules/site safety_of class=contractor --on 2026-03-01");
  shell.does(*it, [&shell, options] { return tell(shell, *options); });
}

}  // namespace aftercare::cli
