#include "cli/events.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/json_reader.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "calendar/unclear.hpp"
#include "cli/json_value.hpp"
#include "engine/words.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare::cli {

namespace {

using base::both;
using base::JsonValue;
using rulebook::Node;

Error wrong(const Shell& shell, std::string_view english, std::string_view chinese) {
  return {ErrorCode::invalid_argument, std::string(shell.say(english, chinese))};
}

}  // namespace

std::optional<Instant> instant_in(std::string_view text, const Zone& zone) {
  if (const auto at = parse_instant(text, zone)) return *at;
  if (const auto day = parse_date(text)) return zone.start_of(*day);
  return std::nullopt;
}

Result<Instant> instant_of(const Shell& shell, std::string_view text, const Zone& zone) {
  if (const auto at = instant_in(text, zone)) return *at;
  const std::string written(text);
  if (calendar::unclear_time(text, zone)) {
    Error why = parse_instant(text, zone).error();
    why.message = engine::sentence_text(why.message, shell.language());
    return why;
  }
  return wrong(shell, "'" + written + "' is no instant; write 2024-03-04T09:00",
               "“" + written + "”不是时刻;请写成2024-03-04T09:00");
}

Result<Event> parse_event(const Shell& shell, std::string_view line, const Zone& zone) {
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
      if (word == "for") {
        event.actor.on_behalf_of = base::next_word(rest);
        word = base::next_word(rest);
      }
    }
  }
  std::vector<std::pair<std::string, std::string>> data;
  for (; !word.empty(); word = base::next_word(rest)) {
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      data.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else if (data.empty()) {
      return wrong(shell,
                   "'" + std::string(word) + "' in \"" + std::string(line) + "\": write name=value",
                   "“" + std::string(line) + "”中的“" + std::string(word) + "”:请写成 名称=值");
    } else {
      data.back().second += " " + std::string(word);
    }
  }
  // A datum that is called like one of the line's own words is written with `data.` before it.
  constexpr std::string_view datum = "data.";
  for (auto& [name, value] : data) {
    if (name == "case")
      event.case_id = value;
    else if (name == "key")
      event.key = value;
    else if (name == "reason")
      event.reason = value;
    else
      event.data.emplace_back(name.starts_with(datum) ? name.substr(datum.size()) : name,
                              value == "null" ? Value() : Value::string(value));
  }
  return event;
}

namespace {

/// A tree of YAML as one of JSON, with the bytes of the file that each value stands in.
JsonValue json_of(const Node& node) {
  JsonValue out;
  using Is = JsonValue::Kind;
  out.begin = node.span.begin;
  out.end = node.span.end;
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

constexpr std::string_view keys[] = {"at",         "recorded",     "event", "by",
                                     "person",     "on_behalf_of", "key",   "case",
                                     "message_id", "reason",       "data"};

bool is_key(std::string_view name) {
  return std::find(std::begin(keys), std::end(keys), name) != std::end(keys);
}

std::vector<std::string> all_keys() { return {std::begin(keys), std::end(keys)}; }

/// Reads the events of one file and tells what is wrong with them, each at its place.
class Reader {
 public:
  Reader(const Shell& shell, const Zone& zone, Sources& sources, std::uint32_t file,
         base::Findings& findings)
      : shell_(shell), zone_(zone), sources_(sources), file_(file), findings_(findings) {}

  /// {"at": …, "event": …, "by": …, …, "data": {…}}, or a line as parse_event takes it. `first` is
  /// the byte of the file that the places in `json` count from.
  std::optional<Event> read(const JsonValue& json, std::size_t first) {
    using Is = JsonValue::Kind;
    first_ = first;
    if (json.kind == Is::string) {
      auto line = parse_event(shell_, json.text, zone_);
      if (line) return std::move(*line);
      findings_.add(base::make(diag::AC0236, span(json), {{"why", line.error().message}}));
      return std::nullopt;
    }
    if (json.kind != Is::object) {
      tell_shape("event", json, both("keys with values, or one line", "多个键,或一行"));
      return std::nullopt;
    }
    Event event;
    bool is_good = true, has_at = false, has_name = false;
    const JsonValue* before = nullptr;
    for (const auto& [key, value] : json.members) {
      is_good = member(event, key, value, before == nullptr ? json.begin : before->end) && is_good;
      // A misspelt key is told once, as what it is.
      const std::string meant = is_key(key) ? key : base::closest(key, all_keys()).value_or("");
      has_at = has_at || meant == "at";
      has_name = has_name || meant == "event";
      before = &value;
    }
    const std::pair<const char*, bool> needed[] = {{"at", has_at}, {"event", has_name}};
    for (const auto& [key, is_there] : needed) {
      if (is_there) continue;
      findings_.add(base::make(diag::AC0206, span(json), {{"key", key}}));
      is_good = false;
    }
    if (!is_good) return std::nullopt;
    return event;
  }

 private:
  /// `after`: where the key is looked for from.
  bool member(Event& event, const std::string& key, const JsonValue& value, std::size_t after) {
    using Is = JsonValue::Kind;
    if (!is_key(key)) {
      findings_.add(base::make(diag::AC0203, key_span(key, value, after), {{"key", key}},
                               base::names_instead(key, all_keys())));
      return false;
    }
    if (key == "data") {
      if (value.kind == Is::null) return true;
      if (value.kind != Is::object)
        return tell_shape(key, value, both("names with values", "若干名称和值"));
      for (const auto& [name, datum] : value.members)
        event.data.emplace_back(name, from_json(datum));
      return true;
    }
    if (value.kind == Is::array || value.kind == Is::object)
      return tell_shape(key, value, both("one value", "单个值"));
    if (key == "at" || key == "recorded") {
      const auto at = instant_in(value.text, zone_);
      if (!at) {
        if (auto unclear = calendar::unclear_finding(value.text, zone_, span(value))) {
          findings_.add(std::move(*unclear));
          return false;
        }
        findings_.add(base::make(
            diag::AC0218, span(value),
            {{"text", value.text},
             {"what", both("instant, such as 2024-03-04T09:00", "时刻,例如2024-03-04T09:00")}}));
        return false;
      }
      (key == "at" ? event.at : event.recorded.emplace()) = *at;
      return true;
    }
    std::string& into = key == "event"          ? event.name
                        : key == "by"           ? event.actor.role
                        : key == "person"       ? event.actor.person
                        : key == "on_behalf_of" ? event.actor.on_behalf_of
                        : key == "key"          ? event.key
                        : key == "case"         ? event.case_id
                        : key == "message_id"   ? event.message_id
                                                : event.reason;
    into = value.text;
    if (key != "event" || !into.empty()) return true;
    return tell_shape(key, value, both("the name of an event", "事件名"));
  }

  bool tell_shape(const std::string& key, const JsonValue& value, const std::string& shape) {
    static const std::string kinds[] = {both("nothing", "空"),  both("true or false", "是否"),
                                        both("a number", "数"), both("one value", "单个值"),
                                        both("a list", "列表"), both("keys", "多个键")};
    findings_.add(base::make(
        diag::AC0205, span(value),
        {{"key", key}, {"shape", shape}, {"kind", kinds[static_cast<std::size_t>(value.kind)]}}));
    return false;
  }

  [[nodiscard]] SourceSpan span(const JsonValue& value) const {
    return {file_, static_cast<std::uint32_t>(first_ + value.begin),
            static_cast<std::uint32_t>(first_ + value.end)};
  }
  /// The key of a member as it stands before its value; the value where it is written otherwise.
  [[nodiscard]] SourceSpan key_span(const std::string& key, const JsonValue& value,
                                    std::size_t after) const {
    const std::string_view text = sources_.text(file_);
    const std::size_t at = text.find(key, first_ + after);
    if (at == std::string_view::npos || at >= first_ + value.begin) return span(value);
    return {file_, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + key.size())};
  }

  const Shell& shell_;
  const Zone& zone_;
  Sources& sources_;
  std::uint32_t file_;
  base::Findings& findings_;
  std::size_t first_ = 0;
};

}  // namespace

std::optional<std::vector<Event>> read_events(const Shell& shell, const std::string& path,
                                              const Zone& zone, int& exit) {
  Sources sources;
  base::Findings findings;
  auto content = read_file(path);
  if (!content) {
    findings.add(base::make(diag::AC0200, {sources.add(path, {}), 0, 0}, {{"path", path}}));
    shell.tell(findings.take(), sources);
    exit = world_failed;
    return std::nullopt;
  }
  const std::uint32_t file = sources.add(path == "-" ? "(stdin)" : path, std::move(*content));
  const std::string_view text = sources.text(file);
  Reader reader(shell, zone, sources, file, findings);
  std::vector<Event> out;
  const auto keep = [&](std::optional<Event> event) {
    if (event) out.push_back(std::move(*event));
  };
  const auto extension = std::filesystem::path(path).extension();
  if (extension == ".yaml" || extension == ".yml") {
    const auto root = rulebook::read_yaml(sources, file, findings);
    if (root && !root->is_list()) {
      findings.add(base::make(
          diag::AC0205, root->span,
          {{"key", path},
           {"shape", both("a list of events", "事件的列表")},
           {"kind", root->is_map() ? both("keys", "多个键") : both("one value", "单个值")}}));
    } else if (root) {
      for (const Node& item : root->items) keep(reader.read(json_of(item), 0));
    }
  } else {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = text.substr(at, end - at);
      if (!base::trim(line).empty()) {
        const base::JsonRead json = base::read_json(line);
        if (json) {
          keep(reader.read(*json.value, at));
        } else {
          findings.add(finding_of(json.failure, {file, static_cast<std::uint32_t>(at),
                                                 static_cast<std::uint32_t>(end)}));
        }
      }
      at = end + 1;
    }
  }
  const bool is_good = !findings.has_errors();
  shell.tell(findings.take(), sources);
  if (is_good) return out;
  exit = cli::findings;
  return std::nullopt;
}

}  // namespace aftercare::cli
