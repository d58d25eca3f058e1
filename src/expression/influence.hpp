// expression/influence.hpp — which unknown inputs a run of the machine depends on, and how.
//
// A run at one point says something about its neighbours: where two points lie on one line through
// an unknown input, and every comparison on the way is between values that rise or fall with that
// input alone and gives the same order at both, then every point between takes the same way. The
// watch notes what such a proof needs.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "aftercare/value.hpp"

#include "bytecode/program.hpp"
#include "vm/machine.hpp"

namespace aftercare::expression {

/// A set of unknown inputs, as bits.
using Inputs = std::uint64_t;

/// What a register depends on.
struct Tag {
  Inputs rises = 0;  ///< grows, or stays, as the input does
  Inputs falls = 0;  ///< shrinks, or stays, as the input grows
  Inputs text = 0;   ///< is the text of the input
  int direct = -1;   ///< is the value of this input
  [[nodiscard]] bool is_set() const noexcept { return (rises | falls | text) != 0; }
  [[nodiscard]] Inputs inputs() const noexcept { return rises | falls | text; }
};

/// What is known of the functions of a host.
class HostFunctions {
 public:
  virtual ~HostFunctions() = default;
  /// By argument: constants such that the result hangs on nothing but how the argument stands to
  /// each of them (texts: whether they are equal). Null where that is not known.
  [[nodiscard]] virtual const std::vector<std::vector<Value>>* bounds(std::uint32_t function) = 0;
};

class Influence final : public vm::Watch {
 public:
  /// How the value of an unknown input is used in a run.
  enum class Given : std::uint8_t {
    no,       ///< not yet: the run ends where it is read
    exactly,  ///< the run says nothing about other values
    line,     ///< one of an ordered line of values
    text,     ///< one text of many
  };

  /// `unknown`: how many inputs are unknown, at most 64.
  explicit Influence(std::size_t unknown);

  /// In which slot an input lies, from now on; it may lie in several. -1: none lies there.
  void place(std::uint32_t slot, int input);

  void give(std::size_t input, Given how) noexcept { given_[input] = how; }
  [[nodiscard]] Given given(std::size_t input) const noexcept { return given_[input]; }

  /// What is known of functions of the host; it must outlive the runs.
  void know(HostFunctions* functions) noexcept { functions_ = functions; }

  /// Before a run, which may be one of several programs.
  void begin();
  /// After each program of a run whose value is not the run's result: nothing is known of what is
  /// made of it, unless it is true or false.
  void end_program();
  /// What lies in a slot decides something that is not followed. False: it is missing, and the run
  /// has to end.
  [[nodiscard]] bool touch(std::uint32_t slot);
  [[nodiscard]] bool touch_input(std::size_t input);
  /// Only whether it is null decides. False: it is missing.
  [[nodiscard]] bool require(std::uint32_t slot);
  [[nodiscard]] bool before(const bytecode::Instruction& instruction,
                            const Value* objects) override;

  // After a run:
  [[nodiscard]] int missing() const noexcept { return missing_; }  ///< read, not given; or -1
  /// The orders of all comparisons that an unknown input takes part in.
  [[nodiscard]] const std::string& way() const noexcept { return way_; }
  /// Inputs used in another way than the proof knows: nothing follows for their other values.
  [[nodiscard]] Inputs opaque() const noexcept { return opaque_; }
  [[nodiscard]] const Tag& result() const noexcept { return result_; }
  /// Constants that an input was compared with, in all runs.
  [[nodiscard]] const std::vector<Value>& compared(std::size_t input) const {
    return compared_[input];
  }

 private:
  Tag& tag(std::size_t object);
  void forget(std::size_t object) { tag(object) = {}; }
  void hide(const Tag& tag) noexcept { opaque_ |= tag.inputs(); }
  void note(const Value& left, const Tag& l, const Value& right, const Tag& r);
  void note_membership(const Value& value, const Tag& v, const Value& in, const Tag& of, int depth);
  void remember(const Tag& tag, const Value& constant);
  void unknown_use(const bytecode::Instruction& instruction);
  void arithmetic(const bytecode::Instruction& instruction, const Value* objects);

  HostFunctions* functions_ = nullptr;
  std::vector<int> inputs_;  // by slot: the input that lies there
  std::vector<Given> given_;
  std::vector<std::vector<Value>> compared_;
  std::vector<Tag> tags_;
  std::string way_;
  Inputs opaque_ = 0;
  Tag result_;
  int missing_ = -1;
  int written_ = -1;  // the register that the last instruction wrote, where it is tagged
};

}  // namespace aftercare::expression
