// A FEEL function as a value: code and what it captured.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bytecode/program.hpp"
#include "value/object.hpp"

namespace aftercare::vm {

class Closure : public value::Callable {
 public:
  Closure(const bytecode::Program& program, std::uint32_t routine, std::vector<Value> captured)
      : owner_(program.weak_from_this().lock()),
        program_(&program),
        routine_(routine),
        captured_(std::move(captured)) {}

  [[nodiscard]] std::size_t arity() const noexcept override { return routine().parameters.size(); }
  [[nodiscard]] std::string parameter(std::size_t index) const override {
    return routine().parameters[index];
  }
  [[nodiscard]] std::string to_text() const override {
    std::string out = "function(";
    for (std::size_t i = 0; i < arity(); ++i) out += (i == 0 ? "" : ", ") + parameter(i);
    return out + ")";
  }

  [[nodiscard]] const bytecode::Program& program() const noexcept { return *program_; }
  [[nodiscard]] const bytecode::Routine& routine() const noexcept {
    return program_->routines[routine_];
  }
  [[nodiscard]] const std::vector<Value>& captured() const noexcept { return captured_; }

 private:
  std::shared_ptr<const bytecode::Program> owner_;  // null where the program is not shared
  const bytecode::Program* program_;
  std::uint32_t routine_;
  std::vector<Value> captured_;
};

}  // namespace aftercare::vm
