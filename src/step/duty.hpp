// step/duty.hpp — when the occurrences of a duty come: periods, from first to last day, without
// end.
//
// Every period is worked out from the calendar or from the day that periods are counted from, never
// from the period before, so that ends of months do not drift. Knows no store: who asks remembers
// which occurrence was the last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/result.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/rt/length.hpp"

#include "step/step.hpp"

namespace aftercare::step {

/// A period of a duty, both days included.
struct Period {
  rt::Date first{}, last{};
  bool operator==(const Period&) const = default;
};

/// The periods of one duty since it began.
class DutyPeriods {
 public:
  /// `begins`: the instant from which on the duty holds for whoever asks. Errors: invalid_argument,
  /// where a length is none that periods can have, or where the calendar has no working day.
  [[nodiscard]] static Result<DutyPeriods> make(Stepper& stepper, Index duty, Instant begins);

  /// The one that holds a day, or the next that begins.
  [[nodiscard]] Result<Period> around(rt::Date day) const;
  [[nodiscard]] Result<Period> after(const Period& period) const;
  /// When its occurrence opens: never before the duty begins.
  [[nodiscard]] Result<Instant> opens(const Period& period) const;
  /// What opens it, and the natural name of the case. `member`: of the register, where the duty is
  /// one for each.
  [[nodiscard]] Incoming opening(const Period& period, Instant at, std::string_view member) const;
  [[nodiscard]] std::string key(const Period& period, std::string_view member) const;
  /// The first whose task can still be done in time (`member`: by one of the register). Errors: as
  /// make(), or limit.
  [[nodiscard]] Result<Period> first(Stepper& stepper, std::string_view member) const;
  /// Whether the rules of the pack no longer hold when it begins.
  [[nodiscard]] bool is_over(const Period& period) const;

 private:
  [[nodiscard]] Result<Period> before(const Period& period) const;
  [[nodiscard]] bool can_be_kept(Stepper& stepper, const Period& period, Instant at,
                                 std::string_view member) const;
  [[nodiscard]] std::string text_of(const Period& period) const;

  const Model* model_ = nullptr;
  const Duty* duty_ = nullptr;
  Instant begins_{};
  rt::Date begin_day_{}, anchor_{};
  rt::Length length_{};
  const Calendar* calendar_ = nullptr;
};

/// From when on a duty holds for who is first told of something at `told`: not before its pack
/// does.
[[nodiscard]] Instant duty_begins(const Model& model, Index duty, Instant told);

}  // namespace aftercare::step
