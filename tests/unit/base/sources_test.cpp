#include <string>

#include <gtest/gtest.h>

#include "aftercare/source.hpp"

namespace aftercare {
namespace {

TEST(Sources, give_line_and_columns_of_a_byte) {
  Sources sources;
  const auto id = sources.add("a.yaml", "x\n天 b\r\nlast");
  EXPECT_EQ(sources.position({id, 0, 1}).line, 1u);
  const Position b = sources.position({id, 6, 7});
  EXPECT_EQ(b.line, 2u);
  EXPECT_EQ(b.column, 3u);
  EXPECT_EQ(b.display_column, 4u);
  EXPECT_EQ(sources.position({id, 9, 9}).line, 3u);
  EXPECT_EQ(sources.position({id, 1000, 1000}).line, 3u);  // clipped to the end
  EXPECT_EQ(sources.line_at(id, 6), "天 b");
  EXPECT_EQ(sources.line_at(id, 1000), "last");
  EXPECT_EQ(sources.text(SourceSpan{id, 2, 5}), "天");
  EXPECT_EQ(sources.text(SourceSpan{id, 9, 4000}), "last");
}

TEST(Sources, copies_do_not_see_what_is_added_later) {
  Sources first;
  first.add("a", "1");
  Sources copy = first;
  copy.add("b", "2");
  EXPECT_EQ(first.size(), 1u);
  EXPECT_EQ(copy.size(), 2u);
  EXPECT_EQ(first.text(0).data(), copy.text(0).data());
}

TEST(Sources, a_byte_order_mark_is_no_column) {
  Sources sources;
  sources.add("bom", "\xEF\xBB\xBFx: 1");
  EXPECT_EQ(sources.position({0, 3, 4}).column, 1u);
  EXPECT_EQ(sources.position({0, 0, 3}).column, 1u);
  EXPECT_EQ(sources.line_at(0, 1), "x: 1");
}

TEST(Sources, an_empty_text_has_one_line) {
  Sources sources;
  sources.add("empty", "");
  EXPECT_EQ(sources.line_at(0, 0), "");
  EXPECT_EQ(sources.position({0, 0, 0}).line, 1u);
}

}  // namespace
}  // namespace aftercare
