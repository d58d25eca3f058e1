#include "replay/mapping.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare::logs {

namespace {

using rulebook::Node;

class Reader {
 public:
  explicit Reader(base::Findings& findings) : findings_(findings) {}

  std::optional<Mapping> read(const Node& root) {
    if (!root.is_map()) {
      findings_.add(base::make(diag::AC0202, root.span));
      return std::nullopt;
    }
    Mapping out;
    static const std::vector<std::string> keys = {"aftercare",  "mapping", "procedure",
                                                  "zone",       "columns", "ignore",
                                                  "opens_with", "role",    "events"};
    for (const auto& [key, value] : root.entries) {
      if (key.text == "aftercare") {
        if (value.text != "1")
          findings_.add(base::make(diag::AC0217, value.span, {{"version", value.text}}));
      } else if (key.text == "mapping") {
        text(value, key, out.name);
      } else if (key.text == "procedure") {
        text(value, key, out.procedure);
      } else if (key.text == "zone") {
        std::string name;
        if (text(value, key, name)) {
          auto zone = Zone::load(name);
          if (zone) {
            out.zone = *zone;
          } else {
            findings_.add(base::make(diag::AC0219, value.span, {{"name", name}}));
          }
        }
      } else if (key.text == "columns") {
        columns(value, key, out);
      } else if (key.text == "ignore") {
        texts(value, key, out.ignore);
      } else if (key.text == "opens_with") {
        text(value, key, out.opens_with);
      } else if (key.text == "role") {
        text(value, key, out.default_role);
      } else if (key.text == "events") {
        pairs(value, key, out.events);
      } else {
        unknown(key, keys);
      }
    }
    out.places = std::move(places_);
    return out;
  }

 private:
  void unknown(const Node& key, const std::vector<std::string>& keys) {
    Diagnostic finding = base::make(diag::AC0203, key.span, {{"key", key.text}});
    if (const auto near = base::closest(key.text, keys))
      finding.notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    findings_.add(std::move(finding));
  }

  static std::string kind_word(const Node& value) {
    if (value.is_list()) return base::both("a list", "列表");
    if (value.is_map()) return base::both("a map", "多个键");
    return value.is_scalar() ? base::both("a text", "文字") : base::both("nothing", "空");
  }

  bool text(const Node& value, const Node& key, std::string& into) {
    if (value.is_scalar()) {
      into = value.text;
      places_.emplace_back(value.text, value.span);
      return true;
    }
    findings_.add(base::make(diag::AC0205, value.span,
                             {{"key", key.text},
                              {"shape", base::both("a text", "一段文字")},
                              {"kind", kind_word(value)}}));
    return false;
  }

  void texts(const Node& value, const Node& key, std::vector<std::string>& into) {
    if (!value.is_list()) {
      findings_.add(base::make(diag::AC0205, value.span,
                               {{"key", key.text},
                                {"shape", base::both("a list", "列表")},
                                {"kind", kind_word(value)}}));
      return;
    }
    for (const Node& item : value.items) {
      std::string one;
      if (text(item, key, one)) into.push_back(std::move(one));
    }
  }

  bool is_map(const Node& value, const Node& key) {
    if (value.is_map()) return true;
    findings_.add(base::make(
        diag::AC0205, value.span,
        {{"key", key.text}, {"shape", base::both("a map", "多个键")}, {"kind", kind_word(value)}}));
    return false;
  }

  void pairs(const Node& value, const Node& key,
             std::vector<std::pair<std::string, std::string>>& into) {
    if (!is_map(value, key)) return;
    for (const auto& [name, word] : value.entries) {
      std::string to;
      if (text(word, name, to)) into.emplace_back(name.text, to);
    }
  }

  void data(const Node& value, const Node& key, std::vector<Mapping::Datum>& into) {
    if (!is_map(value, key)) return;
    for (const auto& [name, column] : value.entries) {
      std::string from;
      if (text(column, name, from)) into.push_back({name.text, std::move(from), name.span});
    }
  }

  void columns(const Node& value, const Node& key, Mapping& out) {
    if (!is_map(value, key)) return;
    out.has_columns = true;
    out.data_by_name = false;
    out.recorded.clear();
    out.role.clear();
    out.person.clear();
    out.on_behalf_of.clear();
    out.reason.clear();
    static const std::vector<std::string> keys = {
        "key", "event", "at", "recorded", "role", "person", "on_behalf_of", "reason", "data"};
    for (const auto& [name, column] : value.entries) {
      if (name.text == "key") {
        text(column, name, out.key);
      } else if (name.text == "event") {
        text(column, name, out.event);
      } else if (name.text == "at") {
        text(column, name, out.at);
      } else if (name.text == "recorded") {
        text(column, name, out.recorded);
      } else if (name.text == "role") {
        text(column, name, out.role);
      } else if (name.text == "person") {
        text(column, name, out.person);
      } else if (name.text == "on_behalf_of") {
        text(column, name, out.on_behalf_of);
      } else if (name.text == "reason") {
        text(column, name, out.reason);
      } else if (name.text == "data") {
        data(column, name, out.data);
      } else {
        unknown(name, keys);
      }
    }
  }

  base::Findings& findings_;
  std::vector<std::pair<std::string, SourceSpan>> places_;
};

}  // namespace

std::string_view Mapping::event_for(std::string_view text) const noexcept {
  if (events.empty()) return text;
  for (const auto& [pattern, event] : events)
    if (pattern == text) return event;
  for (const auto& [pattern, event] : events) {
    if (!pattern.empty() && pattern.back() == '*' &&
        text.substr(0, pattern.size() - 1) ==
            std::string_view(pattern).substr(0, pattern.size() - 1))
      return event;
  }
  return {};
}

std::optional<SourceSpan> Mapping::place_of(std::string_view word) const noexcept {
  for (const auto& [text, span] : places)
    if (text == word) return span;
  return std::nullopt;
}

std::optional<Mapping> read_mapping(const Sources& sources, std::uint32_t file,
                                    base::Findings& findings) {
  const std::optional<Node> root = rulebook::read_yaml(sources, file, findings);
  if (!root) return std::nullopt;
  return Reader(findings).read(*root);
}

}  // namespace aftercare::logs
