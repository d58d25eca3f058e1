#include "base/text.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/symbols.hpp"
#include "base/unicode.hpp"

namespace aftercare::base {
namespace {

TEST(Unicode, decodes_and_writes_every_code_point) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    const Decoded step = decode(text, 0);
    ASSERT_TRUE(step.is_valid && step.code_point == c && step.bytes == text.size()) << unsigned(c);
  }
}

TEST(Unicode, finds_what_is_not_utf8) {
  EXPECT_EQ(find_invalid_utf8("plain 文字 😀"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("ab\xff"), 2u);
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0u);          // over-long
  EXPECT_EQ(find_invalid_utf8("a\xED\xA0\x80"), 1u);     // surrogate
  EXPECT_EQ(find_invalid_utf8("ab\xE4\xB8"), 2u);        // cut off
  EXPECT_EQ(find_invalid_utf8("\xF5\x80\x80\x80"), 0u);  // beyond U+10FFFF
}

TEST(Unicode, knows_how_wide_a_character_is) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("天数："), 6u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("“…”"), 3u);  // ambiguous width counts as narrow
  EXPECT_EQ(display_width("ＡＢ"), 4u);
}

TEST(Closest, suggests_the_nearest_name_or_none) {
  const std::vector<std::string> names{"notice", "days", "length", "distance_km", "天数", "天书"};
  EXPECT_EQ(closest("notise", names), "notice");
  EXPECT_EQ(closest("lenght", names), "length");
  EXPECT_EQ(closest("Days", names), "days");
  EXPECT_EQ(closest("distence_km", names), "distance_km");
  EXPECT_EQ(closest("开天数", names), "天数");
  EXPECT_EQ(closest("warranty", names), std::nullopt);
  EXPECT_EQ(closest("x", names), std::nullopt);
  EXPECT_EQ(closest("", names), std::nullopt);
  EXPECT_EQ(closest("天树", names), "天书");  // equally near: the first in byte order
}

TEST(EditDistance, counts_characters_not_bytes) {
  EXPECT_EQ(edit_distance("提前天数", "提前日数", 3), 1u);
  EXPECT_EQ(edit_distance("ab", "ba", 3), 1u);
  EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 3), 4u);  // limit + 1
}

TEST(Symbols, number_names_in_order_of_appearance) {
  Symbols symbols;
  const Symbol a = symbols.intern("days");
  const Symbol b = symbols.intern("天数");
  EXPECT_EQ(symbols.intern("days"), a);
  EXPECT_EQ(b.index, 1u);
  for (int i = 0; i < 1000; ++i) symbols.intern("n" + std::to_string(i));
  EXPECT_EQ(symbols.text(b), "天数");
  EXPECT_EQ(symbols.find("n999")->index, 1001u);
  EXPECT_EQ(symbols.find("nobody"), std::nullopt);
}

}  // namespace
}  // namespace aftercare::base
