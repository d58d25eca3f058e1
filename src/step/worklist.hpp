// step/worklist.hpp — who comes before whom, of the cases that wait in a list.
#pragma once

#include "ledger/entry.hpp"
#include "step/model.hpp"

namespace aftercare::step {

/// Whether `a` is to be taken before `b`, of two entries of the list: by what it is ordered by, then
/// by the instant at which its case was opened, then by the id of the case. A total order.
[[nodiscard]] bool comes_before(const Worklist& list, const ledger::Entry& a,
                                const ledger::Entry& b) noexcept;

/// Whether the case of this entry waits.
[[nodiscard]] inline bool waits(const Worklist& list, const ledger::Entry& entry) noexcept {
  return entry.rule == list.rule && !entry.is_withdrawn;
}

}  // namespace aftercare::step
