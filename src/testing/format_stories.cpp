#include "testing/format_stories.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "rulebook/schema.hpp"
#include "testing/story_keys.hpp"
#include "testing/told_words.hpp"

namespace aftercare::testing {
namespace {

using base::trim;
using rulebook::Entry;
using rulebook::FileNames;
using rulebook::Marks;
using rulebook::Node;
using rulebook::NodeStyle;

std::optional<Word> one_of(std::string_view text, std::span<const Word> words, Language language) {
  for (const Word word : words) {
    if (text == spelling(word, language)) return word;
  }
  return std::nullopt;
}

struct Piece {
  std::size_t begin = 0, end = 0;
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> out;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) out.push_back({at, end});
    at = end;
  }
  return out;
}

class Marker {
 public:
  Marker(const FileNames& names, Language from, Language to, Marks& marks)
      : names_(names), from_(from), to_(to), marks_(marks) {}

  void file(const Node& root) {
    for (const Entry& entry : root.entries) {
      const auto key = key_of(entry, file_keys);
      if (key == Word::given) given(entry.value);
      if (key != Word::stories || !entry.value.is_map()) continue;
      for (const Entry& one : entry.value.entries) story(one.value);
    }
  }

 private:
  /// How a column of a table is used.
  struct Use {
    bool is_time = false, is_result = false, is_datum = false;
    bool is_event = false, is_actor = false;  ///< of a line: what happens, and who does it
    bool is_sentence = false;  ///< among results: never taken apart
    bool is_clock = false;     ///< the state of a clock
    bool is_refusal = false;   ///< why something was refused, or a part of that
    std::string parameter;
  };

  [[nodiscard]] std::string_view spelt(Word word) const { return spelling(word, to_); }
  void edit(const Node& scalar, std::size_t begin, std::size_t end, std::string_view text) {
    rulebook::edit_scalar(scalar, begin, end, text, in_flow_, marks_);
  }
  void maybe(const Node& node, Word word) {
    if (!node.is_scalar() || node.style != NodeStyle::plain) return;
    const std::string_view text = trim(node.text);
    if (text != spelling(word, from_)) return;
    const auto begin = static_cast<std::size_t>(text.data() - node.text.data());
    edit(node, begin, begin + text.size(), spelt(word));
  }
  std::optional<Word> key_of(const Entry& entry, std::span<const Word> words) {
    const auto key = one_of(entry.key.text, words, from_);
    if (!key) return std::nullopt;
    edit(entry.key, 0, entry.key.text.size(), spelt(*key));
    marks_.hints.word_keys.insert(entry.key.span.begin);
    return key;
  }

  void given(const Node& node) {
    if (!node.is_map()) return;
    for (const Entry& entry : node.entries) {
      const auto key = key_of(entry, given_keys);
      if (key == Word::parameters) {
        parameters(entry.value);
      } else if (key == Word::calendars) {
        if (!entry.value.is_map()) continue;
        for (const Entry& one : entry.value.entries) {
          rulebook::mark_calendar(one.value, names_, from_, to_, marks_);
        }
      } else if (key == Word::registers) {
        registers(entry.value);
      } else if (!key) {
        data(entry.value);
      }
    }
  }

  void parameters(const Node& node) {
    if (!node.is_map()) return;
    for (const Entry& entry : node.entries) {
      rulebook::mark_parameter(entry, names_, from_, to_, marks_);
    }
  }

  void registers(const Node& node) {
    const auto row = [&](const Node& fields) {
      for (const Entry& one : fields.entries) {
        for (const Word word : {Word::valid_from, Word::valid_until}) {
          if (one.key.text != spelling(word, from_)) continue;
          edit(one.key, 0, one.key.text.size(), spelt(word));
          marks_.hints.word_keys.insert(one.key.span.begin);
        }
        maybe(one.value, Word::null);
      }
    };
    const bool was_flow = in_flow_;
    for (const Entry& in : node.entries) {
      for (const Entry& member : in.value.entries) {
        in_flow_ =
            was_flow || in.value.style == NodeStyle::flow || member.value.style == NodeStyle::flow;
        row(member.value);
        for (const Node& item : member.value.items) {
          in_flow_ = in_flow_ || item.style == NodeStyle::flow;
          row(item);
        }
      }
    }
    in_flow_ = was_flow;
  }

  void data(const Node& node) {
    maybe(node, Word::null);
    const bool was_flow = in_flow_;
    in_flow_ = in_flow_ || node.style == NodeStyle::flow;
    for (const Node& item : node.items) data(item);
    for (const Entry& entry : node.entries) {
      for (const Word word : {Word::at, Word::reason}) {
        // An event may have a datum of that name.
        if (entry.key.text != spelling(word, from_) || names_.names.count(entry.key.text) > 0) {
          continue;
        }
        edit(entry.key, 0, entry.key.text.size(), spelt(word));
        marks_.hints.word_keys.insert(entry.key.span.begin);
      }
      path(entry.key);
      data(entry.value);
    }
    in_flow_ = was_flow;
  }

  /// `signed`, and what a correction names: `sheet.signed.customer`, `arrived.at`.
  void path(const Node& node) { path(node, 0, node.text.size()); }
  void path(const Node& node, std::size_t begin, std::size_t end) {
    const std::string text = node.text.substr(begin, end - begin);
    if (names_.names.count(text) > 0) return;
    const std::string told = told_path(text, from_, to_);
    if (told != text && told_path(told, to_, from_) == text) edit(node, begin, end, told);
  }

  void story(const Node& body) {
    if (!body.is_map()) return;
    uses_.clear();
    const Node* table_node = nullptr;
    for (const Entry& entry : body.entries) {
      const auto key = one_of(entry.key.text, story_keys, from_);
      if (key == Word::table && entry.value.is_scalar()) table_node = &entry.value;
    }
    if (table_node) columns(*table_node);
    for (const Entry& entry : body.entries) {
      const auto key = key_of(entry, story_keys);
      if (key == Word::with) {
        parameters(entry.value);
        for (const Entry& one : entry.value.entries) {
          if (Use* use = use_of(one.value)) use->parameter = one.key.text;
        }
      } else if (key == Word::when) {
        for (const Node& item : entry.value.items) {
          if (item.is_scalar()) line(item);
          for (const Entry& one : item.entries) {
            line(one.key);
            day(one.value);
            data(one.value);
            note_data(one.value);
          }
        }
      } else if (key == Word::then) {
        then(entry.value);
      }
    }
    if (table_node) cells(*table_node);
  }

  // ── lines ──

  [[nodiscard]] bool is(const Node& node, Piece piece, Word word) const {
    return std::string_view(node.text).substr(piece.begin, piece.end - piece.begin) ==
           spelling(word, from_);
  }

  void line(const Node& head) {
    const std::string_view text = head.text;
    std::vector<Piece> pieces = pieces_of(text);
    std::size_t at = 0;
    if (!pieces.empty() && text[pieces[0].begin] == '+') ++at;
    if (at >= pieces.size()) return;
    if (is(head, pieces[at], Word::never)) {
      edit(head, pieces[at].begin, pieces[at].end, spelt(Word::never));
    }
    for (auto& [column, use] : uses_) {
      const std::string hole = "<" + column + ">";
      for (std::size_t i = 0; i <= at; ++i) {
        const std::string_view piece =
            text.substr(pieces[i].begin, pieces[i].end - pieces[i].begin);
        use.is_time = use.is_time || piece.find(hole) != std::string_view::npos;
      }
    }
    ++at;
    if (at >= pieces.size()) return;
    for (auto& [column, use] : uses_) {
      const std::string hole = "<" + column + ">";
      for (std::size_t i = at; i < pieces.size(); ++i) {
        const bool is_it = text.substr(pieces[i].begin, pieces[i].end - pieces[i].begin) == hole;
        (i == at ? use.is_event : use.is_actor) |= is_it;
      }
    }
    if (trim(text.substr(pieces[at].begin)) == spelling(Word::nothing_more, from_)) {
      edit(head, pieces[at].begin, pieces.back().end, spelt(Word::nothing_more));
      return;
    }
    const bool corrects = is(head, pieces[at], Word::correct);
    if (corrects) {
      edit(head, pieces[at].begin, pieces[at].end, spelt(Word::correct));
    } else if (is(head, pieces[at], Word::void_)) {
      edit(head, pieces[at].begin, pieces[at].end, spelt(Word::void_));
      ++at;
    }
    const bool retracts = at < pieces.size() && is(head, pieces[at], Word::retract);
    if (retracts) {
      edit(head, pieces[at].begin, pieces[at].end, spelt(Word::retract));
      if (++at < pieces.size() && is(head, pieces[at], Word::correct))
        edit(head, pieces[at].begin, pieces[at].end, spelt(Word::correct));
    }
    if (!corrects && at < pieces.size()) outcome(head, pieces[at]);
    ++at;
    if ((corrects || retracts) && at < pieces.size() && !is(head, pieces[at], Word::by)) ++at;
    if (at < pieces.size() && is(head, pieces[at], Word::by)) {
      edit(head, pieces[at].begin, pieces[at].end, spelt(Word::by));
      // `by role person for somebody`
      if (at + 3 < pieces.size() && is(head, pieces[at + 3], Word::for_))
        edit(head, pieces[at + 3].begin, pieces[at + 3].end, spelt(Word::for_));
    }
  }

  /// An answer to a decision: the format's own words, unless an event of the author's is so called.
  void outcome(const Node& head, Piece piece) {
    const std::string_view name =
        std::string_view(head.text).substr(piece.begin, piece.end - piece.begin);
    if (names_.names.count(name) > 0) return;
    using rulebook::Word;
    for (const Word word : {Word::approve, Word::reject, Word::send_back, Word::lapse}) {
      if (rulebook::is_word(name, word, from_)) {
        edit(head, piece.begin, piece.end, rulebook::spelling(word, to_));
      }
    }
  }

  /// `<day>` in the data of a repeated line.
  void day(const Node& node) {
    const std::string hole = "<" + std::string(spelling(Word::day, from_)) + ">";
    if (uses_.count(std::string(spelling(Word::day, from_))) > 0) return;
    if (node.is_scalar()) {
      for (std::size_t at = node.text.find(hole); at != std::string::npos;
           at = node.text.find(hole, at + 1)) {
        edit(node, at + 1, at + hole.size() - 1, spelt(Word::day));
      }
    }
    for (const Node& item : node.items) day(item);
    for (const Entry& entry : node.entries) day(entry.value);
  }

  // ── what a story ends with ──

  void then(const Node& node) {
    if (!node.is_map()) return;
    const bool was_flow = in_flow_;
    in_flow_ = in_flow_ || node.style == NodeStyle::flow;
    for (const Entry& entry : node.entries) {
      auto key = key_of(entry, then_keys);
      if (!key) key = narrowed_key(entry.key);
      if (!key) continue;
      // Labels are sentences: never taken apart.
      const bool is_sentence =
          *key == Word::refused || *key == Word::findings || *key == Word::waits_for;
      expected(entry.value, is_sentence, *key == Word::case_);
      if (*key == Word::clocks) {
        for (const Entry& one : entry.value.entries) clock(one.value);
      } else if (*key == Word::refused) {
        refusal(entry.value);
        for (const Node& item : entry.value.items) refusal(item);
      }
      if (*key == Word::worklist) {
        // Nobody waits.
        in_flow_ = in_flow_ || entry.value.style == NodeStyle::flow;
        for (const Entry& list : entry.value.entries) maybe(list.value, Word::none);
      }
    }
    in_flow_ = was_flow;
  }

  /// The state of a clock, or the column where it stands.
  void clock(const Node& node) {
    if (Use* use = use_of(node)) {
      use->is_clock = true;
    } else if (node.is_scalar()) {
      clock(node, 0, node.text.size());
    }
  }
  void clock(const Node& node, std::size_t begin, std::size_t end) {
    const auto from = clock_states(from_), to = clock_states(to_);
    const auto state = std::find(from.begin(), from.end(), node.text.substr(begin, end - begin));
    if (state == from.end()) return;
    edit(node, begin, end, to[static_cast<std::size_t>(state - from.begin())]);
  }

  /// Why something was refused, where the engine says it, and the columns that fill it in.
  void refusal(const Node& node) {
    if (!node.is_scalar()) return;
    for (auto& [column, use] : uses_)
      use.is_refusal = use.is_refusal || node.text.find("<" + column + ">") != std::string::npos;
    refusal(node, 0, node.text.size());
  }
  void refusal(const Node& node, std::size_t begin, std::size_t end) {
    const std::string text = node.text.substr(begin, end - begin);
    if (names_.labels.count(text) > 0) return;
    std::string other = refusal_text(text, from_, to_);
    if (other == text) return path(node, begin, end);  // what it is about may stand alone
    if (refusal_text(other, to_, from_) == text) edit(node, begin, end, other);
  }
  /// In a cell: one, or a list of them.
  void refusals(const Node& node, std::size_t begin, std::size_t end) {
    const std::string_view text = node.text;
    const auto one = [&](std::size_t from, std::size_t to) {
      while (from < to && text[from] == ' ') ++from;
      while (to > from && text[to - 1] == ' ') --to;
      const bool is_quoted = to - from > 1 && text[from] == '"' && text[to - 1] == '"';
      refusal(node, from + (is_quoted ? 1 : 0), to - (is_quoted ? 1 : 0));
    };
    if (begin == end || text[begin] != '[' || text[end - 1] != ']') return one(begin, end);
    const std::string_view items = text.substr(0, end - 1);
    for (std::size_t from = begin + 1; from < items.size();) {
      const std::size_t to = end_of_item(items, from);
      one(from, to);
      from = to + 1;
    }
  }

  /// `state of A1`.
  std::optional<Word> narrowed_key(const Node& key) {
    const std::string of = " " + std::string(spelling(Word::of, from_)) + " ";
    const std::size_t at = key.text.find(of);
    if (at == std::string::npos) return std::nullopt;
    const auto word = one_of(std::string_view(key.text).substr(0, at), then_keys, from_);
    if (!word) return std::nullopt;
    edit(key, 0, at, spelt(*word));
    edit(key, at + 1, at + of.size() - 1, spelt(Word::of));
    marks_.hints.word_keys.insert(key.span.begin);
    return word;
  }

  /// `cost of seller to wang`: bytes [begin, end) of a scalar.
  bool narrowed(const Node& scalar, std::size_t begin, std::size_t end) {
    bool is_narrowed = false;
    for (const Word word : {Word::of, Word::to}) {
      const std::string joint = " " + std::string(spelling(word, from_)) + " ";
      const std::size_t at = scalar.text.find(joint, begin);
      if (at == std::string::npos || at + joint.size() > end) continue;
      edit(scalar, at + 1, at + joint.size() - 1, spelt(word));
      is_narrowed = true;
    }
    return is_narrowed;
  }
  void narrowed(const Node& scalar) {
    if (narrowed(scalar, 0, scalar.text.size())) marks_.hints.word_keys.insert(scalar.span.begin);
  }

  void expected(const Node& node, bool is_sentence, bool is_data) {
    maybe(node, is_data ? Word::null : Word::none);
    note_result(node, is_sentence, is_data);
    const bool was_flow = in_flow_;
    in_flow_ = in_flow_ || node.style == NodeStyle::flow;
    if (node.is_scalar() && !is_sentence && !is_data) narrowed(node);
    for (const Node& item : node.items) {
      note_result(item, is_sentence, is_data);
      if (is_data) {
        data(item);
      } else if (!is_sentence) {
        narrowed(item);
      }
    }
    for (const Entry& entry : node.entries) {
      if (!is_sentence && !is_data) narrowed(entry.key);
      note_result(entry.value, is_sentence, is_data);
      if (is_data) data(entry.value);
    }
    in_flow_ = was_flow;
  }

  // ── tables ──

  Use* use_of(const Node& node) {
    if (!node.is_scalar()) return nullptr;
    const std::string_view text = trim(node.text);
    if (text.size() < 3 || text.front() != '<' || text.back() != '>') return nullptr;
    const auto use = uses_.find(std::string(text.substr(1, text.size() - 2)));
    return use == uses_.end() ? nullptr : &use->second;
  }
  void note_result(const Node& node, bool is_sentence, bool is_data) {
    Use* use = use_of(node);
    if (!use) return;
    (is_data ? use->is_datum : use->is_result) = true;
    use->is_sentence = use->is_sentence || is_sentence;
  }
  void note_data(const Node& node) {
    if (Use* use = use_of(node)) use->is_datum = true;
    for (const Node& item : node.items) note_data(item);
    for (const Entry& entry : node.entries) note_data(entry.value);
  }

  template <class Does>
  static void for_cells(std::string_view text, Does does) {
    std::size_t row = 0;
    for (std::size_t begin = 0; begin < text.size(); ++row) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      std::size_t column = 0;
      std::size_t at = begin;
      while (at < end && (text[at] == ' ' || text[at] == '|')) ++at;
      while (at < end) {
        std::size_t bar = std::min(text.find('|', at), end);
        std::size_t first = at, last = bar;
        while (first < last && text[first] == ' ') ++first;
        while (last > first && text[last - 1] == ' ') --last;
        does(row, column++, first, last);
        at = bar + 1;
        if (at < end && text[at] == '|') ++at;
      }
      begin = end + 1;
    }
  }

  void columns(const Node& node) {
    names_of_columns_.clear();
    if (node.style == NodeStyle::literal) marks_.hints.tables.insert(node.span.begin);
    for_cells(node.text, [&](std::size_t row, std::size_t, std::size_t begin, std::size_t end) {
      if (row > 0) return;
      names_of_columns_.push_back(node.text.substr(begin, end - begin));
      uses_[names_of_columns_.back()];
    });
  }

  /// Where the item of a cell that begins at `from` ends: `x of a: 1 CNY, y of b: 2 CNY` has two.
  static std::size_t end_of_item(std::string_view cell, std::size_t from) {
    bool is_quoted = false;
    std::size_t at = from;
    for (; at < cell.size() && (is_quoted || cell[at] != ','); ++at)
      if (cell[at] == '"') is_quoted = !is_quoted;
    return at;
  }

  void cells(const Node& node) {
    const std::string_view text = node.text;
    for_cells(text, [&](std::size_t row, std::size_t column, std::size_t begin, std::size_t end) {
      if (row == 0 || column >= names_of_columns_.size()) return;
      const Use& use = uses_[names_of_columns_[column]];
      const std::string_view cell = text.substr(begin, end - begin);
      const auto maybe_cell = [&](bool may, Word word) {
        if (may && cell == spelling(word, from_)) edit(node, begin, end, spelt(word));
      };
      maybe_cell(use.is_time, Word::never);
      maybe_cell(use.is_result, Word::none);
      maybe_cell(use.is_datum, Word::null);
      if (use.is_event) outcome(node, {begin, end});
      if (use.is_clock) clock(node, begin, end);
      if (use.is_refusal) refusals(node, begin, end);
      if (use.is_actor) {
        // `person for somebody`
        const std::string joint = " " + std::string(spelling(Word::for_, from_)) + " ";
        const std::size_t at = cell.find(joint);
        if (at != std::string_view::npos)
          edit(node, begin + at + 1, begin + at + joint.size() - 1, spelt(Word::for_));
      }
      if (use.is_result && !use.is_sentence) {
        for (std::size_t from = 0; from < cell.size();) {
          const std::size_t to = end_of_item(cell, from);
          const std::string_view item = cell.substr(from, to - from);
          narrowed(node, begin + from, begin + from + std::min(item.find(':'), item.size()));
          from = to + 1;
        }
      }
      if (!use.parameter.empty()) {
        rulebook::mark_parameter_cell(node, begin, end, use.parameter, names_, from_, to_, marks_);
      }
    });
  }

  const FileNames& names_;
  Language from_, to_;
  Marks& marks_;
  bool in_flow_ = false;
  std::map<std::string, Use> uses_;  // of the columns of the story at hand
  std::vector<std::string> names_of_columns_;
};

}  // namespace

void mark_stories(const Node& root, const FileNames& names, Language from, Language to,
                  Marks& marks) {
  Marker(names, from, to, marks).file(root);
  rulebook::sort_edits(marks);
}

bool is_story_file(const Node& root) noexcept {
  return root.is_map() && (root.find(spelling(Word::stories, Language::english)) != nullptr ||
                           root.find(spelling(Word::stories, Language::chinese)) != nullptr);
}

Language language_of_stories(const Node& root) noexcept {
  return root.find(spelling(Word::stories, Language::chinese)) != nullptr ? Language::chinese
                                                                          : Language::english;
}

}  // namespace aftercare::testing
