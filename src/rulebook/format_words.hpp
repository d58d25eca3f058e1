// Where the words of the format stand in a file, and how the other vocabulary spells them.
//
//   FileNames names;
//   gather_names(root, Language::english, names);            // of each file of the pack
//   Marks marks;
//   mark_words(root, Place::pack_file, names, Language::english, Language::chinese, marks,
//   findings); text = apply_edits(text, marks.edits);
//
// Names, labels and texts are the author's and stay. Each place of a file has its own words, each
// spelt once in each vocabulary, so that what is not a word in one and would be one in the other is
// told instead of changed in meaning.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/format_layout.hpp"
#include "rulebook/schema.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

/// What the files of a pack declare: enough to know which names of an expression are words.
struct FileNames {
  enum Record : std::uint8_t {
    event = 1,
    form = 2,
    clock = 4,
    entitlement = 8,
    read = 16,
    right = 32
  };
  std::map<std::string, unsigned, std::less<>> records;  ///< names with members of the format's
  std::set<std::string, std::less<>> names;              ///< everything that is declared
  std::set<std::string, std::less<>> closed_words;       ///< of the author's types, and states
  std::set<std::string, std::less<>> text_parameters;    ///< their values are written as they are
  std::set<std::string, std::less<>> labels;             ///< of conditions: sentences of the author
  bool is_pack_known = true;  ///< false: nothing is known of the types of parameters
  std::vector<std::pair<std::string, SourceSpan>> declared;  ///< names, where they are declared
};

/// What the format calls the members of such records (FileNames::Record).
[[nodiscard]] std::vector<Word> member_words(unsigned records);

/// Adds what a file of a pack declares.
void gather_names(const Node& root, Language language, FileNames& names);

struct Marks {
  std::vector<TextEdit> edits;  ///< sorted
  LayoutHints hints;            ///< word_keys and tables
};

/// Finds the words of a file of a pack or of an overlay. Where `from` is `to`, the edits only write
/// full-width punctuation of expressions half-width. Requires: the file has passed Schema.
void mark_words(const Node& root, Place place, const FileNames& names, Language from, Language to,
                Marks& marks);

/// The pieces of such a file, for files of other kinds that have them too.
void mark_calendar(const Node& map, const FileNames& names, Language from, Language to,
                   Marks& marks);
void mark_parameter(const Entry& entry, const FileNames& names, Language from, Language to,
                    Marks& marks);

/// The same of a part of a text: a cell of a table.
void mark_parameter_cell(const Node& table, std::size_t begin, std::size_t end,
                         const std::string& parameter, const FileNames& names, Language from,
                         Language to, Marks& marks);
/// Puts the edits in the order of their places; who makes some himself does it at the end.
void sort_edits(Marks& marks);

/// Replaces bytes of a scalar's text, unless its quotes would not bear it.
void edit_scalar(const Node& scalar, std::size_t begin, std::size_t end, std::string_view text,
                 bool in_flow, Marks& marks);

/// Adds a finding for each declared name that would be a word in `to`.
void find_collisions(const FileNames& names, Language from, Language to, base::Findings& findings);

/// An expression (of a formula that is kept for people) in English, with half-width punctuation.
/// Words are told by their spelling alone.
[[nodiscard]] std::string in_english(std::string_view text, Language from, bool is_cell = false);

}  // namespace aftercare::rulebook
