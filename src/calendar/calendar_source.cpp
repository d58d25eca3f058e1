// The interface of this file is Calendar::make(), always(), unite(), intersect(), as_of() and the
// growing timeline of Calendar::Impl.
#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

#include "aftercare/calendar.hpp"

#include "calendar/day_table.hpp"
#include "calendar/source.hpp"

namespace aftercare {

void calendar::Source::collect_by_day(Date from, Date to, std::vector<DaySpan>& out) const {
  from = std::max(from, rt::date_of(first_year, 1, 1));
  to = std::min(to, rt::date_of(end_year, 1, 1));
  for (Date day = from; day < to; ++day.days) {
    for (const OpenSpan& span : shifts(day)) out.push_back({day, span});
  }
}

using calendar::DaySpan;
using calendar::OpenSpan;
using calendar::Timeline;
using calendar::TimelineParts;

namespace {

constexpr std::int64_t micros(std::int64_t seconds) { return seconds * rt::micros_per_second; }

// Sorts, joins what touches or overlaps, and clips to [begin, end).
void normalise(std::vector<OpenSpan>& spans, std::int64_t begin, std::int64_t end) {
  std::sort(spans.begin(), spans.end(),
            [](const OpenSpan& a, const OpenSpan& b) { return a.open < b.open; });
  std::size_t kept = 0;
  for (auto span : spans) {
    span.open = std::max(span.open, begin);
    span.close = std::min(span.close, end);
    if (span.open >= span.close) continue;
    if (kept > 0 && span.open <= spans[kept - 1].close) {
      spans[kept - 1].close = std::max(spans[kept - 1].close, span.close);
    } else {
      spans[kept++] = span;
    }
  }
  spans.resize(kept);
}

class DescribedSource final : public calendar::Source {
 public:
  DescribedSource(std::shared_ptr<const CalendarDescription> description, Zone zone,
                  std::optional<Instant> known)
      : description_(std::move(description)),
        zone_(std::move(zone)),
        known_(known),
        table_(*description_, known) {}

  CalendarDay day(Date date) const override {
    const auto on = table_.on(date);
    const auto from = table_.known_from();
    const auto until = table_.known_until();
    const bool is_known = (!from || *from <= date) && (!until || date <= *until);
    if (!exists(date)) return {CalendarDay::Kind::rest, {}, {}, is_known};
    return {on.kind, *on.name, *on.hours, is_known};
  }

  std::vector<OpenSpan> shifts(Date date) const override {
    std::vector<OpenSpan> out;
    append(date, out);
    return out;
  }

  void collect(Date from, Date to, std::vector<OpenSpan>& out) const override {
    // The evening before may reach in.
    for (Date day{from.days - 1}; day < to; ++day.days) append(day, out);
  }

  std::vector<bool> workdays(Date from, Date to) const override {
    std::vector<bool> out;
    for (Date day = from; day < to; ++day.days) {
      out.push_back(!table_.on(day).hours->empty() && exists(day));
    }
    return out;
  }

  std::optional<Date> known_from() const override { return table_.known_from(); }
  std::optional<Date> known_until() const override { return table_.known_until(); }

  std::shared_ptr<const Source> as_of(Instant known) const override {
    if (known_ && *known_ < known) known = *known_;
    return std::make_shared<DescribedSource>(description_, zone_, known);
  }
  void learned(std::vector<Instant>& out) const override {
    for (const CalendarNotice& notice : description_->notices) {
      if (notice.known_at && !(known_ && *known_ < *notice.known_at))
        out.push_back(*notice.known_at);
    }
  }

 private:
  // Samoa had no 30 December 2011.
  bool exists(Date day) const { return zone_.start_of(day) < zone_.start_of({day.days + 1}); }

  void append(Date day, std::vector<OpenSpan>& out) const {
    const auto midnight = day.days * rt::seconds_per_day;
    for (const auto& interval : *table_.on(day).hours) {
      const auto open = zone_.meaning(midnight + interval.open).first;
      const auto close = zone_.meaning(midnight + interval.close).first;
      if (open < close) out.push_back({micros(open), micros(close)});
    }
  }

  std::shared_ptr<const CalendarDescription> description_;
  Zone zone_;
  std::optional<Instant> known_;
  calendar::DayTable table_;
};

class AlwaysSource final : public calendar::Source {
 public:
  explicit AlwaysSource(Zone zone) : zone_(std::move(zone)) {}

  CalendarDay day(Date) const override {
    return {CalendarDay::Kind::weekly, {}, {{0, 86'400}}, true};
  }
  std::vector<OpenSpan> shifts(Date date) const override {
    std::vector<OpenSpan> out;
    collect(date, {date.days + 1}, out);
    return out;
  }
  void collect(Date from, Date to, std::vector<OpenSpan>& out) const override {
    const OpenSpan span{zone_.start_of(from).micros, zone_.start_of(to).micros};
    if (span.open < span.close) out.push_back(span);
  }
  std::vector<bool> workdays(Date from, Date to) const override {
    std::vector<bool> out;
    for (Date day = from; day < to; ++day.days) {
      out.push_back(zone_.start_of(day) < zone_.start_of({day.days + 1}));
    }
    return out;
  }
  std::optional<Date> known_from() const override { return std::nullopt; }
  std::optional<Date> known_until() const override { return std::nullopt; }
  std::shared_ptr<const Source> as_of(Instant) const override {
    return std::make_shared<AlwaysSource>(zone_);
  }
  void learned(std::vector<Instant>&) const override {}

 private:
  Zone zone_;
};

}  // namespace

// Timelines are replaced by longer ones and kept, as a reader may still hold the old one. Each is
// at least twice as long as the one before it, so all together cost no more than twice the last.
struct Calendar::Impl::Growth {
  std::atomic<const Timeline*> newest{nullptr};
  std::mutex mutex;
  std::vector<std::unique_ptr<const Timeline>> all;
};

Calendar::Impl::Impl(std::string its_name, Zone its_zone,
                     std::shared_ptr<const calendar::Source> its_source)
    : name(std::move(its_name)),
      zone(std::move(its_zone)),
      source(std::move(its_source)),
      known_from(source->known_from()),
      known_until(source->known_until()),
      growth_(std::make_unique<Growth>()) {}

Calendar::Impl::~Impl() = default;

const Timeline* Calendar::Impl::grow(std::int64_t first_year, std::int64_t end_year) const {
  first_year = std::max(first_year, calendar::first_year);
  end_year = std::min(end_year, calendar::end_year);
  const std::lock_guard lock(growth_->mutex);
  if (const auto* now = growth_->newest.load(std::memory_order_relaxed)) {
    if (first_year >= now->first_year() && end_year <= now->end_year()) return now;
    const auto size = now->end_year() - now->first_year();
    if (first_year < now->first_year()) first_year = std::min(first_year, now->first_year() - size);
    if (end_year > now->end_year()) end_year = std::max(end_year, now->end_year() + size);
    first_year = std::max(std::min(first_year, now->first_year()), calendar::first_year);
    end_year = std::min(std::max(end_year, now->end_year()), calendar::end_year);
  }
  const Date from = rt::date_of(first_year, 1, 1);
  const Date to = rt::date_of(end_year, 1, 1);
  TimelineParts parts;
  parts.first_year = first_year;
  parts.end_year = end_year;
  parts.begin = zone.start_of(from).micros;
  parts.end = zone.start_of(to).micros;
  parts.first_day = from;
  source->collect(from, to, parts.spans);
  normalise(parts.spans, parts.begin, parts.end);
  parts.workdays = source->workdays(from, to);
  growth_->all.push_back(std::make_unique<const Timeline>(parts));
  const auto* made = growth_->all.back().get();
  growth_->newest.store(made, std::memory_order_release);
  return made;
}

const Timeline* Calendar::Impl::covering(std::int64_t low, std::int64_t high) const {
  const auto* now = growth_->newest.load(std::memory_order_acquire);
  if (now != nullptr && now->covers(low) && now->covers(high)) return now;
  const auto year_of = [&](std::int64_t at) {
    return rt::fields(Date{rt::floor_div(at, rt::micros_per_day)}).year;
  };
  // A year of margin, as local years begin at other instants.
  const std::int64_t first_year = year_of(low) - 1;
  const std::int64_t end_year = year_of(high) + 2;
  if (end_year <= calendar::first_year || first_year >= calendar::end_year) return nullptr;
  const auto* grown = grow(first_year, end_year);
  return grown->covers(low) && grown->covers(high) ? grown : nullptr;
}

const Timeline* Calendar::Impl::covering(Date low, Date high) const {
  if (high < low || !calendar::is_supported(low) || !calendar::is_supported(high)) return nullptr;
  const auto* now = growth_->newest.load(std::memory_order_acquire);
  if (now != nullptr && now->covers(low) && now->covers(high)) return now;
  return grow(rt::fields(low).year, rt::fields(high).year + 1);
}

const Timeline* Calendar::Impl::earlier(const Timeline& known) const {
  if (known.first_year() == calendar::first_year) return nullptr;
  return grow(known.first_year() - 1, known.end_year());
}

const Timeline* Calendar::Impl::later(const Timeline& known) const {
  if (known.end_year() == calendar::end_year) return nullptr;
  return grow(known.first_year(), known.end_year() + 1);
}

namespace {

// The open hours of two calendars together, or those that they share.
class CombinedSource final : public calendar::Source {
 public:
  enum class Kind : std::uint8_t { united, shared };
  using Impl = std::shared_ptr<const Calendar::Impl>;

  CombinedSource(Kind kind, Impl a, Impl b) : kind_(kind), a_(std::move(a)), b_(std::move(b)) {}

  CalendarDay day(Date date) const override {
    CalendarDay result;
    const auto from = known_from();
    const auto until = known_until();
    result.is_known = (!from || *from <= date) && (!until || date <= *until);
    if (!calendar::is_supported(date)) return result;
    for (const auto& span : shifts(date)) {
      const auto seconds = [&](std::int64_t at) {
        const auto local = a_->zone.local(Instant{at});
        return static_cast<std::int32_t>(rt::local_seconds(local) -
                                         date.days * rt::seconds_per_day);
      };
      result.hours.push_back({seconds(span.open), seconds(span.close)});
    }
    const auto of_a = a_->source->day(date);
    const auto of_b = b_->source->day(date);
    const auto takes = [&](CalendarDay::Kind kind) {
      if (of_a.kind != kind && of_b.kind != kind) return false;
      result.kind = kind;
      result.name = of_a.kind == kind ? of_a.name : of_b.name;
      return true;
    };
    using DayKind = CalendarDay::Kind;
    if (result.hours.empty()) {
      takes(DayKind::off) || takes(DayKind::rest);
    } else {
      result.kind = DayKind::weekly;
      takes(DayKind::special) || takes(DayKind::make_up) || takes(DayKind::weekly);
    }
    return result;
  }

  std::vector<OpenSpan> shifts(Date date) const override {
    std::vector<DaySpan> found;
    collect_by_day(date, {date.days + 1}, found);
    std::vector<OpenSpan> out;
    for (const DaySpan& one : found) out.push_back(one.span);
    return out;
  }

  // Hours belong to the date on which the shift begins, as those of the parts do.
  void collect_by_day(Date from, Date to, std::vector<DaySpan>& out) const override {
    const auto of_a = shifts_of(*a_, from, to);
    const auto of_b = shifts_of(*b_, from, to);
    std::vector<Shift> found;
    if (kind_ == Kind::united) {
      found = of_a;
      found.insert(found.end(), of_b.begin(), of_b.end());
    } else {
      for (std::size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
        const Shift& a = of_a[i];
        const Shift& b = of_b[j];
        const OpenSpan both{std::max(a.span.open, b.span.open),
                            std::min(a.span.close, b.span.close)};
        if (both.open < both.close) {
          const Date day = !a.goes_on   ? a.day
                           : !b.goes_on ? b.day
                                        : a_->zone.date(Instant{both.open});
          found.push_back({day, both});
        }
        a.span.close < b.span.close ? ++i : ++j;
      }
    }
    std::sort(found.begin(), found.end(), [](const Shift& x, const Shift& y) {
      return x.day != y.day ? x.day < y.day : x.span.open < y.span.open;
    });
    std::size_t kept = 0;
    for (const Shift& one : found) {
      Shift* last = kept > 0 ? &found[kept - 1] : nullptr;
      if (last != nullptr && last->day == one.day && one.span.open <= last->span.close) {
        last->span.close = std::max(last->span.close, one.span.close);
        last->goes_on |= one.goes_on;
        continue;
      }
      Shift next = one;
      // Where a shift reaches into the next date, that begins behind it, unless it is open anyhow.
      if (last != nullptr && next.span.open < last->span.close) {
        if (next.goes_on && next.span.open > last->span.open) {
          last->span.close = next.span.open;
        } else if (next.span.close > last->span.close) {
          next.span.open = last->span.close;
        }
      }
      found[kept++] = next;
    }
    found.resize(kept);
    for (const Shift& one : found) {
      if (from <= one.day && one.day < to) out.push_back({one.day, one.span});
    }
  }

  void collect(Date from, Date to, std::vector<OpenSpan>& out) const override {
    collect_between(a_->zone.start_of(from).micros, a_->zone.start_of(to).micros, out);
  }

  std::vector<bool> workdays(Date from, Date to) const override {
    std::vector<DaySpan> found;
    collect_by_day(from, to, found);
    std::vector<bool> out(static_cast<std::size_t>(to.days - from.days));
    for (const DaySpan& one : found) out[static_cast<std::size_t>(one.day.days - from.days)] = true;
    return out;
  }

  std::optional<Date> known_from() const override {
    const auto a = a_->source->known_from();
    const auto b = b_->source->known_from();
    if (a && b) return std::max(*a, *b);
    return a ? a : b;
  }

  std::optional<Date> known_until() const override {
    const auto a = a_->source->known_until();
    const auto b = b_->source->known_until();
    if (a && b) return std::min(*a, *b);
    return a ? a : b;
  }

  std::shared_ptr<const Source> as_of(Instant known) const override {
    const auto earlier = [&](const Impl& impl) {
      return std::make_shared<const Calendar::Impl>(impl->name, impl->zone,
                                                    impl->source->as_of(known));
    };
    return std::make_shared<CombinedSource>(kind_, earlier(a_), earlier(b_));
  }
  void learned(std::vector<Instant>& out) const override {
    a_->source->learned(out);
    b_->source->learned(out);
  }

 private:
  // Hours of a part, by the date of this calendar's zone to which they belong.
  struct Shift {
    Date day;
    OpenSpan span;
    bool goes_on = false;  // open over a midnight at which the part changes the date
  };

  // Those that may belong to the days of [from, to), in order, none over another.
  [[nodiscard]] std::vector<Shift> shifts_of(const Calendar::Impl& part, Date from, Date to) const {
    std::vector<DaySpan> own;
    part.source->collect_by_day({from.days - 2}, {to.days + 2}, own);
    const Zone& zone = a_->zone;
    const bool is_here = part.zone == zone;
    std::vector<Shift> out;
    for (std::size_t i = 0; i < own.size(); ++i) {
      OpenSpan span = own[i].span;
      if (!out.empty()) span.open = std::max(span.open, out.back().span.close);
      if (span.open >= span.close) continue;
      const auto begin = part.zone.start_of(own[i].day).micros;
      const auto end = part.zone.start_of({own[i].day.days + 1}).micros;
      const bool goes_on = (span.open == begin && i > 0 && own[i - 1].span.close == begin) ||
                           (span.close == end && i + 1 < own.size() && own[i + 1].span.open == end);
      Date day = is_here ? own[i].day : zone.date(Instant{span.open});
      // What goes on has no beginning of its own: it is parted where the date changes here.
      for (auto next = zone.start_of({day.days + 1}).micros;
           goes_on && !is_here && next < span.close; next = zone.start_of({day.days + 1}).micros) {
        if (span.open < next) out.push_back({day, {span.open, next}, true});
        span.open = std::max(span.open, next);
        ++day.days;
      }
      out.push_back({day, span, goes_on});
    }
    return out;
  }

  void collect_between(std::int64_t begin, std::int64_t end, std::vector<OpenSpan>& out) const {
    if (begin >= end) return;
    std::vector<OpenSpan> of_a;
    std::vector<OpenSpan> of_b;
    collect_from(*a_, begin, end, of_a);
    collect_from(*b_, begin, end, of_b);
    if (kind_ == Kind::united) {
      out.insert(out.end(), of_a.begin(), of_a.end());
      out.insert(out.end(), of_b.begin(), of_b.end());
      return;
    }
    for (std::size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
      const auto open = std::max(of_a[i].open, of_b[j].open);
      const auto close = std::min(of_a[i].close, of_b[j].close);
      if (open < close) out.push_back({open, close});
      of_a[i].close < of_b[j].close ? ++i : ++j;
    }
  }

  static void collect_from(const Calendar::Impl& part, std::int64_t begin, std::int64_t end,
                           std::vector<OpenSpan>& out) {
    // The zones of the two may differ by a day at the ends of the supported years.
    const auto margin = 2 * rt::micros_per_day;
    const auto low = std::max(
        begin, part.zone.start_of(rt::date_of(calendar::first_year, 1, 1)).micros + margin);
    const auto high =
        std::min(end, part.zone.start_of(rt::date_of(calendar::end_year, 1, 1)).micros - margin);
    if (low >= high) return;
    if (const auto* timeline = part.covering(low, high)) timeline->collect(low, high, out);
  }

  Kind kind_;
  Impl a_;
  Impl b_;
};

}  // namespace

Result<Calendar> Calendar::make(CalendarDescription description) {
  for (const auto& problem : check(description)) {
    if (problem.is_warning()) continue;
    return Error{ErrorCode::invalid_argument,
                 "calendar '" + description.name + "': " + std::string(message(problem.fault))};
  }
  auto zone = Zone::load(description.zone);
  if (!zone) return zone.error();
  auto shared = std::make_shared<const CalendarDescription>(std::move(description));
  auto source = std::make_shared<DescribedSource>(shared, *zone, std::nullopt);
  return Calendar(std::make_shared<const Impl>(shared->name, *zone, std::move(source)));
}

Calendar Calendar::always(const Zone& zone) {
  return Calendar(std::make_shared<const Impl>("24x7 " + zone.name(), zone,
                                               std::make_shared<AlwaysSource>(zone)));
}

Result<Calendar> Calendar::unite(const Calendar& a, const Calendar& b) {
  auto source = std::make_shared<CombinedSource>(CombinedSource::Kind::united, a.impl_, b.impl_);
  return Calendar(
      std::make_shared<const Impl>(a.name() + " or " + b.name(), a.zone(), std::move(source)));
}

Result<Calendar> Calendar::intersect(const Calendar& a, const Calendar& b) {
  auto source = std::make_shared<CombinedSource>(CombinedSource::Kind::shared, a.impl_, b.impl_);
  auto impl =
      std::make_shared<const Impl>(a.name() + " and " + b.name(), a.zone(), std::move(source));
  // Weekly patterns, leap years and yearly ranges repeat within eight years of any.
  const auto until = impl->known_until.value_or(rt::date_of(2028, 1, 1));
  const auto year =
      std::clamp(rt::fields(until).year, calendar::first_year + 8, calendar::end_year - 9);
  const auto* timeline = impl->covering(rt::date_of(year - 8, 1, 1), rt::date_of(year + 8, 12, 31));
  if (timeline == nullptr || timeline->total() == 0) {
    return Error{ErrorCode::invalid_argument,
                 "calendars '" + a.name() + "' and '" + b.name() + "' share no working time"};
  }
  return Calendar(std::move(impl));
}

Calendar Calendar::named(std::string name) const {
  return Calendar(std::make_shared<const Impl>(std::move(name), impl_->zone, impl_->source));
}

Calendar Calendar::as_of(Instant known) const {
  return Calendar(
      std::make_shared<const Impl>(impl_->name, impl_->zone, impl_->source->as_of(known)));
}

std::vector<Instant> Calendar::learned() const {
  std::vector<Instant> out;
  impl_->source->learned(out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace aftercare
