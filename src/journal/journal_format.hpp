// journal/journal_format.hpp — the bytes in which cases, entries and answers are kept.
//
// Every stored thing begins with the version of its format (one byte). A reader refuses a version
// that it does not know and bytes that do not check; it never guesses. Worked out in
// docs/formats/journal.md. Numbers are varints, texts follow their length (base/binary.hpp).
#pragma once

#include <string>
#include <string_view>

#include "aftercare/event.hpp"
#include "aftercare/result.hpp"

#include "ledger/entry.hpp"
#include "step/case_state.hpp"
#include "step/model.hpp"

namespace aftercare::journal {

inline constexpr std::uint8_t case_version = 5, case_version_without_holds = 4,
                              case_version_without_pack = 3;
inline constexpr std::uint8_t entry_version = 3, entry_version_without_logic = 2;
inline constexpr std::uint8_t answer_version = 2;

/// A case without its record (steps are kept one by one).
[[nodiscard]] std::string encode(const step::CaseState& state, const step::Model& model);
/// Errors: corrupt; invalid_argument where it is pinned to other rules, or to a version that is not
/// there.
[[nodiscard]] Result<step::CaseState> decode_case(std::string_view bytes, const step::Model& model);

/// The logic whose numbers an entry bears: the beginning of Pack::pinned; empty: those of every one.
[[nodiscard]] std::string_view logic_of(const ledger::Entry& entry, const step::Model& model);
/// `made_by`: logic_of().
[[nodiscard]] std::string encode(const ledger::Entry& entry, std::string_view made_by = {});
/// Errors: corrupt.
[[nodiscard]] Result<ledger::Entry> decode_entry(std::string_view bytes,
                                                 std::string* made_by = nullptr);

[[nodiscard]] std::string encode(const Outcome& outcome);
/// Errors: corrupt.
[[nodiscard]] Result<Outcome> decode_outcome(std::string_view bytes);

}  // namespace aftercare::journal
