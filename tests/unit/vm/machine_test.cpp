#include "vm/machine.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "bytecode/builder.hpp"
#include "vm/conform.hpp"
#include "vm/iterator.hpp"

namespace aftercare::vm {
namespace {

using bytecode::Builder;
using bytecode::Op;
using bytecode::Program;
using bytecode::Register;

Program divide_inputs() {
  Builder b;
  const Register result = b.object();
  const Register left = b.object();
  const Register right = b.object();
  b.reads(0, "a");
  b.reads(1, "b");
  b.emit(Op::load, {0, 1}, left, 0, 0, 0);
  b.emit(Op::load, {4, 5}, right, 0, 0, 1);
  b.emit(Op::divide, {0, 5}, result, left, right);
  b.emit(Op::give, {0, 5}, result);
  return b.finish();
}

Program call_of_host() {
  Builder b;
  const Register result = b.object();
  b.emit(Op::call_host, {0, 3}, result, result, 0, 7);
  b.emit(Op::give, {0, 3}, result);
  return b.finish();
}

TEST(Machine, tells_faults_with_their_place) {
  const Program program = divide_inputs();
  Machine machine;
  const Value inputs[] = {Value::integer(1), Value::integer(0)};
  EXPECT_TRUE(machine.run(program, inputs).value().is_null());
  ASSERT_EQ(machine.told().size(), 1U);
  EXPECT_EQ(machine.told()[0].fault, builtins::Fault::division_by_zero);
  EXPECT_EQ(machine.told()[0].span.end, 5U);
  const Value others[] = {Value::integer(6), Value::integer(4)};
  EXPECT_EQ(machine.run(program, others).value().to_text(), "1.5");
  EXPECT_TRUE(machine.told().empty());
}

TEST(Machine, takes_missing_inputs_as_null) {
  const Value one[] = {Value::integer(6)};
  Machine machine;
  EXPECT_TRUE(machine.run(divide_inputs(), one).value().is_null());
  EXPECT_TRUE(machine.run(divide_inputs(), {}).value().is_null());
}

TEST(Machine, ends_a_strict_program_that_meets_a_fault) {
  Program program = divide_inputs();
  program.is_strict = true;
  Machine machine;
  const Value inputs[] = {Value::integer(1), Value::integer(0)};
  const auto result = machine.run(program, inputs);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::limit);
}

struct Throwing : Host {
  Result<Value> call(std::uint32_t function, builtins::CallContext&,
                     std::span<const Value>) override {
    if (function == 7) throw std::runtime_error("the register is closed");
    return Value::integer(function);
  }
};

TEST(Machine, keeps_what_a_host_function_throws_as_an_error) {
  Throwing host;
  Setting setting;
  setting.host = &host;
  Machine machine(setting);
  const auto result = machine.run(call_of_host(), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::host);
  EXPECT_EQ(result.error().message, "the register is closed");
  EXPECT_EQ(Machine().run(call_of_host(), {}).error().code, ErrorCode::host);
}

TEST(Machine, refuses_inputs_that_a_scalar_program_was_not_made_for) {
  Builder b;
  const Register s = b.scalar();
  b.reads(0, "n");
  b.emit(Op::s_number, {}, s, 0, 2);
  b.emit(Op::give_number, {}, s, 0, 2);
  const Program program = b.finish();
  ASSERT_TRUE(program.is_scalar);
  const auto run = [&](const Value& value) {
    const Value inputs[] = {value};
    const auto result = Machine().run(program, inputs);
    return result ? result->to_text() : std::string("refused");
  };
  EXPECT_EQ(run(Value::number("12.50").value()), "12.5");
  EXPECT_EQ(run(Value::number("-0.01").value()), "-0.01");
  EXPECT_EQ(run(Value::number("1200").value()), "1200");
  EXPECT_EQ(run(Value::number("1e3").value()), "1000");
  EXPECT_EQ(run(Value::number("0.001").value()), "refused");
  EXPECT_EQ(run(Value::number("1e30").value()), "refused");
  EXPECT_EQ(run(Value::string("12")), "refused");
  EXPECT_EQ(run(Value()), "refused");
}

TEST(Iterator, runs_over_what_can_be_run_over) {
  const auto all = [](auto&&... over) {
    Iterator iterator;
    if (!iterator.begin(over...)) return std::string("no");
    std::string out;
    while (const auto value = iterator.next()) out += value->to_text() + " ";
    return out;
  };
  const auto n = [](std::int64_t i) { return Value::integer(i); };
  EXPECT_EQ(all(n(1), n(3)), "1 2 3 ");
  EXPECT_EQ(all(n(2), n(0)), "2 1 0 ");
  EXPECT_EQ(all(Value::number("0.5").value(), n(3)), "no");
  EXPECT_EQ(all(Value::range(n(1), false, n(4), false)), "2 3 ");
  EXPECT_EQ(all(Value::range(n(1), false, n(1), true)), "");
  EXPECT_EQ(all(Value::list({n(5), Value()})), "5 null ");
  EXPECT_EQ(all(n(5)), "5 ");
  EXPECT_EQ(all(Value()), "no");
  EXPECT_EQ(all(Value::string("a"), Value::string("c")), "no");
  Iterator endless;
  ASSERT_TRUE(endless.begin(n(INT64_MIN), n(INT64_MAX)));
  EXPECT_EQ(endless.next()->to_text(), "-9223372036854775808");
}

TEST(Conform, follows_the_rules_of_instance_of) {
  const Value one = Value::integer(1);
  EXPECT_TRUE(is_instance(one, Type::number()));
  EXPECT_FALSE(is_instance(Value(), Type::any()));
  EXPECT_TRUE(is_instance(Value(), Type::of(Type::Is::null)));
  EXPECT_TRUE(is_instance(Value::list({one, Value()}), Type::list(Type::number())));
  EXPECT_FALSE(is_instance(Value::list({Value::string("a")}), Type::list(Type::number())));
  const Type person = Type::context({{"name", Type::string()}});
  EXPECT_TRUE(is_instance(Value::context({{"name", Value::string("x")}, {"age", one}}), person));
  EXPECT_FALSE(is_instance(Value::context({{"age", one}}), person));
  EXPECT_EQ(coerced(Value::list({one}), Type::number())->to_text(), "1");
  EXPECT_EQ(coerced(one, Type::list(Type::number()))->to_text(), "[1]");
  EXPECT_FALSE(coerced(one, Type::list(Type::string())));
  EXPECT_FALSE(coerced(Value::list({Value::list({one})}), Type::number()));  // one level
  EXPECT_FALSE(coerced(Value::string("1"), Type::number()));
}

}  // namespace
}  // namespace aftercare::vm
