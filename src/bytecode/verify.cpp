// The interface of this file is verify().
#include <string>

#include "bytecode/program.hpp"

namespace aftercare::bytecode {
namespace {

/// How many registers from `b` on an instruction reads, where it reads more than one.
std::size_t run_length(const Instruction& i) noexcept {
  switch (i.op) {
    case Op::between:
      return 3;
    case Op::iterate_range:
      return 2;
    case Op::call:
    case Op::call_named:
      return std::size_t{i.c} + 1;
    default:
      return info(i.op).c == Operand::count ? i.c : 1;
  }
}

[[nodiscard]] bool ends(Op op) noexcept {
  return op == Op::give || op == Op::give_number || op == Op::give_word || op == Op::give_length ||
         op == Op::give_constant || op == Op::give_input || op == Op::give_truth ||
         op == Op::give_choice || op == Op::jump;
}

}  // namespace

std::string verify(const Program& program) {
  if (program.wide) {
    if (!program.is_scalar || program.wide->is_scalar) return "wide: for a scalar program alone";
    if (program.wide->reads != program.reads) return "wide: the same inputs";
    if (std::string wrong = verify(*program.wide); !wrong.empty()) return "wide: " + wrong;
  }
  if (program.routines.empty()) return "no routine";
  if (program.spans.size() != program.code.size()) return "a span for each instruction";
  if (program.reads.size() != program.input_names.size()) return "a name for each input";
  for (const Routine& routine : program.routines) {
    if (routine.begin >= routine.end || routine.end > program.code.size()) return "empty routine";
    if (routine.captures + routine.parameters.size() > routine.objects) return "no room to begin";
    if (!ends(program.code[routine.end - 1].op)) return "a routine does not end";
    for (std::uint32_t pc = routine.begin; pc < routine.end; ++pc) {
      const Instruction& i = program.code[pc];
      const auto wrong = [&](std::string_view what) {
        return "instruction " + std::to_string(pc) + ": " + std::string(what);
      };
      if (static_cast<std::size_t>(i.op) >= op_infos.size()) return wrong("no such instruction");
      const OpInfo& row = info(i.op);
      const std::size_t run = run_length(i);
      const auto check = [&](Operand is, std::int64_t value, std::size_t registers) {
        if (value < 0 && is != Operand::word) return is == Operand::none;
        const auto at = static_cast<std::size_t>(value);
        switch (is) {
          case Operand::o:
          case Operand::to_o:
          case Operand::both_o:
            return registers == 0 || at + registers <= routine.objects;
          case Operand::s:
          case Operand::to_s:
          case Operand::both_s:
            return at < routine.scalars;
          case Operand::t:
          case Operand::to_t:
            return at < routine.iterators;
          case Operand::input:
            return at < program.inputs;
          case Operand::konst:
            return at + (i.op == Op::give_choice ? i.c : 1U) <= program.constants.size();
          case Operand::name:
            return at + (i.op == Op::make_context || i.op == Op::call_named ? i.c : 1U) <=
                   program.names.size();
          case Operand::type:
            return at < program.types.size();
          case Operand::routine:
            return at > 0 && at < program.routines.size();
          case Operand::label:
            return at >= routine.begin && at < routine.end;
          case Operand::scale:
            return at <= 18;
          default:
            return true;
        }
      };
      if (!check(row.a, i.a, 1) || !check(row.b, i.b, run) || !check(row.c, i.c, 1) ||
          !check(row.imm, i.imm, 1)) {
        return wrong("an operand lies outside");
      }
    }
  }
  return {};
}

}  // namespace aftercare::bytecode
