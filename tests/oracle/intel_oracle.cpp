// Compares the decimal type with Intel's decimal floating-point library, bit for bit, on random
// operands of many shapes:
//
//   intel_oracle [pairs of operands] [seed]
//
// Differences that are meant: no infinities and NaN (empty), no sign of zero.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "aftercare/rt/decimal_math.hpp"

// The variant of the library: arguments by value, rounding mode and flags as arguments.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
extern "C" {
#include <bid_conf.h>
#include <bid_functions.h>
}

namespace aftercare::rt {
namespace {

constexpr int kinds = 10;
long compared[kinds];
const char* const names[kinds] = {"add",      "subtract", "multiply", "divide", "sqrt",
                                  "quantize", "compare",  "modulo",   "parse",  "round"};
long wrong = 0;

BID_UINT128 to_intel(const Decimal& d) {
  BID_UINT128 out;
  out.w[BID_LOW_128W] = static_cast<std::uint64_t>(d.coefficient());
  out.w[BID_HIGH_128W] = static_cast<std::uint64_t>(d.coefficient() >> 64) |
                         static_cast<std::uint64_t>(d.exponent() - Decimal::min_exponent) << 49 |
                         static_cast<std::uint64_t>(d.is_negative()) << 63;
  return out;
}

std::optional<Decimal> from_intel(const BID_UINT128& x) {
  const std::uint64_t high = x.w[BID_HIGH_128W];
  if ((high >> 61 & 3) == 3) return std::nullopt;  // infinite, NaN; never another form in a result
  const Uint128 c = Uint128{high & 0x1ffffffffffffu} << 64 | x.w[BID_LOW_128W];
  return Decimal::make((high >> 63) != 0, c,
                       static_cast<int>(high >> 49 & 0x3fff) + Decimal::min_exponent);
}

std::string show(const std::optional<Decimal>& d) {
  if (!d) return "none";
  return (d->is_negative() ? "-" : "") + to_string(*Decimal::make(false, d->coefficient(), 0)) +
         "E" + std::to_string(d->exponent());
}

void expect(int kind, bool same, const std::string& a, const std::string& b,
            const std::string& ours, const std::string& theirs) {
  ++compared[kind];
  if (same) return;
  if (++wrong <= 20) {
    std::printf("%s(%s, %s)\n  ours  %s\n  Intel %s\n", names[kind], a.c_str(), b.c_str(),
                ours.c_str(), theirs.c_str());
  }
}

void expect_same(int kind, const Decimal& a, const Decimal& b, const std::optional<Decimal>& ours,
                 const BID_UINT128& intel) {
  const std::optional<Decimal> theirs = from_intel(intel);
  const bool same = ours.has_value() == theirs.has_value() &&
                    (!ours || (ours->coefficient() == theirs->coefficient() &&
                               ours->exponent() == theirs->exponent() &&
                               ours->is_negative() == theirs->is_negative()));
  if (same) {
    ++compared[kind];
  } else {
    expect(kind, false, show(a), show(b), show(ours), show(theirs));
  }
}

class Operands {
 public:
  explicit Operands(std::uint64_t seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }

  Uint128 coefficient() {
    const int size = 1 + below(34);
    const Uint128 top = detail::power_of_ten(size);
    const Uint128 any = (Uint128{random_()} << 64 | random_()) % top;
    switch (below(8)) {
      case 0:
        return top - 1;
      case 1:
        return top / 10;
      case 2:
        return top / 2;  // 5, 50, 500: ties
      case 3:
        return top - 1 - random_() % 3;
      case 4:
        return any % 1'000'000;
      case 5:
        return any - any % detail::power_of_ten(below(size));  // trailing zeros
      case 6:
        return (Uint128{1} << below(112)) - below(2);
      default:
        return any;
    }
  }

  int exponent() {
    switch (below(6)) {
      case 0:
        return 0;
      case 1:
        return -below(7);
      case 2:
        return below(80) - 40;
      case 3:
        return Decimal::min_exponent + below(60);
      case 4:
        return Decimal::max_exponent - below(60);
      default:
        return Decimal::min_exponent + below(Decimal::max_exponent - Decimal::min_exponent);
    }
  }

  Decimal any() { return *Decimal::make(below(2) != 0, coefficient(), exponent()); }

  /// A second operand that stands in some relation to the first.
  Decimal related(const Decimal& a) {
    const auto near_exponent = [&](int reach) {
      const int e = a.exponent() + below(2 * reach + 1) - reach;
      return e < Decimal::min_exponent   ? Decimal::min_exponent
             : e > Decimal::max_exponent ? Decimal::max_exponent
                                         : e;
    };
    switch (below(8)) {
      case 0:
        return *Decimal::make(below(2) != 0, coefficient(), a.exponent());
      case 1:
        return *Decimal::make(below(2) != 0, coefficient(), near_exponent(40));
      case 2:
        return *Decimal::make(below(2) != 0, coefficient(), near_exponent(80));
      case 3: {  // a neighbour, of the same or the other sign
        const Uint128 c = a.coefficient();
        return Decimal::make(below(2) != 0, c == 0 || below(2) != 0 ? c + 1 : c - 1, a.exponent())
            .value_or(a);  // there is none above the greatest
      }
      case 4: {  // a multiple: an exact quotient
        const auto m = multiply(a, *Decimal::make(false, random_() % 100'000, below(9) - 4));
        return m ? *m : any();
      }
      case 5: {  // the same number with another exponent
        const Decimal n = a.normalized();
        const int room = Decimal::precision - n.digits() + 1;
        const auto q = quantize(n, n.exponent() - below(room));
        return q ? *q : n;
      }
      default:
        return any();
    }
  }

  std::string text() {
    std::string t = below(2) != 0 ? "-" : "";
    const int size = 1 + below(below(4) != 0 ? 40 : 90);
    const int point = below(3) != 0 ? below(size) : -1;
    const int style = below(4);
    for (int i = 0; i < size; ++i) {
      if (i == point && i > 0) t += '.';
      const int digit = style == 0   ? below(10)
                        : style == 1 ? (i == 34  ? 5
                                        : i > 34 ? 0
                                                 : below(10))
                        : style == 2 ? 9
                                     : (below(10) == 0 ? below(10) : 0);
      t += static_cast<char>('0' + digit);
    }
    if (below(2) != 0) t += "E" + std::to_string(below(3) != 0 ? below(200) - 100 : exponent());
    return t;
  }

 private:
  std::mt19937_64 random_;
};

void compare_pair(Operands& operands) {
  const Decimal a = operands.any();
  const Decimal b = operands.below(2) != 0 ? operands.related(a) : operands.any();
  const BID_UINT128 x = to_intel(a);
  const BID_UINT128 y = to_intel(b);
  _IDEC_flags flags = 0;
  constexpr _IDEC_round nearest = BID_ROUNDING_TO_NEAREST;
  expect_same(0, a, b, add(a, b), bid128_add(x, y, nearest, &flags));
  expect_same(1, a, b, subtract(a, b), bid128_sub(x, y, nearest, &flags));
  expect_same(2, a, b, multiply(a, b), bid128_mul(x, y, nearest, &flags));
  expect_same(3, a, b, divide(a, b), bid128_div(x, y, nearest, &flags));
  expect_same(4, a, a, sqrt(a), bid128_sqrt(x, nearest, &flags));

  constexpr struct {
    Rounding ours;
    _IDEC_round theirs;
  } modes[] = {{Rounding::half_even, BID_ROUNDING_TO_NEAREST},
               {Rounding::half_up, BID_ROUNDING_TIES_AWAY},
               {Rounding::down, BID_ROUNDING_TO_ZERO},
               {Rounding::floor, BID_ROUNDING_DOWN},
               {Rounding::ceiling, BID_ROUNDING_UP}};
  const auto mode = modes[operands.below(5)];
  const auto unit = *Decimal::make(1, b.exponent());
  const BID_UINT128 quantized = bid128_quantize(x, to_intel(unit), mode.theirs, &flags);
  expect_same(5, a, unit, quantize(a, b.exponent(), mode.ours), quantized);
  if (a.exponent() < b.exponent()) {
    expect_same(9, a, unit, round(a, -b.exponent(), mode.ours), quantized);
  }

  const bool less = bid128_quiet_less(x, y, &flags) != 0;
  const bool equal = bid128_quiet_equal(x, y, &flags) != 0;
  const bool same = (a < b) == less && (a == b) == equal && (b < a) == (!less && !equal) &&
                    (!equal || a.hash() == b.hash());
  if (same) {
    ++compared[6];
  } else {
    expect(6, false, show(a), show(b), "", less ? "less" : equal ? "equal" : "greater");
  }

  // The remainder that has the sign of the divisor, from the one with the sign of the dividend.
  BID_UINT128 rest = bid128_fmod(x, y, &flags);
  const auto r = from_intel(rest);
  if (r && r->sign() * b.sign() < 0) rest = bid128_add(rest, y, nearest, &flags);
  const auto theirs = from_intel(rest);
  const auto ours = modulo(a, b);
  if (ours == theirs) {
    ++compared[7];
  } else {
    expect(7, false, show(a), show(b), show(ours), show(theirs));
  }

  std::string text = operands.text();
  const auto read = Decimal::parse(text);
  const auto intel = from_intel(bid128_from_string(text.data(), nearest, &flags));
  expect(8, read == intel && (!read || (read->exponent() == intel->exponent())), text, "",
         show(read), show(intel));
  if (read) {
    const auto again = Decimal::parse(to_string(*read));
    expect(8, again == read && (read->exponent() > 0 || again->exponent() == read->exponent()),
           text, "printed and read", show(again), show(read));
  }
}

int run(long count, std::uint64_t seed) {
  Operands operands(seed);
  for (long i = 0; i < count; ++i) compare_pair(operands);
  for (int i = 0; i < kinds; ++i) std::printf("%-9s %ld\n", names[i], compared[i]);
  std::printf("%ld differences (seed %llu)\n", wrong, static_cast<unsigned long long>(seed));
  return wrong != 0;
}

}  // namespace
}  // namespace aftercare::rt

int main(int argc, char** argv) {
  return aftercare::rt::run(argc > 1 ? std::strtol(argv[1], nullptr, 10) : 200'000,
                            argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20240229);
}
