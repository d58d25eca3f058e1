// aftercare/registers.hpp — registers of dated rows: from CSV files or tables of an SQLite file, or
// put together by the host.
//
//   auto staff = read_registers(rules, "company/registers");  // employee.csv, store.csv, …
//   show(staff.diagnostics(), staff.sources());               // a superior who is nobody, …
//   auto engine = Engine::open(rules, memory_store(), *staff);
//
// Where an overlay of the rules says where they lie, Engine::open and replay() read them themselves.
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
#include <utility>
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

/// Where the first row of a file names the columns, for findings.
struct RegisterHead {
  std::vector<std::pair<std::string, SourceSpan>> columns;
  SourceSpan span;
};

/// A directory of rows in memory.
class AFTERCARE_API Registers final : public Directory {
 public:
  /// The earlier row that speaks of the same member on one of the same days; null where the row
  /// was added.
  const RegisterRow* add(std::string_view register_name, RegisterRow row);
  /// A register that is known, be there rows or none: nobody is on it then.
  void add(std::string_view register_name);
  /// The same with the columns of its file.
  void add(std::string_view register_name, RegisterHead head);

  [[nodiscard]] Result<Fact> look_up(std::string_view register_name, std::string_view member,
                                     std::string_view field, rt::Date day) const override;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> members(
      std::string_view register_name, rt::Date day) const override;

  /// Rows by register and member, in the order in which they were added.
  using Members = std::map<std::string, std::vector<RegisterRow>, std::less<>>;
  [[nodiscard]] const std::map<std::string, Members, std::less<>>& all() const noexcept {
    return registers_;
  }
  /// Null where the register was not read from a file.
  [[nodiscard]] const RegisterHead* head(std::string_view register_name) const;

 private:
  std::map<std::string, Members, std::less<>> registers_;
  std::map<std::string, RegisterHead, std::less<>> heads_;
};

/// The CSV files of a folder, each a register of its name; or the tables of an SQLite file.
[[nodiscard]] AFTERCARE_API Checked<std::shared_ptr<const Registers>> read_registers(
    std::string_view path);

/// All registers that the packs declare, checked: from `path` or, where that is empty, from the
/// files that overlays name under `registers`. One that no one knows is a finding.
[[nodiscard]] AFTERCARE_API Checked<std::shared_ptr<const Registers>> read_registers(
    const Rulebook& rules, std::string_view path = {});

/// What is wrong with registers as packs declare them: fields without a value, values of another
/// type, members of other registers that are not there.
[[nodiscard]] AFTERCARE_API Diagnostics check_registers(const Rulebook& rules,
                                                        const Registers& registers);

}  // namespace aftercare
