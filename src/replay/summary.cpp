// What a replay came to: counts that reconcile, clocks, entries, the worst cases; and the views.

#include <algorithm>
#include <array>
#include <map>

#include "base/json_writer.hpp"
#include "engine/tell.hpp"
#include "replay/replay_impl.hpp"
#include "step/convert.hpp"
#include "step/record.hpp"

namespace aftercare {

namespace {

using step::Index;
using step::none;

constexpr std::int64_t hour = 3'600'000'000;
/// Upper edges of the lateness classes; the last class has none.
constexpr std::array<std::int64_t, 6> late_edges = {hour,      4 * hour,   24 * hour,
                                                    72 * hour, 168 * hour, 672 * hour};

bool counts(const ledger::Entry& entry) noexcept {
  return !entry.is_withdrawn && entry.replaced_by == 0;
}

bool is_money(const ledger::Entry& entry) noexcept { return entry.ledger == step::money_ledger; }

}  // namespace

void Replay::Impl::add(const step::Tally& more) {
  if (tally.transitions.empty()) {
    tally = more;
    return;
  }
  for (std::size_t p = 0; p < more.transitions.size(); ++p) {
    for (std::size_t t = 0; t < more.transitions[p].size(); ++t)
      tally.transitions[p][t] += more.transitions[p][t];
    for (std::size_t c = 0; c < more.breaches[p].size(); ++c)
      tally.breaches[p][c] += more.breaches[p][c];
  }
}

const step::CaseState& Replay::Impl::state(std::size_t index) const {
  return components[order[index].first].cases[order[index].second];
}
const ComponentResult& Replay::Impl::component_of(std::size_t index) const {
  return components[order[index].first];
}

void Replay::Impl::summarise() {
  const Log::Impl& in = log.impl();
  ReplaySummary& s = summary;
  s.rows = in.file_rows;
  s.first = in.first;
  s.last = in.last;
  for (std::size_t r = 0; r < in.rows.size(); ++r) {
    if (in.rows[r].is_synthetic) continue;
    switch (row_results[r]) {
      case RowResult::applied:
        ++s.applied;
        break;
      case RowResult::unexpected:
        ++s.unexpected;
        break;
      case RowResult::refused:
        ++s.refused;
        break;
      case RowResult::fault:
        ++s.faults;
        break;
      case RowResult::unmapped:
        ++s.unmapped;
        break;
      case RowResult::invalid:
        ++s.invalid;
        break;
    }
  }
  s.components = components.size();
  for (const std::uint32_t groups : component_groups)
    s.largest_component = std::max<std::size_t>(s.largest_component, groups);

  // Cases in the order of their groups' first row; several of one group in order of opening.
  std::vector<std::array<std::uint32_t, 3>> cases;
  for (std::uint32_t c = 0; c < components.size(); ++c) {
    for (std::uint32_t i = 0; i < components[c].cases.size(); ++i)
      cases.push_back({components[c].groups[i], c, i});
  }
  std::sort(cases.begin(), cases.end());
  for (const auto& one : cases) order.emplace_back(one[1], one[2]);
  s.cases = order.size();

  // Clocks.
  struct Late {
    std::int64_t micros;
    std::size_t index;
  };
  std::vector<Late> latest;
  std::vector<std::size_t> first_clock;
  for (Index p = 0; p < model->procedures.size(); ++p) {
    first_clock.push_back(s.clocks.size());
    const step::Procedure& procedure = model->procedures[p];
    for (Index c = 0; c < procedure.clocks.size(); ++c) {
      ClockSummary clock;
      clock.procedure = procedure.name;
      clock.clock = procedure.clocks[c].name;
      if (!procedure.clocks[c].cites.empty())
        clock.clause = model->clauses[procedure.clocks[c].cites.front()].id;
      if (!tally.breaches.empty()) clock.breaches = tally.breaches[p][c];
      clock.late.assign(late_edges.size() + 1, 0);
      s.clocks.push_back(std::move(clock));
    }
  }
  std::map<std::string, std::size_t> states;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const step::CaseState& of = state(i);
    s.finished += of.is_final ? 1 : 0;
    s.incidents += of.has_incident ? 1 : 0;
    ++states[model->procedures[of.procedure].name + ": " + engine::state_text(*model, of)];
    std::int64_t worst = 0;
    for (std::size_t c = 0; c < of.clocks.size(); ++c) {
      ClockSummary& clock = s.clocks[first_clock[of.procedure] + c];
      const clock::Run& run = of.clocks[c];
      switch (run.state) {
        case clock::State::idle:
          ++clock.idle;
          continue;
        case clock::State::running:
          ++clock.running;
          continue;
        case clock::State::paused:
          ++clock.paused;
          continue;
        case clock::State::met:
          ++clock.met;
          continue;
        case clock::State::cancelled:
          ++clock.cancelled;
          continue;
        case clock::State::breached:
          ++clock.breached;
          break;
      }
      // How late: until it was done, or else until the case or the log ended.
      const Instant end = run.is_stopped ? run.ended : of.is_final ? of.closed : until;
      const std::int64_t late = std::max<std::int64_t>(end.micros - run.limit.micros, 0);
      const auto edge = std::lower_bound(late_edges.begin(), late_edges.end(), late);
      ++clock.late[static_cast<std::size_t>(edge - late_edges.begin())];
      if (run.is_stopped && (late > clock.worst_late_micros || clock.worst_case.empty())) {
        clock.worst_late_micros = late;
        clock.worst_case = std::string(of.id.as_string());
      }
      worst = std::max(worst, late);
    }
    if (worst > 0) latest.push_back({worst, i});
  }
  for (const auto& [name, count] : states) s.states.emplace_back(name, count);
  std::stable_sort(latest.begin(), latest.end(),
                   [](const Late& a, const Late& b) { return a.micros > b.micros; });
  for (std::size_t i = 0; i < latest.size() && i < 10; ++i)
    s.worst.emplace_back(state(latest[i].index).id.as_string());

  // Entries.
  std::vector<RuleSummary> by_rule(model->rules.size());
  std::map<std::string, RuleSummary> findings;
  std::map<std::string, SubjectSummary> subjects;
  for (const ComponentResult& component : components) {
    for (const ledger::Entry& entry : component.entries) {
      if (entry.kind == ledger::EntryKind::finding) {
        RuleSummary& finding = findings[entry.reason];
        finding.name = entry.reason;
        finding.kind = "finding";
        if (!entry.fields.empty() && entry.fields.front().is(Kind::string))
          finding.clause = std::string(entry.fields.front().as_string());
        counts(entry) ? ++finding.count : ++finding.withdrawn;
        continue;
      }
      if (entry.rule == none) continue;
      RuleSummary& rule = by_rule[entry.rule];
      const std::string subject = step::to_text(entry.subject, *model, Zone());
      if (is_money(entry)) {
        rule.amount_minor += entry.amount.money_minor();
        rule.currency = entry.amount.money_currency();
        rule.scale = entry.amount.money_scale();
        SubjectSummary& of = subjects[subject];
        of.amount_minor += entry.amount.money_minor();
        continue;
      }
      counts(entry) ? ++rule.count : ++rule.withdrawn;
      if (counts(entry) && model->rules[entry.rule].is != step::Rule::Is::entry)
        ++subjects[subject].entries;
    }
  }
  for (Index r = 0; r < by_rule.size(); ++r) {
    if (by_rule[r].count == 0 && by_rule[r].withdrawn == 0) continue;
    const step::Rule& rule = model->rules[r];
    by_rule[r].name =
        rule.is == step::Rule::Is::entry ? model->ledgers[rule.ledger].name : rule.name;
    by_rule[r].kind = rule.is == step::Rule::Is::entry     ? "entry"
                      : rule.is == step::Rule::Is::reward  ? "reward"
                      : rule.is == step::Rule::Is::payment ? "payment"
                                                           : "offence";
    if (!rule.cites.empty()) by_rule[r].clause = model->clauses[rule.cites.front()].id;
    s.rules.push_back(by_rule[r]);
  }
  for (auto& [label, finding] : findings) s.rules.push_back(finding);
  for (auto& [name, subject] : subjects) {
    subject.subject = name;
    s.subjects.push_back(subject);
  }
  std::stable_sort(
      s.subjects.begin(), s.subjects.end(),
      [](const SubjectSummary& a, const SubjectSummary& b) { return a.entries > b.entries; });

  // Rows that did not go through.
  std::map<std::pair<std::string, std::string>, RefusedRows> refusals;
  const auto note = [&](const std::string& reason, const std::string& clause, std::size_t line) {
    RefusedRows& rows = refusals[{reason, clause}];
    rows.reason = reason;
    rows.clause = clause;
    ++rows.rows;
    if (rows.first_row == 0 || line < rows.first_row) rows.first_row = line;
  };
  for (const ComponentResult& component : components) {
    for (const RowRefusal& refusal : component.refusals)
      note(refusal.reason, refusal.clause, in.rows[refusal.row].line);
  }
  for (const LogProblem& problem : in.problems) note(problem.text, {}, problem.line);
  for (auto& [key, rows] : refusals) s.refusals.push_back(rows);
  std::stable_sort(s.refusals.begin(), s.refusals.end(),
                   [](const RefusedRows& a, const RefusedRows& b) { return a.rows > b.rows; });
  for (const auto& taken : tally.transitions)
    for (const std::uint32_t count : taken) s.transitions.push_back(count);
}

// ── the public face ───────────────────────────────────────────────────────────────────────────

const ReplaySummary& Replay::summary() const noexcept { return impl_->summary; }
std::size_t Replay::cases() const noexcept { return impl_->order.size(); }

namespace {

/// The entries of one component as a book, under the ids that they were made with.
std::unique_ptr<ledger::MemoryBook> book_of(const ComponentResult& component) {
  auto book = std::make_unique<ledger::MemoryBook>();
  for (const ledger::Entry& entry : component.entries) book->add(entry);
  return book;
}

}  // namespace

CaseView Replay::view(std::size_t index) const {
  step::Stepper stepper(impl_->model, impl_->parameters);
  const auto book = book_of(impl_->component_of(index));
  return engine::case_view(stepper, impl_->state(index), *book, impl_->until);
}

std::optional<std::size_t> Replay::find(std::string_view id_or_key) const {
  std::optional<std::size_t> by_key;
  for (std::size_t i = 0; i < impl_->order.size(); ++i) {
    const step::CaseState& state = impl_->state(i);
    if (state.id.as_string() == id_or_key) return i;
    if (engine::key_text(*impl_->model, state) == id_or_key) by_key = i;
  }
  return by_key;
}

Result<std::vector<StepTrace>> Replay::history(std::size_t index, Language language) const {
  const step::Stepper stepper(impl_->model, impl_->parameters);
  const auto book = book_of(impl_->component_of(index));
  return engine::tell(stepper, impl_->state(index), *book, language);
}

std::vector<EntryView> Replay::entries() const {
  std::vector<EntryView> out;
  for (const ComponentResult& component : impl_->components) {
    for (const ledger::Entry& entry : component.entries) {
      EntryView view = engine::entry_view(*impl_->model, out.size() + 1, entry);
      out.push_back(std::move(view));
    }
  }
  return out;
}

void Replay::write_steps(const std::function<void(std::string_view)>& write) const {
  // Written by hand from the record: this is the export of millions of steps.
  const step::Model& model = *impl_->model;
  constexpr std::size_t piece = 1 << 20;
  std::string out;
  out.reserve(piece + 4096);
  const auto text = [&](std::string_view value) {
    out += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        static constexpr std::string_view digits = "0123456789abcdef";
        out += "\\u00";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
      } else {
        out += c;
      }
    }
    out += '"';
  };
  for (std::size_t i = 0; i < impl_->order.size(); ++i) {
    const step::CaseState& state = impl_->state(i);
    const step::Procedure& p = model.procedures[state.procedure];
    const Zone& zone = model.packs[p.pack].zone;
    step::record::Reader reader(state.record);
    step::record::Step step;
    std::size_t number = 0;
    while (reader.next(step)) {
      out += "{\"case\":";
      text(state.id.as_string());
      out += ",\"step\":";
      out += std::to_string(++number);
      out += ",\"event\":";
      using K = step::record::Kind;
      if (step.kind == K::event) {
        text(p.events[step.index].name);
      } else if (step.kind == K::time) {
        text("time");
      } else if (step.kind == K::correct) {
        text("correct");
      } else if (step.kind == K::right) {
        text(model.rules[step.index].name);
      } else if (step.kind == K::decision) {
        text(p.decisions[step.index].outcomes[step.outcome].first);
      } else {
        text("void");
      }
      out += ",\"at\":";
      text(iso_text(step.at, zone));
      if (step.recorded != step.at) {
        out += ",\"recorded\":";
        text(iso_text(step.recorded, zone));
      }
      if (step.is_unexpected) out += ",\"unexpected\":true";
      std::string entered, clocks, rules;
      step::record::each_item(step.items, [&](const step::record::Item& item) {
        using Op = step::record::Op;
        const auto put = [&](std::string& list, std::string_view value) {
          list += list.empty() ? "\"" : ",\"";
          list += value;
          list += '"';
        };
        if (item.op == Op::entered)
          put(entered, p.chart.name(static_cast<chart::StateId>(item.first)));
        if (item.op == Op::clock) {
          static constexpr std::array<std::string_view, 9> ops = {
              "started", "met",       "breached",  "breached", "paused",
              "resumed", "cancelled", "too early", "done late"};
          put(clocks, p.clocks[item.first].name + " " +
                          std::string(ops[std::min<std::size_t>(item.second, 8)]));
        }
        if (item.op == Op::rule_entered && item.first < model.rules.size())
          put(rules, model.rules[item.first].name);
        if (item.op == Op::rule_withdrawn && item.first < model.rules.size())
          put(rules, "withdrawn: " + model.rules[item.first].name);
      });
      if (!entered.empty()) out += ",\"entered\":[" + entered + "]";
      if (!clocks.empty()) out += ",\"clocks\":[" + clocks + "]";
      if (!rules.empty()) out += ",\"rules\":[" + rules + "]";
      out += "}\n";
      if (out.size() >= piece) {
        write(out);
        out.clear();
      }
    }
  }
  if (!out.empty()) write(out);
}

void Replay::write_entries(const std::function<void(std::string_view)>& write) const {
  const step::Model& model = *impl_->model;
  constexpr std::size_t piece = 1 << 20;
  std::string out =
      "case,ledger,name,kind,subject,on,recorded,amount,from,to,nth,sanction,fields,clauses,"
      "correction,withdrawn,reason\n";
  const auto cell = [&](std::string_view value) {
    if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
      out += value;
    } else {
      out += '"';
      for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
    }
    out += ',';
  };
  for (const ComponentResult& component : impl_->components) {
    for (const ledger::Entry& entry : component.entries) {
      const EntryView view = engine::entry_view(model, 0, entry);
      const Zone& zone =
          model.packs[entry.rule == none ? Index{0} : model.rules[entry.rule].pack].zone;
      const auto text = [&](const Value& value) {
        return value.is_null() ? std::string() : step::to_text(value, model, zone);
      };
      cell(view.case_id);
      cell(view.ledger);
      cell(view.name);
      cell(view.kind);
      cell(text(entry.subject));
      cell(iso_text(entry.on));
      cell(iso_text(entry.recorded, zone));
      cell(text(entry.amount));
      cell(view.from);
      cell(view.to);
      cell(view.nth ? std::to_string(*view.nth) : std::string());
      cell(view.sanction);
      std::string fields;
      for (const auto& [name, value] : view.fields)
        fields += (fields.empty() ? "" : "; ") + name + ": " + text(value);
      cell(fields);
      std::string clauses;
      for (const std::string& clause : view.clauses)
        clauses += (clauses.empty() ? "" : " ") + clause;
      cell(clauses);
      cell(view.is_correction ? "true" : "");
      cell(view.is_withdrawn ? "true" : "");
      cell(view.reason);
      out.back() = '\n';
      if (out.size() >= piece) {
        write(out);
        out.clear();
      }
    }
  }
  if (!out.empty()) write(out);
}

std::size_t Replay::bytes() const noexcept {
  std::size_t out = 0;
  for (const ComponentResult& component : impl_->components) {
    out += sizeof component + component.entries.capacity() * sizeof(ledger::Entry) +
           component.groups.capacity() * sizeof(std::uint32_t) +
           component.cases.capacity() * sizeof(step::CaseState);
    for (const step::CaseState& state : component.cases) {
      out += state.slots.capacity() * sizeof(Value) + state.clocks.capacity() * sizeof(clock::Run) +
             state.entered.capacity() * sizeof(Instant) +
             state.standing.capacity() * sizeof(step::Standing) +
             (state.record.capacity() > 15 ? state.record.capacity() + 1 : 0);
      for (const Value& value : state.slots)
        if (value.is(Kind::string)) out += value.as_string().size() + 24;
    }
  }
  return out;
}

}  // namespace aftercare
