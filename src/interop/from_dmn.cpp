// Implements aftercare/dmn.hpp: load_dmn() and DmnModel.
//
// Every element of every file is a node with a number. Decisions and inputs are evaluated once in
// an evaluation, in the order of their requirements; knowledge models and services are functions.
#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/dmn.hpp"

#include "base/diagnostics.hpp"
#include "builtins/host_callable.hpp"
#include "feel/compile.hpp"
#include "interop/boxed.hpp"
#include "interop/dmn_impl.hpp"
#include "interop/dmn_model.hpp"
#include "interop/dmn_reader.hpp"
#include "interop/dmn_types.hpp"
#include "interop/xml.hpp"
#include "table/evaluation.hpp"
#include "value/object.hpp"

namespace aftercare {

namespace interop {

namespace {

using Impl = DmnModel::Impl;

std::string node_key(const std::string& model, const std::string& id) { return model + '#' + id; }

// ── linking ───────────────────────────────────────────────────────────────────────────────────

class Linker {
 public:
  Linker(Impl& model, Diagnostics& findings) : model_(model), findings_(findings) {}

  /// False where the model cannot be used at all.
  bool link() {
    if (!order_files()) return false;
    for (const std::uint32_t f : file_order_) make_types(f);
    make_nodes();
    make_requirements();
    make_order();
    compile();
    return true;
  }

 private:
  std::uint32_t file_of(const std::string& model) const {
    for (std::uint32_t f = 0; f < model_.files.size(); ++f) {
      if (model_.files[f].model == model) return f;
    }
    return no_node;
  }

  /// Imported files before those that import them. Files may import each other: an element of one
  /// needs only what it requires itself.
  bool order_files() {
    std::vector<int> state(model_.files.size(), 0);
    bool is_complete = true;
    struct Visit {
      std::uint32_t file;
      std::size_t next = 0;
    };
    for (std::uint32_t start = 0; start < model_.files.size(); ++start) {
      if (state[start] != 0) continue;
      std::vector<Visit> stack = {{start}};
      state[start] = 1;
      while (!stack.empty()) {
        Visit& at = stack.back();
        const auto& imports = model_.files[at.file].imports;
        if (at.next == imports.size()) {
          state[at.file] = 2;
          file_order_.push_back(at.file);
          stack.pop_back();
          continue;
        }
        const DmnImport& import = imports[at.next++];
        if (!import.is_dmn) continue;
        const std::uint32_t imported = file_of(import.model);
        if (imported == no_node) {
          findings_.push_back(base::make(diag::AC1207, import.span, {{"name", import.model}}));
          is_complete = is_complete && start != 0;  // what nothing imports does no harm
        } else if (state[imported] == 0) {
          state[imported] = 1;
          stack.push_back({imported});
        }
      }
    }
    return is_complete;
  }

  void make_types(std::uint32_t f) {
    std::vector<std::pair<std::string, const DmnTypes*>> imports;
    for (const DmnImport& import : model_.files[f].imports) {
      const std::uint32_t imported = import.is_dmn ? file_of(import.model) : no_node;
      // Of files that import each other the types of one are not known to the other.
      if (imported != no_node && model_.types[imported])
        imports.emplace_back(import.name, model_.types[imported].get());
    }
    model_.types[f] = std::make_unique<DmnTypes>(model_.files[f], std::move(imports), findings_);
  }

  void make_nodes() {
    for (std::uint32_t f = 0; f < model_.files.size(); ++f) {
      std::set<std::string> names;
      for (const DmnNode& written : model_.files[f].nodes) {
        if (!written.variable.name.empty() && !names.insert(written.variable.name).second) {
          findings_.push_back(
              base::make(diag::AC0990, written.span, {{"name", written.variable.name}}));
        }
        Node node;
        node.kind = written.kind;
        node.written = static_cast<std::uint32_t>(&written - model_.files[f].nodes.data());
        node.file = f;
        node.name = written.variable.name;
        node.span = written.span;
        node.type = model_.types[f]->resolve(written.variable.type_ref, written.span, findings_);
        // A function's declared type may be a function type or that of its result.
        if (is_function(node.kind) && node.type->is == DmnType::Is::function) {
          node.function = std::exchange(node.type, node.type->result);
        }
        const auto index = static_cast<std::uint32_t>(model_.nodes.size());
        if (!by_id_.emplace(node_key(model_.files[f].model, written.id), index).second &&
            !written.id.empty()) {
          findings_.push_back(base::make(diag::AC1215, written.span, {{"name", written.id}}));
        }
        if (node.kind == DmnNode::Kind::input) {
          model_.inputs.emplace_back(node.name, node.type->type);
        }
        model_.nodes.push_back(std::move(node));
        written_.push_back(&written);
      }
    }
  }

  static bool is_function(DmnNode::Kind kind) {
    return kind == DmnNode::Kind::knowledge || kind == DmnNode::Kind::service;
  }

  std::uint32_t find(std::uint32_t file, const DmnReference& reference) {
    const std::string& model = reference.model.empty() ? model_.files[file].model : reference.model;
    const auto found = by_id_.find(node_key(model, reference.id));
    if (found != by_id_.end()) return found->second;
    // What is imported without a name stands among the file's own elements (DMN 1.6).
    if (reference.model.empty()) {
      for (const std::uint32_t near : namespace_of(model_, file)) {
        const auto theirs = by_id_.find(node_key(model_.files[near].model, reference.id));
        if (theirs != by_id_.end()) return theirs->second;
      }
    }
    findings_.push_back(base::make(diag::AC1208, reference.span, {{"name", reference.id}}));
    return no_node;
  }

  void make_requirements() {
    for (std::size_t n = 0; n < model_.nodes.size(); ++n) {
      Node& node = model_.nodes[n];
      for (const DmnReference& reference : written_[n]->requires_) {
        const std::uint32_t required = find(node.file, reference);
        if (required != no_node) node.requires_.push_back({required, node.slots++});
      }
      // A function knows itself, whether it says so or not.
      const auto is_own_name = [&](const Node::Requirement& r) {
        return model_.nodes[r.node].name == node.name;
      };
      if (node.kind == DmnNode::Kind::knowledge &&
          std::none_of(node.requires_.begin(), node.requires_.end(), is_own_name))
        node.requires_.push_back({static_cast<std::uint32_t>(n), node.slots++});
      const auto add_all = [&](const std::vector<DmnReference>& from,
                               std::vector<std::uint32_t>& to) {
        for (const DmnReference& reference : from) {
          const std::uint32_t found = find(node.file, reference);
          if (found != no_node) to.push_back(found);
        }
      };
      add_all(written_[n]->outputs, node.outputs);
      add_all(written_[n]->input_data, node.inputs);
      add_all(written_[n]->input_decisions, node.inputs);
    }
  }

  /// What must be evaluated before a node: functions are called, not evaluated.
  bool orders(std::uint32_t from, std::uint32_t to) const {
    return !is_function(model_.nodes[from].kind) && !is_function(model_.nodes[to].kind);
  }

  /// Elements that require themselves are told, and have no value; all others do.
  void make_order() {
    std::vector<int> state(model_.nodes.size(), 0);
    struct Visit {
      std::uint32_t node;
      std::size_t next = 0;
    };
    for (std::uint32_t start = 0; start < model_.nodes.size(); ++start) {
      if (state[start] != 0) continue;
      std::vector<Visit> stack = {{start}};
      state[start] = 1;
      while (!stack.empty()) {
        Visit& at = stack.back();
        const Node& node = model_.nodes[at.node];
        if (at.next == node.requires_.size()) {
          state[at.node] = 2;
          model_.order.push_back(at.node);
          stack.pop_back();
          continue;
        }
        const std::uint32_t required = node.requires_[at.next++].node;
        if (!orders(at.node, required)) continue;
        if (state[required] == 0) {
          state[required] = 1;
          stack.push_back({required});
        } else if (state[required] == 1) {
          std::string path;
          bool is_in = false;
          for (const Visit& v : stack) {
            is_in = is_in || v.node == required;
            if (!is_in) continue;
            path += "'" + model_.nodes[v.node].name + "' -> ";
          }
          path += "'" + model_.nodes[required].name + "'";
          is_in = false;
          for (const Visit& v : stack) {
            is_in = is_in || v.node == required;
            if (is_in) model_.nodes[v.node].circle = path;
          }
          findings_.push_back(base::make(diag::AC1213, model_.nodes[required].span,
                                         {{"name", model_.nodes[required].name}, {"path", path}}));
        }
      }
    }
    model_.rank.assign(model_.nodes.size(), 0);
    for (std::uint32_t i = 0; i < model_.order.size(); ++i) model_.rank[model_.order[i]] = i;
  }

  const std::string* import_name(std::uint32_t file, std::uint32_t imported) const {
    for (const DmnImport& import : model_.files[file].imports) {
      if (import.model == model_.files[imported].model) return &import.name;
    }
    return nullptr;
  }

  void compile() {
    std::deque<feel::Scope> declared;  // of each file
    for (std::uint32_t f = 0; f < model_.files.size(); ++f) {
      feel::Scope& types = declared.emplace_back(&feel::builtin_scope());
      for (const auto& [name, type] : model_.types[f]->declared()) {
        types.add_type(name, type->type.required(), test_of(type));
      }
    }
    // What a decision requires comes before it, so that its type is known; findings are told in the
    // order of the files.
    std::vector<Diagnostics> findings(model_.nodes.size());
    for (const std::uint32_t n : model_.order) {
      compile(model_.nodes[n], *written_[n], declared[model_.nodes[n].file], findings[n]);
    }
    for (Diagnostics& some : findings) {
      findings_.insert(findings_.end(), std::make_move_iterator(some.begin()),
                       std::make_move_iterator(some.end()));
    }
  }

  /// Of a required element: as declared, or else as its logic tells.
  static Type type_of(const Node& required) {
    if (is_function(required.kind)) return Type::any();
    const bool is_declared = required.type->is != DmnType::Is::any;
    if (is_declared || required.kind != DmnNode::Kind::decision) return required.type->type;
    return required.logic.result.optional();
  }

  void compile(Node& node, const DmnNode& written, const feel::Scope& declared,
               Diagnostics& findings) {
    if (node.kind != DmnNode::Kind::decision && node.kind != DmnNode::Kind::knowledge) return;
    feel::Scope scope(&declared);
    std::map<std::string, std::unique_ptr<feel::Scope>> imports;
    std::map<std::uint32_t, DmnTypePtr> conforming;
    for (const Node::Requirement& requirement : node.requires_) {
      const Node& required = model_.nodes[requirement.node];
      const Type type = type_of(required);
      feel::Scope* names = &scope;
      if (required.file != node.file) {
        const std::string* import = import_name(node.file, required.file);
        if (import != nullptr && !import->empty()) {
          std::unique_ptr<feel::Scope>& members = imports[*import];
          if (!members) members = std::make_unique<feel::Scope>();
          names = members.get();
        }
      }
      names->add_slot(required.name, type, requirement.slot);
      if (!is_function(required.kind)) conforming.emplace(requirement.slot, required.type);
    }
    for (const auto& [name, members] : imports) scope.add_record(name, *members);
    BoxedContext context{*model_.types[node.file], findings, node.name, node.slots,
                         node.kind == DmnNode::Kind::decision ? node.type : nullptr,
                         std::move(conforming)};
    node.logic = compile_boxed(written.logic, scope, context);
    node.slots = context.slots;
  }

  Impl& model_;
  Diagnostics& findings_;
  std::vector<std::uint32_t> file_order_;
  std::map<std::string, std::uint32_t> by_id_;
  std::vector<const DmnNode*> written_;
};

// ── places ────────────────────────────────────────────────────────────────────────────────────

/// Spans are counted in texts without the escapes of XML; this is where they stand in the file.
void place_span(const Impl& model, SourceSpan& span) {
  if (span.file >= model.files.size()) return;
  const std::vector<SourceSpan>& escaped = model.files[span.file].escaped;
  const auto after =
      std::upper_bound(escaped.begin(), escaped.end(), span.begin,
                       [](std::uint32_t at, const SourceSpan& text) { return at < text.begin; });
  if (after == escaped.begin()) return;
  const SourceSpan& text = *std::prev(after);
  if (span.begin > text.end || span.end > text.end) return;
  span = written_span(model.sources.text(span.file), text, span);
}

}  // namespace

void place(const Impl& model, Diagnostics& findings) {
  for (Diagnostic& finding : findings) {
    place_span(model, finding.span);
    for (DiagnosticNote& note : finding.notes) {
      if (note.span) place_span(model, *note.span);
    }
  }
}

namespace {

// ── evaluating ────────────────────────────────────────────────────────────────────────────────

using Values = std::map<std::uint32_t, Value>;

class Run {
 public:
  Run(std::shared_ptr<const Impl> model, std::shared_ptr<Session> session)
      : model_(std::move(model)), session_(std::move(session)) {}

  table::Evaluation& in() const { return *session_->evaluation; }

  /// The value of a node; `values` are those known already, and gather the new ones.
  Value value_of(std::uint32_t target, Values& values) const {
    std::set<std::uint32_t> due;  // by rank
    std::vector<std::uint32_t> open = {target};
    while (!open.empty()) {
      const std::uint32_t n = open.back();
      open.pop_back();
      if (values.contains(n) || !due.insert(model_->rank[n]).second) continue;
      for (const Node::Requirement& r : model_->nodes[n].requires_) {
        if (!is_function(model_->nodes[r.node].kind)) open.push_back(r.node);
      }
    }
    for (const std::uint32_t rank : due) {
      const std::uint32_t n = model_->order[rank];
      values[n] = evaluate(n, values);
      if (in().error()) return {};
    }
    return values[target];
  }

  Value function_of(std::uint32_t node) const;

  static bool is_function(DmnNode::Kind kind) {
    return kind == DmnNode::Kind::knowledge || kind == DmnNode::Kind::service;
  }

  std::vector<Value> frame_of(const Node& node, const Values& values) const {
    std::vector<Value> frame(node.slots);
    for (const Node::Requirement& r : node.requires_) {
      if (is_function(model_->nodes[r.node].kind)) {
        frame[r.slot] = function_of(r.node);
      } else if (const auto known = values.find(r.node); known != values.end()) {
        frame[r.slot] = known->second;
      }
    }
    return frame;
  }

  /// Calls a service with the values of its parameters, null where they do not fit.
  Value call_service(const Node& node, std::span<const Value> arguments) const {
    Values values;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Node& input = model_->nodes[node.inputs[i]];
      const Value value = coerce(
          parameter_of(node.function.get(), input.name, i),
          coerce(input.type.get(), arguments[i], input.name, input.span, in()), input.name,
          input.span, in());
      if (value.is_null() && !arguments[i].is_null()) return {};
      values[node.inputs[i]] = value;
    }
    std::vector<ContextEntry> results;
    for (const std::uint32_t output : node.outputs) {
      results.emplace_back(model_->nodes[output].name, value_of(output, values));
    }
    if (in().error()) return {};
    Value result =
        results.size() == 1 ? results.front().second : Value::context(std::move(results));
    return coerce(node.type.get(), result, node.name, node.span, in());
  }

  /// Calls a knowledge model.
  Value call_knowledge(const Node& node, std::span<const Value> arguments) const {
    if (node.logic.kind != Boxed::Kind::function) {
      in().tell(base::make(diag::AC1223, node.span, {{"name", node.name}}));
      return {};
    }
    std::vector<Value> frame = frame_of(node, {});
    const std::vector<Boxed::Part>& parts = node.logic.parts;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const Value value = coerce(
          parameter_of(node.function.get(), parts[i].name, i),
          coerce(parts[i].type.get(), arguments[i], parts[i].name, parts[i].span, in()),
          parts[i].name, parts[i].span, in());
      if (value.is_null() && !arguments[i].is_null()) return {};
      frame[parts[i].slot] = value;
    }
    const Boxed::Part& body = parts.back();
    const Value result = coerce(body.type.get(), evaluate_boxed(body.body, frame, session_),
                                node.name, body.span, in());
    return coerce(node.type.get(), result, node.name, node.span, in());
  }

  const Impl& model() const { return *model_; }
  const std::shared_ptr<Session>& session() const { return session_; }

 private:
  Value evaluate(std::uint32_t n, const Values& values) const {
    const Node& node = model_->nodes[n];
    if (node.kind == DmnNode::Kind::input) {
      in().tell(base::make(diag::AC1222, node.span, {{"name", node.name}}));
      return {};
    }
    if (is_function(node.kind)) return function_of(n);
    if (!node.circle.empty()) {
      in().tell(base::make(diag::AC1213, node.span, {{"name", node.name}, {"path", node.circle}}));
      return {};
    }
    if (!in().enter()) return {};
    std::vector<Value> frame = frame_of(node, values);
    const Value value = evaluate_boxed(node.logic, frame, session_);
    in().leave();
    return coerce(node.type.get(), value, node.name, node.span, in());
  }

  std::shared_ptr<const Impl> model_;
  std::shared_ptr<Session> session_;
};

/// A knowledge model or a service as a value.
class NodeFunction final : public builtins::HostCallable {
 public:
  NodeFunction(Run run, std::uint32_t node) : run_(std::move(run)), node_(node) {}

  std::size_t arity() const noexcept override {
    const Node& n = node();
    if (n.kind == DmnNode::Kind::service) return n.inputs.size();
    return n.logic.kind == Boxed::Kind::function ? n.logic.parts.size() - 1 : 0;
  }
  std::string parameter(std::size_t index) const override {
    const Node& n = node();
    if (n.kind == DmnNode::Kind::service) return run_.model().nodes[n.inputs[index]].name;
    return n.logic.parts[index].name;
  }
  std::string to_text() const override {
    std::string out = "function(";
    for (std::size_t i = 0; i < arity(); ++i) {
      if (i > 0) out += ", ";
      out += parameter(i);
    }
    return out + ")";
  }
  Value call(builtins::CallContext& context, std::span<const Value> arguments) const override {
    table::Evaluation* in = run_.session()->evaluation;
    if (in == nullptr) return context.fail(builtins::Fault::invalid_argument, node().name);
    if (!in->enter()) {
      static_cast<void>(context.spend(UINT64_MAX));
      return {};
    }
    Value result = node().kind == DmnNode::Kind::service ? run_.call_service(node(), arguments)
                                                         : run_.call_knowledge(node(), arguments);
    in->leave();
    if (in->error()) static_cast<void>(context.spend(UINT64_MAX));
    return result;
  }

 private:
  const Node& node() const { return run_.model().nodes[node_]; }

  Run run_;
  std::uint32_t node_;
};

Value Run::function_of(std::uint32_t node) const {
  return value::function(std::make_shared<NodeFunction>(*this, node));
}

}  // namespace

std::uint32_t find_node(const Impl& model, std::string_view name, DmnNode::Kind kind) {
  const std::string folded = fold_name(name);
  for (const std::uint32_t file : namespace_of(model, 0)) {
    for (std::uint32_t n = 0; n < model.nodes.size(); ++n) {
      const Node& node = model.nodes[n];
      if (node.file == file && node.kind == kind && node.name == folded) return n;
    }
  }
  return no_node;
}

std::vector<std::uint32_t> namespace_of(const Impl& model, std::uint32_t file) {
  std::vector<std::uint32_t> out;
  const auto add = [&](const auto& self, std::uint32_t f) -> void {
    if (std::find(out.begin(), out.end(), f) != out.end()) return;
    out.push_back(f);
    for (const DmnImport& import : model.files[f].imports) {
      if (!import.is_dmn || !import.name.empty()) continue;
      for (std::uint32_t other = 0; other < model.files.size(); ++other)
        if (model.files[other].model == import.model) {
          self(self, other);
          break;
        }
    }
  };
  add(add, file);
  return out;
}

namespace {

const Value* find_input(const Impl& model, const Node& node, const Context& inputs) {
  std::string qualified;
  if (node.file != 0) {
    for (const DmnImport& import : model.files[0].imports) {
      if (import.model == model.files[node.file].model) qualified = import.name + "." + node.name;
    }
  }
  const Value* found = nullptr;
  for (const auto& [name, value] : inputs) {
    const std::string folded = fold_name(name);
    if (!qualified.empty() && folded == qualified) return &value;
    if (folded == node.name) found = &value;
  }
  return found;
}

template <class Work>
Result<DmnAnswer> answer(const std::shared_ptr<const Impl>& model, const DmnSurroundings& around,
                         const Work& work) {
  table::EvaluationSetting setting;
  setting.now = around.now;
  setting.zone = around.zone;
  setting.limits.steps = around.steps;
  setting.calls = around.calls;
  table::Evaluation evaluation(setting);
  auto session = std::make_shared<Session>(Session{&evaluation});
  DmnAnswer out;
  out.value = work(Run(model, session));
  session->evaluation = nullptr;
  if (evaluation.error()) return *evaluation.error();
  out.diagnostics = evaluation.told();
  place(*model, out.diagnostics);
  out.tables = evaluation.tables();
  return out;
}

Error not_found(std::string_view what, std::string_view name) {
  return {ErrorCode::not_found, "no " + std::string(what) + " '" + std::string(name) + "'"};
}

std::vector<std::string> names_of(const Impl& model, DmnNode::Kind kind) {
  std::vector<std::string> names;
  for (const std::uint32_t file : namespace_of(model, 0)) {
    for (const Node& node : model.nodes)
      if (node.file == file && node.kind == kind) names.push_back(node.name);
  }
  return names;
}

}  // namespace
}  // namespace interop

using interop::DmnNode;

const std::string& DmnModel::name() const noexcept { return impl_->files.front().name; }
std::vector<std::string> DmnModel::decisions() const {
  return interop::names_of(*impl_, DmnNode::Kind::decision);
}
std::vector<std::string> DmnModel::knowledge_models() const {
  return interop::names_of(*impl_, DmnNode::Kind::knowledge);
}
std::vector<std::string> DmnModel::services() const {
  return interop::names_of(*impl_, DmnNode::Kind::service);
}
const Signature& DmnModel::inputs() const noexcept { return impl_->inputs; }

Signature DmnModel::inputs_of(std::string_view name) const {
  using interop::Node;
  Signature found;
  const auto add = [&](std::uint32_t n) {
    const Node& input = impl_->nodes[n];
    found.emplace_back(input.name, input.type->type);
  };
  const std::uint32_t decision = interop::find_node(*impl_, name, DmnNode::Kind::decision);
  if (decision != interop::no_node) {
    std::set<std::uint32_t> seen = {decision};
    std::vector<std::uint32_t> open = {decision};
    while (!open.empty()) {
      const std::uint32_t n = open.back();
      open.pop_back();
      for (const Node::Requirement& r : impl_->nodes[n].requires_) {
        const DmnNode::Kind kind = impl_->nodes[r.node].kind;
        if (kind != DmnNode::Kind::input && kind != DmnNode::Kind::decision) continue;
        if (seen.insert(r.node).second) open.push_back(r.node);
      }
    }
    for (const std::uint32_t n : seen) {  // in the order of the files
      if (impl_->nodes[n].kind == DmnNode::Kind::input) add(n);
    }
    return found;
  }
  const std::uint32_t service = interop::find_node(*impl_, name, DmnNode::Kind::service);
  if (service != interop::no_node) {
    for (const std::uint32_t n : impl_->nodes[service].inputs) add(n);
    return found;
  }
  const std::uint32_t knowledge = interop::find_node(*impl_, name, DmnNode::Kind::knowledge);
  if (knowledge == interop::no_node) return found;
  const interop::Boxed& logic = impl_->nodes[knowledge].logic;
  if (logic.kind != interop::Boxed::Kind::function) return found;
  for (std::size_t i = 0; i + 1 < logic.parts.size(); ++i) {
    found.emplace_back(logic.parts[i].name, logic.parts[i].type->type);
  }
  return found;
}

Result<DmnAnswer> DmnModel::evaluate(std::string_view decision, const Context& inputs,
                                     const DmnSurroundings& around) const {
  const std::uint32_t target = interop::find_node(*impl_, decision, DmnNode::Kind::decision);
  if (target == interop::no_node) return interop::not_found("decision", decision);
  return interop::answer(impl_, around, [&](const interop::Run& run) {
    interop::Values values;
    for (std::uint32_t n = 0; n < impl_->nodes.size(); ++n) {
      const interop::Node& node = impl_->nodes[n];
      if (node.kind != DmnNode::Kind::input) continue;
      if (const Value* given = interop::find_input(*impl_, node, inputs)) {
        values[n] = interop::coerce(node.type.get(), *given, node.name, node.span, run.in());
      }
    }
    return run.value_of(target, values);
  });
}

Result<DmnAnswer> DmnModel::call_service(std::string_view service, const Context& inputs,
                                         const DmnSurroundings& around) const {
  const std::uint32_t target = interop::find_node(*impl_, service, DmnNode::Kind::service);
  if (target == interop::no_node) return interop::not_found("decision service", service);
  return interop::answer(impl_, around, [&](const interop::Run& run) {
    const interop::Node& node = impl_->nodes[target];
    std::vector<Value> arguments;
    for (const std::uint32_t n : node.inputs) {
      const interop::Node& input = impl_->nodes[n];
      const Value* given = interop::find_input(*impl_, input, inputs);
      if (given == nullptr) {
        run.in().tell(base::make(diag::AC1222, input.span, {{"name", input.name}}));
        return Value();
      }
      arguments.push_back(*given);
    }
    return run.call_service(node, arguments);
  });
}

Result<DmnAnswer> DmnModel::call_knowledge(std::string_view knowledge, const Context& arguments,
                                           const DmnSurroundings& around) const {
  const std::uint32_t target = interop::find_node(*impl_, knowledge, DmnNode::Kind::knowledge);
  if (target == interop::no_node) return interop::not_found("knowledge model", knowledge);
  return interop::answer(impl_, around, [&](const interop::Run& run) {
    std::vector<std::string> names;
    std::vector<Value> values;
    for (const auto& [name, value] : arguments) {
      names.push_back(interop::fold_name(name));
      values.push_back(value);
    }
    return interop::call_named(run.function_of(target), names, values, impl_->nodes[target].span,
                               run.in());
  });
}

Checked<DmnModel> load_dmn(std::vector<DmnFile> files) {
  auto impl = std::make_shared<DmnModel::Impl>();
  Diagnostics findings;
  bool is_readable = !files.empty();
  for (DmnFile& file : files) {
    const std::uint32_t number = impl->sources.add(std::move(file.name), std::move(file.text));
    const std::size_t before = findings.size();
    impl->files.push_back(interop::read_dmn(impl->sources, number, findings));
    // A broken file that nothing imports does no harm to the first one.
    if (has_errors({findings.begin() + static_cast<std::ptrdiff_t>(before), findings.end()}) &&
        impl->files.back().nodes.empty() && number == 0) {
      is_readable = false;
    }
  }
  impl->types.resize(impl->files.size());
  if (is_readable) is_readable = interop::Linker(*impl, findings).link();
  interop::place(*impl, findings);
  Sources sources = impl->sources;
  if (!is_readable) return {std::nullopt, std::move(findings), std::move(sources)};
  return {DmnModel(std::move(impl)), std::move(findings), std::move(sources)};
}

}  // namespace aftercare
