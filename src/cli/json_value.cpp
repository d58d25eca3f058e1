#include "cli/json_value.hpp"

namespace aftercare::cli {

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
