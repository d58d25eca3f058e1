// Offences, rewards, payments, rights, notices: what is entered, owed or told.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

using step::Rule;

std::optional<Rule::Is> rule_kind(Word word) {
  switch (word) {
    case Word::offence:
      return Rule::Is::offence;
    case Word::reward:
      return Rule::Is::reward;
    case Word::payment:
      return Rule::Is::payment;
    case Word::right:
      return Rule::Is::right;
    case Word::notify:
      return Rule::Is::notify;
    case Word::child:
      return Rule::Is::child;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Linker::declare_rules(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    const auto kind = rule_kind(item.kind->word);
    if (item.kind->word == Word::ledger) {
      declare_entries(pack, item);
      continue;
    }
    if (item.kind->word == Word::needs || item.kind->word == Word::expect ||
        item.kind->word == Word::form) {
      implement(pack, item, all_cites(pack, item));
      continue;
    }
    if (!kind) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!item.body().is_map()) continue;
    ProcDecl* proc = nullptr;
    if (!item.owner.empty()) {
      proc = find_procedure(pack, item.owner);
      if (!proc) continue;  // check_owners() tells
    }
    const auto number = static_cast<Index>(model_->rules.size());
    Rule rule;
    rule.is = *kind;
    rule.name = item.name;
    rule.pack = pack.index;
    rule.procedure = proc ? proc->index : none;
    rule.cites = cites;
    rule.span = item.name_span();
    model_->rules.push_back(std::move(rule));
    rule_items_.push_back({&item, nullptr, &pack, proc});
    if (proc) model_->procedures[proc->index].rules.push_back(number);
    pack.rules_by_name[(item.owner.empty() ? "" : item.owner + ".") + item.name] = number;
    if (*kind == Rule::Is::right && tells_when_it_arises(item))
      declare_right_notice(pack, proc, item, cites);
  }
}

bool Linker::tells_when_it_arises(const Item& item) {
  if (item.kind->word != Word::right || !item.body().is_map()) return false;
  return is_word(base::trim(get_text(item.body(), Word::notify, item.language)), Word::true_,
                 item.language);
}

void Linker::declare_right_notice(PackDecl& pack, ProcDecl* proc, const Item& item,
                                  const Cites& cites) {
  if (proc == nullptr || !get(item.body(), Word::if_, item.language)) {
    report(diag::AC1120, get(item.body(), Word::notify, item.language)->span,
           {{"name", item.name},
            {"notify", std::string(spelling(Word::notify, item.language))},
            {"if", std::string(spelling(Word::if_, item.language))}});
    return;
  }
  Rule rule;
  rule.is = Rule::Is::notify;
  rule.name = item.name;
  rule.pack = pack.index;
  rule.procedure = proc->index;
  rule.cites = cites;
  rule.span = item.name_span();
  model_->procedures[proc->index].rules.push_back(static_cast<Index>(model_->rules.size()));
  model_->rules.push_back(std::move(rule));
  rule_items_.push_back({&item, nullptr, &pack, proc});
}

void Linker::compile_right_notice(PackDecl& pack, const RuleItem& one, Index number) {
  ProcDecl& proc = *one.proc;
  const auto let = proc.let_index.find(arises_name(*one.item));
  if (let == proc.let_index.end()) return;
  Rule& rule = model_->rules[number];
  rule.when = {happening(proc, {step::Happening::Is::let_true, let->second, none})};
  if (const Node* whom = get(one.item->body(), Word::who, one.item->language))
    rule.who = who(pack, &proc.frame, *whom, one.item->language, facts_at(proc, rule.when));
}

void Linker::check_owners(PackDecl& pack) {
  std::vector<std::string> procedures;
  for (const auto& [name, number] : pack.procedures) procedures.push_back(name);
  for (const Item& item : pack.outline->items) {
    if (item.kind->owner == Owner::form) {
      std::vector<std::string> forms;
      for (const Item& other : pack.outline->items) {
        if (other.kind->word == Word::form) forms.push_back(other.name);
      }
      if (std::find(forms.begin(), forms.end(), item.name) == forms.end()) {
        unknown(base::both("form", "单据"), item.name, item.name_span(), forms);
      }
      continue;
    }
    if (item.owner.empty()) {
      if (item.kind->owner == Owner::event) {
        report(
            diag::AC0210, item.key().span,
            {{"kind", std::string(spelling(item.kind->word, item.language))}, {"name", item.name}});
      }
      continue;
    }
    if (pack.procedures.count(item.owner) == 0) {
      unknown(base::both("procedure", "流程"), item.owner, item.owner_span(), procedures);
    }
  }
}

/// The frame of a rule that is entered by hand: its data, then the instant, the person and `nth`.
void Linker::by_hand_frame(PackDecl& pack, Rule& rule, const Item& item, Frame& frame) {
  const Language language = item.language;
  const auto word = [&](Word w) { return std::string(spelling(w, language)); };
  std::vector<Written> defaults;
  if (const Node* with = get(item.body(), Word::with, language); with && with->is_map()) {
    for (const Entry& entry : with->entries) {
      const TypedField typed =
          parse_field(pack, entry.value, language, item.name + "." + entry.key.text);
      step::Input input;
      input.name = entry.key.text;
      input.type = typed.type.value_or(Type::any());
      input.is_required = typed.default_end == 0 && !input.type.is_optional();
      input.slot = add_case_slot(frame, input.name);
      frame.slots.push_back(
          {input.name, input.type, input.slot, false, "datum " + input.name, entry.key.span});
      rule.inputs.push_back(std::move(input));
      defaults.push_back(typed.default_end != 0 ? Written(entry.value, typed.default_begin,
                                                          typed.default_end, language)
                                                : Written());
    }
  }
  rule.case_slots = frame.case_slots;
  frame.frame_slots = frame.case_slots;
  rule.at_slot = add_moment_slot(frame);
  frame.slots.push_back({word(Word::at_instant), Type::instant(), rule.at_slot, false, "", {}});
  rule.who_slot = add_moment_slot(frame);
  frame.slots.push_back({word(Word::who), Type::string(), rule.who_slot, false, "", {}});
  rule.nth_slot = add_moment_slot(frame);
  rule.frame_slots = frame.frame_slots;
  frame.names = make_names(pack, frame);
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    if (defaults[i].is_empty()) continue;
    rule.inputs[i].initial =
        compile(pack, defaults[i], *frame.names->names, {},
                {Wanted::Is::exactly, rule.inputs[i].type, rule.inputs[i].type.is_optional()});
  }
}

void Linker::compile_rule(PackDecl& pack, ProcDecl* proc, const Item& item, Index number) {
  const Language language = item.language;
  const Node& body = item.body();
  const auto node = [&](Word key) { return get(body, key, language); };
  const auto text = [&](Word word) { return std::string(spelling(word, language)); };
  Rule rule = std::move(model_->rules[number]);
  const bool is_by_hand = proc == nullptr;

  Frame by_hand;
  Frame& frame = proc ? proc->frame : by_hand;
  if (is_by_hand) {
    by_hand_frame(pack, rule, item, by_hand);
  } else {
    rule.nth_slot = proc->nth_slot;
  }
  const feel::Scope& names = *frame.names->names;

  if (const Node* reported = node(Word::reported_by)) {
    rule.reported_by = who(pack, is_by_hand ? nullptr : &frame, *reported, language);
    if (!is_by_hand) {
      report(diag::AC0214, reported->span, {{"what", item.owner + "." + text(Word::reported_by)}});
    }
  } else if (is_by_hand && rule.is != Rule::Is::right && node(Word::when)) {
    // Who writes `when` means a happening of some procedure.
    report(diag::AC0210, item.key().span, {{"kind", text(item.kind->word)}, {"name", item.name}});
  } else if (is_by_hand && rule.is != Rule::Is::right) {
    report(diag::AC0206, item.key().span, {{"key", text(Word::reported_by)}});
  }
  if (!is_by_hand && node(Word::evidence)) {
    report(diag::AC0224, node(Word::evidence)->span,
           {{"what", text(Word::reported_by)}, {"why", text(Word::evidence)}});
  }
  if (!is_by_hand && node(Word::with) && rule.is != Rule::Is::right) {
    report(diag::AC0224, node(Word::with)->span,
           {{"what", text(Word::reported_by)}, {"why", text(Word::with)}});
  }

  // When, and under which facts the rest is read.
  Facts facts;
  if (proc) {
    facts = proc->base_facts;
    if (const Node* when = node(Word::when)) {
      rule.when = happenings(*proc, *when, language);
      facts = facts_at(*proc, rule.when);
    }
  } else if (const Node* when = node(Word::when); when && node(Word::reported_by)) {
    report(diag::AC0225, when->span,
           {{"first", text(Word::when)}, {"second", text(Word::reported_by)}});
  }
  const bool stands = proc && !node(Word::when) && rule.is != Rule::Is::right;
  const Asking asking(*this, [&](SlotIndex slot) {
    return proc ? way_without(*proc, rule.when, slot) : std::vector<DiagnosticNote>();
  });
  const Wanted wanted = rule.is == Rule::Is::right ? verdict() : boolean();
  rule.condition = compile(pack, node(Word::if_), language, names, facts, wanted, &facts);
  rule.unless = compile(pack, node(Word::unless), language, names, facts, wanted);
  if (stands && !rule.condition && !node(Word::if_)) {
    report(diag::AC0224, item.key().span,
           {{"what", text(Word::when) + " / " + text(Word::if_)}, {"why", item.key().text}});
  }

  if (const Node* answers = node(Word::who)) {
    rule.who = who(pack, &frame, *answers, language, facts);
  }
  const Wanted day{Wanted::Is::date_or_instant, {}, false};
  if (const Node* on = node(Word::on)) {
    rule.on = compile(pack, on, language, names, facts, day);
  } else if (stands) {
    report(diag::AC0545, item.name_span(), {{"name", item.name}});
  }

  // What follows may speak of `nth`.
  feel::Scope with_nth(&names);
  NumberFacets whole;
  whole.minimum = rt::Decimal(1);
  whole.maximum = rt::Decimal(10'000);  // so that 2 ** nth is a number
  whole.scale = 0;
  with_nth.add_slot(spelling(Word::nth, language), Type::number(whole), rule.nth_slot);
  const feel::Scope& amounts = node(Word::numbered) ? with_nth : names;
  const Wanted money{Wanted::Is::money, {}, false};
  rule.fine = compile(pack, node(Word::fine), language, amounts, facts, money);
  rule.pay = compile(pack, node(Word::pay), language, amounts, facts, money);
  rule.amount = compile(pack, node(Word::amount), language, amounts, facts, money);
  rule.at_most =
      compile(pack, node(Word::at_most), language, amounts, facts, {Wanted::Is::money, {}, true});
  check_constant_amount(node(Word::fine), rule.fine);
  check_constant_amount(node(Word::pay), rule.pay);
  check_constant_amount(node(Word::amount), rule.amount);
  check_constant_amount(node(Word::at_most), rule.at_most);
  if (const Node* from = node(Word::from)) rule.from = who(pack, &frame, *from, language, facts);
  if (const Node* to = node(Word::to)) rule.to = who(pack, &frame, *to, language, facts);
  const auto sanction = [&](const Node* word) {
    if (!word || !word->is_scalar()) return;
    const std::string name(base::trim(word->text));
    if (const auto found = pack.sanctions.find(name); found != pack.sanctions.end()) {
      rule.sanction = found->second;
      return;
    }
    std::vector<std::string> known;
    for (const auto& [known_name, index] : pack.sanctions) known.push_back(known_name);
    unknown(base::both("sanction", "处分"), name, word->span, known);
  };
  sanction(node(Word::sanction));
  sanction(node(Word::may));
  if (const Node* once = node(Word::once_per)) {
    const auto word =
        one_of(*once, text(Word::once_per), {Word::case_, Word::day, Word::month}, language);
    rule.once = word == Word::case_   ? Rule::Once::per_case
                : word == Word::day   ? Rule::Once::per_day
                : word == Word::month ? Rule::Once::per_month
                                      : Rule::Once::each;
    if (word == Word::case_ && is_by_hand) {
      report(diag::AC0225, once->span,
             {{"first", text(Word::case_)}, {"second", text(Word::reported_by)}});
    }
  }
  if (const Node* once = node(Word::once); once && once->is_scalar()) {
    const auto word = one_of(*once, text(Word::once), {Word::true_, Word::false_}, language);
    if (word == Word::true_) rule.once = Rule::Once::per_case;
  }
  if (const Node* tells = node(Word::notify); tells && tells->is_scalar())
    static_cast<void>(one_of(*tells, text(Word::notify), {Word::true_, Word::false_}, language));
  if (const Node* numbered = node(Word::numbered); numbered && numbered->is_map()) {
    rule.numbered.emplace();
    if (const Node* per = get(*numbered, Word::per, language))
      static_cast<void>(one_of(*per, text(Word::per), {Word::who}, language));
    rule.numbered->afresh_after = compile(pack, get(*numbered, Word::afresh_after, language),
                                          language, names, facts, {Wanted::Is::length, {}, true});
  }
  if (rule.is == Rule::Is::right && proc) {
    // What a use brings is read by its own needs, and by whatever asks for the latest use.
    facts.insert(rule.used_at_slot);
    if (const Node* with = node(Word::with); with && with->is_map()) {
      for (std::size_t i = 0; i < with->entries.size() && i < rule.inputs.size(); ++i) {
        const Node& value = with->entries[i].value;
        const TypedField typed =
            parse_field(pack, value, language, rule.name + "." + with->entries[i].key.text);
        if (typed.default_end == 0) continue;
        rule.inputs[i].initial = compile(
            pack, Written(value, typed.default_begin, typed.default_end, language), names, facts,
            {Wanted::Is::exactly, rule.inputs[i].type, rule.inputs[i].type.is_optional()});
      }
    }
    if (const Node* needs = node(Word::needs)) {
      rule.needs = conditions(*proc, *needs, language, names, facts, rule.cites);
    }
  }
  if (rule.is == Rule::Is::child && proc) compile_child(pack, *proc, item, rule, facts);
  rule.evidence = compile(pack, node(Word::evidence), language, names, facts, {});

  if (stands) {
    check_standing(*proc, rule);
    depends(*proc, rule);
  }
  model_->rules[number] = std::move(rule);
}

/// Reads of other cases belong to the moment; what is owed by standing facts cannot hang on it.
void Linker::check_stands(const ProcDecl& proc, const MaybeFormula& formula) {
  if (!formula) return;
  for (const SlotIndex slot : formula->reads) {
    if (const auto path = proc.lookup_paths.find(slot); path != proc.lookup_paths.end()) {
      report(diag::AC1110, formula->span, {{"path", path->second}},
             {base::note(notes::keep_in_case, {{"path", path->second}})});
      return;
    }
    if (proc.moment_reads.count(slot) == 0) continue;
    const auto name = proc.read_names.find(slot);
    report(diag::AC0544, formula->span,
           {{"name", name == proc.read_names.end() ? std::string() : name->second}});
    return;
  }
}

void Linker::check_standing(const ProcDecl& proc, const Rule& rule) {
  for (const MaybeFormula* formula : {&rule.condition, &rule.unless, &rule.on, &rule.fine,
                                      &rule.pay, &rule.amount, &rule.at_most}) {
    check_stands(proc, *formula);
  }
}

/// Slots whose change makes a standing rule looked at again.
void Linker::depends(ProcDecl& proc, Rule& rule) {
  const step::Procedure& target = model_->procedures[proc.index];
  std::set<SlotIndex> slots;
  const auto add = [&](const MaybeFormula& formula) {
    if (!formula) return;
    for (const SlotIndex slot : formula->reads) {
      if (slot < target.frame_slots) slots.insert(slot);
    }
  };
  for (const MaybeFormula* formula :
       {&rule.condition, &rule.unless, &rule.on, &rule.fine, &rule.pay, &rule.amount, &rule.at_most,
        &rule.who.formula, &rule.from.formula, &rule.to.formula}) {
    add(*formula);
  }
  for (const auto& [field, formula] : rule.give) {
    for (const SlotIndex slot : formula.reads) {
      if (slot < target.frame_slots) slots.insert(slot);
    }
  }
  for (const Who* who : {&rule.who, &rule.from, &rule.to}) {
    slots.insert(who->persons.begin(), who->persons.end());
  }
  rule.depends.assign(slots.begin(), slots.end());
}

void Linker::compile_rules(PackDecl& pack) {
  check_owners(pack);
  for (std::size_t i = 0; i < rule_items_.size(); ++i) {
    const RuleItem& one = rule_items_[i];
    if (one.pack != &pack) continue;
    if (model_->rules[i].is == Rule::Is::finding) {
      compile_expect(pack, one, static_cast<Index>(i));
    } else if (model_->rules[i].is == Rule::Is::notify && one.item->kind->word == Word::right) {
      compile_right_notice(pack, one, static_cast<Index>(i));
    } else if (model_->rules[i].worklist != none) {
      compile_worklist(pack, one, static_cast<Index>(i));
    } else if (one.row) {
      compile_entry(pack, one, static_cast<Index>(i));
    } else {
      compile_rule(pack, one.proc, *one.item, static_cast<Index>(i));
    }
  }
}

void Linker::compile_replaces(PackDecl& pack) {
  for (std::size_t i = 0; i < rule_items_.size(); ++i) {
    const RuleItem& one = rule_items_[i];
    if (one.pack != &pack || one.row) continue;
    const Node* replaces = get(one.item->body(), Word::replaces, one.item->language);
    if (!replaces) continue;
    std::vector<const Node*> names;
    if (replaces->is_scalar()) names.push_back(replaces);
    for (const Node& name : replaces->items) {
      if (name.is_scalar()) names.push_back(&name);
    }
    for (const Node* name : names) {
      const std::string written(base::trim(name->text));
      std::vector<std::string> known;
      Index found = none;
      for (const auto& [path, number] : pack.rules_by_name) {
        const std::size_t dot = path.find('.');
        const std::string bare = dot == std::string::npos ? path : path.substr(dot + 1);
        known.push_back(bare);
        if (path == written || bare == written) found = number;
      }
      if (found == none) {
        unknown(base::both("offence or reward", "违规或奖励"), written, name->span, known);
      } else {
        model_->rules[i].replaces.push_back(found);
      }
    }
  }
}

}  // namespace aftercare::rulebook
