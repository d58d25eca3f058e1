// clock/clock.hpp — a promise in time as a fold over what happened: start, pause, resume, stop.
//
// A Run is all that a case keeps of one clock. The functions here are pure: the instant is handed
// in, the limit is derived from the goal and the calendar, never accumulated. A limit reached
// exactly is kept: a clock breaches at fire_at(), the first instant that is too late.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "aftercare/calendar.hpp"
#include "aftercare/time.hpp"

namespace aftercare::clock {

enum class State : std::uint8_t { idle, running, paused, met, breached, cancelled };

/// How a date rule counts the days on which it was paused.
enum class PauseCounts : std::uint8_t { unset, whole_days, touched_days, none };

/// Later than anything that happens.
inline constexpr Instant never{std::numeric_limits<std::int64_t>::max()};
/// Beyond the years of calendars (1900 to 2199), 2201-01-01T00:00Z: a promise that far is none.
inline constexpr Instant far_future{7'289'654'400'000'000};

/// What is the same in all cycles of a clock.
struct Terms {
  Zone zone;
  const Calendar* calendar = nullptr;  ///< needed by wmin, wh, wd
  bool is_judged_by_elapsed =
      true;  ///< working time: by what has elapsed, not by the printed limit
  bool start_day_counts = false;
  Roll roll = Roll::none;        ///< where a last day goes that is no workday
  bool leaves_edge_out = false;  ///< a length promises what lies before its end: `before:`
  PauseCounts pause_counts = PauseCounts::unset;
};

/// Whether a length goes beyond what a promise can mean, a hundred years either way: calendars end
/// there, and so do instants in microseconds.
[[nodiscard]] bool is_beyond_reach(Length length) noexcept;

/// What is promised, for one cycle.
struct Goal {
  enum class Is : std::uint8_t { length, instant, day } is = Is::length;
  Unit unit = Unit::second;  ///< of a length
  std::int64_t word = 0;     ///< count of a length, microseconds of an instant, number of a day

  [[nodiscard]] static Goal of(Length length) { return {Is::length, length.unit, length.count}; }
  [[nodiscard]] static Goal until(Instant last) { return {Is::instant, Unit::second, last.micros}; }
  [[nodiscard]] static Goal until(Date last) { return {Is::day, Unit::day, last.days}; }
  /// A length in `s min h wmin wh`: it can be paused and consumed.
  [[nodiscard]] bool is_quantity() const { return is == Is::length && rt::is_quantity(unit); }
  bool operator==(const Goal&) const = default;
};

/// One clock of one case. Trivially copyable.
struct Run {
  State state = State::idle;
  bool is_limit_exclusive = false;  ///< the limit itself is too late (24:00 of a last day)
  bool is_provisional = false;      ///< the calendar's data end before the limit
  bool is_already_past = false;     ///< the limit had passed when it started
  bool is_stopped = false;          ///< breached, and done since: `ended` says when
  bool is_recorded_late = false;    ///< met by a record that came after the breach
  std::uint16_t cycle = 0;          ///< how often it was started
  std::uint16_t calendar = 0xFFFF;  ///< which one this cycle chose, where the case decides
  Goal goal;                        ///< as promised
  Instant started{};
  Instant counted_from{};        ///< the goal is measured from here; as `started` unless it changed
  std::int64_t counted = whole;  ///< microseconds of a quantity measured from there
  Instant limit{};               ///< the limit; a paused quantity has none
  Instant fires{};               ///< the first instant that is too late; of a paused quantity the
                                 ///< microseconds that remain, of another paused goal far_future
                                 ///< where the pause moves its limit as long as it lasts
  Instant window_from{};         ///< a stop before this is no stop; as `started`: no lower edge
  Instant ended{};               ///< paused: since when; met, breached, cancelled: when
  Instant wakes = never;  ///< when it next does what is no breach: a reminder, a pause too long

  static constexpr std::int64_t whole = -1;  ///< of `counted`: the goal
};

/// The limit of a goal that starts to run at `start`.
struct Limit {
  Instant at{};
  Instant fires{};            ///< the first instant that is too late
  bool is_exclusive = false;  ///< `at` itself is too late: 24:00 of a last day
  bool is_provisional = false;
};
/// `pauses` in any order, overlapping or not: their union does not count. A negative goal ends so
/// long before the start: it has passed when it begins.
[[nodiscard]] Limit limit_of(const Goal& goal, const Terms& terms, Instant start,
                             std::span<const TimeSpan> pauses = {});

/// Starts a cycle at `at`, which may lie in the past (`from:`).
void start(Run& run, const Goal& goal, const Terms& terms, Instant at);
/// Holds a running clock; what remains is kept. A limit that the pause does not move stays.
/// `pauses` are those of this cycle before.
void pause(Run& run, const Terms& terms, Instant at, std::span<const TimeSpan> pauses);
/// Lets a paused clock run on. `pauses` are those of this cycle, the one that ends here the last.
void resume(Run& run, const Terms& terms, Instant at, std::span<const TimeSpan> pauses);
/// Lets a clock that was stopped run on as if it had not been; one that was too late stays so.
void reopen(Run& run, const Terms& terms, std::span<const TimeSpan> pauses);
/// Works out again when it ends: after a change of the calendar or of the pauses.
void derive(Run& run, const Terms& terms, std::span<const TimeSpan> pauses);

/// How a clock that runs takes another goal; `keep` and `restart` are the caller's.
enum class Change : std::uint8_t { retroactive, from_change, proportional, never_earlier };
/// Promises `goal` from now on. Requires: running or paused; `proportional`: two quantities of one
/// kind. Gives whether anything changed.
bool change(Run& run, const Goal& goal, Change how, const Terms& terms, Instant at,
            std::span<const TimeSpan> pauses);

/// Ends a running or paused clock at `at`. Gives whether that was in time; a clock whose time had
/// run out becomes breached. Where the window has not opened nothing happens and none is given.
/// `pauses` are those of this cycle, the one that lasts until `at` among them.
std::optional<bool> stop(Run& run, const Terms& terms, Instant at,
                         std::span<const TimeSpan> pauses = {});
/// Ends it without result.
void cancel(Run& run, Instant at);
/// Time has come: Requires: `at >= fire_at(run)`.
void breach(Run& run, Instant at);

/// Whether it is paused and its limit stands all the same: one that the pause does not move.
[[nodiscard]] inline bool keeps_limit(const Run& run) noexcept {
  return run.state == State::paused && !run.goal.is_quantity() && run.fires < far_future;
}
/// The first instant that is too late; none unless it runs or keeps its limit while it is paused.
[[nodiscard]] inline std::optional<Instant> fire_at(const Run& run) noexcept {
  if (run.state != State::running && !keeps_limit(run)) return std::nullopt;
  return run.fires;
}
/// What remains at `at`: of a quantity in its own time, of a date rule until its limit. Negative
/// once it is too late.
[[nodiscard]] Duration left(const Run& run, const Terms& terms, Instant at);
/// When `percent` of the promise will have passed; in the past, where they have. Of a date rule and
/// a fixed limit that is the share of the time between start and limit, of its calendar if it has
/// one, pauses left out. Requires: running; `pauses` are those of its cycle.
[[nodiscard]] Instant at_percent(const Run& run, const Terms& terms, std::int64_t percent,
                                 std::span<const TimeSpan> pauses);
/// So long after `from`, not counting pauses: as shifted(), where there are none. Days and months
/// leave out the days that the terms leave out, and the time of the pauses where they say nothing.
/// Requires: `by` not negative.
[[nodiscard]] Instant shifted_over(Instant from, Length by, const Terms& terms,
                                   std::span<const TimeSpan> pauses);
/// So long after `from` (before it, where negative): a quantity passes; days, working days and
/// months keep the time of day.
[[nodiscard]] Instant shifted(Instant from, Length by, const Terms& terms);
/// When so much time of a unit (working time of the calendar, or all of it) has passed.
[[nodiscard]] Instant after(Unit unit, const Terms& terms, Instant from, std::int64_t time);
/// How much of `unit`'s time the union of pauses takes.
[[nodiscard]] std::int64_t paused_time(std::span<const TimeSpan> pauses, Unit unit,
                                       const Terms& terms);

}  // namespace aftercare::clock
