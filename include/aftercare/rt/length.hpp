// aftercare/rt/length.hpp — a length of time as a contract writes it: a number and a unit.
//
//   parse_length("6wh");      // {6, Unit::working_hour}
//   parse_length("2工作日");  // {2, Unit::working_day}
//   parse_length("30m");      // none: minutes are `min`, months are `mo`
//
// The units stand in one table, below. What a length means on a calendar is calendar.hpp's.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aftercare::rt {

enum class Unit : std::uint8_t {
  second,
  minute,
  hour,
  working_minute,
  working_hour,
  day,
  working_day,
  week,
  month,
  year,
};

/// What a length in this unit is.
enum class UnitKind : std::uint8_t {
  clock,         ///< a quantity of physical time: it can be paused, consumed and divided
  working,       ///< a quantity of the working time of a calendar
  calendar_day,  ///< a date rule: it names a last day, counted in days of the calendar
  working_day,   ///< a date rule: it names a last day, counted in working days
  month,         ///< a date rule: it names a last day, counted in months
};

struct UnitRow {
  Unit unit;
  UnitKind kind;
  std::int64_t size;        ///< quantities: microseconds; days: days; months: months
  std::string_view symbol;  ///< as packs write it
  std::array<std::string_view, 3> chinese;  ///< 规则包 spellings, the first is printed
};

/// The one table of units, in the order of Unit.
inline constexpr std::array<UnitRow, 10> units = {{
    {Unit::second, UnitKind::clock, 1'000'000, "s", {"秒", "秒钟", ""}},
    {Unit::minute, UnitKind::clock, 60'000'000, "min", {"分钟", "分", ""}},
    {Unit::hour, UnitKind::clock, 3'600'000'000, "h", {"小时", "个小时", ""}},
    {Unit::working_minute, UnitKind::working, 60'000'000, "wmin", {"工作分钟", "", ""}},
    {Unit::working_hour, UnitKind::working, 3'600'000'000, "wh", {"工作小时", "个工作小时", ""}},
    {Unit::day, UnitKind::calendar_day, 1, "d", {"天", "日", "个自然日"}},
    {Unit::working_day, UnitKind::working_day, 1, "wd", {"工作日", "个工作日", "工作天"}},
    {Unit::week, UnitKind::calendar_day, 7, "w", {"周", "星期", "个星期"}},
    {Unit::month, UnitKind::month, 1, "mo", {"个月", "月", ""}},
    {Unit::year, UnitKind::month, 12, "y", {"年", "", ""}},
}};

[[nodiscard]] constexpr const UnitRow& row(Unit unit) noexcept {
  return units[static_cast<std::size_t>(unit)];
}
[[nodiscard]] constexpr UnitKind kind(Unit unit) noexcept { return row(unit).kind; }
/// Whether a length in this unit is an amount of time (`s min h wmin wh`), not a date rule.
[[nodiscard]] constexpr bool is_quantity(Unit unit) noexcept {
  return kind(unit) == UnitKind::clock || kind(unit) == UnitKind::working;
}
/// Whether this unit needs a calendar (`wmin wh wd`).
[[nodiscard]] constexpr bool is_working(Unit unit) noexcept {
  return kind(unit) == UnitKind::working || kind(unit) == UnitKind::working_day;
}

/// The unit with this symbol or Chinese spelling.
[[nodiscard]] constexpr std::optional<Unit> unit_named(std::string_view name) noexcept {
  if (name.empty()) return std::nullopt;
  for (const auto& u : units) {
    if (u.symbol == name) return u.unit;
    for (const auto spelling : u.chinese) {
      if (spelling == name) return u.unit;
    }
  }
  return std::nullopt;
}

/// A length of time as written.
struct Length {
  std::int64_t count = 0;
  Unit unit = Unit::second;
  bool operator==(const Length&) const = default;
};

[[nodiscard]] constexpr bool is_quantity(Length length) noexcept {
  return is_quantity(length.unit);
}

/// The greatest count that is read: 114,000 years of hours.
inline constexpr std::int64_t max_length_count = 999'999'999;

/// Microseconds of a quantity. Requires: `is_quantity(length)` and a count that was read or is
/// not greater than `max_length_count`.
[[nodiscard]] constexpr std::int64_t micros(Length length) noexcept {
  return length.count * row(length.unit).size;
}

/// Digits, then a unit, nothing between or around. None for anything else, for `m`, and for
/// counts above `max_length_count`.
[[nodiscard]] constexpr std::optional<Length> parse_length(std::string_view text) noexcept {
  std::int64_t count = 0;
  std::size_t n = 0;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') {
    count = count * 10 + (text[n] - '0');
    if (count > max_length_count) return std::nullopt;
    ++n;
  }
  const auto unit = unit_named(text.substr(n));
  if (n == 0 || !unit) return std::nullopt;
  return Length{count, *unit};
}

static_assert(parse_length("6wh") == Length{6, Unit::working_hour});
static_assert(parse_length("2个工作日") == Length{2, Unit::working_day});
static_assert(!parse_length("30m") && !parse_length("h") && !parse_length("-1h"));
static_assert([] {
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (static_cast<std::size_t>(units[i].unit) != i) return false;
  }
  return true;
}());

}  // namespace aftercare::rt
