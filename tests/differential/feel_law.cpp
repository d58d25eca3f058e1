// The law of strict expressions, with two other opinions.
//
//   feel_law [--pairs N] [--seed S] [--verbose]
//
// Random expressions over random inputs that fit the schema. One that is accepted strictly is
// erased to plain FEEL, printed, and parsed again; then
//   the typed machine = the machine over the erased text, leniently = the literal evaluator,
// the value is never null and no fault is told. One that is rejected is erased too, and the machine
// and the literal evaluator must agree on whatever it gives, null included.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "builtins/builtins.hpp"
#include "differential/feel_literal.hpp"
#include "feel/compile.hpp"
#include "feel/parse.hpp"
#include "feel/print.hpp"
#include "support/grown_expressions.hpp"
#include "support/typed_inputs.hpp"
#include "vm/machine.hpp"

namespace {

using namespace aftercare;
using feel::Ast;
using feel::NodeId;
using feel::NodeKind;
using testing_support::Grower;
using testing_support::TypedInput;
using testing_support::ValueMaker;

// ── erasing ───────────────────────────────────────────────────────────────────────────────────

/// A parameter's name in an erasure, as a word of its own, becomes the argument.
std::string fill(std::string_view erasure,
                 const std::vector<std::pair<std::string, std::string>>& arguments) {
  std::string out;
  for (std::size_t i = 0; i < erasure.size();) {
    std::size_t end = i;
    while (end < erasure.size() && erasure[end] >= 'a' && erasure[end] <= 'z') ++end;
    if (end == i) {
      out += erasure[i++];
      continue;
    }
    const std::string_view word = erasure.substr(i, end - i);
    std::string text(word);
    for (const auto& [name, argument] : arguments) {
      if (name == word) text = "(" + argument + ")";
    }
    out += text;
    i = end;
  }
  return out;
}

struct Eraser {
  const feel::Scope& scope;
  const feel::CompileOptions& strict;
  bool is_whole = true;  ///< false where something has no erasure

  std::string operator()(const Ast& tree, NodeId root) {
    feel::PrintOptions options;
    options.replace = [&](const Ast& ast, NodeId id) { return replace(ast, id, options); };
    return feel::print(tree, root, options);
  }

 private:
  std::string replace(const Ast& tree, NodeId id, const feel::PrintOptions& options) {
    if (tree[id].kind == NodeKind::name) {
      const std::string& name = tree.text_of(id);
      const bool is_word = scope.find(name) == nullptr && !scope.sets_with(name).empty();
      return is_word ? feel::quote(name) : std::string();
    }
    if (tree[id].kind != NodeKind::call) return feel::erase_literal(tree, id);
    const std::string& callee = tree.text_of(tree.child(id, 0));
    const auto function = builtins::find(callee);
    if (!function) return {};
    const auto arguments = tree.children(id).subspan(1);
    const std::string zero = callee == "total" && arguments.size() == 1
                                 ? zero_of(std::string(tree.written(arguments[0])))
                                 : std::string();
    for (const builtins::Signature& row : builtins::signatures_of(*function)) {
      if (row.origin != builtins::Origin::extension) return {};  // plain FEEL has it too
      if (row.erasure.empty() || arguments.size() != row.parameters.size()) {
        is_whole = false;
        return {};
      }
      std::vector<std::pair<std::string, std::string>> filled;
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        filled.emplace_back(row.parameters[i].name, feel::print(tree, arguments[i], options));
      }
      if (!zero.empty()) {
        const std::string list = feel::print(tree, arguments[0], options);
        return "(if count(" + list + ") = 0 then " + zero + " else sum(" + list + "))";
      }
      return "(" + fill(row.erasure, filled) + ")";
    }
    return {};
  }

  /// What the total of no lengths is; empty for numbers. What cannot be told by itself is not judged.
  std::string zero_of(const std::string& list) {
    const feel::Outcome typed = feel::compile(list, scope, strict);
    if (!typed.compiled || typed.compiled->type.is() != Type::Is::list) {
      is_whole = false;
      return {};
    }
    switch (typed.compiled->type.element().is()) {
      case Type::Is::days_duration:
        return "duration(\"PT0S\")";
      case Type::Is::months_duration:
        return "duration(\"P0M\")";
      default:
        return {};
    }
  }
};

using Words = std::map<std::uint32_t, std::vector<std::string>>;

void gather(const Type& type, Words& words) {
  if (type.is() == Type::Is::symbol) {
    words[type.symbol_set()].assign(type.words().begin(), type.words().end());
  }
  if (type.is() == Type::Is::list) gather(type.element(), words);
  for (const auto& [name, member] : type.members()) gather(member, words);
}

/// Words are texts, and money is a number.
Value erased(const Value& v, const Words& words) {
  switch (v.kind()) {
    case Kind::symbol:
      return Value::string(words.at(v.symbol_set())[v.symbol_index()]);
    case Kind::money:
      return Value::number(*rt::Decimal::make(v.money_minor(), -v.money_scale()));
    case Kind::list: {
      std::vector<Value> items;
      for (const Value& item : v.items()) items.push_back(erased(item, words));
      return Value::list(std::move(items));
    }
    case Kind::context: {
      std::vector<ContextEntry> entries;
      for (const auto& [key, one] : v.entries()) entries.emplace_back(key, erased(one, words));
      return Value::context(std::move(entries));
    }
    default:
      return v;
  }
}

// ── judging ───────────────────────────────────────────────────────────────────────────────────

struct Totals {
  std::uint64_t texts = 0, accepted = 0, typed = 0, pairs = 0, lenient_pairs = 0, limits = 0, nulls = 0;
};

class Judge {
 public:
  Judge() : inputs_(testing_support::TypeReader().inputs(testing_support::grown_schema)), strict_(&feel::builtin_scope()),
            plain_(&feel::builtin_scope()) {
    testing_support::add_inputs(strict_, inputs_);
    for (std::uint32_t i = 0; i < inputs_.size(); ++i) {
      plain_.add_slot(inputs_[i].name, Type::any(), i);
      gather(inputs_[i].type, words_);
    }
    setting_.zone = Zone::fixed(8 * 3600);
    setting_.limits.steps = 20'000;
    lenient_options_.zone = setting_.zone;
    strict_options_.zone = setting_.zone;
    strict_options_.level = feel::Level::strict;
    strict_options_.dialect.units = true;
  }

  /// False where the law is broken; it has then been told.
  bool judge(const std::string& text, ValueMaker& maker) {
    ++totals.texts;
    const feel::Parsed parsed = feel::parse(text, strict_, feel::Goal::expression, strict_options_.dialect);
    if (has_errors(parsed.findings)) {
      std::cout << "does not parse: " << text << "\n" << message(parsed.findings.front(), Language::english) << "\n";
      return false;
    }
    feel::CompileOptions options = strict_options_;
    feel::Outcome typed = feel::compile(text, strict_, options);
    if (typed.compiled && typed.compiled->type.is_optional()) {
      // A place that needs a value rejects it, and says why.
      options.expected = typed.compiled->type.required();
      typed = feel::compile(text, strict_, options);
    }
    const bool is_accepted = typed.compiled && !typed.compiled->type.is_optional();
    if (!typed.compiled && !has_errors(typed.findings)) {
      std::cout << "rejected without a finding: " << text << "\n";
      return false;
    }
    Eraser eraser{strict_, strict_options_};
    const std::string plain_text = eraser(parsed.ast, parsed.ast.root);
    if (!eraser.is_whole) return true;
    const feel::Outcome plain = feel::compile(plain_text, plain_, lenient_options_);
    const feel::Parsed plain_tree = feel::parse(plain_text, plain_);
    if (!plain.compiled || has_errors(plain_tree.findings)) {
      std::cout << "the erased text does not parse: " << plain_text << "\n of " << text << "\n";
      return false;
    }
    totals.accepted += is_accepted ? 1U : 0U;
    totals.typed += is_accepted && typed.compiled->program->is_scalar ? 1U : 0U;
    const int rows = is_accepted ? 100 : 10;
    for (int row = 0; row < rows; ++row) {
      if (!judge_row(text, plain_text, is_accepted ? &*typed.compiled : nullptr, *plain.compiled,
                     plain_tree.ast, maker)) {
        return false;
      }
    }
    return true;
  }

  Totals totals;

 private:
  bool judge_row(const std::string& text, const std::string& plain_text, const feel::Compiled* typed,
                 const feel::Compiled& plain, const Ast& plain_tree, ValueMaker& maker) {
    std::vector<Value> slots;
    std::vector<Value> erased_slots;
    literal::Environment environment;
    for (const TypedInput& input : inputs_) {
      slots.push_back(maker.make(input.type));
      erased_slots.push_back(erased(slots.back(), words_));
      environment.emplace_back(input.name, erased_slots.back());
    }
    ++(typed != nullptr ? totals.pairs : totals.lenient_pairs);
    const auto told = [&](std::string_view what, const std::string& a, const std::string& b) {
      std::cout << what << "\n  " << text << "\n  erased " << plain_text << "\n  " << a << "\n  " << b << "\n";
      for (std::size_t i = 0; i < slots.size(); ++i) {
        if (plain_text.find(inputs_[i].name) != std::string::npos) {
          std::cout << "    " << inputs_[i].name << " = " << slots[i].to_text() << "\n";
        }
      }
      return false;
    };
    const Result<Value> b = machine_.run(*plain.program, erased_slots);
    if (!b) {
      if (b.error().code != ErrorCode::limit) return told("Error", b.error().message, "");
      ++totals.limits;
      return true;
    }
    const std::size_t faults = machine_.told().size();
    std::string fault;
    if (faults > 0) fault = std::string(builtins::fault_name(machine_.told()[0].fault));
    literal::Setting setting;
    setting.zone = setting_.zone;
    setting.steps = 20'000;
    const literal::Answer c = literal::evaluate(plain_tree, environment, setting);
    totals.nulls += b->is_null() ? 1U : 0U;
    if (typed != nullptr) {
      const Result<Value> a = typed_machine_.run(*typed->program, slots);
      if (!a) {
        // Only what exceeds every bound, and then plain FEEL says so too.
        const auto& told_faults = typed_machine_.told();
        const auto ended_it = std::find_if(
            told_faults.begin(), told_faults.end(), [&](const vm::Told& one) {
              return builtins::fault_text(one.fault, one.operation, Language::english) ==
                     a.error().message;
            });
        if (a.error().code != ErrorCode::limit ||
            (ended_it != told_faults.end() && !is_bound(*ended_it))) {
          return told("Error", a.error().message, b->to_text());
        }
        ++totals.limits;
        return true;
      }
      const Value value = erased(*a, words_);
      if (value.is_null()) return told("null from the typed machine", value.to_text(), b->to_text());
      if (!value.equals(*b)) return told("typed and erased differ", value.to_text(), b->to_text() + " " + fault);
      // Null may be met where it is reckoned with: get or else(scores[1], 0).
      const auto& spans = typed->program->spans;
      const bool reckons = std::any_of(spans.begin(), spans.end(),
                                       [](const bytecode::Span& s) { return s.may_be_null; });
      if (faults > 0 && !reckons) {
        return told("a fault in an accepted expression", fault, b->to_text());
      }
    }
    if (!c.is_over && !c.value.equals(*b) && !are_functions(c.value, *b)) {
      return told("machine and literal evaluator differ", b->to_text() + " " + fault, c.value.to_text());
    }
    return true;
  }

  /// Whether only the budget of the evaluation causes it.
  static bool is_bound(const vm::Told& told) {
    return told.fault == builtins::Fault::budget || told.fault == builtins::Fault::too_deep;
  }

  static bool are_functions(const Value& a, const Value& b) {
    return a.is(Kind::function) && b.is(Kind::function);
  }

  std::vector<TypedInput> inputs_;
  feel::Scope strict_;
  feel::Scope plain_;
  Words words_;
  vm::Setting setting_;
  vm::Machine machine_{[] {
    vm::Setting s;
    s.zone = Zone::fixed(8 * 3600);
    s.limits.steps = 20'000;
    return s;
  }()};
  vm::Machine typed_machine_{[] {
    vm::Setting s;
    s.zone = Zone::fixed(8 * 3600);
    s.limits.steps = 20'000;
    return s;
  }()};
  feel::CompileOptions strict_options_;
  feel::CompileOptions lenient_options_;
};

}  // namespace

int main(int count, char** words) {
  std::uint64_t pairs = 100'000;
  std::uint64_t seed = 1;
  std::uint64_t most_wrong = 1;
  for (int i = 1; i + 1 < count; ++i) {
    const std::string word = words[i];
    if (word == "--pairs") pairs = std::strtoull(words[++i], nullptr, 10);
    if (word == "--seed") seed = std::strtoull(words[++i], nullptr, 10);
    if (word == "--most-wrong") most_wrong = std::strtoull(words[++i], nullptr, 10);
  }
  Judge judge;
  std::uint64_t wrong = 0;
  // Only the pairs of accepted expressions are counted towards what was asked for.
  while (judge.totals.pairs < pairs && wrong < most_wrong) {
    Grower grower(seed);
    ValueMaker maker(seed * 0x9E3779B97F4A7C15ULL);
    const std::string text = grower.any();
    if (!judge.judge(text, maker)) {
      std::cout << "  --seed " << seed << " --pairs 1\n";
      ++wrong;
    }
    ++seed;
  }
  const Totals& t = judge.totals;
  std::cout << t.pairs << " pairs of " << t.accepted << " accepted expressions (" << t.typed
            << " of scalars alone), " << t.lenient_pairs << " lenient pairs (" << t.nulls << " null), "
            << t.texts << " texts, " << t.limits << " beyond a limit, " << wrong << " wrong\n";
  if (wrong > 0) return 1;
  // The generator must not have become one of rejected texts.
  return t.accepted * 50 < t.texts ? 1 : 0;
}
