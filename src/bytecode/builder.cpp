// The interface of this file is builder.hpp.
#include "bytecode/builder.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace aftercare::bytecode {
namespace {

constexpr std::size_t most_registers = 60'000;
constexpr std::size_t most_constants = 1'000'000;

[[nodiscard]] bool jumps(Op op) noexcept { return info(op).imm == Operand::label; }
/// Jumps that compare with imm hold their target in a.
[[nodiscard]] bool jumps_by_a(Op op) noexcept { return info(op).a == Operand::label; }

}  // namespace

Builder::Builder() {
  program_.routines.emplace_back();
  open_.emplace_back();
}

void Builder::emit(Op op, Span span, std::uint16_t a, std::uint16_t b, std::uint16_t c,
                   std::int64_t imm) {
  open().code.push_back({op, a, b, c, imm});
  open().spans.push_back(span);
}

void Builder::jump(Op op, Span span, Label target, std::uint16_t a, std::uint16_t b,
                   std::uint16_t c) {
  emit(op, span, a, b, c, target.id);
}

void Builder::jump_on_input(Op op, Span span, Label target, std::uint16_t input, std::uint16_t c,
                            std::int64_t word) {
  if (target.id > 0xFFFF) too_large_ = true;
  emit(op, span, static_cast<std::uint16_t>(target.id), input, c, word);
}

Builder::Label Builder::label() {
  open().labels.push_back(-1);
  return {static_cast<std::uint32_t>(open().labels.size() - 1)};
}

void Builder::place(Label label) {
  open().labels[label.id] = static_cast<std::int64_t>(open().code.size());
}

std::uint16_t Builder::take(std::uint16_t& used, std::uint16_t& most, std::size_t count) {
  if (used + count > most_registers) {
    too_large_ = true;
    return 0;
  }
  const std::uint16_t first = used;
  used = static_cast<std::uint16_t>(used + count);
  most = std::max(most, used);
  return first;
}

Register Builder::object() { return objects(1); }
Register Builder::objects(std::size_t count) {
  return take(open().used.objects, open().routine.objects, count);
}
Register Builder::scalar() { return take(open().used.scalars, open().routine.scalars, 1); }
Register Builder::iterator() { return take(open().used.iterators, open().routine.iterators, 1); }

Builder::Mark Builder::mark() const noexcept { return open_.back().used; }
void Builder::release(Mark mark) noexcept { open().used = mark; }

std::int64_t Builder::constant(const Value& value) {
  if (program_.constants.size() >= most_constants) {
    too_large_ = true;
    return 0;
  }
  program_.constants.push_back(value);
  return static_cast<std::int64_t>(program_.constants.size() - 1);
}

std::int64_t Builder::name(std::string_view text) {
  const auto [found, is_new] =
      name_index_.try_emplace(std::string(text), static_cast<std::int64_t>(program_.names.size()));
  if (is_new) program_.names.emplace_back(text);
  return found->second;
}

std::int64_t Builder::names(const std::vector<std::string>& texts) {
  const auto first = static_cast<std::int64_t>(program_.names.size());
  for (const std::string& text : texts) program_.names.push_back(text);
  return first;
}

std::int64_t Builder::type(const Type& type) {
  program_.types.push_back(type);
  return static_cast<std::int64_t>(program_.types.size() - 1);
}

void Builder::reads(std::uint32_t input, std::string_view name) {
  const auto at = std::lower_bound(program_.reads.begin(), program_.reads.end(), input);
  if (at != program_.reads.end() && *at == input) return;
  program_.input_names.insert(program_.input_names.begin() + (at - program_.reads.begin()),
                              std::string(name));
  program_.reads.insert(at, input);
  program_.inputs = std::max(program_.inputs, input + 1);
}

void Builder::begin_routine(std::vector<std::string> parameters, std::vector<Type> parameter_types,
                            std::uint16_t captures) {
  Open next;
  next.routine.captures = captures;
  next.routine.parameters = std::move(parameters);
  next.routine.parameter_types = std::move(parameter_types);
  const std::size_t taken = captures + next.routine.parameters.size();
  open_.push_back(std::move(next));
  static_cast<void>(objects(taken));
}

std::uint32_t Builder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  const auto begin = static_cast<std::uint32_t>(program_.code.size());
  for (Instruction& instruction : done.code) {
    const bool by_a = jumps_by_a(instruction.op);
    if (!by_a && !jumps(instruction.op)) continue;
    const std::int64_t target =
        done.labels[by_a ? instruction.a : static_cast<std::size_t>(instruction.imm)];
    AFTERCARE_ASSERT(target >= 0, "every label of a program is placed");
    if (!by_a) {
      instruction.imm = begin + target;
    } else if (begin + target <= 0xFFFF) {
      instruction.a = static_cast<std::uint16_t>(begin + target);
    } else {
      too_large_ = true;
    }
  }
  program_.code.insert(program_.code.end(), done.code.begin(), done.code.end());
  program_.spans.insert(program_.spans.end(), done.spans.begin(), done.spans.end());
  done.routine.begin = begin;
  done.routine.end = static_cast<std::uint32_t>(program_.code.size());
  // The expression itself is routine 0, whenever it ends.
  if (open_.empty()) {
    program_.routines[0] = std::move(done.routine);
    return 0;
  }
  program_.routines.push_back(std::move(done.routine));
  return static_cast<std::uint32_t>(program_.routines.size() - 1);
}

std::int64_t Builder::end_routine() { return close(); }

Program Builder::finish() {
  close();
  program_.is_scalar = program_.routines.size() == 1 && program_.routines[0].objects == 0;
  return std::move(program_);
}

}  // namespace aftercare::bytecode
