// calendar/source.hpp — where the open hours of a calendar come from: a description, or two other
// calendars. The timeline and the operations are the same for all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"

#include "calendar/timeline.hpp"

namespace aftercare::calendar {

/// Open hours, and the date to which they belong.
struct DaySpan {
  Date day;
  OpenSpan span;
};

/// Immutable; threads may share one.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  [[nodiscard]] virtual CalendarDay day(Date date) const = 0;
  /// The open hours that belong to a date, in order. Requires: a supported date.
  [[nodiscard]] virtual std::vector<OpenSpan> shifts(Date date) const = 0;
  /// Appends all open hours within [begin, end), in any order; they may overlap and reach out.
  /// `from` and `to` are the local days that begin there.
  virtual void collect(Date from, Date to, std::vector<OpenSpan>& out) const = 0;
  /// Appends the open hours that belong to the days of [from, to), day by day, each in order.
  virtual void collect_by_day(Date from, Date to, std::vector<DaySpan>& out) const;
  /// For each day of [from, to) whether it is a workday.
  [[nodiscard]] virtual std::vector<bool> workdays(Date from, Date to) const = 0;
  [[nodiscard]] virtual std::optional<Date> known_from() const = 0;
  [[nodiscard]] virtual std::optional<Date> known_until() const = 0;
  /// The same without what became known later.
  [[nodiscard]] virtual std::shared_ptr<const Source> as_of(Instant known) const = 0;
  /// Appends the instants at which something became known.
  virtual void learned(std::vector<Instant>& out) const = 0;
};

}  // namespace aftercare::calendar

namespace aftercare {

/// The parts of a calendar, and the timeline that grows as years are asked for.
struct Calendar::Impl {
  Impl(std::string name, Zone zone, std::shared_ptr<const calendar::Source> source);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// A timeline that covers both instants; null where one lies outside the supported years.
  [[nodiscard]] const calendar::Timeline* covering(std::int64_t low, std::int64_t high) const;
  [[nodiscard]] const calendar::Timeline* covering(Date low, Date high) const;
  /// A timeline with years before (after) those of `known`; null where there are none.
  [[nodiscard]] const calendar::Timeline* earlier(const calendar::Timeline& known) const;
  [[nodiscard]] const calendar::Timeline* later(const calendar::Timeline& known) const;

  const std::string name;
  const Zone zone;
  const std::shared_ptr<const calendar::Source> source;
  const std::optional<Date> known_from;
  const std::optional<Date> known_until;

 private:
  struct Growth;
  const calendar::Timeline* grow(std::int64_t first_year, std::int64_t end_year) const;

  const std::unique_ptr<Growth> growth_;
};

}  // namespace aftercare
