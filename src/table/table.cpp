// Interface: Table.
#include "table/table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/diagnostics.hpp"
#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"
#include "feel/parse.hpp"
#include "table/cells.hpp"
#include "table/constants.hpp"
#include "table/row_texts.hpp"
#include "value/object.hpp"

namespace aftercare {

namespace {

struct PolicyName {
  HitPolicy policy;
  std::string_view name;
  std::string_view letter;
};
constexpr std::array<PolicyName, 7> policy_names = {{
    {HitPolicy::unique, "UNIQUE", "U"},
    {HitPolicy::any, "ANY", "A"},
    {HitPolicy::priority, "PRIORITY", "P"},
    {HitPolicy::first, "FIRST", "F"},
    {HitPolicy::collect, "COLLECT", "C"},
    {HitPolicy::rule_order, "RULE ORDER", "R"},
    {HitPolicy::output_order, "OUTPUT ORDER", "O"},
}};
constexpr std::array<std::string_view, 5> aggregation_names = {"", "SUM", "COUNT", "MIN", "MAX"};

}  // namespace

std::string_view hit_policy_name(HitPolicy policy) noexcept {
  return policy_names[static_cast<std::size_t>(policy)].name;
}

std::string_view aggregation_name(Aggregation aggregation) noexcept {
  return aggregation_names[static_cast<std::size_t>(aggregation)];
}

std::optional<HitPolicy> parse_hit_policy(std::string_view text) {
  for (const PolicyName& p : policy_names) {
    if (text == p.name || text == p.letter) return p.policy;
  }
  return std::nullopt;
}

std::optional<Aggregation> parse_aggregation(std::string_view text) {
  for (std::size_t i = 0; i < aggregation_names.size(); ++i) {
    if (text == aggregation_names[i]) return static_cast<Aggregation>(i);
  }
  return std::nullopt;
}

namespace table {

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_dash(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  return first != std::string_view::npos && text[first] == '-' &&
         text.find_last_not_of(blanks) == first;
}

/// Whether cells of such a column can be sets at all.
bool may_have_sets(const Type& type) {
  return type.is() == Type::Is::any || is_ordered(scalar_kind(type));
}

std::string row_text(std::uint32_t row) { return std::to_string(row + 1); }

constexpr std::uint32_t no_formula = UINT32_MAX;

}  // namespace

struct Table::Impl {
  TableHead source;
  RowTexts texts;
  TableOptions options;
  std::vector<Formula> input_formulas;
  std::vector<std::uint32_t> input_slots;  // of an input that is a plain name; feel::no_slot
  std::vector<std::optional<Formula>> input_tests;  // allowed values
  std::vector<bool> checked_inputs;                 // is converted or has allowed values
  bool checks_inputs = false;                       // some input is, or may be a list of one
  std::vector<std::optional<ValueSet>> allowed;
  std::vector<Column> columns;
  std::vector<Formula> cell_formulas;
  std::vector<std::optional<ValueSet>> known;         // of each of them
  std::vector<std::optional<RelativeCell>> relative;  // of each of them
  std::vector<bool> has_programs;                     // for each row
  bool has_program = false;                           // for any of them
  Matcher matcher;
  struct Result {  // of one row in one output column
    Value constant;
    std::uint32_t formula = no_formula;  // where it is no constant
  };
  std::vector<Result> results;  // row by row
  bool is_plain = false;        // one output, and each result is a constant and as it stands
  std::vector<Formula> result_formulas;
  std::unordered_map<std::size_t, Convert> result_converts;  // of those results that have one
  std::vector<std::optional<Formula>> output_tests;
  std::vector<std::vector<Value>> priorities;  // for each output
  std::vector<Formula> defaults;               // empty where there is none

  Value result_of(std::uint32_t row, std::size_t output, std::span<const Value> slots,
                  Evaluation& in) const;
  Value row_result(std::uint32_t row, std::span<const Value> slots, Evaluation& in) const;
  bool passes(const std::optional<Formula>& tests, const Value& value, std::span<const Value> slots,
              Evaluation& in) const;
  Value whole(std::vector<Value> outputs) const;
  Value decide(std::span<const std::uint32_t> rows, std::span<const Value> slots,
               Evaluation& in) const;
  void check_inputs(std::span<Value> inputs, std::span<const Value> slots, Evaluation& in) const;
  void tell_mismatches(std::uint64_t columns_of, std::span<const Value> inputs,
                       Evaluation& in) const;
  void find_rows(std::span<const Value> inputs, std::span<const Value> slots, Evaluation& in,
                 std::vector<std::uint64_t>& found, std::vector<std::uint32_t>& rows) const;
  Value defaults_of(std::span<const Value> slots, Evaluation& in) const;
  Value aggregate(std::vector<Value> values, Evaluation& in) const;
  /// Whether results must be put in an order that nothing says.
  bool lacks_order() const;
  Diagnostic no_order() const;
  std::vector<std::size_t> rank(const Value& result) const;
};

namespace {

/// Compiles the parts of a table; the constants of cells are evaluated once for each text.
class Compiler {
 public:
  Compiler(const feel::Scope& scope, const TableOptions& options, Diagnostics& findings)
      : scope_(scope),
        options_(options),
        findings_(findings),
        plain_(expression(Type::any())),
        constants_(scope, plain_) {}

  feel::CompileOptions expression(const Type& expected) const {
    feel::CompileOptions out;
    out.level = options_.level;
    out.dialect = options_.dialect;
    out.zone = options_.zone;
    if (options_.level == feel::Level::strict) out.expected = expected;
    return out;
  }
  feel::CompileOptions tests(const Type& type) const {
    feel::CompileOptions out;
    out.level = options_.level;
    out.dialect = options_.dialect;
    out.zone = options_.zone;
    out.goal = feel::Goal::unary_tests;
    out.tested = feel::Tested{options_.test_slot, type, false};
    return out;
  }

  /// The set of a cell, if it is one; `to_prove`: what it accepts, though it must be evaluated.
  std::optional<ValueSet> set_of(const Text& cell, const Type& type, bool to_prove = false) {
    if (!may_have_sets(type) && !has_sets(scalar_kind(type))) return std::nullopt;
    feel::Parsed parsed = feel::parse(cell.text, scope_, feel::Goal::unary_tests, options_.dialect);
    if (has_errors(parsed.findings)) return std::nullopt;
    CellRules rules;
    rules.kind = scalar_kind(type);
    rules.negation_accepts_null = options_.level == feel::Level::lenient;
    rules.faults_accept_nothing = to_prove;
    return cell_set(parsed.ast, rules, constants(type));
  }
  /// The slot that a text names and does nothing else.
  std::uint32_t slot_of(const Text& text) {
    const feel::Parsed parsed =
        feel::parse(text.text, scope_, feel::Goal::expression, options_.dialect);
    const feel::Ast& tree = parsed.ast;
    if (tree.root == 0 || tree[tree.root].kind != feel::NodeKind::name) return feel::no_slot;
    const feel::Name* name = scope_.find(tree.text_of(tree.root));
    const bool is_slot = name != nullptr && name->is == feel::Name::Is::slot;
    return is_slot ? name->slot : feel::no_slot;
  }
  std::optional<RelativeCell> relative(const Text& cell, const Type& type) {
    CellRules rules;
    rules.kind = scalar_kind(type);
    if (rules.kind == Kind::null || rules.kind == Kind::boolean) return std::nullopt;
    // Only of a pack it is known that all times are without a zone.
    if (!is_ordered(rules.kind) && options_.level != feel::Level::strict) return std::nullopt;
    const feel::Parsed parsed =
        feel::parse(cell.text, scope_, feel::Goal::unary_tests, options_.dialect);
    if (has_errors(parsed.findings)) return std::nullopt;
    return relative_cell(parsed.ast, rules, constants(type), [&](std::string_view name) {
      const feel::Name* found = scope_.find(name);
      return found != nullptr && found->is == feel::Name::Is::slot &&
             scalar_kind(found->type) == rules.kind;
    });
  }
  std::optional<std::vector<Value>> values_of(const Text& tests, const Type& type) {
    feel::Parsed parsed =
        feel::parse(tests.text, scope_, feel::Goal::unary_tests, options_.dialect);
    if (has_errors(parsed.findings)) return std::nullopt;
    return listed_values(parsed.ast, constants(type));
  }
  std::optional<Value> literal(const Text& text, const Type& type) {
    feel::Parsed parsed = feel::parse(text.text, scope_, feel::Goal::expression, options_.dialect);
    if (has_errors(parsed.findings) || parsed.ast.root == 0) return std::nullopt;
    return Constants::literal(parsed.ast, parsed.ast.root, type);
  }
  Formula compile(const Text& text, const feel::CompileOptions& how) {
    return Formula::compile(text, scope_, how, findings_);
  }

 private:
  Constant constants(const Type& type) {
    return [this, type](const feel::Ast& tree, feel::NodeId node) {
      return constants_.find(tree, node, type);
    };
  }

  const feel::Scope& scope_;
  const TableOptions& options_;
  Diagnostics& findings_;
  const feel::CompileOptions plain_;
  Constants constants_;
};

}  // namespace

Table Table::compile(const TableSource& source, const feel::Scope& scope,
                     const TableOptions& options, Diagnostics& findings) {
  auto impl = std::make_shared<Impl>();
  impl->source = source;
  impl->options = options;
  Compiler compiler(scope, options, findings);
  if (source.outputs.empty()) findings.push_back(base::make(diag::AC0601, source.span));
  if (source.aggregation != Aggregation::none && source.outputs.size() > 1) {
    findings.push_back(
        base::make(diag::AC0605, source.span, {{"count", std::to_string(source.outputs.size())}}));
  }

  for (const TableSource::Input& input : source.inputs) {
    impl->input_formulas.push_back(
        compiler.compile(input.expression, compiler.expression(input.type)));
    impl->checked_inputs.push_back(input.allowed || input.convert);
    impl->checks_inputs =
        impl->checks_inputs || impl->checked_inputs.back() || options.level != feel::Level::strict;
    impl->input_slots.push_back(compiler.slot_of(input.expression));
    impl->input_tests.emplace_back();
    impl->allowed.emplace_back();
    if (input.allowed) {
      impl->input_tests.back() = compiler.compile(*input.allowed, compiler.tests(input.type));
      impl->allowed.back() = compiler.set_of(*input.allowed, input.type);
    }
    for (const Text& tests : input.domain) {
      const std::optional<ValueSet> set = compiler.set_of(tests, input.type);
      if (!set) continue;
      std::optional<ValueSet>& whole = impl->allowed.back();
      whole = whole ? whole->intersection(*set) : *set;
    }
  }
  for (const TableSource::Output& output : source.outputs) {
    impl->output_tests.emplace_back();
    impl->priorities.emplace_back();
    if (output.allowed) {
      impl->output_tests.back() = compiler.compile(*output.allowed, compiler.tests(output.type));
    }
    if (const auto& order = output.allowed ? output.allowed : output.order) {
      if (auto values = compiler.values_of(*order, output.type)) {
        impl->priorities.back() = *std::move(values);
      }
    }
    impl->defaults.emplace_back();
    if (output.default_value) {
      impl->defaults.back() =
          compiler.compile(*output.default_value, compiler.expression(output.type));
    }
  }
  if (impl->lacks_order()) findings.push_back(impl->no_order());

  bool is_read = true;
  for (const TableSource::Row& row : source.rows) {
    const std::size_t expected = source.inputs.size() + source.outputs.size();
    const std::size_t found = row.conditions.size() + row.results.size();
    if (row.conditions.size() == source.inputs.size() &&
        row.results.size() == source.outputs.size()) {
      continue;
    }
    findings.push_back(
        base::make(diag::AC0604, row.span,
                   {{"found", std::to_string(found)}, {"expected", std::to_string(expected)}}));
    is_read = false;
  }
  std::span<const TableSource::Row> rows;
  if (is_read) rows = source.rows;
  impl->texts = RowTexts(rows, source.inputs.size(), source.outputs.size());

  impl->has_programs.assign(rows.size(), false);
  for (std::size_t c = 0; c < source.inputs.size(); ++c) {
    const Type& type = source.inputs[c].type;
    Column column;
    column.cells.reserve(rows.size());
    Kind kind = scalar_kind(type);
    std::unordered_map<std::string_view, Cell> seen;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const Text& cell = rows[r].conditions[c];
      if (is_dash(cell.text)) {
        column.cells.push_back({});
        continue;
      }
      if (const auto same = seen.find(cell.text); same != seen.end()) {
        column.cells.push_back(same->second);
        impl->has_programs[r] = impl->has_programs[r] || same->second.is == Cell::Is::program;
        continue;
      }
      // Cells of one kind of length narrow their column; these do not.
      if (type.is() == Type::Is::length && options.level == feel::Level::strict) {
        findings.push_back(base::make(diag::AC0528, cell.span,
                                      {{"text", source.inputs[c].name}, {"operator", cell.text}}));
      }
      std::optional<ValueSet> set = compiler.set_of(cell, type);
      bool is_mixed = false;  // a column of no declared type with cells of several
      if (set && !set->intervals().empty()) {
        if (kind == Kind::null) kind = set->kind();
        is_mixed = set->kind() != kind;
      }
      Cell made;
      if (set && !is_mixed && (set->kind() == Kind::null || is_ordered(set->kind()))) {
        made = {Cell::Is::set, static_cast<std::uint32_t>(column.sets.size())};
        column.sets.push_back(*std::move(set));
      } else {
        made = {Cell::Is::program, static_cast<std::uint32_t>(impl->cell_formulas.size())};
        impl->cell_formulas.push_back(compiler.compile(cell, compiler.tests(type)));
        std::optional<ValueSet> known = set ? std::move(set) : compiler.set_of(cell, type, true);
        if (is_mixed) known.reset();
        impl->known.push_back(std::move(known));
        impl->relative.push_back(compiler.relative(cell, type));
        impl->has_programs[r] = true;
      }
      column.cells.push_back(made);
      seen.emplace(cell.text, made);
    }
    column.sets.shrink_to_fit();
    impl->columns.push_back(std::move(column));
  }
  impl->has_program = !impl->cell_formulas.empty();
  impl->matcher = Matcher(impl->columns, rows.size());

  impl->results.reserve(rows.size() * source.outputs.size());
  for (const TableSource::Row& row : rows) {
    for (std::size_t o = 0; o < source.outputs.size(); ++o) {
      const TableSource::Output& output = source.outputs[o];
      Impl::Result result;
      std::optional<Value> constant = compiler.literal(row.results[o], output.type);
      if (!constant) {
        Formula formula = compiler.compile(row.results[o], compiler.expression(output.type));
        constant = formula.constant();
        if (!constant) {
          result.formula = static_cast<std::uint32_t>(impl->result_formulas.size());
          impl->result_formulas.push_back(std::move(formula));
        }
      }
      if (constant) result.constant = *std::move(constant);
      if (o < row.converts.size() && row.converts[o]) {
        impl->result_converts.emplace(impl->results.size(), row.converts[o]);
      }
      impl->results.push_back(std::move(result));
    }
  }
  impl->is_plain = source.outputs.size() == 1 && impl->result_formulas.empty() &&
                   !source.outputs.front().convert && !impl->output_tests.front() &&
                   impl->result_converts.empty();
  Table table;
  table.impl_ = std::move(impl);
  return table;
}

const std::string& Table::name() const noexcept { return impl_->source.name; }
HitPolicy Table::policy() const noexcept { return impl_->source.policy; }
std::size_t Table::rows() const noexcept { return impl_->texts.size(); }
std::span<const TableHead::Input> Table::inputs() const noexcept { return impl_->source.inputs; }
std::span<const TableHead::Output> Table::outputs() const noexcept { return impl_->source.outputs; }
std::span<const Column> Table::columns() const noexcept { return impl_->columns; }
Type Table::input_type(std::size_t input) const {
  const Type& declared = impl_->source.inputs[input].type;
  return declared.is() == Type::Is::any ? impl_->input_formulas[input].type() : declared;
}
const TableHead& Table::head() const noexcept { return impl_->source; }
SourceSpan Table::row_span(std::size_t row) const noexcept { return impl_->texts.span(row); }
TableSource::Row Table::row(std::size_t row) const {
  TableSource::Row out = impl_->texts.row(row);
  const std::size_t outputs = impl_->source.outputs.size();
  for (std::size_t o = 0; o < outputs && !impl_->result_converts.empty(); ++o) {
    const auto own = impl_->result_converts.find(row * outputs + o);
    if (own == impl_->result_converts.end()) continue;
    out.converts.resize(outputs);
    out.converts[o] = own->second;
  }
  return out;
}
std::optional<std::vector<Table::Bounds>> Table::bounds() const {
  const bool is_by_constants =
      !impl_->has_program && !impl_->checks_inputs &&
      std::none_of(impl_->source.outputs.begin(), impl_->source.outputs.end(),
                   [](const TableSource::Output& one) { return one.default_value.has_value(); }) &&
      std::all_of(impl_->results.begin(), impl_->results.end(),
                  [](const Impl::Result& one) { return one.formula == no_formula; });
  if (!is_by_constants) return std::nullopt;
  const auto is_point = [](const Interval& part) {
    return !part.low.is_null() && part.low.equals(part.high);
  };
  std::vector<Bounds> out;
  for (std::size_t i = 0; i < impl_->columns.size(); ++i) {
    if (impl_->input_slots[i] == feel::no_slot) return std::nullopt;
    Bounds& of = out.emplace_back();
    of.slot = impl_->input_slots[i];
    const auto add = [&of](const Value& value) {
      const bool is_new = std::none_of(of.constants.begin(), of.constants.end(),
                                       [&](const Value& known) { return known.equals(value); });
      if (!value.is_null() && is_new) of.constants.push_back(value);
    };
    for (const ValueSet& set : impl_->columns[i].sets) {
      const ValueSet others = set.complement();
      const auto are_points = [&](const ValueSet& all) {
        return std::all_of(all.intervals().begin(), all.intervals().end(), is_point);
      };
      if (set.kind() == Kind::string && !are_points(set) && !are_points(others))
        return std::nullopt;
      for (const Interval& part : set.intervals()) {
        add(part.low);
        add(part.high);
      }
    }
  }
  return out;
}

const std::optional<ValueSet>& Table::known(std::uint32_t program) const noexcept {
  return impl_->known[program];
}
const std::optional<RelativeCell>& Table::relative(std::uint32_t program) const noexcept {
  return impl_->relative[program];
}
const std::optional<ValueSet>& Table::allowed(std::size_t input) const noexcept {
  return impl_->allowed[input];
}

bool Table::Impl::passes(const std::optional<Formula>& tests, const Value& value,
                         std::span<const Value> slots, Evaluation& in) const {
  if (!tests || tests->is_empty()) return true;
  std::vector<Value> frame(slots.begin(), slots.end());
  frame.resize(std::max<std::size_t>(frame.size(), options.test_slot + 1));
  frame[options.test_slot] = value;
  const Value verdict = in.run(*tests, frame);
  return verdict.is(Kind::boolean) && verdict.as_boolean();
}

void Table::Impl::tell_mismatches(std::uint64_t columns_of, std::span<const Value> inputs,
                                  Evaluation& in) const {
  for (std::size_t c = 0; c < inputs.size() && c < 64; ++c) {
    if ((columns_of >> c & 1) == 0) continue;
    in.tell(base::make(diag::AC0615, input_formulas[c].span(),
                       {{"value", inputs[c].to_text(value::longest_shown)}, {"name", source.inputs[c].name}}));
  }
}

void Table::Impl::find_rows(std::span<const Value> inputs, std::span<const Value> slots,
                            Evaluation& in, std::vector<std::uint64_t>& found,
                            std::vector<std::uint32_t>& rows) const {
  rows.clear();
  if (texts.size() == 0) return;
  found.resize(matcher.words());
  const std::uint64_t mismatches = matcher.match(inputs, found);
  if (mismatches != 0) tell_mismatches(mismatches, inputs, in);
  std::vector<Value> frame;
  const bool is_first = source.policy == HitPolicy::first;
  for (std::size_t w = 0; w < found.size(); ++w) {
    for (std::uint64_t rest = found[w]; rest != 0; rest &= rest - 1) {
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      bool takes = true;
      if (has_program && has_programs[row]) {
        if (frame.empty()) {
          frame.assign(slots.begin(), slots.end());
          frame.resize(std::max<std::size_t>(frame.size(), options.test_slot + 1));
        }
        for (std::size_t c = 0; c < columns.size() && takes; ++c) {
          const Cell cell = columns[c].cells[row];
          if (cell.is != Cell::Is::program) continue;
          frame[options.test_slot] = inputs[c];
          const Value verdict = in.run(cell_formulas[cell.index], frame);
          takes = verdict.is(Kind::boolean) && verdict.as_boolean();
        }
      }
      if (!takes) continue;
      rows.push_back(static_cast<std::uint32_t>(row));
      if (is_first) return;
    }
  }
}

std::vector<std::uint32_t> Table::match(std::span<const Value> inputs, std::span<const Value> slots,
                                        Evaluation& in) const {
  std::vector<std::uint64_t> found;
  std::vector<std::uint32_t> rows;
  impl_->find_rows(inputs, slots, in, found, rows);
  return rows;
}

Value Table::Impl::whole(std::vector<Value> outputs) const {
  if (source.outputs.size() == 1) return std::move(outputs.front());
  std::vector<ContextEntry> entries;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    entries.emplace_back(source.outputs[o].name, std::move(outputs[o]));
  }
  return Value::context(std::move(entries));
}

Value Table::Impl::result_of(std::uint32_t row, std::size_t output, std::span<const Value> slots,
                             Evaluation& in) const {
  const Result& result = results[row * source.outputs.size() + output];
  Value value = result.formula == no_formula ? result.constant
                                             : in.run(result_formulas[result.formula], slots);
  const TableHead::Output& declared = source.outputs[output];
  if (const auto own = result_converts.find(row * source.outputs.size() + output);
      own != result_converts.end()) {
    value = own->second(in, value);
  }
  if (declared.convert) value = declared.convert(in, value);
  if (output_tests[output] && !value.is_null() && !passes(output_tests[output], value, slots, in)) {
    in.tell(base::make(diag::AC0613, texts.result_span(row, output),
                       {{"value", value.to_text(value::longest_shown)}, {"name", declared.name}}));
    return {};
  }
  return value;
}

Value Table::Impl::row_result(std::uint32_t row, std::span<const Value> slots,
                              Evaluation& in) const {
  if (is_plain) return results[row].constant;
  if (source.outputs.size() == 1) return result_of(row, 0, slots, in);
  std::vector<Value> outputs;
  for (std::size_t o = 0; o < source.outputs.size(); ++o) {
    outputs.push_back(result_of(row, o, slots, in));
  }
  if (outputs.empty()) return {};
  return whole(std::move(outputs));
}

Value Table::Impl::defaults_of(std::span<const Value> slots, Evaluation& in) const {
  if (std::none_of(source.outputs.begin(), source.outputs.end(),
                   [](const auto& o) { return o.default_value.has_value(); })) {
    return {};
  }
  std::vector<Value> outputs;
  for (std::size_t o = 0; o < defaults.size(); ++o) {
    Value value;
    if (source.outputs[o].default_value) value = in.run(defaults[o], slots);
    if (source.outputs[o].convert) value = source.outputs[o].convert(in, value);
    outputs.push_back(std::move(value));
  }
  Value all = whole(std::move(outputs));
  const bool is_list =
      (source.policy == HitPolicy::collect && source.aggregation == Aggregation::none) ||
      source.policy == HitPolicy::rule_order || source.policy == HitPolicy::output_order;
  return is_list ? Value::list({std::move(all)}) : all;
}

Value Table::Impl::aggregate(std::vector<Value> values, Evaluation& in) const {
  if (source.aggregation == Aggregation::count) {
    return Value::integer(static_cast<std::int64_t>(values.size()));
  }
  const std::string_view name = source.aggregation == Aggregation::sum   ? "sum"
                                : source.aggregation == Aggregation::min ? "min"
                                                                         : "max";
  const Value list = Value::list(std::move(values));
  builtins::PlainCallContext context;
  Value result = builtins::call(context, *builtins::find(name), std::span(&list, 1));
  if (context.fault_count != 0) {
    in.tell(base::make(diag::AC0614, source.span,
                       {{"aggregation", std::string(aggregation_name(source.aggregation))},
                        {"value", list.to_text(value::longest_shown)}}));
    return {};
  }
  return result;
}

bool Table::Impl::lacks_order() const {
  const bool needs_order =
      source.policy == HitPolicy::priority || source.policy == HitPolicy::output_order;
  return needs_order && std::all_of(priorities.begin(), priorities.end(),
                                    [](const auto& values) { return values.empty(); });
}

Diagnostic Table::Impl::no_order() const {
  // The only output of a table need not have a name of its own.
  const bool is_named = !source.outputs.empty() && !source.outputs.front().name.empty();
  return base::make(diag::AC0606, source.span,
                    {{"policy", std::string(hit_policy_name(source.policy))},
                     {"name", is_named ? source.outputs.front().name : source.name}});
}

std::vector<std::size_t> Table::Impl::rank(const Value& result) const {
  std::vector<std::size_t> ranks;
  for (std::size_t o = 0; o < source.outputs.size(); ++o) {
    if (priorities[o].empty()) continue;
    const Value* value = &result;
    if (source.outputs.size() > 1) value = result.find(source.outputs[o].name);
    const auto& order = priorities[o];
    const auto at = std::find_if(order.begin(), order.end(), [&](const Value& listed) {
      return value != nullptr && listed.equals(*value);
    });
    ranks.push_back(static_cast<std::size_t>(at - order.begin()));
  }
  return ranks;
}

Value Table::Impl::decide(std::span<const std::uint32_t> rows, std::span<const Value> slots,
                          Evaluation& in) const {
  if (rows.empty()) return defaults_of(slots, in);
  if (lacks_order()) {
    in.tell(no_order());
    return {};
  }
  switch (source.policy) {
    case HitPolicy::unique:
      if (rows.size() > 1) {
        in.tell(base::make(diag::AC0611, source.span,
                           {{"first", row_text(rows[0])}, {"second", row_text(rows[1])}}));
        return {};
      }
      return row_result(rows.front(), slots, in);
    case HitPolicy::first:
      return row_result(rows.front(), slots, in);
    case HitPolicy::any: {
      Value result = row_result(rows.front(), slots, in);
      for (std::size_t i = 1; i < rows.size(); ++i) {
        if (row_result(rows[i], slots, in).equals(result)) continue;
        in.tell(base::make(diag::AC0612, source.span,
                           {{"first", row_text(rows[0])}, {"second", row_text(rows[i])}}));
        return {};
      }
      return result;
    }
    case HitPolicy::priority:
    case HitPolicy::collect:
    case HitPolicy::rule_order:
    case HitPolicy::output_order:
      break;
  }
  std::vector<Value> results;
  for (const std::uint32_t row : rows) results.push_back(row_result(row, slots, in));
  if (source.policy == HitPolicy::priority || source.policy == HitPolicy::output_order) {
    std::stable_sort(results.begin(), results.end(),
                     [&](const Value& a, const Value& b) { return rank(a) < rank(b); });
    if (source.policy == HitPolicy::priority) return results.front();
  }
  if (source.aggregation != Aggregation::none) return aggregate(std::move(results), in);
  return Value::list(std::move(results));
}

void Table::Impl::check_inputs(std::span<Value> inputs, std::span<const Value> slots,
                               Evaluation& in) const {
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    const bool is_list = inputs[c].is(Kind::list);
    if (!is_list && !checked_inputs[c]) continue;
    const TableHead::Input& declared = source.inputs[c];
    if (declared.convert) inputs[c] = declared.convert(in, inputs[c]);
    if (!inputs[c].is_null() && !passes(input_tests[c], inputs[c], slots, in)) {
      in.tell(base::make(diag::AC0613, input_formulas[c].span(),
                         {{"value", inputs[c].to_text(value::longest_shown)}, {"name", declared.name}}));
      inputs[c] = {};
    }
    // FEEL takes a list of one for its element, where cells are about no lists.
    if (inputs[c].is(Kind::list) && inputs[c].size() == 1 && may_have_sets(declared.type) &&
        declared.type.is() != Type::Is::any) {
      inputs[c] = Value(inputs[c].items().front());
    }
  }
}

Value Table::evaluate(std::span<const Value> slots, Evaluation& in) const {
  const Impl& t = *impl_;
  if (!in.enter()) return {};
  Evaluation::Buffers& buffers = in.buffers();
  std::vector<Value>& inputs = buffers.inputs;
  inputs.resize(t.input_slots.size());
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    const std::uint32_t slot = t.input_slots[c];
    if (slot < slots.size()) {
      inputs[c] = slots[slot];
    } else {
      inputs[c] = in.run(t.input_formulas[c], slots);
    }
  }
  if (t.checks_inputs) t.check_inputs(inputs, slots, in);
  Value value;
  if (!in.error()) {
    t.find_rows(inputs, slots, in, buffers.found, buffers.rows);
    value = t.decide(buffers.rows, slots, in);
    in.trace(t.source.name, buffers.rows);
  }
  in.leave();
  if (in.error()) return {};
  return value;
}

}  // namespace table
}  // namespace aftercare
