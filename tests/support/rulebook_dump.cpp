// Checks a pack (and overlays beside it) and prints its findings, or the compiled rules; for golden
// files.
//
//   rulebook_dump FILE [--lang zh] [--overlay FILE]...
#include <cstdio>
#include <string>
#include <vector>

#include "aftercare/rulebook.hpp"

using namespace aftercare;

int main(int argc, char** argv) {
  std::vector<std::string> paths;
  CheckOptions options;
  RenderOptions shown;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--lang" && i + 1 < argc) {
      if (std::string(argv[++i]) == "zh") shown.language = Language::chinese;
    } else if (word == "--overlay" && i + 1 < argc) {
      options.overlays.emplace_back(argv[++i]);
    } else {
      paths.push_back(word);
    }
  }
  // x.yaml may have x.overlay.yaml beside it.
  if (paths.size() == 1 && paths[0].size() > 5) {
    const std::string overlay = paths[0].substr(0, paths[0].size() - 5) + ".overlay.yaml";
    if (std::FILE* file = std::fopen(overlay.c_str(), "rb")) {
      std::fclose(file);
      options.overlays.push_back(overlay);
    }
  }
  const auto rules = check(std::span<const std::string>(paths), options);
  std::fputs(render(rules.diagnostics(), rules.sources(), shown).c_str(), stdout);
  if (!rules) return 1;
  std::fputs(rules->print().c_str(), stdout);
  for (const ParameterView& parameter : rules->unset_parameters()) {
    std::printf("unset: %s (%s), %s\n", parameter.name.c_str(), parameter.type.to_text().c_str(),
                parameter.clause.c_str());
  }
  return 0;
}
