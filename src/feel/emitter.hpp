// The state of emit(): what lies in which register.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/assert.hpp"
#include "builtins/builtins.hpp"
#include "bytecode/builder.hpp"
#include "feel/compile.hpp"
#include "feel/emit.hpp"
#include "feel/fold.hpp"
#include "feel/resolve.hpp"
#include "feel/types.hpp"

namespace aftercare::feel {

class Emitter {
 public:
  Emitter(const Resolved& resolved, const Scope& scope,
          const std::vector<std::optional<Value>>& folded, const std::vector<Known>& known,
          const CompileOptions& options, Fit fit);
  [[nodiscard]] Emitted run();
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }

  /// How a node lies in a scalar register; `none` where it does not.
  struct Rep {
    enum class Is : std::uint8_t { none, number, money, boolean, date, instant, symbol, length };
    Is is = Is::none;
    int scale = 0;            ///< number, money: the word counts units of 10^-scale
    std::uint32_t extra = 0;  ///< symbol: its set; money: its currency
    explicit operator bool() const noexcept { return is != Is::none; }
  };

 private:
  using Register = bytecode::Register;
  using Op = bytecode::Op;

  /// Where the names of the text lie while the code of one routine is made.
  struct Frame {
    std::unordered_map<std::uint32_t, Register> locals;
    std::unordered_map<std::uint32_t, Register> slots;  // captured inputs
  };

  [[nodiscard]] bytecode::Span span_of(NodeId id) const noexcept {
    const bool may_be_null = !known_.empty() && known_[id].type.is_optional();
    return {tree_[id].range.begin, tree_[id].range.end, may_be_null};
  }

  // Each emits code that leaves the value of a node in register `to`. `to` is written last.
  void object(NodeId id, Register to);
  void name(NodeId id, Register to);
  void record(const Name& entry, NodeId at, Register to);
  void path(NodeId id, Register to);
  void junction(NodeId id, Register to, Op leave, Op join);
  void list(NodeId id, Register to);
  void context(NodeId id, Register to);
  void cell(NodeId id, Register to);
  void call(NodeId id, Register to);
  void function(NodeId id, Register to);
  void loop(NodeId id, Register to);
  void quantifier(NodeId id, Register to);
  void filter(NodeId id, Register to);

  void tests(std::span<const NodeId> nodes, Register value, NodeId at, Register to, Op in);
  void placed(const std::vector<std::size_t>& places, std::span<const NodeId> arguments, NodeId at,
              Register to, Op op, std::int64_t function);
  void iterators(NodeId id, Register failed, bytecode::Builder::Label end,
                 bytecode::Builder::Label again_outermost,
                 const std::function<void(bytecode::Builder::Label again)>& body);
  void tell(builtins::Fault fault, std::string_view operation, NodeId at, Register to);
  void constant(const Value& value, NodeId at, Register to);
  void slot(std::uint32_t index, NodeId at, Register to);
  /// The register that holds a node's value: that of a local, or a new one.
  Register operand(NodeId id);
  /// Consecutive registers with the values of several nodes.
  Register row(std::span<const NodeId> nodes);
  [[nodiscard]] Register register_of(std::uint32_t local) const;
  [[nodiscard]] bool uses(NodeId id, std::uint32_t local) const;
  /// Whether what a filter asks for may turn out to be a number: the place of an element.
  [[nodiscard]] bool may_be_index(NodeId condition) const;
  /// The same where the type of the elements tells which names are their members.
  [[nodiscard]] bool mentions_item(NodeId id, std::uint32_t local, const Type& element) const;

  // ── scalars (emit_scalar.cpp) ───────────────────────────────────────────────────────────────
  [[nodiscard]] const Rep& rep(NodeId id);
  [[nodiscard]] Rep compute_rep(NodeId id);
  [[nodiscard]] Rep rep_of(const Type& type, const Numbers& numbers) const;
  [[nodiscard]] Rep constant_rep(const Value& value) const;
  [[nodiscard]] Rep binary_rep(NodeId id, const Rep& own);
  [[nodiscard]] Rep in_rep(NodeId id, const Rep& own);
  [[nodiscard]] Rep call_rep(NodeId id, const Rep& own);
  /// Whether every number of the interval is a whole number of 64 bits at that scale. One bit is
  /// left for the sum of two.
  [[nodiscard]] static bool is_proved_at(const Numbers& numbers, int scale);
  /// The same, or no more than Fit::expected asks for.
  [[nodiscard]] bool fits_at(const Numbers& numbers, int scale) const;
  [[nodiscard]] bool comparable(NodeId a, NodeId b);
  /// Whether `a` is a string slot and `b` a constant string: no register needs to hold the text.
  [[nodiscard]] bool is_text_test(NodeId a, NodeId b) const;
  /// The input that a node reads as it is.
  [[nodiscard]] std::optional<std::uint16_t> input_of(NodeId id) const;
  /// The input that a node is, whatever it holds.
  [[nodiscard]] std::optional<std::uint32_t> whole_input(NodeId id) const;
  [[nodiscard]] bool fits_constant_or(NodeId id, int scale);
  [[nodiscard]] bool index_is_small(NodeId id) const;
  [[nodiscard]] std::optional<std::string_view> builtin_name(NodeId id) const;
  [[nodiscard]] std::optional<Value> zero_of_total(NodeId id) const;
  [[nodiscard]] std::optional<std::int64_t> constant_scale(NodeId id) const;
  [[nodiscard]] static Kind kind_of(const Rep& r);
  [[nodiscard]] static std::int64_t extra_of(const Rep& r);
  [[nodiscard]] std::int64_t word_of(const Value& value, int scale) const;
  /// Ends the routine with the value of a node.
  void give(NodeId id);
  void give_scalar(NodeId id);
  /// Jumps where the condition is `when` and goes on where it is not. Requires: proved booleans.
  void branch(NodeId id, bytecode::Builder::Label target, bool when);

  // ── conditions without jumps (emit_truth.cpp) ───────────────────────────────────────────────
  /// A condition that others are made of: an input against a constant, or any boolean that costs
  /// little and cannot fail.
  struct Atom {
    Op op = Op::also;  ///< the form that adds a bit
    std::uint16_t input = 0;
    std::uint16_t c = 0;
    std::int64_t word = 0;
    const Value* constant = nullptr;
    NodeId node = 0;
  };
  /// The atoms of a condition, and how each node is one of them.
  struct Truth {
    struct Bit {
      std::size_t atom = 0;
      bool is_negated = false;
    };
    std::vector<Atom> atoms;
    std::unordered_map<NodeId, Bit> bits;
  };
  /// Whether evaluating a node, at that scale, succeeds for all inputs of their declared types,
  /// whatever conditions around it say. `is_part`: something is computed from it.
  [[nodiscard]] bool is_total(NodeId id, int scale, bool is_part);
  /// About how many instructions a node takes.
  [[nodiscard]] int weight(NodeId id) const;
  [[nodiscard]] bool is_present_input(NodeId id) const;
  [[nodiscard]] bool find_atoms(NodeId id, Truth& truth);
  [[nodiscard]] bool find_bounds(NodeId id, Truth& truth);
  [[nodiscard]] bool add_atom(NodeId id, const Atom& atom, bool is_negated, Truth& truth) const;
  [[nodiscard]] bool find_leaves(NodeId id, Truth& truth);
  /// The truth of a node, and the node that an `if` comes to, where the atoms are these bits.
  [[nodiscard]] bool holds(NodeId id, const Truth& truth, std::size_t bits) const;
  [[nodiscard]] NodeId leaf(NodeId id, const Truth& truth, std::size_t bits) const;
  [[nodiscard]] std::int64_t table(NodeId id, const Truth& truth) const;
  void atoms(const Truth& truth, NodeId at, Register to);
  void truth(NodeId id, const Truth& truth, Register to);
  /// Each emits its code and gives true where the node can be evaluated without jumps.
  bool give_truth(NodeId id);
  bool give_choice(NodeId id);
  bool scalar_truth(NodeId id, Register to);
  bool choose(NodeId id, Register to, int scale);
  [[nodiscard]] bool can_choose(NodeId id, int scale);

  /// An input against a constant: `a op b`, turned where the constant stands first.
  struct InputTest {
    Operator op = Operator::eq;
    NodeId a = 0;
    NodeId b = 0;
    std::uint16_t input = 0;
  };
  [[nodiscard]] std::optional<InputTest> input_test(NodeId id) const;
  [[nodiscard]] std::optional<Atom> input_atom(const InputTest& test, bool& is_negated);
  void reads(NodeId input);
  bool branch_on_input(NodeId id, bytecode::Builder::Label target, bool when);
  /// The value of a scalar node in an object register.
  void box(NodeId id, Register to);
  /// The value of a node in units of 10^-scale. Requires: rep(id), and a scale not below its own.
  void scalar(NodeId id, Register to, int scale);
  Register scalar_operand(NodeId id, int scale);
  void condition(NodeId id, Register to);
  void rescale(NodeId id, Register to, int from, int wanted);
  void scalar_constant(const Value& value, NodeId id, Register to, int scale);
  void scalar_slot(NodeId id, Register to, const Rep& r);
  void scalar_binary(NodeId id, Register to, const Rep& r);
  void scalar_in(NodeId id, Register to);
  void scalar_call(NodeId id, Register to, const Rep& r);
  void text_test(NodeId a, NodeId b, NodeId at, Register to);
  void compare(Operator op, NodeId a, NodeId b, NodeId at, Register to);

  const Resolved& resolved_;
  const Ast& tree_;
  const Scope& scope_;
  const CompileOptions& options_;
  const std::vector<std::optional<Value>>& folded_;
  const std::vector<Known>& known_;
  const Fit fit_;
  bytecode::Builder b_;
  std::vector<Frame> frames_;
  std::vector<std::optional<Rep>> reps_;  // parallel to the nodes, as far as asked for
  const Rep no_rep_;
  bool too_large_ = false;
};

}  // namespace aftercare::feel
