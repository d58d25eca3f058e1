// The interface of this file is to_mermaid().
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/report.hpp"

#include "report/shape_text.hpp"

namespace aftercare {

namespace {

/// Ids of Mermaid take letters, digits and underscores; names are anything, also Chinese.
std::string id_of(std::size_t state) { return "s" + std::to_string(state); }

/// Text in a description: Mermaid ends it at a line break and reads `;` and `#` as its own.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else if (c == '"') {
      out += "#quot;";
    } else if (c == ';') {
      out += "#59;";
    } else if (c == '#') {
      out += "#35;";
    } else if (c == '<') {
      out += "#lt;";
    } else if (c == '>') {
      out += "#gt;";
    } else if (c == ':') {
      out += "#58;";
    } else {
      out += c;
    }
  }
  return out;
}

/// In front of cases that are opened: UML's sign of a state that is a machine of its own.
const std::string child_sign = "o-o ";

class Writer {
 public:
  Writer(const ProcedureShape& shape, Language language) : shape_(shape), language_(language) {}

  std::string text() {
    out_ = "stateDiagram-v2\n";
    states({}, "  ");
    for (std::size_t t = 0; t < shape_.transitions.size(); ++t) {
      const TransitionShape& transition = shape_.transitions[t];
      std::string label = plain(transition.when);
      if (const std::string guard = report::guard_text(shape_, t, language_); !guard.empty())
        label += (label.empty() ? "" : " ") + plain(guard);
      for (const std::string& form : report::forms_of(shape_, transition.when, language_))
        label += (label.empty() ? "" : " · ") + ("▤ " + plain(form));
      const std::string clauses = plain(report::cited(transition.clauses, language_));
      label += label.empty() && !clauses.empty() ? clauses.substr(1) : clauses;
      for (const ClockMark& mark : report::shown_marks(shape_, transition.clocks)) {
        label += (label.empty() ? "" : " · ") +
                 plain(report::mark_text(shape_, transition, mark, language_));
      }
      for (const std::size_t child : transition.children)
        label += (label.empty() ? "" : " · ") +
                 (child_sign + plain(report::child_text(shape_, child, language_)));
      const std::string from = id_of(transition.from);
      const auto arrow = [&](std::size_t to) {
        out_ += "  " + from + " --> " + id_of(to) + (label.empty() ? "" : " : " + label) + "\n";
      };
      if (transition.to.empty()) arrow(transition.from);
      for (const std::size_t to : transition.to) arrow(to);
    }
    for (std::size_t i = 0; i < shape_.states.size(); ++i) {
      const StateShape& state = shape_.states[i];
      if (state.kind == StateShape::Kind::final && !state.parent)
        out_ += "  " + id_of(i) + " --> [*]\n";
      notes(i);
    }
    clocks();
    return std::move(out_);
  }

 private:
  void states(std::optional<std::size_t> parent, const std::string& indent) {
    const bool is_parallel = parent && shape_.states[*parent].kind == StateShape::Kind::parallel;
    bool is_first = true;
    for (std::size_t i = 0; i < shape_.states.size(); ++i) {
      const StateShape& state = shape_.states[i];
      if (state.parent != parent) continue;
      if (is_parallel && !is_first) out_ += indent + "--\n";
      is_first = false;
      const std::string name =
          report::is_history(state) ? report::history_text(state) : state.name;
      out_ += indent + "state \"" + plain(name) + "\" as " + id_of(i);
      if (state.kind == StateShape::Kind::compound || state.kind == StateShape::Kind::parallel) {
        out_ += " {\n";
        states(i, indent + "  ");
        out_ += indent + "}";
      }
      out_ += "\n";
      if (state.is_initial && !is_parallel) out_ += indent + "[*] --> " + id_of(i) + "\n";
      if (state.kind == StateShape::Kind::final && parent) out_ += indent + id_of(i) + " --> [*]\n";
    }
  }

  void note(std::size_t state, std::string_view side, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out_ += "  note " + std::string(side) + " of " + id_of(state) + "\n";
    for (const std::string& line : lines) out_ += "    " + plain(line) + "\n";
    out_ += "  end note\n";
  }

  void notes(std::size_t state) {
    std::vector<std::string> lines;
    for (const report::StateLine& one :
         report::state_lines(shape_, shape_.states[state], language_))
      lines.push_back((one.is == report::StateLine::Is::form    ? "▤ "
                       : one.is == report::StateLine::Is::child ? child_sign
                                                                : "") +
                      one.text);
    note(state, "right", lines);
  }

  /// The signs that stand in the picture, with what they mean.
  [[nodiscard]] std::string key() const {
    using Sign = report::KeySign;
    std::string out;
    const auto say = [&](bool is_used, std::string_view sign, Sign which) {
      if (!is_used) return;
      out += (out.empty() ? "" : " · ") + std::string(sign) + " " +
             std::string(report::key_text(which, language_));
    };
    const auto has_state = [&](const auto& is_it) {
      return std::any_of(shape_.states.begin(), shape_.states.end(), is_it);
    };
    const auto& events = shape_.events;
    say(std::any_of(events.begin(), events.end(),
                    [](const EventShape& event) { return event.opens_in.has_value(); }),
        "●", Sign::opening);
    say(has_state([](const StateShape& s) { return s.kind == StateShape::Kind::shallow_history; }),
        "H", Sign::shallow);
    say(has_state([](const StateShape& s) { return s.kind == StateShape::Kind::deep_history; }),
        "H*", Sign::deep);
    say(std::any_of(events.begin(), events.end(),
                    [](const EventShape& event) { return !event.form.empty(); }),
        "▤", Sign::form);
    const auto& children = shape_.children;
    say(std::any_of(children.begin(), children.end(),
                    [](const ChildShape& child) { return !child.is_invoked; }),
        "o-o", Sign::child);
    say(std::any_of(children.begin(), children.end(),
                    [](const ChildShape& child) { return child.is_invoked; }),
        "o-o", Sign::invoke);
    if (out.empty()) return out;
    return std::string(report::key_title(language_)) +
           (language_ == Language::chinese ? ":" : ": ") + out;
  }

  /// All clocks and children whole, and the key, beside where the chart begins.
  void clocks() {
    std::vector<std::string> lines;
    for (const ClockShape& clock : shape_.clocks) {
      lines.push_back(report::clock_title(clock, language_));
      lines.push_back(report::clock_happenings(clock, language_));
    }
    for (const ChildShape& child : shape_.children)
      if (!child.is_invoked) lines.push_back(report::child_title(child, language_));
    if (std::string one = key(); !one.empty()) lines.push_back(std::move(one));
    for (std::size_t i = 0; i < shape_.states.size(); ++i) {
      if (shape_.states[i].parent || !shape_.states[i].is_initial) continue;
      note(i, "left", lines);
      return;
    }
  }

  const ProcedureShape& shape_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string to_mermaid(const ProcedureShape& procedure, Language language) {
  return Writer(procedure, language).text();
}

}  // namespace aftercare
