// Interface: compile_boxed(), evaluate_boxed(), call_named().
#include "interop/boxed.hpp"

#include <algorithm>
#include <utility>

#include "base/diagnostics.hpp"
#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"
#include "feel/compile.hpp"
#include "interop/dmn_reader.hpp"
#include "value/object.hpp"

namespace aftercare::interop {

using table::Evaluation;
using table::Text;

namespace {

/// Whether the text of an expression may have this name in it. Tables are not looked into.
bool may_name(const DmnExpression& source, std::string_view name) {
  return source.kind == DmnExpression::Kind::table ||
         source.text.text.find(name) != std::string::npos ||
         std::any_of(source.parts.begin(), source.parts.end(),
                     [&](const DmnExpression& part) { return may_name(part, name); });
}

// The list that a filter goes through, as a name that no model can hold: it ends in a zero-width
// letter joiner, which is a name character but is never typed.
constexpr std::string_view filtered_name = "filtered\xE2\x80\x8D";
constexpr std::size_t most_iterations = 1'000'000;

Text text_of(const DmnText& text) { return {text.text, text.span}; }

Type element_of(const Type& type) {
  return type.is() == Type::Is::list ? type.element() : Type::any();
}

class BoxedCompiler {
 public:
  explicit BoxedCompiler(BoxedContext& context) : context_(context) {}

  Boxed compile(const DmnExpression& source, const feel::Scope& scope) {
    Boxed out;
    out.kind = source.kind;
    out.name = context_.element;
    out.span = source.span;
    out.type = context_.types.resolve(source.type_ref, source.span, context_.findings);
    const DmnTypePtr whole = std::exchange(context_.whole, nullptr);
    switch (source.kind) {
      case Boxed::Kind::none:
      case Boxed::Kind::external:
        break;
      case Boxed::Kind::literal:
        out.formula = formula(text_of(source.text), scope);
        out.result = out.formula.members();
        break;
      case Boxed::Kind::context:
        compile_context(source, scope, out);
        break;
      case Boxed::Kind::list: {
        Type element;
        for (const DmnExpression& part : source.parts) {
          out.parts.push_back({{}, nullptr, 0, compile(part, scope), part.span});
          const Type& found = out.parts.back().body.result;
          element = out.parts.size() == 1 || element == found ? found : Type::any();
        }
        out.result = Type::list(element);
        break;
      }
      case Boxed::Kind::relation:
        compile_relation(source, scope, out);
        break;
      case Boxed::Kind::invocation:
        for (std::size_t i = 0; i < source.parts.size(); ++i) {
          Boxed::Part part;
          if (i > 0) {
            part.name = source.names[i - 1].name;
            part.type = context_.types.resolve(source.names[i - 1].type_ref,
                                               source.names[i - 1].span, context_.findings);
          }
          part.body = compile(source.parts[i], scope);
          part.span = source.parts[i].span;
          out.parts.push_back(std::move(part));
        }
        break;
      case Boxed::Kind::function: {
        feel::Scope inner(&scope);
        for (const DmnVariable& p : source.names) {
          Boxed::Part part{p.name,
                           context_.types.resolve(p.type_ref, p.span, context_.findings),
                           context_.slots++,
                           {},
                           p.span};
          inner.add_slot(p.name, part.type->type, part.slot);
          context_.types_of_slots.emplace(part.slot, part.type);
          out.parts.push_back(std::move(part));
        }
        // What a function definition declares itself to be says what it gives.
        const bool is_typed = out.type->is == DmnType::Is::function;
        out.parts.push_back({{},
                             is_typed ? out.type->result : nullptr,
                             0,
                             compile(source.parts.front(), inner),
                             source.span});
        break;
      }
      case Boxed::Kind::table:
        compile_table(*source.table, source, scope, whole, out);
        break;
      case Boxed::Kind::conditional:
        for (const DmnExpression& part : source.parts) {
          out.parts.push_back({{}, nullptr, 0, compile(part, scope), part.span});
        }
        if (out.parts[1].body.result == out.parts[2].body.result) {
          out.result = out.parts[1].body.result;
        }
        break;
      case Boxed::Kind::filter:
        compile_filter(source, scope, out);
        break;
      case Boxed::Kind::loop:
      case Boxed::Kind::some:
      case Boxed::Kind::every: {
        out.parts.push_back({{}, nullptr, 0, compile(source.parts[0], scope), source.span});
        feel::Scope inner(&scope);
        out.slot = context_.slots++;
        inner.add_slot(source.text.text, element_of(out.parts[0].body.result).optional(), out.slot);
        if (source.kind == Boxed::Kind::loop) {
          out.partial_slot = context_.slots++;
          out.may_read_partial = may_name(source.parts[1], "partial");
          inner.add_slot("partial", Type::any(), out.partial_slot);
        }
        out.parts.push_back({{}, nullptr, 0, compile(source.parts[1], inner), source.span});
        if (source.kind == Boxed::Kind::loop) out.result = Type::list(out.parts[1].body.result);
        break;
      }
    }
    if (out.type->is != DmnType::Is::any) out.result = out.type->type;
    return out;
  }

 private:
  table::Formula formula(const Text& text, const feel::Scope& scope) {
    return table::Formula::compile(text, scope, {}, context_.findings);
  }

  void compile_context(const DmnExpression& source, const feel::Scope& scope, Boxed& out) {
    // Each entry sees the ones before it; a name may be used again by an inner context.
    std::vector<std::unique_ptr<feel::Scope>> scopes;
    const feel::Scope* seen = &scope;
    std::vector<std::pair<std::string, Type>> members;
    for (std::size_t i = 0; i < source.parts.size(); ++i) {
      const DmnVariable& name = source.names[i];
      Boxed::Part part;
      part.name = name.name;
      part.span = name.span;
      part.type = context_.types.resolve(name.type_ref, name.span, context_.findings);
      part.body = compile(source.parts[i], *seen);
      Type known = part.type->is == DmnType::Is::any ? part.body.result : part.type->type;
      if (name.name.empty()) {
        out.result = known;
      } else {
        part.slot = context_.slots++;
        scopes.push_back(std::make_unique<feel::Scope>(seen));
        scopes.back()->add_slot(name.name, known.optional(), part.slot);
        seen = scopes.back().get();
        members.emplace_back(name.name, known.optional());
      }
      const bool is_result = name.name.empty();
      out.parts.push_back(std::move(part));
      if (is_result) return;
    }
    out.result = Type::context(std::move(members));
  }

  void compile_relation(const DmnExpression& source, const feel::Scope& scope, Boxed& out) {
    std::vector<std::pair<std::string, Type>> members;
    for (const DmnVariable& column : source.names) {
      const DmnTypePtr type =
          context_.types.resolve(column.type_ref, column.span, context_.findings);
      out.parts.push_back({column.name, type, 0, {}, column.span});
      members.emplace_back(column.name, type->type);
    }
    for (const DmnExpression& row : source.parts) {
      Boxed cells;
      cells.kind = Boxed::Kind::list;
      cells.span = row.span;
      cells.type = context_.types.resolve({}, row.span, context_.findings);
      for (const DmnExpression& cell : row.parts) {
        cells.parts.push_back({{}, nullptr, 0, compile(cell, scope), cell.span});
      }
      out.parts.push_back({{}, nullptr, 1, std::move(cells), row.span});
    }
    out.result = Type::list(Type::context(std::move(members)));
  }

  void compile_filter(const DmnExpression& source, const feel::Scope& scope, Boxed& out) {
    out.parts.push_back({{}, nullptr, 0, compile(source.parts[0], scope), source.span});
    out.slot = context_.slots++;
    out.result = out.parts[0].body.result;
    feel::Scope inner(&scope);
    if (source.parts[1].kind == Boxed::Kind::literal) {
      // FEEL's own filter knows `item` and the members of the elements.
      inner.add_slot(filtered_name, out.result.optional(), out.slot);
      const DmnText& match = source.parts[1].text;
      out.formula =
          formula({std::string(filtered_name) + "[" + match.text + "]", match.span}, inner);
      return;
    }
    inner.add_slot("item", element_of(out.result).optional(), out.slot);
    out.parts.push_back({{}, nullptr, 0, compile(source.parts[1], inner), source.span});
  }

  /// The declared type of an output whose clause names none: that of the whole, or of its member.
  static DmnTypePtr output_of(const DmnTypePtr& whole, const table::TableSource& table,
                              const std::string& name, bool is_only) {
    DmnTypePtr type = whole;
    const bool is_list = table.policy == HitPolicy::output_order;
    if (type && is_list && type->is == DmnType::Is::list) type = type->element;
    if (!type || is_only) return type;
    for (const auto& [member, declared] : type->members) {
      if (member == name) return declared;
    }
    return nullptr;
  }
  /// Allowed values that the definition of a type lists; where there are none, its constraint.
  static std::optional<Text> order_of(const DmnType* type) {
    std::optional<Text> constraint;
    for (; type != nullptr; type = type->element.get()) {
      if (!type->allowed_text.empty() && type->allowed) {
        const Text tests{type->allowed_text, type->allowed->span()};
        if (type->lists_values) return tests;
        if (!constraint) constraint = tests;
      }
      if (type->is != DmnType::Is::refined) break;
    }
    return constraint;
  }

  void compile_table(const DmnTable& source, const DmnExpression& boxed, const feel::Scope& scope,
                     const DmnTypePtr& whole, Boxed& out) {
    table::TableSource made;
    made.name = context_.element;
    made.span = boxed.span;
    if (const auto policy = parse_hit_policy(source.hit_policy)) {
      made.policy = *policy;
    } else {
      context_.findings.push_back(
          base::make(diag::AC0602, boxed.span, {{"name", source.hit_policy}}));
    }
    if (const auto aggregation = parse_aggregation(source.aggregation)) {
      made.aggregation = *aggregation;
    } else {
      context_.findings.push_back(
          base::make(diag::AC0603, boxed.span, {{"name", source.aggregation}}));
    }
    const auto converter = [&](const DmnTypePtr& type, std::string name,
                               SourceSpan span) -> table::Convert {
      if (type->is == DmnType::Is::any) return nullptr;
      return [type, name = std::move(name), span](Evaluation& in, const Value& value) {
        return coerce(type.get(), value, name, span, in);
      };
    };
    const auto optional_text = [](const std::optional<DmnText>& text) -> std::optional<Text> {
      if (!text || text->text.find_first_not_of(" \t\r\n") == std::string::npos) {
        return std::nullopt;
      }
      return text_of(*text);
    };
    for (const DmnTable::Input& input : source.inputs) {
      const DmnTypePtr type =
          context_.types.resolve(input.type_ref, input.expression.span, context_.findings);
      std::string name = fold_name(input.expression.text);
      made.inputs.push_back({text_of(input.expression), name, type->type,
                             optional_text(input.allowed),
                             converter(type, name, input.expression.span)});
      const auto restrict_to = [&](const DmnType* part) {
        while (part != nullptr) {
          if (part->allowed) made.inputs.back().domain.push_back(part->allowed_written);
          part = part->is == DmnType::Is::refined ? part->element.get() : nullptr;
        }
      };
      restrict_to(type.get());
      // A variable conforms to its own type, whatever the column says of it.
      const feel::Name* variable = scope.find(made.inputs.back().name);
      if (variable != nullptr && variable->is == feel::Name::Is::slot) {
        const auto own = context_.types_of_slots.find(variable->slot);
        if (own != context_.types_of_slots.end() && own->second != type)
          restrict_to(own->second.get());
      }
    }
    for (const DmnTable::Output& output : source.outputs) {
      // Of a table with one output the type of the whole is that of the output.
      const std::string& ref =
          output.type_ref.empty() && source.outputs.size() == 1 ? std::string() : output.type_ref;
      const DmnTypePtr type = context_.types.resolve(ref, output.span, context_.findings);
      made.outputs.push_back({output.name, type->type, optional_text(output.allowed),
                              optional_text(output.default_value),
                              converter(type, output.name, output.span)});
      const bool is_only = source.outputs.size() == 1;
      made.outputs.back().order =
          type->is != DmnType::Is::any
              ? order_of(type.get())
              : order_of(output_of(out.type->is != DmnType::Is::any ? out.type : whole, made,
                                   output.name, is_only)
                             .get());
    }
    for (const DmnTable::Rule& rule : source.rules) {
      table::TableSource::Row row;
      row.span = rule.span;
      for (const DmnText& cell : rule.inputs) row.conditions.push_back(text_of(cell));
      for (const DmnTable::Entry& cell : rule.outputs) {
        row.results.push_back(text_of(cell.expression));
        if (cell.type_ref.empty()) continue;
        const std::size_t output = row.results.size() - 1;
        row.converts.resize(rule.outputs.size());
        row.converts[output] = converter(
            context_.types.resolve(cell.type_ref, cell.expression.span, context_.findings),
            source.outputs[output].name, cell.expression.span);
      }
      for (Text& cell : row.conditions) {
        if (cell.text.find_first_not_of(" \t\r\n") == std::string::npos) cell.text = "-";
      }
      made.rows.push_back(std::move(row));
    }
    if (made.outputs.size() > 1) {
      std::vector<std::pair<std::string, Type>> members;
      for (const auto& output : made.outputs) members.emplace_back(output.name, output.type);
      const bool is_list = made.policy == HitPolicy::collect ||
                           made.policy == HitPolicy::rule_order ||
                           made.policy == HitPolicy::output_order;
      out.result = Type::context(std::move(members));
      if (is_list) out.result = Type::list(std::move(out.result));
    }
    table::TableOptions options;
    options.test_slot = context_.slots++;
    out.table = table::Table::compile(made, scope, options, context_.findings);
  }

  BoxedContext& context_;
};

// ── evaluating ────────────────────────────────────────────────────────────────────────────────

/// A function definition with the frame that it was made in.
class BoxedFunction final : public builtins::HostCallable {
 public:
  BoxedFunction(const Boxed& definition, std::vector<Value> frame, std::shared_ptr<Session> session)
      : definition_(definition), frame_(std::move(frame)), session_(std::move(session)) {}

  std::size_t arity() const noexcept override { return definition_.parts.size() - 1; }
  std::string parameter(std::size_t index) const override { return definition_.parts[index].name; }
  std::string to_text() const override {
    std::string out = "function(";
    for (std::size_t i = 0; i < arity(); ++i) {
      if (i > 0) out += ", ";
      out += parameter(i);
    }
    return out + ")";
  }
  Value call(builtins::CallContext& context, std::span<const Value> arguments) const override {
    Evaluation* in = session_->evaluation;
    if (in == nullptr) return context.fail(builtins::Fault::invalid_argument, to_text());
    if (!in->enter()) {
      static_cast<void>(context.spend(UINT64_MAX));
      return {};
    }
    std::vector<Value> frame = frame_;
    bool fits = true;
    for (std::size_t i = 0; i < arity(); ++i) {
      const Boxed::Part& p = definition_.parts[i];
      frame[p.slot] = coerce(p.type.get(), arguments[i], p.name, p.span, *in);
      frame[p.slot] = coerce(parameter_of(definition_.type.get(), p.name, i), frame[p.slot],
                             p.name, p.span, *in);
      fits = fits && frame[p.slot].is_null() == arguments[i].is_null();
    }
    Value result;
    if (fits) {
      const Boxed::Part& body = definition_.parts.back();
      result = coerce(body.type.get(), evaluate_boxed(body.body, frame, session_),
                      definition_.name, body.span, *in);
    }
    in->leave();
    if (in->error()) static_cast<void>(context.spend(UINT64_MAX));
    return result;
  }

 private:
  const Boxed definition_;  // copied: a function may outlive its model
  const std::vector<Value> frame_;
  const std::shared_ptr<Session> session_;
};

/// What an iteration goes through: a list, a range of whole numbers or dates, another value alone.
/// None for null and for other ranges.
std::optional<std::vector<Value>> cases_of(const Value& value) {
  if (value.is(Kind::list)) {
    return std::vector<Value>(value.items().begin(), value.items().end());
  }
  if (value.is_null()) return std::nullopt;
  if (!value.is(Kind::range)) return std::vector<Value>{value};
  if (value.range_form() != RangeForm::interval) return std::nullopt;
  const Value& low = value.range_low();
  const Value& high = value.range_high();
  std::vector<Value> cases;
  if (low.is(Kind::number) && high.is(Kind::number)) {
    const auto first = low.as_number().to_int64();
    const auto last = high.as_number().to_int64();
    if (!first || !last) return std::nullopt;
    const std::int64_t from = *first + (value.range_includes_low() ? 0 : 1);
    const std::int64_t to = *last - (value.range_includes_high() ? 0 : 1);
    if (to >= from && static_cast<std::uint64_t>(to - from) >= most_iterations) {
      return std::nullopt;
    }
    for (std::int64_t i = from; i <= to; ++i) cases.push_back(Value::integer(i));
    return cases;
  }
  if (low.is(Kind::date) && high.is(Kind::date)) {
    const std::int64_t from = low.as_date().days + (value.range_includes_low() ? 0 : 1);
    const std::int64_t to = high.as_date().days - (value.range_includes_high() ? 0 : 1);
    if (to >= from && static_cast<std::uint64_t>(to - from) >= most_iterations) {
      return std::nullopt;
    }
    for (std::int64_t i = from; i <= to; ++i) cases.push_back(Value::date({i}));
    return cases;
  }
  return std::nullopt;
}

/// Whether a fault is that of a filter whose condition is no boolean.
bool is_bad_match(const Diagnostic& told) {
  const auto has = [&](std::string_view name, std::string_view word) {
    return std::find(told.words.begin(), told.words.end(),
                     DiagnosticWords::value_type(name, word)) != told.words.end();
  };
  return has("operation", "[]") && has("fault", "type_mismatch");
}

class BoxedEvaluator {
 public:
  BoxedEvaluator(std::vector<Value>& frame, const std::shared_ptr<Session>& session)
      : frame_(frame), session_(session), in_(*session->evaluation) {}

  Value evaluate(const Boxed& boxed) {
    if (in_.error()) return {};
    Value value = plain(boxed);
    return coerce(boxed.type.get(), value, boxed.name, boxed.span, in_);
  }

 private:
  Value plain(const Boxed& boxed) {
    switch (boxed.kind) {
      case Boxed::Kind::none:
        in_.tell(base::make(diag::AC1223, boxed.span, {{"name", boxed.name}}));
        return {};
      case Boxed::Kind::external:
        in_.tell(base::make(diag::AC1224, boxed.span, {{"name", boxed.name}}));
        return {};
      case Boxed::Kind::literal:
        return in_.run(boxed.formula, frame_);
      case Boxed::Kind::context:
        return context(boxed);
      case Boxed::Kind::list: {
        std::vector<Value> items;
        for (const Boxed::Part& part : boxed.parts) items.push_back(evaluate(part.body));
        return Value::list(std::move(items));
      }
      case Boxed::Kind::relation:
        return relation(boxed);
      case Boxed::Kind::invocation:
        return invocation(boxed);
      case Boxed::Kind::function:
        return value::function(std::make_shared<BoxedFunction>(boxed, frame_, session_));
      case Boxed::Kind::table:
        return boxed.table.evaluate(frame_, in_);
      case Boxed::Kind::conditional: {
        const Value condition = evaluate(boxed.parts[0].body);
        if (!condition.is_null() && !condition.is(Kind::boolean)) {
          fault(builtins::Fault::type_mismatch, "if", condition, boxed.span);
          return {};
        }
        const bool holds = condition.is(Kind::boolean) && condition.as_boolean();
        return evaluate(boxed.parts[holds ? 1 : 2].body);
      }
      case Boxed::Kind::filter:
        return filter(boxed);
      case Boxed::Kind::loop:
        return loop(boxed);
      case Boxed::Kind::some:
      case Boxed::Kind::every:
        return quantified(boxed);
    }
    return {};
  }

  void fault(builtins::Fault what, std::string_view operation, const Value& operand,
             SourceSpan span) {
    in_.tell(table::fault_finding(what, operation, std::span(&operand, 1), span));
  }

  Value context(const Boxed& boxed) {
    std::vector<ContextEntry> entries;
    for (const Boxed::Part& part : boxed.parts) {
      Value value = coerce(part.type.get(), evaluate(part.body), part.name, part.span, in_);
      if (part.name.empty()) return value;
      if (std::any_of(entries.begin(), entries.end(),
                      [&](const ContextEntry& e) { return e.first == part.name; })) {
        in_.tell(base::make(diag::AC1227, part.span, {{"name", part.name}}));
        return {};
      }
      frame_[part.slot] = value;
      entries.emplace_back(part.name, std::move(value));
    }
    return Value::context(std::move(entries));
  }

  Value relation(const Boxed& boxed) {
    std::vector<const Boxed::Part*> columns;
    std::vector<Value> rows;
    for (const Boxed::Part& part : boxed.parts) {
      if (part.slot == 0) {
        columns.push_back(&part);
        continue;
      }
      std::vector<ContextEntry> entries;
      for (std::size_t c = 0; c < columns.size(); ++c) {
        Value value;
        if (c < part.body.parts.size()) value = evaluate(part.body.parts[c].body);
        entries.emplace_back(columns[c]->name, coerce(columns[c]->type.get(), value,
                                                      columns[c]->name, part.span, in_));
      }
      rows.push_back(Value::context(std::move(entries)));
    }
    return Value::list(std::move(rows));
  }

  Value invocation(const Boxed& boxed) {
    const Value function = evaluate(boxed.parts.front().body);
    std::vector<std::string> names;
    std::vector<Value> arguments;
    for (std::size_t i = 1; i < boxed.parts.size(); ++i) {
      const Boxed::Part& part = boxed.parts[i];
      names.push_back(part.name);
      arguments.push_back(coerce(part.type.get(), evaluate(part.body), part.name, part.span, in_));
    }
    if (in_.error()) return {};
    return call_named(function, names, arguments, boxed.span, in_);
  }

  Value filter(const Boxed& boxed) {
    const Value list = evaluate(boxed.parts[0].body);
    frame_[boxed.slot] = list;
    if (boxed.parts.size() == 1) {
      const std::size_t told = in_.told().size();
      Value kept = in_.run(boxed.formula, frame_);
      // Where one match is neither true, false nor null the whole is null, as with the quantifiers.
      for (std::size_t i = told; i < in_.told().size(); ++i) {
        if (is_bad_match(in_.told()[i])) return {};
      }
      return kept;
    }
    if (list.is_null()) return {};
    std::vector<Value> items = {list};
    if (list.is(Kind::list)) items.assign(list.items().begin(), list.items().end());
    std::vector<Value> kept;
    for (Value& item : items) {
      frame_[boxed.slot] = item;
      const Value verdict = evaluate(boxed.parts[1].body);
      if (in_.error()) return {};
      if (!verdict.is_null() && !verdict.is(Kind::boolean)) {
        fault(builtins::Fault::type_mismatch, "filter", verdict, boxed.span);
        return {};
      }
      if (verdict.is(Kind::boolean) && verdict.as_boolean()) kept.push_back(std::move(item));
    }
    return Value::list(std::move(kept));
  }

  std::optional<std::vector<Value>> cases(const Boxed& boxed) {
    const Value domain = evaluate(boxed.parts[0].body);
    if (in_.error()) return std::nullopt;
    auto found = cases_of(domain);
    if (!found) {
      in_.tell(base::make(diag::AC1228, boxed.span, {{"value", domain.to_text(value::longest_shown)}}));
    }
    return found;
  }

  Value loop(const Boxed& boxed) {
    const auto found = cases(boxed);
    if (!found) return {};
    std::vector<Value> results;
    for (const Value& one : *found) {
      frame_[boxed.slot] = one;
      if (boxed.may_read_partial) {
        if (!in_.spend(results.size())) return {};
        frame_[boxed.partial_slot] = Value::list(results);
      }
      results.push_back(evaluate(boxed.parts[1].body));
      if (in_.error()) return {};
    }
    return Value::list(std::move(results));
  }

  Value quantified(const Boxed& boxed) {
    const auto found = cases(boxed);
    if (!found) return {};
    const bool is_some = boxed.kind == Boxed::Kind::some;
    rt::Tri all = is_some ? rt::Tri::no : rt::Tri::yes;
    for (const Value& one : *found) {
      frame_[boxed.slot] = one;
      const Value verdict = evaluate(boxed.parts[1].body);
      if (in_.error()) return {};
      if (!verdict.is_null() && !verdict.is(Kind::boolean)) {
        fault(builtins::Fault::type_mismatch, is_some ? "some" : "every", verdict, boxed.span);
        return {};
      }
      const rt::Tri truth = builtins::truth(verdict);
      all = is_some ? rt::logic_or(all, truth) : rt::logic_and(all, truth);
    }
    return builtins::from_truth(all);
  }

  std::vector<Value>& frame_;
  const std::shared_ptr<Session>& session_;
  Evaluation& in_;
};

}  // namespace

Boxed compile_boxed(const DmnExpression& source, const feel::Scope& scope, BoxedContext& context) {
  return BoxedCompiler(context).compile(source, scope);
}

Value evaluate_boxed(const Boxed& boxed, std::vector<Value>& frame,
                     const std::shared_ptr<Session>& session) {
  return BoxedEvaluator(frame, session).evaluate(boxed);
}

Value call_named(const Value& function, const std::vector<std::string>& names,
                 const std::vector<Value>& arguments, SourceSpan span, Evaluation& in) {
  if (!function.is(Kind::function)) {
    in.tell(base::make(diag::AC1226, span, {{"value", function.to_text(value::longest_shown)}}));
    return {};
  }
  const value::Callable& callable = value::callable(function);
  std::vector<Value> placed;
  bool fits = true;
  if (const auto builtin = builtins::as_builtin(function)) {
    const std::vector<std::string_view> given(names.begin(), names.end());
    const auto named = builtins::place_named(*builtin, given);
    fits = named.has_value();
    if (fits) {
      for (const std::size_t place : named->places) {
        placed.push_back(place == builtins::left_out ? Value() : arguments[place]);
      }
    }
  } else {
    fits = callable.arity() == names.size();
    for (std::size_t i = 0; fits && i < callable.arity(); ++i) {
      const auto at = std::find(names.begin(), names.end(), callable.parameter(i));
      fits = at != names.end();
      if (fits) placed.push_back(arguments[static_cast<std::size_t>(at - names.begin())]);
    }
  }
  if (!fits) {
    in.tell(base::make(diag::AC1225, span, {{"name", callable.to_text()}}));
    return {};
  }
  return in.call(function, placed);
}

}  // namespace aftercare::interop
