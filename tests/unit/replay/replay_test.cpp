#include "aftercare/replay.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/engine.hpp"
#include "aftercare/simulate.hpp"

#include "support.hpp"

namespace aftercare {
namespace {

constexpr std::string_view small_log =
    "case,event,at,role,person,work,technician,machines_ordered,workwear,badge,machines_found,fee,"
    "amount,free_of_charge,test_run,company_number_left,private_number_left,photo,signed\n"
    "A1,dispatched,2024-03-04T09:00,dispatcher,,install,li,1,,,,,,,,,,,\n"
    "A2,dispatched,2024-03-04T09:05,dispatcher,,repair,wang,1,,,,,,,,,,,\n"
    "A1,appointed,2024-03-04T09:30,technician,li,,,,,,,,,,,,,,\n"
    "A2,appointed,2024-03-04T09:36,technician,wang,,,,,,,,,,,,,,\n"
    "A1,arrived,2024-03-04T10:00,technician,li,,,,true,false,1,,,,,,,,\n"
    "A1,collected,2024-03-04T11:00,technician,li,,,,,,,300 CNY,,,,,,,\n"
    "A1,finished,2024-03-04T11:05,technician,li,,,,,,,,,false,true,true,false,p1,[customer]\n"
    "A3,arrived,2024-03-04T11:30,technician,li,,,,true,true,1,,,,,,,,\n"
    "A1,handed_in,2024-03-04T17:00,company,,,,,,,,,300 CNY,,,,,,\n"
    "A1,sung,2024-03-04T17:01,company,,,,,,,,,,,,,,,\n"
    "A1,arrived,yesterday,technician,li,,,,true,true,1,,,,,,,,\n"
    "A1,arrived\n";

Replay run(const Rulebook& rules, std::string text, ReplayOptions options = {}) {
  auto log = read_log_text("log.csv", std::move(text), rules);
  EXPECT_TRUE(log) << render(log.diagnostics(), log.sources());
  return replay(rules, *log, options).value();
}

TEST(Replay, accounts_for_every_row) {
  const Rulebook rules = test::installers();
  const Replay done = run(rules, std::string(small_log));
  const ReplaySummary& s = done.summary();
  EXPECT_EQ(s.rows, 12U);
  EXPECT_EQ(s.applied, 8U);
  EXPECT_EQ(s.unexpected, 0U);
  EXPECT_EQ(s.refused, 1U);
  EXPECT_EQ(s.unmapped, 1U);
  EXPECT_EQ(s.invalid, 2U);
  EXPECT_TRUE(s.reconciles());
  EXPECT_EQ(s.cases, 2U);
  EXPECT_EQ(s.finished, 1U);
}

TEST(Replay, says_what_became_of_promises_fines_and_rows) {
  const Rulebook rules = test::installers();
  const ReplaySummary s = run(rules, std::string(small_log)).summary();
  ASSERT_EQ(s.clocks.size(), 4U);
  EXPECT_EQ(s.clocks[1].clock, "appointment");
  EXPECT_EQ(s.clocks[1].met, 1U);
  EXPECT_EQ(s.clocks[1].breached, 1U);
  EXPECT_EQ(s.clocks[1].worst_late_micros, 60'000'000);
  EXPECT_EQ(s.clocks[1].worst_case, "order/A2");
  EXPECT_EQ(s.clocks[1].late, (std::vector<std::size_t>{1, 0, 0, 0, 0, 0, 0}));
  ASSERT_EQ(s.rules.size(), 2U);
  EXPECT_EQ(s.rules[0].name, "no_appointment");
  EXPECT_EQ(s.rules[0].amount_minor, 5000);
  EXPECT_EQ(s.rules[0].clause, "S2-09-C05");
  EXPECT_EQ(s.rules[1].name, "without_workwear_or_badge");
  ASSERT_EQ(s.subjects.size(), 2U);
  EXPECT_EQ(s.subjects[0].subject, "li");
  EXPECT_EQ(s.subjects[0].amount_minor, 10000);
  ASSERT_EQ(s.refusals.size(), 4U);
  for (const RefusedRows& refused : s.refusals) {
    EXPECT_EQ(refused.rows, 1U);
    if (refused.reasons.front().code == "unknown_case") {
      EXPECT_EQ(refused.first_row, 9U);
    }
  }
  EXPECT_EQ(s.worst, (std::vector<std::string>{"order/A2"}));
}

TEST(Replay, keeps_what_an_engine_would_tell) {
  const Rulebook rules = test::installers();
  const Replay done = run(rules, std::string(small_log));
  const auto index = done.find("A1");
  ASSERT_TRUE(index);
  const CaseView view = done.view(*index);
  EXPECT_EQ(view.id, "order/A1");
  EXPECT_EQ(view.state, "closed");
  EXPECT_TRUE(view.is_final);
  EXPECT_EQ(view.steps, 6U);
  ASSERT_EQ(view.entries.size(), 2U);
  EXPECT_EQ(view.entries[0].name, "without_workwear_or_badge");
  EXPECT_EQ(view.entries[1].kind, "fine");
  const auto history = done.history(*index);
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 6U);
  EXPECT_EQ((*history)[3].event, "collected");
  EXPECT_EQ((*history)[5].state_after, "closed");
  EXPECT_EQ(done.entries().size(), 4U);
  EXPECT_FALSE(done.find("A3"));
}

/// Everything that a replay writes, as one text.
std::string written(const Replay& done) {
  std::string out;
  done.write_steps([&](std::string_view piece) { out += piece; });
  done.write_entries([&](std::string_view piece) { out += piece; });
  return out;
}

TEST(Replay, writes_the_same_bytes_for_any_number_of_threads_and_partitions) {
  const Rulebook rules = test::installers();
  for (const std::uint64_t seed : {1, 2, 3}) {
    SimulateOptions made;
    made.cases = 400;
    made.seed = seed;
    made.per_day = 60;
    made.careless_percent = 40;
    const std::string text = simulate(rules, made).value();
    const Replay one = run(rules, text);
    const std::string bytes = written(one);
    const std::string page = to_text(one.summary(), rules);
    EXPECT_GT(one.summary().largest_component, 3U);
    for (const unsigned threads : {1U, 2U, 7U}) {
      for (const unsigned partitions : {1U, 2U, 7U, 1000U}) {
        const Replay other = run(rules, text, {.threads = threads, .partitions = partitions});
        EXPECT_EQ(bytes, written(other)) << threads << " threads, " << partitions << " partitions";
        EXPECT_EQ(page, to_text(other.summary(), rules));
      }
    }
  }
}

TEST(Replay, does_not_depend_on_the_order_of_rows_of_different_instants) {
  const Rulebook rules = test::installers();
  SimulateOptions made;
  made.cases = 60;
  const std::string text = simulate(rules, made).value();
  // Backwards in the file: rows of one instant keep the order of the file, so each instant may
  // occur once only.
  std::vector<std::string> lines;
  std::vector<std::string> seen;
  std::string header;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (header.empty()) {
      header = line;
      continue;
    }
    const std::size_t at = line.find("2024-");
    const std::string instant = line.substr(at, 25);
    // Told later: sorted by another column.
    if (line.find("2024-", at + 5) != std::string::npos) continue;
    if (std::find(seen.begin(), seen.end(), instant) != seen.end()) continue;
    seen.push_back(instant);
    lines.push_back(line);
  }
  std::string forwards = header + "\n", backwards = forwards;
  for (const std::string& line : lines) forwards += line + "\n";
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) backwards += *line + "\n";
  const ReplaySummary a = run(rules, forwards).summary(), b = run(rules, backwards).summary();
  EXPECT_EQ(a.applied, b.applied);
  EXPECT_EQ(a.refused, b.refused);
  EXPECT_EQ(a.states, b.states);
  EXPECT_EQ(a.transitions, b.transitions);
  for (std::size_t c = 0; c < a.clocks.size(); ++c) EXPECT_EQ(a.clocks[c].met, b.clocks[c].met);
}

TEST(Replay, lets_time_pass_up_to_until) {
  const Rulebook rules = test::installers();
  const std::string log =
      "case,event,at,role,work,technician,machines_ordered\n"
      "A1,dispatched,2024-03-04T09:00,dispatcher,install,li,1\n";
  const auto appointment = [&](std::optional<Instant> until) {
    return run(rules, log, {.until = until}).summary().clocks[1];
  };
  const Zone zone = Zone::load("Asia/Shanghai").value();
  EXPECT_EQ(appointment({}).running, 1U);
  EXPECT_EQ(appointment(parse_instant("2024-03-04T09:30", zone).value()).running, 1U);
  EXPECT_EQ(appointment(parse_instant("2024-03-04T09:30:01", zone).value()).breached, 1U);
}

std::string iso(const std::optional<Instant>& at) {
  return at ? iso_text(*at, Zone::load("Asia/Shanghai").value()) : "none";
}

constexpr std::string_view ordered =
    "case,event,at,role,person,work,technician,machines_ordered\n"
    "A1,dispatched,2024-03-04T09:00,dispatcher,,install,li,1\n"
    "A1,appointed,2024-03-04T09:10,technician,li,,,\n";

TEST(Replay, ends_where_the_last_row_came_in) {
  const Rulebook rules = test::installers();
  // Mistyped years of rows that are refused, unmapped or invalid: an unknown ticket, a known one,
  // another component, before the first row too.
  for (const std::string_view more : {"ZZ,appointed,2999-01-01T00:00,technician,li,,,\n",
                                      "A1,appointed,2999-01-01T00:00,dispatcher,,,,\n",
                                      "A1,arrived,2999-01-01T00:00,technician,li,,,\n",
                                      "ZZ,appointed,1924-01-01T00:00,technician,li,,,\n",
                                      "A1,appointd,2999-01-01T00:00,technician,li,,,\n",
                                      "A1,appointed,99999-01-01T00:00,technician,li,,,\n",
                                      "B1,dispatched,2999-01-01T00:00,dispatcher,,repar,li,1\n",
                                      "B1,dispatched,2998-01-01T00:00,dispatcher,,,li,1\n"
                                      "ZZ,appointed,2999-01-01T00:00,technician,li,,,\n"}) {
    const ReplaySummary s = run(rules, std::string(ordered) + std::string(more)).summary();
    EXPECT_EQ(iso(s.first), "2024-03-04T09:00:00+08:00") << more;
    EXPECT_EQ(iso(s.last), "2024-03-04T09:10:00+08:00") << more;
    EXPECT_EQ(s.cases, 1U) << more;
    EXPECT_TRUE(s.rules.empty()) << more;
    for (const ClockSummary& clock : s.clocks) {
      EXPECT_EQ(clock.breached, 0U) << more << clock.clock;
      EXPECT_EQ(clock.breaches, 0U) << more << clock.clock;
    }
    EXPECT_EQ(s.applied, 2U) << more;
    EXPECT_TRUE(s.reconciles()) << more;
  }
  // A row that came in does move it, and so does --until.
  const ReplaySummary late =
      run(rules, std::string(ordered) + "B1,dispatched,2999-01-01T00:00,dispatcher,,repair,wu,1\n")
          .summary();
  EXPECT_EQ(iso(late.last), "2999-01-01T00:00:00+08:00");
  EXPECT_EQ(late.clocks[2].breached + late.clocks[3].breached, 1U);
  ReplayOptions until;
  until.until = parse_instant("2024-03-06T09:00", Zone::load("Asia/Shanghai").value()).value();
  const Replay extended =
      run(rules, std::string(ordered) + "ZZ,appointed,2999-01-01T00:00,technician,li,,,\n", until);
  EXPECT_EQ(iso(extended.summary().last), "2024-03-04T09:10:00+08:00");
  EXPECT_EQ(extended.summary().clocks[2].breached + extended.summary().clocks[3].breached, 1U);
}

TEST(Replay, knows_no_instant_where_no_row_came_in) {
  const Rulebook rules = test::installers();
  for (const std::string_view log : {"case,event,at\n", "case,event,at\nA1,sung,2024-03-04T09:00\n",
                                     "case,event,at\nA1,arrived,2024-03-04T09:00\n"}) {
    const Replay done = run(rules, std::string(log));
    EXPECT_FALSE(done.summary().first) << log;
    EXPECT_FALSE(done.summary().last) << log;
    EXPECT_TRUE(done.summary().reconciles()) << log;
    EXPECT_NE(to_text(done.summary(), rules).find("no row came in"), std::string::npos) << log;
  }
}

TEST(Replay, counts_a_row_once_however_many_reasons_it_has) {
  const Rulebook rules = test::installers();
  const ReplaySummary s = run(rules,
                              "case,event,at,role\n"
                              "A1,dispatched,2024-03-04T09:00,dispatcher\n"
                              "A2,dispatched,2024-03-04T09:00,dispatcher\n")
                              .summary();
  EXPECT_EQ(s.refused, 2U);
  ASSERT_EQ(s.refusals.size(), 1U);
  EXPECT_EQ(s.refusals[0].rows, 2U);
  EXPECT_EQ(s.refusals[0].first_row, 2U);
  EXPECT_EQ(s.refusals[0].became, RefusedRows::Became::refused);
  EXPECT_EQ(s.refusals[0].reasons.size(), 3U);
}

TEST(Replay, tells_rows_and_reasons_that_add_up) {
  const Rulebook rules = test::installers();
  SimulateOptions made;
  made.cases = 300;
  made.careless_percent = 60;
  std::string text = simulate(rules, made).value();
  text += "X1,sung,2024-03-04T09:00\n";
  const ReplaySummary s = run(rules, text).summary();
  std::size_t rows = 0;
  for (const RefusedRows& refused : s.refusals) rows += refused.rows;
  EXPECT_EQ(rows, s.refused + s.unmapped + s.invalid + s.faults);
}

TEST(Replay, measures_promises_never_kept_to_the_end_of_the_log) {
  const Rulebook rules = test::installers();
  const ReplaySummary s =
      run(rules, std::string(ordered) +
                     "A2,dispatched,2024-03-04T09:30,dispatcher,,repair,wang,1\n"
                     "A3,dispatched,2024-03-04T09:31,dispatcher,,repair,wu,1\n"
                     "A3,appointed,2024-03-04T11:01,technician,wu,,,\n"
                     "A4,dispatched,2024-03-04T13:00,dispatcher,,repair,wu,1\n")
          .summary();
  const ClockSummary& clock = s.clocks[1];
  ASSERT_EQ(clock.clock, "appointment");
  EXPECT_EQ(clock.breached, 2U);
  // A2 ought to have been appointed by 10:00 and never was: three hours up to 13:00.
  EXPECT_EQ(clock.worst_case, "order/A2");
  EXPECT_EQ(clock.worst_late_micros, 3 * 3'600'000'000LL);
  EXPECT_FALSE(clock.worst_is_done);
  EXPECT_EQ(clock.late, (std::vector<std::size_t>{1, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(s.worst.front(), "order/A2");
  const std::string page = to_text(s, rules);
  EXPECT_NE(page.find("3 h, not done"), std::string::npos) << page;
}

TEST(Replay, reads_json_lines_as_it_reads_csv) {
  const Rulebook rules = test::installers();
  const auto log =
      read_log_text("log.jsonl",
                    "{\"case\":\"A1\",\"event\":\"dispatched\",\"at\":\"2024-03-04T09:00\","
                    "\"role\":\"dispatcher\",\"work\":\"install\",\"technician\":\"li\","
                    "\"machines_ordered\":2}\n"
                    "nonsense\n"
                    "{\"case\":\"A1\",\"event\":\"arrived\",\"at\":\"2024-03-04T09:20\",\"role\":"
                    "\"technician\",\"person\":\"li\",\"workwear\":true,\"badge\":true,"
                    "\"machines_found\":3}\n",
                    rules);
  ASSERT_TRUE(log) << render(log.diagnostics(), log.sources());
  const Replay done = replay(rules, *log).value();
  EXPECT_EQ(done.summary().applied, 2U);
  EXPECT_EQ(done.summary().rows, 3U);
  EXPECT_TRUE(done.summary().reconciles());
  EXPECT_EQ(done.view(0).state, "at_work");
}

TEST(Replay, finds_what_is_wrong_with_a_log_at_once) {
  const Rulebook rules = test::installers();
  const auto finding = [&](std::string text) {
    const auto log = read_log_text("log.csv", std::move(text), rules);
    EXPECT_FALSE(log);
    return log.diagnostics().empty() ? std::string() : std::string(log.diagnostics()[0].code);
  };
  EXPECT_EQ(finding(""), "AC1002");
  EXPECT_EQ(finding("case,evnt,at\n"), "AC1001");
  EXPECT_EQ(finding("case;event;at\n"), "AC1001");
  EXPECT_EQ(finding("case,event,at,wrok\n"), "AC1006");
  EXPECT_EQ(finding("case,event,at,work,work\n"), "AC1007");
  EXPECT_EQ(finding("case,event,at,at\n"), "AC1007");
  EXPECT_EQ(finding(std::string("\xFF\xFE"
                                "c\0a\0s\0e\0",
                                10)),
            "AC1002");
  EXPECT_EQ(finding("case,event,at,\xB0\xB8\n"), "AC1002");
  const auto none = read_log("/nowhere/log.csv", rules);
  EXPECT_FALSE(none);
  EXPECT_EQ(none.diagnostics().at(0).code, "AC0200");
}

TEST(Replay, says_what_is_wrong_with_a_cell_in_the_logs_own_text) {
  const Rulebook rules = test::installers();
  const std::string head =
      "case,event,at,role,person,work,technician,machines_ordered,fee,signed\n";
  const auto reason = [&](std::string row) {
    const ReplaySummary s = run(rules, head + row + "\n").summary();
    EXPECT_EQ(s.refusals.size(), 1U) << row;
    return s.refusals.empty() ? std::string() : s.refusals[0].reasons[0].help;
  };
  const std::string begins = "A1,dispatched,2024-03-04T09:00,dispatcher,,";
  EXPECT_EQ(reason(begins + "repar,li,1,,"), "expected install | repair, not \"repar\"");
  EXPECT_EQ(reason(begins + "repair,li,99999999999999999999999999999999999999999999,,"),
            "expected a number from -999999999999 to 999999999999, not "
            "\"99999999999999999999999999999999999999999999\"");
  EXPECT_EQ(reason("A1,collected,2024-03-04T09:00,technician,li,,,,300 CNYY,"),
            "expected an amount in CNY, not \"300 CNYY\"");
  EXPECT_EQ(reason("A1,collected,2024-03-04T09:00,technician,li,,,,300.001,"),
            "expected an amount with at most 2 decimals, not \"300.001\"");
  EXPECT_EQ(reason("A1,finished,2024-03-04T09:00,technician,li,,,,,[custmer]"),
            "the form has no place for the signature \"custmer\"; did you mean 'customer'?");
}

TEST(Replay, refuses_blanks_and_logs_of_other_rules) {
  const Rulebook blank = check(test::source_path("rules/appliance/installer_liabilities")).value();
  auto log = read_log_text("log.csv", std::string(small_log), blank);
  ASSERT_TRUE(log);
  const auto refused = replay(blank, *log);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("S2-09-C02"), std::string::npos);
  EXPECT_FALSE(replay(test::installers(), *log));
}

TEST(Replay, opens_a_key_again_after_its_case_has_ended) {
  const Rulebook rules = test::installers();
  const std::string log =
      "case,event,at,role,person,place,how\n"
      "li,call_failed,2024-03-04T09:00,company,,east,no_answer\n"
      "li,reached,2024-03-04T09:05,technician,li,,\n"
      "li,call_failed,2024-03-04T10:00,company,,east,switched_off\n"
      "li,call_failed,2024-03-04T10:10,company,,east,switched_off\n"
      "li,reached,2024-03-04T12:05,technician,li,,\n";
  const Replay done = run(rules, log);
  EXPECT_EQ(done.summary().applied, 5U);
  ASSERT_EQ(done.cases(), 2U);
  EXPECT_EQ(done.view(0).id, "contact/li");
  EXPECT_EQ(done.view(1).id, "contact/li#2");
  EXPECT_EQ(done.view(1).steps, 4U);
}

TEST(Replay, is_kept_in_a_store_from_which_an_engine_goes_on) {
  const Rulebook rules = test::installers();
  SimulateOptions made;
  made.cases = 150;
  made.careless_percent = 50;
  const Replay done = run(rules, simulate(rules, made).value());
  const auto store = memory_store();
  const auto kept = keep(done, *store);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, done.cases());
  EXPECT_FALSE(keep(done, *store));
  auto engine = Engine::open(rules, store);
  ASSERT_TRUE(engine);
  EXPECT_EQ(engine->entries({.with_withdrawn = true}).value().size(), done.entries().size());
  for (std::size_t i = 0; i < done.cases(); i += 7) {
    const CaseView replayed = done.view(i);
    const auto found = engine->find(replayed.id);
    ASSERT_TRUE(found) << replayed.id;
    EXPECT_EQ(found->state, replayed.state);
    EXPECT_EQ(found->steps, replayed.steps);
    EXPECT_EQ(found->entries.size(), replayed.entries.size());
    const auto told = done.history(i);
    const auto kept_history = engine->history(replayed.id);
    ASSERT_TRUE(told && kept_history);
    ASSERT_EQ(told->size(), kept_history->size());
    for (std::size_t step = 0; step < told->size(); ++step)
      EXPECT_EQ(to_text((*told)[step], Zone()), to_text((*kept_history)[step], Zone()));
  }
}

}  // namespace
}  // namespace aftercare
