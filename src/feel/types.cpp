// The interface of this file is types.hpp.
#include "feel/types.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"
#include "builtins/host_callable.hpp"
#include "value/object.hpp"

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

std::string_view chinese_name(Type::Is is) {
  switch (is) {
    case Type::Is::any:
      return "任意值";
    case Type::Is::null:
      return "空值";
    case Type::Is::boolean:
      return "是否";
    case Type::Is::number:
      return "数";
    case Type::Is::string:
      return "文字";
    case Type::Is::date:
      return "日期";
    case Type::Is::time:
      return "时间";
    case Type::Is::date_time:
      return "日期和时间";
    case Type::Is::instant:
      return "时点";
    case Type::Is::days_duration:
    case Type::Is::length:
      return "时长";
    case Type::Is::months_duration:
      return "年月时长";
    case Type::Is::working_duration:
      return "工作时长";
    case Type::Is::symbol:
      return "词";
    case Type::Is::money:
      return "金额";
    case Type::Is::range:
      return "区间";
    case Type::Is::list:
      return "列表";
    case Type::Is::context:
      return "一组内容";
    case Type::Is::function:
      return "函数";
    case Type::Is::calendar:
      return "日历";
  }
  return {};
}

std::string chinese_text(const Type& type) {
  const std::string optional = type.is_optional() ? "可空的" : "";
  if (!type.name().empty()) {
    // The bounds of a number or an amount stand behind the word.
    const std::size_t bounds = type.name().rfind(' ');
    const bool has_bounds = type.name().find("..") != std::string::npos;
    const std::string tail = has_bounds ? type.name().substr(bounds) : std::string();
    if (type.is() == Type::Is::number)
      return optional + (type.facets().scale == 0 ? "整数" : "数") + tail;
    if (type.is() == Type::Is::money) return optional + "金额" + tail;
    return optional + type.name();
  }
  if (type.is() == Type::Is::list && type.element().is() != Type::Is::any)
    return optional + chinese_text(type.element()) + "的列表";
  if (type.is() == Type::Is::range) return optional + chinese_text(type.element()) + "的区间";
  if (type.is() == Type::Is::symbol && !type.words().empty()) return type.to_text();
  return optional + std::string(chinese_name(type.is()));
}

}  // namespace

std::string type_text(const Type& type, Language language) {
  return language == Language::chinese ? chinese_text(type) : type.to_text();
}

std::string type_word(const Type& type) { return base::both(type.to_text(), chinese_text(type)); }

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

namespace {

/// A list or a context whose elements or members are tested.
class TestOfParts final : public builtins::HostCallable {
 public:
  using Tests = std::vector<std::pair<std::string, Value>>;
  TestOfParts(std::string text, Tests tests) : text_(std::move(text)), tests_(std::move(tests)) {}

  std::size_t arity() const noexcept override { return 1; }
  std::string parameter(std::size_t) const override { return "value"; }
  std::string to_text() const override { return text_; }
  Value call(builtins::CallContext& context, std::span<const Value> arguments) const override {
    const Value& whole = arguments.front();
    const auto is_allowed = [&](const Value& test, const Value& part) {
      if (part.is_null()) return true;
      const Value verdict = context.invoke(test, std::span(&part, 1));
      return verdict.is(Kind::boolean) && verdict.as_boolean();
    };
    bool is_good = true;
    if (whole.is(Kind::list)) {
      for (const Value& item : whole.items()) is_good = is_good && is_allowed(tests_[0].second, item);
    } else if (whole.is(Kind::context)) {
      for (const auto& [name, test] : tests_) {
        const Value* member = whole.find(name);
        is_good = is_good && (member == nullptr || is_allowed(test, *member));
      }
    } else if (whole.is(Kind::range)) {
      is_good = is_allowed(tests_[0].second, whole.range_low()) &&
                is_allowed(tests_[0].second, whole.range_high());
    }
    return Value::boolean(is_good);
  }

 private:
  const std::string text_;
  const Tests tests_;
};

}  // namespace

std::optional<Value> test_of(const Ast& tree, NodeId node, const Scope& scope) {
  TestOfParts::Tests tests;
  switch (tree[node].kind) {
    case NodeKind::type_name: {
      const Value* declared = scope.find_type_test(tree.text_of(node));
      return declared != nullptr ? std::optional(*declared) : std::nullopt;
    }
    case NodeKind::type_list:
    case NodeKind::type_range:
      if (auto test = test_of(tree, tree.child(node, 0), scope)) {
        tests.emplace_back(std::string(), *std::move(test));
      }
      break;
    case NodeKind::type_context:
      for (const NodeId member : tree.children(node)) {
        if (auto test = test_of(tree, tree.child(member, 0), scope)) {
          tests.emplace_back(tree.text_of(member), *std::move(test));
        }
      }
      break;
    default:
      break;
  }
  if (tests.empty()) return std::nullopt;
  return value::function(std::make_shared<TestOfParts>(std::string(tree.written(node)), std::move(tests)));
}

}  // namespace aftercare::feel
