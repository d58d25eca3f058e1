// The interface of this file is Stepper: why_not, ask. The step itself is what is explored: it runs
// with some facts not given, each formula on the path watched, and stops where one is missing.

#include <algorithm>

#include "expression/question.hpp"
#include "step/convert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

using expression::Domain;
using expression::Influence;
using expression::Inputs;

// ── hooks of the step ─────────────────────────────────────────────────────────────────────────

Value Stepper::Impl::evaluate_asked(const Formula& formula) {
  Influence* watch = asking->watch;
  if (watch == nullptr) return evaluate_in(formula, frame->slots);
  if (!formula.open) {
    for (const SlotIndex slot : formula.reads) touch(slot);
    return evaluate_in(formula, frame->slots);
  }
  Result<Value> value = machine.run(*formula.open, frame->slots, *watch);
  if (watch->missing() >= 0) throw Unasked{};
  watch->end_program();
  if (!value) throw Fault{formula.text + ": " + value.error().message, formula.span};
  return std::move(*value);
}

void Stepper::Impl::note_reads(const std::vector<SlotIndex>& reads) const {
  auto& looked_at = asking->looked_at;
  for (const SlotIndex slot : reads) {
    if (slot < looked_at.size()) looked_at[slot] = true;
  }
}

void Stepper::Impl::touch(SlotIndex slot) {
  if (asking == nullptr || asking->watch == nullptr || slot == no_slot) return;
  if (!asking->watch->touch(slot)) throw Unasked{};
}

void Stepper::Impl::ask_whether_null(SlotIndex slot) {
  if (asking == nullptr || asking->watch == nullptr || slot == no_slot) return;
  if (!asking->watch->require(slot)) throw Unasked{};
}

void Stepper::Impl::touch_all() {
  if (asking == nullptr || asking->watch == nullptr) return;
  for (std::size_t u = 0; u < asking->facts; ++u)
    if (!asking->watch->touch_input(u)) throw Unasked{};
}

void Stepper::Impl::touch_sources(Index derived) {
  if (asking->watch == nullptr) return;
  for (std::size_t u = 0; u < asking->facts; ++u) {
    const bool feeds = (asking->feeds[derived] >> u & 1) != 0;
    if (feeds && !asking->watch->touch_input(u)) throw Unasked{};
  }
}

namespace {

/// A fact that an event hangs on: a field of the case, or a datum that the event brings.
struct AskedFact {
  std::string name, short_name;
  Type type;
  Value now;
  Domain domain;
  std::vector<SlotIndex> slots;
  SlotIndex unless_null = no_slot;  ///< a slot in which it lies too unless it is null
  std::optional<std::size_t> datum;
  bool is_given = false;  ///< the datum
};

/// Whether what a read gives hangs on this datum of the event that it reads.
bool uses(const Read& read, std::size_t datum) {
  const auto reads = [](const MaybeFormula& formula, SlotIndex slot) {
    return formula && std::binary_search(formula->reads.begin(), formula->reads.end(), slot);
  };
  return std::any_of(read.entry_slots.begin(), read.entry_slots.end(), [&](const auto& entry) {
    const auto is_told = [&](const auto& result) { return result.first == entry.first; };
    return entry.first == datum &&
           (reads(read.filter, entry.second) || reads(read.value, entry.second) ||
            std::any_of(read.result_slots.begin(), read.result_slots.end(), is_told));
  });
}

/// Whether something that is derived hangs on a datum of the event that is asked about by way of
/// what the case reads of its own events. `derived`: any of it, or one of what they feed.
bool feeds_reads(const Procedure& p, const ProcedureIndex& index, const Incoming& incoming,
                 std::size_t datum, std::optional<Index> derived) {
  if (incoming.is != Incoming::Is::event) return false;
  bool is_read = false, feeds = false;
  for (const Read& read : p.reads) {
    const bool is_it = derived && index.origins[read.slot].number == *derived;
    is_read = is_read || is_it;
    if (read.from != Read::From::own_event || read.source != incoming.index || !uses(read, datum))
      continue;
    if (!derived || is_it) return true;
    feeds = true;
  }
  return feeds && !is_read;  // what is derived from reads
}

/// What the answers of the tables of packs hang on.
class TableBounds final : public expression::HostFunctions {
 public:
  explicit TableBounds(const Model& model) : model_(model), known_(model.tables.size()) {}

  const std::vector<std::vector<Value>>* bounds(std::uint32_t function) override {
    constexpr auto first = static_cast<std::uint32_t>(HostFunction::first_table);
    if (function < first || function - first >= known_.size()) return nullptr;
    Known& known = known_[function - first];
    if (!known.is_asked) look_at(model_.tables[function - first], known);
    return known.bounds ? &*known.bounds : nullptr;
  }

 private:
  struct Known {
    bool is_asked = false;
    std::optional<std::vector<std::vector<Value>>> bounds;
  };
  static void look_at(const Table& table, Known& known) {
    known.is_asked = true;
    if (!table.table) return;
    const auto all = table.table->bounds();
    if (!all) return;
    std::vector<std::vector<Value>> by_argument(table.inputs);
    for (const table::Table::Bounds& one : *all) {
      if (one.slot >= table.inputs) continue;  // a parameter: the same for every case
      auto& of = by_argument[one.slot];
      of.insert(of.end(), one.constants.begin(), one.constants.end());
    }
    known.bounds = std::move(by_argument);
  }

  const Model& model_;
  std::vector<Known> known_;
};

/// An event of a case, and the facts that it may hang on.
class AskedEvent {
 public:
  AskedEvent(Stepper::Impl& step, const CaseState& state, const Incoming& incoming,
             ledger::Book& book)
      : tables(*step.model),
        step_(step),
        state_(state),
        incoming_(incoming),
        book_(book),
        p_(step.model->procedures[state.procedure]),
        index_(step.indices[state.procedure]),
        opens_(state.steps == 0) {
    find_reads();
  }

  TableBounds tables;

  /// What is asked about: facts that may be others (`is_known`), or those that are not there yet.
  std::vector<AskedFact> facts(bool is_known) {
    std::vector<AskedFact> out;
    std::vector<bool> is_hidden(p_.case_slots);
    for (const SlotIndex slot : persons_)
      if (slot < is_hidden.size()) is_hidden[slot] = true;
    const auto hide = [&](SlotIndex slot) {
      if (slot != no_slot) is_hidden[slot] = true;
    };
    const auto is_person = [&](SlotIndex slot) {
      return std::find(persons_.begin(), persons_.end(), slot) != persons_.end();
    };
    const auto add = [&](AskedFact fact, Index of_register) {
      fact.domain = domain_of(fact.type);
      if (of_register != none) list_members(fact, of_register);
      out.push_back(std::move(fact));
    };
    std::size_t datum = 0;
    const auto given = [&](std::size_t i) {
      return i < incoming_.given.size() && incoming_.given[i];
    };
    const auto add_datum = [&](const std::string& owner, const Input& input) {
      const std::size_t i = datum++;
      if (is_person(input.slot) || is_person(input.case_slot)) return;
      const bool may_stay = input.type.is_optional() || !input.is_required ||
                            (input.slot == no_slot && input.case_slot != no_slot && !opens_ &&
                             !state_.slots[input.case_slot].is_null());
      // Where it is not given the field of the case is the fact.
      if (is_known && !given(i) && !input.initial && input.case_slot != no_slot && may_stay) return;
      if (!is_known && given(i)) {
        hide(input.case_slot);
        return;
      }
      hide(input.case_slot);
      AskedFact fact{
          owner + "." + input.name, input.name, input.type, {}, {}, {}, no_slot, i, false};
      if (!input.is_required) fact.type = fact.type.optional();
      for (const SlotIndex slot : {input.slot, input.case_slot})
        if (slot != no_slot) fact.slots.push_back(slot);
      fact.is_given = given(i);
      if (fact.is_given) fact.now = incoming_.data[i];
      add(std::move(fact), input.of_register);
    };
    if (incoming_.is == Incoming::Is::event) {
      const Event& event = p_.events[incoming_.index];
      for (const Input& input : event.inputs) add_datum(event.name, input);
      if (event.form != none) {
        const Form& form = p_.forms[event.form];
        for (const Field& field : form.fields) {
          const std::size_t i = datum++;
          if (is_person(field.slot)) continue;
          const bool is_sure =
              !field.type.is_optional() || (given(i) && !incoming_.data[i].is_null());
          if (is_sure || !is_known) hide(field.case_slot);
          if (!is_known && given(i)) continue;
          AskedFact fact{event.name + "." + field.name,
                         field.name,
                         field.type,
                         {},
                         {},
                         {field.slot},
                         field.case_slot,
                         i,
                         given(i)};
          if (fact.is_given) fact.now = incoming_.data[i];
          add(std::move(fact), field.of_register);
        }
      }
    } else if (incoming_.is == Incoming::Is::right) {
      const Rule& rule = step_.model->rules[incoming_.index];
      for (const Input& input : rule.inputs) add_datum(rule.name, input);
    }
    if (is_known && !opens_) {
      for (Index f = 0; f < p_.forms.size(); ++f) {
        if (!is_own(f)) add_form(p_.forms[f], is_hidden, out);
      }
    }
    for (const Field& field : p_.fields) {
      if (opens_ || is_hidden[field.slot] || !decides(field.slot)) continue;
      const Value& now = state_.slots[field.slot];
      if (!is_known && !now.is_null()) continue;
      add({field.name, field.name, field.type, now, {}, {field.slot}, no_slot, {}, true},
          field.of_register);
    }
    return out;
  }

  /// Of dates and instants that of the event speaks for all.
  [[nodiscard]] Domain domain_of(const Type& type) const {
    Domain out = Domain::of(type);
    const Zone& zone = step_.model->packs[p_.pack].zone;
    if (type.is() == Type::Is::date) out.plain = zone.date(incoming_.at).days;
    if (type.is() == Type::Is::instant) out.plain = incoming_.at.micros;
    return out;
  }

  /// Of a form of the case that is not complete, and asked for: that it is filled in, each field, each
  /// signature. What it gives to a field of the case it gives then too.
  void add_form(const Form& form, std::vector<bool>& is_hidden, std::vector<AskedFact>& out) {
    const auto& slots = state_.slots;
    const bool is_there = !slots[form.present_slot].is_null();
    const auto add = [&](std::string name, Type type, SlotIndex slot, SlotIndex case_slot,
                         Domain domain) {
      AskedFact fact{name, std::move(name), std::move(type), slots[slot], std::move(domain),
                     {slot}, no_slot, {}, true};
      if (case_slot != no_slot) {
        fact.slots.push_back(case_slot);
        is_hidden[case_slot] = true;
      }
      if (decides(fact)) out.push_back(std::move(fact));
    };
    if (!decides(form.present_slot) || (is_there && is_complete(form))) return;
    if (!is_there) {
      Domain whether;
      whether.listed = {Value(), Value::instant(incoming_.at)};
      whether.rest = Domain::Rest::nothing;
      add(form.name, Type::instant().optional(), form.present_slot, no_slot, std::move(whether));
    }
    for (const Field& field : form.fields)
      add(form.name + "." + field.name, field.type, field.slot, field.case_slot,
          domain_of(field.type));
    for (const Form::Signature& one : form.signatures) {
      add(datum_name(form, one.slot), Type::boolean(), one.slot, no_slot,
          Domain::of(Type::boolean()));
      if (one.may_refuse)
        add(form.name + ".refused." + one.name, Type::boolean(), one.refused_slot, no_slot,
            Domain::of(Type::boolean()));
    }
  }

  /// Whether the event itself deals with the form: what becomes of it follows from its data.
  [[nodiscard]] bool is_own(Index form) const {
    return incoming_.is == Incoming::Is::event && p_.events[incoming_.index].form == form;
  }
  [[nodiscard]] bool is_complete(const Form& form) {
    StepResult ignored;
    CaseState copy = state_;
    step_.begin(copy, book_, incoming_.at, incoming_.recorded, ignored);
    try {
      return step_.is_complete(form);
    } catch (const Fault&) {
      return false;
    }
  }

  /// Whether a datum or field changes anything that is looked at.
  [[nodiscard]] bool decides(SlotIndex slot) const {
    if (slot == no_slot) return false;
    if (reads_[slot]) return true;
    const auto& derived = index_.after_write[slot];
    return std::any_of(derived.begin(), derived.end(), [&](Index number) {
      return number < is_derived_.size() && is_derived_[number];
    });
  }
  [[nodiscard]] bool decides(const AskedFact& fact) const {
    return (fact.datum && reads_own_events_ &&
            feeds_reads(p_, index_, incoming_, *fact.datum, std::nullopt)) ||
           decides(fact.unless_null) ||
           std::any_of(fact.slots.begin(), fact.slots.end(),
                       [&](SlotIndex slot) { return decides(slot); });
  }

  Stepper::Impl& step() { return step_; }
  const Procedure& procedure() const { return p_; }
  const ProcedureIndex& index() const { return index_; }
  const CaseState& state() const { return state_; }
  const Incoming& incoming() const { return incoming_; }
  ledger::Book& book() { return book_; }
  [[nodiscard]] bool opens() const { return opens_; }

 private:
  void read(SlotIndex slot) {
    if (slot == no_slot || slot >= p_.frame_slots) return;
    reads_[slot] = true;
    if (index_.origins[slot].is != Origin::Is::written) {
      is_derived_[index_.origins[slot].number] = true;
      const auto& own = index_.after_event;
      reads_own_events_ = reads_own_events_ || std::find(own.begin(), own.end(),
                                                         index_.origins[slot].number) != own.end();
    }
  }
  void read(const Formula& formula) {
    for (const SlotIndex slot : formula.reads) read(slot);
  }
  void read(const MaybeFormula& formula) {
    if (formula) read(*formula);
  }
  void acts(const Who& who) {
    persons_.insert(persons_.end(), who.persons.begin(), who.persons.end());
    read(who.formula);
  }

  void find_reads() {
    reads_.resize(p_.frame_slots);
    is_derived_.resize(index_.derived);
    const auto inputs = [&](const std::vector<Input>& all) {
      for (const Input& input : all) read(input.initial);
    };
    if (incoming_.is == Incoming::Is::event) {
      const Event& event = p_.events[incoming_.index];
      acts(event.by);
      inputs(event.inputs);
      for (const Condition& need : event.needs) read(need.holds);
      if (event.form != none) {
        acts(p_.forms[event.form].by);
        for (const Field& field : p_.forms[event.form].fields) {
          read(field.initial);
          read(field.asked);
        }
        for (const Condition& need : p_.forms[event.form].needs) read(need.holds);
      }
    } else if (incoming_.is == Incoming::Is::right) {
      const Rule& rule = step_.model->rules[incoming_.index];
      acts(rule.who);
      inputs(rule.inputs);
      read(rule.condition);
      read(rule.unless);
      for (const Condition& need : rule.needs) read(need.holds);
    } else if (incoming_.is == Incoming::Is::decision) {
      acts(p_.decisions[incoming_.index].by);
      for (const Condition& need : p_.decisions[incoming_.index].needs) read(need.holds);
    }
    if (opens_)
      for (const Field& field : p_.fields) read(field.initial);
    for (const Formula& guard : p_.guards) read(guard);
    for (const Index let : index_.watched) read(p_.lets[let].value);
    for (const Decision& decision : p_.decisions) {
      read(decision.chosen);
      if (decision.chain == none) continue;
      for (const Chain::Part& part : step_.model->chains[decision.chain].parts) read(part.person);
    }
    read(p_.unit);
    if (!index_.clocks_are_heard) return;
    for (const Clock& clock : p_.clocks) {
      for (const MaybeFormula* formula :
           {&clock.within, &clock.by, &clock.ahead, &clock.window_from, &clock.window_to,
            &clock.since, &clock.calendar_choice, &clock.pause_at_most, &clock.late_entry})
        read(*formula);
      for (const Clock::Reminder& row : clock.reminders)
        for (const MaybeFormula* formula : {&row.before, &row.after, &row.every}) read(*formula);
    }
  }

  /// The members of a register are its values, where it can list them.
  void list_members(AskedFact& fact, Index of_register) const {
    if (step_.directory == nullptr || fact.domain.rest != Domain::Rest::text) return;
    const Register& in = step_.model->registers[of_register];
    const Zone& zone = step_.model->packs[p_.pack].zone;
    const auto members = step_.directory->members(in.name, zone.date(incoming_.at));
    if (!members || !*members) return;
    for (const std::string& one : **members) fact.domain.listed.push_back(Value::string(one));
    fact.domain.rest = Domain::Rest::nothing;
  }

  Stepper::Impl& step_;
  const CaseState& state_;
  const Incoming& incoming_;
  ledger::Book& book_;
  const Procedure& p_;
  const ProcedureIndex& index_;
  bool opens_;
  std::vector<bool> reads_;         // by slot
  std::vector<bool> is_derived_;    // by number of what is derived: it is read
  std::vector<SlotIndex> persons_;  // who may act: no question of facts
  bool reads_own_events_ = false;
};

/// The step of an event in which some facts are not given.
class AskedStep final : public expression::Subject {
 public:
  /// All must outlive it. `is_whole`: its results are numbers of outcomes; else whether the event
  /// meets no obstacle.
  AskedStep(AskedEvent& event, std::vector<const AskedFact*> facts, bool is_whole)
      : event_(event),
        facts_(std::move(facts)),
        is_whole_(is_whole),
        state_(event.state()),
        incoming_(event.incoming()) {
    const ProcedureIndex& index = event.index();
    asking_.facts = facts_.size();
    asking_.looked_at.resize(event.procedure().frame_slots);
    asking_.feeds.resize(index.derived);
    for (std::size_t u = 0; u < facts_.size(); ++u) {
      const Inputs bit = Inputs{1} << u;
      const auto feed = [&](SlotIndex slot) {
        if (slot == no_slot) return;
        for (const Index number : index.after_write[slot]) asking_.feeds[number] |= bit;
      };
      for (const SlotIndex slot : facts_[u]->slots) feed(slot);
      feed(facts_[u]->unless_null);
      if (!facts_[u]->datum) continue;
      for (const Index number : index.after_event) {
        if (feeds_reads(event.procedure(), index, incoming_, *facts_[u]->datum, number))
          asking_.feeds[number] |= bit;
      }
      if (*facts_[u]->datum >= incoming_.data.size()) {
        incoming_.data.resize(*facts_[u]->datum + 1);
      }
      if (*facts_[u]->datum >= incoming_.given.size()) {
        incoming_.given.resize(*facts_[u]->datum + 1);
      }
      incoming_.given[*facts_[u]->datum] = true;
    }
  }

  Result<Value> run(std::span<const Value> point, Influence* watch) override {
    for (std::size_t u = 0; u < facts_.size(); ++u) {
      if (facts_[u]->datum) {
        incoming_.data[*facts_[u]->datum] = point[u];
      } else {
        for (const SlotIndex slot : facts_[u]->slots) state_.slots[slot] = point[u];
      }
    }
    if (watch != nullptr) place(point, *watch);
    asking_.watch = watch;
    const std::optional<StepResult> done = step();
    if (!done) return Error{ErrorCode::limit, "a fact is missing"};
    if (!is_whole_)
      return Value::boolean(done->is == Outcome::Is::applied && asking_.obstacles.empty());
    const auto found = std::find(outcomes_.begin(), outcomes_.end(), would_be(*done));
    if (found == outcomes_.end()) {
      outcomes_.push_back(would_be(*done));
      return Value::integer(static_cast<std::int64_t>(outcomes_.size()) - 1);
    }
    return Value::integer(found - outcomes_.begin());
  }

  /// What becomes of it as it is, with every obstacle.
  StepResult tell_all() {
    asking_.tells_all = true;
    asking_.watch = nullptr;
    StepResult done = *step();
    asking_.tells_all = false;
    return done;
  }
  [[nodiscard]] const Asking& asking() const { return asking_; }
  [[nodiscard]] const std::vector<Stepper::WouldBe>& outcomes() const { return outcomes_; }

 private:
  /// None: a fact is missing.
  std::optional<StepResult> step() {
    Stepper::Impl& with = event_.step();
    asking_.obstacles.clear();
    asking_.failed_guards.clear();
    with.asking = &asking_;
    std::optional<StepResult> out;
    try {
      if (event_.opens()) {
        CaseState fresh;
        out = with.open(fresh, state_.procedure, state_.id, incoming_, event_.book());
      } else {
        out = with.apply(state_, incoming_, event_.book());
      }
    } catch (const Unasked&) {
    } catch (...) {
      with.asking = nullptr;
      throw;
    }
    with.asking = nullptr;
    return out;
  }

  void place(std::span<const Value> point, Influence& watch) {
    watch.know(&event_.tables);
    for (const AskedFact* fact : facts_)
      if (fact->unless_null != no_slot) watch.place(fact->unless_null, -1);
    // What the event brings lies upon what the case has.
    for (const bool is_datum : {false, true}) {
      for (std::size_t u = 0; u < facts_.size(); ++u) {
        const AskedFact& fact = *facts_[u];
        if (fact.datum.has_value() != is_datum) continue;
        for (const SlotIndex slot : fact.slots) watch.place(slot, static_cast<int>(u));
        const bool is_open = watch.given(u) == Influence::Given::no;
        if (fact.unless_null != no_slot && (is_open || !point[u].is_null()))
          watch.place(fact.unless_null, static_cast<int>(u));
      }
    }
  }

  [[nodiscard]] Stepper::WouldBe would_be(const StepResult& done) const {
    Stepper::WouldBe out;
    out.is = done.is;
    if (done.is != Outcome::Is::applied && done.is != Outcome::Is::unexpected) return out;
    out.has_unmet = std::any_of(asking_.obstacles.begin(), asking_.obstacles.end(),
                                [](const auto& one) { return one.reason.code == "need"; });
    event_.step().configuration.each([&](chart::StateId s) {
      if (event_.procedure().chart.is_leaf(s)) out.states.push_back(s);
    });
    return out;
  }

  AskedEvent& event_;
  std::vector<const AskedFact*> facts_;
  bool is_whole_;
  CaseState state_;
  Incoming incoming_;
  Asking asking_;
  std::vector<Stepper::WouldBe> outcomes_;
};

constexpr std::size_t most_facts = 64;
/// Stands for what somebody would say.
constexpr std::string_view unstated_reason = "…";
Error too_many() { return {ErrorCode::invalid_argument, "the event hangs on more than 64 facts"}; }

/// Whether something looked at the form: its presence, a field, a signature, or whether it is complete.
bool looks_at(const Form& form, const std::vector<bool>& slots) {
  const auto is_seen = [&](SlotIndex slot) { return slot < slots.size() && slots[slot]; };
  return is_seen(form.present_slot) || is_seen(form.complete_slot) || is_seen(form.version_slot) ||
         std::any_of(form.fields.begin(), form.fields.end(),
                     [&](const Field& one) { return is_seen(one.slot); }) ||
         std::any_of(form.signatures.begin(), form.signatures.end(),
                     [&](const Form::Signature& one) {
                       return is_seen(one.slot) || is_seen(one.refused_slot);
                     });
}

Reason is_not_there(const Form& form, std::string clause) {
  return {"form", form.name, std::move(clause), "there is no such form yet"};
}

/// What a formula reads of an entitlement: `warranty.until`.
std::string entitlement_part(const Entitlement& e, SlotIndex slot) {
  for (const auto& [part, name] : {std::pair{e.since_slot, ".since"}, {e.until_slot, ".until"},
                                   {e.reason_slot, ".reason"}, {e.missing_slot, ".missing"},
                                   {e.suspended_slot, ".suspended"}})
    if (part == slot) return e.name + name;
  return e.name + ".answer";
}

/// What a formula reads, by the names of packs, as the frame holds it.
std::vector<std::pair<std::string, Value>> values_of(const Formula& formula, const Procedure& p,
                                                     const ProcedureIndex& index,
                                                     const Model& model,
                                                     std::span<const Value> slots) {
  std::vector<std::pair<std::string, Value>> out;
  const auto name_of = [&](SlotIndex slot) -> std::string {
    if (slot >= p.frame_slots) return model.parameters[slot - p.frame_slots].name;
    if (slot < p.slot_names.size() && slot < p.case_slots) return p.slot_names[slot];
    const Origin& origin = index.origins[slot];
    switch (origin.is) {
      case Origin::Is::state:
        return "state";
      case Origin::Is::clock_state:
        return p.clocks[origin.which].name + ".state";
      case Origin::Is::clock_due:
        return p.clocks[origin.which].name + ".due";
      case Origin::Is::clock_left:
        return p.clocks[origin.which].name + ".left";
      case Origin::Is::read:
        return p.reads[origin.which].name;
      case Origin::Is::lookup:
        return p.lookups[origin.which].path;
      case Origin::Is::entitlement:
        return entitlement_part(p.entitlements[origin.which], slot);
      case Origin::Is::form_complete:
        return p.forms[origin.which].name + ".complete";
      case Origin::Is::written:
        break;
    }
    return slot == p.at_slot ? "at" : std::string();
  };
  for (const SlotIndex slot : formula.reads) {
    std::string name = name_of(slot);
    if (!name.empty()) out.emplace_back(std::move(name), slots[slot]);
    // An answer is told with the term that it is about.
    if (slot < p.case_slots || slot >= p.frame_slots ||
        index.origins[slot].is != Origin::Is::entitlement)
      continue;
    const Entitlement& e = p.entitlements[index.origins[slot].which];
    if (slot != e.answer_slot) continue;
    for (const SlotIndex part : {e.since_slot, e.until_slot})
      if (!slots[part].is_null()) out.emplace_back(entitlement_part(e, part), slots[part]);
  }
  return out;
}

}  // namespace

Result<Stepper::WhyNot> Stepper::why_not(const CaseState& state, const Incoming& incoming,
                                         std::span<const std::string> fixed,
                                         const OpenLimits& limits, ledger::Book& book) {
  Incoming stated = incoming;
  AskedEvent event(*impl_, state, stated, book);
  std::vector<AskedFact> facts = event.facts(true);
  for (const std::string& name : fixed) {
    const auto is_it = [&](const AskedFact& fact) {
      return fact.name == name || fact.short_name == name;
    };
    const bool is_field =
        std::any_of(event.procedure().fields.begin(), event.procedure().fields.end(),
                    [&](const Field& field) { return field.name == name; });
    if (!is_field && std::none_of(facts.begin(), facts.end(), is_it))
      return Error{ErrorCode::invalid_argument, name + " is no fact of " + event.procedure().name};
    std::erase_if(facts, is_it);
  }
  WhyNot out;
  {
    AskedStep as_it_is(event, {}, false);
    const StepResult done = as_it_is.tell_all();
    const Asking& asked = as_it_is.asking();
    const std::vector<Value>& frame = impl_->frame->slots;
    out.is = done.is;
    // What is given by default.
    for (AskedFact& fact : facts)
      if (fact.datum && !fact.is_given) fact.now = frame[fact.slots.front()];
    const auto add = [&](Reason reason, const Formula* formula, bool may_change) {
      WhyNot::Obstacle obstacle{std::move(reason), {}, may_change};
      if (formula != nullptr) {
        obstacle.reads =
            values_of(*formula, event.procedure(), event.index(), *impl_->model, frame);
        for (const AskedFact& fact : facts) {
          for (const SlotIndex slot : formula->reads) {
            const auto& slots = fact.slots;
            bool is_it = slot == fact.unless_null ||
                         std::find(slots.begin(), slots.end(), slot) != slots.end();
            if (slot < event.procedure().frame_slots &&
                event.index().origins[slot].is != Origin::Is::written) {
              const Index number = event.index().origins[slot].number;
              for (const SlotIndex one : slots) {
                const auto& after = event.index().after_write[one];
                is_it = is_it || std::find(after.begin(), after.end(), number) != after.end();
              }
            }
            obstacle.may_change = obstacle.may_change || is_it;
          }
        }
      }
      out.obstacles.push_back(std::move(obstacle));
    };
    bool is_guarded = false;
    if (incoming.is == Incoming::Is::event && !impl_->event_taken && !event.opens()) {
      const Procedure& p = event.procedure();
      const HappeningId happening = p.events[incoming.index].happening;
      for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
        const auto on = p.chart.events(t);
        const chart::GuardId guard = p.chart.transition(t).guard;
        const auto& failed = asked.failed_guards;
        if (guard == chart::none || std::find(on.begin(), on.end(), happening) == on.end() ||
            std::find(failed.begin(), failed.end(), guard) == failed.end())
          continue;
        is_guarded = true;
        add({"guard", p.guards[guard].text, impl_->clause(p.transition_cites[t]), {}},
            &p.guards[guard], false);
      }
    }
    for (const Asking::Obstacle& one : asked.obstacles) {
      if (one.reason.code == "no_transition" && is_guarded) continue;
      const bool is_datum = one.reason.code == "data" &&
                            std::any_of(facts.begin(), facts.end(), [&](const AskedFact& fact) {
                              return fact.datum && fact.short_name == one.reason.label;
                            });
      add(one.reason, one.formula, is_datum);
    }
    if (out.obstacles.empty() && done.is != Outcome::Is::applied)
      for (const Reason& reason : done.reasons) add(reason, nullptr, false);
  }
  // A reason can always be stated; what else is in the way is asked about as if it were.
  WhyNot::Obstacle* unstated = nullptr;
  for (WhyNot::Obstacle& one : out.obstacles)
    if (one.reason.code == "reason") unstated = &one;
  if (!incoming.reason.empty()) unstated = nullptr;
  if (unstated != nullptr) {
    unstated->may_change = true;
    stated.reason = unstated_reason;
  }
  std::erase_if(facts, [&](const AskedFact& fact) {
    const bool is_missing = fact.datum && !fact.is_given && fact.now.is_null();
    return !is_missing && !event.decides(fact);
  });
  if (facts.size() > most_facts) return too_many();
  if (out.obstacles.empty() && out.is == Outcome::Is::applied) {
    out.ways.holds = out.ways.is_proved = true;
    return out;
  }
  std::vector<expression::Fact> movable;
  for (const AskedFact& fact : facts) movable.push_back({fact.name, fact.domain, fact.now});
  const auto subject_of = [&](std::span<const std::size_t> chosen) {
    std::vector<const AskedFact*> of;
    for (const std::size_t i : chosen) of.push_back(&facts[i]);
    return std::make_unique<AskedStep>(event, std::move(of), false);
  };
  out.ways = expression::ways_out(movable, subject_of, Value::boolean(true), limits);
  if (unstated != nullptr) {
    // Where that is all, nothing else has to be another.
    if (out.ways.holds) out.ways.ways.emplace_back();
    out.ways.holds = false;
    for (std::vector<FactChange>& way : out.ways.ways)
      way.push_back({"reason", Value(), Value::string(unstated_reason)});
  }
  if (event.opens()) return out;
  // What a form lacks, where that it has it is part of a way out. Where not all of these are known,
  // what is asked for and not complete tells all that it lacks.
  const std::vector<WhyNot::Obstacle> asked_for = out.obstacles;
  const auto is_asked_for = [&](const Form& form) {
    return std::any_of(asked_for.begin(), asked_for.end(), [&](const auto& one) {
      return std::any_of(one.reads.begin(), one.reads.end(), [&](const auto& read) {
        return read.first == form.name + ".complete" && read.second.is(Kind::boolean) &&
               !read.second.as_boolean();
      });
    });
  };
  const auto helps = [&](const std::string& name) {
    return std::any_of(out.ways.ways.begin(), out.ways.ways.end(), [&](const auto& way) {
      return std::any_of(way.begin(), way.end(),
                         [&](const FactChange& one) { return one.name == name; });
    });
  };
  const std::vector<Form>& forms = event.procedure().forms;
  for (Index f = 0; f < forms.size(); ++f) {
    const bool tells_all = !out.ways.is_proved && is_asked_for(forms[f]);
    const bool is_there = !state.slots[forms[f].present_slot].is_null();
    if (helps(forms[f].name) || (tells_all && !is_there)) {
      out.obstacles.push_back({is_not_there(forms[f], impl_->clause(forms[f].cites)), {}, true});
    }
    for (Reason& lack : lacks(state, f, incoming.at, book))
      if (tells_all || helps(lack.label)) out.obstacles.push_back({std::move(lack), {}, true});
  }
  return out;
}

Result<Stepper::Open> Stepper::ask(const CaseState& state, const Incoming& incoming,
                                   const OpenLimits& limits, ledger::Book& book) {
  AskedEvent event(*impl_, state, incoming, book);
  const std::vector<AskedFact> facts = event.facts(false);
  if (facts.size() > most_facts) return too_many();
  std::vector<const AskedFact*> all;
  std::vector<std::string> names;
  std::vector<Domain> domains;
  for (const AskedFact& fact : facts) {
    all.push_back(&fact);
    names.push_back(fact.name);
    domains.push_back(fact.domain);
  }
  AskedStep step(event, std::move(all), true);
  expression::Exploration exploration(step, domains, limits.runs, limits.cases);
  Open out;
  std::vector<Value> results;
  out.answer = expression::answer(exploration, names, domains, &results);
  out.outcomes = step.outcomes();
  if (event.opens()) return out;
  const std::vector<Form>& forms = event.procedure().forms;
  for (Index f = 0; f < forms.size(); ++f) {
    if (event.is_own(f) || !looks_at(forms[f], step.asking().looked_at) ||
        event.is_complete(forms[f]))
      continue;
    if (state.slots[forms[f].present_slot].is_null()) {
      out.unfinished.push_back(is_not_there(forms[f], impl_->clause(forms[f].cites)));
    } else {
      for (Reason& lack : lacks(state, f, incoming.at, book))
        out.unfinished.push_back(std::move(lack));
    }
  }
  return out;
}

}  // namespace aftercare::step
