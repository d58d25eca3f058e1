// The interface of this file is to_mermaid().
#include <string>

#include "aftercare/report.hpp"

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

class Writer {
 public:
  explicit Writer(const ProcedureShape& shape) : shape_(shape) {}

  std::string text() {
    out_ = "stateDiagram-v2\n";
    states({}, "  ");
    for (const TransitionShape& transition : shape_.transitions) {
      std::string label = plain(transition.when);
      if (!transition.guard.empty())
        label += (label.empty() ? "" : " ") + ("[" + plain(transition.guard) + "]");
      for (const std::string& clause : transition.clauses)
        label += (label.empty() ? "" : " ") + ("(" + plain(clause) + ")");
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
    }
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
      out_ += indent + "state \"" + plain(state.name) + "\" as " + id_of(i);
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

  const ProcedureShape& shape_;
  std::string out_;
};

}  // namespace

std::string to_mermaid(const ProcedureShape& procedure) { return Writer(procedure).text(); }

}  // namespace aftercare
