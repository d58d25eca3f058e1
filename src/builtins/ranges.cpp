// Bodies: Allen's relations between points and ranges, as table 78 of DMN spells them.
//
// A point is the range that holds only itself; a side without a bound lies beyond everything.
#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

using rt::logic_and;
using rt::logic_not;
using rt::logic_or;
using rt::Tri;

Tri from_bool(bool b) noexcept { return b ? Tri::yes : Tri::no; }

struct End {
  enum class At : std::uint8_t { value, minus_infinity, plus_infinity } at = At::value;
  const Value* value = nullptr;
  bool included = false;
};

struct Interval {
  End start;
  End end;
};

// Compares two ends by place: what is not known or has no order is unknown.
class Relation {
 public:
  Relation(CallContext& context, std::string_view name, Arguments a)
      : context_(context), name_(name), arguments_(a) {}

  // None for `(!= x)`, which is no interval.
  std::optional<Interval> interval(const Value& v) {
    if (!v.is(Kind::range)) return Interval{{End::At::value, &v, true}, {End::At::value, &v, true}};
    Interval i{{End::At::value, &v.range_low(), v.range_includes_low()},
               {End::At::value, &v.range_high(), v.range_includes_high()}};
    switch (v.range_form()) {
      case RangeForm::not_equal:
        context_.fail(Fault::invalid_argument, name_, arguments_);
        return std::nullopt;
      case RangeForm::less:
      case RangeForm::less_equal:
        i.start.at = End::At::minus_infinity;
        break;
      case RangeForm::greater:
      case RangeForm::greater_equal:
        i.end.at = End::At::plus_infinity;
        break;
      default:
        break;
    }
    return i;
  }

  Tri less(const End& a, const End& b) { return compare_ends(a, b, -1); }
  Tri same(const End& a, const End& b) { return compare_ends(a, b, 0); }
  Tri greater(const End& a, const End& b) { return compare_ends(a, b, 1); }

  // The result, and a fault where two values had no order.
  Value result(Tri t) {
    if (t == Tri::unknown && unordered_) {
      return context_.fail(Fault::not_comparable, name_, arguments_);
    }
    return from_truth(t);
  }

 private:
  Tri compare_ends(const End& a, const End& b, int wanted) {
    if (a.at != End::At::value || b.at != End::At::value) {
      const auto side = [](const End& e) {
        return e.at == End::At::value ? 0 : e.at == End::At::minus_infinity ? -1 : 1;
      };
      const int x = side(a), y = side(b);
      return from_bool((x < y ? -1 : x > y ? 1 : 0) == wanted);
    }
    if (a.value->is_null() || b.value->is_null()) return Tri::unknown;
    const auto o = order(*a.value, *b.value);
    if (!o) {
      unordered_ = true;
      return Tri::unknown;
    }
    return from_bool(*o == wanted);
  }

  CallContext& context_;
  std::string_view name_;
  Arguments arguments_;
  bool unordered_ = false;
};

using Test = Tri (*)(Relation&, const Interval&, const Interval&);

Value relate(CallContext& context, std::string_view name, Arguments a, Test test) {
  Relation r(context, name, a);
  const auto x = r.interval(a[0]);
  const auto y = x ? r.interval(a[1]) : std::nullopt;
  if (!y) return {};
  return r.result(test(r, *x, *y));
}
Value relate_back(CallContext& context, std::string_view name, Arguments a, Test test) {
  Relation r(context, name, a);
  const auto x = r.interval(a[0]);
  const auto y = x ? r.interval(a[1]) : std::nullopt;
  if (!y) return {};
  return r.result(test(r, *y, *x));
}

Tri is_before(Relation& r, const Interval& a, const Interval& b) {
  return logic_or(
      r.less(a.end, b.start),
      logic_and(r.same(a.end, b.start), from_bool(!a.end.included || !b.start.included)));
}

Tri does_meet(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(from_bool(a.end.included && b.start.included), r.same(a.end, b.start));
}

// a reaches at least to where b starts
Tri reaches(Relation& r, const Interval& a, const Interval& b) {
  return logic_or(r.greater(a.end, b.start),
                  logic_and(r.same(a.end, b.start), from_bool(a.end.included && b.start.included)));
}

Tri do_overlap(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(reaches(r, a, b), reaches(r, b, a));
}

Tri starts_earlier(Relation& r, const Interval& a, const Interval& b) {
  return logic_or(
      r.less(a.start, b.start),
      logic_and(r.same(a.start, b.start), from_bool(a.start.included && !b.start.included)));
}
Tri ends_no_later(Relation& r, const Interval& a, const Interval& b) {
  return logic_or(r.less(a.end, b.end),
                  logic_and(r.same(a.end, b.end), from_bool(!a.end.included || b.end.included)));
}
Tri starts_no_earlier(Relation& r, const Interval& a, const Interval& b) {
  return logic_or(
      r.greater(a.start, b.start),
      logic_and(r.same(a.start, b.start), from_bool(!a.start.included || b.start.included)));
}

Tri does_overlap_before(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(logic_and(starts_earlier(r, a, b), reaches(r, a, b)), ends_no_later(r, a, b));
}

Tri is_end_of(Relation& r, const Interval& point, const Interval& range) {
  return logic_and(from_bool(range.end.included), r.same(range.end, point.end));
}
Tri is_start_of(Relation& r, const Interval& point, const Interval& range) {
  return logic_and(from_bool(range.start.included), r.same(range.start, point.start));
}

Tri does_finish(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(logic_and(from_bool(a.end.included == b.end.included), r.same(a.end, b.end)),
                   starts_no_earlier(r, a, b));
}
Tri does_start(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(
      logic_and(from_bool(a.start.included == b.start.included), r.same(a.start, b.start)),
      ends_no_later(r, a, b));
}

Tri does_include(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(starts_no_earlier(r, b, a), ends_no_later(r, b, a));
}

Tri does_coincide(Relation& r, const Interval& a, const Interval& b) {
  return logic_and(
      logic_and(from_bool(a.start.included == b.start.included && a.end.included == b.end.included),
                r.same(a.start, b.start)),
      r.same(a.end, b.end));
}

}  // namespace

Value before(CallContext& c, Arguments a) { return relate(c, "before", a, is_before); }
Value after(CallContext& c, Arguments a) { return relate_back(c, "after", a, is_before); }
Value meets(CallContext& c, Arguments a) { return relate(c, "meets", a, does_meet); }
Value met_by(CallContext& c, Arguments a) { return relate_back(c, "met by", a, does_meet); }
Value overlaps(CallContext& c, Arguments a) { return relate(c, "overlaps", a, do_overlap); }
Value overlaps_before(CallContext& c, Arguments a) {
  return relate(c, "overlaps before", a, does_overlap_before);
}
Value overlaps_after(CallContext& c, Arguments a) {
  return relate_back(c, "overlaps after", a, does_overlap_before);
}
Value finishes_point(CallContext& c, Arguments a) { return relate(c, "finishes", a, is_end_of); }
Value finishes_ranges(CallContext& c, Arguments a) { return relate(c, "finishes", a, does_finish); }
Value finished_by_point(CallContext& c, Arguments a) {
  return relate_back(c, "finished by", a, is_end_of);
}
Value finished_by_ranges(CallContext& c, Arguments a) {
  return relate_back(c, "finished by", a, does_finish);
}
Value includes(CallContext& c, Arguments a) { return relate(c, "includes", a, does_include); }
Value during(CallContext& c, Arguments a) { return relate_back(c, "during", a, does_include); }
Value starts_point(CallContext& c, Arguments a) { return relate(c, "starts", a, is_start_of); }
Value starts_ranges(CallContext& c, Arguments a) { return relate(c, "starts", a, does_start); }
Value started_by_point(CallContext& c, Arguments a) {
  return relate_back(c, "started by", a, is_start_of);
}
Value started_by_ranges(CallContext& c, Arguments a) {
  return relate_back(c, "started by", a, does_start);
}
Value coincides(CallContext& c, Arguments a) { return relate(c, "coincides", a, does_coincide); }

}  // namespace aftercare::builtins::bodies
