// replay/replay_impl.hpp — what a replay leaves behind. For this folder only.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/replay.hpp"

#include "ledger/entry.hpp"
#include "replay/log.hpp"
#include "replay/pack.hpp"
#include "step/case_state.hpp"
#include "step/step.hpp"

namespace aftercare {

enum class RowResult : std::uint8_t { applied, unexpected, refused, fault, unmapped, invalid };

/// Cases have an order that no thread and no partition changes: by the first row of their group in
/// the file, several of one group in order of opening.
using CaseOrder = std::pair<std::uint32_t, std::uint32_t>;

/// What a worker has counted. Adding two up gives the same in any order.
struct Counts {
  struct Clock {
    std::array<std::size_t, 6> states{};  ///< by clock::State
    std::array<std::size_t, 7> late{};
    std::int64_t worst_micros = -1;
    CaseOrder worst_order{};
    std::string worst_case;
    bool worst_is_done = false;
  };
  struct Late {
    std::int64_t micros = 0;
    CaseOrder order{};
    std::string id;
    /// The latest first.
    bool operator<(const Late& other) const noexcept {
      return micros != other.micros ? micros > other.micros : order < other.order;
    }
  };
  struct Amount {
    std::size_t count = 0, withdrawn = 0;
    std::int64_t minor = 0;
    std::uint32_t currency = 0;
    int scale = 2;
  };
  static constexpr std::size_t most_worst = 10;

  std::array<std::size_t, 6> rows{};  ///< by RowResult
  std::size_t cases = 0, finished = 0, incidents = 0;
  std::vector<std::vector<Clock>> clocks;  ///< by procedure and clock
  std::map<std::pair<step::Index, std::string>, std::size_t> states;
  std::vector<Amount> rules;
  std::map<std::string, std::pair<std::string, Amount>> findings;  ///< label → (clause, …)
  std::map<std::string, SubjectSummary> subjects;
  std::map<std::string, RefusedRows> refusals;  ///< by what they became and all their reasons
  /// Of the rows that came in.
  Instant first{std::numeric_limits<std::int64_t>::max()};
  Instant last{std::numeric_limits<std::int64_t>::min()};
  std::vector<Late> worst;  ///< sorted, at most most_worst
  step::Tally tally;

  explicit Counts(const step::Model& model);
  void add(const Counts& more);
  void note_case(const step::Model& model, const step::CaseState& state, Instant until,
                 CaseOrder order);
  void note_entry(const step::Model& model, const ledger::Entry& entry);
  void note_refusal(RefusedRows::Became became, const std::vector<Reason>& reasons,
                    std::size_t line);
  [[nodiscard]] bool has_come_in() const noexcept { return first <= last; }
};

/// What one component left, packed: its cases in order of opening, each with its group and its
/// record, then its entries in order of making.
struct ComponentResult {
  const char* data = nullptr;
  std::uint32_t size = 0;
  std::uint32_t entries = 0;  ///< where they begin
};

/// Where a case lies, and what it is found by.
struct CasePlace {
  std::uint32_t component = 0, offset = 0;
  std::uint32_t id_hash = 0, key_hash = 0;
};

[[nodiscard]] inline std::uint32_t short_hash(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

/// The log with a row for each occurrence of a duty that begins from its first row to `until`,
/// before the other rows of its instant. Errors: as step::DutyPeriods.
[[nodiscard]] Result<Log::Impl> with_duties(const Log::Impl& log, step::Stepper& stepper,
                                            const Directory* directory, Instant until);

struct Replay::Impl {
  Impl(Rulebook by, std::shared_ptr<const step::Model> compiled, step::ParameterValues values)
      : rules(std::move(by)), model(std::move(compiled)), parameters(std::move(values)) {}

  void summarise(const Log::Impl& log, Counts& counts,
                 const std::vector<std::uint32_t>& component_groups);
  /// The bytes of case number `index` in the order of the log, and what follows them.
  [[nodiscard]] std::string_view packed(std::size_t index) const noexcept;
  [[nodiscard]] step::CaseState state(std::size_t index) const;
  /// The entries of a component, as its steps made them.
  [[nodiscard]] std::vector<ledger::Entry> entries(std::uint32_t component) const;
  [[nodiscard]] std::unique_ptr<ledger::MemoryBook> book(std::uint32_t component) const;

  Rulebook rules;
  std::shared_ptr<const step::Model> model;
  step::ParameterValues parameters;
  std::shared_ptr<const Directory> directory;  // null: the packs read no registers
  logs::Arena arena;
  std::vector<ComponentResult> components;
  std::vector<CasePlace> order;
  ReplaySummary summary;
  Instant until{};
};

}  // namespace aftercare
