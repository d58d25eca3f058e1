// Small helpers over UTF-8 text: trimming, ASCII letters, and "did you mean".
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::base {

[[nodiscard]] constexpr bool is_ascii_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_ascii_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Without spaces, tabs and line ends at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Takes the first word off the text; empty where there is none.
[[nodiscard]] std::string_view next_word(std::string_view& rest) noexcept;

/// The text with each run of blanks and line ends as one space, cut where it is very long.
[[nodiscard]] std::string on_one_line(std::string_view text);

/// Appends the text as a literal of FEEL: in quotes, with \", \\, \n, \r and \t escaped.
void append_quoted(std::string& out, std::string_view text);

/// Inserted, deleted, changed and swapped code points between two texts; ASCII letters compare
/// without case. Gives `limit + 1` as soon as it is more than `limit`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The candidate that `name` was probably meant to be, or nothing where none is near. Of equally
/// near ones the first in byte order.
[[nodiscard]] std::optional<std::string> closest(std::string_view name,
                                                 std::span<const std::string_view> candidates);
[[nodiscard]] std::optional<std::string> closest(std::string_view name,
                                                 const std::vector<std::string>& candidates);

}  // namespace aftercare::base
