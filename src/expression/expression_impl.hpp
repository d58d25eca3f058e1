// expression/expression_impl.hpp — what lies behind an Expression. For this folder only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aftercare/expression.hpp"

#include "bytecode/program.hpp"

namespace aftercare {

struct Expression::Impl {
  std::string text;
  Type type;
  std::vector<std::string> names;  // of the signature, in its order
  std::vector<Type> types;         // of the names
  std::vector<std::string> reads;  // sorted
  std::shared_ptr<const bytecode::Program> program;
};

}  // namespace aftercare
