// What an event costs a chart.
//
//   repairs/…    4,096 interleaved cases of a flat chart with one guard, entry and exit actions:
//                ours (the guard in C++, the guard as compiled FEEL, the same with its trace kept),
//                Boost.MSM and a hand-written switch (neighbours/repair_*.cpp)
//   chart/NAME   one case of each chart that neighbours/charts.sh runs in xstate too
//   idle         bytes of a case at rest
//
//   chart_bench [Google Benchmark's options]
//   chart_bench --charts FILE    writes the charts and their events for neighbours/charts.mjs
//   chart_bench --traces FILE    writes what ours does with them: a hash of all configurations
//
// The counters of all cases are compared before anything is timed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <malloc.h>

#include "aftercare/expression.hpp"

#include "base/binary.hpp"
#include "chart/run.hpp"
#include "neighbours/repair.hpp"

namespace {

using namespace aftercare;
using namespace aftercare::chart;
using neighbours::RepairData;
using neighbours::RepairEvent;
using neighbours::RepairState;
using neighbours::RepairStep;

constexpr std::size_t many_cases = 4096, many_steps = 1 << 20;

Chart built(ChartBuilder&& builder) {
  std::vector<ChartProblem> problems;
  std::optional<Chart> chart = std::move(builder).build(problems);
  if (!chart) {
    for (const ChartProblem& problem : problems)
      std::fprintf(stderr, "%s\n", std::string(name_of(problem.is).english).c_str());
    std::exit(1);
  }
  return std::move(*chart);
}

// ── the repair order ──────────────────────────────────────────────────────────────────────────

enum : ActionId { count_entry, count_exit, try_again, begin_anew };

Chart repair_chart() {
  ChartBuilder b;
  std::vector<StateId> states;
  for (const char* name : {"waiting", "assigned", "working", "checking"}) {
    states.push_back(b.add_state(root, StateKind::atomic, name));
    b.add_on_entry(states.back(), count_entry);
    b.add_on_exit(states.back(), count_exit);
  }
  const auto on = [](RepairEvent event) {
    return std::vector<EventId>{static_cast<EventId>(event)};
  };
  b.add_transition({.source = states[0], .events = on(RepairEvent::assign), .targets = {states[1]}});
  b.add_transition({.source = states[1], .events = on(RepairEvent::start), .targets = {states[2]}});
  b.add_transition({.source = states[2], .events = on(RepairEvent::finish), .targets = {states[3]}});
  b.add_transition({.source = states[3],
                    .events = on(RepairEvent::reject),
                    .guard = 0,
                    .action = try_again,
                    .targets = {states[2]}});
  b.add_transition({.source = states[3],
                    .events = on(RepairEvent::accept),
                    .action = begin_anew,
                    .targets = {states[0]}});
  return built(std::move(b));
}

/// How the guard is asked.
enum class Guard : std::uint8_t { native, feel };

/// The host of one case after another. With `traces` it keeps what the engine's trace says of a
/// step: guards with their answers, transitions, states left and entered.
template <Guard asked, bool traces>
struct RepairHost {
  RepairData* data = nullptr;
  Evaluator* evaluator = nullptr;
  Value slots[1];
  base::ByteWriter trace;

  bool guard(GuardId which) {
    bool verdict = false;
    if constexpr (asked == Guard::native) {
      verdict = data->tries < neighbours::most_tries;
    } else {
      slots[0] = Value::integer(data->tries);
      const Result<Value> answer = evaluator->evaluate(slots);
      verdict = answer && answer->as_boolean();
    }
    if constexpr (traces) {
      trace.byte(1);
      trace.varint(which);
      trace.byte(verdict ? 1 : 0);
    }
    return verdict;
  }
  void action(ActionId which) {
    switch (which) {
      case count_entry:
        ++data->entered;
        break;
      case count_exit:
        ++data->left;
        break;
      case try_again:
        ++data->tries;
        break;
      case begin_anew:
        data->tries = 0;
        break;
      default:
        break;
    }
  }
  void entered(StateId s) { note(2, s); }
  void exited(StateId s) { note(3, s); }
  void taken(TransitionId t) { note(4, t); }
  void note(std::uint8_t what, std::uint32_t which) {
    if constexpr (traces) {
      trace.byte(what);
      trace.varint(which);
    }
  }
};

template <Guard asked, bool traces>
class OurRepairs final : public neighbours::Repairs {
 public:
  explicit OurRepairs(std::size_t count)
      : chart_(repair_chart()), data_(count), now_(count, Configuration(chart_)), evaluator_(guard()) {
    host_.evaluator = &evaluator_;
    for (std::size_t i = 0; i < count; ++i) {
      host_.data = &data_[i];
      start(chart_, now_[i], host_, scratch_);
    }
  }
  void run(const RepairStep* steps, std::size_t count) override {
    for (std::size_t i = 0; i < count; ++i) {
      host_.data = &data_[steps[i].which];
      // What a case did goes to its record; here the place of one step is used again.
      if constexpr (traces) {
        bytes_ += host_.trace.size();
        host_.trace.clear();
      }
      const Outcome outcome = macrostep(chart_, now_[steps[i].which],
                                        static_cast<EventId>(steps[i].event), host_, scratch_);
      if (outcome == Outcome::ignored) ++host_.data->refused;
    }
  }
  [[nodiscard]] RepairData data(std::size_t which) const override { return data_[which]; }
  [[nodiscard]] RepairState state(std::size_t which) const override {
    return static_cast<RepairState>(now_[which].leaves(chart_).at(0) - 1);
  }

 private:
  static Evaluator guard() {
    auto expression =
        compile("tries < 3",
                {{"tries", Type::number({.minimum = rt::Decimal(0), .maximum = rt::Decimal(99)})}},
                {.acceptance = Acceptance::strict});
    return expression->bind();
  }
  Chart chart_;
  std::vector<RepairData> data_;
  std::vector<Configuration> now_;
  Evaluator evaluator_;
  RepairHost<asked, traces> host_;
  Scratch scratch_;
  std::size_t bytes_ = 0;
};

/// Nine events of ten fit the state of their case, so that most of the time is work.
const std::vector<RepairStep>& steps() {
  static const std::vector<RepairStep> all = [] {
    std::mt19937_64 random(20'261'122);
    std::vector<RepairState> states(many_cases, RepairState::waiting);
    std::vector<RepairStep> out(many_steps);
    for (RepairStep& step : out) {
      step.which = static_cast<std::uint16_t>(random() % many_cases);
      RepairState& state = states[step.which];
      const bool fits = random() % 10 != 0;
      const bool rejects = random() % 4 == 0;
      switch (state) {
        case RepairState::waiting:
          step.event = RepairEvent::assign;
          break;
        case RepairState::assigned:
          step.event = RepairEvent::start;
          break;
        case RepairState::working:
          step.event = RepairEvent::finish;
          break;
        case RepairState::checking:
          step.event = rejects ? RepairEvent::reject : RepairEvent::accept;
          break;
      }
      if (!fits) step.event = static_cast<RepairEvent>(random() % 5);
      // Only roughly where it will be: the guard may refuse.
      const auto next = [&] {
        switch (step.event) {
          case RepairEvent::assign:
            return state == RepairState::waiting ? RepairState::assigned : state;
          case RepairEvent::start:
            return state == RepairState::assigned ? RepairState::working : state;
          case RepairEvent::finish:
            return state == RepairState::working ? RepairState::checking : state;
          case RepairEvent::reject:
            return state == RepairState::checking ? RepairState::working : state;
          case RepairEvent::accept:
            return state == RepairState::checking ? RepairState::waiting : state;
        }
        return state;
      };
      state = next();
    }
    return out;
  }();
  return all;
}

void check_repairs(const char* name, neighbours::Repairs& ours, neighbours::Repairs& theirs) {
  ours.run(steps().data(), steps().size());
  theirs.run(steps().data(), steps().size());
  std::uint64_t refused = 0, entered = 0;
  for (std::size_t i = 0; i < many_cases; ++i) {
    const RepairData a = ours.data(i), b = theirs.data(i);
    refused += a.refused;
    entered += a.entered;
    if (a.tries != b.tries || a.entered != b.entered || a.left != b.left || a.refused != b.refused ||
        ours.state(i) != theirs.state(i)) {
      std::fprintf(stderr, "%s: case %zu ended otherwise\n", name, i);
      std::exit(1);
    }
  }
  if (entered < many_steps / 2 || refused < many_steps / 100) {
    std::fprintf(stderr, "%s: too little happened\n", name);
    std::exit(1);
  }
}

template <class Make>
void repairs(benchmark::State& state, Make&& make) {
  const auto all = make();
  for (auto _ : state) all->run(steps().data(), steps().size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(many_steps));
}

// ── charts that xstate runs too ───────────────────────────────────────────────────────────────

struct Named {
  std::string name;
  Chart chart;
  std::vector<std::string> events;
  std::vector<std::uint8_t> stream;
  /// States as xstate nests them; transitions by event: JSON.
  std::string json;
};

/// Builds a chart and the JSON of the same chart side by side.
class Writer {
 public:
  explicit Writer(std::string name) { named_.name = std::move(name); }

  EventId event(const std::string& name) {
    const auto found = std::find(named_.events.begin(), named_.events.end(), name);
    if (found == named_.events.end()) named_.events.push_back(name);
    return static_cast<EventId>(
        std::find(named_.events.begin(), named_.events.end(), name) - named_.events.begin());
  }
  StateId state(StateId parent, const std::string& name, StateKind kind = StateKind::atomic) {
    const StateId s = builder_.add_state(parent, kind, name);
    states_.push_back({name, kind, parent, {}, none});
    return s;
  }
  void history(StateId h, StateId target) {
    builder_.set_initial(h, {target});
    states_[h - 1].target = target;
  }
  void go(StateId from, const std::string& on, StateId to) {
    builder_.add_transition({.source = from, .events = {event(on)}, .targets = {to}});
    states_[from - 1].on.emplace_back(on, to);
  }
  Named done(std::size_t events) {
    // xstate names a state by its place: "#root.a.b".
    named_.json = "{\"id\": \"root\", " + children(root) + "}";
    named_.chart = built(std::move(builder_));
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < events; ++i)
      named_.stream.push_back(static_cast<std::uint8_t>(random() % named_.events.size()));
    return std::move(named_);
  }

 private:
  struct State {
    std::string name;
    StateKind kind;
    StateId parent;
    std::vector<std::pair<std::string, StateId>> on;
    StateId target;
  };
  [[nodiscard]] std::string path(StateId s) const {
    if (s == root) return "root";
    return path(states_[s - 1].parent) + "." + states_[s - 1].name;
  }
  [[nodiscard]] std::string children(StateId parent) const {
    std::string out, first;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const State& state = states_[i];
      if (state.parent != parent) continue;
      if (first.empty() && state.kind != StateKind::shallow_history &&
          state.kind != StateKind::deep_history)
        first = state.name;
      out += (out.empty() ? "" : ", ") + ("\"" + state.name + "\": " + text(static_cast<StateId>(i + 1)));
    }
    if (out.empty()) return {};
    const bool is_parallel = parent != root && states_[parent - 1].kind == StateKind::parallel;
    return (is_parallel ? "\"type\": \"parallel\"" : "\"initial\": \"" + first + "\"") +
           ", \"states\": {" + out + "}";
  }
  [[nodiscard]] std::string text(StateId s) const {
    const State& state = states_[s - 1];
    if (state.kind == StateKind::shallow_history || state.kind == StateKind::deep_history) {
      return std::string("{\"type\": \"history\", \"history\": \"") +
             (state.kind == StateKind::deep_history ? "deep" : "shallow") + "\", \"target\": \"#" +
             path(state.target) + "\"}";
    }
    std::string on;
    for (const auto& [event, to] : state.on)
      on += (on.empty() ? "" : ", ") + ("\"" + event + "\": {\"target\": \"#" + path(to) + "\"}");
    const std::string inner = children(s);
    std::string out = "{\"id\": \"" + path(s) + "\"";
    if (!on.empty()) out += ", \"on\": {" + on + "}";
    if (!inner.empty()) out += ", " + inner;
    return out + "}";
  }

  Named named_;
  ChartBuilder builder_;
  std::vector<State> states_;
};

std::vector<Named> charts() {
  constexpr std::size_t many = 200'000;
  std::vector<Named> out;
  {
    Writer w("flat");
    const StateId a = w.state(root, "waiting"), b = w.state(root, "assigned"),
                  c = w.state(root, "working"), d = w.state(root, "checking");
    w.go(a, "assign", b);
    w.go(b, "start", c);
    w.go(c, "finish", d);
    w.go(d, "reject", c);
    w.go(d, "accept", a);
    out.push_back(w.done(many));
  }
  {
    Writer w("compound");
    const StateId outer = w.state(root, "open"), mid = w.state(outer, "work"),
                  x = w.state(mid, "first"), y = w.state(mid, "second"),
                  wait = w.state(outer, "wait"), end = w.state(root, "shut");
    w.go(outer, "shut", end);
    w.go(mid, "hold", wait);
    w.go(x, "next", y);
    w.go(y, "next", x);
    w.go(wait, "again", mid);
    w.go(end, "open", outer);
    out.push_back(w.done(many));
  }
  {
    Writer w("four regions");
    const StateId all = w.state(root, "all", StateKind::parallel);
    for (int r = 0; r < 4; ++r) {
      const std::string n = std::to_string(r);
      const StateId region = w.state(all, "region" + n);
      const StateId a = w.state(region, "a" + n), b = w.state(region, "b" + n),
                    c = w.state(region, "c" + n);
      w.go(a, "go" + n, b);
      w.go(b, "go" + n, c);
      w.go(c, "go" + n, a);
      w.go(b, "all", a);
      w.go(c, "all", a);
    }
    out.push_back(w.done(many));
  }
  {
    Writer w("history");
    const StateId work = w.state(root, "work");
    const StateId back = w.state(work, "back", StateKind::deep_history);
    const StateId one = w.state(work, "one"), a = w.state(one, "a"), b = w.state(one, "b"),
                  two = w.state(work, "two"), c = w.state(two, "c"), d = w.state(two, "d");
    const StateId pause = w.state(root, "pause");
    w.history(back, one);
    w.go(work, "pause", pause);
    w.go(a, "next", b);
    w.go(b, "next", two);
    w.go(c, "next", d);
    w.go(d, "next", one);
    w.go(pause, "resume", back);
    out.push_back(w.done(many));
  }
  {
    Writer w("200 states");
    std::vector<StateId> leaves;
    for (int g = 0; g < 10; ++g) {
      const StateId group = w.state(root, "part" + std::to_string(g));
      for (int i = 0; i < 19; ++i)
        leaves.push_back(w.state(group, "s" + std::to_string(g) + "_" + std::to_string(i)));
    }
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      w.go(leaves[i], "next", leaves[(i + 1) % leaves.size()]);
      w.go(leaves[i], "skip", leaves[(i + 25) % leaves.size()]);
      if (i > 0) w.go(leaves[i], "back", leaves[i - 1]);
    }
    out.push_back(w.done(many));
  }
  return out;
}

struct Silent {
  bool guard(GuardId) { return true; }
  void action(ActionId) {}
  void entered(StateId) {}
  void exited(StateId) {}
  void taken(TransitionId) {}
};

/// The names of the active leaves after each event, hashed: what charts.mjs computes of xstate.
std::uint32_t trace_of(const Named& named) {
  Configuration now(named.chart);
  Silent host;
  Scratch scratch;
  start(named.chart, now, host, scratch);
  std::uint32_t hash = 2166136261U;
  for (const std::uint8_t event : named.stream) {
    macrostep(named.chart, now, event, host, scratch);
    std::vector<std::string> names;
    for (const StateId s : now.leaves(named.chart)) names.emplace_back(named.chart.name(s));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names)
      for (const char c : name + ";") hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return hash;
}

void run_chart(benchmark::State& state, const Named& named) {
  Configuration now(named.chart);
  Silent host;
  Scratch scratch;
  start(named.chart, now, host, scratch);
  for (auto _ : state)
    for (const std::uint8_t event : named.stream) macrostep(named.chart, now, event, host, scratch);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(named.stream.size()));
}

void idle(benchmark::State& state) {
  constexpr std::size_t cases = 100'000;
  const Chart chart = repair_chart();
  for (auto _ : state) {
    const auto used = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
    const auto before = used();
    std::vector<Configuration> all(cases, Configuration(chart));
    Silent host;
    Scratch scratch;
    for (Configuration& one : all) start(chart, one, host, scratch);
    benchmark::DoNotOptimize(all.data());
    state.counters["bytes_a_case"] =
        static_cast<double>(used() - before) / static_cast<double>(cases);
  }
}

void write(const char* file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  if (!out.flush()) {
    std::fprintf(stderr, "%s cannot be written\n", file);
    std::exit(3);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<Named> all = charts();
  if (count == 3 && std::strcmp(arguments[1], "--charts") == 0) {
    std::string text = "[";
    for (const Named& named : all) {
      std::string events, stream;
      for (const std::string& event : named.events)
        events += (events.empty() ? "\"" : ", \"") + event + "\"";
      for (const std::uint8_t event : named.stream)
        stream += (stream.empty() ? "" : ",") + std::to_string(event);
      text += (text.size() == 1 ? "\n" : ",\n") + ("{\"name\": \"" + named.name) +
              "\", \"events\": [" + events + "], \"stream\": [" + stream +
              "], \"chart\": " + named.json + "}";
    }
    write(arguments[2], text + "\n]\n");
    return 0;
  }
  if (count == 3 && std::strcmp(arguments[1], "--traces") == 0) {
    std::string text;
    for (const Named& named : all)
      text += named.name + "\t" + std::to_string(trace_of(named)) + "\n";
    write(arguments[2], text);
    return 0;
  }

  using Native = OurRepairs<Guard::native, false>;
  using Feel = OurRepairs<Guard::feel, false>;
  using Traced = OurRepairs<Guard::feel, true>;
  const auto ours = [](auto kind) {
    return std::unique_ptr<neighbours::Repairs>(std::make_unique<typename decltype(kind)::type>(many_cases));
  };
  const auto msm = [] { return neighbours::repairs_by_msm(many_cases); };
  const auto by_hand = [] { return neighbours::repairs_by_switch(many_cases); };
  {
    auto hand = by_hand();
    check_repairs("ours, guard in C++", *ours(std::type_identity<Native>()), *hand);
  }
  {
    auto hand = by_hand();
    check_repairs("ours, guard in FEEL", *ours(std::type_identity<Traced>()), *hand);
  }
  {
    auto hand = by_hand();
    check_repairs("Boost.MSM", *msm(), *hand);
  }
  benchmark::RegisterBenchmark("repairs/by_hand", [&](benchmark::State& s) { repairs(s, by_hand); });
  benchmark::RegisterBenchmark("repairs/msm", [&](benchmark::State& s) { repairs(s, msm); });
  benchmark::RegisterBenchmark("repairs/ours, guard in C++", [&](benchmark::State& s) {
    repairs(s, [&] { return ours(std::type_identity<Native>()); });
  });
  benchmark::RegisterBenchmark("repairs/ours, guard in FEEL", [&](benchmark::State& s) {
    repairs(s, [&] { return ours(std::type_identity<Feel>()); });
  });
  benchmark::RegisterBenchmark("repairs/ours, with its trace", [&](benchmark::State& s) {
    repairs(s, [&] { return ours(std::type_identity<Traced>()); });
  });
  for (const Named& named : all) {
    benchmark::RegisterBenchmark(("chart/" + named.name).c_str(),
                                 [&named](benchmark::State& s) { run_chart(s, named); });
  }
  benchmark::RegisterBenchmark("idle", idle)->Iterations(1);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
