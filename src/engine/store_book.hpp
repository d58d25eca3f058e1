// engine/store_book.hpp — the ledgers of a store as the step sees them, for one command.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "aftercare/store.hpp"

#include "ledger/entry.hpp"
#include "step/model.hpp"

namespace aftercare::engine {

/// Reads what the step asks for from the store, and keeps what it writes until the commit. A
/// failure of the store is kept in error() and ends the command; the step then sees no entries.
class StoreBook final : public ledger::Book {
 public:
  StoreBook(const step::Model& model, CaseStore& store) : model_(model), store_(store) {}

  const std::vector<std::uint64_t>& of(std::uint16_t ledger, const Value& subject) override;
  const std::vector<std::uint64_t>& of_case(const Value& case_id) override;
  const ledger::Entry& get(std::uint64_t id) override;
  std::uint64_t add(ledger::Entry entry) override;
  void update(const ledger::Entry& entry) override;

  /// Forgets what was read: the next command sees what others have committed.
  void clear();
  /// What was written since clear(), for the commit.
  void collect(Commit& commit) const;
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  using SubjectKey = std::pair<std::uint16_t, std::string>;
  void keep(const StoredEntry& stored, std::vector<std::uint64_t>& ids);
  void fail(const Error& error) {
    if (!error_) error_ = error;
  }

  const step::Model& model_;
  CaseStore& store_;
  std::map<SubjectKey, std::vector<std::uint64_t>> by_subject_;
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> by_case_;
  std::unordered_map<std::uint64_t, ledger::Entry> entries_;
  std::vector<std::uint64_t> added_, changed_;
  std::uint64_t last_ = 0;
  bool knows_last_ = false;
  std::optional<Error> error_;
};

/// The canonical text of a subject: the same for equal values, different for different ones.
[[nodiscard]] std::string subject_text(const Value& subject);

}  // namespace aftercare::engine
