#include "differential/feel_literal.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/rt/decimal_math.hpp"

#include "builtins/builtins.hpp"
#include "builtins/host_callable.hpp"
#include "value/object.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::literal {

namespace {

using feel::Ast;
using feel::Node;
using feel::NodeId;
using feel::NodeKind;
using feel::Operator;
using rt::Decimal;
__extension__ using Wide = __int128;

constexpr Wide giga = 1'000'000'000;

// ── dates, counted out ────────────────────────────────────────────────────────────────────────

bool leap(std::int64_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }
int month_length(std::int64_t y, int m) {
  static constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && leap(y) ? 29 : lengths[m - 1];
}

struct Civil {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
};

/// Goes through 400-year cycles, then years, then months.
Civil civil(std::int64_t days) {
  constexpr std::int64_t cycle = 146'097;
  Civil out;
  std::int64_t cycles = days / cycle;
  days %= cycle;
  if (days < 0) {
    days += cycle;
    --cycles;
  }
  out.year = 1970 + cycles * 400;
  while (days >= (leap(out.year) ? 366 : 365)) {
    days -= leap(out.year) ? 366 : 365;
    ++out.year;
  }
  while (days >= month_length(out.year, out.month)) {
    days -= month_length(out.year, out.month);
    ++out.month;
  }
  out.day = 1 + static_cast<int>(days);
  return out;
}

std::int64_t day_number(const Civil& at) {
  std::int64_t cycles = (at.year - 1970) / 400;
  std::int64_t year = 1970 + cycles * 400;
  if (at.year < year) {
    --cycles;
    year -= 400;
  }
  std::int64_t days = cycles * 146'097;
  for (; year < at.year; ++year) days += leap(year) ? 366 : 365;
  for (int m = 1; m < at.month; ++m) days += month_length(at.year, m);
  return days + at.day - 1;
}

std::int64_t plus_months(std::int64_t days, std::int64_t months) {
  Civil at = civil(days);
  std::int64_t index = at.year * 12 + (at.month - 1) + months;
  at.year = index / 12;
  index %= 12;
  if (index < 0) {
    index += 12;
    --at.year;
  }
  at.month = static_cast<int>(index) + 1;
  at.day = std::min(at.day, month_length(at.year, at.month));
  return day_number(at);
}

Wide nanos_of(rt::Duration d) { return Wide{d.seconds} * giga + d.nanos; }
std::optional<rt::Duration> duration_of(Wide nanos) {
  Wide seconds = nanos / giga;
  Wide rest = nanos % giga;
  if (rest < 0) {
    rest += giga;
    --seconds;
  }
  if (seconds > INT64_MAX || seconds < INT64_MIN) return std::nullopt;
  return rt::Duration{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(rest)};
}

Wide floor_of(Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); }

// ── the walk ──────────────────────────────────────────────────────────────────────────────────

struct OutOfSteps {};

class Walker;

/// Names, the innermost first.
struct Env {
  std::string_view name;
  Value value;
  std::shared_ptr<const Env> outer;
};
using EnvPtr = std::shared_ptr<const Env>;
EnvPtr with(const EnvPtr& env, std::string_view name, Value value) {
  return std::make_shared<const Env>(Env{name, std::move(value), env});
}

struct Closure final : builtins::HostCallable {
  const Walker* walker = nullptr;
  std::vector<std::string> names;
  NodeId body = 0;
  EnvPtr around;

  std::size_t arity() const noexcept override { return names.size(); }
  std::string parameter(std::size_t index) const override { return names[index]; }
  std::string to_text() const override { return "function"; }
  Value call(builtins::CallContext& context, std::span<const Value> arguments) const override;
};

class Context final : public builtins::PlainCallContext {
 public:
  Value invoke(const Value& function, std::span<const Value> arguments) override {
    if (!function.is(Kind::function)) return {};
    if (const auto* host = builtins::as_host_callable(function)) {
      if (host->arity() != arguments.size()) return {};
      return host->call(*this, arguments);
    }
    if (const auto builtin = builtins::as_builtin(function)) {
      return builtins::call(*this, *builtin, arguments);
    }
    return {};
  }
};

enum class Truth { no, yes, unknown };

Truth truth_of(const Value& v) {
  return !v.is(Kind::boolean) ? Truth::unknown : v.as_boolean() ? Truth::yes : Truth::no;
}
Value value_of(Truth t) {
  return t == Truth::unknown ? Value() : Value::boolean(t == Truth::yes);
}
Value of(std::optional<Decimal> n) { return n ? Value::number(*n) : Value(); }

class Walker {
 public:
  Walker(const Ast& tree, const Setting& setting) : tree_(tree), setting_(setting) {
    context_.zone = setting.zone;
  }

  Value eval(NodeId id, const EnvPtr& env) const {
    if (++steps_ > setting_.steps) throw OutOfSteps{};
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::null_literal:
        return {};
      case NodeKind::boolean_literal:
        return Value::boolean(node.flags == 1);
      case NodeKind::number_literal:
        return of(Decimal::parse(tree_.text_of(id)));
      case NodeKind::string_literal:
        return Value::string(tree_.text_of(id));
      case NodeKind::at_literal:
        return at_literal(tree_.text_of(id));
      case NodeKind::name:
        return name(tree_.text_of(id), env);
      case NodeKind::input:
        return name("?", env);
      case NodeKind::negate:
        return negate(eval(tree_.child(id, 0), env));
      case NodeKind::binary:
        return binary(tree_.operator_of(id), eval(tree_.child(id, 0), env),
                      eval(tree_.child(id, 1), env));
      case NodeKind::all_of:
      case NodeKind::any_of: {
        const bool is_and = node.kind == NodeKind::all_of;
        const Truth ends = is_and ? Truth::no : Truth::yes;
        Truth result = is_and ? Truth::yes : Truth::no;
        for (const NodeId child : tree_.children(id)) {
          const Truth one = truth_of(eval(child, env));
          if (one == ends) return value_of(ends);
          if (one == Truth::unknown) result = Truth::unknown;
        }
        return value_of(result);
      }
      case NodeKind::between: {
        const Value v = eval(tree_.child(id, 0), env);
        const Value low = eval(tree_.child(id, 1), env);
        const Value high = eval(tree_.child(id, 2), env);
        const auto from = order(low, v);
        const auto to = order(v, high);
        if (!from || !to) return {};
        return Value::boolean(*from <= 0 && *to <= 0);
      }
      case NodeKind::in: {
        const Value v = eval(tree_.child(id, 0), env);
        Truth any = Truth::no;
        for (const NodeId test : tree_.children(id).subspan(1)) {
          const Truth one = test_of(test, v, env);
          if (one == Truth::yes) return Value::boolean(true);
          if (one == Truth::unknown) any = Truth::unknown;
        }
        return value_of(any);
      }
      case NodeKind::path: {
        return member(eval(tree_.child(id, 0), env), tree_.text_of(id));
      }
      case NodeKind::descendants: {
        const Value base = eval(tree_.child(id, 0), env);
        if (base.is_null()) return {};
        std::vector<Value> found;
        const std::function<void(const Value&)> look = [&](const Value& in) {
          if (in.is(Kind::list))
            for (const Value& item : in.items()) look(item);
          if (!in.is(Kind::context)) return;
          for (const auto& [key, value] : in.entries()) {
            if (key == tree_.text_of(id)) found.push_back(value);
            look(value);
          }
        };
        look(base);
        return Value::list(std::move(found));
      }
      case NodeKind::filter:
        return filter(id, env);
      case NodeKind::call:
        return call(id, env);
      case NodeKind::range: {
        const Value low = eval(tree_.child(id, 0), env);
        const Value high = eval(tree_.child(id, 1), env);
        const bool with_low = (node.flags & feel::range_includes_low) != 0;
        const bool with_high = (node.flags & feel::range_includes_high) != 0;
        if (low.is_null() || high.is_null()) {
          // An end that is not known is open.
          const bool is_half = !low.is_null() ? !with_high : !high.is_null() && !with_low;
          const Value& end = low.is_null() ? high : low;
          return is_half && order(end, end) ? Value::range(low, with_low, high, with_high)
                                            : Value();
        }
        const auto o = order(low, high);
        if (!o || *o > 0) return {};
        return Value::range(low, with_low, high, with_high);
      }
      case NodeKind::half_range: {
        Value bound = eval(tree_.child(id, 0), env);
        const RangeForm form = form_of(tree_.operator_of(id));
        if (form != RangeForm::equal && form != RangeForm::not_equal && !order(bound, bound)) {
          return {};
        }
        return Value::comparison(form, std::move(bound));
      }
      case NodeKind::list: {
        std::vector<Value> items;
        for (const NodeId child : tree_.children(id)) items.push_back(eval(child, env));
        return Value::list(std::move(items));
      }
      case NodeKind::context: {
        EnvPtr inner = env;
        std::vector<ContextEntry> entries;
        for (const NodeId entry : tree_.children(id)) {
          Value v = eval(tree_.child(entry, 0), inner);
          const std::string& key = tree_.text_of(entry);
          for (const auto& [known, ignored] : entries) {
            if (known == key) return {};
          }
          inner = with(inner, key, v);
          entries.emplace_back(key, std::move(v));
        }
        return Value::context(std::move(entries));
      }
      case NodeKind::if_else: {
        const bool holds = truth_of(eval(tree_.child(id, 0), env)) == Truth::yes;
        return eval(tree_.child(id, holds ? 1 : 2), env);
      }
      case NodeKind::for_each:
      case NodeKind::some:
      case NodeKind::every:
        return iterate(id, env);
      case NodeKind::function: {
        auto made = std::make_shared<Closure>();
        made->walker = this;
        const auto children = tree_.children(id);
        for (const NodeId p : children.first(children.size() - 1)) {
          made->names.push_back(tree_.text_of(p));
        }
        made->body = children.back();
        made->around = env;
        return value::function(std::move(made));
      }
      case NodeKind::instance_of:
        return instance_of(eval(tree_.child(id, 0), env), tree_.child(id, 1));
      case NodeKind::tests: {
        const Value v = name("?", env);
        Truth any = Truth::no;
        for (const NodeId test : tree_.children(id)) {
          const Truth one = test_of(test, v, env);
          if (one == Truth::yes) any = one;
          if (one == Truth::unknown && any == Truth::no) any = one;
        }
        if (node.flags == 1 && any != Truth::unknown) {
          any = any == Truth::yes ? Truth::no : Truth::yes;
        }
        return value_of(any);
      }
      default:
        return {};
    }
  }

 private:
  // ── names and literals ──────────────────────────────────────────────────────────────────────

  Value name(const std::string& wanted, const EnvPtr& env) const {
    for (const Env* at = env.get(); at != nullptr; at = at->outer.get()) {
      if (at->name == wanted) return at->value;
    }
    if (const auto builtin = builtins::find(wanted)) return builtins::function_value(*builtin);
    return {};
  }

  Value at_literal(const std::string& text) const {
    if (const auto date = value::parse_date(text)) return Value::date(*date);
    if (auto at = value::parse_date_time(text)) return Value::date_time(*std::move(at));
    if (auto time = value::parse_time(text)) return Value::time(*std::move(time));
    return value::parse_duration(text);
  }

  // ── arithmetic ──────────────────────────────────────────────────────────────────────────────

  static Value negate(const Value& v) {
    switch (v.kind()) {
      case Kind::number:
        return Value::number(-v.as_number());
      case Kind::days_duration: {
        const auto d = duration_of(-nanos_of(v.as_days_duration()));
        return d ? Value::days_duration(*d) : Value();
      }
      case Kind::months_duration:
        return Value::months_duration({-v.as_months_duration().count});
      default:
        return {};
    }
  }

  /// In nanoseconds.
  static Decimal decimal_of(rt::Duration d) {
    return *rt::add(*rt::multiply(Decimal(d.seconds), Decimal(1'000'000'000)), Decimal(d.nanos));
  }

  static Value scaled(const Value& length, const Decimal& factor, bool divides) {
    if (divides && factor == Decimal(0)) return {};
    if (length.is(Kind::months_duration)) {
      const Decimal count(length.as_months_duration().count);
      const auto exact = divides ? rt::divide(count, factor) : rt::multiply(count, factor);
      // Towards zero, as the whole months of the XQuery functions.
      const auto whole = exact ? rt::round(*exact, 0, rt::Rounding::down) : exact;
      const auto n = whole ? whole->to_int64() : std::nullopt;
      return n ? Value::months_duration({*n}) : Value();
    }
    const Decimal nanos = decimal_of(length.as_days_duration());
    const auto exact = divides ? rt::divide(nanos, factor) : rt::multiply(nanos, factor);
    const auto whole = exact ? rt::round(*exact, 0, rt::Rounding::down) : exact;
    if (!whole) return {};
    const auto seconds = rt::floor(*rt::divide(*whole, Decimal(1'000'000'000)));
    const auto n = seconds ? seconds->to_int64() : std::nullopt;
    if (!n) return {};
    const auto rest = rt::subtract(*whole, *rt::multiply(*seconds, Decimal(1'000'000'000)));
    return Value::days_duration({*n, static_cast<std::int32_t>(rest->to_int64().value_or(0))});
  }

  /// Null beyond the calendar, which ends with the year 999,999,999 on both sides.
  static Value point_plus(const Value& point, const Value& length, int sign,
                          const std::optional<Zone>& zone) {
    Value moved = moved_by(point, length, sign, zone);
    std::int64_t days = 0;
    if (moved.is(Kind::date)) days = moved.as_date().days;
    if (moved.is(Kind::date_time)) days = moved.as_date_time().date.days;
    const std::int64_t year = civil(days).year;
    return year > 999'999'999 || year < -999'999'999 ? Value() : moved;
  }

  /// Instants are counted in 64 bits of microseconds.
  static Value instant_at(Wide micros) {
    if (micros < INT64_MIN || micros > INT64_MAX) return {};
    return Value::instant({static_cast<std::int64_t>(micros)});
  }

  static Value moved_by(const Value& point, const Value& length, int sign,
                        const std::optional<Zone>& zone) {
    if (length.is(Kind::months_duration)) {
      const std::int64_t months = sign * length.as_months_duration().count;
      if (point.is(Kind::date)) return Value::date({plus_months(point.as_date().days, months)});
      if (point.is(Kind::date_time)) {
        DateTimeValue at = point.as_date_time();
        at.date = {plus_months(at.date.days, months)};
        return Value::date_time(std::move(at));
      }
      if (point.is(Kind::instant) && zone) {
        const rt::LocalDateTime local = zone->local(point.as_instant());
        const std::int64_t day = plus_months(local.date.days, months);
        if (civil(day).year > 290'000 || civil(day).year < -290'000) return {};
        const std::int64_t moved = day - local.date.days;
        return instant_at(Wide{point.as_instant().micros} + Wide{moved} * rt::micros_per_day);
      }
      return {};
    }
    const Wide nanos = sign * nanos_of(length.as_days_duration());
    constexpr Wide day = Wide{86'400} * giga;
    switch (point.kind()) {
      case Kind::date:
        return Value::date(
            {static_cast<std::int64_t>(floor_of(Wide{point.as_date().days} * day + nanos, day))});
      case Kind::date_time: {
        DateTimeValue at = point.as_date_time();
        const Wide all = Wide{at.date.days} * day + at.time.nanos + nanos;
        at.date = {static_cast<std::int64_t>(floor_of(all, day))};
        at.time = {static_cast<std::int64_t>(all - floor_of(all, day) * day)};
        return Value::date_time(std::move(at));
      }
      case Kind::time: {
        TimeValue at = point.as_time();
        const Wide all = at.time.nanos + nanos;
        at.time = {static_cast<std::int64_t>(all - floor_of(all, day) * day)};
        return Value::time(std::move(at));
      }
      case Kind::instant:
        // A length that no instant could be moved by is too long for all of them.
        if (const Wide micros = floor_of(nanos, 1000); micros >= INT64_MIN && micros <= INT64_MAX) {
          return instant_at(Wide{point.as_instant().micros} + micros);
        }
        return {};
      default:
        return {};
    }
  }

  static bool is_length(const Value& v) {
    return v.is(Kind::days_duration) || v.is(Kind::months_duration);
  }
  static bool is_point(const Value& v) {
    return v.is(Kind::date) || v.is(Kind::date_time) || v.is(Kind::time) || v.is(Kind::instant);
  }

  static std::optional<Wide> nanos_at(const Value& v) {
    constexpr Wide day = Wide{86'400} * giga;
    switch (v.kind()) {
      case Kind::date:
        return Wide{v.as_date().days} * day;
      case Kind::instant:
        return Wide{v.as_instant().micros} * 1000;
      case Kind::time:
        if (v.as_time().zone.kind != ZoneRef::Kind::none) return std::nullopt;
        return v.as_time().time.nanos;
      case Kind::date_time:
        if (v.as_date_time().zone.kind != ZoneRef::Kind::none) return std::nullopt;
        return Wide{v.as_date_time().date.days} * day + v.as_date_time().time.nanos;
      default:
        return std::nullopt;
    }
  }

  Value binary(Operator op, const Value& a, const Value& b) const {
    switch (op) {
      case Operator::eq:
        return value_of(equal(a, b));
      case Operator::ne: {
        const Truth same = equal(a, b);
        return same == Truth::unknown ? Value() : Value::boolean(same == Truth::no);
      }
      case Operator::lt:
      case Operator::le:
      case Operator::gt:
      case Operator::ge: {
        const auto o = order(a, b);
        if (!o) return {};
        return Value::boolean(op == Operator::lt   ? *o < 0
                              : op == Operator::le ? *o <= 0
                              : op == Operator::gt ? *o > 0
                                                   : *o >= 0);
      }
      case Operator::add:
      case Operator::subtract: {
        const int sign = op == Operator::add ? 1 : -1;
        if (a.is(Kind::number) && b.is(Kind::number)) {
          return of(sign > 0 ? rt::add(a.as_number(), b.as_number())
                             : rt::subtract(a.as_number(), b.as_number()));
        }
        if (a.is(Kind::string) && b.is(Kind::string) && sign > 0) {
          return Value::string(std::string(a.as_string()) + std::string(b.as_string()));
        }
        if (a.is(Kind::months_duration) && b.is(Kind::months_duration)) {
          return Value::months_duration(
              {a.as_months_duration().count + sign * b.as_months_duration().count});
        }
        if (a.is(Kind::days_duration) && b.is(Kind::days_duration)) {
          const auto d = duration_of(nanos_of(a.as_days_duration()) +
                                     sign * nanos_of(b.as_days_duration()));
          return d ? Value::days_duration(*d) : Value();
        }
        if (is_point(a) && is_length(b)) return point_plus(a, b, sign, setting_.zone);
        if (sign > 0 && is_length(a) && is_point(b)) return point_plus(b, a, 1, setting_.zone);
        if (sign < 0 && a.kind() == b.kind()) {
          const auto x = nanos_at(a);
          const auto y = nanos_at(b);
          const auto d = x && y ? duration_of(*x - *y) : std::nullopt;
          return d ? Value::days_duration(*d) : Value();
        }
        return {};
      }
      case Operator::multiply:
        if (a.is(Kind::number) && b.is(Kind::number)) {
          return of(rt::multiply(a.as_number(), b.as_number()));
        }
        if (is_length(a) && b.is(Kind::number)) return scaled(a, b.as_number(), false);
        if (a.is(Kind::number) && is_length(b)) return scaled(b, a.as_number(), false);
        return {};
      case Operator::divide:
        if (a.is(Kind::number) && b.is(Kind::number)) {
          if (b.as_number() == Decimal(0)) return {};
          return of(rt::divide(a.as_number(), b.as_number()));
        }
        if (is_length(a) && b.is(Kind::number)) return scaled(a, b.as_number(), true);
        if (a.is(Kind::days_duration) && b.is(Kind::days_duration)) {
          if (nanos_of(b.as_days_duration()) == 0) return {};
          return of(rt::divide(decimal_of(a.as_days_duration()), decimal_of(b.as_days_duration())));
        }
        if (a.is(Kind::months_duration) && b.is(Kind::months_duration)) {
          if (b.as_months_duration().count == 0) return {};
          return of(rt::divide(Decimal(a.as_months_duration().count),
                               Decimal(b.as_months_duration().count)));
        }
        return {};
      case Operator::power:
        if (a.is(Kind::number) && b.is(Kind::number)) {
          if (rt::abs(b.as_number()) > Decimal(999'999'999)) return {};
          return of(rt::power(a.as_number(), b.as_number()));
        }
        return {};
    }
    return {};
  }

  // ── comparison ──────────────────────────────────────────────────────────────────────────────

  template <class T>
  static int sign_of(const T& x, const T& y) {
    return x < y ? -1 : y < x ? 1 : 0;
  }

  static std::optional<int> order(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
      case Kind::number:
        return sign_of(a.as_number(), b.as_number());
      case Kind::string:
        return sign_of(a.as_string(), b.as_string());
      case Kind::days_duration:
        return sign_of(nanos_of(a.as_days_duration()), nanos_of(b.as_days_duration()));
      case Kind::months_duration:
        return sign_of(a.as_months_duration().count, b.as_months_duration().count);
      case Kind::date:
      case Kind::instant:
        return sign_of(*nanos_at(a), *nanos_at(b));
      case Kind::time:
      case Kind::date_time: {
        // Whole seconds count (DMN 10.3.2.2: value() of a time).
        const auto x = nanos_at(a);
        const auto y = nanos_at(b);
        if (!x || !y) return std::nullopt;  // zones are left to the machine's own tests
        return sign_of(floor_of(*x, giga), floor_of(*y, giga));
      }
      default:
        return std::nullopt;
    }
  }

  static Truth equal(const Value& a, const Value& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null() ? Truth::yes : Truth::no;
    if (a.kind() != b.kind()) return Truth::unknown;
    switch (a.kind()) {
      case Kind::boolean:
        return a.as_boolean() == b.as_boolean() ? Truth::yes : Truth::no;
      case Kind::list: {
        if (a.size() != b.size()) return Truth::no;
        Truth all = Truth::yes;
        for (std::size_t i = 0; i < a.size(); ++i) {
          const Truth one = equal(a.items()[i], b.items()[i]);
          if (one == Truth::no) return one;
          if (one == Truth::unknown) all = one;
        }
        return all;
      }
      case Kind::context: {
        if (a.size() != b.size()) return Truth::no;
        for (const auto& [key, ignored] : a.entries()) {
          if (b.find(key) == nullptr) return Truth::no;
        }
        Truth all = Truth::yes;
        for (const auto& [key, v] : a.entries()) {
          const Truth one = equal(v, *b.find(key));
          if (one == Truth::no) return one;
          if (one == Truth::unknown) all = one;
        }
        return all;
      }
      case Kind::range: {
        if (a.range_form() != b.range_form() || a.range_includes_low() != b.range_includes_low() ||
            a.range_includes_high() != b.range_includes_high()) {
          return Truth::no;
        }
        const Truth low = equal(a.range_low(), b.range_low());
        const Truth high = equal(a.range_high(), b.range_high());
        if (low == Truth::no || high == Truth::no) return Truth::no;
        return low == Truth::yes ? high : low;
      }
      case Kind::function:
        return a.equals(b) ? Truth::yes : Truth::unknown;
      default: {
        const auto o = order(a, b);
        return !o ? Truth::unknown : *o == 0 ? Truth::yes : Truth::no;
      }
    }
  }

  // ── membership ──────────────────────────────────────────────────────────────────────────────

  static RangeForm form_of(Operator op) {
    switch (op) {
      case Operator::lt:
        return RangeForm::less;
      case Operator::le:
        return RangeForm::less_equal;
      case Operator::gt:
        return RangeForm::greater;
      case Operator::ge:
        return RangeForm::greater_equal;
      case Operator::ne:
        return RangeForm::not_equal;
      default:
        return RangeForm::equal;
    }
  }

  static Truth compared(RangeForm form, const Value& v, const Value& bound) {
    if (form == RangeForm::equal) return equal(v, bound);
    if (form == RangeForm::not_equal) {
      const Truth same = equal(v, bound);
      return same == Truth::unknown ? same : same == Truth::yes ? Truth::no : Truth::yes;
    }
    const auto o = order(v, bound);
    if (!o) return Truth::unknown;
    const bool holds = form == RangeForm::less         ? *o < 0
                       : form == RangeForm::less_equal ? *o <= 0
                       : form == RangeForm::greater    ? *o > 0
                                                       : *o >= 0;
    return holds ? Truth::yes : Truth::no;
  }

  static Truth within(const Value& range, const Value& v) {
    if (v.is_null()) return Truth::unknown;
    switch (range.range_form()) {
      case RangeForm::interval: {
        Truth low = Truth::yes;
        Truth high = Truth::yes;
        const auto from = order(range.range_low(), v);
        const auto to = order(v, range.range_high());
        // Null has no order, so that an end that is not known leaves it open.
        low = !from ? Truth::unknown
              : (range.range_includes_low() ? *from <= 0 : *from < 0) ? Truth::yes
                                                                      : Truth::no;
        high = !to ? Truth::unknown
               : (range.range_includes_high() ? *to <= 0 : *to < 0) ? Truth::yes
                                                                    : Truth::no;
        if (low == Truth::no || high == Truth::no) return Truth::no;
        return low == Truth::yes ? high : low;
      }
      case RangeForm::less:
      case RangeForm::less_equal:
        return compared(range.range_form(), v, range.range_high());
      default:
        return compared(range.range_form(), v, range.range_low());
    }
  }

  static bool is_member(const Value& v, const Value& test) {
    if (test.is(Kind::range) && !v.is(Kind::range)) return within(test, v) == Truth::yes;
    if (equal(v, test) == Truth::yes) return true;
    if (!test.is(Kind::list)) return false;
    return std::any_of(test.items().begin(), test.items().end(),
                       [&](const Value& one) { return is_member(v, one); });
  }

  /// One test of `in` or of a cell.
  Truth test_of(NodeId test, const Value& v, const EnvPtr& env) const {
    const Node& node = tree_[test];
    if (node.kind == NodeKind::any_test) return Truth::yes;
    const EnvPtr inner = with(env, "?", v);
    if (node.kind == NodeKind::compare_test) {
      return compared(form_of(tree_.operator_of(test)), v, eval(tree_.child(test, 0), inner));
    }
    if (node.kind == NodeKind::range) {
      // `v in [a..b]` stands for a <= v and v <= b (DMN table 55).
      const Value low = eval(tree_.child(test, 0), inner);
      const Value high = eval(tree_.child(test, 1), inner);
      if (order(low, high) == 1) {
        return within(Value::range(low, (node.flags & feel::range_includes_low) != 0, high,
                                   (node.flags & feel::range_includes_high) != 0),
                      v);
      }
    }
    const Value made = eval(test, inner);
    if (mentions_input(test)) {
      // A test that says what it does with the value is true or is not.
      if (made.is(Kind::boolean) || made.is_null()) return truth_of(made);
    }
    if (node.kind == NodeKind::range && made.is_null()) return Truth::unknown;
    if (made.is(Kind::range) && !v.is(Kind::range)) return within(made, v);
    if (made.is(Kind::list)) return is_member(v, made) ? Truth::yes : Truth::no;
    if (made.is_null() && !v.is_null()) return Truth::unknown;
    return equal(v, made);
  }

  static Value seconds_of(std::int64_t nanos) {
    return Value::number(Decimal::make(nanos, -9)->normalized());
  }

  bool mentions_input(NodeId id) const {
    if (tree_[id].kind == NodeKind::input) return true;
    // Within the tests of another `in` it is that one's value.
    if (tree_[id].kind == NodeKind::in) return mentions_input(tree_.child(id, 0));
    for (const NodeId child : tree_.children(id)) {
      if (mentions_input(child)) return true;
    }
    return false;
  }

  // ── paths, filters, loops ───────────────────────────────────────────────────────────────────

  Value member(const Value& v, const std::string& name) const {
    if (v.is(Kind::list)) {
      std::vector<Value> out;
      for (const Value& item : v.items()) out.push_back(member(item, name));
      return Value::list(std::move(out));
    }
    if (v.is(Kind::context)) {
      const Value* found = v.find(name);
      return found == nullptr ? Value() : *found;
    }
    const auto whole = [](std::int64_t n) { return Value::integer(n); };
    std::optional<std::int64_t> days;
    std::optional<std::int64_t> nanos;
    if (v.is(Kind::date)) days = v.as_date().days;
    if (v.is(Kind::time)) nanos = v.as_time().time.nanos;
    if (v.is(Kind::date_time)) {
      days = v.as_date_time().date.days;
      nanos = v.as_date_time().time.nanos;
    }
    if (v.is(Kind::instant) && setting_.zone) {
      const rt::LocalDateTime local = setting_.zone->local(v.as_instant());
      days = local.date.days;
      nanos = local.time.nanos;
    }
    if (days) {
      const Civil at = civil(*days);
      if (name == "year") return whole(at.year);
      if (name == "month") return whole(at.month);
      if (name == "day") return whole(at.day);
      // 1970-01-01 was a Thursday.
      if (name == "weekday") return whole(((*days + 3) % 7 + 7) % 7 + 1);
    }
    if (nanos) {
      if (name == "hour") return whole(*nanos / 3'600'000'000'000);
      if (name == "minute") return whole(*nanos / 60'000'000'000 % 60);
      if (name == "second") return seconds_of(*nanos % 60'000'000'000);
    }
    if (v.is(Kind::days_duration)) {
      // Each field is cut towards zero and has the sign of the whole.
      const Wide all = nanos_of(v.as_days_duration());
      if (name == "days") return whole(static_cast<std::int64_t>(all / (giga * 86'400)));
      if (name == "hours") return whole(static_cast<std::int64_t>(all / (giga * 3600) % 24));
      if (name == "minutes") return whole(static_cast<std::int64_t>(all / (giga * 60) % 60));
      if (name == "seconds") {
        return seconds_of(static_cast<std::int64_t>(all % (giga * 60)));
      }
    }
    if (v.is(Kind::months_duration)) {
      if (name == "years") return whole(v.as_months_duration().count / 12);
      if (name == "months") return whole(v.as_months_duration().count % 12);
    }
    if (v.is(Kind::range)) {
      if (name == "start included") return Value::boolean(v.range_includes_low());
      if (name == "end included") return Value::boolean(v.range_includes_high());
      if (name == "start") return v.range_low();
      if (name == "end") return v.range_high();
    }
    return {};
  }

  /// The names inside a filter. The keys stay with the item, which the innermost entry holds.
  static EnvPtr inside(const EnvPtr& env, const Value& item) {
    EnvPtr inner = with(env, "item", item);
    if (item.is(Kind::context)) {
      for (const auto& [key, v] : item.entries()) inner = with(inner, key, v);
    }
    return inner;
  }

  Value filter(NodeId id, const EnvPtr& env) const {
    const Value base = eval(tree_.child(id, 0), env);
    const NodeId condition = tree_.child(id, 1);
    std::vector<Value> items;
    if (!base.is_null()) items = {base};
    if (base.is(Kind::list)) items.assign(base.items().begin(), base.items().end());
    // A condition that is a number for what stands outside is an index.
    std::vector<Value> kept;
    for (const Value& item : items) {
      const Value verdict = eval(condition, inside(env, item));
      if (verdict.is(Kind::number)) return element(items, verdict);
      if (truth_of(verdict) == Truth::yes) kept.push_back(item);
    }
    if (items.empty()) {
      const Value verdict = eval(condition, inside(env, {}));
      if (verdict.is(Kind::number)) return {};
    }
    return Value::list(std::move(kept));
  }

  static Value element(const std::vector<Value>& items, const Value& index) {
    const auto n = index.as_number().to_int64();
    const auto size = static_cast<std::int64_t>(items.size());
    if (!n || *n == 0 || *n > size || *n < -size) return {};
    return items[static_cast<std::size_t>(*n > 0 ? *n - 1 : size + *n)];
  }

  std::optional<std::vector<Value>> domain(NodeId iterator, const EnvPtr& env) const {
    const auto sources = tree_.children(iterator);
    Value low = eval(sources[0], env);
    if (sources.size() == 1) {
      if (low.is(Kind::list)) return std::vector<Value>(low.items().begin(), low.items().end());
      // What is no list counts as a list of one.
      if (!low.is_null() && !low.is(Kind::range)) return std::vector<Value>{low};
      if (!low.is(Kind::range) || low.range_form() != RangeForm::interval) return std::nullopt;
      return steps(low.range_low(), low.range_includes_low(), low.range_high(),
                   low.range_includes_high());
    }
    return steps(low, true, eval(sources[1], env), true);
  }

  std::optional<std::vector<Value>> steps(const Value& from, bool with_from, const Value& to,
                                          bool with_to) const {
    std::optional<std::int64_t> a;
    std::optional<std::int64_t> b;
    const bool are_dates = from.is(Kind::date) && to.is(Kind::date);
    if (from.is(Kind::number) && to.is(Kind::number)) {
      const Decimal first = from.as_number();
      const Decimal last = to.as_number();
      if (!first.is_integer() || !last.is_integer()) return std::nullopt;
      if (!first.to_int64() || !last.to_int64()) {
        const Decimal step(first <= last ? 1 : -1);
        std::vector<Value> out;
        for (Decimal i = first; first <= last ? i <= last : i >= last;) {
          if (++steps_ > setting_.steps) throw OutOfSteps{};
          if ((with_from || i != first) && (with_to || i != last)) out.push_back(Value::number(i));
          const auto next = rt::add(i, step);
          if (!next || *next == i) break;
          i = *next;
        }
        return out;
      }
      a = from.as_number().to_int64();
      b = to.as_number().to_int64();
    } else if (are_dates) {
      a = from.as_date().days;
      b = to.as_date().days;
    }
    if (!a || !b) return std::nullopt;
    const std::int64_t step = *a <= *b ? 1 : -1;
    std::vector<Value> out;
    for (std::int64_t i = *a;; i += step) {
      if (++steps_ > setting_.steps) throw OutOfSteps{};
      const bool is_in = (with_from || i != *a) && (with_to || i != *b);
      if (is_in) out.push_back(are_dates ? Value::date({i}) : Value::integer(i));
      if (i == *b) break;
    }
    return out;
  }

  Value iterate(NodeId id, const EnvPtr& env) const {
    const auto children = tree_.children(id);
    const auto iterators = children.first(children.size() - 1);
    std::vector<Value> results;
    bool is_broken = false;
    const std::function<void(std::size_t, const EnvPtr&)> walk = [&](std::size_t depth,
                                                                          const EnvPtr& here) {
      if (is_broken) return;
      if (depth == iterators.size()) {
        results.push_back(eval(children.back(), with(here, "partial", Value::list(results))));
        return;
      }
      const auto cases = domain(iterators[depth], here);
      if (!cases) {
        is_broken = true;
        return;
      }
      for (const Value& one : *cases) {
        walk(depth + 1, with(here, tree_.text_of(iterators[depth]), one));
      }
    };
    walk(0, env);
    if (is_broken) return {};
    if (tree_[id].kind == NodeKind::for_each) return Value::list(std::move(results));
    const bool is_some = tree_[id].kind == NodeKind::some;
    Truth all = is_some ? Truth::no : Truth::yes;
    for (const Value& one : results) {
      const Truth t = truth_of(one);
      if (t == (is_some ? Truth::yes : Truth::no)) return value_of(t);
      if (t == Truth::unknown) all = t;
    }
    return value_of(all);
  }

  // ── functions and types ─────────────────────────────────────────────────────────────────────

  Value call(NodeId id, const EnvPtr& env) const {
    const auto children = tree_.children(id);
    const Value function = eval(children[0], env);
    if (!function.is(Kind::function)) return {};
    std::vector<Value> arguments;
    std::vector<std::string_view> names;
    for (const NodeId argument : children.subspan(1)) {
      if (tree_[argument].kind == NodeKind::argument) {
        names.push_back(tree_.text_of(argument));
        arguments.push_back(eval(tree_.child(argument, 0), env));
      } else {
        arguments.push_back(eval(argument, env));
      }
    }
    context_.reset_budget({});
    if (const auto builtin = builtins::as_builtin(function)) {
      if (names.empty()) return builtins::call(context_, *builtin, arguments);
      const auto placed = builtins::place_named(*builtin, names);
      if (!placed) return {};
      std::vector<Value> in_order;
      for (const std::size_t place : placed->places) {
        in_order.push_back(place == builtins::left_out ? Value() : arguments[place]);
      }
      return builtins::call_signature(context_, placed->signature, in_order);
    }
    const builtins::HostCallable* host = builtins::as_host_callable(function);
    if (host == nullptr || host->arity() != arguments.size()) return {};
    if (!names.empty()) {
      std::vector<Value> in_order;
      for (std::size_t i = 0; i < host->arity(); ++i) {
        const auto at = std::find(names.begin(), names.end(), host->parameter(i));
        if (at == names.end()) return {};
        in_order.push_back(arguments[static_cast<std::size_t>(at - names.begin())]);
      }
      arguments = std::move(in_order);
    }
    return host->call(context_, arguments);
  }

  Value instance_of(const Value& v, NodeId type) const {
    if (tree_[type].kind != NodeKind::type_name) return {};
    const std::string& name = tree_.text_of(type);
    if (name == "Any") return Value::boolean(!v.is_null());
    return Value::boolean(kind_name(v.kind()) == name);
  }

  const Ast& tree_;
  const Setting& setting_;
  mutable Context context_;
  mutable std::uint64_t steps_ = 0;
};

Value Closure::call(builtins::CallContext& /*context*/, std::span<const Value> arguments) const {
  EnvPtr env = around;
  for (std::size_t i = 0; i < names.size(); ++i) env = with(env, names[i], arguments[i]);
  return walker->eval(body, env);
}

}  // namespace

Answer evaluate(const Ast& tree, const Environment& inputs, const Setting& setting) {
  Answer out;
  try {
    EnvPtr env;
    for (const auto& [name, v] : inputs) env = with(env, name, v);
    out.value = Walker(tree, setting).eval(tree.root, env);
  } catch (const OutOfSteps&) {
    out.is_over = true;
  }
  return out;
}

}  // namespace aftercare::literal
