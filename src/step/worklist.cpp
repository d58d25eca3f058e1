// Cases that wait in line. Each has an entry in the ledger of its list, which stands as long as it
// waits; who takes one out of its turn says why. The interface of this file is takes_out_of_turn().
#include "step/worklist.hpp"

#include "step/stepper_impl.hpp"
#include "table/value_set.hpp"

namespace aftercare::step {

namespace {

/// Of two values of one type that has an order; null comes last.
int compare(const Value& a, const Value& b, bool is_descending) noexcept {
  if (a.is_null() || b.is_null())
    return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
  const int out = table::compare(a, b);
  return is_descending ? -out : out;
}

}  // namespace

bool comes_before(const Worklist& list, const ledger::Entry& a, const ledger::Entry& b) noexcept {
  for (std::size_t i = 0; i < list.order.size(); ++i) {
    if (i >= a.fields.size() || i >= b.fields.size()) break;
    const int by = compare(a.fields[i], b.fields[i], list.order[i].is_descending);
    if (by != 0) return by < 0;
  }
  if (!a.fields.empty() && !b.fields.empty()) {
    const int opened = compare(a.fields.back(), b.fields.back(), false);
    if (opened != 0) return opened < 0;
  }
  return compare(a.case_id, b.case_id, false) < 0;
}

bool Stepper::Impl::is_waiting(const Worklist& list) const {
  for (const Index which : list.states)
    if (configuration.contains(which)) return true;
  return false;
}

/// Whether the list is theirs: of who it is for, in the case or by the role.
bool Stepper::Impl::is_list_of(const Worklist& list, const ledger::Entry& mine,
                               const Actor& actor) {
  if (!list.who.persons.empty()) {
    if (!actor.person.is_null() && actor.person.equals(mine.subject)) return true;
    // A host that names no persons vouches for the role alone, where the field bears its name.
    if (actor.person.is_null() && actor.role != none) {
      for (const SlotIndex slot : list.who.persons)
        if (model->roles[actor.role].name == procedure->slot_names[slot]) return true;
    }
    if (list.who.roles.empty()) return false;
  }
  const auto acted = acting;
  std::optional<NotHe> why;
  const bool is_theirs = check_by(list.who, actor, why);
  acting = acted;
  return is_theirs;
}

/// Of a deed that has moved the chart: whether somebody for whom a list is takes this case out of
/// it, although others stand before it. What may be refused is, without a reason (true); what has
/// happened is entered as a finding then. Requires: before the step is committed.
bool Stepper::Impl::takes_out_of_turn(const Incoming& incoming, bool may_refuse) {
  if (incoming.is_own) return false;
  for (const Index which : procedure->worklists) {
    const Worklist& list = model->worklists[which];
    if (is_waiting(list)) continue;
    for (const Standing& standing : state->standing) {
      if (standing.rule != list.rule) continue;
      const ledger::Entry mine = book->get(standing.entry);
      if (!is_list_of(list, mine, incoming.actor)) continue;
      const auto [before, first_id] =
          book->ahead_of(mine, [&](const ledger::Entry& a, const ledger::Entry& b) {
            return comes_before(list, a, b);
          });
      if (before == 0) continue;
      const ledger::Entry first = book->get(first_id);
      const bool has_reason = !incoming.reason.empty();
      const std::string help = std::to_string(before) + " before it, first " +
                               std::string(first.case_id.as_string()) + "; a reason is required";
      if (!has_reason && may_refuse) {
        const bool asks = asking != nullptr;
        if (asks) touch_all();
        if (!asks) *result = {};
        refuse("out_of_turn", list.name, list.cites, help);
        return true;
      }
      if (!has_reason) {
        Reason why{"out_of_turn", list.name, clause(list.cites), help};
        if (asking != nullptr) {
          asking->obstacles.push_back({std::move(why), nullptr});
          continue;
        }
        result->reasons.push_back(std::move(why));
        enter_finding(list.name, list.cites);
      }
      if (asking != nullptr) continue;
      items.varints(static_cast<std::uint8_t>(record::Op::out_of_turn), which, before);
      items.text(first.case_id.as_string());
      if (has_reason) write_reason(incoming.reason);
    }
  }
  return false;
}

}  // namespace aftercare::step
