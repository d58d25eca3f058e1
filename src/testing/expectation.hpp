// testing/expectation.hpp — what a story ends with, and whether it does. `then` is closed: where it
// speaks of fines, it names all of them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/case.hpp"
#include "aftercare/type.hpp"

#include "base/diagnostics.hpp"
#include "engine/resolve.hpp"
#include "step/model.hpp"
#include "testing/story.hpp"

namespace aftercare::testing {

/// A value that an event brings, a correction puts right, or a story may ask a case for.
struct Datum {
  std::string name;  ///< "fee", "arrived.at", "warranty.answer"
  Type type;
};
[[nodiscard]] const Datum* find_datum(const std::vector<Datum>& all,
                                      std::string_view name) noexcept;
[[nodiscard]] std::vector<std::string> names_of(const std::vector<Datum>& all);

/// The word of a closed set that was probably meant.
[[nodiscard]] std::vector<DiagnosticNote> word_instead(std::string_view word, const Type& type);

/// The data that a meaning of an event's name takes.
[[nodiscard]] std::vector<Datum> data_of(const step::Model& model, const engine::Target& target);
/// What may be put right in a case.
[[nodiscard]] std::vector<Datum> corrections_of(const step::Procedure& procedure);

/// The names that stories may use, for checks and suggestions.
struct Known {
  explicit Known(const step::Model& model);

  std::vector<std::string> events;  ///< facts, requests, rights, decisions, what is entered by hand
  std::vector<std::string> rules;   ///< offences, rewards, payments
  std::vector<std::string> rights, sanctions, states, clocks, ledgers, procedures, needs, notices,
      parameters;
  std::vector<std::string> people;  ///< who may act, as answers name them: roles, fields, formulas
  std::vector<std::string> matters; ///< that somebody answers for
  std::vector<std::string> worklists;
  std::vector<Datum> views;         ///< what a case shows, of all procedures
};

/// Names, words and shapes under a key of `then`.
void check_expected(const Expected& expected, const Known& known, const Zone& zone,
                    Language language, base::Findings& findings);

/// Something about a subject: a fine of 50 CNY for li.
struct Booked {
  std::string name;
  std::string subject;
  Value amount;         ///< money; null for sanctions and notes
  std::string text;     ///< the sanction
  std::string to = {};  ///< of a payment: whom it is owed to
};

/// Something that was told.
struct Notice {
  std::string name;
  std::vector<std::string> to;
};

/// What may come of a case.
struct Chances {
  std::string case_id;
  std::vector<std::string> rights, waits_for, possible;
};

/// What became of a story.
struct Actual {
  std::vector<Booked> fines, owes, pays, rewards, sanctions, offences, evidence;
  std::vector<std::string> refused, unexpected, findings;
  std::vector<Chances> chances;  ///< of each case, in the order in which they were touched last
  std::vector<Notice> notices;
  std::vector<std::string> out_of_bounds;       ///< parameters that may not be what the story sets
  std::vector<CaseView> cases;                  ///< in the order in which they were touched last
  std::map<std::string, std::int64_t> entries;  ///< by ledger
  /// Who answers, by what the story asks: "accident", "safety_of(contractor).supervised_by".
  std::map<std::string, std::string> responsible;
  /// The natural names of those who wait, in their order, by list: "dispatch", "dispatch of li".
  std::map<std::string, std::vector<std::string>> worklists;
};

/// What a story asks of a matter: `safety_of(contractor).supervised_by`.
struct MatterAsked {
  std::string matter;
  std::vector<std::string> facts;  ///< in the order of its inputs
  std::string column;              ///< empty: who answers
};
[[nodiscard]] MatterAsked matter_asked(std::string_view text);

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
