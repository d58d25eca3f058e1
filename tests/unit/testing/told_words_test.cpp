#include "testing/told_words.hpp"

#include <gtest/gtest.h>

namespace aftercare::testing {
namespace {

constexpr Language en = Language::english, zh = Language::chinese;

TEST(ToldWords, states_of_clocks_have_a_word_in_each_vocabulary) {
  EXPECT_EQ(clock_state_text(ClockView::State::met, en), "met");
  EXPECT_EQ(clock_state_text(ClockView::State::met, zh), "按时");
  EXPECT_EQ(clock_states(en).size(), clock_states(zh).size());
}

TEST(ToldWords, reasons_are_told_in_chinese_and_come_back) {
  const std::pair<const char*, const char*> all[] = {
      {"fee: a value is required", "fee:缺少必填的值"},
      {"li is not technician", "li不是technician"},
      {"nobody is not the one who may", "无人不是有权的人"},
      {"unnamed clerk is not clerk", "未具名的clerk不是clerk"},
      {"sheet.signed.customer: customer signs after clerk",
       "sheet.已签.customer:customer须在clerk之后签字"},
      {"signed: not signed by contractor", "已签:contractor没有签字"},
      {"copies made: 2", "一式份数:2"},
      {"called: 周 is absent on 2025-03-07; who may: 吴 for 周 or 李, 赵",
       "called:周于2025-03-07缺勤;可由吴 代 周 或 李、赵办理"},
      {"approve: nobody is asked to decide this now", "同意:目前没有要作的此项决定"},
      {"within 30 days", "within 30 days"},
      {"<what>: <why>", "<what>:<why>"}};
  for (const auto& [english, chinese] : all) {
    EXPECT_EQ(refusal_text(english, en, zh), chinese);
    EXPECT_EQ(refusal_text(chinese, zh, en), english);
    EXPECT_EQ(refusal_text(english, en, en), english);
  }
}

TEST(ToldWords, only_members_of_a_path_are_words_of_the_format) {
  EXPECT_EQ(told_path("signed", en, zh), "已签");
  EXPECT_EQ(told_path("who", en, zh), "责任人");
  EXPECT_EQ(told_path("arrived.at", en, zh), "arrived.时刻");
  EXPECT_EQ(told_path("at", en, zh), "at");
  EXPECT_EQ(told_path("sheet.已签.用户", zh, en), "sheet.signed.用户");
  EXPECT_EQ(told_path("a.", en, zh), "a.");
  EXPECT_EQ(told_path("", en, zh), "");
}

}  // namespace
}  // namespace aftercare::testing
