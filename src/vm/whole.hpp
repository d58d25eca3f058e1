// vm/whole.hpp — arithmetic on scaled whole numbers. For this folder only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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
  if constexpr (rest == Rest::down) away = left != 0 ? sign & 1 : 0;
  if constexpr (rest == Rest::up) away = left != 0 ? ~sign & 1 : 0;
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
