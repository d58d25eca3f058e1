// The interface of this file is to_text(ReplaySummary): a page for a terminal, in columns that line
// up by display width.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "aftercare/replay.hpp"

#include "base/unicode.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"

namespace aftercare {

namespace {

using engine::count_text;

/// Rows of cells; numbers to the right, words to the left.
class Table {
 public:
  explicit Table(std::string right) : right_(std::move(right)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool is_empty() const noexcept { return rows_.size() < 2; }

  /// `right_` has an 'r' for each column that is set to the right.
  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i)
        widths[i] = std::max(widths[i], base::display_width(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string space(widths[i] - base::display_width(row[i]), ' ');
        const bool is_right = i < right_.size() && right_[i] == 'r';
        line += " " + (is_right ? space + row[i] : row[i] + space) + " ";
      }
      while (!line.empty() && line.back() == ' ') line.pop_back();
      out += line + "\n";
    }
    return out;
  }

 private:
  std::string right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

std::string_view to_text(RefusedRows::Became became, Language language) noexcept {
  struct Word {
    std::string_view english, chinese;
  };
  static constexpr std::array<Word, 4> words = {
      {{"refused", "拒绝"}, {"fault", "故障"}, {"unmapped", "未映射"}, {"invalid", "无效"}}};
  const Word& word = words[static_cast<std::size_t>(became)];
  return language == Language::chinese ? word.chinese : word.english;
}

std::string to_text(const ReplaySummary& s, const Rulebook& rules, Language language) {
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return std::string(language == Language::chinese ? chinese : english);
  };
  const auto shown = [&](std::string_view names) { return rules.label(names, language); };
  const step::Model& model = *rulebook::model_of(rules);
  const Zone zone = model.packs.empty() ? Zone() : model.packs.front().zone;
  std::string out;
  std::string titles;
  for (const step::Pack& pack : model.packs)
    titles += (titles.empty() ? "" : ", ") +
              (!pack.is_one_of_several ? pack.title
               : pack.title.empty()    ? pack.full_name()
                                       : pack.title + " " + pack.version);
  out += titles + "\n";
  out += (s.first ? say("from ", "自") : std::string()) +
         engine::span_text(s.first, s.last, zone, language) + "\n\n";

  // Rows and tickets.
  Table rows("lrlr");
  rows.row(
      {say("rows", "日志行"), count_text(s.rows), say("tickets", "案件"), count_text(s.cases)});
  rows.row({say("  applied", "  已处理"), count_text(s.applied), say("  finished", "  已结束"),
            count_text(s.finished)});
  rows.row({say("  unexpected", "  意外"), count_text(s.unexpected), say("  open", "  未结束"),
            count_text(s.cases - s.finished)});
  rows.row({say("  refused", "  拒绝"), count_text(s.refused), say("  incidents", "  异常"),
            count_text(s.incidents)});
  rows.row({say("  unmapped", "  未映射"), count_text(s.unmapped),
            say("components", "互相关联的组"), count_text(s.components)});
  rows.row({say("  invalid", "  无效"), count_text(s.invalid), say("  the largest", "  最大的一组"),
            count_text(s.largest_component)});
  rows.row({say("  faults", "  故障"), count_text(s.faults)});
  out += rows.text();
  if (s.reconciles()) {
    out += say("  every row is accounted for\n", "  每一行都有交代\n");
  } else {
    out += say("  THE ROWS DO NOT RECONCILE\n", "  行数对不上!\n");
  }

  Table states("lr");
  states.row({say("state", "状态"), say("tickets", "案件")});
  for (const auto& [name, count] : s.states) states.row({shown(name), count_text(count)});
  if (!states.is_empty()) out += "\n" + states.text();

  Table clocks("lrrrrrrrll");
  clocks.row({say("clock", "时限"), say("met", "按时"), say("breached", "超时"),
              say("running", "进行中"), say("paused", "暂停"), say("cancelled", "取消"),
              say("not started", "未开始"), say("worst", "最晚"), say("ticket", "案件"),
              say("clause", "条款")});
  for (const ClockSummary& clock : s.clocks) {
    const bool has_worst = clock.worst_late_micros > 0;
    clocks.row({shown(clock.procedure + "." + clock.clock), count_text(clock.met),
                count_text(clock.breached), count_text(clock.running), count_text(clock.paused),
                count_text(clock.cancelled), count_text(clock.idle),
                has_worst ? engine::late_text(clock.worst_late_micros, language) +
                                (clock.worst_is_done ? "" : say(", not done", ",未完成"))
                          : "",
                has_worst ? clock.worst_case : "", clock.clause});
  }
  if (!clocks.is_empty()) out += "\n" + clocks.text();

  Table late("lrrrrrrr");
  std::vector<std::string> head{say("how late", "超时多久")};
  for (std::size_t i = 0; i < engine::late_class_count; ++i)
    head.push_back(engine::late_class_text(i, language));
  late.row(std::move(head));
  for (const ClockSummary& clock : s.clocks) {
    if (clock.breached == 0) continue;
    std::vector<std::string> row{shown(clock.procedure + "." + clock.clock)};
    for (const std::size_t count : clock.late) row.push_back(count == 0 ? "" : count_text(count));
    late.row(std::move(row));
  }
  if (!late.is_empty()) out += "\n" + late.text();

  Table entered("llrrrl");
  entered.row({say("rule", "规则"), say("kind", "类别"), say("entries", "条数"),
               say("withdrawn", "撤回"), say("amount", "金额"), say("clause", "条款")});
  for (const RuleSummary& rule : s.rules) {
    entered.row({shown(rule.name), engine::kind_text(rule.kind, language), count_text(rule.count),
                 rule.withdrawn == 0 ? "" : count_text(rule.withdrawn),
                 rule.amount_minor == 0
                     ? ""
                     : engine::money_text(rule.amount_minor, rule.currency, rule.scale),
                 rule.clause});
  }
  if (!entered.is_empty()) out += "\n" + entered.text();

  std::uint32_t currency = 0;
  int scale = 2;
  for (const RuleSummary& rule : s.rules) {
    if (rule.currency == 0) continue;
    currency = rule.currency;
    scale = rule.scale;
  }
  Table subjects("lrr");
  subjects.row({say("subject", "责任人或对象"), say("entries", "条数"), say("amount", "金额")});
  for (std::size_t i = 0; i < s.subjects.size() && i < 10; ++i) {
    const SubjectSummary& subject = s.subjects[i];
    subjects.row({subject.subject, count_text(subject.entries),
                  subject.amount_minor == 0
                      ? ""
                      : engine::money_text(subject.amount_minor, currency, scale)});
  }
  if (!subjects.is_empty()) {
    out += "\n" + subjects.text();
    if (s.subjects.size() > 10)
      out += say("  and ", "  另有") + count_text(s.subjects.size() - 10) + say(" more\n", "个\n");
  }

  // A row counts once; further reasons of the same rows stand below the first.
  Table refusals("rllrl");
  refusals.row({say("rows", "行数"), say("became", "结果"),
                say("not applied because", "未处理的原因"), say("first line", "首见行"),
                say("clause", "条款")});
  for (const RefusedRows& refused : s.refusals) {
    bool is_first = true;
    for (const Reason& reason : refused.reasons) {
      refusals.row({is_first ? count_text(refused.rows) : "",
                    is_first ? std::string(to_text(refused.became, language)) : "",
                    engine::row_reason_text(reason, language),
                    is_first ? count_text(refused.first_row) : "", reason.clause});
      is_first = false;
    }
  }
  if (!refusals.is_empty()) out += "\n" + refusals.text();

  if (!s.worst.empty()) {
    out += "\n " + say(" latest: ", " 最晚的案件:");
    for (std::size_t i = 0; i < s.worst.size(); ++i) out += (i == 0 ? "" : ", ") + s.worst[i];
    out += "\n";
  }
  return out;
}

}  // namespace aftercare
