#include "testing/told_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/words.hpp"
#include "rulebook/format_words.hpp"
#include "rulebook/words.hpp"

namespace aftercare::testing {

namespace {

using rulebook::FileNames;
using rulebook::Word;

constexpr std::pair<ClockView::State, Word> clock_words[] = {
    {ClockView::State::idle, Word::idle},         {ClockView::State::running, Word::running},
    {ClockView::State::paused, Word::paused},     {ClockView::State::met, Word::met},
    {ClockView::State::breached, Word::breached}, {ClockView::State::cancelled, Word::cancelled}};

/// What forms and entries by hand bring besides what their authors have named.
constexpr Word brought_words[] = {Word::signed_,  Word::refused_,    Word::lines, Word::copies,
                                  Word::original, Word::valid_until, Word::who};

struct Phrase {
  std::string_view english, chinese;
  [[nodiscard]] std::string_view in(Language language) const {
    return language == Language::chinese ? chinese : english;
  }
};
// Answers to a decision, which the reasons may be about.
const std::vector<Word> answers = {Word::approve, Word::reject, Word::send_back, Word::lapse};

constexpr Phrase is_not = {" is not ", "不是"};
constexpr Phrase says = {": ", ":"};
constexpr Phrase nobody = {"nobody", "无人"};
constexpr Phrase unnamed = {"unnamed ", "未具名的"};
constexpr Phrase who_may = {"the one who may", "有权的人"};

std::string sentence(std::string_view text, Language from, Language to) {
  return from == Language::english ? engine::sentence_text(text, to)
                                   : engine::sentence_in_english(text, from);
}

std::string person(std::string_view text, Language from, Language to) {
  for (const Phrase& phrase : {nobody, who_may})
    if (text == phrase.in(from)) return std::string(phrase.in(to));
  if (text.substr(0, unnamed.in(from).size()) == unnamed.in(from))
    return std::string(unnamed.in(to)).append(text.substr(unnamed.in(from).size()));
  return std::string(text);
}

std::string respelt(std::string_view part, const std::vector<Word>& words, Language from,
                    Language to) {
  const auto word = std::find_if(words.begin(), words.end(), [&](Word one) {
    return rulebook::spelling(one, from) == part;
  });
  return std::string(word == words.end() ? part : rulebook::spelling(*word, to));
}

}  // namespace

std::string_view clock_state_text(ClockView::State state, Language language) {
  for (const auto& [one, word] : clock_words)
    if (one == state) return rulebook::spelling(word, language);
  return {};
}

std::vector<std::string> clock_states(Language language) {
  std::vector<std::string> out;
  for (const auto& [state, word] : clock_words)
    out.emplace_back(rulebook::spelling(word, language));
  return out;
}

std::string refusal_text(std::string_view text, Language from, Language to) {
  if (from == to) return std::string(text);
  if (const std::size_t at = text.find(says.in(from)); at != std::string_view::npos) {
    const std::string_view help = text.substr(at + says.in(from).size());
    const bool is_place = help.size() > 2 && help.front() == '<' && help.back() == '>';
    if (const std::string told = sentence(help, from, to); told != help || is_place) {
      const std::string about = told_path(text.substr(0, at), from, to);
      return respelt(about, answers, from, to).append(says.in(to)).append(told);
    }
  }
  if (std::string whole = sentence(text, from, to); whole != text) return whole;
  if (const std::size_t at = text.find(is_not.in(from)); at != std::string_view::npos)
    return person(text.substr(0, at), from, to)
        .append(is_not.in(to))
        .append(person(text.substr(at + is_not.in(from).size()), from, to));
  return person(text, from, to);
}

std::string told_path(std::string_view path, Language from, Language to) {
  static const std::vector<Word> brought(std::begin(brought_words), std::end(brought_words));
  static const std::vector<Word> members = rulebook::member_words(
      FileNames::event | FileNames::form | FileNames::clock | FileNames::entitlement |
      FileNames::read | FileNames::right);
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return respelt(path, brought, from, to);
  std::string out(path.substr(0, dot));
  for (std::string_view rest = path.substr(dot);;) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('.'), rest.size());
    out.append(".").append(respelt(rest.substr(0, end), members, from, to));
    rest.remove_prefix(end);
    if (rest.empty()) return out;
  }
}

}  // namespace aftercare::testing
