// What the files of the binding share: values to and from Python, errors as exceptions.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>

#include "aftercare/diagnostic.hpp"
#include "aftercare/directory.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare::python {

namespace py = pybind11;

/// Raises aftercare.Error with code and retryable.
[[noreturn]] void raise(const Error& error);
/// Raises aftercare.CheckError with the findings.
[[noreturn]] void raise(const Diagnostics& findings, const Sources& sources);

template <class T>
T take(Result<T>&& result) {
  if (!result) raise(result.error());
  return std::move(*result);
}

/// Findings as a list of dicts: code, severity, file, line, column, message, notes.
py::list to_python(const Diagnostics& findings, const Sources& sources);

/// Numbers as decimal.Decimal, money as Money, instants as aware datetimes (UTC), durations as
/// timedelta, lists and contexts as list and dict.
py::object to_python(const Value& value);
py::object to_python(Instant at);
/// The inverse. Naive datetimes raise ValueError, floats TypeError: neither says what is meant.
Value from_python(const py::handle& object);
Instant instant_from_python(const py::handle& object);
Context context_from_python(const py::handle& object);

/// "en" or "zh"; ValueError for others.
Language language_from_python(const std::string& name);

/// The registers of a folder or SQLite file or, without, those that overlays name. Raises CheckError.
std::shared_ptr<const Directory> directory_at(const Rulebook& rules, const std::string& path);
/// A text or an os.PathLike.
std::string path_from_python(const py::object& path);

void bind_engine(py::module_& module);
void bind_replay(py::module_& module);

}  // namespace aftercare::python
