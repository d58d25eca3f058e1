// rulebook/formula_words.hpp — formulas as a reader reads them: names by their labels, the words of
// FEEL and of the format in his vocabulary, without brackets that nothing needs.
#pragma once

#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"

#include "step/model.hpp"

namespace aftercare::rulebook {

class FormulaWords {
 public:
  /// Of the formulas of `procedure`. Both stay where they are.
  FormulaWords(const step::Model& model, const step::Procedure& procedure,
               Language language) noexcept
      : model_(model), p_(procedure), language_(language) {}

  /// A formula, written in English, on one line.
  [[nodiscard]] std::string formula(std::string_view text) const;
  /// One name or word of a formula; `is_called`: of a function, with a bracket behind it.
  [[nodiscard]] std::string name(std::string_view word, bool is_called = false) const;
  /// A state of clocks or an answer of entitlements; any other word as it is.
  [[nodiscard]] std::string closed_word(std::string_view word) const;
  /// Whether a set of words is the format's own: states of clocks, answers of entitlements.
  [[nodiscard]] static constexpr bool is_of_the_format(std::size_t set) noexcept {
    return set < format_sets;
  }

 private:
  /// A number, or a length: `6wh`, 6工作小时.
  [[nodiscard]] std::string number(std::string_view word) const;

  static constexpr std::size_t format_sets = 2;  // the first ones

  [[nodiscard]] std::string member(std::string_view word, std::string_view owner) const;

  const step::Model& model_;
  const step::Procedure& p_;
  Language language_;
};

/// Leaves out the brackets around what stands between `if`, `then`, `else` and the ends.
[[nodiscard]] std::string without_needless_brackets(std::string_view formula);

}  // namespace aftercare::rulebook
