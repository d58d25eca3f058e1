// What the YAML reader hands to the loader: maps, lists, scalars, each with its place in the file.
//
// Every scalar is text; only the schema types it. A byte of a decoded scalar can be traced back to
// the byte of the file that it came from, through quotes, escapes, indentation and folding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/source.hpp"

namespace aftercare::rulebook {

enum class NodeKind : std::uint8_t {
  empty,  ///< nothing was written: `key:` without value
  scalar,
  list,
  map,
};

/// How a scalar was written, or (block, flow) a list or map.
enum class NodeStyle : std::uint8_t {
  plain,
  single_quoted,
  double_quoted,
  literal,
  folded,
  block,
  flow
};

/// Where a run of decoded bytes came from. Runs of equal length map byte by byte.
struct TextRun {
  std::uint32_t decoded = 0;       ///< first byte in the decoded text
  std::uint32_t source_begin = 0;  ///< bytes of the file
  std::uint32_t source_end = 0;
};

struct Entry;

struct Node {
  NodeKind kind = NodeKind::empty;
  NodeStyle style = NodeStyle::plain;
  SourceSpan
      span;  ///< the token with its quotes or brackets; of an empty node, where it is missing
  std::string text;           ///< of a scalar, decoded
  std::vector<TextRun> runs;  ///< of a scalar, in order
  std::vector<Node> items;    ///< of a list
  std::vector<Entry>
      entries;  ///< of a map, in the order of the file; the reader reports keys that come twice

  [[nodiscard]] bool is_empty() const noexcept { return kind == NodeKind::empty; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == NodeKind::scalar; }
  [[nodiscard]] bool is_list() const noexcept { return kind == NodeKind::list; }
  [[nodiscard]] bool is_map() const noexcept { return kind == NodeKind::map; }

  /// The bytes of the file behind bytes [begin, end) of `text`; clipped to it. An empty range gives
  /// an empty span at its place. Of other nodes: the whole span.
  [[nodiscard]] SourceSpan span_of(std::size_t begin, std::size_t end) const noexcept;
  /// The first entry with this key, or null.
  [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
};

/// A key, always a scalar, and its value.
struct Entry {
  Node key;
  Node value;
};

}  // namespace aftercare::rulebook
