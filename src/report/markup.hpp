// report/markup.hpp — text in HTML and SVG: escaped, measured, broken into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::report {

/// Text as content or attribute: & < > " ' escaped, control characters dropped, bytes that are not
/// UTF-8 as U+FFFD.
[[nodiscard]] std::string escape(std::string_view text);

/// Pixels that a text takes in a sans-serif font of `size` pixels, about.
[[nodiscard]] double text_width(std::string_view text, double size);

/// The text cut to so many terminal columns, with an ellipsis where something went.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);

/// The text in lines of at most so many columns, broken at spaces where there are some.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text, std::size_t columns);

/// A coordinate with one decimal at most: "12.5".
[[nodiscard]] std::string number(double value);

}  // namespace aftercare::report
