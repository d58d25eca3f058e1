// The interface of this file is columns.hpp.
#include "vm/columns.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>

#include "aftercare/rt/date.hpp"

#include "vm/whole.hpp"

// Loops over rows are compiled twice, the second time for registers of 256 bits, and the processor
// chooses when the program is loaded. Sanitizers come too late for that.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define FOR_WIDE_REGISTERS [[gnu::target_clones("avx2", "default")]]
#else
#  define FOR_WIDE_REGISTERS
#endif
#define INLINE [[gnu::always_inline]] inline

namespace aftercare::vm {

using bytecode::Instruction;
using bytecode::Op;
using bytecode::Operand;

namespace {

constexpr std::uint32_t no_label = 0xFFFFFFFF;
constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t micros_per_day = rt::seconds_per_day * micros_per_second;

/// The word of a column at another scale; false where it is no whole number of 64 bits there.
INLINE bool rescaled(std::int64_t word, int shift, std::int64_t& out) noexcept {
  if (shift > 0)
    return shift <= 18 ? !__builtin_mul_overflow(word, powers_of_ten[shift], &out)
                       : (out = 0, word == 0);
  if (shift < -18 || word % powers_of_ten[-shift] != 0) return false;
  out = word / powers_of_ten[-shift];
  return true;
}

// Exact operations, as loops without jumps want them: what they give is negative on overflow.
INLINE std::int64_t wrong_add(std::int64_t x, std::int64_t y, std::int64_t& out) noexcept {
  out = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y));
  return (x ^ out) & (y ^ out);
}
INLINE std::int64_t wrong_sub(std::int64_t x, std::int64_t y, std::int64_t& out) noexcept {
  out = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(y));
  return (x ^ y) & (x ^ out);
}
INLINE std::int64_t wrong_mul(std::int64_t x, std::int64_t y, std::int64_t& out) noexcept {
  return __builtin_mul_overflow(x, y, &out) ? -1 : 0;
}
// With the same number for all rows.
struct By_add {
  explicit By_add(std::int64_t y) : y_(y) {}
  INLINE std::int64_t wrong(std::int64_t x, std::int64_t& out) const noexcept {
    return wrong_add(x, y_, out);
  }
  std::int64_t y_;
};
/// A product that fits is told by its factor.
class By_mul {
 public:
  explicit By_mul(std::int64_t y) : y_(static_cast<std::uint64_t>(y)) {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    low_ = y == -1 ? -most : y == 0 ? least : y > 0 ? least / y : most / y;
    high_ = y == -1 || y == 0 ? most : y > 0 ? most / y : least / y;
  }
  INLINE std::int64_t wrong(std::int64_t x, std::int64_t& out) const noexcept {
    out = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * y_);
    return -static_cast<std::int64_t>((x < low_) | (x > high_));
  }

 private:
  std::uint64_t y_;
  std::int64_t low_, high_;
};

std::uint32_t target_of(const Instruction& i) {
  const bytecode::OpInfo& info = bytecode::info(i.op);
  if (info.imm == Operand::label) return static_cast<std::uint32_t>(i.imm);
  if (info.a == Operand::label) return i.a;
  return no_label;
}

/// The constants that an instruction hands out as words.
std::span<const Value> given_by(const bytecode::Program& program, const Instruction& i) {
  std::size_t count = 0;
  if (i.op == Op::give_constant || i.op == Op::s_length || i.op == Op::is_shorter ||
      i.op == Op::is_longer || i.op == Op::also_shorter || i.op == Op::also_longer)
    count = 1;
  if (i.op == Op::give_choice) count = i.c;
  if (count == 0) return {};
  return std::span(program.constants).subspan(static_cast<std::size_t>(i.imm), count);
}

[[nodiscard]] bool tests_text(Op op) noexcept {
  return op == Op::jump_text || op == Op::jump_other_text || op == Op::is_text ||
         op == Op::also_text;
}

}  // namespace

Columns::Columns(const bytecode::Program& program) : program_(&program) {
  const bytecode::Routine& routine = program.routines[0];
  label_of_.assign(program.code.size() + 1, no_label);
  texts_of_.resize(program.code.size());
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
    for (const Value& value : given_by(program, i)) {
      if (value.is(Kind::number)) scale_ = std::max(scale_, value.as_number().normalized().scale());
    }
  }
  fits_ = fits_ && scale_ <= 17;
  for (std::uint32_t at = routine.begin; fits_ && at < routine.end; ++at) {
    const Instruction& i = program.code[at];
    auto constant = static_cast<std::size_t>(i.imm);
    for (const Value& value : given_by(program, i))
      fits_ = fits_ && to_given(value, given_[constant++]);
  }
  words_.resize(std::size_t{routine.scalars} * block);
  views_.resize(routine.scalars);
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

/// Asked once, not for each row.
void Columns::find_texts() {
  const bytecode::Routine& routine = program_->routines[0];
  for (std::uint32_t at = routine.begin; at < routine.end; ++at) {
    const Instruction& i = program_->code[at];
    if (!tests_text(i.op)) continue;
    const std::string_view constant =
        program_->constants[static_cast<std::size_t>(i.imm)].as_string();
    const std::span<const std::string> all = inputs_[i.b].texts;
    Texts& texts = texts_of_[at];
    texts.only = -1;
    texts.each.clear();
    const auto found = std::find(all.begin(), all.end(), constant);
    if (found == all.end()) continue;
    texts.only = found - all.begin();
    if (std::find(found + 1, all.end(), constant) == all.end()) continue;
    for (const std::string& text : all) texts.each.push_back(text == constant ? 1 : 0);
  }
}

Columns::Stop Columns::run(std::span<const ColumnInput> inputs, std::span<std::int64_t> results,
                           std::span<std::uint8_t> present) {
  inputs_ = inputs;
  results_ = results;
  present_ = present;
  find_texts();
  for (std::size_t first = 0; first < results.size(); first += block) {
    first_ = first;
    rows_ = std::min(block, results.size() - first);
    for (const std::uint32_t input : program_->reads) {
      if (const auto row = outside(input)) return {End::bad_input, *row, input, true};
    }
    const End end = run_block();
    if (end == End::value) continue;
    // Which row it was is found by running them one by one.
    const std::size_t after = first + rows_;
    for (rows_ = 1; first_ < after; ++first_) {
      if (const End alone = run_block(); alone != End::value) return {alone, first_};
    }
    return {end, first};
  }
  return {};
}

/// The first row of the block whose word lies outside, or no row.
FOR_WIDE_REGISTERS std::optional<std::size_t> Columns::outside(std::size_t n) const {
  const ColumnInput& input = inputs_[n];
  const std::int64_t low = input.low, high = input.high;
  if (low == std::numeric_limits<std::int64_t>::min() &&
      high == std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  const std::int64_t* const words = input.words + first_;
  const std::size_t rows = rows_;
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < rows; ++i)
    wrong |= static_cast<std::int64_t>((words[i] < low) | (words[i] > high));
  if (wrong == 0) return std::nullopt;
  for (std::size_t i = 0; i < rows; ++i) {
    const bool is_null = input.present != nullptr && input.present[first_ + i] == 0;
    if (!is_null && (words[i] < low || words[i] > high)) return first_ + i;
  }
  return std::nullopt;  // only words of rows that are null
}

/// Runs `f(row of the block)` for the rows that are at this instruction.
template <class F>
INLINE void Columns::each(F&& f) {
  const std::size_t rows = rows_;
  if (active_count_ == rows) {
    // What is written at a row is read at that row alone.
#pragma GCC ivdep
    for (std::size_t i = 0; i < rows; ++i) f(i);
  } else {
    const std::size_t count = active_count_;
    for (std::size_t k = 0; k < count; ++k) f(std::size_t{active_[k]});
  }
}

/// The same where a row may fail: `f` is negative there. Gives whether none did.
template <class F>
INLINE bool Columns::each_checked(F&& f) {
  std::int64_t wrong = 0;
  each([&](std::size_t i) { wrong |= f(i); });
  return wrong >= 0;
}

/// Runs `f(row, word)` with the words of a number at that scale. Gives whether all have one.
template <class F>
INLINE bool Columns::each_word(std::size_t n, int scale, F&& f) {
  const std::int64_t* const from = inputs_[n].words + first_;
  const int shift = scale - inputs_[n].scale;
  if (shift == 0) {
    each([=](std::size_t i) { f(i, from[i]); });
    return true;
  }
  bool is_good = true;
  each([&](std::size_t i) {
    std::int64_t x = 0;
    is_good = rescaled(from[i], shift, x) && is_good;
    f(i, x);
  });
  return is_good;
}

/// Runs `f(row, whether its text is the constant)`.
template <class F>
INLINE bool Columns::each_text(std::size_t at, std::size_t n, F&& f) {
  const std::int64_t* const from = inputs_[n].words + first_;
  const Texts& texts = texts_of_[at];
  if (texts.each.empty()) {
    const std::int64_t only = texts.only;
    each([=](std::size_t i) { f(i, from[i] == only); });
  } else {
    const std::uint8_t* const is_it = texts.each.data();
    each([=](std::size_t i) { f(i, is_it[from[i]] != 0); });
  }
  return true;
}

/// A register that is a column as it is.
void Columns::take(std::size_t r, const std::int64_t* column) {
  if (active_count_ == rows_) {
    views_[r] = column;
  } else {
    std::int64_t* const to = write(r);
    each([=](std::size_t n) { to[n] = column[n]; });
  }
}

/// The rows that are not here keep what they have.
std::int64_t* Columns::write(std::size_t r) {
  std::int64_t* const own = words_.data() + r * block;
  if (views_[r] != own && active_count_ != rows_ && views_[r] != nullptr)
    std::copy_n(views_[r], rows_, own);
  views_[r] = own;
  return own;
}

/// Rows for which the condition holds wait at the target, the others go on.
template <class P>
INLINE void Columns::split(std::size_t target, P&& holds) {
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

FOR_WIDE_REGISTERS End Columns::run_block() {
  const std::size_t first = first_, rows = rows_;
  active_count_ = rows;
  std::fill(views_.begin(), views_.end(), nullptr);
  std::iota(active_.begin(), active_.begin() + static_cast<std::ptrdiff_t>(rows), std::uint16_t{0});
  const bytecode::Routine& routine = program_->routines[0];
  std::size_t open = rows;  // rows without a result

  const auto input = [&](std::size_t n) { return inputs_[n].words + first; };
  // Whether an input may be read as a value: the checker has proved it, the caller may be wrong.
  const auto is_there = [&](std::size_t n, std::size_t i) {
    return inputs_[n].present == nullptr || inputs_[n].present[first + i] != 0;
  };
  const auto any_is_null = [&](const Instruction& i) {
    const auto from = given_.begin() + static_cast<std::ptrdiff_t>(i.imm);
    return std::any_of(from, from + (i.op == Op::give_choice ? i.c : 1),
                       [](const Given& given) { return given.is_null; });
  };
  // What a test compares with: a word, or the length that a constant is.
  const auto constant_of = [&](const Instruction& i) {
    return bytecode::info(i.op).imm == Operand::konst && !tests_text(i.op)
               ? given_[static_cast<std::size_t>(i.imm)].word
               : i.imm;
  };
  const auto none_is_null = [&](std::size_t n) {
    return inputs_[n].present == nullptr ||
           each_checked([&](std::size_t i) { return is_there(n, i) ? 0 : -1; });
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
    const std::int64_t* const left = read(i.b);      \
    const std::int64_t* const right = read(i.c);     \
    std::int64_t* const to = write(i.a);             \
    each([=](std::size_t n) {                        \
      const std::int64_t x = left[n], y = right[n];  \
      to[n] = static_cast<std::int64_t>(expression); \
    });                                              \
    break;                                           \
  }
#define ONE(name, expression)                        \
  case Op::name: {                                   \
    const std::int64_t* const left = read(i.b);      \
    std::int64_t* const to = write(i.a);             \
    const std::int64_t y = i.imm;                    \
    static_cast<void>(y);                            \
    each([=](std::size_t n) {                        \
      const std::int64_t x = left[n];                \
      to[n] = static_cast<std::int64_t>(expression); \
    });                                              \
    break;                                           \
  }
// Where all words are below 2^31, by a product of 64 bits, which is what registers have.
#define DIVIDE(name, rest)                                                                   \
  case Op::name: {                                                                           \
    const std::int64_t* const left = read(i.b);                                              \
    std::int64_t* const to = write(i.a);                                                     \
    const int digits = i.c;                                                                  \
    std::uint64_t all = 0;                                                                   \
    each([&](std::size_t n) { all |= magnitude(left[n]); });                                 \
    if (all < std::uint64_t{1} << 31U && digits < 10) {                                      \
      const Reciprocal by = reciprocal<32>(powers_of_ten[digits]);                           \
      const auto factor = static_cast<std::uint32_t>(by.factor);                             \
      const auto power = static_cast<std::uint32_t>(powers_of_ten[digits]);                  \
      const int shift = 32 + by.shift;                                                       \
      each([=](std::size_t n) {                                                              \
        const std::int64_t x = left[n];                                                      \
        const std::uint64_t m = magnitude(x);                                                \
        const std::uint64_t whole =                                                          \
            std::uint64_t{static_cast<std::uint32_t>(m)} * factor >> shift;                  \
        const std::uint64_t part = std::uint64_t{static_cast<std::uint32_t>(whole)} * power; \
        to[n] = rounded<rest>(x, whole, m - part, power);                                    \
      });                                                                                    \
    } else {                                                                                 \
      each([=](std::size_t n) { to[n] = divide<rest>(left[n], digits); });                   \
    }                                                                                        \
    break;                                                                                   \
  }
#define TWO_EXACT(name, operation)                                                                 \
  case Op::name: {                                                                                 \
    const std::int64_t* const left = read(i.b);                                                    \
    const std::int64_t* const right = read(i.c);                                                   \
    std::int64_t* const to = write(i.a);                                                           \
    if (!each_checked([=](std::size_t n) { return wrong_##operation(left[n], right[n], to[n]); })) \
      return End::bad_input;                                                                       \
    break;                                                                                         \
  }
#define ONE_EXACT(name, operation)                                              \
  case Op::name: {                                                              \
    const std::int64_t* const left = read(i.b);                                 \
    std::int64_t* const to = write(i.a);                                        \
    const By_##operation by(i.imm);                                             \
    if (!each_checked([=](std::size_t n) { return by.wrong(left[n], to[n]); })) \
      return End::bad_input;                                                    \
    break;                                                                      \
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
      is_good = rescaled(from[n], shift, x) && is_good;                   \
      return x operation i.imm;                                           \
    });                                                                   \
    if (!is_good) return End::bad_input;                                  \
    break;                                                                \
  }
// A test of inputs: `each_of` runs over (n, word or whether), `test` says what of it holds.
#define BIT(name, each_of, test)                                                  \
  case Op::is_##name: {                                                           \
    if (!none_is_null(i.b)) return End::bad_input;                                \
    std::int64_t* const to = write(i.a);                                          \
    const std::int64_t y = constant_of(i);                                        \
    static_cast<void>(y);                                                         \
    if (!each_of([=](std::size_t n, std::int64_t x) { to[n] = (test) ? 1 : 0; })) \
      return End::bad_input;                                                      \
    break;                                                                        \
  }
#define BITS(name, each_of, test)                                                                \
  BIT(name, each_of, test)                                                                       \
  case Op::also_##name: {                                                                        \
    if (!none_is_null(i.b)) return End::bad_input;                                               \
    const std::int64_t* const old = read(i.a);                                                   \
    std::int64_t* const to = write(i.a);                                                         \
    const std::int64_t y = constant_of(i);                                                       \
    static_cast<void>(y);                                                                        \
    if (!each_of([=](std::size_t n, std::int64_t x) { to[n] = 2 * old[n] + ((test) ? 1 : 0); })) \
      return End::bad_input;                                                                     \
    break;                                                                                       \
  }
#define NUMBERS(f) each_word(i.b, i.c, f)
#define WORDS(f) each_word(i.b, inputs_[i.b].scale, f)
#define TEXTS(f) each_text(at, i.b, f)
    switch (i.op) {
      // ── jumps ─────────────────────────────────────────────────────────────────────────────
      case Op::jump:
        split(static_cast<std::size_t>(i.imm), [](std::size_t) { return true; });
        break;
      case Op::jump_zero: {
        const std::int64_t* const x = read(i.a);
        split(static_cast<std::size_t>(i.imm), [=](std::size_t n) { return x[n] == 0; });
        break;
      }
      case Op::jump_not_zero: {
        const std::int64_t* const x = read(i.a);
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
        const Texts& texts = texts_of_[at];
        const bool wanted = i.op == Op::jump_text;
        split(i.a, [&](std::size_t n) { return texts.is_it(from[n]) == wanted; });
        break;
      }

      // ── ends ──────────────────────────────────────────────────────────────────────────────
      case Op::give_constant:
      case Op::give_choice: {
        const Given* const given = given_.data() + static_cast<std::size_t>(i.imm);
        const bool is_choice = i.op == Op::give_choice;
        const std::int64_t* const which = is_choice ? read(i.a) : nullptr;
        std::int64_t* const to = results_.data() + first;
        if (!is_choice) {
          const std::int64_t only = given->word;
          each([=](std::size_t n) { to[n] = only; });
        } else if (i.c == 2) {
          const std::int64_t no = given[0].word, yes = given[1].word;
          each([=](std::size_t n) { to[n] = which[n] != 0 ? yes : no; });
        } else {
          each([=](std::size_t n) { to[n] = given[which[n]].word; });
        }
        bool is_good = true;
        std::uint8_t* const there = present_.empty() ? nullptr : present_.data() + first;
        if (there != nullptr || any_is_null(i)) {
          each([&](std::size_t n) {
            const bool is_null = given[is_choice ? which[n] : 0].is_null;
            if (there != nullptr) there[n] = is_null ? 0 : 1;
            is_good = is_good && (there != nullptr || !is_null);
          });
        }
        if (!is_good) return End::unproved;
        open -= active_count_;
        active_count_ = 0;
        break;
      }
      case Op::give_truth: {
        const std::int64_t* const bits = read(i.a);
        std::int64_t* const to = results_.data() + first;
        const auto table = static_cast<std::uint64_t>(i.imm);
        each([=](std::size_t n) { to[n] = static_cast<std::int64_t>(table >> bits[n] & 1); });
        if (!present_.empty()) {
          std::uint8_t* const there = present_.data() + first;
          each([=](std::size_t n) { there[n] = 1; });
        }
        open -= active_count_;
        active_count_ = 0;
        break;
      }
      case Op::give_number:
      case Op::give_word:
      case Op::give_length: {
        const std::int64_t* const from = read(i.a);
        std::int64_t* const to = results_.data() + first;
        const int shift = scale_ - i.c;
        if (i.op != Op::give_number || shift == 0) {
          each([=](std::size_t n) { to[n] = from[n]; });
        } else if (!each_checked(
                       [=](std::size_t n) { return rescaled(from[n], shift, to[n]) ? 0 : -1; })) {
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
        std::int64_t* const to = write(i.a);
        each([=](std::size_t n) { to[n] = i.imm; });
        break;
      }
      case Op::s_length: {
        const std::int64_t length = given_[static_cast<std::size_t>(i.imm)].word;
        std::int64_t* const to = write(i.a);
        each([=](std::size_t n) { to[n] = length; });
        break;
      }
      case Op::s_number: {
        if (!none_is_null(i.b)) return End::bad_input;
        const std::int64_t* const from = input(i.b);
        const int shift = i.c - inputs_[i.b].scale;
        if (shift == 0) {
          take(i.a, from);
          break;
        }
        std::int64_t* const to = write(i.a);
        if (!each_checked(
                [=](std::size_t n) { return rescaled(from[n], shift, to[n]) ? 0 : -1; })) {
          return End::bad_input;
        }
        break;
      }
      case Op::s_word:
      case Op::s_money:
      case Op::s_slot: {
        if (!none_is_null(i.b)) return End::bad_input;
        take(i.a, input(i.b));
        break;
      }
      case Op::s_present: {
        std::int64_t* const to = write(i.a);
        each([&](std::size_t n) { to[n] = is_there(i.b, n) ? 1 : 0; });
        break;
      }
      case Op::s_move: {
        const std::int64_t* const from = read(i.b);
        std::int64_t* const to = write(i.a);
        each([=](std::size_t n) { to[n] = from[n]; });
        break;
      }

        // ── tests of inputs as bits ───────────────────────────────────────────────────────────
        BITS(equal, NUMBERS, x == y)
        BIT(not_equal, NUMBERS, x != y)
        BITS(less, NUMBERS, x < y)
        BIT(less_equal, NUMBERS, x <= y)
        BITS(greater, NUMBERS, x > y)
        BIT(greater_equal, NUMBERS, x >= y)
        BITS(word, WORDS, x == y)
        BITS(text, TEXTS, x)
        BITS(shorter, WORDS, x < y)
        BITS(longer, WORDS, x > y)
      case Op::also: {
        const std::int64_t *const old = read(i.a), *const further = read(i.b);
        std::int64_t* const to = write(i.a);
        each([=](std::size_t n) { to[n] = 2 * old[n] + further[n]; });
        break;
      }
      case Op::choose: {
        const std::int64_t *const no = read(i.a), *const holds = read(i.b), *const yes = read(i.c);
        std::int64_t* const to = write(i.a);
        each([=](std::size_t n) { to[n] = holds[n] != 0 ? yes[n] : no[n]; });
        break;
      }
      case Op::choose_word: {
        const std::int64_t *const no = read(i.a), *const holds = read(i.b);
        std::int64_t* const to = write(i.a);
        const std::int64_t yes = i.imm;
        each([=](std::size_t n) { to[n] = holds[n] != 0 ? yes : no[n]; });
        break;
      }

      // ── whole numbers ───────────────────────────────────────────────────────────────────
#include "vm/whole_operations.def"

      // ── dates and lengths ─────────────────────────────────────────────────────────────────
      case Op::instant_date: {
        const std::int64_t* const from = read(i.b);
        std::int64_t* const to = write(i.a);
        const Zone& zone = *program_->zone;
        each([=, &zone](std::size_t n) { to[n] = zone.date(rt::Instant{from[n]}).days; });
        break;
      }
      case Op::date_add_days:
      case Op::date_add_years:
      case Op::date_add_months: {
        const std::int64_t* const from = read(i.b);
        std::int64_t* const to = write(i.a);
        const std::int64_t count = i.imm;
        if (i.op == Op::date_add_days) {
          const auto low = rt::min_date.days, high = rt::max_date.days;
          if (!each_checked([=](std::size_t n) {
                const std::int64_t wrong = wrong_add(from[n], count, to[n]);
                return wrong | -static_cast<std::int64_t>((to[n] < low) | (to[n] > high));
              }))
            return End::out_of_range;
          break;
        }
        const std::int64_t months = i.op == Op::date_add_years ? 12 * count : count;
        if (i.op == Op::date_add_years) {
          std::int64_t far = 0;
          each([&](std::size_t n) {
            far |=
                static_cast<std::int64_t>((from[n] < -rt::near_range) | (from[n] > rt::near_range));
          });
          if (far == 0) {
            const auto years = static_cast<std::int32_t>(count);
            each([=](std::size_t n) { to[n] = rt::add_near_years({from[n]}, years).days; });
            break;
          }
        }
        if (!each_checked([=](std::size_t n) -> std::int64_t {
              const auto date = rt::add_months({from[n]}, months);
              if (date) to[n] = date->days;
              return date ? 0 : -1;
            }))
          return End::out_of_range;
        break;
      }
        // Lengths are microseconds here, as instants are.
      case Op::date_minus: {
        const std::int64_t *const left = read(i.b), *const right = read(i.c);
        std::int64_t* const to = write(i.a);
        if (!each_checked([=](std::size_t n) {
              return wrong_mul(left[n] - right[n], micros_per_day, to[n]);
            }))
          return End::out_of_range;
        break;
      }
      case Op::instant_add:
      case Op::instant_subtract:
      case Op::instant_minus:
      case Op::length_add:
      case Op::length_subtract: {
        const std::int64_t *const left = read(i.b), *const right = read(i.c);
        std::int64_t* const to = write(i.a);
        const bool adds = i.op == Op::instant_add || i.op == Op::length_add;
        if (!(adds
                  ? each_checked([=](std::size_t n) { return wrong_add(left[n], right[n], to[n]); })
                  : each_checked(
                        [=](std::size_t n) { return wrong_sub(left[n], right[n], to[n]); })))
          return End::out_of_range;
        break;
      }
        TWO(length_equal, x == y)
        TWO(length_less, x < y)
        TWO(length_less_equal, x <= y)
      default:
        return End::unproved;  // no instruction of a scalar program
    }
#undef TWO
#undef ONE
#undef DIVIDE
#undef TWO_EXACT
#undef ONE_EXACT
#undef JUMP
#undef BIT
#undef BITS
#undef NUMBERS
#undef WORDS
#undef TEXTS
  }
  return End::value;
}

}  // namespace aftercare::vm
