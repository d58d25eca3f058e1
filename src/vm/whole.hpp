// vm/whole.hpp — arithmetic on scaled whole numbers. For this folder only.
#pragma once

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

inline std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}
inline std::int64_t ceiling_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b + (a % b > 0 ? 1 : 0);
}
/// The nearest whole number; halves by `to_even` or away from zero. Requires: `b > 0` and even.
template <bool to_even>
inline std::int64_t half_divide(std::int64_t a, std::int64_t b) noexcept {
  const std::int64_t whole = a / b;
  const std::int64_t rest = a % b < 0 ? -(a % b) : a % b;
  const std::int64_t half = b / 2;
  const bool away = rest > half || (rest == half && (!to_even || (whole & 1) != 0));
  return away ? whole + (a < 0 ? -1 : 1) : whole;
}

}  // namespace aftercare::vm
