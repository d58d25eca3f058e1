// The interface of this file is words.hpp.
#include "vm/words.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
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
using bytecode::Program;

/// `v` as a whole number of units of 10^-scale.
inline bool to_scaled(const Value& v, int scale, std::int64_t& out) noexcept {
  if (v.kind() != Kind::number) return false;
  if (!v.is_heap()) [[likely]] {
    const int shift = v.raw_aux() + scale;
    if (shift == 0) [[likely]] {
      out = v.raw_word();
      return true;
    }
    if (shift > 0) {
      if (shift > 18) {
        out = 0;
        return v.raw_word() == 0;
      }
      return !__builtin_mul_overflow(v.raw_word(), powers_of_ten[shift], &out);
    }
    if (shift >= -18 && v.raw_word() % powers_of_ten[-shift] == 0) {
      out = v.raw_word() / powers_of_ten[-shift];
      return true;
    }
    return false;
  }
  const auto scaled = rt::multiply(v.as_number(), rt::Decimal(powers_of_ten[scale]));
  const auto whole = scaled ? scaled->to_int64() : std::nullopt;
  if (whole) out = *whole;
  return whole.has_value();
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
  if (scale > 0 && word % 10 == 0) {
    if (word == 0) scale = 0;
    if (scale >= 6 && word % 1'000'000 == 0) {
      word /= 1'000'000;
      scale -= 6;
    }
    while (scale > 0 && word % 10 == 0) {
      word /= 10;
      --scale;
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
  const auto stop = [](End how) -> Left { return {nullptr, how}; };

#define JUMP(name, operation)                                           \
  do_##name : {                                                         \
    std::int64_t x = 0;                                                 \
    if (!to_scaled(inputs[i->b], i->c, x)) return stop(End::bad_input); \
    if (x operation i->imm) i = code + i->a - 1;                        \
    NEXT();                                                             \
  }
// A test of an input: alone, or as a further bit of several.
#define BIT(name, ...)             \
  do_is_##name : {                 \
    const Value& v = inputs[i->b]; \
    bool holds = false;            \
    __VA_ARGS__                    \
    s[i->a].word = holds ? 1 : 0;  \
    NEXT();                        \
  }
#define BITS(name, ...)                                \
  BIT(name, __VA_ARGS__)                               \
  do_also_##name : {                                   \
    const Value& v = inputs[i->b];                     \
    bool holds = false;                                \
    __VA_ARGS__                                        \
    s[i->a].word = 2 * s[i->a].word + (holds ? 1 : 0); \
    NEXT();                                            \
  }
#define COMPARES(operation)                                \
  std::int64_t x = 0;                                      \
  if (!to_scaled(v, i->c, x)) return stop(End::bad_input); \
  holds = x operation i->imm;
#define TWO(name, expression)                             \
  do_##name : {                                           \
    const std::int64_t x = s[i->b].word;                  \
    const std::int64_t y = s[i->c].word;                  \
    s[i->a].word = static_cast<std::int64_t>(expression); \
    NEXT();                                               \
  }
// What an input beyond its type would make too large is an error, not another number.
#define TWO_EXACT(name, operation)                                                   \
  do_##name : {                                                                      \
    if (__builtin_##operation##_overflow(s[i->b].word, s[i->c].word, &s[i->a].word)) \
      return stop(End::bad_input);                                                   \
    NEXT();                                                                          \
  }
#define ONE_EXACT(name, operation)                                             \
  do_##name : {                                                                \
    if (__builtin_##operation##_overflow(s[i->b].word, i->imm, &s[i->a].word)) \
      return stop(End::bad_input);                                             \
    NEXT();                                                                    \
  }
#define DIVIDE(name, rest)                           \
  do_##name : {                                      \
    s[i->a].word = divide<rest>(s[i->b].word, i->c); \
    NEXT();                                          \
  }
#define ONE(name, expression)                             \
  do_##name : {                                           \
    const std::int64_t x = s[i->b].word;                  \
    const std::int64_t y = i->imm;                        \
    static_cast<void>(y);                                 \
    s[i->a].word = static_cast<std::int64_t>(expression); \
    NEXT();                                               \
  }

  // Each instruction jumps to the next one by itself: what comes next is told apart by place.
  static const void* const labels[] = {
#define OP(name, a, b, c, imm, meaning) &&other,
#define WORD(name, a, b, c, imm, meaning) &&do_##name,
#include "bytecode/opcodes.def"
#undef OP
  };
#define NEXT() goto* labels[static_cast<std::size_t>((++i)->op)]
  goto* labels[static_cast<std::size_t>(i->op)];

do_jump:
  i = code + i->imm - 1;
  NEXT();
do_jump_zero:
  if (s[i->a].word == 0) i = code + i->imm - 1;
  NEXT();
do_jump_not_zero:
  if (s[i->a].word != 0) i = code + i->imm - 1;
  NEXT();
do_jump_absent:
  if (inputs[i->b].is_null()) i = code + i->imm - 1;
  NEXT();

do_jump_present:
  if (!inputs[i->b].is_null()) i = code + i->imm - 1;
  NEXT();
  JUMP(jump_equal, ==)
  JUMP(jump_not_equal, !=)
  JUMP(jump_less, <)
  JUMP(jump_less_equal, <=)
  JUMP(jump_greater, >)
  JUMP(jump_greater_equal, >=)
do_jump_word:
  if (static_cast<std::uint16_t>(inputs[i->b].kind()) != i->c) return stop(End::bad_input);
  if (inputs[i->b].raw_word() == i->imm) i = code + i->a - 1;
  NEXT();
do_jump_other_word:
  if (static_cast<std::uint16_t>(inputs[i->b].kind()) != i->c) return stop(End::bad_input);
  if (inputs[i->b].raw_word() != i->imm) i = code + i->a - 1;
  NEXT();

do_jump_text:
  if (!inputs[i->b].is(Kind::string)) return stop(End::bad_input);
  if (is_same_text(inputs[i->b], program.constants[static_cast<std::size_t>(i->imm)]))
    i = code + i->a - 1;
  NEXT();
do_jump_other_text:
  if (!inputs[i->b].is(Kind::string)) return stop(End::bad_input);
  if (!is_same_text(inputs[i->b], program.constants[static_cast<std::size_t>(i->imm)]))
    i = code + i->a - 1;
  NEXT();

// ── ends ────────────────────────────────────────────────────────────────────────────────
do_give_input:
  result = inputs[static_cast<std::size_t>(i->imm)];
  return stop(End::value);
do_give_constant:
  put_constant(result, program.constants[static_cast<std::size_t>(i->imm)]);
  return stop(End::value);
do_give_truth:
  put(result, Kind::boolean, i->imm >> s[i->a].word & 1, 0, 0);
  return stop(End::value);
do_give_choice:
  put_constant(result, program.constants[static_cast<std::size_t>(i->imm + s[i->a].word)]);
  return stop(End::value);
do_give_number:
  put_scaled(result, s[i->a].word, i->c);
  return stop(End::value);
do_give_word:
  put_word(result, s[i->a].word, static_cast<Kind>(i->c), i->imm);
  return stop(End::value);
do_give_length:
  put_length(result, s[i->a]);
  return stop(End::value);

// ── scalars: in and out ─────────────────────────────────────────────────────────────────
do_s_constant:
  s[i->a].word = i->imm;
  NEXT();
do_s_length : {
  const Value& length = program.constants[static_cast<std::size_t>(i->imm)];
  s[i->a] = {length.raw_word(), length.raw_aux(), Kind::days_duration, 0, length.raw_spare()};
  NEXT();
}
do_s_number:
  if (!to_scaled(inputs[i->b], i->c, s[i->a].word)) return stop(End::bad_input);
  NEXT();
do_s_word : {
  const Value& v = inputs[i->b];
  if (static_cast<std::uint16_t>(v.kind()) != i->c) return stop(End::bad_input);
  s[i->a].word = v.raw_word();
  NEXT();
}
do_s_money : {
  const Value& v = inputs[i->b];
  if (!v.is(Kind::money) || v.raw_aux() != i->imm || v.raw_spare() != i->c) {
    return stop(End::bad_input);
  }
  s[i->a].word = v.raw_word();
  NEXT();
}
do_s_slot : {
  const Value& v = inputs[i->b];
  if (!v.is(Kind::days_duration)) return stop(End::bad_input);
  s[i->a] = {v.raw_word(), v.raw_aux(), Kind::days_duration, 0, v.raw_spare()};
  NEXT();
}
do_s_present:
  s[i->a].word = inputs[i->b].is_null() ? 0 : 1;
  NEXT();
do_s_move:
  s[i->a] = s[i->b];
  NEXT();
do_unbox_number:
  if (!to_scaled(o[i->b], i->c, s[i->a].word)) return stop(End::bad_input);
  NEXT();
do_unbox_word:
  if (static_cast<std::uint16_t>(o[i->b].kind()) != i->c) return stop(End::bad_input);
  s[i->a].word = o[i->b].raw_word();
  NEXT();
do_unbox_length:
  if (!o[i->b].is(Kind::days_duration)) return stop(End::bad_input);
  s[i->a] = {o[i->b].raw_word(), o[i->b].raw_aux(), Kind::days_duration, 0, o[i->b].raw_spare()};
  NEXT();
do_unbox_true:
  s[i->a].word = o[i->b].is(Kind::boolean) && o[i->b].as_boolean() ? 1 : 0;
  NEXT();
do_box_number:
  o[i->a] = Value();
  put_scaled(o[i->a], s[i->b].word, i->c);
  NEXT();
do_box_word:
  o[i->a] = Value();
  put_word(o[i->a], s[i->b].word, static_cast<Kind>(i->c), i->imm);
  NEXT();
do_box_length:
  o[i->a] = Value();
  put_length(o[i->a], s[i->b]);
  NEXT();

  // ── scalars: tests of inputs as bits ────────────────────────────────────────────────────
  BITS(equal, COMPARES(==))
  BIT(not_equal, COMPARES(!=))
  BITS(less, COMPARES(<))
  BIT(less_equal, COMPARES(<=))
  BITS(greater, COMPARES(>))
  BIT(greater_equal, COMPARES(>=))
  BITS(word, {
    if (static_cast<std::uint16_t>(v.kind()) != i->c) return stop(End::bad_input);
    holds = v.raw_word() == i->imm;
  })
  BITS(text, {
    if (!v.is(Kind::string)) return stop(End::bad_input);
    holds = is_same_text(v, program.constants[static_cast<std::size_t>(i->imm)]);
  })
  BITS(shorter, {
    if (!v.is(Kind::days_duration)) return stop(End::bad_input);
    holds = is_shorter(v, program.constants[static_cast<std::size_t>(i->imm)]);
  })
  BITS(longer, {
    if (!v.is(Kind::days_duration)) return stop(End::bad_input);
    holds = is_shorter(program.constants[static_cast<std::size_t>(i->imm)], v);
  })
do_also:
  s[i->a].word = 2 * s[i->a].word + s[i->b].word;
  NEXT();
do_choose : {
  // By its place and by a mask: a jump would be guessed wrong as often as the condition is.
  const Slot* const from = &s[s[i->b].word != 0 ? i->c : i->a];
  s[i->a] = *from;
  NEXT();
}
do_choose_word : {
  const std::int64_t mask = -static_cast<std::int64_t>(s[i->b].word != 0);
  s[i->a].word ^= (s[i->a].word ^ i->imm) & mask;
  NEXT();
}

// ── scalars: whole numbers ──────────────────────────────────────────────────────────────
#include "vm/whole_operations.def"

// ── scalars: dates and lengths ──────────────────────────────────────────────────────────
do_date_add_days : {
  const auto date = rt::add_days({s[i->b].word}, i->imm);
  if (!date) return stop(End::out_of_range);
  s[i->a].word = date->days;
  NEXT();
}
do_date_add_months : {
  const auto date = rt::add_months({s[i->b].word}, i->imm);
  if (!date) return stop(End::out_of_range);
  s[i->a].word = date->days;
  NEXT();
}
do_instant_date:
  s[i->a].word = program.zone->date(rt::Instant{s[i->b].word}).days;
  NEXT();
do_date_minus:
  s[i->a] = {(s[i->b].word - s[i->c].word) * rt::seconds_per_day, 0, Kind::days_duration, 0, 0};
  NEXT();
do_instant_add : {
  const auto at = rt::add(rt::Instant{s[i->b].word}, rt::Duration{s[i->c].word, s[i->c].aux});
  if (!at) return stop(End::out_of_range);
  s[i->a].word = at->micros;
  NEXT();
}
do_instant_subtract : {
  const auto back = rt::negate(rt::Duration{s[i->c].word, s[i->c].aux});
  const auto at = back ? rt::add(rt::Instant{s[i->b].word}, *back) : std::nullopt;
  if (!at) return stop(End::out_of_range);
  s[i->a].word = at->micros;
  NEXT();
}
do_instant_minus : {
  const auto length = rt::subtract(rt::Instant{s[i->b].word}, rt::Instant{s[i->c].word});
  s[i->a] = {length.seconds, length.nanos, Kind::days_duration, 0, 0};
  NEXT();
}
do_length_add:
do_length_subtract : {
  const rt::Duration x{s[i->b].word, s[i->b].aux};
  const rt::Duration y{s[i->c].word, s[i->c].aux};
  const auto length = i->op == Op::length_add ? rt::add(x, y) : rt::subtract(x, y);
  if (!length) return stop(End::out_of_range);
  // The unit of both stays that of the sum.
  const std::uint16_t unit = s[i->b].spare == s[i->c].spare ? s[i->b].spare : std::uint16_t{0};
  s[i->a] = {length->seconds, length->nanos, Kind::days_duration, 0, unit};
  NEXT();
}
do_length_equal:
  s[i->a].word = s[i->b].word == s[i->c].word && s[i->b].aux == s[i->c].aux ? 1 : 0;
  NEXT();
do_length_less:
  s[i->a].word = length_less(s[i->b], s[i->c]) ? 1 : 0;
  NEXT();
do_length_less_equal:
  s[i->a].word = length_less(s[i->c], s[i->b]) ? 0 : 1;
  NEXT();

other:
  return {i, End::value};
#undef NEXT
#undef JUMP
#undef BIT
#undef BITS
#undef COMPARES
#undef TWO
#undef ONE
#undef TWO_EXACT
#undef ONE_EXACT
#undef DIVIDE
}

End run_scalar_rarely(const ScalarEntry& entry, std::span<const Value> inputs, Value& result) {
  std::vector<Value> padded(inputs.begin(), inputs.end());
  padded.resize(std::max<std::size_t>(inputs.size(), entry.inputs));
  std::vector<Slot> slots(entry.registers);
  return run_words(entry.first, *entry.program, slots.data(), nullptr, padded.data(), result).end;
}

}  // namespace aftercare::vm
