// Inputs with declared types, from a small text; random values that fit them.
//
//   fee: money CNY
//   why: optional words Cause (quality, transport, misuse)
//   n: number 0..100 scale 0
//   faults: list of { on: date, cost: number }
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "feel/compile.hpp"
#include "feel/scope.hpp"

namespace aftercare::testing_support {

struct TypedInput {
  std::string name;
  Type type;
};

/// Reads types as the caption shows them. Throws std::runtime_error, as tests do.
class TypeReader {
 public:
  /// One input a line; what follows # is a comment.
  std::vector<TypedInput> inputs(std::string_view text) {
    std::vector<TypedInput> out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(at, end - at);
      at = end + 1;
      line = line.substr(0, line.find('#'));
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      rest_ = line.substr(colon + 1);
      out.push_back({feel::normalise_name(line.substr(0, colon)), type()});
      skip();
      if (!rest_.empty()) fail("more than a type");
    }
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(what + " at '" + std::string(rest_) + "'");
  }
  void skip() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  bool take(std::string_view word) {
    skip();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string until(std::string_view stops) {
    skip();
    const std::size_t end = std::min(rest_.find_first_of(stops), rest_.size());
    std::string out = feel::normalise_name(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return out;
  }
  std::int64_t whole() { return std::stoll(until(" .,}")); }

  Type type() {
    const bool optional = take("optional ");
    Type made = required();
    return optional ? made.optional() : made;
  }
  Type required() {
    if (take("list of ")) return Type::list(type());
    if (take("{")) {
      std::vector<std::pair<std::string, Type>> members;
      while (!take("}")) {
        std::string name = until(":");
        if (!take(":")) fail("no member");
        members.emplace_back(std::move(name), type());
        take(",");
      }
      return Type::context(std::move(members));
    }
    if (take("words ")) {
      std::string name = until("(");
      take("(");
      std::vector<std::string> words;
      while (!take(")")) {
        words.push_back(until(",)"));
        take(",");
      }
      auto& set = sets_[name];
      if (set == 0) set = static_cast<std::uint32_t>(sets_.size());
      return Type::symbol(std::move(name), std::move(words), set);
    }
    if (take("money ")) return Type::money(currency_code(until(" ,}")), 2);
    if (take("number")) return number();
    for (const auto& [name, is] : std::initializer_list<std::pair<std::string_view, Type::Is>>{
             {"string", Type::Is::string},
             {"boolean", Type::Is::boolean},
             {"date and time", Type::Is::date_time},
             {"date", Type::Is::date},
             {"time", Type::Is::time},
             {"instant", Type::Is::instant},
             {"days", Type::Is::days_duration},
             {"months", Type::Is::months_duration},
             {"length", Type::Is::length}}) {
      if (take(name)) return Type::of(is);
    }
    fail("no type");
  }
  Type number() {
    NumberFacets facets;
    bool is_plain = true;
    skip();
    if (!rest_.empty() && (rest_.front() == '-' || (rest_.front() >= '0' && rest_.front() <= '9'))) {
      facets.minimum = rt::Decimal(whole());
      if (!take("..")) fail("no upper bound");
      facets.maximum = rt::Decimal(whole());
      is_plain = false;
    }
    if (take("scale ")) {
      facets.scale = static_cast<int>(whole());
      is_plain = false;
    }
    return is_plain ? Type::number() : Type::number(facets);
  }

  std::string_view rest_;
  std::map<std::string, std::uint32_t> sets_;
};

/// A scope in which input number i is slot i, and the words of all sets stand bare.
inline void add_inputs(feel::Scope& scope, const std::vector<TypedInput>& inputs) {
  std::vector<std::uint32_t> known;
  const auto add_words = [&](const auto& self, const Type& type) -> void {
    if (type.is() == Type::Is::symbol) {
      for (const std::uint32_t set : known) {
        if (set == type.symbol_set()) return;
      }
      known.push_back(type.symbol_set());
      scope.add_words(type.required());
    }
    if (type.is() == Type::Is::list) self(self, type.element());
    for (const auto& [name, member] : type.members()) self(self, member);
  };
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    scope.add_slot(inputs[i].name, inputs[i].type, i);
    add_words(add_words, inputs[i].type);
  }
}

/// Random values that fit a type; bounds and small values come often.
class ValueMaker {
 public:
  explicit ValueMaker(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  Value make(const Type& type, int depth = 0) {
    if (type.is_optional() && below(3) == 0) return {};
    switch (type.is()) {
      case Type::Is::boolean:
        return Value::boolean(below(2) == 0);
      case Type::Is::number:
        return number(type.facets());
      case Type::Is::money: {
        static constexpr std::int64_t most = 99'999'999'999'999;
        static constexpr std::int64_t some[] = {0, 1, -1, 100, most, -most};
        const std::int64_t minor = below(3) == 0 ? some[below(6)] : between(-300'000, 700'000);
        return Value::money(minor, type.currency(), type.scale());
      }
      case Type::Is::date:
        return Value::date({day()});
      case Type::Is::instant:
        if (below(12) == 0) return Value::instant({last_day(below(2) == 0) * 86'400'000'000});
        return Value::instant({between(0, 2'000'000'000) * 1'000'000 +
                               (below(2) == 0 ? 0 : between(0, 999'999))});
      case Type::Is::time:
        return Value::time({time_of_day(), {}});
      case Type::Is::date_time:
        return Value::date_time({{day()}, time_of_day(), {}});
      case Type::Is::symbol:
        return Value::symbol(type.symbol_set(),
                             static_cast<std::uint32_t>(below(type.words().size())));
      case Type::Is::days_duration:
        return days();
      case Type::Is::months_duration:
        if (below(12) == 0) return Value::months_duration({below(2) == 0 ? -120'000 : 120'000});
        return Value::months_duration({below(4) == 0 ? 0 : between(-40, 40)});
      case Type::Is::length:
        return below(2) == 0 ? days() : Value::months_duration({between(-40, 40)});
      case Type::Is::string:
        return string();
      case Type::Is::list: {
        std::vector<Value> items;
        const std::uint64_t count = below(depth > 1 ? 3 : 5);
        for (std::uint64_t i = 0; i < count; ++i) items.push_back(make(type.element(), depth + 1));
        return Value::list(std::move(items));
      }
      case Type::Is::context: {
        std::vector<ContextEntry> entries;
        for (const auto& [name, member] : type.members()) {
          entries.emplace_back(name, make(member, depth + 1));
        }
        return Value::context(std::move(entries));
      }
      default:
        return {};
    }
  }

 private:
  /// The bounds of the schema: years 1 to 9999.
  static std::int64_t last_day(bool is_first) {
    return is_first ? rt::date_of(1, 1, 1).days : rt::date_of(9999, 12, 31).days;
  }
  std::int64_t day() {
    if (below(12) == 0) return last_day(below(2) == 0);
    // The leap day of 2024 and ends of months come often.
    static constexpr std::int64_t some[] = {19782, 19783, 19754, 0, 20088};
    return below(3) == 0 ? some[below(5)] : between(-800, 40'000);
  }
  rt::TimeOfDay time_of_day() {
    rt::TimeOfDay out;
    out.nanos = between(0, 86'399) * 1'000'000'000 + (below(4) == 0 ? 500'000'000 : 0);
    return out;
  }
  Value days() {
    if (below(5) == 0) return Value::days_duration({0, 0});
    // Ten thousand years.
    if (below(12) == 0) {
      return Value::days_duration({below(2) == 0 ? -315'569'520'000 : 315'569'520'000, 0});
    }
    return Value::days_duration({between(-100'000, 300'000), below(4) == 0 ? 500'000'000 : 0});
  }
  Value string() {
    static constexpr std::string_view some[] = {"",   "a",    "quality", "12",   "-3.50", "2024-02-29",
                                                "压缩机", "a;b;c", "P1D",     "true", "[1]",   "x\ty"};
    return Value::string(some[below(12)]);
  }
  Value number(const NumberFacets& facets) {
    const bool is_bounded = facets.minimum && facets.maximum;
    const std::int64_t most = is_bounded ? facets.maximum->to_int64().value_or(0) : 999'999'999'999;
    const std::int64_t least =
        is_bounded ? facets.minimum->to_int64().value_or(0) : -999'999'999'999;
    if (below(4) == 0) {
      const std::int64_t some[] = {0, 1, -1, least, most};
      const std::int64_t n = some[below(5)];
      if (n >= least && n <= most) return Value::integer(n);
    }
    const int scale = static_cast<int>(below(static_cast<std::uint64_t>(facets.scale) + 1));
    std::int64_t unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    const std::int64_t near = below(2) == 0 ? 20 : most;
    const std::int64_t word = between(std::max(least, -near), std::min(most, near));
    // The fraction takes away from a whole number, so that the bounds hold.
    const std::int64_t part = word == 0 ? 0 : between(0, unit - 1);
    const std::int64_t digits = word * unit + (word > 0 ? -part : part);
    const rt::Decimal made = *rt::Decimal::make(digits, -scale);
    return Value::number(least <= 0 || made >= rt::Decimal(least) ? made : rt::Decimal(word));
  }

  std::mt19937_64 random_;
};

}  // namespace aftercare::testing_support
