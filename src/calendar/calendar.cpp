// The interface of this file is Calendar's questions about instants and dates; deadlines are in
// deadline.cpp, the calendars themselves in calendar_source.cpp.
#include "aftercare/calendar.hpp"

#include <algorithm>
#include <cstdint>

#include "calendar/day_table.hpp"
#include "calendar/pauses.hpp"
#include "calendar/source.hpp"

namespace aftercare {

using calendar::Timeline;

namespace {

Error too_far() {
  return {ErrorCode::limit, "the answer lies outside the years 1900 to 2199 of calendars"};
}

}  // namespace

const std::string& Calendar::name() const noexcept { return impl_->name; }
const Zone& Calendar::zone() const noexcept { return impl_->zone; }
std::optional<Date> Calendar::known_from() const noexcept { return impl_->known_from; }
std::optional<Date> Calendar::known_until() const noexcept { return impl_->known_until; }

bool Calendar::is_known(Date date) const noexcept {
  return (!impl_->known_from || *impl_->known_from <= date) &&
         (!impl_->known_until || date <= *impl_->known_until);
}

CalendarDay Calendar::day(Date date) const { return impl_->source->day(date); }

Result<bool> Calendar::is_open(Instant at) const {
  const auto* timeline = impl_->covering(at.micros, at.micros);
  if (timeline == nullptr) return too_far();
  return timeline->is_open(at.micros);
}

Result<Instant> Calendar::next_open(Instant at) const {
  const auto* timeline = impl_->covering(at.micros, at.micros);
  if (timeline == nullptr) return too_far();
  if (timeline->is_open(at.micros)) return at;
  auto before = timeline->before(at.micros);
  while (before >= timeline->total()) {
    timeline = impl_->later(*timeline);
    if (timeline == nullptr) return too_far();
    before = timeline->before(at.micros);
  }
  return Instant{timeline->last_with(before)};
}

Result<Instant> Calendar::latest_by(Instant at) const {
  const auto* timeline = impl_->covering(at.micros, at.micros);
  if (timeline == nullptr) return too_far();
  if (timeline->is_open(at.micros)) return at;
  auto before = timeline->before(at.micros);
  while (before == 0) {
    timeline = impl_->earlier(*timeline);
    if (timeline == nullptr) return too_far();
    before = timeline->before(at.micros);
  }
  return Instant{timeline->first_with(before)};
}

Result<WorkingTime> Calendar::elapsed(Instant from, Instant to) const {
  const auto* timeline =
      impl_->covering(std::min(from.micros, to.micros), std::max(from.micros, to.micros));
  if (timeline == nullptr) return too_far();
  return WorkingTime{timeline->before(to.micros) - timeline->before(from.micros)};
}

Result<WorkingTime> Calendar::elapsed(Instant from, Instant to,
                                      std::span<const TimeSpan> pauses) const {
  if (to < from) {
    auto back = elapsed(to, from, pauses);
    if (back) back->micros = -back->micros;
    return back;
  }
  auto sum = elapsed(from, to);
  for (const auto& pause : calendar::merged(pauses, from, to)) {
    if (!sum) return sum;
    const auto paused = elapsed(pause.from, pause.to);
    if (!paused) return paused;
    sum->micros -= paused->micros;
  }
  return sum;
}

Result<Instant> Calendar::add(Instant from, WorkingTime time, Boundary boundary) const {
  if (time.micros <= 0) {
    if (time.micros == 0) return next_open(from);
    return subtract(from, {-time.micros});
  }
  const auto* timeline = impl_->covering(from.micros, from.micros);
  if (timeline == nullptr) return too_far();
  for (;;) {
    std::int64_t target = 0;
    if (__builtin_add_overflow(timeline->before(from.micros), time.micros, &target)) {
      return too_far();
    }
    if (boundary == Boundary::close && target <= timeline->total()) {
      return Instant{timeline->first_with(target)};
    }
    if (target < timeline->total()) return Instant{timeline->last_with(target)};
    timeline = impl_->later(*timeline);
    if (timeline == nullptr) return too_far();
  }
}

Result<Instant> Calendar::subtract(Instant from, WorkingTime time) const {
  if (time.micros <= 0) {
    if (time.micros == 0) return latest_by(from);
    if (time.micros == INT64_MIN) return too_far();
    return add(from, {-time.micros});
  }
  const auto* timeline = impl_->covering(from.micros, from.micros);
  if (timeline == nullptr) return too_far();
  for (;;) {
    const auto target = timeline->before(from.micros) - time.micros;
    if (target >= 0) return Instant{timeline->last_with(target)};
    timeline = impl_->earlier(*timeline);
    if (timeline == nullptr) return too_far();
  }
}

bool Calendar::is_workday(Date date) const {
  const auto* timeline = impl_->covering(date, date);
  return timeline != nullptr && timeline->is_workday(date);
}

Result<Date> Calendar::add_workdays(Date date, std::int64_t n) const {
  const auto* timeline = impl_->covering(date, date);
  if (timeline == nullptr) return too_far();
  for (;;) {
    const auto before = timeline->workdays_before(date);
    const auto is_workday = timeline->is_workday(date);
    // How many workdays lie before the answer.
    std::int64_t target = 0;
    if (__builtin_add_overflow(before, n > 0 ? n - (is_workday ? 0 : 1) : n, &target)) {
      return too_far();
    }
    if (target >= 0 && target < timeline->total_workdays()) return timeline->workday_with(target);
    timeline = target < 0 ? impl_->earlier(*timeline) : impl_->later(*timeline);
    if (timeline == nullptr) return too_far();
  }
}

Result<std::int64_t> Calendar::workdays_between(Date from, Date to) const {
  const auto* timeline = impl_->covering(std::min(from, to), std::max(from, to));
  if (timeline == nullptr) return too_far();
  return timeline->workdays_before(to) - timeline->workdays_before(from);
}

Result<Date> Calendar::roll(Date date, Roll convention) const {
  if (convention == Roll::none) return date;
  if (!calendar::is_supported(date)) return too_far();
  if (is_workday(date)) return date;
  const auto next = add_workdays(date, 1);
  const auto previous = add_workdays(date, -1);
  const auto month = rt::fields(date).month;
  const auto stays = [&](const Result<Date>& moved) {
    return moved && rt::fields(*moved).month == month;
  };
  switch (convention) {
    case Roll::following:
      return next;
    case Roll::preceding:
      return previous;
    case Roll::modified_following:
      return stays(next) ? next : previous;
    case Roll::modified_preceding:
      return stays(previous) ? previous : next;
    case Roll::nearest:
      if (!next) return previous;
      if (!previous) return next;
      return next->days - date.days <= date.days - previous->days ? next : previous;
    case Roll::none:
      break;
  }
  return date;
}

std::optional<Roll> roll_named(std::string_view name) noexcept {
  for (const auto& row : rolls) {
    if (row.name == name || row.pack_name == name) return row.roll;
  }
  return std::nullopt;
}

std::optional<Term> term_named(std::string_view name) noexcept {
  for (const auto& row : terms) {
    if (row.name == name) return row.term;
  }
  return std::nullopt;
}

std::string_view name(SegmentKind kind) noexcept {
  switch (kind) {
    case SegmentKind::counted:
      return "counted";
    case SegmentKind::make_up:
      return "make_up";
    case SegmentKind::special:
      return "special";
    case SegmentKind::start_day:
      return "start_day";
    case SegmentKind::break_time:
      return "break";
    case SegmentKind::closed:
      return "closed";
    case SegmentKind::rest_day:
      return "rest_day";
    case SegmentKind::off_day:
      return "off_day";
    case SegmentKind::pause:
      return "pause";
  }
  return {};
}

}  // namespace aftercare
