// The interface of this file is from_scxml().
#include "interop/from_scxml.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/json_reader.hpp"
#include "base/text.hpp"
#include "builtins/builtins.hpp"
#include "feel/compile.hpp"
#include "feel/parse.hpp"
#include "feel/scope.hpp"
#include "interop/scxml_grammar.hpp"
#include "interop/scxml_loops.hpp"
#include "interop/xml.hpp"
#include "vm/machine.hpp"

namespace aftercare::interop {

using chart::ActionId;
using chart::Chart;
using chart::ChartBuilder;
using chart::ChartProblem;
using chart::EventId;
using chart::none;
using chart::root;
using chart::StateId;
using chart::StateKind;
using chart::TransitionSpec;

namespace {

constexpr std::string_view system_names[scxml_system_slots] = {"_event", "_sessionid", "_name",
                                                               "_ioprocessors", "_x"};

// 5.10.1, and the message as it was sent.
constexpr std::array<std::string_view, 8> event_fields = {
    "name", "type", "sendid", "origin", "origintype", "invokeid", "data", "raw"};
// A file that a document names is read up to this size.
constexpr std::uintmax_t file_limit = 16U << 20U;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::vector<std::string> words_of(std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text);
  return {parts.begin(), parts.end()};
}

std::vector<std::string> tokens(std::string_view name) {
  std::vector<std::string> all;
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t dot = std::min(name.find('.', begin), name.size());
    if (dot > begin) all.emplace_back(name.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return all;
}

// "foo.*" and "foo." match what "foo" matches.
std::string_view bare(std::string_view descriptor) {
  if (descriptor.ends_with(".*")) descriptor.remove_suffix(2);
  while (descriptor.ends_with('.')) descriptor.remove_suffix(1);
  return descriptor;
}

bool is_data_name(std::string_view name) {
  const auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80U;
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' ||
                  c == '.';
         });
}

Value json_value(const base::JsonValue& json) {
  using Json = base::JsonValue::Kind;
  switch (json.kind) {
    case Json::null:
      return {};
    case Json::boolean:
      return Value::boolean(json.boolean);
    case Json::number: {
      const Result<Value> number = Value::number(json.text);
      return number ? *number : Value();
    }
    case Json::string:
      return Value::string(json.text);
    case Json::array: {
      std::vector<Value> items;
      for (const base::JsonValue& item : json.items) items.push_back(json_value(item));
      return Value::list(std::move(items));
    }
    case Json::object: {
      std::vector<ContextEntry> entries;
      for (const auto& [key, value] : json.members) entries.emplace_back(key, json_value(value));
      return Value::context(std::move(entries));
    }
  }
  return {};
}

// What an expression that reads nothing always gives.
std::optional<Value> constant_value(const std::optional<ScxmlExpression>& expression) {
  if (!expression || expression->program == nullptr || !expression->program->reads.empty()) {
    return std::nullopt;
  }
  vm::Machine machine({.limits = {.steps = 100'000, .bytes = 1U << 20U}});
  const Result<Value> value = machine.run(*expression->program, {});
  if (!value || machine.told_count() != 0) return std::nullopt;
  return *value;
}

std::optional<Kind> constant_kind(const ScxmlExpression& expression) {
  const std::optional<Value> value = constant_value(expression);
  return value ? std::optional(value->kind()) : std::nullopt;
}

class Reader {
 public:
  Reader(const Sources& sources, std::uint32_t file, const XmlDocument& xml,
         const ScxmlOptions& options, Diagnostics& findings)
      : sources_(sources), file_(file), xml_(xml), options_(options), findings_(findings) {}

  bool has_foreign_datamodel = false;

  std::shared_ptr<const ScxmlDocument> read(XmlNode scxml);

 private:
  // --- findings
  void fatal(DiagnosticCode code, SourceSpan span, DiagnosticWords words_of = {},
             std::vector<DiagnosticNote> notes_of = {}) {
    findings_.push_back(base::make(code, span, std::move(words_of), std::move(notes_of)));
    failed_ = true;
  }
  /// What a lenient reader leaves to the run.
  void strict(DiagnosticCode code, SourceSpan span, DiagnosticWords words_of = {},
              std::vector<DiagnosticNote> notes_of = {}) {
    if (!options_.lenient) fatal(code, span, std::move(words_of), std::move(notes_of));
  }
  void unknown_state(const std::string& id, SourceSpan at) {
    constexpr std::size_t most_suggested = 100;  // each looks at every state
    std::vector<DiagnosticNote> notes;
    if (suggested_++ < most_suggested) {
      std::vector<std::string> known;
      for (const auto& [name, state] : states_) known.push_back(name);
      if (const auto near = base::closest(id, known))
        notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    }
    fatal(diag::AC1244, at, {{"name", id}}, std::move(notes));
  }
  /// A name that nothing bears, with the one that may have been meant.
  void unknown(DiagnosticCode code, SourceSpan span, const std::string& name) {
    if (options_.lenient) return;
    fatal(code, span, {{"name", name}});
    const std::vector<std::string> near = scope_.candidates(name, 1);
    if (!near.empty()) {
      findings_.back().notes.push_back(base::note(notes::did_you_mean, {{"name", near[0]}}));
    }
  }

  // --- XML
  [[nodiscard]] static std::vector<XmlNode> children(XmlNode node) {
    std::vector<XmlNode> all;
    for (const XmlNode child : node.elements()) {
      if (is_scxml(child)) all.push_back(child);
    }
    return all;
  }
  [[nodiscard]] static bool has(XmlNode node, const char* name) { return node.has_attribute(name); }
  [[nodiscard]] static std::string text_of(XmlNode node, const char* name) {
    return std::string(node.attribute(name));
  }
  [[nodiscard]] SourceSpan span(XmlNode node, std::string_view name) const {
    return value_span(sources_, xml_, node, name);
  }
  [[nodiscard]] SourceSpan span(XmlNode node) const { return xml_.span(node); }

  // --- expressions and places
  ScxmlExpression compile(const std::string& text, SourceSpan at);
  /// What is not there has been told, and says nothing more.
  ScxmlExpression expression(XmlNode node, const char* name) {
    if (!has(node, name)) return {{}, span(node), nullptr};
    return compile(text_of(node, name), span(node, name));
  }
  ScxmlExpression condition(XmlNode node);
  ScxmlLocation location(const std::string& text, SourceSpan at, bool is_assigned);
  ScxmlLocation location(XmlNode node, const char* name, bool is_assigned) {
    if (!has(node, name)) return {{}, span(node), none, {}, false};
    return location(text_of(node, name), span(node, name), is_assigned);
  }
  void check_file(XmlNode node, const char* name);
  void check_names(const std::string& written, SourceSpan at);
  std::vector<ScxmlParam> params(XmlNode node);
  ScxmlContent content(XmlNode node);
  Value inline_value(XmlNode node);
  ScxmlText text(XmlNode node, const char* literal, const char* expr);

  // --- content
  ScxmlBlock block(XmlNode node);
  ScxmlElement element(XmlNode node);
  ScxmlElement send(XmlNode node);
  ScxmlElement choose(XmlNode node);
  ActionId action(XmlNode node) {
    ScxmlBlock made = block(node);
    if (made.empty()) return none;
    blocks_.push_back(std::move(made));
    return static_cast<ActionId>(blocks_.size() - 1);
  }

  // --- states
  void collect_states(XmlNode node, StateId parent);
  void collect_names(XmlNode node);
  void declare(const std::string& name, SourceSpan at);
  void fill(XmlNode node, StateId state);
  void transition(XmlNode node, StateId state);
  void invoke(XmlNode node, StateId state);
  void data(XmlNode node, StateId state);
  std::vector<StateId> targets(XmlNode node, const char* name, bool tells = true);
  [[nodiscard]] static bool has_states(XmlNode node) {
    const std::vector<XmlNode> all = children(node);
    return std::any_of(all.begin(), all.end(), [](XmlNode child) {
      const std::string_view name = child.local_name();
      return name == "state" || name == "parallel" || name == "final";
    });
  }
  void check_shallow(XmlNode history, XmlNode transition);
  /// From a <transition> without event. Unknown targets have been told: nothing is set for them.
  void set_initial(XmlNode transition, StateId state, ActionId action) {
    const std::vector<StateId> all = targets(transition, "target");
    if (!all.empty() || !has(transition, "target")) builder_.set_initial(state, all, action);
  }
  void report(const ChartProblem& problem);
  void find_loops(const ScxmlDocument& document);
  void find_initial_finals(const Chart& chart);

  const Sources& sources_;
  std::uint32_t file_;
  const XmlDocument& xml_;
  const ScxmlOptions& options_;
  Diagnostics& findings_;
  bool failed_ = false;
  std::size_t suggested_ = 0;
  bool is_well_formed_ = true;

  ScxmlDatamodel datamodel_ = ScxmlDatamodel::feel;
  ChartBuilder builder_;
  std::vector<XmlNode> nodes_;    // by StateId
  std::vector<std::string> ids_;  // by StateId
  std::map<std::string, StateId> states_;
  std::vector<std::string> slots_;
  std::map<std::string, std::uint32_t, std::less<>> slot_of_;
  feel::Scope scope_{&feel::builtin_scope(Language::english)};
  struct Draft {
    TransitionSpec spec;
    std::vector<std::string> descriptors;
    XmlNode node;
  };
  std::vector<Draft> transitions_;
  std::vector<ScxmlBlock> blocks_;
  std::vector<ScxmlExpression> conditions_;
  std::vector<ScxmlInvoke> invokes_;
  std::vector<ScxmlData> data_;
  std::map<StateId, ScxmlDoneData> done_data_;
  EventNames events_;
  std::optional<SourceSpan> script_;
};

// ── expressions ───────────────────────────────────────────────────────────────────────────────

ScxmlExpression Reader::compile(const std::string& written, SourceSpan at) {
  ScxmlExpression made{written, at, nullptr};
  if (options_.chart_only) return made;
  const bool is_verbatim = sources_.text(at) == written;
  const feel::Place place = [at, is_verbatim](std::uint32_t begin, std::uint32_t end) {
    return is_verbatim ? SourceSpan{at.file, at.begin + begin, at.begin + end} : at;
  };
  feel::CompileOptions how;
  how.level = feel::Level::lenient;
  how.place = place;
  feel::Outcome outcome = feel::compile(written, scope_, how);
  if (!options_.lenient) {
    for (Diagnostic& finding : outcome.findings) findings_.push_back(std::move(finding));
    failed_ = failed_ || !outcome.compiled;
  }
  if (!outcome.compiled) return made;
  check_names(written, at);
  made.program = outcome.compiled->program;
  for (std::size_t i = 0; i < made.program->code.size(); ++i) {
    const bytecode::Instruction& instruction = made.program->code[i];
    if (instruction.op != bytecode::Op::fault ||
        instruction.imm != static_cast<std::int64_t>(builtins::Fault::unknown_name)) {
      continue;
    }
    const bytecode::Span where = made.program->spans[i];
    unknown(diag::AC0412, place(where.begin, where.end), made.program->names[instruction.b]);
  }
  return made;
}

ScxmlExpression Reader::condition(XmlNode node) {
  if (!has(node, "cond")) return {{}, span(node), nullptr};
  std::string written = text_of(node, "cond");
  const SourceSpan at = span(node, "cond");
  if (datamodel_ == ScxmlDatamodel::null) {
    // B.1.1 has only In('id'), with the quotation marks of the host language.
    std::replace(written.begin(), written.end(), '\'', '"');
  }
  ScxmlExpression made = compile(written, at);
  const std::optional<Kind> kind = constant_kind(made);
  if (kind && *kind != Kind::boolean) {
    strict(diag::AC1258, at, {{"type", std::string(kind_name(*kind))}});
  }
  return made;
}

void Reader::check_file(XmlNode node, const char* name) {
  const std::string file = text_of(node, name);
  if (!options_.lenient && !options_.directory.empty() && !scxml_file(options_.directory, file)) {
    strict(diag::AC1269, span(node, name), {{"name", file}});
  }
}

// In('id') with an id that no state bears is never in; what is no field of _event is never there.
void Reader::check_names(const std::string& written, SourceSpan at) {
  if (options_.lenient) return;
  const bool is_verbatim = sources_.text(at) == written;
  const auto place = [&](std::uint32_t begin, std::uint32_t end) {
    return is_verbatim ? SourceSpan{at.file, at.begin + begin, at.begin + end} : at;
  };
  const feel::Ast tree = feel::parse(written, scope_).ast;
  for (feel::NodeId id = 1; id < tree.nodes.size(); ++id) {
    const feel::Node& node = tree[id];
    if (node.kind == feel::NodeKind::call && node.count == 2 &&
        tree.written(tree.child(id, 0)) == "In") {
      const feel::NodeId argument = tree.child(id, 1);
      const feel::TextRange range = tree[argument].range;
      if (tree[argument].kind == feel::NodeKind::string_literal &&
          !states_.contains(tree.text_of(argument))) {
        unknown_state(tree.text_of(argument), place(range.begin, range.end));
      }
    } else if (node.kind == feel::NodeKind::path && tree.written(tree.child(id, 0)) == "_event") {
      const std::string& member = tree.text_of(id);
      if (std::find(event_fields.begin(), event_fields.end(), member) != event_fields.end()) {
        continue;
      }
      std::string all;
      for (const std::string_view field : event_fields) {
        all += (all.empty() ? "" : ", ") + std::string(field);
      }
      const auto near = base::closest(member, event_fields);
      strict(diag::AC0510, place(node.data, node.range.end), {{"text", "_event"}, {"name", member}},
             {near ? base::note(notes::did_you_mean, {{"name", *near}})
                   : base::note(notes::members_are, {{"members", all}})});
    }
  }
}

ScxmlLocation Reader::location(const std::string& written, SourceSpan at, bool is_assigned) {
  ScxmlLocation made{written, at, none, {}, false};
  std::string_view whole = written;
  while (!whole.empty() && is_space(whole.front())) whole.remove_prefix(1);
  while (!whole.empty() && is_space(whole.back())) whole.remove_suffix(1);
  // The longest declared name: names may have dots in them.
  for (std::size_t end = whole.size(); end > 0; end = whole.rfind('.', end - 1)) {
    if (end == std::string_view::npos) break;
    const auto slot = slot_of_.find(whole.substr(0, end));
    if (slot == slot_of_.end()) continue;
    made.slot = slot->second;
    if (end < whole.size()) made.path = tokens(whole.substr(end + 1));
    break;
  }
  if (made.slot == none) {
    unknown(diag::AC1251, at, std::string(whole));
  } else if (made.slot < scxml_system_slots) {
    made.is_protected = true;
    if (is_assigned) strict(diag::AC1252, at, {{"name", slots_[made.slot]}});
  }
  return made;
}

ScxmlText Reader::text(XmlNode node, const char* literal, const char* expr) {
  ScxmlText made;
  if (has(node, expr)) {
    made.expression = expression(node, expr);
  } else if (has(node, literal)) {
    made.literal = text_of(node, literal);
  }
  return made;
}

std::vector<ScxmlParam> Reader::params(XmlNode node) {
  std::vector<ScxmlParam> all;
  if (has(node, "namelist")) {
    const SourceSpan at = span(node, "namelist");
    for (const std::string& name : words_of(text_of(node, "namelist"))) {
      all.push_back({name, {name, at, nullptr}, location(name, at, false)});
    }
  }
  for (const XmlNode child : children(node)) {
    if (child.local_name() != "param") continue;
    ScxmlParam param;
    param.name = text_of(child, "name");
    if (has(child, "expr")) {
      param.value = expression(child, "expr");
    } else {
      param.location = location(child, "location", false);
    }
    all.push_back(std::move(param));
  }
  return all;
}

Value Reader::inline_value(XmlNode node) {
  if (const XmlNode child = node.first_element()) return Value::string(child.written());
  return scxml_text_value(node.text());
}

ScxmlContent Reader::content(XmlNode node) {
  ScxmlContent made;
  const bool has_text = node.first_element() || !scxml_normalised(node.text()).empty();
  if (has(node, "expr")) {
    made.expression = expression(node, "expr");
  } else if (has(node, "src")) {
    made.file = text_of(node, "src");
    check_file(node, "src");
  } else if (has_text) {
    made.value = inline_value(node);
    for (const XmlNode child : children(node)) {
      if (child.local_name() != "scxml") continue;
      Diagnostics inner;
      Reader reader(sources_, file_, xml_, options_, inner);
      made.document = reader.read(child);
      if (options_.lenient) continue;
      for (Diagnostic& finding : inner) findings_.push_back(std::move(finding));
      failed_ = failed_ || made.document == nullptr;
    }
  }
  return made;
}

// ── executable content ────────────────────────────────────────────────────────────────────────

ScxmlBlock Reader::block(XmlNode node) {
  ScxmlBlock made;
  for (const XmlNode child : children(node)) made.push_back(element(child));
  return made;
}

ScxmlElement Reader::element(XmlNode node) {
  using Is = ScxmlElement::Is;
  const std::string_view name = node.local_name();
  ScxmlElement made;
  made.span = span(node);
  made.name = name;
  if (name == "raise") {
    made.is = Is::raise;
    made.name = text_of(node, "event");
  } else if (name == "send") {
    return send(node);
  } else if (name == "cancel") {
    made.is = Is::cancel;
    made.send_id = text(node, "sendid", "sendidexpr");
  } else if (name == "assign") {
    made.is = Is::assign;
    made.location = location(node, "location", true);
    made.content = content(node);
    if (made.content->expression) made.expression = std::move(made.content->expression);
  } else if (name == "log") {
    made.is = Is::log;
    made.name = text_of(node, "label");
    if (has(node, "expr")) made.expression = expression(node, "expr");
  } else if (name == "if") {
    return choose(node);
  } else if (name == "foreach") {
    made.is = Is::foreach;
    made.expression = expression(node, "array");
    const std::optional<Kind> kind = constant_kind(*made.expression);
    if (kind && *kind != Kind::list) {
      strict(diag::AC1259, span(node, "array"), {{"type", std::string(kind_name(*kind))}});
    }
    const auto variable = [&](const char* attribute_name) -> ScxmlLocation {
      const std::string id = text_of(node, attribute_name);
      const SourceSpan at = span(node, attribute_name);
      if (!has(node, attribute_name)) return {id, at, none, {}, false};
      if (!is_data_name(id)) {
        strict(diag::AC1253, at, {{"name", id}});
        return {id, at, none, {}, false};
      }
      return location(id, at, true);
    };
    made.location = variable("item");
    if (has(node, "index")) made.index = variable("index");
    made.body = block(node);
  } else if (name == "script") {
    made.is = Is::script;
    strict(diag::AC1260, span(node));
  }
  return made;
}

ScxmlElement Reader::send(XmlNode node) {
  ScxmlElement made;
  made.is = ScxmlElement::Is::send;
  made.span = span(node);
  made.event = text(node, "event", "eventexpr");
  made.target = text(node, "target", "targetexpr");
  made.type = text(node, "type", "typeexpr");
  made.delay = text(node, "delay", "delayexpr");
  if (has(node, "id")) made.send_id.literal = text_of(node, "id");
  if (has(node, "idlocation")) {
    made.id_location = location(node, "idlocation", true);
  }
  made.params = params(node);
  for (const XmlNode child : children(node)) {
    if (child.local_name() == "content") made.content = content(child);
  }
  if (made.type.literal && !is_scxml_processor(*made.type.literal)) {
    strict(diag::AC1254, span(node, "type"), {{"name", *made.type.literal}});
  }
  if (made.target.literal && !is_scxml_target(*made.target.literal)) {
    strict(diag::AC1255, span(node, "target"), {{"name", *made.target.literal}});
  }
  const std::vector<DiagnosticNote> written_so = {
      base::note(notes::written_so, {{"example", "1.5s, 200ms"}})};
  if (made.delay.literal && !scxml_delay(*made.delay.literal)) {
    strict(diag::AC1256, span(node, "delay"), {{"text", *made.delay.literal}}, written_so);
  }
  if (const auto length = constant_value(made.delay.expression); length && !scxml_delay(*length)) {
    strict(diag::AC1256, span(node, "delayexpr"), {{"text", made.delay.expression->text}},
           {base::note(notes::written_so, {{"example", "\"1.5s\", duration(\"PT1.5S\")"}})});
  }
  if (made.delay.is_given() && made.target.literal == "#_internal") {
    strict(diag::AC1257, span(node, "target"), {{"first", "delay"}, {"second", "#_internal"}});
  }
  return made;
}

ScxmlElement Reader::choose(XmlNode node) {
  ScxmlElement made;
  made.is = ScxmlElement::Is::choose;
  made.span = span(node);
  made.branches.push_back({condition(node), {}});
  bool had_else = false;
  for (const XmlNode child : children(node)) {
    const std::string_view name = child.local_name();
    if (name == "elseif") {
      if (had_else) {
        strict(diag::AC1242, span(child), {{"name", "elseif"}, {"parent", "else"}});
      }
      made.branches.push_back({condition(child), {}});
    } else if (name == "else") {
      had_else = true;
      made.branches.push_back({std::nullopt, {}});
    } else {
      made.branches.back().body.push_back(element(child));
    }
  }
  return made;
}

// ── states ────────────────────────────────────────────────────────────────────────────────────

void Reader::collect_states(XmlNode node, StateId parent) {
  for (const XmlNode child : children(node)) {
    const std::string_view name = child.local_name();
    StateKind kind = StateKind::atomic;
    if (name == "parallel") {
      kind = StateKind::parallel;
    } else if (name == "final") {
      kind = StateKind::final;
    } else if (name == "history") {
      kind =
          text_of(child, "type") == "deep" ? StateKind::deep_history : StateKind::shallow_history;
    } else if (name != "state") {
      continue;
    }
    std::string id = text_of(child, "id");
    if (id.empty()) id = "." + std::to_string(nodes_.size());  // no author can write this one
    const StateId s = builder_.add_state(parent, kind, id);
    if (s != nodes_.size()) {
      failed_ = true;  // too many; build() says so
      return;
    }
    states_.emplace(id, s);  // that an id comes twice has been told
    nodes_.push_back(child);
    ids_.push_back(id);
    collect_states(child, s);
  }
}

void Reader::declare(const std::string& name, SourceSpan at) {
  if (!is_data_name(name)) {
    strict(diag::AC1253, at, {{"name", name}});
    return;
  }
  const auto slot = static_cast<std::uint32_t>(slots_.size());
  if (!slot_of_.emplace(name, slot).second) return;
  slots_.push_back(name);
  scope_.add_slot(name, Type::any(), slot);
}

// Everything that an expression of this document may name, but not what documents inside it
// declare.
void Reader::collect_names(XmlNode node) {
  for (const XmlNode child : children(node)) {
    const std::string_view name = child.local_name();
    if (name == "scxml") continue;
    if (name == "data" && has(child, "id")) declare(text_of(child, "id"), span(child, "id"));
    if (name == "foreach") {
      for (const char* const variable : {"item", "index"}) {
        if (has(child, variable) && is_data_name(text_of(child, variable))) {
          declare(text_of(child, variable), span(child, variable));
        }
      }
    }
    collect_names(child);
  }
}

std::vector<StateId> Reader::targets(XmlNode node, const char* name, bool tells) {
  std::vector<StateId> all;
  for (const std::string& id : words_of(text_of(node, name))) {
    const auto state = states_.find(id);
    if (state == states_.end()) {
      if (tells) unknown_state(id, span(node, name));
    } else {
      all.push_back(state->second);
    }
  }
  return all;
}

void Reader::transition(XmlNode node, StateId state) {
  Draft draft;
  draft.node = node;
  draft.spec.source = state;
  draft.spec.targets = targets(node, "target");
  draft.spec.internal = text_of(node, "type") == "internal";
  if (has(node, "cond")) {
    conditions_.push_back(condition(node));
    draft.spec.guard = static_cast<chart::GuardId>(conditions_.size() - 1);
  }
  for (const std::string& descriptor : words_of(text_of(node, "event"))) {
    const std::string_view name = bare(descriptor);
    if (descriptor == "*" || name.empty()) {
      draft.spec.any_event = true;
    } else {
      draft.descriptors.emplace_back(name);
      events_.add(name);
    }
  }
  draft.spec.action = action(node);
  transitions_.push_back(std::move(draft));
}

void Reader::data(XmlNode node, StateId state) {
  for (const XmlNode child : children(node)) {
    if (child.local_name() != "data") continue;
    ScxmlData made;
    made.id = text_of(child, "id");
    const auto slot = slot_of_.find(made.id);
    if (slot == slot_of_.end()) continue;
    if (slot->second < scxml_system_slots) {
      strict(diag::AC1252, span(child, "id"), {{"name", made.id}});
      continue;
    }
    made.slot = slot->second;
    made.state = state;
    made.content = content(child);
    data_.push_back(std::move(made));
  }
}

void Reader::invoke(XmlNode node, StateId state) {
  ScxmlInvoke made;
  made.state = state;
  made.span = span(node);
  made.type = text(node, "type", "typeexpr");
  made.source = text(node, "src", "srcexpr");
  made.id = text_of(node, "id");
  if (has(node, "idlocation")) {
    made.id_location = location(node, "idlocation", true);
  }
  made.autoforward = text_of(node, "autoforward") == "true";
  made.params = params(node);
  for (const XmlNode child : children(node)) {
    const std::string_view name = child.local_name();
    if (name == "content") {
      made.content = content(child);
    } else if (name == "finalize") {
      made.has_finalize = true;
      made.finalize = block(child);
    }
  }
  if (made.source.literal) check_file(node, "src");
  if (made.type.literal && !is_scxml_service(*made.type.literal)) {
    strict(diag::AC1254, span(node, "type"), {{"name", *made.type.literal}});
  }
  invokes_.push_back(std::move(made));
}

void Reader::fill(XmlNode node, StateId state) {
  const std::string_view kind = node.local_name();
  const bool is_document = state == root;
  const bool has_initial = has(node, "initial") && (kind == "state" || is_document);
  if (has_initial && !has_states(node)) {
    // A document without any is told by the chart.
    if (!is_document) strict(diag::AC1249, span(node, "initial"), {{"name", ids_[state]}});
  } else if (has_initial) {
    if (const std::vector<StateId> all = targets(node, "initial"); !all.empty()) {
      builder_.set_initial(state, all);
    }
  }
  for (const XmlNode child : children(node)) {
    const std::string_view name = child.local_name();
    if (name == "state" || name == "parallel" || name == "final" || name == "history") continue;
    if (name == "datamodel" && kind != "final" && kind != "history") {
      data(child, state);
    } else if (name == "script" && is_document) {
      script_ = span(child);
      strict(diag::AC1260, span(child));
    } else if (name == "transition" && kind == "history") {
      const ActionId content_of = action(child);
      set_initial(child, state, content_of);
      check_shallow(node, child);
    } else if (name == "initial" && kind == "state") {
      for (const XmlNode inner : children(child)) {
        if (inner.local_name() != "transition") continue;
        const ActionId content_of = action(inner);
        set_initial(inner, state, content_of);
      }
    } else if (name == "transition" && (kind == "state" || kind == "parallel")) {
      transition(child, state);
    } else if (name == "onentry" && !is_document && kind != "history") {
      if (const ActionId a = action(child); a != none) builder_.add_on_entry(state, a);
    } else if (name == "onexit" && !is_document && kind != "history") {
      if (const ActionId a = action(child); a != none) builder_.add_on_exit(state, a);
    } else if (name == "invoke" && (kind == "state" || kind == "parallel")) {
      invoke(child, state);
    } else if (name == "donedata" && kind == "final") {
      ScxmlDoneData made;
      made.params = params(child);
      for (const XmlNode inner : children(child)) {
        if (inner.local_name() == "content") made.content = content(inner);
      }
      done_data_.emplace(state, std::move(made));
    }
  }
}

void Reader::check_shallow(XmlNode history, XmlNode transition) {
  if (text_of(history, "type") == "deep") return;
  const XmlNode parent = history.parent();
  for (const StateId target : targets(transition, "target", false)) {
    if (nodes_[target].parent() == parent) continue;
    XmlNode above = nodes_[target].parent();
    while (above && above != parent) above = above.parent();
    if (!above) continue;  // outside of the parent: the chart says so
    strict(diag::AC1266, span(transition, "target"),
           {{"name", text_of(history, "id")}, {"parent", text_of(parent, "id")}});
  }
}

void Reader::report(const ChartProblem& problem) {
  using Is = ChartProblem::Is;
  const bool known = problem.state < nodes_.size();
  const XmlNode node = problem.transition != none ? transitions_[problem.transition].node
                                                  : nodes_[known ? problem.state : root];
  const std::string name = known && problem.state != root ? ids_[problem.state] : "scxml";
  switch (problem.is) {
    case Is::no_states:
    case Is::region_without_states:
      fatal(diag::AC1249, span(node), {{"name", name}});
      return;
    case Is::too_deep:
    case Is::too_large:
      fatal(diag::AC1250, span(node),
            {{"limit", std::to_string(Chart::max_states)},
             {"depth", std::to_string(Chart::max_depth)}});
      return;
    case Is::child_of_leaf:
    case Is::final_in_parallel:
    case Is::history_at_root:
    case Is::transition_from_leaf:
    case Is::state_out_of_order:
      failed_ = true;  // the grammar has told
      return;
    case Is::history_without_default:
    case Is::initial_missing:
      if (!is_well_formed_) return;  // so it has of a missing transition or target
      [[fallthrough]];
    case Is::history_circular:
      fatal(diag::AC1247, span(node), {{"name", name}});
      return;
    case Is::initial_outside:
      fatal(diag::AC1246, span(node),
            {{"name", node.local_name() == "history" ? text_of(node.parent(), "id") : name}});
      return;
    case Is::targets_exclude_each_other:
      fatal(diag::AC1245, span(node, problem.transition != none ? "target" : "initial"));
      return;
    case Is::unknown_state:
    case Is::target_is_root:
      fatal(diag::AC1244, span(node), {{"name", name}});
      return;
  }
}

/// States that are done as they are entered, and a document that ends as it begins.
void Reader::find_initial_finals(const Chart& chart) {
  if (options_.lenient || options_.chart_only) return;
  for (StateId s = 0; s < chart.size(); ++s) {
    if (chart.kind(s) != StateKind::compound) continue;
    for (const StateId target : chart.initial(s)) {
      if (!chart.is_final(target)) continue;
      findings_.push_back(
          base::make(diag::AC0791, span(nodes_[target]),
                     {{"outer", s == root ? "scxml" : ids_[s]}, {"state", ids_[target]}}));
    }
  }
}

/// Ways on which the document certainly never comes to rest.
void Reader::find_loops(const ScxmlDocument& document) {
  if (options_.lenient || options_.chart_only) return;
  for (const ScxmlLoop& loop : find_scxml_loops(document)) {
    std::string path, events;
    for (const ScxmlLoop::Step& step : loop.steps) {
      if (!step.event.empty()) events += (events.empty() ? "" : ", ") + step.event;
      path += ids_[step.leaf] + (step.event.empty() ? "" : " (" + step.event + ")") + " → ";
    }
    strict(diag::AC0771, span(transitions_[loop.by].node),
           {{"path", path + ids_[loop.steps.front().leaf]}},
           {events.empty() ? base::note(notes::one_has_to_wait)
                           : base::note(notes::raised_on_the_way, {{"events", events}})});
  }
}

std::shared_ptr<const ScxmlDocument> Reader::read(XmlNode scxml) {
  if (scxml.local_name() != "scxml" || !is_scxml(scxml)) {
    fatal(diag::AC1240, span(scxml), {{"name", std::string(scxml.namespace_of(scxml.prefix()))}});
    return nullptr;
  }
  is_well_formed_ = check_scxml_grammar(sources_, xml_, scxml, options_.lenient, findings_);
  failed_ = !is_well_formed_;
  const std::string datamodel = text_of(scxml, "datamodel");
  if (datamodel == "null") {
    datamodel_ = ScxmlDatamodel::null;
  } else if (!datamodel.empty() && datamodel != "feel" && !options_.chart_only) {
    fatal(diag::AC1241, span(scxml, "datamodel"), {{"name", datamodel}});
    has_foreign_datamodel = true;
    return nullptr;
  }
  nodes_.push_back(scxml);
  ids_.emplace_back();
  collect_states(scxml, root);
  if (datamodel_ == ScxmlDatamodel::feel) {
    for (const std::string_view name : system_names) declare(std::string(name), span(scxml));
    collect_names(scxml);
  } else {
    for (const std::string_view name : system_names) slots_.emplace_back(name);
  }
  scope_.add_function("In", {{{"state", Type::string()}}, Type::boolean(), 0});

  for (StateId s = 0; s < nodes_.size(); ++s) fill(nodes_[s], s);
  for (StateId s = 1; s < nodes_.size(); ++s) {
    builder_.set_done_event(s, events_.find("done.state." + ids_[s]));
  }
  for (Draft& draft : transitions_) {
    for (const std::string& descriptor : draft.descriptors) {
      const std::vector<EventId> matched = events_.matched_by(descriptor);
      draft.spec.events.insert(draft.spec.events.end(), matched.begin(), matched.end());
    }
    if (draft.spec.any_event) draft.spec.events.clear();
    builder_.add_transition(draft.spec);
  }
  std::vector<ChartProblem> problems;
  std::optional<Chart> made = std::move(builder_).build(problems);
  for (const ChartProblem& problem : problems) report(problem);
  if (!made || failed_) return nullptr;
  find_initial_finals(*made);

  auto document = std::make_shared<ScxmlDocument>(std::move(*made));
  document->name = text_of(scxml, "name");
  document->directory = options_.directory;
  document->datamodel = datamodel_;
  document->late_binding = text_of(scxml, "binding") == "late";
  document->events = std::move(events_);
  document->slots = std::move(slots_);
  document->data = std::move(data_);
  document->blocks = std::move(blocks_);
  document->conditions = std::move(conditions_);
  document->invokes = std::move(invokes_);
  for (const Draft& draft : transitions_) {
    document->descriptors.push_back(scxml_normalised(text_of(draft.node, "event")));
  }
  document->done_data = std::move(done_data_);
  document->script = script_;
  find_loops(*document);
  if (failed_) return nullptr;
  return document;
}

}  // namespace

// ── event names ───────────────────────────────────────────────────────────────────────────────

EventId EventNames::add(std::string_view name) {
  EventId at = 0;
  for (const std::string& token : tokens(name)) {
    const auto [place, fresh] = nodes_[at].next.emplace(token, static_cast<EventId>(nodes_.size()));
    const EventId next = place->second;
    if (fresh) nodes_.emplace_back();
    at = next;
  }
  return at;
}

EventId EventNames::find(std::string_view name) const {
  EventId at = 0;
  for (const std::string& token : tokens(name)) {
    const auto place = nodes_[at].next.find(token);
    if (place == nodes_[at].next.end()) break;
    at = place->second;
  }
  return at;
}

std::vector<EventId> EventNames::matched_by(std::string_view descriptor) const {
  std::vector<EventId> all = {find(descriptor)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& [token, next] : nodes_[all[i]].next) all.push_back(next);
  }
  return all;
}

// ── small texts ───────────────────────────────────────────────────────────────────────────────

std::string scxml_normalised(std::string_view text) {
  std::string made;
  for (const std::string& word : words_of(text)) made += (made.empty() ? "" : " ") + word;
  return made;
}

Value scxml_text_value(std::string_view text) {
  const base::JsonRead json = base::read_json(text);
  return json ? json_value(*json.value) : Value::string(scxml_normalised(text));
}

std::optional<std::int64_t> scxml_delay(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  std::int64_t unit = 0;
  if (text.ends_with("ms")) {
    unit = 1'000;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    unit = 1'000'000;
    text.remove_suffix(1);
  } else {
    return std::nullopt;
  }
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  std::int64_t whole = 0;
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
    whole = whole * 10 + (text[at] - '0');
    ++digits;
    if (whole > most) return std::nullopt;
  }
  std::int64_t micros = whole * unit;
  if (at < text.size() && text[at] == '.') {
    std::int64_t share = unit;
    for (++at; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
      share /= 10;
      micros += (text[at] - '0') * share;
      ++digits;
    }
  }
  if (at != text.size() || digits == 0) return std::nullopt;
  return micros;
}

std::optional<std::int64_t> scxml_delay(const Value& length) {
  if (length.is(Kind::string)) return scxml_delay(length.as_string());
  if (!length.is(Kind::days_duration)) return std::nullopt;
  const rt::Duration d = length.as_days_duration();
  if (d.seconds < 0 || d.seconds >= std::numeric_limits<std::int64_t>::max() / 2'000'000) {
    return std::nullopt;
  }
  return d.seconds * 1'000'000 + d.nanos / 1'000;
}

std::optional<std::string> scxml_file(const std::string& directory, std::string_view name) {
  if (directory.empty()) return std::nullopt;
  if (name.starts_with("file:")) name.remove_prefix(5);
  while (name.starts_with("//")) name.remove_prefix(1);
  const std::filesystem::path relative(name);
  if (relative.empty() || relative.is_absolute()) return std::nullopt;
  for (const std::filesystem::path& part : relative) {
    if (part == "..") return std::nullopt;
  }
  const std::filesystem::path path = std::filesystem::path(directory) / relative;
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed || size > file_limit) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return std::nullopt;
  return text.str();
}

bool is_scxml_processor(std::string_view type) {
  return type == "http://www.w3.org/TR/scxml/#SCXMLEventProcessor" || type == "scxml" ||
         type == "http://www.w3.org/TR/scxml/" || type == "http://www.w3.org/TR/scxml";
}

bool is_scxml_service(std::string_view type) {
  return type == "http://www.w3.org/TR/scxml/" || type == "http://www.w3.org/TR/scxml" ||
         type == "scxml";
}

bool is_scxml_target(std::string_view target) {
  return target.empty() || (target.size() > 2 && target.starts_with("#_"));
}

ScxmlRead from_scxml(const Sources& sources, std::uint32_t file, const ScxmlOptions& options) {
  ScxmlRead result;
  const XmlDocument xml = XmlDocument::read(sources, file, result.findings);
  if (!xml.root()) return result;
  Reader reader(sources, file, xml, options, result.findings);
  result.document = reader.read(xml.root());
  result.has_foreign_datamodel = reader.has_foreign_datamodel;
  std::stable_sort(
      result.findings.begin(), result.findings.end(),
      [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
  return result;
}

}  // namespace aftercare::interop
