// builtins/support.hpp — what the bodies share.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "builtins/bodies.hpp"
#include "builtins/operations.hpp"

namespace aftercare::builtins {

/// A number without its fraction, as places, counts and scales are read: 2.5 is 2, -1.5 is -1.
/// None where it does not fit.
[[nodiscard]] inline std::optional<std::int64_t> truncated(const Value& number) noexcept {
  if (!number.is_heap() && number.raw_aux() == 0) return number.raw_word();
  const auto cut = rt::round(number.as_number(), 0, rt::Rounding::down);
  return cut ? cut->to_int64() : std::nullopt;
}

/// A number that must be whole.
[[nodiscard]] inline std::optional<std::int64_t> whole(const Value& number) noexcept {
  if (!number.is_heap() && number.raw_aux() == 0) return number.raw_word();
  return number.as_number().to_int64();
}

/// Takes the cost of a new list from the budget.
[[nodiscard]] inline bool afford_list(CallContext& context, std::size_t elements) noexcept {
  return context.spend(elements + 1, elements * sizeof(Value));
}
[[nodiscard]] inline bool afford_text(CallContext& context, std::size_t bytes) noexcept {
  return context.spend(bytes / 16 + 1, bytes);
}

/// A list, unless it nests too deeply.
[[nodiscard]] inline Value make_list(CallContext& context, std::string_view operation,
                                     std::vector<Value> items) {
  Value list = Value::list(std::move(items));
  if (list.depth() > max_depth) return context.fail(Fault::too_deep, operation);
  return list;
}
[[nodiscard]] inline Value make_context(CallContext& context, std::string_view operation,
                                        std::vector<ContextEntry> entries) {
  Value made = Value::context(std::move(entries));
  if (made.depth() > max_depth) return context.fail(Fault::too_deep, operation);
  return made;
}

/// What `@"…"`, date(), time() and the like read: a date, a date and time, a time or a duration.
/// Null, with a fault, for anything else and for a zone that does not exist.
[[nodiscard]] Value temporal_from_text(CallContext& context, std::string_view text);

}  // namespace aftercare::builtins
