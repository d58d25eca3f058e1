// builtins/regex.hpp — regular expressions of XPath 3.1: those of XML Schema with anchors,
// reluctant quantifiers, groups, back-references, class subtraction and the flags s m i x q.
//
//   auto r = Regex::compile(context, "a(.)", "i");
//   auto text = base::to_code_points("xAbc");
//   r->search(context, text, 0);   // {1, 3} and group 1 {2, 3}
//
// A backtracking matcher on code points, without recursion. Each step is taken from the budget of
// the evaluation, so a catastrophic pattern ends with an exhausted budget and not with a hang.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builtins/call_context.hpp"

namespace aftercare::builtins {

class Regex {
 public:
  /// Begin and end of the whole match and of each group, in code points.
  struct Span {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t begin = none;
    std::size_t end = none;
  };
  using Match = std::vector<Span>;

  /// None where pattern or flags are not valid or the pattern is too large. Tells nothing.
  [[nodiscard]] static std::optional<Regex> compile(CallContext& context, std::string_view pattern,
                                                    std::string_view flags);

  /// Number of capturing groups.
  [[nodiscard]] std::size_t group_count() const noexcept { return groups_; }
  /// Flag q: pattern and replacement are plain text.
  [[nodiscard]] bool is_literal() const noexcept { return literal_; }

  /// The first match that begins at `from` or later. None also where the budget ran out.
  [[nodiscard]] std::optional<Match> search(CallContext& context, const std::u32string& text,
                                            std::size_t from) const;

  struct Range {
    char32_t first = 0;
    char32_t last = 0;
  };
  /// A set of characters: ranges and categories, perhaps negated, less another set.
  struct Class {
    std::vector<Range> ranges;           ///< sorted, not touching
    std::uint32_t categories = 0;        ///< mask of general categories
    std::vector<std::uint32_t> all_but;  ///< \W, \P{…}: any character outside these categories
    std::vector<std::vector<Range>> outside;  ///< \S, \I, \C: any character outside these
    std::vector<int> blocks;                  ///< \p{Is…}, as ICU numbers them
    std::vector<int> not_blocks;              ///< \P{Is…}
    bool negated = false;
    std::vector<Class> less;  ///< none or one
    [[nodiscard]] bool contains(char32_t c) const noexcept;
  };

  enum class Op : std::uint8_t {
    character,      ///< x: code point
    folded,         ///< x: code point, case folded
    any,            ///< all but line ends
    anything,       ///< all, under flag s
    one_of,         ///< x: class
    split,          ///< try x, then y
    jump,           ///< to x
    save,           ///< position into slot x
    line_start,     ///< ^ under flag m
    line_end,       ///< $ under flag m
    text_start,     ///< ^
    text_end,       ///< $
    backreference,  ///< group x
    loop_enter,     ///< position into slot x
    loop_check,     ///< fails where the position is that of slot x: a round that took nothing
    match,
  };
  struct Instruction {
    Op op = Op::match;
    std::uint32_t x = 0;
    std::uint32_t y = 0;
  };

 private:
  friend class RegexCompiler;
  bool run(CallContext& context, const std::u32string& text, std::size_t from,
           std::vector<std::size_t>& slots) const;

  std::vector<Instruction> program_;
  std::vector<Class> classes_;
  std::size_t groups_ = 0;
  std::size_t slots_ = 2;  // of groups and of loops
  bool ignores_case_ = false;
  bool literal_ = false;
};

}  // namespace aftercare::builtins
