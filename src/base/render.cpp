// Implements render() of aftercare/diagnostic.hpp: findings for people (text) and programs (JSON).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "base/json_writer.hpp"
#include "base/unicode.hpp"

namespace aftercare {
namespace {

/// A line is shown up to this many terminal cells; a longer one through a window at the caret.
constexpr std::size_t window_width = 120;
/// Cells shown before the caret in a window.
constexpr std::size_t window_lead = 50;

struct Colors {
  std::string_view place, error, warning, note, caret, off;
};
constexpr Colors no_colors{};
constexpr Colors ansi_colors{"\x1b[1m",  "\x1b[1;31m", "\x1b[1;33m",
                             "\x1b[36m", "\x1b[31m",   "\x1b[0m"};

std::string_view severity_word(Severity severity, Language language) {
  const bool is_chinese = language == Language::chinese;
  switch (severity) {
    case Severity::note:
      return is_chinese ? "提示" : "note";
    case Severity::warning:
      return is_chinese ? "警告" : "warning";
    case Severity::error:
      break;
  }
  return is_chinese ? "错误" : "error";
}

std::string_view severity_key(Severity severity) {
  return severity_word(severity, Language::english);
}

/// Whether a span names a line; {file, 0, 0} means the file as a whole.
bool has_line(const SourceSpan& span, const Sources& sources) {
  return span.file < sources.size() && (span.begin != 0 || span.end != 0);
}

/// The first byte of the character that ends before `at`.
std::size_t step_back(std::string_view text, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
    --begin;
  return begin + base::decode(text, begin).bytes == at ? begin : at - 1;
}

/// What stands for a character on the screen: a tab is one space, what nobody sees is U+FFFD.
char32_t shown(char32_t c) {
  if (c == '\t' || c == '\r' || c == '\n') return U' ';
  return base::is_hidden(c) ? base::replacement_character : c;
}

std::size_t width_of_step(const base::Decoded& step) {
  return static_cast<std::size_t>(base::display_width(shown(step.code_point)));
}

/// Appends `text` as it is shown and gives the cells it takes.
std::size_t append_shown(std::string& out, std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const base::Decoded step = base::decode(text, at);
    at += step.bytes;
    base::append_utf8(out, shown(step.code_point));
    width += width_of_step(step);
  }
  return width;
}

/// The line of a span and, under it, carets. Both end with a line break.
void append_line(std::string& out, const SourceSpan& span, const Sources& sources,
                 std::uint32_t number, const Colors& colors) {
  const std::string_view whole = sources.text(span.file);
  const auto offset = static_cast<std::uint32_t>(std::min<std::size_t>(span.begin, whole.size()));
  const std::string_view line = sources.line_at(span.file, offset);
  const auto line_begin = static_cast<std::size_t>(line.data() - whole.data());
  const auto within = [&](std::size_t at) {
    return std::min(std::max(at, line_begin) - line_begin, line.size());
  };
  const std::size_t from = within(offset);
  const std::size_t to = within(std::max(span.end, offset));

  // What is shown: backwards from the caret, then forwards, until the window is full.
  std::size_t shown_from = from;
  std::size_t before = 0;
  while (shown_from > 0) {
    const std::size_t previous = step_back(line, shown_from);
    const std::size_t width = width_of_step(base::decode(line, previous));
    if (before + width > window_width) break;
    before += width;
    shown_from = previous;
  }
  std::size_t shown_to = from;
  std::size_t after = 0;
  while (shown_to < line.size()) {
    const base::Decoded step = base::decode(line, shown_to);
    if (after + width_of_step(step) > window_width) break;
    after += width_of_step(step);
    shown_to += step.bytes;
  }
  if (shown_from > 0 || shown_to < line.size() || before + after > window_width) {
    const std::size_t lead = std::max(window_lead, window_width - std::min(after, window_width));
    while (before > lead) {
      const base::Decoded step = base::decode(line, shown_from);
      before -= width_of_step(step);
      shown_from += step.bytes;
    }
    while (before + after > window_width) {
      shown_to = step_back(line, shown_to);
      after -= width_of_step(base::decode(line, shown_to));
    }
  }

  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), ' ');
  out += digits;
  out += " | ";
  if (shown_from > 0) out += "…";
  append_shown(out, line.substr(shown_from, from - shown_from));
  const std::size_t marked_to = std::max(from, std::min(to, shown_to));
  const std::size_t carets = append_shown(out, line.substr(from, marked_to - from));
  append_shown(out, line.substr(marked_to, shown_to - marked_to));
  if (shown_to < line.size()) out += "…";
  out += '\n';
  out.append(digits.size(), ' ');
  out += " | ";
  out.append(before + (shown_from > 0 ? 1 : 0), ' ');
  out += colors.caret;
  out.append(std::max<std::size_t>(carets, 1), '^');
  out += colors.off;
  out += '\n';
}

void append_note(std::string& out, const DiagnosticNote& note, const Diagnostic& finding,
                 const Sources& sources, Language language, const Colors& colors) {
  const std::string sentence = message(note, language);
  const std::size_t first_end = std::min(sentence.find('\n'), sentence.size());
  out += "      ";
  out += colors.note;
  out += "= ";
  out += colors.off;
  out.append(sentence, 0, first_end);
  if (note.span && has_line(*note.span, sources)) {
    const Position place = sources.position(*note.span);
    out += language == Language::chinese ? "（" : " (";
    if (note.span->file != finding.span.file) {
      out += sources.name(note.span->file);
      out += ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
    } else if (language == Language::chinese) {
      out += "第" + std::to_string(place.line) + "行";
    } else {
      out += "line " + std::to_string(place.line);
    }
    out += language == Language::chinese ? "）" : ")";
  }
  out += '\n';
  for (std::size_t at = first_end; at < sentence.size();) {
    const std::size_t end = std::min(sentence.find('\n', at + 1), sentence.size());
    out += "          ";
    out.append(sentence, at + 1, end - at - 1);
    out += '\n';
    at = end;
  }
}

void append_text(std::string& out, const Diagnostic& finding, const Sources& sources,
                 Language language, const Colors& colors) {
  const bool shows_line = has_line(finding.span, sources);
  Position place;
  out += colors.place;
  if (finding.span.file < sources.size()) {
    out += sources.name(finding.span.file);
    if (shows_line) {
      place = sources.position(finding.span);
      out += ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
    }
    out += ": ";
  }
  out += colors.off;
  const Severity weight = severity(finding);
  out += weight == Severity::error     ? colors.error
         : weight == Severity::warning ? colors.warning
                                       : colors.note;
  out += severity_word(weight, language);
  out += ' ';
  out += finding.code;
  out += ": ";
  out += colors.off;
  out += message(finding, language);
  out += '\n';
  if (shows_line) append_line(out, finding.span, sources, place.line, colors);
  for (const DiagnosticNote& note : finding.notes)
    append_note(out, note, finding, sources, language, colors);
}

void put_place(base::JsonWriter& out, const SourceSpan& span, const Sources& sources) {
  if (span.file >= sources.size()) return;
  out.key("file").string(sources.name(span.file));
  if (!has_line(span, sources)) return;
  const Position begin = sources.position(span);
  const Position end = sources.position({span.file, std::max(span.begin, span.end), span.end});
  out.key("line").number(static_cast<std::int64_t>(begin.line));
  out.key("column").number(static_cast<std::int64_t>(begin.column));
  out.key("end_line").number(static_cast<std::int64_t>(end.line));
  out.key("end_column").number(static_cast<std::int64_t>(end.column));
}

void append_json(base::JsonWriter& out, const Diagnostic& finding, const Sources& sources,
                 Language language) {
  out.begin_object().key("code").string(finding.code);
  out.key("severity").string(severity_key(severity(finding)));
  put_place(out, finding.span, sources);
  out.key("message").string(message(finding, language));
  out.key("notes").begin_array();
  for (const DiagnosticNote& note : finding.notes) {
    out.begin_object().key("message").string(message(note, language));
    if (note.span) put_place(out, *note.span, sources);
    out.end_object();
  }
  out.end_array().end_object().end_line();
}

}  // namespace

std::string render(const Diagnostics& findings, const Sources& sources,
                   const RenderOptions& options) {
  if (options.format == RenderOptions::Format::json) {
    base::JsonWriter out;
    for (const Diagnostic& finding : findings) append_json(out, finding, sources, options.language);
    return out.take();
  }
  std::string out;
  for (const Diagnostic& finding : findings)
    append_text(out, finding, sources, options.language, options.color ? ansi_colors : no_colors);
  return out;
}

}  // namespace aftercare
