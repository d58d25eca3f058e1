// testing/mutants.hpp — a pack changed in one place, to see whether a story notices.
//
// Two kinds: a change of the compiled model (a rule deleted, a need dropped) and a change of the
// text (a limit moved, `<` for `<=`), which is compiled again. What the checker refuses counts for
// nothing: no author could write it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"
#include "aftercare/time.hpp"

#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::testing {

struct Mutant {
  std::string rule;                  ///< "clock order.appointment"
  std::string name;                  ///< "appointment": what traces call it
  std::string change;                ///< "fine dropped", "fee < 3 CNY → fee <= 3 CNY"
  std::string limit, moved_to;       ///< of a limit that is moved: "30min", "1801s"
  std::vector<std::string> clauses;  ///< that the rule cites
  SourceSpan span;

  /// On the model; empty: on the text. False: it does not apply to these parameters.
  std::function<bool(step::Model&, step::ParameterValues&)> on_model;
  /// On the text of file `span.file`: bytes [begin, end) become `by`, in order of the text.
  struct Edit {
    std::uint32_t begin = 0, end = 0;
    std::string by;
    auto operator<=>(const Edit&) const = default;
  };
  std::vector<Edit> edits;
  [[nodiscard]] std::string applied_to(std::string text) const;
};

/// All mutants of the rules that cite an article, and of what they rely on in the procedure's own
/// part: fields, events, forms, lets and reads. `texts` are those of `rules`, by file.
[[nodiscard]] std::vector<Mutant> mutants_of(const Rulebook& rules,
                                             const std::vector<PackText>& texts);

/// What a mutant changes, or the heading of its rule, in a language.
[[nodiscard]] std::string change_text(std::string_view change, Language language);
/// The same in both languages, as a word of a finding.
[[nodiscard]] std::string change_text(std::string_view change);

/// A change of an expression's text: bytes of it and what stands there instead.
struct TextChange {
  std::uint32_t begin = 0, end = 0;
  std::string by;
  bool is_limit = false;  ///< a number, amount, length or date moved by one unit of its scale
  bool is_sign = false;   ///< a comparison
};
/// Limits moved by one unit of their scale, factors changed, comparisons shifted and turned, `and`
/// for `or`, `not` taken away, ends of ranges opened and closed, members of lists left out; in half
/// width and in full. In order of the text. `money_scale` is the number of decimals of the
/// currency.
[[nodiscard]] std::vector<TextChange> changes_of(std::string_view expression, int money_scale);

/// One unit of its scale longer or shorter: minutes and hours by a second, weeks by a day, years
/// by a month, working hours by a working minute.
[[nodiscard]] Length moved_length(Length length, int by);

}  // namespace aftercare::testing
