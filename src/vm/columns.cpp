// The interface of this file is columns.hpp.
#include "vm/columns.hpp"

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "aftercare/rt/date.hpp"

#include "vm/whole.hpp"

namespace aftercare::vm {

using bytecode::Instruction;
using bytecode::Op;
using bytecode::Operand;

namespace {

constexpr std::uint32_t no_label = 0xFFFFFFFF;
constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t micros_per_day = rt::seconds_per_day * micros_per_second;

/// The word of a column at another scale; false where it is no whole number of 64 bits there.
inline bool rescaled(std::int64_t word, int shift, std::int64_t& out) noexcept {
  if (shift == 0) {
    out = word;
    return true;
  }
  if (shift > 0)
    return shift <= 18 ? !__builtin_mul_overflow(word, powers_of_ten[shift], &out)
                       : (out = 0, word == 0);
  if (shift < -18 || word % powers_of_ten[-shift] != 0) return false;
  out = word / powers_of_ten[-shift];
  return true;
}

std::uint32_t target_of(const Instruction& i) {
  const bytecode::OpInfo& info = bytecode::info(i.op);
  if (info.imm == Operand::label) return static_cast<std::uint32_t>(i.imm);
  if (info.a == Operand::label) return i.a;
  return no_label;
}

}  // namespace

Columns::Columns(const bytecode::Program& program) : program_(&program) {
  const bytecode::Routine& routine = program.routines[0];
  label_of_.assign(program.code.size() + 1, no_label);
  is_text_.resize(program.code.size());
  given_.resize(program.constants.size());
  std::uint32_t labels = 0;
  for (std::uint32_t at = routine.begin; at < routine.end; ++at) {
    const Instruction& i = program.code[at];
    if (const std::uint32_t target = target_of(i); target != no_label) {
      fits_ = fits_ && target > at;
      if (label_of_[target] == no_label) label_of_[target] = labels++;
    }
    fits_ = fits_ && i.op != Op::give_input;  // a value of any kind
    if (i.op == Op::give_number) scale_ = std::max(scale_, static_cast<int>(i.c));
    if (i.op == Op::give_constant) {
      const Value& value = program.constants[static_cast<std::size_t>(i.imm)];
      if (value.is(Kind::number)) scale_ = std::max(scale_, value.as_number().normalized().scale());
    }
  }
  fits_ = fits_ && scale_ <= 17;
  for (std::uint32_t at = routine.begin; fits_ && at < routine.end; ++at) {
    const Instruction& i = program.code[at];
    if (i.op == Op::give_constant || i.op == Op::s_length) {
      const auto constant = static_cast<std::size_t>(i.imm);
      fits_ = to_given(program.constants[constant], given_[constant]);
    }
  }
  words_.resize(std::size_t{routine.scalars} * block);
  waiting_.resize(std::size_t{labels} * block);
  waits_.resize(labels);
}

bool Columns::to_given(const Value& value, Given& out) {
  switch (value.kind()) {
    case Kind::null:
      out.is_null = true;
      return true;
    case Kind::number: {
      const auto scaled = rt::multiply(value.as_number(), rt::Decimal(powers_of_ten[scale_]));
      const auto whole = scaled ? scaled->to_int64() : std::nullopt;
      out.word = whole.value_or(0);
      return whole.has_value();
    }
    case Kind::string: {
      const std::string text(value.as_string());
      const auto found = std::find(texts_.begin(), texts_.end(), text);
      out.word = found - texts_.begin();
      if (found == texts_.end()) texts_.push_back(text);
      return true;
    }
    case Kind::days_duration: {
      const rt::Duration length = value.as_days_duration();
      out.word = length.nanos / 1000;
      return length.nanos % 1000 == 0 &&
             !__builtin_mul_overflow(length.seconds, micros_per_second, &out.word) &&
             !__builtin_add_overflow(out.word, length.nanos / 1000, &out.word);
    }
    case Kind::boolean:
    case Kind::date:
    case Kind::instant:
    case Kind::symbol:
    case Kind::money:
      out.word = value.raw_word();
      return true;
    default:
      return false;
  }
}

End Columns::run(std::span<const ColumnInput> inputs, std::span<std::int64_t> results,
                 std::span<std::uint8_t> present, std::size_t& row) {
  inputs_ = inputs;
  results_ = results;
  present_ = present;
  // Which texts of a column are the constant of a test: asked once, not for each row.
  const bytecode::Routine& routine = program_->routines[0];
  for (std::uint32_t at = routine.begin; at < routine.end; ++at) {
    const Instruction& i = program_->code[at];
    if (i.op != Op::jump_text && i.op != Op::jump_other_text && i.op != Op::s_text) continue;
    const std::string_view constant =
        program_->constants[static_cast<std::size_t>(i.imm)].as_string();
    is_text_[at].clear();
    for (const std::string& text : inputs[i.b].texts) is_text_[at].push_back(text == constant);
  }
  for (std::size_t first = 0; first < results.size(); first += block) {
    const End end = run_block(first, std::min(block, results.size() - first));
    if (end != End::value) {
      row = bad_row_;
      return end;
    }
  }
  return End::value;
}

/// Runs `f(row of the block)` for the rows that are at this instruction.
template <class F>
void Columns::each(F&& f) {
  if (active_count_ == rows_) {
    for (std::size_t i = 0; i < rows_; ++i) f(i);
  } else {
    for (std::size_t k = 0; k < active_count_; ++k) f(std::size_t{active_[k]});
  }
}

/// The same where a row may fail. Gives whether none did.
template <class F>
bool Columns::each_checked(F&& f) {
  bool is_good = true;
  each([&](std::size_t i) {
    if (!f(i)) [[unlikely]] {
      is_good = false;
      bad_row_ = first_ + i;
    }
  });
  return is_good;
}

/// Rows for which the condition holds wait at the target, the others go on.
template <class P>
void Columns::split(std::size_t target, P&& holds) {
  const std::size_t label = label_of_[target];
  std::uint16_t* const leaving = waiting_.data() + label * block;
  std::size_t left = waits_[label], kept = 0;
  // Both are written, one counts: a row waits once, so there is room for one more.
  const auto place = [&](std::size_t i) {
    const auto row = static_cast<std::uint16_t>(i);
    const bool leaves = holds(i);
    leaving[left] = row;
    active_[kept] = row;
    left += leaves ? 1 : 0;
    kept += leaves ? 0 : 1;
  };
  if (active_count_ == rows_) {
    for (std::size_t i = 0; i < rows_; ++i) place(i);
  } else {
    for (std::size_t k = 0; k < active_count_; ++k) place(active_[k]);
  }
  waits_[label] = static_cast<std::uint16_t>(left);
  active_count_ = kept;
}

End Columns::run_block(std::size_t first, std::size_t rows) {
  first_ = first;
  rows_ = active_count_ = rows;
  std::iota(active_.begin(), active_.begin() + static_cast<std::ptrdiff_t>(rows), std::uint16_t{0});
  const bytecode::Routine& routine = program_->routines[0];
  std::size_t open = rows;  // rows without a result

  const auto word = [&](std::size_t r) { return words_.data() + r * block; };
  const auto input = [&](std::size_t n) { return inputs_[n].words + first; };
  // Whether an input may be read as a value: the checker has proved it, the caller may be wrong.
  const auto is_there = [&](std::size_t n, std::size_t i) {
    return inputs_[n].present == nullptr || inputs_[n].present[first + i] != 0;
  };
  const auto none_is_null = [&](std::size_t n) {
    return inputs_[n].present == nullptr ||
           each_checked([&](std::size_t i) { return is_there(n, i); });
  };

  for (std::uint32_t at = routine.begin; open > 0 && at < routine.end; ++at) {
    const Instruction& i = program_->code[at];
    if (const std::uint32_t label = label_of_[at]; label != no_label && waits_[label] > 0) {
      std::copy_n(waiting_.data() + label * block, waits_[label],
                  active_.begin() + static_cast<std::ptrdiff_t>(active_count_));
      active_count_ += waits_[label];
      waits_[label] = 0;
      // All rows, in whatever order: in their own order again.
      if (active_count_ == rows_)
        std::iota(active_.begin(), active_.begin() + static_cast<std::ptrdiff_t>(rows_),
                  std::uint16_t{0});
    }
    if (active_count_ == 0) continue;

#define TWO(name, expression)                        \
  case Op::name: {                                   \
    std::int64_t* const to = word(i.a);              \
    const std::int64_t* const left = word(i.b);      \
    const std::int64_t* const right = word(i.c);     \
    each([=](std::size_t n) {                        \
      const std::int64_t x = left[n], y = right[n];  \
      to[n] = static_cast<std::int64_t>(expression); \
    });                                              \
    break;                                           \
  }
#define ONE(name, expression)                        \
  case Op::name: {                                   \
    std::int64_t* const to = word(i.a);              \
    const std::int64_t* const left = word(i.b);      \
    const std::int64_t y = i.imm;                    \
    static_cast<void>(y);                            \
    each([=](std::size_t n) {                        \
      const std::int64_t x = left[n];                \
      to[n] = static_cast<std::int64_t>(expression); \
    });                                              \
    break;                                           \
  }
// By the smallest powers of ten with a multiplication instead of a division.
#define DIVIDE(name, expression)                            \
  case Op::name: {                                          \
    std::int64_t* const to = word(i.a);                     \
    const std::int64_t* const left = word(i.b);             \
    const auto divide = [&](auto y) {                       \
      each([=](std::size_t n) {                             \
        const std::int64_t x = left[n];                     \
        to[n] = static_cast<std::int64_t>(expression);      \
      });                                                   \
    };                                                      \
    if (i.imm == 10) {                                      \
      divide(std::integral_constant<std::int64_t, 10>());   \
    } else if (i.imm == 100) {                              \
      divide(std::integral_constant<std::int64_t, 100>());  \
    } else if (i.imm == 1000) {                             \
      divide(std::integral_constant<std::int64_t, 1000>()); \
    } else {                                                \
      divide(i.imm);                                        \
    }                                                       \
    break;                                                  \
  }
#define TWO_EXACT(name, overflows)                                                           \
  case Op::name: {                                                                           \
    std::int64_t* const to = word(i.a);                                                      \
    const std::int64_t* const left = word(i.b);                                              \
    const std::int64_t* const right = word(i.c);                                             \
    if (!each_checked([=](std::size_t n) { return !overflows(left[n], right[n], &to[n]); })) \
      return End::bad_input;                                                                 \
    break;                                                                                   \
  }
#define ONE_EXACT(name, overflows)                                                    \
  case Op::name: {                                                                    \
    std::int64_t* const to = word(i.a);                                               \
    const std::int64_t* const left = word(i.b);                                       \
    const std::int64_t y = i.imm;                                                     \
    if (!each_checked([=](std::size_t n) { return !overflows(left[n], y, &to[n]); })) \
      return End::bad_input;                                                          \
    break;                                                                            \
  }
#define JUMP(name, operation)                                             \
  case Op::name: {                                                        \
    if (!none_is_null(i.b)) return End::bad_input;                        \
    const std::int64_t* const from = input(i.b);                          \
    const int shift = i.c - inputs_[i.b].scale;                           \
    if (shift == 0) {                                                     \
      split(i.a, [&](std::size_t n) { return from[n] operation i.imm; }); \
      break;                                                              \
    }                                                                     \
    bool is_good = true;                                                  \
    split(i.a, [&](std::size_t n) {                                       \
      std::int64_t x = 0;                                                 \
      if (!rescaled(from[n], shift, x)) {                                 \
        is_good = false;                                                  \
        bad_row_ = first + n;                                             \
      }                                                                   \
      return x operation i.imm;                                           \
    });                                                                   \
    if (!is_good) return End::bad_input;                                  \
    break;                                                                \
  }
    switch (i.op) {
      // ── jumps ─────────────────────────────────────────────────────────────────────────────
      case Op::jump:
        split(static_cast<std::size_t>(i.imm), [](std::size_t) { return true; });
        break;
      case Op::jump_zero: {
        const std::int64_t* const x = word(i.a);
        split(static_cast<std::size_t>(i.imm), [=](std::size_t n) { return x[n] == 0; });
        break;
      }
      case Op::jump_not_zero: {
        const std::int64_t* const x = word(i.a);
        split(static_cast<std::size_t>(i.imm), [=](std::size_t n) { return x[n] != 0; });
        break;
      }
      case Op::jump_absent:
        split(static_cast<std::size_t>(i.imm), [&](std::size_t n) { return !is_there(i.b, n); });
        break;
      case Op::jump_present:
        split(static_cast<std::size_t>(i.imm), [&](std::size_t n) { return is_there(i.b, n); });
        break;
        JUMP(jump_equal, ==)
        JUMP(jump_not_equal, !=)
        JUMP(jump_less, <)
        JUMP(jump_less_equal, <=)
        JUMP(jump_greater, >)
        JUMP(jump_greater_equal, >=)
      case Op::jump_word:
      case Op::jump_other_word: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        const bool wanted = i.op == Op::jump_word;
        split(i.a, [&](std::size_t n) { return (from[n] == i.imm) == wanted; });
        break;
      }
      case Op::jump_text:
      case Op::jump_other_text: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        const std::uint8_t* const is_it = is_text_[at].data();
        const bool wanted = i.op == Op::jump_text;
        split(i.a, [=](std::size_t n) { return (is_it[from[n]] != 0) == wanted; });
        break;
      }

      // ── ends ──────────────────────────────────────────────────────────────────────────────
      case Op::give_constant: {
        const Given given = given_[static_cast<std::size_t>(i.imm)];
        if (given.is_null && present_.empty()) {
          bad_row_ = first + active_[0];
          return End::unproved;
        }
        std::int64_t* const to = results_.data() + first;
        each([=](std::size_t n) { to[n] = given.word; });
        if (!present_.empty()) {
          std::uint8_t* const there = present_.data() + first;
          each([=](std::size_t n) { there[n] = given.is_null ? 0 : 1; });
        }
        open -= active_count_;
        active_count_ = 0;
        break;
      }
      case Op::give_number:
      case Op::give_word:
      case Op::give_length: {
        const std::int64_t* const from = word(i.a);
        std::int64_t* const to = results_.data() + first;
        const int shift = scale_ - i.c;
        if (i.op != Op::give_number || shift == 0) {
          each([=](std::size_t n) { to[n] = from[n]; });
        } else if (!each_checked([=](std::size_t n) { return rescaled(from[n], shift, to[n]); })) {
          return End::out_of_range;
        }
        if (!present_.empty()) {
          std::uint8_t* const there = present_.data() + first;
          each([=](std::size_t n) { there[n] = 1; });
        }
        open -= active_count_;
        active_count_ = 0;
        break;
      }

      // ── in ────────────────────────────────────────────────────────────────────────────────
      case Op::s_constant: {
        std::int64_t* const to = word(i.a);
        each([=](std::size_t n) { to[n] = i.imm; });
        break;
      }
      case Op::s_length: {
        const std::int64_t length = given_[static_cast<std::size_t>(i.imm)].word;
        std::int64_t* const to = word(i.a);
        each([=](std::size_t n) { to[n] = length; });
        break;
      }
      case Op::s_number: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        std::int64_t* const to = word(i.a);
        const int shift = i.c - inputs_[i.b].scale;
        if (shift == 0) {
          each([=](std::size_t n) { to[n] = from[n]; });
        } else if (!each_checked([=](std::size_t n) { return rescaled(from[n], shift, to[n]); })) {
          return End::bad_input;
        }
        break;
      }
      case Op::s_word:
      case Op::s_money:
      case Op::s_slot: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        std::int64_t* const to = word(i.a);
        each([=](std::size_t n) { to[n] = from[n]; });
        break;
      }
      case Op::s_present: {
        std::int64_t* const to = word(i.a);
        each([&](std::size_t n) { to[n] = is_there(i.b, n) ? 1 : 0; });
        break;
      }
      case Op::s_text: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        const std::uint8_t* const is_it = is_text_[at].data();
        std::int64_t* const to = word(i.a);
        each([=](std::size_t n) { to[n] = is_it[from[n]]; });
        break;
      }
      case Op::s_move: {
        const std::int64_t* const from = word(i.b);
        std::int64_t* const to = word(i.a);
        each([=](std::size_t n) { to[n] = from[n]; });
        break;
      }

      // ── whole numbers ───────────────────────────────────────────────────────────────────
#include "vm/whole_operations.def"

      // ── dates and lengths ─────────────────────────────────────────────────────────────────
      case Op::instant_date: {
        const std::int64_t* const from = word(i.b);
        std::int64_t* const to = word(i.a);
        const Zone& zone = *program_->zone;
        each([=, &zone](std::size_t n) { to[n] = zone.date(rt::Instant{from[n]}).days; });
        break;
      }
      case Op::date_add_days:
      case Op::date_add_months: {
        const std::int64_t* const from = word(i.b);
        std::int64_t* const to = word(i.a);
        const bool by_months = i.op == Op::date_add_months;
        if (!each_checked([=](std::size_t n) {
              const auto date =
                  by_months ? rt::add_months({from[n]}, i.imm) : rt::add_days({from[n]}, i.imm);
              if (date) to[n] = date->days;
              return date.has_value();
            }))
          return End::out_of_range;
        break;
      }
        // Lengths are microseconds here, as instants are.
      case Op::date_minus: {
        const std::int64_t *const left = word(i.b), *const right = word(i.c);
        std::int64_t* const to = word(i.a);
        if (!each_checked([=](std::size_t n) {
              return !__builtin_mul_overflow(left[n] - right[n], micros_per_day, &to[n]);
            }))
          return End::out_of_range;
        break;
      }
      case Op::instant_add:
      case Op::instant_subtract:
      case Op::instant_minus:
      case Op::length_add:
      case Op::length_subtract: {
        const std::int64_t *const left = word(i.b), *const right = word(i.c);
        std::int64_t* const to = word(i.a);
        const bool adds = i.op == Op::instant_add || i.op == Op::length_add;
        if (!each_checked([=](std::size_t n) {
              return adds ? !__builtin_add_overflow(left[n], right[n], &to[n])
                          : !__builtin_sub_overflow(left[n], right[n], &to[n]);
            }))
          return End::out_of_range;
        break;
      }
        TWO(length_equal, x == y)
        TWO(length_less, x < y)
        TWO(length_less_equal, x <= y)
      default:
        bad_row_ = first;
        return End::unproved;  // no instruction of a scalar program
    }
#undef TWO
#undef ONE
#undef DIVIDE
#undef TWO_EXACT
#undef ONE_EXACT
#undef JUMP
  }
  return End::value;
}

}  // namespace aftercare::vm
