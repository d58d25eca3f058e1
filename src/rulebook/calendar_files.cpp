// The interface of this file is CalendarFiles.
#include "rulebook/calendar_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "aftercare/calendar_file.hpp"

#include "base/names.hpp"
#include "base/text.hpp"
#include "rulebook/access.hpp"
#include "rulebook/schema.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare {
namespace rulebook {
namespace {

namespace fs = std::filesystem;

/// One byte more than the reader takes, so that it sees that the file is too large.
constexpr std::size_t most_bytes = YamlLimits{}.file_bytes + 1;
/// Nobody keeps his calendars further above his rules.
constexpr int most_levels = 8;

std::optional<std::string> read_bytes(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(most_bytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most_bytes));
  if (in.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Language language_of(const Node& root) {
  const bool is_chinese =
      root.is_map() && root.find(spelling(Word::aftercare, Language::chinese)) != nullptr;
  return is_chinese ? Language::chinese : Language::english;
}

std::string stem_of(std::string_view path) { return fs::path(std::string(path)).stem().string(); }

}  // namespace

void tell_unknown_calendar(std::string_view name, SourceSpan span,
                           const std::vector<std::string>& known, std::string_view folders,
                           base::Findings& findings) {
  std::vector<DiagnosticNote> notes = base::names_instead(name, known);
  if (!folders.empty()) {
    notes.push_back(base::note(notes::looked_in, {{"folders", std::string(folders)}}));
  }
  findings.add(base::make(diag::AC0251, span, {{"name", std::string(name)}}, std::move(notes)));
}

void tell_circle(const std::vector<std::string>& circle, const std::string& name, SourceSpan span,
                 base::Findings& findings) {
  std::string text;
  for (const std::string& one : circle) text += one + " → ";
  findings.add(base::make(diag::AC0228, span, {{"name", name}, {"circle", text + name}}));
}

bool is_calendar_text(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash);
  return folder == "calendars" || folder.ends_with("/calendars");
}

void CalendarFiles::add_folder(std::string folder) {
  if (std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) {
    folders_.push_back(std::move(folder));
  }
}

void CalendarFiles::add_folders_above(std::string_view path) {
  std::error_code error;
  fs::path at = fs::path(std::string(path));
  if (!fs::is_directory(at, error)) at = at.parent_path();
  for (int level = 0; level < most_levels; ++level) {
    for (const char* inner : {"calendars", "rules/calendars"}) {
      const fs::path folder = at / inner;
      if (fs::is_directory(folder, error)) add_folder(folder.generic_string());
    }
    if (at.filename() == "calendars") add_folder(at.generic_string());
    if (at.is_absolute() && at == at.root_path()) return;
    // Above what is written, one goes up from where the program stands.
    if (at.empty() || at == ".") {
      at = "..";
    } else if (at.filename() == "..") {
      at /= "..";
    } else {
      at = at.parent_path();
    }
  }
}

void CalendarFiles::add_text(const PackText& text) { texts_[stem_of(text.name)] = text; }

std::optional<PackText> CalendarFiles::text_of(const std::string& name) const {
  if (const auto found = texts_.find(name); found != texts_.end()) return found->second;
  if (!is_name(name)) return std::nullopt;
  for (const std::string& folder : folders_) {
    const std::string path = (folder == "." ? "" : folder + "/") + name + ".yaml";
    if (auto text = read_bytes(path)) return PackText{path, std::move(*text)};
  }
  return std::nullopt;
}

std::vector<std::string> CalendarFiles::names() const {
  std::vector<std::string> out;
  for (const auto& [name, text] : texts_) out.push_back(name);
  for (const std::string& folder : folders_) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      const fs::path& path = it->path();
      if (path.extension() == ".yaml" && is_name(path.stem().string())) {
        out.push_back(path.stem().string());
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string CalendarFiles::folders_text() const {
  std::string out;
  for (const std::string& folder : folders_) out += (out.empty() ? "" : ", ") + folder;
  return out;
}

const CalendarRead* CalendarFiles::find(const std::string& name, SourceSpan asked,
                                        base::Findings& findings, bool& is_told) {
  is_told = false;
  if (const auto found = read_.find(name); found != read_.end()) {
    is_told = !found->second;
    return found->second ? &*found->second : nullptr;
  }
  const auto open = std::find(reading_.begin(), reading_.end(), name);
  if (open != reading_.end()) {
    tell_circle({open, reading_.end()}, name, asked, findings);
    is_told = true;
    return nullptr;
  }
  auto text = text_of(name);
  if (!text) return nullptr;
  auto read = read_text(text->name, std::move(text->text), name, findings);
  auto& kept = read_[name] = std::move(read);
  is_told = !kept;
  return kept ? &*kept : nullptr;
}

std::optional<CalendarRead> CalendarFiles::read_file(const std::string& path,
                                                     base::Findings& findings) {
  auto text = read_bytes(path);
  if (!text) {
    const std::uint32_t number = sources_.add(path, {});
    findings.add(base::make(diag::AC0200, {number, 0, 0}, {{"path", path}}));
    return std::nullopt;
  }
  // What it extends may stand beside it.
  const std::string folder = fs::path(path).parent_path().generic_string();
  add_folder(folder.empty() ? "." : folder);
  return read_text(path, std::move(*text), stem_of(path), findings);
}

std::optional<CalendarRead> CalendarFiles::read_text(const std::string& path, std::string text,
                                                     const std::string& name,
                                                     base::Findings& findings) {
  const std::uint32_t number = sources_.add(path, std::move(text));
  base::Findings here;
  const auto root = read_yaml(sources_, number, here);
  std::optional<CalendarRead> read;
  if (root) {
    const Language language = language_of(*root);
    const Node* version = get(*root, Word::aftercare, language);
    if (version && version->is_scalar() && version->text != "1") {
      here.add(base::make(diag::AC0217, version->span, {{"version", version->text}}));
    }
    Schema(here, language).check_file(*root, Place::calendar_file);
    const Node* own_name = get(*root, Word::calendar, language);
    if (own_name && own_name->is_scalar() && base::trim(own_name->text) != name) {
      here.add(base::make(diag::AC0273, own_name->span,
                          {{"name", std::string(base::trim(own_name->text))}}));
    }
    if (!here.has_errors()) {
      reading_.push_back(name);
      const CalendarLookup lookup = [&](const std::string& wanted, SourceSpan span) {
        bool is_told = false;
        const CalendarRead* found = find(wanted, span, here, is_told);
        if (found == nullptr && !is_told) {
          tell_unknown_calendar(wanted, span, names(), folders_text(), here);
        }
        return found;
      };
      const CalendarContext context{here, language, name, {}, lookup, true};
      read = read_calendar(*root, context);
      reading_.pop_back();
    }
  }
  findings.add(here.take());
  return read;
}

namespace {

Checked<Calendar> result_of(const std::optional<CalendarRead>& read, SourceSpan span,
                            base::Findings& findings, Sources sources) {
  if (read && !read->calendar) {
    findings.add(base::make(diag::AC0250, span, {{"name", read->name}},
                            {base::note(notes::days_only, {{"name", read->name}})}));
  }
  const bool is_good = read && read->calendar;
  return {is_good ? std::optional<Calendar>(read->calendar) : std::nullopt, findings.take(),
          std::move(sources)};
}

}  // namespace
}  // namespace rulebook

Checked<Calendar> load_calendar(std::string_view name, const CalendarFolders& where) {
  const std::string text(name);
  std::vector<std::string> of_packs;
  if (!where.packs.empty()) {
    CheckOptions how;
    how.calendar_folders = where.folders;
    Checked<Rulebook> rules = check(where.packs, how);
    if (!rules) return {std::nullopt, rules.diagnostics(), rules.sources()};
    const auto model = rulebook::model_of(*rules);
    for (std::size_t i = 0; i < model->calendars.size(); ++i) {
      if (model->calendar_names[i] == text)
        return {model->calendars[i].named(text), rules.diagnostics(), rules.sources()};
      of_packs.push_back(model->calendar_names[i]);
    }
  }
  Sources sources;
  base::Findings findings;
  const std::uint32_t asked = sources.add(where.asked_as, text);
  const SourceSpan span{asked, 0, static_cast<std::uint32_t>(text.size())};
  rulebook::CalendarFiles files(sources);
  for (const std::string& folder : where.folders) files.add_folder(folder);
  const bool is_path = text.find('/') != std::string::npos || text.ends_with(".yaml");
  if (is_path) files.add_folders_above(text);
  if (!is_path && where.folders.empty()) files.add_folders_above(".");
  for (const std::string& pack : where.packs) files.add_folders_above(pack);
  for (const std::string& folder : where.last_folders) files.add_folder(folder);
  if (is_path) {
    const auto read = files.read_file(text, findings);
    return rulebook::result_of(read, span, findings, std::move(sources));
  }
  bool is_told = false;
  const rulebook::CalendarRead* read = files.find(text, span, findings, is_told);
  if (read == nullptr && !is_told) {
    std::vector<std::string> known = files.names();
    known.insert(known.end(), of_packs.begin(), of_packs.end());
    rulebook::tell_unknown_calendar(text, span, known, files.folders_text(), findings);
  }
  return rulebook::result_of(read ? std::optional(*read) : std::nullopt, span, findings,
                             std::move(sources));
}

}  // namespace aftercare
