// Forms: their fields and signatures, the names over them, and what an event does to one.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

using step::Form;
using Does = step::Event::Does;

namespace {

/// What every form has, beside what its author lists.
constexpr Word own_words[] = {Word::at_instant, Word::signed_, Word::refused_,
                              Word::complete,   Word::version, Word::lines,
                              Word::copies,     Word::original, Word::valid_until};

/// The slot behind `complete`, as the expression behind that word calls it: no author's name.
std::string slot_behind(std::string_view complete) { return "__" + std::string(complete); }

struct Deed {
  Word word;
  Does does;
};
constexpr Deed deeds[] = {{Word::form, Does::fills},
                          {Word::changes, Does::changes},
                          {Word::signs, Does::signs},
                          {Word::voids, Does::voids}};

std::vector<const Node*> scalars(const Node& node) {
  std::vector<const Node*> out;
  if (node.is_scalar()) out.push_back(&node);
  for (const Node& item : node.items) {
    if (item.is_scalar()) out.push_back(&item);
  }
  return out;
}

Type whole_number() {
  NumberFacets facets;
  facets.minimum = rt::Decimal(0);
  facets.maximum = rt::Decimal(1'000'000);
  facets.scale = 0;
  return Type::number(facets);
}

/// A text that the author did not write.
Written made(std::string text) {
  Written out;
  out.text = std::move(text);
  return out;
}

}  // namespace

// ── what is declared ──────────────────────────────────────────────────────────────────────────

void Linker::read_form(ProcDecl& proc, step::Event& event, const Node& node, Language language) {
  std::optional<Word> first;
  for (const Deed& deed : deeds) {
    const Node* form = get(node, deed.word, language);
    if (!form || !form->is_scalar()) continue;
    if (first) {
      report(diag::AC0850, form->span,
             {{"event", event.name},
              {"first", std::string(spelling(*first, language))},
              {"second", std::string(spelling(deed.word, language))}});
      continue;
    }
    first = deed.word;
    event.form = use_form(proc, base::trim(form->text), form->span);
    event.does = deed.does;
  }
}

Index Linker::use_form(ProcDecl& proc, std::string_view name, SourceSpan span) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  if (const auto known = proc.form_index.find(std::string(name)); known != proc.form_index.end()) {
    return known->second;
  }
  const Item* found = nullptr;
  std::vector<std::string> known;
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::form) continue;
    known.push_back(item.name);
    if (item.name == name) found = &item;
  }
  if (!found || !found->body().is_map()) {
    if (!found) unknown(base::both("form", "单据"), name, span, known);
    return none;
  }
  Form form;
  form.name = found->name;
  form.span = found->name_span();
  form.cites = all_cites(pack, *found);
  FormDecl decl;
  decl.item = found;
  form_fields(proc, form, decl);
  form_signatures(proc, form, decl);
  const auto number = static_cast<Index>(target.forms.size());
  proc.form_index[form.name] = number;
  proc.forms.push_back(std::move(decl));
  target.forms.push_back(std::move(form));
  return number;
}

void Linker::form_fields(ProcDecl& proc, Form& form, FormDecl& decl) {
  PackDecl& pack = *proc.pack;
  const Language language = decl.item->language;
  const Node& body = decl.item->body();
  const auto is_own = [&](std::string_view name) {
    return std::any_of(std::begin(own_words), std::end(own_words),
                       [&](Word word) { return is_word(name, word, language); });
  };
  const auto add = [&](step::Field field, Written initial, Written asked) {
    form.fields.push_back(std::move(field));
    decl.members.push_back(form.fields.back().name);
    decl.defaults.push_back(std::move(initial));
    decl.asked.push_back(std::move(asked));
  };
  if (const Node* fields = get(body, Word::fields, language); fields && fields->is_map()) {
    for (const Entry& entry : fields->entries) {
      const std::string& name = entry.key.text;
      if (is_own(name)) {
        report(diag::AC0856, entry.key.span, {{"form", form.name}, {"name", name}});
        continue;
      }
      const Node* is = entry.value.is_map() ? get(entry.value, Word::is, language) : &entry.value;
      if (!is || !is->is_scalar()) continue;
      const std::string_view text = base::trim(is->text);
      if (text.starts_with('=')) {
        if (entry.value.is_map()) {
          report(diag::AC0225, is->span,
                 {{"first", std::string(spelling(Word::if_, language))}, {"second", "="}});
          continue;
        }
        step::Let let;
        let.name = name;
        form.computed.push_back(std::move(let));
        decl.computed.emplace_back(*is, is->text.find('=') + 1, is->text.size(), language);
        decl.computed_spans.push_back(entry.key.span);
        continue;
      }
      const TypedField typed = parse_field(pack, *is, language, form.name + "." + name);
      step::Field field;
      field.name = name;
      field.type = typed.type.value_or(Type::any());
      field.of_register = typed.of_register;
      field.span = entry.key.span;
      Written asked;
      if (entry.value.is_map()) {
        if (const Node* condition = get(entry.value, Word::if_, language);
            condition && condition->is_scalar()) {
          asked = Written(*condition, language);
          field.type = field.type.optional();
        }
      }
      add(std::move(field),
          typed.default_end != 0 ? Written(*is, typed.default_begin, typed.default_end, language)
                                 : Written(),
          std::move(asked));
    }
  }
  // What has a word of the format has one name for hosts and logs, and is spelt by the language.
  const auto add_own = [&](const char* name, Word word, Type type, SourceSpan span) {
    step::Field field;
    field.name = name;
    field.type = std::move(type);
    field.span = span;
    add(std::move(field), {}, {});
    decl.members.back() = spelling(word, language);
  };
  if (const Node* lines = get(body, Word::lines, language); lines && lines->is_map()) {
    std::vector<std::pair<std::string, Type>> columns;
    for (const Entry& entry : lines->entries) {
      const TypedField typed =
          parse_field(pack, entry.value, language, form.name + "." + entry.key.text);
      if (typed.default_end != 0) {
        report(diag::AC0218, entry.value.span,
               {{"text", entry.value.text}, {"what", base::both("type", "类型")}});
      }
      columns.emplace_back(entry.key.text, typed.type.value_or(Type::any()));
    }
    add_own("lines", Word::lines,
            Type::list(Type::context(std::move(columns), form.name + " line")), lines->span);
  }
  const Node* copies = get(body, Word::copies, language);
  if (const Node* shown = get(body, Word::shown, language); shown && shown->is_map()) {
    const Node* original = get(*shown, Word::original, language);
    if (original && original->is_scalar() &&
        one_of(*original, spelling(Word::original, language), {Word::true_, Word::false_},
               language) == Word::true_) {
      add_own("original", Word::original, Type::boolean(), original->span);
      decl.own_needs.push_back({Word::original, original});
    }
    if (const Node* valid = get(*shown, Word::valid_on, language)) {
      add_own("valid_until", Word::valid_until, Type::date(), valid->span);
      decl.own_needs.push_back({Word::valid_on, valid});
    }
    if (const Node* handed = get(*shown, Word::copies, language)) {
      if (copies) {
        report(diag::AC0225, handed->span,
               {{"first", std::string(spelling(Word::copies, language))},
                {"second", std::string(spelling(Word::shown, language)) + "." +
                               std::string(spelling(Word::copies, language))}});
      } else {
        add_own("copies", Word::copies, whole_number(), handed->span);
        decl.own_needs.push_back({Word::shown, handed});
      }
    }
  }
  if (copies) {
    add_own("copies", Word::copies, whole_number(), copies->span);
    decl.own_needs.push_back({Word::copies, copies});
  }
}

void Linker::form_signatures(ProcDecl& proc, Form& form, FormDecl& decl) {
  PackDecl& pack = *proc.pack;
  const step::Procedure& target = model_->procedures[proc.index];
  const Language language = decl.item->language;
  const Node* signers = get(decl.item->body(), Word::signed_by, language);
  if (!signers) return;
  for (const Node* one : scalars(*signers)) {
    std::vector<Part> words = split_words(one->text, 0);
    Form::Signature signature;
    signature.is_optional = words.size() > 1 && is_word(words.front().text, Word::optional, language);
    if (signature.is_optional) words.erase(words.begin());
    signature.may_refuse = words.size() > 1 && is_word(words.back().text, Word::or_refused, language);
    if (signature.may_refuse) words.pop_back();
    if (signature.is_optional && signature.may_refuse) {
      report(diag::AC0857, one->span,
             {{"first", std::string(spelling(Word::optional, language))},
              {"second", std::string(spelling(Word::or_refused, language))}});
      continue;
    }
    const std::size_t begin = words.empty() ? 0 : words.front().begin;
    const std::size_t end =
        words.empty() ? one->text.size() : words.back().begin + words.back().text.size();
    signature.name = std::string(one->text.substr(begin, end - begin));
    const SourceSpan place = one->span_of(begin, end);
    const bool is_twice =
        std::any_of(form.signatures.begin(), form.signatures.end(),
                    [&](const Form::Signature& other) { return other.name == signature.name; });
    if (is_twice) {
      report(diag::AC0855, place, {{"form", form.name}, {"name", signature.name}});
      continue;
    }
    const auto field =
        std::find_if(target.fields.begin(), target.fields.end(),
                     [&](const step::Field& f) { return f.name == signature.name; });
    if (field != target.fields.end()) {
      // Fields come first in the frame: their number is their slot.
      signature.person = static_cast<SlotIndex>(field - target.fields.begin());
    } else if (const auto role = pack.roles.find(signature.name); role != pack.roles.end()) {
      signature.role = role->second;
    } else {
      std::vector<std::string> people;
      for (const auto& [role_name, role_index] : pack.roles) people.push_back(role_name);
      for (const step::Field& f : target.fields) people.push_back(f.name);
      unknown(base::both("role or person", "角色或人"), signature.name, place, people);
      continue;
    }
    form.signatures.push_back(std::move(signature));
  }
}

/// Once all events are known: which of them deal with each form.
void Linker::finish_forms(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  for (std::size_t i = 0; i < target.forms.size(); ++i) {
    Form& form = target.forms[i];
    FormDecl& decl = proc.forms[i];
    for (const step::Event& event : target.events) {
      if (event.form != i) continue;
      decl.is_brought = decl.is_brought || event.does == Does::fills;
      decl.may_lack = decl.may_lack || (event.does == Does::fills && !event.is_request);
      decl.is_voided = decl.is_voided || event.does == Does::voids;
      decl.is_changed = decl.is_changed || event.does == Does::changes;
      form.is_signed_later =
          form.is_signed_later || event.does == Does::signs || event.does == Does::changes;
    }
    for (const step::Event& event : target.events) {
      if (event.form != i || event.does == Does::fills) continue;
      if (!decl.is_brought)
        report(diag::AC0852, event.span, {{"event", event.name}, {"form", form.name}},
               {base::note(notes::bring_the_form,
                           {{"key", std::string(spelling(Word::form, proc.item->language))},
                            {"form", form.name}})});
      if (event.does == Does::signs && form.signatures.empty())
        report(diag::AC0851, event.span,
               {{"event", event.name},
                {"form", form.name},
                {"key", std::string(spelling(Word::signed_by, proc.item->language))}});
    }
  }
}

// ── where it lies, and its names ──────────────────────────────────────────────────────────────

void Linker::layout_form(ProcDecl& proc, Index number) {
  Form& form = model_->procedures[proc.index].forms[number];
  FormDecl& decl = proc.forms[number];
  PackDecl& pack = *proc.pack;
  Frame& frame = proc.frame;
  // Its names are spelt as those of the procedure that holds it.
  const auto word = [&](Word w) { return std::string(spelling(w, proc.item->language)); };
  RecordDecl record;
  record.name = form.name;
  record.what = base::both("form " + form.name, "单据 " + form.name);
  record.span = form.span;
  form.present_slot = add_case_slot(frame, form.name);
  record.presence = form.present_slot;
  record.members.push_back({word(Word::at_instant), Type::instant(), form.present_slot});
  for (std::size_t f = 0; f < form.fields.size(); ++f) {
    step::Field& field = form.fields[f];
    field.slot = add_case_slot(frame, form.name + "." + decl.members[f]);
    for (const step::Field& of_case : model_->procedures[proc.index].fields) {
      if (of_case.name == field.name) field.case_slot = of_case.slot;
    }
    record.members.push_back({decl.members[f],
                              decl.may_lack ? field.type.optional() : field.type, field.slot,
                              field.of_register});
    if (!decl.asked[f].is_empty()) {
      record.members.back().absence = feel::Declared::Absence::not_asked;
    } else if (decl.may_lack && !field.type.is_optional()) {
      record.members.back().absence = feel::Declared::Absence::lacking;
    }
    record.inner.push_back(record.members.back());
  }
  for (std::size_t c = 0; c < form.computed.size(); ++c) {
    for (const step::Field& of_case : model_->procedures[proc.index].fields) {
      if (of_case.name == form.computed[c].name)
        report(diag::AC0854, decl.computed_spans[c],
               {{"form", form.name}, {"name", of_case.name}});
    }
  }
  for (Form::Signature& signature : form.signatures) {
    signature.slot =
        add_case_slot(frame, form.name + "." + word(Word::signed_) + "." + signature.name);
    record.signed_by.push_back({signature.name, Type::boolean(), signature.slot});
    if (!signature.may_refuse) continue;
    signature.refused_slot =
        add_case_slot(frame, form.name + "." + word(Word::refused_) + "." + signature.name);
    record.refused_by.push_back({signature.name, Type::boolean(), signature.refused_slot});
  }
  record.has_signed = true;
  const std::string version = form.name + "." + word(Word::version);
  if (decl.is_voided || decl.is_changed || is_asked(pack, version)) {
    form.version_slot = add_case_slot(frame, version);
    record.members.push_back({word(Word::version), whole_number(), form.version_slot});
  }
  for (std::size_t c = 0; c < form.computed.size(); ++c) {
    LetDecl let;
    let.name = form.computed[c].name;
    let.written = decl.computed[c];
    let.span = decl.computed_spans[c];
    record.lets.push_back(std::move(let));
  }
  decl.record = frame.records.size();
  frame.records.push_back(std::move(record));
}

/// What is complete is asked for in the moment; that its fields are there follows from it.
void Linker::layout_complete(ProcDecl& proc, Index number) {
  Form& form = model_->procedures[proc.index].forms[number];
  FormDecl& decl = proc.forms[number];
  const Item& item = *decl.item;
  const std::string word(spelling(Word::complete, proc.item->language));
  const bool is_expected =
      get(item.body(), Word::expect, item.language) != nullptr ||
      std::any_of(proc.pack->outline->items.begin(), proc.pack->outline->items.end(),
                  [&](const Item& other) {
                    return other.kind->word == Word::expect && other.name == form.name;
                  });
  if (!is_expected && !is_asked(*proc.pack, form.name + "." + word)) return;
  form.complete_slot = add_moment_slot(proc.frame);
  RecordDecl& record = proc.frame.records[decl.record];
  record.inner.push_back(
      {slot_behind(word), Type::boolean(), form.complete_slot});
  LetDecl let;
  let.name = word;
  let.span = form.span;
  std::string text = form.name + " != null and " + slot_behind(word);
  for (std::size_t f = 0; f < form.fields.size(); ++f) {
    const bool may_be_null = form.fields[f].type.is_optional();
    if (decl.may_lack && !may_be_null) text += " and " + decl.members[f] + " != null";
  }
  let.written = made(std::move(text));
  record.lets.push_back(std::move(let));
}

/// Slots that are known where an event brings the form, and not for good.
void Linker::note_fleeting(ProcDecl& proc) const {
  const step::Procedure& target = model_->procedures[proc.index];
  for (std::size_t i = 0; i < target.forms.size(); ++i) {
    const Form& form = target.forms[i];
    const FormDecl& decl = proc.forms[i];
    if (decl.is_voided) proc.fleeting.insert(form.present_slot);
    if (!decl.is_voided && !decl.may_lack) continue;
    for (const step::Field& field : form.fields) proc.fleeting.insert(field.slot);
  }
}

/// What a form makes known by coming.
void Linker::form_facts(const ProcDecl& proc, const step::Event& event, Facts& facts) const {
  if (event.form == none || event.does != Does::fills) return;
  const Form& form = model_->procedures[proc.index].forms[event.form];
  facts.insert(form.present_slot);
  // The form of a fact may lack any of them.
  if (!event.is_request) return;
  for (const step::Field& field : form.fields) {
    if (field.type.is_optional()) continue;
    facts.insert(field.slot);
    if (field.case_slot != no_slot) facts.insert(field.case_slot);
  }
}

// ── what is compiled over it ──────────────────────────────────────────────────────────────────

void Linker::compile_forms(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  for (std::size_t i = 0; i < target.forms.size(); ++i) {
    Form& form = target.forms[i];
    FormDecl& decl = proc.forms[i];
    const Item& item = *decl.item;
    const Node& body = item.body();
    const feel::Scope& inner = *proc.frame.records[decl.record].own_names;
    Facts facts = proc.base_facts;
    facts.insert(form.present_slot);
    if (const Node* by = get(body, Word::by, item.language)) {
      form.by = who(pack, &proc.frame, *by, item.language, facts);
      // Where the event does not say who reports it, it is who fills in the form that it brings.
      for (std::size_t e = 0; e < target.events.size(); ++e) {
        const bool says =
            proc.event_nodes[e] && get(*proc.event_nodes[e], Word::by, proc.item->language);
        const bool fills =
            target.events[e].does == Does::fills || target.events[e].does == Does::changes;
        if (target.events[e].form == i && fills && !says) target.events[e].by = form.by;
      }
    }
    // What is asked for besides is asked once the rest is there.
    for (std::size_t f = 0; f < form.fields.size(); ++f)
      if (!form.fields[f].type.is_optional()) facts.insert(form.fields[f].slot);
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      if (!decl.asked[f].is_empty())
        form.fields[f].asked = compile(pack, decl.asked[f], inner, facts, boolean());
    }
    for (std::size_t c = 0; c < form.computed.size(); ++c) {
      auto value = compile(pack, decl.computed[c], inner, facts, {});
      if (value) form.computed[c].value = std::move(*value);
      proc.frame.records[decl.record].lets[c].parsed.ast.is_told_wrong = !value;
    }
    if (const Node* needs = get(body, Word::needs, item.language)) {
      form.needs =
          conditions(proc, *needs, item.language, inner, facts, form.cites, &decl.needed);
    }
    for (const auto& [word, node] : decl.own_needs) {
      if (auto need = own_need(proc, decl, word, *node, inner, facts)) {
        need->cites = form.cites;
        form.needs.push_back(std::move(*need));
      }
    }
    // Whether it is complete is of the moment where one of its needs is.
    const auto is_of_moment = [&](const step::Condition& need) {
      return std::any_of(need.holds.reads.begin(), need.holds.reads.end(), [&](SlotIndex slot) {
        return proc.moment_reads.count(slot) != 0 || proc.lookup_paths.count(slot) != 0;
      });
    };
    if (form.complete_slot != no_slot &&
        std::any_of(form.needs.begin(), form.needs.end(), is_of_moment)) {
      proc.moment_reads.insert(form.complete_slot);
      proc.read_names[form.complete_slot] =
          form.name + "." + std::string(spelling(Word::complete, proc.item->language));
    }
  }
}

/// What `copies` and `shown` ask for, as needs of the form.
std::optional<step::Condition> Linker::own_need(ProcDecl& proc, const FormDecl& decl, Word word,
                                                const Node& node, const feel::Scope& inner,
                                                const Facts& facts) {
  const Language language = decl.item->language;
  const std::string written(base::trim(node.text));
  // The sentences of the format are English in the rules, and told in the language of who asks.
  const bool is_number = rt::Decimal::parse(written).has_value();
  const auto text = [&](Word w) { return std::string(spelling(w, language)); };
  Written condition;
  std::string label;
  switch (word) {
    case Word::copies:
    case Word::shown: {
      // Only how many there are is to be written down.
      if (is_word(written, Word::number_type, language)) return std::nullopt;
      const bool is_made = word == Word::copies;
      if (!compile(*proc.pack, &node, language, inner, facts,
                   {Wanted::Is::number, Type::number(), false}))
        return std::nullopt;
      condition = Written::around(text(Word::copies) + (is_made ? " = (" : " >= ("), node, "\n)",
                                  language);
      const std::string number = is_number ? written : "as many as are asked for";
      label = is_made ? "copies made: " + number : "copies handed in: " + number;
      break;
    }
    case Word::valid_on:
      if (!compile(*proc.pack, &node, language, inner, facts,
                   {Wanted::Is::date, Type::date(), false}))
        return std::nullopt;
      condition = Written::around(text(Word::valid_until) + " >= (", node, "\n)", language);
      label = "valid on the day that counts";
      break;
    default:
      condition = made(text(Word::original));
      condition.language = language;
      label = "the original is shown";
      break;
  }
  auto holds = compile(*proc.pack, condition, inner, facts, boolean());
  if (!holds) return std::nullopt;
  holds->span = node.span;
  step::Condition out;
  out.label = std::move(label);
  out.holds = std::move(*holds);
  out.span = node.span;
  return out;
}

/// Expectations stand: each is a finding as long as the form in force is complete and does not meet
/// it.
void Linker::declare_expects(PackDecl& pack) {
  for (ProcDecl& proc : procs_) {
    if (proc.pack != &pack) continue;
    for (std::size_t i = 0; i < proc.forms.size(); ++i) {
      const auto declare = [&](const Item& item, const Node& map, const Cites& cites) {
        if (!map.is_map()) return;
        for (const Entry& entry : map.entries) {
          if (!entry.value.is_scalar()) continue;
          step::Rule rule;
          rule.is = step::Rule::Is::finding;
          rule.name = entry.key.text;
          rule.pack = pack.index;
          rule.procedure = proc.index;
          rule.cites = cites;
          rule.span = entry.key.span;
          model_->procedures[proc.index].rules.push_back(
              static_cast<Index>(model_->rules.size()));
          model_->rules.push_back(std::move(rule));
          rule_items_.push_back({&item, &entry.value, &pack, &proc});
        }
      };
      const Item& own = *proc.forms[i].item;
      const Form& form = model_->procedures[proc.index].forms[i];
      if (const Node* expects = get(own.body(), Word::expect, own.language))
        declare(own, *expects, form.cites);
      for (const Item& other : pack.outline->items) {
        if (other.kind->word == Word::expect && other.name == form.name)
          declare(other, other.body(), all_cites(pack, other));
      }
    }
  }
}

void Linker::compile_expect(PackDecl& pack, const RuleItem& one, Index number) {
  ProcDecl& proc = *one.proc;
  const Index which = proc.form_index.at(one.item->name);
  const Form& form = model_->procedures[proc.index].forms[which];
  const feel::Scope& inner = *proc.frame.records[proc.forms[which].record].own_names;
  step::Rule rule = std::move(model_->rules[number]);
  Facts facts = proc.base_facts;
  const auto word = [&](Word w) { return std::string(spelling(w, proc.item->language)); };
  rule.condition = compile(pack, made(form.name + "." + word(Word::complete)), inner, facts,
                           boolean(), &facts);
  rule.on = compile(pack, made(form.name + "." + word(Word::at_instant)), inner, facts,
                    {Wanted::Is::date_or_instant, {}, false});
  for (step::MaybeFormula* formula : {&rule.condition, &rule.on})
    if (*formula) (*formula)->span = rule.span;
  rule.unless = compile(pack, one.row, one.item->language, inner, facts, boolean());
  rule.to = form.by;
  rule.form = which;
  check_standing(proc, rule);
  depends(proc, rule);
  model_->rules[number] = std::move(rule);
}

// ── what can never be ─────────────────────────────────────────────────────────────────────────

/// Requests that need what only comes after them: a form that is brought later, and so on in a
/// circle.
void Linker::lint_forms(const ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  // What an event needs to be there before it, and what it brings.
  std::vector<Facts> needs(target.events.size()), gives(target.events.size());
  for (std::size_t e = 0; e < target.events.size(); ++e) {
    const step::Event& event = target.events[e];
    gives[e] = proc.event_facts[e];
    gives[e].insert(event.at_slot);
    for (const step::Input& input : event.inputs) {
      gives[e].insert(input.slot);
      gives[e].insert(input.case_slot);
    }
    if (event.form != none) {
      const Form& form = target.forms[event.form];
      if (event.does == Does::fills) {
        for (std::size_t datum = 0; datum <= form.presence_datum(); ++datum) {
          gives[e].insert(form.place(datum).slot);
          gives[e].insert(form.place(datum).case_slot);
        }
      } else {
        needs[e].insert(form.present_slot);
      }
      if (event.is_request || event.does != Does::fills) {
        const Facts& asked = proc.forms[event.form].needed;
        needs[e].insert(asked.begin(), asked.end());
      }
    }
    // A fact is recorded whatever its needs and the state of the case.
    if (!event.is_request || event.opens != none) continue;
    needs[e].insert(proc.needed[e].begin(), proc.needed[e].end());
    const Facts before = facts_before(proc, event.happening);
    needs[e].insert(before.begin(), before.end());
  }
  std::vector<bool> can(target.events.size());
  Facts known = proc.base_facts;
  Facts given;  // by some event; what none gives comes otherwise, or nobody waits for it
  for (const Facts& one : gives) given.insert(one.begin(), one.end());
  for (bool is_another = true; is_another;) {
    is_another = false;
    for (std::size_t e = 0; e < target.events.size(); ++e) {
      if (can[e]) continue;
      can[e] = std::all_of(needs[e].begin(), needs[e].end(), [&](SlotIndex slot) {
        return known.count(slot) != 0 || gives[e].count(slot) != 0 || given.count(slot) == 0;
      });
      if (!can[e]) continue;
      known.insert(gives[e].begin(), gives[e].end());
      is_another = true;
    }
  }
  for (std::size_t e = 0; e < target.events.size(); ++e) {
    if (can[e]) continue;
    for (std::size_t f = 0; f < target.forms.size(); ++f) {
      const Form& form = target.forms[f];
      if (needs[e].count(form.present_slot) == 0 || known.count(form.present_slot) != 0) continue;
      std::string bringers;
      for (std::size_t b = 0; b < target.events.size(); ++b) {
        if (target.events[b].form == f && target.events[b].does == Does::fills)
          bringers += (bringers.empty() ? "" : ", ") + target.events[b].name;
      }
      report(diag::AC0731, target.events[e].span, {{"event", target.events[e].name}},
             {base::note(notes::form_comes_later,
                         {{"form", form.name}, {"bringer", bringers},
                          {"event", target.events[e].name}})});
      break;
    }
  }
  lint_copies(proc);
}

/// Conditions that ask for another number of copies than the form is made in.
void Linker::lint_copies(const ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  for (std::size_t f = 0; f < target.forms.size(); ++f) {
    const Form& form = target.forms[f];
    for (const auto& [word, node] : proc.forms[f].own_needs) {
      const auto made_in = rt::Decimal::parse(base::trim(node->text));
      if (word != Word::copies || !made_in) continue;
      const std::string path =
          form.name + "." + std::string(spelling(Word::copies, proc.item->language));
      const auto look = [&](const step::Condition& need) {
        const std::size_t at = need.holds.text.find(path + " = ");
        if (at == std::string::npos) return;
        std::string_view rest = std::string_view(need.holds.text).substr(at + path.size() + 3);
        std::size_t digits = 0;
        while (digits < rest.size() && base::is_ascii_digit(rest[digits])) ++digits;
        const auto asked = rt::Decimal::parse(rest.substr(0, digits));
        if (!asked || *asked == *made_in) return;
        report(diag::AC0853, need.holds.span,
               {{"form", form.name},
                {"copies", rt::to_string(*made_in)},
                {"text", path + " = " + rt::to_string(*asked)}});
      };
      for (const step::Event& event : target.events)
        for (const step::Condition& need : event.needs) look(need);
    }
  }
}

}  // namespace aftercare::rulebook
