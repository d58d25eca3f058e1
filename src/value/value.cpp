// Values: access, making, identity, printing. Nothing here recurses, however deep a value is.
#include "aftercare/value.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "value/object.hpp"
#include "value/temporal_text.hpp"

namespace aftercare {
namespace {

template <class T>
const T& as(const Value& v) noexcept {
  return *static_cast<const T*>(v.object());
}

constexpr std::array<std::string_view, 17> kind_names = {
    "null",
    "boolean",
    "number",
    "date",
    "instant",
    "days and time duration",
    "years and months duration",
    "working duration",
    "symbol",
    "money",
    "time",
    "string",
    "date and time",
    "range",
    "list",
    "context",
    "function",
};
static_assert(kind_names.size() == static_cast<std::size_t>(Kind::function) + 1);

std::uint64_t mix(std::uint64_t h, std::uint64_t word) noexcept {
  h ^= word;
  h *= 0x9E3779B97F4A7C15ULL;
  return h ^ (h >> 29U);
}

std::uint64_t mix(std::uint64_t h, std::string_view text) noexcept {
  std::uint64_t f = 0xCBF29CE484222325ULL;  // FNV-1a, the same in every process
  for (const char c : text) f = (f ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(mix(h, f), text.size());
}

std::uint64_t mix(std::uint64_t h, const ZoneRef& zone) noexcept {
  h = mix(h, static_cast<std::uint64_t>(zone.kind));
  h = mix(h, static_cast<std::uint64_t>(zone.offset_seconds));
  return zone.kind == ZoneRef::Kind::named ? mix(mix(h, zone.name), zone.is_second) : h;
}

// Indexes of a context's entries in the order of their keys.
std::vector<std::uint32_t> sorted_entries(std::span<const ContextEntry> entries) {
  std::vector<std::uint32_t> order(entries.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&entries](std::uint32_t a, std::uint32_t b) {
    return entries[a].first < entries[b].first;
  });
  return order;
}

// Whether two values agree but for what is nested in them; that is pushed as pairs.
using Pairs = std::vector<std::pair<const Value*, const Value*>>;
bool agree(const Value& a, const Value& b, Pairs& nested) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
    case Kind::date:
    case Kind::instant:
    case Kind::months_duration:
      return a.raw_word() == b.raw_word();
    case Kind::number:
      if (!a.is_heap() && !b.is_heap() && a.raw_aux() == b.raw_aux()) {
        return a.raw_word() == b.raw_word();
      }
      return a.as_number() == b.as_number();
    case Kind::days_duration:
    case Kind::symbol:
      return a.raw_word() == b.raw_word() && a.raw_aux() == b.raw_aux();
    case Kind::working_duration:
    case Kind::money:
      return a.raw_word() == b.raw_word() && a.raw_aux() == b.raw_aux() &&
             a.raw_spare() == b.raw_spare();
    case Kind::time: {
      const auto &x = a.as_time(), &y = b.as_time();
      return x.time == y.time && x.zone == y.zone;
    }
    case Kind::string:
      return a.as_string() == b.as_string();
    case Kind::date_time: {
      const auto &x = a.as_date_time(), &y = b.as_date_time();
      return x.date == y.date && x.time == y.time && x.zone == y.zone;
    }
    case Kind::function:
      return &value::callable(a) == &value::callable(b);
    case Kind::range: {
      const auto &x = as<value::RangeObject>(a), &y = as<value::RangeObject>(b);
      if (x.form != y.form || x.includes_low != y.includes_low ||
          x.includes_high != y.includes_high) {
        return false;
      }
      nested.emplace_back(&x.low, &y.low);
      nested.emplace_back(&x.high, &y.high);
      return true;
    }
    case Kind::list: {
      const auto x = a.items(), y = b.items();
      if (x.size() != y.size()) return false;
      for (std::size_t i = 0; i < x.size(); ++i) nested.emplace_back(&x[i], &y[i]);
      return true;
    }
    case Kind::context: {
      if (a.entries().size() != b.entries().size()) return false;
      for (const auto& [key, v] : a.entries()) {
        const Value* other = b.find(key);
        if (other == nullptr) return false;
        nested.emplace_back(&v, other);
      }
      return true;
    }
  }
  return false;
}

std::uint64_t mix_scalar(std::uint64_t h, const Value& v) noexcept {
  switch (v.kind()) {
    case Kind::number:
      return mix(h, v.as_number().hash());
    case Kind::string:
      return mix(h, v.as_string());
    case Kind::time:
      return mix(mix(h, static_cast<std::uint64_t>(v.as_time().time.nanos)), v.as_time().zone);
    case Kind::date_time: {
      const auto& d = v.as_date_time();
      h = mix(h, static_cast<std::uint64_t>(d.date.days));
      return mix(mix(h, static_cast<std::uint64_t>(d.time.nanos)), d.zone);
    }
    case Kind::function:
      return mix(h, reinterpret_cast<std::uintptr_t>(&value::callable(v)));
    case Kind::days_duration:  // equality ignores the unit
    case Kind::months_duration:
      return mix(mix(h, static_cast<std::uint64_t>(v.raw_word())),
                 static_cast<std::uint64_t>(v.raw_aux()));
    default:
      h = mix(h, static_cast<std::uint64_t>(v.raw_word()));
      return mix(mix(h, static_cast<std::uint64_t>(v.raw_aux())), v.raw_spare());
  }
}

// A key as a context literal can hold it: bare where it is a plain name, else in quotes.
void put_key(std::string& out, std::string_view key) {
  const bool plain = !key.empty() && !(key[0] >= '0' && key[0] <= '9') && key.front() != ' ' &&
                     key.back() != ' ' && std::all_of(key.begin(), key.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == ' ' ||
                              (static_cast<unsigned char>(c) & 0x80U) != 0;
                     });
  if (plain) {
    out += key;
  } else {
    base::append_quoted(out, key);
  }
}

void put_money(std::string& out, const Value& v) {
  const bool negative = v.money_minor() < 0;
  auto minor = static_cast<std::uint64_t>(v.money_minor());
  if (negative) minor = std::uint64_t{0} - minor;
  std::string digits = std::to_string(minor);
  const auto scale = static_cast<std::size_t>(v.money_scale());
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  if (negative) out += '-';
  out += digits;
  out += ' ';
  out += currency_name(v.money_currency());
}

void put_scalar(std::string& out, const Value& v) {
  switch (v.kind()) {
    case Kind::boolean:
      out += v.as_boolean() ? "true" : "false";
      break;
    case Kind::number:
      out += rt::to_string(v.as_number());
      break;
    case Kind::date:
      out += value::date_text(v.as_date());
      break;
    case Kind::instant:
      out += value::instant_text(v.as_instant());
      break;
    case Kind::days_duration:
      out += value::days_duration_text(v.as_days_duration());
      break;
    case Kind::months_duration:
      out += value::months_duration_text(v.as_months_duration());
      break;
    case Kind::working_duration:
      out += std::to_string(v.as_working_count());
      if (const auto unit = v.unit()) out += rt::row(*unit).symbol;
      break;
    case Kind::symbol:
      out += '#';
      out += std::to_string(v.symbol_set());
      out += '.';
      out += std::to_string(v.symbol_index());
      break;
    case Kind::money:
      put_money(out, v);
      break;
    case Kind::time:
      out += value::time_text(v.as_time());
      break;
    case Kind::string:
      base::append_quoted(out, v.as_string());
      break;
    case Kind::date_time:
      out += value::date_time_text(v.as_date_time());
      break;
    case Kind::function:
      out += value::callable(v).to_text();
      break;
    default:
      out += "null";
  }
}

std::string_view form_text(RangeForm form) noexcept {
  switch (form) {
    case RangeForm::less:
      return "< ";
    case RangeForm::less_equal:
      return "<= ";
    case RangeForm::greater:
      return "> ";
    case RangeForm::greater_equal:
      return ">= ";
    case RangeForm::equal:
      return "= ";
    case RangeForm::not_equal:
      return "!= ";
    case RangeForm::interval:
      break;
  }
  return "";
}

// A value that is being printed, and the child that comes next.
struct Printing {
  const Value* value;
  std::size_t next = 0;
};

}  // namespace

Value Value::length(rt::Length length) noexcept {
  switch (rt::kind(length.unit)) {
    case rt::UnitKind::clock:
      return days_duration({rt::micros(length) / 1'000'000, 0}, length.unit);
    case rt::UnitKind::calendar_day:
      return days_duration({length.count * rt::row(length.unit).size * 86'400, 0}, length.unit);
    case rt::UnitKind::month:
      return months_duration({length.count * rt::row(length.unit).size}, length.unit);
    case rt::UnitKind::working:
    case rt::UnitKind::working_day:
      break;
  }
  return working_duration(length.count, length.unit);
}

std::optional<rt::Length> Value::as_length() const noexcept {
  if (kind_ == Kind::working_duration) return rt::Length{word_, *unit()};
  if ((kind_ != Kind::days_duration && kind_ != Kind::months_duration) || is_heap()) {
    return std::nullopt;
  }
  const bool is_days = kind_ == Kind::days_duration;
  const Unit as = unit().value_or(is_days ? Unit::second : Unit::month);
  std::int64_t size = rt::row(as).size;
  if (is_days) size = rt::is_quantity(as) ? size / 1'000'000 : size * 86'400;
  if (is_days && aux_ != 0) return std::nullopt;
  if (word_ % size == 0) return rt::Length{word_ / size, as};
  // Half an hour is so many seconds; half a day is no length.
  if (is_days && rt::is_quantity(as)) return rt::Length{word_, Unit::second};
  return std::nullopt;
}

std::string_view kind_name(Kind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

rt::Decimal Value::as_number() const noexcept {
  if (is_heap()) return as<value::NumberObject>(*this).number;
  if (aux_ == 0) return rt::Decimal(word_);
  return rt::Decimal::make(word_, aux_).value_or(rt::Decimal());
}

std::string_view Value::as_string() const noexcept { return as<value::StringObject>(*this).text; }
const TimeValue& Value::as_time() const noexcept { return as<value::TimeObject>(*this).time; }
const DateTimeValue& Value::as_date_time() const noexcept {
  return as<value::DateTimeObject>(*this).date_time;
}
std::span<const Value> Value::items() const noexcept { return as<value::ListObject>(*this).items; }
std::span<const ContextEntry> Value::entries() const noexcept {
  return as<value::ContextObject>(*this).entries;
}

const Value* Value::find(std::string_view key) const noexcept {
  const auto& c = as<value::ContextObject>(*this);
  if (c.by_key.empty()) {
    for (const ContextEntry& e : c.entries) {
      if (e.first == key) return &e.second;
    }
    return nullptr;
  }
  const auto at = std::lower_bound(c.by_key.begin(), c.by_key.end(), key,
                                   [&c](std::uint32_t i, std::string_view k) {
                                     return std::string_view(c.entries[i].first) < k;
                                   });
  if (at == c.by_key.end() || c.entries[*at].first != key) return nullptr;
  return &c.entries[*at].second;
}

std::size_t Value::size() const noexcept {
  switch (kind_) {
    case Kind::string:
      return as<value::StringObject>(*this).code_points;
    case Kind::list:
      return items().size();
    case Kind::context:
      return entries().size();
    default:
      return 0;
  }
}

const Value& Value::range_low() const noexcept { return as<value::RangeObject>(*this).low; }
const Value& Value::range_high() const noexcept { return as<value::RangeObject>(*this).high; }
bool Value::range_includes_low() const noexcept {
  return as<value::RangeObject>(*this).includes_low;
}
bool Value::range_includes_high() const noexcept {
  return as<value::RangeObject>(*this).includes_high;
}
RangeForm Value::range_form() const noexcept { return as<value::RangeObject>(*this).form; }

std::uint32_t Value::depth() const noexcept {
  switch (kind_) {
    case Kind::range:
      return as<value::RangeObject>(*this).depth;
    case Kind::list:
      return as<value::ListObject>(*this).depth;
    case Kind::context:
      return as<value::ContextObject>(*this).depth;
    default:
      return 0;
  }
}

std::uint64_t Value::weight() const noexcept {
  switch (kind_) {
    case Kind::range:
      return as<value::RangeObject>(*this).weight;
    case Kind::list:
      return as<value::ListObject>(*this).weight;
    case Kind::context:
      return as<value::ContextObject>(*this).weight;
    default:
      return 1;
  }
}

Value Value::number(const rt::Decimal& n) {
  if (const auto small = n.small()) {
    return {small->coefficient, small->exponent, Kind::number};
  }
  return adopt(Kind::number, new value::NumberObject(n));
}

Result<Value> Value::number(std::string_view text) {
  const auto n = rt::Decimal::parse(text);
  if (!n) {
    return Error{ErrorCode::invalid_argument,
                 "not a number: \"" + std::string(text.substr(0, 64)) + "\""};
  }
  return number(*n);
}

Value Value::string(std::string_view text) { return value::string(std::string(text)); }
Value Value::time(TimeValue v) { return adopt(Kind::time, new value::TimeObject(std::move(v))); }
Value Value::date_time(DateTimeValue v) {
  return adopt(Kind::date_time, new value::DateTimeObject(std::move(v)));
}
Value Value::list(std::vector<Value> v) {
  return adopt(Kind::list, new value::ListObject(std::move(v)));
}
Value Value::context(std::vector<ContextEntry> v) {
  return adopt(Kind::context, new value::ContextObject(std::move(v)));
}
Value Value::range(Value low, bool includes_low, Value high, bool includes_high) {
  return adopt(Kind::range, new value::RangeObject(RangeForm::interval, std::move(low),
                                                   includes_low, std::move(high), includes_high));
}

Value Value::comparison(RangeForm form, Value operand) {
  const bool has_low =
      form == RangeForm::greater || form == RangeForm::greater_equal || form == RangeForm::equal;
  const bool has_high =
      form == RangeForm::less || form == RangeForm::less_equal || form == RangeForm::equal;
  Value low = has_low || form == RangeForm::not_equal ? operand : Value();
  Value high = has_high ? std::move(operand) : Value();
  return adopt(Kind::range,
               new value::RangeObject(form, std::move(low),
                                      form == RangeForm::greater_equal || form == RangeForm::equal,
                                      std::move(high),
                                      form == RangeForm::less_equal || form == RangeForm::equal));
}

bool Value::equals(const Value& other) const noexcept {
  Pairs open;
  if (!agree(*this, other, open)) return false;
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    if (a->is_heap() && b->is_heap() && a->object() == b->object()) continue;
    if (!agree(*a, *b, open)) return false;
  }
  return true;
}

std::uint64_t Value::hash() const noexcept {
  std::uint64_t h = 0;
  const bool is_nested = is(Kind::range) || is(Kind::list) || is(Kind::context);
  if (!is_nested) return mix_scalar(mix(h, static_cast<std::uint64_t>(kind_)), *this);
  std::vector<const Value*> open = {this};
  while (!open.empty()) {
    const Value& v = *open.back();
    open.pop_back();
    h = mix(h, static_cast<std::uint64_t>(v.kind_));
    switch (v.kind_) {
      case Kind::range:
        h = mix(h, static_cast<std::uint64_t>(v.range_form()) * 4 +
                       (v.range_includes_low() ? 2U : 0U) + (v.range_includes_high() ? 1U : 0U));
        open.push_back(&v.range_high());
        open.push_back(&v.range_low());
        break;
      case Kind::list: {
        const auto list = v.items();
        h = mix(h, list.size());
        for (std::size_t i = list.size(); i-- > 0;) open.push_back(&list[i]);
        break;
      }
      case Kind::context: {
        const auto all = v.entries();
        const auto order = sorted_entries(all);
        h = mix(h, all.size());
        for (std::size_t i = order.size(); i-- > 0;) open.push_back(&all[order[i]].second);
        for (const std::uint32_t i : order) h = mix(h, all[i].first);
        break;
      }
      default:
        h = mix_scalar(h, v);
    }
  }
  return h;
}

bool value::print(std::string& out, const Value& whole, std::size_t most_bytes,
                  const std::function<bool(std::string&, const Value&)>& scalar) {
  std::vector<Printing> open;
  const auto begin = [&](const Value& v) {
    switch (v.kind()) {
      case Kind::list:
        out += '[';
        open.push_back({&v});
        break;
      case Kind::context:
        out += '{';
        open.push_back({&v});
        break;
      case Kind::range:
        if (v.range_form() != RangeForm::interval) {
          out += '(';
          out += form_text(v.range_form());
        } else {
          out += v.range_includes_low() ? '[' : '(';
        }
        open.push_back({&v});
        break;
      default:
        if (!scalar || !scalar(out, v)) put_scalar(out, v);
    }
  };
  begin(whole);
  while (!open.empty()) {
    if (out.size() > most_bytes) return false;
    Printing& top = open.back();
    const Value& v = *top.value;
    const std::size_t i = top.next++;
    if (v.is(Kind::list)) {
      if (i == v.items().size()) {
        out += ']';
        open.pop_back();
        continue;
      }
      if (i > 0) out += ", ";
      begin(v.items()[i]);
    } else if (v.is(Kind::context)) {
      if (i == v.entries().size()) {
        out += '}';
        open.pop_back();
        continue;
      }
      if (i > 0) out += ", ";
      put_key(out, v.entries()[i].first);
      out += ": ";
      begin(v.entries()[i].second);
    } else if (v.range_form() != RangeForm::interval) {
      if (i == 1) {
        out += ')';
        open.pop_back();
        continue;
      }
      const bool at_high =
          v.range_form() == RangeForm::less || v.range_form() == RangeForm::less_equal;
      begin(at_high ? v.range_high() : v.range_low());
    } else {
      if (i == 2) {
        out += v.range_includes_high() ? ']' : ')';
        open.pop_back();
        continue;
      }
      if (i == 1) out += "..";
      begin(i == 0 ? v.range_low() : v.range_high());
    }
  }
  return out.size() <= most_bytes;
}

std::string Value::to_text(std::size_t most_bytes) const {
  std::string out;
  if (value::print(out, *this, most_bytes)) return out;
  std::size_t end = std::min(out.size(), most_bytes);
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  out.resize(end);
  return out += "…";
}

Result<std::string> value::written(const Value& value) {
  std::string out;
  if (print(out, value, most_written)) return out;
  return Error{ErrorCode::limit, "the value is too large to be written: more than 64 MiB of text"};
}

std::string currency_name(std::uint32_t packed) {
  std::string name;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<char>(packed >> static_cast<unsigned>(shift) & 0xFFU);
    if (c != '\0') name += c;
  }
  return name;
}

}  // namespace aftercare
