// testing/told_words.hpp — what the engine hands out, as stories of either vocabulary call it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aftercare/case.hpp"
#include "aftercare/diagnostic.hpp"

namespace aftercare::testing {

/// `met`, 按时.
[[nodiscard]] std::string_view clock_state_text(ClockView::State state, Language language);
[[nodiscard]] std::vector<std::string> clock_states(Language language);

/// Why something was refused, written in `from`, as it is written in `to`: a sentence of the
/// engine, `fee: a value is required`, `li is not technician`, or the person of it. A place of a
/// table (`fee: <why>`) counts as a sentence. Any other text as it is.
[[nodiscard]] std::string refusal_text(std::string_view text, Language from, Language to);

/// A name of what an event brings or a case shows, whose parts may be words of the format:
/// `signed`, `sheet.signed.customer`, `lines`, `who`, `arrived.at`.
[[nodiscard]] std::string told_path(std::string_view path, Language from, Language to);

}  // namespace aftercare::testing
