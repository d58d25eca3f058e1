// Clocks: promises in time.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

bool has_unit(const feel::Ast& tree, bool (*is_it)(rt::Unit)) {
  return std::any_of(tree.nodes.begin(), tree.nodes.end(), [&](const feel::Node& node) {
    return node.kind == feel::NodeKind::length_literal && is_it(static_cast<rt::Unit>(node.op));
  });
}

}  // namespace

/// Whether a length is written there in a unit of a kind.
bool Linker::is_written_in(const ProcDecl& proc, const Node* node, Language language,
                           bool (*is_it)(rt::Unit)) const {
  if (!node || (!node->is_scalar() && !node->is_list())) return false;
  const Written written = Written::value(*node, language);
  return has_unit(
      feel::parse(written.text, *proc.frame.names->names, feel::Goal::expression, dialect(language))
          .ast,
      is_it);
}

/// `on_goal_change` and `on_reopen`, of the conventions or of a clock.
void Linker::clock_policies(const Node& map, Language language,
                            step::Conventions::GoalChange& goal_change,
                            step::Conventions::Reopen& reopen) {
  if (const Node* node = get(map, Word::on_goal_change, language)) {
    const auto word = one_of(*node, spelling(Word::on_goal_change, language),
                             {Word::keep, Word::retroactive, Word::from_change, Word::proportional,
                              Word::never_earlier, Word::restart},
                             language);
    using How = step::Conventions::GoalChange;
    if (word == Word::keep) goal_change = How::keep;
    if (word == Word::retroactive) goal_change = How::retroactive;
    if (word == Word::from_change) goal_change = How::from_change;
    if (word == Word::proportional) goal_change = How::proportional;
    if (word == Word::never_earlier) goal_change = How::never_earlier;
    if (word == Word::restart) goal_change = How::restart;
  }
  if (const Node* node = get(map, Word::on_reopen, language)) {
    const auto word = one_of(
        *node, spelling(Word::on_reopen, language),
        {Word::keep_first_result, Word::resume, Word::include, Word::restart, Word::new_cycle},
        language);
    using How = step::Conventions::Reopen;
    if (word == Word::keep_first_result) reopen = How::keep_first_result;
    if (word == Word::resume) reopen = How::resume;
    if (word == Word::include) reopen = How::include;
    if (word == Word::restart) reopen = How::restart;
    if (word == Word::new_cycle) reopen = How::new_cycle;
  }
}

/// `remind:` names what happens, before rules that wait for it are read.
void Linker::declare_reminders(const Item& item, step::Clock& clock) {
  const Node* remind = get(item.body(), Word::remind, item.language);
  if (!remind || !remind->is_list()) return;
  for (const Node& row : remind->items) {
    if (!row.is_map()) continue;
    step::Clock::Reminder& reminder = clock.reminders.emplace_back();
    reminder.name = get_text(row, Word::name, item.language);
    if (reminder.name.empty()) continue;
    const bool is_taken =
        is_word(reminder.name, Word::met, item.language) ||
        is_word(reminder.name, Word::breached, item.language) ||
        is_word(reminder.name, Word::reassessed, item.language) ||
        is_word(reminder.name, Word::done, item.language) ||
        std::count_if(clock.reminders.begin(), clock.reminders.end(),
                      [&](const auto& other) { return other.name == reminder.name; }) > 1;
    if (is_taken) {
      report(diag::AC0216, get(row, Word::name, item.language)->span, {{"name", reminder.name}});
    }
  }
}

void Linker::declare_clocks(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::clock || item.owner != target.name) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    if (!item.body().is_map() || proc.clock_index.count(item.name) != 0) continue;
    proc.clock_index[item.name] = static_cast<Index>(target.clocks.size());
    proc.clock_items.push_back(&item);
    step::Clock clock;
    clock.name = item.name;
    clock.cites = cites;
    clock.span = item.name_span();
    clock.judged = model_->packs[pack.index].conventions.working_time;
    clock.roll = model_->packs[pack.index].conventions.roll;
    clock.on_goal_change = model_->packs[pack.index].conventions.on_goal_change;
    clock.on_reopen = model_->packs[pack.index].conventions.on_reopen;
    declare_reminders(item, clock);
    target.clocks.push_back(std::move(clock));
  }
}

void Linker::compile_clocks(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const feel::Scope& names = *proc.frame.names->names;
  // Happenings of all clocks first: one clock may wait for another.
  for (std::size_t i = 0; i < target.clocks.size(); ++i) {
    const Item& item = *proc.clock_items[i];
    const Node& body = item.body();
    const auto when = [&](Word key) {
      const Node* node = get(body, key, item.language);
      return node ? happenings(proc, *node, item.language) : step::HappeningIds{};
    };
    step::HappeningIds start = when(Word::start), stop = when(Word::stop),
                       pause = when(Word::pause), resume = when(Word::resume),
                       restart = when(Word::restart), cancel = when(Word::cancel);
    step::Clock& clock = target.clocks[i];
    clock.start = std::move(start);
    clock.stop = std::move(stop);
    clock.pause = std::move(pause);
    clock.resume = std::move(resume);
    clock.restart = std::move(restart);
    clock.cancel = std::move(cancel);
  }
  for (std::size_t i = 0; i < target.clocks.size(); ++i) {
    const Item& item = *proc.clock_items[i];
    const Node& body = item.body();
    const Language language = item.language;
    const auto text = [&](Word word) { return std::string(spelling(word, language)); };
    step::HappeningIds starts = target.clocks[i].start;
    starts.insert(starts.end(), target.clocks[i].restart.begin(), target.clocks[i].restart.end());
    const Facts facts = facts_at(proc, starts);
    step::Clock& clock = target.clocks[i];

    const Wanted length{Wanted::Is::length, {}, false};
    const Wanted moment{Wanted::Is::date_or_instant, {}, false};
    const Node* within = get(body, Word::within, language);
    const Node* by = get(body, Word::by_then, language);
    const Node* window = get(body, Word::window, language);
    const int limits = (within ? 1 : 0) + (by ? 1 : 0) + (window ? 1 : 0);
    if (limits == 0) {
      report(diag::AC0743, item.key().span, {{"name", item.name}});
    } else if (limits > 1) {
      report(diag::AC0225, item.key().span,
             {{"first", text(within ? Word::within : Word::by_then)},
              {"second", text(window ? Word::window : Word::by_then)}});
    }
    bool needs_calendar = false;
    const auto note_working = [&](const Node* node) {
      needs_calendar = needs_calendar || is_written_in(proc, node, language, rt::is_working);
    };
    if (within) {
      clock.within = compile(pack, within, language, names, facts, length);
      check_constant_length(within, clock.within, true);
      note_working(within);
      const Cites rows = cites_in_choices(pack, *within, language);
      for (const Index clause : rows) {
        if (std::find(clock.cites.begin(), clock.cites.end(), clause) == clock.cites.end()) {
          clock.cites.push_back(clause);
        }
      }
    }
    if (by) clock.by = compile(pack, by, language, names, facts, moment);
    const Node* ahead = get(body, Word::ahead, language);
    clock.ahead = compile(pack, ahead, language, names, facts, length);
    check_constant_length(ahead, clock.ahead, false);
    note_working(ahead);
    const auto alone = [&](Word key, const Node* node, Word other, bool is_there) {
      if (!node || is_there) return;
      report(diag::AC0753, node->span,
             {{"name", item.name}, {"key", text(key)}, {"other", text(other)}});
    };
    alone(Word::ahead, ahead, Word::by_then, by != nullptr);
    const Node* at_most = get(body, Word::pause_at_most, language);
    alone(Word::pause_at_most, at_most, Word::pause, get(body, Word::pause, language) != nullptr);
    alone(Word::resume, get(body, Word::resume, language), Word::pause,
          get(body, Word::pause, language) != nullptr);
    clock.pause_at_most = compile(pack, at_most, language, names, facts, length);
    check_constant_length(at_most, clock.pause_at_most, true);
    note_working(at_most);
    if (window && window->is_map()) {
      const Node* from = get(*window, Word::from, language);
      const Node* after = get(*window, Word::after, language);
      const Node* to = get(*window, Word::to, language);
      const Node* before = get(*window, Word::before, language);
      clock.window_from_exclusive = !from && after;
      clock.window_to_exclusive = !to && before;
      clock.window_from = compile(pack, from ? from : after, language, names, facts, length);
      clock.window_to = compile(pack, to ? to : before, language, names, facts, length);
      check_constant_length(from ? from : after, clock.window_from, false);
      check_constant_length(to ? to : before, clock.window_to, false);
      for (const Node* node : {from, after, to, before}) note_working(node);
      if (!to && !before) {
        report(diag::AC0206, window->span, {{"key", text(Word::to)}});
      }
    }
    clock.since = compile(pack, get(body, Word::since, language), language, names, facts, moment);
    const Node* late_entry = get(body, Word::late_entry, language);
    clock.late_entry = compile(pack, late_entry, language, names, facts, length);
    // Days and months name a last day; how long something may take is measured.
    for (const Node* node : {late_entry, at_most}) {
      const auto is_date_rule = [](rt::Unit unit) { return !rt::is_quantity(unit); };
      if (!is_written_in(proc, node, language, is_date_rule)) continue;
      report(diag::AC0218, node->span,
             {{"text", node->text},
              {"what", base::both("length of clock time such as 24h", "按钟点计的时长,例如24h")}});
    }
    if (const Node* calendar = get(body, Word::calendar, language)) {
      name_calendar(pack, *calendar, language, names, facts, clock.calendar, clock.calendar_choice);
    } else if (needs_calendar) {
      report(diag::AC0744, item.key().span, {{"name", item.name}});
    }
    if (const Node* as_of = get(body, Word::calendar_as_of, language)) {
      const auto word =
          one_of(*as_of, text(Word::calendar_as_of), {Word::start, Word::newest}, language);
      clock.as_of_start = word == Word::start;
      if (word && !get(body, Word::calendar, language)) {
        report(diag::AC0759, as_of->span,
               {{"name", item.name}, {"key", text(Word::calendar_as_of)}});
      }
    }
    clock_policies(body, language, clock.on_goal_change, clock.on_reopen);
    if (const Node* judged = get(body, Word::judged_by, language)) {
      const auto word =
          one_of(*judged, text(Word::judged_by), {Word::deadline, Word::elapsed}, language);
      if (word) {
        clock.judged = word == Word::deadline ? step::Conventions::Judged::deadline
                                              : step::Conventions::Judged::elapsed;
      }
    }
    if (const Node* roll = get(body, Word::roll, language)) {
      if (const auto word = roll_of(*roll, language)) clock.roll = *word;
      const auto is_date_rule = [](rt::Unit unit) { return !rt::is_quantity(unit); };
      const bool ends_with_a_day =
          by || is_written_in(proc, within, language, is_date_rule) ||
          (window && window->is_map() &&
           (is_written_in(proc, get(*window, Word::to, language), language, is_date_rule) ||
            is_written_in(proc, get(*window, Word::before, language), language, is_date_rule)));
      const auto is_quantity = [&](const MaybeFormula& formula) {
        const auto value = constant_of(formula);
        const auto known = value ? value->as_length() : std::nullopt;
        return known && rt::is_quantity(known->unit);
      };
      if (clock.roll == Roll::none) {
        // It stays where it is, with or without a calendar.
      } else if (!get(body, Word::calendar, language)) {
        report(diag::AC0759, roll->span, {{"name", item.name}, {"key", text(Word::roll)}});
      } else if (!ends_with_a_day && (is_quantity(clock.within) || is_quantity(clock.window_to))) {
        report(diag::AC0646, roll->span, {{"name", item.name}, {"key", text(Word::roll)}});
      }
    }
    if (const Node* counts = get(body, Word::pause_counts, language)) {
      const auto word = one_of(*counts, text(Word::pause_counts),
                               {Word::whole_days, Word::touched_days, Word::none_}, language);
      using PauseCounts = step::Clock::PauseCounts;
      clock.pause_counts = word == Word::whole_days     ? PauseCounts::whole_days
                           : word == Word::touched_days ? PauseCounts::touched_days
                           : word == Word::none_        ? PauseCounts::none
                                                        : PauseCounts::unset;
    }
    if (const Node* remind = get(body, Word::remind, language); remind && remind->is_list()) {
      std::size_t number = 0;
      for (const Node& row : remind->items) {
        if (!row.is_map()) continue;
        step::Clock::Reminder& reminder = clock.reminders[number];
        compile_reminder(proc, item, row, facts, reminder);
        // What somebody was told at it is taken back where it turns out to be none.
        if (reminder.happening == none && !reminder.notify.is_empty())
          reminder.happening = happening(proc, {step::Happening::Is::clock_reminded, static_cast<Index>(i),
                                                static_cast<Index>(number)});
        ++number;
      }
    }
  }
}

void Linker::compile_reminder(ProcDecl& proc, const Item& item, const Node& row, const Facts& facts,
                              step::Clock::Reminder& reminder) {
  PackDecl& pack = *proc.pack;
  const Language language = item.language;
  const feel::Scope& names = *proc.frame.names->names;
  const Wanted length{Wanted::Is::length, {}, false};
  const auto text = [&](Word word) { return std::string(spelling(word, language)); };
  reminder.cites = cites_of(pack, row, language, item.clause);
  const Node* at = get(row, Word::at, language);
  if (at && at->is_scalar()) {
    const std::string_view share = base::trim(at->text);
    int percent = 0;
    bool is_good = share.size() >= 2 && share.size() <= 5 && share.back() == '%';
    for (std::size_t k = 0; is_good && k + 1 < share.size(); ++k) {
      is_good = base::is_ascii_digit(share[k]);
      percent = percent * 10 + (share[k] - '0');
    }
    if (is_good && percent > 0 && percent <= 1000) {
      reminder.percent = percent;
    } else {
      report(diag::AC0218, at->span,
             {{"text", at->text}, {"what", base::both("percentage from 1% to 1000%", "1%至1000%的百分比")}});
    }
  }
  const auto read = [&](Word key) {
    const Node* node = get(row, key, language);
    const Node* calendar = get(item.body(), Word::calendar, language);
    if (!calendar && is_written_in(proc, node, language, rt::is_working)) {
      report(diag::AC0744, node->span, {{"name", item.name}});
    }
    MaybeFormula formula = compile(pack, node, language, names, facts, length);
    check_constant_length(node, formula, false);
    return formula;
  };
  reminder.before = read(Word::before);
  reminder.after = read(Word::after);
  reminder.every = read(Word::every);
  Word first = Word::every;
  for (const Word key : {Word::at, Word::before, Word::after}) {
    if (!get(row, key, language)) continue;
    if (first != Word::every) {
      report(diag::AC0225, get(row, key, language)->span,
             {{"first", text(first)}, {"second", text(key)}});
    }
    first = key;
  }
  const Node* every = get(row, Word::every, language);
  const auto often = constant_of(reminder.every);
  if (const auto length = often ? often->as_length() : std::nullopt; length && length->count == 0) {
    report(diag::AC0218, every->span,
           {{"text", std::string(base::trim(every->text))},
            {"what", base::both("length above zero", "大于零的时长")}});
  }
  if (first == Word::every && !every) {
    report(diag::AC0754, row.span, {{"name", item.name}});
  }
  if (const Node* times = get(row, Word::times, language); times && times->is_scalar()) {
    const std::string_view digits = base::trim(times->text);
    const bool is_good = !digits.empty() && digits.size() <= 4 &&
                         std::all_of(digits.begin(), digits.end(), base::is_ascii_digit);
    if (is_good) {
      reminder.times = std::stoi(std::string(digits));
    } else {
      report(diag::AC0218, times->span,
             {{"text", times->text}, {"what", base::both("number of times", "次数")}});
    }
  } else if (every) {
    report(diag::AC0755, every->span, {{"name", item.name}});
  }
  const Node* notify = get(row, Word::notify, language);
  if (notify) reminder.notify = who(pack, &proc.frame, *notify, language, facts);
  if (!notify && reminder.name.empty()) {
    report(diag::AC0756, row.span, {{"name", item.name}});
  }
}

}  // namespace aftercare::rulebook
