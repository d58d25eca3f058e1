// An outline (tests/support/chart_outline.hpp) compiled and run by a host that writes down what
// happens: +a entered, -a exited, t0 transition taken, !e internal event looked at, and each
// action. Guards hold where their name is in `truths`.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chart/run.hpp"
#include "support/chart_outline.hpp"

namespace aftercare::chart {

class Written {
 public:
  explicit Written(const std::string& outline, std::uint32_t small_limit = SmallSet::capacity)
      : outline_(Outline::read(outline)) {
    ChartBuilder builder = outline_.builder();
    builder.set_small_limit(small_limit);
    chart_ = std::move(builder).build(problems_);
    if (chart_) now_ = Configuration(*chart_);
  }

  [[nodiscard]] const Chart& chart() const { return *chart_; }
  [[nodiscard]] bool is_built() const { return chart_.has_value(); }
  [[nodiscard]] std::string problems() const {
    std::string text;
    for (const ChartProblem& p : problems_) {
      text += (text.empty() ? "" : ", ") + std::string(name_of(p.is).english);
      if (p.state != none && p.state < outline_.states.size()) text += " " + name(p.state);
    }
    return text;
  }
  std::string start() {
    log_.clear();
    outcome_ = chart::start(*chart_, now_, *this, scratch_, limits);
    return log();
  }
  std::string send(const std::string& event_name) {
    log_.clear();
    outcome_ = macrostep(*chart_, now_, event(event_name), *this, scratch_, limits);
    return log();
  }
  std::string finish() {
    log_.clear();
    chart::finish(*chart_, now_, *this, scratch_);
    return log();
  }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] Configuration& now() { return now_; }
  [[nodiscard]] Scratch& scratch() { return scratch_; }
  [[nodiscard]] EventId event(const std::string& name) { return outline_.events.of(name); }
  [[nodiscard]] StateId id(const std::string& name) const {
    return outline_.state_names.numbers.at(name);
  }
  /// Names of the active states.
  [[nodiscard]] std::string active() const {
    std::string text;
    now_.each([&](StateId s) { text += (text.empty() ? "" : " ") + name(s); });
    return text;
  }

  std::set<std::string> truths;
  Limits limits;
  int guards_asked = 0;

  // --- the host
  bool guard(GuardId g) {
    ++guards_asked;
    return truths.count(outline_.words.texts[g]) != 0;
  }
  void action(ActionId a) {
    const std::string& word = outline_.words.texts[a];
    write(word);
    if (word.rfind("raise.", 0) == 0) scratch_.raise(event(word.substr(6)));
    if (word.rfind("in.", 0) == 0)
      log_.back() += now_.contains(id(word.substr(3))) ? "=yes" : "=no";
  }
  void entered(StateId s) { write("+" + name(s)); }
  void exited(StateId s) { write("-" + name(s)); }
  void taken(TransitionId t) { write("t" + std::to_string(t)); }
  void hear(Internal event) { write("!" + outline_.events.texts[event.event]); }

 private:
  [[nodiscard]] const std::string& name(StateId s) const { return outline_.state_names.texts[s]; }
  void write(std::string word) { log_.push_back(std::move(word)); }
  [[nodiscard]] std::string log() const {
    std::string text;
    for (const std::string& word : log_) text += (text.empty() ? "" : " ") + word;
    return text;
  }

  Outline outline_;
  std::vector<ChartProblem> problems_;
  std::optional<Chart> chart_;
  Configuration now_;
  Scratch scratch_;
  Outcome outcome_ = Outcome::ignored;
  std::vector<std::string> log_;
};

}  // namespace aftercare::chart
