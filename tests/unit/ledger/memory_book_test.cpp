#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ledger/entry.hpp"

namespace aftercare::ledger {
namespace {

Entry entry(std::uint16_t ledger, const std::string& subject, const std::string& of) {
  Entry out;
  out.ledger = ledger;
  out.subject = Value::string(subject);
  if (!of.empty()) out.case_id = Value::string(of);
  return out;
}

TEST(MemoryBook, finds_few_as_it_finds_many) {
  MemoryBook book;
  std::vector<std::uint64_t> of_li, of_first;
  for (int i = 0; i < 100; ++i) {
    const bool is_li = i % 3 == 0, is_first = i % 5 == 0;
    const std::uint64_t id =
        book.add(entry(is_li ? 1 : 2, i % 2 == 0 ? "li" : "wang", is_first ? "A1" : ""));
    ASSERT_EQ(id, static_cast<std::uint64_t>(i) + 1);
    if (is_li && i % 2 == 0) of_li.push_back(id);
    if (is_first) of_first.push_back(id);
    ASSERT_EQ(book.of(1, Value::string("li")), of_li) << i;
    ASSERT_EQ(book.of_case(Value::string("A1")), of_first) << i;
    ASSERT_TRUE(book.of(3, Value::string("li")).empty()) << i;
    ASSERT_TRUE(book.of_case(Value::string("A2")).empty()) << i;
  }
  Entry changed = book.get(1);
  changed.is_withdrawn = true;
  book.update(changed);
  EXPECT_TRUE(book.get(1).is_withdrawn);
  EXPECT_EQ(book.of(1, Value::string("li")), of_li);
}

}  // namespace
}  // namespace aftercare::ledger
