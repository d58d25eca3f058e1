#include "conformance/tck_cases.hpp"

#include <algorithm>
#include <string_view>

#include "base/json_writer.hpp"
#include "interop/dmn_reader.hpp"
#include "interop/xml.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::conformance {

namespace {

using interop::XmlDocument;
using interop::XmlNode;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Value parse(std::string_view type, std::string_view text, bool& is_readable) {
  is_readable = true;
  if (type == "string") return Value::string(text);
  const std::string_view word = trim(text);
  if (type == "boolean" && (word == "true" || word == "1")) return Value::boolean(true);
  if (type == "boolean" && (word == "false" || word == "0")) return Value::boolean(false);
  if (type == "date") {
    if (const auto date = value::parse_date(word)) return Value::date(*date);
  } else if (type == "time") {
    if (const auto time = value::parse_time(word)) return Value::time(*time);
  } else if (type == "dateTime") {
    if (const auto at = value::parse_date_time(word)) return Value::date_time(*at);
  } else if (type == "duration") {
    if (Value length = value::parse_duration(word); !length.is_null()) return length;
  } else if (type != "boolean") {
    std::string digits(word);
    if (!digits.empty() && digits.front() == '+') digits.erase(0, 1);
    if (Result<Value> number = Value::number(digits)) return *std::move(number);
  }
  is_readable = false;
  return {};
}

class Reader {
 public:
  explicit Reader(const XmlDocument& document) : document_(document) {}

  TckFile file() const {
    TckFile out;
    const XmlNode root = document_.root();
    if (root.local_name() != "testCases") return out;
    out.is_test_file = true;
    for (const XmlNode c : root.elements()) {
      if (c.local_name() == "modelName") out.model = trim(c.text());
      if (c.local_name() == "testCase") out.cases.push_back(test_case(c));
    }
    return out;
  }

 private:
  TckCase test_case(XmlNode node) const {
    TckCase out;
    out.id = node.attribute("id");
    out.type = node.attribute("type");
    out.invocable = interop::fold_name(node.attribute("invocableName"));
    for (const XmlNode c : node.elements()) {
      if (c.local_name() == "inputNode") {
        out.inputs.push_back({interop::fold_name(c.attribute("name")),
                              std::string(c.attribute("namespace")), value(c)});
      } else if (c.local_name() == "resultNode") {
        TckResult result;
        result.node = interop::fold_name(c.attribute("name"));
        result.type = c.attribute("type");
        result.is_error = c.is_true("errorResult");
        for (const XmlNode e : c.elements()) {
          if (e.local_name() == "expected") result.expected = value(e);
        }
        out.results.push_back(std::move(result));
      }
    }
    return out;
  }

  static bool is_nil(XmlNode node) {
    const std::string_view nil = node.any_attribute("nil");
    return nil == "true" || nil == "1";
  }

  /// What stands below an element of type valueType.
  TckValue value(XmlNode node) const {
    TckValue out;
    if (is_nil(node)) return out;
    for (const XmlNode c : node.elements()) {
      const std::string_view name = c.local_name();
      if (name == "value") return simple(c);
      if (name == "list") {
        if (is_nil(c)) return out;
        out.kind = TckValue::Kind::list;
        for (const XmlNode item : c.elements()) {
          if (item.local_name() == "item") out.items.push_back(value(item));
        }
        return out;
      }
      if (name == "component") {
        out.kind = TckValue::Kind::context;
        out.components.emplace_back(c.attribute("name"), value(c));
      }
    }
    return out;
  }

  TckValue simple(XmlNode node) const {
    TckValue out;
    if (is_nil(node)) return out;
    out.text = node.text();
    std::string_view type = node.any_attribute("type");
    if (const std::size_t colon = type.find(':'); colon != std::string_view::npos) {
      type.remove_prefix(colon + 1);
    }
    if (type.empty()) {
      out.kind = TckValue::Kind::untyped;
      return out;
    }
    bool is_readable = false;
    out.value = parse(type, out.text, is_readable);
    out.kind = is_readable ? TckValue::Kind::typed : TckValue::Kind::unreadable;
    return out;
  }

  const XmlDocument& document_;
};

std::string_view xsd_type(const Type& type) {
  switch (type.is()) {
    case Type::Is::boolean:
      return "boolean";
    case Type::Is::number:
      return "decimal";
    case Type::Is::date:
      return "date";
    case Type::Is::time:
      return "time";
    case Type::Is::date_time:
      return "dateTime";
    case Type::Is::days_duration:
    case Type::Is::months_duration:
      return "duration";
    default:
      return "string";
  }
}

std::string_view xsd_type(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "decimal";
    case Kind::date:
      return "date";
    case Kind::time:
      return "time";
    case Kind::date_time:
      return "dateTime";
    case Kind::days_duration:
    case Kind::months_duration:
      return "duration";
    default:
      return "string";
  }
}

Comparison compare_scalar(const Value& expected, const Value& actual) {
  if (expected.kind() != actual.kind()) return {false, false};
  if (expected.kind() != Kind::number) {
    const bool same = expected.equals(actual);
    return {same, same};
  }
  const rt::Decimal a = expected.as_number();
  const rt::Decimal b = actual.as_number();
  if (a == b) return {true, true};
  // The suite's own runners accept an absolute difference below 1e-8.
  const auto difference = subtract(a, b);
  return {difference && abs(*difference) < *rt::Decimal::parse("0.00000001"), false};
}

void append(base::JsonWriter& out, const Value& value) {
  const auto text = [&](std::string_view key, std::string_view written) {
    out.begin_object().key(key).string(written).end_object();
  };
  switch (value.kind()) {
    case Kind::null:
      out.null();
      return;
    case Kind::boolean:
      out.boolean(value.as_boolean());
      return;
    case Kind::number:
      return text("number", value.to_text());
    case Kind::string:
      return text("string", value.as_string());
    case Kind::date:
      return text("date", value::date_text(value.as_date()));
    case Kind::time:
      return text("time", value::time_text(value.as_time()));
    case Kind::date_time:
      return text("dateTime", value::date_time_text(value.as_date_time()));
    case Kind::days_duration:
      return text("duration", value::days_duration_text(value.as_days_duration()));
    case Kind::months_duration:
      return text("duration", value::months_duration_text(value.as_months_duration()));
    case Kind::list:
      out.begin_array();
      for (const Value& item : value.items()) append(out, item);
      out.end_array();
      return;
    case Kind::context:
      out.begin_object().key("context").begin_object();
      for (const auto& [key, item] : value.entries()) {
        out.key(key);
        append(out, item);
      }
      out.end_object().end_object();
      return;
    case Kind::range:
      return text("range", value.to_text());
    case Kind::function:
      return text("function", value.to_text());
    default:
      return text("other", value.to_text());
  }
}

}  // namespace

TckFile read_test_file(const Sources& sources, std::uint32_t file, Diagnostics& findings) {
  const XmlDocument document = XmlDocument::read(sources, file, findings);
  if (!document.root()) return {};
  return Reader(document).file();
}

Value to_value(const TckValue& written, const Type& type) {
  switch (written.kind) {
    case TckValue::Kind::null:
    case TckValue::Kind::unreadable:
      return {};
    case TckValue::Kind::typed:
      return written.value;
    case TckValue::Kind::untyped: {
      bool is_readable = false;
      Value value = parse(xsd_type(type), written.text, is_readable);
      return is_readable ? value : Value::string(written.text);
    }
    case TckValue::Kind::list: {
      const Type element = type.is() == Type::Is::list ? type.element() : Type::any();
      std::vector<Value> items;
      for (const TckValue& item : written.items) items.push_back(to_value(item, element));
      return Value::list(std::move(items));
    }
    case TckValue::Kind::context: {
      std::vector<ContextEntry> entries;
      for (const auto& [name, item] : written.components) {
        const Type* member = type.is() == Type::Is::context ? type.member(name) : nullptr;
        entries.emplace_back(name, to_value(item, member != nullptr ? *member : Type::any()));
      }
      return Value::context(std::move(entries));
    }
  }
  return {};
}

Comparison compare(const TckValue& expected, const Value& actual) {
  switch (expected.kind) {
    case TckValue::Kind::null:
      return {actual.is_null(), true};
    case TckValue::Kind::unreadable:
      return {false, false};
    case TckValue::Kind::typed:
      return compare_scalar(expected.value, actual);
    case TckValue::Kind::untyped: {
      bool is_readable = false;
      const Value wanted = parse(xsd_type(actual.kind()), expected.text, is_readable);
      return is_readable ? compare_scalar(wanted, actual) : Comparison{false, false};
    }
    case TckValue::Kind::list: {
      if (actual.kind() != Kind::list || actual.size() != expected.items.size()) {
        return {false, false};
      }
      Comparison all;
      for (std::size_t i = 0; i < expected.items.size(); ++i) {
        const Comparison one = compare(expected.items[i], actual.items()[i]);
        all.is_equal = all.is_equal && one.is_equal;
        all.is_exact = all.is_exact && one.is_exact;
      }
      return all;
    }
    case TckValue::Kind::context: {
      if (actual.kind() != Kind::context || actual.size() != expected.components.size()) {
        return {false, false};
      }
      Comparison all;
      for (const auto& [name, item] : expected.components) {
        const Value* found = actual.find(name);
        const Comparison one = found == nullptr ? Comparison{false, false} : compare(item, *found);
        all.is_equal = all.is_equal && one.is_equal;
        all.is_exact = all.is_exact && one.is_exact;
      }
      return all;
    }
  }
  return {false, false};
}

std::string result_json(const Value& value) {
  base::JsonWriter out;
  append(out, value);
  return out.take();
}

std::string to_text(const TckValue& written) {
  switch (written.kind) {
    case TckValue::Kind::null:
      return "null";
    case TckValue::Kind::typed:
      return written.value.to_text();
    case TckValue::Kind::untyped:
    case TckValue::Kind::unreadable:
      return written.text;
    case TckValue::Kind::list: {
      std::string out = "[";
      for (const TckValue& item : written.items) {
        if (out.size() > 1) out += ", ";
        out += to_text(item);
      }
      return out + "]";
    }
    case TckValue::Kind::context: {
      std::string out = "{";
      for (const auto& [name, item] : written.components) {
        if (out.size() > 1) out += ", ";
        out += name + ": " + to_text(item);
      }
      return out + "}";
    }
  }
  return {};
}

}  // namespace aftercare::conformance
