#include "aftercare/rt/decimal.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <gtest/gtest.h>

namespace aftercare::rt {
namespace {

constexpr Decimal operator""_d(const char* text, std::size_t size) {
  return *Decimal::parse({text, size});
}

std::string text(const std::optional<Decimal>& d) { return d ? to_string(*d) : "none"; }
std::string reread(std::string_view t) { return text(Decimal::parse(t)); }

static_assert(std::is_trivially_copyable_v<Decimal> && sizeof(Decimal) == 24);
static_assert(!std::is_convertible_v<double, Decimal> && !std::is_convertible_v<bool, Decimal>);
static_assert(add("1.50"_d, 2) == "3.5"_d);
static_assert(divide(1, 3) == "0.3333333333333333333333333333333333"_d);
static_assert(!divide(1, 0));

TEST(Decimal, readsNumbersExactlyAndKeepsTheScale) {
  EXPECT_EQ(reread("1.50"), "1.50");
  EXPECT_EQ(reread("-0.10"), "-0.10");
  EXPECT_EQ(reread(".5"), "0.5");
  EXPECT_EQ(reread("007"), "7");
  EXPECT_EQ(reread("0.00"), "0.00");
  EXPECT_EQ(reread("-0"), "0");
  EXPECT_EQ(reread("6.02e23"), "602000000000000000000000");
  EXPECT_EQ(reread("25E-3"), "0.025");
  EXPECT_EQ(reread("1234567890123456789012345678901234"), "1234567890123456789012345678901234");
}

TEST(Decimal, readsMoreThan34DigitsHalfEven) {
  EXPECT_EQ(reread("1.0000000000000000000000000000000005"), "1.000000000000000000000000000000000");
  EXPECT_EQ(reread("1.0000000000000000000000000000000015"), "1.000000000000000000000000000000002");
  EXPECT_EQ(reread("1.00000000000000000000000000000000050000000000000001"),
            "1.000000000000000000000000000000001");
  EXPECT_EQ(reread("99999999999999999999999999999999995"), "100000000000000000000000000000000000");
}

TEST(Decimal, refusesWhatIsNoNumber) {
  for (const char* t : {"", "-", ".", "1.", "+1", "1e", "1e+", "--1", " 1", "1 ", "1,5", "0x10",
                        "NaN", "Infinity", "1.2.3", "1e5.0", "-.", "e5", "１"}) {
    EXPECT_FALSE(Decimal::parse(t)) << t;
  }
  EXPECT_FALSE(Decimal::parse("1e6145"));
  EXPECT_FALSE(Decimal::parse("1e99999999999999999999999999"));
  EXPECT_TRUE(Decimal::parse("1e-99999999999999999999999999")->is_zero());
  EXPECT_TRUE(Decimal::parse("0e99999999999999999999999999")->is_zero());
}

TEST(Decimal, writesLongNumbersWithAnExponent) {
  EXPECT_EQ(reread("1e99"), "1" + std::string(99, '0'));
  EXPECT_EQ(reread("1e100"), "1E+100");
  EXPECT_EQ(reread("-1.25e300"), "-1.25E+300");
  EXPECT_EQ(reread("1e-100"), "0." + std::string(99, '0') + "1");
  EXPECT_EQ(reread("15e-101"), "1.5E-100");
  EXPECT_EQ(to_canonical_string("1.500"_d), "1.5");
  EXPECT_EQ(to_canonical_string("1000"_d), "1000");
  EXPECT_EQ(to_canonical_string("0.000"_d), "0");
}

TEST(Decimal, comparesNumbersNotTexts) {
  EXPECT_EQ("1.5"_d, "1.50"_d);
  EXPECT_EQ("1.5"_d.hash(), "1.50"_d.hash());
  EXPECT_EQ("1000"_d.hash(), "1E+3"_d.hash());
  EXPECT_EQ("0.00"_d.hash(), "0E+5"_d.hash());
  EXPECT_LT("-1E+6144"_d, "-1E-6176"_d);
  EXPECT_LT("9.99"_d, "10"_d);
  EXPECT_LT("-10"_d, "-9.99"_d);
  EXPECT_GT("1E+6000"_d, "1E-6000"_d);
}

TEST(Decimal, addsAcrossTheWholeRange) {
  EXPECT_EQ(text(add("1.50"_d, "2.5"_d)), "4.00");
  EXPECT_EQ(text(subtract("1.50"_d, "1.5"_d)), "0.00");
  EXPECT_EQ(add("1E+40"_d, "1"_d), "1E+40"_d);
  EXPECT_EQ(text(subtract("1E+34"_d, "0.6"_d)), "9999999999999999999999999999999999");
  EXPECT_FALSE(add("9.999999999999999999999999999999999E+6144"_d, "1E+6144"_d));
  EXPECT_EQ(add(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min()),
            "-18446744073709551616"_d);
}

TEST(Decimal, multipliesAndDividesWithPreferredExponents) {
  EXPECT_EQ(text(multiply("1.20"_d, "3"_d)), "3.60");
  EXPECT_EQ(text(divide("6.0"_d, "3"_d)), "2.0");
  EXPECT_EQ(text(divide("1"_d, "8"_d)), "0.125");
  EXPECT_EQ(text(divide("2"_d, "3"_d)), "0.6666666666666666666666666666666667");
  EXPECT_EQ(text(divide("100"_d, "0.1"_d)), "1000");
  EXPECT_FALSE(divide("0"_d, "0"_d));
  EXPECT_FALSE(multiply("1E+4000"_d, "1E+4000"_d));
  EXPECT_TRUE(multiply("1E-4000"_d, "1E-4000"_d)->is_zero());
}

TEST(Decimal, moduloFollowsTheFloor) {
  EXPECT_EQ(text(modulo("12"_d, "5"_d)), "2");
  EXPECT_EQ(text(modulo("-12"_d, "5"_d)), "3");
  EXPECT_EQ(text(modulo("12"_d, "-5"_d)), "-3");
  EXPECT_EQ(text(modulo("-12"_d, "-5"_d)), "-2");
  EXPECT_EQ(text(modulo("10.1"_d, "4.5"_d)), "1.1");
  EXPECT_EQ(text(modulo("-10.1"_d, "4.5"_d)), "3.4");
  EXPECT_EQ(text(modulo("10.1"_d, "-4.5"_d)), "-3.4");
  EXPECT_EQ(text(modulo("1E+6000"_d, "7"_d)), "1");  // 10 has order 6 modulo 7
  EXPECT_EQ(text(modulo("1E+6001"_d, "7"_d)), "3");
  EXPECT_FALSE(modulo("1"_d, "0"_d));
}

TEST(Decimal, roundsInEveryMode) {
  struct Row {
    const char* number;
    const char* expected[7];  // in the order of Rounding
  };
  constexpr Row rows[] = {
      {"2.5", {"2", "3", "2", "3", "2", "2", "3"}},
      {"-2.5", {"-2", "-3", "-2", "-3", "-2", "-3", "-2"}},
      {"3.5", {"4", "4", "3", "4", "3", "3", "4"}},
      {"2.51", {"3", "3", "3", "3", "2", "2", "3"}},
      {"-2.01", {"-2", "-2", "-2", "-3", "-2", "-3", "-2"}},
      {"7", {"7", "7", "7", "7", "7", "7", "7"}},
      {"0.4", {"0", "0", "0", "1", "0", "0", "1"}},
  };
  for (const Row& row : rows) {
    for (int mode = 0; mode < 7; ++mode) {
      EXPECT_EQ(text(round(*Decimal::parse(row.number), 0, static_cast<Rounding>(mode))),
                row.expected[mode])
          << row.number << " mode " << mode;
    }
  }
  EXPECT_EQ(text(round("1.5"_d, 2)), "1.5");
  EXPECT_EQ(text(round("1250"_d, -2)), "1200");
  EXPECT_EQ(text(round("1250"_d, -2, Rounding::half_up)), "1300");
  EXPECT_EQ(text(round("1"_d, std::numeric_limits<int>::min())), "0");
  EXPECT_EQ(text(floor("-1.56"_d, 1)), "-1.6");
  EXPECT_EQ(text(ceiling("-1.56"_d, 1)), "-1.5");
  EXPECT_FALSE(round("9.9E+6144"_d, -6144));
}

TEST(Decimal, quantizesToAnExponent) {
  EXPECT_EQ(text(quantize("1.5"_d, -2)), "1.50");
  EXPECT_EQ(text(quantize("1.005"_d, -2)), "1.00");
  EXPECT_FALSE(quantize("1"_d, -34));
  EXPECT_EQ(quantize("1"_d, -33)->digits(), 34);
  EXPECT_FALSE(quantize("1"_d, 6112));
}

TEST(Decimal, convertsToIntegers) {
  EXPECT_EQ("12.00"_d.to_int64(), 12);
  EXPECT_EQ("1.2E+3"_d.to_int64(), 1200);
  EXPECT_EQ("-9223372036854775808"_d.to_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE("9223372036854775808"_d.to_int64());
  EXPECT_FALSE("1.5"_d.to_int64());
  EXPECT_FALSE("1E+19"_d.to_int64());
  EXPECT_FALSE("1E-40"_d.is_integer());
  EXPECT_TRUE("1.000000000000000000000000000000000"_d.is_integer());
  EXPECT_EQ("-1.50"_d.small()->coefficient, -150);
  EXPECT_EQ("-1.50"_d.small()->exponent, -2);
  EXPECT_FALSE("9223372036854775808"_d.small());
}

TEST(Scaled, refusesOverflow) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(add_checked(most - 1, 1), most);
  EXPECT_FALSE(add_checked(most, 1));
  EXPECT_FALSE(sub_checked(least, 1));
  EXPECT_FALSE(mul_checked(least, -1));
  EXPECT_EQ(rescale_checked(150, 2, 4), 15000);
  EXPECT_EQ(rescale_checked(15000, 4, 2), 150);
  EXPECT_FALSE(rescale_checked(15001, 4, 2));
  EXPECT_EQ(rescale_checked(15050, 4, 2, Rounding::half_even), 150);
  EXPECT_EQ(rescale_checked(-15050, 4, 2, Rounding::half_up), -151);
  EXPECT_FALSE(rescale_checked(most, 0, 1));
  EXPECT_FALSE(rescale_checked(1, 0, 19));
  EXPECT_EQ(rescale_checked(least, 0, 0), least);
  EXPECT_EQ(rescale_checked(least, 1, 0, Rounding::down), least / 10);
  EXPECT_EQ(rescale_checked(1, 99, 0, Rounding::up), 1);
}

}  // namespace
}  // namespace aftercare::rt
