// table/value_set.hpp — sets of scalars of one kind, as unions of intervals.
//
// What a cell such as `"a", "b"`, `[1..5)`, `not(< 3)` accepts, known without evaluating it. The
// kinds are those with a total order of their own: numbers, strings, booleans, symbols, dates,
// instants and the three lengths of time. Knows nothing of FEEL.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "aftercare/value.hpp"

namespace aftercare::table {

/// Whether values of this kind are totally ordered here.
[[nodiscard]] bool is_ordered(Kind kind) noexcept;

/// Negative, zero or positive. Requires: two values of the same ordered kind.
[[nodiscard]] int compare(const Value& a, const Value& b) noexcept;

/// Values between two ends; null for an end that is open to infinity.
struct Interval {
  Value low;
  Value high;
  bool includes_low = false;
  bool includes_high = false;

  [[nodiscard]] bool contains(const Value& value) const noexcept;
  /// Whether no value lies in it, not even in a dense order: (3..3], [5..1].
  [[nodiscard]] bool is_empty() const noexcept;
};

/// A union of intervals, sorted and disjoint, and perhaps null.
class ValueSet {
 public:
  /// Nothing.
  explicit ValueSet(Kind kind = Kind::null) noexcept : kind_(kind) {}
  [[nodiscard]] static ValueSet everything(Kind kind);
  [[nodiscard]] static ValueSet only(const Value& value);
  [[nodiscard]] static ValueSet of(Interval interval);
  /// Of many sets at once; `kind` where all are empty. Requires: sets of one kind, or empty ones.
  [[nodiscard]] static ValueSet united(std::span<const ValueSet> sets, Kind kind);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] std::span<const Interval> intervals() const noexcept { return intervals_; }
  [[nodiscard]] bool accepts_null() const noexcept { return accepts_null_; }
  [[nodiscard]] bool is_empty() const noexcept { return intervals_.empty() && !accepts_null_; }
  /// Whether `value` is of this kind (or null) and in the set.
  [[nodiscard]] bool contains(const Value& value) const noexcept;

  void set_accepts_null(bool accepts) noexcept { accepts_null_ = accepts; }
  /// Requires: sets of the same kind, or an empty one.
  void add(const ValueSet& other);
  /// Every value of the kind that is not in the set; null is left out.
  [[nodiscard]] ValueSet complement() const;
  [[nodiscard]] ValueSet intersection(const ValueSet& other) const;
  /// As unary tests: `"a", [1..5)`.
  [[nodiscard]] std::string to_text() const;

 private:
  void normalise();

  Kind kind_;
  bool accepts_null_ = false;
  std::vector<Interval> intervals_;
};

}  // namespace aftercare::table
