#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include "base/unicode.hpp"

namespace aftercare::base {
namespace {

/// Names longer than this are not compared; nobody misspells them by hand.
constexpr std::size_t longest_name = 100;

std::u32string folded(std::string_view text) {
  std::u32string out = to_code_points(text);
  for (char32_t& c : out)
    if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  return out;
}

/// Optimal string alignment, three rows at a time.
std::size_t distance(const std::u32string& a, const std::u32string& b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return std::min(previous[b.size()], limit + 1);
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view next_word(std::string_view& rest) noexcept {
  rest = trim(rest);
  const std::size_t space = rest.find(' ');
  const std::string_view out = rest.substr(0, space);
  rest = space == std::string_view::npos ? std::string_view{} : trim(rest.substr(space));
  return out;
}

std::string on_one_line(std::string_view text) {
  constexpr std::size_t longest = 160;
  std::string out;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\r';
    if (!is_blank) out += c;
    if (is_blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.size() <= longest) return out;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "…";
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  return distance(folded(a), folded(b), limit);
}

std::optional<std::string> closest(std::string_view name,
                                   std::span<const std::string_view> candidates) {
  const std::u32string wanted = folded(name);
  if (wanted.empty() || wanted.size() > longest_name) return std::nullopt;
  // A third of the characters may be wrong; of two or three characters, one.
  std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  std::optional<std::string_view> best;
  for (const std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > 4 * longest_name || candidate == name) continue;
    const std::u32string offered = folded(candidate);
    const std::size_t d = distance(wanted, offered, limit);
    // Something must be right: of one-character names, all but the case.
    if (d > limit || d >= std::max(wanted.size(), offered.size())) continue;
    if (!best || d < limit || candidate < *best) best = candidate;
    limit = d;
  }
  if (!best) return std::nullopt;
  return std::string(*best);
}

std::optional<std::string> closest(std::string_view name,
                                   const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return closest(name, std::span(views));
}

}  // namespace aftercare::base
