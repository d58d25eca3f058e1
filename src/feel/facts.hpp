// What a decided condition says about names: that they are there, and where their numbers lie.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aftercare/rt/decimal.hpp"

namespace aftercare::feel {

struct Fact {
  bool present = false;
  bool not_zero = false;
  std::optional<rt::Decimal> low;
  std::optional<rt::Decimal> high;
};

/// By the key of a name: "s3" a slot, "l2" a local, "l2.until" a member of it.
using Facts = std::map<std::string, Fact>;

/// Both hold.
[[nodiscard]] Facts both(const Facts& a, const Facts& b);
/// One of the two holds.
[[nodiscard]] Facts either(const Facts& a, const Facts& b);

}  // namespace aftercare::feel
