#include "differential/chart_random.hpp"

#include <optional>
#include <utility>

#include "chart/run.hpp"

namespace aftercare::chart {

namespace {

class Generator {
 public:
  explicit Generator(std::mt19937_64& random) : random_(random) {}

  Outline make() {
    for (int e = 0; e < 5; ++e) o_.events.of("e" + std::to_string(e));
    const std::uint32_t top = 2 + below(3);
    for (std::uint32_t i = 0; i < top; ++i) child(root, 1);
    if (chance(40)) add(root, StateKind::final);
    for (StateId s = 0; s < o_.states.size(); ++s) fill(s);
    return std::move(o_);
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  StateId add(StateId parent, StateKind kind) {
    return o_.add(parent, kind, "s" + std::to_string(o_.states.size()));
  }
  void child(StateId parent, int depth) {
    const bool full = depth >= 5 || o_.states.size() > 30;
    const std::uint32_t pick = below(100);
    if (full || pick < 40) {
      add(parent, StateKind::atomic);
    } else if (pick < 50 && o_.states[parent].kind != StateKind::parallel) {
      add(parent, StateKind::final);
    } else if (pick < 75) {
      const StateId s = add(parent, StateKind::compound);
      if (chance(35)) add(s, chance(50) ? StateKind::deep_history : StateKind::shallow_history);
      const std::uint32_t count = 1 + below(3);
      for (std::uint32_t i = 0; i < count; ++i) child(s, depth + 1);
      if (chance(o_.states[parent].kind == StateKind::parallel ? 70 : 30)) add(s, StateKind::final);
      if (chance(15)) add(s, StateKind::shallow_history);
    } else if (pick < 80) {
      completing(parent, depth);
    } else {
      const StateId s = add(parent, StateKind::parallel);
      const std::uint32_t count = 2 + below(2);
      for (std::uint32_t i = 0; i < count; ++i) child(s, depth + 1);
      if (chance(25)) add(s, chance(50) ? StateKind::deep_history : StateKind::shallow_history);
    }
  }

  // A parallel state whose regions all run to their end, some of them parallel themselves.
  void completing(StateId parent, int depth) {
    const StateId p = add(parent, StateKind::parallel);
    const std::uint32_t count = 1 + below(2);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (depth < 4 && chance(50)) {
        completing(p, depth + 1);
        continue;
      }
      const StateId region = add(p, StateKind::compound);
      const StateId begin = add(region, StateKind::atomic);
      const StateId end = add(region, StateKind::final);
      o_.transitions.push_back({.source = begin, .events = {below(5)}, .targets = {end}});
    }
  }

  [[nodiscard]] bool inside(StateId s, StateId of) const {
    while (s != root) {
      s = o_.states[s].parent;
      if (s == of) return true;
    }
    return of == none;
  }
  // Somewhere inside `within`; of a parallel state on the way sometimes a second region too.
  std::vector<StateId> targets(StateId within) {
    std::vector<StateId> candidates;
    for (StateId s = 1; s < o_.states.size(); ++s) {
      if (inside(s, within)) candidates.push_back(s);
    }
    std::vector<StateId> result = {
        candidates[below(static_cast<std::uint32_t>(candidates.size()))]};
    if (!chance(50)) return result;
    for (StateId a = result[0]; a != root; a = o_.states[a].parent) {
      const StateId p = o_.states[a].parent;
      if (p == root || o_.states[p].kind != StateKind::parallel || p == within ||
          (within != root && !inside(p, within)) || is_history(o_.states[a].kind)) {
        continue;
      }
      for (StateId r = 1; r < o_.states.size(); ++r) {
        if (o_.states[r].parent != p || r == a || is_history(o_.states[r].kind)) continue;
        if (!chance(60)) continue;
        std::vector<StateId> region = {r};
        for (StateId s = 1; s < o_.states.size(); ++s) {
          if (inside(s, r)) region.push_back(s);
        }
        result.push_back(region[below(static_cast<std::uint32_t>(region.size()))]);
      }
      if (chance(50)) std::reverse(result.begin(), result.end());
      return result;
    }
    return result;
  }
  ActionId content() {
    if (chance(20)) return o_.words.of("raise.e" + std::to_string(below(5)));
    if (chance(30)) {
      const StateId s = 1 + below(static_cast<std::uint32_t>(o_.states.size()) - 1);
      return o_.words.of("in." + o_.state_names.texts[s]);
    }
    return o_.words.of("c" + std::to_string(below(1000)));
  }
  void fill(StateId s) {
    const StateKind kind = o_.states[s].kind;
    if (is_history(kind)) {
      o_.states[s].has_initial = true;
      do {
        o_.states[s].initial = targets(o_.states[s].parent);
      } while (o_.states[s].initial == std::vector<StateId>{s});
      if (chance(60)) o_.states[s].initial_action = content();
      return;
    }
    if (kind == StateKind::compound && chance(50)) {
      o_.states[s].has_initial = true;
      o_.states[s].initial = targets(s);
      if (chance(60)) o_.states[s].initial_action = content();
    }
    if (s != root) {
      if (chance(40)) o_.states[s].on_entry.push_back(content());
      if (chance(40)) o_.states[s].on_exit.push_back(content());
    }
    if (kind == StateKind::final) return;
    const std::uint32_t count = s == root ? below(2) : below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      TransitionSpec t{.source = s};
      const std::uint32_t pick = below(100);
      if (pick < 12) {
        t.guard = o_.words.of("g" + std::to_string(below(12)));  // eventless
      } else if (pick < 20) {
        t.any_event = true;
      } else if (pick < 32) {
        const StateId d = 1 + below(static_cast<std::uint32_t>(o_.states.size()) - 1);
        t.events = {o_.states[d].done_event};
      } else {
        t.events = {below(5)};
        if (chance(20)) t.events.push_back(below(5));
      }
      if (chance(40)) t.guard = o_.words.of("g" + std::to_string(below(12)));
      t.internal = chance(35);
      if (chance(50)) t.action = content();
      if (!chance(15))
        t.targets = targets(t.internal && kind != StateKind::atomic && chance(80) ? s : root);
      o_.transitions.push_back(std::move(t));
    }
  }

  std::mt19937_64& random_;
  Outline o_;
};

// Writes down the same words as the literal interpreter.
class Machine {
 public:
  Machine(const Outline& outline, const Chart& chart, Literal::Truth truth)
      : o_(outline),
        chart_(chart),
        truth_(std::move(truth)),
        now_(chart),
        run_(chart_, now_, *this, scratch_) {
    run_.begin();
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void enter_initial() {
    log.clear();
    run_.enter_at(chart_.initial(root), chart_.state(root).initial_action);
  }
  bool select(EventId event) { return run_.select(event); }
  bool select_eventless() { return run_.select_eventless(); }
  void microstep() {
    log.clear();
    run_.microstep();
  }
  [[nodiscard]] bool has_internal() const { return scratch_.has_internal(); }
  EventId next_internal() { return scratch_.next_internal().event; }
  void clear_internal() { scratch_.clear_internal(); }
  [[nodiscard]] bool is_running() const { return !run_.has_finished(); }
  [[nodiscard]] const Configuration& now() const { return now_; }
  std::string log;

  bool guard(GuardId g) { return truth_(g); }
  void action(ActionId a) {
    const std::string& word = o_.words.texts[a];
    std::string text = word;
    if (word.rfind("raise.", 0) == 0) scratch_.raise(o_.events.numbers.at(word.substr(6)));
    if (word.rfind("in.", 0) == 0) {
      text += now_.contains(o_.state_names.numbers.at(word.substr(3))) ? "=yes" : "=no";
    }
    write(text);
  }
  void entered(StateId s) { write("+" + o_.state_names.texts[s]); }
  void exited(StateId s) { write("-" + o_.state_names.texts[s]); }
  void taken(TransitionId t) { write("t" + std::to_string(t)); }

 private:
  void write(const std::string& word) { log += (log.empty() ? "" : " ") + word; }
  const Outline& o_;
  const Chart& chart_;
  Literal::Truth truth_;
  Configuration now_;
  Scratch scratch_;
  Algorithm<Machine> run_;
};

}  // namespace

Outline random_outline(std::mt19937_64& random) { return Generator(random).make(); }

Comparison compare(const Outline& outline, std::uint64_t seed, std::uint32_t events,
                   std::uint32_t small_limit, Rule off) {
  Comparison result;
  std::vector<ChartProblem> problems;
  ChartBuilder builder = outline.builder();
  builder.set_small_limit(small_limit);
  const std::optional<Chart> chart = std::move(builder).build(problems);
  if (!chart) return result;
  result.is_built = true;

  std::mt19937_64 random(seed);
  std::uint64_t salt = random();
  const Literal::Truth truth = [&](GuardId g) {
    std::uint64_t x = salt + g * 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    return ((x ^ (x >> 27U)) & 1U) != 0;
  };
  Machine machine(outline, *chart, truth);
  Literal literal(outline, truth, off);

  const auto differ = [&](const std::string& what) {
    result.difference = what + "\n  compiled: " + machine.log + "\n  literal:  " + literal.log;
    return false;
  };
  const auto same = [&] {
    if (machine.log != literal.log) return differ("another order of events");
    const std::vector<StateId> active = machine.now().states();
    if (!std::equal(active.begin(), active.end(), literal.configuration().begin(),
                    literal.configuration().end())) {
      return differ("another configuration");
    }
    if (off == Rule::none_off && !machine.now().is_legal(*chart)) return differ("illegal");
    for (StateId s = 1; s < chart->size(); ++s) {
      if (!is_history(chart->kind(s))) continue;
      const auto place = literal.history().find(s);
      const std::span<const StateId> recorded = machine.now().history(s);
      static const std::vector<StateId> never;
      const std::vector<StateId>& expected =
          place == literal.history().end() ? never : place->second;
      if (!std::equal(recorded.begin(), recorded.end(), expected.begin(), expected.end())) {
        return differ("another history");
      }
    }
    if (machine.has_internal() != literal.has_internal()) return differ("another queue");
    if (machine.is_running() != literal.is_running()) return differ("another end");
    ++result.microsteps;
    return true;
  };

  machine.enter_initial();
  literal.enter_initial();
  if (!same()) return result;
  for (std::uint32_t n = 0; n < events && machine.is_running(); ++n) {
    for (std::uint32_t step = 0; step < 12 && machine.is_running(); ++step) {
      salt = random();
      bool mine = machine.select_eventless();
      bool other = literal.select_eventless();
      if (!mine && !other) {
        if (!machine.has_internal()) break;
        const EventId e = machine.next_internal();
        if (literal.next_internal() != e) {
          differ("another internal event");
          return result;
        }
        mine = machine.select(e);
        other = literal.select(e);
      }
      if (mine != other) {
        differ("another selection");
        return result;
      }
      if (!mine) continue;
      machine.microstep();
      literal.microstep();
      if (!same()) return result;
    }
    machine.clear_internal();  // where the bound was met
    literal.clear_internal();
    if (!machine.is_running()) break;
    salt = random();
    const auto event = static_cast<EventId>(random() % 5);
    const bool mine = machine.select(event);
    if (mine != literal.select(event)) {
      differ("another selection");
      return result;
    }
    if (!mine) continue;
    machine.microstep();
    literal.microstep();
    if (!same()) return result;
  }
  return result;
}

}  // namespace aftercare::chart
