// `steps` of a procedure as they are written: which of them declare a fact.
#pragma once

#include "rulebook/schema.hpp"

namespace aftercare::rulebook {

/// Calls `does` with each entry `fact: body` among the steps, in order, those of branches too.
template <class Does>
void each_fact_of_steps(const Node& steps, Language language, const Does& does) {
  for (const Node& step : steps.items) {
    if (!step.is_map() || step.entries.size() != 1) continue;
    const Entry& entry = step.entries.front();
    const KeyRow* row = find_key(Place::step, entry.key.text, language);
    if (!row) {
      does(entry);
    } else if (row->word == Word::together) {
      each_fact_of_steps(entry.value, language, does);
    } else if (row->word == Word::one_of && entry.value.is_map()) {
      for (const Entry& branch : entry.value.entries) {
        each_fact_of_steps(branch.value, language, does);
      }
    }
  }
}

}  // namespace aftercare::rulebook
