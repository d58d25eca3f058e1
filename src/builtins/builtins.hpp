// builtins/builtins.hpp — the built-in functions: signatures for the checker, calls for the
// machine.
//
//   auto f = find("substring before");               // FunctionId
//   auto c = infer(*f, types);                       // which signature, what type results
//   Value v = call(context, *f, arguments);          // checks kinds, converts, calls
//
// All of it comes from builtins.def. A function may have several signatures; call() takes the first
// one whose parameters the arguments conform to, as they stand or after FEEL's singleton
// conversions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "builtins/call_context.hpp"

namespace aftercare::builtins {

using FunctionId = std::uint16_t;   ///< index into functions()
using SignatureId = std::uint16_t;  ///< index into signatures(): a row of builtins.def

/// One parameter. Its type is text of a small grammar: alternatives parted by `|`, "list of T",
/// "range of T", "T?" (null is taken), single capitals are variables.
struct Parameter {
  std::string_view name;
  std::string_view type;
  bool is_optional = false;  ///< may be left out
  bool is_variadic = false;  ///< the last one, any number of times
};

/// Why a call may give null although its arguments are of the right types: a set of these.
namespace cause {
inline constexpr std::uint8_t never = 0;
inline constexpr std::uint8_t empty = 1;        ///< the list has no element
inline constexpr std::uint8_t overflow = 2;     ///< the result leaves the range of its kind
inline constexpr std::uint8_t mixed = 4;        ///< values of one kind that do not go together: a
                                                ///< local and a zoned time, working hours and days
inline constexpr std::uint8_t domain = 8;       ///< an argument out of range, a bad pattern
inline constexpr std::uint8_t unreadable = 16;  ///< a text that cannot be read; no text, no cause
inline constexpr std::uint8_t inexact = 32;     ///< money or working time that would need rounding
inline constexpr std::uint8_t host = 64;        ///< something that the host did not give
inline constexpr std::uint8_t type = 128;  ///< an argument that may be null, or of unknown type
}  // namespace cause

using Body = Value (*)(CallContext& context, std::span<const Value> arguments);

/// Which dialect a signature belongs to.
enum class Origin : std::uint8_t {
  feel,       ///< DMN
  extension,  ///< of packs: `erasure` says what it is in plain FEEL
};

struct Signature {
  std::string_view name;
  std::vector<Parameter> parameters;
  std::string_view result;  ///< a type in the same grammar
  std::uint8_t causes = cause::never;
  Origin origin = Origin::feel;
  std::string_view since;           ///< "DMN 1.2"
  std::string_view example;         ///< an expression
  std::string_view example_result;  ///< and what it evaluates to, as an expression
  std::string_view english;
  std::string_view chinese;
  std::string_view
      erasure;  ///< of an extension: plain FEEL with the parameters' names; may be empty
  Body body = nullptr;

  [[nodiscard]] std::size_t least() const noexcept;  ///< fewest arguments
  [[nodiscard]] std::size_t most() const noexcept;   ///< most arguments; SIZE_MAX if variadic
};

/// A name with its signatures, which stand side by side.
struct Function {
  std::string_view name;
  SignatureId first = 0;
  SignatureId count = 0;
};

/// All signatures in the order of the table.
[[nodiscard]] std::span<const Signature> signatures() noexcept;
/// All functions, sorted by name.
[[nodiscard]] std::span<const Function> functions() noexcept;
/// By its name with single spaces: "substring before".
[[nodiscard]] std::optional<FunctionId> find(std::string_view name) noexcept;
/// All signatures of a function.
[[nodiscard]] std::span<const Signature> signatures_of(FunctionId function) noexcept;

/// A call by names, in the order of a signature's parameters.
struct NamedCall {
  SignatureId signature = 0;
  /// places[i] is the index of the argument for parameter i, or left_out: pass null there.
  /// Parameters at the end that are left out are not listed.
  std::vector<std::size_t> places;
};
inline constexpr std::size_t left_out = static_cast<std::size_t>(-1);
/// The first signature that has all these names and needs no others. None where there is none.
[[nodiscard]] std::optional<NamedCall> place_named(FunctionId function,
                                                   std::span<const std::string_view> names);

/// What a call with arguments of these types gives.
struct Inference {
  SignatureId signature = 0;
  Type result;  ///< as if nothing failed: optional only where null is a proper result
  std::uint8_t causes = cause::never;  ///< that these types leave open
  bool converts = false;               ///< an argument is converted: to a list of one, or from one
};
/// The first signature that takes these types. None where none does.
[[nodiscard]] std::optional<Inference> infer(FunctionId function, std::span<const Type> arguments);
/// Why not: the first argument that no signature takes at its place, or left_out for their number.
[[nodiscard]] std::size_t offending_argument(FunctionId function, std::span<const Type> arguments);

/// Calls a function with positional arguments. Null and a fault where no signature takes them.
[[nodiscard]] Value call(CallContext& context, FunctionId function,
                         std::span<const Value> arguments);
/// Calls one signature (of a call by names): null and a fault where it does not take the arguments.
[[nodiscard]] Value call_signature(CallContext& context, SignatureId signature,
                                   std::span<const Value> arguments);
/// Calls one signature, without looking at the kinds. Requires: arguments that it takes.
[[nodiscard]] Value call_exactly(CallContext& context, SignatureId signature,
                                 std::span<const Value> arguments);

/// A built-in as a value, for `sort(list, f)` and the like.
[[nodiscard]] Value function_value(FunctionId function);
/// Which built-in a function value is, if it is one.
[[nodiscard]] std::optional<FunctionId> as_builtin(const Value& function) noexcept;

/// docs/builtins.md.
[[nodiscard]] std::string documentation();

}  // namespace aftercare::builtins
