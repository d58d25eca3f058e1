// cli/output.hpp — what subcommands write: files handed over in pieces, "-" for standard output.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

#include "cli/command.hpp"

namespace aftercare::cli {

using Sink = std::function<void(std::string_view)>;

/// Writes a file; gives the exit code, having said why where it is not `fine`.
[[nodiscard]] int write_file(const Shell& shell, const std::string& path,
                             const std::function<void(const Sink&)>& content);

/// The zone of the first pack.
[[nodiscard]] Zone zone_of(const Rulebook& rules);

/// "300.00 CNY".
[[nodiscard]] std::string amount_text(std::int64_t minor, std::uint32_t currency, int scale);

}  // namespace aftercare::cli
