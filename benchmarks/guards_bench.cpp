// What a guard costs, a row at a time: eight guards of service regulations over 200,000 random
// rows, through the public header (bind once, then evaluate over slots), beside hand-written C++ on
// doubles (neighbours/guards.cpp).
//
//   facets/n, plain/n   guard n where the schema says how large a number may be, and where it does
//                       not
//   facets/all, …       all eight of a row
//   facets/traced, …    the same, and what the engine's trace keeps of each: a guard and its
//   verdict,
//                       a value that was read
//   by_hand/all         the hand-written ones
//   columns/n, …        over columns
//
// The answers are compared before anything is timed.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "aftercare/batch.hpp"
#include "aftercare/expression.hpp"

#include "base/binary.hpp"
#include "neighbours/guards.hpp"
#include "step/record.hpp"

namespace {

using namespace aftercare;

constexpr std::size_t many = 200'000;

struct Guard {
  const char* text;
  std::vector<const char*> reads;
};

const std::array<Guard, 8>& guards() {
  static const std::array<Guard, 8> all = {{
      {"today <= purchased + duration(\"P1Y\")", {"today", "purchased"}},
      {"(amount < 5000 and role = \"manager\") or (amount >= 5000 and role = \"director\")",
       {"amount", "role"}},
      {"(distance <= 100 and elapsed > duration(\"PT24H\")) or (distance > 100 and elapsed > "
       "duration(\"PT12H\"))",
       {"distance", "elapsed"}},
      {"if n = 1 then 50 else if n = 2 then 100 else 50 * n", {"n"}},
      {"if minutes > 45 then -1 else if minutes > 5 then minutes else 0", {"minutes"}},
      {"decimal(0.30 * (price - cost), 2)", {"price", "cost"}},
      {"ceiling(quantity / 10)", {"quantity"}},
      {"if n >= 3 and minutes > 5 then 0 else 200", {"n", "minutes"}},
  }};
  return all;
}

Type number_of(std::int64_t most, int scale, bool with_facets) {
  if (!with_facets) return Type::number();
  return Type::number({.minimum = rt::Decimal(0), .maximum = rt::Decimal(most), .scale = scale});
}

Type type_of(const std::string& name, bool with_facets) {
  if (name == "today" || name == "purchased") return Type::date();
  if (name == "elapsed") return Type::of(Type::Is::days_duration);
  if (name == "role") return Type::string();
  if (name == "n") return number_of(100, 0, with_facets);
  if (name == "minutes") return number_of(10'000, 0, with_facets);
  if (name == "quantity" || name == "distance") return number_of(100'000, 0, with_facets);
  return number_of(1'000'000, 2, with_facets);
}

struct Data {
  std::vector<std::vector<std::int64_t>> columns[8];  // of guard g
  std::vector<std::string> roles = {"manager", "director", "clerk"};
  std::vector<neighbours::Row> rows;
  std::vector<neighbours::Answers> answers;
  std::array<std::vector<Value>, 2> slots[8];  // of guard g: plain, with facets; row after row
};

const Data& data() {
  static const Data all = [] {
    Data d;
    std::mt19937_64 random(20'261'121);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
    };
    // A host knows few roles and hands out the same texts again.
    const std::vector<Value> roles = {Value::string("manager"), Value::string("director"),
                                      Value::string("clerk")};
    for (std::size_t g = 0; g < guards().size(); ++g) d.columns[g].resize(guards()[g].reads.size());
    for (std::size_t i = 0; i < many; ++i) {
      neighbours::Row r{};
      r.today = 19'000 + below(2'000);
      r.purchased = r.today - below(800);
      const std::int64_t amount = below(1'000'000), price = below(10'000'000),
                         cost = below(price + 1);
      r.amount = static_cast<double>(amount) / 100;
      r.role = static_cast<int>(below(3));
      r.distance = static_cast<double>(below(200));
      r.elapsed = below(48 * 3600);
      r.n = static_cast<double>(1 + below(6));
      r.minutes = static_cast<double>(below(90));
      r.price = static_cast<double>(price) / 100;
      r.cost = static_cast<double>(cost) / 100;
      r.quantity = static_cast<double>(below(500));
      d.rows.push_back(r);
      const auto cents = [](std::int64_t c) {
        return Value::number(std::to_string(c / 100) + "." + (c % 100 < 10 ? "0" : "") +
                             std::to_string(c % 100))
            .value();
      };
      const auto value = [&](const std::string& name) -> Value {
        if (name == "today") return Value::date({r.today});
        if (name == "purchased") return Value::date({r.purchased});
        if (name == "elapsed") return Value::days_duration({r.elapsed, 0});
        if (name == "role") return roles[static_cast<std::size_t>(r.role)];
        if (name == "amount") return cents(amount);
        if (name == "price") return cents(price);
        if (name == "cost") return cents(cost);
        const double plain = name == "n"          ? r.n
                             : name == "minutes"  ? r.minutes
                             : name == "distance" ? r.distance
                                                  : r.quantity;
        return Value::integer(static_cast<std::int64_t>(plain));
      };
      const auto word = [&](const std::string& name) -> std::int64_t {
        if (name == "today") return r.today;
        if (name == "purchased") return r.purchased;
        if (name == "elapsed") return r.elapsed * 1'000'000;
        if (name == "role") return r.role;
        if (name == "amount") return amount;
        if (name == "price") return price;
        if (name == "cost") return cost;
        return value(name).raw_word();
      };
      for (std::size_t g = 0; g < guards().size(); ++g)
        for (std::size_t c = 0; c < guards()[g].reads.size(); ++c)
          d.columns[g][c].push_back(word(guards()[g].reads[c]));
      for (std::size_t g = 0; g < guards().size(); ++g)
        for (const bool with_facets : {false, true})
          for (const char* name : guards()[g].reads)
            d.slots[g][with_facets ? 1 : 0].push_back(value(name));
    }
    d.answers.resize(many);
    neighbours::run(d.rows, d.answers);
    return d;
  }();
  return all;
}

Expression compiled(std::size_t g, bool with_facets) {
  Signature names;
  for (const char* name : guards()[g].reads) names.emplace_back(name, type_of(name, with_facets));
  auto expression = compile(guards()[g].text, names, {.acceptance = Acceptance::strict});
  if (!expression) {
    std::fputs(render(expression.diagnostics(), expression.sources()).c_str(), stderr);
    std::exit(1);
  }
  return *std::move(expression);
}

struct Bound {
  std::size_t guard;
  std::size_t width;
  const std::vector<Value>* slots;
  bool is_condition;  // the others give a number
  Evaluator evaluator;

  Value at(std::size_t row) {
    return *evaluator.evaluate(std::span<const Value>(slots->data() + row * width, width));
  }
};

Bound bound(std::size_t g, bool with_facets) {
  const Expression expression = compiled(g, with_facets);
  return {g, guards()[g].reads.size(), &data().slots[g][with_facets ? 1 : 0],
          expression.type().is() == Type::Is::boolean, expression.bind()};
}

/// Our answer as the neighbour tells it. In one row of ten guard 6 rounds a tie, which a double
/// cannot hold: there they may differ by a cent.
bool is_same(const Value& ours, double theirs, std::size_t g) {
  if (ours.is(Kind::boolean)) return ours.as_boolean() == (theirs != 0);
  if (!ours.is(Kind::number)) return false;
  const double number = std::strtod(ours.to_text().c_str(), nullptr);
  return std::fabs(number - theirs) < (g == 5 ? 0.0100001 : 1e-9);
}

void check_answers() {
  for (const bool with_facets : {false, true}) {
    for (std::size_t g = 0; g < guards().size(); ++g) {
      Bound b = bound(g, with_facets);
      std::size_t ties = 0;
      for (std::size_t i = 0; i < many; ++i) {
        const Value ours = b.at(i);
        const double theirs = data().answers[i].of[g];
        if (!is_same(ours, theirs, g)) {
          std::fprintf(stderr, "guard %zu, row %zu: %s, by hand %.17g\n", g + 1, i,
                       ours.to_text().c_str(), theirs);
          std::exit(1);
        }
        if (g == 5 && std::fabs(std::strtod(ours.to_text().c_str(), nullptr) - theirs) > 1e-9)
          ++ties;
      }
      if (ties > many / 20) {
        std::fprintf(stderr, "guard %zu: %zu rows differ by a cent\n", g + 1, ties);
        std::exit(1);
      }
    }
  }
}

/// A guard over all rows at once.
struct Columns {
  Batch batch;
  std::vector<Column> columns;
  std::vector<std::int64_t> results = std::vector<std::int64_t>(many);

  explicit Columns(std::size_t g) : batch(Batch::of(compiled(g, true)).value()) {
    for (std::size_t c = 0; c < guards()[g].reads.size(); ++c) {
      const std::string name = guards()[g].reads[c];
      Column column{.words = data().columns[g][c]};
      if (name == "amount" || name == "price" || name == "cost") column.scale = 2;
      if (name == "role") column.texts = data().roles;
      columns.push_back(column);
    }
  }
  void run() { batch.evaluate(columns, results).value(); }
};

void check_columns() {
  for (std::size_t g = 0; g < guards().size(); ++g) {
    Columns all(g);
    Bound b = bound(g, true);
    all.run();
    for (std::size_t i = 0; i < many; ++i) {
      const Value one = b.at(i);
      const Value same =
          one.is(Kind::boolean)
              ? Value::boolean(all.results[i] != 0)
              : Value::number(rt::Decimal::make(all.results[i], -all.batch.scale()).value());
      if (!one.equals(same)) {
        std::fprintf(stderr, "guard %zu, row %zu: %s alone, %s in columns\n", g + 1, i,
                     one.to_text().c_str(), same.to_text().c_str());
        std::exit(1);
      }
    }
  }
}

void columns(benchmark::State& state, std::size_t from, std::size_t to) {
  std::vector<Columns> all;
  for (std::size_t g = from; g < to; ++g) all.emplace_back(g);
  for (auto _ : state)
    for (Columns& guard : all) guard.run();
  state.counters["ns_a_row"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(many) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void one(benchmark::State& state, std::size_t g, bool with_facets) {
  Bound b = bound(g, with_facets);
  std::size_t row = 0;
  for (auto _ : state) {
    Value v = b.at(row);
    benchmark::DoNotOptimize(v);
    if (++row == many) row = 0;
  }
}

void all(benchmark::State& state, bool with_facets) {
  std::vector<Bound> bounds;
  for (std::size_t g = 0; g < guards().size(); ++g) bounds.push_back(bound(g, with_facets));
  std::size_t row = 0;
  for (auto _ : state) {
    for (Bound& b : bounds) {
      Value v = b.at(row);
      benchmark::DoNotOptimize(v);
    }
    if (++row == many) row = 0;
  }
}

/// What the record of a step keeps of each.
void traced(benchmark::State& state, bool with_facets) {
  using step::record::Op;
  std::vector<Bound> bounds;
  for (std::size_t g = 0; g < guards().size(); ++g) bounds.push_back(bound(g, with_facets));
  std::vector<step::record::Mark> marks;
  for (const Bound& b : bounds)
    marks.push_back(step::record::mark(b.is_condition ? Op::guard : Op::read,
                                       static_cast<step::Index>(b.guard)));
  base::ByteWriter trace;
  std::size_t row = 0;
  for (auto _ : state) {
    trace.clear();
    for (Bound& b : bounds) {
      Value v = b.at(row);
      benchmark::DoNotOptimize(v);
      const step::record::Mark mark = marks[b.guard];
      if (b.is_condition) {
        step::record::write_verdict(trace, mark, v.as_boolean());
      } else {
        step::record::write_item(trace, mark, v);
      }
    }
    benchmark::DoNotOptimize(trace.data().data());
    if (++row == many) row = 0;
  }
}

void by_hand(benchmark::State& state) {
  std::vector<neighbours::Answers> answers(many);
  std::size_t row = 0;
  for (auto _ : state) {
    neighbours::run({data().rows.data() + row, 1}, {answers.data() + row, 1});
    benchmark::DoNotOptimize(answers[row]);
    if (++row == many) row = 0;
  }
}

void by_hand_columns(benchmark::State& state) {
  std::vector<neighbours::Answers> answers(many);
  for (auto _ : state) {
    neighbours::run(data().rows, answers);
    benchmark::DoNotOptimize(answers.data());
  }
  state.counters["ns_a_row"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(many) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

int main(int argc, char** argv) {
  check_answers();
  check_columns();
  for (const bool with_facets : {true, false}) {
    const std::string kind = with_facets ? "facets/" : "plain/";
    for (std::size_t g = 0; g < guards().size(); ++g)
      benchmark::RegisterBenchmark((kind + std::to_string(g + 1)).c_str(),
                                   [=](benchmark::State& s) { one(s, g, with_facets); });
    benchmark::RegisterBenchmark((kind + "all").c_str(),
                                 [=](benchmark::State& s) { all(s, with_facets); });
    benchmark::RegisterBenchmark((kind + "traced").c_str(),
                                 [=](benchmark::State& s) { traced(s, with_facets); });
  }
  benchmark::RegisterBenchmark("by_hand/all", by_hand);
  for (std::size_t g = 0; g < guards().size(); ++g)
    benchmark::RegisterBenchmark(("columns/" + std::to_string(g + 1)).c_str(),
                                 [=](benchmark::State& s) { columns(s, g, g + 1); });
  benchmark::RegisterBenchmark("columns/all",
                               [](benchmark::State& s) { columns(s, 0, guards().size()); });
  benchmark::RegisterBenchmark("by_hand_columns/all", by_hand_columns);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
