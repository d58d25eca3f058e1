// Reads one JSON text into a small tree. Numbers stay the digits that were written; a key that
// comes twice, and nesting beyond the limit, are refused.
//
//   JsonRead row = read_json(R"({"amount": 50.00})");
//   if (!row) return complain(row.failure.byte, row.failure.kind);
//   row.value->find("amount")->text;  // "50.00"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aftercare::base {

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::size_t begin = 0;  ///< its first byte
  std::size_t end = 0;    ///< one beyond its last
  std::string text;       ///< of a string, decoded; of a number, its digits
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;  ///< in the order of the text

  // Made where the type is complete: it holds itself.
  JsonValue() noexcept;
  JsonValue(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;
  ~JsonValue();

  /// The member with this key, or null.
  [[nodiscard]] const JsonValue* find(std::string_view key) const noexcept;
};

struct JsonFailure {
  enum class Kind : std::uint8_t { syntax, duplicate_key, too_deep };

  Kind kind = Kind::syntax;
  std::size_t byte = 0;  ///< where it was noticed
  std::string detail;    ///< the key; for syntax, what was read
};

struct JsonRead {
  std::optional<JsonValue> value;
  JsonFailure failure;  ///< where there is no value

  [[nodiscard]] explicit operator bool() const noexcept { return value.has_value(); }
};

[[nodiscard]] JsonRead read_json(std::string_view text, std::size_t depth_limit = 64);

}  // namespace aftercare::base
