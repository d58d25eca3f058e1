// What a replay came to: counts that reconcile, clocks, entries, the worst cases; and the views.

#include <algorithm>
#include <array>
#include <map>

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

Counts::Counts(const step::Model& model) : rules(model.rules.size()) {
  for (const step::Procedure& procedure : model.procedures) {
    clocks.emplace_back(procedure.clocks.size());
    tally.transitions.emplace_back(procedure.chart.transition_count());
    tally.breaches.emplace_back(procedure.clocks.size());
  }
}

void Counts::add(const Counts& more) {
  const auto plus = [](Amount& to, const Amount& from) {
    to.count += from.count;
    to.withdrawn += from.withdrawn;
    to.minor += from.minor;
    if (from.currency != 0) {
      to.currency = from.currency;
      to.scale = from.scale;
    }
  };
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] += more.rows[i];
  cases += more.cases;
  finished += more.finished;
  incidents += more.incidents;
  for (std::size_t p = 0; p < clocks.size(); ++p) {
    for (std::size_t c = 0; c < clocks[p].size(); ++c) {
      Clock& to = clocks[p][c];
      const Clock& from = more.clocks[p][c];
      for (std::size_t i = 0; i < to.states.size(); ++i) to.states[i] += from.states[i];
      for (std::size_t i = 0; i < to.late.size(); ++i) to.late[i] += from.late[i];
      if (from.worst_micros > to.worst_micros ||
          (from.worst_micros == to.worst_micros && from.worst_order < to.worst_order)) {
        to.worst_micros = from.worst_micros;
        to.worst_order = from.worst_order;
        to.worst_case = from.worst_case;
        to.worst_is_done = from.worst_is_done;
      }
    }
    for (std::size_t t = 0; t < tally.transitions[p].size(); ++t)
      tally.transitions[p][t] += more.tally.transitions[p][t];
    for (std::size_t c = 0; c < tally.breaches[p].size(); ++c)
      tally.breaches[p][c] += more.tally.breaches[p][c];
  }
  for (const auto& [name, count] : more.states) states[name] += count;
  for (std::size_t r = 0; r < rules.size(); ++r) plus(rules[r], more.rules[r]);
  for (const auto& [label, finding] : more.findings) {
    findings[label].first = finding.first;
    plus(findings[label].second, finding.second);
  }
  for (const auto& [name, subject] : more.subjects) {
    subjects[name].entries += subject.entries;
    subjects[name].amount_minor += subject.amount_minor;
  }
  for (const auto& [key, rows_of] : more.refusals) {
    const auto [found, is_new] = refusals.try_emplace(key, rows_of);
    if (is_new) continue;
    found->second.rows += rows_of.rows;
    found->second.first_row = std::min(found->second.first_row, rows_of.first_row);
  }
  first = std::min(first, more.first);
  last = std::max(last, more.last);
  worst.insert(worst.end(), more.worst.begin(), more.worst.end());
  std::sort(worst.begin(), worst.end());
  if (worst.size() > most_worst) worst.resize(most_worst);
}

void Counts::note_case(const step::Model& model, const step::CaseState& of, Instant until,
                       CaseOrder number) {
  ++cases;
  finished += of.is_final ? 1 : 0;
  incidents += of.has_incident ? 1 : 0;
  ++states[{of.procedure, engine::state_text(model, of)}];
  std::int64_t latest = 0;
  for (std::size_t c = 0; c < of.clocks.size(); ++c) {
    Clock& clock = clocks[of.procedure][c];
    const clock::Run& run = of.clocks[c];
    ++clock.states[static_cast<std::size_t>(run.state)];
    if (run.state != clock::State::breached) continue;
    // How late, the one measure: until it was done, or else until the case or the log ended.
    const Instant end = run.is_stopped ? run.ended : of.is_final ? of.closed : until;
    const std::int64_t micros = std::max<std::int64_t>(end.micros - run.limit.micros, 0);
    const auto edge = std::lower_bound(late_edges.begin(), late_edges.end(), micros);
    ++clock.late[static_cast<std::size_t>(edge - late_edges.begin())];
    const bool is_worst =
        micros > clock.worst_micros || (micros == clock.worst_micros && number < clock.worst_order);
    if (is_worst) {
      clock.worst_is_done = run.is_stopped;
      clock.worst_micros = micros;
      clock.worst_order = number;
      clock.worst_case = std::string(of.id.as_string());
    }
    latest = std::max(latest, micros);
  }
  if (latest <= 0) return;
  if (worst.size() == most_worst && worst.back().micros > latest) return;
  Late late{latest, number, std::string(of.id.as_string())};
  worst.insert(std::upper_bound(worst.begin(), worst.end(), late), std::move(late));
  if (worst.size() > most_worst) worst.pop_back();
}

void Counts::note_entry(const step::Model& model, const ledger::Entry& entry) {
  if (entry.kind == ledger::EntryKind::finding) {
    const bool is_rule = entry.rule != none;
    auto& [clause, finding] =
        findings[is_rule ? model.rules[entry.rule].name : entry.reason];
    if (is_rule && !model.rules[entry.rule].cites.empty())
      clause = model.clauses[model.rules[entry.rule].cites.front()].id;
    if (!is_rule && !entry.fields.empty() && entry.fields.front().is(Kind::string))
      clause = std::string(entry.fields.front().as_string());
    counts(entry) ? ++finding.count : ++finding.withdrawn;
    return;
  }
  if (entry.rule == none) return;
  Amount& rule = rules[entry.rule];
  if (is_money(entry)) {
    rule.minor += entry.amount.money_minor();
    rule.currency = entry.amount.money_currency();
    rule.scale = entry.amount.money_scale();
    subjects[step::to_text(entry.subject, model, Zone())].amount_minor +=
        entry.amount.money_minor();
    return;
  }
  counts(entry) ? ++rule.count : ++rule.withdrawn;
  if (counts(entry) && model.rules[entry.rule].is != step::Rule::Is::entry)
    ++subjects[step::to_text(entry.subject, model, Zone())].entries;
}

void Counts::note_refusal(RefusedRows::Became became, const std::vector<Reason>& reasons,
                          std::size_t line) {
  std::string key(1, static_cast<char>(became));
  for (const Reason& reason : reasons) {
    for (const std::string* part : {&reason.code, &reason.label, &reason.clause, &reason.help})
      key.append(*part) += '\0';
  }
  RefusedRows& of = refusals[std::move(key)];
  if (of.rows++ == 0) {
    of.became = became;
    of.reasons = reasons;
    of.first_row = line;
  }
  of.first_row = std::min(of.first_row, line);
}

void Replay::Impl::summarise(const Log::Impl& log, Counts& counts,
                             const std::vector<std::uint32_t>& component_groups) {
  ReplaySummary& s = summary;
  s.rows = log.file_rows;
  if (counts.has_come_in()) {
    s.first = counts.first;
    s.last = counts.last;
  }
  const auto rows = [&](RowResult of) { return counts.rows[static_cast<std::size_t>(of)]; };
  s.applied = rows(RowResult::applied);
  s.unexpected = rows(RowResult::unexpected);
  s.refused = rows(RowResult::refused);
  s.faults = rows(RowResult::fault);
  s.unmapped = rows(RowResult::unmapped);
  s.invalid = rows(RowResult::invalid);
  s.components = component_groups.size();
  for (const std::uint32_t groups : component_groups)
    s.largest_component = std::max<std::size_t>(s.largest_component, groups);
  s.cases = counts.cases;
  s.finished = counts.finished;
  s.incidents = counts.incidents;
  // Of several versions, which one: "job@2".
  const auto of_version = [&](Index pack) {
    const step::Pack& of = model->packs[pack];
    return of.is_one_of_several ? "@" + of.version : std::string();
  };
  for (Index p = 0; p < model->procedures.size(); ++p) {
    const step::Procedure& procedure = model->procedures[p];
    for (Index c = 0; c < procedure.clocks.size(); ++c) {
      const Counts::Clock& from = counts.clocks[p][c];
      ClockSummary clock;
      clock.procedure = procedure.name + of_version(procedure.pack);
      clock.clock = procedure.clocks[c].name;
      if (!procedure.clocks[c].cites.empty())
        clock.clause = model->clauses[procedure.clocks[c].cites.front()].id;
      clock.breaches = counts.tally.breaches[p][c];
      const auto in = [&](clock::State state) {
        return from.states[static_cast<std::size_t>(state)];
      };
      clock.idle = in(clock::State::idle);
      clock.running = in(clock::State::running);
      clock.paused = in(clock::State::paused);
      clock.met = in(clock::State::met);
      clock.breached = in(clock::State::breached);
      clock.cancelled = in(clock::State::cancelled);
      clock.late.assign(from.late.begin(), from.late.end());
      clock.worst_late_micros = std::max<std::int64_t>(from.worst_micros, 0);
      clock.worst_case = from.worst_case;
      clock.worst_is_done = from.worst_is_done;
      s.clocks.push_back(std::move(clock));
    }
  }
  for (const auto& [name, count] : counts.states)
    s.states.emplace_back(model->procedures[name.first].name +
                              of_version(model->procedures[name.first].pack) + ": " + name.second,
                          count);
  for (const Counts::Late& late : counts.worst) s.worst.push_back(late.id);

  for (Index r = 0; r < counts.rules.size(); ++r) {
    const Counts::Amount& from = counts.rules[r];
    if (from.count == 0 && from.withdrawn == 0 && from.minor == 0) continue;
    const step::Rule& rule = model->rules[r];
    RuleSummary out;
    out.name = rule.is == step::Rule::Is::entry ? model->ledgers[rule.ledger].name : rule.name;
    out.name += of_version(rule.pack);
    out.kind = rule.is == step::Rule::Is::entry     ? "entry"
               : rule.is == step::Rule::Is::reward  ? "reward"
               : rule.is == step::Rule::Is::payment ? "payment"
               : rule.is == step::Rule::Is::right   ? "right"
                                                    : "offence";
    if (!rule.cites.empty()) out.clause = model->clauses[rule.cites.front()].id;
    out.count = from.count;
    out.withdrawn = from.withdrawn;
    out.amount_minor = from.minor;
    out.currency = from.currency;
    out.scale = from.scale;
    s.rules.push_back(std::move(out));
  }
  for (const auto& [label, finding] : counts.findings) {
    RuleSummary out;
    out.name = label;
    out.kind = "finding";
    out.clause = finding.first;
    out.count = finding.second.count;
    out.withdrawn = finding.second.withdrawn;
    s.rules.push_back(std::move(out));
  }
  for (const auto& [name, subject] : counts.subjects) {
    s.subjects.push_back(subject);
    s.subjects.back().subject = name;
  }
  std::stable_sort(
      s.subjects.begin(), s.subjects.end(),
      [](const SubjectSummary& a, const SubjectSummary& b) { return a.entries > b.entries; });
  for (auto& [key, refused] : counts.refusals) s.refusals.push_back(std::move(refused));
  std::sort(s.refusals.begin(), s.refusals.end(), [](const RefusedRows& a, const RefusedRows& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.first_row < b.first_row;
  });
  for (const auto& taken : counts.tally.transitions)
    for (const std::uint32_t count : taken) s.transitions.push_back(count);
}

// ── what was packed ───────────────────────────────────────────────────────────────────────────

std::string_view Replay::Impl::packed(std::size_t index) const noexcept {
  const CasePlace& place = order[index];
  const ComponentResult& component = components[place.component];
  return std::string_view(component.data, component.size).substr(place.offset);
}

step::CaseState Replay::Impl::state(std::size_t index) const {
  base::ByteReader in(packed(index));
  return logs::unpack_case(in, *model);
}

std::vector<ledger::Entry> Replay::Impl::entries(std::uint32_t number) const {
  const ComponentResult& component = components[number];
  std::vector<ledger::Entry> out;
  base::ByteReader in(std::string_view(component.data, component.size).substr(component.entries));
  if (component.size == 0) return out;
  std::vector<Value> ids(in.varint());
  for (Value& id : ids) id = Value::string(in.text());
  while (in.is_good() && !in.is_at_end()) {
    std::uint32_t case_number = 0;
    ledger::Entry entry = logs::unpack_entry(in, case_number);
    entry.id = out.size() + 1;
    if (case_number != 0) entry.case_id = ids[case_number - 1];
    out.push_back(std::move(entry));
  }
  return out;
}

std::unique_ptr<ledger::MemoryBook> Replay::Impl::book(std::uint32_t component) const {
  auto out = std::make_unique<ledger::MemoryBook>();
  for (ledger::Entry& entry : entries(component)) out->add(std::move(entry));
  return out;
}

// ── the public face ───────────────────────────────────────────────────────────────────────────

const ReplaySummary& Replay::summary() const noexcept { return impl_->summary; }
std::size_t Replay::cases() const noexcept { return impl_->order.size(); }

CaseView Replay::view(std::size_t index) const {
  step::Stepper stepper(impl_->model, impl_->parameters);
  stepper.use(impl_->directory.get());
  const auto book = impl_->book(impl_->order[index].component);
  return engine::case_view(stepper, impl_->state(index), *book, impl_->until);
}

std::optional<std::size_t> Replay::find(std::string_view id_or_key) const {
  std::optional<std::size_t> by_key;
  const std::uint32_t hash = short_hash(id_or_key);
  for (std::size_t i = 0; i < impl_->order.size(); ++i) {
    if (impl_->order[i].id_hash != hash && impl_->order[i].key_hash != hash) continue;
    const step::CaseState state = impl_->state(i);
    if (state.id.as_string() == id_or_key) return i;
    if (engine::key_text(*impl_->model, state) == id_or_key) by_key = i;
  }
  return by_key;
}

Result<std::vector<StepTrace>> Replay::history(std::size_t index, Language language) const {
  const step::Stepper stepper(impl_->model, impl_->parameters);
  const auto book = impl_->book(impl_->order[index].component);
  return engine::tell(stepper, impl_->state(index), *book, language);
}

std::vector<EntryView> Replay::entries() const {
  std::vector<EntryView> out;
  for (std::uint32_t c = 0; c < impl_->components.size(); ++c) {
    for (const ledger::Entry& entry : impl_->entries(c)) {
      EntryView view = engine::entry_view(*impl_->model, out.size() + 1, entry);
      out.push_back(std::move(view));
    }
  }
  return out;
}

std::size_t Replay::bytes() const noexcept {
  return impl_->arena.size() + impl_->components.capacity() * sizeof(ComponentResult) +
         impl_->order.capacity() * sizeof(CasePlace);
}

}  // namespace aftercare
