// interop/dmn_model.hpp — what stands in DMN files, read but not yet compiled.
//
// One struct for each kind of element, in the words of the DMN specification; the versions 1.1 to
// 1.6 read to the same model. Names are normalised (white space folded), references are resolved to
// (model, id) later, expressions are text with its place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/source.hpp"

namespace aftercare::interop {

/// A piece of FEEL (or of another language) and where it stands.
struct DmnText {
  std::string text;
  SourceSpan span;
};

/// A variable, parameter, column or binding: a name and the type that it declares ("" for none).
struct DmnVariable {
  std::string name;
  std::string type_ref;  ///< as written, a namespace prefix already resolved to an import's name
  SourceSpan span;
};

struct DmnItemDefinition {
  std::string name;
  std::string type_ref;  ///< "" where there are components or a function item
  bool is_collection = false;
  std::vector<DmnItemDefinition> components;
  std::optional<DmnText> allowed_values;   ///< of each element where it is a collection
  std::optional<DmnText> type_constraint;  ///< of the whole value
  bool is_function = false;
  std::vector<DmnVariable> parameters;  ///< of a function item
  std::string result_ref;               ///< of a function item
  SourceSpan span;
};

struct DmnTable;

/// A boxed expression.
struct DmnExpression {
  enum class Kind : std::uint8_t {
    none,         ///< an element without logic
    literal,      ///< text
    context,      ///< names[i] = parts[i]; an entry without name is the result
    list,         ///< parts
    relation,     ///< names are the columns; parts are lists, one for each row
    invocation,   ///< parts[0] is called with names[i] = parts[i + 1]
    function,     ///< names are the parameters, parts[0] the body
    table,        ///< table
    conditional,  ///< parts: if, then, else
    filter,       ///< parts: in, match
    loop,         ///< parts: in, return; text is the iterator
    some,         ///< parts: in, satisfies; text is the iterator
    every,        ///< parts: in, satisfies; text is the iterator
    external,     ///< a function body in Java or PMML; never run
  };
  Kind kind = Kind::none;
  std::string type_ref;
  DmnText text;
  std::vector<DmnVariable> names;
  std::vector<DmnExpression> parts;
  std::shared_ptr<const DmnTable> table;
  SourceSpan span;
};

struct DmnTable {
  struct Input {
    DmnText expression;
    std::string type_ref;
    std::optional<DmnText> allowed;
  };
  struct Output {
    std::string name;
    std::string type_ref;
    std::optional<DmnText> allowed;
    std::optional<DmnText> default_value;
    SourceSpan span;
  };
  struct Entry {
    DmnText expression;
    std::string type_ref;
  };
  struct Rule {
    std::vector<DmnText> inputs;
    std::vector<Entry> outputs;
    SourceSpan span;
  };
  std::string hit_policy = "UNIQUE";
  std::string aggregation;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Rule> rules;
};

/// A reference to an element: the model by its namespace ("" for the same file) and the id.
struct DmnReference {
  std::string model;
  std::string id;
  SourceSpan span;
};

/// An element of the requirements graph.
struct DmnNode {
  enum class Kind : std::uint8_t { input, decision, knowledge, service };
  Kind kind = Kind::decision;
  std::string id;
  std::string name;
  DmnVariable variable;
  DmnExpression logic;                        ///< of a decision; of a knowledge model, a function
  std::vector<DmnReference> requires_;        ///< decisions, inputs and knowledge, in order
  std::vector<DmnReference> outputs;          ///< of a service
  std::vector<DmnReference> encapsulated;     ///< of a service
  std::vector<DmnReference> input_decisions;  ///< of a service
  std::vector<DmnReference> input_data;       ///< of a service
  SourceSpan span;
};

struct DmnImport {
  std::string name;
  std::string model;  ///< namespace of the imported model
  std::string location;
  bool is_dmn = true;
  SourceSpan span;
};

/// One file.
struct DmnDefinitions {
  std::string name;
  std::string model;  ///< its namespace
  std::vector<DmnImport> imports;
  std::vector<DmnItemDefinition> items;
  std::vector<DmnNode> nodes;
  /// Texts that are written with escapes: where each begins in the file, and its length without
  /// them. In the order of the file. See written_span().
  std::vector<SourceSpan> escaped;
  SourceSpan span;
};

}  // namespace aftercare::interop
