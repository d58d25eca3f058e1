// aftercare/rt/decimal_math.hpp — square root, exponential, logarithm and powers of decimals.
//
//   sqrt(2);                                  // 1.414213562373095048801688724209698
//   power(*Decimal::parse("1.05"), 12);       // 1.795856326022129150390625
//   log(0);                                   // empty
//
// All four are correctly rounded, half-even, to 34 digits: the result is the decimal nearest to the
// true value. sqrt and power find exact results exactly; everything else is computed in binary
// fixed point with a bound on its error, and again with more bits where the bound does not settle
// the last digit (Ziv's strategy).
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/rt/wide.hpp"

namespace aftercare::rt {

namespace detail {

/// An unsigned integer of N limbs of 64 bits, lowest first. As a fixed point number it has one
/// integer limb, the last, and N - 1 limbs of fraction.
template <int N>
struct Limbs {
  std::uint64_t limb[N] = {};

  constexpr bool operator==(const Limbs&) const noexcept = default;

  [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == Limbs{}; }
  [[nodiscard]] constexpr bool less(const Limbs& b) const noexcept {
    for (int i = N - 1; i > 0; --i) {
      if (limb[i] != b.limb[i]) return limb[i] < b.limb[i];
    }
    return limb[0] < b.limb[0];
  }
  constexpr void add(const Limbs& b) noexcept {
    Uint128 carry = 0;
    for (int i = 0; i < N; ++i) {
      carry += Uint128{limb[i]} + b.limb[i];
      limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  /// Requires b not greater.
  constexpr void subtract(const Limbs& b) noexcept {
    std::uint64_t borrow = 0;
    for (int i = 0; i < N; ++i) {
      const Uint128 difference = Uint128{limb[i]} - b.limb[i] - borrow;
      limb[i] = static_cast<std::uint64_t>(difference);
      borrow = (difference >> 64) != 0 ? 1 : 0;
    }
  }
  constexpr void multiply(std::uint64_t factor) noexcept {
    Uint128 carry = 0;
    for (int i = 0; i < N; ++i) {
      carry += Uint128{limb[i]} * factor;
      limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  constexpr void divide(std::uint64_t divisor) noexcept {
    Uint128 rest = 0;
    for (int i = N - 1; i >= 0; --i) {
      rest = (rest << 64) | limb[i];
      if (rest < divisor) {
        limb[i] = 0;
        continue;
      }
      limb[i] = static_cast<std::uint64_t>(rest / divisor);
      rest %= divisor;
    }
  }
  /// Times 10^n, n of either sign.
  constexpr void scale(int n) noexcept {
    for (; n > 0; n -= n < 19 ? n : 19) {
      multiply(static_cast<std::uint64_t>(power_of_ten(n < 19 ? n : 19)));
    }
    for (; n<0; n += n> - 19 ? -n : 19) {
      divide(static_cast<std::uint64_t>(power_of_ten(n > -19 ? -n : 19)));
    }
  }
  constexpr void halve(int times) noexcept {  // 1 to 63
    for (int i = 0; i < N; ++i) {
      limb[i] = (limb[i] >> times) | (i + 1 < N ? limb[i + 1] << (64 - times) : 0);
    }
  }
};

/// The low limbs, or zeros above them.
template <int To, int From>
[[nodiscard]] constexpr Limbs<To> resize(const Limbs<From>& a) noexcept {
  Limbs<To> out;
  for (int i = 0; i < To && i < From; ++i) out.limb[i] = a.limb[i];
  return out;
}

/// The product of two fixed point numbers, cut off. Requires that it fits.
template <int N>
[[nodiscard]] constexpr Limbs<N> multiply_fixed(const Limbs<N>& a, const Limbs<N>& b) noexcept {
  std::uint64_t product[2 * N] = {};
  for (int i = 0; i < N; ++i) {
    if (a.limb[i] == 0) continue;
    Uint128 carry = 0;
    for (int j = 0; j < N; ++j) {
      carry += Uint128{a.limb[i]} * b.limb[j] + product[i + j];
      product[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    product[i + N] = static_cast<std::uint64_t>(carry);
  }
  Limbs<N> out;
  for (int i = 0; i < N; ++i) out.limb[i] = product[i + N - 1];
  return out;
}

inline constexpr int most_limbs = 16;

/// ln 2 and ln 10 with 960 bits of fraction, cut off.
inline constexpr Limbs<most_limbs> ln_2 = {
    {0x655fa1872f20e3a2u, 0xf5dfa6bd38303248u, 0x72ce87b19d6548cau, 0x256fa0ec7657f74bu,
     0xb9ea9bc3b136603bu, 0x1acbda11317c387eu, 0x3e96ca16224ae8c5u, 0x27573b291169b825u,
     0xed2eae35c1382144u, 0x559552fb4afa1b10u, 0xe7b876206debac98u, 0x8a0d175b8baafa2bu,
     0x40f343267298b62du, 0xc9e3b39803f2f6afu, 0xb17217f7d1cf79abu, 0x0000000000000000u}};
inline constexpr Limbs<most_limbs> ln_10 = {
    {0x6c22c15f57b7883du, 0x3a4cda3511e2713du, 0x299ecd6c8d814216u, 0x4586ed2748671eefu,
     0xbd9b3ac12acf1be9u, 0xd96a9b0ec360c7efu, 0xe0b3e28a2a324479u, 0xee3de2100b945b59u,
     0xb1889061042f8b6bu, 0x31c32f00b17c35a0u, 0x58bc0b5ec6a04173u, 0x0f187a0807c0b5cau,
     0x8a3fb3e76977e43au, 0xa95b58ae0b4c28a3u, 0x4d763776aaa2b05bu, 0x0000000000000002u}};

/// The N highest limbs: the constant with N - 1 limbs of fraction, cut off.
template <int N>
[[nodiscard]] constexpr Limbs<N> shorten(const Limbs<most_limbs>& a) noexcept {
  Limbs<N> out;
  for (int i = 0; i < N; ++i) out.limb[i] = a.limb[most_limbs - N + i];
  return out;
}

/// A positive result, coefficient * 10^exponent with the digits of a Decimal. Undecided where the
/// error of the computation leaves two candidates.
struct Approximation {
  bool decided = false;
  Uint128 coefficient = 0;
  std::int64_t exponent = 0;
};

/// Exponents of these stand for overflow and for underflow to zero.
inline constexpr Approximation beyond_range = {true, 1, 99'999};
inline constexpr Approximation below_range = {true, 0, Decimal::min_exponent};

/// value * 10^exponent rounded to 34 digits, fewer where the exponent would fall below the least.
/// `error_bits`: value is right to 2^error_bits units of its last place. Requires value > 0, and
/// that the true value is not half way between two candidates.
template <int N>
[[nodiscard]] constexpr Approximation round_fixed(const Limbs<N>& value, std::int64_t exponent,
                                                  int error_bits) noexcept {
  constexpr int fraction_bits = 64 * (N - 1);
  Limbs<N + 1> work = resize<N + 1>(value);
  int raised = 0;
  while (work.limb[N - 1] == 0) {
    work.scale(18);
    raised += 18;
    if (raised > fraction_bits / 3) return {};
  }
  int shift = Decimal::precision - count_digits(work.limb[N - 1]);
  if (exponent - raised - shift < Decimal::min_exponent) {
    shift = static_cast<int>(exponent - raised - Decimal::min_exponent > -100
                                 ? exponent - raised - Decimal::min_exponent
                                 : -100);
  }
  if (-shift > count_digits(work.limb[N - 1])) return below_range;
  work.scale(shift);
  // 10/3 is above log2(10); two bits for what scaling itself cuts off.
  error_bits += (raised + (shift > 0 ? shift : 0)) * 10 / 3 + 3;
  Uint128 coefficient = (Uint128{work.limb[N]} << 64) | work.limb[N - 1];
  Limbs<N - 1> fraction = resize<N - 1>(work);
  Limbs<N - 1> half;
  half.limb[N - 2] = std::uint64_t{1} << 63;
  const bool up = !fraction.less(half);
  Limbs<N - 1> distance = up ? fraction : half;
  distance.subtract(up ? half : fraction);
  bool decided = false;
  for (int i = error_bits / 64; i < N - 1; ++i) {
    const std::uint64_t counted =
        i == error_bits / 64 ? distance.limb[i] >> error_bits % 64 : distance.limb[i];
    decided = decided || counted != 0;
  }
  if (up) ++coefficient;
  return {decided, coefficient, exponent - raised - shift};
}

/// e^v or e^-v. `error_bits`: v is right to 2^error_bits units of its last place.
template <int N>
[[nodiscard]] constexpr Approximation exp_fixed(bool negative, Limbs<N> v,
                                                int error_bits) noexcept {
  if (v.limb[N - 1] >= 20'000) return negative ? below_range : beyond_range;
  // v = k ln 10 + r, so the result is e^r * 10^k with 1 <= e^r <= 10, or a hair beyond.
  constexpr Limbs<N> ln10 = shorten<N>(ln_10);
  const Uint128 top = (Uint128{v.limb[N - 1]} << 48) | (v.limb[N - 2] >> 16);
  const std::uint64_t ln10_top = (ln10.limb[N - 1] << 48) | (ln10.limb[N - 2] >> 16);
  auto k = static_cast<std::int64_t>(top / ln10_top);
  Limbs<N> whole = ln10;
  whole.multiply(static_cast<std::uint64_t>(k));
  if (v.less(whole)) {
    --k;
    whole.subtract(ln10);
  }
  v.subtract(whole);
  if (negative) {
    if (ln10.less(v)) {
      ++k;
      v.subtract(ln10);
    }
    Limbs<N> rest = ln10;
    rest.subtract(v);
    v = rest;
    k = -(k + 1);
  }
  // e^r = (e^(r / 2^12))^(2^12), by Taylor's series.
  constexpr int squarings = 12;
  v.halve(squarings);
  Limbs<N> sum = v;
  sum.limb[N - 1] += 1;
  Limbs<N> term = v;
  for (std::uint64_t i = 2; !term.is_zero(); ++i) {
    term = multiply_fixed(term, v);
    term.divide(i);
    sum.add(term);
  }
  for (int i = 0; i < squarings; ++i) sum = multiply_fixed(sum, sum);
  // In units of the last place: at most 2^8 from the series (128 terms of two cuts), times 2^12 by
  // squaring, times 10 for the size of the result, and 2^17 from the cuts between the squarings;
  // 2^13 from the k cut constants and the error of v itself, times 10. Together:
  return round_fixed(sum, k, (error_bits + 4 > 26 ? error_bits + 4 : 26) + 1);
}

template <int N>
struct Logarithm {
  static constexpr int error_bits = 15;
  bool negative = false;
  Limbs<N> magnitude;  // right to 2^error_bits units of its last place
};

/// ln(c * 10^exponent). Requires 0 < c < 10^34.
template <int N>
[[nodiscard]] constexpr Logarithm<N> log_fixed(Uint128 c, int exponent) noexcept {
  // c * 10^exponent = m * 10^e with m between sqrt(1/10) and sqrt(10), so that the logarithms of m
  // and 10^e cannot cancel; then m = f * 2^j with f between sqrt(1/2) and sqrt(2).
  int scale = count_digits(c) - 1;
  if (c * 1000 > 3162 * power_of_ten(scale)) ++scale;
  const int e = exponent + scale;
  Uint128 unit = power_of_ten(scale);
  int j = 0;
  if (c * 10'000 > 28'284 * unit) {
    j = 2;
  } else if (c * 10'000 > 14'142 * unit) {
    j = 1;
  } else if (c * 10'000 < 3'536 * unit) {
    j = -2;
  } else if (c * 10'000 < 7'071 * unit) {
    j = -1;
  }
  if (j > 0) unit <<= j;
  if (j < 0) c <<= -j;
  // ln f = 2 artanh t, t = (f - 1) / (f + 1), at most 0.172.
  const bool below = c < unit;
  const Uint128 divisor = c + unit;
  Uint128 rest = below ? unit - c : c - unit;
  Limbs<N> t;
  for (int i = N - 2; i >= 0; --i) {
    const Division d = divide_wide({rest >> 64, rest << 64}, divisor);
    t.limb[i] = static_cast<std::uint64_t>(d.quotient.low);
    rest = d.remainder;
  }
  const Limbs<N> square = multiply_fixed(t, t);
  Limbs<N> sum = t;
  Limbs<N> power = t;
  for (std::uint64_t i = 3; !power.is_zero(); i += 2) {
    power = multiply_fixed(power, square);
    Limbs<N> term = power;
    term.divide(i);
    sum.add(term);
  }
  sum.add(sum);
  Limbs<N> plus;
  Limbs<N> minus;
  (below ? minus : plus).add(sum);
  Limbs<N> part = shorten<N>(ln_2);
  part.multiply(static_cast<std::uint64_t>(j < 0 ? -j : j));
  (j < 0 ? minus : plus).add(part);
  part = shorten<N>(ln_10);
  part.multiply(static_cast<std::uint64_t>(e < 0 ? -e : e));
  (e < 0 ? minus : plus).add(part);
  const bool negative = plus.less(minus);
  Limbs<N> magnitude = negative ? minus : plus;
  magnitude.subtract(negative ? plus : minus);
  // In units of the last place: 2^13 from e cut constants, 2^11 from 200 terms and what the cut of
  // t does to them: below 2^14.
  return {negative, magnitude};
}

/// Computes with 192 bits of fraction, then 448, then 960. The last leave 200 digits after those of
/// a result; more than 80 in a row that look like a tie have never been seen.
template <class Compute>
[[nodiscard]] constexpr Approximation refine(const Compute& compute) noexcept {
  Approximation a = compute(std::integral_constant<int, 4>{});
  if (!a.decided) a = compute(std::integral_constant<int, 8>{});
  if (!a.decided) a = compute(std::integral_constant<int, most_limbs>{});
  return a;
}

[[nodiscard]] constexpr std::optional<Decimal> to_decimal(bool negative,
                                                          const Approximation& a) noexcept {
  return Decimal::make(negative, a.coefficient, a.exponent);
}

/// 1 with all its zeros: what lies too near to 1 to be told from it.
[[nodiscard]] constexpr Decimal inexact_one(bool negative) noexcept {
  return *Decimal::make(negative, power_of_ten(Decimal::precision - 1), 1 - Decimal::precision);
}

/// The largest integer whose square is not above n. Requires n < 10^76.
[[nodiscard]] constexpr Uint128 integer_root(Uint256 n) noexcept {
  if (n == Uint256{}) return 0;
  const int bits = n.high != 0 ? 128 + bit_width(n.high) : bit_width(n.low);
  Uint128 root = Uint128{1} << (bits + 1) / 2;  // not below the root; Newton's steps only descend
  while (true) {
    const Uint128 next = (root + divide_wide(n, root).quotient.low) / 2;
    if (next >= root) return root;
    root = next;
  }
}

/// x such that x^5 = n, where there is one. Requires n < 10^38.
[[nodiscard]] constexpr std::optional<Uint128> exact_fifth_root(Uint128 n) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = 50'000'000;  // above 10^(38/5)
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    const Uint256 fifth =
        multiply_wide(Uint128{middle} * middle * middle, Uint128{middle} * middle);
    if (fifth == Uint256{0, n}) return middle;
    if (fifth < Uint256{0, n}) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

/// c^n, where it is below 10^76.
[[nodiscard]] constexpr std::optional<Uint256> exact_power(Uint128 c, std::uint64_t n) noexcept {
  if (c <= 1) return Uint256{0, n == 0 ? 1 : c};
  if (n > 252) return std::nullopt;  // 2^253 is above 10^76
  Uint256 result{0, 1};
  for (; n > 0; --n) {
    if (result.high != 0 && count_digits(result) + count_digits(c) > 76) return std::nullopt;
    const Uint256 low = multiply_wide(result.low, c);
    result = {low.high + result.high * c, low.low};
    if (count_digits(result) > 76) return std::nullopt;
  }
  return result;
}

/// a^b for a > 0 and not 1, b not 0, where the result is not a tie.
[[nodiscard]] constexpr Approximation power_by_logarithm(const Decimal& a,
                                                         const Decimal& b) noexcept {
  const int top = b.digits() + b.exponent();  // |b| < 10^top; |ln a| is from 10^-34 to 14200
  const bool negative = (a < Decimal(1)) != b.is_negative();
  if (top > 40) return negative ? below_range : beyond_range;
  if (top < -40) return {true, inexact_one(false).coefficient(), 1 - Decimal::precision};
  return refine([&](auto limbs) -> Approximation {
    constexpr int n = limbs;
    const Logarithm<n> l = log_fixed<n>(a.coefficient(), a.exponent());
    Limbs<n + 2> low = resize<n + 2>(l.magnitude);
    Limbs<n + 2> high;
    for (int i = 0; i < n; ++i) high.limb[i + 1] = l.magnitude.limb[i];
    low.multiply(static_cast<std::uint64_t>(b.coefficient()));
    high.multiply(static_cast<std::uint64_t>(b.coefficient() >> 64));
    low.add(high);
    low.scale(b.exponent());
    if (low.limb[n] != 0 || low.limb[n + 1] != 0) return negative ? below_range : beyond_range;
    const int error_bits = Logarithm<n>::error_bits + 1 + (top > 0 ? top * 10 / 3 + 1 : 0);
    return exp_fixed<n>(negative, resize<n>(low), error_bits);
  });
}

}  // namespace detail

/// Empty for negative numbers. An exact root keeps the exponent nearest to half of a's.
[[nodiscard]] constexpr std::optional<Decimal> sqrt(const Decimal& a) noexcept {
  if (a.is_negative()) return std::nullopt;
  const int odd = a.exponent() & 1;
  const int ideal = (a.exponent() - odd) / 2;
  if (a.is_zero()) return Decimal::make(0, ideal);
  // An even number of zeros, so that the root has 35 or 36 digits.
  int zeros = 2 * Decimal::precision + 2 - a.digits();
  zeros += (zeros ^ odd) & 1;
  const detail::Uint256 square = detail::scale_up(a.coefficient(), zeros);
  Uint128 root = detail::integer_root(square);
  std::int64_t exponent = (a.exponent() - zeros) / 2;
  const bool exact = detail::multiply_wide(root, root) == square;
  if (exact) exponent += detail::strip_zeros(root, static_cast<int>(ideal - exponent));
  return Decimal::nearest(false, {0, root}, exponent, !exact);
}

/// e to the power a. Empty on overflow; zero where the result is too small.
[[nodiscard]] constexpr std::optional<Decimal> exp(const Decimal& a) noexcept {
  if (a.is_zero()) return Decimal(1);
  const int top = a.digits() + a.exponent();  // |a| < 10^top
  if (top > 5) {
    return detail::to_decimal(false, a.is_negative() ? detail::below_range : detail::beyond_range);
  }
  if (top < -34) return detail::inexact_one(false);
  return detail::to_decimal(false, detail::refine([&](auto limbs) {
                              constexpr int n = limbs;
                              detail::Limbs<n + 2> v;
                              v.limb[n - 1] = static_cast<std::uint64_t>(a.coefficient());
                              v.limb[n] = static_cast<std::uint64_t>(a.coefficient() >> 64);
                              v.scale(a.exponent());
                              return detail::exp_fixed<n>(a.is_negative(), detail::resize<n>(v), 1);
                            }));
}

/// The natural logarithm. Empty for zero and negative numbers.
[[nodiscard]] constexpr std::optional<Decimal> log(const Decimal& a) noexcept {
  if (a.sign() <= 0) return std::nullopt;
  if (a == Decimal(1)) return Decimal();
  return detail::to_decimal(a < Decimal(1), detail::refine([&](auto limbs) {
                              constexpr int n = limbs;
                              const auto l = detail::log_fixed<n>(a.coefficient(), a.exponent());
                              return detail::round_fixed<n>(l.magnitude, 0, l.error_bits);
                            }));
}

/// base to the power of any decimal. 0 to the power 0 is 1. Empty for 0 to a negative power, for a
/// negative base where the power is not an integer, and on overflow.
[[nodiscard]] constexpr std::optional<Decimal> power(const Decimal& base,
                                                     const Decimal& exponent) noexcept {
  if (exponent.is_zero()) return Decimal(1);
  const bool integral = exponent.is_integer();
  if (base.is_zero()) {
    if (exponent.is_negative()) return std::nullopt;
    if (const auto n = exponent.to_int64(); n && *n < 10'000) {
      return Decimal::make(0, base.exponent() * *n);
    }
    return Decimal();
  }
  if (base.is_negative() && !integral) return std::nullopt;
  if (base == Decimal(1)) return Decimal(1);
  const bool odd = integral && modulo(exponent, 2) == Decimal(1);
  const bool negative = base.is_negative() && odd;

  // base = c * 10^e and exponent = n * 10^f, without trailing zeros. While that has a fraction, an
  // exact result needs an exact root of the base: the square root where n is odd (the denominator
  // is even), else the fifth root.
  Uint128 c = base.coefficient();
  std::int64_t e = base.exponent();
  Uint128 n = exponent.coefficient();
  int f = exponent.exponent() + detail::strip_zeros(n, Decimal::precision);
  bool exact = true;
  if (!integral) e += detail::strip_zeros(c, Decimal::precision);
  while (f < 0 && exact) {
    const unsigned degree = n % 2 != 0 ? 2 : 5;
    const auto lift = static_cast<int>((e % degree + degree) % degree);
    const Uint128 radicand = c * detail::power_of_ten(lift);
    std::optional<Uint128> root;
    if (degree == 2) {
      root = detail::integer_root({0, radicand});
      if (*root * *root != radicand) root.reset();
    } else {
      root = detail::exact_fifth_root(radicand);
    }
    exact = root.has_value();
    if (exact) {
      c = *root;
      e = (e - lift) / degree;
      n *= degree;  // below 10^36: twice or five times, then a zero comes off
      f += detail::strip_zeros(n, Decimal::precision);
    }
  }
  if (exact) {
    const Uint128 full = c;
    const std::int64_t full_e = e;
    e += detail::strip_zeros(c, Decimal::precision);
    const auto integer = Decimal::make(exponent.is_negative(), n, f);
    const std::optional<std::int64_t> count = integer->to_int64();
    if (c == 1) {
      // A power of ten or -1. Its exponent is within 7000 of zero, so more than 10^5 times are too
      // many.
      if (e == 0) return Decimal(negative ? -1 : 1);
      if (!count || *count > 100'000 || *count < -100'000) {
        return detail::to_decimal(negative, (e < 0) != exponent.is_negative()
                                                ? detail::below_range
                                                : detail::beyond_range);
      }
      if (*count < 0 || full_e * *count < Decimal::min_exponent) {
        return Decimal::make(negative, 1, e * *count);
      }
    }
    if (count && *count > 0) {
      if (const auto p = detail::exact_power(full, static_cast<std::uint64_t>(*count))) {
        return Decimal::nearest(negative, *p, full_e * *count);
      }
      if (const auto p = detail::exact_power(c, static_cast<std::uint64_t>(*count))) {
        return Decimal::nearest(negative, *p, e * *count);
      }
    }
    if (count && *count < 0) {
      const auto times = ~static_cast<std::uint64_t>(*count) + 1;
      // 1 / 2^i is 5^i / 10^i, and the other way round: the only finite reciprocals.
      for (const unsigned factor : {2u, 5u}) {
        Uint128 rest = c;
        int i = 0;
        for (; rest % factor == 0; ++i) rest /= factor;
        if (rest != 1) continue;
        const auto reciprocal = detail::exact_power(10 / factor, static_cast<std::uint64_t>(i));
        if (!reciprocal || reciprocal->high != 0) continue;
        if (const auto p = detail::exact_power(reciprocal->low, times)) {
          return Decimal::nearest(negative, *p, (-i - e) * static_cast<std::int64_t>(times));
        }
      }
    }
  }
  return detail::to_decimal(negative, detail::power_by_logarithm(abs(base), exponent));
}

}  // namespace aftercare::rt
