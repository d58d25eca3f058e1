// The interface of this file is conform.hpp.
#include "vm/conform.hpp"

#include <algorithm>

#include "builtins/builtins.hpp"
#include "value/object.hpp"
#include "vm/closure.hpp"

namespace aftercare::vm {
namespace {

/// Null is allowed inside lists, contexts and ranges, where `instance of` is not asked of it alone.
bool conforms_inside(const Value& value, const Type& type) {
  return value.is_null() || type.is() == Type::Is::any || is_instance(value, type);
}

/// Whether a value of type `from` may stand where `to` is asked for.
bool type_conforms(const Type& from, const Type& to) {
  if (to.is() == Type::Is::any || from.is() == Type::Is::null) return true;
  if (from.is() != to.is()) return false;
  switch (to.is()) {
    case Type::Is::list:
    case Type::Is::range:
      return type_conforms(from.element(), to.element());
    case Type::Is::context:
      return std::all_of(to.members().begin(), to.members().end(), [&](const auto& member) {
        const Type* here = from.member(member.first);
        return here != nullptr && type_conforms(*here, member.second);
      });
    case Type::Is::symbol:
      return from.symbol_set() == to.symbol_set();
    case Type::Is::money:
      return from.currency() == to.currency();
    default:
      return true;
  }
}

bool function_conforms(const Value& value, const Type& type) {
  if (type.members().empty() && type.element().is() == Type::Is::any) return true;
  const value::Callable& callable = value::callable(value);
  if (callable.arity() != type.members().size()) return false;
  const auto* closure = dynamic_cast<const Closure*>(&callable);
  if (closure == nullptr) return true;
  const auto& types = closure->routine().parameter_types;
  for (std::size_t i = 0; i < types.size(); ++i) {
    // What a caller hands over must be something that the function takes.
    if (!type_conforms(type.members()[i].second, types[i])) return false;
  }
  return true;
}

}  // namespace

bool is_instance(const Value& value, const Type& type) {
  switch (type.is()) {
    case Type::Is::any:
      return !value.is_null();
    case Type::Is::null:
      return value.is_null();
    case Type::Is::boolean:
      return value.is(Kind::boolean);
    case Type::Is::number:
      return value.is(Kind::number);
    case Type::Is::string:
      return value.is(Kind::string);
    case Type::Is::date:
      return value.is(Kind::date);
    case Type::Is::time:
      return value.is(Kind::time);
    case Type::Is::date_time:
      return value.is(Kind::date_time);
    case Type::Is::instant:
      return value.is(Kind::instant);
    case Type::Is::days_duration:
      return value.is(Kind::days_duration);
    case Type::Is::months_duration:
      return value.is(Kind::months_duration);
    case Type::Is::length:
      return value.is(Kind::days_duration) || value.is(Kind::months_duration) ||
             value.is(Kind::working_duration);
    case Type::Is::working_duration:
      return value.is(Kind::working_duration);
    case Type::Is::symbol:
      return value.is(Kind::symbol) && value.symbol_set() == type.symbol_set();
    case Type::Is::money:
      return value.is(Kind::money) && value.money_currency() == type.currency();
    case Type::Is::calendar:
      return value.is(Kind::number);
    case Type::Is::function:
      return value.is(Kind::function) && function_conforms(value, type);
    case Type::Is::range:
      return value.is(Kind::range) && conforms_inside(value.range_low(), type.element()) &&
             conforms_inside(value.range_high(), type.element());
    case Type::Is::list:
      return value.is(Kind::list) &&
             (type.element().is() == Type::Is::any ||
              std::all_of(value.items().begin(), value.items().end(), [&](const Value& item) {
                return conforms_inside(item, type.element());
              }));
    case Type::Is::context:
      return value.is(Kind::context) &&
             std::all_of(type.members().begin(), type.members().end(), [&](const auto& member) {
               const Value* here = value.find(member.first);
               return here != nullptr && conforms_inside(*here, member.second);
             });
  }
  return false;
}

std::optional<Value> coerced(const Value& value, const Type& type) {
  if (value.is_null() || type.is() == Type::Is::any || is_instance(value, type)) return value;
  if (type.is() == Type::Is::date_time && value.is(Kind::date)) {
    DateTimeValue midnight;
    midnight.date = value.as_date();
    midnight.zone.kind = ZoneRef::Kind::offset;
    return Value::date_time(std::move(midnight));
  }
  // Between a value and a list of it alone, one level and no further (DMN 10.3.2.9.4).
  if (type.is() == Type::Is::list) {
    if (value.is(Kind::list)) return std::nullopt;
    Value list = Value::list({value});
    return is_instance(list, type) ? std::optional(std::move(list)) : std::nullopt;
  }
  if (value.is(Kind::list) && value.size() == 1) {
    Value only = value.items()[0];
    if (is_instance(only, type)) return only;
  }
  return std::nullopt;
}

}  // namespace aftercare::vm
