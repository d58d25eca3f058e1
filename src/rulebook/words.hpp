// The words of the pack format as a page: docs/format/words.md.
#pragma once

#include <string>

namespace aftercare::rulebook {

/// Every key by the place where it may stand, with what its value looks like, in both vocabularies;
/// then the kinds of headings and the closed words. Markdown.
[[nodiscard]] std::string words_documentation();

}  // namespace aftercare::rulebook
