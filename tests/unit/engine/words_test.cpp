// The engine's own words: every refusal has its Chinese sentence, whatever stands in its places.
#include "engine/words.hpp"

#include <gtest/gtest.h>

#include "aftercare/case.hpp"

namespace aftercare::engine {
namespace {

TEST(Words, ASentenceIsToldInTheLanguageAskedFor) {
  EXPECT_EQ(sentence_text("a value is required", Language::english), "a value is required");
  EXPECT_EQ(sentence_text("a value is required", Language::chinese), "缺少必填的值");
  EXPECT_EQ(sentence_text("written by an author", Language::chinese), "written by an author");
}

TEST(Words, PlacesKeepTheirWordsAndOrder) {
  EXPECT_EQ(sentence_text("expected a | b, not \"c\"", Language::chinese), "应为a | b,而不是“c”");
  EXPECT_EQ(sentence_text("expected a number, not \"6\"\"", Language::chinese),
            "应为数字,而不是“6\"”");
  EXPECT_EQ(sentence_text("expected a list of a number, not \"[a, b]\"", Language::chinese),
            "应为列表,各项为数字,而不是“[a, b]”");
  EXPECT_EQ(
      sentence_text("no such role in these packs; did you mean 'technician'?", Language::chinese),
      "规则包里没有这个角色;是不是“technician”?");
  // What failed, behind the formula that it failed in.
  EXPECT_EQ(sentence_text("fee / count: / divides by zero", Language::chinese),
            "fee / count:/的除数是零");
  EXPECT_EQ(sentence_text("nothing is called day", Language::chinese), "没有叫day的名称");
  // A name with the sentence's own words in it.
  EXPECT_EQ(sentence_text("no event is called \"x\"; did you mean 'y\"; z'?", Language::chinese),
            "没有叫“x”的事件;是不是“y\"; z”?");
}

TEST(Words, AReasonNamesWhatItIsAbout) {
  const Reason reason{"data", "serial", "S2-03-C05", "a value is required"};
  EXPECT_EQ(reason_text(reason, Language::english), "serial: a value is required");
  EXPECT_EQ(reason_text(reason, Language::chinese), "serial:缺少必填的值");
  EXPECT_EQ(reason_text({"need", "there is a plan", {}, {}}, Language::english), "there is a plan");
}

TEST(Words, ARowSaysItsCodeInWords) {
  EXPECT_EQ(row_reason_text({"no_transition", "send", {}, "nothing asks for it in this state"},
                            Language::english),
            "not asked for in this state: send, nothing asks for it in this state");
  EXPECT_EQ(row_reason_text({"by", "send, it", {}, "not the one who may"}, Language::chinese),
            "不该由此人报:send, it,此人无权");
  EXPECT_EQ(row_reason_text({"need", "two faults, one cause", {}, {}}, Language::chinese),
            "未满足:two faults, one cause");
  EXPECT_EQ(row_reason_text({{}, "\"noon\" is no instant", {}, {}}, Language::chinese),
            "“noon”不是时间");
}

TEST(Words, MinutesAreWholeWhateverTheYear) {
  EXPECT_EQ(minute_text(parse_instant("2024-03-04T09:00:59Z", Zone()).value(), Zone()),
            "2024-03-04 09:00");
  EXPECT_EQ(minute_text(parse_instant("99999-01-02T03:04:05Z", Zone()).value(), Zone()),
            "99999-01-02 03:04");
  EXPECT_EQ(span_text({}, {}, Zone(), Language::chinese), "没有一行得到处理");
}

TEST(Words, StatesAndKindsHaveWordsInBothLanguages) {
  EXPECT_EQ(to_text(Outcome::Is::incident, Language::chinese), "异常");
  EXPECT_EQ(to_text(ClockView::State::breached, Language::chinese), "超时");
  EXPECT_EQ(kind_text("fine", Language::chinese), "罚款");
}

}  // namespace
}  // namespace aftercare::engine
