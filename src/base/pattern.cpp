#include "base/pattern.hpp"

namespace aftercare::base {

namespace {

/// Whether the text is the pattern with words in its places.
bool matches(std::string_view text, std::string_view pattern,
             std::vector<std::string_view>& words) {
  const std::size_t place = pattern.find("{}");
  if (place == std::string_view::npos) return text == pattern;
  if (text.substr(0, place) != pattern.substr(0, place)) return false;
  text.remove_prefix(place);
  pattern.remove_prefix(place + 2);
  const std::string_view next = pattern.substr(0, pattern.find("{}"));
  // A word may hold what comes next in the sentence: then it ends further on.
  const std::size_t count = words.size();
  for (std::size_t end = next.empty() ? text.size() : text.find(next);
       end != std::string_view::npos; end = next.empty() ? end + 1 : text.find(next, end + 1)) {
    if (end > text.size()) break;
    words.push_back(text.substr(0, end));
    if (matches(text.substr(end), pattern, words)) return true;
    words.resize(count);
  }
  return false;
}

}  // namespace

std::optional<std::vector<std::string_view>> words_in(std::string_view text,
                                                      std::string_view pattern) {
  std::vector<std::string_view> words;
  if (!matches(text, pattern, words)) return std::nullopt;
  return words;
}

std::string with_words(std::string_view pattern, std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) {
    const std::size_t place = pattern.find("{}");
    out.append(pattern.substr(0, place)).append(word);
    pattern.remove_prefix(place + 2);
  }
  return out.append(pattern);
}

}  // namespace aftercare::base
