// cli/eval_data.hpp — what the forms of `aftercare eval` share: values of names, the moment.
#pragma once

#include <optional>
#include <string>

#include "aftercare/source.hpp"
#include "aftercare/time.hpp"

#include "base/json_reader.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

struct EvalOptions {
  std::string expression, dmn, decision;
  std::string input;  ///< JSON, or @file
  std::string data;   ///< a file of JSON
  std::string zone, now;
  bool is_strict = false, shows_code = false;
};

/// The JSON object that --input or --data gives, and the text it stands in.
struct EvalData {
  Sources sources;
  base::JsonValue object;  ///< its members; none where nothing was given
};
/// Tells what is wrong. Gives the exit code where it cannot be read.
[[nodiscard]] std::optional<int> read_data(const Shell& shell, const EvalOptions& options,
                                           EvalData& data);

struct EvalMoment {
  std::optional<Zone> zone;
  std::optional<Instant> now;
};
[[nodiscard]] std::optional<int> read_moment(const Shell& shell, const EvalOptions& options,
                                             EvalMoment& moment);

/// aftercare eval --dmn.
[[nodiscard]] int evaluate_dmn(const Shell& shell, const EvalOptions& options);

}  // namespace aftercare::cli
