// Where each name of a procedure lies in its frame, and the names as formulas see them.
#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

void Linker::collect_texts(PackDecl& pack, const Node& node) {
  if (node.is_scalar()) pack.texts.push_back(node.text);
  for (const Node& item : node.items) collect_texts(pack, item);
  for (const Entry& entry : node.entries) {
    pack.texts.push_back(entry.key.text);
    collect_texts(pack, entry.value);
  }
}

namespace {

bool names(std::string_view in, const std::string& text) {
  const auto is_part = [](std::string_view in, std::size_t at) {
    return at < in.size() && (base::is_ascii_letter(in[at]) || base::is_ascii_digit(in[at]) ||
                              in[at] == '_' || static_cast<unsigned char>(in[at]) >= 0x80);
  };
  for (std::size_t at = in.find(text); at != std::string_view::npos; at = in.find(text, at + 1)) {
    if (!is_part(in, at + text.size()) && (at == 0 || !is_part(in, at - 1))) return true;
  }
  return false;
}

}  // namespace

/// Whether any text of the pack may read `arrived.by`; slots that nobody reads are not laid out.
bool Linker::is_asked(const PackDecl& pack, const std::string& text) {
  return std::any_of(pack.texts.begin(), pack.texts.end(),
                     [&](std::string_view in) { return names(in, text); });
}

bool Linker::is_used(const PackDecl& pack, const std::string& name) {
  std::size_t uses = 0;
  return std::any_of(pack.texts.begin(), pack.texts.end(),
                     [&](std::string_view in) { return names(in, name) && ++uses > 1; });
}

SlotIndex Linker::add_case_slot(Frame& frame, std::string name) {
  frame.slot_names.push_back(std::move(name));
  return frame.case_slots++;
}

SlotIndex Linker::add_moment_slot(Frame& frame) { return frame.frame_slots++; }

void Linker::layout(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const Language language = proc.item->language;
  const auto word = [&](Word w) { return std::string(spelling(w, language)); };
  Frame& frame = proc.frame;
  check_name_clashes(proc);

  // ── case part ──
  for (step::Field& field : target.fields) field.slot = add_case_slot(frame, field.name);
  const auto field_slot = [&](const std::string& name) {
    for (const step::Field& field : target.fields) {
      if (field.name == name) return field.slot;
    }
    return no_slot;
  };
  // Where somebody might decide his own case, the case knows who opened it.
  const bool knows_applicant =
      std::any_of(proc.state_nodes.begin(), proc.state_nodes.end(), [&](const Node* state) {
        const Node* decide = state ? get(*state, Word::decide, language) : nullptr;
        return decide && get(*decide, Word::own_case, language) != nullptr;
      });
  for (step::Event& event : target.events) {
    RecordDecl record;
    record.name = event.name;
    record.what = event.is_request ? base::both("request " + event.name, "请求 " + event.name)
                                   : base::both("fact " + event.name, "事实 " + event.name);
    record.span = event.span;
    event.at_slot = add_case_slot(frame, event.name + "." + word(Word::at_instant));
    record.presence = event.at_slot;
    record.members.push_back({word(Word::at_instant), Type::instant(), event.at_slot});
    const std::string by = event.name + "." + word(Word::by);
    if (is_asked(pack, by) || (knows_applicant && event.opens != none)) {
      event.by_slot = add_case_slot(frame, by);
      record.members.push_back({word(Word::by), Type::string().optional(), event.by_slot});
      record.members.back().absence = feel::Declared::Absence::natural;
    }
    const std::string unmet = event.name + "." + word(Word::unmet);
    if (is_asked(pack, unmet)) {
      event.unmet_slot = add_case_slot(frame, unmet);
      record.members.push_back({word(Word::unmet), Type::list(Type::string()), event.unmet_slot});
    }
    for (step::Input& input : event.inputs) {
      const std::string path = event.name + "." + input.name;
      if (input.case_slot != no_slot) input.case_slot = field_slot(input.name);
      if (input.case_slot == no_slot || is_asked(pack, path)) {
        input.slot = add_case_slot(frame, path);
        record.members.push_back({input.name, input.type, input.slot, input.of_register});
      }
    }
    frame.records.push_back(std::move(record));
  }
  for (std::size_t i = 0; i < target.forms.size(); ++i) layout_form(proc, static_cast<Index>(i));
  for (const Index number : target.rules) {
    if (model_->rules[number].is == step::Rule::Is::right) layout_right(proc, number);
  }
  layout_chains(proc);
  // Persons named by a field were put down by the field's number; now they get its slot.
  opening_facts(proc);
  for (std::size_t i = 0; i < target.fields.size(); ++i) {
    const step::Field& field = target.fields[i];
    SlotDecl decl{field.name,
                  field.type,
                  field.slot,
                  false,
                  base::both("field " + field.name, "栏目 " + field.name),
                  field.span};
    decl.may_be_unset = proc.base_facts.count(field.slot) == 0;
    decl.of_register = field.of_register;
    frame.slots.push_back(std::move(decl));
  }
  target.slot_names = frame.slot_names;
  target.case_slots = frame.case_slots;

  // ── moment part ──
  frame.frame_slots = frame.case_slots;
  target.at_slot = add_moment_slot(frame);
  frame.slots.push_back({word(Word::at_instant), Type::instant(), target.at_slot, false, "", {}});
  if (has_decision_needs(proc)) target.by_slot = add_moment_slot(frame);
  target.state_slot = add_moment_slot(frame);
  if (language == Language::english || is_asked(pack, word(Word::state))) {
    frame.slots.push_back({word(Word::state), target.state_type, target.state_slot, false, "", {}});
  }
  proc.nth_slot = add_moment_slot(frame);
  for (const Item& item : proc.pack->outline->items) {
    if (item.kind->word != Word::child || item.owner != model_->procedures[proc.index].name)
      continue;
    proc.each_slot = add_moment_slot(frame);
    break;
  }
  for (step::Clock& clock : target.clocks) {
    RecordDecl record;
    record.name = clock.name;
    record.what = base::both("clock " + clock.name, "时限 " + clock.name);
    record.span = clock.span;
    clock.state_slot = add_moment_slot(frame);
    clock.due_slot = add_moment_slot(frame);
    clock.left_slot = add_moment_slot(frame);
    record.members.push_back({word(Word::state), clock_state_type(language), clock.state_slot});
    // What the English vocabulary calls `state` of a clock has one spelling everywhere.
    record.members.push_back({word(Word::due), Type::instant().optional(), clock.due_slot});
    record.members.back().absence = feel::Declared::Absence::natural;
    record.members.push_back(
        {word(Word::left), Type::of(Type::Is::days_duration).optional(), clock.left_slot});
    record.members.back().absence = feel::Declared::Absence::natural;
    frame.records.push_back(std::move(record));
  }
  for (std::size_t i = 0; i < target.forms.size(); ++i)
    layout_complete(proc, static_cast<Index>(i));
  layout_lookups(proc);
  layout_reads(proc);
  layout_entitlements(proc);
  target.frame_slots = frame.frame_slots;
  frame.names = make_names(pack, frame);
}

/// Where a decision keeps which chain it has and who has answered: of each that may have one.
void Linker::layout_chains(ProcDecl& proc) {
  const Language language = proc.item->language;
  PackDecl& pack = *proc.pack;
  for (std::size_t state = 0; state < proc.state_nodes.size(); ++state) {
    const Node* node = proc.state_nodes[state];
    const Node* decide = node && node->is_map() ? get(*node, Word::decide, language) : nullptr;
    const Node* by = decide && decide->is_map() ? get(*decide, Word::by, language) : nullptr;
    if (!by) continue;
    std::vector<std::string_view> names;
    const auto add = [&](const Node& one) {
      for (const Part& part : split_or(one.text, language)) names.push_back(part.text);
    };
    if (by->is_scalar()) add(*by);
    for (const Node& one : by->items) add(one);
    const bool needs_register = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      const auto role = pack.roles.find(std::string(name));
      return role != pack.roles.end() && model_->roles[role->second].office.has_value();
    });
    const bool goes_up =
        is_word(get_text(*decide, Word::own_case, language), Word::one_level_up, language);
    // Who answers for a matter is a chain, and looks like one.
    const std::string phrase = std::string(spelling(Word::the_responsible_of, language)) + " ";
    const bool is_text = by->is_scalar() &&
                         (is_chain(by->text, language) ||
                          base::trim(by->text).substr(0, phrase.size()) == phrase);
    if (!needs_register && !goes_up && !is_text && !pack.approvers) continue;
    proc.chain_slots[static_cast<Index>(state)] =
        add_case_slot(proc.frame, model_->procedures[proc.index].states[state] + "." +
                                      std::string(spelling(Word::decide, language)));
  }
}

/// What a right's latest use leaves behind: when, by whom, why, and with what.
void Linker::layout_right(ProcDecl& proc, Index number) {
  step::Rule& rule = model_->rules[number];
  const Item& item = *rule_items_[number].item;
  PackDecl& pack = *proc.pack;
  Frame& frame = proc.frame;
  const auto word = [&](Word w) { return std::string(spelling(w, item.language)); };
  RecordDecl record;
  record.name = rule.name;
  record.what = base::both("right " + rule.name, "权利 " + rule.name);
  record.span = rule.span;
  const auto add = [&](Word w, const Type& type, SlotIndex& slot) {
    const std::string path = rule.name + "." + word(w);
    slot = add_case_slot(frame, path);
    record.members.push_back({word(w), type, slot});
  };
  add(Word::at_instant, Type::instant(), rule.used_at_slot);
  record.presence = rule.used_at_slot;
  if (is_asked(pack, rule.name + "." + word(Word::by))) {
    add(Word::by, Type::string().optional(), rule.used_by_slot);
    record.members.back().absence = feel::Declared::Absence::natural;
  }
  if (is_asked(pack, rule.name + "." + word(Word::reason)))
    add(Word::reason, Type::string(), rule.used_reason_slot);
  if (const Node* with = get(item.body(), Word::with, item.language); with && with->is_map()) {
    for (const Entry& entry : with->entries) {
      const TypedField typed =
          parse_field(pack, entry.value, item.language, rule.name + "." + entry.key.text);
      step::Input input;
      input.name = entry.key.text;
      input.type = typed.type.value_or(Type::any());
      input.of_register = typed.of_register;
      input.is_required = typed.default_end == 0 && !input.type.is_optional();
      input.slot = add_case_slot(frame, rule.name + "." + input.name);
      record.members.push_back({input.name, input.type, input.slot, input.of_register});
      rule.inputs.push_back(std::move(input));
    }
  }
  frame.records.push_back(std::move(record));
}

/// Paths over registers, as far as any text of the pack may ask for them.
void Linker::layout_lookups(ProcDecl& proc) {
  for (SlotDecl& decl : proc.frame.slots) {
    if (decl.of_register != none)
      add_lookups(proc, decl.name, decl.of_register, decl.slot, decl.members);
  }
  for (RecordDecl& record : proc.frame.records) {
    for (RecordDecl::Member& member : record.members) {
      if (member.of_register == none) continue;
      add_lookups(proc, record.name + "." + member.name, member.of_register, member.slot,
                  member.members);
    }
  }
}

void Linker::add_lookups(ProcDecl& proc, const std::string& path, Index in, SlotIndex of,
                         std::vector<RecordDecl::Member>& members) {
  // The vector of registers does not grow any more.
  const std::vector<step::Field>& fields = model_->registers[in].fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string text = path + "." + fields[i].name;
    if (!is_asked(*proc.pack, text)) continue;
    step::Lookup lookup;
    lookup.in = in;
    lookup.field = static_cast<Index>(i);
    lookup.of = of;
    lookup.slot = add_moment_slot(proc.frame);
    lookup.path = text;
    proc.lookup_paths[lookup.slot] = text;
    RecordDecl::Member member{fields[i].name, fields[i].type, lookup.slot, fields[i].of_register};
    model_->procedures[proc.index].lookups.push_back(std::move(lookup));
    if (member.of_register != none)
      add_lookups(proc, text, member.of_register, member.slot, member.members);
    members.push_back(std::move(member));
  }
}

std::unique_ptr<NameSet> Linker::make_names(const PackDecl& pack, Frame& frame) {
  auto set = std::make_unique<NameSet>();
  set->names = std::make_unique<feel::Scope>(pack.names.get());
  feel::Scope& names = *set->names;
  add_parameters(names, pack, frame.frame_slots);
  // A name with members of a register: a value of its own, and what lies behind it.
  const auto add = [&](const auto& self, feel::Scope& to, const std::string& name, const Type& type,
                       SlotIndex slot,
                       const std::vector<RecordDecl::Member>& members) -> feel::Name& {
    if (members.empty()) return to.add_slot(name, type, slot);
    feel::Scope& inner = set->members.emplace_back();
    for (const RecordDecl::Member& member : members) {
      self(self, inner, member.name, member.type, member.slot, member.members).declared.absence =
          member.absence;
    }
    feel::RecordName facts;
    facts.slot = slot;
    facts.known_present = !type.is_optional();
    feel::Name& made = to.add_record(name, inner, facts);
    made.type = type.required();
    return made;
  };
  for (const SlotDecl& decl : frame.slots) {
    feel::Name& name =
        add(add, names, decl.name, decl.may_be_unset ? decl.type.optional() : decl.type, decl.slot,
            decl.members);
    if (!decl.what.empty()) name.declared = {decl.what, decl.span};
    if (decl.may_be_unset && !decl.type.is_optional())
      name.declared.absence = feel::Declared::Absence::not_given;
  }
  const Language language = pack.outline->language;
  for (RecordDecl& decl : frame.records) {
    feel::Scope& members = set->members.emplace_back();
    for (const RecordDecl::Member& member : decl.members) {
      add(add, members, member.name, member.type, member.slot, member.members).declared.absence =
          member.absence;
    }
    if (decl.has_signed) {
      feel::Scope& signatures = set->members.emplace_back();
      for (const RecordDecl::Member& member : decl.signed_by) {
        signatures.add_slot(member.name, member.type, member.slot);
      }
      feel::RecordName always;
      always.known_present = true;
      members.add_record(spelling(Word::signed_, language), signatures, always);
      if (!decl.refused_by.empty()) {
        feel::Scope& refusals = set->members.emplace_back();
        for (const RecordDecl::Member& member : decl.refused_by)
          refusals.add_slot(member.name, member.type, member.slot);
        members.add_record(spelling(Word::refused_, language), refusals, always);
      }
      feel::Scope& inner = set->members.emplace_back(&names);
      for (const RecordDecl::Member& member : decl.inner)
        inner.add_slot(member.name, member.type, member.slot).declared.absence = member.absence;
      for (LetDecl& let : decl.lets) {
        for (feel::Scope* scope : {&members, &inner}) {
          feel::Name& name = scope->add_let(let.name, let.parsed.ast, inner);
          name.declared = {decl.what + ", " + let.name, let.span};
        }
      }
      decl.own_names = &inner;
    }
    feel::RecordName facts;
    facts.slot = decl.presence == no_slot ? feel::no_slot : decl.presence;
    facts.known_present = decl.presence == no_slot;
    feel::Name& name = names.add_record(decl.name, members, facts);
    name.declared = {decl.what, decl.span};
  }
  for (LetDecl& decl : frame.lets) {
    feel::Name& name = names.add_let(decl.name, decl.parsed.ast, names);
    name.declared = {base::both("let " + decl.name, "推定 " + decl.name), decl.span};
  }
  for (LetDecl& decl : frame.lets) {
    decl.parsed = feel::parse(
        decl.written.text, names, feel::Goal::expression, dialect(decl.written.language),
        [&](std::uint32_t begin, std::uint32_t end) { return decl.written.place(begin, end); });
    findings_.add(decl.parsed.findings);
    decl.parsed.findings.clear();
  }
  for (RecordDecl& decl : frame.records) {
    for (LetDecl& let : decl.lets) {
      let.parsed = feel::parse(
          let.written.text, *decl.own_names, feel::Goal::expression, dialect(let.written.language),
          [&](std::uint32_t begin, std::uint32_t end) { return let.written.place(begin, end); });
      findings_.add(let.parsed.findings);
      let.parsed.findings.clear();
    }
  }
  return set;
}

}  // namespace aftercare::rulebook
