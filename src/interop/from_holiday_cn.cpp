// The interface of this file is from_holiday_cn().
#include "interop/from_holiday_cn.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/json_reader.hpp"
#include "base/unicode.hpp"
#include "calendar/day_table.hpp"

namespace aftercare::interop {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;
using Json = base::JsonValue;

struct Day {
  std::string name;
  bool is_off = false;
  SourceSpan span;
};

/// The list of one file.
struct YearList {
  std::int64_t year = 0;
  std::uint32_t file = 0;
  std::string papers;
  std::map<Date, Day> days;
};

class Reader {
 public:
  Reader(const Sources& sources, base::Findings& findings)
      : sources_(sources), findings_(findings) {}

  std::optional<YearList> read(std::uint32_t file) {
    file_ = file;
    const std::string_view text = sources_.text(file);
    if (text.size() > most_bytes) {
      tell(diag::AC1201, {{"limit", std::to_string(most_bytes)}});
      return std::nullopt;
    }
    if (base::find_invalid_utf8(text) != std::string_view::npos) {
      tell(diag::AC1202);
      return std::nullopt;
    }
    const base::JsonRead json = base::read_json(text);
    if (!json) {
      const auto at = static_cast<std::uint32_t>(std::min(json.failure.byte, text.size()));
      if (json.failure.kind == base::JsonFailure::Kind::duplicate_key) {
        findings_.add(base::make(diag::AC1292, {file, at, at}, {{"key", json.failure.detail}}));
      } else {
        findings_.add(base::make(diag::AC1281, {file, at, at}));
      }
      return std::nullopt;
    }
    YearList out;
    out.file = file;
    const Json* year = member(*json.value, "year", Json::Kind::number, "\"year\"");
    const Json* days = member(*json.value, "days", Json::Kind::array, "\"days\"");
    if (!year || !days) return std::nullopt;
    const auto first = year->text.size() == 4 ? parse_date(year->text + "-01-01") : std::nullopt;
    if (!first || rt::fields(*first).year < 1900 || rt::fields(*first).year > 2199) {
      tell(diag::AC0278, {{"text", year->text.substr(0, 40)}}, year);
      return std::nullopt;
    }
    out.year = rt::fields(*first).year;
    if (const Json* papers = json.value->find("papers");
        papers && papers->kind == Json::Kind::array) {
      for (const Json& paper : papers->items) {
        if (paper.kind != Json::Kind::string) continue;
        out.papers += (out.papers.empty() ? "" : " ") + paper.text;
      }
    }
    for (std::size_t i = 0; i < days->items.size(); ++i) {
      const std::string place = "\"days\"[" + std::to_string(i) + "]";
      const Json& item = days->items[i];
      if (item.kind != Json::Kind::object) {
        tell(diag::AC1280, {{"place", place}}, &item);
        return std::nullopt;
      }
      const Json* name = member(item, "name", Json::Kind::string, place + ".name");
      const Json* date = member(item, "date", Json::Kind::string, place + ".date");
      const Json* is_off = member(item, "isOffDay", Json::Kind::boolean, place + ".isOffDay");
      if (!name || !date || !is_off) return std::nullopt;
      const auto on = parse_date(date->text);
      if (!on) {
        tell(diag::AC0260, {{"text", date->text.substr(0, 40)}, {"example", "2026-10-01"}}, date);
        return std::nullopt;
      }
      if (!calendar::belongs_to_year(*on, out.year)) {
        const std::string of = std::to_string(out.year);
        tell(diag::AC0285, {{"date", date->text}, {"year", of}}, date,
             {base::note(notes::dates_of_year, {{"year", of}})});
        return std::nullopt;
      }
      const auto [at, is_new] =
          out.days.emplace(*on, Day{name->text, is_off->boolean, span(*date)});
      if (is_new) continue;
      const std::vector<DiagnosticNote> where = {
          base::note(notes::first_stands_here, {}, at->second.span)};
      const bool is_other = at->second.is_off != is_off->boolean;
      tell(is_other ? diag::AC0264 : diag::AC0265, {{"date", date->text}}, date, where);
      return std::nullopt;
    }
    return out;
  }

 private:
  [[nodiscard]] SourceSpan span(const Json& value) const {
    return {file_, static_cast<std::uint32_t>(value.begin), static_cast<std::uint32_t>(value.end)};
  }
  void tell(DiagnosticCode code, DiagnosticWords words = {}, const Json* value = nullptr,
            std::vector<DiagnosticNote> notes = {}) {
    findings_.add(base::make(code, value ? span(*value) : SourceSpan{file_, 0, 0}, std::move(words),
                             std::move(notes)));
  }

  const Json* member(const Json& object, std::string_view key, Json::Kind kind,
                     const std::string& place) {
    const Json* found = object.kind == Json::Kind::object ? object.find(key) : nullptr;
    if (found && found->kind == kind) return found;
    tell(diag::AC1280, {{"place", place}}, found ? found : &object);
    return nullptr;
  }

  const Sources& sources_;
  base::Findings& findings_;
  std::uint32_t file_ = 0;
};

}  // namespace

std::optional<CalendarDescription> from_holiday_cn(const Sources& sources,
                                                   const std::vector<std::uint32_t>& files,
                                                   const std::string& name,
                                                   base::Findings& findings) {
  Reader reader(sources, findings);
  std::map<std::int64_t, YearList> years;
  bool is_good = true;
  for (const std::uint32_t file : files) {
    auto list = reader.read(file);
    if (!list) {
      is_good = false;
      continue;
    }
    const auto [at, is_new] = years.emplace(list->year, std::move(*list));
    if (!is_new) {
      findings.add(base::make(
          diag::AC0216, {file, 0, 0}, {{"name", std::to_string(at->first)}},
          {base::note(notes::first_stands_here, {}, SourceSpan{at->second.file, 0, 0})}));
      is_good = false;
    }
  }
  if (!is_good) return std::nullopt;
  std::erase_if(years, [](const auto& one) { return one.second.days.empty(); });
  CalendarDescription out;
  out.name = name;
  out.zone = "Asia/Shanghai";
  for (const auto& [year, list] : years) {
    // A hole cannot be said of a calendar: what it knows goes from one day to another.
    for (auto missing = out.known_until ? rt::fields(*out.known_until).year + 1 : year;
         missing < year; ++missing) {
      findings.add(base::make(diag::AC1282, {list.file, 0, 0}, {{"year", std::to_string(missing)}},
                              {base::note(notes::hand_in_the_year)}));
      is_good = false;
    }
    CalendarNotice notice;
    notice.source = list.papers;
    notice.known_until = rt::date_of(year, 12, 31);
    for (const auto& [date, day] : list.days) {
      if (!day.is_off) {
        notice.make_up.push_back({date, day.name, {}});
      } else if (!notice.off.empty() && notice.off.back().to.days + 1 == date.days &&
                 notice.off.back().name == day.name) {
        notice.off.back().to = date;
      } else {
        notice.off.push_back({date, date, day.name});
      }
      const Date begin = std::min(date, rt::date_of(year, 1, 1));
      if (!out.known_from || begin < *out.known_from) out.known_from = begin;
    }
    out.known_until = notice.known_until;
    out.notices.push_back(std::move(notice));
  }
  if (!is_good) return std::nullopt;
  if (out.notices.empty()) {
    findings.add(base::make(diag::AC1285, {files.empty() ? 0 : files.front(), 0, 0}));
    return std::nullopt;
  }
  return out;
}

}  // namespace aftercare::interop
