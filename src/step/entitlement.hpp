// step/entitlement.hpp — what decided an answer of an entitlement, by its number.
//
//   reason_of(entitlement, item.third).label        // "at most 60000 km"
//
// 0 is that no term applies; then each term with the conditions that hold while it runs, then the
// exclusions, in the order of the file.
#pragma once

#include <cstdint>
#include <string>

#include "step/model.hpp"

namespace aftercare::step {

struct CoverageReason {
  enum class Is : std::uint8_t { no_term, term, limit, exclusion };
  Is is = Is::no_term;
  const std::string* label = nullptr;  ///< null where no term applies
  const Cites* cites = nullptr;
};

/// A number that is none gives that no term applies.
[[nodiscard]] CoverageReason reason_of(const Entitlement& entitlement, std::uint64_t number);
/// The number of a term. Requires: the entitlement has it.
[[nodiscard]] Index reason_of_term(const Entitlement& entitlement, std::size_t term);
/// The number of an exclusion. Requires: the entitlement has it.
[[nodiscard]] Index reason_of_exclusion(const Entitlement& entitlement, std::size_t exclusion);

}  // namespace aftercare::step
