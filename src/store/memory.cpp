#include <algorithm>
#include <map>
#include <unordered_map>

#include "aftercare/store.hpp"

namespace aftercare {

namespace {

class MemoryStore final : public CaseStore {
 public:
  Result<std::optional<StoredCase>> load(std::string_view id) override {
    const auto found = cases_.find(std::string(id));
    if (found == cases_.end()) return std::optional<StoredCase>();
    return std::optional<StoredCase>(found->second);
  }

  Result<std::optional<StoredCase>> find_open(std::string_view procedure,
                                              std::string_view key) override {
    const auto found = open_.find({std::string(procedure), std::string(key)});
    if (found == open_.end()) return std::optional<StoredCase>();
    return load(found->second);
  }

  Result<std::vector<StoredStep>> steps(std::string_view id) override {
    const auto found = steps_.find(std::string(id));
    if (found == steps_.end()) return std::vector<StoredStep>();
    return found->second;
  }

  Result<std::vector<StoredEntry>> entries(std::string_view ledger,
                                           std::string_view subject) override {
    std::vector<StoredEntry> out;
    const auto found = by_subject_.find({std::string(ledger), std::string(subject)});
    if (found != by_subject_.end()) {
      for (const std::uint64_t id : found->second) out.push_back(entries_.at(id));
    }
    return out;
  }

  Result<std::vector<StoredEntry>> entries_of_case(std::string_view id) override {
    std::vector<StoredEntry> out;
    const auto found = by_case_.find(std::string(id));
    if (found != by_case_.end()) {
      for (const std::uint64_t entry : found->second) out.push_back(entries_.at(entry));
    }
    return out;
  }

  Result<std::vector<StoredEntry>> all_entries() override {
    std::vector<StoredEntry> out;
    for (const auto& [id, entry] : entries_) out.push_back(entry);
    return out;
  }

  Result<std::optional<StoredEntry>> entry(std::uint64_t id) override {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::optional<StoredEntry>();
    return std::optional<StoredEntry>(found->second);
  }

  Result<std::uint64_t> last_entry() override {
    return entries_.empty() ? std::uint64_t{0} : entries_.rbegin()->first;
  }

  Result<std::vector<std::string>> due(Instant now, std::size_t limit) override {
    std::vector<std::string> out;
    for (const auto& [key, id] : timers_) {
      if (key.first > now || out.size() == limit) break;
      out.push_back(id);
    }
    return out;
  }

  Result<std::vector<std::string>> cases() override { return order_; }

  Result<std::optional<std::string>> answer(std::string_view message_id) override {
    const auto found = answers_.find(std::string(message_id));
    if (found == answers_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

  Result<void> commit(const Commit& commit) override {
    const auto conflict = [](std::string what) {
      return Error{ErrorCode::conflict, std::move(what)};
    };
    if (commit.after) {
      const auto found = cases_.find(commit.after->id);
      const std::uint64_t stored = found == cases_.end() ? 0 : found->second.version;
      if (stored != commit.version_before)
        return conflict("case " + commit.after->id + " was changed by somebody else");
      if (commit.after->is_open && !commit.after->key.empty()) {
        const auto other = open_.find({commit.after->procedure, commit.after->key});
        if (other != open_.end() && other->second != commit.after->id)
          return conflict("a case with the key " + commit.after->key + " is open already");
      }
    }
    for (const StoredEntry& entry : commit.added) {
      if (entries_.contains(entry.id)) return conflict("an entry was made by somebody else");
    }
    if (!commit.message_id.empty() && answers_.contains(commit.message_id))
      return conflict("the message was answered before");
    for (const auto& [message, bytes] : commit.notes)
      if (answers_.contains(message)) return conflict("the message was answered before");
    if (commit.after) put(*commit.after);
    for (const StoredStep& step : commit.steps) steps_[step.case_id].push_back(step);
    for (const StoredEntry& entry : commit.added) {
      entries_.emplace(entry.id, entry);
      by_subject_[{entry.ledger, entry.subject}].push_back(entry.id);
      if (!entry.case_id.empty()) by_case_[entry.case_id].push_back(entry.id);
    }
    for (const StoredEntry& entry : commit.changed) entries_.at(entry.id) = entry;
    if (!commit.message_id.empty()) answers_.emplace(commit.message_id, commit.answer);
    for (const auto& [message, bytes] : commit.notes) answers_.emplace(message, bytes);
    return {};
  }

 private:
  void put(const StoredCase& after) {
    const auto found = cases_.find(after.id);
    if (found == cases_.end()) {
      order_.push_back(after.id);
    } else {
      if (found->second.next_timer) timers_.erase({*found->second.next_timer, after.id});
      const auto open = open_.find({found->second.procedure, found->second.key});
      if (open != open_.end() && open->second == after.id) open_.erase(open);
    }
    if (after.is_open && !after.key.empty()) open_[{after.procedure, after.key}] = after.id;
    if (after.next_timer) timers_.emplace(std::pair{*after.next_timer, after.id}, after.id);
    cases_[after.id] = after;
  }

  std::unordered_map<std::string, StoredCase> cases_;
  std::vector<std::string> order_;
  std::map<std::pair<std::string, std::string>, std::string> open_;  // (procedure, key) → id
  std::map<std::pair<Instant, std::string>, std::string> timers_;
  std::unordered_map<std::string, std::vector<StoredStep>> steps_;
  std::map<std::uint64_t, StoredEntry> entries_;
  std::map<std::pair<std::string, std::string>, std::vector<std::uint64_t>> by_subject_;
  std::unordered_map<std::string, std::vector<std::uint64_t>> by_case_;
  std::unordered_map<std::string, std::string> answers_;
};

}  // namespace

std::shared_ptr<CaseStore> memory_store() { return std::make_shared<MemoryStore>(); }

}  // namespace aftercare
