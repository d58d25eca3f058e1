#include "report/shape_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace aftercare::report {

namespace {

using Does = ClockMark::Does;

struct DoesRow {
  Does does;
  std::string_view english, chinese;
  std::vector<std::string> ClockShape::*happenings;
};
constexpr std::array<DoesRow, 6> rows = {{
    {Does::start, "starts", "起算", &ClockShape::start},
    {Does::pause, "pauses", "暂停", &ClockShape::pause},
    {Does::resume, "resumes", "恢复", &ClockShape::resume},
    {Does::restart, "restarts", "重新起算", &ClockShape::restart},
    {Does::stop, "stops", "停止", &ClockShape::stop},
    {Does::cancel, "cancels", "取消", &ClockShape::cancel},
}};

std::string said(std::string_view text) { return std::string(text); }

const DoesRow& row_of(Does does) {
  for (const DoesRow& row : rows) {
    if (row.does == does) return row;
  }
  return rows[0];
}

std::string limit_of(const ClockShape& clock) {
  std::string out = clock.limit;
  if (!clock.calendar.empty()) out += (out.empty() ? "" : " · ") + clock.calendar;
  return out;
}

}  // namespace

std::string listed(const std::vector<std::string>& names, Language language) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += language == Language::chinese ? "、" : ", ";
    out += name;
  }
  return out;
}

std::string cited(const std::vector<std::string>& clauses, Language language) {
  std::vector<std::string> once;
  for (const std::string& clause : clauses)
    if (std::find(once.begin(), once.end(), clause) == once.end()) once.push_back(clause);
  return once.empty() ? std::string() : " (" + listed(once, language) + ")";
}

namespace {

struct KeyRow {
  KeySign sign;
  std::string_view english, chinese;
};
constexpr std::array<KeyRow, key_signs> key_rows = {{
    {KeySign::start, "begins here", "由此开始"},
    {KeySign::opening, "event that opens a case here", "在此开案的事件"},
    {KeySign::stay, "stays in the state", "留在该状态"},
    {KeySign::place, "leads to this state inside", "转到其中的这一状态"},
    {KeySign::shallow, "the state inside that was left last", "上次离开时所在的子状态"},
    {KeySign::deep, "all states inside that were left last", "上次离开时所在的子状态,连同其内各层"},
    {KeySign::final, "end", "终态"},
    {KeySign::parallel, "regions, active side by side", "并行的区域,同时有效"},
    {KeySign::guard, "condition", "条件"},
    {KeySign::clock, "clock", "时限"},
    {KeySign::form, "form", "单据"},
    {KeySign::child, "case of another procedure", "另一流程的案件"},
    {KeySign::invoke, "chart of its own, while the state is active", "另一状态图,随该状态运行"},
    {KeySign::count, "how often", "次数"},
    {KeySign::idle, "never taken", "从未发生"},
}};

}  // namespace

std::string_view key_text(KeySign sign, Language language) {
  const KeyRow& row = key_rows[static_cast<std::size_t>(sign)];
  return language == Language::chinese ? row.chinese : row.english;
}

std::string_view key_title(Language language) {
  return language == Language::chinese ? "图例" : "Key";
}

std::vector<ClockMark> shown_marks(const ProcedureShape& shape,
                                   const std::vector<ClockMark>& marks) {
  std::vector<ClockMark> out;
  for (const ClockMark& mark : marks) {
    const bool is_told = mark.does == Does::restart &&
                         std::any_of(marks.begin(), marks.end(), [&](const ClockMark& other) {
                           return other.does == Does::start && other.clock == mark.clock;
                         });
    if (!is_told && mark.clock < shape.clocks.size()) out.push_back(mark);
  }
  return out;
}

std::string mark_text(const ProcedureShape& shape, ClockMark mark, Language language) {
  const bool zh = language == Language::chinese;
  const ClockShape& clock = shape.clocks[mark.clock];
  const DoesRow& row = row_of(mark.does);
  std::string out = said(zh ? row.chinese : row.english) + " " + clock.name;
  if (const std::string limit = limit_of(clock); mark.does == Does::start && !limit.empty()) {
    out += (zh ? ":" : ": ") + limit;
  }
  return out;
}

std::string mark_text(const ProcedureShape& shape, const TransitionShape& transition,
                      ClockMark mark, Language language) {
  const std::string text = mark_text(shape, mark, language);
  const std::string_view joint = language == Language::chinese ? " 或 " : " or ";
  const auto& happenings = shape.clocks[mark.clock].*row_of(mark.does).happenings;
  std::vector<std::string> doing;
  std::size_t count = 0;
  for (std::string_view rest = transition.when; !rest.empty();) {
    const std::size_t end = std::min(rest.find(joint), rest.size());
    const std::string_view one = rest.substr(0, end);
    ++count;
    if (std::find(happenings.begin(), happenings.end(), one) != happenings.end()) {
      doing.emplace_back(one);
    }
    rest.remove_prefix(std::min(end + joint.size(), rest.size()));
  }
  if (doing.empty() || doing.size() == count) return text;
  return listed(doing, language) + (language == Language::chinese ? ":" : ": ") + text;
}

std::string decision_text(const DecisionShape& decision, Language language) {
  const bool zh = language == Language::chinese;
  std::string outcomes;
  for (const std::string& one : decision.outcomes) {
    outcomes += (outcomes.empty() ? "" : " | ") + one;
  }
  std::string out = decision.by.empty() ? said(zh ? "决定" : "decided") : decision.by;
  if (!outcomes.empty()) out += (zh ? ":" : ": ") + outcomes;
  return out;
}

std::string child_text(const ProcedureShape& shape, std::size_t child, Language language) {
  const bool zh = language == Language::chinese;
  const ChildShape& one = shape.children[child];
  if (one.is_invoked) {
    const std::string_view joint = zh ? ":" : ": ";
    std::string runs = (zh ? "运行 " : "runs ") + one.name;
    if (!one.procedure.empty())
      runs += (one.name.empty() ? std::string() : std::string(joint)) + one.procedure;
    return runs;
  }
  std::string out = (zh ? "开案 " : "opens ") + one.procedure;
  if (one.is_for_each) out += zh ? ",逐项各一" : ", one for each";
  return out;
}

std::string child_title(const ChildShape& child, Language language) {
  const bool zh = language == Language::chinese;
  std::string out = (zh ? "另开案件 " : "opens ") + child.procedure;
  if (child.is_for_each) out += zh ? ",逐项各一" : ", one for each";
  out += cited(child.clauses, language);
  if (!child.when.empty()) out += (zh ? ":" : ": ") + listed(child.when, language);
  return out;
}

std::vector<std::string> forms_of(const ProcedureShape& shape, std::string_view when,
                                  Language language) {
  const std::string_view joint = language == Language::chinese ? " 或 " : " or ";
  std::vector<std::string> out;
  std::vector<std::string> names;
  std::size_t count = 0;
  for (std::string_view rest = when; !rest.empty();) {
    const std::size_t end = std::min(rest.find(joint), rest.size());
    const std::string_view one = rest.substr(0, end);
    ++count;
    for (const EventShape& event : shape.events) {
      if (event.name != one || event.form.empty()) continue;
      names.emplace_back(one);
      out.push_back(event.form);
    }
    rest.remove_prefix(std::min(end + joint.size(), rest.size()));
  }
  for (std::size_t i = 0; count > 1 && i < out.size(); ++i)
    out[i] = names[i] + (language == Language::chinese ? ":" : ": ") + out[i];
  return out;
}

bool is_otherwise(const ProcedureShape& shape, std::size_t transition) {
  const TransitionShape& last = shape.transitions[transition];
  if (!last.guard.empty()) return false;
  for (std::size_t t = 0; t < transition; ++t) {
    const TransitionShape& one = shape.transitions[t];
    if (one.from == last.from && one.when == last.when && !one.guard.empty()) return true;
  }
  return false;
}

std::string guard_text(const ProcedureShape& shape, std::size_t transition, Language language) {
  if (is_otherwise(shape, transition)) return language == Language::chinese ? "[否则]" : "[else]";
  const std::string& guard = shape.transitions[transition].guard;
  return guard.empty() ? std::string() : "[" + guard + "]";
}

std::vector<StateLine> state_lines(const ProcedureShape& shape, const StateShape& state,
                                   Language language) {
  std::vector<StateLine> out;
  const auto number = static_cast<std::size_t>(&state - shape.states.data());
  for (const EventShape& event : shape.events) {
    if (event.opens_in != number) continue;
    out.push_back({StateLine::Is::opening, "● " + event.name});
    if (!event.form.empty()) out.push_back({StateLine::Is::form, event.form});
  }
  for (const DecisionShape& decision : state.decisions) {
    std::string text = decision_text(decision, language);
    text += cited(decision.clauses, language);
    out.push_back({StateLine::Is::decision, std::move(text)});
  }
  const bool zh = language == Language::chinese;
  for (const ListShape& list : state.lists) {
    std::string text = said(zh ? "排队 " : "waits in ") + list.name + said(zh ? ",供 " : " for ") +
                       listed(list.who, language);
    if (!list.order.empty()) text += said(zh ? ",按 " : " by ") + listed(list.order, language);
    text += cited(list.clauses, language);
    out.push_back({StateLine::Is::list, std::move(text)});
  }
  for (const ClockMark& mark : shown_marks(shape, state.on_entry))
    out.push_back({StateLine::Is::clock, mark_text(shape, mark, language)});
  const std::string leaving = language == Language::chinese ? "离开时" : "on leaving ";
  for (const ClockMark& mark : shown_marks(shape, state.on_exit))
    out.push_back({StateLine::Is::clock, leaving + mark_text(shape, mark, language)});
  for (const std::size_t child : state.children)
    out.push_back({StateLine::Is::child, child_text(shape, child, language)});
  return out;
}

std::string clock_title(const ClockShape& clock, Language language) {
  std::string out = clock.name;
  if (const std::string limit = limit_of(clock); !limit.empty()) {
    out += (language == Language::chinese ? ":" : ": ") + limit;
  }
  return out + cited(clock.clauses, language);
}

std::string clock_happenings(const ClockShape& clock, Language language) {
  const bool zh = language == Language::chinese;
  std::string out;
  for (const DoesRow& row : rows) {
    const std::vector<std::string>& happenings = clock.*row.happenings;
    if (happenings.empty()) continue;
    if (!out.empty()) out += zh ? ";" : "; ";
    out += said(zh ? row.chinese : row.english) + (zh ? ":" : ": ") + listed(happenings, language);
  }
  return out;
}

}  // namespace aftercare::report
