// What a trace keeps of guards and reads: no memory once it has grown, and as it was given.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "aftercare/expression.hpp"

#include "step/record.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}

// The sanitizer has its own, which see more; there nothing is counted.
#ifndef __SANITIZE_ADDRESS__
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace aftercare {
namespace {

namespace record = step::record;

TEST(Trace, WhatItKeepsOfAnEvaluationTakesNoMemory) {
  const Type number =
      Type::number({.minimum = rt::Decimal(-9), .maximum = rt::Decimal(1'000'000), .scale = 2});
  const Signature names = {{"n", number}, {"day", Type::date()}};
  base::ByteWriter trace;
  for (const char* text : {"n < 5", "if n = 1 then 50 else 50 * n", "-n", "n * 123456789", "day"}) {
    Checked<Expression> made = compile(text, names, {.acceptance = Acceptance::strict});
    ASSERT_TRUE(made) << text;
    Evaluator evaluator = made->bind();
    const std::vector<Value> in = {Value::number("7.25").value(), Value::date({20'000})};
    const auto keep = [&] {
      trace.clear();
      // An index takes one byte, two or three.
      for (const step::Index which : {0, 127, 128, 16'383, 16'384, 65'000}) {
        const Result<Value> value = evaluator.evaluate(in);
        if (value->is(Kind::boolean))
          record::write_verdict(trace, record::mark(record::Op::guard, which), value->as_boolean());
        else
          record::write_item(trace, record::mark(record::Op::read, which), *value);
      }
    };
    keep();
    const std::size_t before = allocations;
    for (int n = 0; n < 100; ++n) keep();
    EXPECT_EQ(allocations - before, 0U) << text;
    const Value expected = *evaluator.evaluate(in);
    std::vector<std::uint64_t> indices;
    EXPECT_TRUE(record::each_item(trace.data(), [&](const record::Item& item) {
      indices.push_back(item.first);
      if (item.op == record::Op::read)
        EXPECT_TRUE(item.value.equals(expected)) << text;
      else
        EXPECT_EQ(item.second != 0, expected.as_boolean()) << text;
    }));
    EXPECT_EQ(indices, (std::vector<std::uint64_t>{0, 127, 128, 16'383, 16'384, 65'000})) << text;
  }
}

}  // namespace
}  // namespace aftercare
