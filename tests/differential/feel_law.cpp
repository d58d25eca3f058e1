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
#include "support/typed_inputs.hpp"
#include "vm/machine.hpp"

namespace {

using namespace aftercare;
using feel::Ast;
using feel::NodeId;
using feel::NodeKind;
using testing_support::TypedInput;
using testing_support::ValueMaker;

constexpr std::string_view schema = R"(
n: number 0..100 scale 0
m: number 1..9 scale 1
p: number
q: optional number
r: optional number 1..5 scale 0
fee: money CNY
paid: optional money CNY
bought: date
ended: optional date
at: instant
left at: optional instant
opens: time
local: date and time
cause: words Cause (quality, transport, misuse)
why: optional words Cause (quality, transport, misuse)
urgent: boolean
vip: optional boolean
elapsed: days
pause: optional days
term: months
name: string
note: optional string
scores: list of number 0..10 scale 0
figures: list of number
maybe: list of optional number
causes: list of words Cause (quality, transport, misuse)
days off: list of date
texts: list of string
faults: list of { on: date, cost: number 0..1000 scale 2, part: optional string }
unit: { model: string, weight: number 1..50 scale 1, serviced: optional date }
customer: optional { name: string, orders: number 0..1000 scale 0 }
)";

// ── growing ───────────────────────────────────────────────────────────────────────────────────

// Productions by the letter of what they give:
//   B boolean  N number  M money  D date  I instant  T time  Z date and time  E days  O months
//   W word  S string  L numbers  G dates  C words  X strings  F faults  R range of numbers
// {N} is a hole; {N:x} one in which x may be used as a number, {N:@} one inside a loop over faults
// (f), {N:#} one inside a filter of faults.
const std::map<char, std::vector<std::string_view>>& productions() {
  static const std::map<char, std::vector<std::string_view>> all = {
      {'B',
       {"({B} and {B})", "({B} or {B})", "not({B})", "({N} < {N})", "({N} <= {N})", "({N} = {N})",
        "({N} != {N})", "({N} >= {N})", "({M} > {M})", "({M} = {M})", "({D} < {D})", "({D} = {D})",
        "({I} >= {I})", "({I} = {I})", "({T} < {T})", "({Z} <= {Z})", "({E} > {E})", "({E} = {E})",
        "({O} < {O})", "({O} = {O})", "({W} = {W})", "({W} != {W})", "({W} in (quality, {W}))",
        "({S} = {S})", "({S} < {S})", "({N} between {N} and {N})", "({D} between {D} and {D})",
        "({N} in [{N}..{N}])", "({N} in (1, 3, [5..20), > 70))", "({N} in (< {N}, > {N}))",
        "({N} in {L})", "({N} in {R})", "({D} in ({D}, > {D}))", "({D} in {G})", "({S} in (\"a\", {S}))",
        "({N} in (? > {N}, {N}))", "(if {B} then {B} else {B})", "(some x in {L} satisfies {B:x})",
        "(every x in {L} satisfies {B:x})", "(some f in {F} satisfies {B:@})",
        "(every f in {F} satisfies {B:@})", "list contains({L}, {N})", "({L} = {L})", "({B} = {B})",
        "contains({S}, {S})", "starts with({S}, {S})", "ends with({S}, {S})", "odd({N})", "even({N})",
        "all([{B}, {B}])", "any([{B}, {B}])", "before({N}, {N})", "after({D}, {D})",
        "includes({R}, {N})", "during({N}, {R})", "overlaps({R}, {R})", "meets({R}, {R})",
        "finishes({N}, {R})", "started by({R}, {N})", "coincides({R}, {R})", "({R} = {R})", "({R}.start < {N})", "({L} = [])",
        "matches({S}, \"^[a-z0-9;]*$\")", "is({N}, {N})", "({N} instance of number)",
        "({S} instance of string)", "list contains({C}, {W})", "({{a: {N}}} = {{a: {N}}})",
        "{{a: {N}, b: a > {N:a}}}.b"}},
      {'N',
       {"({N} + {N})", "({N} - {N})", "({N} * {N})", "({N} / {N})", "({N} / {m})", "({N} / 8)", "({N} ** 2)",
        "({N} ** {N})", "-({N})", "floor({N})", "ceiling({N})", "abs({N})", "decimal({N}, 2)",
        "round half up({N}, 1)", "round up({N}, 0)", "round down({N}, 2)", "round half down({N}, 3)",
        "floor({N}, 1)", "ceiling({N}, 2)", "decimal({N}, {N})", "min({N}, {N})", "max({N}, {N}, {N})",
        "modulo({N}, {m})", "modulo({N}, {N})", "sqrt({N})", "log({N})", "exp({n})",
        "(if {B} then {N} else {N})", "(if {N} > 0 then {N} / {m} else 0)",
        "(if n != 0 then {N} / n else {N})", "(if p > 1 then {N} / (p - 1) else {N})",
        "(if p in (1, 2.5) then {N} / p else 1)", "(if p <= 0 or {B} then {N} else 1 / p)",
        "(if m < 5 then 1 / (m - 5) else {N})", "get or else(q, {N})", "get or else(r, n)",
        "get or else({q}, {N})", "amount({M})", "count({L})", "count({F})", "count({X})", "total({L})",
        "sum([{N}, {N}])", "sum({L})", "max({L})", "min([{N}, {N}])", "mean([{N}, {N}])", "mean({L})",
        "median([{N}, {N}, {N}])", "stddev([{N}, {N}])", "product([{N}, {N}])", "{L}[1]", "[{N}, {N}][{N}]",
        "get or else([{N}, {N}][{n}], {N})", "get or else({L}[-1], 0)", "string length({S})", "number(\"12.5\")",
        "number({S})", "{D}.year", "{D}.month", "{D}.day", "{D}.weekday", "{I}.hour", "{I}.second",
        "{T}.minute", "{Z}.day", "{Z}.hour", "{E}.days", "{E}.hours", "{E}.minutes", "{E}.seconds",
        "{O}.years", "{O}.months", "({E} / {E})", "({E} / 1h)", "({O} / {O})", "({M} / 100 CNY)",
        "({M} / {M})", "day of year({D})", "week of year({D})", "{{a: {N}, b: a + {N:a}}}.b",
        "[{{a: {N}}}, {{a: {N}}}].a[1]", "total({F}.cost)", "total(for f in {F} return {N:@})",
        "sum(for x in [{N}, {N}] return {N:x})", "count({F}[{B:#}])", "count({L}[{B:item}])",
        "get or else({F}[1].cost, {N})", "unit.weight", "{F}[{B:#}][1].cost",
        "(for x in [{N}, {N}] return 1 / x)[1]", "(for i in 1..{r} return i * {N:i})[2]",
        "rank({W})", "index of({L}, {N})[1]", "years and months duration({D}, {D}).months",
        "(if customer != null then customer.orders else {N})", "customer.orders",
        "(if {B} then {{a: {N}}} else {{a: {q}}}).a", "[{N}, {q}][2]", "count(flatten([{L}, [{N}]]))",
        "(if {N} = 0 then {N} else {N} / {N})", "get value({{a: {N}}}, \"a\")", "90%",
        "{R}.start", "context put({{a: {N}}}, \"a\", {N}).a", "max(maybe)", "sum(maybe)"}},
      {'M',
       {"({M} + {M})", "({M} - {M})", "({M} * 3)", "({M} * {n})", "({M} * {N})", "-({M})", "abs({M})",
        "min({M}, {M})", "max({M}, {M})", "(if {B} then {M} else {M})", "get or else(paid, {M})",
        "(if paid = null then {M} else paid)", "round half up(amount({M}) * {m}, 2) * 1 CNY",
        "(round half up({N}, 2) * 1 CNY)", "({M} * 90%)", "({M} / {N})"}},
      {'D',
       {"({D} + {E})", "({D} - {E})", "({D} + {O})", "({D} - {O})", "({O} + {D})", "({D} + 1y)",
        "({D} - 13mo)", "({D} + 36h)", "date({I})", "date({Z})", "(if {B} then {D} else {D})",
        "get or else(ended, {D})", "(if ended != null then ended else {D})", "max({D}, {D})",
        "min({D}, {D})", "{G}[1]", "get or else({G}[1], {D})", "get or else({F}[{B:#}][1].on, {D})",
        "date(2024, 2, 29)", "date({n}, 2, 29)", "get or else(unit.serviced, {D})", "unit.serviced",
        "max({G})"}},
      {'I',
       {"({I} + 2h)", "({I} - 90s)", "({I} + 30min)", "({I} + 2d)", "({I} + 1mo)", "({I} - 1y)",
        "({I} + pause)", "({I} + elapsed)", "(if {B} then {I} else {I})", "get or else(left at, {I})"}},
      {'T', {"({T} + 90min)", "({T} - {E})", "(if {B} then {T} else {T})", "time(8, 30, 0)", "time({Z})",
             "time({n}, 0, 0)"}},
      {'Z', {"date and time({D}, {T})", "({Z} + {E})", "({Z} - {O})", "(if {B} then {Z} else {Z})",
             "date and time({D})"}},
      {'E',
       {"({E} + {E})", "({E} - {E})", "({E} * {n})", "({E} * {N})", "({E} / {m})", "({E} / {N})", "-({E})",
        "abs({E})", "({D} - {D})", "({I} - {I})", "({T} - {T})", "({Z} - {Z})", "(if {B} then {E} else {E})",
        "get or else(pause, {E})", "min({E}, {E})", "duration(\"P1DT2H\")", "duration({S})",
        "sum([{E}, {E}])"}},
      {'O',
       {"({O} + {O})", "({O} - {O})", "({O} * {n})", "({O} / {m})", "-({O})", "abs({O})",
        "years and months duration({D}, {D})", "(if {B} then {O} else {O})", "max({O}, {O})"}},
      {'W', {"(if {B} then {W} else {W})", "get or else(why, {W})", "{C}[1]", "get or else({C}[1], {W})"}},
      {'S',
       {"({S} + {S})", "upper case({S})", "lower case({S})", "substring before({S}, {S})",
        "substring after({S}, {S})", "substring({S}, 1, 2)", "string({N})", "string({D})", "string({E})",
        "string({O})", "string({B})", "string({T})", "string({L})", "(if {B} then {S} else {S})",
        "get or else(note, {S})", "string join({X}, \"-\")", "string join([{S}, {S}])",
        "replace({S}, \"[0-9]+\", \"#\")", "day of week({D})", "month of year({D})", "{X}[1]",
        "get or else({X}[2], {S})", "unit.model", "customer.name", "split({S}, \";\")[1]"}},
      {'L',
       {"{L}[{B:item}]", "(for x in {L} return {N:x})", "(for f in {F} return {N:@})", "{F}.cost",
        "append({L}, {N})", "concatenate({L}, {L})", "union({L}, {L})", "distinct values({L})",
        "reverse({L})", "sort({L})", "sort({L}, function(a, b) a > b)", "[{N}, {N}, {N}]",
        "(for i in 1..3 return {N:i})", "(for x in {L}, y in {L} return {N:x} + y)", "index of({L}, {N})",
        "sublist([{N}, {N}], 1, 1)", "remove([{N}, {N}], 1)", "insert before({L}, 1, {N})",
        "(if {B} then {L} else {L})", "mode({L})", "(for d in {G} return d.day)",
        "(for x in {L} return count(partial))", "list replace({L}, 1, {N})", "{F}[{B:#}].cost"}},
      {'G', {"{F}.on", "(for d in {G} return d + {E})", "{G}[item > {D}]", "sort({G})", "append({G}, {D})",
             "(for d in {D}..{D} + 2d return d)"}},
      {'C', {"{C}[item = {W}]", "distinct values({C})", "append({C}, {W})", "reverse({C})"}},
      {'X', {"split({S}, \";\")", "append({X}, {S})", "{X}[item != {S}]", "(for x in {L} return string({N:x}))",
             "distinct values({X})", "sort({X})"}},
      {'F', {"{F}[{B:#}]", "reverse({F})", "sort({F}, function(a, b) a.cost < b.cost)",
             "concatenate({F}, {F})", "{F}[on > {D}]"}},
      {'R', {"[{N}..{N}]", "({N}..{N})", "[1..{n}]", "(1..20]"}},
  };
  return all;
}

class Grower {
 public:
  explicit Grower(std::uint64_t seed) : random_(seed) {}

  std::string any() {
    static constexpr std::string_view roots = "BBBBNNNMDIEOSLWTGXF";
    return grow(roots[below(roots.size())], 2 + static_cast<int>(below(3)));
  }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  std::string grow(char letter, int depth) {
    const auto found = productions().find(letter);
    if (depth <= 0 || found == productions().end() || below(8) == 0) return atom(letter);
    const std::string_view form = found->second[below(found->second.size())];
    std::string out;
    for (std::size_t i = 0; i < form.size(); ++i) {
      if (form[i] == '{' && i + 1 < form.size() && form[i + 1] == '{') {
        out += '{';
        ++i;
        continue;
      }
      if (form[i] == '}') {
        out += '}';
        if (i + 1 < form.size() && form[i + 1] == '}') ++i;
        continue;
      }
      if (form[i] != '{') {
        out += form[i];
        continue;
      }
      const std::size_t end = form.find('}', i);
      const char hole = form[i + 1];
      const std::string_view bound =
          form[i + 2] == ':' ? form.substr(i + 3, end - i - 3) : std::string_view();
      const std::size_t before = locals_.size();
      if (bound == "@") {
        locals_.insert(locals_.end(), {{'N', "f.cost"}, {'D', "f.on"}, {'S', "f.part"}});
      } else if (bound == "#") {
        locals_.insert(locals_.end(), {{'N', "cost"}, {'D', "on"}, {'S', "part"}});
      } else if (!bound.empty()) {
        locals_.emplace_back('N', std::string(bound));
      }
      out += grow(hole, depth - 1);
      locals_.resize(before);
      i = end;
    }
    return out;
  }

  std::string atom(char letter) {
    std::vector<std::string> fit;
    for (const auto& [of, name] : locals_) {
      if (of == letter) fit.push_back(name);
    }
    if (!fit.empty() && below(3) != 0) return fit[below(fit.size())];
    switch (letter) {
      case 'B':
        return pick({"urgent", "true", "vip = true", "vip", "cause = misuse", "n > 50", "q = null",
                     "note != null", "false"});
      case 'N':
        return pick({"n", "m", "p", "0", "1", "2.5", "100", "0.001", "-7", "n", "p", "q", "r", "12345678.9"});
      case 'n':
        return pick({"n", "3", "0", "7", "rank(cause)"});
      case 'm':
        return pick({"m", "10", "4", "-3", "100", "1.5"});
      case 'r':
        return pick({"3", "n", "get or else(r, 2)"});
      case 'q':
        return pick({"q", "r", "null", "maybe[1]"});
      case 'M':
        return pick({"fee", "0 CNY", "12.34 CNY", "1000 CNY", "paid"});
      case 'D':
        return pick({"bought", "@\"2024-02-29\"", "@\"2026-01-31\"", "ended", "bought"});
      case 'I':
        return pick({"at", "at", "left at"});
      case 'T':
        return pick({"opens", "@\"18:00:00\"", "@\"00:00:00\""});
      case 'Z':
        return pick({"local", "@\"2026-01-31T23:59:59\""});
      case 'E':
        return pick({"elapsed", "30min", "24h", "2d", "@\"PT0.5S\"", "pause", "0s"});
      case 'O':
        return pick({"term", "1mo", "2y", "0mo", "@\"-P1M\""});
      case 'W':
        return pick({"cause", "quality", "misuse", "why", "transport"});
      case 'S':
        return pick({"name", "\"a\"", "\"\"", "\"压缩机\"", "note", "\"12\"", "\"a;b\""});
      case 'L':
        return pick({"scores", "figures", "[1, 2, 3]", "maybe", "[]"});
      case 'G':
        return pick({"days off", "[bought]"});
      case 'C':
        return pick({"causes", "[quality, misuse]"});
      case 'X':
        return pick({"texts", "[\"a\", \"b\"]"});
      case 'F':
        return "faults";
      case 'R':
        return pick({"[1..10]", "(0..n + 1)"});
      default:
        return "0";
    }
  }

  std::string pick(std::initializer_list<const char*> from) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(below(from.size())));
  }

  std::mt19937_64 random_;
  std::vector<std::pair<char, std::string>> locals_;
};

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
      return "(" + fill(row.erasure, filled) + ")";
    }
    return {};
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
  Judge() : inputs_(testing_support::TypeReader().inputs(schema)), strict_(&feel::builtin_scope()),
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
    Eraser eraser{strict_};
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
            (ended_it != told_faults.end() && !is_bound(ended_it->fault))) {
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

  /// Whether only a value beyond every bound causes it.
  static bool is_bound(builtins::Fault fault) {
    return fault == builtins::Fault::overflow || fault == builtins::Fault::budget ||
           fault == builtins::Fault::too_deep;
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
