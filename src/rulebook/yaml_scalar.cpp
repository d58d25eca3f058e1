#include "rulebook/yaml_scalar.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/unicode.hpp"

namespace aftercare::rulebook {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Walks file and decoded text side by side. After a mismatch nothing moves any more.
class Walk {
 public:
  Walk(std::string_view file, std::size_t at, std::string_view decoded)
      : file_(file), decoded_(decoded), at_(at) {}

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] bool is_done() const { return out_ == decoded_.size(); }
  [[nodiscard]] bool is_at_end() const { return at_ >= file_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] char here() const { return at_ < file_.size() ? file_[at_] : '\0'; }
  [[nodiscard]] char expected() const { return out_ < decoded_.size() ? decoded_[out_] : '\0'; }
  [[nodiscard]] std::size_t expected_run_of(char c) const {
    std::size_t end = out_;
    while (end < decoded_.size() && decoded_[end] == c) ++end;
    return end - out_;
  }
  [[nodiscard]] std::vector<TextRun> take_runs() { return std::move(runs_); }

  void fail() { is_good_ = false; }
  void skip(std::size_t count) { at_ += count; }

  /// The next `count` bytes of the file stand in the decoded text as they are.
  void copy(std::size_t count) {
    if (!is_good_ || count == 0) return;
    if (file_.substr(at_, count) != decoded_.substr(out_, count)) return fail();
    put(count, count);
  }
  /// The next `count` bytes of the file became `text`.
  void change(std::size_t count, std::string_view text) {
    if (!is_good_) return;
    if (decoded_.substr(out_, text.size()) != text) return fail();
    put(count, text.size());
  }

  /// White space within a folded text: a single break became a space, further ones stand.
  void fold() {
    std::size_t end = at_;
    std::vector<std::size_t> breaks;
    while (end < file_.size()) {
      if (const std::size_t length = break_length(file_, end); length != 0) {
        breaks.push_back(end);
        end += length;
      } else if (is_blank(file_[end])) {
        ++end;
      } else {
        break;
      }
    }
    if (breaks.empty()) return copy(end - at_);
    if (breaks.size() == 1) return change(end - at_, " ");
    for (std::size_t i = 1; i < breaks.size(); ++i) {
      at_ = breaks[i];
      change(break_length(file_, at_), "\n");
    }
    at_ = end;
  }

 private:
  void put(std::size_t source, std::size_t decoded) {
    const auto begin = static_cast<std::uint32_t>(at_);
    const auto end = static_cast<std::uint32_t>(at_ + source);
    // Bytes that map one to one extend a run that does too and ends here.
    const bool extends = source == decoded && !runs_.empty() && runs_.back().source_end == begin &&
                         out_ - runs_.back().decoded == begin - runs_.back().source_begin;
    if (extends)
      runs_.back().source_end = end;
    else if (decoded != 0)
      runs_.push_back({static_cast<std::uint32_t>(out_), begin, end});
    at_ += source;
    out_ += decoded;
  }

  std::string_view file_;
  std::string_view decoded_;
  std::size_t at_;
  std::size_t out_ = 0;
  bool is_good_ = true;
  std::vector<TextRun> runs_;
};

void trace_plain(Walk& walk) {
  while (walk.is_good() && !walk.is_done()) {
    if (walk.is_at_end()) return walk.fail();
    const char c = walk.here();
    if (is_blank(c) || c == '\n' || c == '\r')
      walk.fold();
    else
      walk.copy(1);
  }
}

/// Reads up to and with the closing quote. False where there is none.
bool trace_single_quoted(Walk& walk, std::string_view file) {
  walk.skip(1);
  while (walk.is_good() && !walk.is_at_end()) {
    const char c = walk.here();
    if (c == '\'' && walk.at() + 1 < file.size() && file[walk.at() + 1] == '\'') {
      walk.change(2, "'");
    } else if (c == '\'') {
      walk.skip(1);
      return true;
    } else if (is_blank(c) || c == '\n' || c == '\r') {
      walk.fold();
    } else {
      walk.copy(1);
    }
  }
  return !walk.is_good();
}

/// What an escape stands for, by the letter after the backslash; null for x, u, U and unknown ones.
const char* simple_escape(char letter) {
  switch (letter) {
    case 'a':
      return "\a";
    case 'b':
      return "\b";
    case 't':
    case '\t':
      return "\t";
    case 'n':
      return "\n";
    case 'v':
      return "\v";
    case 'f':
      return "\f";
    case 'r':
      return "\r";
    case 'e':
      return "\x1B";
    case ' ':
      return " ";
    case '"':
      return "\"";
    case '\'':
      return "'";
    case '\\':
      return "\\";
    case '/':
      return "/";
    case 'N':
      return "\xC2\x85";
    case '_':
      return "\xC2\xA0";
    case 'L':
      return "\xE2\x80\xA8";
    case 'P':
      return "\xE2\x80\xA9";
    default:
      return nullptr;
  }
}

void trace_escape(Walk& walk, std::string_view file) {
  const std::size_t at = walk.at() + 1;
  if (at >= file.size()) return walk.fail();
  const char letter = file[at];
  if (const std::size_t length = break_length(file, at); length != 0) {
    // A backslash at the end of a line: the next line goes on without a space; each empty line
    // between them is a line break.
    std::string breaks;
    std::size_t end = at + length;
    for (;;) {
      while (end < file.size() && is_blank(file[end])) ++end;
      const std::size_t empty = break_length(file, end);
      if (empty == 0) break;
      breaks += '\n';
      end += empty;
    }
    return walk.change(end - walk.at(), breaks);
  }
  if (letter == '0') return walk.change(2, std::string_view("\0", 1));
  if (const char* text = simple_escape(letter)) return walk.change(2, text);
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (digits == 0 || at + digits >= file.size()) return walk.fail();
  char32_t value = 0;
  for (const char c : file.substr(at + 1, digits)) {
    const auto lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      value = value * 16 + static_cast<char32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      value = value * 16 + static_cast<char32_t>(lower - 'a' + 10);
    else
      return walk.fail();
  }
  std::string text;
  base::append_utf8(text, value);
  walk.change(2 + digits, text);
}

bool trace_double_quoted(Walk& walk, std::string_view file) {
  walk.skip(1);
  while (walk.is_good() && !walk.is_at_end()) {
    const char c = walk.here();
    if (c == '\\') {
      trace_escape(walk, file);
    } else if (c == '"') {
      walk.skip(1);
      return true;
    } else if (is_blank(c) || c == '\n' || c == '\r') {
      walk.fold();
    } else {
      walk.copy(1);
    }
  }
  return !walk.is_good();
}

/// A line of the file without its break.
std::size_t line_end(std::string_view file, std::size_t at) {
  return std::min(file.find_first_of("\r\n", at), file.size());
}

std::size_t leading_spaces(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// A block after | or >. Gives the end of the last line that belongs to it.
std::size_t trace_block(Walk& walk, std::string_view file, bool is_folded) {
  std::size_t end = line_end(file, walk.at());
  walk.skip(end - walk.at());
  if (walk.is_done()) return end;
  walk.skip(break_length(file, walk.at()));

  // Empty lines before the first line that has something, which tells the indentation.
  std::size_t first = walk.at();
  std::size_t first_end = line_end(file, first);
  std::size_t empty_lines = 0;
  while (first_end < file.size() &&
         leading_spaces(file.substr(first, first_end - first)) == first_end - first) {
    first = first_end + break_length(file, first_end);
    first_end = line_end(file, first);
    ++empty_lines;
  }
  const std::size_t leading_breaks = walk.expected_run_of('\n');
  for (std::size_t i = 0; i < empty_lines && i < leading_breaks; ++i) {
    walk.skip(line_end(file, walk.at()) - walk.at());
    walk.change(break_length(file, walk.at()), "\n");
  }
  if (walk.is_done() || walk.at() != first) {
    if (!walk.is_done()) walk.fail();
    return std::max(end, std::min(walk.at(), file.size()));
  }
  const std::size_t written = leading_spaces(file.substr(first, first_end - first));
  const std::size_t kept = walk.expected_run_of(' ');
  if (kept > written) {
    walk.fail();
    return end;
  }
  const std::size_t indent = written - kept;

  // Here at the beginning of a line each time.
  while (walk.is_good() && !walk.is_done()) {
    if (walk.is_at_end()) {
      walk.fail();
      break;
    }
    const std::size_t this_end = line_end(file, walk.at());
    const std::string_view line = file.substr(walk.at(), this_end - walk.at());
    walk.skip(std::min(indent, leading_spaces(line)));
    walk.copy(this_end - walk.at());
    end = this_end;
    if (walk.is_done() || !walk.is_good()) break;
    if (!is_folded) {
      // At the end of the file the last line may lack its break.
      walk.change(break_length(file, walk.at()), "\n");
      continue;
    }
    // The breaks up to the next line that has something.
    std::vector<std::size_t> breaks;
    std::size_t next = this_end;
    while (next < file.size()) {
      breaks.push_back(next);
      next += break_length(file, next);
      const std::size_t next_end = line_end(file, next);
      const std::string_view next_line = file.substr(next, next_end - next);
      const std::size_t spaces = leading_spaces(next_line);
      if (spaces != next_line.size() || spaces > indent) break;
      if (next_end >= file.size()) break;
      next = next_end;
    }
    const std::size_t stay = walk.expected_run_of('\n');
    if (stay == 0) {
      if (breaks.size() != 1) {
        walk.fail();
        break;
      }
      walk.change(break_length(file, this_end), " ");
      continue;
    }
    if (breaks.empty()) {
      walk.change(0, "\n");
      continue;
    }
    const std::size_t count = std::min(stay, breaks.size());
    for (std::size_t i = breaks.size() - count; i < breaks.size(); ++i) {
      walk.skip(breaks[i] - walk.at());
      walk.change(break_length(file, walk.at()), "\n");
      end = breaks[i];
    }
  }
  return end;
}

}  // namespace

std::size_t break_length(std::string_view file, std::size_t at) noexcept {
  if (at >= file.size()) return 0;
  if (file[at] == '\n') return 1;
  if (file[at] != '\r') return 0;
  return at + 1 < file.size() && file[at + 1] == '\n' ? 2 : 1;
}

ScalarTrace trace_scalar(std::string_view file, std::size_t begin, std::string_view decoded) {
  ScalarTrace out;
  begin = std::min(begin, file.size());
  Walk walk(file, begin, decoded);
  const char indicator = walk.here();
  if (indicator == '\'' || indicator == '"') {
    out.style = indicator == '"' ? NodeStyle::double_quoted : NodeStyle::single_quoted;
    out.is_terminated =
        indicator == '"' ? trace_double_quoted(walk, file) : trace_single_quoted(walk, file);
    out.end = walk.at();
  } else if (indicator == '|' || indicator == '>') {
    out.style = indicator == '>' ? NodeStyle::folded : NodeStyle::literal;
    out.end = trace_block(walk, file, indicator == '>');
  } else {
    trace_plain(walk);
    out.end = walk.at();
  }
  out.end = std::min(std::max(out.end, begin), file.size());
  out.is_exact = walk.is_good() && walk.is_done();
  if (out.is_exact) {
    out.runs = walk.take_runs();
  } else {
    out.end = std::max(out.end, line_end(file, begin));
    out.runs = {{0, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(out.end)}};
  }
  return out;
}

}  // namespace aftercare::rulebook
