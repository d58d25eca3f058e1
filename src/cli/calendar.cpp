// aftercare calendar: draws months, checks files, imports calendars of others.
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include <unistd.h>

#include "base/json_writer.hpp"
#include "base/unicode.hpp"
#include "cli/calendar_text.hpp"
#include "cli/command.hpp"
#include "interop/from_holiday_cn.hpp"
#include "interop/from_icalendar.hpp"
#include "rulebook/calendar_writer.hpp"
#include "rulebook/schema.hpp"

namespace aftercare::cli {

namespace {

// show ---------------------------------------------------------------------------------------

/// How a kind of day is drawn: a letter in each language, so that no colour is needed.
struct KindRow {
  CalendarDay::Kind kind;
  std::string_view json, letter, chinese_letter, english, chinese, color;
};
constexpr std::array<KindRow, 5> kinds = {{
    {CalendarDay::Kind::weekly, "weekly", "w", "班", "workday", "工作日", ""},
    {CalendarDay::Kind::rest, "rest", "r", "休", "rest day", "休息日", "\x1b[2m"},
    {CalendarDay::Kind::off, "off", "H", "假", "holiday", "假日", "\x1b[31m"},
    {CalendarDay::Kind::make_up, "make_up", "M", "补", "make-up workday", "补班", "\x1b[33m"},
    {CalendarDay::Kind::special, "special", "S", "特", "hours of its own", "当日另有钟点",
     "\x1b[36m"},
}};
const KindRow& row(CalendarDay::Kind kind) {
  for (const KindRow& one : kinds) {
    if (one.kind == kind) return one;
  }
  return kinds[0];
}

struct ShowOptions {
  std::string calendar, month;
  CalendarPlaces places;
};

class Drawing {
 public:
  Drawing(const Shell& shell, const Calendar& calendar)
      : calendar_(calendar),
        language_(shell.language()),
        zh_(language_ == Language::chinese),
        has_color_(isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr) {}

  Result<std::string> month(std::int64_t year, int number) const {
    const Date first = rt::date_of(year, number, 1);
    const Date end = number == 12 ? rt::date_of(year + 1, 1, 1) : rt::date_of(year, number + 1, 1);
    std::string out = calendar_.name() + "  " + iso_text(first).substr(0, 7) + "  " +
                      calendar_.zone().name() + "\n\n";
    out += weeks(first, end);
    out += "\n" + legend(first, end);
    const auto time = calendar_.elapsed(after_shifts_before(first), after_shifts_before(end));
    if (!time) return time.error();
    const auto workdays = calendar_.workdays_between(first, end);
    if (!workdays) return workdays.error();
    const std::string worked = amount_of_time(time->micros, language_);
    out += zh_ ? std::to_string(*workdays) + "个工作日,工作时间" + worked + "\n"
               : std::to_string(*workdays) + (*workdays == 1 ? " workday, " : " workdays, ") +
                     worked + " of working time\n";
    return out;
  }

 private:
  /// Where a date's own hours may begin: its midnight, or the end of a night shift of the day
  /// before, which belongs to that day.
  [[nodiscard]] Instant after_shifts_before(Date date) const {
    const Zone& zone = calendar_.zone();
    Instant from = zone.start_of(date);
    const std::int64_t midnight = (date.days - 1) * rt::seconds_per_day;
    for (const DayInterval& one : calendar_.day({date.days - 1}).hours) {
      if (one.close <= rt::seconds_per_day) continue;
      const Instant close{zone.meaning(midnight + one.close).first * rt::micros_per_second};
      from = std::max(from, close);
    }
    return from;
  }

  /// A date that the clocks of the zone leave out, as Samoa did with 30 December 2011.
  [[nodiscard]] bool is_left_out(Date date) const {
    return calendar_.zone().start_of(date) >= calendar_.zone().start_of({date.days + 1});
  }

  [[nodiscard]] std::string letter(const CalendarDay& day) const {
    const KindRow& kind = row(day.kind);
    return std::string(zh_ ? kind.chinese_letter : kind.letter) + (day.is_known ? "" : "?");
  }

  /// A name within a column; what does not fit is in the list below.
  static std::string cut(const std::string& text, std::size_t width) {
    if (base::display_width(text) <= width) return text;
    std::string out;
    std::size_t cells = 1;
    for (std::size_t at = 0; at < text.size();) {
      const auto step = base::decode(text, at);
      cells += static_cast<std::size_t>(base::display_width(step.code_point));
      if (cells > width) break;
      out.append(text, at, step.bytes);
      at += step.bytes;
    }
    return out + "…";
  }

  [[nodiscard]] std::string painted(const std::string& text, CalendarDay::Kind kind) const {
    const std::string_view color = row(kind).color;
    if (!has_color_ || color.empty()) return text;
    return std::string(color) + text + "\x1b[0m";
  }

  [[nodiscard]] std::string weeks(Date first, Date end) const {
    constexpr std::size_t widest = 14;
    std::size_t width = 6;
    for (Date day = first; day < end; ++day.days) {
      width = std::max(width, std::min(widest, base::display_width(calendar_.day(day).name)));
    }
    const auto line_of =
        [&](const std::array<std::pair<std::string, CalendarDay::Kind>, 7>& cells) {
          std::string line;
          std::size_t pending = 0;
          for (const auto& [text, kind] : cells) {
            if (!text.empty()) {
              line += std::string(pending, ' ') + painted(text, kind);
              pending = 0;
            }
            pending += width - base::display_width(text) + 2;
          }
          return " " + line + "\n";
        };
    std::array<std::pair<std::string, CalendarDay::Kind>, 7> heads;
    const auto monday = rt::date_of(2026, 3, 2);
    for (std::size_t i = 0; i < 7; ++i) {
      heads[i] = {
          std::string(weekday_text({monday.days + static_cast<std::int64_t>(i)}, language_)),
          CalendarDay::Kind::weekly};
    }
    std::string out = line_of(heads);
    for (Date week{first.days - static_cast<int>(rt::weekday(first)) + 1}; week < end;
         week.days += 7) {
      std::array<std::pair<std::string, CalendarDay::Kind>, 7> days;
      std::array<std::pair<std::string, CalendarDay::Kind>, 7> names;
      bool has_names = false;
      for (std::size_t i = 0; i < 7; ++i) {
        const Date date{week.days + static_cast<std::int64_t>(i)};
        if (date < first || date >= end) continue;
        const CalendarDay day = calendar_.day(date);
        const auto number = rt::fields(date).day;
        days[i] = {(number < 10 ? " " : "") + std::to_string(number) + " " +
                       (is_left_out(date) ? "-" : letter(day)),
                   day.kind};
        names[i] = {cut(day.name, width), day.kind};
        has_names |= !day.name.empty();
      }
      out += line_of(days);
      if (has_names) out += line_of(names);
    }
    return out;
  }

  /// By weekday the hours that most of its ordinary days have: calendars of several zones meet at
  /// other hours where one has changed its clocks.
  [[nodiscard]] std::array<std::optional<DayHours>, 7> usual_hours(Date first, Date end) const {
    std::array<std::vector<std::pair<DayHours, int>>, 7> counts;
    for (Date date = first; date < end; ++date.days) {
      const CalendarDay day = calendar_.day(date);
      if (day.kind != CalendarDay::Kind::weekly) continue;
      auto& of_day = counts[static_cast<std::size_t>(rt::weekday(date)) - 1];
      const auto known = std::find_if(of_day.begin(), of_day.end(),
                                      [&](const auto& one) { return one.first == day.hours; });
      if (known == of_day.end()) {
        of_day.emplace_back(day.hours, 1);
      } else {
        ++known->second;
      }
    }
    std::array<std::optional<DayHours>, 7> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto most =
          std::max_element(counts[i].begin(), counts[i].end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      if (most != counts[i].end()) out[i] = most->first;
    }
    return out;
  }

  /// The letters that occur, the hours of the week, and the days that differ.
  [[nodiscard]] std::string legend(Date first, Date end) const {
    std::vector<std::vector<std::string>> rows;
    std::array<bool, kinds.size()> occurs{};
    bool has_unknown = false, has_left_out = false;
    struct Stretch {
      Date from, to;
      CalendarDay day;
    };
    std::vector<Stretch> stretches;
    const std::array<std::optional<DayHours>, 7> usual = usual_hours(first, end);
    for (Date date = first; date < end; ++date.days) {
      CalendarDay day = calendar_.day(date);
      const auto& usually = usual[static_cast<std::size_t>(rt::weekday(date)) - 1];
      if (is_left_out(date)) {
        has_left_out = true;
        continue;
      }
      const bool is_usual = day.kind == CalendarDay::Kind::weekly && day.hours == *usually;
      occurs[static_cast<std::size_t>(&row(day.kind) - kinds.data())] = true;
      has_unknown |= !day.is_known;
      if (!is_usual && day.kind != CalendarDay::Kind::rest) {
        if (!stretches.empty() && stretches.back().to.days + 1 == date.days &&
            stretches.back().day.kind == day.kind && stretches.back().day.name == day.name &&
            stretches.back().day.hours == day.hours) {
          stretches.back().to = date;
        } else {
          stretches.push_back({date, date, std::move(day)});
        }
      }
    }
    const auto monday = rt::date_of(2026, 3, 2);
    const auto weekday = [&](std::size_t i) {
      return std::string(weekday_text({monday.days + static_cast<std::int64_t>(i)}, language_));
    };
    for (std::size_t i = 0; i < 7;) {
      if (!usual[i]) {
        ++i;
        continue;
      }
      std::size_t last = i;
      while (last + 1 < 7 && usual[last + 1] == usual[i]) ++last;
      const std::string days =
          last == i ? weekday(i) : weekday(i) + (zh_ ? "至" : "-") + weekday(last);
      rows.push_back({days, hours_text(*usual[i])});
      i = last + 1;
    }
    std::string out = aligned(rows, " ");
    rows.clear();
    for (const Stretch& one : stretches) {
      const std::string from = iso_text(one.from).substr(5);
      const std::string days = one.from == one.to ? from : from + ".." + iso_text(one.to).substr(5);
      const std::string hours = one.day.hours.empty() && one.day.kind == CalendarDay::Kind::special
                                    ? std::string(zh_ ? "休息" : "closed")
                                    : hours_text(one.day.hours);
      rows.push_back({letter(one.day), days, one.day.name, hours});
    }
    out += aligned(rows, " ");
    std::string letters;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (!occurs[i]) continue;
      letters += (letters.empty() ? " " : "  ") +
                 std::string(zh_ ? kinds[i].chinese_letter : kinds[i].letter) + " " +
                 std::string(zh_ ? kinds[i].chinese : kinds[i].english);
    }
    if (has_left_out) {
      letters += zh_ ? "  - 时钟跳过,没有这一天" : "  - never was: the clocks skip it";
    }
    if (has_unknown) {
      letters += zh_ ? "  ? 尚不知道有无假日" : "  ? holidays are not known yet";
    }
    return out + letters + "\n";
  }

  const Calendar& calendar_;
  Language language_;
  bool zh_;
  bool has_color_;
};

int show(const Shell& shell, const ShowOptions& options) {
  const std::string& text = options.month;
  const bool is_year = text.size() == 4;
  const auto first = parse_date(is_year ? text + "-01-01" : text + "-01");
  const auto year = first ? rt::fields(*first).year : 0;
  if (!first || year < 1900 || year > 2199) {
    return shell.wrong_use(
        shell.say("the month is written 2026-02, or the year 2026", "月份写作2026-02,或年份2026"));
  }
  const auto calendar = find_calendar(shell, options.calendar, options.places, "calendar");
  if (!calendar) return findings;
  const int from = is_year ? 1 : static_cast<int>(rt::fields(*first).month);
  const int to = is_year ? 12 : from;
  if (shell.is_json()) {
    const Date end = to == 12 ? rt::date_of(year + 1, 1, 1) : rt::date_of(year, to + 1, 1);
    base::JsonWriter json;
    for (Date date = *first; date < end; ++date.days) {
      const CalendarDay day = calendar->day(date);
      json.begin_object();
      json.key("date").string(iso_text(date));
      json.key("kind").string(row(day.kind).json);
      if (!day.name.empty()) json.key("name").string(day.name);
      json.key("hours").string(hours_text(day.hours));
      json.key("known").boolean(day.is_known);
      json.end_object().end_line();
    }
    shell.out(json.text());
    return fine;
  }
  const Drawing drawing(shell, *calendar);
  for (int month = from; month <= to; ++month) {
    const auto drawn = drawing.month(year, month);
    if (!drawn) return shell.failed(drawn.error());
    shell.out((month > from ? "\n" : "") + *drawn);
  }
  return fine;
}

struct CheckOptions {
  std::vector<std::string> files, folders;
};

// import -------------------------------------------------------------------------------------

struct ImportOptions {
  std::vector<std::string> files, make_up, off;
  std::string name, zone, until;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

int import_files(const Shell& shell, const ImportOptions& options) {
  if (!rulebook::is_name(options.name)) {
    return shell.wrong_use(shell.say("--name is letters, digits and _, not beginning with a digit",
                                     "--name须为字母、数字或_,不能以数字开头"));
  }
  std::optional<Date> until;
  if (!options.until.empty()) {
    until = parse_date(options.until);
    if (!until) {
      return shell.wrong_use(
          shell.say("--until is a date such as 2027-12-31", "--until是日期,例如2027-12-31"));
    }
  }
  if (!options.zone.empty()) {
    ArgumentReader read(shell);
    read.zone("--zone", options.zone);
    if (!read.is_good()) return usage;
  }
  Sources sources;
  base::Findings found;
  std::vector<std::uint32_t> numbers;
  std::size_t lists = 0;
  for (const std::string& path : options.files) {
    auto text = read_file(path);
    if (!text) return shell.failed(text.error());
    const auto first = text->find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string::npos && (*text)[first] == '{') ++lists;
    numbers.push_back(sources.add(path, std::move(*text)));
  }
  if (lists != 0 && lists != numbers.size()) {
    return shell.wrong_use(shell.say("lists of holidays and iCalendar files do not go together",
                                     "假日列表与iCalendar文件不能一起导入"));
  }
  std::vector<std::string> comments;
  std::optional<CalendarDescription> made;
  if (lists > 0) {
    made = interop::from_holiday_cn(sources, numbers, options.name, found);
    comments = {"Imported from " + std::to_string(lists) +
                    (lists == 1 ? " list of holidays (JSON)." : " lists of holidays (JSON)."),
                "The lists do not say which weekday a make-up workday stands for."};
  } else if (numbers.size() != 1) {
    return shell.wrong_use(
        shell.say("one iCalendar file at a time", "一次只能导入一个iCalendar文件"));
  } else {
    interop::ICalendarOptions how;
    how.name = options.name;
    how.zone = options.zone;
    how.make_up = options.make_up;
    how.off = options.off;
    how.until = until;
    made = interop::from_icalendar(sources, numbers.front(), how, found);
    comments = {
        "Imported from iCalendar.",
        "Make-up workdays are the events with one of these words: " +
            joined(options.make_up.empty() ? interop::default_make_up_words() : options.make_up),
        options.off.empty() ? "Every other event is a day off."
                            : "Days off are those with one of: " + joined(options.off)};
    if (made)
      comments.push_back("Repetitions are written out until " + iso_text(*made->known_until) + ".");
  }
  comments.push_back(
      "Review it; there is no working time here: a calendar that extends it brings the hours.");
  const bool is_good = made && !found.has_errors();
  shell.tell(found.take(), sources);
  if (!is_good) return findings;
  shell.out(rulebook::write_calendar(*made, comments));
  return fine;
}

}  // namespace

void add_calendar(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("calendar", "Draw, check and import calendars");
  it->require_subcommand(1);
  it->footer(
      "Examples:\n"
      "  aftercare calendar show china_office 2026-02\n"
      "  aftercare calendar show warehouse 2026-10 --pack rules/x\n"
      "  aftercare calendar check rules/calendars/china.yaml\n"
      "  aftercare calendar import holidays.ics --name berlin --zone Europe/Berlin > berlin.yaml\n"
      "  aftercare calendar <subcommand> --help");

  CLI::App* drawn = it->add_subcommand("show", "Draw a month or a year");
  drawn->fallthrough();
  const auto show_options = std::make_shared<ShowOptions>();
  drawn->add_option("calendar", show_options->calendar, "A calendar: its name or its file")
      ->required();
  drawn->add_option("month", show_options->month, "2026-02, or 2026")->required();
  add_calendar_places(*drawn, show_options->places);
  shell.does(*drawn, [&shell, show_options] { return show(shell, *show_options); });

  CLI::App* checked = it->add_subcommand("check", "Check files of calendars, all findings at once");
  checked->fallthrough();
  const auto check_options = std::make_shared<CheckOptions>();
  checked->add_option("file", check_options->files, "Files")->required();
  add_calendar_folders(*checked, check_options->folders);
  shell.does(*checked, [&shell, check_options] {
    FindingsReport report(shell);
    const bool is_good =
        check_calendar_files(shell, check_options->files, check_options->folders, report);
    if (shell.is_json()) shell.out("{\"findings\":" + report.json() + "}\n");
    return is_good ? fine : findings;
  });

  CLI::App* imported =
      it->add_subcommand("import", "Turn an iCalendar file, or lists of holiday-cn, into YAML");
  imported->fallthrough();
  const auto import_options = std::make_shared<ImportOptions>();
  imported->add_option("file", import_options->files, "An .ics file, or .json lists")->required();
  imported->add_option("--name", import_options->name, "What the calendar is called")->required();
  imported->add_option("--zone", import_options->zone,
                       "Time zone of the days; without it, the file's");
  imported
      ->add_option("--make-up", import_options->make_up,
                   "A word of make-up workdays in SUMMARY or CATEGORIES, repeated")
      ->allow_extra_args(false);
  imported
      ->add_option("--off", import_options->off,
                   "A word of days off, repeated; without it, every other event is one")
      ->allow_extra_args(false);
  imported->add_option(
      "--until", import_options->until,
      "Last day of events that repeat; without it, the end of the last year dated");
  shell.does(*imported, [&shell, import_options] { return import_files(shell, *import_options); });
}

}  // namespace aftercare::cli
