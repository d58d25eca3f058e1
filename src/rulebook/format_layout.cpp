// The interface of this file is lay_out().
#include "rulebook/format_layout.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace aftercare::rulebook {
namespace {

using base::display_width;
using base::trim;

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_ends(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text;
}

/// Lines without their ends; CR LF and CR count as one end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\n' && text[at] != '\r') continue;
    out.push_back(text.substr(begin, at - begin));
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    begin = at + 1;
  }
  out.push_back(text.substr(begin));
  return out;
}

// ── text tables ───────────────────────────────────────────────────────────────────────────────

struct TableLine {
  std::vector<std::string_view> cells;
  std::vector<bool> doubled;  // by cell: two bars before it
  bool is_framed = false;
  bool ends_doubled = false;
};

TableLine table_line(std::string_view line) {
  TableLine out;
  line = trim(line);
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') return out;
  out.is_framed = true;
  out.ends_doubled = line.size() > 3 && line[line.size() - 2] == '|';
  if (out.ends_doubled) line.remove_suffix(1);
  std::size_t from = 1;
  bool in_string = false, is_double = false;
  for (std::size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '"') in_string = !in_string;
    // A quote that nothing closes is a matter of the checks; the last bar ends the line.
    if (line[at] != '|' || (in_string && at + 1 < line.size())) continue;
    out.cells.push_back(trim(line.substr(from, at - from)));
    out.doubled.push_back(is_double);
    is_double = at + 2 < line.size() && line[at + 1] == '|';
    if (is_double) ++at;
    from = at + 1;
  }
  return out;
}

std::vector<std::string> align_table(const std::vector<std::string_view>& lines) {
  std::vector<std::size_t> widths;
  std::vector<TableLine> rows;
  for (const std::string_view line : lines) {
    TableLine row = table_line(line);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
    rows.push_back(std::move(row));
  }
  std::vector<std::string> out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (!rows[r].is_framed) {
      out.emplace_back(trim_end(lines[r]));
      continue;
    }
    std::string line;
    for (std::size_t i = 0; i < rows[r].cells.size(); ++i) {
      line += rows[r].doubled[i] ? "|| " : "| ";
      line += rows[r].cells[i];
      line.append(widths[i] - display_width(rows[r].cells[i]) + 1, ' ');
    }
    out.push_back(line + (rows[r].ends_doubled ? "||" : "|"));
  }
  return out;
}

// ── the layout ────────────────────────────────────────────────────────────────────────────────

class Layout {
 public:
  Layout(std::string_view text, const LayoutHints& hints) : text_(text), hints_(hints) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") last_end_ = 3;
  }

  std::string run(const Node& root) {
    find_comments(root);
    if (root.style == NodeStyle::block && root.is_map()) {
      block_map(root, 0, false);
    } else if (root.style == NodeStyle::block && root.is_list()) {
      block_list(root, 0, false);
    } else {
      before(start_of(root), 0);
      new_line(0, 0);
      if (root.is_scalar()) {
        scalar(root, 0);
      } else {
        flow(root, 0, true);
      }
    }
    before(text_.size(), 0, true);
    return print();
  }

 private:
  struct Comment {
    std::size_t begin = 0, end = 0;
    bool is_alone = false;  // nothing before it in its line
  };
  struct Line {
    std::size_t indent = 0;
    std::string text;
    std::string comment;
    bool is_content = false;  // of a scalar: no comment can stand behind it
  };
  /// A value behind the key of a name, which may be aligned with its neighbours.
  struct Cell {
    std::size_t line = 0;
    std::size_t key_bytes = 0;  // of the line's text, colon included
    std::size_t key_width = 0;
    std::size_t written = 0;  // where its author had put it, from the beginning of the key
    std::size_t gap = 0;
  };

  // ── comments and blank lines ──

  void collect(const Node& node, std::vector<SourceSpan>& scalars) const {
    if (node.is_scalar()) scalars.push_back(node.span);
    for (const Node& item : node.items) collect(item, scalars);
    for (const Entry& entry : node.entries) {
      collect(entry.key, scalars);
      collect(entry.value, scalars);
    }
  }

  void find_comments(const Node& root) {
    std::vector<SourceSpan> scalars;
    collect(root, scalars);
    std::sort(scalars.begin(), scalars.end(),
              [](SourceSpan a, SourceSpan b) { return a.begin < b.begin; });
    std::size_t next = 0;
    for (std::size_t at = last_end_; at < text_.size();) {
      while (next < scalars.size() && scalars[next].end <= at) ++next;
      if (next < scalars.size() && scalars[next].begin <= at) {
        at = scalars[next].end;
        continue;
      }
      const bool begins = text_[at] == '#' && (at == last_end_ || is_blank(text_[at - 1]));
      if (!begins) {
        ++at;
        continue;
      }
      Comment comment;
      comment.begin = at;
      comment.end = std::min(text_.find_first_of("\r\n", at), text_.size());
      const std::size_t line = line_begin(at);
      comment.is_alone = trim(text_.substr(line, at - line)).empty();
      comments_.push_back(comment);
      at = comment.end;
    }
  }

  [[nodiscard]] std::size_t line_begin(std::size_t at) const {
    while (at > first_byte() && text_[at - 1] != '\n' && text_[at - 1] != '\r') --at;
    return at;
  }
  [[nodiscard]] std::size_t first_byte() const {
    return text_.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  }
  [[nodiscard]] std::size_t column(std::size_t at) const {
    const std::size_t begin = line_begin(at);
    return display_width(text_.substr(begin, at - begin));
  }
  [[nodiscard]] bool has_comment_before(std::size_t end) const {
    return next_comment_ < comments_.size() && comments_[next_comment_].begin < end;
  }

  void blank_lines(std::size_t to) {
    if (keeps_blanks_) {
      keeps_blanks_ = false;
      return;
    }
    if (lines_.empty() || to <= last_end_) return;
    std::size_t ends = 0;
    for (std::size_t at = last_end_; at < to; ++at) {
      if (text_[at] == '\n' || (text_[at] == '\r' && (at + 1 == to || text_[at + 1] != '\n'))) {
        ++ends;
      }
    }
    for (; ends > 1; --ends) lines_.push_back({0, "", "", true});
  }

  /// Everything that stands before byte `at`, where the next line begins with `indent`.
  void before(std::size_t at, std::size_t indent, bool is_end = false) {
    const std::size_t written = is_end ? 0 : column(at);
    for (; has_comment_before(at); ++next_comment_) {
      const Comment& comment = comments_[next_comment_];
      std::string words(trim_end(text_.substr(comment.begin, comment.end - comment.begin)));
      if (!comment.is_alone && !lines_.empty() && !lines_.back().is_content &&
          lines_.back().comment.empty()) {
        lines_.back().comment = std::move(words);
      } else {
        blank_lines(comment.begin);
        lines_.push_back({comment_indent(comment, written, indent), "", std::move(words), false});
      }
      last_end_ = comment.end;
    }
    if (is_end) return;
    blank_lines(at);
  }

  [[nodiscard]] std::size_t comment_indent(const Comment& comment, std::size_t next,
                                           std::size_t indent) const {
    const std::size_t here = column(comment.begin);
    if (here == 0 || !comment.is_alone) return here == 0 ? 0 : indent;
    if (here == next) return indent;
    for (std::size_t i = levels_.size(); i-- > 0;) {
      if (levels_[i].first == here) return levels_[i].second;
    }
    return indent;
  }

  // ── lines ──

  void new_line(std::size_t indent, std::size_t written) {
    while (!levels_.empty() && levels_.back().first >= written) levels_.pop_back();
    levels_.emplace_back(written, indent);
    lines_.push_back({indent, "", "", false});
  }
  std::string& line() { return lines_.back().text; }

  [[nodiscard]] std::string_view raw(const Node& node) const {
    return text_.substr(node.span.begin, node.span.end - node.span.begin);
  }
  [[nodiscard]] std::size_t start_of(const Node& node) const {
    return node.is_map() && node.style == NodeStyle::block && !node.entries.empty()
               ? node.entries.front().key.span.begin
               : node.span.begin;
  }
  /// The next byte that is neither white space nor comment.
  [[nodiscard]] std::size_t next_token(std::size_t at) const {
    std::size_t comment = next_comment_;
    while (at < text_.size()) {
      while (comment < comments_.size() && comments_[comment].begin < at) ++comment;
      if (comment < comments_.size() && comments_[comment].begin == at) {
        at = comments_[comment].end;
      } else if (is_blank(text_[at])) {
        ++at;
      } else {
        break;
      }
    }
    return at;
  }

  /// A token on one line, as it reads in English where it is only measured.
  [[nodiscard]] std::string token(const Node& node, bool measured) const {
    std::string out(raw(node));
    if (measured && !hints_.measured.empty()) {
      auto edit =
          std::lower_bound(hints_.measured.begin(), hints_.measured.end(), node.span.begin,
                           [](const TextEdit& e, std::uint32_t begin) { return e.begin < begin; });
      std::string changed;
      std::size_t at = node.span.begin;
      for (; edit != hints_.measured.end() && edit->end <= node.span.end; ++edit) {
        changed.append(text_.substr(at, edit->begin - at));
        changed += edit->text;
        at = edit->end;
      }
      changed.append(text_.substr(at, node.span.end - at));
      out = std::move(changed);
    }
    if (out.find_first_of("\r\n") == std::string::npos) return out;
    std::string joined;
    for (const std::string_view one : lines_of(out)) {
      if (!joined.empty()) joined += ' ';
      joined += trim(one);
    }
    return joined;
  }

  // ── nodes ──

  void block_map(const Node& map, std::size_t indent, bool is_begun) {
    std::vector<Cell> cells;
    for (const Entry& entry : map.entries) {
      if (is_begun && &entry == &map.entries.front()) {
        key_and_value(entry, indent, nullptr);
        continue;
      }
      before(entry.key.span.begin, indent);
      new_line(indent, column(entry.key.span.begin));
      key_and_value(entry, indent, is_begun ? nullptr : &cells);
    }
    align(cells);
  }

  void key_and_value(const Entry& entry, std::size_t indent, std::vector<Cell>* cells) {
    line() += token(entry.key, false);
    last_end_ = entry.key.span.end;
    line() += ':';
    const std::size_t colon = next_token(last_end_);
    if (colon < text_.size() && text_[colon] == ':') last_end_ = colon + 1;
    const Node& value = entry.value;
    const std::size_t here = lines_.size() - 1;
    Cell cell;
    cell.line = here;
    cell.key_bytes = line().size();
    cell.key_width = display_width(line());
    const bool was_behind =
        !value.is_empty() && value.span.begin >= last_end_ &&
        text_.substr(last_end_, value.span.begin - last_end_).find_first_of("\r\n#") ==
            std::string_view::npos;
    if (was_behind) {
      cell.written = column(value.span.begin) - column(entry.key.span.begin);
      cell.gap = display_width(text_.substr(last_end_, value.span.begin - last_end_));
    }
    put_value(value, indent);
    const bool is_behind = lines_[here].text.size() > cell.key_bytes;
    if (cells && was_behind && is_behind && hints_.word_keys.count(entry.key.span.begin) == 0) {
      cells->push_back(cell);
    }
  }

  void put_value(const Node& value, std::size_t indent) {
    if (value.is_empty()) return;
    if (value.is_scalar()) {
      if (has_comment_before(value.span.begin)) {
        before(value.span.begin, indent + 2);
        new_line(indent + 2, column(value.span.begin));
        scalar(value, indent);
        return;
      }
      line() += ' ';
      scalar(value, indent);
    } else if (value.style == NodeStyle::flow) {
      flow(value, indent, false);
    } else if (value.is_map()) {
      block_map(value, indent + 2, false);
    } else {
      block_list(value, indent + 2, false);
    }
  }

  void block_list(const Node& list, std::size_t indent, bool is_begun) {
    for (const Node& item : list.items) {
      const std::size_t dash = next_token(last_end_);
      if (!is_begun || &item != &list.items.front()) {
        before(dash, indent);
        new_line(indent, column(dash));
      }
      last_end_ = dash + 1;
      list_item(item, indent);
    }
  }

  void list_item(const Node& item, std::size_t indent) {
    line() += '-';
    if (item.is_empty()) return;
    const std::size_t begin =
        item.style == NodeStyle::block && item.is_list() ? next_token(last_end_) : start_of(item);
    const bool is_alone = has_comment_before(begin);
    if (is_alone) {
      before(begin, indent + 2);
      new_line(indent + 2, column(begin));
    } else {
      line() += ' ';
      levels_.emplace_back(column(begin), indent + 2);
    }
    if (item.is_scalar()) {
      scalar(item, indent);
    } else if (item.style == NodeStyle::flow) {
      flow(item, indent, true);
    } else if (item.is_map()) {
      block_map(item, indent + 2, true);
    } else {
      block_list(item, indent + 2, true);
    }
  }

  [[nodiscard]] std::string flow_text(const Node& node, bool measured) const {
    if (node.is_scalar()) return token(node, measured);
    if (node.is_empty()) return {};
    std::string out(1, node.is_list() ? '[' : '{');
    for (const Node& item : node.items) {
      if (out.size() > 1) out += ", ";
      out += flow_text(item, measured);
    }
    for (const Entry& entry : node.entries) {
      if (out.size() > 1) out += ", ";
      out += token(entry.key, measured);
      if (entry.value.is_empty()) continue;
      out += ": ";
      out += flow_text(entry.value, measured);
    }
    return out + (node.is_list() ? ']' : '}');
  }

  [[nodiscard]] static bool has_empty_item(const Node& node) {
    return std::any_of(node.items.begin(), node.items.end(),
                       [](const Node& item) { return item.is_empty(); });
  }

  /// `is_begun`: at the head of a line or behind a dash; else behind a colon.
  void flow(const Node& node, std::size_t indent, bool is_begun) {
    const bool is_bare = node.items.empty() && node.entries.empty();
    const bool has_comments = has_comment_before(node.span.end);
    const std::size_t room = lines_.back().indent + display_width(line()) + (is_begun ? 0 : 1);
    const bool fits =
        is_bare || (!has_comments && room + display_width(flow_text(node, true)) <= line_limit);
    if (fits || has_empty_item(node)) {
      if (!is_begun) line() += ' ';
      line() += flow_text(node, false);
      last_end_ = node.span.end;
      return;
    }
    const std::size_t inner = is_begun && line().empty() ? indent : indent + 2;
    bool is_first = true;
    const auto start = [&](const Node& at) {
      // Behind a dash the first one stays in its line, unless a comment comes between.
      if (is_begun && is_first && !has_comment_before(at.span.begin)) {
        is_first = false;
        return;
      }
      is_first = false;
      before(at.span.begin, inner);
      new_line(inner, column(at.span.begin));
    };
    for (const Entry& entry : node.entries) {
      start(entry.key);
      key_and_value(entry, inner, nullptr);
    }
    for (const Node& item : node.items) {
      start(item);
      last_end_ = item.span.begin;
      list_item(item, inner);
    }
    last_end_ = node.span.end;
    // A comment before the closing bracket belongs to what was in it.
    for (; has_comment_before(node.span.end); ++next_comment_) {
      const Comment& comment = comments_[next_comment_];
      lines_.push_back(
          {inner, "",
           std::string(trim_end(text_.substr(comment.begin, comment.end - comment.begin))), false});
    }
  }

  void content(std::size_t indent, std::string_view text) {
    lines_.push_back({text.empty() ? 0 : indent, std::string(text), "", true});
  }

  void scalar(const Node& node, std::size_t indent) {
    const std::string_view whole = raw(node);
    last_end_ = node.span.begin + trim_end(whole).size();
    if (node.style == NodeStyle::literal || node.style == NodeStyle::folded) {
      block_scalar(node, whole, indent);
      return;
    }
    const std::vector<std::string_view> parts = lines_of(whole);
    if (parts.size() == 1) {
      line() += whole;
      return;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      std::string_view part = parts[i];
      while (i > 0 && !part.empty() && (part.front() == ' ' || part.front() == '\t')) {
        part.remove_prefix(1);
      }
      if (i + 1 < parts.size()) {
        std::string_view kept = trim_end(part);
        const std::size_t last = kept.find_last_not_of('\\');
        const std::size_t slashes = kept.size() - (last == std::string_view::npos ? 0 : last + 1);
        // `\ ` is a space that stays; those behind it do not.
        const bool is_escaped = node.style == NodeStyle::double_quoted && slashes % 2 == 1;
        if (is_escaped && kept.size() < part.size()) kept = part.substr(0, kept.size() + 1);
        part = kept;
      }
      if (i == 0) {
        line() += part;
      } else {
        content(indent + 2, part);
      }
    }
    // A comment may stand behind its last line.
    lines_.back().is_content = lines_.back().text.empty();
  }

  void block_scalar(const Node& node, std::string_view whole, std::size_t indent) {
    const std::vector<std::string_view> parts = lines_of(whole);
    std::string_view head = parts.front();
    std::string_view comment;
    if (const std::size_t hash = head.find('#'); hash != std::string_view::npos) {
      comment = trim(head.substr(hash));
      head = head.substr(0, hash);
    }
    const bool keeps = head.find('+') != std::string_view::npos;
    const bool strips = head.find('-') != std::string_view::npos;
    std::string text = node.text;
    // The text is what the scalar says; its lines are written again, so nothing depends on how
    // they were indented.
    std::vector<std::string> lines;
    const bool has_indicator = head.find_first_of("123456789") != std::string_view::npos;
    if (node.style == NodeStyle::literal) {
      if (!keeps) text.resize(without_ends(text).size());
      if (keeps && !text.empty() && text.back() == '\n') text.pop_back();
      std::vector<std::string_view> all;
      if (!text.empty()) all = lines_of(text);
      if (hints_.tables.count(node.span.begin) != 0) {
        lines = align_table(all);
      } else {
        for (const std::string_view one : all) lines.emplace_back(one);
      }
    } else {
      std::size_t deep = std::string::npos;
      for (std::size_t i = 1; i < parts.size() && deep == std::string::npos; ++i) {
        if (!trim(parts[i]).empty()) deep = parts[i].find_first_not_of(' ');
      }
      for (std::size_t i = 1; i < parts.size(); ++i) {
        lines.emplace_back(trim(parts[i]).empty()
                               ? std::string_view()
                               : parts[i].substr(std::min(deep, parts[i].find_first_not_of(' '))));
      }
      while (!keeps && !lines.empty() && lines.back().empty()) lines.pop_back();
    }
    bool is_deeper = has_indicator && node.style == NodeStyle::folded;
    for (const std::string& one : lines) {
      if (one.empty()) continue;
      is_deeper = is_deeper || one.front() == ' ';
      break;
    }
    line() += node.style == NodeStyle::literal ? '|' : '>';
    if (is_deeper) line() += '2';
    if (keeps) line() += '+';
    if (strips) line() += '-';
    lines_.back().comment = comment;
    for (const std::string& one : lines) content(indent + 2, one);
    keeps_blanks_ = keeps;
  }

  // ── columns ──

  void align(const std::vector<Cell>& cells) {
    if (cells.empty()) return;
    const bool is_aligned =
        std::any_of(cells.begin(), cells.end(), [](const Cell& c) { return c.gap > 1; });
    if (!is_aligned) return;
    std::size_t column = 0;
    bool is_common = true;
    for (const Cell& cell : cells) {
      column = std::max(column, cell.key_width + 1);
      is_common = is_common && cell.written == cells.front().written;
    }
    if (is_common) column = std::max(column, cells.front().written);
    for (const Cell& cell : cells) {
      lines_[cell.line].text.insert(cell.key_bytes, column - cell.key_width - 1, ' ');
    }
  }

  std::string print() {
    while (!lines_.empty() && lines_.back().text.empty() && lines_.back().comment.empty() &&
           !keeps_blanks_) {
      lines_.pop_back();
    }
    constexpr std::size_t longest_leading = 72;
    const auto is_trailed = [](const Line& one) {
      return !one.text.empty() && !one.comment.empty();
    };
    std::string out;
    for (std::size_t i = 0; i < lines_.size();) {
      std::size_t end = i;
      std::size_t column = comment_column;
      while (end < lines_.size() && is_trailed(lines_[end])) {
        const std::size_t width = lines_[end].indent + display_width(lines_[end].text);
        if (width <= longest_leading) column = std::max(column, width + 2);
        ++end;
      }
      for (end = std::max(end, i + 1); i < end; ++i) {
        const Line& one = lines_[i];
        if (!one.text.empty() || !one.comment.empty()) {
          out.append(one.indent, ' ');
          out += one.text;
        }
        if (is_trailed(one)) {
          const std::size_t width = one.indent + display_width(one.text);
          out.append(width + 2 > column ? 2 : column - width, ' ');
        }
        out += one.comment;
        out += '\n';
      }
    }
    return out;
  }

  std::string_view text_;
  const LayoutHints& hints_;
  std::vector<Comment> comments_;
  std::size_t next_comment_ = 0;
  std::size_t last_end_ = 0;
  std::vector<Line> lines_;
  std::vector<std::pair<std::size_t, std::size_t>> levels_;  // column as written, indent
  bool keeps_blanks_ = false;  // blank lines behind a scalar were its own
};

std::string squeezed(std::string_view table) {
  std::string out;
  for (const std::string& line : align_table(lines_of(without_ends(table)))) out += line + '\n';
  return out;
}

}  // namespace

std::string lay_out(std::string_view text, const Node& root, const LayoutHints& hints) {
  return Layout(text, hints).run(root);
}

std::string apply_edits(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string out;
  std::size_t at = 0;
  for (const TextEdit& edit : edits) {
    out.append(text.substr(at, edit.begin - at));
    out += edit.text;
    at = edit.end;
  }
  out.append(text.substr(at));
  return out;
}

bool equal_trees(const Node& a, const Node& b, const std::set<std::uint32_t>& tables) {
  if (a.kind != b.kind || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  if (a.is_scalar()) {
    if (tables.count(a.span.begin) != 0) return squeezed(a.text) == squeezed(b.text);
    // At the end of a file a block may lack the end of its last line.
    if (a.style == NodeStyle::literal || a.style == NodeStyle::folded) {
      return without_ends(a.text) == without_ends(b.text);
    }
    return a.text == b.text;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!equal_trees(a.items[i], b.items[i], tables)) return false;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key.text != b.entries[i].key.text ||
        !equal_trees(a.entries[i].value, b.entries[i].value, tables)) {
      return false;
    }
  }
  return true;
}

}  // namespace aftercare::rulebook
