// The interface of this file is disassemble().
#include <string>

#include "bytecode/program.hpp"

namespace aftercare::bytecode {
namespace {

std::string operand(const Program& program, const Instruction& instruction, Operand is,
                    std::int64_t value) {
  const std::string number = std::to_string(value);
  const auto at = static_cast<std::size_t>(value);
  switch (is) {
    case Operand::none:
      return {};
    case Operand::o:
    case Operand::to_o:
    case Operand::both_o:
      return "o" + number;
    case Operand::s:
    case Operand::to_s:
    case Operand::both_s:
      return "s" + number;
    case Operand::t:
    case Operand::to_t:
      return "t" + number;
    case Operand::input: {
      for (std::size_t i = 0; i < program.reads.size(); ++i) {
        if (program.reads[i] == at) return "in" + number + "<" + program.input_names[i] + ">";
      }
      return "in" + number;
    }
    case Operand::konst: {
      if (at >= program.constants.size()) return "?";
      std::string text = program.constants[at].to_text();
      if (text.size() > 60) text = text.substr(0, 57) + "...";
      return text;
    }
    case Operand::name:
      return at < program.names.size() ? "'" + program.names[at] + "'" : "?";
    case Operand::type:
      return at < program.types.size() ? program.types[at].to_text() : "?";
    case Operand::routine:
      return "r" + number;
    case Operand::label:
      return "@" + number;
    case Operand::count:
      return "x" + number;
    case Operand::scale:
      return "e" + number;
    case Operand::kind:
      return std::string(kind_name(static_cast<Kind>(value)));
    case Operand::unit:
    case Operand::function:
    case Operand::host:
      return "#" + number;
    case Operand::word:
      return number;
  }
  static_cast<void>(instruction);
  return {};
}

}  // namespace

std::string disassemble(const Program& program) {
  std::string out;
  for (std::size_t r = 0; r < program.routines.size(); ++r) {
    const Routine& routine = program.routines[r];
    out += "r" + std::to_string(r) + ": " + std::to_string(routine.objects) + " objects, " +
           std::to_string(routine.scalars) + " scalars, " + std::to_string(routine.iterators) +
           " iterators";
    for (std::size_t p = 0; p < routine.parameters.size(); ++p) {
      out += p == 0 ? ", takes " : ", ";
      out += routine.parameters[p];
    }
    out += '\n';
    for (std::uint32_t pc = routine.begin; pc < routine.end; ++pc) {
      const Instruction& i = program.code[pc];
      const OpInfo& row = info(i.op);
      std::string line = std::to_string(pc);
      line.insert(0, line.size() < 4 ? 4 - line.size() : 0, ' ');
      line += "  ";
      line += row.name;
      line.append(row.name.size() < 20 ? 20 - row.name.size() : 1, ' ');
      bool is_first = true;
      const auto add = [&](Operand is, std::int64_t value) {
        const std::string text = operand(program, i, is, value);
        if (text.empty()) return;
        line += is_first ? " " : ", ";
        is_first = false;
        line += text;
      };
      add(row.a, i.a);
      add(row.b, i.b);
      add(row.c, i.c);
      add(row.imm, i.imm);
      out += line;
      out += '\n';
    }
  }
  if (program.wide) out += "where a number is too wide:\n" + disassemble(*program.wide);
  return out;
}

}  // namespace aftercare::bytecode
