// expression/domain.hpp — the values that an input of a type may have, as points of a line.
//
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare::expression {

struct Domain {
  enum class Rest : std::uint8_t {
    nothing,  ///< the listed values are all
    line,     ///< and those of a line, in their order: point(low) … point(high)
    text,     ///< and all texts
    unknown,  ///< and others that are not followed
  };
  std::vector<Value> listed;
  Rest rest = Rest::unknown;
  std::int64_t low = 0;
  std::int64_t high = 0;
  /// The plainest point of the line, where one speaks for all: zero, or the day that is asked about.
  std::int64_t plain = 0;

  [[nodiscard]] static Domain of(const Type& type);
  [[nodiscard]] Value point(std::int64_t index) const;
  /// One of its values; of others than are followed, something that is not null.
  [[nodiscard]] Value any() const;
  /// The last point that is not above the value; none for a value of another kind, or beyond.
  [[nodiscard]] std::optional<std::int64_t> index_below(const Value& value) const;

 private:
  Kind kind_ = Kind::null;
  int scale_ = 0;               // of numbers and money: digits after the point
  std::uint32_t currency_ = 0;  // of money
};

}  // namespace aftercare::expression
