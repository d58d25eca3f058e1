#include <algorithm>

#include "base/binary.hpp"
#include "journal/journal_format.hpp"
#include "step/procedure_index.hpp"
#include "step/record.hpp"

namespace aftercare::journal {

namespace {

using base::ByteReader;
using base::ByteWriter;
using step::record::read;
using step::record::write;

Error corrupt(std::string_view what) {
  return {ErrorCode::corrupt, std::string(what) + ": the stored bytes do not check"};
}

void put(ByteWriter& out, const clock::Run& run) {
  out.byte(static_cast<std::uint8_t>(run.state));
  out.byte(
      static_cast<std::uint8_t>((run.is_limit_exclusive ? 1U : 0U) |
                                (run.is_provisional ? 2U : 0U) | (run.is_already_past ? 4U : 0U) |
                                (run.is_recorded_late ? 8U : 0U) | (run.is_stopped ? 16U : 0U)));
  out.varint(run.cycle);
  if (run.cycle == 0) return;
  out.varint(run.calendar);
  out.byte(static_cast<std::uint8_t>(run.goal.is));
  out.byte(static_cast<std::uint8_t>(run.goal.unit));
  out.signed_varint(run.goal.word);
  out.signed_varint(run.started.micros);
  out.signed_varint(run.limit.micros);
  out.signed_varint(run.fires.micros);
  out.signed_varint(run.window_from.micros);
  out.signed_varint(run.ended.micros);
  out.signed_varint(run.counted_from.micros);
  out.signed_varint(run.counted);
  out.signed_varint(run.wakes.micros);
}

/// A number of at most 32 or 16 bits; what is larger does not check.
template <class Narrow>
Narrow get(ByteReader& in) {
  const std::uint64_t wide = in.varint();
  const auto out = static_cast<Narrow>(wide);
  if (out != wide) in.fail();
  return out;
}

clock::Run get_run(ByteReader& in) {
  clock::Run run;
  const std::uint8_t state = in.byte(), flags = in.byte();
  if (state > static_cast<std::uint8_t>(clock::State::cancelled) || flags > 31) in.fail();
  run.state = static_cast<clock::State>(state);
  run.is_limit_exclusive = (flags & 1U) != 0;
  run.is_provisional = (flags & 2U) != 0;
  run.is_already_past = (flags & 4U) != 0;
  run.is_recorded_late = (flags & 8U) != 0;
  run.is_stopped = (flags & 16U) != 0;
  run.cycle = get<std::uint16_t>(in);
  if (run.cycle == 0) return run;
  run.calendar = get<std::uint16_t>(in);
  const std::uint8_t goal = in.byte(), unit = in.byte();
  if (goal > static_cast<std::uint8_t>(clock::Goal::Is::day) || unit >= rt::units.size()) in.fail();
  run.goal = {static_cast<clock::Goal::Is>(goal), static_cast<Unit>(unit), in.signed_varint()};
  run.started = {in.signed_varint()};
  run.limit = {in.signed_varint()};
  run.fires = {in.signed_varint()};
  run.window_from = {in.signed_varint()};
  run.ended = {in.signed_varint()};
  run.counted_from = {in.signed_varint()};
  run.counted = in.signed_varint();
  run.wakes = {in.signed_varint()};
  return run;
}

/// As older versions saw it: each state that is active and pauses a clock until it is left holds
/// it.
std::vector<step::Hold> holds_by_states(const step::CaseState& state,
                                        const step::Procedure& procedure) {
  std::vector<step::Hold> out;
  for (step::Index c = 0; c < procedure.clocks.size(); ++c) {
    if (state.clocks[c].state != clock::State::paused) continue;
    const step::Clock& clock = procedure.clocks[c];
    for (const step::HappeningId h : clock.pause) {
      const step::Happening& begin = procedure.happenings[h];
      if (begin.is == step::Happening::Is::enter && state.configuration.contains(begin.index) &&
          step::pauses_until_left(procedure, clock, begin.index))
        out.push_back({c, begin.index});
    }
  }
  return out;
}

}  // namespace

std::string encode(const step::CaseState& state, const step::Model& model) {
  ByteWriter out;
  const step::Procedure& procedure = model.procedures[state.procedure];
  out.byte(case_version);
  const step::Pack& pack = model.packs[procedure.pack];
  out.text(pack.pinned);
  out.text(pack.full_name());
  out.text(state.id.as_string());
  out.text(procedure.name);
  out.varint(state.steps);
  out.byte(static_cast<std::uint8_t>((state.is_final ? 1U : 0U) | (state.has_incident ? 2U : 0U) |
                                     (state.was_put_right ? 4U : 0U)));
  out.varint(state.lets_true);
  for (const Instant at : {state.opened, state.closed, state.last_at, state.last_recorded})
    out.signed_varint(at.micros);
  out.text(state.configuration.encode(procedure.chart));
  out.varint(state.slots.size());
  for (const Value& value : state.slots) write(out, value);
  out.varint(state.clocks.size());
  for (const clock::Run& run : state.clocks) put(out, run);
  out.varint(state.suspensions.size());
  for (const step::Suspension& one : state.suspensions) {
    out.varint(one.clock);
    out.signed_varint(one.span.from.micros);
    out.signed_varint(one.span.to.micros);
  }
  out.varint(state.held.size());
  for (const step::Hold& one : state.held) {
    out.varint(one.clock);
    out.varint(one.state);
  }
  out.varint(state.told.size());
  for (const std::uint16_t times : state.told) out.varint(times);
  out.varint(state.entered.size());
  for (const Instant at : state.entered) out.signed_varint(at.micros);
  out.varint(state.standing.size());
  for (const step::Standing& standing : state.standing) {
    out.varint(standing.rule);
    out.varint(standing.entry);
  }
  out.text(state.incident);
  return out.take();
}

Result<step::CaseState> decode_case(std::string_view bytes, const step::Model& model) {
  ByteReader in(bytes);
  const std::uint8_t version = in.byte();
  if (version > case_version || version < case_version_without_pack)
    return corrupt("a case of an unknown version");
  step::CaseState state;
  const std::string hash(in.text());
  const std::string pinned(version != case_version_without_pack ? in.text() : std::string_view());
  const auto is_pinned_to = [&](const step::Pack& pack) {
    return pack.pinned == hash && (pinned.empty() || pinned == pack.full_name());
  };
  if (in.is_good() && std::none_of(model.packs.begin(), model.packs.end(), is_pinned_to)) {
    const auto pack = std::find_if(model.packs.begin(), model.packs.end(), [&](const step::Pack& p) {
      return p.full_name() == pinned;
    });
    if (pack == model.packs.end() && !pinned.empty())
      return Error{ErrorCode::invalid_argument,
                   "the case is pinned to '" + pinned + "', which is not loaded"};
    const std::string& here = pack == model.packs.end() ? model.logic_hash : pack->pinned;
    return Error{ErrorCode::invalid_argument, "the case runs by other rules (logic " +
                                                  hash.substr(0, 12) + ") than these (" +
                                                  here.substr(0, 12) + ")"};
  }
  state.id = Value::string(in.text());
  const std::string_view name = in.text();
  const auto procedure = std::find_if(
      model.procedures.begin(), model.procedures.end(), [&](const step::Procedure& p) {
        return p.name == name && is_pinned_to(model.packs[p.pack]);
      });
  if (!in.is_good() || procedure == model.procedures.end()) return corrupt("a case");
  state.procedure = static_cast<step::Index>(procedure - model.procedures.begin());
  state.steps = get<std::uint32_t>(in);
  const std::uint8_t flags = in.byte();
  if (flags > 7) in.fail();
  state.is_final = (flags & 1U) != 0;
  state.has_incident = (flags & 2U) != 0;
  state.was_put_right = (flags & 4U) != 0;
  state.lets_true = in.varint();
  for (Instant* at : {&state.opened, &state.closed, &state.last_at, &state.last_recorded})
    at->micros = in.signed_varint();
  const std::string_view configuration = in.text();
  auto decoded = chart::Configuration::decode(procedure->chart, configuration);
  if (!in.is_good() || !decoded) return corrupt("a case");
  state.configuration = std::move(*decoded);
  if (in.count() != procedure->case_slots) return corrupt("a case");
  state.slots.resize(procedure->case_slots);
  for (Value& value : state.slots) value = read(in);
  if (in.count() != procedure->clocks.size()) return corrupt("a case");
  for (std::size_t i = 0; i < procedure->clocks.size(); ++i) state.clocks.push_back(get_run(in));
  std::size_t reminders = 0;
  for (const step::Clock& clock : procedure->clocks) reminders += clock.reminders.size();
  state.told.resize(reminders);
  for (std::uint64_t n = in.count(3); n > 0; --n) {
    step::Suspension one;
    one.clock = get<step::Index>(in);
    if (one.clock >= state.clocks.size()) in.fail();
    one.span.from = {in.signed_varint()};
    one.span.to = {in.signed_varint()};
    state.suspensions.push_back(one);
  }
  if (version == case_version) {
    for (std::uint64_t n = in.count(2); n > 0; --n) {
      step::Hold one;
      one.clock = get<step::Index>(in);
      one.state = get<step::Index>(in);
      if (one.clock >= state.clocks.size() || one.state >= procedure->chart.size()) in.fail();
      state.held.push_back(one);
    }
  } else {
    state.held = holds_by_states(state, *procedure);
  }
  if (in.count() != reminders) return corrupt("a case");
  for (std::uint16_t& times : state.told) times = get<std::uint16_t>(in);
  if (in.count() != procedure->timers.size()) return corrupt("a case");
  for (std::size_t i = 0; i < procedure->timers.size(); ++i)
    state.entered.push_back({in.signed_varint()});
  for (std::uint64_t n = in.count(2); n > 0; --n) {
    const auto rule = get<step::Index>(in);
    if (rule >= model.rules.size()) in.fail();
    state.standing.push_back({rule, in.varint()});
  }
  state.incident = std::string(in.text());
  if (!in.is_done()) return corrupt("a case");
  return state;
}

std::string_view logic_of(const ledger::Entry& entry, const step::Model& model) {
  constexpr std::size_t enough = 12;
  const step::Index pack = entry.rule != step::none ? model.rules[entry.rule].pack
                                                    : model.ledgers[entry.ledger].pack;
  return pack == step::none ? std::string_view()
                            : std::string_view(model.packs[pack].pinned).substr(0, enough);
}

std::string encode(const ledger::Entry& entry, std::string_view made_by) {
  ByteWriter out;
  out.byte(entry_version);
  out.varint(entry.ledger);
  out.varint(entry.rule);
  out.byte(static_cast<std::uint8_t>(entry.kind));
  out.byte(static_cast<std::uint8_t>((entry.is_withdrawn ? 1U : 0U) |
                                     (entry.is_correction ? 2U : 0U) |
                                     (entry.is_standing ? 4U : 0U)));
  write(out, entry.subject);
  write(out, entry.case_id);
  out.varint(entry.step);
  out.varint(entry.happening);
  out.varint(entry.nth);
  out.signed_varint(entry.on.days);
  out.signed_varint(entry.at.micros);
  out.signed_varint(entry.recorded.micros);
  out.varint(entry.replaced_by);
  out.varint(entry.about);
  out.varint(entry.sanction);
  write(out, entry.amount);
  write(out, entry.from);
  write(out, entry.to);
  out.varint(entry.fields.size());
  for (const Value& field : entry.fields) write(out, field);
  out.text(entry.reason);
  out.text(made_by);
  return out.take();
}

Result<ledger::Entry> decode_entry(std::string_view bytes, std::string* made_by) {
  ByteReader in(bytes);
  const std::uint8_t version = in.byte();
  if (version != entry_version && version != entry_version_without_logic)
    return corrupt("an entry of an unknown version");
  ledger::Entry entry;
  entry.ledger = get<std::uint16_t>(in);
  entry.rule = get<std::uint16_t>(in);
  const std::uint8_t kind = in.byte(), flags = in.byte();
  if (kind > static_cast<std::uint8_t>(ledger::EntryKind::payment) || flags > 7) in.fail();
  entry.kind = static_cast<ledger::EntryKind>(kind);
  entry.is_withdrawn = (flags & 1U) != 0;
  entry.is_correction = (flags & 2U) != 0;
  entry.is_standing = (flags & 4U) != 0;
  entry.subject = read(in);
  entry.case_id = read(in);
  entry.step = get<std::uint32_t>(in);
  entry.happening = get<std::uint16_t>(in);
  entry.nth = get<std::uint32_t>(in);
  entry.on = {in.signed_varint()};
  entry.at = {in.signed_varint()};
  entry.recorded = {in.signed_varint()};
  entry.replaced_by = in.varint();
  entry.about = in.varint();
  entry.sanction = get<std::uint16_t>(in);
  entry.amount = read(in);
  entry.from = read(in);
  entry.to = read(in);
  entry.fields.resize(in.count());
  for (Value& field : entry.fields) field = read(in);
  entry.reason = std::string(in.text());
  const std::string_view logic = version == entry_version ? in.text() : std::string_view();
  if (made_by != nullptr) *made_by = std::string(logic);
  if (!in.is_done()) return corrupt("an entry");
  return entry;
}

std::string encode(const Outcome& outcome) {
  ByteWriter out;
  out.byte(answer_version);
  out.byte(static_cast<std::uint8_t>(outcome.is));
  out.text(outcome.case_id);
  out.varint(outcome.step);
  out.text(outcome.state);
  out.varint(outcome.reasons.size());
  for (const Reason& reason : outcome.reasons) {
    for (const std::string* text : {&reason.code, &reason.label, &reason.clause, &reason.help})
      out.text(*text);
  }
  out.varint(outcome.effects.size());
  for (const Effect& effect : outcome.effects) {
    out.byte(static_cast<std::uint8_t>(effect.is));
    out.text(effect.id);
    out.text(effect.name);
    out.varint(effect.to.size());
    for (const std::string& to : effect.to) out.text(to);
    out.varint(effect.data.size());
    for (const auto& [name, value] : effect.data) {
      out.text(name);
      write(out, value);
    }
    out.text(effect.clause);
  }
  return out.take();
}

Result<Outcome> decode_outcome(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != answer_version) return corrupt("an answer of an unknown version");
  Outcome outcome;
  const std::uint8_t is = in.byte();
  if (is > static_cast<std::uint8_t>(Outcome::Is::incident)) in.fail();
  outcome.is = static_cast<Outcome::Is>(is);
  outcome.case_id = std::string(in.text());
  outcome.step = in.varint();
  outcome.state = std::string(in.text());
  outcome.reasons.resize(in.count(4));
  for (Reason& reason : outcome.reasons) {
    for (std::string* text : {&reason.code, &reason.label, &reason.clause, &reason.help})
      *text = std::string(in.text());
  }
  outcome.effects.resize(in.count(5));
  for (Effect& effect : outcome.effects) {
    const std::uint8_t what = in.byte();
    if (what > static_cast<std::uint8_t>(Effect::Is::take_back)) in.fail();
    effect.is = static_cast<Effect::Is>(what);
    effect.id = std::string(in.text());
    effect.name = std::string(in.text());
    effect.to.resize(in.count());
    for (std::string& to : effect.to) to = std::string(in.text());
    effect.data.resize(in.count(2));
    for (auto& [name, value] : effect.data) {
      name = std::string(in.text());
      value = read(in);
    }
    effect.clause = std::string(in.text());
  }
  if (!in.is_done()) return corrupt("an answer");
  return outcome;
}

}  // namespace aftercare::journal
