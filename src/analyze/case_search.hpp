// analyze/case_search.hpp — a case in which conditions hold or fail as asked, found by evaluating.
//
//   CaseSearch search(programs, variables, zone);
//   if (auto found = search.find([](auto holds) { return !holds[0] && !holds[1]; }))
//     text = search.text(*found);                    // "days = 8, kind = repair"
//
// What the analysis of rows suspects, and what it cannot decide, is tried: values around every
// constant of the conditions, in all combinations as long as the budget lasts. What is found is
// so; that nothing is found proves nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aftercare/time.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "bytecode/program.hpp"

namespace aftercare::analyze {

/// A slot that conditions read.
struct CaseVariable {
  static constexpr std::uint32_t nothing = 0xFFFFFFFFU;

  std::uint32_t slot = 0;
  std::string name;
  Type type;
  bool may_be_null = false;
  /// The slot that is null exactly where this one's record is not there.
  std::uint32_t presence = nothing;
  std::optional<Value> minimum = {}, maximum = {};  ///< both included
};

class CaseSearch {
 public:
  /// What is wanted of the conditions' truth, in their order.
  using Wanted = std::function<bool(const std::vector<bool>& holds)>;
  using Case = std::vector<Value>;  ///< by variable

  /// `constants`: further values to try, besides those of the programs.
  CaseSearch(std::vector<std::shared_ptr<const bytecode::Program>> conditions,
             std::vector<CaseVariable> variables, std::vector<Value> constants,
             std::optional<Zone> zone);

  [[nodiscard]] std::optional<Case> find(const Wanted& wanted, std::size_t budget = 20'000) const;
  /// "days = 3, kind = repair".
  [[nodiscard]] std::string text(const Case& found) const;

 private:
  [[nodiscard]] std::vector<Value> values_of(const CaseVariable& variable,
                                             const std::vector<Value>& constants) const;

  std::vector<std::shared_ptr<const bytecode::Program>> conditions_;
  std::vector<CaseVariable> variables_;
  std::vector<std::vector<Value>> pools_;  // by variable
  std::optional<Zone> zone_;
};

}  // namespace aftercare::analyze
