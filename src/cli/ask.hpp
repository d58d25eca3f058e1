// cli/ask.hpp — questions of `aftercare next` about an event that has not been sent.
#pragma once

#include <string>
#include <vector>

#include "aftercare/time.hpp"

#include "cli/command.hpp"
#include "cli/session.hpp"

namespace aftercare::cli {

struct AskOptions {
  std::string why_not;             ///< an event as `run` takes it, with or without its instant
  std::string ask;                 ///< the same
  std::vector<std::string> fixed;  ///< facts that stay as they are
};

/// Answers one of them for a case; `case_id` may be empty where the event names or opens one.
[[nodiscard]] int tell_asked(const Shell& shell, const Session& session, const AskOptions& options,
                             const std::string& case_id, Instant now);

}  // namespace aftercare::cli
