// The interface of this file is unclear_time().
#include "calendar/unclear.hpp"

#include "base/diagnostics.hpp"

namespace aftercare::calendar {

std::optional<UnclearTime> unclear_time(std::string_view text, const Zone& zone) {
  const auto local = parse_local(text);
  if (!local) return std::nullopt;
  const auto year = rt::fields(local->date).year;
  if (year <= -290'000 || year >= 290'000) return std::nullopt;  // beyond what an Instant holds
  const LocalMeaning meant = zone.meaning(rt::local_seconds(*local));
  if (meant.kind == LocalKind::unique) return std::nullopt;
  const auto with = [&](std::int64_t utc) {
    return std::string(text) + offset_text(zone.offset_at(utc));
  };
  // A gap has one end: what held until then, and what holds from it on.
  return meant.kind == LocalKind::overlap
             ? UnclearTime{meant.kind, with(meant.first), with(meant.second)}
             : UnclearTime{meant.kind, with(meant.first - 1), with(meant.first)};
}

std::optional<Diagnostic> unclear_finding(std::string_view text, const Zone& zone,
                                          SourceSpan span) {
  const auto unclear = unclear_time(text, zone);
  if (!unclear) return std::nullopt;
  return base::make(
      unclear->kind == LocalKind::overlap ? diag::AC0275 : diag::AC0276, span,
      {{"time", std::string(text)}, {"zone", zone.name()}},
      {base::note(notes::write_offset, {{"first", unclear->first}, {"second", unclear->second}})});
}

}  // namespace aftercare::calendar
