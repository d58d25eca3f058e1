// Worklists: which cases wait, for whom, and what they are ordered by.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"
#include "table/cells.hpp"
#include "table/value_set.hpp"

namespace aftercare::rulebook {
namespace {

std::vector<const Node*> scalars_of(const Node* node) {
  std::vector<const Node*> out;
  if (node == nullptr) return out;
  if (node->is_scalar()) out.push_back(node);
  for (const Node& item : node->items)
    if (item.is_scalar()) out.push_back(&item);
  return out;
}

}  // namespace

void Linker::declare_worklists(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::worklist) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!item.body().is_map()) continue;
    const Node* of = get(item.body(), Word::of, item.language);
    if (!of || !of->is_scalar()) continue;
    const std::string name(base::trim(of->text));
    ProcDecl* proc = find_procedure(pack, name);
    if (!proc) {
      std::vector<std::string> known;
      for (const auto& [procedure, number] : pack.procedures) known.push_back(procedure);
      unknown(base::both("procedure", "流程"), name, of->span, known);
      continue;
    }
    if (pack.ledgers.count(item.name) != 0)
      report(diag::AC1299, item.name_span(), {{"name", item.name}});
    step::Ledger ledger;
    ledger.name = item.name;
    ledger.pack = pack.index;
    ledger.subject_type = Type::string();
    ledger.is_read = true;
    ledger.is_list = true;
    ledger.cites = cites;
    ledger.span = item.name_span();
    step::Rule rule;
    rule.is = step::Rule::Is::entry;
    rule.name = item.name;
    rule.pack = pack.index;
    rule.procedure = proc->index;
    rule.ledger = static_cast<Index>(model_->ledgers.size());
    rule.worklist = static_cast<Index>(model_->worklists.size());
    rule.cites = cites;
    rule.span = item.name_span();
    step::Worklist list;
    list.name = item.name;
    list.pack = pack.index;
    list.procedure = proc->index;
    list.rule = static_cast<Index>(model_->rules.size());
    list.ledger = rule.ledger;
    list.cites = cites;
    list.span = item.name_span();
    step::Procedure& target = model_->procedures[proc->index];
    target.rules.push_back(list.rule);
    target.worklists.push_back(rule.worklist);
    model_->ledgers.push_back(std::move(ledger));
    model_->rules.push_back(std::move(rule));
    rule_items_.push_back({&item, nullptr, &pack, proc});
    model_->worklists.push_back(std::move(list));
  }
}

void Linker::compile_worklist(PackDecl& pack, const RuleItem& one, Index number) {
  const Language language = one.item->language;
  const Node& body = one.item->body();
  ProcDecl& proc = *one.proc;
  const step::Procedure& target = model_->procedures[proc.index];
  step::Rule rule = std::move(model_->rules[number]);
  step::Worklist& list = model_->worklists[rule.worklist];
  step::Ledger& ledger = model_->ledgers[rule.ledger];
  const feel::Scope& names = *proc.frame.names->names;

  std::optional<Facts> known_there;
  for (const Node* in : scalars_of(get(body, Word::in, language))) {
    const std::string name(base::trim(in->text));
    const auto state = proc.state_index.find(name);
    if (state == proc.state_index.end()) {
      std::vector<std::string> known;
      for (const auto& [other, index] : proc.state_index) known.push_back(other);
      unknown(base::both("state", "状态"), name, in->span, known);
      continue;
    }
    if (proc.state_kinds[state->second] == chart::StateKind::final)
      report(diag::AC1297, in->span, {{"state", name}});
    list.states.push_back(state->second);
    const Facts& facts = proc.state_facts[state->second];
    known_there = known_there ? both(*known_there, facts) : facts;
  }
  const Facts facts = known_there.value_or(proc.base_facts);

  if (const Node* whom = get(body, Word::for_, language))
    list.who = who(pack, &proc.frame, *whom, language, facts);
  // Whose list it is: of each person his own; of office-holders, each unit's; else one for all.
  const bool has_units = std::any_of(list.who.roles.begin(), list.who.roles.end(), [&](Index role) {
    const auto& office = model_->roles[role].office;
    return office && office->unit != none;
  });
  rule.who = list.who;
  if (!list.who.roles.empty() && has_units && target.unit) {
    rule.who = {};
    rule.who.formula = target.unit;
  } else if (!list.who.roles.empty()) {
    rule.who.roles.resize(1);
  }

  for (const Node* key : scalars_of(get(body, Word::order, language))) {
    std::size_t end = key->text.size();
    const std::vector<Part> words = split_words(key->text, 0);
    std::optional<Word> how;
    if (words.size() > 1) {
      for (const Word word : {Word::comes_first, Word::descending})
        if (is_word(words.back().text, word, language)) how = word;
      if (how) end = words.back().begin;
    }
    while (end > 0 && key->text[end - 1] == ' ') --end;
    const std::string text(base::trim(std::string_view(key->text).substr(0, end)));
    auto value = compile(pack, Written(*key, 0, end, language), names, facts,
                         {Wanted::Is::anything, {}, true});
    if (!value) continue;
    const bool is_condition = value->type.required().is() == Type::Is::boolean;
    const std::string said_how(how ? spelling(*how, language) : std::string_view());
    if (!table::is_ordered(table::scalar_kind(value->type))) {
      report(diag::AC1293, key->span, {{"text", text}, {"type", value->type.to_text()}});
    } else if (is_condition && how != Word::comes_first) {
      report(diag::AC1294, key->span, {{"text", text}},
             {base::note(notes::say_first,
                         {{"text", text},
                          {"word", std::string(spelling(Word::comes_first, language))}})});
    } else if (!is_condition && how == Word::comes_first) {
      report(diag::AC1295, key->span,
             {{"word", said_how}, {"text", text}, {"type", value->type.to_text()}});
    }
    check_stands(proc, value);
    const auto changes_with_time = [&](SlotIndex slot) {
      if (slot == target.at_slot) return true;
      for (const step::Clock& clock : target.clocks)
        if (slot == clock.left_slot) return true;
      for (const step::Entitlement& of : target.entitlements) {
        for (const SlotIndex own : {of.answer_slot, of.since_slot, of.until_slot, of.reason_slot,
                                    of.missing_slot, of.suspended_slot})
          if (slot == own) return true;
      }
      return false;
    };
    if (std::any_of(value->reads.begin(), value->reads.end(), changes_with_time))
      report(diag::AC1296, key->span, {{"text", text}}, {base::note(notes::order_by_facts)});
    step::Field field;
    field.name = std::to_string(list.order.size() + 1);
    field.type = value->type;
    field.span = key->span;
    ledger.fields.push_back(std::move(field));
    rule.give.emplace_back(static_cast<Index>(list.order.size()), std::move(*value));
    list.order.push_back({std::string(base::trim(key->text)), how.has_value()});
  }
  step::Field opened;
  opened.name = "opened";
  opened.type = Type::instant();
  ledger.fields.push_back(std::move(opened));
  depends(proc, rule);
  model_->rules[number] = std::move(rule);
}

/// Somebody for whom a list is has to be able to take a case out of it.
void Linker::lint_worklists() {
  for (const step::Worklist& list : model_->worklists) {
    const step::Procedure& p = model_->procedures[list.procedure];
    if (list.states.empty() || list.who.is_empty() || list.who.formula) continue;
    const auto waits_in = [&](chart::StateId state) {
      return std::find(list.states.begin(), list.states.end(), state) != list.states.end();
    };
    // A person of the case may act in any role.
    const auto may = [&](const Who& by) {
      if (by.is_empty() || by.formula || !by.persons.empty() || !list.who.persons.empty())
        return true;
      return std::any_of(by.roles.begin(), by.roles.end(), [&](Index role) {
        return std::find(list.who.roles.begin(), list.who.roles.end(), role) !=
               list.who.roles.end();
      });
    };
    bool is_taken = false;
    for (chart::TransitionId t = 0; t < p.chart.transition_count() && !is_taken; ++t) {
      bool leaves = waits_in(p.chart.transition(t).source) && !p.chart.targets(t).empty();
      for (const chart::StateId to : p.chart.targets(t)) leaves = leaves && !waits_in(to);
      // Out of a state around it, or one within it.
      for (const Index state : list.states) {
        const chart::StateId source = p.chart.transition(t).source;
        leaves = leaves || (!waits_in(source) && (p.chart.is_descendant(state, source) ||
                                                  p.chart.is_descendant(source, state)));
      }
      if (!leaves) continue;
      for (const chart::EventId id : p.chart.events(t)) {
        const step::Happening& h = p.happenings[id];
        if (h.is == step::Happening::Is::event) {
          is_taken = is_taken || may(p.events[h.index].by);
        } else if (h.is == step::Happening::Is::decided) {
          const step::Decision& decision = p.decisions[h.index];
          is_taken = is_taken || decision.has_chain() || may(decision.by);
        } else {
          is_taken = is_taken || h.is == step::Happening::Is::let_true;
        }
      }
      if (p.chart.events(t).empty()) is_taken = true;  // as soon as a condition holds
    }
    if (!is_taken) report(diag::AC1298, list.span, {{"name", list.name}});
  }
}

}  // namespace aftercare::rulebook
