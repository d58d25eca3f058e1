// Forms: filled in, changed, signed in order, voided. The interface of this file is write_form(),
// check_form() and is_complete() of the step under way.
//
// Nothing of a form is stored but its data: fields, signatures, refusals and the number of the
// version in force. Whether it is complete follows from them.

#include <algorithm>

#include "step/convert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

std::string datum_name(const Form& form, SlotIndex slot) {
  for (const Field& field : form.fields)
    if (field.slot == slot) return form.name + "." + field.name;
  for (const Form::Signature& one : form.signatures)
    if (one.slot == slot) return form.name + ".signed." + one.name;
  return form.name;
}

using Does = Event::Does;

/// Puts down one datum of the form of an event, and with a field the case field of its name.
void Stepper::Impl::write_datum(const Event& event, std::size_t number, const Value& value) {
  const Form::Place place = procedure->forms[event.form].place(number);
  set(place.slot, value);
  if (place.case_slot != no_slot && !value.is_null()) set(place.case_slot, value);
  data.varint(event.inputs.size() + number);
  record::write(data, value);
  ++data_count;
}

void Stepper::Impl::tell_form(const Event& event, record::FormOp what, std::uint64_t number) {
  items.varints(static_cast<std::uint8_t>(record::Op::form), event.form,
                static_cast<std::uint64_t>(what), number);
}

bool Stepper::Impl::is_true(SlotIndex slot) const {
  if (slot == no_slot) return false;
  const Value& value = frame->slots[slot];
  return value.is(Kind::boolean) && value.as_boolean();
}

bool Stepper::Impl::has_signed(const Form::Signature& one) const {
  return is_true(one.slot) || (one.may_refuse && is_true(one.refused_slot));
}

/// Data of the form, and which version of it is in force. False: refused.
bool Stepper::Impl::write_form(const Event& event, const Incoming& incoming) {
  const Form& form = procedure->forms[event.form];
  if (event.does != Does::fills && frame->slots[form.present_slot].is_null()) {
    refuse("form", form.name, form.cites, "there is no such form yet");
    return false;
  }
  bool is_good = true;
  const auto number_next = [&] {
    if (form.version_slot == no_slot) return;
    const Value& last = frame->slots[form.version_slot];
    const auto number = last.is_null() ? std::nullopt : last.as_number().to_int64();
    const std::int64_t next = number.value_or(0) + 1;
    write_datum(event, form.version_datum(), Value::integer(next));
    if (next > 1) tell_form(event, record::FormOp::next_version, static_cast<std::uint64_t>(next));
  };
  // Where the form may not be refused, no bytes are spent on what it never has.
  const auto unsign = [&](const Value& value) {
    for (std::size_t s = 0; s < form.signatures.size(); ++s) {
      write_datum(event, form.signature_datum() + s, value);
      if (form.signatures[s].may_refuse) write_datum(event, form.refusal_datum() + s, value);
    }
  };
  switch (event.does) {
    case Does::signs:
      break;
    case Does::voids:
      for (std::size_t f = 0; f < form.fields.size(); ++f) write_datum(event, f, {});
      unsign({});
      write_datum(event, form.presence_datum(), {});
      tell_form(event, record::FormOp::is_void, 0);
      break;
    case Does::fills:
      set(form.present_slot, Value::instant(at));
      for (std::size_t f = 0; f < form.fields.size(); ++f) {
        const Field& field = form.fields[f];
        const std::size_t i = event.inputs.size() + f;
        Value value;
        if (i < incoming.given.size() && incoming.given[i]) {
          value = incoming.data[i];
          if (field.of_register != none) touch(field.slot);
          if (!value.is_null() && !check_member(field.of_register, value, field.name, form.cites))
            is_good = false;
        } else if (field.initial) {
          value = evaluate(*field.initial);
        }
        write_datum(event, f, value);
      }
      unsign(Value::boolean(false));
      number_next();
      break;
    case Does::changes: {
      bool is_another = false;
      for (std::size_t f = 0; f < form.fields.size(); ++f) {
        const Field& field = form.fields[f];
        const std::size_t i = event.inputs.size() + f;
        if (i >= incoming.given.size() || !incoming.given[i]) continue;
        const Value& value = incoming.data[i];
        touch(field.slot);
        if (!value.is_null() && !check_member(field.of_register, value, field.name, form.cites))
          is_good = false;
        is_another = is_another || !frame->slots[field.slot].equals(value);
        write_datum(event, f, value);
      }
      // What somebody has signed, or refused to, stays as he saw it.
      const bool is_marked =
          std::any_of(form.signatures.begin(), form.signatures.end(), [&](const auto& one) {
            return is_true(one.slot) || is_true(one.refused_slot);
          });
      if (!is_another || !is_marked) break;
      unsign(Value::boolean(false));
      number_next();
      break;
    }
  }
  return is_good;
}

/// What is missing but for signatures; needs are asked once all data are there.
std::vector<Stepper::Impl::Lack> Stepper::Impl::lacks_of(const Form& form) {
  std::vector<Lack> out;
  const auto look = [&](bool is_conditional) {
    for (const Field& field : form.fields) {
      if (field.asked.has_value() != is_conditional) continue;
      if (is_conditional || !field.type.is_optional()) ask_whether_null(field.slot);
      if (!frame->slots[field.slot].is_null()) continue;
      if (is_conditional ? holds(*field.asked) : !field.type.is_optional())
        out.push_back({.slot = field.slot});
    }
  };
  look(false);
  if (out.empty()) look(true);
  if (!out.empty()) return out;
  for (std::size_t n = 0; n < form.needs.size(); ++n)
    if (!holds(form.needs[n].holds)) out.push_back({.need = static_cast<Index>(n)});
  return out;
}

std::vector<Stepper::Impl::Lack> Stepper::Impl::signatures_missing(const Form& form) const {
  std::vector<Lack> out;
  for (std::size_t s = 0; s < form.signatures.size(); ++s) {
    const Form::Signature& one = form.signatures[s];
    if (!one.is_optional && !has_signed(one))
      out.push_back({.slot = one.slot, .place = static_cast<Index>(s)});
  }
  return out;
}

bool Stepper::Impl::is_complete(const Form& form) {
  if (frame->slots[form.present_slot].is_null()) return false;
  return signatures_missing(form).empty() && lacks_of(form).empty();
}

/// For views: what the form in force lacks.
std::vector<Reason> Stepper::Impl::what_lacks(const Form& form) {
  std::vector<Reason> out;
  const auto add = [&](const std::vector<Lack>& lacks) {
    for (const Lack& one : lacks) {
      if (one.need != none) {
        const Condition& need = form.needs[one.need];
        out.push_back({"need", need.label, clause(need.cites), what_is_open(need.holds)});
      } else if (one.place != none) {
        out.push_back({"signature", datum_name(form, one.slot), clause(form.cites),
                       "not signed by " + form.signatures[one.place].name});
      } else {
        out.push_back({"data", datum_name(form, one.slot), clause(form.cites),
                       "a value is required"});
      }
    }
  };
  add(lacks_of(form));
  add(signatures_missing(form));
  return out;
}

/// Whether the form that an event brings, changes or signs may come so; and its signatures. False:
/// refused, and the needs of the event cannot be asked.
bool Stepper::Impl::check_form(const Event& event, const Incoming& incoming) {
  if (event.form == none || event.does == Does::voids) return true;
  const Index number = event.form;
  const Form& form = procedure->forms[number];
  const std::vector<Lack> lacks = lacks_of(form);
  // What is not asked for does not belong on it.
  if (event.does != Does::signs && (lacks.empty() || lacks.front().need != none)) {
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      const Field& field = form.fields[f];
      const std::size_t i = event.inputs.size() + f;
      const bool is_given = i < incoming.given.size() && incoming.given[i];
      if (field.asked && is_given && !incoming.data[i].is_null() && !holds(*field.asked))
        refuse("data", field.name, form.cites, "it is not asked for here");
    }
  }
  const bool is_signing = event.does == Does::signs || !incoming.signed_by.empty();
  for (const Lack& one : lacks) {
    const std::string label = one.need != none ? form.needs[one.need].label
                                               : datum_name(form, one.slot);
    const Cites& cites = one.need != none ? form.needs[one.need].cites : form.cites;
    if (one.need != none)
      items.varints(static_cast<std::uint8_t>(record::Op::unmet_of_form), number, one.need);
    else
      items.varints(static_cast<std::uint8_t>(record::Op::lacking), number, one.slot);
    if (event.does != Does::signs && (event.is_request || is_signing)) {
      // Its own data by their names, as the event brings them.
      if (one.need != none) {
        refuse("need", label, cites, what_is_open(form.needs[one.need].holds));
      } else {
        const auto field = std::find_if(form.fields.begin(), form.fields.end(),
                                        [&](const Field& f) { return f.slot == one.slot; });
        refuse("data", field->name, cites, "a value is required");
      }
    } else if (is_signing) {
      refuse("signature", label, cites, "it is signed only once it is complete");
    } else {
      result->reasons.push_back(
          {one.need != none ? "need" : "data", label, clause(cites),
           one.need != none ? what_is_open(form.needs[one.need].holds)
                            : std::string("a value is required")});
      enter_finding(label, cites);
    }
  }
  if (result->is == Outcome::Is::refused)
    return std::all_of(lacks.begin(), lacks.end(), [](const Lack& one) { return one.need != none; });
  if (is_signing && !sign_form(event, form, incoming.signed_by, incoming.actor)) return false;
  if (event.does == Does::signs || form.is_signed_later || !lacks.empty()) return true;
  for (const Lack& one : signatures_missing(form)) {
    const std::string why = "not signed by " + form.signatures[one.place].name;
    if (event.is_request) {
      refuse("data", "signed", form.cites, why);
      continue;
    }
    const std::string label = datum_name(form, one.slot);
    items.varints(static_cast<std::uint8_t>(record::Op::lacking), number, one.slot);
    result->reasons.push_back({"data", label, clause(form.cites), why});
    enter_finding(label, form.cites);
  }
  return result->is != Outcome::Is::refused;
}

/// Signatures and refusals, in the order of the form. False: refused.
bool Stepper::Impl::sign_form(const Event& event, const Form& form, std::vector<Index> places,
                              const Actor& actor) {
  const auto count = static_cast<Index>(form.signatures.size());
  if (places.empty()) {
    // Who reports it signs for himself.
    for (Index s = 0; s < count; ++s) {
      const Form::Signature& one = form.signatures[s];
      const bool is_his = one.person == no_slot
                              ? one.role == actor.role && actor.role != none
                              : !actor.person.is_null() &&
                                    frame->slots[one.person].equals(actor.person);
      if (is_his && !is_true(one.slot)) {
        places.push_back(s);
        break;
      }
    }
    if (places.empty()) {
      refuse("signature", form.name, form.cites, "no place is left for who signs it");
      return false;
    }
  }
  std::sort(places.begin(), places.end(),
            [&](Index a, Index b) { return a % count < b % count; });
  bool is_good = true;
  const auto no = [&](const Form::Signature& one, std::string why) {
    refuse("signature", datum_name(form, one.slot), form.cites, std::move(why));
    is_good = false;
  };
  // Who had signed before this event: nobody signs behind his back.
  std::vector<bool> before(count);
  for (Index s = 0; s < count; ++s) before[s] = has_signed(form.signatures[s]);
  for (const Index mark : places) {
    const Index s = mark % count;
    const bool refuses = mark >= count;
    const Form::Signature& one = form.signatures[s];
    if (is_true(one.slot)) {
      no(one, one.name + " has signed already");
      continue;
    }
    if (refuses && !one.may_refuse) {
      no(one, one.name + " may not refuse to sign");
      continue;
    }
    bool is_in_order = true;
    for (Index e = 0; e < s && is_in_order; ++e) {
      const Form::Signature& earlier = form.signatures[e];
      if (earlier.is_optional || has_signed(earlier)) continue;
      no(one, one.name + " signs after " + earlier.name);
      is_in_order = false;
    }
    for (Index l = s + 1; l < count && is_in_order && !before[s]; ++l) {
      if (!before[l]) continue;
      no(one, one.name + " signs before " + form.signatures[l].name);
      is_in_order = false;
    }
    if (!is_in_order) continue;
    write_datum(event, (refuses ? form.refusal_datum() : form.signature_datum()) + s,
                Value::boolean(true));
    tell_form(event, refuses ? record::FormOp::is_refused : record::FormOp::is_signed, s);
    // Who had refused has signed after all.
    if (!refuses && is_true(one.refused_slot))
      write_datum(event, form.refusal_datum() + s, Value::boolean(false));
  }
  return is_good;
}

}  // namespace aftercare::step
