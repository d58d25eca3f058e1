// interop/dmn_decision.hpp — a decision of a DMN model as a function of a pack's values.
//
//   DecisionUse use{.name = "Rate", .inputs = …, .outputs = …};
//   BoundDecision bound = bind_decision(model, use, here, in_model);
//   bound.decision->decide(arguments, zone);
//
// Packs are strict and DMN is not, so what crosses is checked: before it runs, that both sides
// speak of the same names, types and words; when it runs, that nothing was told as an error and
// that the value is of the declared type. Words are texts there, money is a number, instants are
// dates and times of the pack's zone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/dmn.hpp"
#include "aftercare/type.hpp"

#include "step/model.hpp"
#include "table/table.hpp"

namespace aftercare::interop {

/// What a pack says that a decision takes and gives.
struct DecisionUse {
  struct Column {
    std::string name;
    std::string path;  ///< in the model: "Visit.distance"
    Type type;
    SourceSpan span;
  };
  std::string name;  ///< of a decision, a decision service or a knowledge model
  SourceSpan span;   ///< where the pack names it
  std::vector<Column> inputs;
  std::vector<Column> outputs;
  bool is_list = false;  ///< all rows that match, as a list
};

/// What the model allows of a value that the pack gives it.
struct AllowedInput {
  std::string name;       ///< in the model
  std::string tests;      ///< the unary tests, as they are written
  SourceSpan span;        ///< where the pack declares it
  bool is_closed = false; ///< the pack gives one of a set of words
  table::Table coverage;  ///< one column of the pack's type, one row that takes what is allowed
};

struct BoundDecision {
  std::shared_ptr<const step::ForeignDecision> decision;  ///< null where a finding is an error
  /// Where its logic is one table with constant results over what it is given: the same rows over
  /// the types of the pack, to be proved complete. Else the value may be null.
  std::optional<table::Table> proof;
  /// Whatever the pack may give is to be proved allowed: else it is null in the model, and a fault.
  std::vector<AllowedInput> allowed;
};

/// `here` gets findings in the pack, `in_model` those with places in the model's own sources.
[[nodiscard]] BoundDecision bind_decision(const DmnModel& model, const DecisionUse& use,
                                          Diagnostics& here, Diagnostics& in_model);

}  // namespace aftercare::interop
