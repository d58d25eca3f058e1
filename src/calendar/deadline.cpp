// The interface of this file is Calendar::deadline(), first_breach() and explain().
#include <algorithm>
#include <limits>

#include "aftercare/calendar.hpp"

#include "calendar/day_table.hpp"
#include "calendar/pauses.hpp"
#include "calendar/source.hpp"

namespace aftercare {

using calendar::OpenSpan;

namespace {

constexpr Instant end_of_time{std::numeric_limits<std::int64_t>::max()};

Error too_far() {
  return {ErrorCode::limit, "the deadline lies outside the years 1900 to 2199 of calendars"};
}

Error negative_length() {
  return {ErrorCode::invalid_argument, "a term has a length of zero or more"};
}

const TermRow& row(Term term) { return terms[static_cast<std::size_t>(term)]; }

// Quantities ---------------------------------------------------------------------------------

// The two ways in which a quantity passes.
struct Measure {
  const Calendar& calendar;
  bool is_working;

  Result<std::int64_t> between(Instant from, Instant to) const {
    if (!is_working) {
      std::int64_t micros = 0;
      if (__builtin_sub_overflow(to.micros, from.micros, &micros)) return too_far();
      return micros;
    }
    const auto time = calendar.elapsed(from, to);
    if (!time) return time.error();
    return time->micros;
  }
  Result<Instant> add(Instant from, std::int64_t time, Boundary boundary) const {
    if (is_working) return calendar.add(from, WorkingTime{time}, boundary);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(from.micros, time, &sum) || sum == end_of_time.micros) {
      return too_far();
    }
    return Instant{sum};
  }
};

// The limit of a quantity: goes from pause to pause until it is used up. Where it is used up
// exactly as a pause begins, `close` stays there and `next_open` goes on behind it.
Result<Instant> limit_of(const Measure& measure, Instant start, std::int64_t time,
                         Boundary boundary, std::span<const TimeSpan> pauses) {
  if (time == 0) boundary = Boundary::next_open;
  for (const auto& pause : calendar::merged(pauses, start, end_of_time)) {
    const auto used = measure.between(start, pause.from);
    if (!used) return used.error();
    if (time < *used || (time == *used && boundary == Boundary::close)) break;
    time -= *used;
    start = pause.to;
  }
  return measure.add(start, time, boundary);
}

// Date rules ---------------------------------------------------------------------------------

// The days that a date rule counts, and which of them pauses take out.
class DayCounter {
 public:
  DayCounter(const Calendar& calendar, const calendar::Source& source, bool counts_workdays,
             const DeadlineOptions& options)
      : calendar_(calendar),
        source_(source),
        counts_workdays_(counts_workdays),
        pause_counts_(options.pause_counts) {
    if (pause_counts_ != PauseCounts::none) {
      pauses_ = calendar::merged(options.pauses, Instant{std::numeric_limits<std::int64_t>::min()},
                                 end_of_time);
    }
  }

  bool counts(Date day) const { return !counts_workdays_ || calendar_.is_workday(day); }

  // Whether a pause takes the day out.
  bool is_paused(Date day) const {
    if (pauses_.empty()) return false;
    std::int64_t length = 0;
    std::int64_t paused = 0;
    for (const auto& span : spans(day)) {
      length += span.close - span.open;
      auto pause =
          std::upper_bound(pauses_.begin(), pauses_.end(), span.open,
                           [](std::int64_t at, const TimeSpan& p) { return at < p.to.micros; });
      for (; pause != pauses_.end() && pause->from.micros < span.close; ++pause) {
        paused += std::min(span.close, pause->to.micros) - std::max(span.open, pause->from.micros);
      }
    }
    return pause_counts_ == PauseCounts::touched_days ? paused > 0 : paused > 0 && paused == length;
  }

  // Moves the last day on by as many days as pauses have taken out of [first, last].
  Result<Date> extend(Date first, Date last) const {
    if (pauses_.empty()) return last;
    std::int64_t missing = 0;
    for (Date day = first; day <= last; ++day.days)
      missing += counts(day) && is_paused(day) ? 1 : 0;
    while (missing > 0) {
      ++last.days;
      if (!calendar::is_supported(last)) return too_far();
      if (counts(last) && !is_paused(last)) --missing;
    }
    return last;
  }

 private:
  std::vector<OpenSpan> spans(Date day) const {
    if (counts_workdays_) return source_.shifts(day);
    const auto& zone = calendar_.zone();
    return {{zone.start_of(day).micros, zone.start_of({day.days + 1}).micros}};
  }

  const Calendar& calendar_;
  const calendar::Source& source_;
  bool counts_workdays_;
  PauseCounts pause_counts_;
  std::vector<TimeSpan> pauses_;
};

// A date rule worked out.
struct LastDay {
  Date first;     // first day that counts
  Date unrolled;  // last day, before it was moved off a rest day
  Date day;
};

// The last day of so many months of which the first day counts: the day before the one that
// corresponds, or the end of a month that has no such day.
std::optional<Date> last_day_of_months(Date start, std::int64_t months) {
  const auto same = rt::add_months(start, months);
  if (!same || rt::fields(*same).day != rt::fields(start).day) return same;
  return Date{same->days - 1};
}

Result<LastDay> last_day_of(const Calendar& calendar, const DayCounter& counter, Date start,
                            Length within, const DeadlineOptions& options) {
  const auto& term = row(options.term);
  const auto& unit = rt::row(within.unit);
  LastDay result;
  result.first = {start.days + (term.counts_first_day ? 0 : 1)};
  std::int64_t count = 0;
  if (__builtin_mul_overflow(within.count, unit.size, &count)) return too_far();
  Result<Date> last = start;
  if (unit.kind == rt::UnitKind::working_day) {
    const auto from = Date{result.first.days - 1};
    last = count == 0 ? calendar.add_workdays(start, 0) : calendar.add_workdays(from, count);
  } else if (count > 0) {
    std::optional<Date> moved;
    if (unit.kind == rt::UnitKind::month) {
      moved =
          term.counts_first_day ? last_day_of_months(start, count) : rt::add_months(start, count);
    } else {
      moved = rt::add_days(result.first, count - 1);
    }
    if (!moved) return too_far();
    last = *moved;
  }
  if (!last) return last.error();
  if (!calendar::is_supported(*last)) return too_far();
  if (count > 0) last = counter.extend(result.first, *last);
  if (!last) return last.error();
  result.unrolled = *last;
  last = calendar.roll(*last, options.roll.value_or(term.roll));
  if (!last) return last.error();
  result.day = *last;
  return result;
}

// The last day from which so many days lead to `from`.
Result<LastDay> last_day_before(const Calendar& calendar, Date from, Length before, Roll roll) {
  const auto& unit = rt::row(before.unit);
  std::int64_t count = 0;
  if (__builtin_mul_overflow(before.count, unit.size, &count)) return too_far();
  Result<Date> last = from;
  if (unit.kind == rt::UnitKind::working_day) {
    last = count == 0 ? calendar.roll(from, Roll::preceding) : calendar.add_workdays(from, -count);
  } else {
    const auto moved = unit.kind == rt::UnitKind::month ? rt::add_months(from, -count)
                                                        : rt::add_days(from, -count);
    if (!moved || !calendar::is_supported(*moved)) return too_far();
    last = *moved;
  }
  if (!last) return last.error();
  LastDay result;
  result.first = result.unrolled = *last;
  last = calendar.roll(*last, roll);
  if (!last) return last.error();
  result.day = *last;
  return result;
}

// Whether a last day rests on days that nobody knows: working days are counted from the first on,
// days and months ask the calendar only where the last one goes.
bool rests_on_unknown(const Calendar& calendar, Unit unit, Date start, Date unrolled, Date last,
                      Roll roll) {
  const bool counts_workdays = rt::is_working(unit);
  if (!counts_workdays && roll == Roll::none) return false;
  return !calendar.is_known(last) || !calendar.is_known(unrolled) ||
         (counts_workdays && !calendar.is_known(start));
}

Instant end_of_day(const Calendar& calendar, const calendar::Source& source, Instant start,
                   Date day, DayEnd how, Unit unit) {
  const auto& zone = calendar.zone();
  if (how == DayEnd::by_unit) {
    how = unit == Unit::working_day ? DayEnd::close_of_business : DayEnd::midnight;
  }
  if (how == DayEnd::same_time) return zone.instant({day, zone.local(start).time});
  if (how == DayEnd::close_of_business) {
    const auto shifts = source.shifts(day);
    if (!shifts.empty()) return {shifts.back().close};
  }
  return zone.start_of({day.days + 1});
}

// Explanations -------------------------------------------------------------------------------

class Story {
 public:
  void add(Instant from, Instant to, SegmentKind kind, const std::string& name = {}) {
    if (from >= to) return;
    if (!segments_.empty()) {
      auto& last = segments_.back();
      if (last.kind == kind && last.name == name && last.to == from) {
        last.to = to;
        return;
      }
    }
    segments_.push_back({from, to, kind, name});
  }
  std::vector<Segment> take() { return std::move(segments_); }

 private:
  std::vector<Segment> segments_;
};

SegmentKind counted_as(CalendarDay::Kind kind) {
  switch (kind) {
    case CalendarDay::Kind::make_up:
      return SegmentKind::make_up;
    case CalendarDay::Kind::special:
      return SegmentKind::special;
    default:
      return SegmentKind::counted;
  }
}

SegmentKind uncounted_as(CalendarDay::Kind kind) {
  switch (kind) {
    case CalendarDay::Kind::off:
      return SegmentKind::off_day;
    case CalendarDay::Kind::rest:
      return SegmentKind::rest_day;
    default:
      return SegmentKind::closed;
  }
}

// Cuts what pauses take out of a story.
std::vector<Segment> with_pauses(std::vector<Segment> segments, std::span<const TimeSpan> pauses) {
  Story story;
  auto pause = pauses.begin();
  for (const auto& segment : segments) {
    auto from = segment.from;
    for (; pause != pauses.end() && pause->from < segment.to; ++pause) {
      story.add(from, pause->from, segment.kind, segment.name);
      const auto to = std::min(pause->to, segment.to);
      story.add(std::max(from, pause->from), to, SegmentKind::pause);
      from = std::max(from, to);
      if (pause->to > segment.to) break;
    }
    story.add(from, segment.to, segment.kind, segment.name);
  }
  return story.take();
}

// Working time day by day: open hours, and why the rest is not.
std::vector<Segment> working_story(const Calendar& calendar, const calendar::Source& source,
                                   Instant from, Instant to) {
  struct Shift {
    OpenSpan span;
    SegmentKind kind;
    std::string name;
    Date day;
  };
  const auto& zone = calendar.zone();
  const Date first{zone.date(from).days - 1};
  const Date last = zone.date(to);
  std::vector<Shift> shifts;
  for (Date day = first; day <= last; ++day.days) {
    const auto spans = source.shifts(day);
    if (spans.empty()) continue;
    const auto said = calendar.day(day);
    const auto kind = counted_as(said.kind);
    for (const auto& span : spans) shifts.push_back({span, kind, said.name, day});
  }
  Story story;
  auto cursor = from;
  // The time without work up to `until`, midnight by midnight.
  const auto tell_gap = [&](Instant until, const Shift* before, const Shift* after) {
    while (cursor < until) {
      const auto day = zone.date(cursor);
      auto end = zone.start_of({day.days + 1});
      if (end <= cursor) end = until;  // a day that the clocks skip
      end = std::min(end, until);
      const auto said = calendar.day(day);
      auto kind = uncounted_as(said.kind);
      if (kind == SegmentKind::closed && before != nullptr && after != nullptr &&
          before->day == after->day) {
        kind = SegmentKind::break_time;
      }
      story.add(cursor, end, kind, kind == SegmentKind::off_day ? said.name : std::string());
      cursor = end;
    }
  };
  const Shift* before = nullptr;
  for (const auto& shift : shifts) {
    if (shift.span.open >= to.micros) {
      tell_gap(to, before, &shift);
      break;
    }
    if (shift.span.close > cursor.micros) {
      tell_gap({shift.span.open}, before, &shift);
      const Instant end{std::min(shift.span.close, to.micros)};
      story.add(cursor, end, shift.kind, shift.name);
      cursor = std::max(cursor, end);
    }
    before = &shift;
  }
  tell_gap(to, before, nullptr);
  return story.take();
}

std::vector<Segment> day_story(const Calendar& calendar, const DayCounter& counter,
                               const LastDay& last, Instant start, Instant end) {
  const auto& zone = calendar.zone();
  Story story;
  for (Date day = zone.date(start); day <= std::max(last.day, zone.date(end)); ++day.days) {
    const auto from = std::max(start, zone.start_of(day));
    const auto to = std::min(end, zone.start_of({day.days + 1}));
    const auto said = calendar.day(day);
    const bool is_workday = calendar.is_workday(day);
    if (day < last.first) {
      story.add(from, to, SegmentKind::start_day);
    } else if (day > last.day) {
      // The tail of a shift that belongs to the last day.
      story.add(from, to, SegmentKind::counted);
    } else if (!counter.counts(day) || (day >= last.unrolled && !is_workday && last.day > day)) {
      story.add(from, to, uncounted_as(said.kind), said.name);
    } else if (counter.is_paused(day)) {
      story.add(from, to, SegmentKind::pause);
    } else if (is_workday) {
      story.add(from, to, counted_as(said.kind), said.name);
    } else {
      story.add(from, to, SegmentKind::counted);
    }
  }
  return story.take();
}

// Day by day from a limit to what it lies before.
std::vector<Segment> day_story_before(const Calendar& calendar, const LastDay& last, Instant limit,
                                      Instant anchor, bool counts_workdays) {
  const auto& zone = calendar.zone();
  const Date end = zone.date(anchor);
  Story story;
  for (Date day = zone.date(limit); day <= end; ++day.days) {
    const auto from = std::max(limit, zone.start_of(day));
    const auto to = std::min(anchor, zone.start_of({day.days + 1}));
    const auto said = calendar.day(day);
    const bool is_workday = calendar.is_workday(day);
    if (day == end) {
      story.add(from, to, SegmentKind::start_day);
    } else if (day == last.day) {
      story.add(from, to, SegmentKind::closed);  // what is left of the last day
    } else if (!is_workday && (counts_workdays || day <= last.unrolled)) {
      story.add(from, to, uncounted_as(said.kind), said.name);
    } else if (is_workday) {
      story.add(from, to, counted_as(said.kind), said.name);
    } else {
      story.add(from, to, SegmentKind::counted);
    }
  }
  return story.take();
}

}  // namespace

Result<Deadline> Calendar::deadline(Instant start, Length within,
                                    const DeadlineOptions& options) const {
  if (within.count < 0) return negative_length();
  Deadline result;
  if (rt::is_quantity(within)) {
    const Measure measure{*this, rt::is_working(within.unit)};
    const auto at = limit_of(measure, start, rt::micros(within), options.boundary, options.pauses);
    if (!at) return at.error();
    result.at = *at;
    // 24:00 belongs to the day that ends with it, but an opening at 00:00 to the one that begins.
    const bool is_end = options.boundary == Boundary::close && *at > start;
    result.last_day = zone().date({at->micros - (is_end ? 1 : 0)});
    result.late_from = {at->micros + 1};
    result.is_provisional =
        measure.is_working && (!is_known(result.last_day) || !is_known(zone().date(start)));
    return result;
  }
  const DayCounter counter(*this, *impl_->source, rt::is_working(within.unit), options);
  const auto last = last_day_of(*this, counter, zone().date(start), within, options);
  if (!last) return last.error();
  const auto& term = row(options.term);
  result.last_day = last->day;
  const auto day_end = options.day_end.value_or(term.day_end);
  result.at = end_of_day(*this, *impl_->source, start, last->day, day_end, within.unit);
  // 24:00 is the first instant of a day that no longer counts.
  const bool is_midnight =
      day_end != DayEnd::same_time && result.at == zone().start_of({last->day.days + 1});
  result.late_from = {result.at.micros + (is_midnight ? 0 : 1)};
  result.is_provisional = rests_on_unknown(*this, within.unit, zone().date(start), last->unrolled,
                                           last->day, options.roll.value_or(term.roll));
  return result;
}

Result<Deadline> Calendar::deadline_before(Instant anchor, Length before,
                                           const DeadlineOptions& options) const {
  if (before.count < 0) return negative_length();
  if (!options.pauses.empty()) {
    return Error{ErrorCode::invalid_argument, "a deadline before something has no pauses"};
  }
  Deadline result;
  if (rt::is_quantity(before)) {
    Instant at{};
    if (rt::is_working(before.unit)) {
      const auto found = subtract(anchor, WorkingTime{rt::micros(before)});
      if (!found) return found.error();
      at = *found;
    } else if (__builtin_sub_overflow(anchor.micros, rt::micros(before), &at.micros)) {
      return too_far();
    }
    result.at = at;
    result.late_from = {at.micros + 1};
    result.last_day = zone().date(at);
    result.is_provisional = rt::is_working(before.unit) &&
                            (!is_known(result.last_day) || !is_known(zone().date(anchor)));
    return result;
  }
  const Date from = zone().date(anchor);
  const auto last = last_day_before(*this, from, before, options.roll.value_or(Roll::none));
  if (!last) return last.error();
  const auto day_end = options.day_end.value_or(DayEnd::by_unit);
  result.last_day = last->day;
  result.at = end_of_day(*this, *impl_->source, anchor, last->day, day_end, before.unit);
  const bool is_midnight =
      day_end != DayEnd::same_time && result.at == zone().start_of({last->day.days + 1});
  result.late_from = {result.at.micros + (is_midnight ? 0 : 1)};
  result.is_provisional = rests_on_unknown(*this, before.unit, from, last->unrolled, last->day,
                                           options.roll.value_or(Roll::none));
  return result;
}

Result<Instant> Calendar::first_breach(Instant start, Length within, Compare compare,
                                       const DeadlineOptions& options) const {
  auto judged = options;
  if (compare == Compare::elapsed && rt::is_quantity(within)) {
    judged.boundary = Boundary::next_open;
  }
  const auto limit = deadline(start, within, judged);
  if (!limit) return limit.error();
  return limit->late_from;
}

Result<Instant> Calendar::at_percent(Instant start, Length within, std::int64_t percent,
                                     const DeadlineOptions& options) const {
  if (within.count < 0 || percent < 0) return negative_length();
  __extension__ using Wide = __int128;
  const auto share = [&](std::int64_t whole) {
    const auto part = Wide{whole} * percent / 100;
    return part > std::numeric_limits<std::int64_t>::max()
               ? std::numeric_limits<std::int64_t>::max()
               : static_cast<std::int64_t>(part);
  };
  if (rt::is_quantity(within)) {
    const Measure measure{*this, rt::is_working(within.unit)};
    return limit_of(measure, start, share(rt::micros(within)), options.boundary, options.pauses);
  }
  const auto limit = deadline(start, within, options);
  if (!limit) return limit.error();
  const auto time = elapsed(start, limit->at);
  if (!time) return time.error();
  const Measure measure{*this, time->micros > 0};
  const auto whole = measure.between(start, limit->at);
  if (!whole) return whole.error();
  return measure.add(start, share(*whole), options.boundary);
}

Result<std::vector<Segment>> Calendar::explain(Instant start, Length within,
                                               const DeadlineOptions& options) const {
  const auto limit = deadline(start, within, options);
  if (!limit) return limit.error();
  if (rt::is_working(within.unit) && rt::is_quantity(within)) {
    return explain(start, limit->at, options.pauses);
  }
  if (rt::is_quantity(within)) {
    return with_pauses({{start, limit->at, SegmentKind::counted, {}}},
                       calendar::merged(options.pauses, start, limit->at));
  }
  const DayCounter counter(*this, *impl_->source, rt::is_working(within.unit), options);
  const auto last = last_day_of(*this, counter, zone().date(start), within, options);
  if (!last) return last.error();
  return day_story(*this, counter, *last, start, limit->at);
}

Result<std::vector<Segment>> Calendar::explain_before(Instant anchor, Length before,
                                                      const DeadlineOptions& options) const {
  const auto limit = deadline_before(anchor, before, options);
  if (!limit) return limit.error();
  const auto from = std::min(limit->at, anchor);
  if (rt::is_quantity(before)) {
    if (rt::is_working(before.unit)) return explain(from, anchor);
    Story story;
    story.add(from, anchor, SegmentKind::counted);
    return story.take();
  }
  const auto last =
      last_day_before(*this, zone().date(anchor), before, options.roll.value_or(Roll::none));
  if (!last) return last.error();
  return day_story_before(*this, *last, from, anchor, rt::is_working(before.unit));
}

Result<std::vector<Segment>> Calendar::explain(Instant from, Instant to,
                                               std::span<const TimeSpan> pauses) const {
  if (impl_->covering(from.micros, from.micros) == nullptr ||
      impl_->covering(to.micros, to.micros) == nullptr) {
    return too_far();
  }
  return with_pauses(working_story(*this, *impl_->source, from, to),
                     calendar::merged(pauses, from, to));
}

}  // namespace aftercare
