// aftercare/store.hpp — where cases are kept. A store keeps and finds bytes; it knows no rules.
//
//   auto store = sqlite_store("cases.db").value();     // or memory_store()
//   auto engine = Engine::open(rulebook, store).value();
//
// One command is one transaction on one case: begin, read, write, commit. What was committed is
// there after a crash; what was not has left no trace. Needs: result.hpp, value.hpp, time.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/time.hpp"

namespace aftercare {

/// A case as a store keeps it.
struct StoredCase {
  std::string id;
  std::string procedure;
  std::string key;            ///< natural name; unique among open cases of one procedure
  std::uint64_t version = 0;  ///< number of its last step; what optimistic concurrency compares
  bool is_open = true;
  std::optional<Instant> next_timer;  ///< when time itself has to do something to it
  std::string state;                  ///< bytes of src/journal: the snapshot
};

/// One step as a store keeps it: its place is (case, step), its content bytes of src/journal.
struct StoredStep {
  std::string case_id;
  std::uint64_t step = 0;
  std::string bytes;
};

/// A ledger entry as a store keeps it; `subject` is the canonical text of the subject.
struct StoredEntry {
  std::uint64_t id = 0;  ///< given by the engine, from last_entry() on; a taken one is a conflict
  std::string ledger;
  std::string subject;
  std::int64_t on_day = 0;
  std::string case_id;
  std::string bytes;
};

/// What one command wrote; committed as a whole or not at all.
struct Commit {
  std::optional<StoredCase> after;   ///< none: the command belongs to no case
  std::uint64_t version_before = 0;  ///< 0: the case must not exist
  std::vector<StoredStep> steps;
  std::vector<StoredEntry> added;
  std::vector<StoredEntry> changed;
  std::string message_id;  ///< empty: none
  std::string answer;      ///< bytes of the outcome, for a repeated message
  /// What this command has still to tell other cases, and to which it belongs: (message, bytes),
  /// found again by CaseStore::answer().
  std::vector<std::pair<std::string, std::string>> notes;
};

/// A place to keep cases. Implementations are used by one thread at a time per object.
class AFTERCARE_API CaseStore {
 public:
  virtual ~CaseStore() = default;

  /// Errors of all: io, corrupt, host.
  virtual Result<std::optional<StoredCase>> load(std::string_view id) = 0;
  virtual Result<std::optional<StoredCase>> find_open(std::string_view procedure,
                                                      std::string_view key) = 0;
  virtual Result<std::vector<StoredStep>> steps(std::string_view id) = 0;
  /// Entries of one subject in one ledger, in order of id.
  virtual Result<std::vector<StoredEntry>> entries(std::string_view ledger,
                                                   std::string_view subject) = 0;
  /// Entries of all ledgers, in order of id.
  virtual Result<std::vector<StoredEntry>> all_entries() = 0;
  virtual Result<std::optional<StoredEntry>> entry(std::uint64_t id) = 0;
  /// The highest id of an entry; 0 where there is none.
  virtual Result<std::uint64_t> last_entry() = 0;
  virtual Result<std::vector<StoredEntry>> entries_of_case(std::string_view id) = 0;
  /// Ids of cases whose timer is at or before `now`, earliest first, at most `limit`.
  virtual Result<std::vector<std::string>> due(Instant now, std::size_t limit) = 0;
  /// Ids of all cases in order of opening, open or not.
  virtual Result<std::vector<std::string>> cases() = 0;
  /// The stored answer to a message, if it was committed before.
  virtual Result<std::optional<std::string>> answer(std::string_view message_id) = 0;
  /// All or nothing. Errors: conflict, where a version is not the stored one or an id is taken
  /// (nothing is written).
  virtual Result<void> commit(const Commit& commit) = 0;
};

/// Keeps cases in memory; for tests and one-off runs.
[[nodiscard]] AFTERCARE_API std::shared_ptr<CaseStore> memory_store();

/// Keeps cases in one SQLite file (WAL, synchronous FULL, both read back). The file is made where
/// it does not exist. Errors: io, corrupt (not a store of ours, or of a newer version).
[[nodiscard]] AFTERCARE_API Result<std::shared_ptr<CaseStore>> sqlite_store(std::string_view path);

}  // namespace aftercare
