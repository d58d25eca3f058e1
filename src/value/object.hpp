// value/object.hpp — what stands behind a Value that does not fit into 16 bytes.
//
// Objects are immutable once made and shared by reference count, also between threads. The kind of
// the Value tells which struct it is. Only src/value makes and frees them, but for functions, which
// the machine makes from its own Callable.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/rt/decimal.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

struct Value::Object {
  explicit Object(Kind object_kind) noexcept : kind(object_kind) {}
  mutable std::atomic<std::uint32_t> references{1};
  const Kind kind;
};

namespace value {

/// What no value of this type at all adds up to: 0, 0.00 CNY, PT0S, P0M.
[[nodiscard]] Value zero_of(const Type& type);

/// A number that is too wide for 64 bits of coefficient.
struct NumberObject : Value::Object {
  explicit NumberObject(const rt::Decimal& n) noexcept : Object(Kind::number), number(n) {}
  rt::Decimal number;
};

struct StringObject : Value::Object {
  explicit StringObject(std::string t) noexcept;
  std::string text;         // UTF-8
  std::size_t code_points;  // equal to text.size() for ASCII
  std::uint64_t head;       // the first 8 bytes, then zeros: most texts differ there
};

struct TimeObject : Value::Object {
  explicit TimeObject(TimeValue v) noexcept : Object(Kind::time), time(std::move(v)) {}
  TimeValue time;
};

struct DateTimeObject : Value::Object {
  explicit DateTimeObject(DateTimeValue v) noexcept
      : Object(Kind::date_time), date_time(std::move(v)) {}
  DateTimeValue date_time;
};

struct RangeObject : Value::Object {
  RangeObject(RangeForm f, Value l, bool il, Value h, bool ih) noexcept;
  RangeForm form;
  bool includes_low;
  bool includes_high;
  std::uint32_t depth;
  std::uint64_t weight;
  Value low;
  Value high;
};

struct ListObject : Value::Object {
  explicit ListObject(std::vector<Value> v) noexcept;
  std::uint32_t depth;
  std::uint64_t weight;
  std::vector<Value> items;
};

struct ContextObject : Value::Object {
  explicit ContextObject(std::vector<ContextEntry> v) noexcept;
  std::uint32_t depth;
  std::uint64_t weight;
  std::vector<ContextEntry> entries;  // in their order, keys distinct
  std::vector<std::uint32_t> by_key;  // indexes sorted by key; only where there are many
};

/// A function as a value. The machine derives its closures from this; built-ins as values too.
class Callable {
 public:
  Callable() = default;
  Callable(const Callable&) = delete;
  Callable& operator=(const Callable&) = delete;
  virtual ~Callable() = default;
  /// Number of parameters.
  [[nodiscard]] virtual std::size_t arity() const noexcept = 0;
  /// Name of a parameter. Requires: `index < arity()`.
  [[nodiscard]] virtual std::string parameter(std::size_t index) const = 0;
  /// As it is printed: "function(a, b)".
  [[nodiscard]] virtual std::string to_text() const = 0;
};

struct FunctionObject : Value::Object {
  explicit FunctionObject(std::shared_ptr<const Callable> c) noexcept
      : Object(Kind::function), callable(std::move(c)) {}
  std::shared_ptr<const Callable> callable;  // never null
};

/// A function value.
[[nodiscard]] Value function(std::shared_ptr<const Callable> callable);
/// What a function value calls. Requires: a function.
[[nodiscard]] const Callable& callable(const Value& function) noexcept;

/// A string that takes over the bytes. Requires: UTF-8.
[[nodiscard]] Value string(std::string&& text);

/// Appends a value as Value::to_text() writes it; `scalar` may write a value that is not nested in
/// its own way and say so. False where the text grew beyond `most_bytes`; it is then not whole.
bool print(std::string& out, const Value& value, std::size_t most_bytes,
           const std::function<bool(std::string&, const Value&)>& scalar = {});

/// Most bytes of a value's text in a finding.
inline constexpr std::size_t longest_shown = 200;
/// Most bytes of a result's text. Values share parts, so that a few steps make one whose text has
/// no end.
inline constexpr std::size_t most_written = std::size_t{64} << 20U;
/// The text of a result; an error of the budget where it has more than `most_written` bytes.
[[nodiscard]] Result<std::string> written(const Value& value);

/// Number of code points of UTF-8 text.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

}  // namespace value
}  // namespace aftercare
