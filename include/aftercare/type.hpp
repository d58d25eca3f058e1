// aftercare/type.hpp — the types of expressions and of the fields of a case.
//
//   auto grade = Type::symbol("Leave", {"personal", "sick", "work_injury"});
//   auto age = Type::number({.minimum = Decimal(0), .maximum = Decimal(150), .scale = 0});
//   Type::list(grade.optional()).to_text();     // list of optional Leave
//
// Types are immutable and cheap to copy. Needs: value.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// What a number or an amount of money may be. Without facets of its own it is |x| < 10^12, a number
/// with at most six decimals; that is what lets the checker rule out overflow and the machine use
/// integers. The decimals of money are those of its currency.
struct NumberFacets {
  std::optional<rt::Decimal> minimum;  ///< inclusive
  std::optional<rt::Decimal> maximum;  ///< inclusive
  int scale = 6;                       ///< most digits after the point
  bool operator==(const NumberFacets&) const = default;
};

class AFTERCARE_API Type {
 public:
  enum class Is : std::uint8_t {
    any,
    null,
    boolean,
    number,
    string,
    date,
    time,
    date_time,
    instant,
    days_duration,
    months_duration,
    length,  ///< `duration` or `term` of a pack: any length with its unit
    working_duration,
    symbol,
    money,
    range,
    list,
    context,
    function,
    calendar,
  };

  /// `any`: nothing is known.
  Type() = default;
  [[nodiscard]] Is is() const noexcept;
  [[nodiscard]] bool is_optional() const noexcept { return optional_; }  ///< may be null
  [[nodiscard]] const std::string& name() const noexcept;  ///< declared name; may be empty
  [[nodiscard]] const Type& element() const noexcept;      ///< of list, range; result of function
  /// Members of a context, parameters of a function.
  [[nodiscard]] std::span<const std::pair<std::string, Type>> members() const noexcept;
  [[nodiscard]] const Type* member(std::string_view name) const noexcept;
  [[nodiscard]] std::span<const std::string> words()
      const noexcept;                                         ///< of a symbol, in declared order
  [[nodiscard]] std::uint32_t symbol_set() const noexcept;    ///< number of a symbol's set
  [[nodiscard]] const NumberFacets& facets() const noexcept;  ///< of a number, of money
  [[nodiscard]] bool operator==(const Type& other) const noexcept;
  /// As a pack writes it: "optional list of money".
  [[nodiscard]] std::string to_text() const;

  [[nodiscard]] Type optional() const {
    Type t = *this;
    t.optional_ = true;
    return t;
  }
  [[nodiscard]] Type required() const {
    Type t = *this;
    t.optional_ = false;
    return t;
  }

  [[nodiscard]] static Type any() noexcept { return {}; }
  [[nodiscard]] static Type of(Is is);  ///< any simple kind
  [[nodiscard]] static Type boolean() { return of(Is::boolean); }
  [[nodiscard]] static Type number() { return of(Is::number); }
  /// `name` is how a declaration writes it, for messages: "number 0..100".
  [[nodiscard]] static Type number(NumberFacets facets, std::string name = {});
  [[nodiscard]] static Type string() { return of(Is::string); }
  [[nodiscard]] static Type date() { return of(Is::date); }
  [[nodiscard]] static Type instant() { return of(Is::instant); }
  /// Money of one currency (ISO code packed by currency_code) and scale. Of the facets only the
  /// bounds count.
  [[nodiscard]] static Type money(std::uint32_t currency, int scale, NumberFacets facets = {},
                                  std::string name = {});
  [[nodiscard]] std::uint32_t currency() const noexcept;
  [[nodiscard]] int scale() const noexcept;
  /// A closed set of words. The set's number is given by the caller and unique in one rulebook.
  [[nodiscard]] static Type symbol(std::string name, std::vector<std::string> words,
                                   std::uint32_t set);
  [[nodiscard]] static Type list(Type element);
  [[nodiscard]] static Type range(Type element);
  [[nodiscard]] static Type context(std::vector<std::pair<std::string, Type>> members,
                                    std::string name = {});
  [[nodiscard]] static Type function(std::vector<std::pair<std::string, Type>> parameters,
                                     Type result);

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;  // null: any
  bool optional_ = false;
};

/// Names that an expression may read, with their types.
using Signature = std::vector<std::pair<std::string, Type>>;

}  // namespace aftercare
