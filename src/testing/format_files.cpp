#include "testing/format_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "aftercare/rulebook.hpp"

#include "rulebook/format.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/load.hpp"
#include "rulebook/model_files.hpp"
#include "rulebook/schema.hpp"
#include "rulebook/yaml_reader.hpp"
#include "testing/format_stories.hpp"

namespace aftercare::testing {
namespace {

namespace fs = std::filesystem;
using rulebook::FileNames;
using rulebook::Marks;
using rulebook::Node;
using rulebook::Place;
using rulebook::Word;

enum class Kind : std::uint8_t {
  pack,  ///< a pack, or a chapter of one
  overlay,
  stories,
  plain,  ///< labels, mappings, published calendars: the layout only
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_yaml(const fs::path& path) {
  const std::string name = path.filename().generic_string();
  return !name.empty() && name[0] != '.' && (ends_with(name, ".yaml") || ends_with(name, ".yml"));
}

std::optional<std::string> read_bytes(const fs::path& path) {
  constexpr std::size_t most = rulebook::YamlLimits{}.file_bytes + 1;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in && !in.eof()) return std::nullopt;
  return text;
}

void collect(const fs::path& path, std::vector<std::string>& files, int depth = 0) {
  constexpr int deepest = 8;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    files.push_back(path.generic_string());
    return;
  }
  if (depth == deepest) return;
  std::vector<fs::path> inner;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    const bool is_folder = it->is_directory(ignored);
    const bool is_hidden = it->path().filename().generic_string().front() == '.';
    if ((is_folder && !is_hidden) || (!is_folder && is_yaml(it->path()))) {
      inner.push_back(it->path());
    }
  }
  std::sort(inner.begin(), inner.end());
  for (const fs::path& one : inner) collect(one, files, depth + 1);
}

bool has_key(const Node& root, Word key) {
  return get_entry(root, key, Language::english) != nullptr ||
         get_entry(root, key, Language::chinese) != nullptr;
}

Kind kind_of(const Node& root) {
  if (!root.is_map()) return Kind::plain;
  if (is_story_file(root)) return Kind::stories;
  if (has_key(root, Word::overlay)) return Kind::overlay;
  if (has_key(root, Word::pack) || has_key(root, Word::articles)) return Kind::pack;
  for (const rulebook::Entry& entry : root.entries) {
    for (const Language language : {Language::english, Language::chinese}) {
      if (rulebook::parse_heading(entry.key.text, language)) return Kind::pack;
    }
  }
  return Kind::plain;
}

Language language_of(const Node& root, Kind kind) {
  return kind == Kind::stories ? language_of_stories(root) : rulebook::language_of_file(root);
}

std::optional<Node> read_tree(const std::string& name, const std::string& text) {
  Sources sources;
  base::Findings findings;
  const std::uint32_t number = sources.add(name, text);
  auto root = rulebook::read_yaml(sources, number, findings);
  if (findings.has_errors()) root.reset();
  return root;
}

/// The texts of the pack that a file belongs to: all rule files of a folder with a pack.yaml, else
/// the file itself, or those named.
std::vector<PackText> pack_texts(const fs::path& file, Kind kind,
                                 const std::vector<std::string>& packs) {
  std::vector<PackText> texts;
  base::Findings ignored;
  Sources sources;
  const auto add = [&](const fs::path& path) {
    if (auto text = read_bytes(path)) texts.push_back({path.generic_string(), std::move(*text)});
  };
  const std::string name = file.filename().generic_string();
  const fs::path folder = file.parent_path();
  std::error_code error;
  std::vector<fs::path> beside;
  // A pack may import decision models of its folder.
  const auto add_models_beside = [&](const fs::path& pack) {
    const fs::path here = pack.parent_path();
    for (fs::directory_iterator it(here.empty() ? fs::path(".") : here, error), end;
         !error && it != end; it.increment(error)) {
      const fs::path path = here / it->path().filename();
      if (rulebook::is_model_file(path.generic_string())) add(path);
    }
  };
  if (fs::exists(folder / "pack.yaml", error)) {
    std::vector<fs::path> inner;
    const fs::path here = folder.empty() ? fs::path(".") : folder;
    for (fs::directory_iterator it(here, error), end; !error && it != end; it.increment(error)) {
      const fs::path path = folder / it->path().filename();
      const std::string inner_name = path.generic_string();
      if (rulebook::is_rule_file(inner_name) || rulebook::is_model_file(inner_name)) {
        inner.push_back(path);
      }
    }
    std::sort(inner.begin(), inner.end());
    for (const fs::path& path : inner) add(path);
  } else if (kind == Kind::pack) {
    add(file);
    add_models_beside(file);
  } else if (kind == Kind::stories && ends_with(name, ".stories.yaml")) {
    const fs::path pack = folder / (name.substr(0, name.size() - 13) + ".yaml");
    if (fs::exists(pack, error)) {
      add(pack);
      add_models_beside(pack);
    }
  }
  if (texts.empty()) {
    for (const std::string& pack : packs) {
      rulebook::read_pack_files(pack, texts, ignored, sources);
    }
    std::set<fs::path> folders;
    for (const PackText& text : texts) {
      if (folders.insert(fs::path(text.name).parent_path()).second) beside.emplace_back(text.name);
    }
    for (const fs::path& pack : beside) add_models_beside(pack);
  }
  return texts;
}

FileNames names_of(const std::vector<PackText>& texts) {
  FileNames names;
  names.is_pack_known = !texts.empty();
  for (const PackText& text : texts) {
    if (rulebook::is_model_file(text.name)) continue;
    const auto root = read_tree(text.name, text.text);
    if (root) rulebook::gather_names(*root, rulebook::language_of_file(*root), names);
  }
  return names;
}

rulebook::Marking marking_of(Kind kind, const FileNames& names) {
  switch (kind) {
    case Kind::pack:
    case Kind::overlay: {
      const Place place = kind == Kind::pack ? Place::pack_file : Place::overlay_file;
      return [place, &names](const Node& root, Language from, Language to, Marks& marks) {
        rulebook::mark_words(root, place, names, from, to, marks);
      };
    }
    case Kind::stories:
      return [&names](const Node& root, Language from, Language to, Marks& marks) {
        mark_stories(root, names, from, to, marks);
      };
    case Kind::plain:
      break;
  }
  return {};
}

/// What is compared of a pack: its logic, and what its parameters hold.
struct Meaning {
  bool is_good = false;
  std::string logic;
  std::vector<std::string> values;
  Diagnostics findings;
  Sources sources;
};

Meaning meaning_of(const std::vector<PackText>& texts, const std::vector<PackText>& overlays,
                   Language language) {
  Meaning out;
  CheckOptions how;
  how.overlay_texts = overlays;
  // The texts are no longer those on disk; their calendars are.
  Sources unread;
  rulebook::CalendarFiles calendars(unread);
  for (const PackText& text : texts) calendars.add_folders_above(text.name);
  for (const PackText& text : overlays) calendars.add_folders_above(text.name);
  how.calendar_folders = calendars.folders();
  const Checked<Rulebook> rules = check_texts(texts, how);
  out.findings = rules.diagnostics();
  out.sources = rules.sources();
  if (!rules || has_errors(rules.diagnostics())) return out;
  out.is_good = true;
  out.logic = rules->logic_hash();
  for (const ParameterView& one : rules->parameters()) {
    const bool is_text = one.type.is() == Type::Is::string;
    out.values.push_back(one.name + " = " +
                         (is_text ? one.value : rulebook::in_english(one.value, language)));
  }
  return out;
}

std::string difference(const Meaning& before, const Meaning& after) {
  if (!after.is_good) {
    for (const Diagnostic& finding : after.findings) {
      if (severity(finding) == Severity::error) {
        const auto place = after.sources.position(finding.span);
        return std::string(after.sources.name(finding.span.file)) + ":" +
               std::to_string(place.line) + ": " + message(finding, Language::english);
      }
    }
    return "it does not compile";
  }
  if (before.logic != after.logic) return "the logic hash";
  for (std::size_t i = 0; i < before.values.size(); ++i) {
    if (i >= after.values.size() || before.values[i] != after.values[i]) return before.values[i];
  }
  return {};
}

class Formatter {
 public:
  explicit Formatter(const FormatOptions& options) : options_(options) {}

  FormattedFiles run() {
    std::vector<std::string> paths;
    for (const std::string& path : options_.paths) collect(path, paths);
    for (const std::string& path : paths) {
      const bool is_known = std::any_of(out_.files.begin(), out_.files.end(),
                                        [&](const FormattedFile& f) { return f.path == path; });
      if (!is_known) first_pass(path);
    }
    for (Work& work : works_) compare(work);
    // A pack is translated as a whole or not at all.
    for (Work& work : works_) {
      if (!work.is_wrong || !options_.language || work.pack.empty()) continue;
      for (Work& other : works_) {
        if (other.pack == work.pack) out_.files[other.file].after.reset();
      }
    }
    out_.findings = findings_.take();
    return std::move(out_);
  }

 private:
  struct Work {
    std::size_t file = 0;  ///< in out_.files
    Kind kind = Kind::plain;
    Language from = Language::english, to = Language::english;
    std::string pack;  ///< what its pack is kept by; empty: it belongs to none
    bool is_wrong = false;
  };
  struct Pack {
    std::vector<PackText> texts;
    FileNames names;
    std::optional<Meaning> meaning;
  };

  void first_pass(const std::string& path) {
    FormattedFile file;
    file.path = path;
    auto text = read_bytes(path);
    if (!text) {
      const std::uint32_t number = out_.sources.add(path, {});
      findings_.add(base::make(diag::AC0200, {number, 0, 0}, {{"path", path}}));
      out_.files.push_back(std::move(file));
      return;
    }
    file.before = std::move(*text);
    out_.files.push_back(std::move(file));
    FormattedFile& here = out_.files.back();
    Work work;
    work.file = out_.files.size() - 1;

    const std::uint32_t number = out_.sources.add(path, here.before);
    base::Findings own;
    const auto root = rulebook::read_yaml(out_.sources, number, own);
    const bool is_wrong = own.has_errors() || !root;
    findings_.add(own.take());
    if (is_wrong) return;
    work.kind = kind_of(*root);
    work.from = language_of(*root, work.kind);
    work.to = work.kind == Kind::plain ? work.from : options_.language.value_or(work.from);
    const bool is_translated = work.from != work.to;
    std::vector<PackText> texts = work.kind == Kind::plain
                                      ? std::vector<PackText>{}
                                      : pack_texts(path, work.kind, options_.packs);
    if (!texts.empty()) work.pack = texts.front().name;
    Pack& pack = packs_[work.pack];
    if (pack.texts.empty() && !texts.empty()) {
      pack.texts = std::move(texts);
      pack.names = names_of(pack.texts);
    } else if (texts.empty()) {
      pack.names.is_pack_known = false;
    }

    // One vocabulary in a file; a translation needs all words to be understood.
    if (work.kind == Kind::pack || work.kind == Kind::overlay) {
      base::Findings shapes;
      rulebook::Schema(shapes, work.from)
          .check_file(*root, work.kind == Kind::pack ? Place::pack_file : Place::overlay_file);
      bool is_refused = false;
      for (Diagnostic& finding : shapes.take()) {
        const bool counts = is_translated || finding.code == diag::AC0204.text;
        if (!counts || severity(finding) != Severity::error) continue;
        is_refused = true;
        findings_.add(std::move(finding));
      }
      if (is_refused) return;
    }
    if (is_translated) {
      if (work.kind != Kind::pack && work.pack.empty()) {
        findings_.add(base::make(diag::AC0235, {number, 0, 0}));
        return;
      }
      // Names that collide are told once, where they are declared.
      if (work.kind == Kind::pack) {
        FileNames names;
        rulebook::gather_names(*root, work.from, names);
        for (auto& declared : names.declared) declared.second.file = number;
        base::Findings collisions;
        rulebook::find_collisions(names, work.from, work.to, collisions);
        const bool has_any = collisions.has_errors();
        findings_.add(collisions.take());
        if (has_any) {
          work.is_wrong = true;
          works_.push_back(std::move(work));
          return;
        }
      }
      if (!pack.meaning) {
        pack.meaning = meaning_of(pack.texts, {}, work.from);
        if (!pack.meaning->is_good) tell(*pack.meaning);
      }
      if (!pack.meaning->is_good) return;
    }
    base::Findings made;
    Sources scratch = out_.sources;
    here.after = rulebook::format_text(path, here.before, work.from, work.to,
                                       marking_of(work.kind, pack.names), scratch, made);
    if (!here.after) {
      work.is_wrong = true;
      if (!made.has_errors()) made.add(base::make(diag::AC0233, {number, 0, 0}));
      for (Diagnostic& finding : made.take()) {
        if (severity(finding) != Severity::error) continue;
        finding.span = {number, 0, 0};
        findings_.add(std::move(finding));
      }
    }
    works_.push_back(std::move(work));
  }

  /// Findings of a pack that does not compile, so that it cannot be compared.
  void tell(const Meaning& meaning) {
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (Diagnostic finding : meaning.findings) {
      if (severity(finding) != Severity::error) continue;
      const auto number = [&](std::uint32_t file) {
        auto [at, is_new] = numbers.try_emplace(file, 0);
        if (is_new) {
          at->second = out_.sources.add(std::string(meaning.sources.name(file)),
                                        std::string(meaning.sources.text(file)));
        }
        return at->second;
      };
      finding.span.file = number(finding.span.file);
      for (DiagnosticNote& note : finding.notes) {
        if (note.span) note.span->file = number(note.span->file);
      }
      findings_.add(std::move(finding));
    }
  }

  /// Whether the result means what the file meant.
  void compare(Work& work) {
    FormattedFile& file = out_.files[work.file];
    if (!file.after || (work.from == work.to && *file.after == file.before)) return;
    Pack& pack = packs_[work.pack];
    std::vector<PackText> made = pack.texts;
    for (PackText& text : made) {
      for (const FormattedFile& other : out_.files) {
        if (other.path == text.name && other.after) text.text = *other.after;
      }
    }
    std::string what;
    if (!made.empty() && work.kind != Kind::stories) {
      std::vector<PackText> before, after;
      if (work.kind == Kind::overlay) {
        before.push_back({file.path, file.before});
        after.push_back({file.path, *file.after});
      }
      const Meaning was = meaning_of(pack.texts, before, work.from);
      if (was.is_good) what = difference(was, meaning_of(made, after, work.to));
    }
    if (what.empty() && work.from != work.to) {
      // And back again: the original in its canonical layout.
      const FileNames names = names_of(made);
      Sources scratch;
      base::Findings ignored;
      const auto back = rulebook::format_text(file.path, *file.after, work.to, work.from,
                                              marking_of(work.kind, names), scratch, ignored);
      const auto own = rulebook::format_text(file.path, file.before, work.from, work.from,
                                             marking_of(work.kind, pack.names), scratch, ignored);
      if (!back || !own || *back != *own) what = first_difference(own, back);
    }
    if (what.empty()) return;
    const std::uint32_t number = out_.sources.add(file.path, file.before);
    findings_.add(base::make(diag::AC0234, {number, 0, 0}, {{"what", what}}));
    work.is_wrong = true;
    file.after.reset();
  }

  static std::string first_difference(const std::optional<std::string>& a,
                                      const std::optional<std::string>& b) {
    if (!a || !b) return "the way back";
    std::size_t line = 1;
    for (std::size_t i = 0; i < std::min(a->size(), b->size()); ++i) {
      if ((*a)[i] != (*b)[i]) break;
      line += (*a)[i] == '\n' ? 1 : 0;
    }
    return "line " + std::to_string(line) + " does not come back as it was";
  }

  const FormatOptions& options_;
  FormattedFiles out_;
  base::Findings findings_;
  std::vector<Work> works_;
  std::map<std::string, Pack> packs_;
};

}  // namespace

FormattedFiles format_files(const FormatOptions& options) { return Formatter(options).run(); }

}  // namespace aftercare::testing
