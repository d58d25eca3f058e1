// The interface of this file is Timeline.
#include "calendar/timeline.hpp"

namespace aftercare::calendar {

Timeline::Timeline(const TimelineParts& parts)
    : first_year_(parts.first_year),
      end_year_(parts.end_year),
      begin_(parts.begin),
      end_(parts.end),
      first_day_(parts.first_day) {
  edges_.reserve(parts.spans.size() + 2);
  if (parts.spans.empty() || parts.spans.front().open > begin_) edges_.push_back({begin_, 0});
  std::int64_t sum = 0;
  for (const auto& span : parts.spans) {
    edges_.push_back({span.open, sum});
    sum += span.close - span.open;
  }
  edges_.push_back({end_, sum});

  // The edge at the end is never an answer, so the tables stop at the one before.
  const auto last = edges_.size() - 2;
  const auto days = static_cast<std::size_t>((end_ - begin_) / rt::micros_per_day) + 2;
  by_day_.reserve(days + 1);
  std::size_t edge = 0;
  for (std::size_t day = 0; day <= days; ++day) {
    const auto at = begin_ + static_cast<std::int64_t>(day) * rt::micros_per_day;
    while (edge < last && edges_[edge + 1].open <= at) ++edge;
    by_day_.push_back(static_cast<std::uint32_t>(edge));
  }

  // About one bucket an edge.
  while ((sum >> shift_) > static_cast<std::int64_t>(edges_.size())) ++shift_;
  const auto buckets = static_cast<std::size_t>(sum >> shift_) + 2;
  by_time_.reserve(buckets + 1);
  edge = 0;
  for (std::size_t bucket = 0; bucket <= buckets; ++bucket) {
    const auto time = static_cast<std::int64_t>(bucket) << shift_;
    while (edge < last && edges_[edge + 1].before <= time) ++edge;
    by_time_.push_back(static_cast<std::uint32_t>(edge));
  }

  workdays_before_.reserve(parts.workdays.size() + 1);
  std::int32_t count = 0;
  for (const bool is_workday : parts.workdays) {
    workdays_before_.push_back(count);
    count += is_workday ? 1 : 0;
  }
  workdays_before_.push_back(count);
}

void Timeline::collect(std::int64_t from, std::int64_t to, std::vector<OpenSpan>& out) const {
  for (auto i = edge_at(from); i + 1 < edges_.size() && edges_[i].open < to; ++i) {
    const auto length = edges_[i + 1].before - edges_[i].before;
    const auto open = std::max(from, edges_[i].open);
    const auto close = std::min(to, edges_[i].open + length);
    if (open < close) out.push_back({open, close});
  }
}

Date Timeline::workday_with(std::int64_t n) const noexcept {
  const auto found = std::upper_bound(workdays_before_.begin(), workdays_before_.end(), n);
  return {first_day_.days + (found - workdays_before_.begin()) - 1};
}

}  // namespace aftercare::calendar
