// Implements aftercare/dmn.hpp: read_dmn_files(), with_imports().
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/dmn.hpp"

#include "interop/dmn_reader.hpp"

namespace aftercare {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return std::nullopt;
  return text;
}

/// A model's namespace and what it imports; findings are left to load_dmn().
interop::DmnDefinitions glance_at(const DmnFile& file) {
  Sources sources;
  Diagnostics ignored;
  const std::uint32_t number = sources.add(file.name, file.text);
  return interop::read_dmn(sources, number, ignored);
}

class Folder {
 public:
  explicit Folder(const fs::path& main) : main_(main), folder_(main.parent_path()) {}

  /// The file that an import means. None where there is none in the folder.
  std::optional<DmnFile> find(const interop::DmnImport& import) {
    const fs::path location(import.location);
    const bool stays_here = !location.empty() && location.is_relative() &&
                            location.lexically_normal().begin()->string() != "..";
    if (stays_here) {
      const fs::path path = folder_ / location;
      if (auto text = read_file(path)) {
        DmnFile file{path.string(), *std::move(text)};
        if (glance_at(file).model == import.model) return file;
      }
    }
    look_around();
    const auto found = by_model_.find(import.model);
    if (found == by_model_.end()) return std::nullopt;
    auto text = read_file(found->second);
    if (!text) return std::nullopt;
    return DmnFile{found->second.string(), *std::move(text)};
  }

 private:
  /// The namespaces of all models of the folder, once.
  void look_around() {
    if (std::exchange(has_looked_, true)) return;
    std::vector<fs::path> paths;
    std::error_code failed;
    const fs::path folder = folder_.empty() ? fs::path(".") : folder_;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (at->path().extension() == ".dmn" && at->path().filename() != main_.filename()) {
        paths.push_back(folder_ / at->path().filename());
      }
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      if (auto text = read_file(path)) {
        by_model_.emplace(glance_at({path.string(), *std::move(text)}).model, path);
      }
    }
  }

  fs::path main_;
  fs::path folder_;
  bool has_looked_ = false;
  std::map<std::string, fs::path> by_model_;
};

/// A file and, found by `find`, those that it imports.
std::vector<DmnFile> gather(
    DmnFile main, const std::function<std::optional<DmnFile>(const interop::DmnImport&)>& find) {
  std::vector<DmnFile> files = {std::move(main)};
  std::vector<std::string> known;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const interop::DmnDefinitions read = glance_at(files[i]);
    known.push_back(read.model);
    for (const interop::DmnImport& import : read.imports) {
      if (!import.is_dmn || std::find(known.begin(), known.end(), import.model) != known.end()) {
        continue;
      }
      if (auto file = find(import)) {
        known.push_back(import.model);
        files.push_back(*std::move(file));
      }
    }
  }
  return files;
}

}  // namespace

Result<std::vector<DmnFile>> read_dmn_files(const std::string& path) {
  auto text = read_file(path);
  if (!text) return Error{ErrorCode::io, "cannot read " + path};
  Folder folder{fs::path(path)};
  return gather({path, *std::move(text)},
                [&](const interop::DmnImport& import) { return folder.find(import); });
}

std::vector<DmnFile> with_imports(DmnFile main, const std::vector<DmnFile>& around) {
  std::vector<std::string> models;
  for (const DmnFile& file : around) models.push_back(glance_at(file).model);
  const auto find = [&](const interop::DmnImport& import) -> std::optional<DmnFile> {
    std::optional<DmnFile> found;
    for (std::size_t i = 0; i < around.size(); ++i) {
      if (models[i] != import.model) continue;
      const bool is_located =
          fs::path(around[i].name).filename() == fs::path(import.location).filename();
      if (!found || is_located) found = around[i];
      if (is_located) break;
    }
    return found;
  };
  return gather(std::move(main), find);
}

}  // namespace aftercare
