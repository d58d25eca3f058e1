// aftercare deadline: when a term ends by a calendar, and how much of it has passed.
#include <memory>

#include "base/json_writer.hpp"
#include "calendar/duration.hpp"
#include "cli/calendar_text.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::string calendar;
  CalendarPlaces places;
  std::string from, within, before, until, known, zone;
  std::string term, end, roll, boundary = "close", compare = "deadline", pause_counts;
  std::vector<std::string> pauses;
  bool explains = false;
};

/// What was asked, understood.
struct Question {
  Calendar calendar;
  Zone zone;  ///< of printing
  Instant from;
  std::optional<Length> within, before;
  std::optional<Instant> until;
  DeadlineOptions options;
  std::vector<TimeSpan> pauses;
  Compare compare = Compare::deadline;
};

class Answer {
 public:
  Answer(const Shell& shell, const Question& question, bool explains)
      : shell_(shell),
        q_(question),
        language_(shell.language()),
        explains_(explains),
        zh_(language_ == Language::chinese) {}

  int deadline() const {
    const bool is_before = q_.before.has_value();
    const Length length = is_before ? *q_.before : *q_.within;
    const auto limit = is_before ? q_.calendar.deadline_before(q_.from, length, q_.options)
                                 : q_.calendar.deadline(q_.from, length, q_.options);
    if (!limit) return shell_.failed(limit.error());
    Instant late_from = limit->late_from;
    if (!is_before && q_.compare == Compare::elapsed) {
      const auto breach = q_.calendar.first_breach(q_.from, length, q_.compare, q_.options);
      if (!breach) return shell_.failed(breach.error());
      late_from = *breach;
    }
    std::vector<Segment> segments;
    if (explains_) {
      auto told = is_before ? q_.calendar.explain_before(q_.from, length, q_.options)
                            : q_.calendar.explain(q_.from, length, q_.options);
      if (!told) return shell_.failed(told.error());
      segments = std::move(*told);
    }
    if (shell_.is_json()) {
      base::JsonWriter json;
      json.begin_object();
      begin_json(json);
      json.key(is_before ? "before" : "within").string(length_text(length));
      json.key("at").string(iso_text(limit->at, q_.zone));
      json.key("late_from").string(iso_text(late_from, q_.zone));
      json.key("last_day").string(iso_text(limit->last_day));
      json.key("provisional").boolean(limit->is_provisional);
      if (explains_) segments_json(json, segments);
      json.end_object();
      shell_.out(json.text() + "\n");
      return fine;
    }
    const std::string length_words = length_text(length, language_);
    std::string out = limit_text(*limit) + "\n";
    const std::string from = zoned(q_.from);
    const std::string by =
        q_.calendar.name() + (zh_ ? "(" : " (") + q_.calendar.zone().name() + (zh_ ? ")" : ")");
    if (is_before) {
      out += zh_ ? "在" + from + "之前" + length_words + ",日历" + by + "\n"
                 : length_words + " before " + from + ", calendar " + by + "\n";
    } else {
      out += zh_ ? "自" + from + "起" + length_words + ",日历" + by + "\n"
                 : length_words + " from " + from + ", calendar " + by + "\n";
    }
    if (limit->is_provisional) out += provisional_text();
    if (explains_) {
      out += "\n" + story(segments, rt::is_quantity(length.unit));
      out += zh_ ? "\n迟于该时限:自" + zoned(late_from) + "起\n"
                 : "\nlate from " + zoned(late_from) + "\n";
    }
    shell_.out(out);
    return fine;
  }

  int measure() const {
    const auto time = q_.calendar.elapsed(q_.from, *q_.until, q_.pauses);
    if (!time) return shell_.failed(time.error());
    const Date from = q_.calendar.zone().date(q_.from);
    const Date to = q_.calendar.zone().date(*q_.until);
    const auto workdays = q_.calendar.workdays_between(from, to);
    if (!workdays) return shell_.failed(workdays.error());
    std::vector<Segment> segments;
    if (explains_ && q_.from <= *q_.until) {
      auto told = q_.calendar.explain(q_.from, *q_.until, q_.pauses);
      if (!told) return shell_.failed(told.error());
      segments = std::move(*told);
    }
    const bool is_provisional = !q_.calendar.is_known(from) || !q_.calendar.is_known(to);
    const std::int64_t physical = q_.until->micros - q_.from.micros;
    if (shell_.is_json()) {
      base::JsonWriter json;
      json.begin_object();
      begin_json(json);
      json.key("until").string(iso_text(*q_.until, q_.zone));
      json.key("working").string(iso_text(calendar::duration_of(time->micros)));
      json.key("physical").string(iso_text(calendar::duration_of(physical)));
      json.key("workdays").number(*workdays);
      json.key("provisional").boolean(is_provisional);
      if (explains_) segments_json(json, segments);
      json.end_object();
      shell_.out(json.text() + "\n");
      return fine;
    }
    const std::string worked = amount_of_time(time->micros, language_);
    const std::string passed = amount_of_time(physical, language_);
    const std::string days = std::to_string(*workdays);
    std::string out = zh_ ? "工作时间" + worked + ";共" + passed + ";间隔" + days + "个工作日\n自" +
                                zoned(q_.from) + "至" + zoned(*q_.until) + ",日历" +
                                q_.calendar.name() + "(" + q_.calendar.zone().name() + ")\n"
                          : worked + " of working time; " + passed + " in all; " + days +
                                (*workdays == 1 || *workdays == -1 ? " workday" : " workdays") +
                                " between the dates\nfrom " + zoned(q_.from) + " until " +
                                zoned(*q_.until) + ", calendar " + q_.calendar.name() + " (" +
                                q_.calendar.zone().name() + ")\n";
    if (is_provisional) out += provisional_text();
    if (!segments.empty()) out += "\n" + story(segments, true);
    shell_.out(out);
    return fine;
  }

 private:
  [[nodiscard]] std::string zoned(Instant at) const {
    return time_text(at, q_.zone, language_) + " " + offset_text(q_.zone.offset_at(at));
  }

  /// 24:00 of a last day is told as that.
  [[nodiscard]] std::string limit_text(const Deadline& limit) const {
    const Zone& own = q_.calendar.zone();
    if (q_.zone == own && limit.late_from == limit.at &&
        limit.at == own.start_of({limit.last_day.days + 1})) {
      return iso_text(limit.last_day) + " " + std::string(weekday_text(limit.last_day, language_)) +
             " 24:00 " + offset_text(own.offset_at(limit.at));
    }
    return zoned(limit.at);
  }

  [[nodiscard]] std::string provisional_text() const {
    const auto from = q_.calendar.known_from();
    const auto until = q_.calendar.known_until();
    const std::string begin = from ? iso_text(*from) : "…";
    const std::string end = until ? iso_text(*until) : "…";
    return zh_ ? "暂定:该日历只知道" + begin + "至" + end + "的假日\n"
               : "provisional: the calendar knows the holidays from " + begin + " to " + end +
                     " only\n";
  }

  [[nodiscard]] static bool is_counted(SegmentKind kind) {
    return kind == SegmentKind::counted || kind == SegmentKind::make_up ||
           kind == SegmentKind::special;
  }

  [[nodiscard]] std::string story(const std::vector<Segment>& segments, bool has_sums) const {
    bool has_offsets = false;
    for (const Segment& segment : segments) {
      has_offsets |= q_.zone.offset_at(segment.from) != q_.zone.offset_at(segment.to);
    }
    std::vector<std::vector<std::string>> rows;
    std::int64_t sum = 0;
    for (const Segment& segment : segments) {
      const std::int64_t length = segment.to.micros - segment.from.micros;
      std::vector<std::string> row = {
          has_offsets ? zoned(segment.from) : time_text(segment.from, q_.zone, language_),
          has_offsets ? zoned(segment.to) : time_text(segment.to, q_.zone, language_),
          amount_of_time(length, language_)};
      if (has_sums) {
        if (is_counted(segment.kind)) sum += length;
        row.push_back(is_counted(segment.kind) ? "= " + amount_of_time(sum, language_) : "");
      }
      const bool is_anchor = q_.before && segment.kind == SegmentKind::start_day;
      row.push_back(is_anchor ? std::string(zh_ ? "当日,不计" : "that day, not counted")
                              : segment_text(segment, q_.calendar.zone(), language_));
      rows.push_back(std::move(row));
    }
    return aligned(rows, "  ");
  }

  void begin_json(base::JsonWriter& json) const {
    json.key("calendar").string(q_.calendar.name());
    json.key("zone").string(q_.calendar.zone().name());
    json.key("from").string(iso_text(q_.from, q_.zone));
  }

  void segments_json(base::JsonWriter& json, const std::vector<Segment>& segments) const {
    json.key("segments").begin_array();
    for (const Segment& segment : segments) {
      json.begin_object();
      json.key("from").string(iso_text(segment.from, q_.zone));
      json.key("to").string(iso_text(segment.to, q_.zone));
      json.key("kind").string(name(segment.kind));
      if (!segment.name.empty()) json.key("name").string(segment.name);
      json.end_object();
    }
    json.end_array();
  }

  const Shell& shell_;
  const Question& q_;
  Language language_;
  bool explains_;
  bool zh_;
};

int deadline(const Shell& shell, const Options& options) {
  const int asked = (options.within.empty() ? 0 : 1) + (options.before.empty() ? 0 : 1) +
                    (options.until.empty() ? 0 : 1);
  if (asked != 1) {
    return shell.wrong_use(shell.say("one of --within, --before and --until is needed",
                                     "--within、--before、--until三者须写且只写一个"));
  }
  if (!options.before.empty() && !options.pauses.empty()) {
    return shell.wrong_use(shell.say("--before knows no pauses", "--before不能带--pause"));
  }
  auto calendar = find_calendar(shell, options.calendar, options.places, "--calendar");
  if (!calendar) return findings;
  ArgumentReader read(shell);
  const Zone& own = calendar->zone();
  if (!options.known.empty()) {
    const auto known = read.instant("--known", options.known, own);
    if (known) calendar = calendar->as_of(*known);
  }
  Question q{*calendar, own, {}, {}, {}, {}, {}, {}, Compare::deadline};
  if (!options.zone.empty()) {
    if (const auto zone = read.zone("--zone", options.zone)) q.zone = *zone;
  }
  if (const auto from = read.instant("--from", options.from, own)) q.from = *from;
  if (!options.within.empty()) q.within = read.length("--within", options.within);
  if (!options.before.empty()) q.before = read.length("--before", options.before);
  if (!options.until.empty()) q.until = read.instant("--until", options.until, own);
  for (const std::string& pause : options.pauses) {
    if (const auto span = read.span("--pause", pause, own)) q.pauses.push_back(*span);
  }
  if (!read.is_good()) return usage;
  q.options.pauses = q.pauses;
  q.options.boundary = options.boundary == "close" ? Boundary::close : Boundary::next_open;
  q.compare = options.compare == "deadline" ? Compare::deadline : Compare::elapsed;
  if (!options.term.empty()) q.options.term = *term_named(options.term);
  if (!options.roll.empty()) q.options.roll = roll_named(options.roll);
  if (!options.end.empty()) {
    q.options.day_end = options.end == "midnight"            ? DayEnd::midnight
                        : options.end == "close_of_business" ? DayEnd::close_of_business
                                                             : DayEnd::same_time;
  }
  if (options.pause_counts == "whole_days") q.options.pause_counts = PauseCounts::whole_days;
  if (options.pause_counts == "touched_days") q.options.pause_counts = PauseCounts::touched_days;
  const Length* asked_length = q.within ? &*q.within : q.before ? &*q.before : nullptr;
  if (asked_length && !rt::is_quantity(*asked_length) && !q.pauses.empty() &&
      options.pause_counts.empty()) {
    return shell.wrong_use(
        shell.say("a term of days with a pause needs --pause-counts none, whole_days or "
                  "touched_days",
                  "按日计的期限带暂停时,须写--pause-counts none、whole_days或touched_days"));
  }
  const Answer answer(shell, q, options.explains);
  return q.until ? answer.measure() : answer.deadline();
}

}  // namespace

void add_deadline(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("deadline", "When a term ends by a calendar, and why");
  const auto options = std::make_shared<Options>();
  it->add_option("--calendar", options->calendar, "A calendar: its name (china_office) or its file")
      ->required();
  add_calendar_places(*it, options->places);
  it->add_option("--from", options->from,
                 "Begin: 2026-02-13T16:00, in the calendar's zone or with an offset; for "
                 "--before, what has to be done earlier")
      ->required();
  it->add_option("--within", options->within, "Length: s min h, wmin wh, d wd w mo y; 6wh, 2wd");
  it->add_option("--before", options->before, "Length before --from: 14d, 2wd");
  it->add_option("--until", options->until, "End: measures the working time up to it");
  it->add_option("--pause", options->pauses, "FROM/TO, repeated")->allow_extra_args(false);
  it->add_option("--pause-counts", options->pause_counts,
                 "Which days of a term of days a pause takes out")
      ->check(CLI::IsMember({"none", "whole_days", "touched_days"}));
  std::vector<std::string> names;
  for (const TermRow& row : terms) names.emplace_back(row.name);
  it->add_option("--term", options->term, "How a term of days, months or years ends")
      ->check(CLI::IsMember(names));
  it->add_option("--end", options->end, "When its last day ends")
      ->check(CLI::IsMember({"midnight", "close_of_business", "same_time"}));
  names.clear();
  for (const RollRow& row : rolls) names.emplace_back(row.pack_name);
  it->add_option("--roll", options->roll, "Where a last day goes that is no workday")
      ->check(CLI::IsMember(names));
  it->add_option("--boundary", options->boundary,
                 "Working time used up at closing ends then, or at the next opening")
      ->check(CLI::IsMember({"close", "next_open"}));
  it->add_option("--compare", options->compare, "How lateness is judged")
      ->check(CLI::IsMember({"deadline", "elapsed"}));
  it->add_option("--known", options->known, "By the calendar as one knew it then");
  it->add_option("--zone", options->zone, "Zone of printing; without it, the calendar's");
  it->add_flag("--explain", options->explains, "Each stretch of time, and why it counts or not");
  it->footer(
      "Examples:\n"
      "  aftercare deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh "
      "--explain\n"
      "  aftercare deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh "
      "--pause 2026-02-13T17:00/2026-02-14T10:00\n"
      "  aftercare deadline --calendar china_office --from 2026-02-13T16:00 --until "
      "2026-02-24T10:00\n"
      "  aftercare deadline --calendar china_office --from 2026-05-01 --before 10wd");
  shell.does(*it, [&shell, options] { return deadline(shell, *options); });
}

}  // namespace aftercare::cli
