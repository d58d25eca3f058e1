// engine/tell.hpp — cases, entries and records as readers see them, whoever keeps them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/case.hpp"
#include "aftercare/result.hpp"
#include "aftercare/trace.hpp"

#include "ledger/entry.hpp"
#include "step/case_state.hpp"
#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::engine {

[[nodiscard]] std::string state_text(const step::Model& model, const step::CaseState& state);
[[nodiscard]] std::string key_text(const step::Model& model, const step::CaseState& state);
/// The natural name of a case that another opens: what it is given, or the parent's with a number
/// that is free; then it is put to the data of the event.
[[nodiscard]] Result<std::string> key_for_child(
    const step::Model& model, const step::Rule& rule, const step::CaseState& parent, Event& event,
    const std::function<Result<bool>(const std::string&)>& is_there);
[[nodiscard]] EntryView entry_view(const step::Model& model, std::uint64_t id,
                                   const ledger::Entry& entry);
/// The case as of `now`. Entries are those that `book` has of it.
[[nodiscard]] CaseView case_view(step::Stepper& stepper, const step::CaseState& state,
                                 ledger::Book& book, Instant now);
/// Why each step went as it did, from the case's record. Errors: corrupt.
[[nodiscard]] Result<std::vector<StepTrace>> tell(const step::Stepper& stepper,
                                                  const step::CaseState& state, ledger::Book& book,
                                                  Language language);

}  // namespace aftercare::engine
