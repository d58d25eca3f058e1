// aftercare/rt/decimal.hpp — exact decimal numbers: what FEEL, generated code and the VM count
// with.
//
//   auto price = *Decimal::parse("19.90");
//   auto owed = multiply(price, 3);            // optional: 59.70
//   to_string(*round(*owed, 1));               // "59.7"
//   divide(price, 0);                          // empty: no NaN, no infinity
//
// The values of IEEE 754 decimal128: 34 digits, exponents -6176 to 6111, and its preferred
// exponents, so that 1.50 stays 1.50. Differences: finite values only (an operation that overflows
// or is not defined gives an empty optional) and zero has no sign. Rounding is half-even unless
// asked. Equality, order and hash are those of the numbers: 1.5 equals 1.50.
// Needs the standard library and 128-bit integers. Knows nothing of binary floating point.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aftercare/rt/wide.hpp"

namespace aftercare::rt {

/// What becomes of digits that do not fit.
enum class Rounding : std::uint8_t {
  half_even,
  half_up,    ///< halves away from zero (四舍五入)
  half_down,  ///< halves towards zero
  up,         ///< away from zero
  down,       ///< towards zero
  floor,
  ceiling,
};

namespace detail {

/// What was cut off, against half a unit of what is left.
enum class Tail : std::uint8_t { none, below_half, half, above_half };

struct Cut {
  Uint256 kept;
  Tail tail = Tail::none;
};

/// c without its last n digits. `more`: something not zero follows the last digit of c.
/// Requires c < 10^76.
[[nodiscard]] constexpr Cut cut_digits(Uint256 c, int n, bool more) noexcept {
  if (n == 0) return {c, more ? Tail::below_half : Tail::none};
  if (n > count_digits(c)) {
    return {{}, c != Uint256{} || more ? Tail::below_half : Tail::none};
  }
  if (c.high == 0 && (c.low >> 64) == 0 && n < 20) {  // the common case, in 64 bits
    const auto all = static_cast<std::uint64_t>(c.low);
    const auto unit = static_cast<std::uint64_t>(power_of_ten(n));
    const std::uint64_t rest = all % unit;
    Tail tail = rest < unit / 2 ? Tail::below_half : Tail::above_half;
    if (rest == unit / 2 && !more) tail = Tail::half;
    if (rest == 0 && !more) tail = Tail::none;
    return {{0, all / unit}, tail};
  }
  if (n > 38) {
    const Division first = divide_wide(c, power_of_ten(38));
    c = first.quotient;
    more = more || first.remainder != 0;
    n -= 38;
  }
  const Division d = divide_wide(c, power_of_ten(n));
  const Uint128 half = power_of_ten(n) / 2;
  Tail tail = d.remainder < half ? Tail::below_half : Tail::above_half;
  if (d.remainder == half && !more) tail = Tail::half;
  if (d.remainder == 0 && !more) tail = Tail::none;
  return {d.quotient, tail};
}

[[nodiscard]] constexpr bool rounds_away(Rounding mode, bool negative, bool odd,
                                         Tail tail) noexcept {
  switch (mode) {
    case Rounding::half_even:
      return tail == Tail::above_half || (tail == Tail::half && odd);
    case Rounding::half_up:
      return tail >= Tail::half;
    case Rounding::half_down:
      return tail == Tail::above_half;
    case Rounding::up:
      return tail != Tail::none;
    case Rounding::down:
      return false;
    case Rounding::floor:
      return negative && tail != Tail::none;
    case Rounding::ceiling:
      return !negative && tail != Tail::none;
  }
  return false;
}

/// Takes up to `limit` trailing zeros off c; returns how many. Requires c != 0.
constexpr int strip_zeros(Uint128& c, int limit) noexcept {
  int stripped = 0;
  for (int step = 32; step > 0; step /= 2) {
    if (stripped + step > limit) continue;
    if ((c >> 64) == 0 && step < 20) {
      const auto small = static_cast<std::uint64_t>(c);
      const auto power = static_cast<std::uint64_t>(power_of_ten(step));
      if (small % power != 0) continue;
      c = small / power;
    } else {
      if (c % power_of_ten(step) != 0) continue;
      c /= power_of_ten(step);
    }
    stripped += step;
  }
  return stripped;
}

}  // namespace detail

/// A finite decimal number. 24 bytes, trivially copyable, no allocation.
class Decimal {
 public:
  static constexpr int precision = 34;
  static constexpr int min_exponent = -6176;
  static constexpr int max_exponent = 6111;

  /// coefficient * 10^exponent that fits a 64-bit coefficient.
  struct Small {
    std::int64_t coefficient = 0;
    int exponent = 0;
  };

  constexpr Decimal() noexcept = default;

  /// Any integer of the language but bool and characters, exactly. Binary floating point does not
  /// convert.
  template <std::integral T>
  requires(sizeof(T) <= 8 && !std::same_as<T, bool> && !std::same_as<T, char>)
      // NOLINTNEXTLINE(google-explicit-constructor)
      constexpr Decimal(T value) noexcept
      : low_(value < 0 ? ~static_cast<std::uint64_t>(value) + 1
                       : static_cast<std::uint64_t>(value)),
        negative_(value < 0) {}

  /// coefficient * 10^exponent, rounded half-even where it has more than 34 digits.
  /// Empty on overflow.
  [[nodiscard]] static constexpr std::optional<Decimal> make(bool negative, Uint128 coefficient,
                                                             std::int64_t exponent) noexcept {
    return nearest(negative, {0, coefficient}, exponent);
  }
  [[nodiscard]] static constexpr std::optional<Decimal> make(std::int64_t coefficient,
                                                             std::int64_t exponent) noexcept {
    const Decimal c(coefficient);
    return nearest(c.negative_, {0, c.low_}, exponent);
  }
  [[nodiscard]] static constexpr std::optional<Decimal> from(Small s) noexcept {
    return make(s.coefficient, s.exponent);
  }

  /// The number nearest to c * 10^exponent. `more`: something not zero follows the last digit of c;
  /// then c has more than 34 digits. Requires c < 10^76.
  [[nodiscard]] static constexpr std::optional<Decimal> nearest(
      bool negative, detail::Uint256 c, std::int64_t exponent, bool more = false,
      Rounding mode = Rounding::half_even) noexcept {
    if (c.high == 0 && c.low < detail::power_of_ten(precision) && exponent >= min_exponent &&
        exponent <= max_exponent) {
      return Decimal(negative, c.low, static_cast<int>(exponent));  // `more` has more digits
    }
    const int size = detail::count_digits(c);
    std::int64_t drop = size > precision ? size - precision : 0;
    if (exponent + drop < min_exponent) drop = min_exponent - exponent;
    Uint128 kept = c.low;
    if (drop > 0) {
      const detail::Cut cut = detail::cut_digits(c, drop > 80 ? 80 : static_cast<int>(drop), more);
      kept = cut.kept.low;
      exponent += drop;
      if (detail::rounds_away(mode, negative, (kept & 1) != 0, cut.tail)) ++kept;
      if (kept == detail::power_of_ten(precision)) {
        kept /= 10;
        ++exponent;
      }
    }
    if (exponent > max_exponent) {
      const std::int64_t zeros = exponent - max_exponent;
      if (kept != 0) {
        if (detail::count_digits(kept) + zeros > precision) return std::nullopt;
        kept *= detail::power_of_ten(static_cast<int>(zeros));
      }
      exponent = max_exponent;
    }
    return Decimal(negative, kept, static_cast<int>(exponent));
  }

  /// The numbers of FEEL, of which JSON's are a part: -12, 1.50, .5, 6.02e23. No plus sign in
  /// front, no blanks, a digit after the point. More than 34 digits round half-even. Empty for
  /// anything else and on overflow.
  [[nodiscard]] static constexpr std::optional<Decimal> parse(std::string_view text) noexcept;

  [[nodiscard]] constexpr bool is_negative() const noexcept { return negative_; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return (low_ | high_) == 0; }
  /// -1, 0 or 1.
  [[nodiscard]] constexpr int sign() const noexcept { return is_zero() ? 0 : negative_ ? -1 : 1; }
  [[nodiscard]] constexpr Uint128 coefficient() const noexcept {
    return (Uint128{high_} << 64) | low_;
  }
  [[nodiscard]] constexpr int exponent() const noexcept { return exponent_; }
  /// Digits after the point.
  [[nodiscard]] constexpr int scale() const noexcept { return exponent_ < 0 ? -exponent_ : 0; }
  /// Digits of the coefficient; 1 for zero.
  [[nodiscard]] constexpr int digits() const noexcept {
    return detail::count_digits(coefficient());
  }

  /// The same number without trailing zeros: 1.50 is 1.5, 100 is 1E+2, 0.00 is 0.
  [[nodiscard]] constexpr Decimal normalized() const noexcept {
    if (is_zero()) return {};
    Uint128 c = coefficient();
    const int stripped = detail::strip_zeros(c, max_exponent - exponent_);
    return {negative_, c, exponent_ + stripped};
  }

  [[nodiscard]] constexpr bool is_integer() const noexcept {
    if (exponent_ >= 0 || is_zero()) return true;
    return -exponent_ < precision && coefficient() % detail::power_of_ten(-exponent_) == 0;
  }

  /// Empty where the number is not an integer or does not fit.
  [[nodiscard]] constexpr std::optional<std::int64_t> to_int64() const noexcept {
    if (is_zero()) return 0;
    if (!is_integer() || exponent_ > 18) return std::nullopt;
    Uint128 c = coefficient();
    if (exponent_ < 0) {
      c /= detail::power_of_ten(-exponent_);
    } else {
      if (high_ != 0) return std::nullopt;
      c *= detail::power_of_ten(exponent_);
    }
    if (c > (Uint128{1} << 63) - (negative_ ? 0 : 1)) return std::nullopt;
    const auto magnitude = static_cast<std::uint64_t>(c);
    return static_cast<std::int64_t>(negative_ ? ~magnitude + 1 : magnitude);
  }

  /// The parts as they stand, where the coefficient fits 64 bits with its sign.
  [[nodiscard]] constexpr std::optional<Small> small() const noexcept {
    if (!fits_63_bits()) return std::nullopt;
    return Small{signed_low(), exponent_};
  }

  /// Equal for equal numbers; the same in every process.
  [[nodiscard]] constexpr std::size_t hash() const noexcept {
    const Decimal n = normalized();
    std::uint64_t h = n.low_;
    for (const std::uint64_t word :
         {n.high_, static_cast<std::uint64_t>(n.exponent_) * 2 + (n.negative_ ? 1 : 0)}) {
      h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
      h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
      h = (h ^ (h >> 31)) + word;
    }
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    return static_cast<std::size_t>(h ^ (h >> 31));
  }

  [[nodiscard]] friend constexpr std::weak_ordering operator<=>(const Decimal& a,
                                                                const Decimal& b) noexcept {
    if (a.exponent_ == b.exponent_ && a.fits_63_bits() && b.fits_63_bits()) {
      return a.signed_low() <=> b.signed_low();
    }
    const int sign_a = a.sign();
    const int sign_b = b.sign();
    if (sign_a != sign_b || sign_a == 0) return sign_a <=> sign_b;
    return sign_a > 0 ? compare_magnitudes(a, b) : compare_magnitudes(b, a);
  }
  [[nodiscard]] friend constexpr bool operator==(const Decimal& a, const Decimal& b) noexcept {
    return std::is_eq(a <=> b);
  }

  [[nodiscard]] constexpr Decimal operator-() const noexcept {
    return {!negative_, coefficient(), exponent_};
  }

  [[nodiscard]] friend constexpr Decimal abs(const Decimal& a) noexcept {
    return {false, a.coefficient(), a.exponent_};
  }

  [[nodiscard]] friend constexpr std::optional<Decimal> add(const Decimal& a,
                                                            const Decimal& b) noexcept {
    if (a.exponent_ == b.exponent_ && a.fits_63_bits() && b.fits_63_bits()) {
      if (a.negative_ == b.negative_) {
        return Decimal(a.negative_, Uint128{a.low_ + b.low_}, a.exponent_);
      }
      return a.low_ >= b.low_ ? Decimal(a.negative_, Uint128{a.low_ - b.low_}, a.exponent_)
                              : Decimal(b.negative_, Uint128{b.low_ - a.low_}, a.exponent_);
    }
    return add_aligned(a, b);
  }

  [[nodiscard]] friend constexpr std::optional<Decimal> subtract(const Decimal& a,
                                                                 const Decimal& b) noexcept {
    return add(a, -b);
  }

  [[nodiscard]] friend constexpr std::optional<Decimal> multiply(const Decimal& a,
                                                                 const Decimal& b) noexcept {
    const bool negative = a.negative_ != b.negative_;
    const int exponent = a.exponent_ + b.exponent_;
    if ((a.high_ | b.high_) == 0) {
      return nearest(negative, {0, Uint128{a.low_} * b.low_}, exponent);
    }
    return nearest(negative, detail::multiply_wide(a.coefficient(), b.coefficient()), exponent);
  }

  /// Empty where b is zero. An exact quotient keeps the exponent nearest to a's less b's.
  [[nodiscard]] friend constexpr std::optional<Decimal> divide(const Decimal& a,
                                                               const Decimal& b) noexcept {
    if (b.is_zero()) return std::nullopt;
    const bool negative = a.negative_ != b.negative_;
    const int ideal = a.exponent_ - b.exponent_;
    if (a.is_zero()) return nearest(false, {}, ideal);
    if ((a.high_ | b.high_) == 0 && a.low_ % b.low_ == 0) {
      return nearest(negative, {0, a.low_ / b.low_}, ideal);
    }
    // One or two digits more than the result can hold, and whether anything follows.
    const int shift = precision + 1 + b.digits() - a.digits();
    const detail::Division d =
        detail::divide_wide(detail::scale_up(a.coefficient(), shift), b.coefficient());
    Uint128 quotient = d.quotient.low;
    int exponent = ideal - shift;
    if (d.remainder == 0) exponent += detail::strip_zeros(quotient, shift);
    return nearest(negative, {0, quotient}, exponent, d.remainder != 0);
  }

  /// a - b * floor(a / b), computed exactly and rounded once: it has the sign of b, or is zero.
  /// Empty where b is zero.
  [[nodiscard]] friend constexpr std::optional<Decimal> modulo(const Decimal& a,
                                                               const Decimal& b) noexcept {
    if (b.is_zero()) return std::nullopt;
    const Uint128 dividend = a.coefficient();
    const Uint128 divisor = b.coefficient();
    int unit = a.exponent_;
    Uint128 rest = dividend;
    if (a.exponent_ >= b.exponent_) {
      unit = b.exponent_;
      rest = dividend % divisor;
      Uint128 power = 10 % divisor;
      for (int n = a.exponent_ - b.exponent_; n != 0; n /= 2) {
        if (n % 2 != 0) rest = multiply_modulo(rest, power, divisor);
        power = multiply_modulo(power, power, divisor);
      }
    } else if (b.digits() + b.exponent_ <= a.digits() + a.exponent_) {
      rest = dividend % (divisor * detail::power_of_ten(b.exponent_ - a.exponent_));
    }
    if (rest == 0 || a.negative_ == b.negative_) return Decimal(b.negative_, rest, unit);
    return add(b, Decimal(!b.negative_, rest, unit));
  }

  /// a with at most `scale` digits after the point (before it, where scale is negative); a number
  /// that has no more stays as it is. Empty on overflow.
  [[nodiscard]] friend constexpr std::optional<Decimal> round(const Decimal& a, int scale,
                                                              Rounding mode) noexcept {
    const std::int64_t target = -std::int64_t{scale};
    if (a.exponent_ >= target) return a;
    return cut_to(a, target, mode);
  }

  /// a with exactly this exponent: padded with zeros or rounded. Empty where that does not fit
  /// 34 digits, or the exponent is out of range.
  [[nodiscard]] friend constexpr std::optional<Decimal> quantize(const Decimal& a, int exponent,
                                                                 Rounding mode) noexcept {
    if (exponent < min_exponent || exponent > max_exponent) return std::nullopt;
    if (a.exponent_ < exponent) return cut_to(a, exponent, mode);
    if (a.is_zero()) return Decimal(false, 0, exponent);
    const int zeros = a.exponent_ - exponent;
    if (a.digits() + zeros > precision) return std::nullopt;
    return Decimal(a.negative_, a.coefficient() * detail::power_of_ten(zeros), exponent);
  }

 private:
  constexpr Decimal(bool negative, Uint128 coefficient, int exponent) noexcept
      : low_(static_cast<std::uint64_t>(coefficient)),
        high_(static_cast<std::uint64_t>(coefficient >> 64)),
        exponent_(exponent),
        negative_(negative && coefficient != 0) {}

  [[nodiscard]] constexpr bool fits_63_bits() const noexcept {
    return high_ == 0 && low_ >> 63 == 0;
  }
  [[nodiscard]] constexpr std::int64_t signed_low() const noexcept {
    const auto magnitude = static_cast<std::int64_t>(low_);
    return negative_ ? -magnitude : magnitude;
  }

  [[nodiscard]] static constexpr std::strong_ordering compare_magnitudes(
      const Decimal& a, const Decimal& b) noexcept {
    const int top_a = a.digits() + a.exponent_;
    const int top_b = b.digits() + b.exponent_;
    if (top_a != top_b) return top_a <=> top_b;
    Uint128 ca = a.coefficient();
    Uint128 cb = b.coefficient();
    if (a.exponent_ > b.exponent_) ca *= detail::power_of_ten(a.exponent_ - b.exponent_);
    if (b.exponent_ > a.exponent_) cb *= detail::power_of_ten(b.exponent_ - a.exponent_);
    return ca <=> cb;
  }

  [[nodiscard]] static constexpr std::optional<Decimal> add_aligned(const Decimal& x,
                                                                    const Decimal& y) noexcept {
    const Decimal& a = x.exponent_ >= y.exponent_ ? x : y;
    const Decimal& b = x.exponent_ >= y.exponent_ ? y : x;
    if (a.is_zero()) return b;
    const int size = a.digits();
    int shift = a.exponent_ - b.exponent_;
    Uint128 addend = b.coefficient();
    if (size + shift <= 38) {
      const Uint128 c = a.coefficient() * detail::power_of_ten(shift);
      if (a.negative_ == b.negative_) return nearest(a.negative_, {0, c + addend}, b.exponent_);
      return c >= addend ? nearest(a.negative_, {0, c - addend}, b.exponent_)
                         : nearest(b.negative_, {0, addend - c}, b.exponent_);
    }
    if (size + shift > 75) {
      // b lies wholly below the 40th digit of a: only whether it is zero, and its sign, matter.
      shift = 40 - size;
      addend = addend == 0 ? 0 : 1;
    }
    const detail::Uint256 c = detail::scale_up(a.coefficient(), shift);
    const detail::Uint256 sum = a.negative_ == b.negative_ ? detail::add_wide(c, {0, addend})
                                                           : detail::subtract_wide(c, {0, addend});
    return nearest(a.negative_, sum, a.exponent_ - shift);
  }

  [[nodiscard]] static constexpr Uint128 multiply_modulo(Uint128 a, Uint128 b, Uint128 m) noexcept {
    return detail::divide_wide(detail::multiply_wide(a, b), m).remainder;
  }

  /// a rounded to a higher exponent.
  [[nodiscard]] static constexpr std::optional<Decimal> cut_to(const Decimal& a,
                                                               std::int64_t exponent,
                                                               Rounding mode) noexcept {
    const std::int64_t drop = exponent - a.exponent_;
    const detail::Cut cut =
        detail::cut_digits({0, a.coefficient()}, drop > 80 ? 80 : static_cast<int>(drop), false);
    Uint128 kept = cut.kept.low;
    if (detail::rounds_away(mode, a.negative_, (kept & 1) != 0, cut.tail)) ++kept;
    return nearest(a.negative_, {0, kept}, exponent);
  }

  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::int32_t exponent_ = 0;
  bool negative_ = false;  // never for zero
};

// The operations are friends; declared here they also take arguments that convert: add(1, 2).
constexpr Decimal abs(const Decimal& a) noexcept;
constexpr std::optional<Decimal> add(const Decimal& a, const Decimal& b) noexcept;
constexpr std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) noexcept;
constexpr std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) noexcept;
constexpr std::optional<Decimal> divide(const Decimal& a, const Decimal& b) noexcept;
constexpr std::optional<Decimal> modulo(const Decimal& a, const Decimal& b) noexcept;
constexpr std::optional<Decimal> round(const Decimal& a, int scale,
                                       Rounding mode = Rounding::half_even) noexcept;
constexpr std::optional<Decimal> quantize(const Decimal& a, int exponent,
                                          Rounding mode = Rounding::half_even) noexcept;

constexpr std::optional<Decimal> Decimal::parse(std::string_view text) noexcept {
  std::size_t at = 0;
  const auto is_digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) ++at;
  Uint128 c = 0;
  int kept = 0;
  std::int64_t exponent = 0;
  bool more = false;
  const auto take_digits = [&](bool fraction) {
    const std::size_t start = at;
    for (; is_digit(); ++at) {
      const auto digit = static_cast<unsigned>(text[at] - '0');
      if (kept < 38) {
        c = c * 10 + digit;
        if (c != 0) ++kept;
        if (fraction) --exponent;
      } else {
        more = more || digit != 0;
        if (!fraction) ++exponent;
      }
    }
    return at != start;
  };
  const bool whole = take_digits(false);
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!take_digits(true)) return std::nullopt;
  } else if (!whole) {
    return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool minus = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (!is_digit()) return std::nullopt;
    constexpr std::int64_t enough = 1'000'000'000'000'000;  // beyond what any text can make up for
    std::int64_t power = 0;
    for (; is_digit(); ++at) {
      if (power < enough) power = power * 10 + (text[at] - '0');
    }
    exponent += minus ? -power : power;
  }
  if (at != text.size()) return std::nullopt;
  return nearest(negative, {0, c}, exponent, more);
}

[[nodiscard]] constexpr std::optional<Decimal> floor(const Decimal& a, int scale = 0) noexcept {
  return round(a, scale, Rounding::floor);
}
[[nodiscard]] constexpr std::optional<Decimal> ceiling(const Decimal& a, int scale = 0) noexcept {
  return round(a, scale, Rounding::ceiling);
}

/// The number as FEEL writes it, with its scale: 1.50, 0.00, 1000. Where that would take more than
/// 100 digits: 1.5E+300, which FEEL and JSON read too.
[[nodiscard]] inline std::string to_string(const Decimal& a) {
  constexpr int most_digits = 100;
  char buffer[Decimal::precision];
  char* const end = buffer + sizeof buffer;
  char* first = end;
  constexpr std::uint64_t chunk = 10'000'000'000'000'000'000u;  // 19 digits, divided in 64 bits
  Uint128 c = a.coefficient();
  for (; c >= chunk; c /= chunk) {
    auto low = static_cast<std::uint64_t>(c % chunk);
    for (int i = 0; i < 19; ++i, low /= 10) *--first = static_cast<char>('0' + low % 10);
  }
  for (auto low = static_cast<std::uint64_t>(c); low != 0 || first == end; low /= 10) {
    *--first = static_cast<char>('0' + low % 10);
  }
  const int size = static_cast<int>(end - first);
  const int exponent = a.is_zero() && a.exponent() > 0 ? 0 : a.exponent();
  const int point = size + exponent;  // digits before the point
  std::string out;
  if (a.is_negative()) out += '-';
  if (exponent > 0 ? point > most_digits : -exponent > most_digits) {
    out += *first;
    if (size > 1) out.append(1, '.').append(first + 1, end);
    out += point > 0 ? "E+" : "E";
    return out += std::to_string(point - 1);
  }
  if (exponent >= 0) return out.append(first, end).append(static_cast<std::size_t>(exponent), '0');
  if (point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0');
    return out.append(first, end);
  }
  return out.append(first, first + point).append(1, '.').append(first + point, end);
}

/// One text for equal numbers: without trailing zeros after the point.
[[nodiscard]] inline std::string to_canonical_string(const Decimal& a) {
  return to_string(a.normalized());
}

// --- Numbers of a scale that is known beforehand: value * 10^-scale in 64 bits. ---

[[nodiscard]] constexpr std::optional<std::int64_t> add_checked(std::int64_t a,
                                                                std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}
[[nodiscard]] constexpr std::optional<std::int64_t> sub_checked(std::int64_t a,
                                                                std::int64_t b) noexcept {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
  return difference;
}
[[nodiscard]] constexpr std::optional<std::int64_t> mul_checked(std::int64_t a,
                                                                std::int64_t b) noexcept {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

/// The same number at another scale. Empty where it does not fit.
[[nodiscard]] constexpr std::optional<std::int64_t> rescale_checked(std::int64_t value,
                                                                    int from_scale, int to_scale,
                                                                    Rounding mode) noexcept {
  const std::int64_t more = std::int64_t{to_scale} - from_scale;
  if (value == 0 || more == 0) return value;
  if (more > 18) return std::nullopt;
  if (more > 0) {
    return mul_checked(value,
                       static_cast<std::int64_t>(detail::power_of_ten(static_cast<int>(more))));
  }
  const bool negative = value < 0;
  const auto magnitude =
      negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  const detail::Cut cut =
      detail::cut_digits({0, magnitude}, more < -80 ? 80 : static_cast<int>(-more), false);
  auto kept = static_cast<std::int64_t>(cut.kept.low);  // below 2^63: at least one digit went
  if (detail::rounds_away(mode, negative, (kept & 1) != 0, cut.tail)) ++kept;
  return negative ? -kept : kept;
}

/// The same number at another scale. Empty where it does not fit, or digits would be lost.
[[nodiscard]] constexpr std::optional<std::int64_t> rescale_checked(std::int64_t value,
                                                                    int from_scale,
                                                                    int to_scale) noexcept {
  const std::optional<std::int64_t> down =
      rescale_checked(value, from_scale, to_scale, Rounding::down);
  if (!down || to_scale >= from_scale) return down;
  return rescale_checked(value, from_scale, to_scale, Rounding::up) == down ? down : std::nullopt;
}

}  // namespace aftercare::rt

template <>
struct std::hash<aftercare::rt::Decimal> {
  [[nodiscard]] std::size_t operator()(const aftercare::rt::Decimal& d) const noexcept {
    return d.hash();
  }
};
