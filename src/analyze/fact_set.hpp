// analyze/fact_set.hpp — a set of facts (small numbers) of one size, fixed when it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aftercare::analyze {

class FactSet {
 public:
  FactSet() = default;
  /// None, or all, of the facts 0 … count-1.
  explicit FactSet(std::uint32_t count, bool all = false)
      : count_(count), words_((count + 63U) / 64U, all ? ~std::uint64_t{0} : 0) {
    if (all && count % 64U != 0) words_.back() = (std::uint64_t{1} << (count % 64U)) - 1;
  }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] bool contains(std::uint32_t fact) const noexcept {
    return fact < count_ && (words_[fact / 64U] >> (fact % 64U) & 1U) != 0;
  }
  /// Requires: fact < count().
  void insert(std::uint32_t fact) noexcept {
    words_[fact / 64U] |= std::uint64_t{1} << (fact % 64U);
  }
  /// Union. An empty set of no facts is neutral.
  FactSet& operator|=(const FactSet& other) noexcept {
    for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i) {
      words_[i] |= other.words_[i];
    }
    return *this;
  }
  FactSet& operator&=(const FactSet& other) noexcept {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= i < other.words_.size() ? other.words_[i] : 0;
    }
    return *this;
  }
  /// Intersects in place and says whether that removed anything.
  bool narrow(const FactSet& other) noexcept {
    bool changed = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t left = words_[i] & (i < other.words_.size() ? other.words_[i] : 0);
      changed = changed || left != words_[i];
      words_[i] = left;
    }
    return changed;
  }
  friend FactSet operator|(FactSet a, const FactSet& b) noexcept { return a |= b; }
  friend FactSet operator&(FactSet a, const FactSet& b) noexcept { return a &= b; }
  bool operator==(const FactSet&) const = default;

 private:
  std::uint32_t count_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace aftercare::analyze
