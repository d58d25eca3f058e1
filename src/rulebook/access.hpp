// rulebook/access.hpp — the compiled form behind a Rulebook, for the floors that run it.
#pragma once

#include <memory>

#include "aftercare/rulebook.hpp"

#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::rulebook {

/// The compiled rules. Never null.
[[nodiscard]] std::shared_ptr<const step::Model> model_of(const Rulebook& rules);
/// Values of the parameters in the order of Model::parameters, from overlays and defaults. Requires
/// of whoever runs with them: unset_parameters() is empty (an unset one is null here).
[[nodiscard]] step::ParameterValues parameters_of(const Rulebook& rules);

}  // namespace aftercare::rulebook
