// step/correct.hpp — who may put recorded facts right where the procedure does not say.
#pragma once

#include <vector>

#include "step/model.hpp"

namespace aftercare::step {

/// Who reports what stands in a slot: of each event and form that writes it. None: nobody writes it.
[[nodiscard]] std::vector<const Who*> reporters_of(const Procedure& procedure, SlotIndex slot);

}  // namespace aftercare::step
