// The scalar part of the machine over columns: one instruction for many rows, then the next.
//
//   Columns columns(program);                       // of a scalar program
//   End end = columns.run({inputs}, results, present, row);
//
// Jumps of a scalar program go forward only. Rows that jump wait at their target until the
// instruction there is reached; an instruction runs for the rows that are at it, never for another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

  /// Runs all rows. `present` may be empty where no result is null. Gives how it ended; `row` is
  /// then one that could not be computed. Requires: words of strings lie within their texts, those
  /// of booleans are 0 or 1, those of symbols below 64 where a set is tested.
  End run(std::span<const ColumnInput> inputs, std::span<std::int64_t> results,
          std::span<std::uint8_t> present, std::size_t& row);

 private:
  struct Given {  // a result that is a constant
    std::int64_t word = 0;
    bool is_null = false;
  };
  End run_block(std::size_t first, std::size_t rows);
  [[nodiscard]] bool to_given(const Value& value, Given& out);
  template <class F>
  void each(F&& f);
  template <class P>
  void split(std::size_t target, P&& holds);
  template <class F>
  bool each_checked(F&& f);

  const bytecode::Program* program_;
  bool fits_ = true;
  int scale_ = 0;
  std::vector<std::string> texts_;
  std::vector<Given> given_;             // parallel to the constants
  std::vector<std::uint32_t> label_of_;  // parallel to the code: number of the label, or none
  std::vector<std::int64_t> words_;      // register r of row i: words_[r * block + i]
  std::vector<std::uint16_t> waiting_;   // label l: waiting_[l * block …]
  std::vector<std::uint16_t> waits_;     // how many
  std::vector<std::vector<std::uint8_t>>
      is_text_;  // parallel to the code: of each text of a column
  std::array<std::uint16_t, block> active_{};
  std::size_t active_count_ = 0, rows_ = 0, first_ = 0, bad_row_ = 0;
  std::span<const ColumnInput> inputs_;
  std::span<std::int64_t> results_;
  std::span<std::uint8_t> present_;
};

}  // namespace aftercare::vm
