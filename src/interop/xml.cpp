// Interface: XmlDocument, XmlNode.
#include "interop/xml.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>
#include <utility>

#include <pugixml.hpp>

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"

namespace aftercare::interop {

namespace {

Diagnostic finding(DiagnosticCode code, std::uint32_t file, std::size_t at, std::size_t size,
                   DiagnosticWords words = {}) {
  const auto begin = static_cast<std::uint32_t>(std::min(at, size));
  const auto end = static_cast<std::uint32_t>(std::min<std::size_t>(begin + 1, size));
  return base::make(code, {file, begin, end}, std::move(words));
}

/// Every element with several attributes at and below `root`, in the order of the text.
template <class Do>
void each_with_attributes(pugi::xml_node root, const Do& todo) {
  for (pugi::xml_node node = root; node;) {
    if (node.type() == pugi::node_element && node.first_attribute().next_attribute()) todo(node);
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != root && !node.next_sibling()) node = node.parent();
    if (node == root) return;
    node = node.next_sibling();
  }
}

// pugixml walks up and down without recursion, but our readers recurse.
bool is_too_deep(pugi::xml_node root, std::uint32_t limit, pugi::xml_node& where) {
  std::uint32_t depth = 1;
  pugi::xml_node node = root;
  while (node) {
    if (depth > limit) {
      where = node;
      return true;
    }
    if (node.first_child()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    while (node && node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (!node || node == root) return false;
    node = node.next_sibling();
  }
  return false;
}

/// Whether what stands between `&` and `;` means a character of XML (recommendation 2.2, 4.1, 4.6).
bool means_a_character(std::string_view reference) {
  for (const std::string_view known : {"amp", "lt", "gt", "quot", "apos"})
    if (reference == known) return true;
  const bool is_hex = reference.starts_with("#x");
  if (!reference.starts_with('#')) return false;
  const std::string digits(reference.substr(is_hex ? 2 : 1));
  const auto is_digit = [&](char c) {
    return is_hex ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : base::is_ascii_digit(c);
  };
  if (digits.empty() || digits.size() > 8 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return false;
  const unsigned long code = std::strtoul(digits.c_str(), nullptr, is_hex ? 16 : 10);
  return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

/// The first `&` that means no character; pugixml would take it for text.
std::size_t find_wrong_reference(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> verbatim[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (std::size_t at = 0; (at = text.find_first_of("&<", at)) != std::string_view::npos;) {
    const std::string_view rest = text.substr(at);
    if (rest[0] == '&') {
      const std::size_t end = rest.substr(0, 12).find(';');
      if (end == std::string_view::npos || !means_a_character(rest.substr(1, end - 1))) return at;
      at += end;
      continue;
    }
    ++at;
    for (const auto& [begin, end] : verbatim) {
      if (!rest.starts_with(begin)) continue;
      const std::size_t over = text.find(end, at);
      if (over == std::string_view::npos) return over;
      at = over;
      break;
    }
  }
  return std::string_view::npos;
}

bool is_text(pugi::xml_node node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

}  // namespace

XmlDocument::XmlDocument() : tree_(std::make_unique<pugi::xml_document>()) {}
XmlDocument::~XmlDocument() = default;
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;

XmlNode XmlDocument::root() const { return XmlNode(tree_->document_element().internal_object()); }

SourceSpan XmlDocument::span(XmlNode node) const {
  const std::ptrdiff_t at = pugi::xml_node(node.raw()).offset_debug();
  const auto begin = at < 0 ? 0U : std::min(static_cast<std::uint32_t>(at), size_);
  const auto length = static_cast<std::uint32_t>(node.name().size());
  return {file_, begin, std::min(begin + length, size_)};
}

SourceSpan XmlDocument::text_span(XmlNode node) const {
  for (const pugi::xml_node child : pugi::xml_node(node.raw()).children()) {
    if (!is_text(child)) continue;
    const std::ptrdiff_t at = child.offset_debug();
    if (at < 0) break;
    const auto begin = std::min(static_cast<std::uint32_t>(at), size_);
    const auto length = static_cast<std::uint32_t>(std::strlen(child.value()));
    return {file_, begin, std::min(begin + length, size_)};
  }
  return span(node);
}

XmlDocument XmlDocument::read(const Sources& sources, std::uint32_t file, Diagnostics& findings,
                              const XmlLimits& limits) {
  XmlDocument document;
  const std::string_view text = sources.text(file);
  document.file_ = file;
  document.size_ = static_cast<std::uint32_t>(text.size());
  if (text.size() > limits.bytes) {
    findings.push_back(
        finding(diag::AC1201, file, 0, text.size(), {{"limit", std::to_string(limits.bytes)}}));
    return document;
  }
  if (const std::size_t bad = base::find_invalid_utf8(text); bad != std::string_view::npos) {
    findings.push_back(finding(diag::AC1202, file, bad, text.size()));
    return document;
  }
  const unsigned options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_wconv_attribute |
                           pugi::parse_eol | pugi::parse_ws_pcdata | pugi::parse_doctype;
  const pugi::xml_parse_result parsed =
      document.tree_->load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
  if (!parsed) {
    findings.push_back(finding(diag::AC1203, file,
                               static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                               text.size(), {{"reason", parsed.description()}}));
    document.tree_->reset();
    return document;
  }
  for (const pugi::xml_node node : document.tree_->children()) {
    if (node.type() != pugi::node_doctype) continue;
    const std::size_t at = text.find("<!DOCTYPE");
    findings.push_back(
        finding(diag::AC1204, file, at == std::string_view::npos ? 0 : at, text.size()));
    document.tree_->reset();
    return document;
  }
  if (const std::size_t wrong = find_wrong_reference(text); wrong != std::string_view::npos) {
    findings.push_back(finding(
        diag::AC1203, file, wrong, text.size(),
        {{"reason", base::both("a bare & is written &amp;, and no entities are declared",
                               "单独的 & 要写成 &amp;,也没有声明过实体")}}));
    document.tree_->reset();
    return document;
  }
  pugi::xml_node deep;
  if (is_too_deep(document.tree_->document_element(), limits.depth, deep)) {
    findings.push_back(base::make(diag::AC1205, document.span(XmlNode(deep.internal_object())),
                                  {{"limit", std::to_string(limits.depth)}}));
    document.tree_->reset();
  }
  if (const pugi::xml_node root = document.tree_->document_element()) {
    each_with_attributes(root, [&](pugi::xml_node node) {
      std::set<std::string_view> names;
      for (const pugi::xml_attribute one : node.attributes()) {
        if (names.insert(one.name()).second) continue;
        findings.push_back(base::make(diag::AC0991, document.span(XmlNode(node.internal_object())),
                                      {{"name", one.name()}}));
      }
    });
  }
  return document;
}

namespace {

/// Walks over the text of an element as it is written.
class WrittenText {
 public:
  WrittenText(std::string_view file, std::uint32_t at)
      : file_(file), at_(at), end_(at), is_verbatim_(file.substr(0, at).ends_with("<![CDATA[")) {
    skip_markup();
  }

  std::uint32_t at() const { return at_; }
  /// Where what was passed last ended.
  std::uint32_t end() const { return end_; }
  /// Passes what gave the next bytes of the text; how many those are.
  std::uint32_t step() {
    std::uint32_t gave = 1;
    if (!is_verbatim_ && file_[at_] == '&') {
      const std::size_t end = file_.find(';', at_);
      if (end != std::string_view::npos && end - at_ <= 10) {
        gave = bytes_of(file_.substr(at_ + 1, end - at_ - 1));
        at_ = static_cast<std::uint32_t>(end);
      }
    } else if (file_[at_] == '\r' && file_.substr(at_ + 1, 1) == "\n") {
      ++at_;
    }
    end_ = ++at_;
    skip_markup();
    return gave;
  }
  bool is_over() const { return at_ >= file_.size(); }

 private:
  static std::uint32_t bytes_of(std::string_view reference) {
    if (reference.substr(0, 1) != "#") return 1;
    const bool is_hex = reference.substr(1, 1) == "x";
    const unsigned long code = std::strtoul(std::string(reference.substr(is_hex ? 2 : 1)).c_str(),
                                            nullptr, is_hex ? 16 : 10);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  void skip_markup() {
    for (;;) {
      const std::string_view rest = file_.substr(std::min<std::size_t>(at_, file_.size()));
      if (is_verbatim_ && rest.starts_with("]]>")) {
        is_verbatim_ = false;
        at_ += 3;
      } else if (!is_verbatim_ && rest.starts_with("<![CDATA[")) {
        is_verbatim_ = true;
        at_ += 9;
      } else if (!is_verbatim_ && rest.starts_with("<!--")) {
        const std::size_t end = file_.find("-->", at_);
        if (end == std::string_view::npos) return;
        at_ = static_cast<std::uint32_t>(end) + 3;
      } else {
        return;
      }
    }
  }

  std::string_view file_;
  std::uint32_t at_;
  std::uint32_t end_;
  bool is_verbatim_;
};

}  // namespace

SourceSpan value_span(const Sources& sources, const XmlDocument& document, XmlNode node,
                      std::string_view name) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  const SourceSpan element = document.span(node);
  const std::string_view all = sources.text(element.file);
  std::size_t at = element.end;
  while (at < all.size() && all[at] != '>') {
    while (at < all.size() && (is_space(all[at]) || all[at] == '/')) ++at;
    const std::size_t begin = at;
    while (at < all.size() && !is_space(all[at]) && all[at] != '=' && all[at] != '>') ++at;
    const std::string_view found = all.substr(begin, at - begin);
    while (at < all.size() && (is_space(all[at]) || all[at] == '=')) ++at;
    if (at >= all.size() || (all[at] != '"' && all[at] != '\'')) break;
    const std::size_t end = all.find(all[at], at + 1);
    if (end == std::string_view::npos) break;
    if (found == name) {
      return {element.file, static_cast<std::uint32_t>(at + 1), static_cast<std::uint32_t>(end)};
    }
    at = end + 1;
  }
  return element;
}

SourceSpan written_span(std::string_view file, SourceSpan text, SourceSpan part) {
  WrittenText walk(file, text.begin);
  SourceSpan out = part;
  bool has_begun = false;
  for (std::uint32_t read = text.begin;; read += walk.step()) {
    if (read >= part.begin && !has_begun) {
      out.begin = walk.at();
      has_begun = true;
    }
    if (read >= part.end || walk.is_over()) break;
  }
  // An end is where the last byte ended, not where the next begins.
  out.end = part.is_empty() ? out.begin : std::max(walk.end(), out.begin);
  return out;
}

std::string_view XmlNode::name() const { return pugi::xml_node(raw_).name(); }

std::string_view XmlNode::local_name() const {
  const std::string_view full = name();
  const std::size_t colon = full.find(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

std::string_view XmlNode::prefix() const {
  const std::string_view full = name();
  const std::size_t colon = full.find(':');
  return colon == std::string_view::npos ? std::string_view() : full.substr(0, colon);
}

std::string_view XmlNode::attribute(const char* name) const {
  return pugi::xml_node(raw_).attribute(name).value();
}

bool XmlNode::has_attribute(const char* name) const {
  return !pugi::xml_node(raw_).attribute(name).empty();
}

std::string_view XmlNode::any_attribute(std::string_view local_name) const {
  for (const pugi::xml_attribute a : pugi::xml_node(raw_).attributes()) {
    std::string_view full = a.name();
    if (const std::size_t colon = full.find(':'); colon != std::string_view::npos) {
      full.remove_prefix(colon + 1);
    }
    if (full == local_name) return a.value();
  }
  return {};
}

std::vector<std::pair<std::string_view, std::string_view>> XmlNode::attributes() const {
  std::vector<std::pair<std::string_view, std::string_view>> all;
  for (const pugi::xml_attribute one : pugi::xml_node(raw_).attributes()) {
    all.emplace_back(one.name(), one.value());
  }
  return all;
}

bool XmlNode::is_true(const char* name) const {
  const std::string_view value = attribute(name);
  return value == "true" || value == "1";
}

std::string_view XmlNode::namespace_of(std::string_view prefix) const {
  const std::string declared = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (pugi::xml_node node(raw_); node; node = node.parent()) {
    if (const pugi::xml_attribute found = node.attribute(declared.c_str())) return found.value();
  }
  return {};
}

std::string XmlNode::text() const {
  std::string all;
  for (const pugi::xml_node child : pugi::xml_node(raw_).children()) {
    if (is_text(child)) all += child.value();
  }
  return all;
}

std::string XmlNode::written() const {
  std::ostringstream out;
  pugi::xml_document copy;
  pugi::xml_node top = copy.append_copy(pugi::xml_node(raw_));
  if (!top.attribute("xmlns")) {
    top.append_attribute("xmlns") = std::string(namespace_of("")).c_str();
  }
  top.print(out, "", pugi::format_raw);
  return out.str();
}

XmlNode XmlNode::parent() const { return XmlNode(pugi::xml_node(raw_).parent().internal_object()); }

XmlNode XmlNode::first_element() const {
  pugi::xml_node child = pugi::xml_node(raw_).first_child();
  while (child && child.type() != pugi::node_element) child = child.next_sibling();
  return XmlNode(child.internal_object());
}

XmlNode XmlNode::next_element() const {
  pugi::xml_node next = pugi::xml_node(raw_).next_sibling();
  while (next && next.type() != pugi::node_element) next = next.next_sibling();
  return XmlNode(next.internal_object());
}

}  // namespace aftercare::interop
