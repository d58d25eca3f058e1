// replay/log.hpp — a log bound to a rulebook: what the replay runs over. For this folder only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "aftercare/replay.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

#include "engine/resolve.hpp"
#include "step/model.hpp"

namespace aftercare {

/// A row that means an event, or an event that the mapping puts before the first row of a case.
struct LogRow {
  bool is_synthetic = false;  ///< not a row of the file: `opens_with`, or what time opens
  bool is_of_time = false;    ///< an occurrence of a duty begins
  std::uint16_t target = 0;   ///< into Log::Impl::targets
  step::Index role = step::none;
  std::uint32_t group = 0;   ///< rows of one key; without_case: a by-hand entry's own
  std::uint32_t person = 0;  ///< into Log::Impl::persons; 0: nobody
  std::uint32_t data = 0;    ///< first of its data in Log::Impl::data
  std::uint16_t data_count = 0;
  std::uint32_t line = 0;  ///< of the file, from 1
  std::uint32_t reason = 0;  ///< into Log::Impl::reasons; 0: none is given
  Instant at{}, recorded{};
};

/// A datum of a row: which input of the target, and its value. signed_input, refused_input: a list
/// of signatures.
struct LogDatum {
  std::uint16_t input = 0;
  Value value;
};
inline constexpr std::uint16_t signed_input = 0xFFFF;
inline constexpr std::uint16_t subject_input = 0xFFFE;
inline constexpr std::uint16_t refused_input = 0xFFFD;
/// Of an event that several versions of a pack have, behind its data: the number in Log::Impl of how
/// the others read the row.
inline constexpr std::uint16_t versions_input = 0xFFFC;

/// How another version of the rules reads a row.
struct VersionRow {
  std::uint16_t target = 0;
  std::uint32_t data = 0;
  std::uint16_t data_count = 0;
};
inline constexpr std::uint16_t behalf_input = 0xFFFB;  ///< for whom who acts does

/// Why an unmapped or invalid row is one.
struct LogProblem {
  std::uint32_t line = 0;
  RefusedRows::Became became = RefusedRows::Became::invalid;
  Reason reason;
};

struct Log::Impl {
  std::shared_ptr<const step::Model> model;
  std::vector<engine::Target> targets;
  /// By target: other meanings of its name in the procedure (answers to several decisions); which
  /// is meant is seen when the row comes up.
  std::vector<std::vector<engine::Target>> also;
  std::vector<LogRow> rows;  ///< in order of recording; equal instants in file order
  std::vector<LogDatum> data;
  std::vector<std::vector<VersionRow>> versions;  ///< by the number behind versions_input
  std::vector<Value> persons;  ///< 0 is null
  std::vector<std::string> reasons;  ///< 0 is empty
  struct Group {
    std::string key;
    step::Index procedure = step::none;
    std::uint32_t rows = 0;
  };
  std::vector<Group> groups;         ///< in order of their first row in the file
  std::size_t group_cases = 0;       ///< groups that are cases
  std::vector<LogProblem> problems;  ///< of unmapped and invalid rows
  std::size_t file_rows = 0;
};

}  // namespace aftercare
