#include <algorithm>

#include "calendar/duration.hpp"
#include "engine/tell.hpp"
#include "step/convert.hpp"

namespace aftercare::engine {

using step::Index;
using step::no_slot;
using step::none;

namespace {

rt::Duration duration_between(Instant from, Instant to) {
  return calendar::duration_of(to.micros - from.micros);
}

}  // namespace

std::string state_text(const step::Model& model, const step::CaseState& state) {
  const step::Procedure& procedure = model.procedures[state.procedure];
  std::string out;
  state.configuration.each([&](chart::StateId s) {
    if (!procedure.chart.is_leaf(s)) return;
    if (!out.empty()) out += ", ";
    out += procedure.chart.name(s);
  });
  return out;
}

std::string key_text(const step::Model& model, const step::CaseState& state) {
  const step::Procedure& procedure = model.procedures[state.procedure];
  const Value& key = state.key(procedure);
  return key.is_null() ? std::string()
                       : step::to_text(key, model, model.packs[procedure.pack].zone);
}

EntryView entry_view(const step::Model& model, std::uint64_t id, const ledger::Entry& entry) {
  using ledger::EntryKind;
  EntryView out;
  out.id = id;
  out.ledger = model.ledgers[entry.ledger].name;
  switch (entry.kind) {
    case EntryKind::row:
      out.kind = "entry";
      break;
    case EntryKind::offence:
      out.kind = "offence";
      break;
    case EntryKind::reward:
      out.kind = "reward";
      break;
    case EntryKind::right_used:
      out.kind = "right";
      break;
    case EntryKind::finding:
      out.kind = "finding";
      break;
    case EntryKind::fine:
      out.kind = "fine";
      break;
    case EntryKind::owed:
      out.kind = "pay";
      break;
    case EntryKind::payment:
      out.kind = "payment";
      break;
  }
  if (entry.rule != none) {
    const step::Rule& rule = model.rules[entry.rule];
    out.name = rule.name;
    out.clauses = step::clause_ids(model, rule.cites);
    if (rule.is == step::Rule::Is::entry) out.name = out.ledger;
    if (rule.is == step::Rule::Is::payment) out.kind = "payment";  // nobody's conduct
  } else if (entry.kind == EntryKind::finding) {
    out.name = entry.reason;
    if (!entry.fields.empty() && entry.fields.front().is(Kind::string))
      out.clauses.emplace_back(entry.fields.front().as_string());
  } else {
    out.name = out.ledger;
    out.clauses = step::clause_ids(model, model.ledgers[entry.ledger].cites);
  }
  out.subject = step::to_host(entry.subject, model);
  if (entry.from.is(Kind::string)) out.from = std::string(entry.from.as_string());
  if (entry.to.is(Kind::string)) out.to = std::string(entry.to.as_string());
  if (!entry.amount.is_null()) out.amount = entry.amount;
  if (entry.sanction != none) out.sanction = model.sanctions[entry.sanction].name;
  out.on = entry.on;
  out.recorded = entry.recorded;
  if (entry.case_id.is(Kind::string)) out.case_id = std::string(entry.case_id.as_string());
  if (entry.nth != 0) out.nth = entry.nth;
  if (entry.kind == EntryKind::row) {
    const auto& fields = model.ledgers[entry.ledger].fields;
    for (std::size_t i = 0; i < fields.size() && i < entry.fields.size(); ++i)
      out.fields.emplace_back(fields[i].name, step::to_host(entry.fields[i], model));
  }
  out.about = entry.about;
  out.is_correction = entry.is_correction;
  out.is_withdrawn = entry.is_withdrawn || entry.replaced_by != 0;
  out.reason = entry.reason;
  return out;
}

CaseView case_view(step::Stepper& stepper, const step::CaseState& state, ledger::Book& book,
                   Instant now) {
  const step::Model& model = stepper.model();
  const step::Procedure& p = model.procedures[state.procedure];
  const Instant as_of = now;
  CaseView out;
  out.id = std::string(state.id.as_string());
  out.procedure = p.name;
  out.pack = model.packs[p.pack].name;
  out.version = model.packs[p.pack].version;
  out.key = key_text(model, state);
  out.state = state_text(model, state);
  out.is_final = state.is_final;
  out.steps = state.steps;
  out.opened = state.opened;
  if (state.is_final) out.closed = state.closed;
  out.incident = state.incident;
  for (const step::Field& field : p.fields)
    out.data.emplace_back(field.name, step::to_host(state.slots[field.slot], model));
  for (const step::Let& let : p.lets)
    out.data.emplace_back(let.name,
                          step::to_host(stepper.evaluate(state, let.value, as_of, book), model));
  for (Index e = 0; e < p.entitlements.size(); ++e) {
    const step::Stepper::Coverage is = stepper.coverage(state, e, as_of, book);
    out.data.emplace_back(p.entitlements[e].name,
                          Value::context({{"answer", step::to_host(is.answer, model)},
                                          {"since", is.since},
                                          {"until", is.until},
                                          {"reason", is.reason},
                                          {"missing", is.missing},
                                          {"suspended", is.suspended}}));
  }
  for (const step::Event& event : p.events) {
    if (event.at_slot == no_slot || state.slots[event.at_slot].is_null()) continue;
    std::vector<ContextEntry> parts;
    parts.emplace_back("at", state.slots[event.at_slot]);
    for (const step::Input& input : event.inputs) {
      const step::SlotIndex slot = input.slot != no_slot ? input.slot : input.case_slot;
      if (slot != no_slot && slot < p.case_slots)
        parts.emplace_back(input.name, step::to_host(state.slots[slot], model));
    }
    out.data.emplace_back(event.name, Value::context(std::move(parts)));
  }
  for (Index f = 0; f < p.forms.size(); ++f) {
    const step::Form& form = p.forms[f];
    if (form.present_slot == no_slot || state.slots[form.present_slot].is_null()) continue;
    std::vector<ContextEntry> parts;
    for (const step::Field& field : form.fields)
      parts.emplace_back(field.name, step::to_host(state.slots[field.slot], model));
    for (const step::Let& let : form.computed)
      parts.emplace_back(let.name,
                         step::to_host(stepper.evaluate(state, let.value, as_of, book), model));
    std::vector<Value> signed_by, refused;
    const auto is_true = [&](step::SlotIndex slot) {
      return slot != no_slot && state.slots[slot].is(Kind::boolean) &&
             state.slots[slot].as_boolean();
    };
    bool may_refuse = false;
    for (const step::Form::Signature& signature : form.signatures) {
      if (is_true(signature.slot)) signed_by.push_back(Value::string(signature.name));
      if (is_true(signature.refused_slot)) refused.push_back(Value::string(signature.name));
      may_refuse = may_refuse || signature.may_refuse;
    }
    parts.emplace_back("signed", Value::list(std::move(signed_by)));
    if (may_refuse) parts.emplace_back("refused", Value::list(std::move(refused)));
    if (form.version_slot != no_slot)
      parts.emplace_back("version", step::to_host(state.slots[form.version_slot], model));
    parts.emplace_back("complete",
                       Value::boolean(stepper.lacks(state, f, as_of, book).empty()));
    out.data.emplace_back(form.name, Value::context(std::move(parts)));
  }
  for (std::size_t c = 0; c < p.clocks.size(); ++c) {
    const clock::Run& run = state.clocks[c];
    ClockView view;
    view.name = p.clocks[c].name;
    view.state = static_cast<ClockView::State>(run.state);
    view.is_provisional = run.is_provisional;
    if (!p.clocks[c].cites.empty()) view.clause = model.clauses[p.clocks[c].cites.front()].id;
    if (run.cycle > 0) {
      view.started = run.started;
      if (run.state == clock::State::paused) {
        const clock::Terms terms = step::terms_of(model, p, static_cast<Index>(c), run);
        view.left = clock::left(run, terms, as_of);
        if (clock::keeps_limit(run)) view.due = Instant{run.fires.micros - 1};
        clock::Run projected = run;
        std::vector<TimeSpan> pauses;
        for (const step::Suspension& one : state.suspensions)
          if (one.clock == c) pauses.push_back(one.span);
        pauses.push_back({run.ended, std::max(run.ended, as_of)});
        clock::resume(projected, terms, std::max(run.ended, as_of), pauses);
        view.projected = Instant{projected.fires.micros - 1};
      } else if (run.state != clock::State::cancelled) {
        view.due = Instant{run.fires.micros - 1};
      }
      if (run.state == clock::State::met || run.state == clock::State::breached ||
          run.state == clock::State::cancelled)
        view.ended = run.ended;
      if (run.state == clock::State::breached) {
        const Instant end = run.is_stopped ? run.ended : state.is_final ? state.closed : as_of;
        view.late_by = duration_between(run.limit, std::max(end, run.limit));
      }
    }
    out.clocks.push_back(std::move(view));
  }
  const std::vector<std::uint64_t> ids = book.of_case(state.id);
  for (const std::uint64_t id : ids) out.entries.push_back(entry_view(model, id, book.get(id)));
  return out;
}

}  // namespace aftercare::engine
