#include "engine/store_book.hpp"

#include <algorithm>
#include <string_view>

#include "journal/journal_format.hpp"

namespace aftercare::engine {

std::string subject_text(const Value& subject) {
  return std::string(kind_name(subject.kind())) + ":" +
         (subject.is(Kind::number) ? rt::to_string(subject.as_number().normalized())
                                   : subject.to_text());
}

void StoreBook::keep(const StoredEntry& stored, std::vector<std::uint64_t>& ids) {
  ids.push_back(stored.id);
  if (entries_.contains(stored.id)) return;
  std::string made_by;
  auto entry = journal::decode_entry(stored.bytes, &made_by);
  if (!entry) {
    fail(entry.error());
    ids.pop_back();
    return;
  }
  const bool is_known =
      made_by.empty() ||
      std::any_of(model_.packs.begin(), model_.packs.end(), [&](const step::Pack& pack) {
        return std::string_view(pack.pinned).starts_with(made_by);
      });
  if (!is_known) {
    fail({ErrorCode::invalid_argument, "an entry of " + stored.ledger + " was made by other rules (logic " +
                                           made_by + "), which are not loaded"});
    ids.pop_back();
    return;
  }
  entry->id = stored.id;
  entries_.emplace(stored.id, std::move(*entry));
}

const std::vector<std::uint64_t>& StoreBook::of(std::uint16_t ledger, const Value& subject) {
  const auto [found, is_new] = by_subject_.try_emplace({ledger, subject_text(subject)});
  if (is_new) {
    const auto stored = store_.entries(model_.ledgers[ledger].name, found->first.second);
    if (!stored) {
      fail(stored.error());
    } else {
      for (const StoredEntry& entry : *stored) keep(entry, found->second);
    }
  }
  return found->second;
}

const std::vector<std::uint64_t>& StoreBook::of_case(const Value& case_id) {
  const auto [found, is_new] = by_case_.try_emplace(std::string(case_id.as_string()));
  if (is_new) {
    const auto stored = store_.entries_of_case(found->first);
    if (!stored) {
      fail(stored.error());
    } else {
      for (const StoredEntry& entry : *stored) keep(entry, found->second);
    }
  }
  return found->second;
}

const ledger::Entry& StoreBook::get(std::uint64_t id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) return found->second;
  std::vector<std::uint64_t> ids;
  const auto stored = store_.entry(id);
  if (!stored) {
    fail(stored.error());
  } else if (!*stored) {
    fail({ErrorCode::corrupt, "an entry is missing"});
  } else {
    keep(**stored, ids);
  }
  return entries_[id];
}

std::uint64_t StoreBook::add(ledger::Entry entry) {
  if (!knows_last_) {
    const auto last = store_.last_entry();
    if (last) {
      last_ = *last;
    } else {
      fail(last.error());
    }
    knows_last_ = true;
  }
  entry.id = ++last_;
  // Read what is there before the new one joins it.
  of(entry.ledger, entry.subject);
  by_subject_[{entry.ledger, subject_text(entry.subject)}].push_back(entry.id);
  if (!entry.case_id.is_null()) {
    of_case(entry.case_id);
    by_case_[std::string(entry.case_id.as_string())].push_back(entry.id);
  }
  added_.push_back(entry.id);
  const std::uint64_t id = entry.id;
  entries_.insert_or_assign(id, std::move(entry));
  return id;
}

void StoreBook::update(const ledger::Entry& entry) {
  entries_.insert_or_assign(entry.id, entry);
  if (std::find(added_.begin(), added_.end(), entry.id) == added_.end() &&
      std::find(changed_.begin(), changed_.end(), entry.id) == changed_.end())
    changed_.push_back(entry.id);
}

void StoreBook::clear() {
  by_subject_.clear();
  by_case_.clear();
  entries_.clear();
  added_.clear();
  changed_.clear();
  knows_last_ = false;
  error_.reset();
}

void StoreBook::collect(Commit& commit) const {
  const auto stored = [&](std::uint64_t id) {
    const ledger::Entry& entry = entries_.at(id);
    return StoredEntry{
        id,
        model_.ledgers[entry.ledger].name,
        subject_text(entry.subject),
        entry.on.days,
        entry.case_id.is_null() ? std::string() : std::string(entry.case_id.as_string()),
        journal::encode(entry, journal::logic_of(entry, model_))};
  };
  for (const std::uint64_t id : added_) commit.added.push_back(stored(id));
  for (const std::uint64_t id : changed_) commit.changed.push_back(stored(id));
}

}  // namespace aftercare::engine
