// interop/xml.hpp — XML from strangers, read within bounds.
//
// No document type, no entity but the five of XML, no depth or size beyond the limits: whatever the
// bytes, the answer is a tree or a finding, in time linear in the size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

namespace aftercare::interop {

struct XmlLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::uint32_t depth = 200;
};

/// A parsed document that knows where its nodes stand. Movable.
class XmlDocument {
 public:
  [[nodiscard]] pugi::xml_node root() const { return tree_->document_element(); }
  /// The place of an element: its name in the opening tag.
  [[nodiscard]] SourceSpan span(pugi::xml_node node) const;
  /// All text directly below an element, and where the first piece of it stands.
  [[nodiscard]] std::string text(pugi::xml_node node) const;
  [[nodiscard]] SourceSpan text_span(pugi::xml_node node) const;

  /// Reads text number `file` of `sources`; an empty tree and findings where it cannot be read.
  static XmlDocument read(const Sources& sources, std::uint32_t file, Diagnostics& findings,
                          const XmlLimits& limits = {});

 private:
  std::unique_ptr<pugi::xml_document> tree_ = std::make_unique<pugi::xml_document>();
  std::uint32_t file_ = 0;
  std::uint32_t size_ = 0;
};

/// "literalExpression" of "dmn:literalExpression"; "dmn" or "".
[[nodiscard]] std::string_view local_name(pugi::xml_node node);
[[nodiscard]] std::string_view prefix_of(std::string_view name);
/// The namespace that a prefix ("" for the default one) stands for at `node`; "" where undeclared.
[[nodiscard]] std::string_view namespace_of(pugi::xml_node node, std::string_view prefix);
/// The attribute of that local name, whatever its prefix; "" where absent.
[[nodiscard]] std::string_view attribute(pugi::xml_node node, std::string_view name);

}  // namespace aftercare::interop
