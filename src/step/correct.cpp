// Putting a recorded fact right. The chart does not run again: what it did is taken from the
// record. Clocks and lets are folded again over the corrected facts; a happening that is no longer
// one takes what was judged on it along, a new one is judged now, and what stands follows.

#include "step/correct.hpp"

#include <algorithm>

#include "step/stepper_impl.hpp"

namespace aftercare::step {

std::vector<const Who*> reporters_of(const Procedure& procedure, SlotIndex slot) {
  std::vector<const Who*> out;
  const auto writes_form = [&](const Form& form) {
    return std::any_of(form.fields.begin(), form.fields.end(),
                       [&](const Field& field) {
                         return field.slot == slot || field.case_slot == slot;
                       }) ||
           std::any_of(form.signatures.begin(), form.signatures.end(), [&](const auto& one) {
             return one.slot == slot || one.refused_slot == slot;
           });
  };
  for (const Event& event : procedure.events) {
    if (event.is_of_time && event.opens == none) continue;  // nobody's deed
    const bool writes =
        event.at_slot == slot ||
        std::any_of(event.inputs.begin(), event.inputs.end(),
                    [&](const Input& input) {
                      return input.slot == slot || input.case_slot == slot;
                    }) ||
        (event.form != none && writes_form(procedure.forms[event.form]));
    if (writes) out.push_back(&event.by);
  }
  return out;
}

/// Whether somebody may correct what stands in the slots, or take the deed back; else the result
/// says why not. Where the procedure names nobody, they are who may report it, or do it.
bool Stepper::Impl::may_put_right(const Actor& actor, const char* deed,
                                  std::span<const SlotIndex> slots, const Who* by) {
  constexpr const char* not_he = "not the one who may put facts right";
  try {
    if (!procedure->corrections_by.is_empty())
      return permits(procedure->corrections_by, actor, deed, {}, not_he);
    if (by != nullptr && !by->is_empty() && !permits(*by, actor, deed, {}, not_he)) return false;
    for (const SlotIndex slot : slots) {
      const std::vector<const Who*> who = reporters_of(*procedure, slot);
      const bool may = who.empty() || std::any_of(who.begin(), who.end(), [&](const Who* one) {
                         std::optional<NotHe> why;
                         return one->is_empty() || check_by(*one, actor, why);
                       });
      if (!may) return permits(*who.front(), actor, deed, {}, not_he);
    }
    return true;
  } catch (const Fault& fault) {
    *result = fault.result(Outcome::Is::fault);
    return false;
  }
}

/// Whether corrected facts may be: none happened after this is recorded, and those that they name
/// are on their registers; else the result says what is not so.
bool Stepper::Impl::check_corrected(const Incoming& incoming) {
  bool is_good = true;
  for (std::size_t i = 0; i < incoming.slots.size(); ++i) {
    std::vector<Index> asked;
    const auto check = [&](Index in_register, SlotIndex slot, const std::string& name) {
      const bool is_it = slot == incoming.slots[i] && in_register != none &&
                         std::find(asked.begin(), asked.end(), in_register) == asked.end();
      if (!is_it || incoming.data[i].is_null()) return;
      asked.push_back(in_register);
      is_good = check_member(in_register, incoming.data[i], name, {}) && is_good;
    };
    for (const Field& field : procedure->fields) check(field.of_register, field.slot, field.name);
    for (const Event& event : procedure->events) {
      const Value& value = incoming.data[i];
      if (event.at_slot == incoming.slots[i] && value.is(Kind::instant) &&
          incoming.recorded < value.as_instant()) {
        refuse("recorded", event.name + ".at", {}, "recorded before it happened");
        is_good = false;
      }
      for (const Input& input : event.inputs) {
        check(input.of_register, input.slot, input.name);
        check(input.of_register, input.case_slot, input.name);
      }
    }
    for (const Form& form : procedure->forms)
      for (const Field& field : form.fields) check(field.of_register, field.slot, field.name);
  }
  return is_good;
}

StepResult Stepper::Impl::correct(CaseState& of, const Incoming& incoming, ledger::Book& with) {
  StepResult out;
  begin(of, with, incoming.at, incoming.recorded, out);
  const Procedure& p = *procedure;
  if (!may_put_right(incoming.actor, "correct", incoming.slots, nullptr)) return out;
  Folding fold_of;
  try {
    if (!check_corrected(incoming)) return out;
    folding = &fold_of;
    fold_of.before = derived_so_far(of.record);
    fold(steps_that_count(of.record, record::every_step, &incoming), incoming.recorded);
    come_to(incoming.at);
    set(p.at_slot, Value::instant(at));
    for (std::size_t i = 0; i < incoming.slots.size(); ++i) {
      data.varint(incoming.slots[i]);
      record::write(data, incoming.data[i]);
      ++data_count;
    }
    write_reason(incoming.reason);
    follow_fold(of, incoming.reason.empty() ? "the facts were put right" : incoming.reason);
    commit(record::Kind::correct, false, none, none, incoming.actor);
  } catch (const Fault& fault) {
    of.untold.clear();
    out = fault.result(Outcome::Is::fault);
  }
  still_stopped = fold_of.stopped;
  folding = nullptr;
  return out;
}

}  // namespace aftercare::step
