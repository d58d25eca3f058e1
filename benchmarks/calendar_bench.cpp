// What working time costs through the public header: 20 years of China's holidays and make-up days,
// a zone that changes its clocks, shifts over midnight, and 24 hours a day.
//
//   add/…        the limit of up to 100 working hours from a random instant
//   elapsed/…    the working time between two random instants
//   deadline/…   the same with options and flags, as clocks ask for it
//   load/…       from a description to the first answer 20 years on
//
// Run from the source folder, or set AFTERCARE_SOURCE. Each result is checked before it is timed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "aftercare/calendar.hpp"

#include "../tests/support/china_calendar.hpp"

namespace {

using namespace aftercare;

constexpr std::size_t many = 1 << 14;

std::string source_dir() {
  const auto* dir = std::getenv("AFTERCARE_SOURCE");
  return dir != nullptr ? dir : ".";
}

Calendar weekly(const char* zone, const char* hours) {
  CalendarDescription description{.name = "bench", .zone = zone};
  for (std::size_t day = 0; day < 5; ++day) {
    description.weekly.at(day) = parse_day_hours(hours).hours;
  }
  return Calendar::make(std::move(description)).value();
}

Calendar china() { return test::china_office(source_dir()); }
Calendar berlin() { return weekly("Europe/Berlin", "09:00-12:30 13:00-17:00"); }
Calendar nights() { return weekly("Europe/Berlin", "22:00-06:00"); }
Calendar always() { return Calendar::always(Zone::load("America/New_York").value()); }

struct Questions {
  std::vector<Instant> from;
  std::vector<Instant> to;
  std::vector<WorkingTime> time;
};

// Instants of 2007 to 2026; the seed is fixed, so that runs compare.
Questions questions() {
  std::mt19937_64 random(20'260'302);
  std::uniform_int_distribution<std::int64_t> instants(1'167'580'800'000'000,
                                                       1'798'000'000'000'000);
  std::uniform_int_distribution<std::int64_t> lengths(1, 100LL * 3'600'000'000);
  Questions q;
  for (std::size_t i = 0; i < many; ++i) {
    q.from.push_back({instants(random)});
    q.to.push_back({instants(random)});
    q.time.push_back({lengths(random)});
  }
  return q;
}

// What is timed is right: measuring gives back what was added.
void check(const Calendar& calendar, const Questions& q) {
  for (std::size_t i = 0; i < many; ++i) {
    const auto limit = calendar.add(q.from[i], q.time[i]);
    if (!limit || calendar.elapsed(q.from[i], *limit).value() != q.time[i]) {
      std::fprintf(stderr, "wrong answer from %s\n", calendar.name().c_str());
      std::abort();
    }
  }
}

template <Calendar (*make)()>
void add(benchmark::State& state) {
  const auto calendar = make();
  const auto q = questions();
  check(calendar, q);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.add(q.from[i], q.time[i]));
    i = (i + 1) % many;
  }
  state.SetItemsProcessed(state.iterations());
}

template <Calendar (*make)()>
void elapsed(benchmark::State& state) {
  const auto calendar = make();
  const auto q = questions();
  check(calendar, q);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.elapsed(q.from[i], q.to[i]));
    i = (i + 1) % many;
  }
  state.SetItemsProcessed(state.iterations());
}

template <Calendar (*make)()>
void deadline(benchmark::State& state) {
  const auto calendar = make();
  const auto q = questions();
  check(calendar, q);
  std::size_t i = 0;
  for (auto _ : state) {
    const Length within{static_cast<std::int64_t>(i % 90) + 1, Unit::working_hour};
    benchmark::DoNotOptimize(calendar.deadline(q.from[i], within));
    i = (i + 1) % many;
  }
  state.SetItemsProcessed(state.iterations());
}

template <Calendar (*make)()>
void load(benchmark::State& state) {
  for (auto _ : state) {
    const auto calendar = make();
    benchmark::DoNotOptimize(
        calendar.elapsed({1'167'580'800'000'000}, {1'798'000'000'000'000}).value());
  }
}

BENCHMARK(add<china>)->Name("add/china");
BENCHMARK(add<berlin>)->Name("add/berlin");
BENCHMARK(add<nights>)->Name("add/nights");
BENCHMARK(add<always>)->Name("add/always");
BENCHMARK(elapsed<china>)->Name("elapsed/china");
BENCHMARK(elapsed<berlin>)->Name("elapsed/berlin");
BENCHMARK(elapsed<nights>)->Name("elapsed/nights");
BENCHMARK(elapsed<always>)->Name("elapsed/always");
BENCHMARK(deadline<china>)->Name("deadline/china");
BENCHMARK(deadline<berlin>)->Name("deadline/berlin");
BENCHMARK(load<china>)->Name("load/china")->Unit(benchmark::kMillisecond);
BENCHMARK(load<berlin>)->Name("load/berlin")->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  const std::string days = source_dir() + "/rules/calendars/china.yaml";
  if (!std::ifstream(days)) {
    std::fprintf(stderr,
                 "%s cannot be read: run this from the source folder, or set AFTERCARE_SOURCE to it\n",
                 days.c_str());
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
