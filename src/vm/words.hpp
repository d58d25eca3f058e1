// The part of the machine that works on scalar registers. It knows no faults, no memory and no
// calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "aftercare/time.hpp"
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

/// Evaluates a scalar program (Program::is_scalar) without a machine and without memory; inputs
/// that are missing at the end count as null. Requires: `result` is null. Where it did not end with
/// a value Machine::run() tells why.
[[nodiscard]] End run_scalar(const bytecode::Program& program, std::span<const Value> inputs,
                             Value& result);

/// What a run of a Linked program gave: the 16 bytes of a value, in two registers of the processor.
struct Given {
  std::int64_t word = 0;
  std::uint64_t rest = 0;

  // What no value has as `rest`. Without one `word` holds the inputs: who tries another way has
  // them at hand and need not keep them for that.
  static constexpr std::uint64_t nothing = static_cast<std::uint64_t>(-1);
  [[nodiscard]] bool is_value() const noexcept { return rest != nothing; }
  [[nodiscard]] const Value* inputs() const noexcept {
    return reinterpret_cast<const Value*>(word);
  }
  /// Once, since it holds a reference to what is on the heap. Requires: a value; `to` is null.
  void put_into(Value& to) const noexcept {
    std::memcpy(static_cast<void*>(&to), this, sizeof *this);
  }
};
static_assert(sizeof(Given) == sizeof(Value));

/// A scalar program made ready for many runs in one thread: its instructions hold where their
/// registers and constants lie and what comes next.
class Linked {
 public:
  /// Requires: a verified scalar program, which must outlive it.
  explicit Linked(const bytecode::Program& program);

  /// Requires: an input for each that the program reads. Where it did not end with a value
  /// Machine::run() tells why.
  [[nodiscard]] Given run(const Value* inputs) { return run_from(first_, inputs); }

  struct Step;
  /// Goes on to the next by a jump, not by a return and a call: what comes next is told apart by
  /// place.
  using Operation = Given (*)(const Step* i, const Value* inputs);
  /// What an operand of an instruction became; which one, opcodes.def tells.
  union Part {
    std::int64_t number;  ///< of an input: how many bytes in
    Slot* slot;
    const Value* constant;
    const Step* step;
    const Zone* zone;
  };
  struct Step {
    Operation run;
    Part a, b, c, imm;
  };

 private:
  [[nodiscard]] static Given run_from(const Step* at, const Value* inputs);

  std::unique_ptr<Slot[]> registers_;
  std::unique_ptr<Step[]> steps_;
  const Step* first_;
};

}  // namespace aftercare::vm
