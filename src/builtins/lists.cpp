// Bodies: lists.
#include <algorithm>
#include <unordered_map>

#include "aftercare/rt/decimal_math.hpp"

#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

// The place of an element: from 1, or from the end where negative. None where there is none there.
std::optional<std::size_t> place_of(const Value& position, std::size_t size) noexcept {
  const auto n = truncated(position);
  const auto count = static_cast<std::int64_t>(size);
  if (!n || *n == 0 || *n > count || *n < -count) return std::nullopt;
  return static_cast<std::size_t>(*n > 0 ? *n - 1 : count + *n);
}

// Elements that could be equal share a bucket: FEEL's equality is coarser than identity only for
// times and for lengths, ranges, lists and contexts around them, so those share one by kind.
std::uint64_t bucket_of(const Value& v) {
  switch (v.kind()) {
    case Kind::null:
    case Kind::boolean:
    case Kind::number:
    case Kind::string:
    case Kind::date:
    case Kind::instant:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::symbol:
      return v.hash();
    default:
      return static_cast<std::uint64_t>(v.kind());
  }
}

// Appends what is not there yet.
class Distinct {
 public:
  explicit Distinct(CallContext& context) : context_(context) {}
  bool add(const Value& v) {
    if (v.is(Kind::string) && !context_.spend(v.as_string().size() / 64)) return false;
    auto& places = buckets_[bucket_of(v)];
    for (const std::size_t i : places) {
      if (!context_.spend(1)) return false;
      if (equal_quietly(context_, items_[i], v) == rt::Tri::yes) return true;
    }
    if (!context_.spend(1, 4 * sizeof(Value))) return false;
    places.push_back(items_.size());
    items_.push_back(v);
    return true;
  }
  std::vector<Value> take() { return std::move(items_); }

 private:
  CallContext& context_;
  std::vector<Value> items_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> buckets_;
};

// The extreme element of a list with an order. Null for an empty list.
Value extreme(CallContext& context, std::string_view name, Arguments items, bool least) {
  if (items.empty()) return {};
  if (!context.spend(items.size())) return {};
  const Value* best = &items[0];
  for (const Value& v : items) {
    if (!afford_comparison(context, v, *best)) return {};
    const auto o = order(v, *best);
    if (!o) return context.fail(Fault::not_comparable, name, {v, *best});
    if (least ? *o < 0 : *o > 0) best = &v;
  }
  return *best;
}

Value sum_all(CallContext& context, std::string_view name, Arguments items) {
  if (!context.spend(items.size())) return {};
  Value total_so_far = items[0];
  switch (total_so_far.kind()) {
    case Kind::number:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::working_duration:
    case Kind::money:
      break;
    default:
      return context.fail(Fault::type_mismatch, name, {total_so_far});
  }
  for (const Value& v : items.subspan(1)) {
    total_so_far = add(context, total_so_far, v);
    if (total_so_far.is_null()) return {};
  }
  return total_so_far;
}

Value mean_all(CallContext& context, Arguments items) {
  const Value sum_of_all = sum_all(context, "mean", items);
  if (sum_of_all.is_null()) return {};
  return divide(context, sum_of_all, Value::integer(static_cast<std::int64_t>(items.size())));
}

// All elements as numbers. None, with a fault, where one is not.
std::optional<std::vector<rt::Decimal>> numbers_of(CallContext& context, std::string_view name,
                                                   Arguments items) {
  if (!context.spend(items.size() * 4, items.size() * sizeof(rt::Decimal))) return std::nullopt;
  std::vector<rt::Decimal> out;
  out.reserve(items.size());
  for (const Value& v : items) {
    if (!v.is(Kind::number)) {
      context.fail(Fault::type_mismatch, name, {v});
      return std::nullopt;
    }
    out.push_back(v.as_number());
  }
  return out;
}

Value product_all(CallContext& context, Arguments items) {
  if (items.empty()) return context.fail(Fault::invalid_argument, "product");
  const auto numbers = numbers_of(context, "product", items);
  if (!numbers) return {};
  rt::Decimal result = 1;
  for (const rt::Decimal& n : *numbers) {
    const auto next = rt::multiply(result, n);
    if (!next) return context.fail(Fault::overflow, "product");
    result = *next;
  }
  return Value::number(result);
}

/// The middle one of lengths of time, or half of the two in the middle together.
Value median_length(CallContext& context, Arguments items) {
  if (!context.spend(items.size() * 4, items.size() * sizeof(Value))) return {};
  for (const Value& v : items.subspan(1)) {
    if (!order(items[0], v)) return context.fail(Fault::not_comparable, "median", {items[0], v});
  }
  std::vector<Value> sorted(items.begin(), items.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Value& a, const Value& b) { return *order(a, b) < 0; });
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  const Value both = add(context, sorted[middle - 1], sorted[middle]);
  return both.is_null() ? Value() : divide(context, both, Value::integer(2));
}

Value median_all(CallContext& context, Arguments items) {
  if (items.empty()) return {};
  if (items[0].is(Kind::days_duration) || items[0].is(Kind::months_duration)) {
    return median_length(context, items);
  }
  auto numbers = numbers_of(context, "median", items);
  if (!numbers) return {};
  std::sort(numbers->begin(), numbers->end());
  const std::size_t middle = numbers->size() / 2;
  if (numbers->size() % 2 == 1) return Value::number((*numbers)[middle]);
  const auto both = rt::add((*numbers)[middle - 1], (*numbers)[middle]);
  const auto half = both ? rt::divide(*both, 2) : std::nullopt;
  return half ? Value::number(*half) : context.fail(Fault::overflow, "median");
}

Value stddev_all(CallContext& context, Arguments items) {
  constexpr std::string_view name = "stddev";
  if (items.size() < 2) return context.fail(Fault::invalid_argument, name, items);
  const auto numbers = numbers_of(context, name, items);
  if (!numbers) return {};
  const rt::Decimal count_of_all(items.size());
  const auto overflow = [&] { return context.fail(Fault::overflow, name); };
  rt::Decimal all = 0;
  for (const rt::Decimal& n : *numbers) {
    const auto next = rt::add(all, n);
    if (!next) return overflow();
    all = *next;
  }
  const auto mean_of_all = rt::divide(all, count_of_all);
  if (!mean_of_all) return overflow();
  rt::Decimal squares = 0;
  for (const rt::Decimal& n : *numbers) {
    const auto distance = rt::subtract(n, *mean_of_all);
    const auto square = distance ? rt::multiply(*distance, *distance) : std::nullopt;
    const auto next = square ? rt::add(squares, *square) : std::nullopt;
    if (!next) return overflow();
    squares = *next;
  }
  const auto variance = rt::divide(squares, rt::Decimal(items.size() - 1));
  const auto root = variance ? rt::sqrt(*variance) : std::nullopt;
  return root ? Value::number(*root) : overflow();
}

Value mode_all(CallContext& context, Arguments items) {
  auto numbers = numbers_of(context, "mode", items);
  if (!numbers) return {};
  std::sort(numbers->begin(), numbers->end());
  std::size_t most = 0;
  std::vector<Value> out;
  for (std::size_t i = 0; i < numbers->size();) {
    std::size_t end = i + 1;
    while (end < numbers->size() && (*numbers)[end] == (*numbers)[i]) ++end;
    if (end - i > most) out.clear();
    if (end - i >= most) {
      most = end - i;
      out.push_back(Value::number((*numbers)[i]));
    }
    i = end;
  }
  return Value::list(std::move(out));
}

// all() and any(): `deciding` is the value that settles it.
Value fold_logic(CallContext& context, std::string_view name, Arguments items, bool deciding) {
  if (!context.spend(items.size())) return {};
  bool unknown = false;
  bool decided = false;
  for (const Value& v : items) {
    if (v.is_null()) {
      unknown = true;
    } else if (!v.is(Kind::boolean)) {
      return context.fail(Fault::type_mismatch, name, {v});
    } else {
      decided = decided || v.as_boolean() == deciding;
    }
  }
  if (decided) return Value::boolean(deciding);
  return unknown ? Value() : Value::boolean(!deciding);
}

Value fold_logic_of(CallContext& context, std::string_view name, Arguments a, bool deciding) {
  if (a.size() == 1 && a[0].is_null()) return context.fail(Fault::type_mismatch, name, a);
  return fold_logic(context, name, a, deciding);
}

// Merges two sorted halves; the right element comes first only where it precedes the left one.
template <class Precedes>
bool merge_sort(std::vector<Value>& items, Precedes precedes) {
  std::vector<Value> merged(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, items.size());
      const std::size_t end = std::min(begin + 2 * width, items.size());
      std::size_t left = begin, right = middle;
      for (std::size_t out = begin; out < end; ++out) {
        bool take_right = left == middle;
        if (!take_right && right < end) {
          const std::optional<bool> comes_first = precedes(items[right], items[left]);
          if (!comes_first) return false;
          take_right = *comes_first;
        }
        merged[out] = std::move(items[take_right ? right++ : left++]);
      }
    }
    items.swap(merged);
  }
  return true;
}

Value concatenated(CallContext& context, std::string_view name, Arguments a) {
  std::size_t size = 0;
  for (const Value& list : a) size += list.items().size();
  if (!afford_list(context, size)) return {};
  std::vector<Value> out;
  out.reserve(size);
  for (const Value& list : a) out.insert(out.end(), list.items().begin(), list.items().end());
  return make_list(context, name, std::move(out));
}

}  // namespace

Value list_contains(CallContext& context, Arguments a) {
  for (const Value& v : a[0].items()) {
    if (!context.spend(1)) return {};
    if (equal_quietly(context, v, a[1]) == rt::Tri::yes) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value list_replace_at(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  const auto at = place_of(a[1], list.size());
  if (!at) return context.fail(Fault::out_of_range, "list replace", a);
  if (!afford_list(context, list.size())) return {};
  std::vector<Value> out(list.begin(), list.end());
  out[*at] = a[2];
  return make_list(context, "list replace", std::move(out));
}

Value list_replace_matching(CallContext& context, Arguments a) {
  constexpr std::string_view name = "list replace";
  if (value::callable(a[1]).arity() != 2) return context.fail(Fault::invalid_argument, name, a);
  const auto list = a[0].items();
  if (!afford_list(context, list.size())) return {};
  std::vector<Value> out;
  out.reserve(list.size());
  for (const Value& v : list) {
    const Value arguments[] = {v, a[2]};
    const Value replaced = context.invoke(a[1], arguments);
    if (context.is_exhausted()) return {};
    if (!replaced.is(Kind::boolean)) return context.fail(Fault::type_mismatch, name, {replaced});
    out.push_back(replaced.as_boolean() ? a[2] : v);
  }
  return make_list(context, name, std::move(out));
}

Value count(CallContext& /*context*/, Arguments a) {
  return Value::integer(static_cast<std::int64_t>(a[0].items().size()));
}

Value minimum(CallContext& context, Arguments a) {
  return extreme(context, "min", a[0].items(), true);
}
Value minimum_of(CallContext& context, Arguments a) { return extreme(context, "min", a, true); }
Value maximum(CallContext& context, Arguments a) {
  return extreme(context, "max", a[0].items(), false);
}
Value maximum_of(CallContext& context, Arguments a) { return extreme(context, "max", a, false); }

Value sum(CallContext& context, Arguments a) {
  if (a[0].items().empty()) return {};
  return sum_all(context, "sum", a[0].items());
}
Value sum_of(CallContext& context, Arguments a) { return sum_all(context, "sum", a); }
Value total(CallContext& context, Arguments a) {
  if (a[0].items().empty()) return Value::integer(0);
  return sum_all(context, "total", a[0].items());
}
Value total_from(CallContext& context, Arguments a) {
  if (a[0].items().empty()) return a[1];
  return sum_all(context, "total", a[0].items());
}
Value mean(CallContext& context, Arguments a) {
  if (a[0].items().empty()) return {};
  return mean_all(context, a[0].items());
}
Value mean_of(CallContext& context, Arguments a) { return mean_all(context, a); }
Value product(CallContext& context, Arguments a) { return product_all(context, a[0].items()); }
Value product_of(CallContext& context, Arguments a) { return product_all(context, a); }
Value median(CallContext& context, Arguments a) { return median_all(context, a[0].items()); }
Value median_of(CallContext& context, Arguments a) { return median_all(context, a); }
Value stddev(CallContext& context, Arguments a) { return stddev_all(context, a[0].items()); }
Value stddev_of(CallContext& context, Arguments a) { return stddev_all(context, a); }
Value mode(CallContext& context, Arguments a) { return mode_all(context, a[0].items()); }
Value mode_of(CallContext& context, Arguments a) { return mode_all(context, a); }

Value all_true(CallContext& context, Arguments a) {
  return fold_logic(context, "all", a[0].items(), false);
}
Value all_true_of(CallContext& context, Arguments a) {
  return fold_logic_of(context, "all", a, false);
}
Value any_true(CallContext& context, Arguments a) {
  return fold_logic(context, "any", a[0].items(), true);
}
Value any_true_of(CallContext& context, Arguments a) {
  return fold_logic_of(context, "any", a, true);
}

Value sublist(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  const auto start = place_of(a[1], list.size());
  if (!start) return context.fail(Fault::out_of_range, "sublist", a);
  std::size_t length = list.size() - *start;
  if (a.size() > 2) {
    const auto n = truncated(a[2]);
    if (!n || *n < 0) return context.fail(Fault::out_of_range, "sublist", a);
    length = std::min(length, static_cast<std::size_t>(*n));
  }
  if (!afford_list(context, length)) return {};
  const auto part = list.subspan(*start, length);
  return Value::list({part.begin(), part.end()});
}

Value append(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  if (!afford_list(context, list.size() + a.size())) return {};
  std::vector<Value> out;
  out.reserve(list.size() + a.size() - 1);
  out.assign(list.begin(), list.end());
  out.insert(out.end(), a.begin() + 1, a.end());
  return make_list(context, "append", std::move(out));
}

Value concatenate(CallContext& context, Arguments a) {
  return concatenated(context, "concatenate", a);
}

Value insert_before(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  const auto at = place_of(a[1], list.size());
  if (!at) return context.fail(Fault::out_of_range, "insert before", a);
  if (!afford_list(context, list.size() + 1)) return {};
  std::vector<Value> out(list.begin(), list.end());
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(*at), a[2]);
  return make_list(context, "insert before", std::move(out));
}

Value remove_at(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  const auto at = place_of(a[1], list.size());
  if (!at) return context.fail(Fault::out_of_range, "remove", a);
  if (!afford_list(context, list.size())) return {};
  std::vector<Value> out(list.begin(), list.end());
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(*at));
  return Value::list(std::move(out));
}

Value reverse(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  if (!afford_list(context, list.size())) return {};
  return Value::list({list.rbegin(), list.rend()});
}

Value index_of(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  std::vector<Value> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!context.spend(1, sizeof(Value))) return {};
    if (equal_quietly(context, list[i], a[1]) == rt::Tri::yes) {
      out.push_back(Value::integer(static_cast<std::int64_t>(i) + 1));
    }
  }
  return Value::list(std::move(out));
}

Value union_of(CallContext& context, Arguments a) {
  Distinct out(context);
  for (const Value& list : a) {
    for (const Value& v : list.items()) {
      if (!out.add(v)) return {};
    }
  }
  return make_list(context, "union", out.take());
}

Value distinct_values(CallContext& context, Arguments a) {
  Distinct out(context);
  for (const Value& v : a[0].items()) {
    if (!out.add(v)) return {};
  }
  return Value::list(out.take());
}

Value flatten(CallContext& context, Arguments a) {
  std::vector<Value> out;
  std::vector<Arguments> open = {a[0].items()};
  while (!open.empty()) {
    if (!context.spend(1, sizeof(Value))) return {};
    if (open.back().empty()) {
      open.pop_back();
      continue;
    }
    const Value& next = open.back().front();
    open.back() = open.back().subspan(1);
    if (next.is(Kind::list)) {
      open.push_back(next.items());
    } else {
      out.push_back(next);
    }
  }
  return Value::list(std::move(out));
}

Value sort_by(CallContext& context, Arguments a) {
  constexpr std::string_view name = "sort";
  if (value::callable(a[1]).arity() != 2) return context.fail(Fault::invalid_argument, name, a);
  const auto list = a[0].items();
  if (!afford_list(context, 2 * list.size())) return {};
  std::vector<Value> out(list.begin(), list.end());
  Value wrong;
  bool failed = false;
  const bool sorted = merge_sort(out, [&](const Value& x, const Value& y) -> std::optional<bool> {
    const Value arguments[] = {x, y};
    const Value precedes = context.invoke(a[1], arguments);
    if (!context.spend(1)) return std::nullopt;
    if (!precedes.is(Kind::boolean)) {
      failed = true;
      wrong = precedes;
      return std::nullopt;
    }
    return precedes.as_boolean();
  });
  if (failed) return context.fail(Fault::type_mismatch, name, {wrong});
  return sorted ? Value::list(std::move(out)) : Value();
}

Value sort_naturally(CallContext& context, Arguments a) {
  const auto list = a[0].items();
  if (!afford_list(context, 2 * list.size())) return {};
  std::vector<Value> out(list.begin(), list.end());
  bool failed = false;
  const bool sorted = merge_sort(out, [&](const Value& x, const Value& y) -> std::optional<bool> {
    if (!context.spend(1) || !afford_comparison(context, x, y)) return std::nullopt;
    const auto o = order(x, y);
    if (!o) {
      failed = true;
      return std::nullopt;
    }
    return *o < 0;
  });
  if (failed) return context.fail(Fault::not_comparable, "sort", a);
  return sorted ? Value::list(std::move(out)) : Value();
}

}  // namespace aftercare::builtins::bodies
