#include <unordered_map>

#include "ledger/entry.hpp"

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

std::uint64_t MemoryBook::add(Entry entry) {
  entry.id = entries_.size() + 1;
  entries_.push_back(std::move(entry));
  if (index_) {
    index_->add(entries_.back());
  } else if (entries_.size() > few) {
    index_.reset(new Index);
    for (const Entry& one : entries_) index_->add(one);
  }
  return entries_.back().id;
}

}  // namespace aftercare::ledger
