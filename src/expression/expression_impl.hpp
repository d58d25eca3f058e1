// expression/expression_impl.hpp — what lies behind an Expression. For this folder only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aftercare/expression.hpp"

#include "bytecode/program.hpp"
#include "feel/compile.hpp"

namespace aftercare {

struct Expression::Impl {
  std::string text;
  Type type;
  std::vector<std::string> names;  // of the signature, in its order
  std::vector<Type> types;         // of the names
  std::vector<std::string> reads;  // sorted
  std::shared_ptr<const bytecode::Program> program;
};

namespace expression {

/// A text compiled over a signature, for either of the two ways to evaluate it.
struct Prepared {
  Sources sources;
  std::vector<std::string> names;  // of the signature, in its order, normalised
  std::vector<Type> types;         // of the names
  feel::Outcome outcome;
};
/// `scalars`: whether the program may use the bank of scalars.
[[nodiscard]] Prepared prepare(std::string_view text, const Signature& names,
                               const ExpressionOptions& options, bool scalars);

}  // namespace expression

}  // namespace aftercare
