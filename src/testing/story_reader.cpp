#include "testing/story_reader.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/names.hpp"
#include "base/text.hpp"
#include "rulebook/schema.hpp"
#include "base/unicode.hpp"
#include "calendar/unclear.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"
#include "rulebook/yaml_reader.hpp"
#include "step/convert.hpp"
#include "step/model.hpp"
#include "testing/expectation.hpp"
#include "testing/story_keys.hpp"
#include "testing/told_words.hpp"

namespace aftercare::testing {

using rulebook::Entry;
using rulebook::Node;
using rulebook::NodeKind;
using rulebook::NodeStyle;
using rulebook::TextRun;
using step::Index;
using step::none;

std::string_view spelling(Word word, Language language) noexcept {
  static constexpr std::pair<std::string_view, std::string_view> spellings[] = {
#define STORY_WORD(id, english, chinese) {english, chinese},
#include "testing/story_words.def"
  };
  const auto& both = spellings[static_cast<std::size_t>(word)];
  return language == Language::chinese ? both.second : both.first;
}

namespace {

// ── cells and flow texts ──────────────────────────────────────────────────────────────────────

Node scalar_node(std::string_view text, SourceSpan span, NodeStyle style = NodeStyle::plain) {
  Node node;
  node.kind = text.empty() && style == NodeStyle::plain ? NodeKind::empty : NodeKind::scalar;
  node.style = style;
  node.span = span;
  node.text = text;
  return node;
}

/// Parts of a text between commas outside of brackets and quotes.
std::vector<std::string_view> split_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  char quote = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0 && quote == 0)) {
      parts.push_back(base::trim(text.substr(begin, i - begin)));
      begin = i + 1;
      continue;
    }
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return parts;
}

/// Byte of the ": " that ends the key of a pair, or npos.
std::size_t find_colon(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' && i == 0) {
      quote = c;
    } else if (c == '[' || c == '{') {
      return std::string_view::npos;
    } else if (c == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) {
      return i;
    }
  }
  return std::string_view::npos;
}

Node parse_scalar(std::string_view text, SourceSpan span) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    return scalar_node(text.substr(1, text.size() - 2), span, NodeStyle::double_quoted);
  }
  return scalar_node(text, span);
}

Node parse_pairs(const std::vector<std::string_view>& parts, SourceSpan span) {
  Node node;
  node.kind = NodeKind::map;
  node.style = NodeStyle::flow;
  node.span = span;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    const std::size_t colon = find_colon(part);
    Entry entry;
    entry.key = parse_scalar(base::trim(part.substr(0, colon)), span);
    if (colon != std::string_view::npos)
      entry.value = parse_flow(part.substr(colon + 1), span);
    else
      entry.value = scalar_node({}, span);
    node.entries.push_back(std::move(entry));
  }
  return node;
}

}  // namespace

Node parse_flow(std::string_view text, SourceSpan span) {
  text = base::trim(text);
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    Node node;
    node.kind = NodeKind::list;
    node.style = NodeStyle::flow;
    node.span = span;
    const std::string_view inner = base::trim(text.substr(1, text.size() - 2));
    if (inner.empty()) return node;
    for (const std::string_view part : split_commas(inner))
      node.items.push_back(parse_flow(part, span));
    return node;
  }
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
    return parse_pairs(split_commas(text.substr(1, text.size() - 2)), span);
  if (find_colon(text) != std::string_view::npos) {
    // A comma parts pairs only where a pair follows it.
    std::vector<std::string_view> parts;
    for (const std::string_view part : split_commas(text)) {
      if (parts.empty() || find_colon(part) != std::string_view::npos) {
        parts.push_back(part);
      } else {
        const char* begin = parts.back().data();
        parts.back() = {begin, static_cast<std::size_t>(part.data() + part.size() - begin)};
      }
    }
    return parse_pairs(parts, span);
  }
  return parse_scalar(text, span);
}

Value to_value(const Node& node, Language language) {
  switch (node.kind) {
    case NodeKind::empty:
      return {};
    case NodeKind::scalar:
      if (node.style == NodeStyle::plain && base::trim(node.text) == spelling(Word::null, language))
        return {};
      return Value::string(node.text);
    case NodeKind::list: {
      std::vector<Value> items;
      for (const Node& item : node.items) items.push_back(to_value(item, language));
      return Value::list(std::move(items));
    }
    case NodeKind::map: {
      std::vector<ContextEntry> entries;
      for (const Entry& entry : node.entries)
        entries.emplace_back(entry.key.text, to_value(entry.value, language));
      return Value::context(std::move(entries));
    }
  }
  return {};
}

namespace {

// ── tables ────────────────────────────────────────────────────────────────────────────────────

struct Cell {
  std::string text;
  SourceSpan span;
};
struct Row {
  std::vector<Cell> cells;
  SourceSpan span;
  std::string text;  // the line, for people
};

/// Lines of `| a | b || c |`; the double bar parts as the single one does.
std::vector<Row> parse_rows(const Node& node) {
  std::vector<Row> rows;
  const std::string& text = node.text;
  for (std::size_t line = 0; line < text.size();) {
    std::size_t end = text.find('\n', line);
    if (end == std::string::npos) end = text.size();
    const std::string_view whole = base::trim(std::string_view(text).substr(line, end - line));
    if (!whole.empty()) {
      Row row;
      row.text = whole;
      const auto first = static_cast<std::size_t>(whole.data() - text.data());
      row.span = node.span_of(first, first + whole.size());
      std::size_t i = first;
      const std::size_t last = first + whole.size();
      if (text[i] == '|') ++i;
      while (i < last) {
        std::size_t bar = text.find('|', i);
        if (bar == std::string::npos || bar > last) bar = last;
        const std::string_view cell = base::trim(std::string_view(text).substr(i, bar - i));
        const auto begin = cell.empty() ? i : static_cast<std::size_t>(cell.data() - text.data());
        row.cells.push_back({std::string(cell), node.span_of(begin, begin + cell.size())});
        i = bar + 1;
        if (i < last && text[i] == '|') ++i;  // the second of two bars
      }
      rows.push_back(std::move(row));
    }
    line = end + 1;
  }
  return rows;
}

// ── the reader ────────────────────────────────────────────────────────────────────────────────

class Reader {
 public:
  Reader(const Rulebook& rules, Sources& sources, base::Findings& findings, Suite& suite)
      : rules_(rules),
        model_(rulebook::model_of(rules)),
        names_(*model_),
        known_(*model_),
        parameters_(rules.parameters()),
        sources_(sources),
        findings_(findings),
        suite_(suite) {}

  void read(std::string name, std::string text);

 private:
  struct Setting {
    std::string name;
    Node value;
    SourceSpan span;
  };
  struct Filling {
    const std::vector<Cell>* columns = nullptr;
    const Row* row = nullptr;
    std::set<std::string>* used = nullptr;
  };

  [[nodiscard]] std::string word(Word w) const { return std::string(spelling(w, language_)); }
  /// `已签`, `sheet.已签.customer` as the engine calls it.
  [[nodiscard]] std::string in_english(std::string_view path) const {
    return told_path(path, language_, Language::english);
  }
  [[nodiscard]] bool can_be_corrected(std::string_view name) const {
    return std::any_of(model_->procedures.begin(), model_->procedures.end(), [&](const auto& p) {
      return find_datum(corrections_of(p), name) != nullptr;
    });
  }
  /// Keys that a case shows by the names of the engine.
  void respell_case(Node& data) const {
    for (Entry& entry : data.entries) {
      if (find_datum(known_.views, entry.key.text) != nullptr) continue;
      const std::string english = in_english(entry.key.text);
      if (find_datum(known_.views, english) != nullptr) entry.key.text = english;
    }
  }
  void report(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {},
              std::vector<DiagnosticNote> notes = {}) {
    findings_.add(base::make(code, span, std::move(words), std::move(notes)));
  }
  void unknown(std::string_view what, const std::string& name, SourceSpan span,
               const std::vector<std::string>& known);
  void unknown_key(const Node& key, std::string place, std::vector<std::string> known);
  void wrong_shape(const Node& value, std::string_view key, std::string_view shape);
  std::optional<Word> key_of(const Node& key, std::span<const Word> words) const;

  void says_nothing(DiagnosticCode code, SourceSpan span) {
    if (told_as_empty_.insert(span.begin).second) report(code, span);
  }

  void read_given(const Node& node);
  void read_parameters(const Node& node, std::vector<Setting>& into);
  [[nodiscard]] std::vector<Line> adoption_lines() const;
  void read_registers(const Node& node);
  std::optional<Date> read_day(const Node& node);
  void read_story(const Entry& entry);
  void read_run(const Entry& entry, const Filling& filling);
  /// `is_line`: the head of a line of the log, which keeps its place as a whole.
  Node fill(const Node& node, const Filling& filling, bool is_key = false, bool is_line = false);
  Node fill_lines(const Node& lines, const Filling& filling);
  std::optional<SourceSpan> fill_text(Node& node, const Filling& filling);
  void read_line(const Node& head, const Node* data, Date day, std::vector<Line>& lines);
  bool read_event(Line& line, const Node* data, SourceSpan name_span, SourceSpan role_span);
  [[nodiscard]] Language language_of(const Node& root) const;
  std::size_t overlay_of(const std::vector<Setting>& with);
  void write_node(const Node& node, std::string& out) const;

  const Rulebook& rules_;
  std::shared_ptr<const step::Model> model_;
  engine::Names names_;
  Known known_;
  std::vector<ParameterView> parameters_;
  Sources& sources_;
  base::Findings& findings_;
  Suite& suite_;
  Language language_ = Language::english;

  // given
  std::vector<Setting> given_parameters_;
  std::optional<Date> adopted_;  // by which day every version is, where stories do not say so
  SourceSpan adopted_span_;
  const Node* calendars_ = nullptr;
  std::optional<Date> given_day_;
  std::map<std::string, const Node*, std::less<>> defaults_;
  bool names_event_ = false;               // a line of the run at hand does, also with `never`
  std::set<std::uint32_t> told_as_empty_;  // once, not for each row
};

void Reader::unknown(std::string_view what, const std::string& name, SourceSpan span,
                     const std::vector<std::string>& known) {
  std::vector<DiagnosticNote> notes = base::names_instead(name, known);
  report(diag::AC0932, span, {{"what", std::string(what)}, {"name", name}}, std::move(notes));
}

void Reader::unknown_key(const Node& key, std::string place, std::vector<std::string> known) {
  std::vector<DiagnosticNote> notes;
  if (const auto near = base::closest(key.text, known)) {
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  } else {
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    notes.push_back(base::note(notes::keys_here, {{"keys", all}}));
  }
  report(diag::AC0931, key.span, {{"key", key.text}, {"place", std::move(place)}},
         std::move(notes));
}

void Reader::wrong_shape(const Node& value, std::string_view key, std::string_view shape) {
  if (value.is_scalar()) {
    if (auto why = rulebook::explain_scalar(value)) {
      findings_.add(std::move(*why));
      return;
    }
  }
  report(diag::AC0935, value.span, {{"key", std::string(key)}, {"shape", std::string(shape)}});
}

std::optional<Word> Reader::key_of(const Node& key, std::span<const Word> words) const {
  for (const Word w : words)
    if (key.text == spelling(w, language_)) return w;
  return std::nullopt;
}

std::vector<std::string> spellings_of(std::span<const Word> words, Language language) {
  std::vector<std::string> out;
  for (const Word w : words) out.emplace_back(spelling(w, language));
  return out;
}

/// As its own keys say; where none of them is one, as its packs are written.
Language Reader::language_of(const Node& root) const {
  std::size_t chinese = 0, english = 0;
  for (const Entry& entry : root.entries) {
    for (const Word key : file_keys) {
      chinese += entry.key.text == spelling(key, Language::chinese) ? 1 : 0;
      english += entry.key.text == spelling(key, Language::english) ? 1 : 0;
    }
  }
  if (chinese != english) return chinese > english ? Language::chinese : Language::english;
  return model_->packs.empty() ? Language::english : model_->packs.front().language;
}

void Reader::read(std::string name, std::string text) {
  const std::uint32_t number = sources_.add(std::move(name), std::move(text));
  const auto root = rulebook::read_yaml(sources_, number, findings_);
  if (!root) return;
  language_ = language_of(*root);
  if (!root->is_map()) {
    report(diag::AC0935, root->span,
           {{"key", word(Word::stories)},
            {"shape", base::both("two keys, " + word(Word::given) + " and " + word(Word::stories),
                                 "两个键:" + word(Word::given) + "和" + word(Word::stories))}});
    return;
  }
  suite_.language = language_;
  if (!model_->registers.empty()) suite_.registers = std::make_shared<Registers>();
  suite_.zone = model_->packs.empty() ? Zone() : model_->packs.front().zone;
  const Node* stories = nullptr;
  for (const Entry& entry : root->entries) {
    const auto key = key_of(entry.key, file_keys);
    if (key == Word::given) {
      read_given(entry.value);
    } else if (key == Word::stories) {
      stories = &entry.value;
    } else {
      unknown_key(entry.key, word(Word::stories), spellings_of(file_keys, language_));
    }
  }
  if (!stories) {
    report(diag::AC0935, {number, 0, 0},
           {{"key", word(Word::stories)}, {"shape", base::both("there", "必须写的键")}});
    return;
  }
  if (!stories->is_map()) {
    wrong_shape(*stories, word(Word::stories), base::both("name: story", "“名称: 情景”"));
    return;
  }
  for (const Entry& entry : stories->entries) read_story(entry);
}

/// What `adopted` says of every version that has to be: approved and in force from that day on.
std::vector<Line> Reader::adoption_lines() const {
  std::vector<Line> out;
  if (!adopted_) return out;
  for (const step::Pack& pack : model_->packs) {
    if (!pack.adoption) continue;
    for (const step::Index rule : {pack.adoption->approved, pack.adoption->then}) {
      const step::Rule& of = model_->rules[rule];
      Line line;
      line.when = line.at = suite_.zone.start_of(*adopted_);
      line.name = of.name;
      if (!of.who.roles.empty()) line.role = model_->roles[of.who.roles.front()].name;
      line.targets = names_.find(of.name);
      line.span = adopted_span_;
      out.push_back(std::move(line));
    }
  }
  return out;
}

void Reader::read_given(const Node& node) {
  if (!node.is_map()) {
    wrong_shape(node, word(Word::given), base::both("a map", "多个键"));
    return;
  }
  for (const Entry& entry : node.entries) {
    const auto key = key_of(entry.key, given_keys);
    if (key == Word::parameters || key == Word::readings) {
      read_parameters(entry.value, given_parameters_);
    } else if (key == Word::calendars) {
      if (entry.value.is_map())
        calendars_ = &entry.value;
      else
        wrong_shape(entry.value, entry.key.text, base::both("a map", "多个键"));
    } else if (key == Word::registers) {
      read_registers(entry.value);
    } else if (key == Word::day) {
      given_day_ = read_day(entry.value);
    } else if (key == Word::adopted) {
      adopted_ = read_day(entry.value);
      adopted_span_ = entry.value.span;
    } else {
      const std::vector<engine::Target>& targets = names_.find(entry.key.text);
      if (targets.empty()) {
        std::vector<std::string> known = known_.events;
        for (const std::string& one : spellings_of(given_keys, language_)) known.push_back(one);
        unknown(base::both("event", "事件"), entry.key.text, entry.key.span, known);
        continue;
      }
      if (!entry.value.is_map()) {
        wrong_shape(entry.value, entry.key.text, base::both("a map", "多个键"));
        continue;
      }
      defaults_[entry.key.text] = &entry.value;
      // Each default must be a datum of some meaning of the name.
      for (const Entry& datum : entry.value.entries) {
        std::vector<std::string> data;
        for (const engine::Target& target : targets)
          for (const std::string& one : names_of(data_of(*model_, target))) data.push_back(one);
        if (datum.key.text == word(Word::at) || datum.key.text == word(Word::reason)) continue;
        const bool is_known =
            std::any_of(data.begin(), data.end(), [&](const std::string& one) {
              return one == datum.key.text || one == in_english(datum.key.text);
            });
        if (!is_known)
          unknown(base::both("datum of " + entry.key.text, entry.key.text + "的数据"),
                  datum.key.text, datum.key.span, data);
      }
    }
  }
}

void Reader::read_parameters(const Node& node, std::vector<Setting>& into) {
  if (!node.is_map()) {
    wrong_shape(node, word(Word::parameters), base::both("a map", "多个键"));
    return;
  }
  for (const Entry& entry : node.entries) {
    std::vector<std::string> known;
    for (const ParameterView& p : parameters_) known.push_back(p.name);
    const auto is_it = [&](const std::string& name) { return name == entry.key.text; };
    if (std::none_of(known.begin(), known.end(), is_it)) {
      unknown(base::both("parameter", "参数"), entry.key.text, entry.key.span, known);
      continue;
    }
    const auto same = std::find_if(into.begin(), into.end(),
                                   [&](const Setting& s) { return s.name == entry.key.text; });
    Setting made{entry.key.text, entry.value, entry.value.span};
    if (same == into.end())
      into.push_back(std::move(made));
    else
      *same = std::move(made);
  }
}

/// `employee: {li: {post: clerk}, zhao: [{valid_until: 2024-03-31, …}, {valid_from: 2024-04-01,
/// …}]}`
void Reader::read_registers(const Node& node) {
  const std::string what = base::both("a map", "多个键");
  if (!node.is_map()) {
    wrong_shape(node, word(Word::registers), what);
    return;
  }
  const std::size_t found = findings_.count();
  const auto read_row = [&](const step::Register& in, const Entry& member, const Node& fields) {
    if (!fields.is_map()) {
      wrong_shape(fields, member.key.text, what);
      return;
    }
    RegisterRow row;
    row.member = member.key.text;
    row.span = member.key.span;
    for (const Entry& one : fields.entries) {
      if (one.key.text == word(Word::valid_from)) {
        row.from = read_day(one.value);
      } else if (one.key.text == word(Word::valid_until)) {
        row.until = read_day(one.value);
      } else {
        std::vector<std::string> known;
        for (const step::Field& field : in.fields) known.push_back(field.name);
        if (std::find(known.begin(), known.end(), one.key.text) == known.end()) {
          unknown(base::both("field of " + in.name, in.name + "的栏目"), one.key.text, one.key.span,
                  known);
          continue;
        }
        row.fields.emplace_back(one.key.text, to_value(one.value, language_));
      }
    }
    const std::string name = row.member;
    if (const RegisterRow* other = suite_.registers->add(in.name, row)) {
      const std::optional<Date> day = row.from ? row.from : other->from;
      report(diag::AC1103, member.key.span,
             {{"register", in.name}, {"member", name}, {"date", day ? iso_text(*day) : "-"}},
             {base::note(notes::first_stands_here, {}, other->span)});
    }
  };
  for (const Entry& entry : node.entries) {
    const auto in =
        std::find_if(model_->registers.begin(), model_->registers.end(),
                     [&](const step::Register& one) { return one.name == entry.key.text; });
    if (in == model_->registers.end()) {
      std::vector<std::string> known;
      for (const step::Register& one : model_->registers) known.push_back(one.name);
      unknown(base::both("register", "名册"), entry.key.text, entry.key.span, known);
      continue;
    }
    if (!entry.value.is_map()) {
      wrong_shape(entry.value, entry.key.text, what);
      continue;
    }
    suite_.registers->add(in->name);  // `absence: {}`: nobody is
    for (const Entry& member : entry.value.entries) {
      if (member.value.is_list()) {
        for (const Node& row : member.value.items) read_row(*in, member, row);
      } else {
        read_row(*in, member, member.value);
      }
    }
  }
  if (findings_.count() == found) findings_.add(check_registers(rules_, *suite_.registers));
}

std::optional<Date> Reader::read_day(const Node& node) {
  if (node.is_scalar()) {
    if (const auto date = parse_date(base::trim(node.text))) return date;
    report(diag::AC0936, node.span,
           {{"text", node.text},
            {"what", base::both("a date such as 2024-03-04", "日期,例如 2024-03-04")}});
  } else {
    wrong_shape(node, word(Word::day),
                base::both("a date such as 2024-03-04", "日期,例如 2024-03-04"));
  }
  return std::nullopt;
}

// ── filling in ────────────────────────────────────────────────────────────────────────────────

bool is_word_of_table(std::string_view text) {
  if (text.empty()) return false;
  for (std::size_t at = 0; at < text.size();) {
    const base::Decoded c = base::decode(text, at);
    const bool is_letter = c.code_point >= 0x80 || c.code_point == U'_' ||
                           base::is_ascii_letter(text[at]) || base::is_ascii_digit(text[at]);
    if (!is_letter) return false;
    at += c.bytes;
  }
  return true;
}

/// Whether a `<column>` is left in a text.
bool has_column(std::string_view text) {
  const std::size_t open = text.find('<');
  const std::size_t close = text.find('>', open);
  return open != std::string_view::npos && close != std::string_view::npos &&
         is_word_of_table(text.substr(open + 1, close - open - 1));
}

/// The runs behind bytes [begin, end) of a scalar, counted from `at`.
void append_runs(const Node& node, std::size_t begin, std::size_t end, std::size_t at,
                 std::vector<TextRun>& runs) {
  for (std::size_t r = 0; r < node.runs.size(); ++r) {
    const TextRun& run = node.runs[r];
    const std::size_t last = r + 1 < node.runs.size() ? node.runs[r + 1].decoded : node.text.size();
    const std::size_t from = std::max<std::size_t>(run.decoded, begin), to = std::min(last, end);
    if (from >= to) continue;
    TextRun part = run;
    part.decoded = static_cast<std::uint32_t>(at + from - begin);
    if (last - run.decoded == run.source_end - run.source_begin) {
      part.source_begin = run.source_begin + static_cast<std::uint32_t>(from - run.decoded);
      part.source_end = part.source_begin + static_cast<std::uint32_t>(to - from);
    }
    runs.push_back(part);
  }
}

/// Puts the cells of a row in place of `<column>`. Gives the place of the first cell put in.
std::optional<SourceSpan> Reader::fill_text(Node& node, const Filling& filling) {
  std::optional<SourceSpan> first;
  std::string text;
  std::vector<TextRun> runs;
  std::size_t done = 0;  // bytes of node.text that have been taken over
  for (std::size_t open = node.text.find('<'); open != std::string::npos;
       open = node.text.find('<', open + 1)) {
    const std::size_t close = node.text.find('>', open);
    if (close == std::string::npos) break;
    const std::string name = node.text.substr(open + 1, close - open - 1);
    if (!is_word_of_table(name) || name == word(Word::day)) continue;
    const Cell* cell = nullptr;
    std::vector<std::string> known;
    for (std::size_t c = 0; filling.columns && c < filling.columns->size(); ++c) {
      known.push_back((*filling.columns)[c].text);
      if (known.back() == name && cell == nullptr) cell = &filling.row->cells[c];
    }
    if (cell == nullptr) {
      unknown(base::both("column", "列"), name, node.span, known);
      continue;
    }
    filling.used->insert(name);
    append_runs(node, done, open, text.size(), runs);
    text.append(node.text, done, open - done);
    if (!cell->text.empty()) {
      runs.push_back({static_cast<std::uint32_t>(text.size()), cell->span.begin, cell->span.end});
      text += cell->text;
    }
    if (!first) first = cell->span;
    done = close + 1;
    open = close;
  }
  append_runs(node, done, node.text.size(), text.size(), runs);
  text.append(node.text, done);
  node.text = std::move(text);
  node.runs = std::move(runs);
  return first;
}

Node Reader::fill(const Node& node, const Filling& filling, bool is_key, bool is_line) {
  if (node.is_scalar()) {
    if (node.text.find('<') == std::string::npos) return node;
    if (!is_key && !is_line && node.text.size() > 2 && node.text.front() == '<' &&
        node.text.find('>') == node.text.size() - 1) {
      const std::string name = node.text.substr(1, node.text.size() - 2);
      for (std::size_t c = 0; filling.columns && c < filling.columns->size(); ++c) {
        if ((*filling.columns)[c].text != name) continue;
        filling.used->insert(name);
        const Cell& cell = filling.row->cells[c];
        return parse_flow(cell.text, cell.span);
      }
    }
    Node out = node;
    const auto cell = fill_text(out, filling);
    if (cell && !is_line) {
      out.span = *cell;  // what is wrong with it is wrong there
      out.runs.clear();
    }
    return out;
  }
  Node out = node;
  for (Node& item : out.items) item = fill(item, filling);
  for (Entry& entry : out.entries) {
    entry.key = fill(entry.key, filling, true);
    entry.value = fill(entry.value, filling);
  }
  return out;
}

Node Reader::fill_lines(const Node& lines, const Filling& filling) {
  if (!lines.is_list()) return fill(lines, filling);
  Node out = lines;
  for (Node& item : out.items) {
    if (item.is_map() && item.entries.size() == 1) {
      item.entries.front().key = fill(item.entries.front().key, filling, true, true);
      item.entries.front().value = fill(item.entries.front().value, filling);
    } else {
      item = fill(item, filling, false, true);
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// `<day>` in a repeated line.
void fill_day(Node& node, std::string_view word, std::string_view day) {
  if (node.is_scalar()) replace_all(node.text, word, day);
  for (Node& item : node.items) fill_day(item, word, day);
  for (Entry& entry : node.entries) fill_day(entry.value, word, day);
}

// ── stories ───────────────────────────────────────────────────────────────────────────────────

void Reader::read_story(const Entry& entry) {
  if (!entry.value.is_map()) {
    wrong_shape(entry.value, entry.key.text,
                base::both("a map with " + word(Word::when) + " and " + word(Word::then),
                           "含有" + word(Word::when) + "和" + word(Word::then) + "的多个键"));
    return;
  }
  const Node* table = nullptr;
  bool has_when = false, has_then = false;
  for (const Entry& part : entry.value.entries) {
    const auto key = key_of(part.key, story_keys);
    if (!key) {
      unknown_key(part.key, entry.key.text, spellings_of(story_keys, language_));
    } else if (key == Word::table) {
      table = &part.value;
    }
    has_when = has_when || key == Word::when;
    has_then = has_then || key == Word::then;
  }
  for (const auto& [is_there, w] : {std::pair{has_when, Word::when}, {has_then, Word::then}}) {
    if (!is_there)
      report(diag::AC0935, entry.key.span,
             {{"key", word(w)}, {"shape", base::both("in each story", "每个情景都要写的键")}});
  }
  if (!has_when || !has_then) return;
  if (!table) {
    std::set<std::string> used;
    read_run(entry, {nullptr, nullptr, &used});
    return;
  }
  if (!table->is_scalar()) {
    wrong_shape(*table, word(Word::table), base::both("a text table after |", "“|”之后的文字表"));
    return;
  }
  const std::vector<Row> rows = parse_rows(*table);
  if (rows.size() < 2) {
    report(diag::AC0935, table->span,
           {{"key", word(Word::table)},
            {"shape", base::both("a head and at least one row", "表头和至少一行")}});
    return;
  }
  const std::vector<Cell>& columns = rows.front().cells;
  std::set<std::string> used;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    if (rows[r].cells.size() != columns.size()) {
      report(diag::AC0937, rows[r].span,
             {{"cells", std::to_string(rows[r].cells.size())},
              {"columns", std::to_string(columns.size())}});
      return;
    }
    read_run(entry, {&columns, &rows[r], &used});
  }
  for (const Cell& column : columns) {
    if (!used.contains(column.text)) report(diag::AC0941, column.span, {{"column", column.text}});
  }
}

void Reader::read_run(const Entry& entry, const Filling& filling) {
  Run run;
  run.story = entry.key.text;
  run.span = entry.key.span;
  run.row_span = entry.key.span;
  if (filling.row) {
    run.row = filling.row->text;
    run.row_span = filling.row->span;
  }
  const std::size_t before = findings_.count();
  Node body = entry.value;
  for (Entry& part : body.entries) {
    part.key = fill(part.key, filling, true);
    part.value = key_of(part.key, story_keys) == Word::when ? fill_lines(part.value, filling)
                                                            : fill(part.value, filling);
  }
  std::vector<Setting> with = given_parameters_;
  std::optional<Date> day = given_day_;
  const Node* when = nullptr;
  for (const Entry& part : body.entries) {
    const auto key = key_of(part.key, story_keys);
    if (!key) continue;
    switch (*key) {
      case Word::day:
        day = read_day(part.value);
        break;
      case Word::with:
        read_parameters(part.value, with);
        break;
      case Word::when:
        when = &part.value;
        break;
      case Word::proves: {
        std::vector<const Node*> ids;
        if (part.value.is_scalar()) ids.push_back(&part.value);
        for (const Node& item : part.value.items) ids.push_back(&item);
        for (const Node* id : ids) {
          std::vector<std::string> known;
          bool is_found = false;
          for (const step::Clause& clause : model_->clauses) {
            const std::string& source = model_->packs[clause.pack].source;
            const std::string brief = clause.id.compare(0, source.size() + 1, source + "-") == 0
                                          ? clause.id.substr(source.size() + 1)
                                          : clause.id;
            known.push_back(brief);
            if (id->text == brief || id->text == clause.id) {
              run.proves.push_back(clause.id);
              is_found = true;
            }
          }
          if (!is_found) unknown(base::both("article", "条文"), id->text, id->span, known);
        }
        break;
      }
      case Word::then: {
        if (!part.value.is_map()) {
          wrong_shape(part.value, part.key.text, base::both("a map", "多个键"));
          break;
        }
        if (part.value.entries.empty()) says_nothing(diag::AC0948, part.key.span);
        for (const Entry& one : part.value.entries) {
          if ((one.value.is_map() && one.value.entries.empty()) ||
              (one.value.is_list() && one.value.items.empty()))
            says_nothing(diag::AC0948, one.key.span);
          Expected expected;
          expected.value = one.value;
          expected.span = one.value.is_empty() ? one.key.span : one.value.span;
          auto what = key_of(one.key, then_keys);
          if (!what) {
            const std::string of = " " + word(Word::of) + " ";
            if (const std::size_t at = one.key.text.find(of); at != std::string::npos) {
              Node head = one.key;
              head.text = one.key.text.substr(0, at);
              what = key_of(head, narrowed_keys);
              expected.of = base::trim(std::string_view(one.key.text).substr(at + of.size()));
            }
          }
          if (!what) {
            unknown_key(one.key, part.key.text, spellings_of(then_keys, language_));
            continue;
          }
          expected.key = *what;
          if (*what == Word::case_) respell_case(expected.value);
          check_expected(expected, known_, suite_.zone, language_, findings_);
          run.then.push_back(std::move(expected));
        }
        break;
      }
      default:
        break;
    }
  }
  if (!day) {
    if (findings_.count() == before)
      report(diag::AC0935, entry.key.span,
             {{"key", word(Word::day)},
              {"shape", base::both("in given or here", "写在已知或此处的日期")}});
    return;
  }
  if (!when->is_list()) {
    wrong_shape(*when, word(Word::when), base::both("a list of lines", "若干行的列表"));
    return;
  }
  names_event_ = false;
  for (const Node& item : when->items) {
    if (item.is_scalar()) {
      read_line(item, nullptr, *day, run.lines);
    } else if (item.is_map() && item.entries.size() == 1) {
      read_line(item.entries.front().key, &item.entries.front().value, *day, run.lines);
    } else {
      wrong_shape(item, word(Word::when), base::both("one line each", "每项一行"));
    }
  }
  const bool is_of_bounds = std::any_of(run.then.begin(), run.then.end(), [](const Expected& one) {
    return one.key == Word::out_of_bounds || one.key == Word::responsible;
  });
  // Of duties time itself is an event.
  if (!names_event_ && !is_of_bounds && model_->duties.empty() && findings_.count() == before)
    says_nothing(diag::AC0949, entry.key.span);
  std::vector<Line> adoption = adoption_lines();
  run.lines.insert(run.lines.begin(), std::make_move_iterator(adoption.begin()),
                   std::make_move_iterator(adoption.end()));
  std::stable_sort(run.lines.begin(), run.lines.end(),
                   [](const Line& a, const Line& b) { return a.when < b.when; });
  run.overlay = overlay_of(with);
  if (findings_.count() == before || !findings_.has_errors()) {
    run.registers = suite_.registers;
    suite_.runs.push_back(std::move(run));
  }
}

// ── lines ─────────────────────────────────────────────────────────────────────────────────────

std::optional<int> small_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 6) return std::nullopt;
  int out = 0;
  for (const char c : digits) {
    if (!base::is_ascii_digit(c)) return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

void Reader::read_line(const Node& head, const Node* data, Date day, std::vector<Line>& lines) {
  std::string_view rest = head.text;
  const auto place = [&](std::string_view part) {
    if (head.runs.empty()) return head.span;
    const auto begin = static_cast<std::size_t>(part.data() - head.text.data());
    const std::size_t end = begin + part.size();
    // A word that is, or has a part that is, out of a cell: the cell.
    for (std::size_t r = 0; r < head.runs.size(); ++r) {
      const TextRun& run = head.runs[r];
      const std::size_t last =
          r + 1 < head.runs.size() ? head.runs[r + 1].decoded : head.text.size();
      const bool is_cell = run.source_begin < head.span.begin || run.source_end > head.span.end;
      if (is_cell && run.decoded < end && begin < last)
        return SourceSpan{head.span.file, run.source_begin, run.source_end};
    }
    return head.span_of(begin, end);
  };
  const auto wrong = [&](std::string_view part, std::string_view expected,
                         const std::vector<std::string>& words = {}) {
    std::vector<DiagnosticNote> notes;
    if (const auto near = base::closest(part, words))
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    if (head.style != NodeStyle::plain && head.text.find(": ") != std::string::npos)
      notes.push_back(base::note(notes::take_quotes_off));
    report(diag::AC0933, place(part),
           {{"text", std::string(part.empty() ? std::string_view(head.text) : part)},
            {"expected", std::string(expected)}},
           std::move(notes));
  };
  if (has_column(head.text)) return;  // told: there is no such column
  std::string_view part = base::next_word(rest);
  int first = 0, last = 0;
  if (!part.empty() && part.front() == '+') {
    std::string_view days = part.substr(1);
    if (days.empty() || days.back() != 'd') {
      wrong(part, base::both("+2d or +0..8d", "+2d 或 +0..8d"));
      return;
    }
    days.remove_suffix(1);
    const std::size_t dots = days.find("..");
    const auto from = small_number(days.substr(0, dots));
    const auto to = dots == std::string_view::npos ? from : small_number(days.substr(dots + 2));
    if (!from || !to || *to - *from > 1000) {
      wrong(part, base::both("+2d or +0..8d", "+2d 或 +0..8d"));
      return;
    }
    first = *from;
    last = *to;
    part = base::next_word(rest);
  }
  const bool is_never = part == spelling(Word::never, language_);
  // An hour that the clocks show twice is told with its offset: 02:30+01:00.
  const std::size_t sign = std::min(part.find_first_of("+-", 1), part.size());
  const auto time = parse_time_of_day(part.substr(0, sign));
  const auto said_on = [&](Date on) { return iso_text(on) + "T" + std::string(part); };
  const bool is_good = time && (sign == part.size() || parse_instant(said_on(day), suite_.zone));
  if (!is_never && (!is_good || part.substr(0, 2) == "24")) {
    wrong(part.empty() ? std::string_view(head.text) : part,
          base::both("a time such as 09:30:01", "时间,例如 09:30:01"), {word(Word::never)});
    return;
  }
  const std::string_view what = rest;
  if (what.empty()) {
    wrong({}, base::both("what happens", "发生的事"));
    return;
  }
  for (int d = first; d <= last; ++d) {
    Line line;
    line.span = head.span;
    const Date on{day.days + d};
    line.when = suite_.zone.instant({on, time.value_or(TimeOfDay{})});
    if (!is_never) {
      if (auto unclear = calendar::unclear_finding(said_on(on), suite_.zone, place(part))) {
        findings_.add(std::move(*unclear));
        return;
      }
      if (const auto at = parse_instant(said_on(on), suite_.zone); at && sign < part.size())
        line.when = *at;
    }
    line.at = line.when;
    rest = what;
    const Node* with = data;
    Node filled;
    if (data) {
      filled = *data;
      fill_day(filled, "<" + word(Word::day) + ">", iso_text(on));
      with = &filled;
    }
    if (what == spelling(Word::nothing_more, language_)) {
      line.is = Line::Is::nothing_more;
      if (!is_never) lines.push_back(std::move(line));
      continue;
    }
    std::string_view name = base::next_word(rest);
    if (name == spelling(Word::correct, language_)) {
      line.is = Line::Is::correct;
    } else if (name == spelling(Word::retract, language_)) {
      line.is = Line::Is::retract;
      name = base::next_word(rest);
      if (name.empty()) {
        wrong({}, base::both("what is taken back", "撤回的事件"));
        return;
      }
    } else if (name == spelling(Word::void_, language_)) {
      line.is = Line::Is::void_entry;
      name = base::next_word(rest);
    }
    if (line.is == Line::Is::event && names_.find(name).empty()) {
      std::vector<std::string> known = known_.events;
      for (const Word w : {Word::nothing_more, Word::correct, Word::retract, Word::void_})
        known.push_back(word(w));
      // Two words of a line may be one of its own.
      const auto near = base::closest(what, {word(Word::nothing_more)});
      const std::string_view written = near ? what : name;
      unknown(base::both("event", "事件"), std::string(written), place(written), known);
      return;
    }
    std::string_view next = base::next_word(rest);
    const bool may_name_case = line.is == Line::Is::correct || line.is == Line::Is::retract;
    if (may_name_case && !next.empty() && next != spelling(Word::by, language_)) {
      line.key = next;
      next = base::next_word(rest);
    }
    SourceSpan role_span = head.span;
    if (next == spelling(Word::by, language_)) {
      const std::string_view role = base::next_word(rest);
      line.role = role;
      role_span = place(role);
      line.person = base::next_word(rest);
      next = base::next_word(rest);
      if (next == spelling(Word::for_, language_)) {
        line.on_behalf_of = base::next_word(rest);
        if (line.on_behalf_of.empty()) {
          wrong({}, base::both("a person after '" + word(Word::for_) + "'",
                               "“" + word(Word::for_) + "”之后的人"));
          return;
        }
        next = base::next_word(rest);
      }
      if (line.role.empty()) {
        wrong({}, base::both("a role after '" + word(Word::by) + "'",
                             "“" + word(Word::by) + "”之后的角色"));
        return;
      }
    }
    if (!next.empty()) {
      wrong(next, base::both("'" + word(Word::by) + "' and a role, or the end of the line",
                             "“" + word(Word::by) + "”加角色,或行末"));
      return;
    }
    line.name = name;
    if (line.is == Line::Is::retract && name == spelling(Word::correct, language_))
      line.name = "correct";
    if (!read_event(line, with, place(name), role_span)) return;
    names_event_ = true;
    if (!is_never) lines.push_back(std::move(line));
  }
}

bool Reader::read_event(Line& line, const Node* data, SourceSpan name_span, SourceSpan role_span) {
  if (!line.role.empty() && names_.role(line.role) == none) {
    std::vector<std::string> known;
    for (const step::Role& role : model_->roles) known.push_back(role.name);
    unknown(base::both("role", "角色"), line.role, role_span, known);
    return false;
  }
  const bool is_correction = line.is == Line::Is::correct;
  const bool is_retraction = line.is == Line::Is::retract;
  if (!is_correction && !(is_retraction && line.name == "correct")) {
    line.targets = names_.find(line.name);
    if (line.targets.empty()) {
      unknown(base::both("event", "事件"), line.name, name_span, known_.events);
      return false;
    }
  }
  if (data && !data->is_map() && !data->is_empty()) {
    wrong_shape(*data, line.name, base::both("a map of data", "多个数据"));
    return false;
  }
  // Defaults first, what the line says over them.
  std::map<std::string, SourceSpan> spans;
  const auto put = [&](const Entry& entry, bool is_default) {
    std::string name = entry.key.text;
    bool is_taken = false, may_be_null = false;
    const auto look = [&] {
      for (const engine::Target& target : line.targets) {
        if (is_retraction) break;
        for (const Datum& one : data_of(*model_, target)) {
          if (one.name != name) continue;
          is_taken = true;
          may_be_null = may_be_null || one.type.is_optional();
        }
      }
    };
    look();
    if (!is_taken) {
      const std::string written = std::exchange(name, in_english(name));
      look();
      if (!is_taken && (!is_correction || can_be_corrected(written) || !can_be_corrected(name)))
        name = written;
    }
    if (!is_taken && name == word(Word::reason) && !is_correction) {
      const std::string_view reason = base::trim(entry.value.text);
      line.reason = reason == rulebook::spelling(rulebook::Word::null_, language_) ? std::string() : entry.value.text;
      return true;
    }
    if (!is_taken && name == word(Word::at) && !is_correction) {
      const auto at = parse_instant(base::trim(entry.value.text), suite_.zone);
      if (!at) {
        report(diag::AC0934, entry.value.span,
               {{"name", name}, {"reason", engine::both(at.error().message)}});
        return false;
      }
      line.at = *at;
      return true;
    }
    // The key of the case says which one, where the event itself does not bring it.
    if (!is_taken && !is_default && !is_correction) {
      for (const engine::Target& target : line.targets) {
        if (target.procedure == none) continue;
        const step::Procedure& p = model_->procedures[target.procedure];
        if (p.key_slot != step::no_slot && p.slot_names[p.key_slot] == name) {
          line.key = entry.value.text;
          return true;
        }
      }
    }
    spans[name] = entry.value.is_empty() ? entry.key.span : entry.value.span;
    Value value = to_value(entry.value, language_);
    const auto same = std::find_if(line.data.begin(), line.data.end(),
                                   [&](const ContextEntry& e) { return e.first == name; });
    // What must be said and is null is left out: what the engine says of that can be told.
    if (value.is_null() && is_taken && !may_be_null && line.is == Line::Is::event) {
      if (same != line.data.end()) line.data.erase(same);
      return true;
    }
    if (same == line.data.end())
      line.data.emplace_back(name, std::move(value));
    else
      same->second = std::move(value);
    return true;
  };
  if (line.is == Line::Is::event) {
    const auto found = defaults_.find(line.name);
    const std::size_t dot = line.name.find('.');
    const auto plain =
        dot == std::string::npos ? defaults_.end() : defaults_.find(line.name.substr(dot + 1));
    const Node* defaults = found != defaults_.end()   ? found->second
                           : plain != defaults_.end() ? plain->second
                                                      : nullptr;
    // `leave.asked: …` under given serves `asked` too, where there is only one.
    if (!defaults && dot == std::string::npos && line.targets.front().procedure != none) {
      const auto qualified =
          defaults_.find(model_->procedures[line.targets.front().procedure].name + "." + line.name);
      if (qualified != defaults_.end()) defaults = qualified->second;
    }
    if (defaults) {
      for (const Entry& entry : defaults->entries)
        if (!put(entry, true)) return false;
    }
  }
  if (data) {
    for (const Entry& entry : data->entries)
      if (!put(entry, false)) return false;
  }
  // Does it fit one of the meanings?
  Event event;
  event.name = line.name;
  event.at = line.at;
  event.data = line.data;
  engine::Resolved misfit;
  bool fits = false;
  std::vector<Datum> takes;
  if (is_correction) {
    // The procedure that knows most of the names is meant.
    std::size_t fewest = std::string::npos;
    for (Index p = 0; p < model_->procedures.size() && !fits; ++p) {
      engine::Resolved resolved = names_.resolve_correction(event, p);
      fits = resolved.reasons.empty();
      std::vector<Datum> data = corrections_of(model_->procedures[p]);
      const auto strangers = static_cast<std::size_t>(std::count_if(
          line.data.begin(), line.data.end(),
          [&](const ContextEntry& e) { return find_datum(data, e.first) == nullptr; }));
      if (strangers >= fewest) continue;
      fewest = strangers;
      misfit = std::move(resolved);
      takes = std::move(data);
    }
  } else if (is_retraction) {
    event.data.emplace_back("fact", Value::string(line.name));
    for (Index p = 0; p < model_->procedures.size() && !fits; ++p) {
      engine::Resolved resolved = names_.resolve_retraction(event, p);
      fits = resolved.reasons.empty();
      if (misfit.reasons.empty() || resolved.reasons.size() < misfit.reasons.size())
        misfit = std::move(resolved);
    }
  } else {
    for (const engine::Target& target : line.targets) {
      std::vector<Datum> data = data_of(*model_, target);
      takes.insert(takes.end(), data.begin(), data.end());
    }
    for (const engine::Target& target : line.targets) {
      engine::Resolved resolved = names_.resolve(event, target);
      if (resolved.reasons.empty()) {
        fits = true;
        break;
      }
      if (misfit.reasons.empty()) misfit = std::move(resolved);
    }
  }
  if (!fits) {
    for (std::size_t i = 0; i < misfit.reasons.size(); ++i) {
      const Reason& reason = misfit.reasons[i];
      const auto at = spans.find(reason.label);
      const Datum* datum = find_datum(takes, reason.label);
      std::vector<DiagnosticNote> notes;
      if (!misfit.nearest[i].empty()) {
        notes.push_back(base::note(notes::did_you_mean, {{"name", misfit.nearest[i]}}));
      } else if (datum == nullptr) {
        std::vector<Datum> all = takes;
        for (const step::Procedure& p : model_->procedures) {
          if (!is_correction) break;
          const std::vector<Datum> more = corrections_of(p);
          all.insert(all.end(), more.begin(), more.end());
        }
        notes = base::names_instead(reason.label, names_of(all));
      } else if (datum->type.is() == Type::Is::symbol) {
        const auto told =
            std::find_if(line.data.begin(), line.data.end(),
                         [&](const ContextEntry& e) { return e.first == reason.label; });
        if (told != line.data.end() && told->second.is(Kind::string))
          notes = word_instead(told->second.as_string(), datum->type);
      }
      SourceSpan span = at == spans.end() ? line.span : at->second;
      if (datum == nullptr && data) {
        for (const Entry& entry : data->entries)
          if (entry.key.text == reason.label) span = entry.key.span;
      }
      report(diag::AC0934, span, {{"name", reason.label}, {"reason", engine::both(reason.help)}},
             std::move(notes));
    }
    return false;
  }
  if (is_retraction) return true;
  // Opening events must say which procedure, where several have one of that name.
  std::set<Index> opening;
  for (const engine::Target& target : line.targets) {
    if (target.procedure != none && target.is == step::Incoming::Is::event &&
        model_->procedures[target.procedure].events[target.index].opens != none)
      opening.insert(std::min(target.procedure, model_->procedures[target.procedure].family));
  }
  if (opening.size() > 1) {
    std::string all;
    for (const Index p : opening)
      all += (all.empty() ? "" : ", ") + model_->procedures[p].name + "." + line.name;
    report(diag::AC0933, name_span, {{"text", line.name}, {"expected", all}});
    return false;
  }
  return true;
}

// ── overlays ──────────────────────────────────────────────────────────────────────────────────

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '"';
}

void Reader::write_node(const Node& node, std::string& out) const {
  switch (node.kind) {
    case NodeKind::empty:
      break;
    case NodeKind::scalar:
      append_quoted(out, node.text);
      break;
    case NodeKind::list: {
      out += '[';
      for (const Node& item : node.items) {
        if (out.back() != '[') out += ", ";
        write_node(item, out);
      }
      out += ']';
      break;
    }
    case NodeKind::map: {
      out += '{';
      for (const Entry& entry : node.entries) {
        if (out.back() != '{') out += ", ";
        append_quoted(out, entry.key.text);
        out += ": ";
        write_node(entry.value, out);
      }
      out += '}';
      break;
    }
  }
}

std::size_t Reader::overlay_of(const std::vector<Setting>& with) {
  const bool zh = language_ == Language::chinese;
  Overlay overlay;
  overlay.language = language_;
  std::string& text = overlay.text;
  text = zh ? "规则格式: 1\n覆盖: 情景\n" : "aftercare: 1\noverlay: stories\n";
  using PackWord = rulebook::Word;
  const auto key_of = [](const ParameterView& view) {
    return view.is_reading     ? PackWord::readings
           : view.is_time_word ? PackWord::time_words
                               : PackWord::parameters;
  };
  for (const PackWord key : {PackWord::parameters, PackWord::time_words, PackWord::readings}) {
    bool has_head = false;
    for (const Setting& setting : with) {
      const auto view =
          std::find_if(parameters_.begin(), parameters_.end(),
                       [&](const ParameterView& p) { return p.name == setting.name; });
      if (view == parameters_.end() || key_of(*view) != key) continue;
      if (!has_head) {
        text += std::string(rulebook::spelling(key, language_)) + ":\n";
        has_head = true;
      }
      const auto begin = static_cast<std::uint32_t>(text.size());
      text += "  ";
      append_quoted(text, setting.name);
      text += ": ";
      if (setting.value.is_scalar() || setting.value.is_empty()) {
        append_quoted(text, setting.value.text);
      } else if (setting.value.is_list() && !setting.value.items.empty() &&
                 setting.value.items.front().is_map()) {
        write_node(setting.value, text);  // values with the dates from which they hold
      } else {
        append_quoted(text, sources_.text(setting.value.span));
      }
      overlay.parts.push_back({begin, static_cast<std::uint32_t>(text.size()), setting.span});
      text += "\n";
    }
  }
  if (calendars_) {
    text += word(Word::calendars) + ":\n";
    for (const Entry& entry : calendars_->entries) {
      const auto begin = static_cast<std::uint32_t>(text.size());
      text += "  ";
      append_quoted(text, entry.key.text);
      text += ": ";
      write_node(entry.value, text);
      overlay.parts.push_back({begin, static_cast<std::uint32_t>(text.size()), entry.key.span});
      text += "\n";
    }
  }
  for (std::size_t i = 0; i < suite_.overlays.size(); ++i)
    if (suite_.overlays[i].text == text) return i;
  suite_.overlays.push_back(std::move(overlay));
  return suite_.overlays.size() - 1;
}

}  // namespace

void read_stories(const Rulebook& rules, std::string name, std::string text, Sources& sources,
                  base::Findings& findings, Suite& suite) {
  Reader(rules, sources, findings, suite).read(std::move(name), std::move(text));
}

}  // namespace aftercare::testing
