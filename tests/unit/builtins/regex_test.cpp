// Regular expressions of XPath: what matches, what is refused, and that time is bounded.
#include "builtins/regex.hpp"

#include <gtest/gtest.h>

#include "base/unicode.hpp"
#include "unit/builtins/support.hpp"

namespace aftercare::builtins {
namespace {

// "begin-end" of the match and its groups, "no", or "bad".
std::string find_in(std::string_view text, std::string_view pattern, std::string_view flags = "") {
  TestContext context;
  const auto regex = Regex::compile(context, pattern, flags);
  if (!regex) return "bad";
  const auto match = regex->search(context, base::to_code_points(text), 0);
  if (!match) return context.is_exhausted() ? "budget" : "no";
  std::string out;
  for (const auto& span : *match) {
    if (!out.empty()) out += ' ';
    out += span.begin == Regex::Span::none
               ? "-"
               : std::to_string(span.begin) + "-" + std::to_string(span.end);
  }
  return out;
}

TEST(Regex, Basics) {
  EXPECT_EQ(find_in("xabcx", "abc"), "1-4");
  EXPECT_EQ(find_in("xabcx", "a|b|c"), "1-2");
  EXPECT_EQ(find_in("xabcx", "b|abc"), "1-4");
  EXPECT_EQ(find_in("aab", "a*"), "0-2");
  EXPECT_EQ(find_in("aab", "a*?b"), "0-3");
  EXPECT_EQ(find_in("aab", "(a)(b)?"), "0-1 0-1 -");
  EXPECT_EQ(find_in("aaab", "a{2}"), "0-2");
  EXPECT_EQ(find_in("aaab", "a{2,}b"), "0-4");
  EXPECT_EQ(find_in("aaab", "a{1,2}?b"), "1-4");
  EXPECT_EQ(find_in("aaab", "a{0}b"), "3-4");
  EXPECT_EQ(find_in("abab", "(?:ab)+"), "0-4");
  EXPECT_EQ(find_in("abcabd", "(a(b|c)*)d"), "3-6 3-5 4-5");
  EXPECT_EQ(find_in("", ""), "0-0");
  EXPECT_EQ(find_in("维修🐎", "修."), "1-3");
}

TEST(Regex, AnchorsAndLines) {
  EXPECT_EQ(find_in("ab\ncd", "^c"), "no");
  EXPECT_EQ(find_in("ab\ncd", "^c", "m"), "3-4");
  EXPECT_EQ(find_in("ab\ncd", "b$"), "no");
  EXPECT_EQ(find_in("ab\ncd", "b$", "m"), "1-2");
  EXPECT_EQ(find_in("ab\ncd", "b.c"), "no");
  EXPECT_EQ(find_in("ab\ncd", "b.c", "s"), "1-4");
  EXPECT_EQ(find_in("a\rb", "a.b"), "no");
  EXPECT_EQ(find_in("ab", "a^b"), "no");
}

TEST(Regex, Classes) {
  EXPECT_EQ(find_in("b7", "[0-9]"), "1-2");
  EXPECT_EQ(find_in("I", "[A-Z-[OI]]"), "no");
  EXPECT_EQ(find_in("E", "[^a-z-[E]]"), "no");
  EXPECT_EQ(find_in("a-b", "[+\\-]"), "1-2");
  EXPECT_EQ(find_in("a-b", "[a-]+"), "0-2");
  EXPECT_EQ(find_in("a-b", "[-b]+"), "1-3");
  EXPECT_EQ(find_in("x]y", "[\\]]"), "1-2");
  EXPECT_EQ(find_in("aé1_", "\\w+"), "0-3");
  EXPECT_EQ(find_in("a1٣", "\\d+"), "1-3");
  EXPECT_EQ(find_in("a \t", "\\s+"), "1-3");
  EXPECT_EQ(find_in("a b", "\\S+"), "0-1");
  EXPECT_EQ(find_in("1a:b", "\\i\\c*"), "1-4");
  EXPECT_EQ(find_in("aBc", "\\p{Lu}"), "1-2");
  EXPECT_EQ(find_in("aBc", "\\P{L}"), "no");
  EXPECT_EQ(find_in("x维y", "\\p{IsCJKUnifiedIdeographs}"), "1-2");
  EXPECT_EQ(find_in("x维y", "[\\P{IsBasicLatin}]"), "1-2");
  EXPECT_EQ(find_in("x维y", "[^\\p{IsBasicLatin}]"), "1-2");
}

TEST(Regex, CaseIsIgnoredAsUnicodeSays) {
  EXPECT_EQ(find_in("\xE2\x84\xAA", "k", "i"), "0-1");  // KELVIN SIGN
  EXPECT_EQ(find_in("q", "[^Q]", "i"), "no");
  EXPECT_EQ(find_in("i", "[A-Z-[OI]]", "i"), "no");
  EXPECT_EQ(find_in("Ä", "ä", "i"), "0-1");
  EXPECT_EQ(find_in("aA", "(a)\\1", "i"), "0-2 0-1");
  EXPECT_EQ(find_in("b", "\\p{Lu}", "i"), "no");
}

TEST(Regex, BackReferences) {
  EXPECT_EQ(find_in("abab", "(ab)\\1"), "0-4 0-2");
  EXPECT_EQ(find_in("aa0", "(a)\\10"), "0-3 0-1");
  EXPECT_EQ(find_in("bb", "(a)?b\\1b"), "0-2 -");
  EXPECT_EQ(find_in("h", "(.)\\2"), "bad");
  EXPECT_EQ(find_in("aa", "(a\\1)"), "bad");
  EXPECT_EQ(find_in("a", "\\1(a)"), "bad");
}

TEST(Regex, Flags) {
  EXPECT_EQ(find_in("hello world", "hello\\ sworld", "x"), "0-11");
  EXPECT_EQ(find_in("helloworld", "hello[ ]world", "x"), "no");
  EXPECT_EQ(find_in("hello world", "hello[ ]world", "x"), "0-11");
  EXPECT_EQ(find_in("hello", "\\p{ I s B a s i c L a t i n }+", "x"), "0-5");
  EXPECT_EQ(find_in("a.b*", ".b*", "q"), "1-4");
  EXPECT_EQ(find_in("A.B*", ".b*", "qi"), "1-4");
  EXPECT_EQ(find_in("a", "a", "p"), "bad");
  EXPECT_EQ(find_in("a", "a", " "), "bad");
}

TEST(Regex, RefusesWhatIsNotXPath) {
  for (const char* pattern : {"(",
                              ")",
                              "a)",
                              "(a",
                              "[",
                              "[]",
                              "[^]",
                              "[a",
                              "a**",
                              "a+*",
                              "*a",
                              "+",
                              "?",
                              "{1}",
                              "a{",
                              "a{1",
                              "a{2,1}",
                              "a{,2}",
                              "}",
                              "]",
                              "\\",
                              "\\b",
                              "\\0",
                              "[\\1]",
                              "[asd\\0]",
                              "[z-a]",
                              "[a-\\d]",
                              "[a-b-c]",
                              "[[a]]",
                              "\\p{Xx}",
                              "\\p{IsNoSuchBlock}",
                              "\\p{lu}",
                              "\\pL",
                              "\\p{L",
                              "(?=a)",
                              "(?<n>a)",
                              "(?i)a",
                              "[a-[b]c]",
                              "[-[a]]"}) {
    EXPECT_EQ(find_in("a", pattern), "bad") << pattern;
  }
}

TEST(Regex, EmptyRoundsEnd) {
  EXPECT_EQ(find_in("aab", "(a*)*b"), "0-3 0-2");
  EXPECT_EQ(find_in("aab", "(a|b|)*$").substr(0, 3), "0-3");
  EXPECT_EQ(find_in("b", "(()*)*b").substr(0, 3), "0-1");
  EXPECT_EQ(find_in("ab", "(a?){3}b").substr(0, 3), "0-2");
}

TEST(Regex, CatastropheEndsWithTheBudget) {
  EXPECT_EQ(find_in(std::string(40, 'a') + "b", "(a+)+$"), "budget");
  EXPECT_EQ(find_in(std::string(60, 'a'), "(a|aa)+$(b)"), "budget");
  EXPECT_EQ(find_in("a", "((a{1000}){1000}){1000}"), "bad");
  EXPECT_EQ(find_in("a", std::string(1000, '(') + std::string(1000, ')')), "bad");
  EXPECT_EQ(find_in("a", "a{99999999999999}"), "bad");
  EXPECT_EQ(find_in(std::string(200'000, 'a'), "a*"), "0-200000");
}

TEST(Regex, Replacing) {
  EXPECT_EQ(run("replace", {s("abracadabra"), s("a(.)"), s("a$1$1")}), "\"abbraccaddabbra\"");
  EXPECT_EQ(run("replace", {s("abc"), s("b"), s("[$0]")}), "\"a[b]c\"");
  EXPECT_EQ(run("replace", {s("abc"), s("(b)"), s("$12")}), "\"ab2c\"");
  EXPECT_EQ(run("replace", {s("abc"), s("b"), s("\\$\\\\")}), "\"a$\\\\c\"");
  EXPECT_EQ(run("replace", {s("abc"), s("b"), s("\\n")}), "null: invalid_argument");
  EXPECT_EQ(run("replace", {s("abc"), s("b"), s("$")}), "null: invalid_argument");
  EXPECT_EQ(run("replace", {s("abracadabra"), s(".*?"), s("$1")}), "null: bad_pattern");
  EXPECT_EQ(run("replace", {s("a.b"), s("."), s("$"), s("q")}), "\"a$b\"");
  EXPECT_EQ(run("split", {s("a;b;;"), s(";")}), "[\"a\", \"b\", \"\", \"\"]");
  EXPECT_EQ(run("split", {s("John Doe"), s("\\s")}), "[\"John\", \"Doe\"]");
  EXPECT_EQ(run("split", {s("abc"), s("x*")}), "null: bad_pattern");
  EXPECT_EQ(run("matches", {s("a"), s("a"), Value()}), "true");
}

}  // namespace
}  // namespace aftercare::builtins
