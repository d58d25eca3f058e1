#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/report.hpp"

#include "report/layout.hpp"
#include "report/markup.hpp"

namespace aftercare {
namespace {

using Kind = StateShape::Kind;

/// in_work { taken, waiting } | both { left { l1 } right { r1 } } → over, with hostile names.
ProcedureShape repair() {
  ProcedureShape shape;
  shape.pack = "p";
  shape.name = "repair";
  shape.title = "维修 <repair> & \"more\"";
  shape.states = {
      {Kind::compound, "in_work", {}, true}, {Kind::atomic, "taken", 0, true},
      {Kind::atomic, "waiting", 0, false},   {Kind::parallel, "both", {}, false},
      {Kind::compound, "left", 3, true},     {Kind::atomic, "l<1>", 4, true},
      {Kind::compound, "right", 3, true},    {Kind::atomic, "r1", 6, true},
      {Kind::final, "over", {}, false},
  };
  shape.transitions = {
      {1, {2}, "wait", "", {}},
      {2, {1}, "go_on", "", {}},
      {0, {3}, "split", "amount < 5 CNY and \"x\" != y", {"S-C01", "S-C02"}},
      {0, {}, "noted or rung or written or said or sung or drawn or dreamt", "", {}},
      {3, {8}, "done", "", {"S-C03"}},
      {5, {8}, "left_early", "", {}},
      {8, {}, "", "", {}},
  };
  return shape;
}

/// Tags open and close in order, attributes are quoted, nothing is left over.
::testing::AssertionResult is_well_formed(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const std::size_t end = text.find(';', i);
      if (end == std::string::npos || end - i > 8)
        return ::testing::AssertionFailure() << "bare & at " << text.substr(i, 20);
    }
    if (text[i] == '>') return ::testing::AssertionFailure() << "bare > at " << i;
    if (text[i] != '<') continue;
    std::size_t end = i + 1;
    bool in_quotes = false;
    for (; end < text.size() && (in_quotes || text[end] != '>'); ++end) {
      if (text[end] == '"') in_quotes = !in_quotes;
      if (text[end] == '<') return ::testing::AssertionFailure() << "bare < at " << end;
    }
    const std::string tag = text.substr(i + 1, end - i - 1);
    i = end;
    if (tag.empty()) return ::testing::AssertionFailure() << "empty tag";
    if (tag.back() == '/') continue;
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1))
        return ::testing::AssertionFailure() << "</" << tag.substr(1) << "> closes nothing";
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  return open.empty() ? ::testing::AssertionSuccess()
                      : ::testing::AssertionFailure() << open.back() << " is left open";
}

TEST(Mermaid, tells_states_in_states_regions_and_ends) {
  EXPECT_EQ(to_mermaid(repair()),
            "stateDiagram-v2\n"
            "  state \"in_work\" as s0 {\n"
            "    state \"taken\" as s1\n"
            "    [*] --> s1\n"
            "    state \"waiting\" as s2\n"
            "  }\n"
            "  [*] --> s0\n"
            "  state \"both\" as s3 {\n"
            "    state \"left\" as s4 {\n"
            "      state \"l#lt;1#gt;\" as s5\n"
            "      [*] --> s5\n"
            "    }\n"
            "    --\n"
            "    state \"right\" as s6 {\n"
            "      state \"r1\" as s7\n"
            "      [*] --> s7\n"
            "    }\n"
            "  }\n"
            "  state \"over\" as s8\n"
            "  s1 --> s2 : wait\n"
            "  s2 --> s1 : go_on\n"
            "  s0 --> s3 : split [amount #lt; 5 CNY and #quot;x#quot; != y] (S-C01, S-C02)\n"
            "  s0 --> s0 : noted or rung or written or said or sung or drawn or dreamt\n"
            "  s3 --> s8 : done (S-C03)\n"
            "  s5 --> s8 : left_early\n"
            "  s8 --> s8\n"
            "  s8 --> [*]\n");
}

TEST(Svg, is_well_formed_and_escapes_what_packs_say) {
  const std::string svg = to_svg(repair());
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_EQ(svg.find("<repair>"), std::string::npos);
  EXPECT_NE(svg.find("维修 &lt;repair&gt; &amp; &quot;more&quot;"), std::string::npos);
  EXPECT_EQ(svg, to_svg(repair()));
}

TEST(Svg, shows_how_often_each_way_was_taken) {
  const std::vector<std::size_t> counts = {41, 0, 7, 12345, 6, 1, 0};
  const std::string svg = to_svg(repair(), {counts, Language::english, true});
  EXPECT_TRUE(is_well_formed(svg));
  for (const char* count : {">41<", ">0<", ">7<", ">12345<", ">6<", ">1<"})
    EXPECT_NE(svg.find(count), std::string::npos) << count;
}

TEST(Layout, keeps_states_apart_and_inside_their_own) {
  const ProcedureShape shape = repair();
  const report::Picture picture = report::lay_out(shape, {}, Language::english);
  const auto is_inside = [](const report::Box& a, const report::Box& b) {
    return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width + 0.01 &&
           a.y + a.height <= b.y + b.height + 0.01;
  };
  for (std::size_t a = 0; a < shape.states.size(); ++a) {
    const report::Box& box = picture.states[a];
    EXPECT_GT(box.width, 0);
    EXPECT_GE(box.x, -0.01);
    EXPECT_LE(box.x + box.width, picture.width + 0.01);
    EXPECT_LE(box.y + box.height, picture.height + 0.01);
    if (shape.states[a].parent) {
      EXPECT_TRUE(is_inside(box, picture.states[*shape.states[a].parent])) << a;
    }
    for (std::size_t b = a + 1; b < shape.states.size(); ++b) {
      if (shape.states[a].parent != shape.states[b].parent) continue;
      const report::Box& other = picture.states[b];
      const bool are_apart = box.x + box.width <= other.x || other.x + other.width <= box.x ||
                             box.y + box.height <= other.y || other.y + other.height <= box.y;
      EXPECT_TRUE(are_apart) << shape.states[a].name << " over " << shape.states[b].name;
    }
  }
}

TEST(Layout, ends_arrows_out_of_inner_states_at_the_outer_one) {
  ProcedureShape shape = repair();
  shape.transitions.push_back({7, {8}, "left_early", "", {}});
  shape.transitions.push_back({1, {7}, "skip", "", {}});
  const report::Picture picture = report::lay_out(shape, {}, Language::english);
  const auto words = [&](std::size_t from, std::size_t to) {
    std::string out;
    for (const report::Arrow& arrow : picture.arrows) {
      if (arrow.is_initial || arrow.from != from || arrow.to != to) continue;
      for (const report::Line& line : arrow.lines) out += (out.empty() ? "" : "|") + line.text;
    }
    return out;
  };
  EXPECT_EQ(words(3, 8), "done|S-C03|from l<1>, r1|left_early");
  EXPECT_EQ(words(5, 8), "");
  EXPECT_EQ(words(0, 3), "split|[amount < 5 CNY and \"x\" != y]|S-C01, S-C02|from taken → r1|skip");
}

TEST(Svg, tells_what_is_done_to_clocks_and_who_decides) {
  ProcedureShape shape = repair();
  shape.clocks = {{"promise",
                   "within 8wh",
                   "office",
                   {"began"},
                   {"wait"},
                   {"go_on"},
                   {},
                   {"done"},
                   {},
                   {"S-C04"}}};
  using Does = ClockMark::Does;
  shape.states[1].on_entry = {{Does::start, 0}, {Does::restart, 0}};
  shape.states[2].decisions = {{"keeper then boss", {"approve", "reject"}, {}}};
  shape.transitions[0].when = "wait or rest";
  shape.transitions[0].clocks = {{Does::pause, 0}};
  for (const std::string& text : {to_svg(shape), to_mermaid(shape)}) {
    for (const std::string wanted : {"starts promise", "wait", "pauses promise", "keeper then boss",
                                     "approve | reject", "(S-C04)", "within 8wh · office"})
      EXPECT_NE(text.find(wanted), std::string::npos) << wanted << " in\n" << text;
    EXPECT_EQ(text.find("restarts promise"), std::string::npos);
  }
  EXPECT_NE(to_svg(shape).find("wait: pauses promise"), std::string::npos);
  EXPECT_NE(to_svg(shape, {{}, Language::chinese, true}).find("起算 promise"), std::string::npos);
  EXPECT_TRUE(is_well_formed(to_svg(shape)));
}

TEST(Svg, explains_the_signs_that_it_uses_and_no_others) {
  ProcedureShape shape = repair();
  const auto says = [&](const ProcedureShape& of, std::string_view text) {
    const std::string svg = to_svg(of);
    EXPECT_TRUE(is_well_formed(svg));
    return svg.find(">" + std::string(text) + "<") != std::string::npos;
  };
  EXPECT_TRUE(says(shape, "Key"));
  EXPECT_TRUE(says(shape, "condition"));
  EXPECT_TRUE(says(shape, "regions, active side by side"));
  for (const char* const other : {"clock", "case of another procedure", "never taken",
                                  "chart of its own, while the state is active"})
    EXPECT_FALSE(says(shape, other)) << other;
  ChildShape child;
  child.name = "letter";
  child.procedure = "letter.scxml";
  child.is_invoked = true;
  shape.children = {child};
  shape.states[1].children = {0};
  EXPECT_TRUE(says(shape, "chart of its own, while the state is active"));
  EXPECT_TRUE(says(shape, "runs letter: letter.scxml"));
  EXPECT_FALSE(says(shape, "case of another procedure"));
  EXPECT_NE(to_svg(shape, {{}, Language::chinese, true}).find(">图例<"), std::string::npos);
}

TEST(Mermaid, names_each_clause_once) {
  ProcedureShape shape = repair();
  shape.transitions[0].clauses = {"S-C01", "S-C02", "S-C01"};
  EXPECT_NE(to_mermaid(shape).find("s1 --> s2 : wait (S-C01, S-C02)\n"), std::string::npos);
}

TEST(Svg, draws_histories_with_their_names) {
  ProcedureShape shape = repair();
  shape.states[2].kind = Kind::deep_history;
  const std::string svg = to_svg(shape);
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_NE(svg.find(">H* waiting<"), std::string::npos);
  EXPECT_NE(to_mermaid(shape).find("state \"H* waiting\" as s2"), std::string::npos);
}

TEST(Layout, takes_a_chart_of_a_thousand_states) {
  ProcedureShape shape;
  shape.name = "long";
  for (std::size_t i = 0; i < 1000; ++i)
    shape.states.push_back(
        {i == 999 ? Kind::final : Kind::atomic, "s" + std::to_string(i), {}, i == 0});
  for (std::size_t i = 0; i + 1 < 1000; ++i) {
    shape.transitions.push_back({i, {i + 1}, "next", "", {}});
    if (i % 7 == 3) shape.transitions.push_back({i, {i / 2}, "back", "", {}});
  }
  EXPECT_GT(to_svg(shape).size(), 100'000U);
}

TEST(Markup, escapes_and_drops_what_no_browser_should_see) {
  EXPECT_EQ(report::escape("a<b>&\"'\x01\x1f\xff ok"), "a&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD ok");
  EXPECT_EQ(report::number(12.34), "12.3");
  EXPECT_EQ(report::number(-0.06), "-0.1");
  EXPECT_EQ(report::number(3.0), "3");
  EXPECT_EQ(report::shortened("维修工单", 6), "维修…");
  EXPECT_EQ(report::lines_of("one two three", 8), (std::vector<std::string>{"one two", "three"}));
}

}  // namespace
}  // namespace aftercare
