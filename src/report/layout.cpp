#include "report/layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "base/unicode.hpp"
#include "report/markup.hpp"
#include "report/shape_text.hpp"

namespace aftercare::report {

namespace {

constexpr double padding = 14;    // inside a state that holds states
constexpr double header = 26;     // its name
constexpr double apart = 30;      // between neighbours in a layer
constexpr double state_gap = 17;  // between a layer of states and one of labels
constexpr double plain_gap = 12;  // where a layer holds nothing but lines
constexpr std::size_t label_columns = 34;
constexpr int sweeps = 12;

using Parent = std::optional<std::size_t>;

struct Node {
  enum class Is : std::uint8_t { state, dot, port, label, bend } is = Is::bend;
  std::size_t state = 0;                   ///< of a state; of a label the arrow
  double left = 0, right = 0, height = 0;  ///< from its axis
  int rank = 0;
  double x = 0;
  std::vector<std::size_t> up, down;  ///< neighbours in the layers beside
};

/// An arrow between two nodes of one container, by way of labels and bends.
struct Chain {
  std::size_t arrow = 0;
  std::vector<std::size_t> nodes;  ///< from the upper to the lower
  bool is_reversed = false;        ///< the arrow points up
};

/// What the layout of one container leaves: places relative to its inner corner.
struct Inner {
  std::vector<Node> nodes;
  std::vector<std::vector<std::size_t>> layers;
  std::vector<double> top, height;  ///< by rank
  std::vector<Chain> chains;
  double width = 0, total = 0;
};

class Drawer {
 public:
  Drawer(const ProcedureShape& shape, std::span<const std::size_t> counts, Language language)
      : shape_(shape), counts_(counts), language_(language) {
    out_.states.resize(shape.states.size());
    out_.inside.resize(shape.states.size());
    out_.dividers.resize(shape.states.size());
    inner_.resize(shape.states.size() + 1);
    children_.resize(shape.states.size() + 1);
    arrows_.resize(shape.states.size() + 1);
    for (std::size_t s = 0; s < shape.states.size(); ++s) {
      const Parent parent = shape.states[s].parent;
      children_[parent ? *parent + 1 : 0].push_back(s);
    }
    collect_arrows();
  }

  Picture draw() {
    size_of({});
    place({}, 0, 0);
    route_all();
    out_.width = inner({}).width;
    out_.height = inner({}).total;
    return std::move(out_);
  }

 private:
  // ── what is drawn ──

  Inner& inner(Parent parent) { return inner_[parent ? *parent + 1 : 0]; }
  [[nodiscard]] bool holds_states(std::size_t state) const {
    return shape_.states[state].kind == StateShape::Kind::compound ||
           shape_.states[state].kind == StateShape::Kind::parallel;
  }
  [[nodiscard]] bool is_inside(std::size_t state, std::size_t of) const {
    for (Parent p = shape_.states[state].parent; p; p = shape_.states[*p].parent)
      if (*p == of) return true;
    return false;
  }
  /// The ancestor of a state (or itself) that is a child of `container`.
  [[nodiscard]] std::optional<std::size_t> child_in(Parent container, std::size_t state) const {
    for (;;) {
      const Parent parent = shape_.states[state].parent;
      if (parent == container) return state;
      if (!parent) return std::nullopt;
      state = *parent;
    }
  }
  [[nodiscard]] Parent common_container(std::size_t a, std::size_t b) const {
    for (Parent p = shape_.states[a].parent;; p = shape_.states[*p].parent) {
      if (!p || is_inside(b, *p)) return p;
    }
  }

  std::vector<Line> lines_for(std::size_t t) const {
    const TransitionShape& transition = shape_.transitions[t];
    std::vector<Line> out;
    std::string_view when = transition.when;
    // Long lists of events break at their "or".
    std::string rest(when);
    while (base::display_width(rest) > label_columns) {
      std::size_t cut = std::string::npos;  // behind the word
      for (const std::string_view word : {" or ", " 或 "}) {
        for (std::size_t at = rest.find(word); at != std::string::npos;
             at = rest.find(word, at + 1)) {
          const std::size_t end = at + word.size() - 1;
          if (base::display_width(std::string_view(rest).substr(0, end)) > label_columns + 3) break;
          cut = end;
        }
      }
      if (cut == std::string::npos) break;
      out.push_back({Line::Is::event, rest.substr(0, cut), {}});
      rest.erase(0, cut + 1);
    }
    if (!rest.empty()) out.push_back({Line::Is::event, shortened(rest, 2 * label_columns), {}});
    if (const std::string guard = guard_text(shape_, t, language_); !guard.empty()) {
      const std::size_t first = out.size();
      for (const std::string& line : lines_of(guard, label_columns + 4)) {
        if (out.size() < 5) {
          out.push_back({Line::Is::guard, line, {}});
          continue;
        }
        out.back().text += " …";
        for (std::size_t i = first; i < out.size(); ++i) out[i].whole = guard;
        break;
      }
    }
    for (const std::string& form : forms_of(shape_, transition.when, language_))
      add_signed(Line::Is::form, form, out);
    std::string clauses;
    for (const std::string& clause : transition.clauses) {
      if (clauses.size() + clause.size() > label_columns) {
        clauses += " …";
        break;
      }
      clauses += (clauses.empty() ? "" : language_ == Language::chinese ? "、" : ", ") + clause;
    }
    if (!clauses.empty()) out.push_back({Line::Is::clauses, clauses, {}});
    for (const ClockMark& mark : shown_marks(shape_, transition.clocks)) {
      add_mark(mark_text(shape_, transition, mark, language_), out);
    }
    for (const std::size_t child : transition.children)
      add_child(child_text(shape_, child, language_), out);
    if (t < counts_.size()) {
      if (out.empty()) out.push_back({Line::Is::event, "", {}});
      out.front().count = counts_[t];
    }
    return out;
  }

  static void add_mark(const std::string& text, std::vector<Line>& out) {
    bool is_first = true;
    for (const std::string& line : lines_of(text, label_columns + 8)) {
      out.push_back({is_first ? Line::Is::clock : Line::Is::clock_more, line, {}});
      is_first = false;
    }
  }

  static void add_signed(Line::Is is, const std::string& text, std::vector<Line>& out) {
    for (const std::string& line : lines_of(text, label_columns + 8)) {
      out.push_back({is, line, {}});
      is = Line::Is::more;
    }
  }

  static void add_child(const std::string& text, std::vector<Line>& out) {
    const std::string shown = shortened(text, label_columns + 20);
    out.push_back({Line::Is::child, shown, {}, shown == text ? std::string() : text});
  }

  /// What a state says of itself: what opens a case in it, who decides in it, what it does to clocks
  /// and which cases it opens.
  void collect_inside() {
    for (std::size_t s = 0; s < shape_.states.size(); ++s) {
      for (const StateLine& one : state_lines(shape_, shape_.states[s], language_)) {
        if (one.is == StateLine::Is::clock) {
          add_mark(one.text, out_.inside[s]);
          continue;
        }
        if (one.is == StateLine::Is::form) {
          add_signed(Line::Is::form, one.text, out_.inside[s]);
          continue;
        }
        if (one.is == StateLine::Is::child) {
          add_child(one.text, out_.inside[s]);
          continue;
        }
        if (one.is == StateLine::Is::opening) {
          out_.inside[s].push_back({Line::Is::event, one.text, {}});
          continue;
        }
        for (const std::string& line : lines_of(one.text, label_columns + 8))
          out_.inside[s].push_back({Line::Is::decision, line, {}});
      }
    }
  }

  /// The ends of an arrow as drawn: boxes of one container, or the container itself.
  [[nodiscard]] std::pair<std::size_t, std::size_t> ends_of(std::size_t from,
                                                            std::size_t to) const {
    if (is_inside(to, from)) return {from, *child_in(from, to)};
    if (is_inside(from, to)) return {*child_in(to, from), to};
    const Parent container = common_container(from, to);
    return {*child_in(container, from), *child_in(container, to)};
  }

  /// Transitions that say the same, from whichever states within the box.
  struct Group {
    std::vector<std::string> from;
    std::string to;
    std::vector<Line> lines;
  };

  void collect_arrows() {
    const bool zh = language_ == Language::chinese;
    collect_inside();
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
    std::vector<std::vector<Group>> groups;  // by arrow
    for (std::size_t t = 0; t < shape_.transitions.size(); ++t) {
      const TransitionShape& transition = shape_.transitions[t];
      if (transition.from >= shape_.states.size()) continue;
      const bool stays = transition.to.empty() ||
                         (transition.to.size() == 1 && transition.to[0] == transition.from);
      if (stays) {
        std::vector<Line> lines = lines_for(t);
        if (!lines.empty()) lines.front().text.insert(0, "↻ ");
        for (Line& line : lines) out_.inside[transition.from].push_back(std::move(line));
        continue;
      }
      std::vector<std::string> beside;
      for (const std::size_t to : transition.to) {
        if (to >= shape_.states.size()) continue;
        const auto ends = ends_of(transition.from, to);
        const bool is_down = shape_.states[ends.second].parent == ends.first;
        const bool is_up = shape_.states[ends.first].parent == ends.second;
        const Parent container = is_down ? Parent(ends.first)
                                 : is_up ? Parent(ends.second)
                                         : shape_.states[ends.first].parent;
        // Regions stand side by side without a way between them: the line says where it leads.
        if (container && shape_.states[*container].kind == StateShape::Kind::parallel) {
          beside.push_back(shape_.states[to].name);
          continue;
        }
        const auto [found, is_new] = known.try_emplace(ends, out_.arrows.size());
        if (is_new) {
          Arrow& arrow = out_.arrows.emplace_back();
          arrow.from = ends.first;
          arrow.to = ends.second;
          groups.emplace_back();
          arrows_[container ? *container + 1 : 0].push_back(found->second);
        }
        out_.arrows[found->second].transitions.push_back(t);
        Group group;
        if (ends.first != transition.from) group.from = {shape_.states[transition.from].name};
        if (ends.second != to) group.to = shape_.states[to].name;
        group.lines = lines_for(t);
        std::vector<Group>& all = groups[found->second];
        const auto same = std::find_if(all.begin(), all.end(), [&](const Group& other) {
          return counts_.empty() && !other.from.empty() && !group.from.empty() &&
                 other.to == group.to &&
                 std::equal(
                     other.lines.begin(), other.lines.end(), group.lines.begin(), group.lines.end(),
                     [](const Line& a, const Line& b) { return a.is == b.is && a.text == b.text; });
        });
        if (same == all.end()) {
          all.push_back(std::move(group));
        } else if (std::find(same->from.begin(), same->from.end(), group.from[0]) ==
                   same->from.end()) {
          same->from.push_back(group.from[0]);
        }
      }
      if (!beside.empty()) say_inside(transition.from, beside, lines_for(t));
    }
    for (std::size_t a = 0; a < groups.size(); ++a) {
      // What is said of the boxes themselves comes first: below a place it would seem to be of it.
      std::stable_partition(groups[a].begin(), groups[a].end(), [](const Group& group) {
        return group.from.empty() && group.to.empty();
      });
      std::string before;
      for (Group& group : groups[a]) {
        std::string where;
        if (!group.from.empty()) where = (zh ? "自 " : "from ") + listed(group.from, language_);
        if (!group.to.empty()) where += (where.empty() ? "" : " ") + ("→ " + group.to);
        if (where != before) {
          for (const std::string& line : lines_of(where, label_columns)) {
            out_.arrows[a].lines.push_back({Line::Is::place, line, {}});
          }
        }
        before = std::move(where);
        for (Line& line : group.lines) out_.arrows[a].lines.push_back(std::move(line));
      }
    }
  }

  /// Where a transition leads, in the box that it leaves; of a history, in that of its state.
  void say_inside(std::size_t from, const std::vector<std::string>& to, std::vector<Line> lines) {
    const StateShape& state = shape_.states[from];
    std::string where = "→ " + listed(to, language_);
    if (is_history(state))
      where.insert(0, history_text(state) + " ");
    std::vector<Line>& inside = out_.inside[is_history(state) ? *state.parent : from];
    for (const std::string& line : lines_of(where, label_columns))
      inside.push_back({Line::Is::place, line, {}});
    for (Line& line : lines) inside.push_back(std::move(line));
  }

  // ── sizes, from the innermost outwards ──

  void size_of(Parent parent) {
    const std::vector<std::size_t>& children = children_[parent ? *parent + 1 : 0];
    for (const std::size_t child : children) {
      Box& box = out_.states[child];
      if (is_history(shape_.states[child])) {
        const double width = text_width(history_text(shape_.states[child]), name_size) + 16;
        box.width = std::max(width, history_size);
        box.height = history_size;
        continue;
      }
      double width = text_width(shape_.states[child].name, name_size) + 30;
      const double inside = height_of(out_.inside[child]);
      for (const Line& line : out_.inside[child]) width = std::max(width, width_of(line) + 20);
      if (holds_states(child)) {
        size_of(child);
        const Inner& in = inner(child);
        box.width = std::max(width, in.width + 2 * padding);
        box.height = header + (inside > 0 ? inside + 4 : 0) + in.total + 2 * padding;
      } else {
        box.width = std::max(width, 64.0);
        box.height = 32 + (inside > 0 ? inside + 6 : 0);
      }
    }
    if (parent && shape_.states[*parent].kind == StateShape::Kind::parallel) {
      regions(*parent, children);
    } else {
      layers(parent, children);
    }
  }

  void regions(std::size_t parent, const std::vector<std::size_t>& children) {
    Inner& in = inner(parent);
    in.layers.emplace_back();
    in.top = {0};
    in.height = {0};
    double x = 0;
    bool was_region = false;
    for (const std::size_t child : children) {
      Node node;
      node.is = Node::Is::state;
      node.state = child;
      const Box& box = out_.states[child];
      node.left = node.right = box.width / 2;
      node.height = box.height;
      const bool is_region = !is_history(shape_.states[child]);
      if (was_region && is_region) out_.dividers[parent].push_back(x + 12);
      was_region = is_region;
      node.x = x + (x > 0 ? 24 : 0) + node.left;
      x = node.x + node.right;
      in.height[0] = std::max(in.height[0], box.height);
      in.layers[0].push_back(in.nodes.size());
      in.nodes.push_back(std::move(node));
    }
    in.width = x;
    in.total = in.height[0];
  }

  // ── layers ──

  void layers(Parent parent, const std::vector<std::size_t>& children) {
    Inner& in = inner(parent);
    std::map<std::size_t, std::size_t> node_of;  // child → node
    for (const std::size_t child : children) {
      Node node;
      node.is = Node::Is::state;
      node.state = child;
      const Box& box = out_.states[child];
      node.left = node.right = box.width / 2;
      node.height = box.height;
      node_of[child] = in.nodes.size();
      in.nodes.push_back(std::move(node));
    }
    struct Edge {
      std::size_t arrow, from, to;
      bool is_reversed = false;
    };
    std::vector<Edge> edges;
    std::size_t port = in.nodes.size();  // where the container's own transitions begin
    bool has_port = false;
    const auto need_port = [&] {
      if (!has_port) {
        has_port = true;
        Node node;
        node.is = Node::Is::port;
        node.left = node.right = 4;
        node.height = 2;
        in.nodes.push_back(std::move(node));
        port = in.nodes.size() - 1;
      }
      return port;
    };
    for (const std::size_t a : arrows_[parent ? *parent + 1 : 0]) {
      const Arrow& arrow = out_.arrows[a];
      if (parent && (arrow.from == *parent || arrow.to == *parent)) {
        const bool down = arrow.from == *parent;
        const std::size_t other = down ? arrow.to : arrow.from;
        const std::size_t node = node_of.at(*child_in(parent, other));
        const std::size_t top = need_port();
        edges.push_back({a, top, node, !down});
        continue;
      }
      const auto from = child_in(parent, arrow.from), to = child_in(parent, arrow.to);
      edges.push_back({a, node_of.at(*from), node_of.at(*to), false});
    }

    // Cut cycles: what leads back to where the walk comes from points up.
    const std::size_t count = in.nodes.size();
    std::vector<std::vector<std::size_t>> leaving(count);
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (!edges[e].is_reversed) leaving[edges[e].from].push_back(e);
    }
    std::vector<std::uint8_t> colour(count);
    const auto walk = [&](std::size_t start) {
      if (colour[start] != 0) return;
      std::vector<std::pair<std::size_t, std::size_t>> stack{{start, 0}};
      colour[start] = 1;
      while (!stack.empty()) {
        auto& [node, next] = stack.back();
        if (next == leaving[node].size()) {
          colour[node] = 2;
          stack.pop_back();
          continue;
        }
        Edge& edge = edges[leaving[node][next++]];
        if (colour[edge.to] == 1) {
          std::swap(edge.from, edge.to);
          edge.is_reversed = true;
        } else if (colour[edge.to] == 0) {
          colour[edge.to] = 1;
          stack.emplace_back(edge.to, 0);
        }
      }
    };
    std::vector<std::size_t> initial;
    for (const std::size_t child : children)
      if (shape_.states[child].is_initial) initial.push_back(node_of[child]);
    if (has_port) walk(port);
    for (const std::size_t node : initial) walk(node);
    for (std::size_t node = 0; node < count; ++node) walk(node);

    // Longest paths; labels take the layers with odd numbers.
    for (std::size_t round = 0; round < count + 1; ++round) {
      bool is_changed = false;
      for (const Edge& edge : edges) {
        if (in.nodes[edge.to].rank >= in.nodes[edge.from].rank + 2) continue;
        in.nodes[edge.to].rank = in.nodes[edge.from].rank + 2;
        is_changed = true;
      }
      if (!is_changed) break;
    }
    for (const std::size_t node : initial) {
      Node dot;
      dot.is = Node::Is::dot;
      dot.left = dot.right = dot_radius;
      dot.height = 2 * dot_radius;
      dot.rank = in.nodes[node].rank - 1;
      Arrow arrow;
      arrow.is_initial = true;
      arrow.to = in.nodes[node].state;
      in.chains.push_back({out_.arrows.size(), {in.nodes.size(), node}, false});
      out_.arrows.push_back(std::move(arrow));
      in.nodes.push_back(std::move(dot));
    }
    for (const Edge& edge : edges) {
      Chain chain{edge.arrow, {edge.from}, edge.is_reversed};
      const int first = in.nodes[edge.from].rank + 1, last = in.nodes[edge.to].rank - 1;
      const int label = edge.is_reversed ? last : first;  // beside the state that it leaves
      for (int rank = first; rank <= last; ++rank) {
        Node node;
        node.rank = rank;
        node.left = node.right = 3;
        const Arrow& arrow = out_.arrows[edge.arrow];
        if (rank == label && !arrow.lines.empty()) {
          node.is = Node::Is::label;
          node.state = edge.arrow;
          double width = 0;
          for (const Line& line : arrow.lines) width = std::max(width, width_of(line));
          node.left = 5;
          node.right = width + 9;
          node.height = height_of(arrow.lines);
        }
        chain.nodes.push_back(in.nodes.size());
        in.nodes.push_back(std::move(node));
      }
      chain.nodes.push_back(edge.to);
      in.chains.push_back(std::move(chain));
    }
    int lowest = 0, highest = 0;
    for (const Node& node : in.nodes) {
      lowest = std::min(lowest, node.rank);
      highest = std::max(highest, node.rank);
    }
    for (Node& node : in.nodes) node.rank -= lowest;
    in.layers.resize(static_cast<std::size_t>(highest - lowest + 1));
    for (const Chain& chain : in.chains) {
      for (std::size_t i = 1; i < chain.nodes.size(); ++i) {
        in.nodes[chain.nodes[i - 1]].down.push_back(chain.nodes[i]);
        in.nodes[chain.nodes[i]].up.push_back(chain.nodes[i - 1]);
      }
    }
    first_order(in, initial);
    order(in);
    spread(in);
    stack_layers(in);
  }

  /// Depth first from where the chart begins: what belongs together starts together.
  static void first_order(Inner& in, const std::vector<std::size_t>& initial) {
    std::vector<bool> seen(in.nodes.size());
    std::vector<std::size_t> todo;
    const auto from = [&](std::size_t start) {
      todo.push_back(start);
      while (!todo.empty()) {
        const std::size_t node = todo.back();
        todo.pop_back();
        if (seen[node]) continue;
        seen[node] = true;
        in.layers[static_cast<std::size_t>(in.nodes[node].rank)].push_back(node);
        const auto& down = in.nodes[node].down;
        todo.insert(todo.end(), down.rbegin(), down.rend());
      }
    };
    for (std::size_t n = 0; n < in.nodes.size(); ++n)
      if (in.nodes[n].up.empty() && in.nodes[n].is == Node::Is::dot) from(n);
    for (const std::size_t n : initial) from(n);
    for (std::size_t n = 0; n < in.nodes.size(); ++n)
      if (in.nodes[n].up.empty()) from(n);
    for (std::size_t n = 0; n < in.nodes.size(); ++n) from(n);
  }

  static std::size_t crossings(const Inner& in) {
    std::vector<std::size_t> place(in.nodes.size());
    for (const auto& layer : in.layers)
      for (std::size_t i = 0; i < layer.size(); ++i) place[layer[i]] = i;
    std::size_t out = 0;
    for (const auto& layer : in.layers) {
      std::vector<std::pair<std::size_t, std::size_t>> lines;
      for (const std::size_t node : layer)
        for (const std::size_t below : in.nodes[node].down)
          lines.emplace_back(place[node], place[below]);
      for (std::size_t a = 0; a < lines.size(); ++a)
        for (std::size_t b = a + 1; b < lines.size(); ++b)
          out += (lines[a].first < lines[b].first && lines[a].second > lines[b].second) ||
                         (lines[a].first > lines[b].first && lines[a].second < lines[b].second)
                     ? 1
                     : 0;
    }
    return out;
  }

  static void order(Inner& in) {
    if (in.nodes.size() > 600) return;  // a picture nobody can read: its order does not matter
    auto best = in.layers;
    std::size_t fewest = crossings(in);
    for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
      const bool down = sweep % 2 == 0;
      std::vector<double> place(in.nodes.size());
      for (const auto& layer : in.layers)
        for (std::size_t i = 0; i < layer.size(); ++i) place[layer[i]] = static_cast<double>(i);
      const std::size_t count = in.layers.size();
      for (std::size_t step = 1; step < count; ++step) {
        auto& layer = in.layers[down ? step : count - 1 - step];
        std::vector<std::pair<double, std::size_t>> keys;
        for (std::size_t i = 0; i < layer.size(); ++i) {
          const Node& node = in.nodes[layer[i]];
          const auto& beside = down ? node.up : node.down;
          double mean = static_cast<double>(i);
          if (!beside.empty()) {
            mean = 0;
            for (const std::size_t other : beside) mean += place[other];
            mean /= static_cast<double>(beside.size());
          }
          keys.emplace_back(mean, layer[i]);
        }
        std::stable_sort(keys.begin(), keys.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < layer.size(); ++i) {
          layer[i] = keys[i].second;
          place[layer[i]] = static_cast<double>(i);
        }
      }
      const std::size_t now = crossings(in);
      if (now < fewest) {
        fewest = now;
        best = in.layers;
      }
    }
    in.layers = std::move(best);
  }

  /// Moves the nodes of a layer as near to where they want to be as their widths allow: the least
  /// squares under distances, by pooling neighbours that push each other.
  static void settle(Inner& in, const std::vector<std::size_t>& layer,
                     const std::vector<double>& wanted, const std::vector<double>& weight) {
    struct Block {
      double sum, weight;
      std::size_t count;
      [[nodiscard]] double mean() const { return sum / weight; }
    };
    std::vector<double> offset(layer.size());
    for (std::size_t i = 1; i < layer.size(); ++i) {
      const Node &a = in.nodes[layer[i - 1]], &b = in.nodes[layer[i]];
      const bool are_thin = a.is == Node::Is::bend || b.is == Node::Is::bend;
      offset[i] = offset[i - 1] + a.right + b.left + (are_thin ? apart / 2 : apart);
    }
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      blocks.push_back({(wanted[i] - offset[i]) * weight[i], weight[i], 1});
      while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
        Block& into = blocks[blocks.size() - 2];
        into.sum += blocks.back().sum;
        into.weight += blocks.back().weight;
        into.count += blocks.back().count;
        blocks.pop_back();
      }
    }
    std::size_t i = 0;
    for (const Block& block : blocks)
      for (std::size_t k = 0; k < block.count; ++k, ++i)
        in.nodes[layer[i]].x = block.mean() + offset[i];
  }

  static void spread(Inner& in) {
    std::vector<double> wanted, weight;
    for (int round = 0; round < 40; ++round) {
      const bool down = round % 2 == 0;
      for (std::size_t step = 0; step < in.layers.size(); ++step) {
        const auto& layer = in.layers[down ? step : in.layers.size() - 1 - step];
        wanted.clear();
        weight.clear();
        for (const std::size_t n : layer) {
          const Node& node = in.nodes[n];
          double sum = 0, of = 0;
          const auto pull = [&](const std::vector<std::size_t>& beside, double strength) {
            for (const std::size_t other : beside) {
              const Node& there = in.nodes[other];
              const bool is_bend = there.is == Node::Is::bend && node.is == Node::Is::bend;
              const double s = strength * (is_bend ? 4 : there.is == Node::Is::state ? 1.5 : 1);
              sum += s * there.x;
              of += s;
            }
          };
          pull(node.up, down ? 1.0 : 0.5);
          pull(node.down, down ? 0.5 : 1.0);
          wanted.push_back(of > 0 ? sum / of : node.x);
          weight.push_back(of > 0 ? (node.is == Node::Is::state ? 2.0 : 1.0) : 0.1);
        }
        settle(in, layer, wanted, weight);
      }
    }
    double left = std::numeric_limits<double>::max(), right = std::numeric_limits<double>::lowest();
    for (const Node& node : in.nodes) {
      left = std::min(left, node.x - node.left);
      right = std::max(right, node.x + node.right);
    }
    for (Node& node : in.nodes) node.x -= left;
    in.width = in.nodes.empty() ? 0 : right - left;
  }

  static void stack_layers(Inner& in) {
    // Lines that run far to the side get more room to turn.
    std::vector<double> turn(in.layers.size());
    for (const Chain& chain : in.chains) {
      for (std::size_t i = 1; i < chain.nodes.size(); ++i) {
        const Node &a = in.nodes[chain.nodes[i - 1]], &b = in.nodes[chain.nodes[i]];
        double& most = turn[static_cast<std::size_t>(b.rank)];
        most = std::max(most, std::min(std::abs(a.x - b.x) * 0.16, 26.0));
      }
    }
    double y = 0;
    for (std::size_t r = 0; r < in.layers.size(); ++r) {
      double height = 0;
      bool has_content = false;
      for (const std::size_t n : in.layers[r]) {
        height = std::max(height, in.nodes[n].height);
        has_content |= in.nodes[n].is != Node::Is::bend;
      }
      if (r > 0) y += std::max(has_content ? state_gap : plain_gap, turn[r]);
      in.top.push_back(y);
      in.height.push_back(height);
      y += height;
    }
    in.total = y;
  }

  // ── places, from the outside inwards ──

  void place(Parent parent, double x, double y) {
    Inner& in = inner(parent);
    origins_[parent ? *parent + 1 : 0] = {x, y};
    for (const Node& node : in.nodes) {
      const auto r = static_cast<std::size_t>(node.rank);
      if (node.is == Node::Is::dot) {
        out_.dots.push_back({x + node.x, y + in.top[r] + in.height[r] - dot_radius});
      } else if (node.is == Node::Is::state) {
        Box& box = out_.states[node.state];
        const bool is_region = parent && shape_.states[*parent].kind == StateShape::Kind::parallel;
        box.x = x + node.x - box.width / 2;
        box.y = y + in.top[r] + (is_region ? 0 : (in.height[r] - node.height) / 2);
        if (holds_states(node.state)) {
          const Inner& within = inner(node.state);
          const double inside = height_of(out_.inside[node.state]);
          place(node.state, box.x + (box.width - within.width) / 2,
                box.y + header + (inside > 0 ? inside + 4 : 0) + padding);
        }
      }
    }
    if (parent)
      for (double& divider : out_.dividers[*parent]) divider += x;
  }

  // ── arrows ──

  void route_all() {
    for (std::size_t c = 0; c < inner_.size(); ++c)
      route(inner_[c], origins_[c], c == 0 ? Parent() : Parent(c - 1));
  }

  /// Where a container's own transitions begin: at its border, unless words stand in between.
  [[nodiscard]] double port_top(Parent container, Point origin, double x) const {
    const double below_words = origin.y - padding;
    if (!container || !out_.inside[*container].empty()) return below_words;
    const Box& box = out_.states[*container];
    const double name = text_width(shape_.states[*container].name, name_size) + 24;
    return x < box.x + name ? below_words : box.y;
  }

  void route(Inner& in, Point origin, Parent container) {
    // Where chains leave and reach a node, side by side in the order of where they come from.
    std::vector<std::vector<std::pair<double, std::size_t>>> below(in.nodes.size()),
        above(in.nodes.size());
    for (std::size_t c = 0; c < in.chains.size(); ++c) {
      const auto& nodes = in.chains[c].nodes;
      below[nodes.front()].emplace_back(in.nodes[nodes[1]].x, c);
      above[nodes.back()].emplace_back(in.nodes[nodes[nodes.size() - 2]].x, c);
    }
    std::vector<double> leaves(in.chains.size()), reaches(in.chains.size());
    const auto spread_ports = [&](auto& sides, std::vector<double>& into) {
      for (std::size_t n = 0; n < in.nodes.size(); ++n) {
        auto& side = sides[n];
        std::stable_sort(side.begin(), side.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        const Node& node = in.nodes[n];
        const double room = std::max(node.left + node.right - 24, 0.0);
        const double step =
            side.size() < 2 ? 0 : std::min(28.0, room / static_cast<double>(side.size() - 1));
        for (std::size_t i = 0; i < side.size(); ++i) {
          const double middle = static_cast<double>(side.size() - 1) / 2;
          into[side[i].second] = node.x + (static_cast<double>(i) - middle) * step;
        }
      }
    };
    spread_ports(below, leaves);
    spread_ports(above, reaches);

    for (std::size_t c = 0; c < in.chains.size(); ++c) {
      const Chain& chain = in.chains[c];
      Arrow& arrow = out_.arrows[chain.arrow];
      std::vector<Point> path;
      const Node& first = in.nodes[chain.nodes.front()];
      const Node& last = in.nodes[chain.nodes.back()];
      const double start = straight(leaves[c], in, chain, true);
      const double end = straight(reaches[c], in, chain, false);
      // From the upper node.
      if (first.is == Node::Is::dot || first.is == Node::Is::port) {
        const auto r = static_cast<std::size_t>(first.rank);
        const double x = origin.x + first.x;
        path.push_back({x, first.is == Node::Is::port ? port_top(container, origin, x)
                                                      : origin.y + in.top[r] + in.height[r]});
      } else {
        const Box& holder = out_.states[first.state];
        path.push_back({origin.x + start, holder.y + holder.height});
      }
      for (std::size_t i = 1; i + 1 < chain.nodes.size(); ++i) {
        const Node& node = in.nodes[chain.nodes[i]];
        const auto r = static_cast<std::size_t>(node.rank);
        path.push_back({origin.x + node.x, origin.y + in.top[r]});
        if (in.height[r] > 0)
          path.push_back({origin.x + node.x, origin.y + in.top[r] + in.height[r]});
        if (node.is == Node::Is::label)
          arrow.label = {origin.x + node.x + 8,
                         origin.y + in.top[r] + (in.height[r] - node.height) / 2};
      }
      const Box& holder = out_.states[last.state];
      path.push_back({origin.x + end, holder.y});
      if (chain.is_reversed) std::reverse(path.begin(), path.end());
      arrow.path = std::move(path);
    }
  }

  /// A line that could run straight into the next node does so where the border allows.
  static double straight(double port, const Inner& in, const Chain& chain, bool is_upper) {
    const std::size_t self = is_upper ? chain.nodes.front() : chain.nodes.back();
    const std::size_t next = is_upper ? chain.nodes[1] : chain.nodes[chain.nodes.size() - 2];
    const Node &node = in.nodes[self], &there = in.nodes[next];
    const auto& beside = is_upper ? node.down : node.up;
    if (beside.size() == 1 && there.x > node.x - node.left + 10 &&
        there.x < node.x + node.right - 10)
      return there.x;
    return port;
  }

  const ProcedureShape& shape_;
  std::span<const std::size_t> counts_;
  Language language_;
  Picture out_;
  // 0: the whole; s + 1: inside state s
  std::vector<Inner> inner_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::vector<std::size_t>> arrows_;  ///< those drawn there
  std::map<std::size_t, Point> origins_;
};

}  // namespace

double pill_width(std::size_t count) { return text_width(std::to_string(count), small_size) + 11; }

double size_of(Line::Is is) {
  switch (is) {
    case Line::Is::event:
      return label_size;
    case Line::Is::clauses:
      return small_size;
    default:
      return label_size - 0.5;
  }
}

double height_of(std::span<const Line> lines) {
  double out = 0;
  for (const Line& line : lines) out += height_of(line.is);
  return out;
}

double width_of(const Line& line) {
  const double around = line.is == Line::Is::child ? link_width + 2 * box_padding : 0;
  return around + text_width(line.text, size_of(line.is)) +
         (is_indented(line.is) ? icon_width : 0) + (line.count ? pill_width(*line.count) + 5 : 0);
}

Picture lay_out(const ProcedureShape& shape, std::span<const std::size_t> counts,
                Language language) {
  return Drawer(shape, counts, language).draw();
}

}  // namespace aftercare::report
