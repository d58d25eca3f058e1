// The interface of this file is Schema::check_file().
#include "rulebook/schema.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "rulebook/yaml_reader.hpp"

namespace aftercare::rulebook {
namespace {

struct WordRow {
  Word word;
  std::string_view english;
  std::string_view chinese;
};
constexpr WordRow word_rows[] = {
#define WORD(id, english, chinese) {Word::id, english, chinese},
#include "rulebook/words.def"
};
constexpr KeyRow key_rows[] = {
#define KEY(place, word, shape, inner, status) \
  {Place::place, Word::word, Shape::shape, Place::inner, Status::status},
#include "rulebook/words.def"
};
constexpr KindRow kind_rows[] = {
#define KIND(word, shape, inner, owner, status) \
  {Word::word, Shape::shape, Place::inner, Owner::owner, Status::status},
#include "rulebook/words.def"
};

struct ChoiceRow {
  Word key, word;
};
constexpr ChoiceRow choice_rows[] = {
#define CHOICE(key, word) {Word::key, Word::word},
#include "rulebook/words.def"
};

constexpr bool rows_are_grouped() {
  for (std::size_t i = 1; i < std::size(key_rows); ++i) {
    if (key_rows[i].place != key_rows[i - 1].place) {
      for (std::size_t k = 0; k + 1 < i; ++k) {
        if (key_rows[k].place == key_rows[i].place) return false;
      }
    }
  }
  return true;
}
static_assert(rows_are_grouped(), "the keys of one place stand together in words.def");

std::vector<std::string_view> names_of(std::span<const KeyRow> rows, Language language) {
  std::vector<std::string_view> names;
  for (const KeyRow& row : rows) names.push_back(spelling(row.word, language));
  return names;
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

bool takes_headings(Place place) { return place == Place::pack_file || place == Place::article; }

Language other(Language language) {
  return language == Language::english ? Language::chinese : Language::english;
}

}  // namespace

std::string_view kind_text(NodeKind kind, Language language) {
  const bool zh = language == Language::chinese;
  switch (kind) {
    case NodeKind::empty:
      return zh ? "空" : "nothing";
    case NodeKind::scalar:
      return zh ? "文字" : "a text";
    case NodeKind::list:
      return zh ? "列表" : "a list";
    case NodeKind::map:
      return zh ? "多个键" : "a map";
  }
  return {};
}

std::string_view spelling(Word word, Language language) noexcept {
  const WordRow& row = word_rows[static_cast<std::size_t>(word)];
  return language == Language::chinese ? row.chinese : row.english;
}

std::span<const KeyRow> keys_of(Place place) noexcept {
  const auto* first = std::find_if(std::begin(key_rows), std::end(key_rows),
                                   [&](const KeyRow& row) { return row.place == place; });
  const auto* last = std::find_if(first, std::end(key_rows),
                                  [&](const KeyRow& row) { return row.place != place; });
  return {first, last};
}

const KeyRow* find_key(Place place, std::string_view key, Language language) noexcept {
  for (const KeyRow& row : keys_of(place)) {
    if (is_word(key, row.word, language)) return &row;
  }
  return nullptr;
}

const KindRow* find_kind(std::string_view word, Language language) noexcept {
  for (const KindRow& row : kind_rows) {
    if (is_word(word, row.word, language)) return &row;
  }
  return nullptr;
}

std::vector<Word> choices_of(Word key) {
  std::vector<Word> words;
  for (const ChoiceRow& row : choice_rows) {
    if (row.key == key) words.push_back(row.word);
  }
  return words;
}

PhraseParts parts_of(Word phrase, Language language) noexcept {
  constexpr std::string_view gap = "…";
  const std::string_view whole = spelling(phrase, language);
  const std::size_t at = whole.find(gap);
  if (at == std::string_view::npos) return {whole, {}, false};
  return {base::trim(whole.substr(0, at)), base::trim(whole.substr(at + gap.size())), true};
}

std::optional<TextRange> gap_in(std::string_view text, Word phrase, Language language) noexcept {
  const PhraseParts parts = parts_of(phrase, language);
  const std::string_view all = base::trim(text);
  const auto from = static_cast<std::size_t>(all.data() - text.data());
  if (!parts.has_gap) {
    if (all != parts.before) return std::nullopt;
    return TextRange{from + all.size(), from + all.size()};
  }
  if (all.size() < parts.before.size() + parts.after.size() ||
      all.substr(0, parts.before.size()) != parts.before ||
      all.substr(all.size() - parts.after.size()) != parts.after)
    return std::nullopt;
  const std::string_view inner =
      all.substr(parts.before.size(), all.size() - parts.before.size() - parts.after.size());
  // Letters of other scripts need no gap before them; a word of ASCII ends where a space stands.
  const auto is_apart = [&](std::string_view part, char beside) {
    return part.empty() || static_cast<unsigned char>(part.front()) >= 0x80 || beside == ' ';
  };
  const std::string_view gap = base::trim(inner);
  if (gap.empty() || !is_apart(parts.before, inner.front()) || !is_apart(parts.after, inner.back()))
    return std::nullopt;
  const auto begin = static_cast<std::size_t>(gap.data() - text.data());
  return TextRange{begin, begin + gap.size()};
}

std::string_view weekday_joint(Language language) noexcept {
  return language == Language::chinese ? spelling(Word::to, language) : "-";
}

std::span<const KindRow> all_kinds() noexcept { return kind_rows; }

std::vector<Word> all_words() {
  std::vector<Word> words;
  for (const WordRow& row : word_rows) words.push_back(row.word);
  return words;
}

const Entry* get_entry(const Node& map, Word key, Language language) noexcept {
  return map.is_map() ? map.find(spelling(key, language)) : nullptr;
}

const Node* get(const Node& map, Word key, Language language) noexcept {
  const Entry* entry = get_entry(map, key, language);
  return entry ? &entry->value : nullptr;
}

std::string_view get_text(const Node& map, Word key, Language language) noexcept {
  const Node* node = get(map, key, language);
  return node && node->is_scalar() ? base::trim(node->text) : std::string_view{};
}

std::optional<Heading> parse_heading(std::string_view key, Language language) noexcept {
  const std::size_t space = key.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  Heading heading;
  heading.kind = find_kind(key.substr(0, space), language);
  if (!heading.kind) return std::nullopt;
  std::size_t begin = space;
  while (begin < key.size() && key[begin] == ' ') ++begin;
  const std::string_view rest = key.substr(begin);
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) {
    heading.name = rest;
    heading.name_begin = begin;
  } else {
    heading.owner = rest.substr(0, dot);
    heading.owner_begin = begin;
    heading.name = rest.substr(dot + 1);
    heading.name_begin = begin + dot + 1;
  }
  return heading;
}

bool is_name(std::string_view text) noexcept {
  if (text.empty() || base::is_ascii_digit(text[0])) return false;
  for (std::size_t at = 0; at < text.size();) {
    const base::Decoded c = base::decode(text, at);
    at += c.bytes;
    if (!c.is_valid) return false;
    const char32_t p = c.code_point;
    if (p < 0x80) {
      const char ascii = static_cast<char>(p);
      if (!base::is_ascii_letter(ascii) && !base::is_ascii_digit(ascii) && ascii != '_') {
        return false;
      }
      continue;
    }
    // General and CJK punctuation, and full-width forms of ASCII punctuation and digits.
    const bool is_punctuation =
        p < 0xC0 || p == 0xD7 || p == 0xF7 || (p >= 0x2000 && p <= 0x2BFF) ||
        (p >= 0x3000 && p <= 0x3004) || (p >= 0x3008 && p <= 0x3020) || p == 0x3030 ||
        (p >= 0xFE10 && p <= 0xFE6F) || (p >= 0xFF00 && p <= 0xFF20) ||
        (p >= 0xFF3B && p <= 0xFF40) || (p >= 0xFF5B && p <= 0xFF65) || p >= 0xFFE0;
    if (is_punctuation && p < 0x10000) return false;
  }
  return true;
}

std::optional<Word> find_word(std::string_view text, Language language) noexcept {
  for (const WordRow& row : word_rows) {
    if (text == (language == Language::chinese ? row.chinese : row.english)) return row.word;
  }
  return std::nullopt;
}

std::string_view shape_text(Shape shape, Language language) noexcept {
  const bool zh = language == Language::chinese;
  switch (shape) {
    case Shape::text:
      return zh ? "一段文字" : "a text";
    case Shape::name:
      return zh ? "一个名称" : "a name";
    case Shape::path:
      return zh ? "名称或“名称.栏目”" : "a name or name.field";
    case Shape::names:
      return zh ? "名称或名称列表" : "a name or a list of names";
    case Shape::who:
      return zh ? "角色或人" : "roles or persons";
    case Shape::chain:
      return zh ? "角色或人,或审批链" : "roles or persons, or a chain of them";
    case Shape::type:
      return zh ? "一个类型" : "a type";
    case Shape::expression:
      return zh ? "一个表达式" : "an expression";
    case Shape::value:
      return zh ? "表达式或选择" : "an expression or a choice";
    case Shape::happening:
      return zh ? "一件发生的事" : "something that happens";
    case Shape::phrase:
      return zh ? "一个词或一句固定说法" : "a word or a set phrase";
    case Shape::ordering:
      return zh ? "表达式,或其列表" : "an expression, or a list of them";
    case Shape::text_table:
      return zh ? "“|”之后的文字表" : "a text table after |";
    case Shape::rows:
      return zh ? "若干行的列表" : "a list of rows";
    case Shape::type_or_map:
      return zh ? "类型或多个键" : "a type or a map";
    case Shape::count:
      return zh ? "数目,或“数”" : "a number, or `number`";
    case Shape::word_or_map:
      return zh ? "一个词或多个键" : "a word or a map";
    case Shape::path_or_map:
      return zh ? "一个路径或多个键" : "a path or a map";
    case Shape::expression_or_map:
      return zh ? "一个表达式或多个键" : "an expression or a map";
    case Shape::steps:
      return zh ? "步骤列表" : "a list of steps";
    case Shape::branches:
    case Shape::branches_by_key:
      return zh ? "状态或分支列表" : "a state or a list of branches";
    case Shape::states:
      return zh ? "“终”或多个键" : "`final` or a map";
    case Shape::map:
    case Shape::maps:
    case Shape::texts:
    case Shape::types:
    case Shape::fields:
    case Shape::form_fields:
    case Shape::registers:
    case Shape::values:
    case Shape::lets:
    case Shape::conditions:
    case Shape::events:
    case Shape::branching_steps:
    case Shape::articles:
    case Shape::anything:
      return zh ? "多个键" : "a map";
  }
  return {};
}

void Schema::check_file(const Node& root, Place place) {
  if (!root.is_map()) {
    wrong_shape(root, root, Shape::map);
    return;
  }
  check_map(root, place);
}

void Schema::check_map(const Node& map, Place place) {
  std::vector<std::string> meant;  // keys that misspelt ones were probably meant to be
  for (const Entry& entry : map.entries) {
    const std::string_view key = entry.key.text;
    if (const KeyRow* row = find_key(place, key, language_)) {
      if (row->status == Status::later) {
        findings_.add(base::make(diag::AC0214, entry.key.span, {{"what", std::string(key)}}));
      } else {
        check_shape(entry.key, entry.value, row->shape, row->inner);
      }
      continue;
    }
    if (takes_headings(place)) {
      if (const auto heading = parse_heading(key, language_)) {
        check_heading(entry, *heading);
        continue;
      }
    }
    // Where the reader has told that YAML made a key of half a value, the key is no news.
    if (map.style == NodeStyle::flow && !is_name(key) && is_told(map.span)) continue;
    meant.push_back(unknown_key(entry.key, place));
  }
  for (const KeyRow& row : keys_of(place)) {
    if (row.status == Status::must && !get(map, row.word, language_) &&
        std::find(meant.begin(), meant.end(), spelling(row.word, language_)) == meant.end()) {
      findings_.add(base::make(diag::AC0206, map.span,
                               {{"key", std::string(spelling(row.word, language_))}}));
    }
  }
}

void Schema::check_heading(const Entry& entry, const Heading& heading) {
  const Node& key = entry.key;
  const std::string kind(spelling(heading.kind->word, language_));
  if (heading.kind->status == Status::later) {
    findings_.add(base::make(diag::AC0214, key.span, {{"what", kind}}));
    return;
  }
  // `needs order.asked` and `expect form` name their owner by the whole of what follows.
  const bool owner_only = heading.kind->owner == Owner::event || heading.kind->owner == Owner::form;
  if (!is_name(heading.name)) {
    findings_.add(base::make(
        diag::AC0207, key.span_of(heading.name_begin, heading.name_begin + heading.name.size()),
        {{"name", std::string(heading.name)}}));
  }
  if (!heading.owner.empty() && !is_name(heading.owner)) {
    findings_.add(base::make(
        diag::AC0207, key.span_of(heading.owner_begin, heading.owner_begin + heading.owner.size()),
        {{"name", std::string(heading.owner)}}));
  }
  if (heading.kind->owner == Owner::procedure && heading.owner.empty()) {
    findings_.add(
        base::make(diag::AC0210, key.span, {{"kind", kind}, {"name", std::string(heading.name)}}));
  }
  if (heading.kind->owner == Owner::nobody && !heading.owner.empty() && !owner_only) {
    findings_.add(
        base::make(diag::AC0211, key.span, {{"kind", kind}, {"name", std::string(heading.name)}}));
  }
  check_shape(key, entry.value, heading.kind->shape, heading.kind->inner);
}

/// Whether an error has been told within a map.
bool Schema::is_told(SourceSpan map) const {
  const Diagnostics& told = findings_.so_far();
  return std::any_of(told.begin(), told.end(), [&](const Diagnostic& finding) {
    return finding.span.file == map.file && map.begin <= finding.span.begin &&
           finding.span.begin < map.end && severity(finding) == Severity::error;
  });
}

/// Gives the key that was probably meant; empty where none is near.
std::string Schema::unknown_key(const Node& key, Place place) {
  const std::string written = key.text;
  if (const KeyRow* row = find_key(place, written, other(language_))) {
    const std::string right(spelling(row->word, language_));
    findings_.add(base::make(diag::AC0204, key.span, {{"key", written}, {"right", right}}));
    return right;
  }
  std::vector<DiagnosticNote> notes;
  const std::string first_word = written.substr(0, written.find(' '));
  if (takes_headings(place) && first_word != written) {
    if (const KindRow* kind = find_kind(first_word, other(language_))) {
      findings_.add(base::make(
          diag::AC0204, key.span_of(0, first_word.size()),
          {{"key", first_word}, {"right", std::string(spelling(kind->word, language_))}}));
      return {};
    }
    std::vector<std::string_view> kinds;
    for (const KindRow& row : kind_rows) kinds.push_back(spelling(row.word, language_));
    if (const auto near = base::closest(first_word, kinds)) {
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    }
    findings_.add(base::make(diag::AC0209, key.span, {{"heading", written}}, std::move(notes)));
    return {};
  }
  if (takes_headings(place) && find_kind(written, language_)) {
    findings_.add(base::make(diag::AC0209, key.span, {{"heading", written}}));
    return {};
  }
  const std::vector<std::string_view> known = names_of(keys_of(place), language_);
  std::string meant;
  constexpr std::size_t most_listed = 24;
  if (const auto near = base::closest(written, known)) {
    meant = *near;
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  } else if (known.size() <= most_listed) {
    notes.push_back(base::note(notes::keys_here, {{"keys", joined(known)}}));
  }
  findings_.add(base::make(diag::AC0203, key.span, {{"key", written}}, std::move(notes)));
  return meant;
}

void Schema::wrong_shape(const Node& key, const Node& value, Shape shape) {
  if (value.is_scalar()) {
    if (auto reason = explain_scalar(value)) {
      findings_.add(std::move(*reason));
      return;
    }
  }
  const SourceSpan span = value.is_empty() ? key.span : value.span;
  const bool is_blank = value.is_scalar() && base::trim(value.text).empty();
  findings_.add(base::make(
      diag::AC0205, span,
      {{"key", key.is_scalar() ? key.text : std::string()},
       {"shape",
        base::both(shape_text(shape, Language::english), shape_text(shape, Language::chinese))},
       {"kind", is_blank ? base::both("an empty text", "空文字")
                         : base::both(kind_text(value.kind, Language::english),
                                      kind_text(value.kind, Language::chinese))}}));
}

bool Schema::expect_map(const Node& key, const Node& value, Shape shape) {
  if (value.is_map()) return true;
  wrong_shape(key, value, shape);
  return false;
}

bool Schema::expect_scalar(const Node& key, const Node& value, Shape shape) {
  if (value.is_scalar() && !base::trim(value.text).empty()) return true;
  wrong_shape(key, value, shape);
  return false;
}

void Schema::check_name(const Node& scalar) {
  if (!is_name(base::trim(scalar.text))) {
    findings_.add(base::make(diag::AC0207, scalar.span, {{"name", scalar.text}}));
  }
}

void Schema::check_each(const Node& map, Shape shape, Place inner) {
  for (const Entry& entry : map.entries) {
    if (shape != Shape::anything) check_shape(entry.key, entry.value, shape, inner);
  }
}

void Schema::check_choice(const Node& key, const Node& value) {
  const auto word = [&](Word w) { return std::string(spelling(w, language_)); };
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Node& row = value.items[i];
    if (!expect_map(key, row, Shape::map)) continue;
    const std::size_t found = findings_.count();
    check_map(row, Place::choice);
    if (findings_.count() != found) continue;
    const bool has_else = get(row, Word::else_, language_) != nullptr;
    const bool has_if = get(row, Word::if_, language_) != nullptr;
    const bool has_is = get(row, Word::is, language_) != nullptr;
    const bool is_last = i + 1 == value.items.size();
    if (has_else ? has_if || has_is : !has_if || !has_is) {
      findings_.add(base::make(diag::AC0227, row.span,
                               {{"first", word(Word::if_)}, {"second", word(Word::is)}}));
    } else if (has_else && !is_last) {
      findings_.add(base::make(diag::AC0230, row.span));
    } else if (!has_else && is_last) {
      findings_.add(base::make(diag::AC0226, row.span));
    }
  }
}

void Schema::check_steps(const Node& key, const Node& value, Shape shape, Place inner) {
  if (shape == Shape::branching_steps) {
    if (!expect_map(key, value, shape)) return;
    for (const Entry& branch : value.entries) {
      check_name(branch.key);
      if (branch.value.is_empty()) continue;
      const bool ends = branch.value.is_scalar() &&
                        is_word(base::trim(branch.value.text), Word::final_, language_);
      if (!ends) check_steps(branch.key, branch.value, Shape::steps, inner);
    }
    return;
  }
  if (!value.is_list() || value.items.empty()) {
    wrong_shape(key, value, shape);
    return;
  }
  for (const Node& step : value.items) {
    if (step.is_scalar()) {
      check_name(step);
      continue;
    }
    if (!expect_map(key, step, shape)) continue;
    if (step.entries.size() != 1) {
      findings_.add(base::make(diag::AC0760, step.span,
                               {{"count", std::to_string(step.entries.size())}},
                               {base::note(notes::begin_step_with_dash)}));
      continue;
    }
    const Entry& entry = step.entries.front();
    if (const KeyRow* row = find_key(Place::step, entry.key.text, language_)) {
      check_shape(entry.key, entry.value, row->shape, row->inner);
    } else if (find_key(Place::step, entry.key.text, other(language_))) {
      unknown_key(entry.key, Place::step);
    } else {
      check_name(entry.key);
      if (!entry.value.is_empty() && expect_map(entry.key, entry.value, Shape::map)) {
        check_map(entry.value, inner);
      }
    }
  }
}

void Schema::check_branches(const Node& key, const Node& value, Place inner) {
  if (value.is_scalar()) return;
  if (value.is_map()) {
    check_map(value, inner);
    return;
  }
  if (!value.is_list() || value.items.empty()) {
    wrong_shape(key, value, Shape::branches);
    return;
  }
  for (const Node& item : value.items) {
    if (item.is_map()) {
      check_map(item, inner);
    } else {
      wrong_shape(key, item, Shape::branches);
    }
  }
}

void Schema::check_shape(const Node& key, const Node& value, Shape shape, Place inner) {
  switch (shape) {
    case Shape::anything:
      return;
    case Shape::text:
    case Shape::path:
    case Shape::type:
    case Shape::expression:
    case Shape::happening:
    case Shape::phrase:
    case Shape::text_table:
    case Shape::count:
      expect_scalar(key, value, shape);
      return;
    case Shape::name:
      if (expect_scalar(key, value, shape)) check_name(value);
      return;
    case Shape::names:
    case Shape::who:
    case Shape::chain:
    case Shape::ordering:
      if (value.is_scalar() && !base::trim(value.text).empty()) return;
      if (!value.is_list()) {
        wrong_shape(key, value, shape);
        return;
      }
      for (const Node& item : value.items) expect_scalar(key, item, shape);
      return;
    case Shape::value:
      if (value.is_scalar() && !base::trim(value.text).empty()) return;
      if (!value.is_list() || value.items.empty()) {
        wrong_shape(key, value, shape);
        return;
      }
      check_choice(key, value);
      return;
    case Shape::map:
      if (expect_map(key, value, shape)) check_map(value, inner);
      return;
    case Shape::type_or_map:
    case Shape::word_or_map:
    case Shape::path_or_map:
    case Shape::expression_or_map:
      if (value.is_map()) {
        check_map(value, inner);
      } else {
        expect_scalar(key, value, shape);
      }
      return;
    case Shape::maps:
      if (!expect_map(key, value, shape)) return;
      check_each(value, Shape::map, inner);
      return;
    case Shape::rows:
      if (!value.is_list()) {
        wrong_shape(key, value, shape);
        return;
      }
      for (const Node& item : value.items) {
        if (expect_map(key, item, Shape::map)) check_map(item, inner);
      }
      return;
    case Shape::texts:
      if (expect_map(key, value, shape)) check_each(value, Shape::text, Place::nowhere);
      return;
    case Shape::types:
    case Shape::fields:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) check_name(entry.key);
      check_each(value, Shape::type, Place::nowhere);
      return;
    case Shape::form_fields:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        check_name(entry.key);
        check_shape(entry.key, entry.value, Shape::type_or_map, inner);
      }
      return;
    case Shape::registers:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        check_name(entry.key);
        check_shape(entry.key, entry.value, Shape::types, Place::nowhere);
      }
      return;
    case Shape::values:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        // A list of maps: values with the dates from which they hold.
        const bool is_dated = entry.value.is_list() && !entry.value.items.empty() &&
                              entry.value.items.front().is_map();
        check_shape(entry.key, entry.value, is_dated ? Shape::rows : Shape::expression,
                    is_dated ? Place::dated : Place::nowhere);
      }
      return;
    case Shape::conditions:
      if (expect_map(key, value, shape)) check_each(value, Shape::expression, Place::nowhere);
      return;
    case Shape::lets:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) check_name(entry.key);
      check_each(value, Shape::value, Place::choice);
      return;
    case Shape::events:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        check_name(entry.key);
        if (entry.value.is_empty()) continue;
        if (expect_map(entry.key, entry.value, Shape::map)) check_map(entry.value, inner);
      }
      return;
    case Shape::states:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        check_name(entry.key);
        if (entry.value.is_empty()) continue;
        if (entry.value.is_scalar()) {
          if (!is_word(base::trim(entry.value.text), Word::final_, language_)) {
            wrong_shape(entry.key, entry.value, Shape::states);
          }
        } else if (expect_map(entry.key, entry.value, Shape::states)) {
          check_map(entry.value, inner);
        }
      }
      return;
    case Shape::branches:
      check_branches(key, value, inner);
      return;
    case Shape::branches_by_key:
      if (!expect_map(key, value, Shape::map)) return;
      for (const Entry& entry : value.entries) check_branches(entry.key, entry.value, inner);
      return;
    case Shape::steps:
    case Shape::branching_steps:
      check_steps(key, value, shape, inner);
      return;
    case Shape::articles:
      if (!expect_map(key, value, shape)) return;
      for (const Entry& entry : value.entries) {
        if (expect_map(entry.key, entry.value, Shape::map)) {
          check_map(entry.value, Place::article);
        }
      }
      return;
  }
}

}  // namespace aftercare::rulebook
