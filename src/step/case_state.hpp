// step/case_state.hpp — all that one case is between two steps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

#include "chart/run.hpp"
#include "clock/clock.hpp"
#include "step/model.hpp"

namespace aftercare::step {

/// A standing rule that holds: what it entered.
struct Standing {
  Index rule = none;
  std::uint64_t entry = 0;
};

/// A time in which a clock's running cycle did not count.
struct Suspension {
  Index clock = none;
  TimeSpan span;
};

/// A state that pauses a clock until it is left, entered since the clock began.
struct Hold {
  Index clock = none;
  Index state = none;
  bool operator==(const Hold&) const = default;
};

struct CaseState {
  Value id;  ///< string
  Index procedure = none;
  std::uint32_t steps = 0;
  bool is_final = false;
  bool has_incident = false;
  bool was_put_right = false;   ///< by a correction or a retraction: the record is not as it counts
  std::uint64_t lets_true = 0;  ///< watched lets, a bit each
  Instant opened{}, closed{};
  Instant last_at{};        ///< `at` of the latest step, from which the record counts
  Instant last_recorded{};  ///< of the latest step; time never runs back
  chart::Configuration configuration;
  std::vector<Value> slots;  ///< the case part of the frame
  std::vector<clock::Run> clocks;
  std::vector<Suspension> suspensions;  ///< of running cycles, oldest first; not the one under way
  std::vector<Hold> held;               ///< of running cycles, as they came
  std::vector<std::uint16_t> told;      ///< by reminder of all clocks: how often in this cycle
  std::vector<Instant> entered;         ///< by timer: when its state was entered
  std::vector<Standing> standing;
  std::vector<HappeningId> untold;  ///< what the next step of time tells the chart; not kept
  bool is_to_fold = false;          ///< the next step of time derives its clocks again; not kept
  std::string record;               ///< every step in binary (step/record.hpp), oldest first
  std::string incident;

  /// Whether a step of time is due at once, before anything else happens to the case.
  [[nodiscard]] bool has_more_to_do() const noexcept { return is_to_fold || !untold.empty(); }

  /// The natural name, or null.
  [[nodiscard]] const Value& key(const Procedure& procedure) const noexcept {
    static const Value nothing;
    return procedure.key_slot == no_slot ? nothing : slots[procedure.key_slot];
  }
};

}  // namespace aftercare::step
