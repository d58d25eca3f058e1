#include "table/table.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "feel/compile.hpp"
#include "vm/machine.hpp"

namespace aftercare::table {
namespace {

std::vector<std::string> split(std::string_view line, std::string_view by) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = line.find(by);
    std::string_view part = line.substr(0, at);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    parts.emplace_back(part);
    if (at == std::string_view::npos) return parts;
    line.remove_prefix(at + by.size());
  }
}

/// A table as packs write it: each row "condition | condition || result".
struct TextTable {
  Signature inputs;
  Signature outputs;
  std::vector<std::string> rows;
  HitPolicy policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  Signature others = {};  ///< further names that cells may read
  feel::Level level = feel::Level::strict;

  Table compile(Diagnostics& findings) const {
    TableSource source;
    source.name = "table";
    source.policy = policy;
    source.aggregation = aggregation;
    feel::Scope scope(&feel::builtin_scope());
    std::uint32_t slot = 0;
    for (const auto& [name, type] : inputs) {
      source.inputs.push_back({{name, {}}, name, type, std::nullopt, nullptr});
      scope.add_slot(name, type, slot++);
      if (type.is() == Type::Is::symbol) scope.add_words(type.required());
    }
    for (const auto& [name, type] : others) scope.add_slot(name, type, slot++);
    for (const auto& [name, type] : outputs) {
      source.outputs.push_back({name, type, std::nullopt, std::nullopt, nullptr});
      if (type.is() == Type::Is::symbol) scope.add_words(type.required());
    }
    for (const std::string& line : rows) {
      const auto halves = split(line, "||");
      TableSource::Row row;
      for (const auto& cell : split(halves[0], "|")) row.conditions.push_back({cell, {}});
      for (const auto& cell : split(halves[1], "|")) row.results.push_back({cell, {}});
      source.rows.push_back(std::move(row));
    }
    TableOptions options;
    options.level = level;
    options.dialect.units = true;
    options.test_slot = slot;
    return Table::compile(source, scope, options, findings);
  }
};

struct Answer {
  Value value;
  std::vector<std::uint32_t> rows;
};

Answer evaluate(const Table& table, std::vector<Value> slots) {
  Evaluation evaluation;
  Answer answer;
  answer.value = table.evaluate(slots, evaluation);
  answer.rows = evaluation.tables().back().rows;
  return answer;
}

const Type leave = Type::symbol("Leave", {"personal", "sick", "work_injury", "marriage"}, 1);
const Type pay = Type::symbol("Pay", {"none", "basic", "full"}, 2);

TextTable leave_pay() {
  TextTable table;
  table.inputs = {{"kind", leave}, {"nth_day", Type::number()}, {"lawful", Type::boolean()}};
  table.outputs = {{"pay", pay}};
  table.rows = {"personal, sick | -     | -     || none", "work_injury    | <= 15 | -     || basic",
                "work_injury    | > 15  | -     || none", "marriage       | -     | true  || full",
                "marriage       | -     | false || none"};
  return table;
}

TEST(Table, a_table_of_a_pack_with_words_and_comparisons) {
  Diagnostics findings;
  const Table table = leave_pay().compile(findings);
  EXPECT_TRUE(findings.empty()) << render(findings, {});
  const auto decide = [&](std::uint32_t kind, std::int64_t day, bool lawful) {
    return evaluate(table, {Value::symbol(1, kind), Value::integer(day), Value::boolean(lawful)});
  };
  EXPECT_TRUE(decide(0, 1, true).value.equals(Value::symbol(2, 0)));
  EXPECT_TRUE(decide(2, 15, true).value.equals(Value::symbol(2, 1)));
  EXPECT_TRUE(decide(2, 16, false).value.equals(Value::symbol(2, 0)));
  EXPECT_TRUE(decide(3, 1, true).value.equals(Value::symbol(2, 2)));
  EXPECT_EQ(decide(3, 1, false).rows, std::vector<std::uint32_t>{5});
  // All cells are sets: nothing is evaluated row by row.
  for (const Column& column : table.columns()) {
    for (const Cell& cell : column.cells) EXPECT_NE(cell.is, Cell::Is::program);
  }
}

TEST(Table, a_missing_value_matches_only_where_null_is_named) {
  TextTable text;
  text.inputs = {{"n", Type::number().optional()}};
  text.outputs = {{"r", Type::number()}};
  text.rows = {"not(5) || 1", "null || 2"};
  Diagnostics findings;
  const Table table = text.compile(findings);
  EXPECT_TRUE(findings.empty()) << render(findings, {});
  EXPECT_EQ(evaluate(table, {Value()}).value.to_text(), "2");
  EXPECT_EQ(evaluate(table, {Value::integer(4)}).value.to_text(), "1");
  EXPECT_TRUE(evaluate(table, {Value::integer(5)}).value.is_null());
}

TEST(Table, cells_with_variables_are_evaluated) {
  TextTable text;
  text.inputs = {{"n", Type::number()}};
  text.outputs = {{"r", Type::string()}};
  text.others = {{"limit", Type::number()}};
  text.rows = {"< limit || \"below\"", "[limit..100] || \"in\"", "> 100 || \"above\""};
  Diagnostics findings;
  const Table table = text.compile(findings);
  EXPECT_TRUE(findings.empty()) << render(findings, {});
  const auto decide = [&](std::int64_t n, std::int64_t limit) {
    return evaluate(table, {Value::integer(n), Value::integer(limit)}).value.to_text();
  };
  EXPECT_EQ(decide(4, 5), "\"below\"");
  EXPECT_EQ(decide(5, 5), "\"in\"");
  EXPECT_EQ(decide(101, 5), "\"above\"");
}

TEST(Table, lengths_of_time_and_dates) {
  TextTable text;
  text.inputs = {{"due", Type::date()}};
  text.outputs = {{"r", Type::number()}};
  text.rows = {"< date(\"2025-01-01\") || 1", ">= date(\"2025-01-01\") || 2"};
  Diagnostics findings;
  const Table table = text.compile(findings);
  EXPECT_TRUE(findings.empty()) << render(findings, {});
  EXPECT_EQ(evaluate(table, {Value::date({20'088})}).value.to_text(), "1");
  EXPECT_EQ(evaluate(table, {Value::date({20'089})}).value.to_text(), "2");
  EXPECT_EQ(table.columns()[0].cells[0].is, Cell::Is::set);
}

TEST(Table, a_row_of_the_wrong_width_is_a_finding) {
  TextTable text;
  text.inputs = {{"n", Type::number()}};
  text.outputs = {{"r", Type::number()}};
  text.rows = {"1 | 2 || 3"};
  Diagnostics findings;
  static_cast<void>(text.compile(findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "AC0604");
}

TEST(Table, a_value_of_another_kind_is_told_and_matches_dashes_only) {
  TextTable text;
  text.inputs = {{"n", Type::any()}};
  text.outputs = {{"r", Type::any()}};
  text.rows = {"> 5 || 1", "- || 2"};
  text.policy = HitPolicy::collect;
  text.level = feel::Level::lenient;
  Diagnostics findings;
  const Table table = text.compile(findings);
  Evaluation evaluation;
  const std::vector<Value> slots = {Value::string("x")};
  EXPECT_EQ(table.evaluate(slots, evaluation).to_text(), "[2]");
  ASSERT_EQ(evaluation.told().size(), 1U);
  EXPECT_EQ(evaluation.told()[0].code, "AC0615");
}

// The sets of the cells against evaluating each cell as FEEL does.
TEST(Table, sets_agree_with_evaluating_the_cells) {
  const std::vector<std::string> cells = {
      "1",      "1, 3",    "-1",        "not(1, 3)",   "< 2",
      "<= 2",   "> 2",     ">= 2",      "[1..3]",      "(1..3)",
      "[1..3)", "(1..3]",  "]1..3[",    "not([1..3])", "not(< 2, > 3)",
      "null",   "1, null", "not(null)", "1.0, 2.50",   "!= 2",
      "= 2",    "(< 2)",   "[1, 3]",    "[[1..2], 5]", "5 - 3",
      "[3..1]"};
  for (const std::string& cell : cells) {
    TextTable as_cell;
    as_cell.inputs = {{"n", Type::number().optional()}};
    as_cell.outputs = {{"r", Type::any()}};
    as_cell.rows = {cell + " || 1"};
    as_cell.level = feel::Level::lenient;
    Diagnostics findings;
    const Table table = as_cell.compile(findings);
    feel::Scope scope(&feel::builtin_scope());
    feel::CompileOptions options;
    options.goal = feel::Goal::unary_tests;
    options.tested = feel::Tested{0, Type::any(), false};
    const Formula formula = Formula::compile({cell, {}}, scope, options, findings);
    EXPECT_TRUE(findings.empty()) << cell << render(findings, {});
    std::vector<Value> values = {Value()};
    for (int i = -4; i <= 12; ++i) values.push_back(Value::number(*rt::Decimal::make(i * 5, -1)));
    for (const Value& value : values) {
      Evaluation one;
      Evaluation other;
      const Value verdict = one.run(formula, std::span(&value, 1));
      const bool expected = verdict.is(Kind::boolean) && verdict.as_boolean();
      EXPECT_EQ(table.evaluate(std::span(&value, 1), other).is(Kind::number), expected)
          << cell << " for " << value.to_text();
    }
  }
}

// Conditions on `?` that are read as sets give what evaluating them gives, for every kind of value.
TEST(Table, conditions_on_the_input_are_what_they_say) {
  const std::vector<std::string> conditions = {
      "? > 1 and ? < 5",       "? < 1 or ? >= 5",         "? in [1..5]",
      "? in (1, [3..5), > 7)", "? between 1 and 5",       "5 > ?",
      "1 <= ? and ? != 3",     "? = 3",                   "? != 3",
      "? in (1..5]",           "? between 5 and 1",       "(? > 1 or ? = 0) and (? < 4 or ? = 7)",
      "? in [1, 3, 5]",        "? > 1 and ? < 5 and ? != 2.5", "? in (< 2, > 4)",
      "3 = ? or 7 != ?",       "? in 3",                  "? > 1 and ? > \"a\"",
  };
  std::vector<Value> values = {Value(), Value::string("a"), Value::boolean(true)};
  for (int half = -2; half <= 18; ++half)
    values.push_back(Value::number(*rt::Decimal::make(half * 5, -1)));
  for (const Type& type : {Type::number(), Type::any()}) {
    for (const std::string& condition : conditions) {
      TextTable text{{{"n", type}}, {{"out", Type::boolean()}}, {condition + " || true"}};
      text.policy = HitPolicy::collect;
      text.level = feel::Level::lenient;
      Diagnostics findings;
      const Table table = text.compile(findings);
      feel::Scope scope(&feel::builtin_scope());
      scope.add_slot("n", Type::any(), 0);
      std::string plain = condition;
      for (std::size_t at = plain.find('?'); at != std::string::npos; at = plain.find('?'))
        plain.replace(at, 1, "n");
      const feel::Outcome made = feel::compile(plain, scope);
      ASSERT_TRUE(made.compiled) << plain;
      for (const Value& value : values) {
        // Of a declared kind no other is given.
        if (type.is() == Type::Is::number && !value.is_null() && !value.is(Kind::number)) continue;
        vm::Machine machine{vm::Setting{}};
        const std::vector<Value> slots = {value};
        const Result<Value> wanted = machine.run(*made.compiled->program, slots);
        ASSERT_TRUE(wanted);
        const bool is_met = wanted->is(Kind::boolean) && wanted->as_boolean();
        EXPECT_EQ(!evaluate(table, slots).rows.empty(), is_met)
            << condition << " of " << value.to_text() << ", " << type.to_text();
      }
    }
  }
}

}  // namespace
}  // namespace aftercare::table
