// builtins/bodies.hpp — the bodies of builtins.def, declared from it. One file a family defines
// them.
#pragma once

#include <span>

#include "builtins/call_context.hpp"
#include "value/object.hpp"

namespace aftercare::builtins::bodies {

using Arguments = std::span<const Value>;

#define FAMILY(english, chinese)
#define BUILTIN(body, ...) Value body(CallContext& context, Arguments arguments);
#define EXTENSION(body, ...) Value body(CallContext& context, Arguments arguments);
#include "builtins/builtins.def"
#undef EXTENSION
#undef BUILTIN
#undef FAMILY

}  // namespace aftercare::builtins::bodies
