// Duties: cases that nobody opens but time.
//
// What the store knows of a duty are messages that were answered: number 0 says from when on it
// holds, number n its n-th occurrence, committed together with the case. So an occurrence comes
// about once, whoever looks first, and a store that is opened again goes on behind the last one,
// whatever parameters say by then.

#include <algorithm>

#include "engine/engine_impl.hpp"
#include "journal/journal_format.hpp"

namespace aftercare {

using step::Index;
using step::none;

namespace {

std::string message_of(const step::Model& model, Index duty, std::uint64_t ordinal,
                       std::string_view member = {}) {
  const step::Procedure& procedure = model.procedures[model.duties[duty].procedure];
  std::string out = "aftercare:duty:" + procedure.name;
  // Each version counts its own.
  if (const step::Pack& pack = model.packs[procedure.pack]; pack.rank > 0) out += "@" + pack.version;
  out += ":" + std::to_string(ordinal);
  if (!member.empty()) out += ":" + std::string(member);
  return out;
}

/// An answer that holds an instant: when the duty began, or the last day of an occurrence.
Outcome holding(Instant at) {
  Outcome out;
  out.is = Outcome::Is::applied;
  out.step = 0;
  out.state = std::to_string(at.micros);
  return out;
}

Result<Instant> held_in(std::string_view bytes) {
  const auto outcome = journal::decode_outcome(bytes);
  if (!outcome) return outcome.error();
  try {
    return Instant{std::stoll(outcome->state)};
  } catch (const std::exception&) {
    return Error{ErrorCode::corrupt, "what is stored of a duty is no instant"};
  }
}

}  // namespace

Result<std::vector<std::string>> Engine::Impl::members_of(Index duty, Instant at) const {
  const step::Duty& is = model->duties[duty];
  if (is.each == none) return std::vector<std::string>{std::string()};
  const step::Procedure& procedure = model->procedures[is.procedure];
  auto members = directory->members(model->registers[is.each].name,
                                    model->packs[procedure.pack].zone.date(at));
  if (!members) return members.error();
  if (!*members)
    return Error{ErrorCode::invalid_argument,
                 "the duty " + procedure.name + " comes for each member of " +
                     model->registers[is.each].name + ", which this directory cannot list"};
  return std::move(**members);
}

Result<void> Engine::Impl::begin_duties(Instant told) {
  if (model->duties.empty() || !duties.empty()) return {};
  duties.resize(model->duties.size());
  for (Index d = 0; d < duties.size(); ++d) {
    if (auto begun = begin_duty(d, told); !begun) {
      duties.clear();
      return begun;
    }
  }
  return {};
}

Result<void> Engine::Impl::begin_duty(Index duty, Instant told) {
  DutyCursor& cursor = duties[duty];
  Instant begins = step::duty_begins(*model, duty, told);
  const std::string first_message = message_of(*model, duty, 0);
  auto known = store->answer(first_message);
  if (!known) return known.error();
  if (!*known) {
    Commit commit;
    commit.message_id = first_message;
    commit.answer = journal::encode(holding(begins));
    if (const auto done = store->commit(commit); !done) {
      if (done.error().code != ErrorCode::conflict) return done.error();
      known = store->answer(first_message);  // another engine was faster
      if (!known) return known.error();
    }
  }
  if (*known) {
    const auto held = held_in(**known);
    if (!held) return held.error();
    begins = *held;
  }
  auto periods = step::DutyPeriods::make(stepper, duty, begins);
  if (!periods) return periods.error();
  cursor.periods = std::move(*periods);

  // The last occurrence that is there: numbers have no holes.
  const auto is_there = [&](std::uint64_t ordinal) -> Result<bool> {
    const auto answer = store->answer(message_of(*model, duty, ordinal));
    if (!answer) return answer.error();
    return answer->has_value();
  };
  std::uint64_t there = 0, missing = 1;
  for (;;) {
    const auto one = is_there(missing);
    if (!one) return one.error();
    if (!*one) break;
    there = missing;
    missing *= 2;
  }
  while (missing - there > 1) {
    const std::uint64_t between = there + (missing - there) / 2;
    const auto one = is_there(between);
    if (!one) return one.error();
    (*one ? there : missing) = between;
  }
  Result<step::Period> next = step::Period{};
  if (there == 0) {
    const auto members = members_of(duty, begins);
    if (!members) return members.error();
    next = cursor.periods->first(stepper, members->empty() ? std::string() : members->front());
  } else {
    const auto answer = store->answer(message_of(*model, duty, there));
    if (!answer) return answer.error();
    const auto last = held_in(**answer);
    if (!last) return last.error();
    const step::Procedure& procedure = model->procedures[model->duties[duty].procedure];
    const rt::Date day = model->packs[procedure.pack].zone.date(*last);
    next = cursor.periods->around(day);
    // Where periods have another length by now, the one under way belongs to the last occurrence.
    if (next && next->first < day) next = cursor.periods->after(*next);
  }
  if (!next) return next.error();
  cursor.ordinal = there + 1;
  cursor.next = *next;
  const auto opens = cursor.periods->opens(cursor.next);
  if (!opens) return opens.error();
  cursor.opens = *opens;
  cursor.is_over = cursor.periods->is_over(cursor.next);
  return {};
}

Index Engine::Impl::next_duty(Instant until) const {
  Index found = none;
  for (Index d = 0; d < duties.size(); ++d) {
    if (duties[d].is_over || duties[d].opens > until) continue;
    if (found == none || duties[d].opens < duties[found].opens) found = d;
  }
  return found;
}

Result<void> Engine::Impl::advance(Index duty) {
  DutyCursor& cursor = duties[duty];
  const auto next = cursor.periods->after(cursor.next);
  if (!next) return next.error();
  cursor.next = *next;
  ++cursor.ordinal;
  const auto opens = cursor.periods->opens(cursor.next);
  if (!opens) return opens.error();
  cursor.opens = *opens;
  cursor.is_over = cursor.periods->is_over(cursor.next);
  return {};
}

Result<std::vector<Outcome>> Engine::Impl::open_occurrence(Index duty) {
  const DutyCursor& cursor = duties[duty];
  const step::Duty& is = model->duties[duty];
  const step::Procedure& procedure = model->procedures[is.procedure];
  // Behind its last day the next period is looked for.
  const Instant behind = model->packs[procedure.pack].zone.start_of({cursor.next.last.days + 1});
  const std::string message = message_of(*model, duty, cursor.ordinal);
  const auto members = members_of(duty, cursor.opens);
  if (!members) return members.error();
  std::vector<Outcome> outcomes;
  for (const std::string& member : *members) {
    const std::string own_message =
        is.each == none ? message : message_of(*model, duty, cursor.ordinal, member);
    const auto answered = store->answer(own_message);
    if (!answered) return answered.error();
    if (*answered) continue;
    book.clear();
    auto id = new_id(is.procedure, cursor.periods->key(cursor.next, member));
    if (!id) return id.error();
    Loaded made;
    const step::StepResult result =
        stepper.open(made.state, is.procedure, Value::string(*id),
                     cursor.periods->opening(cursor.next, cursor.opens, member), book);
    if (made.state.steps == 0)
      return Error{ErrorCode::host,
                   "the duty " + procedure.name + " cannot begin: " +
                       (result.reasons.empty()
                            ? std::string("?")
                            : result.reasons.front().label + " " + result.reasons.front().help)};
    keep_step(made);
    Event told;
    told.message_id = own_message;
    const Outcome answer = holding(behind);
    auto outcome = finish(made, result, &told, &answer);
    if (!outcome) {
      if (outcome.error().code == ErrorCode::conflict) continue;  // another engine was faster
      return outcome.error();
    }
    outcomes.push_back(std::move(*outcome));
  }
  if (is.each != none) {
    Commit commit;
    commit.message_id = message;
    commit.answer = journal::encode(holding(behind));
    if (const auto done = store->commit(commit); !done && done.error().code != ErrorCode::conflict)
      return done.error();
  }
  if (const auto moved = advance(duty); !moved) return moved.error();
  return outcomes;
}

}  // namespace aftercare
