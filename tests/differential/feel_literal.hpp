// A second opinion on FEEL: a slow walk over the syntax tree, written from the specification.
//
// It shares with the machine the parser, the values and the decimal type, and for functions that
// are no operators the table of built-ins. Arithmetic, comparison, logic, ranges, membership,
// filters, paths, loops, quantifiers, conditions, unary tests, functions and the arithmetic of
// dates are its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

#include "feel/ast.hpp"

namespace aftercare::literal {

using Environment = std::vector<std::pair<std::string, Value>>;  // the last one of a name counts

struct Setting {
  std::optional<Zone> zone = {};
  std::uint64_t steps = 200'000;
};

struct Answer {
  Value value;
  bool is_over = false;  ///< out of steps: says nothing about the value
};

/// The value of a tree over named inputs, leniently: what FEEL calls an error is null.
[[nodiscard]] Answer evaluate(const feel::Ast& tree, const Environment& inputs,
                              const Setting& setting = {});

}  // namespace aftercare::literal
