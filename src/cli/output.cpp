#include "cli/output.hpp"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "aftercare/value.hpp"

#include "rulebook/access.hpp"

namespace aftercare::cli {

int write_file(const Shell& shell, const std::string& path,
               const std::function<void(const Sink&)>& content) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return shell.failed({ErrorCode::io, "cannot write " + path});
  bool is_good = true;
  content([&](std::string_view bytes) {
    is_good = is_good && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  });
  is_good = (file == stdout ? std::fflush(file) : std::fclose(file)) == 0 && is_good;
  return is_good ? static_cast<int>(fine) : shell.failed({ErrorCode::io, "cannot write " + path});
}

namespace {

/// Also by another path, a link, or before the file exists.
bool is_one_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  if (a.empty() || b.empty()) return false;
  if (a == "-" || b == "-") return a == b;
  std::error_code error;
  if (fs::exists(a, error) && fs::exists(b, error))
    return fs::equivalent(a, b, error) && fs::is_regular_file(a, error);
  const fs::path one = fs::weakly_canonical(fs::absolute(a), error),
                 other = fs::weakly_canonical(fs::absolute(b), error);
  return !one.empty() && one == other;
}

}  // namespace

bool are_apart(const Shell& shell, const std::vector<Output>& outputs,
               const std::vector<std::string>& inputs) {
  for (const Output& output : outputs) {
    if (output.path.empty()) continue;
    const std::string told = std::string(output.option) + " " + output.path;
    for (const std::string& input : inputs) {
      if (!is_one_file(output.path, input)) continue;
      (void)shell.wrong_use(told +
                            std::string(shell.say(": this file is read, and would be written over",
                                                  ":这个文件是要读取的,会被覆盖")));
      return false;
    }
    for (const Output& other : outputs) {
      if (&other == &output) break;
      if (other.path.empty() || !is_one_file(output.path, other.path)) continue;
      (void)shell.wrong_use(
          told + std::string(shell.say(": the same file as of ", ":与此选项同一个文件:")) +
          std::string(other.option));
      return false;
    }
  }
  return true;
}

std::vector<std::string> files_of(const Sources& sources, const std::string& folder) {
  std::vector<std::string> files;
  for (std::uint32_t file = 0; file < sources.size(); ++file)
    files.emplace_back(sources.name(file));
  std::error_code error;
  // What stands beside them is an author's too, read or not: stories, labels, mappings.
  for (std::size_t i = files.size(); i-- > 0;) {
    const std::filesystem::path beside = std::filesystem::path(files[i]).parent_path();
    for (std::filesystem::directory_iterator file(beside.empty() ? "." : beside, error), end;
         !error && file != end; file.increment(error))
      if (file->path().extension() == ".yaml") files.push_back(file->path().string());
  }
  if (!folder.empty()) files.push_back(folder);
  if (std::filesystem::is_directory(folder, error))
    for (const auto& file : std::filesystem::directory_iterator(folder, error))
      files.push_back(file.path().string());
  return files;
}

std::optional<std::uint64_t> whole_number(const Shell& shell, std::string_view option,
                                          const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end) return number;
  (void)shell.wrong_use(
      std::string(option) + " " + text +
      std::string(shell.say(": a whole number from 0 is meant", ":应为不小于0的整数")));
  return std::nullopt;
}

Zone zone_of(const Rulebook& rules) {
  const step::Model& model = *rulebook::model_of(rules);
  return model.packs.empty() ? Zone() : model.packs.front().zone;
}

std::string amount_text(std::int64_t minor, std::uint32_t currency, int scale) {
  return Value::money(minor, currency, scale).to_text();
}

}  // namespace aftercare::cli
