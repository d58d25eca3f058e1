#include "base/unicode.hpp"

#include <algorithm>
#include <iterator>

#include "base/width_table.hpp"

namespace aftercare::base {
namespace {

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

template <std::size_t n>
bool is_in(const CodePointRange (&ranges)[n], char32_t c) {
  const auto* after = std::upper_bound(
      std::begin(ranges), std::end(ranges), c,
      [](char32_t value, const CodePointRange& range) { return value < range.first; });
  return after != std::begin(ranges) && c <= std::prev(after)->last;
}

}  // namespace

Decoded decode(std::string_view text, std::size_t at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  const Decoded invalid{replacement_character, 1, false};
  std::uint8_t length = 0;
  char32_t value = 0;
  char32_t least = 0;
  if ((lead & 0xE0) == 0xC0) {
    length = 2, value = lead & 0x1Fu, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, value = lead & 0x0Fu, least = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, value = lead & 0x07u, least = 0x10000;
  } else {
    return invalid;
  }
  for (std::uint8_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) return invalid;
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return invalid;
  return {value, length, true};
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const Decoded step = decode(text, at);
    if (!step.is_valid) return at;
    at += step.bytes;
  }
  return std::string_view::npos;
}

bool is_utf16(std::string_view text) noexcept {
  const std::string_view mark = text.substr(0, 2);
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF") return true;
  constexpr std::size_t looked_at = 64;
  std::size_t zeros[2] = {0, 0};
  const std::size_t size = std::min(text.size(), looked_at) / 2 * 2;
  for (std::size_t at = 0; at < size; ++at) zeros[at % 2] += text[at] == '\0' ? 1 : 0;
  return size >= 4 && (zeros[0] > size / 4 || zeros[1] > size / 4);
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool is_hidden(char32_t c) noexcept {
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
  return (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029 || c == 0x200B || c == 0xFEFF;
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += decode(text, at).bytes;
  return count;
}

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded step = decode(text, at);
    out.push_back(step.code_point);
    at += step.bytes;
  }
  return out;
}

int display_width(char32_t c) noexcept {
  if (c < 0x300) return 1;
  if (is_in(zero_width_ranges, c)) return 0;
  return is_in(wide_ranges, c) ? 2 : 1;
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded step = decode(text, at);
    width += static_cast<std::size_t>(display_width(step.code_point));
    at += step.bytes;
  }
  return width;
}

}  // namespace aftercare::base
