#include "rulebook/format.hpp"

#include "rulebook/yaml_reader.hpp"

namespace aftercare::rulebook {
namespace {

struct Read {
  std::uint32_t number = 0;
  std::optional<Node> root;
};

Read read(std::string_view name, std::string_view text, Sources& sources,
          base::Findings& findings) {
  Read out;
  out.number = sources.add(std::string(name), std::string(text));
  const std::size_t before = findings.count();
  out.root = read_yaml(sources, out.number, findings);
  for (std::size_t i = before; out.root && i < findings.so_far().size(); ++i) {
    if (severity(findings.so_far()[i]) == Severity::error) out.root.reset();
  }
  return out;
}

Language other(Language language) {
  return language == Language::english ? Language::chinese : Language::english;
}

/// One pass: the edits, then the layout. None where its result does not say the same.
std::optional<std::string> once(std::string_view name, std::string_view text, Language language,
                                const Marking& marking, Sources& sources,
                                base::Findings& findings) {
  base::Findings own;
  const Read tree = read(name, text, sources, own);
  if (!tree.root) {
    findings.add(own.take());
    return std::nullopt;
  }
  LayoutHints hints;
  if (marking) {
    Marks marks;
    marking(*tree.root, language, other(language), marks);
    hints = std::move(marks.hints);
    if (language == Language::chinese) hints.measured = std::move(marks.edits);
  }
  std::string made = lay_out(text, *tree.root, hints);
  base::Findings again;
  const Read check = read(name, made, sources, again);
  if (!check.root || !equal_trees(*tree.root, *check.root, hints.tables)) {
    findings.add(base::make(diag::AC0233, {tree.number, 0, 0}));
    return std::nullopt;
  }
  return made;
}

}  // namespace

std::optional<std::string> format_text(std::string_view name, std::string_view text, Language from,
                                       Language to, const Marking& marking, Sources& sources,
                                       base::Findings& findings) {
  const Read tree = read(name, text, sources, findings);
  if (!tree.root) return std::nullopt;
  std::string edited(text);
  if (marking) {
    Marks marks;
    marking(*tree.root, from, to, marks);
    edited = apply_edits(text, marks.edits);
  }
  // The first pass may break a map in brackets; the second finds nothing left to do.
  std::optional<std::string> made = once(name, edited, to, marking, sources, findings);
  if (!made) return std::nullopt;
  std::optional<std::string> again = once(name, *made, to, marking, sources, findings);
  if (!again) return std::nullopt;
  if (*again != *made) {
    findings.add(base::make(diag::AC0233, {tree.number, 0, 0}));
    return std::nullopt;
  }
  return made;
}

}  // namespace aftercare::rulebook
