// aftercare/rt/wide.hpp — unsigned integers of 128 and 256 bits, as decimal arithmetic needs them.
//
//   auto p = detail::multiply_wide(a, b);         // all 256 bits of a product
//   auto d = detail::divide_wide(p, b);           // quotient a, remainder 0
//
// Needs a compiler with 128-bit integers.
#pragma once

#include <bit>
#include <cstdint>

namespace aftercare::rt {

__extension__ typedef unsigned __int128 Uint128;

namespace detail {

/// 10^0 to 10^38: all powers of ten below 2^128.
struct PowersOfTen {
  Uint128 value[39];
  constexpr PowersOfTen() noexcept : value{} {
    value[0] = 1;
    for (int i = 1; i < 39; ++i) value[i] = value[i - 1] * 10;
  }
};
inline constexpr PowersOfTen powers_of_ten;

[[nodiscard]] constexpr Uint128 power_of_ten(int n) noexcept { return powers_of_ten.value[n]; }

[[nodiscard]] constexpr int bit_width(Uint128 c) noexcept {
  const auto high = static_cast<std::uint64_t>(c >> 64);
  return high != 0 ? 64 + static_cast<int>(std::bit_width(high))
                   : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(c)));
}

/// Number of decimal digits; 1 for zero.
[[nodiscard]] constexpr int count_digits(Uint128 c) noexcept {
  if (c == 0) return 1;
  const int guess = bit_width(c) * 1233 >> 12;  // 1233/4096 is log10(2) closely enough
  return guess + (c >= power_of_ten(guess) ? 1 : 0);
}

struct Uint256 {
  Uint128 high = 0;
  Uint128 low = 0;
  constexpr bool operator==(const Uint256&) const noexcept = default;
  constexpr bool operator<(const Uint256& b) const noexcept {
    return high != b.high ? high < b.high : low < b.low;
  }
};

[[nodiscard]] constexpr Uint256 multiply_wide(Uint128 a, Uint128 b) noexcept {
  const auto a0 = static_cast<std::uint64_t>(a), a1 = static_cast<std::uint64_t>(a >> 64);
  const auto b0 = static_cast<std::uint64_t>(b), b1 = static_cast<std::uint64_t>(b >> 64);
  const Uint128 p00 = Uint128{a0} * b0;
  if (a1 == 0 && b1 == 0) return {0, p00};
  const Uint128 p01 = Uint128{a0} * b1, p10 = Uint128{a1} * b0, p11 = Uint128{a1} * b1;
  const Uint128 middle =
      (p00 >> 64) + static_cast<std::uint64_t>(p01) + static_cast<std::uint64_t>(p10);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64),
          (middle << 64) | static_cast<std::uint64_t>(p00)};
}

[[nodiscard]] constexpr Uint256 add_wide(Uint256 a, Uint256 b) noexcept {
  const Uint128 low = a.low + b.low;
  return {a.high + b.high + (low < a.low ? 1 : 0), low};
}

[[nodiscard]] constexpr Uint256 subtract_wide(Uint256 a, Uint256 b) noexcept {
  return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
}

struct Division {
  Uint256 quotient;
  Uint128 remainder = 0;
};

/// Schoolbook division in base 2^64 (Knuth's algorithm D). Requires d != 0.
[[nodiscard]] constexpr Division divide_wide(Uint256 n, Uint128 d) noexcept {
  if (n.high == 0) return {{0, n.low / d}, n.low % d};
  const std::uint64_t limbs[4] = {
      static_cast<std::uint64_t>(n.low), static_cast<std::uint64_t>(n.low >> 64),
      static_cast<std::uint64_t>(n.high), static_cast<std::uint64_t>(n.high >> 64)};
  std::uint64_t q[4] = {};
  if ((d >> 64) == 0) {
    const auto d0 = static_cast<std::uint64_t>(d);
    Uint128 rest = 0;
    for (int i = 3; i >= 0; --i) {
      rest = (rest << 64) | limbs[i];
      q[i] = static_cast<std::uint64_t>(rest / d0);
      rest %= d0;
    }
    return {{(Uint128{q[3]} << 64) | q[2], (Uint128{q[1]} << 64) | q[0]}, rest};
  }
  const int shift = 128 - bit_width(d);
  d <<= shift;
  const auto d1 = static_cast<std::uint64_t>(d >> 64);
  const auto d0 = static_cast<std::uint64_t>(d);
  std::uint64_t u[5] = {};
  for (int i = 0; i < 4; ++i) {
    const Uint128 moved = Uint128{limbs[i]} << shift;
    u[i] |= static_cast<std::uint64_t>(moved);
    u[i + 1] = static_cast<std::uint64_t>(moved >> 64);
  }
  for (int j = 2; j >= 0; --j) {
    const Uint128 top = (Uint128{u[j + 2]} << 64) | u[j + 1];
    Uint128 digit = u[j + 2] >= d1 ? Uint128{~std::uint64_t{0}} : top / d1;
    Uint128 rest = top - digit * d1;
    while ((rest >> 64) == 0 && digit * d0 > ((rest << 64) | u[j])) {
      --digit;
      rest += d1;
    }
    const Uint128 left = ((rest << 64) | u[j]) - digit * d0;  // below d, so exact modulo 2^128
    q[j] = static_cast<std::uint64_t>(digit);
    u[j + 2] = 0;
    u[j + 1] = static_cast<std::uint64_t>(left >> 64);
    u[j] = static_cast<std::uint64_t>(left);
  }
  const Uint128 rest = (Uint128{u[1]} << 64) | u[0];
  return {{q[2], (Uint128{q[1]} << 64) | q[0]}, rest >> shift};
}

/// c * 10^n. Requires: the product is below 2^256; n at most 76.
[[nodiscard]] constexpr Uint256 scale_up(Uint128 c, int n) noexcept {
  if (n > 38) {
    c *= power_of_ten(n - 38);
    n = 38;
  }
  return multiply_wide(c, power_of_ten(n));
}

/// Number of decimal digits; 1 for zero. Requires c < 10^76.
[[nodiscard]] constexpr int count_digits(Uint256 c) noexcept {
  if (c.high == 0) return count_digits(c.low);
  const int guess = (128 + bit_width(c.high)) * 1233 >> 12;
  return guess + (c < multiply_wide(power_of_ten(38), power_of_ten(guess - 38)) ? 0 : 1);
}

}  // namespace detail

}  // namespace aftercare::rt
