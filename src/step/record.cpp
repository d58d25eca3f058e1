#include "step/record.hpp"

#include <array>
#include <utility>

namespace aftercare::step::record {

namespace {

constexpr int max_depth = 64;  // of nested lists and contexts; case data are typed and far flatter

// Flags of a step.
constexpr std::uint64_t has_recorded = 1, has_role = 2, has_person = 4, unexpected = 8,
                        has_outcome = 16, has_authority = 32;

/// Beside the kind of a zone: the second of two times that its clocks show alike.
constexpr std::uint8_t second_of_two = 4;

/// A number that must fit a narrower type: bytes that say otherwise do not check.
template <class Narrow>
Narrow narrow(base::ByteReader& in, std::int64_t wide) {
  const auto out = static_cast<Narrow>(wide);
  if (static_cast<std::int64_t>(out) != wide) in.fail();
  return out;
}

bool read_flag(base::ByteReader& in) {
  const std::uint8_t flag = in.byte();
  if (flag > 1) in.fail();
  return flag == 1;
}

/// A value has one form in bytes: what would be written otherwise is refused.
Value read_number(base::ByteReader& in) {
  Value value;
  const std::uint8_t form = in.byte();
  if (form == number_form::text) {
    const std::string_view text = in.text();
    if (auto number = Value::number(text); number && number->is_heap()) value = *number;
    if (value.is_null() || rt::to_string(value.as_number()) != text) in.fail();
  } else {
    const bool is_wide = form == number_form::wide;
    const std::int64_t coefficient =
        is_wide ? in.signed_varint() : static_cast<std::int32_t>(in.fixed32());
    const std::int32_t exponent = is_wide ? narrow<std::int32_t>(in, in.signed_varint())
                                          : std::int32_t{form} - number_form::zero;
    if (const auto number = rt::Decimal::make(coefficient, exponent))
      value = Value::number(*number);
    if (value.is_null() || value.is_heap() || value.raw_word() != coefficient ||
        value.raw_aux() != exponent || number_form::of(value) != form)
      in.fail();
  }
  return in.is_good() ? value : Value();
}

Value read_at(base::ByteReader& in, int depth) {
  if (depth > max_depth) {
    in.fail();
    return {};
  }
  const std::uint8_t tag = in.byte();
  if (tag > static_cast<std::uint8_t>(aftercare::Kind::function)) {
    in.fail();
    return {};
  }
  using K = aftercare::Kind;
  switch (static_cast<K>(tag)) {
    case K::null:
      return {};
    case K::boolean:
      return Value::boolean(read_flag(in));
    case K::number:
      return read_number(in);
    case K::date:
    case K::instant: {
      const std::int64_t word = in.signed_varint();
      return Value::from_raw(static_cast<K>(tag), word, 0, 0);
    }
    case K::days_duration:
    case K::months_duration:
    case K::working_duration:
    case K::symbol:
    case K::money: {
      const std::int64_t word = in.signed_varint();
      const auto aux = narrow<std::int32_t>(in, in.signed_varint());
      const auto spare = narrow<std::uint16_t>(in, static_cast<std::int64_t>(in.varint()));
      const bool has_no_aux =
          static_cast<K>(tag) == K::months_duration || static_cast<K>(tag) == K::working_duration;
      if (has_no_aux && aux != 0) in.fail();
      return Value::from_raw(static_cast<K>(tag), word, aux, spare);
    }
    case K::string:
      return Value::string(in.text());
    case K::time:
    case K::date_time: {
      const std::int64_t days = in.signed_varint();
      const std::int64_t nanos = in.signed_varint();
      ZoneRef zone;
      const std::uint8_t written = in.byte(), zone_kind = written & ~second_of_two;
      const bool is_of_no_day = static_cast<K>(tag) == K::time && days != 0;
      const bool may_be_second = static_cast<K>(tag) == K::date_time &&
                                 zone_kind == static_cast<std::uint8_t>(ZoneRef::Kind::named);
      zone.is_second = written != zone_kind;
      if (zone_kind > 2 || is_of_no_day || (zone.is_second && !may_be_second)) {
        in.fail();
        return {};
      }
      zone.kind = static_cast<ZoneRef::Kind>(zone_kind);
      zone.offset_seconds = narrow<std::int32_t>(in, in.signed_varint());
      zone.name = std::string(in.text());
      if (static_cast<K>(tag) == K::time) return Value::time({{nanos}, std::move(zone)});
      return Value::date_time({{days}, {nanos}, std::move(zone)});
    }
    case K::list: {
      std::vector<Value> items(in.count());
      for (Value& item : items) item = read_at(in, depth + 1);
      return Value::list(std::move(items));
    }
    case K::context: {
      std::vector<ContextEntry> entries(in.count(2));
      for (auto& [key, value] : entries) {
        key = std::string(in.text());
        value = read_at(in, depth + 1);
      }
      const std::size_t count = entries.size();
      Value context = Value::context(std::move(entries));
      if (context.entries().size() != count) in.fail();  // a key twice
      return context;
    }
    case K::range: {
      const std::uint8_t ends = in.byte();
      if (ends > 3) in.fail();
      Value low = read_at(in, depth + 1);
      Value high = read_at(in, depth + 1);
      return Value::range(std::move(low), (ends & 1U) != 0, std::move(high), (ends & 2U) != 0);
    }
    case K::function:
      break;
  }
  in.fail();
  return {};
}

/// Passes over what read_at() would read.
void skip_at(base::ByteReader& in, int depth) {
  if (depth > max_depth) return in.fail();
  using K = aftercare::Kind;
  const std::uint8_t tag = in.byte();
  const auto numbers = [&](int count) {
    for (int i = 0; i < count; ++i) in.varint();
  };
  const auto values = [&](std::uint64_t count) {
    for (std::uint64_t i = 0; i < count && in.is_good(); ++i) skip_at(in, depth + 1);
  };
  switch (static_cast<K>(tag)) {
    case K::null:
      return;
    case K::boolean:
      in.byte();
      return;
    case K::number:
      switch (in.byte()) {
        case number_form::text:
          in.text();
          return;
        case number_form::wide:
          return numbers(2);
        default:
          in.fixed32();
          return;
      }
    case K::date:
    case K::instant:
      return numbers(1);
    case K::days_duration:
    case K::months_duration:
    case K::working_duration:
    case K::symbol:
    case K::money:
      return numbers(3);
    case K::string:
      in.text();
      return;
    case K::time:
    case K::date_time:
      numbers(2);
      in.byte();
      numbers(1);
      in.text();
      return;
    case K::list:
      return values(in.count());
    case K::context:
      for (std::uint64_t i = in.count(2); i > 0 && in.is_good(); --i) {
        in.text();
        skip_at(in, depth + 1);
      }
      return;
    case K::range:
      in.byte();
      return values(2);
    case K::function:
      break;
  }
  in.fail();
}

}  // namespace

void write_long_item(base::ByteWriter& items, Mark mark, const Value& value) {
  items.packed(mark.bytes, mark.size);
  write(items, value);
}

void write(base::ByteWriter& out, const Value& value) {
  using K = aftercare::Kind;
  const auto zigzag = base::ByteWriter::zigzag;
  const auto kind = static_cast<std::uint8_t>(value.kind());
  switch (value.kind()) {
    case K::boolean:
      out.varints(kind, static_cast<std::uint8_t>(value.as_boolean()));
      return;
    case K::number: {
      const std::uint8_t form = number_form::of(value);
      out.varints(kind, form);
      if (form == number_form::text) {
        out.text(rt::to_string(value.as_number()));
        return;
      }
      if (form == number_form::wide)
        out.varints(zigzag(value.raw_word()), zigzag(value.raw_aux()));
      else
        out.fixed32(static_cast<std::uint32_t>(value.raw_word()));
      return;
    }
    case K::date:
    case K::instant:
      out.varints(kind, zigzag(value.raw_word()));
      return;
    case K::days_duration:
    case K::months_duration:
    case K::working_duration:
    case K::symbol:
    case K::money:
      out.varints(kind, zigzag(value.raw_word()), zigzag(value.raw_aux()), value.raw_spare());
      return;
    default:
      break;
  }
  out.byte(kind);
  switch (value.kind()) {
    case K::string:
      out.text(value.as_string());
      return;
    case K::time:
      out.signed_varint(0);
      out.signed_varint(value.as_time().time.nanos);
      out.byte(static_cast<std::uint8_t>(value.as_time().zone.kind));
      out.signed_varint(value.as_time().zone.offset_seconds);
      out.text(value.as_time().zone.name);
      return;
    case K::date_time:
      out.signed_varint(value.as_date_time().date.days);
      out.signed_varint(value.as_date_time().time.nanos);
      out.byte(static_cast<std::uint8_t>(
          static_cast<unsigned>(value.as_date_time().zone.kind) |
          (value.as_date_time().zone.is_second ? unsigned{second_of_two} : 0U)));
      out.signed_varint(value.as_date_time().zone.offset_seconds);
      out.text(value.as_date_time().zone.name);
      return;
    case K::list:
      out.varint(value.items().size());
      for (const Value& item : value.items()) write(out, item);
      return;
    case K::context:
      out.varint(value.entries().size());
      for (const auto& [key, item] : value.entries()) {
        out.text(key);
        write(out, item);
      }
      return;
    case K::range:
      out.byte(static_cast<std::uint8_t>((value.range_includes_low() ? 1U : 0U) |
                                         (value.range_includes_high() ? 2U : 0U)));
      write(out, value.range_low());
      write(out, value.range_high());
      return;
    default:
      return;  // null; no type of a field holds a function
  }
}

Value read(base::ByteReader& in) { return read_at(in, 0); }

bool Reader::next(Step& step) { return next(step, true); }
bool Reader::next_outline(Step& step) { return next(step, false); }

bool Reader::next(Step& step, bool is_whole) {
  if (!in_.is_good() || in_.is_at_end()) return false;
  base::ByteReader in(in_.text());
  if (!in_.is_good()) return false;
  const std::uint8_t kind = in.byte();
  if (kind > static_cast<std::uint8_t>(Kind::retract)) in.fail();
  step.kind = static_cast<Kind>(kind);
  const std::uint64_t flags = in.varint();
  step.is_unexpected = (flags & unexpected) != 0;
  step.index = static_cast<Index>(in.varint());
  step.outcome = (flags & has_outcome) != 0 ? static_cast<Index>(in.varint()) : none;
  last_ += in.signed_varint();
  step.at = {last_};
  step.recorded = {last_ + ((flags & has_recorded) != 0 ? in.signed_varint() : 0)};
  step.actor.role = (flags & has_role) != 0 ? static_cast<Index>(in.varint()) : none;
  step.actor.person = Value();
  step.data.clear();
  if ((flags & has_person) != 0) {
    is_whole ? static_cast<void>(step.actor.person = read_at(in, 0)) : skip_at(in, 0);
  }
  step.actor.on_behalf_of = Value();
  step.actor.authority = Authority::own;
  if ((flags & has_authority) != 0) {
    const std::uint8_t authority = in.byte();
    if (authority > static_cast<std::uint8_t>(Authority::superior)) in.fail();
    step.actor.authority = static_cast<Authority>(authority);
    step.actor.on_behalf_of = read_at(in, 0);
  }
  const std::uint64_t count = in.count(2);
  for (std::uint64_t i = 0; i < count && in.is_good(); ++i) {
    const auto input = static_cast<std::uint32_t>(in.varint());
    if (is_whole) {
      step.data.emplace_back(input, read_at(in, 0));
    } else {
      skip_at(in, 0);
    }
  }
  step.items = in.bytes(in.remaining());
  if (!in.is_good()) in_.fail();
  return in.is_good();
}

namespace {

/// What follows an opcode, in this order.
struct Layout {
  bool is_known = true;
  std::uint8_t numbers = 0;
  bool has_verdict = false;  ///< one byte, behind the first number; Item::second
  bool has_text = false;
  std::uint8_t values = 0;
};

Layout layout_of(Op op) {
  switch (op) {
    case Op::guard:
    case Op::condition:
      return {.numbers = 1, .has_verdict = true};
    case Op::transition:
    case Op::entered:
    case Op::exited:
    case Op::unmet:
    case Op::let_true:
    case Op::reassessed:
    case Op::told:
    case Op::too_late_for:
      return {.numbers = 1};
    case Op::clock:
    case Op::rule_entered:
    case Op::rule_withdrawn:
    case Op::rule_restored:
    case Op::became:
    case Op::chain:
    case Op::lacking:
    case Op::unmet_of_form:
    case Op::as_of:
      return {.numbers = 2};
    case Op::reminded:
    case Op::undone:
    case Op::form:
      return {.numbers = 3};
    case Op::read:
    case Op::looked_up:
      return {.numbers = 1, .values = 1};
    case Op::entitlement:
      return {.numbers = 4, .values = 2};
    case Op::limit:
      return {.numbers = 4};
    case Op::consulted:
    case Op::on_ledger:
      return {.numbers = 3, .has_text = true, .values = 1};
    case Op::reprojected:
      return {.numbers = 3, .has_text = true};
    case Op::out_of_turn:
      return {.numbers = 2, .has_text = true};
    case Op::incident:
    case Op::because:
      return {.has_text = true};
    case Op::in_its_place:
      return {};
  }
  return {.is_known = false};
}

template <class Of>
std::array<decltype(&std::declval<Of&>().first), 4> numbers_of(Of& item) {
  return {&item.first, &item.second, &item.third, &item.fourth};
}

}  // namespace

Item next_item(base::ByteReader& in) {
  Item item;
  item.op = static_cast<Op>(in.byte());
  const Layout layout = layout_of(item.op);
  if (!layout.is_known) in.fail();
  const auto numbers = numbers_of(item);
  for (std::size_t i = 0; i < layout.numbers; ++i) *numbers[i] = in.varint();
  if (layout.has_verdict) item.second = read_flag(in) ? 1 : 0;
  if (layout.has_text) item.text = in.text();
  if (layout.values > 0) item.value = read_at(in, 0);
  if (layout.values > 1) item.until = read_at(in, 0);
  return item;
}

void write(base::ByteWriter& out, const Item& item) {
  out.byte(static_cast<std::uint8_t>(item.op));
  const Layout layout = layout_of(item.op);
  const auto numbers = numbers_of(item);
  for (std::size_t i = 0; i < layout.numbers; ++i) out.varint(*numbers[i]);
  if (layout.has_verdict) out.byte(static_cast<std::uint8_t>(item.second));
  if (layout.has_text) out.text(item.text);
  if (layout.values > 0) write(out, item.value);
  if (layout.values > 1) write(out, item.until);
}

/// Puts a finished step behind a record. `last` is the instant of the record's last step.
void append(std::string& record, Instant last, Kind kind, bool is_unexpected, Index index,
            Index outcome, Instant at, Instant recorded, const Actor& actor,
            const base::ByteWriter& data, std::uint64_t data_count, const base::ByteWriter& items,
            base::ByteWriter& scratch) {
  scratch.clear();
  scratch.byte(static_cast<std::uint8_t>(kind));
  std::uint64_t flags = is_unexpected ? unexpected : 0;
  if (recorded != at) flags |= has_recorded;
  if (actor.role != none) flags |= has_role;
  if (!actor.person.is_null()) flags |= has_person;
  if (outcome != none) flags |= has_outcome;
  const bool acts_for = actor.authority != Authority::own;
  if (acts_for) flags |= has_authority;
  scratch.varint(flags);
  scratch.varint(index);
  if (outcome != none) scratch.varint(outcome);
  scratch.signed_varint(at.micros - last.micros);
  if (recorded != at) scratch.signed_varint(recorded.micros - at.micros);
  if (actor.role != none) scratch.varint(actor.role);
  if (!actor.person.is_null()) write(scratch, actor.person);
  if (acts_for) {
    scratch.byte(static_cast<std::uint8_t>(actor.authority));
    write(scratch, actor.on_behalf_of);
  }
  scratch.varint(data_count);
  scratch.bytes(data.data());
  scratch.bytes(items.data());
  base::ByteWriter::append_varint(record, scratch.size());
  record += scratch.data();
}

}  // namespace aftercare::step::record
