// chart/state_set.hpp — a set of states in two machine words, for charts of at most 128 states.
//
// Because states are numbered in document order, the descendants of a state are one interval of
// numbers, entry order is ascending and exit order descending: every set operation of the
// algorithm is a few word operations.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "chart/ids.hpp"

namespace aftercare::chart {

class SmallSet {
 public:
  static constexpr std::uint32_t capacity = 128;

  constexpr SmallSet() = default;

  [[nodiscard]] constexpr bool contains(StateId s) const noexcept {
    return (words_[s >> 6U] >> (s & 63U) & 1U) != 0;
  }
  constexpr void insert(StateId s) noexcept { words_[s >> 6U] |= std::uint64_t{1} << (s & 63U); }
  constexpr void erase(StateId s) noexcept { words_[s >> 6U] &= ~(std::uint64_t{1} << (s & 63U)); }
  [[nodiscard]] constexpr bool is_empty() const noexcept { return (words_[0] | words_[1]) == 0; }
  [[nodiscard]] constexpr std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(std::popcount(words_[0]) + std::popcount(words_[1]));
  }
  [[nodiscard]] constexpr bool intersects(SmallSet other) const noexcept {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1])) != 0;
  }
  constexpr SmallSet& operator|=(SmallSet other) noexcept {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
    return *this;
  }
  constexpr SmallSet& operator&=(SmallSet other) noexcept {
    words_[0] &= other.words_[0];
    words_[1] &= other.words_[1];
    return *this;
  }
  /// Without the members of `other`.
  constexpr SmallSet& operator-=(SmallSet other) noexcept {
    words_[0] &= ~other.words_[0];
    words_[1] &= ~other.words_[1];
    return *this;
  }
  friend constexpr SmallSet operator&(SmallSet a, SmallSet b) noexcept { return a &= b; }
  friend constexpr SmallSet operator|(SmallSet a, SmallSet b) noexcept { return a |= b; }
  bool operator==(const SmallSet&) const = default;

  /// States `first` … `last`, both included. Requires: last < capacity.
  [[nodiscard]] static constexpr SmallSet interval(StateId first, StateId last) noexcept {
    SmallSet set;
    for (std::uint32_t w = 0; w < 2; ++w) {
      const std::uint32_t low = w * 64;
      if (last < low || first > low + 63 || first > last) continue;
      const std::uint32_t from = first > low ? first - low : 0;
      const std::uint32_t to = last - low < 63 ? last - low : 63;
      set.words_[w] = (~std::uint64_t{0} << from) & (~std::uint64_t{0} >> (63 - to));
    }
    return set;
  }

  /// Calls `visit(state)` in ascending order.
  template <class Visit>
  constexpr void each(Visit&& visit) const {
    for (std::uint32_t w = 0; w < 2; ++w) {
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) {
        visit(static_cast<StateId>(w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest))));
      }
    }
  }
  /// Calls `visit(state)` in descending order.
  template <class Visit>
  constexpr void each_backwards(Visit&& visit) const {
    for (std::uint32_t w = 2; w-- > 0;) {
      for (std::uint64_t rest = words_[w]; rest != 0;) {
        const auto bit = 63U - static_cast<std::uint32_t>(std::countl_zero(rest));
        rest &= ~(std::uint64_t{1} << bit);
        visit(static_cast<StateId>(w * 64 + bit));
      }
    }
  }
  [[nodiscard]] constexpr std::uint64_t word(std::size_t index) const noexcept {
    return words_[index];
  }

 private:
  std::uint64_t words_[2] = {0, 0};
};

static_assert(SmallSet::interval(0, 127).size() == 128);
static_assert(SmallSet::interval(63, 64).size() == 2);
static_assert(SmallSet::interval(5, 4).is_empty());

}  // namespace aftercare::chart
