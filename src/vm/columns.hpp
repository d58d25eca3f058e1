// The scalar part of the machine over columns: one instruction for many rows, then the next.
//
//   Columns columns(program);                       // of a scalar program
//   End end = columns.run({inputs}, results, present, row);
//
// Jumps of a scalar program go forward only. Rows that jump wait at their target until the
// instruction there is reached; an instruction runs for the rows that are at it, never for another.
// Conditions without jumps keep all rows together: then its loop runs over whole columns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bytecode/program.hpp"
#include "vm/words.hpp"

namespace aftercare::vm {

/// The words of one input, a row each, as batch.hpp has them.
struct ColumnInput {
  const std::int64_t* words = nullptr;  ///< null: the program does not read it
  int scale = 0;
  const std::uint8_t* present = nullptr;  ///< null: no row is null
  std::span<const std::string> texts;
  /// What a word may be. Words of rows that are null do not matter.
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

class Columns {
 public:
  /// How many rows go through the program at a time.
  static constexpr std::size_t block = 512;

  /// Requires: a verified scalar program whose results fit() says are words.
  explicit Columns(const bytecode::Program& program);

  /// Whether every result of the program is a word at one scale, and which scale.
  [[nodiscard]] bool fits() const noexcept { return fits_; }
  [[nodiscard]] int scale() const noexcept { return scale_; }
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

  /// Where a run stopped.
  struct Stop {
    End end = End::value;
    std::size_t row = 0;  ///< one that could not be computed
    std::size_t input = 0;
    bool is_outside = false;  ///< the word of `input` there is outside low and high
  };
  /// Runs all rows. `present` may be empty where no result is null. Requires: words of booleans,
  /// strings and symbols are bounded as those are.
  Stop run(std::span<const ColumnInput> inputs, std::span<std::int64_t> results,
           std::span<std::uint8_t> present);

 private:
  struct Given {  // a result that is a constant
    std::int64_t word = 0;
    bool is_null = false;
  };
  /// Which of a column's texts are the constant of a test.
  struct Texts {
    std::int64_t only = -1;          ///< the one that is, or none
    std::vector<std::uint8_t> each;  ///< of each text, where several are
    [[nodiscard]] bool is_it(std::int64_t text) const noexcept {
      return each.empty() ? text == only : each[static_cast<std::size_t>(text)] != 0;
    }
  };
  void find_texts();
  [[nodiscard]] std::optional<std::size_t> outside(std::size_t input) const;
  End run_block();
  [[nodiscard]] bool to_given(const Value& value, Given& out);
  template <class F>
  void each(F&& f);
  template <class P>
  void split(std::size_t target, P&& holds);
  template <class F>
  bool each_checked(F&& f);
  template <class F>
  bool each_word(std::size_t input, int scale, F&& f);
  template <class F>
  bool each_text(std::size_t at, std::size_t input, F&& f);
  /// The words of a register to read, and to write for the rows that are here.
  [[nodiscard]] const std::int64_t* read(std::size_t r) const noexcept { return views_[r]; }
  [[nodiscard]] std::int64_t* write(std::size_t r);
  void take(std::size_t r, const std::int64_t* column);

  const bytecode::Program* program_;
  bool fits_ = true;
  int scale_ = 0;
  std::vector<std::string> texts_;
  std::vector<Given> given_;                // parallel to the constants
  std::vector<std::uint32_t> label_of_;     // parallel to the code: number of the label, or none
  std::vector<std::int64_t> words_;         // register r of row i: words_[r * block + i]
  std::vector<const std::int64_t*> views_;  // where register r is: there, or in a column as it is
  std::vector<std::uint16_t> waiting_;      // label l: waiting_[l * block …]
  std::vector<std::uint16_t> waits_;        // how many
  std::vector<Texts> texts_of_;             // parallel to the code
  std::array<std::uint16_t, block> active_{};
  std::size_t active_count_ = 0, rows_ = 0, first_ = 0;
  std::span<const ColumnInput> inputs_;
  std::span<std::int64_t> results_;
  std::span<std::uint8_t> present_;
};

}  // namespace aftercare::vm
