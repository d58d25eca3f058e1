// Runs a bound log: finds which cases belong together, runs each component in order of recording on
// one thread, and puts the results in the order of the log, whatever thread made them.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <queue>
#include <thread>

#include "engine/directory_of.hpp"
#include "engine/tell.hpp"
#include "replay/hash_index.hpp"
#include "replay/replay_impl.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"
#include "value/object.hpp"

namespace aftercare {

namespace {

using step::Incoming;
using step::Index;
using step::no_slot;
using step::none;
using step::SlotIndex;

// ── components ────────────────────────────────────────────────────────────────────────────────

/// Cases that meet in a subject that steps read or count belong together.
struct Link {
  Index procedure;
  std::uint32_t space;  ///< ledger, or numbered rule
  SlotIndex slot;       ///< no_slot: the subject is not plainly a field; all cases of the space
};

class Components {
 public:
  Components(const step::Model& model, const Log::Impl& log)
      : model_(model), parent_(log.groups.size()) {
    // Which cases others open is known only when they run: they all run on one thread.
    if (model.has_children) return;
    std::iota(parent_.begin(), parent_.end(), 0U);
    find_links();
    const bool has_adoption =
        std::any_of(model.packs.begin(), model.packs.end(),
                    [](const step::Pack& pack) { return pack.adoption.has_value(); });
    if (!links_.empty() || has_hand_links_ || has_adoption) join(log);
  }

  std::uint32_t root(std::uint32_t group) {
    while (parent_[group] != group) group = parent_[group] = parent_[parent_[group]];
    return group;
  }

 private:
  /// A subject in a space, and the first group that named it.
  struct Node {
    std::uint32_t space, group;
    const Value* subject;  ///< of the log, or nobody_
  };

  // Spaces: ledgers by their numbers, then rules, then packs.
  static constexpr std::uint32_t first_rule = 0x10000, first_pack = 0x20000;

  /// The case field that a formula or a person simply is.
  static SlotIndex plain_slot(const step::Procedure& p, const step::Formula& formula) {
    if (formula.reads.size() != 1 || formula.reads.front() >= p.case_slots) return no_slot;
    for (const step::Field& field : p.fields)
      if (field.slot == formula.reads.front() && field.name == formula.text) return field.slot;
    return no_slot;
  }
  static SlotIndex plain_slot(const step::Procedure& p, const step::Who& who) {
    if (who.persons.size() == 1 && who.roles.empty() && !who.formula) return who.persons.front();
    if (who.persons.empty() && who.formula) return plain_slot(p, *who.formula);
    return no_slot;
  }

  void find_links() {
    std::vector<bool> is_read(model_.ledgers.size());
    for (const step::Procedure& p : model_.procedures) {
      for (const step::Read& read : p.reads)
        if (read.from == step::Read::From::ledger) is_read[read.source] = true;
    }
    // Who stands before whom is read as well.
    for (const step::Worklist& list : model_.worklists) is_read[list.ledger] = true;
    // Who acts for whom: any case may ask about anybody.
    for (const step::Role& role : model_.roles) {
      if (!role.office) continue;
      for (const step::Office::Path* path :
           {&role.office->absent, &role.office->stand_in, &role.office->delegate}) {
        if (!path->stretches) continue;
        is_read[path->stretches->ledger] = true;
        for (Index i = 0; i < model_.procedures.size(); ++i)
          links_.push_back({i, path->stretches->ledger, no_slot});
      }
    }
    for (Index i = 0; i < model_.procedures.size(); ++i) {
      const step::Procedure& p = model_.procedures[i];
      for (const step::Read& read : p.reads) {
        if (read.from != step::Read::From::ledger) continue;
        links_.push_back({i, read.source, read.subject ? plain_slot(p, *read.subject) : no_slot});
      }
      for (const Index r : p.rules) {
        const step::Rule& rule = model_.rules[r];
        const SlotIndex slot = plain_slot(p, rule.who);
        if (rule.is == step::Rule::Is::entry && is_read[rule.ledger])
          links_.push_back({i, rule.ledger, slot});
        // Counted per person, or once a day or month of a person: the occurrences meet.
        const bool meets = rule.numbered || rule.once == step::Rule::Once::per_day ||
                           rule.once == step::Rule::Once::per_month;
        // What is counted goes on from version to version.
        if (meets)
          links_.push_back({i, first_rule + (rule.family != none ? rule.family : r), slot});
        // Offences of a person are read through the ledger that every rulebook has.
        if (is_read[step::offences_ledger] && rule.is != step::Rule::Is::entry)
          links_.push_back({i, step::offences_ledger, slot});
      }
    }
    for (Index l = 0; l < model_.ledgers.size(); ++l)
      has_hand_links_ = has_hand_links_ || is_read[l];
    is_read_ = std::move(is_read);
  }

  void meet(std::uint32_t group, std::uint32_t space, const Value& subject) {
    const auto [number, is_new] = index_.add(subject.hash() * 31 + space, [&](std::uint32_t n) {
      return nodes_[n].space == space && nodes_[n].subject->equals(subject);
    });
    if (is_new) {
      nodes_.push_back({space, group, &subject});
    } else {
      unite(nodes_[number].group, group);
    }
  }
  void unite(std::uint32_t a, std::uint32_t b) {
    a = root(a);
    b = root(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

  void join(const Log::Impl& log) {
    nodes_.reserve(log.groups.size());
    std::vector<std::vector<Link>> by_procedure(model_.procedures.size());
    for (const Link& link : links_) by_procedure[link.procedure].push_back(link);
    // A space with a subject that is no plain field holds all of its cases together.
    std::vector<std::uint32_t> whole;
    for (const Link& link : links_)
      if (link.slot == no_slot) whole.push_back(link.space);
    const auto is_whole = [&](std::uint32_t space) {
      return std::find(whole.begin(), whole.end(), space) != whole.end();
    };
    // Which version a row goes to is known only when it runs: it meets whom it meets under any.
    const auto join_row = [&](const LogRow& row, const engine::Target& target, std::uint32_t data,
                              std::uint16_t count) {
      // Whether a version is adopted asks everything that is of it.
      const Index pack = pack_of(target);
      if (pack != none && is_adopted_by_hand(model_.packs[pack].family))
        meet(row.group, first_pack + model_.packs[pack].family, nobody_);
      if (target.procedure == none) {
        const std::uint32_t space =
            target.is == Incoming::Is::row ? target.index : step::offences_ledger;
        if (target.is == Incoming::Is::row && !is_read_[target.index]) return;
        for (std::uint16_t d = 0; d < count; ++d) {
          const LogDatum& datum = log.data[data + d];
          if (datum.input == subject_input)
            meet(row.group, space, is_whole(space) ? nobody_ : datum.value);
        }
        return;
      }
      const auto& links = by_procedure[target.procedure];
      if (links.empty()) return;
      for (const Link& link : links)
        if (is_whole(link.space)) meet(row.group, link.space, nobody_);
      if (target.is != Incoming::Is::event) return;
      const step::Event& event = model_.procedures[target.procedure].events[target.index];
      for (std::uint16_t d = 0; d < count; ++d) {
        const LogDatum& datum = log.data[data + d];
        SlotIndex slot = no_slot;
        if (datum.input < event.inputs.size()) {
          slot = event.inputs[datum.input].case_slot;
        } else if (event.form != none && datum.input < behalf_input) {
          const auto& fields = model_.procedures[target.procedure].forms[event.form].fields;
          const std::size_t field = datum.input - event.inputs.size();
          if (field < fields.size()) slot = fields[field].case_slot;
        }
        if (slot == no_slot) continue;
        for (const Link& link : links)
          if (link.slot == slot && !is_whole(link.space)) meet(row.group, link.space, datum.value);
      }
    };
    for (const LogRow& row : log.rows) {
      join_row(row, log.targets[row.target], row.data, row.data_count);
      if (!model_.has_versions || row.data_count == 0) continue;
      const LogDatum& last = log.data[row.data + row.data_count - 1U];
      if (last.input != versions_input) continue;
      for (const VersionRow& other :
           log.versions[static_cast<std::size_t>(*last.value.as_number().to_int64())])
        join_row(row, log.targets[other.target], other.data, other.data_count);
    }
  }

  [[nodiscard]] Index pack_of(const engine::Target& target) const {
    if (target.procedure != none) return model_.procedures[target.procedure].pack;
    if (target.is == Incoming::Is::row) return model_.ledgers[target.index].pack;
    return target.index < model_.rules.size() ? model_.rules[target.index].pack : none;
  }
  [[nodiscard]] bool is_adopted_by_hand(Index family) const {
    return std::any_of(model_.packs.begin(), model_.packs.end(), [&](const step::Pack& pack) {
      return pack.family == family && pack.adoption.has_value();
    });
  }

  const step::Model& model_;
  std::vector<std::uint32_t> parent_;
  std::vector<Link> links_;
  std::vector<bool> is_read_;
  bool has_hand_links_ = false;
  std::vector<Node> nodes_;
  logs::HashIndex index_;  // of nodes_
  const Value nobody_;     // the one subject of a space that holds all of its cases together
};

// ── running ───────────────────────────────────────────────────────────────────────────────────

/// In memory of its own: threads that count the references of one object get in each other's way.
Value apart(const Value& value) {
  return value.is(Kind::string) ? Value::string(value.as_string()) : value;
}
std::vector<Value> apart(const std::vector<Value>& values) {
  std::vector<Value> out;
  out.reserve(values.size());
  for (const Value& value : values) out.push_back(apart(value));
  return out;
}

/// What one thread keeps.
struct Worker {
  Worker(const std::shared_ptr<const step::Model>& model, const step::ParameterValues& parameters,
         const Log::Impl& log)
      : stepper(model, apart(parameters)), counts(*model), persons(apart(log.persons)) {}

  step::Stepper stepper;
  Counts counts;
  logs::Arena arena;
  std::vector<std::pair<CaseOrder, CasePlace>> places;
  std::vector<Value> persons;  ///< Log::Impl::persons

  std::vector<LogRow> ahead;  ///< the rows of the cut that come next, from ahead_begin on
  std::uint32_t ahead_begin = 0;

  // of the component under way
  Incoming incoming;
  step::StepResult result;
  std::vector<step::CaseState> cases;
  std::vector<std::uint32_t> groups;  ///< by case
  base::ByteWriter bytes;
  /// For rows behind the end of the log: what they would have done is counted nowhere.
  std::optional<step::Stepper> aside;
};

/// How the rows are cut into components; gone when the replay is done.
struct Cut {
  std::vector<std::uint32_t> begin;   ///< rows of component c: [begin[c], begin[c + 1])
  std::vector<std::uint32_t> rows;    ///< into Log::Impl::rows
  std::vector<std::uint32_t> groups;  ///< how many each has
  std::vector<std::uint32_t> of_group;
  std::vector<std::size_t> target_sizes;
};

class Runner {
 public:
  Runner(const Log::Impl& log, const Cut& cut, Replay::Impl& out)
      : log_(log), cut_(cut), out_(out), names_(*log.model) {}

  /// Until these are set no row is behind the end.
  void ends_at(Instant last, Instant until) noexcept {
    last_ = last;
    until_ = until;
  }

  void run_component(Worker& worker, std::uint32_t number) {
    Under component(cut_, number, log_.model->has_children);
    run_rows(worker, component);
    close(worker, component, number);
  }

  /// Runs the rows of a component, to see which came in, and leaves it open. Gives the last instant
  /// of those. Requires: a worker whose counts nobody needs unless the component is closed next.
  Instant try_component(Worker& worker, std::uint32_t number) {
    worker.counts.last = {std::numeric_limits<std::int64_t>::min()};
    tried_.emplace(cut_, number, log_.model->has_children);
    run_rows(worker, *tried_);
    return worker.counts.last;
  }
  /// Goes on with the component tried last. Requires: none of its rows is behind the end.
  void close_tried(Worker& worker, std::uint32_t number) {
    close(worker, *tried_, number);
    tried_.reset();
  }

 private:
  /// Row `i` of the cut. The rows of a component lie scattered over the log; fetched many at a time
  /// with their data, they do not wait for memory one by one.
  const LogRow& row_at(Worker& worker, std::uint32_t i) const {
    constexpr std::uint32_t many = 64;
    std::vector<LogRow>& ahead = worker.ahead;
    if (i - worker.ahead_begin >= ahead.size()) {
      const std::size_t end = std::min<std::size_t>(i + many, cut_.rows.size());
      ahead.clear();
      for (std::size_t n = i; n < end; ++n) ahead.push_back(log_.rows[cut_.rows[n]]);
      for (const LogRow& row : ahead) __builtin_prefetch(log_.data.data() + row.data);
      for (const LogRow& row : ahead) {
        for (std::uint16_t d = 0; d < row.data_count; ++d) {
          const Value& value = log_.data[row.data + d].value;
          if (value.is_heap()) __builtin_prefetch(value.object());
        }
      }
      worker.ahead_begin = i;
    }
    return ahead[i - worker.ahead_begin];
  }

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  struct Open {
    std::uint32_t group;
    std::size_t current = npos;  ///< into Worker::cases
    std::size_t opened = 0;      ///< how many cases so far
  };
  /// Who has opened whom, and what is still to be told (engine/children.cpp is the same, live).
  struct Family {
    struct Errand {
      std::size_t of;
      Effect effect;  ///< without an id: the case has ended
      Instant at;
    };
    struct Of {
      std::size_t parent = npos;
      Index rule = none;
      bool has_told_end = false;
    };
    std::vector<Of> of;  ///< by case; may be shorter
    std::unordered_map<std::string, std::size_t> by_id, by_effect;
    std::deque<Errand> errands;
  };
  struct Timer {
    Instant at;
    std::size_t which;
    bool operator>(const Timer& other) const noexcept {
      return at != other.at ? at > other.at : which > other.which;
    }
  };
  using Timers = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;

  /// A component while its rows run.
  struct Under {
    Under(const Cut& cut, std::uint32_t number, bool has_children)
        : next(cut.begin[number]),
          end(cut.begin[number + 1]),
          has_others(cut.groups[number] > 1 || has_children),
          is_large(cut.groups[number] > 8) {}

    Open& open_of(std::uint32_t group) {
      if (is_large) {
        const auto [found, is_new] = index.try_emplace(group, open.size());
        if (is_new) open.push_back({group});
        return open[found->second];
      }
      for (Open& one : open)
        if (one.group == group) return one;
      return open.emplace_back(Open{group});
    }

    std::uint32_t next, end;            ///< rows of the cut
    std::vector<std::uint32_t> behind;  ///< those behind the end of the log
    bool has_others, is_large;
    ledger::MemoryBook book;
    // Most components are one case: its group's open case is then the only one to look at.
    std::vector<Open> open;
    std::unordered_map<std::uint32_t, std::size_t> index;  // of many groups
    Timers timers;
    Family family;
  };

  /// Runs the rows up to the end of the log.
  void run_rows(Worker& worker, Under& component) {
    worker.cases.clear();
    worker.groups.clear();
    for (; component.next < component.end; ++component.next) {
      const LogRow& row = row_at(worker, component.next);
      if (row.is_of_time) {  // it comes, whatever the log ends with
        if (row.recorded <= until_) run_row(worker, component, row);
        continue;
      }
      if (row.recorded > last_) {
        component.behind.push_back(component.next);
        continue;
      }
      const RowResult became = run_row(worker, component, row);
      if (row.is_synthetic) continue;
      ++worker.counts.rows[static_cast<std::size_t>(became)];
      if (became > RowResult::unexpected) continue;
      worker.counts.first = std::min(worker.counts.first, row.at);
      worker.counts.last = std::max(worker.counts.last, row.recorded);
    }
  }

  RowResult run_row(Worker& worker, Under& component, const LogRow& row) {
    if (component.has_others) elapse_others(worker, component, row.recorded);
    std::size_t current = npos;
    const RowResult became = send(worker, component, row, current);
    if (component.has_others && current != npos) note_timer(worker, component.timers, current);
    run_errands(worker, component);
    return became;
  }

  /// Lets time pass, counts, packs, and then says what became of the rows behind the end.
  void close(Worker& worker, Under& component, std::uint32_t number) {
    if (component.has_others) {
      elapse_others(worker, component, until_);
    } else {
      for (std::size_t c = 0; c < worker.cases.size(); ++c) elapse(worker, component, c, until_);
    }
    finish(worker, component.book, number);
    if (component.behind.empty()) return;
    // None of them came in, so nothing of what they meet on their way is kept.
    if (!worker.aside) {
      worker.aside.emplace(log_.model, apart(out_.parameters));
      worker.aside->use(out_.directory.get());
    }
    std::swap(worker.stepper, *worker.aside);
    for (const std::uint32_t behind : component.behind) {
      const LogRow row = log_.rows[cut_.rows[behind]];
      const RowResult became = run_row(worker, component, row);
      if (!row.is_synthetic) ++worker.counts.rows[static_cast<std::size_t>(became)];
    }
    std::swap(worker.stepper, *worker.aside);
  }

  /// Counts what the component came to and packs it away.
  void finish(Worker& worker, const ledger::MemoryBook& book, std::uint32_t number) {
    const step::Model& model = *log_.model;
    base::ByteWriter& bytes = worker.bytes;
    bytes.clear();
    std::unordered_map<std::uint32_t, std::uint32_t> seen;  // group → cases so far
    const bool has_many = worker.cases.size() > 1;
    for (std::uint32_t c = 0; c < worker.cases.size(); ++c) {
      const step::CaseState& state = worker.cases[c];
      const CaseOrder order{worker.groups[c], has_many ? seen[worker.groups[c]]++ : 0};
      worker.counts.note_case(model, state, until_, order);
      worker.places.push_back(
          {order,
           {number, static_cast<std::uint32_t>(bytes.size()), short_hash(state.id.as_string()),
            short_hash(engine::key_text(model, state))}});
      logs::pack(bytes, state, model);
    }
    ComponentResult& result = out_.components[number];
    result.entries = static_cast<std::uint32_t>(bytes.size());
    if (!book.all().empty()) {
      std::unordered_map<std::string_view, std::uint32_t> numbers;
      bytes.varint(worker.cases.size());
      for (const step::CaseState& state : worker.cases) {
        numbers.emplace(state.id.as_string(), static_cast<std::uint32_t>(numbers.size() + 1));
        bytes.text(state.id.as_string());
      }
      for (const ledger::Entry& entry : book.all()) {
        worker.counts.note_entry(model, entry);
        const auto of =
            entry.case_id.is_null() ? numbers.end() : numbers.find(entry.case_id.as_string());
        logs::pack(bytes, entry, of == numbers.end() ? 0 : of->second);
      }
    }
    const std::string_view kept = worker.arena.keep(bytes.data());
    result.data = kept.data();
    result.size = static_cast<std::uint32_t>(kept.size());
  }

  void elapse(Worker& worker, Under& component, std::size_t which, Instant now) {
    while (worker.stepper.elapse(worker.cases[which], now, component.book, worker.result))
      note_errands(component, worker, which, worker.result.effects);
  }

  void note_timer(Worker& worker, Timers& timers, std::size_t which) {
    if (const auto at = worker.stepper.next_timer(worker.cases[which])) timers.push({*at, which});
  }

  /// In order of instants over all cases of the component. An entry of the queue may be out of
  /// date: then nothing is due, and what is has an entry of its own.
  void elapse_others(Worker& worker, Under& component, Instant now) {
    Timers& timers = component.timers;
    while (!timers.empty() && timers.top().at <= now) {
      const Timer timer = timers.top();
      timers.pop();
      step::CaseState& state = worker.cases[timer.which];
      const auto next = worker.stepper.next_timer(state);
      if (!next || *next > timer.at) continue;
      if (worker.stepper.elapse(state, timer.at, component.book, worker.result))
        note_errands(component, worker, timer.which, worker.result.effects);
      note_timer(worker, timers, timer.which);
      run_errands(worker, component);
    }
  }

  // ── children ──

  [[nodiscard]] const step::Rule* child_rule(Index procedure, std::string_view name,
                                             Index& number) const {
    for (const Index r : log_.model->procedures[procedure].rules) {
      const step::Rule& rule = log_.model->rules[r];
      if (rule.is != step::Rule::Is::child || rule.name != name) continue;
      number = r;
      return &rule;
    }
    return nullptr;
  }

  /// What a step has to tell other cases.
  void note_errands(Under& component, Worker& worker, std::size_t which,
                    const std::vector<Effect>& effects) {
    if (!log_.model->has_children) return;
    Family& family = component.family;
    const step::CaseState& state = worker.cases[which];
    Index rule = none;
    for (const Effect& effect : effects) {
      const bool is_errand = effect.is == Effect::Is::open_case ||
                             (effect.is == Effect::Is::take_back &&
                              child_rule(state.procedure, effect.name, rule) != nullptr);
      if (is_errand) family.errands.push_back({which, effect, state.last_recorded});
    }
    if (which >= family.of.size()) family.of.resize(which + 1);
    Family::Of& of = family.of[which];
    if (of.parent == npos || !state.is_final || of.has_told_end) return;
    of.has_told_end = true;
    family.errands.push_back({which, {}, state.last_recorded});
  }

  void run_errands(Worker& worker, Under& component) {
    Family& family = component.family;
    while (!family.errands.empty()) {
      const Family::Errand errand = std::move(family.errands.front());
      family.errands.pop_front();
      if (errand.effect.id.empty()) {
        const Family::Of of = family.of[errand.of];
        const step::CaseState& child = worker.cases[errand.of];
        tell(worker, component, of.parent, log_.model->rules[of.rule].ended,
             {{"child", Value::string(child.id.as_string())},
              {"ended_in", Value::string(engine::state_text(*log_.model, child))}},
             child.closed, child.last_recorded);
      } else if (errand.effect.is == Effect::Is::open_case) {
        open_child(worker, component, errand);
      } else if (const auto child = family.by_effect.find(errand.effect.id);
                 child != family.by_effect.end()) {
        family.of[child->second].has_told_end = true;  // it is nobody's child any more
        const Index procedure = worker.cases[child->second].procedure;
        tell(worker, component, child->second, log_.model->procedures[procedure].called_off, {},
             errand.at, errand.at);
      }
    }
  }

  void open_child(Worker& worker, Under& component, const Family::Errand& errand) {
    const step::Model& model = *log_.model;
    Family& family = component.family;
    Index number = none;
    const step::Rule* rule =
        child_rule(worker.cases[errand.of].procedure, errand.effect.name, number);
    const auto datum = [&](std::string_view name) -> const Value& {
      for (const auto& [key, value] : errand.effect.data)
        if (key == name) return value;
      static const Value nothing;
      return nothing;
    };
    const step::Procedure& procedure = model.procedures[rule->opens_procedure];
    Event event;
    event.at = datum("at").as_instant();
    event.recorded = datum("recorded").as_instant();
    for (const auto& [name, value] : datum("give").entries()) event.data.emplace_back(name, value);
    const auto key =
        engine::key_for_child(model, *rule, worker.cases[errand.of], event,
                              [&](const std::string& wanted) -> Result<bool> {
                                return family.by_id.contains(procedure.name + "/" + wanted);
                              });
    engine::Resolved resolved = names_.resolve(
        event, {Incoming::Is::event, rule->opens_procedure, rule->opens_event, none});
    resolved.incoming.is_own = true;
    std::string id = procedure.name + "/" + *key;
    bool is_refused = !resolved.reasons.empty();
    for (std::size_t n = 2; family.by_id.contains(id); ++n) {
      // A case of this key is open: another one is not opened beside it.
      is_refused = is_refused || !worker.cases[family.by_id.at(id)].is_final;
      id = procedure.name + "/" + *key + "#" + std::to_string(n);
    }
    if (is_refused) return;
    step::CaseState& state = worker.cases.emplace_back();
    const step::StepResult opened = worker.stepper.open(
        state, rule->opens_procedure, Value::string(id), resolved.incoming, component.book);
    if (state.steps == 0) {
      worker.cases.pop_back();
      return;
    }
    const std::size_t which = worker.cases.size() - 1;
    family.of.resize(which + 1);
    family.of[which] = {errand.of, number, false};
    family.by_id.emplace(id, which);
    family.by_effect.emplace(errand.effect.id, which);
    // Rows that name it go to it.
    const auto group = group_of(rule->opens_procedure, *key);
    if (group) {
      Open& mine = component.open_of(*group);
      mine.current = which;
      ++mine.opened;
    }
    worker.groups.push_back(group.value_or(worker.groups[errand.of]));
    note_errands(component, worker, which, opened.effects);
    note_timer(worker, component.timers, which);
    tell(worker, component, errand.of, rule->opened, {{"child", Value::string(id)}}, event.at,
         *event.recorded);
  }

  void tell(Worker& worker, Under& component, std::size_t which, Index event, Context data,
            Instant at, Instant recorded) {
    step::CaseState& state = worker.cases[which];
    if (state.has_incident) return;
    Event says;
    says.at = at;
    says.recorded = std::max(recorded, state.last_recorded);
    says.data = std::move(data);
    engine::Resolved resolved =
        names_.resolve(says, {Incoming::Is::event, state.procedure, event, none});
    resolved.incoming.is_own = true;
    elapse(worker, component, which, *says.recorded);
    if (state.has_incident) return;
    const step::StepResult result = worker.stepper.apply(state, resolved.incoming, component.book);
    note_errands(component, worker, which, result.effects);
    if (state.has_more_to_do()) elapse(worker, component, which, state.last_recorded);
    note_timer(worker, component.timers, which);
  }

  [[nodiscard]] std::optional<std::uint32_t> group_of(Index of, const std::string& key) {
    const Index family = log_.model->procedures[of].family;
    const Index procedure = family != none ? family : of;
    if (groups_.empty())
      for (std::uint32_t g = 0; g < log_.groups.size(); ++g)
        groups_.emplace(std::pair{log_.groups[g].procedure, log_.groups[g].key}, g);
    const auto found = groups_.find({procedure, key});
    if (found == groups_.end()) return std::nullopt;
    return found->second;
  }

  /// `current`: the case that the row has come to; npos: none.
  RowResult send(Worker& worker, Under& component, const LogRow& row, std::size_t& current) {
    if (!log_.model->has_versions) return send_as(worker, component, row, current);
    const std::optional<LogRow> as = by_its_version(worker, component, row);
    if (as) return send_as(worker, component, *as, current);
    current = component.open_of(row.group).current;
    step::StepResult refused;
    refused.is = Outcome::Is::refused;
    const engine::Target& target = log_.targets[row.target];
    const std::string name = target.is == Incoming::Is::event && target.procedure != none
                                 ? log_.model->procedures[target.procedure].events[target.index].name
                                 : std::string();
    refused.reasons.push_back({"unknown_event", name, {}, "this case knows no such event"});
    return told(worker, std::move(refused), row);
  }

  /// The row as the version reads it that its case is pinned to, or that is in force for the one it
  /// opens; none: that version has no such event.
  std::optional<LogRow> by_its_version(Worker& worker, Under& component, const LogRow& row) {
    const step::Model& model = *log_.model;
    std::vector<LogRow> all{row};
    if (row.data_count > 0) {
      const LogDatum& last = log_.data[row.data + row.data_count - 1U];
      if (last.input == versions_input) {
        --all.front().data_count;
        for (const VersionRow& one :
             log_.versions[static_cast<std::size_t>(*last.value.as_number().to_int64())]) {
          all.push_back(row);
          all.back().target = one.target;
          all.back().data = one.data;
          all.back().data_count = one.data_count;
        }
      }
    }
    const auto target_of = [&](const LogRow& one) -> const engine::Target& {
      return log_.targets[one.target];
    };
    const auto opens = [&](const LogRow& one) {
      const engine::Target& target = target_of(one);
      return target.is == Incoming::Is::event && target.procedure != none &&
             model.procedures[target.procedure].events[target.index].opens != none;
    };
    const Open& group = component.open_of(row.group);
    if (group.current != npos) {
      elapse(worker, component, group.current, row.recorded);
      const step::CaseState& state = worker.cases[group.current];
      const auto own = std::find_if(all.begin(), all.end(), [&](const LogRow& one) {
        return target_of(one).procedure == state.procedure;
      });
      const bool opens_anew = state.is_final && std::any_of(all.begin(), all.end(), opens);
      if (!opens_anew) return own == all.end() ? std::nullopt : std::optional<LogRow>(*own);
    }
    const LogRow* nearest = nullptr;
    for (const LogRow& one : all) {
      const engine::Target& target = target_of(one);
      const Index of = target.procedure != none ? model.procedures[target.procedure].pack
                       : target.is == Incoming::Is::row ? model.ledgers[target.index].pack
                                                        : model.rules[target.index].pack;
      const step::Pack& pack = model.packs[of];
      const rt::Date day = target.procedure == none
                               ? pack.zone.date(one.at)
                               : step::pinned_day(model, target.procedure, incoming_of(worker, one));
      if (pack.governs(day)) return one;
      const bool has_begun = !pack.has_effective_from || pack.effective_from <= day;
      if (nearest == nullptr || has_begun) nearest = &one;
    }
    return *nearest;
  }

  /// The row as the step takes it.
  Incoming& incoming_of(Worker& worker, const LogRow& row) const {
    const engine::Target& target = log_.targets[row.target];
    Incoming& in = worker.incoming;
    in.is = target.is;
    in.index = target.index;
    in.outcome = target.outcome;
    in.at = row.at;
    in.recorded = row.recorded;
    in.actor.role = row.role;
    in.actor.person = worker.persons[row.person];
    in.actor.on_behalf_of = Value();
    in.subject = Value();
    in.reason = log_.reasons[row.reason];
    in.signed_by.clear();
    const std::size_t size = cut_.target_sizes[row.target];
    in.data.resize(size);
    in.given.assign(size, false);
    for (std::uint16_t d = 0; d < row.data_count; ++d) {
      const LogDatum& datum = log_.data[row.data + d];
      if (datum.input == signed_input || datum.input == refused_input) {
        sign(target, datum, in);
      } else if (datum.input == behalf_input) {
        in.actor.on_behalf_of = datum.value;
      } else if (datum.input == subject_input) {
        in.subject = datum.value;
      } else {
        in.data[datum.input] = datum.value;
        in.given[datum.input] = true;
      }
    }
    return in;
  }

  RowResult send_as(Worker& worker, Under& component, const LogRow& row, std::size_t& current) {
    ledger::MemoryBook& book = component.book;
    Open& group = component.open_of(row.group);
    current = group.current;
    const engine::Target& target = log_.targets[row.target];
    Incoming& in = incoming_of(worker, row);
    if (target.procedure == none) {
      return told(worker, worker.stepper.enter(in, book), row);
    }
    const step::Model& model = *log_.model;
    const bool opens = target.is == Incoming::Is::event &&
                       model.procedures[target.procedure].events[target.index].opens != none;
    if (group.current != npos) {
      step::CaseState& state = worker.cases[group.current];
      elapse(worker, component, group.current, row.recorded);
      if (!(state.is_final && opens)) {
        if (in.is == Incoming::Is::retract) {
          in.deeds = {{target.of, target.index, target.outcome}};
          for (const engine::Target& other : log_.also[row.target])
            in.deeds.push_back({other.is, other.index, other.outcome});
          step::StepResult taken_back = worker.stepper.apply(state, in, book);
          note_errands(component, worker, group.current, taken_back.effects);
          RowResult what = told(worker, std::move(taken_back), row);
          // What time does to the case as it is now.
          elapse(worker, component, group.current, row.recorded);
          return what;
        }
        for (const engine::Target& other : log_.also[row.target]) {
          const step::Procedure& p = log_.model->procedures[state.procedure];
          if (!state.configuration.contains(p.decisions[other.index].state)) continue;
          in.index = other.index;
          in.outcome = other.outcome;
          break;
        }
        step::StepResult result = worker.stepper.apply(state, in, book);
        note_errands(component, worker, group.current, result.effects);
        RowResult what = told(worker, std::move(result), row);
        if (state.has_more_to_do()) elapse(worker, component, group.current, row.recorded);
        return what;
      }
    }
    if (!opens) {
      step::StepResult refused;
      refused.is = Outcome::Is::refused;
      refused.reasons.push_back({"unknown_case", {}, {}, {}});
      return told(worker, std::move(refused), row);
    }
    std::string id = model.procedures[target.procedure].name + "/" + log_.groups[row.group].key;
    if (group.opened > 0) id += "#" + std::to_string(group.opened + 1);
    const std::string known = model.has_children ? id : std::string();
    step::CaseState& state = worker.cases.emplace_back();
    step::StepResult opened =
        worker.stepper.open(state, target.procedure, value::string(std::move(id)), in, book);
    if (state.steps > 0) {
      current = group.current = worker.cases.size() - 1;
      ++group.opened;
      worker.groups.push_back(row.group);
      if (model.has_children) component.family.by_id.emplace(known, current);
      note_errands(component, worker, current, opened.effects);
    } else {
      worker.cases.pop_back();
    }
    return told(worker, std::move(opened), row);
  }

  void sign(const engine::Target& target, const LogDatum& datum, Incoming& in) const {
    const Value& names = datum.value;
    if (target.is != Incoming::Is::event || !names.is(Kind::list)) return;
    const step::Procedure& p = log_.model->procedures[target.procedure];
    const step::Event& event = p.events[target.index];
    if (event.form == none) return;
    const auto& signatures = p.forms[event.form].signatures;
    const auto first =
        datum.input == refused_input ? static_cast<Index>(signatures.size()) : Index{0};
    for (const Value& name : names.items()) {
      for (Index s = 0; s < signatures.size(); ++s)
        if (name.is(Kind::string) && signatures[s].name == name.as_string())
          in.signed_by.push_back(static_cast<Index>(first + s));
    }
  }

  RowResult told(Worker& worker, step::StepResult&& step, const LogRow& row) {
    switch (step.is) {
      case Outcome::Is::applied:
        return RowResult::applied;
      case Outcome::Is::unexpected:
        return RowResult::unexpected;
      default:
        break;
    }
    const bool is_refused = step.is == Outcome::Is::refused;
    if (!row.is_synthetic)
      worker.counts.note_refusal(
          is_refused ? RefusedRows::Became::refused : RefusedRows::Became::fault, step.reasons,
          row.line);
    return is_refused ? RowResult::refused : RowResult::fault;
  }

  const Log::Impl& log_;
  const Cut& cut_;
  Replay::Impl& out_;
  const engine::Names names_;
  std::map<std::pair<Index, std::string>, std::uint32_t> groups_;  ///< of a log with children
  Instant last_{std::numeric_limits<std::int64_t>::max()};  ///< rows behind it did not come in
  Instant until_{std::numeric_limits<std::int64_t>::max()};
  std::optional<Under> tried_;
};

std::size_t size_of(const step::Model& model, const engine::Target& target) {
  switch (target.is) {
    case Incoming::Is::event: {
      const step::Event& event = model.procedures[target.procedure].events[target.index];
      std::size_t size = event.inputs.size();
      size += model.procedures[target.procedure].brought(event).size();
      return size;
    }
    case Incoming::Is::row:
      return model.ledgers[target.index].fields.size();
    case Incoming::Is::by_hand:
    case Incoming::Is::right:
      return model.rules[target.index].inputs.size();
    default:
      return 0;
  }
}

/// Where the log ends, for all of its tickets: at the last row that came in. A row that is refused
/// may bear any instant, and must not make the promises of others break.
struct End {
  Instant last{std::numeric_limits<std::int64_t>::min()};
  std::uint32_t tried = 0;
  bool is_closable = false;  ///< only `tried` has been tried, and the last row of all came in
};

/// Tries the components that have the last rows, until one came in: nearly always the first.
End end_of(const Log::Impl& log, const Cut& cut, Runner& runner, Worker& worker) {
  End end;
  std::vector<bool> is_tried;
  for (std::size_t r = log.rows.size(); r-- > 0;) {
    const LogRow& row = log.rows[r];
    if (row.is_of_time) continue;
    if (row.recorded <= end.last) break;
    const std::uint32_t c = cut.of_group[row.group];
    const bool is_first = is_tried.empty();
    if (is_first) is_tried.resize(cut.groups.size());
    if (is_tried[c]) continue;
    is_tried[c] = true;
    end.last = std::max(end.last, runner.try_component(worker, c));
    end.tried = c;
    end.is_closable = is_first && end.last == row.recorded;
  }
  return end;
}

}  // namespace

Result<Replay> replay(const Rulebook& rules, const Log& log, const ReplayOptions& options) {
  if (auto unset = rulebook::unset_error(rules)) return *std::move(unset);
  if (log.impl().model != rulebook::model_of(rules))
    return Error{ErrorCode::invalid_argument, "the log was read for another rulebook"};
  auto out =
      std::make_shared<Replay::Impl>(rules, log.impl().model, rulebook::parameters_of(rules));
  auto known = engine::directory_of(rules, options.directory);
  if (!known) return known.error();
  out->directory = *std::move(known);
  std::optional<Log::Impl> filled;
  if (!log.impl().model->duties.empty() && !log.impl().rows.empty()) {
    step::Stepper stepper(log.impl().model, out->parameters);
    stepper.use(out->directory.get());
    auto rows = with_duties(log.impl(), stepper, out->directory.get(),
                            options.until.value_or(log.impl().rows.back().recorded));
    if (!rows) return rows.error();
    filled = std::move(*rows);
  }
  const Log::Impl& in = filled ? *filled : log.impl();

  // Rows by component, components in order of their first group.
  Cut cut;
  {
    Components components(*in.model, in);
    std::vector<std::uint32_t> number(in.groups.size(), 0xFFFFFFFFU);
    std::vector<std::uint32_t>& of_group = cut.of_group;
    of_group.resize(in.groups.size());
    for (std::uint32_t g = 0; g < in.groups.size(); ++g) {
      const std::uint32_t root = components.root(g);
      if (number[root] == 0xFFFFFFFFU) {
        number[root] = static_cast<std::uint32_t>(cut.groups.size());
        cut.groups.push_back(0);
      }
      of_group[g] = number[root];
      ++cut.groups[of_group[g]];
    }
    cut.begin.assign(cut.groups.size() + 1, 0);
    for (const LogRow& row : in.rows) ++cut.begin[of_group[row.group] + 1];
    for (std::size_t c = 0; c < cut.groups.size(); ++c) cut.begin[c + 1] += cut.begin[c];
    cut.rows.resize(cut.begin.back());
    std::vector<std::uint32_t> next(cut.begin.begin(), cut.begin.end() - 1);
    for (std::uint32_t r = 0; r < in.rows.size(); ++r)
      cut.rows[next[of_group[in.rows[r].group]]++] = r;
  }
  const std::size_t count = cut.groups.size();
  out->components.resize(count);
  for (const engine::Target& target : in.targets)
    cut.target_sizes.push_back(size_of(*in.model, target));
  Counts counts(*in.model);
  for (const LogProblem& problem : in.problems) {
    const bool is_unmapped = problem.became == RefusedRows::Became::unmapped;
    ++counts.rows[static_cast<std::size_t>(is_unmapped ? RowResult::unmapped : RowResult::invalid)];
    counts.note_refusal(problem.became, {problem.reason}, problem.line);
  }

  Runner runner(in, cut, *out);
  std::optional<Worker> first_worker(std::in_place, in.model, out->parameters, in);
  first_worker->stepper.use(out->directory.get());
  const End end = end_of(in, cut, runner, *first_worker);
  const Instant until = options.until.value_or(end.last);
  runner.ends_at(end.last, until);
  if (end.is_closable) {
    runner.close_tried(*first_worker, end.tried);
  } else {
    first_worker.reset();  // what it has counted is of trials
  }
  const unsigned threads = std::max(1U, options.threads);
  // More pieces than threads, so that nobody waits long for the last.
  const unsigned partitions = options.partitions != 0 ? options.partitions
                              : threads == 1          ? 1
                                                      : threads * 8;
  std::atomic<std::size_t> rows_done{0};
  std::atomic<unsigned> next_partition{0};
  std::mutex merge;
  const std::size_t all_rows = cut.rows.size();
  // A partition is a run of components with about the same number of rows.
  std::vector<std::size_t> edges{0};
  for (unsigned p = 1; p < partitions; ++p) {
    const std::uint64_t target = static_cast<std::uint64_t>(all_rows) * p / partitions;
    std::size_t c = edges.back();
    while (c < count && cut.begin[c] < target) ++c;
    edges.push_back(c);
  }
  edges.push_back(count);
  std::vector<std::pair<CaseOrder, CasePlace>> places;
  const auto work = [&](bool tells) {
    std::optional<Worker> own;
    if (!tells || !first_worker) {
      own.emplace(in.model, out->parameters, in);
      own->stepper.use(out->directory.get());
    }
    Worker& worker = own ? *own : *first_worker;
    for (unsigned p = next_partition++; p < partitions; p = next_partition++) {
      for (std::size_t c = edges[p]; c < edges[p + 1]; ++c) {
        if (!(end.is_closable && c == end.tried))
          runner.run_component(worker, static_cast<std::uint32_t>(c));
        const std::size_t rows = cut.begin[c + 1] - cut.begin[c];
        const std::size_t done = rows_done += rows;
        if (tells && options.progress && (c & 0x3FFU) == 0) options.progress(done, all_rows);
      }
    }
    worker.counts.tally = worker.stepper.tally();
    const std::lock_guard lock(merge);
    counts.add(worker.counts);
    out->arena.take(std::move(worker.arena));
    places.insert(places.end(), worker.places.begin(), worker.places.end());
  };
  std::vector<std::thread> pool;
  for (unsigned t = 1; t < threads; ++t) pool.emplace_back(work, false);
  work(true);
  for (std::thread& thread : pool) thread.join();
  if (options.progress) options.progress(all_rows, all_rows);
  std::sort(places.begin(), places.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  out->order.reserve(places.size());
  for (const auto& [order, place] : places) out->order.push_back(place);
  out->until = until;
  out->summarise(in, counts, cut.groups);
  return Replay(std::move(out));
}

}  // namespace aftercare
