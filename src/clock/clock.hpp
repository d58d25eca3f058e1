// clock/clock.hpp — a promise in time as a fold over what happened: start, pause, resume, stop.
//
// A Run is all that a case keeps of one clock. The functions here are pure: the instant is handed
// in, the limit is derived from the goal and the calendar, never accumulated. A limit reached
// exactly is kept: a clock breaches at fire_at(), the first instant that is too late.
#pragma once

#include <cstdint>
#include <optional>

#include "aftercare/calendar.hpp"
#include "aftercare/time.hpp"

namespace aftercare::clock {

enum class State : std::uint8_t { idle, running, paused, met, breached, cancelled };

/// How a date rule counts the days on which it was paused.
enum class PauseCounts : std::uint8_t { unset, whole_days, touched_days, none };

/// What does not change from case to case.
struct Terms {
  Zone zone;
  const Calendar* calendar = nullptr;  ///< needed by wmin, wh, wd
  bool is_judged_by_elapsed = true;    ///< working time: by what has elapsed, not by the printed limit
  bool start_day_counts = false;
  bool roll_to_workday = false;
  PauseCounts pause_counts = PauseCounts::unset;
};

/// What is promised, for one cycle.
struct Goal {
  enum class Is : std::uint8_t { length, same_day, instant, day } is = Is::length;
  Length length;       ///< `length`
  Instant instant;     ///< `instant`: the last that is in time
  Date day;            ///< `day`: the last
};

/// One clock of one case. Trivially copyable.
struct Run {
  State state = State::idle;
  bool is_limit_exclusive = false;  ///< the limit itself is too late (24:00 of a last day)
  bool is_provisional = false;      ///< the calendar's data end before the limit
  bool is_already_past = false;     ///< the limit had passed when it started
  bool is_recorded_late = false;    ///< met by a record that came after the breach
  std::uint8_t percent_told = 0;    ///< reminders of this cycle that were sent, a bit each
  std::uint16_t cycle = 0;          ///< how often it was started
  Goal goal;
  Instant started{};
  Instant limit{};                  ///< while running, met or breached
  Instant window_from{};            ///< a stop before this is no stop; started: no lower edge
  Instant since{};                  ///< running: when it was last started or resumed
  Instant ended{};                  ///< paused: since when; met, breached, cancelled: when
  std::int64_t remaining = 0;       ///< quantities: microseconds left at `since`
};

/// The limit of a goal that starts to run at `start`.
struct Limit {
  Instant at{};
  bool is_exclusive = false;
  bool is_provisional = false;
};
[[nodiscard]] Limit limit_of(const Goal& goal, const Terms& terms, Instant start);

/// Starts a cycle at `at`, which may lie in the past (`from:`).
void start(Run& run, const Goal& goal, const Terms& terms, Instant at);
/// Holds a running clock; what remains is kept.
void pause(Run& run, const Terms& terms, Instant at);
/// Lets a paused clock run on.
void resume(Run& run, const Terms& terms, Instant at);
/// Ends a running or paused clock at `at`. Gives whether that was in time; a clock whose time had
/// run out becomes breached. Where the window has not opened nothing happens and none is given.
std::optional<bool> stop(Run& run, const Terms& terms, Instant at);
/// Ends it without result.
void cancel(Run& run, Instant at);
/// Time has come: Requires: running and `at >= fire_at(run)`.
void breach(Run& run, Instant at);

/// The first instant that is too late; none unless running.
[[nodiscard]] std::optional<Instant> fire_at(const Run& run, const Terms& terms);
/// What remains at `at`: of a quantity in its own time, of a date rule until its limit. Negative
/// once it is too late.
[[nodiscard]] Duration left(const Run& run, const Terms& terms, Instant at);

}  // namespace aftercare::clock
