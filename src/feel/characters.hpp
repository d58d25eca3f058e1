// feel/characters.hpp — characters as the grammar knows them: full-width forms count as half-width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/unicode.hpp"

namespace aftercare::feel {

struct Character {
  char c = 0;  ///< 0: end of the text, or no character of the grammar; l, g, n that are wide: ≤ ≥ ≠
  std::uint8_t bytes = 0;
  bool is_wide = false;
};

/// The character at byte `at` of the text.
[[nodiscard]] inline Character character_at(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return {};
  const base::Decoded d = base::decode(text, at);
  if (d.code_point < 0x80) return {static_cast<char>(d.code_point), 1, false};
  if (d.code_point >= 0xFF01 && d.code_point <= 0xFF5E) {
    return {static_cast<char>(d.code_point - 0xFF01 + '!'), d.bytes, true};
  }
  switch (d.code_point) {
    case 0x201C:
    case 0x201D:
      return {'"', d.bytes, true};
    case 0x00D7:
      return {'*', d.bytes, true};
    case 0x00F7:
      return {'/', d.bytes, true};
    case 0x3001:
      return {',', d.bytes, true};
    case 0x3010:
      return {'[', d.bytes, true};
    case 0x3011:
      return {']', d.bytes, true};
    case 0x2264:
      return {'l', d.bytes, true};
    case 0x2265:
      return {'g', d.bytes, true};
    case 0x2260:
      return {'n', d.bytes, true};
    default:
      return {0, d.bytes, false};
  }
}

}  // namespace aftercare::feel
