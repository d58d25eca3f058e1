// Strict acceptance: types with nullability, what is known at each place, intervals of numbers.
//
// A walk over the resolved tree that computes for each node its type, whether it may be null there,
// and the interval of its number; and reports everything that may be null or may fault where a
// value is asked for, with the reason and the remedy. Facts learned from a condition (x != null, n
// > 0) hold where the condition has decided, through `and`, `or`, `if`, not() and expanded lets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/rt/decimal.hpp"
#include "aftercare/type.hpp"

#include "feel/compile.hpp"
#include "feel/resolve.hpp"

namespace aftercare::feel {

/// What is known of a number (or an amount of money): an interval and the digits after the point.
struct Numbers {
  std::optional<rt::Decimal> low;  ///< none: unbounded
  std::optional<rt::Decimal> high;
  int scale = -1;  ///< most digits after the point; -1: not known
  bool not_zero = false;

  [[nodiscard]] bool may_be_zero() const;
  [[nodiscard]] bool is_whole() const noexcept { return scale == 0; }
};

/// What the declaration of a number or an amount of money says of it.
[[nodiscard]] Numbers numbers_of(const Type& type);

/// Why a value may be null.
struct Cause {
  enum class Is : std::uint8_t {
    none,
    declared,  ///< the name is declared optional
    absent,    ///< the record may not be there
    function,  ///< a function that gives null for some arguments
    index,     ///< an index may lie outside the list
    literal,   ///< null is written there
    member,    ///< the member is optional
  };
  Is is = Is::none;
  std::string name;
  std::uint32_t slot = no_slot;
  std::optional<SourceSpan> declared_at;
  std::string what;         ///< as the name was declared
  std::uint8_t causes = 0;  ///< function: builtins::cause
  Declared::Absence absence = Declared::Absence::declared;
};

/// What the checker knows of a node.
struct Known {
  Type type;  ///< optional where it may be null here
  Numbers numbers;
  std::optional<Value> value;  ///< a word that the context has decided
  Cause cause;
  bool failed = false;  ///< already reported: nothing more is said of it
};

struct Checked {
  std::vector<Known> known;  ///< parallel to the nodes
  Type type;
  Diagnostics findings;
  std::vector<std::uint32_t> present_when_true;
};

/// `folded` as fold() gives it.
[[nodiscard]] Checked check(const Resolved& resolved, const Scope& scope,
                            const std::vector<std::optional<Value>>& folded,
                            const CompileOptions& options);

}  // namespace aftercare::feel
