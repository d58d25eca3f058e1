#include "feel/parse.hpp"

#include <string>

#include <gtest/gtest.h>

#include "feel/print.hpp"

namespace aftercare::feel {
namespace {

std::string codes(const Diagnostics& findings) {
  std::string out;
  for (const Diagnostic& finding : findings) {
    if (!out.empty()) out += ' ';
    out += finding.code;
    out += '@';
    out += std::to_string(finding.span.begin);
  }
  return out;
}

Scope names(std::initializer_list<const char*> list, const Scope* parent = nullptr) {
  Scope scope(parent);
  std::uint32_t slot = 0;
  for (const char* name : list) scope.add_slot(name, Type::any(), slot++);
  return scope;
}

/// The tree in brackets, so that grouping shows.
std::string shape(const Ast& tree, NodeId id) {
  std::string out = "(" + std::to_string(static_cast<int>(tree[id].kind));
  for (const NodeId child : tree.children(id)) out += shape(tree, child);
  return out + ")";
}

std::string canonical(std::string_view text, const Scope& scope, const Dialect& dialect = {},
                      Goal goal = Goal::expression) {
  const Parsed parsed = parse(text, scope, goal, dialect);
  if (!parsed.findings.empty()) return codes(parsed.findings);
  const std::string once = print(parsed.ast, parsed.ast.root, {.language = dialect.language});
  const Parsed again = parse(once, scope, goal, dialect);
  EXPECT_TRUE(again.findings.empty()) << once << ": " << codes(again.findings);
  EXPECT_EQ(print(again.ast, again.ast.root, {.language = dialect.language}), once);
  EXPECT_EQ(shape(again.ast, again.ast.root), shape(parsed.ast, parsed.ast.root)) << once;
  return once;
}

TEST(Parse, groups_by_precedence) {
  const Scope s = names({"a", "b", "c", "d"});
  EXPECT_EQ(canonical("1+2*3", s), "1 + 2 * 3");
  EXPECT_EQ(canonical("(1+2)*3", s), "(1 + 2) * 3");
  EXPECT_EQ(canonical("3**4**5", s), "3 ** 4 ** 5");
  EXPECT_EQ(canonical("3**(4**5)", s), "3 ** (4 ** 5)");
  EXPECT_EQ(canonical("-3**2", s), "-3 ** 2");
  EXPECT_EQ(canonical("-(3**2)", s), "-(3 ** 2)");
  EXPECT_EQ(canonical("10--5", s), "10 - -5");
  EXPECT_EQ(canonical("a and b or c and d", s), "a and b or c and d");
  EXPECT_EQ(canonical("(a or b) and c", s), "(a or b) and c");
  EXPECT_EQ(canonical("a=b and c>=d", s), "a = b and c >= d");
  EXPECT_EQ(canonical("a between 1 and 2 and b", s), "a between 1 and 2 and b");
  EXPECT_EQ(canonical("a instance of number = true", s), "a instance of number = true");
  EXPECT_EQ(canonical("if a then 1 else 2 + 3", s), "if a then 1 else 2 + 3");
  EXPECT_EQ(canonical("(if a then 1 else 2) + 3", s), "(if a then 1 else 2) + 3");
}

TEST(Parse, reads_literals) {
  const Scope s;
  EXPECT_EQ(canonical(".5 + 1.23e4 - 1E-3", s), ".5 + 1.23e4 - 1e-3");
  EXPECT_EQ(canonical(R"("a\"b\\c\n\u0041\U01F40E\uD83D\uDC0E")", s), "\"a\\\"b\\\\c\\nA🐎🐎\"");
  EXPECT_EQ(canonical(R"("\d+")", s), R"("\\d+")");
  EXPECT_EQ(canonical("@\"P1D\"", s), "@\"P1D\"");
  EXPECT_EQ(canonical("[1..5]", s), "[1..5]");
  EXPECT_EQ(canonical("]1..5[", s), "(1..5)");
  EXPECT_EQ(canonical("(1..5[", s), "(1..5)");
  EXPECT_EQ(canonical("[1,2,[]]", s), "[1, 2, []]");
  EXPECT_EQ(canonical("{a: 1, \"b c\": 2, foo+bar: 3, 🐎: 4}", s),
            "{a: 1, \"b c\": 2, \"foo+bar\": 3, 🐎: 4}");
  EXPECT_EQ(canonical("(<= 10)", s), "(<= 10)");
  EXPECT_EQ(canonical("// one\n1 /* two */ + 2", s), "1 + 2");
}

TEST(Parse, takes_the_longest_name_in_scope) {
  const Scope s = names({"a", "b", "a-b", "Pre-bureau risk category", "Person's description",
                         "decision B 2.2", "Date-Time", "Date-Time2", "for sale", "date and time"});
  EXPECT_EQ(canonical("a-b", s), "a-b");
  EXPECT_EQ(canonical("a -b", s), "a-b");
  EXPECT_EQ(canonical("Pre-bureau   risk\tcategory = \"LOW\"", s),
            "Pre-bureau risk category = \"LOW\"");
  EXPECT_EQ(canonical("Person's description", s), "Person's description");
  EXPECT_EQ(canonical("decision B 2.2 + 1", s), "decision B 2.2 + 1");
  EXPECT_EQ(canonical("Date-Time - Date-Time2", s), "Date-Time - Date-Time2");
  EXPECT_EQ(canonical("for sale", s), "for sale");
  EXPECT_EQ(canonical("date and time(a)", s), "date and time(a)");
  const auto kind = [&](const char* text) {
    const Parsed parsed = parse(text, s);
    return parsed.ast[parsed.ast.root].kind;
  };
  EXPECT_EQ(kind("a-b"), NodeKind::name);
  EXPECT_EQ(kind("a - b"), NodeKind::name);
  EXPECT_EQ(kind("`a`-b"), NodeKind::binary);
  EXPECT_EQ(kind("(a)-(b)"), NodeKind::binary);
}

TEST(Parse, grows_scopes_inside_the_text) {
  const Scope s = names({"list of things"});
  EXPECT_EQ(canonical("{first name: 1, b: first name + 1}.first name", s),
            "{\"first name\": 1, b: first name + 1}.first name");
  EXPECT_EQ(canonical("for my x in list of things, y in 1..3 return my x + y", s),
            "for my x in list of things, y in 1..3 return my x + y");
  EXPECT_EQ(canonical("some x in [1,2] satisfies x > 1", s), "some x in [1, 2] satisfies x > 1");
  EXPECT_EQ(canonical("function(my a: number, b) my a + b", s),
            "function(my a: number, b) my a + b");
  EXPECT_EQ(canonical("[{my key: 1}][my key = 1].my key", s),
            "[{\"my key\": 1}][my key = 1].my key");
  Scope typed;
  typed.add_slot("people", Type::list(Type::context({{"pay per day", Type::number()}})), 0);
  EXPECT_EQ(canonical("people[pay per day > 3].pay per day", typed),
            "people[pay per day > 3].pay per day");
}

TEST(Parse, reads_calls_types_and_tests) {
  const Scope s = names({"f", "x", "days and time duration"});
  EXPECT_EQ(canonical("f(start position: 1, b: x)", s), "f(start position: 1, b: x)");
  EXPECT_EQ(canonical("x instance of list<range<days and time duration>>", s),
            "x instance of list<range<days and time duration>>");
  EXPECT_EQ(canonical("x instance of function<number, string>->boolean", s),
            "x instance of function<number, string>->boolean");
  EXPECT_EQ(canonical("x instance of context<a: number, b: list<string>>", s),
            "x instance of context<a: number, b: list<string>>");
  EXPECT_EQ(canonical("x in (1, < 5, [7..9])", s), "x in (1, < 5, [7..9])");
  EXPECT_EQ(canonical("x in (1..5]", s), "x in (1..5]");
  EXPECT_EQ(canonical("x in ]1..5[ and x", s), "x in (1..5) and x");
  EXPECT_EQ(canonical("x in > 5", s), "x in > 5");
  EXPECT_EQ(canonical("x[1][x > 2].f", s), "x[1][x > 2].f");
  const auto cell = [&](std::string_view text) {
    return canonical(text, s, {}, Goal::unary_tests);
  };
  EXPECT_EQ(cell("-"), "-");
  EXPECT_EQ(cell("< 5, [7..9], x"), "< 5, [7..9], x");
  EXPECT_EQ(cell("not(1, 2)"), "not(1, 2)");
  EXPECT_EQ(cell("not(?) and x"), "not(?) and x");
  EXPECT_EQ(cell("? * 2 > x"), "? * 2 > x");
}

TEST(Parse, reads_the_dialect_of_packs) {
  const Scope s = names({"fee", "started", "min"});
  const Dialect packs{.units = true};
  EXPECT_EQ(canonical("fee <= 50 CNY and started + 30min < 2 wd", s, packs),
            "fee <= 50 CNY and started + 30min < 2wd");
  EXPECT_EQ(canonical("90% * fee", s, packs), "90% * fee");
  EXPECT_EQ(canonical("min(3, 4)", s, packs), "min(3, 4)");
  EXPECT_EQ(canonical("started + 30m", s, packs), "AC0307@10");
  EXPECT_EQ(canonical("fee > CNY 50", s, packs), "AC0414@6");
  const Dialect chinese{.language = Language::chinese, .units = true, .full_width = true};
  const Scope zh = names({"收费", "已收费", "迟到次数", "取整"});
  EXPECT_EQ(canonical("若 迟到次数 >= 3 则 50元 否则 0元", zh, chinese),
            "若 迟到次数 >= 3 则 50元 否则 0元");
  EXPECT_EQ(canonical("非（已收费 ＝ 无）且 收费 ＞ １０元", zh, chinese),
            "非(已收费 = 无) 且 收费 > 10元");
  EXPECT_EQ(canonical("取整(收费 / 1分钟) * 1元", zh, chinese), "取整(收费 / 1分钟) * 1元");
  EXPECT_EQ(canonical("fee ＞ 1", s), "AC0308@4");
}

TEST(Parse, says_what_is_wrong_and_where) {
  const Scope s = names({"a", "b"});
  EXPECT_EQ(canonical("", s), "AC0302@0");
  EXPECT_EQ(canonical("a +", s), "AC0302@3");
  EXPECT_EQ(canonical("a == b", s), "AC0309@2");
  EXPECT_EQ(canonical("a <> b and a == b", s), "AC0309@2 AC0309@13");
  EXPECT_EQ(canonical("a b", s), "AC0301@2");
  EXPECT_EQ(canonical("\"abc", s), "AC0303@0");
  EXPECT_EQ(canonical("/* abc", s), "AC0311@0");
  EXPECT_EQ(canonical("[1, 2", s), "AC0302@5");
  EXPECT_EQ(canonical("if a then b", s), "AC0302@11");
  EXPECT_EQ(canonical("a\xff", s), "AC0313@1");
}

TEST(Parse, bounds_hostile_texts) {
  const Scope s = names({"a"});
  for (const char* piece : {"(", "[", "-", "{a:", "f(", "if ", "function() ", "a[", "not(",
                            "for x in ", "a instance of list<", "some x in [1] satisfies "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += piece;
    EXPECT_FALSE(parse(text, s).findings.empty()) << piece;
  }
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  EXPECT_EQ(parse(sum, s).findings.at(0).code, "AC0305");
  std::string either = "a";
  for (int i = 0; i < 100'000; ++i) either += " or a";
  EXPECT_TRUE(parse(either, s).findings.empty());
  EXPECT_TRUE(parse("\"" + std::string(1'000'000, 'x') + "\"", s).findings.empty());
}

TEST(Parse, survives_random_texts) {
  const Scope s = names({"a", "date and time", "a-b"});
  const char* pieces[] = {"a",
                          "(",
                          ")",
                          "[",
                          "]",
                          "{",
                          "}",
                          ",",
                          "..",
                          "if ",
                          "then ",
                          " else ",
                          "for x in ",
                          " return ",
                          "+",
                          "-",
                          "*",
                          "**",
                          "/",
                          "<=",
                          "=",
                          "\"",
                          "@\"",
                          "1",
                          "2.5",
                          "?",
                          ":",
                          " and ",
                          " in ",
                          "not(",
                          ".b",
                          "function(",
                          "`",
                          "//",
                          "/*",
                          "\\u12",
                          "，",
                          "\xe4",
                          "é",
                          " between ",
                          " instance of ",
                          "list<",
                          "30min",
                          " CNY",
                          "some ",
                          " satisfies "};
  std::uint64_t state = 88172645463325252ULL;
  const auto below = [&](std::size_t bound) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    return static_cast<std::size_t>(state % bound);
  };
  const Dialect packs{.units = true, .full_width = true};
  std::size_t understood = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t n = below(12); n > 0; --n) text += pieces[below(std::size(pieces))];
    for (const Goal goal : {Goal::expression, Goal::unary_tests}) {
      const Parsed parsed = parse(text, s, goal, i % 2 == 0 ? packs : Dialect{});
      for (const Diagnostic& finding : parsed.findings) {
        EXPECT_LE(finding.span.begin, finding.span.end) << text;
        EXPECT_LE(finding.span.end, text.size()) << text;
      }
      EXPECT_TRUE(!parsed.findings.empty() || parsed.ast.root != 0) << text;
      understood += parsed.findings.empty() ? 1U : 0U;
    }
  }
  EXPECT_GT(understood, 500U);
}

TEST(Scope, offers_near_names) {
  Scope s = names({"notice", "note", "elsewhere"});
  EXPECT_EQ(s.candidates("notise"), (std::vector<std::string>{"notice", "note"}));
  s.add_words(Type::symbol("Cause", {"quality", "transport"}, 7));
  ASSERT_EQ(s.sets_with("quality").size(), 1U);
  EXPECT_EQ(s.candidates("qualty").at(0), "quality");
}

}  // namespace
}  // namespace aftercare::feel
