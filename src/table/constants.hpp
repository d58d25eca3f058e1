// table/constants.hpp — the parts of cells and conditions that are known without evaluating.
//
// Literals and words of closed sets are read off the tree; anything else that reads nothing
// (`date("2025-01-01")`, `30min`, a parameter that is set) is compiled once for each text and run.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "feel/compile.hpp"

namespace aftercare::table {

class Constants {
 public:
  /// `options` (level, dialect, zone) are those of the expressions around. Both must outlive it.
  Constants(const feel::Scope& scope, const feel::CompileOptions& options)
      : scope_(scope), options_(options) {}

  /// A literal, or a word of `type` where that is a closed set; none for anything else.
  [[nodiscard]] static std::optional<Value> literal(const feel::Ast& tree, feel::NodeId node,
                                                    const Type& type);
  /// The value of an expression that reads nothing; none for any other.
  [[nodiscard]] std::optional<Value> find(const feel::Ast& tree, feel::NodeId node,
                                          const Type& type);

 private:
  const feel::Scope& scope_;
  const feel::CompileOptions& options_;
  std::unordered_map<std::string, std::pair<Type, std::optional<Value>>> known_;
};

}  // namespace aftercare::table
