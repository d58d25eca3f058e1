// Where zones and wall clocks meet: what a time or a date and time means on the line of time.
#include <string_view>

#include "aftercare/time.hpp"

#include "builtins/operations.hpp"

namespace aftercare::builtins {
namespace {

using rt::nanos_per_second;

std::int32_t subsecond(rt::TimeOfDay time) noexcept {
  return static_cast<std::int32_t>(time.nanos % nanos_per_second);
}

}  // namespace

std::optional<Zone> zone_of(const ZoneRef& zone) {
  switch (zone.kind) {
    case ZoneRef::Kind::offset:
      return Zone::fixed(zone.offset_seconds);
    case ZoneRef::Kind::named: {
      auto loaded = Zone::load(zone.name);
      if (!loaded || loaded->is_fixed()) return std::nullopt;
      return *std::move(loaded);
    }
    case ZoneRef::Kind::none:
      break;
  }
  return std::nullopt;
}

void name_second(DateTimeValue& v, const Zone& zone, std::int64_t instant) {
  if (v.zone.kind != ZoneRef::Kind::named) return;
  const LocalMeaning meaning = zone.meaning(rt::local_seconds({v.date, v.time}));
  v.zone.is_second = meaning.kind == LocalKind::overlap && meaning.second == instant;
}

DateTimeValue shown_in(const Zone& zone, Instant at) {
  const auto local = zone.local(at);
  DateTimeValue shown{local.date, local.time, {}};
  if (zone.is_fixed()) {
    shown.zone = {ZoneRef::Kind::offset, zone.offset_at(at), {}};
  } else {
    shown.zone = {ZoneRef::Kind::named, 0, zone.name()};
    name_second(shown, zone, rt::floor_div(at.micros, std::int64_t{1'000'000}));
  }
  return shown;
}

std::optional<Moment> moment_of(const Value& v) {
  if (v.is(Kind::date)) {  // FEEL: a date is midnight UTC where it meets a zoned value
    return Moment{v.as_date().days * rt::seconds_per_day, 0};
  }
  if (v.is(Kind::time)) {
    const TimeValue& t = v.as_time();
    const std::int64_t local = t.time.nanos / nanos_per_second;
    if (t.zone.kind == ZoneRef::Kind::offset) {
      return Moment{local - t.zone.offset_seconds, subsecond(t.time)};
    }
    const auto zone = zone_of(t.zone);
    if (!zone) return std::nullopt;
    // A time without date has no offset of its own in a zone: the zone's offset of 1970-01-01.
    return Moment{local - zone->offset_at(std::int64_t{0}), subsecond(t.time)};
  }
  if (v.is(Kind::date_time)) {
    const DateTimeValue& d = v.as_date_time();
    const std::int64_t local = rt::local_seconds({d.date, d.time});
    if (d.zone.kind == ZoneRef::Kind::offset) {
      return Moment{local - d.zone.offset_seconds, subsecond(d.time)};
    }
    const auto zone = zone_of(d.zone);
    if (!zone) return std::nullopt;
    const LocalMeaning meaning = zone->meaning(local);
    return Moment{d.zone.is_second ? meaning.second : meaning.first,
                  meaning.kind == LocalKind::gap ? 0 : subsecond(d.time)};
  }
  return std::nullopt;
}

Result<Instant> instant_of(const DateTimeValue& at, const Zone& zone) {
  Zone meant = zone;
  if (at.zone.kind == ZoneRef::Kind::offset) meant = Zone::fixed(at.zone.offset_seconds);
  if (at.zone.kind == ZoneRef::Kind::named) {
    auto loaded = Zone::load(at.zone.name);
    if (!loaded) return loaded.error();
    meant = *std::move(loaded);
  }
  constexpr std::int64_t furthest = 290'000 * 365LL;  // days that an Instant can hold
  if (at.date.days > furthest || at.date.days < -furthest) {
    return Error{ErrorCode::host, "beyond what an instant can be"};
  }
  const std::int64_t seconds = at.date.days * 86'400 + at.time.nanos / 1'000'000'000;
  const LocalMeaning meaning = meant.meaning(seconds);
  // Which of two is meant is known of those alone that a length led to.
  if (meaning.kind == LocalKind::gap ||
      (meaning.kind == LocalKind::overlap && !at.zone.is_second)) {
    return Error{ErrorCode::host,
                 "a wall clock time that " + meant.name() + " shows twice or never"};
  }
  return Instant{(at.zone.is_second ? meaning.second : meaning.first) * 1'000'000 +
                         at.time.nanos % 1'000'000'000 / 1000};
}

}  // namespace aftercare::builtins
