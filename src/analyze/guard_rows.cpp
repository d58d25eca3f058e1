// Interface: shape_of_conditions().
#include "analyze/guard_rows.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "builtins/operations.hpp"
#include "feel/parse.hpp"
#include "feel/print.hpp"
#include "table/cells.hpp"
#include "table/constants.hpp"
#include "table/evaluation.hpp"

namespace aftercare::analyze {

using feel::Ast;
using feel::NodeId;
using feel::NodeKind;
using table::Cell;
using table::ValueSet;

namespace {

constexpr std::size_t most_alternatives = 64;
/// One comparison: the column and what it accepts.
struct Atom {
  std::size_t column = 0;
  ValueSet set;
};
using Conjunction = std::vector<Atom>;
using Alternatives = std::vector<Conjunction>;

class Conditions {
 public:
  Conditions(const feel::Scope& scope, const ConditionOptions& options)
      : scope_(scope), options_(options), constants_(scope, options.compile) {}

  TableShape shape(std::span<const Condition> conditions) {
    struct Row {
      std::uint32_t owner;
      std::optional<Conjunction> atoms;  // none: nothing is known of it
    };
    std::vector<Row> rows;
    for (std::uint32_t owner = 0; owner < conditions.size(); ++owner) {
      const std::string& text = conditions[owner].text;
      const feel::Parsed parsed =
          feel::parse(text, scope_, feel::Goal::expression, options_.compile.dialect);
      std::optional<Alternatives> found;
      if (!has_errors(parsed.findings) && parsed.ast.root != 0) {
        found = alternatives(parsed.ast, parsed.ast.root, true);
      }
      if (!found) {
        rows.push_back({owner, std::nullopt});
        continue;
      }
      for (Conjunction& one : *found) rows.push_back({owner, std::move(one)});
    }

    TableShape shape;
    shape.rows = rows.size();
    shape.choice = options_.choice;
    shape.has_default = options_.has_else;
    shape.is_exact = is_exact_;
    if (columns_.empty()) {
      // Conditions without any comparison still need a place for what is not known of them.
      ShapeColumn any;
      any.type = Type::boolean();
      columns_.push_back(std::move(any));
    }
    for (const Row& row : rows) {
      shape.owners.push_back(row.owner);
      shape.outcomes.push_back(conditions[row.owner].outcome);
      const std::size_t at = &row - rows.data();
      for (ShapeColumn& column : columns_) column.cells.cells.resize(rows.size());
      if (!row.atoms) {
        columns_.front().cells.cells[at] = {Cell::Is::program, 0};
        continue;
      }
      std::map<std::size_t, ValueSet> sets;
      for (const Atom& atom : *row.atoms) {
        const auto [known, is_new] = sets.emplace(atom.column, atom.set);
        if (!is_new) known->second = known->second.intersection(atom.set);
      }
      for (auto& [column, set] : sets) {
        table::Column& cells = columns_[column].cells;
        cells.cells[at] = {Cell::Is::set, static_cast<std::uint32_t>(cells.sets.size())};
        cells.sets.push_back(std::move(set));
      }
    }
    shape.columns = std::move(columns_);
    return shape;
  }

 private:
  struct Expression {
    const Ast* tree;
    NodeId node;
  };
  /// What a name stands for where it is a let, so that two uses of its parts meet in one column.
  [[nodiscard]] Expression looked_through(Expression what) const {
    constexpr int most_lets = 64;  // a circle of lets is told elsewhere
    for (int i = 0; i < most_lets && (*what.tree)[what.node].kind == NodeKind::name; ++i) {
      const feel::Name* name = scope_.find(what.tree->text_of(what.node));
      if (name == nullptr || name->is != feel::Name::Is::let || name->let.tree->root == 0) break;
      what = {name->let.tree, name->let.tree->root};
    }
    return what;
  }

  /// The alternatives under which an expression is `wanted` (true or false), none where there are
  /// too many.
  std::optional<Alternatives> alternatives(const Ast& use, NodeId at, bool wanted) {
    const Expression what = looked_through({&use, at});
    const Ast& tree = *what.tree;
    const NodeId node = what.node;
    const feel::Node& n = tree[node];
    switch (n.kind) {
      case NodeKind::boolean_literal:
        if ((n.flags != 0) == wanted) return Alternatives{{}};
        return Alternatives{};
      case NodeKind::all_of:
      case NodeKind::any_of: {
        const bool is_and = (n.kind == NodeKind::all_of) == wanted;
        Alternatives all = is_and ? Alternatives{{}} : Alternatives{};
        for (const NodeId child : tree.children(node)) {
          auto one = alternatives(tree, child, wanted);
          if (!one) return std::nullopt;
          if (!is_and) {
            all.insert(all.end(), one->begin(), one->end());
          } else {
            Alternatives both;
            for (const Conjunction& a : all) {
              for (const Conjunction& b : *one) {
                both.push_back(a);
                both.back().insert(both.back().end(), b.begin(), b.end());
                if (both.size() > most_alternatives) return std::nullopt;
              }
            }
            all = std::move(both);
          }
          if (all.size() > most_alternatives) return std::nullopt;
        }
        return all;
      }
      case NodeKind::call:
        if (n.count == 2 && tree[tree.child(node, 0)].kind == NodeKind::name &&
            tree.text_of(tree.child(node, 0)) == "not" &&
            tree[tree.child(node, 1)].kind != NodeKind::argument) {
          return alternatives(tree, tree.child(node, 1), !wanted);
        }
        break;
      case NodeKind::binary:
        if (auto atom = comparison(tree, node, wanted)) return Alternatives{{*std::move(atom)}};
        break;
      case NodeKind::between:
        if (auto atom = between(tree, node, wanted)) return Alternatives{{*std::move(atom)}};
        break;
      case NodeKind::in:
        if (auto atom = membership(tree, node, wanted)) return Alternatives{{*std::move(atom)}};
        break;
      default:
        break;
    }
    return Alternatives{{opaque(tree, node, wanted)}};
  }

  /// Any other boolean expression: a column of its own.
  Atom opaque(const Ast& tree, NodeId node, bool wanted) {
    const Column column = column_of({&tree, node}, Type::boolean());
    return {column.index, ValueSet::only(Value::boolean(wanted))};
  }

  struct Column {
    std::size_t index = 0;
    Type type;
  };

  /// The column of an expression, by its text.
  Column column_of(const Expression& what, const Type& expected) {
    const Ast& tree = *what.tree;
    const NodeId node = what.node;
    const std::string name = feel::print(tree, node);
    if (const auto known = by_name_.find(name); known != by_name_.end()) {
      return {known->second, columns_[known->second].type};
    }
    ShapeColumn column;
    column.name = name;
    column.type = type_of(what, expected);
    column.may_be_null = column.type.is_optional();
    // What is computed from other things is not independent of them.
    if (!is_plain(tree, node)) is_exact_ = false;
    by_name_[name] = columns_.size();
    columns_.push_back(std::move(column));
    return {columns_.size() - 1, columns_.back().type};
  }

  static bool is_plain(const Ast& tree, NodeId node) {
    while (tree[node].kind == NodeKind::path) node = tree.child(node, 0);
    return tree[node].kind == NodeKind::name;
  }

  /// The column that says whether an expression is null.
  std::size_t presence_of(const Expression& what) {
    const std::string name = feel::print(*what.tree, what.node) + " = null";
    const auto [known, is_new] = by_name_.emplace(name, columns_.size());
    if (is_new) {
      if (!is_plain(*what.tree, what.node)) is_exact_ = false;
      ShapeColumn column;
      column.name = name;
      column.type = Type::boolean();
      columns_.push_back(std::move(column));
    }
    return known->second;
  }

  /// The entry of a name, or of a path from record to member; null where it is neither. `is_there`:
  /// whether its records are known to be.
  const feel::Name* entry_of(const Ast& tree, NodeId node, bool& is_there) const {
    if (tree[node].kind == NodeKind::name) return scope_.find(tree.text_of(node));
    if (tree[node].kind != NodeKind::path) return nullptr;
    const feel::Name* record = entry_of(tree, tree.child(node, 0), is_there);
    if (record == nullptr || record->is != feel::Name::Is::record) return nullptr;
    is_there = is_there && (record->record.known_present || record->record.slot == feel::no_slot ||
                            is_known_present(record->record.slot));
    return record->record.members->find_here(tree.text_of(node));
  }

  /// Whether a record has certainly come about.
  [[nodiscard]] bool is_known_there(const Expression& what) const {
    const Ast& tree = *what.tree;
    if (tree[what.node].kind != NodeKind::name) return false;
    const feel::Name* name = scope_.find(tree.text_of(what.node));
    return name != nullptr && name->is == feel::Name::Is::record &&
           (name->record.known_present || is_known_present(name->record.slot));
  }

  [[nodiscard]] bool is_known_present(std::uint32_t slot) const {
    const auto& known = options_.compile.known_present;
    return std::find(known.begin(), known.end(), slot) != known.end();
  }

  Type type_of(const Expression& what, const Type& expected) {
    const Ast& tree = *what.tree;
    const NodeId node = what.node;
    bool is_there = true;
    const feel::Name* name = entry_of(tree, node, is_there);
    if (name != nullptr && name->is == feel::Name::Is::slot) {
      if (name->known_present || is_known_present(name->slot)) return name->type.required();
      return is_there ? name->type : name->type.optional();
    }
    feel::CompileOptions how = options_.compile;
    how.level = feel::Level::lenient;  // the type alone is asked for
    how.goal = feel::Goal::expression;
    how.expected = {};
    Diagnostics ignored;
    const table::Formula formula =
        table::Formula::compile({std::string(tree.written(node)), {}}, scope_, how, ignored);
    const Type type = formula.type();
    return type.is() == Type::Is::any ? expected : type;
  }

  static feel::Operator flipped(feel::Operator op) {
    switch (op) {
      case feel::Operator::lt:
        return feel::Operator::gt;
      case feel::Operator::le:
        return feel::Operator::ge;
      case feel::Operator::gt:
        return feel::Operator::lt;
      case feel::Operator::ge:
        return feel::Operator::le;
      default:
        return op;
    }
  }

  static bool is_comparison(feel::Operator op) {
    return op == feel::Operator::eq || op == feel::Operator::ne || op == feel::Operator::lt ||
           op == feel::Operator::le || op == feel::Operator::gt || op == feel::Operator::ge;
  }

  static std::optional<bool> truth_of(const Value& a, feel::Operator op, const Value& b) {
    if (a.is_null() || a.kind() != b.kind()) return std::nullopt;
    if (is_equality(op)) return a.equals(b) == (op == feel::Operator::eq);
    const auto order = builtins::order(a, b);
    if (!order) return std::nullopt;
    return op == feel::Operator::lt   ? *order < 0
           : op == feel::Operator::le ? *order <= 0
           : op == feel::Operator::gt ? *order > 0
                                      : *order >= 0;
  }

  /// What holds in every case, or in none.
  Atom known(const Ast& tree, NodeId node, bool holds) {
    const auto [place, is_new] = by_name_.emplace(feel::print(tree, node), columns_.size());
    if (is_new) {
      ShapeColumn column;
      column.name = place->first;
      column.type = Type::boolean();
      columns_.push_back(std::move(column));
    }
    return {place->second, holds ? ValueSet::everything(Kind::boolean) : ValueSet(Kind::boolean)};
  }

  static bool is_equality(feel::Operator op) {
    return op == feel::Operator::eq || op == feel::Operator::ne;
  }

  std::optional<Atom> comparison(const Ast& tree, NodeId node, bool wanted) {
    const feel::Operator op = tree.operator_of(node);
    if (!is_comparison(op)) return std::nullopt;
    const Expression left = looked_through({&tree, tree.child(node, 0)});
    const Expression right = looked_through({&tree, tree.child(node, 1)});
    const Type left_type = type_of(left, Type::any());
    const Type right_type = type_of(right, Type::any());
    // A word may bear the name of a let: where its set is asked for, it is the word.
    const auto constant = [&](NodeId written, const Expression& meant, const Type& type) {
      auto value = table::Constants::literal(tree, written, type);
      return value ? value : constants_.find(*meant.tree, meant.node, type);
    };
    const auto first = constant(tree.child(node, 0), left, right_type);
    const auto second = constant(tree.child(node, 1), right, left_type);
    if (first && second) {
      if (const auto truth = truth_of(*first, op, *second))
        return known(tree, node, *truth == wanted);
    }
    if (auto value = constant(tree.child(node, 1), right, left_type)) {
      return against(left, left_type, op, *value, wanted);
    }
    if (auto value = constant(tree.child(node, 0), left, right_type)) {
      return against(right, right_type, flipped(op), *value, wanted);
    }
    return signs(left, left_type, right, right_type, op, wanted);
  }

  std::optional<Atom> against(const Expression& what, const Type& type, feel::Operator op,
                              const Value& value, bool wanted) {
    const Kind kind = table::scalar_kind(type);
    if (value.is_null()) {
      if (!is_equality(op)) return std::nullopt;
      const bool is_null = (op == feel::Operator::eq) == wanted;
      if (kind == Kind::null) {
        // Of a record, a list: whether it is there is all that is looked at.
        const std::size_t column = presence_of(what);
        if (!is_known_there(what)) return Atom{column, ValueSet::only(Value::boolean(is_null))};
        return Atom{column,
                    is_null ? ValueSet(Kind::boolean) : ValueSet::everything(Kind::boolean)};
      }
      const Column column = column_of(what, type);
      ValueSet set = is_null ? ValueSet(kind) : ValueSet::everything(kind);
      set.set_accepts_null(is_null);
      return Atom{column.index, std::move(set)};
    }
    if (!table::is_ordered(value.kind()) || (kind != Kind::null && kind != value.kind())) {
      return std::nullopt;
    }
    if (!is_equality(op) && (value.is(Kind::boolean) || value.is(Kind::symbol))) {
      return std::nullopt;
    }
    const Column column = column_of(what, type);
    if (!fits(column, value.kind())) return std::nullopt;
    ValueSet set = op == feel::Operator::eq || op == feel::Operator::ne ? ValueSet::only(value)
                   : op == feel::Operator::lt ? ValueSet::of({{}, value, false, false})
                   : op == feel::Operator::le ? ValueSet::of({{}, value, false, true})
                   : op == feel::Operator::gt ? ValueSet::of({value, {}, false, false})
                                              : ValueSet::of({value, {}, true, false});
    // Null equals nothing but null, and stands in no order.
    if ((op == feel::Operator::ne) == wanted && is_equality(op)) {
      set = set.complement();
      set.set_accepts_null(true);
    } else if (!is_equality(op) && !wanted) {
      set = set.complement();
    }
    return Atom{column.index, std::move(set)};
  }

  /// Sets of one column are of one kind.
  bool fits(const Column& column, Kind kind) {
    const auto [known, is_new] = kinds_.emplace(column.index, kind);
    return is_new || known->second == kind;
  }

  std::optional<Atom> between(const Ast& tree, NodeId node, bool wanted) {
    const Expression value = looked_through({&tree, tree.child(node, 0)});
    const Type type = type_of(value, Type::any());
    const auto low = constants_.find(tree, tree.child(node, 1), type);
    const auto high = constants_.find(tree, tree.child(node, 2), type);
    if (!low || !high || low->kind() != high->kind() || !table::is_ordered(low->kind())) {
      return std::nullopt;
    }
    const Kind kind = table::scalar_kind(type);
    if (kind != Kind::null && kind != low->kind()) return std::nullopt;
    const Column column = column_of(value, type);
    if (!fits(column, low->kind())) return std::nullopt;
    ValueSet set = ValueSet::of({*low, *high, true, true});
    if (set.is_empty()) set = ValueSet(low->kind());
    return Atom{column.index, wanted ? std::move(set) : set.complement()};
  }

  std::optional<Atom> membership(const Ast& tree, NodeId node, bool wanted) {
    const Expression value = looked_through({&tree, tree.child(node, 0)});
    const Type type = type_of(value, Type::any());
    // The tests as a tree of their own kind: `in` has them as its further children.
    Ast tests = tree;
    feel::Node list;
    list.kind = NodeKind::tests;
    list.flags = 0;
    list.first = tests[node].first + 1;
    list.count = tests[node].count - 1;
    tests.nodes.push_back(list);
    tests.root = static_cast<NodeId>(tests.nodes.size() - 1);
    table::CellRules rules;
    rules.kind = table::scalar_kind(type);
    std::optional<ValueSet> set = table::cell_set(
        tests, rules, [&](const Ast& t, NodeId n) { return constants_.find(t, n, type); });
    if (!set || set->kind() == Kind::null) return std::nullopt;
    const Column column = column_of(value, type);
    if (!fits(column, set->kind())) return std::nullopt;
    if (wanted) return Atom{column.index, *std::move(set)};
    ValueSet rest = set->complement();
    // `not(null in (1, 2))` is true; with an ordering test it is unknown, and then no row.
    const bool only_points =
        std::all_of(set->intervals().begin(), set->intervals().end(), [](const table::Interval& i) {
          return !i.low.is_null() && !i.high.is_null() && table::compare(i.low, i.high) == 0;
        });
    rest.set_accepts_null(only_points && !set->accepts_null());
    return Atom{column.index, std::move(rest)};
  }

  /// Two expressions of one kind against each other: a column of the sign of their difference.
  std::optional<Atom> signs(const Expression& left, const Type& left_type, const Expression& right,
                            const Type& right_type, feel::Operator op, bool wanted) {
    const Kind kind = table::scalar_kind(left_type);
    if (kind == Kind::null || kind != table::scalar_kind(right_type)) return std::nullopt;
    if (left_type.is_optional() || right_type.is_optional()) return std::nullopt;
    std::string a = feel::print(*left.tree, left.node);
    std::string b = feel::print(*right.tree, right.node);
    if (b < a) {
      std::swap(a, b);
      op = flipped(op);
    }
    // The two may be columns of their own too: then what is found may be no case.
    is_exact_ = false;
    const std::string name = a + sign_mark + b;
    auto known = by_name_.find(name);
    if (known == by_name_.end()) {
      ShapeColumn column;
      column.name = name;
      column.type = Type::number({rt::Decimal(-1), rt::Decimal(1), 0});
      known = by_name_.emplace(name, columns_.size()).first;
      columns_.push_back(std::move(column));
    }
    ValueSet set(Kind::number);
    for (int sign = -1; sign <= 1; ++sign) {
      const bool holds = op == feel::Operator::eq   ? sign == 0
                         : op == feel::Operator::ne ? sign != 0
                         : op == feel::Operator::lt ? sign < 0
                         : op == feel::Operator::le ? sign <= 0
                         : op == feel::Operator::gt ? sign > 0
                                                    : sign >= 0;
      if (holds == wanted) set.add(ValueSet::only(Value::integer(sign)));
    }
    return Atom{known->second, std::move(set)};
  }

  const feel::Scope& scope_;
  const ConditionOptions& options_;
  table::Constants constants_;
  std::vector<ShapeColumn> columns_;
  std::map<std::string, std::size_t> by_name_;
  std::map<std::size_t, Kind> kinds_;
  bool is_exact_ = true;
};

}  // namespace

TableShape shape_of_conditions(std::span<const Condition> conditions, const feel::Scope& scope,
                               const ConditionOptions& options) {
  return Conditions(scope, options).shape(conditions);
}

ConditionFacts check_conditions(std::span<const Condition> conditions, const feel::Scope& scope,
                                const ConditionOptions& options, const AnalysisOptions& analysis) {
  ConditionFacts out;
  out.shape = shape_of_conditions(conditions, scope, options);
  TableFacts facts = analyze(out.shape, analysis);
  out.gaps = std::move(facts.gaps);
  out.is_complete = facts.is_complete;
  out.is_disjoint = facts.is_disjoint;
  out.ran_out = facts.ran_out;
  for (Overlap& overlap : facts.overlaps) {
    overlap.first = out.shape.owners[overlap.first];
    overlap.second = out.shape.owners[overlap.second];
    const bool is_known = std::any_of(out.overlaps.begin(), out.overlaps.end(), [&](const auto& o) {
      return o.first == overlap.first && o.second == overlap.second;
    });
    if (!is_known) out.overlaps.push_back(std::move(overlap));
  }
  // A condition is never reached where none of its alternatives is.
  std::vector<std::size_t> alive(conditions.size(), 0);
  for (const std::uint32_t owner : out.shape.owners) ++alive[owner];
  for (const DeadRow& dead : facts.dead) {
    if (dead.why == DeadRow::Why::empty || dead.why == DeadRow::Why::covered) {
      --alive[out.shape.owners[dead.row]];
    }
  }
  for (std::uint32_t c = 0; c < conditions.size(); ++c) {
    if (alive[c] == 0) out.never.push_back(c);
  }
  return out;
}

}  // namespace aftercare::analyze
