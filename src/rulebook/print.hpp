// A model as text: for people, for golden tests, and, without what is no logic, for the hash.
#pragma once

#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "step/model.hpp"

namespace aftercare::rulebook {

struct PrintOptions {
  /// Only what decides cases: no titles, no texts of articles, no values of parameters but of
  /// readings, formulas with single spaces.
  bool logic_only = false;
  /// Of logic only: the vocabulary of each pack. What formulas and outcomes say is written in
  /// English, so that a pack is the same in both vocabularies.
  std::vector<Language> languages = {};
  /// Versions that come behind this one are left out: what a case is pinned to does not change with
  /// what comes later.
  std::uint16_t most_rank = 0xFFFF;
};

[[nodiscard]] std::string print(const step::Model& model, const PrintOptions& options = {});

/// SHA-256 in 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// A happening as packs write it: "hand_in breached".
[[nodiscard]] std::string happening_text(const step::Procedure& procedure, step::HappeningId id);

}  // namespace aftercare::rulebook
