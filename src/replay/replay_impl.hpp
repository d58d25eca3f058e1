// replay/replay_impl.hpp — what a replay leaves behind. For this folder only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "aftercare/replay.hpp"

#include "ledger/entry.hpp"
#include "replay/log.hpp"
#include "step/case_state.hpp"
#include "step/step.hpp"

namespace aftercare {

enum class RowResult : std::uint8_t { applied, unexpected, refused, fault, unmapped, invalid };

/// A row that did not go through, and why.
struct RowRefusal {
  std::uint32_t row = 0;  ///< into Log::Impl::rows
  std::string reason, clause;
};

/// What one component left: its cases in order of opening, its entries in order of making.
struct ComponentResult {
  std::vector<step::CaseState> cases;
  std::vector<std::uint32_t> groups;  ///< by case: its group in the log
  std::vector<ledger::Entry> entries;
  std::vector<RowRefusal> refusals;
};

struct Replay::Impl {
  Impl(Log of, Rulebook by, std::shared_ptr<const step::Model> compiled,
       step::ParameterValues values)
      : log(std::move(of)),
        rules(std::move(by)),
        model(std::move(compiled)),
        parameters(std::move(values)) {}

  void add(const step::Tally& more);
  void summarise();
  /// Case number `index` in the order of the log.
  [[nodiscard]] const step::CaseState& state(std::size_t index) const;
  [[nodiscard]] const ComponentResult& component_of(std::size_t index) const;

  Log log;
  Rulebook rules;
  std::shared_ptr<const step::Model> model;
  step::ParameterValues parameters;
  std::vector<std::uint32_t> component_begin;  ///< rows of component c: [begin[c], begin[c + 1])
  std::vector<std::uint32_t> component_rows;
  std::vector<std::uint32_t> component_groups;  ///< how many groups each has
  std::vector<std::size_t> target_sizes;
  std::vector<ComponentResult> components;
  std::vector<RowResult> row_results;
  /// (component, case) by case number.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  step::Tally tally;
  ReplaySummary summary;
  Instant until{};
};

}  // namespace aftercare
