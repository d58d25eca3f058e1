// The interface of this file is iterator.hpp.
#include "vm/iterator.hpp"

#include <limits>

namespace aftercare::vm {
namespace {

/// How many whole steps lie from `first` to `last`, both included; saturates.
std::int64_t steps(std::int64_t first, std::int64_t last) noexcept {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(last, first, &difference) ||
      difference == std::numeric_limits<std::int64_t>::max()) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return difference + 1;
}

}  // namespace

void Iterator::clear() noexcept {
  list_ = Value();
  results.clear();
  position_ = 0;
}

bool Iterator::begin(const Value& over) {
  position_ = 0;
  if (over.is(Kind::range)) {
    const Value& low = over.range_low();
    const Value& high = over.range_high();
    if (over.range_form() != RangeForm::interval || low.is_null() || high.is_null()) return false;
    if (!begin(low, high)) return false;
    if (!over.range_includes_low() && !next()) return true;
    position_ = 0;
    if (!over.range_includes_high() && left_ > 0) {
      if (is_ == Is::decimal)
        last_ = rt::add(last_, rt::Decimal(down_ ? 1 : -1)).value_or(last_);
      else
        --left_;
    }
    return true;
  }
  if (over.is_null()) return false;
  is_ = Is::list;
  list_ = over.is(Kind::list) ? over : Value::list({over});
  left_ = static_cast<std::int64_t>(list_.size());
  return true;
}

bool Iterator::begin(const Value& first, const Value& last) {
  position_ = 0;
  list_ = Value();
  if (first.is(Kind::date) && last.is(Kind::date)) {
    is_ = Is::date;
    current_ = first.as_date().days;
    down_ = current_ > last.as_date().days;
    left_ = down_ ? steps(last.as_date().days, current_) : steps(current_, last.as_date().days);
    return true;
  }
  if (!first.is(Kind::number) || !last.is(Kind::number)) return false;
  const rt::Decimal low = first.as_number();
  const rt::Decimal high = last.as_number();
  // DMN 10.3.2.14: "two expressions that return integers".
  if (!low.is_integer() || !high.is_integer()) return false;
  const auto whole_low = low.to_int64();
  const auto whole_high = high.to_int64();
  down_ = low > high;
  if (whole_low && whole_high) {
    is_ = Is::whole;
    current_ = *whole_low;
    left_ = down_ ? steps(*whole_high, *whole_low) : steps(*whole_low, *whole_high);
    return true;
  }
  is_ = Is::decimal;
  decimal_ = low;
  last_ = high;
  left_ = 1;
  return true;
}

std::optional<Value> Iterator::next() {
  if (left_ <= 0) return std::nullopt;
  switch (is_) {
    case Is::list:
      --left_;
      return list_.items()[static_cast<std::size_t>(position_++)];
    case Is::whole:
    case Is::date: {
      --left_;
      ++position_;
      const std::int64_t here = current_;
      if (left_ > 0) current_ += down_ ? -1 : 1;
      return is_ == Is::whole ? Value::integer(here) : Value::date({here});
    }
    case Is::decimal: {
      if (down_ ? decimal_ < last_ : decimal_ > last_) {
        left_ = 0;
        return std::nullopt;
      }
      ++position_;
      Value here = Value::number(decimal_);
      const auto after = rt::add(decimal_, rt::Decimal(down_ ? -1 : 1));
      // Beyond 34 digits a step of one changes nothing.
      if (!after || *after == decimal_)
        left_ = 0;
      else
        decimal_ = *after;
      return here;
    }
  }
  return std::nullopt;
}

}  // namespace aftercare::vm
