// The functions that formulas may call: open(calendar, instant), workday(calendar, date).

#include <algorithm>

#include "step/stepper_impl.hpp"
#include "table/evaluation.hpp"

namespace aftercare::step {

namespace {

Error out_of_range(const Error& error) { return {ErrorCode::limit, error.message}; }

}  // namespace

Result<Value> FormulaHost::call_table(const Table& table, std::span<const Value> arguments) {
  if ((!table.table && !table.foreign) || arguments.size() != table.inputs) {
    return Error{ErrorCode::host, "table " + table.name + " takes other arguments"};
  }
  if (table.foreign) return table.foreign->decide(arguments, model_.packs[table.pack].zone);
  // The frame of a table: its inputs, the value under test, the parameters.
  std::vector<Value> frame(table.first_parameter);
  std::copy(arguments.begin(), arguments.end(), frame.begin());
  frame.insert(frame.end(), parameters_.begin(), parameters_.end());
  table::EvaluationSetting setting;
  setting.zone = model_.packs[table.pack].zone;
  setting.host = this;
  // Each table that a cell asks has machines of its own, and so a limit of its own.
  constexpr std::size_t most_nested = 64;
  if (depth_ >= most_nested)
    return Error{ErrorCode::limit, "tables ask each other without end: " + table.name};
  ++depth_;
  table::Evaluation evaluation(std::move(setting));
  Value answer = table.table->evaluate(frame, evaluation);
  --depth_;
  if (evaluation.error()) return *evaluation.error();
  return answer;
}

Result<Value> FormulaHost::call(std::uint32_t function, builtins::CallContext&,
                                std::span<const Value> arguments) {
  const auto calendar = [&]() -> const Calendar* {
    if (arguments.size() != 2 || !arguments[0].is(Kind::number)) return nullptr;
    const std::int64_t index = arguments[0].raw_word();
    if (index < 0 || static_cast<std::size_t>(index) >= model_.calendars.size()) return nullptr;
    return &model_.calendars[static_cast<std::size_t>(index)];
  };
  constexpr auto first_table = static_cast<std::uint32_t>(HostFunction::first_table);
  if (function >= first_table && function - first_table < model_.tables.size()) {
    return call_table(model_.tables[function - first_table], arguments);
  }
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
