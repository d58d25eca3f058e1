// A chart written as an outline, and a host that writes down what happens: for tests.
//
//   state a                      kinds: state, parallel, final, history, deep
//     initial c                  targets of the initial transition (of a history state: its
//     default) initial c do greet         … with content entry hello                a block of
//     entry content; exit likewise on x y -> c                two events; `on *` any; several
//     targets by blanks on x if g do act -> c      guard and content on x internal -> c on x do act
//     targetless always if g -> c state c
//   final f
//
// Every compound and parallel state raises `done.<name>`. An action named `raise.e` raises the
// event e; every other only writes its name. Guards hold where their name is in `truths`.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "chart/run.hpp"

namespace aftercare::chart {

struct Names {
  std::vector<std::string> texts;
  std::map<std::string, std::uint32_t> numbers;
  std::uint32_t of(const std::string& text) {
    const auto [place, fresh] = numbers.emplace(text, static_cast<std::uint32_t>(texts.size()));
    if (fresh) texts.push_back(text);
    return place->second;
  }
};

class Written {
 public:
  explicit Written(const std::string& outline, std::uint32_t small_limit = SmallSet::capacity) {
    ChartBuilder builder;
    builder.set_small_limit(small_limit);
    read(outline, builder);
    chart_ = std::move(builder).build(problems_);
    if (chart_) now_ = Configuration(*chart_);
  }

  [[nodiscard]] const Chart& chart() const { return *chart_; }
  [[nodiscard]] bool is_built() const { return chart_.has_value(); }
  [[nodiscard]] std::string problems() const {
    std::string text;
    for (const ChartProblem& p : problems_) {
      text += (text.empty() ? "" : ", ") + std::string(to_text(p.is));
      if (p.state != none && p.state < states_.texts.size()) text += " " + states_.texts[p.state];
    }
    return text;
  }
  std::string start() {
    log_.clear();
    outcome_ = chart::start(*chart_, now_, *this, scratch_, limits);
    return log();
  }
  std::string send(const std::string& event) {
    log_.clear();
    outcome_ = macrostep(*chart_, now_, events_.of(event), *this, scratch_, limits);
    return log();
  }
  std::string finish() {
    log_.clear();
    chart::finish(*chart_, now_, *this, scratch_);
    return log();
  }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] EventId event(const std::string& name) { return events_.of(name); }
  [[nodiscard]] Configuration& now() { return now_; }
  [[nodiscard]] Scratch& scratch() { return scratch_; }
  [[nodiscard]] StateId id(const std::string& name) const { return states_.numbers.at(name); }
  /// Names of the active states.
  [[nodiscard]] std::string active() const {
    std::string text;
    now_.each([&](StateId s) { text += (text.empty() ? "" : " ") + states_.texts[s]; });
    return text;
  }

  std::set<std::string> truths;
  Limits limits;
  int guards_asked = 0;

  // --- the host
  bool guard(GuardId g) {
    ++guards_asked;
    return truths.count(words_.texts[g]) != 0;
  }
  void action(ActionId a) {
    const std::string& word = words_.texts[a];
    write(word);
    if (word.rfind("raise.", 0) == 0) scratch_.raise(events_.of(word.substr(6)));
    // `in.s` writes whether s is active.
    if (word.rfind("in.", 0) == 0)
      log_.back() += now_.contains(id(word.substr(3))) ? "=yes" : "=no";
  }
  void entered(StateId s) { write("+" + states_.texts[s]); }
  void exited(StateId s) { write("-" + states_.texts[s]); }
  void taken(TransitionId t) { write("t" + std::to_string(t)); }
  void hear(Internal event) { write("!" + events_.texts[event.event]); }

 private:
  void write(std::string word) { log_.push_back(std::move(word)); }
  [[nodiscard]] std::string log() const {
    std::string text;
    for (const std::string& word : log_) text += (text.empty() ? "" : " ") + word;
    return text;
  }

  struct Line {
    std::size_t indent;
    std::vector<std::string> words;
  };

  void read(const std::string& outline, ChartBuilder& builder) {
    states_.of("");
    std::vector<Line> lines;
    std::istringstream in(outline);
    for (std::string text; std::getline(in, text);) {
      const std::size_t indent = text.find_first_not_of(' ');
      if (indent == std::string::npos) continue;
      std::istringstream split(text);
      Line line{indent, {}};
      for (std::string word; split >> word;) line.words.push_back(word);
      lines.push_back(line);
    }
    static const std::map<std::string, StateKind> kinds = {{"state", StateKind::atomic},
                                                           {"parallel", StateKind::parallel},
                                                           {"final", StateKind::final},
                                                           {"history", StateKind::shallow_history},
                                                           {"deep", StateKind::deep_history}};
    std::vector<StateId> owner(lines.size(), root);
    std::vector<std::pair<std::size_t, StateId>> open;  // indent and state
    for (std::size_t i = 0; i < lines.size(); ++i) {
      while (!open.empty() && open.back().first >= lines[i].indent) open.pop_back();
      owner[i] = open.empty() ? root : open.back().second;
      const auto kind = kinds.find(lines[i].words[0]);
      if (kind == kinds.end()) continue;
      const std::string& name = lines[i].words.at(1);
      const StateId s = builder.add_state(owner[i], kind->second, name);
      if (states_.of(name) != s) throw std::runtime_error("state written twice: " + name);
      builder.set_done_event(s, events_.of("done." + name));
      open.emplace_back(lines[i].indent, s);
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::vector<std::string>& words = lines[i].words;
      if (words[0] == "entry") builder.add_on_entry(owner[i], words_.of(words.at(1)));
      if (words[0] == "exit") builder.add_on_exit(owner[i], words_.of(words.at(1)));
      if (words[0] == "initial") {
        std::vector<StateId> targets;
        ActionId action = none;
        for (std::size_t w = 1; w < words.size(); ++w) {
          if (words[w] == "do") {
            action = words_.of(words.at(++w));
          } else {
            targets.push_back(id(words[w]));
          }
        }
        builder.set_initial(owner[i], targets, action);
      }
      if (words[0] == "on" || words[0] == "always") {
        TransitionSpec spec{.source = owner[i]};
        bool arrow = false;
        for (std::size_t w = 1; w < words.size(); ++w) {
          if (arrow) {
            spec.targets.push_back(id(words[w]));
          } else if (words[w] == "->") {
            arrow = true;
          } else if (words[w] == "if") {
            spec.guard = words_.of(words.at(++w));
          } else if (words[w] == "do") {
            spec.action = words_.of(words.at(++w));
          } else if (words[w] == "internal") {
            spec.internal = true;
          } else if (words[w] == "*") {
            spec.any_event = true;
          } else {
            spec.events.push_back(events_.of(words[w]));
          }
        }
        builder.add_transition(std::move(spec));
      }
    }
  }

  Names states_;
  Names events_;
  Names words_;  // guards and actions
  std::vector<ChartProblem> problems_;
  std::optional<Chart> chart_;
  Configuration now_;
  Scratch scratch_;
  Outcome outcome_ = Outcome::ignored;
  std::vector<std::string> log_;
};

}  // namespace aftercare::chart
