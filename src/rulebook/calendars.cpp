// Working calendars that packs and overlays write.
#include <algorithm>
#include <array>

#include "aftercare/calendar.hpp"

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

constexpr std::array<std::array<std::string_view, 2>, 7> weekdays = {{
    {"mon", "周一"},
    {"tue", "周二"},
    {"wed", "周三"},
    {"thu", "周四"},
    {"fri", "周五"},
    {"sat", "周六"},
    {"sun", "周日"},
}};

std::optional<std::size_t> weekday_named(std::string_view name, Language language) {
  for (std::size_t day = 0; day < weekdays.size(); ++day) {
    if (weekdays[day][language == Language::chinese ? 1 : 0] == name) return day;
  }
  return std::nullopt;
}

std::vector<const Node*> scalars(const Node& node) {
  std::vector<const Node*> out;
  if (node.is_scalar()) out.push_back(&node);
  for (const Node& item : node.items) {
    if (item.is_scalar()) out.push_back(&item);
  }
  return out;
}

}  // namespace

/// A calendar as it is written; none where nothing can be made of it.
std::optional<CalendarDescription> Linker::read_calendar(PackDecl& pack, const Node& node,
                                                         Language language,
                                                         const std::string& name) {
  const bool zh = language == Language::chinese;
  CalendarDescription own;
  own.name = name;
  bool is_good = true;
  const auto wrong = [&](const Node& at, std::string_view english, std::string_view chinese) {
    report(diag::AC0218, at.span,
           {{"text", at.text}, {"what", std::string(zh ? chinese : english)}});
    is_good = false;
  };
  const Node* base_node = get(node, Word::extends, language);
  const Index base_pack = pack.index;
  own.zone = model_->packs[base_pack].zone.name();
  if (const Node* zone = get(node, Word::timezone, language); zone && zone->is_scalar()) {
    own.zone = base::trim(zone->text);
  }
  if (const Node* weekly = get(node, Word::weekly, language); weekly && weekly->is_map()) {
    for (const Entry& entry : weekly->entries) {
      std::vector<std::size_t> days;
      const std::string_view key = base::trim(entry.key.text);
      const std::string_view joint = zh ? "至" : "-";
      if (const std::size_t dash = key.find(joint); dash != std::string_view::npos) {
        const auto first = weekday_named(base::trim(key.substr(0, dash)), language);
        const auto last = weekday_named(base::trim(key.substr(dash + joint.size())), language);
        if (first && last) {
          for (std::size_t day = *first;; day = (day + 1) % 7) {
            days.push_back(day);
            if (day == *last) break;
          }
        }
      } else if (const auto day = weekday_named(key, language)) {
        days.push_back(*day);
      }
      if (days.empty()) {
        wrong(entry.key, "weekday or span of weekdays such as mon-fri", "星期,例如“周一至周五”");
        continue;
      }
      if (!entry.value.is_scalar()) continue;
      const ParsedDayHours parsed = parse_day_hours(entry.value.text);
      if (parsed.fault != ParsedDayHours::Fault::none) {
        wrong(entry.value, "list of hours such as 08:30-12:00 13:30-18:00",
              "钟点,例如“08:30-12:00 13:30-18:00”");
        continue;
      }
      for (const std::size_t day : days) {
        if (!own.weekly[day].empty()) {
          report(diag::AC0216, entry.key.span, {{"name", std::string(weekdays[day][zh ? 1 : 0])}});
          is_good = false;
        }
        own.weekly[day] = parsed.hours;
      }
    }
  }
  CalendarNotice notice;
  if (const Node* holidays = get(node, Word::holidays, language)) {
    for (const Node* one : scalars(*holidays)) {
      const std::string_view text = base::trim(one->text);
      const std::size_t space = text.find(' ');
      const std::string_view days = text.substr(0, space);
      const std::size_t dots = days.find("..");
      const auto from = parse_date(days.substr(0, dots));
      const auto to = dots == std::string_view::npos ? from : parse_date(days.substr(dots + 2));
      if (!from || !to) {
        wrong(*one, "day off such as 2026-10-01 or 2026-10-01..2026-10-07",
              "休息日,例如“2026-10-01”或“2026-10-01..2026-10-07”");
        continue;
      }
      OffDays off;
      off.from = *from;
      off.to = *to;
      if (space != std::string_view::npos) off.name = base::trim(text.substr(space));
      notice.off.push_back(std::move(off));
    }
  }
  if (const Node* make_up = get(node, Word::make_up, language)) {
    for (const Node* one : scalars(*make_up)) {
      const std::vector<Part> words = split_words(one->text, 0);
      MakeUpDay day;
      const auto date = words.empty() ? std::nullopt : parse_date(words[0].text);
      bool is_read = date.has_value();
      if (words.size() == 3 && is_word(words[1].text, Word::as, language)) {
        const auto as = weekday_named(words[2].text, language);
        is_read = is_read && as.has_value();
        if (as)
          day.as = static_cast<rt::Weekday>(static_cast<int>(rt::Weekday::monday) +
                                            static_cast<int>(*as));
      } else if (words.size() != 1) {
        is_read = false;
      }
      if (!is_read) {
        wrong(*one, "make-up workday such as 2026-10-10 or 2026-10-10 as fri",
              "补班日,例如“2026-10-10”或“2026-10-10 按 周五”");
        continue;
      }
      day.date = *date;
      notice.make_up.push_back(std::move(day));
    }
  }
  own.notices.push_back(std::move(notice));
  if (const Node* known = get(node, Word::known_until, language); known && known->is_scalar()) {
    if (const auto date = parse_date(base::trim(known->text))) {
      own.known_until = *date;
    } else {
      wrong(*known, "date", "日期");
    }
  }
  if (base_node && base_node->is_scalar()) {
    const std::string base_name(base::trim(base_node->text));
    const auto described = descriptions_.find({pack.index, base_name});
    if (described == descriptions_.end()) {
      std::vector<std::string> known;
      for (const auto& [calendar, number] : pack.calendars) known.push_back(calendar);
      unknown(zh ? "日历" : "calendar", base_name, base_node->span, known);
      return std::nullopt;
    }
    own = extend(described->second, std::move(own));
  }
  for (const CalendarProblem& problem : aftercare::check(own)) {
    if (problem.is_warning() || !is_good) continue;
    report(diag::AC0229, node.span,
           {{"name", name}, {"problem", std::string(message(problem.fault))}});
    is_good = false;
  }
  if (!is_good) return std::nullopt;
  return own;
}

Index Linker::add_calendar(PackDecl& pack, const std::string& name, const Node& node,
                           Language language) {
  const auto description = read_calendar(pack, node, language, name);
  if (!description) return none;
  auto calendar = Calendar::make(*description);
  if (!calendar) return none;  // check() above has told why
  descriptions_[{pack.index, name}] = *description;
  const auto number = static_cast<Index>(model_->calendars.size());
  model_->calendars.push_back(*calendar);
  model_->calendar_names.push_back(name);
  pack.calendars[name] = number;
  return number;
}

void Linker::declare_calendars(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::calendar) continue;
    implement(pack, item, all_cites(pack, item));
    if (!item.body().is_map() || pack.calendars.count(item.name) != 0) continue;
    add_calendar(pack, item.name, item.body(), item.language);
  }
}

}  // namespace aftercare::rulebook
