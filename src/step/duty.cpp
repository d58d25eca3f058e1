#include "step/duty.hpp"

#include <algorithm>
#include <utility>

#include "aftercare/time.hpp"

#include "ledger/entry.hpp"

namespace aftercare::step {

namespace {

using rt::Date;

constexpr int most_searched = 10'000;  // periods that are over before one can still be kept

std::optional<Date> plus(Date day, std::int64_t days) { return rt::add_days(day, days); }

Error beyond_reach() { return {ErrorCode::limit, "the period lies beyond what dates can tell"}; }

/// Months in a period of the calendar; 0: it is none of months.
int months_of(Duty::Every every) {
  switch (every) {
    case Duty::Every::month:
      return 1;
    case Duty::Every::quarter:
      return 3;
    case Duty::Every::half_year:
      return 6;
    case Duty::Every::year:
      return 12;
    default:
      return 0;
  }
}

std::string digits(std::int64_t number, std::size_t width) {
  std::string out = std::to_string(number);
  while (out.size() < width) out.insert(out.begin(), '0');
  return out;
}

/// A case of the duty before anything has happened to it: only parameters can be asked for.
CaseState nothing_yet(const Procedure& procedure, Index number) {
  CaseState state;
  state.procedure = number;
  state.slots.resize(procedure.case_slots);
  state.clocks.resize(procedure.clocks.size());
  std::size_t reminders = 0;
  for (const Clock& clock : procedure.clocks) reminders += clock.reminders.size();
  state.told.resize(reminders);
  state.entered.resize(procedure.timers.size());
  return state;
}

}  // namespace

Instant duty_begins(const Model& model, Index duty, Instant told) {
  const Pack& pack = model.packs[model.procedures[model.duties[duty].procedure].pack];
  if (!pack.has_effective_from) return told;
  return std::max(told, pack.zone.start_of(pack.effective_from));
}

Result<DutyPeriods> DutyPeriods::make(Stepper& stepper, Index duty, Instant begins) {
  const Model& model = stepper.model();
  DutyPeriods out;
  out.model_ = &model;
  out.duty_ = &model.duties[duty];
  const Procedure& procedure = model.procedures[out.duty_->procedure];
  out.begins_ = begins;
  out.begin_day_ = model.packs[procedure.pack].zone.local(begins).date;
  const CaseState state = nothing_yet(procedure, out.duty_->procedure);
  ledger::MemoryBook book;
  const auto evaluate = [&](const Formula& formula) {
    return stepper.evaluate(state, formula, begins, book);
  };
  if (out.duty_->length) {
    const auto length = evaluate(*out.duty_->length).as_length();
    const bool is_period = length && length->count > 0 && !rt::is_quantity(*length) &&
                           length->unit != rt::Unit::working_day;
    if (!is_period)
      return Error{ErrorCode::invalid_argument,
                   "the duty " + procedure.name +
                       " comes every so many days, weeks, months or years; " +
                       out.duty_->length->text + " is no such length"};
    out.length_ = *length;
  }
  out.anchor_ = out.begin_day_;
  if (out.duty_->since) {
    const Value since = evaluate(*out.duty_->since);
    if (!since.is(Kind::date))
      return Error{ErrorCode::invalid_argument,
                   "the day from which the duty " + procedure.name + " is counted is not known"};
    out.anchor_ = since.as_date();
  }
  Index calendar = out.duty_->calendar;
  if (out.duty_->calendar_choice) {
    const Value chosen = evaluate(*out.duty_->calendar_choice);
    const auto number = chosen.is(Kind::number) ? chosen.as_number().to_int64() : std::nullopt;
    if (!number)
      return Error{ErrorCode::invalid_argument,
                   out.duty_->calendar_choice->text + " is no calendar"};
    calendar = static_cast<Index>(*number);
  }
  if (calendar != none) out.calendar_ = &model.calendars[calendar];
  return out;
}

Result<Period> DutyPeriods::around(Date day) const {
  switch (duty_->every) {
    case Duty::Every::day:
      return Period{day, day};
    case Duty::Every::working_day: {
      const auto workday = calendar_->add_workdays(day, 0);
      if (!workday) return workday.error();
      return Period{*workday, *workday};
    }
    case Duty::Every::week: {
      const auto first = plus(day, -(static_cast<std::int64_t>(rt::weekday(day)) -
                                     static_cast<std::int64_t>(rt::Weekday::monday)));
      const auto last = first ? plus(*first, 6) : std::nullopt;
      if (!last) return beyond_reach();
      return Period{*first, *last};
    }
    case Duty::Every::length:
      break;
    default: {
      const int months = months_of(duty_->every);
      const rt::YearMonthDay is = rt::fields(day);
      const int month = (is.month - 1) / months * months + 1;
      const Date first = rt::date_of(is.year, month, 1);
      const auto next = rt::add_months(first, months);
      const auto last = next ? plus(*next, -1) : std::nullopt;
      if (!last) return beyond_reach();
      return Period{first, *last};
    }
  }
  // The n-th from the anchor on; those before it do not exist.
  const bool in_months = rt::kind(length_.unit) == rt::UnitKind::month;
  const std::int64_t size = length_.count * rt::row(length_.unit).size;
  const auto begin = [&](std::int64_t n) {
    return in_months ? rt::add_months(anchor_, n * size) : plus(anchor_, n * size);
  };
  std::int64_t n = 0;
  if (day > anchor_)
    n = in_months ? rt::months_between(anchor_, day) / size : (day.days - anchor_.days) / size;
  // Where the anchor is the last of a long month, the months between say one too few.
  for (;; ++n) {
    const auto first = begin(n), next = begin(n + 1);
    const auto last = next ? plus(*next, -1) : std::nullopt;
    if (!first || !last) return beyond_reach();
    if (*last >= day) return Period{*first, *last};
  }
}

Result<Period> DutyPeriods::after(const Period& period) const {
  const auto day = plus(period.last, 1);
  if (!day) return beyond_reach();
  return around(*day);
}

Result<Period> DutyPeriods::before(const Period& period) const {
  if (duty_->every == Duty::Every::working_day) {
    const auto day = calendar_->add_workdays(period.first, -1);
    if (!day) return day.error();
    return Period{*day, *day};
  }
  const auto day = plus(period.first, -1);
  if (!day) return beyond_reach();
  if (duty_->every == Duty::Every::length && *day < anchor_) return period;
  return around(*day);
}

Result<Instant> DutyPeriods::opens(const Period& period) const {
  Date day = period.first;
  if (duty_->is_early) {
    const auto earlier = before(period);
    if (!earlier) return earlier.error();
    // Before the first of all there is none: it is known as soon as the duty begins.
    day = *earlier == period ? begin_day_ : earlier->first;
  }
  const Pack& pack = model_->packs[model_->procedures[duty_->procedure].pack];
  return std::max(begins_, pack.zone.start_of(day));
}

std::string DutyPeriods::text_of(const Period& period) const {
  const rt::YearMonthDay is = rt::fields(period.first);
  const std::string year = digits(is.year, 4);
  switch (duty_->every) {
    case Duty::Every::week: {
      const rt::IsoWeek week = rt::iso_week(period.first);
      return digits(week.year, 4) + "-W" + digits(week.week, 2);
    }
    case Duty::Every::month:
      return year + "-" + digits(is.month, 2);
    case Duty::Every::quarter:
      return year + "-Q" + std::to_string((is.month - 1) / 3 + 1);
    case Duty::Every::half_year:
      return year + "-H" + std::to_string((is.month - 1) / 6 + 1);
    case Duty::Every::year:
      return year;
    default:
      return year + "-" + digits(is.month, 2) + "-" + digits(is.day, 2);
  }
}

std::string DutyPeriods::key(const Period& period, std::string_view member) const {
  std::string out = text_of(period);
  if (duty_->each != none) out += "/" + std::string(member);
  return out;
}

Incoming DutyPeriods::opening(const Period& period, Instant at, std::string_view member) const {
  const Event& event = model_->procedures[duty_->procedure].events[duty_->begun];
  Incoming in;
  in.index = duty_->begun;
  in.at = in.recorded = at;
  if (duty_->each != none) in.data.push_back(Value::string(key(period, member)));
  in.data.push_back(Value::string(text_of(period)));
  in.data.push_back(Value::date(period.first));
  in.data.push_back(Value::date(period.last));
  if (duty_->each != none) in.data.push_back(Value::string(member));
  in.given.assign(event.inputs.size(), true);
  return in;
}

bool DutyPeriods::can_be_kept(Stepper& stepper, const Period& period, Instant at,
                              std::string_view member) const {
  CaseState state;
  ledger::MemoryBook book;
  stepper.open(state, duty_->procedure, Value::string("?"), opening(period, at, member), book);
  return std::none_of(state.clocks.begin(), state.clocks.end(), [&](const clock::Run& run) {
    return run.state == clock::State::breached || clock::fire_at(run).value_or(clock::never) <= at;
  });
}

Result<Period> DutyPeriods::first(Stepper& stepper, std::string_view member) const {
  const Pack& pack = model_->packs[model_->procedures[duty_->procedure].pack];
  auto period = around(begin_day_);
  if (!period) return period.error();
  // What is due after its period may be due still, if the rules held in it.
  for (int i = 0; i < most_searched; ++i) {
    const auto earlier = before(*period);
    if (!earlier) return earlier.error();
    const bool is_governed = !pack.has_effective_from || earlier->last >= pack.effective_from;
    if (*earlier == *period || !is_governed || !can_be_kept(stepper, *earlier, begins_, member))
      break;
    period = earlier;
  }
  for (int i = 0; i < most_searched; ++i) {
    const auto at = opens(*period);
    if (!at) return at.error();
    if (can_be_kept(stepper, *period, *at, member)) return period;
    period = after(*period);
    if (!period) return period.error();
  }
  return Error{ErrorCode::limit, "no occurrence of the duty " +
                                     model_->procedures[duty_->procedure].name +
                                     " can be done in time"};
}

bool DutyPeriods::is_over(const Period& period) const {
  const Pack& pack = model_->packs[model_->procedures[duty_->procedure].pack];
  if (pack.has_effective_to && period.first > pack.effective_to) return true;
  // In whose middle the version changes, belongs to the one that is in force at its end.
  return pack.is_one_of_several && !pack.governs(period.last) &&
         std::any_of(model_->packs.begin(), model_->packs.end(), [&](const Pack& other) {
           return other.family == pack.family && other.governs(period.last);
         });
}

}  // namespace aftercare::step
