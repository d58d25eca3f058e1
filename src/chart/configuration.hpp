// chart/configuration.hpp — which states of a chart are active, and what its history states recall.
//
//   Configuration now(chart);                 // empty: the chart has not been started
//   now.contains(open);  now.states(chart);   // after start() of run.hpp
//   std::string bytes = now.encode(chart);    // Configuration::decode(chart, bytes) gives it back
//
// 24 bytes and no allocation for a chart of at most 128 states that has recorded no history;
// otherwise one block on the heap. The root is always active and never listed.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/result.hpp"

#include "chart/chart.hpp"

namespace aftercare::chart {

class Configuration {
 public:
  /// Empty, for a small chart.
  Configuration() = default;
  explicit Configuration(const Chart& chart);
  Configuration(const Configuration& other)
      : small_(other.small_), more_(other.more_ ? std::make_unique<More>(*other.more_) : nullptr) {}
  Configuration(Configuration&&) noexcept = default;
  Configuration& operator=(const Configuration& other) {
    small_ = other.small_;
    if (more_ || other.more_) [[unlikely]]
      assign_more(other);
    return *this;
  }
  Configuration& operator=(Configuration&&) noexcept = default;
  ~Configuration() = default;

  [[nodiscard]] bool contains(StateId s) const noexcept {
    if (!is_large()) return small_.contains(s);
    return std::binary_search(more_->active.begin(), more_->active.end(), s);
  }
  /// Not started, or left by finish().
  [[nodiscard]] bool is_empty() const noexcept {
    return is_large() ? more_->active.empty() : small_.is_empty();
  }
  /// Whether some state among `first` … `last` is active.
  [[nodiscard]] bool contains_any(StateId first, StateId last) const noexcept;
  /// Calls `visit(state)` for each active state, in document order.
  template <class Visit>
  void each(Visit&& visit) const {
    if (!is_large()) {
      small_.each(visit);
    } else {
      for (const StateId s : more_->active) visit(s);
    }
  }
  /// Active states in document order.
  [[nodiscard]] std::vector<StateId> states() const;
  /// Active atomic and final states in document order.
  [[nodiscard]] std::vector<StateId> leaves(const Chart& chart) const;
  /// What a history state recorded; empty where its parent was never left.
  [[nodiscard]] std::span<const StateId> history(StateId h) const noexcept;
  /// Whether a final child of the root is active: the chart has come to its end.
  [[nodiscard]] bool is_finished(const Chart& chart) const noexcept {
    return is_large() ? is_finished_large(chart) : small_.intersects(chart.ends());
  }
  /// Whether it is one that the algorithm can reach as far as structure goes: one active child in
  /// each active compound state (and the root), every region of each active parallel state, parents
  /// of all that is active. An empty one is legal too.
  [[nodiscard]] bool is_legal(const Chart& chart) const noexcept;
  [[nodiscard]] bool operator==(const Configuration& other) const noexcept;

  /// Bytes that do not depend on the machine: active leaves and history by state number.
  [[nodiscard]] std::string encode(const Chart& chart) const;
  /// Errors: corrupt — the bytes are damaged or do not fit the chart.
  [[nodiscard]] static Result<Configuration> decode(const Chart& chart, std::string_view bytes);
  /// The configuration whose leaves are these, without history. Errors: corrupt — not a legal one.
  [[nodiscard]] static Result<Configuration> of_leaves(const Chart& chart,
                                                       std::span<const StateId> leaves);

  // --- for the algorithm (run.hpp)
  [[nodiscard]] bool is_large() const noexcept { return more_ != nullptr && more_->is_large; }
  [[nodiscard]] SmallSet small() const noexcept { return small_; }
  [[nodiscard]] std::span<const StateId> large() const noexcept { return more_->active; }
  void insert(StateId s) {
    is_large() ? insert_large(s) : small_.insert(s);
  }
  void erase(StateId s) noexcept {
    is_large() ? erase_large(s) : small_.erase(s);
  }
  void record(StateId history, std::span<const StateId> states);
  void clear_history() noexcept;

 private:
  struct Record {
    StateId history;
    std::vector<StateId> states;
    bool operator==(const Record&) const = default;
  };
  struct More {
    bool is_large = false;
    std::vector<StateId> active;   // sorted; of a large chart
    std::vector<Record> recorded;  // sorted by history state
  };
  [[nodiscard]] bool is_finished_large(const Chart& chart) const noexcept;
  void assign_more(const Configuration& other);
  void insert_large(StateId s);
  void erase_large(StateId s) noexcept;

  SmallSet small_;
  std::unique_ptr<More> more_;
};

}  // namespace aftercare::chart
