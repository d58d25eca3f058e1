// rulebook/labels.hpp — display names beside a pack: `labels.zh.yaml`, a map from name to label.
//
//   technician: 师傅
//   no_appointment: 未及时预约
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "rulebook/load.hpp"

namespace aftercare::rulebook {

/// Whether the file of this name holds labels: `labels.yaml`, `labels.<language>.yaml`.
[[nodiscard]] bool is_labels_file(std::string_view path) noexcept;

/// By Language, name → label.
using Labels = decltype(step::Pack::labels);

/// Reads the labels among `texts`, by pack of the outline, and tells labels that name nothing of
/// the pack in their folder, and things of the pack that have none.
[[nodiscard]] std::vector<Labels> read_labels(const std::vector<PackText>& texts,
                                              const Outline& outline, Sources& sources,
                                              base::Findings& findings);

}  // namespace aftercare::rulebook
