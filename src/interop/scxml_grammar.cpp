// The interface of this file is check_scxml_grammar().
#include "interop/scxml_grammar.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace aftercare::interop {

namespace {

/// A row of the table, as it is written.
struct Row {
  std::string_view element;     ///< "transition", or below one parent alone: "initial/transition"
  std::string_view attributes;  ///< name, `!` where it must be there, `:` and the form of its value
  std::string_view children;    ///< name and how often: `*`, `?`, `1`; `{}` is executable content
  std::string_view exclusions;  ///< two that exclude each other: `@` an attribute, `#` any content
  std::string_view needs;       ///< of these at least one
  bool may_hold_anything = false;
};

// Forms of values: id, states (ids), event (a name), events (descriptors), or the words allowed.
constexpr Row rows[] = {
    {"scxml", "initial:states name version!:1.0 datamodel binding:early|late",
     "state* parallel* final* datamodel? script?", "", ""},
    {"state", "id:id initial:states",
     "onentry* onexit* transition* initial? state* parallel* final* history* datamodel? invoke*",
     "@initial,initial", ""},
    {"parallel", "id:id",
     "onentry* onexit* transition* state* parallel* history* datamodel? invoke*", "", ""},
    {"final", "id:id", "onentry* onexit* donedata?", "", ""},
    {"history", "id:id type:shallow|deep", "transition1", "", ""},
    {"initial", "", "transition1", "", ""},
    {"transition", "event:events cond target:states type:internal|external", "{}", "",
     "@target @event @cond"},
    {"initial/transition", "target!:states type:internal|external", "{}", "", ""},
    {"history/transition", "target!:states type:internal|external", "{}", "", ""},
    {"onentry", "", "{}", "", ""},
    {"onexit", "", "{}", "", ""},
    {"raise", "event!:event", "", "", ""},
    {"if", "cond!", "{} elseif* else?", "", ""},
    {"elseif", "cond!", "", "", ""},
    {"else", "", "", "", ""},
    {"foreach", "array! item! index", "{}", "", ""},
    {"log", "label expr", "", "", ""},
    {"datamodel", "", "data*", "", ""},
    {"data", "id!:id src expr", "", "@src,@expr @src,# @expr,#", "", true},
    {"assign", "location! expr", "", "@expr,#", "@expr #", true},
    {"donedata", "", "content? param*", "param,content", ""},
    {"content", "expr", "", "@expr,#", "", true},
    {"param", "name! expr location", "", "@expr,@location", "@location @expr"},
    {"script", "src", "", "@src,#", "", true},
    {"send",
     "event:event eventexpr target targetexpr type typeexpr id:id idlocation delay delayexpr "
     "namelist",
     "content? param*",
     "@event,@eventexpr @target,@targetexpr @type,@typeexpr @id,@idlocation @delay,@delayexpr "
     "@namelist,content param,content",
     "@event @eventexpr content"},
    {"cancel", "sendid sendidexpr", "", "@sendid,@sendidexpr", "@sendid @sendidexpr"},
    {"invoke", "type typeexpr src srcexpr id:id idlocation namelist autoforward:true|false",
     "content? param* finalize?",
     "@type,@typeexpr @src,@srcexpr @id,@idlocation @src,content @srcexpr,content @namelist,param",
     "@src @srcexpr content"},
    {"finalize", "", "{}", "", ""},
};
constexpr std::string_view executable = "raise* if* foreach* send* script* assign* log* cancel*";

std::vector<std::string_view> parts(std::string_view text, char between) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(between), text.size());
    if (end > 0) all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

struct Attribute {
  std::string_view name, form;
  bool is_needed = false;
};
struct Element {
  std::vector<Attribute> attributes;
  std::map<std::string_view, char> children;
  std::vector<std::pair<std::string_view, std::string_view>> exclusions;
  std::vector<std::string_view> needs;
  bool may_hold_anything = false;

  [[nodiscard]] const Attribute* find(std::string_view name) const {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const Attribute& one) { return one.name == name; });
    return found == attributes.end() ? nullptr : &*found;
  }
};

using Table = std::map<std::string_view, Element>;

Table read_table() {
  Table table;
  for (const Row& row : rows) {
    Element& element = table[row.element];
    element.may_hold_anything = row.may_hold_anything;
    for (const std::string_view written : parts(row.attributes, ' ')) {
      const std::size_t colon = std::min(written.find(':'), written.size());
      Attribute one{written.substr(0, colon), written.substr(std::min(colon + 1, written.size())),
                    false};
      if (one.name.ends_with('!')) {
        one.name.remove_suffix(1);
        one.is_needed = true;
      }
      element.attributes.push_back(one);
    }
    const auto take = [&](std::string_view written) {
      element.children[written.substr(0, written.size() - 1)] = written.back();
    };
    for (const std::string_view written : parts(row.children, ' ')) {
      if (written != "{}") {
        take(written);
        continue;
      }
      for (const std::string_view one : parts(executable, ' ')) take(one);
    }
    for (const std::string_view pair : parts(row.exclusions, ' ')) {
      const std::size_t comma = pair.find(',');
      element.exclusions.emplace_back(pair.substr(0, comma), pair.substr(comma + 1));
    }
    element.needs = parts(row.needs, ' ');
  }
  return table;
}

bool name_of_state(std::string_view name) {
  return name == "state" || name == "parallel" || name == "final" || name == "history";
}

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool is_id(std::string_view text) {
  const auto begins = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80U;
  };
  return !text.empty() && begins(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_byte);
}

bool is_event(std::string_view text) {
  const auto allowed = [](char c) { return is_name_byte(c) || c == ':'; };
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_descriptor(std::string_view text) {
  if (text == "*" || text == ".*") return true;
  if (text.ends_with(".*")) {
    text.remove_suffix(2);
  } else if (text.ends_with('.')) {
    text.remove_suffix(1);
  }
  return is_event(text);
}

/// "@src" and "<content>" as people read them.
std::string shown(std::string_view written) {
  return written == "#" ? "its content"
                        : std::string(written.substr(written.front() == '@' ? 1 : 0));
}

class Checker {
 public:
  Checker(const Sources& sources, const XmlDocument& xml, bool is_lenient, Diagnostics& findings)
      : sources_(sources), xml_(xml), is_lenient_(is_lenient), findings_(findings) {}

  bool is_good = true;

  void check(XmlNode node, std::string_view parent, bool is_in_finalize) {
    const std::string_view name = node.local_name();
    const Element& element = row(name, parent);
    // Without its target no chart can be made of these.
    const bool is_default = name == "transition" && (parent == "initial" || parent == "history");
    check_attributes(node, element, is_default);
    std::map<std::string_view, std::uint32_t> counts;
    for (const XmlNode child : node.elements()) {
      const std::string_view child_name = child.local_name();
      const bool is_foreign = !is_scxml(child) && !child.namespace_of(child.prefix()).empty();
      if (element.may_hold_anything || is_foreign) continue;
      const auto allowed = element.children.find(child_name);
      const bool is_raised = is_in_finalize && (child_name == "raise" || child_name == "send");
      if (!is_scxml(child) || allowed == element.children.end() || is_raised) {
        meaningless(child, is_raised ? "finalize" : name, is_raised ? nullptr : &element);
        continue;
      }
      if (++counts[child_name] > 1 && allowed->second != '*') {
        strict(diag::AC1261, xml_.span(child),
               {{"name", std::string(child_name)}, {"parent", std::string(name)}});
      }
      check(child, name, is_in_finalize || child_name == "finalize");
    }
    for (const auto& [child, often] : element.children) {
      if (often == '1' && counts[child] == 0) lacks(node, child, true);
    }
    if (!element.may_hold_anything && !base::trim(node.text()).empty()) text_told(node, name);
    for (const auto& [first, second] : element.exclusions) {
      const SourceSpan at = place(node, second);
      if (!has(node, first) || !has(node, second)) continue;
      strict(
          diag::AC1257, second == "#" ? place(node, first) : at,
          {{"first", shown(first)}, {"second", second == "initial" ? "<initial>" : shown(second)}});
    }
    const auto& needs = element.needs;
    if (needs.empty() || std::any_of(needs.begin(), needs.end(),
                                     [&](std::string_view one) { return has(node, one); })) {
      return;
    }
    std::string names;
    for (const std::string_view one : needs) names += (names.empty() ? "" : ", ") + shown(one);
    strict(diag::AC1243, xml_.span(node),
           {{"element", std::string(name)}, {"name", shown(needs.front())}},
           {base::note(notes::one_of_these, {{"names", names}})});
  }

 private:
  static const Element& row(std::string_view name, std::string_view parent) {
    static const Table table = read_table();
    const auto own = table.find(std::string(parent) + "/" + std::string(name));
    return own != table.end() ? own->second : table.find(name)->second;
  }

  void fatal(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
             std::vector<DiagnosticNote> notes = {}) {
    findings_.push_back(base::make(code, span, std::move(words), std::move(notes)));
    is_good = false;
  }
  void strict(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
              std::vector<DiagnosticNote> notes = {}) {
    if (!is_lenient_) fatal(code, span, std::move(words), std::move(notes));
  }
  void lacks(XmlNode node, std::string_view name, bool is_fatal) {
    const DiagnosticWords words = {{"element", std::string(node.local_name())},
                                   {"name", std::string(name)}};
    is_fatal ? fatal(diag::AC1243, xml_.span(node), words)
             : strict(diag::AC1243, xml_.span(node), words);
  }

  [[nodiscard]] static XmlNode child(XmlNode node, std::string_view name) {
    for (const XmlNode one : node.elements()) {
      if (is_scxml(one) && one.local_name() == name) return one;
    }
    return {};
  }
  [[nodiscard]] static bool has(XmlNode node, std::string_view what) {
    if (what == "#") return node.first_element() || !base::trim(node.text()).empty();
    if (what.front() != '@') return static_cast<bool>(child(node, what));
    return node.has_attribute(std::string(what.substr(1)).c_str());
  }
  [[nodiscard]] SourceSpan place(XmlNode node, std::string_view what) const {
    if (what.front() == '@') return value_span(sources_, xml_, node, what.substr(1));
    const XmlNode found = what == "#" ? node : child(node, what);
    return xml_.span(found ? found : node);
  }

  [[nodiscard]] static std::vector<DiagnosticNote> near(std::string_view name,
                                                        const std::vector<std::string_view>& known,
                                                        const std::string& all) {
    if (const auto close = base::closest(name, known)) {
      return {base::note(notes::did_you_mean, {{"name", std::string(*close)}})};
    }
    if (all.empty()) return {};
    return {base::note(notes::allowed_values, {{"tests", all}})};
  }

  /// `element`: what may stand there instead.
  void meaningless(XmlNode child, std::string_view parent, const Element* element) {
    std::vector<DiagnosticNote> notes;
    if (element != nullptr) {
      std::vector<std::string_view> known;
      std::string all;
      for (const auto& [name, often] : element->children) {
        known.push_back(name);
        all += (all.empty() ? "" : ", ") + std::string(name);
      }
      notes = near(child.local_name(), known, all);
    }
    if (is_scxml(child) && name_of_state(child.local_name())) {
      // A state in the wrong place makes another chart, or none.
      fatal(diag::AC1248, xml_.span(child),
            {{"name",
              std::string(child.has_attribute("id") ? child.attribute("id") : child.local_name())}},
            std::move(notes));
      return;
    }
    strict(diag::AC1242, xml_.span(child),
           {{"name", std::string(child.name())}, {"parent", std::string(parent)}},
           std::move(notes));
  }

  void text_told(XmlNode node, std::string_view name) {
    SourceSpan at = xml_.text_span(node);
    const std::string_view written = sources_.text(at);
    const std::string_view trimmed = base::trim(written);
    if (!trimmed.empty()) {
      at.begin += static_cast<std::uint32_t>(trimmed.data() - written.data());
      at.end = at.begin + static_cast<std::uint32_t>(trimmed.size());
    }
    strict(diag::AC1265, at, {{"parent", std::string(name)}});
  }

  void check_attributes(XmlNode node, const Element& element, bool is_default) {
    const std::string_view name = node.local_name();
    for (const Attribute& one : element.attributes) {
      if (one.is_needed && !node.has_attribute(std::string(one.name).c_str())) {
        lacks(node, one.name, one.name != "version");
      }
    }
    for (const auto& [attribute, value] : node.attributes()) {
      // xmlns, xml:space and those of other namespaces.
      if (attribute == "xmlns" || attribute.find(':') != std::string_view::npos) continue;
      const Attribute* known = element.find(attribute);
      if (known != nullptr) {
        check_value(node, *known, value);
        continue;
      }
      std::vector<std::string_view> names;
      std::string all;
      for (const Attribute& one : element.attributes) {
        names.push_back(one.name);
        all += (all.empty() ? "" : ", ") + std::string(one.name);
      }
      const bool changes_chart = is_default && (attribute == "event" || attribute == "cond");
      const DiagnosticWords words = {
          {"name", std::string(attribute)},
          {"parent", is_default ? std::string(node.parent().local_name()) : std::string(name)}};
      const SourceSpan at = value_span(sources_, xml_, node, attribute);
      changes_chart ? fatal(diag::AC1242, at, words, near(attribute, names, all))
                    : strict(diag::AC1242, at, words, near(attribute, names, all));
    }
  }

  void check_value(XmlNode node, const Attribute& attribute, std::string_view value) {
    if (attribute.form.empty()) return;
    const SourceSpan at = value_span(sources_, xml_, node, attribute.name);
    const std::string text(value);
    if (attribute.form == "id") {
      const auto [first, is_new] = ids_.emplace(text, at);
      if (is_new) {
        if (!is_id(value)) strict(diag::AC1263, at, {{"text", text}}, {base::note(notes::id_form)});
        return;
      }
      const bool is_state = name_of_state(node.local_name());
      const std::vector<DiagnosticNote> where = {
          base::note(notes::first_stands_here, {}, first->second)};
      is_state ? fatal(diag::AC1215, at, {{"name", text}}, where)
               : strict(diag::AC1215, at, {{"name", text}}, where);
      return;
    }
    if (attribute.form == "event") {
      if (!is_event(value)) {
        strict(diag::AC1264, at, {{"text", text}}, {base::note(notes::event_form)});
      }
      return;
    }
    if (attribute.form == "states" || attribute.form == "events") {
      const std::vector<std::string_view> all = parts_of(value);
      if (all.empty()) {
        strict(diag::AC1268, at, {{"name", std::string(attribute.name)}},
               {base::note(notes::leave_out_empty)});
      }
      std::set<std::string_view> seen;
      for (const std::string_view one : all) {
        const auto begin = static_cast<std::uint32_t>(one.data() - value.data());
        // Only a value without escapes stands in the file as it reads.
        const SourceSpan here =
            sources_.text(at) == value
                ? SourceSpan{at.file, at.begin + begin,
                             at.begin + begin + static_cast<std::uint32_t>(one.size())}
                : at;
        if (attribute.form == "events" && !is_descriptor(one)) {
          strict(diag::AC1264, here, {{"text", std::string(one)}}, {base::note(notes::event_form)});
        } else if (!seen.insert(one).second) {
          strict(diag::AC1267, here, {{"name", std::string(one)}});
        }
      }
      return;
    }
    const std::vector<std::string_view> allowed = parts(attribute.form, '|');
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
    std::string names;
    for (const std::string_view one : allowed) {
      names += (names.empty() ? "'" : ", '") + std::string(one) + "'";
    }
    strict(diag::AC1262, at,
           {{"name", std::string(attribute.name)}, {"values", names}, {"text", text}});
  }

  const Sources& sources_;
  const XmlDocument& xml_;
  bool is_lenient_;
  Diagnostics& findings_;
  std::map<std::string, SourceSpan> ids_;
};

}  // namespace

std::vector<std::string_view> parts_of(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  std::vector<std::string_view> all;
  for (std::size_t at = 0;;) {
    const std::size_t begin = text.find_first_not_of(space, at);
    if (begin == std::string_view::npos) return all;
    at = std::min(text.find_first_of(space, begin), text.size());
    all.push_back(text.substr(begin, at - begin));
  }
}

bool check_scxml_grammar(const Sources& sources, const XmlDocument& xml, XmlNode scxml,
                         bool is_lenient, Diagnostics& findings) {
  Checker checker(sources, xml, is_lenient, findings);
  checker.check(scxml, {}, false);
  return checker.is_good;
}

}  // namespace aftercare::interop
