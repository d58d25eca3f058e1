// Children: cases of another procedure that a case opens. What both know of each other are facts of
// theirs like others, recorded, counted and taken back with the rest.
#pragma once

#include <string>
#include <string_view>

#include "rulebook/load.hpp"

namespace aftercare::rulebook {

/// What parent and child have besides what is written, in every vocabulary.
namespace child_names {
inline constexpr std::string_view called_off = "called_off";
inline constexpr std::string_view child = "child";
inline constexpr std::string_view ended_in = "ended_in";
[[nodiscard]] inline std::string opened(std::string_view name) {
  return std::string(name) + "_opened";
}
[[nodiscard]] inline std::string ended(std::string_view name) {
  return std::string(name) + "_ended";
}
[[nodiscard]] inline std::string over(std::string_view name) { return std::string(name) + "_over"; }
[[nodiscard]] inline std::string left(std::string_view name) { return std::string(name) + "_left"; }
[[nodiscard]] inline std::string done(std::string_view name) { return std::string(name) + "_done"; }
}  // namespace child_names

/// Gives each procedure that opens children, and each that is one, the facts of both.
void write_out_children(Outline& outline);

}  // namespace aftercare::rulebook
