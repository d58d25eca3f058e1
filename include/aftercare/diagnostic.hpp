// aftercare/diagnostic.hpp — what is wrong in a text, where, and what to write instead.
//
//   auto pack = check("rules/appliance/air_conditioner_commitment");
//   std::cerr << render(pack.diagnostics(), pack.sources(), {.language = Language::chinese});
//
// A finding is kept as its code and the words that go into it; the sentence is made on printing,
// in English or Chinese, from the one table src/base/diagnostics.def.
// Needs: source.hpp. Knows nothing of rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/source.hpp"

namespace aftercare {

enum class Severity : std::uint8_t { note, warning, error };
enum class Language : std::uint8_t { english, chinese };

/// The words that fill the {places} of a sentence, by name: {{"name", "notise"}}.
using DiagnosticWords = std::vector<std::pair<std::string, std::string>>;

/// A further sentence of a finding: a remedy ("did you mean 'notice'"), a cause, another place.
struct DiagnosticNote {
  std::string_view key;            ///< row of the table of notes in src/base/diagnostics.def
  DiagnosticWords words;           ///< fills its {places}
  std::optional<SourceSpan> span;  ///< another place that has to do with it
};

/// One finding. `code` ("AC0412") never changes its meaning; its sentence may be reworded.
struct Diagnostic {
  std::string_view code;
  SourceSpan span;
  DiagnosticWords words;
  std::vector<DiagnosticNote> notes;
};

/// Findings in the order of their place in the text.
using Diagnostics = std::vector<Diagnostic>;

/// Severity of a finding, from the table. Requires: a code of the table.
[[nodiscard]] AFTERCARE_API Severity severity(const Diagnostic& finding) noexcept;
/// Whether any finding is an error.
[[nodiscard]] AFTERCARE_API bool has_errors(const Diagnostics& findings) noexcept;
/// The sentence of a finding, without place and notes: no line break, no trailing period.
[[nodiscard]] AFTERCARE_API std::string message(const Diagnostic& finding, Language language);
/// The sentence of a note.
[[nodiscard]] AFTERCARE_API std::string message(const DiagnosticNote& note, Language language);

struct RenderOptions {
  enum class Format : std::uint8_t { text, json };
  Language language = Language::english;
  Format format = Format::text;  ///< json: one object a line, the same facts
  bool color = false;            ///< ANSI colours, for terminals
};

/// All findings with file:line:column, code, sentence, the line with a caret under the span (by
/// display width), and notes. Ends with a line break unless there are none.
[[nodiscard]] AFTERCARE_API std::string render(const Diagnostics& findings, const Sources& sources,
                                               const RenderOptions& options = {});

}  // namespace aftercare
