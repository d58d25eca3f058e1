// Each example of src/builtins/builtins.def gives what stands beside it.
#include <string>

#include <gtest/gtest.h>

#include "aftercare/expression.hpp"

#include "builtins/builtins.hpp"

namespace aftercare {
namespace {

Value evaluate(std::string_view text) {
  const auto compiled = compile(text, {});
  if (!compiled) {
    ADD_FAILURE() << text << ": " << render(compiled.diagnostics(), compiled.sources());
    return {};
  }
  auto result = compiled->evaluate(Context{});
  EXPECT_TRUE(result) << text;
  return result ? *result : Value();
}

TEST(BuiltinExamples, GiveWhatTheTableSays) {
  int examples = 0;
  for (const auto& signature : builtins::signatures()) {
    if (signature.example.empty()) continue;
    ++examples;
    const Value value = evaluate(signature.example);
    const Value expected = evaluate(signature.example_result);
    EXPECT_TRUE(value.equals(expected))
        << signature.example << " is " << value.to_text() << ", not " << expected.to_text();
  }
  EXPECT_GT(examples, 100);
}

}  // namespace
}  // namespace aftercare
