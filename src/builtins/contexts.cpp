// Bodies: contexts.
#include <algorithm>
#include <string>

#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

Value put(CallContext& context, const Value& target, std::string_view key, const Value& value) {
  const auto old = target.entries();
  if (!context.spend(old.size() + 1, (old.size() + 1) * sizeof(ContextEntry))) return {};
  std::vector<ContextEntry> entries(old.begin(), old.end());
  const auto at = std::find_if(entries.begin(), entries.end(),
                               [key](const ContextEntry& e) { return e.first == key; });
  if (at != entries.end()) {
    at->second = value;
  } else {
    entries.emplace_back(key, value);
  }
  return make_context(context, "context put", std::move(entries));
}

}  // namespace

Value get_value(CallContext& /*context*/, Arguments a) {
  const Value* found = a[0].find(a[1].as_string());
  return found != nullptr ? *found : Value();
}

Value get_entries(CallContext& context, Arguments a) {
  const auto all = a[0].entries();
  if (!afford_list(context, all.size() * 8)) return {};
  std::vector<Value> out;
  out.reserve(all.size());
  for (const auto& [key, value] : all) {
    out.push_back(Value::context({{"key", Value::string(key)}, {"value", value}}));
  }
  return make_list(context, "get entries", std::move(out));
}

Value context_put(CallContext& context, Arguments a) {
  return put(context, a[0], a[1].as_string(), a[2]);
}

Value context_put_nested(CallContext& context, Arguments a) {
  constexpr std::string_view name = "context put";
  const auto keys = a[1].items();
  if (keys.empty()) return context.fail(Fault::invalid_argument, name, a);
  if (keys.size() > max_depth) return context.fail(Fault::too_deep, name);
  // The contexts along the path, outermost first.
  std::vector<Value> path = {a[0]};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].is(Kind::string)) return context.fail(Fault::type_mismatch, name, a);
    if (i + 1 == keys.size()) break;
    const Value* next = path.back().find(keys[i].as_string());
    if (next == nullptr || !next->is(Kind::context)) {
      return context.fail(Fault::type_mismatch, name, a);
    }
    path.push_back(*next);
  }
  Value value = a[2];
  for (std::size_t i = keys.size(); i-- > 0;) {
    value = put(context, path[i], keys[i].as_string(), value);
    if (value.is_null()) return {};
  }
  return value;
}

Value context_merge(CallContext& context, Arguments a) {
  std::vector<ContextEntry> entries;
  for (const Value& one : a[0].items()) {
    if (!one.is(Kind::context)) return context.fail(Fault::type_mismatch, "context merge", a);
    const auto more = one.entries();
    if (!context.spend(more.size() + 1, more.size() * sizeof(ContextEntry))) return {};
    entries.insert(entries.end(), more.begin(), more.end());
  }
  return make_context(context, "context merge", std::move(entries));
}

Value context_of_entries(CallContext& context, Arguments a) {
  constexpr std::string_view name = "context";
  const auto list = a[0].items();
  if (!context.spend(list.size() + 1, list.size() * sizeof(ContextEntry))) return {};
  std::vector<ContextEntry> entries;
  entries.reserve(list.size());
  for (const Value& one : list) {
    if (!one.is(Kind::context)) return context.fail(Fault::type_mismatch, name, a);
    const Value* key = one.find("key");
    const Value* value = one.find("value");
    if (key == nullptr || value == nullptr || !key->is(Kind::string)) {
      return context.fail(Fault::invalid_argument, name, {one});
    }
    entries.emplace_back(key->as_string(), *value);
  }
  Value made = make_context(context, name, std::move(entries));
  if (!made.is_null() && made.entries().size() != list.size()) {
    return context.fail(Fault::duplicate_key, name, a);
  }
  return made;
}

}  // namespace aftercare::builtins::bodies
