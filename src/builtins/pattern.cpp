// Patterns: reading them, matching values and types.
#include "builtins/pattern.hpp"

#include <utility>

#include "value/limits.hpp"

namespace aftercare::builtins {
namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 15> kinds = {{
    {"boolean", Kind::boolean},
    {"number", Kind::number},
    {"string", Kind::string},
    {"date and time", Kind::date_time},
    {"date", Kind::date},
    {"time", Kind::time},
    {"instant", Kind::instant},
    {"days and time duration", Kind::days_duration},
    {"years and months duration", Kind::months_duration},
    {"working duration", Kind::working_duration},
    {"symbol", Kind::symbol},
    {"money", Kind::money},
    {"context", Kind::context},
    {"function", Kind::function},
    {"range", Kind::range},
}};

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_ordered(Kind kind) noexcept {
  switch (kind) {
    case Kind::number:
    case Kind::string:
    case Kind::date:
    case Kind::time:
    case Kind::date_time:
    case Kind::instant:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::working_duration:
    case Kind::money:
      return true;
    default:
      return false;
  }
}

bool is_summable(Kind kind) noexcept {
  switch (kind) {
    case Kind::number:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::working_duration:
    case Kind::money:
      return true;
    default:
      return false;
  }
}

bool variable_takes(char variable, Kind kind) noexcept {
  if (variable == 'O' || variable == 'P') return is_ordered(kind);
  if (variable == 'N') return is_summable(kind);
  return true;
}

// The kinds that values of a simple type have. None for types of several kinds.
std::optional<Kind> kind_of(Type::Is is) noexcept {
  switch (is) {
    case Type::Is::boolean:
      return Kind::boolean;
    case Type::Is::number:
      return Kind::number;
    case Type::Is::string:
      return Kind::string;
    case Type::Is::date:
      return Kind::date;
    case Type::Is::time:
      return Kind::time;
    case Type::Is::date_time:
      return Kind::date_time;
    case Type::Is::instant:
      return Kind::instant;
    case Type::Is::days_duration:
      return Kind::days_duration;
    case Type::Is::months_duration:
      return Kind::months_duration;
    case Type::Is::working_duration:
      return Kind::working_duration;
    case Type::Is::symbol:
      return Kind::symbol;
    case Type::Is::money:
      return Kind::money;
    case Type::Is::range:
      return Kind::range;
    case Type::Is::list:
      return Kind::list;
    case Type::Is::context:
      return Kind::context;
    case Type::Is::function:
      return Kind::function;
    default:
      return std::nullopt;
  }
}

Type::Is is_of(Kind kind) noexcept {
  for (int i = 0; i <= static_cast<int>(Type::Is::calendar); ++i) {
    if (kind_of(static_cast<Type::Is>(i)) == kind) return static_cast<Type::Is>(i);
  }
  return Type::Is::any;
}

Fit fit_kind(Kind kind, const Type& type) noexcept {
  if (type.is() == Type::Is::length) {
    const bool one_of_them = kind == Kind::days_duration || kind == Kind::months_duration ||
                             kind == Kind::working_duration;
    return one_of_them ? Fit::perhaps : Fit::no;
  }
  return kind_of(type.is()) == kind ? Fit::yes : Fit::no;
}

Fit fit_variable(char variable, const Type& type, Bindings& bindings) {
  if (const auto kind = kind_of(type.is()); kind && !variable_takes(variable, *kind))
    return Fit::no;
  if (!kind_of(type.is()) && type.is() != Type::Is::length && variable != 'T') return Fit::no;
  auto& bound = bindings.types[static_cast<std::size_t>(variable - 'A')];
  if (!bound) {
    bound = type;
    return Fit::yes;
  }
  if (*bound == type) return Fit::yes;
  if (bound->required() == type.required()) {
    bound = type.optional();
    return Fit::yes;
  }
  const bool is_both_money = bound->is() == Type::Is::money && type.is() == Type::Is::money &&
                             bound->currency() == type.currency() && bound->scale() == type.scale();
  if (is_both_money || (bound->is() == Type::Is::number && type.is() == Type::Is::number)) {
    NumberFacets facets = value::hull(bound->facets(), type.facets());
    const bool is_optional = bound->is_optional() || type.is_optional();
    bound = is_both_money ? Type::money(type.currency(), type.scale(), std::move(facets))
                          : Type::number(std::move(facets));
    if (is_optional) bound = bound->optional();
    return Fit::yes;
  }
  if (variable != 'T') {  // ordered or summable things of two kinds do not go together,
    // two currencies do not
    return bound->is() == type.is() && type.is() != Type::Is::money ? Fit::yes : Fit::no;
  }
  bound = Type::any();
  return Fit::yes;
}

Fit weaker(Fit a, Fit b) noexcept { return a < b ? a : b; }

}  // namespace

std::optional<Pattern> Pattern::parse(std::string_view text) {
  text = trimmed(text);
  Pattern p;
  if (const auto bar = text.find('|'); bar != std::string_view::npos) {
    p.form = Form::alternatives;
    while (true) {
      const auto at = text.find('|');
      auto part = parse(text.substr(0, at));
      if (!part) return std::nullopt;
      p.nullable |= part->nullable;
      p.parts.push_back(*std::move(part));
      if (at == std::string_view::npos) return p;
      text.remove_prefix(at + 1);
    }
  }
  for (const auto& [prefix, form] :
       {std::pair{std::string_view("list of "), Form::list}, {"range of ", Form::range}}) {
    if (!text.starts_with(prefix)) continue;
    auto element = parse(text.substr(prefix.size()));
    if (!element) return std::nullopt;
    p.form = form;
    p.kind = form == Form::list ? Kind::list : Kind::range;
    p.parts.push_back(*std::move(element));
    return p;
  }
  if (text.ends_with('?')) {
    p.nullable = true;
    text = trimmed(text.substr(0, text.size() - 1));
  }
  if (text == "any" || text == "some") {
    p.nullable = text == "any";
    return p;
  }
  if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z') {
    p.form = Form::variable;
    p.variable = text[0];
    return p;
  }
  for (const auto& [name, kind] : kinds) {
    if (text != name) continue;
    p.form = Form::kind;
    p.kind = kind;
    return p;
  }
  return std::nullopt;
}

bool Pattern::accepts(const Value& v) const noexcept {
  if (v.is_null()) return nullable || (form == Form::variable && variable == 'T');
  switch (form) {
    case Form::any:
      return true;
    case Form::variable:
      return variable_takes(variable, v.kind());
    case Form::kind:
    case Form::list:
    case Form::range:
      return v.is(kind);
    case Form::alternatives:
      for (const Pattern& part : parts) {
        if (part.accepts(v)) return true;
      }
      return false;
  }
  return false;
}

Fit fit(const Pattern& pattern, const Type& type, Bindings& bindings) {
  if (pattern.form == Pattern::Form::any && pattern.nullable) return Fit::yes;
  if (type.is() == Type::Is::any) return Fit::perhaps;
  if (type.is() == Type::Is::null) return pattern.nullable ? Fit::yes : Fit::no;
  const Fit by_null = type.is_optional() && !pattern.nullable &&
                              !(pattern.form == Pattern::Form::variable && pattern.variable == 'T')
                          ? Fit::perhaps
                          : Fit::yes;
  switch (pattern.form) {
    case Pattern::Form::variable:
      return weaker(by_null, fit_variable(pattern.variable,
                                          pattern.nullable ? type.required() : type, bindings));
    case Pattern::Form::kind:
      return weaker(by_null, fit_kind(pattern.kind, type));
    case Pattern::Form::list:
    case Pattern::Form::range: {
      const auto wanted = pattern.form == Pattern::Form::list ? Type::Is::list : Type::Is::range;
      if (type.is() != wanted) return Fit::no;
      return weaker(by_null, fit(pattern.parts[0], type.element(), bindings));
    }
    case Pattern::Form::alternatives: {
      Fit best = Fit::no;
      for (const Pattern& part : pattern.parts) {
        const Fit f = fit(part, type.required(), bindings);
        if (f > best) best = f;
      }
      // abs() and the like: the result is of the argument's type
      auto& n = bindings.types['N' - 'A'];
      if (best != Fit::no && !n) n = type.required();
      return weaker(by_null, best);
    }
    case Pattern::Form::any:
      return by_null;
  }
  return Fit::no;
}

Type instantiate(const Pattern& pattern, const Bindings& bindings) {
  Type t;
  switch (pattern.form) {
    case Pattern::Form::any:
      return Type::any();
    case Pattern::Form::variable: {
      const auto& bound = bindings.types[static_cast<std::size_t>(pattern.variable - 'A')];
      t = bound ? *bound : Type::any();
      break;
    }
    case Pattern::Form::kind:
      t = Type::of(is_of(pattern.kind));
      break;
    case Pattern::Form::list:
      t = Type::list(instantiate(pattern.parts[0], bindings));
      break;
    case Pattern::Form::range:
      t = Type::range(instantiate(pattern.parts[0], bindings));
      break;
    case Pattern::Form::alternatives:
      return Type::any();
  }
  return pattern.nullable ? t.optional() : t;
}

}  // namespace aftercare::builtins
