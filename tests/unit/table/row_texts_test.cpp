#include "table/row_texts.hpp"

#include <gtest/gtest.h>

namespace aftercare::table {
namespace {

TEST(RowTexts, gives_back_what_was_written) {
  std::vector<TableSource::Row> rows;
  for (std::uint32_t r = 0; r < 4; ++r) {
    TableSource::Row row;
    row.span = {1, 100 * r, 100 * r + 50};
    row.conditions = {{"", {1, 100 * r, 100 * r}}, {r % 2 == 0 ? "-" : "< 5", {1, 100 * r + 4, 7}}};
    row.results = {{"", {r == 2 ? 7U : 1U, 9, 10}}, {"\"-\"", {1, 100 * r + 9, 100 * r + 12}}};
    rows.push_back(row);
  }
  const RowTexts texts(rows, 2, 2);
  ASSERT_EQ(texts.size(), rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const TableSource::Row row = texts.row(r);
    EXPECT_EQ(row.span, rows[r].span);
    EXPECT_EQ(texts.span(r), rows[r].span);
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(row.conditions[c].text, rows[r].conditions[c].text);
      EXPECT_EQ(row.conditions[c].span, rows[r].conditions[c].span);
      EXPECT_EQ(row.results[c].text, rows[r].results[c].text);
      EXPECT_EQ(row.results[c].span, rows[r].results[c].span);
      EXPECT_EQ(texts.result_span(r, c), rows[r].results[c].span);
    }
  }
  EXPECT_EQ(RowTexts().size(), 0U);
}

}  // namespace
}  // namespace aftercare::table
