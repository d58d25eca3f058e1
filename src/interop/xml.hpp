// interop/xml.hpp — XML from strangers, read within bounds.
//
//   XmlDocument document = XmlDocument::read(sources, file, findings);
//   for (XmlNode child : document.root().elements()) visit(child.local_name());
//
// No document type, no entity but the five of XML, no depth or size beyond the limits: whatever the
// bytes, the answer is a tree or a finding, in time linear in the size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

namespace pugi {
struct xml_node_struct;
class xml_document;
}  // namespace pugi

namespace aftercare::interop {

struct XmlLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::uint32_t depth = 200;
};

/// An element of a document, or none. Valid as long as its document.
class XmlNode {
 public:
  XmlNode() = default;
  explicit XmlNode(pugi::xml_node_struct* raw) noexcept : raw_(raw) {}
  explicit operator bool() const noexcept { return raw_ != nullptr; }

  /// "dmn:decision", and its two parts.
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::string_view local_name() const;
  [[nodiscard]] std::string_view prefix() const;
  /// The attribute of exactly that name; "" where absent.
  [[nodiscard]] std::string_view attribute(const char* name) const;
  [[nodiscard]] bool has_attribute(const char* name) const;
  /// The attribute of that local name, whatever its prefix; "" where absent.
  [[nodiscard]] std::string_view any_attribute(std::string_view local_name) const;
  /// Names and values in their order.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> attributes() const;
  /// "true" or "1".
  [[nodiscard]] bool is_true(const char* name) const;
  /// The namespace that a prefix ("" for the default one) stands for here; "" where undeclared.
  [[nodiscard]] std::string_view namespace_of(std::string_view prefix) const;
  /// All text directly below the element.
  [[nodiscard]] std::string text() const;
  /// The element as XML that stands for itself: it takes its default namespace along.
  [[nodiscard]] std::string written() const;

  [[nodiscard]] XmlNode parent() const;
  [[nodiscard]] XmlNode first_element() const;
  [[nodiscard]] XmlNode next_element() const;

  class Elements;
  /// The elements directly below, for a loop.
  [[nodiscard]] Elements elements() const;

  [[nodiscard]] pugi::xml_node_struct* raw() const noexcept { return raw_; }
  bool operator==(const XmlNode&) const = default;

 private:
  pugi::xml_node_struct* raw_ = nullptr;
};

class XmlNode::Elements {
 public:
  class Iterator {
   public:
    explicit Iterator(XmlNode at) : at_(at) {}
    XmlNode operator*() const { return at_; }
    Iterator& operator++() {
      at_ = at_.next_element();
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    XmlNode at_;
  };
  explicit Elements(XmlNode first) : first_(first) {}
  [[nodiscard]] Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] static Iterator end() { return Iterator(XmlNode()); }

 private:
  XmlNode first_;
};

inline XmlNode::Elements XmlNode::elements() const { return Elements(first_element()); }

/// A parsed document that knows where its elements stand. Movable.
class XmlDocument {
 public:
  XmlDocument();
  ~XmlDocument();
  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;

  /// The outermost element; none where the text could not be read.
  [[nodiscard]] XmlNode root() const;
  /// The place of an element: its name in the opening tag.
  [[nodiscard]] SourceSpan span(XmlNode node) const;
  /// Where the first piece of text below an element stands; its span where there is none.
  [[nodiscard]] SourceSpan text_span(XmlNode node) const;

  /// Reads text number `file` of `sources`; an empty document and findings where it cannot be read.
  static XmlDocument read(const Sources& sources, std::uint32_t file, Diagnostics& findings,
                          const XmlLimits& limits = {});

 private:
  std::unique_ptr<pugi::xml_document> tree_;
  std::uint32_t file_ = 0;
  std::uint32_t size_ = 0;
};

/// The value of an attribute within its quotes; the element where it has no such attribute.
[[nodiscard]] SourceSpan value_span(const Sources& sources, const XmlDocument& document,
                                    XmlNode node, std::string_view name);

/// Where a part of a text stands in the file. `text` begins where the file has the text of an
/// element; `part` counts from there in bytes as XmlNode::text() gives them, without escapes.
[[nodiscard]] SourceSpan written_span(std::string_view file, SourceSpan text, SourceSpan part);

}  // namespace aftercare::interop
