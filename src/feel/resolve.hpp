// From a tree to a tree whose names are bound: to slots, constants, functions, or locals of the
// text itself. Lets are expanded, paths through records become slots.
//
// The result is what check() and emit() work on; nodes of an expanded let carry the range of the
// name that used it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "feel/ast.hpp"
#include "feel/compile.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {

/// What a name or path of the resolved tree stands for.
struct Binding {
  enum class Is : std::uint8_t {
    none,      ///< no name: look at the node
    slot,      ///< index: the slot
    record,    ///< entry: whose members are asked for; a value only where it has a slot
    constant,  ///< entry: its value
    local,     ///< index: into Resolved::locals
    function,  ///< entry: a function of the host
    builtin,   ///< index: the function
    let,       ///< a let that a member of an item may hide: it is the node's child
    word,      ///< a word of a closed set, which the context decides
    unknown,   ///< nothing; lenient evaluation tells a fault
  };
  Is is = Is::none;
  std::uint32_t index = 0;
  const Name* entry = nullptr;
  /// Records with a slot that lead to it, outermost first: it can only be read where they are
  /// there.
  std::vector<const Name*> guards;
  /// Items of filters (locals), innermost first, whose members come before all that.
  std::vector<std::uint32_t> items;
};

/// A variable that the text itself declares.
struct Local {
  enum class Is : std::uint8_t { iterator, partial, parameter, entry, item, tested };
  Is is = Is::iterator;
  std::string name;
  NodeId declared = 0;  ///< iterator, parameter, entry, filter or in; 0 for partial
};

/// What a function literal uses of what stands around it, in the order of its first registers.
struct Capture {
  bool is_slot = false;
  std::uint32_t index = 0;  ///< slot or local
  bool operator==(const Capture&) const = default;
};

struct Resolved {
  Ast tree;
  std::vector<Binding> bindings;  ///< parallel to the nodes
  std::vector<Local> locals;
  std::unordered_map<NodeId, std::uint32_t> local_of;    ///< declaring node → local
  std::unordered_map<NodeId, std::uint32_t> partial_of;  ///< for_each → its `partial`, where used
  std::unordered_map<NodeId, std::vector<Capture>> captures;  ///< function → what it uses
  std::unordered_map<NodeId, std::uint32_t> self_of;  ///< function → local of its own name
  std::unordered_map<NodeId, std::string> let_of;     ///< root of an expanded let → its name
  std::unordered_set<NodeId> told_wrong;              ///< of these: Ast::is_told_wrong
  Diagnostics findings;  ///< only what makes the tree unusable: cycles and size
};

[[nodiscard]] Resolved resolve(const Ast& tree, const Scope& scope, const CompileOptions& options);

/// Whether a test says itself what it does with the value under test: it reads `?`. An `in` within
/// it has a `?` of its own in its tests.
[[nodiscard]] bool reads_input(const Ast& tree, NodeId test);

}  // namespace aftercare::feel
