// Reads one YAML file into a tree with places. The only door to yaml-cpp.
//
//   auto id = sources.add("pack.yaml", bytes);
//   std::optional<Node> root = read_yaml(sources, id, findings);
//
// Allowed are maps, lists, scalars and comments; anchors, aliases, tags, merge keys, directives,
// several documents, keys that come twice and what authors slip on are findings with the remedy.
// Never throws; time and memory are bounded by the limits, whatever the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

struct YamlLimits {
  std::size_t file_bytes = std::size_t{8} << 20;
  std::size_t line_bytes = 100'000;
  std::uint32_t depth = 64;       ///< nested maps and lists; packs need about ten
  std::size_t nodes = 2'000'000;  ///< maps, lists, scalars
};

/// The tree of text `file`, or nothing where YAML cannot make sense of it; then there is an error
/// among the findings. A tree may come with errors too (a key twice: both entries are there).
[[nodiscard]] std::optional<Node> read_yaml(const Sources& sources, std::uint32_t file,
                                            base::Findings& findings,
                                            const YamlLimits& limits = {});

/// Why an author may have got a scalar where a map or list was meant: a full-width colon, a colon
/// without a space. To be reported in place of "must be a map".
[[nodiscard]] std::optional<Diagnostic> explain_scalar(const Node& scalar);

}  // namespace aftercare::rulebook
