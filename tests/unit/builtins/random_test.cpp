// Laws over random values: every built-in keeps what its row says, operators keep their algebra.
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "builtins/pattern.hpp"
#include "unit/builtins/support.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::builtins {
namespace {

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}
  std::int64_t pick(std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
  }
  template <class T, std::size_t N>
  const T& one_of(const std::array<T, N>& all) {
    return all[static_cast<std::size_t>(pick(0, N - 1))];
  }

  Value of(Kind kind) {
    switch (kind) {
      case Kind::boolean:
        return Value::boolean(pick(0, 1) == 1);
      case Kind::number:
        return number();
      case Kind::string:
        return text();
      case Kind::date:
        return Value::date(date());
      case Kind::time:
        return Value::time({{pick(0, rt::nanos_per_day - 1)}, zone()});
      case Kind::date_time:
        return Value::date_time({date(), {pick(0, rt::nanos_per_day - 1)}, zone()});
      case Kind::instant:
        return Value::instant({pick(-1'000'000'000'000'000, 4'000'000'000'000'000)});
      case Kind::days_duration:
        return Value::days_duration(
            {pick(0, 9) == 0 ? pick(INT64_MIN + 1, INT64_MAX) : pick(-1'000'000, 1'000'000),
             static_cast<std::int32_t>(pick(0, 2) == 0 ? pick(0, 999'999'999) : 0)});
      case Kind::months_duration:
        return Value::months_duration(
            {pick(0, 9) == 0 ? pick(INT64_MIN + 1, INT64_MAX) : pick(-1000, 1000)});
      case Kind::working_duration:
        return Value::working_duration(pick(-100, 100),
                                       pick(0, 1) == 0 ? Unit::working_hour : Unit::working_day);
      case Kind::symbol:
        return Value::symbol(1, static_cast<std::uint32_t>(pick(0, 5)));
      case Kind::money:
        return Value::money(
            pick(0, 9) == 0 ? pick(INT64_MIN + 1, INT64_MAX) : pick(-10'000, 10'000),
            currency_code("CNY"), 2);
      case Kind::range:
        return range(ordered());
      case Kind::list:
        return list_of([this] { return anything(2); });
      case Kind::context:
        return context();
      case Kind::function:
        return two([](const Value& a, const Value& b) { return Value::boolean(order(a, b) < 0); });
      case Kind::null:
        return {};
    }
    return {};
  }

  Value anything(int depth = 0) {
    static constexpr std::array kinds = {
        Kind::null,    Kind::boolean,       Kind::number,          Kind::date,
        Kind::instant, Kind::days_duration, Kind::months_duration, Kind::symbol,
        Kind::money,   Kind::time,          Kind::string,          Kind::date_time,
        Kind::range,   Kind::list,          Kind::context,         Kind::working_duration};
    const Kind kind = one_of(kinds);
    if (depth > 1 && (kind == Kind::list || kind == Kind::context)) return number();
    return of(kind);
  }

  Kind ordered() {
    static constexpr std::array kinds = {Kind::number,        Kind::string,          Kind::date,
                                         Kind::time,          Kind::date_time,       Kind::instant,
                                         Kind::days_duration, Kind::months_duration, Kind::money};
    return one_of(kinds);
  }
  Kind summable() {
    static constexpr std::array kinds = {Kind::number, Kind::days_duration, Kind::months_duration,
                                         Kind::money};
    return one_of(kinds);
  }

  // A value that conforms to a pattern; `variable` is what T, O, N or P stands for in this call.
  Value conforming(const Pattern& p, Kind variable) {
    if (p.nullable && pick(0, 3) == 0) return {};
    switch (p.form) {
      case Pattern::Form::any:
        return anything();
      case Pattern::Form::variable:
        return of(variable);
      case Pattern::Form::kind:
        return of(p.kind);
      case Pattern::Form::list:
        return list_of([&] { return conforming(p.parts[0], variable); });
      case Pattern::Form::range:
        return range(variable);
      case Pattern::Form::alternatives:
        return conforming(p.parts[static_cast<std::size_t>(
                              pick(0, static_cast<std::int64_t>(p.parts.size()) - 1))],
                          variable);
    }
    return {};
  }

 private:
  Value number() {
    switch (pick(0, 5)) {
      case 0:
        return Value::integer(pick(-5, 5));
      case 1:
        return Value::integer(pick(INT64_MIN, INT64_MAX));
      case 2:
        return Value::number(*rt::Decimal::make(pick(-99'999, 99'999), pick(-6, 3)));
      case 3:
        return Value::number(*rt::Decimal::make(pick(INT64_MIN, INT64_MAX), pick(-6000, 6000)));
      case 4:
        return Value::number(*rt::divide(rt::Decimal(pick(1, 100)), rt::Decimal(pick(3, 97))));
      default:
        return Value::integer(pick(0, 3));
    }
  }
  Value text() {
    static constexpr std::array<std::string_view, 12> words = {
        "",       "a",      "(a|b)*", "2024-02-29", "12:00:00@Asia/Shanghai",
        "P1DT2H", "修🐎",    "[1..3]", "1,5",        "\\p{L}+",
        "i",      "Etc/UTC"};
    return Value::string(one_of(words));
  }
  rt::Date date() {
    return pick(0, 9) == 0 ? rt::Date{pick(rt::min_date.days, rt::max_date.days)}
                           : rt::Date{pick(-30'000, 30'000)};
  }
  ZoneRef zone() {
    switch (pick(0, 3)) {
      case 0:
        return {ZoneRef::Kind::offset, static_cast<std::int32_t>(pick(-50'400, 50'400)), {}};
      case 1:
        return {ZoneRef::Kind::named, 0, pick(0, 1) == 0 ? "Europe/Paris" : "Australia/Melbourne"};
      default:
        return {};
    }
  }
  template <class Make>
  Value list_of(Make make) {
    std::vector<Value> items;
    for (std::int64_t i = pick(0, 4); i > 0; --i) items.push_back(make());
    return Value::list(std::move(items));
  }
  Value context() {
    static constexpr std::array<std::string_view, 4> keys = {"key", "value", "a", "b c"};
    std::vector<ContextEntry> entries;
    for (std::int64_t i = pick(0, 3); i > 0; --i) {
      entries.emplace_back(one_of(keys), pick(0, 2) == 0 ? text() : number());
    }
    return Value::context(std::move(entries));
  }
  Value range(Kind kind) {
    TestContext quiet;
    for (int attempt = 0; attempt < 20; ++attempt) {
      Value r = pick(0, 5) == 0
                    ? make_comparison(quiet, static_cast<RangeForm>(pick(1, 4)), of(kind))
                    : make_range(quiet, of(kind), pick(0, 1) == 1, of(kind), pick(0, 1) == 1);
      if (!r.is_null()) return r;
    }
    return Value::comparison(RangeForm::less, of(kind));
  }

  std::mt19937 random_;
};

TEST(RandomValues, BuiltinsKeepWhatTheirRowsSay) {
  Maker maker(20260213);
  for (SignatureId id = 0; id < signatures().size(); ++id) {
    const Signature& s = signatures()[id];
    const auto result = *Pattern::parse(s.result);
    for (int round = 0; round < 300; ++round) {
      TestContext context;
      context.budget = {200'000, 10'000'000};
      context.zone = Zone::load("Europe/Paris").value();
      context.now = rt::Instant{maker.pick(0, 4'000'000'000'000'000)};
      const bool adds = s.result == "N" || s.parameters.empty();
      const Kind variable = adds ? maker.summable() : maker.ordered();
      std::vector<Value> arguments;
      for (const Parameter& p : s.parameters) {
        if (p.is_optional && maker.pick(0, 1) == 0) break;
        const auto pattern = *Pattern::parse(p.type);
        for (std::int64_t n = p.is_variadic ? maker.pick(1, 4) : 1; n > 0; --n) {
          arguments.push_back(maker.conforming(pattern, variable));
        }
      }
      const Value v = call_exactly(context, id, arguments);
      std::string call = std::string(s.name) + Value::list(arguments).to_text();
      if (v.is_null()) {
        const bool proper = result.nullable || (s.causes & cause::empty) != 0;
        EXPECT_TRUE(proper || s.causes != cause::never) << call << " is null";
        EXPECT_TRUE(proper || context.fault_count > 0 || context.is_exhausted())
            << call << " is null without a fault";
      } else {
        EXPECT_TRUE(result.accepts(v)) << call << " is " << v.to_text();
      }
      if (HasFailure()) return;
    }
  }
}

TEST(RandomValues, AnyArgumentsAreTakenOrRefused) {
  Maker maker(7);
  for (int round = 0; round < 40'000; ++round) {
    TestContext context;
    context.budget = {100'000, 10'000'000};
    const auto function =
        static_cast<FunctionId>(maker.pick(0, static_cast<std::int64_t>(functions().size()) - 1));
    std::vector<Value> arguments;
    for (std::int64_t n = maker.pick(0, 4); n > 0; --n) arguments.push_back(maker.anything());
    const Value v = call(context, function, arguments);
    EXPECT_LE(v.depth(), max_depth);
  }
}

TEST(RandomValues, OperatorsTellWhyTheyGiveNull) {
  Maker maker(42);
  for (int round = 0; round < 60'000; ++round) {
    const Value a = maker.anything(), b = maker.anything();
    for (int op = 0; op <= static_cast<int>(BinaryOperator::greater_equal); ++op) {
      TestContext context;
      context.zone = Zone();
      const Value v = apply(context, static_cast<BinaryOperator>(op), a, b);
      EXPECT_EQ(v.is_null(), context.fault_count > 0)
          << a.to_text() << ' ' << symbol_of(static_cast<BinaryOperator>(op)) << ' ' << b.to_text()
          << " is " << v.to_text();
    }
    if (HasFailure()) return;
  }
}

TEST(RandomValues, Algebra) {
  Maker maker(1);
  TestContext c;
  c.budget = {UINT64_MAX, UINT64_MAX};
  c.zone = Zone();
  for (int round = 0; round < 60'000; ++round) {
    const Value a = maker.anything();
    const Value b = maker.pick(0, 1) == 0 ? maker.of(a.kind()) : maker.anything();
    const std::string what = a.to_text() + " and " + b.to_text();
    EXPECT_EQ(equal(c, a, b), equal(c, b, a)) << what;
    EXPECT_EQ(is_same(c, a, b), is_same(c, b, a)) << what;
    if (is_same(c, a, b)) {
      EXPECT_EQ(a.hash(), b.hash()) << what;
    }
    EXPECT_TRUE(a.equals(a)) << what;
    const auto forth = order(a, b), back = order(b, a);
    EXPECT_EQ(forth.has_value(), back.has_value()) << what;
    if (forth && back) {
      EXPECT_EQ(*forth, -*back) << what;
      EXPECT_EQ(equal(c, a, b) == rt::Tri::yes, *forth == 0) << what;
    }
    if (!a.is(Kind::string)) {
      EXPECT_TRUE(add(c, a, b).equals(add(c, b, a))) << what;
    }
    EXPECT_TRUE(multiply(c, a, b).equals(multiply(c, b, a))) << what;
    if (a.is(Kind::days_duration) || a.is(Kind::months_duration) || a.is(Kind::money)) {
      const Value sum = add(c, a, b);
      if (!sum.is_null() && sum.kind() == a.kind()) {
        EXPECT_TRUE(subtract(c, sum, b).equals(a)) << what;
      }
    }
    if (HasFailure()) return;
  }
}

TEST(RandomValues, TemporalTextsReadBack) {
  Maker maker(3);
  TestContext c;
  static constexpr std::array kinds = {Kind::date, Kind::time, Kind::date_time, Kind::days_duration,
                                       Kind::months_duration};
  for (int round = 0; round < 30'000; ++round) {
    const Value v = maker.of(maker.one_of(kinds));
    const std::string text = v.to_text();
    if (text.size() > 20 && text.find('P') <= 1) continue;  // lengths beyond what text may hold
    EXPECT_TRUE(temporal_from_text(c, text).equals(v)) << text;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace aftercare::builtins
