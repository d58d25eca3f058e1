// table/evaluation.hpp — pieces of FEEL and what one evaluation of many of them shares.
//
// A decision is many expressions: cells, entries of contexts, bodies of functions that call each
// other. A Formula is one of them, compiled; an Evaluation runs them, nested to any depth that the
// limits allow, and gathers what they tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/result.hpp"
#include "aftercare/table.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "feel/compile.hpp"
#include "vm/machine.hpp"

namespace aftercare::table {

/// Text and where it stands.
struct Text {
  std::string text;
  SourceSpan span;
};

/// A compiled expression or cell. Where it could not be compiled it has no program and running it
/// gives null and tells so.
class Formula {
 public:
  Formula() = default;
  /// Findings are added with their places in the file.
  [[nodiscard]] static Formula compile(const Text& text, const feel::Scope& scope,
                                       feel::CompileOptions options, Diagnostics& findings);

  [[nodiscard]] bool is_empty() const noexcept { return compiled_ == std::nullopt; }
  /// Which members its values have, as far as the text tells; nothing checks it.
  [[nodiscard]] Type members() const { return compiled_ ? compiled_->members : Type::any(); }
  /// Type of its values; `any` where nothing is known.
  [[nodiscard]] Type type() const { return compiled_ ? compiled_->type : Type::any(); }
  [[nodiscard]] const SourceSpan& span() const noexcept { return span_; }
  /// Its value, if it reads nothing and tells nothing.
  [[nodiscard]] std::optional<Value> constant() const;

 private:
  friend class Evaluation;
  std::optional<feel::Compiled> compiled_;
  SourceSpan span_;
};

/// A semantic error of FEEL as a finding.
[[nodiscard]] Diagnostic fault_finding(builtins::Fault fault, std::string_view operation,
                                       std::span<const Value> operands, SourceSpan span);

struct EvaluationSetting {
  std::optional<Instant> now = {};
  std::optional<Zone> zone = {};
  vm::Limits limits = {};
  vm::Host* host = nullptr;         ///< not owned; null: cells call no functions of a host
  std::uint32_t depth = 100;        ///< nested calls of functions, decisions and tables
  std::uint64_t calls = 1'000'000;  ///< of functions and tables in all
  std::size_t most_told = 1000;
};

class Evaluation {
 public:
  explicit Evaluation(EvaluationSetting setting = {});
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;
  ~Evaluation();

  /// The value of a formula over its slots; null where an Error has ended the evaluation.
  [[nodiscard]] Value run(const Formula& formula, std::span<const Value> slots);
  /// Calls a function value.
  [[nodiscard]] Value call(const Value& function, std::span<const Value> arguments);

  void tell(Diagnostic finding);
  /// Notes which rows of a table matched, from 0. `table` must live as long as the evaluation.
  void trace(const std::string& table, std::span<const std::uint32_t> rows);
  [[nodiscard]] const Diagnostics& told() const noexcept { return told_; }
  /// The tables that were asked so far.
  [[nodiscard]] std::vector<TableTrace> tables() const;
  void forget_tables() noexcept;
  /// Set once a limit is exceeded: nothing runs any more.
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  void stop(Error error);
  /// What formulas and functions have taken so far, in the steps of vm::Limits.
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

  /// Enters a nested call. False where that exceeds a limit; leave() follows only where it is true.
  [[nodiscard]] bool enter();
  void leave() noexcept { --depth_; }

  /// Counts what an evaluation copies besides its formulas. False where that exceeds Limits::steps.
  [[nodiscard]] bool spend(std::uint64_t steps);

  /// Buffers for a table, kept so that asking one costs no memory: those of the nested call that was
  /// entered last, and its own until it is left.
  struct Buffers {
    std::vector<Value> inputs;
    std::vector<std::uint64_t> found;
    std::vector<std::uint32_t> rows;
  };
  [[nodiscard]] Buffers& buffers() {
    while (buffers_.size() < depth_) buffers_.push_back(std::make_unique<Buffers>());
    return *buffers_[depth_ - 1];
  }

 private:
  vm::Machine& machine();

  EvaluationSetting setting_;
  std::vector<std::unique_ptr<vm::Machine>> machines_;  // one for each level of nesting
  std::size_t running_ = 0;
  std::uint32_t depth_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t spent_ = 0;
  std::uint64_t steps_ = 0;
  Diagnostics told_;
  std::vector<std::unique_ptr<Buffers>> buffers_;  // one for each level of nesting
  // The trace is always on, so it is kept flat: no memory is asked for once it has grown.
  struct Asked {
    const std::string* table;
    std::uint32_t end;  // of its rows in asked_rows_
  };
  std::vector<Asked> asked_;
  std::vector<std::uint32_t> asked_rows_;
  std::optional<Error> error_;
};

}  // namespace aftercare::table
