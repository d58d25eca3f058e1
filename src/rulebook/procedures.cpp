// Procedures: their file, events, forms and derived values.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"
#include "rulebook/steps.hpp"

namespace aftercare::rulebook {
namespace {

/// `optional x`: whether it says so, and where the name begins.
struct OptionalName {
  bool is_optional = false;
  std::string_view name;
  std::size_t begin = 0;
};
OptionalName optional_name(std::string_view text, Language language) {
  const std::vector<Part> parts = split_words(text, 0);
  if (parts.size() == 2 && is_word(parts[0].text, Word::optional, language)) {
    return {true, parts[1].text, parts[1].begin};
  }
  if (parts.size() == 1) return {false, parts[0].text, parts[0].begin};
  return {false, base::trim(text), 0};
}

/// The scalars of a name or a list of names.
std::vector<const Node*> scalars(const Node& node) {
  std::vector<const Node*> out;
  if (node.is_scalar()) out.push_back(&node);
  for (const Node& item : node.items) {
    if (item.is_scalar()) out.push_back(&item);
  }
  return out;
}

}  // namespace

void Linker::declare_procedures(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::procedure) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!item.body().is_map() || pack.procedures.count(item.name) != 0) continue;
    const auto index = static_cast<Index>(model_->procedures.size());
    pack.procedures[item.name] = index;
    step::Procedure& target = model_->procedures.emplace_back();
    target.name = item.name;
    target.pack = pack.index;
    target.title = get_text(item.body(), Word::title, item.language);
    target.span = item.name_span();
    ProcDecl& proc = procs_.emplace_back();
    proc.index = index;
    proc.item = &item;
    proc.pack = &pack;
    declare_events(proc);
    declare_states(proc);
    declare_pinned(proc);
    declare_lets(proc);
    declare_reads(proc);
    declare_clocks(proc);
    declare_entitlements(proc);
  }
}

void Linker::declare_events(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  const Language language = proc.item->language;
  const Node& body = proc.item->body();
  step::Procedure& target = model_->procedures[proc.index];

  if (const Node* fields = get(body, Word::case_, language); fields && fields->is_map()) {
    for (const Entry& entry : fields->entries) {
      const TypedField typed =
          parse_field(pack, entry.value, language, target.name + "." + entry.key.text);
      step::Field field;
      field.name = entry.key.text;
      field.type = typed.type.value_or(Type::any());
      field.of_register = typed.of_register;
      field.span = entry.key.span;
      target.fields.push_back(std::move(field));
      proc.field_defaults.push_back(
          typed.default_end != 0
              ? Written(entry.value, typed.default_begin, typed.default_end, language)
              : Written());
    }
  }
  const auto add_event = [&](const Entry& entry, bool is_request) {
    if (proc.event_index.count(entry.key.text) != 0) {
      report(diag::AC0216, entry.key.span, {{"name", entry.key.text}});
      return;
    }
    const auto number = static_cast<Index>(target.events.size());
    proc.event_index[entry.key.text] = number;
    step::Event event;
    event.name = entry.key.text;
    event.is_request = is_request;
    event.span = entry.key.span;
    event.happening = happening(proc, {step::Happening::Is::event, number, none});
    proc.event_nodes.push_back(entry.value.is_map() ? &entry.value : nullptr);
    std::vector<Written> defaults;
    if (entry.value.is_map()) {
      const Node& node = entry.value;
      event.cites = cites_of(pack, node, language, none);
      if (const Node* gives = get(node, Word::gives, language)) {
        for (const Node* one : scalars(*gives)) {
          const OptionalName given = optional_name(one->text, language);
          const auto field =
              std::find_if(target.fields.begin(), target.fields.end(),
                           [&](const step::Field& f) { return f.name == given.name; });
          if (field == target.fields.end()) {
            std::vector<std::string> known;
            for (const step::Field& f : target.fields) known.push_back(f.name);
            unknown(base::both("field", "栏目"), given.name,
                    one->span_of(given.begin, given.begin + given.name.size()), known);
            continue;
          }
          step::Input input;
          input.name = field->name;
          input.is_required = !given.is_optional;
          input.type = given.is_optional ? field->type.optional() : field->type.required();
          input.of_register = field->of_register;
          input.case_slot = 0;  // laid out later
          event.inputs.push_back(std::move(input));
          defaults.emplace_back();
        }
      }
      if (const Node* with = get(node, Word::with, language); with && with->is_map()) {
        for (const Entry& datum : with->entries) {
          const TypedField typed = parse_field(
              pack, datum.value, language, target.name + "." + event.name + "." + datum.key.text);
          step::Input input;
          input.name = datum.key.text;
          input.type = typed.type.value_or(Type::any());
          input.of_register = typed.of_register;
          input.is_required = typed.default_end == 0 && !input.type.is_optional();
          const bool is_given =
              std::any_of(event.inputs.begin(), event.inputs.end(),
                          [&](const step::Input& other) { return other.name == input.name; });
          if (is_given) {
            report(diag::AC0216, datum.key.span, {{"name", input.name}});
            continue;
          }
          event.inputs.push_back(std::move(input));
          defaults.push_back(typed.default_end != 0 ? Written(datum.value, typed.default_begin,
                                                              typed.default_end, language)
                                                    : Written());
        }
      }
      read_form(proc, event, node, language);
    }
    proc.input_defaults.push_back(std::move(defaults));
    target.events.push_back(std::move(event));
  };
  const auto add_events = [&](Word key, bool is_request) {
    const Node* events = get(body, key, language);
    if (!events || !events->is_map()) return;
    for (const Entry& entry : events->entries) add_event(entry, is_request);
  };
  add_events(Word::facts, false);
  add_events(Word::requests, true);
  if (const Node* steps = get(body, Word::steps, language)) {
    each_fact_of_steps(*steps, language, [&](const Entry& entry) { add_event(entry, false); });
  }
  finish_forms(proc);

  if (const Node* key = get(body, Word::key, language); key && key->is_scalar()) {
    const std::string name(base::trim(key->text));
    const auto field = std::find_if(target.fields.begin(), target.fields.end(),
                                    [&](const step::Field& f) { return f.name == name; });
    if (field == target.fields.end()) {
      std::vector<std::string> known;
      for (const step::Field& f : target.fields) known.push_back(f.name);
      unknown(base::both("field", "栏目"), name, key->span, known);
    } else {
      // Fields come first in the frame: their number is their slot.
      target.key_slot = static_cast<SlotIndex>(field - target.fields.begin());
    }
  }
}

void Linker::declare_lets(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const auto put = [&](const std::string& name, SourceSpan span, Written written, Cites cites) {
    proc.let_index[name] = static_cast<Index>(target.lets.size());
    step::Let let;
    let.name = name;
    let.cites = cites;
    target.lets.push_back(std::move(let));
    LetDecl& decl = proc.frame.lets.emplace_back();
    decl.name = name;
    decl.written = std::move(written);
    decl.cites = std::move(cites);
    decl.span = span;
  };
  const auto declare = [&](const std::string& name, SourceSpan span, const Node& value,
                           Language language, Cites cites) {
    if (!value.is_scalar() && !value.is_list()) return;
    if (proc.let_index.count(name) != 0) {
      report(diag::AC0216, span, {{"name", name}});
      return;
    }
    put(name, span, Written::value(value, language), std::move(cites));
  };
  const Language language = proc.item->language;
  if (const Node* lets = get(proc.item->body(), Word::let, language); lets && lets->is_map()) {
    for (const Entry& entry : lets->entries) {
      declare(entry.key.text, entry.key.span, entry.value, language,
              cites_in_choices(pack, entry.value, language));
    }
  }
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::let || item.owner != target.name) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    declare(item.name, item.name_span(), item.body(), item.language, cites);
  }
  for (const Item& item : pack.outline->items) {
    if (item.owner != target.name || !tells_when_it_arises(item)) continue;
    const Node* condition = get(item.body(), Word::if_, item.language);
    if (!condition || !condition->is_scalar()) continue;  // declare_right_notice() tells
    put(arises_name(item), item.name_span(),
        Written::but_not(*condition, get(item.body(), Word::unless, item.language), item.language),
        all_cites(pack, item));
  }
}

/// What is known from the opening on: what every opening event brings, and defaults.
void Linker::opening_facts(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  proc.event_facts.clear();
  for (const step::Event& event : target.events) {
    Facts facts;
    facts.insert(event.at_slot);
    for (const step::Input& input : event.inputs) {
      if (!input.is_required) continue;
      if (input.case_slot != no_slot) facts.insert(input.case_slot);
    }
    form_facts(proc, event, facts);
    proc.event_facts.push_back(std::move(facts));
  }
  bool is_first = true;
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    const Node* node = proc.event_nodes[i];
    if (!node || !get(*node, Word::opens, proc.item->language)) continue;
    proc.base_facts = is_first ? proc.event_facts[i] : both(proc.base_facts, proc.event_facts[i]);
    is_first = false;
  }
  for (std::size_t i = 0; i < target.fields.size(); ++i) {
    if (!proc.field_defaults[i].is_empty() && !target.fields[i].type.is_optional()) {
      proc.base_facts.insert(target.fields[i].slot);
    }
  }
  note_fleeting(proc);
  for (const SlotIndex slot : proc.fleeting) proc.base_facts.erase(slot);
}

void Linker::compile_inputs(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  const feel::Scope& names = *proc.frame.names->names;
  const auto wanted = [](const Type& type) {
    Wanted w{Wanted::Is::exactly, type, type.is_optional()};
    if (type.is() == Type::Is::any) w.is = Wanted::Is::anything;
    return w;
  };
  // What is known when defaults are worked out: the opening's data, and the defaults before.
  Facts known;
  bool is_first = true;
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    if (target.events[i].opens == none) continue;
    known = is_first ? proc.event_facts[i] : both(known, proc.event_facts[i]);
    is_first = false;
  }
  for (std::size_t i = 0; i < target.fields.size(); ++i) {
    const Written& written = proc.field_defaults[i];
    if (written.is_empty()) continue;
    target.fields[i].initial = compile(pack, written, names, known, wanted(target.fields[i].type));
    if (!target.fields[i].type.is_optional()) known.insert(target.fields[i].slot);
  }
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    for (std::size_t k = 0; k < target.events[i].inputs.size(); ++k) {
      const Written& written = proc.input_defaults[i][k];
      if (written.is_empty()) continue;
      step::Input& input = target.events[i].inputs[k];
      input.initial = compile(pack, written, names, either(proc.base_facts, proc.event_facts[i]),
                              wanted(input.type));
    }
  }
  for (std::size_t i = 0; i < target.forms.size(); ++i) {
    for (std::size_t k = 0; k < target.forms[i].fields.size(); ++k) {
      const Written& written = proc.forms[i].defaults[k];
      if (written.is_empty()) continue;
      step::Field& field = target.forms[i].fields[k];
      field.initial = compile(pack, written, names, proc.base_facts, wanted(field.type));
    }
  }
}

void Linker::compile_lets(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  for (std::size_t i = 0; i < target.lets.size(); ++i) {
    LetDecl& decl = proc.frame.lets[i];
    // Only a let that is waited for is evaluated by itself. Others are checked where they are used,
    // under what is known there; but their names and types are checked even if nobody uses them.
    const bool is_watched = target.lets[i].happening != none;
    Wanted wanted;
    if (is_watched) wanted = verdict();
    auto value = compile(pack, decl.written, *proc.frame.names->names, proc.base_facts, wanted);
    if (value) target.lets[i].value = std::move(*value);
    decl.parsed.ast.is_told_wrong = !value;
  }
}

/// The decision that is taken in a state of this name.
Index Linker::decision_in(const ProcDecl& proc, const std::string& state) const {
  const auto found = proc.state_index.find(state);
  if (found == proc.state_index.end()) return none;
  const auto& decisions = model_->procedures[proc.index].decisions;
  for (std::size_t d = 0; d < decisions.size(); ++d)
    if (decisions[d].state == found->second) return static_cast<Index>(d);
  return none;
}

bool Linker::has_decision_needs(const ProcDecl& proc) const {
  const auto& states = model_->procedures[proc.index].states;
  for (std::size_t s = 0; s < proc.state_nodes.size(); ++s) {
    const Node* node = proc.state_nodes[s];
    const Language language = proc.item->language;
    const Node* decide = node && node->is_map() ? get(*node, Word::decide, language) : nullptr;
    if (!decide || !decide->is_map()) continue;
    if (get(*decide, Word::needs, language)) return true;
    for (const Item& item : proc.pack->outline->items)
      if (item.kind->word == Word::needs && item.name == states[s] &&
          item.owner == model_->procedures[proc.index].name)
        return true;
  }
  return false;
}

/// They read the case as it is in the state, and who answers.
void Linker::compile_decision_needs(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  step::Procedure& target = model_->procedures[proc.index];
  if (target.by_slot == no_slot) return;
  const auto names_for = [&](Language language) {
    feel::Scope names(proc.frame.names->names.get());
    names.add_slot(spelling(Word::by, language), Type::string(), target.by_slot);
    return names;
  };
  for (std::size_t d = 0; d < target.decisions.size(); ++d) {
    step::Decision& decision = target.decisions[d];
    const auto [node, language] = proc.decision_nodes[d];
    const Node* needs = get(*node, Word::needs, language);
    const Facts& facts = proc.state_facts[decision.state];
    if (needs && needs->is_map())
      decision.needs =
          conditions(proc, *needs, language, names_for(language), facts, decision.cites);
  }
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::needs || item.owner != target.name) continue;
    if (proc.event_index.count(item.name) != 0) continue;
    const Index which = decision_in(proc, item.name);
    if (which == none) continue;
    step::Decision& decision = target.decisions[which];
    auto more = conditions(proc, item.body(), item.language, names_for(item.language),
                           proc.state_facts[decision.state], all_cites(pack, item));
    decision.needs.insert(decision.needs.end(), more.begin(), more.end());
  }
}

void Linker::compile_needs(ProcDecl& proc) {
  PackDecl& pack = *proc.pack;
  const Language language = proc.item->language;
  step::Procedure& target = model_->procedures[proc.index];
  const feel::Scope& names = *proc.frame.names->names;
  const auto facts_of = [&](std::size_t event) {
    Facts facts = either(proc.base_facts, proc.event_facts[event]);
    if (target.events[event].is_request) {
      facts = either(facts, facts_before(proc, target.events[event].happening));
    }
    return facts;
  };
  proc.needed.resize(target.events.size());
  for (std::size_t i = 0; i < target.events.size(); ++i) {
    step::Event& event = target.events[i];
    const Node* node = proc.event_nodes[i];
    if (node) {
      if (const Node* by = get(*node, Word::by, language)) {
        event.by = who(pack, &proc.frame, *by, language, facts_of(i));
      }
      if (const Node* needs = get(*node, Word::needs, language)) {
        event.needs = conditions(proc, *needs, language, names, facts_of(i), event.cites,
                                 &proc.needed[i]);
      }
    }
  }
  compile_forms(proc);
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::needs || item.owner != target.name) continue;
    const auto event = proc.event_index.find(item.name);
    if (event == proc.event_index.end() && decision_in(proc, item.name) != none) continue;
    if (event == proc.event_index.end()) {
      std::vector<std::string> known;
      for (const auto& [name, number] : proc.event_index) known.push_back(name);
      for (const step::Decision& decision : target.decisions)
        known.push_back(target.states[decision.state]);
      unknown(base::both("event, or state in which somebody decides", "事件或作决定的状态"), item.name,
              item.name_span(), known);
      continue;
    }
    auto more = conditions(proc, item.body(), item.language, names, facts_of(event->second),
                           all_cites(pack, item), &proc.needed[event->second]);
    std::vector<step::Condition>& needs = target.events[event->second].needs;
    needs.insert(needs.end(), more.begin(), more.end());
  }
  compile_decision_needs(proc);
  if (const Node* corrections = get(proc.item->body(), Word::corrections, language)) {
    if (const Node* by = get(*corrections, Word::by, language)) {
      target.corrections_by = who(pack, &proc.frame, *by, language, proc.base_facts);
    }
  }
}

void Linker::compile_procedure(ProcDecl& proc) {
  declare_happenings(proc);
  declare_transitions(proc);
  compute_state_facts(proc);
  compile_lets(proc);  // first: what is wrong with one is told of it, not of its uses
  compile_inputs(proc);
  compile_unit(proc);
  compile_reads(proc);
  compile_needs(proc);
  compile_chart(proc);
  compile_timers(proc);
  compile_clocks(proc);
  compile_entitlements(proc);
  check_units_of_values(proc);
}

}  // namespace aftercare::rulebook
