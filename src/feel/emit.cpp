// The interface of this file is emit(). Every expression can be emitted on object registers; where
// the checker has proved a scalar type, scalar registers carry it (emit_scalar.cpp).
#include "feel/emit.hpp"

#include <unordered_set>

#include "feel/emitter.hpp"
#include "value/object.hpp"

namespace aftercare::feel {

using builtins::Fault;
using bytecode::Op;
using bytecode::Register;
using bytecode::Span;

namespace {

/// Elements of one list instruction; longer lists are joined from pieces.
constexpr std::size_t most_in_a_row = 4000;

Op op_of(Operator op) noexcept {
  return static_cast<Op>(static_cast<int>(Op::add) + static_cast<int>(op));
}

RangeForm form_of(Operator op) noexcept {
  switch (op) {
    case Operator::lt:
      return RangeForm::less;
    case Operator::le:
      return RangeForm::less_equal;
    case Operator::gt:
      return RangeForm::greater;
    case Operator::ge:
      return RangeForm::greater_equal;
    case Operator::ne:
      return RangeForm::not_equal;
    default:
      return RangeForm::equal;
  }
}

}  // namespace

Emitter::Emitter(const Resolved& resolved, const Scope& scope,
                 const std::vector<std::optional<Value>>& folded, const std::vector<Known>& known,
                 const CompileOptions& options, Fit fit)
    : resolved_(resolved),
      tree_(resolved.tree),
      scope_(scope),
      options_(options),
      folded_(folded),
      known_(known),
      fit_(fit) {
  frames_.emplace_back();
}

Emitted Emitter::run() {
  if (options_.zone) b_.zone(*options_.zone);
  give(tree_.root);
  Emitted out;
  out.is_too_large = b_.is_too_large();
  out.program = b_.finish();
  return out;
}

void Emitter::tell(Fault fault, std::string_view operation, NodeId at, Register to) {
  b_.emit(Op::fault, span_of(at), to, static_cast<std::uint16_t>(b_.name(operation)), 0,
          static_cast<std::int64_t>(fault));
}

void Emitter::constant(const Value& value, NodeId at, Register to) {
  b_.emit(Op::constant, span_of(at), to, 0, 0, b_.constant(value));
}

void Emitter::slot(std::uint32_t index, NodeId at, Register to) {
  const Frame& frame = frames_.back();
  if (const auto captured = frame.slots.find(index); captured != frame.slots.end()) {
    b_.emit(Op::move, span_of(at), to, captured->second);
    return;
  }
  b_.reads(index, tree_[at].kind == NodeKind::input ? "?" : std::string(tree_.written(at)));
  b_.emit(Op::load, span_of(at), to, 0, 0, index);
}

Register Emitter::operand(NodeId id) {
  const Binding& binding = resolved_.bindings[id];
  if (binding.is == Binding::Is::local && binding.items.empty() && !folded_[id]) {
    return register_of(binding.index);
  }
  const Register to = b_.object();
  object(id, to);
  return to;
}

Register Emitter::register_of(std::uint32_t local) const {
  const auto found = frames_.back().locals.find(local);
  AFTERCARE_ASSERT(found != frames_.back().locals.end(), "a local is declared before its use");
  return found->second;
}

void Emitter::object(NodeId id, Register to) {
  if (folded_[id]) {
    constant(*folded_[id], id, to);
    return;
  }
  const Node& node = tree_[id];
  const auto mark = b_.mark();
  const bool is_name =
      node.kind == NodeKind::name || node.kind == NodeKind::path || node.kind == NodeKind::input;
  if (!is_name && rep(id)) {
    box(id, to);
    b_.release(mark);
    return;
  }
  switch (node.kind) {
    case NodeKind::none:
    case NodeKind::null_literal:
    case NodeKind::boolean_literal:
    case NodeKind::string_literal:
      constant(Value::null(), id, to);
      break;
    case NodeKind::number_literal:
    case NodeKind::money_literal:
    case NodeKind::percent_literal:
    case NodeKind::length_literal:
      tell(Fault::overflow, tree_.written(id), id, to);
      break;
    case NodeKind::at_literal:
      tell(Fault::invalid_argument, "@", id, to);
      break;
    case NodeKind::name:
    case NodeKind::input:
      name(id, to);
      break;
    case NodeKind::path:
      path(id, to);
      break;
    case NodeKind::descendants:
      b_.emit(Op::descendants, span_of(id), to, operand(tree_.child(id, 0)), 0,
              b_.name(tree_.text_of(id)));
      break;
    case NodeKind::negate:
      b_.emit(Op::negate, span_of(id), to, operand(tree_.child(id, 0)));
      break;
    case NodeKind::binary: {
      const Register left = operand(tree_.child(id, 0));
      const Register right = operand(tree_.child(id, 1));
      b_.emit(op_of(tree_.operator_of(id)), span_of(id), to, left, right);
      break;
    }
    case NodeKind::all_of:
      junction(id, to, Op::jump_if_false, Op::logic_and);
      break;
    case NodeKind::any_of:
      junction(id, to, Op::jump_if_true, Op::logic_or);
      break;
    case NodeKind::between: {
      const Register first = row(tree_.children(id));
      b_.emit(Op::between, span_of(id), to, first);
      break;
    }
    case NodeKind::in: {
      const Register value = operand(tree_.child(id, 0));
      frames_.back().locals[resolved_.local_of.at(id)] = value;
      tests(tree_.children(id).subspan(1), value, id, to, Op::in);
      break;
    }
    case NodeKind::instance_of: {
      const Register value = operand(tree_.child(id, 0));
      if (const auto type = type_of(tree_, tree_.child(id, 1), scope_)) {
        b_.emit(Op::instance_of, span_of(id), to, value, 0, b_.type(*type));
      } else {
        tell(Fault::unknown_name, tree_.written(tree_.child(id, 1)), id, to);
      }
      break;
    }
    case NodeKind::filter:
      filter(id, to);
      break;
    case NodeKind::call:
      call(id, to);
      break;
    case NodeKind::argument:
      object(tree_.child(id, 0), to);
      break;
    case NodeKind::range: {
      const Register low = operand(tree_.child(id, 0));
      const Register high = operand(tree_.child(id, 1));
      b_.emit(Op::make_range, span_of(id), to, low, high, node.flags);
      break;
    }
    case NodeKind::half_range:
      b_.emit(Op::make_half, span_of(id), to, operand(tree_.child(id, 0)), 0,
              static_cast<std::int64_t>(form_of(tree_.operator_of(id))));
      break;
    case NodeKind::list:
      list(id, to);
      break;
    case NodeKind::context:
      context(id, to);
      break;
    case NodeKind::if_else: {
      const auto no = b_.label();
      const auto end = b_.label();
      const auto inner = b_.mark();
      const Register condition = operand(tree_.child(id, 0));
      b_.jump(Op::jump_unless, span_of(tree_.child(id, 0)), no, condition);
      b_.release(inner);
      object(tree_.child(id, 1), to);
      b_.jump(Op::jump, span_of(id), end);
      b_.place(no);
      object(tree_.child(id, 2), to);
      b_.place(end);
      // Nothing jumps past the last instruction of a routine: it ends with its result.
      break;
    }
    case NodeKind::for_each:
      loop(id, to);
      break;
    case NodeKind::some:
    case NodeKind::every:
      quantifier(id, to);
      break;
    case NodeKind::function:
      function(id, to);
      break;
    case NodeKind::any_test:
      constant(Value::boolean(true), id, to);
      break;
    case NodeKind::compare_test:
    case NodeKind::tests:
      cell(id, to);
      break;
    case NodeKind::entry:
    case NodeKind::iterator:
    case NodeKind::parameter:
    case NodeKind::type_name:
    case NodeKind::type_list:
    case NodeKind::type_range:
    case NodeKind::type_context:
    case NodeKind::type_member:
    case NodeKind::type_function:
      constant(Value::null(), id, to);
      break;
  }
  b_.release(mark);
}

Register Emitter::row(std::span<const NodeId> nodes) {
  const Register first = b_.objects(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    object(nodes[i], static_cast<Register>(first + i));
  }
  return first;
}

void Emitter::name(NodeId id, Register to) {
  const Binding& binding = resolved_.bindings[id];
  const auto end = b_.label();
  for (const std::uint32_t item : binding.items) {
    const std::int64_t member = b_.name(tree_.text_of(id));
    if (member > 0xFFFF) too_large_ = true;
    b_.jump(Op::member, span_of(id), end, to, register_of(item),
            static_cast<std::uint16_t>(member));
  }
  switch (binding.is) {
    case Binding::Is::slot:
      slot(binding.index, id, to);
      break;
    case Binding::Is::record:
      record(*binding.entry, id, to);
      break;
    case Binding::Is::constant:
      constant(binding.entry->value, id, to);
      break;
    case Binding::Is::local:
      b_.emit(Op::move, span_of(id), to, register_of(binding.index));
      break;
    case Binding::Is::builtin:
      constant(builtins::function_value(static_cast<builtins::FunctionId>(binding.index)), id, to);
      break;
    case Binding::Is::let:
      object(tree_.child(id, 0), to);
      break;
    case Binding::Is::function:
    case Binding::Is::word:
    case Binding::Is::unknown:
    case Binding::Is::none:
      tell(Fault::unknown_name,
           tree_[id].kind == NodeKind::input ? std::string("?") : tree_.text_of(id), id, to);
      break;
  }
  b_.place(end);
}

void Emitter::record(const Name& entry, NodeId at, Register to) {
  if (entry.record.slot != no_slot) {
    slot(entry.record.slot, at, to);
    return;
  }
  // A record that has no slot of its own is the context of its members.
  std::vector<std::string> names;
  std::vector<std::uint32_t> slots;
  for (const Name& member : entry.record.members->names()) {
    if (member.is != Name::Is::slot) continue;
    names.push_back(member.name);
    slots.push_back(member.slot);
  }
  const Register first = b_.objects(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    slot(slots[i], at, static_cast<Register>(first + i));
  }
  b_.emit(Op::make_context, span_of(at), to, first, static_cast<std::uint16_t>(slots.size()),
          b_.names(names));
}

void Emitter::path(NodeId id, Register to) {
  if (resolved_.bindings[id].is != Binding::Is::none) {
    name(id, to);
    return;
  }
  const Register base = operand(tree_.child(id, 0));
  b_.emit(Op::property, span_of(id), to, base, 0, b_.name(tree_.text_of(id)));
}

void Emitter::junction(NodeId id, Register to, Op leave, Op join) {
  const auto end = b_.label();
  const auto operands = tree_.children(id);
  object(operands[0], to);
  for (std::size_t i = 1; i < operands.size(); ++i) {
    b_.jump(leave, span_of(id), end, to);
    const auto mark = b_.mark();
    const Register next = operand(operands[i]);
    b_.emit(join, span_of(id), to, to, next);
    b_.release(mark);
  }
  b_.place(end);
}

void Emitter::list(NodeId id, Register to) {
  const auto items = tree_.children(id);
  if (items.size() <= most_in_a_row) {
    const Register first = row(items);
    b_.emit(Op::make_list, span_of(id), to, first, static_cast<std::uint16_t>(items.size()));
    return;
  }
  const Register results = b_.iterator();
  b_.emit(Op::collect, span_of(id), results);
  for (const NodeId item : items) {
    const auto mark = b_.mark();
    b_.emit(Op::append, span_of(id), results, operand(item));
    b_.release(mark);
  }
  b_.emit(Op::results, span_of(id), to, results);
}

void Emitter::context(NodeId id, Register to) {
  const auto entries = tree_.children(id);
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  const Register first = b_.objects(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    names.push_back(tree_.text_of(entries[i]));
    if (!seen.insert(names.back()).second) {
      tell(Fault::duplicate_key, "{}", entries[i], to);
      return;
    }
    const auto at = static_cast<Register>(first + i);
    object(tree_.child(entries[i], 0), at);
    const auto local = resolved_.local_of.find(entries[i]);
    frames_.back().locals[local->second] = at;
  }
  b_.emit(Op::make_context, span_of(id), to, first, static_cast<std::uint16_t>(entries.size()),
          b_.names(names));
}

// ── tests
// ─────────────────────────────────────────────────────────────────────────────────────────

void Emitter::tests(std::span<const NodeId> nodes, Register value, NodeId at, Register to, Op in) {
  const auto end = b_.label();
  bool is_first = true;
  for (const NodeId node : nodes) {
    const auto mark = b_.mark();
    const Register verdict = is_first ? to : b_.object();
    if (!is_first) b_.jump(Op::jump_if_true, span_of(at), end, to);
    if (tree_[node].kind == NodeKind::compare_test) {
      const Register bound = operand(tree_.child(node, 0));
      b_.emit(op_of(tree_.operator_of(node)), span_of(node), verdict, value, bound);
    } else if (tree_[node].kind == NodeKind::null_literal) {
      // Null by name is asked for, so that not(null) is any other value.
      const Register null = operand(node);
      b_.emit(op_of(Operator::eq), span_of(node), verdict, value, null);
    } else if (tree_[node].kind == NodeKind::any_test) {
      constant(Value::boolean(true), node, verdict);
    } else if (reads_input(tree_, node)) {
      object(node, verdict);
      b_.emit(Op::test, span_of(node), verdict, value, verdict, 1);
    } else if (tree_[node].kind == NodeKind::range && !folded_[node]) {
      // `v in [a..b]` stands for a <= v and v <= b (DMN table 55): ends the wrong way round contain
      // nothing. A range that cannot be made is an error.
      const auto failed = b_.label();
      const Register low = operand(tree_.child(node, 0));
      const Register high = operand(tree_.child(node, 1));
      b_.emit(Op::make_range, span_of(node), verdict, low, high, tree_[node].flags | 4);
      b_.jump(Op::jump_if_null, span_of(node), failed, verdict);
      b_.emit(in, span_of(node), verdict, value, verdict);
      b_.place(failed);
    } else {
      const Register test = operand(node);
      b_.emit(in, span_of(node), verdict, value, test);
    }
    if (!is_first) b_.emit(Op::logic_or, span_of(at), to, to, verdict);
    b_.release(mark);
    is_first = false;
  }
  b_.place(end);
}

void Emitter::cell(NodeId id, Register to) {
  const Register value = b_.object();
  if (options_.tested) {
    slot(options_.tested->slot, id, value);
  } else {
    tell(Fault::unknown_name, "?", id, value);
  }
  if (tree_[id].kind == NodeKind::compare_test) {
    const NodeId one[] = {id};
    tests(one, value, id, to, Op::test);
    return;
  }
  tests(tree_.children(id), value, id, to, Op::test);
  if (tree_[id].flags != 0) b_.emit(Op::logic_not, span_of(id), to, to);
}

// ── calls
// ─────────────────────────────────────────────────────────────────────────────────────────

void Emitter::call(NodeId id, Register to) {
  const auto children = tree_.children(id);
  const NodeId callee = children[0];
  const auto arguments = children.subspan(1);
  const Binding& binding = resolved_.bindings[callee];
  const bool is_named = !arguments.empty() && tree_[arguments[0]].kind == NodeKind::argument;
  for (const NodeId argument : arguments) {
    if ((tree_[argument].kind == NodeKind::argument) != is_named) {
      tell(Fault::wrong_arguments, tree_.written(callee), id, to);
      return;
    }
  }
  if (arguments.size() > most_in_a_row) {
    too_large_ = true;
    return;
  }
  const auto count = static_cast<std::uint16_t>(arguments.size());
  // Checked: no item that the text is inside of has a member of that name.
  const bool is_function = binding.items.empty() || !known_.empty();
  if (binding.is == Binding::Is::builtin && is_function) {
    const auto function = static_cast<builtins::FunctionId>(binding.index);
    if (const auto zero = zero_of_total(id)) {
      const Register first = b_.objects(2);
      object(is_named ? tree_.child(arguments[0], 0) : arguments[0], first);
      constant(*zero, id, static_cast<Register>(first + 1));
      b_.emit(Op::call_builtin, span_of(id), to, first, 2, function);
      return;
    }
    if (!is_named) {
      const Register first = row(arguments);
      b_.emit(Op::call_builtin, span_of(id), to, first, count, function);
      return;
    }
    std::vector<std::string_view> names;
    for (const NodeId argument : arguments) names.push_back(tree_.text_of(argument));
    const auto places = builtins::place_named(function, names);
    if (!places) {
      tell(Fault::wrong_arguments, tree_.written(callee), id, to);
      return;
    }
    placed(places->places, arguments, id, to, Op::call_signature, places->signature);
    return;
  }
  if (binding.is == Binding::Is::function && is_function) {
    const FunctionName& function = binding.entry->function;
    std::vector<std::size_t> places(function.parameters.size(), builtins::left_out);
    bool fits = arguments.size() == places.size();
    for (std::size_t i = 0; fits && i < arguments.size(); ++i) {
      std::size_t place = i;
      if (is_named) {
        place = 0;
        while (place < places.size() &&
               function.parameters[place].first != tree_.text_of(arguments[i])) {
          ++place;
        }
      }
      fits = place < places.size() && places[place] == builtins::left_out;
      if (fits) places[place] = i;
    }
    if (!fits) {
      tell(Fault::wrong_arguments, tree_.written(callee), id, to);
      return;
    }
    placed(places, arguments, id, to, Op::call_host, function.host);
    return;
  }
  const Register first = b_.objects(arguments.size() + 1);
  object(callee, first);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    object(arguments[i], static_cast<Register>(first + 1 + i));
    names.push_back(tree_.text_of(arguments[i]));
  }
  if (is_named) {
    b_.emit(Op::call_named, span_of(id), to, first, count, b_.names(names));
  } else {
    b_.emit(Op::call, span_of(id), to, first, count);
  }
}

/// What `total` of an empty list is, where its elements are known to be no numbers.
std::optional<Value> Emitter::zero_of_total(NodeId id) const {
  const Binding& callee = resolved_.bindings[tree_.child(id, 0)];
  if (known_.empty() || builtins::functions()[callee.index].name != "total") return std::nullopt;
  const auto arguments = tree_.children(id).subspan(1);
  if (arguments.size() != 1) return std::nullopt;
  const bool is_named = tree_[arguments[0]].kind == NodeKind::argument;
  const Type& list = known_[is_named ? tree_.child(arguments[0], 0) : arguments[0]].type;
  if (list.is() != Type::Is::list) return std::nullopt;
  Value zero = value::zero_of(list.element());
  if (zero.is(Kind::number)) return std::nullopt;
  return zero;
}

void Emitter::placed(const std::vector<std::size_t>& places, std::span<const NodeId> arguments,
                     NodeId at, Register to, Op op, std::int64_t function) {
  const Register first = b_.objects(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto into = static_cast<Register>(first + i);
    if (places[i] == builtins::left_out) {
      constant(Value::null(), at, into);
    } else {
      object(arguments[places[i]], into);
    }
  }
  b_.emit(op, span_of(at), to, first, static_cast<std::uint16_t>(places.size()), function);
}

void Emitter::function(NodeId id, Register to) {
  if (tree_[id].flags != 0) {
    tell(Fault::external_function, "function", id, to);
    return;
  }
  const std::vector<Capture>& captures = resolved_.captures.at(id);
  const Register first = b_.objects(captures.size());
  Frame frame;
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const auto into = static_cast<Register>(first + i);
    const auto inside = static_cast<Register>(i);
    if (captures[i].is_slot) {
      slot(captures[i].index, id, into);
      frame.slots[captures[i].index] = inside;
    } else {
      b_.emit(Op::move, span_of(id), into, register_of(captures[i].index));
      frame.locals[captures[i].index] = inside;
    }
  }
  const auto children = tree_.children(id);
  std::vector<std::string> names;
  std::vector<Type> types;
  std::string unknown_type;
  for (std::size_t i = 0; i + 1 < children.size(); ++i) {
    const NodeId parameter = children[i];
    names.push_back(tree_.text_of(parameter));
    Type type;
    if (tree_[parameter].count != 0) {
      if (const auto declared = type_of(tree_, tree_.child(parameter, 0), scope_)) {
        type = *declared;
      } else {
        unknown_type = tree_.written(tree_.child(parameter, 0));
      }
    }
    types.push_back(std::move(type));
    frame.locals[resolved_.local_of.at(parameter)] = static_cast<Register>(captures.size() + i);
  }
  if (captures.size() + names.size() > most_in_a_row) {
    too_large_ = true;
    return;
  }
  b_.begin_routine(std::move(names), types, static_cast<std::uint16_t>(captures.size()));
  frames_.push_back(std::move(frame));
  if (const auto self = resolved_.self_of.find(id); self != resolved_.self_of.end()) {
    const Register me = b_.object();
    b_.emit(Op::self, span_of(id), me);
    frames_.back().locals[self->second] = me;
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i].is() == Type::Is::any) continue;
    b_.emit(Op::coerce, span_of(children[i]), static_cast<Register>(captures.size() + i), 0, 0,
            b_.type(types[i]));
  }
  const Register result = b_.object();
  const auto end = b_.label();
  for (std::size_t i = 0; i + 1 < children.size(); ++i) {
    if (tree_[children[i]].count == 0) continue;
    const NodeId declared = tree_.child(children[i], 0);
    const auto test = test_of(tree_, declared, scope_);
    if (!test) continue;
    // A value that its type does not allow ends the function, as one of another type does.
    const auto parameter = static_cast<Register>(captures.size() + i);
    const auto mark = b_.mark();
    const Register call = b_.objects(3);
    const auto allowed = b_.label();
    b_.jump(Op::jump_if_null, span_of(children[i]), allowed, parameter);
    constant(*test, children[i], call);
    b_.emit(Op::move, span_of(children[i]), static_cast<Register>(call + 1), parameter);
    b_.emit(Op::call, span_of(children[i]), static_cast<Register>(call + 2), call, 1);
    b_.jump(Op::jump_if_true, span_of(children[i]), allowed, static_cast<Register>(call + 2));
    tell(Fault::not_allowed, tree_.written(declared), children[i], result);
    b_.jump(Op::jump, span_of(children[i]), end);
    b_.place(allowed);
    b_.release(mark);
  }
  if (unknown_type.empty()) {
    object(children.back(), result);
  } else {
    tell(Fault::unknown_name, unknown_type, id, result);
  }
  b_.place(end);
  b_.emit(Op::give, span_of(children.back()), result);
  frames_.pop_back();
  const std::int64_t routine = b_.end_routine();
  b_.emit(Op::make_closure, span_of(id), to, first, static_cast<std::uint16_t>(captures.size()),
          routine);
}

// ── loops
// ─────────────────────────────────────────────────────────────────────────────────────────

void Emitter::iterators(NodeId id, Register failed, bytecode::Builder::Label end,
                        bytecode::Builder::Label again_outermost,
                        const std::function<void(bytecode::Builder::Label again)>& body) {
  const auto children = tree_.children(id);
  std::vector<bytecode::Builder::Label> again;
  again.push_back(again_outermost);
  bytecode::Builder::Label exhausted = again_outermost;
  for (std::size_t i = 0; i + 1 < children.size(); ++i) {
    const NodeId iterator = children[i];
    const Register over = b_.iterator();
    const auto mark = b_.mark();
    if (tree_[iterator].count == 2) {
      const Register first = row(tree_.children(iterator));
      b_.jump(Op::iterate_range, span_of(iterator), end, over, first, failed);
    } else {
      const Register source = operand(tree_.child(iterator, 0));
      b_.jump(Op::iterate, span_of(iterator), end, over, source, failed);
    }
    b_.release(mark);
    const Register variable = b_.object();
    frames_.back().locals[resolved_.local_of.at(iterator)] = variable;
    const auto next = b_.label();
    b_.place(next);
    b_.jump(Op::next, span_of(iterator), exhausted, variable, over);
    exhausted = next;
  }
  body(exhausted);
  b_.jump(Op::jump, span_of(id), exhausted);
}

void Emitter::loop(NodeId id, Register to) {
  const Register results = b_.iterator();
  b_.emit(Op::collect, span_of(id), results);
  const auto done = b_.label();
  const auto end = b_.label();
  iterators(id, to, end, done, [&](bytecode::Builder::Label) {
    if (const auto partial = resolved_.partial_of.find(id); partial != resolved_.partial_of.end()) {
      const Register so_far = b_.object();
      b_.emit(Op::results, span_of(id), so_far, results);
      frames_.back().locals[partial->second] = so_far;
    }
    const Register result = operand(tree_.children(id).back());
    b_.emit(Op::append, span_of(id), results, result);
  });
  b_.place(done);
  b_.emit(Op::results, span_of(id), to, results);
  b_.place(end);
}

void Emitter::quantifier(NodeId id, Register to) {
  const bool is_every = tree_[id].kind == NodeKind::every;
  const Register verdict = b_.object();
  const auto done = b_.label();
  const auto end = b_.label();
  constant(Value::boolean(is_every), id, verdict);
  iterators(id, verdict, done, done, [&](bytecode::Builder::Label) {
    const Register one = operand(tree_.children(id).back());
    b_.emit(Op::quantify, span_of(id), verdict, one, 0, is_every ? 1 : 0);
    b_.jump(is_every ? Op::jump_if_false : Op::jump_if_true, span_of(id), done, verdict);
  });
  b_.place(done);
  b_.emit(Op::move, span_of(id), to, verdict);
  b_.place(end);
}

void Emitter::filter(NodeId id, Register to) {
  const NodeId condition = tree_.child(id, 1);
  const Register base = operand(tree_.child(id, 0));
  if (folded_[condition] && folded_[condition]->is(Kind::number)) {
    const Register index = operand(condition);
    b_.emit(Op::at, span_of(id), to, base, index);
    return;
  }
  const std::uint32_t item = resolved_.local_of.at(id);
  // A number says which element, and is the same for each of them.
  const bool is_index = options_.level == Level::strict &&
                        known_[condition].type.is() == Type::Is::number &&
                        !mentions_item(condition, item, known_[tree_.child(id, 0)].type.element());
  if (is_index) {
    // No element lends it a name.
    const Register nothing = b_.object();
    constant(Value::null(), condition, nothing);
    frames_.back().locals[item] = nothing;
  }
  if (is_index || !uses(condition, item)) {
    const Register verdict = operand(condition);
    b_.emit(Op::select, span_of(id), to, base, verdict);
    return;
  }
  const Register list = b_.object();
  const Register results = b_.iterator();
  const Register over = b_.iterator();
  const Register current = b_.object();
  const Register verdict = b_.object();
  const auto again = b_.label();
  const auto by_index = b_.label();
  const auto done = b_.label();
  const auto end = b_.label();
  b_.emit(Op::as_list, span_of(id), list, base);
  // Of an empty list too an index gives no element, where a condition gives no elements: which of
  // them it is shows over an element that is null.
  const bool asks_empty = may_be_index(condition);
  Register nothing = 0;
  Register is_empty = 0;
  if (asks_empty) {
    const auto filled = b_.label();
    nothing = b_.object();
    is_empty = b_.object();
    constant(Value::list({}), id, nothing);
    b_.emit(Op::equal, span_of(id), is_empty, list, nothing);
    b_.jump(Op::jump_if_false, span_of(id), filled, is_empty);
    constant(Value::list({Value::null()}), id, list);
    b_.place(filled);
  }
  b_.emit(Op::collect, span_of(id), results);
  b_.jump(Op::iterate, span_of(id), end, over, list, to);
  frames_.back().locals[item] = current;
  b_.place(again);
  b_.jump(Op::next, span_of(id), done, current, over);
  if (asks_empty) b_.emit(Op::quiet, span_of(id), is_empty, 0, 0, 1);
  object(condition, verdict);
  if (asks_empty) b_.emit(Op::quiet, span_of(id), is_empty, 0, 0, 0);
  b_.jump(Op::filter, span_of(condition), by_index, verdict, results, current);
  b_.jump(Op::jump, span_of(id), again);
  b_.place(by_index);
  b_.emit(Op::at, span_of(id), to, base, verdict);
  b_.jump(Op::jump, span_of(id), end);
  b_.place(done);
  b_.emit(Op::results, span_of(id), to, results);
  if (asks_empty) {
    b_.jump(Op::jump_if_false, span_of(id), end, is_empty);
    b_.emit(Op::move, span_of(id), to, nothing);
  }
  b_.place(end);
}

bool Emitter::may_be_index(NodeId condition) const {
  if (options_.level == Level::strict && known_[condition].type.is() == Type::Is::boolean) {
    return false;
  }
  switch (tree_[condition].kind) {
    case NodeKind::null_literal:
    case NodeKind::boolean_literal:
    case NodeKind::all_of:
    case NodeKind::any_of:
    case NodeKind::between:
    case NodeKind::in:
    case NodeKind::instance_of:
    case NodeKind::some:
    case NodeKind::every:
      return false;
    case NodeKind::binary:
      return tree_.operator_of(condition) < Operator::eq;
    case NodeKind::if_else:
      return may_be_index(tree_.child(condition, 1)) || may_be_index(tree_.child(condition, 2));
    case NodeKind::call: {
      const Binding& callee = resolved_.bindings[tree_.child(condition, 0)];
      if (callee.is != Binding::Is::builtin) return true;
      const auto forms = builtins::signatures_of(callee.index);
      return std::any_of(forms.begin(), forms.end(),
                         [](const builtins::Signature& form) { return form.result != "boolean"; });
    }
    default:
      return true;
  }
}

bool Emitter::mentions_item(NodeId id, std::uint32_t local, const Type& element) const {
  const Binding& binding = resolved_.bindings[id];
  if (binding.is == Binding::Is::local && binding.index == local) return true;
  for (const std::uint32_t item : binding.items) {
    if (item == local && element.member(tree_.text_of(id)) != nullptr) return true;
  }
  for (const NodeId child : tree_.children(id)) {
    if (mentions_item(child, local, element)) return true;
  }
  return false;
}

bool Emitter::uses(NodeId id, std::uint32_t local) const {
  const Binding& binding = resolved_.bindings[id];
  if (binding.is == Binding::Is::local && binding.index == local) return true;
  for (const std::uint32_t item : binding.items) {
    if (item == local) return true;
  }
  for (const NodeId child : tree_.children(id)) {
    if (uses(child, local)) return true;
  }
  return false;
}

Emitted emit(const Resolved& resolved, const Scope& scope,
             const std::vector<std::optional<Value>>& folded, const std::vector<Known>& known,
             const CompileOptions& options, Fit fit) {
  Emitter emitter(resolved, scope, folded, known, options, fit);
  Emitted out = emitter.run();
  out.is_too_large = out.is_too_large || emitter.is_too_large();
  return out;
}

}  // namespace aftercare::feel
