// The interface of this file is check().
#include "feel/check.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "aftercare/rt/decimal_math.hpp"

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "builtins/builtins.hpp"
#include "builtins/operations.hpp"
#include "feel/facts.hpp"
#include "feel/parse.hpp"
#include "feel/print.hpp"
#include "feel/types.hpp"
#include "value/limits.hpp"

namespace aftercare::feel {
namespace {

using rt::Decimal;
using Is = Type::Is;

/// Numbers of packs without facets lie within this on both sides, exclusive.
const Decimal default_bound = Decimal(value::number_bound);
constexpr int default_scale = 6;
constexpr int most_scale = 34;
/// Dates and times of packs lie within the years 1 to 9999, lengths of time within ten thousand
/// years: in seconds, from 1970 on. A month counts as much as it may.
const Decimal default_reach = Decimal(260'000'000'000);
const Decimal default_length = Decimal(320'000'000'000);
/// So many values may be looked at in one evaluation (Limits::steps).
constexpr std::int64_t most_steps = 10'000'000;
/// The largest number that there is.
const Decimal largest_number = *rt::multiply(*rt::subtract(*Decimal::make(1, 34), Decimal(1)),
                                             *Decimal::make(1, Decimal::max_exponent));
constexpr std::int64_t seconds_per_month = 31 * rt::seconds_per_day;

bool is_point(Is is) { return is == Is::date || is == Is::instant || is == Is::date_time; }
bool is_span(Is is) {
  return is == Is::days_duration || is == Is::months_duration || is == Is::length ||
         is == Is::working_duration;
}

}  // namespace

Numbers numbers_of(const Type& type) {
  Numbers out;
  if (type.is() == Is::number) {
    const NumberFacets& facets = type.facets();
    out.low = facets.minimum ? *facets.minimum : -default_bound;
    out.high = facets.maximum ? *facets.maximum : default_bound;
    if (facets.scale <= most_scale) out.scale = facets.scale;
  } else if (type.is() == Is::money) {
    const NumberFacets& facets = type.facets();
    out.low = facets.minimum ? *facets.minimum : -default_bound;
    out.high = facets.maximum ? *facets.maximum : default_bound;
    out.scale = type.scale();
  } else if (is_point(type.is()) || is_span(type.is())) {
    const Decimal& most = is_span(type.is()) ? default_length : default_reach;
    out.low = -most;
    out.high = most;
  }
  return out;
}

namespace {

/// Where a point in time lies, or how long a length is, within a day or two.
std::optional<Decimal> seconds_about(const Value& value) {
  switch (value.kind()) {
    case Kind::date:
      return Decimal(value.as_date().days * rt::seconds_per_day);
    case Kind::date_time:
      return Decimal(value.as_date_time().date.days * rt::seconds_per_day);
    case Kind::instant:
      return Decimal(value.as_instant().micros / 1'000'000);
    case Kind::days_duration:
      return Decimal(value.as_days_duration().seconds);
    case Kind::months_duration:
      return rt::multiply(Decimal(value.as_months_duration().count), Decimal(seconds_per_month));
    case Kind::working_duration:
      return rt::multiply(Decimal(value.as_working_count()), Decimal(rt::seconds_per_day));
    default:
      return std::nullopt;
  }
}

Numbers numbers_in(const Value& value) {
  Numbers out;
  std::optional<Decimal> number;
  if (value.is(Kind::number)) number = value.as_number();
  if (value.is(Kind::money)) number = Decimal::make(value.money_minor(), -value.money_scale());
  if (!number) {
    const auto about = seconds_about(value);
    if (!about) return out;
    out.low = rt::subtract(*about, Decimal(2 * rt::seconds_per_day));
    out.high = rt::add(*about, Decimal(2 * rt::seconds_per_day));
    return out;
  }
  out.low = number;
  out.high = number;
  out.scale = std::max(0, number->normalized().scale());
  return out;
}

Numbers hull(const Numbers& a, const Numbers& b) {
  Numbers out;
  if (a.low && b.low) out.low = std::min(*a.low, *b.low);
  if (a.high && b.high) out.high = std::max(*a.high, *b.high);
  if (a.scale >= 0 && b.scale >= 0) out.scale = std::max(a.scale, b.scale);
  out.not_zero = a.not_zero && b.not_zero;
  return out;
}

Numbers sum(const Numbers& a, const Numbers& b, bool minus) {
  Numbers out;
  const auto apply = [&](const std::optional<Decimal>& x, const std::optional<Decimal>& y) {
    std::optional<Decimal> z;
    if (x && y) z = minus ? rt::subtract(*x, *y) : rt::add(*x, *y);
    return z;
  };
  out.low = apply(a.low, minus ? b.high : b.low);
  out.high = apply(a.high, minus ? b.low : b.high);
  if (a.scale >= 0 && b.scale >= 0) out.scale = std::max(a.scale, b.scale);
  return out;
}

Numbers product(const Numbers& a, const Numbers& b) {
  Numbers out;
  if (a.scale >= 0 && b.scale >= 0 && a.scale + b.scale <= most_scale) {
    out.scale = a.scale + b.scale;
  }
  // What has a scale is no less than its last digit; the product of other numbers may be too small.
  out.not_zero = a.scale >= 0 && b.scale >= 0 && !a.may_be_zero() && !b.may_be_zero();
  if (!a.low || !a.high || !b.low || !b.high) return out;
  std::vector<Decimal> corners;
  for (const Decimal& x : {*a.low, *a.high}) {
    for (const Decimal& y : {*b.low, *b.high}) {
      const auto z = rt::multiply(x, y);
      if (!z) return out;
      corners.push_back(*z);
    }
  }
  out.low = *std::min_element(corners.begin(), corners.end());
  out.high = *std::max_element(corners.begin(), corners.end());
  return out;
}

/// A type of numbers or of money that says what the interval says; what is not known stays so.
Type with_facets(const Type& type, const Numbers& numbers) {
  if (type.is() != Is::number && type.is() != Is::money) return type;
  static const Decimal most = *Decimal::make(1, Decimal::max_exponent);
  NumberFacets facets;
  facets.minimum = numbers.low.value_or(-most);
  facets.maximum = numbers.high.value_or(most);
  facets.scale = numbers.scale < 0 ? -Decimal::min_exponent : numbers.scale;
  const Type out = type.is() == Is::number ? Type::number(std::move(facets))
                                           : Type::money(type.currency(), type.scale(), std::move(facets));
  return type.is_optional() ? out.optional() : out;
}

bool is_number_like(Is is) { return is == Is::number || is == Is::money; }
/// Whether there is an interval to know of: of numbers, or in seconds.
bool is_measured(Is is) { return is_number_like(is) || is_point(is) || is_span(is); }
bool is_length(Is is) {
  return is == Is::days_duration || is == Is::months_duration || is == Is::length;
}

/// Kinds that `=` compares, and their likes.
bool are_alike(const Type& a, const Type& b) {
  if (a.is() == b.is()) {
    switch (a.is()) {
      case Is::symbol:
        return a.symbol_set() == b.symbol_set();
      case Is::money:
        return a.currency() == b.currency();
      case Is::list:
        return a.element().is() == Is::any || b.element().is() == Is::any ||
               a.element().is() == Is::null || b.element().is() == Is::null ||
               are_alike(a.element(), b.element());
      case Is::range:
        return a.element().is() == Is::any || b.element().is() == Is::any ||
               are_alike(a.element(), b.element());
      case Is::context:
        return std::all_of(a.members().begin(), a.members().end(), [&](const auto& member) {
          const Type* other = b.member(member.first);
          return other == nullptr || other->is() == Is::null || member.second.is() == Is::null ||
                 are_alike(member.second, *other);
        });
      default:
        return true;
    }
  }
  return (a.is() == Is::length && (is_length(b.is()) || b.is() == Is::working_duration)) ||
         (b.is() == Is::length && (is_length(a.is()) || a.is() == Is::working_duration));
}

bool has_order(const Type& type) {
  switch (type.is()) {
    case Is::number:
    case Is::money:
    case Is::string:
    case Is::date:
    case Is::time:
    case Is::date_time:
    case Is::instant:
    case Is::days_duration:
    case Is::months_duration:
    case Is::length:
      return true;
    default:
      return false;
  }
}

/// Whether a value of type `given` may stand where `wanted` is asked for, null aside.
bool fits(const Type& wanted, const Type& given) {
  if (wanted.is() == Is::any || given.is() == Is::null) return true;
  if (wanted.is() == Is::length) {
    return is_length(given.is()) || given.is() == Is::working_duration;
  }
  if (wanted.is() != given.is()) return false;
  switch (wanted.is()) {
    case Is::symbol:
      return wanted.symbol_set() == given.symbol_set();
    case Is::money:
      return wanted.currency() == given.currency();
    case Is::list:
      if (given.element().is_optional() && wanted.element().is() != Is::any &&
          !wanted.element().is_optional()) {
        return false;
      }
      return given.element().is() == Is::any || fits(wanted.element(), given.element());
    default:
      return true;
  }
}

Type whole_number(std::int64_t low, std::int64_t high) {
  NumberFacets facets;
  facets.minimum = Decimal(low);
  facets.maximum = Decimal(high);
  facets.scale = 0;
  return Type::number(facets);
}

/// The type of a property that a value of that type has by itself.
std::optional<Type> property_type(const Type& type, std::string_view name) {
  const bool is_date =
      type.is() == Is::date || type.is() == Is::date_time || type.is() == Is::instant;
  const bool is_time =
      type.is() == Is::time || type.is() == Is::date_time || type.is() == Is::instant;
  if (is_date) {
    if (name == "year") return whole_number(rt::min_year, rt::max_year);
    if (name == "month") return whole_number(1, 12);
    if (name == "day") return whole_number(1, 31);
    if (name == "weekday") return whole_number(1, 7);
  }
  if (is_time) {
    if (name == "hour") return whole_number(0, 23);
    if (name == "minute") return whole_number(0, 59);
    if (name == "second") return Type::number({Decimal(0), Decimal(60), 9});
    if (type.is() != Is::instant && name == "time offset") {
      return Type::of(Is::days_duration).optional();
    }
    if (type.is() != Is::instant && name == "timezone") return Type::string().optional();
  }
  constexpr std::int64_t many = 1'000'000'000'000;
  if (type.is() == Is::days_duration) {
    if (name == "days") return whole_number(-many, many);
    if (name == "hours") return whole_number(-23, 23);
    if (name == "minutes") return whole_number(-59, 59);
    if (name == "seconds") return Type::number({Decimal(-60), Decimal(60), 9});
  }
  if (type.is() == Is::months_duration) {
    if (name == "years") return whole_number(-many, many);
    if (name == "months") return whole_number(-11, 11);
  }
  if (type.is() == Is::range) {
    if (name == "start" || name == "end") return type.element().optional();
    if (name == "start included" || name == "end included") return Type::boolean();
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const Resolved& resolved, const Scope& scope,
          const std::vector<std::optional<Value>>& folded, const CompileOptions& options)
      : resolved_(resolved),
        tree_(resolved.tree),
        scope_(scope),
        folded_(folded),
        options_(options) {
    out_.known.resize(tree_.nodes.size());
  }

  Checked run() {
    Split split;
    const Type* expected = options_.expected.is() == Is::any ? nullptr : &options_.expected;
    Known& root = known(visit(tree_.root, {}, expected, &split));
    if (options_.goal == Goal::expression) {
      wanted(tree_.root, options_.expected);
    } else {
      wanted(tree_.root, Type::boolean());
    }
    if (options_.is_kept) kept(tree_.root, options_.expected);
    out_.type = with_facets(root.type, root.numbers);
    for (const auto& [key, fact] : split.yes) {
      if (fact.present && key[0] == 's' && key.find('.') == std::string::npos) {
        out_.present_when_true.push_back(static_cast<std::uint32_t>(std::stoul(key.substr(1))));
      }
    }
    std::sort(out_.present_when_true.begin(), out_.present_when_true.end());
    return std::move(out_);
  }

 private:
  /// What a condition says where it is true, and where it is false.
  struct Split {
    Facts yes;
    Facts no;
  };

  Known& known(NodeId id) { return out_.known[id]; }

  // ── findings ────────────────────────────────────────────────────────────────────────────────

  [[nodiscard]] SourceSpan span(NodeId id) const {
    const TextRange range = tree_[id].range;
    return options_.place ? options_.place(range.begin, range.end)
                          : SourceSpan{0, range.begin, range.end};
  }
  /// A word as the dialect of this text has it.
  [[nodiscard]] std::string word(std::string_view english, std::string_view chinese) const {
    return std::string(options_.dialect.language == Language::chinese ? chinese : english);
  }
  [[nodiscard]] DiagnosticWords not_null(const std::string& name) const {
    return {{"name", name}, {"null", word("null", "无")}, {"and", word("and", "且")}};
  }
  /// Whether as many brackets open as close, texts in quotes aside.
  [[nodiscard]] static bool is_balanced(std::string_view text) {
    int open = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (is_quoted && text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        is_quoted = !is_quoted;
      } else if (!is_quoted) {
        open += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
      }
    }
    return open == 0;
  }
  [[nodiscard]] std::string text(NodeId id) const {
    std::string out = normalise_name(tree_.written(id));
    // The brackets of a first or last part may stand outside of the range. The tree itself says by
    // now what names are bound to, and no longer how they are written.
    if (!is_balanced(out)) {
      const Ast plain = parse(tree_.source, scope_, Goal::expression, options_.dialect).ast;
      const auto same = [&](NodeId one) {
        return plain[one].kind == tree_[id].kind && plain[one].range.begin == tree_[id].range.begin &&
               plain[one].range.end == tree_[id].range.end;
      };
      for (NodeId one = 1; one < plain.nodes.size(); ++one)
        if (same(one)) out = print(plain, one, {options_.dialect.language, false, {}});
    }
    constexpr std::size_t enough = 60;
    if (out.size() > enough) {
      std::size_t cut = enough;
      while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
      out = out.substr(0, cut) + "…";
    }
    return out;
  }
  /// Reports once at a place and marks the node, so that nothing follows from it.
  void report(NodeId id, DiagnosticCode code, DiagnosticWords words,
              std::vector<DiagnosticNote> notes = {}) {
    known(id).failed = true;
    const std::string once = std::string(code.text) + (let_.empty() ? "" : "let " + let_.back()) +
                             (let_.empty() ? std::to_string(tree_[id].range.begin) + "-" +
                                                 std::to_string(tree_[id].range.end)
                                           : "");
    if (!reported_.insert(once).second) return;
    Diagnostic finding = base::make(code, span(id), std::move(words), std::move(notes));
    if (!let_.empty()) finding.notes.push_back(base::note(notes::in_let, {{"name", let_.back()}}));
    out_.findings.push_back(std::move(finding));
  }

  [[nodiscard]] static std::string name_of(const Type& type) { return type_word(type.required()); }

  [[nodiscard]] static const auto& why_without(Declared::Absence absence) {
    switch (absence) {
      case Declared::Absence::not_given:
        return notes::not_given_yet;
      case Declared::Absence::lacking:
        return notes::form_may_lack_it;
      case Declared::Absence::not_asked:
        return notes::asked_in_some_cases;
      case Declared::Absence::natural:
        return notes::need_not_be_one;
      case Declared::Absence::declared:
        break;
    }
    return notes::declared_optional;
  }

  /// Says that a value may be null where one is needed, why, and what to write.
  void may_be_null(NodeId id) {
    Known& k = known(id);
    if (k.failed) return;
    const std::string written = text(id);
    std::vector<DiagnosticNote> notes;
    switch (k.cause.is) {
      case Cause::Is::absent: {
        if (!k.cause.what.empty()) {
          notes.push_back(base::note(notes::declared_here,
                                     {{"name", k.cause.name}, {"what", k.cause.what}},
                                     k.cause.declared_at));
        }
        if (options_.why_absent && k.cause.slot != no_slot) {
          for (DiagnosticNote& more : options_.why_absent(k.cause.slot)) {
            notes.push_back(std::move(more));
          }
        }
        notes.push_back(base::note(notes::write_not_null, not_null(k.cause.name)));
        report(id, diag::AC0513, {{"name", k.cause.name}, {"read", written}}, std::move(notes));
        k.failed = true;
        return;
      }
      case Cause::Is::declared:
      case Cause::Is::member:
        notes.push_back(base::note(why_without(k.cause.absence), {{"name", k.cause.name}},
                                   k.cause.declared_at));
        if (options_.why_absent && k.cause.slot != no_slot) {
          for (DiagnosticNote& more : options_.why_absent(k.cause.slot)) {
            notes.push_back(std::move(more));
          }
        }
        notes.push_back(base::note(notes::write_not_null, not_null(k.cause.name)));
        break;
      case Cause::Is::function:
        function_notes(k.cause, notes);
        break;
      case Cause::Is::index:
        notes.push_back(base::note(notes::index_outside, {}));
        break;
      case Cause::Is::literal:
        notes.push_back(base::note(notes::null_is_written, {}));
        break;
      case Cause::Is::none:
        break;
    }
    if (k.type.is() != Is::null) {
      notes.push_back(base::note(notes::give_another_value, {{"text", written}}));
    }
    report(id, diag::AC0501, {{"text", written}}, std::move(notes));
    k.failed = true;
  }

  static void function_notes(const Cause& cause, std::vector<DiagnosticNote>& notes) {
    namespace why = builtins::cause;
    const DiagnosticWords words{{"name", cause.name}};
    const std::size_t before = notes.size();
    if ((cause.causes & why::empty) != 0) notes.push_back(base::note(notes::null_if_empty, words));
    if ((cause.causes & why::domain) != 0) notes.push_back(base::note(notes::null_outside, words));
    if ((cause.causes & why::unreadable) != 0) {
      notes.push_back(base::note(notes::null_if_unreadable, words));
    }
    if ((cause.causes & why::inexact) != 0)
      notes.push_back(base::note(notes::null_if_inexact, words));
    if (notes.size() == before) notes.push_back(base::note(notes::function_gives_null, words));
  }

  /// A value that is needed: not null. False where that was reported.
  bool needed(NodeId id) {
    Known& k = known(id);
    if (k.failed) return false;
    if (k.type.is_optional() || k.type.is() == Is::null) {
      may_be_null(id);
      return false;
    }
    if (k.type.is() == Is::any) {
      report(id, diag::AC0512, {{"text", text(id)}});
      return false;
    }
    return true;
  }

  /// The whole of what is asked for in a place.
  void wanted(NodeId id, const Type& type) {
    Known& k = known(id);
    if (k.failed) return;
    if (type.is() == Is::any && !type.is_optional()) {
      if (k.type.is() == Is::any) report(id, diag::AC0512, {{"text", text(id)}});
      return;
    }
    if (!fits(type, k.type)) {
      const bool both_money = type.is() == Is::money && k.type.is() == Is::money;
      const auto word = [&](const Type& one) {  // of two currencies, which
        if (!both_money || one.currency() == 0) return type_word(one.required());
        const std::string currency = currency_name(one.currency());
        return base::both("money in " + currency, "以" + currency + "计的金额");
      };
      std::vector<DiagnosticNote> notes;
      to_one_kind(type, k.type, id, notes);
      report(id, diag::AC0503,
             {{"text", text(id)}, {"given", word(k.type)}, {"wanted", word(type)}},
             std::move(notes));
      return;
    }
    if (!type.is_optional()) needed(id);
  }

  /// What is kept as a value of a declared type lies within its bounds and has no more decimals.
  void kept(NodeId id, const Type& declared) {
    const Known& k = known(id);
    if (k.failed || k.type.is() == Is::null || k.type.is() == Is::any) return;
    const bool is_list = declared.is() == Is::list && k.type.is() == Is::list;
    const Type& type = is_list ? declared.element() : declared;
    if (!is_number_like(type.is())) return;
    const Numbers held = numbers_of(type);
    const Numbers given = is_list ? numbers_of(k.type.element()) : k.numbers;
    if (is_list && k.type.element().is() == Is::any) return;  // an empty one
    if (type.is() == Is::number && (given.scale < 0 || given.scale > held.scale)) {
      const std::string scale = std::to_string(held.scale);
      std::vector<DiagnosticNote> notes;
      if (!is_list) {
        notes.push_back(base::note(notes::round_money_so,
                                   {{"example", "round half up(" + text(id) + ", " + scale + ")"}}));
      }
      report(id, diag::AC0517, {{"text", text(id)}, {"scale", scale}}, std::move(notes));
      return;
    }
    // What has no bounds of its own is held to the usual ones when it is computed: two amounts that
    // may be as large as any are seldom so.
    const NumberFacets& facets = type.facets();
    const bool is_high = facets.maximum && !(given.high && *given.high <= *held.high);
    const bool is_low = facets.minimum && !(given.low && *given.low >= *held.low);
    if (!is_low && !is_high) return;
    std::vector<DiagnosticNote> notes;
    if (!folded_[id]) {
      const NodeId part = least_known(id);
      notes.push_back(bound_it(part != 0 ? part : id));
    }
    const std::string currency = type.is() == Is::money ? " " + currency_name(type.currency()) : "";
    report(id, diag::AC0418,
           {{"text", text(id)},
            {"bounds", (facets.minimum ? rt::to_string(*facets.minimum) : std::string()) + ".." +
                           (facets.maximum ? rt::to_string(*facets.maximum) : std::string()) + currency}},
           std::move(notes));
  }

  /// Lengths in lists and contexts lie where lengths do that are given; each for itself is known
  /// better.
  void gathered(NodeId id) {
    const Known& k = known(id);
    if (k.failed || !is_span(k.type.is())) return;
    const Decimal most(3'200'000'000'000);
    if (k.numbers.low && k.numbers.high && *k.numbers.low >= -most && *k.numbers.high <= most) return;
    std::vector<DiagnosticNote> notes;
    if (const NodeId part = least_known(id); part != 0) notes.push_back(bound_it(part));
    report(id, diag::AC0417,
           {{"text", text(id)}, {"limit", base::both("a hundred thousand years", "十万年")}},
           std::move(notes));
  }

  [[nodiscard]] DiagnosticNote bound_it(NodeId part) const {
    // What somebody declares, rather than what is computed from it.
    const auto is_computed = [&] {
      const NodeKind kind = tree_[part].kind;
      return kind == NodeKind::binary || kind == NodeKind::negate || kind == NodeKind::call;
    };
    while (is_computed()) {
      const NodeId inner = least_known(part);
      if (inner == 0) break;
      part = inner;
    }
    return base::note(notes::bound_it_so, {{"text", text(part)},
                                           {"if", word("if", "若")},
                                           {"and", word("and", "且")},
                                           {"then", word("then", "则")}});
  }

  bool wants_boolean(NodeId id) {
    Known& k = known(id);
    if (k.failed) return false;
    if (k.type.is() != Is::boolean && k.type.is() != Is::null && k.type.is() != Is::any) {
      report(id, diag::AC0504, {{"text", text(id)}, {"given", type_word(k.type)}});
      return false;
    }
    return needed(id);
  }

  // ── keys of facts ───────────────────────────────────────────────────────────────────────────

  [[nodiscard]] std::string key_of(NodeId id) const {
    const Binding& binding = resolved_.bindings[id];
    for (const std::uint32_t item : binding.items) {
      const auto type = local_types_.find(item);
      if (type != local_types_.end() && type->second.member(tree_.text_of(id)) != nullptr) {
        return "l" + std::to_string(item) + "." + tree_.text_of(id);
      }
    }
    if (binding.is == Binding::Is::slot) return "s" + std::to_string(binding.index);
    if (binding.is == Binding::Is::record) {
      return binding.index == no_slot ? std::string() : "s" + std::to_string(binding.index);
    }
    if (binding.is == Binding::Is::local) return "l" + std::to_string(binding.index);
    if (tree_[id].kind == NodeKind::path) {
      const std::string base = key_of(tree_.child(id, 0));
      return base.empty() ? std::string() : base + "." + tree_.text_of(id);
    }
    return key_of_expression(id);
  }

  /// Of a call of a built-in function, whatever its language.
  [[nodiscard]] std::string builtin_name(NodeId call) const {
    const std::uint32_t function = resolved_.bindings[tree_.child(call, 0)].index;
    return std::string(builtins::functions()[function].name);
  }

  /// How many items a list has at least, as far as what is known of its count() says.
  [[nodiscard]] std::int64_t least_count(NodeId list, const Facts& facts) const {
    const std::string key = key_of(list);
    const auto fact = key.empty() ? facts.end() : facts.find("(count " + key + ")");
    if (fact != facts.end()) {
      const auto& low = fact->second.low;
      if (low && *low >= Decimal(1)) {
        const auto whole = rt::floor(*low);
        return whole ? whole->to_int64().value_or(1) : 1;
      }
      if (fact->second.not_zero) return 1;
    }
    // A member of each: as many as there are elements.
    const bool is_path =
        tree_[list].kind == NodeKind::path && resolved_.bindings[list].is == Binding::Is::none;
    if (is_path && out_.known[tree_.child(list, 0)].type.is() == Is::list)
      return least_count(tree_.child(list, 0), facts);
    return 0;
  }

  /// The same expression over the same names has the same value wherever it stands.
  [[nodiscard]] std::string key_of_expression(NodeId id) const {
    const Node& node = tree_[id];
    std::string out;
    switch (node.kind) {
      case NodeKind::number_literal:
      case NodeKind::money_literal:
        return "#" + tree_.text_of(id);
      case NodeKind::string_literal:
        return quote(tree_.text_of(id));
      case NodeKind::negate:
        out = "-";
        break;
      case NodeKind::binary:
        out = std::string(operator_text(tree_.operator_of(id)));
        break;
      case NodeKind::filter:
        out = "[]";
        break;
      case NodeKind::call:
        if (resolved_.bindings[tree_.child(id, 0)].is != Binding::Is::builtin) return {};
        out = builtin_name(id);
        break;
      default:
        return {};
    }
    const auto children = tree_.children(id).subspan(node.kind == NodeKind::call ? 1 : 0);
    for (const NodeId child : children) {
      const std::string key = key_of(child);
      if (key.empty()) return {};
      out += " " + key;
    }
    return "(" + out + ")";
  }

  [[nodiscard]] bool is_null_literal(NodeId id) const {
    return tree_[id].kind == NodeKind::null_literal ||
           (folded_[id] && folded_[id]->is_null() && tree_[id].kind != NodeKind::call);
  }

  void apply(const Facts& facts, const std::string& key, Known& k) {
    if (key.empty()) return;
    const auto found = facts.find(key);
    if (found == facts.end()) return;
    const Fact& fact = found->second;
    if (fact.present) k.type = k.type.required();
    if (fact.not_zero) k.numbers.not_zero = true;
    if (fact.low) k.numbers.low = k.numbers.low ? std::max(*k.numbers.low, *fact.low) : *fact.low;
    if (fact.high) {
      k.numbers.high = k.numbers.high ? std::min(*k.numbers.high, *fact.high) : *fact.high;
    }
  }

  // ── the walk ────────────────────────────────────────────────────────────────────────────────

  NodeId visit(NodeId id, const Facts& facts, const Type* expected = nullptr,
               Split* split = nullptr) {
    if (resolved_.told_wrong.count(id) != 0) {
      known(id).failed = true;
      return id;
    }
    const auto let = resolved_.let_of.find(id);
    if (let != resolved_.let_of.end()) let_.push_back(let->second);
    Split own;
    Known k = of(id, facts, expected, own);
    if (!k.failed && !facts.empty() &&
        (tree_[id].kind == NodeKind::binary || tree_[id].kind == NodeKind::negate ||
         tree_[id].kind == NodeKind::filter || tree_[id].kind == NodeKind::call)) {
      apply(facts, key_of_expression(id), k);
    }
    if (!k.failed && folded_[id] && !folded_[id]->is_null()) {
      // A constant is known exactly.
      const Known exact = of_value(*folded_[id]);
      if (k.type.is() == Is::any && exact.type.is() != Is::any) k.type = exact.type;
      k.type = k.type.required();
      if (is_measured(k.type.is())) k.numbers = numbers_in(*folded_[id]);
    }
    // What was reported below stays reported.
    k.failed = k.failed || known(id).failed;
    known(id) = std::move(k);
    if (let != resolved_.let_of.end()) let_.pop_back();
    if (split != nullptr) *split = std::move(own);
    return id;
  }

  static Known typed(Type type) {
    Known k;
    k.numbers = numbers_of(type);
    k.type = std::move(type);
    return k;
  }
  static Known failure() {
    Known k;
    k.failed = true;
    return k;
  }

  Known of(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::none:
        return failure();
      case NodeKind::null_literal: {
        Known k = typed(Type::of(Is::null).optional());
        k.cause.is = Cause::Is::literal;
        return k;
      }
      case NodeKind::boolean_literal:
        return typed(Type::boolean());
      case NodeKind::number_literal:
      case NodeKind::string_literal:
      case NodeKind::at_literal:
      case NodeKind::length_literal:
      case NodeKind::money_literal:
      case NodeKind::percent_literal:
        return literal(id);
      case NodeKind::name:
      case NodeKind::input:
        return name(id, facts, expected, split);
      case NodeKind::path:
        return path(id, facts, expected, split);
      case NodeKind::descendants:  // what is below has no type of its own
        report(id, diag::AC0512, {{"text", text(id)}});
        return failure();
      case NodeKind::negate:
        return negate(id, facts);
      case NodeKind::binary:
        return binary(id, facts, expected, split);
      case NodeKind::all_of:
        return all_of(id, facts, split);
      case NodeKind::any_of:
        return any_of(id, facts, split);
      case NodeKind::between:
        return between(id, facts, split);
      case NodeKind::in:
        return in(id, facts, split);
      case NodeKind::instance_of:
        visit(tree_.child(id, 0), facts);
        if (!type_of(tree_, tree_.child(id, 1), scope_)) {
          unknown_type(id);
        }
        return typed(Type::boolean());
      case NodeKind::filter:
        return filter(id, facts);
      case NodeKind::call:
        return call(id, facts, expected, split);
      case NodeKind::range:
        return range(id, facts, expected);
      case NodeKind::half_range: {
        visit(tree_.child(id, 0), facts);
        return needed(tree_.child(id, 0)) ? typed(Type::range(known(tree_.child(id, 0)).type))
                                          : failure();
      }
      case NodeKind::list:
        return list(id, facts, expected);
      case NodeKind::context:
        return context(id, facts);
      case NodeKind::if_else:
        return if_else(id, facts, expected, split);
      case NodeKind::for_each:
      case NodeKind::some:
      case NodeKind::every:
        return iteration(id, facts);
      case NodeKind::function:
        report(id, diag::AC0523, {});
        return failure();
      case NodeKind::tests:
        return cell(id, facts);
      case NodeKind::any_test:
        return typed(Type::boolean());
      case NodeKind::compare_test:
      case NodeKind::argument:
      case NodeKind::entry:
      case NodeKind::iterator:
      case NodeKind::parameter:
      case NodeKind::type_name:
      case NodeKind::type_list:
      case NodeKind::type_range:
      case NodeKind::type_context:
      case NodeKind::type_member:
      case NodeKind::type_function:
        return failure();
    }
    return failure();
  }

  /// Whether a number has more digits than are kept: reading it would round it.
  static bool is_too_long(std::string_view written) {
    std::size_t digits = 0;
    std::size_t zeros = 0;  // at the end so far
    for (const char c : written) {
      if (c == 'e' || c == 'E') break;
      if (c < '0' || c > '9' || (digits == 0 && c == '0')) continue;
      ++digits;
      zeros = c == '0' ? zeros + 1 : 0;
    }
    return digits - zeros > 34;
  }

  Known literal(NodeId id) {
    if (!folded_[id] || (tree_[id].kind == NodeKind::number_literal && is_too_long(text(id)))) {
      report(id, diag::AC0520, {{"text", text(id)}});
      return failure();
    }
    return of_value(*folded_[id]);
  }

  static Known of_value(const Value& value) {
    Known k;
    switch (value.kind()) {
      case Kind::null:
        k.type = Type::of(Is::null).optional();
        k.cause.is = Cause::Is::literal;
        break;
      case Kind::boolean:
        k.type = Type::boolean();
        break;
      case Kind::number:
        k.type = Type::number();
        break;
      case Kind::string:
        k.type = Type::string();
        break;
      case Kind::date:
        k.type = Type::date();
        break;
      case Kind::instant:
        k.type = Type::instant();
        break;
      case Kind::time:
        k.type = Type::of(Is::time);
        break;
      case Kind::date_time:
        k.type = Type::of(Is::date_time);
        break;
      case Kind::days_duration:
        k.type = Type::of(Is::days_duration);
        break;
      case Kind::months_duration:
        k.type = Type::of(Is::months_duration);
        break;
      case Kind::working_duration:
        k.type = Type::of(Is::working_duration);
        break;
      case Kind::money:
        k.type = Type::money(value.money_currency(), value.money_scale());
        break;
      case Kind::list: {
        std::optional<Type> element;
        for (const Value& item : value.items()) {
          const Type here = of_value(item).type;
          element = element ? join(*element, here) : here;
          if (!element) break;
        }
        k.type = Type::list(element.value_or(Type::any()));
        break;
      }
      case Kind::range: {
        const Value& end = value.range_low().is_null() ? value.range_high() : value.range_low();
        k.type = Type::range(of_value(end).type);
        break;
      }
      default:
        break;
    }
    k.numbers = numbers_in(value);
    return k;
  }

  /// The type that takes in both; none where they are of different kinds.
  static std::optional<Type> join(const Type& a, const Type& b) {
    const bool optional = a.is_optional() || b.is_optional();
    const auto with = [&](const Type& type) { return optional ? type.optional() : type; };
    if (a.is() == Is::null) return b.optional();
    if (b.is() == Is::null) return a.optional();
    // Only the elements of an empty list are of no kind; whatever else is unknown has been told.
    if (a.is() == Is::any) return with(b);
    if (b.is() == Is::any) return with(a);
    if (a.is() != b.is()) {
      if (are_alike(a, b)) return with(Type::of(Is::length));
      return std::nullopt;
    }
    if (!are_alike(a, b)) return std::nullopt;
    switch (a.is()) {
      case Is::number:
      case Is::money:
        if (a.required() == b.required()) return with(a.required());
        return with(with_facets(a.required(), hull(numbers_of(a), numbers_of(b))));
      case Is::range: {
        const auto element = join(a.element(), b.element());
        if (!element) return std::nullopt;
        return with(Type::range(*element));
      }
      case Is::context: {
        // What both have, as either has it.
        if (a.required() == b.required()) return with(a.required());
        std::vector<std::pair<std::string, Type>> members;
        for (const auto& [name, type] : a.members()) {
          const Type* other = b.member(name);
          const auto joined = other != nullptr ? join(type, *other) : std::nullopt;
          if (joined) members.emplace_back(name, *joined);
        }
        return with(Type::context(std::move(members)));
      }
      case Is::list: {
        const auto element = join(a.element(), b.element());
        if (!element) return std::nullopt;
        return with(Type::list(*element));
      }
      default:
        return with(a.required());
    }
  }

  // ── names ───────────────────────────────────────────────────────────────────────────────────

  Known name(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    const Binding& binding = resolved_.bindings[id];
    // Members of items that the text is inside of come first.
    for (const std::uint32_t item : binding.items) {
      const Type& type = local_types_[item];
      const std::string& member_name = tree_.text_of(id);
      if (type.is() == Is::context) {
        if (const Type* member = type.member(member_name)) {
          Known k = typed(*member);
          k.cause = {Cause::Is::member, member_name, no_slot, std::nullopt, {}};
          apply(facts, "l" + std::to_string(item) + "." + member_name, k);
          return k;
        }
      }
    }
    switch (binding.is) {
      case Binding::Is::slot:
        return slot(id, facts, split);
      case Binding::Is::record: {
        Known k = typed(record_type(*binding.entry));
        if (binding.index != no_slot && !binding.entry->record.known_present &&
            !is_known_present(binding.index)) {
          k.type = k.type.optional();
          k.cause = {is_value(*binding.entry) ? Cause::Is::declared : Cause::Is::absent,
                     is_value(*binding.entry) ? text(id) : binding.entry->name, binding.index,
                     binding.entry->declared.span, binding.entry->declared.what};
          k.cause.absence = binding.entry->declared.absence;
        }
        apply(facts, key_of(id), k);
        guard(id, binding, facts, k);
        return k;
      }
      case Binding::Is::constant: {
        Known k = typed(binding.entry->type);
        if (binding.entry->type.is() == Is::any)
          k = of_value(binding.entry->value);
        else if (is_number_like(k.type.is()) && !binding.entry->value.is_null()) {
          k.numbers = numbers_in(binding.entry->value);
        }
        if (!binding.entry->value.is_null())
          k.type = k.type.required();
        else
          k.cause = {Cause::Is::declared, binding.entry->name, no_slot,
                     binding.entry->declared.span, binding.entry->declared.what};
        return k;
      }
      case Binding::Is::local: {
        Known k = typed(local_types_[binding.index]);
        k.cause = {Cause::Is::declared, tree_.text_of(id), no_slot, std::nullopt, {}};
        if (k.type.is() == Is::any) {
          // Declared by something that was reported.
          k.failed = true;
        }
        apply(facts, key_of(id), k);
        if (k.type.is() == Is::boolean && !k.type.is_optional()) note_boolean(id, split);
        return k;
      }
      case Binding::Is::let: {
        visit(tree_.child(id, 0), facts, expected, &split);
        return known(tree_.child(id, 0));
      }
      case Binding::Is::word:
        return word(id, expected);
      case Binding::Is::function:
      case Binding::Is::builtin:
        report(id, diag::AC0522, {{"name", text(id)}});
        return failure();
      case Binding::Is::unknown:
      case Binding::Is::none:
        return unknown(id, expected);
    }
    return failure();
  }

  [[nodiscard]] bool is_known_present(std::uint32_t slot) const {
    return std::find(options_.known_present.begin(), options_.known_present.end(), slot) !=
           options_.known_present.end();
  }

  Known slot(NodeId id, const Facts& facts, Split& split) {
    const Binding& binding = resolved_.bindings[id];
    const bool is_tested = binding.entry == nullptr;
    Known k = typed(is_tested ? options_.tested->type : binding.entry->type);
    if ((is_tested ? options_.tested->known_present : binding.entry->known_present) ||
        is_known_present(binding.index)) {
      k.type = k.type.required();
    }
    k.cause = {Cause::Is::declared, is_tested ? "?" : text(id), binding.index,
               is_tested ? std::nullopt : binding.entry->declared.span,
               is_tested ? std::string() : binding.entry->declared.what};
    if (!is_tested) k.cause.absence = binding.entry->declared.absence;
    apply(facts, key_of(id), k);
    if (!is_tested) guard(id, binding, facts, k);
    note_boolean(id, split);
    return k;
  }

  /// A member of a record can only be read where the record is there.
  void guard(NodeId id, const Binding& binding, const Facts& facts, Known& k) {
    for (const Name* record : binding.guards) {
      const std::uint32_t presence = record->record.slot;
      if (is_known_present(presence)) continue;
      const auto fact = facts.find("s" + std::to_string(presence));
      if (fact != facts.end() && fact->second.present) continue;
      // A member that is there says that its record is.
      const auto own = facts.find(key_of(id));
      if (own != facts.end() && own->second.present) continue;
      k.type = k.type.optional();
      k.cause = {Cause::Is::absent, record->name, presence, record->declared.span,
                 record->declared.what};
      if (is_value(*record)) {
        const std::string path = text(id);
        const std::size_t dot = path.rfind('.');
        k.cause.is = Cause::Is::declared;
        k.cause.absence = record->declared.absence;
        if (dot != std::string::npos) k.cause.name = path.substr(0, dot);
      }
      return;
    }
  }

  /// A boolean name that is true or false is there.
  void note_boolean(NodeId id, Split& split) {
    const std::string key = key_of(id);
    if (key.empty()) return;
    split.yes[key].present = true;
    split.no[key].present = true;
  }

  /// Whether a record is a value of its own besides its members: somebody of a register.
  static bool is_value(const Name& record) { return record.type.is() != Is::any; }

  static Type record_type(const Name& record) {
    if (is_value(record)) return record.type;
    std::vector<std::pair<std::string, Type>> members;
    for (const Name& member : record.record.members->names()) {
      if (member.is == Name::Is::slot) members.emplace_back(member.name, member.type);
    }
    return Type::context(std::move(members), record.name);
  }

  Known word(NodeId id, const Type* expected) {
    const std::string& written = tree_.text_of(id);
    const std::vector<Type> sets = scope_.sets_with(written);
    const Type* wanted = expected;
    while (wanted != nullptr && wanted->is() == Is::list) wanted = &wanted->element();
    if (wanted != nullptr && wanted->is() == Is::symbol) {
      if (const auto index = index_in(*wanted, written)) {
        Known k = typed(wanted->required());
        k.value = Value::symbol(wanted->symbol_set(), *index);
        return k;
      }
      report(id, diag::AC0515, {{"word", written}, {"set", set_name(*wanted)}},
             {base::note(notes::words_of_set,
                         {{"set", set_name(*wanted)}, {"words", words(*wanted)}})});
      return failure();
    }
    if (sets.size() == 1) {
      Known k = typed(sets[0].required());
      k.value = Value::symbol(sets[0].symbol_set(), index_in(sets[0], written).value_or(0));
      return k;
    }
    std::string all;
    for (const Type& set : sets) all += (all.empty() ? "" : ", ") + set_name(set);
    report(id, diag::AC0416, {{"word", written}, {"sets", all}});
    return failure();
  }

  static std::optional<std::uint32_t> index_in(const Type& set, std::string_view word) {
    const auto words = set.words();
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == word) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
  }
  static std::string words(const Type& set) {
    std::string out;
    for (const std::string& word : set.words()) out += (out.empty() ? "" : " | ") + word;
    return out;
  }
  static std::string set_name(const Type& set) {
    return set.name().empty() ? words(set) : set.name();
  }

  Known unknown(NodeId id, const Type* expected) {
    const std::string written =
        tree_[id].kind == NodeKind::input ? std::string("?") : tree_.text_of(id);
    std::vector<DiagnosticNote> notes;
    std::vector<std::string> near;
    const Type* wanted = expected;
    while (wanted != nullptr && wanted->is() == Is::list) wanted = &wanted->element();
    if (wanted != nullptr && wanted->is() == Is::symbol) {
      Scope own;
      own.add_words(*wanted);
      near = own.candidates(written, 1);
    }
    // What is no name at all, but nearly a literal.
    if (near.empty()) {
      const auto literal =
          base::closest(written, std::vector<std::string>{"null", "true", "false"});
      if (literal) near.push_back(*literal);
    }
    if (near.empty()) near = local_candidates(written);
    if (near.empty()) near = scope_.candidates(written, 1);
    for (const std::string& candidate : near) {
      const Name* found = scope_.find(candidate);
      if (found != nullptr && !found->declared.what.empty()) {
        notes.push_back(base::note(notes::did_you_mean_declared,
                                   {{"name", candidate}, {"what", found->declared.what}},
                                   found->declared.span));
      } else {
        notes.push_back(base::note(notes::did_you_mean, {{"name", candidate}}));
      }
    }
    if (near.empty() && wanted != nullptr && wanted->is() == Is::symbol) {
      notes.push_back(
          base::note(notes::words_of_set, {{"set", set_name(*wanted)}, {"words", words(*wanted)}}));
    }
    // Two words read as one were reported by the parser.
    if (tree_[id].kind == NodeKind::name && tree_[id].flags != 0) return failure();
    report(id, diag::AC0412, {{"name", written}}, std::move(notes));
    return failure();
  }

  void unknown_type(NodeId id) {
    const std::string written(tree_.written(tree_.child(id, 1)));
    std::vector<DiagnosticNote> notes;
    static const std::vector<std::string> types{"number",
                                                "string",
                                                "boolean",
                                                "date",
                                                "time",
                                                "date and time",
                                                "days and time duration",
                                                "years and months duration"};
    if (const auto near = base::closest(written, types))
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    report(id, diag::AC0412, {{"name", written}}, std::move(notes));
  }

  [[nodiscard]] std::vector<std::string> local_candidates(const std::string& written) const {
    Scope own;
    for (const auto& [local, type] : local_types_) {
      own.add_local(resolved_.locals[local].name);
      for (const auto& [name, member] : type.members()) own.add_local(name);
    }
    return own.candidates(written, 1);
  }

  Known path(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    if (resolved_.bindings[id].is != Binding::Is::none) return name(id, facts, expected, split);
    const NodeId base = tree_.child(id, 0);
    visit(base, facts);
    const std::string& member_name = tree_.text_of(id);
    const Type base_type = known(base).type;
    if (known(base).failed) return failure();
    const Type* element = &base_type;
    if (element->is() == Is::list) element = &element->element();
    if (element->is() == Is::any) {
      report(base, diag::AC0512, {{"text", text(base)}});
      return failure();
    }
    std::optional<Type> type;
    if (element->is() == Is::context) {
      if (const Type* member = element->member(member_name)) type = *member;
    } else {
      type = property_type(*element, member_name);
    }
    if (!type) {
      no_member(id, base, *element, member_name);
      return failure();
    }
    if (!needed(base)) return failure();
    if (base_type.is() == Is::list && element->is_optional()) type = type->optional();
    Known k = typed(base_type.is() == Is::list ? Type::list(*type) : *type);
    if (k.type.is_optional()) {
      k.cause = {Cause::Is::member, text(id), no_slot, std::nullopt, {}};
    }
    apply(facts, key_of(id), k);
    note_boolean(id, split);
    return k;
  }

  void no_member(NodeId id, NodeId base, const Type& type, const std::string& name) {
    Scope members;
    for (const auto& [known_name, member] : type.members()) members.add_local(known_name);
    const Binding& binding = resolved_.bindings[base];
    if (binding.is == Binding::Is::record) {
      for (const Name& member : binding.entry->record.members->names()) {
        members.add_local(member.name);
      }
    }
    std::vector<DiagnosticNote> notes;
    for (const std::string& candidate : members.candidates(name, 1)) {
      notes.push_back(base::note(notes::did_you_mean, {{"name", candidate}}));
    }
    for (const std::string_view property :
         {"year", "month", "day", "weekday", "hour", "minute", "second", "time offset", "timezone",
          "years", "months", "days", "hours", "minutes", "seconds", "start", "end",
          "start included", "end included"}) {
      if (property_type(type, property)) members.add_local(std::string(property));
    }
    if (notes.empty() && !members.names().empty() && members.names().size() <= 12) {
      std::string all;
      for (const Name& member : members.names()) all += (all.empty() ? "" : ", ") + member.name;
      notes.push_back(base::note(notes::members_are, {{"members", all}}));
    }
    report(id, diag::AC0510, {{"text", text(base)}, {"name", name}}, std::move(notes));
  }

  // ── operators ───────────────────────────────────────────────────────────────────────────────

  Known negate(NodeId id, const Facts& facts) {
    const NodeId operand = tree_.child(id, 0);
    visit(operand, facts);
    if (!needed(operand)) return failure();
    const Known& k = known(operand);
    if (!is_number_like(k.type.is()) && !is_length(k.type.is())) {
      report(id, diag::AC0502, {{"operator", "-"}, {"given", name_of(k.type)}});
      return failure();
    }
    Known out = typed(k.type);
    Numbers zero;
    zero.low = Decimal(0);
    zero.high = Decimal(0);
    zero.scale = 0;
    out.numbers = sum(zero, k.numbers, true);
    out.numbers.not_zero = k.numbers.not_zero;
    if (out.type.is() == Is::number) out.type = Type::number();
    return out;
  }

  [[nodiscard]] bool is_word(NodeId id) const {
    const Binding& binding = resolved_.bindings[id];
    return binding.is == Binding::Is::word || binding.is == Binding::Is::unknown;
  }

  /// Visits both sides, the one that is no bare word first, so that it tells the word its set.
  void visit_pair(NodeId a, NodeId b, const Facts& facts) {
    if (is_word(a) && !is_word(b)) {
      visit(b, facts);
      const Type type = known(b).type;
      visit(a, facts, &type);
    } else {
      visit(a, facts);
      const Type type = known(a).type;
      visit(b, facts, &type);
    }
  }

  Known binary(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    const NodeId a = tree_.child(id, 0);
    const NodeId b = tree_.child(id, 1);
    const Operator op = tree_.operator_of(id);
    if (op == Operator::eq || op == Operator::ne) return equality(id, a, b, op, facts, split);
    static_cast<void>(expected);
    visit_pair(a, b, facts);
    const bool a_is = needed(a);
    const bool b_is = needed(b);
    if (op >= Operator::lt) {
      Known out = typed(Type::boolean());
      if (!a_is || !b_is) return out;
      if (!comparable(id, a, b, op)) return out;
      narrow(a, b, op, split);
      return out;
    }
    if (!a_is || !b_is) return failure();
    return arithmetic(id, a, b, op);
  }

  bool comparable(NodeId id, NodeId a, NodeId b, Operator op) {
    const Type& x = known(a).type;
    const Type& y = known(b).type;
    if (are_alike(x, y) && has_order(x) && x.is() != Is::length && y.is() != Is::length) {
      return goes_with_zones(id, a, b, op);
    }
    mismatch(id, op, x, y);
    return false;
  }

  bool goes_with_zones(NodeId id, NodeId a, NodeId b, Operator op) {
    if (is_zoned(a) == is_zoned(b)) return true;
    const auto written = [&](NodeId side) {
      if (!is_zoned(side)) return name_of(known(side).type);
      return base::both(known(side).type.required().to_text() + " with zone", "带时区的时间");
    };
    report(
        id, diag::AC0519,
        {{"operator", std::string(operator_text(op))}, {"left", written(a)}, {"right", written(b)}},
        {base::note(notes::zone_on_both)});
    return false;
  }

  /// The first thing in a text that looks like a date without quotes: 2026-01-01 is a subtraction.
  [[nodiscard]] std::string bare_date(NodeId id) const {
    const std::string written = text(id);
    constexpr std::size_t length = std::string_view("dddd-dd-dd").size();
    for (std::size_t at = 0; at + length <= written.size(); ++at) {
      std::string one = written.substr(at, length);
      if (one[4] == '/' && one[7] == '/') one[4] = one[7] = '-';
      const bool is_quoted = at > 0 && written[at - 1] == '"';
      if (is_day(one) && !is_quoted) return one;
    }
    return {};
  }

  /// Whether a text is the value of a literal there; where it looks like a day, that day.
  [[nodiscard]] std::optional<std::string> written_text(NodeId id) const {
    if (tree_[id].kind != NodeKind::string_literal) return std::nullopt;
    return tree_.text_of(id);
  }
  [[nodiscard]] static bool is_day(std::string_view written) {
    constexpr std::string_view form = "dddd-dd-dd";
    if (written.size() < form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
      const bool fits =
          form[i] == 'd' ? written[i] >= '0' && written[i] <= '9' : written[i] == form[i];
      if (!fits) return false;
    }
    return true;
  }
  /// A number as a length of that unit, in the language of the text.
  [[nodiscard]] std::string in_unit(NodeId id, rt::Unit unit) const {
    const rt::UnitRow& row = rt::row(unit);
    const bool is_chinese = options_.dialect.language == Language::chinese;
    const std::string word(is_chinese ? row.chinese[0] : row.symbol);
    return tree_[id].kind == NodeKind::number_literal ? text(id) + word : text(id) + " * 1" + word;
  }

  /// How what is `given` at a place becomes what is `wanted` there, where that can be said.
  void to_one_kind(const Type& wanted, const Type& given, NodeId at,
                   std::vector<DiagnosticNote>& notes) const {
    const Is to = wanted.is();
    const Is from = given.is();
    const auto literal = written_text(at);
    if (to == Is::symbol && from == Is::number) {
      notes.push_back(
          base::note(notes::words_of_set, {{"set", set_name(wanted)}, {"words", words(wanted)}}));
    } else if (to == Is::symbol) {
      const bool is_word = literal && index_in(wanted, *literal);
      if (is_word) notes.push_back(base::note(notes::without_quotes, {{"text", *literal}}));
      notes.push_back(
          base::note(notes::words_of_set, {{"set", set_name(wanted)}, {"words", words(wanted)}}));
    } else if (from == Is::string && literal && is_point(to) && is_day(*literal)) {
      notes.push_back(base::note(notes::write_day_so, {{"date", literal->substr(0, 10)}}));
      if (to == Is::instant) notes.push_back(base::note(notes::take_the_date));
    } else if (from == Is::string && literal && to == Is::number && Decimal::parse(*literal)) {
      notes.push_back(base::note(notes::without_quotes, {{"text", *literal}}));
    } else if (from == Is::string && literal && to == Is::boolean &&
               (*literal == "true" || *literal == "false")) {
      notes.push_back(base::note(notes::without_quotes, {{"text", *literal}}));
    } else if (to == Is::string && from == Is::number) {
      notes.push_back(base::note(notes::text_of_a_number, {{"text", text(at)}}));
    } else if ((to == Is::days_duration || to == Is::length) && from == Is::number) {
      notes.push_back(base::note(notes::say_the_unit, {{"example", in_unit(at, rt::Unit::day)}}));
    } else if (to == Is::months_duration && from == Is::number) {
      notes.push_back(base::note(notes::say_the_unit, {{"example", in_unit(at, rt::Unit::month)}}));
    } else if ((to == Is::date && from == Is::instant) || (to == Is::instant && from == Is::date)) {
      notes.push_back(base::note(notes::take_the_date));
    } else if (to == Is::money && wanted.currency() != 0 &&
               tree_[at].kind == NodeKind::number_literal) {
      notes.push_back(base::note(notes::round_money_so,
                                 {{"example", money_text(text(at), wanted.currency(),
                                                         options_.dialect.language)}}));
    } else if (to == Is::money && from == Is::string && literal && !literal->empty() &&
               literal->front() >= '0' && literal->front() <= '9') {
      notes.push_back(base::note(notes::without_quotes, {{"text", *literal}}));
    } else if ((to == Is::money && from == Is::number) || (to == Is::number && from == Is::money)) {
      notes.push_back(base::note(notes::money_and_number));
    } else if (from == Is::list && to != Is::list && fits(wanted, given.element())) {
      notes.push_back(base::note(notes::one_of_the_list, {{"text", text(at)}}));
    } else if (from == Is::context) {
      std::string all;
      for (const auto& [name, member] : given.members()) {
        if (fits(wanted, member)) all += (all.empty() ? "" : ", ") + text(at) + "." + name;
      }
      if (!all.empty()) notes.push_back(base::note(notes::one_of_the_members, {{"members", all}}));
    }
  }

  /// Two values of which either may be taken are of different kinds; `second` is the other one.
  void differ(NodeId id, const Type& a, const Type& b, NodeId second) {
    std::vector<DiagnosticNote> notes;
    to_one_kind(a, b, second, notes);
    report(id, diag::AC0521, {{"first", name_of(a)}, {"second", name_of(b)}}, std::move(notes));
  }

  /// What two operands of different kinds would have to be.
  void operand_notes(NodeId id, Operator op, const Type& x, const Type& y,
                     std::vector<DiagnosticNote>& notes) const {
    if (tree_[id].kind == NodeKind::compare_test) to_one_kind(x, y, tree_.child(id, 0), notes);
    const bool is_tested =
        tree_[id].kind == NodeKind::string_literal || tree_[id].kind == NodeKind::number_literal;
    if (is_tested) to_one_kind(x, y, id, notes);  // one of the values after `in`
    if (tree_[id].kind != NodeKind::binary) return;
    const NodeId a = tree_.child(id, 0);
    const NodeId b = tree_.child(id, 1);
    const auto pair = [&](Is p, Is q) {
      return (x.is() == p && y.is() == q) || (x.is() == q && y.is() == p);
    };
    const auto side = [&](Is is) { return x.is() == is ? a : b; };
    const std::string sign(operator_text(op));
    const bool is_order = op >= Operator::lt;
    const bool is_compared = is_order || op == Operator::eq || op == Operator::ne;
    // 1 < n < 3
    if (is_order && x.is() == Is::boolean && tree_[a].kind == NodeKind::binary) {
      const std::string middle = text(tree_.child(a, 1));
      const std::string joined = " " + word("and", "且") + " ";
      notes.push_back(
          base::note(notes::compare_both_sides,
                     {{"example", text(a) + joined + middle + " " + sign + " " + text(b)}}));
      return;
    }
    const bool is_told =
        tree_[a].kind == NodeKind::boolean_literal || tree_[b].kind == NodeKind::boolean_literal;
    if (pair(Is::boolean, Is::number) && is_compared && !is_told) {
      notes.push_back(base::note(notes::condition_by_itself,
                                 {{"text", text(side(Is::boolean))}, {"not", word("not", "非")}}));
      return;
    }
    if ((is_point(x.is()) && y.is() == Is::number) || (is_span(x.is()) && y.is() == Is::number)) {
      const bool is_bare = tree_[b].kind == NodeKind::number_literal;
      const std::string length =
          in_unit(b, x.is() == Is::months_duration ? rt::Unit::month : rt::Unit::day);
      const std::string left = text(a) + " " + sign + " ";
      if (is_span(x.is()) ? is_compared || op == Operator::add || op == Operator::subtract
                          : op == Operator::add || op == Operator::subtract) {
        const bool is_open = is_bare && x.is() == Is::days_duration;
        const std::string in_hours =
            is_open ? left + in_unit(b, rt::Unit::hour) + ", " : std::string();
        notes.push_back(base::note(notes::say_the_unit, {{"example", in_hours + left + length}}));
      }
      return;
    }
    const bool is_distance = tree_[a].kind == NodeKind::binary &&
                             tree_.operator_of(a) == Operator::subtract &&
                             is_point(out_.known[tree_.child(a, 0)].type.is());
    if (x.is() == Is::days_duration && y.is() == Is::months_duration && is_order && is_distance) {
      notes.push_back(base::note(notes::compare_dates,
                                 {{"example", text(tree_.child(a, 0)) + " " + sign + " " +
                                                  text(tree_.child(a, 1)) + " + " + text(b)}}));
      return;
    }
    if (pair(Is::days_duration, Is::months_duration)) {
      notes.push_back(base::note(notes::days_and_months, {{"date", "date(at)"}}));
      return;
    }
    if (is_point(x.is()) && x.is() == y.is() && op == Operator::add) {
      const std::string days = options_.dialect.language == Language::chinese ? " + 3天" : " + 3d";
      notes.push_back(base::note(notes::say_the_unit, {{"example", text(a) + days}}));
      return;
    }
    for (const NodeId one : {a, b}) {
      if (out_.known[one].type.is() != Is::length || tree_[one].kind != NodeKind::name) continue;
      notes.push_back(
          base::note(notes::say_units, {{"example", text(one) + ": {is: duration, from: 0min}"}}));
      return;
    }
    if (x.is() == Is::symbol && y.is() == Is::symbol && x.symbol_set() != y.symbol_set()) {
      notes.push_back(base::note(notes::words_of_set, {{"set", set_name(x)}, {"words", words(x)}}));
      return;
    }
    if (pair(Is::symbol, Is::number) && is_order) {
      const bool left = x.is() == Is::symbol;
      notes.push_back(
          base::note(notes::round_money_so,
                     {{"example", (left ? "rank(" + text(a) + ") " + sign + " " + text(b)
                                        : text(a) + " " + sign + " rank(" + text(b) + ")")}}));
      return;
    }
    if (pair(Is::instant, Is::date_time)) notes.push_back(base::note(notes::take_the_date));
    const bool is_equality = op == Operator::eq || op == Operator::ne;
    const auto one = [&](const Type& wanted, const Type& given, NodeId at) {
      if (wanted.is() == Is::symbol && !is_equality) return;
      if (wanted.is() == Is::string && !is_equality && op != Operator::add) return;
      if (notes.empty()) to_one_kind(wanted, given, at, notes);
    };
    if (x.is() == y.is()) return;
    const bool left_first = tree_[a].kind == NodeKind::string_literal;
    if (left_first) one(y, x, a);
    one(x, y, b);
    if (!left_first) one(y, x, a);
  }

  void mismatch(NodeId id, Operator op, const Type& x, const Type& y) {
    std::vector<DiagnosticNote> notes;
    const auto pair = [&](Is p, Is q) {
      return (x.is() == p && y.is() == q) || (x.is() == q && y.is() == p);
    };
    if (x.is() == Is::money && y.is() == Is::money && x.currency() != y.currency()) {
      report(id, diag::AC0518,
             {{"first", currency_name(x.currency())}, {"second", currency_name(y.currency())}});
      return;
    }
    if (pair(Is::date, Is::number) || pair(Is::instant, Is::number)) {
      if (const std::string date = bare_date(id); !date.empty())
        notes.push_back(base::note(notes::write_date_so, {{"date", date}}));
    }
    if (x.is() == Is::symbol && y.is() == Is::symbol && x.symbol_set() == y.symbol_set() &&
        tree_[id].kind == NodeKind::binary) {
      notes.push_back(base::note(
          notes::round_money_so,
          {{"example", "rank(" + text(tree_.child(id, 0)) + ") " + std::string(operator_text(op)) +
                           " rank(" + text(tree_.child(id, 1)) + ")"}}));
    }
    if (x.is() == Is::list && are_alike(x.element(), y) && has_order(y) && op >= Operator::eq &&
        tree_[id].kind == NodeKind::binary) {
      notes.push_back(base::note(
          notes::round_money_so,
          {{"example", "some x in " + text(tree_.child(id, 0)) + " satisfies x " +
                           std::string(operator_text(op)) + " " + text(tree_.child(id, 1))}}));
    }
    if (x.is() == Is::working_duration || y.is() == Is::working_duration) {
      notes.push_back(base::note(notes::working_time_needs_calendar, {}));
    }
    if (notes.empty()) operand_notes(id, op, x, y, notes);
    if (notes.empty() && pair(Is::date, Is::instant))
      notes.push_back(base::note(notes::take_the_date));
    if (notes.empty() && pair(Is::money, Is::number))
      notes.push_back(base::note(notes::money_and_number));
    report(
        id, diag::AC0519,
        {{"operator", std::string(operator_text(op))}, {"left", name_of(x)}, {"right", name_of(y)}},
        std::move(notes));
  }

  Known equality(NodeId id, NodeId a, NodeId b, Operator op, const Facts& facts, Split& split) {
    Known out = typed(Type::boolean());
    Facts equal;
    Facts different;
    if (is_null_literal(a) || is_null_literal(b)) {
      const NodeId tested = is_null_literal(b) ? a : b;
      visit(a, facts);
      visit(b, facts);
      const std::string key = key_of(tested);
      if (!key.empty()) different[key].present = true;
      // A let or a choice that is not null says what its parts must have been; names say enough.
      if (known(tested).failed) return out;
    } else {
      visit_pair(a, b, facts);
      if (known(a).failed || known(b).failed) return out;
      const Type& x = known(a).type;
      const Type& y = known(b).type;
      for (const NodeId side : {a, b}) {
        if (known(side).type.is() == Is::any) {
          report(side, diag::AC0512, {{"text", text(side)}});
          return out;
        }
      }
      // Working hours and working days are equal to each other by a calendar alone.
      if (!are_alike(x, y) || x.is() == Is::length || y.is() == Is::length ||
          x.is() == Is::working_duration) {
        mismatch(id, op, x, y);
        return out;
      }
      if (!goes_with_zones(id, a, b, op)) return out;
      const auto there = [&](NodeId side, NodeId other) {
        // Equal to something that is not null: not null.
        const std::string key = key_of(side);
        if (key.empty()) return;
        if (!known(other).type.is_optional()) equal[key].present = true;
        if (folded_[other] &&
            (folded_[other]->is(Kind::number) || folded_[other]->is(Kind::money))) {
          const Numbers n = numbers_in(*folded_[other]);
          equal[key].low = n.low;
          equal[key].high = n.high;
          if (n.may_be_zero())
            different[key].not_zero = true;
          else
            equal[key].not_zero = true;
        } else if (folded_[other] && is_length(known(other).type.is()) &&
                   folded_[other]->raw_word() == 0 && folded_[other]->raw_aux() == 0) {
          different[key].not_zero = true;
        }
      };
      there(a, b);
      there(b, a);
      const auto apart = [&](NodeId side, NodeId other) {
        const std::string key = key_of(side);
        if (key.empty()) return;
        if (x.is() == Is::list && folded_[other] && folded_[other]->is(Kind::list) &&
            folded_[other]->size() == 0) {
          different["(count " + key + ")"].low = Decimal(1);
        }
        const std::string from = key_of(other);
        if (!from.empty() && x.is() == y.is() && (x.is() == Is::number || x.is() == Is::money))
          different[key_of_difference(key, from)].not_zero = true;
      };
      apart(a, b);
      apart(b, a);
    }
    split.yes = op == Operator::eq ? equal : different;
    split.no = op == Operator::eq ? different : equal;
    return out;
  }

  /// `x < 5` and the like bound x on either side.
  void narrow(NodeId a, NodeId b, Operator op, Split& split) {
    const auto one = [&](NodeId side, const Numbers& other, Operator towards) {
      const std::string key = key_of(side);
      if (key.empty() || !is_measured(known(side).type.is())) return;
      const bool strict = towards == Operator::lt || towards == Operator::gt;
      // Beyond a bound that is excluded lies the next number of so many digits.
      const auto beyond = [&](const Decimal& bound, bool is_above) {
        const int scale = known(side).numbers.scale;
        if (scale < 0 || scale > default_scale || bound.normalized().scale() > scale) return bound;
        const auto next = rt::add(bound, *Decimal::make(is_above ? 1 : -1, -scale));
        return next.value_or(bound);
      };
      const bool upper = towards == Operator::lt || towards == Operator::le;
      Fact& yes = split.yes[key];
      Fact& no = split.no[key];
      if (upper) {
        if (other.high) yes.high = strict ? beyond(*other.high, false) : *other.high;
        if (other.low) no.low = strict ? *other.low : beyond(*other.low, true);
        // x < bound with bound <= 0, or not (x <= bound) with bound >= 0
        if (strict && other.high && *other.high <= Decimal(0)) yes.not_zero = true;
        if (!strict && other.low && *other.low >= Decimal(0)) no.not_zero = true;
      } else {
        if (other.low) yes.low = strict ? beyond(*other.low, true) : *other.low;
        if (other.high) no.high = strict ? *other.high : beyond(*other.high, false);
        if (strict && other.low && *other.low >= Decimal(0)) yes.not_zero = true;
        if (!strict && other.high && *other.high <= Decimal(0)) no.not_zero = true;
      }
    };
    one(a, known(b).numbers, op);
    const Operator turned = op == Operator::lt   ? Operator::gt
                            : op == Operator::le ? Operator::ge
                            : op == Operator::gt ? Operator::lt
                                                 : Operator::le;
    one(b, known(a).numbers, turned);
    const bool is_above = op == Operator::gt || op == Operator::ge;
    const bool strict = op == Operator::lt || op == Operator::gt;
    bound_difference(is_above ? a : b, is_above ? b : a, strict, split.yes);
    bound_difference(is_above ? b : a, is_above ? a : b, !strict, split.no);
  }

  /// The key of `a - b`, as key_of_expression() makes it.
  [[nodiscard]] static std::string key_of_difference(const std::string& a, const std::string& b) {
    return "(- " + a + " " + b + ")";
  }

  /// Where a > b, or a >= b, their difference is above zero, or not below it.
  void bound_difference(NodeId a, NodeId b, bool is_strict, Facts& facts) {
    const Known& x = known(a);
    const Known& y = known(b);
    if (x.type.is() != y.type.is() || (x.type.is() != Is::number && x.type.is() != Is::money))
      return;
    const std::string above = key_of(a);
    const std::string below = key_of(b);
    if (above.empty() || below.empty()) return;
    // Numbers of so many digits differ by at least one in the last of them.
    const int scale = std::max(x.numbers.scale, y.numbers.scale);
    const bool is_counted = x.numbers.scale >= 0 && y.numbers.scale >= 0 && scale <= default_scale;
    const Decimal least =
        is_strict && is_counted ? Decimal::make(1, -scale).value_or(Decimal(0)) : Decimal(0);
    Fact& difference = facts[key_of_difference(above, below)];
    difference.low = least;
    difference.not_zero = is_strict;
    Fact& turned = facts[key_of_difference(below, above)];
    turned.high = -least;
    turned.not_zero = is_strict;
  }

  /// Whether an index lies between 1 and the length of a list, or between minus its length and -1.
  [[nodiscard]] bool is_within(NodeId index, NodeId list, const Facts& facts) const {
    const Numbers& n = out_.known[index].numbers;
    if (!n.is_whole() || !n.low || !n.high) return false;
    const Decimal least(least_count(list, facts));
    if (*n.low >= Decimal(1) && *n.high <= least) return true;
    if (*n.high <= Decimal(-1) && *n.low >= -least) return true;
    const std::string counted = key_of(list);
    const std::string place = key_of(index);
    if (*n.low < Decimal(1) || counted.empty() || place.empty()) return false;
    const std::string count = "(count " + counted + ")";
    if (place == count) return true;
    const auto fact = facts.find(key_of_difference(count, place));
    return fact != facts.end() && fact->second.low && *fact->second.low >= Decimal(0);
  }

  Known arithmetic(NodeId id, NodeId a, NodeId b, Operator op) {
    const Known ka = within_largest(known(a));
    const Known kb = within_largest(known(b));
    const Is x = ka.type.is();
    const Is y = kb.type.is();
    const auto money = [&](const Type& type, Numbers numbers) {
      Known k = typed(type.is() == Is::money ? Type::money(type.currency(), type.scale())
                                             : type.required());
      k.numbers = std::move(numbers);
      return within_bounds(id, std::move(k));
    };
    const auto number = [&](Numbers numbers) { return money(Type::number(), std::move(numbers)); };
    const auto of_time = [&](Is is, Numbers seconds) {
      seconds.scale = -1;
      return money(Type::of(is), std::move(seconds));
    };
    switch (op) {
      case Operator::add:
      case Operator::subtract: {
        const bool minus = op == Operator::subtract;
        if (x == Is::number && y == Is::number) return number(sum(ka.numbers, kb.numbers, minus));
        if (x == Is::money && y == Is::money && are_alike(ka.type, kb.type)) {
          return money(ka.type, sum(ka.numbers, kb.numbers, minus));
        }
        if (x == Is::string && y == Is::string && !minus) return typed(Type::string());
        if (is_length(x) && is_length(y)) {
          const bool is_mixed =
              x == Is::days_duration && x == y &&
              ((counts_days(a) && counts_hours(b)) || (counts_hours(a) && counts_days(b)));
          if (is_mixed) {
            report(id, diag::AC0593, {{"text", text(id)}}, {base::note(notes::one_unit_of_time)});
            return failure();
          }
          if (x == y && x != Is::length) return of_time(x, sum(ka.numbers, kb.numbers, minus));
        }
        if (x == Is::working_duration && y == Is::working_duration) {
          return of_time(x, sum(ka.numbers, kb.numbers, minus));
        }
        // A time of day comes round again and again.
        if (x == Is::time && y == Is::days_duration) return typed(Type::of(x));
        if (!minus && x == Is::days_duration && y == Is::time) return typed(Type::of(y));
        if (minus && x == Is::time && y == Is::time) {
          return goes_with_zones(id, a, b, op) ? typed(Type::of(Is::days_duration)) : failure();
        }
        const auto moved = [&](Is is, const Numbers& length) {
          const Numbers sum_of = sum(ka.numbers, kb.numbers, minus);
          // Neither may the length alone be more than an instant can be moved by.
          return of_time(is, is == Is::instant ? hull(sum_of, length) : sum_of);
        };
        if (is_point(x) && is_length(y)) return moved(x, kb.numbers);
        if (!minus && is_length(x) && is_point(y)) return moved(y, ka.numbers);
        if (minus && x == y && is_point(x)) {
          return goes_with_zones(id, a, b, op)
                     ? of_time(Is::days_duration, sum(ka.numbers, kb.numbers, true))
                     : failure();
        }
        break;
      }
      case Operator::multiply:
        if (x == Is::number && y == Is::number) return number(product(ka.numbers, kb.numbers));
        if ((x == Is::money && y == Is::number) || (x == Is::number && y == Is::money)) {
          const Type& type = x == Is::money ? ka.type : kb.type;
          Numbers numbers = product(ka.numbers, kb.numbers);
          if (numbers.scale < 0 || numbers.scale > type.scale()) {
            const NodeId amount = x == Is::money ? a : b;
            const NodeId factor = x == Is::money ? b : a;
            report(id, diag::AC0517, {{"text", text(id)}, {"scale", std::to_string(type.scale())}},
                   {base::note(notes::round_money_so,
                               {{"example", "round half up(amount(" + text(amount) + ") * " +
                                                text(factor) + ", " + std::to_string(type.scale()) +
                                                ") * " + money_text("1", type.currency(),
                                                                    options_.dialect.language)}})});
            return typed(Type::money(type.currency(), type.scale()));
          }
          return money(type, std::move(numbers));
        }
        if ((is_length(x) || x == Is::working_duration) && y == Is::number) {
          if (!is_whole(b)) needs_parts(id, a, b);
          return of_time(x, product(ka.numbers, kb.numbers));
        }
        if (x == Is::number && (is_length(y) || y == Is::working_duration)) {
          if (!is_whole(a)) needs_parts(id, b, a);
          return of_time(y, product(ka.numbers, kb.numbers));
        }
        break;
      case Operator::divide: {
        const bool fits_together =
            (x == Is::number && y == Is::number) ||
            (x == Is::money && y == Is::money && are_alike(ka.type, kb.type)) ||
            (is_length(x) && y == Is::number) || (is_length(x) && x == y && x != Is::length) ||
            (x == Is::money && y == Is::number);
        if (!fits_together) break;
        divisor(id, b);
        if (x == y && is_number_like(y) && kb.numbers.may_be_zero()) {  // told already
          return typed(Type::number());
        }
        if (x == Is::number && y == Is::number) return number(quotient(ka.numbers, kb.numbers));
        if (x == Is::money && y == Is::number) {
          report(id, diag::AC0517, {{"text", text(id)}, {"scale", std::to_string(ka.type.scale())}},
                 {base::note(notes::round_money_so,
                             {{"example", "round half up(amount(" + text(a) + ") / " + text(b) +
                                              ", " + std::to_string(ka.type.scale()) + ") * " +
                                              money_text("1", ka.type.currency(),
                                                         options_.dialect.language)}})});
          return typed(Type::money(ka.type.currency(), ka.type.scale()));
        }
        if (y == Is::number) {
          needs_parts(id, a, b);
          return of_time(x, quotient(ka.numbers, kb.numbers));
        }
        if (x == Is::money) return number(quotient(ka.numbers, kb.numbers));
        // The longest by the shortest: the billions of a second in all that a length can be.
        Numbers out;
        out.low = -*Decimal::make(1, 30);
        out.high = Decimal::make(1, 30);
        return number(std::move(out));
      }
      case Operator::power:
        if (x == Is::number && y == Is::number) return power(id, a, b);
        break;
      default:
        break;
    }
    mismatch(id, op, ka.type, kb.type);
    return failure();
  }

  [[nodiscard]] bool is_whole(NodeId id) {
    if (folded_[id] && folded_[id]->is(Kind::number)) return folded_[id]->as_number().is_integer();
    return known(id).numbers.is_whole();
  }

  /// Whether a length may be one of days, months or working time, which come whole: half a month is
  /// no length, and half a day is not twelve hours.
  [[nodiscard]] bool comes_whole(NodeId id) {
    if (known(id).type.is() != Is::days_duration) return true;
    return counts_days(id);
  }

  /// Of a length of days, hours, minutes and seconds: whether it says, or may say, days.
  [[nodiscard]] bool counts_days(NodeId id) {
    return counts(id, rt::UnitKind::calendar_day,
                  [](const Name& entry) { return entry.comes_whole; });
  }

  /// Whether it says, or may say, hours, minutes or seconds.
  [[nodiscard]] bool counts_hours(NodeId id) {
    return counts(id, rt::UnitKind::clock, [](const Name&) { return false; });
  }

  template <class OfName>
  [[nodiscard]] bool counts(NodeId id, rt::UnitKind kind, const OfName& of_name) {
    if (folded_[id]) {
      const auto unit = folded_[id]->unit();
      return unit && rt::kind(*unit) == kind;
    }
    const auto is_part = [&](NodeId part) {
      return known(part).type.is() == Is::days_duration && counts(part, kind, of_name);
    };
    const std::span<const NodeId> parts = tree_.children(id);
    switch (tree_[id].kind) {
      case NodeKind::name: {
        const Name* entry = resolved_.bindings[id].entry;
        return entry != nullptr && of_name(*entry);
      }
      case NodeKind::negate:
      case NodeKind::binary:
        return std::any_of(parts.begin(), parts.end(), is_part);
      case NodeKind::if_else:
      case NodeKind::call:
        return std::any_of(parts.begin() + 1, parts.end(), is_part);
      default:
        return false;
    }
  }

  /// A part of a length is asked for. Of hours, minutes and seconds there are parts.
  void needs_parts(NodeId id, NodeId length, NodeId by) {
    if (!comes_whole(length)) return;
    const bool multiplies = tree_.operator_of(id) == Operator::multiply;
    std::vector<DiagnosticNote> notes{base::note(notes::parts_in_hours)};
    if (multiplies) {
      notes.push_back(base::note(notes::round_lengths_so,
                                 {{"example", word("ceiling", "进一") + "(" + text(by) + ") * " + text(length)}}));
    }
    report(id, diag::AC0529, {{"text", text(id)}, {"length", text(length)}}, std::move(notes));
  }

  void divisor(NodeId id, NodeId b) {
    const Known& k = known(b);
    static_cast<void>(id);
    if (is_length(k.type.is())) {
      if (k.numbers.not_zero) return;
      if (folded_[b]) {
        const Value& v = *folded_[b];
        const bool is_zero = v.raw_word() == 0 && v.raw_aux() == 0;
        if (!is_zero) return;
      }
    } else if (!k.numbers.may_be_zero()) {
      return;
    }
    const std::string zero = k.type.is() == Is::money ? money_text("0", k.type.currency(), options_.dialect.language)
                             : k.type.is() == Is::months_duration ? "duration(\"P0M\")"
                             : is_length(k.type.is())             ? "duration(\"PT0S\")"
                                                      : "0";
    std::vector<DiagnosticNote> notes;
    if (!folded_[b]) {
      notes.push_back(base::note(notes::write_not_zero, {{"text", text(b)}, {"zero", zero}, {"and", word("and", "且")}}));
    }
    report(b, diag::AC0506, {{"text", text(b)}}, std::move(notes));
  }

  static Numbers quotient(const Numbers& a, const Numbers& b) {
    Numbers out;
    // By a power of ten the digits stay finite.
    if (b.low && b.high && *b.low == *b.high && a.scale >= 0) {
      Decimal ten = Decimal(1);
      for (int k = 0; k <= 18; ++k) {
        if (*b.low == ten && a.scale + k <= most_scale) out.scale = a.scale + k;
        ten = rt::multiply(ten, Decimal(10)).value_or(ten);
      }
    }
    if (a.low && a.high && b.low && b.high && (*b.low > Decimal(0) || *b.high < Decimal(0))) {
      std::vector<Decimal> corners;
      for (const Decimal& x : {*a.low, *a.high}) {
        for (const Decimal& y : {*b.low, *b.high}) {
          const auto z = rt::divide(x, y);
          if (!z) return out;
          corners.push_back(*z);
        }
      }
      out.low = *std::min_element(corners.begin(), corners.end());
      out.high = *std::max_element(corners.begin(), corners.end());
    } else if (const auto least = least_of(b); least && a.low && a.high) {
      const auto z = rt::divide(largest_of(a), *least);
      if (z) out.low = -*z;
      out.high = z;
    }
    return out;
  }

  /// The largest absolute value. Requires: both bounds.
  static Decimal largest_of(const Numbers& n) {
    return std::max(n.low->is_negative() ? -*n.low : *n.low,
                    n.high->is_negative() ? -*n.high : *n.high);
  }
  /// The least absolute value of a number that is not zero, where something tells it.
  static std::optional<Decimal> least_of(const Numbers& n) {
    if (n.low && *n.low > Decimal(0)) return n.low;
    if (n.high && *n.high < Decimal(0)) return -*n.high;
    if (n.scale < 0 || n.may_be_zero()) return std::nullopt;
    return Decimal::make(1, -n.scale);
  }

  /// The largest value that a type's values can have, in both directions.
  static std::optional<Decimal> limit_of(const Type& type) {
    switch (type.is()) {
      case Is::number:
        return largest_number;
      case Is::date:
      case Is::date_time:
        return Decimal(rt::max_date.days * rt::seconds_per_day);
      case Is::instant:
        return Decimal(9'000'000'000'000);  // of 285,000 years: their microseconds are counted
      case Is::money:  // counted in units of its last digit
        return Decimal::make(std::numeric_limits<std::int64_t>::max(), -type.scale());
      case Is::days_duration:
      case Is::months_duration:
      case Is::working_duration:
      case Is::length:
        return Decimal(std::numeric_limits<std::int64_t>::max());
      default:
        return std::nullopt;
    }
  }

  /// A number of which nothing is known is one that there is.
  static Known within_largest(Known k) {
    if (k.type.is() != Is::number) return k;
    if (!k.numbers.low) k.numbers.low = -largest_number;
    if (!k.numbers.high) k.numbers.high = largest_number;
    return k;
  }

  /// What is computed must be known to lie within what its type can hold.
  Known within_bounds(NodeId id, Known k) {
    const auto most = limit_of(k.type);
    const bool is_within = !most || (k.numbers.low && k.numbers.high && *k.numbers.low >= -*most &&
                                     *k.numbers.high <= *most);
    if (is_within || (folded_[id] && !folded_[id]->is_null())) return k;
    std::vector<DiagnosticNote> notes;
    if (const NodeId part = least_known(id); part != 0) notes.push_back(bound_it(part));
    const auto range = [&]() -> std::string {
      switch (k.type.is()) {
        case Is::number:
          return base::both("10 to the power of 6144", "10的6144次方");
        case Is::money:
          return base::both("the amounts that there are", "金额的范围");
        default:
          return is_span(k.type.is()) ? base::both("the lengths of time that there are", "时长的范围")
                                      : base::both("the times that there are", "时间的范围");
      }
    };
    report(id, diag::AC0417, {{"text", text(id)}, {"limit", range()}}, std::move(notes));
    const Numbers usual = numbers_of(k.type);
    k.numbers.low = usual.low;
    k.numbers.high = usual.high;
    return k;
  }

  /// The part of a computation whose bounds say least; 0 where it has none to name.
  NodeId least_known(NodeId id) const {
    NodeId worst = 0;
    std::optional<Decimal> most;
    for (const NodeId part : tree_.children(id)) {
      const Known& k = out_.known[part];
      if (folded_[part] || !is_measured(k.type.is())) continue;
      if (!k.numbers.low || !k.numbers.high) return part;
      const Decimal largest = largest_of(k.numbers);
      // A count is bounded more readily than a price.
      const bool is_count = worst != 0 && k.type.is() == Is::number && largest == *most;
      if (worst != 0 && largest <= *most && !is_count) continue;
      worst = part;
      most = largest;
    }
    return worst;
  }

  /// How far a power reaches on both sides of zero; none: beyond all numbers.
  static std::optional<Decimal> reach_of_power(const Numbers& base, const Numbers& exponent) {
    if (!exponent.low || !exponent.high) return std::nullopt;
    Decimal most(1);
    if (*exponent.high > Decimal(0)) {
      if (!base.low || !base.high) return std::nullopt;
      if (largest_of(base) > Decimal(1)) {
        const auto up = rt::power(largest_of(base), *exponent.high);
        if (!up) return std::nullopt;
        most = *up;
      }
    }
    if (*exponent.low < Decimal(0)) {
      const auto least = least_of(base);
      if (!least) return std::nullopt;
      if (*least < Decimal(1)) {
        const auto up = rt::power(*least, *exponent.low);
        if (!up) return std::nullopt;
        most = std::max(most, *up);
      }
    }
    return most;
  }

  Known power(NodeId id, NodeId a, NodeId b) {
    const Numbers& base = known(a).numbers;
    const Numbers& exponent = known(b).numbers;
    const bool positive_base = base.low && *base.low > Decimal(0);
    const bool whole_exponent = exponent.is_whole();
    const bool not_negative = exponent.low && *exponent.low >= Decimal(0);
    if (!positive_base && !(whole_exponent && (not_negative || !base.may_be_zero()))) {
      report(id, diag::AC0507, {{"text", text(id)}});
      return failure();
    }
    Known k = typed(Type::number());
    k.numbers = {};
    if (base.is_whole() && whole_exponent && not_negative) {
      k.numbers.scale = 0;
      if (positive_base) k.numbers.low = Decimal(1);
    } else if (positive_base) {
      k.numbers.low = Decimal(0);
    }
    // 100 ** -10000 is nearer to zero than there are digits for; whole numbers, and powers of
    // bounded numbers, are not.
    const auto is_within = [](const Numbers& n, std::int64_t bound) {
      return n.low && n.high && *n.low >= Decimal(-bound) && *n.high <= Decimal(bound);
    };
    const bool is_far_from_zero =
        k.numbers.scale == 0 || (is_within(exponent, 400) && base.scale >= 0 && base.scale <= 12 &&
                                 is_within(base, value::number_bound));
    k.numbers.not_zero = is_far_from_zero && !base.may_be_zero();
    const bool is_in_domain = exponent.low && exponent.high &&
                              *exponent.low >= Decimal(-builtins::largest_exponent) &&
                              *exponent.high <= Decimal(builtins::largest_exponent);
    // Without bounds the result is refused as too large, which the exponent's bounds mend.
    if (const auto most = is_in_domain ? reach_of_power(base, exponent) : std::nullopt) {
      if (!k.numbers.low) k.numbers.low = -*most;
      k.numbers.high = *most;
      // A power of what is positive rises or falls with each of the two.
      std::optional<Decimal> least = positive_base && k.numbers.scale != 0 ? most : std::nullopt;
      for (const auto& x : {base.low, base.high}) {
        for (const auto& y : {exponent.low, exponent.high}) {
          const auto corner = least && x && y ? rt::power(*x, *y) : std::nullopt;
          least = corner ? std::optional(std::min(*least, *corner)) : std::nullopt;
        }
      }
      if (least) k.numbers.low = *least;
    }
    return within_bounds(id, std::move(k));
  }

  // ── logic ───────────────────────────────────────────────────────────────────────────────────

  Known all_of(NodeId id, const Facts& facts, Split& split) {
    Facts here = facts;
    Facts learned;
    std::optional<Facts> no;
    for (const NodeId operand : tree_.children(id)) {
      Split one;
      visit(operand, here, nullptr, &one);
      wants_boolean(operand);
      const Facts failed_here = both(learned, one.no);
      no = no ? either(*no, failed_here) : failed_here;
      learned = both(learned, one.yes);
      here = both(facts, learned);
    }
    split.yes = std::move(learned);
    split.no = no.value_or(Facts{});
    return typed(Type::boolean());
  }

  Known any_of(NodeId id, const Facts& facts, Split& split) {
    Facts here = facts;
    Facts learned;
    std::optional<Facts> yes;
    for (const NodeId operand : tree_.children(id)) {
      Split one;
      visit(operand, here, nullptr, &one);
      wants_boolean(operand);
      const Facts held_here = both(learned, one.yes);
      yes = yes ? either(*yes, held_here) : held_here;
      learned = both(learned, one.no);
      here = both(facts, learned);
    }
    split.no = std::move(learned);
    split.yes = yes.value_or(Facts{});
    return typed(Type::boolean());
  }

  Known between(NodeId id, const Facts& facts, Split& split) {
    const auto children = tree_.children(id);
    bool all = true;
    for (const NodeId child : children) {
      visit(child, facts);
      all = needed(child) && all;
    }
    if (all && comparable(id, children[0], children[1], Operator::le)) {
      comparable(id, children[0], children[2], Operator::le);
    }
    if (all) {
      Split above;
      Split below;
      narrow(children[0], children[1], Operator::ge, above);
      narrow(children[0], children[2], Operator::le, below);
      split.yes = both(above.yes, below.yes);
      split.no = either(above.no, below.no);
    }
    return typed(Type::boolean());
  }

  Known in(NodeId id, const Facts& facts, Split& split) {
    const auto children = tree_.children(id);
    const NodeId value = children[0];
    visit(value, facts);
    const bool is_there = needed(value);
    const Type type = known(value).type;
    local_types_[resolved_.local_of.at(id)] = type;
    // What all tests together leave to the value.
    std::optional<Fact> left;
    bool all_constant = true;
    for (const NodeId test : children.subspan(1)) {
      one_test(test, value, is_there ? &type : nullptr, facts);
      const std::optional<Fact> one = left_by(test);
      if (!one) {
        all_constant = false;
      } else if (!left) {
        left = one;
      } else {
        left->low =
            left->low && one->low ? std::optional(std::min(*left->low, *one->low)) : std::nullopt;
        left->high = left->high && one->high ? std::optional(std::max(*left->high, *one->high))
                                             : std::nullopt;
        left->not_zero = left->not_zero && one->not_zero;
      }
    }
    const std::string key = key_of(value);
    if (!key.empty() && all_constant && left) {
      Fact& fact = split.yes[key];
      fact.low = left->low;
      fact.high = left->high;
      fact.not_zero = left->not_zero;
    }
    return typed(Type::boolean());
  }

  std::optional<Fact> left_by(NodeId test) const {
    if (folded_[test]) return left_by(*folded_[test]);
    const NodeKind kind = tree_[test].kind;
    if (kind != NodeKind::compare_test && kind != NodeKind::half_range) return std::nullopt;
    const auto& bound = folded_[tree_.child(test, 0)];
    if (!bound || !bound->is(Kind::number)) return std::nullopt;
    switch (tree_.operator_of(test)) {
      case Operator::lt:
        return left_by(Value::comparison(RangeForm::less, *bound));
      case Operator::le:
        return left_by(Value::comparison(RangeForm::less_equal, *bound));
      case Operator::gt:
        return left_by(Value::comparison(RangeForm::greater, *bound));
      case Operator::ge:
        return left_by(Value::comparison(RangeForm::greater_equal, *bound));
      case Operator::eq:
        return left_by(*bound);
      default:
        return std::nullopt;
    }
  }
  /// What is known of a number for which a constant test holds.
  static std::optional<Fact> left_by(const Value& test) {
    Fact out;
    const Decimal zero(0);
    if (test.is(Kind::number)) {
      out.low = out.high = test.as_number();
      out.not_zero = *out.low != zero;
      return out;
    }
    if (!test.is(Kind::range) || test.range_form() == RangeForm::not_equal) return std::nullopt;
    const Value& low = test.range_low();
    const Value& high = test.range_high();
    if ((!low.is_null() && !low.is(Kind::number)) || (!high.is_null() && !high.is(Kind::number)))
      return std::nullopt;
    const bool above = low.is(Kind::number);
    const bool below = high.is(Kind::number);
    if (above) out.low = low.as_number();
    if (below) out.high = high.as_number();
    out.not_zero =
        (above && (*out.low > zero || (*out.low == zero && !test.range_includes_low()))) ||
        (below && (*out.high < zero || (*out.high == zero && !test.range_includes_high())));
    return out;
  }

  /// A test of `in` or of a cell against a value of type `type` (null: not known).
  void one_test(NodeId test, NodeId value, const Type* type, const Facts& facts) {
    const Node& node = tree_[test];
    if (node.kind == NodeKind::any_test) return;
    if (node.kind == NodeKind::compare_test || node.kind == NodeKind::half_range) {
      const NodeId bound = tree_.child(test, 0);
      visit(bound, facts, type);
      const Operator op = tree_.operator_of(test);
      const bool is_equality = op == Operator::eq || op == Operator::ne;
      if (is_equality && is_null_literal(bound)) return;
      if (!needed(bound) || type == nullptr) return;
      const Type& other = known(bound).type;
      if (!are_alike(*type, other) || (!is_equality && !has_order(other))) {
        mismatch(test, op, *type, other);
      }
      return;
    }
    if (reads_input(tree_, test)) {
      visit(test, facts, nullptr);
      wants_boolean(test);
      return;
    }
    if (node.kind == NodeKind::range) {
      for (const NodeId end : tree_.children(test)) {
        visit(end, facts, type);
        if (needed(end) && type != nullptr &&
            (!are_alike(*type, known(end).type) || !has_order(*type))) {
          mismatch(test, Operator::le, *type, known(end).type);
        }
      }
      known(test).type = Type::range(known(tree_.child(test, 0)).type);
      return;
    }
    visit(test, facts, type);
    if (is_null_literal(test)) {
      report(test, diag::AC0501, {{"text", text(test)}}, {base::note(notes::null_is_written, {})});
      return;
    }
    if (!needed(test) || type == nullptr) return;
    const Type& other = known(test).type;
    const Type& element =
        other.is() == Is::list || other.is() == Is::range ? other.element() : other;
    if (are_alike(*type, other) || element.is() == Is::any || are_alike(*type, element)) return;
    if (other.is() == Is::list && element.is() == Is::range &&
        are_alike(*type, element.element())) {
      return;
    }
    static_cast<void>(value);
    mismatch(test, Operator::eq, *type, other);
  }

  Known cell(NodeId id, const Facts& facts) {
    const Type* type = nullptr;
    Type tested;
    Facts here = facts;
    if (options_.tested) {
      tested = options_.tested->type;
      type = &tested;
      // A cell that does not ask for null is only looked at for values that are there.
      here["s" + std::to_string(options_.tested->slot)].present = true;
    }
    for (const NodeId test : tree_.children(id)) {
      if (is_null_literal(test)) continue;
      one_test(test, 0, type, here);
    }
    return typed(Type::boolean());
  }

  // ── choices, lists, loops ───────────────────────────────────────────────────────────────────

  Known if_else(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    const NodeId condition = tree_.child(id, 0);
    const NodeId yes = tree_.child(id, 1);
    const NodeId no = tree_.child(id, 2);
    Split decided;
    visit(condition, facts, nullptr, &decided);
    wants_boolean(condition);
    Split in_yes;
    Split in_no;
    const Facts yes_facts = both(facts, decided.yes);
    const Facts no_facts = both(facts, decided.no);
    // A branch that is a bare word learns its set from the other.
    if (expected == nullptr && is_word(yes) && !is_word(no)) {
      visit(no, no_facts, nullptr, &in_no);
      const Type other = known(no).type;
      visit(yes, yes_facts, &other, &in_yes);
    } else {
      visit(yes, yes_facts, expected, &in_yes);
      const Type other = known(yes).type;
      visit(no, no_facts, expected != nullptr ? expected : &other, &in_no);
    }
    static_cast<void>(is_known(yes));
    static_cast<void>(is_known(no));
    const Known& a = known(yes);
    const Known& b = known(no);
    if (a.failed && b.failed) return failure();
    if (a.failed) return b;
    if (b.failed) return a;
    auto type = join(a.type, b.type);
    const auto is_any_length = [](const Type& one) {
      return is_length(one.is()) || one.is() == Is::working_duration;
    };
    // A length in any unit is wanted: the same day or the next working day.
    if (!type && expected != nullptr && expected->is() == Is::length && is_any_length(a.type) &&
        is_any_length(b.type)) {
      type = Type::of(Is::length);
      if (a.type.is_optional() || b.type.is_optional()) type = type->optional();
    }
    if (!type) {
      differ(id, a.type, b.type, tree_.children(id).back());
      return failure();
    }
    Known k;
    k.type = *type;
    k.numbers = a.type.is() == Is::null   ? b.numbers
                : b.type.is() == Is::null ? a.numbers
                                          : hull(a.numbers, b.numbers);
    k.cause = a.type.is_optional() ? a.cause : b.cause;
    if (type->is() == Is::boolean) {
      split.yes = either(both(decided.yes, in_yes.yes), both(decided.no, in_no.yes));
      split.no = either(both(decided.yes, in_yes.no), both(decided.no, in_no.no));
      // `if c then x else false` is true only where c was.
      const auto is_constant = [&](NodeId branch, bool value) {
        return folded_[branch] && folded_[branch]->is(Kind::boolean) &&
               folded_[branch]->as_boolean() == value;
      };
      if (is_constant(no, false)) split.yes = both(decided.yes, in_yes.yes);
      if (is_constant(yes, false)) split.yes = both(decided.no, in_no.yes);
      if (is_constant(no, true)) split.no = both(decided.yes, in_yes.no);
      if (is_constant(yes, true)) split.no = both(decided.no, in_no.no);
    }
    return k;
  }

  Known range(NodeId id, const Facts& facts, const Type* expected) {
    const Type* end =
        expected != nullptr && expected->is() == Is::range ? &expected->element() : nullptr;
    bool all = true;
    for (const NodeId child : tree_.children(id)) {
      visit(child, facts, end);
      all = needed(child) && all;
    }
    if (!all) return failure();
    const NodeId low = tree_.child(id, 0);
    if (!comparable(id, low, tree_.child(id, 1), Operator::le)) return failure();
    Known k = typed(Type::range(known(low).type));
    const Numbers& first = known(low).numbers;
    const Numbers& last = known(tree_.child(id, 1)).numbers;
    const bool is_ordered = first.high && last.low && *first.high <= *last.low;
    if (!is_ordered && !folded_[id]) {
      // A range whose ends are the wrong way round is null.
      k.type = k.type.optional();
      k.cause = {Cause::Is::function, "range", no_slot, std::nullopt, {}, builtins::cause::domain};
    }
    return k;
  }

  /// False where a part has failed or nothing is known of its type, which is then told.
  bool is_known(NodeId part) {
    if (known(part).failed) return false;
    if (known(part).type.is() != Is::any) return true;
    report(part, diag::AC0512, {{"text", text(part)}});
    return false;
  }

  Known list(NodeId id, const Facts& facts, const Type* expected) {
    const Type* wanted =
        expected != nullptr && expected->is() == Is::list ? &expected->element() : expected;
    std::optional<Type> element;
    Numbers numbers;
    bool failed = false;
    for (const NodeId item : tree_.children(id)) {
      visit(item, facts, wanted);
      if (!is_known(item)) {
        failed = true;
        continue;
      }
      gathered(item);
      const Known& k = known(item);
      if (!element) {
        element = k.type;
        numbers = k.numbers;
        continue;
      }
      const auto joined = join(*element, k.type);
      if (!joined) {
        differ(item, *element, k.type, item);
        failed = true;
        continue;
      }
      element = *joined;
      numbers = hull(numbers, k.numbers);
    }
    if (failed) return failure();
    if (!element) {
      Known k = typed(expected != nullptr && expected->is() == Is::list ? expected->required()
                                                                        : Type::list(Type::any()));
      return k;
    }
    return typed(Type::list(with_facets(*element, numbers)));
  }

  Known context(NodeId id, const Facts& facts) {
    std::vector<std::pair<std::string, Type>> members;
    std::unordered_set<std::string> seen;
    bool failed = false;
    for (const NodeId entry : tree_.children(id)) {
      const NodeId value = tree_.child(entry, 0);
      visit(value, facts);
      static_cast<void>(is_known(value));
      gathered(value);
      const Known& k = known(value);
      failed = failed || k.failed;
      known(entry) = k;
      const Type type = with_facets(k.type, k.numbers);
      local_types_[resolved_.local_of.at(entry)] = k.failed ? Type::any() : type;
      if (!seen.insert(tree_.text_of(entry)).second) {
        report(entry, diag::AC0524, {{"name", tree_.text_of(entry)}});
        failed = true;
      }
      members.emplace_back(tree_.text_of(entry), type);
    }
    if (failed) return failure();
    return typed(Type::context(std::move(members)));
  }

  Known iteration(NodeId id, const Facts& outside) {
    const auto children = tree_.children(id);
    Facts facts = outside;
    bool failed = false;
    for (const NodeId iterator : children.first(children.size() - 1)) {
      Type variable;
      bool all = true;
      for (const NodeId source : tree_.children(iterator)) {
        visit(source, facts);
        all = needed(source) && all;
      }
      if (all) {
        const NodeId first = tree_.child(iterator, 0);
        const Type& type = known(first).type;
        if (tree_[iterator].count == 2) {
          const NodeId last = tree_.child(iterator, 1);
          const bool fits_range = are_alike(type, known(last).type) &&
                                  (type.is() == Is::number || type.is() == Is::date);
          if (fits_range) {
            variable = type.is() == Is::number
                           ? with_facets(type, hull(known(first).numbers, known(last).numbers))
                           : type;
            all = steps_by_one(iterator, variable) && is_run_through(iterator);
          } else {
            mismatch_iteration(iterator, type);
            all = false;
          }
        } else if (type.is() == Is::list) {
          variable = type.element();
          if (variable.is() == Is::any) {
            report(first, diag::AC0512, {{"text", text(first)}});
            all = false;
          }
        } else if (type.is() == Is::range && tree_[first].kind != NodeKind::half_range &&
                   (type.element().is() == Is::number || type.element().is() == Is::date)) {
          variable = type.element();
          all = steps_by_one(iterator, variable);
        } else {
          mismatch_iteration(iterator, type);
          all = false;
        }
      }
      failed = failed || !all;
      const std::uint32_t local = resolved_.local_of.at(iterator);
      local_types_[local] = variable;
      if (all && tree_[iterator].count == 2) bound_place(iterator, local, facts);
    }
    if (const auto partial = resolved_.partial_of.find(id); partial != resolved_.partial_of.end()) {
      report(id, diag::AC0522, {{"name", "partial"}});
      local_types_[partial->second] = Type::any();
    }
    const NodeId body = children.back();
    visit(body, facts);
    if (tree_[id].kind != NodeKind::for_each) {
      wants_boolean(body);
      return typed(Type::boolean());
    }
    if (!is_known(body) || failed) return failure();
    gathered(body);
    return typed(Type::list(with_facets(known(body).type, known(body).numbers)));
  }

  /// `i in 1..count(l)`: where the list is known to reach to where it begins, i is no place beyond it.
  void bound_place(NodeId iterator, std::uint32_t local, Facts& facts) {
    const NodeId last = tree_.child(iterator, 1);
    if (tree_[last].kind != NodeKind::call || tree_[last].count != 2 ||
        resolved_.bindings[tree_.child(last, 0)].is != Binding::Is::builtin ||
        builtin_name(last) != "count") {
      return;
    }
    const NodeId list = tree_.child(last, 1);
    const auto& first = known(tree_.child(iterator, 0)).numbers.high;
    const std::string count = key_of(last);
    // Otherwise it may run down: 1..0 is 1 and 0.
    if (count.empty() || !first || *first > Decimal(least_count(list, facts))) return;
    facts[key_of_difference(count, "l" + std::to_string(local))].low = Decimal(0);
  }

  /// The ends of a range of numbers are whole.
  bool steps_by_one(NodeId iterator, const Type& type) {
    if (type.is() != Is::number || numbers_of(type).is_whole()) return true;
    report(iterator, diag::AC0525,
           {{"given", base::both("numbers that may have decimals", "可能有小数的数")}});
    return false;
  }

  /// How many rounds a range has at most.
  [[nodiscard]] std::optional<Decimal> most_rounds(NodeId first, NodeId last) {
    const Numbers& from = known(first).numbers;
    const Numbers& to = known(last).numbers;
    if (!from.low || !from.high || !to.low || !to.high) return std::nullopt;
    const auto up = rt::subtract(*to.high, *from.low);
    const auto down = rt::subtract(*from.high, *to.low);
    if (!up || !down) return std::nullopt;
    const Decimal most = std::max(std::max(*up, *down), Decimal(0));
    // Points in time are counted in seconds, within two days.
    const auto steps = known(first).type.is() == Is::number
                           ? std::optional(most)
                           : rt::divide(most, Decimal(rt::seconds_per_day));
    return steps ? rt::add(*steps, Decimal(1)) : std::nullopt;
  }

  /// One does not run through more numbers or days than an evaluation may take steps.
  bool is_run_through(NodeId iterator) {
    const NodeId first = tree_.child(iterator, 0), last = tree_.child(iterator, 1);
    const auto rounds = most_rounds(first, last);
    // So many lie between two days of ten thousand years, and in a list.
    if (rounds && *rounds <= Decimal(most_steps)) return true;
    const auto is_wide = [&](NodeId end) { return !folded_[end] && known(end).type.is() == Is::number; };
    std::vector<DiagnosticNote> notes;
    for (const NodeId end : {last, first}) {
      if (is_wide(end) && notes.empty()) notes.push_back(bound_it(end));
    }
    report(iterator, diag::AC0417,
           {{"text", text(first) + ".." + text(last)},
            {"limit", base::both("ten million rounds", "一千万次")}},
           std::move(notes));
    return false;
  }

  void mismatch_iteration(NodeId iterator, const Type& type) {
    report(iterator, diag::AC0525, {{"given", name_of(type)}});
  }

  Known filter(NodeId id, const Facts& facts) {
    const NodeId base = tree_.child(id, 0);
    const NodeId condition = tree_.child(id, 1);
    visit(base, facts);
    if (!needed(base)) return failure();
    const Type type = known(base).type;
    if (type.is() != Is::list) {
      report(base, diag::AC0526, {{"text", text(base)}, {"given", name_of(type)}});
      return failure();
    }
    const std::uint32_t item = resolved_.local_of.at(id);
    local_types_[item] = type.element();
    if (type.element().is() == Is::any && !folded_[condition]) {
      report(base, diag::AC0512, {{"text", text(base)}});
      return failure();
    }
    Split split;
    visit(condition, facts, nullptr, &split);
    const Known& verdict = known(condition);
    if (verdict.failed) return failure();
    if (verdict.type.is() == Is::number) {
      if (!needed(condition)) return failure();
      if (is_within(condition, base, facts)) return typed(type.element());
      Known k = typed(type.element().optional());
      k.cause.is = Cause::Is::index;
      return k;
    }
    wants_boolean(condition);
    return typed(Type::list(kept_by(type.element(), "l" + std::to_string(item), split.yes)));
  }

  /// The type of the elements for which a condition holds: what it proves is there.
  static Type kept_by(const Type& element, const std::string& key, const Facts& facts) {
    const auto is_present = [&](const std::string& of) {
      const auto fact = facts.find(of);
      return fact != facts.end() && fact->second.present;
    };
    Type out = is_present(key) ? element.required() : element;
    if (out.is() != Is::context) return out;
    std::vector<std::pair<std::string, Type>> members;
    bool has_changed = false;
    for (const auto& [name, type] : out.members()) {
      const bool is_there = type.is_optional() && is_present(key + "." + name);
      has_changed = has_changed || is_there;
      members.emplace_back(name, is_there ? type.required() : type);
    }
    if (!has_changed) return out;
    const Type made = Type::context(std::move(members), element.name());
    return out.is_optional() ? made.optional() : made;
  }

  // ── calls ───────────────────────────────────────────────────────────────────────────────────

  Known call(NodeId id, const Facts& facts, const Type* expected, Split& split) {
    const auto children = tree_.children(id);
    const Binding& binding = resolved_.bindings[children[0]];
    // A member of an item that the text is inside of comes before a function of that name.
    const bool is_member =
        std::any_of(binding.items.begin(), binding.items.end(), [&](std::uint32_t item) {
          return local_types_[item].is() == Is::context &&
                 local_types_[item].member(tree_.text_of(children[0])) != nullptr;
        });
    if (is_member) {
      report(children[0], diag::AC0527, {{"text", text(children[0])}});
      return failure();
    }
    if (binding.is == Binding::Is::function) return host_call(id, *binding.entry, facts);
    if (binding.is == Binding::Is::builtin)
      return builtin_call(id, binding, facts, expected, split);
    if (binding.is == Binding::Is::unknown) {
      for (const NodeId argument : children.subspan(1)) {
        visit(tree_[argument].kind == NodeKind::argument ? tree_.child(argument, 0) : argument,
              facts);
      }
      return unknown(children[0], nullptr);
    }
    report(children[0], diag::AC0527, {{"text", text(children[0])}});
    return failure();
  }

  Known host_call(NodeId id, const Name& entry, const Facts& facts) {
    const FunctionName& function = entry.function;
    const auto arguments = tree_.children(id).subspan(1);
    std::string signature = entry.name + "(";
    for (std::size_t i = 0; i < function.parameters.size(); ++i) {
      signature += (i == 0 ? "" : ", ") + function.parameters[i].first + ": " +
                   function.parameters[i].second.to_text();
    }
    signature += ")";
    bool ok = arguments.size() == function.parameters.size();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      NodeId argument = arguments[i];
      const std::pair<std::string, Type>* parameter =
          i < function.parameters.size() ? &function.parameters[i] : nullptr;
      if (tree_[argument].kind == NodeKind::argument) {
        parameter = nullptr;
        for (const auto& candidate : function.parameters) {
          if (candidate.first == tree_.text_of(argument)) parameter = &candidate;
        }
        ok = ok && parameter != nullptr;
        argument = tree_.child(argument, 0);
      }
      visit(argument, facts, parameter != nullptr ? &parameter->second : nullptr);
      if (parameter != nullptr) wanted(argument, parameter->second);
    }
    if (!ok) {
      report(id, diag::AC0508, {{"name", entry.name}},
             {base::note(notes::it_is_called_so, {{"forms", signature}})});
      return failure();
    }
    Known k = typed(function.result);
    if (k.type.is_optional())
      k.cause = {Cause::Is::function, entry.name, no_slot, std::nullopt, {}};
    return k;
  }

  [[nodiscard]] static std::string forms(builtins::FunctionId function) {
    std::string out;
    for (const builtins::Signature& row : builtins::signatures_of(function)) {
      if (!out.empty()) out += "; ";
      out += std::string(row.name) + "(";
      bool is_first = true;
      for (const builtins::Parameter& parameter : row.parameters) {
        if (!is_first) out += ", ";
        is_first = false;
        out += std::string(parameter.name) + (parameter.is_optional ? "?" : "") +
               (parameter.is_variadic ? "..." : "") + ": " + std::string(parameter.type);
      }
      out += ")";
    }
    return out;
  }

  Known builtin_call(NodeId id, const Binding& binding, const Facts& facts, const Type* expected,
                     Split& split) {
    const auto function = static_cast<builtins::FunctionId>(binding.index);
    const std::string name(builtins::functions()[function].name);
    const auto written = tree_.children(id).subspan(1);
    if (name == "now" || name == "today") {
      report(id, diag::AC0511, {{"name", name}});
      return failure();
    }
    std::vector<NodeId> arguments;
    std::vector<std::string_view> names;
    for (const NodeId argument : written) {
      if (tree_[argument].kind == NodeKind::argument) {
        names.push_back(tree_.text_of(argument));
        arguments.push_back(tree_.child(argument, 0));
      } else {
        arguments.push_back(argument);
      }
    }
    if (name == "not" && arguments.size() == 1) {
      Split inner;
      visit(arguments[0], facts, nullptr, &inner);
      wants_boolean(arguments[0]);
      split.yes = std::move(inner.no);
      split.no = std::move(inner.yes);
      return typed(Type::boolean());
    }
    if (name == "get or else" && arguments.size() == 2 && names.empty()) {
      return get_or_else(arguments, facts, expected);
    }
    if ((name == "sort" || name == "list replace") && arguments.size() >= 2) {
      if (const auto sorted = with_function(id, name, arguments, facts)) return *sorted;
    }
    bool ok = true;
    std::vector<Type> types;
    for (const NodeId argument : arguments) {
      // Words take the set of the arguments before them: list contains(kinds, personal).
      const Type* hint = types.empty() ? expected : &types.front();
      visit(argument, facts, hint);
      ok = ok && !known(argument).failed;
      gathered(argument);
      types.push_back(with_facets(known(argument).type, known(argument).numbers));
      if (types.back().is() == Is::any && ok) {
        report(argument, diag::AC0512, {{"text", text(argument)}});
        ok = false;
      }
    }
    if (!ok) return failure();
    if (name == "date and time" && arguments.size() >= 2 && is_zoned(arguments[1])) {
      report(arguments[1], diag::AC0502, {{"operator", name}, {"given", "time with zone"}});
      return failure();
    }
    if (!names.empty()) {
      const auto placed = builtins::place_named(function, names);
      if (!placed) {
        report(id, diag::AC0508, {{"name", name}},
               {base::note(notes::it_is_called_so, {{"forms", forms(function)}})});
        return failure();
      }
      std::vector<Type> in_order;
      std::vector<NodeId> nodes;
      for (const std::size_t place : placed->places) {
        in_order.push_back(place == builtins::left_out ? Type::of(Is::null) : types[place]);
        nodes.push_back(place == builtins::left_out ? 0 : arguments[place]);
      }
      types = std::move(in_order);
      arguments = std::move(nodes);
    }
    return inferred(id, function, name, arguments, types, facts);
  }

  Known inferred(NodeId id, builtins::FunctionId function, const std::string& name,
                 const std::vector<NodeId>& arguments, const std::vector<Type>& types,
                 const Facts& facts) {
    std::vector<Type> present;
    for (const Type& type : types) {
      present.push_back(type.is() == Is::null ? type : type.required());
    }
    const auto plain = builtins::infer(function, present);
    if (!plain) {
      const std::size_t bad = builtins::offending_argument(function, present);
      const NodeId at = bad == builtins::left_out || arguments[bad] == 0 ? id : arguments[bad];
      if (at != id && known(at).type.is() == Is::null) {
        may_be_null(at);
      } else {
        DiagnosticWords words{{"name", name}};
        report(at, diag::AC0508, std::move(words),
               {base::note(notes::it_is_called_so, {{"forms", forms(function)}})});
      }
      known(id).failed = true;
      return failure();
    }
    bool ok = true;
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (!types[i].is_optional() || types[i].is() == Is::null || arguments[i] == 0) continue;
      std::vector<Type> with = present;
      with[i] = types[i];
      const auto null_too = builtins::infer(function, with);
      if (null_too && (null_too->causes & builtins::cause::type) == 0) continue;
      may_be_null(arguments[i]);
      ok = false;
    }
    if (plain->converts) {
      report(id, diag::AC0514, {{"name", name}},
             {base::note(notes::it_is_called_so, {{"forms", forms(function)}})});
      ok = false;
    }
    if (!ok || !elements_fit(name, arguments)) return failure();
    Known k = typed(plain->result);
    refine(name, arguments, k, facts);
    if (k.type.is_optional()) {
      // Null is a proper result, where an argument may be null.
      const bool any =
          std::any_of(types.begin(), types.end(), [](const Type& t) { return t.is_optional(); });
      if (!any) k.type = k.type.required();
      k.cause = {Cause::Is::function, name, no_slot, std::nullopt, {}, builtins::cause::type};
    }
    if (k.type.is() == Is::list && k.type.element().is() != Is::any) {
      // An element that may be null stays one.
      const bool any = std::any_of(types.begin(), types.end(), [&](const Type& t) {
        return t.is() == Is::list
                   ? t.element().is_optional()
                   : t.is() == Is::null || (t.is_optional() && t.is() == k.type.element().is());
      });
      if (any) k.type = Type::list(k.type.element().optional());
    }
    if (const std::uint8_t open = open_causes(id, name, arguments, plain->causes, facts);
        open != 0) {
      k.type = k.type.optional();
      k.cause = {Cause::Is::function, name, no_slot, std::nullopt, {}, open};
    }
    return within_bounds_of_call(id, name, arguments, std::move(k), facts);
  }

  /// The functions whose result may lie beyond all numbers where that of their arguments does not.
  Known within_bounds_of_call(NodeId id, const std::string& name,
                              const std::vector<NodeId>& arguments, Known k, const Facts& facts) {
    if (!is_measured(k.type.is()) || folded_[id]) return k;
    const auto check = [&] {
      // The finding is about the value that is there; null has been told apart.
      Known value = k;
      value.type = value.type.required();
      const Known bounded = within_bounds(id, std::move(value));
      k.numbers = bounded.numbers;
    };
    if (name == "exp" || name == "sum" || name == "total" || name == "abs") check();
    if (name == "product" && !arguments.empty()) {
      Numbers items;
      Decimal count;
      if (known(arguments[0]).type.is() == Is::list) {
        items = numbers_of(known(arguments[0]).type.element());
        count = most_count(arguments[0], facts);
      } else {
        items = known(arguments[0]).numbers;
        for (const NodeId argument : arguments) items = hull(items, known(argument).numbers);
        count = Decimal(static_cast<std::int64_t>(arguments.size()));
      }
      Numbers exponent;
      exponent.low = Decimal(0);
      exponent.high = count;
      if (const auto most = reach_of_power(items, exponent)) {
        k.numbers.low = -*most;
        k.numbers.high = *most;
      }
      check();
    }
    return k;
  }

  /// How many items a list has at most: as many as are written, as are given to a case, as count()
  /// was asked about, or as an evaluation may take steps.
  [[nodiscard]] Decimal most_count(NodeId list, const Facts& facts) {
    const std::string key = key_of(list);
    if (const auto fact = key.empty() ? facts.end() : facts.find("(count " + key + ")");
        fact != facts.end() && fact->second.high) {
      return std::max(*fact->second.high, Decimal(0));
    }
    const auto parts = tree_.children(list);
    const auto limited = [](const std::optional<Decimal>& n) {
      return n ? std::min(*n, Decimal(most_steps)) : Decimal(most_steps);
    };
    switch (tree_[list].kind) {
      case NodeKind::list:
        return Decimal(static_cast<std::int64_t>(parts.size()));
      case NodeKind::filter:
        return most_count(parts[0], facts);
      case NodeKind::name:
      case NodeKind::path:
        // A member of each item of a list.
        if (tree_[list].kind == NodeKind::path && resolved_.bindings[list].is == Binding::Is::none &&
            known(parts[0]).type.is() == Is::list) {
          return most_count(parts[0], facts);
        }
        return resolved_.bindings[list].is == Binding::Is::slot ? Decimal(static_cast<std::int64_t>(value::list_bound))
                                                                : Decimal(most_steps);
      case NodeKind::for_each: {
        Decimal all(1);
        for (const NodeId iterator : parts.first(parts.size() - 1)) {
          const NodeId first = tree_.child(iterator, 0);
          const bool is_list = known(first).type.is() == Is::list;
          const auto rounds = tree_[iterator].count == 2 ? most_rounds(first, tree_.child(iterator, 1))
                              : is_list                  ? std::optional(most_count(first, facts))
                                                         : std::nullopt;
          all = limited(rounds ? rt::multiply(all, *rounds) : std::nullopt);
        }
        return all;
      }
      case NodeKind::if_else:
        return std::max(most_count(parts[1], facts), most_count(parts[2], facts));
      case NodeKind::call: {
        if (resolved_.bindings[parts[0]].is != Binding::Is::builtin) break;
        // What only reorders, leaves out, or puts lists one behind the other.
        const std::string name = builtin_name(list);
        const bool is_shorter = name == "sort" || name == "reverse" || name == "distinct values" ||
                                name == "sublist" || name == "remove" || name == "list replace";
        const bool is_longer = name == "append" || name == "insert before";
        const bool is_joined = name == "concatenate" || name == "union";
        if (parts.size() < 2 || tree_[parts[1]].kind == NodeKind::argument) break;
        if (is_shorter) return most_count(parts[1], facts);
        if (is_longer)
          return limited(rt::add(most_count(parts[1], facts),
                                 Decimal(static_cast<std::int64_t>(parts.size()))));
        if (!is_joined) break;
        std::optional<Decimal> all(0);
        for (const NodeId part : parts.subspan(1))
          all = all ? rt::add(*all, known(part).type.is() == Is::list ? most_count(part, facts) : Decimal(1))
                    : all;
        return limited(all);
      }
      default:
        break;
    }
    return Decimal(most_steps);
  }

  /// What the table of built-ins does not say of the elements of lists: those that are computed
  /// with are there, and those that come together are of one kind.
  bool elements_fit(const std::string& name, const std::vector<NodeId>& arguments) {
    const auto is_one_of = [&](std::initializer_list<std::string_view> all) {
      return std::find(all.begin(), all.end(), name) != all.end();
    };
    const auto is_given = [&](std::size_t i) { return i < arguments.size() && arguments[i] != 0; };
    if (!is_given(0)) return true;
    const auto type = [&](std::size_t i) -> const Type& { return known(arguments[i]).type; };
    if (is_one_of({"sum", "total", "product", "min", "max", "mean", "median", "stddev", "mode",
                   "sort", "all", "any"})) {
      for (const NodeId argument : arguments) {
        if (argument == 0) continue;
        const Type& given = known(argument).type;
        const bool is_list = given.is() == Is::list;
        const Type& element = is_list ? given.element() : given;
        if (!element.is_optional() && element.is() != Is::null) continue;
        if (!is_list) {
          may_be_null(argument);
          return false;
        }
        const NodeKind kind = tree_[argument].kind;
        const bool is_whole = kind == NodeKind::name || kind == NodeKind::path ||
                              kind == NodeKind::call || kind == NodeKind::filter ||
                              kind == NodeKind::list;
        const std::string items = is_whole ? text(argument) : "(" + text(argument) + ")";
        report(argument, diag::AC0501, {{"text", items + "[…]"}},
               {base::note(notes::round_money_so,
                           {{"example", name + "(" + items + "[item != null])"}})});
        return false;
      }
      return true;
    }
    const auto go_together = [&](const Type& a, const Type& b, NodeId at) {
      if (a.is() == Is::any || b.is() == Is::any || a.is() == Is::null || b.is() == Is::null ||
          are_alike(a, b)) {
        return true;
      }
      differ(at, a, b, at);
      return false;
    };
    if (type(0).is() != Is::list) return true;
    const Type& element = type(0).element();
    if (is_one_of({"list contains", "index of", "append"})) {
      for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (is_given(i) && !go_together(element, type(i), arguments[i])) return false;
      }
    } else if (name == "insert before" || name == "list replace") {
      if (is_given(2) && !go_together(element, type(2), arguments[2])) return false;
    } else if (name == "concatenate" || name == "union") {
      for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (is_given(i) && type(i).is() == Is::list &&
            !go_together(element, type(i).element(), arguments[i])) {
          return false;
        }
      }
    }
    return true;
  }

  [[nodiscard]] bool is_constant_scale(NodeId id) const {
    if (!folded_[id] || !folded_[id]->is(Kind::number)) return false;
    const auto n = folded_[id]->as_number().to_int64();
    return n && *n >= -6000 && *n <= 6000;
  }

  /// Whether all but the text of a call of matches(), replace() or split() is constant and such a
  /// call gives a value. What they refuse, they refuse whatever the text is.
  [[nodiscard]] bool is_sound_pattern(NodeId id, const std::vector<NodeId>& arguments) const {
    std::vector<Value> values = {Value::string("")};
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      if (arguments[i] == 0) {
        values.emplace_back();
        continue;
      }
      if (!folded_[arguments[i]]) return false;
      values.push_back(*folded_[arguments[i]]);
    }
    const auto function = resolved_.bindings[tree_.child(id, 0)].index;
    builtins::PlainCallContext context;
    return !builtins::call(context, static_cast<builtins::FunctionId>(function), values).is_null();
  }

  /// A constant time, or date and time, that bears a zone: it has no order to those without.
  [[nodiscard]] bool is_zoned(NodeId id) const {
    if (!folded_[id]) return false;
    const Value& v = *folded_[id];
    return (v.is(Kind::time) && v.as_time().zone.kind != ZoneRef::Kind::none) ||
           (v.is(Kind::date_time) && v.as_date_time().zone.kind != ZoneRef::Kind::none);
  }

  /// Of the causes why a call may give null, those that the arguments leave open. What only a value
  /// beyond all bounds would cause is the budget's, not the author's.
  std::uint8_t open_causes(NodeId id, const std::string& name, const std::vector<NodeId>& arguments,
                           std::uint8_t causes, const Facts& facts) {
    namespace cause = builtins::cause;
    if (folded_[id] && !folded_[id]->is_null()) return cause::never;
    causes &= static_cast<std::uint8_t>(~(cause::overflow | cause::host | cause::type));
    const auto clear = [&](std::uint8_t which) { causes &= static_cast<std::uint8_t>(~which); };
    const auto numbers = [&](std::size_t i) -> const Numbers& {
      return known(arguments[i]).numbers;
    };
    if (arguments.empty()) return causes;
    const bool is_list = known(arguments[0]).type.is() == Is::list;
    if (!is_list || (tree_[arguments[0]].kind == NodeKind::list && tree_[arguments[0]].count > 0) ||
        least_count(arguments[0], facts) > 0) {
      clear(cause::empty);
    }
    if (name == "floor" || name == "ceiling" || name == "decimal" || name == "round up" ||
        name == "round down" || name == "round half up" || name == "round half down") {
      if (arguments.size() == 1 || is_constant_scale(arguments[1])) clear(cause::domain);
    } else if (name == "round money") {
      const auto& scale = folded_[arguments[1]];
      const auto n =
          scale && scale->is(Kind::number) ? scale->as_number().to_int64() : std::nullopt;
      if (n && *n >= 0 && *n <= known(arguments[0]).type.scale()) clear(cause::domain);
    } else if (name == "matches" || name == "replace" || name == "split") {
      if (is_sound_pattern(id, arguments)) clear(cause::domain);
    } else if (name == "modulo") {
      divisor(id, arguments[1]);
      clear(cause::domain);
    } else if (name == "sqrt") {
      if (numbers(0).low && *numbers(0).low >= Decimal(0)) clear(cause::domain);
    } else if (name == "log") {
      if (numbers(0).low && *numbers(0).low > Decimal(0)) clear(cause::domain);
    }
    return causes;
  }

  /// The sum of a list's items, or of all arguments; with the zero that total() may be given.
  [[nodiscard]] Numbers sum_of(const std::vector<NodeId>& arguments, const Facts& facts) {
    const Type& first = known(arguments[0]).type;
    if (first.is() != Is::list) {
      Numbers out = known(arguments[0]).numbers;
      for (std::size_t i = 1; i < arguments.size(); ++i)
        out = sum(out, known(arguments[i]).numbers, false);
      out.not_zero = false;
      return out;
    }
    const Numbers n = numbers_of(first.element());
    Numbers out;
    out.scale = n.scale;
    const Decimal items = most_count(arguments[0], facts);
    if (n.low) out.low = *n.low >= Decimal(0) ? Decimal(0) : rt::multiply(*n.low, items);
    if (n.high) out.high = *n.high <= Decimal(0) ? Decimal(0) : rt::multiply(*n.high, items);
    if (arguments.size() == 2 && arguments[1] != 0) out = hull(out, known(arguments[1]).numbers);
    out.not_zero = false;
    return out;
  }

  /// What is known of the number that a function gives.
  void refine(const std::string& name, const std::vector<NodeId>& arguments, Known& k,
              const Facts& facts) {
    const auto numbers = [&](std::size_t i) -> const Numbers& {
      return known(arguments[i]).numbers;
    };
    if (is_point(k.type.is()) || is_span(k.type.is())) {
      // A text may say any date and any length; what comes from such values lies where they do.
      k.numbers = {};
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == 0) continue;
        const Type& given = known(arguments[i]).type;
        const Type& one = given.is() == Is::list ? given.element() : given;
        if (!is_point(one.is()) && !is_span(one.is())) continue;
        const Numbers n = given.is() == Is::list ? numbers_of(one) : numbers(i);
        k.numbers = k.numbers.low ? hull(k.numbers, n) : n;
      }
      if (name == "sum" || name == "total") {
        k.numbers = sum_of(arguments, facts);
        k.numbers.scale = -1;
      } else if (is_span(k.type.is()) && name != "min" && name != "max" && name != "abs" &&
                 name != "mean" && k.numbers.low) {
        // The distance of two: as far as they lie apart.
        const auto apart = rt::subtract(*k.numbers.high, *k.numbers.low);
        k.numbers.high = apart;
        if (apart) k.numbers.low = -*apart;
      } else if (name == "abs" && k.numbers.low) {
        const Decimal most = largest_of(k.numbers);
        k.numbers.low = Decimal(0);
        k.numbers.high = most;
      }
      return;
    }
    if (!is_number_like(k.type.is())) return;
    if (k.type.is() == Is::money) k.type = Type::money(k.type.currency(), k.type.scale());
    Numbers out;
    if (name == "count" || name == "string length") {
      out.low = Decimal(0);
      out.high = name == "count" && arguments[0] != 0 ? most_count(arguments[0], facts)
                                                      : Decimal(1'000'000'000);
      out.scale = 0;
    } else if (name == "floor" || name == "ceiling" || name == "decimal" || name == "round up" ||
               name == "round down" || name == "round half up" || name == "round half down") {
      std::int64_t scale = 0;
      if (arguments.size() > 1) {
        if (!is_constant_scale(arguments[1])) {
          k.numbers = out;
          return;
        }
        scale = folded_[arguments[1]]->as_number().to_int64().value_or(0);
      }
      const Numbers& n = numbers(0);
      out.scale = static_cast<int>(std::clamp<std::int64_t>(scale, 0, most_scale));
      if (n.scale >= 0) out.scale = std::min(out.scale, n.scale);
      // Rounding moves a number by less than one unit of its last place.
      const auto unit = Decimal::make(1, -static_cast<int>(scale));
      if (n.low && unit) out.low = rt::subtract(*n.low, *unit);
      if (n.high && unit) out.high = rt::add(*n.high, *unit);
      if (n.low && *n.low >= Decimal(0)) out.low = Decimal(0);
    } else if (name == "abs") {
      out = numbers(0);
      const auto bigger = [](const std::optional<Decimal>& a, const std::optional<Decimal>& b) {
        std::optional<Decimal> c;
        if (a && b) c = std::max(a->is_negative() ? -*a : *a, b->is_negative() ? -*b : *b);
        return c;
      };
      out.high = bigger(out.low, out.high);
      out.low = Decimal(0);
    } else if (name == "min" || name == "max") {
      const bool is_list = arguments.size() == 1 && known(arguments[0]).type.is() == Is::list;
      if (is_list) {
        out = numbers_of(known(arguments[0]).type.element());
      } else {
        out = numbers(0);
        for (std::size_t i = 1; i < arguments.size(); ++i) {
          const Numbers& n = numbers(i);
          Numbers joined = hull(out, n);
          if (name == "max") {
            // The largest is at least as large as each.
            if (out.low && n.low)
              joined.low = std::max(*out.low, *n.low);
            else
              joined.low = out.low ? out.low : n.low;
          } else {
            if (out.high && n.high)
              joined.high = std::min(*out.high, *n.high);
            else
              joined.high = out.high ? out.high : n.high;
          }
          out = std::move(joined);
        }
      }
    } else if (name == "modulo") {
      const Numbers& d = numbers(1);
      if (numbers(0).scale >= 0 && d.scale >= 0) out.scale = std::max(numbers(0).scale, d.scale);
      if (d.low && *d.low > Decimal(0)) {
        out.low = Decimal(0);
        out.high = d.high;
      } else if (d.low && d.high) {
        out.high = largest_of(d);
        out.low = -*out.high;
      }
    } else if (name == "amount") {
      out = numbers(0);
    } else if (name == "round money") {
      // Rounding moves an amount by less than one unit of the last place that is kept.
      const auto scale = folded_[arguments[1]] ? folded_[arguments[1]]->as_number().to_int64() : std::nullopt;
      const auto unit = scale && *scale >= 0 ? Decimal::make(1, -static_cast<int>(std::min<std::int64_t>(*scale, most_scale)))
                                             : std::optional<Decimal>();
      out = numbers(0);
      if (out.low && unit) out.low = rt::subtract(*out.low, *unit);
      if (out.high && unit) out.high = rt::add(*out.high, *unit);
      out.not_zero = false;
    } else if (name == "sum" || name == "total") {
      out = sum_of(arguments, facts);
    } else if (name == "mean" || name == "median" || name == "stddev") {
      Numbers n;
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Type& type = known(arguments[i]).type;
        const Numbers one = type.is() == Is::list ? numbers_of(type.element()) : numbers(i);
        n = i == 0 ? one : hull(n, one);
      }
      out.low = n.low;
      out.high = n.high;
      if (name == "stddev" && n.low && n.high) {
        out.low = Decimal(0);
        out.high = rt::subtract(*n.high, *n.low);
      }
    } else if (name == "day of year" || name == "week of year") {
      out.low = Decimal(1);
      out.high = Decimal(366);
      out.scale = 0;
    } else if (name == "sqrt") {
      out.low = Decimal(0);
      if (numbers(0).high) out.high = std::max(*numbers(0).high, Decimal(1));
    } else if (name == "log") {
      out.low = Decimal(-20'000);
      out.high = Decimal(20'000);
    } else if (name == "rank") {
      out.low = Decimal(1);
      out.high = Decimal(1'000'000);
    } else if (name == "exp") {
      out.low = Decimal(0);
      if (numbers(0).high) out.high = rt::exp(*numbers(0).high);
    }
    k.numbers = std::move(out);
  }

  Known get_or_else(const std::vector<NodeId>& arguments, const Facts& facts,
                    const Type* expected) {
    if (is_word(arguments[1])) {
      visit(arguments[0], facts, expected);
      const Type type = known(arguments[0]).type;
      visit(arguments[1], facts, &type);
    } else {
      visit(arguments[0], facts, expected);
      visit(arguments[1], facts, expected);
    }
    static_cast<void>(is_known(arguments[0]));
    static_cast<void>(is_known(arguments[1]));
    const Known& value = known(arguments[0]);
    const Known& other = known(arguments[1]);
    if (value.failed) return other;
    if (other.failed) return failure();
    const auto type = join(value.type.required(), other.type);
    if (!type) {
      differ(arguments[1], value.type, other.type, arguments[1]);
      return failure();
    }
    Known k;
    k.type = other.type.is_optional() ? type->optional() : type->required();
    k.numbers = hull(value.numbers, other.numbers);
    k.cause = other.cause;
    return k;
  }

  /// sort(list, function(a, b) …): the function's parameters are of the list's elements.
  std::optional<Known> with_function(NodeId id, const std::string& name,
                                     const std::vector<NodeId>& arguments, const Facts& facts) {
    NodeId function = 0;
    for (const NodeId argument : arguments) {
      if (tree_[argument].kind == NodeKind::function) function = argument;
    }
    if (function == 0) return std::nullopt;
    visit(arguments[0], facts);
    if (!needed(arguments[0])) return failure();
    const Type type = known(arguments[0]).type;
    if (type.is() != Is::list) {
      report(arguments[0], diag::AC0526, {{"text", text(arguments[0])}, {"given", name_of(type)}});
      return failure();
    }
    for (const NodeId argument : arguments) {
      if (argument != function && argument != arguments[0]) {
        visit(argument, facts, &type.element());
        wanted(argument, type.element());
      }
    }
    const auto parts = tree_.children(function);
    if (parts.size() != 3) {
      report(function, diag::AC0508, {{"name", name}});
      return failure();
    }
    for (const NodeId parameter : parts.first(2)) {
      local_types_[resolved_.local_of.at(parameter)] = type.element();
    }
    visit(parts[2], facts);
    wants_boolean(parts[2]);
    static_cast<void>(id);
    if (name != "list replace" || arguments.size() < 3) return typed(type);
    // Each of its items may be replaced by the new one.
    const Known& item = known(arguments.back());
    const auto both = join(type.element(), with_facets(item.type, item.numbers));
    return item.failed || !both ? typed(type) : typed(Type::list(*both));
  }

  const Resolved& resolved_;
  const Ast& tree_;
  const Scope& scope_;
  const std::vector<std::optional<Value>>& folded_;
  const CompileOptions& options_;
  Checked out_;
  std::map<std::uint32_t, Type> local_types_;
  std::vector<std::string> let_;
  std::set<std::string> reported_;
};

}  // namespace

bool Numbers::may_be_zero() const {
  if (not_zero) return false;
  return !(low && *low > Decimal(0)) && !(high && *high < Decimal(0));
}

Checked check(const Resolved& resolved, const Scope& scope,
              const std::vector<std::optional<Value>>& folded, const CompileOptions& options) {
  return Checker(resolved, scope, folded, options).run();
}

}  // namespace aftercare::feel
