// interop/dmn_types.hpp — item definitions, and making values conform to them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "interop/dmn_model.hpp"
#include "table/evaluation.hpp"

namespace aftercare::interop {

/// A declared type with its constraints.
struct DmnType {
  enum class Is : std::uint8_t { any, simple, list, context, function, refined };
  Is is = Is::any;
  std::string name;
  Kind kind = Kind::null;                  ///< of a simple one
  Type type;                               ///< as FEEL knows it, everywhere optional
  std::shared_ptr<const DmnType> element;  ///< of a list; of a refined one, what it refines
  std::vector<std::pair<std::string, std::shared_ptr<const DmnType>>> members;
  std::vector<std::shared_ptr<const DmnType>> parameters;  ///< of a function
  std::shared_ptr<const DmnType> result;                   ///< of a function
  std::optional<table::Formula> allowed;                   ///< unary tests over slot 0
  std::string allowed_text;     ///< for people
  table::Text allowed_written;  ///< as it stands in the model
  bool lists_values = false;    ///< `allowed` are allowed values: no constraint of the whole
  bool is_restricted = false;   ///< it or a part of it allows some values only
};
using DmnTypePtr = std::shared_ptr<const DmnType>;

/// The types of one model and of those that it imports.
class DmnTypes {
 public:
  /// Types of the imported models, by the name of the import, must have been made before.
  DmnTypes(const DmnDefinitions& definitions,
           std::vector<std::pair<std::string, const DmnTypes*>> imports, Diagnostics& findings);

  /// The type of a reference ("" is any). An unknown one is a finding, and any.
  [[nodiscard]] DmnTypePtr resolve(const std::string& type_ref, SourceSpan span,
                                   Diagnostics& findings) const;
  /// Declared types by name, those of imports as "import.name": for types that FEEL names.
  [[nodiscard]] std::vector<std::pair<std::string, DmnTypePtr>> declared() const;

 private:
  DmnTypePtr find(const std::string& name) const;
  DmnTypePtr make(const DmnItemDefinition& item, int depth, Diagnostics& findings);
  DmnTypePtr resolve_while_making(const std::string& type_ref, SourceSpan span, int depth,
                                  Diagnostics& findings);

  std::vector<std::pair<std::string, const DmnTypes*>> imports_;
  std::map<std::string, const DmnItemDefinition*> items_;
  std::map<std::string, DmnTypePtr> types_;
  std::map<std::string, bool> being_made_;
};

/// The value as the type has it: itself, the element of a list of one, the list of it alone, the
/// midnight of a date (DMN 10.3.2.9.4). Null stays null. None where it does not conform; nothing is told.
[[nodiscard]] std::optional<Value> conform(const DmnType& type, const Value& value,
                                           table::Evaluation& evaluation);

/// The same, null and told where it does not conform. `name` is whose type it is.
[[nodiscard]] Value coerce(const DmnType* type, const Value& value, std::string_view name,
                           SourceSpan span, table::Evaluation& evaluation);

/// What a function type declares for the parameter of that name, or else at that place; null where
/// it is none or has none.
[[nodiscard]] const DmnType* parameter_of(const DmnType* function, std::string_view name,
                                          std::size_t index);

/// A function of FEEL that tells whether a value conforms, for types that FEEL names; null where
/// every value of the type as FEEL knows it does.
[[nodiscard]] Value test_of(const DmnTypePtr& type);

}  // namespace aftercare::interop
