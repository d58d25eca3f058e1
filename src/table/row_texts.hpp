// table/row_texts.hpp — the rows of a table as they were written, kept small.
//
//   RowTexts texts(source.rows, inputs, outputs);
//   texts.row(3).results[0].text;
//
// A table is kept as long as its rules run, and its cells repeat: each distinct text is kept once,
// and a cell is a number and two ends of its span.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/source.hpp"

#include "table/table_source.hpp"

namespace aftercare::table {

class RowTexts {
 public:
  RowTexts() = default;
  /// Requires: each row has `inputs` conditions and `outputs` results.
  RowTexts(std::span<const TableSource::Row> rows, std::size_t inputs, std::size_t outputs);

  [[nodiscard]] std::size_t size() const noexcept { return spans_.size(); }
  [[nodiscard]] SourceSpan span(std::size_t row) const noexcept { return spans_[row]; }
  [[nodiscard]] SourceSpan result_span(std::size_t row, std::size_t output) const noexcept {
    return place(row * (inputs_ + outputs_) + inputs_ + output);
  }
  /// Made anew for each call.
  [[nodiscard]] TableSource::Row row(std::size_t row) const;

 private:
  struct Piece {
    std::uint32_t text;
    std::uint32_t begin;
    std::uint32_t end;
  };
  [[nodiscard]] SourceSpan place(std::size_t cell) const noexcept {
    return {files_[files_.size() == 1 ? 0 : cell], cells_[cell].begin, cells_[cell].end};
  }
  [[nodiscard]] Text text(std::size_t cell) const;

  std::size_t inputs_ = 0;
  std::size_t outputs_ = 0;
  std::vector<SourceSpan> spans_;     // of the rows
  std::vector<Piece> cells_;          // row by row, conditions first
  std::vector<std::uint32_t> files_;  // one for all cells, or one each
  std::string pool_;                  // the distinct texts, one after the other
  std::vector<std::size_t> ends_;     // of each of them
};

}  // namespace aftercare::table
