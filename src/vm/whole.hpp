// vm/whole.hpp — arithmetic on scaled whole numbers. For this folder only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace aftercare::vm {

inline constexpr std::int64_t powers_of_ten[] = {1,
                                                 10,
                                                 100,
                                                 1'000,
                                                 10'000,
                                                 100'000,
                                                 1'000'000,
                                                 10'000'000,
                                                 100'000'000,
                                                 1'000'000'000,
                                                 10'000'000'000,
                                                 100'000'000'000,
                                                 1'000'000'000'000,
                                                 10'000'000'000'000,
                                                 100'000'000'000'000,
                                                 1'000'000'000'000'000,
                                                 10'000'000'000'000'000,
                                                 100'000'000'000'000'000,
                                                 1'000'000'000'000'000'000};

/// What becomes of the rest of a division.
enum class Rest : std::uint8_t { down, up, half_even, half_up };

/// x / 10^digits from the quotient and the rest of their magnitudes. No jumps: half of all rests
/// are as good as random.
template <Rest rest>
inline std::int64_t rounded(std::int64_t x, std::uint64_t whole, std::uint64_t left,
                            std::uint64_t power) noexcept {
  const std::uint64_t sign = x < 0 ? ~std::uint64_t{0} : 0;  // -1 or 0
  std::uint64_t away = 0;
  if constexpr (rest == Rest::down) away = static_cast<std::uint64_t>(left != 0) & sign;
  if constexpr (rest == Rest::up) away = static_cast<std::uint64_t>(left != 0) & ~sign;
  // Doubled, a rest is still below 2^64.
  if constexpr (rest == Rest::half_even) away = 2 * left + (whole & 1) > power ? 1 : 0;
  if constexpr (rest == Rest::half_up) away = 2 * left >= power ? 1 : 0;
  return static_cast<std::int64_t>(((whole + away) ^ sign) - sign);
}
inline std::uint64_t magnitude(std::int64_t x) noexcept {
  const std::uint64_t sign = x < 0 ? ~std::uint64_t{0} : 0;
  return (static_cast<std::uint64_t>(x) ^ sign) - sign;
}

/// Division by a power of ten as a multiplication: with s = floor(log2(10^digits)) and
/// factor = ceil(2^(64+s) / 10^digits) the quotient of n <= 2^63 is n * factor / 2^(64+s), rounded
/// down: factor * 10^digits exceeds 2^(64+s) by less than 10^digits < 2^(s+1), so that the product
/// is too large by less than 2^(64+s) / 10^digits.
struct Reciprocal {
  std::uint64_t factor = 0;
  int shift = 0;
};
template <int bits>
constexpr Reciprocal reciprocal(std::int64_t power) noexcept {
  using Wide = unsigned __int128;
  int shift = 0;
  while ((power >> (shift + 1)) != 0) ++shift;
  const Wide one = Wide{1} << (bits + shift);
  const Wide divisor = static_cast<std::uint64_t>(power);
  return {static_cast<std::uint64_t>((one + divisor - 1) / divisor), shift};
}
inline constexpr auto reciprocals = [] {
  std::array<Reciprocal, 19> out{};
  for (std::size_t digits = 1; digits < out.size(); ++digits)
    out[digits] = reciprocal<64>(powers_of_ten[digits]);
  return out;
}();

/// Whether a number is a multiple of 10^digits, and its quotient, by one multiplication: n times
/// the inverse of 5^digits modulo 2^64 is the quotient by that where there is one, and beyond all
/// of these where there is none; turning it right by `digits` bits does the same for 2^digits.
struct Multiple {
  int digits = 0;
  std::uint64_t inverse = 0;
  std::uint64_t most = 0;
};
constexpr Multiple multiple(int digits) noexcept {
  const auto power = static_cast<unsigned __int128>(powers_of_ten[digits]);
  const auto fives = static_cast<std::uint64_t>(power >> digits);
  std::uint64_t inverse = fives;  // right in three bits; each step doubles them
  for (int step = 0; step < 5; ++step) inverse *= 2 - fives * inverse;
  return {digits, inverse, static_cast<std::uint64_t>(~std::uint64_t{0} / power)};
}

/// Takes trailing zeros off `n`, at most `scale` of them. Gives how many digits are left. No jumps
/// that depend on them.
inline int strip_zeros(std::uint64_t& n, int scale) noexcept {
  const auto strip = [&]<int digits>(std::integral_constant<int, digits>) {
    constexpr Multiple by = multiple(digits);
    const std::uint64_t turned = n * by.inverse;
    const std::uint64_t quotient = turned >> digits | turned << (64 - digits);
    const bool is_multiple = (quotient <= by.most) & (scale >= digits);
    n = is_multiple ? quotient : n;
    scale -= is_multiple ? digits : 0;
  };
  const int most = scale;
  if (most >= 4) {
    if (most >= 8) {
      if (most >= 16) strip(std::integral_constant<int, 16>());
      strip(std::integral_constant<int, 8>());
    }
    strip(std::integral_constant<int, 4>());
  }
  if (most >= 2) strip(std::integral_constant<int, 2>());
  strip(std::integral_constant<int, 1>());
  return scale;
}

/// Requires: `digits` from 1 to 18.
template <Rest rest>
inline std::int64_t divide(std::int64_t x, int digits) noexcept {
  const Reciprocal by = reciprocals[static_cast<std::size_t>(digits)];
  const auto power = static_cast<std::uint64_t>(powers_of_ten[digits]);
  const std::uint64_t n = magnitude(x);
  const auto high =
      static_cast<std::uint64_t>(static_cast<unsigned __int128>(n) * by.factor >> 64U);
  const std::uint64_t whole = high >> by.shift;
  return rounded<rest>(x, whole, n - whole * power, power);
}

}  // namespace aftercare::vm
