// UTF-8: stepping, checking, writing, and the width of a character on a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace aftercare::base {

inline constexpr char32_t replacement_character = 0xFFFD;

/// One step through a text. `bytes` is 1 and `code_point` U+FFFD where the bytes are not UTF-8.
struct Decoded {
  char32_t code_point = 0;
  std::uint8_t bytes = 1;
  bool is_valid = true;
};

/// The code point at byte `at`. Requires: `at < text.size()`.
[[nodiscard]] Decoded decode(std::string_view text, std::size_t at) noexcept;

/// Byte of the first thing that is not UTF-8 (over-long forms and surrogates are not), or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

/// Whether the bytes are UTF-16: by their byte order mark, or as every other one is 0.
[[nodiscard]] bool is_utf16(std::string_view text) noexcept;

/// Appends one code point.
void append_utf8(std::string& out, char32_t code_point);

/// Characters that no editor shows, but for tab and line ends: controls, marks that reorder or hide
/// what is read, invisible spaces.
[[nodiscard]] bool is_hidden(char32_t code_point) noexcept;

/// Number of code points; a byte that is not UTF-8 counts as one.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

/// All code points, with U+FFFD for what is not UTF-8.
[[nodiscard]] std::u32string to_code_points(std::string_view text);

/// Cells of a terminal: 0 for combining marks, 2 for East Asian wide, else 1 (controls too).
[[nodiscard]] int display_width(char32_t code_point) noexcept;
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

}  // namespace aftercare::base
