// Interface: check_table(), shape_of(), case_text().
#include "analyze/table_findings.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace aftercare::analyze {

using table::Cell;
using table::RelativeCell;
using table::Table;
using table::ValueSet;

namespace {

RowChoice choice_of(const Table& table) {
  switch (table.policy()) {
    case HitPolicy::unique:
      return RowChoice::one;
    case HitPolicy::any:
      return RowChoice::same;
    case HitPolicy::first:
      return RowChoice::first;
    case HitPolicy::priority:
      return RowChoice::some;
    case HitPolicy::collect:
    case HitPolicy::rule_order:
    case HitPolicy::output_order:
      break;
  }
  return RowChoice::all;
}

/// The orders that pass, as a set of signs.
ValueSet signs_of(std::uint8_t passes) {
  ValueSet signs(Kind::number);
  for (int sign = -1; sign <= 1; ++sign) {
    if ((passes >> (sign + 1) & 1) != 0) signs.add(ValueSet::only(Value::integer(sign)));
  }
  return signs;
}

std::string value_text(const Value& value, const Type& type) {
  if (value.is(Kind::symbol) && type.is() == Type::Is::symbol &&
      value.symbol_index() < type.words().size()) {
    return type.words()[value.symbol_index()];
  }
  return value.to_text();
}

/// Whether a cell of the column speaks of null; within a string or a name it does not.
bool names_null(const Table& table, std::size_t column) {
  constexpr std::string_view word = "null";
  const auto is_letter = [](char c) {
    return base::is_ascii_letter(c) || base::is_ascii_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const std::string text = table.row(r).conditions[column].text;
    bool is_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_string && text[i] == '\\') {
        ++i;
      } else if (text[i] == '"') {
        is_string = !is_string;
      } else if (!is_string && text.compare(i, word.size(), word) == 0 &&
                 (i == 0 || !is_letter(text[i - 1])) &&
                 (i + word.size() == text.size() || !is_letter(text[i + word.size()]))) {
        return true;
      }
    }
  }
  return false;
}

std::string row_text(std::uint32_t row) { return std::to_string(row + 1); }

/// The outcome of a row as text: equal texts are equal results, as far as the text tells.
std::string outcome_text(const table::TableSource::Row& row) {
  std::string text;
  for (const table::Text& cell : row.results) {
    bool was_blank = true;
    for (const char c : cell.text) {
      const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!is_blank) text += c;
      if (is_blank && !was_blank) text += ' ';
      was_blank = is_blank;
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    text += '\x1F';
  }
  return text;
}

}  // namespace

TableShape shape_of(const Table& table, bool null_is_a_case) {
  TableShape shape;
  shape.rows = table.rows();
  shape.choice = choice_of(table);
  shape.has_default = std::any_of(table.outputs().begin(), table.outputs().end(),
                                  [](const auto& o) { return o.default_value.has_value(); });
  for (std::size_t r = 0; r < shape.rows; ++r) {
    shape.outcomes.push_back(outcome_text(table.row(r)));
  }

  std::vector<ShapeColumn> signs;
  std::map<std::string, std::size_t> sign_of;         // by its name
  std::map<std::string, std::set<std::size_t>> uses;  // columns that a variable is compared in
  for (std::size_t c = 0; c < table.inputs().size(); ++c) {
    const auto& input = table.inputs()[c];
    ShapeColumn column;
    column.name = input.name;
    column.type = table.input_type(c);
    const bool null_comes = input.type.is_optional() && (null_is_a_case || names_null(table, c));
    column.may_be_null = null_comes;
    column.is_zoned = input.is_zoned;
    column.cells = table.columns()[c];
    if (const auto& allowed = table.allowed(c)) {
      column.domain = *allowed;
      // Declared values say whether null is one of them.
      column.may_be_null =
          input.type.is_optional() && (allowed->accepts_null() || (!null_is_a_case && null_comes));
    }
    for (std::size_t r = 0; r < shape.rows; ++r) {
      Cell& cell = column.cells.cells[r];
      if (cell.is != Cell::Is::program) continue;
      if (const auto& known = table.known(cell.index)) {
        cell = {Cell::Is::set, static_cast<std::uint32_t>(column.cells.sets.size())};
        column.cells.sets.push_back(*known);
        continue;
      }
      const auto& relative = table.relative(cell.index);
      if (!relative) continue;
      if (relative->set || column.may_be_null) {
        // Null stands in no order to anything.
        cell = {Cell::Is::set, static_cast<std::uint32_t>(column.cells.sets.size())};
        column.cells.sets.push_back(
            relative->set ? *relative->set : ValueSet::everything(table::scalar_kind(input.type)));
      } else {
        cell = {};
      }
      for (const table::Relation& relation : relative->relations) {
        const std::string name = input.name + sign_mark + relation.variable;
        auto [at, is_new] = sign_of.emplace(name, signs.size());
        if (is_new) {
          ShapeColumn sign;
          sign.name = name;
          sign.type = Type::number({rt::Decimal(-1), rt::Decimal(1), 0});
          sign.cells.cells.resize(shape.rows);
          signs.push_back(std::move(sign));
        }
        uses[relation.variable].insert(c);
        ShapeColumn& sign = signs[at->second];
        sign.cells.cells[r] = {Cell::Is::set, static_cast<std::uint32_t>(sign.cells.sets.size())};
        sign.cells.sets.push_back(signs_of(relation.passes));
      }
    }
    shape.columns.push_back(std::move(column));
  }
  // A variable that two columns are compared with ties them together, and so does one that is a
  // column itself where anything else is asked of either; the signs do not know.
  const auto uses_of_column = [&](std::size_t column) {
    return std::any_of(uses.begin(), uses.end(),
                       [&](const auto& use) { return use.second.contains(column); });
  };
  const auto asks_something = [](const ShapeColumn& column) {
    return std::any_of(column.cells.cells.begin(), column.cells.cells.end(),
                       [](const Cell& cell) { return cell.is != Cell::Is::any; });
  };
  shape.is_exact = std::none_of(uses.begin(), uses.end(), [&](const auto& use) {
    if (use.second.size() > 1) return true;
    const auto same = std::find_if(shape.columns.begin(), shape.columns.end(),
                                   [&](const ShapeColumn& c) { return c.name == use.first; });
    if (same == shape.columns.end()) return false;
    const auto itself = static_cast<std::size_t>(same - shape.columns.begin());
    return asks_something(*same) || uses_of_column(itself) ||
           asks_something(shape.columns[*use.second.begin()]);
  });
  for (ShapeColumn& sign : signs) shape.columns.push_back(std::move(sign));
  return shape;
}

std::string case_text(const TableShape& shape, const Point& point) {
  std::string text;
  for (std::size_t c = 0; c < shape.columns.size() && c < point.size(); ++c) {
    const ShapeColumn& column = shape.columns[c];
    if (!text.empty()) text += ", ";
    const std::size_t mark = column.name.find(sign_mark);
    if (mark == std::string::npos) {
      text += column.name + " = " + value_text(point[c], column.type);
      continue;
    }
    const auto sign = point[c].is(Kind::number) ? point[c].as_number().sign() : 0;
    text += column.name.substr(0, mark) +
            (sign < 0   ? " < "
             : sign > 0 ? " > "
                        : " = ") +
            column.name.substr(mark + 1);
  }
  return text;
}

namespace {

/// Evaluates the cases that are told. One that the table decides otherwise is not certain; where
/// cells read variables there is nothing to evaluate with.
void evaluate_cases(const Table& table, const TableShape& shape, TableFacts& facts) {
  const bool reads_others =
      shape.columns.size() != table.inputs().size() ||
      std::any_of(table.columns().begin(), table.columns().end(), [&](const table::Column& column) {
        return std::any_of(column.cells.begin(), column.cells.end(), [&](const Cell& cell) {
          return cell.is == Cell::Is::program && !table.known(cell.index);
        });
      });
  if (reads_others) return;
  table::Evaluation evaluation;
  const auto rows_at = [&](const Point& point) { return table.match(point, point, evaluation); };
  for (Gap& gap : facts.gaps) gap.is_certain = gap.is_certain && rows_at(gap.point).empty();
  for (Overlap& overlap : facts.overlaps) {
    const std::vector<std::uint32_t> rows = rows_at(overlap.point);
    const auto takes = [&](std::uint32_t row) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    overlap.is_certain = overlap.is_certain && takes(overlap.first) && takes(overlap.second);
  }
}

}  // namespace

TableVerdict check_table(const Table& table, Diagnostics& findings,
                         const AnalysisOptions& options) {
  TableVerdict verdict;
  verdict.shape = shape_of(table, options.null_is_a_case);
  verdict.facts = analyze(verdict.shape, options);
  evaluate_cases(table, verdict.shape, verdict.facts);
  const TableShape& shape = verdict.shape;
  const TableFacts& facts = verdict.facts;
  verdict.is_complete = facts.is_complete;
  verdict.is_disjoint = facts.is_disjoint;
  const auto row_span = [&](std::uint32_t row) { return table.row_span(row); };

  for (const Gap& gap : facts.gaps) {
    const std::string where = case_text(shape, gap.point);
    if (!gap.is_certain) {
      findings.push_back(base::make(diag::AC0625, table.head().span, {{"reason", where}}));
      continue;
    }
    std::string row;
    for (std::size_t c = 0; c < table.inputs().size(); ++c) {
      if (!row.empty()) row += " | ";
      const ValueSet& values = gap.region[c];
      if (values.intervals().empty() && !values.accepts_null()) {
        row += "-";
        continue;
      }
      if (values.kind() == Kind::symbol) {
        // Words, not their numbers.
        std::string words = values.accepts_null() ? "null" : "";
        for (std::uint32_t w = 0; w < shape.columns[c].type.words().size(); ++w) {
          const Value word = Value::symbol(shape.columns[c].type.symbol_set(), w);
          if (!values.contains(word)) continue;
          if (!words.empty()) words += ", ";
          words += shape.columns[c].type.words()[w];
        }
        row += words;
      } else {
        row += values.to_text();
      }
    }
    findings.push_back(base::make(diag::AC0621, table.head().span, {{"case", where}},
                                  {base::note(notes::insert_row, {{"row", row}})}));
  }
  if (facts.gaps.empty() && !facts.is_complete && facts.ran_out) {
    std::string columns;
    for (const std::uint32_t c : facts.costly) {
      if (!columns.empty()) columns += ", ";
      columns += shape.columns[c].name;
    }
    findings.push_back(base::make(diag::AC0625, table.head().span,
                                  {{"reason", "the table has too many combinations"}},
                                  {base::note(notes::split_columns, {{"columns", columns}})}));
  }
  for (const Overlap& overlap : facts.overlaps) {
    DiagnosticWords words = {{"first", row_text(overlap.first)},
                             {"second", row_text(overlap.second)}};
    if (!overlap.is_certain) {
      findings.push_back(base::make(diag::AC0626, row_span(overlap.second), std::move(words)));
      continue;
    }
    words.emplace_back("case", case_text(shape, overlap.point));
    // A table of a pack has no hit policy that lets the first of several rows count.
    const NoteKey& remedy = table.policy() == HitPolicy::any ? notes::give_one_result
                            : options.has_policies           ? notes::narrow_or_first
                                                             : notes::narrow_a_row;
    findings.push_back(base::make(diag::AC0622, row_span(overlap.second), std::move(words),
                                  {base::note(remedy)}));
  }
  for (const DeadRow& dead : facts.dead) {
    switch (dead.why) {
      case DeadRow::Why::empty:
        findings.push_back(
            base::make(diag::AC0627, row_span(dead.row),
                       {{"row", row_text(dead.row)}, {"name", shape.columns[dead.column].name}}));
        break;
      case DeadRow::Why::covered:
        findings.push_back(base::make(diag::AC0623, row_span(dead.row),
                                      {{"row", row_text(dead.row)},
                                       {"case", case_text(shape, dead.point)},
                                       {"first", row_text(dead.other)}}));
        break;
      case DeadRow::Why::within:
        findings.push_back(base::make(diag::AC0624, row_span(dead.row),
                                      {{"row", row_text(dead.row)},
                                       {"outer", row_text(dead.other)},
                                       {"case", case_text(shape, dead.point)}}));
        break;
      case DeadRow::Why::useless:
        findings.push_back(
            base::make(diag::AC0628, row_span(dead.row), {{"row", row_text(dead.row)}}));
        break;
    }
  }
  return verdict;
}

}  // namespace aftercare::analyze
