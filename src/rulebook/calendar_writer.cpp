// The interface of this file is write_calendar().
#include "rulebook/calendar_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/calendar_reader.hpp"
#include "rulebook/schema.hpp"

namespace aftercare::rulebook {
namespace {

constexpr Language english = Language::english;

std::string two_digits(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

/// A name as it can stand at the end of a text: one line, without what nobody sees.
std::string one_line(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const auto step = base::decode(name, at);
    const bool is_plain = step.is_valid && step.code_point >= 0x20 && step.code_point != 0x7F &&
                          !base::is_hidden(step.code_point);
    if (is_plain) {
      out.append(name.substr(at, step.bytes));
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    at += step.bytes;
  }
  return std::string(base::trim(out));
}

/// What the first word of a name must not be, where words before it are read one by one.
enum class Taken : std::uint8_t { none, as, or_, digits };

std::string name_text(std::string_view name, Taken taken) {
  std::string out = one_line(name);
  const std::string first = out.substr(0, out.find(' '));
  const bool is_taken =
      (taken == Taken::as && first == spelling(Word::as, english)) ||
      (taken == Taken::or_ && first == spelling(Word::or_, english)) ||
      (taken == Taken::digits && !first.empty() && base::is_ascii_digit(first[0]));
  return is_taken ? "'" + out + "'" : out;
}

/// A scalar of YAML: plain where it can be, else in double quotes.
std::string scalar(std::string_view text) {
  bool is_plain = !text.empty() && text.back() != ' ' && text.front() != ' ';
  for (std::size_t at = 0; at < text.size() && is_plain;) {
    const auto step = base::decode(text, at);
    const char32_t c = step.code_point;
    const bool is_safe = (c < 0x80 && (base::is_ascii_digit(static_cast<char>(c)) ||
                                       base::is_ascii_letter(static_cast<char>(c)) || c == '_' ||
                                       c == ' ' || c == '/')) ||
                         (c >= 0x4E00 && c < 0xA000);
    const bool is_inner = at > 0 && (c == '.' || c == '-' || c == '\'');
    // A colon within a word is none of YAML's.
    const bool is_inner_colon = c == ':' && at > 0 && at + 1 < text.size() && text[at + 1] != ' ';
    is_plain = is_safe || is_inner || is_inner_colon;
    at += step.bytes;
  }
  if (is_plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string with_name(std::string text, std::string_view name, Taken taken = Taken::none) {
  const std::string words = name_text(name, taken);
  return scalar(words.empty() ? std::move(text) : std::move(text) + " " + words);
}

std::string hours_text(const DayHours& hours) {
  if (hours.empty()) return std::string(spelling(Word::closed, english));
  std::string out;
  const auto clock = [](std::int32_t s) {
    std::string text = two_digits(s / 3600) + ":" + two_digits(s / 60 % 60);
    if (s % 60 != 0) text += ":" + two_digits(s % 60);
    return text;
  };
  for (const DayInterval& one : hours) {
    out += (out.empty() ? "" : " ") + clock(one.open) + "-" + clock(one.close);
  }
  return out;
}

std::string days_text(const OffDays& days) {
  return iso_text(days.from) + (days.to == days.from ? "" : ".." + iso_text(days.to));
}

class Writer {
 public:
  explicit Writer(const CalendarDescription& calendar) : calendar_(calendar) {}

  std::string write(const std::vector<std::string>& comments) {
    for (const std::string& comment : comments) out_ += "# " + one_line(comment) + "\n";
    line(0, Word::aftercare, "1");
    line(0, Word::calendar, calendar_.name);
    line(0, Word::timezone, scalar(calendar_.zone));
    if (calendar_.known_from) line(0, Word::known_from, iso_text(*calendar_.known_from));
    if (calendar_.known_until) line(0, Word::known_until, iso_text(*calendar_.known_until));
    weekly();
    if (!calendar_.yearly_off.empty()) {
      line(0, Word::every_year, {});
      for (const YearlyOff& range : calendar_.yearly_off) item(2, yearly_text(range));
    }
    std::map<std::int64_t, std::vector<const CalendarNotice*>> years;
    for (const CalendarNotice& notice : calendar_.notices) {
      if (notice.known_until) {
        years[rt::fields(*notice.known_until).year].push_back(&notice);
      } else {
        days(0, notice);
      }
    }
    if (!years.empty()) line(0, Word::days, {});
    for (auto& [year, notices] : years) {
      // What changes a notice became known after it.
      std::stable_sort(notices.begin(), notices.end(),
                       [](const auto* a, const auto* b) { return a->known_at < b->known_at; });
      out_ += "  " + std::to_string(year) + ":\n";
      notice(4, *notices.front());
      if (notices.size() > 1) line(4, Word::amended, {});
      for (std::size_t i = 1; i < notices.size(); ++i) {
        const std::size_t begin = out_.size();
        notice(8, *notices[i]);
        if (out_.size() > begin) out_.replace(begin, 8, "      - ");
      }
    }
    return std::move(out_);
  }

 private:
  void line(std::size_t indent, Word key, std::string_view value) {
    out_ += std::string(indent, ' ') + std::string(spelling(key, english)) + ":";
    if (!value.empty()) out_ += " " + std::string(value);
    out_ += "\n";
  }
  void item(std::size_t indent, const std::string& text) {
    out_ += std::string(indent, ' ') + "- " + text + "\n";
  }

  void weekly() {
    bool has_hours = false;
    for (const DayHours& hours : calendar_.weekly) has_hours |= !hours.empty();
    if (!has_hours) return;
    line(0, Word::weekly, {});
    for (std::size_t day = 0; day < 7;) {
      std::size_t last = day;
      while (last + 1 < 7 && calendar_.weekly[last + 1] == calendar_.weekly[day]) ++last;
      if (!calendar_.weekly[day].empty()) {
        std::string days(weekday_name(day, english));
        if (last > day) days += "-" + std::string(weekday_name(last, english));
        out_ += "  " + days + ": " + hours_text(calendar_.weekly[day]) + "\n";
      }
      day = last + 1;
    }
  }

  static std::string yearly_text(const YearlyOff& range) {
    std::string text = two_digits(range.from_month) + "-" + two_digits(range.from_day);
    if (range.from_month != range.to_month || range.from_day != range.to_day) {
      text += ".." + two_digits(range.to_month) + "-" + two_digits(range.to_day);
    }
    if (range.leap_day == YearlyOff::LeapDay::clamp) {
      text += " " + std::string(spelling(Word::or_, english)) + " 02-28";
    }
    return with_name(std::move(text), range.name, Taken::or_);
  }

  void notice(std::size_t indent, const CalendarNotice& notice) {
    const std::string source = one_line(notice.source);
    if (!source.empty()) line(indent, Word::source, scalar(source));
    if (notice.known_at) {
      const auto zone = Zone::load(calendar_.zone);
      line(indent, Word::known_at, iso_text(*notice.known_at, zone ? *zone : Zone()));
    }
    days(indent, notice);
  }

  void days(std::size_t indent, const CalendarNotice& notice) {
    if (!notice.off.empty()) line(indent, Word::holidays, {});
    for (const OffDays& off : notice.off) item(indent + 2, with_name(days_text(off), off.name));
    if (!notice.make_up.empty()) line(indent, Word::make_up, {});
    for (const MakeUpDay& day : notice.make_up) {
      std::string text = iso_text(day.date);
      if (day.as) {
        text += " " + std::string(spelling(Word::as, english)) + " " +
                std::string(weekday_name(static_cast<std::size_t>(*day.as) - 1, english));
      }
      item(indent + 2, with_name(std::move(text), day.name, day.as ? Taken::none : Taken::as));
    }
    if (!notice.hours.empty()) line(indent, Word::hours_type, {});
    for (const DateHours& day : notice.hours) {
      out_ += std::string(indent + 2, ' ') + iso_text(day.date) + ": " +
              with_name(hours_text(day.hours), day.name,
                        day.hours.empty() ? Taken::none : Taken::digits) +
              "\n";
    }
    if (!notice.ordinary.empty()) line(indent, Word::ordinary, {});
    for (const Date date : notice.ordinary) item(indent + 2, iso_text(date));
  }

  const CalendarDescription& calendar_;
  std::string out_;
};

}  // namespace

std::string write_calendar(const CalendarDescription& calendar,
                           const std::vector<std::string>& comments) {
  return Writer(calendar).write(comments);
}

}  // namespace aftercare::rulebook
