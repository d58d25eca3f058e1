// base/pattern.hpp — sentences with places for words: "no event is called \"{}\"".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::base {

/// The words that stand in `text` where `pattern` has `{}`; none where it is another sentence. A
/// word may hold what comes next in the pattern.
[[nodiscard]] std::optional<std::vector<std::string_view>> words_in(std::string_view text,
                                                                    std::string_view pattern);

/// The sentence with words at its places. Requires: as many as it has.
[[nodiscard]] std::string with_words(std::string_view pattern, std::span<const std::string> words);

}  // namespace aftercare::base
