// aftercare/simulate.hpp — a ticket log that could have happened, made from the rules alone.
//
//   auto rules = check("rules/appliance/installer_liabilities", {.overlays =
//   {"acme.overlay.yaml"}}); auto csv = simulate(*rules, {.cases = 500, .seed = 7, .late_percent =
//   12}).value(); auto log = read_log_text("tickets.csv", csv, *rules);      // replays without a
//   mapping
//
// Each ticket walks through its chart: what the state awaits happens, and the facts that belong in
// between, mostly in time and done properly, sometimes late, careless, twice, or out of turn. The
// same seed gives the same bytes on every machine. Needs: directory.hpp, result.hpp, rulebook.hpp,
// time.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "aftercare/directory.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

namespace aftercare {

struct SimulateOptions {
  std::size_t cases = 100;
  std::uint64_t seed = 1;
  std::uint32_t per_day = 20;           ///< tickets that are opened on one day; at least 1
  std::uint32_t late_percent = 12;      ///< of the promises: kept too late, or never
  std::uint32_t careless_percent = 12;  ///< of the tickets: done as it comes, not as it should be
  std::uint32_t shared_percent = 5;     ///< of the tickets: about a subject that another ticket is about too
  Date start{19723};                    ///< the first day; 2024-01-01
  std::string procedure;                ///< only cases of this one; empty: of all
  /// Registers: who is in them acts and is spoken of. Without, those that overlays of the rules name.
  std::shared_ptr<const Directory> directory{};
  unsigned threads = 1;                 ///< the result does not depend on it
  /// Called now and then from the calling thread: tickets done, tickets in all.
  std::function<void(std::size_t, std::size_t)> progress;
};

/// The log as CSV: case, event, at, recorded, role, person, then the data of all events by name;
/// rows in order of their recording. Errors: invalid_argument where parameters that the rules need
/// are unset (the message quotes the clause), where registers are missing or wrong, where no event
/// opens a case or nothing fits.
[[nodiscard]] AFTERCARE_API Result<std::string> simulate(const Rulebook& rules,
                                                         const SimulateOptions& options = {});

}  // namespace aftercare
