// Duties: tasks that come again with every period. Each is written out as a procedure of its name,
// with the clock that ends when the task is due; what is special about it is who opens its cases.
#pragma once

#include <string_view>

#include "rulebook/load.hpp"

namespace aftercare::rulebook {

/// What the parts of a duty are called, in every vocabulary.
namespace duty_names {
inline constexpr std::string_view begun = "begun";
inline constexpr std::string_view done = "done";
inline constexpr std::string_view due = "due";
inline constexpr std::string_view missed = "missed";
inline constexpr std::string_view number = "number";
inline constexpr std::string_view period = "period";
inline constexpr std::string_view first_day = "first_day";
inline constexpr std::string_view last_day = "last_day";
}  // namespace duty_names

/// Puts the parts of each duty in its place: a procedure, a clock, and the entry that a missed one
/// makes. Their nodes stand where the author wrote what they say.
void write_out_duties(Outline& outline, base::Findings& findings);

}  // namespace aftercare::rulebook
