// docs/builtins.md, from the table.
#include <string>
#include <utility>
#include <vector>

#include "builtins/builtins.hpp"

namespace aftercare::builtins {
namespace {

struct Heading {
  std::string_view english;
  std::string_view chinese;
  SignatureId first;  // the first row under it
};

std::vector<Heading> headings() {
  std::vector<Heading> out;
  SignatureId row = 0;
#define FAMILY(english, chinese) out.push_back({english, chinese, row});
#define BUILTIN(...) ++row;
#define EXTENSION(...) ++row;
#include "builtins/builtins.def"
#undef EXTENSION
#undef BUILTIN
#undef FAMILY
  return out;
}

// Why it may be null, as a list of words.
std::string causes_text(std::uint8_t causes) {
  static constexpr std::pair<std::uint8_t, std::string_view> words[] = {
      {cause::empty, "for an empty list"},
      {cause::overflow, "where the result is too large"},
      {cause::mixed, "where the values do not go together"},
      {cause::domain, "where an argument is out of range"},
      {cause::unreadable, "where the text cannot be read"},
      {cause::inexact, "where money would have to be rounded"},
      {cause::host, "where the host does not say"},
  };
  std::string out;
  for (const auto& [bit, text] : words) {
    if ((causes & bit) == 0) continue;
    out += out.empty() ? "Null " : ", ";
    out += text;
  }
  if (!out.empty()) out += ". ";
  return out;
}

std::string call_text(const Signature& s) {
  std::string out(s.name);
  out += '(';
  for (std::size_t i = 0; i < s.parameters.size(); ++i) {
    const Parameter& p = s.parameters[i];
    if (i > 0) out += ", ";
    out += p.name;
    if (p.is_variadic) out += "...";
    if (p.is_optional) out += '?';
    out += ": ";
    out += p.type;
  }
  out += ") → ";
  out += s.result;
  if (s.causes != cause::never) out += ", or null";
  return out;
}

}  // namespace

std::string documentation() {
  std::string out =
      "# Built-in functions\n\n"
      "Made from `src/builtins/builtins.def`; do not edit. Every example is a test.\n\n"
      "`name?` may be left out, `name...` may be repeated; `T` is any type, `O` and `P` one that "
      "has an "
      "order, `N` one that can be added up; `type?` takes null. *or null*: arguments of the right "
      "types "
      "may still have no result; lenient evaluation then gives null and a diagnostic, and a pack "
      "must "
      "rule it out.\n";
  const auto all = headings();
  for (std::size_t h = 0; h < all.size(); ++h) {
    out += "\n## ";
    out += all[h].english;
    out += " · ";
    out += all[h].chinese;
    out += '\n';
    const std::size_t end = h + 1 < all.size() ? all[h + 1].first : signatures().size();
    std::string_view name;
    for (std::size_t i = all[h].first; i < end; ++i) {
      const Signature& s = signatures()[i];
      if (s.name != name) {
        name = s.name;
        out += "\n### ";
        out += name;
        out += '\n';
      }
      out += "\n`";
      out += call_text(s);
      out += "`  \n";
      out += s.english;
      out += " · ";
      out += s.chinese;
      out += ". ";
      out += causes_text(s.causes);
      out += s.origin == Origin::extension ? "*(aftercare)*\n" : "*(";
      if (s.origin == Origin::feel) {
        out += s.since;
        out += ")*\n";
      }
      if (!s.example.empty()) {
        out += "\n    ";
        out += s.example;
        out += "  // ";
        out += s.example_result;
        out += '\n';
      }
      if (!s.erasure.empty()) {
        out += "\nIn plain FEEL: `";
        out += s.erasure;
        out += "`\n";
      }
    }
  }
  return out;
}

}  // namespace aftercare::builtins
