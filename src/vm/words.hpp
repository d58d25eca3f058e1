// The part of the machine that works on scalar registers. It knows no faults, no memory and no
// calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "aftercare/result.hpp"
#include "aftercare/value.hpp"

#include "bytecode/program.hpp"

namespace aftercare::vm {

class Machine;

/// How a run of one routine ended.
enum class End : std::uint8_t {
  value,
  exhausted,     ///< of the budget
  host_failed,   ///< the machine holds the Error
  bad_input,     ///< an input is not what the program was compiled for
  out_of_range,  ///< a date or instant beyond the calendar
  unproved,      ///< a strict program met a semantic error; the machine holds the Error
};

/// Where run_words() left a program: before an instruction that is not of this part, or, where that
/// is null, at the end of the run.
struct Left {
  const bytecode::Instruction* next = nullptr;
  End end = End::value;
};

/// Runs from `at` on. At the end with a value `result` holds it. Requires: an input for each that
/// the program reads; `objects` may be null in a scalar program; `result` is null.
Left run_words(const bytecode::Instruction* at, const bytecode::Program& program, Slot* s,
               Value* objects, const Value* inputs, Value& result);

/// Where a scalar program (Program::is_scalar) begins and what it needs: found once, used often.
struct ScalarEntry {
  const bytecode::Program* program = nullptr;
  const bytecode::Instruction* first = nullptr;
  std::uint32_t registers = 0;
  std::uint32_t inputs = 0;
};
[[nodiscard]] inline ScalarEntry scalar_entry(const bytecode::Program& program) noexcept {
  const bytecode::Routine& routine = program.routines[0];
  return {&program, program.code.data() + routine.begin, routine.scalars, program.inputs};
}

/// Evaluates a scalar program without a machine and without memory; inputs that are missing at the
/// end count as null. Requires: `result` is null. Where it did not end with a value Machine::run()
/// tells why.
[[nodiscard]] End run_scalar(const ScalarEntry& entry, std::span<const Value> inputs,
                             Value& result);
/// The same, and what Machine::run() gives where it does not end with a value.
[[nodiscard]] Result<Value> run_scalar(const ScalarEntry& entry, std::span<const Value> inputs,
                                       Machine& machine);

}  // namespace aftercare::vm
