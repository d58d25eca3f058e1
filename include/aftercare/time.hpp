// aftercare/time.hpp — instants, dates, lengths of time and the zones between wall clock and UTC.
//
//   auto zone = Zone::load("Asia/Shanghai").value();
//   auto at = parse_instant("2026-02-13T16:00:00", zone).value();  // 08:00Z
//   iso_text(at, zone);                                            // "2026-02-13T16:00:00+08:00"
//   zone.local(at).date;                                           // 2026-02-13
//
// The integer types and their arithmetic are in rt/date.hpp, lengths with a unit (`6wh`) in
// rt/length.hpp. Needs: result.hpp, rt. Knows nothing of holidays and working hours
// (calendar.hpp), and never asks what time it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/rt/length.hpp"

namespace aftercare {

using rt::Date;
using rt::Duration;
using rt::Instant;
using rt::Length;
using rt::LocalDateTime;
using rt::Months;
using rt::TimeOfDay;
using rt::Unit;
using rt::Weekday;

/// How a wall clock time relates to the instants of a zone.
enum class LocalKind : std::uint8_t {
  unique,   ///< one instant shows it
  gap,      ///< none does: clocks were put forward over it
  overlap,  ///< two do: clocks were put back over it
};

/// What a wall clock time means in a zone, in UTC seconds since 1970.
struct LocalMeaning {
  LocalKind kind = LocalKind::unique;
  std::int64_t first = 0;   ///< unique: the instant; overlap: the first; gap: the gap's end
  std::int64_t second = 0;  ///< overlap: the second; otherwise the same as `first`
};

/// A time zone: an IANA zone of the system's zone database, or a fixed offset.
///
/// Immutable and cheap to copy; threads may share one. Zones are read once in a process.
class AFTERCARE_API Zone {
 public:
  /// UTC.
  Zone();
  /// A zone that is always `seconds` ahead of UTC (negative: behind), below 24 h.
  [[nodiscard]] static Zone fixed(std::int32_t seconds);
  /// Reads an IANA zone ("Europe/Berlin", "UTC") from the zone database, or an offset ("+08:00").
  /// Errors: `not_found` for an unknown name, `corrupt` for a file that does not check.
  [[nodiscard]] static Result<Zone> load(std::string_view name);
  /// Reads a compiled zone file (TZif, RFC 8536) given as bytes. Errors: `corrupt`.
  [[nodiscard]] static Result<Zone> from_tzif(std::string name, std::string_view bytes);

  /// "Europe/Berlin"; "Z" or "+08:00" for a fixed offset.
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] bool is_fixed() const noexcept;

  /// Seconds ahead of UTC at a UTC second.
  [[nodiscard]] std::int32_t offset_at(std::int64_t utc_seconds) const noexcept;
  [[nodiscard]] std::int32_t offset_at(Instant at) const noexcept {
    return offset_at(rt::seconds_of(at));
  }
  /// What the wall clock shows. An instant's microseconds are kept.
  [[nodiscard]] LocalDateTime local(Instant at) const noexcept;
  [[nodiscard]] Date date(Instant at) const noexcept { return local(at).date; }

  /// What a wall clock time means, `local_seconds` counted from its 1970-01-01T00:00:00.
  [[nodiscard]] LocalMeaning meaning(std::int64_t local_seconds) const noexcept;
  /// The instant of a wall clock time: in a gap the gap's end, in an overlap the first.
  /// Requires: a year within ±290,000, so that it fits into an Instant.
  [[nodiscard]] Instant instant(const LocalDateTime& local) const noexcept;
  /// The instant at which a day begins; what a limit calls 24:00 of the day before.
  [[nodiscard]] Instant start_of(Date date) const noexcept { return instant({date, {}}); }

  /// The next UTC second after `utc_seconds` at which the offset changes, if any before year 2500.
  [[nodiscard]] std::optional<std::int64_t> next_transition(
      std::int64_t utc_seconds) const noexcept;

  /// Same name, same zone.
  friend AFTERCARE_API bool operator==(const Zone& a, const Zone& b) noexcept;

  struct Impl;

 private:
  explicit Zone(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // never null
};

/// The zones and their other names that the system's zone database lists, sorted; empty where it
/// has no list.
[[nodiscard]] AFTERCARE_API const std::vector<std::string>& zone_names();
/// Version of the system's zone database ("2026a"), empty where it does not say.
[[nodiscard]] AFTERCARE_API std::string zone_data_version();

/// "+08:00", "-00:30", "Z" for 0; seconds only where there are any ("+00:19:32").
[[nodiscard]] AFTERCARE_API std::string offset_text(std::int32_t seconds);
/// The inverse: "Z", "+08:00", "+00:19:32", up to 18 h either way, as XML Schema's ±14 h is too
/// narrow for history. None for anything else.
[[nodiscard]] AFTERCARE_API std::optional<std::int32_t> parse_offset(std::string_view text);

// ISO 8601 texts. Parsing takes the whole text or gives none; printing gives what parsing takes.

/// "2026-02-13"; years have four to nine digits, without leading zeros beyond four, "-" in front.
[[nodiscard]] AFTERCARE_API std::optional<Date> parse_date(std::string_view text);
/// "16:00", "16:00:30", "16:00:30.5"; "24:00:00" is 00:00:00.
[[nodiscard]] AFTERCARE_API std::optional<TimeOfDay> parse_time_of_day(std::string_view text);
/// A date, "T" and a time of day; "T24:00:00" begins the next day.
[[nodiscard]] AFTERCARE_API std::optional<LocalDateTime> parse_local(std::string_view text);
/// A date and time with offset ("2026-02-13T16:00:00+08:00", "…Z", "…@Asia/Shanghai"), or without
/// one in `zone`. Errors: `invalid_argument`, also for a time that `zone` shows twice or never.
[[nodiscard]] AFTERCARE_API Result<Instant> parse_instant(std::string_view text, const Zone& zone);
/// The same where an offset is demanded.
[[nodiscard]] AFTERCARE_API Result<Instant> parse_instant(std::string_view text);
/// "P1DT2H3M4.5S" with an optional "-": days, hours, minutes, seconds.
[[nodiscard]] AFTERCARE_API std::optional<Duration> parse_duration(std::string_view text);
/// "P1Y2M" with an optional "-".
[[nodiscard]] AFTERCARE_API std::optional<Months> parse_months(std::string_view text);

[[nodiscard]] AFTERCARE_API std::string iso_text(Date date);
/// Seconds always, fraction only as long as needed.
[[nodiscard]] AFTERCARE_API std::string iso_text(TimeOfDay time);
[[nodiscard]] AFTERCARE_API std::string iso_text(const LocalDateTime& local);
/// With the offset that `zone` has at that instant.
[[nodiscard]] AFTERCARE_API std::string iso_text(Instant at, const Zone& zone = Zone());
/// "P1DT2H", "PT0S", "-PT0.5S": hours below 24, minutes and seconds below 60.
[[nodiscard]] AFTERCARE_API std::string iso_text(Duration duration);
/// "P1Y2M", "P0M", "-P1M".
[[nodiscard]] AFTERCARE_API std::string iso_text(Months months);

/// "6wh"; in Chinese "6工作小时".
[[nodiscard]] AFTERCARE_API std::string length_text(Length length,
                                                    Language language = Language::english);

}  // namespace aftercare
