// aftercare/source.hpp — where a thing was written.
//
//   Sources files;
//   auto id = files.add("pack.yaml", text);
//   auto place = files.position({id, 120, 126});  // line, column and display column of byte 120
//
// Needs: nothing. Knows nothing of YAML or rules.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "aftercare/export.hpp"

namespace aftercare {

/// Half-open byte range in one source text. Line and column are derived on demand.
struct SourceSpan {
  std::uint32_t file = 0;  ///< index into the Sources that were read; 0 is the first file
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool is_empty() const noexcept { return begin == end; }
  bool operator==(const SourceSpan&) const = default;
};

/// A place for people: all three count from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;          ///< in code points
  std::uint32_t display_column = 1;  ///< in terminal cells; a Chinese character takes two
};

/// The texts that spans point into. Append-only; copies share the texts; reading is thread-safe.
class AFTERCARE_API Sources {
 public:
  Sources();

  /// Number of texts.
  [[nodiscard]] std::uint32_t size() const noexcept;
  /// The name under which a text was added, usually a path. Requires: `file < size()`.
  [[nodiscard]] std::string_view name(std::uint32_t file) const noexcept;
  /// The whole text. Requires: `file < size()`.
  [[nodiscard]] std::string_view text(std::uint32_t file) const noexcept;
  /// The bytes of a span, clipped to the text.
  [[nodiscard]] std::string_view text(SourceSpan span) const noexcept;
  /// Line and columns of the first byte of `span`.
  [[nodiscard]] Position position(SourceSpan span) const noexcept;
  /// The line (without its end) in which byte `offset` of `file` lies.
  [[nodiscard]] std::string_view line_at(std::uint32_t file, std::uint32_t offset) const noexcept;

  /// Adds a text and gives its number. Texts above 4 GiB are cut there.
  std::uint32_t add(std::string name, std::string text);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // never null
};

}  // namespace aftercare
