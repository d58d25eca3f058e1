// aftercare/report.hpp — pictures and pages: a statechart as SVG or Mermaid, a replay as HTML.
//
//   for (const ProcedureShape& procedure : rules.procedures())
//     save(procedure.name + ".svg", to_svg(procedure));
//   save("report.html", to_html(done, rules, {.language = Language::chinese}));
//
// A page is one file: it loads nothing from anywhere, and everything that came from a log or a pack
// is escaped. Same input, same bytes. Needs: replay.hpp, rulebook.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "aftercare/export.hpp"
#include "aftercare/replay.hpp"
#include "aftercare/rulebook.hpp"

namespace aftercare {

/// The chart of a procedure as Mermaid's stateDiagram-v2; clocks and decisions are its notes.
[[nodiscard]] AFTERCARE_API std::string to_mermaid(const ProcedureShape& procedure,
                                                   Language language = Language::english);

struct SvgOptions {
  /// How often each transition was taken, in the order of ProcedureShape::transitions; empty: the
  /// arrows bear no numbers.
  std::span<const std::size_t> counts;
  Language language = Language::english;
  bool with_title = true;
};

/// The chart of a procedure as a picture: states inside states, guards and clauses on the arrows,
/// clocks where they start, pause and stop, and all of them with their limits below.
[[nodiscard]] AFTERCARE_API std::string to_svg(const ProcedureShape& procedure,
                                               const SvgOptions& options = {});

struct HtmlOptions {
  Language language = Language::english;
  std::string log;  ///< name of the log, for the head of the page
};

/// What a replay came to, as one page: totals, clocks, lateness, money, the latest cases with their
/// explanations and the words of the articles, what was refused and why.
[[nodiscard]] AFTERCARE_API std::string to_html(const Replay& replay, const Rulebook& rules,
                                                const HtmlOptions& options = {});

}  // namespace aftercare
