// The interface of this file is load() and read_pack_files().
#include "rulebook/load.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/children.hpp"
#include "rulebook/duties.hpp"
#include "rulebook/labels.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare::rulebook {
namespace {

namespace fs = std::filesystem;

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}
std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}
bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The language that the first key of a file chooses; none where it says nothing.
std::optional<Language> language_of(const Node& root) {
  if (!root.is_map()) return std::nullopt;
  for (const Language language : {Language::english, Language::chinese}) {
    if (root.find(spelling(Word::aftercare, language))) return language;
  }
  return std::nullopt;
}

/// What a file without a first line of its own is written in: the language of most of its keys.
Language guess_language(const Node& root) {
  int chinese = 0;
  int english = 0;
  if (root.is_map()) {
    for (const Entry& entry : root.entries) {
      const std::string_view key = entry.key.text;
      if (find_key(Place::pack_file, key, Language::chinese) ||
          parse_heading(key, Language::chinese)) {
        ++chinese;
      }
      if (find_key(Place::pack_file, key, Language::english) ||
          parse_heading(key, Language::english)) {
        ++english;
      }
    }
  }
  return chinese > english ? Language::chinese : Language::english;
}

}  // namespace

Language language_of_file(const Node& root) {
  return language_of(root).value_or(guess_language(root));
}

namespace {

std::string cut(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const base::Decoded c = base::decode(text, at);
    if (++count > most) return out + "…";
    if (c.code_point == U'\n') {
      out += ' ';
    } else {
      out.append(text.substr(at, c.bytes));
    }
    at += c.bytes;
  }
  return out;
}

class Loader {
 public:
  Loader(Sources& sources, base::Findings& findings) : sources_(sources), findings_(findings) {}

  void pack_files(const std::vector<PackText>& texts);
  void overlay(const PackText& text);
  Outline take() { return std::move(outline_); }

 private:
  File* read(const PackText& text);
  void check_format(const File& file);
  void pack(const std::vector<File*>& files, const File& header);
  void add_headings(PackOutline& pack, const File& file, const Node& map, Index clause);
  void add_articles(PackOutline& pack, const File& file);
  void check_order(const PackOutline& pack);
  void check_names();
  void rank_versions();

  Sources& sources_;
  base::Findings& findings_;
  Outline outline_;
};

File* Loader::read(const PackText& text) {
  auto file = std::make_unique<File>();
  file->number = sources_.add(text.name, text.text);
  auto root = read_yaml(sources_, file->number, findings_);
  if (!root) return nullptr;
  file->root = std::move(*root);
  outline_.files.push_back(std::move(file));
  return outline_.files.back().get();
}

void Loader::check_format(const File& file) {
  if (!file.root.is_map()) return;
  const Node* version = get(file.root, Word::aftercare, file.language);
  const std::string key(spelling(Word::aftercare, file.language));
  if (!version) {
    findings_.add(base::make(diag::AC0202, {file.number, 0, 0}));
    return;
  }
  if (version->is_scalar() && version->text != "1") {
    findings_.add(base::make(diag::AC0217, version->span, {{"version", version->text}}));
  }
  if (file.root.entries.front().key.text != key) {
    findings_.add(base::make(diag::AC0202, file.root.entries.front().key.span));
  }
}

void Loader::add_headings(PackOutline& pack, const File& file, const Node& map, Index clause) {
  for (const Entry& entry : map.entries) {
    const auto heading = parse_heading(entry.key.text, file.language);
    if (!heading || heading->kind->status == Status::later) continue;
    Item item;
    item.kind = heading->kind;
    item.owner = heading->owner;
    item.name = heading->name;
    item.entry = &entry;
    item.heading = *heading;
    item.clause = clause;
    item.language = file.language;
    pack.items.push_back(std::move(item));
  }
}

void Loader::add_articles(PackOutline& pack, const File& file) {
  const Node* articles = get(file.root, Word::articles, file.language);
  if (!articles || !articles->is_map()) return;
  for (const Entry& entry : articles->entries) {
    if (!entry.value.is_map()) continue;
    const std::string id = entry.key.text;
    const auto same = std::find_if(pack.articles.begin(), pack.articles.end(),
                                   [&](const ArticleItem& other) { return other.id == id; });
    // Within one file the reader has told of the key that stands there twice.
    if (same != pack.articles.end() && same->entry->key.span.file != entry.key.span.file) {
      findings_.add(base::make(diag::AC0907, entry.key.span, {{"clause", id}},
                               {base::note(notes::first_stands_here, {}, same->entry->key.span)}));
    }
    step::Clause clause;
    clause.id = pack.source.empty() ? id : pack.source + "-" + id;
    clause.text = std::string(get_text(entry.value, Word::text, file.language));
    clause.span = entry.key.span;
    clause.pack = static_cast<Index>(outline_.packs.size());
    clause.no_rule = get(entry.value, Word::no_rule, file.language) != nullptr;
    const auto number = static_cast<Index>(outline_.clauses.size());
    outline_.clauses.push_back(std::move(clause));
    outline_.ranges.push_back({{file.number, entry.key.span.begin, entry.value.span.end}, number});
    pack.articles.push_back({id, number, &entry, file.language});
    add_headings(pack, file, entry.value, number);
  }
}

/// Letters and numbers compared piece by piece, so that C9 comes before C10 and C6.2 before C6.10.
bool comes_before(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (base::is_ascii_digit(a[i]) && base::is_ascii_digit(b[k])) {
      std::size_t i_end = i;
      std::size_t k_end = k;
      while (i_end < a.size() && base::is_ascii_digit(a[i_end])) ++i_end;
      while (k_end < b.size() && base::is_ascii_digit(b[k_end])) ++k_end;
      while (i + 1 < i_end && a[i] == '0') ++i;
      while (k + 1 < k_end && b[k] == '0') ++k;
      if (i_end - i != k_end - k) return i_end - i < k_end - k;
      const int order = a.substr(i, i_end - i).compare(b.substr(k, k_end - k));
      if (order != 0) return order < 0;
      i = i_end;
      k = k_end;
      continue;
    }
    if (a[i] != b[k]) return a[i] < b[k];
    ++i;
    ++k;
  }
  return a.size() - i < b.size() - k;
}

void Loader::check_order(const PackOutline& pack) {
  for (std::size_t i = 1; i < pack.articles.size(); ++i) {
    const ArticleItem& before = pack.articles[i - 1];
    const ArticleItem& here = pack.articles[i];
    if (comes_before(here.id, before.id)) {
      findings_.add(base::make(diag::AC0903, here.entry->key.span,
                               {{"clause", here.id}, {"before", before.id}}));
    }
  }
}

void Loader::pack(const std::vector<File*>& files, const File& header) {
  PackOutline pack;
  pack.language = header.language;
  pack.header = &header.root;
  pack.name = get_text(header.root, Word::pack, header.language);
  pack.source = get_text(header.root, Word::source, header.language);
  pack.version = get_text(header.root, Word::version, header.language);
  const Node* name = get(header.root, Word::pack, header.language);
  pack.name_span = name ? name->span : SourceSpan{header.number, 0, 0};
  for (File* file : files) {
    if (!file->root.is_map()) continue;
    add_headings(pack, *file, file->root, none);
    add_articles(pack, *file);
  }
  check_order(pack);
  outline_.packs.push_back(std::move(pack));
}

void Loader::pack_files(const std::vector<PackText>& texts) {
  std::map<std::string_view, std::vector<const PackText*>> folders;
  std::vector<std::string_view> order;
  for (const PackText& text : texts) {
    if (!is_rule_file(text.name)) continue;
    auto [at, is_new] = folders.try_emplace(folder_of(text.name));
    if (is_new) order.push_back(at->first);
    at->second.push_back(&text);
  }
  for (const std::string_view folder : order) {
    std::vector<const PackText*>& group = folders[folder];
    // pack.yaml first, then the chapters by the number in their names.
    std::stable_sort(group.begin(), group.end(), [](const PackText* a, const PackText* b) {
      const bool a_first = file_name(a->name) == "pack.yaml";
      const bool b_first = file_name(b->name) == "pack.yaml";
      if (a_first != b_first) return a_first;
      return comes_before(file_name(a->name), file_name(b->name));
    });
    std::vector<File*> files;
    for (const PackText* text : group) {
      if (File* file = read(*text)) files.push_back(file);
    }
    // Files that name a pack are packs of their own, unless a pack.yaml gathers the folder.
    const bool has_header = file_name(group.front()->name) == "pack.yaml";
    std::vector<File*> gathered;
    for (File* file : files) {
      const auto language = language_of(file->root);
      const bool is_header = has_header ? file == files.front() : true;
      file->language =
          language.value_or(!is_header && !gathered.empty() ? gathered.front()->language
                                                            : guess_language(file->root));
      if (!is_header && !language) file->language = guess_language(file->root);
      if (is_header) check_format(*file);
      Schema(findings_, file->language).check_file(file->root, Place::pack_file);
      if (has_header) {
        if (!is_header && file->root.is_map()) {
          for (const KeyRow& row : keys_of(Place::pack_file)) {
            if (row.word == Word::articles || row.word == Word::aftercare ||
                row.word == Word::types) {
              continue;
            }
            if (const Entry* entry = get_entry(file->root, row.word, file->language)) {
              findings_.add(base::make(diag::AC0221, entry->key.span, {{"key", entry->key.text}}));
            }
          }
        }
        gathered.push_back(file);
      } else {
        pack({file}, *file);
      }
    }
    if (has_header && !gathered.empty()) pack(gathered, *gathered.front());
  }
  check_names();
  rank_versions();
}

/// First versions stand before second ones, and so on: by the day from which each is in force, or
/// as they are found where that is not known yet.
void Loader::rank_versions() {
  std::vector<PackOutline>& packs = outline_.packs;
  const auto from = [](const PackOutline& pack) -> std::string {
    const Node* effective = get(*pack.header, Word::effective, pack.language);
    const Node* day = effective ? get(*effective, Word::from, pack.language) : nullptr;
    return day && parse_date(base::trim(day->text)) ? std::string(base::trim(day->text)) : std::string();
  };
  bool has_versions = false;
  for (std::size_t i = 0; i < packs.size(); ++i) {
    const std::string own = from(packs[i]);
    for (std::size_t k = 0; k < packs.size(); ++k) {
      const bool is_other = i != k && packs[k].name == packs[i].name && !packs[i].name.empty() &&
                            !packs[i].version.empty() && !packs[k].version.empty() &&
                            packs[k].version != packs[i].version;
      if (!is_other) continue;
      has_versions = true;
      const std::string other = from(packs[k]);
      const bool is_dated = !own.empty() && !other.empty() && own != other;
      if (is_dated ? other < own : k < i) ++packs[i].rank;
    }
  }
  if (!has_versions) return;
  std::vector<Index> order(packs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return packs[a].rank < packs[b].rank; });
  std::vector<PackOutline> sorted;
  std::vector<Index> place(order.size());
  for (const Index old : order) {
    place[old] = static_cast<Index>(sorted.size());
    sorted.push_back(std::move(packs[old]));
  }
  packs = std::move(sorted);
  for (step::Clause& clause : outline_.clauses) clause.pack = place[clause.pack];
}

void Loader::check_names() {
  for (std::size_t i = 0; i < outline_.packs.size(); ++i) {
    const PackOutline& pack = outline_.packs[i];
    if (pack.name.empty()) {
      findings_.add(base::make(diag::AC0222, pack.name_span));
      continue;
    }
    for (std::size_t k = 0; k < i; ++k) {
      const bool is_same = outline_.packs[k].name == pack.name &&
                           (outline_.packs[k].version == pack.version || pack.version.empty() ||
                            outline_.packs[k].version.empty());
      if (!is_same) continue;
      findings_.add(
          base::make(diag::AC0215, pack.name_span, {{"name", pack.name}},
                     {base::note(notes::first_stands_here, {}, outline_.packs[k].name_span)}));
      break;
    }
  }
}

void Loader::overlay(const PackText& text) {
  File* file = read(text);
  if (!file) return;
  file->language = language_of(file->root).value_or(Language::english);
  check_format(*file);
  std::vector<SourceSpan> rules;
  if (file->root.is_map()) {
    for (const Entry& entry : file->root.entries) {
      const auto* row = find_key(Place::pack_file, entry.key.text, file->language);
      const bool is_rule = parse_heading(entry.key.text, file->language).has_value() ||
                           (row && !find_key(Place::overlay_file, entry.key.text, file->language));
      if (is_rule) {
        findings_.add(base::make(diag::AC0806, entry.key.span, {{"key", entry.key.text}}));
        rules.push_back(entry.key.span);
      }
    }
  }
  base::Findings shapes;
  Schema(shapes, file->language).check_file(file->root, Place::overlay_file);
  for (Diagnostic& finding : shapes.take()) {
    if (std::find(rules.begin(), rules.end(), finding.span) == rules.end()) {
      findings_.add(std::move(finding));
    }
  }
  OverlayOutline overlay;
  overlay.root = &file->root;
  overlay.language = file->language;
  overlay.name = get_text(file->root, Word::overlay, file->language);
  overlay.pack = get_text(file->root, Word::for_, file->language);
  overlay.version = get_text(file->root, Word::version, file->language);
  outline_.overlays.push_back(std::move(overlay));
}

/// One file under two names is read once.
bool is_read(const fs::path& path, const std::vector<PackText>& texts) {
  std::error_code error;
  return std::any_of(texts.begin(), texts.end(), [&](const PackText& text) {
    return fs::equivalent(path, fs::path(text.name), error) && !error;
  });
}

void add_file(const fs::path& path, std::vector<PackText>& texts, base::Findings& findings,
              Sources& sources) {
  if (is_read(path, texts)) return;
  // One byte more than the reader takes, so that it sees that the file is too large.
  constexpr std::size_t most = YamlLimits{}.file_bytes + 1;
  std::ifstream in(path, std::ios::binary);
  std::string text;
  if (in) {
    text.resize(most);
    in.read(text.data(), static_cast<std::streamsize>(most));
    text.resize(static_cast<std::size_t>(in.gcount()));
  }
  if (!in && !in.eof()) {
    const std::uint32_t number = sources.add(path.generic_string(), {});
    findings.add(base::make(diag::AC0200, {number, 0, 0}, {{"path", path.generic_string()}}));
    return;
  }
  texts.push_back({path.generic_string(), std::move(text)});
}

void add_folder(const fs::path& folder, std::vector<PackText>& texts, base::Findings& findings,
                Sources& sources, int depth) {
  std::error_code error;
  std::vector<fs::path> files;
  std::vector<fs::path> folders;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      folders.push_back(it->path());
    } else if (is_rule_file(it->path().generic_string()) ||
               is_labels_file(it->path().generic_string())) {
      files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  std::sort(folders.begin(), folders.end());
  const bool is_pack = std::any_of(files.begin(), files.end(),
                                   [](const fs::path& p) { return p.filename() == "pack.yaml"; });
  if (is_pack) {
    for (const fs::path& file : files) add_file(file, texts, findings, sources);
    return;
  }
  constexpr int deepest = 8;
  if (depth == deepest) return;
  for (const fs::path& inner : folders) add_folder(inner, texts, findings, sources, depth + 1);
}

}  // namespace

bool is_rule_file(std::string_view path) noexcept {
  const std::string_view name = file_name(path);
  if (name.empty() || name[0] == '.') return false;
  const std::string_view ending = ends_with(name, ".yaml")  ? ".yaml"
                                  : ends_with(name, ".yml") ? ".yml"
                                                            : "";
  if (ending.empty()) return false;
  const std::string_view stem = name.substr(0, name.size() - ending.size());
  if (ends_with(stem, ".overlay") || ends_with(stem, ".stories") || ends_with(stem, ".mapping")) {
    return false;
  }
  return stem != "stories" && stem != "labels" && stem.substr(0, 7) != "labels.";
}

void read_pack_files(std::string_view path, std::vector<PackText>& texts, base::Findings& findings,
                     Sources& sources) {
  std::error_code error;
  const fs::path root{std::string(path)};
  const std::size_t before = texts.size();
  const std::size_t found = findings.count();
  const auto no_pack = [&](DiagnosticNote why) {
    const std::uint32_t number = sources.add(std::string(path), {});
    findings.add(
        base::make(diag::AC0201, {number, 0, 0}, {{"path", std::string(path)}}, {std::move(why)}));
  };
  if (fs::is_directory(root, error)) {
    add_folder(root, texts, findings, sources, 0);
    const bool is_there = std::any_of(texts.begin(), texts.end(), [&](const PackText& text) {
      return fs::path(text.name).lexically_normal().generic_string().rfind(
                 root.lexically_normal().generic_string(), 0) == 0;
    });
    if (texts.size() == before && findings.count() == found && !is_there)
      no_pack(base::note(notes::where_packs_are));
    return;
  }
  if (fs::exists(root, error) && !is_rule_file(path) && !is_labels_file(path)) {
    const std::string_view name = file_name(path);
    const auto is_called = [&](std::string_view word) {
      return name.find(word) != std::string_view::npos && ends_with(name, "ml");
    };
    no_pack(base::note(is_called("overlay")   ? notes::given_as_overlay
                       : is_called("stories") ? notes::played_as_stories
                       : is_called("mapping") ? notes::used_as_mapping
                                              : notes::where_packs_are));
    return;
  }
  add_file(root, texts, findings, sources);
}

std::string pack_name_in(const std::string& path) {
  Sources sources;
  base::Findings findings;
  std::vector<PackText> texts;
  add_file(fs::path(path), texts, findings, sources);
  if (texts.empty()) return {};
  const std::uint32_t number = sources.add(texts.front().name, texts.front().text);
  const auto root = read_yaml(sources, number, findings);
  if (!root || !root->is_map()) return {};
  return std::string(get_text(*root, Word::pack, language_of_file(*root)));
}

void read_overlay_file(std::string_view path, std::vector<PackText>& texts,
                       base::Findings& findings, Sources& sources) {
  add_file(fs::path(std::string(path)), texts, findings, sources);
}

namespace {

/// Two packs of one source, with an article in both. Told once for two packs.
void check_citations(const Outline& outline, base::Findings& findings) {
  std::map<std::string, const step::Clause*> first;
  std::set<std::pair<Index, Index>> told;
  for (const step::Clause& clause : outline.clauses) {
    const auto [at, is_new] = first.emplace(clause.id, &clause);
    const step::Clause& other = *at->second;
    // Two packs of one name have been told already.
    if (is_new || other.pack == clause.pack ||
        outline.packs[other.pack].name == outline.packs[clause.pack].name ||
        !told.insert({other.pack, clause.pack}).second)
      continue;
    findings.add(base::make(diag::AC0910, clause.span,
                            {{"clause", clause.id},
                             {"first", outline.packs[other.pack].name},
                             {"second", outline.packs[clause.pack].name}},
                            {base::note(notes::first_stands_here, {}, other.span)}));
  }
}

}  // namespace

Outline load(const std::vector<PackText>& packs, const std::vector<PackText>& overlays,
             Sources& sources, base::Findings& findings) {
  Loader loader(sources, findings);
  loader.pack_files(packs);
  for (const PackText& overlay : overlays) loader.overlay(overlay);
  Outline outline = loader.take();
  write_out_duties(outline, findings);
  write_out_children(outline);
  check_citations(outline, findings);
  return outline;
}

void quote_clauses(const Outline& outline, Diagnostics& findings) {
  constexpr std::size_t shown = 40;
  for (Diagnostic& finding : findings) {
    const bool is_quoted =
        finding.code == diag::AC0901.text ||
        std::any_of(finding.notes.begin(), finding.notes.end(), [](const DiagnosticNote& note) {
          return note.key == notes::implements_clause.text;
        });
    if (is_quoted) continue;
    for (const ClauseRange& range : outline.ranges) {
      if (range.span.file != finding.span.file || finding.span.begin < range.span.begin ||
          finding.span.begin >= range.span.end) {
        continue;
      }
      const step::Clause& clause = outline.clauses[range.clause];
      // What is said of the article itself needs no reminder of it.
      if (clause.text.empty() || finding.span == clause.span) break;
      finding.notes.push_back(base::note(
          notes::implements_clause, {{"clause", clause.id}, {"text", cut(clause.text, shown)}}));
      break;
    }
  }
}

bool is_consequence(const Outline& outline, const std::vector<SourceSpan>& broken,
                    const Diagnostic& finding) {
  const auto covers = [](SourceSpan outer, SourceSpan inner) {
    return outer.file == inner.file && outer.begin <= inner.begin && inner.begin <= outer.end;
  };
  const auto is_broken = [&](SourceSpan range) {
    return std::any_of(broken.begin(), broken.end(),
                       [&](SourceSpan one) { return covers(range, one); });
  };
  const auto range_of = [](const Entry& entry) {
    return SourceSpan{entry.key.span.file, entry.key.span.begin,
                      std::max(entry.key.span.end, entry.value.span.end)};
  };
  // What stands under a key that is none is not declared: its author knows why once that is told.
  const bool is_of_names = finding.code == diag::AC0212.text || finding.code == diag::AC0218.text;
  const auto is_named = [&](std::string_view name) {
    return std::any_of(finding.words.begin(), finding.words.end(),
                       [&](const auto& word) { return word.second == name; });
  };
  for (const auto& file : outline.files) {
    if (!is_of_names) break;
    for (const Entry& entry : file->root.entries) {
      if (!is_broken(entry.key.span)) continue;
      std::string_view rest = entry.key.text;
      while (!rest.empty())
        if (is_named(base::next_word(rest))) return true;
      for (const Entry& declared : entry.value.entries)
        if (is_named(declared.key.text)) return true;
    }
  }
  for (const PackOutline& pack : outline.packs) {
    for (const ArticleItem& article : pack.articles) {
      if (finding.span == article.entry->key.span && is_broken(range_of(*article.entry))) {
        return true;
      }
    }
    for (const Item& item : pack.items) {
      // Nobody finds a thing by a name that its heading does not manage to say.
      if (finding.code == diag::AC0212.text && is_broken(item.entry->key.span) &&
          std::any_of(finding.words.begin(), finding.words.end(),
                      [&](const auto& word) { return word.second == item.name; })) {
        return true;
      }
      if (!covers(range_of(*item.entry), finding.span)) continue;
      if (is_broken(range_of(*item.entry))) return true;
      for (const Item& owner : pack.items) {
        if (owner.kind->word == Word::procedure && owner.name == item.owner &&
            is_broken(range_of(*owner.entry))) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace aftercare::rulebook
