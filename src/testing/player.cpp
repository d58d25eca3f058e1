#include "testing/player.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"
#include "step/correct.hpp"
#include "testing/told_words.hpp"

namespace aftercare::testing {

using step::Index;
using step::no_slot;
using step::none;

std::string reason_text(const Reason& reason, const Actor& actor, const std::string& who) {
  if (reason.code == "need") return reason.label;
  if (reason.code == "by") {
    std::string is = actor.role.empty() ? actor.person : actor.role;
    // Of a field that bears the name of the role, the person in it is meant and no other.
    std::string_view rest = who;
    bool is_namesake = false;
    while (!rest.empty()) is_namesake = base::next_word(rest) == actor.role || is_namesake;
    if (is_namesake && !actor.role.empty())
      is = actor.person.empty() ? "unnamed " + actor.role : actor.person;
    return (is.empty() ? "nobody" : is) + " is not " + (who.empty() ? "the one who may" : who);
  }
  if (reason.code == "right") return reason.help;
  // A story speaks of the case that it has opened last.
  if (reason.code == "unknown_case") return reason.label + ": the case was never opened";
  return reason.help.empty() ? reason.label : reason.label + ": " + reason.help;
}

namespace {

class Player {
 public:
  Player(const Rulebook& rules, const Suite& suite, const Run& run, const PlayOptions& options)
      : rules_(rules),
        model_(rulebook::model_of(rules)),
        suite_(suite),
        run_(run),
        options_(options),
        store_(options.store ? options.store : memory_store()) {}

  Played play() {
    speaks_of_refused_ = std::any_of(run_.then.begin(), run_.then.end(),
                                     [](const Expected& e) { return e.key == Word::refused; });
    for (const Line& line : run_.lines) {
      out_.error_span = line.span;
      if (!happens(line)) return std::move(out_);
    }
    out_.error_span = run_.span;
    if (!look()) return std::move(out_);
    out_.differences = compare(run_, actual_, *model_, suite_.zone, suite_.language);
    if (options_.with_trace || (options_.with_explanation && !out_.is_as_told())) trace();
    return std::move(out_);
  }

 private:
  bool fail(Error error) {
    out_.error = std::move(error);
    return false;
  }

  Engine* engine() {
    if (engine_ && !options_.reopen) return &*engine_;
    engine_.reset();
    auto opened = Engine::open(rules_, store_, run_.registers);
    if (!opened) {
      fail(opened.error());
      return nullptr;
    }
    engine_.emplace(std::move(*opened));
    return &*engine_;
  }

  void touch(const std::string& id) {
    if (id.empty()) return;
    const auto known = std::find(touched_.begin(), touched_.end(), id);
    if (known != touched_.end()) {
      if (static_cast<std::size_t>(known - touched_.begin()) < opened_by_time_) --opened_by_time_;
      touched_.erase(known);
    }
    touched_.push_back(id);
  }

  /// Cases that others have opened, too.
  bool know_children(const Engine& engine) {
    if (!model_->has_children) return true;
    const auto all = engine.cases();
    if (!all) return fail(all.error());
    for (const std::string& id : *all) {
      if (std::find(touched_.begin(), touched_.end(), id) != touched_.end()) continue;
      touched_.insert(touched_.begin() + static_cast<std::ptrdiff_t>(opened_by_time_++), id);
    }
    return true;
  }

  /// A case that nobody opened is found, but what the story does comes later than it.
  void know(const Outcome& outcome) {
    if (outcome.step != 1 || outcome.case_id.empty()) return;
    touched_.insert(touched_.begin() + static_cast<std::ptrdiff_t>(opened_by_time_++),
                    outcome.case_id);
  }

  void keep(const Outcome& outcome, const Line* line, const Actor& actor) {
    for (const Effect& effect : outcome.effects)
      if (effect.is == Effect::Is::notify || effect.is == Effect::Is::remind) {
        actual_.notices.push_back({effect.name, effect.to});
      } else if (effect.is == Effect::Is::take_back) {
        const auto told = std::find_if(actual_.notices.rbegin(), actual_.notices.rend(),
                                       [&](const Notice& one) { return one.name == effect.name; });
        if (told != actual_.notices.rend()) actual_.notices.erase(std::next(told).base());
      }
    if (line == nullptr) return;
    if (outcome.is == Outcome::Is::unexpected) actual_.unexpected.push_back(line->name);
    if (outcome.is_applied()) return;
    std::string all;
    for (const Reason& reason : outcome.reasons) {
      const std::string who = addressed_ ? who_text(*addressed_, reason.label) : std::string();
      const std::string why = reason_text(reason, actor, who);
      // A need is called as its author has called it, or the engine where it made it.
      actual_.refused.push_back(reason.code == "need"
                                    ? engine::sentence_text(why, suite_.language)
                                    : refusal_text(why, Language::english, suite_.language));
      all += (all.empty() ? "" : "; ") + why;
      if (!reason.clause.empty()) clauses_.insert(reason.clause);
      subjects_.insert(reason.label);
    }
    const bool is_refusal = outcome.is == Outcome::Is::refused;
    if (!is_refusal || !speaks_of_refused_) out_.refusals.push_back({line->span, line->name, all});
  }

  bool happens(const Line& line) {
    Engine* engine = this->engine();
    if (!engine) return false;
    // Time passes for every case before the next thing happens.
    auto passed = engine->due(line.when);
    if (!passed) return fail(passed.error());
    for (const Outcome& outcome : *passed) {
      keep(outcome, nullptr, {});
      know(outcome);
      if (outcome.is == Outcome::Is::fault || outcome.is == Outcome::Is::incident)
        return fail({ErrorCode::host,
                     outcome.reasons.empty()
                         ? "a step of time failed"
                         : outcome.reasons.front().label + " " + outcome.reasons.front().help});
    }
    if (line.is == Line::Is::nothing_more) return true;
    engine = this->engine();
    if (!engine) return false;
    addressed_ = line.targets.empty() ? nullptr : &line.targets.front();
    Event event;
    event.name = line.name;
    event.at = line.at;
    if (line.at != line.when) event.recorded = line.when;
    event.data = line.data;
    // What always takes a reason has one; whether an event needs one is for its story to say.
    const bool takes_one = line.is != Line::Is::event ||
                           std::any_of(line.targets.begin(), line.targets.end(), [](const auto& t) {
                             return t.is == step::Incoming::Is::right;
                           });
    event.reason = line.reason.empty() && takes_one ? "as told" : line.reason;
    event.key = line.key;
    event.actor = {line.role, line.person, line.on_behalf_of};
    if (line.is == Line::Is::correct || line.is == Line::Is::retract) {
      const bool is_retraction = line.is == Line::Is::retract;
      event.name = is_retraction ? "retract" : "correct";
      if (is_retraction) event.data.emplace_back("fact", Value::string(line.name));
      if (event.key.empty()) event.case_id = latest_of(line);
      const std::string& at = event.key.empty() ? event.case_id : event.key;
      if (auto view = engine->find(at)) {
        const step::Procedure* p = procedure(*view);
        const auto acted = acted_.find({view ? view->id : at, line.name});
        const bool is_open = event.actor.role.empty() && event.actor.person.empty();
        if (is_retraction && is_open && p && p->corrections_by.is_empty() && acted != acted_.end())
          event.actor = acted->second;
        if (p) choose_actor(event.actor, corrector(*p, event, line), *p, &*view, event.data);
      }
    } else if (line.is == Line::Is::void_entry) {
      event.name = "void";
      event.data.emplace_back("entry", Value::string(line.name));
      choose_actor(event.actor, who_of(line.targets.front()), nullptr);
    } else {
      address(*engine, line, event);
    }
    auto outcome = engine->send(event);
    if (!outcome) return fail(outcome.error());
    touch(outcome->case_id);
    if (line.is != Line::Is::retract)
      acted_[{outcome->case_id, line.is == Line::Is::correct ? event.name : line.name}] = event.actor;
    keep(*outcome, &line, event.actor);
    return know_children(*engine);
  }

  /// Which procedure, which case, and who, where the story leaves it open.
  void address(Engine& engine, const Line& line, Event& event) {
    const engine::Target* target = &line.targets.front();
    std::optional<CaseView> view;
    const auto opens = [&](const engine::Target& t) {
      return t.is == step::Incoming::Is::event && t.procedure != none &&
             model_->procedures[t.procedure].events[t.index].opens != none;
    };
    auto opening = std::find_if(line.targets.begin(), line.targets.end(), opens);
    // Of several versions, who acts is said by the one in force.
    for (auto t = opening; model_->has_versions && t != line.targets.end(); ++t) {
      const step::Pack& pack = model_->packs[t->procedure == none ? 0 : model_->procedures[t->procedure].pack];
      if (!opens(*t) || !pack.governs(pack.zone.date(line.at))) continue;
      opening = t;
      break;
    }
    if (opening != line.targets.end()) {
      target = &*opening;
    } else if (target->procedure != none && line.key.empty()) {
      // The latest case that knows such an event; of decisions, one that waits for it.
      bool is_found = false;
      for (std::size_t i = touched_.size(); i-- > 0 && !is_found;) {
        auto found = engine.find(touched_[i]);
        if (!found) continue;
        const engine::Target* fits = nullptr;
        for (const engine::Target& t : line.targets) {
          if (!is_of(t, *found)) continue;
          if (fits == nullptr || waits(t, *found)) fits = &t;
        }
        if (fits == nullptr) continue;
        if (fits->is == step::Incoming::Is::decision && !waits(*fits, *found) && view) continue;
        target = fits;
        view = std::move(*found);
        is_found = fits->is != step::Incoming::Is::decision || waits(*fits, *view);
      }
      if (view) event.case_id = view->id;
      // What only another version knows is said to the latest case all the same, and refused there.
      for (std::size_t i = touched_.size(); model_->has_versions && !view && i-- > 0;) {
        const auto found = engine.find(touched_[i]);
        const step::Procedure& meant = model_->procedures[target->procedure];
        if (found && found->procedure == meant.name && found->pack == model_->packs[meant.pack].name) {
          event.case_id = found->id;
          break;
        }
      }
    } else if (target->procedure != none) {
      if (auto found = engine.find(line.key)) view = std::move(*found);
    }
    addressed_ = target;
    if (target->procedure != none) {
      const step::Procedure& p = model_->procedures[target->procedure];
      if (event.case_id.empty())
        event.name = p.name + "." + event.name.substr(event.name.find('.') + 1);
      choose_actor(event.actor, who_of(*target), p, view ? &*view : nullptr, event.data);
      if (view) choose_holder(engine, line, view->id, event);
    } else {
      choose_actor(event.actor, who_of(*target), nullptr);
    }
  }

  /// The latest case that knows what is put right or taken back.
  std::string latest_of(const Line& line) {
    for (std::size_t i = touched_.size(); i-- > 0 && !line.targets.empty();) {
      const auto found = engine_->find(touched_[i]);
      const bool knows =
          found &&
          std::any_of(line.targets.begin(), line.targets.end(), [&](const engine::Target& t) {
            return t.procedure != none && is_of(t, *found);
          });
      if (knows) return touched_[i];
    }
    return touched_.empty() ? std::string() : touched_.back();
  }

  bool waits(const engine::Target& t, const CaseView& view) const {
    if (t.is != step::Incoming::Is::decision) return true;
    const step::Procedure& p = model_->procedures[t.procedure];
    const std::string state(p.chart.name(p.decisions[t.index].state));
    return (", " + view.state + ", ").find(", " + state + ", ") != std::string::npos;
  }

  const step::Procedure* procedure(const CaseView& view) const {
    for (const step::Procedure& p : model_->procedures)
      if (p.name == view.procedure && model_->packs[p.pack].name == view.pack &&
          model_->packs[p.pack].version == view.version)
        return &p;
    return nullptr;
  }
  bool is_of(const engine::Target& target, const CaseView& view) const {
    return procedure(view) == &model_->procedures[target.procedure];
  }

  const step::Who& who_of(const engine::Target& target) const {
    using Is = step::Incoming::Is;
    static const step::Who nobody;
    switch (target.is) {
      case Is::event:
        return model_->procedures[target.procedure].events[target.index].by;
      case Is::by_hand:
        return model_->rules[target.index].reported_by;
      case Is::row:
        return model_->ledgers[target.index].entered_by;
      case Is::right:
        return model_->rules[target.index].who;
      case Is::decision:
        return model_->procedures[target.procedure].decisions[target.index].by;
      default:
        return nobody;
    }
  }

  /// Who may, or fills in the form of this name that the event brings.
  std::string who_text(const engine::Target& target, const std::string& label) const {
    const step::Form* form = nullptr;
    if (target.is == step::Incoming::Is::event && target.procedure != none) {
      const step::Procedure& p = model_->procedures[target.procedure];
      const Index brought = p.events[target.index].form;
      if (brought != none && p.forms[brought].name == label) form = &p.forms[brought];
    }
    const step::Who& who = form != nullptr ? form->by : who_of(target);
    std::string out;
    const auto add = [&](const std::string& name) { out += (out.empty() ? "" : " or ") + name; };
    for (const Index role : who.roles) add(model_->roles[role].name);
    for (const step::SlotIndex slot : who.persons)
      if (target.procedure != none) add(model_->procedures[target.procedure].slot_names[slot]);
    if (out.empty() && who.formula) out = who.formula->text;
    return out;
  }

  static std::optional<std::string> person_in(const std::string& field, const CaseView* view,
                                              const Context& data) {
    for (const auto& [name, value] : data)
      if (name == field && value.is(Kind::string)) return std::string(value.as_string());
    if (view == nullptr) return std::nullopt;
    for (const auto& [name, value] : view->data)
      if (name == field && value.is(Kind::string)) return std::string(value.as_string());
    return std::nullopt;
  }

  /// The first who may: a role, or the person in a field of the case.
  /// Who may correct or take back what a line says; of several the first.
  static const step::Who& corrector(const step::Procedure& p, const Event& event,
                                    const Line& line) {
    if (!p.corrections_by.is_empty()) return p.corrections_by;
    static const step::Who nobody;
    for (const step::Event& of : p.events)
      if (line.is == Line::Is::retract && of.name == line.name) return of.by;
    if (line.is == Line::Is::retract || event.data.empty()) return nobody;
    const std::string& name = event.data.front().first;
    const auto first_of = [&](step::SlotIndex slot) -> const step::Who& {
      const auto who = step::reporters_of(p, slot);
      return who.empty() ? nobody : *who.front();
    };
    for (const step::Field& field : p.fields)
      if (field.name == name) return first_of(field.slot);
    for (const step::Event& of : p.events)
      if (name.starts_with(of.name + ".")) return of.by;
    for (const step::Form& form : p.forms) {
      if (name.starts_with(form.name + ".") && !form.fields.empty())
        return first_of(form.fields.front().slot);
    }
    return nobody;
  }

  void choose_actor(Actor& actor, const step::Who& who, const step::Procedure& p,
                    const CaseView* view, const Context& data) const {
    if (actor.role.empty() && actor.person.empty()) {
      if (!who.roles.empty()) {
        actor.role = model_->roles[who.roles.front()].name;
      } else {
        for (const step::SlotIndex slot : who.persons) {
          if (auto person = person_in(p.slot_names[slot], view, data)) {
            actor.person = std::move(*person);
            break;
          }
        }
      }
    } else if (actor.person.empty()) {
      // A field that bears the name of the role means that person.
      for (const step::SlotIndex slot : who.persons) {
        if (p.slot_names[slot] != actor.role) continue;
        if (auto person = person_in(actor.role, view, data)) actor.person = std::move(*person);
      }
    }
  }
  void choose_actor(Actor& actor, const step::Who& who, std::nullptr_t) const {
    if (actor.role.empty() && actor.person.empty() && !who.roles.empty())
      actor.role = model_->roles[who.roles.front()].name;
  }

  /// Where the story names nobody, the first who holds the post or acts for its holder.
  void choose_holder(const Engine& engine, const Line& line, const std::string& id, Event& event) {
    if (!line.person.empty() || !line.on_behalf_of.empty() || !event.actor.person.empty()) return;
    const std::string name = line.name.substr(line.name.find('.') + 1);
    const auto next = engine.next(id, {}, line.when);
    if (!next) return;
    for (const Possibility& one : *next) {
      if (one.event != name) continue;
      for (const Possibility::Candidate& who : one.who) {
        if (!line.role.empty() && line.role != who.role) continue;
        event.actor = {who.role, who.person, who.on_behalf_of};
        return;
      }
    }
  }

  /// Who answers for what the story asks, or why nobody can say.
  void ask_matter(const Engine& engine, const std::string& text, Instant now) {
    const MatterAsked asked = matter_asked(text);
    Context facts;
    for (const step::Responsible& one : model_->responsibles) {
      if (one.name != asked.matter) continue;
      for (std::size_t i = 0; i < asked.facts.size(); ++i)
        facts.emplace_back(i < one.inputs.size() ? one.inputs[i].first : asked.facts[i],
                           Value::string(asked.facts[i]));
    }
    const auto found = engine.responsible(asked.matter, facts, now);
    std::string& answer = actual_.responsible[text];
    if (!found) {
      answer = found.error().message;
      return;
    }
    answer = asked.column.empty() ? found->who : std::string();
    for (const auto& [name, who] : found->also)
      if (name == asked.column) answer = who;
    clauses_.insert(found->clauses.begin(), found->clauses.end());
    subjects_.insert(asked.matter);
  }

  [[nodiscard]] bool speaks_of(std::initializer_list<Word> words) const {
    return std::any_of(run_.then.begin(), run_.then.end(), [&](const Expected& e) {
      return std::find(words.begin(), words.end(), e.key) != words.end();
    });
  }

  /// What stands at the end.
  bool look() {
    Engine* engine = this->engine();
    if (!engine) return false;
    EntryFilter all;
    all.with_withdrawn = true;
    auto entries = engine->entries(all);
    if (!entries) return fail(entries.error());
    book(*entries);
    const auto cases = engine->cases();
    if (!cases) return fail(cases.error());
    for (const std::string& id : *cases)
      if (std::find(touched_.begin(), touched_.end(), id) == touched_.end())
        touched_.insert(touched_.begin(), id);
    const Instant now = run_.lines.empty() ? Instant{} : run_.lines.back().when;
    for (const std::string& id : touched_) {
      auto view = engine->find(id, now);
      if (!view) return fail(view.error());
      if (!view->incident.empty()) return fail({ErrorCode::limit, id + ": " + view->incident});
      actual_.cases.push_back(std::move(*view));
    }
    for (const Expected& expected : run_.then) {
      if (expected.key != Word::responsible) continue;
      for (const rulebook::Entry& entry : expected.value.entries)
        ask_matter(*engine, entry.key.text, now);
    }
    if (speaks_of({Word::worklist})) {
      const auto lists = engine->worklist();
      if (!lists) return fail(lists.error());
      for (const WaitingList& list : *lists) {
        std::vector<std::string>& line =
            actual_.worklists[list.whose.empty() ? list.worklist
                                                 : list.worklist + " of " + list.whose];
        for (const WaitingList::Waiting& one : list.cases)
          line.push_back(one.key.empty() ? one.case_id : one.key);
        clauses_.insert(list.clauses.begin(), list.clauses.end());
        subjects_.insert(list.worklist);
      }
    }
    if (speaks_of({Word::rights, Word::waits_for, Word::possible})) {
      for (const std::string& id : touched_) {
        const auto next = engine->next(id, {}, now);
        if (!next) return fail(next.error());
        Chances& chances = actual_.chances.emplace_back();
        chances.case_id = id;
        for (const Possibility& one : *next) {
          if (one.kind == Possibility::Kind::right) {
            const bool exists =
                std::none_of(one.obstacles.begin(), one.obstacles.end(),
                             [](const Reason& reason) { return reason.code == "right"; });
            if (exists) chances.rights.push_back(one.event);
          }
          if (one.kind == Possibility::Kind::decision) {
            std::string by = one.chain;
            for (const std::string& name : by.empty() ? one.by : std::vector<std::string>())
              by += (by.empty() ? "" : " or ") + name;
            if (std::find(chances.waits_for.begin(), chances.waits_for.end(), by) ==
                chances.waits_for.end())
              chances.waits_for.push_back(std::move(by));
          }
          if (one.is_possible) chances.possible.push_back(one.event);
        }
      }
    }
    return true;
  }

  void book(const std::vector<EntryView>& entries) {
    const auto text = [&](const Value& subject) {
      return step::to_text(subject, *model_, suite_.zone);
    };
    for (const EntryView& entry : entries) {
      const bool is_note = entry.kind == "payment" && !entry.amount;
      const bool is_rule = entry.kind == "offence" || entry.kind == "reward" || is_note;
      if (entry.kind == "entry" && !entry.is_withdrawn) ++actual_.entries[entry.ledger];
      if (entry.kind == "finding" && !entry.is_withdrawn) {
        actual_.findings.push_back(entry.name);
      }
      for (const std::string& clause : entry.clauses) clauses_.insert(clause);
      subjects_.insert(entry.name);
      if (!is_rule || entry.is_withdrawn) continue;
      const bool is_reward = entry.kind == "reward";
      const std::string subject = text(entry.subject);
      for (const char* kind : {"fine", "pay", "payment"}) {
        std::optional<Value> sum;
        std::string whose = subject, to;
        for (const EntryView& money : entries) {
          if (money.about != entry.id || money.kind != kind || !money.amount) continue;
          sum = sum ? Value::money(sum->money_minor() + money.amount->money_minor(),
                                   sum->money_currency(), sum->money_scale())
                    : *money.amount;
          // A payment is nobody's conduct: it is told by who pays.
          if (std::string_view(kind) != "payment") continue;
          if (!money.from.empty()) whose = money.from;
          to = money.to;
        }
        if (!sum) continue;
        std::vector<Booked>& into = is_reward                          ? actual_.rewards
                                    : std::string_view(kind) == "fine" ? actual_.fines
                                    : std::string_view(kind) == "pay"  ? actual_.owes
                                                                       : actual_.pays;
        into.push_back({entry.name, whose, *sum, {}, to});
      }
      if (!entry.sanction.empty())
        actual_.sanctions.push_back({entry.name, subject, {}, entry.sanction});
      if (entry.case_id.empty() && !entry.reason.empty())
        actual_.evidence.push_back({entry.name, subject, {}, entry.reason});
      if (entry.kind == "offence") actual_.offences.push_back({entry.name, subject, {}, {}});
    }
  }

  void trace() {
    Engine* engine = this->engine();
    if (!engine) return;
    // Of what nobody has touched only what the story asks about is explained.
    const auto is_noise = [&](std::size_t number) {
      const std::string& id = touched_[number];
      const bool is_untouched =
          number < opened_by_time_ && opened_by_time_ < touched_.size() && !model_->duties.empty();
      return is_untouched && std::none_of(run_.then.begin(), run_.then.end(), [&](const auto& one) {
               return !one.of.empty() && (id == one.of || id.ends_with("/" + one.of));
             });
    };
    for (std::size_t number = 0; number < touched_.size(); ++number) {
      const std::string& id = touched_[number];
      const auto steps = engine->history(id, options_.language);
      if (!steps) {
        if (!out_.error) fail(steps.error());
        return;
      }
      if (options_.with_explanation && !out_.is_as_told() && !is_noise(number)) {
        for (const StepTrace& step : *steps) {
          std::string text = to_text(step, suite_.zone, options_.language);
          while (!text.empty() && text.back() == '\n') text.pop_back();
          out_.explanation.push_back(touched_.size() > 1 ? id + ": " + text : std::move(text));
        }
      }
      for (const StepTrace& step : *steps) {
        for (const TraceLine& line : step.lines) {
          subjects_.insert(line.subject);
          clauses_.insert(line.clauses.begin(), line.clauses.end());
        }
      }
    }
    out_.clauses.assign(clauses_.begin(), clauses_.end());
    out_.subjects.assign(subjects_.begin(), subjects_.end());
  }

  const Rulebook& rules_;
  std::shared_ptr<const step::Model> model_;
  const Suite& suite_;
  const Run& run_;
  const PlayOptions& options_;
  std::shared_ptr<CaseStore> store_;
  std::optional<Engine> engine_;
  std::vector<std::string> touched_;  // ids of cases, the latest last
  std::map<std::pair<std::string, std::string>, Actor> acted_;  // case and deed: who did it last
  std::size_t opened_by_time_ = 0;    // so many of them, the first, that nobody has touched
  Actual actual_;
  Played out_;
  std::set<std::string> clauses_, subjects_;
  bool speaks_of_refused_ = false;
  const engine::Target* addressed_ = nullptr;  // which meaning of the line's name it had
};

}  // namespace

Played play(const Overlaid& overlaid, const Rulebook& plain, const Suite& suite, const Run& run,
            const PlayOptions& options) {
  if (overlaid.rules) return play(*overlaid.rules, suite, run, options);
  Actual actual;
  actual.out_of_bounds = overlaid.out_of_bounds;
  Played out;
  out.differences = compare(run, actual, *rulebook::model_of(plain), suite.zone, suite.language);
  // The bounds are all that such a run touches.
  for (const ParameterView& parameter : plain.parameters()) {
    const auto& names = overlaid.out_of_bounds;
    if (std::find(names.begin(), names.end(), parameter.name) == names.end()) continue;
    out.subjects.push_back(parameter.name);
  }
  std::sort(out.subjects.begin(), out.subjects.end());
  return out;
}

Played play(const Rulebook& rules, const Suite& suite, const Run& run, const PlayOptions& options) {
  return Player(rules, suite, run, options).play();
}

}  // namespace aftercare::testing
