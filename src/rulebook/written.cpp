// The interface of this file is Written, and the splitting of short texts.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

Written::Written(const Node& scalar, Language lang) : language(lang) {
  append(scalar, 0, scalar.text.size());
}

Written::Written(const Node& scalar, std::size_t begin, std::size_t end, Language lang)
    : language(lang) {
  append(scalar, begin, end);
}

void Written::append(const Node& node, std::size_t begin, std::size_t end) {
  pieces_.push_back({text.size(), text.size() + (end - begin), &node, begin});
  text.append(node.text, begin, end - begin);
}

Written Written::value(const Node& node, Language language) {
  if (!node.is_list()) return Written(node, language);
  const bool zh = language == Language::chinese;
  Written whole;
  whole.language = language;
  whole.is_choice = true;
  std::size_t open = 0;
  for (const Node& row : node.items) {
    const Node* otherwise = get(row, Word::else_, language);
    if (otherwise && otherwise->is_scalar()) {
      whole.append("(");
      whole.append(*otherwise, 0, otherwise->text.size());
      whole.append("\n)");
      break;
    }
    const Node* condition = get(row, Word::if_, language);
    const Node* is = get(row, Word::is, language);
    if (!condition || !is || !condition->is_scalar() || !is->is_scalar()) continue;
    whole.append(zh ? "(若 (" : "(if (");
    whole.append(*condition, 0, condition->text.size());
    whole.append(zh ? "\n) 则 (" : "\n) then (");
    whole.append(*is, 0, is->text.size());
    whole.append(zh ? "\n) 否则 " : "\n) else ");
    ++open;
  }
  for (; open > 0; --open) whole.append(")");
  return whole;
}

Written Written::but_not(const Node& condition, const Node* exception, Language language) {
  if (exception == nullptr || !exception->is_scalar()) return Written(condition, language);
  Written whole;
  whole.language = language;
  whole.append("(");
  whole.append(condition, 0, condition.text.size());
  whole.append(language == Language::chinese ? "\n) 且 非(" : "\n) and not(");
  whole.append(*exception, 0, exception->text.size());
  whole.append("\n)");
  return whole;
}

Written Written::around(std::string_view before, const Node& scalar, std::string_view after,
                        Language language) {
  Written whole;
  whole.language = language;
  whole.append(before);
  whole.append(scalar, 0, scalar.text.size());
  whole.append(after);
  return whole;
}

SourceSpan Written::place(std::uint32_t begin, std::uint32_t end) const noexcept {
  const Piece* first = nullptr;
  const Piece* last = nullptr;
  for (const Piece& piece : pieces_) {
    if (begin >= piece.begin && begin <= piece.end) first = first ? first : &piece;
    if (end >= piece.begin && end <= piece.end) last = &piece;
  }
  if (!first && !pieces_.empty()) {
    // Between two pieces: the one that follows.
    for (const Piece& piece : pieces_) {
      if (piece.begin >= begin) {
        first = &piece;
        begin = static_cast<std::uint32_t>(piece.begin);
        break;
      }
    }
    if (!first) first = &pieces_.back();
  }
  if (!first) return {};
  const auto in = [](const Piece& piece, std::size_t at) {
    return piece.node_begin + (std::clamp(at, piece.begin, piece.end) - piece.begin);
  };
  if (!last || last == first || last < first) {
    return first->node->span_of(in(*first, begin), in(*first, std::max<std::size_t>(begin, end)));
  }
  const SourceSpan from = first->node->span_of(in(*first, begin), in(*first, first->end));
  const SourceSpan to = last->node->span_of(in(*last, last->begin), in(*last, end));
  if (from.file != to.file) return from;
  return {from.file, from.begin, std::max(from.end, to.end)};
}

std::vector<Part> split_words(std::string_view text, std::size_t begin) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) ++at;
    std::size_t end = at;
    while (end < text.size() && text[end] != ' ' && text[end] != '\n' && text[end] != '\t') ++end;
    if (end > at) parts.push_back({text.substr(at, end - at), begin + at});
    at = end;
  }
  return parts;
}

std::vector<Part> split_or(std::string_view text, Language language) {
  const std::string_view word = spelling(Word::or_, language);
  std::vector<Part> parts;
  std::size_t begin = 0;
  const auto add = [&](std::size_t from, std::size_t to) {
    const std::string_view part = text.substr(from, to - from);
    const std::string_view trimmed = base::trim(part);
    parts.push_back({trimmed, from + static_cast<std::size_t>(trimmed.data() - part.data())});
  };
  for (const Part& piece : split_words(text, 0)) {
    if (piece.text != word) continue;
    add(begin, piece.begin);
    begin = piece.begin + word.size();
  }
  add(begin, text.size());
  return parts;
}

Facts both(const Facts& a, const Facts& b) {
  Facts out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

Facts either(const Facts& a, const Facts& b) {
  Facts out = a;
  out.insert(b.begin(), b.end());
  return out;
}

}  // namespace aftercare::rulebook
