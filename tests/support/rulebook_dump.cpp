// Checks a pack and prints its findings, or the compiled rules; for golden files.
//
//   rulebook_dump FILE... [--lang zh] [--overlay FILE]... [--chapter-of PACK] | --words
//
// With --chapter-of each FILE is a chapter of the pack that PACK is, as if they were in one folder.
// What follows a line `# overlay` in a single file is an overlay; a line `# file NAME` begins
// another file of the same call.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "aftercare/rulebook.hpp"

#include "rulebook/words.hpp"

using namespace aftercare;

namespace {

/// The texts of one golden file.
void split(const std::string& name, const std::string& text, std::vector<PackText>& packs,
           std::vector<PackText>& overlays) {
  packs.push_back({name, {}});
  bool is_overlay = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    if (line == "# overlay\n") {
      is_overlay = true;
      overlays.push_back({"overlay.yaml", {}});
    } else if (line.rfind("# file ", 0) == 0) {
      is_overlay = false;
      // A golden file of several files begins with this line.
      if (packs.size() == 1 && packs.back().text.empty()) packs.clear();
      packs.push_back({line.substr(7, line.size() - 8), {}});
    } else {
      (is_overlay ? overlays : packs).back().text += line;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<PackText> packs;
  CheckOptions options;
  RenderOptions shown;
  const auto read = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--words") {
      std::fputs(rulebook::words_documentation().c_str(), stdout);
      return 0;
    }
    if (word == "--lang" && i + 1 < argc) {
      if (std::string(argv[++i]) == "zh") shown.language = Language::chinese;
    } else if (word == "--overlay" && i + 1 < argc) {
      options.overlays.emplace_back(argv[++i]);
    } else if (word == "--chapter-of" && i + 1 < argc) {
      packs.push_back({"pack.yaml", read(argv[++i])});
    } else {
      split(word, read(word), packs, options.overlay_texts);
    }
  }
  const auto rules = check_texts(std::move(packs), options);
  std::fputs(render(rules.diagnostics(), rules.sources(), shown).c_str(), stdout);
  if (!rules) return 1;
  std::fputs(rules->print().c_str(), stdout);
  for (const ParameterView& parameter : rules->unset_parameters()) {
    std::printf("unset: %s (%s)%s%s\n", parameter.name.c_str(), parameter.type.to_text().c_str(),
                parameter.clause.empty() ? "" : ", ", parameter.clause.c_str());
  }
  return 0;
}
