// The interface of this file is words.hpp.
#include "vm/words.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include "aftercare/rt/date.hpp"

#include "value/object.hpp"
#include "vm/whole.hpp"

// Labels as values are GCC's and Clang's; nothing else is as fast.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace aftercare::vm {
namespace {

using bytecode::Instruction;
using bytecode::Op;
using bytecode::Operand;
using bytecode::OpInfo;
using bytecode::Program;

/// Registers are written before they are read; clearing them would cost more than most programs.
constexpr std::size_t few_registers = 64;
union Registers {
  Registers() noexcept {}
  Slot slots[few_registers];
};

static_assert(std::endian::native == std::endian::little, "the order of the parts of a Slot");

/// Whether a value is of this kind and inside the 16 bytes: one look at two of them.
inline bool is_inline(const Value& v, Kind kind) noexcept {
  std::uint16_t kind_and_flags = 0;
  std::memcpy(&kind_and_flags, reinterpret_cast<const char*>(&v) + offsetof(Slot, kind),
              sizeof kind_and_flags);
  return kind_and_flags == static_cast<std::uint16_t>(kind);
}

/// `v` as a whole number of units of 10^-scale; false also where it has more digits than are kept,
/// or more than 64 bits: to_scaled_rarely() tells.
inline bool to_scaled(const Value& v, int scale, std::int64_t& out) noexcept {
  if (!is_inline(v, Kind::number)) return false;
  const auto shift = static_cast<unsigned>(v.raw_aux() + scale);
  return shift <= 18 && !__builtin_mul_overflow(v.raw_word(), powers_of_ten[shift], &out);
}
[[gnu::noinline, gnu::cold]] std::optional<std::int64_t> to_scaled_rarely(const Value& v,
                                                                          int scale) noexcept {
  if (!v.is(Kind::number)) return std::nullopt;
  const auto scaled = rt::multiply(v.as_number(), rt::Decimal(powers_of_ten[scale]));
  return scaled ? scaled->to_int64() : std::nullopt;
}

// ── values as they are given ────────────────────────────────────────────────────────────────────
//
// In two whole words: who copies one at once reads them whole, and a read that takes in several
// shorter stores waits for them.

inline Given given(Kind kind, std::int64_t word, std::int32_t aux = 0,
                   std::uint16_t spare = 0) noexcept {
  return {word, static_cast<std::uint32_t>(aux) |
                    std::uint64_t{static_cast<std::uint8_t>(kind)} << 32U |
                    std::uint64_t{spare} << 48U};
}
/// A further reference to what is on the heap.
inline Given given_copy(const Value& v) noexcept {
  alignas(Value) std::byte copy[sizeof(Value)];
  new (copy) Value(v);
  return std::bit_cast<Given>(copy);
}
/// The number word / 10^scale with as few digits as it needs.
[[gnu::noinline]] Given given_stripped(std::int64_t word, int scale) noexcept {
  if (scale == 6 && word % 1'000'000 == 0) return given(Kind::number, word / 1'000'000);
  std::uint64_t n = magnitude(word);
  scale = strip_zeros(n, scale);
  return given(Kind::number, static_cast<std::int64_t>(word < 0 ? -n : n), -scale);
}
inline Given given_number(std::int64_t word, int scale) noexcept {
  // One digit in ten is a zero, and many numbers are whole.
  if (scale > 0 && word % 10 == 0) return given_stripped(word, scale);
  return given(Kind::number, word, -scale);
}
/// `extra` as Op::give_word has it.
inline Given given_word(std::int64_t word, int kind, std::int64_t extra) noexcept {
  return given(static_cast<Kind>(kind), word, static_cast<std::int32_t>(extra & 0xFFFFFFFF),
               static_cast<std::uint16_t>(extra >> 32));
}
inline Given given_length(const Slot& slot) noexcept {
  return given(Kind::days_duration, slot.word, slot.aux, slot.spare);
}

// ── what is compared ────────────────────────────────────────────────────────────────────────────

/// Of two lengths of time.
inline bool is_shorter(const Value& a, const Value& b) noexcept {
  const bool is_less = a.raw_word() < b.raw_word();
  const bool is_like = a.raw_word() == b.raw_word();
  const bool is_less_by_aux = a.raw_aux() < b.raw_aux();
  return is_less | (is_like & is_less_by_aux);
}
inline bool length_less(const Slot& a, const Slot& b) noexcept {
  return a.word != b.word ? a.word < b.word : a.aux < b.aux;
}
inline Slot length_of(const Value& v) noexcept {
  return {v.raw_word(), v.raw_aux(), Kind::days_duration, 0, v.raw_spare()};
}

inline const value::StringObject& text_of(const Value& v) noexcept {
  return *static_cast<const value::StringObject*>(v.object());
}
/// Whether is_same_word() does for this constant.
inline bool is_word(const value::StringObject& constant) noexcept {
  return constant.text.size() <= sizeof constant.head;
}
/// Whether two strings are the same, code point by code point. Of short ones without a jump: which
/// of its words a text is, is as good as random.
inline bool is_same_word(const value::StringObject& x, const value::StringObject& y) noexcept {
  return (x.head == y.head) & (x.text.size() == y.text.size());
}
inline bool is_same_text(const value::StringObject& x, const value::StringObject& y) noexcept {
  return x.text == y.text;
}

}  // namespace

// ── a program as it is ──────────────────────────────────────────────────────────────────────────

Left run_words(const Instruction* i, const Program& program, Slot* s, Value* o, const Value* inputs,
               Value& result) {
  const Instruction* const code = program.code.data();
  const Value* const constants = program.constants.data();

  // Each instruction jumps to the next one by itself: what comes next is told apart by place.
  static const void* const labels[] = {
#define OP(name, a, b, c, imm, meaning) &&other,
#define WORD(name, a, b, c, imm, meaning) &&do_##name,
#include "bytecode/opcodes.def"
#undef OP
  };
#define NEXT() goto* labels[static_cast<std::size_t>((++i)->op)]
#define DO(name) do_##name:
#define USUALLY(name, condition, usually, rarely) \
  DO(name) {                                      \
    if (condition) [[likely]]                     \
      usually;                                    \
    rarely                                        \
  }
#define WITH_NUMBER(name, value, ...)                    \
  DO(name) {                                             \
    std::int64_t x = 0;                                  \
    if (!to_scaled(value, i->c, x)) [[unlikely]] {       \
      const auto scaled = to_scaled_rarely(value, i->c); \
      if (!scaled) STOP(bad_input);                      \
      x = *scaled;                                       \
    }                                                    \
    __VA_ARGS__                                          \
  }
#define ON_NUMBER(name, ...) WITH_NUMBER(name, INPUT, __VA_ARGS__)
#define ON_TEXT(name, ...)                                                               \
  DO(name) {                                                                             \
    if (!INPUT.is(Kind::string)) STOP(bad_input);                                        \
    const value::StringObject& text = text_of(INPUT);                                    \
    const value::StringObject& constant = text_of(CONSTANT);                             \
    const bool is_same =                                                                 \
        is_word(constant) ? is_same_word(text, constant) : is_same_text(text, constant); \
    __VA_ARGS__                                                                          \
  }
#define A s[i->a]
#define B s[i->b]
#define C s[i->c]
#define INPUT inputs[i->b]
#define INPUT_BY(part) inputs[i->part]
#define C_NUMBER i->c
#define IMM i->imm
#define CONSTANT constants[i->imm]
#define ZONE (*program.zone)
#define JUMP(condition, part)            \
  if (condition) i = code + i->part - 1; \
  NEXT()
#define GIVE(what)         \
  (what).put_into(result); \
  STOP(value)
#define STOP(how) \
  return { nullptr, End::how }
  goto* labels[static_cast<std::size_t>(i->op)];

  // Between objects and scalars.
  WITH_NUMBER(unbox_number, o[i->b], A.word = x; NEXT();)
  DO(unbox_word) {
    if (static_cast<int>(o[i->b].kind()) != C_NUMBER) STOP(bad_input);
    A.word = o[i->b].raw_word();
    NEXT();
  }
  DO(unbox_length) {
    if (!o[i->b].is(Kind::days_duration)) STOP(bad_input);
    A = length_of(o[i->b]);
    NEXT();
  }
  DO(unbox_true) {
    A.word = o[i->b].is(Kind::boolean) && o[i->b].as_boolean() ? 1 : 0;
    NEXT();
  }
#define BOXED(what)         \
  o[i->a] = Value();        \
  (what).put_into(o[i->a]); \
  NEXT()
  DO(box_number) { BOXED(given_number(B.word, C_NUMBER)); }
  DO(box_word) { BOXED(given_word(B.word, C_NUMBER, IMM)); }
  DO(box_length) { BOXED(given_length(B)); }
#undef BOXED

#include "vm/word_operations.def"
#undef WITH_NUMBER

other:
  return {i, End::value};
}

End run_scalar(const Program& program, std::span<const Value> inputs, Value& result) {
  const bytecode::Routine& routine = program.routines[0];
  const Instruction* const first = program.code.data() + routine.begin;
  if (routine.scalars > few_registers || inputs.size() < program.inputs) [[unlikely]] {
    std::vector<Value> padded(inputs.begin(), inputs.end());
    padded.resize(std::max<std::size_t>(inputs.size(), program.inputs));
    std::vector<Slot> slots(routine.scalars);
    return run_words(first, program, slots.data(), nullptr, padded.data(), result).end;
  }
  Registers registers;
  return run_words(first, program, registers.slots, nullptr, inputs.data(), result).end;
}

// ── a program made ready ────────────────────────────────────────────────────────────────────────

namespace {

using Step = Linked::Step;

#define PARAMETERS [[maybe_unused]] const Step *i, [[maybe_unused]] const Value *inputs
// The call of the next step is a jump where the compiler is told so, or makes one of any last call:
// then nothing but `i` and `inputs` has to be kept, and nothing saved. Otherwise Linked::run_from()
// takes the steps.
#if defined(__clang__)
#  define GO_ON [[clang::musttail]] return
constexpr bool goes_by_jumps = true;
#elif defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define GO_ON return
constexpr bool goes_by_jumps = true;
#else
#  define GO_ON return
constexpr bool goes_by_jumps = false;
#endif
constexpr std::uint64_t to_go_on = Given::nothing - 1;  // no value has it either

// The empty statement has `i` found once, not once for each use.
#define NEXT_AT(at)                                                                     \
  do {                                                                                  \
    i = at;                                                                             \
    if constexpr (!goes_by_jumps) return {reinterpret_cast<std::int64_t>(i), to_go_on}; \
    asm("" : "+r"(i));                                                                  \
    GO_ON i->run(i, inputs);                                                            \
  } while (false)
#define NEXT() NEXT_AT(i + 1)
#define DO(name) Given do_##name(PARAMETERS)
// What is rare is a function of its own: what it overwrites need not be saved by the others.
#define USUALLY(name, condition, usually, rarely)                                     \
  [[gnu::noinline, gnu::cold]] Given do_##name##_rarely(PARAMETERS) rarely DO(name) { \
    if (!(condition)) [[unlikely]]                                                    \
      GO_ON do_##name##_rarely(i, inputs);                                            \
    usually                                                                           \
  }
#define ON_NUMBER(name, ...)                                          \
  [[gnu::noinline, gnu::cold]] Given do_##name##_rarely(PARAMETERS) { \
    const auto scaled = to_scaled_rarely(INPUT, C_NUMBER);            \
    if (!scaled) STOP(bad_input);                                     \
    const std::int64_t x = *scaled;                                   \
    __VA_ARGS__                                                       \
  }                                                                   \
  DO(name) {                                                          \
    std::int64_t x = 0;                                               \
    if (!to_scaled(INPUT, C_NUMBER, x)) [[unlikely]]                  \
      GO_ON do_##name##_rarely(i, inputs);                            \
    __VA_ARGS__                                                       \
  }
#define ON_TEXT(name, ...)                                                \
  [[gnu::noinline]] Given do_##name##_long(PARAMETERS) {                  \
    const bool is_same = is_same_text(text_of(INPUT), text_of(CONSTANT)); \
    __VA_ARGS__                                                           \
  }                                                                       \
  DO(name) {                                                              \
    if (!INPUT.is(Kind::string)) STOP(bad_input);                         \
    const value::StringObject& constant = text_of(CONSTANT);              \
    if (!is_word(constant)) GO_ON do_##name##_long(i, inputs);            \
    const bool is_same = is_same_word(text_of(INPUT), constant);          \
    __VA_ARGS__                                                           \
  }
#define A (*i->a.slot)
#define B (*i->b.slot)
#define C (*i->c.slot)
#define INPUT INPUT_BY(b)
#define INPUT_BY(part) \
  (*reinterpret_cast<const Value*>(reinterpret_cast<const char*>(inputs) + i->part.number))
#define C_NUMBER static_cast<int>(i->c.number)
#define IMM i->imm.number
#define CONSTANT (*i->imm.constant)
#define ZONE (*i->imm.zone)
#define JUMP(condition, part)           \
  if (condition) NEXT_AT(i->part.step); \
  NEXT()
#define GIVE(what) return what
#define STOP(how) \
  return { reinterpret_cast<std::int64_t>(inputs), Given::nothing }

#include "vm/word_operations.def"

#undef NEXT_AT
#undef GO_ON
#undef PARAMETERS

constexpr Linked::Operation linked_operations[] = {
#define OP(name, a, b, c, imm, meaning) nullptr,
#define WORD(name, a, b, c, imm, meaning) &do_##name,
#define BOX(name, a, b, c, imm, meaning) nullptr,
#include "bytecode/opcodes.def"
#undef OP
};

}  // namespace

Linked::Linked(const Program& program)
    : registers_(std::make_unique<Slot[]>(program.routines[0].scalars)),
      steps_(std::make_unique<Step[]>(program.code.size())),
      first_(&steps_[program.routines[0].begin]) {
  const auto part = [&](Operand is, std::int64_t number) {
    Part out{.number = number};
    switch (is) {
      case Operand::s:
      case Operand::to_s:
      case Operand::both_s:
        out.slot = &registers_[static_cast<std::size_t>(number)];
        break;
      case Operand::input:
        out.number = number * static_cast<std::int64_t>(sizeof(Value));
        break;
      case Operand::konst:
        out.constant = program.constants.data() + number;
        break;
      case Operand::label:
        out.step = &steps_[static_cast<std::size_t>(number)];
        break;
      default:
        break;
    }
    return out;
  };
  for (std::size_t at = 0; at < program.code.size(); ++at) {
    const Instruction& i = program.code[at];
    const OpInfo& its = bytecode::info(i.op);
    Step& step = steps_[at];
    step = {linked_operations[static_cast<std::size_t>(i.op)], part(its.a, i.a), part(its.b, i.b),
            part(its.c, i.c), part(its.imm, i.imm)};
    if (i.op == Op::instant_date) step.imm.zone = &*program.zone;
  }
}

Given Linked::run_from(const Step* i, const Value* inputs) {
  Given given = i->run(i, inputs);
  if constexpr (!goes_by_jumps) {
    while (given.rest == to_go_on) {
      i = reinterpret_cast<const Step*>(given.word);
      given = i->run(i, inputs);
    }
  }
  return given;
}

}  // namespace aftercare::vm
