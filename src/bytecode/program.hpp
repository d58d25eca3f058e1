// The compiled form of an expression: a printable value. No behaviour.
//
//   std::string listing = disassemble(program);
//   for (const Instruction& i : program.code) …
//
// Made by feel/ through builder.hpp, run by vm/.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "aftercare/time.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare::bytecode {

enum class Op : std::uint16_t {
#define OP(name, a, b, c, imm, meaning) name,
#include "bytecode/opcodes.def"
#undef OP
};

/// What an operand of an instruction is; see opcodes.def.
enum class Operand : std::uint8_t {
  none,
  o,
  s,
  t,
  to_o,
  to_s,
  to_t,
  both_o,
  both_s,
  input,
  konst,
  name,
  type,
  routine,
  label,
  count,
  scale,
  kind,
  unit,
  function,
  host,
  word,
};

struct OpInfo {
  std::string_view name;
  Operand a, b, c, imm;
  std::string_view meaning;
};

inline constexpr std::array op_infos{
#define OP(name, a, b, c, imm, meaning) \
  OpInfo{#name, Operand::a, Operand::b, Operand::c, Operand::imm, meaning},
#include "bytecode/opcodes.def"
#undef OP
};

[[nodiscard]] constexpr const OpInfo& info(Op op) noexcept {
  return op_infos[static_cast<std::size_t>(op)];
}

struct Instruction {
  Op op = Op::give;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;
  std::int64_t imm = 0;
};
static_assert(sizeof(Instruction) == 16 && std::is_trivially_copyable_v<Instruction>);

/// Bytes of the expression's text that an instruction comes from, for faults.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool may_be_null = false;  ///< strict: its null is reckoned with, so that a fault is none
};

/// A stretch of code with registers of its own: the expression itself or a function in it.
/// Its object registers begin with what it captured, then its parameters.
struct Routine {
  std::uint32_t begin = 0;  ///< first instruction
  std::uint32_t end = 0;    ///< one past the last
  std::uint16_t objects = 0;
  std::uint16_t scalars = 0;
  std::uint16_t iterators = 0;
  std::uint16_t captures = 0;
  std::vector<std::string> parameters;
  std::vector<Type> parameter_types;  ///< `any` where none was declared
};

/// Immutable once built. Function values made by a run keep a shared program alive; one that is not
/// shared must outlive them.
struct Program : std::enable_shared_from_this<Program> {
  std::vector<Instruction> code;
  std::vector<Span> spans;  ///< one for each instruction
  std::vector<Value> constants;
  std::vector<std::string> names;
  std::vector<Type> types;
  std::vector<Routine> routines;         ///< 0: the expression
  std::vector<std::uint32_t> reads;      ///< inputs that it may read, sorted
  std::vector<std::string> input_names;  ///< names of the inputs it reads, by number; for people
  std::uint32_t inputs = 0;              ///< one more than the largest input it reads
  std::optional<Zone> zone;              ///< in which instants have dates; none: that of the run
  /// Nothing but scalars, jumps forward and inputs: runs without memory and without context.
  bool is_scalar = false;
  /// Of a scalar program whose numbers are expected, not proved, to fit into words: the same on
  /// object registers, for the inputs where they do not.
  std::shared_ptr<const Program> wide;
  /// Proved never to meet a semantic error where a null is not reckoned with: one that is met after
  /// all ends the run with an Error.
  bool is_strict = false;
};

/// One instruction a line, with its meaning's operands by name. The form may change.
[[nodiscard]] std::string disassemble(const Program& program);

/// The first thing that is wrong with a program, or empty: operands outside their banks, jumps out
/// of the routine, a routine that does not end. A program from builder.hpp has none.
[[nodiscard]] std::string verify(const Program& program);

}  // namespace aftercare::bytecode
