// report/shape_text.hpp — what a chart says of clocks, decisions and histories, in words.
#pragma once

#include <string>
#include <vector>

#include "aftercare/rulebook.hpp"

namespace aftercare::report {

/// What of the marks of one place is worth a line: that a clock begins says also that it begins
/// anew.
[[nodiscard]] std::vector<ClockMark> shown_marks(const ProcedureShape& shape,
                                                 const std::vector<ClockMark>& marks);
/// "starts visit: within 2h · office_hours"; the limit only where it begins to run.
[[nodiscard]] std::string mark_text(const ProcedureShape& shape, ClockMark mark, Language language);
/// The same of a transition: which of its happenings does so, where not all of them do.
[[nodiscard]] std::string mark_text(const ProcedureShape& shape, const TransitionShape& transition,
                                    ClockMark mark, Language language);
/// "keeper then manager: approve | reject".
[[nodiscard]] std::string decision_text(const DecisionShape& decision, Language language);
/// What a state says of itself, a line each: who decides in it, and what it does to clocks.
struct StateLine {
  std::string text;
  bool is_decision = false;
};
[[nodiscard]] std::vector<StateLine> state_lines(const ProcedureShape& shape,
                                                 const StateShape& state, Language language);
/// A clock whole: its name, limit, calendar and clauses; then what starts, pauses and stops it.
[[nodiscard]] std::string clock_title(const ClockShape& clock, Language language);
[[nodiscard]] std::string clock_happenings(const ClockShape& clock, Language language);

[[nodiscard]] inline bool is_history(const StateShape& state) {
  return state.kind == StateShape::Kind::shallow_history ||
         state.kind == StateShape::Kind::deep_history;
}
/// "H", "H*".
[[nodiscard]] inline std::string history_text(const StateShape& state) {
  return state.kind == StateShape::Kind::deep_history ? "H*" : "H";
}

/// "a, b", "a、b".
[[nodiscard]] std::string listed(const std::vector<std::string>& names, Language language);

}  // namespace aftercare::report
