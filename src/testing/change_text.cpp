// How a mutant differs from its pack, for people: the table is changes.def.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/pattern.hpp"
#include "testing/mutants.hpp"

namespace aftercare::testing {

namespace {

struct Wording {
  std::string_view english, chinese;
};

constexpr Wording wordings[] = {
#define CHANGE(english, chinese) {english, chinese},
#include "testing/changes.def"
};

}  // namespace

std::string change_text(std::string_view change, Language language) {
  if (language == Language::english) return std::string(change);
  for (const Wording& wording : wordings) {
    const auto words = base::words_in(change, wording.english);
    if (!words) continue;
    const std::vector<std::string> filled(words->begin(), words->end());
    return base::with_words(wording.chinese, filled);
  }
  return std::string(change);
}

std::string change_text(std::string_view change) {
  return base::both(change, change_text(change, Language::chinese));
}

}  // namespace aftercare::testing
