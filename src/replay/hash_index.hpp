// replay/hash_index.hpp — things by the order in which they first came, found again by their hash.
//
//   const auto [number, is_new] = index.add(hash(name), [&](auto n) { return names[n] == name; });
//   if (is_new) names.emplace_back(name);
//
// The things themselves stay with whoever numbers them: nothing is copied to look it up. Open
// addressing, half full at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace aftercare::logs {

class HashIndex {
 public:
  /// The number of a thing with this hash. `is(n)` tells whether it is the one of number n.
  template <class Is>
  std::pair<std::uint32_t, bool> add(std::uint64_t full_hash, const Is& is) {
    if (2 * size_ >= places_.size()) grow();
    const auto hash = static_cast<std::uint32_t>(full_hash ^ (full_hash >> 32U));
    for (std::size_t at = hash & (places_.size() - 1);; at = (at + 1) & (places_.size() - 1)) {
      Place& place = places_[at];
      if (place.number == nothing) {
        place = {hash, size_};
        return {size_++, true};
      }
      if (place.hash == hash && is(place.number)) return {place.number, false};
    }
  }

 private:
  static constexpr std::uint32_t nothing = 0xFFFFFFFFU;
  struct Place {
    std::uint32_t hash = 0, number = nothing;
  };

  void grow() {
    std::vector<Place> old(places_.empty() ? 64 : 2 * places_.size());
    old.swap(places_);
    for (const Place& place : old) {
      if (place.number == nothing) continue;
      std::size_t at = place.hash & (places_.size() - 1);
      while (places_[at].number != nothing) at = (at + 1) & (places_.size() - 1);
      places_[at] = place;
    }
  }

  std::vector<Place> places_;
  std::uint32_t size_ = 0;
};

}  // namespace aftercare::logs
