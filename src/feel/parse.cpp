// The interface of this file is parse(): a recursive descent over the bytes of the text, without a
// separate list of tokens, because the names in scope decide where a word ends.
#include "feel/parse.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "aftercare/rt/length.hpp"

#include "base/diagnostics.hpp"
#include "base/unicode.hpp"
#include "feel/characters.hpp"
#include "feel/print.hpp"
#include "value/currencies.hpp"

namespace aftercare::feel {
namespace {

enum class Keyword : std::uint8_t {
#define KEYWORD(id, english, chinese) id,
#include "feel/token.def"
#undef KEYWORD
};

struct Spelling {
  std::string_view english;
  std::string_view chinese;
  [[nodiscard]] std::string_view in(Language language) const noexcept {
    return language == Language::chinese && !chinese.empty() ? chinese : english;
  }
};

constexpr Spelling keywords[] = {
#define KEYWORD(id, english, chinese) {english, chinese},
#include "feel/token.def"
#undef KEYWORD
};

struct CurrencyWord {
  std::string_view iso;
  std::string_view chinese;
};
constexpr CurrencyWord currencies[] = {
#define CURRENCY(iso, chinese) {iso, chinese},
#include "feel/token.def"
#undef CURRENCY
};

/// `not` is a function; everything else of the table cannot be a name.
bool is_reserved(Keyword keyword) noexcept {
  return keyword != Keyword::not_ && keyword != Keyword::of && keyword != Keyword::instance &&
         keyword != Keyword::external;
}

/// Names of the members that values of FEEL have by themselves.
const Scope& properties() {
  static const Scope scope = [] {
    Scope s;
    for (const char* name :
         {"time offset", "start included", "end included", "start", "end", "timezone", "weekday"}) {
      s.add_local(name);
    }
    return s;
  }();
  return scope;
}

const Scope& builtin_types() {
  static const Scope scope = [] {
    Scope s;
    for (const char* name :
         {"number", "string", "boolean", "date", "time", "date and time", "dateTime",
          "days and time duration", "dayTimeDuration", "years and months duration",
          "yearMonthDuration", "Any", "Null", "list", "context", "function", "range"}) {
      s.add_type(name, Type::any());
    }
    return s;
  }();
  return scope;
}

/// What is known of a value while parsing: enough to know the names of its members.
struct Shape {
  Type type;
  const Scope* members = nullptr;
};

/// The type whose members a path or filter sees: the element of lists.
const Type& element_of(const Type& type) {
  const Type* t = &type;
  for (int i = 0; i < 8 && t->is() == Type::Is::list; ++i) t = &t->element();
  return *t;
}

/// Of two contexts that may stand in one place: the members of both.
Shape either(const Shape& a, const Shape& b) {
  if (a.members != nullptr || b.members != nullptr) return a.members != nullptr ? a : b;
  if (b.type.members().empty()) return a;
  if (a.type.members().empty()) return b;
  std::vector<std::pair<std::string, Type>> members(a.type.members().begin(),
                                                    a.type.members().end());
  for (const auto& member : b.type.members()) {
    if (a.type.member(member.first) == nullptr) members.push_back(member);
  }
  if (members.size() == a.type.members().size()) return a;
  return {Type::context(std::move(members))};
}

Shape shape_of(const Name& name) {
  switch (name.is) {
    case Name::Is::record:
      return {name.type, name.record.members};
    case Name::Is::let:
      return {name.let.type, name.record.members};
    case Name::Is::function:
      return {Type::function(name.function.parameters, name.function.result)};
    default:
      return {name.type, name.record.members};
  }
}

constexpr std::size_t most_findings = 50;

class Parser {
 public:
  Parser(std::string_view text, const Scope& scope, const Dialect& dialect, const Place& place)
      : text_(text), scope_(&scope), dialect_(dialect), place_(place) {
    ast_.source = text;
    shapes_.emplace_back();
    heights_.push_back(0);
  }

  Parsed run(Goal goal) {
    if (const std::size_t bad = base::find_invalid_utf8(text_); bad != std::string_view::npos) {
      fail(diag::AC0313, bad, bad + 1);
      return finish();
    }
    ast_.root = goal == Goal::expression ? expression() : unary_tests();
    if (!failed_) {
      skip();
      if (p_ < text_.size())
        unexpected(goal == Goal::expression ? base::both("an operator or the end", "运算符或结尾")
                                            : "','");
    }
    return finish();
  }

  Parsed finish() {
    std::stable_sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.span.begin, a.span.end) < std::pair(b.span.begin, b.span.end);
    });
    // The cursor may have gone over a piece twice.
    std::stable_sort(marks_.begin(), marks_.end(),
                     [](const Mark& a, const Mark& b) { return a.range.begin < b.range.begin; });
    marks_.erase(
        std::unique(marks_.begin(), marks_.end(),
                    [](const Mark& a, const Mark& b) { return a.range.begin == b.range.begin; }),
        marks_.end());
    Type type = ast_.root < shapes_.size() ? shapes_[ast_.root].type : Type::any();
    return {std::move(ast_), std::move(findings_), std::move(marks_), std::move(type)};
  }

 private:
  // ── findings ──────────────────────────────────────────────────────────────────────────────────

  Diagnostic& report(DiagnosticCode code, std::size_t begin, std::size_t end,
                     DiagnosticWords words = {}) {
    const auto b = static_cast<std::uint32_t>(begin);
    const auto e = static_cast<std::uint32_t>(std::min(end, text_.size()));
    if (findings_.size() >= most_findings) findings_.pop_back();
    findings_.push_back(
        base::make(code, place_ ? place_(b, e) : SourceSpan{0, b, e}, std::move(words)));
    return findings_.back();
  }
  /// An error after which the rest of the text cannot be understood; only the first counts.
  NodeId fail(DiagnosticCode code, std::size_t begin, std::size_t end, DiagnosticWords words = {}) {
    if (!failed_) report(code, begin, end, std::move(words));
    failed_ = true;
    return 0;
  }
  NodeId unexpected(std::string_view expected) {
    skip();
    if (failed_) return 0;
    if (p_ >= text_.size()) {
      return fail(diag::AC0302, text_.size(), text_.size(), {{"expected", std::string(expected)}});
    }
    // What other languages write for and, or, not.
    const std::string negated = std::string(spelling(Keyword::not_)) + "(…)";
    for (const auto& [sign, wanted] : {std::pair{'&', std::string(spelling(Keyword::and_))},
                                       {'|', std::string(spelling(Keyword::or_))},
                                       {'!', negated}}) {
      if (character(p_).c != sign) continue;
      const std::size_t bytes = character(p_).bytes * (peek_at(1) == sign ? 2U : 1U);
      return fail(diag::AC0309, p_, p_ + bytes,
                  {{"found", std::string(text_.substr(p_, bytes))}, {"wanted", wanted}});
    }
    if (const auto habit = habit_of_another_language()) {
      const auto& [begin, end, wanted] = *habit;
      return fail(diag::AC0309, begin, end,
                  {{"found", std::string(text_.substr(begin, end - begin))}, {"wanted", wanted}});
    }
    // Marks of Chinese texts that an expression has no use for.
    for (const auto& [mark, wanted] :
         {std::pair{"。", "."}, {"；", ","}, {"‘", "\""}, {"’", "\""}}) {
      const std::string_view written(mark);
      if (text_.substr(p_, written.size()) != written) continue;
      return fail(diag::AC0309, p_, p_ + written.size(),
                  {{"found", std::string(written)}, {"wanted", wanted}});
    }
    std::size_t length = word_length(text_, p_);
    if (length == 0) length = base::decode(text_, p_).bytes;
    std::string found(text_.substr(p_, std::min<std::size_t>(length, 60)));
    return fail(diag::AC0301, p_, p_ + length,
                {{"found", std::move(found)}, {"expected", std::string(expected)}});
  }

  struct Habit {
    std::size_t begin, end;
    std::string wanted;
  };
  /// What other languages, and people, write at the cursor or before it, and what is meant by it.
  std::optional<Habit> habit_of_another_language() {
    const auto small = [](std::string_view word) {
      std::string out(word);
      for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
      return out;
    };
    const std::string_view word = word_at(p_);
    if (!word.empty() && !keyword(word)) {
      if (keyword(small(word))) return Habit{p_, p_ + word.size(), small(word)};
      if (word == "is") return Habit{p_, p_ + word.size(), "="};
      if (word == "like") return Habit{p_, p_ + word.size(), "contains(…, \"…\")"};
      if (word == "mod") return Habit{p_, p_ + word.size(), "modulo(…, …)"};
    }
    // `not urgent`, `is null(x)`: the word before is read as a name.
    std::size_t end = p_;
    while (end > 0 && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    const auto stands_before = [&](std::string_view before) {
      if (end < before.size() || end == p_) return false;
      const std::size_t begin = end - before.size();
      return text_.substr(begin, before.size()) == before &&
             (begin == 0 || word_length(text_, begin - 1) <= 1);
    };
    const std::string_view negation = spelling(Keyword::not_);
    if (stands_before(negation))
      return Habit{end - negation.size(), end, std::string(negation) + "(…)"};
    const std::string no_value(spelling(Keyword::null));
    if (stands_before("is")) return Habit{end - 2, end, "… = " + no_value};
    const std::string_view rest = text_.substr(p_);
    if (rest.starts_with("..")) return Habit{p_, p_ + 2, "[… .. …]"};
    static constexpr std::pair<std::string_view, std::string_view> signs[] = {
        {"'", "\""},      {"%", "modulo(…, …)"}, {"^", "**"},     {"¥", "50 CNY"},
        {"￥", "50 CNY"}, {"$", "50 USD"},       {"€", "50 EUR"},
    };
    if (rest.starts_with("?")) {
      return Habit{p_, p_ + 1,
                   std::string(spelling(Keyword::if_)) + " … " +
                       std::string(spelling(Keyword::then)) + " … " +
                       std::string(spelling(Keyword::else_)) + " …"};
    }
    for (const auto& [sign, wanted] : signs) {
      if (rest.starts_with(sign)) return Habit{p_, p_ + sign.size(), std::string(wanted)};
    }
    return std::nullopt;
  }

  // ── nodes ─────────────────────────────────────────────────────────────────────────────────────

  NodeId make(NodeKind kind, std::size_t begin, std::span<const NodeId> children = {},
              std::string_view text = {}) {
    if (failed_) return 0;
    Node node;
    node.kind = kind;
    node.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(p_)};
    node.first = static_cast<std::uint32_t>(ast_.links.size());
    node.count = static_cast<std::uint32_t>(children.size());
    std::uint32_t height = 0;
    for (const NodeId child : children) {
      ast_.links.push_back(child);
      height = std::max(height, heights_[child]);
    }
    if (height >= dialect_.max_depth) {
      return fail(diag::AC0305, begin, begin + 1, {{"most", std::to_string(dialect_.max_depth)}});
    }
    if (!text.empty()) {
      node.text = static_cast<std::uint32_t>(ast_.texts.size());
      ast_.texts.emplace_back(text);
    }
    ast_.nodes.push_back(node);
    shapes_.emplace_back();
    heights_.push_back(height + 1);
    return static_cast<NodeId>(ast_.nodes.size() - 1);
  }
  NodeId make(NodeKind kind, std::size_t begin, std::initializer_list<NodeId> children,
              std::string_view text = {}) {
    return make(kind, begin, std::span<const NodeId>(children.begin(), children.size()), text);
  }
  Node& node(NodeId id) { return ast_.nodes[id]; }
  NodeId with_op(NodeId id, std::uint8_t op) {
    node(id).op = op;
    return id;
  }
  NodeId with_flags(NodeId id, std::uint8_t flags) {
    node(id).flags = flags;
    return id;
  }
  std::size_t begin_of(NodeId id) { return ast_.nodes[id].range.begin; }

  /// Counts the nesting of the descent, so that no text can exhaust the stack.
  struct Nesting {
    explicit Nesting(Parser& parser) : parser_(parser) { ++parser.depth_; }
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    Parser& parser_;
  };
  bool too_deep() {
    if (depth_ <= dialect_.max_depth) return failed_;
    fail(diag::AC0305, p_, p_ + 1, {{"most", std::to_string(dialect_.max_depth)}});
    return true;
  }

  /// Names of a part of the text, on top of those outside it.
  struct Names {
    explicit Names(Parser& parser) : parser_(parser), scope(parser.scope_) {
      parser.scope_ = &scope;
    }
    ~Names() { parser_.scope_ = scope.parent(); }
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;
    Parser& parser_;
    Scope scope;
  };
  static void add_local(Scope& scope, std::string_view name, const Shape& shape) {
    scope.add_local(name, shape.type).record.members = shape.members;
  }

  // ── characters ────────────────────────────────────────────────────────────────────────────────

  void skip() {
    for (;;) {
      p_ += white_space(text_, p_);
      if (text_.substr(p_, 2) == "//") {
        while (p_ < text_.size() && text_[p_] != '\n') ++p_;
      } else if (text_.substr(p_, 2) == "/*") {
        const std::size_t end = text_.find("*/", p_ + 2);
        if (end == std::string_view::npos) {
          fail(diag::AC0311, p_, p_ + 2);
          p_ = text_.size();
          return;
        }
        p_ = end + 2;
      } else {
        return;
      }
    }
  }

  [[nodiscard]] Character character(std::size_t at) const noexcept {
    return character_at(text_, at);
  }
  /// The next character that is not white space. Letters do not count as wide.
  char peek() {
    skip();
    const Character c = character(p_);
    if (c.is_wide && is_name_part(base::decode(text_, p_).code_point)) return 0;
    return c.c;
  }
  char peek_at(std::size_t ahead) {
    std::size_t at = p_;
    for (; ahead > 0; --ahead) at += std::max<std::size_t>(character(at).bytes, 1);
    return character(at).c;
  }
  /// Moves over the character at hand, which is part of the grammar.
  void advance() {
    const Character c = character(p_);
    if (c.is_wide && !dialect_.full_width) {
      report(diag::AC0308, p_, p_ + c.bytes,
             {{"found", std::string(text_.substr(p_, c.bytes))}, {"wanted", half_width(c.c)}});
    }
    if (c.is_wide) {
      marks_.push_back({{static_cast<std::uint32_t>(p_), static_cast<std::uint32_t>(p_ + c.bytes)},
                        Mark::no_keyword,
                        c.c});
    }
    p_ += std::max<std::size_t>(c.bytes, 1);
  }
  static std::string half_width(char c) {
    if (c == 'l') return "<=";
    if (c == 'g') return ">=";
    if (c == 'n') return "!=";
    return std::string(1, c);
  }
  bool accept(char c) {
    if (peek() != c) return false;
    advance();
    return true;
  }
  bool expect(char c, std::string_view what) {
    if (accept(c)) return true;
    unexpected(what);
    return false;
  }

  // ── words ─────────────────────────────────────────────────────────────────────────────────────

  [[nodiscard]] std::string_view word_at(std::size_t at) const noexcept {
    return text_.substr(at, word_length(text_, at));
  }
  [[nodiscard]] std::string_view spelling(Keyword keyword) const noexcept {
    return keywords[static_cast<std::size_t>(keyword)].in(dialect_.language);
  }
  [[nodiscard]] std::optional<Keyword> keyword(std::string_view word) const noexcept {
    for (std::size_t i = 0; i < std::size(keywords); ++i) {
      if (!word.empty() && keywords[i].in(dialect_.language) == word)
        return static_cast<Keyword>(i);
    }
    return std::nullopt;
  }
  bool at_keyword(Keyword wanted) {
    skip();
    return word_at(p_) == spelling(wanted);
  }
  bool accept(Keyword wanted) {
    if (!at_keyword(wanted)) return false;
    take(wanted);
    return true;
  }
  /// Moves over the keyword at the cursor.
  void take(Keyword word) {
    const std::size_t begin = p_;
    p_ += spelling(word).size();
    marks_.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(p_)},
                      static_cast<std::uint8_t>(word),
                      0});
  }
  bool expect(Keyword wanted) {
    if (accept(wanted)) return true;
    unexpected("'" + std::string(spelling(wanted)) + "'");
    return false;
  }
  bool at_reserved() {
    skip();
    const auto found = keyword(word_at(p_));
    return found && (is_reserved(*found) || *found == Keyword::instance);
  }

  /// Bytes of the words in a row from byte `at` on, up to a keyword. Two names never stand side by
  /// side, so where it is not known which members there are, all of them name one.
  [[nodiscard]] std::size_t words_in_a_row(std::size_t at) const noexcept {
    std::size_t end = at;
    for (std::size_t next = at; next < text_.size();) {
      const std::size_t begin = next;
      while (next < text_.size()) {
        const base::Decoded c = base::decode(text_, next);
        if (!is_name_part(c.code_point)) break;
        next += c.bytes;
      }
      if (next == begin || (begin == at && word_length(text_, at) == 0)) break;
      const auto found = keyword(text_.substr(begin, next - begin));
      const std::size_t after = next + white_space(text_, next);
      const bool is_instance_of =
          found == Keyword::instance && word_at(after) == spelling(Keyword::of);
      if (found && begin != at && (is_reserved(*found) || is_instance_of)) break;
      end = next;
      next = after;
      if (next == end) break;
    }
    return end - at;
  }

  /// A name that is being declared: everything up to one of `stops` (ASCII). Empty where none.
  std::string declared_name(std::string_view stops) {
    skip();
    const std::size_t begin = p_;
    if (peek() == '`') return back_tick();
    while (p_ < text_.size()) {
      const Character c = character(p_);
      if (c.c != 0 && stops.find(c.c) != std::string_view::npos) break;
      // A question mark ends a word of a name (`what if?`); behind a blank it is none of it.
      const bool is_attached = p_ > begin && white_space(text_, p_ - 1) == 0;
      if (c.c == '?' && !is_attached) break;
      if (c.c != 0 && std::string_view("()[]{}\"@<>=,:;").find(c.c) != std::string_view::npos)
        break;
      if (c.c == '\n') {
        p_ += white_space(text_, p_);
        continue;
      }
      p_ += std::max<std::size_t>(c.bytes, 1);
    }
    std::string name = normalise_name(text_.substr(begin, p_ - begin));
    const bool starts_well = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                             (is_name_start(base::decode(name, 0).code_point) ||
                              static_cast<unsigned char>(name[0]) >= 0x80);
    if (!starts_well) {
      p_ = begin;
      return {};
    }
    return name;
  }

  std::string back_tick() {
    const std::size_t begin = p_;
    advance();
    const std::size_t end = text_.find('`', p_);
    if (end == std::string_view::npos) {
      fail(diag::AC0303, begin, begin + 1);
      return {};
    }
    std::string name = normalise_name(text_.substr(p_, end - p_));
    p_ = end + 1;
    if (name.empty())
      fail(diag::AC0301, begin, p_, {{"found", "``"}, {"expected", base::both("a name", "名称")}});
    return name;
  }

  // ── literals ──────────────────────────────────────────────────────────────────────────────────

  [[nodiscard]] static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

  NodeId number() {
    const std::size_t begin = p_;
    std::string digits;
    const auto take_digits = [&] {
      for (Character c = character(p_); is_digit(c.c); c = character(p_)) {
        digits += c.c;
        advance();
      }
    };
    take_digits();
    if (character(p_).c == '.' && is_digit(peek_at(1))) {
      digits += '.';
      advance();
      take_digits();
    }
    const char e = character(p_).c;
    if ((e == 'e' || e == 'E') && !character(p_).is_wide) {
      const char sign = peek_at(1);
      if (is_digit(sign) || ((sign == '+' || sign == '-') && is_digit(peek_at(2)))) {
        digits += 'e';
        advance();
        if (sign == '+' || sign == '-') {
          if (sign == '-') digits += '-';
          advance();
        }
        take_digits();
      }
    }
    if (dialect_.units) {
      if (const NodeId unit = unit_literal(begin, digits); unit != 0 || failed_) return unit;
    }
    return make(NodeKind::number_literal, begin, {}, digits);
  }

  /// After the digits of a literal in a pack: its unit, if one follows.
  NodeId unit_literal(std::size_t begin, const std::string& digits) {
    if (character(p_).c == '%') {
      advance();
      return make(NodeKind::percent_literal, begin, {}, digits);
    }
    const std::size_t after_digits = p_;
    p_ += white_space(text_, p_);
    const std::string_view word = word_at(p_);
    if (word.empty() || keyword(word)) {
      p_ = after_digits;
      return 0;
    }
    std::string in_small(word);
    for (char& c : in_small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (keyword(in_small)) {  // 3 AND …: no unit, and told where an operator is looked for
      p_ = after_digits;
      return 0;
    }
    const auto unit = rt::unit_named(word);
    const bool is_symbol = unit && rt::row(*unit).symbol == word;
    if (unit && is_symbol == (dialect_.language == Language::english)) {
      p_ += word.size();
      return with_op(make(NodeKind::length_literal, begin, {}, digits),
                     static_cast<std::uint8_t>(*unit));
    }
    std::string_view iso;
    if (value::is_currency(word)) iso = word;
    if (dialect_.language == Language::chinese) {
      for (const CurrencyWord& currency : currencies) {
        if (currency.chinese == word) iso = currency.iso;
      }
    }
    if (!iso.empty()) {
      p_ += word.size();
      const NodeId id = make(NodeKind::money_literal, begin, {}, digits);
      node(id).data = currency_code(iso);
      return id;
    }
    const std::size_t word_begin = p_;
    p_ += word.size();
    if (word == "m") {
      report(diag::AC0307, begin, p_, {{"number", digits}})
          .notes.push_back(base::note(notes::minutes_and_months, {{"number", digits}}));
    } else {
      std::string known;
      for (const rt::UnitRow& row : rt::units) {
        if (!known.empty()) known += ' ';
        known += dialect_.language == Language::chinese ? row.chinese[0] : row.symbol;
      }
      auto& finding = report(diag::AC0312, word_begin, p_, {{"unit", std::string(word)}});
      const bool is_like_a_code =
          word.size() == 3 &&
          std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
      // Units and currencies are told apart by capitals.
      std::string small(word), capital(word);
      for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
      for (char& c : capital) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
      const auto small_unit = rt::unit_named(small);
      std::optional<std::string> meant;
      for (const CurrencyWord& currency : currencies) {
        if (currency.chinese == word) meant = capital = currency.iso;
      }
      static constexpr std::pair<std::string_view, rt::Unit> in_full[] = {
          {"second", rt::Unit::second}, {"minute", rt::Unit::minute}, {"hour", rt::Unit::hour},
          {"day", rt::Unit::day},       {"week", rt::Unit::week},     {"month", rt::Unit::month},
          {"year", rt::Unit::year}};
      for (const auto& [name, one] : in_full) {
        if (small == name || small == std::string(name) + "s") meant = rt::row(one).symbol;
      }
      if (!meant && unit && dialect_.language == Language::english) meant = rt::row(*unit).symbol;
      if (meant) {
        // said already
      } else if (is_like_a_code) {
        if (const auto near = value::currency_meant(word)) meant = *near;
      } else if (value::is_currency(capital)) {
        meant = capital;
      } else if (small_unit && rt::row(*small_unit).symbol == small) {
        meant = small;
      }
      if (meant) finding.notes.push_back(base::note(notes::did_you_mean, {{"name", *meant}}));
      finding.notes.push_back(base::note(notes::units_of_time,
                                          {{"units", known},
                                           {"money", money_text("50", currency_code("CNY"),
                                                                dialect_.language)}}));
      // Read on as if it had been this money: later findings still count.
      if (is_like_a_code || (meant && *meant == capital)) {
        const NodeId id = make(NodeKind::money_literal, begin, {}, digits);
        node(id).data = currency_code(meant.value_or("CNY"));
        return id;
      }
    }
    // Read on as if it had been minutes: later findings still count.
    return with_op(make(NodeKind::length_literal, begin, {}, digits),
                   static_cast<std::uint8_t>(rt::Unit::minute));
  }

  std::optional<std::uint32_t> hex(std::size_t at, std::size_t count) const {
    if (at + count > text_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      const char c = text_[i];
      const int digit = is_digit(c)              ? c - '0'
                        : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                        : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                 : -1;
      if (digit < 0) return std::nullopt;
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  /// One escape at the backslash; anything that is no escape stays as it stands.
  void escape(std::string& out) {
    const char c = p_ + 1 < text_.size() ? text_[p_ + 1] : '\0';
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case '"':
        out += '"';
        break;
      case '\'':
        out += '\'';
        break;
      case '\\':
        out += '\\';
        break;
      case 'u':
      case 'U': {
        const std::size_t count = c == 'u' ? 4 : 6;
        const auto value = hex(p_ + 2, count);
        if (!value) break;
        std::uint32_t code = *value;
        std::size_t bytes = 2 + count;
        if (code >= 0xD800 && code < 0xDC00 && text_.substr(p_ + bytes, 2) == "\\u") {
          const auto low = hex(p_ + bytes + 2, 4);
          if (low && *low >= 0xDC00 && *low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10U) + (*low - 0xDC00);
            bytes += 6;
          }
        }
        if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
          report(diag::AC0304, p_, p_ + bytes, {{"escape", std::string(text_.substr(p_, bytes))}});
          code = base::replacement_character;
        }
        base::append_utf8(out, code);
        p_ += bytes;
        return;
      }
      default:
        break;
    }
    if (c == '\0' || std::string_view("nrt\"'\\").find(c) == std::string_view::npos) {
      out += '\\';
      ++p_;
      return;
    }
    p_ += 2;
  }

  /// What stands between quotes; the cursor is on the first quote.
  std::string quoted() {
    const std::size_t begin = p_;
    advance();
    std::string out;
    for (;;) {
      if (p_ >= text_.size()) {
        fail(diag::AC0303, begin, begin + 1);
        return out;
      }
      const Character c = character(p_);
      if (c.c == '"' && (!c.is_wide || character(begin).is_wide)) {
        advance();
        return out;
      }
      if (c.c == '\\' && !c.is_wide) {
        escape(out);
        continue;
      }
      out += text_.substr(p_, std::max<std::size_t>(c.bytes, 1));
      p_ += std::max<std::size_t>(c.bytes, 1);
    }
  }

  // ── expressions ───────────────────────────────────────────────────────────────────────────────

  static constexpr int or_level = 1;
  static constexpr int and_level = 2;
  static constexpr int comparison_level = 3;
  static constexpr int sum_level = 4;
  static constexpr int product_level = 5;
  static constexpr int power_level = 6;

  NodeId expression() { return binary(or_level); }

  /// A comparison operator at the cursor, with its bytes; findings for spellings of other
  /// languages.
  std::optional<Operator> comparison() {
    const char c = peek();
    const char next = c == 0 ? '\0' : peek_at(1);
    const std::size_t begin = p_;
    const auto take = [&](Operator op, int characters) {
      for (int i = 0; i < characters; ++i) advance();
      return op;
    };
    switch (c) {
      case 'l':
      case 'g':
      case 'n':
        if (!character(p_).is_wide) return std::nullopt;
        return take(c == 'l' ? Operator::le : c == 'g' ? Operator::ge : Operator::ne, 1);
      case '<':
        if (next == '>') {
          take(Operator::ne, 2);
          report(diag::AC0309, begin, p_, {{"found", "<>"}, {"wanted", "!="}});
          return Operator::ne;
        }
        return next == '=' ? take(Operator::le, 2) : take(Operator::lt, 1);
      case '>':
        return next == '=' ? take(Operator::ge, 2) : take(Operator::gt, 1);
      case '!':
        if (next != '=') return std::nullopt;
        return take(Operator::ne, 2);
      case '=':
        if (next == '>') {
          take(Operator::ge, 2);
          report(diag::AC0309, begin, p_, {{"found", "=>"}, {"wanted", ">="}});
          return Operator::ge;
        }
        if (next == '=') {
          take(Operator::eq, 2);
          report(diag::AC0309, begin, p_, {{"found", "=="}, {"wanted", "="}});
          return Operator::eq;
        }
        return take(Operator::eq, 1);
      default:
        return std::nullopt;
    }
  }

  struct Found {
    int level = 0;
    Operator op = Operator::add;
  };
  /// The arithmetic operator at the cursor, not consumed.
  Found arithmetic() {
    switch (peek()) {
      case '+':
        return {sum_level, Operator::add};
      case '-':
        return {sum_level, Operator::subtract};
      case '*':
        return peek_at(1) == '*' ? Found{power_level, Operator::power}
                                 : Found{product_level, Operator::multiply};
      case '/':
        return {product_level, Operator::divide};
      default:
        return {};
    }
  }

  NodeId binary(int least) {
    NodeId left = unary();
    while (!failed_) {
      if (const Found found = arithmetic(); found.level != 0) {
        if (found.level < least) break;
        advance();
        if (found.op == Operator::power) advance();
        const NodeId right = binary(found.level + 1);
        if (failed_) return 0;
        left = with_op(make(NodeKind::binary, begin_of(left), {left, right}),
                       static_cast<std::uint8_t>(found.op));
        continue;
      }
      if (least <= comparison_level) {
        if (const NodeId compared = comparison_after(left); compared != 0 || failed_) {
          left = compared;
          continue;
        }
      }
      if (least <= and_level && at_keyword(Keyword::and_)) {
        left = chain(left, Keyword::and_, NodeKind::all_of, comparison_level);
        continue;
      }
      if (least <= or_level && at_keyword(Keyword::or_)) {
        left = chain(left, Keyword::or_, NodeKind::any_of, and_level);
        continue;
      }
      break;
    }
    return failed_ ? 0 : left;
  }

  NodeId chain(NodeId first, Keyword word, NodeKind kind, int level) {
    std::vector<NodeId> operands{first};
    while (accept(word)) {
      operands.push_back(binary(level));
      if (failed_) return 0;
    }
    return make(kind, begin_of(first), operands);
  }

  NodeId comparison_after(NodeId left) {
    if (const auto op = comparison()) {
      const NodeId right = binary(sum_level);
      if (failed_) return 0;
      return with_op(make(NodeKind::binary, begin_of(left), {left, right}),
                     static_cast<std::uint8_t>(*op));
    }
    if (accept(Keyword::between)) {
      const NodeId low = binary(sum_level);
      if (failed_ || !expect(Keyword::and_)) return 0;
      const NodeId high = binary(sum_level);
      if (failed_) return 0;
      return make(NodeKind::between, begin_of(left), {left, low, high});
    }
    if (accept(Keyword::in)) {
      std::vector<NodeId> parts{left};
      skip();
      tests_at_ = p_;
      const NodeId test = one_test();
      if (failed_) return 0;
      if (node(test).kind == NodeKind::tests) {
        for (const NodeId child : ast_.children(test)) parts.push_back(child);
      } else {
        parts.push_back(test);
      }
      return make(NodeKind::in, begin_of(left), parts);
    }
    return 0;
  }

  /// `< 10`, a range, or an expression.
  NodeId one_test() {
    skip();
    const std::size_t begin = p_;
    if (const auto op = comparison()) {
      const NodeId bound = binary(sum_level);
      if (failed_) return 0;
      return with_op(make(NodeKind::compare_test, begin, {bound}), static_cast<std::uint8_t>(*op));
    }
    return binary(sum_level);
  }

  NodeId unary() {
    const Nesting nesting(*this);
    if (too_deep()) return 0;
    if (peek() != '-') return postfix();
    const std::size_t begin = p_;
    advance();
    const NodeId operand = unary();
    if (failed_) return 0;
    return make(NodeKind::negate, begin, {operand});
  }

  NodeId postfix() {
    NodeId base = primary();
    while (!failed_) {
      const char c = peek();
      if (c == '.' && peek_at(1) != '.') {
        base = path(base);
      } else if (at_descendants()) {
        base = descendants(base);
      } else if (c == '[' && !closes_range()) {
        base = filter(base);
      } else if (c == '(') {
        base = call(base);
      } else if (at_keyword(Keyword::instance)) {
        const std::size_t before = p_;
        accept(Keyword::instance);
        if (!accept(Keyword::of)) {
          p_ = before;
          break;
        }
        const NodeId type = this->type();
        if (failed_) return 0;
        base = make(NodeKind::instance_of, begin_of(base), {base, type});
      } else {
        break;
      }
    }
    return failed_ ? 0 : base;
  }

  /// At `[` behind the upper end of a range: whether it closes the range and begins no filter.
  bool closes_range() {
    if (range_ends_ == 0) return false;
    const std::size_t before = p_;
    advance();
    skip();
    const Character c = character(p_);
    const auto word = keyword(word_at(p_));
    const bool closes =
        p_ >= text_.size() ||
        (c.c != 0 && std::string_view("),]}.=*/<>!").find(c.c) != std::string_view::npos) ||
        (word && *word != Keyword::not_ && *word != Keyword::if_ && *word != Keyword::for_ &&
         *word != Keyword::some && *word != Keyword::every && *word != Keyword::null &&
         *word != Keyword::true_ && *word != Keyword::false_ && *word != Keyword::function);
    p_ = before;
    return closes;
  }

  void set_shape(NodeId id, Shape shape) { shapes_[id] = std::move(shape); }

  /// At `...name`; `1...5` is a range that ends with .5.
  bool at_descendants() {
    if (text_.substr(p_, 3) != "...") return false;
    const std::size_t before = p_;
    p_ += 3;
    skip();
    const bool is_named = peek() == '`' || word_length(text_, p_) > 0;
    p_ = before;
    return is_named;
  }

  NodeId descendants(NodeId base) {
    p_ += 3;
    skip();
    std::string name;
    if (peek() == '`') {
      name = back_tick();
    } else {
      // Which contexts there are below is not known: a name of this text, or one word.
      NameMatch match = seen_members_.longest(text_, p_);
      if (const std::size_t word = word_length(text_, p_); word > match.bytes) match = {{}, word};
      name = name_of(match);
      p_ += match.bytes;
    }
    return failed_ ? 0 : make(NodeKind::descendants, begin_of(base), {base}, name);
  }

  NodeId path(NodeId base) {
    advance();
    skip();
    const std::size_t begin = p_;
    if (peek() == '`') {
      const std::string name = back_tick();
      return failed_ ? 0 : member(base, begin, name);
    }
    const Shape& shape = shapes_[base];
    const std::size_t word = word_length(text_, p_);
    NameMatch best;
    const auto consider = [&](NameMatch match) {
      if (match.bytes > best.bytes) best = match;
    };
    if (shape.members != nullptr) consider(shape.members->longest_here(text_, p_));
    const Type& type = element_of(shape.type);
    std::optional<Scope> here;
    if (!type.members().empty()) {
      here.emplace();
      for (const auto& [name, member_type] : type.members()) here->add_local(name);
      consider(here->longest_here(text_, p_));
    }
    if (!best) {
      consider(properties().longest(text_, p_));
      consider(seen_members_.longest(text_, p_));
      // The members of a pack's names are all declared.
      consider({nullptr, dialect_.units ? word : words_in_a_row(p_)});
    }
    if (!best) return unexpected(base::both("the name of a member", "成员名称"));
    const std::string name = name_of(best);
    p_ += best.bytes;
    return member(base, begin, name);
  }

  /// The name that stands here, as it was declared.
  std::string name_of(const NameMatch& match) const {
    return match.name != nullptr ? match.name->name : normalise_name(text_.substr(p_, match.bytes));
  }

  NodeId member(NodeId base, std::size_t begin, const std::string& name) {
    const Shape shape = shapes_[base];
    const NodeId id = make(NodeKind::path, begin_of(base), {base}, name);
    if (failed_) return 0;
    node(id).data = static_cast<std::uint32_t>(begin);
    if (shape.members != nullptr) {
      if (const Name* found = shape.members->find_here(name)) set_shape(id, shape_of(*found));
    }
    if (const Type* found = element_of(shape.type).member(name)) set_shape(id, {*found});
    return id;
  }

  NodeId filter(NodeId base) {
    advance();
    Names names(*this);
    const Shape shape = shapes_[base];
    const Type& element = element_of(shape.type);
    add_local(names.scope, "item", {element, shape.members});
    for (const auto& [name, type] : element.members()) names.scope.add_local(name, type);
    if (shape.members != nullptr) {
      for (const Name& name : shape.members->names()) {
        add_local(names.scope, name.name, shape_of(name));
      }
    }
    const bool is_open = element.members().empty() && shape.members == nullptr;
    open_filters_ += is_open ? 1 : 0;
    const std::uint32_t outer_ends = std::exchange(range_ends_, 0);
    const NodeId condition = expression();
    range_ends_ = outer_ends;
    open_filters_ -= is_open ? 1 : 0;
    if (failed_ || !expect(']', "']'")) return 0;
    const NodeId id = make(NodeKind::filter, begin_of(base), {base, condition});
    if (!failed_) set_shape(id, shape);
    return id;
  }

  NodeId call(NodeId callee) {
    advance();
    const std::uint32_t outer_ends = std::exchange(range_ends_, 0);
    std::vector<NodeId> parts{callee};
    if (!accept(')')) {
      do {
        parts.push_back(argument());
        if (failed_) return 0;
      } while (accept(','));
      if (!expect(')', base::both("',' or ')'", "','或')'"))) return 0;
    }
    range_ends_ = outer_ends;
    const Shape shape = shapes_[callee];
    const NodeId id = make(NodeKind::call, begin_of(callee), parts);
    if (!failed_ && shape.type.is() == Type::Is::function) set_shape(id, {shape.type.element()});
    return id;
  }

  NodeId argument() {
    skip();
    const std::size_t begin = p_;
    if (word_length(text_, p_) != 0 || peek() == '`') {
      const std::string name = declared_name(":");
      if (failed_) return 0;
      if (!name.empty() && peek() == ':') {
        advance();
        const NodeId value = expression();
        return failed_ ? 0 : make(NodeKind::argument, begin, {value}, name);
      }
      p_ = begin;
    }
    return expression();
  }

  NodeId primary() {
    const char c = peek();
    const std::size_t begin = p_;
    if (is_digit(c) || (c == '.' && is_digit(peek_at(1)))) return number();
    switch (c) {
      case '"': {
        const std::string value = quoted();
        return make(NodeKind::string_literal, begin, {}, value);
      }
      case '@': {
        advance();
        if (peek() != '"') return unexpected(base::both("a string in quotes", "带引号的文字"));
        const std::string value = quoted();
        return make(NodeKind::at_literal, begin, {}, value);
      }
      case '[':
        return list_or_range();
      case ']':
        advance();
        return range_after(begin, expression_to_range(), 0);
      case '(':
        return parenthesis();
      case '{':
        return context();
      case '?':
        advance();
        return make(NodeKind::input, begin);
      case '`': {
        const std::string name = back_tick();
        return failed_ ? 0 : name_node(begin, name);
      }
      default:
        break;
    }
    const std::string_view word = word_at(p_);
    NameMatch match = scope_->longest(text_, p_);
    const auto consider = [&](NameMatch longer) {
      if (longer.bytes > match.bytes) match = longer;
    };
    if (open_filters_ > 0) consider(seen_members_.longest(text_, p_));
    const auto found = keyword(word);
    if (found && match.bytes <= word.size() && is_reserved(*found))
      return keyword_expression(*found);
    if (const NodeId id = misspelt_function(begin, match.bytes)) return id;
    if (open_filters_ > 0 && !dialect_.units) {
      const std::size_t row = words_in_a_row(p_);
      if (row > word.size()) consider({nullptr, row});
    }
    if (match) {
      const std::string name = name_of(match);
      p_ += match.bytes;
      return name_node(begin, name);
    }
    if (word.empty()) return unexpected(base::both("an expression", "表达式"));
    p_ += word.size();
    if (found == Keyword::not_) return name_node(begin, "not");
    return unknown_name(begin);
  }

  NodeId name_node(std::size_t begin, const std::string& name) {
    const NodeId id = make(NodeKind::name, begin, {}, name);
    if (failed_) return 0;
    if (const Name* found = scope_->find(name)) set_shape(id, shape_of(*found));
    return id;
  }

  /// Several words before a bracket, of which no name knows more than `known` bytes and which are
  /// nearly a function: `string lenght(x)`. 0 where it is nothing of the kind.
  NodeId misspelt_function(std::size_t begin, std::size_t known) {
    std::size_t end = begin, words = 0;
    for (std::size_t at = begin;;) {
      const std::string_view word = word_at(at);
      const auto found = keyword(word);
      if (word.empty() || (found && found != Keyword::of)) break;
      end = at + word.size();
      ++words;
      at = end + white_space(text_, end);
    }
    const std::size_t bracket = end + white_space(text_, end);
    if (words < 2 || end <= begin + known || bracket >= text_.size() || text_[bracket] != '(')
      return 0;
    const std::string name = normalise_name(text_.substr(begin, end - begin));
    const std::vector<std::string> near = scope_->candidates(name, 1);
    if (near.empty() || near.front().find(' ') == std::string::npos) return 0;
    p_ = end;
    report(diag::AC0412, begin, end, {{"name", name}})
        .notes.push_back(base::note(notes::did_you_mean, {{"name", near.front()}}));
    const NodeId id = name_node(begin, name);
    return failed_ ? id : with_flags(id, 1);
  }

  /// A word that no scope knows; it may be a word of a closed set. Several in a row are one
  /// finding.
  NodeId unknown_name(std::size_t begin) {
    const std::size_t after_first = p_;
    bool is_run = false;
    for (;;) {
      const std::size_t before = p_;
      const std::size_t space = white_space(text_, p_);
      p_ += space;
      const std::string_view word = word_at(p_);
      if (space != 0 && !word.empty() && !keyword(word) && !scope_->longest(text_, p_)) {
        p_ += word.size();
      } else if (space != 0 && is_digit(character(p_).c)) {
        while (is_digit(character(p_).c) || character(p_).c == '.') p_ += character(p_).bytes;
      } else {
        p_ = before;
        break;
      }
      is_run = true;
    }
    const std::string name = normalise_name(text_.substr(begin, p_ - begin));
    if (is_run) {
      Diagnostic& finding = report(diag::AC0414, begin, p_, {{"name", name}});
      const std::string_view first = text_.substr(begin, after_first - begin);
      if (first.size() == 3 &&
          std::all_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        std::string money = normalise_name(text_.substr(after_first, p_ - after_first));
        finding.notes = {
            base::note(notes::money_number_first, {{"example", money + " " + std::string(first)}})};
      }
    }
    const NodeId id = name_node(begin, name);
    return failed_ || !is_run ? id : with_flags(id, 1);
  }

  // ── brackets ──────────────────────────────────────────────────────────────────────────────────

  /// An expression that may be followed by `..`.
  NodeId expression_to_range() {
    const std::uint32_t outer_ends = std::exchange(range_ends_, 0);
    const NodeId id = expression();
    range_ends_ = outer_ends;
    return id;
  }
  bool at_dots() { return peek() == '.' && peek_at(1) == '.'; }

  NodeId range_after(std::size_t begin, NodeId low, std::uint8_t flags) {
    if (failed_) return 0;
    if (!at_dots()) return unexpected("'..'");
    advance();
    advance();
    const std::uint32_t outer_ends = std::exchange(range_ends_, 1);
    const NodeId high = expression();
    range_ends_ = outer_ends;
    if (failed_) return 0;
    if (accept(']')) {
      flags |= range_includes_high;
    } else if (!accept(')') && !accept('[')) {
      return unexpected(base::both("']', ')' or '['", "']'、')'或'['"));
    }
    const Shape shape = shapes_[low];
    const NodeId id = make(NodeKind::range, begin, {low, high});
    if (failed_) return 0;
    return with_flags(id, flags);
  }

  NodeId list_or_range() {
    const std::size_t begin = p_;
    advance();
    if (accept(']')) return make(NodeKind::list, begin);
    std::vector<NodeId> items{expression_to_range()};
    if (failed_) return 0;
    if (at_dots()) return range_after(begin, items[0], range_includes_low);
    while (accept(',')) {
      items.push_back(expression_to_range());
      if (failed_) return 0;
    }
    if (!expect(']', base::both("',' or ']'", "','或']'"))) return 0;
    Shape first = shapes_[items[0]];
    constexpr std::size_t most_looked_at = 64;
    const std::size_t looked_at = std::min(items.size(), most_looked_at);
    for (std::size_t i = 1; i < looked_at && !first.type.members().empty(); ++i) {
      first = either(first, shapes_[items[i]]);
    }
    const NodeId id = make(NodeKind::list, begin, items);
    if (!failed_) set_shape(id, {Type::list(first.type), first.members});
    return id;
  }

  NodeId parenthesis() {
    const std::size_t begin = p_;
    const bool is_tests = tests_at_ == p_;
    tests_at_ = std::string_view::npos;
    advance();
    skip();
    const std::uint32_t outer_ends = std::exchange(range_ends_, 0);
    const std::size_t first_begin = p_;
    NodeId first = 0;
    if (const auto op = comparison()) {
      const NodeId bound = binary(sum_level);
      if (failed_) return 0;
      first =
          with_op(make(NodeKind::half_range, first_begin, {bound}), static_cast<std::uint8_t>(*op));
    } else {
      first = expression();
      if (!failed_ && at_dots()) {
        range_ends_ = outer_ends;
        return range_after(begin, first, 0);
      }
    }
    if (failed_) return 0;
    NodeId result = first;
    if (is_tests && peek() == ',') {
      if (node(first).kind == NodeKind::half_range) node(first).kind = NodeKind::compare_test;
      std::vector<NodeId> tests{first};
      while (accept(',')) {
        tests.push_back(one_test_or_expression());
        if (failed_) return 0;
      }
      result = make(NodeKind::tests, begin, tests);
    }
    range_ends_ = outer_ends;
    if (failed_ || !expect(')', is_tests ? base::both("',' or ')'", "','或')'") : "')'")) return 0;
    if (node(result).kind == NodeKind::half_range || node(result).kind == NodeKind::tests) {
      node(result).range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(p_)};
    }
    return result;
  }

  NodeId one_test_or_expression() {
    skip();
    const std::size_t begin = p_;
    if (const auto op = comparison()) {
      const NodeId bound = binary(sum_level);
      if (failed_) return 0;
      return with_op(make(NodeKind::compare_test, begin, {bound}), static_cast<std::uint8_t>(*op));
    }
    return expression();
  }

  NodeId context() {
    const std::size_t begin = p_;
    advance();
    const std::uint32_t outer_ends = std::exchange(range_ends_, 0);
    Names names(*this);
    std::vector<NodeId> entries;
    std::vector<std::pair<std::string, Type>> members;
    if (!accept('}')) {
      do {
        skip();
        const std::size_t entry_begin = p_;
        std::string key;
        if (peek() == '"') {
          key = quoted();
        } else {
          key = declared_name(":");
        }
        if (failed_) return 0;
        if (p_ == entry_begin) return unexpected(base::both("the name of an entry", "条目名称"));
        if (!expect(':', "':'")) return 0;
        const NodeId value = expression();
        if (failed_) return 0;
        entries.push_back(make(NodeKind::entry, entry_begin, {value}, key));
        if (failed_) return 0;
        add_local(names.scope, key, shapes_[value]);
        seen_members_.add_local(key);
        members.emplace_back(key, shapes_[value].type);
      } while (accept(','));
      if (!expect('}', base::both("',' or '}'", "','或'}'"))) return 0;
    }
    range_ends_ = outer_ends;
    const NodeId id = make(NodeKind::context, begin, entries);
    if (!failed_) set_shape(id, {Type::context(std::move(members))});
    return id;
  }

  // ── keywords ──────────────────────────────────────────────────────────────────────────────────

  NodeId keyword_expression(Keyword word) {
    const std::size_t begin = p_;
    const std::uint32_t outer_ends = range_ends_;
    NodeId id = 0;
    switch (word) {
      case Keyword::null:
        take(word);
        return make(NodeKind::null_literal, begin);
      case Keyword::true_:
      case Keyword::false_:
        take(word);
        id = make(NodeKind::boolean_literal, begin);
        return with_flags(id, word == Keyword::true_ ? 1 : 0);
      case Keyword::if_:
        id = if_else();
        break;
      case Keyword::for_:
        id = iteration(NodeKind::for_each, word, Keyword::return_);
        break;
      case Keyword::some:
        id = iteration(NodeKind::some, word, Keyword::satisfies);
        break;
      case Keyword::every:
        id = iteration(NodeKind::every, word, Keyword::satisfies);
        break;
      case Keyword::function:
        id = function();
        break;
      default:
        return unexpected(base::both("an expression", "表达式"));
    }
    range_ends_ = outer_ends;
    return id;
  }

  NodeId if_else() {
    const std::size_t begin = p_;
    accept(Keyword::if_);
    const NodeId condition = expression();
    if (failed_ || !expect(Keyword::then)) return 0;
    const NodeId yes = expression();
    if (failed_ || !expect(Keyword::else_)) return 0;
    const NodeId no = expression();
    if (failed_) return 0;
    const Shape shape = either(shapes_[yes], shapes_[no]);
    const NodeId id = make(NodeKind::if_else, begin, {condition, yes, no});
    if (!failed_) set_shape(id, shape);
    return id;
  }

  /// The variable of a loop: words up to `in`.
  std::string variable() {
    skip();
    if (peek() == '`') return back_tick();
    const std::size_t begin = p_;
    std::size_t end = p_;
    while (!failed_) {
      skip();
      if (at_keyword(Keyword::in)) break;
      const Character c = character(p_);
      std::size_t length = word_length(text_, p_);
      if (length == 0 && p_ != begin && c.c != 0 &&
          (is_digit(c.c) || std::string_view("./-'+*").find(c.c) != std::string_view::npos)) {
        length = c.bytes;
      }
      if (c.c == '?' && p_ == end && p_ != begin) length = c.bytes;  // `what if?`
      if (length == 0 || at_reserved()) break;
      p_ += length;
      end = p_;
    }
    if (end == begin) {
      unexpected(base::both("the name of a variable", "变量名称"));
      return {};
    }
    return normalise_name(text_.substr(begin, end - begin));
  }

  NodeId iteration(NodeKind kind, Keyword word, Keyword before_body) {
    const std::size_t begin = p_;
    take(word);
    Names names(*this);
    std::vector<NodeId> parts;
    do {
      skip();
      const std::size_t iterator_begin = p_;
      const std::string name = variable();
      if (failed_ || !expect(Keyword::in)) return 0;
      const NodeId first = expression_to_range();
      if (failed_) return 0;
      NodeId last = 0;
      if (at_dots()) {
        advance();
        advance();
        last = expression_to_range();
        if (failed_) return 0;
      }
      const Shape shape = shapes_[first];
      parts.push_back(last == 0 ? make(NodeKind::iterator, iterator_begin, {first}, name)
                                : make(NodeKind::iterator, iterator_begin, {first, last}, name));
      if (failed_) return 0;
      const bool is_list = last == 0 && shape.type.is() == Type::Is::list;
      add_local(names.scope, name,
                {is_list     ? shape.type.element()
                 : last != 0 ? shape.type
                             : Type::any(),
                 shape.members});
    } while (accept(','));
    if (!expect(before_body)) return 0;
    if (kind == NodeKind::for_each) names.scope.add_local("partial", Type::list(Type::any()));
    const NodeId body = expression_to_range();
    if (failed_) return 0;
    parts.push_back(body);
    const Shape shape = shapes_[body];
    const NodeId id = make(kind, begin, parts);
    if (!failed_ && kind == NodeKind::for_each) {
      set_shape(id, {Type::list(shape.type), shape.members});
    }
    return id;
  }

  NodeId function() {
    const std::size_t begin = p_;
    accept(Keyword::function);
    if (!expect('(', "'('")) return 0;
    Names names(*this);
    std::vector<NodeId> parts;
    if (!accept(')')) {
      do {
        skip();
        const std::size_t parameter_begin = p_;
        const std::string name = declared_name(":,)");
        if (failed_) return 0;
        if (name.empty()) return unexpected(base::both("the name of a parameter", "参数名称"));
        NodeId type = 0;
        if (accept(':')) {
          type = this->type();
          if (failed_) return 0;
        }
        parts.push_back(type == 0 ? make(NodeKind::parameter, parameter_begin, {}, name)
                                  : make(NodeKind::parameter, parameter_begin, {type}, name));
        if (failed_) return 0;
        names.scope.add_local(name);
      } while (accept(','));
      if (!expect(')', base::both("',' or ')'", "','或')'"))) return 0;
    }
    const bool is_external = accept(Keyword::external);
    const NodeId body = expression_to_range();
    if (failed_) return 0;
    parts.push_back(body);
    const NodeId id = make(NodeKind::function, begin, parts);
    return failed_ ? 0 : with_flags(id, is_external ? 1 : 0);
  }

  // ── types ─────────────────────────────────────────────────────────────────────────────────────

  NodeId type() {
    const Nesting nesting(*this);
    if (too_deep()) return 0;
    skip();
    const std::size_t begin = p_;
    const std::string_view word = word_at(p_);
    if (word.empty()) return unexpected(base::both("a type", "类型"));
    if (word == "list" || word == "range" || word == "context" || word == "function") {
      p_ += word.size();
      if (accept('<')) return generic_type(begin, word);
      p_ = begin;
    }
    const TypeMatch built_in = builtin_types().longest_type(text_, p_);
    const TypeMatch declared = scope_->longest_type(text_, p_);
    const TypeMatch& known = declared.bytes >= built_in.bytes ? declared : built_in;
    if (known.bytes != 0) {
      p_ += known.bytes;
      return make(NodeKind::type_name, begin, {}, *known.name);
    }
    // A name that nobody declared: words joined by dots.
    do {
      p_ += word_length(text_, p_);
      if (p_ + 1 < text_.size() && text_[p_] == '.' && word_length(text_, p_ + 1) != 0)
        ++p_;
      else
        break;
    } while (true);
    return make(NodeKind::type_name, begin, {}, normalise_name(text_.substr(begin, p_ - begin)));
  }

  NodeId generic_type(std::size_t begin, std::string_view word) {
    std::vector<NodeId> parts;
    if (word == "context") {
      if (accept('>')) return make(NodeKind::type_context, begin);
      do {
        skip();
        const std::size_t member_begin = p_;
        const std::string name = declared_name(":");
        if (failed_) return 0;
        if (name.empty()) return unexpected(base::both("the name of a member", "成员名称"));
        if (!expect(':', "':'")) return 0;
        const NodeId member_type = type();
        if (failed_) return 0;
        parts.push_back(make(NodeKind::type_member, member_begin, {member_type}, name));
      } while (accept(','));
      if (!expect('>', base::both("',' or '>'", "','或'>'"))) return 0;
      return make(NodeKind::type_context, begin, parts);
    }
    if (word == "function") {
      if (peek() != '>') {
        do {
          parts.push_back(type());
          if (failed_) return 0;
        } while (accept(','));
      }
      if (!expect('>', base::both("',' or '>'", "','或'>'"))) return 0;
      if (!expect('-', "'->'") || !expect('>', "'->'")) return 0;
      parts.push_back(type());
      return failed_ ? 0 : make(NodeKind::type_function, begin, parts);
    }
    parts.push_back(type());
    if (failed_ || !expect('>', "'>'")) return 0;
    return make(word == "list" ? NodeKind::type_list : NodeKind::type_range, begin, parts);
  }

  // ── cells ─────────────────────────────────────────────────────────────────────────────────────

  NodeId unary_tests() {
    skip();
    const std::size_t begin = p_;
    if (peek() == '-') {
      advance();
      skip();
      if (p_ >= text_.size()) return make(NodeKind::any_test, begin);
      p_ = begin;
    }
    if (at_keyword(Keyword::not_)) {
      accept(Keyword::not_);
      if (peek() == '(') {
        advance();
        const NodeId tests = test_list(begin);
        if (failed_ || !expect(')', base::both("',' or ')'", "','或')'"))) return 0;
        skip();
        if (p_ >= text_.size()) {
          node(tests).range.end = static_cast<std::uint32_t>(p_);
          return with_flags(tests, 1);
        }
        // not(…) was only the beginning: an expression.
      }
      p_ = begin;
    }
    return test_list(begin);
  }

  NodeId test_list(std::size_t begin) {
    std::vector<NodeId> tests;
    do {
      tests.push_back(one_test_or_expression());
      if (failed_) return 0;
    } while (accept(','));
    return make(NodeKind::tests, begin, tests);
  }

  std::string_view text_;
  std::size_t p_ = 0;
  const Scope* scope_;
  const Dialect& dialect_;
  const Place& place_;
  Ast ast_;
  Diagnostics findings_;
  std::vector<Mark> marks_;
  std::vector<Shape> shapes_;           // parallel to the nodes
  std::vector<std::uint32_t> heights_;  // parallel to the nodes
  Scope seen_members_;                  // keys of the contexts of this text
  std::uint32_t depth_ = 0;
  std::uint32_t open_filters_ = 0;  // filters over values of unknown type around the cursor
  std::uint32_t range_ends_ = 0;    // 1 while an upper end is read, where `[` may close it
  std::size_t tests_at_ = std::string_view::npos;  // parenthesis that may be a list of tests
  bool failed_ = false;
};

}  // namespace

Parsed parse(std::string_view text, const Scope& scope, Goal goal, const Dialect& dialect,
             const Place& place) {
  if (text.size() > dialect.max_bytes) {
    Parsed out;
    const SourceSpan span = place ? place(0, 1) : SourceSpan{0, 0, 1};
    out.findings.push_back(
        base::make(diag::AC0314, span, {{"most", std::to_string(dialect.max_bytes)}}));
    return out;
  }
  return Parser(text, scope, dialect, place).run(goal);
}

bool is_keyword(std::string_view word, Language language) noexcept {
  for (std::size_t i = 0; i < std::size(keywords); ++i) {
    if (is_reserved(static_cast<Keyword>(i)) && keywords[i].in(language) == word) return true;
  }
  return false;
}

}  // namespace aftercare::feel
