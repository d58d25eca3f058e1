// engine/words.hpp — numbers, instants, refusals and the summary's own words as people read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aftercare/diagnostic.hpp"
#include "aftercare/event.hpp"
#include "aftercare/time.hpp"

namespace aftercare::engine {

/// Classes of ClockSummary::late.
inline constexpr std::size_t late_class_count = 7;

/// "21,348".
[[nodiscard]] std::string count_text(std::size_t count);
/// "2024-03-04 09:00".
[[nodiscard]] std::string minute_text(Instant at, const Zone& zone);
/// "3 d 4 h", "12 min", "40 s"; two units at most.
[[nodiscard]] std::string late_text(std::int64_t micros, Language language);
/// "up to 4 h", "more".
[[nodiscard]] std::string late_class_text(std::size_t which, Language language);
/// "3,000.00 CNY"; no decimals where there are none.
[[nodiscard]] std::string money_text(std::int64_t minor, std::uint32_t currency, int scale);
/// offence, reward, payment, entry, finding.
[[nodiscard]] std::string kind_text(std::string_view kind, Language language);

/// How a name that stands in a sentence is called; none: as it is.
using NameText = std::function<std::string(std::string_view)>;
/// A sentence of the engine (refusals.def), in the language; any other text as it is.
[[nodiscard]] std::string sentence_text(std::string_view english, Language language,
                                        const NameText& shown = {});
/// The English of a sentence that was told in `language`; any other text as it is.
[[nodiscard]] std::string sentence_in_english(std::string_view text, Language language);
/// The same in both languages, as a word of a finding.
[[nodiscard]] std::string both(std::string_view english);
/// Why something is refused: what it is about, and the sentence. `formula` tells a condition that
/// stands there instead, where the reader is to see it in his words.
[[nodiscard]] std::string reason_text(const Reason& reason, Language language,
                                      const NameText& shown = {}, const NameText& formula = {});
/// The same of a row of a log, behind a word for its code.
[[nodiscard]] std::string row_reason_text(const Reason& reason, Language language);
/// "2024-03-04 09:00 to 2024-05-01 17:30 (Asia/Shanghai)"; nothing came in: says so.
[[nodiscard]] std::string span_text(const std::optional<Instant>& first,
                                    const std::optional<Instant>& last, const Zone& zone,
                                    Language language);

}  // namespace aftercare::engine
