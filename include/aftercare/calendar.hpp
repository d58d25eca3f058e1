// aftercare/calendar.hpp — working time: opening hours, holidays, make-up workdays, deadlines.
//
//   CalendarDescription d{.name = "office", .zone = "Asia/Shanghai"};
//   for (int day = 0; day < 5; ++day) d.weekly[day] = parse_day_hours("08:30-12:00
//   13:30-18:00").hours; auto office = Calendar::make(d).value(); auto due = office.deadline(start,
//   {6, Unit::working_hour}).value();  // due.at, due.is_provisional for (const auto& s :
//   office.explain(start, {6, Unit::working_hour}).value()) …  // why
//
// Lengths are physical time, also where clocks are put forward or back. A limit is in time; 24:00
// of a last day is the next day already (Deadline::late_from). Needs: time.hpp. Knows nothing of
// YAML, of clocks that start and stop, and of what time it is.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/time.hpp"

namespace aftercare {

// What a calendar is made of ---------------------------------------------------------------------

/// Half-open opening hours in seconds after the wall clock's midnight of the day on which they
/// begin. `close` may lie beyond 24 h: 22:00 to 06:00 is {79200, 108000} and belongs to the
/// evening's day.
struct DayInterval {
  std::int32_t open = 0;
  std::int32_t close = 0;
  auto operator<=>(const DayInterval&) const = default;
};

using DayHours = std::vector<DayInterval>;

/// Days without work, both ends included.
struct OffDays {
  Date from = {};
  Date to = {};
  std::string name = {};
};

/// A day on which one works although the weekly pattern has none (调休上班). It has the hours of
/// the weekday `as`; unstated, those that most days of the weekly pattern share.
struct MakeUpDay {
  Date date = {};
  std::string name = {};
  std::optional<Weekday> as = {};
};

/// A date with hours of its own; none means closed.
struct DateHours {
  Date date = {};
  DayHours hours = {};
  std::string name = {};
};

/// Days of every year without work, both ends included; from 12-24 to 01-02 spans the new year.
struct YearlyOff {
  enum class LeapDay : std::uint8_t { skip, clamp };
  int from_month = 1;
  int from_day = 1;
  int to_month = 1;
  int to_day = 1;
  std::string name = {};
  LeapDay leap_day = LeapDay::skip;  ///< what 02-29 is in a common year: nothing, or 02-28
};

/// What one publication says about single days, and since when one knew.
struct CalendarNotice {
  std::string source = {};               ///< "国办发明电〔2019〕16号"
  std::optional<Instant> known_at = {};  ///< none: always known
  std::optional<Date> known_until = {};  ///< the last day that this publication settles
  std::vector<Date> ordinary = {};  ///< takes back what notices known earlier say about these days
  std::vector<OffDays> off = {};
  std::vector<MakeUpDay> make_up = {};
  std::vector<DateHours> hours = {};
  std::uint32_t layer = 0;  ///< notices of a higher layer come after all of lower ones: extend()
};

/// A calendar as one writes it. For each date explicit hours come before off days, these before
/// make-up days, these before the weekly pattern, whichever notice says it.
struct CalendarDescription {
  std::string name = {};
  std::string zone = {};                ///< IANA name or offset
  std::array<DayHours, 7> weekly = {};  ///< Monday first
  std::vector<YearlyOff> yearly_off = {};
  std::vector<CalendarNotice> notices = {};
  std::optional<Date> known_from = {};   ///< before it every result is provisional; none: ever
  std::optional<Date> known_until = {};  ///< beyond it every result is provisional; none: for ever
};

/// `own` laid over `base`: its weekly pattern if it has any hours, its zone, `known_from` and
/// `known_until` if it has one, and the days of both; own days come after those of the base,
/// whenever one knew them.
[[nodiscard]] AFTERCARE_API CalendarDescription extend(const CalendarDescription& base,
                                                       CalendarDescription own);

/// Opening hours as packs write them, and what is wrong with them.
struct ParsedDayHours {
  enum class Fault : std::uint8_t {
    none,
    syntax,          ///< not "HH:MM-HH:MM", several parted by blanks
    empty_interval,  ///< "09:00-09:00", or "09:00-00:00" for "09:00-24:00"
    too_long,        ///< ends more than 24 h after its begin
    overlap,         ///< begins before the one before it ends
  };
  DayHours hours;
  Fault fault = Fault::none;
  std::size_t offset = 0;  ///< byte of the faulty interval
};

/// "08:30-12:00 13:30-18:00", "22:00-06:00" (passes midnight, also "22:00-30:00"), "00:00-24:00".
[[nodiscard]] AFTERCARE_API ParsedDayHours parse_day_hours(std::string_view text);

/// What keeps a description from being a calendar, or is doubtful in it.
enum class CalendarFault : std::uint8_t {
  unknown_zone,
  no_working_time,
  empty_interval,         ///< ends where or before it begins
  interval_too_long,      ///< longer than 24 h, or begins outside its day
  overlapping_intervals,  ///< also of two days, where one passes midnight
  too_many_intervals,     ///< more than 96 on one day
  bad_date,           ///< a month or day that does not exist, or a range that ends before it begins
  contradiction,      ///< one notice has a date twice, in a way that cannot both be meant
  too_many_days,      ///< more than 400,000 days off, counted one by one
  overlapping_dates,  ///< hours of a date begin before those of the evening before have ended
  known_ends_first,   ///< known_from lies after known_until
  make_up_weekday_unknown,  ///< warning: weekdays differ, and `as` does not say which one it stands
                            ///< for
  beyond_known,             ///< warning: a day outside what the calendar says it knows
  off_twice,                ///< warning: one notice has a day off twice
  no_effect,                ///< warning: something said before goes before it
  already_workday,          ///< warning: a make-up day of the last layer that is a workday anyway
  make_up_closed,           ///< warning: a make-up day as a weekday without hours
  never_comes,              ///< warning: hours of a date that the zone's clocks leap over
};

/// One problem with its place: which part of the description, and which entry of it.
struct CalendarProblem {
  enum class Part : std::uint8_t { zone, weekly, yearly_off, ordinary, off, make_up, hours };
  CalendarFault fault = CalendarFault::no_working_time;
  Part part = Part::weekly;
  std::size_t notice = 0;  ///< which of `notices`, for the last four parts
  std::size_t index = 0;   ///< which entry of the part; of `weekly`: 0 is Monday
  Date date = {};          ///< the date in question, where it is about one
  [[nodiscard]] bool is_warning() const noexcept {
    return fault >= CalendarFault::make_up_weekday_unknown;
  }
};

/// All problems of a description. Calendar::make() fails exactly where one is no warning.
[[nodiscard]] AFTERCARE_API std::vector<CalendarProblem> check(const CalendarDescription&);
/// The sentence of a problem in English.
[[nodiscard]] AFTERCARE_API std::string_view message(CalendarFault fault) noexcept;

// What one asks of it ----------------------------------------------------------------------------

/// An amount of working time. Its days are not 24 h, so it is never a Duration.
struct WorkingTime {
  std::int64_t micros = 0;
  auto operator<=>(const WorkingTime&) const = default;
  friend constexpr WorkingTime operator+(WorkingTime a, WorkingTime b) noexcept {
    return {a.micros + b.micros};
  }
  friend constexpr WorkingTime operator-(WorkingTime a, WorkingTime b) noexcept {
    return {a.micros - b.micros};
  }
};

/// Where working time that is used up exactly at closing ends: then, or at the next opening.
enum class Boundary : std::uint8_t { close, next_open };

/// How a term is judged: by the instant of its limit, or by the working time that has passed.
enum class Compare : std::uint8_t { deadline, elapsed };

/// Where a date goes that is no workday.
enum class Roll : std::uint8_t {
  none,
  following,           ///< the next workday
  preceding,           ///< the workday before
  modified_following,  ///< the next workday, or the one before where that is another month
  modified_preceding,  ///< the workday before, or the next where that is another month
  nearest,             ///< whichever is nearer, the later of two
};

struct RollRow {
  Roll roll;
  std::string_view name;       ///< the convention's usual name
  std::string_view pack_name;  ///< as packs write it
};
inline constexpr std::array<RollRow, 6> rolls = {{
    {Roll::none, "none", "stay"},
    {Roll::following, "following", "next_workday"},
    {Roll::preceding, "preceding", "previous_workday"},
    {Roll::modified_following, "modified_following", "next_workday_in_month"},
    {Roll::modified_preceding, "modified_preceding", "previous_workday_in_month"},
    {Roll::nearest, "nearest", "nearest_workday"},
}};
[[nodiscard]] AFTERCARE_API std::optional<Roll> roll_named(std::string_view name) noexcept;

/// When the last day of a term ends.
enum class DayEnd : std::uint8_t {
  by_unit,            ///< working days at close of business, others at 24:00
  midnight,           ///< 24:00, which is 00:00 of the next day
  close_of_business,  ///< when the hours that begin on that day end; 24:00 where there are none
  same_time,          ///< at the time of day at which the term began
};

/// How a term in days, weeks, months or years ends.
enum class Term : std::uint8_t { inclusive_last_day, cn_civil_code, inclusive_start, plain };

struct TermRow {
  Term term;
  std::string_view name;
  bool counts_first_day;
  DayEnd day_end;
  Roll roll;
  std::string_view meaning;  ///< with what becomes of 12 months from 2026-03-15
};
/// The one table of terms. 12mo from Sunday 2026-03-15 end with Monday 2027-03-15.
inline constexpr std::array<TermRow, 4> terms = {{
    {Term::inclusive_last_day, "inclusive_last_day", false, DayEnd::by_unit, Roll::none,
     "the first day is not counted, the last one is whole: through 2027-03-15"},
    {Term::cn_civil_code, "cn_civil_code", false, DayEnd::by_unit, Roll::following,
     "Civil Code of China, art. 200 to 204: the first day is not counted; a last day on a rest day "
     "moves on to the next workday: through 2027-03-15"},
    {Term::inclusive_start, "inclusive_start", true, DayEnd::by_unit, Roll::none,
     "the first day is the first of the term: through 2027-03-14"},
    {Term::plain, "plain", false, DayEnd::same_time, Roll::none,
     "the same time of day on the last day: 2027-03-15 at the hour of the start"},
}};
[[nodiscard]] AFTERCARE_API std::optional<Term> term_named(std::string_view name) noexcept;

/// Which days of a date rule a pause takes out. Of working days the working hours matter, of
/// other days the 24 h.
enum class PauseCounts : std::uint8_t { none, whole_days, touched_days };

/// A half-open stretch of time.
struct TimeSpan {
  Instant from;
  Instant to;
  auto operator<=>(const TimeSpan&) const = default;
};

struct DeadlineOptions {
  Boundary boundary = Boundary::close;
  Term term = Term::inclusive_last_day;
  std::optional<DayEnd> day_end = {};     ///< instead of the term's
  std::optional<Roll> roll = {};          ///< instead of the term's
  std::span<const TimeSpan> pauses = {};  ///< in any order, may overlap
  PauseCounts pause_counts = PauseCounts::none;
};

struct Deadline {
  Instant at;                   ///< the limit, as one prints it
  Instant late_from;            ///< the first instant too late: 24:00 itself, else 1 µs after `at`
  Date last_day;                ///< the day that ends with it
  bool is_provisional = false;  ///< rests on days outside `known_from` to `known_until`
  bool operator==(const Deadline&) const = default;
};

/// Why time was counted or not.
enum class SegmentKind : std::uint8_t {
  counted,     ///< ordinary working time; in a date rule a counted day
  make_up,     ///< counted, on a make-up workday
  special,     ///< counted, by explicit hours of that date
  start_day,   ///< the day of the start or of the anchor of a date rule, not counted
  break_time,  ///< between two opening hours of one day
  closed,      ///< before or after the hours of a day
  rest_day,    ///< a day on which the weekly pattern has no hours
  off_day,     ///< holiday
  pause,       ///< a pause took it out
};
[[nodiscard]] AFTERCARE_API std::string_view name(SegmentKind kind) noexcept;

struct Segment {
  Instant from;
  Instant to;
  SegmentKind kind = SegmentKind::counted;
  std::string name;  ///< of the holiday, the make-up day or the date with hours of its own
  bool operator==(const Segment&) const = default;
};

/// What a calendar says about one date.
struct CalendarDay {
  enum class Kind : std::uint8_t { weekly, make_up, special, rest, off };
  Kind kind = Kind::rest;
  std::string name;
  DayHours hours;
  bool is_known = true;  ///< neither before `known_from` nor after `known_until`
};

/// A working calendar.
///
/// Immutable and cheap to copy; any number of threads may ask one at the same time. Answers lie in
/// the years 1900 to 2199; an operation that leaves them gives ErrorCode::limit. Instants cost two
/// look-ups whatever the distance; the years in between are worked out when first asked for.
class AFTERCARE_API Calendar {
 public:
  /// Errors: `invalid_argument` with the first problem of check() that is no warning.
  [[nodiscard]] static Result<Calendar> make(CalendarDescription description);
  /// Open at every instant, each day a workday: what `d` and `h` need.
  [[nodiscard]] static Calendar always(const Zone& zone);
  /// Open where either is, in the zone of the first.
  [[nodiscard]] static Result<Calendar> unite(const Calendar& a, const Calendar& b);
  /// Open where both are. Errors: `invalid_argument` where that is never, within eight years of
  /// the days that are written down.
  [[nodiscard]] static Result<Calendar> intersect(const Calendar& a, const Calendar& b);

  [[nodiscard]] const std::string& name() const noexcept;
  /// The same under another name.
  [[nodiscard]] Calendar named(std::string name) const;
  [[nodiscard]] const Zone& zone() const noexcept;
  [[nodiscard]] std::optional<Date> known_from() const noexcept;
  [[nodiscard]] std::optional<Date> known_until() const noexcept;
  /// The calendar as one knew it then: without the notices that became known later.
  [[nodiscard]] Calendar as_of(Instant known) const;
  /// When one came to know more about its days, oldest first.
  [[nodiscard]] std::vector<Instant> learned() const;

  /// Working time begins here or goes on; an instant of closing is closed.
  [[nodiscard]] Result<bool> is_open(Instant at) const;
  /// `at` where it is open, else the next opening.
  [[nodiscard]] Result<Instant> next_open(Instant at) const;
  /// `at` where it is open or closing, else the last closing before it.
  [[nodiscard]] Result<Instant> latest_by(Instant at) const;
  /// Working time from `from` to `to`; negative where `to` is earlier.
  [[nodiscard]] Result<WorkingTime> elapsed(Instant from, Instant to) const;
  /// The same without what lies in `pauses`.
  [[nodiscard]] Result<WorkingTime> elapsed(Instant from, Instant to,
                                            std::span<const TimeSpan> pauses) const;
  /// The first instant by which `time` has passed. Zero: next_open(from). Negative: subtract().
  [[nodiscard]] Result<Instant> add(Instant from, WorkingTime time,
                                    Boundary boundary = Boundary::close) const;
  /// The last instant from which `time` passes until `from`. Zero: latest_by(from).
  [[nodiscard]] Result<Instant> subtract(Instant from, WorkingTime time) const;

  [[nodiscard]] CalendarDay day(Date date) const;
  /// Whether hours begin on this date, and clocks do not skip it.
  [[nodiscard]] bool is_workday(Date date) const;
  /// Whether `date` is neither before known_from() nor after known_until().
  [[nodiscard]] bool is_known(Date date) const noexcept;
  /// The n-th workday after (before, where negative) `date`; 0: `date` or the next workday.
  [[nodiscard]] Result<Date> add_workdays(Date date, std::int64_t n) const;
  /// Workdays from `from` to `to`, without `to`; negative where `to` is earlier.
  [[nodiscard]] Result<std::int64_t> workdays_between(Date from, Date to) const;
  [[nodiscard]] Result<Date> roll(Date date, Roll convention) const;

  /// The limit of a term that begins at `start`. Quantities (`s min h wmin wh`) are elapsed time;
  /// date rules (`d wd w mo y`) name a last day. Errors: `invalid_argument` for a negative count;
  /// `limit` also where a quantity runs into a pause without end.
  [[nodiscard]] Result<Deadline> deadline(Instant start, Length within,
                                          const DeadlineOptions& options = {}) const;
  /// The limit of what has to be done so long before `anchor` ("at least 14 days before the
  /// activity"): the last instant from which a quantity passes until then, or the end of the last
  /// day from which so many days, working days or months lead to the anchor's. Of the options
  /// `roll` and `day_end` count. Errors: `invalid_argument` for a negative count, and for pauses.
  [[nodiscard]] Result<Deadline> deadline_before(Instant anchor, Length before,
                                                 const DeadlineOptions& options = {}) const;
  /// The first instant that is too late: Deadline::late_from; of quantities compared by what has
  /// elapsed the first instant at which more has, which may come after the next opening.
  [[nodiscard]] Result<Instant> first_breach(Instant start, Length within, Compare compare,
                                             const DeadlineOptions& options = {}) const;
  /// The instant by which so many percent of a term have passed: of a quantity its share, of a date
  /// rule the share of the working time between start and limit (of all time, where none is).
  /// Requires: `percent >= 0`.
  [[nodiscard]] Result<Instant> at_percent(Instant start, Length within, std::int64_t percent,
                                           const DeadlineOptions& options = {}) const;
  /// The time from `start` to the deadline without gaps, segment by segment.
  [[nodiscard]] Result<std::vector<Segment>> explain(Instant start, Length within,
                                                     const DeadlineOptions& options = {}) const;
  /// The time from deadline_before() to `anchor`, in the same way.
  [[nodiscard]] Result<std::vector<Segment>> explain_before(
      Instant anchor, Length before, const DeadlineOptions& options = {}) const;
  /// The same between two instants.
  [[nodiscard]] Result<std::vector<Segment>> explain(Instant from, Instant to,
                                                     std::span<const TimeSpan> pauses = {}) const;

  struct Impl;

 private:
  explicit Calendar(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // never null
};

}  // namespace aftercare
