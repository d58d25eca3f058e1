// Whether a value is of a type, as `instance of` and declared parameters ask.
#pragma once

#include <optional>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare::vm {

/// `value instance of type`: null is an instance of Null alone; members of a context that the type
/// does not name are allowed.
[[nodiscard]] bool is_instance(const Value& value, const Type& type);

/// A value where a type is declared: null stays null, a list of one stands for its element, a value
/// for the list of it, a date for a date and time at UTC midnight. None where it does not conform.
[[nodiscard]] std::optional<Value> coerced(const Value& value, const Type& type);

}  // namespace aftercare::vm
