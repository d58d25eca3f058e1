// Interface: Influence.
#include "expression/influence.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"

namespace aftercare::expression {

namespace {

using bytecode::Instruction;
using bytecode::Op;
using bytecode::Operand;

/// Built-ins that grow, or stay, as any of their arguments does; where `one` is set, as the first
/// does while the others stay.
struct Monotone {
  std::string_view name;
  bool one;
};
constexpr Monotone monotone[] = {
    {"floor", true},           {"ceiling", true},       {"decimal", true}, {"round up", true},
    {"round down", true},      {"round half up", true}, {"min", false},    {"max", false},
    {"round half down", true}, {"sum", false},
};

const Monotone* monotone_builtin(std::int64_t function) {
  static const auto known = [] {
    std::map<std::int64_t, const Monotone*> out;
    for (const Monotone& row : monotone) {
      if (const auto id = builtins::find(row.name)) out.emplace(*id, &row);
    }
    return out;
  }();
  const auto at = known.find(function);
  return at == known.end() ? nullptr : at->second;
}

/// Kinds that stand in one line and keep it under the arithmetic below.
bool is_line(Kind kind) noexcept {
  switch (kind) {
    case Kind::number:
    case Kind::date:
    case Kind::instant:
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::money:
      return true;
    default:
      return false;
  }
}

/// The sign of a factor; none for what is no factor.
std::optional<int> sign_of(const Value& value) {
  switch (value.kind()) {
    case Kind::number:
      return value.as_number().sign();
    case Kind::money:
      return value.money_minor() > 0 ? 1 : value.money_minor() < 0 ? -1 : 0;
    case Kind::months_duration: {
      const std::int64_t count = value.as_months_duration().count;
      return count > 0 ? 1 : count < 0 ? -1 : 0;
    }
    case Kind::days_duration: {
      const rt::Duration length = value.as_days_duration();
      if (length.seconds != 0) return length.seconds > 0 ? 1 : -1;
      return length.nanos > 0 ? 1 : length.nanos < 0 ? -1 : 0;
    }
    default:
      return std::nullopt;
  }
}

Tag turned(const Tag& tag) { return {tag.falls, tag.rises, tag.text, -1}; }
Tag both(const Tag& a, const Tag& b) {
  return {a.rises | b.rises, a.falls | b.falls, a.text | b.text, -1};
}

}  // namespace

Influence::Influence(std::size_t unknown) : given_(unknown, Given::no), compared_(unknown) {}

void Influence::place(std::uint32_t slot, int input) {
  if (slot >= inputs_.size()) inputs_.resize(slot + 1, -1);
  inputs_[slot] = input;
}

void Influence::begin() {
  std::fill(tags_.begin(), tags_.end(), Tag());
  way_.clear();
  opaque_ = 0;
  result_ = {};
  missing_ = -1;
  written_ = -1;
}

void Influence::end_program() {
  hide(result_);
  std::fill(tags_.begin(), tags_.end(), Tag());
  result_ = {};
  written_ = -1;
}

bool Influence::touch(std::uint32_t slot) {
  return slot >= inputs_.size() || inputs_[slot] < 0 ||
         touch_input(static_cast<std::size_t>(inputs_[slot]));
}

bool Influence::require(std::uint32_t slot) {
  // What is null has a value of its own: all others of the input are not.
  if (slot >= inputs_.size() || inputs_[slot] < 0) return true;
  const auto input = static_cast<std::size_t>(inputs_[slot]);
  if (given_[input] == Given::no) missing_ = inputs_[slot];
  return given_[input] != Given::no;
}

bool Influence::touch_input(std::size_t input) {
  if (given_[input] == Given::no) {
    missing_ = static_cast<int>(input);
    return false;
  }
  if (given_[input] != Given::exactly) opaque_ |= Inputs{1} << input;
  return true;
}

Tag& Influence::tag(std::size_t object) {
  if (object >= tags_.size()) tags_.resize(object + 1);
  return tags_[object];
}

void Influence::remember(const Tag& tag, const Value& constant) {
  constexpr std::size_t most = 1000;
  if (tag.direct < 0) return;
  std::vector<Value>& known = compared_[static_cast<std::size_t>(tag.direct)];
  if (known.size() >= most) return;
  const bool is_new =
      std::none_of(known.begin(), known.end(), [&](const Value& v) { return v.equals(constant); });
  if (is_new) known.push_back(constant);
}

/// A comparison of any kind: how the two stand to each other decides it.
void Influence::note(const Value& left, const Tag& l, const Value& right, const Tag& r) {
  if (!l.is_set() && !r.is_set()) return;
  if (left.kind() != right.kind()) {
    // Kinds are the same at all points that this run speaks for, and so is what comes of them;
    // an instant and a date are compared by the zone.
    const auto is_day = [](Kind kind) { return kind == Kind::date || kind == Kind::instant; };
    if (is_day(left.kind()) && is_day(right.kind())) hide(both(l, r));
    return;
  }
  if ((l.text | r.text) != 0) {
    if ((l.is_set() && r.is_set()) || !left.is(Kind::string)) {
      hide(both(l, r));
      return;
    }
    remember(l, right);
    remember(r, left);
    way_ += left.as_string() == right.as_string() ? '=' : '#';
    return;
  }
  const Tag difference = both(l, turned(r));
  opaque_ |= difference.rises & difference.falls;
  const std::optional<int> order = builtins::order(left, right);
  if (!order) {
    hide(difference);
    return;
  }
  if (!r.is_set()) remember(l, right);
  if (!l.is_set()) remember(r, left);
  way_ += *order < 0 ? '<' : *order > 0 ? '>' : '=';
}

void Influence::note_membership(const Value& value, const Tag& v, const Value& in, const Tag& of,
                                int depth) {
  if (!v.is_set() && !of.is_set()) return;
  if (in.is(Kind::range)) {
    if (of.is_set() || v.text != 0) {
      hide(both(v, of));
      return;
    }
    if (!in.range_low().is_null()) note(value, v, in.range_low(), {});
    if (!in.range_high().is_null()) note(value, v, in.range_high(), {});
    return;
  }
  if (in.is(Kind::list)) {
    if (of.is_set() || depth > 0) {
      hide(both(v, of));
      return;
    }
    for (const Value& item : in.items()) note_membership(value, v, item, {}, depth + 1);
    return;
  }
  if (in.is(Kind::context) || in.is(Kind::function) || in.is(Kind::boolean)) {
    hide(both(v, of));
    return;
  }
  note(value, v, in, of);
}

/// An instruction about which nothing is known but what it reads and writes.
void Influence::unknown_use(const Instruction& i) {
  const bytecode::OpInfo& use = bytecode::info(i.op);
  const auto read = [&](std::size_t object) { hide(tag(object)); };
  if (use.a == Operand::o || use.a == Operand::both_o) read(i.a);
  if (use.b == Operand::o || use.b == Operand::both_o) {
    // Several registers from b on; the call of a value has its function before them.
    const bool has_function = i.op == Op::call || i.op == Op::call_named;
    const std::size_t count = use.c == Operand::count ? std::size_t{i.c} + has_function : 3;
    const bool is_row = use.c == Operand::count || i.op == Op::iterate_range || i.op == Op::between;
    for (std::size_t n = 0; n < (is_row ? count : 1); ++n) read(std::size_t{i.b} + n);
  }
  if (use.c == Operand::o || use.c == Operand::both_o) read(i.c);
  if (use.a == Operand::to_o || use.a == Operand::both_o) forget(i.a);
  if (use.c == Operand::to_o) forget(i.c);
}

void Influence::arithmetic(const Instruction& i, const Value* o) {
  const Tag l = tag(i.b), r = tag(i.c);
  const Value& left = o[i.b];
  const Value& right = o[i.c];
  forget(i.a);
  if (!l.is_set() && !r.is_set()) return;
  if (!is_line(left.kind()) || !is_line(right.kind())) {
    hide(both(l, r));
    return;
  }
  Tag made;
  switch (i.op) {
    case Op::add:
    case Op::subtract: {
      // On a wall clock that is put back, later instants may come out earlier.
      const bool has_instant = left.is(Kind::instant) || right.is(Kind::instant);
      const auto is_by_clock = [](const Value& v) {
        return v.is(Kind::months_duration) || (v.is(Kind::days_duration) && v.unit());
      };
      if (has_instant && (is_by_clock(left) || is_by_clock(right) || left.is(Kind::date) ||
                          right.is(Kind::date))) {
        hide(both(l, r));
        return;
      }
      made = both(l, i.op == Op::add ? r : turned(r));
      break;
    }
    case Op::multiply:
    case Op::divide: {
      const bool left_varies = l.is_set();
      if ((l.is_set() && r.is_set()) || (i.op == Op::divide && !left_varies)) {
        hide(both(l, r));
        return;
      }
      const std::optional<int> sign = sign_of(left_varies ? right : left);
      const Tag& varies = left_varies ? l : r;
      if (!sign || (i.op == Op::divide && *sign == 0)) {
        hide(varies);
        return;
      }
      if (*sign == 0) return;  // 0, whatever it is
      made = *sign > 0 ? both(varies, {}) : turned(varies);
      break;
    }
    default:
      hide(both(l, r));
      return;
  }
  tag(i.a) = made;
  written_ = i.a;
}

bool Influence::before(const Instruction& i, const Value* o) {
  if (written_ >= 0) {
    // Beyond what can be represented arithmetic gives null: not in one line with the rest.
    if (o[written_].is_null()) hide(tag(static_cast<std::size_t>(written_)));
    written_ = -1;
  }
  switch (i.op) {
    case Op::load: {
      forget(i.a);
      const auto slot = static_cast<std::size_t>(i.imm);
      if (slot >= inputs_.size() || inputs_[slot] < 0) return true;
      const auto input = static_cast<std::size_t>(inputs_[slot]);
      const Inputs bit = Inputs{1} << input;
      switch (given_[input]) {
        case Given::no:
          missing_ = static_cast<int>(input);
          return false;
        case Given::exactly:
          break;
        case Given::line:
          tag(i.a) = {bit, 0, 0, static_cast<int>(input)};
          break;
        case Given::text:
          tag(i.a) = {0, 0, bit, static_cast<int>(input)};
          break;
      }
      return true;
    }
    case Op::move:
      tag(i.a) = Tag(tag(i.b));
      return true;
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
      arithmetic(i, o);
      return true;
    case Op::negate: {
      const Tag operand = tag(i.b);
      forget(i.a);
      if (!operand.is_set()) return true;
      if (!is_line(o[i.b].kind())) {
        hide(operand);
      } else {
        tag(i.a) = turned(operand);
        written_ = i.a;
      }
      return true;
    }
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      if ((tag(i.b).text | tag(i.c).text) != 0 && i.op != Op::equal && i.op != Op::not_equal) {
        unknown_use(i);
        return true;
      }
      note(o[i.b], tag(i.b), o[i.c], tag(i.c));
      forget(i.a);
      return true;
    case Op::between:
      if (tag(i.b).text != 0) {
        unknown_use(i);
        return true;
      }
      note(o[i.b], tag(i.b), o[i.b + 1], tag(i.b + 1U));
      note(o[i.b], tag(i.b), o[i.b + 2], tag(i.b + 2U));
      forget(i.a);
      return true;
    case Op::test:
      if (o[i.c].is(Kind::boolean) || (i.imm != 0 && o[i.c].is_null())) {
        tag(i.a) = Tag(tag(i.c));
        return true;
      }
      [[fallthrough]];
    case Op::in:
      note_membership(o[i.b], tag(i.b), o[i.c], tag(i.c), 0);
      forget(i.a);
      return true;
    case Op::instance_of:
      forget(i.a);  // a matter of the kind, which is the same all along a line
      return true;
    case Op::call_builtin:
      if (const Monotone* how = monotone_builtin(i.imm)) {
        Tag made;
        bool fits = i.c > 0;
        for (std::size_t n = 0; n < i.c; ++n) {
          const std::size_t at = i.b + n;
          const Tag& argument = tag(at);
          if (!argument.is_set()) continue;
          fits = fits && is_line(o[at].kind()) && (n == 0 || !how->one);
          made = both(made, argument);
        }
        if (!fits) {
          unknown_use(i);
          return true;
        }
        tag(i.a) = made;
        if (made.is_set()) written_ = i.a;
        return true;
      }
      unknown_use(i);
      return true;
    case Op::call_host: {
      const auto* bounds =
          functions_ == nullptr ? nullptr : functions_->bounds(static_cast<std::uint32_t>(i.imm));
      if (bounds == nullptr || bounds->size() != i.c) {
        unknown_use(i);
        return true;
      }
      for (std::size_t n = 0; n < i.c; ++n) {
        for (const Value& constant : (*bounds)[n]) note(o[i.b + n], tag(i.b + n), constant, {});
      }
      forget(i.a);
      return true;
    }
    case Op::jump_if_false:
    case Op::jump_if_true:
    case Op::jump_unless:
    case Op::jump_if_null:
      return true;  // what is tagged is neither a boolean nor null
    case Op::give:
      result_ = tag(i.a);
      opaque_ |= result_.rises & result_.falls;
      return true;
    default:
      unknown_use(i);
      return true;
  }
}

}  // namespace aftercare::expression
