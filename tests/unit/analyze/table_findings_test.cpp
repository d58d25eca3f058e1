#include "analyze/table_findings.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "feel/compile.hpp"

namespace aftercare::analyze {
namespace {

using table::Table;
using table::TableSource;

struct Written {
  Signature inputs;
  Signature others = {};
  std::vector<std::pair<std::vector<std::string>, std::string>> rows;
  HitPolicy policy = HitPolicy::unique;
};

Table compile(const Written& written) {
  TableSource source;
  source.name = "t";
  source.policy = written.policy;
  feel::Scope scope(&feel::builtin_scope());
  std::uint32_t slot = 0;
  for (const auto& [name, type] : written.inputs) {
    source.inputs.push_back({{name, {}}, name, type, std::nullopt, nullptr});
    scope.add_slot(name, type, slot++);
    if (type.is() == Type::Is::symbol) scope.add_words(type.required());
  }
  for (const auto& [name, type] : written.others) scope.add_slot(name, type, slot++);
  source.outputs.push_back({"r", Type::any(), std::nullopt, std::nullopt, nullptr});
  for (const auto& [conditions, result] : written.rows) {
    TableSource::Row row;
    for (const std::string& cell : conditions) row.conditions.push_back({cell, {}});
    row.results.push_back({result, {}});
    source.rows.push_back(std::move(row));
  }
  Diagnostics findings;
  table::TableOptions options;
  options.level = feel::Level::lenient;
  options.test_slot = slot;
  Table made = Table::compile(source, scope, options, findings);
  EXPECT_TRUE(findings.empty()) << render(findings, {});
  return made;
}

std::vector<std::string> sentences(const Written& written, TableVerdict* verdict = nullptr) {
  Diagnostics findings;
  const TableVerdict made = check_table(compile(written), findings);
  if (verdict != nullptr) *verdict = made;
  std::vector<std::string> out;
  for (const Diagnostic& finding : findings)
    out.push_back(std::string(finding.code) + ": " + message(finding, Language::english));
  return out;
}

const Type kind = Type::symbol("Kind", {"repair", "refund", "complaint"}, 7);

TEST(TableFindings, a_hole_names_a_case_and_the_row_to_insert) {
  Diagnostics findings;
  const TableVerdict verdict = check_table(
      compile({.inputs = {{"kind", kind}, {"days", Type::number({rt::Decimal(0), {}, 0})}},
               .rows = {{{"repair", "<= 7"}, "1"}, {{"refund, complaint", "-"}, "2"}}}),
      findings);
  EXPECT_FALSE(verdict.is_complete);
  EXPECT_TRUE(verdict.is_disjoint);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(message(findings[0], Language::english), "no row for kind = repair, days = 8");
  ASSERT_EQ(findings[0].notes.size(), 1U);
  EXPECT_EQ(message(findings[0].notes[0], Language::english), "a row for it: repair | > 7");
}

TEST(TableFindings, whole_numbers_leave_no_hole_between_neighbours) {
  const Type days = Type::number({rt::Decimal(0), {}, 0});
  EXPECT_TRUE(
      sentences({.inputs = {{"days", days}}, .rows = {{{"<= 7"}, "1"}, {{">= 8"}, "2"}}}).empty());
  EXPECT_EQ(sentences({.inputs = {{"days", Type::number({rt::Decimal(0), {}, 1})}},
                       .rows = {{{"<= 7"}, "1"}, {{">= 8"}, "2"}}}),
            std::vector<std::string>{"AC0621: no row for days = 7.1"});
}

TEST(TableFindings, an_overlap_names_both_rows_and_a_case) {
  EXPECT_EQ(sentences({.inputs = {{"days", Type::number({rt::Decimal(0), {}, 0})}},
                       .rows = {{{"<= 7"}, "1"}, {{">= 7"}, "2"}}}),
            std::vector<std::string>{"AC0622: rows 1 and 2 both match days = 7"});
}

TEST(TableFindings, a_row_that_never_counts) {
  const Type days = Type::number({rt::Decimal(0), {}, 0});
  EXPECT_EQ(
      sentences({.inputs = {{"days", days}},
                 .rows = {{{"<= 7"}, "1"}, {{"> 3"}, "2"}, {{"[2..5]"}, "3"}},
                 .policy = HitPolicy::first}),
      (std::vector<std::string>{"AC0623: row 3 never matches: every case is taken by an earlier "
                                "row, days = 2 by row 1"}));
  EXPECT_EQ(sentences({.inputs = {{"days", days}}, .rows = {{{"< 0"}, "1"}, {{"-"}, "2"}}}),
            (std::vector<std::string>{
                "AC0627: row 1 never matches: no value of 'days' passes this cell"}));
}

TEST(TableFindings, lengths_and_times_have_the_neighbours_that_they_have) {
  const auto told = [](Type::Is is, std::string first, std::string second) {
    return sentences({.inputs = {{"d", Type::of(is)}},
                      .rows = {{{std::move(first)}, "1"}, {{std::move(second)}, "2"}}});
  };
  const auto gap = [](const std::string& value) {
    return std::vector<std::string>{"AC0621: no row for d = " + value};
  };
  EXPECT_EQ(told(Type::Is::days_duration, "<= @\"PT1H\"", ">= @\"PT1H1S\""), gap("PT1H0.5S"));
  EXPECT_TRUE(told(Type::Is::months_duration, "<= @\"P1Y\"", "> @\"P12M\"").empty());
  EXPECT_EQ(told(Type::Is::months_duration, "< @\"P1Y\"", "> @\"P12M\""), gap("P1Y"));
  EXPECT_TRUE(told(Type::Is::time, "<= @\"12:00:00\"", ">= @\"12:00:01\"").empty());
  EXPECT_EQ(told(Type::Is::time, "< @\"12:00:00\"", "> @\"12:00:00.5\""), gap("12:00:00"));
  EXPECT_EQ(told(Type::Is::time, "< @\"12:00:00Z\"", "> @\"13:00:01+01:00\""),
            (std::vector<std::string>{"AC0621: no row for d = 12:00:00Z"}));
  EXPECT_EQ(told(Type::Is::date_time, "< @\"2026-01-01T00:00:00\"", ">= @\"2026-01-01T00:00:02\""),
            gap("2026-01-01T00:00:00"));
  EXPECT_EQ(told(Type::Is::date_time, "<= @\"2026-01-01T08:00:00+08:00\"", ">= @\"2026-01-01T00:00:00Z\""),
            (std::vector<std::string>{
                "AC0622: rows 1 and 2 both match d = 2026-01-01T00:00:00Z"}));
  EXPECT_TRUE(told(Type::Is::time, "not(@\"12:00:00\")", "@\"12:00:00\"").empty());
}

TEST(TableFindings, a_range_the_wrong_way_round_takes_nothing) {
  EXPECT_EQ(sentences({.inputs = {{"n", Type::number({rt::Decimal(0), {}, 0})}},
                       .rows = {{{"[5..1]"}, "1"}, {{"-"}, "2"}}}),
            std::vector<std::string>{
                "AC0627: row 1 never matches: no value of 'n' passes this cell"});
}

TEST(TableFindings, null_is_a_case_of_a_model_where_a_cell_names_it) {
  AnalysisOptions options;
  options.null_is_a_case = false;
  const auto told = [&](std::vector<std::string> cells) {
    Written written{.inputs = {{"n", Type::number().optional()}}, .rows = {}};
    for (std::string& cell : cells) written.rows.push_back({{std::move(cell)}, "1"});
    Diagnostics findings;
    check_table(compile(written), findings, options);
    return findings.size();
  };
  EXPECT_EQ(told({"< 5", ">= 5"}), 0U);
  EXPECT_EQ(told({"< 5", ">= 5", "null"}), 0U);
  EXPECT_EQ(told({"< 5", ">= 5", "null", "-"}), 6U);  // each of the three lies within the last
}

TEST(TableFindings, variables_are_looked_at_through_their_signs) {
  TableVerdict verdict;
  EXPECT_TRUE(sentences({.inputs = {{"n", Type::number()}},
                         .others = {{"limit", Type::number()}},
                         .rows = {{{"< limit"}, "1"}, {{">= limit"}, "2"}}},
                        &verdict)
                  .empty());
  EXPECT_TRUE(verdict.is_complete && verdict.is_disjoint);
  EXPECT_EQ(sentences({.inputs = {{"n", Type::number()}},
                       .others = {{"limit", Type::number()}},
                       .rows = {{{"< limit"}, "1"}, {{"> limit"}, "2"}}}),
            std::vector<std::string>{"AC0621: no row for n = 0, n = limit"});
  EXPECT_EQ(sentences({.inputs = {{"n", Type::number()}},
                       .others = {{"limit", Type::number()}},
                       .rows = {{{"<= limit"}, "1"}, {{">= limit"}, "2"}}}),
            std::vector<std::string>{"AC0622: rows 1 and 2 both match n = 0, n = limit"});
}

TEST(TableFindings, inputs_that_are_compared_with_each_other_prove_nothing) {
  // The signs of a against b and of b against a are tied, and so are they to the values.
  TableVerdict verdict;
  const auto found = sentences({.inputs = {{"a", Type::number()}, {"b", Type::number()}},
                                .rows = {{{"<= b", "-"}, "1"}, {{"-", "< a"}, "2"}}},
                               &verdict);
  EXPECT_FALSE(verdict.is_disjoint);
  EXPECT_EQ(found,
            (std::vector<std::string>{"AC0625: not proved complete: a = 0, b = 0, a > b, b = a",
                                      "AC0626: not proved free of overlaps: rows 1 and 2"}));
  // One alone against another that is free is exact.
  EXPECT_TRUE(sentences({.inputs = {{"a", Type::number()}, {"b", Type::number()}},
                         .rows = {{{"<= b", "-"}, "1"}, {{"> b", "-"}, "2"}}})
                  .empty());
}

TEST(TableFindings, a_row_that_changes_nothing) {
  const Type days = Type::number({rt::Decimal(0), {}, 0});
  EXPECT_EQ(sentences({.inputs = {{"days", days}},
                       .rows = {{{"<= 7"}, "1"}, {{"-"}, "1"}},
                       .policy = HitPolicy::first}),
            (std::vector<std::string>{
                "AC0628: row 1 changes nothing: without it every case has the same result"}));
}

TEST(TableFindings, a_variable_that_may_be_missing_leaves_a_hole) {
  TableVerdict verdict;
  sentences({.inputs = {{"n", Type::number().optional()}},
             .others = {{"limit", Type::number()}},
             .rows = {{{"< limit"}, "1"}, {{">= limit"}, "2"}}},
            &verdict);
  EXPECT_FALSE(verdict.is_complete);
}

TEST(TableFindings, cells_that_take_evaluating_prove_nothing) {
  TableVerdict verdict;
  const auto found = sentences(
      {.inputs = {{"n", Type::number()}}, .rows = {{{"even(?)"}, "1"}, {{"odd(?)"}, "2"}}},
      &verdict);
  EXPECT_FALSE(verdict.is_complete);
  EXPECT_FALSE(verdict.is_disjoint);
  EXPECT_EQ(found, (std::vector<std::string>{"AC0625: not proved complete: n = 0",
                                             "AC0626: not proved free of overlaps: rows 1 and 2"}));
}

TEST(TableFindings, tables_that_collect_have_neither_holes_nor_overlaps) {
  EXPECT_TRUE(sentences({.inputs = {{"n", Type::number()}},
                         .rows = {{{"> 5"}, "1"}, {{"> 7"}, "2"}},
                         .policy = HitPolicy::collect})
                  .empty());
}

}  // namespace
}  // namespace aftercare::analyze
