// Finds out, for each byte of a decoded YAML scalar, which byte of the file it came from.
//
// The parser gives the decoded text and where the token begins. The token is read again here, and
// every step is compared with the decoded text, so that a map is either right or marked as not
// exact.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

struct ScalarTrace {
  NodeStyle style = NodeStyle::plain;
  std::size_t end = 0;        ///< first byte after the token, closing quote included
  std::vector<TextRun> runs;  ///< bytes counted in `file`
  bool is_exact = true;       ///< false: the runs are one run over the whole token
  bool is_terminated = true;  ///< false: a quote that the file never closes
};

/// Traces the scalar that begins at byte `begin` of `file` and was decoded to `decoded`.
[[nodiscard]] ScalarTrace trace_scalar(std::string_view file, std::size_t begin,
                                       std::string_view decoded);

/// Length of the line break at `at`: 2 for CR LF, 1 for CR or LF, 0 where there is none.
[[nodiscard]] std::size_t break_length(std::string_view file, std::size_t at) noexcept;

}  // namespace aftercare::rulebook
