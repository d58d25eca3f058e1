// testing/story_keys.hpp — the keys that a file of stories may have, place by place. For this
// folder.
#pragma once

#include "testing/story.hpp"

namespace aftercare::testing {

inline constexpr Word file_keys[] = {
#define FILE_KEY(id) Word::id,
#include "testing/story_words.def"
};
inline constexpr Word given_keys[] = {
#define GIVEN_KEY(id) Word::id,
#include "testing/story_words.def"
};
inline constexpr Word story_keys[] = {
#define STORY_KEY(id) Word::id,
#include "testing/story_words.def"
};
inline constexpr Word then_keys[] = {
#define THEN_KEY(id) Word::id,
#include "testing/story_words.def"
};

/// Those of `then` that may speak of one case, or of one person: `clocks of A2`, `fines of li`.
inline constexpr Word narrowed_keys[] = {
    Word::state,     Word::case_,     Word::clocks,   Word::due,     Word::rights,
    Word::waits_for, Word::possible,  Word::fines,    Word::owes,    Word::pays,
    Word::rewards,   Word::sanctions, Word::offences, Word::evidence};

}  // namespace aftercare::testing
