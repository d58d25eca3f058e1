// interop/boxed.hpp — boxed expressions: compiled into pieces of FEEL, evaluated over one frame.
//
// Each name that a boxed expression introduces (an entry of a context, a parameter, an iterator)
// has a slot of its own in the frame of the element it stands in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/value.hpp"

#include "builtins/host_callable.hpp"
#include "feel/scope.hpp"
#include "interop/dmn_model.hpp"
#include "interop/dmn_types.hpp"
#include "table/evaluation.hpp"
#include "table/table.hpp"

namespace aftercare::interop {

struct Boxed {
  using Kind = DmnExpression::Kind;
  struct Part;
  Kind kind = Kind::none;
  std::string name;  ///< of the element that it stands in, for findings
  SourceSpan span;
  DmnTypePtr type;         ///< declared for the expression
  table::Formula formula;  ///< of a literal; of a filter, its whole in FEEL
  table::Table table;
  std::vector<Part> parts;
  std::uint32_t slot = 0;          ///< of the iterator, of the list of a filter
  std::uint32_t partial_slot = 0;  ///< of a loop: the results so far
  bool may_read_partial = false;   ///< of a loop
  Type result = {};                ///< what is known of its values
};

/// A child: an entry, argument, column, parameter.
struct Boxed::Part {
  std::string name;
  DmnTypePtr type;  ///< declared for the name
  std::uint32_t slot = 0;
  Boxed body;  ///< not of a parameter
  SourceSpan span;
};

/// What the expressions of one element need to be compiled.
struct BoxedContext {
  const DmnTypes& types;
  Diagnostics& findings;
  std::string element;
  std::uint32_t slots = 0;  ///< of the frame; grows
  DmnTypePtr whole = {};    ///< of the element's variable, where its logic gives its value
  std::map<std::uint32_t, DmnTypePtr> types_of_slots = {};  ///< what their values conform to
};

[[nodiscard]] Boxed compile_boxed(const DmnExpression& source, const feel::Scope& scope,
                                  BoxedContext& context);

/// The evaluation that functions made in it belong to. A function outlives it as a value; calling
/// it then is a fault.
struct Session {
  table::Evaluation* evaluation = nullptr;
};

/// Requires: a frame of BoxedContext::slots values, the names in scope filled in.
[[nodiscard]] Value evaluate_boxed(const Boxed& boxed, std::vector<Value>& frame,
                                   const std::shared_ptr<Session>& session);

/// Calls `function` with named arguments: what an invocation does. Null and told where the names
/// are not its parameters.
[[nodiscard]] Value call_named(const Value& function, const std::vector<std::string>& names,
                               const std::vector<Value>& arguments, SourceSpan span,
                               table::Evaluation& evaluation);

}  // namespace aftercare::interop
