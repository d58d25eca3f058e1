// The bytes of cases, entries and answers: they come back as they went, and what is damaged is
// refused or is another thing of its own right, never half of one.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/journal_format.hpp"
#include "support/step_cases.hpp"

namespace aftercare::journal {
namespace {

using step_cases::at;
using step_cases::Desk;

const Rulebook& rules() {
  static const Rulebook book = step_cases::rules();
  return book;
}

/// States of a case from its opening to its end.
std::vector<std::string> states_of_a_case(Desk& desk) {
  std::vector<std::string> out;
  const auto keep = [&] { out.push_back(encode(desk.state, *desk.model)); };
  desk.open("A-7", at("2024-03-04T09:00"));
  keep();
  desk.pass(at("2024-03-04T12:00"));
  keep();
  desk.send("arrived", at("2024-03-04T12:10"));
  desk.examine(true, 3, at("2024-03-04T12:20"));
  keep();
  desk.charge(20'000, at("2024-03-04T13:00"));
  keep();
  desk.pass(at("2024-03-06T13:00"));
  keep();
  return out;
}

ledger::Entry entry_of_everything() {
  ledger::Entry entry;
  entry.ledger = 7;
  entry.rule = 12;
  entry.kind = ledger::EntryKind::offence;
  entry.is_correction = entry.is_standing = true;
  entry.subject = Value::string("李");
  entry.case_id = Value::string("order/1");
  entry.step = 3;
  entry.happening = 4;
  entry.nth = 2;
  entry.on = {19'786};
  entry.at = at("2024-03-04T09:00");
  entry.recorded = at("2024-03-04T09:00:00.000001");
  entry.replaced_by = 99;
  entry.about = 1;
  entry.sanction = 0;
  entry.amount = Value::money(-1050, currency_code("CNY"), 2);
  entry.from = Value::string("desk");
  entry.reason = "recorded late";
  entry.fields = {Value(),
                  Value::boolean(true),
                  Value::integer(-7),
                  Value::number(std::string_view("0.000000000000000000000000000000012345")).value(),
                  Value::number(std::string_view("12345678901234567890123456789012")).value(),
                  Value::string(std::string(300, 'x')),
                  Value::date({-1}),
                  Value::instant({-1}),
                  Value::days_duration({7200, 5}, Unit::hour),
                  Value::months_duration({-3}),
                  Value::working_duration(9, Unit::working_hour),
                  Value::symbol(3, 1),
                  Value::list({Value::integer(1), Value::list({})}),
                  Value::context({{"a", Value::string("b")}, {"c", Value()}}),
                  Value::range(Value::integer(1), true, Value::integer(9), false)};
  return entry;
}

Outcome outcome_of_everything() {
  Outcome outcome;
  outcome.is = Outcome::Is::applied;
  outcome.case_id = "order/1";
  outcome.step = 300;
  outcome.state = "there, billed";
  outcome.reasons = {{"need", "the cause is known", "R-C02", ""}, {"by", "", "", "another"}};
  outcome.effects = {{Effect::Is::remind,
                      "order/1#3",
                      "hurry",
                      {"desk", "li"},
                      {{"fee", Value::integer(3)}},
                      "R-C01"}};
  return outcome;
}

/// Every beginning of the bytes is refused; every changed byte is refused, or reads as something
/// that is written just so.
template <class Decode, class Encode>
void check_damage(const std::string& bytes, int is_version, const Decode& decode,
                  const Encode& encode_again) {
  ASSERT_TRUE(decode(bytes));
  EXPECT_EQ(encode_again(*decode(bytes)), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decode(bytes + '\0'));
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      const auto read = decode(damaged);
      if (read)
        EXPECT_EQ(encode_again(*read), damaged) << "byte " << i << " bit " << bit;
      else
        ++refused;
    }
  }
  EXPECT_GT(refused, 0U);
  for (int version = 0; version < 256; ++version) {
    std::string other = bytes;
    other[0] = static_cast<char>(version);
    EXPECT_EQ(static_cast<bool>(decode(other)), version == is_version) << version;
  }
}

TEST(Journal, a_case_comes_back_as_it_went_and_damage_is_seen) {
  Desk desk(rules());
  for (const std::string& bytes : states_of_a_case(desk)) {
    check_damage(
        bytes, case_version,
        [&](const std::string& from) { return decode_case(from, *desk.model); },
        [&](const step::CaseState& state) { return encode(state, *desk.model); });
  }
}

TEST(Journal, holds_come_back_and_a_case_of_the_version_before_has_none) {
  Desk desk(rules());
  desk.open("A-7", at("2024-03-04T09:00"));
  const std::string bytes = encode(desk.state, *desk.model);
  desk.state.held = {{0, 1}};
  const std::string with_one = encode(desk.state, *desk.model);
  const auto back = decode_case(with_one, *desk.model);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->held, desk.state.held);
  // Where the two differ first stands how many there are.
  std::string before = bytes;
  before.erase(
      static_cast<std::size_t>(std::mismatch(bytes.begin(), bytes.end(), with_one.begin()).first -
                               bytes.begin()),
      1);
  before[0] = static_cast<char>(case_version_without_holds);
  const auto old = decode_case(before, *desk.model);
  ASSERT_TRUE(old);
  EXPECT_TRUE(old->held.empty());
  EXPECT_EQ(encode(*old, *desk.model), bytes);
}

TEST(Journal, a_case_that_came_back_goes_on_as_if_it_had_never_left) {
  Desk stayed(rules());
  Desk moved(rules());
  const auto compare = [&] {
    const std::string bytes = encode(moved.state, *moved.model);
    ASSERT_EQ(bytes, encode(stayed.state, *stayed.model));
    std::string record = std::move(moved.state.record);
    auto back = decode_case(bytes, *moved.model);
    ASSERT_TRUE(back);
    moved.state = std::move(*back);
    moved.state.record = std::move(record);
  };
  for (Desk* desk : {&stayed, &moved}) desk->open("A", at("2024-03-04T09:00"));
  compare();
  for (Desk* desk : {&stayed, &moved}) EXPECT_EQ(desk->pass(at("2024-03-04T12:00")), 1U);
  compare();
  for (Desk* desk : {&stayed, &moved}) desk->send("arrived", at("2024-03-04T12:10"));
  compare();
  for (Desk* desk : {&stayed, &moved}) desk->examine(true, 3, at("2024-03-04T12:20"));
  compare();
  for (Desk* desk : {&stayed, &moved})
    EXPECT_EQ(desk->charge(20'000, at("2024-03-04T13:00")).is, Outcome::Is::applied);
  compare();
  for (Desk* desk : {&stayed, &moved}) EXPECT_EQ(desk->pass(at("2024-03-06T13:00")), 1U);
  compare();
  EXPECT_EQ(moved.where(), "done");
  EXPECT_EQ(moved.state.record, stayed.state.record);
}

TEST(Journal, a_case_of_other_rules_is_refused_by_name) {
  Desk desk(rules());
  desk.open("A", at("2024-03-04T09:00"));
  const std::string bytes = encode(desk.state, *desk.model);
  step::Model other = *desk.model;
  other.logic_hash.assign(64, '0');
  for (step::Pack& pack : other.packs) pack.pinned = other.logic_hash;
  const auto read = decode_case(bytes, other);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(read.error().message.find(desk.model->logic_hash.substr(0, 12)), std::string::npos);
}

TEST(Journal, a_case_of_a_version_that_is_not_there_says_which) {
  Desk desk(rules());
  desk.open("A", at("2024-03-04T09:00"));
  const std::string bytes = encode(desk.state, *desk.model);
  step::Model other = *desk.model;
  for (step::Pack& pack : other.packs) {
    pack.pinned.assign(64, '0');
    pack.version += ".later";
  }
  const auto read = decode_case(bytes, other);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(read.error().message.find("'" + desk.model->packs.front().full_name() + "'"),
            std::string::npos);
}

TEST(Journal, an_entry_comes_back_as_it_went_and_damage_is_seen) {
  check_damage(
      encode(entry_of_everything()), entry_version,
      [](const std::string& from) { return decode_entry(from); },
      [](const ledger::Entry& entry) { return encode(entry); });
}

TEST(Journal, an_answer_comes_back_as_it_went_and_damage_is_seen) {
  check_damage(
      encode(outcome_of_everything()), answer_version,
      [](const std::string& from) { return decode_outcome(from); },
      [](const Outcome& outcome) { return encode(outcome); });
}

TEST(Journal, a_count_that_cannot_be_takes_no_memory) {
  std::string bytes = encode(Outcome{});
  // After version, kind, three short texts and a number: reasons without end.
  ASSERT_EQ(bytes.size(), 7U);
  bytes.resize(5);
  bytes += "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
  EXPECT_FALSE(decode_outcome(bytes));
}

}  // namespace
}  // namespace aftercare::journal
