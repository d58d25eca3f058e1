// What authors slip on in YAML, found in a tree that YAML itself accepts, or at the place where it
// gives up: expressions with commas inside { }, comments inside expressions, full-width colons,
// tabs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

/// A list or map that was open when YAML gave up, outermost first.
struct OpenCollection {
  NodeKind kind = NodeKind::map;
  bool is_flow = false;
  std::uint32_t begin = 0;
};

/// Adds what is suspicious in a tree that was read.
void find_traps(const Node& root, std::string_view text, base::Findings& findings);

/// Adds tabs in the indentation of lines before byte `end` that belong to no scalar of `scalars`
/// (sorted by place). Gives whether there were any.
bool find_tabs(std::string_view text, std::size_t end, std::uint32_t file,
               const std::vector<SourceSpan>& scalars, base::Findings& findings);

/// Says why YAML gave up at byte `at` with `reason` (a sentence of yaml-cpp).
[[nodiscard]] Diagnostic explain_failure(std::string_view text, std::size_t at, std::uint32_t file,
                                         std::string_view reason,
                                         const std::vector<OpenCollection>& open);

}  // namespace aftercare::rulebook
