#include "cli/json_value.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/time.hpp"

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::cli {

namespace {

/// Digits that say how much; zeros before and after them do not.
std::size_t significant_digits(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c == 'e' || c == 'E') break;
    if (base::is_ascii_digit(c)) digits += c;
  }
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? 0 : digits.find_last_not_of('0') - first + 1;
}

bool has_real_zone(const ZoneRef& zone) {
  return zone.kind != ZoneRef::Kind::named || Zone::load(zone.name);
}

/// The value of a text that stands for a date, a time or a duration. None where it is none.
std::optional<Value> temporal(const std::string& text, Type::Is is) {
  switch (is) {
    case Type::Is::date:
      if (const auto date = value::parse_date(text)) return Value::date(*date);
      break;
    case Type::Is::time:
      if (auto time = value::parse_time(text); time && has_real_zone(time->zone)) {
        return Value::time(*std::move(time));
      }
      break;
    case Type::Is::date_time:
      if (auto at = value::parse_date_time(text); at && has_real_zone(at->zone)) {
        return Value::date_time(*std::move(at));
      }
      // A date counts as its midnight; the model makes it so.
      if (const auto date = value::parse_date(text)) return Value::date(*date);
      break;
    case Type::Is::days_duration:
    case Type::Is::months_duration: {
      const Kind wanted =
          is == Type::Is::days_duration ? Kind::days_duration : Kind::months_duration;
      if (Value length = value::parse_duration(text); length.is(wanted)) return length;
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

/// Reads one value, down to the places of what does not fit.
class Reader {
 public:
  Reader(std::uint32_t file, Diagnostics& findings) : file_(file), findings_(findings) {}

  Value read(const base::JsonValue& json, const Type& type, const std::string& name) {
    using Is = base::JsonValue::Kind;
    if (json.kind == Is::null) return {};
    switch (type.is()) {
      case Type::Is::any:
        return untyped(json, name);
      case Type::Is::boolean:
        if (json.kind == Is::boolean) return Value::boolean(json.boolean);
        break;
      case Type::Is::number:
        if (json.kind == Is::number) return number(json);
        break;
      case Type::Is::string:
        if (json.kind == Is::string) return Value::string(json.text);
        break;
      case Type::Is::list:
        if (json.kind == Is::array) return list(json, type.element(), name);
        break;
      case Type::Is::context:
        if (json.kind == Is::object) return context(json, type, name);
        break;
      default:
        if (json.kind != Is::string) break;
        if (auto made = temporal(json.text, type.is())) return *std::move(made);
        break;
    }
    std::vector<DiagnosticNote> notes;
    if (const std::string_view example = example_of(type.is()); !example.empty()) {
      notes.push_back(base::note(notes::written_so, {{"example", std::string(example)}}));
    }
    findings_.push_back(
        base::make(diag::AC1229, span(json),
                   {{"name", name}, {"type", bare(type).to_text()}, {"written", written(json)}},
                   std::move(notes)));
    return {};
  }

 private:
  static std::string_view example_of(Type::Is is) {
    switch (is) {
      case Type::Is::date:
        return R"("2026-02-13")";
      case Type::Is::time:
        return R"("08:30:00")";
      case Type::Is::date_time:
        return R"("2026-02-13T08:30:00+08:00")";
      case Type::Is::days_duration:
        return R"("P1DT2H30M")";
      case Type::Is::months_duration:
        return R"("P1Y6M")";
      default:
        return {};
    }
  }

  SourceSpan span(const base::JsonValue& json) const {
    return {file_, static_cast<std::uint32_t>(json.begin), static_cast<std::uint32_t>(json.end)};
  }

  static std::string written(const base::JsonValue& json) {
    using Is = base::JsonValue::Kind;
    switch (json.kind) {
      case Is::array:
        return "[…]";
      case Is::object:
        return "{…}";
      default:
        return from_json(json).to_text(80);
    }
  }

  Value number(const base::JsonValue& json) {
    const std::size_t digits = significant_digits(json.text);
    auto made = Value::number(json.text);
    if (made && digits <= 34) return *std::move(made);
    findings_.push_back(
        digits <= 34 ? base::make(diag::AC0520, span(json), {{"text", json.text}})
                     : base::make(diag::AC1233, span(json), {{"digits", std::to_string(digits)}}));
    return {};
  }

  Value list(const base::JsonValue& json, const Type& element, const std::string& name) {
    std::vector<Value> items;
    items.reserve(json.items.size());
    for (const base::JsonValue& item : json.items) items.push_back(read(item, element, name));
    return Value::list(std::move(items));
  }

  Value context(const base::JsonValue& json, const Type& type, const std::string& name) {
    std::vector<ContextEntry> entries;
    for (const auto& [key, value] : json.members) {
      const Type* member = type.member(key);
      entries.emplace_back(key, read(value, member == nullptr ? Type::any() : *member,
                                     name.empty() ? key : name + "." + key));
    }
    return Value::context(std::move(entries));
  }

  Value untyped(const base::JsonValue& json, const std::string& name) {
    using Is = base::JsonValue::Kind;
    if (json.kind == Is::number) return number(json);
    if (json.kind == Is::array) return list(json, Type::any(), name);
    if (json.kind == Is::object) return context(json, Type::any(), name);
    return from_json(json);
  }

  std::uint32_t file_;
  Diagnostics& findings_;
};

}  // namespace

Diagnostic finding_of(const base::JsonFailure& failure, SourceSpan of) {
  const auto at =
      static_cast<std::uint32_t>(std::min<std::size_t>(of.begin + failure.byte, of.end));
  const SourceSpan place{of.file, at, std::min(at + 1, of.end)};
  switch (failure.kind) {
    case base::JsonFailure::Kind::duplicate_key:
      return base::make(diag::AC0113, place, {{"key", failure.detail}});
    case base::JsonFailure::Kind::too_deep:
      return base::make(diag::AC1205, place, {{"limit", "64"}});
    case base::JsonFailure::Kind::syntax:
      break;
  }
  return at >= of.end || failure.detail.empty()
             ? base::make(diag::AC1235, place)
             : base::make(diag::AC1232, place, {{"written", failure.detail}});
}

Type bare(const Type& type) {
  switch (type.is()) {
    case Type::Is::list:
      return Type::list(bare(type.element()));
    case Type::Is::context: {
      std::vector<std::pair<std::string, Type>> members;
      for (const auto& [name, member] : type.members()) members.emplace_back(name, bare(member));
      return Type::context(std::move(members));
    }
    default:
      return type.required();
  }
}

Value from_json(const base::JsonValue& json, const Type& type, const std::string& name,
                std::uint32_t file, Diagnostics& findings) {
  return Reader(file, findings).read(json, type, name);
}

Value from_json(const base::JsonValue& json) {
  using Is = base::JsonValue::Kind;
  switch (json.kind) {
    case Is::null:
      return {};
    case Is::boolean:
      return Value::boolean(json.boolean);
    case Is::number: {
      auto number = Value::number(json.text);
      return number ? std::move(*number) : Value::string(json.text);
    }
    case Is::string:
      return Value::string(json.text);
    case Is::array: {
      std::vector<Value> items;
      for (const base::JsonValue& item : json.items) items.push_back(from_json(item));
      return Value::list(std::move(items));
    }
    case Is::object: {
      std::vector<ContextEntry> entries;
      for (const auto& [name, value] : json.members) entries.emplace_back(name, from_json(value));
      return Value::context(std::move(entries));
    }
  }
  return {};
}

void to_json(const Value& value, base::JsonWriter& out) {
  switch (value.kind()) {
    case Kind::null:
      out.null();
      break;
    case Kind::boolean:
      out.boolean(value.as_boolean());
      break;
    case Kind::number: {
      const std::string digits = value.to_text();
      if (base::is_json_number(digits))
        out.number(digits);
      else
        out.string(digits);
      break;
    }
    case Kind::string:
      out.string(value.as_string());
      break;
    case Kind::list:
      out.begin_array();
      for (const Value& item : value.items()) to_json(item, out);
      out.end_array();
      break;
    case Kind::context:
      out.begin_object();
      for (const auto& [name, one] : value.entries()) {
        out.key(name);
        to_json(one, out);
      }
      out.end_object();
      break;
    default:
      out.string(value.to_text());
      break;
  }
}

}  // namespace aftercare::cli
