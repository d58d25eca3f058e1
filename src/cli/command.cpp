#include "cli/command.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include <unistd.h>

#include "aftercare/testing.hpp"

#include "base/diagnostics.hpp"
#include "base/json_writer.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "engine/words.hpp"

namespace aftercare::cli {

Language Shell::language() const {
  std::string wanted = language_option;
  if (wanted.empty()) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
      const char* value = std::getenv(name);
      if (value != nullptr && *value != '\0') {
        wanted = value;
        break;
      }
    }
  }
  return wanted.compare(0, 2, "zh") == 0 ? Language::chinese : Language::english;
}

void Shell::out(std::string_view text) const {
  std::cout.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void Shell::err(std::string_view text) const {
  std::cout.flush();
  std::cerr.write(text.data(), static_cast<std::streamsize>(text.size()));
}

RenderOptions Shell::rendering() const {
  RenderOptions options;
  options.language = language();
  options.format = is_json() ? RenderOptions::Format::json : RenderOptions::Format::text;
  options.color = !is_json() && isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  return options;
}

void Shell::note(const Diagnostics& findings) const {
  for (const Diagnostic& finding : findings)
    has_world_failed_ = has_world_failed_ || finding.code == diag::AC0200.text;
}

void Shell::tell(const Diagnostics& findings, const Sources& sources) const {
  note(findings);
  err(render(findings, sources, rendering()));
}

int Shell::failed(const Error& error) const {
  fail(to_text(error.code), engine::sentence_text(error.message, language()));
  return error.code == ErrorCode::invalid_argument || error.code == ErrorCode::not_found
             ? findings
             : world_failed;
}

int Shell::wrong_use(std::string_view what) const {
  fail("usage", what);
  return usage;
}

void Shell::fail(std::string_view kind, std::string_view why) const {
  if (!is_json()) return err("aftercare: " + std::string(why) + "\n");
  base::JsonWriter json;
  json.begin_object().key("error").string(kind).key("message").string(why).end_object().end_line();
  err(json.text());
}

int Shell::unknown(std::string_view where, std::string_view what, std::string_view name,
                   const std::vector<std::string>& known) const {
  Sources sources;
  base::Findings findings;
  const SourceSpan span{sources.add(std::string(where), std::string(name)), 0,
                        static_cast<std::uint32_t>(name.size())};
  findings.add(base::make(diag::AC0212, span,
                          {{"what", std::string(what)}, {"name", std::string(name)}},
                          base::names_instead(name, known)));
  tell(findings.take(), sources);
  return usage;
}

int Shell::work() const {
  for (const auto& [subcommand, work] : work_)
    if (subcommand->parsed()) {
      const int code = work();
      return code == findings && has_world_failed_ ? world_failed : code;
    }
  return usage;
}

void FindingsReport::tell(const Diagnostics& findings, const Sources& sources) {
  shell_.note(findings);
  for (const Diagnostic& finding : findings) {
    std::string text = render({finding}, sources, shell_.rendering());
    if (std::find(told_.begin(), told_.end(), text) != told_.end()) continue;
    if (!shell_.is_json()) shell_.err(text);
    told_.push_back(std::move(text));
  }
}

std::string FindingsReport::json() const {
  base::JsonWriter out;
  out.begin_array();
  for (const std::string& one : told_) out.raw(base::trim(one));
  out.end_array();
  return out.take();
}

std::optional<std::vector<std::string>> packs_at(const Shell& shell,
                                                 const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  Sources sources;
  base::Findings wrong;
  std::vector<std::string> packs;
  std::vector<fs::path> places;  // of `packs`: a pack has one, however it is written
  std::error_code error;
  for (const std::string& path : paths) {
    const std::vector<std::string> found = find_packs(path);
    for (const std::string& pack : found) {
      fs::path place = fs::weakly_canonical(pack, error);
      if (std::find(places.begin(), places.end(), place) != places.end()) continue;
      places.push_back(std::move(place));
      packs.push_back(pack);
    }
    if (!found.empty()) continue;
    // The packs right beside it: a look at a few entries, never a walk through the folders below.
    constexpr std::size_t most_looked_at = 64;
    std::vector<std::string> names;
    fs::path at{path};
    if (!at.has_filename()) at = at.parent_path();
    const fs::path folder = at.has_parent_path() ? at.parent_path() : fs::path(".");
    std::size_t looked_at = 0;
    for (fs::directory_iterator it(folder, error), end;
         !error && it != end && looked_at < most_looked_at; it.increment(error), ++looked_at) {
      std::error_code none;
      const bool is_pack = fs::is_directory(it->path(), none)
                               ? fs::is_regular_file(it->path() / "pack.yaml", none)
                               : !find_packs(it->path().generic_string()).empty();
      if (is_pack)
        names.push_back(it->path().filename().generic_string());
    }
    std::sort(names.begin(), names.end());
    const DiagnosticCode& code = fs::exists(path, error) ? diag::AC0201 : diag::AC0200;
    wrong.add(base::make(code, {sources.add(path, {}), 0, 0}, {{"path", path}},
                         base::names_instead(at.filename().generic_string(), names)));
  }
  if (wrong.is_empty()) return packs;
  shell.tell(wrong.take(), sources);
  return std::nullopt;
}

Progress::Progress(std::string label, std::size_t total)
    : label_(std::move(label)), total_(total), is_terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (is_terminal_ && shown_ > 0) std::fputs("\r\033[K", stderr);
}

void Progress::at(std::size_t done) {
  if (!is_terminal_ || total_ == 0) return;
  const std::size_t percent = done * 100 / total_;
  if (percent == shown_) return;
  shown_ = percent;
  std::fprintf(stderr, "\r%s %3zu %% (%zu of %zu)", label_.c_str(), percent, done, total_);
  std::fflush(stderr);
}

Result<std::string> read_file(const std::string& path) {
  if (path == "-") {
    return std::string{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  }
  std::error_code none;
  if (std::filesystem::is_directory(path, none))
    return Error{ErrorCode::io, "cannot read " + path + ": it is a folder"};
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) return Error{ErrorCode::io, "cannot read " + path};
  return text;
}

}  // namespace aftercare::cli
