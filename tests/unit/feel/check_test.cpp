#include "feel/check.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/diagnostics.hpp"
#include "feel/compile.hpp"

namespace aftercare::feel {
namespace {

/// The names of a small repair case.
class Names {
 public:
  Names() : scope_(&builtin_scope()) {
    const auto money = Type::money(currency_code("CNY"), 2);
    const auto cause = Type::symbol("Cause", {"quality", "transport", "misuse"}, 2);
    const auto grade = Type::symbol("Grade", {"gold", "silver", "misuse"}, 3);
    arrived_.add_slot("at", Type::instant(), 11);
    arrived_.add_slot("by", Type::string(), 12);
    signed_.add_slot("customer", Type::boolean(), 15);
    sheet_.add_slot("photo", Type::string().optional(), 14);
    sheet_.add_slot("tested", Type::boolean(), 17);
    RecordName always;
    always.known_present = true;
    sheet_.add_record("signed", signed_, always);
    scope_.add_slot("fee", money, 0);
    scope_.add_slot("paid", money, 1);
    scope_.add_slot("count", Type::number(), 2);  // hides the built-in
    scope_.add_slot("n", Type::number({rt::Decimal(0), rt::Decimal(100), 0}), 3);
    scope_.add_slot("bought", Type::date(), 4);
    scope_.add_slot("today", Type::date(), 5);
    scope_.add_slot("ended", Type::date().optional(), 6).declared = {"a field of case repair", {}};
    scope_.add_slot("cause", cause, 7);
    scope_.add_slot("grade", grade, 8);
    scope_.add_slot("urgent", Type::boolean(), 9);
    RecordName when;
    when.slot = 10;
    scope_.add_record("arrived", arrived_, when).declared = {"a fact of case repair", {}};
    RecordName sheet;
    sheet.slot = 13;
    scope_.add_record("sheet", sheet_, sheet);
    scope_.add_slot("wishes", Type::list(Type::string()), 16);
    scope_.add_slot("rows",
                    Type::list(Type::context(
                        {{"kind", cause}, {"pay", money}, {"until", Type::date().optional()}})),
                    18);
    scope_.add_slot("limit", Type::of(Type::Is::length), 19);
    scope_.add_slot("x", Type::number().optional(), 20);
    scope_.add_slot("at", Type::instant(), 21);
    scope_.add_words(cause);
    scope_.add_words(grade);
    late_ = parse("arrived != null and arrived.at > at + 30min", scope_, Goal::expression, packs());
    scope_.add_let("late", late_.ast, scope_);
    there_ = parse("arrived != null", scope_);
    scope_.add_let("there", there_.ast, scope_);
    FunctionName pay;
    pay.parameters = {{"cause", cause}, {"days", Type::number()}};
    pay.result = money.optional();
    scope_.add_function("pay of", pay);
  }
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  static Dialect packs() {
    Dialect dialect;
    dialect.units = true;
    return dialect;
  }

  Outcome compile(std::string_view text, const Type& expected = Type::any()) const {
    CompileOptions options;
    options.level = Level::strict;
    options.dialect = packs();
    options.expected = expected;
    return feel::compile(text, scope_, options);
  }

  /// "ok type", or codes and words of the findings.
  std::string check(std::string_view text, const Type& expected = Type::any()) const {
    const Outcome made = compile(text, expected);
    std::string out;
    for (const Diagnostic& finding : made.findings) {
      if (!out.empty()) out += "; ";
      out += std::string(finding.code) + " " + message(finding, Language::english);
      for (const DiagnosticNote& note : finding.notes)
        out += " = " + message(note, Language::english);
    }
    if (out.empty() && made.compiled) out = "ok " + made.compiled->type.to_text();
    return out;
  }

 private:
  Scope arrived_, signed_, sheet_;
  Scope scope_;
  Parsed late_, there_;
};

TEST(Check, accepts_what_is_proved) {
  const Names names;
  EXPECT_EQ(names.check("fee - paid <= 0 CNY", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("arrived != null and arrived.at > at", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("arrived = null or arrived.at > at", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("there and arrived.at > at", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("if not(there) then at else arrived.at", Type::instant()), "ok instant");
  EXPECT_EQ(names.check("late or urgent", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("sheet != null and sheet.signed.customer", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("sheet != null and sheet.photo != null and string length(sheet.photo) > 3",
                        Type::boolean()),
            "ok boolean");
  EXPECT_EQ(names.check("cause in (quality, transport)", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("if cause = misuse then 50 CNY else 0 CNY"), "ok money");
  EXPECT_EQ(names.check("50 CNY * 2 ** min(n, 30)"), "ok money");
  EXPECT_EQ(names.check("n != 0 and count / n > 2", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("if n > 0 then 100 / n else 0"), "ok number");
  EXPECT_EQ(names.check("bought + 1y >= today", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("today - bought > 15d", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("at <= at + limit", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("date(at) >= bought"), "ok boolean");
  EXPECT_EQ(names.check("rows[kind = misuse and (until = null or until > today)].pay"),
            "ok list of money");
  EXPECT_EQ(names.check("every r in rows satisfies r.pay <= fee"), "ok boolean");
  EXPECT_EQ(names.check("get or else(x, 3) * 2"), "ok number");
  EXPECT_EQ(names.check("get or else(pay of(quality, 3), 0 CNY)"), "ok money");
  EXPECT_EQ(names.check("max(n, 3) + floor(count / 10) + abs(count)"), "ok number");
  EXPECT_EQ(names.check("decimal(30% * (count - n), 2)"), "ok number");
  EXPECT_EQ(names.check("total(rows.pay) > 10 CNY"), "ok boolean");
  EXPECT_EQ(names.check("sort(rows, function(a, b) a.pay < b.pay)[1]"),
            "ok optional context {kind: Cause, pay: money, until: optional date}");
  EXPECT_EQ(names.check("ended", Type::date().optional()), "ok optional date");
  EXPECT_EQ(names.check("if ended = null then today else ended", Type::date()), "ok date");
  EXPECT_EQ(names.check("x = 3 and x + 1 = 4", Type::boolean()), "ok boolean");
}

TEST(Check, knows_what_a_count_says_of_a_list) {
  Scope scope(&builtin_scope());
  scope.add_slot("rows", Type::list(Type::context({{"pay", Type::number()}})), 0);
  scope.add_slot("wishes", Type::list(Type::number()), 1);
  const auto check = [&](std::string_view text) -> std::string {
    CompileOptions options;
    options.level = Level::strict;
    const Outcome made = compile(text, scope, options);
    return made.findings.empty() ? "ok" : std::string(made.findings[0].code);
  };
  EXPECT_EQ(check("count(rows) > 0 and min(rows.pay) > 3"), "ok");
  EXPECT_EQ(check("count(rows.pay) >= 1 and min(rows.pay) > 3"), "ok");
  EXPECT_EQ(check("count(rows) = 0 or rows[1].pay > 3"), "ok");
  EXPECT_EQ(check("if count(wishes) > 0 then wishes[1] else 0"), "ok");
  EXPECT_EQ(check("(if count(wishes) > 1 then wishes[-2] else 0) > 1"), "ok");
  EXPECT_EQ(check("min(rows.pay) > 3"), "AC0501");
  EXPECT_EQ(check("(if count(wishes) > 1 then wishes[3] else 0) > 1"), "AC0501");
  EXPECT_EQ(check("count(rows) >= 0 and min(rows.pay) > 3"), "AC0501");
  EXPECT_EQ(check("count(wishes) > 0 and min(rows.pay) > 3"), "AC0501");
  EXPECT_EQ(check("(count(wishes) > 0 or true) and wishes[1] > 3"), "AC0501");
}

TEST(Check, knows_what_bounds_on_both_sides_say) {
  const Names names;
  EXPECT_EQ(names.check("n between 1 and 3 and 1 / n > 0", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("n in [1..3] and 1 / n > 0", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("n in (0..3] and 1 / n > 0", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("n in (> 0) and 1 / n > 0", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("n in ([1..3], 7) and 1 / n > 0", Type::boolean()), "ok boolean");
  EXPECT_EQ(names.check("n between 0 and 3 and 1 / n > 0").substr(0, 6), "AC0506");
  EXPECT_EQ(names.check("n in [0..3] and 1 / n > 0").substr(0, 6), "AC0506");
  EXPECT_EQ(names.check("n in ([1..3], 0) and 1 / n > 0").substr(0, 6), "AC0506");
  EXPECT_EQ(names.check("(n in [1..3] or urgent) and 1 / n > 0").substr(0, 6), "AC0506");
}

TEST(Check, says_why_a_value_may_be_null) {
  const Names names;
  EXPECT_EQ(names.check("arrived.at > at"),
            "AC0513 'arrived' may not have happened when arrived.at is read"
            " = arrived is a fact of case repair = write: arrived != null and …");
  EXPECT_EQ(
      names.check("ended > today"),
      "AC0501 'ended' may be null here = ended may be without a value: it is declared optional"
      " = write: ended != null and … = or say what counts instead: get or else(ended, …)");
  EXPECT_EQ(names.check("urgent or arrived.at > at").substr(0, 6), "AC0513");
  EXPECT_EQ(names.check("(arrived != null or urgent) and arrived.at > at").substr(0, 6), "AC0513");
  EXPECT_EQ(names.check("rows[1].pay > 3 CNY").substr(0, 6), "AC0501");
  EXPECT_EQ(names.check("pay of(quality, 3)", Type::money(currency_code("CNY"), 2)),
            "AC0501 'pay of(quality, 3)' may be null here = pay of() gives null for some arguments"
            " = or say what counts instead: get or else(pay of(quality, 3), …)");
  EXPECT_EQ(names.check("date(wishes[1]) > today").substr(0, 6), "AC0501");
  EXPECT_EQ(names.check("x + 1").substr(0, 6), "AC0501");
  EXPECT_EQ(names.check("max(rows.pay)", Type::money(currency_code("CNY"), 2)).substr(0, 6),
            "AC0501");
}

TEST(Check, says_what_is_misspelt) {
  const Names names;
  EXPECT_EQ(names.check("arived != null"),
            "AC0412 unknown name 'arived' = did you mean 'arrived' (a fact of case repair)?");
  EXPECT_EQ(names.check("cause = qualty"),
            "AC0412 unknown name 'qualty' = did you mean 'quality'?");
  EXPECT_EQ(names.check("cause = gold"),
            "AC0515 'gold' is no word of Cause = Cause is quality | transport | misuse");
  EXPECT_EQ(names.check("rows.pays"), "AC0510 'rows' has no member 'pays' = did you mean 'pay'?");
  EXPECT_EQ(names.check("sheet.foto").substr(0, 6), "AC0510");
  EXPECT_EQ(names.check("fee > CNY 50"),
            "AC0414 \"CNY 50\" is read as one name, and there is none"
            " = money is written number first: 50 CNY");
  EXPECT_EQ(names.check("arived != null and urgnt").substr(0, 6), "AC0412");
}

TEST(Check, says_once_what_is_not_written_so) {
  const Names names;
  EXPECT_EQ(names.check("not urgent"), "AC0309 'not' is not written so; write 'not(…)'");
  EXPECT_EQ(names.check("n > 3 AND urgent"), "AC0309 'AND' is not written so; write 'and'");
  EXPECT_EQ(names.check("bought + 1 month").substr(0, 52),
            "AC0312 'month' is no unit = did you mean 'mo'? = uni");
  EXPECT_EQ(names.check("at - bought <= 1mo").substr(0, 6), "AC0519");
  EXPECT_EQ(names.check("bought - today > 1mo"),
            "AC0519 '>' does not go between days and time duration and years and months duration"
            " = a month has 28 to 31 days; compare the dates: bought > today + 1mo");
}

TEST(Check, refuses_what_may_fault) {
  const Names names;
  EXPECT_EQ(names.check("count / n"),
            "AC0506 'n' may be zero, and something is divided by it"
            " = write: n != 0 and …, or declare that it is above zero");
  EXPECT_EQ(names.check("fee * 0.3").substr(0, 6), "AC0517");
  EXPECT_EQ(names.check("fee / 3").substr(0, 6), "AC0517");
  EXPECT_EQ(
      names.check("fee + 3 USD"),
      "AC0518 amounts in CNY and USD do not mix"
      " = bring both to one currency first, at a rate that is stated: amount(…) * rate * 1 CNY");
  EXPECT_EQ(names.check("fee > 3").substr(0, 6), "AC0519");
  EXPECT_EQ(names.check("at > today").substr(0, 6), "AC0519");
  EXPECT_EQ(names.check("cause = grade").substr(0, 6), "AC0519");
  EXPECT_EQ(names.check("n", Type::boolean()),
            "AC0503 'n' is number; boolean is wanted = write a value of this kind: boolean");
  EXPECT_EQ(names.check("n and urgent").substr(0, 6), "AC0504");
  EXPECT_EQ(names.check("now() > at").substr(0, 6), "AC0511");
  EXPECT_EQ(names.check("if urgent then 1 else \"a\"").substr(0, 6), "AC0521");
  EXPECT_EQ(names.check("sqrt(count)", Type::number()).substr(0, 6), "AC0501");
  EXPECT_EQ(names.check("at + 6wh").substr(0, 6), "AC0519");
  EXPECT_EQ(names.check("if urgent then misuse else misuse").substr(0, 6), "AC0416");
}

TEST(Check, reports_all_findings_at_once) {
  const Names names;
  const Outcome made = names.compile("arived != null and ended > today and count / n > 3");
  ASSERT_EQ(made.findings.size(), 3U);
  EXPECT_EQ(made.findings[0].code, "AC0412");
  EXPECT_EQ(made.findings[1].code, "AC0501");
  EXPECT_EQ(made.findings[2].code, "AC0506");
}

TEST(Check, hands_on_what_a_guard_has_proved) {
  const Names names;
  const Outcome made = names.compile("late and ended != null");
  ASSERT_TRUE(made.compiled);
  EXPECT_EQ(made.compiled->present_when_true, (std::vector<std::uint32_t>{6, 10}));
}

TEST(Check, takes_known_facts) {
  Scope scope(&builtin_scope());
  scope.add_slot("until", Type::date().optional(), 0);
  scope.add_slot("day", Type::date(), 1);
  CompileOptions options;
  options.level = Level::strict;
  EXPECT_FALSE(compile("until > day", scope, options).compiled);
  options.known_present = {0};
  EXPECT_TRUE(compile("until > day", scope, options).compiled);
  options.known_present = {};
  options.why_absent = [](std::uint32_t) {
    return std::vector<DiagnosticNote>{base::note(notes::null_is_written)};
  };
  EXPECT_EQ(compile("until > day", scope, options).findings.at(0).notes.at(1).key,
            notes::null_is_written.text);
}

TEST(Check, finds_circles_of_lets) {
  Scope scope(&builtin_scope());
  Parsed a;
  Parsed b;
  scope.add_let("a", a.ast, scope);
  scope.add_let("b", b.ast, scope);
  a = parse("b + 1", scope);
  b = parse("a + 1", scope);
  const Outcome made = compile("a > 1", scope);
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.findings[0].code, "AC0415");
}

}  // namespace
}  // namespace aftercare::feel
