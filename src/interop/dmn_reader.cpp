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

// DMN 1.1 to 1.5.
constexpr std::array<std::string_view, 5> model_namespaces = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
};

bool is_dmn_namespace(std::string_view uri) {
  return std::find(model_namespaces.begin(), model_namespaces.end(), uri) != model_namespaces.end();
}

class Reader {
 public:
  Reader(const XmlDocument& document, Diagnostics& findings)
      : document_(document), findings_(findings) {}

  DmnDefinitions definitions();

 private:
  bool is(pugi::xml_node node, std::string_view name) const {
    return node.type() == pugi::node_element && local_name(node) == name &&
           prefix_of(node.name()) == prefix_;
  }
  pugi::xml_node child(pugi::xml_node node, std::string_view name) const {
    for (const pugi::xml_node c : node.children()) {
      if (is(c, name)) return c;
    }
    return {};
  }
  DmnText text_of(pugi::xml_node node) const {
    return {document_.text(node), document_.text_span(node)};
  }
  /// The `text` child of an expression or unary tests.
  DmnText text_child(pugi::xml_node node) const {
    const pugi::xml_node text = child(node, "text");
    if (!text) return {{}, document_.span(node)};
    return text_of(text);
  }
  std::optional<DmnText> tests(pugi::xml_node node, std::string_view name) const {
    const pugi::xml_node found = child(node, name);
    if (!found) return std::nullopt;
    return text_child(found);
  }
  std::string name_of(pugi::xml_node node) const {
    return fold_name(node.attribute("name").value());
  }
  std::string type_name(pugi::xml_node node, std::string_view text) const;
  std::string type_ref(pugi::xml_node node) const;
  DmnVariable variable(pugi::xml_node node) const {
    return {name_of(node), type_ref(node), document_.span(node)};
  }
  DmnReference reference(pugi::xml_node node) const;
  DmnItemDefinition item(pugi::xml_node node) const;
  DmnExpression expression(pugi::xml_node node);
  DmnExpression function(pugi::xml_node node);
  std::shared_ptr<const DmnTable> table(pugi::xml_node node);
  /// The first child that is an expression.
  DmnExpression logic(pugi::xml_node node);
  DmnNode node(pugi::xml_node xml, DmnNode::Kind kind);

  const XmlDocument& document_;
  Diagnostics& findings_;
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

std::string Reader::type_name(pugi::xml_node node, std::string_view text) const {
  const std::string folded = fold_name(text);
  const std::size_t colon = folded.find(':');
  if (colon == std::string::npos) return folded;
  const std::string_view uri = namespace_of(node, std::string_view(folded).substr(0, colon));
  std::string name = folded.substr(colon + 1);
  if (uri == model_ || uri.find("FEEL") != std::string_view::npos) return name;
  if (const auto import = import_names_.find(uri); import != import_names_.end()) {
    return import->second + "." + name;
  }
  return uri.empty() ? folded : name;
}

std::string Reader::type_ref(pugi::xml_node node) const {
  if (const pugi::xml_attribute a = node.attribute("typeRef")) return type_name(node, a.value());
  if (const pugi::xml_node c = child(node, "typeRef")) return type_name(c, document_.text(c));
  return {};
}

DmnReference Reader::reference(pugi::xml_node node) const {
  const std::string_view href = node.attribute("href").value();
  const std::size_t hash = href.rfind('#');
  if (hash == std::string_view::npos) return {{}, std::string(href), document_.span(node)};
  const std::string_view model = href.substr(0, hash);
  return {model == model_ ? std::string() : std::string(model), std::string(href.substr(hash + 1)),
          document_.span(node)};
}

DmnItemDefinition Reader::item(pugi::xml_node node) const {
  DmnItemDefinition out;
  out.name = name_of(node);
  out.span = document_.span(node);
  out.is_collection = node.attribute("isCollection").as_bool();
  out.type_ref = type_ref(node);
  for (const pugi::xml_node c : node.children()) {
    if (is(c, "itemComponent")) out.components.push_back(item(c));
    if (is(c, "functionItem")) {
      out.is_function = true;
      out.result_ref = type_name(c, c.attribute("outputTypeRef").value());
      for (const pugi::xml_node p : c.children()) {
        if (is(p, "parameters")) out.parameters.push_back(variable(p));
      }
    }
  }
  out.allowed_values = tests(node, "allowedValues");
  out.type_constraint = tests(node, "typeConstraint");
  return out;
}

DmnExpression Reader::logic(pugi::xml_node node) {
  for (const pugi::xml_node c : node.children()) {
    if (c.type() == pugi::node_element && prefix_of(c.name()) == prefix_ &&
        kind_of(local_name(c)) != DmnExpression::Kind::none) {
      return expression(c);
    }
  }
  DmnExpression none;
  none.span = document_.span(node);
  return none;
}

DmnExpression Reader::function(pugi::xml_node node) {
  DmnExpression out;
  out.kind = DmnExpression::Kind::function;
  out.span = document_.span(node);
  out.type_ref = type_ref(node);
  for (const pugi::xml_node c : node.children()) {
    if (is(c, "formalParameter")) out.names.push_back(variable(c));
  }
  DmnExpression body = logic(node);
  const std::string_view kind = node.attribute("kind").value();
  if (!kind.empty() && kind != "FEEL") body.kind = DmnExpression::Kind::external;
  out.parts.push_back(std::move(body));
  return out;
}

DmnExpression Reader::expression(pugi::xml_node node) {
  using Kind = DmnExpression::Kind;
  DmnExpression out;
  out.kind = kind_of(local_name(node));
  out.span = document_.span(node);
  out.type_ref = type_ref(node);
  const auto part = [&](std::string_view name) {
    const pugi::xml_node c = child(node, name);
    if (!c) {
      findings_.push_back(
          base::make(diag::AC1210, document_.span(node), {{"name", std::string(name)}}));
    }
    out.parts.push_back(c ? logic(c) : DmnExpression{});
  };
  switch (out.kind) {
    case Kind::literal: {
      out.text = text_child(node);
      const std::string_view language = node.attribute("expressionLanguage").value();
      if (!language.empty() && language.find("FEEL") == std::string_view::npos &&
          language.find("feel") == std::string_view::npos) {
        findings_.push_back(base::make(diag::AC1211, out.span, {{"name", std::string(language)}}));
        out.kind = Kind::external;
      }
      break;
    }
    case Kind::context:
      for (const pugi::xml_node entry : node.children()) {
        if (!is(entry, "contextEntry")) continue;
        const pugi::xml_node name = child(entry, "variable");
        out.names.push_back(name ? variable(name) : DmnVariable{{}, {}, document_.span(entry)});
        out.parts.push_back(logic(entry));
      }
      break;
    case Kind::list:
      for (const pugi::xml_node c : node.children()) {
        if (c.type() != pugi::node_element || prefix_of(c.name()) != prefix_) continue;
        if (kind_of(local_name(c)) != Kind::none) out.parts.push_back(expression(c));
      }
      break;
    case Kind::relation:
      for (const pugi::xml_node c : node.children()) {
        if (is(c, "column")) out.names.push_back(variable(c));
        if (!is(c, "row")) continue;
        DmnExpression row;
        row.kind = Kind::list;
        row.span = document_.span(c);
        for (const pugi::xml_node cell : c.children()) {
          if (cell.type() == pugi::node_element && kind_of(local_name(cell)) != Kind::none) {
            row.parts.push_back(expression(cell));
          }
        }
        out.parts.push_back(std::move(row));
      }
      break;
    case Kind::invocation: {
      out.parts.push_back(logic(node));
      for (const pugi::xml_node c : node.children()) {
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
      out.text = {fold_name(node.attribute("iteratorVariable").value()), out.span};
      part("in");
      part(out.kind == Kind::loop ? "return" : "satisfies");
      break;
    case Kind::none:
    case Kind::external:
      break;
  }
  return out;
}

std::shared_ptr<const DmnTable> Reader::table(pugi::xml_node node) {
  auto out = std::make_shared<DmnTable>();
  if (const pugi::xml_attribute a = node.attribute("hitPolicy")) out->hit_policy = a.value();
  out->aggregation = node.attribute("aggregation").value();
  for (const pugi::xml_node c : node.children()) {
    if (is(c, "input")) {
      const pugi::xml_node expression = child(c, "inputExpression");
      out->inputs.push_back({text_child(expression ? expression : c),
                             expression ? type_ref(expression) : std::string(),
                             tests(c, "inputValues")});
    } else if (is(c, "output")) {
      out->outputs.push_back({name_of(c), type_ref(c), tests(c, "outputValues"),
                              tests(c, "defaultOutputEntry"), document_.span(c)});
    } else if (is(c, "rule")) {
      DmnTable::Rule rule;
      rule.span = document_.span(c);
      for (const pugi::xml_node cell : c.children()) {
        if (is(cell, "inputEntry")) rule.inputs.push_back(text_child(cell));
        if (is(cell, "outputEntry")) rule.outputs.push_back(text_child(cell));
      }
      if (rule.inputs.size() != out->inputs.size() || rule.outputs.size() != out->outputs.size()) {
        findings_.push_back(base::make(diag::AC1212, rule.span,
                                       {{"inputs", std::to_string(out->inputs.size())},
                                        {"outputs", std::to_string(out->outputs.size())}}));
        rule.inputs.resize(out->inputs.size(), {"-", rule.span});
        rule.outputs.resize(out->outputs.size(), {"null", rule.span});
      }
      out->rules.push_back(std::move(rule));
    }
  }
  return out;
}

DmnNode Reader::node(pugi::xml_node xml, DmnNode::Kind kind) {
  DmnNode out;
  out.kind = kind;
  out.id = xml.attribute("id").value();
  out.name = name_of(xml);
  out.span = document_.span(xml);
  const pugi::xml_node declared = child(xml, "variable");
  if (declared) out.variable = variable(declared);
  if (out.variable.name.empty()) out.variable.name = out.name;
  for (const pugi::xml_node c : xml.children()) {
    if (is(c, "informationRequirement") || is(c, "knowledgeRequirement")) {
      for (const pugi::xml_node r : c.children()) {
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
    const pugi::xml_node encapsulated = child(xml, "encapsulatedLogic");
    if (encapsulated) out.logic = function(encapsulated);
  }
  return out;
}

DmnDefinitions Reader::definitions() {
  DmnDefinitions out;
  const pugi::xml_node root = document_.root();
  prefix_ = prefix_of(root.name());
  out.span = document_.span(root);
  if (local_name(root) != "definitions" || !is_dmn_namespace(namespace_of(root, prefix_))) {
    findings_.push_back(
        base::make(diag::AC1206, out.span, {{"name", std::string(namespace_of(root, prefix_))}}));
    return out;
  }
  out.name = name_of(root);
  out.model = model_ = root.attribute("namespace").value();
  for (const pugi::xml_node c : root.children()) {
    if (!is(c, "import")) continue;
    DmnImport import{name_of(c), c.attribute("namespace").value(),
                     c.attribute("locationURI").value(),
                     is_dmn_namespace(c.attribute("importType").value()), document_.span(c)};
    import_names_[import.model] = import.name;
    out.imports.push_back(std::move(import));
  }
  for (const pugi::xml_node c : root.children()) {
    if (is(c, "itemDefinition")) out.items.push_back(item(c));
    if (is(c, "inputData")) out.nodes.push_back(node(c, DmnNode::Kind::input));
    if (is(c, "decision")) out.nodes.push_back(node(c, DmnNode::Kind::decision));
    if (is(c, "businessKnowledgeModel")) out.nodes.push_back(node(c, DmnNode::Kind::knowledge));
    if (is(c, "decisionService")) out.nodes.push_back(node(c, DmnNode::Kind::service));
  }
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
  return Reader(document, findings).definitions();
}

}  // namespace aftercare::interop
