// From headings to a model: every name resolved, every expression compiled.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/access.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/load.hpp"
#include "rulebook/model_files.hpp"
#include "step/model.hpp"

namespace aftercare::rulebook {

/// What stands under a heading and which articles it implements.
struct HeadingCites {
  std::string heading;
  step::Index pack = step::none;
  step::Cites cites;
};

struct Linked {
  std::shared_ptr<const step::Model> model;  ///< whole only where there are no errors
  std::vector<HeadingCites> headings;
  std::vector<RegisterSource> register_sources;  ///< in the order of their names
};

[[nodiscard]] Linked link(Outline& outline, const Sources& sources, CalendarFiles& calendars,
                          ModelFiles& models, base::Findings& findings);

}  // namespace aftercare::rulebook
