// testing/expectation.hpp — what a story ends with, and whether it does. `then` is closed: where it
// speaks of fines, it names all of them.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/case.hpp"

#include "base/diagnostics.hpp"
#include "engine/resolve.hpp"
#include "step/model.hpp"
#include "testing/story.hpp"

namespace aftercare::testing {

/// The names that stories may use, for checks and suggestions.
struct Known {
  explicit Known(const step::Model& model);

  std::vector<std::string> events;  ///< facts, requests, rights, decisions, what is entered by hand
  std::vector<std::string> rules;   ///< offences, rewards, payments
  std::vector<std::string> rights, sanctions, states, clocks, ledgers, procedures, needs, fields;

  /// The data that a meaning of an event's name takes.
  [[nodiscard]] std::vector<std::string> data_of(const step::Model& model,
                                                 const engine::Target& target) const;
};

/// Names and shapes under a key of `then`.
void check_expected(const Expected& expected, const step::Model& model, const Known& known,
                    Language language, base::Findings& findings);

/// Something about a subject: a fine of 50 CNY for li.
struct Booked {
  std::string name;
  std::string subject;
  Value amount;      ///< money; null for sanctions and notes
  std::string text;  ///< the sanction
};

/// What became of a story.
struct Actual {
  std::vector<Booked> fines, owes, pays, rewards, sanctions, offences;
  std::vector<std::string> refused, unexpected, findings, rights, waits_for, possible, notices;
  std::vector<CaseView> cases;                  ///< in the order in which they were touched last
  std::map<std::string, std::int64_t> entries;  ///< by ledger
};

struct Difference {
  std::string what;  ///< "fines"
  std::string expected, actual;
  SourceSpan span;
};

[[nodiscard]] std::vector<Difference> compare(const Run& run, const Actual& actual,
                                              const step::Model& model, const Zone& zone,
                                              Language language);

/// "50 CNY", "12.5 CNY": no more decimals than needed.
[[nodiscard]] std::string money_text(const Value& amount);

}  // namespace aftercare::testing
