// Entitlements: is this covered, by which term, since when, until when.
//
//   entitlement repair.warranty:
//     on: date(requested.at)                      # the day asked about
//     terms:
//       whole unit and parts:
//         from: invoice_date
//         lasts: 6y
//         while: {at most 60000 km: mileage <= 60000}
//         restart: replaced_on
//         suspended: {ledger: repairs, of: serial, from: taken_in, to: returned, pause_counts:
//         touched_days}
//     unless:
//       improper operation: cause = improper_operation
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

/// Names that an expression itself asks about: compared with null, or the answer of an entitlement
/// with `open`. That they are not known is an answer there, not a gap.
std::set<std::string> tested_names(const feel::Ast& tree, std::string_view open) {
  std::set<std::string> names;
  for (const feel::Node& node : tree.nodes) {
    if (node.kind != feel::NodeKind::binary || node.count != 2) continue;
    const auto op = static_cast<feel::Operator>(node.op);
    if (op != feel::Operator::eq && op != feel::Operator::ne) continue;
    const auto is_gap = [&](feel::NodeId id) {
      return tree[id].kind == feel::NodeKind::null_literal ||
             (tree[id].kind == feel::NodeKind::name && tree.written(id) == open);
    };
    const feel::NodeId left = tree.links[node.first];
    const feel::NodeId right = tree.links[node.first + 1];
    if (is_gap(left) == is_gap(right)) continue;
    names.insert(std::string(tree.written(is_gap(left) ? right : left)));
  }
  return names;
}

/// Clauses of `more` that are not there yet.
void add_cites(Cites& cites, const Cites& more) {
  for (const Index clause : more) {
    if (std::find(cites.begin(), cites.end(), clause) == cites.end()) cites.push_back(clause);
  }
}

}  // namespace

void Linker::declare_entitlements(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::entitlement || item.owner != target.name) continue;
    const Language language = item.language;
    const Cites own = all_cites(pack, item);
    Cites cites = own;
    const Node& body = item.body();
    const Node* terms = body.is_map() ? get(body, Word::terms, language) : nullptr;
    if (terms && terms->is_map()) {
      for (const Entry& entry : terms->entries) {
        add_cites(cites, cites_of(pack, entry.value, language, none));
      }
    }
    implement(pack, item, cites);
    if (!body.is_map() || proc.entitlement_index.count(item.name) != 0) continue;
    proc.entitlement_index[item.name] = static_cast<Index>(target.entitlements.size());
    proc.entitlement_items.push_back(&item);
    step::Entitlement entitlement;
    entitlement.name = item.name;
    entitlement.cites = own;
    entitlement.span = item.name_span();
    std::vector<const Node*>& nodes = proc.term_nodes.emplace_back();
    const auto add_term = [&](const Node& node, const std::string& name, Cites of_term) {
      add_cites(of_term, own);
      step::Entitlement::Term term;
      term.name = name;
      term.cites = std::move(of_term);
      entitlement.terms.push_back(std::move(term));
      nodes.push_back(&node);
    };
    // What says how a term runs stands in each of several.
    for (const Word key : {Word::from, Word::lasts, Word::ends, Word::calendar, Word::restart,
                           Word::extended_by, Word::suspended, Word::if_, Word::while_}) {
      if (!terms || !get(body, key, language)) continue;
      report(diag::AC0225, item.key().span,
             {{"first", std::string(spelling(Word::terms, language))},
              {"second", std::string(spelling(key, language))}});
      break;
    }
    if (!terms) {
      add_term(body, item.name, {});
    } else if (terms->is_map()) {
      for (const Entry& entry : terms->entries) {
        if (entry.value.is_map()) {
          add_term(entry.value, entry.key.text, cites_of(pack, entry.value, language, none));
        }
      }
    }
    target.entitlements.push_back(std::move(entitlement));
  }
}

/// Slots of the answers, and of the entries that suspend a term: these are a read like others, so
/// that whoever asks which ledgers a procedure looks into finds them too.
void Linker::layout_entitlements(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  Frame& frame = proc.frame;
  for (std::size_t i = 0; i < target.entitlements.size(); ++i) {
    step::Entitlement& entitlement = target.entitlements[i];
    const Item& item = *proc.entitlement_items[i];
    const Language language = item.language;
    const auto word = [&](Word w) { return std::string(spelling(w, language)); };
    RecordDecl record;
    record.name = entitlement.name;
    record.what = "entitlement " + entitlement.name;
    record.span = entitlement.span;
    const auto member = [&](Word name, Type type, SlotIndex& slot) {
      slot = add_moment_slot(frame);
      record.members.push_back({word(name), std::move(type), slot});
    };
    member(Word::answer, answer_type(language), entitlement.answer_slot);
    member(Word::since, Type::date().optional(), entitlement.since_slot);
    member(Word::until, Type::date().optional(), entitlement.until_slot);
    member(Word::reason, Type::string(), entitlement.reason_slot);
    member(Word::missing, Type::string().optional(), entitlement.missing_slot);
    member(Word::suspended, Type::number(), entitlement.suspended_slot);
    frame.records.push_back(std::move(record));

    for (std::size_t t = 0; t < entitlement.terms.size(); ++t) {
      step::Entitlement::Term& term = entitlement.terms[t];
      const auto read_of = [&](Word key, const char* suffix) -> std::optional<Index> {
        const Node* node = get(*proc.term_nodes[i][t], key, language);
        if (!node || !node->is_map()) return std::nullopt;
        const Node* name = get(*node, Word::ledger, language);
        if (!name || !name->is_scalar()) return std::nullopt;
        const auto ledger = pack.ledgers.find(std::string(base::trim(name->text)));
        if (ledger == pack.ledgers.end()) {
          std::vector<std::string> known;
          for (const auto& [known_name, number] : pack.ledgers) known.push_back(known_name);
          unknown(base::both("ledger", "台账"), base::trim(name->text), name->span, known);
          return std::nullopt;
        }
        step::Ledger& source = model_->ledgers[ledger->second];
        source.is_read = true;
        step::Read read;
        read.name = entitlement.name + "." + term.name + suffix;
        read.span = node->span;
        read.cites = cites_of(pack, *node, language, none);
        add_cites(read.cites, term.cites);
        read.from = step::Read::From::ledger;
        read.source = ledger->second;
        read.slot = add_moment_slot(frame);
        for (std::size_t f = 0; f < source.fields.size(); ++f) {
          read.entry_slots.emplace_back(static_cast<Index>(f), add_moment_slot(frame));
        }
        read.entry_at = add_moment_slot(frame);
        read.entry_on = add_moment_slot(frame);
        proc.read_decls.push_back({read.name, node, &item, nullptr, language});
        target.reads.push_back(std::move(read));
        return static_cast<Index>(target.reads.size() - 1);
      };
      if (const auto read = read_of(Word::suspended, "")) term.suspension.emplace().read = *read;
      if (const auto read = read_of(Word::restart, ".restart"))
        term.replacements.emplace().read = *read;
    }
  }
}

void Linker::compile_entitlements(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const feel::Scope& names = *proc.frame.names->names;
  // The answer may be asked for at any moment: a name that is not yet known makes it open, so a
  // condition reads as if all were known, and what it reads is asked first.
  Facts everything;
  for (SlotIndex slot = 0; slot < target.frame_slots; ++slot) everything.insert(slot);
  std::map<SlotIndex, Type> types;
  for (const SlotDecl& decl : proc.frame.slots) types.emplace(decl.slot, decl.type.required());
  for (const RecordDecl& record : proc.frame.records) {
    if (record.presence != no_slot) types.emplace(record.presence, Type::instant());
    for (const RecordDecl::Member& member : record.members) {
      types.emplace(member.slot, member.type.required());
    }
    for (const auto* members : {&record.signed_by, &record.refused_by, &record.inner}) {
      for (const RecordDecl::Member& member : *members)
        types.emplace(member.slot, member.type.required());
    }
  }
  std::set<SlotIndex> answers;
  for (const step::Entitlement& one : target.entitlements) answers.insert(one.answer_slot);

  const auto condition = [&](const Node* node, Language language, std::string label, Cites cites,
                             SourceSpan span) -> std::optional<step::Condition> {
    if (!node || !node->is_scalar()) return std::nullopt;
    const Written written(*node, language);
    const feel::Parsed parsed =
        feel::parse(written.text, names, feel::Goal::expression, dialect(language));
    std::set<SlotIndex> tested;
    for (const std::string& name : tested_names(parsed.ast, spelling(Word::open, language))) {
      const std::string answer = "." + std::string(spelling(Word::answer, language));
      if (name.size() > answer.size() && name.ends_with(answer)) {
        const auto one = proc.entitlement_index.find(name.substr(0, name.size() - answer.size()));
        if (one != proc.entitlement_index.end()) {
          tested.insert(target.entitlements[one->second].answer_slot);
        }
      }
      if (const feel::Name* found = names.find(name)) {
        const std::uint32_t slot = found->is == feel::Name::Is::record ? found->record.slot
                                   : found->is == feel::Name::Is::slot ? found->slot
                                                                       : feel::no_slot;
        if (slot != feel::no_slot) tested.insert(static_cast<SlotIndex>(slot));
      }
    }
    Facts facts = everything;
    for (const SlotIndex slot : tested) facts.erase(slot);
    MaybeFormula formula = compile(pack, written, names, facts, verdict());
    if (!formula) return std::nullopt;
    step::Condition out;
    for (const SlotIndex slot : formula->reads) {
      if (slot >= target.frame_slots || tested.count(slot) != 0) continue;
      if (answers.count(slot) != 0) {
        out.unknowns.push_back({slot, answer_type(language), true});
      } else if (proc.base_facts.count(slot) == 0) {
        const auto type = types.find(slot);
        out.unknowns.push_back({slot, type == types.end() ? Type::any() : type->second, false});
      }
    }
    out.holds = std::move(*formula);
    out.label = std::move(label);
    out.cites = std::move(cites);
    out.span = span;
    return out;
  };
  const auto conditions = [&](const Node* map, Language language, const Cites& cites) {
    std::vector<step::Condition> out;
    if (!map || !map->is_map()) return out;
    for (const Entry& entry : map->entries) {
      auto one = condition(&entry.value, language, entry.key.text, cites, entry.key.span);
      if (one) out.push_back(std::move(*one));
    }
    return out;
  };

  for (std::size_t i = 0; i < target.entitlements.size(); ++i) {
    step::Entitlement& entitlement = target.entitlements[i];
    const Item& item = *proc.entitlement_items[i];
    const Node& body = item.body();
    const Language language = item.language;
    const Wanted date{Wanted::Is::date_or_instant, {}, true};
    const Wanted length{Wanted::Is::length, {}, false};
    const Wanted maybe_length{Wanted::Is::length, {}, true};
    entitlement.day = compile(pack, get(body, Word::on, language), language, names, proc.base_facts,
                              {Wanted::Is::date_or_instant, {}, false});
    std::vector<step::Entitlement::Term> whole;  // terms of which all that must be there is
    for (std::size_t t = 0; t < entitlement.terms.size(); ++t) {
      step::Entitlement::Term term = std::move(entitlement.terms[t]);
      const Node& node = *proc.term_nodes[i][t];
      const Node* from_node = get(node, Word::from, language);
      const Node* lasts_node = get(node, Word::lasts, language);
      if (&node == &body) {  // of a term of its own the schema says so
        for (const auto& [key, found] :
             {std::pair{Word::from, from_node}, std::pair{Word::lasts, lasts_node}}) {
          if (!found) {
            report(diag::AC0206, node.span, {{"key", std::string(spelling(key, language))}});
          }
        }
      }
      // What has not happened has no date: read without its `at`, the start is null, and open.
      auto from = compile(pack, from_node, language, names, proc.base_facts, date);
      auto lasts = compile(pack, lasts_node, language, names, proc.base_facts, length);
      check_constant_length(lasts_node, lasts, false);
      const Node* ends_node = get(node, Word::ends, language);
      if (ends_node && ends_node->is_scalar()) {
        const auto word = one_of(
            *ends_node, spelling(Word::ends, language),
            {Word::plain, Word::cn_civil_code, Word::inclusive_last_day, Word::inclusive_start},
            language);
        // The words are called as the presets are.
        if (word) {
          term.ends = term_named(spelling(*word, Language::english)).value_or(term.ends);
        }
      }
      const TermRow& preset = aftercare::terms[static_cast<std::size_t>(term.ends)];
      const Node* calendar = get(node, Word::calendar, language);
      if (calendar) {
        name_calendar(pack, *calendar, language, names, proc.base_facts, term.calendar,
                      term.calendar_choice);
        if (preset.roll == Roll::none) {
          report(diag::AC0786, calendar->span,
                 {{"name", term.name},
                  {"ends", std::string(language == Language::english || !ends_node
                                           ? preset.name
                                           : std::string_view(ends_node->text))}});
        }
      } else if (preset.roll != Roll::none) {
        report(diag::AC0785, ends_node->span, {{"name", term.name}});
      }
      term.condition =
          condition(get(node, Word::if_, language), language, term.name, term.cites, node.span);
      term.holds_while = conditions(get(node, Word::while_, language), language, term.cites);
      const Node* restart = get(node, Word::restart, language);
      if (restart && restart->is_scalar())
        term.restart = compile(pack, restart, language, names, proc.base_facts, date);
      if (term.replacements && restart) {
        const step::Read& read = target.reads[term.replacements->read];
        term.replacements->cites = read.cites;
        const feel::Scope entry = entry_names(read, target, language, names);
        auto anew = compile(pack, get(*restart, Word::from, language), language, entry,
                            proc.base_facts, date);
        if (!anew) continue;
        term.replacements->from = std::move(*anew);
      }
      term.extended_by = compile(pack, get(node, Word::extended_by, language), language, names,
                                 proc.base_facts, maybe_length);
      const Node* suspended = get(node, Word::suspended, language);
      if (term.suspension && suspended) {
        step::Entitlement::Suspension& suspension = *term.suspension;
        const step::Read& read = target.reads[suspension.read];
        suspension.cites = read.cites;
        const feel::Scope entry = entry_names(read, target, language, names);
        const Node* begin = get(*suspended, Word::from, language);
        const Node* end = get(*suspended, Word::to, language);
        auto first = compile(pack, begin, language, entry, proc.base_facts, date);
        auto last = compile(pack, end, language, entry, proc.base_facts, date);
        if (const Node* counts = get(*suspended, Word::pause_counts, language)) {
          const auto word = one_of(*counts, spelling(Word::pause_counts, language),
                                   {Word::whole_days, Word::touched_days}, language);
          suspension.counts =
              word == Word::whole_days ? PauseCounts::whole_days : PauseCounts::touched_days;
        }
        if (!first || !last) continue;
        suspension.from = std::move(*first);
        suspension.to = std::move(*last);
      }
      if (!from || !lasts) continue;
      term.from = std::move(*from);
      term.lasts = std::move(*lasts);
      whole.push_back(std::move(term));
    }
    entitlement.terms = std::move(whole);
    entitlement.unless = conditions(get(body, Word::unless, language), language, entitlement.cites);
  }
  note_moment_answers(proc);
}

/// An answer that hangs on a ledger belongs to the moment, like what is read there, and so does one
/// that hangs on such an answer.
void Linker::note_moment_answers(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (const step::Entitlement& one : target.entitlements) {
      if (proc.moment_reads.count(one.answer_slot) != 0) continue;
      const auto asks = [&](const step::Formula& formula) {
        return std::any_of(formula.reads.begin(), formula.reads.end(),
                           [&](SlotIndex slot) { return proc.moment_reads.count(slot) != 0; });
      };
      const auto any = [&](const MaybeFormula& formula) { return formula && asks(*formula); };
      const auto any_of = [&](const std::vector<step::Condition>& all) {
        return std::any_of(all.begin(), all.end(),
                           [&](const step::Condition& each) { return asks(each.holds); });
      };
      bool is_of_moment = any(one.day) || any_of(one.unless);
      for (const step::Entitlement::Term& term : one.terms) {
        is_of_moment = is_of_moment || term.suspension || term.replacements || asks(term.from) ||
                       asks(term.lasts) || any(term.restart) || any(term.extended_by) ||
                       any(term.calendar_choice) || any_of(term.holds_while) ||
                       (term.condition && asks(term.condition->holds));
      }
      if (!is_of_moment) continue;
      has_grown = true;
      for (const SlotIndex slot : {one.answer_slot, one.since_slot, one.until_slot, one.reason_slot,
                                   one.missing_slot, one.suspended_slot}) {
        proc.moment_reads.insert(slot);
        proc.read_names[slot] = one.name;
      }
    }
  }
}

}  // namespace aftercare::rulebook
