// Types as an expression writes them: `list<date and time>`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aftercare/type.hpp"

#include "feel/ast.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {

/// The type of a type node; none where a name in it is not known.
[[nodiscard]] std::optional<Type> type_of(const Ast& tree, NodeId node, const Scope& scope);

/// A function value that tells of a value of the type of a type node whether the declared types in it
/// allow it; none where all are allowed.
[[nodiscard]] std::optional<Value> test_of(const Ast& tree, NodeId node, const Scope& scope);

/// A simple type by FEEL's name or one of its older aliases.
[[nodiscard]] std::optional<Type> simple_type(std::string_view name);

/// The name of a type, for people.
[[nodiscard]] std::string type_text(const Type& type, Language language);
/// The same as a word of a finding, in both languages.
[[nodiscard]] std::string type_word(const Type& type);

}  // namespace aftercare::feel
