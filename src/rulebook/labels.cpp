// The interface of this file is labels.hpp.
#include "rulebook/labels.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/names.hpp"
#include "base/text.hpp"
#include "rulebook/steps.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare::rulebook {
namespace {

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}
std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.size() - file_name(path).size());
}

/// Names of a pack: all that may bear a label, and in order those that people get to see.
struct Names {
  std::set<std::string> known;
  std::vector<std::string> shown;

  void show(const std::string& name) {
    known.insert(name);
    if (std::find(shown.begin(), shown.end(), name) == shown.end()) shown.push_back(name);
  }
};

/// Every key, and every word of `a | b`.
void add_known(Names& names, const Node& node) {
  for (const Node& item : node.items) add_known(names, item);
  for (const Entry& entry : node.entries) {
    names.known.insert(entry.key.text);
    add_known(names, entry.value);
  }
  if (!node.is_scalar() || node.text.find('|') == std::string::npos) return;
  std::string word;
  const auto add = [&] {
    const std::string one(base::trim(word));
    // `optional a | b = a`
    std::size_t from = one.rfind(' ');
    from = from == std::string::npos ? 0 : from + 1;
    names.known.insert(one.substr(from));
    names.known.insert(one.substr(0, one.find(' ')));
    word.clear();
  };
  for (const char c : node.text) {
    if (c == '|' || c == '=' || c == '\n') {
      add();
    } else {
      word += c;
    }
  }
  add();
}

void show_states(Names& names, const Node& map, Language language) {
  for (const Entry& entry : map.entries) {
    names.show(entry.key.text);
    for (const Word word : {Word::states, Word::parallel}) {
      if (const Node* inner = get(entry.value, word, language))
        show_states(names, *inner, language);
    }
  }
}

Names names_of(const PackOutline& pack) {
  Names names;
  names.show(pack.name);
  const auto show_keys = [&](const Node* map) {
    if (map == nullptr) return;
    for (const Entry& entry : map->entries) names.show(entry.key.text);
  };
  show_keys(get(*pack.header, Word::roles, pack.language));
  show_keys(get(*pack.header, Word::sanctions, pack.language));
  add_known(names, *pack.header);
  for (const Item& item : pack.items) {
    names.known.insert(item.name);
    add_known(names, item.body());
    switch (item.kind->word) {
      case Word::procedure:
        names.show(item.name);
        for (const Word word : {Word::case_, Word::facts, Word::requests}) {
          show_keys(get(item.body(), word, item.language));
        }
        if (const Node* steps = get(item.body(), Word::steps, item.language)) {
          each_fact_of_steps(*steps, item.language,
                             [&](const Entry& entry) { names.show(entry.key.text); });
        }
        if (const Node* states = get(item.body(), Word::states, item.language)) {
          show_states(names, *states, item.language);
        }
        break;
      case Word::offence:
      case Word::reward:
      case Word::payment:
      case Word::right:
      case Word::clock:
      case Word::parameter:
      case Word::reading:
      case Word::form:
      case Word::ledger:
      case Word::worklist:
        names.show(item.name);
        break;
      default:
        break;
    }
  }
  return names;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_labels_file(std::string_view path) noexcept {
  const std::string_view name = file_name(path);
  const auto ends = [&](std::string_view end) {
    return name.size() > end.size() && name.substr(name.size() - end.size()) == end;
  };
  if (!ends(".yaml") && !ends(".yml")) return false;
  return name.substr(0, 7) == "labels.";
}

std::vector<Labels> read_labels(const std::vector<PackText>& texts, const Outline& outline,
                                Sources& sources, base::Findings& findings) {
  std::vector<Labels> out(outline.packs.size());
  for (const PackText& text : texts) {
    if (!is_labels_file(text.name)) continue;
    const auto pack =
        std::find_if(outline.packs.begin(), outline.packs.end(), [&](const PackOutline& one) {
          return folder_of(sources.name(one.name_span.file)) == folder_of(text.name);
        });
    if (pack == outline.packs.end()) continue;
    const std::uint32_t file = sources.add(text.name, text.text);
    const auto root = read_yaml(sources, file, findings);
    if (!root) continue;
    if (!root->is_map()) {
      findings.add(base::make(
          diag::AC0205, root->span,
          {{"key", std::string(file_name(text.name))}, {"shape", base::both("a map of names", "“名称: 显示名”各一行")},
           {"kind", base::both(root->is_list() ? "a list" : "one value", root->is_list() ? "列表" : "单个值")}}));
      continue;
    }
    const std::string_view file_of = file_name(text.name);
    const bool is_english = file_of.find(".en.") != std::string_view::npos;
    const bool is_chinese = file_of.find(".zh.") != std::string_view::npos;
    Labels& labels = out[static_cast<std::size_t>(pack - outline.packs.begin())];
    for (const Entry& entry : root->entries) {
      if (!entry.value.is_scalar()) continue;
      for (const Language language : {Language::english, Language::chinese}) {
        // A file that says no language is for both.
        if (language == Language::english ? is_chinese : is_english) continue;
        labels[static_cast<std::size_t>(language)][entry.key.text] = base::trim(entry.value.text);
      }
    }
    const Names names = names_of(*pack);
    const std::vector<std::string> known(names.known.begin(), names.known.end());
    for (const Entry& entry : root->entries) {
      if (names.known.count(entry.key.text) != 0) continue;
      std::vector<DiagnosticNote> notes;
      if (const auto near = base::closest(entry.key.text, known)) {
        notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
      }
      findings.add(
          base::make(diag::AC0812, entry.key.span, {{"name", entry.key.text}}, std::move(notes)));
    }
    // A name in the script of the labels needs none.
    constexpr std::size_t most = 8;  // further ones are told once these have theirs
    std::size_t count = 0;
    for (const std::string& name : names.shown) {
      if (root->find(name) != nullptr || (is_chinese && !is_ascii(name))) continue;
      if (++count > most) break;
      findings.add(base::make(diag::AC0813, {file, 0, 0},
                              {{"name", name}, {"file", std::string(file_name(text.name))}}));
    }
  }
  // What the company calls things counts before what the pack says, in both languages.
  for (const OverlayOutline& overlay : outline.overlays) {
    if (!overlay.root->is_map()) continue;
    const Node* labels = get(*overlay.root, Word::labels, overlay.language);
    std::set<std::string> known;
    for (std::size_t p = 0; p < outline.packs.size(); ++p) {
      if (!overlay.is_for(outline.packs[p])) continue;
      const Names names = names_of(outline.packs[p]);
      known.insert(names.known.begin(), names.known.end());
      for (const Node* map : {get(*overlay.root, Word::roles, overlay.language), labels}) {
        if (map == nullptr || !map->is_map()) continue;
        for (const Entry& entry : map->entries) {
          if (!entry.value.is_scalar() || names.known.count(entry.key.text) == 0) continue;
          for (auto& of_language : out[p])
            of_language[entry.key.text] = base::trim(entry.value.text);
        }
      }
    }
    // That an overlay is for no pack, the linker tells.
    if (labels == nullptr || !labels->is_map() || known.empty()) continue;
    for (const Entry& entry : labels->entries) {
      if (known.count(entry.key.text) != 0) continue;
      findings.add(base::make(diag::AC0812, entry.key.span, {{"name", entry.key.text}},
                              base::names_instead(entry.key.text, {known.begin(), known.end()})));
    }
  }
  return out;
}

}  // namespace aftercare::rulebook
