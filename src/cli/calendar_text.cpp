#include "cli/calendar_text.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "base/unicode.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/calendar_reader.hpp"

namespace aftercare::cli {

namespace {

std::string two_digits(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::uint32_t add_argument(Sources& sources, const std::string& option, const std::string& text) {
  return sources.add(option, text);
}

SourceSpan whole(std::uint32_t file, const std::string& text) {
  return {file, 0, static_cast<std::uint32_t>(text.size())};
}

}  // namespace

void add_calendar_folders(CLI::App& app, std::vector<std::string>& folders) {
  app.add_option("--calendars", folders,
                 "Folders of calendars; without it, calendars and rules/calendars here and above")
      ->allow_extra_args(false);
}

void add_calendar_places(CLI::App& app, CalendarPlaces& places) {
  add_calendar_folders(app, places.folders);
  app.add_option("--pack", places.packs, "Packs whose own calendars are meant first")
      ->allow_extra_args(false);
}

std::optional<Calendar> find_calendar(const Shell& shell, const std::string& name,
                                      const CalendarPlaces& places, const std::string& asked_as) {
  CalendarFolders where;
  where.folders = places.folders;
  where.packs = places.packs;
  if (places.folders.empty()) where.last_folders = {AFTERCARE_CALENDARS};
  where.asked_as = asked_as;
  const Checked<Calendar> made = load_calendar(name, where);
  shell.tell(made.diagnostics(), made.sources());
  if (!made) return std::nullopt;
  return *made;
}

bool is_calendar_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  bool is_calendar = false;
  for (std::string line; std::getline(in, line);) {
    is_calendar |= line.starts_with("calendar:") || line.starts_with("日历:");
    if (line.starts_with("pack:") || line.starts_with("规则包:")) return false;
  }
  return is_calendar;
}

bool check_calendar_files(const Shell& shell, const std::vector<std::string>& paths,
                          const std::vector<std::string>& folders, FindingsReport& report) {
  bool is_good = true;
  std::string text;
  for (const std::string& path : paths) {
    Sources sources;
    base::Findings found;
    rulebook::CalendarFiles files(sources);
    for (const std::string& folder : folders) files.add_folder(folder);
    files.add_folders_above(path);
    const auto read = files.read_file(path, found);
    is_good = is_good && read && !found.has_errors();
    report.tell(found.take(), sources);
    if (!read) continue;
    const bool zh = shell.language() == Language::chinese;
    text += read->name + ": ";
    if (!read->calendar) {
      text += zh ? "只列出日子,供其他日历沿用" : "lists days for calendars that extend it";
    } else {
      text += read->calendar->zone().name();
    }
    const auto from =
        read->description ? read->description->known_from : read->calendar->known_from();
    const auto until =
        read->calendar ? read->calendar->known_until() : read->description->known_until;
    if (from) text += (zh ? ",已知自" : ", known from ") + iso_text(*from);
    if (until) text += (zh ? ",已知至" : ", known until ") + iso_text(*until);
    text += "\n";
  }
  if (is_good && !shell.is_json()) shell.out(text);
  return is_good;
}

std::optional<Instant> ArgumentReader::instant(const std::string& option, const std::string& text,
                                               const Zone& zone) {
  const auto file = add_argument(sources_, option, text);
  return rulebook::read_instant(text, zone, whole(file, text), findings_);
}

std::optional<Length> ArgumentReader::length(const std::string& option, const std::string& text) {
  if (const auto length = rt::parse_length(text)) return *length;
  const auto file = add_argument(sources_, option, text);
  std::vector<DiagnosticNote> notes;
  if (text.size() > 1 && text.back() == 'm' &&
      std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; })) {
    notes.push_back(
        base::note(notes::minutes_and_months, {{"number", text.substr(0, text.size() - 1)}}));
  }
  findings_.add(base::make(diag::AC0280, whole(file, text), {{"text", text}}, std::move(notes)));
  return std::nullopt;
}

std::optional<Zone> ArgumentReader::zone(const std::string& option, const std::string& text) {
  if (auto zone = Zone::load(text)) return *zone;
  const auto file = add_argument(sources_, option, text);
  rulebook::tell_unknown_zone(text, whole(file, text), findings_);
  return std::nullopt;
}

std::optional<TimeSpan> ArgumentReader::span(const std::string& option, const std::string& text,
                                             const Zone& zone) {
  const auto slash = text.find('/');
  const auto file = add_argument(sources_, option, text);
  if (slash == std::string::npos) {
    findings_.add(base::make(diag::AC0277, whole(file, text),
                             {{"text", text}, {"example", "2026-02-13T17:00/2026-02-14T10:00"}}));
    return std::nullopt;
  }
  const auto at = static_cast<std::uint32_t>(slash);
  const auto size = static_cast<std::uint32_t>(text.size());
  const auto from = rulebook::read_instant(text.substr(0, slash), zone, {file, 0, at}, findings_);
  const auto to =
      rulebook::read_instant(text.substr(slash + 1), zone, {file, at + 1, size}, findings_);
  if (!from || !to) return std::nullopt;
  if (*to < *from) {
    findings_.add(base::make(diag::AC0261, whole(file, text), {{"text", text}}));
    return std::nullopt;
  }
  return TimeSpan{*from, *to};
}

bool ArgumentReader::is_good() {
  const bool is_good = !findings_.has_errors();
  shell_.tell(findings_.take(), sources_);
  return is_good;
}

std::string_view weekday_text(Date date, Language language) {
  constexpr std::array<std::string_view, 7> english = {"Mon", "Tue", "Wed", "Thu",
                                                       "Fri", "Sat", "Sun"};
  const auto day = static_cast<std::size_t>(rt::weekday(date)) - 1;
  return language == Language::chinese ? rulebook::weekday_name(day, language) : english.at(day);
}

std::string time_text(Instant at, const Zone& zone, Language language) {
  const LocalDateTime local = zone.local(at);
  const std::int64_t micros = local.time.nanos / 1000;
  const std::int64_t seconds = micros / 1'000'000;
  std::string out = iso_text(local.date) + " " + std::string(weekday_text(local.date, language)) +
                    " " + two_digits(seconds / 3600) + ":" + two_digits(seconds / 60 % 60);
  if (micros % 60'000'000 != 0) out += ":" + two_digits(seconds % 60);
  if (micros % 1'000'000 != 0) {
    const std::string digits = std::to_string(1'000'000 + micros % 1'000'000);
    out += "." + digits.substr(1);
  }
  return out;
}

std::string amount_of_time(std::int64_t micros, Language language) {
  const bool zh = language == Language::chinese;
  std::string out = micros < 0 ? "-" : "";
  // The least number has no positive counterpart.
  auto rest =
      micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  bool is_first = true;
  const auto part = [&](std::uint64_t size, std::string_view english, std::string_view chinese) {
    if (rest / size == 0) return;
    if (!is_first && !zh) out += " ";
    out += std::to_string(rest / size);
    out += zh ? chinese : english;
    rest %= size;
    is_first = false;
  };
  part(3'600'000'000, "h", "小时");
  part(60'000'000, "min", "分钟");
  part(1'000'000, "s", "秒");
  part(1, "us", "微秒");
  return is_first ? "0" : out;
}

std::string hours_text(const DayHours& hours) {
  std::string out;
  const auto clock = [](std::int32_t s) {
    std::string text = two_digits(s / 3600) + ":" + two_digits(s / 60 % 60);
    if (s % 60 != 0) text += ":" + two_digits(s % 60);
    return text;
  };
  for (const DayInterval& one : hours) {
    const auto close = one.close > 86'400 ? one.close - 86'400 : one.close;
    out += (out.empty() ? "" : " ") + clock(one.open) + "-" + clock(close);
  }
  return out;
}

std::string segment_text(const Segment& segment, const Zone& zone, Language language) {
  const bool zh = language == Language::chinese;
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return std::string(zh ? chinese : english);
  };
  const auto named = [&](std::string text) {
    return segment.name.empty() ? text : text + (zh ? ":" : ": ") + segment.name;
  };
  switch (segment.kind) {
    case SegmentKind::counted:
      return say("counted", "计入");
    case SegmentKind::make_up:
      return named(say("counted, make-up workday", "计入,补班"));
    case SegmentKind::special:
      return named(say("counted, hours of this date", "计入,当日钟点"));
    case SegmentKind::start_day:
      return say("first day, not counted", "起始日,不计");
    case SegmentKind::break_time: {
      // A break over half past twelve is what people call lunch.
      const LocalDateTime local = zone.local(segment.from);
      constexpr std::int64_t half_past_twelve = 12 * 3600 + 1800;
      const std::int64_t begin = local.time.nanos / 1'000'000'000;
      const std::int64_t end = begin + (segment.to.micros - segment.from.micros) / 1'000'000;
      return begin <= half_past_twelve && half_past_twelve <= end ? say("lunch", "午休")
                                                                  : say("break", "间歇");
    }
    case SegmentKind::closed:
      return say("closed", "下班");
    case SegmentKind::rest_day:
      return say("rest day", "休息日");
    case SegmentKind::off_day:
      return named(say("holiday", "假日"));
    case SegmentKind::pause:
      return say("pause", "暂停");
  }
  return {};
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  for (std::size_t cells = base::display_width(text); cells < width; ++cells) out += ' ';
  return out;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], base::display_width(row[i]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i]) + "  ";
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace aftercare::cli
