// The interface of this file is words.hpp.
#include "vm/words.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "aftercare/rt/date.hpp"

#include "value/object.hpp"
#include "vm/machine.hpp"
#include "vm/whole.hpp"

// Labels as values are GCC's and Clang's; nothing else is as fast.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace aftercare::vm {
namespace {

using bytecode::Instruction;
using bytecode::Op;
using bytecode::Program;

/// Registers are written before they are read; clearing them would cost more than most programs.
constexpr std::size_t few_registers = 64;
union Registers {
  Registers() noexcept {}
  Slot slots[few_registers];
};

/// What to_scaled() seldom meets: more digits than are kept, or more than 64 bits.
[[gnu::noinline, gnu::cold]] bool to_scaled_rarely(const Value& v, int scale,
                                                   std::int64_t& out) noexcept {
  const auto scaled = rt::multiply(v.as_number(), rt::Decimal(powers_of_ten[scale]));
  const auto whole = scaled ? scaled->to_int64() : std::nullopt;
  if (whole) out = *whole;
  return whole.has_value();
}

/// `v` as a whole number of units of 10^-scale.
inline bool to_scaled(const Value& v, int scale, std::int64_t& out) noexcept {
  if (v.kind() != Kind::number) return false;
  const auto shift = static_cast<unsigned>(v.raw_aux() + scale);
  if (v.is_heap() || shift > 18) [[unlikely]]
    return to_scaled_rarely(v, scale, out);
  return !__builtin_mul_overflow(v.raw_word(), powers_of_ten[shift], &out);
}

/// Writes an inline value in two whole words: who copies it at once reads them whole, and a read
/// that takes in several shorter stores waits for them. Requires: `out` is not on the heap.
inline void put(Value& out, Kind kind, std::int64_t word, std::int32_t aux,
                std::uint16_t spare) noexcept {
  static_assert(std::endian::native == std::endian::little, "the order of the parts of a Slot");
  const std::uint64_t both[2] = {static_cast<std::uint64_t>(word),
                                 static_cast<std::uint32_t>(aux) |
                                     std::uint64_t{static_cast<std::uint8_t>(kind)} << 32U |
                                     std::uint64_t{spare} << 48U};
  std::memcpy(static_cast<void*>(&out), both, sizeof both);
}

/// The number word / 10^scale with as few digits as it needs.
inline void put_scaled(Value& out, std::int64_t word, int scale) noexcept {
  // One digit in ten is a zero, and many numbers are whole.
  if (scale > 0 && word % 10 == 0) {
    if (scale == 6 && word % 1'000'000 == 0) {
      word /= 1'000'000;
      scale = 0;
    } else {
      std::uint64_t n = magnitude(word);
      scale = strip_zeros(n, scale);
      word = static_cast<std::int64_t>(word < 0 ? -n : n);
    }
  }
  put(out, Kind::number, word, -scale, 0);
}

/// Of two lengths of time.
inline bool is_shorter(const Value& a, const Value& b) noexcept {
  return (a.raw_word() < b.raw_word()) |
         ((a.raw_word() == b.raw_word()) & (a.raw_aux() < b.raw_aux()));
}

/// Whether two strings are the same, code point by code point. Of short ones without a jump: which
/// of its words a text is, is as good as random.
inline bool is_same_text(const Value& v, const Value& constant) noexcept {
  const auto& x = *static_cast<const value::StringObject*>(v.object());
  const auto& y = *static_cast<const value::StringObject*>(constant.object());
  const std::size_t size = y.text.size();
  const bool is_like = (x.head == y.head) & (x.text.size() == size);
  if (size <= sizeof y.head) return is_like;
  return is_like && std::memcmp(x.text.data(), y.text.data(), size) == 0;
}

/// A constant as a result. Requires: `out` is null.
inline void put_constant(Value& out, const Value& constant) noexcept {
  if (constant.is_heap()) {
    out = constant;
  } else {
    std::memcpy(static_cast<void*>(&out), static_cast<const void*>(&constant), sizeof out);
  }
}

/// `extra` as Op::give_word has it.
inline void put_word(Value& out, std::int64_t word, Kind kind, std::int64_t extra) noexcept {
  put(out, kind, word, static_cast<std::int32_t>(extra & 0xFFFFFFFF),
      static_cast<std::uint16_t>(extra >> 32));
}
inline void put_length(Value& out, const Slot& slot) noexcept {
  put(out, Kind::days_duration, slot.word, slot.aux, slot.spare);
}
inline bool length_less(const Slot& a, const Slot& b) noexcept {
  return a.word != b.word ? a.word < b.word : a.aux < b.aux;
}

}  // namespace

Left run_words(const Instruction* i, const Program& program, Slot* s, Value* o, const Value* inputs,
               Value& result) {
  const Instruction* const code = program.code.data();
#define STOP(end) \
  return { nullptr, end }
#define OTHER() \
  return { i, End::value }
#include "vm/word_operations.def"
#undef STOP
#undef OTHER
}

namespace {

/// With more registers than usual, fewer inputs than the program reads, or no value at the end.
[[gnu::noinline, gnu::cold]] Result<Value> run_by(Machine& machine, const Program& program,
                                                  std::span<const Value> inputs) {
  return machine.run(program, inputs);
}

}  // namespace

Result<Value> run_scalar(const ScalarEntry& entry, std::span<const Value> all, Machine& machine) {
  // The value is written where the caller reads it: copying it at once would wait for the stores.
  Result<Value> out{Value()};
  Value& result = *out;
  const Program& program = *entry.program;
  Registers registers;
  Slot* const s = registers.slots;
  Value* const o = nullptr;
  const Value* const inputs = all.data();
  const Instruction* const code = program.code.data();
  const Instruction* i = entry.first;
  End end = End::bad_input;
  if (entry.registers > few_registers || all.size() < entry.inputs) [[unlikely]]
    goto finished;
  {
#define STOP(how)  \
  do {             \
    end = how;     \
    goto finished; \
  } while (false)
#define OTHER() STOP(End::bad_input)
#include "vm/word_operations.def"
#undef STOP
#undef OTHER
  }
finished:
  if (end != End::value) [[unlikely]]
    out = run_by(machine, program, all);
  return out;
}

End run_scalar(const ScalarEntry& entry, std::span<const Value> inputs, Value& result) {
  if (entry.registers > few_registers || inputs.size() < entry.inputs) [[unlikely]] {
    std::vector<Value> padded(inputs.begin(), inputs.end());
    padded.resize(std::max<std::size_t>(inputs.size(), entry.inputs));
    std::vector<Slot> slots(entry.registers);
    return run_words(entry.first, *entry.program, slots.data(), nullptr, padded.data(), result).end;
  }
  Registers registers;
  return run_words(entry.first, *entry.program, registers.slots, nullptr, inputs.data(), result)
      .end;
}

}  // namespace aftercare::vm
