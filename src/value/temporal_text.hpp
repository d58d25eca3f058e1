// value/temporal_text.hpp — dates, times and lengths of time as FEEL writes them.
//
// Printing gives what parsing takes. Parsing follows XML Schema with FEEL's own rules: years of
// four to nine digits, 24:00:00, fractions down to nanoseconds, offsets with seconds up to 18
// hours, and
// `@Zone/Name`, whose existence is not checked here: zones are another matter of the same floor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aftercare/rt/date.hpp"
#include "aftercare/value.hpp"

namespace aftercare::value {

[[nodiscard]] std::string date_text(rt::Date date);
[[nodiscard]] std::string time_text(const TimeValue& time);
[[nodiscard]] std::string date_time_text(const DateTimeValue& date_time);
/// "P1DT2H", "PT0S", "-PT0.5S".
[[nodiscard]] std::string days_duration_text(rt::Duration length);
/// "P1Y2M", "P0M".
[[nodiscard]] std::string months_duration_text(rt::Months length);
/// In UTC: "2026-02-13T08:00:00Z", with as many decimals as needed.
[[nodiscard]] std::string instant_text(rt::Instant at);

[[nodiscard]] std::optional<rt::Date> parse_date(std::string_view text);
[[nodiscard]] std::optional<TimeValue> parse_time(std::string_view text);
/// A date and a time with "T" between them. A date alone is not taken here.
[[nodiscard]] std::optional<DateTimeValue> parse_date_time(std::string_view text);
/// A duration of one of the two kinds: days, hours, minutes, seconds, or years and months.
/// Null for anything else.
[[nodiscard]] Value parse_duration(std::string_view text);

/// Offsets reach this far from UTC, in seconds: the bound of XML Schema.
inline constexpr std::int32_t max_offset_seconds = 14 * 3600;

}  // namespace aftercare::value
