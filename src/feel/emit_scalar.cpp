// The part of emit() that puts proved numbers, money, booleans, dates, instants, symbols and
// lengths of time into scalar registers. What cannot be a scalar is left to the object registers; a
// node that is asked for in the other bank is boxed or unboxed where it is used.
#include <algorithm>
#include <array>
#include <limits>

#include "aftercare/rt/date.hpp"

#include "feel/emitter.hpp"

namespace aftercare::feel {

using bytecode::Op;
using bytecode::Register;
using rt::Decimal;

namespace {

constexpr int most_scale = 17;

constexpr std::int64_t power_of_ten(int exponent) {
  std::int64_t out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

/// A constant in units of 10^-scale.
std::optional<std::int64_t> scaled(const Decimal& number, int scale) {
  const auto product = rt::multiply(number, Decimal(power_of_ten(scale)));
  return product ? product->to_int64() : std::nullopt;
}

}  // namespace

bool Emitter::is_proved_at(const Numbers& numbers, int scale) {
  if (!numbers.low || !numbers.high || scale < 0 || scale > most_scale) return false;
  const Decimal bound(std::numeric_limits<std::int64_t>::max() / 2);
  const auto low = rt::multiply(*numbers.low, Decimal(power_of_ten(scale)));
  const auto high = rt::multiply(*numbers.high, Decimal(power_of_ten(scale)));
  return low && high && *low >= -bound && *high <= bound;
}

bool Emitter::fits_at(const Numbers& numbers, int scale) const {
  // Sums and products tell when they do not fit.
  if (fit_ == Fit::expected) return scale >= 0 && scale <= most_scale;
  return is_proved_at(numbers, scale);
}

// ── what a node is as a scalar
// ────────────────────────────────────────────────────────────────────

Emitter::Rep Emitter::rep_of(const Type& type, const Numbers& numbers) const {
  Rep rep;
  if (type.is_optional()) return rep;
  switch (type.is()) {
    case Type::Is::boolean:
      rep.is = Rep::Is::boolean;
      break;
    case Type::Is::date:
      rep.is = Rep::Is::date;
      break;
    case Type::Is::instant:
      rep.is = Rep::Is::instant;
      break;
    case Type::Is::symbol:
      rep.is = Rep::Is::symbol;
      rep.extra = type.symbol_set();
      break;
    case Type::Is::days_duration:
      rep.is = Rep::Is::length;
      break;
    case Type::Is::number:
      if (fits_at(numbers, numbers.scale)) {
        rep.is = Rep::Is::number;
        rep.scale = numbers.scale;
      }
      break;
    case Type::Is::money:
      if (fits_at(numbers, type.scale())) {
        rep.is = Rep::Is::money;
        rep.scale = type.scale();
        rep.extra = type.currency();
      }
      break;
    default:
      break;
  }
  return rep;
}

const Emitter::Rep& Emitter::rep(NodeId id) {
  if (known_.empty() || !options_.scalars) return no_rep_;
  if (reps_.empty()) reps_.resize(tree_.nodes.size());
  if (!reps_[id]) reps_[id] = compute_rep(id);
  return *reps_[id];
}

Emitter::Rep Emitter::compute_rep(NodeId id) {
  // Inside functions and loops names lie in object registers.
  const Known& known = known_[id];
  if (known.failed) return {};
  const Node& node = tree_[id];
  const auto children = tree_.children(id);
  if (folded_[id]) return constant_rep(*folded_[id]);
  const Rep own = rep_of(known.type, known.numbers);
  if (!own) return {};
  switch (node.kind) {
    case NodeKind::name:
    case NodeKind::path:
    case NodeKind::input: {
      const Binding& binding = resolved_.bindings[id];
      if (binding.is != Binding::Is::slot || !binding.items.empty() || frames_.size() > 1)
        return {};
      // A slot is read as its declared type says.
      const Type& declared = binding.entry != nullptr ? binding.entry->type : options_.tested->type;
      if (own.is == Rep::Is::number) {
        Rep read = own;
        read.scale = declared.facets().scale;
        return fits_at(known.numbers, read.scale) ? read : Rep{};
      }
      return own;
    }
    case NodeKind::negate: {
      // Negation and abs() do not tell that the least of 64 bits has no opposite.
      const Rep& a = rep(children[0]);
      const bool is_number = a.is == Rep::Is::number || a.is == Rep::Is::money;
      return is_number && is_proved_at(known_[children[0]].numbers, a.scale) ? a : Rep{};
    }
    case NodeKind::binary:
      return binary_rep(id, own);
    case NodeKind::all_of:
    case NodeKind::any_of:
      for (const NodeId child : children) {
        if (rep(child)) return own;
      }
      return {};
    case NodeKind::between:
      return comparable(children[0], children[1]) && comparable(children[0], children[2]) ? own
                                                                                          : Rep{};
    case NodeKind::in:
      return in_rep(id, own);
    case NodeKind::if_else: {
      const Rep& yes = rep(children[1]);
      const Rep& no = rep(children[2]);
      if (!yes || !no || yes.is != no.is) return {};
      if (!rep(children[0]) && known_[children[0]].type.is() != Type::Is::boolean) return {};
      Rep joined = yes;
      joined.scale = std::max(yes.scale, no.scale);
      if ((yes.is == Rep::Is::number || yes.is == Rep::Is::money) &&
          (!fits_at(known_[children[1]].numbers, joined.scale) ||
           !fits_at(known_[children[2]].numbers, joined.scale))) {
        return {};
      }
      return joined;
    }
    case NodeKind::call:
      return call_rep(id, own);
    default:
      return {};
  }
}

Emitter::Rep Emitter::constant_rep(const Value& value) const {
  Rep rep;
  switch (value.kind()) {
    case Kind::boolean:
      rep.is = Rep::Is::boolean;
      break;
    case Kind::date:
      rep.is = Rep::Is::date;
      break;
    case Kind::instant:
      rep.is = Rep::Is::instant;
      break;
    case Kind::symbol:
      rep.is = Rep::Is::symbol;
      rep.extra = value.symbol_set();
      break;
    case Kind::days_duration:
      rep.is = Rep::Is::length;
      break;
    case Kind::money:
      rep.is = Rep::Is::money;
      rep.scale = value.money_scale();
      rep.extra = value.money_currency();
      break;
    case Kind::number: {
      const Decimal number = value.as_number().normalized();
      const int scale = std::max(0, number.scale());
      if (scale <= most_scale && scaled(number, scale)) {
        rep.is = Rep::Is::number;
        rep.scale = scale;
      }
      break;
    }
    default:
      break;
  }
  return rep;
}

std::optional<std::uint16_t> Emitter::input_of(NodeId id) const {
  const Binding& binding = resolved_.bindings[id];
  const bool is_slot = binding.is == Binding::Is::slot ||
                       (binding.is == Binding::Is::record && binding.index != no_slot);
  if (!is_slot || !binding.items.empty() || binding.index > 0xFFFF) return std::nullopt;
  return static_cast<std::uint16_t>(binding.index);
}

std::optional<std::uint32_t> Emitter::whole_input(NodeId id) const {
  const Binding& binding = resolved_.bindings[id];
  const NodeKind kind = tree_[id].kind;
  const bool is_slot =
      (kind == NodeKind::name || kind == NodeKind::path || kind == NodeKind::input) &&
      binding.is == Binding::Is::slot && binding.items.empty();
  if (!is_slot || !options_.scalars || frames_.size() > 1) return std::nullopt;
  return binding.index;
}

bool Emitter::is_text_test(NodeId a, NodeId b) const {
  const NodeKind kind = tree_[a].kind;
  return frames_.size() == 1 && !folded_[a] &&
         (kind == NodeKind::name || kind == NodeKind::path || kind == NodeKind::input) &&
         resolved_.bindings[a].is == Binding::Is::slot && input_of(a) &&
         known_[a].type.is() == Type::Is::string && !known_[a].type.is_optional() &&
         !known_[a].failed && folded_[b] && folded_[b]->is(Kind::string);
}

bool Emitter::comparable(NodeId a, NodeId b) {
  const Rep& x = rep(a);
  const Rep& y = rep(b);
  if (!x || !y || x.is != y.is) return false;
  if (x.is != Rep::Is::number && x.is != Rep::Is::money) return true;
  const int scale = std::max(x.scale, y.scale);
  return fits_constant_or(a, scale) && fits_constant_or(b, scale);
}

bool Emitter::fits_constant_or(NodeId id, int scale) {
  if (folded_[id]) {
    const Value& value = *folded_[id];
    const Decimal number =
        value.is(Kind::money)
            ? Decimal::make(value.money_minor(), -value.money_scale()).value_or(Decimal())
            : value.as_number();
    return scale <= most_scale && scaled(number, scale).has_value();
  }
  return fits_at(known_[id].numbers, scale);
}

Emitter::Rep Emitter::binary_rep(NodeId id, const Rep& own) {
  const NodeId a = tree_.child(id, 0);
  const NodeId b = tree_.child(id, 1);
  const Operator op = tree_.operator_of(id);
  if (op >= Operator::eq) {
    if (op == Operator::eq || op == Operator::ne) {
      const bool b_null = folded_[b] && folded_[b]->is_null();
      const bool a_null = folded_[a] && folded_[a]->is_null();
      if (a_null || b_null) {
        const Binding& binding = resolved_.bindings[b_null ? a : b];
        const bool is_slot = (binding.is == Binding::Is::slot ||
                              (binding.is == Binding::Is::record && binding.index != no_slot)) &&
                             binding.items.empty() && frames_.size() == 1;
        return is_slot ? own : Rep{};
      }
      if (is_text_test(a, b) || is_text_test(b, a)) return own;
    }
    return comparable(a, b) ? own : Rep{};
  }
  const Rep& x = rep(a);
  const Rep& y = rep(b);
  if (!x) return {};
  const bool numbers = own.is == Rep::Is::number || own.is == Rep::Is::money;
  switch (op) {
    case Operator::add:
    case Operator::subtract: {
      if (numbers) {
        const int scale = std::max(x.scale, y.scale);
        if (!y || x.is != own.is || y.is != own.is || !fits_constant_or(a, scale) ||
            !fits_constant_or(b, scale) || !fits_at(known_[id].numbers, scale)) {
          return {};
        }
        Rep out = own;
        out.scale = scale;
        return out;
      }
      const Value* length = folded_[b] ? &*folded_[b] : nullptr;
      if (x.is == Rep::Is::date && length != nullptr &&
          (length->is(Kind::days_duration) || length->is(Kind::months_duration))) {
        return own;
      }
      if (x.is == Rep::Is::instant && length != nullptr && length->is(Kind::days_duration)) {
        const auto unit = length->unit();
        if (!unit || rt::kind(*unit) == rt::UnitKind::clock) return own;
        return {};
      }
      if (op == Operator::subtract && y && x.is == y.is &&
          (x.is == Rep::Is::date || x.is == Rep::Is::instant)) {
        return own;
      }
      if (x.is == Rep::Is::length && y && y.is == Rep::Is::length) return own;
      return {};
    }
    case Operator::multiply: {
      if (!y || !numbers) return {};
      Rep out = own;
      out.scale = x.scale + y.scale;
      if (!fits_at(known_[id].numbers, out.scale)) return {};
      if (own.is == Rep::Is::money) {
        // A whole number times an amount keeps its scale.
        if (x.scale + y.scale != own.scale) return {};
      }
      return out;
    }
    case Operator::divide: {
      // By a power of ten: the point moves.
      if (own.is != Rep::Is::number || x.is != Rep::Is::number || !folded_[b] ||
          !folded_[b]->is(Kind::number)) {
        return {};
      }
      for (int k = 0; k + x.scale <= most_scale; ++k) {
        if (folded_[b]->as_number() == Decimal(power_of_ten(k))) {
          Rep out = own;
          out.scale = x.scale + k;
          return out;
        }
      }
      return {};
    }
    default:
      return {};
  }
}

Emitter::Rep Emitter::in_rep(NodeId id, const Rep& own) {
  const auto children = tree_.children(id);
  const auto tests = children.subspan(1);
  if (std::all_of(tests.begin(), tests.end(),
                  [&](NodeId test) { return is_text_test(children[0], test); }))
    return own;
  const Rep& value = rep(children[0]);
  if (!value || value.is == Rep::Is::length) return {};
  for (const NodeId test : children.subspan(1)) {
    if (reads_input(tree_, test)) return {};
    if (tree_[test].kind == NodeKind::compare_test) {
      if (!comparable(children[0], tree_.child(test, 0))) return {};
    } else if (tree_[test].kind == NodeKind::range) {
      if (!comparable(children[0], tree_.child(test, 0)) ||
          !comparable(children[0], tree_.child(test, 1)) || !folded_[test]) {
        return {};
      }
    } else if (!comparable(children[0], test)) {
      return {};
    }
  }
  return own;
}

std::optional<std::string_view> Emitter::builtin_name(NodeId id) const {
  const Binding& callee = resolved_.bindings[tree_.child(id, 0)];
  if (callee.is != Binding::Is::builtin || !callee.items.empty()) return std::nullopt;
  for (const NodeId argument : tree_.children(id).subspan(1)) {
    if (tree_[argument].kind == NodeKind::argument) return std::nullopt;
  }
  return builtins::functions()[callee.index].name;
}

std::optional<std::int64_t> Emitter::constant_scale(NodeId id) const {
  if (tree_[id].count == 2) return 0;
  const auto& value = folded_[tree_.child(id, 2)];
  if (!value || !value->is(Kind::number)) return std::nullopt;
  return value->as_number().to_int64();
}

Emitter::Rep Emitter::call_rep(NodeId id, const Rep& own) {
  const auto name = builtin_name(id);
  const auto children = tree_.children(id);
  if (!name || children.size() < 2) return {};
  const Rep& x = rep(children[1]);
  if (*name == "not") return x && children.size() == 2 ? own : Rep{};
  if (*name == "date") {
    const bool is_of_instant = x.is == Rep::Is::instant && children.size() == 2;
    return is_of_instant && options_.zone ? own : Rep{};
  }
  if (!x || x.is != Rep::Is::number) return {};
  if (*name == "floor" || *name == "ceiling" || *name == "decimal" || *name == "round half up") {
    if (*name == "decimal" || *name == "round half up") {
      if (children.size() != 3) return {};
    }
    const auto scale = constant_scale(id);
    if (!scale || *scale < 0 || *scale > most_scale) return {};
    Rep out = x;
    out.scale = std::min(x.scale, static_cast<int>(*scale));
    return out;
  }
  if (*name == "abs" && children.size() == 2)
    return is_proved_at(known_[children[1]].numbers, x.scale) ? x : Rep{};
  if ((*name == "min" || *name == "max") && children.size() > 2) {
    int scale = 0;
    for (const NodeId argument : children.subspan(1)) {
      if (rep(argument).is != Rep::Is::number) return {};
      scale = std::max(scale, rep(argument).scale);
    }
    for (const NodeId argument : children.subspan(1)) {
      if (!fits_constant_or(argument, scale)) return {};
    }
    Rep out = x;
    out.scale = scale;
    return out;
  }
  return {};
}

// ── code
// ──────────────────────────────────────────────────────────────────────────────────────────

void Emitter::give(NodeId id) {
  const auto mark = b_.mark();
  if (folded_[id]) {
    b_.emit(Op::give_constant, span_of(id), 0, 0, 0, b_.constant(*folded_[id]));
  } else if (give_truth(id) || give_choice(id)) {
    // Done.
  } else if (tree_[id].kind == NodeKind::if_else && rep(id) && can_choose(id, rep(id).scale)) {
    give_scalar(id);
  } else if (tree_[id].kind == NodeKind::if_else && !known_.empty() && options_.scalars) {
    const auto no = b_.label();
    branch(tree_.child(id, 0), no, false);
    give(tree_.child(id, 1));
    b_.place(no);
    give(tree_.child(id, 2));
  } else if (rep(id) &&
             (tree_[id].kind == NodeKind::all_of || tree_[id].kind == NodeKind::any_of)) {
    const auto no = b_.label();
    branch(id, no, false);
    b_.emit(Op::give_constant, span_of(id), 0, 0, 0, b_.constant(Value::boolean(true)));
    b_.place(no);
    b_.emit(Op::give_constant, span_of(id), 0, 0, 0, b_.constant(Value::boolean(false)));
  } else if (rep(id)) {
    give_scalar(id);
  } else if (const auto input = whole_input(id)) {
    b_.reads(*input, tree_[id].kind == NodeKind::input ? "?" : std::string(tree_.written(id)));
    b_.emit(Op::give_input, span_of(id), 0, 0, 0, *input);
  } else {
    const Register result = b_.object();
    object(id, result);
    b_.emit(Op::give, span_of(id), result);
  }
  b_.release(mark);
}

void Emitter::branch(NodeId id, bytecode::Builder::Label target, bool when) {
  const auto mark = b_.mark();
  const auto children = tree_.children(id);
  const NodeKind kind = tree_[id].kind;
  if (folded_[id]) {
    if (folded_[id]->is(Kind::boolean) && folded_[id]->as_boolean() == when) {
      b_.jump(Op::jump, span_of(id), target);
    }
  } else if (kind == NodeKind::all_of || kind == NodeKind::any_of) {
    // The value that decides at once: false for `and`, true for `or`.
    const bool decides = kind == NodeKind::any_of;
    if (when == decides) {
      for (const NodeId child : children) branch(child, target, when);
    } else {
      const auto decided = b_.label();
      for (const NodeId child : children.first(children.size() - 1)) {
        branch(child, decided, decides);
      }
      branch(children.back(), target, when);
      b_.place(decided);
    }
  } else if (kind == NodeKind::call && builtin_name(id) == "not" && children.size() == 2) {
    branch(children[1], target, !when);
  } else if (!branch_on_input(id, target, when)) {
    if (rep(id)) {
      const Register decided = scalar_operand(id, 0);
      b_.jump(when ? Op::jump_not_zero : Op::jump_zero, span_of(id), target, decided);
    } else {
      const Register decided = operand(id);
      b_.jump(when ? Op::jump_if_true : Op::jump_if_false, span_of(id), target, decided);
    }
  }
  b_.release(mark);
}

void Emitter::reads(NodeId input) {
  b_.reads(resolved_.bindings[input].index,
           tree_[input].kind == NodeKind::input ? "?" : std::string(tree_.written(input)));
}

std::optional<Emitter::InputTest> Emitter::input_test(NodeId id) const {
  if (tree_[id].kind != NodeKind::binary) return std::nullopt;
  InputTest test{tree_.operator_of(id), tree_.child(id, 0), tree_.child(id, 1), 0};
  if (test.op < Operator::eq) return std::nullopt;
  if (folded_[test.a] && !folded_[test.b]) {
    std::swap(test.a, test.b);
    test.op = test.op == Operator::lt   ? Operator::gt
              : test.op == Operator::le ? Operator::ge
              : test.op == Operator::gt ? Operator::lt
              : test.op == Operator::ge ? Operator::le
                                        : test.op;
  }
  const auto input = input_of(test.a);
  if (!input || !folded_[test.b]) return std::nullopt;
  test.input = *input;
  return test;
}

/// A slot against a constant or null, or a boolean slot: one instruction.
bool Emitter::branch_on_input(NodeId id, bytecode::Builder::Label target, bool when) {
  if (!rep(id) || frames_.size() > 1) return false;
  const auto boolean = static_cast<std::uint16_t>(Kind::boolean);
  if (const auto input = input_of(id)) {
    reads(id);
    b_.jump_on_input(Op::jump_word, span_of(id), target, *input, boolean, when ? 1 : 0);
    return true;
  }
  auto test = input_test(id);
  if (!test) return false;
  const auto [written, a, b, input] = *test;
  Operator op = written;
  if (!when) {
    constexpr std::array opposite = {Operator::ne, Operator::eq, Operator::ge,
                                     Operator::gt, Operator::le, Operator::lt};
    op = opposite[static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::eq)];
  }
  const auto span = span_of(id);
  if (folded_[b]->is_null()) {
    reads(a);
    b_.jump(op == Operator::eq ? Op::jump_absent : Op::jump_present, span, target, 0, input);
    return true;
  }
  if (is_text_test(a, b)) {
    reads(a);
    b_.jump_on_input(op == Operator::eq ? Op::jump_text : Op::jump_other_text, span, target, input,
                     0, b_.constant(*folded_[b]));
    return true;
  }
  const Rep x = rep(a);
  if (x.is == Rep::Is::number) {
    const int scale = std::max(x.scale, rep(b).scale);
    constexpr std::array ops = {Op::jump_equal,      Op::jump_not_equal, Op::jump_less,
                                Op::jump_less_equal, Op::jump_greater,   Op::jump_greater_equal};
    reads(a);
    b_.jump_on_input(ops[static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::eq)],
                     span, target, input, static_cast<std::uint16_t>(scale),
                     word_of(*folded_[b], scale));
    return true;
  }
  if ((x.is == Rep::Is::symbol || x.is == Rep::Is::boolean) &&
      (op == Operator::eq || op == Operator::ne)) {
    reads(a);
    b_.jump_on_input(op == Operator::eq ? Op::jump_word : Op::jump_other_word, span, target, input,
                     static_cast<std::uint16_t>(kind_of(x)), word_of(*folded_[b], 0));
    return true;
  }
  return false;
}

void Emitter::give_scalar(NodeId id) {
  const Rep& r = rep(id);
  const Register value = b_.scalar();
  scalar(id, value, r.scale);
  switch (r.is) {
    case Rep::Is::number:
      b_.emit(Op::give_number, span_of(id), value, 0, static_cast<std::uint16_t>(r.scale));
      break;
    case Rep::Is::length:
      b_.emit(Op::give_length, span_of(id), value);
      break;
    default:
      b_.emit(Op::give_word, span_of(id), value, 0, static_cast<std::uint16_t>(kind_of(r)),
              extra_of(r));
      break;
  }
}

Kind Emitter::kind_of(const Rep& r) {
  switch (r.is) {
    case Rep::Is::number:
      return Kind::number;
    case Rep::Is::money:
      return Kind::money;
    case Rep::Is::boolean:
      return Kind::boolean;
    case Rep::Is::date:
      return Kind::date;
    case Rep::Is::instant:
      return Kind::instant;
    case Rep::Is::symbol:
      return Kind::symbol;
    case Rep::Is::length:
      return Kind::days_duration;
    case Rep::Is::none:
      break;
  }
  return Kind::null;
}

std::int64_t Emitter::extra_of(const Rep& r) {
  const std::int64_t spare = r.is == Rep::Is::money ? std::int64_t{r.scale} << 32 : 0;
  return spare | r.extra;
}

void Emitter::box(NodeId id, Register to) {
  const Rep r = rep(id);
  const Register value = b_.scalar();
  scalar(id, value, r.scale);
  if (r.is == Rep::Is::number) {
    b_.emit(Op::box_number, span_of(id), to, value, static_cast<std::uint16_t>(r.scale));
  } else if (r.is == Rep::Is::length) {
    b_.emit(Op::box_length, span_of(id), to, value);
  } else {
    b_.emit(Op::box_word, span_of(id), to, value, static_cast<std::uint16_t>(kind_of(r)),
            extra_of(r));
  }
}

Register Emitter::scalar_operand(NodeId id, int scale) {
  const Register to = b_.scalar();
  scalar(id, to, scale);
  return to;
}

void Emitter::rescale(NodeId id, Register to, int from, int wanted) {
  if (wanted > from) {
    b_.emit(Op::i_multiply_word, span_of(id), to, to, 0, power_of_ten(wanted - from));
  }
}

/// A condition as 0 or 1, from either bank.
void Emitter::condition(NodeId id, Register to) {
  if (rep(id)) {
    scalar(id, to, 0);
    return;
  }
  const auto mark = b_.mark();
  const Register value = operand(id);
  b_.emit(Op::unbox_true, span_of(id), to, value);
  b_.release(mark);
}

void Emitter::scalar(NodeId id, Register to, int scale) {
  const Rep r = rep(id);
  const auto children = tree_.children(id);
  const auto mark = b_.mark();
  if (folded_[id]) {
    scalar_constant(*folded_[id], id, to, scale);
    return;
  }
  switch (tree_[id].kind) {
    case NodeKind::name:
    case NodeKind::path:
    case NodeKind::input:
      scalar_slot(id, to, r);
      break;
    case NodeKind::negate: {
      const Register x = scalar_operand(children[0], r.scale);
      b_.emit(Op::i_negate, span_of(id), to, x);
      break;
    }
    case NodeKind::binary:
      scalar_binary(id, to, r);
      break;
    case NodeKind::all_of:
    case NodeKind::any_of: {
      if (scalar_truth(id, to)) break;
      const auto end = b_.label();
      const Op leave = tree_[id].kind == NodeKind::all_of ? Op::jump_zero : Op::jump_not_zero;
      for (std::size_t i = 0; i < children.size(); ++i) {
        if (i > 0) b_.jump(leave, span_of(id), end, to);
        condition(children[i], to);
      }
      b_.place(end);
      break;
    }
    case NodeKind::between: {
      const auto end = b_.label();
      compare(Operator::ge, children[0], children[1], id, to);
      b_.jump(Op::jump_zero, span_of(id), end, to);
      compare(Operator::le, children[0], children[2], id, to);
      b_.place(end);
      break;
    }
    case NodeKind::in:
      scalar_in(id, to);
      break;
    case NodeKind::if_else: {
      if (choose(id, to, r.scale)) break;
      const auto no = b_.label();
      const auto end = b_.label();
      branch(children[0], no, false);
      scalar(children[1], to, r.scale);
      b_.jump(Op::jump, span_of(id), end);
      b_.place(no);
      scalar(children[2], to, r.scale);
      b_.place(end);
      break;
    }
    case NodeKind::call:
      scalar_call(id, to, r);
      break;
    default:
      AFTERCARE_ASSERT(false, "only nodes with a scalar form are emitted as scalars");
  }
  rescale(id, to, r.scale, scale);
  b_.release(mark);
}

void Emitter::scalar_constant(const Value& value, NodeId id, Register to, int scale) {
  if (value.is(Kind::days_duration)) {
    b_.emit(Op::s_length, span_of(id), to, 0, 0, b_.constant(value));
    return;
  }
  b_.emit(Op::s_constant, span_of(id), to, 0, 0, word_of(value, scale));
}

std::int64_t Emitter::word_of(const Value& value, int scale) const {
  if (value.is(Kind::number)) return scaled(value.as_number(), scale).value_or(0);
  if (value.is(Kind::money)) return value.money_minor() * power_of_ten(scale - value.money_scale());
  return value.raw_word();
}

void Emitter::scalar_slot(NodeId id, Register to, const Rep& r) {
  const std::uint32_t index = resolved_.bindings[id].index;
  if (index > 0xFFFF) too_large_ = true;
  const auto input = static_cast<std::uint16_t>(index);
  b_.reads(index, tree_[id].kind == NodeKind::input ? "?" : std::string(tree_.written(id)));
  switch (r.is) {
    case Rep::Is::number:
      b_.emit(Op::s_number, span_of(id), to, input, static_cast<std::uint16_t>(r.scale));
      break;
    case Rep::Is::money:
      b_.emit(Op::s_money, span_of(id), to, input, static_cast<std::uint16_t>(r.scale), r.extra);
      break;
    case Rep::Is::length:
      b_.emit(Op::s_slot, span_of(id), to, input);
      break;
    default:
      b_.emit(Op::s_word, span_of(id), to, input, static_cast<std::uint16_t>(kind_of(r)));
      break;
  }
}

/// `a op b` as 0 or 1.
void Emitter::compare(Operator op, NodeId a, NodeId b, NodeId at, Register to) {
  const auto mark = b_.mark();
  const Rep x = rep(a);
  const Rep y = rep(b);
  const auto span = span_of(at);
  if (x.is == Rep::Is::length) {
    const Register l = scalar_operand(a, 0);
    const Register m = scalar_operand(b, 0);
    switch (op) {
      case Operator::lt:
        b_.emit(Op::length_less, span, to, l, m);
        break;
      case Operator::gt:
        b_.emit(Op::length_less, span, to, m, l);
        break;
      case Operator::le:
        b_.emit(Op::length_less_equal, span, to, l, m);
        break;
      case Operator::ge:
        b_.emit(Op::length_less_equal, span, to, m, l);
        break;
      default:
        b_.emit(Op::length_equal, span, to, l, m);
        if (op == Operator::ne) b_.emit(Op::i_not, span, to, to);
        break;
    }
    b_.release(mark);
    return;
  }
  if (folded_[a] && !folded_[b]) {
    constexpr std::array turned = {Operator::eq, Operator::ne, Operator::gt,
                                   Operator::ge, Operator::lt, Operator::le};
    compare(turned[static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::eq)], b, a, at,
            to);
    b_.release(mark);
    return;
  }
  const int scale = std::max(x.scale, y.scale);
  const Register l = scalar_operand(a, scale);
  if (folded_[b]) {
    constexpr std::array words = {Op::i_equal_word,   Op::i_not_equal_word,
                                  Op::i_less_word,    Op::i_less_equal_word,
                                  Op::i_greater_word, Op::i_greater_equal_word};
    b_.emit(words[static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::eq)], span, to,
            l, 0, word_of(*folded_[b], scale));
    b_.release(mark);
    return;
  }
  const Register m = scalar_operand(b, scale);
  switch (op) {
    case Operator::eq:
      b_.emit(Op::i_equal, span, to, l, m);
      break;
    case Operator::ne:
      b_.emit(Op::i_not_equal, span, to, l, m);
      break;
    case Operator::lt:
      b_.emit(Op::i_less, span, to, l, m);
      break;
    case Operator::le:
      b_.emit(Op::i_less_equal, span, to, l, m);
      break;
    case Operator::gt:
      b_.emit(Op::i_less, span, to, m, l);
      break;
    default:
      b_.emit(Op::i_less_equal, span, to, m, l);
      break;
  }
  b_.release(mark);
}

void Emitter::scalar_binary(NodeId id, Register to, const Rep& r) {
  const NodeId a = tree_.child(id, 0);
  const NodeId b = tree_.child(id, 1);
  const Operator op = tree_.operator_of(id);
  const auto span = span_of(id);
  if (op >= Operator::eq) {
    const bool b_null = folded_[b] && folded_[b]->is_null();
    const bool a_null = folded_[a] && folded_[a]->is_null();
    if (a_null || b_null) {
      const NodeId tested = b_null ? a : b;
      const std::uint32_t index = resolved_.bindings[tested].index;
      if (index > 0xFFFF) too_large_ = true;
      b_.reads(index, std::string(tree_.written(tested)));
      b_.emit(Op::s_present, span, to, static_cast<std::uint16_t>(index));
      if (op == Operator::eq) b_.emit(Op::i_not, span, to, to);
      return;
    }
    if (is_text_test(a, b) || is_text_test(b, a)) {
      is_text_test(a, b) ? text_test(a, b, id, to) : text_test(b, a, id, to);
      if (op == Operator::ne) b_.emit(Op::i_not, span, to, to);
      return;
    }
    compare(op, a, b, id, to);
    return;
  }
  const Rep x = rep(a);
  if (r.is == Rep::Is::number || r.is == Rep::Is::money) {
    const bool is_sum = op == Operator::add || op == Operator::subtract;
    if (op == Operator::divide) {
      scalar(a, to, x.scale);
      return;
    }
    const int scale = is_sum ? r.scale : x.scale;
    const int other = is_sum ? r.scale : rep(b).scale;
    if (folded_[b] && op != Operator::divide) {
      const std::int64_t word = word_of(*folded_[b], other);
      if (op != Operator::subtract || word != std::numeric_limits<std::int64_t>::min()) {
        const Register l = scalar_operand(a, scale);
        const Op with = is_sum ? Op::i_add_word : Op::i_multiply_word;
        b_.emit(with, span, to, l, 0, op == Operator::subtract ? -word : word);
        return;
      }
    }
    if (folded_[a] && op == Operator::multiply) {
      const Register m = scalar_operand(b, other);
      b_.emit(Op::i_multiply_word, span, to, m, 0, word_of(*folded_[a], scale));
      return;
    }
    const Register l = scalar_operand(a, scale);
    const Register m = scalar_operand(b, other);
    const Op with = op == Operator::add        ? Op::i_add
                    : op == Operator::subtract ? Op::i_subtract
                                               : Op::i_multiply;
    b_.emit(with, span, to, l, m);
    return;
  }
  const Register l = scalar_operand(a, 0);
  const bool minus = op == Operator::subtract;
  if (x.is == Rep::Is::date && folded_[b] && folded_[b]->is(Kind::months_duration)) {
    const std::int64_t count = folded_[b]->as_months_duration().count;
    const std::int64_t months = minus ? -count : count;
    const bool by_years = months % 12 == 0 && months >= -24'000 && months <= 24'000;
    b_.emit(by_years ? Op::date_add_years : Op::date_add_months, span, to, l, 0,
            by_years ? months / 12 : months);
    return;
  }
  if (x.is == Rep::Is::date && folded_[b] && folded_[b]->is(Kind::days_duration)) {
    // From midnight, cut to the day.
    const rt::Duration length = folded_[b]->as_days_duration();
    const std::int64_t seconds =
        minus ? -length.seconds - (length.nanos > 0 ? 1 : 0) : length.seconds;
    b_.emit(Op::date_add_days, span, to, l, 0, rt::floor_div(seconds, rt::seconds_per_day));
    return;
  }
  const Register m = scalar_operand(b, 0);
  const Op with = x.is == Rep::Is::date     ? Op::date_minus
                  : x.is == Rep::Is::length ? (minus ? Op::length_subtract : Op::length_add)
                  : rep(b).is == Rep::Is::instant
                      ? Op::instant_minus
                      : (minus ? Op::instant_subtract : Op::instant_add);
  b_.emit(with, span, to, l, m);
}

/// 1 where the string slot `a` is the constant `b`.
void Emitter::text_test(NodeId a, NodeId b, NodeId at, Register to) {
  const std::uint16_t input = *input_of(a);
  reads(a);
  b_.emit(Op::is_text, span_of(at), to, input, 0, b_.constant(*folded_[b]));
}

void Emitter::scalar_in(NodeId id, Register to) {
  const auto children = tree_.children(id);
  const NodeId value = children[0];
  const auto tests = children.subspan(1);
  const auto span = span_of(id);
  // Words of a small set: one bit each.
  if (rep(value).is == Rep::Is::symbol) {
    std::uint64_t bits = 0;
    bool all = true;
    for (const NodeId test : tests) {
      const bool small =
          folded_[test] && folded_[test]->is(Kind::symbol) && folded_[test]->symbol_index() < 63;
      if (small) bits |= std::uint64_t{1} << folded_[test]->symbol_index();
      all = all && small;
    }
    if (all && tests.size() > 1 && index_is_small(value)) {
      const Register x = scalar_operand(value, 0);
      b_.emit(Op::i_one_of, span, to, x, 0, static_cast<std::int64_t>(bits));
      return;
    }
  }
  const auto end = b_.label();
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (i > 0) b_.jump(Op::jump_not_zero, span, end, to);
    const NodeId test = tests[i];
    if (is_text_test(value, test)) {
      text_test(value, test, test, to);
    } else if (tree_[test].kind == NodeKind::compare_test) {
      compare(tree_.operator_of(test), value, tree_.child(test, 0), test, to);
    } else if (tree_[test].kind == NodeKind::range) {
      const auto outside = b_.label();
      const std::uint8_t flags = tree_[test].flags;
      compare((flags & range_includes_low) != 0 ? Operator::ge : Operator::gt, value,
              tree_.child(test, 0), test, to);
      b_.jump(Op::jump_zero, span, outside, to);
      compare((flags & range_includes_high) != 0 ? Operator::le : Operator::lt, value,
              tree_.child(test, 1), test, to);
      b_.place(outside);
    } else {
      compare(Operator::eq, value, test, test, to);
    }
  }
  b_.place(end);
}

bool Emitter::index_is_small(NodeId id) const {
  return known_[id].type.words().size() <= 63 && !known_[id].type.words().empty();
}

void Emitter::scalar_call(NodeId id, Register to, const Rep& r) {
  const std::string_view name = *builtin_name(id);
  const auto children = tree_.children(id);
  const auto span = span_of(id);
  const NodeId first = children[1];
  if (name == "not") {
    condition(first, to);
    b_.emit(Op::i_not, span, to, to);
    return;
  }
  if (name == "date") {
    scalar(first, to, 0);
    b_.emit(Op::instant_date, span, to, to);
    return;
  }
  if (name == "abs") {
    scalar(first, to, r.scale);
    b_.emit(Op::i_absolute, span, to, to);
    return;
  }
  if (name == "min" || name == "max") {
    scalar(first, to, r.scale);
    for (const NodeId argument : children.subspan(2)) {
      const auto mark = b_.mark();
      const Register other = scalar_operand(argument, r.scale);
      b_.emit(name == "min" ? Op::i_minimum : Op::i_maximum, span, to, to, other);
      b_.release(mark);
    }
    return;
  }
  const int from = rep(first).scale;
  scalar(first, to, from);
  if (from == r.scale) return;
  const Op with = name == "floor"     ? Op::i_floor
                  : name == "ceiling" ? Op::i_ceiling
                  : name == "decimal" ? Op::i_half_even
                                      : Op::i_half_up;
  b_.emit(with, span, to, to, static_cast<std::uint16_t>(from - r.scale));
}

}  // namespace aftercare::feel
