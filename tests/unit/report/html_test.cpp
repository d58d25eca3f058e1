#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "aftercare/replay.hpp"
#include "aftercare/report.hpp"
#include "aftercare/rulebook.hpp"

namespace aftercare {
namespace {

constexpr std::string_view pack =
    "aftercare: 1\n"
    "pack: repairs\n"
    "title: Repairs <b>at once</b>\n"
    "source: X\n"
    "version: 1\n"
    "timezone: Europe/Rome\n"
    "currency: EUR\n"
    "conventions: cn\n"
    "roles: {desk: Desk}\n"
    "procedure job:\n"
    "  key: number\n"
    "  case:\n"
    "    number: string\n"
    "    worker: string\n"
    "  facts:\n"
    "    opened: {opens: in_work, by: desk, gives: [number, worker]}\n"
    "    closed: {by: desk}\n"
    "  states:\n"
    "    in_work: {when: {closed: over}}\n"
    "    over: final\n"
    "articles:\n"
    "  C01:\n"
    "    text: \"Done within <2> hours & no excuse.\"\n"
    "    clock job.done: {start: opened, stop: closed, within: 2h}\n"
    "  C02:\n"
    "    text: Who is late pays.\n"
    "    offence job.late:\n"
    "      when: done breached\n"
    "      who: worker\n"
    "      fine: 12.50 EUR\n";

constexpr std::string_view log_text =
    "case,event,at,role,worker\n"
    "J1,opened,2024-01-08T09:00,desk,<script>alert(1)</script>\n"
    "J2,opened,2024-01-08T09:10,desk,ada\n"
    "J2,closed,2024-01-08T10:10,desk,\n"
    "J1,closed,2024-01-08T12:30,desk,\n"
    "J3,\"<img src=x onerror=alert(2)>\",2024-01-08T12:31,desk,\n"
    "J4,closed,2024-01-08T12:32,desk,\n";

struct Page {
  std::string english, chinese;
};

Page page() {
  const auto rules = check_texts({{"repairs/pack.yaml", std::string(pack)}});
  EXPECT_TRUE(rules) << render(rules.diagnostics(), rules.sources());
  if (!rules) return {};
  const auto log = read_log_text("log.csv", std::string(log_text), *rules);
  EXPECT_TRUE(log) << render(log.diagnostics(), log.sources());
  const Replay done = replay(*rules, *log).value();
  EXPECT_EQ(done.summary().applied, 4U);
  return {to_html(done, *rules, {Language::english, "jobs & \"more\".csv"}),
          to_html(done, *rules, {Language::chinese, "jobs.csv"})};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Html, loads_nothing_and_runs_nothing) {
  const Page made = page();
  for (const std::string& text : {made.english, made.chinese}) {
    EXPECT_FALSE(has(text, "<script"));
    EXPECT_FALSE(has(text, "<img"));
    EXPECT_FALSE(has(text, "<link"));
    EXPECT_FALSE(has(text, "@import"));
    // Within tags; texts may say what they like.
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
      const std::string tag = text.substr(at, text.find('>', at) - at);
      EXPECT_FALSE(has(tag, " src=")) << tag;
      EXPECT_FALSE(has(tag, " href=\"http")) << tag;
      EXPECT_FALSE(has(tag, " onerror=")) << tag;
    }
    // The one address is the name of SVG itself, and arrow heads are found on the page.
    std::string rest = text;
    const std::string svg = "xmlns=\"http://www.w3.org/2000/svg\"";
    for (std::size_t at = rest.find(svg); at != std::string::npos; at = rest.find(svg))
      rest.erase(at, svg.size());
    EXPECT_FALSE(has(rest, "http"));
    for (std::size_t at = rest.find("url("); at != std::string::npos;
         at = rest.find("url(", at + 1))
      EXPECT_EQ(rest[at + 4], '#');
  }
}

TEST(Html, escapes_what_comes_from_the_log_and_the_pack) {
  const Page made = page();
  EXPECT_TRUE(has(made.english, "Repairs &lt;b&gt;at once&lt;/b&gt;"));
  EXPECT_TRUE(has(made.english, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(has(made.english, "&lt;img src=x onerror=alert(2)&gt;"));
  EXPECT_TRUE(has(made.english, "Done within &lt;2&gt; hours &amp; no excuse."));
  EXPECT_TRUE(has(made.english, "jobs &amp; &quot;more&quot;.csv"));
}

TEST(Html, tells_the_latest_ticket_with_its_clause_and_what_follows) {
  const Page made = page();
  EXPECT_TRUE(has(made.english, "job/J1"));
  EXPECT_TRUE(has(made.english, "1 h 30 min late"));
  EXPECT_TRUE(has(made.english, "X-C01"));
  EXPECT_TRUE(has(made.english, "12.50 EUR"));
  EXPECT_TRUE(has(made.english, "50.0 %"));
  EXPECT_TRUE(has(made.english, "Every row is accounted for"));
  EXPECT_TRUE(has(made.english, "the ticket was never opened"));
  EXPECT_TRUE(has(made.chinese, "1小时30分(超时)"));
  EXPECT_TRUE(has(made.chinese, "每一行都有交代"));
}

}  // namespace
}  // namespace aftercare
