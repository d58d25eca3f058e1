// Interface: read_dmn().
#include "interop/dmn_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/diagnostics.hpp"
#include "interop/xml.hpp"

namespace aftercare::interop {

namespace {

// DMN 1.1 to 1.6.
constexpr std::array<std::string_view, 6> model_namespaces = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20240513/MODEL/",
};

bool is_dmn_namespace(std::string_view uri) {
  return std::find(model_namespaces.begin(), model_namespaces.end(), uri) != model_namespaces.end();
}

class Reader {
 public:
  Reader(const XmlDocument& document, const Sources& sources, Diagnostics& findings)
      : document_(document), sources_(sources), findings_(findings) {}

  DmnDefinitions definitions();

 private:
  bool is(XmlNode node, std::string_view name) const {
    return node.local_name() == name && node.prefix() == prefix_;
  }
  XmlNode child(XmlNode node, std::string_view name) const {
    for (const XmlNode c : node.elements()) {
      if (is(c, name)) return c;
    }
    return {};
  }
  DmnText text_of(XmlNode node) {
    DmnText out{node.text(), document_.text_span(node)};
    out.span.end = out.span.begin + static_cast<std::uint32_t>(out.text.size());
    if (sources_.text(out.span) != out.text) escaped_.push_back(out.span);
    return out;
  }
  /// The `text` child of an expression or unary tests.
  DmnText text_child(XmlNode node) {
    const XmlNode text = child(node, "text");
    if (!text) return {{}, document_.span(node)};
    return text_of(text);
  }
  std::optional<DmnText> tests(XmlNode node, std::string_view name) {
    const XmlNode found = child(node, name);
    if (!found) return std::nullopt;
    return text_child(found);
  }
  std::string name_of(XmlNode node) const { return fold_name(node.attribute("name")); }
  std::string type_name(XmlNode node, std::string_view text) const;
  std::string type_ref(XmlNode node) const;
  DmnVariable variable(XmlNode node) const {
    return {name_of(node), type_ref(node), document_.span(node)};
  }
  DmnReference reference(XmlNode node) const;
  DmnItemDefinition item(XmlNode node);
  DmnExpression expression(XmlNode node);
  DmnExpression function(XmlNode node);
  std::shared_ptr<const DmnTable> table(XmlNode node);
  /// The first child that is an expression.
  DmnExpression logic(XmlNode node);
  DmnNode node(XmlNode xml, DmnNode::Kind kind);

  const XmlDocument& document_;
  const Sources& sources_;
  Diagnostics& findings_;
  std::vector<SourceSpan> escaped_;
  std::string_view prefix_;
  std::string model_;
  std::map<std::string, std::string, std::less<>> import_names_;  // by namespace
};

DmnExpression::Kind kind_of(std::string_view name) {
  using Kind = DmnExpression::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 12> kinds = {{
      {"literalExpression", Kind::literal},
      {"context", Kind::context},
      {"list", Kind::list},
      {"relation", Kind::relation},
      {"invocation", Kind::invocation},
      {"functionDefinition", Kind::function},
      {"decisionTable", Kind::table},
      {"conditional", Kind::conditional},
      {"filter", Kind::filter},
      {"for", Kind::loop},
      {"some", Kind::some},
      {"every", Kind::every},
  }};
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  return Kind::none;
}

std::string Reader::type_name(XmlNode node, std::string_view text) const {
  const std::string folded = fold_name(text);
  const std::size_t colon = folded.find(':');
  if (colon == std::string::npos) return folded;
  const std::string_view uri = node.namespace_of(std::string_view(folded).substr(0, colon));
  std::string name = folded.substr(colon + 1);
  if (uri == model_ || uri.find("FEEL") != std::string_view::npos) return name;
  if (const auto import = import_names_.find(uri); import != import_names_.end()) {
    return import->second + "." + name;
  }
  return uri.empty() ? folded : name;
}

std::string Reader::type_ref(XmlNode node) const {
  if (node.has_attribute("typeRef")) return type_name(node, node.attribute("typeRef"));
  if (const XmlNode c = child(node, "typeRef")) return type_name(c, c.text());
  return {};
}

DmnReference Reader::reference(XmlNode node) const {
  const std::string_view href = node.attribute("href");
  const std::size_t hash = href.rfind('#');
  if (hash == std::string_view::npos) return {{}, std::string(href), document_.span(node)};
  const std::string_view model = href.substr(0, hash);
  return {model == model_ ? std::string() : std::string(model), std::string(href.substr(hash + 1)),
          document_.span(node)};
}

DmnItemDefinition Reader::item(XmlNode node) {
  DmnItemDefinition out;
  out.name = name_of(node);
  out.span = document_.span(node);
  out.is_collection = node.is_true("isCollection");
  out.type_ref = type_ref(node);
  for (const XmlNode c : node.elements()) {
    if (is(c, "itemComponent")) out.components.push_back(item(c));
    if (is(c, "functionItem")) {
      out.is_function = true;
      out.result_ref = type_name(c, c.attribute("outputTypeRef"));
      for (const XmlNode p : c.elements()) {
        if (is(p, "parameters")) out.parameters.push_back(variable(p));
      }
    }
  }
  out.allowed_values = tests(node, "allowedValues");
  out.type_constraint = tests(node, "typeConstraint");
  return out;
}

DmnExpression Reader::logic(XmlNode node) {
  for (const XmlNode c : node.elements()) {
    if (c.prefix() == prefix_ && kind_of(c.local_name()) != DmnExpression::Kind::none) {
      return expression(c);
    }
  }
  DmnExpression none;
  none.span = document_.span(node);
  return none;
}

DmnExpression Reader::function(XmlNode node) {
  DmnExpression out;
  out.kind = DmnExpression::Kind::function;
  out.span = document_.span(node);
  out.type_ref = type_ref(node);
  for (const XmlNode c : node.elements()) {
    if (is(c, "formalParameter")) out.names.push_back(variable(c));
  }
  DmnExpression body = logic(node);
  const std::string_view kind = node.attribute("kind");
  if (!kind.empty() && kind != "FEEL") body.kind = DmnExpression::Kind::external;
  out.parts.push_back(std::move(body));
  return out;
}

DmnExpression Reader::expression(XmlNode node) {
  using Kind = DmnExpression::Kind;
  DmnExpression out;
  out.kind = kind_of(node.local_name());
  out.span = document_.span(node);
  out.type_ref = type_ref(node);
  const auto part = [&](std::string_view name) {
    const XmlNode c = child(node, name);
    if (!c) {
      findings_.push_back(
          base::make(diag::AC1210, document_.span(node), {{"name", std::string(name)}}));
    }
    out.parts.push_back(c ? logic(c) : DmnExpression{});
  };
  switch (out.kind) {
    case Kind::literal: {
      out.text = text_child(node);
      const std::string_view language = node.attribute("expressionLanguage");
      if (!language.empty() && language.find("FEEL") == std::string_view::npos &&
          language.find("feel") == std::string_view::npos) {
        findings_.push_back(base::make(diag::AC1211, out.span, {{"name", std::string(language)}}));
        out.kind = Kind::external;
      }
      break;
    }
    case Kind::context:
      for (const XmlNode entry : node.elements()) {
        if (!is(entry, "contextEntry")) continue;
        const XmlNode name = child(entry, "variable");
        out.names.push_back(name ? variable(name) : DmnVariable{{}, {}, document_.span(entry)});
        out.parts.push_back(logic(entry));
      }
      break;
    case Kind::list:
      for (const XmlNode c : node.elements()) {
        if (c.prefix() != prefix_) continue;
        if (kind_of(c.local_name()) != Kind::none) out.parts.push_back(expression(c));
      }
      break;
    case Kind::relation:
      for (const XmlNode c : node.elements()) {
        if (is(c, "column")) out.names.push_back(variable(c));
        if (!is(c, "row")) continue;
        DmnExpression row;
        row.kind = Kind::list;
        row.span = document_.span(c);
        for (const XmlNode cell : c.elements()) {
          if (kind_of(cell.local_name()) != Kind::none) {
            row.parts.push_back(expression(cell));
          }
        }
        out.parts.push_back(std::move(row));
      }
      break;
    case Kind::invocation: {
      out.parts.push_back(logic(node));
      for (const XmlNode c : node.elements()) {
        if (!is(c, "binding")) continue;
        out.names.push_back(variable(child(c, "parameter")));
        out.parts.push_back(logic(c));
      }
      break;
    }
    case Kind::function: {
      std::string type = std::move(out.type_ref);
      out = function(node);
      out.type_ref = std::move(type);
      break;
    }
    case Kind::table:
      out.table = table(node);
      break;
    case Kind::conditional:
      part("if");
      part("then");
      part("else");
      break;
    case Kind::filter:
      part("in");
      part("match");
      break;
    case Kind::loop:
    case Kind::some:
    case Kind::every:
      out.text = {fold_name(node.attribute("iteratorVariable")), out.span};
      part("in");
      part(out.kind == Kind::loop ? "return" : "satisfies");
      break;
    case Kind::none:
    case Kind::external:
      break;
  }
  return out;
}

std::shared_ptr<const DmnTable> Reader::table(XmlNode node) {
  auto out = std::make_shared<DmnTable>();
  if (node.has_attribute("hitPolicy")) out->hit_policy = node.attribute("hitPolicy");
  out->aggregation = node.attribute("aggregation");
  for (const XmlNode c : node.elements()) {
    if (is(c, "input")) {
      const XmlNode expression = child(c, "inputExpression");
      out->inputs.push_back({text_child(expression ? expression : c),
                             expression ? type_ref(expression) : std::string(),
                             tests(c, "inputValues")});
    } else if (is(c, "output")) {
      out->outputs.push_back({name_of(c), type_ref(c), tests(c, "outputValues"),
                              tests(c, "defaultOutputEntry"), document_.span(c)});
    } else if (is(c, "rule")) {
      DmnTable::Rule rule;
      rule.span = document_.span(c);
      for (const XmlNode cell : c.elements()) {
        if (is(cell, "inputEntry")) rule.inputs.push_back(text_child(cell));
        if (is(cell, "outputEntry")) rule.outputs.push_back({text_child(cell), type_ref(cell)});
      }
      if (rule.inputs.size() != out->inputs.size() || rule.outputs.size() != out->outputs.size()) {
        findings_.push_back(base::make(diag::AC1212, rule.span,
                                       {{"inputs", std::to_string(out->inputs.size())},
                                        {"outputs", std::to_string(out->outputs.size())}}));
        rule.inputs.resize(out->inputs.size(), {"-", rule.span});
        rule.outputs.resize(out->outputs.size(), {{"null", rule.span}, {}});
      }
      out->rules.push_back(std::move(rule));
    }
  }
  return out;
}

DmnNode Reader::node(XmlNode xml, DmnNode::Kind kind) {
  DmnNode out;
  out.kind = kind;
  out.id = xml.attribute("id");
  out.name = name_of(xml);
  out.span = document_.span(xml);
  const XmlNode declared = child(xml, "variable");
  if (declared) out.variable = variable(declared);
  if (out.variable.name.empty()) out.variable.name = out.name;
  for (const XmlNode c : xml.elements()) {
    if (is(c, "informationRequirement") || is(c, "knowledgeRequirement")) {
      for (const XmlNode r : c.elements()) {
        if (is(r, "requiredDecision") || is(r, "requiredInput") || is(r, "requiredKnowledge")) {
          out.requires_.push_back(reference(r));
        }
      }
    } else if (is(c, "outputDecision")) {
      out.outputs.push_back(reference(c));
    } else if (is(c, "encapsulatedDecision")) {
      out.encapsulated.push_back(reference(c));
    } else if (is(c, "inputDecision")) {
      out.input_decisions.push_back(reference(c));
    } else if (is(c, "inputData")) {
      out.input_data.push_back(reference(c));
    }
  }
  if (kind == DmnNode::Kind::decision) out.logic = logic(xml);
  if (kind == DmnNode::Kind::knowledge) {
    const XmlNode encapsulated = child(xml, "encapsulatedLogic");
    if (encapsulated) out.logic = function(encapsulated);
  }
  return out;
}

DmnDefinitions Reader::definitions() {
  DmnDefinitions out;
  const XmlNode root = document_.root();
  prefix_ = root.prefix();
  out.span = document_.span(root);
  if (root.local_name() != "definitions" || !is_dmn_namespace(root.namespace_of(prefix_))) {
    findings_.push_back(
        base::make(diag::AC1206, out.span, {{"name", std::string(root.namespace_of(prefix_))}}));
    return out;
  }
  out.name = name_of(root);
  out.model = model_ = root.attribute("namespace");
  for (const XmlNode c : root.elements()) {
    if (!is(c, "import")) continue;
    DmnImport import{name_of(c), std::string(c.attribute("namespace")),
                     std::string(c.attribute("locationURI")),
                     // Without a type it can only mean a model.
                     c.attribute("importType").empty() || is_dmn_namespace(c.attribute("importType")),
                     document_.span(c)};
    import_names_[import.model] = import.name;
    out.imports.push_back(std::move(import));
  }
  for (const XmlNode c : root.elements()) {
    if (is(c, "itemDefinition")) out.items.push_back(item(c));
    if (is(c, "inputData")) out.nodes.push_back(node(c, DmnNode::Kind::input));
    if (is(c, "decision")) out.nodes.push_back(node(c, DmnNode::Kind::decision));
    if (is(c, "businessKnowledgeModel")) out.nodes.push_back(node(c, DmnNode::Kind::knowledge));
    if (is(c, "decisionService")) out.nodes.push_back(node(c, DmnNode::Kind::service));
  }
  std::sort(escaped_.begin(), escaped_.end(),
            [](const SourceSpan& a, const SourceSpan& b) { return a.begin < b.begin; });
  out.escaped = std::move(escaped_);
  return out;
}

}  // namespace

std::string fold_name(std::string_view name) {
  std::string out;
  bool pending = false;
  for (const char c : name) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      pending = !out.empty();
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out += c;
  }
  return out;
}

DmnDefinitions read_dmn(const Sources& sources, std::uint32_t file, Diagnostics& findings) {
  const XmlDocument document = XmlDocument::read(sources, file, findings);
  if (!document.root()) {
    if (!has_errors(findings)) {
      findings.push_back(base::make(diag::AC1206, {file, 0, 0}, {{"name", ""}}));
    }
    return {};
  }
  return Reader(document, sources, findings).definitions();
}

}  // namespace aftercare::interop
