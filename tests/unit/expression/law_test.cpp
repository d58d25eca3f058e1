// The law of strict expressions: over inputs that fit their types, the typed machine gives what
// plain FEEL gives for the same tree, which is never null and raises no fault. Grown at random; the
// number of pairs comes from AFTERCARE_LAW_PAIRS.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "feel/compile.hpp"
#include "vm/machine.hpp"

namespace aftercare {
namespace {

using feel::Scope;

struct Input {
  std::string name;
  Type type;
};

const Type& cny() {
  static const Type type = Type::money(currency_code("CNY"), 2);
  return type;
}
const Type& cause() {
  static const Type type = Type::symbol("Cause", {"quality", "transport", "misuse"}, 2);
  return type;
}

std::vector<Input> inputs() {
  return {{"n", Type::number({rt::Decimal(0), rt::Decimal(100), 0})},
          {"m", Type::number({rt::Decimal(1), rt::Decimal(9), 1})},
          {"p", Type::number()},
          {"q", Type::number().optional()},
          {"fee", cny()},
          {"paid", cny().optional()},
          {"bought", Type::date()},
          {"ended", Type::date().optional()},
          {"at", Type::instant()},
          {"then_at", Type::instant().optional()},
          {"cause", cause()},
          {"why", cause().optional()},
          {"urgent", Type::boolean()},
          {"vip", Type::boolean().optional()},
          {"elapsed", Type::of(Type::Is::days_duration)}};
}

class Grower {
 public:
  explicit Grower(std::uint64_t seed) : random_(seed) {}

  std::string boolean(int depth) {
    if (depth <= 0) return pick({"urgent", "true", "vip = true", "cause = misuse", "n > 50"});
    switch (below(14)) {
      case 0:
        return "(" + boolean(depth - 1) + " and " + boolean(depth - 1) + ")";
      case 1:
        return "(" + boolean(depth - 1) + " or " + boolean(depth - 1) + ")";
      case 2:
        return "not(" + boolean(depth - 1) + ")";
      case 3:
        return "(" + number(depth - 1) + compare() + number(depth - 1) + ")";
      case 4:
        return "(" + money(depth - 1) + compare() + money(depth - 1) + ")";
      case 5:
        return "(" + date(depth - 1) + compare() + date(depth - 1) + ")";
      case 6:
        return "(" + instant(depth - 1) + compare() + instant(depth - 1) + ")";
      case 7:
        return "(" + length(depth - 1) + compare() + length(depth - 1) + ")";
      case 8:
        return "(" + symbol() + pick({" = ", " != "}) + symbol() + ")";
      case 9:
        return "(cause in (" + word() + ", " + word() + "))";
      case 10:
        return "(" + number(depth - 1) + " between " + number(0) + " and " + number(0) + ")";
      case 11:
        return "(" + number(depth - 1) + " in (1, 3, [5..20), > 70))";
      case 12: {
        const std::string name = pick({"q", "paid", "ended", "then_at", "why", "vip"});
        return "(" + name + pick({" != null and ", " = null or "}) + using_name(name, depth - 1) +
               ")";
      }
      default:
        return "(if " + boolean(depth - 1) + " then " + boolean(depth - 1) + " else " +
               boolean(depth - 1) + ")";
    }
  }

  std::string number(int depth) {
    if (depth <= 0) return pick({"n", "m", "p", "0", "1", "2.5", "100", "90%", "0.001", "-7"});
    switch (below(11)) {
      case 0:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
      case 1:
        return "(" + number(depth - 1) + " - " + number(depth - 1) + ")";
      case 2:
        return "(" + number(depth - 1) + " * " + number(depth - 1) + ")";
      case 3:
        return "(" + number(depth - 1) + " / " + pick({"10", "m", "8", "-3", "100"}) + ")";
      case 4:
        return pick({"floor(", "ceiling(", "abs(", "-("}) + number(depth - 1) + ")";
      case 5:
        return pick({"decimal(", "round half up(", "floor(", "ceiling("}) + number(depth - 1) +
               ", " + pick({"0", "1", "2", "3"}) + ")";
      case 6:
        return pick({"min(", "max("}) + number(depth - 1) + ", " + number(depth - 1) + ")";
      case 7:
        return "(if " + boolean(depth - 1) + " then " + number(depth - 1) + " else " +
               number(depth - 1) + ")";
      case 8:
        return "(if q != null then q else " + number(depth - 1) + ")";
      case 9:
        return "modulo(" + number(depth - 1) + ", m)";
      default:
        return "(if n != 0 then " + number(depth - 1) + " / n else 0)";
    }
  }

  std::string money(int depth) {
    if (depth <= 0) return pick({"fee", "0 CNY", "12.34 CNY", "1000 CNY"});
    switch (below(6)) {
      case 0:
        return "(" + money(depth - 1) + pick({" + ", " - "}) + money(depth - 1) + ")";
      case 1:
        return "(" + money(depth - 1) + " * " + pick({"3", "n", "10", "-1"}) + ")";
      case 2:
        return "(if " + boolean(depth - 1) + " then " + money(depth - 1) + " else " +
               money(depth - 1) + ")";
      case 3:
        return "get or else(paid, " + money(depth - 1) + ")";
      case 4:
        return pick({"min(", "max("}) + money(depth - 1) + ", " + money(depth - 1) + ")";
      default:
        return "(if paid = null then " + money(depth - 1) + " else paid)";
    }
  }

  std::string date(int depth) {
    if (depth <= 0) return pick({"bought", "@\"2024-02-29\"", "@\"2026-01-31\""});
    switch (below(4)) {
      case 0:
        return "(" + date(depth - 1) + pick({" + ", " - "}) +
               pick({"1y", "1mo", "13mo", "3d", "2w", "36h", "@\"PT0.5S\""}) + ")";
      case 1:
        return "(if ended = null then " + date(depth - 1) + " else ended)";
      case 2:
        return "date(" + instant(depth - 1) + ")";
      default:
        return "(if " + boolean(depth - 1) + " then " + date(depth - 1) + " else bought)";
    }
  }

  std::string instant(int depth) {
    if (depth <= 0) return "at";
    switch (below(3)) {
      case 0:
        return "(" + instant(depth - 1) + pick({" + ", " - "}) +
               pick({"30min", "2h", "90s", "2d", "1mo"}) + ")";
      case 1:
        return "(if then_at = null then at else then_at)";
      default:
        return "(if " + boolean(depth - 1) + " then " + instant(depth - 1) + " else at)";
    }
  }

  std::string length(int depth) {
    if (depth <= 0) return pick({"elapsed", "30min", "24h", "2d"});
    switch (below(4)) {
      case 0:
        return "(" + length(depth - 1) + pick({" + ", " - "}) + length(depth - 1) + ")";
      case 1:
        return "(" + instant(depth - 1) + " - " + instant(depth - 1) + ")";
      case 2:
        return "(" + date(depth - 1) + " - " + date(depth - 1) + ")";
      default:
        return "(if " + boolean(depth - 1) + " then " + length(depth - 1) + " else elapsed)";
    }
  }

  Value value(const Type& type) {
    if (type.is_optional() && below(3) == 0) return {};
    switch (type.is()) {
      case Type::Is::boolean:
        return Value::boolean(below(2) == 0);
      case Type::Is::number: {
        const NumberFacets& facets = type.facets();
        if (facets.minimum) {
          const std::int64_t units = facets.scale == 0 ? 1 : 10;
          const std::int64_t low = facets.minimum->to_int64().value() * units;
          const std::int64_t high = facets.maximum->to_int64().value() * units;
          const std::int64_t word =
              low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
          return Value::number(*rt::Decimal::make(word, -facets.scale));
        }
        const int scale = static_cast<int>(below(7));
        auto word = static_cast<std::int64_t>(below(below(2) == 0 ? 1000 : 1'000'000'000'000));
        if (below(2) == 0) word = -word;
        return Value::number(*rt::Decimal::make(word, -scale));
      }
      case Type::Is::money:
        return Value::money(static_cast<std::int64_t>(below(1'000'000)) - 300'000, cny().currency(),
                            2);
      case Type::Is::date:
        return Value::date({static_cast<std::int64_t>(below(40'000))});
      case Type::Is::instant:
        return Value::instant({static_cast<std::int64_t>(below(2'000'000'000'000'000))});
      case Type::Is::symbol:
        return Value::symbol(2, static_cast<std::uint32_t>(below(3)));
      case Type::Is::days_duration:
        return Value::days_duration(
            {static_cast<std::int64_t>(below(400'000)) - 100'000, below(2) == 0 ? 0 : 500'000'000});
      default:
        return {};
    }
  }

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  std::string using_name(const std::string& name, int depth) {
    if (name == "q") return "(q" + compare() + number(depth) + ")";
    if (name == "paid") return "(paid" + compare() + money(depth) + ")";
    if (name == "ended") return "(ended" + compare() + date(depth) + ")";
    if (name == "then_at") return "(then_at" + compare() + instant(depth) + ")";
    if (name == "why") return "(why in (quality, misuse))";
    return "vip";
  }
  std::string compare() { return pick({" < ", " <= ", " > ", " >= ", " = ", " != "}); }
  std::string symbol() { return pick({"cause", "quality", "misuse", "why"}); }
  std::string word() { return pick({"quality", "transport", "misuse"}); }
  std::string pick(std::initializer_list<const char*> from) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(below(from.size())));
  }

  std::mt19937_64 random_;
};

TEST(Law, typed_machine_agrees_with_plain_feel_and_is_never_null) {
  const char* asked = std::getenv("AFTERCARE_LAW_PAIRS");
  const std::uint64_t pairs = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 40'000;
  const std::vector<Input> names = inputs();
  Scope scope(&feel::builtin_scope());
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    scope.add_slot(names[i].name, names[i].type, i);
  }
  scope.add_words(cause());
  feel::CompileOptions options;
  options.level = feel::Level::strict;
  options.dialect.units = true;
  options.zone = Zone::fixed(8 * 3600);
  vm::Setting setting;
  setting.zone = options.zone;
  vm::Machine machine(setting);
  std::uint64_t done = 0;
  std::uint64_t accepted = 0;
  std::uint64_t typed = 0;
  for (std::uint64_t seed = 1; done < pairs; ++seed) {
    Grower grow(seed);
    std::string text;
    switch (grow.below(6)) {
      case 0:
        text = grow.number(4);
        break;
      case 1:
        text = grow.money(3);
        break;
      case 2:
        text = grow.length(3);
        break;
      case 3:
        text = grow.date(3);
        break;
      default:
        text = grow.boolean(4);
        break;
    }
    options.scalars = true;
    const feel::Outcome fast = feel::compile(text, scope, options);
    ++done;
    if (!fast.compiled || fast.compiled->type.is_optional()) continue;
    ++accepted;
    typed += fast.compiled->program->is_scalar ? 1U : 0U;
    options.scalars = false;
    const feel::Outcome plain = feel::compile(text, scope, options);
    ASSERT_TRUE(plain.compiled) << text;
    for (int row = 0; row < 8; ++row, ++done) {
      std::vector<Value> slots;
      for (const Input& input : names) slots.push_back(grow.value(input.type));
      const Result<Value> a = machine.run(*fast.compiled->program, slots);
      const Result<Value> b = machine.run(*plain.compiled->program, slots);
      const auto given = [&] {
        std::string out = text;
        for (std::size_t i = 0; i < slots.size(); ++i) {
          out += "\n" + names[i].name + " = " + slots[i].to_text();
        }
        return out + "\n" + bytecode::disassemble(*fast.compiled->program);
      };
      if (!b) {
        // Only what exceeds every bound: more than 34 digits, or the calendar's end.
        ASSERT_EQ(b.error().code, ErrorCode::limit) << given();
        continue;
      }
      ASSERT_TRUE(a) << a.error().message << "\n" << given();
      ASSERT_FALSE(b->is_null()) << given();
      ASSERT_TRUE(a->equals(*b)) << a->to_text() << " for " << b->to_text() << "\n" << given();
    }
  }
  // The generator must not have become a generator of rejected or untyped texts.
  EXPECT_GT(accepted, pairs / 40);
  EXPECT_GT(typed, accepted / 10);
}

}  // namespace
}  // namespace aftercare
