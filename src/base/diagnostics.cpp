// Implements the part of aftercare/diagnostic.hpp that looks things up, and base/diagnostics.hpp.
#include "base/diagnostics.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "base/assert.hpp"
#include "base/unicode.hpp"

namespace aftercare {
namespace base {
namespace {

constexpr DiagnosticRow diagnostic_rows[] = {
#define DIAG(code, severity, english, chinese) {#code, Severity::severity, english, chinese},
#define NOTE(key, english, chinese)
#include "base/diagnostics.def"
#undef DIAG
#undef NOTE
};

constexpr NoteRow note_rows[] = {
#define DIAG(code, severity, english, chinese)
#define NOTE(key, english, chinese) {#key, english, chinese},
#include "base/diagnostics.def"
#undef DIAG
#undef NOTE
};

constexpr NoteRow remedy_rows[] = {
#define REMEDY(code, english, chinese) {#code, english, chinese},
#define NOTED(code)
#define SAID(code)
#define NONE(code, reason)
#include "base/remedies.def"
#undef REMEDY
#undef NOTED
#undef SAID
#undef NONE
};

constexpr std::string_view codes_with_remedy[] = {
#define REMEDY(code, english, chinese) #code,
#define NOTED(code) #code,
#define SAID(code) #code,
#define NONE(code, reason) #code,
#include "base/remedies.def"
#undef REMEDY
#undef NOTED
#undef SAID
#undef NONE
};

constexpr bool are_all_remedied() {
  if (std::size(codes_with_remedy) != std::size(diagnostic_rows)) return false;
  for (std::size_t i = 0; i < std::size(diagnostic_rows); ++i)
    if (codes_with_remedy[i] != diagnostic_rows[i].code) return false;
  return true;
}
static_assert(are_all_remedied(),
              "remedies.def has a row for each code of diagnostics.def, in its order");

constexpr bool are_sorted() {
  for (std::size_t i = 1; i < std::size(diagnostic_rows); ++i)
    if (!(diagnostic_rows[i - 1].code < diagnostic_rows[i].code)) return false;
  return true;
}
static_assert(are_sorted(), "rows of diagnostics.def are sorted by code, each code once");

/// The most characters of one word that are printed; what is longer is the author's whole text.
constexpr std::size_t longest_word = 300;
/// The same for an example of several lines.
constexpr std::size_t longest_example = 2000;

/// A word as it may stand in a sentence: cut, and on one line unless `keeps_lines`.
void append_word(std::string& out, std::string_view word, bool keeps_lines) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < word.size(); ++characters) {
    if (characters == (keeps_lines ? longest_example : longest_word)) {
      out += "…";
      return;
    }
    const Decoded step = decode(word, at);
    at += step.bytes;
    if (step.code_point == '\n' && keeps_lines) {
      out.push_back('\n');
    } else if (step.code_point < 0x20 || step.code_point == 0x7F) {
      out.push_back(' ');
    } else {
      append_utf8(out, step.code_point);
    }
  }
}

/// Parts the two languages of a word; no text of an author has it (AC0103).
constexpr char between_languages = '\x1F';

std::string_view in_language(std::string_view word, Language language) {
  const std::size_t at = word.find(between_languages);
  if (at == std::string_view::npos) return word;
  return language == Language::chinese ? word.substr(at + 1) : word.substr(0, at);
}

/// The sentence with its {places} filled. A place without a word stays as it is.
std::string fill(std::string_view sentence, const DiagnosticWords& words, Language language,
                 bool keeps_lines) {
  std::string out;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t open = sentence.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : sentence.find('}', open);
    if (close == std::string_view::npos) {
      out += sentence.substr(at);
      break;
    }
    out += sentence.substr(at, open - at);
    const std::string_view place = sentence.substr(open + 1, close - open - 1);
    const auto word = std::find_if(words.begin(), words.end(),
                                   [&](const auto& pair) { return pair.first == place; });
    if (word != words.end())
      append_word(out, in_language(word->second, language), keeps_lines);
    else
      out += sentence.substr(open, close - open + 1);
    at = close + 1;
  }
  return out;
}

[[maybe_unused]] bool fills_all_places(std::string_view sentence, const DiagnosticWords& words) {
  for (std::size_t open = sentence.find('{'); open != std::string_view::npos;
       open = sentence.find('{', open + 1)) {
    const std::size_t close = sentence.find('}', open);
    if (close == std::string_view::npos) return true;
    const std::string_view place = sentence.substr(open + 1, close - open - 1);
    if (std::none_of(words.begin(), words.end(),
                     [&](const auto& pair) { return pair.first == place; }))
      return false;
  }
  return true;
}

auto place_of(const Diagnostic& finding) {
  return std::tuple(finding.span.file, finding.span.begin, finding.span.end, finding.code);
}

bool are_same(const Diagnostic& a, const Diagnostic& b) {
  const auto same_note = [](const DiagnosticNote& x, const DiagnosticNote& y) {
    return x.key == y.key && x.words == y.words && x.span == y.span;
  };
  return place_of(a) == place_of(b) && a.words == b.words &&
         std::equal(a.notes.begin(), a.notes.end(), b.notes.begin(), b.notes.end(), same_note);
}

}  // namespace

const DiagnosticRow* find_diagnostic(std::string_view code) noexcept {
  const auto* row = std::lower_bound(
      std::begin(diagnostic_rows), std::end(diagnostic_rows), code,
      [](const DiagnosticRow& r, std::string_view wanted) { return r.code < wanted; });
  return row != std::end(diagnostic_rows) && row->code == code ? row : nullptr;
}

const NoteRow* find_note(std::string_view key) noexcept {
  const auto* row = std::find_if(std::begin(note_rows), std::end(note_rows),
                                 [key](const NoteRow& r) { return r.key == key; });
  return row != std::end(note_rows) ? row : find_remedy(key);
}

const NoteRow* find_remedy(std::string_view code) noexcept {
  const auto* row =
      std::lower_bound(std::begin(remedy_rows), std::end(remedy_rows), code,
                       [](const NoteRow& r, std::string_view wanted) { return r.key < wanted; });
  return row != std::end(remedy_rows) && row->key == code ? row : nullptr;
}

Diagnostic make(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
                std::vector<DiagnosticNote> notes) {
#ifndef NDEBUG
  AFTERCARE_ASSERT(fills_all_places(find_diagnostic(code.text)->english, words),
                   "a finding has a word for each place of its sentence");
#endif
  // A note of another place gives a reason; one without says what to write.
  const bool is_said =
      std::any_of(notes.begin(), notes.end(), [](const DiagnosticNote& one) { return !one.span; });
  if (const NoteRow* remedy = is_said ? nullptr : find_remedy(code.text); remedy != nullptr)
    notes.push_back({remedy->key, words, std::nullopt});
  return {code.text, span, std::move(words), std::move(notes)};
}

DiagnosticNote note(NoteKey key, DiagnosticWords words, std::optional<SourceSpan> span) {
#ifndef NDEBUG
  AFTERCARE_ASSERT(fills_all_places(find_note(key.text)->english, words),
                   "a note has a word for each place of its sentence");
#endif
  return {key.text, std::move(words), span};
}

std::string both(std::string_view english, std::string_view chinese) {
  return std::string(english) + between_languages + std::string(chinese);
}

void Findings::add(Diagnostic finding) {
  const bool is_error = severity(finding) == Severity::error;
  has_errors_ = has_errors_ || is_error;
  if (is_full()) {
    ++dropped_;
    dropped_errors_ = dropped_errors_ || is_error;
    last_file_ = finding.span.file;
    return;
  }
  kept_.push_back(std::move(finding));
}

void Findings::add(Diagnostics findings) {
  for (Diagnostic& finding : findings) add(std::move(finding));
}

Diagnostics Findings::take() {
  Diagnostics out = std::move(kept_);
  kept_.clear();
  std::stable_sort(out.begin(), out.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return place_of(a) < place_of(b);
  });
  out.erase(std::unique(out.begin(), out.end(), are_same), out.end());
  if (dropped_ != 0)
    out.push_back(make(dropped_errors_ ? diag::AC0001 : diag::AC0002, {last_file_, 0, 0},
                       {{"count", std::to_string(dropped_)}}));
  dropped_ = 0;
  dropped_errors_ = has_errors_ = false;
  return out;
}

}  // namespace base

Severity severity(const Diagnostic& finding) noexcept {
  const base::DiagnosticRow* row = base::find_diagnostic(finding.code);
  return row != nullptr ? row->severity : Severity::error;
}

bool has_errors(const Diagnostics& findings) noexcept {
  return std::any_of(findings.begin(), findings.end(), [](const Diagnostic& finding) {
    return severity(finding) == Severity::error;
  });
}

std::string message(const Diagnostic& finding, Language language) {
  const base::DiagnosticRow* row = base::find_diagnostic(finding.code);
  if (row == nullptr) return std::string(finding.code);
  return base::fill(language == Language::chinese ? row->chinese : row->english, finding.words,
                    language, false);
}

std::string message(const DiagnosticNote& note, Language language) {
  const base::NoteRow* row = base::find_note(note.key);
  if (row == nullptr) return std::string(note.key);
  return base::fill(language == Language::chinese ? row->chinese : row->english, note.words,
                    language, true);
}

}  // namespace aftercare
