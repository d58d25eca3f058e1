// Interface: Constants.
#include "table/constants.hpp"

#include <algorithm>

#include "table/evaluation.hpp"

namespace aftercare::table {

std::optional<Value> Constants::literal(const feel::Ast& tree, feel::NodeId node,
                                        const Type& type) {
  switch (tree[node].kind) {
    case feel::NodeKind::number_literal: {
      if (type.is() == Type::Is::money) return std::nullopt;
      Result<Value> number = Value::number(tree.text_of(node));
      if (!number) return std::nullopt;
      return *std::move(number);
    }
    case feel::NodeKind::negate: {
      const std::optional<Value> operand = literal(tree, tree.child(node, 0), type);
      if (!operand || !operand->is(Kind::number)) return std::nullopt;
      return Value::number(-operand->as_number());
    }
    case feel::NodeKind::string_literal:
      if (type.is() == Type::Is::symbol) return std::nullopt;
      return Value::string(tree.text_of(node));
    case feel::NodeKind::boolean_literal:
      return Value::boolean(tree[node].flags != 0);
    case feel::NodeKind::null_literal:
      return Value();
    case feel::NodeKind::name: {
      if (type.is() != Type::Is::symbol) return std::nullopt;
      const auto words = type.words();
      const auto word = std::find(words.begin(), words.end(), tree.text_of(node));
      if (word == words.end()) return std::nullopt;
      return Value::symbol(type.symbol_set(), static_cast<std::uint32_t>(word - words.begin()));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Value> Constants::find(const feel::Ast& tree, feel::NodeId node, const Type& type) {
  if (std::optional<Value> value = literal(tree, node, type)) return value;
  if (tree[node].kind == feel::NodeKind::input) return std::nullopt;
  const std::string written(tree.written(node));
  const auto known = known_.find(written);
  if (known != known_.end() && known->second.first == type) return known->second.second;
  feel::CompileOptions how;
  how.level = options_.level;
  how.dialect = options_.dialect;
  how.zone = options_.zone;
  if (how.level == feel::Level::strict) how.expected = type;
  Diagnostics ignored;  // whoever compiles the whole reports them
  std::optional<Value> value;
  const Formula formula = Formula::compile({written, {}}, scope_, how, ignored);
  if (ignored.empty()) value = formula.constant();
  known_[written] = {type, value};
  return value;
}

}  // namespace aftercare::table
