#include "cli/session.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "aftercare/registers.hpp"
#include "aftercare/store.hpp"

#include "base/diagnostics.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "cli/events.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"
#include "rulebook/formula_words.hpp"
#include "rulebook/schema.hpp"
#include "step/convert.hpp"

namespace aftercare::cli {

namespace {

/// Stands for what no event did, but time.
Event by_time(Instant at) {
  Event event;
  event.at = at;
  return event;
}

/// `--set name=value` as overlays that are not on disk; none where one of them is wrong: that has
/// been told. A value with Chinese words in it ("2小时") is written in that vocabulary, and a file
/// is in one of them.
std::optional<std::vector<PackText>> overlays_of(const Shell& shell, const Rulebook& rules,
                                                    const std::vector<std::string>& settings) {
  using rulebook::Word;
  constexpr std::array sections = {Word::parameters, Word::time_words, Word::readings};
  std::array<std::array<std::string, sections.size()>, 2> told;  // by Language
  std::vector<std::string> known;
  const auto all = rules.parameters();
  for (const ParameterView& p : all) known.push_back(p.name);
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    const std::string name = setting.substr(0, equals);
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const ParameterView& p) { return p.name == name; });
    if (found == all.end()) {
      (void)shell.unknown("--set", base::both("parameter", "参数"), name, known);
      return std::nullopt;
    }
    if (equals == std::string::npos) {
      (void)shell.wrong_use(shell.say("--set takes name=value, not '" + setting + "'",
                                      "--set 应写成 名称=值,而不是“" + setting + "”"));
      return std::nullopt;
    }
    std::string value;
    bool is_ascii = true;
    for (const char c : setting.substr(equals + 1)) {
      if (c == '"' || c == '\\') value += '\\';
      value += c;
      is_ascii = is_ascii && static_cast<unsigned char>(c) < 0x80;
    }
    const bool is_text = found->is_reading || found->type.is() == Type::Is::string ||
                         found->type.is() == Type::Is::symbol;
    const Language language = is_ascii || is_text ? Language::english : Language::chinese;
    const std::size_t section = found->is_time_word ? 1 : found->is_reading ? 2 : 0;
    told[static_cast<std::size_t>(language)][section] += "  \"" + name + "\": \"" + value + "\"\n";
  }
  std::vector<PackText> out;
  for (const Language language : {Language::english, Language::chinese}) {
    const auto word = [&](Word it) { return std::string(rulebook::spelling(it, language)); };
    std::string text;
    for (std::size_t s = 0; s < sections.size(); ++s) {
      const std::string& values = told[static_cast<std::size_t>(language)][s];
      if (!values.empty()) text += word(sections[s]) + ":\n" + values;
    }
    if (text.empty()) continue;
    out.push_back({"--set", word(Word::aftercare) + ": 1\n" + word(Word::overlay) +
                                ": command_line\n" + text});
  }
  return out;
}

/// That something said of the case did not come in: the answer stands without it.
void tell_refused(const Shell& shell, const Rulebook& rules, const Event& event,
                  const Outcome& outcome) {
  const Language language = shell.language();
  std::string text =
      rules.label(event.name, language) + " " + std::string(to_text(outcome.is, language)) + "\n";
  for (const Reason& reason : outcome.reasons)
    text += "    " + reason_line(reason, rules, language) + "\n";
  shell.err(text);
}

/// All cases and entries of a store, in memory.
Result<std::shared_ptr<CaseStore>> copy_of(CaseStore& from) {
  std::shared_ptr<CaseStore> to = memory_store();
  const auto ids = from.cases();
  if (!ids) return ids.error();
  for (const std::string& id : *ids) {
    Commit commit;
    auto stored = from.load(id);
    if (!stored) return stored.error();
    auto steps = from.steps(id);
    if (!steps) return steps.error();
    commit.after = std::move(*stored);
    commit.steps = std::move(*steps);
    if (const auto done = to->commit(commit); !done) return done.error();
  }
  Commit entries;
  auto all = from.all_entries();
  if (!all) return all.error();
  entries.added = std::move(*all);
  if (const auto done = to->commit(entries); !done) return done.error();
  return to;
}

}  // namespace

void add_session_options(CLI::App& app, SessionOptions& options, bool has_event_words) {
  options.must_exist = !has_event_words;
  app.add_option("pack", options.pack, "A pack, or a folder of packs")->required();
  if (has_event_words) {
    app.add_option("event", options.events,
                   "Events: \"2024-03-04T09:00 arrived by technician li badge=true\": instant, "
                   "event, role and person, data");
  } else {
    app.add_option("--event", options.events, "An event: \"2024-03-04T09:00 arrived badge=true\"")
        ->allow_extra_args(false);
  }
  app.add_option("--events", options.events_file,
                 "File of events: .yaml (a list) or .jsonl (one object a line)");
  app.add_option("--overlay", options.overlays, "Overlay files of the company")
      ->allow_extra_args(false);
  app.add_option("--set", options.settings, "A parameter or reading: name=value")
      ->allow_extra_args(false);
  app.add_option("--registers", options.registers, "Folder of registers: employee.csv, …; or an SQLite file");
  app.add_option("--store", options.store, "SQLite file that keeps the cases (without: memory)");
  app.add_option("--until", options.until, "Let time pass up to this instant at the end");
  app.add_option(
      "--reproject", options.reproject,
      "Count limits under way again before anything else, as a calendar has changed: why");
}

bool open_registers(const Shell& shell, const std::string& path, const Rulebook& rules,
                    std::shared_ptr<const Directory>& directory) {
  const auto read = read_registers(rules, path);
  shell.tell(read.diagnostics(), read.sources());
  if (!read) return false;
  directory = *read;
  return true;
}

std::optional<Session> Session::open(const Shell& shell, const SessionOptions& options, int& exit) {
  CheckOptions how;
  how.overlays = options.overlays;
  Checked<Rulebook> checked = check(options.pack, how);
  if (checked && !options.settings.empty()) {
    auto set = overlays_of(shell, *checked, options.settings);
    if (!set) {
      exit = usage;
      return std::nullopt;
    }
    how.overlay_texts.insert(how.overlay_texts.end(), set->begin(), set->end());
    checked = check(options.pack, how);
  }
  shell.tell(checked.diagnostics(), checked.sources());
  if (!checked) {
    exit = findings;
    return std::nullopt;
  }
  if (const Diagnostics unset = rulebook::unset_findings(*checked); !unset.empty()) {
    shell.tell(unset, checked.sources());
    exit = findings;
    return std::nullopt;
  }
  Rulebook rules = *std::move(checked);
  const auto model = rulebook::model_of(rules);
  Zone zone = model->packs.empty() ? Zone() : model->packs.front().zone;
  std::shared_ptr<CaseStore> store;
  // What only asks writes nothing: what it says of events and of time happens to a copy.
  const bool asks_what_if =
      options.must_exist && (!options.events.empty() || !options.events_file.empty() ||
                             !options.until.empty() || !options.reproject.empty());
  if (options.store.empty()) {
    store = memory_store();
  } else {
    std::error_code none;
    if (options.must_exist && (!std::filesystem::exists(options.store, none) ||
                               std::filesystem::file_size(options.store, none) == 0)) {
      exit = shell.failed(
          {ErrorCode::io,
           std::string(shell.say("there is no store at ", "没有案件库:")) + options.store});
      return std::nullopt;
    }
    auto opened = sqlite_store(options.store);
    if (!opened) {
      exit = shell.failed(opened.error());
      return std::nullopt;
    }
    store = std::move(*opened);
    if (asks_what_if) {
      auto copied = copy_of(*store);
      if (!copied) {
        exit = shell.failed(copied.error());
        return std::nullopt;
      }
      store = std::move(*copied);
    }
  }
  std::shared_ptr<const Directory> directory;
  if (!open_registers(shell, options.registers, rules, directory)) {
    exit = findings;
    return std::nullopt;
  }
  auto engine = Engine::open(std::move(rules), std::move(store), std::move(directory));
  if (!engine) {
    exit = shell.failed(engine.error());
    return std::nullopt;
  }
  Session session(std::move(*engine), std::move(zone));
  std::vector<Event> events;
  if (!options.events_file.empty()) {
    auto read = read_events(shell, options.events_file, session.zone, exit);
    if (!read) return std::nullopt;
    events = std::move(*read);
  }
  for (const std::string& line : options.events) {
    auto event = parse_event(shell, line, session.zone);
    if (!event) {
      exit = shell.wrong_use(event.error().message);
      return std::nullopt;
    }
    events.push_back(std::move(*event));
  }
  std::optional<Instant> until;
  if (!options.until.empty()) {
    const auto at = instant_of(shell, options.until, session.zone);
    if (!at) {
      exit = shell.wrong_use(at.error().message);
      return std::nullopt;
    }
    until = *at;
  }
  for (const Event& event : events) {
    if (!until || event.recorded.value_or(event.at) <= *until) continue;
    exit =
        shell.wrong_use(shell.say("--until is before the last event", "--until 早于最后一个事件"));
    return std::nullopt;
  }
  if (!options.reproject.empty()) {
    std::optional<Instant> when;
    if (!events.empty()) {
      when = events.front().recorded.value_or(events.front().at);
    } else {
      // Before time passes: where the record ends.
      const auto ids = session.engine.cases();
      for (std::size_t i = 0; ids && i < ids->size(); ++i)
        when = std::max(when, last_recorded(session.engine, (*ids)[i]));
      if (!when) when = until;
    }
    if (!when) {
      exit = shell.wrong_use(shell.say("--reproject needs an event, or --until, to say when",
                                       "--reproject 需要一个事件或 --until 来说明时刻"));
      return std::nullopt;
    }
    session.now = *when;
    auto moved = session.engine.reproject(*when, options.reproject);
    if (!moved) {
      exit = shell.failed(moved.error());
      return std::nullopt;
    }
    for (Outcome& outcome : *moved) session.sent.push_back({by_time(*when), std::move(outcome)});
  }
  std::string latest;  // the case that events without an address are for
  for (Event& event : events) {
    const Instant recorded = event.recorded.value_or(event.at);
    session.now = recorded;
    auto passed = session.engine.due(recorded);
    if (!passed) {
      exit = shell.failed(passed.error());
      return std::nullopt;
    }
    for (Outcome& outcome : *passed)
      session.sent.push_back({by_time(recorded), std::move(outcome)});
    auto outcome = session.engine.send(event);
    // Without an address it is for the case spoken of last.
    const bool has_no_address = event.case_id.empty() && event.key.empty() && !latest.empty();
    if (has_no_address && outcome && outcome->is == Outcome::Is::refused &&
        outcome->reasons.size() == 1 &&
        (outcome->reasons.front().code == "unknown_case" ||
         outcome->reasons.front().code == "ambiguous_event")) {
      event.case_id = latest;
      outcome = session.engine.send(event);
    }
    if (!outcome) {
      exit = shell.failed(outcome.error());
      return std::nullopt;
    }
    if (outcome->is_applied() && !outcome->case_id.empty()) latest = outcome->case_id;
    if (options.must_exist && !outcome->is_applied())
      tell_refused(shell, session.engine.rules(), event, *outcome);
    session.sent.push_back({std::move(event), std::move(*outcome)});
  }
  if (until) {
    session.now = *until;
    auto passed = session.engine.due(*until);
    if (!passed) {
      exit = shell.failed(passed.error());
      return std::nullopt;
    }
    for (Outcome& outcome : *passed) session.sent.push_back({by_time(*until), std::move(outcome)});
  }
  exit = fine;
  return session;
}

std::optional<Instant> last_recorded(const Engine& engine, std::string_view id) {
  const auto steps = engine.history(id);
  if (!steps || steps->empty()) return std::nullopt;
  return steps->back().recorded;
}

std::string formula_line(std::string_view formula, std::string_view of, const Rulebook& rules,
                         Language language) {
  const auto& model = *rulebook::model_of(rules);
  const auto p = std::find_if(model.procedures.begin(), model.procedures.end(),
                              [&](const step::Procedure& one) { return one.name == of; });
  if (p == model.procedures.end()) return rules.label(formula, language);
  if (const std::string* label = model.packs[p->pack].label(formula, language)) return *label;
  return rulebook::FormulaWords(model, *p, language).formula(formula);
}

std::string reason_line(Reason reason, const Rulebook& rules, Language language,
                        std::string_view of) {
  reason.label = rules.label(reason.label, language);
  std::string out = engine::reason_text(
      reason, language, [&](std::string_view name) { return rules.label(name, language); },
      [&](std::string_view text) { return formula_line(text, of, rules, language); });
  if (!reason.clause.empty()) out += "  (" + reason.clause + ")";
  return out;
}

std::string chain_shown(const std::string& chain, const Rulebook& rules, Language language) {
  using rulebook::Word;
  constexpr Word joints[] = {Word::or_, Word::and_, Word::after_that, Word::out_of};
  const auto is_between = [](char c) { return c == ' ' || c == '(' || c == ')' || c == ','; };
  std::string out;
  for (std::size_t at = 0; at < chain.size();) {
    std::size_t end = at;
    while (end < chain.size() && !is_between(chain[end])) ++end;
    if (end == at) {
      out += chain[at++];
      continue;
    }
    const std::string_view word = std::string_view(chain).substr(at, end - at);
    std::string text = rules.label(word, language);
    for (const Word joint : joints) {
      const bool is_it = word == rulebook::spelling(joint, Language::english) ||
                         word == rulebook::spelling(joint, Language::chinese);
      if (is_it && text == word) text = rulebook::spelling(joint, language);
    }
    out += text;
    at = end;
  }
  return out;
}

std::string value_text(const Value& value, const Rulebook& rules, const Zone& zone) {
  if (value.is_null()) return "null";
  return step::to_text(value, *rulebook::model_of(rules), zone);
}

std::string version_text(const Shell& shell, const Rulebook& rules, const CaseView& view) {
  for (const PackShape& pack : rules.packs()) {
    if (pack.name != view.pack || pack.version != view.version || !pack.is_one_of_several) continue;
    return "  (" + rules.label(pack.name, shell.language()) +
           std::string(shell.say(" version ", " 版本 ")) + pack.version + ")";
  }
  return {};
}

}  // namespace aftercare::cli
