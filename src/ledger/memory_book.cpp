#include <unordered_map>
#include <utility>

#include "ledger/entry.hpp"
#include "ledger/line.hpp"

namespace aftercare::ledger {

namespace {

struct Key {
  std::uint16_t ledger;
  Value subject;
  bool operator==(const Key& other) const noexcept {
    return ledger == other.ledger && subject.equals(other.subject);
  }
};
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return key.subject.hash() * 31 + key.ledger;
  }
};
struct ValueHash {
  std::size_t operator()(const Value& value) const noexcept { return value.hash(); }
};
struct ValueEqual {
  bool operator()(const Value& a, const Value& b) const noexcept { return a.equals(b); }
};

const std::vector<std::uint64_t>& nothing() {
  static const std::vector<std::uint64_t> empty;
  return empty;
}

}  // namespace

struct MemoryBook::Index {
  std::unordered_map<Key, std::vector<std::uint64_t>, KeyHash> by_subject;
  std::unordered_map<Value, std::vector<std::uint64_t>, ValueHash, ValueEqual> by_case;

  void add(const Entry& entry) {
    by_subject[Key{entry.ledger, entry.subject}].push_back(entry.id);
    if (!entry.case_id.is_null()) by_case[entry.case_id].push_back(entry.id);
  }
};

void MemoryBook::Deleter::operator()(Index* index) const noexcept { delete index; }

template <class Wanted>
const std::vector<std::uint64_t>& MemoryBook::all_that(const Wanted& is_wanted) {
  found_.clear();
  for (const Entry& entry : entries_)
    if (is_wanted(entry)) found_.push_back(entry.id);
  return found_;
}

const std::vector<std::uint64_t>& MemoryBook::of(std::uint16_t ledger, const Value& subject) {
  if (!index_) {
    return all_that([&](const Entry& entry) {
      return entry.ledger == ledger && entry.subject.equals(subject);
    });
  }
  const auto found = index_->by_subject.find(Key{ledger, subject});
  return found == index_->by_subject.end() ? nothing() : found->second;
}

const std::vector<std::uint64_t>& MemoryBook::of_case(const Value& case_id) {
  if (!index_) return all_that([&](const Entry& entry) { return entry.case_id.equals(case_id); });
  const auto found = index_->by_case.find(case_id);
  return found == index_->by_case.end() ? nothing() : found->second;
}

Book::Ahead Book::ahead_of(const Entry& mine, const Before& before) {
  Ahead out;
  const std::vector<std::uint64_t> ids = of(mine.ledger, mine.subject);
  Entry first;
  for (const std::uint64_t id : ids) {
    const Entry& other = get(id);
    if (other.rule != mine.rule || other.is_withdrawn) continue;
    if (id != mine.id && before(other, mine)) ++out.count;
    if (out.first != 0 && !before(other, first)) continue;
    out.first = id;
    first = other;
  }
  return out;
}

/// By ledger, subject and rule; made when somebody asks.
struct MemoryBook::Lines {
  struct One {
    Line line;
    std::vector<std::uint64_t> to_come;  // entered since somebody asked
  };
  std::unordered_map<Key, std::unordered_map<std::uint16_t, One>, KeyHash> all;

  One* find(const Entry& entry) {
    const auto of = all.find(Key{entry.ledger, entry.subject});
    if (of == all.end()) return nullptr;
    const auto one = of->second.find(entry.rule);
    return one == of->second.end() ? nullptr : &one->second;
  }
};

void MemoryBook::LinesDeleter::operator()(Lines* lines) const noexcept { delete lines; }

std::uint64_t MemoryBook::add(Entry entry) {
  entry.id = entries_.size() + 1;
  entries_.push_back(std::move(entry));
  if (lines_) {
    if (Lines::One* const one = lines_->find(entries_.back()))
      one->to_come.push_back(entries_.back().id);
  }
  if (index_) {
    index_->add(entries_.back());
  } else if (entries_.size() > few) {
    index_.reset(new Index);
    for (const Entry& one : entries_) index_->add(one);
  }
  return entries_.back().id;
}

void MemoryBook::update(const Entry& entry) {
  entries_[entry.id - 1] = entry;
  if (!lines_) return;
  Lines::One* const one = lines_->find(entry);
  if (one != nullptr && one->line.has(entry.id)) one->line.count(entry.id, !entry.is_withdrawn);
}

Book::Ahead MemoryBook::ahead_of(const Entry& mine, const Before& before) {
  if (!lines_) lines_.reset(new Lines);
  auto& of_rules = lines_->all[Key{mine.ledger, mine.subject}];
  const auto [found, is_new] = of_rules.try_emplace(mine.rule);
  Lines::One& one = found->second;
  if (is_new) {
    for (const std::uint64_t id : of(mine.ledger, mine.subject))
      if (get(id).rule == mine.rule) one.to_come.push_back(id);
  }
  for (const std::uint64_t id : std::exchange(one.to_come, {})) {
    one.line.put(id, [&](std::uint64_t a, std::uint64_t b) { return before(get(a), get(b)); });
    if (get(id).is_withdrawn) one.line.count(id, false);
  }
  return {one.line.ahead(mine.id), one.line.first()};
}

}  // namespace aftercare::ledger
