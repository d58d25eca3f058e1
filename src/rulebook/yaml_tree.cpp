#include "rulebook/yaml_tree.hpp"

#include <algorithm>
#include <iterator>

namespace aftercare::rulebook {

SourceSpan Node::span_of(std::size_t begin, std::size_t end) const noexcept {
  if (kind != NodeKind::scalar || runs.empty()) return span;
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());

  // The run that holds a byte, and that byte's place: exact in runs that map byte by byte.
  const auto place = [this](std::size_t at) {
    const auto after = std::upper_bound(
        runs.begin(), runs.end(), at,
        [](std::size_t wanted, const TextRun& run) { return wanted < run.decoded; });
    const TextRun& run = after == runs.begin() ? runs.front() : *std::prev(after);
    const std::size_t length = (after == runs.end() ? text.size() : after->decoded) - run.decoded;
    const std::size_t into = at - std::min<std::size_t>(at, run.decoded);
    if (length == run.source_end - run.source_begin) {
      const auto from = static_cast<std::uint32_t>(run.source_begin + into);
      return SourceSpan{0, from, from + 1};
    }
    return SourceSpan{0, run.source_begin, run.source_end};
  };
  if (begin == end) {
    const std::uint32_t at = begin == text.size() ? runs.back().source_end : place(begin).begin;
    return {span.file, at, at};
  }
  return {span.file, place(begin).begin, place(end - 1).end};
}

const Entry* Node::find(std::string_view key) const noexcept {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const Entry& entry) { return entry.key.text == key; });
  return found != entries.end() ? &*found : nullptr;
}

}  // namespace aftercare::rulebook
