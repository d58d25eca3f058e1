// Making findings: codes and notes as constants, checked when compiling, from diagnostics.def.
//
//   findings.add(make(diag::AC0412, span, {{"name", written}},
//                     {note(notes::did_you_mean, {{"name", nearest}})}));
//
// The sentences are made when printing; a finding keeps only code, place and words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

namespace aftercare {

/// A code of the table: `diag::AC0412`. There is no other way to get one.
struct DiagnosticCode {
  std::string_view text;
};

/// A note of the table: `notes::did_you_mean`.
struct NoteKey {
  std::string_view text;
};

namespace diag {
#define DIAG(code, severity, english, chinese) inline constexpr DiagnosticCode code{#code};
#define NOTE(key, english, chinese)
#include "base/diagnostics.def"
#undef DIAG
#undef NOTE
}  // namespace diag

namespace notes {
#define DIAG(code, severity, english, chinese)
#define NOTE(key, english, chinese) inline constexpr NoteKey key{#key};
#include "base/diagnostics.def"
#undef DIAG
#undef NOTE
}  // namespace notes

namespace base {

/// A row of the table.
struct DiagnosticRow {
  std::string_view code;
  Severity severity;
  std::string_view english;
  std::string_view chinese;
};
struct NoteRow {
  std::string_view key;
  std::string_view english;
  std::string_view chinese;
};
/// The row of a code or a note; null where there is none.
[[nodiscard]] const DiagnosticRow* find_diagnostic(std::string_view code) noexcept;
[[nodiscard]] const NoteRow* find_note(std::string_view key) noexcept;

/// What to write instead, of a code whose findings do not say it themselves; null where there is none.
[[nodiscard]] const NoteRow* find_remedy(std::string_view code) noexcept;

/// A finding. A span {file, 0, 0} means the file as a whole and prints no line. Where no note says
/// what to write instead, the remedy of the code does: a note whose key is the code.
[[nodiscard]] Diagnostic make(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {},
                              std::vector<DiagnosticNote> notes = {});
[[nodiscard]] DiagnosticNote note(NoteKey key, DiagnosticWords words = {},
                                  std::optional<SourceSpan> span = std::nullopt);

/// A word that reads differently in the two languages: `{"shape", both("a map", "多个键")}`.
[[nodiscard]] std::string both(std::string_view english, std::string_view chinese);

/// Collects findings of any order, keeps at most `limit` of them and says how many more there were.
class Findings {
 public:
  explicit Findings(std::size_t limit = 1000) : limit_(limit) {}

  void add(Diagnostic finding);
  void add(Diagnostics findings);
  [[nodiscard]] bool has_errors() const noexcept { return has_errors_; }
  [[nodiscard]] bool is_empty() const noexcept { return kept_.empty(); }
  /// All that were added, also those above the limit.
  [[nodiscard]] std::size_t count() const noexcept { return kept_.size() + dropped_; }
  /// Whether nothing more is kept; a good moment to stop looking.
  [[nodiscard]] bool is_full() const noexcept { return kept_.size() >= limit_; }
  /// What was kept so far, in the order of adding.
  [[nodiscard]] const Diagnostics& so_far() const noexcept { return kept_; }
  /// Everything by place, without exact repetitions; leaves the collector empty.
  [[nodiscard]] Diagnostics take();

 private:
  Diagnostics kept_;
  std::size_t limit_;
  std::size_t dropped_ = 0;
  std::uint32_t last_file_ = 0;
  bool dropped_errors_ = false;
  bool has_errors_ = false;
};

}  // namespace base
}  // namespace aftercare
