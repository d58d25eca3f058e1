// calendar/timeline.hpp — the open hours of a stretch of years as sorted edges with prefix sums.
//
// Both directions are one look-up: how much working time lies before an instant, and at which
// instant so much has passed. Tables over the days and over the working time lead to the edge.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "aftercare/time.hpp"

namespace aftercare::calendar {

/// Half-open, in microseconds of UTC.
struct OpenSpan {
  std::int64_t open = 0;
  std::int64_t close = 0;
};

/// What a timeline is made from.
struct TimelineParts {
  std::int64_t first_year = 0;
  std::int64_t end_year = 0;    ///< exclusive
  std::int64_t begin = 0;       ///< first instant covered, microseconds of UTC
  std::int64_t end = 0;         ///< exclusive
  Date first_day;               ///< the local day that begins at `begin`
  std::vector<OpenSpan> spans;  ///< sorted, apart from each other, within [begin, end)
  std::vector<bool> workdays;   ///< for each day from `first_day` on
};

class Timeline {
 public:
  explicit Timeline(const TimelineParts& parts);

  [[nodiscard]] std::int64_t first_year() const noexcept { return first_year_; }
  [[nodiscard]] std::int64_t end_year() const noexcept { return end_year_; }
  [[nodiscard]] bool covers(std::int64_t at) const noexcept { return at >= begin_ && at < end_; }
  [[nodiscard]] bool covers(Date day) const noexcept {
    return day >= first_day_ &&
           day.days - first_day_.days < static_cast<std::int64_t>(workdays_before_.size()) - 1;
  }

  /// Open time from the begin to `at`. Requires: covers(at).
  [[nodiscard]] std::int64_t before(std::int64_t at) const noexcept {
    const auto i = edge_at(at);
    return std::min(edges_[i].before + (at - edges_[i].open), edges_[i + 1].before);
  }
  [[nodiscard]] std::int64_t total() const noexcept { return edges_.back().before; }

  /// The first instant with `time` before it. Requires: 0 < time <= total().
  [[nodiscard]] std::int64_t first_with(std::int64_t time) const noexcept {
    const auto& edge = edges_[edge_with(time - 1)];
    return edge.open + (time - edge.before);
  }
  /// The last instant with `time` before it. Requires: 0 <= time < total().
  [[nodiscard]] std::int64_t last_with(std::int64_t time) const noexcept {
    const auto& edge = edges_[edge_with(time)];
    return edge.open + (time - edge.before);
  }

  [[nodiscard]] bool is_open(std::int64_t at) const noexcept {
    const auto i = edge_at(at);
    return at - edges_[i].open < edges_[i + 1].before - edges_[i].before;
  }
  /// The spans that reach into [from, to), clipped to it. Requires: covers(from), from < to <= end.
  void collect(std::int64_t from, std::int64_t to, std::vector<OpenSpan>& out) const;

  /// Workdays from the first day to `day`. Requires: covers(day) or the day after the last.
  [[nodiscard]] std::int64_t workdays_before(Date day) const noexcept {
    return workdays_before_[static_cast<std::size_t>(day.days - first_day_.days)];
  }
  [[nodiscard]] bool is_workday(Date day) const noexcept {
    return workdays_before({day.days + 1}) > workdays_before(day);
  }
  [[nodiscard]] std::int64_t total_workdays() const noexcept { return workdays_before_.back(); }
  /// The workday with `n` workdays before it. Requires: 0 <= n < total_workdays().
  [[nodiscard]] Date workday_with(std::int64_t n) const noexcept;

 private:
  // One opening. The last edge stands at the end; the first at the begin, also where that is shut.
  struct Edge {
    std::int64_t open = 0;
    std::int64_t before = 0;  // open time before it
  };

  [[nodiscard]] std::size_t edge_at(std::int64_t at) const noexcept {
    const auto day = static_cast<std::size_t>((at - begin_) / rt::micros_per_day);
    std::size_t low = by_day_[day];
    std::size_t high = by_day_[day + 1];
    while (high - low > 8) {
      const auto middle = (low + high) / 2;
      (edges_[middle].open <= at ? low : high) = middle;
    }
    while (low < high && edges_[low + 1].open <= at) ++low;
    return low;
  }
  [[nodiscard]] std::size_t edge_with(std::int64_t time) const noexcept {
    const auto bucket = static_cast<std::size_t>(time >> shift_);
    std::size_t low = by_time_[bucket];
    std::size_t high = by_time_[bucket + 1];
    while (high - low > 8) {
      const auto middle = (low + high) / 2;
      (edges_[middle].before <= time ? low : high) = middle;
    }
    while (low < high && edges_[low + 1].before <= time) ++low;
    return low;
  }

  std::int64_t first_year_;
  std::int64_t end_year_;
  std::int64_t begin_;
  std::int64_t end_;
  Date first_day_;
  int shift_ = 0;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> by_day_;   // the last edge at or before each 24 h from the begin
  std::vector<std::uint32_t> by_time_;  // the last edge with at most k << shift_ before it
  std::vector<std::int32_t> workdays_before_;
};

}  // namespace aftercare::calendar
