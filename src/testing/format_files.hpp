// Formats files of every kind that a pack is made of, and checks that they still say the same.
//
//   FormattedFiles done = format_files({.paths = {"rules"}});
//   for (const FormattedFile& file : done.files) if (file.is_changed()) write(file.path,
//   *file.after);
//
// Nothing is written here. What is handed out has been read again, compiled again and, where it was
// translated, translated back: the rules are the same. What cannot be formatted so has findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

namespace aftercare::testing {

struct FormatOptions {
  std::vector<std::string> paths;    ///< files, and folders with all their YAML files
  std::optional<Language> language;  ///< the vocabulary to write; none: each file's own
  std::vector<std::string> packs;    ///< what overlays are about
};

struct FormattedFile {
  std::string path;
  std::string before;
  std::optional<std::string> after;  ///< none: there is an error
  [[nodiscard]] bool is_changed() const { return after && *after != before; }
};

struct FormattedFiles {
  std::vector<FormattedFile> files;
  Diagnostics findings;
  Sources sources;
};

[[nodiscard]] FormattedFiles format_files(const FormatOptions& options);

}  // namespace aftercare::testing
