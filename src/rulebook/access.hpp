// rulebook/access.hpp — the compiled form behind a Rulebook, for the floors that run it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/directory.hpp"
#include "aftercare/rulebook.hpp"

#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::rulebook {

/// The compiled rules. Never null.
[[nodiscard]] std::shared_ptr<const step::Model> model_of(const Rulebook& rules);
/// Values of the parameters in the order of Model::parameters, from overlays and defaults. Requires
/// of whoever runs with them: unset_parameters() is empty (an unset one is null here).
[[nodiscard]] step::ParameterValues parameters_of(const Rulebook& rules);

/// The same rulebook with another compiled form and other values: what would be if a rule were
/// otherwise. Everything that is told of it (articles, sources) stays as it was.
[[nodiscard]] Rulebook with_model(const Rulebook& rules, std::shared_ptr<const step::Model> model,
                                  step::ParameterValues parameters);

/// Where an overlay says that the rows of a register lie.
struct RegisterSource {
  std::string name;
  std::string path;  ///< from where the program stands
  SourceSpan span;   ///< of the path in the overlay
};
/// In the order of their names.
[[nodiscard]] const std::vector<RegisterSource>& register_sources_of(const Rulebook& rules);

/// A finding for each parameter that the rules need and nothing sets, at its declaration.
[[nodiscard]] Diagnostics unset_findings(const Rulebook& rules);
/// The same as the error of a call that runs the rules; none where all are set.
[[nodiscard]] std::optional<Error> unset_error(const Rulebook& rules);
/// A finding where the rules read registers of which `knows` says that nobody knows them.
[[nodiscard]] Diagnostics registers_findings(
    const Rulebook& rules, const std::function<bool(const std::string& name)>& knows);

}  // namespace aftercare::rulebook
