// aftercare/batch.hpp — one expression over columns: thousands of rows at a time, as reports need
// it.
//
//   auto late = compile("minutes > 45", {{"minutes", Type::number({.scale = 0})}},
//                       {.acceptance = Acceptance::strict});
//   auto batch = Batch::of(*late).value();
//   const Column columns[] = {{.words = minutes}};       // a word for each row
//   std::vector<std::int64_t> out(minutes.size());
//   batch.evaluate(columns, out).value();                // 1 where late, else 0
//
// Values are words of 64 bits, never binary fractions:
//
//   number      value * 10^scale          boolean    0, 1
//   money       minor units (fen)         symbol     index of the word in its set
//   date        days since 1970-01-01     string     index into the column's `texts`
//   instant     microseconds, UTC         duration   microseconds (days and time)
//
// The answers are those of Evaluator::evaluate, row by row, to the digit. Needs: expression.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "aftercare/export.hpp"
#include "aftercare/expression.hpp"
#include "aftercare/result.hpp"

namespace aftercare {

/// The values of one name, a row each. Not owned.
struct Column {
  std::span<const std::int64_t> words;
  int scale = 0;                               ///< of numbers: digits after the point, 0 to 17
  std::span<const std::uint8_t> present = {};  ///< 0 where a row is null; empty: none is
  std::span<const std::string> texts = {};     ///< of strings: what the words stand for
};

/// An expression, ready for columns. Belongs to one thread.
class AFTERCARE_API Batch {
 public:
  /// Errors: invalid_argument for an expression that is not accepted strictly, or that works with
  /// lists, contexts, texts it makes up, or times: those are evaluated row by row.
  [[nodiscard]] static Result<Batch> of(const Expression& expression);

  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;
  ~Batch();

  /// Digits after the point of the words that evaluate() gives, where the result is a number.
  [[nodiscard]] int scale() const noexcept;
  /// What the words stand for, where the result is a string.
  [[nodiscard]] std::span<const std::string> texts() const noexcept;

  /// One column for each name of the signature, in its order; those that the expression does not
  /// read may be empty. `present` is told which results are null; it may be left out where the
  /// type of the expression is not optional. Shapes: all columns, `results` and `present` have as
  /// many rows. Errors: invalid_argument, with the row, where a word is not of its name's type;
  /// limit, where a date leaves the calendar. Then `results` holds nothing that matters.
  [[nodiscard]] Result<void> evaluate(std::span<const Column> columns,
                                      std::span<std::int64_t> results,
                                      std::span<std::uint8_t> present = {});

 private:
  struct Impl;
  explicit Batch(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;  // never null
};

}  // namespace aftercare
