#include "aftercare/rt/decimal_math.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace aftercare::rt {
namespace {

constexpr Decimal operator""_d(const char* text, std::size_t size) {
  return *Decimal::parse({text, size});
}

std::string text(const std::optional<Decimal>& d) { return d ? to_string(*d) : "none"; }

static_assert(sqrt(4) == Decimal(2));
static_assert(exp(1) == "2.718281828459045235360287471352662"_d);
static_assert(power(2, 10) == Decimal(1024));

TEST(DecimalMath, takesSquareRoots) {
  EXPECT_EQ(text(sqrt("16"_d)), "4");
  EXPECT_EQ(text(sqrt("100"_d)), "10");
  EXPECT_EQ(text(sqrt("2.25"_d)), "1.5");
  EXPECT_EQ(text(sqrt("0.0400"_d)), "0.20");
  EXPECT_EQ(text(sqrt("2"_d)), "1.414213562373095048801688724209698");
  EXPECT_EQ(text(sqrt("1E+6144"_d)), "1.00000000000000000E+3072");
  EXPECT_EQ(sqrt("1E-6176"_d), "1E-3088"_d);
  EXPECT_EQ(text(sqrt("0.0000"_d)), "0.00");
  EXPECT_FALSE(sqrt("-1"_d));
}

TEST(DecimalMath, exponentialsAreCorrectlyRounded) {
  EXPECT_EQ(text(exp("0"_d)), "1");
  EXPECT_EQ(text(exp("-1"_d)), "0.3678794411714423215955237701614609");
  // Ties but for the 68th digit: 1 + 5E-34 + 1.25E-67 and 1 - 5E-35 + 1.25E-69.
  EXPECT_EQ(text(exp("5E-34"_d)), "1.000000000000000000000000000000001");
  EXPECT_EQ(text(exp("-5E-35"_d)), "1.000000000000000000000000000000000");
  EXPECT_EQ(text(exp("-5.1E-35"_d)), "0.9999999999999999999999999999999999");
  EXPECT_EQ(text(exp("1E-6176"_d)), "1.000000000000000000000000000000000");
  EXPECT_EQ(exp("14149"_d), "6.801809260978894125530050851897730E+6144"_d);
  EXPECT_FALSE(exp("14150"_d));
  EXPECT_FALSE(exp("9E+6144"_d));
  EXPECT_EQ(text(exp("-14220.5"_d)), "1E-6176");  // subnormal: one digit is left
  EXPECT_TRUE(exp("-14222"_d)->is_zero());
  EXPECT_TRUE(exp("-9E+6144"_d)->is_zero());
}

TEST(DecimalMath, logarithmsAreCorrectlyRounded) {
  EXPECT_EQ(text(log("1.00"_d)), "0");
  EXPECT_EQ(text(log("10"_d)), "2.302585092994045684017991454684364");
  EXPECT_EQ(text(log("0.5"_d)), "-0.6931471805599453094172321214581766");
  EXPECT_EQ(log("1.000000000000000000000000000000001"_d),
            "9.999999999999999999999999999999995E-34"_d);
  EXPECT_EQ(log("0.9999999999999999999999999999999999"_d),
            "-1.000000000000000000000000000000000E-34"_d);
  EXPECT_EQ(log("9.999999999999999999999999999999999E+6144"_d),
            "14149.38539644841072829055748903542"_d);
  EXPECT_FALSE(log("0"_d));
  EXPECT_FALSE(log("-1"_d));
}

TEST(DecimalMath, powersOfIntegersAreExactWhereTheyFit) {
  EXPECT_EQ(text(power("2"_d, 100)), "1267650600228229401496703205376");
  EXPECT_EQ(text(power("1.50"_d, 2)), "2.2500");
  EXPECT_EQ(text(power("-2"_d, 3)), "-8");
  EXPECT_EQ(text(power("-2"_d, -2)), "0.25");
  EXPECT_EQ(text(power("1.05"_d, 12)), "1.795856326022129150390625");
  EXPECT_EQ(power("5"_d, -60), "1.152921504606846976E-42"_d);
  EXPECT_EQ(power("1E+1000"_d, 6), "1E+6000"_d);
  EXPECT_EQ(power("10"_d, -6176), "1E-6176"_d);
  EXPECT_TRUE(power("10"_d, -6177)->is_zero());
  EXPECT_FALSE(power("10"_d, 6145));
  EXPECT_EQ(text(power("3"_d, -1)), "0.3333333333333333333333333333333333");
  EXPECT_EQ(power("0"_d, 0), Decimal(1));
  EXPECT_EQ(power("0"_d, "0.5"_d), Decimal(0));
  EXPECT_FALSE(power("0"_d, -1));
  EXPECT_EQ(power("-1"_d, "1E+30"_d), Decimal(1));
  EXPECT_EQ(power("-1"_d, "1000000000000000000000000000001"_d), Decimal(-1));
  EXPECT_FALSE(power("2"_d, "1E+30"_d));
  EXPECT_TRUE(power("2"_d, "-1E+30"_d)->is_zero());
  EXPECT_TRUE(power("0.5"_d, "9E+6144"_d)->is_zero());
}

TEST(DecimalMath, realPowersFindExactResults) {
  EXPECT_EQ(text(power("4"_d, "0.5"_d)), "2");
  EXPECT_EQ(text(power("0.0081"_d, "0.25"_d)), "0.3");
  EXPECT_EQ(text(power("32"_d, "0.2"_d)), "2");
  EXPECT_EQ(text(power("32"_d, "-0.6"_d)), "0.125");
  EXPECT_EQ(text(power("1024"_d, "0.1"_d)), "2");
  EXPECT_EQ(text(power("1E+10"_d, "0.3"_d)), "1000");
  EXPECT_EQ(text(power("1.00"_d, "0.3333"_d)), "1");
  EXPECT_EQ(text(power("2"_d, "0.5"_d)), "1.414213562373095048801688724209698");
  // 1 + 5E-34 - 1.25E-67: a tie but for the 68th digit.
  EXPECT_EQ(text(power("1.000000000000000000000000000000001"_d, "0.5"_d)),
            "1.000000000000000000000000000000000");
  // A tie of 35 digits: 100000000000000005 squared is 1E+34 + 1E+18 + 25.
  EXPECT_EQ(text(power("100000000000000005"_d, 2)), "10000000000000001000000000000000020");
  // The power with two more digits than fit, on the way to a root of it.
  EXPECT_EQ(text(power("100"_d, "0.9999999999999999999999999999999999"_d)),
            "99.99999999999999999999999999999995");
  EXPECT_EQ(text(power("1.0"_d, "1E-6176"_d)), "1");
  EXPECT_FALSE(power("-8"_d, "0.5"_d));
}

/// 2 artanh(1/n) with 960 bits of fraction.
detail::Limbs<detail::most_limbs> twice_artanh_of_inverse(std::uint64_t n) {
  detail::Limbs<detail::most_limbs> power;
  power.limb[detail::most_limbs - 1] = 2;
  power.divide(n);
  detail::Limbs<detail::most_limbs> sum = power;
  for (std::uint64_t i = 3; !power.is_zero(); i += 2) {
    power.divide(n * n);
    detail::Limbs<detail::most_limbs> term = power;
    term.divide(i);
    sum.add(term);
  }
  return sum;
}

TEST(DecimalMath, constantsAreRightToTheirLastLimb) {
  // ln 2 = 2 artanh(1/3); ln 10 = 3 ln 2 + ln(5/4) = 3 ln 2 + 2 artanh(1/9). The series lose some
  // thousand units of the last place.
  const auto two = twice_artanh_of_inverse(3);
  auto ten = two;
  ten.multiply(3);
  ten.add(twice_artanh_of_inverse(9));
  for (auto [computed, stored] : {std::pair{two, detail::ln_2}, std::pair{ten, detail::ln_10}}) {
    ASSERT_FALSE(stored.less(computed));
    stored.subtract(computed);
    EXPECT_LT(stored.limb[0], 10'000u);
    stored.limb[0] = 0;
    EXPECT_TRUE(stored.is_zero());
  }
}

}  // namespace
}  // namespace aftercare::rt
