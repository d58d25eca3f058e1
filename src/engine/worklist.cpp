// Who waits in line: asked by the host, and by `next` for the place of a case.
#include "step/worklist.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "step/convert.hpp"

namespace aftercare {

using step::Index;

namespace {

/// Of one list and one subject, the entries of those who wait, the first first.
void put_in_line(const step::Worklist& list, std::vector<ledger::Entry>& waiting) {
  std::sort(waiting.begin(), waiting.end(), [&](const auto& a, const auto& b) {
    return step::comes_before(list, a, b);
  });
}

}  // namespace

Result<std::vector<WaitingList>> Engine::Impl::worklist(std::string_view name,
                                                        std::string_view whose) {
  book.clear();
  std::vector<std::string> known;
  std::vector<Index> asked;
  for (Index i = 0; i < model->worklists.size(); ++i) {
    const step::Worklist& list = model->worklists[i];
    const std::string& pack = model->packs[list.pack].name;
    known.push_back(list.name);
    if (!name.empty() && name != list.name && name != pack + "." + list.name) continue;
    if (!name.empty() && !asked.empty())
      return Error{ErrorCode::invalid_argument, "two packs have the list '" + list.name +
                                                    "': write " + pack + "." + list.name};
    asked.push_back(i);
  }
  if (!name.empty() && asked.empty()) {
    const auto near = base::closest(name, known);
    return Error{ErrorCode::invalid_argument,
                 "no list '" + std::string(name) + "' in these packs" +
                     (near ? "; did you mean '" + *near + "'?" : std::string())};
  }
  // By list, by whose it is.
  std::map<Index, std::map<std::string, std::vector<ledger::Entry>>> waiting;
  const auto stored = store->all_entries();
  if (!stored) return stored.error();
  for (const StoredEntry& one : *stored) {
    for (const Index i : asked) {
      const step::Worklist& list = model->worklists[i];
      if (model->ledgers[list.ledger].name != one.ledger) continue;
      const ledger::Entry& entry = book.get(one.id);
      if (book.error()) return *book.error();
      if (!step::waits(list, entry)) continue;
      std::string of = step::to_text(entry.subject, *model, model->packs[list.pack].zone);
      if (!list.who.roles.empty() && of == model->roles[list.who.roles[0]].name) of.clear();
      if (!whose.empty() && of != whose) continue;
      waiting[i][std::move(of)].push_back(entry);
    }
  }
  std::vector<WaitingList> out;
  for (const Index i : asked) {
    const step::Worklist& list = model->worklists[i];
    const step::Procedure& procedure = model->procedures[list.procedure];
    WaitingList told;
    told.pack = model->packs[list.pack].name;
    told.worklist = list.name;
    for (const Index role : list.who.roles) told.who.push_back(model->roles[role].name);
    for (const step::SlotIndex slot : list.who.persons)
      told.who.push_back(procedure.slot_names[slot]);
    if (list.who.formula) told.who.push_back(list.who.formula->text);
    told.clauses = step::clause_ids(*model, list.cites);
    if (waiting[i].empty()) {
      told.whose = whose;
      out.push_back(std::move(told));
      continue;
    }
    for (auto& [of, entries] : waiting[i]) {
      put_in_line(list, entries);
      WaitingList one = told;
      one.whose = of;
      for (const ledger::Entry& entry : entries) {
        WaitingList::Waiting place;
        place.case_id = std::string(entry.case_id.as_string());
        place.since = entry.at;
        if (!entry.fields.empty()) place.opened = entry.fields.back().as_instant();
        for (std::size_t k = 0; k < list.order.size() && k < entry.fields.size(); ++k)
          place.by.emplace_back(list.order[k].text, step::to_host(entry.fields[k], *model));
        const auto there = load(place.case_id, false);
        if (!there) return there.error();
        if (*there) place.key = engine::key_text(*model, (*there)->state);
        one.cases.push_back(std::move(place));
      }
      out.push_back(std::move(one));
    }
  }
  return out;
}

std::vector<std::optional<Possibility::Turn>> Engine::Impl::turns_of(const step::CaseState& state) {
  const step::Procedure& p = model->procedures[state.procedure];
  std::vector<std::optional<Possibility::Turn>> out(p.worklists.size());
  for (std::size_t w = 0; w < p.worklists.size(); ++w) {
    const step::Worklist& list = model->worklists[p.worklists[w]];
    for (const step::Standing& standing : state.standing) {
      if (standing.rule != list.rule) continue;
      const ledger::Entry mine = book.get(standing.entry);
      std::vector<ledger::Entry> all;
      const std::vector<std::uint64_t> ids = book.of(list.ledger, mine.subject);
      for (const std::uint64_t id : ids)
        if (step::waits(list, book.get(id))) all.push_back(book.get(id));
      put_in_line(list, all);
      Possibility::Turn turn;
      turn.worklist = list.name;
      turn.waiting = all.size();
      for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].id == mine.id) turn.place = i + 1;
      if (!all.empty()) turn.first = std::string(all.front().case_id.as_string());
      out[w] = std::move(turn);
    }
  }
  return out;
}

Result<std::vector<WaitingList>> Engine::worklist(std::string_view name,
                                                  std::string_view whose) const {
  return impl_->worklist(name, whose);
}

}  // namespace aftercare
