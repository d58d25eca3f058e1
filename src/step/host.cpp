// The functions that formulas may call: open(calendar, instant), workday(calendar, date).

#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

Error out_of_range(const Error& error) { return {ErrorCode::limit, error.message}; }

}  // namespace

Result<Value> FormulaHost::call(std::uint32_t function, builtins::CallContext&,
                                std::span<const Value> arguments) {
  const auto calendar = [&]() -> const Calendar* {
    if (arguments.size() != 2 || !arguments[0].is(Kind::number)) return nullptr;
    const std::int64_t index = arguments[0].raw_word();
    if (index < 0 || static_cast<std::size_t>(index) >= model_.calendars.size()) return nullptr;
    return &model_.calendars[static_cast<std::size_t>(index)];
  };
  switch (static_cast<HostFunction>(function)) {
    case HostFunction::open: {
      const Calendar* of = calendar();
      if (of == nullptr || !arguments[1].is(Kind::instant)) return Value();
      const auto open = of->is_open(arguments[1].as_instant());
      if (!open) return out_of_range(open.error());
      return Value::boolean(*open);
    }
    case HostFunction::workday: {
      const Calendar* of = calendar();
      if (of == nullptr || !arguments[1].is(Kind::date)) return Value();
      return Value::boolean(of->is_workday(arguments[1].as_date()));
    }
    default:
      break;
  }
  return Error{ErrorCode::host, "no such function"};
}

}  // namespace aftercare::step
