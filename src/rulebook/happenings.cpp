// What rules wait for: `collected`, `enter s`, `leave s`, `hand_in breached`, a let, joined by
// `or`.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/children.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

using step::Happening;
using step::HappeningId;
using step::HappeningIds;

HappeningId Linker::happening(ProcDecl& proc, Happening what) {
  std::vector<Happening>& all = model_->procedures[proc.index].happenings;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].is == what.is && all[i].index == what.index && all[i].outcome == what.outcome) {
      return static_cast<HappeningId>(i);
    }
  }
  all.push_back(what);
  return static_cast<HappeningId>(all.size() - 1);
}

HappeningIds Linker::happenings(ProcDecl& proc, const Node& node, Language language) {
  if (!node.is_scalar()) return {};
  return happenings(proc, node, 0, node.text.size(), language);
}

HappeningIds Linker::happenings(ProcDecl& proc, const Node& node, std::size_t begin,
                                std::size_t end, Language language) {
  step::Procedure& target = model_->procedures[proc.index];
  HappeningIds ids;
  const std::string_view text = std::string_view(node.text).substr(begin, end - begin);
  for (const Part& part : split_or(text, language)) {
    const std::size_t at = begin + part.begin;
    const SourceSpan span = node.span_of(at, at + part.text.size());
    const std::vector<Part> words = split_words(part.text, at);
    const auto place = [&](const Part& word) {
      return node.span_of(word.begin, word.begin + word.text.size());
    };
    const auto names = [](const std::map<std::string, Index>& from) {
      std::vector<std::string> out;
      for (const auto& [name, number] : from) out.push_back(name);
      return out;
    };
    HappeningId id = none;
    if (words.size() == 2 && (is_word(words[0].text, Word::enter, language) ||
                              is_word(words[0].text, Word::leave, language))) {
      const auto state = proc.state_index.find(std::string(words[1].text));
      if (state == proc.state_index.end()) {
        unknown(base::both("state", "状态"), words[1].text, place(words[1]),
                names(proc.state_index));
        continue;
      }
      const bool enters = is_word(words[0].text, Word::enter, language);
      id = happening(proc,
                     {enters ? Happening::Is::enter : Happening::Is::leave, state->second, none});
    } else if (words.size() == 2 && is_word(words[1].text, Word::done, language)) {
      const auto state = proc.state_index.find(std::string(words[0].text));
      // Of children: all that were opened have ended.
      const auto over = proc.let_index.find(child_names::done(words[0].text));
      if (state == proc.state_index.end() && over != proc.let_index.end()) {
        id = happening(proc, {Happening::Is::let_true, over->second, none});
        target.lets[over->second].happening = id;
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
        continue;
      }
      if (state == proc.state_index.end()) {
        unknown(base::both("state", "状态"), words[0].text, place(words[0]),
                names(proc.state_index));
        continue;
      }
      const chart::StateKind kind = proc.state_kinds[state->second];
      if (kind != chart::StateKind::compound && kind != chart::StateKind::parallel) {
        report(diag::AC0764, place(words[0]), {{"state", std::string(words[0].text)}});
        continue;
      }
      id = happening(proc, {Happening::Is::done, state->second, none});
    } else if (words.size() == 2) {
      const auto clock = proc.clock_index.find(std::string(words[0].text));
      if (clock == proc.clock_index.end()) {
        if (proc.state_index.count(std::string(words[1].text)) != 0) {
          const std::vector<std::string> verbs{std::string(spelling(Word::enter, language)),
                                               std::string(spelling(Word::leave, language))};
          if (const auto meant = base::closest(words[0].text, verbs)) {
            report(diag::AC0740, span, {{"text", std::string(part.text)}},
                   {base::note(notes::did_you_mean,
                               {{"name", *meant + " " + std::string(words[1].text)}})});
            continue;
          }
        }
        unknown(base::both("clock", "时限"), words[0].text, place(words[0]),
                names(proc.clock_index));
        continue;
      }
      step::Clock& of = target.clocks[clock->second];
      if (is_word(words[1].text, Word::met, language)) {
        id = of.met = happening(proc, {Happening::Is::clock_met, clock->second, none});
      } else if (is_word(words[1].text, Word::breached, language)) {
        id = of.breached = happening(proc, {Happening::Is::clock_breached, clock->second, none});
      } else if (is_word(words[1].text, Word::reassessed, language)) {
        id = of.reassessed =
            happening(proc, {Happening::Is::clock_reassessed, clock->second, none});
      } else {
        const auto reminder =
            std::find_if(of.reminders.begin(), of.reminders.end(),
                         [&](const auto& one) { return one.name == words[1].text; });
        if (reminder == of.reminders.end()) {
          std::vector<std::string> known{std::string(spelling(Word::met, language)),
                                         std::string(spelling(Word::breached, language)),
                                         std::string(spelling(Word::reassessed, language))};
          for (const auto& one : of.reminders) {
            if (!one.name.empty()) known.push_back(one.name);
          }
          unknown(base::both("reminder of this clock", "提醒"), words[1].text, place(words[1]),
                  known);
          continue;
        }
        id = happening(proc, {Happening::Is::clock_reminded, clock->second,
                              static_cast<Index>(reminder - of.reminders.begin())});
        reminder->happening = id;
      }
    } else if (words.size() == 1) {
      const std::string name(words[0].text);
      if (const auto event = proc.event_index.find(name); event != proc.event_index.end()) {
        id = target.events[event->second].happening;
      } else if (const auto let = proc.let_index.find(name); let != proc.let_index.end()) {
        id = happening(proc, {Happening::Is::let_true, let->second, none});
        target.lets[let->second].happening = id;
      } else {
        std::vector<std::string> known = names(proc.event_index);
        for (const std::string& one : names(proc.let_index)) known.push_back(one);
        std::vector<DiagnosticNote> notes;
        if (const auto near = base::closest(name, known)) {
          notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
        } else if (proc.clock_index.count(name) != 0) {
          notes.push_back(
              base::note(notes::did_you_mean,
                         {{"name", name + " " + std::string(spelling(Word::breached, language))}}));
        } else if (proc.state_index.count(name) != 0) {
          notes.push_back(
              base::note(notes::did_you_mean,
                         {{"name", std::string(spelling(Word::enter, language)) + " " + name}}));
        }
        report(diag::AC0740, span, {{"text", name}}, std::move(notes));
        continue;
      }
    } else {
      report(diag::AC0740, span, {{"text", std::string(part.text)}},
             {base::note(notes::happenings_are)});
      continue;
    }
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

/// Happenings that rules name are numbered before anything is compiled: the chart and the lets need
/// to know what is waited for.
void Linker::declare_happenings(ProcDecl& proc) {
  const std::string& name = model_->procedures[proc.index].name;
  for (const Item& item : proc.pack->outline->items) {
    if (item.owner == name && tells_when_it_arises(item)) {
      const auto let = proc.let_index.find(arises_name(item));
      if (let != proc.let_index.end())
        model_->procedures[proc.index].lets[let->second].happening =
            happening(proc, {Happening::Is::let_true, let->second, none});
    }
    if (item.owner == name && item.body().is_map()) {
      if (const Node* when = get(item.body(), Word::when, item.language)) {
        happenings(proc, *when, item.language);
      }
    }
    if (item.kind->word != Word::ledger || !item.body().is_map()) continue;
    const Node* entries = get(item.body(), Word::entries, item.language);
    if (!entries || !entries->is_list()) continue;
    for (const Node& row : entries->items) {
      if (get_text(row, Word::from, item.language) != name) continue;
      if (const Node* when = get(row, Word::when, item.language)) {
        happenings(proc, *when, item.language);
      }
    }
  }
}

/// What is known in every state that takes a request: elsewhere it is refused, and does not happen.
Facts Linker::facts_before(const ProcDecl& proc, HappeningId id) const {
  const step::Procedure& target = model_->procedures[proc.index];
  const step::Event& event = target.events[target.happenings[id].index];
  if (event.opens != none || proc.state_facts.empty()) return {};
  Facts common;
  bool is_first = true;
  for (const ProcDecl::TransitionDecl& transition : proc.transitions) {
    if (std::find(transition.events.begin(), transition.events.end(), id) ==
        transition.events.end()) {
      continue;
    }
    const Facts& here = proc.state_facts[transition.source];
    common = is_first ? here : both(common, here);
    is_first = false;
  }
  return common;
}

/// What is known whenever one of these has just happened.
Facts Linker::facts_at(ProcDecl& proc, const HappeningIds& ids) {
  const step::Procedure& target = model_->procedures[proc.index];
  Facts all;
  bool is_first = true;
  for (const HappeningId id : ids) {
    const Happening& one = target.happenings[id];
    Facts facts = proc.base_facts;
    switch (one.is) {
      case Happening::Is::event:
        facts = either(facts, proc.event_facts[one.index]);
        if (target.events[one.index].is_request) facts = either(facts, facts_before(proc, id));
        break;
      case Happening::Is::enter:
      case Happening::Is::leave:
      case Happening::Is::done:
        facts = either(facts, proc.state_facts[one.index]);
        break;
      case Happening::Is::timer:
        facts = either(facts, proc.state_facts[target.timers[one.index].state]);
        break;
      case Happening::Is::decided:
        facts = either(facts, proc.state_facts[target.decisions[one.index].state]);
        break;
      case Happening::Is::clock_met:
      case Happening::Is::clock_breached:
      case Happening::Is::clock_reminded:
      case Happening::Is::clock_reassessed: {
        const step::Clock& clock = target.clocks[one.index];
        HappeningIds starts = clock.start;
        // A clock that starts at its own end would go round for ever.
        std::erase_if(starts, [&](HappeningId s) {
          const auto is = target.happenings[s].is;
          return is == Happening::Is::clock_met || is == Happening::Is::clock_breached ||
                 is == Happening::Is::clock_reminded || is == Happening::Is::clock_reassessed;
        });
        if (starts.size() == clock.start.size()) facts = either(facts, facts_at(proc, starts));
        if (one.is == Happening::Is::clock_met && !clock.stop.empty()) {
          HappeningIds stops = clock.stop;
          std::erase_if(stops, [&](HappeningId s) {
            const auto is = target.happenings[s].is;
            return is == Happening::Is::clock_met || is == Happening::Is::clock_breached ||
                   is == Happening::Is::clock_reassessed;
          });
          if (stops.size() == clock.stop.size()) facts = either(facts, facts_at(proc, stops));
        }
        break;
      }
      case Happening::Is::let_true: {
        Facts when_true;
        LetDecl& decl = proc.frame.lets[one.index];
        feel::CompileOptions options;
        options.level = feel::Level::strict;
        options.dialect = dialect(decl.written.language);
        options.zone = model_->packs[proc.pack->index].zone;
        options.known_present.assign(facts.begin(), facts.end());
        options.expected = Type::boolean();
        const feel::Outcome made =
            feel::compile(decl.parsed.ast, *proc.frame.names->names, options);
        if (made.compiled) {
          for (const std::uint32_t slot : made.compiled->present_when_true) {
            facts.insert(static_cast<SlotIndex>(slot));
          }
        }
        break;
      }
    }
    all = is_first ? facts : both(all, facts);
    is_first = false;
  }
  return is_first ? proc.base_facts : all;
}

std::string Linker::happening_text(const ProcDecl& proc, HappeningId id) const {
  const step::Procedure& target = model_->procedures[proc.index];
  const Happening& one = target.happenings[id];
  switch (one.is) {
    case Happening::Is::event:
      return target.events[one.index].name;
    case Happening::Is::enter:
      return "enter " + target.states[one.index];
    case Happening::Is::leave:
      return "leave " + target.states[one.index];
    case Happening::Is::clock_met:
      return target.clocks[one.index].name + " met";
    case Happening::Is::clock_breached:
      return target.clocks[one.index].name + " breached";
    case Happening::Is::clock_reminded:
      return target.clocks[one.index].name + " " +
             target.clocks[one.index].reminders[one.outcome].name;
    case Happening::Is::clock_reassessed:
      return target.clocks[one.index].name + " reassessed";
    case Happening::Is::let_true:
      return target.lets[one.index].name;
    case Happening::Is::timer: {
      const step::Timer& timer = target.timers[one.index];
      return "after " + (timer.after ? timer.after->text : std::string());
    }
    case Happening::Is::done:
      return target.states[one.index] + " done";
    case Happening::Is::decided:
      return target.decisions[one.index].outcomes[one.outcome].first;
  }
  return {};
}

}  // namespace aftercare::rulebook
