// tests/support/calendar_text.hpp — calendars and questions as lines of text, for golden files.
//
//   calendar office
//     zone Asia/Shanghai
//     weekly mon-fri 09:00-12:00 13:00-18:00
//     off 2026-02-15..2026-02-23 春节
//     make_up 2026-02-14 as fri 春节
//     date 2026-12-24 09:00-12:00 Christmas Eve          (`date 2026-12-24 shut` for none)
//     yearly_off 12-24..01-02 works holiday
//     notice 2020-01-27T00:00:00Z                        (the following days became known then)
//     ordinary 2020-01-31
//     known_from 2026-01-01, known_until 2026-12-31      (a line each)
//   calendar other like office                           (takes over what stands there)
#pragma once

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "aftercare/calendar.hpp"

namespace aftercare::test {

inline std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

inline std::string rest_from(const std::vector<std::string>& all, std::size_t first) {
  std::string out;
  for (std::size_t i = first; i < all.size(); ++i) out += (i > first ? " " : "") + all[i];
  return out;
}

template <class T>
T need(const std::optional<T>& value, const std::string& text) {
  if (!value) throw std::runtime_error("cannot read '" + text + "'");
  return *value;
}

inline Date date_in(const std::string& text) { return need(parse_date(text), text); }

inline std::pair<std::string, std::string> range_in(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) return {text, text};
  return {text.substr(0, dots), text.substr(dots + 2)};
}

inline std::size_t weekday_in(const std::string& text) {
  const std::string names = "MonTueWedThuFriSatSun";
  for (std::size_t i = 0; i < 7; ++i) {
    auto name = names.substr(i * 3, 3);
    name[0] = static_cast<char>(name[0] | 0x20);
    if (name == text) return i;
  }
  throw std::runtime_error("no weekday '" + text + "'");
}

/// "09:00-17:00 18:00-19:00" from word `first` on; `rest` is where other words begin. Faults are
/// not refused here, so that check() can be asked about them.
inline DayHours hours_in(const std::vector<std::string>& all, std::size_t first,
                         std::size_t* rest = nullptr) {
  DayHours out;
  std::size_t i = first;
  for (; i < all.size() && !all[i].empty() && all[i][0] >= '0' && all[i][0] <= '9'; ++i) {
    const auto parsed = parse_day_hours(all[i]);
    if (parsed.fault == ParsedDayHours::Fault::none) {
      out.push_back(parsed.hours[0]);
    } else {
      out.push_back({0, 0});
    }
  }
  if (rest != nullptr) *rest = i;
  return out;
}

/// Takes one line that belongs to a calendar.
inline void read_calendar_line(CalendarDescription& calendar, const std::string& line) {
  const auto w = words(line);
  const auto notice = [&]() -> CalendarNotice& {
    if (calendar.notices.empty()) calendar.notices.emplace_back();
    return calendar.notices.back();
  };
  if (w[0] == "zone") {
    calendar.zone = w.at(1);
  } else if (w[0] == "weekly") {
    const auto dash = w.at(1).find('-');
    const auto first = weekday_in(w[1].substr(0, 3));
    const auto last = dash == std::string::npos ? first : weekday_in(w[1].substr(dash + 1));
    for (auto i = first; i <= last; ++i) calendar.weekly.at(i) = hours_in(w, 2);
  } else if (w[0] == "off") {
    const auto [from, to] = range_in(w.at(1));
    notice().off.push_back({date_in(from), date_in(to), rest_from(w, 2)});
  } else if (w[0] == "make_up") {
    MakeUpDay day{date_in(w.at(1)), {}, {}};
    std::size_t next = 2;
    if (w.size() > 3 && w[2] == "as") {
      day.as = static_cast<Weekday>(weekday_in(w[3]) + 1);
      next = 4;
    }
    day.name = rest_from(w, next);
    notice().make_up.push_back(day);
  } else if (w[0] == "date") {
    DateHours day{date_in(w.at(1)), {}, {}};
    std::size_t next = 3;
    if (w.at(2) != "shut") day.hours = hours_in(w, 2, &next);
    day.name = rest_from(w, next);
    notice().hours.push_back(day);
  } else if (w[0] == "yearly_off") {
    const auto [from, to] = range_in(w.at(1));
    YearlyOff range;
    range.from_month = std::stoi(from.substr(0, 2));
    range.from_day = std::stoi(from.substr(3));
    range.to_month = std::stoi(to.substr(0, 2));
    range.to_day = std::stoi(to.substr(3));
    std::size_t next = 2;
    if (w.size() > 2 && w[2] == "clamp") {
      range.leap_day = YearlyOff::LeapDay::clamp;
      next = 3;
    }
    range.name = rest_from(w, next);
    calendar.yearly_off.push_back(range);
  } else if (w[0] == "notice") {
    calendar.notices.emplace_back();
    calendar.notices.back().known_at = parse_instant(w.at(1)).value();
  } else if (w[0] == "ordinary") {
    notice().ordinary.push_back(date_in(w.at(1)));
  } else if (w[0] == "known_from") {
    calendar.known_from = date_in(w.at(1));
  } else if (w[0] == "known_until") {
    calendar.known_until = date_in(w.at(1));
  } else {
    throw std::runtime_error("no such line of a calendar: " + line);
  }
}

}  // namespace aftercare::test
