#include "engine/resolve.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "step/convert.hpp"

namespace aftercare::engine {

using step::Incoming;
using step::Index;
using step::none;

namespace {

const Zone& zone_of(const step::Model& model, Index procedure) {
  const Index pack = procedure == none ? Index{0} : model.procedures[procedure].pack;
  return model.packs[pack].zone;
}

std::string clause_of(const step::Model& model, const step::Cites& cites) {
  return cites.empty() ? std::string() : model.clauses[cites.front()].id;
}

}  // namespace

std::vector<Reason> Resolved::told() const {
  std::vector<Reason> out = reasons;
  for (std::size_t i = 0; i < out.size() && i < nearest.size(); ++i)
    if (!nearest[i].empty()) out[i].help += "; did you mean '" + nearest[i] + "'?";
  return out;
}

bool has_control(std::string_view name) noexcept {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void Resolved::refuse(std::string code, std::string label, std::string help, std::string near) {
  reasons.push_back({std::move(code), std::move(label), clause, std::move(help)});
  nearest.push_back(std::move(near));
}

Names::Names(const step::Model& model) : model_(model) {
  const auto add = [&](const std::string& name, Target target) {
    targets_[name].push_back(target);
    if (target.procedure != none)
      targets_[model.procedures[target.procedure].name + "." + name].push_back(target);
  };
  for (Index r = 0; r < model.roles.size(); ++r) roles_.emplace(model.roles[r].name, r);
  for (Index p = 0; p < model.procedures.size(); ++p) {
    const step::Procedure& procedure = model.procedures[p];
    procedures_.emplace(procedure.name, p);
    for (Index e = 0; e < procedure.events.size(); ++e)
      if (!procedure.events[e].is_of_time)
        add(procedure.events[e].name, {Incoming::Is::event, p, e, none});
    for (Index d = 0; d < procedure.decisions.size(); ++d) {
      const auto& outcomes = procedure.decisions[d].outcomes;
      for (Index o = 0; o < outcomes.size(); ++o) {
        if (o != procedure.decisions[d].lapse)
          add(outcomes[o].first, {Incoming::Is::decision, p, d, o});
      }
    }
  }
  for (Index r = 0; r < model.rules.size(); ++r) {
    const step::Rule& rule = model.rules[r];
    if (rule.is == step::Rule::Is::right) {
      add(rule.name, {Incoming::Is::right, rule.procedure, r, none});
    } else if (!rule.reported_by.is_empty()) {
      add(rule.name, {Incoming::Is::by_hand, none, r, none});
    }
  }
  for (Index l = 0; l < model.ledgers.size(); ++l) {
    if (model.ledgers[l].is_by_hand) add(model.ledgers[l].name, {Incoming::Is::row, none, l, none});
  }
}

const std::vector<Target>& Names::find(std::string_view name) const noexcept {
  static const std::vector<Target> nothing;
  const auto found = targets_.find(std::string(name));
  return found == targets_.end() ? nothing : found->second;
}

std::string Names::suggestion(std::string_view misspelt) const {
  std::vector<std::string> names;
  for (const auto& [name, targets] : targets_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return base::closest(misspelt, names).value_or(std::string());
}

Index Names::role(std::string_view name) const noexcept {
  const auto found = roles_.find(std::string(name));
  return found == roles_.end() ? none : found->second;
}

std::string Names::nearest_role(std::string_view misspelt) const {
  std::vector<std::string> names;
  for (const step::Role& role : model_.roles) names.push_back(role.name);
  return base::closest(misspelt, names).value_or(std::string());
}

Index Names::procedure(std::string_view name) const noexcept {
  const auto found = procedures_.find(std::string(name));
  return found == procedures_.end() ? none : found->second;
}

namespace {

Index pack_of(const step::Model& model, const Target& target) {
  if (target.procedure != none) return model.procedures[target.procedure].pack;
  return target.is == Incoming::Is::row ? model.ledgers[target.index].pack
                                        : model.rules[target.index].pack;
}

}  // namespace

bool Names::is_one(const Target& a, const Target& b) const noexcept {
  if (a.procedure == b.procedure && a.procedure != none) return true;
  if (a.procedure == none || b.procedure == none) {
    return a.procedure == b.procedure && a.is == b.is &&
           model_.packs[pack_of(model_, a)].family == model_.packs[pack_of(model_, b)].family;
  }
  const Index family = model_.procedures[a.procedure].family;
  return family != none && family == model_.procedures[b.procedure].family;
}

const Target* Names::in_force(const Event& event, const Target& any) const {
  const std::vector<Target>& all = find(event.name);
  const Target* nearest = nullptr;
  for (const Target& one : all) {
    if (one.is != any.is || !is_one(one, any)) continue;
    const step::Pack& pack = model_.packs[pack_of(model_, one)];
    // What does not fit one version may fit another: each is read by its own.
    const rt::Date day = one.procedure == none
                             ? pack.zone.date(event.at)
                             : step::pinned_day(model_, one.procedure, resolve(event, one).incoming);
    if (pack.governs(day)) return &one;
    const bool has_begun = !pack.has_effective_from || pack.effective_from <= day;
    if (nearest == nullptr || has_begun) nearest = &one;
  }
  return nearest;
}

Resolved Names::begin(const Event& event) const {
  Resolved out;
  Incoming& in = out.incoming;
  in.at = event.at;
  in.recorded = event.recorded.value_or(event.at);
  in.reason = event.reason;
  if (!event.actor.role.empty()) {
    in.actor.role = role(event.actor.role);
    if (in.actor.role == none)
      out.refuse("role", event.actor.role, "no such role in these packs",
                 nearest_role(event.actor.role));
  }
  const std::string& person = event.actor.person;
  if (has_control(person))
    out.refuse("data", "person", "the name of a person holds a control character");
  if (!person.empty()) in.actor.person = Value::string(person);
  if (!event.actor.on_behalf_of.empty())
    in.actor.on_behalf_of = Value::string(event.actor.on_behalf_of);
  return out;
}

Resolved Names::resolve(const Event& event, const Target& target) const {
  Resolved out = begin(event);
  Incoming& in = out.incoming;
  in.is = target.is;
  in.index = target.index;
  in.outcome = target.outcome;
  const Zone& zone = zone_of(model_, target.procedure);

  // What data the target takes: (name, type), in the order of Incoming::data.
  std::vector<std::pair<std::string_view, const Type*>> shape;
  const step::Form* form = nullptr;
  std::string_view subject_name;
  const Type* subject_type = nullptr;
  static const Type person = Type::string();
  switch (target.is) {
    case Incoming::Is::event: {
      const step::Event& to = model_.procedures[target.procedure].events[target.index];
      out.clause = clause_of(model_, to.cites);
      for (const step::Input& input : to.inputs) shape.emplace_back(input.name, &input.type);
      if (to.form != none) {
        const step::Procedure& p = model_.procedures[target.procedure];
        if (to.does != step::Event::Does::voids) form = &p.forms[to.form];
        for (const step::Field& field : p.brought(to)) shape.emplace_back(field.name, &field.type);
      }
      break;
    }
    case Incoming::Is::by_hand:
    case Incoming::Is::right: {
      const step::Rule& rule = model_.rules[target.index];
      out.clause = clause_of(model_, rule.cites);
      for (const step::Input& input : rule.inputs) shape.emplace_back(input.name, &input.type);
      if (target.is == Incoming::Is::by_hand) {
        subject_name = "who";
        subject_type = &person;
      }
      break;
    }
    case Incoming::Is::row: {
      const step::Ledger& ledger = model_.ledgers[target.index];
      out.clause = clause_of(model_, ledger.cites);
      for (const step::Field& field : ledger.fields) shape.emplace_back(field.name, &field.type);
      subject_name = ledger.subject;
      subject_type = &ledger.subject_type;
      break;
    }
    default:
      break;
  }
  in.data.resize(shape.size());
  in.given.resize(shape.size());
  for (const auto& [name, value] : event.data) {
    bool is_known = false;
    if (!subject_name.empty() && name == subject_name) {
      auto fitted = step::convert(value, *subject_type, zone);
      if (fitted) {
        in.subject = std::move(*fitted);
      } else {
        out.refuse("data", name, fitted.error().message);
      }
      is_known = true;
    }
    const bool is_refusal = name == "refused";
    const bool is_brought =
        std::any_of(shape.begin(), shape.end(), [&](const auto& one) { return one.first == name; });
    if (form != nullptr && (name == "signed" || (is_refusal && !is_brought))) {
      is_known = true;
      std::vector<Value> signers;
      // One name, or a list; a text such as "[customer, clerk]" is a list too.
      static const Type names = Type::list(Type::string());
      const bool is_written_list =
          value.is(Kind::string) && !value.as_string().empty() && value.as_string().front() == '[';
      auto read = is_written_list ? step::convert(value, names, zone) : Result<Value>(value);
      if (!read) {
        out.refuse("data", name, read.error().message);
      } else if (read->is(Kind::list)) {
        signers.assign(read->items().begin(), read->items().end());
      } else if (!read->is_null()) {
        signers.push_back(std::move(*read));
      }
      for (const Value& signer : signers) {
        const auto found = std::find_if(
            form->signatures.begin(), form->signatures.end(), [&](const step::Form::Signature& s) {
              return signer.is(Kind::string) && s.name == signer.as_string();
            });
        if (found == form->signatures.end()) {
          std::vector<std::string> known;
          for (const step::Form::Signature& one : form->signatures) known.push_back(one.name);
          const std::string written(signer.is(Kind::string) ? std::string(signer.as_string())
                                                            : signer.to_text());
          out.refuse("data", name,
                     "the form has no place for the signature \"" + written + "\"",
                     base::closest(written, known).value_or(std::string()));
        } else {
          const auto place = static_cast<Index>(found - form->signatures.begin());
          in.signed_by.push_back(
              is_refusal ? static_cast<Index>(place + form->signatures.size()) : place);
        }
      }
      continue;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i].first != name) continue;
      is_known = true;
      auto fitted = step::convert(value, *shape[i].second, zone);
      if (!fitted) {
        out.refuse("data", name, fitted.error().message);
      } else {
        in.data[i] = std::move(*fitted);
        in.given[i] = true;
      }
    }
    if (!is_known) {
      std::vector<std::string> known;
      for (const auto& [taken, type] : shape) known.emplace_back(taken);
      if (!subject_name.empty()) known.emplace_back(subject_name);
      out.refuse("data", name, "the event brings no such datum",
                 base::closest(name, known).value_or(std::string()));
    }
  }
  return out;
}

Resolved Names::resolve_correction(const Event& event, Index procedure) const {
  Resolved out = begin(event);
  Incoming& in = out.incoming;
  in.is = Incoming::Is::correct;
  const step::Procedure& p = model_.procedures[procedure];
  const Zone& zone = zone_of(model_, procedure);
  const auto put = [&](const std::string& name, const Value& value, const Type& type,
                       step::SlotIndex slot) {
    auto fitted = step::convert(value, type, zone);
    if (!fitted) {
      out.refuse("data", name, fitted.error().message);
      return;
    }
    in.slots.push_back(slot);
    in.data.push_back(std::move(*fitted));
  };
  for (const auto& [name, value] : event.data) {
    bool is_known = false;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) {
      for (const step::Field& field : p.fields) {
        if (field.name != name) continue;
        is_known = true;
        put(name, value, field.type, field.slot);
      }
    } else {
      const std::string_view fact(name.data(), dot), part = std::string_view(name).substr(dot + 1);
      for (const step::Event& of : p.events) {
        if (of.name != fact) continue;
        if (part == "at" && of.at_slot != step::no_slot) {
          is_known = true;
          put(name, value, Type::instant(), of.at_slot);
        }
        for (const step::Input& input : of.inputs) {
          if (input.name != part) continue;
          is_known = true;
          if (input.slot != step::no_slot) put(name, value, input.type, input.slot);
          if (input.case_slot != step::no_slot) put(name, value, input.type, input.case_slot);
        }
      }
      for (const step::Form& form : p.forms) {
        if (form.name != fact) continue;
        for (const step::Field& field : form.fields) {
          if (field.name != part) continue;
          is_known = true;
          put(name, value, field.type, field.slot);
          if (field.case_slot != step::no_slot) put(name, value, field.type, field.case_slot);
        }
        // Who has signed, or has refused to: never both.
        for (const step::Form::Signature& one : form.signatures) {
          const bool is_signature = part == "signed." + one.name;
          const bool is_refusal =
              part == "refused." + one.name && one.refused_slot != step::no_slot;
          if (!is_signature && !is_refusal) continue;
          is_known = true;
          put(name, value, Type::boolean(), is_signature ? one.slot : one.refused_slot);
          const bool is_so = !in.data.empty() && in.data.back().is(Kind::boolean) &&
                             in.data.back().as_boolean();
          if (is_so && one.refused_slot != step::no_slot)
            put(name, Value::boolean(false), Type::boolean(),
                is_signature ? one.refused_slot : one.slot);
        }
      }
    }
    if (!is_known) out.refuse("data", name, "the case has no such field");
  }
  if (event.data.empty()) out.refuse("data", "correct", "nothing to put right");
  return out;
}

std::vector<Incoming::Deed> Names::deeds(std::string_view name, Index procedure) const {
  if (name == "correct") return {{Incoming::Is::correct, none, none}};
  std::vector<Incoming::Deed> out;
  for (const Target& target : find(name)) {
    if (target.procedure == procedure && procedure != none)
      out.push_back({target.is, target.index, target.outcome});
  }
  return out;
}

Resolved Names::resolve_retraction(const Event& event, Index procedure) const {
  Resolved out = begin(event);
  Incoming& in = out.incoming;
  in.is = Incoming::Is::retract;
  bool is_named = false;
  for (const auto& [name, value] : event.data) {
    if (name != "fact" || !value.is(Kind::string)) {
      out.refuse("data", name, "the event brings no such datum",
                 base::closest(name, std::vector<std::string>{"fact"}).value_or(std::string()));
      continue;
    }
    is_named = true;
    const std::string fact(value.as_string());
    in.deeds = deeds(fact, procedure);
    if (!in.deeds.empty()) continue;
    std::vector<std::string> known{"correct"};
    for (const auto& [other, targets] : targets_) {
      if (!deeds(other, procedure).empty()) known.push_back(other);
    }
    std::sort(known.begin(), known.end());
    out.refuse("data", fact, "this case knows no such event",
               base::closest(fact, known).value_or(std::string()));
  }
  if (!is_named && out.reasons.empty())
    out.refuse("data", "retract", "say what is taken back: {fact: name of the event}");
  return out;
}

std::string Names::key_of(const Incoming& incoming, Index procedure) const {
  const step::Procedure& p = model_.procedures[procedure];
  if (p.key_slot == step::no_slot || incoming.is != Incoming::Is::event) return {};
  const step::Event& event = p.events[incoming.index];
  for (std::size_t i = 0; i < event.inputs.size(); ++i) {
    if (event.inputs[i].case_slot == p.key_slot && incoming.given[i] && !incoming.data[i].is_null())
      return step::to_text(incoming.data[i], model_, zone_of(model_, procedure));
  }
  if (const auto fields = p.brought(event); !fields.empty()) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const std::size_t i = event.inputs.size() + f;
      if (fields[f].case_slot == p.key_slot && incoming.given[i])
        return step::to_text(incoming.data[i], model_, zone_of(model_, procedure));
    }
  }
  return {};
}

}  // namespace aftercare::engine
