// aftercare/expression.hpp — FEEL expressions: check once, evaluate as often as you like.
//
//   auto days = aftercare::compile("if vip then 3 else 7", {{"vip", Type::boolean()}});
//   if (!days) return show(days.diagnostics());
//   Value n = days->evaluate({{"vip", Value::boolean(true)}}).value();  // 3
//
// Needs: diagnostic.hpp, result.hpp, time.hpp, type.hpp. Knows nothing of rulebooks or cases.
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
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/time.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// What one evaluation may use before it stops with ErrorCode::limit.
struct Limits {
  std::uint64_t steps = 10'000'000;            ///< about one for each value looked at
  std::uint32_t depth = 256;                   ///< nested function calls
  std::size_t bytes = std::size_t{256} << 20;  ///< memory for intermediate values
};

/// The surroundings of one evaluation. Nothing else can influence the result.
struct Surroundings {
  std::optional<Instant> now = {};  ///< what now() and today() answer; without it they are null
  std::optional<Zone> zone = {};    ///< of today(), and of instants as dates; where the expression
                                    ///< was compiled with a zone, that one stands
  Limits limits = {};
};

/// How much must be proved before an expression is accepted.
enum class Acceptance : std::uint8_t {
  lenient,  ///< DMN: what cannot be computed is null, and is told
  strict,   ///< packs: typed; whatever may be null or may fault is a finding
};

struct ExpressionOptions {
  Acceptance acceptance = Acceptance::lenient;
  Type expected = {};                     ///< what it must give; `any`: whatever it gives
  bool units = false;                     ///< the literals of packs: 30min, 2wd, 50 CNY, 90%
  std::optional<Zone> zone = {};          ///< known when compiled: instants become dates in it
  Language language = Language::english;  ///< spelling of the keywords
};

/// An error of FEEL during an evaluation: the value there was null.
struct Fault {
  std::string_view name;  ///< "division_by_zero"; see src/builtins/faults.def
  SourceSpan span;        ///< in the text of the expression
  std::vector<Value> operands;
  std::string operation;
};
/// The sentence of a fault.
[[nodiscard]] AFTERCARE_API std::string message(const Fault& fault, Language language);

class Evaluator;
class Batch;  // batch.hpp: over columns

/// A checked FEEL expression, compiled to bytecode.
///
/// Immutable and cheap to copy. Any number of threads may evaluate one at the same time.
class AFTERCARE_API Expression {
 public:
  /// The source text, as it was given to compile().
  [[nodiscard]] std::string_view text() const noexcept;
  /// The type of every value it can give; `any` where the text leaves it open.
  [[nodiscard]] const Type& type() const noexcept;
  /// The names it reads, sorted. Its value changes only when one of these does.
  [[nodiscard]] std::span<const std::string> reads() const noexcept;

  /// Evaluates over `inputs`, where a name that is missing counts as null.
  ///
  /// What FEEL calls an error, `1 + "a"` for one, is no Error here: the value is null.
  /// Errors: `limit`; `invalid_argument`, where an input is not of the type that a strict
  /// expression was compiled for.
  [[nodiscard]] Result<Value> evaluate(const Context& inputs, const Surroundings& = {}) const;
  /// The same over slots: one value for each name of the signature, in its order.
  [[nodiscard]] Result<Value> evaluate(std::span<const Value> slots,
                                       const Surroundings& = {}) const;

  /// For many evaluations in one thread: keeps its memory from one to the next.
  [[nodiscard]] Evaluator bind(Surroundings surroundings = {}) const;

  /// The bytecode, one instruction a line. For people and golden tests; the form may change.
  [[nodiscard]] std::string disassemble() const;

 private:
  friend class Evaluator;
  friend class Batch;
  friend AFTERCARE_API Checked<Expression> compile(std::string_view, const Signature&,
                                                   const ExpressionOptions&);
  struct Impl;
  explicit Expression(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // never null
};

/// An expression with the memory to evaluate it again and again. Belongs to one thread.
class AFTERCARE_API Evaluator {
 public:
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;
  ~Evaluator();

  /// One value for each name of the signature, in its order; missing ones at the end are null.
  [[nodiscard]] Result<Value> evaluate(std::span<const Value> slots);
  /// What went wrong inside the last evaluation, in order; strict expressions have nothing to tell.
  [[nodiscard]] std::vector<Fault> faults() const;

 private:
  friend class Expression;
  struct Impl;
  explicit Evaluator(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;  // never null
};

/// Parses, checks and compiles `text`, which may use the names in `names` and the built-ins.
/// All findings are reported at once, not just the first. Never throws, whatever `text` holds.
[[nodiscard]] AFTERCARE_API Checked<Expression> compile(std::string_view text,
                                                        const Signature& names,
                                                        const ExpressionOptions& options = {});

}  // namespace aftercare
