// ledger/line.hpp — entries in an order, with their number before each: a treap with counts.
//
//   Line line;
//   line.put(id, before);            // before(a, b): whether entry a comes before entry b
//   line.ahead(id);                  // how many stand before it
//
// Who leaves keeps his place and is not counted: he may come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace aftercare::ledger {

class Line {
 public:
  /// Requires: the id is not in the line yet, and `before` is one order for all calls.
  template <class Before>
  void put(std::uint64_t id, const Before& before) {
    const auto made = static_cast<Number>(nodes_.size());
    nodes_.push_back({id, none, none, none, 1, true, mixed(id)});
    numbers_.emplace(id, made);
    if (root_ == none) {
      root_ = made;
      return;
    }
    Number at = root_;
    for (;;) {
      Number& next = before(id, nodes_[at].id) ? nodes_[at].left : nodes_[at].right;
      if (next == none) {
        next = made;
        nodes_[made].above = at;
        break;
      }
      at = next;
    }
    for (Number up = at; up != none; up = nodes_[up].above) ++nodes_[up].count;
    while (nodes_[made].above != none && nodes_[nodes_[made].above].weight < nodes_[made].weight)
      lift(made);
  }

  [[nodiscard]] bool has(std::uint64_t id) const { return numbers_.contains(id); }

  /// Whether it counts. Requires: has(id).
  void count(std::uint64_t id, bool counts) {
    const Number number = numbers_.at(id);
    if (nodes_[number].counts == counts) return;
    nodes_[number].counts = counts;
    for (Number up = number; up != none; up = nodes_[up].above)
      counts ? ++nodes_[up].count : --nodes_[up].count;
  }

  /// How many that count stand before it. Requires: has(id).
  [[nodiscard]] std::size_t ahead(std::uint64_t id) const {
    Number at = numbers_.at(id);
    std::size_t out = count_of(nodes_[at].left);
    for (Number up = nodes_[at].above; up != none; at = up, up = nodes_[up].above)
      if (nodes_[up].right == at) out += count_of(nodes_[up].left) + (nodes_[up].counts ? 1 : 0);
    return out;
  }

  /// The first that counts; 0: none does.
  [[nodiscard]] std::uint64_t first() const {
    Number at = root_;
    if (count_of(at) == 0) return 0;
    for (;;) {
      if (count_of(nodes_[at].left) != 0) {
        at = nodes_[at].left;
      } else if (nodes_[at].counts) {
        return nodes_[at].id;
      } else {
        at = nodes_[at].right;
      }
    }
  }

 private:
  using Number = std::uint32_t;
  static constexpr Number none = 0xFFFFFFFF;

  struct Node {
    std::uint64_t id;
    Number left, right, above;
    std::uint32_t count;  // of those that count, here and below
    bool counts;
    std::uint64_t weight;  // an inner node weighs more than those below it
  };

  /// The same for an id on every machine, and as good as random (splitmix64).
  static std::uint64_t mixed(std::uint64_t id) noexcept {
    id += 0x9E3779B97F4A7C15U;
    id = (id ^ (id >> 30U)) * 0xBF58476D1CE4E5B9U;
    id = (id ^ (id >> 27U)) * 0x94D049BB133111EBU;
    return id ^ (id >> 31U);
  }
  [[nodiscard]] std::uint32_t count_of(Number number) const noexcept {
    return number == none ? 0 : nodes_[number].count;
  }
  void recount(Number number) noexcept {
    Node& node = nodes_[number];
    node.count = count_of(node.left) + count_of(node.right) + (node.counts ? 1 : 0);
  }
  /// Turns a node above the one that it hangs on. Requires: it hangs on one.
  void lift(Number number) noexcept {
    Node& node = nodes_[number];
    const Number parent = node.above, top = nodes_[parent].above;
    const bool is_left = nodes_[parent].left == number;
    const Number inner = is_left ? node.right : node.left;
    (is_left ? nodes_[parent].left : nodes_[parent].right) = inner;
    if (inner != none) nodes_[inner].above = parent;
    (is_left ? node.right : node.left) = parent;
    nodes_[parent].above = number;
    node.above = top;
    if (top == none) {
      root_ = number;
    } else {
      (nodes_[top].left == parent ? nodes_[top].left : nodes_[top].right) = number;
    }
    recount(parent);
    recount(number);
  }

  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, Number> numbers_;
  Number root_ = none;
};

}  // namespace aftercare::ledger
