// interop/scxml_grammar.hpp — which elements, attributes and values an SCXML document may have.
//
//   check_scxml_grammar(sources, xml, scxml, is_lenient, findings);
//
// One table of the W3C recommendation's elements: attributes and the form of their values, children
// and how often they come, what excludes what. What names mean (states, data, expressions) is not
// looked at here. Elements and attributes of other namespaces are nobody's business and left alone.
#pragma once

#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "interop/xml.hpp"

namespace aftercare::interop {

inline constexpr std::string_view scxml_namespace = "http://www.w3.org/2005/07/scxml";
[[nodiscard]] inline bool is_scxml(XmlNode node) {
  return node.namespace_of(node.prefix()) == scxml_namespace;
}

/// The words of a value, parted by white space; views into `text`.
[[nodiscard]] std::vector<std::string_view> parts_of(std::string_view text);

/// Tells what is wrong with the form of `scxml` and all below, but not of a document within it.
/// Lenient: only that without which there is no chart. Whether nothing told is an error.
bool check_scxml_grammar(const Sources& sources, const XmlDocument& xml, XmlNode scxml,
                         bool is_lenient, Diagnostics& findings);

}  // namespace aftercare::interop
