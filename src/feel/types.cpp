// The interface of this file is types.hpp.
#include "feel/types.hpp"

#include <string>
#include <utility>
#include <vector>

namespace aftercare::feel {
namespace {

struct Row {
  std::string_view name;
  Type::Is is;
};
constexpr Row rows[] = {
    {"number", Type::Is::number},
    {"string", Type::Is::string},
    {"boolean", Type::Is::boolean},
    {"date", Type::Is::date},
    {"time", Type::Is::time},
    {"date and time", Type::Is::date_time},
    {"dateTime", Type::Is::date_time},
    {"days and time duration", Type::Is::days_duration},
    {"dayTimeDuration", Type::Is::days_duration},
    {"years and months duration", Type::Is::months_duration},
    {"yearMonthDuration", Type::Is::months_duration},
    {"Null", Type::Is::null},
};

}  // namespace

std::optional<Type> simple_type(std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return Type::of(row.is);
  }
  if (name == "Any") return Type::any();
  if (name == "list") return Type::list(Type::any());
  if (name == "range") return Type::range(Type::any());
  if (name == "context") return Type::of(Type::Is::context);
  if (name == "function") return Type::of(Type::Is::function);
  return std::nullopt;
}

std::optional<Type> type_of(const Ast& tree, NodeId node, const Scope& scope) {
  const auto children = tree.children(node);
  const auto child = [&](std::size_t i) { return type_of(tree, children[i], scope); };
  switch (tree[node].kind) {
    case NodeKind::type_name: {
      if (const Type* declared = scope.find_type(tree.text_of(node))) return *declared;
      return simple_type(tree.text_of(node));
    }
    case NodeKind::type_list: {
      const auto element = child(0);
      return element ? std::optional(Type::list(*element)) : std::nullopt;
    }
    case NodeKind::type_range: {
      const auto element = child(0);
      return element ? std::optional(Type::range(*element)) : std::nullopt;
    }
    case NodeKind::type_context: {
      std::vector<std::pair<std::string, Type>> members;
      for (const NodeId member : children) {
        const auto type = type_of(tree, tree.child(member, 0), scope);
        if (!type) return std::nullopt;
        members.emplace_back(tree.text_of(member), *type);
      }
      return Type::context(std::move(members));
    }
    case NodeKind::type_function: {
      std::vector<std::pair<std::string, Type>> parameters;
      for (std::size_t i = 0; i + 1 < children.size(); ++i) {
        const auto type = child(i);
        if (!type) return std::nullopt;
        parameters.emplace_back(std::string(), *type);
      }
      const auto result = child(children.size() - 1);
      return result ? std::optional(Type::function(std::move(parameters), *result)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace aftercare::feel
