#include "rulebook/formula_words.hpp"

#include <algorithm>
#include <vector>

#include "aftercare/rt/length.hpp"

#include "base/text.hpp"
#include "feel/respell.hpp"
#include "rulebook/format_words.hpp"
#include "rulebook/words.hpp"

namespace aftercare::rulebook {

namespace {

using step::Index;

bool is_part(char c) {
  return c == '_' || static_cast<unsigned char>(c) >= 0x80 || base::is_ascii_letter(c) ||
         base::is_ascii_digit(c);
}

/// Where the word, the string or the sign at `from` ends.
std::size_t end_of_token(std::string_view text, std::size_t from) {
  std::size_t end = from + 1;
  if (text[from] == '"') {
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  if (is_part(text[from]))
    while (end < text.size() && is_part(text[end])) ++end;
  return end;
}

}  // namespace

std::string FormulaWords::number(std::string_view word) const {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto unit = rt::unit_named(word.substr(digits));
  if (language_ != Language::chinese || !unit) return std::string(word);
  return std::string(word.substr(0, digits)).append(rt::row(*unit).chinese[0]);
}

std::string FormulaWords::formula(std::string_view text) const {
  const std::string plain = without_needless_brackets(base::on_one_line(text));
  text = plain;
  std::string out;
  std::string_view owner;  // of a member: the name before the point
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = end_of_token(text, i);
    const std::string_view word = text.substr(i, end - i);
    if (base::is_ascii_digit(text[i])) {
      out += number(word);
    } else if (is_part(text[i])) {
      const bool is_called = end < text.size() && text[end] == '(';
      const bool is_member = i > 0 && text[i - 1] == '.';
      const bool is_of_value = i > 1 && text[i - 2] == ')';  // of what stands in brackets
      out += !is_member    ? name(word, is_called)
             : is_of_value ? member(word, {})
                           : member(word, owner);
      owner = is_member ? std::string_view() : word;
    } else {
      out += word;
    }
    i = end;
  }
  return out;
}

std::string FormulaWords::member(std::string_view word, std::string_view owner) const {
  const auto is_it = [&](const auto& one) { return one.name == owner; };
  const auto has = [&](const auto& all) { return std::any_of(all.begin(), all.end(), is_it); };
  const unsigned records =
      (has(p_.events) ? unsigned{FileNames::event} : 0U) |
      (has(p_.forms) ? unsigned{FileNames::form} : 0U) |
      (has(p_.clocks) ? unsigned{FileNames::clock} : 0U) |
      (has(p_.entitlements) ? unsigned{FileNames::entitlement} : 0U) |
      (has(p_.reads) ? unsigned{FileNames::read} : 0U) |
      (std::any_of(p_.rules.begin(), p_.rules.end(),
                   [&](Index r) {
                     return model_.rules[r].is == step::Rule::Is::right && is_it(model_.rules[r]);
                   })
           ? unsigned{FileNames::right}
           : 0U);
  for (const Word known : member_words(records))
    if (is_word(word, known, Language::english)) return std::string(spelling(known, language_));
  const std::string* label = model_.packs[p_.pack].label(word, language_);
  if (label != nullptr) return *label;
  // What an author called so keeps its name.
  return records == 0 ? std::string(feel::member_shown(word, language_)) : std::string(word);
}

std::string FormulaWords::name(std::string_view word, bool is_called) const {
  if (const std::string* label = model_.packs[p_.pack].label(word, language_)) return *label;
  if (language_ == Language::english) return std::string(word);
  // Names without a label stay as they are, whatever they mean elsewhere.
  const auto& slots = p_.slot_names;
  const auto& sets = model_.word_sets;
  const bool is_name =
      std::find(slots.begin(), slots.end(), word) != slots.end() ||
      std::any_of(sets.begin() + format_sets, sets.end(), [&](const step::WordSet& set) {
        return std::find(set.words.begin(), set.words.end(), word) != set.words.end();
      });
  if (is_name) return std::string(word);
  if (word == spelling(Word::same_day, Language::english))
    return std::string(spelling(Word::same_day, language_));
  // `open` is an answer of entitlements, `open(hours, at)` a question to a calendar.
  if (std::string closed = closed_word(word); !is_called && closed != word) return closed;
  const std::string_view other = feel::other_spelling(word, Language::english);
  return std::string(other.empty() ? word : other);
}

std::string FormulaWords::closed_word(std::string_view word) const {
  for (std::size_t set = 0; set < format_sets; ++set) {
    const auto& words = model_.word_sets[set].words;
    if (std::find(words.begin(), words.end(), word) == words.end()) continue;
    if (const auto known = find_word(word, Language::english))
      return std::string(spelling(*known, language_));
  }
  return std::string(word);
}

std::string without_needless_brackets(std::string_view formula) {
  struct Token {
    std::string_view text;
    std::size_t closes = 0;  // of an opening bracket: the token that closes it
    bool is_left_out = false;
  };
  std::vector<Token> tokens;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < formula.size();) {
    const std::size_t end = end_of_token(formula, i);
    const std::string_view text = formula.substr(i, end - i);
    i = end;
    if (text == " ") {
      tokens.push_back({text});
      continue;
    }
    if (text == "(") open.push_back(tokens.size());
    if (text == ")" && !open.empty()) {
      tokens[open.back()].closes = tokens.size();
      open.pop_back();
    }
    tokens.push_back({text});
  }
  // The next token that is no blank and has not been left out, in either direction.
  const auto behind = [&](std::size_t i) -> std::string_view {
    while (++i < tokens.size())
      if (tokens[i].text != " " && !tokens[i].is_left_out) return tokens[i].text;
    return {};
  };
  const auto before = [&](std::size_t i) -> std::string_view {
    while (i-- > 0)
      if (tokens[i].text != " " && !tokens[i].is_left_out) return tokens[i].text;
    return {};
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != "(" || tokens[i].closes == 0) continue;
    const std::string_view first = before(i), last = behind(tokens[i].closes);
    const bool begins = first.empty() || first == "if" || first == "then" || first == "else";
    const bool ends = last.empty() || last == "then" || last == "else";
    // An `else` behind belongs to the `if` that stands open: one within would take it.
    bool has_if = false;
    for (std::size_t j = i + 1; j < tokens[i].closes; ++j)
      has_if = has_if || tokens[j].text == "if";
    if (!begins || !ends || (has_if && !last.empty())) continue;
    tokens[i].is_left_out = tokens[tokens[i].closes].is_left_out = true;
  }
  std::string out;
  for (const Token& token : tokens) {
    if (token.is_left_out) continue;
    const bool is_blank = token.text == " ";
    if (is_blank && (out.empty() || out.back() == ' ' || out.back() == '(')) continue;
    if (token.text == ")" && !out.empty() && out.back() == ' ') out.pop_back();
    out += token.text;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace aftercare::rulebook
