// Why each step went as it did, rendered from its record. Nothing is evaluated again: verdicts come
// from the record, the values that a condition read from the data recorded up to that step.

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "engine/words.hpp"
#include "rulebook/formula_words.hpp"
#include "rulebook/schema.hpp"
#include "step/chain.hpp"
#include "step/convert.hpp"
#include "step/entitlement.hpp"
#include "step/record.hpp"

namespace aftercare {

using step::Index;
using step::no_slot;
using step::none;

namespace {

/// Every sentence of an explanation, in both languages; {places} are filled in order.
enum class Say : std::uint8_t {
  holds,
  fails,
  moved,
  stayed,
  entered_state,
  left_state,
  clock_started,
  clock_met,
  clock_late,
  clock_breach,
  clock_paused,
  clock_resumed,
  clock_cancelled,
  clock_too_early,
  clock_done_late,
  clock_reminded,
  clock_told,
  pause_over,
  no_pause,
  clock_reopened,
  goal_changed,
  already_past,
  by_calendar,
  as_known_then,
  reprojected,
  calendar_event,
  unmet,
  lacks,
  signs,
  refuses_to_sign,
  next_version,
  is_void,
  entered,
  withdrawn,
  became_true,
  read,
  applies,
  does_not_apply,
  reassessed,
  incident,
  no_term,
  by_term,
  outside_term,
  by_condition,
  open_while,
  met_need,
  by_whom,
  clock_event,
  timer_event,
  correct_event,
  retract_event,
  voided_event,
  amount_and,
  about,
  because,
  counts_again,
  was_none,
  was_one,
  taken_back,
  told,
  in_its_place,
  too_late_for,
  provisional,
  reassessed_event,
  on_register,
  not_on_register,
  as_stand_in,
  as_delegate,
  as_superior,
  chain_begins,
  chain_goes_on,
  goal_by,
  goal_ahead,
  clock_told_late,
  put_right,
  waits,
  waits_no_more,
  out_of_turn,
  by_values_of,
  goal_window,
  on_ledger,
  not_on_ledger,
  ledger_names,
};

struct Sentence {
  std::string_view english, chinese;
};

constexpr std::array<Sentence, 83> sentences = {{
    {"{} holds", "{} 成立"},
    {"{} does not hold", "{} 不成立"},
    {"from {} to {}", "由 {} 转到 {}"},
    {"stays in {}", "仍在 {}"},
    {"entered {}", "进入 {}"},
    {"left {}", "离开 {}"},
    {"clock {} started: {}, in time until {}", "时限 {} 开始:{},截止 {}"},
    {"clock {} met at {}", "时限 {} 按时完成于 {}"},
    {"clock {} stopped too late, at {}", "时限 {} 逾期完成于 {}"},
    {"clock {} breached: {} from {} ran out at {}", "时限 {0} 超时:自 {2} 起 {1},至 {3} 届满"},
    {"clock {} paused", "时限 {} 暂停"},
    {"clock {} resumed", "时限 {} 恢复"},
    {"clock {} cancelled", "时限 {} 取消"},
    {"clock {} had not begun to count then and runs on", "时限 {} 当时尚未开始计时,继续进行"},
    {"clock {} was late already: done at {}", "时限 {} 已超时,补做于 {}"},
    {"clock {} reminds: {}", "时限 {} 提醒:{}"},
    {"clock {} reminds {}: {}", "时限 {} 提醒 {}:{}"},
    {"clock {} runs on: its pauses have lasted as long as they may ({})",
     "时限 {} 继续计时:暂停已达最长({})"},
    {"clock {} is not paused: its pauses have lasted as long as they may ({})",
     "时限 {} 不再暂停:暂停已达最长({})"},
    {"clock {} goes on: {}, in time until {}", "时限 {} 再起:{},截止 {}"},
    {"clock {} promises anew: {}, in time until {}", "时限 {} 期限变更:{},截止 {}"},
    {", which has passed", ",已经过去"},
    {", by the calendar {}", ",按日历 {}"},
    {", as it was known then", ",依开始时所知"},
    {"clock {}: until {} instead of {} ({})", "时限 {}:截止由 {2} 改为 {1}({3})"},
    {"limits counted again", "重新计算期限"},
    {"not met: {}", "未满足:{}"},
    {"missing: {}", "缺少:{}"},
    {"{} is signed by {}", "{}由{}签字"},
    {"{} is not signed by {}, who refuses to", "{}拒签:{1}"},
    {"{}: version {}, unsigned", "{}:第{1}版,未签字"},
    {"{} is void", "{}作废"},
    {"{}: {}", "{}:{}"},
    {"{} withdrawn: {}", "{} 撤销:{}"},
    {"{} became true", "{} 成立了"},
    {"{} = {}", "{} = {}"},
    {"{} applies", "{} 适用"},
    {"{} does not apply", "{} 不适用"},
    {"clock {} was met in time, recorded late", "时限 {} 实为按时,补录"},
    {"stopped: {}", "停止:{}"},
    {"{}: {}, no term applies", "{}:{},没有适用的期次"},
    {"{}: {} by {}, from {} until {}", "{}:{},依{},自 {} 至 {}"},
    {"{}: {}, {} runs from {} until {}", "{}:{},{}自 {} 至 {}"},
    {"{}: {} for {}", "{}:{},因{}"},
    {"{}: {} while {} is not known: {}", "{}:{},因{}未知:{}"},
    {"met: {}", "满足:{}"},
    {"{}, as it should be, by {}", "{},依规定由{}进行"},
    {"clock {} breached", "时限 {} 超时"},
    {"time passed: {}", "时间届至:{}"},
    {"facts put right", "更正事实"},
    {"{} taken back", "撤回“{}”"},
    {"voided", "作废"},
    {" and ", "、"},
    {"{} of {}", "{1} 的 {0}"},
    {"because: {}", "理由:{}"},
    {"{} counts again: {}", "{} 重新有效:{}"},
    {"not so any more: {} at {}", "不再成立:{},{}"},
    {"as it is now: {} at {}", "现认定:{},{}"},
    {"taken back at {}: nothing of this counts any more", "已于 {} 撤回,一概不作数"},
    {"told: {}", "通知:{}"},
    {"clocks take it at its instant: later things had been recorded before it",
     "时限按其发生之时计:此前已登记了之后的事"},
    {"clock {} stays breached: this was recorded too late to put that right",
     "时限 {} 仍为超时:登记过迟,不再改认"},
    {" (provisional: the calendar is not known that far)", "(暂定:日历尚未公布到那时)"},
    {"clock {} reassessed", "时限 {} 重新认定"},
    {"{} is on the register {}", "{} 在名册 {} 上"},
    {"{} is not on the register {}", "{} 不在名册 {} 上"},
    {"{} acts for {} as his stand-in", "{} 以代理人身份代 {} 办理"},
    {"{} acts for {} by his delegation", "{} 受 {} 委托办理"},
    {"{} acts as the superior of who applies", "{} 以申请人上级的身份办理"},
    {"{} is decided by {}", "{} 由 {} 决定"},
    {"answered as {}; others are still asked", "以 {} 的身份表态;还要由他人决定"},
    {"by {}", "按 {}"},
    {"{} before {}", "{1} 之前 {0}"},
    {"clock {} was late already when this was recorded: done at {}, in time until {}",
     "时限 {} 登记时已判超时:办理于 {},截止 {}"},
    {"{}: {} instead of {}", "{}:由 {2} 更正为 {1}"},
    {"waits in {}", "进入排队 {}"},
    {"waits in {} no more", "离开排队 {}"},
    {"taken out of its turn in {} by {}: {} before it, first {}",
     "{1}未按 {0} 的先后取出:前面还有{2}件,首件为{3}"},
    {" (by the values of {})", "(按 {} 的数值)"},
    {"{} {} and {} {}", "{} {}、{} {}"},
    {"{1} has an entry about {0} that holds", "{1} 中有 {0} 当时有效的记录"},
    {"{1} has no entry about {0} that holds", "{1} 中没有 {0} 当时有效的记录"},
    {"{} names for {} as {}: {}", "{} 中 {} 的 {} 为 {}"},
}};

std::string sentence_of(Language language, Say what, const std::vector<std::string>& words) {
  const Sentence& sentence = sentences[static_cast<std::size_t>(what)];
  const std::string_view text = language == Language::chinese ? sentence.chinese : sentence.english;
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out += text[i];
      continue;
    }
    const std::size_t close = text.find('}', i);
    std::size_t which = next++;
    if (close == i + 2) which = static_cast<std::size_t>(text[i + 1] - '0');
    if (which < words.size()) out += words[which];
    i = close;
  }
  return out;
}

/// Walks a record and keeps what a reader needs to know at each step.
class Narrator {
 public:
  Narrator(const step::Stepper& stepper, const step::CaseState& state, ledger::Book& book,
           Language language)
      : stepper_(stepper),
        book_(book),
        model_(stepper.model()),
        p_(model_.procedures[state.procedure]),
        zone_(model_.packs[p_.pack].zone),
        state_(state),
        language_(language),
        spoken_(model_, p_, language),
        slots_(p_.case_slots),
        started_(p_.clocks.size()),
        fires_(p_.clocks.size()),
        goals_(p_.clocks.size()),
        cycles_(p_.clocks.size()) {}

  StepTrace tell(const step::record::Step& step, std::uint64_t number) {
    StepTrace out;
    parameters_ = &stepper_.parameters_at(step.at);
    out.case_id = std::string(state_.id.as_string());
    out.step = number;
    out.at = step.at;
    out.recorded = step.recorded;
    out.zone = zone_;
    out.outcome = step.is_unexpected ? Outcome::Is::unexpected : Outcome::Is::applied;
    if (step.actor.role != none) out.actor.role = model_.roles[step.actor.role].name;
    if (step.actor.person.is(Kind::string))
      out.actor.person = std::string(step.actor.person.as_string());
    if (step.actor.on_behalf_of.is(Kind::string))
      out.actor.on_behalf_of = std::string(step.actor.on_behalf_of.as_string());
    out.state_before = states_text();
    out.event = event_text(step);
    told_.push_back({step, out.event});
    tell_authority(step, out);
    tell_answer(step, out);
    if (step.kind == step::record::Kind::retract) go_back(step);
    tell_put_right(step, out);
    write_slots(step);
    tell_needs(step, out);
    limits_.assign(p_.clocks.size(), std::nullopt);
    tells_reassessed_ = false;
    step::record::each_item(step.items, [&](const step::record::Item& item) {
      tells_reassessed_ = tells_reassessed_ || item.op == step::record::Op::reassessed;
    });
    step::record::each_item(step.items,
                            [&](const step::record::Item& item) { tell(item, step, out); });
    if (number == 1) {
      for (const step::Field& field : p_.fields)
        if (field.initial && slots_[field.slot].is_null())
          slots_[field.slot] = state_.slots[field.slot];
    }
    out.state_after = states_text();
    note_labels(out);
    return out;
  }

  /// Says of the steps that are taken back when that was.
  void mark_taken_back(const step::record::Step& step, std::vector<StepTrace>& steps) {
    for (std::uint64_t i = step::record::first_gone(step); i < steps.size(); ++i) {
      StepTrace& gone = steps[i - 1];
      if (gone.is_taken_back || told_[i - 1].step.kind == step::record::Kind::retract) continue;
      gone.is_taken_back = true;
      TraceLine line;
      line.text = say(language_, Say::taken_back, {time(step.recorded)});
      gone.lines.insert(gone.lines.begin(), std::move(line));
    }
  }

  /// Of the steps in which a rule does not apply the last one says so.
  void mark_told_later(std::vector<StepTrace>& steps) const {
    std::map<Index, bool> does_not_apply;  // by rule: in the step after
    for (auto verdict = verdicts_.rbegin(); verdict != verdicts_.rend(); ++verdict) {
      StepTrace& step = steps[verdict->step];
      if (step.is_taken_back) continue;
      bool& later = does_not_apply[verdict->rule];
      step.lines[verdict->line].is_told_later = later && !verdict->applies;
      later = !verdict->applies;
    }
  }

 private:
  std::string shown(std::string_view names) const {
    return step::shown_names(
        names, [&](std::string_view name) { return model_.packs[p_.pack].label(name, language_); });
  }
  std::string say(Language language, Say what,
                  std::initializer_list<std::string_view> words = {}) const {
    std::vector<std::string> told;
    for (const std::string_view word : words) told.push_back(shown(word));
    return sentence_of(language, what, told);
  }
  std::string formula(std::string_view text) const { return spoken_.formula(text); }
  void note_labels(StepTrace& out) {
    const auto note = [&](const std::string& name, std::string label) {
      if (label != name) out.labels.emplace_back(name, std::move(label));
    };
    for (const std::string* name :
         {&out.event, &out.actor.role, &out.state_before, &out.state_after})
      note(*name, shown(*name));
    for (const TraceLine& line : out.lines) {
      for (const auto& [name, value] : line.values) {
        const std::string* whole = model_.packs[p_.pack].label(name, language_);
        note(name, whole != nullptr ? *whole : formula(name));
      }
    }
    for (const auto& [word, set] : words_) {
      const std::string* of_pack = model_.packs[p_.pack].label(word, language_);
      std::string label = of_pack != nullptr ? *of_pack
                          : rulebook::FormulaWords::is_of_the_format(set) ? spoken_.closed_word(word) : word;
      if (label != word) out.word_labels.emplace_back(word, std::move(label));
    }
    words_.clear();
  }

  /// In which post of a chain somebody answered, where it goes on.
  void tell_answer(const step::record::Step& step, StepTrace& out) const {
    const auto chain = decided_by_.find(step.index);
    if (!step::record::goes_on(step) || chain == decided_by_.end()) return;
    const step::Chain& of = model_.chains[chain->second];
    const auto post = step.data.front().second.as_number().to_int64();
    if (!post || static_cast<std::size_t>(*post) >= of.posts.size()) return;
    TraceLine line;
    line.is = TraceLine::Is::need;
    line.subject = of.parts[of.posts[static_cast<std::size_t>(*post)]].name;
    line.text = say(language_, Say::chain_goes_on, {line.subject});
    line.clauses = step::clause_ids(model_, p_.decisions[step.index].cites);
    out.lines.push_back(std::move(line));
  }

  /// By which authority somebody acted for another.
  void tell_authority(const step::record::Step& step, StepTrace& out) const {
    using step::Authority;
    if (step.actor.authority == Authority::own) return;
    const Say what = step.actor.authority == Authority::stand_in   ? Say::as_stand_in
                     : step.actor.authority == Authority::delegate ? Say::as_delegate
                                                                   : Say::as_superior;
    TraceLine line;
    line.is = TraceLine::Is::need;
    line.subject = out.actor.role;
    line.text = say(language_, what, {out.actor.person, out.actor.on_behalf_of});
    if (step.actor.role != none && model_.roles[step.actor.role].office)
      line.clauses = step::clause_ids(model_, model_.roles[step.actor.role].office->cites);
    out.lines.push_back(std::move(line));
  }

  /// Which facts a correction puts right.
  void tell_put_right(const step::record::Step& step, StepTrace& out) const {
    if (step.kind != step::record::Kind::correct) return;
    const auto told = [&](const Value& value) {
      return value.is_null() ? spoken_.name("null") : text(value);
    };
    for (const auto& [slot, value] : step.data) {
      if (slot >= p_.slot_names.size() || slot >= slots_.size()) continue;
      if (slots_[slot].equals(value)) continue;
      TraceLine line;
      line.subject = p_.slot_names[slot];
      line.text = sentence_of(language_, Say::put_right,
                              {formula(line.subject), told(value), told(slots_[slot])});
      out.lines.push_back(std::move(line));
    }
  }

  /// What allowed the event: who did it, where an article says who, and the needs that were met.
  /// The record holds those that were not.
  void tell_needs(const step::record::Step& step, StepTrace& out) const {
    using K = step::record::Kind;
    if (step.kind != K::event && step.kind != K::right && step.kind != K::decision) return;
    const bool is_right = step.kind == K::right;
    if (step.kind == K::event) {
      const step::Event& event = p_.events[step.index];
      if (!event.by.is_empty() && !event.cites.empty() && step.actor.role != none) {
        TraceLine line;
        line.is = TraceLine::Is::need;
        line.subject = event.name;
        line.text = say(language_, Say::by_whom, {event.name, model_.roles[step.actor.role].name});
        line.clauses = step::clause_ids(model_, event.cites);
        out.lines.push_back(std::move(line));
      }
    }
    const std::vector<step::Condition>& needs =
        is_right                     ? model_.rules[step.index].needs
        : step.kind == K::decision ? p_.decisions[step.index].needs
                                   : p_.events[step.index].needs;
    if (needs.empty()) return;
    std::vector<bool> is_unmet(needs.size());
    step::record::each_item(step.items, [&](const step::record::Item& item) {
      if (item.op == step::record::Op::unmet && item.first < needs.size())
        is_unmet[item.first] = true;
    });
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (is_unmet[i]) continue;
      TraceLine line;
      line.is = TraceLine::Is::need;
      line.subject = needs[i].label;
      line.text = say(language_, Say::met_need, {needs[i].label});
      values(needs[i].holds, line);
      line.clauses = step::clause_ids(model_, needs[i].cites);
      out.lines.push_back(std::move(line));
    }
  }

  /// The case as it was before the steps that are taken back.
  void go_back(const step::record::Step& step) {
    const std::uint64_t first_gone = step::record::first_gone(step);
    Narrator again(stepper_, state_, book_, language_);
    for (std::uint64_t number = 1; number < told_.size() && number < first_gone; ++number)
      again.tell(told_[number - 1].step, number);
    slots_ = std::move(again.slots_);
    started_ = std::move(again.started_);
    fires_ = std::move(again.fires_);
    goals_ = std::move(again.goals_);
    cycles_ = std::move(again.cycles_);
    active_ = std::move(again.active_);
  }

  void write_slots(const step::record::Step& step) {
    const auto set = [&](step::SlotIndex slot, const Value& value) {
      if (slot < slots_.size()) slots_[slot] = value;
    };
    if (step.kind == step::record::Kind::correct) {
      for (const auto& [slot, value] : step.data) set(static_cast<step::SlotIndex>(slot), value);
      return;
    }
    if (step.kind == step::record::Kind::right) {
      const step::Rule& rule = model_.rules[step.index];
      set(rule.used_at_slot, Value::instant(step.at));
      set(rule.used_by_slot, step.actor.person);
      for (const auto& [input, value] : step.data)
        set(input < rule.inputs.size() ? rule.inputs[input].slot : rule.used_reason_slot, value);
      return;
    }
    if (step.kind != step::record::Kind::event) return;
    const step::Event& event = p_.events[step.index];
    set(event.at_slot, Value::instant(step.at));
    set(event.by_slot, step.actor.person);
    if (event.form != none && event.does == step::Event::Does::fills)
      set(p_.forms[event.form].present_slot, Value::instant(step.at));
    for (const auto& [input, value] : step.data) {
      if (input < event.inputs.size()) {
        set(event.inputs[input].slot, value);
        set(event.inputs[input].case_slot, value);
      } else if (event.form != none) {
        const step::Form::Place place =
            p_.forms[event.form].place(input - event.inputs.size());
        set(place.slot, value);
        if (!value.is_null()) set(place.case_slot, value);
      }
    }
  }

  std::string event_text(const step::record::Step& step) const {
    using K = step::record::Kind;
    switch (step.kind) {
      case K::event:
        return p_.events[step.index].name;
      case K::right:
        return model_.rules[step.index].name;
      case K::decision:
        return p_.decisions[step.index].outcomes[step.outcome].first;
      case K::correct:
        return say(language_, Say::correct_event);
      case K::retract: {
        const std::uint64_t gone = step::record::first_gone(step);
        return say(language_, Say::retract_event,
                   {gone <= told_.size() ? told_[gone - 1].event : std::string("-")});
      }
      case K::void_entry:
        return say(language_, Say::voided_event);
      case K::calendar:
        return say(language_, Say::calendar_event);
      case K::time:
        break;
    }
    const bool is_reminder = step.index != none && p_.happenings[step.index].is ==
                                                       step::Happening::Is::clock_reminded;
    if (step.index == none || is_reminder) {
      // Which reminder it was, and what a clock did for which nothing waits, its own item says.
      std::string out;
      step::record::each_item(step.items, [&](const step::record::Item& item) {
        if (!out.empty() || item.first >= p_.clocks.size()) return;
        const std::string& name = p_.clocks[item.first].name;
        using ClockOp = step::record::ClockOp;
        if (item.op == step::record::Op::reminded) {
          const auto& row = p_.clocks[item.first].reminders[item.second];
          out = say(language_, Say::clock_reminded, {name, reminder_text(row, item.third)});
        } else if (item.op == step::record::Op::clock) {
          const auto op = static_cast<ClockOp>(item.second);
          if (op == ClockOp::breach) out = say(language_, Say::clock_event, {name});
          if (op == ClockOp::pause_over) out = say(language_, Say::clock_resumed, {name});
        }
      });
      // Nothing fell due: what hangs on a breach that was none has been derived again.
      return out.empty() ? say(language_, Say::calendar_event) : out;
    }
    const step::Happening& h = p_.happenings[step.index];
    if (h.is == step::Happening::Is::clock_breached)
      return say(language_, Say::clock_event, {p_.clocks[h.index].name});
    if (h.is == step::Happening::Is::clock_reassessed)
      return say(language_, Say::reassessed_event, {p_.clocks[h.index].name});
    std::string name = "-";
    if (h.is == step::Happening::Is::timer) name = p_.chart.name(p_.timers[h.index].state);
    return say(language_, Say::timer_event, {name});
  }

  std::string states_text() const {
    std::string out;
    for (const auto& [state, is_active] : active_) {
      if (!is_active || !p_.chart.is_leaf(state)) continue;
      if (!out.empty()) out += ", ";
      out += p_.chart.name(state);
    }
    return out;
  }

  std::string text(const Value& value) const { return step::to_text(value, model_, zone_); }
  std::string time(Instant at) const { return iso_text(at, zone_); }

  void values(const step::Formula& formula, TraceLine& line) const {
    // What a field begins with stands in no record: it is not told before an event gives it.
    const auto is_unrecorded = [&](step::SlotIndex slot) {
      return slots_[slot].is_null() &&
             std::any_of(p_.fields.begin(), p_.fields.end(),
                         [&](const auto& field) { return field.slot == slot && field.initial; });
    };
    for (const step::SlotIndex slot : formula.reads) {
      if (slot < p_.case_slots && slot < p_.slot_names.size()) {
        if (is_unrecorded(slot)) continue;
        add_value(p_.slot_names[slot], slots_[slot], line);
      } else if (slot >= p_.frame_slots) {
        const std::size_t parameter = slot - p_.frame_slots;
        if (parameter < model_.parameters.size())
          add_value(model_.parameters[parameter].name, parameter_value(parameter), line);
      }
    }
  }
  /// The same of what was judged at another instant than that of the step: with the day, where the
  /// parameters were others then.
  void values_as_of(Instant judged, std::initializer_list<const step::MaybeFormula*> formulas,
                    TraceLine& line) {
    const step::ParameterValues& now = *parameters_;
    const step::ParameterValues& then = stepper_.parameters_at(judged);
    parameters_ = &then;
    bool is_other = false;
    for (const step::MaybeFormula* formula : formulas) {
      if (!*formula) continue;
      values(**formula, line);
      for (const step::SlotIndex slot : (*formula)->reads) {
        const std::size_t parameter = slot - std::size_t{p_.frame_slots};
        if (slot < p_.frame_slots || parameter >= now.size()) continue;
        is_other = is_other || !now[parameter].equals(then[parameter]);
      }
    }
    parameters_ = &now;
    if (is_other) line.text += say(language_, Say::by_values_of, {iso_text(zone_.date(judged))});
  }
  /// As people know it: a calendar by its name, not by its place among those of the model.
  Value parameter_value(std::size_t parameter) const {
    const Value& value = (*parameters_)[parameter];
    if (model_.parameters[parameter].type.is() != Type::Is::calendar || !value.is(Kind::number))
      return value;
    const auto which = value.as_number().to_int64();
    if (!which || static_cast<std::uint64_t>(*which) >= model_.calendars.size()) return value;
    return Value::string(std::string(model_.calendars[static_cast<std::size_t>(*which)].name()));
  }
  void add_value(const std::string& name, const Value& value, TraceLine& line) const {
    line.values.emplace_back(name, step::to_host(value, model_));
    const Value& told = line.values.back().second;
    if (value.is(Kind::symbol) && told.is(Kind::string))
      words_.insert_or_assign(std::string(told.as_string()), value.symbol_set());
  }

  /// A limit as it is written, and what the names in it stood for.
  std::string goal_text(const step::Clock& clock) const {
    if (clock.within) return with_names(formula(clock.within->text), {&clock.within});
    if (clock.ahead)
      return with_names(sentence_of(language_, Say::goal_ahead,
                                    {formula(clock.ahead->text), formula(clock.by->text)}),
                        {&clock.ahead, &clock.by});
    if (clock.by)
      return with_names(sentence_of(language_, Say::goal_by, {formula(clock.by->text)}),
                        {&clock.by});
    const bool zh = language_ == Language::chinese;
    if (clock.window_from && clock.window_to)
      return with_names(
          sentence_of(language_, Say::goal_window,
                      {zh ? (clock.window_from_exclusive ? "晚于" : "不早于")
                          : (clock.window_from_exclusive ? "later than" : "no sooner than"),
                       formula(clock.window_from->text),
                       zh ? (clock.window_to_exclusive ? "早于" : "不迟于")
                          : (clock.window_to_exclusive ? "before" : "within"),
                       formula(clock.window_to->text)}),
          {&clock.window_from, &clock.window_to});
    return clock.window_to ? with_names(formula(clock.window_to->text), {&clock.window_to})
                           : std::string();
  }
  std::string with_names(std::string goal,
                         std::initializer_list<const step::MaybeFormula*> written) const {
    std::vector<std::pair<std::string, std::string>> names;
    const auto add = [&](const std::string& name, std::string value) {
      const auto is_it = [&](const auto& one) { return one.first == name; };
      if (std::none_of(names.begin(), names.end(), is_it)) names.emplace_back(name, std::move(value));
    };
    for (const step::MaybeFormula* one : written) {
      for (const step::SlotIndex slot : (*one)->reads) {
        if (slot < p_.case_slots && slot < p_.slot_names.size() && !slots_[slot].is_null())
          add(p_.slot_names[slot], text(slots_[slot]));
        if (slot < p_.frame_slots) continue;
        const std::size_t parameter = slot - p_.frame_slots;
        const Value value = parameter_value(parameter);
        const bool is_length = value.is(Kind::days_duration) || value.is(Kind::months_duration);
        add(model_.parameters[parameter].name, is_length ? formula(text(value)) : text(value));
      }
    }
    if (names.empty()) return goal;
    // A name alone, or a word of time: "promptly" of "promptly in C01".
    const std::string& first = (*written.begin())->value().text;
    if (written.size() == 1 && names.size() == 1 && goal.ends_with(formula(first)) &&
        names.front().first.find(first) != std::string::npos)
      return goal + " = " + names.front().second;
    for (std::size_t i = 0; i < names.size(); ++i)
      goal += (i == 0 ? " (" : ", ") + formula(names[i].first) + " = " + names[i].second;
    return goal + ")";
  }

  /// What the clock promises, as it took it; of one that was begun by what was put right: by the
  /// parameters of its start.
  std::string goal_taken(std::size_t which) {
    const step::Clock& clock = p_.clocks[which];
    if (cycles_[which] != 0) return goals_[which];
    const step::ParameterValues* now = parameters_;
    parameters_ = &stepper_.parameters_at(state_.clocks[which].started);
    std::string goal = goal_text(clock);
    parameters_ = now;
    return goal;
  }

  /// "urgent (75%)", "1h after, 2/3".
  /// `nth`: which of several, from 0; none: not said.
  std::string reminder_text(const step::Clock::Reminder& row,
                            std::optional<std::uint64_t> nth) const {
    const bool zh = language_ == Language::chinese;
    std::string when;
    if (row.percent >= 0) when = std::to_string(row.percent) + "%";
    const auto told = [&](const step::MaybeFormula& length) { return formula(length->text); };
    if (row.before) when = zh ? "届满前" + told(row.before) : told(row.before) + " before";
    if (row.after) when = zh ? "届满后" + told(row.after) : told(row.after) + " after";
    if (when.empty() && row.every) when = (zh ? "每" : "every ") + told(row.every);
    if (nth && row.times > 1) when += ", " + std::to_string(*nth + 1) + "/" + std::to_string(row.times);
    return row.name.empty() ? when : row.name + " (" + when + ")";
  }

  void tell(const step::record::Item& item, const step::record::Step& step, StepTrace& out) {
    using Op = step::record::Op;
    TraceLine line;
    const auto cite = [&](const step::Cites& cites) {
      line.clauses = step::clause_ids(model_, cites);
    };
    switch (item.op) {
      case Op::guard: {
        const step::Formula& formula = p_.guards[item.first];
        line.is = TraceLine::Is::guard;
        line.subject = formula.text;
        line.text = sentence_of(language_, item.second != 0 ? Say::holds : Say::fails,
                                {this->formula(formula.text)});
        values(formula, line);
        break;
      }
      case Op::transition: {
        line.is = TraceLine::Is::transition;
        const auto id = static_cast<chart::TransitionId>(item.first);
        std::string targets;
        for (const chart::StateId target : p_.chart.targets(id)) {
          if (!targets.empty()) targets += ", ";
          targets += p_.chart.name(target);
        }
        line.subject = std::string(p_.chart.name(p_.chart.transition(id).source));
        line.text = targets.empty() ? say(language_, Say::stayed, {line.subject})
                                    : say(language_, Say::moved, {line.subject, targets});
        cite(p_.transition_cites[id]);
        break;
      }
      case Op::entered:
        active_[static_cast<chart::StateId>(item.first)] = true;
        return;
      case Op::exited:
        active_[static_cast<chart::StateId>(item.first)] = false;
        return;
      case Op::clock:
        tell_clock(item, step, line);
        break;
      case Op::unmet: {
        line.is = TraceLine::Is::need;
        const std::vector<step::Condition>& needs = step.kind == step::record::Kind::right
                                                        ? model_.rules[step.index].needs
                                                        : p_.events[step.index].needs;
        if (item.first >= needs.size()) return;
        const step::Condition& need = needs[item.first];
        line.subject = need.label;
        line.text = say(language_, Say::unmet, {need.label});
        values(need.holds, line);
        cite(need.cites);
        break;
      }
      case Op::lacking: {
        const step::Form& form = p_.forms[item.first];
        line.is = TraceLine::Is::need;
        line.subject = step::datum_name(form, static_cast<step::SlotIndex>(item.second));
        line.text = say(language_, Say::lacks, {line.subject});
        cite(form.cites);
        break;
      }
      case Op::form: {
        const step::Form& form = p_.forms[item.first];
        line.subject = form.name;
        const std::string name = item.third < form.signatures.size()
                                     ? form.signatures[item.third].name
                                     : std::string();
        switch (static_cast<step::record::FormOp>(item.second)) {
          case step::record::FormOp::is_signed:
            line.text = say(language_, Say::signs, {form.name, name});
            break;
          case step::record::FormOp::is_refused:
            line.text = say(language_, Say::refuses_to_sign, {form.name, name});
            break;
          case step::record::FormOp::next_version:
            line.text =
                say(language_, Say::next_version, {form.name, std::to_string(item.third)});
            break;
          case step::record::FormOp::is_void:
            line.text = say(language_, Say::is_void, {form.name});
            break;
        }
        cite(form.cites);
        break;
      }
      case Op::unmet_of_form: {
        const step::Form& form = p_.forms[item.first];
        if (item.second >= form.needs.size()) return;
        const step::Condition& need = form.needs[item.second];
        line.is = TraceLine::Is::need;
        line.subject = need.label;
        line.text = say(language_, Say::unmet, {need.label});
        values(need.holds, line);
        cite(need.cites);
        break;
      }
      case Op::rule_entered:
      case Op::rule_restored:
      case Op::rule_withdrawn: {
        line.is = TraceLine::Is::entry;
        const ledger::Entry& entry = book_.get(item.second);
        const EntryView view = engine::entry_view(model_, item.second, entry);
        line.subject = view.name;
        std::string what = text(view.subject);
        if (view.nth) what += ", #" + std::to_string(*view.nth);
        for (const std::uint64_t id : book_.of(step::money_ledger, entry.subject)) {
          const ledger::Entry& money = book_.get(id);
          if (money.about == item.second && !money.is_correction)
            what += ", " +
                    engine::kind_text(engine::entry_view(model_, id, money).kind, language_) + " " +
                    text(money.amount);
        }
        if (!view.sanction.empty()) what += ", " + view.sanction;
        if (item.op == Op::rule_withdrawn) {
          line.text = say(language_, Say::withdrawn,
                          {view.name, engine::sentence_text(entry.reason, language_)});
        } else {
          line.text = say(language_, item.op == Op::rule_entered ? Say::entered : Say::counts_again,
                          {view.name, what});
        }
        line.clauses = view.clauses;
        if (entry.rule != none && model_.rules[entry.rule].worklist != none) {
          tell_waiting(item.op != Op::rule_withdrawn, entry, line);
          break;
        }
        if (entry.rule != none) {
          const step::Rule& rule = model_.rules[entry.rule];
          const Instant judged = entry.is_standing ? zone_.start_of(entry.on) : entry.at;
          values_as_of(judged, {&rule.fine, &rule.pay}, line);
        }
        break;
      }
      case Op::let_true:
        line.subject = p_.lets[item.first].name;
        line.text = say(language_, Say::became_true, {line.subject});
        values(p_.lets[item.first].value, line);
        cite(p_.lets[item.first].cites);
        break;
      case Op::read:
        line.is = TraceLine::Is::read;
        line.subject = p_.reads[item.first].name;
        line.text = say(language_, Say::read, {line.subject, text(item.value)});
        line.values.emplace_back(line.subject, item.value);
        cite(p_.reads[item.first].cites);
        break;
      case Op::looked_up:
        line.is = TraceLine::Is::read;
        line.subject = p_.lookups[item.first].path;
        line.text = say(language_, Say::read, {line.subject, text(item.value)});
        break;
      case Op::chain: {
        const step::Decision& decision = p_.decisions[item.first];
        const step::Chain& chain = model_.chains[item.second];
        step::ChainWords words;
        constexpr std::array joints = {rulebook::Word::or_, rulebook::Word::and_,
                                       rulebook::Word::after_that, rulebook::Word::out_of};
        for (std::size_t i = 0; i < joints.size(); ++i)
          words.joints[i] = rulebook::spelling(joints[i], language_);
        words.post = [this](const step::Chain::Part& part) { return shown(part.name); };
        line.is = TraceLine::Is::need;
        line.subject = std::string(p_.chart.name(decision.state));
        line.text = sentence_of(language_, Say::chain_begins,
                                {shown(line.subject), step::chain_text(chain, words)});
        cite(decision.cites);
        decided_by_[item.first] = static_cast<Index>(item.second);
        break;
      }
      case Op::consulted: {
        const step::Register& in = model_.registers[item.first];
        line.is = TraceLine::Is::read;
        if (item.second == 0) {
          line.subject = in.name;
          line.text = say(language_, item.third != 0 ? Say::on_register : Say::not_on_register,
                          {item.text, in.name});
          break;
        }
        line.subject = in.name + "." + in.fields[item.second - 1].name;
        line.text =
            say(language_, Say::read,
                {std::string(item.text) + "." + in.fields[item.second - 1].name, text(item.value)});
        break;
      }
      case Op::on_ledger: {
        const step::Ledger& in = model_.ledgers[item.first];
        line.is = TraceLine::Is::read;
        line.subject = in.name;
        cite(in.cites);
        if (item.second == 0 || item.third == 0) {
          line.text = say(language_, item.third != 0 ? Say::on_ledger : Say::not_on_ledger,
                          {item.text, shown(in.name)});
          break;
        }
        line.subject = in.name + "." + in.fields[item.second - 1].name;
        line.text = say(language_, Say::ledger_names,
                        {shown(in.name), item.text, shown(in.fields[item.second - 1].name),
                         text(item.value)});
        break;
      }
      case Op::condition: {
        const step::Rule& rule = model_.rules[item.first];
        line.is = TraceLine::Is::guard;
        line.subject = rule.name;
        line.text =
            say(language_, item.second != 0 ? Say::applies : Say::does_not_apply, {rule.name});
        const bool is_of_its_day = as_of_ && as_of_->first == item.first;
        values_as_of(is_of_its_day ? zone_.start_of(as_of_->second) : step.at,
                     {&rule.condition, &rule.unless}, line);
        as_of_.reset();
        cite(rule.cites);
        verdicts_.push_back(
            {static_cast<Index>(item.first), item.second != 0, out.step - 1, out.lines.size()});
        break;
      }
      case Op::reassessed:
        line.is = TraceLine::Is::clock;
        line.subject = p_.clocks[item.first].name;
        line.text = say(language_, Say::reassessed, {line.subject});
        cite(p_.clocks[item.first].cites);
        break;
      case Op::entitlement: {
        const step::Entitlement& entitlement = p_.entitlements[item.first];
        line.is = TraceLine::Is::entitlement;
        line.subject = entitlement.name;
        // The word of the format: a state may be called `open` too, and have a label of its own.
        constexpr rulebook::Word answers[] = {rulebook::Word::covered, rulebook::Word::not_covered,
                                              rulebook::Word::open};
        const std::string answer(rulebook::spelling(answers[item.second], language_));
        const step::CoverageReason why = step::reason_of(entitlement, item.third);
        using Reason = step::CoverageReason::Is;
        if (why.is == Reason::no_term) {
          line.text = say(language_, Say::no_term, {line.subject, answer});
        } else if (item.fourth != 0) {
          line.text = say(language_, Say::open_while,
                          {line.subject, answer, unknown_name(item.fourth - 1), *why.label});
        } else if (why.is == Reason::term && !item.until.is_null()) {
          const bool is_covered = item.second == 0;
          line.text = say(language_, is_covered ? Say::by_term : Say::outside_term,
                          {line.subject, answer, *why.label, text(item.value), text(item.until)});
        } else {
          line.text = say(language_, Say::by_condition, {line.subject, answer, *why.label});
        }
        words_.insert_or_assign(model_.word_sets[1].words[item.second], 1U);
        line.values.emplace_back(line.subject,
                                 Value::string(model_.word_sets[1].words[item.second]));
        cite(why.cites ? *why.cites : entitlement.cites);
        break;
      }
      case Op::reminded: {
        const step::Clock& clock = p_.clocks[item.first];
        const step::Clock::Reminder& row = clock.reminders[item.second];
        line.is = TraceLine::Is::clock;
        line.subject = clock.name;
        std::string roles;
        for (const step::Index role : row.notify.roles)
          roles += (roles.empty() ? "" : say(language_, Say::amount_and)) + model_.roles[role].name;
        for (const step::SlotIndex slot : row.notify.persons) {
          if (slot < slots_.size() && !slots_[slot].is_null())
            roles += (roles.empty() ? "" : say(language_, Say::amount_and)) + text(slots_[slot]);
        }
        line.text = roles.empty() ? say(language_, Say::clock_reminded,
                                        {clock.name, reminder_text(row, item.third)})
                                  : say(language_, Say::clock_told,
                                        {clock.name, roles, reminder_text(row, item.third)});
        cite(row.cites.empty() ? clock.cites : row.cites);
        break;
      }
      case Op::reprojected:
        line.is = TraceLine::Is::clock;
        line.subject = p_.clocks[item.first].name;
        line.text = say(language_, Say::reprojected,
                        {line.subject, time({static_cast<std::int64_t>(item.third)}),
                         time({static_cast<std::int64_t>(item.second)}), item.text});
        cite(p_.clocks[item.first].cites);
        break;
      case Op::limit: {
        const step::record::LimitItem limit = step::record::as_limit(item, step.at);
        if (item.first < limits_.size()) {
          limits_[item.first] = limit;
          fires_[item.first] = limit.fires;
        }
        return;
      }
      case Op::undone:
      case Op::became: {
        // Of an event: its own lines tell it.
        using K = step::record::Kind;
        if (step.kind == K::event && tells_reassessed_) return;
        const step::Happening& h = p_.happenings[item.first];
        line.subject = derived_name(h);
        line.text = say(language_, item.op == Op::undone ? Say::was_none : Say::was_one,
                        {derived_text(h), time({static_cast<std::int64_t>(
                                              item.op == Op::undone ? item.third : item.second)})});
        if (h.is != step::Happening::Is::let_true) {
          line.is = TraceLine::Is::clock;
          cite(p_.clocks[h.index].cites);
        }
        break;
      }
      case Op::told: {
        const step::Rule& rule = model_.rules[item.first];
        line.subject = rule.name;
        line.text = say(language_, Say::told, {rule.name});
        cite(rule.cites);
        break;
      }
      case Op::out_of_turn: {
        const step::Worklist& list = model_.worklists[item.first];
        line.is = TraceLine::Is::need;
        line.subject = list.name;
        std::string who = step.actor.role == none ? std::string() : model_.roles[step.actor.role].name;
        if (step.actor.person.is(Kind::string))
          who = (who.empty() ? "" : shown(who) + " ") + std::string(step.actor.person.as_string());
        line.text = say(language_, Say::out_of_turn,
                        {list.name, who, std::to_string(item.second), item.text});
        cite(list.cites);
        break;
      }
      case Op::as_of:
        // Stored bytes may say anything.
        if (const rt::Date day{base::ByteReader::unzigzag(item.second)}; rt::is_valid(day))
          as_of_ = {item.first, day};
        return;
      case Op::in_its_place:
        line.text = say(language_, Say::in_its_place);
        break;
      case Op::too_late_for: {
        const step::Clock& clock = p_.clocks[item.first];
        line.is = TraceLine::Is::clock;
        line.subject = clock.name;
        line.text = say(language_, Say::too_late_for, {clock.name});
        cite(clock.cites);
        break;
      }
      case Op::because:
        line.text = say(language_, Say::because, {engine::sentence_text(item.text, language_)});
        break;
      case Op::incident:
        line.text = say(language_, Say::incident, {engine::sentence_text(item.text, language_)});
        out.outcome = Outcome::Is::incident;
        break;
    }
    // What is worked out twice in a step reads the same facts again.
    const auto is_same = [&](const TraceLine& one) {
      return one.is == TraceLine::Is::read && one.subject == line.subject && one.text == line.text;
    };
    if (line.is == TraceLine::Is::read && std::any_of(out.lines.begin(), out.lines.end(), is_same))
      return;
    out.lines.push_back(std::move(line));
  }

  /// That a case takes its place in a list, with what it is ordered by, or leaves it.
  void tell_waiting(bool begins, const ledger::Entry& entry, TraceLine& line) const {
    const step::Worklist& list = model_.worklists[model_.rules[entry.rule].worklist];
    std::string name = shown(list.name);
    // Of a person or a unit: whose it is.
    const bool is_of_all =
        !list.who.roles.empty() && text(entry.subject) == model_.roles[list.who.roles[0]].name;
    if (!is_of_all) name = sentence_of(language_, Say::about, {name, text(entry.subject)});
    line.text = sentence_of(language_, begins ? Say::waits : Say::waits_no_more, {name});
    if (!begins) return;
    for (std::size_t i = 0; i < list.order.size() && i < entry.fields.size(); ++i)
      line.values.emplace_back(list.order[i].text, step::to_host(entry.fields[i], model_));
  }

  std::string derived_name(const step::Happening& h) const {
    return h.is == step::Happening::Is::let_true ? p_.lets[h.index].name : p_.clocks[h.index].name;
  }
  std::string derived_text(const step::Happening& h) const {
    using Is = step::Happening::Is;
    if (h.is == Is::let_true) return derived_name(h);
    if (h.is == Is::clock_reminded) {
      const step::Clock& clock = p_.clocks[h.index];
      return say(language_, Say::clock_reminded,
                 {clock.name, reminder_text(clock.reminders[h.outcome], std::nullopt)});
    }
    const auto state = h.is == Is::clock_met ? ClockView::State::met : ClockView::State::breached;
    return derived_name(h) + " " + std::string(to_text(state, language_));
  }

  /// What a fact that is missing is called: a slot of the case, or another entitlement's answer.
  std::string unknown_name(std::uint64_t slot) const {
    if (slot < p_.slot_names.size()) return p_.slot_names[slot];
    for (const step::Entitlement& other : p_.entitlements)
      if (other.answer_slot == slot) return other.name;
    return {};
  }

  void tell_clock(const step::record::Item& item, const step::record::Step& step, TraceLine& line) {
    using Op = step::record::ClockOp;
    const auto which = static_cast<std::size_t>(item.first);
    const step::Clock& clock = p_.clocks[which];
    line.is = TraceLine::Is::clock;
    line.subject = clock.name;
    line.clauses = step::clause_ids(model_, clock.cites);
    switch (static_cast<Op>(item.second)) {
      case Op::start: {
        started_[which] = step.at;
        ++cycles_[which];
        goals_[which] = goal_text(clock);
        line.text =
            say(language_, Say::clock_started, {clock.name, goals_[which], limit_text(which)});
        const clock::Run& run = state_.clocks[which];
        if (limits_[which] && limits_[which]->fires <= step.at)
          line.text += say(language_, Say::already_past);
        if (clock.calendar_choice && run.cycle == cycles_[which] &&
            run.calendar < model_.calendar_names.size())
          line.text += say(language_, Say::by_calendar, {model_.calendar_names[run.calendar]});
        if (clock.as_of_start) {
          if (!clock.calendar_choice)
            line.text += say(language_, Say::by_calendar, {model_.calendar_names[clock.calendar]});
          line.text += say(language_, Say::as_known_then);
        }
        break;
      }
      case Op::stop_in_time:
        line.text = say(language_, Say::clock_met, {clock.name, time(step.at)});
        break;
      case Op::stop_late:
        line.text = say(language_, Say::clock_late, {clock.name, time(step.at)});
        break;
      case Op::breach: {
        // Begun by what was put right: no step of its own says when.
        const Instant from = cycles_[which] == 0 ? state_.clocks[which].started : started_[which];
        line.text = say(language_, Say::clock_breach,
                        {clock.name, goal_taken(which), time(from), time({step.at.micros - 1})});
        break;
      }
      case Op::pause:
        line.text = say(language_, Say::clock_paused, {clock.name});
        break;
      case Op::resume:
        line.text = say(language_, Say::clock_resumed, {clock.name});
        break;
      case Op::cancel:
        line.text = say(language_, Say::clock_cancelled, {clock.name});
        break;
      case Op::stop_after_breach:
        line.text =
            step.at < fires_[which]
                ? say(language_, Say::clock_told_late,
                      {clock.name, time(step.at), time({fires_[which].micros - 1})})
                : say(language_, Say::clock_done_late, {clock.name, time(step.at)});
        break;
      case Op::stop_too_early:
        line.text = say(language_, Say::clock_too_early, {clock.name});
        break;
      case Op::pause_over:
      case Op::no_pause:
        line.text =
            say(language_,
                static_cast<Op>(item.second) == Op::no_pause ? Say::no_pause : Say::pause_over,
                {clock.name, clock.pause_at_most ? clock.pause_at_most->text : ""});
        break;
      case Op::reopened:
        line.text = say(language_, Say::clock_reopened,
                        {clock.name, goal_taken(which), limit_text(which)});
        break;
      case Op::goal_changed:
        goals_[which] = goal_text(clock);
        line.text =
            say(language_, Say::goal_changed, {clock.name, goals_[which], limit_text(which)});
        break;
    }
  }

  /// The limit as the step says it; "…" where the clock has none that moment, and of records that
  /// say nothing.
  std::string limit_text(std::size_t which) const {
    if (!limits_[which]) return "…";
    return time({limits_[which]->fires.micros - 1}) +
           (limits_[which]->is_provisional ? say(language_, Say::provisional) : std::string());
  }

  const step::Stepper& stepper_;
  const step::ParameterValues* parameters_ = nullptr;  // of the instant of the step
  ledger::Book& book_;
  const step::Model& model_;
  const step::Procedure& p_;
  const Zone& zone_;
  const step::CaseState& state_;
  Language language_;
  rulebook::FormulaWords spoken_;
  std::vector<Value> slots_;
  std::vector<Instant> started_;
  std::vector<Instant> fires_;                  // by clock: the limit that was told last
  std::vector<std::string> goals_;              // by clock: what it promises, as it took it
  std::vector<std::uint16_t> cycles_;           // by clock: how often it was started so far
  std::vector<std::optional<step::record::LimitItem>> limits_;  // by clock: what this step says
  bool tells_reassessed_ = false;
  std::optional<std::pair<std::uint64_t, rt::Date>> as_of_;  // the day of the next verdict of a rule
  std::map<chart::StateId, bool> active_;
  std::map<Index, Index> decided_by_;  // decision: its chain
  struct Verdict {
    Index rule;
    bool applies;
    std::uint64_t step;  // from 0
    std::size_t line;
  };
  std::vector<Verdict> verdicts_;
  mutable std::map<std::string, std::uint32_t> words_;  // of closed sets, among this step's values
  struct Told {
    step::record::Step step;
    std::string event;
  };
  std::vector<Told> told_;
};

}  // namespace

Result<std::vector<StepTrace>> Engine::history(std::string_view id_or_key,
                                               Language language) const {
  return impl_->history(id_or_key, language);
}

Result<std::vector<StepTrace>> Engine::Impl::history(std::string_view id_or_key,
                                                     Language language) {
  const auto there = load_named(id_or_key);
  if (!there) return there.error();
  auto out = engine::tell(stepper, there->state, book, language);
  if (book.error()) return *book.error();
  return out;
}

Result<std::vector<StepTrace>> engine::tell(const step::Stepper& stepper,
                                            const step::CaseState& state, ledger::Book& book,
                                            Language language) {
  Narrator narrator(stepper, state, book, language);
  std::vector<StepTrace> out;
  step::record::Reader reader(state.record);
  step::record::Step step;
  while (reader.next(step)) {
    out.push_back(narrator.tell(step, out.size() + 1));
    if (step.kind == step::record::Kind::retract) narrator.mark_taken_back(step, out);
  }
  if (!reader.is_good()) {
    return Error{ErrorCode::corrupt,
                 "the record of case " + std::string(state.id.as_string()) + " does not check"};
  }
  narrator.mark_told_later(out);
  return out;
}

std::string to_text(const StepTrace& step, const Zone& zone, Language language) {
  const auto shown = [&](const std::string& name) -> const std::string& {
    for (const auto& [known, label] : step.labels)
      if (known == name) return label;
    return name;
  };
  std::string out = iso_text(step.at, zone) + "  " + shown(step.event);
  if (!step.actor.role.empty() || !step.actor.person.empty()) {
    out += language == Language::chinese ? " 由 " : " by ";
    out += shown(step.actor.role);
    if (!step.actor.person.empty()) out += (step.actor.role.empty() ? "" : " ") + step.actor.person;
    if (!step.actor.on_behalf_of.empty())
      out += (language == Language::chinese ? " 代 " : " for ") + step.actor.on_behalf_of;
  }
  if (step.recorded != step.at)
    out += (language == Language::chinese ? ",补录于 " : ", recorded ") +
           iso_text(step.recorded, zone);
  if (step.state_before != step.state_after)
    out += "  [" + (step.state_before.empty() ? std::string("-") : shown(step.state_before)) +
           " → " + shown(step.state_after) + "]";
  out += "\n";
  const auto value_text = [&](const Value& value) -> std::string {
    if (value.is_null()) return language == Language::chinese ? "无" : "null";
    if (value.is(Kind::instant)) return iso_text(value.as_instant(), zone);
    // A word of a closed set has a label, a text that is a datum has none.
    if (value.is(Kind::string))
      for (const auto& [word, label] : step.word_labels)
        if (word == value.as_string()) return label;
    return value.to_text();
  };
  for (const TraceLine& line : step.lines) {
    if (line.is_told_later) continue;
    out += "    " + line.text;
    std::string between = "; ";
    for (const auto& [name, value] : line.values) {
      const std::string told = shown(name) + " = " + value_text(value);
      if (told == line.text) continue;
      out += between + told;
      between = ", ";
    }
    if (!line.clauses.empty()) {
      out += "  (";
      for (std::size_t i = 0; i < line.clauses.size(); ++i)
        out += (i == 0 ? "" : ", ") + line.clauses[i];
      out += ")";
    }
    out += "\n";
  }
  return out;
}

}  // namespace aftercare
