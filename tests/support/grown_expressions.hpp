// Random expressions over a schema of inputs of every type.
//
//   Grower grower(seed);
//   grower.any();   // "(if n > 50 then fee else 12.34 CNY) * 2"
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aftercare::testing_support {

inline constexpr std::string_view grown_schema = R"(
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
inline const std::map<char, std::vector<std::string_view>>& productions() {
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
        "{{a: {N}, b: a > {N:a}}}.b",
        "(some i in 1..count(scores) satisfies scores[i] > {N:i})",
        "(scores != [] and (every i in 1..count(scores) satisfies scores[i] > {N:i}))"}},
      {'N',
       {"({N} + {N})", "({N} - {N})", "({N} * {N})", "({N} / {N})", "({N} / {m})", "({N} / 8)", "({N} ** 2)",
        "({N} ** {N})", "-({N})", "floor({N})", "ceiling({N})", "abs({N})", "decimal({N}, 2)",
        "round half up({N}, 1)", "round up({N}, 0)", "round down({N}, 2)", "round half down({N}, 3)",
        "floor({N}, 1)", "ceiling({N}, 2)", "decimal({N}, {N})", "min({N}, {N})", "max({N}, {N}, {N})",
        "modulo({N}, {m})", "modulo({N}, {N})", "sqrt({N})", "log({N})", "exp({n})", "exp({N})",
        "({N} ** 600)", "(10 ** {N})", "(10 ** {n})", "(1.5 ** n)", "({N} * {N} * {N})", "product({L})",
        "(if p <= 300 and p >= -300 then exp(p) else {N})", "(if count({L}) < 5 then product({L}) else {N})",
        "(if {N} <= 10 and {N} >= 0 then {N} ** {N} else 1)", "(1E6000 * {N})", "(1E-6000 / {N})",
        "(number({S}) * {N})", "get or else(number({S}), 0) * {N}",
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
        "{R}.start", "context put({{a: {N}}}, \"a\", {N}).a", "max(maybe)", "sum(maybe)",
        "(if p > m then {N} / (p - m) else {N})", "(if p >= m then sqrt(p - m) else {N})",
        "(if not(p < n) then sqrt(p - n) else {N})", "(if n != p then {N} / (n - p) else 1)",
        "(if n = p then 1 else 1 / (p - n))", "(if q != null and q > p then log(q - p) else {N})",
        "(if p > m then sqrt(m - p) else {N})", "(if m <= p then 1 / (p - m) else {N})",
        "(if fee > paid then 1 / amount(fee - paid) else {N})",
        "(if n >= 1 and n <= count(scores) then scores[n] else {N})",
        "(if n <= count(scores) then scores[n] else {N})",
        "(if n > 0 and count(figures) > n then figures[n] + figures[n + 1] else {N})",
        "(if r != null and not(r > count(figures)) then figures[r] else {N})",
        "(if count(scores) > 1 then scores[2] - scores[-2] else {N})",
        "(if figures != [] then figures[count(figures)] else {N})",
        "(if {L} != [] then {L}[1] else {N})",
        "(if scores != [] then total(for i in 1..count(scores) return scores[i] * {N:i}) else {N})",
        "total(for i in 1..count(scores) return scores[i])",
        "(if count(faults) >= 3 then total(for i in 2..count(faults) return faults[i].cost) else {N})",
        "(if count(faults) > 2 then faults[n].cost else {N})"}},
      {'M',
       {"({M} + {M})", "({M} - {M})", "({M} * 3)", "({M} * {n})", "({M} * {N})", "-({M})", "abs({M})",
        "min({M}, {M})", "max({M}, {M})", "(if {B} then {M} else {M})", "get or else(paid, {M})",
        "(if paid = null then {M} else paid)", "round half up(amount({M}) * {m}, 2) * 1 CNY",
        "(round half up({N}, 2) * 1 CNY)", "({M} * 90%)", "({M} / {N})"}},
      {'D',
       {"({D} + {E})", "({D} - {E})", "({D} + {O})", "({D} - {O})", "({O} + {D})", "({D} + 1y)",
        "({D} - 13mo)", "({D} + 36h)", "({D} + @\"P999999999Y\")", "({D} + @\"P3000000Y\")",
        "({D} + {O} * {N})", "({D} - {E} * {n})", "({D} + duration({S}))", "({D} + 300000000mo)", "date({I})", "date({Z})", "(if {B} then {D} else {D})",
        "get or else(ended, {D})", "(if ended != null then ended else {D})", "max({D}, {D})",
        "min({D}, {D})", "{G}[1]", "get or else({G}[1], {D})", "get or else({F}[{B:#}][1].on, {D})",
        "date(2024, 2, 29)", "date({n}, 2, 29)", "get or else(unit.serviced, {D})", "unit.serviced",
        "max({G})"}},
      {'I',
       {"({I} + 2h)", "({I} - 90s)", "({I} + 30min)", "({I} + 2d)", "({I} + 1mo)", "({I} - 1y)",
        "({I} + pause)", "({I} + elapsed)", "({I} + @\"P300000Y\")", "({I} + {E} * {n})",
        "({I} - @\"P100000000D\")", "(if {B} then {I} else {I})", "get or else(left at, {I})"}},
      {'T', {"({T} + 90min)", "({T} - {E})", "(if {B} then {T} else {T})", "time(8, 30, 0)", "time({Z})",
             "time({n}, 0, 0)"}},
      {'Z', {"date and time({D}, {T})", "({Z} + {E})", "({Z} - {O})", "({Z} + @\"P999999998Y\")", "({Z} + {O} * {N})", "(if {B} then {Z} else {Z})",
             "date and time({D})"}},
      {'E',
       {"({E} + {E})", "({E} - {E})", "({E} * {n})", "({E} * {N})", "({E} / {m})", "({E} / {N})", "-({E})",
        "abs({E})", "({D} - {D})", "({I} - {I})", "({T} - {T})", "({Z} - {Z})", "(if {B} then {E} else {E})",
        "get or else(pause, {E})", "min({E}, {E})", "duration(\"P1DT2H\")", "duration({S})",
        "sum([{E}, {E}])", "total([{E}, {E}])", "total(for d in {G} return {D} - d)"}},
      {'O',
       {"({O} + {O})", "({O} - {O})", "({O} * {n})", "({O} * {N})", "({O} * 1000000000)", "({O} / {m})", "-({O})", "abs({O})",
        "years and months duration({D}, {D})", "(if {B} then {O} else {O})", "max({O}, {O})", "total([{O}, {O}])",
        "total(for d in {G} return years and months duration({D}, d))"}},
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

}  // namespace aftercare::testing_support
