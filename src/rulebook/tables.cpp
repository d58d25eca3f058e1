// Text tables: rows of cells between bars, conditions before `||`, results after it.
//
//   | days | applicant        || approver      | cites |
//   | <= 1 | clerk, assistant || store_manager | C74   |
//
// Columns are found by their heading; `cites` and `why` are for people.
#include <algorithm>

#include "analyze/table_findings.hpp"
#include "base/text.hpp"
#include "feel/parse.hpp"
#include "interop/dmn_decision.hpp"
#include "rulebook/linker.hpp"
#include "table/cells.hpp"
#include "table/constants.hpp"
#include "table/table.hpp"

namespace aftercare::rulebook {
namespace {

/// A cell: its bytes in the text of the scalar, trimmed.
struct Cell {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::string_view in(const std::string& text) const {
    return std::string_view(text).substr(begin, end - begin);
  }
};
struct Line {
  std::vector<Cell> cells;
  std::size_t results_from = 0;  ///< index of the first cell after `||`; 0: there is none
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_framed = true;  ///< begins and ends with a bar
};

Line read_line(const std::string& text, std::size_t begin, std::size_t end) {
  Line line;
  while (begin < end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) {
    --end;
  }
  line.begin = begin;
  line.end = end;
  if (end - begin < 2 || text[begin] != '|' || text[end - 1] != '|') {
    line.is_framed = false;
    return line;
  }
  std::size_t at = begin + 1;
  std::size_t from = at;
  bool in_string = false;
  const auto add = [&](std::size_t to) {
    std::size_t first = from;
    std::size_t last = to;
    while (first < last && text[first] == ' ') ++first;
    while (last > first && text[last - 1] == ' ') --last;
    line.cells.push_back({first, last});
  };
  for (; at < end; ++at) {
    if (text[at] == '"') in_string = !in_string;
    if (in_string || text[at] != '|') continue;
    add(at);
    if (at + 1 < end && text[at + 1] == '|' && at + 1 != end - 1) {
      line.results_from = line.cells.size();
      ++at;
    }
    from = at + 1;
  }
  return line;
}

std::vector<Line> read_lines(const std::string& text) {
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    Line line = read_line(text, begin, end);
    if (line.end > line.begin) lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

/// The headings of the results, but those for people.
std::vector<std::string> result_heads(const Node& rows, Language language) {
  std::vector<std::string> out;
  const std::vector<Line> lines = read_lines(rows.text);
  if (lines.empty() || lines.front().results_from == 0) return out;
  const Line& head = lines.front();
  for (std::size_t c = head.results_from; c < head.cells.size(); ++c) {
    const std::string_view name = head.cells[c].in(rows.text);
    if (is_word(name, Word::cites, language) || is_word(name, Word::why, language)) continue;
    out.emplace_back(name);
  }
  return out;
}

}  // namespace

std::string chain_name(std::size_t word) { return "chain_" + std::to_string(word + 1); }

/// The chains in the cells of all tables of a pack: one closed set, so that tables may be combined.
/// A cell that is no chain is told at its cell.
void Linker::declare_approvers(PackDecl& pack) {
  std::vector<std::string> words;
  std::vector<Index> chains;
  bool is_any = false;
  for (const Item& item : pack.outline->items) {
    const bool is_matter = has_rows(item);
    if ((item.kind->word != Word::table && !is_matter) || !item.body().is_map()) continue;
    const Language language = item.language;
    const Node* output = get(item.body(), Word::output, language);
    const Node* rows = get(item.body(), Word::rows, language);
    if (!rows || !rows->is_scalar()) continue;
    std::set<std::string, std::less<>> columns;
    for (const Entry& entry : output && output->is_map() ? output->entries : std::vector<Entry>()) {
      if (entry.value.is_scalar() &&
          is_word(base::trim(entry.value.text), Word::approvers_type, language))
        columns.insert(entry.key.text);
    }
    // Who answers for a matter is always a chain.
    for (const std::string& head : is_matter ? result_heads(*rows, language) : std::vector<std::string>())
      columns.insert(head);
    if (columns.empty()) continue;
    is_any = true;
    const std::vector<Line> lines = read_lines(rows->text);
    for (std::size_t l = 1; l < lines.size(); ++l) {
      for (std::size_t c = lines[0].results_from; c < lines[l].cells.size(); ++c) {
        if (c >= lines[0].cells.size() || columns.count(lines[0].cells[c].in(rows->text)) == 0)
          continue;
        const Cell& cell = lines[l].cells[c];
        const std::string text(cell.in(rows->text));
        if (text.empty() || std::find(words.begin(), words.end(), text) != words.end()) continue;
        auto chain = read_chain(pack, nullptr, *rows, cell.begin, cell.end, language);
        words.push_back(text);
        chains.push_back(static_cast<Index>(model_->chains.size()));
        model_->chains.push_back(chain ? std::move(*chain) : step::Chain());
      }
    }
  }
  if (!is_any) return;
  pack.approvers =
      new_set(std::string(spelling(Word::approvers_type, pack.outline->language)), words);
  model_->word_sets.back().chains = std::move(chains);
}

void Linker::declare_tables(PackDecl& pack) {
  declare_approvers(pack);
  for (const Item& item : pack.outline->items) {
    const bool is_matter = has_rows(item);
    if (item.kind->word != Word::table && !is_matter) continue;
    const Language language = item.language;
    const Node& body = item.body();
    TableDecl decl;
    decl.item = &item;
    decl.pack = &pack;
    step::Table target;
    target.name = item.name;
    target.pack = pack.index;
    target.cites = all_cites(pack, item);
    target.span = item.name_span();
    const auto fields = [&](Word key, std::vector<TableDecl::Column>& columns) {
      const Node* node = get(body, key, language);
      if (!node || !node->is_map()) return;
      for (const Entry& entry : node->entries) {
        if (key == Word::output && pack.approvers && entry.value.is_scalar() &&
            is_word(base::trim(entry.value.text), Word::approvers_type, language)) {
          columns.push_back({entry.key.text, *pack.approvers, entry.key.span, true});
          continue;
        }
        const TypedField typed =
            parse_field(pack, entry.value, language, item.name + "." + entry.key.text);
        columns.push_back({entry.key.text, typed.type.value_or(Type::any()), entry.key.span});
      }
    };
    fields(Word::inputs, decl.inputs);
    fields(Word::output, decl.outputs);
    if (is_matter && pack.approvers) {
      const Node& rows_of = *get(body, Word::rows, language);
      decl.is_matter = true;
      for (std::string& head : result_heads(rows_of, language)) {
        // One name in both vocabularies: rules ask for it.
        if (is_word(head, Word::who, language)) head = spelling(Word::who, Language::english);
        decl.outputs.push_back({std::move(head), *pack.approvers, rows_of.span, true});
      }
    }
    decl.is_collect =
        body.is_map() && is_word(get_text(body, Word::hit, language), Word::collect, language);

    Cites all = target.cites;
    const Node* rows = body.is_map() ? get(body, Word::rows, language) : nullptr;
    const Node* import = body.is_map() ? get(body, Word::import_, language) : nullptr;
    if (rows && rows->is_scalar()) {
      read_rows(pack, decl, *rows, language, target, all);
      narrow_lengths(pack, decl, language);
    }
    implement(pack, item, all);
    if (body.is_map() && !rows && !import) {
      report(diag::AC0206, body.span, {{"key", std::string(spelling(Word::rows, language))}});
    }
    if (rows && import) report(diag::AC0635, get_entry(body, Word::import_, language)->key.span);
    for (const Word word : {Word::decision, Word::names}) {
      const Entry* entry = import || !body.is_map() ? nullptr : get_entry(body, word, language);
      if (entry) report(diag::AC0637, entry->key.span, {{"key", entry->key.text}});
    }
    if (!rows && import && import->is_scalar()) decl.import = import;
    if ((!rows && !decl.import) || pack.tables.count(item.name) != 0) continue;
    if (is_matter) {
      step::Responsible& matter = model_->responsibles[pack.responsibles.at(item.name)];
      matter.table = static_cast<Index>(model_->tables.size());
      matter.cites = all;
      for (const auto& input : decl.inputs) matter.inputs.emplace_back(input.name, input.type);
      for (const auto& result : decl.outputs) matter.results.push_back(result.name);
      const auto who = std::find(matter.results.begin(), matter.results.end(),
                                 spelling(Word::who, Language::english));
      if (who == matter.results.end()) {
        report(diag::AC0822, rows->span,
               {{"name", item.name}, {"who", std::string(spelling(Word::who, language))}});
        continue;
      }
      matter.who = static_cast<Index>(who - matter.results.begin());
    }
    pack.tables[item.name] = static_cast<Index>(model_->tables.size());
    model_->tables.push_back(std::move(target));
    tables_.push_back(std::move(decl));
  }
}

/// Cells of all rows, in the order of the declared columns.
void Linker::read_rows(PackDecl& pack, TableDecl& decl, const Node& rows, Language language,
                       step::Table& target, Cites& all) {
  const std::size_t found_before = findings_.count();
  const std::string& text = rows.text;
  const std::vector<Line> lines = read_lines(text);
  const auto span_of = [&](const Cell& cell) { return rows.span_of(cell.begin, cell.end); };
  for (const Line& line : lines) {
    if (line.is_framed) continue;
    report(diag::AC0631, rows.span_of(line.begin, line.end));
    return;
  }
  if (lines.empty()) return;
  const Line& head = lines.front();
  if (head.results_from == 0) {
    report(diag::AC0632, rows.span_of(head.begin, head.end));
    return;
  }
  constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::size_t cites_column = absent;
  std::size_t why_column = absent;
  std::vector<std::size_t> input_column(decl.inputs.size(), absent);
  std::vector<std::size_t> output_column(decl.outputs.size(), absent);
  bool is_good = true;
  for (std::size_t c = 0; c < head.cells.size(); ++c) {
    std::string_view name = head.cells[c].in(text);
    const bool is_result = c >= head.results_from;
    if (is_result && decl.is_matter && is_word(name, Word::who, language))
      name = spelling(Word::who, Language::english);
    if (is_result && is_word(name, Word::cites, language)) {
      cites_column = c;
      continue;
    }
    if (is_result && is_word(name, Word::why, language)) {
      why_column = c;
      continue;
    }
    std::vector<TableDecl::Column>& columns = is_result ? decl.outputs : decl.inputs;
    std::vector<std::size_t>& where = is_result ? output_column : input_column;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.name == name; });
    if (found == columns.end()) {
      std::vector<std::string> known;
      for (const auto& column : columns) known.push_back(column.name);
      unknown(is_result ? (base::both("output", "结果")) : (base::both("input", "条件")), name,
              span_of(head.cells[c]), known);
      is_good = false;
      continue;
    }
    where[static_cast<std::size_t>(found - columns.begin())] = c;
  }
  const auto missing = [&](const std::vector<std::size_t>& where,
                           const std::vector<TableDecl::Column>& columns) {
    for (std::size_t i = 0; i < where.size(); ++i) {
      if (where[i] != absent) continue;
      report(diag::AC0633, rows.span_of(head.begin, head.end), {{"name", columns[i].name}},
             {base::note(notes::first_stands_here, {}, columns[i].span)});
      is_good = false;
    }
  };
  if (is_good) {
    missing(input_column, decl.inputs);
    missing(output_column, decl.outputs);
  }
  if (!is_good) return;
  for (std::size_t l = 1; l < lines.size(); ++l) {
    const Line& line = lines[l];
    const SourceSpan span = rows.span_of(line.begin, line.end);
    if (line.cells.size() != head.cells.size()) {
      report(diag::AC0604, span,
             {{"found", std::to_string(line.cells.size())},
              {"expected", std::to_string(head.cells.size())}});
      continue;
    }
    if (line.results_from != head.results_from) {
      report(diag::AC0632, span);
      continue;
    }
    table::TableSource::Row row;
    row.span = span;
    const auto cell = [&](std::size_t column) {
      const Cell& at = line.cells[column];
      return table::Text{std::string(at.in(text)), span_of(at)};
    };
    bool is_full = true;
    for (const auto* where : {&input_column, &output_column}) {
      for (const std::size_t column : *where) {
        table::Text one = cell(column);
        const bool is_output = where == &output_column;
        const auto number = static_cast<std::size_t>(
            std::find(where->begin(), where->end(), column) - where->begin());
        if (is_output && decl.outputs[number].is_chain) {
          const auto words = decl.outputs[number].type.words();
          const auto word = std::find(words.begin(), words.end(), one.text);
          if (word != words.end())
            one.text = chain_name(static_cast<std::size_t>(word - words.begin()));
        }
        if (one.text.empty()) {
          report(diag::AC0634, span, {{"name", std::string(head.cells[column].in(text))}});
          is_full = false;
        }
        (where == &input_column ? row.conditions : row.results).push_back(std::move(one));
      }
    }
    Cites cites;
    if (cites_column != absent) {
      const Cell& at = line.cells[cites_column];
      std::size_t from = at.begin;
      while (from < at.end) {
        const std::size_t comma = std::min(text.find(',', from), at.end);
        std::size_t first = from;
        std::size_t last = comma;
        while (first < last && text[first] == ' ') ++first;
        while (last > first && text[last - 1] == ' ') --last;
        if (last > first) {
          const std::string_view id = std::string_view(text).substr(first, last - first);
          if (const auto clause = find_clause(pack, id)) {
            cites.push_back(*clause);
            if (std::find(all.begin(), all.end(), *clause) == all.end()) all.push_back(*clause);
          } else {
            report(diag::AC0906, rows.span_of(first, last), {{"clause", std::string(id)}});
          }
        }
        from = comma + 1;
      }
      const bool has_reason = why_column != absent &&
                              line.cells[why_column].end > line.cells[why_column].begin &&
                              line.cells[why_column].in(text) != "-";
      if (cites.size() > most_without_reason && !has_reason) {
        report(diag::AC0909, span_of(at),
               {{"heading", decl.item->key().text}, {"count", std::to_string(cites.size())}},
               {base::note(notes::say_why)});
      }
    }
    if (!is_full) continue;
    decl.rows.push_back(std::move(row));
    target.row_cites.push_back(std::move(cites));
  }
  decl.is_whole = findings_.count() == found_before;
}

/// An input that is any length is of the kind that its cells are about: days and time, or months.
/// Who calls the table with lengths of another kind is told so.
void Linker::narrow_lengths(const PackDecl& pack, TableDecl& decl, Language language) {
  if (!decl.is_whole || decl.rows.empty()) return;
  for (std::size_t c = 0; c < decl.inputs.size(); ++c) {
    Type& type = decl.inputs[c].type;
    if (type.is() != Type::Is::length) continue;
    feel::Scope names(&feel::builtin_scope());
    add_parameters(names, pack, 0);
    feel::CompileOptions how;
    how.level = feel::Level::strict;
    how.dialect = dialect(language);
    table::Constants constants(names, how);
    const auto is_about = [&](const Type& narrow) {
      const table::CellRules rules{table::scalar_kind(narrow), false};
      const table::Constant constant = [&](const feel::Ast& tree, feel::NodeId node) {
        return constants.find(tree, node, narrow);
      };
      const table::IsVariable is_variable = [&](std::string_view name) {
        const feel::Name* found = names.find(name);
        return found != nullptr && found->is == feel::Name::Is::slot &&
               table::scalar_kind(found->type) == rules.kind;
      };
      bool is_any = false;
      for (const table::TableSource::Row& row : decl.rows) {
        const std::string& cell = row.conditions[c].text;
        if (cell == "-") continue;
        const feel::Parsed parsed =
            feel::parse(cell, names, feel::Goal::unary_tests, how.dialect);
        if (has_errors(parsed.findings)) return false;
        const auto set = table::cell_set(parsed.ast, rules, constant);
        if (set && set->intervals().empty()) continue;
        if (!set && !table::relative_cell(parsed.ast, rules, constant, is_variable)) return false;
        is_any = true;
      }
      return is_any;
    };
    for (const Type::Is kind : {Type::Is::days_duration, Type::Is::months_duration}) {
      const Type narrow = type.is_optional() ? Type::of(kind).optional() : Type::of(kind);
      if (!is_about(narrow)) continue;
      type = narrow;
      break;
    }
  }
}

void Linker::add_tables(feel::Scope& scope, const PackDecl& pack) const {
  for (const auto& [name, number] : pack.tables) {
    const TableDecl& decl = tables_[number];
    feel::FunctionName function;
    for (const auto& input : decl.inputs) function.parameters.emplace_back(input.name, input.type);
    if (decl.outputs.size() == 1) {
      function.result = decl.outputs[0].type;
    } else {
      std::vector<std::pair<std::string, Type>> members;
      for (const auto& output : decl.outputs) members.emplace_back(output.name, output.type);
      function.result = Type::context(std::move(members));
    }
    if (decl.is_collect) function.result = Type::list(function.result);
    function.host =
        static_cast<std::uint32_t>(step::HostFunction::first_table) + static_cast<unsigned>(number);
    scope.add_function(name, std::move(function));
  }
}

void Linker::compile_tables(PackDecl& pack) {
  for (const auto& [name, number] : pack.tables) {
    TableDecl& decl = tables_[number];
    step::Table& target = model_->tables[number];
    if (decl.import != nullptr) {
      import_table(decl, target);
      continue;
    }
    const Item& item = *decl.item;
    // The frame of a table: its inputs, the value under test, the parameters.
    const auto inputs = static_cast<SlotIndex>(decl.inputs.size());
    target.inputs = inputs;
    target.first_parameter = static_cast<SlotIndex>(inputs + 1);
    feel::Scope names(pack.names.get());
    add_parameters(names, pack, target.first_parameter);
    table::TableSource source;
    source.name = name;
    source.span = item.name_span();
    if (const Node* hit = get(item.body(), Word::hit, item.language)) {
      const auto word =
          one_of(*hit, spelling(Word::hit, item.language), {Word::collect}, item.language);
      if (word) source.policy = HitPolicy::collect;
    }
    for (std::size_t i = 0; i < decl.inputs.size(); ++i) {
      names.add_slot(decl.inputs[i].name, decl.inputs[i].type, static_cast<std::uint32_t>(i));
      table::TableSource::Input input;
      input.expression = {decl.inputs[i].name, decl.inputs[i].span};
      input.name = decl.inputs[i].name;
      input.type = decl.inputs[i].type;
      input.is_zoned = false;
      source.inputs.push_back(std::move(input));
    }
    for (const auto& column : decl.outputs) {
      for (std::size_t word = 0; column.is_chain && word < column.type.words().size(); ++word) {
        names.add_constant(
            chain_name(word), column.type,
            Value::symbol(column.type.symbol_set(), static_cast<std::uint32_t>(word)));
      }
      table::TableSource::Output output;
      output.name = column.name;
      output.type = column.type;
      source.outputs.push_back(std::move(output));
    }
    source.rows = decl.rows;
    table::TableOptions options;
    options.level = feel::Level::strict;
    options.dialect = dialect(item.language);
    options.zone = model_->packs[pack.index].zone;
    options.test_slot = inputs;
    Diagnostics found;
    target.table = table::Table::compile(source, names, options, found);
    const bool is_good = !has_errors(found);
    findings_.add(std::move(found));
    if (is_good && decl.is_whole && !decl.rows.empty()) {
      Diagnostics proved;
      analyze::check_table(*target.table, proved);
      findings_.add(std::move(proved));
    }
  }
}

/// A table whose logic is a decision of a DMN file.
void Linker::import_table(const TableDecl& decl, step::Table& target) {
  const Item& item = *decl.item;
  const Node& body = item.body();
  const std::string path(base::trim(decl.import->text));
  const ModelFiles::Model* file =
      model_files_.find(sources_.name(decl.import->span.file), path, decl.import->span, findings_);
  if (file == nullptr || !file->model) return;

  interop::DecisionUse use;
  const Node* decision = get(body, Word::decision, item.language);
  use.name = decision ? std::string(base::trim(decision->text)) : item.name;
  use.span = decision ? decision->span : item.name_span();
  use.is_list = decl.is_collect;
  const Node* names = get(body, Word::names, item.language);
  std::vector<std::string> columns;
  const auto add = [&](const std::vector<TableDecl::Column>& from,
                       std::vector<interop::DecisionUse::Column>& to) {
    for (const TableDecl::Column& column : from) {
      const Entry* named = names && names->is_map() ? names->find(column.name) : nullptr;
      to.push_back(
          {column.name, named ? named->value.text : column.name, column.type, column.span});
      columns.push_back(column.name);
    }
  };
  add(decl.inputs, use.inputs);
  add(decl.outputs, use.outputs);
  if (names && names->is_map()) {
    for (const Entry& entry : names->entries) {
      if (std::find(columns.begin(), columns.end(), entry.key.text) != columns.end()) continue;
      unknown(base::both("input or output", "条件或结果"), entry.key.text, entry.key.span, columns);
    }
  }

  Diagnostics here, in_model;
  interop::BoundDecision bound = interop::bind_decision(*file->model, use, here, in_model);
  findings_.add(std::move(here));
  findings_.add(ModelFiles::placed(*file, std::move(in_model)));
  if (!bound.decision) return;
  for (const interop::AllowedInput& input : bound.allowed) {
    Diagnostics ignored;
    const analyze::TableVerdict verdict = analyze::check_table(input.coverage, ignored);
    if (verdict.is_complete) continue;
    const auto& gaps = verdict.facts.gaps;
    const bool is_shown = !gaps.empty() && gaps.front().is_certain;
    const std::string value = is_shown ? gaps.front().point.front().to_text(80)
                                       : base::both("something else", "别的值");
    const std::vector<DiagnosticNote> allowed = {
        base::note(notes::allowed_values, {{"tests", input.tests}})};
    // A closed set can be made smaller; of a number the pack has no narrower type.
    if (is_shown && input.is_closed) {
      report(diag::AC0613, input.span, {{"value", value}, {"name", input.name}}, allowed);
    } else {
      report(diag::AC0648, input.span, {{"value", value}, {"name", input.name}}, allowed);
    }
  }
  bool is_complete = false;
  if (bound.proof) {
    Diagnostics proved;
    analyze::AnalysisOptions of_model;
    of_model.has_policies = true;
    const bool is_sound = analyze::check_table(*bound.proof, proved, of_model).is_complete;
    is_complete = is_sound || has_errors(proved);
    findings_.add(ModelFiles::placed(*file, std::move(proved)));
  }
  for (const TableDecl::Column& output : decl.outputs) {
    if (is_complete || decl.is_collect || output.type.is_optional()) continue;
    report(diag::AC0642, output.span, {{"name", output.name}, {"decision", use.name}},
           {base::note(notes::declare_it_optional, {{"name", output.name}})});
  }
  target.inputs = static_cast<SlotIndex>(decl.inputs.size());
  target.first_parameter = static_cast<SlotIndex>(decl.inputs.size() + 1);
  target.foreign = std::move(bound.decision);
  for (const auto& input : decl.inputs) target.given.emplace_back(input.name, input.type);
  for (const auto& output : decl.outputs) target.gives.emplace_back(output.name, output.type);
  target.gives_list = decl.is_collect;
}

}  // namespace aftercare::rulebook
