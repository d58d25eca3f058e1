// Versions of one pack: in which order they are in force, and what they have in common.
#include <algorithm>
#include <set>

#include "aftercare/time.hpp"

#include "base/names.hpp"
#include "base/text.hpp"
#include "rulebook/linker.hpp"
#include "step/procedure_index.hpp"

namespace aftercare::rulebook {

using step::Index;
using step::none;

PackDecl* Linker::version_before(const PackDecl& pack) {
  if (pack.outline->rank == 0) return nullptr;
  for (PackDecl& other : packs_) {
    if (other.outline->name == pack.outline->name &&
        other.outline->rank + 1 == pack.outline->rank)
      return &other;
  }
  return nullptr;
}

/// `pinned_by: bought_on`: the field with the day by which a case goes to a version.
void Linker::declare_pinned(ProcDecl& proc) {
  const Language language = proc.item->language;
  const Node* by = get(proc.item->body(), Word::pinned_by, language);
  if (!by || !by->is_scalar()) return;
  step::Procedure& target = model_->procedures[proc.index];
  const std::string name(base::trim(by->text));
  const auto field = std::find_if(target.fields.begin(), target.fields.end(),
                                  [&](const step::Field& f) { return f.name == name; });
  if (field == target.fields.end()) {
    std::vector<std::string> known;
    for (const step::Field& f : target.fields) known.push_back(f.name);
    unknown(base::both("field", "栏目"), name, by->span, known);
    return;
  }
  const Type::Is is = field->type.required().is();
  const auto cannot = [&](std::string why) {
    report(diag::AC0797, by->span,
           {{"procedure", target.name}, {"name", name}, {"why", std::move(why)}});
  };
  if (is != Type::Is::date && is != Type::Is::instant) {
    if (is != Type::Is::any) cannot(base::both("it is no date and no instant", "它不是日期,也不是时刻"));
    return;
  }
  if (field->type.is_optional()) {
    cannot(base::both("it may be empty", "它可以空着"));
    return;
  }
  target.pinned_slot = static_cast<SlotIndex>(field - target.fields.begin());
}

/// Every event that opens a case brings the day by which it is pinned.
void Linker::check_pinned(const ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  if (target.pinned_slot == no_slot) return;
  const Node* by = get(proc.item->body(), Word::pinned_by, proc.item->language);
  for (const step::Event& event : target.events) {
    if (event.opens == none || event.is_of_time) continue;
    const auto fields = target.brought(event);
    const bool is_given =
        std::any_of(event.inputs.begin(), event.inputs.end(),
                    [&](const step::Input& input) {
                      return input.case_slot == target.pinned_slot && input.is_required;
                    }) ||
        std::any_of(fields.begin(), fields.end(), [&](const step::Field& one) {
          return one.case_slot == target.pinned_slot && !one.asked && !one.type.is_optional();
        });
    if (!is_given)
      report(diag::AC0797, by->span,
             {{"procedure", target.name},
              {"name", target.fields[target.pinned_slot].name},
              {"why", base::both("'" + event.name + "' opens a case and does not bring it",
                                 "“" + event.name + "”开案时不带它")}});
  }
}

void Linker::settle_versions() {
  for (PackDecl& pack : packs_) {
    step::Pack& of = model_->packs[pack.index];
    of.family = pack.index;
    of.rank = pack.outline->rank;
    if (of.effective_by == none) continue;
    // Where nobody has said when, nothing runs.
    const auto from = constant_of(model_->parameters[of.effective_by].initial);
    if (!from || !from->is(Kind::date)) continue;
    of.effective_from = from->as_date();
    of.has_effective_from = true;
    const Language language = pack.outline->language;
    const Node* effective = get(*pack.outline->header, Word::effective, language);
    const Node* to = effective ? get(*effective, Word::to, language) : nullptr;
    if (to && of.has_effective_to && of.effective_to < of.effective_from)
      report(diag::AC0807, to->span,
             {{"from", iso_text(of.effective_from)}, {"to", iso_text(of.effective_to)}});
  }
  for (const ProcDecl& proc : procs_) check_pinned(proc);
  settle_families();
  settle_periods();
  check_first_values();
  check_circles();
}

/// Of what is derived, nothing hangs on itself.
void Linker::check_circles() {
  if (findings_.has_errors()) return;
  for (const step::Procedure& p : model_->procedures) {
    for (const step::Origin& origin : step::circles_of(*model_, p)) {
      using Is = step::Origin::Is;
      const auto tell = [&](const std::string& name, SourceSpan span) {
        report(diag::AC0415, span, {{"name", name}});
      };
      if (origin.is == Is::read) tell(p.reads[origin.which].name, p.reads[origin.which].span);
      if (origin.is == Is::entitlement)
        tell(p.entitlements[origin.which].name, p.entitlements[origin.which].span);
      if (origin.is == Is::form_complete)
        tell(p.forms[origin.which].name + ".complete", p.forms[origin.which].span);
      if (origin.is == Is::lookup) tell(p.lookups[origin.which].path, p.span);
    }
  }
}

void Linker::settle_families() {
  for (PackDecl& pack : packs_) {
    PackDecl* before = version_before(pack);
    if (before == nullptr) continue;
    model_->has_versions = true;
    step::Pack& of = model_->packs[pack.index];
    of.family = model_->packs[before->index].family;
    of.is_one_of_several = true;
    model_->packs[before->index].is_one_of_several = true;
    for (const auto& [name, number] : pack.procedures) {
      const auto earlier = before->procedures.find(name);
      if (earlier == before->procedures.end()) continue;
      step::Procedure& procedure = model_->procedures[number];
      step::Procedure& first = model_->procedures[earlier->second];
      if (first.family == none) first.family = earlier->second;
      procedure.family = first.family;
      const auto by = [](const step::Procedure& one) -> std::string {
        if (one.pinned_slot == no_slot) return base::both("the day it is opened", "开案之日");
        return base::both("'" + one.fields[one.pinned_slot].name + "'",
                          "“" + one.fields[one.pinned_slot].name + "”");
      };
      const bool is_same = (first.pinned_slot == no_slot) == (procedure.pinned_slot == no_slot) &&
                           (first.pinned_slot == no_slot ||
                            first.fields[first.pinned_slot].name ==
                                procedure.fields[procedure.pinned_slot].name);
      if (!is_same) {
        report(diag::AC0796, procedure.span,
               {{"pack", of.name},
                {"first", model_->packs[before->index].version},
                {"procedure", name},
                {"by", by(first)},
                {"other", by(procedure)}},
               {base::note(notes::first_stands_here, {}, first.span)});
      }
    }
    // What is counted of a person goes on; amounts are those of each version.
    for (std::size_t r = 0; r < model_->rules.size(); ++r) {
      step::Rule& rule = model_->rules[r];
      if (rule.pack != pack.index || !rule.adopts.empty()) continue;
      for (std::size_t e = 0; e < r; ++e) {
        step::Rule& earlier = model_->rules[e];
        const bool is_same = earlier.pack == before->index && earlier.is == rule.is &&
                             earlier.name == rule.name && earlier.ledger == rule.ledger &&
                             earlier.numbered.has_value() == rule.numbered.has_value() &&
                             (earlier.procedure == none) == (rule.procedure == none) &&
                             (rule.procedure == none ||
                              model_->procedures[earlier.procedure].name ==
                                  model_->procedures[rule.procedure].name);
        if (!is_same || rule.is == step::Rule::Is::entry) continue;
        if (earlier.family == none) earlier.family = static_cast<Index>(e);
        rule.family = earlier.family;
        break;
      }
    }
  }
}

/// The periods of one pack neither overlap nor leave a hole. One that has no end ends with the day
/// before the next begins.
void Linker::settle_periods() {
  for (PackDecl& pack : packs_) {
    PackDecl* before = version_before(pack);
    step::Pack& of = model_->packs[pack.index];
    const Language language = pack.outline->language;
    if (!of.is_one_of_several) continue;
    const Node* effective = get(*pack.outline->header, Word::effective, language);
    const Node* node = effective ? get(*effective, Word::from, language) : nullptr;
    const SourceSpan place = node ? node->span : pack.outline->name_span;
    if (!of.has_effective_from && of.effective_by == none) {
      if (node == nullptr)
        report(diag::AC0794, place,
               {{"pack", of.name},
                {"version", of.version},
                {"key", std::string(spelling(Word::effective, language)) + ": {" +
                            std::string(spelling(Word::from, language)) + ": …}"}});
      continue;
    }
    if (before == nullptr) continue;
    step::Pack& earlier = model_->packs[before->index];
    if (!of.has_effective_from || !earlier.has_effective_from) continue;
    const Node* first = get(*before->outline->header, Word::effective, before->outline->language);
    const Node* first_end = first ? get(*first, Word::to, before->outline->language) : nullptr;
    const Node* first_begin = first ? get(*first, Word::from, before->outline->language) : nullptr;
    const Node* shown = first_end ? first_end : first_begin;
    const auto beside = [&] {
      return std::vector<DiagnosticNote>{base::note(
          notes::first_stands_here, {}, shown ? shown->span : before->outline->name_span)};
    };
    const rt::Date day_before{of.effective_from.days - 1};
    // Of two packs with one number (AC0215) either may be the one that fills the hole.
    const auto is_twice = [&](const step::Pack& one) {
      return std::count_if(model_->packs.begin(), model_->packs.end(), [&](const step::Pack& other) {
               return other.name == one.name &&
                      (other.version == one.version || other.version == earlier.version);
             }) > 2;
    };
    if (!earlier.has_effective_to && of.effective_from > earlier.effective_from) {
      earlier.effective_to = day_before;
      earlier.has_effective_to = true;
    } else if (!earlier.has_effective_to || of.effective_from <= earlier.effective_to) {
      report(diag::AC0792, place,
             {{"pack", of.name},
              {"first", earlier.version},
              {"second", of.version},
              {"from", iso_text(of.effective_from)},
              {"to", earlier.has_effective_to ? iso_text(earlier.effective_to) : std::string("…")}},
             beside());
    } else if (earlier.effective_to < day_before && !of.is_after_gap && !is_twice(of)) {
      report(diag::AC0793, place,
             {{"pack", of.name},
              {"first", earlier.version},
              {"second", of.version},
              {"from", iso_text(rt::Date{earlier.effective_to.days + 1})},
              {"to", iso_text(day_before)},
              {"key", std::string(spelling(Word::after_gap, language))},
              {"yes", std::string(spelling(Word::true_, language))}},
             beside());
    }
  }
}

/// What happens before the first value of a parameter would find none.
void Linker::check_first_values() {
  for (const FirstValue& one : first_values_) {
    const step::Parameter& parameter = model_->parameters[one.parameter];
    const step::Pack& of = model_->packs[parameter.pack];
    if (!parameter.initial_from) continue;
    const rt::Date day = *parameter.initial_from;
    if (!of.has_effective_from && of.effective_by != none) continue;
    if (!of.has_effective_from || day > of.effective_from)
      report(diag::AC0835, one.span, {{"name", parameter.name}, {"date", iso_text(day)}});
  }
}

}  // namespace aftercare::rulebook
