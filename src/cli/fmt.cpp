// aftercare fmt: the canonical layout, and the other vocabulary.
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "cli/command.hpp"
#include "testing/format_files.hpp"

namespace aftercare::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> packs;
  std::string language;
  bool only_check = false;
  bool prints = false;
};

/// The new bytes are there as a whole or not at all.
bool write_file(const std::string& path, const std::string& text) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return false;
  fs::path scratch = target;
  scratch += ".fmt-new";
  {
    std::ofstream out(scratch, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) {
      fs::remove(scratch, error);
      return false;
    }
  }
  const fs::perms permissions = fs::status(target, error).permissions();
  if (!error) fs::permissions(scratch, permissions, error);
  fs::rename(scratch, target, error);
  if (!error) return true;
  std::error_code ignored;
  fs::remove(scratch, ignored);
  return false;
}

int format(const Shell& shell, const Options& options) {
  testing::FormatOptions how;
  how.paths = options.paths;
  how.packs = options.packs;
  if (!options.language.empty()) {
    how.language = options.language == "zh" ? Language::chinese : Language::english;
  }
  const testing::FormattedFiles done = testing::format_files(how);
  shell.tell(done.findings, done.sources);
  bool is_good = !has_errors(done.findings);
  std::string text;
  for (const testing::FormattedFile& file : done.files) {
    if (options.prints) {
      if (file.after) shell.out(*file.after);
      continue;
    }
    if (!file.is_changed()) continue;
    text += file.path + "\n";
    if (options.only_check) {
      is_good = false;
    } else if (!write_file(file.path, *file.after)) {
      shell.err("aftercare: " + file.path + ": " +
                std::string(shell.say("cannot be written", "无法写入")) + "\n");
      return world_failed;
    }
  }
  if (!shell.is_json() && !options.prints) shell.out(text);
  return is_good ? fine : findings;
}

}  // namespace

void add_fmt(CLI::App& app, Shell& shell) {
  CLI::App* it =
      app.add_subcommand("fmt", "Write packs in the canonical layout, or in the other vocabulary");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths, "YAML files, or folders with all their YAML files")
      ->required();
  it->add_flag("--check", options->only_check, "Write nothing; exit 1 if a file would change");
  it->add_flag("--print", options->prints, "Print the text instead of writing it")
      ->excludes("--check");
  it->add_option("--language", options->language, "The vocabulary to write: zh or en")
      ->check(CLI::IsMember({"zh", "en"}));
  it->add_option("--pack", options->packs, "The pack that overlays elsewhere are about")
      ->allow_extra_args(false);
  it->footer(
      "Prints the files that were (or would be) changed. A file that cannot be read, or that would "
      "not say the same, is left alone.\n\n"
      "Examples:\n"
      "  aftercare fmt --check rules\n"
      "  aftercare fmt rules/appliance/installer_liabilities/pack.yaml\n"
      "  aftercare fmt --language zh rules/appliance/installer_liabilities");
  shell.does(*it, [&shell, options] { return format(shell, *options); });
}

}  // namespace aftercare::cli
