// The interface of this file is parse_day_hours(), extend(), check() and message() of calendar.hpp:
// calendars as they are written, before they are worked out.
#include <algorithm>
#include <map>
#include <set>

#include "aftercare/calendar.hpp"

#include "calendar/day_table.hpp"

namespace aftercare {

namespace {

constexpr std::int32_t day_seconds = 86'400;
// One for each quarter of an hour; more would only serve to fill the memory.
constexpr std::size_t max_intervals = 96;

// "HH:MM" or "HH:MM:SS" up to 48:00, from `at` on. -1 where there is none.
std::int32_t read_clock(std::string_view text, std::size_t& at) {
  const auto two_digits = [&](std::int32_t max) {
    if (at + 2 > text.size()) return -1;
    const auto a = text[at];
    const auto b = text[at + 1];
    if (a < '0' || a > '9' || b < '0' || b > '9') return -1;
    const std::int32_t value = (a - '0') * 10 + (b - '0');
    if (value > max) return -1;
    at += 2;
    return value;
  };
  std::int32_t seconds = two_digits(48);
  if (seconds < 0) return -1;
  seconds *= 3600;
  if (at == text.size() || text[at] != ':') return -1;
  for (const std::int32_t unit : {60, 1}) {
    if (at == text.size() || text[at] != ':') break;
    ++at;
    const auto part = two_digits(59);
    if (part < 0) return -1;
    seconds += part * unit;
  }
  return seconds;
}

class Checker {
 public:
  explicit Checker(const CalendarDescription& description) : description_(description) {}

  std::vector<CalendarProblem> run() {
    if (!Zone::load(description_.zone)) add(CalendarFault::unknown_zone, Part::zone, 0, 0);
    bool has_hours = false;
    for (std::size_t i = 0; i < 7; ++i) {
      has_hours |= !description_.weekly[i].empty();
      check_hours(description_.weekly[i], Part::weekly, 0, i);
    }
    check_overnight_overlap();
    for (std::size_t i = 0; i < description_.yearly_off.size(); ++i) {
      const auto& range = description_.yearly_off[i];
      if (!is_month_day(range.from_month, range.from_day) ||
          !is_month_day(range.to_month, range.to_day)) {
        add(CalendarFault::bad_date, Part::yearly_off, 0, i);
      }
    }
    bool has_dated_hours = false;
    for (std::size_t n = 0; n < description_.notices.size(); ++n) {
      check_notice(n);
      for (const auto& day : description_.notices[n].hours) has_dated_hours |= !day.hours.empty();
    }
    check_effects();
    check_dated_hours();
    check_known_days();
    if (!has_hours && !has_dated_hours) {
      add(CalendarFault::no_working_time, Part::weekly, 0, 0);
    } else if (has_hours && !has_dated_hours && is_always_off()) {
      add(CalendarFault::no_working_time, Part::yearly_off, 0, 0);
    }
    if (has_too_many_days_) {
      // Thousands of days twice are the same mistake.
      std::erase_if(problems_, [](const CalendarProblem& problem) {
        return problem.fault == CalendarFault::off_twice;
      });
    }
    return std::move(problems_);
  }

 private:
  using Part = CalendarProblem::Part;

  void add(CalendarFault fault, Part part, std::size_t notice, std::size_t index, Date date = {}) {
    problems_.push_back({fault, part, notice, index, date});
  }

  static bool is_month_day(int month, int day) {
    return rt::is_valid(rt::YearMonthDay{2000, month, day});
  }

  void check_hours(const DayHours& hours, Part part, std::size_t notice, std::size_t index) {
    if (hours.size() > max_intervals) {
      add(CalendarFault::too_many_intervals, part, notice, index);
      return;
    }
    auto sorted = hours;
    std::sort(sorted.begin(), sorted.end());
    std::int32_t end = 0;
    for (const auto& interval : sorted) {
      if (interval.close <= interval.open) {
        add(CalendarFault::empty_interval, part, notice, index);
      } else if (interval.open < 0 || interval.open >= day_seconds ||
                 interval.close - interval.open > day_seconds) {
        add(CalendarFault::interval_too_long, part, notice, index);
      } else if (interval.open < end) {
        add(CalendarFault::overlapping_intervals, part, notice, index);
      }
      end = std::max(end, interval.close);
    }
  }

  // Sunday's shift may reach into Monday's.
  void check_overnight_overlap() {
    for (std::size_t i = 0; i < 7; ++i) {
      const auto& evening = description_.weekly[i];
      const auto& morning = description_.weekly[(i + 1) % 7];
      std::int32_t end = 0;
      for (const auto& interval : evening) end = std::max(end, interval.close - day_seconds);
      for (const auto& interval : morning) {
        if (interval.open >= end) continue;
        add(CalendarFault::overlapping_intervals, Part::weekly, 0, (i + 1) % 7);
        break;
      }
    }
  }

  // From the first day known to the last: also to the last that a notice settles.
  void check_known_days() {
    if (!description_.known_from) return;
    std::optional<Date> until;
    for (const auto& notice : description_.notices) {
      if (notice.known_until && (!until || *until < *notice.known_until)) {
        until = notice.known_until;
      }
    }
    if (description_.known_until && (!until || *description_.known_until < *until)) {
      until = description_.known_until;
    }
    if (until && *until < *description_.known_from) {
      add(CalendarFault::known_ends_first, Part::weekly, 0, 0, *until);
    }
  }

  // A date of its own beside the day before and the day after: nobody works twice at a time. And
  // hours that the clocks leap over.
  void check_dated_hours() {
    if (has_too_many_days_) return;
    for (const auto& problem : problems_) {
      if (!problem.is_warning()) return;  // the hours themselves are wrong
    }
    const auto zone = Zone::load(description_.zone);
    const calendar::DayTable table(description_, std::nullopt);
    const auto evening_ends = [&](Date date) {
      std::int32_t end = 0;
      for (const auto& interval : *table.on(date).hours) {
        end = std::max(end, interval.close - day_seconds);
      }
      return end;
    };
    const auto begins_within = [&](Date date) {
      const std::int32_t end = evening_ends({date.days - 1});
      const auto& hours = *table.on(date).hours;
      return std::any_of(hours.begin(), hours.end(),
                         [&](const DayInterval& one) { return one.open < end; });
    };
    const auto check = [&](Part part, std::size_t n, std::size_t i, Date date) {
      if (begins_within(date)) {
        add(CalendarFault::overlapping_dates, part, n, i, date);
      } else if (begins_within({date.days + 1})) {
        add(CalendarFault::overlapping_dates, part, n, i, {date.days + 1});
      }
    };
    for (std::size_t n = 0; n < description_.notices.size(); ++n) {
      const auto& notice = description_.notices[n];
      for (std::size_t i = 0; i < notice.make_up.size(); ++i) {
        const auto& day = notice.make_up[i];
        if (table.on(day.date).kind != CalendarDay::Kind::make_up) continue;
        check(Part::make_up, n, i, day.date);
        if (day.as && table.on(day.date).hours->empty()) {
          add(CalendarFault::make_up_closed, Part::make_up, n, i, day.date);
        }
      }
      for (std::size_t i = 0; i < notice.hours.size(); ++i) {
        const auto& day = notice.hours[i];
        check(Part::hours, n, i, day.date);
        for (const auto& interval : day.hours) {
          const auto midnight = day.date.days * rt::seconds_per_day;
          if (zone && zone->meaning(midnight + interval.open).first >=
                          zone->meaning(midnight + interval.close).first) {
            add(CalendarFault::never_comes, Part::hours, n, i, day.date);
            break;
          }
        }
      }
    }
  }

  bool weekdays_differ() const {
    const DayHours* first = nullptr;
    for (const auto& hours : description_.weekly) {
      if (hours.empty()) continue;
      if (first != nullptr && *first != hours) return true;
      if (first == nullptr) first = &hours;
    }
    return false;
  }

  // Every day of a leap and of a common year is taken by yearly ranges.
  bool is_always_off() const {
    if (description_.yearly_off.empty()) return false;
    const calendar::YearlyTable yearly(description_.yearly_off);
    for (const std::int64_t year : {2023, 2024}) {
      for (Date day = rt::date_of(year, 1, 1); rt::fields(day).year == year; ++day.days) {
        if (!yearly.on(day)) return false;
      }
    }
    return true;
  }

  void check_notice(std::size_t n) {
    const auto& notice = description_.notices[n];
    enum class Said : std::uint8_t { off, make_up };
    std::map<Date, Said> said;
    for (std::size_t i = 0; i < notice.ordinary.size(); ++i) {
      check_date(notice, notice.ordinary[i], Part::ordinary, n, i);
    }
    for (std::size_t i = 0; i < notice.off.size(); ++i) {
      const auto& range = notice.off[i];
      if (!calendar::is_supported(range.from) || !calendar::is_supported(range.to) ||
          range.to < range.from || range.to.days - range.from.days > calendar::max_off_days) {
        add(CalendarFault::bad_date, Part::off, n, i);
        continue;
      }
      off_days_ += range.to.days - range.from.days + 1;
      if (off_days_ > calendar::max_all_off_days) {
        if (!has_too_many_days_) add(CalendarFault::too_many_days, Part::off, n, i, range.from);
        has_too_many_days_ = true;
        return;
      }
      bool is_told = false;
      for (Date day = range.from; day <= range.to; ++day.days) {
        if (said.emplace(day, Said::off).second || is_told) continue;
        add(CalendarFault::off_twice, Part::off, n, i, day);
        is_told = true;
      }
      if (check_known(notice, range.from, Part::off, n, i)) {
        check_known(notice, range.to, Part::off, n, i);
      }
    }
    for (std::size_t i = 0; i < notice.make_up.size(); ++i) {
      const auto& day = notice.make_up[i];
      if (!check_date(notice, day.date, Part::make_up, n, i)) continue;
      if (!said.emplace(day.date, Said::make_up).second) {
        add(CalendarFault::contradiction, Part::make_up, n, i, day.date);
      }
    }
    std::map<Date, bool> dated;
    for (std::size_t i = 0; i < notice.hours.size(); ++i) {
      const auto& day = notice.hours[i];
      check_hours(day.hours, Part::hours, n, i);
      if (!check_date(notice, day.date, Part::hours, n, i)) continue;
      if (!dated.emplace(day.date, true).second) {
        add(CalendarFault::contradiction, Part::hours, n, i, day.date);
      }
    }
  }

  // What a day said before, in a notice that speaks earlier, takes from what is said later.
  void check_effects() {
    if (has_too_many_days_) return;
    for (const auto& problem : problems_) {
      if (problem.fault == CalendarFault::bad_date) return;
    }
    struct Said {
      bool hours = false;
      bool off = false;
      const MakeUpDay* make_up = nullptr;  // the last that was said
      std::size_t notice = 0;
      std::size_t index = 0;
    };
    std::map<Date, Said> said;
    const calendar::YearlyTable yearly(description_.yearly_off);
    std::uint32_t last_layer = 0;
    for (const auto& notice : description_.notices) {
      last_layer = std::max(last_layer, notice.layer);
    }
    for (const auto* notice : calendar::in_order(description_, std::nullopt)) {
      const auto n = static_cast<std::size_t>(notice - description_.notices.data());
      for (const Date date : notice->ordinary) said.erase(date);
      const std::set<Date> ordinary(notice->ordinary.begin(), notice->ordinary.end());
      for (std::size_t i = 0; i < notice->make_up.size(); ++i) {
        const auto& day = notice->make_up[i];
        const auto found = said.find(day.date);
        const auto& usual = description_.weekly[weekday_index(day.date)];
        if ((found != said.end() && (found->second.hours || found->second.off)) ||
            (yearly.on(day.date) && !ordinary.contains(day.date))) {
          add(CalendarFault::no_effect, Part::make_up, n, i, day.date);
        } else if (notice->layer == last_layer && !usual.empty() &&
                   (!day.as ||
                    description_.weekly[static_cast<std::size_t>(*day.as) - 1] == usual)) {
          add(CalendarFault::already_workday, Part::make_up, n, i, day.date);
        }
      }
      for (std::size_t i = 0; i < notice->off.size(); ++i) {
        const auto& range = notice->off[i];
        bool has_effect = false;
        for (Date day = range.from; day <= range.to; ++day.days) {
          auto& here = said[day];
          has_effect |= !here.hours;
          here.off = true;
        }
        if (!has_effect) add(CalendarFault::no_effect, Part::off, n, i, range.from);
      }
      for (std::size_t i = 0; i < notice->make_up.size(); ++i) {
        auto& here = said[notice->make_up[i].date];
        here.make_up = &notice->make_up[i];
        here.notice = n;
        here.index = i;
      }
      for (const auto& day : notice->hours) said[day.date].hours = true;
    }
    if (!weekdays_differ()) return;
    for (const auto& [date, here] : said) {
      const bool is_made_up = here.make_up != nullptr && !here.off && !here.hours;
      const bool is_known = (!description_.known_from || *description_.known_from <= date) &&
                            (!description_.known_until || date <= *description_.known_until);
      if (is_made_up && !here.make_up->as && is_known) {
        add(CalendarFault::make_up_weekday_unknown, Part::make_up, here.notice, here.index, date);
      }
    }
  }

  static std::size_t weekday_index(Date date) {
    return static_cast<std::size_t>(rt::weekday(date)) - 1;
  }

  bool check_date(const CalendarNotice& notice, Date date, Part part, std::size_t n,
                  std::size_t i) {
    if (!calendar::is_supported(date)) {
      add(CalendarFault::bad_date, part, n, i, date);
      return false;
    }
    check_known(notice, date, part, n, i);
    return true;
  }

  bool check_known(const CalendarNotice& notice, Date date, Part part, std::size_t n,
                   std::size_t i) {
    if ((notice.known_until && date > *notice.known_until) ||
        (description_.known_until && date > *description_.known_until) ||
        (description_.known_from && date < *description_.known_from)) {
      add(CalendarFault::beyond_known, part, n, i, date);
      return false;
    }
    return true;
  }

  const CalendarDescription& description_;
  std::int64_t off_days_ = 0;
  bool has_too_many_days_ = false;
  std::vector<CalendarProblem> problems_;
};

}  // namespace

ParsedDayHours parse_day_hours(std::string_view text) {
  using Fault = ParsedDayHours::Fault;
  ParsedDayHours result;
  std::size_t at = 0;
  std::int32_t end = 0;
  const auto fail = [&](Fault fault) {
    result.hours.clear();
    result.fault = fault;
    return result;
  };
  for (;;) {
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size()) break;
    result.offset = at;
    DayInterval interval;
    interval.open = read_clock(text, at);
    if (interval.open < 0 || at == text.size() || text[at] != '-') return fail(Fault::syntax);
    ++at;
    interval.close = read_clock(text, at);
    if (interval.close < 0 || (at < text.size() && text[at] != ' ')) return fail(Fault::syntax);
    // 22:00-06:00 ends the next morning; 09:00-00:00 is refused, as it may mean nothing or 24:00.
    if (interval.close == interval.open || interval.close == 0) return fail(Fault::empty_interval);
    if (interval.close < interval.open) interval.close += day_seconds;
    if (interval.open >= day_seconds || interval.close - interval.open > day_seconds) {
      return fail(Fault::too_long);
    }
    if (interval.open < end) return fail(Fault::overlap);
    end = interval.close;
    result.hours.push_back(interval);
  }
  if (result.hours.empty()) return fail(Fault::syntax);
  result.offset = 0;
  return result;
}

CalendarDescription extend(const CalendarDescription& base, CalendarDescription own) {
  const auto has_hours = std::any_of(own.weekly.begin(), own.weekly.end(),
                                     [](const DayHours& hours) { return !hours.empty(); });
  if (!has_hours) own.weekly = base.weekly;
  if (own.zone.empty()) own.zone = base.zone;
  if (!own.known_from) own.known_from = base.known_from;
  if (!own.known_until) own.known_until = base.known_until;
  std::uint32_t above = 0;
  for (const auto& notice : base.notices) above = std::max(above, notice.layer + 1);
  for (auto& notice : own.notices) notice.layer += above;
  own.yearly_off.insert(own.yearly_off.begin(), base.yearly_off.begin(), base.yearly_off.end());
  own.notices.insert(own.notices.begin(), base.notices.begin(), base.notices.end());
  return own;
}

std::vector<CalendarProblem> check(const CalendarDescription& description) {
  return Checker(description).run();
}

std::string_view message(CalendarFault fault) noexcept {
  switch (fault) {
    case CalendarFault::unknown_zone:
      return "the zone database has no such time zone";
    case CalendarFault::no_working_time:
      return "there is no working time at all";
    case CalendarFault::empty_interval:
      return "opening hours end where or before they begin";
    case CalendarFault::interval_too_long:
      return "opening hours begin outside their day or last longer than 24 hours";
    case CalendarFault::overlapping_intervals:
      return "opening hours overlap";
    case CalendarFault::too_many_intervals:
      return "a day has more than 96 opening hours";
    case CalendarFault::bad_date:
      return "a date does not exist, lies outside 1900 to 2199, or a range is longer than ten "
             "years";
    case CalendarFault::contradiction:
      return "a date is given twice in contradictory ways";
    case CalendarFault::too_many_days:
      return "there are more than 400,000 days off";
    case CalendarFault::overlapping_dates:
      return "the hours of a date begin before those of the evening before have ended";
    case CalendarFault::known_ends_first:
      return "the known days end before they begin";
    case CalendarFault::make_up_weekday_unknown:
      return "hours differ by weekday, so a make-up day must say which one it stands for";
    case CalendarFault::beyond_known:
      return "a date lies outside the known days";
    case CalendarFault::off_twice:
      return "a day is off twice in one publication";
    case CalendarFault::no_effect:
      return "what was said of the date before goes before this";
    case CalendarFault::already_workday:
      return "the make-up day is a workday anyway";
    case CalendarFault::make_up_closed:
      return "the make-up day stands for a weekday without hours";
    case CalendarFault::never_comes:
      return "the zone's clocks leap over these hours";
  }
  return {};
}

}  // namespace aftercare
