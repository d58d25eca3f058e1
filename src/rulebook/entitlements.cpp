// Entitlements: is this covered, by which term, since when, until when.
//
//   entitlement repair.warranty:
//     on: date(requested.at)                      # the day asked about
//     terms:
//       whole unit and parts: {from: invoice_date, lasts: 6y, ends: inclusive_last_day}
//     unless:
//       improper operation: cause = improper_operation
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

/// Names that an expression itself compares with null: their absence is an answer, not a gap.
void tested_names(const feel::Ast& tree, std::set<std::string>& names) {
  for (const feel::Node& node : tree.nodes) {
    if (node.kind != feel::NodeKind::binary || node.count != 2) continue;
    const auto op = static_cast<feel::Operator>(node.op);
    if (op != feel::Operator::eq && op != feel::Operator::ne) continue;
    const feel::NodeId left = tree.links[node.first];
    const feel::NodeId right = tree.links[node.first + 1];
    const bool left_null = tree[left].kind == feel::NodeKind::null_literal;
    const bool right_null = tree[right].kind == feel::NodeKind::null_literal;
    if (left_null == right_null) continue;
    names.insert(std::string(tree.written(left_null ? right : left)));
  }
}

}  // namespace

void Linker::declare_entitlements(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::entitlement || item.owner != target.name) continue;
    Cites cites = all_cites(pack, item);
    if (item.body().is_map()) {
      if (const Node* terms = get(item.body(), Word::terms, item.language);
          terms && terms->is_map()) {
        for (const Entry& entry : terms->entries) {
          for (const Index clause : cites_of(pack, entry.value, item.language, none)) {
            if (std::find(cites.begin(), cites.end(), clause) == cites.end()) {
              cites.push_back(clause);
            }
          }
        }
      }
    }
    implement(pack, item, cites);
    if (!item.body().is_map() || proc.entitlement_index.count(item.name) != 0) continue;
    proc.entitlement_index[item.name] = static_cast<Index>(target.entitlements.size());
    proc.entitlement_items.push_back(&item);
    step::Entitlement entitlement;
    entitlement.name = item.name;
    entitlement.cites = all_cites(pack, item);
    entitlement.span = item.name_span();
    target.entitlements.push_back(std::move(entitlement));
  }
}

void Linker::compile_entitlements(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const feel::Scope& names = *proc.frame.names->names;
  // The answer may be asked for at any moment: a name that is not yet known makes it open, so a
  // condition reads as if all were known, and the slots that it reads are asked first.
  Facts everything;
  for (SlotIndex slot = 0; slot < target.frame_slots; ++slot) everything.insert(slot);

  const auto condition = [&](const Node* node, Language language, MaybeFormula& formula,
                             std::vector<SlotIndex>& open_while_null) {
    if (!node || !node->is_scalar()) return;
    const Written written(*node, language);
    const feel::Parsed parsed =
        feel::parse(written.text, names, feel::Goal::expression, dialect(language));
    std::set<std::string> tested;
    tested_names(parsed.ast, tested);
    Facts facts = everything;
    std::set<SlotIndex> tested_slots;
    for (const std::string& name : tested) {
      if (const feel::Name* found = names.find(name)) {
        const std::uint32_t slot = found->is == feel::Name::Is::record ? found->record.slot
                                   : found->is == feel::Name::Is::slot ? found->slot
                                                                       : feel::no_slot;
        if (slot != feel::no_slot) tested_slots.insert(static_cast<SlotIndex>(slot));
      }
    }
    for (const SlotIndex slot : tested_slots) facts.erase(slot);
    formula = compile(pack, written, names, facts, boolean());
    if (!formula) return;
    for (const SlotIndex slot : formula->reads) {
      if (slot < target.frame_slots && tested_slots.count(slot) == 0 &&
          proc.base_facts.count(slot) == 0) {
        open_while_null.push_back(slot);
      }
    }
  };

  for (std::size_t i = 0; i < target.entitlements.size(); ++i) {
    step::Entitlement& entitlement = target.entitlements[i];
    const Item& item = *proc.entitlement_items[i];
    const Node& body = item.body();
    const Language language = item.language;
    const Wanted date{Wanted::Is::date, {}, true};
    const Wanted length{Wanted::Is::length, {}, false};
    entitlement.day = compile(pack, get(body, Word::on, language), language, names, proc.base_facts,
                              {Wanted::Is::date_or_instant, {}, false});
    const auto add_term = [&](const Node& node, std::string name, Cites cites) {
      step::Entitlement::Term term;
      term.name = std::move(name);
      term.cites = std::move(cites);
      const Node* from_node = get(node, Word::from, language);
      const Node* lasts_node = get(node, Word::lasts, language);
      for (const auto& [key, found] :
           {std::pair{Word::from, from_node}, std::pair{Word::lasts, lasts_node}}) {
        if (!found) {
          report(diag::AC0206, node.span, {{"key", std::string(spelling(key, language))}});
        }
      }
      // What has not happened has no date: read without its `at`, the start is null, and open.
      auto from = compile(pack, from_node, language, names, proc.base_facts, date);
      auto lasts = compile(pack, lasts_node, language, names, proc.base_facts, length);
      if (const Node* ends = get(node, Word::ends, language); ends && ends->is_scalar()) {
        const auto word = one_of(
            *ends, spelling(Word::ends, language),
            {Word::plain, Word::cn_civil_code, Word::inclusive_last_day, Word::inclusive_start},
            language);
        using End = step::Entitlement::Term::End;
        term.end = word == Word::cn_civil_code        ? End::cn_civil_code
                   : word == Word::inclusive_last_day ? End::inclusive_last_day
                   : word == Word::inclusive_start    ? End::inclusive_start
                                                      : End::plain;
      } else {
        term.end = step::Entitlement::Term::End::inclusive_last_day;
      }
      condition(get(node, Word::if_, language), language, term.condition, term.open_while_null);
      if (!from || !lasts) return;
      term.from = std::move(*from);
      term.lasts = std::move(*lasts);
      entitlement.terms.push_back(std::move(term));
    };
    const Node* terms = get(body, Word::terms, language);
    const bool is_single = get(body, Word::from, language) || get(body, Word::lasts, language);
    if (terms && is_single) {
      report(diag::AC0225, item.key().span,
             {{"first", std::string(spelling(Word::terms, language))},
              {"second", std::string(spelling(Word::from, language))}});
    }
    if (terms && terms->is_map()) {
      for (const Entry& entry : terms->entries) {
        if (!entry.value.is_map()) continue;
        Cites cites = cites_of(pack, entry.value, language, none);
        for (const Index clause : entitlement.cites) {
          if (std::find(cites.begin(), cites.end(), clause) == cites.end()) {
            cites.push_back(clause);
          }
        }
        add_term(entry.value, entry.key.text, std::move(cites));
      }
    } else {
      add_term(body, entitlement.name, entitlement.cites);
    }
    if (const Node* unless = get(body, Word::unless, language); unless && unless->is_map()) {
      for (const Entry& entry : unless->entries) {
        MaybeFormula formula;
        step::Condition exclusion;
        condition(&entry.value, language, formula, exclusion.open_while_null);
        if (!formula) continue;
        exclusion.label = entry.key.text;
        exclusion.holds = std::move(*formula);
        exclusion.cites = entitlement.cites;
        exclusion.span = entry.key.span;
        entitlement.unless.push_back(std::move(exclusion));
      }
    }
  }
}

}  // namespace aftercare::rulebook
