#include "replay/pack.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "step/record.hpp"

namespace aftercare::logs {

namespace {

using base::ByteReader;
using base::ByteWriter;

constexpr std::int64_t second = 1'000'000;

/// 0 for no instant; else the distance from `base` in seconds where it is whole, in microseconds
/// where it is not.
void put(ByteWriter& out, Instant at, Instant base) {
  if (at.micros == 0) {
    out.varint(0);
    return;
  }
  const std::int64_t distance = at.micros - base.micros;
  const bool is_whole = distance % second == 0;
  const std::int64_t count = is_whole ? distance / second : distance;
  const std::uint64_t zigzag =
      (static_cast<std::uint64_t>(count) << 1U) ^ static_cast<std::uint64_t>(count >> 63);
  out.varint((zigzag << 1U | (is_whole ? 0U : 1U)) + 1);
}

Instant get(ByteReader& in, Instant base) {
  std::uint64_t code = in.varint();
  if (code == 0) return {};
  --code;
  const bool is_whole = (code & 1U) == 0;
  const std::uint64_t zigzag = code >> 1U;
  const std::int64_t count =
      static_cast<std::int64_t>(zigzag >> 1U) ^ -static_cast<std::int64_t>(zigzag & 1U);
  return {base.micros + (is_whole ? count * second : count)};
}

// Values as in records, but instants by their distance; 0x3E stands for a run of nulls.
constexpr std::uint8_t nulls = 0x3E, near_instant = 0x3F;

void put(ByteWriter& out, const std::vector<Value>& values, Instant base) {
  out.varint(values.size());
  for (std::size_t i = 0; i < values.size();) {
    if (values[i].is_null()) {
      std::size_t end = i;
      while (end < values.size() && values[end].is_null()) ++end;
      out.byte(nulls);
      out.varint(end - i);
      i = end;
      continue;
    }
    if (values[i].is(Kind::instant) && values[i].as_instant().micros != 0) {
      out.byte(near_instant);
      put(out, values[i].as_instant(), base);
    } else {
      out.byte(0);
      step::record::write(out, values[i]);
    }
    ++i;
  }
}

std::vector<Value> get_values(ByteReader& in, Instant base) {
  std::vector<Value> out(in.varint());
  for (std::size_t i = 0; i < out.size() && in.is_good();) {
    const std::uint8_t tag = in.byte();
    if (tag == nulls) {
      i += in.varint();
    } else if (tag == near_instant) {
      out[i++] = Value::instant(get(in, base));
    } else {
      out[i++] = step::record::read(in);
    }
  }
  return out;
}

void put(ByteWriter& out, const clock::Run& run, Instant base) {
  out.byte(static_cast<std::uint8_t>(
      static_cast<unsigned>(run.state) | (run.is_limit_exclusive ? 8U : 0U) |
      (run.is_provisional ? 16U : 0U) | (run.is_already_past ? 32U : 0U) |
      (run.is_stopped ? 64U : 0U) | (run.is_recorded_late ? 128U : 0U)));
  out.varint(run.cycle);
  if (run.cycle == 0) return;
  out.byte(static_cast<std::uint8_t>(static_cast<unsigned>(run.goal.is) |
                                     static_cast<unsigned>(run.goal.unit) << 3U));
  out.signed_varint(run.goal.word);
  put(out, run.started, base);
  put(out, run.limit, run.started);
  // The first instant too late is mostly the limit or a microsecond behind it; of a paused clock it
  // is what remains, which is no instant.
  out.signed_varint(run.fires.micros - run.limit.micros);
  put(out, run.window_from, run.started);
  put(out, run.ended, run.started);
  // What most clocks do not have.
  const bool is_counted_anew = run.counted_from != run.started || run.counted != clock::Run::whole;
  out.byte(static_cast<std::uint8_t>((run.calendar != 0xFFFF ? 1U : 0U) |
                                     (is_counted_anew ? 2U : 0U) |
                                     (run.wakes != clock::never ? 4U : 0U)));
  if (run.calendar != 0xFFFF) out.varint(run.calendar);
  if (is_counted_anew) {
    put(out, run.counted_from, run.started);
    out.signed_varint(run.counted);
  }
  if (run.wakes != clock::never) put(out, run.wakes, run.started);
}

clock::Run get_run(ByteReader& in, Instant base) {
  clock::Run run;
  const std::uint8_t flags = in.byte();
  run.state = static_cast<clock::State>(flags & 7U);
  run.is_limit_exclusive = (flags & 8U) != 0;
  run.is_provisional = (flags & 16U) != 0;
  run.is_already_past = (flags & 32U) != 0;
  run.is_stopped = (flags & 64U) != 0;
  run.is_recorded_late = (flags & 128U) != 0;
  run.cycle = static_cast<std::uint16_t>(in.varint());
  if (run.cycle == 0) return run;
  const std::uint8_t goal = in.byte();
  run.goal.is = static_cast<clock::Goal::Is>(goal & 7U);
  run.goal.unit = static_cast<Unit>(goal >> 3U);
  run.goal.word = in.signed_varint();
  run.started = get(in, base);
  run.limit = get(in, run.started);
  run.fires = {run.limit.micros + in.signed_varint()};
  run.window_from = get(in, run.started);
  run.ended = get(in, run.started);
  run.counted_from = run.started;
  const std::uint8_t more = in.byte();
  if ((more & 1U) != 0) run.calendar = static_cast<std::uint16_t>(in.varint());
  if ((more & 2U) != 0) {
    run.counted_from = get(in, run.started);
    run.counted = in.signed_varint();
  }
  if ((more & 4U) != 0) run.wakes = get(in, run.started);
  return run;
}

}  // namespace

std::string_view Arena::keep(std::string_view bytes) {
  if (bytes.size() > left_) {
    const std::size_t size = std::max(block_size, bytes.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    free_ = blocks_.back().get();
    left_ = size;
    size_ += size;
  }
  char* const begin = free_;
  if (!bytes.empty()) std::memcpy(begin, bytes.data(), bytes.size());
  free_ += bytes.size();
  left_ -= bytes.size();
  return {begin, bytes.size()};
}

void Arena::take(Arena&& other) {
  for (auto& block : other.blocks_) blocks_.push_back(std::move(block));
  size_ += other.size_;
  other = Arena();
  left_ = 0;
}

void pack(ByteWriter& out, const step::CaseState& state, const step::Model& model) {
  const Instant base = state.opened;
  out.varint(state.procedure);
  out.text(state.id.as_string());
  out.text(state.record);
  out.signed_varint(base.micros);
  out.varint(state.steps);
  out.byte(static_cast<std::uint8_t>((state.is_final ? 1U : 0U) | (state.has_incident ? 2U : 0U) |
                                     (state.was_put_right ? 4U : 0U)));
  out.varint(state.lets_true);
  put(out, state.closed, base);
  put(out, state.last_at, base);
  put(out, state.last_recorded, base);
  out.text(state.configuration.encode(model.procedures[state.procedure].chart));
  put(out, state.slots, base);
  for (const clock::Run& run : state.clocks) put(out, run, base);
  out.varint(state.suspensions.size());
  for (const step::Suspension& one : state.suspensions) {
    out.varint(one.clock);
    put(out, one.span.from, base);
    put(out, one.span.to, base);
  }
  out.varint(state.held.size());
  for (const step::Hold& one : state.held) {
    out.varint(one.clock);
    out.varint(one.state);
  }
  for (const std::uint16_t times : state.told) out.varint(times);
  for (const Instant at : state.entered) put(out, at, base);
  out.varint(state.standing.size());
  for (const step::Standing& standing : state.standing) {
    out.varint(standing.rule);
    out.varint(standing.entry);
  }
  out.text(state.incident);
}

PackedSteps unpack_steps(ByteReader& in) {
  PackedSteps out;
  out.procedure = static_cast<step::Index>(in.varint());
  out.id = in.text();
  out.record = in.text();
  return out;
}

step::CaseState unpack_case(ByteReader& in, const step::Model& model) {
  step::CaseState state;
  const PackedSteps first = unpack_steps(in);
  state.procedure = first.procedure;
  const step::Procedure& procedure = model.procedures[state.procedure];
  state.id = Value::string(first.id);
  state.record = std::string(first.record);
  state.opened = {in.signed_varint()};
  const Instant base = state.opened;
  state.steps = static_cast<std::uint32_t>(in.varint());
  const std::uint8_t flags = in.byte();
  state.is_final = (flags & 1U) != 0;
  state.has_incident = (flags & 2U) != 0;
  state.was_put_right = (flags & 4U) != 0;
  state.lets_true = in.varint();
  state.closed = get(in, base);
  state.last_at = get(in, base);
  state.last_recorded = get(in, base);
  auto configuration = chart::Configuration::decode(procedure.chart, in.text());
  AFTERCARE_ASSERT(configuration.has_value(), "a packed case is whole");
  state.configuration = std::move(*configuration);
  state.slots = get_values(in, base);
  state.clocks.resize(procedure.clocks.size());
  for (clock::Run& run : state.clocks) run = get_run(in, base);
  state.suspensions.resize(in.varint());
  for (step::Suspension& one : state.suspensions) {
    one.clock = static_cast<step::Index>(in.varint());
    one.span.from = get(in, base);
    one.span.to = get(in, base);
  }
  state.held.resize(in.varint());
  for (step::Hold& one : state.held) {
    one.clock = static_cast<step::Index>(in.varint());
    one.state = static_cast<step::Index>(in.varint());
  }
  std::size_t reminders = 0;
  for (const step::Clock& clock : procedure.clocks) reminders += clock.reminders.size();
  state.told.resize(reminders);
  for (std::uint16_t& times : state.told) times = static_cast<std::uint16_t>(in.varint());
  state.entered.resize(procedure.timers.size());
  for (Instant& at : state.entered) at = get(in, base);
  state.standing.resize(in.varint());
  for (step::Standing& standing : state.standing) {
    standing.rule = static_cast<step::Index>(in.varint());
    standing.entry = in.varint();
  }
  state.incident = std::string(in.text());
  return state;
}

void pack(ByteWriter& out, const ledger::Entry& entry, std::uint32_t case_number) {
  out.varint(case_number);
  out.varint(entry.ledger);
  out.varint(static_cast<std::uint16_t>(entry.rule + 1));
  out.byte(static_cast<std::uint8_t>(
      static_cast<unsigned>(entry.kind) | (entry.is_withdrawn ? 16U : 0U) |
      (entry.is_correction ? 32U : 0U) | (entry.is_standing ? 64U : 0U)));
  out.varint(entry.step);
  out.varint(static_cast<std::uint16_t>(entry.happening + 1));
  out.varint(entry.nth);
  out.signed_varint(entry.recorded.micros);
  out.signed_varint(entry.at.micros - entry.recorded.micros);
  out.signed_varint(entry.on.days);
  out.varint(entry.replaced_by);
  out.varint(entry.about);
  out.varint(static_cast<std::uint16_t>(entry.sanction + 1));
  step::record::write(out, entry.subject);
  step::record::write(out, entry.amount);
  step::record::write(out, entry.from);
  step::record::write(out, entry.to);
  put(out, entry.fields, entry.recorded);
  out.text(entry.reason);
}

ledger::Entry unpack_entry(ByteReader& in, std::uint32_t& case_number) {
  ledger::Entry entry;
  case_number = static_cast<std::uint32_t>(in.varint());
  entry.ledger = static_cast<std::uint16_t>(in.varint());
  entry.rule = static_cast<std::uint16_t>(in.varint() - 1);
  const std::uint8_t kind = in.byte();
  entry.kind = static_cast<ledger::EntryKind>(kind & 15U);
  entry.is_withdrawn = (kind & 16U) != 0;
  entry.is_correction = (kind & 32U) != 0;
  entry.is_standing = (kind & 64U) != 0;
  entry.step = static_cast<std::uint32_t>(in.varint());
  entry.happening = static_cast<std::uint16_t>(in.varint() - 1);
  entry.nth = static_cast<std::uint32_t>(in.varint());
  entry.recorded = {in.signed_varint()};
  entry.at = {entry.recorded.micros + in.signed_varint()};
  entry.on = {in.signed_varint()};
  entry.replaced_by = in.varint();
  entry.about = in.varint();
  entry.sanction = static_cast<std::uint16_t>(in.varint() - 1);
  entry.subject = step::record::read(in);
  entry.amount = step::record::read(in);
  entry.from = step::record::read(in);
  entry.to = step::record::read(in);
  entry.fields = get_values(in, entry.recorded);
  entry.reason = std::string(in.text());
  return entry;
}

}  // namespace aftercare::logs
