
#include "bind.hpp"

namespace aftercare::python {

namespace {

py::object decimal_of(const std::string& text) {
  return py::module_::import("decimal").attr("Decimal")(text);
}

std::int64_t integer(const py::handle& object, const char* name) {
  return object.attr(name).cast<std::int64_t>();
}

std::string money_text(const Value& value) {
  std::string text = value.to_text();  // "50.00 CNY"
  return text.substr(0, text.find(' '));
}

}  // namespace

void raise(const Error& error) {
  const py::object type = py::module_::import("aftercare").attr("Error");
  const py::object made = type(error.message, std::string(to_text(error.code)), error.is_retryable());
  PyErr_SetObject(type.ptr(), made.ptr());
  throw py::error_already_set();
}

py::list to_python(const Diagnostics& findings, const Sources& sources) {
  py::list out;
  for (const Diagnostic& finding : findings) {
    const Position place = sources.size() > finding.span.file ? sources.position(finding.span) : Position();
    py::list notes;
    for (const DiagnosticNote& note : finding.notes) notes.append(message(note, Language::english));
    static constexpr const char* severities[] = {"note", "warning", "error"};
    out.append(py::dict(
        py::arg("code") = std::string(finding.code),
        py::arg("severity") = severities[static_cast<int>(severity(finding))],
        py::arg("file") = std::string(sources.size() > finding.span.file ? sources.name(finding.span.file) : ""),
        py::arg("line") = place.line, py::arg("column") = place.column,
        py::arg("message") = message(finding, Language::english),
        py::arg("message_zh") = message(finding, Language::chinese), py::arg("notes") = notes));
  }
  return out;
}

void raise(const Diagnostics& findings, const Sources& sources) {
  const py::object type = py::module_::import("aftercare").attr("CheckError");
  const py::object made = type(render(findings, sources), to_python(findings, sources));
  PyErr_SetObject(type.ptr(), made.ptr());
  throw py::error_already_set();
}

py::object to_python(Instant at) {
  const py::module_ datetime = py::module_::import("datetime");
  const py::object utc = datetime.attr("timezone").attr("utc");
  const py::object epoch = datetime.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = utc);
  return epoch + datetime.attr("timedelta")(py::arg("microseconds") = at.micros);
}

py::object to_python(const Value& value) {
  const auto datetime = [] { return py::module_::import("datetime"); };
  switch (value.kind()) {
    case Kind::null:
      return py::none();
    case Kind::boolean:
      return py::bool_(value.as_boolean());
    case Kind::number:
      return decimal_of(rt::to_string(value.as_number()));
    case Kind::string:
      return py::str(std::string(value.as_string()));
    case Kind::date: {
      const auto ordinal = value.as_date().days + 719'163;  // of 1970-01-01 in Python's count
      if (ordinal < 1 || ordinal > 3'652'059) return py::str(iso_text(value.as_date()));
      return datetime().attr("date").attr("fromordinal")(ordinal);
    }
    case Kind::instant:
      return to_python(value.as_instant());
    case Kind::days_duration:
      return datetime().attr("timedelta")(py::arg("seconds") = value.as_days_duration().seconds,
                                          py::arg("microseconds") = value.as_days_duration().nanos / 1000);
    case Kind::money:
      return py::module_::import("aftercare").attr("Money")(decimal_of(money_text(value)),
                                                             currency_name(value.money_currency()));
    case Kind::list: {
      py::list out;
      for (const Value& item : value.items()) out.append(to_python(item));
      return out;
    }
    case Kind::context: {
      py::dict out;
      for (const auto& [key, item] : value.entries()) out[py::str(key)] = to_python(item);
      return out;
    }
    default:
      return py::str(value.to_text());
  }
}

Instant instant_from_python(const py::handle& object) {
  const py::module_ datetime = py::module_::import("datetime");
  if (!py::isinstance(object, datetime.attr("datetime")))
    throw py::type_error("an aware datetime is needed, not " + std::string(py::str(py::type::of(object))));
  if (object.attr("tzinfo").is_none() || object.attr("utcoffset")().is_none())
    throw py::value_error("a datetime without zone says no instant: give it a tzinfo");
  const py::object utc = datetime.attr("timezone").attr("utc");
  const py::object epoch = datetime.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = utc);
  const py::object since = py::reinterpret_borrow<py::object>(object) - epoch;
  return {(integer(since, "days") * 86'400 + integer(since, "seconds")) * 1'000'000 + integer(since, "microseconds")};
}

Language language_from_python(const std::string& name) {
  if (name == "en") return Language::english;
  if (name == "zh") return Language::chinese;
  throw py::value_error("language is 'en' or 'zh', not '" + name + "'");
}

Value from_python(const py::handle& object) {
  const py::module_ datetime = py::module_::import("datetime");
  if (object.is_none()) return {};
  if (py::isinstance<py::bool_>(object)) return Value::boolean(object.cast<bool>());
  if (py::isinstance<py::str>(object)) return Value::string(object.cast<std::string>());
  if (py::isinstance<py::int_>(object) ||
      py::isinstance(object, py::module_::import("decimal").attr("Decimal"))) {
    const bool is_whole = py::isinstance<py::int_>(object);
    // A Decimal without an exponent; `f` would make an int a float first.
    auto number = Value::number(std::string(
        is_whole ? py::str(object)
                 : py::str(py::module_::import("builtins").attr("format")(object, "f"))));
    if (!number) throw py::value_error("this number has no exact form here: " + std::string(py::str(object)));
    return std::move(*number);
  }
  if (py::isinstance<py::float_>(object))
    throw py::type_error("a float is not exact: write decimal.Decimal(\"…\") or a string");
  if (py::isinstance(object, py::module_::import("aftercare").attr("Money"))) {
    return Value::string(std::string(py::str(object.attr("amount"))) + " " +
                         object.attr("currency").cast<std::string>());
  }
  if (py::isinstance(object, datetime.attr("datetime"))) return Value::instant(instant_from_python(object));
  if (py::isinstance(object, datetime.attr("date")))
    return Value::date({integer(py::reinterpret_borrow<py::object>(object).attr("toordinal")(), "real") - 719'163});
  if (py::isinstance(object, datetime.attr("timedelta"))) {
    return Value::days_duration({integer(object, "days") * 86'400 + integer(object, "seconds"),
                                 static_cast<std::int32_t>(integer(object, "microseconds") * 1000)});
  }
  if (py::isinstance<py::dict>(object)) return Value::context(context_from_python(object));
  if (py::isinstance<py::sequence>(object)) {
    std::vector<Value> items;
    for (const py::handle item : py::reinterpret_borrow<py::sequence>(object)) items.push_back(from_python(item));
    return Value::list(std::move(items));
  }
  throw py::type_error("no value of a case: " + std::string(py::str(py::type::of(object))));
}

Context context_from_python(const py::handle& object) {
  Context out;
  if (object.is_none()) return out;
  for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(object))
    out.emplace_back(key.cast<std::string>(), from_python(value));
  return out;
}

}  // namespace aftercare::python
