// replay/random.hpp — random numbers that are the same on every machine: SplitMix64, integers only.
#pragma once

#include <cstdint>

namespace aftercare::logs {

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  /// A generator of its own for item `number` of a seed.
  [[nodiscard]] static Random of(std::uint64_t seed, std::uint64_t number) noexcept {
    Random mixer(seed ^ (number * 0xD1342543DE82EF95ULL + 0x9E3779B97F4A7C15ULL));
    return Random(mixer.next() ^ number);
  }

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  /// 0 to n - 1. Requires: n > 0. The bias for n far below 2^32 does not matter here.
  std::uint64_t below(std::uint64_t n) noexcept { return next() % n; }
  /// low to high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    return high <= low
               ? low
               : low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool percent(std::uint32_t share) noexcept { return below(100) < share; }
  bool permille(std::uint32_t share) noexcept { return below(1000) < share; }

 private:
  std::uint64_t state_;
};

}  // namespace aftercare::logs
