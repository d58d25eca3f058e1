// The interface of this file is to_html(). The page loads nothing and holds no script.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "aftercare/report.hpp"

#include "engine/words.hpp"
#include "report/markup.hpp"
#include "rulebook/access.hpp"

namespace aftercare {

namespace {

using engine::count_text;
using report::escape;
using report::number;

constexpr std::string_view style = R"css(
:root{--ink:#1b2733;--soft:#5b6b7a;--line:#dfe6ec;--paper:#ffffff;--ground:#f4f7f9;
--good:#2e8b63;--bad:#c8443c;--wait:#d9a441;--off:#b4bfc9;--blue:#2f6fa8}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.55 -apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Helvetica Neue",Arial,sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 24px 60px}
header h1{font-size:25px;line-height:1.25;margin:0 0 4px;color:#16324f;letter-spacing:.1px}
header p{margin:0;color:var(--soft)}
h2{font-size:17px;margin:0 0 14px;color:#16324f}
section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin-top:18px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-top:20px}
.tile{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:13px 16px 11px}
.tile b{display:block;font-size:25px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums;color:#16324f}
.tile span{color:var(--soft);font-size:13px}
.tile.bad b{color:var(--bad)}.tile.good b{color:var(--good)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-size:12.5px;font-weight:600;color:var(--soft);text-align:left;padding:0 10px 6px 0;border-bottom:1px solid var(--line)}
td{padding:6px 10px 6px 0;border-bottom:1px solid #eef2f5;vertical-align:top}
tr:last-child td{border-bottom:0}
th.n,td.n{text-align:right}
td.bar{width:34%;min-width:180px}
code,.mono{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;font-size:.92em}
.stack{display:flex;height:16px;border-radius:5px;overflow:hidden;background:#eef2f5;margin-top:4px}
.stack i{display:block;height:100%}
.met{background:var(--good)}.breached{background:var(--bad)}.waiting{background:var(--wait)}.off{background:var(--off)}.blue{background:var(--blue)}
.legend{color:var(--soft);font-size:13px;margin:0 0 12px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin:0 5px 0 14px}
.legend i:first-child{margin-left:0}
.clause{color:#2b7a9e;font-size:13px;white-space:nowrap}
blockquote{margin:8px 0 10px;padding:8px 14px;border-left:3px solid #9cc3d9;background:#f3f8fb;border-radius:0 8px 8px 0;color:#2a4254}
blockquote b{color:#2b7a9e;font-weight:600;margin-right:6px}
details{border-top:1px solid var(--line);padding:10px 0}
details:first-of-type{border-top:0}
summary{cursor:pointer;display:flex;gap:14px;align-items:baseline;flex-wrap:wrap}
summary .id{font-weight:650}
summary .late{color:var(--bad);font-weight:600}
summary .state{color:var(--soft);font-size:13px;margin-left:auto}
ol.steps{list-style:none;margin:10px 0 4px;padding:0 0 0 16px;border-left:2px solid #dbe5ed}
ol.steps>li{position:relative;padding:3px 0 7px 8px}
ol.steps>li::before{content:"";position:absolute;left:-21.5px;top:10px;width:9px;height:9px;border-radius:50%;background:#9fb4c8;border:2px solid #fff}
ol.steps>li.breach::before{background:var(--bad)}
.when{color:var(--soft);font-size:13px;margin-right:9px;font-variant-numeric:tabular-nums}
.event{font-weight:600}
.who{color:var(--soft);font-size:13px;margin-left:8px}
ol.steps ul{margin:2px 0 0;padding:0 0 0 18px;font-size:13.5px;color:#3a4a58}
ol.steps ul li.bad{color:var(--bad)}
.picture{overflow-x:auto;margin:0 -6px}
.picture svg{max-width:100%;height:auto;display:block;margin:0 auto}
.alarm{border-color:var(--bad);background:#fdf1f0;color:#8c2a24;font-weight:600}
.note{color:var(--soft);font-size:13px;margin:10px 0 0}
h3{font-size:14px;margin:18px 0 6px;color:#33475a}
footer{color:var(--soft);font-size:12.5px;margin-top:22px}
@media print{body{background:#fff}section,.tile{break-inside:avoid;border-color:#ccc}}
)css";

class Page {
 public:
  Page(const Replay& replay, const Rulebook& rules, const HtmlOptions& options)
      : replay_(replay),
        rules_(rules),
        options_(options),
        s_(replay.summary()),
        procedures_(rules.procedures(options.language)) {
    const step::Model& model = *rulebook::model_of(rules);
    if (!model.packs.empty()) zone_ = model.packs.front().zone;
    for (const ClauseView& clause : rules.clauses()) articles_[clause.id] = clause.text;
    for (const RuleSummary& rule : s_.rules) {
      if (rule.currency == 0) continue;
      currency_ = rule.currency;
      scale_ = rule.scale;
    }
  }

  std::string write() {
    out_ = "<!DOCTYPE html>\n<html lang=\"";
    out_ += say("en", "zh-CN");
    out_ +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>";
    out_ += escape(title());
    out_ += "</title>\n<style>";
    out_ += style;
    out_ += "</style>\n</head>\n<body>\n<main>\n";
    head();
    tiles();
    if (!s_.reconciles())
      out_ += "<section class=\"alarm\">" +
              say("The rows do not reconcile: do not trust the figures on this page.",
                  "行数对不上:本页数字不可采信。") +
              "</section>\n";
    clocks();
    late();
    charts();
    worst();
    money();
    subjects();
    rows();
    out_ += "<footer>" +
            say("Made by aftercare from the log and the rules alone. Rules ",
                "由aftercare仅据日志与规则生成。规则标识 ") +
            "<code>" + escape(rules_.logic_hash().substr(0, 16)) + "</code></footer>\n";
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(options_.language == Language::chinese ? chinese : english);
  }
  [[nodiscard]] std::string shown(std::string_view names) const {
    return rules_.label(names, options_.language);
  }
  [[nodiscard]] std::string title() const {
    std::string out;
    for (const PackShape& pack : rules_.packs())
      out += (out.empty() ? "" : ", ") + (pack.title.empty() ? pack.name : pack.title);
    return out;
  }
  [[nodiscard]] std::string money_text(std::int64_t minor) const {
    return engine::money_text(minor, currency_, scale_);
  }
  void section(std::string_view heading) {
    out_ += "<section>\n<h2>" + escape(heading) + "</h2>\n";
  }
  void end_section() { out_ += "</section>\n"; }
  static std::string cell(std::string_view text, bool is_number = false) {
    return std::string(is_number ? "<td class=\"n\">" : "<td>") + escape(text) + "</td>";
  }
  static std::string column(std::string_view text, bool is_number = false) {
    return std::string(is_number ? "<th class=\"n\">" : "<th>") + escape(text) + "</th>";
  }
  /// "27.9 %", rounded half up; only 100 where it is all.
  static std::string share(std::size_t part, std::size_t whole) {
    if (whole == 0) return "–";
    std::size_t tenths = (part * 2000 + whole) / (2 * whole);
    if (tenths == 1000 && part < whole) tenths = 999;
    if (tenths == 0 && part > 0) tenths = 1;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
  }
  static std::string width(std::size_t part, std::size_t whole) {
    return whole == 0 ? "0"
                      : number(100.0 * static_cast<double>(part) / static_cast<double>(whole));
  }
  [[nodiscard]] std::string clause_text(const std::string& clause) const {
    if (clause.empty()) return {};
    const auto found = articles_.find(clause);
    return "<span class=\"clause\"" +
           (found == articles_.end() ? std::string() : " title=\"" + escape(found->second) + "\"") +
           ">" + escape(clause) + "</span>";
  }

  void head() {
    out_ += "<header>\n<h1>" + escape(title()) + "</h1>\n<p>";
    if (!options_.log.empty()) out_ += escape(options_.log) + " · ";
    out_ += escape(engine::span_text(s_.first, s_.last, zone_, options_.language));
    for (const PackShape& pack : rules_.packs())
      out_ += " · " + escape(pack.name) + (pack.version.empty() ? "" : " " + escape(pack.version)) +
              (pack.source.empty() ? "" : " · " + escape(pack.source));
    out_ += "</p>\n</header>\n";
  }

  void tile(std::string_view value, std::string_view name, std::string_view kind = {}) {
    out_ += "<div class=\"tile" + (kind.empty() ? "" : " " + std::string(kind)) + "\"><b>" +
            escape(value) + "</b><span>" + escape(name) + "</span></div>\n";
  }

  void tiles() {
    std::size_t met = 0, breached = 0;
    for (const ClockSummary& clock : s_.clocks) {
      met += clock.met;
      breached += clock.breached;
    }
    std::size_t faults = 0;
    std::int64_t amount = 0;
    for (const RuleSummary& rule : s_.rules) {
      if (rule.kind == "offence" || rule.kind == "finding") faults += rule.count;
      amount += rule.amount_minor;
    }
    out_ += "<div class=\"tiles\">\n";
    tile(count_text(s_.cases), say("tickets", "案件"));
    tile(count_text(s_.rows), say("rows of the log", "日志行"));
    if (met + breached > 0)
      tile(share(met, met + breached), say("of the promises kept in time", "时限按时履行率"),
           "good");
    tile(count_text(breached), say("promises broken", "时限超时"), breached > 0 ? "bad" : "");
    tile(count_text(faults), say("offences and findings", "违规与缺项"), faults > 0 ? "bad" : "");
    if (currency_ != 0) tile(money_text(amount), say("owed in all", "应付金额合计"));
    const std::size_t lost = s_.refused + s_.unmapped + s_.invalid + s_.faults;
    tile(count_text(lost), say("rows not applied", "未处理的行"), lost > 0 ? "bad" : "good");
    out_ += "</div>\n";
  }

  void clocks() {
    if (s_.clocks.empty()) return;
    section(say("Promises in time", "时限"));
    out_ += "<p class=\"legend\"><i class=\"met\"></i>" + say("met", "按时") +
            "<i class=\"breached\"></i>" + say("breached", "超时") + "<i class=\"waiting\"></i>" +
            say("running or paused", "进行中或暂停") + "<i class=\"off\"></i>" +
            say("cancelled", "取消") + "</p>\n<table>\n<tr>" + column(say("clock", "时限")) +
            column("") + column(say("met", "按时"), true) + column(say("breached", "超时"), true) +
            column(say("open", "未了"), true) + column(say("cancelled", "取消"), true) +
            column(say("worst", "最晚"), true) + column(say("clause", "条款")) + "</tr>\n";
    for (const ClockSummary& clock : s_.clocks) {
      const std::size_t open = clock.running + clock.paused;
      const std::size_t all = clock.met + clock.breached + open + clock.cancelled;
      out_ += "<tr><td>" + escape(shown(clock.procedure)) + ".<b>" + escape(shown(clock.clock)) +
              "</b></td><td class=\"bar\"><div class=\"stack\">";
      const auto part = [&](std::string_view kind, std::size_t count) {
        if (count > 0)
          out_ += "<i class=\"" + std::string(kind) + "\" style=\"width:" + width(count, all) +
                  "%\" title=\"" + count_text(count) + "\"></i>";
      };
      part("met", clock.met);
      part("breached", clock.breached);
      part("waiting", open);
      part("off", clock.cancelled);
      out_ += "</div></td>" + cell(count_text(clock.met), true) +
              cell(count_text(clock.breached), true) + cell(count_text(open), true) +
              cell(count_text(clock.cancelled), true) + "<td class=\"n\">" +
              (clock.worst_late_micros > 0
                   ? escape(engine::late_text(clock.worst_late_micros, options_.language)) +
                         (clock.worst_is_done ? std::string() : "<br>" + say("not done", "未完成"))
                   : std::string()) +
              "</td><td>" + clause_text(clock.clause) + "</td></tr>\n";
    }
    out_ += "</table>\n";
    end_section();
  }

  void late() {
    std::array<std::size_t, engine::late_class_count> all{};
    std::size_t breached = 0, most = 0, most_of_one = 0;
    for (const ClockSummary& clock : s_.clocks) {
      breached += clock.breached;
      for (std::size_t i = 0; i < all.size() && i < clock.late.size(); ++i) {
        all[i] += clock.late[i];
        most_of_one = std::max(most_of_one, clock.late[i]);
      }
    }
    for (const std::size_t count : all) most = std::max(most, count);
    if (breached == 0) return;
    section(say("How late", "超时多久"));
    // Columns of the histogram, then a row of small ones for each clock.
    constexpr double column_width = 122, height = 150;
    const double full = column_width * static_cast<double>(all.size());
    out_ += "<div class=\"picture\"><svg viewBox=\"0 0 " + number(full) + " " +
            number(height + 46) + "\" width=\"" + number(full) + "\" height=\"" +
            number(height + 46) + "\" role=\"img\" font-family=\"inherit\"><title>" +
            escape(say("Broken promises by how late", "按超时长短统计")) + "</title>\n";
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double bar =
          most == 0 ? 0 : height * static_cast<double>(all[i]) / static_cast<double>(most);
      const double x = column_width * static_cast<double>(i);
      // From amber to deep red: the later, the darker.
      static constexpr std::array<std::string_view, engine::late_class_count> colours = {
          "#eeb65c", "#e99b52", "#e2804c", "#d96546", "#c8443c", "#a83236", "#84232d"};
      out_ += "<rect x=\"" + number(x + 14) + "\" y=\"" + number(18 + height - bar) +
              "\" width=\"" + number(column_width - 28) + "\" height=\"" + number(bar) +
              "\" rx=\"4\" fill=\"" + std::string(colours[i]) + "\"/><text x=\"" +
              number(x + column_width / 2) + "\" y=\"" + number(12 + height - bar) +
              "\" text-anchor=\"middle\" font-size=\"13\" font-weight=\"600\" fill=\"#33475a\">" +
              (all[i] == 0 ? std::string() : count_text(all[i])) + "</text><text x=\"" +
              number(x + column_width / 2) + "\" y=\"" + number(height + 38) +
              "\" text-anchor=\"middle\" font-size=\"13\" fill=\"#5b6b7a\">" +
              escape(engine::late_class_text(i, options_.language)) + "</text>\n";
    }
    out_ += "<line x1=\"0\" x2=\"" + number(full) + "\" y1=\"" + number(18.5 + height) +
            "\" y2=\"" + number(18.5 + height) + "\" stroke=\"#c3ced8\"/></svg></div>\n";
    out_ += "<table style=\"margin-top:12px\">\n<tr>" + column(say("clock", "时限"));
    for (std::size_t i = 0; i < all.size(); ++i)
      out_ += column(engine::late_class_text(i, options_.language), true);
    out_ += column(say("latest ticket", "最晚的案件")) + "</tr>\n";
    for (const ClockSummary& clock : s_.clocks) {
      if (clock.breached == 0) continue;
      out_ += "<tr><td>" + escape(shown(clock.procedure)) + ".<b>" + escape(shown(clock.clock)) +
              "</b></td>";
      for (const std::size_t count : clock.late) {
        // Darker where there are more.
        const double weight =
            most_of_one == 0 ? 0
                             : 0.42 * static_cast<double>(count) / static_cast<double>(most_of_one);
        out_ += "<td class=\"n\"" +
                (count == 0 ? std::string()
                            : " style=\"background:rgba(200,68,60," +
                                  std::string(weight < 0.05 ? "0.05" : "0." + two_digits(weight)) +
                                  ")\"") +
                ">" + (count == 0 ? std::string() : count_text(count)) + "</td>";
      }
      out_ += cell(clock.worst_case) + "</tr>\n";
    }
    out_ += "</table>\n<p class=\"note\">" +
            say("Measured by the clock on the wall from the limit to the act; where it was never "
                "done, to the end of the ticket or of the log.",
                "从时限届满算到实际完成;始终未完成的,算到案件或日志结束。按日历时间计。") +
            "</p>\n";
    end_section();
  }
  static std::string two_digits(double value) {
    const int hundredths = static_cast<int>(value * 100 + 0.5);
    return (hundredths < 10 ? "0" : "") + std::to_string(hundredths);
  }

  void charts() {
    std::size_t next = 0;
    for (const ProcedureShape& procedure : procedures_) {
      const std::size_t count = procedure.transitions.size();
      std::span<const std::size_t> counts;
      if (next + count <= s_.transitions.size())
        counts = std::span(s_.transitions).subspan(next, count);
      next += count;
      section((procedure.title.empty() ? procedure.name : procedure.title) +
              say(": the ways that tickets took", ":案件走过的路径"));
      out_ += "<div class=\"picture\">" + to_svg(procedure, {counts, options_.language, false}) +
              "</div>\n";
      end_section();
    }
  }

  void worst() {
    if (s_.worst.empty()) return;
    section(say("The latest tickets, and why", "最晚的案件及其缘由"));
    std::size_t opened = 0;
    for (const std::string& id : s_.worst) {
      const auto index = replay_.find(id);
      if (!index) continue;
      const CaseView view = replay_.view(*index);
      const ClockView* latest = nullptr;
      std::set<std::string> clauses;
      for (const ClockView& clock : view.clocks) {
        if (clock.state != ClockView::State::breached || !clock.late_by) continue;
        if (latest == nullptr || *latest->late_by < *clock.late_by) latest = &clock;
        if (!clock.clause.empty()) clauses.insert(clock.clause);
      }
      for (const EntryView& entry : view.entries)
        if (!entry.is_withdrawn) clauses.insert(entry.clauses.begin(), entry.clauses.end());
      out_ += std::string("<details") + (opened++ < 2 ? " open" : "") +
              "><summary><span class=\"id\">" + escape(id) + "</span>";
      if (latest != nullptr)
        out_ += "<span>" + escape(shown(latest->name)) + "</span><span class=\"late\">" +
                escape(engine::late_text(
                    latest->late_by->seconds * 1'000'000 + latest->late_by->nanos / 1000,
                    options_.language)) +
                say(" late", "(超时)") + "</span>";
      out_ += "<span class=\"state\">" + escape(shown(view.state)) + "</span></summary>\n";
      for (const std::string& clause : clauses) {
        const auto found = articles_.find(clause);
        out_ += "<blockquote><b>" + escape(clause) + "</b>" +
                (found == articles_.end() ? std::string() : escape(found->second)) +
                "</blockquote>\n";
      }
      history(*index);
      consequences(view);
      out_ += "</details>\n";
    }
    end_section();
  }

  void history(std::size_t index) {
    const auto steps = replay_.history(index, options_.language);
    if (!steps) {
      out_ += "<p class=\"note\">" + escape(steps.error().message) + "</p>\n";
      return;
    }
    out_ += "<ol class=\"steps\">\n";
    constexpr std::size_t most = 60;
    for (std::size_t i = 0; i < steps->size(); ++i) {
      if (i == most) {
        out_ +=
            "<li>… " + count_text(steps->size() - most) + say(" more steps", "步从略") + "</li>\n";
        break;
      }
      const StepTrace& step = (*steps)[i];
      bool is_breach = false;
      std::string lines;
      for (const TraceLine& line : step.lines) {
        const bool is_bad =
            line.is == TraceLine::Is::entry ||
            (line.is == TraceLine::Is::clock && (line.text.find("breach") != std::string::npos ||
                                                 line.text.find("late") != std::string::npos ||
                                                 line.text.find("超时") != std::string::npos ||
                                                 line.text.find("逾期") != std::string::npos));
        is_breach |= is_bad;
        lines += std::string("<li") + (is_bad ? " class=\"bad\"" : "") + ">" + escape(line.text);
        for (const std::string& clause : line.clauses)
          if (line.text.find(clause) == std::string::npos) lines += " " + clause_text(clause);
        lines += "</li>";
      }
      out_ += std::string("<li") + (is_breach ? " class=\"breach\"" : "") +
              "><span class=\"when\">" + escape(engine::minute_text(step.at, zone_)) +
              "</span><span class=\"event\">" + escape(shown(step.event)) + "</span>";
      std::string who = shown(step.actor.role);
      if (!step.actor.person.empty()) who += (who.empty() ? "" : " ") + step.actor.person;
      if (!who.empty()) out_ += "<span class=\"who\">" + escape(who) + "</span>";
      if (step.outcome == Outcome::Is::unexpected)
        out_ += "<span class=\"who\">" + say("(unexpected)", "(意外)") + "</span>";
      if (!lines.empty()) out_ += "<ul>" + lines + "</ul>";
      out_ += "</li>\n";
    }
    out_ += "</ol>\n";
  }

  void consequences(const CaseView& view) {
    std::string list;
    for (const EntryView& entry : view.entries) {
      if (entry.is_withdrawn || (!entry.amount && entry.sanction.empty())) continue;
      list += "<li>" + escape(shown(entry.name));
      if (entry.amount)
        list += ": " + escape(engine::money_text(entry.amount->money_minor(),
                                                 entry.amount->money_currency(),
                                                 entry.amount->money_scale()));
      if (!entry.sanction.empty()) list += ", " + escape(shown(entry.sanction));
      for (const std::string& clause : entry.clauses) list += " " + clause_text(clause);
      list += "</li>";
    }
    if (!list.empty())
      out_ += "<h3>" + say("What follows", "后果") + "</h3><ul>" + list + "</ul>\n";
  }

  void money() {
    if (s_.rules.empty()) return;
    section(say("What was entered", "记入台账"));
    std::size_t most = 0;
    for (const RuleSummary& rule : s_.rules) most = std::max(most, rule.count);
    out_ += "<table>\n<tr>" + column(say("rule", "规则")) + column(say("kind", "类别")) +
            column("") + column(say("entries", "条数"), true) +
            column(say("withdrawn", "撤回"), true) + column(say("amount", "金额"), true) +
            column(say("clause", "条款")) + "</tr>\n";
    for (const RuleSummary& rule : s_.rules) {
      const bool is_bad = rule.kind == "offence" || rule.kind == "finding";
      out_ += "<tr>" + cell(shown(rule.name)) +
              cell(engine::kind_text(rule.kind, options_.language)) +
              "<td class=\"bar\"><div class=\"stack\"><i class=\"" +
              (is_bad ? "breached" : "blue") + "\" style=\"width:" + width(rule.count, most) +
              "%\"></i></div></td>" + cell(count_text(rule.count), true) +
              cell(rule.withdrawn == 0 ? "" : count_text(rule.withdrawn), true) +
              cell(rule.amount_minor == 0
                       ? ""
                       : engine::money_text(rule.amount_minor, rule.currency, rule.scale),
                   true) +
              "<td>" + clause_text(rule.clause) + "</td></tr>\n";
    }
    out_ += "</table>\n";
    end_section();
  }

  void subjects() {
    std::vector<const SubjectSummary*> list;
    for (const SubjectSummary& subject : s_.subjects)
      if (subject.entries > 0 || subject.amount_minor != 0) list.push_back(&subject);
    if (list.empty()) return;
    section(say("By whom or what", "按责任人或对象"));
    constexpr std::size_t shown = 20;
    const std::size_t most = std::max<std::size_t>(list.front()->entries, 1);
    out_ += "<table>\n<tr>" + column(say("subject", "责任人或对象")) + column("") +
            column(say("entries", "条数"), true) + column(say("amount", "金额"), true) + "</tr>\n";
    for (std::size_t i = 0; i < list.size() && i < shown; ++i) {
      const SubjectSummary& subject = *list[i];
      out_ += "<tr>" + cell(subject.subject) +
              "<td class=\"bar\"><div class=\"stack\"><i class=\"breached\" style=\"width:" +
              width(subject.entries, most) + "%\"></i></div></td>" +
              cell(count_text(subject.entries), true) +
              cell(subject.amount_minor == 0 ? "" : money_text(subject.amount_minor), true) +
              "</tr>\n";
    }
    out_ += "</table>\n";
    if (list.size() > shown)
      out_ += "<p class=\"note\">" + say("and ", "另有") + count_text(list.size() - shown) +
              say(" more", "个") + "</p>\n";
    end_section();
  }

  void rows() {
    section(say("Every row of the log", "日志逐行对账"));
    struct Part {
      std::string_view english, chinese, kind;
      std::size_t count;
    };
    const std::array<Part, 6> parts = {{{"applied", "已处理", "met", s_.applied},
                                        {"unexpected", "意外", "waiting", s_.unexpected},
                                        {"refused", "拒绝", "breached", s_.refused},
                                        {"unmapped", "未映射", "off", s_.unmapped},
                                        {"invalid", "无效", "off", s_.invalid},
                                        {"faults", "故障", "breached", s_.faults}}};
    out_ += "<div class=\"stack\">";
    for (const Part& part : parts)
      if (part.count > 0)
        out_ += "<i class=\"" + std::string(part.kind) +
                "\" style=\"width:" + width(part.count, s_.rows) + "%\"></i>";
    out_ += "</div>\n<table style=\"margin-top:12px\">\n<tr>";
    for (const Part& part : parts) out_ += column(say(part.english, part.chinese), true);
    out_ += column(say("in all", "合计"), true) + "</tr>\n<tr>";
    for (const Part& part : parts) out_ += cell(count_text(part.count), true);
    out_ += cell(count_text(s_.rows), true) + "</tr>\n</table>\n<p class=\"note\">" +
            (s_.reconciles() ? say("Every row is accounted for. ", "每一行都有交代。")
                             : say("THE ROWS DO NOT RECONCILE. ", "行数对不上!")) +
            say("Tickets that share what rules read of each other: ", "互相关联的组:") +
            count_text(s_.components) + say(" groups, the largest of ", "个,最大的一组有") +
            count_text(s_.largest_component) + say(".", "件。") + "</p>\n";
    if (!s_.refusals.empty()) {
      out_ += "<h3>" + say("Rows that were not applied, and why", "未处理的行及原因") +
              "</h3>\n<table>\n<tr>" + column(say("rows", "行数"), true) +
              column(say("became", "结果")) + column(say("because", "原因")) +
              column(say("first line", "首见行"), true) + column(say("clause", "条款")) + "</tr>\n";
      constexpr std::size_t shown = 40;
      for (std::size_t i = 0; i < s_.refusals.size() && i < shown; ++i) {
        const RefusedRows& refused = s_.refusals[i];
        std::string because, clauses;
        for (const Reason& reason : refused.reasons) {
          const std::string line = because.empty() ? "" : "<br>";
          because += line + escape(engine::row_reason_text(reason, options_.language));
          clauses += line + clause_text(reason.clause);
        }
        out_ += "<tr>" + cell(count_text(refused.rows), true) +
                cell(std::string(to_text(refused.became, options_.language))) + "<td>" + because +
                "</td>" + cell(count_text(refused.first_row), true) + "<td>" + clauses +
                "</td></tr>\n";
      }
      out_ += "</table>\n";
      if (s_.refusals.size() > shown)
        out_ += "<p class=\"note\">" + say("and ", "另有") +
                count_text(s_.refusals.size() - shown) + say(" more kinds of rows", "类行") +
                "</p>\n";
    }
    if (!s_.states.empty()) {
      out_ += "<h3>" + say("Where the tickets stand", "案件现在的状态") + "</h3>\n<table>\n";
      std::size_t most = 0;
      for (const auto& [name, count] : s_.states) most = std::max(most, count);
      for (const auto& [name, count] : s_.states)
        out_ += "<tr>" + cell(name) +
                "<td class=\"bar\"><div class=\"stack\"><i class=\"blue\" style=\"width:" +
                width(count, most) + "%\"></i></div></td>" + cell(count_text(count), true) +
                "</tr>\n";
      out_ += "</table>\n";
    }
    end_section();
  }

  const Replay& replay_;
  const Rulebook& rules_;
  const HtmlOptions& options_;
  const ReplaySummary& s_;
  std::vector<ProcedureShape> procedures_;
  std::map<std::string, std::string> articles_;
  Zone zone_;
  std::uint32_t currency_ = 0;
  int scale_ = 2;
  std::string out_;
};

}  // namespace

std::string to_html(const Replay& replay, const Rulebook& rules, const HtmlOptions& options) {
  return Page(replay, rules, options).write();
}

}  // namespace aftercare
