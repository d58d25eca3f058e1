// The part of the machine that works on scalar registers. It knows no faults, no memory and no
// calls.
#pragma once

#include <cstdint>

#include "aftercare/value.hpp"

#include "bytecode/program.hpp"

namespace aftercare::vm {

/// How a run of one routine ended.
enum class End : std::uint8_t {
  value,
  exhausted,     ///< of the budget
  host_failed,   ///< the machine holds the Error
  bad_input,     ///< an input is not what the program was compiled for
  out_of_range,  ///< a date or instant beyond the calendar
  unproved,      ///< a strict program met a semantic error; the machine holds the Error
};

/// Runs from `at` on until an instruction that is not of this part, and gives that one. Null at the
/// end of the run: `end` then says how, and `result` holds the value. Requires: an input for each
/// that the program reads; `objects` may be null in a scalar program.
const bytecode::Instruction* run_words(const bytecode::Instruction* at,
                                       const bytecode::Program& program, Slot* s, Value* objects,
                                       const Value* inputs, Value& result, End& end);

}  // namespace aftercare::vm
