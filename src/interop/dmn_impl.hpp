// interop/dmn_impl.hpp — a DMN model, linked and compiled: what stands behind DmnModel.
//
// For the files of this folder that look into a model; everybody else asks DmnModel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/dmn.hpp"

#include "interop/boxed.hpp"
#include "interop/dmn_model.hpp"
#include "interop/dmn_types.hpp"

namespace aftercare {

namespace interop {

inline constexpr std::uint32_t no_node = 0xFFFFFFFFU;

/// An element, linked and compiled.
struct Node {
  DmnNode::Kind kind = DmnNode::Kind::decision;
  std::uint32_t file = 0;
  std::string name;
  DmnTypePtr type;  ///< of its variable; of a function, of its result
  DmnTypePtr function;  ///< of a function, where its variable declares one
  SourceSpan span;
  struct Requirement {
    std::uint32_t node = no_node;
    std::uint32_t slot = 0;
  };
  std::vector<Requirement> requires_;
  Boxed logic;                         ///< of a decision; of a knowledge model, a function
  std::uint32_t slots = 0;             ///< of its frame
  std::vector<std::uint32_t> outputs;  ///< of a service
  std::vector<std::uint32_t> inputs;   ///< of a service: its parameters, data before decisions
  std::uint32_t written = 0;           ///< its number in the file: DmnDefinitions::nodes
  std::string circle;                  ///< by way of whom it requires itself: it has no value then
};

}  // namespace interop

struct DmnModel::Impl {
  Sources sources;
  std::vector<interop::DmnDefinitions> files;
  std::vector<std::unique_ptr<interop::DmnTypes>> types;  // one for each file
  std::vector<interop::Node> nodes;
  std::vector<std::uint32_t> order;  // nodes so that requirements come first
  std::vector<std::uint32_t> rank;   // of a node in `order`
  Signature inputs;
};

struct DmnModel::Access {
  static const Impl& impl(const DmnModel& model) noexcept { return *model.impl_; }
};

namespace interop {

/// A file, and those whose elements stand among its own: imported without a name, by it or by one of
/// these. Nearest first.
[[nodiscard]] std::vector<std::uint32_t> namespace_of(const DmnModel::Impl& model, std::uint32_t file);

/// The element of that kind and name in the namespace of the first file, or no_node.
[[nodiscard]] std::uint32_t find_node(const DmnModel::Impl& model, std::string_view name,
                                      DmnNode::Kind kind);

/// Findings are made with spans in texts without the escapes of XML; moves them to where those
/// stand in the files.
void place(const DmnModel::Impl& model, Diagnostics& findings);

}  // namespace interop
}  // namespace aftercare
