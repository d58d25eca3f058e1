#include "rulebook/formula_words.hpp"

#include <gtest/gtest.h>

namespace aftercare::rulebook {
namespace {

TEST(FormulaWords, brackets_that_nothing_needs_are_left_out) {
  const std::pair<const char*, const char*> all[] = {
      {"(a)", "a"},
      {"(if (a = b ) then (x) else (if (c) then (y) else (z)))",
       "if a = b then x else if c then y else z"},
      {"if (a or b) and c then (x) else y", "if (a or b) and c then x else y"},
      {"(a + b) * c", "(a + b) * c"},
      {"if a then (if b then x else y) else z", "if a then (if b then x else y) else z"},
      {"f(x)", "f(x)"},
      {"(a) + (b)", "(a) + (b)"},
      {"x = \"(a)\"", "x = \"(a)\""},
      {"((a", "((a"},
      {"a)", "a)"},
      {"", ""}};
  for (const auto& [written, told] : all) EXPECT_EQ(without_needless_brackets(written), told);
}

}  // namespace
}  // namespace aftercare::rulebook
