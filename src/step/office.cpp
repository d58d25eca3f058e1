// Who holds a post on the day, and who may act for its holder: asked of the registers, kept in the
// step. The interface of this file is permits(), may_act() and candidates() of the step under way.

#include <algorithm>
#include <tuple>

#include "step/convert.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

using ledger::Entry;

/// What a register says of a member on the day of the step; asked once in a step. Valid until the
/// next call. An answer that `tells` is written down with the step.
const Stepper::Impl::Consulted& Stepper::Impl::consult(Index in, std::string_view member,
                                                       Index field, bool tells) {
  const Register& of = model->registers[in];
  auto known = std::find_if(consulted.begin(), consulted.end(), [&](const Consulted& one) {
    return !one.is_ledger && one.in == in && one.field == field && one.member == member;
  });
  if (known == consulted.end()) {
    Consulted answer{in, field, false, std::string(member), false, false, {}};
    const Directory::Fact fact =
        look_up(of, member, field == none ? std::string_view() : of.fields[field].name);
    answer.is_member = fact.is_member;
    if (fact.is_member && field != none) {
      const Field& of_member = of.fields[field];
      if (!fact.value.is_null()) {
        auto fitted = convert(fact.value, of_member.type, pack().zone);
        if (!fitted) {
          throw Fault{of.name + "." + of_member.name + " of " + answer.member + ": " +
                          fitted.error().message,
                      of.span};
        }
        answer.value = std::move(*fitted);
      } else if (!of_member.type.is_optional()) {
        throw Fault{"the register " + of.name + " has no " + of_member.name + " of " +
                        answer.member + " on " + iso_text(day_of(at)),
                    of.span};
      }
    }
    known = consulted.insert(consulted.end(), std::move(answer));
  }
  if (tells && !known->is_told) {
    known->is_told = true;
    items.byte(static_cast<std::uint8_t>(record::Op::consulted));
    items.varint(in);
    items.varint(field == none ? 0 : field + 1U);
    items.varint(known->is_member ? 1 : 0);
    items.text(known->member);
    record::write(items, known->value);
  }
  return *known;
}

/// The same of the stretches in a ledger: what the last entry about the holder says that holds now.
const Stepper::Impl::Consulted& Stepper::Impl::consult(const Office::Stretches& in,
                                                       std::string_view holder, bool tells) {
  auto known = std::find_if(consulted.begin(), consulted.end(), [&](const Consulted& one) {
    return one.is_ledger && one.in == in.ledger && one.field == in.field && one.member == holder;
  });
  if (known == consulted.end()) {
    Consulted answer{in.ledger, in.field, true, std::string(holder), false, false, {}};
    const std::size_t fields = model->ledgers[in.ledger].fields.size();
    std::vector<Value> frame_of_entry(fields + parameters.size());
    std::copy(parameters.begin(), parameters.end(),
              frame_of_entry.begin() + static_cast<std::ptrdiff_t>(fields));
    const auto holds_now = [&](const Entry& entry) {
      for (std::size_t f = 0; f < fields; ++f)
        frame_of_entry[f] = f < entry.fields.size() ? entry.fields[f] : Value();
      if (in.filter) {
        const Value wanted = evaluate_in(*in.filter, frame_of_entry);
        if (!wanted.is(Kind::boolean) || !wanted.as_boolean()) return false;
      }
      const Value from = evaluate_in(in.from, frame_of_entry);
      const Value to = evaluate_in(in.to, frame_of_entry);
      // Of days both count; an instant at which it ends does not.
      const bool has_begun = from.is(Kind::instant) ? from.as_instant() <= at
                                                    : !from.is_null() && from.as_date() <= day_of(at);
      const bool is_over = to.is(Kind::instant) ? to.as_instant() <= at
                                                : !to.is_null() && to.as_date() < day_of(at);
      return has_begun && !is_over;
    };
    const Entry* last = nullptr;
    const auto is_later = [](const Entry& a, const Entry& b) {
      return std::tie(a.on, a.at, a.id) > std::tie(b.on, b.at, b.id);
    };
    if (book != nullptr) {
      const std::vector<std::uint64_t> ids = book->of(in.ledger, Value::string(holder));
      for (const std::uint64_t id : ids) {
        const Entry& entry = book->get(id);
        const bool is_own = state != nullptr && entry.case_id.equals(state->id) &&
                            entry.step > state->steps;
        if (entry.is_withdrawn || entry.replaced_by != 0 || is_own || !holds_now(entry)) continue;
        if (last == nullptr || is_later(entry, *last)) last = &entry;
      }
    }
    answer.is_member = last != nullptr;
    if (last != nullptr && in.field < last->fields.size()) answer.value = last->fields[in.field];
    known = consulted.insert(consulted.end(), std::move(answer));
  }
  if (tells && !known->is_told) {
    known->is_told = true;
    items.byte(static_cast<std::uint8_t>(record::Op::on_ledger));
    items.varint(in.ledger);
    items.varint(in.field == none ? 0 : in.field + 1U);
    items.varint(known->is_member ? 1 : 0);
    items.text(known->member);
    record::write(items, known->value);
  }
  return *known;
}

/// Whose office-holders act in this case; null where it does not say.
const Value& Stepper::Impl::unit_of_case() {
  if (!unit_now) {
    unit_now = Value();
    if (procedure != nullptr && procedure->unit) unit_now = evaluate(*procedure->unit);
  }
  return *unit_now;
}

bool Stepper::Impl::holds_office(const Office& office, std::string_view person, bool tells) {
  if (!consult(office.in, person, none, tells).is_member) return false;
  if (office.holds) {
    const std::size_t fields = model->registers[office.in].fields.size();
    std::vector<Value> in(fields + parameters.size());
    for (const SlotIndex slot : office.holds->reads) {
      if (slot < fields) in[slot] = consult(office.in, person, slot, tells).value;
    }
    std::copy(parameters.begin(), parameters.end(),
              in.begin() + static_cast<std::ptrdiff_t>(fields));
    const Value holds = evaluate_in(*office.holds, in);
    if (!holds.is(Kind::boolean))
      throw Fault{office.holds->text + " is neither true nor false", office.holds->span};
    if (!holds.as_boolean()) return false;
  }
  if (office.unit == none) return true;
  const Value own = consult(office.in, person, office.unit, tells).value;
  return !own.is_null() && own.equals(unit_of_case());
}

bool Stepper::Impl::is_absent(const Office& office, std::string_view person, bool tells) {
  if (office.absent.is_empty()) return false;
  if (office.absent.stretches) return consult(*office.absent.stretches, person, tells).is_member;
  const Consulted& said = consult(office.absent.in, person, office.absent.field, tells);
  if (office.absent.field == none) return said.is_member;
  return said.value.is(Kind::boolean) && said.value.as_boolean();
}

/// The person whom a path names for a holder; empty: nobody.
std::string Stepper::Impl::named_for(const Office::Path& path, std::string_view holder,
                                     bool tells) {
  if (path.is_empty()) return {};
  const Consulted& said = path.stretches ? consult(*path.stretches, holder, tells)
                                         : consult(path.in, holder, path.field, tells);
  return said.value.is(Kind::string) ? std::string(said.value.as_string()) : std::string();
}

/// Who may act now where this person holds the post: he, or those who act for him.
void Stepper::Impl::add_candidates(const Office& office, const std::string& holder,
                                   std::vector<Candidate>& to) {
  const bool is_away = is_absent(office, holder, false);
  if (!is_away) to.push_back({holder, {}, Authority::own});
  const auto add = [&](std::string person, Authority authority) {
    if (person.empty() || person == holder || is_absent(office, person, false)) return;
    to.push_back({std::move(person), holder, authority});
  };
  if (is_away) add(named_for(office.stand_in, holder, false), Authority::stand_in);
  add(named_for(office.delegate, holder, false), Authority::delegate);
}

/// Who holds the post on the day, in order of their names; none: nobody can list them.
std::optional<std::vector<std::string>> Stepper::Impl::holders(const Office& office) {
  if (directory == nullptr) return std::nullopt;
  const Register& in = model->registers[office.in];
  auto members = directory->members(in.name, day_of(at));
  if (!members) throw Outage{{"the register " + in.name + ": " + members.error().message, in.span}};
  if (!*members) return std::nullopt;
  std::vector<std::string> out;
  for (std::string& one : **members)
    if (holds_office(office, one, false)) out.push_back(std::move(one));
  return out;
}

std::optional<std::vector<Stepper::Candidate>> Stepper::Impl::candidates(const Office& office) {
  const auto all = holders(office);
  if (!all) return std::nullopt;
  std::vector<Candidate> out;
  for (const std::string& holder : *all) add_candidates(office, holder, out);
  return out;
}

/// "zhao or wang for li"; the post, where nobody can list its holders.
std::string Stepper::Impl::candidates_text(std::span<const Candidate> all) {
  std::string out;
  for (const Candidate& one : all) {
    out += (out.empty() ? "" : " or ") + one.person;
    if (!one.on_behalf_of.empty()) out += " for " + one.on_behalf_of;
  }
  return out.empty() ? "nobody" : out;
}

Who Stepper::Impl::named(const Who& who) {
  if (!who.formula || who.formula->type.is() != Type::Is::symbol) return who;
  const Value word = evaluate(*who.formula);
  Who out;
  if (!word.is(Kind::symbol)) return out;
  const Chain& chain = model->chains[model->word_sets[word.symbol_set()].chains[word.symbol_index()]];
  for (const Index post : chain.posts) out.roles.push_back(chain.parts[post].role);
  return out;
}

/// The posts and persons of the case that may act, and who that is.
std::vector<Stepper::Seat> Stepper::Impl::seats(const Who& of) {
  std::vector<Seat> out;
  Who who;
  try {
    who = named(of);
  } catch (const Fault&) {
    return out;  // what cannot be worked out names nobody
  }
  for (const Index role : who.roles) {
    Seat& seat = out.emplace_back();
    seat.role = role;
    if (!model->roles[role].office) continue;
    try {
      if (auto all = candidates(*model->roles[role].office)) {
        seat.is_listed = true;
        seat.who = std::move(*all);
      }
    } catch (const Fault&) {
      // A register that cannot be asked names nobody.
    }
  }
  for (const SlotIndex slot : who.persons) {
    Seat& seat = out.emplace_back();
    seat.person = slot;
    if (!frame->slots[slot].is(Kind::string)) continue;
    seat.is_listed = true;
    seat.who.push_back({std::string(frame->slots[slot].as_string()), {}, Authority::own});
  }
  return out;
}

std::string Stepper::Impl::who_may_text(Index role) {
  const auto all = candidates(*model->roles[role].office);
  return all ? candidates_text(*all) : model->roles[role].name;
}

/// Whether the one who acts may do so for a holder of the post: as himself, or for somebody else.
std::optional<Stepper::Impl::NotHe> Stepper::Impl::acts_for(const Office& office,
                                                            const std::string& holder,
                                                            const Actor& actor, Actor& as,
                                                            const std::string& who_may) {
  const std::string person(actor.person.as_string());
  const std::string day = iso_text(day_of(at));
  if (is_absent(office, person, true))
    return NotHe{"absent", person + " is absent on " + day + "; who may: " + who_may};
  if (person == holder) return std::nullopt;
  const bool is_away = is_absent(office, holder, true);
  const bool stands_in = named_for(office.stand_in, holder, true) == person;
  as.on_behalf_of = Value::string(holder);
  if (stands_in && is_away) {
    as.authority = Authority::stand_in;
    return std::nullopt;
  }
  if (named_for(office.delegate, holder, true) == person) {
    as.authority = Authority::delegate;
    return std::nullopt;
  }
  if (!is_away) {
    return NotHe{"present",
                 holder + " is present on " + day + " and acts himself; who may: " + who_may};
  }
  return NotHe{"post", person + " neither stands in for " + holder + " on " + day +
                           " nor has his delegation; who may: " + who_may};
}

/// Whether the one who acts holds the post or acts for its holder; else why not, and who may.
std::optional<Stepper::Impl::NotHe> Stepper::Impl::may_act(Index role, const Actor& actor,
                                                           Actor& as) {
  const Office& office = *model->roles[role].office;
  const std::string& post = model->roles[role].name;
  as = actor;
  as.role = role;
  if (auto stranger = is_known(office, post, actor)) {
    stranger->help += who_may_text(role);
    return stranger;
  }
  const std::string holder(actor.on_behalf_of.is_null() ? actor.person.as_string()
                                                        : actor.on_behalf_of.as_string());
  if (!holds_office(office, holder, true)) {
    return NotHe{"post", holder + " does not hold the post " + post + " on " +
                             iso_text(day_of(at)) + "; who may: " + who_may_text(role)};
  }
  auto refusal = acts_for(office, holder, actor, as, {});
  if (refusal) refusal->help += who_may_text(role);
  return refusal;
}

/// That the persons named are on the register of the post at all; else why not, up to who may.
std::optional<Stepper::Impl::NotHe> Stepper::Impl::is_known(const Office& office,
                                                            const std::string& post,
                                                            const Actor& actor) {
  const std::string& in = model->registers[office.in].name;
  if (actor.person.is_null()) {
    return NotHe{"post", "the post " + post + " is filled from the register " + in +
                             ": say which person acts; who may: "};
  }
  for (const Value* person : {&actor.person, &actor.on_behalf_of}) {
    if (person->is_null() || consult(office.in, person->as_string(), none, true).is_member)
      continue;
    return NotHe{"register", "the register " + in + " has no " + std::string(person->as_string()) +
                                 " on " + iso_text(day_of(at)) + "; who may: "};
  }
  return std::nullopt;
}

/// Whether the one who acts is among those who may; else refuses, and says who may.
bool Stepper::Impl::permits(const Who& by, const Actor& actor, const std::string& name,
                            const Cites& cites, const char* otherwise) {
  std::optional<NotHe> why;
  if (check_by(by, actor, why)) return true;
  if (why) {
    refuse(std::move(why->code), name, cites, std::move(why->help));
  } else {
    std::vector<std::string> names;  // a field often bears the name of its role
    const auto add = [&](const std::string& one) {
      if (std::find(names.begin(), names.end(), one) == names.end()) names.push_back(one);
    };
    for (const Index role : by.roles) add(model->roles[role].name);
    for (const SlotIndex slot : by.persons) add(procedure->slot_names[slot]);
    std::string help = otherwise;
    for (std::size_t i = 0; i < names.size(); ++i)
      help += (i == 0 ? "; who may: " : ", ") + names[i];
    refuse("by", name, cites, std::move(help));
  }
  return false;
}

}  // namespace aftercare::step
