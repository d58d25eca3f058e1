// The syntax tree of a FEEL text: nodes in one vector, children as index ranges.
//
//   const Ast& tree = parsed.ast;
//   for (NodeId child : tree.children(tree.root)) visit(tree, child);
//
// A tree is a value: copying it copies the text too. Nothing in it points outside.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::feel {

/// Index into Ast::nodes. Node 0 stands for "none".
using NodeId = std::uint32_t;

/// What a node is. In brackets: its children; `text` is Ast::text_of(node).
enum class NodeKind : std::uint8_t {
  none,
  null_literal,
  boolean_literal,  ///< flags: 1 for true
  number_literal,   ///< text: digits, point and exponent in ASCII
  string_literal,   ///< text: what the string holds, escapes resolved
  at_literal,       ///< text: what stands between the quotes of @"…"
  length_literal,   ///< packs: text: the number; op: rt::Unit
  money_literal,    ///< packs: text: the number; data: the currency, packed
  percent_literal,  ///< packs: text: the number
  name,             ///< text: white space normalised; flags: 1 where the parser has told
  input,            ///< `?`, the value under test
  negate,           ///< [operand]
  binary,           ///< op: Operator; [left, right]
  all_of,           ///< `and`: [operand, …], two or more
  any_of,           ///< `or`: [operand, …], two or more
  between,          ///< [value, low, high]
  in,               ///< [value, test, …]: true where any test holds
  instance_of,      ///< [value, type]
  path,             ///< [base]; text: the member; data: byte where the member begins
  descendants,      ///< a...b (DMN 1.6): [base]; text: the member, wherever it is below the base
  filter,           ///< [base, condition or index]
  call,             ///< [callee, argument, …]; a named argument is an `argument` node
  argument,         ///< text: the parameter; [value]
  range,            ///< flags: range_flags; [low, high]
  half_range,       ///< (< 10): op: Operator of a comparison; [bound]
  list,             ///< [element, …]
  context,          ///< [entry, …]
  entry,            ///< text: the key; [value]
  if_else,          ///< [condition, then, else]
  for_each,         ///< [iterator, …, body]
  some,             ///< [iterator, …, condition]
  every,            ///< [iterator, …, condition]
  iterator,         ///< text: the variable; [list] or [first, last]
  function,         ///< [parameter, …, body]; flags: 1 for an external one
  parameter,        ///< text: its name; [type] or []
  type_name,        ///< text: "days and time duration", a declared name
  type_list,        ///< [element]
  type_range,       ///< [element]
  type_context,     ///< [type_member, …]
  type_member,      ///< text: its name; [type]
  type_function,    ///< [parameter type, …, result]
  tests,            ///< unary tests: [test, …]; flags: 1 for not(…)
  any_test,         ///< `-`: everything passes
  compare_test,     ///< op: Operator; [bound]: `< 10`, `= x`, `!= x`
};

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  eq,
  ne,
  lt,
  le,
  gt,
  ge
};
[[nodiscard]] std::string_view operator_text(Operator op) noexcept;

inline constexpr std::uint8_t range_includes_low = 1;
inline constexpr std::uint8_t range_includes_high = 2;

/// Half-open byte range in the text of the tree.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Node {
  NodeKind kind = NodeKind::none;
  std::uint8_t op = 0;
  std::uint8_t flags = 0;
  TextRange range;
  std::uint32_t first = 0;  ///< where its children begin in Ast::links
  std::uint32_t count = 0;  ///< number of children
  std::uint32_t text = 0;   ///< index into Ast::texts; 0 is empty
  std::uint32_t data = 0;
};

struct Ast {
  std::string source;
  std::vector<Node> nodes{Node{}};
  std::vector<NodeId> links;
  std::vector<std::string> texts{std::string{}};
  NodeId root = 0;
  /// What is wrong with it has been told: of a let, so that its uses say nothing of it again.
  bool is_told_wrong = false;

  [[nodiscard]] const Node& operator[](NodeId id) const noexcept { return nodes[id]; }
  [[nodiscard]] std::span<const NodeId> children(NodeId id) const noexcept {
    return std::span<const NodeId>(links).subspan(nodes[id].first, nodes[id].count);
  }
  [[nodiscard]] NodeId child(NodeId id, std::uint32_t index) const noexcept {
    return links[nodes[id].first + index];
  }
  [[nodiscard]] const std::string& text_of(NodeId id) const noexcept {
    return texts[nodes[id].text];
  }
  [[nodiscard]] std::string_view written(NodeId id) const noexcept {
    const TextRange range = nodes[id].range;
    return std::string_view(source).substr(range.begin, range.end - range.begin);
  }
  [[nodiscard]] Operator operator_of(NodeId id) const noexcept {
    return static_cast<Operator>(nodes[id].op);
  }
};

}  // namespace aftercare::feel
