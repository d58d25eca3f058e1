#include "step/convert.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "builtins/operations.hpp"
#include "value/limits.hpp"

namespace aftercare::step {

namespace {

Error expected(std::string_view what, std::string_view text) {
  std::size_t length = std::min<std::size_t>(text.size(), 80);
  while (length < text.size() && length > 0 && (text[length] & 0xC0) == 0x80) --length;
  return {ErrorCode::invalid_argument, "expected " + std::string(what) + ", not \"" +
                                           std::string(text.substr(0, length)) + "\""};
}

/// The numbers of a type, or its amounts. Without bounds: less than 10^12, with their decimals.
struct Bounds {
  explicit Bounds(const Type& type)
      : facets(type.facets()),
        least(facets.minimum.value_or(rt::Decimal(1 - value::number_bound))),
        most(facets.maximum.value_or(rt::Decimal(value::number_bound - 1))) {}
  [[nodiscard]] bool hold(const rt::Decimal& number) const {
    const rt::Decimal beyond(value::number_bound);
    return (facets.minimum ? number >= least : number > -beyond) &&
           (facets.maximum ? number <= most : number < beyond);
  }
  /// What is expected of a number that they do not hold.
  [[nodiscard]] std::string words(std::string what, const rt::Decimal& number) const {
    const bool is_one_sided = facets.minimum.has_value() != facets.maximum.has_value();
    if (is_one_sided && facets.minimum && number < least)
      return std::move(what) + " of at least " + rt::to_string(least);
    if (is_one_sided && facets.maximum && number > most)
      return std::move(what) + " of at most " + rt::to_string(most);
    return std::move(what) + " from " + rt::to_string(least) + " to " + rt::to_string(most);
  }
  const NumberFacets& facets;
  rt::Decimal least, most;
};

/// What a value of the type looks like; the Chinese stands in engine/refusals.def.
std::string looks(const Type& type) {
  switch (type.is()) {
    case Type::Is::boolean:
      return "true or false";
    case Type::Is::number:
      return "a number";
    case Type::Is::money:
      return "an amount such as 50 " + currency_name(type.currency());
    case Type::Is::string:
      return "a text";
    case Type::Is::symbol: {
      std::string all;
      for (const std::string& word : type.words()) all += (all.empty() ? "" : " | ") + word;
      return all;
    }
    case Type::Is::date:
      return "a date such as 2024-02-29";
    case Type::Is::time:
      return "a time such as 08:30";
    case Type::Is::instant:
      return "an instant such as 2024-02-29T09:00";
    case Type::Is::length:
      return "a length of time such as 30min, 6wh, 2d";
    case Type::Is::days_duration:
      return "a duration such as PT30M";
    case Type::Is::months_duration:
      return "a duration such as P1Y";
    case Type::Is::list:
      return "a list of " + looks(type.element());
    case Type::Is::context: {
      std::string all;
      for (const auto& [name, member] : type.members())
        all += (all.empty() ? "" : ", ") + name + ": " + looks(member);
      return "{" + all + "}";
    }
    default:
      return type.to_text();
  }
}

/// Whether a point in time or a length is one that formulas reckon with: of the years 1 to 9999,
/// within ten thousand years. Sums of such values are there, as the checker knows.
bool is_reckoned_with(const Value& value) {
  constexpr std::int64_t first = rt::date_of(1, 1, 1).days;
  constexpr std::int64_t last = rt::date_of(9999, 12, 31).days;
  constexpr std::int64_t most_years = 10'000;
  constexpr std::int64_t most_days = most_years * 366;
  const auto is_within = [](std::int64_t n, std::int64_t most) { return n >= -most && n <= most; };
  switch (value.kind()) {
    case Kind::date:
      return value.as_date().days >= first && value.as_date().days <= last;
    case Kind::instant: {
      const std::int64_t day = rt::floor_div(value.as_instant().micros, 86'400'000'000);
      return day >= first && day <= last;
    }
    case Kind::days_duration:
      return is_within(value.as_days_duration().seconds / rt::seconds_per_day, most_days);
    case Kind::months_duration:
      return is_within(value.as_months_duration().count, most_years * 12);
    case Kind::working_duration:
      return is_within(value.as_working_count(), most_days);
    default:
      return true;
  }
}

Result<Value> reckoned(Value value, std::string_view written) {
  if (is_reckoned_with(value)) return value;
  return expected("a time of the years 1 to 9999, or a length within ten thousand years",
                  written);
}

/// convert() of a value that stands for `written`; empty: for itself.
Result<Value> fit(const Value& value, const Type& type, const Zone& zone, std::string_view written);

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Items of "[a, b]", or of a text without brackets: one. Commas inside quotes or brackets do not
/// part.
std::optional<std::vector<std::string_view>> items_of(std::string_view text, char open = '[',
                                                      char close = ']') {
  std::vector<std::string_view> items;
  if (text.empty() || text.front() != open) {
    items.push_back(text);
    return items;
  }
  if (text.back() != close) return std::nullopt;
  text = trim(text.substr(1, text.size() - 2));
  if (text.empty()) return items;
  int depth = 0;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0 && !quoted)) {
      items.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == '[' || text[i] == '{')) {
      ++depth;
    } else if (!quoted && (text[i] == ']' || text[i] == '}')) {
      --depth;
    }
  }
  return items;
}

/// A row with the members of a type: each once, optional ones may be missing.
template <class Members, class Read>
Result<Value> row_of(const Type& type, const Members& given, const Read& read) {
  std::vector<ContextEntry> entries;
  for (const auto& [name, member] : type.members()) {
    const auto of_name = [&](const auto& one) { return one.first == name; };
    const auto found = std::find_if(given.begin(), given.end(), of_name);
    if (found == given.end()) {
      if (!member.is_optional())
        return Error{ErrorCode::invalid_argument, name + ": a value is required"};
      entries.emplace_back(name, Value());
      continue;
    }
    auto value = read(found->second, member);
    if (!value) return Error{value.error().code, name + ": " + value.error().message};
    entries.emplace_back(name, std::move(*value));
  }
  for (const auto& [name, value] : given) {
    if (type.member(name) == nullptr)
      return Error{ErrorCode::invalid_argument, std::string(name) + ": the form has no such column"};
  }
  return Value::context(std::move(entries));
}

constexpr std::pair<std::string_view, std::string_view> currency_words[] = {
#define CURRENCY(code, chinese) {code, chinese},
#include "feel/token.def"
#undef CURRENCY
};

Result<Value> money_of(std::string_view text, const Type& type) {
  const auto amount = amount_in(text);
  if (amount && currency_code(amount->currency) != type.currency())
    return expected("an amount in " + currency_name(type.currency()), text);
  const auto number = Value::number(amount ? amount->digits : text);
  if (!number) return expected(looks(type), text);
  return fit(*number, type, Zone(), text);
}

}  // namespace

std::optional<WrittenAmount> amount_in(std::string_view text) {
  if (const std::size_t space = text.find(' '); space != std::string_view::npos)
    return WrittenAmount{text.substr(0, space), trim(text.substr(space))};
  // The Chinese word of a currency stands behind the number without a space: 50元.
  for (const auto& [code, word] : currency_words)
    if (text.ends_with(word))
      return WrittenAmount{trim(text.substr(0, text.size() - word.size())), code};
  return std::nullopt;
}

Result<Value> from_text(std::string_view text, const Type& type, const Zone& zone) {
  text = trim(text);
  if (text == "null") {
    if (type.is_optional() || type.is() == Type::Is::any) return Value();
    return expected(looks(type), text);
  }
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  const std::string_view bare = is_quoted ? text.substr(1, text.size() - 2) : text;
  switch (type.is()) {
    case Type::Is::boolean:
      if (bare == "true" || bare == "是" || bare == "真") return Value::boolean(true);
      if (bare == "false" || bare == "否" || bare == "假") return Value::boolean(false);
      return expected(looks(type), text);
    case Type::Is::number: {
      auto number = Value::number(bare);
      if (!number) return expected(looks(type), text);
      return fit(*number, type, zone, text);
    }
    case Type::Is::money:
      return money_of(bare, type);
    case Type::Is::string:
      return Value::string(bare);
    case Type::Is::symbol: {
      const auto words = type.words();
      for (std::uint32_t i = 0; i < words.size(); ++i)
        if (words[i] == bare) return Value::symbol(type.symbol_set(), i);
      return expected(looks(type), text);
    }
    case Type::Is::date: {
      const auto date = parse_date(bare);
      if (!date) return expected(looks(type), text);
      return reckoned(Value::date(*date), text);
    }
    case Type::Is::time: {
      const auto time = parse_time_of_day(bare);
      if (!time) return expected(looks(type), text);
      return Value::time({*time, {}});
    }
    case Type::Is::instant: {
      std::string spaced;
      std::string_view iso = bare;
      if (bare.size() > 10 && bare[10] == ' ') {
        spaced = bare;
        spaced[10] = 'T';
        iso = spaced;
      }
      const auto at = parse_instant(iso, zone);
      if (!at) return expected(looks(type), text);
      return reckoned(Value::instant(*at), text);
    }
    case Type::Is::length: {
      const auto length = rt::parse_length(bare);
      if (!length) return expected(looks(type), text);
      return reckoned(Value::length(*length), text);
    }
    case Type::Is::days_duration: {
      if (const auto length = rt::parse_length(bare)) {
        Value value = Value::length(*length);
        if (!value.is(Kind::days_duration)) return expected(looks(type), text);
        return reckoned(std::move(value), text);
      }
      const auto duration = parse_duration(bare);
      if (!duration) return expected(looks(type), text);
      return reckoned(Value::days_duration(*duration), text);
    }
    case Type::Is::months_duration: {
      if (const auto length = rt::parse_length(bare)) {
        Value value = Value::length(*length);
        if (!value.is(Kind::months_duration)) return expected(looks(type), text);
        return reckoned(std::move(value), text);
      }
      const auto months = parse_months(bare);
      if (!months) return expected(looks(type), text);
      return reckoned(Value::months_duration(*months), text);
    }
    case Type::Is::list: {
      const auto items = items_of(text);
      if (!items) return expected(looks(type), text);
      std::vector<Value> values;
      for (const std::string_view item : *items) {
        auto value = from_text(item, type.element(), zone);
        if (!value) return value.error();
        values.push_back(std::move(*value));
      }
      return Value::list(std::move(values));
    }
    case Type::Is::context: {
      const auto items = items_of(text, '{', '}');
      if (!items || text.empty() || text.front() != '{') return expected(looks(type), text);
      std::vector<std::pair<std::string_view, std::string_view>> given;
      for (const std::string_view item : *items) {
        const std::size_t colon = item.find(':');
        if (colon == std::string_view::npos) return expected(looks(type), text);
        given.emplace_back(trim(item.substr(0, colon)), trim(item.substr(colon + 1)));
      }
      return row_of(type, given, [&](std::string_view one, const Type& member) {
        return from_text(one, member, zone);
      });
    }
    default:
      return expected(looks(type), text);
  }
}

Result<Value> convert(const Value& value, const Type& type, const Zone& zone) {
  Result<Value> made = fit(value, type, zone, {});
  if (!made) return made;
  std::string written = is_reckoned_with(*made) ? std::string() : made->to_text();
  return reckoned(*std::move(made), written);
}

namespace {

Result<Value> fit(const Value& value, const Type& type, const Zone& zone,
                  std::string_view written) {
  if (value.is_null()) {
    if (type.is_optional() || type.is() == Type::Is::any) return Value();
    return expected(looks(type), "null");
  }
  if (value.is(Kind::string) && type.is() != Type::Is::string) {
    return from_text(value.as_string(), type, zone);
  }
  const auto not_what = [&](std::string_view what) {
    return expected(what, written.empty() ? value.to_text() : std::string(written));
  };
  const auto wrong = [&] { return not_what(looks(type)); };
  switch (type.is()) {
    case Type::Is::any:
      return value;
    case Type::Is::boolean:
      if (value.is(Kind::boolean)) return value;
      return wrong();
    case Type::Is::string:
      if (value.is(Kind::string)) return value;
      if (value.is(Kind::number)) return Value::string(rt::to_string(value.as_number()));
      return wrong();
    case Type::Is::number: {
      if (!value.is(Kind::number)) return wrong();
      const NumberFacets& facets = type.facets();
      const rt::Decimal number = value.as_number();
      const Bounds bounds(type);
      if (!bounds.hold(number)) {
        return not_what(bounds.words(facets.scale == 0 ? "a whole number" : "a number", number));
      }
      const auto small = number.normalized().small();
      if (!small || small->exponent < -facets.scale) {
        return facets.scale == 0 ? not_what("a whole number")
                                 : not_what("at most " + std::to_string(facets.scale) + " decimals");
      }
      // The machine's static scale: the coefficient in units of 10^-scale.
      const auto scaled = rt::rescale_checked(small->coefficient, -small->exponent, facets.scale);
      if (!scaled) return wrong();
      return Value::from_raw(Kind::number, *scaled, -facets.scale, 0);
    }
    case Type::Is::money: {
      // What formulas reckon with; more would fail in the first that reads it.
      const auto amount = value.is(Kind::money)    ? std::optional(builtins::amount_of(value))
                          : value.is(Kind::number) ? std::optional(value.as_number())
                                                   : std::nullopt;
      const Bounds bounds(type);
      if (amount && !bounds.hold(*amount)) {
        return not_what(bounds.words("an amount", *amount));
      }
      if (value.is(Kind::money)) {
        if (value.money_currency() == type.currency() && value.money_scale() == type.scale())
          return value;
        return wrong();
      }
      if (!value.is(Kind::number)) return wrong();
      const auto small = value.as_number().normalized().small();
      if (!small || small->exponent < -type.scale()) {
        return not_what("an amount with at most " + std::to_string(type.scale()) + " decimals");
      }
      const auto minor = rt::rescale_checked(small->coefficient, -small->exponent, type.scale());
      if (!minor) return wrong();
      return Value::money(*minor, type.currency(), type.scale());
    }
    case Type::Is::symbol:
      if (value.is(Kind::symbol) && value.symbol_set() == type.symbol_set()) return value;
      return wrong();
    case Type::Is::date:
      if (value.is(Kind::date)) return value;
      return wrong();
    case Type::Is::time:  // of the pack's clocks: one with a zone has no order to them
      if (value.is(Kind::time) && value.as_time().zone.kind == ZoneRef::Kind::none) return value;
      return wrong();
    case Type::Is::instant:
      if (value.is(Kind::instant)) return value;
      return wrong();
    case Type::Is::days_duration:
      if (value.is(Kind::days_duration)) return value;
      return wrong();
    case Type::Is::months_duration:
      if (value.is(Kind::months_duration)) return value;
      return wrong();
    case Type::Is::length:
      if (value.as_length()) return value;
      return wrong();
    case Type::Is::list: {
      if (!value.is(Kind::list)) return wrong();
      if (value.size() > value::list_bound)
        return not_what("a list of at most " + std::to_string(value::list_bound) + " items");
      std::vector<Value> items;
      for (const Value& item : value.items()) {
        auto fitted = convert(item, type.element(), zone);
        if (!fitted) return fitted.error();
        items.push_back(std::move(*fitted));
      }
      return Value::list(std::move(items));
    }
    case Type::Is::context: {
      if (!value.is(Kind::context)) return wrong();
      std::vector<std::pair<std::string_view, Value>> given;
      for (const ContextEntry& entry : value.entries())
        given.emplace_back(entry.first, entry.second);
      return row_of(type, given, [&](const Value& one, const Type& member) {
        return convert(one, member, zone);
      });
    }
    default:
      return wrong();
  }
}

}  // namespace

std::string to_text(const Value& value, const Model& model, const Zone& zone) {
  switch (value.kind()) {
    case Kind::symbol:
      if (value.symbol_set() < model.word_sets.size()) {
        const auto& words = model.word_sets[value.symbol_set()].words;
        if (value.symbol_index() < words.size()) return words[value.symbol_index()];
      }
      return value.to_text();
    case Kind::string:
      return std::string(value.as_string());
    case Kind::instant:
      return iso_text(value.as_instant(), zone);
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::working_duration:
      if (value.unit()) {
        if (const auto length = value.as_length()) return length_text(*length);
      }
      return value.to_text();
    case Kind::number:
      return rt::to_string(value.as_number().normalized());
    case Kind::list: {
      std::string out = "[";
      for (const Value& item : value.items()) {
        if (out.size() > 1) out += ", ";
        out += to_text(item, model, zone);
      }
      return out + "]";
    }
    case Kind::context: {
      std::string out = "{";
      for (const ContextEntry& entry : value.entries()) {
        if (out.size() > 1) out += ", ";
        out += std::string(entry.first) + ": " + to_text(entry.second, model, zone);
      }
      return out + "}";
    }
    default:
      return value.to_text();
  }
}

Value to_host(const Value& value, const Model& model) {
  if (value.is(Kind::symbol) && value.symbol_set() < model.word_sets.size()) {
    const auto& words = model.word_sets[value.symbol_set()].words;
    if (value.symbol_index() < words.size()) return Value::string(words[value.symbol_index()]);
  }
  if (value.is(Kind::list)) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(to_host(item, model));
    return Value::list(std::move(items));
  }
  if (value.is(Kind::context)) {
    std::vector<ContextEntry> entries;
    for (const ContextEntry& entry : value.entries())
      entries.emplace_back(entry.first, to_host(entry.second, model));
    return Value::context(std::move(entries));
  }
  if (value.is(Kind::number)) return Value::number(value.as_number().normalized());
  return value;
}

}  // namespace aftercare::step
