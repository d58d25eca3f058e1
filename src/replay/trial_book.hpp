// replay/trial_book.hpp — the entries of one simulated ticket, with a way back: what a trial step
// entered can be undone. Small, so found by looking at all.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ledger/entry.hpp"

namespace aftercare::logs {

class TrialBook final : public ledger::Book {
 public:
  const std::vector<std::uint64_t>& of(std::uint16_t ledger, const Value& subject) override {
    found_.clear();
    for (const ledger::Entry& entry : entries_)
      if (entry.ledger == ledger && entry.subject.equals(subject)) found_.push_back(entry.id);
    return found_;
  }
  const std::vector<std::uint64_t>& of_case(const Value& case_id) override {
    found_.clear();
    for (const ledger::Entry& entry : entries_)
      if (entry.case_id.equals(case_id)) found_.push_back(entry.id);
    return found_;
  }
  const ledger::Entry& get(std::uint64_t id) override { return entries_[id - 1]; }
  std::uint64_t add(ledger::Entry entry) override {
    entry.id = entries_.size() + 1;
    entries_.push_back(std::move(entry));
    return entries_.size();
  }
  void update(const ledger::Entry& entry) override {
    if (entry.id <= mark_) undo_.push_back(entries_[entry.id - 1]);
    entries_[entry.id - 1] = entry;
  }

  /// From here on everything can be undone.
  void begin() {
    mark_ = entries_.size();
    undo_.clear();
  }
  void roll_back() {
    entries_.resize(mark_);
    while (!undo_.empty()) {
      entries_[undo_.back().id - 1] = std::move(undo_.back());
      undo_.pop_back();
    }
  }
  void clear() {
    entries_.clear();
    begin();
  }
  /// Offences and findings that count.
  [[nodiscard]] std::size_t faults() const noexcept {
    std::size_t out = 0;
    for (const ledger::Entry& entry : entries_) {
      const bool is_fault =
          entry.kind == ledger::EntryKind::offence || entry.kind == ledger::EntryKind::finding;
      out += is_fault && !entry.is_withdrawn && entry.replaced_by == 0 ? 1 : 0;
    }
    return out;
  }

 private:
  std::vector<ledger::Entry> entries_;
  std::vector<ledger::Entry> undo_;
  std::vector<std::uint64_t> found_;
  std::size_t mark_ = 0;
};

}  // namespace aftercare::logs
