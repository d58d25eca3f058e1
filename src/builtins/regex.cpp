// The regular expression compiler and its machine. The interface of this file is Regex.
#include "builtins/regex.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/uset.h>

#include "base/unicode.hpp"

namespace aftercare::builtins {
namespace {

constexpr std::size_t most_instructions = 100'000;
constexpr std::size_t deepest_nesting = 250;
constexpr std::size_t most_backtrack_entries = 4'000'000;
constexpr char32_t last_code_point = 0x10FFFF;

char32_t fold(char32_t c) noexcept {
  return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

using Range = Regex::Range;
using Class = Regex::Class;

bool in_ranges(const std::vector<Range>& ranges, char32_t c) noexcept {
  const auto at = std::upper_bound(ranges.begin(), ranges.end(), c,
                                   [](char32_t x, const Range& r) { return x < r.first; });
  return at != ranges.begin() && c <= std::prev(at)->last;
}

void normalize(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  std::vector<Range> out;
  for (const Range& r : ranges) {
    if (!out.empty() && r.first <= out.back().last + 1) {
      out.back().last = std::max(out.back().last, r.last);
    } else {
      out.push_back(r);
    }
  }
  ranges = std::move(out);
}

// All case variants of the characters in some ranges.
std::vector<Range> close_over_case(const std::vector<Range>& ranges) {
  USet* set = uset_openEmpty();
  for (const Range& r : ranges) {
    uset_addRange(set, static_cast<UChar32>(r.first), static_cast<UChar32>(r.last));
  }
  uset_closeOver(set, USET_CASE_INSENSITIVE);
  std::vector<Range> out;
  const std::int32_t count = uset_getItemCount(set);
  for (std::int32_t i = 0; i < count; ++i) {
    UChar32 first = 0;
    UChar32 last = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (uset_getItem(set, i, &first, &last, nullptr, 0, &error) == 0) {
      out.push_back({static_cast<char32_t>(first), static_cast<char32_t>(last)});
    }
  }
  uset_close(set);
  normalize(out);
  return out;
}

// The name characters of XML 1.0, fifth edition.
const std::vector<Range>& name_start() {
  static const std::vector<Range> ranges = {
      {':', ':'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
      {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
      {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
      {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
  return ranges;
}
const std::vector<Range>& name_part() {
  static const std::vector<Range> ranges = [] {
    auto all = name_start();
    for (const Range& r : {Range{'-', '.'}, Range{'0', '9'}, Range{0xB7, 0xB7}, Range{0x300, 0x36F},
                           Range{0x203F, 0x2040}}) {
      all.push_back(r);
    }
    normalize(all);
    return all;
  }();
  return ranges;
}
const std::vector<Range>& blanks() {
  static const std::vector<Range> ranges = {{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}};
  return ranges;
}

bool is_blank(char32_t c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::uint32_t mask_of(std::string_view category) noexcept {
  const bool form = (category.size() == 1 || category.size() == 2) && category[0] >= 'A' &&
                    category[0] <= 'Z' &&
                    (category.size() == 1 || (category[1] >= 'a' && category[1] <= 'z'));
  if (!form) return 0;
  const std::int32_t mask =
      u_getPropertyValueEnum(UCHAR_GENERAL_CATEGORY_MASK, std::string(category).c_str());
  return mask == UCHAR_INVALID_CODE ? 0 : static_cast<std::uint32_t>(mask);
}

std::optional<int> block_named(std::string_view name) {
  const std::int32_t block = u_getPropertyValueEnum(UCHAR_BLOCK, std::string(name).c_str());
  if (block == UCHAR_INVALID_CODE) return std::nullopt;
  return block;
}

}  // namespace

bool Regex::Class::contains(char32_t c) const noexcept {
  bool inside = in_ranges(ranges, c);
  const std::uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(c));
  inside = inside || (categories & category) != 0;
  for (const std::uint32_t mask : all_but) inside = inside || (mask & category) == 0;
  for (const auto& other : outside) inside = inside || !in_ranges(other, c);
  if (!blocks.empty() || !not_blocks.empty()) {
    const int block = ublock_getCode(static_cast<UChar32>(c));
    for (const int b : blocks) inside = inside || b == block;
    for (const int b : not_blocks) inside = inside || b != block;
  }
  if (inside == negated) return false;
  return less.empty() || !less.front().contains(c);
}

// Recursive descent over the pattern; alternatives, sequences and repetitions are emitted in place.
class RegexCompiler {
 public:
  RegexCompiler(CallContext& context, std::u32string pattern, Regex& out)
      : context_(context), pattern_(std::move(pattern)), out_(out) {}

  bool multi_line = false;
  bool dot_all = false;

  bool compile() {
    emit(Regex::Op::save, 0);
    if (!alternatives(0) || at_ != pattern_.size()) return false;
    emit(Regex::Op::save, 1);
    emit(Regex::Op::match);
    out_.groups_ = groups_;
    // Loop slots come after those of all groups.
    for (Regex::Instruction& i : out_.program_) {
      if (i.op == Regex::Op::loop_enter || i.op == Regex::Op::loop_check) {
        i.x += static_cast<std::uint32_t>(2 * groups_ + 2);
      }
    }
    out_.slots_ = 2 * groups_ + 2 + loops_;
    return !too_large_;
  }

 private:
  using Op = Regex::Op;

  [[nodiscard]] bool at_end() const noexcept { return at_ == pattern_.size(); }
  [[nodiscard]] char32_t peek() const noexcept { return at_end() ? U'\0' : pattern_[at_]; }
  bool take(char32_t c) noexcept {
    if (at_end() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::uint32_t emit(Op op, std::uint32_t x = 0, std::uint32_t y = 0) {
    if (out_.program_.size() >= most_instructions || !context_.spend(1)) {
      too_large_ = true;
      return 0;
    }
    out_.program_.push_back({op, x, y});
    return static_cast<std::uint32_t>(out_.program_.size() - 1);
  }
  [[nodiscard]] std::uint32_t here() const noexcept {
    return static_cast<std::uint32_t>(out_.program_.size());
  }

  bool alternatives(std::size_t depth) {
    if (depth > deepest_nesting) return false;
    std::vector<std::uint32_t> exits;
    while (true) {
      const std::uint32_t begin = here();
      if (!sequence(depth)) return false;
      if (!take('|')) break;
      insert(begin, {Op::split, begin + 1, 0});
      exits.push_back(emit(Op::jump));
      out_.program_[begin].y = here();
      if (too_large_) return false;
    }
    for (const std::uint32_t e : exits) out_.program_[e].x = here();
    return !too_large_;
  }

  bool sequence(std::size_t depth) {
    while (!at_end() && peek() != '|' && peek() != ')') {
      if (!piece(depth) || too_large_) return false;
    }
    return true;
  }

  // Puts an instruction in front of those from `begin` on; their targets move along.
  void insert(std::uint32_t begin, Regex::Instruction instruction) {
    if (out_.program_.size() >= most_instructions ||
        !context_.spend(out_.program_.size() - begin + 1)) {
      too_large_ = true;
      return;
    }
    auto& p = out_.program_;
    p.insert(p.begin() + begin, instruction);
    for (std::uint32_t i = begin + 1; i < p.size(); ++i) {
      if (p[i].op == Op::split || p[i].op == Op::jump) {
        if (p[i].x >= begin) ++p[i].x;
        if (p[i].op == Op::split && p[i].y >= begin) ++p[i].y;
      }
    }
  }

  // Appends a copy of [begin, end), its targets moved.
  void copy(const std::vector<Regex::Instruction>& code, std::uint32_t origin) {
    const std::uint32_t shift = here() - origin;
    if (out_.program_.size() + code.size() > most_instructions || !context_.spend(code.size())) {
      too_large_ = true;
      return;
    }
    for (Regex::Instruction i : code) {
      if (i.op == Op::split || i.op == Op::jump) i.x += shift;
      if (i.op == Op::split) i.y += shift;
      out_.program_.push_back(i);
    }
  }

  struct Quantifier {
    std::uint32_t least = 1;
    std::optional<std::uint32_t> most = 1;
    bool reluctant = false;
  };

  std::optional<std::uint32_t> number() {
    if (at_end() || peek() < '0' || peek() > '9') return std::nullopt;
    std::uint64_t n = 0;
    while (!at_end() && peek() >= '0' && peek() <= '9') {
      n = std::min<std::uint64_t>(n * 10 + (peek() - '0'), most_instructions * 2);
      ++at_;
    }
    return static_cast<std::uint32_t>(n);
  }

  // False where a quantifier is begun and not valid.
  bool quantifier(std::optional<Quantifier>& q) {
    if (take('?')) {
      q = Quantifier{0, 1};
    } else if (take('*')) {
      q = Quantifier{0, std::nullopt};
    } else if (take('+')) {
      q = Quantifier{1, std::nullopt};
    } else if (take('{')) {
      const auto least = number();
      if (!least) return false;
      q = Quantifier{*least, *least};
      if (take(',')) q->most = number();
      if (!take('}') || (q->most && *q->most < q->least)) return false;
    } else {
      return true;
    }
    q->reluctant = take('?');
    const char32_t c = peek();
    return at_end() || (c != '?' && c != '*' && c != '+' && c != '{');
  }

  void split_to(std::uint32_t at, std::uint32_t inside, std::uint32_t outside, bool reluctant) {
    out_.program_[at].x = reluctant ? outside : inside;
    out_.program_[at].y = reluctant ? inside : outside;
  }

  bool piece(std::size_t depth) {
    const std::uint32_t begin = here();
    bool can_be_empty = false;
    if (!atom(depth, can_be_empty)) return false;
    std::optional<Quantifier> q;
    if (!quantifier(q)) return false;
    if (!q || too_large_) return !too_large_;
    const std::vector<Regex::Instruction> code(out_.program_.begin() + begin, out_.program_.end());
    out_.program_.resize(begin);
    for (std::uint32_t i = 0; i < q->least; ++i) {
      copy(code, begin);
      if (too_large_) return false;
    }
    if (!q->most) {
      // loop: split body, out; enter; body; check; jump loop
      const std::uint32_t loop = emit(Op::split);
      const auto slot = static_cast<std::uint32_t>(loops_++);
      emit(Op::loop_enter, slot);
      copy(code, begin);
      emit(Op::loop_check, slot);
      emit(Op::jump, loop);
      if (too_large_) return false;
      split_to(loop, loop + 1, here(), q->reluctant);
      return true;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = q->least; i < *q->most; ++i) {
      splits.push_back(emit(Op::split));
      copy(code, begin);
      if (too_large_) return false;
    }
    for (const std::uint32_t s : splits) split_to(s, s + 1, here(), q->reluctant);
    return true;
  }

  bool atom(std::size_t depth, bool& /*can_be_empty*/) {
    const char32_t c = pattern_[at_++];
    switch (c) {
      case '(':
        return group(depth);
      case '.':
        emit(dot_all ? Op::anything : Op::any);
        return true;
      case '^':
        emit(multi_line ? Op::line_start : Op::text_start);
        return true;
      case '$':
        emit(multi_line ? Op::line_end : Op::text_end);
        return true;
      case '[':
        return bracket();
      case '\\':
        return escape();
      case '?':
      case '*':
      case '+':
      case '{':
      case '}':
      case ']':
      case ')':
        return false;
      default:
        emit_character(c);
        return true;
    }
  }

  void emit_character(char32_t c) {
    if (out_.ignores_case_) {
      emit(Op::folded, static_cast<std::uint32_t>(fold(c)));
    } else {
      emit(Op::character, static_cast<std::uint32_t>(c));
    }
  }

  bool group(std::size_t depth) {
    if (take('?')) {
      return take(':') && alternatives(depth + 1) && take(')');
    }
    const auto number_of_group = static_cast<std::uint32_t>(++groups_);
    emit(Op::save, 2 * number_of_group);
    if (!alternatives(depth + 1) || !take(')')) return false;
    emit(Op::save, 2 * number_of_group + 1);
    closed_.push_back(number_of_group);
    return !too_large_;
  }

  bool escape() {
    if (at_end()) return false;
    if (peek() >= '1' && peek() <= '9') return backreference();
    Class one;
    const auto single = class_escape(one);
    if (!single) return false;
    if (*single != 0) {
      emit_character(*single);
    } else {
      emit_class(std::move(one));
    }
    return true;
  }

  // As many digits as make the number of a group that is closed already.
  bool backreference() {
    std::uint32_t n = 0;
    bool any = false;
    while (!at_end() && peek() >= '0' && peek() <= '9') {
      const std::uint32_t next = n * 10 + static_cast<std::uint32_t>(peek() - '0');
      if (any && next > groups_) break;
      n = next;
      any = true;
      ++at_;
    }
    if (std::find(closed_.begin(), closed_.end(), n) == closed_.end()) return false;
    emit(Op::backreference, n);
    return true;
  }

  void emit_class(Class one) {
    const auto index = static_cast<std::uint32_t>(out_.classes_.size());
    out_.classes_.push_back(std::move(one));
    emit(Op::one_of, index);
  }

  // After a backslash: the character that is meant, or 0 and something added to the class.
  std::optional<char32_t> class_escape(Class& to) {
    if (at_end()) return std::nullopt;
    const char32_t c = pattern_[at_++];
    switch (c) {
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case '\\':
      case '|':
      case '.':
      case '?':
      case '*':
      case '+':
      case '(':
      case ')':
      case '{':
      case '}':
      case '-':
      case '[':
      case ']':
      case '^':
      case '$':
        return c;
      case 's':
        to.ranges.insert(to.ranges.end(), blanks().begin(), blanks().end());
        return U'\0';
      case 'S':
        to.outside.push_back(blanks());
        return U'\0';
      case 'i':
        to.ranges.insert(to.ranges.end(), name_start().begin(), name_start().end());
        return U'\0';
      case 'I':
        to.outside.push_back(name_start());
        return U'\0';
      case 'c':
        to.ranges.insert(to.ranges.end(), name_part().begin(), name_part().end());
        return U'\0';
      case 'C':
        to.outside.push_back(name_part());
        return U'\0';
      case 'd':
        to.categories |= U_GC_ND_MASK;
        return U'\0';
      case 'D':
        to.all_but.push_back(U_GC_ND_MASK);
        return U'\0';
      case 'w':
        to.all_but.push_back(U_GC_P_MASK | U_GC_Z_MASK | U_GC_C_MASK);
        return U'\0';
      case 'W':
        to.categories |= U_GC_P_MASK | U_GC_Z_MASK | U_GC_C_MASK;
        return U'\0';
      case 'p':
      case 'P':
        if (!property(to, c == 'P')) return std::nullopt;
        return U'\0';
      default:
        return std::nullopt;
    }
  }

  bool property(Class& to, bool complement) {
    if (!take('{')) return false;
    std::string name;
    while (!at_end() && peek() != '}') {
      if (peek() > 0x7F || name.size() > 80) return false;
      name += static_cast<char>(pattern_[at_++]);
    }
    if (!take('}')) return false;
    if (name.starts_with("Is")) {
      const auto block = block_named(std::string_view(name).substr(2));
      if (!block || !context_.spend(100)) return false;
      (complement ? to.not_blocks : to.blocks).push_back(*block);
      return true;
    }
    const std::uint32_t mask = mask_of(name);
    if (mask == 0) return false;
    if (complement) {
      to.all_but.push_back(mask);
    } else {
      to.categories |= mask;
    }
    return true;
  }

  bool bracket() {
    Class one;
    if (!class_body(one, 0)) return false;
    emit_class(std::move(one));
    return true;
  }

  // After '[': up to and with its ']'.
  bool class_body(Class& out, std::size_t depth) {
    if (depth > deepest_nesting) return false;
    out.negated = take('^');
    std::vector<Range> plain;  // what the flag i widens
    bool any = false;
    while (true) {
      if (at_end()) return false;
      if (peek() == ']' && any) break;
      if (peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == '[') {
        if (!any) return false;
        at_ += 2;
        Class inner;
        if (!class_body(inner, depth + 1)) return false;
        out.less.push_back(std::move(inner));
        if (peek() != ']') return false;
        break;
      }
      if (!class_item(out, plain, any)) return false;
      any = true;
    }
    ++at_;
    normalize(plain);
    if (out_.ignores_case_) {
      if (!context_.spend(2000)) return false;  // it is dear
      plain = close_over_case(plain);
    }
    out.ranges.insert(out.ranges.end(), plain.begin(), plain.end());
    normalize(out.ranges);
    return true;
  }

  // One character, of which an escape is a way to write it; 0 for an escape of several characters.
  std::optional<char32_t> class_character(Class& out) {
    const char32_t c = pattern_[at_++];
    if (c == '\\') return class_escape(out);
    if (c == '[' || c == ']') return std::nullopt;
    return c;
  }

  bool class_item(Class& out, std::vector<Range>& plain, bool any) {
    const bool bare_dash = peek() == '-';
    const auto first = class_character(out);
    if (!first) return false;
    if (*first == 0) return true;  // \d and the like, added already
    // A dash stands for itself at the beginning and at the end only.
    if (bare_dash) {
      const bool last = peek() == ']';
      const bool before_subtraction =
          peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == '[';
      if (any && !last && !before_subtraction) return false;
      plain.push_back({'-', '-'});
      return true;
    }
    const bool range = peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']' &&
                       pattern_[at_ + 1] != '[';
    if (!range) {
      plain.push_back({*first, *first});
      return true;
    }
    ++at_;
    Class ignored;
    const auto last = class_character(ignored);
    if (!last || *last == 0 || *last < *first) return false;
    plain.push_back({*first, *last});
    return true;
  }

  CallContext& context_;
  std::u32string pattern_;
  Regex& out_;
  std::size_t at_ = 0;
  std::size_t groups_ = 0;
  std::size_t loops_ = 0;
  std::vector<std::uint32_t> closed_;
  bool too_large_ = false;
};

std::optional<Regex> Regex::compile(CallContext& context, std::string_view pattern,
                                    std::string_view flags) {
  if (!context.spend(pattern.size() + 1, pattern.size() * sizeof(char32_t))) return std::nullopt;
  Regex out;
  bool extended = false;
  bool multi_line = false;
  bool dot_all = false;
  for (const char flag : flags) {
    switch (flag) {
      case 's':
        dot_all = true;
        break;
      case 'm':
        multi_line = true;
        break;
      case 'i':
        out.ignores_case_ = true;
        break;
      case 'x':
        extended = true;
        break;
      case 'q':
        out.literal_ = true;
        break;
      default:
        return std::nullopt;
    }
  }
  std::u32string text = base::to_code_points(pattern);
  if (out.literal_) {
    out.program_.push_back({Op::save, 0});
    for (const char32_t c : text) {
      out.program_.push_back(out.ignores_case_
                                 ? Instruction{Op::folded, static_cast<std::uint32_t>(fold(c))}
                                 : Instruction{Op::character, static_cast<std::uint32_t>(c)});
    }
    out.program_.push_back({Op::save, 1});
    out.program_.push_back({Op::match});
    return out;
  }
  if (extended) {
    // White space goes, but for what stands in a character class.
    std::u32string kept;
    std::size_t brackets = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char32_t c = text[i];
      if (is_blank(c) && brackets == 0) continue;
      kept += c;
      if (c == '\\' && i + 1 < text.size() && (brackets > 0 || !is_blank(text[i + 1]))) {
        kept += text[++i];
      } else if (c == '[') {
        ++brackets;
      } else if (c == ']' && brackets > 0) {
        --brackets;
      }
    }
    text = std::move(kept);
  }
  RegexCompiler compiler(context, std::move(text), out);
  compiler.multi_line = multi_line;
  compiler.dot_all = dot_all;
  if (!compiler.compile()) return std::nullopt;
  return out;
}

bool Regex::run(CallContext& context, const std::u32string& text, std::size_t from,
                std::vector<std::size_t>& slots) const {
  // Either a place to go back to, or the old content of a slot.
  struct Entry {
    std::uint32_t pc;
    std::uint32_t slot;  // + 1; 0: a place
    std::size_t position;
  };
  std::vector<Entry> stack;
  std::uint32_t pc = 0;
  std::size_t at = from;
  const auto set = [&](std::uint32_t slot, std::size_t value) {
    stack.push_back({0, slot + 1, slots[slot]});
    slots[slot] = value;
  };
  const auto is_line_end = [](char32_t c) { return c == '\n'; };
  while (true) {
    if (!context.spend(1)) return false;
    if (stack.size() > most_backtrack_entries) {
      (void)context.spend(UINT64_MAX);
      return false;
    }
    const Instruction i = program_[pc];
    bool ok = true;
    switch (i.op) {
      case Op::character:
        ok = at < text.size() && text[at] == static_cast<char32_t>(i.x);
        at += ok ? 1U : 0U;
        ++pc;
        break;
      case Op::folded:
        ok = at < text.size() && fold(text[at]) == static_cast<char32_t>(i.x);
        at += ok ? 1U : 0U;
        ++pc;
        break;
      case Op::any:
        ok = at < text.size() && text[at] != '\n' && text[at] != '\r';
        at += ok ? 1U : 0U;
        ++pc;
        break;
      case Op::anything:
        ok = at < text.size();
        at += ok ? 1U : 0U;
        ++pc;
        break;
      case Op::one_of:
        ok = at < text.size() && classes_[i.x].contains(text[at]);
        at += ok ? 1U : 0U;
        ++pc;
        break;
      case Op::split:
        stack.push_back({i.y, 0, at});
        pc = i.x;
        break;
      case Op::jump:
        pc = i.x;
        break;
      case Op::save:
      case Op::loop_enter:
        set(i.x, at);
        ++pc;
        break;
      case Op::loop_check:
        ok = slots[i.x] != at;
        ++pc;
        break;
      case Op::text_start:
        ok = at == 0;
        ++pc;
        break;
      case Op::text_end:
        ok = at == text.size();
        ++pc;
        break;
      case Op::line_start:
        ok = at == 0 || (is_line_end(text[at - 1]) && at < text.size());
        ++pc;
        break;
      case Op::line_end:
        ok = at == text.size() || is_line_end(text[at]);
        ++pc;
        break;
      case Op::backreference: {
        // A group that took no part matches the empty text.
        const std::size_t begin = slots[2 * i.x], end = slots[2 * i.x + 1];
        if (begin != Span::none && end != Span::none) {
          const std::size_t length = end - begin;
          if (!context.spend(length)) return false;
          ok = length <= text.size() - at;
          for (std::size_t k = 0; ok && k < length; ++k) {
            ok = ignores_case_ ? fold(text[begin + k]) == fold(text[at + k])
                               : text[begin + k] == text[at + k];
          }
          if (ok) at += length;
        }
        ++pc;
        break;
      }
      case Op::match:
        return true;
    }
    if (ok) continue;
    while (!stack.empty() && stack.back().slot != 0) {
      slots[stack.back().slot - 1] = stack.back().position;
      stack.pop_back();
    }
    if (stack.empty()) return false;
    pc = stack.back().pc;
    at = stack.back().position;
    stack.pop_back();
  }
}

std::optional<Regex::Match> Regex::search(CallContext& context, const std::u32string& text,
                                          std::size_t from) const {
  std::vector<std::size_t> slots;
  for (std::size_t start = from; start <= text.size(); ++start) {
    slots.assign(slots_, Span::none);
    if (run(context, text, start, slots)) {
      Match match(groups_ + 1);
      for (std::size_t g = 0; g <= groups_; ++g) {
        if (slots[2 * g + 1] != Span::none) match[g] = {slots[2 * g], slots[2 * g + 1]};
      }
      return match;
    }
    if (context.is_exhausted()) return std::nullopt;
    if (program_[1].op == Op::text_start) break;  // it can match at the beginning only
  }
  return std::nullopt;
}

}  // namespace aftercare::builtins
