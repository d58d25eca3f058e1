// Interface: Matcher.
#include "table/matcher.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/assert.hpp"

namespace aftercare::table {

namespace {

// Above this many segments a column is searched in groups: keeps the bit sets of a column at or
// below 16 bytes a row, whatever the number of rows.
constexpr std::size_t most_groups = 128;

void set_bit(std::span<std::uint64_t> bits, std::size_t at) {
  bits[at / 64] |= std::uint64_t{1} << (at % 64);
}

void intersect(std::span<std::uint64_t> found, const std::uint64_t* accepted) {
  std::uint64_t* __restrict to = found.data();
  const std::uint64_t* __restrict from = accepted;
  std::size_t w = 0;
  for (; w + 4 <= found.size(); w += 4) {  // four at once: what vectors take
    to[w] &= from[w];
    to[w + 1] &= from[w + 1];
    to[w + 2] &= from[w + 2];
    to[w + 3] &= from[w + 3];
  }
  for (; w < found.size(); ++w) to[w] &= from[w];
}

constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
  std::array<std::int64_t, 19> out{};
  std::int64_t power = 1;
  for (std::int64_t& one : out) {
    one = power;
    if (&one != &out.back()) power *= 10;
  }
  return out;
}();

/// The value as an integer of the axis, numbers times 10^scale. False if it is none.
inline bool key_of(const Value& value, int scale, std::int64_t& key) noexcept {
  if (value.is_heap()) return false;
  key = value.raw_word();
  if (value.kind() == Kind::days_duration) return value.raw_aux() == 0;
  if (value.kind() != Kind::number) return true;
  const int zeros = scale + value.raw_aux();
  if (zeros == 0 || key == 0) return true;
  if (zeros < 0 || zeros > 18) return false;
  return !__builtin_mul_overflow(key, powers_of_ten[static_cast<std::size_t>(zeros)], &key);
}

}  // namespace

Matcher::Axis Matcher::build(const Column& column, std::size_t rows, std::size_t words) {
  Axis axis;
  axis.null_rows.assign(words, 0);
  axis.other_rows.assign(words, 0);
  for (const ValueSet& set : column.sets) {
    if (set.intervals().empty()) continue;
    AFTERCARE_ASSERT(axis.kind == Kind::null || axis.kind == set.kind(),
                     "the sets of a column are of one kind");
    axis.kind = set.kind();
    for (const Interval& i : set.intervals()) {
      if (!i.low.is_null()) axis.points.push_back(i.low);
      if (!i.high.is_null()) axis.points.push_back(i.high);
    }
  }
  std::sort(axis.points.begin(), axis.points.end(),
            [](const Value& a, const Value& b) { return compare(a, b) < 0; });
  axis.points.erase(std::unique(axis.points.begin(), axis.points.end(),
                                [](const Value& a, const Value& b) { return compare(a, b) == 0; }),
                    axis.points.end());
  axis.points.shrink_to_fit();

  if (axis.kind == Kind::number) {
    for (const Value& p : axis.points) axis.scale = std::max(axis.scale, -p.raw_aux());
  }
  axis.has_keys = axis.scale <= 18;
  axis.keys.reserve(axis.points.size());
  for (const Value& p : axis.points) {
    std::int64_t key = 0;
    axis.has_keys = axis.has_keys && key_of(p, axis.scale, key);
    if (!axis.has_keys) break;
    axis.keys.push_back(key);
  }
  if (!axis.has_keys) axis.keys = {};

  const std::size_t segments = 2 * axis.points.size() + 1;
  axis.group_size = static_cast<std::uint32_t>((segments + most_groups - 1) / most_groups);
  const std::size_t groups = (segments + axis.group_size - 1) / axis.group_size;
  axis.whole.assign(groups * words, 0);
  std::vector<std::pair<std::uint32_t, Part>> parts;  // (group, part)

  // The segments of each distinct set, once.
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> spans(column.sets.size());
  for (std::size_t s = 0; s < column.sets.size(); ++s) {
    for (const Interval& i : column.sets[s].intervals()) {
      std::uint32_t first = 0;
      auto last = static_cast<std::uint32_t>(segments - 1);
      if (!i.low.is_null()) first = locate(axis, i.low) + (i.includes_low ? 0 : 1);
      if (!i.high.is_null()) last = locate(axis, i.high) - (i.includes_high ? 0 : 1);
      spans[s].emplace_back(first, last);
    }
  }

  for (std::size_t row = 0; row < rows; ++row) {
    const Cell cell = column.cells[row];
    if (cell.is != Cell::Is::set) {
      set_bit(axis.null_rows, row);
      set_bit(axis.other_rows, row);
      for (std::size_t g = 0; g < groups; ++g) {
        set_bit(std::span(axis.whole).subspan(g * words, words), row);
      }
      continue;
    }
    if (column.sets[cell.index].accepts_null()) set_bit(axis.null_rows, row);
    for (const auto& [first, last] : spans[cell.index]) {
      for (std::uint32_t g = first / axis.group_size; g <= last / axis.group_size; ++g) {
        const std::uint32_t begin = g * axis.group_size;
        const std::uint32_t end =
            std::min<std::uint32_t>(begin + axis.group_size, static_cast<std::uint32_t>(segments)) -
            1;
        if (first <= begin && end <= last) {
          set_bit(std::span(axis.whole).subspan(g * words, words), row);
        } else {
          parts.emplace_back(g, Part{static_cast<std::uint32_t>(row), std::max(first, begin),
                                     std::min(last, end)});
        }
      }
    }
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  axis.part_first.assign(groups + 1, 0);
  axis.parts.reserve(parts.size());
  for (const auto& [group, part] : parts) {
    ++axis.part_first[group + 1];
    axis.parts.push_back(part);
  }
  for (std::size_t g = 0; g < groups; ++g) axis.part_first[g + 1] += axis.part_first[g];
  return axis;
}

Matcher::Matcher(std::span<const Column> columns, std::size_t rows) : rows_(rows) {
  axes_.reserve(columns.size());
  for (const Column& column : columns) axes_.push_back(build(column, rows, words()));
}

inline std::uint32_t Matcher::locate(const Axis& axis, const Value& value) noexcept {
  std::int64_t key = 0;
  if (!axis.has_keys || !key_of(value, axis.scale, key)) return locate_by_order(axis, value);
  const std::int64_t* const keys = axis.keys.data();
  std::size_t count = axis.keys.size();
  if (count == 0) return 0;
  // Halved without branches: nobody can guess which half it is.
  std::size_t at = 0;
  while (count > 1) {
    const std::size_t half = count / 2;
    at += half & -static_cast<std::size_t>(keys[at + half - 1] < key);
    count -= half;
  }
  const std::int64_t last = keys[at];
  return static_cast<std::uint32_t>(2 * at + (last < key ? 2 : 0) + (last == key ? 1 : 0));
}

std::uint32_t Matcher::locate_by_order(const Axis& axis, const Value& value) noexcept {
  const auto at =
      std::lower_bound(axis.points.begin(), axis.points.end(), value,
                       [](const Value& a, const Value& b) { return compare(a, b) < 0; });
  const auto index = static_cast<std::uint32_t>(at - axis.points.begin());
  return 2 * index + (at != axis.points.end() && compare(*at, value) == 0 ? 1 : 0);
}

std::uint64_t Matcher::match(std::span<const Value> inputs, std::span<std::uint64_t> found) const {
  AFTERCARE_ASSERT(inputs.size() == axes_.size() && found.size() == words(),
                   "one value a column and one bit a row");
  std::uint64_t mismatches = 0;
  if (rows_ == 0) return 0;
  const std::uint64_t last_word =
      rows_ % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (rows_ % 64)) - 1;
  // The rows that accept a value which is not of the axis's kind.
  const auto aside = [&](std::size_t c) {
    const Axis& axis = axes_[c];
    if (inputs[c].is_null()) return axis.null_rows.data();
    if (axis.kind != Kind::null && c < 64) mismatches |= std::uint64_t{1} << c;
    return axis.other_rows.data();
  };
  if (found.size() == 1) {  // nearly all tables: up to 64 rows
    std::uint64_t rows = last_word;
    for (std::size_t c = 0; c < axes_.size(); ++c) {
      const Axis& axis = axes_[c];
      if (inputs[c].kind() != axis.kind || axis.kind == Kind::null) {
        rows &= *aside(c);
        continue;
      }
      const std::uint32_t segment = locate(axis, inputs[c]);
      if (axis.group_size == 1) {
        rows &= axis.whole[segment];
        continue;
      }
      const std::uint32_t group = segment / axis.group_size;
      std::uint64_t accepted = axis.whole[group];
      for (std::uint32_t p = axis.part_first[group]; p < axis.part_first[group + 1]; ++p) {
        const Part& part = axis.parts[p];
        const bool takes = segment - part.first <= part.last - part.first;
        accepted |= std::uint64_t{takes} << part.row;
      }
      rows &= accepted;
    }
    found[0] = rows;
    return mismatches;
  }
  std::fill(found.begin(), found.end(), ~std::uint64_t{0});
  found.back() = last_word;
  std::array<std::uint32_t, 256> kept;
  for (std::size_t c = 0; c < axes_.size(); ++c) {
    const Axis& axis = axes_[c];
    if (inputs[c].kind() != axis.kind || axis.kind == Kind::null) {
      intersect(found, aside(c));
      continue;
    }
    const std::uint32_t segment = locate(axis, inputs[c]);
    const std::uint32_t group = segment / axis.group_size;
    const std::uint64_t* accepted = axis.whole.data() + std::size_t{group} * words();
    // Rows that take part of the group: those that are still in and take this segment stay in.
    std::uint32_t p = axis.part_first[group];
    const std::uint32_t last = axis.part_first[group + 1];
    if (p == last) {
      intersect(found, accepted);
      continue;
    }
    std::size_t count = 0;
    std::vector<std::uint32_t> many;
    std::uint32_t* rows = kept.data();
    if (last - p >= kept.size()) {
      many.resize(last - p + 1);
      rows = many.data();
    }
    for (; p < last; ++p) {
      // Without branches: about half of the parts take the segment, and nobody can guess which.
      const Part& part = axis.parts[p];
      rows[count] = part.row;
      const bool takes = segment - part.first <= part.last - part.first;
      const bool is_in = (found[part.row / 64] >> (part.row % 64) & 1) != 0;
      count += static_cast<std::size_t>(takes) & static_cast<std::size_t>(is_in);
    }
    intersect(found, accepted);
    for (std::size_t i = 0; i < count; ++i) set_bit(found, rows[i]);
  }
  return mismatches;
}

std::size_t Matcher::size_in_bytes() const noexcept {
  std::size_t bytes = sizeof(*this);
  for (const Axis& a : axes_) {
    bytes += sizeof(a) + a.keys.capacity() * sizeof(std::int64_t) +
             a.points.capacity() * sizeof(Value) + a.parts.capacity() * sizeof(Part) +
             (a.whole.capacity() + a.null_rows.capacity() + a.other_rows.capacity()) * 8 +
             a.part_first.capacity() * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace aftercare::table
