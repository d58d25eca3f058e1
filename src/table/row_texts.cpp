// Interface: RowTexts.
#include "table/row_texts.hpp"

#include <algorithm>
#include <unordered_map>

namespace aftercare::table {

RowTexts::RowTexts(std::span<const TableSource::Row> rows, std::size_t inputs, std::size_t outputs)
    : inputs_(inputs), outputs_(outputs) {
  spans_.reserve(rows.size());
  cells_.reserve(rows.size() * (inputs + outputs));
  std::unordered_map<std::string_view, std::uint32_t> known;
  const auto keep = [&](const Text& cell) {
    const auto [at, is_new] = known.emplace(cell.text, static_cast<std::uint32_t>(ends_.size()));
    if (is_new) {
      pool_ += cell.text;
      ends_.push_back(pool_.size());
    }
    cells_.push_back({at->second, cell.span.begin, cell.span.end});
    if (files_.empty()) files_.push_back(cell.span.file);
    if (files_.size() > 1 || cell.span.file != files_.front()) {
      files_.resize(cells_.size() - 1, files_.front());
      files_.push_back(cell.span.file);
    }
  };
  for (const TableSource::Row& row : rows) {
    spans_.push_back(row.span);
    std::for_each(row.conditions.begin(), row.conditions.end(), keep);
    std::for_each(row.results.begin(), row.results.end(), keep);
  }
  pool_.shrink_to_fit();
  ends_.shrink_to_fit();
}

Text RowTexts::text(std::size_t cell) const {
  const std::uint32_t id = cells_[cell].text;
  const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
  return {pool_.substr(begin, ends_[id] - begin), place(cell)};
}

TableSource::Row RowTexts::row(std::size_t row) const {
  TableSource::Row out;
  out.span = spans_[row];
  const std::size_t first = row * (inputs_ + outputs_);
  for (std::size_t c = 0; c < inputs_; ++c) out.conditions.push_back(text(first + c));
  for (std::size_t o = 0; o < outputs_; ++o) out.results.push_back(text(first + inputs_ + o));
  return out;
}

}  // namespace aftercare::table
