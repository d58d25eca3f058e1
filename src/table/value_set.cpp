// Interface: ValueSet.
#include "table/value_set.hpp"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "builtins/operations.hpp"

namespace aftercare::table {

namespace {

template <class T>
int three_way(const T& a, const T& b) noexcept {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Order of the lower ends: null is minus infinity; an end that is included begins earlier.
int compare_lows(const Interval& a, const Interval& b) noexcept {
  if (a.low.is_null() || b.low.is_null()) {
    return static_cast<int>(b.low.is_null()) - static_cast<int>(a.low.is_null());
  }
  if (const int order = compare(a.low, b.low); order != 0) return order;
  return static_cast<int>(b.includes_low) - static_cast<int>(a.includes_low);
}

int compare_highs(const Interval& a, const Interval& b) noexcept {
  if (a.high.is_null() || b.high.is_null()) {
    return static_cast<int>(a.high.is_null()) - static_cast<int>(b.high.is_null());
  }
  if (const int order = compare(a.high, b.high); order != 0) return order;
  return static_cast<int>(a.includes_high) - static_cast<int>(b.includes_high);
}

// Whether `next`, which does not begin before `first`, leaves no value between the two.
bool touches(const Interval& first, const Interval& next) noexcept {
  if (first.high.is_null() || next.low.is_null()) return true;
  const int order = compare(next.low, first.high);
  return order < 0 || (order == 0 && (first.includes_high || next.includes_low));
}

/// Puts behind `all`, which ends with the greatest lower end, an interval that begins no earlier.
void append(std::vector<Interval>& all, Interval next) {
  if (all.empty() || !touches(all.back(), next)) {
    all.push_back(std::move(next));
  } else if (compare_highs(all.back(), next) < 0) {
    all.back().high = std::move(next.high);
    all.back().includes_high = next.includes_high;
  }
}

}  // namespace

bool is_ordered(Kind kind) noexcept {
  switch (kind) {
    case Kind::boolean:
    case Kind::number:
    case Kind::date:
    case Kind::instant:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::symbol:
    case Kind::money:
    case Kind::string:
      return true;
    default:
      return false;
  }
}

bool has_sets(Kind kind) noexcept {
  return is_ordered(kind) || kind == Kind::time || kind == Kind::date_time;
}

bool is_zoned(const Value& value) noexcept {
  if (value.is(Kind::time)) return value.as_time().zone.kind != ZoneRef::Kind::none;
  return value.is(Kind::date_time) && value.as_date_time().zone.kind != ZoneRef::Kind::none;
}

std::optional<std::int64_t> seconds_of(const Value& value) {
  if (is_zoned(value)) {
    const auto moment = builtins::moment_of(value);
    if (!moment) return std::nullopt;
    return moment->seconds;
  }
  if (value.is(Kind::time)) return value.as_time().time.nanos / rt::nanos_per_second;
  const DateTimeValue& at = value.as_date_time();
  return rt::local_seconds({at.date, at.time});
}

int compare(const Value& a, const Value& b) noexcept {
  switch (a.kind()) {
    case Kind::number:
      return three_way(a.as_number(), b.as_number());
    case Kind::string:
      return three_way(a.as_string(), b.as_string());
    case Kind::days_duration:
      return three_way(a.as_days_duration(), b.as_days_duration());
    case Kind::time:
    case Kind::date_time:
      return three_way(seconds_of(a), seconds_of(b));
    default:
      return three_way(a.raw_word(), b.raw_word());
  }
}

bool Interval::contains(const Value& value) const noexcept {
  if (!low.is_null()) {
    const int order = compare(value, low);
    if (order < 0 || (order == 0 && !includes_low)) return false;
  }
  if (!high.is_null()) {
    const int order = compare(value, high);
    if (order > 0 || (order == 0 && !includes_high)) return false;
  }
  return true;
}

bool Interval::is_empty() const noexcept {
  if (low.is_null() || high.is_null()) return false;
  const int order = compare(low, high);
  return order > 0 || (order == 0 && !(includes_low && includes_high));
}

ValueSet ValueSet::everything(Kind kind, bool is_zoned) {
  ValueSet all(kind);
  all.is_zoned_ = is_zoned;
  all.intervals_.push_back({});
  return all;
}

ValueSet ValueSet::only(const Value& value) { return of({value, value, true, true}); }

ValueSet ValueSet::of(Interval interval) {
  const Value& end = interval.low.is_null() ? interval.high : interval.low;
  ValueSet one(end.kind());
  one.is_zoned_ = table::is_zoned(end);
  if (!interval.is_empty()) one.intervals_.push_back(std::move(interval));
  return one;
}

ValueSet ValueSet::united(std::span<const ValueSet> sets, Kind kind) {
  ValueSet all(kind);
  for (const ValueSet& set : sets) {
    all.accepts_null_ = all.accepts_null_ || set.accepts_null_;
    if (set.intervals_.empty()) continue;
    AFTERCARE_ASSERT(all.is_like(set), "only sets of one kind are united");
    all.kind_ = set.kind_;
    all.is_zoned_ = set.is_zoned_;
    all.intervals_.insert(all.intervals_.end(), set.intervals_.begin(), set.intervals_.end());
  }
  all.normalise();
  return all;
}

bool ValueSet::contains(const Value& value) const noexcept {
  if (value.is_null()) return accepts_null_;
  if (value.kind() != kind_ || table::is_zoned(value) != is_zoned_) return false;
  // The last interval that does not begin above the value is the only one that may hold it.
  const auto above = std::partition_point(
      intervals_.begin(), intervals_.end(),
      [&](const Interval& i) { return i.low.is_null() || compare(i.low, value) <= 0; });
  if (above == intervals_.begin()) return false;
  return std::prev(above)->contains(value);
}

void ValueSet::add(const ValueSet& other) {
  accepts_null_ = accepts_null_ || other.accepts_null_;
  if (other.intervals_.empty()) return;
  AFTERCARE_ASSERT(is_like(other), "only sets of one kind are united");
  kind_ = other.kind_;
  is_zoned_ = other.is_zoned_;
  if (!intervals_.empty() && compare_lows(other.intervals_.front(), intervals_.back()) < 0) {
    intervals_.insert(intervals_.end(), other.intervals_.begin(), other.intervals_.end());
    normalise();
    return;
  }
  for (const Interval& next : other.intervals_) append(intervals_, next);
}

void ValueSet::normalise() {
  std::sort(intervals_.begin(), intervals_.end(),
            [](const Interval& a, const Interval& b) { return compare_lows(a, b) < 0; });
  std::vector<Interval> merged;
  for (Interval& next : intervals_) append(merged, std::move(next));
  intervals_ = std::move(merged);
}

ValueSet ValueSet::complement() const {
  ValueSet rest(kind_);
  rest.is_zoned_ = is_zoned_;
  Value low;
  bool includes_low = false;
  bool is_open = true;  // something may lie above `low`
  for (const Interval& taken : intervals_) {
    if (!taken.low.is_null()) {
      Interval before{low, taken.low, includes_low, !taken.includes_low};
      if (!before.is_empty()) rest.intervals_.push_back(std::move(before));
    }
    is_open = !taken.high.is_null();
    low = taken.high;
    includes_low = !taken.includes_high;
  }
  if (is_open) rest.intervals_.push_back({low, {}, includes_low && !low.is_null(), false});
  return rest;
}

ValueSet ValueSet::intersection(const ValueSet& other) const {
  ValueSet both(kind_);
  both.accepts_null_ = accepts_null_ && other.accepts_null_;
  both.is_zoned_ = is_zoned_;
  if (kind_ != other.kind_ || is_zoned_ != other.is_zoned_) return both;
  // Both are in order: the one that ends first meets nothing further.
  for (auto a = intervals_.begin(), b = other.intervals_.begin();
       a != intervals_.end() && b != other.intervals_.end();) {
    const Interval& low = compare_lows(*a, *b) < 0 ? *b : *a;
    const Interval& high = compare_highs(*a, *b) < 0 ? *a : *b;
    Interval shared{low.low, high.high, low.includes_low, high.includes_high};
    if (!shared.is_empty()) both.intervals_.push_back(std::move(shared));
    compare_highs(*a, *b) < 0 ? ++a : ++b;
  }
  both.normalise();
  return both;
}

std::string ValueSet::to_text() const {
  const auto text = [&](const Value& end) {
    switch (kind_) {
      case Kind::date:
      case Kind::time:
      case Kind::date_time:
      case Kind::days_duration:
      case Kind::months_duration:
        return "@\"" + end.to_text() + "\"";
      default:
        return end.to_text();
    }
  };
  std::string out;
  const auto separate = [&] {
    if (!out.empty()) out += ", ";
  };
  if (accepts_null_) out += "null";
  if (kind_ == Kind::boolean) {  // there is no `< true` to write
    for (const bool value : {true, false}) {
      if (!contains(Value::boolean(value))) continue;
      separate();
      out += value ? "true" : "false";
    }
    return out;
  }
  for (const Interval& i : intervals_) {
    separate();
    if (i.low.is_null() && i.high.is_null()) {
      out += '-';
    } else if (i.low.is_null()) {
      out += (i.includes_high ? "<= " : "< ") + text(i.high);
    } else if (i.high.is_null()) {
      out += (i.includes_low ? ">= " : "> ") + text(i.low);
    } else if (compare(i.low, i.high) == 0) {
      out += text(i.low);
    } else {
      out += (i.includes_low ? "[" : "(") + text(i.low) + ".." + text(i.high) +
             (i.includes_high ? "]" : ")");
    }
  }
  return out;
}

}  // namespace aftercare::table
