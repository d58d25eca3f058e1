// Instructions on words at their edges, each beside arithmetic that cannot overflow.
#include "vm/words.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/rt/date.hpp"

#include "bytecode/builder.hpp"
#include "vm/machine.hpp"
#include "vm/whole.hpp"

namespace aftercare::vm {
namespace {

using bytecode::Builder;
using bytecode::Op;
using bytecode::Program;
using bytecode::Register;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// What the program gives when it is linked.
std::string run_linked(const Program& program, std::vector<Value> inputs) {
  inputs.resize(std::max<std::size_t>(inputs.size(), program.inputs));
  Linked linked(program);
  const Given given = linked.run(inputs.data());
  if (!given.is_value()) {
    EXPECT_EQ(given.inputs(), inputs.data());
    return "refused";
  }
  Value value;
  given.put_into(value);
  return value.to_text();
}

/// What it gives, linked or not.
std::string run(const Program& program, std::vector<Value> inputs = {}) {
  EXPECT_EQ(bytecode::verify(program), "");
  EXPECT_TRUE(program.is_scalar);
  const Result<Value> result = Machine().run(program, inputs);
  const std::string text = result ? result->to_text() : "refused";
  const std::string same = run_linked(program, inputs);
  if (program.wide && same == "refused") return text;
  EXPECT_EQ(same, text);
  return text;
}

/// One instruction on one word, and the word that it leaves.
std::string of_word(Op op, std::int64_t word, std::uint16_t c = 0, std::int64_t imm = 0) {
  Builder b;
  const Register s = b.scalar();
  b.emit(Op::s_constant, {}, s, 0, 0, word);
  b.emit(op, {}, s, s, c, imm);
  b.emit(Op::give_number, {}, s);
  return run(b.finish());
}

template <Rest rest>
std::int64_t by_hand(std::int64_t x, int digits) {
  const __int128 power = powers_of_ten[digits];
  __int128 whole = x / power;
  __int128 part = x % power;
  const bool is_below = part < 0;
  if (is_below) part = -part;
  const bool is_tie = 2 * part == power;
  bool away = false;
  if (rest == Rest::down) away = is_below && part != 0;
  if (rest == Rest::up) away = !is_below && part != 0;
  if (rest == Rest::half_even) away = 2 * part > power || (is_tie && whole % 2 != 0);
  if (rest == Rest::half_up) away = 2 * part >= power;
  return static_cast<std::int64_t>(whole + (away ? (x < 0 ? -1 : 1) : 0));
}

TEST(Words, DivideByPowersOfTenExactlyAndRoundAsAsked) {
  for (int digits = 1; digits <= 18; ++digits) {
    const std::int64_t power = powers_of_ten[digits];
    std::vector<std::int64_t> edges = {0, least, least + 1, most, most - 1};
    for (const std::int64_t multiple : {std::int64_t{0}, std::int64_t{1}, std::int64_t{2},
                                        std::int64_t{3}, most / power - 1, most / power}) {
      for (const std::int64_t near : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}}) {
        for (const std::int64_t part : {std::int64_t{0}, power / 2}) {
          const __int128 x = static_cast<__int128>(multiple) * power + part + near;
          if (x > most) continue;
          edges.push_back(static_cast<std::int64_t>(x));
          edges.push_back(-static_cast<std::int64_t>(x));
        }
      }
    }
    for (const std::int64_t x : edges) {
      ASSERT_EQ(divide<Rest::down>(x, digits), by_hand<Rest::down>(x, digits))
          << x << ' ' << digits;
      ASSERT_EQ(divide<Rest::up>(x, digits), by_hand<Rest::up>(x, digits)) << x << ' ' << digits;
      ASSERT_EQ(divide<Rest::half_even>(x, digits), by_hand<Rest::half_even>(x, digits))
          << x << ' ' << digits;
      ASSERT_EQ(divide<Rest::half_up>(x, digits), by_hand<Rest::half_up>(x, digits))
          << x << ' ' << digits;
      const auto c = static_cast<std::uint16_t>(digits);
      ASSERT_EQ(of_word(Op::i_half_even, x, c),
                std::to_string(by_hand<Rest::half_even>(x, digits)));
      ASSERT_EQ(of_word(Op::i_ceiling, x, c), std::to_string(by_hand<Rest::up>(x, digits)));
    }
  }
}

TEST(Words, GiveNumbersWithAsFewDigitsAsTheyNeed) {
  for (int scale = 0; scale <= 18; ++scale) {
    for (const std::int64_t digits :
         {std::int64_t{0}, std::int64_t{7}, std::int64_t{-45}, std::int64_t{101}}) {
      for (int zeros = 0; zeros <= 16; ++zeros) {
        const std::int64_t word = digits * powers_of_ten[zeros];
        Builder b;
        const Register s = b.scalar();
        b.emit(Op::s_constant, {}, s, 0, 0, word);
        b.emit(Op::give_number, {}, s, 0, static_cast<std::uint16_t>(scale));
        const Program program = b.finish();
        const Value given = Machine().run(program, {}).value();
        const auto expected = rt::Decimal::make(word, -scale).value().normalized();
        ASSERT_EQ(given.as_number(), expected);
        ASSERT_EQ(given.to_text().find('.') == std::string::npos, expected.scale() <= 0);
        ASSERT_EQ(std::max(0, -given.raw_aux()), std::max(0, expected.scale()));
      }
    }
    for (const std::int64_t word : {least, least + 1, most}) {
      std::uint64_t n = magnitude(word);
      const int left = strip_zeros(n, scale);
      EXPECT_EQ(left, scale);
      EXPECT_EQ(n, magnitude(word));
    }
  }
}

TEST(Words, TellWhatDoesNotFit) {
  EXPECT_EQ(of_word(Op::i_add_word, most, 0, 1), "refused");
  EXPECT_EQ(of_word(Op::i_add_word, most - 1, 0, 1), std::to_string(most));
  EXPECT_EQ(of_word(Op::i_add_word, least, 0, -1), "refused");
  EXPECT_EQ(of_word(Op::i_multiply_word, most / 10, 0, 10), std::to_string(most / 10 * 10));
  EXPECT_EQ(of_word(Op::i_multiply_word, most / 10 + 1, 0, 10), "refused");
  EXPECT_EQ(of_word(Op::i_multiply_word, least, 0, -1), "refused");
}

TEST(Words, AddYearsFromEveryDayAsAddMonthsDoes) {
  for (const std::int64_t years : {-2000, -401, -4, -1, 0, 1, 3, 4, 100, 400, 2000}) {
    std::vector<std::int64_t> days = {rt::near_range,      -rt::near_range,      rt::near_range + 1,
                                      -rt::near_range - 1, rt::near_range - 366, 0};
    for (std::int64_t day = -160'000; day < 160'000; day += day % 7 == 0 ? 1 : 5)
      days.push_back(day);
    for (const int year : {1896, 1900, 1904, 2000, 2024, 2100}) {
      for (std::int64_t near = -2; near <= 2; ++near)
        days.push_back(rt::date_of(year, 3, 1).days + near);
    }
    Builder b;
    const Register s = b.scalar();
    b.reads(0, "day");
    b.emit(Op::s_word, {}, s, 0, static_cast<std::uint16_t>(Kind::date));
    b.emit(Op::date_add_years, {}, s, s, 0, years);
    b.emit(Op::give_word, {}, s, 0, static_cast<std::uint16_t>(Kind::date));
    const Program program = b.finish();
    Machine machine;
    Linked linked(program);
    for (const std::int64_t day : days) {
      const auto f = rt::fields(rt::Date{day});
      const std::int64_t year = f.year + years;
      const int last = rt::days_in_month(year, f.month);
      const Value inputs[] = {Value::date({day})};
      ASSERT_EQ(machine.run(program, inputs).value().as_date(),
                rt::date_of(year, f.month, f.day < last ? f.day : last))
          << day << " + " << years;
      ASSERT_EQ(linked.run(inputs).word, machine.run(program, inputs)->as_date().days);
    }
    const Value end[] = {Value::date(years > 0 ? rt::max_date : rt::min_date)};
    EXPECT_EQ(machine.run(program, end).has_value(), years == 0);
    EXPECT_EQ(Linked(program).run(end).is_value(), years == 0);
  }
}

TEST(Words, TestsOfInputsBecomeBits) {
  Builder b;
  const Register s = b.scalar();
  const Register one = b.scalar();
  for (std::uint32_t n = 0; n < 3; ++n) b.reads(n, std::string(1, static_cast<char>('a' + n)));
  b.emit(Op::is_less, {}, s, 0, 2, 1050);
  b.emit(Op::also_text, {}, s, 1, 0, b.constant(Value::string("a longer text")));
  b.emit(Op::also_longer, {}, s, 2, 0, b.constant(Value::days_duration({60, 5})));
  b.emit(Op::s_constant, {}, one, 0, 0, 1);
  b.emit(Op::also, {}, s, one);
  b.emit(Op::give_number, {}, s);
  const Program program = b.finish();
  const auto number = [](const char* text) { return Value::number(text).value(); };
  const Value text = Value::string("a longer text");
  const Value longer = Value::days_duration({60, 6});
  EXPECT_EQ(run(program, {number("10.49"), text, longer}), "15");
  EXPECT_EQ(run(program, {number("10.50"), text, longer}), "7");
  EXPECT_EQ(run(program, {number("1e1"), Value::string("a longer test"), longer}), "11");
  EXPECT_EQ(run(program, {number("-3"), Value::string("a longer text "), longer}), "11");
  EXPECT_EQ(run(program, {number("-3"), text, Value::days_duration({60, 5})}), "13");
  EXPECT_EQ(run(program, {number("-3"), text, Value::days_duration({59, 999'999'999})}), "13");
  EXPECT_EQ(run(program, {number("10.499"), text, longer}), "refused");
  EXPECT_EQ(run(program, {number("1e30"), text, longer}), "refused");
  EXPECT_EQ(run(program, {number("1"), Value(), longer}), "refused");
  EXPECT_EQ(run(program, {number("1"), text}), "refused");
}

TEST(Words, ShortTextsAreComparedWhole) {
  const std::array<std::string, 8> texts = {
      "", std::string(1, '\0'), "a", "12345678", "1234567", "12345679", "123456789", "经理"};
  for (const std::string& constant : texts) {
    Builder b;
    const Register s = b.scalar();
    b.reads(0, "text");
    b.emit(Op::is_text, {}, s, 0, 0, b.constant(Value::string(constant)));
    b.emit(Op::give_truth, {}, s, 0, 0, 2);
    const Program program = b.finish();
    for (const std::string& text : texts)
      EXPECT_EQ(run(program, {Value::string(text)}), text == constant ? "true" : "false");
  }
}

TEST(Words, ChooseWithoutJumps) {
  for (const std::int64_t holds : {0, 1, -4}) {
    Builder b;
    const Register to = b.scalar(), condition = b.scalar(), other = b.scalar();
    b.emit(Op::s_length, {}, to, 0, 0, b.constant(Value::days_duration({1, 2})));
    b.emit(Op::s_constant, {}, condition, 0, 0, holds);
    b.emit(Op::s_length, {}, other, 0, 0, b.constant(Value::days_duration({3, 4})));
    b.emit(Op::choose, {}, to, condition, other);
    b.emit(Op::give_length, {}, to);
    const Value length = Machine().run(b.finish(), {}).value();
    EXPECT_EQ(length.as_days_duration(), holds != 0 ? (rt::Duration{3, 4}) : (rt::Duration{1, 2}));

    Builder c;
    const Register word = c.scalar(), bit = c.scalar();
    c.emit(Op::s_constant, {}, word, 0, 0, least);
    c.emit(Op::s_constant, {}, bit, 0, 0, holds);
    c.emit(Op::choose_word, {}, word, bit, 0, most);
    c.emit(Op::give_number, {}, word);
    EXPECT_EQ(run(c.finish()), std::to_string(holds != 0 ? most : least));
  }
}

TEST(Words, AChoiceNeedsAllOfItsConstants) {
  Builder b;
  const Register s = b.scalar();
  b.emit(Op::s_constant, {}, s, 0, 0, 1);
  const std::int64_t first = b.constant(Value::string("no"));
  static_cast<void>(b.constant(Value::string("yes")));
  b.emit(Op::give_choice, {}, s, 0, 2, first);
  Program program = b.finish();
  EXPECT_EQ(run(program), "\"yes\"");
  program.code.back().c = 3;
  EXPECT_NE(bytecode::verify(program), "");
}

TEST(Words, MoreRegistersThanUsualAndFewerInputs) {
  Builder b;
  std::vector<Register> all;
  for (int n = 0; n < 100; ++n) {
    all.push_back(b.scalar());
    b.emit(Op::s_constant, {}, all.back(), 0, 0, n);
  }
  for (int n = 1; n < 100; ++n)
    b.emit(Op::i_add, {}, all[0], all[0], all[static_cast<std::size_t>(n)]);
  b.emit(Op::give_number, {}, all[0]);
  EXPECT_EQ(run(b.finish()), "4950");
  Builder c;
  const Register s = c.scalar();
  c.reads(3, "last");
  c.emit(Op::s_present, {}, s, 3);
  c.emit(Op::give_truth, {}, s, 0, 0, 2);
  EXPECT_EQ(run(c.finish(), {Value::integer(1)}), "false");
}

TEST(Words, WhatDoesNotFitIsRunOnObjectRegistersWhereThereIsSuchAProgram) {
  Builder b;
  const Register s = b.scalar();
  b.reads(0, "a");
  b.emit(Op::s_number, {}, s, 0, 0);
  b.emit(Op::i_multiply, {}, s, s, s);
  b.emit(Op::give_number, {}, s);
  Program program = b.finish();
  Builder w;
  const Register o = w.object();
  w.reads(0, "a");
  w.emit(Op::load, {}, o, 0, 0, 0);
  w.emit(Op::multiply, {}, o, o, o);
  w.emit(Op::give, {}, o);
  EXPECT_EQ(run(program, {Value::integer(4'000'000'000)}), "refused");
  program.wide = std::make_shared<const Program>(w.finish());
  EXPECT_EQ(run(program, {Value::integer(3'000'000'000)}), "9000000000000000000");
  EXPECT_EQ(run(program, {Value::integer(4'000'000'000)}), "16000000000000000000");
  EXPECT_EQ(run(program, {Value::number("0.5").value()}), "0.25");
  EXPECT_EQ(run(program, {Value()}), "null");
  EXPECT_NE(bytecode::disassemble(program).find("where a number is too wide"), std::string::npos);
  Program nested = program;
  nested.wide = std::make_shared<const Program>(program);
  EXPECT_NE(bytecode::verify(nested), "");
}

// Each step goes on to the next by itself; that must not take memory for each.
TEST(Words, GoOnWithoutMemoryForEachStep) {
  constexpr std::int64_t many = 300'000;
  Builder b;
  const Register s = b.scalar();
  const Register bit = b.scalar();
  for (std::uint32_t n = 0; n < 3; ++n) b.reads(n, std::string(1, static_cast<char>('a' + n)));
  const std::int64_t word = b.constant(Value::string("word"));
  const std::int64_t longer = b.constant(Value::string("longer than a word"));
  b.emit(Op::s_constant, {}, s);
  for (std::int64_t n = 0; n < many; ++n) {
    // What is usual, and what is rare: a number of many digits, a text of many letters, a far day.
    b.emit(Op::i_add_word, {}, s, s, 0, 1);
    b.emit(Op::is_less, {}, bit, 0, 2, 5);
    b.emit(Op::is_text, {}, bit, 1, 0, n % 2 == 0 ? word : longer);
    b.emit(Op::s_word, {}, bit, 2, static_cast<std::uint16_t>(Kind::date));
    b.emit(Op::date_add_years, {}, bit, bit, 0, n % 2 == 0 ? 1 : -1);
  }
  b.emit(Op::give_number, {}, s);
  const Program program = b.finish();
  const Value many_digits = Value::number("1.00000000000000000000000000000000").value();
  ASSERT_TRUE(many_digits.is_heap());
  EXPECT_EQ(run(program, {many_digits, Value::string("word"), Value::date({rt::near_range + 9})}),
            std::to_string(many));
}

TEST(Words, HoldOnToWhatIsGiven) {
  Builder b;
  const Register s = b.scalar();
  b.reads(0, "a");
  const std::int64_t first = b.constant(Value::string("the first of two texts"));
  static_cast<void>(b.constant(Value::string("the second of two texts")));
  b.emit(Op::is_less, {}, s, 0, 0, 10);
  b.emit(Op::give_choice, {}, s, 0, 2, first);
  Value kept;
  {
    const Program program = b.finish();
    Linked linked(program);
    const Value inputs[] = {Value::integer(3)};
    linked.run(inputs).put_into(kept);
  }
  EXPECT_EQ(kept.as_string(), "the second of two texts");
}

}  // namespace
}  // namespace aftercare::vm
