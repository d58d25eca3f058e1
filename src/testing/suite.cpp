#include "testing/suite.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include "base/diagnostics.hpp"
#include "rulebook/access.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/load.hpp"
#include "testing/story_reader.hpp"

namespace aftercare {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view overlay_name = "(stories).overlay.yaml";
constexpr int deepest = 8;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> inner;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) inner.push_back(it->path());
  }
  std::sort(inner.begin(), inner.end());
  return inner;
}

/// The folders in this one that hold versions of one pack; empty: it is not such a folder.
std::vector<fs::path> versions_in(const fs::path& folder) {
  std::vector<fs::path> versions;
  std::string name;
  std::error_code error;
  if (!fs::is_directory(folder, error) || fs::exists(folder / "pack.yaml", error)) return {};
  for (const fs::path& inner : folders_in(folder)) {
    const fs::path header = inner / "pack.yaml";
    if (!fs::exists(header, error)) continue;
    const std::string own = rulebook::pack_name_in(header.generic_string());
    if (own.empty() || (!versions.empty() && own != name)) return {};
    name = own;
    versions.push_back(inner);
  }
  return versions.size() > 1 ? versions : std::vector<fs::path>{};
}

void add_packs(const fs::path& folder, std::vector<std::string>& packs, int depth) {
  std::error_code error;
  if (fs::exists(folder / "pack.yaml", error)) {
    packs.push_back(folder.generic_string());
    return;
  }
  if (depth == deepest) return;
  std::vector<fs::path> inner = folders_in(folder);
  // Versions of one pack are played together.
  if (!versions_in(folder).empty()) {
    packs.push_back(folder.generic_string());
    return;
  }
  for (const fs::path& one : inner) add_packs(one, packs, depth + 1);
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// `stories.yaml` and `<name>.stories.yaml` beside the pack.
std::vector<std::string> story_files(const fs::path& pack) {
  std::vector<std::string> files;
  std::error_code error;
  if (fs::is_directory(pack, error)) {
    for (fs::directory_iterator it(pack, error), end; !error && it != end; it.increment(error)) {
      const std::string name = it->path().filename().generic_string();
      if (name == "stories.yaml" || ends_with(name, ".stories.yaml"))
        files.push_back(it->path().generic_string());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& version : versions_in(pack)) {
      std::vector<std::string> of_version = story_files(version);
      files.insert(files.end(), of_version.begin(), of_version.end());
    }
    return files;
  }
  const fs::path folder = pack.parent_path();
  std::vector<fs::path> candidates{folder / (pack.stem().generic_string() + ".stories.yaml")};
  if (pack.filename() == "pack.yaml") candidates.push_back(folder / "stories.yaml");
  for (const fs::path& one : candidates)
    if (fs::is_regular_file(one, error)) files.push_back(one.generic_string());
  return files;
}

}  // namespace

std::vector<std::string> find_packs(std::string_view path) {
  std::vector<std::string> packs;
  const fs::path root{std::string(path)};
  std::error_code error;
  if (fs::is_regular_file(root, error)) {
    if (rulebook::is_rule_file(path)) packs.push_back(std::string(path));
  } else if (fs::is_directory(root, error)) {
    add_packs(root, packs, 0);
  }
  return packs;
}

namespace testing {

void each_on_threads(std::size_t count, unsigned threads,
                     const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads && t < count; ++t) others.emplace_back(loop);
  loop();
  for (std::thread& other : others) other.join();
}

namespace {

/// In stories calendars stand at another place than in packs.
void say_where_calendars_go(Diagnostic& finding, Language language) {
  if (finding.words.empty()) return;
  std::erase_if(finding.notes,
                [](const DiagnosticNote& note) { return note.key == diag::AC0251.text; });
  const std::string& name = finding.words.front().second;
  finding.notes.push_back(
      base::note(notes::calendar_of_stories,
                 {{"given", std::string(spelling(Word::given, language))},
                  {"example", std::string(spelling(Word::calendars, language)) + ": {" + name + ": …}"},
                  {"name", name}}));
}

}  // namespace

Overlaid compile_with(const std::vector<PackText>& texts, const Overlay& overlay,
                      base::Findings& findings) {
  CheckOptions options;
  options.overlay_texts.push_back({std::string(overlay_name), overlay.text});
  // A story may go by a calendar that the pack itself does not name.
  Sources not_told;
  rulebook::CalendarFiles calendars(not_told);
  for (const PackText& text : texts) calendars.add_folders_above(text.name);
  options.calendar_folders = calendars.folders();
  Checked<Rulebook> checked = check_texts(texts, options);
  Overlaid out;
  bool is_of_bounds = true;
  for (Diagnostic finding : checked.diagnostics()) {
    if (severity(finding) != Severity::error) continue;  // the pack's own were told before
    const bool is_overlay = checked.sources().name(finding.span.file) == overlay_name;
    is_of_bounds = is_of_bounds && is_overlay && finding.code == diag::AC0803.text;
    for (const auto& [key, word] : finding.words)
      if (key == "name" && is_of_bounds) out.out_of_bounds.push_back(word);
    if (is_overlay) {
      const auto part =
          std::find_if(overlay.parts.begin(), overlay.parts.end(), [&](const Overlay::Part& p) {
            return p.begin <= finding.span.begin && finding.span.begin < p.end;
          });
      if (part == overlay.parts.end()) {
        findings.add(base::make(diag::AC0938, {},
                                {{"reason", base::both(message(finding, Language::english),
                                                       message(finding, Language::chinese))}}));
        continue;
      }
      finding.span = part->span;
      for (DiagnosticNote& note : finding.notes) note.span.reset();
      if (finding.code == diag::AC0251.text) say_where_calendars_go(finding, overlay.language);
    }
    findings.add(std::move(finding));
  }
  if (!is_of_bounds) out.out_of_bounds.clear();
  if (checked) out.rules = *std::move(checked);
  return out;
}

std::optional<LoadedSuite> load_suite(std::string_view pack, const StoryOptions& options,
                                      bool with_overlays, Sources& sources,
                                      base::Findings& findings) {
  Checked<Rulebook> checked = check(pack);
  sources = checked.sources();
  findings.add(checked.diagnostics());
  if (!checked) return std::nullopt;
  LoadedSuite out;
  out.rules = *checked;
  for (std::uint32_t f = 0; f < sources.size(); ++f)
    out.suite.texts.push_back({std::string(sources.name(f)), std::string(sources.text(f))});
  std::vector<std::string> files = options.files;
  if (files.empty()) files = story_files(fs::path(std::string(pack)));
  for (const std::string& file : files) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (!in.is_open() || fs::is_directory(file, error)) {
      const std::uint32_t number = sources.add(file, {});
      findings.add(base::make(diag::AC0200, {number, 0, 0}, {{"path", file}}));
      continue;
    }
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    read_stories(*out.rules, file, std::move(text), sources, findings, out.suite);
  }
  if (files.empty()) findings.add(base::make(diag::AC0942, {}));
  if (!options.only.empty()) {
    std::vector<std::string>& others = out.suite.left_out;
    std::erase_if(out.suite.runs, [&](const Run& run) {
      if (run.story.find(options.only) != std::string::npos) return false;
      if (others.empty() || others.back() != run.story) others.push_back(run.story);
      return true;
    });
  }
  if (with_overlays && !findings.has_errors()) {
    for (std::size_t o = 0; o < out.suite.overlays.size(); ++o) {
      base::Findings slips;
      Overlaid made = compile_with(out.suite.texts, out.suite.overlays[o], slips);
      const bool is_expected =
          !made.out_of_bounds.empty() &&
          std::all_of(out.suite.runs.begin(), out.suite.runs.end(), [&](const Run& run) {
            return run.overlay != o ||
                   std::any_of(run.then.begin(), run.then.end(),
                               [](const Expected& one) { return one.key == Word::out_of_bounds; });
          });
      if (!is_expected) findings.add(slips.take());
      out.overlaid.push_back(std::move(made));
    }
  }
  if (findings.has_errors()) return std::nullopt;
  out.sources = sources;
  return out;
}

}  // namespace testing
}  // namespace aftercare
