// The interface of this file is mark_words().
#include "rulebook/format_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "feel/compile.hpp"
#include "feel/parse.hpp"
#include "feel/respell.hpp"
#include "rulebook/chains.hpp"
#include "rulebook/children.hpp"
#include "rulebook/duties.hpp"
#include "rulebook/steps.hpp"

namespace aftercare::rulebook {
namespace {

using base::trim;

constexpr Word expression_heads[] = {Word::at_instant, Word::state, Word::who,
                                     Word::nth,        Word::on,    Word::by};
constexpr Word filter_heads[] = {Word::at_instant, Word::state, Word::on};
constexpr Word constant_words[] = {
    Word::idle,      Word::running, Word::paused,      Word::met,  Word::breached,
    Word::cancelled, Word::covered, Word::not_covered, Word::open, Word::same_day};
// Behind them stand conditions by their labels.
constexpr Word condition_keys[] = {Word::needs, Word::expect, Word::while_, Word::unless};

constexpr Word event_members[] = {Word::at_instant, Word::by, Word::unmet};
constexpr Word form_members[] = {Word::at_instant, Word::signed_,  Word::refused_,
                                 Word::complete,   Word::version,  Word::lines,
                                 Word::copies,     Word::original, Word::valid_until};
// Within a form they stand alone.
constexpr Word own_members[] = {Word::lines, Word::copies, Word::original, Word::valid_until};
constexpr Word clock_members[] = {Word::state, Word::due, Word::left};
constexpr Word entitlement_members[] = {Word::answer, Word::since,   Word::until,
                                        Word::reason, Word::missing, Word::suspended};
constexpr Word read_members[] = {Word::at_instant, Word::by};
constexpr Word right_members[] = {Word::at_instant, Word::by, Word::reason};
constexpr Word measured_words[] = {Word::number_type, Word::whole_number_type, Word::money_type};
constexpr Word type_words[] = {Word::string_type,    Word::number_type, Word::whole_number_type, Word::boolean_type,
                               Word::date_type,      Word::time_type,   Word::instant_type,
                               Word::duration_type,  Word::term_type,   Word::money_type,
                               Word::person_type,    Word::photo_type,  Word::hours_type,
                               Word::approvers_type, Word::calendar};
constexpr Word happening_words[] = {Word::enter,      Word::leave, Word::met, Word::breached,
                                    Word::reassessed, Word::done,  Word::or_};
constexpr Word outcome_words[] = {Word::approve, Word::reject, Word::send_back, Word::lapse};
constexpr Word weekday_words[] = {Word::monday, Word::tuesday,  Word::wednesday, Word::thursday,
                                  Word::friday, Word::saturday, Word::sunday};

std::optional<Word> one_of(std::string_view text, std::span<const Word> words, Language language) {
  for (const Word word : words) {
    if (is_word(text, word, language)) return word;
  }
  return std::nullopt;
}

feel::Dialect dialect_of(Language language) {
  feel::Dialect dialect;
  dialect.language = language;
  dialect.units = true;
  dialect.full_width = true;
  return dialect;
}

struct Piece {
  std::size_t begin = 0, end = 0;
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> out;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) ++at;
    std::size_t end = at;
    while (end < text.size() && text[end] != ' ' && text[end] != '\n' && text[end] != '\t') ++end;
    if (end > at) out.push_back({at, end});
    at = end;
  }
  return out;
}

/// What a declared name is followed by in a heading or map does not matter here.
class Gatherer {
 public:
  Gatherer(Language language, FileNames& names) : language_(language), names_(names) {}

  void file(const Node& root) {
    headings(root);
    labels(root);
    keys(get(root, Word::roles, language_));
    keys(get(root, Word::sanctions, language_));
    keys(get(root, Word::time_words, language_));
    if (const Node* registers = get(root, Word::registers, language_);
        registers && registers->is_map()) {
      for (const Entry& entry : registers->entries) {
        declare(entry.key);
        fields(&entry.value);
      }
    }
    if (const Node* types = get(root, Word::types, language_); types && types->is_map()) {
      for (const Entry& entry : types->entries) {
        declare(entry.key);
        type(entry.value);
      }
    }
    if (const Node* articles = get(root, Word::articles, language_);
        articles && articles->is_map()) {
      for (const Entry& entry : articles->entries) headings(entry.value);
    }
  }

 private:
  /// What stands before the conditions of needs, expectations, terms, wherever they are.
  void labels(const Node& node) {
    for (const Node& item : node.items) labels(item);
    for (const Entry& entry : node.entries) {
      const std::string_view word =
          std::string_view(entry.key.text).substr(0, entry.key.text.find(' '));
      const bool are_conditions =
          std::any_of(std::begin(condition_keys), std::end(condition_keys),
                      [&](Word one) { return is_word(word, one, language_); });
      if (are_conditions)
        for (const Entry& one : entry.value.entries) names_.labels.insert(one.key.text);
      labels(entry.value);
    }
  }
  void declare(const std::string& name, SourceSpan span) {
    names_.names.insert(name);
    names_.declared.emplace_back(name, span);
  }
  void declare(const Node& key) { declare(key.text, key.span); }
  void keys(const Node* map) {
    if (!map || !map->is_map()) return;
    for (const Entry& entry : map->entries) declare(entry.key);
  }
  void fields(const Node* map) {
    if (!map || !map->is_map()) return;
    for (const Entry& entry : map->entries) {
      declare(entry.key);
      const Node* is = entry.value.is_map() ? get(entry.value, Word::is, language_) : &entry.value;
      if (is) type(*is);
    }
  }
  /// The words of a closed set.
  void type(const Node& node) {
    if (!node.is_scalar()) return;
    std::string_view text = node.text;
    text = text.substr(0, text.find('='));
    if (text.find('|') == std::string_view::npos) return;
    const std::string_view optional = spelling(Word::optional, language_);
    text = trim(text);
    if (text.substr(0, optional.size()) == optional && text.size() > optional.size() &&
        text[optional.size()] == ' ') {
      text.remove_prefix(optional.size());
    }
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t bar = std::min(text.find('|', from), text.size());
      names_.closed_words.emplace(trim(text.substr(from, bar - from)));
      names_.declared.emplace_back(std::string(trim(text.substr(from, bar - from))), node.span);
      from = bar + 1;
    }
  }
  void event(const Entry& entry) {
    declare(entry.key);
    names_.records[entry.key.text] |= FileNames::event;
    fields(get(entry.value, Word::with, language_));
  }
  void events(const Node* map) {
    if (!map || !map->is_map()) return;
    for (const Entry& entry : map->entries) event(entry);
  }
  void states(const Node* map) {
    if (!map || !map->is_map()) return;
    for (const Entry& entry : map->entries) {
      declare(entry.key);
      names_.closed_words.insert(entry.key.text);
      if (!entry.value.is_map()) continue;
      states(get(entry.value, Word::states, language_));
      states(get(entry.value, Word::parallel, language_));
    }
  }
  void read(const std::string& name, const Node& body) {
    if (get(body, Word::first, language_) || get(body, Word::last, language_)) {
      names_.records[name] |= FileNames::read;
    }
  }
  void headings(const Node& map) {
    if (!map.is_map()) return;
    for (const Entry& entry : map.entries) {
      const auto heading = parse_heading(entry.key.text, language_);
      if (!heading) continue;
      const Node& body = entry.value;
      const std::string name(heading->name);
      const bool names_other =
          heading->kind->owner == Owner::event || heading->kind->owner == Owner::form;
      if (!names_other) {
        declare(name,
                entry.key.span_of(heading->name_begin, heading->name_begin + heading->name.size()));
      }
      switch (heading->kind->word) {
        case Word::procedure:
          fields(get(body, Word::case_, language_));
          events(get(body, Word::facts, language_));
          events(get(body, Word::requests, language_));
          keys(get(body, Word::let, language_));
          states(get(body, Word::states, language_));
          if (const Node* steps = get(body, Word::steps, language_)) {
            each_fact_of_steps(*steps, language_, [&](const Entry& one) { event(one); });
          }
          if (const Node* reads = get(body, Word::reads, language_); reads && reads->is_map()) {
            for (const Entry& one : reads->entries) {
              declare(one.key);
              read(one.key.text, one.value);
            }
          }
          break;
        case Word::child:
          names_.records[child_names::opened(name)] |= FileNames::event;
          names_.records[child_names::ended(name)] |= FileNames::event;
          break;
        case Word::duty:
          if (const Node* papers = get(body, Word::papers, language_)) {
            if (papers->is_scalar()) declare(*papers);
            for (const Node& paper : papers->items)
              if (paper.is_scalar()) declare(paper);
          }
          names_.records[std::string(duty_names::done)] |= FileNames::event;
          names_.records[std::string(duty_names::due)] |= FileNames::clock;
          break;
        case Word::form:
          names_.records[name] |= FileNames::form;
          fields(get(body, Word::fields, language_));
          break;
        case Word::clock:
          names_.records[name] |= FileNames::clock;
          break;
        case Word::entitlement:
          names_.records[name] |= FileNames::entitlement;
          keys(get(body, Word::terms, language_));
          break;
        case Word::read:
          read(name, body);
          break;
        case Word::right:
          names_.records[name] |= FileNames::right;
          fields(get(body, Word::with, language_));
          break;
        case Word::ledger:
          fields(get(body, Word::fields, language_));
          break;
        case Word::responsible:
          fields(get(body, Word::inputs, language_));
          break;
        case Word::table:
          fields(get(body, Word::inputs, language_));
          fields(get(body, Word::output, language_));
          break;
        case Word::reading:
          type(body);
          break;
        case Word::parameter: {
          const Node* is = body.is_map() ? get(body, Word::is, language_) : &body;
          if (!is || !is->is_scalar()) break;
          type(*is);
          std::string_view text = trim(is->text);
          const std::string_view optional = spelling(Word::optional, language_);
          if (text.substr(0, optional.size()) == optional) {
            text = trim(text.substr(optional.size()));
          }
          const bool is_text = is_word(text, Word::string_type, language_) ||
                               is_word(text, Word::person_type, language_) ||
                               is_word(text, Word::photo_type, language_);
          if (is_text) names_.text_parameters.insert(name);
          break;
        }
        default:
          fields(get(body, Word::with, language_));
          break;
      }
    }
  }

  Language language_;
  FileNames& names_;
};

/// What a name of an expression is called in the other vocabulary.
class NameTeller {
 public:
  NameTeller(const FileNames* names, Language from, Language to, bool is_filter)
      : names_(names), from_(from), to_(to), is_filter_(is_filter) {}

  std::string operator()(const feel::Ast& tree, feel::NodeId id, feel::NodeId parent) const {
    const std::string& text = tree.text_of(id);
    if (tree[id].kind == feel::NodeKind::path) return member(tree, id, text);
    const bool is_callee =
        parent != 0 && tree[parent].kind == feel::NodeKind::call && tree.child(parent, 0) == id;
    // The function keeps its author's name, although a built-in one may be called so too.
    if (is_callee) return is_declared(text) ? text : std::string();
    if (is_filter_) {
      if (const auto word = one_of(text, filter_heads, from_)) return spelt(*word);
    }
    if (!is_declared(text)) {
      if (const auto word = one_of(text, expression_heads, from_)) return spelt(*word);
      if (const auto word = one_of(text, own_members, from_)) return spelt(*word);
    }
    if (const auto word = one_of(text, constant_words, from_)) {
      const bool is_authors = is_declared(text) || (names_ && names_->closed_words.count(text) > 0);
      if (!is_authors || is_compared(tree, id, parent)) return spelt(*word);
    }
    return {};
  }

 private:
  [[nodiscard]] std::string spelt(Word word) const { return std::string(spelling(word, to_)); }
  [[nodiscard]] bool is_declared(const std::string& text) const {
    return names_ && (names_->names.count(text) > 0 || names_->records.count(text) > 0);
  }
  [[nodiscard]] std::vector<Word> members_of(const feel::Ast& tree, feel::NodeId base) const {
    if (!names_)
      return member_words(FileNames::event | FileNames::form | FileNames::clock |
                          FileNames::entitlement);
    if (tree[base].kind != feel::NodeKind::name) return {};
    const auto record = names_->records.find(tree.text_of(base));
    return record == names_->records.end() ? std::vector<Word>() : member_words(record->second);
  }
  [[nodiscard]] std::string member(const feel::Ast& tree, feel::NodeId id,
                                   const std::string& text) const {
    const auto word = one_of(text, members_of(tree, tree.child(id, 0)), from_);
    // Of an entry of a ledger an author's own field may be called so.
    const bool is_own = word == Word::by && names_ && names_->names.count(text) > 0;
    return word && !is_own ? spelt(*word) : std::string();
  }
  /// Whether it is compared with the state of a clock or the answer of an entitlement.
  [[nodiscard]] bool is_compared(const feel::Ast& tree, feel::NodeId id,
                                 feel::NodeId parent) const {
    if (parent == 0) return false;
    for (const feel::NodeId other : tree.children(parent)) {
      if (other == id || tree[other].kind != feel::NodeKind::path) continue;
      const auto words = members_of(tree, tree.child(other, 0));
      const auto word = one_of(tree.text_of(other), words, from_);
      if (!word) continue;
      const bool is_clock = *word == Word::state;
      if (is_clock || *word == Word::answer) return true;
    }
    return false;
  }

  const FileNames* names_;  // null: nothing is known
  Language from_, to_;
  bool is_filter_;
};

class Marker {
 public:
  Marker(const FileNames& names, Language from, Language to, Marks& marks)
      : names_(names), from_(from), to_(to), marks_(marks) {}

  void map(const Node& map, Place place) {
    if (!map.is_map()) return;
    const bool is_flow = std::exchange(in_flow_, in_flow_ || map.style == NodeStyle::flow);
    for (const Entry& entry : map.entries) {
      if (const KeyRow* row = find_key(place, entry.key.text, from_)) {
        whole(entry.key, row->word);
        marks_.hints.word_keys.insert(entry.key.span.begin);
        value(entry.value, row->shape, row->inner, place, row->word);
      } else if (place == Place::pack_file || place == Place::article) {
        heading(entry);
      }
    }
    in_flow_ = is_flow;
  }

  void parameter(const Entry& entry) {
    // `pack.name` where two packs have one name.
    const std::string& key = entry.key.text;
    const std::size_t dot = key.find('.');
    parameter_ = dot == std::string::npos ? key : key.substr(dot + 1);
    // `promptly in C18`: a word of time under one article.
    const auto pieces = pieces_of(key);
    if (pieces.size() == 3 && at(entry.key, pieces[1], Word::in_article))
      edit(entry.key, pieces[1].begin, pieces[1].end, spelt(Word::in_article));
    for (const Node& row : entry.value.items) map(row, Place::dated);
    text_or_expression(entry.value, parameter_);
    parameter_.clear();
  }

  void parameter_cell(const Node& table, std::size_t begin, std::size_t end,
                      const std::string& parameter) {
    if (!names_.is_pack_known) return;
    if (names_.text_parameters.count(parameter) == 0) {
      formula(table, begin, end);
    } else if (is_word(std::string_view(table.text).substr(begin, end - begin), Word::null_,
                       from_)) {
      edit(table, begin, end, spelt(Word::null_));
    }
  }

 private:
  [[nodiscard]] std::string_view spelt(Word word) const { return spelling(word, to_); }
  void edit(const Node& scalar, std::size_t begin, std::size_t end, std::string_view text) {
    edit_scalar(scalar, begin, end, text, in_flow_, marks_);
  }
  /// The whole of a scalar is this word.
  void whole(const Node& scalar, Word word) {
    const std::string_view text = trim(scalar.text);
    const auto begin = static_cast<std::size_t>(text.data() - scalar.text.data());
    edit(scalar, begin, begin + text.size(), spelt(word));
  }
  void maybe(const Node& scalar, std::span<const Word> words) {
    if (!scalar.is_scalar()) return;
    if (const auto word = one_of(trim(scalar.text), words, from_)) whole(scalar, *word);
  }

  void heading(const Entry& entry) {
    const auto heading = parse_heading(entry.key.text, from_);
    if (!heading) return;
    marks_.hints.word_keys.insert(entry.key.span.begin);
    edit(entry.key, 0, spelling(heading->kind->word, from_).size(), spelt(heading->kind->word));
    parameter_ =
        heading->kind->word == Word::parameter ? std::string(heading->name) : std::string();
    is_of_matter_ = heading->kind->word == Word::responsible;
    value(entry.value, heading->kind->shape, heading->kind->inner, Place::nowhere,
          heading->kind->word);
    is_of_matter_ = false;
    parameter_.clear();
  }

  void value(const Node& node, Shape shape, Place inner, Place place, Word key) {
    const bool is_flow = std::exchange(
        in_flow_, in_flow_ || ((node.is_map() || node.is_list()) && node.style == NodeStyle::flow));
    shaped(node, shape, inner, place, key);
    in_flow_ = is_flow;
  }

  void shaped(const Node& node, Shape shape, Place inner, Place place, Word key) {
    switch (shape) {
      case Shape::text:
        maybe(node, choices_of(key));
        return;
      case Shape::name:
        if (place == Place::branch) maybe(node, std::array{Word::stay});
        return;
      case Shape::path:
        if (place == Place::read && node.is_scalar()) answer(node);
        return;
      case Shape::names:
        for_scalars(node, [&](const Node& one) { optional_name(one); });
        return;
      case Shape::who:
        for_scalars(node, [&](const Node& one) { who(one, !node.is_list()); });
        return;
      case Shape::chain:
        if (node.is_scalar() && names_a_matter(node.text)) {
          who(node, true);
        } else if (node.is_scalar() && is_chain(node.text, from_)) {
          chain(node, 0, node.text.size());
        } else {
          for_scalars(node, [&](const Node& one) { who(one, !node.is_list()); });
        }
        return;
      case Shape::type:
        if (place == Place::form_field) {
          field(node);
        } else if (node.is_scalar()) {
          type(node, 0, node.text.size());
        }
        return;
      case Shape::count:
        if (!node.is_scalar()) return;
        if (is_word(trim(node.text), Word::number_type, from_)) {
          whole(node, Word::number_type);
        } else {
          expression(node);
        }
        return;
      case Shape::form_fields:
        for (const Entry& entry : node.entries) {
          if (entry.value.is_map()) {
            map(entry.value, inner);
          } else {
            field(entry.value);
          }
        }
        return;
      case Shape::expression:
        if (!node.is_scalar()) return;
        if (place == Place::parameter || place == Place::dated) {
          text_or_expression(node, parameter_);
        } else if (place == Place::read && key == Word::in) {
          window(node);
        } else {
          const bool has_entry = place == Place::suspension || place == Place::replacements ||
                                 place == Place::acting;
          const bool is_of_entry = has_entry && (key == Word::from || key == Word::to);
          expression(node, is_of_entry || ((place == Place::read || has_entry) && key == Word::if_));
        }
        return;
      case Shape::value:
        if (node.is_list()) {
          for (const Node& row : node.items) map(row, Place::choice);
        } else if (node.is_scalar()) {
          expression(node);
        }
        return;
      case Shape::happening:
        if (node.is_scalar()) happening(node);
        return;
      case Shape::phrase:
        if (node.is_scalar()) phrase(node, key);
        return;
      case Shape::ordering:
        for_scalars(node, [&](const Node& one) { ordering(one); });
        return;
      case Shape::text_table:
        if (node.is_scalar()) table(node);
        return;
      case Shape::map:
        map(node, inner);
        return;
      case Shape::maps:
        for (const Entry& entry : node.entries) value(entry.value, Shape::map, inner, place, key);
        return;
      case Shape::rows:
        for (const Node& item : node.items) value(item, Shape::map, inner, place, key);
        return;
      case Shape::type_or_map:
        if (node.is_map()) {
          map(node, inner);
        } else if (node.is_scalar()) {
          type(node, 0, node.text.size());
        }
        return;
      case Shape::path_or_map:
        if (node.is_map()) map(node, inner);
        return;
      case Shape::expression_or_map:
        if (node.is_map()) {
          map(node, inner);
        } else if (node.is_scalar()) {
          expression(node);
        }
        return;
      case Shape::word_or_map:
        if (node.is_map()) {
          map(node, inner);
        } else {
          maybe(node, choices_of(key));
        }
        return;
      case Shape::texts:
        if (key == Word::weekly) weekly(node);
        if (key == Word::weekly || key == Word::hours_type) {
          for (const Entry& entry : node.entries) maybe(entry.value, std::array{Word::closed});
        }
        return;
      case Shape::types:
        for (const Entry& entry : node.entries) {
          if (entry.value.is_scalar()) type(entry.value, 0, entry.value.text.size());
        }
        return;
      case Shape::registers:
        for (const Entry& entry : node.entries) {
          value(entry.value, Shape::types, inner, place, key);
        }
        return;
      case Shape::fields:
        for (const Entry& entry : node.entries) field(entry.value);
        return;
      case Shape::values:
        for (const Entry& entry : node.entries) parameter(entry);
        return;
      case Shape::lets:
        for (const Entry& entry : node.entries) {
          value(entry.value, Shape::value, Place::choice, place, Word::let);
        }
        return;
      case Shape::conditions:
        for (const Entry& entry : node.entries) {
          if (entry.value.is_scalar()) expression(entry.value);
        }
        return;
      case Shape::events:
        for (const Entry& entry : node.entries) value(entry.value, Shape::map, inner, place, key);
        return;
      case Shape::states:
        for (const Entry& entry : node.entries) {
          maybe(entry.value, std::array{Word::final_});
          value(entry.value, Shape::map, inner, place, key);
        }
        return;
      case Shape::steps:
        for (const Node& step : node.items) {
          if (!step.is_map()) continue;
          const bool is_flow = std::exchange(in_flow_, in_flow_ || step.style == NodeStyle::flow);
          for (const Entry& entry : step.entries) {
            if (const KeyRow* row = find_key(Place::step, entry.key.text, from_)) {
              whole(entry.key, row->word);
              marks_.hints.word_keys.insert(entry.key.span.begin);
              value(entry.value, row->shape, row->inner, Place::step, row->word);
            } else {
              value(entry.value, Shape::map, inner, place, key);
            }
          }
          in_flow_ = is_flow;
        }
        return;
      case Shape::branching_steps:
        for (const Entry& branch : node.entries) {
          maybe(branch.value, std::array{Word::final_});
          value(branch.value, Shape::steps, inner, place, key);
        }
        return;
      case Shape::branches:
        branches(node, inner);
        return;
      case Shape::branches_by_key:
        for (const Entry& entry : node.entries) {
          marks_.hints.word_keys.insert(entry.key.span.begin);
          if (key == Word::when) {
            happening(entry.key);
          } else if (key == Word::after) {
            expression(entry.key);
          } else {
            maybe(entry.key, outcome_words);
          }
          const bool is_flow =
              std::exchange(in_flow_, in_flow_ || entry.value.style == NodeStyle::flow);
          branches(entry.value, inner);
          in_flow_ = is_flow;
        }
        return;
      case Shape::articles:
        for (const Entry& entry : node.entries) map(entry.value, Place::article);
        return;
      case Shape::anything:
        if (key == Word::make_up) {
          for_scalars(node, [&](const Node& one) { make_up(one); });
        }
        return;
    }
  }

  template <class Does>
  void for_scalars(const Node& node, Does does) {
    if (node.is_scalar()) does(node);
    for (const Node& item : node.items) {
      if (item.is_scalar()) does(item);
    }
  }

  /// `approve`, `checking.approve`: an answer that is read. An author's event may be called so too.
  void answer(const Node& one) {
    const std::string_view text = trim(one.text);
    const std::size_t dot = text.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? text : text.substr(dot + 1);
    const auto word = one_of(last, outcome_words, from_);
    if (!word || names_.records.count(std::string(last)) > 0) return;
    const auto begin = static_cast<std::size_t>(last.data() - one.text.data());
    edit(one, begin, begin + last.size(), spelt(*word));
  }

  /// `called.at`, `priority descending`, `carried_over first`.
  void ordering(const Node& one) {
    const auto pieces = pieces_of(one.text);
    std::size_t end = one.text.size();
    if (pieces.size() > 1) {
      for (const Word word : {Word::comes_first, Word::descending}) {
        if (!at(one, pieces.back(), word)) continue;
        edit(one, pieces.back().begin, pieces.back().end, spelt(word));
        end = pieces[pieces.size() - 2].end;
        break;
      }
    }
    formula(one, 0, end);
  }

  void optional_name(const Node& one) {
    const auto pieces = pieces_of(one.text);
    if (pieces.size() == 2 && at(one, pieces[0], Word::optional)) {
      edit(one, pieces[0].begin, pieces[0].end, spelt(Word::optional));
    } else if (pieces.size() == 2 && at(one, pieces[1], Word::or_refused)) {
      edit(one, pieces[1].begin, pieces[1].end, spelt(Word::or_refused));
    }
  }
  [[nodiscard]] bool at(const Node& node, Piece piece, Word word) const {
    return is_word(std::string_view(node.text).substr(piece.begin, piece.end - piece.begin), word,
                   from_);
  }

  [[nodiscard]] bool names_a_matter(std::string_view text) const {
    const std::string phrase = std::string(spelling(Word::the_responsible_of, from_)) + " ";
    return trim(text).substr(0, phrase.size()) == phrase;
  }

  /// `the responsible of safety_of(class)`; false: it is none.
  bool matter(const Node& one, std::size_t begin, std::size_t end) {
    const std::string_view text = std::string_view(one.text).substr(begin, end - begin);
    const std::string_view phrase = spelling(Word::the_responsible_of, from_);
    if (text.size() <= phrase.size() || text.substr(0, phrase.size()) != phrase ||
        text[phrase.size()] != ' ')
      return false;
    edit(one, begin, begin + phrase.size(), spelt(Word::the_responsible_of));
    const std::size_t rest = begin + phrase.size() + 1;
    if (text.find('(') != std::string_view::npos) formula(one, rest, end);
    return true;
  }

  void who(const Node& one, bool may_be_formula) {
    const auto pieces = pieces_of(one.text);
    bool names_matter = false;
    for (std::size_t first = 0; first < pieces.size();) {
      std::size_t last = first;
      while (last + 1 < pieces.size() && !at(one, pieces[last + 1], Word::or_)) ++last;
      names_matter = matter(one, pieces[first].begin, pieces[last].end) || names_matter;
      first = last + 2;
    }
    if (names_matter) {
      for (const Piece& piece : pieces)
        if (at(one, piece, Word::or_)) edit(one, piece.begin, piece.end, spelt(Word::or_));
      return;
    }
    bool all_names = true, expects_name = true;
    for (const Piece& piece : pieces) {
      const std::string_view word =
          std::string_view(one.text).substr(piece.begin, piece.end - piece.begin);
      const bool is_or = is_word(word, Word::or_, from_);
      all_names = all_names && (is_or ? !expects_name : expects_name && is_name(word));
      expects_name = is_or;
    }
    if ((!all_names || pieces.size() == 1) && may_be_formula) {
      expression(one);
      return;
    }
    for (const Piece& piece : pieces) {
      if (at(one, piece, Word::or_)) edit(one, piece.begin, piece.end, spelt(Word::or_));
    }
  }

  /// The words that join a chain of approvers; names stay the author's.
  void chain(const Node& node, std::size_t begin, std::size_t end) {
    const std::string_view text = std::string_view(node.text).substr(0, end);
    const auto is_gap = [](char c) {
      return c == ' ' || c == '\n' || c == '\t' || c == '(' || c == ')' || c == ',';
    };
    for (std::size_t at = begin; at < end;) {
      while (at < end && is_gap(text[at])) ++at;
      std::size_t last = at;
      while (last < end && !is_gap(text[last])) ++last;
      for (const Word word : {Word::or_, Word::and_, Word::after_that, Word::out_of}) {
        if (is_word(text.substr(at, last - at), word, from_)) edit(node, at, last, spelt(word));
      }
      at = last;
    }
  }

  void type(const Node& node, std::size_t begin, std::size_t end) {
    const std::string_view whole = std::string_view(node.text).substr(begin, end - begin);
    const std::string_view text = trim(whole);
    const std::size_t first = begin + static_cast<std::size_t>(text.data() - whole.data());
    for (const Word prefix : {Word::optional, Word::list_of}) {
      const std::string_view word = spelling(prefix, from_);
      if (text.size() > word.size() && text.substr(0, word.size()) == word &&
          text[word.size()] == ' ') {
        edit(node, first, first + word.size(), spelt(prefix));
        type(node, first + word.size(), first + text.size());
        return;
      }
    }
    if (text.find('|') != std::string_view::npos) return;
    for (const Word measured : measured_words) {  // its bounds stay as they are
      const std::string_view word = spelling(measured, from_);
      if (text.size() > word.size() && text.substr(0, word.size()) == word &&
          text[word.size()] == ' ') {
        edit(node, first, first + word.size(), spelt(measured));
        return;
      }
    }
    if (const auto word = one_of(text, type_words, from_)) {
      edit(node, first, first + text.size(), spelt(*word));
    }
  }

  void field(const Node& node) {
    if (!node.is_scalar()) return;
    const std::size_t equals = std::min(node.text.find('='), node.text.size());
    type(node, 0, equals);
    if (equals < node.text.size()) formula(node, equals + 1, node.text.size());
  }

  void expression(const Node& node, bool is_filter = false) {
    formula(node, 0, node.text.size(), feel::Goal::expression, is_filter);
  }

  void formula(const Node& node, std::size_t begin, std::size_t end,
               feel::Goal goal = feel::Goal::expression, bool is_filter = false) {
    const std::string_view text = std::string_view(node.text).substr(begin, end - begin);
    const auto pieces = feel::respell(text, feel::builtin_scope(from_), goal, dialect_of(from_),
                                      to_, NameTeller(&names_, from_, to_, is_filter));
    for (const feel::Respelling& piece : pieces) {
      edit(node, begin + piece.range.begin, begin + piece.range.end, piece.text);
    }
  }

  void text_or_expression(const Node& node, const std::string& parameter) {
    if (!node.is_scalar() || !names_.is_pack_known) return;
    if (names_.text_parameters.count(parameter) > 0) {
      maybe(node, std::array{Word::null_});
    } else {
      expression(node);
    }
  }

  void window(const Node& node) {
    const auto pieces = pieces_of(node.text);
    std::size_t rest = 0;
    const auto put = [&](std::size_t piece, Word word) {
      edit(node, pieces[piece].begin, pieces[piece].end, spelt(word));
    };
    if (pieces.size() >= 3 && at(node, pieces[1], Word::of)) {
      for (const Word word : {Word::week, Word::month, Word::year}) {
        if (!at(node, pieces[0], word)) continue;
        put(0, word);
        put(1, Word::of);
        rest = 2;
      }
    } else if (pieces.size() >= 2) {
      for (const Word word : {Word::last_days, Word::since, Word::any_days}) {
        if (!at(node, pieces[0], word)) continue;
        put(0, word);
        rest = 1;
      }
    }
    if (rest > 0) formula(node, pieces[rest].begin, node.text.size());
  }

  /// One of the phrases of a key; any other text is an expression.
  void phrase(const Node& node, Word key) {
    for (const Word word : choices_of(key)) {
      const auto gap = gap_in(node.text, word, from_);
      if (!gap) continue;
      const PhraseParts parts = parts_of(word, to_);
      if (!parts.has_gap) {
        whole(node, word);
        return;
      }
      edit(node, 0, gap->begin, parts.before.empty() ? "" : std::string(parts.before) + " ");
      formula(node, gap->begin, gap->end);
      edit(node, gap->end, node.text.size(),
           parts.after.empty() ? "" : " " + std::string(parts.after));
      return;
    }
    expression(node);
  }

  void happening(const Node& node) {
    const auto pieces = pieces_of(node.text);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool is_first = i == 0 || at(node, pieces[i - 1], Word::or_);
      const bool is_second = i > 0 && !is_first;
      for (const Word word : happening_words) {
        if (!at(node, pieces[i], word)) continue;
        const bool leads = word == Word::enter || word == Word::leave;
        const bool follows_name = i + 1 < pieces.size() && !at(node, pieces[i + 1], Word::or_);
        const bool fits = word == Word::or_ ? is_second || i > 0
                          : leads           ? is_first && follows_name
                                            : is_second;
        if (fits) edit(node, pieces[i].begin, pieces[i].end, spelt(word));
        break;
      }
    }
  }

  void branches(const Node& node, Place inner) {
    if (node.is_scalar()) {
      maybe(node, std::array{Word::stay});
    } else if (node.is_map()) {
      map(node, inner);
    } else {
      for (const Node& item : node.items) map(item, inner);
    }
  }

  void weekly(const Node& node) {
    for (const Entry& entry : node.entries) {
      marks_.hints.word_keys.insert(entry.key.span.begin);
      const std::string_view text = entry.key.text;
      const std::string_view joint = weekday_joint(from_);
      const std::size_t dash = text.find(joint);
      const auto day = [&](std::size_t begin, std::size_t end) {
        const std::string_view part = text.substr(begin, end - begin);
        const std::string_view name = trim(part);
        const auto word = one_of(name, weekday_words, from_);
        if (!word) return;
        const std::size_t first = begin + static_cast<std::size_t>(name.data() - part.data());
        edit(entry.key, first, first + name.size(), spelt(*word));
      };
      day(0, std::min(dash, text.size()));
      if (dash == std::string_view::npos) continue;
      edit(entry.key, dash, dash + joint.size(), weekday_joint(to_));
      day(dash + joint.size(), text.size());
    }
  }

  void make_up(const Node& one) {
    const auto pieces = pieces_of(one.text);
    if (pieces.size() != 3 || !at(one, pieces[1], Word::as)) return;
    edit(one, pieces[1].begin, pieces[1].end, spelt(Word::as));
    for (const Word word : weekday_words) {
      if (at(one, pieces[2], word)) edit(one, pieces[2].begin, pieces[2].end, spelt(word));
    }
  }

  void table(const Node& node) {
    if (node.style == NodeStyle::literal) marks_.hints.tables.insert(node.span.begin);
    const std::string_view text = node.text;
    std::vector<Word> heads;  // of the columns for people; null_ for others
    std::vector<bool> results;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const bool is_head = results.empty();
      std::size_t column = 0;
      bool is_result = false;
      for_cells(text, begin, end, [&](std::size_t from, std::size_t to, bool begins_results) {
        is_result = is_result || begins_results;
        if (is_head) {
          heads.push_back(Word::null_);
          results.push_back(is_result);
          for (const Word word : {Word::cites, Word::why, Word::who}) {
            if (word == Word::who && !is_of_matter_) continue;
            if (!is_result || !is_word(text.substr(from, to - from), word, from_)) continue;
            heads.back() = word;
            edit(node, from, to, spelt(word));
          }
        } else if (column < heads.size() && is_of_matter_ && results[column] && from < to) {
          if (heads[column] != Word::cites && heads[column] != Word::why) chain(node, from, to);
        } else if (column < heads.size() && heads[column] == Word::null_ && from < to) {
          const bool is_of_chains =
              results[column] && is_chain(text.substr(from, to - from), from_);
          if (is_of_chains) chain(node, from, to);
          if (!is_of_chains)
            formula(node, from, to,
                    results[column] ? feel::Goal::expression : feel::Goal::unary_tests);
        }
        ++column;
      });
      begin = end + 1;
    }
  }

  template <class Does>
  static void for_cells(std::string_view text, std::size_t begin, std::size_t end, Does does) {
    while (begin < end && text[begin] == ' ') ++begin;
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\r')) --end;
    if (end - begin < 2 || text[begin] != '|' || text[end - 1] != '|') return;
    bool in_string = false, begins_results = false;
    std::size_t from = begin + 1;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (text[i] == '"') in_string = !in_string;
      if (in_string || text[i] != '|') continue;
      std::size_t first = from, last = i;
      while (first < last && text[first] == ' ') ++first;
      while (last > first && text[last - 1] == ' ') --last;
      does(first, last, begins_results);
      begins_results = i + 2 < end && text[i + 1] == '|';
      if (begins_results) ++i;
      from = i + 1;
    }
  }

  const FileNames& names_;
  Language from_, to_;
  Marks& marks_;
  bool in_flow_ = false;
  std::string parameter_;  // of the heading at hand
  bool is_of_matter_ = false;
};

}  // namespace

std::vector<Word> member_words(unsigned records) {
  const std::pair<FileNames::Record, std::span<const Word>> all[] = {
      {FileNames::event, event_members}, {FileNames::form, form_members},
      {FileNames::clock, clock_members}, {FileNames::entitlement, entitlement_members},
      {FileNames::read, read_members},   {FileNames::right, right_members}};
  std::vector<Word> out;
  for (const auto& [record, words] : all)
    if ((records & record) != 0) out.insert(out.end(), words.begin(), words.end());
  return out;
}

void gather_names(const Node& root, Language language, FileNames& names) {
  if (root.is_map()) Gatherer(language, names).file(root);
}

void mark_words(const Node& root, Place place, const FileNames& names, Language from, Language to,
                Marks& marks) {
  Marker(names, from, to, marks).map(root, place);
  sort_edits(marks);
}

void mark_calendar(const Node& map, const FileNames& names, Language from, Language to,
                   Marks& marks) {
  Marker(names, from, to, marks).map(map, Place::calendar);
  sort_edits(marks);
}

void mark_parameter(const Entry& entry, const FileNames& names, Language from, Language to,
                    Marks& marks) {
  Marker(names, from, to, marks).parameter(entry);
  sort_edits(marks);
}

void sort_edits(Marks& marks) {
  std::stable_sort(marks.edits.begin(), marks.edits.end(),
                   [](const TextEdit& a, const TextEdit& b) { return a.begin < b.begin; });
}

void mark_parameter_cell(const Node& table, std::size_t begin, std::size_t end,
                         const std::string& parameter, const FileNames& names, Language from,
                         Language to, Marks& marks) {
  Marker(names, from, to, marks).parameter_cell(table, begin, end, parameter);
}

void edit_scalar(const Node& scalar, std::size_t begin, std::size_t end, std::string_view text,
                 bool in_flow, Marks& marks) {
  if (std::string_view(scalar.text).substr(begin, end - begin) == text) return;
  const SourceSpan span = scalar.span_of(begin, end);
  // A piece that a quote or a line end runs through has no bytes of its own.
  if (span.end - span.begin != end - begin) return;
  const auto has = [&](std::string_view any) {
    return text.find_first_of(any) != std::string_view::npos;
  };
  switch (scalar.style) {
    case NodeStyle::double_quoted:
      if (has("\"\\")) return;
      break;
    case NodeStyle::single_quoted:
      if (has("'")) return;
      break;
    case NodeStyle::plain:
      // What begins a plain scalar may not be an indicator of YAML.
      if (has(":#") || (in_flow && has(",[]{}")) ||
          (begin == 0 && text.find_first_of("-?,[]{}&*!|>'\"%@`") == 0))
        return;
      break;
    default:
      if (has("|")) return;
      break;
  }
  marks.edits.push_back({span.begin, span.end, std::string(text)});
}

void find_collisions(const FileNames& names, Language from, Language to, base::Findings& findings) {
  std::set<std::string> told;
  for (const auto& [name, span] : names.declared) {
    std::string meaning;
    const auto look = [&](std::span<const Word> words) {
      if (const auto word = one_of(name, words, to)) meaning = spelling(*word, from);
    };
    look(expression_heads);
    if (meaning.empty() && feel::is_keyword(name, to)) meaning = feel::other_spelling(name, to);
    if (meaning.empty() || !told.insert(name).second) continue;
    findings.add(base::make(diag::AC0232, span, {{"name", name}, {"word", meaning}}));
  }
}

std::string in_english(std::string_view text, Language from, bool is_cell) {
  return feel::apply(text, feel::respell(text, feel::builtin_scope(from),
                                         is_cell ? feel::Goal::unary_tests : feel::Goal::expression,
                                         dialect_of(from), Language::english,
                                         NameTeller(nullptr, from, Language::english, false)));
}

}  // namespace aftercare::rulebook
