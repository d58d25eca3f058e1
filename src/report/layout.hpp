// report/layout.hpp — where the states and arrows of a chart stand: layers from top to bottom,
// states inside states, labels in layers of their own so that nothing lies under an arrow.
//
// After Sugiyama: cycles are cut by a walk in document order, layers are longest paths, the order
// in a layer follows the mean of its neighbours, places along a layer are least squares under the
// distances that boxes need. Charts of regulations are small: clarity before speed, but bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aftercare/rulebook.hpp"

namespace aftercare::report {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// A line of text on an arrow or in a state.
struct Line {
  enum class Is : std::uint8_t {
    event,
    guard,
    clauses,
    clock,
    clock_more,
    decision,
    place,
    form,   ///< that an event brings, with a sheet in front
    child,  ///< cases that are opened, in a box with the sign of a machine of its own
    more    ///< a line that goes on below one of these
  } is = Is::event;
  std::string text;
  std::optional<std::size_t> count;  ///< shown in front of the first line of a transition
  std::string whole = {};            ///< shown where the mouse rests, if there is more
};

/// A line behind a sign of its own, or one that goes on below it.
[[nodiscard]] constexpr bool is_indented(Line::Is is) {
  return is == Line::Is::clock || is == Line::Is::clock_more || is == Line::Is::form ||
         is == Line::Is::more;
}

/// All transitions between two boxes, drawn as one arrow. A line into or out of a state within
/// another would cross everything that stands beside it: the arrow ends at the outer one, and its
/// words name the inner.
struct Arrow {
  std::size_t from = 0, to = 0;
  bool is_initial = false;  ///< from the dot that says where a chart begins; `from` is unused
  std::vector<std::size_t> transitions;
  std::vector<Line> lines;
  std::vector<Point> path;  ///< corners of a smooth curve, from tail to head
  Point label;              ///< left end of the first line's top
};

struct Picture {
  std::vector<Box> states;                    ///< by state
  std::vector<std::vector<Line>> inside;      ///< by state: transitions that do not leave it
  std::vector<Point> dots;                    ///< where charts begin
  std::vector<std::vector<double>> dividers;  ///< by state: between the regions of a parallel one
  std::vector<Arrow> arrows;
  double width = 0, height = 0;
};

inline constexpr double line_height = 15;
inline constexpr double name_size = 13.5;
inline constexpr double label_size = 12;
inline constexpr double small_size = 10.5;
inline constexpr double dot_radius = 5;
inline constexpr double icon_width = 15;  ///< the sign in front of clocks and forms
inline constexpr double history_size = 28;

inline constexpr double link_width = 19;  ///< the sign behind the words of a child
inline constexpr double box_padding = 6;  ///< beside the words of a child

/// How high a line is.
[[nodiscard]] constexpr double height_of(Line::Is is) {
  return is == Line::Is::child ? line_height + 6 : line_height;
}
/// How high lines are below each other.
[[nodiscard]] double height_of(std::span<const Line> lines);
/// How large the words of a line are.
[[nodiscard]] double size_of(Line::Is is);
/// Width of a line with its count and its sign.
[[nodiscard]] double width_of(const Line& line);
/// Width of the pill that holds a count.
[[nodiscard]] double pill_width(std::size_t count);

/// `counts` as in SvgOptions: empty, or by transition.
[[nodiscard]] Picture lay_out(const ProcedureShape& shape, std::span<const std::size_t> counts,
                              Language language);

}  // namespace aftercare::report
