// The interface of this file is words.hpp.
#include "vm/words.hpp"

#include "aftercare/rt/date.hpp"

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

/// The number word / 10^scale with as few digits as it needs.
inline Value from_scaled(std::int64_t word, int scale) noexcept {
  if (scale > 0 && word % 10 == 0) {
    if (word == 0) return Value::integer(0);
    if (scale >= 6 && word % 1'000'000 == 0) {
      word /= 1'000'000;
      scale -= 6;
    }
    while (scale > 0 && word % 10 == 0) {
      word /= 10;
      --scale;
    }
  }
  return Value::from_raw(Kind::number, word, -scale, 0);
}

/// Whether two strings are the same, code point by code point.
inline bool is_text(const Value& v, const Value& constant) noexcept {
  return v.as_string() == constant.as_string();
}

inline Value word_value(std::int64_t word, Kind kind, std::int64_t extra) noexcept {
  return Value::from_raw(kind, word, static_cast<std::int32_t>(extra & 0xFFFFFFFF),
                         static_cast<std::uint16_t>(extra >> 32));
}
inline Value length_value(const Slot& slot) noexcept {
  return Value::from_raw(Kind::days_duration, slot.word, slot.aux, slot.spare);
}
inline bool length_less(const Slot& a, const Slot& b) noexcept {
  return a.word != b.word ? a.word < b.word : a.aux < b.aux;
}

}  // namespace

const Instruction* run_words(const Instruction* i, const Program& program, Slot* s, Value* o,
                             const Value* inputs, Value& result, End& end) {
  const Instruction* const code = program.code.data();
  const auto stop = [&](End how) -> const Instruction* {
    end = how;
    return nullptr;
  };

#define JUMP(name, operation)                                           \
  do_##name : {                                                         \
    std::int64_t x = 0;                                                 \
    if (!to_scaled(inputs[i->b], i->c, x)) return stop(End::bad_input); \
    if (x operation i->imm) i = code + i->a - 1;                        \
    NEXT();                                                             \
  }
#define TWO(name, expression)                             \
  do_##name : {                                           \
    const std::int64_t x = s[i->b].word;                  \
    const std::int64_t y = s[i->c].word;                  \
    s[i->a].word = static_cast<std::int64_t>(expression); \
    NEXT();                                               \
  }
// What an input beyond its type would make too large is an error, not another number.
#define TWO_EXACT(name, overflows)                                                         \
  do_##name : {                                                                            \
    if (overflows(s[i->b].word, s[i->c].word, &s[i->a].word)) return stop(End::bad_input); \
    NEXT();                                                                                \
  }
#define ONE_EXACT(name, overflows)                                                   \
  do_##name : {                                                                      \
    if (overflows(s[i->b].word, i->imm, &s[i->a].word)) return stop(End::bad_input); \
    NEXT();                                                                          \
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
  if (is_text(inputs[i->b], program.constants[static_cast<std::size_t>(i->imm)]))
    i = code + i->a - 1;
  NEXT();
do_jump_other_text:
  if (!inputs[i->b].is(Kind::string)) return stop(End::bad_input);
  if (!is_text(inputs[i->b], program.constants[static_cast<std::size_t>(i->imm)]))
    i = code + i->a - 1;
  NEXT();

// ── ends ────────────────────────────────────────────────────────────────────────────────
do_give_input:
  result = inputs[static_cast<std::size_t>(i->imm)];
  end = End::value;
  return nullptr;
do_give_constant:
  result = program.constants[static_cast<std::size_t>(i->imm)];
  end = End::value;
  return nullptr;
do_give_number:
  result = from_scaled(s[i->a].word, i->c);
  end = End::value;
  return nullptr;
do_give_word:
  result = word_value(s[i->a].word, static_cast<Kind>(i->c), i->imm);
  end = End::value;
  return nullptr;
do_give_length:
  result = length_value(s[i->a]);
  end = End::value;
  return nullptr;

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
do_s_text : {
  const Value& v = inputs[i->b];
  if (!v.is(Kind::string)) return stop(End::bad_input);
  s[i->a].word = is_text(v, program.constants[static_cast<std::size_t>(i->imm)]) ? 1 : 0;
  NEXT();
}
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
  o[i->a] = from_scaled(s[i->b].word, i->c);
  NEXT();
do_box_word:
  o[i->a] = word_value(s[i->b].word, static_cast<Kind>(i->c), i->imm);
  NEXT();
do_box_length:
  o[i->a] = length_value(s[i->b]);
  NEXT();

  // ── scalars: whole numbers ──────────────────────────────────────────────────────────────
#define DIVIDE ONE
#include "vm/whole_operations.def"
#undef DIVIDE

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
  return i;
#undef NEXT
#undef JUMP
#undef TWO
#undef ONE
#undef TWO_EXACT
#undef ONE_EXACT
}

}  // namespace aftercare::vm
