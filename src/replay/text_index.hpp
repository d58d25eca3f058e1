// replay/text_index.hpp — texts by the order in which they first came, found again without a copy.
//
//   const auto [number, is_new] = index.add(text, [&](std::uint32_t n) { return names[n] == text;
//   }); if (is_new) names.emplace_back(text);
//
// The texts themselves stay with whoever numbers them. Open addressing, half full at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace aftercare::logs {

class TextIndex {
 public:
  /// The number of a text. `is(n)` tells whether number n stands for it; texts that are equal but
  /// not the same (of two procedures) may share a hash.
  template <class Is>
  std::pair<std::uint32_t, bool> add(std::string_view text, const Is& is) {
    if (2 * size_ >= places_.size()) grow();
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
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
