// What a decision table costs: memory a cell, the time of any row with the trace on, the time to
// load; and what compiling 10,000 expressions takes.
//
//   table_bench            3,000 rows x 13 columns, 30,000 rows, 12 rows x 4 columns, expressions
//
// Rows are random and disjoint; each is asked for by a point of its own, and the row that answers
// must be that one. Bytes are what is asked of operator new and not given back.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <malloc.h>

#include "aftercare/expression.hpp"

#include "table/table.hpp"

namespace {

std::size_t live = 0, peak = 0;

void* taken(void* at) {
  if (at == nullptr) throw std::bad_alloc();
  live += malloc_usable_size(at);
  peak = std::max(peak, live);
  return at;
}
void given_back(void* at) noexcept {
  if (at == nullptr) return;
  live -= malloc_usable_size(at);
  std::free(at);
}

}  // namespace

void* operator new(std::size_t size) { return taken(std::malloc(size)); }
void operator delete(void* at) noexcept { given_back(at); }
void operator delete(void* at, std::size_t) noexcept { given_back(at); }

namespace {

using namespace aftercare;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Made {
  table::TableSource source;
  feel::Scope scope{&feel::builtin_scope()};
  std::vector<std::vector<Value>> points;  // of row r
};

/// `columns` conditions and one result. The first condition is a range of its own for each row, the
/// others are words, ranges, comparisons and `-`, true at the row's point.
Made make(std::size_t rows, std::size_t columns) {
  Made made;
  std::mt19937_64 random(20'261'122);
  const auto below = [&](std::uint64_t limit) {
    return static_cast<std::int64_t>(random() % limit);
  };
  const char* words[] = {"quality", "transport", "misuse", "unknown"};
  for (std::size_t c = 0; c < columns; ++c) {
    const std::string name = "c" + std::to_string(c);
    const Type type = c % 4 == 3 ? Type::string() : Type::number();
    made.scope.add_slot(name, type, static_cast<std::uint32_t>(c));
    made.source.inputs.push_back({{name, {}}, name, type, {}, nullptr});
  }
  made.source.name = "t";
  made.source.outputs.push_back({"fee", Type::number(), {}, {}, nullptr});
  for (std::size_t r = 0; r < rows; ++r) {
    table::TableSource::Row row;
    std::vector<Value> point;
    for (std::size_t c = 0; c < columns; ++c) {
      std::string text = "-";
      if (c == 0) {
        const auto low = static_cast<std::int64_t>(r) * 10;
        text = "[" + std::to_string(low) + ".." + std::to_string(low + 10) + ")";
        point.push_back(Value::integer(low + below(10)));
      } else if (c % 4 == 3) {
        const auto word = static_cast<std::size_t>(below(4));
        point.push_back(Value::string(words[word]));
        if (below(3) != 0) text = "\"" + std::string(words[word]) + "\"";
      } else {
        const std::int64_t value = below(1000);
        point.push_back(Value::integer(value));
        const std::int64_t kind = below(4);
        if (kind == 1) text = "<= " + std::to_string(value + below(50));
        if (kind == 2) text = "> " + std::to_string(value - 1 - below(50));
        if (kind == 3) {
          text = "[" + std::to_string(value - below(50)) + ".." +
                 std::to_string(value + below(50)) + "]";
        }
      }
      row.conditions.push_back({std::move(text), {}});
    }
    row.results.push_back({std::to_string(r), {}});
    made.source.rows.push_back(std::move(row));
    made.points.push_back(std::move(point));
  }
  return made;
}

bool failed = false;
void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("WRONG: %s\n", what);
  failed = true;
}

void measure(std::size_t rows, std::size_t columns) {
  const Made made = make(rows, columns - 1);
  table::TableOptions options;
  options.test_slot = static_cast<std::uint32_t>(columns - 1);
  Diagnostics findings;
  const std::size_t before = live;
  peak = live;
  const double start = seconds();
  const table::Table table = table::Table::compile(made.source, made.scope, options, findings);
  const double load = seconds() - start;
  const std::size_t bytes = live - before;
  const std::size_t most = peak - before;
  check(findings.empty(), "the table has findings");

  table::EvaluationSetting setting;
  setting.calls = UINT64_MAX;
  table::Evaluation evaluation(setting);
  const auto ask = [&](std::size_t r) {
    Value value = table.evaluate(made.points[r], evaluation);
    evaluation.forget_tables();
    return value;
  };
  for (std::size_t r = 0; r < rows; ++r) {
    check(ask(r).equals(Value::integer(static_cast<std::int64_t>(r))), "another row answers");
    if (failed) return;
  }
  // The slowest row: each one's fastest of many rounds.
  std::vector<double> best(rows, 1.0);
  const int inner = rows > 10'000 ? 2 : 20;
  for (int round = 0; round < 15; ++round) {
    for (std::size_t r = 0; r < rows; ++r) {
      const double from = seconds();
      for (int i = 0; i < inner; ++i) static_cast<void>(ask(r));
      best[r] = std::min(best[r], (seconds() - from) / inner);
    }
  }
  check(!evaluation.error(), "the evaluation has stopped");
  const double all = std::accumulate(best.begin(), best.end(), 0.0) / static_cast<double>(rows);
  std::printf(
      "%zu rows x %zu columns: %.1f bytes a cell, %.1f MB at most while loading, loaded in %.3f s, "
      "%.0f ns a row, %.0f ns the slowest row\n",
      rows, columns, static_cast<double>(bytes) / static_cast<double>(rows * columns),
      static_cast<double>(most) / 1e6, load, all * 1e9,
      *std::max_element(best.begin(), best.end()) * 1e9);
}

void compile_many() {
  const Signature names = {
      {"amount", Type::number()}, {"days", Type::number()}, {"vip", Type::boolean()}};
  const double start = seconds();
  for (int i = 0; i < 10'000; ++i) {
    const std::string n = std::to_string(i);
    const auto made = compile("if vip and amount > " + n + " then days * 2 + " + n +
                                  " else max(days, " + n + ") - amount / 10",
                              names);
    if (!made) check(false, "an expression does not compile");
  }
  std::printf("10,000 expressions compiled in %.3f s\n", seconds() - start);
}

}  // namespace

int main() {
  measure(12, 4);
  measure(3'000, 13);
  measure(30'000, 13);
  compile_many();
  return failed ? 1 : 0;
}
