// tests/support/china_calendar.hpp — reads rules/calendars/china.yaml line by line, for tests and
// benchmarks of floors below the one that reads YAML.
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "aftercare/calendar.hpp"

namespace aftercare::test {

/// The description without weekly hours; a new notice begins with each `source`.
inline CalendarDescription china_days(const std::string& source_dir) {
  std::ifstream in(source_dir + "/rules/calendars/china.yaml");
  if (!in) throw std::runtime_error("no rules/calendars/china.yaml in " + source_dir);
  CalendarDescription china{.name = "china", .zone = "Asia/Shanghai"};
  const auto zone = Zone::load(china.zone).value();
  const auto date = [](const std::string& text) { return parse_date(text).value(); };
  std::string section;
  Date year_end;
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find_first_not_of(" -");
    if (first == std::string::npos || line[first] == '#') continue;
    const auto colon = line.find(':', first);
    const auto key = line.substr(first, colon - first);
    const auto value = colon + 2 < line.size() ? line.substr(colon + 2) : std::string();
    if (first == 2 && value.empty() && key.size() == 4) {
      year_end = date(key + "-12-31");
    } else if (key == "known_from") {
      china.known_from = date(value);
    } else if (key == "known_until") {
      china.known_until = date(value);
    } else if (key == "source") {
      china.notices.emplace_back();
      china.notices.back().source = value;
      china.notices.back().known_until = year_end;
    } else if (key == "known_at") {
      china.notices.back().known_at = zone.start_of(date(value));
    } else if (key == "holidays" || key == "make_up" || key == "amended" || first == 0) {
      section = key;
    } else if (section == "make_up") {
      china.notices.back().make_up.push_back({date(key), value, {}});
    } else if (section == "holidays") {
      for (std::size_t at = value.find("20"); at != std::string::npos; at = value.find("20", at)) {
        const auto from = date(value.substr(at, 10));
        at += 10;
        auto to = from;
        if (value.compare(at, 2, "..") == 0) {
          to = date(value.substr(at + 2, 10));
          at += 12;
        }
        china.notices.back().off.push_back({from, to, key});
      }
    } else {
      throw std::runtime_error("unexpected line in china.yaml: " + line);
    }
  }
  return china;
}

/// An office in China: Monday to Friday, with lunch.
inline Calendar china_office(const std::string& source_dir) {
  auto description = china_days(source_dir);
  description.name = "china_office";
  for (std::size_t day = 0; day < 5; ++day) {
    description.weekly.at(day) = parse_day_hours("09:00-12:00 13:00-18:00").hours;
  }
  return Calendar::make(std::move(description)).value();
}

}  // namespace aftercare::test
