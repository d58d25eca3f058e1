// table/table_source.hpp — the model of a decision table as it is written.
//
// Packs and DMN files fill in the same; Table compiles it. Cells are text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/source.hpp"
#include "aftercare/table.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "table/evaluation.hpp"

namespace aftercare::table {

/// Makes a value what its declared type asks for: the value itself, a converted one, or null with a
/// finding told.
using Convert = std::function<Value(Evaluation&, const Value&)>;

/// A table as it is written, but its rows.
struct TableHead {
  struct Input {
    Text expression;  ///< over the names in scope; of a pack the name of the input itself
    std::string name;
    Type type;
    std::optional<Text> allowed;  ///< unary tests
    Convert convert;              ///< null: the value as it is
    /// Unary tests of its type, each of which a value passes: nothing else comes here.
    std::vector<Text> domain = {};
    /// Of times and dates with times, whether they bear a zone; none: either.
    std::optional<bool> is_zoned = {};
  };
  struct Output {
    std::string name;
    Type type;
    std::optional<Text> allowed;  ///< unary tests; their order is the order of priority
    std::optional<Text> default_value;
    Convert convert;
    std::optional<Text> order = {};  ///< of priority, where `allowed` gives none: the type's own
  };
  std::string name;
  SourceSpan span;
  HitPolicy policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
};

struct TableSource : TableHead {
  struct Row {
    std::vector<Text> conditions;
    std::vector<Text> results;
    SourceSpan span;
    /// Of each result, besides what its output converts to. Empty: none; null: the value as it is.
    std::vector<Convert> converts = {};
  };
  std::vector<Row> rows;
};

}  // namespace aftercare::table
