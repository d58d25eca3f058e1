// expression/explore.hpp — the results of a program over all values of its unknown inputs.
//
// A decision tree, grown by running the program: a run ends where it reads an input that is not
// given yet; that input is then given its values, neighbours together where the runs at both ends
// prove that all between take the same way (influence.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/value.hpp"

#include "expression/domain.hpp"
#include "expression/influence.hpp"

namespace aftercare::expression {

/// Values of one input that a leaf of the tree speaks for.
struct Part {
  enum class Is : std::uint8_t { all, listed, line, text } is = Is::all;
  Value value;                  ///< of `listed`
  std::int64_t low = 0;         ///< of `line`
  std::int64_t high = 0;        ///< of `line`
  std::vector<Value> excluded;  ///< of `text`: all texts but these
};

/// A region of the unknown inputs, one part for each, and its result.
struct Leaf {
  std::vector<Part> parts;
  Value value;  ///< where `varies` is not set
  Tag varies;   ///< the result rises and falls with these inputs, or is their text
};

/// What is explored: anything that has a result for each value of its unknown inputs.
class Subject {
 public:
  virtual ~Subject() = default;
  /// The result at one point, a value for each unknown input. A run that is watched says to `watch`
  /// in which slots the inputs lie, runs programs of object registers alone, tells it of whatever
  /// else depends on an input (Influence::touch), and ends where an input is missing. Errors: there
  /// is no result there.
  [[nodiscard]] virtual Result<Value> run(std::span<const Value> point, Influence* watch) = 0;
};

class Exploration {
 public:
  /// All must outlive it. `domains`: of the unknown inputs.
  Exploration(Subject& subject, std::span<const Domain> domains, std::size_t most_runs,
              std::size_t most_leaves);

  /// Grows the tree and gives its leaves; those that could not be decided are left out.
  [[nodiscard]] std::vector<Leaf> leaves();
  /// Whether no leaf is left out.
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  [[nodiscard]] std::size_t runs_left() const noexcept { return runs_left_; }
  /// The result at one point, a value for each unknown input. None where it is an Error.
  [[nodiscard]] std::optional<Value> at(std::span<const Value> point);

 private:
  using NodeId = std::uint32_t;
  struct Branch {
    Part part;
    NodeId child = 0;
  };
  struct Node {
    int input = -1;  // where it is no leaf
    std::vector<Branch> branches;
    std::optional<Value> value;  // of a leaf; none: undecided
    Tag varies;                  // of a leaf
    Inputs opaque = 0;
  };

  NodeId grow();
  NodeId split(std::size_t input);
  NodeId with(std::size_t input, Value value, Influence::Given how);
  void segment(std::size_t input, std::int64_t low, NodeId at_low, std::int64_t high,
               NodeId at_high, std::vector<Branch>& out);
  [[nodiscard]] std::int64_t middle(std::size_t input, std::int64_t low, std::int64_t high) const;
  NodeId keep(Node node, std::string key);
  NodeId undecided();
  void gather(NodeId node, std::vector<Part>& parts, std::vector<Leaf>& out);
  [[nodiscard]] static std::string text_of(std::int64_t number);

  Subject& subject_;
  std::vector<Value> point_;
  std::span<const Domain> domains_;
  Influence influence_;
  std::size_t runs_left_;
  std::size_t most_leaves_;
  std::vector<Node> nodes_;
  std::map<std::string, NodeId> known_;
  std::vector<Value> values_;  // distinct results
  bool is_complete_ = true;
};

/// A text that is none of `others`.
[[nodiscard]] Value other_text(std::span<const Value> others, std::size_t nth = 0);

}  // namespace aftercare::expression
