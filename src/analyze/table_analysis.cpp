// Interface: analyze().
#include "analyze/table_analysis.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/assert.hpp"
#include "table/cells.hpp"
#include "value/limits.hpp"

namespace aftercare::analyze {

using table::Cell;
using table::Interval;
using table::ValueSet;

namespace {

using Bits = std::vector<std::uint64_t>;

void set_bit(Bits& bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }
bool has_bit(const Bits& bits, std::size_t at) { return (bits[at / 64] >> (at % 64) & 1) != 0; }
bool is_zero(const Bits& bits) {
  return std::all_of(bits.begin(), bits.end(), [](std::uint64_t w) { return w == 0; });
}
bool intersects(const Bits& a, const Bits& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i] & b[i]) != 0) return true;
  }
  return false;
}
bool is_within(const Bits& inner, const Bits& outer) {
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if ((inner[i] & ~outer[i]) != 0) return false;
  }
  return true;
}
std::size_t first_bit(const Bits& bits) {
  for (std::size_t w = 0; w < bits.size(); ++w) {
    if (bits[w] != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(bits[w]));
  }
  return bits.size() * 64;
}
Bits intersection(const Bits& a, const Bits& b) {
  Bits out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] & b[i];
  return out;
}

struct BitsHash {
  std::size_t operator()(const Bits& bits) const noexcept {
    std::uint64_t h = 0x9E3779B97F4A7C15ULL;
    for (const std::uint64_t w : bits) {
      h = (h ^ w) * 0xFF51AFD7ED558CCDULL;
      h ^= h >> 32;
    }
    return static_cast<std::size_t>(h);
  }
};

// ── examples ──────────────────────────────────────────────────────────────────────────────────

/// Whether values of a kind are counted by whole numbers: one follows the other.
bool is_counted(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::symbol:
    case Kind::date:
    case Kind::time:
    case Kind::date_time:
    case Kind::instant:
    case Kind::months_duration:
    case Kind::money:
      return true;
    default:
      return false;
  }
}

/// The number of a value among those of its kind.
std::int64_t word_of(const Value& value) {
  if (value.is(Kind::time) || value.is(Kind::date_time)) return *table::seconds_of(value);
  return value.raw_word();
}

// What FEEL takes for an offset of a time.
constexpr std::int64_t most_offset = 18 * 3600;
constexpr std::int64_t first_second = rt::min_date.days * rt::seconds_per_day;
constexpr std::int64_t last_second = (rt::max_date.days + 1) * rt::seconds_per_day - 1;

/// Times that are zoned show UTC where they can, and otherwise are of the next offset that does.
Value time_at(std::int64_t second, bool is_zoned) {
  TimeValue out;
  if (is_zoned) {
    const std::int64_t beyond = std::max(second - (rt::seconds_per_day - 1), std::min<std::int64_t>(second, 0));
    const std::int64_t hours = (std::abs(beyond) + 3599) / 3600;
    out.zone.kind = ZoneRef::Kind::offset;
    if (second < 0 || beyond > 0) {
      out.zone.offset_seconds = static_cast<std::int32_t>(beyond > 0 ? -hours * 3600 : hours * 3600);
    }
    second += out.zone.offset_seconds;
  }
  out.time.nanos = second * rt::nanos_per_second;
  return Value::time(std::move(out));
}

Value date_time_at(std::int64_t second, bool is_zoned) {
  DateTimeValue out;
  std::int64_t of_day = second % rt::seconds_per_day;
  if (of_day < 0) of_day += rt::seconds_per_day;
  out.date.days = (second - of_day) / rt::seconds_per_day;
  out.time.nanos = of_day * rt::nanos_per_second;
  if (is_zoned) out.zone.kind = ZoneRef::Kind::offset;
  return Value::date_time(std::move(out));
}

Value with_word(const Value& like, Kind kind, const Type& type, std::int64_t word, bool is_zoned) {
  switch (kind) {
    case Kind::boolean:
      return Value::boolean(word != 0);
    case Kind::date:
      return Value::date({word});
    case Kind::time:
      return time_at(word, is_zoned);
    case Kind::date_time:
      return date_time_at(word, is_zoned);
    case Kind::instant:
      return Value::instant({word});
    case Kind::months_duration:
      return Value::months_duration({word});
    case Kind::symbol:
      return Value::symbol(like.is_null() ? type.symbol_set() : like.symbol_set(),
                           static_cast<std::uint32_t>(word));
    case Kind::money:
      return like.is_null() ? Value::money(word, type.currency(), type.scale())
                            : Value::money(word, like.money_currency(), like.money_scale());
    default:
      return {};
  }
}

/// A bound of an amount in units of its last digit; without one: as far as any amount of a pack goes.
std::int64_t money_word(const std::optional<rt::Decimal>& bound, const Type& type, int side) {
  const rt::Decimal amount = bound.value_or(rt::Decimal(side * value::number_bound));
  const auto small = amount.normalized().small();
  const auto word = small ? rt::rescale_checked(small->coefficient, -small->exponent, type.scale())
                          : std::nullopt;
  return word.value_or(side * (INT64_MAX / 4)) - (bound ? 0 : side);
}

/// A nice word in [low, high]: the end that is given, at a round distance where the kind is fine.
std::optional<Value> example_word(const Interval& interval, Kind kind, const Type& type,
                                  bool is_zoned) {
  std::int64_t low = INT64_MIN / 4;
  std::int64_t high = INT64_MAX / 4;
  if (kind == Kind::boolean) {
    low = 0;
    high = 1;
  } else if (kind == Kind::symbol) {
    low = 0;
    high = type.is() == Type::Is::symbol ? static_cast<std::int64_t>(type.words().size()) - 1
                                         : INT32_MAX;
  } else if (kind == Kind::date) {
    low = rt::min_date.days;
    high = rt::max_date.days;
  } else if (kind == Kind::time) {
    low = is_zoned ? -most_offset : 0;
    high = rt::seconds_per_day - 1 + (is_zoned ? most_offset : 0);
  } else if (kind == Kind::date_time) {
    low = first_second;
    high = last_second;
  } else if (kind == Kind::money && type.is() == Type::Is::money) {
    low = money_word(type.facets().minimum, type, -1);
    high = money_word(type.facets().maximum, type, 1);
  }
  const bool has_low = !interval.low.is_null();
  const bool has_high = !interval.high.is_null();
  if (has_low) low = std::max(low, word_of(interval.low) + (interval.includes_low ? 0 : 1));
  if (has_high) high = std::min(high, word_of(interval.high) - (interval.includes_high ? 0 : 1));
  if (low > high) return std::nullopt;
  std::int64_t word = 0;
  if (has_low) {
    word = low;
    // An instant one second after the end reads better than one microsecond after it.
    if (kind == Kind::instant && !interval.includes_low && high - low > 1'000'000) {
      word = low - 1 + 1'000'000;
    }
  } else if (has_high) {
    word = high;
    if (kind == Kind::instant && !interval.includes_high) word = high + 1 - 1'000'000;
  } else if (kind == Kind::date) {
    word = 20'089;  // 2025-01-01
  } else if (kind == Kind::instant) {
    word = std::int64_t{20'089} * 86'400 * 1'000'000;
  } else if (kind == Kind::time) {
    word = 12 * 3600;
  } else if (kind == Kind::date_time) {
    word = std::int64_t{20'089} * 86'400;
  }
  word = std::clamp(word, low, high);
  return with_word(has_low ? interval.low : interval.high, kind, type, word, is_zoned);
}

std::optional<Value> example_number(const Interval& interval, const Type& type) {
  // Of a number that a pack declares, the facets bound value and digits; else it is dense.
  const bool has_facets = type.is() == Type::Is::number;
  const int finest = has_facets ? type.facets().scale : 30;
  Interval wanted = interval;
  if (has_facets) {
    const auto raise = [&](const rt::Decimal& minimum) {
      if (wanted.low.is_null() || wanted.low.as_number() < minimum) {
        wanted.low = Value::number(minimum);
        wanted.includes_low = true;
      }
    };
    const auto lower = [&](const rt::Decimal& maximum) {
      if (wanted.high.is_null() || maximum < wanted.high.as_number()) {
        wanted.high = Value::number(maximum);
        wanted.includes_high = true;
      }
    };
    if (type.facets().minimum) raise(*type.facets().minimum);
    if (type.facets().maximum) lower(*type.facets().maximum);
    if (wanted.is_empty()) return std::nullopt;
  }
  const auto fits = [&](const rt::Decimal& n) { return wanted.contains(Value::number(n)); };
  if (wanted.low.is_null() && wanted.high.is_null()) return Value::integer(0);
  for (int scale = 0; scale <= finest; ++scale) {
    const auto step = rt::Decimal::make(1, -scale);
    std::vector<rt::Decimal> tries;
    if (!wanted.low.is_null()) {
      const rt::Decimal low = wanted.low.as_number();
      if (const auto up = rt::ceiling(low, scale)) {
        tries.push_back(*up);
        if (const auto next = add(*up, *step)) tries.push_back(*next);
      }
    }
    if (!wanted.high.is_null()) {
      const rt::Decimal high = wanted.high.as_number();
      if (const auto down = rt::floor(high, scale)) {
        tries.push_back(*down);
        if (const auto next = subtract(*down, *step)) tries.push_back(*next);
      }
    }
    for (const rt::Decimal& n : tries) {
      if (fits(n)) return Value::number(n);
    }
  }
  return std::nullopt;
}

std::optional<Value> example_string(const Interval& interval) {
  std::vector<std::string> tries;
  if (interval.low.is_null()) {
    tries = {"", "other"};
    if (!interval.high.is_null()) tries.emplace_back("A");
    if (interval.high.is_null()) std::swap(tries[0], tries[1]);
  } else {
    const std::string low(interval.low.as_string());
    tries = {low, low + "?", low + " ", low + "\x01"};
  }
  for (const std::string& text : tries) {
    Value value = Value::string(text);
    if (interval.contains(value)) return value;
  }
  return std::nullopt;
}

std::optional<Value> example_days(const Interval& interval) {
  std::vector<rt::Duration> tries;
  const auto shift = [&](rt::Duration d, std::int64_t seconds, std::int32_t nanos) {
    d.seconds += seconds;
    d.nanos += nanos;
    if (d.nanos < 0) {
      d.nanos += 1'000'000'000;
      --d.seconds;
    } else if (d.nanos >= 1'000'000'000) {
      d.nanos -= 1'000'000'000;
      ++d.seconds;
    }
    tries.push_back(d);
  };
  constexpr std::int64_t steps[] = {3600, 60, 1};
  constexpr std::int32_t parts[] = {500'000'000, 1'000'000, 1'000, 1};
  if (!interval.low.is_null()) {
    const rt::Duration low = interval.low.as_days_duration();
    tries.push_back(low);
    for (const std::int64_t s : steps) shift(low, s, 0);
    for (const std::int32_t n : parts) shift(low, 0, n);
  } else if (!interval.high.is_null()) {
    const rt::Duration high = interval.high.as_days_duration();
    tries.push_back(high);
    for (const std::int64_t s : steps) shift(high, -s, 0);
    for (const std::int32_t n : parts) shift(high, 0, -n);
  } else {
    tries.push_back({});
  }
  for (const rt::Duration& d : tries) {
    Value value = Value::days_duration(d);
    if (interval.contains(value)) return value;
  }
  return std::nullopt;
}

// ── classes of a column ───────────────────────────────────────────────────────────────────────

/// Values of one column that no row tells apart.
struct Class {
  Value witness;
  ValueSet values;
  Bits sure;      ///< rows that accept it for certain
  Bits possible;  ///< rows that may accept it
};

Kind kind_of(const ShapeColumn& column) {
  for (const ValueSet& set : column.cells.sets) {
    if (!set.intervals().empty()) return set.kind();
  }
  if (column.domain && !column.domain->intervals().empty()) return column.domain->kind();
  return table::scalar_kind(column.type);
}

/// Which times are cases of a column: without a zone, with one, or both.
std::vector<bool> families_of(const ShapeColumn& column, Kind kind) {
  if (column.is_zoned) return {*column.is_zoned};
  if (kind != Kind::time && kind != Kind::date_time) return {false};
  bool is_there[] = {false, false};
  const auto add = [&](const ValueSet& set) {
    if (!set.intervals().empty()) is_there[set.is_zoned() ? 1 : 0] = true;
  };
  for (const ValueSet& set : column.cells.sets) add(set);
  if (column.domain) add(*column.domain);
  if (is_there[0] && is_there[1]) return {false, true};
  return {is_there[1]};
}

/// A value that stands for all of a type whose values no cell tells apart.
Value any_of(const Type& type) {
  switch (type.is()) {
    case Type::Is::length:
      return Value::days_duration({rt::seconds_per_day, 0});
    case Type::Is::working_duration:
      return Value::working_duration(1, Unit::working_day);
    case Type::Is::list:
      return Value::list({});
    case Type::Is::context:
      return Value::context({});
    default:
      return Value::string("any");
  }
}

std::vector<Class> classes_of(const ShapeColumn& column, std::size_t rows) {
  const std::size_t words = (rows + 63) / 64;
  const Kind kind = kind_of(column);

  std::vector<std::pair<Value, ValueSet>> segments;
  // The segments between and at the ends of intervals, each with an example; of times, those with
  // a zone and those without have no order to each other.
  const auto add_segments = [&](bool is_zoned) {
    std::vector<Value> points;
    const auto add_ends = [&](const ValueSet& set) {
      if (set.kind() != kind || set.is_zoned() != is_zoned) return;
      for (const Interval& i : set.intervals()) {
        if (!i.low.is_null()) points.push_back(i.low);
        if (!i.high.is_null()) points.push_back(i.high);
      }
    };
    for (const ValueSet& set : column.cells.sets) add_ends(set);
    if (column.domain) add_ends(*column.domain);
    std::sort(points.begin(), points.end(),
              [](const Value& a, const Value& b) { return table::compare(a, b) < 0; });
    points.erase(
        std::unique(points.begin(), points.end(),
                    [](const Value& a, const Value& b) { return table::compare(a, b) == 0; }),
        points.end());
    const auto add_segment = [&](Interval interval) {
      std::optional<Value> found = example(interval, kind, column.type, is_zoned);
      if (!found) return;
      if (column.domain && !column.domain->contains(*found)) return;
      const bool is_all = interval.low.is_null() && interval.high.is_null();
      segments.emplace_back(std::move(*found), is_all ? ValueSet::everything(kind, is_zoned)
                                                      : ValueSet::of(std::move(interval)));
    };
    Value low;
    for (const Value& p : points) {
      add_segment({low, p, false, false});
      add_segment({p, p, true, true});
      low = p;
    }
    add_segment({low, {}, false, false});
  };
  if (kind == Kind::null) {
    // Nothing is known of the column but whether it is null: one class stands for all other values.
    segments.emplace_back(any_of(column.type), ValueSet());
    if (column.may_be_null) {
      ValueSet null_only;
      null_only.set_accepts_null(true);
      segments.emplace_back(Value(), std::move(null_only));
    }
  } else {
    for (const bool is_zoned : families_of(column, kind)) add_segments(is_zoned);
  }
  if (column.may_be_null && kind != Kind::null) {
    ValueSet null_only(kind);
    null_only.set_accepts_null(true);
    segments.emplace_back(Value(), std::move(null_only));
  }

  // Rows of each distinct set, so that a segment is compared with a set once.
  std::vector<Bits> rows_of(column.cells.sets.size(), Bits(words, 0));
  Bits everywhere(words, 0);
  Bits unknown(words, 0);
  for (std::size_t r = 0; r < rows; ++r) {
    const Cell cell = column.cells.cells[r];
    if (cell.is == Cell::Is::any) set_bit(everywhere, r);
    if (cell.is == Cell::Is::program) set_bit(unknown, r);
    if (cell.is == Cell::Is::set) set_bit(rows_of[cell.index], r);
  }

  std::vector<Class> classes;
  std::unordered_multimap<std::size_t, std::size_t> by_rows;
  for (auto& segment : segments) {
    Value& witness = segment.first;
    ValueSet& values = segment.second;
    Bits sure = everywhere;
    for (std::size_t s = 0; s < rows_of.size(); ++s) {
      if (!column.cells.sets[s].contains(witness)) continue;
      for (std::size_t w = 0; w < words; ++w) sure[w] |= rows_of[s][w];
    }
    const std::size_t hash = BitsHash()(sure);
    const auto [begin, end] = by_rows.equal_range(hash);
    const auto same = std::find_if(begin, end, [&](const auto& entry) {
      const Class& other = classes[entry.second];
      return other.sure == sure && other.witness.is_null() == witness.is_null() &&
             other.values.is_like(values);
    });
    if (same != end) {
      // Two that are compared are seldom equal: the other sign says more of them.
      const bool is_sign = column.name.find(sign_mark) != std::string::npos;
      if (is_sign && classes[same->second].witness.as_number().is_zero()) {
        classes[same->second].witness = witness;
      }
      classes[same->second].values.add(values);
      continue;
    }
    by_rows.emplace(hash, classes.size());
    Bits possible = sure;
    for (std::size_t w = 0; w < words; ++w) possible[w] |= unknown[w];
    classes.push_back(
        {std::move(witness), std::move(values), std::move(sure), std::move(possible)});
  }
  return classes;
}

// ── the search ────────────────────────────────────────────────────────────────────────────────

class Search {
 public:
  Search(const TableShape& shape, const AnalysisOptions& options)
      : shape_(shape), options_(options), budget_(options.budget) {
    words_ = (shape.rows + 63) / 64;
    classes_.reserve(shape.columns.size());
    for (const ShapeColumn& column : shape.columns) {
      classes_.push_back(classes_of(column, shape.rows));
    }
    // Columns that tell rows apart best come first.
    order_.resize(shape.columns.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::vector<std::size_t> open(order_.size(), 0);
    for (std::size_t c = 0; c < order_.size(); ++c) {
      for (const Cell& cell : shape.columns[c].cells.cells) open[c] += cell.is == Cell::Is::any;
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return open[a] < open[b]; });
    // Rows that ask nothing from a column on.
    free_from_.assign(order_.size() + 1, Bits(words_, 0));
    for (std::size_t r = 0; r < shape.rows; ++r) set_bit(free_from_.back(), r);
    for (std::size_t at = order_.size(); at-- > 0;) {
      free_from_[at] = free_from_[at + 1];
      for (std::size_t r = 0; r < shape.rows; ++r) {
        if (shape.columns[order_[at]].cells.cells[r].is != Cell::Is::any) {
          free_from_[at][r / 64] &= ~(std::uint64_t{1} << (r % 64));
        }
      }
    }
  }

  TableFacts run() {
    for (const auto& classes : classes_) {
      if (classes.empty()) {  // a column without values: there is nothing to decide
        facts_.is_complete = facts_.is_disjoint = true;
        return std::move(facts_);
      }
    }
    // Each question has the budget of its own: one that is too hard does not silence the others.
    find_empty_rows();
    for (void (Search::*const question)() :
         {&Search::find_gaps, &Search::find_overlaps, &Search::find_dead_rows}) {
      budget_ = options_.budget;
      has_run_out_ = false;
      (this->*question)();
      facts_.ran_out = facts_.ran_out || has_run_out_;
    }
    if (facts_.ran_out) name_costly_columns();
    return std::move(facts_);
  }

 private:
  bool spend(std::uint64_t steps = 1) {
    if (budget_ < steps) {
      has_run_out_ = true;
      budget_ = 0;
      return false;
    }
    budget_ -= steps;
    return true;
  }
  const Class& chosen(std::size_t column, const std::vector<std::uint32_t>& choice) const {
    return classes_[column][choice[column]];
  }
  Point point_of(const std::vector<std::uint32_t>& choice) const {
    Point point;
    for (std::size_t c = 0; c < classes_.size(); ++c) point.push_back(chosen(c, choice).witness);
    return point;
  }
  std::uint32_t owner(std::size_t row) const {
    return shape_.owners.empty() ? static_cast<std::uint32_t>(row) : shape_.owners[row];
  }
  bool is_empty_row(std::size_t row) const { return has_bit(empty_, row); }

  void find_empty_rows() {
    empty_.assign(words_, 0);
    for (std::size_t r = 0; r < shape_.rows; ++r) {
      for (std::size_t c = 0; c < classes_.size(); ++c) {
        if (std::any_of(classes_[c].begin(), classes_[c].end(),
                        [&](const Class& k) { return has_bit(k.possible, r); })) {
          continue;
        }
        set_bit(empty_, r);
        facts_.dead.push_back({DeadRow::Why::empty,
                               static_cast<std::uint32_t>(r),
                               static_cast<std::uint32_t>(c),
                               0,
                               {}});
        break;
      }
    }
  }

  // ── holes ───────────────────────────────────────────────────────────────────────────────────
  using Seen = std::vector<std::unordered_set<Bits, BitsHash>>;
  /// `allowed[c]`: which classes of column c to look at; empty for all.
  struct Task {
    const std::vector<Bits>* allowed = nullptr;
    std::function<bool(const Bits& alive)> is_settled;  ///< nothing to find below
    std::function<bool(const Bits& alive)> is_wrong;    ///< at the end: report this point
    std::function<bool()> found;                        ///< false: stop
    Seen seen;
    std::vector<std::uint32_t> choice;
  };

  /// False where the search is to stop.
  bool descend(Task& task, std::size_t at, const Bits& alive) {
    if (!spend(1 + words_ / 16)) return false;
    if (task.is_settled(alive)) return true;
    if (at == order_.size() || is_zero(alive)) {
      if (!task.is_wrong(alive)) return true;
      for (; at < order_.size(); ++at) {
        const std::uint32_t column = order_[at];
        std::uint32_t k = 0;
        if (task.allowed != nullptr) {
          k = static_cast<std::uint32_t>(first_bit((*task.allowed)[column]));
        }
        task.choice[column] = k;
      }
      return task.found();
    }
    if (intersects(alive, free_from_[at]) && covers_at_once_) return true;
    if (!task.seen[at].insert(alive).second) return true;
    const std::uint32_t column = order_[at];
    for (std::uint32_t k = 0; k < classes_[column].size(); ++k) {
      if (task.allowed != nullptr && !has_bit((*task.allowed)[column], k)) continue;
      task.choice[column] = k;
      if (!descend(task, at + 1, intersection(alive, classes_[column][k].sure))) return false;
    }
    return true;
  }

  Task new_task() const {
    Task task;
    task.seen.resize(order_.size() + 1);
    task.choice.assign(order_.size(), 0);
    task.is_settled = [](const Bits&) { return false; };
    return task;
  }

  void find_gaps() {
    if (shape_.choice == RowChoice::all || shape_.has_default) {
      facts_.is_complete = shape_.has_default;
      return;
    }
    Bits all(words_, 0);
    for (std::size_t r = 0; r < shape_.rows; ++r) set_bit(all, r);
    Task task = new_task();
    task.is_wrong = [](const Bits& alive) { return is_zero(alive); };
    task.found = [&] {
      facts_.gaps.push_back(gap_at(task.choice));
      return facts_.gaps.size() < options_.most_findings;
    };
    covers_at_once_ = true;
    descend(task, 0, all);
    facts_.is_complete = facts_.gaps.empty() && !has_run_out_;
  }

  Gap gap_at(std::vector<std::uint32_t> choice) const {
    Gap gap;
    gap.point = point_of(choice);
    Bits possible(words_, ~std::uint64_t{0});
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      possible = intersection(possible, chosen(c, choice).possible);
    }
    if (shape_.rows % 64 != 0 && words_ != 0) {
      possible.back() &= (std::uint64_t{1} << (shape_.rows % 64)) - 1;
    }
    gap.is_certain = shape_.is_exact && is_zero(possible);
    // Grow the box column by column: every class that keeps it empty.
    std::vector<Bits> taken;  // rows that some class chosen so far accepts, for each column
    for (std::size_t c = 0; c < classes_.size(); ++c) taken.push_back(chosen(c, choice).possible);
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      Bits others(words_, ~std::uint64_t{0});
      for (std::size_t o = 0; o < classes_.size(); ++o) {
        if (o != c) others = intersection(others, taken[o]);
      }
      ValueSet values = chosen(c, choice).values;
      bool is_whole = true;
      for (std::size_t k = 0; k < classes_[c].size(); ++k) {
        const Class& candidate = classes_[c][k];
        const bool is_taken = k != choice[c] && intersects(others, candidate.possible);
        // Times of the other family are not of this set.
        is_whole = is_whole && !is_taken && values.is_like(candidate.values);
        if (is_taken || !values.is_like(candidate.values)) continue;
        values.add(candidate.values);
        for (std::size_t w = 0; w < words_; ++w) taken[c][w] |= candidate.possible[w];
      }
      if (is_whole && !values.accepts_null() && !values.intervals().empty()) {
        values = ValueSet::everything(values.kind(), values.is_zoned());
      }
      gap.region.push_back(std::move(values));
    }
    return gap;
  }

  // ── overlaps ────────────────────────────────────────────────────────────────────────────────
  /// For each column and row the classes that the row may take.
  void index_rows() {
    row_classes_.resize(classes_.size());
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const std::size_t words = (classes_[c].size() + 63) / 64;
      row_classes_[c].assign(shape_.rows, Bits(words, 0));
      for (std::size_t k = 0; k < classes_[c].size(); ++k) {
        for (std::size_t w = 0; w < words_; ++w) {
          for (std::uint64_t rest = classes_[c][k].possible[w]; rest != 0; rest &= rest - 1) {
            const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
            set_bit(row_classes_[c][row], k);
          }
        }
      }
    }
  }

  bool may_meet(std::size_t a, std::size_t b) const {
    for (const std::uint32_t c : order_) {
      if (!intersects(row_classes_[c][a], row_classes_[c][b])) return false;
    }
    return true;
  }

  Overlap overlap_of(std::size_t a, std::size_t b) const {
    Overlap out{static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), {}, shape_.is_exact};
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const Class* best = nullptr;
      for (const Class& k : classes_[c]) {
        if (!has_bit(k.possible, a) || !has_bit(k.possible, b)) continue;
        const bool is_sure = has_bit(k.sure, a) && has_bit(k.sure, b);
        if (best == nullptr || is_sure) best = &k;
        if (is_sure) break;
      }
      out.point.push_back(best->witness);
      out.is_certain = out.is_certain && has_bit(best->sure, a) && has_bit(best->sure, b);
    }
    return out;
  }

  bool differ(std::size_t a, std::size_t b) const {
    return shape_.outcomes.empty() || shape_.outcomes[a] != shape_.outcomes[b];
  }

  void find_overlaps() {
    index_rows();
    if (shape_.choice != RowChoice::one && shape_.choice != RowChoice::same) return;
    bool is_disjoint = true;
    for (std::size_t a = 0; a < shape_.rows; ++a) {
      if (is_empty_row(a)) continue;
      if (!spend(1 + shape_.rows / 16)) return;
      for (std::size_t b = a + 1; b < shape_.rows; ++b) {
        if (owner(a) == owner(b) || is_empty_row(b) || !may_meet(a, b)) continue;
        is_disjoint = false;
        if (shape_.choice == RowChoice::same && !differ(a, b)) continue;
        if (facts_.overlaps.size() >= options_.most_findings) return;
        facts_.overlaps.push_back(overlap_of(a, b));
      }
    }
    facts_.is_disjoint = is_disjoint;
  }

  // ── rows that never count ───────────────────────────────────────────────────────────────────
  bool has_unknown(std::size_t row) const {
    return std::any_of(shape_.columns.begin(), shape_.columns.end(), [&](const ShapeColumn& c) {
      return c.cells.cells[row].is == Cell::Is::program;
    });
  }

  void find_dead_rows() {
    if (shape_.choice == RowChoice::all || shape_.choice == RowChoice::some) return;
    bool any_unknown = false;
    for (std::size_t r = 0; r < shape_.rows; ++r) any_unknown = any_unknown || has_unknown(r);
    for (std::size_t r = 0; r < shape_.rows; ++r) {
      if (is_empty_row(r)) continue;
      if (shape_.choice == RowChoice::first) {
        if (find_covered(r)) continue;
        if (!any_unknown && !shape_.outcomes.empty()) find_useless(r);
      } else if (shape_.choice == RowChoice::same || shape_.owners.empty()) {
        find_within(r);
      }
      if (has_run_out_) return;
    }
  }

  std::vector<Bits> region_of(std::size_t row) const {
    std::vector<Bits> region;
    for (std::size_t c = 0; c < classes_.size(); ++c) region.push_back(row_classes_[c][row]);
    return region;
  }

  /// Of a table where the first row counts: whether earlier ones take everything.
  bool find_covered(std::size_t row) {
    Bits earlier(words_, 0);
    for (std::size_t r = 0; r < row; ++r) {
      if (may_meet(r, row)) set_bit(earlier, r);
    }
    if (is_zero(earlier)) return false;
    const std::vector<Bits> region = region_of(row);
    bool is_reached = false;
    Task task = new_task();
    task.allowed = &region;
    task.is_wrong = [](const Bits& alive) { return is_zero(alive); };
    task.found = [&] {
      is_reached = true;
      return false;
    };
    covers_at_once_ = true;
    descend(task, 0, earlier);
    if (is_reached || has_run_out_) return false;
    std::vector<std::uint32_t> choice;
    for (const Bits& classes : region) {
      choice.push_back(static_cast<std::uint32_t>(first_bit(classes)));
    }
    Bits taking = earlier;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      taking = intersection(taking, chosen(c, choice).sure);
    }
    facts_.dead.push_back({DeadRow::Why::covered, static_cast<std::uint32_t>(row), 0,
                           static_cast<std::uint32_t>(first_bit(taking)), point_of(choice)});
    return true;
  }

  /// Of a table where the first row counts: whether the rows after it would say the same.
  void find_useless(std::size_t row) {
    Bits others(words_, 0);
    for (std::size_t r = 0; r < shape_.rows; ++r) {
      if (r != row && may_meet(r, row)) set_bit(others, r);
    }
    const std::vector<Bits> region = region_of(row);
    bool matters = false;
    Task task = new_task();
    task.allowed = &region;
    task.is_wrong = [&](const Bits& alive) {
      const std::size_t next = first_bit(alive);
      return next >= shape_.rows || (next > row && differ(next, row));
    };
    task.found = [&] {
      matters = true;
      return false;
    };
    covers_at_once_ = false;
    descend(task, 0, others);
    if (!matters && !has_run_out_) {
      facts_.dead.push_back(
          {DeadRow::Why::useless, static_cast<std::uint32_t>(row), 0, 0, Point{}});
    }
  }

  void find_within(std::size_t row) {
    if (has_unknown(row)) return;
    for (std::size_t other = 0; other < shape_.rows; ++other) {
      if (other == row || has_unknown(other) || is_empty_row(other)) continue;
      bool within = true;
      for (std::size_t c = 0; c < classes_.size() && within; ++c) {
        within = is_within(row_classes_[c][row], row_classes_[c][other]);
      }
      if (!within) continue;
      // Of two equal rows the later one is reported.
      bool is_equal = true;
      for (std::size_t c = 0; c < classes_.size() && is_equal; ++c) {
        is_equal = row_classes_[c][row] == row_classes_[c][other];
      }
      if (is_equal && row < other) continue;
      facts_.dead.push_back({DeadRow::Why::within, static_cast<std::uint32_t>(row), 0,
                             static_cast<std::uint32_t>(other), overlap_of(row, other).point});
      return;
    }
  }

  void name_costly_columns() {
    std::vector<std::uint32_t> columns(classes_.size());
    std::iota(columns.begin(), columns.end(), 0U);
    std::stable_sort(columns.begin(), columns.end(), [&](std::uint32_t a, std::uint32_t b) {
      return classes_[a].size() > classes_[b].size();
    });
    columns.resize(std::min<std::size_t>(columns.size(), 2));
    facts_.costly = std::move(columns);
  }

  const TableShape& shape_;
  const AnalysisOptions& options_;
  std::uint64_t budget_;  ///< of the question at hand
  bool has_run_out_ = false;
  std::size_t words_ = 0;
  std::vector<std::vector<Class>> classes_;
  std::vector<std::uint32_t> order_;
  std::vector<Bits> free_from_;
  std::vector<std::vector<Bits>> row_classes_;
  Bits empty_;
  bool covers_at_once_ = true;  ///< a row that asks nothing more settles the rest
  TableFacts facts_;
};

}  // namespace

std::optional<Value> example(const Interval& interval, Kind kind, const Type& type,
                             bool is_zoned) {
  if (interval.is_empty()) return std::nullopt;
  if (kind == Kind::number) return example_number(interval, type);
  if (kind == Kind::string) return example_string(interval);
  if (kind == Kind::days_duration) return example_days(interval);
  if (is_counted(kind)) return example_word(interval, kind, type, is_zoned);
  return std::nullopt;
}

TableFacts analyze(const TableShape& shape, const AnalysisOptions& options) {
  for (const ShapeColumn& column : shape.columns) {
    AFTERCARE_ASSERT(column.cells.cells.size() == shape.rows, "one cell a row in each column");
  }
  return Search(shape, options).run();
}

}  // namespace aftercare::analyze
