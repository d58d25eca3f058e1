// What every store promises, tried on each.

#include "aftercare/store.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <unistd.h>

namespace aftercare {
namespace {

std::string scratch_file() {
  static int number = 0;
  const char* directory = std::getenv("TMPDIR");
  std::string path = std::string(directory == nullptr ? "/tmp" : directory) + "/aftercare_store_test_" +
                     std::to_string(::getpid()) + "_" + std::to_string(++number) + ".db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
  return path;
}

struct Kind {
  const char* name;
  std::function<std::shared_ptr<CaseStore>()> make;
};

class EveryStore : public testing::TestWithParam<Kind> {
 protected:
  std::shared_ptr<CaseStore> store = GetParam().make();

  static StoredCase a_case(std::string id, std::uint64_t version, std::string key = {}) {
    return {std::move(id), "order", std::move(key), version, true, std::nullopt, "bytes \0 with zero"};
  }
  static Commit put(StoredCase after, std::uint64_t before) {
    Commit commit;
    commit.version_before = before;
    commit.steps.push_back({after.id, after.version, "step " + std::to_string(after.version)});
    commit.after = std::move(after);
    return commit;
  }
};

TEST_P(EveryStore, gives_back_what_was_committed) {
  StoredCase one = a_case("A1", 1, "key 一");
  one.next_timer = Instant{42};
  one.state = std::string("\0\1\2", 3);
  ASSERT_TRUE(store->commit(put(one, 0)));
  const auto loaded = store->load("A1").value();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->procedure, "order");
  EXPECT_EQ(loaded->key, "key 一");
  EXPECT_EQ(loaded->version, 1U);
  EXPECT_TRUE(loaded->is_open);
  EXPECT_EQ(loaded->next_timer, Instant{42});
  EXPECT_EQ(loaded->state, std::string("\0\1\2", 3));
  EXPECT_EQ(store->steps("A1").value().at(0).bytes, "step 1");
  EXPECT_FALSE(store->load("A2").value());
  EXPECT_TRUE(store->steps("A2").value().empty());
}

TEST_P(EveryStore, refuses_a_commit_on_a_version_that_is_not_the_stored_one_and_writes_nothing) {
  ASSERT_TRUE(store->commit(put(a_case("A1", 1), 0)));
  Commit stale = put(a_case("A1", 2), 0);
  stale.added.push_back({1, "offences", "string:li", 0, "A1", "x"});
  stale.message_id = "m";
  const auto refused = store->commit(stale);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_TRUE(refused.error().is_retryable());
  EXPECT_EQ(store->load("A1").value()->version, 1U);
  EXPECT_EQ(store->steps("A1").value().size(), 1U);
  EXPECT_TRUE(store->all_entries().value().empty());
  EXPECT_FALSE(store->answer("m").value());
  EXPECT_EQ(store->last_entry().value(), 0U);
}

TEST_P(EveryStore, finds_the_open_case_of_a_key_and_lets_the_key_be_used_again) {
  ASSERT_TRUE(store->commit(put(a_case("A1", 1, "li"), 0)));
  EXPECT_EQ(store->find_open("order", "li").value()->id, "A1");
  EXPECT_FALSE(store->find_open("contact", "li").value());
  EXPECT_FALSE(store->commit(put(a_case("A2", 1, "li"), 0)));  // one open case a key
  StoredCase ended = a_case("A1", 2, "li");
  ended.is_open = false;
  ASSERT_TRUE(store->commit(put(ended, 1)));
  EXPECT_FALSE(store->find_open("order", "li").value());
  ASSERT_TRUE(store->commit(put(a_case("A2", 1, "li"), 0)));
  EXPECT_EQ(store->find_open("order", "li").value()->id, "A2");
  EXPECT_EQ(store->cases().value(), (std::vector<std::string>{"A1", "A2"}));
}

TEST_P(EveryStore, wakes_cases_in_order_of_their_timers_at_the_instant_itself) {
  for (const auto& [id, at] : {std::pair{"late", 30}, {"early", 10}, {"middle", 20}}) {
    StoredCase one = a_case(id, 1);
    one.next_timer = Instant{at};
    ASSERT_TRUE(store->commit(put(one, 0)));
  }
  EXPECT_TRUE(store->due(Instant{9}, 10).value().empty());
  EXPECT_EQ(store->due(Instant{20}, 10).value(), (std::vector<std::string>{"early", "middle"}));
  EXPECT_EQ(store->due(Instant{99}, 1).value(), (std::vector<std::string>{"early"}));
  ASSERT_TRUE(store->commit(put(a_case("early", 2), 1)));  // its timer is gone
  EXPECT_EQ(store->due(Instant{99}, 1).value(), (std::vector<std::string>{"middle"}));
}

TEST_P(EveryStore, keeps_entries_by_subject_and_case_in_order_of_id) {
  Commit commit = put(a_case("A1", 1), 0);
  commit.added = {{1, "offences", "string:li", 5, "A1", "one"},
                  {2, "money", "string:li", 5, "A1", "two"},
                  {3, "offences", "string:wang", 6, "A1", "three"},
                  {4, "offences", "string:li", 4, "", "by hand"}};
  ASSERT_TRUE(store->commit(commit));
  const auto of_li = store->entries("offences", "string:li").value();
  ASSERT_EQ(of_li.size(), 2U);
  EXPECT_EQ(of_li[0].bytes, "one");
  EXPECT_EQ(of_li[1].id, 4U);
  EXPECT_EQ(store->entries_of_case("A1").value().size(), 3U);
  EXPECT_TRUE(store->entries_of_case("").value().empty());
  EXPECT_EQ(store->last_entry().value(), 4U);
  EXPECT_EQ(store->entry(3).value()->bytes, "three");
  EXPECT_FALSE(store->entry(9).value());
  Commit change = put(a_case("A1", 2), 1);
  change.changed = {{1, "offences", "string:li", 5, "A1", "withdrawn"}};
  ASSERT_TRUE(store->commit(change));
  EXPECT_EQ(store->entry(1).value()->bytes, "withdrawn");
  Commit taken = put(a_case("A1", 3), 2);
  taken.added = {{4, "offences", "string:li", 5, "A1", "somebody else's id"}};
  const auto refused = store->commit(taken);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(store->load("A1").value()->version, 2U);
}

TEST_P(EveryStore, keeps_the_answer_to_a_message_once) {
  Commit commit;
  commit.message_id = "m1";
  commit.answer = "answer";
  ASSERT_TRUE(store->commit(commit));
  EXPECT_EQ(store->answer("m1").value(), "answer");
  EXPECT_FALSE(store->commit(commit));
}

INSTANTIATE_TEST_SUITE_P(
    stores, EveryStore,
    testing::Values(Kind{"memory", [] { return memory_store(); }},
                    Kind{"sqlite", [] { return sqlite_store(scratch_file()).value(); }}),
    [](const auto& info) { return info.param.name; });

TEST(SqliteStore, is_there_again_when_opened_anew) {
  const std::string path = scratch_file();
  {
    auto store = sqlite_store(path).value();
    Commit commit;
    commit.after = StoredCase{"A1", "order", "k", 1, true, Instant{7}, "state"};
    commit.steps = {{"A1", 1, "step"}};
    ASSERT_TRUE(store->commit(commit));
  }
  auto again = sqlite_store(path).value();
  EXPECT_EQ(again->load("A1").value()->state, "state");
  EXPECT_EQ(again->steps("A1").value().size(), 1U);
}

TEST(SqliteStore, lets_two_writers_meet_in_a_conflict_and_loses_nothing) {
  const std::string path = scratch_file();
  auto first = sqlite_store(path).value(), second = sqlite_store(path).value();
  Commit one;
  one.after = StoredCase{"A1", "order", "", 1, true, {}, "first"};
  ASSERT_TRUE(first->commit(one));
  Commit other = one;
  other.after->state = "second";
  const auto refused = second->commit(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(second->load("A1").value()->state, "first");
}

TEST(SqliteStore, refuses_files_that_are_not_its_own_and_leaves_them_alone) {
  const std::string text = scratch_file();
  std::ofstream(text) << "this is a letter and no database, and it is long enough to have a header of its own";
  const auto letter = sqlite_store(text);
  ASSERT_FALSE(letter);
  EXPECT_EQ(letter.error().code, ErrorCode::corrupt);
  std::ifstream in(text);
  std::string first;
  in >> first;
  EXPECT_EQ(first, "this");
  const auto nowhere = sqlite_store("/nonexistent/folder/cases.db");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace aftercare
