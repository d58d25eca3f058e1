// Roles that are filled from a register: who holds them, and who may act for the holder.
#include <algorithm>

#include "base/text.hpp"
#include "feel/parse.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

namespace {

bool is_same_text(const Node& a, const Node& b) {
  return base::trim(a.text) == base::trim(b.text) && a.items.size() == b.items.size() &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), is_same_text) &&
         std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                    [](const Entry& x, const Entry& y) {
                      return x.key.text == y.key.text && is_same_text(x.value, y.value);
                    });
}

}  // namespace

/// A field of a register; none: told.
Index Linker::register_field(Index in, std::string_view name, SourceSpan span) {
  const std::vector<step::Field>& fields = model_->registers[in].fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return static_cast<Index>(i);
  std::vector<std::string> known;
  for (const step::Field& field : fields) known.push_back(field.name);
  unknown(base::both("field of the register " + model_->registers[in].name,
                     "名册" + model_->registers[in].name + "的栏目"),
          name, span, known);
  return none;
}

/// A register's number by its name; none: told.
Index Linker::register_number(const PackDecl& pack, std::string_view name, SourceSpan span) {
  const auto found = pack.registers.find(std::string(name));
  if (found != pack.registers.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [one, number] : pack.registers) known.push_back(one);
  unknown(base::both("register", "名册"), name, span, known);
  return none;
}

/// Who is absent, or acts, as the entries of a ledger about the holder say; none: told.
std::optional<step::Office::Stretches> Linker::office_stretches(const PackDecl& pack,
                                                                const Node& body, Word key,
                                                                Language language, Index in) {
  const Node* name = get(body, Word::ledger, language);
  if (!name || !name->is_scalar()) return std::nullopt;
  const std::string_view text = base::trim(name->text);
  const auto ledger = pack.ledgers.find(std::string(text));
  if (ledger == pack.ledgers.end()) {
    std::vector<std::string> known;
    for (const auto& [known_name, number] : pack.ledgers) known.push_back(known_name);
    unknown(base::both("ledger", "台账"), text, name->span, known);
    return std::nullopt;
  }
  step::Ledger& source = model_->ledgers[ledger->second];
  source.is_read = true;
  step::Office::Stretches out;
  out.ledger = ledger->second;
  const std::string who_word(spelling(Word::who, language));
  const Node* person = get(body, Word::who, language);
  if (key == Word::absent) {
    for (const Entry& entry : body.entries)
      if (&entry.value == person)
        report(diag::AC0203, entry.key.span, {{"key", who_word}},
               {base::note(notes::keys_here,
                           {{"keys", std::string(spelling(Word::ledger, language)) + ", " +
                                         std::string(spelling(Word::from, language)) + ", " +
                                         std::string(spelling(Word::to, language)) + ", " +
                                         std::string(spelling(Word::if_, language))}})});
  } else if (!person) {
    report(diag::AC0206, body.span, {{"key", who_word}});
    return std::nullopt;
  } else if (person->is_scalar()) {
    const auto is_it = [&](const step::Field& field) {
      return field.name == base::trim(person->text);
    };
    const auto field = std::find_if(source.fields.begin(), source.fields.end(), is_it);
    if (field == source.fields.end() || field->of_register != in) {
      report(diag::AC1112, person->span,
             {{"key", std::string(spelling(key, language)) + "." + who_word},
              {"text", std::string(base::trim(person->text))},
              {"register", model_->registers[in].name}});
      return std::nullopt;
    }
    out.field = static_cast<Index>(field - source.fields.begin());
  }
  feel::Scope entry(pack.names.get());
  add_parameters(entry, pack, static_cast<SlotIndex>(source.fields.size()));
  for (std::size_t f = 0; f < source.fields.size(); ++f)
    entry.add_slot(source.fields[f].name, source.fields[f].type, static_cast<std::uint32_t>(f));
  const Wanted moment{Wanted::Is::date_or_instant, {}, true};
  auto from = compile(pack, get(body, Word::from, language), language, entry, {}, moment);
  auto to = compile(pack, get(body, Word::to, language), language, entry, {}, moment);
  out.filter = compile(pack, get(body, Word::if_, language), language, entry, {}, boolean());
  if (!from || !to) return std::nullopt;
  out.from = std::move(*from);
  out.to = std::move(*to);
  return out;
}

/// `register` or `register.field` of a role, whose members are those of the register `in`; or
/// stretches in a ledger.
step::Office::Path Linker::office_path(const PackDecl& pack, const Node& body, Word key,
                                       Language language, Index in) {
  step::Office::Path path;
  const Node* node = get(body, key, language);
  if (node && node->is_map()) path.stretches = office_stretches(pack, *node, key, language, in);
  if (!node || !node->is_scalar()) return path;
  const std::string_view whole = base::trim(node->text);
  const auto begin = static_cast<std::size_t>(whole.data() - node->text.data());
  const std::size_t dot = whole.find('.');
  const std::string_view name = whole.substr(0, dot);
  const Index of = register_number(pack, name, node->span_of(begin, begin + name.size()));
  if (of == none) return path;
  const bool wants_person = key != Word::absent;
  if (dot == std::string_view::npos) {
    if (wants_person) {
      report(diag::AC1112, node->span,
             {{"key", std::string(spelling(key, language))},
              {"text", std::string(whole)},
              {"register", model_->registers[in].name}});
      return path;
    }
    path.in = of;
    return path;
  }
  const std::string_view field = whole.substr(dot + 1);
  const SourceSpan place = node->span_of(begin + dot + 1, begin + whole.size());
  const Index number = register_field(of, field, place);
  if (number == none) return path;
  const step::Field& target = model_->registers[of].fields[number];
  if (wants_person ? target.of_register != in : target.type.is() != Type::Is::boolean) {
    report(wants_person ? diag::AC1112 : diag::AC1113, place,
           {{"key", std::string(spelling(key, language))},
            {"text", std::string(whole)},
            {"register", model_->registers[in].name}});
    return path;
  }
  path.in = of;
  path.field = number;
  return path;
}

void Linker::compile_offices(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::role) continue;
    const Language language = item.language;
    const Node& body = item.body();
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!body.is_map()) continue;
    const auto role = pack.roles.find(item.name);
    if (role == pack.roles.end()) {
      std::vector<std::string> known;
      for (const auto& [name, number] : pack.roles) known.push_back(name);
      unknown(base::both("role", "角色"), item.name, item.name_span(), known);
      continue;
    }
    step::Role& target = model_->roles[role->second];
    if (target.office) {
      // Versions of a pack fill a role in one way.
      if (PackDecl* before = version_before(pack)) {
        const auto first = std::find_if(before->outline->items.begin(), before->outline->items.end(),
                                        [&](const Item& one) {
                                          return one.kind->word == Word::role && one.name == item.name;
                                        });
        if (first != before->outline->items.end()) {
          if (!is_same_text(first->body(), body))
            report(diag::AC0795, item.name_span(),
                   {{"what", base::both("the role", "角色")},
                    {"name", item.name},
                    {"pack", pack.outline->name},
                    {"first", before->outline->version}},
                   {base::note(notes::first_stands_here, {}, first->name_span())});
          continue;
        }
      }
      // Roles of one name are one in all packs: they are filled once.
      report(diag::AC0208, item.key().span, {{"heading", item.key().text}},
             {base::note(notes::first_stands_here, {}, target.office->span)});
      continue;
    }
    const Node* of = get(body, Word::of, language);
    if (!of || !of->is_scalar()) continue;
    const Index in = register_number(pack, base::trim(of->text), of->span);
    if (in == none) continue;
    step::Office office;
    office.in = in;
    office.cites = cites;
    office.span = item.name_span();
    const std::vector<step::Field>& fields = model_->registers[in].fields;
    const auto field = [&](Word key) {
      const Node* node = get(body, key, language);
      return node && node->is_scalar() ? register_field(in, base::trim(node->text), node->span)
                                       : none;
    };
    if (const Node* condition = get(body, Word::if_, language)) {
      feel::Scope names(pack.names.get());
      add_parameters(names, pack, static_cast<SlotIndex>(fields.size()));
      for (std::size_t i = 0; i < fields.size(); ++i)
        names.add_slot(fields[i].name, fields[i].type, static_cast<std::uint32_t>(i));
      office.holds = compile(pack, condition, language, names, {}, boolean());
    }
    office.unit = field(Word::unit);
    office.superior = field(Word::superior);
    if (office.superior != none && fields[office.superior].of_register != in) {
      report(diag::AC1112, get(body, Word::superior, language)->span,
             {{"key", std::string(spelling(Word::superior, language))},
              {"text", fields[office.superior].name},
              {"register", model_->registers[in].name}});
      office.superior = none;
    }
    office.absent = office_path(pack, body, Word::absent, language, in);
    office.stand_in = office_path(pack, body, Word::stand_in, language, in);
    office.delegate = office_path(pack, body, Word::delegate, language, in);
    if (const Node* stand_in = get(body, Word::stand_in, language);
        stand_in && !get(body, Word::absent, language)) {
      report(diag::AC0224, stand_in->span,
             {{"what", std::string(spelling(Word::absent, language))},
              {"why", std::string(spelling(Word::stand_in, language))}});
    }
    target.office = std::move(office);
  }
  // The cells of tables were read before.
  for (step::Chain& chain : model_->chains)
    for (step::Chain::Part& part : chain.parts)
      if (part.role != none) part.superior = superior_of(part.role);
}

/// Whose office-holders act in a case.
void Linker::compile_unit(ProcDecl& proc) {
  const Language language = proc.item->language;
  const Node* unit = get(proc.item->body(), Word::unit, language);
  if (!unit || !unit->is_scalar()) return;
  model_->procedures[proc.index].unit =
      compile(*proc.pack, unit, language, *proc.frame.names->names, proc.base_facts, {});
  name_units(proc, Written::value(*unit, language), unit_names_[proc.index]);
}

/// The paths that a formula may give as they are, as far as it says: those of registers.
void Linker::name_units(const ProcDecl& proc, const Written& written, std::vector<UnitName>& to,
                        int depth) const {
  constexpr int deepest = 16;  // lets of lets; circles are told elsewhere
  if (depth > deepest) return;
  const feel::Ast tree = feel::parse(written.text, *proc.frame.names->names, feel::Goal::expression,
                                     dialect(written.language))
                             .ast;
  const auto path_of = [&](const auto& self, feel::NodeId id) -> std::string {
    if (tree[id].kind == feel::NodeKind::name) return tree.text_of(id);
    if (tree[id].kind != feel::NodeKind::path) return {};
    const std::string base = self(self, tree.child(id, 0));
    return base.empty() ? base : base + "." + tree.text_of(id);
  };
  const auto register_of = [](const auto& self, const std::string& path, const std::string& name,
                              Index own, const std::vector<RecordDecl::Member>& members) -> Index {
    if (path == name) return own;
    if (!path.starts_with(name + ".")) return none;
    const std::string rest = path.substr(name.size() + 1);
    for (const RecordDecl::Member& member : members) {
      const Index found = self(self, rest, member.name, member.of_register, member.members);
      if (found != none) return found;
    }
    return none;
  };
  const auto add = [&](const auto& self, feel::NodeId id) -> void {
    if (tree[id].kind == feel::NodeKind::if_else) {
      self(self, tree.child(id, 1));
      self(self, tree.child(id, 2));
      return;
    }
    const std::string path = path_of(path_of, id);
    if (path.empty()) return;
    for (const LetDecl& let : proc.frame.lets)
      if (let.name == path) return name_units(proc, let.written, to, depth + 1);
    Index of = none;
    for (const SlotDecl& slot : proc.frame.slots)
      if (of == none) of = register_of(register_of, path, slot.name, slot.of_register, slot.members);
    for (const RecordDecl& record : proc.frame.records)
      if (of == none) of = register_of(register_of, path, record.name, none, record.members);
    if (of != none)
      to.push_back({path, of, written.place(tree[id].range.begin, tree[id].range.end)});
  };
  if (tree.root != 0) add(add, tree.root);
}

/// A member of one register is no member of another, whatever they are called.
void Linker::lint_unit(Index role, Index procedure) {
  const step::Role& of = model_->roles[role];
  const step::Field& unit = model_->registers[of.office->in].fields[of.office->unit];
  const auto named = unit_names_.find(procedure);
  if (unit.of_register == none || named == unit_names_.end()) return;
  for (const UnitName& one : named->second) {
    if (one.of_register == unit.of_register) continue;
    const std::vector<step::Field>& fields = model_->registers[one.of_register].fields;
    const auto leads = std::find_if(fields.begin(), fields.end(), [&](const step::Field& field) {
      return field.of_register == unit.of_register;
    });
    report(diag::AC1127, one.span,
           {{"role", of.name},
            {"unit", model_->registers[of.office->in].name + "." + unit.name},
            {"register", model_->registers[unit.of_register].name},
            {"text", one.text},
            {"other", model_->registers[one.of_register].name}},
           {leads == fields.end()
                ? base::note(notes::say_unit)
                : base::note(notes::write_so, {{"text", one.text + "." + leads->name}})});
  }
}

/// A post of one unit is asked for where the case says of which.
void Linker::lint_offices() {
  const step::Model& model = *model_;
  const auto check = [&](const step::Who& who, const step::Procedure* p, SourceSpan span) {
    for (const Index role : who.roles) {
      const auto& office = model.roles[role].office;
      if (!office || office->unit == none) continue;
      const Type& wanted = model.registers[office->in].fields[office->unit].type;
      if (p != nullptr && p->unit && p->unit->type.required() == wanted.required()) {
        lint_unit(role, static_cast<Index>(p - model.procedures.data()));
        continue;
      }
      report(diag::AC1111, span,
             {{"role", model.roles[role].name},
              {"unit", model.registers[office->in].name + "." +
                           model.registers[office->in].fields[office->unit].name}},
             {base::note(p == nullptr ? notes::no_unit_by_hand : notes::say_unit)});
    }
  };
  for (const step::Procedure& p : model.procedures) {
    for (const step::Event& event : p.events) check(event.by, &p, event.span);
    for (const step::Decision& decision : p.decisions) {
      const std::set<Index> asked = roles_of(decision);
      check({{asked.begin(), asked.end()}, {}, {}}, &p, decision.span);
    }
    check(p.corrections_by, &p, p.span);
    for (const Index rule : p.rules) {
      if (model.rules[rule].is == step::Rule::Is::right)
        check(model.rules[rule].who, &p, model.rules[rule].span);
    }
  }
  for (const step::Rule& rule : model.rules) {
    if (rule.procedure != none) continue;
    check(rule.reported_by, nullptr, rule.span);
    if (rule.is == step::Rule::Is::right) check(rule.who, nullptr, rule.span);
  }
  for (const step::Ledger& ledger : model.ledgers) check(ledger.entered_by, nullptr, ledger.span);
}

}  // namespace aftercare::rulebook
