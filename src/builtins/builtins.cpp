// The table of built-ins at run time: looking up, choosing a signature, converting, calling.
#include "builtins/builtins.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "builtins/bodies.hpp"
#include "builtins/pattern.hpp"

namespace aftercare::builtins {
namespace {

// A row as written, and as read.
struct Row {
  Signature signature;
  std::vector<Pattern> parameters;
  Pattern result;
};

struct Table {
  std::vector<Row> rows;
  std::vector<Signature> signatures;
  std::vector<Function> functions;  // sorted by name
};

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<Parameter> parse_parameters(std::string_view text) {
  std::vector<Parameter> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const auto colon = one.find(':');
    Parameter p;
    p.name = trimmed(one.substr(0, colon));
    p.type = trimmed(one.substr(colon + 1));
    if (p.name.ends_with("...")) {
      p.is_variadic = true;
      p.name.remove_suffix(3);
    } else if (p.name.ends_with('?')) {
      p.is_optional = true;
      p.name.remove_suffix(1);
    }
    out.push_back(p);
  }
  return out;
}

Table make_table() {
  struct Written {
    Body body;
    std::string_view name, parameters, result;
    std::uint8_t causes;
    Origin origin;
    std::string_view since, erasure, example, gives, english, chinese;
  };
  using namespace cause;
  using enum Origin;
  static const Written written[] = {
#define FAMILY(english, chinese)
#define BUILTIN(body, name, parameters, result, outcome, origin, since, example, gives, english, \
                chinese)                                                                         \
  {bodies::body, name, parameters, result, outcome, origin,                                      \
   since,        "",   example,    gives,  english, chinese},
#define EXTENSION(body, name, parameters, result, outcome, erasure, example, gives, english, \
                  chinese)                                                                   \
  {bodies::body, name,    parameters, result, outcome, extension,                            \
   "",           erasure, example,    gives,  english, chinese},
#include "builtins/builtins.def"
#undef EXTENSION
#undef BUILTIN
#undef FAMILY
  };
  Table table;
  for (const Written& w : written) {
    Row row;
    row.signature = {w.name,    parse_parameters(w.parameters),
                     w.result,  w.causes,
                     w.origin,  w.since,
                     w.example, w.gives,
                     w.english, w.chinese,
                     w.erasure, w.body};
    for (const Parameter& p : row.signature.parameters) {
      row.parameters.push_back(Pattern::parse(p.type).value_or(Pattern()));
    }
    row.result = Pattern::parse(w.result).value_or(Pattern());
    const auto id = static_cast<SignatureId>(table.rows.size());
    if (table.functions.empty() || table.functions.back().name != w.name) {
      table.functions.push_back({w.name, id, 0});
    }
    ++table.functions.back().count;
    table.signatures.push_back(row.signature);
    table.rows.push_back(std::move(row));
  }
  std::sort(table.functions.begin(), table.functions.end(),
            [](const Function& a, const Function& b) { return a.name < b.name; });
  return table;
}

const Table& table() {
  static const Table the_table = make_table();
  return the_table;
}

// The parameter that takes argument `i`.
std::size_t parameter_at(const Row& row, std::size_t i) noexcept {
  return std::min(i, row.parameters.size() - 1);
}

bool has_arity(const Signature& s, std::size_t n) noexcept {
  return n >= s.least() && n <= s.most();
}

bool accepts(const Row& row, std::span<const Value> arguments) noexcept {
  if (!has_arity(row.signature, arguments.size())) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!row.parameters[parameter_at(row, i)].accepts(arguments[i])) return false;
  }
  return true;
}

// FEEL's conversions: a value becomes a list of one, and a list of one its element. None where an
// argument conforms in no way.
std::optional<std::vector<Value>> convert(const Row& row, std::span<const Value> arguments) {
  if (!has_arity(row.signature, arguments.size())) return std::nullopt;
  std::vector<Value> out;
  out.reserve(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Pattern& p = row.parameters[parameter_at(row, i)];
    const Value& v = arguments[i];
    if (p.accepts(v)) {
      out.push_back(v);
    } else if (p.is_list() && !v.is_null() && p.parts[0].accepts(v)) {
      out.push_back(Value::list({v}));
    } else if (v.is(Kind::list) && v.items().size() == 1 && p.accepts(v.items()[0])) {
      out.push_back(v.items()[0]);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Value run(CallContext& context, const Row& row, std::span<const Value> arguments) {
  if (!context.spend(1 + arguments.size())) return {};
  return row.signature.body(context, arguments);
}

// Whether all values of a type go together: have an order among them, can be added up.
bool is_uniform(const std::optional<Type>& type) noexcept {
  if (!type) return false;
  switch (type->is()) {
    case Type::Is::number:
    case Type::Is::string:
    case Type::Is::date:
    case Type::Is::instant:
    case Type::Is::days_duration:
    case Type::Is::months_duration:
    case Type::Is::money:
      return true;
    default:
      return false;
  }
}

// What of a row's causes the types leave open.
std::uint8_t remaining(std::uint8_t causes, std::span<const Type> arguments,
                       const Bindings& bindings) noexcept {
  const auto bound = [&bindings](char variable) -> const std::optional<Type>& {
    return bindings.types[static_cast<std::size_t>(variable - 'A')];
  };
  if (is_uniform(bound('O')) || is_uniform(bound('P')) || is_uniform(bound('N'))) {
    causes &= static_cast<std::uint8_t>(~cause::mixed);
  }
  if (bound('N') && bound('N')->is() != Type::Is::money &&
      bound('N')->is() != Type::Is::working_duration) {
    causes &= static_cast<std::uint8_t>(~cause::inexact);
  }
  const bool no_text = std::all_of(arguments.begin(), arguments.end(), [](const Type& t) {
    return t.is() != Type::Is::string && t.is() != Type::Is::any;
  });
  if (no_text) causes &= static_cast<std::uint8_t>(~cause::unreadable);
  return causes;
}

// How types fit a row; none where they do not.
std::optional<Inference> infer_row(SignatureId id, std::span<const Type> arguments,
                                   bool converting) {
  const Row& row = table().rows[id];
  if (!has_arity(row.signature, arguments.size())) return std::nullopt;
  Inference out;
  out.signature = id;
  Bindings bindings;
  std::uint8_t by_type = cause::never;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Pattern& p = row.parameters[parameter_at(row, i)];
    Fit f = fit(p, arguments[i], bindings);
    if (f == Fit::no && converting) {
      out.converts = true;
      const Type& type = arguments[i];
      if (p.is_list() && type.is() != Type::Is::list && type.is() != Type::Is::null) {
        const Type list = Type::list(type.required());
        f = fit(p, type.is_optional() ? list.optional() : list, bindings);
      } else if (type.is() == Type::Is::list) {
        f = std::min(Fit::perhaps, fit(p, type.element(), bindings));
      }
    }
    if (f == Fit::no) return std::nullopt;
    if (f == Fit::perhaps) by_type = cause::type;
  }
  out.causes = remaining(row.signature.causes, arguments, bindings) | by_type;
  out.result = instantiate(row.result, bindings);
  return out;
}

// A built-in as a value.
class BuiltinFunction : public value::Callable {
 public:
  explicit BuiltinFunction(FunctionId id) : id_(id) {}
  [[nodiscard]] FunctionId id() const noexcept { return id_; }
  [[nodiscard]] std::size_t arity() const noexcept override { return first().parameters.size(); }
  [[nodiscard]] std::string parameter(std::size_t index) const override {
    return std::string(first().parameters[index].name);
  }
  [[nodiscard]] std::string to_text() const override {
    return "function " + std::string(first().name);
  }

 private:
  [[nodiscard]] const Signature& first() const noexcept { return signatures_of(id_).front(); }
  FunctionId id_;
};

}  // namespace

std::size_t Signature::least() const noexcept {
  std::size_t n = 0;
  for (const Parameter& p : parameters) n += p.is_optional ? 0U : 1U;
  return n;
}

std::size_t Signature::most() const noexcept {
  return !parameters.empty() && parameters.back().is_variadic ? SIZE_MAX : parameters.size();
}

std::span<const Signature> signatures() noexcept { return table().signatures; }
std::span<const Function> functions() noexcept { return table().functions; }

std::optional<FunctionId> find(std::string_view name) noexcept {
  const auto all = functions();
  const auto at =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const Function& f, std::string_view n) { return f.name < n; });
  if (at == all.end() || at->name != name) return std::nullopt;
  return static_cast<FunctionId>(at - all.begin());
}

std::span<const Signature> signatures_of(FunctionId function) noexcept {
  const Function& f = functions()[function];
  return signatures().subspan(f.first, f.count);
}

std::optional<NamedCall> place_named(FunctionId function, std::span<const std::string_view> names) {
  const Function& f = functions()[function];
  for (SignatureId id = f.first; id < f.first + f.count; ++id) {
    const Signature& s = signatures()[id];
    NamedCall call;
    call.signature = id;
    std::size_t found = 0;
    bool fits = true;
    std::size_t last = 0;
    for (std::size_t i = 0; i < s.parameters.size(); ++i) {
      const auto at = std::find(names.begin(), names.end(), s.parameters[i].name);
      if (at != names.end()) {
        ++found;
        last = i + 1;
        call.places.push_back(static_cast<std::size_t>(at - names.begin()));
      } else {
        fits = fits && s.parameters[i].is_optional;
        call.places.push_back(left_out);
      }
    }
    call.places.resize(last);
    if (fits && found == names.size()) return call;
  }
  return std::nullopt;
}

std::optional<Inference> infer(FunctionId function, std::span<const Type> arguments) {
  const Function& f = functions()[function];
  std::optional<Inference> first;
  std::size_t fitting = 0;
  for (const bool converting : {false, true}) {
    for (SignatureId id = f.first; id < f.first + f.count; ++id) {
      auto one = infer_row(id, arguments, converting);
      if (!one) continue;
      ++fitting;
      if (!first) first = std::move(one);
    }
    if (first) break;
  }
  // Where arguments of unknown type leave several signatures open, the result is open too.
  const bool unknown = std::any_of(arguments.begin(), arguments.end(),
                                   [](const Type& t) { return t.is() == Type::Is::any; });
  if (first && fitting > 1 && unknown) {
    first->causes |= cause::type;
    for (SignatureId id = f.first; id < f.first + f.count; ++id) {
      const auto other = infer_row(id, arguments, false);
      if (other && !(other->result.required() == first->result.required()))
        first->result = Type::any();
    }
  }
  return first;
}

std::size_t offending_argument(FunctionId function, std::span<const Type> arguments) {
  const Function& f = functions()[function];
  std::size_t furthest = 0;
  bool any_arity = false;
  for (SignatureId id = f.first; id < f.first + f.count; ++id) {
    const Row& row = table().rows[id];
    if (!has_arity(row.signature, arguments.size())) continue;
    any_arity = true;
    Bindings bindings;
    std::size_t i = 0;
    while (i < arguments.size() &&
           fit(row.parameters[parameter_at(row, i)], arguments[i], bindings) != Fit::no) {
      ++i;
    }
    furthest = std::max(furthest, i);
  }
  return any_arity && furthest < arguments.size() ? furthest : left_out;
}

Value call(CallContext& context, FunctionId function, std::span<const Value> arguments) {
  const Function& f = functions()[function];
  for (SignatureId id = f.first; id < f.first + f.count; ++id) {
    if (accepts(table().rows[id], arguments)) return run(context, table().rows[id], arguments);
  }
  for (SignatureId id = f.first; id < f.first + f.count; ++id) {
    if (const auto converted = convert(table().rows[id], arguments)) {
      return run(context, table().rows[id], *converted);
    }
  }
  return context.fail(Fault::wrong_arguments, f.name, arguments);
}

Value call_signature(CallContext& context, SignatureId signature,
                     std::span<const Value> arguments) {
  const Row& row = table().rows[signature];
  if (accepts(row, arguments)) return run(context, row, arguments);
  if (const auto converted = convert(row, arguments)) return run(context, row, *converted);
  return context.fail(Fault::wrong_arguments, row.signature.name, arguments);
}

Value call_exactly(CallContext& context, SignatureId signature, std::span<const Value> arguments) {
  return run(context, table().rows[signature], arguments);
}

Value function_value(FunctionId function) {
  return value::function(std::make_shared<BuiltinFunction>(function));
}

std::optional<FunctionId> as_builtin(const Value& function) noexcept {
  if (!function.is(Kind::function)) return std::nullopt;
  const auto* builtin = dynamic_cast<const BuiltinFunction*>(&value::callable(function));
  if (builtin == nullptr) return std::nullopt;
  return builtin->id();
}

}  // namespace aftercare::builtins
