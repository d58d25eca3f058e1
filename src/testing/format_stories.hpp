// Where the words of the format stand in a file of stories; see rulebook/format_words.hpp.
//
// Keys, the words of lines (`never`, `nothing more`, `by`), `none` and `null`, states of clocks,
// what forms bring (`signed`, `lines`) and why something was refused have two spellings; values of
// data stay as they are.
#pragma once

#include "aftercare/diagnostic.hpp"

#include "rulebook/format_words.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::testing {

/// `names`: of the pack that the stories are about.
void mark_stories(const rulebook::Node& root, const rulebook::FileNames& names, Language from,
                  Language to, rulebook::Marks& marks);

/// Whether a file holds stories, in either vocabulary.
[[nodiscard]] bool is_story_file(const rulebook::Node& root) noexcept;
/// The vocabulary of a file of stories.
[[nodiscard]] Language language_of_stories(const rulebook::Node& root) noexcept;

}  // namespace aftercare::testing
