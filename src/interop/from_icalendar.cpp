// The interface of this file is from_icalendar(). The only door to libical: it reads one event at a
// time, after lines, nesting and sizes have been checked here, so that findings have their place.
#include "interop/from_icalendar.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <libical/ical.h>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace aftercare::interop {
namespace {

constexpr std::size_t most_line_bytes = 100'000;
constexpr std::size_t most_events = 50'000;
constexpr std::size_t most_repeating = 500;
constexpr std::size_t most_days = 100'000;
constexpr std::size_t most_levels = 8;
constexpr std::size_t most_shown = 60;
constexpr std::size_t most_name = 120;

struct FreeComponent {
  void operator()(icalcomponent* component) const noexcept { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const noexcept {
    icalrecur_iterator_free(iterator);
  }
};
using Iterator = std::unique_ptr<icalrecur_iterator, FreeIterator>;

std::string cut(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto step = base::decode(text, at);
    if (++count > most) return out + "…";
    if (base::is_hidden(step.code_point) || step.code_point < 0x20) {
      out += ' ';
    } else {
      out.append(text.substr(at, step.bytes));
    }
    at += step.bytes;
  }
  return std::string(base::trim(out));
}

bool is_same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(),
                    [](char a, char b) { return base::ascii_lower(a) == base::ascii_lower(b); });
}

bool contains(std::string_view text, std::string_view word) {
  if (word.empty() || word.size() > text.size()) return false;
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (is_same_word(text.substr(at, word.size()), word)) return true;
  }
  return false;
}

/// An event as text, with its place.
struct Block {
  std::string text;
  SourceSpan span;

  /// The line of a property, and where it is absent that of the event.
  [[nodiscard]] SourceSpan line_of(std::string_view property) const {
    return line_of(property, 1).value_or(span);
  }
  /// The n-th line of a property; not those of alarms within the event.
  [[nodiscard]] std::optional<SourceSpan> line_of(std::string_view property, int n) const {
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
      const std::string_view line = std::string_view(text).substr(at, end - at);
      const auto is = [&](std::string_view name) {
        return line.size() > name.size() && is_same_word(line.substr(0, name.size()), name) &&
               (line[name.size()] == ':' || line[name.size()] == ';');
      };
      if (is("BEGIN")) ++depth;
      if (is("END")) --depth;
      if (depth == 1 && is(property) && --n == 0) {
        return SourceSpan{span.file, span.begin + static_cast<std::uint32_t>(at),
                          span.begin + static_cast<std::uint32_t>(end)};
      }
      at = std::min(text.find_first_not_of("\r\n", end), text.size());
    }
    return std::nullopt;
  }
};

/// What an event has once at most, by RFC 5545.
constexpr std::string_view once[] = {"DTSTART", "DTEND",    "DURATION", "SUMMARY",      "UID",
                                     "STATUS",  "SEQUENCE", "TRANSP",   "RECURRENCE-ID"};

/// What the lines of a file are, before anybody looks into events.
struct Outline {
  std::vector<Block> events;
  std::string zone;    ///< X-WR-TIMEZONE
  std::map<std::string, std::string> zones;  ///< VTIMEZONE: by TZID the X-LIC-LOCATION
  std::string source;  ///< X-WR-CALNAME, else PRODID
};

class LineReader {
 public:
  LineReader(const Sources& sources, std::uint32_t file, base::Findings& findings)
      : text_(sources.text(file)), file_(file), findings_(findings) {}

  std::optional<Outline> read() {
    Outline out;
    std::string product;
    std::string called;
    std::vector<std::pair<std::string, SourceSpan>> open;
    std::size_t event_begin = 0;
    std::string zone_id, zone_place;  // of the VTIMEZONE under way
    std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    bool is_first = true;
    while (at < text_.size()) {
      const std::size_t begin = at;
      std::size_t end = 0;
      const std::string line = logical_line(at, end);
      const SourceSpan span{file_, static_cast<std::uint32_t>(begin),
                            static_cast<std::uint32_t>(end)};
      if (base::trim(line).empty()) continue;
      if (is_first && !is_same_word(base::trim(line), "BEGIN:VCALENDAR")) {
        tell(diag::AC1270, span);
        return std::nullopt;
      }
      is_first = false;
      if (line.size() > most_line_bytes) {
        tell(diag::AC0123, span,
             {{"bytes", std::to_string(line.size())}, {"limit", std::to_string(most_line_bytes)}});
        return std::nullopt;
      }
      std::size_t name_end = 0;
      while (name_end < line.size() &&
             (base::is_ascii_letter(line[name_end]) || base::is_ascii_digit(line[name_end]) ||
              line[name_end] == '-')) {
        ++name_end;
      }
      const std::size_t colon = line.find(':');
      if (name_end == 0 || colon == std::string::npos ||
          (line[name_end] != ':' && line[name_end] != ';')) {
        tell(diag::AC1271, span, {{"text", cut(line, most_shown)}});
        is_good_ = false;
        if (findings_.is_full()) return std::nullopt;
        continue;
      }
      const std::string_view name = std::string_view(line).substr(0, name_end);
      const std::string value(base::trim(std::string_view(line).substr(colon + 1)));
      if (is_same_word(name, "BEGIN")) {
        if (open.size() >= most_levels) {
          tell(diag::AC1205, span, {{"limit", std::to_string(most_levels)}});
          return std::nullopt;
        }
        if (open.size() == 1 && is_same_word(value, "VEVENT")) event_begin = begin;
        if (open.size() == 1) zone_id = zone_place = {};
        open.emplace_back(value, span);
      } else if (is_same_word(name, "END")) {
        if (open.empty() || !is_same_word(open.back().first, value)) {
          tell(diag::AC1271, span, {{"text", cut(line, most_shown)}});
          return std::nullopt;
        }
        if (open.size() == 2 && is_same_word(value, "VEVENT")) {
          if (out.events.size() == most_events) {
            tell(diag::AC1275, span, {{"limit", std::to_string(most_events)}, {"what", "VEVENT"}});
            return std::nullopt;
          }
          out.events.push_back({std::string(text_.substr(event_begin, end - event_begin)) + "\r\n",
                                {file_, static_cast<std::uint32_t>(event_begin),
                                 static_cast<std::uint32_t>(std::min(
                                     text_.find_first_of("\r\n", event_begin), text_.size()))}});
        }
        if (open.size() == 2 && is_same_word(value, "VTIMEZONE") && !zone_id.empty())
          out.zones[zone_id] = zone_place;
        open.pop_back();
      } else if (open.size() == 2 && is_same_word(open.back().first, "VTIMEZONE")) {
        if (is_same_word(name, "TZID")) zone_id = value;
        if (is_same_word(name, "X-LIC-LOCATION")) zone_place = value;
      } else if (open.size() == 1) {
        if (is_same_word(name, "X-WR-TIMEZONE")) out.zone = value;
        if (is_same_word(name, "X-WR-CALNAME")) called = cut(value, most_name);
        if (is_same_word(name, "PRODID")) product = cut(value, most_name);
      }
    }
    if (is_first) tell(diag::AC1270, {file_, 0, 0});
    for (const auto& [name, span] : open) tell(diag::AC1283, span, {{"name", cut(name, 40)}});
    if (is_first || !open.empty() || !is_good_) return std::nullopt;
    out.source = called.empty() ? product : called;
    return out;
  }

 private:
  /// A line with those that continue it; `end` without its line break.
  std::string logical_line(std::size_t& at, std::size_t& end) const {
    std::string line;
    for (;;) {
      std::size_t stop = text_.find('\n', at);
      if (stop == std::string_view::npos) stop = text_.size();
      end = stop > at && text_[stop - 1] == '\r' ? stop - 1 : stop;
      line += text_.substr(at, end - at);
      at = std::min(stop + 1, text_.size());
      if (at >= text_.size() || (text_[at] != ' ' && text_[at] != '\t')) return line;
      ++at;
    }
  }

  void tell(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {}) {
    findings_.add(base::make(code, span, std::move(words)));
  }

  std::string_view text_;
  std::uint32_t file_;
  base::Findings& findings_;
  bool is_good_ = true;
};

/// The text with its folded lines joined.
std::string unfolded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text.substr(at, 2) == "\r\n" ? at + 1 : at;
    const bool is_fold = text[end] == '\n' && end + 1 < text.size() &&
                         (text[end + 1] == ' ' || text[end + 1] == '\t');
    if (is_fold) {
      at = end + 1;
    } else {
      out += text[at];
    }
  }
  return out;
}

/// An event that lasts whole days, both ends included.
struct Event {
  std::string name;
  std::string uid;
  Component component;
  SourceSpan span;
  Date from, to;
  icaltimetype start{};
  std::optional<Zone> zone;   ///< of its begin, where it names one that is known
  bool has_own_zone = false;  ///< one that only the file knows
  bool is_make_up = false;
  std::optional<Date> instead_of;  ///< RECURRENCE-ID
  std::int64_t sequence = 0;
  bool is_cancelled = false;  ///< it says of older revisions alone that they hold no more
};

class Importer {
 public:
  Importer(const ICalendarOptions& options, Zone zone, std::uint32_t file, base::Findings& findings)
      : options_(options),
        make_up_(options.make_up.empty() ? default_make_up_words() : options.make_up),
        zone_(std::move(zone)),
        file_(file),
        findings_(findings) {}

  std::optional<CalendarDescription> run(Outline outline) {
    icalerror_set_errors_are_fatal(false);
    zones_ = std::move(outline.zones);
    std::vector<Event> events;
    for (Block& block : outline.events) {
      if (auto event = read(block)) events.push_back(std::move(*event));
    }
    if (!is_good_) return std::nullopt;
    leave_out_revisions(events);
    std::erase_if(events, [](const Event& event) { return event.is_cancelled; });
    tell_transparent();
    std::optional<Date> first;
    std::optional<Date> last;
    for (const Event& event : events) {
      first = std::min(first.value_or(event.from), event.from);
      // A holiday that runs over New Year does not make the next year known.
      last = std::max(last.value_or(event.from), event.from);
    }
    if (!last) {
      tell(diag::AC1285, {file_, 0, 0});
      return std::nullopt;
    }
    const Date until = options_.until.value_or(rt::date_of(rt::fields(*last).year, 12, 31));
    std::size_t repeating = 0;
    for (const Event& event : events) {
      const auto begins = occurrences(event, until, repeating);
      if (!is_good_) return std::nullopt;
      count_years(event, begins);
      const auto skipped = replaced_.find(event.uid);
      for (const Date begin : begins) {
        if (!event.instead_of && skipped != replaced_.end() && skipped->second.contains(begin)) {
          continue;
        }
        add(event, begin, until);
        if (!is_good_) return std::nullopt;
      }
    }
    CalendarDescription out = describe();
    if (!is_good_) return std::nullopt;
    if (off_.empty() && make_up_days_.empty()) {
      tell(diag::AC1285, {file_, 0, 0});
      return std::nullopt;
    }
    out.name = options_.name;
    out.zone = zone_.name();
    out.known_from = known_from(rt::fields(*first).year, events.front().span);
    out.known_until = until;
    out.notices.front().source = outline.source;
    return out;
  }

 private:
  struct Said {
    std::string name;
    SourceSpan span;
  };

  void tell(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {}) {
    findings_.add(base::make(code, span, std::move(words)));
  }
  void wrong(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {}) {
    tell(code, span, std::move(words));
    is_good_ = false;
  }

  /// Of one UID, and of one occurrence of it, the highest SEQUENCE counts; where that is the same,
  /// both do. The changes of single occurrences go with what they change.
  void leave_out_revisions(std::vector<Event>& events) {
    std::map<std::pair<std::string, std::optional<Date>>, std::size_t> seen;
    std::set<std::size_t> older;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].uid.empty()) continue;
      const auto [at, is_new] = seen.emplace(std::pair(events[i].uid, events[i].instead_of), i);
      if (is_new) continue;
      const Event& first = events[at->second];
      const std::vector<DiagnosticNote> where = {
          base::note(notes::first_stands_here, {}, first.span)};
      const std::string uid = cut(events[i].uid, most_shown);
      const bool is_called_off = first.is_cancelled != events[i].is_cancelled;
      if (first.sequence == events[i].sequence && !is_called_off) {
        findings_.add(base::make(diag::AC1287, events[i].span, {{"uid", uid}}, where));
        continue;
      }
      // Of two of one number the one that calls off is the later.
      const bool is_first_older = first.sequence == events[i].sequence
                                      ? events[i].is_cancelled
                                      : first.sequence < events[i].sequence;
      const Event& left = is_first_older ? first : events[i];
      tell(diag::AC1288, left.span, {{"name", left.name}, {"uid", uid}});
      older.insert(is_first_older ? at->second : i);
      if (is_first_older) at->second = i;
    }
    std::size_t i = 0;
    std::erase_if(events, [&](const Event&) { return older.contains(i++); });
  }

  void tell_transparent() {
    if (transparent_ == 0) return;
    std::vector<DiagnosticNote> notes;
    if (options_.off.empty()) notes.push_back(base::note(notes::pick_by_words));
    findings_.add(base::make(diag::AC1289, transparent_span_,
                             {{"name", transparent_name_}, {"count", std::to_string(transparent_)}},
                             std::move(notes)));
  }

  /// A rule knows the years between its days too.
  void count_years(const Event& event, const std::set<Date>& begins) {
    for (const Date begin : begins) years_.insert(rt::fields(begin).year);
    if (begins.empty() ||
        icalcomponent_get_first_property(event.component.get(), ICAL_RRULE_PROPERTY) == nullptr) {
      return;
    }
    for (auto year = rt::fields(*begins.begin()).year; year < rt::fields(*begins.rbegin()).year;
         ++year) {
      years_.insert(year);
    }
  }

  /// A year without any day is no year that is known: what comes before it is known no more.
  Date known_from(std::int64_t first_year, SourceSpan place) {
    const std::set<std::int64_t>& years = years_;
    if (years.empty()) return rt::date_of(first_year, 1, 1);
    std::int64_t begin = *years.rbegin();
    while (years.contains(begin - 1)) --begin;
    const Date known = rt::date_of(begin, 1, 1);
    if (begin > *years.begin()) {
      std::int64_t gap = begin - 1;
      while (!years.contains(gap - 1)) --gap;
      const std::string text = gap == begin - 1
                                   ? std::to_string(gap)
                                   : std::to_string(gap) + ".." + std::to_string(begin - 1);
      tell(diag::AC1290, place, {{"years", text}, {"date", iso_text(known)}});
    }
    return known;
  }

  static std::optional<Date> date_of(const icaltimetype& time) {
    const rt::YearMonthDay day{time.year, time.month, time.day};
    if (icaltime_is_null_time(time) != 0 || time.year < 1900 || time.year > 2199 ||
        !rt::is_valid(day)) {
      return std::nullopt;
    }
    return rt::date_of(time.year, time.month, time.day);
  }

  static icaltimetype ical_date(Date date) {
    const auto day = rt::fields(date);
    icaltimetype time{};
    time.year = static_cast<int>(day.year);
    time.month = static_cast<int>(day.month);
    time.day = static_cast<int>(day.day);
    time.is_date = 1;
    return time;
  }

  /// The local day that begins at a time; none where none does. UTC is looked at in our zone; other
  /// zones say what their own wall clock shows.
  std::optional<Date> midnight(const icaltimetype& time) const {
    const auto date = date_of(time);
    if (!date || icaltime_is_date(time) != 0) return date;
    const rt::TimeOfDay at{(time.hour * 3600LL + time.minute * 60LL + time.second) * 1'000'000'000};
    LocalDateTime local{*date, at};
    if (icaltime_is_utc(time) != 0) local = zone_.local(Zone().instant(local));
    if (local.time.nanos != 0) return std::nullopt;
    return local.date;
  }

  bool has_word(const std::vector<std::string>& words, const std::string& summary,
                icalcomponent* component) const {
    for (const std::string& word : words) {
      if (contains(summary, word)) return true;
      for (icalproperty* one =
               icalcomponent_get_first_property(component, ICAL_CATEGORIES_PROPERTY);
           one != nullptr;
           one = icalcomponent_get_next_property(component, ICAL_CATEGORIES_PROPERTY)) {
        const char* text = icalproperty_get_categories(one);
        if (text != nullptr && contains(text, word)) return true;
      }
    }
    return false;
  }

  /// An empty property that says nothing of days.
  static bool is_harmless(std::string_view error) {
    if (!error.starts_with("No value for ")) return false;
    for (const std::string_view dated :
         {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}) {
      if (contains(error, dated)) return false;
    }
    return true;
  }

  std::optional<Event> read(const Block& block) {
    Event event;
    event.span = block.span;
    for (const std::string_view property : once) {
      if (const auto second = block.line_of(property, 2)) {
        wrong(diag::AC1292, *second, {{"key", std::string(property)}});
        return std::nullopt;
      }
    }
    // The lines have been checked: what libical does not take is a value.
    event.component.reset(icalparser_parse_string(block.text.c_str()));
    icalcomponent* component = event.component.get();
    if (component == nullptr || icalcomponent_isa(component) != ICAL_VEVENT_COMPONENT) {
      wrong(diag::AC1271, block.span, {{"text", cut(block.text, most_shown)}});
      return std::nullopt;
    }
    for (icalproperty* error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);
         error != nullptr;
         error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
      const char* text = icalproperty_get_xlicerror(error);
      if (text != nullptr && is_harmless(text)) continue;
      wrong(diag::AC1271, block.span, {{"text", cut(text ? text : "", most_shown)}});
      return std::nullopt;
    }
    const char* summary = icalcomponent_get_summary(component);
    event.name = cut(summary ? summary : "", most_name);
    const char* uid = icalcomponent_get_uid(component);
    event.uid = uid ? uid : "";
    event.sequence = icalcomponent_get_sequence(component);
    if (!read_recurrence_id(event, block)) return std::nullopt;
    if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED) {
      tell(diag::AC1279, block.span, {{"name", event.name}});
      event.span = block.span;
      event.is_cancelled = true;
      return event;
    }
    event.start = icalcomponent_get_dtstart(component);
    icalproperty* begins = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
    icalparameter* named =
        begins != nullptr ? icalproperty_get_first_parameter(begins, ICAL_TZID_PARAMETER) : nullptr;
    if (const char* tzid = named != nullptr ? icalparameter_get_tzid(named) : nullptr) {
      event.zone = zone_named(tzid);
      event.has_own_zone = !event.zone;
    }
    if (!date_of(event.start)) {
      wrong(diag::AC1273, block.span, {{"name", event.name}});
      return std::nullopt;
    }
    const bool is_date = icaltime_is_date(event.start) != 0;
    const auto from = midnight(event.start);
    // Without DTEND and DURATION a DATE lasts its day, a time no time at all.
    icaltimetype end = event.start;
    const bool has_end =
        icalcomponent_get_first_property(component, ICAL_DTEND_PROPERTY) != nullptr ||
        icalcomponent_get_first_property(component, ICAL_DURATION_PROPERTY) != nullptr;
    if (has_end) {
      end = icalcomponent_get_dtend(component);
    } else if (is_date) {
      icaltime_adjust(&end, 1, 0, 0, 0);
    }
    const auto to = midnight(end);
    if (has_end && icaltime_compare(end, event.start) <= 0) {
      wrong(diag::AC1274, block.span, {{"name", event.name}});
      return std::nullopt;
    }
    if (!from || !to || *to <= *from) {
      tell(diag::AC1272, block.span, {{"name", event.name}});
      return std::nullopt;
    }
    if (to->days - from->days > 3660) {
      wrong(diag::AC0262, block.span, {{"text", iso_text(*from) + ".." + iso_text(*to)}});
      return std::nullopt;
    }
    event.from = *from;
    event.to = {to->days - 1};
    event.is_make_up = has_word(make_up_, event.name, component);
    if (!event.is_make_up && !options_.off.empty() &&
        !has_word(options_.off, event.name, component)) {
      tell(diag::AC1284, block.span, {{"name", event.name}});
      return std::nullopt;
    }
    const icalproperty* shown = icalcomponent_get_first_property(component, ICAL_TRANSP_PROPERTY);
    if (shown != nullptr && !event.is_make_up) {
      const icalproperty_transp transp = icalproperty_get_transp(shown);
      if (transp == ICAL_TRANSP_TRANSPARENT || transp == ICAL_TRANSP_TRANSPARENTNOCONFLICT) {
        if (transparent_++ == 0) {
          transparent_name_ = event.name;
          transparent_span_ = block.line_of("TRANSP");
        }
      }
    }
    if (!knows_zones(event, block)) return std::nullopt;
    return event;
  }

  /// The zone that a TZID means: by what the file says of it, by its name, or by the name at the
  /// end of what other programs write (/citadel.org/20260101_1/Europe/Berlin).
  std::optional<Zone> zone_named(const std::string& tzid) const {
    const auto own = zones_.find(tzid);
    if (own != zones_.end())
      if (auto zone = Zone::load(own->second)) return *zone;
    if (auto zone = Zone::load(tzid)) return *zone;
    icaltimezone* known = icaltimezone_get_builtin_timezone_from_tzid(tzid.c_str());
    const char* place = known != nullptr ? icaltimezone_get_location(known) : nullptr;
    if (place != nullptr)
      if (auto zone = Zone::load(place)) return *zone;
    return std::nullopt;
  }

  /// Whether all zones that its hours name are known; one that is not is told.
  bool knows_zones(const Event& event, const Block& block) {
    bool are_known = true;
    for (const auto& [kind, name] :
         {std::pair<icalproperty_kind, std::string_view>{ICAL_DTSTART_PROPERTY, "DTSTART"},
          {ICAL_DTEND_PROPERTY, "DTEND"},
          {ICAL_RECURRENCEID_PROPERTY, "RECURRENCE-ID"},
          {ICAL_RDATE_PROPERTY, "RDATE"},
          {ICAL_EXDATE_PROPERTY, "EXDATE"}}) {
      for (icalproperty* one = icalcomponent_get_first_property(event.component.get(), kind);
           one != nullptr && are_known;
           one = icalcomponent_get_next_property(event.component.get(), kind)) {
        icalparameter* named = icalproperty_get_first_parameter(one, ICAL_TZID_PARAMETER);
        const char* tzid = named != nullptr ? icalparameter_get_tzid(named) : nullptr;
        const icalvalue* value = icalproperty_get_value(one);
        if (tzid == nullptr || value == nullptr || icalvalue_isa(value) == ICAL_DATE_VALUE ||
            zones_.contains(tzid) || zone_named(tzid)) {
          continue;
        }
        wrong(diag::AC1239, block.line_of(name), {{"tzid", cut(tzid, most_shown)}});
        are_known = false;
      }
    }
    return are_known;
  }

  /// Which occurrence this one stands instead of: that one is gone, whatever becomes of this.
  bool read_recurrence_id(Event& event, const Block& block) {
    icalcomponent* component = event.component.get();
    icalproperty* property =
        icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY);
    if (property == nullptr) return true;
    const SourceSpan line = block.line_of("RECURRENCE-ID");
    if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) != nullptr) {
      findings_.add(base::make(diag::AC1286, line, {{"name", event.name}},
                               {base::note(notes::split_the_event)}));
      is_good_ = false;
      return false;
    }
    event.instead_of = midnight(icalcomponent_get_recurrenceid(component));
    if (!event.instead_of) {
      wrong(diag::AC1291, line, {{"name", event.name}});
      return false;
    }
    replaced_[event.uid].insert(*event.instead_of);
    return true;
  }

  /// The days on which an event begins, until the last that is asked for.
  std::set<Date> occurrences(const Event& event, Date until, std::size_t& repeating) {
    icalcomponent* component = event.component.get();
    std::set<Date> out = {event.from};
    for (icalproperty* one = icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY);
         one != nullptr; one = icalcomponent_get_next_property(component, ICAL_RRULE_PROPERTY)) {
      if (++repeating > most_repeating) {
        wrong(diag::AC1275, event.span,
              {{"limit", std::to_string(most_repeating)}, {"what", "RRULE"}});
        return out;
      }
      follow(event, icalproperty_get_rrule(one), until, out);
    }
    if (icalcomponent_get_first_property(component, ICAL_EXRULE_PROPERTY) != nullptr) {
      wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", "EXRULE"}});
    }
    for (icalproperty* one = icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY);
         one != nullptr; one = icalcomponent_get_next_property(component, ICAL_RDATE_PROPERTY)) {
      const icaldatetimeperiodtype value = icalproperty_get_rdate(one);
      if (const auto day = midnight(value.time)) {
        out.insert(*day);
      } else {
        wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", "RDATE"}});
      }
    }
    for (icalproperty* one = icalcomponent_get_first_property(component, ICAL_EXDATE_PROPERTY);
         one != nullptr; one = icalcomponent_get_next_property(component, ICAL_EXDATE_PROPERTY)) {
      if (const auto day = midnight(icalproperty_get_exdate(one))) {
        out.erase(*day);
      } else {
        wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", "EXDATE"}});
      }
    }
    return out;
  }

  /// The last day on which a rule may begin an event. The end of one that begins at an hour is told
  /// in UTC, and means that instant in the zone of the event.
  std::optional<Date> last_day(const Event& event, const icaltimetype& until) const {
    const auto date = date_of(until);
    if (!date || icaltime_is_date(event.start) != 0 || icaltime_is_utc(until) == 0) return date;
    const rt::TimeOfDay at{(until.hour * 3600LL + until.minute * 60LL + until.second) *
                           1'000'000'000};
    const Instant end = Zone().instant({*date, at});
    return (event.zone ? *event.zone : zone_).date(end);
  }

  void follow(const Event& event, const icalrecurrencetype& rule, Date until, std::set<Date>& out) {
    const auto rule_text = [&] {
      icalrecurrencetype copy = rule;
      const std::unique_ptr<char, void (*)(void*)> text(icalrecurrencetype_as_string_r(&copy),
                                                        [](void* p) { std::free(p); });
      return cut(text ? text.get() : "", most_shown);
    };
    // Whole days repeat by days at least; anything finer would also run for hours.
    const bool is_by_day =
        rule.freq == ICAL_DAILY_RECURRENCE || rule.freq == ICAL_WEEKLY_RECURRENCE ||
        rule.freq == ICAL_MONTHLY_RECURRENCE || rule.freq == ICAL_YEARLY_RECURRENCE;
    const bool has_times = rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
                           rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
                           rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX;
    // As days of their own, whatever zone the event names.
    const icaltimetype start = ical_date(event.from);
    // The end is seen to here: libical looks at it only where it finds a day at all.
    icalrecurrencetype whole = rule;
    if (icaltime_is_null_time(whole.until) == 0) {
      // In the hours of a zone that has no name nobody here can tell the day of an instant.
      if (event.has_own_zone && icaltime_is_utc(whole.until) != 0) {
        wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", rule_text()}});
        return;
      }
      if (const auto end = last_day(event, whole.until)) until = std::min(until, *end);
      whole.until = icaltime_null_time();
    }
    // The years of another calendar (RFC 7529) are not ours to count.
    const bool is_ours = rule.rscale == nullptr || is_same_word(rule.rscale, "GREGORIAN");
    const Iterator iterator(
        is_by_day && !has_times && is_ours ? icalrecur_iterator_new(whole, start) : nullptr);
    if (!iterator) {
      wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", rule_text()}});
      return;
    }
    Date before{event.from.days - 1};
    int found = 0;
    for (;;) {
      const icaltimetype next = icalrecur_iterator_next(iterator.get());
      const auto begin = date_of(next);
      if (begin && *begin > until) return;
      // A rule that finds no further day takes libical a second, and says nothing.
      if (!begin || *begin <= before) {
        if (rule.count > 0 && found == rule.count) return;
        wrong(diag::AC1276, event.span, {{"name", event.name}, {"rule", rule_text()}});
        return;
      }
      // The begin is the first of those that COUNT counts (RFC 5545, 3.3.10), whether the rule
      // meets it or not.
      if (found == 0 && *begin != event.from) ++found;
      if (rule.count > 0 && found == rule.count) return;
      before = *begin;
      ++found;
      out.insert(*begin);
      if (out.size() > most_days) {
        wrong(diag::AC1275, event.span, {{"limit", std::to_string(most_days)}, {"what", "RRULE"}});
        return;
      }
    }
  }

  void add(const Event& event, Date begin, Date until) {
    const std::int64_t length = event.to.days - event.from.days;
    for (Date day = begin; day.days <= begin.days + length; ++day.days) {
      // What is dated by itself counts, whatever the end of repetitions.
      if (day > until && begin != event.from) break;
      auto& days = event.is_make_up ? make_up_days_ : off_;
      const auto [at, is_new] = days.emplace(day, Said{event.name, event.span});
      if (!is_new && !contains(at->second.name, event.name)) {
        at->second.name += (at->second.name.empty() ? "" : "、") + event.name;
      }
      if (off_.size() + make_up_days_.size() > most_days) {
        wrong(diag::AC1275, event.span, {{"limit", std::to_string(most_days)}, {"what", "DATE"}});
        return;
      }
    }
  }

  CalendarDescription describe() {
    CalendarDescription out;
    CalendarNotice& notice = out.notices.emplace_back();
    for (const auto& [date, said] : off_) {
      if (!notice.off.empty() && notice.off.back().to.days + 1 == date.days &&
          notice.off.back().name == said.name && date.days - notice.off.back().from.days < 3660) {
        notice.off.back().to = date;
      } else {
        notice.off.push_back({date, date, said.name});
      }
    }
    for (const auto& [date, said] : make_up_days_) {
      if (const auto off = off_.find(date); off != off_.end()) {
        wrong(diag::AC1278, said.span,
              {{"date", iso_text(date)}, {"off", off->second.name}, {"make_up", said.name}});
      }
      notice.make_up.push_back({date, said.name, {}});
    }
    return out;
  }

  const ICalendarOptions& options_;
  std::vector<std::string> make_up_;
  Zone zone_;
  std::uint32_t file_;
  base::Findings& findings_;
  bool is_good_ = true;
  std::map<std::string, std::string> zones_;        // those of the file
  std::map<std::string, std::set<Date>> replaced_;  // by UID
  std::size_t transparent_ = 0;
  std::string transparent_name_;
  SourceSpan transparent_span_;
  std::set<std::int64_t> years_;
  std::map<Date, Said> off_;
  std::map<Date, Said> make_up_days_;
};

}  // namespace

const std::vector<std::string>& default_make_up_words() {
  static const std::vector<std::string> words = {"补班",    "上班",   "（班）",      "(班)",
                                                 "make-up", "makeup", "working day", "workday"};
  return words;
}

std::optional<CalendarDescription> from_icalendar(const Sources& sources, std::uint32_t file,
                                                  const ICalendarOptions& options,
                                                  base::Findings& findings) {
  const std::string_view text = sources.text(file);
  const SourceSpan whole{file, 0, 0};
  if (text.size() > options.bytes) {
    findings.add(base::make(diag::AC1201, whole, {{"limit", std::to_string(options.bytes)}}));
    return std::nullopt;
  }
  // Lines may be folded within a character.
  if (base::find_invalid_utf8(text) != std::string_view::npos &&
      base::find_invalid_utf8(unfolded(text)) != std::string_view::npos) {
    findings.add(base::make(diag::AC1202, whole));
    return std::nullopt;
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(nul);
    findings.add(base::make(diag::AC0103, {file, at, at + 1}, {{"character", "U+0000"}}));
    return std::nullopt;
  }
  auto outline = LineReader(sources, file, findings).read();
  if (!outline) return std::nullopt;
  const auto zone = Zone::load(options.zone.empty() ? outline->zone : options.zone);
  if (!zone) {
    findings.add(base::make(diag::AC1277, whole));
    return std::nullopt;
  }
  return Importer(options, *zone, file, findings).run(std::move(*outline));
}

}  // namespace aftercare::interop
