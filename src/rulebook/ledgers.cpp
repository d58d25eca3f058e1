// Ledgers: their fields, who enters by hand, and what cases enter by themselves.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

namespace {

bool is_same_ledger(const step::Ledger& a, const step::Ledger& b) {
  return a.subject == b.subject && a.subject_type == b.subject_type && a.has_on == b.has_on &&
         a.on_field == b.on_field && a.is_by_hand == b.is_by_hand &&
         a.entered_by.roles == b.entered_by.roles &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [](const step::Field& x, const step::Field& y) {
                      return x.name == y.name && x.type == y.type;
                    });
}

}  // namespace

void Linker::declare_ledgers(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::ledger) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!item.body().is_map() || pack.ledgers.count(item.name) != 0) continue;
    const Language language = item.language;
    const Node& body = item.body();
    step::Ledger ledger;
    ledger.name = item.name;
    ledger.pack = pack.index;
    ledger.cites = cites;
    ledger.span = item.name_span();
    // The subject is a name for people: a role, a declared type, or what the host calls it by.
    ledger.subject = get_text(body, Word::subject, language);
    const auto type = pack.types.find(ledger.subject);
    ledger.subject_type = type == pack.types.end() ? Type::string() : type->second;
    if (const Node* fields = get(body, Word::fields, language); fields && fields->is_map()) {
      for (const Entry& entry : fields->entries) {
        const TypedField typed =
            parse_field(pack, entry.value, language, item.name + "." + entry.key.text);
        step::Field field;
        field.name = entry.key.text;
        field.type = typed.type.value_or(Type::any());
        field.of_register = typed.of_register;
        field.span = entry.key.span;
        if (typed.default_end != 0) {
          report(diag::AC0214, entry.value.span, {{"what", entry.value.text}});
        }
        ledger.fields.push_back(std::move(field));
      }
    }
    if (const Node* on = get(body, Word::on, language); on && on->is_scalar()) {
      ledger.has_on = true;
      const std::string name(base::trim(on->text));
      const auto field = std::find_if(ledger.fields.begin(), ledger.fields.end(),
                                      [&](const step::Field& f) { return f.name == name; });
      if (field == ledger.fields.end() || field->type.required().is() != Type::Is::date) {
        std::vector<std::string> known;
        for (const step::Field& f : ledger.fields) {
          if (f.type.is() == Type::Is::date) known.push_back(f.name);
        }
        unknown(base::both("field with a date", "日期栏目"), name, on->span, known);
      } else {
        ledger.on_field = static_cast<Index>(field - ledger.fields.begin());
      }
    }
    if (const Node* by = get(body, Word::entered_by, language)) {
      ledger.entered_by = who(pack, nullptr, *by, language);
      ledger.is_by_hand = true;
    }
    if (const Node* serial = get(body, Word::serial, language); serial && serial->is_scalar()) {
      ledger.is_serial = one_of(*serial, spelling(Word::serial, language),
                                {Word::true_, Word::false_}, language) == Word::true_;
      if (ledger.is_serial) serial_keys_.emplace_back(static_cast<Index>(model_->ledgers.size()),
                                                      serial, language);
    }
    if (!ledger.is_by_hand && !get(body, Word::entries, language)) {
      report(diag::AC0224, item.name_span(),
             {{"what", std::string(spelling(Word::entered_by, language)) + " / " +
                           std::string(spelling(Word::entries, language))},
              {"why", item.key().text}});
    }
    // All versions of a pack write into one ledger.
    PackDecl* before = version_before(pack);
    const auto earlier = before ? before->ledgers.find(item.name) : pack.ledgers.end();
    if (before && earlier != before->ledgers.end()) {
      const step::Ledger& first = model_->ledgers[earlier->second];
      if (!is_same_ledger(first, ledger)) {
        report(diag::AC0795, item.name_span(),
               {{"what", base::both("the ledger", "台账")},
                {"name", item.name},
                {"pack", pack.outline->name},
                {"first", before->outline->version}},
               {base::note(notes::first_stands_here, {}, first.span)});
      }
      pack.ledgers[item.name] = earlier->second;
      continue;
    }
    pack.ledgers[item.name] = static_cast<Index>(model_->ledgers.size());
    model_->ledgers.push_back(std::move(ledger));
  }
}

/// Cases that ask for the entries of a subject go one after the other. Whose entries those are has to
/// be known when a case begins, or all of them do.
void Linker::lint_serial() {
  const auto is_fixed = [](const step::Procedure& p, const Formula& subject) {
    // One subject for all is known, whatever the case.
    if (subject.reads.empty() || subject.reads.front() >= p.frame_slots) return true;
    for (const step::Field& field : p.fields) {
      if (field.name != subject.text || subject.reads.size() != 1 ||
          field.slot != subject.reads.front())
        continue;
      return std::none_of(p.events.begin(), p.events.end(), [&](const step::Event& event) {
        return event.opens == none &&
               std::any_of(event.inputs.begin(), event.inputs.end(), [&](const step::Input& one) {
                 return one.case_slot == field.slot;
               });
      });
    }
    return false;
  };
  std::vector<bool> needs_it(model_->ledgers.size());
  for (const step::Procedure& p : model_->procedures) {
    for (const step::Read& read : p.reads) {
      if (read.from != step::Read::From::ledger || read.source == none || !read.subject) continue;
      if (is_fixed(p, *read.subject)) continue;
      needs_it[read.source] = true;
      const step::Ledger& ledger = model_->ledgers[read.source];
      if (ledger.is_serial) continue;
      const Language language = language_of(p.pack);
      report(diag::AC1122, read.subject->span,
             {{"text", read.subject->text}, {"ledger", ledger.name}},
             {base::note(notes::serial_is_meant,
                         {{"serial", std::string(spelling(Word::serial, language))},
                          {"true", std::string(spelling(Word::true_, language))}})});
    }
  }
  for (const step::Role& role : model_->roles) {
    if (!role.office) continue;
    for (const step::Office::Path* path :
         {&role.office->absent, &role.office->stand_in, &role.office->delegate})
      if (path->stretches) needs_it[path->stretches->ledger] = true;
  }
  for (const auto& [ledger, key, language] : serial_keys_) {
    if (needs_it[ledger]) continue;
    report(diag::AC1123, key->span,
           {{"serial", std::string(spelling(Word::serial, language))},
            {"ledger", model_->ledgers[ledger].name}});
  }
}

void Linker::declare_entries(PackDecl& pack, const Item& item) {
  if (!item.body().is_map()) return;
  const Node* entries = get(item.body(), Word::entries, item.language);
  if (!entries || !entries->is_list()) return;
  const auto ledger = pack.ledgers.find(item.name);
  if (ledger == pack.ledgers.end()) return;
  for (const Node& row : entries->items) {
    const Node* from = get(row, Word::from, item.language);
    if (!from || !from->is_scalar()) continue;
    const std::string name(base::trim(from->text));
    ProcDecl* proc = find_procedure(pack, name);
    if (!proc) {
      std::vector<std::string> known;
      for (const auto& [procedure, number] : pack.procedures) known.push_back(procedure);
      unknown(base::both("procedure", "流程"), name, from->span, known);
      continue;
    }
    const auto number = static_cast<Index>(model_->rules.size());
    step::Rule rule;
    rule.is = step::Rule::Is::entry;
    rule.name = item.name;
    rule.pack = pack.index;
    rule.procedure = proc->index;
    rule.ledger = ledger->second;
    rule.cites = cites_of(pack, row, item.language, item.clause);
    rule.span = row.span;
    model_->rules.push_back(std::move(rule));
    rule_items_.push_back({&item, &row, &pack, proc});
    model_->procedures[proc->index].rules.push_back(number);
  }
}

void Linker::compile_entry(PackDecl& pack, const RuleItem& one, Index number) {
  const Language language = one.item->language;
  const Node& row = *one.row;
  ProcDecl& proc = *one.proc;
  const feel::Scope& names = *proc.frame.names->names;
  const auto text = [&](Word word) { return std::string(spelling(word, language)); };
  step::Rule rule = std::move(model_->rules[number]);
  const step::Ledger& ledger = model_->ledgers[rule.ledger];
  rule.nth_slot = proc.nth_slot;

  Facts facts = proc.base_facts;
  const Node* when = get(row, Word::when, language);
  if (when) {
    rule.when = happenings(proc, *when, language);
    facts = facts_at(proc, rule.when);
  }
  const Asking asking(*this, [&](SlotIndex slot) { return way_without(proc, rule.when, slot); });
  rule.condition =
      compile(pack, get(row, Word::if_, language), language, names, facts, boolean(), &facts);
  rule.unless = compile(pack, get(row, Word::unless, language), language, names, facts, boolean());
  if (!when && !get(row, Word::if_, language)) {
    report(diag::AC0224, row.span,
           {{"what", text(Word::when) + " / " + text(Word::if_)}, {"why", ledger.name}});
  }
  Wanted subject{Wanted::Is::exactly, ledger.subject_type, false};
  rule.who.formula = compile(pack, get(row, Word::of, language), language, names, facts, subject);
  rule.on = compile(pack, get(row, Word::on, language), language, names, facts,
                    {Wanted::Is::date_or_instant, {}, false});
  const Node* give = get(row, Word::give, language);
  std::set<std::string> given;
  if (give && give->is_map()) {
    for (const Entry& entry : give->entries) {
      const auto field =
          std::find_if(ledger.fields.begin(), ledger.fields.end(),
                       [&](const step::Field& f) { return f.name == entry.key.text; });
      if (field == ledger.fields.end()) {
        std::vector<std::string> known;
        for (const step::Field& f : ledger.fields) known.push_back(f.name);
        unknown(base::both("field", "栏目"), entry.key.text, entry.key.span, known);
        continue;
      }
      given.insert(entry.key.text);
      Wanted wanted{Wanted::Is::exactly, field->type, field->type.is_optional()};
      if (field->type.is() == Type::Is::any) wanted.is = Wanted::Is::anything;
      auto value = compile(pack, &entry.value, language, names, facts, wanted);
      if (value) {
        rule.give.emplace_back(static_cast<Index>(field - ledger.fields.begin()),
                               std::move(*value));
      }
    }
  }
  for (const step::Field& field : ledger.fields) {
    if (!field.type.is_optional() && given.count(field.name) == 0) {
      report(diag::AC0206, give ? give->span : row.span,
             {{"key", text(Word::give) + ": " + field.name}});
    }
  }
  if (!when) {
    if (!rule.on && !ledger.has_on) {
      report(diag::AC0545, row.span, {{"name", ledger.name}});
    }
    depends(proc, rule);
  }
  if (const Node* once = get(row, Word::once_per, language)) {
    const auto word =
        one_of(*once, text(Word::once_per), {Word::case_, Word::day, Word::month}, language);
    using Once = step::Rule::Once;
    rule.once = word == Word::case_   ? Once::per_case
                : word == Word::day   ? Once::per_day
                : word == Word::month ? Once::per_month
                                      : Once::each;
  }
  model_->rules[number] = std::move(rule);
}

}  // namespace aftercare::rulebook
