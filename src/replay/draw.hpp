// replay/draw.hpp — data that a simulated event brings: values of a type that look like what people
// write down. Everything hangs on the generator alone. For this folder only.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "replay/random.hpp"
#include "step/model.hpp"

namespace aftercare::logs {

/// A person of a pool: li, wang, …, li2, …
[[nodiscard]] inline std::string person_name(std::uint64_t number) {
  static constexpr std::array<std::string_view, 24> names = {
      "li",   "wang", "zhang", "liu", "chen", "yang", "zhao", "huang",
      "zhou", "wu",   "xu",    "sun", "ma",   "zhu",  "hu",   "guo",
      "he",   "gao",  "lin",   "luo", "song", "tang", "deng", "feng"};
  std::string out(names[number % names.size()]);
  if (number >= names.size()) out += std::to_string(number / names.size() + 1);
  return out;
}

/// What a value is drawn for.
struct DrawContext {
  std::string_view name;  ///< of the datum
  Instant at{};           ///< of the event
  const Zone* zone = nullptr;
  std::uint64_t number = 0;   ///< of the ticket: what is unique about it
  std::uint64_t persons = 8;  ///< how many there are
  bool is_person = false;
  std::vector<Value> known;  ///< values of the case and of this event so far
};

/// The least and the greatest whole number or amount that a type takes.
[[nodiscard]] inline std::pair<std::int64_t, std::int64_t> whole_bounds(const Type& type) {
  const NumberFacets& facets = type.facets();
  const auto least = facets.minimum ? rt::ceiling(*facets.minimum) : std::nullopt;
  const auto most = facets.maximum ? rt::floor(*facets.maximum) : std::nullopt;
  const std::int64_t low = least ? least->to_int64().value_or(0) : 0;
  const std::int64_t high = most ? most->to_int64().value_or(low) : std::numeric_limits<std::int32_t>::max();
  return {std::min(low, high), std::max(low, high)};
}

[[nodiscard]] inline bool has_word(std::string_view name, std::string_view word) {
  return name.find(word) != std::string_view::npos;
}

[[nodiscard]] inline std::string padded(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

[[nodiscard]] inline Value draw_string(const DrawContext& of, Random& random) {
  static constexpr std::array<std::string_view, 6> places = {"城东", "城西",   "城南",
                                                             "城北", "开发区", "老城"};
  if (of.is_person) return Value::string(person_name(random.below(of.persons)));
  if (has_word(of.name, "serial") || has_word(of.name, "机号") || has_word(of.name, "序列号"))
    return Value::string("SN" + padded(of.number + 1, 7));
  if (has_word(of.name, "photo") || has_word(of.name, "照片"))
    return Value::string("photo-" + std::to_string(random.below(1'000'000)) + ".jpg");
  if (has_word(of.name, "place") || has_word(of.name, "address") || has_word(of.name, "district") ||
      has_word(of.name, "地"))
    return Value::string(places[random.below(places.size())]);
  std::vector<const Value*> texts;
  for (const Value& value : of.known)
    if (value.is(Kind::string)) texts.push_back(&value);
  if (!texts.empty() && random.percent(30)) return *texts[random.below(texts.size())];
  std::string text(of.name);
  return Value::string(text + " " + std::to_string(random.between(1, 40)));
}

/// A value of the type; null where none can be made up.
[[nodiscard]] inline Value draw(const Type& type, const DrawContext& of, Random& random) {
  const auto known = [&](Kind kind, std::uint32_t share) -> const Value* {
    if (!random.percent(share)) return nullptr;
    std::vector<const Value*> fitting;
    for (const Value& value : of.known)
      if (value.is(kind)) fitting.push_back(&value);
    return fitting.empty() ? nullptr : fitting[random.below(fitting.size())];
  };
  switch (type.is()) {
    case Type::Is::boolean:
      return Value::boolean(random.percent(85));
    case Type::Is::number: {
      if (const Value* same = known(Kind::number, 40)) return *same;
      std::int64_t low = 1, high = random.percent(75) ? 3 : 40;
      const auto [least, most] = whole_bounds(type);
      low = std::clamp(low, least, most);
      high = std::clamp(std::max(low, high), least, most);
      return Value::integer(random.between(low, high));
    }
    case Type::Is::money: {
      if (const Value* same = known(Kind::money, 60)) return *same;
      std::int64_t unit = 1;
      for (int i = 0; i < type.scale(); ++i) unit *= 10;
      const auto [least, most] = whole_bounds(type);
      const std::int64_t amount = std::clamp(random.between(5, 90) * 10, least, most);
      return Value::money(amount * unit, type.currency(), type.scale());
    }
    case Type::Is::string:
      return draw_string(of, random);
    case Type::Is::symbol: {
      const auto words = static_cast<std::uint32_t>(type.words().size());
      if (words == 0) return {};
      const std::uint32_t index =
          random.percent(35) ? 0 : static_cast<std::uint32_t>(random.below(words));
      return Value::symbol(type.symbol_set(), index);
    }
    case Type::Is::date: {
      if (const Value* same = known(Kind::date, 20)) return *same;
      const std::int64_t today = of.zone->date(of.at).days;
      const bool is_ahead = has_word(of.name, "due") || has_word(of.name, "until") ||
                            has_word(of.name, "planned") || has_word(of.name, "expected");
      if (is_ahead) return Value::date({today + random.between(0, 14)});
      // Of these weeks, of these years, or long ago: terms of years run out too.
      const std::uint64_t share = random.below(100);
      return Value::date({today - random.between(0, share < 40 ? 25 : share < 80 ? 900 : 4'000)});
    }
    case Type::Is::instant: {
      const std::int64_t minutes = random.between(0, random.percent(60) ? 120 : 2880);
      return Value::instant({of.at.micros - of.at.micros % 60'000'000 - minutes * 60'000'000});
    }
    case Type::Is::length:
    case Type::Is::days_duration: {
      static constexpr std::array<std::int64_t, 5> hours = {1, 2, 4, 24, 72};
      return Value::length({hours[random.below(hours.size())], Unit::hour});
    }
    case Type::Is::list: {
      std::vector<Value> items;
      const std::int64_t count = random.between(1, 2);
      for (std::int64_t i = 0; i < count; ++i) {
        Value item = draw(type.element(), of, random);
        if (!item.is_null()) items.push_back(std::move(item));
      }
      return Value::list(std::move(items));
    }
    case Type::Is::context: {
      std::vector<ContextEntry> entries;
      for (const auto& [name, member] : type.members())
        entries.emplace_back(name, draw(member, of, random));
      return Value::context(std::move(entries));
    }
    default:
      return {};
  }
}

}  // namespace aftercare::logs
