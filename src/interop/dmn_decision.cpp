// Interface: bind_decision().
#include "interop/dmn_decision.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/names.hpp"
#include "builtins/operations.hpp"
#include "feel/print.hpp"
#include "feel/types.hpp"
#include "interop/dmn_impl.hpp"
#include "interop/dmn_logic_text.hpp"
#include "interop/dmn_reader.hpp"
#include "step/convert.hpp"

namespace aftercare::interop {

namespace {

using Impl = DmnModel::Impl;

// ── values that cross ─────────────────────────────────────────────────────────────────────────

Error misfit(const Value& value, const Type& type) {
  return {ErrorCode::host, value.to_text(80) + " is no " + type.to_text()};
}

Value to_model(const Value& value, const Type& type, const Zone& zone) {
  switch (value.kind()) {
    case Kind::symbol:
      return Value::string(type.words()[value.symbol_index()]);
    case Kind::money:
      return Value::number(*rt::Decimal::make(value.money_minor(), -value.money_scale()));
    case Kind::number:
      return Value::number(value.as_number().normalized());
    case Kind::days_duration:
      return Value::days_duration(value.as_days_duration());
    case Kind::months_duration:
      return Value::months_duration(value.as_months_duration());
    case Kind::instant:
      return Value::date_time(builtins::shown_in(zone, value.as_instant()));
    case Kind::list: {
      std::vector<Value> items;
      items.reserve(value.size());
      for (const Value& item : value.items()) items.push_back(to_model(item, type.element(), zone));
      return Value::list(std::move(items));
    }
    default:
      return value;
  }
}

/// The value as the pack's type has it. Nothing is converted that the type does not say.
Result<Value> from_model(const Value& value, const Type& type, const Zone& zone) {
  if (value.is_null()) {
    if (type.is_optional()) return Value();
    return misfit(value, type);
  }
  switch (type.is()) {
    case Type::Is::symbol: {
      if (!value.is(Kind::string)) return misfit(value, type);
      const auto words = type.words();
      const auto found = std::find(words.begin(), words.end(), value.as_string());
      if (found == words.end()) return misfit(value, type);
      return Value::symbol(type.symbol_set(), static_cast<std::uint32_t>(found - words.begin()));
    }
    case Type::Is::string:
      if (!value.is(Kind::string)) return misfit(value, type);
      return value;
    case Type::Is::time:
      if (!value.is(Kind::time) || value.as_time().zone.kind != ZoneRef::Kind::none) {
        return misfit(value, type);
      }
      return value;
    case Type::Is::instant:
      if (!value.is(Kind::date_time)) return misfit(value, type);
      if (auto at = builtins::instant_of(value.as_date_time(), zone); at)
        return Value::instant(*at);
      else
        return at.error();
    case Type::Is::list: {
      if (!value.is(Kind::list)) return misfit(value, type);
      std::vector<Value> items;
      for (const Value& item : value.items()) {
        auto made = from_model(item, type.element(), zone);
        if (!made) return made.error();
        items.push_back(*std::move(made));
      }
      return Value::list(std::move(items));
    }
    default: {
      if (value.is(Kind::string)) return misfit(value, type);
      auto made = step::convert(value, type, zone);
      if (!made) return misfit(value, type);
      return made;
    }
  }
}

/// Whether values of a pack's type are values of a type of DMN and the other way round.
bool are_alike(const Type& pack, const Type& model) {
  using Is = Type::Is;
  const Is is = model.is();
  switch (pack.is()) {
    case Is::string:
    case Is::symbol:
      return is == Is::string;
    case Is::number:
    case Is::money:
      return is == Is::number;
    case Is::boolean:
    case Is::date:
    case Is::time:
    case Is::days_duration:
    case Is::months_duration:
      return is == pack.is();
    case Is::length:
      return is == Is::days_duration || is == Is::months_duration;
    case Is::instant:
      return is == Is::date_time;
    case Is::list:
      return is == Is::list && are_alike(pack.element(), model.element());
    default:
      return false;
  }
}

// ── types of results ──────────────────────────────────────────────────────────────────────────

bool is_many(const table::TableHead& table) {
  const bool gives_all = table.policy == HitPolicy::collect ||
                         table.policy == HitPolicy::rule_order ||
                         table.policy == HitPolicy::output_order;
  return gives_all && table.aggregation == Aggregation::none;
}

Type type_of(const Boxed& boxed) {
  if (boxed.type && boxed.type->is != DmnType::Is::any) return boxed.type->type;
  if (boxed.kind != Boxed::Kind::table) return boxed.result;
  const table::TableHead& table = boxed.table.head();
  if (table.aggregation == Aggregation::count) return Type::number();
  Type row;
  if (table.outputs.size() == 1) {
    row = table.outputs.front().type;
  } else {
    std::vector<std::pair<std::string, Type>> members;
    for (const auto& output : table.outputs) members.emplace_back(output.name, output.type);
    row = Type::context(std::move(members));
  }
  return is_many(table) ? Type::list(row) : row;
}

/// The expression whose value is that of the node: of a function, its body.
const Boxed* body_of(const Node& node) {
  if (node.kind == DmnNode::Kind::decision) return &node.logic;
  if (node.kind != DmnNode::Kind::knowledge || node.logic.kind != Boxed::Kind::function) {
    return nullptr;
  }
  return &node.logic.parts.back().body;
}

Type result_type(const Impl& model, std::uint32_t n) {
  const Node& node = model.nodes[n];
  if (node.type && node.type->is != DmnType::Is::any) return node.type->type;
  if (const Boxed* body = body_of(node)) return type_of(*body);
  if (node.kind != DmnNode::Kind::service) return {};
  if (node.outputs.size() == 1) return result_type(model, node.outputs.front());
  std::vector<std::pair<std::string, Type>> members;
  for (const std::uint32_t output : node.outputs) {
    members.emplace_back(model.nodes[output].name, result_type(model, output));
  }
  return Type::context(std::move(members));
}

// ── what it is given ──────────────────────────────────────────────────────────────────────────

constexpr std::size_t no_argument = static_cast<std::size_t>(-1);

/// A value that is put together from arguments: one of them, or a context.
struct Given {
  std::string name;
  std::size_t argument = no_argument;
  std::vector<Given> members;
};

std::pair<std::string_view, std::string_view> cut_path(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

// ── the decision ──────────────────────────────────────────────────────────────────────────────

class DmnDecision final : public step::ForeignDecision {
 public:
  DmnDecision(DmnModel model, DecisionUse use, std::uint32_t node, std::vector<Given> given,
              bool picks_members)
      : model_(std::move(model)),
        use_(std::move(use)),
        node_(node),
        given_(std::move(given)),
        picks_members_(picks_members) {}

  Result<Value> decide(std::span<const Value> arguments, const Zone& zone) const override {
    Context inputs;
    for (const Given& one : given_) inputs.emplace_back(one.name, make(one, arguments, zone));
    DmnSurroundings around;
    around.zone = zone;
    auto answer = ask(inputs, around);
    if (!answer) return answer.error();
    const auto error =
        std::find_if(answer->diagnostics.begin(), answer->diagnostics.end(),
                     [](const Diagnostic& d) { return severity(d) == Severity::error; });
    if (error != answer->diagnostics.end()) {
      return failed(message(*error, Language::english));
    }
    if (!use_.is_list) return row(answer->value, zone);
    if (!answer->value.is(Kind::list)) return failed(answer->value.to_text(80) + " is no list");
    std::vector<Value> rows;
    for (const Value& item : answer->value.items()) {
      auto made = row(item, zone);
      if (!made) return made;
      rows.push_back(*std::move(made));
    }
    return Value::list(std::move(rows));
  }

  std::string print() const override {
    std::string out;
    const auto line = [&](const char* what, const DecisionUse::Column& column) {
      out.append(what).append(" ").append(feel::quote(column.name)).append(" as ");
      out.append(feel::quote(column.path)).append("\n");
    };
    for (const DecisionUse::Column& one : use_.inputs) line("takes", one);
    for (const DecisionUse::Column& one : use_.outputs) {
      if (picks_members_) line("gives", one);
    }
    return out + logic_text(DmnModel::Access::impl(model_), node_);
  }

 private:
  Error failed(const std::string& why) const {
    return {ErrorCode::host, "the imported decision '" + use_.name + "': " + why};
  }

  Result<DmnAnswer> ask(const Context& inputs, const DmnSurroundings& around) const {
    switch (DmnModel::Access::impl(model_).nodes[node_].kind) {
      case DmnNode::Kind::service:
        return model_.call_service(use_.name, inputs, around);
      case DmnNode::Kind::knowledge:
        return model_.call_knowledge(use_.name, inputs, around);
      default:
        return model_.evaluate(use_.name, inputs, around);
    }
  }

  Value make(const Given& one, std::span<const Value> arguments, const Zone& zone) const {
    if (one.argument != no_argument) {
      return to_model(arguments[one.argument], use_.inputs[one.argument].type, zone);
    }
    std::vector<ContextEntry> entries;
    for (const Given& member : one.members) {
      entries.emplace_back(member.name, make(member, arguments, zone));
    }
    return Value::context(std::move(entries));
  }

  Result<Value> row(const Value& value, const Zone& zone) const {
    std::vector<ContextEntry> results;
    for (const DecisionUse::Column& output : use_.outputs) {
      const Value* found = picks_members_ ? member(value, output.path) : &value;
      const Value absent;
      auto made = from_model(found != nullptr ? *found : absent, output.type, zone);
      if (!made) return failed("'" + output.name + "': " + made.error().message);
      results.emplace_back(output.name, *std::move(made));
    }
    if (results.size() == 1) return std::move(results.front().second);
    return Value::context(std::move(results));
  }

  static const Value* member(const Value& value, std::string_view path) {
    const Value* at = &value;
    while (!path.empty() && at != nullptr) {
      const auto [name, rest] = cut_path(path);
      at = at->is(Kind::context) ? at->find(name) : nullptr;
      path = rest;
    }
    return at;
  }

  DmnModel model_;
  DecisionUse use_;
  std::uint32_t node_;
  std::vector<Given> given_;
  bool picks_members_;  // the outputs are members of the value
};

// ── binding ───────────────────────────────────────────────────────────────────────────────────

class Binder {
 public:
  Binder(const DmnModel& model, const DecisionUse& use, Diagnostics& here, Diagnostics& in_model)
      : model_(model),
        impl_(DmnModel::Access::impl(model)),
        use_(use),
        here_(here),
        in_model_(in_model) {
    for (DecisionUse::Column& column : use_.inputs) column.path = fold_name(column.path);
    for (DecisionUse::Column& column : use_.outputs) column.path = fold_name(column.path);
    use_.name = fold_name(use_.name);
  }

  BoundDecision run() {
    for (const auto kind :
         {DmnNode::Kind::decision, DmnNode::Kind::service, DmnNode::Kind::knowledge}) {
      if (node_ == no_node) node_ = find_node(impl_, use_.name, kind);
    }
    if (node_ == no_node) {
      std::vector<std::string> known = model_.decisions();
      for (const auto& more : {model_.services(), model_.knowledge_models()}) {
        known.insert(known.end(), more.begin(), more.end());
      }
      tell(diag::AC1231, use_.span, {{"name", use_.name}}, base::names_instead(use_.name, known));
      return {};
    }
    is_used_.assign(use_.inputs.size(), false);
    bind_inputs();
    bind_outputs();
    BoundDecision bound;
    if (!is_good_) return bound;
    const Boxed* body = body_of(impl_.nodes[node_]);
    const table::Table* table = body && body->kind == Boxed::Kind::table ? &body->table : nullptr;
    if (table != nullptr) bound.proof = proof_of(*table, *body);
    bound.allowed = allowed_inputs(table);
    place(impl_, told_);
    const bool has_wrong_cells = has_errors(told_);
    in_model_.insert(in_model_.end(), told_.begin(), told_.end());
    if (has_wrong_cells) return {};
    bound.decision =
        std::make_shared<DmnDecision>(model_, use_, node_, std::move(given_), picks_members_);
    return bound;
  }

 private:
  void tell(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
            std::vector<DiagnosticNote> notes = {}) {
    here_.push_back(base::make(code, span, std::move(words), std::move(notes)));
    is_good_ = false;
  }

  void tell_mismatch(const DecisionUse::Column& column, const Type& model) {
    std::vector<DiagnosticNote> notes;
    if (model.is() == Type::Is::any) notes.push_back(base::note(notes::declare_in_model));
    tell(diag::AC0640, column.span,
         {{"name", column.name},
          {"type", feel::type_word(column.type)},
          {"other", feel::type_word(model.required())}},
         std::move(notes));
  }

  // ── inputs ──────────────────────────────────────────────────────────────────────────────────

  void bind_inputs() {
    std::vector<std::string> known;
    for (const auto& [name, type] : model_.inputs_of(use_.name)) {
      given_.push_back(bind(name, name, type));
      known.push_back(name);
      if (type.is() != Type::Is::context) continue;
      for (const auto& [member, ignored] : type.members()) known.push_back(name + "." + member);
    }
    for (std::size_t i = 0; i < use_.inputs.size(); ++i) {
      if (is_used_[i]) continue;
      tell(diag::AC0639, use_.inputs[i].span,
           {{"decision", use_.name}, {"name", use_.inputs[i].path}},
           base::names_instead(use_.inputs[i].path, known));
    }
  }

  Given bind(const std::string& name, const std::string& path, const Type& type) {
    Given given{name, no_argument, {}};
    for (std::size_t i = 0; i < use_.inputs.size(); ++i) {
      if (use_.inputs[i].path != path) continue;
      given.argument = i;
      is_used_[i] = true;
      if (!are_alike(use_.inputs[i].type, type)) {
        tell_mismatch(use_.inputs[i], type);
      } else {
        check_words(use_.inputs[i], path);
      }
      return given;
    }
    const bool has_members = type.is() == Type::Is::context && !type.members().empty();
    if (has_members) {
      for (const auto& [member, of] : type.members()) {
        given.members.push_back(bind(member, path + "." + member, of));
      }
      return given;
    }
    tell(diag::AC0638, use_.span, {{"decision", use_.name}, {"name", path}},
         {base::note(notes::give_it_as,
                     {{"type", feel::type_word(type.required())}, {"name", path}})});
    return given;
  }

  /// Words that the model excludes would be null in it.
  void check_words(const DecisionUse::Column& column, const std::string& path) {
    const Type& type = column.type.is() == Type::Is::list ? column.type.element() : column.type;
    if (type.is() != Type::Is::symbol) return;
    const DmnType* declared = declared_type(path);
    if (declared == nullptr) return;
    if (column.type.is() == Type::Is::list && declared->element) declared = declared->element.get();
    table::Evaluation in;
    for (const std::string& word : type.words()) {
      if (conform(*declared, Value::string(word), in)) continue;
      tell(diag::AC0613, column.span, {{"value", feel::quote(word)}, {"name", path}},
           {base::note(notes::allowed_values, {{"tests", declared->allowed_text}})});
    }
  }

  /// The type of an input, of a parameter, or of a part of one.
  const DmnType* declared_type(std::string_view path) const {
    auto [name, rest] = cut_path(path);
    const DmnType* type = nullptr;
    const Node& node = impl_.nodes[node_];
    if (node.kind == DmnNode::Kind::knowledge) {
      for (const Boxed::Part& part : node.logic.parts) {
        if (part.name == name) type = part.type.get();
      }
    } else {
      for (const Node& other : impl_.nodes) {
        const bool is_input =
            other.kind == DmnNode::Kind::input || node.kind == DmnNode::Kind::service;
        if (is_input && other.name == name) type = other.type.get();
      }
    }
    while (type != nullptr && !rest.empty()) {
      const auto [member, after] = cut_path(rest);
      const DmnType* inner = nullptr;
      for (const auto& [key, of] : type->members) {
        if (key == member) inner = of.get();
      }
      type = inner;
      rest = after;
    }
    return type;
  }

  // ── what the model allows ───────────────────────────────────────────────────────────────────

  /// Of each input, its constraints: of its declared type, and of the columns that ask for it.
  std::vector<AllowedInput> allowed_inputs(const table::Table* table) {
    std::vector<AllowedInput> out;
    for (const DecisionUse::Column& use : use_.inputs) {
      std::vector<table::Text> tests;
      const auto add = [&](const table::Text& text) {
        const bool is_known = std::any_of(tests.begin(), tests.end(), [&](const table::Text& one) {
          return one.span == text.span;
        });
        if (!is_known) tests.push_back(text);
      };
      const bool is_list = use.type.is() == Type::Is::list;
      for (const DmnType* part = declared_type(use.path); part != nullptr;) {
        // Of a list the constraint of the whole is no test of one element.
        const bool is_whole = is_list && part->is == DmnType::Is::list;
        if (part->allowed && !is_whole) add(part->allowed_written);
        const bool goes_on = part->is == DmnType::Is::refined || is_whole;
        part = goes_on ? part->element.get() : nullptr;
      }
      Type of_model;
      if (table != nullptr && !is_list) {
        for (const table::TableHead::Input& column : table->inputs()) {
          if (column.name != use.path) continue;
          of_model = column.type;
          if (column.allowed) add(*column.allowed);
          for (const table::Text& text : column.domain) add(text);
        }
      }
      for (const table::Text& text : tests) out.push_back(coverage_of(use, of_model, text));
    }
    return out;
  }

  AllowedInput coverage_of(const DecisionUse::Column& use, const Type& of_model,
                           const table::Text& tests) {
    const Type given = use.type.is() == Type::Is::list ? use.type.element() : use.type;
    table::TableSource source;
    source.policy = HitPolicy::first;
    table::TableHead::Input input;
    input.expression = {use.name, use.span};
    input.name = use.name;
    input.type = of_model;
    input.type = in_model_words(given.required(), input);
    input.is_zoned = given.is() == Type::Is::instant;
    feel::Scope names(&feel::builtin_scope());
    names.add_slot(use.name, input.type, 0);
    source.inputs.push_back(std::move(input));
    table::TableHead::Output output;
    output.type = Type::boolean();
    source.outputs.push_back(std::move(output));
    source.rows.push_back({{tests}, {{"true", tests.span}}, tests.span});
    table::TableOptions options;
    options.test_slot = 1;
    Diagnostics told_where_it_stands;
    return {use.path, fold_name(tests.text), use.span, given.is() == Type::Is::symbol,
            table::Table::compile(source, names, options, told_where_it_stands)};
  }

  // ── outputs ─────────────────────────────────────────────────────────────────────────────────

  void bind_outputs() {
    Type result = result_type(impl_, node_);
    if (use_.is_list) {
      if (result.is() != Type::Is::list) {
        for (const DecisionUse::Column& output : use_.outputs) {
          tell(diag::AC0640, output.span,
               {{"name", output.name},
                {"type", feel::type_word(Type::list(output.type))},
                {"other", feel::type_word(result.required())}});
        }
        return;
      }
      const Type element = result.element();
      result = element;
    }
    picks_members_ = result.is() == Type::Is::context && !result.members().empty();
    std::vector<std::string> known;
    for (const auto& [name, type] : result.members()) known.push_back(name);
    for (const DecisionUse::Column& output : use_.outputs) {
      const Type* type = picks_members_ ? member(result, output.path) : &result;
      if (type == nullptr) {
        tell(diag::AC0641, output.span, {{"decision", use_.name}, {"name", output.path}},
             base::names_instead(output.path, known));
      } else if (use_.outputs.size() > 1 && !picks_members_) {
        tell(diag::AC0641, output.span, {{"decision", use_.name}, {"name", output.path}});
      } else if (!are_alike(output.type, *type)) {
        tell_mismatch(output, *type);
      }
    }
  }

  static const Type* member(const Type& type, std::string_view path) {
    const Type* at = &type;
    while (!path.empty() && at != nullptr) {
      const auto [name, rest] = cut_path(path);
      at = at->member(name);
      path = rest;
    }
    return at;
  }

  // ── what can be proved ──────────────────────────────────────────────────────────────────────

  /// Judges the results of a table, and makes the same table over the pack's types. None where its
  /// cells are not all constants, or ask for something else than what the pack gives.
  std::optional<table::Table> proof_of(const table::Table& written, const Boxed& boxed) {
    table::TableSource source;
    static_cast<table::TableHead&>(source) = written.head();
    for (std::size_t r = 0; r < written.rows(); ++r) source.rows.push_back(written.row(r));
    bool is_provable = source.aggregation == Aggregation::none;
    for (std::size_t c = 0; c < source.outputs.size(); ++c) {
      auto& output = source.outputs[c];
      const DecisionUse::Column* use = nullptr;
      for (const DecisionUse::Column& one : use_.outputs) {
        if (source.outputs.size() == 1 || one.path == output.name) use = &one;
      }
      for (const auto& row : source.rows) {
        if (c >= row.results.size()) continue;
        table::TableHead::Output cell = output;
        if (c < row.converts.size() && row.converts[c]) {
          cell.convert = [own = row.converts[c], of_column = output.convert](
                             table::Evaluation& in, const Value& value) {
            const Value made = own(in, value);
            return of_column ? of_column(in, made) : made;
          };
        }
        is_provable &= judge(row.results[c], use, cell, boxed);
      }
      if (output.default_value) is_provable &= judge(*output.default_value, use, output, boxed);
      output.convert = nullptr;
      // Where null is reckoned with, no row is an answer.
      if (!output.default_value && use != nullptr && use->type.is_optional()) {
        output.default_value = table::Text{"null", source.span};
      }
    }
    for (auto& row : source.rows) row.converts.clear();
    feel::Scope names(&feel::builtin_scope());
    std::uint32_t slots = 0;
    for (auto& input : source.inputs) {
      const auto use =
          std::find_if(use_.inputs.begin(), use_.inputs.end(),
                       [&](const DecisionUse::Column& one) { return one.path == input.name; });
      if (use == use_.inputs.end()) return std::nullopt;
      input.type = in_model_words(use->type, input);
      input.is_zoned = use->type.is() == Type::Is::instant;
      input.domain.clear();  // what the pack gives comes here, and is an error where it does not fit
      input.expression.text = use->name;
      input.name = use->name;
      names.add_slot(input.name, input.type, slots++);
      input.convert = nullptr;
    }
    if (!is_provable) return std::nullopt;
    table::TableOptions options;
    options.test_slot = slots;
    Diagnostics found;
    table::Table table = table::Table::compile(source, names, options, found);
    if (has_errors(found)) return std::nullopt;
    return table;
  }

  /// Whether a cell is a constant; it must then be what the model allows there, and what the pack
  /// says that it gets.
  bool judge(const table::Text& cell, const DecisionUse::Column* use,
             const table::TableHead::Output& output, const Boxed& boxed) {
    Diagnostics ignored;
    const auto formula = table::Formula::compile(cell, feel::builtin_scope(), {}, ignored);
    const std::optional<Value> value = formula.constant();
    if (!value) return false;
    if (!value->is_null() && !is_allowed(*value, cell, output, boxed)) return true;
    if (use != nullptr && !from_model(*value, use->type, Zone())) {
      told_.push_back(base::make(
          diag::AC1229, cell.span,
          {{"name", use->name}, {"type", feel::type_word(use->type)}, {"written", cell.text}},
          {base::note(notes::declared_in_pack, {}, use->span)}));
    }
    return true;
  }

  /// Of a result: by the column, its type, the type of the table and that of the decision.
  bool is_allowed(const Value& value, const table::Text& cell,
                  const table::TableHead::Output& output, const Boxed& boxed) {
    const auto tell = [&](const std::string& tests) {
      told_.push_back(base::make(diag::AC0613, cell.span,
                                 {{"value", value.to_text(80)},
                                  {"name", output.name.empty() ? use_.name : output.name}},
                                 {base::note(notes::allowed_values, {{"tests", tests}})}));
      return false;
    };
    table::Evaluation in;
    if (output.allowed) {
      feel::CompileOptions options;
      options.goal = feel::Goal::unary_tests;
      options.tested = feel::Tested{0, output.type, false};
      Diagnostics ignored;
      const auto tests =
          table::Formula::compile(*output.allowed, feel::builtin_scope(), options, ignored);
      const Value verdict = in.run(tests, std::span(&value, 1));
      if (verdict.is(Kind::boolean) && !verdict.as_boolean())
        return tell(fold_name(output.allowed->text));
    }
    if (output.convert && output.convert(in, value).is_null())
      return tell(feel::type_word(output.type));
    for (const DmnType* whole : {boxed.type.get(), impl_.nodes[node_].type.get()}) {
      const DmnType* part = part_for(whole, output.name);
      if (part != nullptr && !conform(*part, value, in))
        return tell(part->allowed_text.empty() ? feel::type_word(part->type) : part->allowed_text);
    }
    return true;
  }

  /// The type of what a column gives, within that of the whole: of an element, of a member. Null
  /// where it says nothing of it.
  const DmnType* part_for(const DmnType* whole, const std::string& name) const {
    const auto shape = [](const DmnType* type) {
      while (type != nullptr && type->is == DmnType::Is::refined) type = type->element.get();
      return type;
    };
    if (use_.is_list && shape(whole) != nullptr && shape(whole)->is == DmnType::Is::list)
      whole = shape(whole)->element.get();
    if (shape(whole) == nullptr || shape(whole)->is == DmnType::Is::function) return nullptr;
    if (shape(whole)->is != DmnType::Is::context) return whole;
    for (const auto& [key, member] : shape(whole)->members)
      if (key == name) return member.get();
    return nullptr;
  }

  /// A pack's type as the cells of the model see it.
  Type in_model_words(const Type& type, table::TableHead::Input& input) {
    const auto as_declared = [&](Type made) { return type.is_optional() ? made.optional() : made; };
    switch (type.is()) {
      case Type::Is::symbol: {
        std::string words;
        for (const std::string& word : type.words()) {
          words += (words.empty() ? "" : ", ") + feel::quote(word);
        }
        if (type.is_optional()) words += ", null";
        input.allowed = table::Text{std::move(words), input.expression.span};
        return as_declared(Type::string());
      }
      case Type::Is::money:
        return as_declared(Type::number());
      case Type::Is::instant:
        return as_declared(Type::of(Type::Is::date_time));
      case Type::Is::length:
        return as_declared(input.type.required());
      default:
        return type;
    }
  }

  const DmnModel& model_;
  const Impl& impl_;
  DecisionUse use_;
  Diagnostics& here_;
  Diagnostics& in_model_;
  Diagnostics told_;
  std::uint32_t node_ = no_node;
  std::vector<Given> given_;
  std::vector<bool> is_used_;
  bool picks_members_ = false;
  bool is_good_ = true;
};

}  // namespace

BoundDecision bind_decision(const DmnModel& model, const DecisionUse& use, Diagnostics& here,
                            Diagnostics& in_model) {
  return Binder(model, use, here, in_model).run();
}

}  // namespace aftercare::interop
