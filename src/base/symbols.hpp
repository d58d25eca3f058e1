// Names as small numbers: equal names have equal numbers, counted from 0 in order of appearance.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/assert.hpp"

namespace aftercare::base {

struct Symbol {
  std::uint32_t index = 0;
  auto operator<=>(const Symbol&) const = default;
};

/// Append-only. Texts stay where they are for the life of the table.
class Symbols {
 public:
  Symbols() = default;
  Symbols(const Symbols&) = delete;  // the index points into the texts
  Symbols& operator=(const Symbols&) = delete;
  Symbols(Symbols&&) = default;
  Symbols& operator=(Symbols&&) = default;

  /// The symbol of a name, new or old.
  Symbol intern(std::string_view name) {
    if (const auto known = index_.find(name); known != index_.end()) return known->second;
    const Symbol symbol{static_cast<std::uint32_t>(texts_.size())};
    index_.emplace(texts_.emplace_back(name), symbol);
    return symbol;
  }
  /// The symbol of a name that was interned before.
  [[nodiscard]] std::optional<Symbol> find(std::string_view name) const {
    const auto known = index_.find(name);
    if (known == index_.end()) return std::nullopt;
    return known->second;
  }
  [[nodiscard]] std::string_view text(Symbol symbol) const {
    AFTERCARE_ASSERT(symbol.index < texts_.size(), "a symbol belongs to this table");
    return texts_[symbol.index];
  }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(texts_.size());
  }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, Symbol> index_;
};

}  // namespace aftercare::base
