// Interface: DmnTypes, conform(), coerce().
#include "interop/dmn_types.hpp"

#include <algorithm>
#include <array>

#include "base/diagnostics.hpp"
#include "builtins/builtins.hpp"
#include "builtins/host_callable.hpp"
#include "feel/compile.hpp"
#include "interop/dmn_reader.hpp"
#include "value/object.hpp"
#include "vm/conform.hpp"

namespace aftercare::interop {

namespace {

struct SimpleName {
  std::string_view name;
  Type::Is is;
  Kind kind;
};
// FEEL's names and the ones of older versions.
constexpr std::array<SimpleName, 12> simple_names = {{
    {"number", Type::Is::number, Kind::number},
    {"string", Type::Is::string, Kind::string},
    {"boolean", Type::Is::boolean, Kind::boolean},
    {"date", Type::Is::date, Kind::date},
    {"time", Type::Is::time, Kind::time},
    {"date and time", Type::Is::date_time, Kind::date_time},
    {"dateTime", Type::Is::date_time, Kind::date_time},
    {"days and time duration", Type::Is::days_duration, Kind::days_duration},
    {"dayTimeDuration", Type::Is::days_duration, Kind::days_duration},
    {"years and months duration", Type::Is::months_duration, Kind::months_duration},
    {"yearMonthDuration", Type::Is::months_duration, Kind::months_duration},
    {"null", Type::Is::null, Kind::null},
}};

DmnTypePtr any_type() {
  static const DmnTypePtr any = std::make_shared<DmnType>();
  return any;
}

DmnTypePtr built_in(std::string_view name) {
  for (const SimpleName& simple : simple_names) {
    if (simple.name != name) continue;
    auto made = std::make_shared<DmnType>();
    made->is = DmnType::Is::simple;
    made->name = name;
    made->kind = simple.kind;
    made->type = Type::of(simple.is).optional();
    return made;
  }
  if (name == "list" || name == "context" || name == "function") {
    auto made = std::make_shared<DmnType>();
    made->name = name;
    if (name == "list") {
      made->is = DmnType::Is::list;
      made->element = any_type();
      made->type = Type::list(Type::any()).optional();
    } else {
      made->is = DmnType::Is::simple;
      made->kind = name == "context" ? Kind::context : Kind::function;
      made->type = Type::any();
    }
    return made;
  }
  if (name == "Any" || name == "any" || name == "<Undefined>" || name.empty()) return any_type();
  return nullptr;
}

constexpr int deepest = 100;

}  // namespace

DmnTypes::DmnTypes(const DmnDefinitions& definitions,
                   std::vector<std::pair<std::string, const DmnTypes*>> imports,
                   Diagnostics& findings)
    : imports_(std::move(imports)) {
  for (const DmnItemDefinition& item : definitions.items) items_.emplace(item.name, &item);
  for (const DmnItemDefinition& item : definitions.items) {
    static_cast<void>(resolve_while_making(item.name, item.span, 0, findings));
  }
  items_.clear();
}

DmnTypePtr DmnTypes::find(const std::string& name) const {
  if (const auto known = types_.find(name); known != types_.end()) return known->second;
  for (const auto& [import, types] : imports_) {
    if (import.empty()) {
      if (DmnTypePtr found = types->find(name)) return found;
    } else if (name.size() > import.size() && name[import.size()] == '.' &&
               name.compare(0, import.size(), import) == 0) {
      if (DmnTypePtr found = types->find(name.substr(import.size() + 1))) return found;
    }
  }
  return nullptr;
}

DmnTypePtr DmnTypes::resolve(const std::string& type_ref, SourceSpan span,
                             Diagnostics& findings) const {
  if (type_ref.empty()) return any_type();
  if (DmnTypePtr declared = find(type_ref)) return declared;
  if (DmnTypePtr simple = built_in(type_ref)) return simple;
  findings.push_back(base::make(diag::AC1209, span, {{"name", type_ref}}));
  return any_type();
}

DmnTypePtr DmnTypes::resolve_while_making(const std::string& type_ref, SourceSpan span, int depth,
                                          Diagnostics& findings) {
  const auto item = items_.find(type_ref);
  if (item == items_.end() || types_.contains(type_ref)) return resolve(type_ref, span, findings);
  if (being_made_[type_ref] || depth > deepest) {
    findings.push_back(base::make(diag::AC1214, span, {{"name", type_ref}}));
    return any_type();
  }
  being_made_[type_ref] = true;
  DmnTypePtr made = make(*item->second, depth + 1, findings);
  being_made_[type_ref] = false;
  types_[type_ref] = made;
  return made;
}

DmnTypePtr DmnTypes::make(const DmnItemDefinition& item, int depth, Diagnostics& findings) {
  auto made = std::make_shared<DmnType>();
  made->name = item.name;
  if (depth > deepest) {
    findings.push_back(base::make(diag::AC1214, item.span, {{"name", item.name}}));
    return made;
  }
  if (item.is_function) {
    made->is = DmnType::Is::function;
    std::vector<std::pair<std::string, Type>> parameters;
    for (const DmnVariable& p : item.parameters) {
      made->parameters.push_back(resolve_while_making(p.type_ref, p.span, depth, findings));
      made->is_restricted |= made->parameters.back()->is_restricted;
      parameters.emplace_back(p.name, made->parameters.back()->type);
    }
    made->result = resolve_while_making(item.result_ref, item.span, depth, findings);
    made->is_restricted |= made->result->is_restricted;
    made->type = Type::function(std::move(parameters), made->result->type).optional();
  } else if (!item.components.empty()) {
    made->is = DmnType::Is::context;
    std::vector<std::pair<std::string, Type>> members;
    for (const DmnItemDefinition& component : item.components) {
      DmnTypePtr member = make(component, depth + 1, findings);
      members.emplace_back(component.name, member->type);
      made->is_restricted |= member->is_restricted;
      made->members.emplace_back(component.name, std::move(member));
    }
    made->type = Type::context(std::move(members)).optional();
  } else {
    *made = *resolve_while_making(item.type_ref, item.span, depth, findings);
    made->name = item.name;
  }
  const auto tests = [&](const DmnText& text, const Type& type) {
    feel::CompileOptions options;
    options.goal = feel::Goal::unary_tests;
    options.tested = feel::Tested{0, type, false};
    return table::Formula::compile({text.text, text.span}, feel::builtin_scope(), options,
                                   findings);
  };
  const auto restrict = [&](std::shared_ptr<DmnType>& to, const std::optional<DmnText>& text,
                            bool lists_values) {
    if (!text) return;
    if (to->allowed) {
      // Both sets of tests apply: those that are there as they are, these on top.
      auto refined = std::make_shared<DmnType>();
      refined->is = DmnType::Is::refined;
      refined->name = to->name;
      refined->type = to->type;
      refined->element = std::move(to);
      to = std::move(refined);
    }
    to->allowed = tests(*text, to->type);
    to->allowed_text = fold_name(text->text);
    to->allowed_written = {text->text, text->span};
    to->lists_values = lists_values;
    to->is_restricted = true;
  };
  restrict(made, item.allowed_values, true);
  if (item.is_collection) {
    auto list = std::make_shared<DmnType>();
    list->is = DmnType::Is::list;
    list->name = item.name;
    list->type = Type::list(made->type).optional();
    list->is_restricted = made->is_restricted;
    list->element = std::move(made);
    made = std::move(list);
  }
  restrict(made, item.type_constraint, false);
  return made;
}

std::vector<std::pair<std::string, DmnTypePtr>> DmnTypes::declared() const {
  std::vector<std::pair<std::string, DmnTypePtr>> all(types_.begin(), types_.end());
  for (const auto& [import, types] : imports_) {
    for (auto& [name, type] : types->declared()) {
      all.emplace_back(import.empty() ? name : import + "." + name, std::move(type));
    }
  }
  return all;
}

namespace {

std::optional<Value> conform_as_is(const DmnType& type, const Value& value, table::Evaluation& in);

/// The value as the type has it, without its own allowed values.
std::optional<Value> conform_exactly(const DmnType& type, const Value& value,
                                     table::Evaluation& in) {
  switch (type.is) {
    case DmnType::Is::any:
      break;
    case DmnType::Is::simple:
      if (value.kind() == type.kind) break;
      if (type.kind == Kind::date_time && value.is(Kind::date)) {
        // FEEL's conversion of a date: midnight UTC.
        return Value::date_time({value.as_date(), {}, {ZoneRef::Kind::offset, 0, {}}});
      }
      return std::nullopt;
    case DmnType::Is::list: {
      if (!value.is(Kind::list)) return std::nullopt;
      std::vector<Value> items;
      items.reserve(value.size());
      for (const Value& item : value.items()) {
        std::optional<Value> made = conform_as_is(*type.element, item, in);
        if (!made) return std::nullopt;
        items.push_back(*std::move(made));
      }
      return Value::list(std::move(items));
    }
    case DmnType::Is::context: {
      if (!value.is(Kind::context)) return std::nullopt;
      std::vector<ContextEntry> entries(value.entries().begin(), value.entries().end());
      for (const auto& [name, member] : type.members) {
        bool found = false;
        for (auto& [key, entry] : entries) {
          if (key != name) continue;
          found = true;
          std::optional<Value> made = conform_as_is(*member, entry, in);
          if (!made) return std::nullopt;
          entry = *std::move(made);
        }
        if (!found) return std::nullopt;
      }
      return Value::context(std::move(entries));
    }
    case DmnType::Is::refined:
      return conform_as_is(*type.element, value, in);
    case DmnType::Is::function:
      if (!value.is(Kind::function)) return std::nullopt;
      // A built-in may have several forms; which one, the call tells.
      if (!builtins::as_builtin(value) && !vm::is_instance(value, type.type)) return std::nullopt;
      break;
  }
  return value;
}

bool is_allowed(const DmnType& type, const Value& value, table::Evaluation& in) {
  if (!type.allowed || type.allowed->is_empty()) return true;
  const Value verdict = in.run(*type.allowed, std::span(&value, 1));
  return verdict.is(Kind::boolean) && verdict.as_boolean();
}

/// Without a conversion between a value and a list of it: inside lists and contexts there is none.
std::optional<Value> conform_as_is(const DmnType& type, const Value& value, table::Evaluation& in) {
  if (value.is_null()) return value;
  std::optional<Value> made = conform_exactly(type, value, in);
  if (made && !is_allowed(type, *made, in)) return std::nullopt;
  return made;
}

const DmnType& shape_of(const DmnType& type) {
  return type.is == DmnType::Is::refined ? shape_of(*type.element) : type;
}

}  // namespace

std::optional<Value> conform(const DmnType& type, const Value& value, table::Evaluation& in) {
  const DmnType::Is wanted = shape_of(type).is;
  if (wanted == DmnType::Is::list && !value.is_null() && !value.is(Kind::list))
    return conform_as_is(type, Value::list({value}), in);
  const bool is_one = value.is(Kind::list) && value.size() == 1 && !value.items().front().is_null();
  if (is_one && wanted != DmnType::Is::list && wanted != DmnType::Is::any)
    return conform_as_is(type, Value(value.items().front()), in);
  return conform_as_is(type, value, in);
}

namespace {

struct Misfit {
  const DmnType* type;
  Value value;
  std::string name;
};

/// The innermost part of a value that does not conform.
Misfit find_misfit(const DmnType& type, const Value& value, std::string name,
                   table::Evaluation& in) {
  if (type.is == DmnType::Is::refined && !conform_as_is(*type.element, value, in)) {
    return find_misfit(*type.element, value, std::move(name), in);
  }
  if (type.is == DmnType::Is::context && value.is(Kind::context)) {
    for (const auto& [key, member] : type.members) {
      const Value* found = value.find(key);
      if (found != nullptr && !conform_as_is(*member, *found, in)) {
        return find_misfit(*member, *found, name + "." + key, in);
      }
    }
  }
  if (type.is == DmnType::Is::list && value.is(Kind::list)) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Value item = value.items()[i];
      if (!conform_as_is(*type.element, item, in)) {
        return find_misfit(*type.element, item, name + "[" + std::to_string(i + 1) + "]", in);
      }
    }
  }
  return {&type, value, std::move(name)};
}

}  // namespace

Value coerce(const DmnType* type, const Value& value, std::string_view name, SourceSpan span,
             table::Evaluation& in) {
  if (type == nullptr || (type->is == DmnType::Is::any && !type->allowed)) return value;
  std::optional<Value> made = conform(*type, value, in);
  if (made) return *std::move(made);
  const Misfit misfit = find_misfit(*type, value, std::string(name), in);
  const DmnType& wanted = *misfit.type;
  std::vector<DiagnosticNote> notes;
  if (!wanted.allowed_text.empty()) {
    notes.push_back(base::note(notes::allowed_values, {{"tests", wanted.allowed_text}}));
  }
  in.tell(base::make(diag::AC1221, span,
                     {{"value", misfit.value.to_text(200)},
                      {"type", wanted.name.empty() ? wanted.type.to_text() : wanted.name},
                      {"name", misfit.name}},
                     std::move(notes)));
  return {};
}

const DmnType* parameter_of(const DmnType* function, std::string_view name, std::size_t index) {
  if (function == nullptr || function->is != DmnType::Is::function) return nullptr;
  const auto declared = function->type.members();
  const auto named = std::find_if(declared.begin(), declared.end(),
                                  [&](const auto& one) { return one.first == name; });
  if (named != declared.end()) index = static_cast<std::size_t>(named - declared.begin());
  return index < function->parameters.size() ? function->parameters[index].get() : nullptr;
}

namespace {

/// A restricted type as a function value. Its tests are part of what the caller may spend.
class TypeTest final : public builtins::HostCallable {
 public:
  explicit TypeTest(DmnTypePtr type) : type_(std::move(type)) {}

  std::size_t arity() const noexcept override { return 1; }
  std::string parameter(std::size_t) const override { return "value"; }
  std::string to_text() const override { return type_->name; }
  Value call(builtins::CallContext& context, std::span<const Value> arguments) const override {
    table::EvaluationSetting setting;
    setting.now = context.now;
    setting.zone = context.zone;
    setting.limits.steps = context.budget.steps;
    table::Evaluation in(setting);
    const bool fits = conform(*type_, arguments.front(), in).has_value();
    static_cast<void>(context.spend(in.error() ? UINT64_MAX : in.steps() + 1));
    return Value::boolean(fits);
  }

 private:
  const DmnTypePtr type_;
};

}  // namespace

Value test_of(const DmnTypePtr& type) {
  return type->is_restricted ? value::function(std::make_shared<TypeTest>(type)) : Value();
}

}  // namespace aftercare::interop
