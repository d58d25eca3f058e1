#include "cli/session.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "aftercare/registers.hpp"
#include "aftercare/store.hpp"

#include "base/diagnostics.hpp"
#include "base/json_reader.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "cli/json_value.hpp"
#include "rulebook/access.hpp"
#include "rulebook/yaml_reader.hpp"
#include "step/convert.hpp"

namespace aftercare::cli {

namespace {

using rulebook::Node;

Error wrong(const Shell& shell, std::string_view english, std::string_view chinese) {
  return {ErrorCode::invalid_argument, std::string(shell.say(english, chinese))};
}

std::optional<Instant> instant_in(std::string_view text, const Zone& zone) {
  if (const auto at = parse_instant(text, zone)) return *at;
  if (const auto day = parse_date(text)) return zone.start_of(*day);
  return std::nullopt;
}

Result<Instant> instant_of(const Shell& shell, std::string_view text, const Zone& zone) {
  if (const auto at = instant_in(text, zone)) return *at;
  const std::string written(text);
  return wrong(shell, "'" + written + "' is no instant; write 2024-03-04T09:00",
               "“" + written + "”不是时刻;请写成2024-03-04T09:00");
}

/// "2024-03-04T09:00 arrived by technician li badge=true fee=300 CNY"
Result<Event> parse_line(const Shell& shell, std::string_view line, const Zone& zone) {
  Event event;
  std::string_view rest = line;
  const auto at = instant_of(shell, base::next_word(rest), zone);
  if (!at) return at.error();
  event.at = *at;
  event.name = base::next_word(rest);
  if (event.name.empty())
    return wrong(shell, "what happens at " + std::string(line) + "?",
                 std::string(line) + "发生了什么?请写事件名");
  std::string_view word = base::next_word(rest);
  if (word == "by") {
    event.actor.role = base::next_word(rest);
    word = base::next_word(rest);
    if (!word.empty() && word.find('=') == std::string_view::npos) {
      event.actor.person = word;
      word = base::next_word(rest);
    }
  }
  std::vector<std::pair<std::string, std::string>> data;
  for (; !word.empty(); word = base::next_word(rest)) {
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      data.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else if (data.empty()) {
      return wrong(
          shell, "'" + std::string(word) + "' in \"" + std::string(line) + "\": write name=value",
          "“" + std::string(line) + "”中的“" + std::string(word) + "”:请写成 名称=值");
    } else {
      data.back().second += " " + std::string(word);
    }
  }
  for (auto& [name, value] : data) {
    if (name == "case")
      event.case_id = value;
    else if (name == "key")
      event.key = value;
    else if (name == "reason")
      event.reason = value;
    else
      event.data.emplace_back(name, value == "null" ? Value() : Value::string(value));
  }
  return event;
}

base::JsonValue json_of(const Node& node) {
  base::JsonValue out;
  using Is = base::JsonValue::Kind;
  switch (node.kind) {
    case rulebook::NodeKind::empty:
      break;
    case rulebook::NodeKind::scalar:
      if (node.style == rulebook::NodeStyle::plain && node.text == "null") break;
      out.kind = Is::string;
      out.text = node.text;
      break;
    case rulebook::NodeKind::list:
      out.kind = Is::array;
      for (const Node& item : node.items) out.items.push_back(json_of(item));
      break;
    case rulebook::NodeKind::map:
      out.kind = Is::object;
      for (const rulebook::Entry& entry : node.entries)
        out.members.emplace_back(entry.key.text, json_of(entry.value));
      break;
  }
  return out;
}

const std::vector<std::string>& event_keys() {
  static const std::vector<std::string> keys{"at",  "recorded", "event",      "by",     "person",
                                             "key", "case",     "message_id", "reason", "data"};
  return keys;
}

/// {"at": …, "event": …, "by": …, "person": …, "key": …, "case": …, "data": {…}}. `place` stands
/// before what is told.
Result<Event> event_of(const Shell& shell, const base::JsonValue& json, const Zone& zone,
                       const std::string& place) {
  const auto told = [&](const std::string& english, const std::string& chinese) {
    return wrong(shell, place + english, place + chinese);
  };
  if (json.kind == base::JsonValue::Kind::string) {
    auto line = parse_line(shell, json.text, zone);
    return line ? line : told(line.error().message, line.error().message);
  }
  if (json.kind != base::JsonValue::Kind::object)
    return told("an event is an object of keys", "一个事件应为若干个键");
  Event event;
  bool has_at = false;
  for (const auto& [name, value] : json.members) {
    if (name == "data") {
      for (const auto& [datum, one] : value.members) event.data.emplace_back(datum, from_json(one));
    } else if (name == "at" || name == "recorded") {
      const auto at = instant_of(shell, value.text, zone);
      if (!at) return told(at.error().message, at.error().message);
      (name == "at" ? event.at : event.recorded.emplace()) = *at;
      has_at = has_at || name == "at";
    } else if (name == "event") {
      event.name = value.text;
    } else if (name == "by") {
      event.actor.role = value.text;
    } else if (name == "person") {
      event.actor.person = value.text;
    } else if (name == "key") {
      event.key = value.text;
    } else if (name == "case") {
      event.case_id = value.text;
    } else if (name == "message_id") {
      event.message_id = value.text;
    } else if (name == "reason") {
      event.reason = value.text;
    } else {
      const auto near = base::closest(name, event_keys());
      std::string all;
      for (const std::string& key : event_keys()) all += (all.empty() ? "" : ", ") + key;
      return told("unknown key '" + name + "'" +
                      (near ? "; did you mean '" + *near + "'?" : "; there are: " + all),
                  "没有叫“" + name + "”的键" +
                      (near ? ";是不是“" + *near + "”?" : ";现有:" + all));
    }
  }
  if (!has_at) return told("'at' is missing", "缺少“at”");
  if (event.name.empty()) return told("'event' is missing", "缺少“event”");
  return event;
}

/// What is wrong with an event of a YAML file, each at its place.
void check_event(const Node& node, const Zone& zone, base::Findings& findings) {
  if (node.is_scalar()) return;  // a line tells for itself
  if (!node.is_map()) {
    findings.add(base::make(diag::AC0205, node.span,
                            {{"key", "event"},
                             {"shape", base::both("keys with values, or one line", "多个键,或一行")},
                             {"kind", base::both("a list", "列表")}}));
    return;
  }
  for (const rulebook::Entry& entry : node.entries) {
    const std::string& key = entry.key.text;
    if (std::find(event_keys().begin(), event_keys().end(), key) == event_keys().end()) {
      findings.add(base::make(diag::AC0203, entry.key.span, {{"key", key}},
                              base::names_instead(key, event_keys())));
    } else if ((key == "at" || key == "recorded") && !instant_in(entry.value.text, zone)) {
      findings.add(base::make(
          diag::AC0218, entry.value.span,
          {{"text", entry.value.text},
           {"what", base::both("instant, such as 2024-03-04T09:00", "时刻,例如2024-03-04T09:00")}}));
    }
  }
  for (const char* needed : {"at", "event"}) {
    if (node.find(needed) == nullptr)
      findings.add(base::make(diag::AC0206, node.span, {{"key", needed}}));
  }
}

/// The events of a file; the exit code where there are none, once what is wrong has been told.
std::optional<std::vector<Event>> read_events(const Shell& shell, const std::string& path,
                                              const Zone& zone, int& exit) {
  const auto failed = [&](const Error& error) {
    exit = shell.failed(error);
    return std::nullopt;
  };
  auto text = read_file(path);
  if (!text)
    return failed({text.error().code, std::string(shell.say("cannot read ", "无法读取")) + path});
  std::vector<Event> out;
  const bool is_yaml = path.size() > 5 && (path.compare(path.size() - 5, 5, ".yaml") == 0 ||
                                           path.compare(path.size() - 4, 4, ".yml") == 0);
  if (is_yaml) {
    Sources sources;
    const std::uint32_t file = sources.add(path, std::move(*text));
    base::Findings findings;
    const auto root = rulebook::read_yaml(sources, file, findings);
    if (root && !root->is_list()) {
      findings.add(base::make(diag::AC0205, root->span,
                              {{"key", path},
                               {"shape", base::both("a list of events", "事件的列表")},
                               {"kind", base::both(root->is_map() ? "keys" : "one value",
                                                   root->is_map() ? "多个键" : "单个值")}}));
    } else if (root) {
      for (const Node& item : root->items) check_event(item, zone, findings);
    }
    const bool is_good = root && !findings.has_errors();
    shell.tell(findings.take(), sources);
    if (!is_good) {
      exit = cli::findings;
      return std::nullopt;
    }
    for (const Node& item : root->items) {
      const Position at = sources.position(item.span);
      auto event = event_of(shell, json_of(item), zone,
                            path + ":" + std::to_string(at.line) + ": ");
      if (!event) return failed(event.error());
      out.push_back(std::move(*event));
    }
    return out;
  }
  std::string_view rest = *text;
  std::size_t line = 0;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view one = base::trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    ++line;
    if (one.empty()) continue;
    const std::string place = path + ":" + std::to_string(line) + ": ";
    const base::JsonRead json = base::read_json(one);
    if (!json) {
      return failed({ErrorCode::invalid_argument,
                     place + std::string(shell.say("this is no JSON: ", "不符合JSON语法:")) +
                         json.failure.detail});
    }
    auto event = event_of(shell, *json.value, zone, place);
    if (!event) return failed(event.error());
    out.push_back(std::move(*event));
  }
  return out;
}

/// Stands for what no event did, but time.
Event by_time(Instant at) {
  Event event;
  event.at = at;
  return event;
}

/// `--set name=value` as an overlay that is not on disk.
std::string overlay_of(const Shell& shell, const Rulebook& rules,
                       const std::vector<std::string>& settings, std::string& wrong) {
  std::string parameters, readings;
  std::vector<std::string> known;
  const auto all = rules.parameters();
  for (const ParameterView& p : all) known.push_back(p.name);
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    const std::string name = setting.substr(0, equals);
    const auto is_it = [&](const ParameterView& p) { return p.name == name; };
    const auto found = std::find_if(all.begin(), all.end(), is_it);
    if (equals == std::string::npos || found == all.end()) {
      const auto near = base::closest(name, known);
      const bool is_chinese = shell.language() == Language::chinese;
      if (equals == std::string::npos) {
        wrong = is_chinese ? "--set 应写成 名称=值,而不是“" + setting + "”"
                           : "--set takes name=value, not '" + setting + "'";
      } else {
        wrong = is_chinese ? "没有叫“" + name + "”的参数" : "no parameter is called '" + name + "'";
      }
      if (near) wrong += is_chinese ? ";是不是“" + *near + "”?" : "; did you mean '" + *near + "'?";
      return {};
    }
    std::string value;
    for (const char c : setting.substr(equals + 1)) {
      if (c == '"' || c == '\\') value += '\\';
      value += c;
    }
    (found->is_reading ? readings : parameters) += "  \"" + name + "\": \"" + value + "\"\n";
  }
  std::string text = "aftercare: 1\noverlay: command_line\n";
  if (!parameters.empty()) text += "parameters:\n" + parameters;
  if (!readings.empty()) text += "readings:\n" + readings;
  return text;
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
  app.add_option("--registers", options.registers, "Folder of registers: employee.csv, …");
  app.add_option("--store", options.store, "SQLite file that keeps the cases (without: memory)");
  app.add_option("--until", options.until, "Let time pass up to this instant at the end");
  app.add_option("--reproject", options.reproject,
                 "Count limits under way again before anything else, as a calendar has changed: why");
}

bool open_registers(const Shell& shell, const std::string& folder, const Rulebook& rules,
                    std::shared_ptr<const Directory>& directory) {
  if (folder.empty()) {
    const Diagnostics missing = rulebook::registers_findings(rules);
    shell.tell(missing, rules.sources());
    return missing.empty();
  }
  const auto read = read_registers(folder);
  shell.tell(read.diagnostics(), read.sources());
  if (!read) return false;
  const Diagnostics wrong = check_registers(rules, **read);
  shell.tell(wrong, read.sources());
  if (has_errors(wrong)) return false;
  directory = *read;
  return true;
}

std::optional<Session> Session::open(const Shell& shell, const SessionOptions& options, int& exit) {
  CheckOptions how;
  how.overlays = options.overlays;
  Checked<Rulebook> checked = check(options.pack, how);
  if (checked && !options.settings.empty()) {
    std::string wrong;
    how.overlay_texts.push_back(
        {"--set", overlay_of(shell, *checked, options.settings, wrong)});
    if (!wrong.empty()) {
      exit = shell.wrong_use(wrong);
      return std::nullopt;
    }
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
  if (options.store.empty()) {
    store = memory_store();
  } else {
    std::error_code none;
    if (options.must_exist && !std::filesystem::exists(options.store, none)) {
      exit = shell.failed({ErrorCode::io, std::string(shell.say("there is no store at ",
                                                                "没有案件库:")) +
                                              options.store});
      return std::nullopt;
    }
    auto opened = sqlite_store(options.store);
    if (!opened) {
      exit = shell.failed(opened.error());
      return std::nullopt;
    }
    store = std::move(*opened);
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
    auto event = parse_line(shell, line, session.zone);
    if (!event) {
      exit = shell.wrong_use(event.error().message);
      return std::nullopt;
    }
    events.push_back(std::move(*event));
  }
  if (!options.reproject.empty()) {
    std::optional<Instant> when;
    if (!events.empty()) {
      when = events.front().recorded.value_or(events.front().at);
    } else {
      when = instant_in(options.until, session.zone);
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
    if (outcome && outcome->is == Outcome::Is::refused && outcome->reasons.size() == 1 &&
        outcome->reasons.front().code == "unknown_case" && event.case_id.empty() &&
        event.key.empty() && !latest.empty()) {
      event.case_id = latest;
      outcome = session.engine.send(event);
    }
    if (!outcome) {
      exit = shell.failed(outcome.error());
      return std::nullopt;
    }
    if (outcome->is_applied() && !outcome->case_id.empty()) latest = outcome->case_id;
    session.sent.push_back({std::move(event), std::move(*outcome)});
  }
  if (!options.until.empty()) {
    const auto until = instant_of(shell, options.until, session.zone);
    if (!until) {
      exit = shell.wrong_use(until.error().message);
      return std::nullopt;
    }
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

std::string value_text(const Value& value, const Rulebook& rules, const Zone& zone) {
  if (value.is_null()) return "null";
  return step::to_text(value, *rulebook::model_of(rules), zone);
}

}  // namespace aftercare::cli
