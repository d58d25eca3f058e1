// What the operations of the decimal type cost, on amounts of money and on numbers of 34 digits.
#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "aftercare/rt/decimal_math.hpp"

namespace {

using aftercare::rt::Decimal;

constexpr int many = 64;
using Operands = std::array<Decimal, many>;

/// Coefficients of `digits` digits with two places after the point.
Operands numbers(int digits, std::uint64_t seed) {
  Operands out;
  for (Decimal& d : out) {
    aftercare::rt::Uint128 c = 0;
    for (int i = 0; i < digits; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      c = c * 10 + (i == 0 ? 1 + (seed >> 33) % 9 : (seed >> 33) % 10);
    }
    d = *Decimal::make(false, c, -2);
  }
  return out;
}

template <auto operation>
void binary(benchmark::State& state) {
  const Operands a = numbers(static_cast<int>(state.range(0)), 1);
  const Operands b = numbers(static_cast<int>(state.range(0)), 2);
  for (auto _ : state) {
    for (int i = 0; i < many; ++i) benchmark::DoNotOptimize(operation(a[i], b[i]));
  }
  state.SetItemsProcessed(state.iterations() * many);
}

template <auto operation>
void unary(benchmark::State& state) {
  const Operands a = numbers(static_cast<int>(state.range(0)), 3);
  for (auto _ : state) {
    for (const Decimal& d : a) benchmark::DoNotOptimize(operation(d));
  }
  state.SetItemsProcessed(state.iterations() * many);
}

void parse(benchmark::State& state) {
  std::array<std::string, many> texts;
  const Operands a = numbers(static_cast<int>(state.range(0)), 4);
  for (int i = 0; i < many; ++i) texts[i] = to_string(a[i]);
  for (auto _ : state) {
    for (const std::string& t : texts) benchmark::DoNotOptimize(Decimal::parse(t));
  }
  state.SetItemsProcessed(state.iterations() * many);
}

constexpr auto add_ = [](const Decimal& a, const Decimal& b) { return add(a, b); };
constexpr auto add_at_other_scale = [](const Decimal& a, const Decimal& b) {
  return add(a, *Decimal::make(false, b.coefficient(), -4));
};
constexpr auto multiply_ = [](const Decimal& a, const Decimal& b) { return multiply(a, b); };
constexpr auto divide_ = [](const Decimal& a, const Decimal& b) { return divide(a, b); };
constexpr auto modulo_ = [](const Decimal& a, const Decimal& b) { return modulo(a, b); };
constexpr auto compare_ = [](const Decimal& a, const Decimal& b) { return a < b; };
constexpr auto round_ = [](const Decimal& a) { return round(a, 1); };
constexpr auto hash_ = [](const Decimal& a) { return a.hash(); };
constexpr auto print_ = [](const Decimal& a) { return to_string(a); };
constexpr auto sqrt_ = [](const Decimal& a) { return sqrt(a); };
constexpr auto log_ = [](const Decimal& a) { return log(a); };
constexpr auto exp_ = [](const Decimal& a) {
  return exp(*Decimal::make(false, a.coefficient(), -a.digits()));
};
constexpr auto interest = [](const Decimal& a) {
  return power(*Decimal::make(false, a.coefficient(), 1 - a.digits()), 12);
};
constexpr auto real_power = [](const Decimal& a) { return power(a, *Decimal::parse("0.3")); };

BENCHMARK(binary<add_>)->Name("add")->Arg(8)->Arg(34);
BENCHMARK(binary<add_at_other_scale>)->Name("add at another scale")->Arg(8)->Arg(34);
BENCHMARK(binary<multiply_>)->Name("multiply")->Arg(8)->Arg(34);
BENCHMARK(binary<divide_>)->Name("divide")->Arg(8)->Arg(34);
BENCHMARK(binary<modulo_>)->Name("modulo")->Arg(8)->Arg(34);
BENCHMARK(binary<compare_>)->Name("compare")->Arg(8)->Arg(34);
BENCHMARK(unary<round_>)->Name("round")->Arg(8)->Arg(34);
BENCHMARK(unary<hash_>)->Name("hash")->Arg(8)->Arg(34);
BENCHMARK(unary<print_>)->Name("to_string")->Arg(8)->Arg(34);
BENCHMARK(parse)->Arg(8)->Arg(34);
BENCHMARK(unary<sqrt_>)->Name("sqrt")->Arg(8)->Arg(34);
BENCHMARK(unary<exp_>)->Name("exp")->Arg(8)->Arg(34);
BENCHMARK(unary<log_>)->Name("log")->Arg(8)->Arg(34);
BENCHMARK(unary<interest>)->Name("power 12")->Arg(3)->Arg(34);
BENCHMARK(unary<real_power>)->Name("power 0.3")->Arg(8)->Arg(34);

}  // namespace

BENCHMARK_MAIN();
