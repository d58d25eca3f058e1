// Interface: cell_set(), listed_values().
#include "table/cells.hpp"

#include <utility>
#include <vector>

namespace aftercare::table {

using feel::Ast;
using feel::NodeId;
using feel::NodeKind;

namespace {

/// Sets to be united in the end: a cell may list a hundred thousand values.
class Union {
 public:
  /// False where it is of another kind than those before.
  bool add(ValueSet set) {
    if (!set.intervals().empty()) {
      if (!like_.is_like(set)) return false;
      if (like_.intervals().empty()) like_ = set;
    }
    parts_.push_back(std::move(set));
    return true;
  }
  [[nodiscard]] ValueSet take(Kind otherwise) const { return ValueSet::united(parts_, otherwise); }

 private:
  std::vector<ValueSet> parts_;
  ValueSet like_;  // the first that holds values
};

class Cells {
 public:
  Cells(const Ast& tree, const CellRules& rules, const Constant& constant)
      : tree_(tree), rules_(rules), constant_(constant) {}

  std::optional<ValueSet> tests(NodeId node) {
    const feel::Node& n = tree_[node];
    if (n.kind == NodeKind::any_test) return anything();
    if (n.kind != NodeKind::tests) return test(node);
    const bool is_negated = n.flags != 0;
    is_negated_ = is_negated;
    Union parts;
    for (const NodeId child : tree_.children(node)) {
      if (tree_[child].kind == NodeKind::any_test) return is_negated ? std::nullopt : anything();
      std::optional<ValueSet> one = test(child);
      if (!one || (is_negated && one->is_empty())) return std::nullopt;
      if (!fits(*one) || !parts.add(std::move(*one))) return std::nullopt;
    }
    ValueSet all = parts.take(rules_.kind);
    if (!is_negated) return all;
    if (all.kind() == Kind::null) return std::nullopt;  // not(null): values of any kind
    ValueSet rest = all.complement();
    rest.set_accepts_null(rules_.negation_accepts_null && only_equalities_ && !all.accepts_null());
    return rest;
  }

 private:
  std::optional<ValueSet> anything() const {
    // Times are of two families, and any of them passes.
    if (!is_ordered(rules_.kind)) return std::nullopt;
    ValueSet all = ValueSet::everything(rules_.kind);
    all.set_accepts_null(true);
    return all;
  }
  bool fits(const ValueSet& set) const {
    return set.intervals().empty() || rules_.kind == Kind::null || set.kind() == rules_.kind;
  }

  std::optional<ValueSet> of_value(const Value& value) {
    if (value.is_null()) {
      ValueSet null_only(rules_.kind);
      null_only.set_accepts_null(true);
      return null_only;
    }
    // `true` in a column of another kind is a condition, not a value.
    if (value.is(Kind::boolean) && rules_.kind != Kind::boolean) return std::nullopt;
    if (bounds(value)) return ValueSet::only(value);
    if (value.is(Kind::range)) return of_range(value);
    if (value.is(Kind::list)) {
      // Without a type the input may be a list itself, and equal to this one.
      if (rules_.kind == Kind::null) return std::nullopt;
      Union parts;
      for (const Value& item : value.items()) {
        if (item.is(Kind::list)) return std::nullopt;
        std::optional<ValueSet> one = of_value(item);
        if (!one || !parts.add(std::move(*one))) return std::nullopt;
      }
      return parts.take(rules_.kind);
    }
    return std::nullopt;
  }

  /// Whether a value can be the end of an interval.
  static bool bounds(const Value& value) {
    if (!has_sets(value.kind())) return false;
    return is_ordered(value.kind()) || seconds_of(value).has_value();
  }

  std::optional<ValueSet> of_range(const Value& range) {
    if (range.range_form() != RangeForm::interval) return std::nullopt;
    return between(range.range_low(), range.range_includes_low(), range.range_high(),
                   range.range_includes_high());
  }

  std::optional<ValueSet> between(const Value& low, bool includes_low, const Value& high,
                                  bool includes_high) {
    only_equalities_ = false;
    if (low.is_null() || high.is_null()) return std::nullopt;
    if (low.kind() != high.kind() || !bounds(low) || !bounds(high)) return std::nullopt;
    if (table::is_zoned(low) != table::is_zoned(high)) return std::nullopt;
    if (low.is(Kind::boolean) || low.is(Kind::symbol)) return std::nullopt;
    ValueSet set = ValueSet::of({low, high, includes_low, includes_high});
    // An end above the other is a fault.
    if (set.intervals().empty() && !rules_.faults_accept_nothing) return std::nullopt;
    return set;
  }

  std::optional<ValueSet> test(NodeId node) {
    const feel::Node& n = tree_[node];
    switch (n.kind) {
      case NodeKind::compare_test:
      case NodeKind::half_range:
        return comparison(tree_.operator_of(node), tree_.child(node, 0));
      case NodeKind::range: {
        const std::optional<Value> low = constant_(tree_, tree_.child(node, 0));
        const std::optional<Value> high = constant_(tree_, tree_.child(node, 1));
        if (!low || !high) return std::nullopt;
        return between(*low, (n.flags & feel::range_includes_low) != 0, *high,
                       (n.flags & feel::range_includes_high) != 0);
      }
      default: {
        if (std::optional<ValueSet> met = condition(node)) return met;
        const std::optional<Value> value = constant_(tree_, node);
        if (!value) return std::nullopt;
        return of_value(*value);
      }
    }
  }

  /// A condition on `?` and constants: `? > 1 and ? < 5`, `? in [1..5]`. Under not(…) null makes a
  /// difference that sets do not hold; a boolean may also be equal to what the condition gives.
  std::optional<ValueSet> condition(NodeId node) {
    if (is_negated_ || rules_.kind == Kind::boolean || !is_ordered(rules_.kind)) return std::nullopt;
    const auto children = tree_.children(node);
    switch (tree_[node].kind) {
      case NodeKind::binary: {
        const bool is_first = tree_[children[0]].kind == NodeKind::input;
        if (!is_first && tree_[children[1]].kind != NodeKind::input) return std::nullopt;
        const auto op = is_first ? std::optional(tree_.operator_of(node))
                                 : turned(tree_.operator_of(node));
        return op ? checked(comparison(*op, children[is_first ? 1 : 0])) : std::nullopt;
      }
      case NodeKind::between: {
        if (tree_[children[0]].kind != NodeKind::input) return std::nullopt;
        const auto low = constant_(tree_, children[1]), high = constant_(tree_, children[2]);
        if (!low || !high) return std::nullopt;
        return checked(between(*low, true, *high, true));
      }
      case NodeKind::in: {
        if (tree_[children[0]].kind != NodeKind::input) return std::nullopt;
        Union parts;
        for (const NodeId child : children.subspan(1)) {
          std::optional<ValueSet> one = checked(test(child));
          if (!one || !parts.add(std::move(*one))) return std::nullopt;
        }
        return parts.take(rules_.kind);
      }
      case NodeKind::any_of: {
        Union parts;
        for (const NodeId child : children) {
          std::optional<ValueSet> one = condition(child);
          if (!one || !parts.add(std::move(*one))) return std::nullopt;
        }
        return parts.take(rules_.kind);
      }
      case NodeKind::all_of: {
        std::optional<ValueSet> all = condition(children[0]);
        for (const NodeId child : children.subspan(1)) {
          const std::optional<ValueSet> one = all ? condition(child) : std::nullopt;
          if (!one || !all->is_like(*one)) return std::nullopt;
          all = all->intersection(*one);
        }
        return all;
      }
      default:
        return std::nullopt;
    }
  }
  /// Only sets of the column's own kind say what a condition gives for each of its values.
  [[nodiscard]] std::optional<ValueSet> checked(std::optional<ValueSet> set) const {
    return set && (set->intervals().empty() || set->kind() == rules_.kind) ? set : std::nullopt;
  }
  /// `5 > ?` is `? < 5`.
  [[nodiscard]] static std::optional<feel::Operator> turned(feel::Operator op) {
    switch (op) {
      case feel::Operator::lt:
        return feel::Operator::gt;
      case feel::Operator::le:
        return feel::Operator::ge;
      case feel::Operator::gt:
        return feel::Operator::lt;
      case feel::Operator::ge:
        return feel::Operator::le;
      case feel::Operator::eq:
      case feel::Operator::ne:
        return op;
      default:
        return std::nullopt;
    }
  }

  std::optional<ValueSet> comparison(feel::Operator op, NodeId bound) {
    const std::optional<Value> value = constant_(tree_, bound);
    if (!value || value->is_null() || !bounds(*value)) return std::nullopt;
    if (op == feel::Operator::eq) return ValueSet::only(*value);
    if (op == feel::Operator::ne) {
      ValueSet rest = ValueSet::only(*value).complement();
      rest.set_accepts_null(rules_.negation_accepts_null);
      return rest;
    }
    if (value->is(Kind::boolean) || value->is(Kind::symbol)) return std::nullopt;
    only_equalities_ = false;
    switch (op) {
      case feel::Operator::lt:
        return ValueSet::of({{}, *value, false, false});
      case feel::Operator::le:
        return ValueSet::of({{}, *value, false, true});
      case feel::Operator::gt:
        return ValueSet::of({*value, {}, false, false});
      case feel::Operator::ge:
        return ValueSet::of({*value, {}, true, false});
      default:
        return std::nullopt;
    }
  }

  const Ast& tree_;
  const CellRules& rules_;
  const Constant& constant_;
  bool is_negated_ = false;
  bool only_equalities_ = true;  // then the negation of the tests is true for null
};

}  // namespace

Kind scalar_kind(const Type& type) noexcept {
  switch (type.is()) {
    case Type::Is::boolean:
      return Kind::boolean;
    case Type::Is::number:
      return Kind::number;
    case Type::Is::string:
      return Kind::string;
    case Type::Is::date:
      return Kind::date;
    case Type::Is::time:
      return Kind::time;
    case Type::Is::date_time:
      return Kind::date_time;
    case Type::Is::instant:
      return Kind::instant;
    case Type::Is::days_duration:
      return Kind::days_duration;
    case Type::Is::months_duration:
      return Kind::months_duration;
    case Type::Is::symbol:
      return Kind::symbol;
    case Type::Is::money:
      return Kind::money;
    default:
      return Kind::null;
  }
}

std::optional<ValueSet> cell_set(const Ast& tests, const CellRules& rules,
                                 const Constant& constant) {
  if (tests.root == 0) return std::nullopt;
  std::optional<ValueSet> set = Cells(tests, rules, constant).tests(tests.root);
  if (set && !set->intervals().empty() && rules.kind != Kind::null && set->kind() != rules.kind) {
    return std::nullopt;
  }
  return set;
}

std::optional<RelativeCell> relative_cell(const Ast& tests, const CellRules& rules,
                                          const Constant& constant, const IsVariable& is_variable) {
  constexpr std::uint8_t less = 1;
  constexpr std::uint8_t equal = 2;
  constexpr std::uint8_t greater = 4;
  NodeId node = tests.root;
  if (node != 0 && tests[node].kind == NodeKind::tests) {
    if (tests[node].flags != 0 || tests[node].count != 1) return std::nullopt;
    node = tests.child(node, 0);
  }
  if (node == 0) return std::nullopt;
  RelativeCell cell;
  const auto is_name = [&](NodeId n) {
    return tests[n].kind == NodeKind::name && is_variable(tests.text_of(n));
  };
  const auto add = [&](NodeId n, std::uint8_t passes) {
    cell.relations.push_back({tests.text_of(n), passes});
  };
  const feel::Node& n = tests[node];
  if (is_name(node)) {
    add(node, equal);
    return cell;
  }
  if (n.kind == NodeKind::compare_test || n.kind == NodeKind::half_range) {
    const NodeId bound = tests.child(node, 0);
    if (!is_name(bound)) return std::nullopt;
    switch (tests.operator_of(node)) {
      case feel::Operator::eq:
        add(bound, equal);
        return cell;
      case feel::Operator::lt:
        add(bound, less);
        return cell;
      case feel::Operator::le:
        add(bound, less | equal);
        return cell;
      case feel::Operator::gt:
        add(bound, greater);
        return cell;
      case feel::Operator::ge:
        add(bound, greater | equal);
        return cell;
      default:
        return std::nullopt;
    }
  }
  if (n.kind != NodeKind::range) return std::nullopt;
  // An end that is a constant bounds the set, one that is a variable makes a relation. A range
  // whose low end lies above its high end is a fault and matches nothing, as do the two parts.
  const NodeId low = tests.child(node, 0);
  const NodeId high = tests.child(node, 1);
  const bool in_low = (n.flags & feel::range_includes_low) != 0;
  const bool in_high = (n.flags & feel::range_includes_high) != 0;
  Interval interval;
  const auto bounded = [&](NodeId end, Value& to, bool& includes, bool is_included) {
    const std::optional<Value> value = constant(tests, end);
    if (!value || !has_sets(value->kind()) || value->kind() != rules.kind) return false;
    // A zone would be a third thing to know of the variable.
    if (table::is_zoned(*value)) return false;
    to = *value;
    includes = is_included;
    return true;
  };
  bool has_set = false;
  if (is_name(low)) {
    add(low, static_cast<std::uint8_t>(greater | (in_low ? equal : 0)));
  } else {
    if (!bounded(low, interval.low, interval.includes_low, in_low)) return std::nullopt;
    has_set = true;
  }
  if (is_name(high)) {
    add(high, static_cast<std::uint8_t>(less | (in_high ? equal : 0)));
  } else {
    if (!bounded(high, interval.high, interval.includes_high, in_high)) return std::nullopt;
    has_set = true;
  }
  if (has_set) cell.set = ValueSet::of(interval);
  return cell;
}

std::optional<std::vector<Value>> listed_values(const Ast& tests, const Constant& constant) {
  std::vector<Value> values;
  if (tests.root == 0) return std::nullopt;
  const auto add = [&](NodeId node) {
    std::optional<Value> value = constant(tests, node);
    if (!value) return false;
    values.push_back(*std::move(value));
    return true;
  };
  if (tests[tests.root].kind != NodeKind::tests) {
    if (!add(tests.root)) return std::nullopt;
    return values;
  }
  for (const NodeId child : tests.children(tests.root)) {
    if (!add(child)) return std::nullopt;
  }
  return values;
}

}  // namespace aftercare::table
