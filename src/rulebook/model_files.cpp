// The interface of this file is ModelFiles.
#include "rulebook/model_files.hpp"

#include <filesystem>
#include <utility>

namespace aftercare::rulebook {

namespace fs = std::filesystem;

namespace {

/// Whether a path names a file of the folder that it is relative to, or of one within it.
bool stays_inside(const fs::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  return path.lexically_normal().begin()->string() != "..";
}

}  // namespace

bool is_model_file(std::string_view path) noexcept { return path.ends_with(".dmn"); }

void ModelFiles::add_text(const PackText& text) {
  texts_[fs::path(text.name).lexically_normal().generic_string()] = text.text;
}

std::vector<DmnFile> ModelFiles::files_of(const std::string& path) const {
  if (is_on_disk_) {
    auto read = read_dmn_files(path);
    return read ? *std::move(read) : std::vector<DmnFile>{};
  }
  const auto found = texts_.find(path);
  if (found == texts_.end()) return {};
  std::vector<DmnFile> around;
  const fs::path folder = fs::path(path).parent_path();
  for (const auto& [name, text] : texts_) {
    if (name != path && fs::path(name).parent_path() == folder) around.push_back({name, text});
  }
  return with_imports({found->first, found->second}, around);
}

const ModelFiles::Model* ModelFiles::find(std::string_view importer, const std::string& path,
                                          SourceSpan asked, base::Findings& findings) {
  if (!stays_inside(path)) {
    findings.add(base::make(diag::AC0636, asked, {{"path", path}}));
    return nullptr;
  }
  const fs::path whole = fs::path(std::string(importer)).parent_path() / path;
  const std::string name = whole.lexically_normal().generic_string();
  if (const auto known = read_.find(name); known != read_.end()) return &known->second;
  std::vector<DmnFile> files = files_of(name);
  if (files.empty()) {
    findings.add(base::make(diag::AC0200, asked, {{"path", name}}));
    return nullptr;
  }
  Model model;
  for (const DmnFile& file : files) model.numbers.push_back(sources_.add(file.name, file.text));
  Checked<DmnModel> loaded = load_dmn(std::move(files));
  findings.add(placed(model, loaded.diagnostics()));
  if (loaded && !has_errors(loaded.diagnostics())) model.model = *std::move(loaded);
  return &read_.emplace(name, std::move(model)).first->second;
}

Diagnostics ModelFiles::placed(const Model& model, Diagnostics findings) {
  const auto place = [&](SourceSpan& span) {
    if (span.file < model.numbers.size()) span.file = model.numbers[span.file];
  };
  for (Diagnostic& finding : findings) {
    place(finding.span);
    for (DiagnosticNote& note : finding.notes) {
      // What is declared in the pack already has its place there.
      if (note.span && note.key != notes::declared_in_pack.text) place(*note.span);
    }
  }
  return findings;
}

}  // namespace aftercare::rulebook
