// Interface: logic_text().
#include "interop/dmn_logic_text.hpp"

#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "feel/print.hpp"

namespace aftercare::interop {

namespace {

constexpr std::array kind_names = {"none",       "literal",  "context", "list",    "relation",
                                   "invocation", "function", "table",   "if",      "filter",
                                   "for",        "some",     "every",   "external"};
static_assert(kind_names.size() == static_cast<std::size_t>(DmnExpression::Kind::external) + 1);

class Writer {
 public:
  explicit Writer(const DmnModel::Impl& model) : model_(model) {}

  std::string run(std::uint32_t node) {
    std::set<std::uint32_t> seen = {node};
    std::vector<std::uint32_t> open = {node};
    std::set<std::uint32_t> files;
    while (!open.empty()) {
      const std::uint32_t n = open.back();
      open.pop_back();
      const Node& at = model_.nodes[n];
      files.insert(at.file);
      const auto reach = [&](std::uint32_t to) {
        if (seen.insert(to).second) open.push_back(to);
      };
      for (const Node::Requirement& r : at.requires_) reach(r.node);
      for (const std::uint32_t to : at.outputs) reach(to);
      for (const std::uint32_t to : at.inputs) reach(to);
    }
    line(0, "of " + feel::quote(model_.nodes[node].name));
    for (const std::uint32_t f : files) {
      for (const DmnItemDefinition& one : model_.files[f].items) item(one, 0);
    }
    for (const std::uint32_t n : seen) element(model_.nodes[n]);
    return std::move(out_);
  }

 private:
  void line(int depth, const std::string& text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }

  /// A piece of FEEL. Where it has a comment, line breaks are part of what it says.
  static std::string text(const DmnText& written) {
    const std::string& whole = written.text;
    if (whole.find("//") != std::string::npos || whole.find("/*") != std::string::npos) {
      return feel::quote(whole);
    }
    std::string out;
    bool is_quoted = false;
    bool has_gap = false;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const char c = whole[i];
      if (!is_quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
        has_gap = !out.empty();
        continue;
      }
      if (std::exchange(has_gap, false)) out += ' ';
      out += c;
      if (is_quoted && c == '\\' && i + 1 < whole.size())
        out += whole[++i];
      else if (c == '"')
        is_quoted = !is_quoted;
    }
    return feel::quote(out);
  }
  static std::string text(const std::optional<DmnText>& written) {
    return written ? text(*written) : std::string("-");
  }
  static std::string named(const DmnVariable& v) { return feel::quote(v.name) + type(v.type_ref); }
  static std::string type(const std::string& ref) { return ref.empty() ? "" : ": " + ref; }

  void item(const DmnItemDefinition& one, int depth) {
    line(depth, "type " + feel::quote(one.name) + type(one.type_ref) +
                    (one.is_collection ? " list" : "") + (one.is_function ? " function" : "") +
                    type(one.result_ref));
    if (one.allowed_values) line(depth + 1, "allowed " + text(*one.allowed_values));
    if (one.type_constraint) line(depth + 1, "constraint " + text(*one.type_constraint));
    for (const DmnVariable& p : one.parameters) line(depth + 1, "parameter " + named(p));
    for (const DmnItemDefinition& component : one.components) item(component, depth + 1);
  }

  void element(const Node& node) {
    static constexpr std::array names = {"input", "decision", "knowledge", "service"};
    const DmnNode& written = model_.files[node.file].nodes[node.written];
    line(0,
         std::string(names[static_cast<std::size_t>(node.kind)]) + " " + named(written.variable));
    const auto list = [&](std::string_view what, const std::vector<std::uint32_t>& nodes) {
      for (const std::uint32_t n : nodes) {
        line(1, std::string(what) + " " + feel::quote(model_.nodes[n].name));
      }
    };
    for (const Node::Requirement& r : node.requires_) list("requires", {r.node});
    list("output", node.outputs);
    list("takes", node.inputs);
    if (written.logic.kind != DmnExpression::Kind::none) expression(written.logic, 1);
  }

  void expression(const DmnExpression& e, int depth) {
    std::string head = kind_names[static_cast<std::size_t>(e.kind)] + type(e.type_ref);
    if (!e.text.text.empty()) head += " " + text(e.text);
    line(depth, head);
    for (const DmnVariable& name : e.names) line(depth + 1, "name " + named(name));
    if (e.table) table(*e.table, depth + 1);
    for (const DmnExpression& part : e.parts) expression(part, depth + 1);
  }

  void table(const DmnTable& t, int depth) {
    line(depth, "hit " + t.hit_policy + (t.aggregation.empty() ? "" : " " + t.aggregation));
    for (const DmnTable::Input& input : t.inputs) {
      line(depth,
           "given " + text(input.expression) + type(input.type_ref) + " of " + text(input.allowed));
    }
    for (const DmnTable::Output& output : t.outputs) {
      line(depth, "result " + feel::quote(output.name) + type(output.type_ref) + " of " +
                      text(output.allowed) + " else " + text(output.default_value));
    }
    for (const DmnTable::Rule& rule : t.rules) {
      std::string row = "row";
      for (const DmnText& cell : rule.inputs) row += " | " + text(cell);
      row += " |";
      for (const DmnTable::Entry& cell : rule.outputs) {
        row += " | " + text(cell.expression);
        if (!cell.type_ref.empty()) row += ": " + cell.type_ref;
      }
      line(depth, row);
    }
  }

  const DmnModel::Impl& model_;
  std::string out_;
};

}  // namespace

std::string logic_text(const DmnModel::Impl& model, std::uint32_t node) {
  return Writer(model).run(node);
}

}  // namespace aftercare::interop
