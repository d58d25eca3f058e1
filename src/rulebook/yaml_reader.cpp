// The interface of this file is `read_yaml()`: looks over the bytes, lets yaml-cpp find the events,
// builds the tree from them, and looks for traps in it.
#include "rulebook/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/yaml_scalar.hpp"
#include "rulebook/yaml_traps.hpp"

namespace aftercare::rulebook {
namespace {

using base::make;
using base::note;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Wrong bytes of one kind that are reported; the rest is more of the same.
constexpr int reported_bytes = 10;

std::string hex(char32_t value, int digits) {
  static constexpr char letters[] = "0123456789ABCDEF";
  std::string out;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out.push_back(letters[(value >> shift) & 15]);
  return out;
}

/// What is wrong with the bytes before YAML is looked for. False: do not read on.
bool check_bytes(std::string_view text, std::uint32_t file, base::Findings& findings,
                 const YamlLimits& limits) {
  if (text.size() > limits.file_bytes) {
    findings.add(
        make(diag::AC0101, {file, 0, 0}, {{"limit", std::to_string(limits.file_bytes)}},
             {note(notes::split_file)}));
    return false;
  }
  if (base::is_utf16(text)) {
    findings.add(make(diag::AC0139, {file, 0, 0}, {}, {note(notes::save_as_utf8)}));
    return false;
  }
  if (const std::size_t end = text.find('\r');
      end != std::string_view::npos && text.find('\n') == std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(end);
    findings.add(make(diag::AC0140, {file, at, at}, {}, {note(notes::save_with_line_feeds)}));
    return false;
  }
  const std::size_t content = text.substr(0, 3) == byte_order_mark ? 3 : 0;
  if (content != 0)
    findings.add(make(diag::AC0104, {file, 0, 3}, {}, {note(notes::save_without_bom)}));
  bool is_readable = true;
  int wrong = 0;
  int hidden = 0;
  std::size_t line_begin = 0;
  const auto end_line = [&](std::size_t end) {
    if (end - line_begin <= limits.line_bytes) return;
    const auto begin = static_cast<std::uint32_t>(line_begin);
    findings.add(make(diag::AC0123, {file, begin, begin + 1},
                      {{"bytes", std::to_string(end - line_begin)},
                       {"limit", std::to_string(limits.line_bytes)}}));
    is_readable = false;
  };
  for (std::size_t at = content; at < text.size();) {
    const base::Decoded step = base::decode(text, at);
    const SourceSpan span{file, static_cast<std::uint32_t>(at),
                          static_cast<std::uint32_t>(at + step.bytes)};
    if (!step.is_valid) {
      is_readable = false;
      if (++wrong <= reported_bytes)
        findings.add(make(diag::AC0102, span,
                          {{"byte", "0x" + hex(static_cast<unsigned char>(text[at]), 2)},
                           {"offset", std::to_string(at)}},
                          {note(notes::save_as_utf8)}));
    } else if (base::is_hidden(step.code_point)) {
      is_readable = false;
      if (++hidden <= reported_bytes)
        findings.add(make(diag::AC0103, span, {{"character", "U+" + hex(step.code_point, 4)}}));
    }
    if (const std::size_t length = break_length(text, at); length != 0) {
      end_line(at);
      line_begin = at + length;
      at = line_begin;
    } else {
      at += step.bytes;
    }
  }
  end_line(text.size());
  return is_readable;
}

/// Thrown out of an event to make yaml-cpp stop.
struct Stop {};

/// Whether yaml-cpp takes a plain scalar of this text for null.
bool is_null_word(std::string_view text) {
  return text == "~" || text == "null" || text == "Null" || text == "NULL";
}

class TreeBuilder : public YAML::EventHandler {
 public:
  /// Marks count bytes of what yaml-cpp is given, which begins at byte `shift` of the file.
  TreeBuilder(std::string_view text, std::size_t shift, std::uint32_t file,
              base::Findings& findings, const YamlLimits& limits)
      : text_(text), shift_(shift), file_(file), findings_(findings), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!has_document_) {
      has_document_ = true;
      return;
    }
    const std::size_t at = place(mark);
    const std::size_t before =
        at == 0 ? std::string_view::npos : text_.find_last_not_of(" \t\r\n", at - 1);
    if (text_.substr(at, 3) == "---") {
      findings_.add(make(diag::AC0119, span(at, at + 3), {}, {note(notes::split_documents)}));
    } else if (before != std::string_view::npos && before >= 2 &&
               text_.substr(before - 2, 3) == "...") {
      findings_.add(
          make(diag::AC0119, span(before - 2, before + 1), {}, {note(notes::split_documents)}));
    } else {
      // yaml-cpp takes a line that is indented less than the first one for a new document.
      findings_.add(make(diag::AC0125, span(at, std::min(at + 1, text_.size())), {},
                         {note(notes::plain_indentation)}));
    }
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    const std::size_t at = skip_properties(place(mark));
    if (const std::string_view word = null_word_at(at); !word.empty()) {
      put_scalar(at, std::string(word));
      return;
    }
    Node empty;
    const std::size_t missing = place_of_missing(std::min(at, text_.size()));
    empty.span = span(missing, missing);
    deliver(std::move(empty));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    const std::size_t at = place(mark);
    const SourceSpan word = property_at(at);
    findings_.add(
        make(diag::AC0116, word, {{"name", text_of(word).substr(1)}}, {note(notes::write_it_out)}));
    Node empty;
    empty.span = word;
    deliver(std::move(empty));
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    std::size_t at = place(mark);
    const std::size_t written = text_.find('&' + name, at);
    if (written != std::string_view::npos) at = written;
    findings_.add(
        make(diag::AC0115, property_at(at), {{"name", name}}, {note(notes::share_by_name)}));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    check_tag(place(mark));
    put_scalar(skip_properties(place(mark)), value);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value style) override {
    open(NodeKind::list, place(mark), style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value style) override {
    open(NodeKind::map, place(mark), style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] bool has_document() const { return has_document_; }
  [[nodiscard]] std::optional<Node> take_root() { return std::move(root_); }
  [[nodiscard]] const std::vector<SourceSpan>& scalars() const { return scalars_; }
  [[nodiscard]] bool has_open_quote() const { return has_open_quote_; }
  [[nodiscard]] std::vector<OpenCollection> still_open() const {
    std::vector<OpenCollection> out;
    for (const Frame& frame : stack_)
      out.push_back({frame.node.kind, frame.node.style == NodeStyle::flow, frame.node.span.begin});
    return out;
  }

 private:
  struct Frame {
    Node node;
    std::optional<Node> key;                           // of a map, while its value is awaited
    std::unordered_map<std::string, SourceSpan> keys;  // of a map, those that were read
    std::size_t column = 0;                            // bytes before it in its line
  };

  [[nodiscard]] std::size_t place(const YAML::Mark& mark) const {
    return mark.pos < 0 ? text_.size()
                        : std::min(static_cast<std::size_t>(mark.pos) + shift_, text_.size());
  }
  [[nodiscard]] SourceSpan span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  [[nodiscard]] std::string text_of(SourceSpan s) const {
    return std::string(text_.substr(s.begin, s.end - s.begin));
  }
  /// The first words of a longer thing.
  [[nodiscard]] std::string beginning_of(SourceSpan s) const {
    std::size_t end = s.begin;
    for (int i = 0; i < 30 && end < s.end; ++i) end += base::decode(text_, end).bytes;
    return text_of({file_, s.begin, static_cast<std::uint32_t>(end)}) + (end < s.end ? "…" : "");
  }
  [[nodiscard]] std::size_t column_of(std::size_t at) const {
    if (at == 0) return 0;
    const std::size_t line_break = text_.find_last_of("\r\n", at - 1);
    return line_break == std::string_view::npos ? at : at - line_break - 1;
  }
  /// An anchor, alias or tag: up to white space or a flow indicator.
  [[nodiscard]] SourceSpan property_at(std::size_t at) const {
    const std::size_t end = text_.find_first_of(" \t\r\n,[]{}", at);
    return span(at, std::max(std::min(end, text_.size()), std::min(at + 1, text_.size())));
  }
  [[nodiscard]] std::size_t skip_properties(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      at = property_at(at).end;
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    }
    return at;
  }
  void check_tag(std::size_t at) {
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      const SourceSpan word = property_at(at);
      if (text_[at] == '!')
        findings_.add(
            make(diag::AC0117, word, {{"name", text_of(word)}}, {note(notes::tags_not_needed)}));
      at = std::min(text_.find_first_not_of(" \t\r\n", word.end), text_.size());
    }
  }

  /// The word for null that stands at `at` as a node of the place where one is awaited, or nothing.
  /// A missing value is reported at the place of the next token, which may be the key `null`.
  [[nodiscard]] std::string_view null_word_at(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && (base::is_ascii_letter(text_[end]) || text_[end] == '~')) ++end;
    const std::string_view word = text_.substr(at, end - at);
    if (!is_null_word(word)) return {};
    if (!stack_.empty() && stack_.back().node.style != NodeStyle::flow) {
      const Frame& frame = stack_.back();
      const bool is_key = frame.node.is_map() && !frame.key;
      if (!is_key && column_of(at) <= frame.column) return {};
    }
    return word;
  }

  /// Where an empty node should have been written: behind its colon or dash.
  [[nodiscard]] std::size_t place_of_missing(std::size_t at) const {
    if (stack_.empty()) return at;
    const Frame& frame = stack_.back();
    if (frame.node.is_map()) {
      if (!frame.key) return at;
      const std::size_t colon = text_.find_first_not_of(" \t", frame.key->span.end);
      return colon < text_.size() && text_[colon] == ':' ? colon + 1 : frame.key->span.end;
    }
    if (frame.node.style == NodeStyle::flow) return at;
    std::size_t from =
        frame.node.items.empty() ? frame.node.span.begin : frame.node.items.back().span.end;
    while (from < text_.size() && text_[from] != '-') {
      if (text_[from] == '#')
        from = std::min(text_.find_first_of("\r\n", from), text_.size());
      else
        ++from;
    }
    return from < at ? from + 1 : at;
  }

  void count_node(std::size_t at) {
    if (++nodes_ <= limits_.nodes) return;
    findings_.add(make(diag::AC0131, span(at, std::min(at + 1, text_.size())),
                       {{"limit", std::to_string(limits_.nodes)}}, {note(notes::split_file)}));
    throw Stop{};
  }

  void put_scalar(std::size_t at, std::string value) {
    ScalarTrace trace = trace_scalar(text_, at, value);
    Node node;
    node.kind = NodeKind::scalar;
    node.style = trace.style;
    node.span = span(at, trace.end);
    node.text = std::move(value);
    node.runs = std::move(trace.runs);
    scalars_.push_back(node.span);
    if (!trace.is_terminated) {
      has_open_quote_ = true;
      findings_.add(
          make(diag::AC0124, span(at, at + 1), {{"bracket", std::string(text_.substr(at, 1))}}));
    }
    deliver(std::move(node));
  }

  void open(NodeKind kind, std::size_t at, bool is_flow) {
    check_tag(at);
    at = skip_properties(at);
    if (stack_.size() >= limits_.depth) {
      findings_.add(make(diag::AC0121, span(at, std::min(at + 1, text_.size())),
                         {{"limit", std::to_string(limits_.depth)}}));
      throw Stop{};
    }
    count_node(at);
    Frame frame;
    frame.node.kind = kind;
    frame.node.style = is_flow ? NodeStyle::flow : NodeStyle::block;
    frame.node.span = span(at, at);
    frame.column = column_of(at);
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    Node& node = frame.node;
    std::uint32_t end = node.span.begin;
    if (!node.items.empty()) end = std::max(end, node.items.back().span.end);
    if (!node.entries.empty()) {
      const Entry& last = node.entries.back();
      end = std::max({end, last.key.span.end, last.value.span.end});
    }
    const char bracket = node.span.begin < text_.size() ? text_[node.span.begin] : '\0';
    if (node.style == NodeStyle::flow && (bracket == '[' || bracket == '{')) {
      if (end == node.span.begin) ++end;
      end = end_of_flow(end, node.is_list() ? ']' : '}');
    }
    node.span.end = end;
    deliver(std::move(node));
  }

  /// Behind the bracket that closes a flow list or map whose last child ends at `at`.
  [[nodiscard]] std::uint32_t end_of_flow(std::uint32_t at, char bracket) const {
    std::size_t from = at;
    while (from < text_.size() && text_[from] != bracket) {
      if (text_[from] == '#' && from > 0 &&
          std::string_view(" \t\r\n").find(text_[from - 1]) != std::string_view::npos)
        from = std::min(text_.find_first_of("\r\n", from), text_.size());
      else
        ++from;
    }
    return from < text_.size() ? static_cast<std::uint32_t>(from + 1) : at;
  }

  /// Puts a finished node where it is awaited.
  void deliver(Node node) {
    if (!node.is_list() && !node.is_map()) count_node(node.span.begin);
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      check_key(frame, node);
      frame.key = std::move(node);
    } else {
      if (frame.key->is_scalar())
        frame.node.entries.push_back({std::move(*frame.key), std::move(node)});
      frame.key.reset();
    }
  }

  /// A key of a block: nothing but spaces before it, its colon behind it. yaml-cpp lets the last
  /// key of a map go without a colon.
  void check_key_line(const Node& key) {
    const std::size_t before = key.span.begin == 0
                                   ? std::string_view::npos
                                   : text_.find_last_not_of(" \t", key.span.begin - 1);
    if (before != std::string_view::npos && text_[before] == '?' && before + 1 < key.span.begin) {
      findings_.add(make(diag::AC0132, span(before, before + 1)));
      return;
    }
    const std::size_t colon = text_.find_first_not_of(" \t", key.span.end);
    if (colon < text_.size() && text_[colon] == ':') return;
    std::optional<Diagnostic> slip = explain_scalar(key);
    findings_.add(slip ? std::move(*slip) : make(diag::AC0129, key.span, {{"key", key.text}}));
  }

  void check_key(Frame& frame, const Node& key) {
    if (key.is_empty()) {
      findings_.add(
          make(diag::AC0133,
               span(key.span.begin, std::min<std::size_t>(key.span.begin + 1, text_.size()))));
      return;
    }
    if (!key.is_scalar()) {
      findings_.add(make(diag::AC0120, key.span, {{"written", beginning_of(key.span)}}));
      return;
    }
    if (key.text == "<<" && key.style == NodeStyle::plain)
      findings_.add(make(diag::AC0118, key.span, {}, {note(notes::write_it_out)}));
    if (frame.node.style != NodeStyle::flow) check_key_line(key);
    const auto [known, is_new] = frame.keys.emplace(key.text, key.span);
    if (!is_new)
      findings_.add(make(diag::AC0113, key.span, {{"key", key.text}},
                         {note(notes::first_stands_here, {}, known->second)}));
  }

  std::string_view text_;
  std::size_t shift_;
  std::uint32_t file_;
  base::Findings& findings_;
  const YamlLimits& limits_;
  std::vector<Frame> stack_;
  std::optional<Node> root_;
  std::vector<SourceSpan> scalars_;
  std::size_t nodes_ = 0;
  bool has_document_ = false;
  bool has_open_quote_ = false;
};

}  // namespace

std::optional<Node> read_yaml(const Sources& sources, std::uint32_t file, base::Findings& findings,
                              const YamlLimits& limits) {
  const std::string_view text = sources.text(file);
  if (!check_bytes(text, file, findings, limits)) return std::nullopt;
  const std::size_t shift = text.substr(0, 3) == byte_order_mark ? 3 : 0;

  // A directive may only stand at the head of a document.
  for (std::size_t at = shift; at < text.size() && (text[at] == '%' || text[at] == '#' ||
                                                    text[at] == '\n' || text[at] == '\r');) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    if (text[at] == '%') {
      findings.add(make(diag::AC0122,
                        {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}, {},
                        {note(notes::drop_directive)}));
      return std::nullopt;
    }
    at = end + std::max<std::size_t>(break_length(text, end), end == at ? 1 : 0);
  }

  TreeBuilder builder(text, shift, file, findings, limits);
  try {
    std::istringstream in{std::string(text.substr(shift))};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& failure) {
    const std::size_t at =
        failure.mark.pos < 0
            ? text.size()
            : std::min(static_cast<std::size_t>(failure.mark.pos) + shift, text.size());
    const std::size_t line_end = std::min(text.find_first_of("\r\n", at), text.size());
    if (!find_tabs(text, line_end, file, builder.scalars(), findings))
      findings.add(explain_failure(text, at, file, failure.msg, builder.still_open()));
    return std::nullopt;
  }
  find_tabs(text, text.size(), file, builder.scalars(), findings);
  std::optional<Node> root = builder.take_root();
  if (!root || root->is_empty()) {
    findings.add(make(diag::AC0130, {file, 0, 0}));
    return std::nullopt;
  }
  if (builder.has_open_quote()) return std::nullopt;
  find_traps(*root, text, findings);
  return root;
}

}  // namespace aftercare::rulebook
