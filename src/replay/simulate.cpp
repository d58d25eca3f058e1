// The interface of this file is simulate(). Every ticket (with the tickets about the same subject)
// walks on its own, with a generator of its own: the log is the same for any number of threads.

#include "aftercare/simulate.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/directory_of.hpp"
#include "engine/resolve.hpp"
#include "replay/draw.hpp"
#include "replay/random.hpp"
#include "replay/trial_book.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"
#include "step/step.hpp"

namespace aftercare {

namespace {

using logs::DrawContext;
using logs::Random;
using step::Incoming;
using step::Index;
using step::no_slot;
using step::none;
using step::SlotIndex;

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::uint32_t most_events = 60;  // of one ticket: walks in circles end here
constexpr std::array<std::string_view, 6> fixed_columns = {"case",     "event", "at",
                                                           "recorded", "role",  "person"};

bool meet(const std::vector<SlotIndex>& a, const std::vector<SlotIndex>& b) {
  return std::any_of(a.begin(), a.end(), [&](SlotIndex slot) {
    return std::find(b.begin(), b.end(), slot) != b.end();
  });
}

bool contains(const step::HappeningIds& ids, step::HappeningId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// ── what is known before the first ticket ─────────────────────────────────────────────────────

struct EventPlan {
  std::string name;               ///< as the log writes it
  std::vector<SlotIndex> writes;  ///< slots that change with it, reads of its occurrences too
  std::vector<Index> stops;       ///< clocks that it may end
  bool is_awaited_somewhere = false;
  bool moves_clocks = false;
  std::vector<std::uint16_t> columns;  ///< by input and form field; the signatures' last
};

struct ProcedurePlan {
  std::vector<EventPlan> events;
  std::vector<Index> opening;
  std::vector<SlotIndex> shared;       ///< fields under which rules look up entries of other cases
  std::vector<SlotIndex> needed;       ///< slots that some guard, need or clock reads
  std::vector<bool> is_person;         ///< by slot of the case part
  std::vector<std::string> decisions;  ///< names as the log writes them, by decision and outcome
  bool is_dependent = false;           ///< opens on what other cases have entered
  std::string letter;                  ///< keys begin with it
  std::uint32_t weight = 0;
};

constexpr std::uint16_t no_column = 0xFFFF;

struct Ticket {
  Index procedure = none;
  std::uint32_t family = 0;   ///< the first ticket about the same subject
  std::uint32_t subject = 0;  ///< number of the subject
  Instant opens{};
};

struct Plan {
  std::shared_ptr<const step::Model> model;
  step::ParameterValues parameters;
  SimulateOptions options;
  std::shared_ptr<const Directory> directory;  ///< null: the packs read no registers
  std::vector<ProcedurePlan> procedures;
  std::vector<std::string> columns;  ///< behind the fixed ones
  std::vector<Ticket> tickets;
  std::vector<std::vector<std::uint32_t>> families;
  std::vector<std::pair<engine::Target, std::string>> by_hand;
  std::vector<Value> texts;  ///< parameters that are texts or amounts: what a rule may compare with
  std::uint64_t persons = 8;

  [[nodiscard]] std::uint16_t column(const std::string& name) {
    if (std::find(fixed_columns.begin(), fixed_columns.end(), name) != fixed_columns.end())
      return no_column;  // the log has no place for it
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end()) return static_cast<std::uint16_t>(found - columns.begin());
    columns.push_back(name);
    return static_cast<std::uint16_t>(columns.size() - 1);
  }
};

/// The case field that a formula simply is.
SlotIndex plain_slot(const step::Procedure& p, const step::MaybeFormula& formula) {
  if (!formula || formula->reads.size() != 1) return no_slot;
  for (const step::Field& field : p.fields)
    if (field.slot == formula->reads.front() && field.name == formula->text) return field.slot;
  return no_slot;
}

void add_reads(std::vector<SlotIndex>& to, const step::Formula& formula) {
  to.insert(to.end(), formula.reads.begin(), formula.reads.end());
}
void add_reads(std::vector<SlotIndex>& to, const step::MaybeFormula& formula) {
  if (formula) add_reads(to, *formula);
}

ProcedurePlan plan_procedure(Plan& plan, const engine::Names& names, Index which) {
  const step::Model& model = *plan.model;
  const step::Procedure& p = model.procedures[which];
  ProcedurePlan out;
  out.is_person.resize(p.case_slots);
  const auto persons_of = [&](const step::Who& who) {
    for (const SlotIndex slot : who.persons)
      if (slot < p.case_slots) out.is_person[slot] = true;
  };
  for (const step::Field& field : p.fields) {
    if (names.role(field.name) != none && field.type.is() == Type::Is::string)
      out.is_person[field.slot] = true;
  }
  for (const step::Event& event : p.events) persons_of(event.by);
  for (const Index r : p.rules) {
    persons_of(model.rules[r].who);
    persons_of(model.rules[r].from);
    persons_of(model.rules[r].to);
  }
  for (const step::Read& read : p.reads) {
    if (read.from != step::Read::From::ledger) continue;
    const SlotIndex slot = plain_slot(p, read.subject);
    if (slot != no_slot && !out.is_person[slot]) out.shared.push_back(slot);
  }
  // What is entered by a case about something that other cases look up is shared with them.
  for (const Index r : p.rules) {
    const step::Rule& rule = model.rules[r];
    if (rule.is != step::Rule::Is::entry || !model.ledgers[rule.ledger].is_read) continue;
    SlotIndex slot = plain_slot(p, rule.who.formula);
    if (rule.who.persons.size() == 1) slot = rule.who.persons.front();
    if (slot != no_slot && slot < p.case_slots) {
      out.is_person[slot] = false;
      out.shared.push_back(slot);
    }
  }

  for (const step::Formula& guard : p.guards) add_reads(out.needed, guard);
  for (const step::Clock& clock : p.clocks) {
    for (const auto* formula :
         {&clock.within, &clock.by, &clock.window_from, &clock.window_to, &clock.since})
      add_reads(out.needed, *formula);
  }
  for (const step::Let& let : p.lets)
    if (let.happening != none) add_reads(out.needed, let.value);
  for (const step::Event& event : p.events) {
    for (const step::Condition& need : event.needs) add_reads(out.needed, need.holds);
  }

  const auto written = [&](const std::string& name, Index index, Incoming::Is is) {
    const auto& targets = names.find(name);
    const bool is_plain = std::all_of(targets.begin(), targets.end(), [&](const auto& target) {
      return target.procedure == which && target.is == is &&
             (is == Incoming::Is::decision || target.index == index);
    });
    return is_plain ? name : p.name + "." + name;
  };
  for (Index e = 0; e < p.events.size(); ++e) {
    const step::Event& event = p.events[e];
    EventPlan& one = out.events.emplace_back();
    one.name = written(event.name, e, Incoming::Is::event);
    if (event.opens != none && !event.is_of_time) out.opening.push_back(e);
    const auto writes = [&](SlotIndex slot) {
      if (slot != no_slot) one.writes.push_back(slot);
    };
    writes(event.at_slot);
    for (const step::Input& input : event.inputs) {
      writes(input.slot);
      writes(input.case_slot);
      const bool is_key = input.case_slot != no_slot && input.case_slot == p.key_slot;
      one.columns.push_back(is_key ? no_column : plan.column(input.name));
    }
    if (event.form != none) {
      const step::Form& form = p.forms[event.form];
      for (std::size_t datum = 0; datum <= form.presence_datum(); ++datum) {
        writes(form.place(datum).slot);
        writes(form.place(datum).case_slot);
      }
      for (const step::Field& field : p.brought(event))
        one.columns.push_back(plan.column(field.name));
      const bool is_signed = !form.signatures.empty() && event.does != step::Event::Does::voids;
      one.columns.push_back(is_signed ? plan.column("signed") : no_column);
    }
    for (const step::Read& read : p.reads) {
      if (read.from != step::Read::From::own_event || read.source != e) continue;
      writes(read.slot);
      for (const auto& [field, slot] : read.result_slots) writes(slot);
    }
    for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
      const auto events = p.chart.events(t);
      if (std::find(events.begin(), events.end(), event.happening) != events.end())
        one.is_awaited_somewhere = true;
    }
    // A let that becomes true by it, a state that it enters or leaves: what clocks may wait for.
    step::HappeningIds follows{event.happening};
    for (Index h = 0; h < p.happenings.size(); ++h) {
      const step::Happening& happening = p.happenings[h];
      if (happening.is == step::Happening::Is::let_true &&
          meet(one.writes, p.lets[happening.index].value.reads))
        follows.push_back(h);
      if (happening.is != step::Happening::Is::enter && happening.is != step::Happening::Is::leave)
        continue;
      for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
        const auto events = p.chart.events(t);
        if (std::find(events.begin(), events.end(), event.happening) == events.end()) continue;
        const auto targets = p.chart.targets(t);
        const bool enters =
            std::find(targets.begin(), targets.end(), happening.index) != targets.end();
        const bool leaves = p.chart.transition(t).source == happening.index;
        if (happening.is == step::Happening::Is::enter ? enters : leaves) follows.push_back(h);
      }
    }
    for (Index c = 0; c < p.clocks.size(); ++c) {
      const step::Clock& clock = p.clocks[c];
      for (const step::HappeningId h : follows) {
        if (contains(clock.stop, h)) one.stops.push_back(c);
        if (h == event.happening && (contains(clock.stop, h) || contains(clock.start, h) ||
                                     contains(clock.restart, h) || contains(clock.cancel, h)))
          one.moves_clocks = true;
      }
    }
  }
  for (Index d = 0; d < p.decisions.size(); ++d) {
    for (const auto& [outcome, happening] : p.decisions[d].outcomes)
      out.decisions.push_back(written(outcome, d, Incoming::Is::decision));
  }
  for (const Index e : out.opening) {
    for (const step::Condition& need : p.events[e].needs) {
      for (const step::Read& read : p.reads) {
        if (read.from == step::Read::From::ledger && meet({read.slot}, need.holds.reads))
          out.is_dependent = true;
      }
    }
  }
  for (const SlotIndex slot : out.shared) out.is_dependent |= slot == p.key_slot;
  const char first = p.name.empty() ? '\0' : p.name.front();
  out.letter = first >= 'a' && first <= 'z' ? std::string(1, static_cast<char>(first - 'a' + 'A'))
                                            : std::string("T");
  for (Index other = 0; other < which; ++other)
    if (plan.procedures[other].letter == out.letter) out.letter += std::to_string(which + 1);
  out.weight = static_cast<std::uint32_t>(p.events.size()) * (out.shared.empty() ? 1 : 3);
  return out;
}

/// Which tickets there are, when each is opened, and which are about one subject.
void plan_tickets(Plan& plan, const std::vector<Index>& open_for) {
  const SimulateOptions& options = plan.options;
  std::vector<Index> independent, dependent;
  for (const Index p : open_for)
    (plan.procedures[p].is_dependent ? dependent : independent).push_back(p);
  if (independent.empty()) independent.swap(dependent);
  std::uint64_t weights = 0;
  for (const Index p : independent) weights += plan.procedures[p].weight;

  // How many tickets of a hundred come before the end of each hour.
  static constexpr std::array<std::uint32_t, 25> day_profile = {
      0, 0, 0, 0, 0, 0, 1, 3, 9, 20, 32, 42, 48, 54, 62, 71, 79, 86, 91, 94, 96, 98, 99, 99, 100};
  const Zone& zone = plan.model->packs.front().zone;
  std::vector<std::uint32_t> sharing;   // recent tickets with a subject
  std::vector<std::uint32_t> repeated;  // those of them that nothing has come of yet
  plan.tickets.resize(options.cases);
  std::vector<bool> is_met(options.cases);  // whether another ticket is about its subject
  std::uint64_t met = 0;
  const auto has_room = [&](std::uint64_t i, std::uint64_t more) {
    return (met + more) * 100 <= options.shared_percent * (i + 1);
  };
  const auto join = [&](Ticket& ticket, std::uint32_t number) {
    const Ticket& other = plan.tickets[number];
    met += is_met[other.family] ? 1 : 2;
    is_met[other.family] = true;
    ticket.family = other.family;
    ticket.subject = other.subject;
  };
  for (std::uint32_t i = 0; i < options.cases; ++i) {
    Ticket& ticket = plan.tickets[i];
    Random random = Random::of(options.seed, i);
    std::uint64_t pick = random.below(weights);
    for (const Index p : independent) {
      if (pick < plan.procedures[p].weight) {
        ticket.procedure = p;
        break;
      }
      pick -= plan.procedures[p].weight;
    }
    ticket.family = ticket.subject = i;
    const std::uint32_t gesture = static_cast<std::uint32_t>(random.below(100));
    if (!dependent.empty() && gesture < 20 && !repeated.empty() && has_room(i, 1)) {
      ticket.procedure = dependent[random.below(dependent.size())];
      join(ticket, repeated.back());
      repeated.pop_back();
    } else if (!plan.procedures[ticket.procedure].shared.empty()) {
      if (gesture >= 80 && !repeated.empty() && has_room(i, 1)) {
        join(ticket, repeated.back());
      } else if (gesture >= 60 && !sharing.empty() && has_room(i, 2)) {
        const std::size_t back = random.below(std::min<std::size_t>(sharing.size(), 400));
        join(ticket, sharing[sharing.size() - 1 - back]);
        repeated.push_back(i);
      }
      sharing.push_back(i);
    }
    // Tickets of a day in order, over its hours as people come.
    const std::uint64_t per_day = options.per_day;
    const std::uint64_t place = (i % per_day) * 1000 + random.below(1000);  // of per_day * 1000
    std::size_t clock_hour = 0;
    while (clock_hour < 23 && place * 100 >= day_profile[clock_hour + 1] * per_day * 1000)
      ++clock_hour;
    const std::uint64_t from = day_profile[clock_hour] * per_day * 10,
                        to = std::max<std::uint64_t>(day_profile[clock_hour + 1] * per_day * 10,
                                                     from + 1);
    const std::uint64_t within = std::min<std::uint64_t>((place - from) * 3600 / (to - from), 3599);
    const Date day{options.start.days + static_cast<std::int64_t>(i / per_day)};
    const std::int64_t seconds =
        static_cast<std::int64_t>(clock_hour) * 3600 + static_cast<std::int64_t>(within);
    ticket.opens = zone.instant({day, {seconds * 1'000'000'000}});
  }
  std::vector<std::uint32_t> place(options.cases);
  for (std::uint32_t i = 0; i < options.cases; ++i) {
    const std::uint32_t family = plan.tickets[i].family;
    if (family == i) {
      place[i] = static_cast<std::uint32_t>(plan.families.size());
      plan.families.emplace_back();
    }
    plan.families[place[family]].push_back(i);
  }
}

// ── a ticket's walk ───────────────────────────────────────────────────────────────────────────

struct Row {
  std::int64_t recorded = 0;
  std::uint32_t ticket = 0;
  std::uint32_t number = 0;           ///< in its ticket
  std::uint32_t begin = 0, size = 0;  ///< of the walker's text
  std::uint32_t piece = 0;
};

class Walker {
 public:
  explicit Walker(const Plan& plan)
      : plan_(plan), model_(*plan.model), stepper_(plan.model, plan.parameters) {
    stepper_.use(plan.directory.get());
  }

  void family(const std::vector<std::uint32_t>& tickets) {
    book_.clear();
    habits_.clear();
    for (const std::uint32_t number : tickets) {
      if (!ticket(number, plan_.tickets[number].procedure)) {
        // Nothing that this procedure asks for has come about: an ordinary ticket then.
        for (const std::uint32_t other : tickets) {
          if (!plan_.procedures[plan_.tickets[other].procedure].is_dependent) {
            ticket(number, plan_.tickets[other].procedure);
            break;
          }
        }
      }
    }
  }

  /// An entry that somebody makes by hand.
  void by_hand(std::uint32_t number, Instant at) {
    Random random = Random::of(plan_.options.seed ^ 0x68616E64ULL, number);
    random_ = &random;
    const auto& [target, name] = plan_.by_hand[number % plan_.by_hand.size()];
    number_ = static_cast<std::uint32_t>(plan_.options.cases + number);
    const Zone& zone = zone_;
    for (int attempt = 0; attempt < 6; ++attempt) {
      Incoming in;
      in.is = target.is;
      in.index = target.index;
      in.at = in.recorded = at;
      cells_.assign(plan_.columns.size(), {});
      const auto give = [&](const std::string& datum, const Type& type, bool is_person,
                            Index of_register = none) {
        const DrawContext of{datum,         at,        &zone, random.below(plan_.options.cases),
                             plan_.persons, is_person, {}};
        Value value =
            of_register == none ? logs::draw(type, of, random) : member_of(of_register, at);
        put(datum, value, zone);
        return value;
      };
      if (target.is == Incoming::Is::row) {
        const step::Ledger& ledger = model_.ledgers[target.index];
        actor(ledger.entered_by, nullptr, in);
        for (const step::Field& field : ledger.fields) {
          in.data.push_back(give(field.name, field.type, false, field.of_register));
          in.given.push_back(!in.data.back().is_null());
        }
        in.subject = give(ledger.subject, ledger.subject_type, false);
      } else {
        const step::Rule& rule = model_.rules[target.index];
        actor(rule.reported_by, nullptr, in);
        for (const step::Input& input : rule.inputs) {
          in.data.push_back(give(input.name, input.type, false, input.of_register));
          in.given.push_back(!in.data.back().is_null());
        }
        in.subject = give("who", Type::string(), true);
      }
      logs::TrialBook alone;
      alone.begin();
      const step::StepResult result = stepper_.enter(in, alone);
      if (result.is != Outcome::Is::applied && attempt < 5) continue;
      sequence_ = 0;
      write("", name, in, zone);
      return;
    }
  }

  std::vector<Row> rows;
  std::string text;

 private:
  struct Candidate {
    Index event = none;  ///< or
    Index decision = none;
    Index outcome = none;
    bool is_awaited = false;
    std::uint32_t weight = 0;
  };

  bool ticket(std::uint32_t number, Index which) {
    Random random = Random::of(plan_.options.seed ^ 0x7469636BULL, number);
    random_ = &random;
    number_ = number;
    sequence_ = 0;
    procedure_ = &model_.procedures[which];
    p_ = &plan_.procedures[which];
    zone_ = model_.packs[procedure_->pack].zone;
    is_careless_ = random.percent(plan_.options.careless_percent);
    is_abandoned_ = random.percent(3);
    late_.assign(procedure_->clocks.size(), false);
    for (std::size_t c = 0; c < late_.size(); ++c)
      late_[c] = random.percent(plan_.options.late_percent);
    times_.assign(procedure_->events.size(), 0);
    step::CaseState state;
    if (!open(state, which)) return false;
    walk(state);
    return true;
  }

  // ── opening ──

  bool open(step::CaseState& state, Index which) {
    const Ticket& ticket = plan_.tickets[number_];
    const Index e = p_->opening[random_->below(p_->opening.size())];
    const step::Event& event = procedure_->events[e];
    key_ = key_text();
    const int attempts = p_->is_dependent ? 16 : 6;
    std::optional<step::CaseState> kept;
    Incoming kept_in;
    std::vector<std::string> kept_cells;
    const std::size_t before = book_.faults();
    for (int attempt = 0; attempt < attempts; ++attempt) {
      Incoming in;
      in.is = Incoming::Is::event;
      in.index = e;
      in.at = ticket.opens;
      in.recorded = in.at;
      if (!fill(event, p_->events[e], nullptr, attempt, in)) continue;
      actor(event.by, nullptr, in, &event);
      step::CaseState fresh;
      book_.begin();
      const step::StepResult result =
          stepper_.open(fresh, which, Value::string(procedure_->name + "/" + key_), in, book_);
      const bool is_open = result.is == Outcome::Is::applied && result.reasons.empty();
      const bool is_clean = is_open && book_.faults() == before;
      book_.roll_back();
      if (!is_open) {
        if (attempt + 1 == attempts && !kept && p_->is_dependent && random_->percent(30))
          write(key_, p_->events[e].name, in, zone_);  // somebody asks for what is not his due
        continue;
      }
      kept = std::move(fresh);
      kept_in = in;
      kept_cells = cells_;
      if (is_clean || is_careless_) break;
    }
    if (!kept) return false;
    step::CaseState again;
    book_.begin();
    (void)stepper_.open(again, which, Value::string(procedure_->name + "/" + key_), kept_in, book_);
    state = std::move(again);
    cells_ = std::move(kept_cells);
    write(key_, p_->events[e].name, kept_in, zone_);
    now_ = kept_in.recorded;
    times_[e] = 1;
    for (const step::Field& field : procedure_->fields) {
      const Value& value = state.slots[field.slot];
      if (!value.is_null() && field.slot != procedure_->key_slot) habits_[field.name] = value;
    }
    return true;
  }

  std::string key_text() {
    const SlotIndex key = procedure_->key_slot;
    if (key != no_slot && key < p_->is_person.size() && p_->is_person[key])
      return logs::person_name(random_->below(plan_.persons));
    for (const step::Field& field : procedure_->fields) {
      if (field.slot != key || key == no_slot) continue;
      const bool is_shared =
          std::find(p_->shared.begin(), p_->shared.end(), key) != p_->shared.end();
      if (is_shared) return shared_text(field.name);
      if (field.type.is() != Type::Is::string) {
        const DrawContext of{
            field.name, plan_.tickets[number_].opens, &zone_, number_, plan_.persons, false, {}};
        return step::to_text(logs::draw(field.type, of, *random_), model_, zone_);
      }
    }
    std::size_t width = 5;
    for (std::size_t many = 100'000; many <= plan_.options.cases; many *= 10) ++width;
    return p_->letter + logs::padded(number_ + 1, width);
  }

  std::string shared_text(std::string_view field) const {
    const std::uint32_t subject = plan_.tickets[number_].subject;
    if (logs::has_word(field, "serial") || logs::has_word(field, "机号"))
      return "SN" + logs::padded(subject + 1, 7);
    return std::string(field) + "-" + logs::padded(subject + 1, 6);
  }

  // ── data ──

  /// Draws the data of an event; false where something it needs cannot be made up.
  bool fill(const step::Event& event, const EventPlan& plan, const step::CaseState* state,
            int attempt, Incoming& in) {
    cells_.assign(plan_.columns.size(), {});
    std::vector<Value> known = plan_.texts;
    const auto learn = [&](const Value& value) {
      const bool is_nothing = value.is(Kind::money) && value.money_minor() <= 0;
      if (!value.is_null() && !is_nothing) known.push_back(value);
    };
    if (state != nullptr) {
      for (const step::Field& field : procedure_->fields) {
        if (field.type.is() != Type::Is::string) learn(state->slots[field.slot]);
      }
      const bool wants_money =
          std::any_of(event.inputs.begin(), event.inputs.end(),
                      [](const step::Input& input) { return input.type.is() == Type::Is::money; });
      if (wants_money) {
        for (const step::Let& let : procedure_->lets)
          if (let.value.type.is() == Type::Is::money)
            learn(stepper_.evaluate(*state, let.value, in.at, book_));
      }
    }
    std::size_t i = 0;
    const auto give = [&](const std::string& name, const Type& type, SlotIndex case_slot,
                          Index of_register, bool has_default, bool is_required) -> bool {
      const std::size_t place = i++;
      in.data.emplace_back();
      in.given.push_back(false);
      const std::uint16_t column = plan.columns[place];
      Value value;
      if (case_slot != no_slot && case_slot == procedure_->key_slot) {
        const auto key = step::from_text(key_, type, zone_);
        if (!key) return false;
        if (state != nullptr) return true;  // a case keeps its name
        in.data[place] = *key;
        in.given[place] = true;
        return true;
      }
      if (column == no_column) return !is_required || has_default;
      const bool is_person = case_slot != no_slot && case_slot < p_->is_person.size()
                                 ? p_->is_person[case_slot]
                                 : false;
      if (case_slot != no_slot && of_register == none &&
          std::find(p_->shared.begin(), p_->shared.end(), case_slot) != p_->shared.end()) {
        value = Value::string(shared_text(name));
      } else {
        if (has_default && !random_->percent(attempt > 1 ? 30 : is_careless_ ? 25 : 4)) return true;
        if (!is_required && !has_default && random_->percent(is_careless_ ? 45 : 12)) return true;
        const auto habit = std::find_if(habits_.begin(), habits_.end(),
                                        [&](const auto& one) { return one.first == name; });
        if (state == nullptr && habit != habits_.end() && !is_person && random_->percent(80)) {
          value = habit->second;
        } else if (of_register != none) {
          value = member_of(of_register, in.at);
        } else {
          value = logs::draw(type,
                             {name, in.at, &zone_, plan_.tickets[number_].subject, plan_.persons,
                              is_person, known},
                             *random_);
        }
      }
      if (value.is_null()) return !is_required || has_default;
      const auto fitting = step::convert(value, type, zone_);
      if (!fitting) return !is_required || has_default;
      in.data[place] = *fitting;
      in.given[place] = true;
      cells_[column] = step::to_text(*fitting, model_, zone_);
      learn(*fitting);
      return true;
    };
    for (const step::Input& input : event.inputs) {
      // A field keeps what it has unless the event says otherwise; an amount of nothing says
      // nothing yet.
      const bool is_kept = state != nullptr && input.slot == no_slot && input.case_slot != no_slot;
      const Value now = is_kept ? state->slots[input.case_slot] : Value();
      const bool has_value = !now.is_null() && !(now.is(Kind::money) && now.money_minor() == 0);
      const bool has_default = input.initial.has_value() || has_value;
      const bool is_required = input.is_required && !input.type.is_optional();
      if (!give(input.name, input.type, input.case_slot, input.of_register, has_default,
                is_required))
        return false;
    }
    if (event.form != none) {
      const step::Form& form = procedure_->forms[event.form];
      const bool is_changed = event.does == step::Event::Does::changes;
      for (const step::Field& field : procedure_->brought(event)) {
        if (!give(field.name, field.type, field.case_slot, field.of_register,
                  is_changed || field.initial.has_value(), !field.type.is_optional()))
          return false;
      }
      std::string signers;
      const bool is_voided = event.does == step::Event::Does::voids;
      for (Index s = 0; s < form.signatures.size() && !is_voided; ++s) {
        if (event.does == step::Event::Does::signs) {
          // One place after the other.
          const Value& is_signed = state->slots[form.signatures[s].slot];
          if (!signers.empty() || (is_signed.is(Kind::boolean) && is_signed.as_boolean())) continue;
        }
        if (!random_->percent(is_careless_ ? 60 : 95)) continue;
        in.signed_by.push_back(s);
        signers += (signers.empty() ? "" : ", ") + form.signatures[s].name;
      }
      if (plan.columns.back() != no_column) cells_[plan.columns.back()] = "[" + signers + "]";
    }
    return true;
  }

  /// Who acts: one of the roles, or the very person that the rule names.
  void actor(const step::Who& by, const step::CaseState* state, Incoming& in,
             const step::Event* opening = nullptr) {
    in.actor = {};
    if (!by.roles.empty()) {
      const std::size_t which =
          random_->percent(85) ? 0 : static_cast<std::size_t>(random_->below(by.roles.size()));
      in.actor.role = by.roles[which];
    }
    for (const SlotIndex slot : by.persons) {
      if (state != nullptr && slot < state->slots.size()) in.actor.person = state->slots[slot];
      if (opening != nullptr) {
        for (std::size_t i = 0; i < opening->inputs.size(); ++i)
          if (opening->inputs[i].case_slot == slot && in.given[i]) in.actor.person = in.data[i];
      }
      for (const step::Field& field : procedure_->fields) {
        if (field.slot != slot) continue;
        for (Index r = 0; r < model_.roles.size() && in.actor.role == none; ++r)
          if (model_.roles[r].name == field.name) in.actor.role = r;
      }
      if (!in.actor.person.is_null()) return;
    }
    if (by.formula && state != nullptr) {
      Value who = stepper_.evaluate(*state, *by.formula, in.at, book_);
      if (who.is(Kind::list) && who.size() > 0) who = Value(who.items().front());
      if (who.is(Kind::string)) in.actor.person = who;
    }
    if (in.actor.role != none && model_.roles[in.actor.role].office && in.actor.person.is_null()) {
      in.actor.person = holder_of(in.actor.role, state, in.at);
      return;
    }
    if (in.actor.person.is_null() && in.actor.role != none && random_->percent(80))
      in.actor.person =
          Value::string(logs::person_name((number_ * 7 + in.actor.role * 3) % plan_.persons));
  }

  /// Somebody or something that a register has on the day; null: it has nobody, or tells nobody.
  Value member_of(Index of_register, Instant at) {
    const std::vector<std::string>& all = members_of(of_register, at);
    return all.empty() ? Value() : Value::string(all[random_->below(all.size())]);
  }
  const std::vector<std::string>& members_of(Index of_register, Instant at) {
    const step::Register& in = model_.registers[of_register];
    const Date day = model_.packs[in.pack].zone.date(at);
    Listed& known = listed_[of_register];
    if (known.day == day) return known.members;
    known = {day, {}};
    if (plan_.directory == nullptr) return known.members;
    auto told = plan_.directory->members(in.name, day);
    if (told && *told) known.members = **std::move(told);
    return known.members;
  }

  /// Who holds a post, in a case that is open for its unit; null: nobody, or it is not known who.
  Value holder_of(Index role, const step::CaseState* state, Instant at) {
    std::vector<std::string> holders;
    if (state != nullptr) {
      step::Who post;
      post.roles = {role};
      for (const step::Stepper::Seat& seat : stepper_.seats(*state, post, at, book_))
        for (const step::Stepper::Candidate& one : seat.who)
          if (one.on_behalf_of.empty()) holders.push_back(one.person);
    } else {
      const step::Register& in = model_.registers[model_.roles[role].office->in];
      const Date day = model_.packs[in.pack].zone.date(at);
      for (const std::string& member : members_of(model_.roles[role].office->in, at))
        if (stepper_.holds_post(role, member, day)) holders.push_back(member);
    }
    return holders.empty() ? Value() : Value::string(holders[random_->below(holders.size())]);
  }

  void put(const std::string& datum, const Value& value, const Zone& zone) {
    if (value.is_null()) return;
    const auto found = std::find(plan_.columns.begin(), plan_.columns.end(), datum);
    if (found != plan_.columns.end())
      cells_[static_cast<std::size_t>(found - plan_.columns.begin())] =
          step::to_text(value, model_, zone);
  }

  // ── walking ──

  void elapse(step::CaseState& state, Instant now) {
    step::StepResult ignored;
    while (stepper_.elapse(state, now, book_, ignored)) {
    }
  }

  void walk(step::CaseState& state) {
    const std::uint64_t leaves_after = is_abandoned_ ? 1 + random_->below(4) : most_events;
    failing_.assign(procedure_->events.size(), false);
    for (std::uint32_t done = 0; done < leaves_after && !state.is_final && !state.has_incident;) {
      const std::optional<Candidate> next = choose(state);
      if (!next) {
        // Nothing is waited for: only time can move the case.
        const auto timer = stepper_.next_timer(state);
        if (!timer || timer->micros - now_.micros > 90 * 24 * hour) break;
        const std::string before = configuration_of(state);
        now_ = {timer->micros + second - timer->micros % second};
        elapse(state, *timer);
        ++done;
        if (before != configuration_of(state)) failing_.assign(failing_.size(), false);
        continue;
      }
      const Instant at = when(state, *next);
      const std::string before = configuration_of(state);
      elapse(state, at);
      if (before != configuration_of(state)) {
        now_ = std::max(now_, at);
        failing_.assign(failing_.size(), false);
        ++done;
        continue;
      }
      if (next->decision != none ? decide(state, *next, at) : happen(state, *next, at)) {
        ++done;
        if (before != configuration_of(state) || !next->is_awaited)
          failing_.assign(failing_.size(), false);
        if (next->event != none) ++times_[next->event];
        if (random_->permille(8)) repeat();
      } else if (next->event != none) {
        failing_[next->event] = true;
      } else {
        break;
      }
    }
    if (state.is_final && random_->percent(2)) {
      // Somebody reports what is over.
      const auto e = static_cast<Index>(random_->below(procedure_->events.size()));
      if (procedure_->events[e].opens == none && !procedure_->events[e].is_of_time) {
        const Candidate stray{e, none, none, true, 1};
        (void)happen(state, stray, {now_.micros + random_->between(1, 90) * minute}, true);
      }
    }
  }

  static std::string configuration_of(const step::CaseState& state) {
    std::string out;
    state.configuration.each([&](chart::StateId s) {
      out += std::to_string(s);
      out += ' ';
    });
    return out;
  }

  std::optional<Candidate> choose(const step::CaseState& state) {
    std::vector<Candidate> candidates;
    std::vector<SlotIndex> wanted;  // by guards and needs of what is waited for here
    std::size_t first_awaited = procedure_->events.size();
    const chart::Chart& chart = procedure_->chart;
    std::vector<bool> awaited(procedure_->events.size());
    const auto look_at = [&](chart::TransitionId t) {
      const auto guard = chart.transition(t).guard;
      if (guard != chart::none) add_reads(wanted, procedure_->guards[guard]);
      for (const chart::EventId h : chart.events(t)) {
        const step::Happening& happening = procedure_->happenings[h];
        if (happening.is != step::Happening::Is::event) continue;
        awaited[happening.index] = true;
        for (const step::Condition& need : procedure_->events[happening.index].needs)
          add_reads(wanted, need.holds);
      }
    };
    for (chart::TransitionId t = 0; t < chart.transition_count(); ++t)
      if (state.configuration.contains(chart.transition(t).source)) look_at(t);

    bool something_useful = false;
    for (Index e = 0; e < procedure_->events.size(); ++e) {
      if (failing_[e]) continue;
      const step::Event& event = procedure_->events[e];
      const EventPlan& plan = p_->events[e];
      if (event.opens != none && !awaited[e]) continue;  // a case is opened once
      if (event.is_of_time) continue;                    // nobody reports it
      Candidate one{e, none, none, awaited[e], 0};
      if (awaited[e]) {
        first_awaited = std::min<std::size_t>(first_awaited, e);
        one.weight = 120 / (1 + 3 * times_[e]);
      } else if (!plan.is_awaited_somewhere) {
        const bool stops = std::any_of(plan.stops.begin(), plan.stops.end(), [&](Index c) {
          return state.clocks[c].state == clock::State::running;
        });
        const bool helps = stops || plan.moves_clocks || meet(plan.writes, wanted);
        const bool is_exceptional = !helps && !meet(plan.writes, p_->needed);
        if (times_[e] == 0) {
          one.weight = helps ? 90 : is_exceptional ? 3 : 8;
        } else {
          one.weight = helps && meet(plan.writes, wanted) ? 20 : 1;
        }
        something_useful |= one.weight >= 6 && times_[e] == 0;
      }
      if (one.weight > 0) candidates.push_back(one);
    }
    std::size_t outcomes = 0;
    for (Index d = 0; d < procedure_->decisions.size(); ++d) {
      const step::Decision& decision = procedure_->decisions[d];
      for (Index o = 0; o < decision.outcomes.size(); ++o) {
        if (!state.configuration.contains(decision.state)) continue;
        if (o == decision.lapse) continue;
        candidates.push_back({none, d, o, true, outcomes++ == 0 ? 200U : 60U});
      }
    }
    // Facts stand in the order in which they usually happen: what helps comes before what is
    // awaited further down, the rest after.
    std::uint64_t sum = 0;
    for (Candidate& one : candidates) {
      if (one.event == none) continue;
      const bool is_late_in_order = one.event > first_awaited;
      if (!one.is_awaited && one.weight >= 20 && is_late_in_order) one.weight /= 12;
      if (one.is_awaited && one.event > first_awaited) one.weight = one.weight / 4 + 1;
    }
    for (Candidate& one : candidates) {
      const bool is_before =
          !one.is_awaited && one.event != none && one.event < first_awaited && one.weight >= 90;
      if (is_before) one.weight *= 12;
      sum += one.weight;
    }
    const bool is_waiting = first_awaited < procedure_->events.size() || outcomes > 0;
    if (sum == 0 || (!is_waiting && !something_useful && sum < 20)) return std::nullopt;
    std::uint64_t pick = random_->below(sum);
    for (const Candidate& one : candidates) {
      if (pick < one.weight) return one;
      pick -= one.weight;
    }
    return std::nullopt;
  }

  /// When it happens: before the limits of what it stops and what else runs, or, where the ticket
  /// is to be late, behind one.
  Instant when(const step::CaseState& state, const Candidate& next) {
    static constexpr std::array<std::int64_t, 8> usual = {2, 4, 6, 10, 18, 35, 70, 160};
    std::int64_t low = now_.micros + minute / 2;
    std::optional<std::int64_t> high, beyond;
    std::int64_t beyond_length = hour;
    bool stops_something = false;
    for (Index c = 0; c < state.clocks.size(); ++c) {
      const clock::Run& run = state.clocks[c];
      if (run.state != clock::State::running) continue;
      const std::int64_t limit = run.fires.micros - 1;
      const bool stops = next.event != none && std::find(p_->events[next.event].stops.begin(),
                                                         p_->events[next.event].stops.end(),
                                                         c) != p_->events[next.event].stops.end();
      if (stops && run.window_from > run.started && !random_->percent(5))
        low = std::max(low, run.window_from.micros);
      if (late_[c]) {
        if (!stops) continue;
        beyond = beyond ? std::max(*beyond, limit) : limit;
        beyond_length = std::max<std::int64_t>(limit - run.started.micros, minute);
        continue;
      }
      stops_something |= stops;
      if (limit <= now_.micros) continue;
      const std::int64_t bound = stops ? limit : now_.micros + (limit - now_.micros) * 2 / 5;
      high = high ? std::min(*high, bound) : bound;
    }
    std::int64_t at = low;
    if (beyond) {
      low = std::max(low, *beyond + second);
      // Most are a little late, a few very much.
      const std::int64_t span = std::min<std::int64_t>(
          random_->percent(60) ? beyond_length / 4 : beyond_length * 2, 20 * 24 * hour);
      at = low + span / 1000 * random_->between(0, 1000);
      if (random_->percent(4)) at = low;
      return whole(at, low);
    }
    if (high && stops_something && random_->percent(2) && *high % second == 0 && *high > low)
      return {*high};  // at the limit: in time
    if (!high) {
      const std::int64_t minutes = usual[random_->below(usual.size())] * random_->between(50, 150);
      at = low + minutes * minute / 100;
      return office(at, low, std::nullopt);
    }
    if (*high <= low) return whole(*high > now_.micros ? *high : low, now_.micros);
    // Often early, seldom at the last moment.
    const std::int64_t a = random_->between(20, 1000), b = random_->between(50, 950);
    at = low + (*high - low) / 1'000'000 * (a * b);
    if ((*high - low) > 6 * hour && !stops_something)
      at = std::min(at, low + usual[random_->below(usual.size())] * 3 * minute);
    return office(at, low, *high);
  }

  /// By day where that does not break a promise.
  Instant office(std::int64_t at, std::int64_t low, std::optional<std::int64_t> high) {
    const LocalDateTime local = zone_.local({at});
    const std::int64_t minutes = local.time.nanos / 60'000'000'000;
    const auto local_at = [&](std::int64_t days, std::int64_t clock_minutes) {
      return zone_.instant({{local.date.days + days}, {clock_minutes * 60'000'000'000}}).micros;
    };
    if (minutes < 8 * 60 || minutes >= 20 * 60) {
      const std::int64_t morning =
          local_at(minutes < 8 * 60 ? 0 : 1, 8 * 60 + random_->between(0, 90));
      const std::int64_t evening =
          local_at(minutes < 8 * 60 ? -1 : 0, 18 * 60 + random_->between(0, 110));
      if (!high || morning <= *high) {
        at = morning;
      } else if (evening > low) {
        at = evening;
      }
    }
    return whole(at, low);
  }

  /// People write down whole minutes, now and then seconds.
  Instant whole(std::int64_t at, std::int64_t low) {
    const std::int64_t unit = random_->percent(70) ? minute : second;
    std::int64_t down = at - at % unit;
    if (down <= low) down = at - at % second;
    if (down <= now_.micros) down = now_.micros - now_.micros % second + second;
    return {down};
  }

  bool happen(step::CaseState& state, const Candidate& next, Instant at, bool is_stray = false) {
    const step::Event& event = procedure_->events[next.event];
    const EventPlan& plan = p_->events[next.event];
    const std::size_t before = book_.faults();
    std::int64_t best_score = 1000;
    Incoming best;
    std::vector<std::string> best_cells;
    const int attempts = is_stray ? 1 : 5;
    const std::string was = configuration_of(state);
    std::int64_t known_later = 0;
    if (random_->percent(3)) known_later = random_->between(3, 180) * minute;
    const auto score_of = [&](const Incoming& in) {
      step::CaseState trial = state;
      book_.begin();
      const step::StepResult result = stepper_.apply(trial, in, book_);
      std::int64_t score = 0;
      if (result.is == Outcome::Is::unexpected) score = 60;
      if (result.is != Outcome::Is::applied && result.is != Outcome::Is::unexpected) score = 500;
      score += static_cast<std::int64_t>(result.reasons.size()) * 10;
      if (book_.faults() > before) score += static_cast<std::int64_t>(book_.faults() - before) * 10;
      if (next.is_awaited && score == 0 && was == configuration_of(trial)) score = 1;
      book_.roll_back();
      return score;
    };
    for (int attempt = 0; attempt < attempts && best_score > 0; ++attempt) {
      Incoming in;
      in.is = Incoming::Is::event;
      in.index = next.event;
      in.at = at;
      in.recorded = {at.micros + known_later};
      if (!fill(event, plan, &state, attempt, in)) continue;
      actor(event.by, &state, in);
      if (is_stray) {
        write(key_, plan.name, in, zone_);
        return true;
      }
      const std::int64_t score = score_of(in);
      if (score < best_score) {
        best_score = score;
        best = in;
        best_cells = cells_;
      }
      if (is_careless_ && score < 60) break;
    }
    // Who takes care does each thing the other way round where that is better.
    for (std::size_t i = 0; i < best.data.size() && best_score > 0 && !is_careless_; ++i) {
      if (!best.data[i].is(Kind::boolean)) continue;
      Incoming other = best;
      other.data[i] = Value::boolean(!best.data[i].as_boolean());
      const std::int64_t score = score_of(other);
      if (score >= best_score) continue;
      best_score = score;
      best = std::move(other);
      best_cells[plan.columns[i]] = step::to_text(best.data[i], model_, zone_);
    }
    // Now and then somebody asks or reports whom the rule does not name, or what is not yet due.
    if (best_score >= 60) {
      if (best_score < 1000 && random_->percent(4)) {
        cells_ = best_cells;
        best.recorded = best.at;
        write(key_, plan.name, best, zone_);
        now_ = std::max(now_, best.recorded);
        book_.begin();
        (void)stepper_.apply(state, best, book_);
      }
      return false;
    }
    // What is told later passes the time in between.
    elapse(state, best.recorded);
    book_.begin();
    const step::StepResult result = stepper_.apply(state, best, book_);
    cells_ = std::move(best_cells);
    write(key_, plan.name, best, zone_);
    now_ = std::max(now_, best.recorded);
    return result.is == Outcome::Is::applied || result.is == Outcome::Is::unexpected;
  }

  bool decide(step::CaseState& state, const Candidate& next, Instant at) {
    const step::Decision& decision = procedure_->decisions[next.decision];
    Incoming in;
    in.is = Incoming::Is::decision;
    in.index = next.decision;
    in.outcome = next.outcome;
    in.at = in.recorded = at;
    if (decision.has_chain()) {
      // Whose turn it is; where nobody is listed, the post alone.
      std::string left;
      const auto seats = stepper_.turn(state, next.decision, at, book_, left);
      if (!seats.empty()) {
        const auto& seat = seats[static_cast<std::size_t>(random_->below(seats.size()))];
        in.actor.role = seat.role;
        if (!seat.who.empty()) in.actor.person = Value::string(seat.who.front().person);
      }
    } else {
      actor(decision.by, &state, in);
    }
    cells_.assign(plan_.columns.size(), {});
    book_.begin();
    const step::StepResult result = stepper_.apply(state, in, book_);
    std::size_t name = next.outcome;
    for (Index d = 0; d < next.decision; ++d) name += procedure_->decisions[d].outcomes.size();
    write(key_, p_->decisions[name], in, zone_);
    now_ = std::max(now_, at);
    return result.is == Outcome::Is::applied;
  }

  // ── writing ──

  void cell(std::string_view value) {
    if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
      text += value;
      return;
    }
    text += '"';
    for (const char c : value) {
      if (c == '"') text += '"';
      text += c;
    }
    text += '"';
  }

  void write(const std::string& key, const std::string& event, const Incoming& in,
             const Zone& zone) {
    Row row;
    row.recorded = in.recorded.micros;
    row.ticket = number_;
    row.number = sequence_++;
    row.begin = static_cast<std::uint32_t>(text.size());
    cell(key);
    text += ',';
    cell(event);
    text += ',';
    text += iso_text(in.at, zone);
    text += ',';
    if (in.recorded != in.at) text += iso_text(in.recorded, zone);
    text += ',';
    if (in.actor.role != none) cell(model_.roles[in.actor.role].name);
    text += ',';
    if (in.actor.person.is(Kind::string)) cell(in.actor.person.as_string());
    for (const std::string& value : cells_) {
      text += ',';
      cell(value);
    }
    text += '\n';
    row.size = static_cast<std::uint32_t>(text.size()) - row.begin;
    rows.push_back(row);
  }

  /// The last row comes in twice.
  void repeat() {
    Row row = rows.back();
    row.number = sequence_++;
    rows.push_back(row);
  }

  const Plan& plan_;
  const step::Model& model_;
  step::Stepper stepper_;
  logs::TrialBook book_;

  // the ticket under way
  Random* random_ = nullptr;
  std::uint32_t number_ = 0, sequence_ = 0;
  const step::Procedure* procedure_ = nullptr;
  const ProcedurePlan* p_ = nullptr;
  Zone zone_;
  bool is_careless_ = false, is_abandoned_ = false;
  std::vector<bool> late_;               // by clock: this ticket will break it
  std::vector<std::uint32_t> times_;     // by event
  std::vector<bool> failing_;            // by event: not now
  std::map<std::string, Value> habits_;  // fields of earlier tickets about the same subject
  struct Listed {
    std::optional<Date> day;
    std::vector<std::string> members;
  };
  std::map<Index, Listed> listed_;  // by register, of the day that was asked about last
  std::string key_;
  Instant now_{};
  std::vector<std::string> cells_;
};

}  // namespace

Result<std::string> simulate(const Rulebook& rules, const SimulateOptions& options) {
  if (auto unset = rulebook::unset_error(rules)) return *std::move(unset);
  auto directory = engine::directory_of(rules, options.directory);
  if (!directory) return directory.error();
  Plan plan;
  plan.directory = *std::move(directory);
  plan.model = rulebook::model_of(rules);
  plan.parameters = rulebook::parameters_of(rules);
  plan.options = options;
  plan.options.per_day = std::max<std::uint32_t>(options.per_day, 1);
  plan.persons = 8 + options.cases / 80;
  const step::Model& model = *plan.model;
  for (const Value& value : plan.parameters)
    if (value.is(Kind::string) || value.is(Kind::symbol)) plan.texts.push_back(value);
  const engine::Names names(model);
  std::vector<Index> open_for;
  for (Index p = 0; p < model.procedures.size(); ++p) {
    plan.procedures.push_back(plan_procedure(plan, names, p));
    const bool is_wanted =
        options.procedure.empty() || options.procedure == model.procedures[p].name;
    if (is_wanted && !plan.procedures.back().opening.empty()) open_for.push_back(p);
  }
  if (open_for.empty())
    return Error{ErrorCode::invalid_argument,
                 options.procedure.empty()
                     ? "no event of these rules opens a case"
                     : "no event opens a case of \"" + options.procedure + "\""};
  if (options.procedure.empty()) {
    for (Index r = 0; r < model.rules.size(); ++r) {
      const step::Rule& rule = model.rules[r];
      if (rule.is == step::Rule::Is::right || rule.reported_by.is_empty()) continue;
      plan.by_hand.push_back({{Incoming::Is::by_hand, none, r, none}, rule.name});
      for (const step::Input& input : rule.inputs) (void)plan.column(input.name);
      (void)plan.column("who");
    }
    for (Index l = 0; l < model.ledgers.size(); ++l) {
      const step::Ledger& ledger = model.ledgers[l];
      if (!ledger.is_by_hand) continue;
      plan.by_hand.push_back({{Incoming::Is::row, none, l, none}, ledger.name});
      for (const step::Field& field : ledger.fields) (void)plan.column(field.name);
      (void)plan.column(ledger.subject);
    }
  }
  plan_tickets(plan, open_for);

  // Pieces of families in order; which thread walks a piece does not matter.
  constexpr std::size_t piece_size = 256;
  const std::size_t pieces = (plan.families.size() + piece_size - 1) / piece_size;
  std::vector<std::vector<Row>> rows(pieces + 1);
  std::vector<std::string> texts(pieces + 1);
  std::atomic<std::size_t> next{0};
  const unsigned threads = std::max(1U, options.threads);
  const auto work = [&](bool tells) {
    Walker walker(plan);
    for (std::size_t piece = next++; piece < pieces; piece = next++) {
      const std::size_t end = std::min(plan.families.size(), (piece + 1) * piece_size);
      for (std::size_t f = piece * piece_size; f < end; ++f) walker.family(plan.families[f]);
      rows[piece] = std::move(walker.rows);
      texts[piece] = std::move(walker.text);
      walker.rows.clear();
      walker.text.clear();
      if (tells && options.progress) options.progress(end, plan.families.size());
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(work, false);
  work(true);
  for (std::thread& other : others) other.join();
  if (!plan.by_hand.empty() && options.cases > 0) {
    Walker walker(plan);
    const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(options.cases / 50, 1));
    for (std::uint32_t i = 0; i < count; ++i) {
      Random random = Random::of(options.seed ^ 0x61743FULL, i);
      const Instant at = plan.tickets[random.below(options.cases)].opens;
      walker.by_hand(i, {at.micros + random.between(0, 600) * second});
    }
    rows[pieces] = std::move(walker.rows);
    texts[pieces] = std::move(walker.text);
  }

  std::vector<Row> all;
  for (std::uint32_t piece = 0; piece < rows.size(); ++piece) {
    for (Row& row : rows[piece]) {
      row.piece = piece;
      all.push_back(row);
    }
    rows[piece] = {};
  }
  std::sort(all.begin(), all.end(), [](const Row& a, const Row& b) {
    if (a.recorded != b.recorded) return a.recorded < b.recorded;
    return a.ticket != b.ticket ? a.ticket < b.ticket : a.number < b.number;
  });
  if (all.empty())
    return Error{ErrorCode::invalid_argument, "no data could be made up that open a case"};
  std::string out;
  std::size_t size = 256;
  for (const std::string& text : texts) size += text.size();
  out.reserve(size + size / 100);
  for (const std::string_view column : fixed_columns) {
    if (!out.empty()) out += ',';
    out += column;
  }
  for (const std::string& column : plan.columns) out += "," + column;
  out += '\n';
  for (const Row& row : all) out.append(texts[row.piece], row.begin, row.size);
  return out;
}

}  // namespace aftercare
