// Bodies: logic.
#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {

Value negation(CallContext& context, Arguments a) { return logic_not(context, a[0]); }

Value is_same_value(CallContext& context, Arguments a) {
  return Value::boolean(is_same(context, a[0], a.size() > 1 ? a[1] : Value()));
}

Value get_or_else(CallContext& /*context*/, Arguments a) { return a[0].is_null() ? a[1] : a[0]; }

}  // namespace aftercare::builtins::bodies
