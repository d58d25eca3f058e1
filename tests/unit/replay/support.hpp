// What the tests of this folder share: the installers' rules with a company's overlay.
#pragma once

#include <cstdlib>
#include <string>

#include "aftercare/rulebook.hpp"

namespace aftercare::test {

inline std::string source_path(const std::string& path) {
  const char* root = std::getenv("AFTERCARE_SOURCE");
  return (root != nullptr ? std::string(root) : std::string(".")) + "/" + path;
}

inline Rulebook installers() {
  CheckOptions options;
  options.overlay_texts.push_back({"company.overlay.yaml",
                                   "aftercare: 1\n"
                                   "overlay: company\n"
                                   "for: installer_liabilities\n"
                                   "calendars:\n"
                                   "  office_hours:\n"
                                   "    weekly: {mon-fri: \"08:30-12:00 13:30-18:00\"}\n"
                                   "parameters:\n"
                                   "  market_value_source: price survey\n"
                                   "  hand_in_within: 24h\n"
                                   "  completion_within: 8h\n"
                                   "  attempt_window: 2h\n"
                                   "  working_hours: office_hours\n"});
  return check(source_path("rules/appliance/installer_liabilities"), options).value();
}

}  // namespace aftercare::test
