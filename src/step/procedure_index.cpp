#include "step/procedure_index.hpp"

#include <algorithm>
#include <map>

#include "base/assert.hpp"
#include "step/entitlement.hpp"
#include "step/step.hpp"

namespace aftercare::step {

namespace {

const std::string no_term = "no term applies";

/// Finds what a derived value reads: in the end, or (`is_direct`) itself.
class Sources {
 public:
  Sources(const Procedure& procedure, const ProcedureIndex& index, bool is_direct = false)
      : procedure_(procedure),
        index_(index),
        is_seen_(procedure.frame_slots),
        is_direct_(is_direct) {}

  void add(const Formula& formula) {
    for (const SlotIndex slot : formula.reads) add(slot);
  }
  void add(const MaybeFormula& formula) {
    if (formula) add(*formula);
  }
  void add(SlotIndex slot) {
    if (slot == no_slot || slot >= procedure_.frame_slots || is_seen_[slot]) return;
    is_seen_[slot] = true;
    const Origin& origin = index_.origins[slot];
    if (is_direct_) {
      slots.push_back(slot);
      return;
    }
    switch (origin.is) {
      case Origin::Is::written:
        slots.push_back(slot);
        return;
      case Origin::Is::state:
        reads_state = true;
        return;
      case Origin::Is::clock_left:
        add(procedure_.at_slot);
        [[fallthrough]];
      case Origin::Is::clock_state:
      case Origin::Is::clock_due:
        clocks.push_back(origin.which);
        return;
      case Origin::Is::read:
        add(procedure_.reads[origin.which]);
        return;
      case Origin::Is::lookup:
        add(procedure_.at_slot);
        add(procedure_.lookups[origin.which].of);
        reads_registers = true;
        return;
      case Origin::Is::entitlement:
        add(procedure_.entitlements[origin.which]);
        return;
      case Origin::Is::form_complete:
        add(procedure_.forms[origin.which]);
        return;
    }
  }
  void add(const Form& form) {
    add(form.present_slot);
    for (const Field& field : form.fields) {
      add(field.slot);
      add(field.asked);
    }
    for (const Form::Signature& one : form.signatures) {
      add(one.slot);
      add(one.refused_slot);
    }
    for (const Condition& need : form.needs) add(need.holds);
  }
  void add(const Read& read) {
    // What it loads of each entry is its own.
    for (const auto& [field, slot] : read.entry_slots) is_seen_[slot] = true;
    for (const SlotIndex slot : {read.entry_at, read.entry_on, read.entry_by})
      if (slot != no_slot) is_seen_[slot] = true;
    reads_entries = true;
    reads_own_events = reads_own_events || read.from != Read::From::ledger;
    add(procedure_.at_slot);
    for (const MaybeFormula* formula :
         {&read.subject, &read.window_value, &read.filter, &read.value})
      add(*formula);
  }
  void add(const Entitlement& entitlement) {
    ++entitlements;
    if (!entitlement.day) add(procedure_.at_slot);
    add(entitlement.day);
    for (const Entitlement::Term& term : entitlement.terms) {
      add(term.from);
      add(term.lasts);
      add(term.restart);
      add(term.extended_by);
      add(term.calendar_choice);
      if (term.condition) add(term.condition->holds);
      for (const Condition& condition : term.holds_while) add(condition.holds);
      if (term.suspension) {
        add(procedure_.at_slot);
        add(procedure_.reads[term.suspension->read]);
        add(term.suspension->from);
        add(term.suspension->to);
      }
      if (term.replacements) {
        add(procedure_.reads[term.replacements->read]);
        add(term.replacements->from);
      }
    }
    for (const Condition& exclusion : entitlement.unless) add(exclusion.holds);
  }
  /// Whether it changes with more than the data of the case and the instant.
  [[nodiscard]] bool reads_derived() const noexcept {
    return reads_state || reads_entries || reads_registers || !clocks.empty();
  }

  std::vector<SlotIndex> slots;
  std::vector<Index> clocks;
  std::size_t entitlements = 0;
  bool reads_state = false, reads_entries = false, reads_own_events = false,
       reads_registers = false;

 private:
  const Procedure& procedure_;
  const ProcedureIndex& index_;
  std::vector<bool> is_seen_;
  bool is_direct_;
};

void find_origins(const Procedure& p, ProcedureIndex& index) {
  index.origins.resize(p.frame_slots);
  Index number = 0;
  const auto fill = [&](SlotIndex slot, Origin::Is is, std::size_t which) {
    if (slot != no_slot) index.origins[slot] = {is, static_cast<Index>(which), number};
  };
  fill(p.state_slot, Origin::Is::state, 0);
  for (std::size_t c = 0; c < p.clocks.size(); ++c) {
    ++number;
    fill(p.clocks[c].state_slot, Origin::Is::clock_state, c);
    ++number;
    fill(p.clocks[c].due_slot, Origin::Is::clock_due, c);
    ++number;
    fill(p.clocks[c].left_slot, Origin::Is::clock_left, c);
  }
  for (std::size_t r = 0; r < p.reads.size(); ++r) {
    ++number;
    fill(p.reads[r].slot, Origin::Is::read, r);
    for (const auto& [field, slot] : p.reads[r].result_slots) fill(slot, Origin::Is::read, r);
    fill(p.reads[r].by_slot, Origin::Is::read, r);
  }
  for (std::size_t l = 0; l < p.lookups.size(); ++l) {
    ++number;
    fill(p.lookups[l].slot, Origin::Is::lookup, l);
  }
  for (std::size_t e = 0; e < p.entitlements.size(); ++e) {
    ++number;
    const Entitlement& of = p.entitlements[e];
    for (const SlotIndex slot : {of.answer_slot, of.since_slot, of.until_slot, of.reason_slot,
                                 of.missing_slot, of.suspended_slot})
      fill(slot, Origin::Is::entitlement, e);
  }
  for (std::size_t f = 0; f < p.forms.size(); ++f) {
    if (p.forms[f].complete_slot == no_slot) continue;
    ++number;
    fill(p.forms[f].complete_slot, Origin::Is::form_complete, f);
  }
  index.first_let = static_cast<Index>(number + 1);
  index.derived = index.first_let + index.watched.size();
}

void note(ProcedureIndex& index, Index number, const Sources& sources, bool lasts) {
  const auto add = [number](std::vector<Index>& to) {
    if (to.empty() || to.back() != number) to.push_back(number);
  };
  for (const SlotIndex slot : sources.slots) add(index.after_write[slot]);
  for (const Index clock : sources.clocks) add(index.after_clock[clock]);
  if (sources.reads_state) add(index.after_move);
  if (sources.reads_own_events) add(index.after_event);
  if (!lasts) add(index.after_begin);
}

void find_dependencies(const Procedure& p, ProcedureIndex& index) {
  index.after_write.resize(p.frame_slots);
  index.after_clock.resize(p.clocks.size());
  for (SlotIndex slot = p.case_slots; slot < p.frame_slots; ++slot) {
    const Origin& origin = index.origins[slot];
    if (origin.is == Origin::Is::written) continue;
    Sources sources(p, index);
    sources.add(slot);
    // An entitlement that asks another is asked anew in each step: so is the other, and both are
    // told.
    note(index, origin.number, sources, !sources.reads_derived() && sources.entitlements < 2);
  }
  for (std::size_t l = 0; l < index.watched.size(); ++l) {
    for (const SlotIndex slot : p.lets[index.watched[l]].value.reads) {
      if (slot < p.frame_slots)
        index.after_write[slot].push_back(static_cast<Index>(index.first_let + l));
    }
  }
}

}  // namespace

clock::Terms terms_of(const Model& model, const Procedure& procedure, Index which,
                      const clock::Run& run) {
  const Clock& clock = procedure.clocks[which];
  const Pack& pack = model.packs[procedure.pack];
  const Index number = clock.calendar_choice ? run.calendar : clock.calendar;
  const Calendar* calendar = number < model.calendars.size() ? &model.calendars[number] : nullptr;
  if (clock.as_of_start && calendar != nullptr) {
    for (const KnownCalendar& known : model.known_calendars[number])
      if (known.since <= run.started) calendar = &known.calendar;
  }
  return {.zone = pack.zone,
          .calendar = calendar,
          .is_judged_by_elapsed = clock.judged == Conventions::Judged::elapsed,
          .start_day_counts = pack.conventions.start_day_counts,
          .roll = clock.roll,
          .leaves_edge_out = clock.window_to_exclusive,
          .pause_counts = static_cast<clock::PauseCounts>(clock.pause_counts)};
}

bool pauses_until_left(const Procedure& p, const Clock& clock, Index state) {
  const auto names = [&](const std::vector<HappeningId>& list, Happening::Is is) {
    return std::any_of(list.begin(), list.end(), [&](HappeningId h) {
      return p.happenings[h].is == is && p.happenings[h].index == state;
    });
  };
  return state != none && names(clock.pause, Happening::Is::enter) &&
         names(clock.resume, Happening::Is::leave);
}

ProcedureIndex::ProcedureIndex(const Model& model, const Procedure& p)
    : judged(p.happenings.size()),
      clocks(p.happenings.size()),
      enter(p.chart.size(), none),
      leave(p.chart.size(), none),
      done(p.chart.size(), none),
      chains(p.chart.size(), none),
      in_chart(p.happenings.size()) {
  for (std::size_t g = 0; g < p.guards.size(); ++g)
    guards.push_back(record::mark(record::Op::guard, static_cast<Index>(g)));
  for (Index h = 0; h < p.happenings.size(); ++h) {
    if (p.happenings[h].is == Happening::Is::enter) enter[p.happenings[h].index] = h;
    if (p.happenings[h].is == Happening::Is::leave) leave[p.happenings[h].index] = h;
    if (p.happenings[h].is == Happening::Is::done) done[p.happenings[h].index] = h;
  }
  for (Index d = 0; d < p.decisions.size(); ++d)
    if (p.decisions[d].has_chain()) chains[p.decisions[d].state] = d;
  for (const Index r : p.rules) {
    const Rule& rule = model.rules[r];
    if (rule.is == Rule::Is::right || !rule.reported_by.is_empty()) continue;
    if (rule.when.empty()) standing.push_back(r);
    for (const HappeningId h : rule.when) judged[h].push_back(r);
  }
  for (Index c = 0; c < p.clocks.size(); ++c) {
    const Clock& clock = p.clocks[c];
    for (const auto& [list, does] : {std::pair{&clock.start, ClockMove::start},
                                     {&clock.stop, ClockMove::stop},
                                     {&clock.pause, ClockMove::pause},
                                     {&clock.resume, ClockMove::resume},
                                     {&clock.restart, ClockMove::restart},
                                     {&clock.cancel, ClockMove::cancel}}) {
      for (const HappeningId h : *list) {
        if (clocks[h].empty() || clocks[h].back().clock != c) clocks[h].push_back({c, 0});
        ClockMove& move = clocks[h].back();
        unsigned all = (move.does | unsigned{does}) & ~unsigned{ClockMove::runs_on};
        if ((all & (ClockMove::resume | ClockMove::pause)) == ClockMove::resume)
          all |= ClockMove::runs_on;
        const Happening& happening = p.happenings[h];
        if (happening.is == Happening::Is::enter) all |= ClockMove::enters;
        if (happening.is == Happening::Is::leave) all |= ClockMove::leaves;
        if ((all & (ClockMove::enters | ClockMove::leaves)) != 0) move.state = happening.index;
        if (pauses_until_left(p, clock, move.state)) all |= ClockMove::holds;
        move.does = static_cast<std::uint16_t>(all);
      }
    }
    terms.push_back(terms_of(model, p, c, {}));
    first_reminder.push_back(static_cast<Index>(reminders));
    reminders += clock.reminders.size();
    if (clock.on_goal_change != Conventions::GoalChange::keep) following.push_back(c);
  }
  for (Index l = 0; l < p.lets.size(); ++l) {
    if (p.lets[l].happening != none) watched.push_back(l);
  }
  AFTERCARE_ASSERT(watched.size() <= 64, "at most 64 watched lets in a procedure");
  for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
    for (const chart::EventId e : p.chart.events(t)) in_chart[e] = true;
  }
  find_origins(p, *this);
  find_dependencies(p, *this);
  for (Index c = 0; c < p.clocks.size(); ++c) {
    const Clock& clock = p.clocks[c];
    bool moves = clock.breached != none && !clocks[clock.breached].empty();
    for (const Clock::Reminder& row : clock.reminders) moves = moves || row.happening != none;
    for (std::size_t l = 0; l < watched.size() && !moves; ++l) {
      Sources sources(p, *this);
      sources.add(p.lets[watched[l]].value);
      moves = std::find(sources.clocks.begin(), sources.clocks.end(), c) != sources.clocks.end();
    }
    moves_others.push_back(moves);
    for (const HappeningId h : {clock.met, clock.breached, clock.reassessed})
      clocks_are_heard = clocks_are_heard || (h != none && in_chart[h]);
    for (const Clock::Reminder& row : clock.reminders)
      clocks_are_heard = clocks_are_heard || (row.happening != none && in_chart[row.happening]);
  }
  Sources heard(p, *this);
  for (const Formula& guard : p.guards) heard.add(guard);
  for (const Index let : watched) heard.add(p.lets[let].value);
  clocks_are_heard = clocks_are_heard || !heard.clocks.empty();
  missing_names.resize(std::max<std::size_t>(p.frame_slots, p.slot_names.size()));
  for (std::size_t slot = 0; slot < p.slot_names.size(); ++slot)
    missing_names[slot] = Value::string(p.slot_names[slot]);
  for (const Entitlement& of : p.entitlements) {
    missing_names[of.answer_slot] = Value::string(of.name);
    std::vector<Value>& reasons = coverage_reasons.emplace_back();
    for (Index r = 0; r < reason_of_exclusion(of, of.unless.size()); ++r) {
      const std::string* label = reason_of(of, r).label;
      reasons.push_back(Value::string(label ? *label : no_term));
    }
  }
}

std::vector<Origin> circles_of(const Model& model, const Procedure& procedure) {
  const ProcedureIndex index(model, procedure);
  struct Node {
    Origin origin;
    std::vector<Index> reads;
    enum class Colour : std::uint8_t { fresh, open, closed } colour = Colour::fresh;
  };
  std::map<Index, Node> nodes;  // by number
  for (const Origin& origin : index.origins) {
    if (nodes.contains(origin.number)) continue;
    Sources direct(procedure, index, true);
    switch (origin.is) {
      case Origin::Is::read:
        direct.add(procedure.reads[origin.which]);
        break;
      case Origin::Is::lookup:
        direct.add(procedure.lookups[origin.which].of);
        break;
      case Origin::Is::entitlement:
        direct.add(procedure.entitlements[origin.which]);
        break;
      case Origin::Is::form_complete:
        direct.add(procedure.forms[origin.which]);
        break;
      default:
        continue;
    }
    Node& node = nodes[origin.number];
    node.origin = origin;
    for (const SlotIndex slot : direct.slots) node.reads.push_back(index.origins[slot].number);
  }
  std::vector<Origin> out;
  const auto walk = [&](const auto& again, Node& node) -> void {
    node.colour = Node::Colour::open;
    for (const Index number : node.reads) {
      const auto read = nodes.find(number);
      if (read == nodes.end() || read->second.colour == Node::Colour::closed) continue;
      if (read->second.colour == Node::Colour::open)
        out.push_back(read->second.origin);
      else
        again(again, read->second);
    }
    node.colour = Node::Colour::closed;
  };
  for (auto& [number, node] : nodes)
    if (node.colour == Node::Colour::fresh) walk(walk, node);
  return out;
}

}  // namespace aftercare::step
