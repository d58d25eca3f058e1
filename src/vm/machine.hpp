// Program and inputs to value.
//
//   vm::Machine machine({.now = instant});
//   Result<Value> fee = machine.run(program, slots);   // what FEEL calls an error is null …
//   for (const vm::Told& told : machine.told()) …      // … and told here
//
// A machine belongs to one thread, keeps its memory between runs, and is not entered again by a
// host function that it calls (which needs a machine of its own). Nothing but the program, the
// inputs, the setting and the host's functions decides the result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aftercare/result.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

#include "builtins/call_context.hpp"
#include "bytecode/program.hpp"

namespace aftercare::vm {

/// A semantic error of FEEL during a run: the value there was null.
struct Told {
  builtins::Fault fault = builtins::Fault::type_mismatch;
  std::string operation;
  bytecode::Span span;  ///< in the text of the expression
  std::vector<Value> operands;
};

/// Functions of the host (feel::FunctionName::host).
class Host {
 public:
  virtual ~Host() = default;
  /// Errors end the run with that Error. Faults go to the context.
  [[nodiscard]] virtual Result<Value> call(std::uint32_t function, builtins::CallContext& context,
                                           std::span<const Value> arguments) = 0;
};

struct Limits {
  std::uint64_t steps = 10'000'000;
  std::uint64_t bytes = 256U << 20;
  std::uint32_t depth = 256;  ///< nested calls
};

struct Setting {
  std::optional<Instant> now = {};
  std::optional<Zone> zone = {};
  Limits limits = {};
  Host* host = nullptr;         ///< not owned; null: no host functions
  std::size_t most_told = 100;  ///< later ones are only counted
  /// How symbols are written by string(); null: #set.index.
  std::string (*symbol_text)(const void* data, const Value& symbol) = nullptr;
  const void* symbol_data = nullptr;
};

/// Sees each instruction of an expression before it runs, but none of the functions it calls.
class Watch {
 public:
  virtual ~Watch() = default;
  /// `objects` are the object registers. False ends the run with ErrorCode::limit.
  [[nodiscard]] virtual bool before(const bytecode::Instruction& instruction,
                                    const Value* objects) = 0;
};

class Machine {
 public:
  explicit Machine(Setting setting = {});
  ~Machine();
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) noexcept;

  /// Evaluates. Requires: a verified program. Inputs that are missing at the end count as null.
  /// Errors: `limit`; `host`; `invalid_argument` where an input does not fit the type that a strict
  /// program was compiled for.
  [[nodiscard]] Result<Value> run(const bytecode::Program& program, std::span<const Value> inputs);
  /// The same, and `watch` sees it. Requires: a program of object registers alone
  /// (feel::CompileOptions::scalars).
  [[nodiscard]] Result<Value> run(const bytecode::Program& program, std::span<const Value> inputs,
                                  Watch& watch);

  /// Semantic errors of the last run, in order.
  [[nodiscard]] std::span<const Told> told() const noexcept;
  [[nodiscard]] std::size_t told_count() const noexcept;
  /// What the last run took of its Limits::steps.
  [[nodiscard]] std::uint64_t steps() const noexcept;

  /// For the next runs.
  void set_now(std::optional<Instant> now) noexcept;

  /// Calls a function value, for hosts that were handed one.
  [[nodiscard]] Result<Value> call(const Value& function, std::span<const Value> arguments);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aftercare::vm
