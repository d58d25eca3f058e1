// cli/output.hpp — what subcommands write: files handed over in pieces, "-" for standard output.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

#include "cli/command.hpp"

namespace aftercare::cli {

using Sink = std::function<void(std::string_view)>;

/// Writes a file; gives the exit code, having said why where it is not `fine`.
[[nodiscard]] int write_file(const Shell& shell, const std::string& path,
                             const std::function<void(const Sink&)>& content);

/// A file that an option of the command line names for writing.
struct Output {
  std::string_view option;
  const std::string& path;  ///< empty: not asked for
};

/// Whether nothing that is read would be written over, and no two outputs are one file; says what
/// is wrong. Devices may be named as often as one likes.
[[nodiscard]] bool are_apart(const Shell& shell, const std::vector<Output>& outputs,
                             const std::vector<std::string>& inputs);
/// The files that were read, and those in a folder.
[[nodiscard]] std::vector<std::string> files_of(const Sources& sources, const std::string& folder);

/// A whole number that is not negative; nothing, having said so, where the text is none.
[[nodiscard]] std::optional<std::uint64_t> whole_number(const Shell& shell, std::string_view option,
                                                        const std::string& text);

/// The zone of the first pack.
[[nodiscard]] Zone zone_of(const Rulebook& rules);

/// "300.00 CNY".
[[nodiscard]] std::string amount_text(std::int64_t minor, std::uint32_t currency, int scale);

}  // namespace aftercare::cli
