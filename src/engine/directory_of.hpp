// engine/directory_of.hpp — the registers with which rules run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "aftercare/registers.hpp"
#include "aftercare/result.hpp"

namespace aftercare::engine {

/// What the caller hands in or, without, what overlays of the rules name under `registers`. Null
/// where the packs read none. Errors: invalid_argument, where one is missing or wrong.
[[nodiscard]] Result<std::shared_ptr<const Directory>> directory_of(
    const Rulebook& rules, std::shared_ptr<const Directory> given);

/// What of registers could not be read. That is told where it stands, and nothing follows from it.
struct Unread {
  std::set<std::string, std::less<>> registers;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> members;  ///< by register

  [[nodiscard]] bool has(std::string_view register_name) const {
    return registers.contains(register_name) || members.contains(register_name);
  }
  [[nodiscard]] bool has(std::string_view register_name, std::string_view member) const {
    const auto in = members.find(register_name);
    return registers.contains(register_name) || (in != members.end() && in->second.contains(member));
  }
};

/// What is wrong with registers as packs declare them. `are_all_there`: who is on a register that is
/// not among them is nobody; otherwise nothing is known of him.
[[nodiscard]] Diagnostics findings_of(const Rulebook& rules, const Registers& registers,
                                      bool are_all_there, const Unread& unread = {});

/// read_registers() of the rules. `is_each_needed`: one that nobody knows is a finding.
[[nodiscard]] Checked<std::shared_ptr<const Registers>> known_registers(const Rulebook& rules,
                                                                        std::string_view path,
                                                                        bool is_each_needed);

}  // namespace aftercare::engine
