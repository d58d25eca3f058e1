#include "base/diagnostics.hpp"

#include <string>

#include <gtest/gtest.h>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

namespace aftercare {
namespace {

SourceSpan find(const Sources& sources, std::string_view word) {
  const auto at = static_cast<std::uint32_t>(sources.text(0).find(word));
  return {0, at, at + static_cast<std::uint32_t>(word.size())};
}

Diagnostic unknown_name(SourceSpan span) {
  return base::make(diag::AC0412, span, {{"name", "notise"}},
                    {base::note(notes::did_you_mean, {{"name", "notice"}})});
}

TEST(Render, a_finding_shows_place_line_caret_and_note) {
  Sources sources;
  sources.add("leave.yaml", "a: 1\n  ahead: days < 3 or notise >= 7d\n");
  EXPECT_EQ(render({unknown_name(find(sources, "notise"))}, sources),
            "leave.yaml:2:22: error AC0412: unknown name 'notise'\n"
            "    2 |   ahead: days < 3 or notise >= 7d\n"
            "      |                      ^^^^^^\n"
            "      = did you mean 'notice'?\n");
}

TEST(Render, chinese_characters_take_two_cells) {
  Sources sources;
  sources.add("pack.yaml", "若: 天数 > 提前天数 且 真\n");
  EXPECT_EQ(render({base::make(diag::AC0412, find(sources, "提前天数"), {{"name", "提前天数"}})},
                   sources, {.language = Language::chinese}),
            "pack.yaml:1:9: 错误 AC0412: 没有叫“提前天数”的名称\n"
            "    1 | 若: 天数 > 提前天数 且 真\n"
            "      |            ^^^^^^^^\n"
            "      = 请先声明它,或写已声明的名称;文字要加引号:\"提前天数\"\n");
}

TEST(Render, the_remedy_of_a_code_stands_where_no_note_says_what_to_write) {
  Sources sources;
  sources.add("pack.yaml", "a: b\na: c\n");
  const SourceSpan place = find(sources, "a: c");
  const auto notes_of = [&](std::vector<DiagnosticNote> own) {
    return base::make(diag::AC0113, place, {{"key", "a"}}, std::move(own)).notes;
  };
  ASSERT_EQ(notes_of({}).size(), 1u);
  EXPECT_EQ(message(notes_of({})[0], Language::english),
            "leave one of the two, or give one another key");
  // Another place is a reason, no remedy; a note without a place says enough.
  EXPECT_EQ(notes_of({base::note(notes::first_stands_here, {}, place)}).size(), 2u);
  EXPECT_EQ(notes_of({base::note(notes::did_you_mean, {{"name", "c"}})}).size(), 1u);
}

TEST(Render, a_long_line_is_seen_through_a_window) {
  Sources sources;
  sources.add("long.yaml", std::string(5000, 'x') + " notise " + std::string(5000, 'y'));
  const std::string out = render({unknown_name(find(sources, "notise"))}, sources);
  EXPECT_NE(out.find("long.yaml:1:5002: error"), std::string::npos);
  const std::size_t line = out.find("    1 | …");
  ASSERT_NE(line, std::string::npos);
  EXPECT_LT(out.size(), 600u);
  const std::size_t caret_line = out.find('\n', line) + 1;
  const std::size_t shown = out.find("notise", line);
  EXPECT_EQ(out.find('^') - caret_line, shown - line - 2) << out;  // "…" is three bytes, one cell
}

TEST(Render, a_finding_about_the_whole_file_has_no_line) {
  Sources sources;
  sources.add("pack.yaml", "a: 1\n");
  EXPECT_EQ(render({base::make(diag::AC0130, {0, 0, 0})}, sources),
            "pack.yaml: error AC0130: the file is empty\n"
            "      = write what this kind of file holds; a pack begins with `aftercare: 1`\n");
}

TEST(Render, json_has_one_object_a_line) {
  Sources sources;
  sources.add("a \"b\".yaml", "x: notise\n");
  EXPECT_EQ(render({unknown_name(find(sources, "notise"))}, sources,
                   {.format = RenderOptions::Format::json}),
            "{\"code\":\"AC0412\",\"severity\":\"error\",\"file\":\"a \\\"b\\\".yaml\",\"line\":1,"
            "\"column\":4,\"end_line\":1,\"end_column\":10,\"message\":\"unknown name 'notise'\","
            "\"notes\":[{\"message\":\"did you mean 'notice'?\"}]}\n");
}

TEST(Findings, come_out_in_order_of_place_once_each) {
  base::Findings findings;
  findings.add(unknown_name({0, 5, 6}));
  findings.add(unknown_name({0, 1, 2}));
  findings.add(unknown_name({0, 5, 6}));
  const Diagnostics all = findings.take();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].span.begin, 1u);
  EXPECT_TRUE(findings.is_empty());
}

TEST(Findings, are_bounded_and_say_how_many_were_left_out) {
  base::Findings findings(3);
  for (std::uint32_t i = 0; i < 10; ++i) findings.add(unknown_name({0, i, i + 1}));
  const Diagnostics all = findings.take();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[3].code, "AC0001");
  EXPECT_EQ(message(all[3], Language::english), "7 more findings are not shown");
  EXPECT_TRUE(has_errors(all));
}

TEST(Findings, left_out_warnings_do_not_become_errors) {
  base::Findings findings(1);
  for (std::uint32_t i = 0; i < 3; ++i) findings.add(base::make(diag::AC0104, {0, i, i + 1}));
  const Diagnostics all = findings.take();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].code, "AC0002");
  EXPECT_EQ(message(all[1], Language::chinese), "另有2条警告未显示");
  EXPECT_FALSE(has_errors(all));
}

TEST(Message, takes_of_a_word_in_both_languages_the_one_asked_for) {
  const Diagnostic finding =
      base::make(diag::AC0205, {},
                 {{"key", "facts"},
                  {"shape", base::both("a map", "多个键")},
                  {"kind", base::both("a list", "列表")}});
  EXPECT_EQ(message(finding, Language::english), "'facts' must be a map, not a list");
  EXPECT_EQ(message(finding, Language::chinese), "“facts”应为多个键,而不是列表");
}

TEST(Message, keeps_to_one_line_whatever_the_words_hold) {
  const Diagnostic finding =
      base::make(diag::AC0412, {}, {{"name", "a\nb\x01" + std::string(1000, 'z')}});
  const std::string sentence = message(finding, Language::english);
  EXPECT_EQ(sentence.find('\n'), std::string::npos);
  EXPECT_LT(sentence.size(), 400u);
}

}  // namespace
}  // namespace aftercare
