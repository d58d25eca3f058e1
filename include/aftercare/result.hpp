// aftercare/result.hpp — a value or the reason why there is none.
//
//   Result<Outcome> sent = engine.send(event);
//   if (!sent) return sent.error().is_retryable() ? retry() : report(sent.error().message);
//
// Needs: diagnostic.hpp. A subset of std::expected, until C++23 can be asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"

namespace aftercare {

/// Why an operation of a running engine gave no value. Kept small on purpose: one entry for
/// each thing that a caller would do differently.
enum class ErrorCode : std::uint8_t {
  invalid_argument,  ///< the call cannot make sense; fix the caller
  not_found,         ///< no such case, event or rule pack
  conflict,          ///< somebody else changed the case; reload and try again
  limit,             ///< a budget of steps, depth or memory ran out
  host,              ///< a function or store that you supplied failed
  io,                ///< the operating system refused
  corrupt,           ///< stored bytes do not check
};

/// "not_found", as JSON and bindings name it.
[[nodiscard]] constexpr std::string_view to_text(ErrorCode code) noexcept {
  constexpr std::string_view names[] = {
      "invalid_argument", "not_found", "conflict", "limit", "host", "io", "corrupt"};
  return names[static_cast<std::size_t>(code)];
}

struct Error {
  ErrorCode code = ErrorCode::invalid_argument;
  std::string message;
  [[nodiscard]] bool is_retryable() const noexcept { return code == ErrorCode::conflict; }
};

/// Thrown by Result::value() and Checked::value() only: the caller asked for an exception.
class AFTERCARE_API BadResult : public std::exception {
 public:
  explicit BadResult(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const noexcept { return state_.index() == 0; }
  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
  /// Requires: no value.
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }
  /// Throws BadResult where there is none.
  T value() && {
    if (!*this) throw BadResult(error());
    return std::get<0>(std::move(state_));
  }
  [[nodiscard]] const T& value() const& {
    if (!*this) throw BadResult(error());
    return std::get<0>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }
  [[nodiscard]] bool has_value() const noexcept { return !error_; }
  [[nodiscard]] const Error& error() const noexcept { return *error_; }
  void value() const {
    if (error_) throw BadResult(*error_);
  }

 private:
  std::optional<Error> error_;
};

/// What checking a text gives: a value, findings, or both. Holds a value unless a finding is
/// an error; warnings may accompany a value.
template <class T>
class [[nodiscard]] Checked {
 public:
  Checked(std::optional<T> value, Diagnostics findings, Sources sources = {})
      : value_(std::move(value)), findings_(std::move(findings)), sources_(std::move(sources)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] const T& operator*() const& noexcept { return *value_; }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*value_); }
  [[nodiscard]] const T* operator->() const noexcept { return &*value_; }
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return findings_; }
  /// The texts that the spans of the findings point into.
  [[nodiscard]] const Sources& sources() const noexcept { return sources_; }
  /// Throws BadResult where there is none, with the findings rendered.
  T value() && {
    if (!value_) throw BadResult({ErrorCode::invalid_argument, render(findings_, sources_)});
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  Diagnostics findings_;
  Sources sources_;
};

}  // namespace aftercare
