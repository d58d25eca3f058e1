// Which rule implements which article: cites, `see`, articles without rule, rules without article.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

void add_clause(Cites& cites, Index clause) {
  if (clause == none) return;
  if (std::find(cites.begin(), cites.end(), clause) == cites.end()) cites.push_back(clause);
}

bool must_cite(Word kind) {
  switch (kind) {
    case Word::offence:
    case Word::reward:
    case Word::payment:
    case Word::right:
    case Word::clock:
    case Word::needs:
    case Word::expect:
    case Word::entitlement:
    case Word::notify:
    case Word::parameter:
    case Word::reading:
    case Word::responsible:
    case Word::worklist:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Index> Linker::find_clause(const PackDecl& pack, std::string_view id) const {
  const PackOutline& outline = *pack.outline;
  for (const ArticleItem& article : outline.articles) {
    if (article.id == id || model_->clauses[article.clause].id == id) return article.clause;
  }
  return std::nullopt;
}

Cites Linker::cites_of(PackDecl& pack, const Node& body, Language language, Index clause) {
  Cites cites;
  add_clause(cites, clause);
  const Node* node = body.is_map() ? get(body, Word::cites, language) : nullptr;
  if (!node) return cites;
  const auto add = [&](const Node& scalar) {
    const std::string_view id = base::trim(scalar.text);
    if (const auto found = find_clause(pack, id)) {
      add_clause(cites, *found);
      return;
    }
    std::vector<std::string> known;
    for (const ArticleItem& article : pack.outline->articles) known.push_back(article.id);
    std::vector<DiagnosticNote> notes;
    if (const auto near = base::closest(id, known)) {
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    }
    report(diag::AC0906, scalar.span, {{"clause", std::string(id)}}, std::move(notes));
  };
  if (node->is_scalar()) add(*node);
  for (const Node& item : node->items) {
    if (item.is_scalar()) add(item);
  }
  return cites;
}

Cites Linker::cites_in_choices(PackDecl& pack, const Node& value, Language language) {
  Cites cites;
  for (const Node& row : value.items) {
    for (const Index clause : cites_of(pack, row, language, none)) add_clause(cites, clause);
  }
  return cites;
}

/// The article that an item stands under, and every `cites` within it.
Cites Linker::all_cites(PackDecl& pack, const Item& item) {
  Cites cites;
  add_clause(cites, item.clause);
  const auto walk = [&](const auto& self, const Node& node) -> void {
    if (node.is_map()) {
      for (const Index clause : cites_of(pack, node, item.language, none)) {
        add_clause(cites, clause);
      }
      for (const Entry& entry : node.entries) self(self, entry.value);
    }
    for (const Node& inner : node.items) self(self, inner);
  };
  walk(walk, item.body());
  return cites;
}

void Linker::implement(PackDecl& pack, const Item& item, const Cites& cites) {
  // Of the parts of a duty the whole speaks.
  if (item.made_from && item.kind->word != Word::procedure) return;
  implementations_.push_back({&item, pack.index, item.key().text, cites});
}

/// One rule for many articles is a reading of them: where it lists them, it says why.
void Linker::check_reasons(const PackDecl& pack, const Item& item) {
  const auto check = [&](const auto& self, const Node& node, Index clause) -> void {
    if (const Node* cites = node.is_map() ? get(node, Word::cites, item.language) : nullptr) {
      // The article that a rule stands under counts too.
      std::set<std::string_view> ids;
      if (clause != none) ids.insert(model_->clauses[clause].id);
      const auto add = [&](const Node& one) {
        if (!one.is_scalar()) return;
        const auto found = find_clause(pack, base::trim(one.text));
        if (found) ids.insert(model_->clauses[*found].id);
      };
      add(*cites);
      for (const Node& one : cites->items) add(one);
      if (ids.size() > most_without_reason && get_text(node, Word::why, item.language).empty()) {
        report(diag::AC0909, cites->span,
               {{"heading", item.key().text}, {"count", std::to_string(ids.size())}},
               {base::note(notes::say_why)});
      }
    }
    for (const Entry& entry : node.entries) self(self, entry.value, none);
    for (const Node& inner : node.items) self(self, inner, none);
  };
  check(check, item.body(), item.clause);
}

void Linker::check_cites(PackDecl& pack) {
  std::vector<const Implementation*> ours;
  for (const Implementation& one : implementations_) {
    if (one.pack == pack.index) ours.push_back(&one);
  }
  for (const Implementation* one : ours) {
    const bool must = one->item->made_from || must_cite(one->item->kind->word);
    if (one->cites.empty() && must && !pack.outline->articles.empty()) {
      report(diag::AC0902, one->item->key().span, {{"heading", one->heading}});
    }
    check_reasons(pack, *one->item);
  }
  std::set<Index> cited;
  for (const Implementation* one : ours) cited.insert(one->cites.begin(), one->cites.end());

  const Cites& effective = model_->packs[pack.index].effective_cites;
  cited.insert(effective.begin(), effective.end());
  for (const step::Rule& rule : model_->rules) {
    if (rule.pack == pack.index && !rule.adopts.empty())
      cited.insert(rule.cites.begin(), rule.cites.end());
  }

  for (const ArticleItem& article : pack.outline->articles) {
    const step::Clause& clause = model_->clauses[article.clause];
    const Node* see = get(article.entry->value, Word::see, article.language);
    const bool has_items =
        std::any_of(pack.outline->items.begin(), pack.outline->items.end(),
                    [&](const Item& item) { return item.clause == article.clause; });
    if (clause.no_rule && has_items) {
      report(diag::AC0908, article.entry->key.span, {{"clause", clause.id}});
    }
    if (see) {
      std::vector<const Node*> names;
      if (see->is_scalar()) names.push_back(see);
      for (const Node& name : see->items) {
        if (name.is_scalar()) names.push_back(&name);
      }
      for (const Node* name : names) {
        const std::string written(base::trim(name->text));
        bool leads = pack.types.count(written) != 0 || pack.roles.count(written) != 0;
        bool does_cite = leads;
        std::vector<std::string> known;
        for (const Implementation* one : ours) {
          const Item& item = *one->item;
          const std::string path = item.owner.empty() ? item.name : item.owner + "." + item.name;
          known.push_back(path);
          if (path != written && item.name != written && one->heading != written) continue;
          leads = true;
          does_cite = does_cite || std::find(one->cites.begin(), one->cites.end(),
                                             article.clause) != one->cites.end();
        }
        if (const auto other = find_clause(pack, written)) {
          leads = true;
          for (const Implementation* one : ours) {
            does_cite = does_cite || (one->item->clause == *other &&
                                      std::find(one->cites.begin(), one->cites.end(),
                                                article.clause) != one->cites.end());
          }
          known.push_back(written);
        }
        if (!leads) {
          std::vector<DiagnosticNote> notes;
          if (const auto near = base::closest(written, known)) {
            notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
          }
          report(diag::AC0905, name->span, {{"name", written}}, std::move(notes));
        } else if (!does_cite) {
          report(diag::AC0904, name->span, {{"rule", written}, {"clause", clause.id}});
        }
      }
      continue;
    }
    if (clause.no_rule || cited.count(article.clause) != 0) continue;
    report(diag::AC0901, article.entry->key.span, {{"clause", clause.id}, {"text", clause.text}});
  }
}

}  // namespace aftercare::rulebook
