// testing/story.hpp — stories as read: every row of a table is a run of its own, ready to be
// played.
//
// The words in angle brackets have been filled in, days repeated, lines sorted by time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/event.hpp"
#include "aftercare/registers.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"
#include "aftercare/time.hpp"

#include "engine/resolve.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::testing {

/// A word of stories, whatever its language.
enum class Word : std::uint8_t {
#define STORY_WORD(id, english, chinese) id,
#include "testing/story_words.def"
};
[[nodiscard]] std::string_view spelling(Word word, Language language) noexcept;

/// One thing that happens.
struct Line {
  enum class Is : std::uint8_t { event, nothing_more, correct, retract, void_entry };
  Is is = Is::event;
  Instant when{};  ///< when it is recorded; without `at` also when it happens
  Instant at{};
  std::string name;  ///< of the event; of what is voided or taken back (`correct` too)
  std::string key;   ///< which case; empty: the latest that it can be for
  std::string role, person;
  std::string on_behalf_of;  ///< for whom he acts; empty: himself
  std::string reason;
  Context data;
  std::vector<engine::Target> targets;  ///< meanings of the name, all of one procedure or of none
  SourceSpan span;
};

/// What must be so at the end: the key and what is written under it.
struct Expected {
  Word key = Word::state;
  std::string of;  ///< `fines of li`: the subject it is narrowed to; empty: none
  rulebook::Node value;
  SourceSpan span;
};

/// A story, or one row of its table.
struct Run {
  std::string story;
  std::string row;  ///< the cells of its row; empty where there is no table
  SourceSpan span;  ///< the story's name
  SourceSpan row_span;
  std::size_t overlay = 0;  ///< index into Suite::overlays
  std::vector<std::string> proves;
  std::shared_ptr<Registers> registers;  ///< of its file; null: the pack reads none
  std::vector<Line> lines;
  std::vector<Expected> then;
};

/// What a run sets: parameters, readings, calendars, as the text of an overlay.
struct Overlay {
  std::string text;
  Language language = Language::english;
  struct Part {
    std::uint32_t begin = 0, end = 0;  ///< bytes of the text
    SourceSpan span;                   ///< and where the story says so
  };
  std::vector<Part> parts;
};

/// All stories of a pack.
struct Suite {
  std::vector<PackText> texts;  ///< of the pack
  std::vector<Overlay> overlays;
  std::vector<Run> runs;
  std::vector<std::string> left_out;     ///< names of stories that are not to be played
  std::shared_ptr<Registers> registers;  ///< null: the pack reads none
  Zone zone;
  Language language = Language::english;
};

}  // namespace aftercare::testing
