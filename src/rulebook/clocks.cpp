// Clocks: promises in time.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

/// Whether a formula's text holds a length in working time, which needs a calendar.
bool has_working_unit(const feel::Ast& tree) {
  return std::any_of(tree.nodes.begin(), tree.nodes.end(), [](const feel::Node& node) {
    return node.kind == feel::NodeKind::length_literal &&
           rt::is_working(static_cast<rt::Unit>(node.op));
  });
}

}  // namespace

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
    clock.roll_to_workday = model_->packs[pack.index].conventions.roll_to_workday;
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
    const Node* by = get(body, Word::by, language);
    const Node* window = get(body, Word::window, language);
    const int limits = (within ? 1 : 0) + (by ? 1 : 0) + (window ? 1 : 0);
    if (limits == 0) {
      report(diag::AC0743, item.key().span, {{"name", item.name}});
    } else if (limits > 1) {
      report(diag::AC0225, item.key().span,
             {{"first", text(within ? Word::within : Word::by)},
              {"second", text(window ? Word::window : Word::by)}});
    }
    bool needs_calendar = false;
    const auto note_working = [&](const Node* node) {
      if (!node) return;
      const Written written = Written::value(*node, language);
      needs_calendar =
          needs_calendar ||
          has_working_unit(
              feel::parse(written.text, names, feel::Goal::expression, dialect(language)).ast);
    };
    if (within) {
      if (within->is_scalar() && is_word(base::trim(within->text), Word::same_day, language)) {
        clock.is_same_day = true;
      } else {
        clock.within = compile(pack, within, language, names, facts, length);
        note_working(within);
      }
      const Cites rows = cites_in_choices(pack, *within, language);
      for (const Index clause : rows) {
        if (std::find(clock.cites.begin(), clock.cites.end(), clause) == clock.cites.end()) {
          clock.cites.push_back(clause);
        }
      }
    }
    if (by) clock.by = compile(pack, by, language, names, facts, moment);
    if (window && window->is_map()) {
      const Node* from = get(*window, Word::from, language);
      const Node* after = get(*window, Word::after, language);
      const Node* to = get(*window, Word::to, language);
      const Node* before = get(*window, Word::before, language);
      clock.window_from_exclusive = !from && after;
      clock.window_to_exclusive = !to && before;
      clock.window_from = compile(pack, from ? from : after, language, names, facts, length);
      clock.window_to = compile(pack, to ? to : before, language, names, facts, length);
      for (const Node* node : {from, after, to, before}) note_working(node);
      if (!to && !before) {
        report(diag::AC0206, window->span, {{"key", text(Word::to)}});
      }
    }
    clock.since = compile(pack, get(body, Word::since, language), language, names, facts, moment);
    const Node* late_entry = get(body, Word::late_entry, language);
    clock.late_entry = compile(pack, late_entry, language, names, facts, length);
    // Days and months name a last day; how late a record may come is measured.
    if (late_entry && late_entry->is_scalar()) {
      const auto written = rt::parse_length(base::trim(late_entry->text));
      if (written && !rt::is_quantity(*written)) {
        report(
            diag::AC0218, late_entry->span,
            {{"text", late_entry->text},
             {"what", base::both("length of clock time such as 24h", "按钟点计的时长,例如24h")}});
      }
    }
    if (const Node* calendar = get(body, Word::calendar, language);
        calendar && calendar->is_scalar()) {
      const std::string name(base::trim(calendar->text));
      if (const auto found = pack.calendars.find(name); found != pack.calendars.end()) {
        clock.calendar = found->second;
      } else if (const auto parameter = pack.parameters.find(name);
                 parameter != pack.parameters.end() &&
                 model_->parameters[parameter->second].is_calendar) {
        clock.calendar_parameter = parameter->second;
      } else {
        std::vector<std::string> known;
        for (const auto& [known_name, number] : pack.calendars) known.push_back(known_name);
        for (const auto& [known_name, number] : pack.parameters) {
          if (model_->parameters[number].is_calendar) known.push_back(known_name);
        }
        unknown(base::both("calendar", "日历"), name, calendar->span, known);
      }
    } else if (needs_calendar) {
      report(diag::AC0744, item.key().span, {{"name", item.name}});
    }
    if (const Node* judged = get(body, Word::judged_by, language)) {
      const auto word =
          one_of(*judged, text(Word::judged_by), {Word::deadline, Word::elapsed}, language);
      if (word) {
        clock.judged = word == Word::deadline ? step::Conventions::Judged::deadline
                                              : step::Conventions::Judged::elapsed;
      }
    }
    if (const Node* roll = get(body, Word::roll, language)) {
      const auto word = one_of(*roll, text(Word::roll), {Word::stay, Word::next_workday}, language);
      if (word) clock.roll_to_workday = word == Word::next_workday;
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
      for (const Node& row : remind->items) {
        if (!row.is_map()) continue;
        step::Clock::Reminder reminder;
        reminder.cites = cites_of(pack, row, language, item.clause);
        if (const Node* at = get(row, Word::at, language); at && at->is_scalar()) {
          const std::string_view share = base::trim(at->text);
          int percent = 0;
          bool is_good = share.size() >= 2 && share.size() <= 4 && share.back() == '%';
          for (std::size_t k = 0; is_good && k + 1 < share.size(); ++k) {
            is_good = base::is_ascii_digit(share[k]);
            percent = percent * 10 + (share[k] - '0');
          }
          if (is_good && percent > 0) {
            reminder.percent = percent;
          } else {
            report(diag::AC0218, at->span,
                   {{"text", at->text}, {"what", base::both("percentage", "百分比")}});
          }
        }
        reminder.before =
            compile(pack, get(row, Word::before, language), language, names, facts, length);
        reminder.after =
            compile(pack, get(row, Word::after, language), language, names, facts, length);
        reminder.every =
            compile(pack, get(row, Word::every, language), language, names, facts, length);
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
        }
        if (const Node* notify = get(row, Word::notify, language)) {
          reminder.notify = who(pack, &proc.frame, *notify, language, facts);
        }
        clock.reminders.push_back(std::move(reminder));
      }
    }
  }
}

}  // namespace aftercare::rulebook
