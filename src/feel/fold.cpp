// The interface of this file is fold.hpp.
#include "feel/fold.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/rt/length.hpp"
#include "aftercare/time.hpp"

#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::feel {
namespace {

using builtins::BinaryOperator;

/// Values larger than this are made when they are needed, not carried in the program.
constexpr std::size_t most_items = 100'000;

bool has_zone(const ZoneRef& zone) {
  return zone.kind != ZoneRef::Kind::named || Zone::load(zone.name).has_value();
}

class Folder {
 public:
  Folder(const Resolved& resolved, const CompileOptions& options)
      : resolved_(resolved), tree_(resolved.tree), values_(resolved.tree.nodes.size()) {
    context_.budget = {1'000'000, 16U << 20};
    context_.zone = options.zone;
  }

  std::vector<std::optional<Value>> run() {
    // Children lie before their parents.
    for (NodeId id = 1; id < tree_.nodes.size(); ++id) {
      const std::size_t faults = context_.fault_count;
      std::optional<Value> value = of(id);
      if (value && context_.fault_count == faults && !context_.is_exhausted() &&
          (value->kind() != Kind::list || value->size() <= most_items)) {
        values_[id] = std::move(value);
      }
    }
    return std::move(values_);
  }

 private:
  const Value* child(NodeId id, std::uint32_t index) const {
    const auto& value = values_[tree_.child(id, index)];
    return value ? &*value : nullptr;
  }

  std::optional<Value> of(NodeId id) {
    if (context_.is_exhausted()) return std::nullopt;
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::null_literal:
        return Value::null();
      case NodeKind::boolean_literal:
        return Value::boolean(node.flags != 0);
      case NodeKind::number_literal: {
        const auto number = rt::Decimal::parse(tree_.text_of(id));
        if (!number) return std::nullopt;
        return Value::number(*number);
      }
      case NodeKind::string_literal:
        return Value::string(tree_.text_of(id));
      case NodeKind::at_literal:
        return at_literal(tree_.text_of(id));
      case NodeKind::length_literal:
      case NodeKind::money_literal:
      case NodeKind::percent_literal:
        return pack_literal(tree_, id);
      case NodeKind::name:
      case NodeKind::path: {
        const Binding& binding = resolved_.bindings[id];
        if (binding.is == Binding::Is::constant && binding.items.empty()) {
          return binding.entry->value;
        }
        return std::nullopt;
      }
      case NodeKind::negate:
        if (const Value* a = child(id, 0)) return builtins::negate(context_, *a);
        return std::nullopt;
      case NodeKind::binary: {
        const Value* a = child(id, 0);
        const Value* b = child(id, 1);
        if (a == nullptr || b == nullptr) return std::nullopt;
        return builtins::apply(context_, static_cast<BinaryOperator>(node.op), *a, *b);
      }
      case NodeKind::list: {
        std::vector<Value> items;
        for (std::uint32_t i = 0; i < node.count; ++i) {
          const Value* item = child(id, i);
          if (item == nullptr || item->depth() + 1 >= builtins::max_depth) return std::nullopt;
          items.push_back(*item);
        }
        return Value::list(std::move(items));
      }
      case NodeKind::range: {
        const Value* a = child(id, 0);
        const Value* b = child(id, 1);
        if (a == nullptr || b == nullptr) return std::nullopt;
        return builtins::make_range(context_, *a, (node.flags & range_includes_low) != 0, *b,
                                    (node.flags & range_includes_high) != 0);
      }
      case NodeKind::call:
        return call(id);
      default:
        return std::nullopt;
    }
  }

  /// Calls of built-ins with positional arguments, but for those that ask for the surroundings.
  std::optional<Value> call(NodeId id) {
    const Binding& callee = resolved_.bindings[tree_.child(id, 0)];
    if (callee.is != Binding::Is::builtin || !callee.items.empty()) return std::nullopt;
    const auto function = static_cast<builtins::FunctionId>(callee.index);
    const std::string_view name = builtins::functions()[function].name;
    if (name == "now" || name == "today" || name == "string" || name == "matches" ||
        name == "replace" || name == "split") {
      return std::nullopt;
    }
    std::vector<Value> arguments;
    for (std::uint32_t i = 1; i < tree_[id].count; ++i) {
      const Value* argument = child(id, i);
      if (argument == nullptr || tree_[tree_.child(id, i)].kind == NodeKind::argument) {
        return std::nullopt;
      }
      arguments.push_back(*argument);
    }
    return builtins::call(context_, function, arguments);
  }

  const Resolved& resolved_;
  const Ast& tree_;
  std::vector<std::optional<Value>> values_;
  builtins::PlainCallContext context_;
};

static_assert(static_cast<int>(Operator::add) == static_cast<int>(BinaryOperator::add) &&
              static_cast<int>(Operator::power) == static_cast<int>(BinaryOperator::power) &&
              static_cast<int>(Operator::eq) == static_cast<int>(BinaryOperator::equal) &&
              static_cast<int>(Operator::ne) == static_cast<int>(BinaryOperator::not_equal) &&
              static_cast<int>(Operator::lt) == static_cast<int>(BinaryOperator::less) &&
              static_cast<int>(Operator::ge) == static_cast<int>(BinaryOperator::greater_equal));

}  // namespace

std::vector<std::optional<Value>> fold(const Resolved& resolved, const CompileOptions& options) {
  return Folder(resolved, options).run();
}

std::optional<Value> at_literal(std::string_view text) {
  if (const auto date = value::parse_date(text)) return Value::date(*date);
  if (auto date_time = value::parse_date_time(text)) {
    if (!has_zone(date_time->zone)) return std::nullopt;
    return Value::date_time(std::move(*date_time));
  }
  if (auto time = value::parse_time(text)) {
    if (!has_zone(time->zone)) return std::nullopt;
    return Value::time(std::move(*time));
  }
  Value duration = value::parse_duration(text);
  if (duration.is_null()) return std::nullopt;
  return duration;
}

std::optional<Value> pack_literal(const Ast& tree, NodeId node) {
  const auto number = rt::Decimal::parse(tree.text_of(node));
  if (!number) return std::nullopt;
  switch (tree[node].kind) {
    case NodeKind::percent_literal: {
      const auto share = rt::divide(*number, rt::Decimal(100));
      if (!share) return std::nullopt;
      return Value::number(*share);
    }
    case NodeKind::money_literal: {
      constexpr int scale = 2;
      builtins::PlainCallContext context;
      Value money =
          builtins::round_money(context, *number, tree[node].data, scale, rt::Rounding::half_even);
      // A literal with more digits than the currency has would be rounded in silence.
      if (money.is_null() || !(builtins::amount_of(money) == *number)) return std::nullopt;
      return money;
    }
    case NodeKind::length_literal:
      break;
    default:
      return std::nullopt;
  }
  const auto unit = static_cast<rt::Unit>(tree[node].op);
  const rt::UnitRow& row = rt::row(unit);
  const auto whole = [](const rt::Decimal& d) -> std::optional<std::int64_t> {
    return d.to_int64();
  };
  switch (row.kind) {
    case rt::UnitKind::clock: {
      // In microseconds, which must come out whole.
      const auto micros = rt::multiply(*number, rt::Decimal(row.size));
      const auto count = micros ? whole(*micros) : std::nullopt;
      if (!count) return std::nullopt;
      return Value::days_duration(rt::duration_of_micros(*count), unit);
    }
    case rt::UnitKind::calendar_day: {
      const auto days = whole(*number);
      std::int64_t seconds = 0;
      if (!days || __builtin_mul_overflow(*days, row.size * rt::seconds_per_day, &seconds)) {
        return std::nullopt;
      }
      return Value::days_duration({seconds, 0}, unit);
    }
    case rt::UnitKind::month: {
      const auto count = whole(*number);
      std::int64_t months = 0;
      if (!count || __builtin_mul_overflow(*count, row.size, &months)) return std::nullopt;
      return Value::months_duration({months}, unit);
    }
    case rt::UnitKind::working:
    case rt::UnitKind::working_day: {
      const auto count = whole(*number);
      if (!count) return std::nullopt;
      return Value::working_duration(*count, unit);
    }
  }
  return std::nullopt;
}

}  // namespace aftercare::feel
