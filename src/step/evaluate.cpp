// Formulas over the frame of the step under way: moment slots are filled just before they are read.

#include <algorithm>

#include "base/assert.hpp"
#include "builtins/operations.hpp"
#include "step/convert.hpp"
#include "step/stepper_impl.hpp"
#include "vm/words.hpp"

namespace aftercare::step {

using ledger::Entry;

namespace {

// Word set 0 of every model.
constexpr std::uint32_t clock_states = 0;

}  // namespace

const Pack& Stepper::Impl::pack() const {
  return model->packs[procedure != nullptr ? procedure->pack : hand_pack];
}

rt::Date Stepper::Impl::day_of(Instant when) const { return pack().zone.date(when); }

Value Stepper::Impl::evaluate_in(const Formula& formula, std::vector<Value>& in) {
  const auto kept = [&](Value value) {
    const Type& type =
        formula.type.is() == Type::Is::list ? formula.type.element() : formula.type;
    const bool is_measured = type.is() == Type::Is::number || type.is() == Type::Is::money;
    if (!formula.is_kept || !is_measured || value.is_null()) return value;
    Result<Value> fitted = convert(value, formula.type, pack().zone);
    if (!fitted) throw Fault{formula.text + ": " + fitted.error().message, formula.span};
    return std::move(*fitted);
  };
  if (formula.program->is_scalar) {
    Value out;
    const bool is_done = vm::run_scalar(*formula.program, in, out) == vm::End::value;
    if (is_done && !out.is(Kind::date_time)) return kept(std::move(out));
  }
  Result<Value> value = machine.run(*formula.program, in);
  if (!value) throw Fault{formula.text + ": " + value.error().message, formula.span};
  if (formula.type.is() == Type::Is::instant && value->is(Kind::date_time)) {
    const auto at = builtins::instant_of(value->as_date_time(), pack().zone);
    if (!at) throw Fault{formula.text + ": " + at.error().message, formula.span};
    return Value::instant(*at);
  }
  return kept(std::move(*value));
}

Value Stepper::Impl::evaluate(const Formula& formula) {
  fill(formula.reads);
  if (asking != nullptr) return evaluate_asked(formula);
  return evaluate_in(formula, frame->slots);
}

bool Stepper::Impl::holds(const Formula& formula) {
  fill(formula.reads);
  return holds_filled(formula);
}

/// Requires: fill() of what it reads.
bool Stepper::Impl::holds_filled(const Formula& formula) {
  const Value value =
      asking != nullptr ? evaluate_asked(formula) : evaluate_in(formula, frame->slots);
  if (!value.is(Kind::boolean))
    throw Fault{formula.text + " is neither true nor false", formula.span};
  return value.as_boolean();
}

void Stepper::Impl::fill(const std::vector<SlotIndex>& reads) {
  if (procedure == nullptr) return;
  if (asking != nullptr) note_reads(reads);
  // Sorted: the case part comes first, then the moment part, then the parameters.
  for (auto slot = reads.rbegin(); slot != reads.rend() && *slot >= procedure->case_slots; ++slot) {
    if (*slot >= procedure->frame_slots) continue;
    const Origin& origin = index->origins[*slot];
    if (origin.is == Origin::Is::written) continue;
    if (asking != nullptr) touch_sources(origin.number);
    if (frame->fresh[origin.number] == 0) {
      fill_slot(*slot, origin);
      frame->fresh[origin.number] = 1;
    }
    if (origin.is == Origin::Is::entitlement) note_entitlement(origin.which);
  }
}

void Stepper::Impl::fill_slot(SlotIndex slot, const Origin& origin) {
  const Procedure& p = *procedure;
  const auto run = [&]() -> const clock::Run& { return clocks[origin.which]; };
  switch (origin.is) {
    case Origin::Is::written:
      return;
    case Origin::Is::state: {
      // Of parallel regions the last leaf in document order speaks for the case.
      chart::StateId active = 0;
      configuration.each([&](chart::StateId s) {
        if (p.chart.is_leaf(s)) active = s;
      });
      if (active != 0) set(slot, Value::symbol(p.state_type.symbol_set(), active - 1));
      return;
    }
    case Origin::Is::clock_state:
      set(slot, Value::symbol(clock_states, static_cast<std::uint32_t>(run().state)));
      return;
    case Origin::Is::clock_due:
      set(slot, clock::fire_at(run()) ? Value::instant(run().limit) : Value());
      return;
    case Origin::Is::clock_left: {
      const bool is_live =
          run().state == clock::State::running || run().state == clock::State::paused;
      set(slot, is_live ? Value::days_duration(clock::left(run(), index->terms[origin.which], at))
                        : Value());
      return;
    }
    case Origin::Is::read:
      fill_read(p.reads[origin.which], origin.which);
      return;
    case Origin::Is::lookup:
      fill_lookup(p.lookups[origin.which], origin.which);
      return;
    case Origin::Is::entitlement:
      fill_entitlement(p.entitlements[origin.which]);
      return;
    case Origin::Is::form_complete:
      set(slot, Value::boolean(is_complete(p.forms[origin.which])));
      return;
  }
}

// ── registers ─────────────────────────────────────────────────────────────────────────────────

Directory::Fact Stepper::Impl::look_up(const Register& in, std::string_view member,
                                       std::string_view field) {
  if (directory == nullptr) throw Outage{{"nobody knows the register " + in.name, in.span}};
  Result<Directory::Fact> fact = directory->look_up(in.name, member, field, day_of(at));
  if (!fact) throw Outage{{"the register " + in.name + ": " + fact.error().message, in.span}};
  return std::move(*fact);
}

void Stepper::Impl::fill_lookup(const Lookup& lookup, Index which) {
  fill({lookup.of});
  const Value& member = frame->slots[lookup.of];
  if (member.is_null()) {
    set(lookup.slot, Value());
    return;
  }
  const Register& in = model->registers[lookup.in];
  const Field& field = in.fields[lookup.field];
  const std::string name(member.as_string());
  const auto missing = [&](const std::string& what) {
    return Fault{"the register " + in.name + " has " + what + " on " + iso_text(day_of(at)),
                 in.span};
  };
  const Directory::Fact fact = look_up(in, name, field.name);
  if (!fact.is_member) throw missing("no " + name);
  Value value;
  if (!fact.value.is_null()) {
    auto fitted = convert(fact.value, field.type, pack().zone);
    if (!fitted) throw Fault{lookup.path + " of " + name + ": " + fitted.error().message, in.span};
    value = std::move(*fitted);
  }
  if (value.is_null() && !field.type.is_optional())
    throw missing("no " + field.name + " of " + name);
  record::write_item(items, record::mark(record::Op::looked_up, which), value);
  set(lookup.slot, std::move(value));
}

/// A datum that names somebody who is not on the register is a datum of the wrong kind.
bool Stepper::Impl::check_member(Index in_register, const Value& member, const std::string& name,
                                 const Cites& cites) {
  if (in_register == none || !member.is(Kind::string)) return true;
  const Register& in = model->registers[in_register];
  if (look_up(in, member.as_string(), {}).is_member) return true;
  refuse("register", name, cites,
         "the register " + in.name + " has no " + std::string(member.as_string()) + " on " +
             iso_text(day_of(at)));
  return false;
}

// ── reads ─────────────────────────────────────────────────────────────────────────────────────

void Stepper::Impl::fill_read(const Read& read, Index which) {
  std::int64_t count = 0;
  Value sum;
  bool has_sum = false;
  Value found;  // first, last: instant of what was found
  std::vector<Value> found_fields;
  Value found_by;  // of an answer: who gave it
  // `any 45d`: not how many there are, but the most of them that lie so close together.
  const bool is_sliding = read.window == Read::Window::any;
  std::vector<rt::Date> days;
  // Judges one entry, whose fields lie in the entry slots; true: no more are wanted.
  const auto take = [&](Instant when) {
    if (read.filter && !holds(*read.filter)) return false;
    ++count;
    if (is_sliding) days.push_back(frame->slots[read.entry_on].as_date());
    if (read.fold == Read::Fold::sum && read.value) {
      const Value value = evaluate(*read.value);
      if (!value.is_null()) {
        if (!has_sum) {
          sum = value;
          has_sum = true;
        } else {
          sum = add(sum, value, read.span);
        }
      }
    }
    if (read.fold == Read::Fold::first || read.fold == Read::Fold::last) {
      found = Value::instant(when);
      if (read.entry_by != no_slot) found_by = frame->slots[read.entry_by];
      found_fields.clear();
      for (const auto& [field, result] : read.result_slots) {
        for (const auto& [entry_field, slot] : read.entry_slots)
          if (entry_field == field) found_fields.push_back(frame->slots[slot]);
      }
    }
    return read.fold == Read::Fold::any || read.fold == Read::Fold::first;
  };

  if (read.from != Read::From::ledger) {
    const bool is_answer = read.from == Read::From::own_answer;
    // Occurrences before this step, then the one under way.
    const auto load = [&](const std::vector<std::pair<std::uint32_t, Value>>& values,
                          Instant when) {
      for (const auto& [field, slot] : read.entry_slots) set(slot, Value());
      for (const auto& [input, value] : values) {
        for (const auto& [field, slot] : read.entry_slots)
          if (field == input) set(slot, value);
      }
      set(read.entry_at, Value::instant(when));
      set(read.entry_on, Value::date(day_of(when)));
    };
    const Days window = days_of(read);
    const auto is_within = [&](Instant when) {
      const rt::Date day = day_of(when);
      return (!window.first || *window.first <= day) && (!window.last || day <= *window.last);
    };
    bool is_done = false;
    const auto look = [&](const record::Step& step, Instant when) {
      const bool is_meant = is_answer ? step.kind == record::Kind::decision &&
                                            !step.is_unexpected &&
                                            step.index == read.source &&
                                            step.outcome == read.outcome
                                      : step.kind == record::Kind::event &&
                                            step.index == read.source;
      if (!is_meant || !is_within(when)) return;
      if (is_answer) set(read.entry_by, step.actor.person);
      load(step.data, when);
      is_done = take(when);
    };
    if (folding == nullptr && !state->was_put_right) {
      record::Reader reader(state->record);
      record::Step step;
      while (!is_done && reader.next(step)) look(step, step.at);
    } else {
      const std::vector<Told> own =
          folding == nullptr ? steps_that_count(state->record) : std::vector<Told>();
      const std::span<const Told> steps =
          folding == nullptr ? std::span<const Told>(own)
                             : std::span<const Told>(folding->steps).first(folding->next);
      for (std::size_t k = 0; k < steps.size() && !is_done; ++k)
        look(steps[k].step, steps[k].moved_to.value_or(steps[k].step.at));
    }
    if (!is_done && is_answer && current_answer && current_answer->decision == read.source &&
        current_answer->outcome == read.outcome && is_within(at)) {
      set(read.entry_by, current_answer->by);
      load({}, at);
      take(at);
    }
    if (!is_done && !is_answer && current_event == read.source && is_within(at)) {
      std::vector<std::pair<std::uint32_t, Value>> values;
      base::ByteReader in(data.data());
      for (std::uint64_t i = 0; i < data_count; ++i) {
        const auto input = static_cast<std::uint32_t>(in.varint());
        values.emplace_back(input, record::read(in));
      }
      load(values, at);
      take(at);
    }
  } else {
    for (const std::uint64_t id : entries_for(read)) {
      const Entry& entry = book->get(id);
      load_entry(read, entry);
      if (take(entry.at)) break;
    }
  }

  if (is_sliding) count = most_within(read, std::move(days));
  Value answer;
  switch (read.fold) {
    case Read::Fold::count:
      answer = Value::integer(count);
      break;
    case Read::Fold::any:
      answer = Value::boolean(count > 0);
      break;
    case Read::Fold::sum:
      answer = has_sum ? sum : read.zero;
      break;
    case Read::Fold::first:
    case Read::Fold::last:
      answer = found;
      for (std::size_t i = 0; i < read.result_slots.size(); ++i)
        set(read.result_slots[i].second, i < found_fields.size() ? found_fields[i] : Value());
      set(read.by_slot, std::move(found_by));
      break;
  }
  if (read.from == Read::From::ledger) {
    record::write_item(items, record::mark(record::Op::read, which), answer);
  }
  set(read.slot, std::move(answer));
}

/// The days of a read's window, both included.
Stepper::Impl::Days Stepper::Impl::days_of(const Read& read) {
  if (read.window == Read::Window::all || read.window == Read::Window::any) return {};
  std::optional<rt::Date> first, last;
  const Value about = read.window_value ? evaluate(*read.window_value) : Value();
  rt::Date day = day_of(at);
  if (about.is(Kind::date)) day = about.as_date();
  if (about.is(Kind::instant)) day = day_of(about.as_instant());
  const rt::YearMonthDay civil = rt::civil_from_days(day.days);
  switch (read.window) {
    case Read::Window::on_day:
      first = last = day;
      break;
    case Read::Window::week_of: {
      const std::int64_t monday = day.days - ((day.days + 3) % 7 + 7) % 7;
      first = rt::Date{monday};
      last = rt::Date{monday + 6};
      break;
    }
    case Read::Window::month_of:
      first = rt::Date{rt::days_from_civil(civil.year, civil.month, 1)};
      last = rt::Date{(civil.month == 12 ? rt::days_from_civil(civil.year + 1, 1, 1)
                                         : rt::days_from_civil(civil.year, civil.month + 1, 1)) -
                      1};
      break;
    case Read::Window::year_of:
      first = rt::Date{rt::days_from_civil(civil.year, 1, 1)};
      last = rt::Date{rt::days_from_civil(civil.year, 12, 31)};
      break;
    case Read::Window::since:
      first = day;
      break;
    case Read::Window::last: {
      last = day_of(at);
      if (const auto length = about.as_length()) {
        if (rt::kind(length->unit) == rt::UnitKind::month) {
          first = rt::add_months(*last, -length->count * rt::row(length->unit).size);
        } else if (rt::kind(length->unit) == rt::UnitKind::calendar_day) {
          first = rt::Date{last->days - length->count * rt::row(length->unit).size};
        } else if (rt::is_quantity(*length)) {
          first = day_of({at.micros - rt::micros(*length)});
        }
      }
      break;
    }
    case Read::Window::all:
    case Read::Window::any:
      break;
  }
  return {first, last};
}

/// The entries of a ledger of a read's subject that lie in its window, by day.
std::vector<std::uint64_t> Stepper::Impl::entries_for(const Read& read) {
  const Value subject = read.subject ? evaluate(*read.subject) : Value();
  const auto [first, last] = days_of(read);
  if (subject.is_null() && read.subject) return {};  // no subject, no entries
  std::vector<std::uint64_t> ids = book->of(read.source, subject);
  std::erase_if(ids, [&](std::uint64_t id) {
    const Entry& entry = book->get(id);
    return entry.is_withdrawn || entry.replaced_by != 0 ||
           (entry.case_id.equals(state->id) && entry.step > state->steps) ||
           (first && entry.on < *first) || (last && entry.on > *last);
  });
  std::sort(ids.begin(), ids.end(), [&](std::uint64_t a, std::uint64_t b) {
    const Entry& x = book->get(a);
    const Entry& y = book->get(b);
    if (x.on != y.on) return x.on < y.on;
    if (x.at != y.at) return x.at < y.at;
    return a < b;
  });
  return ids;
}

/// Makes the fields of an entry those that the formulas of a read see.
void Stepper::Impl::load_entry(const Read& read, const Entry& entry) {
  for (const auto& [field, slot] : read.entry_slots)
    set(slot, field < entry.fields.size() ? entry.fields[field] : Value());
  set(read.entry_at, Value::instant(entry.at));
  set(read.entry_on, Value::date(entry.on));
}

/// The most of these days that lie within the length of a read's window: the last on or before the
/// day that the length leads to from the first.
std::int64_t Stepper::Impl::most_within(const Read& read, std::vector<rt::Date> days) {
  std::sort(days.begin(), days.end());
  const auto length = read.window_value ? evaluate(*read.window_value).as_length() : std::nullopt;
  if (!length) throw Fault{"a window has a length in days, months or years", read.span};
  std::size_t most = 0, first = 0;
  for (std::size_t last = 0; last < days.size(); ++last) {
    while (end_of_length(days[first], *length, read.span) < days[last]) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<std::int64_t>(most);
}

Value Stepper::Impl::add(const Value& a, const Value& b, SourceSpan span) {
  if (a.is(Kind::money) && b.is(Kind::money) && a.money_currency() == b.money_currency()) {
    std::int64_t total = 0;
    if (__builtin_add_overflow(a.money_minor(), b.money_minor(), &total))
      throw Fault{"a sum of money is too large", span};
    return Value::money(total, a.money_currency(), a.money_scale());
  }
  if (a.is(Kind::number) && b.is(Kind::number)) {
    const auto total = rt::add(a.as_number(), b.as_number());
    if (!total) throw Fault{"a sum is too large", span};
    return Value::number(*total);
  }
  if (a.is(Kind::days_duration) && b.is(Kind::days_duration)) {
    const auto total = rt::add(a.as_days_duration(), b.as_days_duration());
    if (!total) throw Fault{"a sum of durations is too large", span};
    return Value::days_duration(*total);
  }
  throw Fault{"only numbers, money and durations can be summed", span};
}

}  // namespace aftercare::step
