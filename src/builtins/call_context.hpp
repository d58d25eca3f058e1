// builtins/call_context.hpp — what an evaluation offers to operators and built-ins.
//
// The machine (and constant folding) derives from this. An operator that meets a semantic error
// calls fail(), which tells the fault and gives null: that is FEEL's "null plus a diagnostic".
// Running out of budget is different: the operator gives null, is_exhausted() stays true, and the
// machine ends the evaluation with an Error, whatever the value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare::builtins {

enum class Fault : std::uint8_t {
#define FAULT(name) name,
#include "builtins/faults.def"
#undef FAULT
};

/// The sentence of a fault with `operation` filled in.
[[nodiscard]] std::string fault_text(Fault fault, std::string_view operation, Language language);
/// The same as a note of a finding.
[[nodiscard]] DiagnosticNote fault_note(Fault fault, std::string_view operation);
/// The name of a fault: "type_mismatch".
[[nodiscard]] std::string_view fault_name(Fault fault) noexcept;
/// The fault of a name; none where there is none.
[[nodiscard]] std::optional<Fault> fault_named(std::string_view name) noexcept;

/// What one evaluation may still spend.
struct Budget {
  std::uint64_t steps = 10'000'000;          ///< about one per value looked at
  std::uint64_t bytes = 256U * 1024 * 1024;  ///< made in all, not held at once
};

/// Lists and contexts nest at most this deep; an operation that would exceed it fails.
inline constexpr std::uint32_t max_depth = 1000;

class CallContext {
 public:
  CallContext() = default;
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;
  virtual ~CallContext() = default;

  /// Hears of each semantic error. `operands` live during the call only.
  virtual void report(Fault fault, std::string_view operation, std::span<const Value> operands) = 0;
  /// Calls a function value with positional arguments, as sort() and list replace() do.
  virtual Value invoke(const Value& function, std::span<const Value> arguments) = 0;
  /// How a symbol is written; "#set.index" where nobody knows.
  [[nodiscard]] virtual std::string symbol_text(const Value& symbol) const;

  /// Tells a fault and gives null.
  Value fail(Fault fault, std::string_view operation, std::span<const Value> operands);
  Value fail(Fault fault, std::string_view operation, std::initializer_list<Value> operands = {});

  /// Takes from the budget. False where it is exhausted: stop at once, the value no longer matters.
  [[nodiscard]] bool spend(std::uint64_t steps, std::uint64_t bytes = 0) noexcept {
    if (steps > budget.steps || bytes > budget.bytes) {
      budget = {0, 0};
      exhausted_ = true;
    }
    budget.steps -= steps > budget.steps ? budget.steps : steps;
    budget.bytes -= bytes > budget.bytes ? budget.bytes : bytes;
    return !exhausted_;
  }
  [[nodiscard]] bool is_exhausted() const noexcept { return exhausted_; }
  /// Begins a new evaluation.
  void reset_budget(Budget fresh) noexcept {
    budget = fresh;
    exhausted_ = false;
  }

  Budget budget;
  /// What now() and today() say. Without it they fail: there is no hidden clock.
  std::optional<rt::Instant> now;
  /// Zone of the pack: instants become dates in it, and today() is its date. UTC where absent only
  /// for now() and today(); anything else fails without it.
  std::optional<Zone> zone;

 private:
  bool exhausted_ = false;
};

/// Counts faults and remembers the first; functions cannot be called. For folding and for tests.
class PlainCallContext : public CallContext {
 public:
  void report(Fault fault, std::string_view operation, std::span<const Value> operands) override;
  Value invoke(const Value& function, std::span<const Value> arguments) override;

  std::size_t fault_count = 0;
  Fault first_fault = Fault::type_mismatch;
  std::string first_operation;
};

}  // namespace aftercare::builtins
