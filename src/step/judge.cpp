// What is entered: judged at a happening, or standing as long as a condition holds; numbering,
// replacement, withdrawal and the differences that follow. The interface of this file is judge(),
// stand(), withdraw() and flush() of the step under way.

#include <algorithm>

#include "base/assert.hpp"
#include "step/convert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

using ledger::Entry;
using ledger::EntryKind;

namespace {

bool counts(const Entry& entry) noexcept { return !entry.is_withdrawn && entry.replaced_by == 0; }

bool is_money(EntryKind kind) noexcept {
  return kind == EntryKind::fine || kind == EntryKind::owed || kind == EntryKind::payment;
}

EntryKind kind_of(const Rule& rule) noexcept {
  switch (rule.is) {
    case Rule::Is::reward:
      return EntryKind::reward;
    case Rule::Is::entry:
      return EntryKind::row;
    case Rule::Is::right:
      return EntryKind::right_used;
    case Rule::Is::finding:
      return EntryKind::finding;
    default:
      return EntryKind::offence;
  }
}

/// Order in which occurrences of a person are counted.
bool comes_before(const Entry& a, const Entry& b) noexcept {
  if (a.on != b.on) return a.on < b.on;
  if (a.at != b.at) return a.at < b.at;
  return a.id < b.id;
}

}  // namespace

// ── who, when, how much ───────────────────────────────────────────────────────────────────────

std::vector<Value> Stepper::Impl::persons(const Who& of) {
  if (of.formula && of.formula->type.is() == Type::Is::symbol) return persons_of(named(of));
  return persons_of(of);
}

std::vector<Value> Stepper::Impl::persons_of(const Who& who) {
  std::vector<Value> out;
  const auto add = [&](const Value& person) {
    if (person.is_null()) return;
    for (const Value& known : out)
      if (known.equals(person)) return;
    out.push_back(person);
  };
  for (const SlotIndex slot : who.persons) add(frame->slots[slot]);
  if (who.formula) {
    const Value value = evaluate(*who.formula);
    if (value.is(Kind::list)) {
      for (const Value& one : value.items()) add(one);
    } else {
      add(value);
    }
  }
  // A role without a person answers as itself: the host knows who holds it.
  if (out.empty()) {
    for (const Index role : who.roles) add(Value::string(model->roles[role].name));
  }
  return out;
}

rt::Date Stepper::Impl::day_for(const Rule& rule) {
  if (rule.on) {
    const Value on = evaluate(*rule.on);
    if (on.is(Kind::date)) return on.as_date();
    if (on.is(Kind::instant)) return day_of(on.as_instant());
  }
  return day_of(at);
}

Value Stepper::Impl::owed(const MaybeFormula& formula, const MaybeFormula& most,
                          std::vector<Value>& in) {
  if (!formula) return {};
  Value amount = evaluate_in(*formula, in);
  if (most) {
    const Value limit = evaluate_in(*most, in);
    if (!limit.is_null() && limit.money_minor() < amount.money_minor()) amount = limit;
  }
  return amount;
}

std::vector<SlotIndex> Stepper::Impl::captured(const Rule& rule) const {
  std::vector<SlotIndex> out;
  const SlotIndex parameter_begin =
      rule.procedure == none ? rule.frame_slots : model->procedures[rule.procedure].frame_slots;
  for (const MaybeFormula* formula : {&rule.fine, &rule.pay, &rule.amount, &rule.at_most}) {
    if (!*formula) continue;
    for (const SlotIndex slot : (*formula)->reads) {
      if (slot < parameter_begin && slot != rule.nth_slot) out.push_back(slot);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void Stepper::Impl::plan_money(const Rule& rule, PlannedEntry& plan) {
  const auto add = [&](EntryKind kind, Value amount) {
    if (amount.is_null()) return;
    Entry money;
    money.ledger = money_ledger;
    money.rule = plan.entry.rule;
    money.kind = kind;
    money.subject = plan.entry.subject;
    money.case_id = plan.entry.case_id;
    money.on = plan.entry.on;
    money.at = plan.entry.at;
    money.recorded = plan.entry.recorded;
    money.step = plan.entry.step;
    money.happening = plan.entry.happening;
    money.is_standing = plan.entry.is_standing;
    money.amount = std::move(amount);
    if (!rule.from.is_empty() || !rule.to.is_empty()) {
      // Money that is somebody's to pay and nobody's to have is a mistake of the rule or of a fact.
      const auto one_of = [&](const Who& who, const char* what) {
        if (who.is_empty()) return Value();
        const std::vector<Value> all = persons(who);
        if (all.empty()) throw Fault{rule.name + ": nobody is there " + what, rule.span};
        return all.front();
      };
      money.from = one_of(rule.from, "who pays");
      money.to = one_of(rule.to, "who is paid");
    }
    plan.money.push_back(std::move(money));
  };
  add(EntryKind::fine, owed(rule.fine, rule.at_most, frame->slots));
  add(EntryKind::owed, owed(rule.pay, {}, frame->slots));
  add(EntryKind::payment, owed(rule.amount, {}, frame->slots));
}

// ── judged ────────────────────────────────────────────────────────────────────────────────────

void Stepper::Impl::judge() {
  // Rules in file order, whatever the order of the happenings.
  auto& todo = judging;
  todo.clear();
  for (const HappeningId h : happened) {
    for (const Index rule : index->judged[h]) {
      const auto same = [&](const auto& pair) { return pair.first == rule; };
      if (std::find_if(todo.begin(), todo.end(), same) == todo.end()) todo.emplace_back(rule, h);
    }
  }
  if (todo.size() > 1) std::sort(todo.begin(), todo.end());
  for (const auto& [rule, why] : todo) plan_rule(rule, why, false);
}

bool Stepper::Impl::plan_rule(Index which, HappeningId why, bool stands) {
  const Rule& rule = model->rules[which];
  const bool verdict =
      (!rule.condition || holds(*rule.condition)) && (!rule.unless || !holds(*rule.unless));
  if (rule.condition || rule.unless) {
    record::write_verdict(items, record::mark(record::Op::condition, which), verdict);
  }
  if (verdict) carry_out(which, why, stands);
  return verdict;
}

/// Plans what a rule says, its conditions being met.
void Stepper::Impl::carry_out(Index which, HappeningId why, bool stands) {
  const Rule& rule = model->rules[which];
  const rt::Date on = day_for(rule);
  if (rule.is == Rule::Is::child) {
    open_children(which);
    return;
  }
  if (rule.is == Rule::Is::notify) {
    Effect effect;
    effect.is = Effect::Is::notify;
    effect.name = rule.name;
    effect.id = std::string(state->id.as_string()) + "/" + std::to_string(state->steps + 1) + "/" +
                rule.name;
    for (const Value& person : persons(rule.who)) effect.to.emplace_back(person.as_string());
    effect.clause = clause(rule.cites);
    result->effects.push_back(std::move(effect));
    items.varints(static_cast<std::uint8_t>(record::Op::told), which);
    return;
  }
  std::vector<Value> subjects = persons(rule.who);
  if (subjects.empty() && rule.is != Rule::Is::entry) subjects.push_back(state->id);
  for (const Value& subject : subjects) plan_entry(which, subject, why, on, stands);
  if (rule.is == Rule::Is::finding && !rule.to.is_empty()) {
    result->effects.push_back(task_of(rule, Effect::Is::notify, state->steps + 1));
    items.varints(static_cast<std::uint8_t>(record::Op::told), which);
  }
}

/// What is not as it should be is a task of who fills in the form, until it is.
Effect Stepper::Impl::task_of(const Rule& rule, Effect::Is is, std::uint64_t step) {
  Effect effect;
  effect.is = is;
  effect.name = rule.name;
  effect.id = std::string(state->id.as_string()) + "/" + std::to_string(step) + "/" + rule.name;
  for (const Value& person : persons(rule.to)) effect.to.emplace_back(person.as_string());
  effect.clause = clause(rule.cites);
  return effect;
}

/// Says which cases are to be opened, with what: the engine opens them, each by itself.
void Stepper::Impl::open_children(Index which) {
  const Rule& rule = model->rules[which];
  std::vector<Value> elements(1);
  if (rule.each) {
    const Value list = evaluate(*rule.each);
    elements.clear();
    if (list.is(Kind::list)) elements.assign(list.items().begin(), list.items().end());
  }
  const Procedure& child = model->procedures[rule.opens_procedure];
  const Event& opening = child.events[rule.opens_event];
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (rule.each) set(rule.each_slot, elements[i]);
    std::vector<ContextEntry> give;
    for (const auto& [input, formula] : rule.give)
      give.emplace_back(opening.inputs[input].name, to_host(evaluate(formula), *model));
    Effect effect;
    effect.is = Effect::Is::open_case;
    effect.name = rule.name;
    effect.id = std::string(state->id.as_string()) + "/" + std::to_string(state->steps + 1) + "/" +
                rule.name + "/" + std::to_string(i + 1);
    effect.data = {{"of", Value::string(child.name + "." + opening.name)},
                   {"at", Value::instant(at)},
                   {"recorded", Value::instant(recorded)},
                   {"give", Value::context(std::move(give))}};
    effect.clause = clause(rule.cites);
    result->effects.push_back(std::move(effect));
    items.varints(static_cast<std::uint8_t>(record::Op::told), which);
  }
}

/// What an entry of a ledger says; of a list, what it is ordered by.
std::vector<Value> Stepper::Impl::given_by(const Rule& rule) {
  std::vector<Value> out;
  if (rule.is != Rule::Is::entry) return out;
  out.resize(model->ledgers[rule.ledger].fields.size());
  for (const auto& [field, formula] : rule.give) out[field] = evaluate(formula);
  if (rule.worklist != none) out.back() = Value::instant(state->opened);
  return out;
}

void Stepper::Impl::plan_entry(Index which, const Value& subject, HappeningId why, rt::Date on,
                               bool stands) {
  const Rule& rule = model->rules[which];
  const std::uint16_t into = rule.is == Rule::Is::entry ? rule.ledger : offences_ledger;
  if (rule.once != Rule::Once::each) {
    const rt::YearMonthDay day = rt::civil_from_days(on.days);
    const auto repeats = [&](const Entry& entry) {
      if (!is_of(entry, which) || !counts(entry) || is_money(entry.kind)) return false;
      if (rule.once == Rule::Once::per_case) return entry.case_id.equals(state->id);
      if (rule.once == Rule::Once::per_day) return entry.on == on;
      const rt::YearMonthDay other = rt::civil_from_days(entry.on.days);
      return other.year == day.year && other.month == day.month;
    };
    for (const std::uint64_t id : book->of(into, subject)) {
      if (repeats(book->get(id))) return;
    }
  }
  PlannedEntry plan;
  plan.stands = stands;
  Entry& entry = plan.entry;
  entry.ledger = into;
  entry.rule = which;
  entry.kind = kind_of(rule);
  entry.subject = subject;
  entry.on = on;
  entry.at = at;
  entry.recorded = recorded;
  entry.happening = why;
  entry.sanction = rule.sanction;
  entry.is_standing = stands;
  if (state != nullptr) {
    entry.case_id = state->id;
    entry.step = state->steps + 1;
  }
  if (rule.is == Rule::Is::entry) {
    entry.fields = given_by(rule);
  } else if (rule.is == Rule::Is::right) {
    for (const Input& input : rule.inputs) entry.fields.push_back(frame->slots[input.slot]);
  }
  if (rule.numbered) {
    // nth among the occurrences that count, by day; later ones are counted anew in renumber().
    std::vector<const Entry*> earlier;
    for (const std::uint64_t id : book->of(into, subject)) {
      const Entry& other = book->get(id);
      if (is_of(other, which) && counts(other) &&
          (other.on < on || (other.on == on && other.at <= at)))
        earlier.push_back(&other);
    }
    std::uint32_t nth = 1;
    if (!earlier.empty()) {
      const Entry* last =
          *std::max_element(earlier.begin(), earlier.end(),
                            [](const Entry* a, const Entry* b) { return comes_before(*a, *b); });
      nth = continues(rule, last->on, on) ? last->nth + 1 : 1;
    }
    entry.nth = nth;
    set(rule.nth_slot, Value::integer(nth));
    for (const SlotIndex slot : captured(rule)) {
      fill({slot});
      entry.fields.push_back(frame->slots[slot]);
    }
  }
  plan_money(rule, plan);
  planned.push_back(std::move(plan));
}

bool Stepper::Impl::continues(const Rule& rule, rt::Date last, rt::Date next) {
  if (!rule.numbered || !rule.numbered->afresh_after) return true;
  const auto length =
      measurable(*rule.numbered->afresh_after, evaluate(*rule.numbered->afresh_after), {});
  if (!length || clock::is_beyond_reach(*length)) return true;  // null: counted for ever
  const clock::Limit end =
      clock::limit_of(clock::Goal::of(*length), {.zone = pack().zone}, pack().zone.start_of(last));
  const Instant begin_of_next = pack().zone.start_of(next);
  return end.is_exclusive ? begin_of_next < end.at : begin_of_next <= end.at;
}

/// Counts the occurrences of a person again and posts what that changes.
void Stepper::Impl::renumber(Index counted, const Value& subject) {
  std::vector<Entry> occurrences;
  for (const std::uint64_t id : book->of(offences_ledger, subject)) {
    const Entry& entry = book->get(id);
    if (is_of(entry, counted) && !is_money(entry.kind) && counts(entry))
      occurrences.push_back(entry);
  }
  std::sort(occurrences.begin(), occurrences.end(), comes_before);
  std::uint32_t nth = 0;
  for (std::size_t i = 0; i < occurrences.size(); ++i) {
    Entry& entry = occurrences[i];
    // Each by its own version.
    const Index which = entry.rule;
    const Rule& rule = model->rules[which];
    nth = i > 0 && continues(rule, occurrences[i - 1].on, entry.on) ? nth + 1 : 1;
    if (entry.nth == nth) continue;
    entry.nth = nth;
    book->update(entry);
    const AsOf then(*this, entry.is_standing ? pack().zone.start_of(entry.on) : entry.at);
    std::vector<Value>& in =
        rule.procedure == none ? hand_frame(which).slots : foreign_frames[rule.procedure];
    const std::vector<SlotIndex> slots = captured(rule);
    for (std::size_t s = 0; s < slots.size(); ++s) in[slots[s]] = entry.fields[s];
    in[rule.nth_slot] = Value::integer(nth);
    const Value fine = owed(rule.fine, rule.at_most, in);
    const Value pay = owed(rule.pay, {}, in);
    post_difference(entry, EntryKind::fine, fine, "counted anew");
    post_difference(entry, EntryKind::owed, pay, "counted anew");
  }
}

/// Posts what is missing between the money about an entry and what it should be (null: nothing);
/// `parties`: between whom it is now, what others had goes back.
void Stepper::Impl::post_difference(const Entry& about, EntryKind kind, const Value& should,
                                    const std::string& why, const Entry* parties) {
  // What was posted between each two of them, the last that was said last.
  struct Posted {
    Entry last;
    std::int64_t sum = 0;
    bool is_new = false;
  };
  std::vector<Posted> posted;
  const auto are_between = [](const Entry& a, const Entry& b) {
    return a.from.equals(b.from) && a.to.equals(b.to);
  };
  for (const std::uint64_t id : book->of(money_ledger, about.subject)) {
    const Entry& money = book->get(id);
    if (money.about != about.id || money.kind != kind) continue;
    auto with = std::find_if(posted.begin(), posted.end(),
                             [&](const Posted& one) { return are_between(one.last, money); });
    if (with == posted.end()) with = posted.insert(posted.end(), {money, 0, false});
    with->sum += money.amount.money_minor();
    with->last = money;
  }
  if (posted.empty() && should.is_null()) return;
  // Whose the amount is now; of several the last, where nobody says.
  std::size_t whose = posted.size();
  for (std::size_t i = 0; i < posted.size(); ++i)
    if (parties == nullptr || are_between(posted[i].last, *parties)) whose = i;
  if (whose == posted.size() && !should.is_null()) {
    Posted next{posted.empty() ? about : posted.back().last, 0, true};
    if (parties != nullptr) {
      next.last.from = parties->from;
      next.last.to = parties->to;
    }
    next.last.amount = should;
    posted.push_back(std::move(next));
  }
  for (std::size_t i = 0; i < posted.size(); ++i) {
    const std::int64_t target = i == whose && !should.is_null() ? should.money_minor() : 0;
    if (target == posted[i].sum && !posted[i].is_new) continue;
    Entry correction = posted[i].last;
    correction.id = 0;
    correction.ledger = money_ledger;
    correction.kind = kind;
    correction.about = about.id;
    correction.is_correction = true;
    correction.is_withdrawn = false;
    correction.recorded = recorded;
    correction.nth = 0;
    correction.fields.clear();
    correction.reason = why;
    const Value like = correction.amount;
    correction.amount =
        Value::money(target - posted[i].sum, like.money_currency(), like.money_scale());
    book->add(std::move(correction));
  }
}

void Stepper::Impl::withdraw(const Entry& entry, std::string why) {
  Entry changed = entry;
  changed.is_withdrawn = true;
  changed.reason = std::move(why);
  changes.push_back({std::move(changed), {}, false});
}

// ── standing ──────────────────────────────────────────────────────────────────────────────────

void Stepper::Impl::stand() {
  for (const Index which : index->standing) {
    const Rule& rule = model->rules[which];
    const auto found = std::find_if(state->standing.begin(), state->standing.end(),
                                    [&](const Standing& s) { return s.rule == which; });
    const bool stood = found != state->standing.end();
    // Nothing that it reads has changed in this step: as it was.
    const bool is_list = rule.worklist != none;
    if (state->steps != 0 && !depends_on_change(rule) && !(is_list && chart_moved)) continue;
    if (!epochs.empty()) {
      use_parameters(at);
      use_parameters_of(rule, which);
    }
    const bool verdict =
        is_list ? is_waiting(model->worklists[rule.worklist])
                : (!rule.condition || holds(*rule.condition)) &&
                      (!rule.unless || !holds(*rule.unless));
    if (!is_list) record::write_verdict(items, record::mark(record::Op::condition, which), verdict);
    if (!verdict && !stood) continue;
    if (!verdict) {
      for (const Standing& s : state->standing) {
        if (s.rule != which) continue;
        const Entry entry = book->get(s.entry);
        if (rule.is == Rule::Is::finding && !rule.to.is_empty())
          result->effects.push_back(task_of(rule, Effect::Is::take_back, entry.step));
        withdraw(entry, "it no longer holds");
      }
      continue;
    }
    if (!stood) {
      carry_out(which, none, true);
      continue;
    }
    // It still holds: what it says may have changed.
    const rt::Date on = is_list ? book->get(found->entry).on : day_for(rule);
    const std::vector<Value> given = given_by(rule);
    std::vector<Value> subjects = persons(rule.who);
    if (subjects.empty() && rule.is != Rule::Is::entry) subjects.push_back(state->id);
    std::vector<bool> is_kept(subjects.size());
    std::vector<Instant> since(subjects.size(), at);
    for (const Standing& s : state->standing) {
      if (s.rule != which) continue;
      const Entry entry = book->get(s.entry);
      std::size_t i = 0;
      while (i < subjects.size() && !subjects[i].equals(entry.subject)) ++i;
      const bool gives_else =
          rule.is == Rule::Is::entry &&
          !std::equal(given.begin(), given.end(), entry.fields.begin(), entry.fields.end(),
                      [](const Value& a, const Value& b) { return a.equals(b); });
      if (i == subjects.size() || entry.on != on || gives_else) {
        // Who gets another place in the line has waited all the same.
        if (is_list && i != subjects.size()) since[i] = entry.at;
        withdraw(entry, "it no longer holds");
        continue;
      }
      is_kept[i] = true;
      PlannedChange change{entry, {}, false};
      PlannedEntry again;
      again.entry = entry;
      if (rule.numbered) set(rule.nth_slot, Value::integer(entry.nth));
      plan_money(rule, again);
      change.corrections = std::move(again.money);
      changes.push_back(std::move(change));
    }
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (is_kept[i]) continue;
      const std::size_t before = planned.size();
      plan_entry(which, subjects[i], none, on, true);
      if (planned.size() > before) planned.back().entry.at = since[i];
    }
  }
  if (!epochs.empty()) use_parameters(at);
}

bool Stepper::Impl::depends_on_change(const Rule& rule) const {
  for (const SlotIndex slot : rule.depends) {
    if (slot >= procedure->case_slots) return true;  // a moment slot: clocks and reads of its own
    const Value &now = frame->slots[slot], &before = state->slots[slot];
    if (!is_identical(now, before) && !now.equals(before)) return true;
  }
  return false;
}

// ── into the book ─────────────────────────────────────────────────────────────────────────────

void Stepper::Impl::flush() {
  std::vector<std::pair<Index, Value>> counted_anew;
  const auto count_anew = [&](Index rule, const Value& subject) {
    if (rule == none || !model->rules[rule].numbered) return;
    for (const auto& [r, s] : counted_anew)
      if (is_one(r, rule) && s.equals(subject)) return;
    counted_anew.emplace_back(rule, subject);
  };
  const auto note = [&](record::Op op, Index rule, std::uint64_t id) {
    items.varints(static_cast<std::uint8_t>(op), rule, id);
  };
  const auto end = [&](Entry entry) {  // withdrawn or replaced: its money goes back
    book->update(entry);
    post_difference(entry, EntryKind::fine, {}, entry.reason);
    post_difference(entry, EntryKind::owed, {}, entry.reason);
    post_difference(entry, EntryKind::payment, {}, entry.reason);
    count_anew(entry.rule, entry.subject);
  };
  const auto swallow = [&](Index which, std::uint64_t by, const Value& subject) {
    for (const Index swallowed : model->rules[which].replaces) {
      const std::vector<std::uint64_t> ids = book->of(offences_ledger, subject);
      for (const std::uint64_t other : ids) {
        Entry entry = book->get(other);
        if (entry.rule != swallowed || !counts(entry) || is_money(entry.kind)) continue;
        if (state != nullptr && !entry.case_id.equals(state->id)) continue;
        entry.replaced_by = by;
        entry.reason = "replaced by " + model->rules[which].name;
        end(std::move(entry));
      }
    }
  };
  const auto count_again = [&](const Entry& back) {
    book->update(back);
    for (Entry& money : back_money(back))
      post_difference(back, money.kind, money.amount, "counts again", &money);
    count_anew(back.rule, back.subject);
  };
  for (PlannedChange& change : changes) {
    if (change.is_restored) {
      note(record::Op::rule_restored, change.entry.rule, change.entry.id);
      count_again(change.entry);
      if (change.entry.rule != none)
        swallow(change.entry.rule, change.entry.id, change.entry.subject);
    } else if (change.entry.is_withdrawn) {
      note(record::Op::rule_withdrawn, change.entry.rule, change.entry.id);
      if (state != nullptr) {
        std::erase_if(state->standing,
                      [&](const Standing& s) { return s.entry == change.entry.id; });
      }
      const std::uint64_t gone = change.entry.id;
      const Value subject = change.entry.subject;
      end(std::move(change.entry));
      // What it had swallowed counts again.
      const std::vector<std::uint64_t> ids = book->of(offences_ledger, subject);
      for (const std::uint64_t id : ids) {
        if (book->get(id).replaced_by != gone) continue;
        Entry back = book->get(id);
        back.replaced_by = 0;
        count_again(back);
      }
    } else {
      for (const EntryKind kind : {EntryKind::fine, EntryKind::owed, EntryKind::payment}) {
        const bool is_owed = std::any_of(change.corrections.begin(), change.corrections.end(),
                                         [&](const Entry& money) { return money.kind == kind; });
        if (!is_owed) post_difference(change.entry, kind, {}, "the facts were put right");
      }
      for (const Entry& money : change.corrections)
        post_difference(change.entry, money.kind, money.amount, "the facts were put right", &money);
    }
  }
  for (PlannedEntry& plan : planned) {
    if (state != nullptr) {
      plan.entry.case_id = state->id;
      plan.entry.step = state->steps + 1;
    }
    if (plan.entry.kind == EntryKind::finding && plan.entry.rule == none) {
      plan.entry.at = at;
      plan.entry.recorded = recorded;
    }
    const Index which = plan.entry.rule;
    const Value subject = plan.entry.subject;
    const std::uint64_t id = book->add(plan.entry);
    if (plan.stands) state->standing.push_back({which, id});
    note(record::Op::rule_entered, which, id);
    for (Entry& money : plan.money) {
      money.about = id;
      book->add(std::move(money));
    }
    if (which == none) continue;
    count_anew(which, subject);
    swallow(which, id, subject);
  }
  for (const auto& [rule, subject] : counted_anew) renumber(rule, subject);
}

/// The money of an entry as it was first posted.
std::vector<Entry> Stepper::Impl::back_money(const Entry& about) {
  std::vector<Entry> out;
  for (const std::uint64_t id : book->of(money_ledger, about.subject)) {
    const Entry& money = book->get(id);
    if (money.about == about.id && !money.is_correction) out.push_back(money);
  }
  return out;
}

// ── made by hand ──────────────────────────────────────────────────────────────────────────────

Frame& Stepper::Impl::hand_frame(Index which) {
  Frame& its = hand_frames[which];
  if (its.slots.empty()) {
    const SlotIndex own = model->rules[which].frame_slots;
    its.slots.resize(own + parameters.size());
    std::copy(parameters.begin(), parameters.end(), its.slots.begin() + own);
  }
  return its;
}

/// Whether what brings a version into force has been recorded by now.
bool Stepper::Impl::is_recorded(Index which) {
  const Value version = Value::string(model->rules[which].adopts);
  for (const std::uint64_t id : book->of(offences_ledger, version)) {
    const Entry& entry = book->get(id);
    if (entry.rule == which && counts(entry) && entry.at <= at) return true;
  }
  return false;
}

bool Stepper::Impl::refuse_unadopted(Index of_pack) {
  const Pack& of = model->packs[of_pack];
  if (!of.adoption) return false;
  const Rule& approved = model->rules[of.adoption->approved];
  const Rule& then = model->rules[of.adoption->then];
  if (!is_recorded(of.adoption->approved)) {
    refuse("adoption", approved.adopts, approved.cites, "'" + approved.name + "' has not been recorded");
  } else if (!is_recorded(of.adoption->then)) {
    refuse("adoption", then.adopts, then.cites, "'" + then.name + "' has not been recorded");
  } else {
    return false;
  }
  return true;
}

rt::Date pinned_day(const Model& model, Index which, const Incoming& incoming) {
  const Procedure& procedure = model.procedures[which];
  const Zone& zone = model.packs[procedure.pack].zone;
  if (procedure.pinned_slot != no_slot && incoming.is == Incoming::Is::event) {
    const Event& event = procedure.events[incoming.index];
    const auto fields = procedure.brought(event);
    for (std::size_t i = 0; i < incoming.data.size() && i < event.inputs.size() + fields.size();
         ++i) {
      const SlotIndex slot = i < event.inputs.size() ? event.inputs[i].case_slot
                                                     : fields[i - event.inputs.size()].case_slot;
      if (slot != procedure.pinned_slot) continue;
      if (incoming.data[i].is(Kind::date)) return incoming.data[i].as_date();
      if (incoming.data[i].is(Kind::instant)) return zone.date(incoming.data[i].as_instant());
    }
  }
  return zone.date(incoming.at);
}

bool Stepper::Impl::refuse_out_of_force(Index of_procedure, const Incoming& incoming) {
  const Procedure& p = model->procedures[of_procedure];
  const Pack& of = model->packs[p.pack];
  if (p.pinned_slot == no_slot) {
    const InForce& in = in_force[p.pack];
    if (in.from <= incoming.at && incoming.at < in.until) return false;
  }
  const rt::Date day = pinned_day(*model, of_procedure, incoming);
  if (of.governs(day)) return false;
  refuse_of_day(p.pack, day, true);
  return true;
}

bool Stepper::Impl::refuse_out_of_force_by_hand(Index of_pack) {
  const InForce& in = in_force[of_pack];
  if (in.from <= at && at < in.until) return false;
  refuse_of_day(of_pack, model->packs[of_pack].zone.date(at), false);
  return true;
}

void Stepper::Impl::refuse_of_day(Index of_pack, rt::Date day, bool is_case) {
  const Pack& of = model->packs[of_pack];
  const bool is_early = of.has_effective_from && day < of.effective_from;
  refuse("effective", of.full_name(), of.effective_cites,
         "'" + of.full_name() + "' " +
             (is_early ? "is in force from " + iso_text(of.effective_from) + " on; "
                       : "was in force until " + iso_text(of.effective_to) + "; ") +
             (is_case ? "the case is of " : "this is of ") + iso_text(day));
}

Index Stepper::Impl::version_in_force(Index of_pack, rt::Date day) const {
  const Pack& of = model->packs[of_pack];
  if (!of.is_one_of_several || of.governs(day)) return of_pack;
  for (Index p = 0; p < model->packs.size(); ++p) {
    if (model->packs[p].family == of.family && model->packs[p].governs(day)) return p;
  }
  return of_pack;
}

StepResult Stepper::Impl::enter(const Incoming& told, ledger::Book& with) {
  StepResult out;
  // What brings a version into force is said of the first that waits for it.
  std::optional<Incoming> of_later;
  if (model->has_versions && told.is == Incoming::Is::right && !model->rules[told.index].adopts.empty()) {
    book = &with;
    at = told.at;
    const std::string& name = model->rules[told.index].name;
    for (Index r = told.index; r < model->rules.size(); ++r) {
      const bool is_it = !model->rules[r].adopts.empty() && model->rules[r].name == name;
      if (!is_it || is_recorded(r)) continue;
      of_later = told;
      of_later->index = r;
      break;
    }
  }
  const Incoming& incoming = of_later ? *of_later : told;
  state = nullptr;
  procedure = nullptr;
  index = nullptr;
  book = &with;
  result = &out;
  come_to(incoming.at);
  recorded = incoming.recorded;
  planned.clear();
  changes.clear();
  items.clear();
  consulted.clear();
  unit_now.reset();
  acting.reset();
  const bool is_rule = incoming.is == Incoming::Is::by_hand || incoming.is == Incoming::Is::right;
  const Cites* cites = is_rule                            ? &model->rules[incoming.index].cites
                       : incoming.is == Incoming::Is::row ? &model->ledgers[incoming.index].cites
                                                          : nullptr;
  hand_pack = cites != nullptr && !cites->empty() ? model->clauses[cites->front()].pack : Index{0};
  if (incoming.is == Incoming::Is::void_entry) {
    const Entry entry = book->get(incoming.entry);
    if (entry.is_withdrawn || !entry.case_id.is_null()) {
      refuse("void", "nothing to withdraw", {}, "only what was entered by hand and still counts");
      return out;
    }
    withdraw(entry, incoming.reason);
    flush();
    return out;
  }
  // A person in a field is no one here: what is entered by hand belongs to no case.
  const auto may = [&](const Who& by, const std::string& name, const char* otherwise) {
    if (by.is_empty()) return true;
    try {
      if (!by.roles.empty())
        return permits({by.roles, {}, {}}, incoming.actor, name, *cites, otherwise);
      refuse("by", name, *cites, otherwise);
    } catch (const Fault& fault) {
      out = fault.result(Outcome::Is::fault);
    }
    return false;
  };
  const bool adopts = is_rule && !model->rules[incoming.index].adopts.empty();
  if (!adopts) {
    Index of = is_rule ? model->rules[incoming.index].pack : model->ledgers[incoming.index].pack;
    // A ledger is one for all versions.
    if (!is_rule) of = version_in_force(of, model->packs[of].zone.date(at));
    if (refuse_out_of_force_by_hand(of) || refuse_unadopted(of)) return out;
  }
  if (incoming.is == Incoming::Is::row) {
    const Ledger& ledger = model->ledgers[incoming.index];
    if (!may(ledger.entered_by, ledger.name, "not the one who may")) return out;
    Entry entry;
    entry.ledger = incoming.index;
    entry.kind = EntryKind::row;
    entry.subject = incoming.subject;
    entry.fields = incoming.data;
    entry.at = at;
    entry.recorded = recorded;
    entry.on = day_of(at);
    if (ledger.has_on && ledger.on_field != none) {
      const Value& on = entry.fields[ledger.on_field];
      if (on.is(Kind::date)) entry.on = on.as_date();
    }
    for (std::size_t i = 0; i < ledger.fields.size(); ++i) {
      const bool is_given = i < incoming.given.size() && incoming.given[i];
      if (!is_given && !ledger.fields[i].type.is_optional()) {
        refuse("data", ledger.fields[i].name, ledger.cites, "a value is required");
      }
    }
    if (out.is == Outcome::Is::refused) return out;
    book->add(std::move(entry));
    return out;
  }
  AFTERCARE_ASSERT(is_rule, "a by-hand rule, a right of no procedure, a row or a void");
  const Rule& rule = model->rules[incoming.index];
  const bool is_right = rule.is == Rule::Is::right;
  if (is_right && !may(rule.who, rule.name, "not the one who has this right")) return out;
  if (!is_right && !may(rule.reported_by, rule.name, "not the one who may report it")) return out;
  if (adopts) {
    const Pack::Adoption& adoption = *model->packs[rule.pack].adoption;
    if (is_recorded(incoming.index))
      refuse("adoption", rule.adopts, rule.cites, "'" + rule.name + "' has been recorded already");
    else if (incoming.index == adoption.then && !is_recorded(adoption.approved))
      refuse("adoption", rule.adopts, rule.cites,
             "'" + model->rules[adoption.approved].name + "' has not been recorded");
  } else if (is_right && incoming.reason.empty())
    refuse("reason", rule.name, rule.cites, "a reason is required");
  frame = &hand_frame(incoming.index);
  std::fill(frame->slots.begin(), frame->slots.begin() + rule.frame_slots, Value());
  for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
    const bool is_given = i < incoming.given.size() && incoming.given[i];
    if (is_given) {
      set(rule.inputs[i].slot, incoming.data[i]);
    } else if (!rule.inputs[i].type.is_optional() && !rule.inputs[i].initial) {
      refuse("data", rule.inputs[i].name, rule.cites, "a value is required");
    }
  }
  // Whose: the one who answers; of a right, the one who uses it.
  Value subject = incoming.subject;
  if (is_right) {
    subject = incoming.actor.person;
    if (subject.is_null() && incoming.actor.role != none)
      subject = Value::string(model->roles[incoming.actor.role].name);
    if (adopts) subject = Value::string(rule.adopts);
  } else if (subject.is_null()) {
    refuse("data", "who", rule.cites, "a value is required");
  }
  if (out.is == Outcome::Is::refused) return out;
  set(rule.at_slot, Value::instant(at));
  set(rule.who_slot, subject);
  try {
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      const bool is_given = i < incoming.given.size() && incoming.given[i];
      const Input& input = rule.inputs[i];
      if (!is_given && input.initial) set(input.slot, evaluate(*input.initial));
    }
    if ((rule.condition && !holds(*rule.condition)) || (rule.unless && holds(*rule.unless))) {
      if (is_right) {
        refuse("right", rule.name, rule.cites, "the right does not exist");
        return out;
      }
      out.is = Outcome::Is::unexpected;
      out.reasons.push_back(
          {"if", rule.name, clause(rule.cites), "recorded; the clause does not apply"});
      return out;
    }
    std::string evidence;
    if (rule.evidence) {
      const Value shown = evaluate(*rule.evidence);
      if (!shown.is_null()) evidence = to_text(shown, *model, pack().zone);
      if (evidence.empty()) {
        refuse("data", rule.name, rule.cites, "evidence is required: " + rule.evidence->text);
        return out;
      }
    }
    plan_entry(incoming.index, subject, none, day_for(rule), false);
    if (!planned.empty()) planned.back().entry.reason = is_right ? incoming.reason : evidence;
    flush();
  } catch (const Fault& fault) {
    out = fault.result(Outcome::Is::fault);
  }
  return out;
}

}  // namespace aftercare::step
