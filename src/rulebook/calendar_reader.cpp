// The interface of this file is read_calendar() and read_instant().
#include "rulebook/calendar_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "calendar/day_table.hpp"
#include "calendar/unclear.hpp"
#include "rulebook/schema.hpp"

namespace aftercare::rulebook {
namespace {

constexpr std::array<Word, 7> weekdays = {Word::monday,   Word::tuesday, Word::wednesday,
                                          Word::thursday, Word::friday,  Word::saturday,
                                          Word::sunday};
constexpr std::string_view example_hours = "08:30-12:00 13:30-18:00";
constexpr std::string_view example_day = "2026-10-01";
constexpr std::string_view example_days = "2026-10-01..2026-10-07";
constexpr std::string_view example_time = "2026-02-13T16:00";

std::optional<std::size_t> weekday_named(std::string_view name, Language language) {
  for (std::size_t day = 0; day < weekdays.size(); ++day) {
    if (weekday_name(day, language) == name) return day;
  }
  return std::nullopt;
}

/// A part of a scalar: bytes of its text.
struct Piece {
  const Node* node = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::string_view text() const {
    return std::string_view(node->text).substr(begin, end - begin);
  }
  [[nodiscard]] SourceSpan span() const { return node->span_of(begin, end); }
  [[nodiscard]] bool is_empty() const { return begin == end; }
};

Piece whole(const Node& node) {
  const std::string_view text = node.text;
  const std::string_view trimmed = base::trim(text);
  const auto begin = trimmed.empty() ? 0 : static_cast<std::size_t>(trimmed.data() - text.data());
  return {&node, begin, begin + trimmed.size()};
}

/// The first word of a piece, which is left with the rest.
Piece take_word(Piece& rest) {
  const std::string_view text = rest.node->text;
  std::size_t end = rest.begin;
  while (end < rest.end && text[end] != ' ') ++end;
  const Piece word{rest.node, rest.begin, end};
  while (end < rest.end && text[end] == ' ') ++end;
  rest.begin = end;
  return word;
}

bool looks_like_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !base::is_ascii_digit(text[i])) return false;
  }
  return true;
}

/// What was probably meant by hours that are none: half-width signs, two digits.
std::optional<std::string> mended_hours(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> signs = {{
      {"：", ":"},
      {"－", "-"},
      {"—", "-"},
      {"–", "-"},
      {"～", "-"},
      {"~", "-"},
      {"至", "-"},
      {"到", "-"},
      {"、", " "},
      {"，", " "},
      {",", " "},
      {"；", " "},
      {";", " "},
      {"　", " "},
      {"..", "-"},
      {".", ":"},
  }};
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = std::find_if(signs.begin(), signs.end(), [&](const auto& one) {
      return text.substr(at, one.first.size()) == one.first;
    });
    if (sign != signs.end()) {
      plain += sign->second;
      at += sign->first.size();
    } else {
      plain += text[at++];
    }
  }
  // Hours of one digit, minutes left out, blanks around the dash.
  std::string out;
  for (std::size_t at = 0; at < plain.size();) {
    const char c = plain[at];
    if (base::is_ascii_digit(c)) {
      std::size_t end = at;
      while (end < plain.size() && base::is_ascii_digit(plain[end])) ++end;
      const bool is_hour = out.empty() || out.back() == '-' || out.back() == ' ';
      if (is_hour && end - at == 1) out += '0';
      out.append(plain, at, end - at);
      if (is_hour && (end == plain.size() || plain[end] != ':')) out += ":00";
      at = end;
      continue;
    }
    if (c == ' ') {
      std::size_t next = plain.find_first_not_of(' ', at);
      if (next == std::string::npos) break;
      if (plain[next] != '-' && !out.empty() && out.back() != '-') out += ' ';
      at = next;
      continue;
    }
    out += c;
    ++at;
  }
  if (parse_day_hours(out).fault != ParsedDayHours::Fault::none) return std::nullopt;
  return out;
}

/// The weekday whose hours a make-up day has that does not say which one it stands for.
std::size_t usual_weekday(const CalendarDescription& calendar) {
  std::size_t best = 0;
  std::ptrdiff_t most = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    const auto& hours = calendar.weekly[day];
    const auto count = std::count(calendar.weekly.begin(), calendar.weekly.end(), hours);
    if (hours.empty() || count <= most) continue;
    best = day;
    most = count;
  }
  return best;
}

class Reader {
 public:
  Reader(const Node& body, const CalendarContext& context) : body_(body), context_(context) {}

  std::optional<CalendarRead> read() {
    CalendarRead out;
    out.name = context_.name;
    out.title = get_text(body_, Word::title, language());
    for (const Word combined : {Word::any_of, Word::all_of}) {
      if (const Entry* entry = get_entry(body_, combined, language())) {
        out.calendar = combine(*entry, combined == Word::any_of);
        if (!out.calendar) return std::nullopt;
        return out;
      }
    }
    const CalendarRead* base = read_base();
    if (!is_good_) return std::nullopt;
    read_zone(base);
    read_weekly();
    read_yearly();
    for (const auto& [key, target] : {std::pair{Word::known_from, &own_.known_from},
                                      std::pair{Word::known_until, &own_.known_until}}) {
      const Node* node = get(body_, key, language());
      if (node && node->is_scalar()) *target = date_in(whole(*node));
      if (node) known_span_ = node->span;
    }
    read_years();
    // What stands beside the years goes over them, whenever one knew them.
    read_notice(body_, std::nullopt, 1, !has_years_);
    if (!is_good_) return std::nullopt;
    if (base) {
      base_notices_ = base->description->notices.size();
      base_yearly_ = base->description->yearly_off.size();
      own_ = extend(*base->description, std::move(own_));
    }
    const bool has_time = check_all(base);
    if (!is_good_) return std::nullopt;
    if (has_time) {
      auto made = Calendar::make(own_);
      if (!made) return std::nullopt;  // check() has told why
      out.calendar = std::move(*made);
    }
    out.description = std::move(own_);
    return out;
  }

 private:
  /// Where the entries of a notice stand.
  struct Places {
    std::vector<SourceSpan> ordinary, off, make_up, hours;
  };

  [[nodiscard]] Language language() const { return context_.language; }
  [[nodiscard]] std::string word(Word w) const { return std::string(spelling(w, language())); }
  [[nodiscard]] std::string day_name(std::size_t day) const {
    return std::string(weekday_name(day, language()));
  }

  void warn(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {},
            std::vector<DiagnosticNote> notes = {}) {
    context_.findings.add(base::make(code, span, std::move(words), std::move(notes)));
  }
  void wrong(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {},
             std::vector<DiagnosticNote> notes = {}) {
    warn(code, span, std::move(words), std::move(notes));
    is_good_ = false;
  }
  void wrong_shape(const Entry& entry, std::string_view english, std::string_view chinese) {
    const bool zh = language() == Language::chinese;
    wrong(diag::AC0205, entry.value.is_empty() ? entry.key.span : entry.value.span,
          {{"key", entry.key.text},
           {"shape", std::string(zh ? chinese : english)},
           {"kind", std::string(kind_text(entry.value.kind, language()))}});
  }

  // ── other calendars ───────────────────────────────────────────────────────────────────────

  std::optional<Calendar> combine(const Entry& entry, bool is_union) {
    for (const Word other :
         {Word::any_of, Word::all_of, Word::extends, Word::timezone, Word::weekly, Word::every_year,
          Word::holidays, Word::make_up, Word::hours_type, Word::ordinary, Word::days,
          Word::known_from, Word::known_until}) {
      const Entry* excluded = get_entry(body_, other, language());
      if (excluded == nullptr || excluded == &entry) continue;
      wrong(diag::AC0225, excluded->key.span,
            {{"first", entry.key.text}, {"second", excluded->key.text}});
    }
    std::optional<Calendar> all;
    std::string names;
    std::size_t count = 0;
    for (const Node* node : scalars(entry.value)) {
      const std::string name(base::trim(node->text));
      names += (names.empty() ? "" : ", ") + name;
      ++count;
      const CalendarRead* part = context_.lookup(name, node->span);
      if (part == nullptr) {
        is_good_ = false;
      } else if (!part->calendar) {
        wrong(diag::AC0250, node->span, {{"name", name}},
              {base::note(notes::days_only, {{"name", name}})});
      } else if (!all) {
        all = part->calendar;
      } else if (is_good_) {
        auto both = is_union ? Calendar::unite(*all, *part->calendar)
                             : Calendar::intersect(*all, *part->calendar);
        if (both) {
          all = std::move(*both);
        } else {
          wrong(diag::AC0274, node->span, {{"names", names}});
        }
      }
    }
    if (count < 2 && is_good_) wrong_shape(entry, "a list of calendars", "多个日历的列表");
    if (!is_good_ || !all) return std::nullopt;
    return all->named(context_.name);
  }

  const CalendarRead* read_base() {
    const Node* node = get(body_, Word::extends, language());
    if (node == nullptr || !node->is_scalar()) return nullptr;
    const std::string name(base::trim(node->text));
    const CalendarRead* base = context_.lookup(name, node->span);
    if (base == nullptr) {
      is_good_ = false;
    } else if (!base->description) {
      wrong(diag::AC0281, node->span, {{"name", name}});
    }
    return base;
  }

  // ── the week ──────────────────────────────────────────────────────────────────────────────

  void read_zone(const CalendarRead* base) {
    own_.name = context_.name;
    const Node* node = get(body_, Word::timezone, language());
    if (node && node->is_scalar()) {
      own_.zone = base::trim(node->text);
      if (auto zone = Zone::load(own_.zone)) {
        zone_ = *zone;
      } else {
        tell_unknown_zone(own_.zone, node->span, context_.findings);
        is_good_ = false;
      }
      return;
    }
    const std::string& inherited = base ? base->description->zone : context_.zone;
    if (!base) own_.zone = inherited;
    if (auto zone = Zone::load(inherited)) {
      zone_ = *zone;
    } else {
      wrong(diag::AC0206, body_.span, {{"key", word(Word::timezone)}});
    }
  }

  void read_weekly() {
    const Entry* weekly = get_entry(body_, Word::weekly, language());
    if (!weekly || !weekly->value.is_map()) return;
    weekly_span_ = weekly->key.span;
    std::array<bool, 7> is_given{};
    for (const Entry& entry : weekly->value.entries) {
      const auto days = weekdays_in(entry.key);
      if (!entry.value.is_scalar()) continue;
      const auto hours = hours_in(whole(entry.value));
      if (!hours) continue;
      for (const std::size_t day : days) {
        if (is_given[day]) wrong(diag::AC0216, entry.key.span, {{"name", day_name(day)}});
        is_given[day] = true;
        own_.weekly[day] = *hours;
        weekday_spans_[day] = entry.value.span;
      }
    }
  }

  std::vector<std::size_t> weekdays_in(const Node& key) {
    const std::string_view text = base::trim(key.text);
    const std::string_view joint = language() == Language::chinese ? "至" : "-";
    std::vector<std::size_t> days;
    if (const std::size_t dash = text.find(joint); dash != std::string_view::npos) {
      const auto first = weekday_named(base::trim(text.substr(0, dash)), language());
      const auto last = weekday_named(base::trim(text.substr(dash + joint.size())), language());
      if (first && last) {
        for (std::size_t day = *first;; day = (day + 1) % 7) {
          days.push_back(day);
          if (day == *last) break;
        }
      }
    } else if (const auto day = weekday_named(text, language())) {
      days.push_back(*day);
    }
    if (days.empty()) {
      std::vector<DiagnosticNote> notes;
      std::vector<std::string_view> known;
      for (std::size_t day = 0; day < 7; ++day) known.push_back(weekday_name(day, language()));
      const bool zh = language() == Language::chinese;
      if (const auto near = base::closest(text.substr(0, zh ? 6 : 3), known)) {
        if (text.find(joint) == std::string_view::npos) {
          notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
        }
      }
      if (notes.empty()) {
        notes.push_back(base::note(notes::for_example,
                                   {{"example", zh ? "周一、周一至周五" : "mon, mon-fri"}}));
      }
      wrong(diag::AC0252, key.span, {{"text", std::string(text)}}, std::move(notes));
    }
    return days;
  }

  /// Hours, or none of them for `closed`. Tells what is wrong.
  std::optional<DayHours> hours_in(Piece piece) {
    const std::string_view text = piece.text();
    if (is_word(text, Word::closed, language())) return DayHours{};
    ParsedDayHours parsed = parse_day_hours(text);
    using Fault = ParsedDayHours::Fault;
    if (parsed.fault == Fault::none) {
      if (parsed.hours.size() > most_intervals) {
        wrong(diag::AC0258, piece.span(), {{"limit", std::to_string(most_intervals)}});
        return std::nullopt;
      }
      return std::move(parsed.hours);
    }
    // The interval that is wrong.
    Piece at = piece;
    at.begin = std::min(piece.begin + parsed.offset, piece.end);
    at = take_word(at);
    if (at.is_empty()) at = piece;
    const DiagnosticWords words = {{"text", std::string(at.text())}};
    switch (parsed.fault) {
      case Fault::empty_interval:
        wrong(diag::AC0254, at.span(), words);
        break;
      case Fault::too_long:
        wrong(diag::AC0255, at.span(), words);
        break;
      case Fault::overlap:
        wrong(diag::AC0256, at.span(), words);
        break;
      default: {
        const auto meant = mended_hours(text);
        wrong(diag::AC0253, piece.span(), {{"text", std::string(text)}},
              {meant ? base::note(notes::write_so, {{"text", *meant}})
                     : base::note(notes::for_example, {{"example", std::string(example_hours)}})});
      }
    }
    return std::nullopt;
  }

  // ── days ──────────────────────────────────────────────────────────────────────────────────

  std::optional<Date> date_in(Piece piece, std::string_view example = example_day) {
    const std::string text(piece.text());
    const auto date = parse_date(text);
    if (!date) {
      if (looks_like_date(text)) {
        wrong(diag::AC0259, piece.span(), {{"date", text}});
      } else {
        wrong(diag::AC0260, piece.is_empty() ? piece.node->span : piece.span(),
              {{"text", text}, {"example", std::string(example)}});
      }
      return std::nullopt;
    }
    const auto year = rt::fields(*date).year;
    if (year < 1900 || year > 2199) {
      wrong(diag::AC0263, piece.span(), {{"date", text}});
      return std::nullopt;
    }
    return date;
  }

  std::optional<OffDays> days_in(Piece piece) {
    const std::string_view text = piece.text();
    const std::size_t dots = text.find("..");
    Piece first = piece;
    Piece last = piece;
    if (dots != std::string_view::npos) {
      first.end = piece.begin + dots;
      last.begin = piece.begin + dots + 2;
    }
    const auto from = date_in(first, example_days);
    if (!from) return std::nullopt;
    const auto to = dots == std::string_view::npos ? from : date_in(last, example_days);
    if (!to) return std::nullopt;
    if (*to < *from) {
      wrong(diag::AC0261, piece.span(), {{"text", std::string(text)}});
      return std::nullopt;
    }
    if (to->days - from->days > 3660) {
      wrong(diag::AC0262, piece.span(), {{"text", std::string(text)}});
      return std::nullopt;
    }
    return OffDays{*from, *to, {}};
  }

  static std::vector<const Node*> scalars(const Node& node) {
    std::vector<const Node*> out;
    if (node.is_scalar()) out.push_back(&node);
    for (const Node& item : node.items) {
      if (item.is_scalar()) out.push_back(&item);
    }
    return out;
  }

  static bool is_list_of_scalars(const Node& node) {
    return node.is_scalar() ||
           (node.is_list() && std::all_of(node.items.begin(), node.items.end(),
                                          [](const Node& item) { return item.is_scalar(); }));
  }

  /// "12-25" in a leap year.
  std::optional<std::pair<int, int>> month_day(Piece piece) {
    const std::string_view text = piece.text();
    const bool is_written = text.size() == 5 && text[2] == '-' && base::is_ascii_digit(text[0]) &&
                            base::is_ascii_digit(text[1]) && base::is_ascii_digit(text[3]) &&
                            base::is_ascii_digit(text[4]);
    if (!is_written) {
      wrong(diag::AC0260, piece.is_empty() ? piece.node->span : piece.span(),
            {{"text", std::string(text)}, {"example", "12-25, 12-24..01-02"}});
      return std::nullopt;
    }
    const int month = (text[0] - '0') * 10 + (text[1] - '0');
    const int day = (text[3] - '0') * 10 + (text[4] - '0');
    if (!rt::is_valid(rt::YearMonthDay{2000, month, day})) {
      wrong(diag::AC0259, piece.span(), {{"date", std::string(text)}});
      return std::nullopt;
    }
    return std::pair{month, day};
  }

  void read_yearly() {
    const Node* node = get(body_, Word::every_year, language());
    if (!node) return;
    for (const Node* one : scalars(*node)) {
      Piece rest = whole(*one);
      const Piece days = take_word(rest);
      Piece first = days;
      Piece last = days;
      if (const auto dots = days.text().find(".."); dots != std::string_view::npos) {
        first.end = days.begin + dots;
        last.begin = days.begin + dots + 2;
      }
      const auto from = month_day(first);
      const auto to = from && last.begin != days.begin ? month_day(last) : from;
      if (!from || !to) continue;
      YearlyOff off;
      off.from_month = from->first;
      off.from_day = from->second;
      off.to_month = to->first;
      off.to_day = to->second;
      Piece name = rest;
      const Piece next = take_word(rest);
      if (is_word(next.text(), Word::or_, language())) {
        const Piece instead = take_word(rest);
        const auto leap_day = std::pair{2, 29};
        if (instead.text() != "02-28" || (*from != leap_day && *to != leap_day)) {
          wrong(diag::AC0260, instead.is_empty() ? one->span : instead.span(),
                {{"text", std::string(instead.text())},
                 {"example", "02-29 " + word(Word::or_) + " 02-28"}});
          continue;
        }
        off.leap_day = YearlyOff::LeapDay::clamp;
        name = rest;
      }
      off.name = name.text();
      own_.yearly_off.push_back(std::move(off));
      yearly_spans_.push_back(days.span());
    }
  }

  void read_years() {
    const Node* years = get(body_, Word::days, language());
    if (!years || !years->is_map()) return;
    for (const Entry& entry : years->entries) {
      const std::string_view text = base::trim(entry.key.text);
      const auto first = text.size() == 4 ? parse_date(std::string(text) + "-01-01") : std::nullopt;
      const auto year = first ? rt::fields(*first).year : 0;
      if (year < 1900 || year > 2199) {
        wrong(diag::AC0278, entry.key.span, {{"text", std::string(text)}});
        continue;
      }
      if (!entry.value.is_map()) continue;
      has_years_ = true;
      const Date last = rt::date_of(year, 12, 31);
      const std::size_t first_notice = own_.notices.size();
      read_notice(entry.value, last, 0, true);
      const Node* amended = get(entry.value, Word::amended, language());
      for (const Node& item : amended ? amended->items : no_items_) {
        if (!item.is_map()) continue;
        read_notice(item, last, 0, true);
        check_amendment(entry.value, item);
      }
      for (std::size_t n = first_notice; n < own_.notices.size(); ++n) check_year(n, year);
    }
  }

  /// What is amended later is known later; without that time it would count as the first.
  void check_amendment(const Node& notice, const Node& amendment) {
    const Node* before = get(notice, Word::known_at, language());
    if (before == nullptr || !before->is_scalar()) return;
    const Node* after = get(amendment, Word::known_at, language());
    if (after == nullptr) {
      wrong(diag::AC0206, amendment.span, {{"key", word(Word::known_at)}});
      return;
    }
    base::Findings told;  // what cannot be read has been told
    const auto first = read_instant(whole(*before).text(), zone_, before->span, told);
    const auto second = read_instant(whole(*after).text(), zone_, after->span, told);
    if (first && second && *second < *first) {
      wrong(diag::AC0287, after->span, {{"first", std::string(whole(*before).text())}});
    }
  }

  /// Under a year stand its days, and those of the neighbouring months that hang together with
  /// them.
  void check_year(std::size_t n, std::int64_t year) {
    const CalendarNotice& notice = own_.notices[n];
    const Places& places = places_[n];
    const auto check = [&](Date date, SourceSpan place) {
      if (calendar::belongs_to_year(date, year)) return;
      wrong(diag::AC0285, place, {{"date", iso_text(date)}, {"year", std::to_string(year)}},
            {base::note(notes::dates_of_year, {{"year", std::to_string(year)}})});
    };
    for (std::size_t i = 0; i < notice.off.size(); ++i) {
      check(calendar::belongs_to_year(notice.off[i].from, year) ? notice.off[i].to
                                                                : notice.off[i].from,
            places.off[i]);
    }
    for (std::size_t i = 0; i < notice.make_up.size(); ++i) {
      check(notice.make_up[i].date, places.make_up[i]);
    }
    for (std::size_t i = 0; i < notice.hours.size(); ++i) {
      check(notice.hours[i].date, places.hours[i]);
    }
    for (std::size_t i = 0; i < notice.ordinary.size(); ++i) {
      if (i == 0 || places.ordinary[i] != places.ordinary[i - 1]) {
        check(notice.ordinary[i], places.ordinary[i]);
      }
    }
  }

  void read_notice(const Node& map, std::optional<Date> known_until, std::uint32_t layer,
                   bool may_be_empty) {
    CalendarNotice notice;
    Places places;
    notice.layer = layer;
    notice.known_until = known_until;
    if (&map != &body_) {
      notice.source = get_text(map, Word::source, language());
      const Node* known_at = get(map, Word::known_at, language());
      if (known_at && known_at->is_scalar()) {
        const Piece piece = whole(*known_at);
        notice.known_at = read_instant(piece.text(), zone_, piece.span(), context_.findings);
        if (!notice.known_at) is_good_ = false;
      }
    }
    if (const Entry* entry = get_entry(map, Word::holidays, language())) {
      read_off(*entry, notice, places);
    }
    if (const Entry* entry = get_entry(map, Word::make_up, language())) {
      read_make_up(*entry, notice, places);
    }
    if (const Entry* entry = get_entry(map, Word::hours_type, language())) {
      read_hours(*entry, notice, places);
    }
    if (const Node* node = get(map, Word::ordinary, language())) {
      for (const Node* one : scalars(*node)) {
        const Piece piece = whole(*one);
        const auto days = days_in(piece);
        if (!days) continue;
        for (Date day = days->from; day <= days->to; ++day.days) {
          notice.ordinary.push_back(day);
          places.ordinary.push_back(piece.span());
        }
      }
    }
    const bool is_empty = notice.off.empty() && notice.make_up.empty() && notice.hours.empty() &&
                          notice.ordinary.empty();
    if (is_empty && !known_until && may_be_empty) return;
    if (is_empty && &map == &body_) return;
    own_.notices.push_back(std::move(notice));
    places_.push_back(std::move(places));
  }

  void read_off(const Entry& entry, CalendarNotice& notice, Places& places) {
    const Node& value = entry.value;
    const auto add = [&](Piece piece, std::string_view name) {
      auto days = days_in(piece);
      if (!days) return;
      days->name = name;
      notice.off.push_back(std::move(*days));
      places.off.push_back(piece.span());
    };
    if (value.is_map()) {
      for (const Entry& named : value.entries) {
        if (!is_list_of_scalars(named.value)) {
          wrong_shape(named, "days such as 2026-10-01..2026-10-07",
                      "日期,例如2026-10-01..2026-10-07");
          continue;
        }
        for (const Node* one : scalars(named.value)) add(whole(*one), named.key.text);
      }
    } else if (is_list_of_scalars(value)) {
      for (const Node* one : scalars(value)) {
        Piece rest = whole(*one);
        const Piece days = take_word(rest);
        add(days, rest.text());
      }
    } else {
      wrong_shape(entry, "a list of days such as 2026-10-01 name",
                  "日期的列表,例如2026-10-01 名称");
    }
  }

  void read_make_up(const Entry& entry, CalendarNotice& notice, Places& places) {
    const auto add = [&](Piece date, Piece rest) {
      MakeUpDay day;
      const auto on = date_in(date);
      if (!on) return;
      day.date = *on;
      Piece name = rest;
      const Piece first = take_word(rest);
      if (!first.is_empty() && is_word(first.text(), Word::as, language())) {
        const Piece weekday = take_word(rest);
        const auto as = weekday_named(weekday.text(), language());
        if (!as) {
          wrong(
              diag::AC0252, weekday.is_empty() ? first.span() : weekday.span(),
              {{"text", std::string(weekday.text())}},
              {base::note(notes::for_example, {{"example", word(Word::as) + " " + day_name(4)}})});
          return;
        }
        day.as = static_cast<Weekday>(*as + 1);
        name = rest;
      }
      day.name = name.text();
      notice.make_up.push_back(std::move(day));
      places.make_up.push_back(date.span());
    };
    const Node& value = entry.value;
    if (value.is_map()) {
      for (const Entry& dated : value.entries) {
        if (dated.value.is_empty()) {
          add(whole(dated.key), {&dated.key, 0, 0});
        } else if (dated.value.is_scalar()) {
          add(whole(dated.key), whole(dated.value));
        } else {
          wrong_shape(dated, "a name, or `as` and a weekday", "名称,或“按”加星期");
        }
      }
    } else if (is_list_of_scalars(value)) {
      for (const Node* one : scalars(value)) {
        Piece rest = whole(*one);
        const Piece date = take_word(rest);
        add(date, rest);
      }
    } else {
      wrong_shape(entry, "a list of days such as 2026-10-10 name",
                  "日期的列表,例如2026-10-10 名称");
    }
  }

  void read_hours(const Entry& entry, CalendarNotice& notice, Places& places) {
    for (const Entry& dated : entry.value.entries) {
      if (!dated.value.is_scalar()) continue;
      const auto date = date_in(whole(dated.key));
      // The hours, or `closed`; then a name.
      Piece rest = whole(dated.value);
      Piece hours = rest;
      hours.end = hours.begin;
      while (!rest.is_empty()) {
        Piece after = rest;
        const Piece one = take_word(after);
        const bool is_closed = is_word(one.text(), Word::closed, language());
        if (!base::is_ascii_digit(one.text()[0]) && !(is_closed && hours.is_empty())) break;
        hours.end = one.end;
        rest = after;
        if (is_closed) break;
      }
      if (hours.is_empty()) hours = whole(dated.value);
      const auto read = hours_in(hours);
      if (!date || !read) continue;
      notice.hours.push_back({*date, *read, std::string(rest.text())});
      places.hours.push_back(dated.key.span);
    }
  }

  // ── what is wrong with all of it ──────────────────────────────────────────────────────────

  SourceSpan place_of(const CalendarProblem& problem) const {
    using Part = CalendarProblem::Part;
    if (problem.part == Part::yearly_off) return yearly_spans_[problem.index - base_yearly_];
    const Places& places = places_[problem.notice - base_notices_];
    switch (problem.part) {
      case Part::ordinary:
        return places.ordinary[problem.index];
      case Part::off:
        return places.off[problem.index];
      case Part::make_up:
        return places.make_up[problem.index];
      default:
        return places.hours[problem.index];
    }
  }

  [[nodiscard]] bool is_own(const CalendarProblem& problem) const {
    using Part = CalendarProblem::Part;
    if (problem.part == Part::zone || problem.part == Part::weekly) return true;
    if (problem.part == Part::yearly_off) return problem.index >= base_yearly_;
    return problem.notice >= base_notices_;
  }

  /// Tells all problems of the whole. Whether there is any working time.
  bool check_all(const CalendarRead* base) {
    bool has_time = true;
    std::size_t unknown_weekdays = 0;
    bool is_overlap_told = false;
    for (const CalendarProblem& problem : aftercare::check(own_)) {
      if (problem.fault == CalendarFault::no_working_time) {
        has_time = false;
        if (context_.may_only_list_days && !weekly_span_ &&
            problem.part == CalendarProblem::Part::weekly) {
          continue;
        }
        no_working_time(base);
        continue;
      }
      if (!is_own(problem)) {
        if (problem.fault == CalendarFault::make_up_weekday_unknown) ++unknown_weekdays;
        // The base's date and the hours of this week do not go together.
        if (problem.fault == CalendarFault::overlapping_dates && !is_overlap_told) {
          is_overlap_told = true;
          tell(problem);
        }
        continue;
      }
      tell(problem);
    }
    // The base did not know that the hours differ.
    if (unknown_weekdays > 0) {
      warn(diag::AC0271, weekly_span_.value_or(body_.span),
           {{"count", std::to_string(unknown_weekdays)},
            {"base", base->name},
            {"day", day_name(usual_weekday(own_))}},
           {base::note(notes::for_example,
                       {{"example", word(Word::make_up) + ": [2026-10-10 " + word(Word::as) + " " +
                                        day_name(4) + "]"}})});
    }
    return has_time;
  }

  void no_working_time(const CalendarRead* base) {
    std::vector<DiagnosticNote> notes;
    if (base) notes.push_back(base::note(notes::days_only, {{"name", base->name}}));
    const bool zh = language() == Language::chinese;
    notes.push_back(
        base::note(notes::write_weekly,
                   {{"example", word(Word::weekly) + ": {" + (zh ? "周一至周五" : "mon-fri") +
                                    ": \"" + std::string(example_hours) + "\"}"}}));
    wrong(diag::AC0250, weekly_span_.value_or(body_.span), {{"name", context_.name}},
          std::move(notes));
  }

  void tell(const CalendarProblem& problem) {
    const std::string date = iso_text(problem.date);
    const auto& notice =
        problem.part >= CalendarProblem::Part::ordinary ? own_.notices[problem.notice] : no_notice_;
    switch (problem.fault) {
      case CalendarFault::overlapping_intervals: {
        // Within a day parse_day_hours() has told: here one passes midnight.
        const std::size_t day = problem.index;
        const std::size_t before = (day + 6) % 7;
        wrong(diag::AC0257, weekday_spans_[day],
              {{"day", day_name(day)}, {"before", day_name(before)}});
        return;
      }
      case CalendarFault::contradiction: {
        const auto first = first_place(problem, notice);
        wrong(first.second ? diag::AC0264 : diag::AC0265, place_of(problem), {{"date", date}},
              {base::note(notes::first_stands_here, {}, first.first)});
        return;
      }
      case CalendarFault::off_twice:
        warn(diag::AC0266, place_of(problem), {{"date", date}},
             {base::note(notes::first_stands_here, {}, first_place(problem, notice).first)});
        return;
      case CalendarFault::too_many_days:
        wrong(diag::AC0279, place_of(problem), {{"limit", "400000"}});
        return;
      case CalendarFault::no_effect:
        if (problem.part == CalendarProblem::Part::make_up) {
          warn(diag::AC0267, place_of(problem), {{"date", date}},
               {base::note(notes::take_back_first,
                           {{"example", word(Word::ordinary) + ": [" + date + "]"}})});
        } else {
          warn(diag::AC0268, place_of(problem), {{"date", date}});
        }
        return;
      case CalendarFault::already_workday:
        warn(diag::AC0269, place_of(problem), {{"date", date}});
        return;
      case CalendarFault::make_up_weekday_unknown:
        warn(diag::AC0270, place_of(problem),
             {{"date", date}, {"day", day_name(usual_weekday(own_))}},
             {base::note(notes::write_so,
                         {{"text", date + " " + word(Word::as) + " " + day_name(4)}})});
        return;
      case CalendarFault::overlapping_dates:
        wrong(diag::AC0282, is_own(problem) ? place_of(problem) : weekly_span_.value_or(body_.span),
              {{"date", date}, {"before", iso_text(Date{problem.date.days - 1})}});
        return;
      case CalendarFault::known_ends_first:
        wrong(diag::AC0283, known_span_.value_or(body_.span),
              {{"from", iso_text(*own_.known_from)}, {"until", date}});
        return;
      case CalendarFault::make_up_closed:
        warn(diag::AC0284, place_of(problem),
             {{"date", date},
              {"day", day_name(static_cast<std::size_t>(*notice.make_up[problem.index].as) - 1)}});
        return;
      case CalendarFault::never_comes:
        warn(diag::AC0286, place_of(problem), {{"date", date}});
        return;
      case CalendarFault::beyond_known:
        warn(diag::AC0272, place_of(problem), {{"date", date}});
        return;
      default:
        // Zones, dates and single hours have been read by now: what is left is a slip of this file.
        wrong(diag::AC0250, body_.span, {{"name", context_.name}});
    }
  }

  /// Where a date stood first in a notice, and whether as a day off.
  std::pair<SourceSpan, bool> first_place(const CalendarProblem& problem,
                                          const CalendarNotice& notice) const {
    const Places& places = places_[problem.notice - base_notices_];
    using Part = CalendarProblem::Part;
    if (problem.part != Part::hours) {
      const auto end = problem.part == Part::off ? problem.index : notice.off.size();
      for (std::size_t i = 0; i < end; ++i) {
        if (notice.off[i].from <= problem.date && problem.date <= notice.off[i].to) {
          return {places.off[i], true};
        }
      }
      for (std::size_t i = 0; i < notice.make_up.size(); ++i) {
        if (notice.make_up[i].date == problem.date) return {places.make_up[i], false};
      }
    }
    for (std::size_t i = 0; i < notice.hours.size(); ++i) {
      if (notice.hours[i].date == problem.date) return {places.hours[i], false};
    }
    return {place_of(problem), false};
  }

  static constexpr std::size_t most_intervals = 96;

  const Node& body_;
  const CalendarContext& context_;
  CalendarDescription own_;
  const CalendarNotice no_notice_;
  Zone zone_;
  bool is_good_ = true;
  bool has_years_ = false;
  std::optional<SourceSpan> weekly_span_;
  std::optional<SourceSpan> known_span_;
  const std::vector<Node> no_items_;
  std::array<SourceSpan, 7> weekday_spans_{};
  std::vector<SourceSpan> yearly_spans_;
  std::vector<Places> places_;
  std::size_t base_notices_ = 0;
  std::size_t base_yearly_ = 0;
};

}  // namespace

std::string_view weekday_name(std::size_t day, Language language) noexcept {
  return spelling(weekdays[day], language);
}

void tell_unknown_zone(std::string_view name, SourceSpan span, base::Findings& findings) {
  std::vector<DiagnosticNote> notes;
  if (const auto near = base::closest(name, zone_names())) {
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  }
  findings.add(base::make(diag::AC0219, span, {{"name", std::string(name)}}, std::move(notes)));
}

std::optional<Instant> read_instant(std::string_view text, const Zone& zone, SourceSpan span,
                                    base::Findings& findings) {
  if (const auto date = parse_date(text)) {
    const auto year = rt::fields(*date).year;
    if (year > -9999 && year < 9999) return zone.start_of(*date);
  }
  if (const auto local = parse_local(text);
      local && rt::fields(local->date).year > -9999 && rt::fields(local->date).year < 9999) {
    auto unclear = calendar::unclear_finding(text, zone, span);
    if (!unclear) return zone.instant(*local);
    findings.add(std::move(*unclear));
    return std::nullopt;
  }
  if (auto instant = parse_instant(text)) return *instant;
  findings.add(base::make(diag::AC0277, span,
                          {{"text", std::string(text)}, {"example", std::string(example_time)}}));
  return std::nullopt;
}

std::optional<CalendarRead> read_calendar(const Node& body, const CalendarContext& context) {
  return Reader(body, context).read();
}

}  // namespace aftercare::rulebook
