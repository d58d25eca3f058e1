// The book in memory against the plainest one there can be: a vector that is searched from the
// start.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ledger/entry.hpp"

namespace aftercare::ledger {
namespace {

Entry row_of(std::uint16_t ledger, Value subject, Value case_id = {}) {
  Entry entry;
  entry.ledger = ledger;
  entry.subject = std::move(subject);
  entry.case_id = std::move(case_id);
  return entry;
}

using Ids = std::vector<std::uint64_t>;

TEST(MemoryBook, numbers_from_one_in_order_of_entering) {
  MemoryBook book;
  EXPECT_EQ(book.add(row_of(3, Value::string("li"))), 1U);
  EXPECT_EQ(book.add(row_of(3, Value::string("wang"))), 2U);
  EXPECT_EQ(book.add(row_of(4, Value::string("li"))), 3U);
  EXPECT_EQ(book.get(2).subject.as_string(), "wang");
  EXPECT_EQ(book.get(3).id, 3U);
  EXPECT_EQ(book.all().size(), 3U);
}

TEST(MemoryBook, ledgers_and_kinds_of_subjects_are_apart) {
  MemoryBook book;
  book.add(row_of(3, Value::string("1")));
  book.add(row_of(3, Value::number(rt::Decimal(1))));
  book.add(row_of(4, Value::string("1")));
  EXPECT_EQ(book.of(3, Value::string("1")), Ids{1});
  EXPECT_EQ(book.of(3, Value::number(rt::Decimal(1))), Ids{2});
  EXPECT_EQ(book.of(4, Value::string("1")), Ids{3});
  EXPECT_TRUE(book.of(4, Value::number(rt::Decimal(1))).empty());
  EXPECT_TRUE(book.of(5, Value::string("1")).empty());
}

TEST(MemoryBook, an_entry_by_hand_belongs_to_no_case) {
  MemoryBook book;
  book.add(row_of(3, Value::string("li")));
  book.add(row_of(3, Value::string("li"), Value::string("order/1")));
  EXPECT_EQ(book.of_case(Value::string("order/1")), Ids{2});
}

TEST(MemoryBook, what_is_withdrawn_stays_where_it_was) {
  MemoryBook book;
  book.add(row_of(3, Value::string("li")));
  Entry second = row_of(3, Value::string("li"));
  second.nth = 2;
  second.id = book.add(second);
  second.is_withdrawn = true;
  second.reason = "recorded late";
  book.update(second);
  EXPECT_EQ(book.of(3, Value::string("li")), (Ids{1, 2}));
  EXPECT_TRUE(book.get(2).is_withdrawn);
  EXPECT_EQ(book.get(2).nth, 2U);
  EXPECT_EQ(book.get(2).reason, "recorded late");
  EXPECT_FALSE(book.get(1).is_withdrawn);
}

TEST(MemoryBook, finds_few_as_it_finds_many) {
  MemoryBook book;
  std::vector<std::uint64_t> of_li, of_first;
  for (int i = 0; i < 100; ++i) {
    const bool is_li = i % 3 == 0, is_first = i % 5 == 0;
    const std::uint64_t id =
        book.add(row_of(is_li ? 1 : 2, Value::string(i % 2 == 0 ? "li" : "wang"),
                        is_first ? Value::string("A1") : Value()));
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

TEST(MemoryBook, finds_what_a_search_from_the_start_finds) {
  MemoryBook book;
  std::vector<Entry> plain;
  std::uint64_t state = 42;
  const auto below = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  const auto subject = [&] { return Value::string("person " + std::to_string(below(20))); };
  const auto case_id = [&] {
    return below(4) == 0 ? Value() : Value::string("case/" + std::to_string(below(30)));
  };
  for (int i = 0; i < 3000; ++i) {
    if (below(5) != 0 || plain.empty()) {
      Entry entry = row_of(static_cast<std::uint16_t>(below(4)), subject(), case_id());
      entry.id = plain.size() + 1;
      EXPECT_EQ(book.add(entry), entry.id);
      plain.push_back(std::move(entry));
    } else {
      Entry& entry = plain[below(plain.size())];
      entry.is_withdrawn = true;
      book.update(entry);
    }
    const auto ledger = static_cast<std::uint16_t>(below(4));
    const Value who = subject();
    const Value which = case_id();
    Ids of_subject;
    Ids of_case;
    std::size_t withdrawn = 0;
    for (const Entry& entry : plain) {
      if (entry.ledger == ledger && entry.subject.equals(who)) {
        of_subject.push_back(entry.id);
        withdrawn += entry.is_withdrawn ? 1 : 0;
      }
      if (!which.is_null() && entry.case_id.equals(which)) of_case.push_back(entry.id);
    }
    ASSERT_EQ(book.of(ledger, who), of_subject);
    if (!which.is_null()) {
      ASSERT_EQ(book.of_case(which), of_case);
    }
    for (const std::uint64_t id : of_subject) withdrawn -= book.get(id).is_withdrawn ? 1 : 0;
    ASSERT_EQ(withdrawn, 0U);
  }
}

TEST(MemoryBook, tells_who_comes_before_whom_as_one_who_looks_at_all) {
  const Book::Before by_day = [](const Entry& a, const Entry& b) {
    return a.on.days != b.on.days ? a.on.days < b.on.days : a.id < b.id;
  };
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    MemoryBook book;
    for (int i = 0; i < 400; ++i) {
      const auto lot = random() % 10;
      if (lot < 5 || book.all().empty()) {
        Entry entry = row_of(static_cast<std::uint16_t>(random() % 2),
                             Value::string(random() % 2 == 0 ? "li" : "wang"));
        entry.rule = static_cast<std::uint16_t>(random() % 2);
        entry.on.days = static_cast<std::int64_t>(random() % 30);
        book.add(std::move(entry));
      } else if (lot < 8) {
        Entry changed = book.get(1 + random() % book.all().size());
        changed.is_withdrawn = !changed.is_withdrawn;
        book.update(changed);
      }
      const Entry mine = book.get(1 + random() % book.all().size());
      const Book::Ahead told = book.ahead_of(mine, by_day);
      const Book::Ahead known = book.Book::ahead_of(mine, by_day);
      ASSERT_EQ(told.count, known.count) << "seed " << seed << ", step " << i;
      ASSERT_EQ(told.first, known.first) << "seed " << seed << ", step " << i;
    }
  }
}

}  // namespace
}  // namespace aftercare::ledger
