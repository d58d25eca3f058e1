// aftercare/replay.hpp — years of tickets through a rulebook, and what comes of them.
//
//   auto log = read_log("tickets.csv", rules, {.mapping = "help_desk.mapping.yaml"});
//   Replay done = replay(rules, *log, {.threads = 2}).value();
//   std::cout << to_text(done.summary());          // met and breached, late by how much, fines
//
// Every row of the log is accounted for: applied, unexpected, refused with a reason, unmapped.
// Cases that share what rules read of each other run in order of time, all others side by side; the
// result is the same to the byte for any number of threads. Needs: rulebook.hpp, case.hpp,
// trace.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/case.hpp"
#include "aftercare/directory.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/store.hpp"
#include "aftercare/time.hpp"
#include "aftercare/trace.hpp"

namespace aftercare {

struct LogOptions {
  std::string mapping;  ///< path of a mapping file; empty: columns named case, event, at, …
                        ///< (docs/replay.md)
};

/// A log read and bound to a rulebook: rows with their events resolved. Immutable.
class AFTERCARE_API Log {
 public:
  [[nodiscard]] std::size_t rows() const noexcept;
  [[nodiscard]] std::size_t cases() const noexcept;

  struct Impl;
  explicit Log(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;  // never null
};

/// Reads a log: .csv (RFC 4180, first line names the columns) or .jsonl (one object a line). Rows
/// need not be sorted; rows of one instant keep the order of the file. Wrong rows are kept as such
/// and told in the summary. Findings: a mapping that does not fit, a missing column, a file that is
/// no log.
[[nodiscard]] AFTERCARE_API Checked<Log> read_log(std::string_view path, const Rulebook& rules,
                                                  const LogOptions& options = {});
/// The same from memory; `name` tells the format by its ending.
[[nodiscard]] AFTERCARE_API Checked<Log> read_log_text(std::string_view name, std::string text,
                                                       const Rulebook& rules,
                                                       const LogOptions& options = {});

struct ReplayOptions {
  unsigned threads = 1;
  unsigned partitions = 0;  ///< 0: as many as threads
  std::optional<Instant>
      until{};  ///< time passes up to here at the end; without: the end of the log (docs/replay.md)
  std::shared_ptr<const Directory> directory{};  ///< needed where the packs read registers
  /// Called now and then from the calling thread: rows done, rows in all.
  std::function<void(std::size_t, std::size_t)> progress{};
};

/// How one clock fared over all cases.
struct ClockSummary {
  std::string procedure, clock, clause;
  std::size_t met = 0, breached = 0, running = 0, paused = 0, cancelled = 0,
              idle = 0;      ///< cases, by the last cycle
  std::size_t breaches = 0;  ///< happenings, all cycles
  /// How late the latest case is: by the clock on the wall, from the limit to the act; where it was
  /// never done, to the end of the case or of the log. Of the last cycle.
  std::int64_t worst_late_micros = 0;
  std::string worst_case;
  bool worst_is_done = false;  ///< the act came after all
  /// Breached cases by how late, measured in the same way: up to 1 h, 4 h, 1 d, 3 d, 1 w, 4 w,
  /// more.
  std::vector<std::size_t> late;
};

/// What was entered under one rule.
struct RuleSummary {
  std::string name, kind, clause;
  std::size_t count = 0;  ///< entries that count
  std::size_t withdrawn = 0;
  std::int64_t amount_minor = 0;  ///< fines and what is owed
  std::uint32_t currency = 0;
  int scale = 2;
};

/// What one subject came to.
struct SubjectSummary {
  std::string subject;
  std::size_t entries = 0;
  std::int64_t amount_minor = 0;
};

/// Rows that were not applied, all for the same reasons. A row counts once, however many it has.
struct RefusedRows {
  enum class Became : std::uint8_t { refused, fault, unmapped, invalid };
  Became became = Became::refused;
  std::vector<Reason> reasons;  ///< never empty
  std::size_t rows = 0;
  std::size_t first_row = 0;  ///< line of the file, the header is 1
};

/// "refused", "fault", "unmapped", "invalid"; a word that lives forever.
[[nodiscard]] AFTERCARE_API std::string_view to_text(
    RefusedRows::Became became, Language language = Language::english) noexcept;

struct ReplaySummary {
  std::size_t rows = 0, applied = 0, unexpected = 0, refused = 0, unmapped = 0, invalid = 0,
              faults = 0;
  std::size_t cases = 0, finished = 0, incidents = 0;
  std::size_t components = 0, largest_component = 0;
  /// The first and the last instant of rows that came in: of those applied or unexpected. What was
  /// not applied moves no time; none: nothing came in.
  std::optional<Instant> first, last;
  std::vector<ClockSummary> clocks;
  std::vector<RuleSummary> rules;                           ///< in file order; findings behind them
  std::vector<SubjectSummary> subjects;                     ///< most entries first
  std::vector<RefusedRows> refusals;                        ///< most rows first
  std::vector<std::pair<std::string, std::size_t>> states;  ///< cases by their last state
  std::vector<std::size_t>
      transitions;  ///< times taken, by procedure and transition of Rulebook::procedures()
  std::vector<std::string> worst;  ///< ids of the cases that were latest, at most ten
  /// rows = applied + unexpected + refused + unmapped + invalid + faults.
  [[nodiscard]] bool reconciles() const noexcept {
    return rows == applied + unexpected + refused + unmapped + invalid + faults;
  }
};

/// The cases after a replay, with their traces in binary.
class AFTERCARE_API Replay {
 public:
  [[nodiscard]] const ReplaySummary& summary() const noexcept;
  [[nodiscard]] std::size_t cases() const noexcept;
  /// Requires: `index < cases()`. Cases are in order of their first row.
  [[nodiscard]] CaseView view(std::size_t index) const;
  /// Index of the case with this id or key.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id_or_key) const;
  /// Why each step of a case went as it did.
  [[nodiscard]] Result<std::vector<StepTrace>> history(std::size_t index,
                                                       Language language = Language::english) const;
  /// All entries, in order of case and recording.
  [[nodiscard]] std::vector<EntryView> entries() const;
  /// One JSON object a line for each step, handed over in pieces. Same bytes for the same log.
  void write_steps(const std::function<void(std::string_view)>& write) const;
  /// All entries as CSV (docs/replay.md), handed over in pieces. Same bytes for the same log.
  void write_entries(const std::function<void(std::string_view)>& write) const;
  /// Bytes held for the cases: state, data and record, without the log.
  [[nodiscard]] std::size_t bytes() const noexcept;

  struct Impl;
  explicit Replay(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  std::shared_ptr<Impl> impl_;  // never null
};

/// Errors: invalid_argument where parameters that the rules need are unset (with the clause).
[[nodiscard]] AFTERCARE_API Result<Replay> replay(const Rulebook& rules, const Log& log,
                                                  const ReplayOptions& options = {});

/// Keeps the cases after a replay with their steps and entries in a store that holds none yet, so
/// that an Engine can go on from there. Gives how many. Errors: conflict (the store holds cases),
/// io, corrupt.
[[nodiscard]] AFTERCARE_API Result<std::size_t> keep(const Replay& replay, CaseStore& store);

/// The summary as a page of text.
[[nodiscard]] AFTERCARE_API std::string to_text(const ReplaySummary& summary, const Rulebook& rules,
                                                Language language = Language::english);

}  // namespace aftercare
