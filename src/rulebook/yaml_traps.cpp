#include "rulebook/yaml_traps.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/yaml_reader.hpp"
#include "rulebook/yaml_scalar.hpp"

namespace aftercare::rulebook {
namespace {

using base::make;
using base::note;

constexpr auto npos = std::string_view::npos;
constexpr std::string_view full_width_colon = "：";
constexpr std::string_view full_width_comma = "，";
constexpr std::string_view enumeration_comma = "、";
constexpr std::string_view ideographic_space = "\xE3\x80\x80";
constexpr std::string_view no_break_space = "\xC2\xA0";

/// The longest that a word before a colon may be, in characters, to be taken for a key.
constexpr std::size_t longest_key = 40;

SourceSpan span_at(std::uint32_t file, std::size_t begin, std::size_t end) {
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Brackets and string quotes of a piece of an expression.
struct Balance {
  int open = 0;           ///< opened and not closed
  int closed_before = 0;  ///< closed and not opened
  bool is_in_string = false;

  [[nodiscard]] bool is_open() const { return open > 0 || is_in_string; }
};

void weigh(Balance& balance, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (balance.is_in_string) {
      if (c == '\\')
        ++at;
      else if (c == '"')
        balance.is_in_string = false;
    } else if (c == '"') {
      balance.is_in_string = true;
    } else if (c == '(' || c == '[' || c == '{') {
      ++balance.open;
    } else if (c == ')' || c == ']' || c == '}') {
      if (balance.open > 0)
        --balance.open;
      else
        ++balance.closed_before;
    }
  }
}

Balance weigh(std::string_view text) {
  Balance out;
  weigh(out, text);
  return out;
}

/// Whether an expression cannot end with this text.
bool is_unfinished(std::string_view text) {
  if (weigh(text).is_open()) return true;
  static constexpr std::array<std::string_view, 4> signs{"+", "<", ">", "="};
  for (const std::string_view sign : signs)
    if (ends_with(text, sign)) return true;
  static constexpr std::array<std::string_view, 11> words{
      " -", " *", " /", " and", " or", " then", " else", " 且", " 或", " 则", " 否则"};
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return ends_with(text, word); });
}

struct WrongColon {
  std::string key;
  std::string value;
  std::size_t begin = 0;  ///< of the key, in the line
  std::size_t end = 0;    ///< behind the colon
  bool is_full_width = false;
};

/// `word：` or `word:value` at the beginning of a line (after dashes), where a key was meant.
std::optional<WrongColon> find_wrong_colon(std::string_view line) {
  std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  while (begin + 1 < line.size() && line[begin] == '-' && line[begin + 1] == ' ')
    begin = std::min(line.find_first_not_of(' ', begin + 1), line.size());
  const std::string_view rest = line.substr(begin);
  const std::size_t narrow = rest.find(':');
  const std::size_t wide = rest.find(full_width_colon);
  const std::size_t at = std::min(narrow, wide);
  if (at == npos || at == 0) return std::nullopt;
  const std::string_view key = rest.substr(0, at);
  if (base::count_code_points(key) > longest_key ||
      key.find_first_of("\"'#{}[](),，。；、") != npos || base::is_ascii_digit(key.back()))
    return std::nullopt;
  WrongColon out;
  out.key = std::string(base::trim(key));
  out.begin = begin;
  if (wide < narrow) {
    out.is_full_width = true;
    out.end = begin + at + full_width_colon.size();
    return out;
  }
  const std::string_view after = rest.substr(at + 1);
  if (after.empty() || after.front() == ' ' || after.front() == '\t' || after.front() == '/' ||
      key.find(' ') != npos)
    return std::nullopt;
  out.end = begin + at + 1;
  out.value = std::string(base::trim(after));
  return out;
}

Diagnostic report(const WrongColon& colon, SourceSpan span) {
  if (colon.is_full_width)
    return make(diag::AC0110, span, {{"key", colon.key}},
                {note(notes::write_half_width_colon, {{"key", colon.key}})});
  return make(diag::AC0112, span, {{"key", colon.key}},
              {note(notes::write_space_after_colon, {{"key", colon.key}, {"value", colon.value}})});
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

/// A whole value in quotes, as the author may write it.
std::string quoted_value(std::string_view value) {
  if (value.find('\'') == npos) return '\'' + std::string(value) + '\'';
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

/// A value as it may stand alone on a line: with quotes where a plain one could not.
std::string on_its_own_line(std::string_view value) {
  const bool needs_quotes = value.empty() ||
                            std::string_view("[]{}\"'|>*&!%@`#,?-").find(value.front()) != npos ||
                            value.find(": ") != npos || value.find(" #") != npos;
  return needs_quotes && !value.empty() ? quoted_value(value) : std::string(value);
}

class TrapFinder {
 public:
  TrapFinder(std::string_view text, base::Findings& findings) : text_(text), findings_(findings) {}

  /// `key`: of the map entry whose value the node is, else null.
  void look(const Node& node, const Node* key) {
    switch (node.kind) {
      case NodeKind::empty:
        return;
      case NodeKind::scalar:
        look_at_scalar(node);
        return;
      case NodeKind::list:
        if (node.style == NodeStyle::flow) look_at_flow_list(node, key);
        for (const Node& item : node.items) look(item, nullptr);
        return;
      case NodeKind::map:
        if (node.style == NodeStyle::flow) look_at_flow_map(node, key);
        for (const Entry& entry : node.entries) {
          if (!entry.value.is_empty()) look_at_key(entry.key);
          look_at_scalar(entry.key);
          look(entry.value, &entry.key);
        }
        return;
    }
  }

 private:
  /// The comma between two places, or the first of them where there is none.
  [[nodiscard]] SourceSpan comma_between(const SourceSpan& before, const SourceSpan& after) const {
    const std::size_t comma = text_.find(',', before.end);
    const std::size_t at = comma < after.begin ? comma : before.end;
    return span_at(before.file, at, std::min(at + 1, text_.size()));
  }

  void look_at_scalar(const Node& scalar) {
    if ((scalar.style == NodeStyle::folded || scalar.style == NodeStyle::literal) &&
        scalar.text.empty()) {
      // `within: >3` is an empty block of text to YAML.
      const std::string header(
          text_.substr(scalar.span.begin, scalar.span.end - scalar.span.begin));
      if (header.find_first_of("0123456789") != npos)
        findings_.add(
            make(diag::AC0109, scalar.span, {{"character", header.substr(0, 1)}},
                 {note(notes::quote_or_block, {{"quoted", quoted_value(base::trim(header))}})}));
      return;
    }
    if (scalar.style != NodeStyle::plain) return;
    look_for_comment(scalar);
    look_for_mixed_digits(scalar);
  }

  void look_for_comment(const Node& scalar) {
    const std::size_t hash = text_.find_first_not_of(" \t", scalar.span.end);
    if (hash >= text_.size() || text_[hash] != '#') return;
    const std::size_t end = std::min(text_.find_first_of("\r\n", hash), text_.size());
    const SourceSpan span = span_at(scalar.span.file, hash, end);
    const std::string comment(text_.substr(hash, end - hash));
    if (is_unfinished(scalar.text))
      findings_.add(
          make(diag::AC0108, span, {}, {note(notes::comment_in_value, {{"comment", comment}})}));
    else if (comment.size() > 1 && std::string_view(" \t#=-").find(comment[1]) == npos)
      // `press #1`: a comment has a space behind its mark.
      findings_.add(make(diag::AC0137, span, {}, {note(notes::comment_or_text)}));
  }

  void look_for_mixed_digits(const Node& scalar) {
    std::size_t begin = 0;
    bool has_narrow = false;
    bool has_wide = false;
    std::string narrow;
    const auto finish = [&](std::size_t end) {
      if (has_narrow && has_wide)
        findings_.add(make(diag::AC0114, scalar.span_of(begin, end),
                           {{"digits", scalar.text.substr(begin, end - begin)}},
                           {note(notes::write_digits, {{"digits", narrow}})}));
      has_narrow = has_wide = false;
      narrow.clear();
    };
    for (std::size_t at = 0; at < scalar.text.size();) {
      const base::Decoded step = base::decode(scalar.text, at);
      const char32_t c = step.code_point;
      const bool is_narrow = c >= U'0' && c <= U'9';
      const bool is_wide = c >= 0xFF10 && c <= 0xFF19;
      if (is_narrow || is_wide) {
        if (!has_narrow && !has_wide) begin = at;
        has_narrow = has_narrow || is_narrow;
        has_wide = has_wide || is_wide;
        narrow.push_back(static_cast<char>('0' + (is_wide ? c - 0xFF10 : c - U'0')));
      } else {
        finish(at);
      }
      at += step.bytes;
    }
    finish(scalar.text.size());
  }

  void look_at_key(const Node& key) {
    if (key.style != NodeStyle::plain) return;
    if (const std::size_t at = key.text.find(full_width_colon); at != npos)
      findings_.add(
          make(diag::AC0111, key.span_of(at, at + full_width_colon.size()), {{"key", key.text}}));
    for (const std::string_view space : {ideographic_space, no_break_space})
      if (const std::size_t at = key.text.find(space); at != npos)
        findings_.add(make(diag::AC0136, key.span_of(at, at + space.size()), {{"key", key.text}},
                           {note(notes::use_spaces_not_wide)}));
  }

  void look_at_flow_map(const Node& map, const Node* key) {
    const std::vector<Entry>& entries = map.entries;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      if (entry.value.is_empty() && entry.key.style == NodeStyle::plain) {
        if (const auto colon = find_wrong_colon(entry.key.text))
          findings_.add(report(*colon, entry.key.span_of(colon->begin, colon->end)));
      }
      if (!entry.value.is_scalar() || entry.value.style != NodeStyle::plain) continue;
      Balance balance = weigh(entry.value.text);
      if (!balance.is_open() || i + 1 == entries.size()) continue;
      const Entry& odd = entries[i + 1];
      if (!odd.value.is_empty() && weigh(odd.key.text).closed_before == 0) continue;

      // The pieces belong together up to where everything is closed again.
      std::vector<std::pair<std::string, std::string>> lines;
      for (std::size_t k = 0; k < i; ++k)
        lines.emplace_back(entries[k].key.text, source_of(entries[k].value));
      std::string whole = entry.value.text;
      std::size_t last = i;
      while (balance.is_open() && last + 1 < entries.size()) {
        ++last;
        const Entry& piece = entries[last];
        weigh(balance, piece.key.text);
        whole += ", " + source_of(piece.key);
        if (!piece.value.is_empty()) {
          weigh(balance, piece.value.text);
          whole += ": " + source_of(piece.value);
        }
      }
      lines.emplace_back(entry.key.text, on_its_own_line(whole));
      for (std::size_t k = last + 1; k < entries.size(); ++k)
        lines.emplace_back(entries[k].key.text, source_of(entries[k].value));
      findings_.add(make(diag::AC0106, comma_between(entry.value.span, odd.key.span), {},
                         {note(notes::write_as_block, {{"first", in_quotes(entry.key.text)},
                                                       {"odd", in_quotes(odd.key.text)},
                                                       {"block", block_of(lines, key)}})}));
      i = last;
    }
  }

  /// The same map on lines of its own: below its key, or as an item of a list.
  static std::string block_of(const std::vector<std::pair<std::string, std::string>>& lines,
                              const Node* key) {
    std::string out;
    if (key != nullptr) out = key->text + ":";
    for (const auto& [name, value] : lines) {
      if (!out.empty()) out += '\n';
      out += key == nullptr && out.empty() ? "- " : "  ";
      out += name + ": " + value;
    }
    return out;
  }

  void look_at_flow_list(const Node& list, const Node* key) {
    const std::vector<Node>& items = list.items;
    for (const Node& item : items) {
      if (!item.is_scalar() || item.style != NodeStyle::plain) continue;
      for (const std::string_view comma : {full_width_comma, enumeration_comma})
        if (const std::size_t at = item.text.find(comma); at != npos)
          findings_.add(make(diag::AC0135, item.span_of(at, at + comma.size()),
                             {{"comma", std::string(comma)}}, {note(notes::write_comma)}));
    }
    for (std::size_t i = 0; i + 1 < items.size(); ++i) {
      if (!items[i].is_scalar() || items[i].style != NodeStyle::plain) continue;
      Balance balance = weigh(items[i].text);
      if (!balance.is_open()) continue;
      std::vector<std::string> lines;
      for (std::size_t k = 0; k < i; ++k) lines.push_back(source_of(items[k]));
      std::string whole = items[i].text;
      std::size_t last = i;
      while (balance.is_open() && last + 1 < items.size()) {
        ++last;
        weigh(balance, source_of(items[last]));
        whole += ", " + source_of(items[last]);
      }
      if (balance.is_open()) return;
      lines.push_back(on_its_own_line(whole));
      for (std::size_t k = last + 1; k < items.size(); ++k) lines.push_back(source_of(items[k]));
      std::string block = key != nullptr ? key->text + ":" : std::string();
      for (const std::string& line : lines) {
        if (!block.empty()) block += '\n';
        if (key != nullptr) block += "  ";
        block += "- " + line;
      }
      findings_.add(
          make(diag::AC0107, comma_between(items[i].span, items[i + 1].span), {},
               {note(notes::write_items_as_block, {{"first", in_quotes(source_of(items[i]))},
                                                   {"odd", in_quotes(source_of(items[i + 1]))},
                                                   {"block", block}})}));
      return;
    }
  }

  /// As written in the file.
  [[nodiscard]] std::string source_of(const Node& node) const {
    return std::string(text_.substr(node.span.begin, node.span.end - node.span.begin));
  }

  std::string_view text_;
  base::Findings& findings_;
};

/// A line of the text without its break.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t first = 0;  ///< its first byte that is no space, or its end
};

Line line_around(std::string_view text, std::size_t at) {
  Line out;
  if (at > 0) {
    const std::size_t before = text.find_last_of("\r\n", at - 1);
    out.begin = before == npos ? 0 : before + 1;
  }
  out.end = std::min(text.find_first_of("\r\n", at), text.size());
  out.first = std::min(text.find_first_not_of(" \t", out.begin), out.end);
  return out;
}

/// The line before that has something but a comment, or an empty one at 0.
Line line_before(std::string_view text, Line line) {
  while (line.begin > 0) {
    line = line_around(text, line.begin - 1);
    if (line.first < line.end && text[line.first] != '#') return line;
  }
  return {};
}

bool is_one_of(std::string_view reason, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [reason](std::string_view beginning) {
    return reason.substr(0, beginning.size()) == beginning;
  });
}

/// Explains one failure of yaml-cpp. Looks at the lines around it for what authors do.
class Explainer {
 public:
  Explainer(std::string_view text, std::size_t at, std::uint32_t file,
            const std::vector<OpenCollection>& open)
      : text_(text),
        at_(std::min(at, text.size())),
        file_(file),
        open_(open),
        line_(line_around(text_, at_)) {}

  [[nodiscard]] Diagnostic explain(std::string_view reason) const {
    if (is_one_of(reason, {"bad file"}))
      return make(diag::AC0121, here(), {{"limit", std::to_string(YamlLimits{}.depth)}});
    if (is_one_of(reason,
                  {"unknown escape", "bad character found while scanning hex", "invalid unicode"}))
      return wrong_escape();
    if (is_one_of(reason, {"illegal EOF in scalar", "illegal document indicator"}))
      return make(diag::AC0124, here(), {{"bracket", std::string(text_.substr(at_, 1))}});
    if (is_one_of(reason, {"the referenced anchor", "alias", "aliases",
                           "illegal character found while scanning alias",
                           "cannot assign multiple aliases"}))
      return property(diag::AC0116, '*');
    if (is_one_of(reason, {"anchor", "cannot assign multiple anchors",
                           "illegal character found while scanning anchor",
                           "cannot assign the same alias"}))
      return property(diag::AC0115, '&');
    if (is_one_of(reason, {"tag handle", "end of verbatim tag", "cannot assign multiple tags",
                           "illegal character found while scanning tag"}))
      return property(diag::AC0117, '!');
    if (is_one_of(reason, {"YAML directives", "bad YAML version", "YAML major", "repeated",
                           "TAG directives"}))
      return make(diag::AC0122, here(), {}, {note(notes::drop_directive)});
    if (is_one_of(reason, {"illegal flow end"}))
      return make(diag::AC0128, here(), {{"bracket", std::string(text_.substr(at_, 1))}});
    if (is_one_of(reason, {"unknown token", "illegal block entry", "illegal map key"}))
      return needs_quotes(at_);
    if (is_one_of(reason,
                  {"unexpected character in block scalar", "cannot set zero indentation"})) {
      const std::size_t header = text_.find_last_of("|>", at_);
      return needs_quotes(header != npos && header >= line_.begin ? header : at_);
    }
    if (!open_.empty() && open_.back().is_flow) return within_flow();
    if (std::optional<Diagnostic> comment = comment_before()) return std::move(*comment);
    if (is_one_of(reason, {"illegal map value"})) return misplaced_colon();
    if (is_one_of(reason, {"end of map", "end of sequence"})) return misplaced_text();
    return make(diag::AC0100, here(), {{"reason", std::string(reason)}});
  }

 private:
  [[nodiscard]] SourceSpan span(std::size_t begin, std::size_t end) const {
    return span_at(file_, begin, std::min(end, text_.size()));
  }
  [[nodiscard]] SourceSpan here() const {
    if (at_ >= text_.size()) {
      const std::size_t last = text_.find_last_not_of(" \t\r\n");
      return last == npos ? span(0, 0) : span(last, last + 1);
    }
    return span(at_, at_ + base::decode(text_, at_).bytes);
  }
  [[nodiscard]] std::string_view line_text(const Line& line) const {
    return text_.substr(line.begin, line.end - line.begin);
  }

  [[nodiscard]] Diagnostic wrong_escape() const {
    const std::size_t slash = at_ == 0 ? npos : text_.rfind('\\', at_ - 1);
    const std::size_t begin = slash == npos || slash < line_.begin ? at_ : slash;
    const std::size_t end = std::min(std::max(at_, begin + 2), line_.end);
    return make(diag::AC0127, span(begin, end),
                {{"escape", std::string(text_.substr(begin, end - begin))}},
                {note(notes::escapes)});
  }

  [[nodiscard]] Diagnostic property(DiagnosticCode code, char sign) const {
    const std::size_t begin = text_.rfind(sign, at_);
    const std::size_t from = begin == npos || begin < line_.begin ? at_ : begin;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,[]{}", from), text_.size());
    std::string name(text_.substr(from, end - from));
    if (sign != '!' && !name.empty()) name.erase(0, 1);
    return make(code, span(from, std::max(end, from + 1)), {{"name", name}},
                {note(notes::quote_or_block, {{"quoted", quoted_value(value_from(from))}})});
  }

  /// The rest of a line from `from` on, without a comment.
  [[nodiscard]] std::string value_from(std::size_t from) const {
    const Line line = line_around(text_, from);
    std::string_view value = text_.substr(from, line.end - from);
    if (const std::size_t comment = value.find(" #"); comment != npos)
      value = value.substr(0, comment);
    return std::string(base::trim(value));
  }

  [[nodiscard]] Diagnostic needs_quotes(std::size_t begin) const {
    if (begin >= text_.size()) return make(diag::AC0124, here(), {{"bracket", "?"}});
    const std::size_t length = base::decode(text_, begin).bytes;
    const bool is_in_flow = !open_.empty() && open_.back().is_flow;
    std::vector<DiagnosticNote> remedy;
    if (is_in_flow)
      remedy.push_back(note(notes::put_in_quotes));
    else
      remedy.push_back(note(notes::quote_or_block, {{"quoted", quoted_value(value_from(begin))}}));
    return make(diag::AC0109, span(begin, begin + length),
                {{"character", std::string(text_.substr(begin, length))}}, std::move(remedy));
  }

  /// A comment in the line before that broke off an expression going on in this line.
  [[nodiscard]] std::optional<Diagnostic> comment_before() const {
    const Line previous = line_before(text_, line_);
    const std::string_view line = line_text(previous);
    const std::size_t comment = line.find(" #");
    if (comment == npos || !is_unfinished(base::trim(line.substr(0, comment)))) return std::nullopt;
    const std::string_view lost = line.substr(comment + 1);
    return make(diag::AC0108, span(previous.begin + comment + 1, previous.end), {},
                {note(notes::comment_in_value, {{"comment", std::string(lost)}})});
  }

  /// A colon where YAML expects none: a second one in the line, or the key began on a line before.
  [[nodiscard]] Diagnostic misplaced_colon() const {
    const std::string_view before = text_.substr(line_.begin, at_ - line_.begin);
    if (const std::size_t first = before.find(": "); first != npos) {
      const std::string value = value_from(line_.begin + first + 2);
      for (const auto& [wide, half] : {std::pair{"｛", "{"}, {"［", "["}}) {
        if (value.rfind(wide, 0) != 0) continue;
        const std::size_t at = text_.find(wide, line_.begin);
        return make(diag::AC0138, span(at, at + std::string_view(wide).size()),
                    {{"bracket", wide}},
                    {note(notes::write_half_width_bracket, {{"bracket", half}})});
      }
      return make(diag::AC0126, span(at_, at_ + 1), {},
                  {note(notes::quote_or_block, {{"quoted", quoted_value(value)}})});
    }
    const Line previous = line_before(text_, line_);
    if (previous.end > previous.begin) {
      const std::string_view line = line_text(previous);
      if (const auto colon = find_wrong_colon(line))
        return report(*colon, span(previous.begin + colon->begin, previous.begin + colon->end));
      if (line.find(": ") == npos && line.back() != ':' &&
          previous.first - previous.begin == line_.first - line_.begin)
        return without_colon(previous);
    }
    return make(diag::AC0125, span(line_.first, at_), {}, {note(notes::plain_indentation)});
  }

  [[nodiscard]] Diagnostic without_colon(const Line& line) const {
    const std::string_view word = base::trim(text_.substr(line.first, line.end - line.first));
    return make(diag::AC0129, span(line.first, line.first + word.size()),
                {{"key", std::string(word)}});
  }

  /// Something stands where the next key or item of a block is expected.
  [[nodiscard]] Diagnostic misplaced_text() const {
    if (at_ > line_.first) {
      // Text behind a value in quotes or brackets.
      if (const std::size_t value = begin_of_value(); value != npos) return needs_quotes(value);
    } else if (at_ < text_.size()) {
      if (const auto colon = find_wrong_colon(line_text(line_)))
        return report(*colon, span(line_.begin + colon->begin, line_.begin + colon->end));
      const std::string_view line = line_text(line_);
      const bool has_colon = line.find(": ") != npos || line.back() == ':';
      const bool is_item = line_.first < line_.end && text_[line_.first] == '-';
      if (!has_colon && !is_item && !open_.empty() && open_.back().kind == NodeKind::map)
        return without_colon(line_);
    }
    return make(diag::AC0125, span(std::min(line_.first, at_), std::max(at_, line_.first) + 1), {},
                {note(notes::plain_indentation)});
  }

  /// Where the value of this line begins, if it begins with a quote or bracket.
  [[nodiscard]] std::size_t begin_of_value() const {
    std::size_t begin = line_.first;
    if (const std::size_t colon = text_.substr(0, at_).rfind(": ");
        colon != npos && colon >= line_.begin) {
      // The first colon of the line ends its key.
      begin = text_.find(": ", line_.begin) + 2;
    }
    while (begin < at_ && (text_[begin] == ' ' || (text_[begin] == '-' && text_[begin + 1] == ' ')))
      ++begin;
    return begin < at_ && std::string_view("\"'[{").find(text_[begin]) != npos ? begin : npos;
  }

  /// Something is wrong within { } or [ ].
  [[nodiscard]] Diagnostic within_flow() const {
    const OpenCollection& innermost = open_.back();
    const std::size_t begin = innermost.begin;
    // A comma inside an expression, as in {if: contains(x, "a"), then: 2h}.
    Balance balance;
    bool is_token_start = true;
    for (std::size_t at = begin + 1; at < std::min(at_ + 1, text_.size()); ++at) {
      const char c = text_[at];
      if (is_token_start && (c == '"' || c == '\'')) {
        const std::size_t close = text_.find(c, at + 1);
        if (close == npos || close >= at_) break;
        at = close;
        is_token_start = false;
        continue;
      }
      if (c == '\n' && line_around(text_, begin).begin != line_around(text_, at_).begin) break;
      if (c == ',' && balance.is_open()) {
        const bool is_map = innermost.kind == NodeKind::map;
        return make(is_map ? diag::AC0106 : diag::AC0107, span(at, at + 1), {},
                    {note(notes::put_in_quotes)});
      }
      if (c == ',' || c == ':') {
        is_token_start = true;
        if (c == ',') balance = {};
        continue;
      }
      if (c != ' ') is_token_start = false;
      weigh(balance, text_.substr(at, 1));
    }
    const std::size_t comma = text_.find(full_width_comma, begin);
    if (comma != npos && comma < at_)
      return make(diag::AC0134, span(comma, comma + full_width_comma.size()), {},
                  {note(notes::write_comma)});
    // A comment that swallows the rest of the line and the bracket.
    const Line first = line_around(text_, begin);
    const std::size_t comment = text_.find(" #", begin);
    const char closing = innermost.kind == NodeKind::map ? '}' : ']';
    if (comment != npos && comment < first.end && comment < at_ &&
        text_.substr(comment, first.end - comment).find(closing) != npos)
      return make(
          diag::AC0108, span(comment + 1, first.end), {},
          {note(notes::comment_in_value,
                {{"comment", std::string(text_.substr(comment + 1, first.end - comment - 1))}})});
    if (at_ < text_.size() && text_[at_] == ':' && first.begin == line_.begin)
      return make(diag::AC0126, span(at_, at_ + 1), {}, {note(notes::put_in_quotes)});
    // Text behind a value in quotes or brackets, on the same line.
    if (at_ > begin && at_ < text_.size() && first.begin == line_.begin) {
      const std::size_t before = text_.find_last_not_of(' ', at_ - 1);
      if (before != npos && before > begin &&
          std::string_view("\"']}").find(text_[before]) != npos) {
        const char partner = text_[before] == ']'   ? '['
                             : text_[before] == '}' ? '{'
                                                    : text_[before];
        const std::size_t opener = text_.rfind(partner, before - 1);
        return needs_quotes(opener != npos && opener > begin ? opener : before);
      }
    }
    return make(diag::AC0124, span(begin, begin + 1),
                {{"bracket", std::string(text_.substr(begin, 1))}});
  }

  std::string_view text_;
  std::size_t at_;
  std::uint32_t file_;
  const std::vector<OpenCollection>& open_;
  Line line_;
};

}  // namespace

void find_traps(const Node& root, std::string_view text, base::Findings& findings) {
  TrapFinder(text, findings).look(root, nullptr);
}

bool find_tabs(std::string_view text, std::size_t end, std::uint32_t file,
               const std::vector<SourceSpan>& scalars, base::Findings& findings) {
  bool has_any = false;
  for (std::size_t begin = 0; begin < end;) {
    const std::size_t line_end = std::min(text.find_first_of("\r\n", begin), text.size());
    const std::size_t first = std::min(text.find_first_not_of(" \t", begin), line_end);
    const std::size_t tab = text.substr(begin, first - begin).find('\t');
    if (tab != npos && first < line_end && text[first] != '#') {
      const auto after = std::upper_bound(
          scalars.begin(), scalars.end(), begin,
          [](std::size_t at, const SourceSpan& scalar) { return at <= scalar.begin; });
      const bool is_in_scalar = after != scalars.begin() && begin < std::prev(after)->end;
      if (!is_in_scalar) {
        has_any = true;
        findings.add(make(diag::AC0105, span_at(file, begin + tab, begin + tab + 1), {},
                          {note(notes::use_spaces)}));
      }
    }
    begin = line_end + std::max<std::size_t>(break_length(text, line_end), 1);
  }
  return has_any;
}

Diagnostic explain_failure(std::string_view text, std::size_t at, std::uint32_t file,
                           std::string_view reason, const std::vector<OpenCollection>& open) {
  return Explainer(text, at, file, open).explain(reason);
}

std::optional<Diagnostic> explain_scalar(const Node& scalar) {
  if (!scalar.is_scalar() || scalar.style != NodeStyle::plain) return std::nullopt;
  if (const auto colon = find_wrong_colon(scalar.text))
    return report(*colon, scalar.span_of(colon->begin, colon->end));
  return std::nullopt;
}

}  // namespace aftercare::rulebook
