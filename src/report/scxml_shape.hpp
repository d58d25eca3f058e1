// report/scxml_shape.hpp — the chart of an SCXML document as a picture shows it.
#pragma once

#include <string>

#include "aftercare/rulebook.hpp"

#include "interop/scxml_model.hpp"

namespace aftercare::report {

/// Transitions with their events and conditions, histories with their defaults.
[[nodiscard]] ProcedureShape shape_of(const interop::ScxmlDocument& document, std::string title);

}  // namespace aftercare::report
