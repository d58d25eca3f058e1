#include "report/markup.hpp"

#include <cmath>

#include "base/unicode.hpp"

namespace aftercare::report {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();) {
    const base::Decoded one = base::decode(text, i);
    if (!one.is_valid) {
      base::append_utf8(out, base::replacement_character);
    } else if (one.code_point == U'&') {
      out += "&amp;";
    } else if (one.code_point == U'<') {
      out += "&lt;";
    } else if (one.code_point == U'>') {
      out += "&gt;";
    } else if (one.code_point == U'"') {
      out += "&quot;";
    } else if (one.code_point == U'\'') {
      out += "&#39;";
    } else if (one.code_point >= 0x20 || one.code_point == U'\n' || one.code_point == U'\t') {
      if (one.code_point < 0x7F || (one.code_point > 0x9F && one.code_point < 0xFFFE) ||
          one.code_point > 0xFFFF)
        out.append(text.substr(i, one.bytes));
    }
    i += one.bytes;
  }
  return out;
}

double text_width(std::string_view text, double size) {
  double out = 0;
  for (std::size_t i = 0; i < text.size();) {
    const base::Decoded one = base::decode(text, i);
    const int columns = base::display_width(one.code_point);
    const char32_t c = one.code_point;
    const bool is_thin = c == U'i' || c == U'l' || c == U'.' || c == U',' || c == U':' ||
                         c == U'j' || c == U't' || c == U'f' || c == U' ' || c == U'\'' ||
                         c == U'(' || c == U')' || c == U'[' || c == U']' || c == U'|';
    out += columns == 2 ? 1.02 : columns == 0 ? 0 : is_thin ? 0.36 : 0.585;
    i += one.bytes;
  }
  return out * size;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (base::display_width(text) <= columns) return std::string(text);
  std::size_t width = 0, i = 0;
  while (i < text.size()) {
    const base::Decoded one = base::decode(text, i);
    const auto more = static_cast<std::size_t>(base::display_width(one.code_point));
    if (width + more + 1 > columns) break;
    width += more;
    i += one.bytes;
  }
  return std::string(text.substr(0, i)) + "…";
}

std::vector<std::string> lines_of(std::string_view text, std::size_t columns) {
  std::vector<std::string> out;
  while (base::display_width(text) > columns) {
    std::size_t width = 0, i = 0, space = 0;
    while (i < text.size()) {
      const base::Decoded one = base::decode(text, i);
      const auto more = static_cast<std::size_t>(base::display_width(one.code_point));
      if (width + more > columns) break;
      width += more;
      if (one.code_point == U' ') space = i;
      i += one.bytes;
    }
    const std::size_t end = space > 0 ? space : (i == 0 ? base::decode(text, 0).bytes : i);
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || out.empty()) out.emplace_back(text);
  return out;
}

std::string number(double value) {
  // Tenths as integers: the same digits everywhere.
  const long long tenths = std::llround(value * 10);
  std::string out = tenths < 0 ? "-" : "";
  const unsigned long long size = tenths < 0 ? 0ULL - static_cast<unsigned long long>(tenths)
                                             : static_cast<unsigned long long>(tenths);
  out += std::to_string(size / 10);
  if (size % 10 != 0) out += "." + std::to_string(size % 10);
  return out;
}

}  // namespace aftercare::report
