#include "base/csv.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace aftercare::base {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows(std::string_view text) {
  CsvReader reader(text);
  std::vector<std::string_view> fields;
  Rows out;
  while (reader.next(fields)) out.emplace_back(fields.begin(), fields.end());
  return out;
}

TEST(Csv, reads_fields_rows_and_ends_of_lines) {
  EXPECT_EQ(rows("a,b\nc,d\n"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(rows("a,b\r\n\r\nc,d"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(rows("\xEF\xBB\xBF"
                 "a,,\n"),
            (Rows{{"a", "", ""}}));
  EXPECT_EQ(rows("a,,"), (Rows{{"a", "", ""}}));
  EXPECT_EQ(rows(",\n,"), (Rows{{"", ""}, {"", ""}}));
  EXPECT_EQ(rows("(a)!+*,电话\n"), (Rows{{"(a)!+*", "电话"}}));
  EXPECT_EQ(rows(""), Rows());
}

TEST(Csv, takes_quotes_off) {
  EXPECT_EQ(rows("\"a,b\",c\n"), (Rows{{"a,b", "c"}}));
  EXPECT_EQ(rows("\"a \"\"b\"\"\",\"\"\n"), (Rows{{"a \"b\"", ""}}));
  EXPECT_EQ(rows("\"two\nlines\",x\ny"), (Rows{{"two\nlines", "x"}, {"y"}}));
}

TEST(Csv, says_which_row_is_broken_and_goes_on_behind_it) {
  CsvReader reader("a\n\"b\"x,c\nd\n\"open");
  std::vector<std::string_view> fields;
  ASSERT_TRUE(reader.next(fields));
  EXPECT_FALSE(reader.is_broken());
  ASSERT_TRUE(reader.next(fields));
  EXPECT_TRUE(reader.is_broken());
  EXPECT_EQ(reader.line(), 2U);
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1], "c");
  ASSERT_TRUE(reader.next(fields));
  EXPECT_FALSE(reader.is_broken());
  ASSERT_TRUE(reader.next(fields));
  EXPECT_TRUE(reader.is_broken());
  EXPECT_FALSE(reader.next(fields));
}

}  // namespace
}  // namespace aftercare::base
