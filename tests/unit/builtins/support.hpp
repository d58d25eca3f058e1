// A context for tests, and values from short texts.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"
#include "builtins/support.hpp"
#include "value/object.hpp"

namespace aftercare::builtins {

/// A function of two parameters made of a C++ one.
class Two : public value::Callable {
 public:
  using Body = std::function<Value(const Value&, const Value&)>;
  explicit Two(Body body) : body(std::move(body)) {}
  [[nodiscard]] std::size_t arity() const noexcept override { return 2; }
  [[nodiscard]] std::string parameter(std::size_t i) const override { return i == 0 ? "a" : "b"; }
  [[nodiscard]] std::string to_text() const override { return "function(a, b)"; }
  Body body;
};

class TestContext : public PlainCallContext {
 public:
  Value invoke(const Value& function, std::span<const Value> a) override {
    const auto* two = dynamic_cast<const Two*>(&value::callable(function));
    return two != nullptr ? two->body(a[0], a[1]) : PlainCallContext::invoke(function, a);
  }
  /// The name of the first fault since the last question, or "" for none.
  std::string fault() {
    const std::string name(fault_count > 0 ? fault_name(first_fault) : "");
    fault_count = 0;
    return name;
  }
};

inline Value n(std::string_view text) { return Value::number(text).value(); }
inline Value s(std::string_view text) { return Value::string(text); }
inline Value list(std::vector<Value> items) { return Value::list(std::move(items)); }
/// `@"…"`
inline Value t(std::string_view text) {
  TestContext context;
  Value v = temporal_from_text(context, text);
  EXPECT_FALSE(v.is_null()) << text;
  return v;
}
inline Value cny(std::int64_t minor) { return Value::money(minor, currency_code("CNY"), 2); }
inline Value two(Two::Body body) { return value::function(std::make_shared<Two>(std::move(body))); }

/// Calls by name.
inline Value given(std::string_view name, std::vector<Value> arguments) {
  TestContext context;
  return call(context, *find(name), arguments);
}

/// Calls by name; prints the result, or "null: fault".
inline std::string run(TestContext& context, std::string_view name, std::vector<Value> arguments) {
  const auto id = find(name);
  if (!id) return "no function";
  const Value v = call(context, *id, arguments);
  const std::string fault = context.fault();
  return v.to_text() + (fault.empty() ? "" : ": " + fault);
}
inline std::string run(std::string_view name, std::vector<Value> arguments) {
  TestContext context;
  return run(context, name, std::move(arguments));
}

}  // namespace aftercare::builtins
