#include "bytecode/program.hpp"

#include <set>

#include <gtest/gtest.h>

#include "bytecode/builder.hpp"

namespace aftercare::bytecode {
namespace {

Program sum_of_two() {
  Builder b;
  const Register result = b.object();
  const Register left = b.object();
  const Register right = b.object();
  b.reads(3, "a");
  b.emit(Op::load, {0, 1}, left, 0, 0, 3);
  b.emit(Op::constant, {4, 5}, right, 0, 0, b.constant(Value::integer(2)));
  b.emit(Op::add, {0, 5}, result, left, right);
  b.emit(Op::give, {0, 5}, result);
  return b.finish();
}

TEST(Program, lists_its_instructions) {
  EXPECT_EQ(disassemble(sum_of_two()),
            "r0: 3 objects, 0 scalars, 0 iterators\n"
            "   0  load                 o1, in3<a>\n"
            "   1  constant             o2, 2\n"
            "   2  add                  o0, o1, o2\n"
            "   3  give                 o0\n");
}

TEST(Program, knows_what_it_reads) {
  const Program program = sum_of_two();
  EXPECT_EQ(program.reads, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(program.inputs, 4U);
  EXPECT_FALSE(program.is_scalar);
}

TEST(Program, names_of_instructions_are_distinct) {
  std::set<std::string_view> names;
  for (const OpInfo& row : op_infos) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.meaning.empty());
  }
}

TEST(Verify, accepts_what_the_builder_makes) { EXPECT_EQ(verify(sum_of_two()), ""); }

TEST(Verify, finds_operands_outside_their_banks) {
  Program program = sum_of_two();
  program.code[2].c = 9;
  EXPECT_EQ(verify(program), "instruction 2: an operand lies outside");
  program = sum_of_two();
  program.code[1].imm = 1;
  EXPECT_EQ(verify(program), "instruction 1: an operand lies outside");
  program = sum_of_two();
  program.code[0].imm = 4;
  EXPECT_EQ(verify(program), "instruction 0: an operand lies outside");
}

TEST(Verify, finds_routines_that_do_not_end) {
  Program program = sum_of_two();
  program.code.pop_back();
  program.spans.pop_back();
  program.routines[0].end = 3;
  EXPECT_EQ(verify(program), "a routine does not end");
}

TEST(Builder, patches_jumps_of_both_kinds) {
  Builder b;
  const Register s = b.scalar();
  const auto small = b.label();
  const auto end = b.label();
  b.reads(0, "n");
  b.jump_on_input(Op::jump_less, {}, small, 0, 2, 500);
  b.emit(Op::s_constant, {}, s, 0, 0, 1);
  b.jump(Op::jump, {}, end);
  b.place(small);
  b.emit(Op::s_constant, {}, s, 0, 0, 2);
  b.place(end);
  b.emit(Op::give_number, {}, s);
  const Program program = b.finish();
  EXPECT_EQ(program.code[0].a, 3);
  EXPECT_EQ(program.code[2].imm, 4);
  EXPECT_TRUE(program.is_scalar);
  EXPECT_EQ(verify(program), "");
}

TEST(Builder, says_when_a_program_is_too_large) {
  Builder b;
  for (int i = 0; i < 100; ++i) static_cast<void>(b.objects(1000));
  EXPECT_TRUE(b.is_too_large());
}

}  // namespace
}  // namespace aftercare::bytecode
