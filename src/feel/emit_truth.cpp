// The part of emit() that evaluates conditions without jumps. What a rule asks of its data is as
// good as random to the processor, and a jump that it guesses wrong costs more than a handful of
// comparisons. So the atoms of a condition become the bits of an index, and a table says what comes
// of them. That evaluates what a jump would have passed over; it is done only where all of it
// succeeds for inputs of their declared types, and where it is little.
#include <algorithm>
#include <array>

#include "feel/emitter.hpp"

namespace aftercare::feel {

using bytecode::Op;
using bytecode::Register;

namespace {

constexpr std::size_t most_atoms = 6;    // a table has 64 bits
constexpr std::size_t most_choices = 8;  // of constants
constexpr int most_weight = 8;           // instructions that a jump might have passed over

}  // namespace

// ── what may be evaluated whether it is asked for or not
// ──────────────────────────────────────────

bool Emitter::is_present_input(NodeId id) const {
  const Binding& binding = resolved_.bindings[id];
  if (binding.is != Binding::Is::slot || !binding.items.empty() || frames_.size() > 1 ||
      binding.index > 0xFFFF)
    return false;
  const Type& declared = binding.entry != nullptr ? binding.entry->type : options_.tested->type;
  return !declared.is_optional();
}

bool Emitter::is_total(NodeId id, int scale, bool is_part) {
  const Rep r = rep(id);
  if (!r) return false;
  if (folded_[id]) return true;
  const auto children = tree_.children(id);
  // What is compared needs no more than its own range; what is computed from it may.
  const auto all = [&](std::span<const NodeId> nodes, int at) {
    return std::all_of(nodes.begin(), nodes.end(),
                       [&](NodeId node) { return is_total(node, at, false); });
  };
  switch (tree_[id].kind) {
    case NodeKind::name:
    case NodeKind::path:
    case NodeKind::input: {
      if (!is_present_input(id)) return false;
      if (r.is != Rep::Is::number && r.is != Rep::Is::money) return true;
      // What a condition around it says of the number does not hold here.
      const Binding& binding = resolved_.bindings[id];
      const Numbers declared =
          numbers_of(binding.entry != nullptr ? binding.entry->type : options_.tested->type);
      const Numbers& here = known_[id].numbers;
      if (is_part && (declared.low != here.low || declared.high != here.high)) return false;
      return fits_at(declared, scale);
    }
    case NodeKind::binary: {
      const Operator op = tree_.operator_of(id);
      const NodeId a = children[0];
      const NodeId b = children[1];
      const Rep x = rep(a);
      if (op >= Operator::eq) {
        if (is_text_test(a, b)) return is_present_input(a);
        if (is_text_test(b, a)) return is_present_input(b);
        const Rep y = rep(b);
        return x && y && all(children, std::max(x.scale, y.scale));
      }
      // Dates and lengths may leave their range.
      if (r.is != Rep::Is::number && r.is != Rep::Is::money) return false;
      return is_total(a, x.scale, true) && is_total(b, rep(b).scale, true) &&
             fits_at(known_[id].numbers, scale);
    }
    case NodeKind::negate:
      return is_total(children[0], r.scale, true) && fits_at(known_[id].numbers, scale);
    case NodeKind::all_of:
    case NodeKind::any_of:
      return all(children, 0);
    case NodeKind::between: {
      int at = 0;
      for (const NodeId child : children) at = std::max(at, rep(child).scale);
      return all(children, at);
    }
    case NodeKind::in: {
      const auto text = [&](NodeId test) { return is_text_test(children[0], test); };
      const auto tests = children.subspan(1);
      if (std::all_of(tests.begin(), tests.end(), text)) return is_present_input(children[0]);
      int at = rep(children[0]).scale;
      for (const NodeId test : tests) {
        if (tree_[test].kind == NodeKind::compare_test || tree_[test].kind == NodeKind::range) {
          for (const NodeId bound : tree_.children(test)) at = std::max(at, rep(bound).scale);
          if (!all(tree_.children(test), at)) return false;
        } else {
          at = std::max(at, rep(test).scale);
          if (!is_total(test, at, false)) return false;
        }
      }
      return is_total(children[0], at, false);
    }
    case NodeKind::if_else:
      return is_total(children[0], 0, false) && is_total(children[1], scale, is_part) &&
             is_total(children[2], scale, is_part);
    case NodeKind::call:
      if (const auto name = builtin_name(id); name == "date") return false;
      for (const NodeId argument : children.subspan(1)) {
        if (!folded_[argument] && !is_total(argument, std::max(rep(argument).scale, r.scale), true))
          return false;
      }
      return r.is == Rep::Is::boolean || fits_at(known_[id].numbers, scale);
    default:
      return false;
  }
}

int Emitter::weight(NodeId id) const {
  if (folded_[id]) return 0;
  int sum = tree_[id].kind == NodeKind::call ? 3 : 1;  // some divide
  for (const NodeId child : tree_.children(id)) sum += weight(child);
  return sum;
}

// ── atoms
// ─────────────────────────────────────────────────────────────────────────────────────────

std::optional<Emitter::Atom> Emitter::input_atom(const InputTest& test, bool& is_negated) {
  const Operator op = test.op;
  const NodeId a = test.a;
  const NodeId b = test.b;
  const std::uint16_t input = test.input;
  if (!folded_[b] || folded_[b]->is_null() || !is_present_input(a)) return std::nullopt;
  Atom atom{Op::also_equal, input, 0, 0, nullptr, a};
  const Value& constant = *folded_[b];
  const bool is_equality = op == Operator::eq || op == Operator::ne;
  const auto ordered = [&](Op less, Op greater) {
    is_negated = op == Operator::le || op == Operator::ge;
    atom.op = op == Operator::lt || op == Operator::ge ? less : greater;
  };
  is_negated = op == Operator::ne;
  if (is_text_test(a, b)) {
    atom.op = Op::also_text;
    atom.constant = &constant;
    return is_equality ? std::optional(atom) : std::nullopt;
  }
  if (!comparable(a, b)) return std::nullopt;
  const Rep x = rep(a);
  if (x.is == Rep::Is::number) {
    const int scale = std::max(x.scale, rep(b).scale);
    if (!is_total(a, scale, false)) return std::nullopt;
    atom.c = static_cast<std::uint16_t>(scale);
    atom.word = word_of(constant, scale);
    if (!is_equality) ordered(Op::also_less, Op::also_greater);
    return atom;
  }
  if (x.is == Rep::Is::length && !is_equality) {
    atom.constant = &constant;
    ordered(Op::also_shorter, Op::also_longer);
    return atom;
  }
  if ((x.is == Rep::Is::symbol || x.is == Rep::Is::boolean) && is_equality) {
    atom.op = Op::also_word;
    atom.c = static_cast<std::uint16_t>(kind_of(x));
    atom.word = word_of(constant, 0);
    return atom;
  }
  return std::nullopt;
}

bool Emitter::add_atom(NodeId id, const Atom& atom, bool is_negated, Truth& truth) const {
  const auto same = [&](const Atom& other) {
    return atom.op != Op::also && other.op == atom.op && other.input == atom.input &&
           other.c == atom.c && other.word == atom.word &&
           (atom.constant == nullptr || other.constant->equals(*atom.constant));
  };
  const auto found = std::find_if(truth.atoms.begin(), truth.atoms.end(), same);
  truth.bits[id] = {static_cast<std::size_t>(found - truth.atoms.begin()), is_negated};
  if (found != truth.atoms.end()) return true;
  if (truth.atoms.size() == most_atoms) return false;
  truth.atoms.push_back(atom);
  return true;
}

/// `in` and `between`: an atom for each bound.
bool Emitter::find_bounds(NodeId id, Truth& truth) {
  const auto children = tree_.children(id);
  const NodeId value = children[0];
  const auto input = input_of(value);
  if (!input || rep(value).is == Rep::Is::symbol) return false;
  const auto add = [&](Operator op, NodeId bound, NodeId key) {
    bool is_negated = false;
    const auto atom = input_atom({op, value, bound, *input}, is_negated);
    return atom && add_atom(key, *atom, is_negated, truth);
  };
  if (tree_[id].kind == NodeKind::between)
    return add(Operator::ge, children[1], children[1]) &&
           add(Operator::le, children[2], children[2]);
  for (const NodeId test : children.subspan(1)) {
    const auto bounds = tree_.children(test);
    const std::uint8_t flags = tree_[test].flags;
    bool is_found = false;
    if (tree_[test].kind == NodeKind::compare_test) {
      is_found = add(tree_.operator_of(test), bounds[0], test);
    } else if (tree_[test].kind == NodeKind::range) {
      is_found = add((flags & range_includes_low) != 0 ? Operator::ge : Operator::gt, bounds[0],
                     bounds[0]) &&
                 add((flags & range_includes_high) != 0 ? Operator::le : Operator::lt, bounds[1],
                     bounds[1]);
    } else {
      is_found = add(Operator::eq, test, test);
    }
    if (!is_found) return false;
  }
  return true;
}

bool Emitter::find_atoms(NodeId id, Truth& truth) {
  if (folded_[id]) return folded_[id]->is(Kind::boolean);
  if (!rep(id) || frames_.size() > 1) return false;
  const auto children = tree_.children(id);
  const NodeKind kind = tree_[id].kind;
  const auto all = [&](std::span<const NodeId> nodes) {
    return std::all_of(nodes.begin(), nodes.end(),
                       [&](NodeId node) { return find_atoms(node, truth); });
  };
  if (kind == NodeKind::all_of || kind == NodeKind::any_of || kind == NodeKind::if_else)
    return all(children);
  if (kind == NodeKind::call && builtin_name(id) == "not" && children.size() == 2)
    return all(children.subspan(1));
  if (kind == NodeKind::in || kind == NodeKind::between) {
    Truth with = truth;
    if (find_bounds(id, with)) {
      truth = std::move(with);
      return true;
    }
  }
  bool is_negated = false;
  std::optional<Atom> atom;
  if (const auto test = input_test(id)) {
    atom = input_atom(*test, is_negated);
  } else if (const auto input = input_of(id); input && is_present_input(id)) {
    atom = Atom{Op::also_word, *input, static_cast<std::uint16_t>(Kind::boolean), 1, nullptr, id};
  }
  if (!atom) {
    if (!is_total(id, 0, true) || weight(id) > most_weight) return false;
    atom = Atom{Op::also, 0, 0, 0, nullptr, id};
    is_negated = false;
  }
  return add_atom(id, *atom, is_negated, truth);
}

bool Emitter::find_leaves(NodeId id, Truth& truth) {
  if (folded_[id]) return true;
  if (tree_[id].kind != NodeKind::if_else) return false;
  const auto children = tree_.children(id);
  return find_atoms(children[0], truth) && find_leaves(children[1], truth) &&
         find_leaves(children[2], truth);
}

bool Emitter::holds(NodeId id, const Truth& truth, std::size_t bits) const {
  // Bounds are constants themselves: the bit comes first.
  if (const auto found = truth.bits.find(id); found != truth.bits.end()) {
    // The first atom is the highest bit.
    const std::size_t place = truth.atoms.size() - 1 - found->second.atom;
    return ((bits >> place & 1U) != 0) != found->second.is_negated;
  }
  if (folded_[id] && folded_[id]->is(Kind::boolean)) return folded_[id]->as_boolean();
  const auto children = tree_.children(id);
  const auto of = [&](NodeId child) { return holds(child, truth, bits); };
  switch (tree_[id].kind) {
    case NodeKind::all_of:
    case NodeKind::range:
      return std::all_of(children.begin(), children.end(), of);
    case NodeKind::any_of:
      return std::any_of(children.begin(), children.end(), of);
    case NodeKind::between:
      return of(children[1]) && of(children[2]);
    case NodeKind::in:
      return std::any_of(children.begin() + 1, children.end(), of);
    case NodeKind::if_else:
      return of(of(children[0]) ? children[1] : children[2]);
    default:
      return !of(children[1]);  // not()
  }
}

NodeId Emitter::leaf(NodeId id, const Truth& truth, std::size_t bits) const {
  while (!folded_[id]) id = tree_.child(id, holds(tree_.child(id, 0), truth, bits) ? 1 : 2);
  return id;
}

std::int64_t Emitter::table(NodeId id, const Truth& truth) const {
  std::uint64_t out = 0;
  for (std::size_t bits = 0; bits < std::size_t{1} << truth.atoms.size(); ++bits) {
    if (holds(id, truth, bits)) out |= std::uint64_t{1} << bits;
  }
  return static_cast<std::int64_t>(out);
}

// ── code
// ──────────────────────────────────────────────────────────────────────────────────────────

void Emitter::atoms(const Truth& truth, NodeId at, Register to) {
  const auto alone = [](Op op) {
    switch (op) {
      case Op::also_equal:
        return Op::is_equal;
      case Op::also_less:
        return Op::is_less;
      case Op::also_greater:
        return Op::is_greater;
      case Op::also_word:
        return Op::is_word;
      case Op::also_text:
        return Op::is_text;
      case Op::also_shorter:
        return Op::is_shorter;
      default:
        return Op::is_longer;
    }
  };
  for (std::size_t n = 0; n < truth.atoms.size(); ++n) {
    const Atom& atom = truth.atoms[n];
    if (atom.op == Op::also) {
      const auto mark = b_.mark();
      if (n == 0) {
        scalar(atom.node, to, 0);
      } else {
        b_.emit(Op::also, span_of(atom.node), to, scalar_operand(atom.node, 0));
      }
      b_.release(mark);
      continue;
    }
    reads(atom.node);
    b_.emit(n == 0 ? alone(atom.op) : atom.op, span_of(at), to, atom.input, atom.c,
            atom.constant != nullptr ? b_.constant(*atom.constant) : atom.word);
  }
}

/// The condition as 0 or 1.
void Emitter::truth(NodeId id, const Truth& truth, Register to) {
  const auto span = span_of(id);
  const std::int64_t whole = table(id, truth);
  const std::int64_t least = truth.atoms.size() == 1 ? whole & 3 : -1;
  if (least == 1) {  // the opposite of the only atom
    constexpr std::array opposites = {std::pair{Op::also_equal, Op::is_not_equal},
                                      std::pair{Op::also_less, Op::is_greater_equal},
                                      std::pair{Op::also_greater, Op::is_less_equal}};
    const Atom& atom = truth.atoms[0];
    for (const auto& [op, opposite] : opposites) {
      if (atom.op != op) continue;
      reads(atom.node);
      b_.emit(opposite, span, to, atom.input, atom.c, atom.word);
      return;
    }
  }
  atoms(truth, id, to);
  if (least == 2) return;
  if (least == 1) {
    b_.emit(Op::i_not, span, to, to);
  } else {
    b_.emit(Op::i_one_of, span, to, to, 0, whole);
  }
}

bool Emitter::give_truth(NodeId id) {
  Truth truth;
  if (rep(id).is != Rep::Is::boolean || !find_atoms(id, truth) || truth.atoms.empty()) return false;
  const bool is_computed = truth.atoms.size() == 1 && truth.atoms[0].op == Op::also;
  if (is_computed && truth.atoms[0].node == id) return false;
  const Register bits = b_.scalar();
  atoms(truth, id, bits);
  b_.emit(Op::give_truth, span_of(id), bits, 0, 0, table(id, truth));
  return true;
}

bool Emitter::give_choice(NodeId id) {
  Truth truth;
  if (known_.empty() || !options_.scalars || tree_[id].kind != NodeKind::if_else ||
      !find_leaves(id, truth) || truth.atoms.empty())
    return false;
  const std::size_t choices = std::size_t{1} << truth.atoms.size();
  if (choices > most_choices) return false;
  const Register bits = b_.scalar();
  atoms(truth, id, bits);
  std::int64_t first = 0;
  for (std::size_t n = 0; n < choices; ++n) {
    const std::int64_t at = b_.constant(*folded_[leaf(id, truth, n)]);
    if (n == 0) first = at;
  }
  b_.emit(Op::give_choice, span_of(id), bits, 0, static_cast<std::uint16_t>(choices), first);
  return true;
}

bool Emitter::scalar_truth(NodeId id, Register to) {
  Truth found;
  if (!find_atoms(id, found) || found.atoms.empty()) return false;
  const bool is_itself = found.atoms.size() == 1 && found.atoms[0].op == Op::also;
  if (is_itself && found.atoms[0].node == id) return false;
  truth(id, found, to);
  return true;
}

bool Emitter::can_choose(NodeId id, int scale) {
  const auto children = tree_.children(id);
  Truth found;
  const auto is_cheap = [&](NodeId arm) {
    return is_total(arm, scale, false) && weight(arm) <= most_weight;
  };
  return !folded_[children[0]] && find_atoms(children[0], found) && !found.atoms.empty() &&
         is_cheap(children[1]) && is_cheap(children[2]);
}

bool Emitter::choose(NodeId id, Register to, int scale) {
  if (!can_choose(id, scale)) return false;
  const auto children = tree_.children(id);
  const NodeId yes = children[1];
  Truth found;
  static_cast<void>(find_atoms(children[0], found));
  scalar(children[2], to, scale);
  const Register condition = b_.scalar();
  truth(children[0], found, condition);
  if (folded_[yes] && rep(yes).is != Rep::Is::length) {
    b_.emit(Op::choose_word, span_of(id), to, condition, 0, word_of(*folded_[yes], scale));
  } else {
    b_.emit(Op::choose, span_of(id), to, condition, scalar_operand(yes, scale));
  }
  return true;
}

}  // namespace aftercare::feel
