// A small repair order as a flat chart, in three hands: Boost.MSM, a hand-written switch, and ours
// (chart_bench.cpp). All do the same work for each event, so that their counters must agree. C++17:
// Debian's Boost.MSM does not compile later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace neighbours {

enum class RepairEvent : std::uint8_t { assign, start, finish, reject, accept };
enum class RepairState : std::uint8_t { waiting, assigned, working, checking };

/// What the actions of a case do: each entry and exit counts, the guard looks at the tries.
struct RepairData {
  std::int64_t tries = 0;
  std::uint64_t entered = 0;
  std::uint64_t left = 0;
  std::uint64_t refused = 0;  ///< events that no transition took
};
inline constexpr std::int64_t most_tries = 3;

struct RepairStep {
  std::uint16_t which;  ///< case
  RepairEvent event;
};

/// Many cases of one kind, fed event by event.
class Repairs {
 public:
  virtual ~Repairs() = default;
  virtual void run(const RepairStep* steps, std::size_t count) = 0;
  [[nodiscard]] virtual RepairData data(std::size_t which) const = 0;
  [[nodiscard]] virtual RepairState state(std::size_t which) const = 0;
};

[[nodiscard]] std::unique_ptr<Repairs> repairs_by_msm(std::size_t cases);
[[nodiscard]] std::unique_ptr<Repairs> repairs_by_switch(std::size_t cases);

}  // namespace neighbours
