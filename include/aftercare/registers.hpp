// aftercare/registers.hpp — registers of dated rows: from CSV files, or put together by the host.
//
//   auto staff = read_registers("company/registers");      // employee.csv, store.csv, …
//   show(check_registers(rules, *staff));                  // a superior who is nobody, …
//   auto engine = Engine::open(rules, memory_store(), *staff);
//
// employee.csv:  employee,post,store,superior,valid_from,valid_until
//                li,clerk,east,zhao,2023-01-10,
//
// The first row names the columns: `id` or the register's own name for the member, `valid_from` and
// `valid_until` (first and last day, either may be empty) and the fields. Needs: directory.hpp,
// rulebook.hpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/directory.hpp"
#include "aftercare/export.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"

namespace aftercare {

/// What a register says of a member from one day to another, both included.
struct RegisterRow {
  std::string member;
  Context fields;
  std::optional<rt::Date> from, until;
  SourceSpan span;  ///< where it was written, for findings
};

/// A directory of rows in memory.
class AFTERCARE_API Registers final : public Directory {
 public:
  /// The earlier row that speaks of the same member on one of the same days; null where the row
  /// was added.
  const RegisterRow* add(std::string_view register_name, RegisterRow row);
  /// A register that is known, be there rows or none: nobody is on it then.
  void add(std::string_view register_name);

  [[nodiscard]] Result<Fact> look_up(std::string_view register_name, std::string_view member,
                                     std::string_view field, rt::Date day) const override;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> members(
      std::string_view register_name, rt::Date day) const override;

  /// Rows by register and member, in the order in which they were added.
  using Members = std::map<std::string, std::vector<RegisterRow>, std::less<>>;
  [[nodiscard]] const std::map<std::string, Members, std::less<>>& all() const noexcept {
    return registers_;
  }

 private:
  std::map<std::string, Members, std::less<>> registers_;
};

/// The CSV files of a folder, each a register of its name.
[[nodiscard]] AFTERCARE_API Checked<std::shared_ptr<const Registers>> read_registers(
    std::string_view folder);

/// What is wrong with registers as packs declare them: fields without a value, values of another
/// type, members of other registers that are not there.
[[nodiscard]] AFTERCARE_API Diagnostics check_registers(const Rulebook& rules,
                                                        const Registers& registers);

}  // namespace aftercare
