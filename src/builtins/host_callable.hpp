// builtins/host_callable.hpp — functions as values that are not FEEL: business knowledge models,
// decision services, tables, functions of a host.
//
// The machine calls one like a closure of its own; faults go to the context of the caller.
#pragma once

#include <span>

#include "builtins/call_context.hpp"
#include "value/object.hpp"

namespace aftercare::builtins {

class HostCallable : public value::Callable {
 public:
  /// Called with as many arguments as there are parameters, in their order.
  [[nodiscard]] virtual Value call(CallContext& context,
                                   std::span<const Value> arguments) const = 0;
};

/// The host function behind a function value, or null. Requires: a function.
[[nodiscard]] inline const HostCallable* as_host_callable(const Value& function) noexcept {
  return dynamic_cast<const HostCallable*>(&value::callable(function));
}

}  // namespace aftercare::builtins
