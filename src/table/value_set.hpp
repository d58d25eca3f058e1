// table/value_set.hpp — sets of scalars of one kind, as unions of intervals.
//
// What a cell such as `"a", "b"`, `[1..5)`, `not(< 3)` accepts, known without evaluating it. The
// kinds are those with a total order of their own: numbers, strings, booleans, symbols, dates,
// instants, days and months; and times and dates with times, of which those with a zone have no
// order to those without: a set is of the one or of the other. Knows nothing of FEEL.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aftercare/value.hpp"

namespace aftercare::table {

/// Whether values of this kind are totally ordered, by words that a table can search.
[[nodiscard]] bool is_ordered(Kind kind) noexcept;
/// Whether sets of this kind can be known: the ordered ones, times, dates with times.
[[nodiscard]] bool has_sets(Kind kind) noexcept;
/// Whether it is a time, or a date with a time, with an offset or a zone.
[[nodiscard]] bool is_zoned(const Value& value) noexcept;
/// Of a time or a date with a time, what FEEL compares: whole seconds, in UTC where it is zoned.
/// None where its zone is not known.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const Value& value);

/// Negative, zero or positive. Requires: two values of the same kind that has sets; of times, with
/// seconds, and both with or both without a zone.
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
  [[nodiscard]] static ValueSet everything(Kind kind, bool is_zoned = false);
  [[nodiscard]] static ValueSet only(const Value& value);
  [[nodiscard]] static ValueSet of(Interval interval);
  /// Of many sets at once; `kind` where all are empty. Requires: sets of one kind, or empty ones.
  [[nodiscard]] static ValueSet united(std::span<const ValueSet> sets, Kind kind);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// Whether it is one of times with zones; what has none is then not in it.
  [[nodiscard]] bool is_zoned() const noexcept { return is_zoned_; }
  /// Whether the two can be united: one of them is empty, or both are of the same values.
  [[nodiscard]] bool is_like(const ValueSet& other) const noexcept {
    return intervals_.empty() || other.intervals_.empty() ||
           (kind_ == other.kind_ && is_zoned_ == other.is_zoned_);
  }
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
  bool is_zoned_ = false;
  bool accepts_null_ = false;
  std::vector<Interval> intervals_;
};

}  // namespace aftercare::table
