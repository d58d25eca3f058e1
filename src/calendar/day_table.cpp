// The interface of this file is DayTable.
#include "calendar/day_table.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace aftercare::calendar {

namespace {

// What all notices together say about one date, before precedence is applied.
struct Sayings {
  const DateHours* hours = nullptr;
  const OffDays* off = nullptr;
  const MakeUpDay* make_up = nullptr;
  bool is_ordinary = false;  // what holds every year is taken back
};

// The hours that most working weekdays share; of two as frequent the earlier weekday's.
const DayHours& usual_hours(const std::array<DayHours, 7>& weekly) {
  std::size_t best = 0;
  std::ptrdiff_t best_count = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    if (weekly[i].empty()) continue;
    const auto count = std::count(weekly.begin(), weekly.end(), weekly[i]);
    if (count > best_count) {
      best = i;
      best_count = count;
    }
  }
  return weekly[best];
}

std::size_t index_of(Weekday weekday) { return static_cast<std::size_t>(weekday) - 1; }

const DayHours no_hours;
const std::string no_name;

}  // namespace

YearlyTable::YearlyTable(const std::vector<YearlyOff>& ranges) : is_empty_(ranges.empty()) {
  constexpr int leap_day = 2 * 32 + 29;
  for (std::size_t leap = 0; leap < 2; ++leap) {
    auto& taken_by = taken_by_.at(leap);
    for (std::size_t i = ranges.size(); i-- > 0;) {
      const auto& range = ranges[i];
      auto from = range.from_month * 32 + range.from_day;
      auto to = range.to_month * 32 + range.to_day;
      if (range.leap_day == YearlyOff::LeapDay::clamp && leap == 0) {
        if (from == leap_day) --from;
        if (to == leap_day) --to;
      }
      for (int place = 0; place < static_cast<int>(places); ++place) {
        const bool is_in = from <= to ? from <= place && place <= to : place >= from || place <= to;
        if (is_in) taken_by[static_cast<std::size_t>(place)] = static_cast<std::uint32_t>(i + 1);
      }
    }
  }
}

std::optional<std::size_t> YearlyTable::on(Date date) const {
  if (is_empty_) return std::nullopt;
  const auto f = rt::fields(date);
  const auto range =
      taken_by_.at(rt::is_leap(f.year) ? 1 : 0).at(static_cast<std::size_t>(f.month * 32 + f.day));
  if (range == 0) return std::nullopt;
  return range - 1;
}

std::vector<const CalendarNotice*> in_order(const CalendarDescription& description,
                                            std::optional<Instant> known) {
  std::vector<const CalendarNotice*> notices;
  for (const auto& notice : description.notices) {
    if (known && notice.known_at && *notice.known_at > *known) continue;
    notices.push_back(&notice);
  }
  std::stable_sort(notices.begin(), notices.end(), [](const auto* a, const auto* b) {
    if (a->layer != b->layer) return a->layer < b->layer;
    return a->known_at < b->known_at;
  });
  return notices;
}

DayTable::DayTable(const CalendarDescription& description, std::optional<Instant> known)
    : weekly_(description.weekly),
      yearly_off_(description.yearly_off),
      yearly_(yearly_off_),
      known_from_(description.known_from),
      known_until_(description.known_until) {
  for (auto& hours : weekly_) std::sort(hours.begin(), hours.end());
  bool some_settle = false;
  std::optional<Date> settled;
  for (const auto& notice : description.notices) {
    some_settle |= notice.known_until.has_value();
    if (known && notice.known_at && *notice.known_at > *known) continue;
    if (notice.known_until && (!settled || *settled < *notice.known_until)) {
      settled = notice.known_until;
    }
  }
  if (some_settle) {
    // Nothing was known yet: each date is provisional.
    const auto until = settled.value_or(rt::date_of(first_year, 1, 1));
    if (!known_until_ || until < *known_until_) known_until_ = until;
  }

  std::map<Date, Sayings> dates;
  for (const auto* notice : in_order(description, known)) {
    for (const auto date : notice->ordinary) {
      dates[date] = {};
      dates[date].is_ordinary = true;
    }
    for (const auto& range : notice->off) {
      for (Date day = range.from; day <= range.to; ++day.days) dates[day].off = &range;
    }
    for (const auto& day : notice->make_up) dates[day.date].make_up = &day;
    for (const auto& day : notice->hours) dates[day.date].hours = &day;
  }
  for (const auto& [date, said] : dates) {
    Entry entry;
    entry.day = date.days;
    if (said.hours != nullptr) {
      entry.kind = CalendarDay::Kind::special;
      entry.hours = said.hours->hours;
      entry.name = said.hours->name;
      std::sort(entry.hours.begin(), entry.hours.end());
    } else if (said.off != nullptr) {
      entry.kind = CalendarDay::Kind::off;
      entry.name = said.off->name;
    } else if (const auto yearly = said.is_ordinary ? std::nullopt : yearly_.on(date)) {
      entry.kind = CalendarDay::Kind::off;
      entry.name = yearly_off_[*yearly].name;
    } else if (said.make_up == nullptr) {
      entry.hours = weekly_[index_of(rt::weekday(date))];
      entry.kind = entry.hours.empty() ? CalendarDay::Kind::rest : CalendarDay::Kind::weekly;
    } else {
      entry.kind = CalendarDay::Kind::make_up;
      entry.hours = said.make_up->as ? weekly_[index_of(*said.make_up->as)] : usual_hours(weekly_);
      entry.name = said.make_up->name;
    }
    entries_.push_back(std::move(entry));
  }
}

DayTable::Day DayTable::on(Date date) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), date.days,
                       [](const Entry& entry, std::int64_t day) { return entry.day < day; });
  if (found != entries_.end() && found->day == date.days) {
    return {found->kind, &found->hours, &found->name};
  }
  if (const auto yearly = yearly_.on(date)) {
    return {CalendarDay::Kind::off, &no_hours, &yearly_off_[*yearly].name};
  }
  const auto& hours = weekly_[index_of(rt::weekday(date))];
  return {hours.empty() ? CalendarDay::Kind::rest : CalendarDay::Kind::weekly, &hours, &no_name};
}

}  // namespace aftercare::calendar
