// Bodies: logic.
#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {

Value negation(CallContext& context, Arguments a) { return logic_not(context, a[0]); }

Value is_same_value(CallContext& /*context*/, Arguments a) {
  return Value::boolean(a.size() > 1 && is_same(a[0], a[1]));
}

Value get_or_else(CallContext& /*context*/, Arguments a) { return a[0].is_null() ? a[1] : a[0]; }

}  // namespace aftercare::builtins::bodies
