// Decision models (DMN) that packs import: where they lie, each read once.
//
//   const ModelFiles::Model* model = models.find("rules/x/pack.yaml", "tables.dmn", span,
//   findings);
//
// A model lies in the folder of the file that imports it, on disk or among the texts that were
// given; so do the models that it imports itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/dmn.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"

#include "base/diagnostics.hpp"

namespace aftercare::rulebook {

/// Whether the file of this name holds a decision model.
[[nodiscard]] bool is_model_file(std::string_view path) noexcept;

class ModelFiles {
 public:
  struct Model {
    std::optional<DmnModel> model;       ///< empty where it is wrong, which is then told
    std::vector<std::uint32_t> numbers;  ///< of its files in the sources
  };

  ModelFiles(Sources& sources, bool is_on_disk) : sources_(sources), is_on_disk_(is_on_disk) {}

  /// A file that is not on disk.
  void add_text(const PackText& text);

  /// The model that a file imports as `path`. Null where there is none, which is told at `asked`.
  const Model* find(std::string_view importer, const std::string& path, SourceSpan asked,
                    base::Findings& findings);

  /// Findings of a model, with their places in the sources.
  static Diagnostics placed(const Model& model, Diagnostics findings);

 private:
  [[nodiscard]] std::vector<DmnFile> files_of(const std::string& path) const;

  Sources& sources_;
  bool is_on_disk_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, Model> read_;
};

}  // namespace aftercare::rulebook
