// A chart written as an outline, for tests.
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
// event e; `in.s` tells whether s is active; every other only writes its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "chart/chart.hpp"

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

/// The same chart for the compiler and for the literal interpreter. State 0 is the root.
struct Outline {
  struct State {
    StateId parent = none;
    StateKind kind = StateKind::compound;
    std::vector<StateId> initial = {};
    ActionId initial_action = none;
    bool has_initial = false;
    EventId done_event = none;
    std::vector<ActionId> on_entry = {};
    std::vector<ActionId> on_exit = {};
  };
  std::vector<State> states = {State{}};
  std::vector<TransitionSpec> transitions;
  Names state_names;
  Names events;
  Names words;  // guards and actions

  Outline() { state_names.of(""); }

  StateId add(StateId parent, StateKind kind, const std::string& name) {
    const auto s = static_cast<StateId>(states.size());
    if (state_names.of(name) != s) throw std::runtime_error("state written twice: " + name);
    states.push_back({.parent = parent, .kind = kind, .done_event = events.of("done." + name)});
    if (states[parent].kind == StateKind::atomic) states[parent].kind = StateKind::compound;
    return s;
  }

  [[nodiscard]] ChartBuilder builder() const {
    ChartBuilder b;
    for (StateId s = 1; s < states.size(); ++s) {
      b.add_state(states[s].parent, states[s].kind, state_names.texts[s]);
      b.set_done_event(s, states[s].done_event);
    }
    for (StateId s = 0; s < states.size(); ++s) {
      if (states[s].has_initial) b.set_initial(s, states[s].initial, states[s].initial_action);
      for (const ActionId a : states[s].on_entry) b.add_on_entry(s, a);
      for (const ActionId a : states[s].on_exit) b.add_on_exit(s, a);
    }
    for (const TransitionSpec& t : transitions) b.add_transition(t);
    return b;
  }

  static Outline read(const std::string& text) {
    struct Line {
      std::size_t indent;
      std::vector<std::string> words;
      StateId owner = root;
    };
    static const std::map<std::string, StateKind> kinds = {{"state", StateKind::atomic},
                                                           {"parallel", StateKind::parallel},
                                                           {"final", StateKind::final},
                                                           {"history", StateKind::shallow_history},
                                                           {"deep", StateKind::deep_history}};
    Outline o;
    std::vector<Line> lines;
    std::vector<std::pair<std::size_t, StateId>> open;  // indent and state
    std::istringstream in(text);
    for (std::string row; std::getline(in, row);) {
      const std::size_t indent = row.find_first_not_of(' ');
      if (indent == std::string::npos) continue;
      std::istringstream split(row);
      Line line{indent, {}};
      for (std::string word; split >> word;) line.words.push_back(word);
      while (!open.empty() && open.back().first >= indent) open.pop_back();
      line.owner = open.empty() ? root : open.back().second;
      const auto kind = kinds.find(line.words[0]);
      if (kind != kinds.end()) {
        open.emplace_back(indent, o.add(line.owner, kind->second, line.words.at(1)));
      } else {
        lines.push_back(line);
      }
    }
    const auto id = [&](const std::string& name) { return o.state_names.numbers.at(name); };
    for (const Line& line : lines) {
      const std::vector<std::string>& words = line.words;
      State& owner = o.states[line.owner];
      if (words[0] == "entry") owner.on_entry.push_back(o.words.of(words.at(1)));
      if (words[0] == "exit") owner.on_exit.push_back(o.words.of(words.at(1)));
      if (words[0] == "initial") {
        owner.has_initial = true;
        for (std::size_t w = 1; w < words.size(); ++w) {
          if (words[w] == "do") {
            owner.initial_action = o.words.of(words.at(++w));
          } else {
            owner.initial.push_back(id(words[w]));
          }
        }
      }
      if (words[0] != "on" && words[0] != "always") continue;
      TransitionSpec spec{.source = line.owner};
      bool arrow = false;
      for (std::size_t w = 1; w < words.size(); ++w) {
        if (arrow) {
          spec.targets.push_back(id(words[w]));
        } else if (words[w] == "->") {
          arrow = true;
        } else if (words[w] == "if") {
          spec.guard = o.words.of(words.at(++w));
        } else if (words[w] == "do") {
          spec.action = o.words.of(words.at(++w));
        } else if (words[w] == "internal") {
          spec.internal = true;
        } else if (words[w] == "*") {
          spec.any_event = true;
        } else {
          spec.events.push_back(o.events.of(words[w]));
        }
      }
      o.transitions.push_back(std::move(spec));
    }
    return o;
  }

  /// The outline again, to show a chart that a generator made.
  [[nodiscard]] std::string to_text() const {
    std::string out;
    write(out, root, 0);
    return out;
  }

 private:
  void write(std::string& out, StateId s, std::size_t indent) const {
    const std::string pad(indent, ' ');
    const State& state = states[s];
    if (state.has_initial) {
      out += pad + "initial";
      for (const StateId t : state.initial) out += " " + state_names.texts[t];
      if (state.initial_action != none) out += " do " + words.texts[state.initial_action];
      out += '\n';
    }
    for (const ActionId a : state.on_entry) out += pad + "entry " + words.texts[a] + '\n';
    for (const ActionId a : state.on_exit) out += pad + "exit " + words.texts[a] + '\n';
    for (const TransitionSpec& t : transitions) {
      if (t.source != s) continue;
      out += pad + (t.events.empty() && !t.any_event ? "always" : "on");
      for (const EventId e : t.events) out += " " + events.texts[e];
      if (t.any_event) out += " *";
      if (t.guard != none) out += " if " + words.texts[t.guard];
      if (t.internal) out += " internal";
      if (t.action != none) out += " do " + words.texts[t.action];
      if (!t.targets.empty()) out += " ->";
      for (const StateId target : t.targets) out += " " + state_names.texts[target];
      out += '\n';
    }
    static const char* const kinds[] = {"state", "state", "parallel", "final", "history", "deep"};
    for (StateId child = s + 1; child < states.size(); ++child) {
      if (states[child].parent != s) continue;
      out +=
          pad + kinds[static_cast<int>(states[child].kind)] + " " + state_names.texts[child] + '\n';
      write(out, child, indent + 2);
    }
  }
};

}  // namespace aftercare::chart
