// report/shape_text.hpp — what a chart says of clocks, decisions and histories, in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
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
/// "opens item, one for each"; "runs worker: worker.scxml".
[[nodiscard]] std::string child_text(const ProcedureShape& shape, std::size_t child,
                                     Language language);
/// The same whole: its procedure, when, and by which clauses.
[[nodiscard]] std::string child_title(const ChildShape& child, Language language);
/// Forms of the events that are named, each with its event where several are.
[[nodiscard]] std::vector<std::string> forms_of(const ProcedureShape& shape, std::string_view when,
                                                Language language);
/// Whether a transition is what is left where those before it, of the same state and event, do not
/// apply.
[[nodiscard]] bool is_otherwise(const ProcedureShape& shape, std::size_t transition);
[[nodiscard]] std::string guard_text(const ProcedureShape& shape, std::size_t transition,
                                     Language language);
/// What a state says of itself, a line each: what opens a case in it, who decides in it, what it
/// does to clocks, and which cases it opens.
struct StateLine {
  enum class Is : std::uint8_t { opening, form, decision, list, clock, child } is = Is::clock;
  std::string text;
};
[[nodiscard]] std::vector<StateLine> state_lines(const ProcedureShape& shape,
                                                 const StateShape& state, Language language);
/// A clock whole: its name, limit, calendar and clauses; then what starts, pauses and stops it.
[[nodiscard]] std::string clock_title(const ClockShape& clock, Language language);
[[nodiscard]] std::string clock_happenings(const ClockShape& clock, Language language);

/// Signs that pictures use and a key explains, in the order of the key.
enum class KeySign : std::uint8_t {
  start,
  opening,
  stay,
  place,
  shallow,
  deep,
  final,
  parallel,
  guard,
  clock,
  form,
  child,
  invoke,
  count,
  idle
};
inline constexpr std::size_t key_signs = 15;
/// What a sign means.
[[nodiscard]] std::string_view key_text(KeySign sign, Language language);
[[nodiscard]] std::string_view key_title(Language language);

[[nodiscard]] inline bool is_history(const StateShape& state) {
  return state.kind == StateShape::Kind::shallow_history ||
         state.kind == StateShape::Kind::deep_history;
}
/// "H", "H*", and its name: "H* where_it_was".
[[nodiscard]] inline std::string history_text(const StateShape& state) {
  const std::string sign = state.kind == StateShape::Kind::deep_history ? "H*" : "H";
  return state.name.empty() ? sign : sign + " " + state.name;
}

/// " (C01, C02)", each once; empty where there are none.
[[nodiscard]] std::string cited(const std::vector<std::string>& clauses, Language language);

/// "a, b", "a、b".
[[nodiscard]] std::string listed(const std::vector<std::string>& names, Language language);

}  // namespace aftercare::report
