// The pack format as a table: its words in both vocabularies, its keys and the shapes of values.
//
//   Schema schema(findings, Language::english);
//   schema.check_file(root, Place::pack_file);        // everything that words.def can say
//   const Node* body = get(map, Word::within, language);
//
// Knows what may stand where; knows nothing of what it means. The next pass, load, relies on the
// shapes that were checked here, and skips what has another one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "base/diagnostics.hpp"
#include "rulebook/yaml_tree.hpp"

namespace aftercare::rulebook {

/// A word of the format, whatever its language.
enum class Word : std::uint16_t {
#define WORD(id, english, chinese) id,
#include "rulebook/words.def"
};

/// A map in which keys have a meaning.
enum class Place : std::uint8_t {
  nowhere,
  pack_file,
  overlay_file,
  effective,
  conventions,
  article,
  parameter,
  procedure,
  event,
  step,
  corrections,
  state,
  branch,
  decide,
  role,
  form,
  form_field,
  shown,
  ledger,
  ledger_entry,
  table,
  calendar,
  calendar_file,
  calendar_year,
  calendar_notice,
  clock,
  window,
  reminder,
  read,
  offence,
  reward,
  numbered,
  payment,
  right,
  notify,
  entitlement,
  child,
  duty,
  term,
  suspension,
  replacements,
  acting,
  choice,
  responsible,
  dated,
  adoption,
  worklist,
};

/// What a value looks like in YAML.
enum class Shape : std::uint8_t {
  text,             ///< a scalar, for people or of a few words
  name,             ///< a scalar: one name
  path,             ///< a scalar: a name or `name.field`
  names,            ///< a name, or a list of names
  who,              ///< roles and persons: `a or b`, or a list
  chain,            ///< the same, and `a then b`, `a and b`, `2 of a, b, c`
  type,             ///< a scalar: a type
  expression,       ///< a scalar: FEEL
  value,            ///< an expression, or a choice: a list of `if / is` and `else`
  happening,        ///< a scalar: `collected`, `enter s`, `clock breached`, joined by `or`
  text_table,       ///< a scalar: rows of cells between bars
  map,              ///< a map of the inner place
  maps,             ///< name → map of the inner place
  rows,             ///< a list of maps of the inner place
  type_or_map,      ///< a type, or a map of the inner place
  word_or_map,      ///< a word, or a map of the inner place
  path_or_map,      ///< a path, or a map of the inner place
  expression_or_map,  ///< an expression, or a map of the inner place
  texts,            ///< name → text
  types,            ///< name → type
  fields,           ///< name → type, with `= default`
  form_fields,      ///< the same; with `= expression` alone; a map of the inner place
  count,            ///< a scalar: a number, or that it is one
  registers,        ///< name → fields
  values,           ///< name → expression, or a list of them with the dates from which they hold
  lets,             ///< name → value
  conditions,       ///< sentence → expression
  events,           ///< name → map of the inner place, or nothing
  states,           ///< name → map of the inner place, or `final`
  branches,         ///< a name, or a list of maps of the inner place
  branches_by_key,  ///< something that happens → branches
  steps,            ///< a list: names of events, `event: map of the inner place`, Place::step
  branching_steps,  ///< event → steps, or `final`
  articles,         ///< article → map with headings
  ordering,         ///< an expression, or a list of them: `x`, `x descending`, `condition first`
  phrase,           ///< a scalar: a closed word, or one with an expression in its gap
  anything,         ///< not looked into
};

enum class Status : std::uint8_t {
  must,   ///< missing is a finding
  may,    ///< as the author likes
  later,  ///< known, but not supported yet: a finding
};

/// What stands before the dot of a heading.
enum class Owner : std::uint8_t { nobody, procedure, procedure_or_nobody, event, form };

struct KeyRow {
  Place place;
  Word word;
  Shape shape;
  Place inner;
  Status status;
};
struct KindRow {
  Word word;
  Shape shape;
  Place inner;
  Owner owner;
  Status status;
};

/// How a word is written.
[[nodiscard]] std::string_view spelling(Word word, Language language) noexcept;
/// Whether a text is this word.
[[nodiscard]] inline bool is_word(std::string_view text, Word word, Language language) noexcept {
  return text == spelling(word, language);
}
/// Where the expression stands in a text that is this phrase (`within … after it`); none: it is
/// another text. Of a word without a gap the range is empty.
struct TextRange {
  std::size_t begin = 0, end = 0;
};
[[nodiscard]] std::optional<TextRange> gap_in(std::string_view text, Word phrase,
                                              Language language) noexcept;
/// What stands before the gap of a phrase, and what behind it; all of a word that has none.
struct PhraseParts {
  std::string_view before, after;
  bool has_gap = false;
};
[[nodiscard]] PhraseParts parts_of(Word phrase, Language language) noexcept;
/// All rows of a place, in the order of the table.
[[nodiscard]] std::span<const KeyRow> keys_of(Place place) noexcept;
/// The row of a key, or null.
[[nodiscard]] const KeyRow* find_key(Place place, std::string_view key, Language language) noexcept;
/// The row of a kind of heading, or null.
[[nodiscard]] const KindRow* find_kind(std::string_view word, Language language) noexcept;
/// The closed words that the value of a key may be.
[[nodiscard]] std::vector<Word> choices_of(Word key);
/// What stands between the first and the last of a span of weekdays.
[[nodiscard]] std::string_view weekday_joint(Language language) noexcept;
/// All kinds and all words, in the order of the table.
[[nodiscard]] std::span<const KindRow> all_kinds() noexcept;
[[nodiscard]] std::vector<Word> all_words();

/// The value of a key in a map; null where it is absent or the node is no map.
[[nodiscard]] const Node* get(const Node& map, Word key, Language language) noexcept;
[[nodiscard]] const Entry* get_entry(const Node& map, Word key, Language language) noexcept;
/// Its text, empty where it is absent or no scalar.
[[nodiscard]] std::string_view get_text(const Node& map, Word key, Language language) noexcept;

/// `<kind> <owner>.<name>`; the ranges are bytes of the key's text.
struct Heading {
  const KindRow* kind = nullptr;
  std::string_view owner;
  std::string_view name;
  std::size_t owner_begin = 0;
  std::size_t name_begin = 0;
};
/// The heading that a key is, or nothing where its first word is no kind.
[[nodiscard]] std::optional<Heading> parse_heading(std::string_view key,
                                                   Language language) noexcept;

/// Letters, digits and `_` of any script, not beginning with a digit.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

/// Whether both vocabularies have this text as a word, and which language it is of.
[[nodiscard]] std::optional<Word> find_word(std::string_view text, Language language) noexcept;

/// Checks keys and shapes of one file.
class Schema {
 public:
  Schema(base::Findings& findings, Language language) noexcept
      : findings_(findings), language_(language) {}

  /// The root of a file. Requires: Place::pack_file, overlay_file or calendar_file.
  void check_file(const Node& root, Place place);

 private:
  void check_map(const Node& map, Place place);
  void check_heading(const Entry& entry, const Heading& heading);
  void check_shape(const Node& key, const Node& value, Shape shape, Place inner);
  void check_each(const Node& map, Shape shape, Place inner);
  void check_branches(const Node& key, const Node& value, Place inner);
  std::string unknown_key(const Node& key, Place place);
  [[nodiscard]] bool is_told(SourceSpan map) const;
  void check_choice(const Node& key, const Node& value);
  void check_steps(const Node& key, const Node& value, Shape shape, Place inner);
  void wrong_shape(const Node& key, const Node& value, Shape shape);
  bool expect_map(const Node& key, const Node& value, Shape shape);
  bool expect_scalar(const Node& key, const Node& value, Shape shape);
  void check_name(const Node& scalar);

  base::Findings& findings_;
  Language language_;
};

/// What a shape is called in findings: "an expression".
[[nodiscard]] std::string_view shape_text(Shape shape, Language language) noexcept;

/// "a text", "a list", …: what stands where something else should.
[[nodiscard]] std::string_view kind_text(NodeKind kind, Language language);

}  // namespace aftercare::rulebook
