// Who acts or answers: roles and persons by name, or whom a formula gives.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

Who Linker::who(PackDecl& pack, const Frame* frame, const Node& node, Language language,
                const Facts& facts, const std::optional<Type>& chains) {
  Who who;
  struct Named {
    std::string_view name;
    SourceSpan span;
  };
  std::vector<Named> named;
  std::optional<Written> by_facts;
  std::string by_facts_as_written;
  std::size_t matters = 0;
  const auto add = [&](const Node& scalar) {
    const std::vector<Part> parts = split_or(scalar.text, language);
    for (const Part& part : parts) {
      const std::size_t end = part.begin + part.text.size();
      if (const auto matter = matter_in(pack, scalar, part.begin, end, language)) {
        ++matters;
        if (matter->number == none) continue;
        if (matter->asked.is_empty()) {
          for (const Index role : roles_of(model_->responsibles[matter->number])) {
            if (std::find(who.roles.begin(), who.roles.end(), role) == who.roles.end())
              who.roles.push_back(role);
          }
        } else if (parts.size() > 1 || !node.is_scalar()) {
          report(diag::AC0823, scalar.span_of(part.begin, end), {{"text", std::string(part.text)}});
        } else {
          by_facts = matter->asked;
          by_facts_as_written = matter->as_written;
        }
        continue;
      }
      named.push_back({part.text, scalar.span_of(part.begin, part.begin + part.text.size())});
    }
  };
  if (node.is_scalar()) {
    add(node);
  } else {
    for (const Node& item : node.items) {
      if (item.is_scalar()) add(item);
    }
  }
  if (by_facts) {
    if (!frame || !frame->names) {
      report(diag::AC0823, node.span, {{"text", node.text}});
      return who;
    }
    who.formula = compile(pack, *by_facts, *frame->names->names, facts,
                          {Wanted::Is::exactly, *pack.approvers, false});
    if (who.formula) who.formula->text = by_facts_as_written;
    return who;
  }
  if (named.empty() && matters > 0) return who;
  const bool all_names =
      std::all_of(named.begin(), named.end(), [](const Named& n) { return is_name(n.name); });
  const auto slot_of = [&](std::string_view name) -> const SlotDecl* {
    if (!frame) return nullptr;
    for (const SlotDecl& slot : frame->slots) {
      if (slot.name == name && !slot.what.empty()) return &slot;
    }
    return nullptr;
  };
  const auto is_derived = [&](std::string_view name) {
    if (!frame || !frame->names) return false;
    return frame->names->names->find_here(name) != nullptr;
  };
  if (node.is_scalar() &&
      (!all_names || (named.size() == 1 && !slot_of(named[0].name) && is_derived(named[0].name)))) {
    if (!frame || !frame->names) {
      report(diag::AC0212, node.span, {{"what", base::both("role", "角色")}, {"name", node.text}});
      return who;
    }
    // A person or a list of persons.
    Wanted wanted;
    who.formula = compile(pack, &node, language, *frame->names->names, facts, wanted);
    if (who.formula) {
      const Type& type = who.formula->type;
      const bool is_person = type.is() == Type::Is::string || type.is() == Type::Is::any;
      const bool is_list = type.is() == Type::Is::list && type.element().is() == Type::Is::string;
      const bool is_chain = chains && type.is() == Type::Is::symbol && !type.is_optional() &&
                            type.symbol_set() == chains->symbol_set();
      if (!is_person && !is_list && !is_chain) {
        report(diag::AC0218, node.span,
               {{"text", node.text}, {"what", base::both("person or list of persons", "人")}});
        who.formula.reset();
      }
    }
    return who;
  }
  for (const Named& one : named) {
    // A field may bear the name of a role, and then means that person.
    if (const SlotDecl* slot = slot_of(one.name)) {
      if (slot->type.is() != Type::Is::string) {
        report(diag::AC0218, one.span,
               {{"text", std::string(one.name)}, {"what", base::both("person", "人")}});
        continue;
      }
      who.persons.push_back(slot->slot);
      continue;
    }
    if (const auto role = pack.roles.find(std::string(one.name)); role != pack.roles.end()) {
      who.roles.push_back(role->second);
      continue;
    }
    std::vector<std::string> known;
    for (const auto& [name, role] : pack.roles) known.push_back(name);
    if (frame) {
      for (const SlotDecl& slot : frame->slots) {
        if (!slot.what.empty() && slot.type.is() == Type::Is::string) known.push_back(slot.name);
      }
    }
    unknown(base::both("role or person", "角色或人"), one.name, one.span, known);
  }
  return who;
}

}  // namespace aftercare::rulebook
