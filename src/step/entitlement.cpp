// Is this covered: the terms of an entitlement over the facts of a case, and what is not known.
//
// A term covers a stretch of days, from its start to its last day:
//   start + length (+ extension) + days of repair that do not count, the whole length anew from a
//   replacement within it, and at the end off a rest day where its preset says so.
// Each condition is true, false or open: open only while what is missing could still change it.

#include "step/entitlement.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "expression/explore.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

// Word set 1 of every model.
constexpr std::uint32_t coverage_answers = 1;
enum : std::uint32_t { covered, not_covered, open_answer };

/// How many values a missing fact may have; 0: more than can be tried.
std::size_t values_of(const Unknown& unknown) {
  if (unknown.is_answer) return open_answer;  // covered or not
  if (unknown.type.is() == Type::Is::boolean) return 2;
  if (unknown.type.is() == Type::Is::symbol) return unknown.type.words().size();
  return 0;
}
Value value_of(const Unknown& unknown, std::size_t which) {
  if (unknown.is_answer) return Value::symbol(coverage_answers, static_cast<std::uint32_t>(which));
  if (unknown.type.is() == Type::Is::boolean) return Value::boolean(which != 0);
  return Value::symbol(unknown.type.symbol_set(), static_cast<std::uint32_t>(which));
}
constexpr std::size_t most_cases = 256;

/// A condition over all values of the facts that are missing.
class OpenCondition final : public expression::Subject {
 public:
  /// All must outlive it. `slots`: a frame of its own.
  OpenCondition(const Formula& holds, const std::vector<const Unknown*>& unknowns,
                std::vector<Value> slots, vm::Machine& machine)
      : holds_(holds), unknowns_(unknowns), slots_(std::move(slots)), machine_(machine) {}

  Result<Value> run(std::span<const Value> point, expression::Influence* watch) override {
    for (std::size_t u = 0; u < unknowns_.size(); ++u) {
      slots_[unknowns_[u]->slot] = point[u];
      if (watch != nullptr) watch->place(unknowns_[u]->slot, static_cast<int>(u));
    }
    return watch != nullptr ? machine_.run(*holds_.open, slots_, *watch)
                            : machine_.run(*holds_.open, slots_);
  }

 private:
  const Formula& holds_;
  const std::vector<const Unknown*>& unknowns_;
  std::vector<Value> slots_;
  vm::Machine& machine_;
};
constexpr std::size_t most_runs = 2000;

/// What people would rather hear of two answers: covered, then open; then what lasts longest.
bool is_better(const Stepper::Impl::Covering& a, const Stepper::Impl::Covering& b) {
  constexpr std::array<int, 3> rank = {2, 0, 1};  // covered, not covered, open
  if (a.answer != b.answer) return rank[a.answer] > rank[b.answer];
  if (a.until && b.until) return *a.until > *b.until;
  return a.until.has_value() && !b.until;
}

}  // namespace

Index reason_of_term(const Entitlement& entitlement, std::size_t term) {
  std::size_t number = 1;
  for (std::size_t t = 0; t < term; ++t) number += 1 + entitlement.terms[t].holds_while.size();
  return static_cast<Index>(number);
}
Index reason_of_exclusion(const Entitlement& entitlement, std::size_t exclusion) {
  return static_cast<Index>(reason_of_term(entitlement, entitlement.terms.size()) + exclusion);
}
CoverageReason reason_of(const Entitlement& entitlement, std::uint64_t number) {
  using Is = CoverageReason::Is;
  if (number == 0) return {};
  std::uint64_t rest = number - 1;
  for (const Entitlement::Term& term : entitlement.terms) {
    if (rest == 0) return {Is::term, &term.name, &term.cites};
    --rest;
    if (rest < term.holds_while.size())
      return {Is::limit, &term.holds_while[rest].label, &term.holds_while[rest].cites};
    rest -= term.holds_while.size();
  }
  if (rest >= entitlement.unless.size()) return {};
  return {Is::exclusion, &entitlement.unless[rest].label, &entitlement.unless[rest].cites};
}

void Stepper::Impl::fill_entitlement(const Entitlement& e) {
  Asked asked{day_of(at), at};
  if (e.day) {
    const Value day = evaluate(*e.day);
    asked.moment.reset();
    if (day.is(Kind::date)) asked.day = day.as_date();
    if (day.is(Kind::instant)) {
      asked.moment = day.as_instant();
      asked.day = day_of(*asked.moment);
    }
  }
  Covering found;
  found.answer = not_covered;
  bool has_any = false;
  for (std::size_t t = 0; t < e.terms.size(); ++t) {
    const std::optional<Covering> one = covering(e, t, asked);
    if (one && (!has_any || is_better(*one, found))) found = *one;
    has_any = has_any || one.has_value();
  }
  if (found.answer != not_covered) {
    for (std::size_t u = 0; u < e.unless.size(); ++u) {
      SlotIndex missing = no_slot;
      const Verdict excluded = verdict(e.unless[u], missing);
      if (excluded == Verdict::no) continue;
      if (excluded == Verdict::open && found.answer == open_answer) continue;
      found.answer = excluded == Verdict::yes ? not_covered : open_answer;
      found.reason = reason_of_exclusion(e, u);
      found.missing = missing;
      if (excluded == Verdict::yes) break;
    }
  }
  set(e.answer_slot, Value::symbol(coverage_answers, found.answer));
  set(e.since_slot, found.since ? Value::date(*found.since) : Value());
  set(e.until_slot, found.until ? Value::date(*found.until) : Value());
  const auto which = static_cast<std::size_t>(&e - procedure->entitlements.data());
  set(e.reason_slot, index->coverage_reasons[which][found.reason]);
  frame->decided_by[which] = {found.reason, found.missing};
  set(e.suspended_slot, Value::integer(found.suspended));
  set(e.missing_slot, found.missing == no_slot ? Value() : index->missing_names[found.missing]);
}

/// What was asked is told once in a step, and again where the answer has changed.
void Stepper::Impl::note_entitlement(Index which) {
  const Entitlement& e = procedure->entitlements[which];
  const std::uint32_t answer = frame->slots[e.answer_slot].symbol_index();
  if (answered[which] == static_cast<std::int8_t>(answer)) return;
  answered[which] = static_cast<std::int8_t>(answer);
  items.varints(static_cast<std::uint8_t>(record::Op::entitlement), which, answer);
  const auto& [reason, missing] = frame->decided_by[which];
  items.varint(reason);
  items.varint(missing == no_slot ? 0 : missing + 1U);
  record::write(items, frame->slots[e.since_slot]);
  record::write(items, frame->slots[e.until_slot]);
}

std::string Stepper::Impl::what_is_open(const Formula& condition) const {
  const auto open = Value::symbol(coverage_answers, open_answer);
  for (std::size_t i = 0; i < procedure->entitlements.size(); ++i) {
    const Entitlement& e = procedure->entitlements[i];
    const auto& [reason, missing] = frame->decided_by[i];
    if (missing != no_slot && frame->slots[e.answer_slot].equals(open) &&
        std::binary_search(condition.reads.begin(), condition.reads.end(), e.answer_slot))
      return e.name + " is open as long as " +
             std::string(index->missing_names[missing].as_string()) + " is missing";
  }
  return {};
}

/// True, false, or open: whatever the missing facts turn out to be is tried.
Stepper::Impl::Verdict Stepper::Impl::verdict(const Condition& condition, SlotIndex& missing) {
  fill(condition.holds.reads);
  std::vector<Value>& slots = frame->slots;
  const auto is_unknown = [&](const Unknown& unknown) {
    const Value& value = slots[unknown.slot];
    return unknown.is_answer ? !value.is_null() && value.symbol_index() == open_answer
                             : value.is_null();
  };
  std::vector<const Unknown*> unknowns;
  for (const Unknown& unknown : condition.unknowns)
    if (is_unknown(unknown)) unknowns.push_back(&unknown);
  if (unknowns.empty()) return holds_filled(condition.holds) ? Verdict::yes : Verdict::no;
  const SlotIndex first = unknowns.front()->slot;
  std::size_t cases = 1;
  for (const Unknown* unknown : unknowns) {
    cases *= values_of(*unknown);
    if (cases == 0 || cases > most_cases) return explored(condition, unknowns, missing);
  }
  // Tried in a copy of the frame: nothing that is derived takes a guess for a fact.
  std::vector<Value> tried = slots;
  bool may_hold = false, may_fail = false;
  for (std::size_t one = 0; one < cases && !(may_hold && may_fail); ++one) {
    std::size_t rest = one;
    for (const Unknown* unknown : unknowns) {
      tried[unknown->slot] = value_of(*unknown, rest % values_of(*unknown));
      rest /= values_of(*unknown);
    }
    const Value value = evaluate_in(condition.holds, tried);
    if (!value.is(Kind::boolean))
      throw Fault{condition.holds.text + " is neither true nor false", condition.span};
    (value.as_boolean() ? may_hold : may_fail) = true;
  }
  if (may_hold && may_fail) {
    missing = first;
    return Verdict::open;
  }
  return may_hold ? Verdict::yes : Verdict::no;
}

/// The same where there are too many values to try each: neighbours that take the same way are
/// tried together.
Stepper::Impl::Verdict Stepper::Impl::explored(const Condition& condition,
                                               const std::vector<const Unknown*>& unknowns,
                                               SlotIndex& missing) {
  missing = unknowns.front()->slot;
  constexpr std::size_t most_inputs = 64;
  if (!condition.holds.open || unknowns.size() > most_inputs) return Verdict::open;
  std::vector<expression::Domain> domains;
  for (const Unknown* unknown : unknowns) {
    // What is open will be covered or not.
    expression::Domain& domain =
        domains.emplace_back(expression::Domain::of(unknown->type.required()));
    if (!unknown->is_answer) continue;
    domain = {};
    domain.listed = {Value::symbol(coverage_answers, covered),
                     Value::symbol(coverage_answers, not_covered)};
    domain.rest = expression::Domain::Rest::nothing;
  }
  OpenCondition subject(condition.holds, unknowns, frame->slots, machine);
  expression::Exploration exploration(subject, domains, most_runs, most_cases);
  const std::vector<expression::Leaf> leaves = exploration.leaves();
  bool may_hold = !exploration.is_complete() || leaves.empty(), may_fail = may_hold;
  for (const expression::Leaf& leaf : leaves) {
    const bool is_plain = !leaf.varies.is_set() && leaf.value.is(Kind::boolean);
    may_hold = may_hold || !is_plain || leaf.value.as_boolean();
    may_fail = may_fail || !is_plain || !leaf.value.as_boolean();
  }
  if (may_hold != may_fail) return may_hold ? Verdict::yes : Verdict::no;
  // The first that matters.
  for (std::size_t u = 0; u < unknowns.size(); ++u) {
    const bool matters = std::any_of(leaves.begin(), leaves.end(), [&](const auto& leaf) {
      return leaf.parts[u].is != expression::Part::Is::all;
    });
    if (!matters) continue;
    missing = unknowns[u]->slot;
    break;
  }
  return Verdict::open;
}

SlotIndex Stepper::Impl::first_null(const Formula& formula) const {
  for (const SlotIndex slot : formula.reads)
    if (slot < procedure->case_slots && frame->slots[slot].is_null()) return slot;
  return no_slot;
}

/// The days from which the whole term runs anew, oldest first.
std::vector<rt::Date> Stepper::Impl::replaced_on(const Entitlement::Term& term) {
  std::vector<rt::Date> out;
  const auto add = [&](const Value& anew) {
    if (anew.is(Kind::instant)) out.push_back(day_of(anew.as_instant()));
    if (anew.is(Kind::date)) out.push_back(anew.as_date());
  };
  if (term.restart) add(evaluate(*term.restart));
  if (term.replacements) {
    const Read& entries = procedure->reads[term.replacements->read];
    for (const std::uint64_t id : entries_for(entries)) {
      load_entry(entries, book->get(id));
      if (!entries.filter || holds(*entries.filter)) add(evaluate(term.replacements->from));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// What one term says; nothing where it does not apply.
std::optional<Stepper::Impl::Covering> Stepper::Impl::covering(const Entitlement& e,
                                                               std::size_t which_term,
                                                               const Asked& asked) {
  const Entitlement::Term& term = e.terms[which_term];
  Covering out;
  out.answer = open_answer;
  out.reason = reason_of_term(e, which_term);
  Verdict applies = Verdict::yes;
  SlotIndex missing = no_slot;
  if (term.condition) {
    applies = verdict(*term.condition, missing);
    if (applies == Verdict::no) return std::nullopt;
    out.missing = missing;
  }
  const Value from = evaluate(term.from);
  const Value lasts = evaluate(term.lasts);
  if (from.is_null() || lasts.is_null()) {
    const SlotIndex null = first_null(from.is_null() ? term.from : term.lasts);
    if (null != no_slot) out.missing = null;
    return out;
  }
  const bool is_moment = from.is(Kind::instant);
  const rt::Date start = is_moment ? day_of(from.as_instant()) : from.as_date();
  const auto length = lasts.as_length();
  if (!length) throw Fault{"a term has a length in days, months or years", e.span};
  const auto extension = term.extended_by ? evaluate(*term.extended_by).as_length() : std::nullopt;

  const TermRow& preset = aftercare::terms[static_cast<std::size_t>(term.ends)];
  AFTERCARE_ASSERT(preset.term == term.ends, "the presets stand in the order of the enumeration");
  const std::int64_t uncounted = preset.counts_first_day ? 0 : 1;
  const auto run = [&](rt::Date first, const std::optional<rt::Length>& more) {
    rt::Date last = end_of_length(first, *length, e.span);
    // Months after months clamp once, from the start.
    if (more && rt::kind(more->unit) == rt::UnitKind::month &&
        rt::kind(length->unit) == rt::UnitKind::month) {
      const auto months =
          length->count * rt::row(length->unit).size + more->count * rt::row(more->unit).size;
      last = end_of_length(first, {months, rt::Unit::month}, e.span);
    } else if (more) {
      last = end_of_length(last, *more, e.span);
    }
    last.days += uncounted - 1;
    if (!term.suspension) return last;
    const rt::Date moved = moved_by(*term.suspension, {first.days + uncounted}, last, asked.day);
    out.suspended = moved.days - last.days;
    return moved;
  };
  rt::Date last = run(start, extension);
  // What was replaced when the term was over is not covered again.
  for (const rt::Date anew : replaced_on(term)) {
    if (anew < start || last < anew) continue;
    const std::int64_t before = out.suspended;
    const rt::Date after = run(anew, std::nullopt);
    if (after <= last) out.suspended = before;
    last = std::max(last, after);
  }
  if (preset.roll != Roll::none) {
    std::size_t which = term.calendar;
    if (term.calendar_choice) {
      const Value chosen = evaluate(*term.calendar_choice);
      const auto number = chosen.is(Kind::number) ? chosen.as_number().to_int64() : std::nullopt;
      if (!number) throw Fault{term.calendar_choice->text + " is no calendar", e.span};
      which = static_cast<std::size_t>(*number);
    }
    if (which >= model->calendars.size()) throw Fault{"a term has no calendar", e.span};
    const auto rolled = model->calendars[which].roll(last, preset.roll);
    if (!rolled) throw Fault{rolled.error().message, e.span};
    last = *rolled;
  }
  out.since = start;
  out.until = last;

  bool is_within = start <= asked.day && asked.day <= last;
  if (is_within && preset.day_end == DayEnd::same_time && is_moment && asked.moment) {
    const Zone& zone = pack().zone;
    const auto time_of_day = [&](Instant when) {
      return when.micros - zone.start_of(zone.date(when)).micros;
    };
    is_within = from.as_instant() <= *asked.moment &&
                (asked.day < last || time_of_day(*asked.moment) <= time_of_day(from.as_instant()));
  }
  if (!is_within) {
    out.answer = not_covered;
    out.missing = no_slot;
    return out;
  }
  out.answer = applies == Verdict::yes ? covered : open_answer;
  for (std::size_t w = 0; w < term.holds_while.size(); ++w) {
    const Verdict holds = verdict(term.holds_while[w], missing);
    if (holds == Verdict::yes) continue;
    if (holds == Verdict::open && out.answer == open_answer) continue;
    out.answer = holds == Verdict::no ? not_covered : open_answer;
    out.reason = static_cast<Index>(reason_of_term(e, which_term) + 1 + w);
    out.missing = holds == Verdict::no ? no_slot : missing;
    if (holds == Verdict::no) break;
  }
  return out;
}

/// Where a term ends whose counted days are first … last, when the days that a ledger takes out do
/// not count. A stretch that has no end yet takes out the days until today.
rt::Date Stepper::Impl::moved_by(const Entitlement::Suspension& suspension, rt::Date first,
                                 rt::Date last, rt::Date today) {
  const bool is_whole = suspension.counts == PauseCounts::whole_days;
  const Zone& zone = pack().zone;
  std::vector<std::pair<rt::Date, rt::Date>> stretches;
  const Read& entries = procedure->reads[suspension.read];
  for (const std::uint64_t id : entries_for(entries)) {
    load_entry(entries, book->get(id));
    if (entries.filter && !holds(*entries.filter)) continue;
    const Value from = evaluate(suspension.from);
    const Value to = evaluate(suspension.to);
    if (from.is_null()) continue;
    // Of a stretch between dates the days between them are whole, the two themselves touched.
    rt::Date begin, end = today;
    if (from.is(Kind::instant)) {
      begin = day_of(from.as_instant());
      if (is_whole && zone.start_of(begin) < from.as_instant()) ++begin.days;
    } else {
      begin = from.as_date();
      if (is_whole) ++begin.days;
    }
    if (to.is(Kind::instant)) {
      end = day_of(to.as_instant());
      if (is_whole || zone.start_of(end) == to.as_instant()) --end.days;
    } else if (to.is(Kind::date)) {
      end = to.as_date();
      if (is_whole) --end.days;
    }
    if (begin <= end) stretches.emplace_back(begin, end);
  }
  std::sort(stretches.begin(), stretches.end());
  rt::Date counted = first;  // the first day that no stretch has taken out yet
  for (const auto& [begin, end] : stretches) {
    if (begin > last) break;
    const rt::Date from = std::max(begin, counted);
    if (from > end) continue;
    last.days += end.days - from.days + 1;
    counted = {end.days + 1};
  }
  return last;
}

rt::Date Stepper::Impl::end_of_length(rt::Date from, rt::Length length, SourceSpan span) {
  constexpr std::int64_t longest = 400'000;  // years are fewer than days
  if (length.count > longest || length.count < -longest)
    throw Fault{"a term ends beyond the calendar", span};
  switch (rt::kind(length.unit)) {
    case rt::UnitKind::month:
      if (const auto end = rt::add_months(from, length.count * rt::row(length.unit).size))
        return *end;
      throw Fault{"a term ends beyond the calendar", span};
    case rt::UnitKind::calendar_day:
      return {from.days + length.count * rt::row(length.unit).size};
    default:
      throw Fault{"a term has a length in days, months or years", span};
  }
}

}  // namespace aftercare::step
