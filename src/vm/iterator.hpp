// What a `for`, a quantifier or a filter runs over: lists, and ranges of whole numbers or dates.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/value.hpp"

namespace aftercare::vm {

class Iterator {
 public:
  /// A list, a range with two ends of numbers or dates, or a value as a list of one. False where
  /// the value cannot be run over.
  [[nodiscard]] bool begin(const Value& over);
  /// From `first` to `last`, up or down, both included.
  [[nodiscard]] bool begin(const Value& first, const Value& last);
  /// The next value; none at the end.
  [[nodiscard]] std::optional<Value> next();
  /// Number of values that were given.
  [[nodiscard]] std::int64_t given() const noexcept { return position_; }
  void clear() noexcept;

  std::vector<Value> results;  ///< of the loop that collects here

 private:
  enum class Is : std::uint8_t { list, whole, decimal, date };
  Is is_ = Is::list;
  bool down_ = false;
  Value list_;
  std::int64_t position_ = 0;
  std::int64_t current_ = 0;  // whole, date: what comes next
  std::int64_t left_ = 0;     // how many are still to come
  rt::Decimal decimal_;
  rt::Decimal last_;
};

}  // namespace aftercare::vm
