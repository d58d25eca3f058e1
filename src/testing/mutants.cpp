#include "testing/mutants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "aftercare/rt/length.hpp"

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "feel/compile.hpp"
#include "feel/scope.hpp"
#include "rulebook/access.hpp"
#include "rulebook/calendar_reader.hpp"
#include "rulebook/chains.hpp"
#include "rulebook/load.hpp"
#include "step/convert.hpp"

namespace aftercare::testing {

using step::Cites;
using step::Formula;
using step::Index;
using step::MaybeFormula;
using step::Model;
using step::none;
using step::ParameterValues;
using step::Who;

namespace {

/// A formula that is always true or always false.
Formula constant(bool value) {
  static const auto compiled = [] {
    feel::CompileOptions options;
    options.expected = Type::boolean();
    return std::pair{feel::compile("false", feel::builtin_scope(), options).compiled,
                     feel::compile("true", feel::builtin_scope(), options).compiled};
  }();
  const auto& one = value ? compiled.second : compiled.first;
  Formula out;
  out.program = one->program;
  out.type = one->type;
  out.text = value ? "true" : "false";
  return out;
}

/// The chart with other targets or guards of its transitions; numbers stay.
std::optional<chart::Chart> rebuilt(
    const chart::Chart& from,
    const std::function<void(chart::TransitionId, chart::TransitionSpec&)>& change) {
  chart::ChartBuilder builder;
  for (chart::StateId s = 1; s < from.size(); ++s) {
    builder.add_state(from.parent(s), from.kind(s), std::string(from.name(s)));
    if (from.state(s).done_event != chart::none)
      builder.set_done_event(s, from.state(s).done_event);
    for (const chart::ActionId action : from.on_entry(s)) builder.add_on_entry(s, action);
    for (const chart::ActionId action : from.on_exit(s)) builder.add_on_exit(s, action);
  }
  for (chart::StateId s = 0; s < from.size(); ++s) {
    const auto initial = from.initial(s);
    if (!initial.empty())
      builder.set_initial(s, {initial.begin(), initial.end()}, from.state(s).initial_action);
  }
  for (chart::TransitionId t = 0; t < from.transition_count(); ++t) {
    const chart::Chart::Transition& old = from.transition(t);
    chart::TransitionSpec spec;
    spec.source = old.source;
    const auto events = from.events(t);
    spec.events.assign(events.begin(), events.end());
    spec.any_event = old.any_event;
    spec.guard = old.guard;
    spec.action = old.action;
    const auto targets = from.targets(t);
    spec.targets.assign(targets.begin(), targets.end());
    spec.internal = old.internal;
    change(t, spec);
    builder.add_transition(std::move(spec));
  }
  std::vector<chart::ChartProblem> problems;
  return std::move(builder).build(problems);
}

class Maker {
 public:
  Maker(const Rulebook& rules, const std::vector<PackText>& texts)
      : held_(rulebook::model_of(rules)), model_(*held_), texts_(texts) {
    // The pack has been checked: what there is to find in it has been told.
    Sources sources;
    base::Findings told;
    outline_ = rulebook::load(texts, {}, sources, told);
  }

  std::vector<Mutant> make() {
    for (Index p = 0; p < model_.parameters.size(); ++p) parameter(p);
    for (Index p = 0; p < model_.procedures.size(); ++p) procedure(p);
    for (Index r = 0; r < model_.rules.size(); ++r)
      if (model_.rules[r].procedure == none) rule(r);
    for (Index l = 0; l < model_.ledgers.size(); ++l) ledger(l);
    for (const step::Table& one : model_.tables) table(one);
    for (const step::Responsible& one : model_.responsibles) {
      if (one.chain == none) continue;  // its table has been changed
      begin("responsible " + one.name, one.name, one.cites, one.span, one.pack);
      chain(one.chain);
    }
    for (Index r = 0; r < model_.roles.size(); ++r) office(r);
    for (Index p = 0; p < model_.packs.size(); ++p) period(p);
    calendars();
    return std::move(out_);
  }

 private:
  using Change = std::function<bool(Model&, ParameterValues&)>;
  using OfProcedure = std::function<step::Procedure&(Model&)>;
  using Edit = Mutant::Edit;

  /// The rule that is being changed.
  void begin(std::string heading, std::string name, const Cites& cites, SourceSpan span,
             Index pack) {
    heading_ = std::move(heading);
    name_ = std::move(name);
    span_ = span;
    pack_ = pack;
    set_cites(cites);
  }
  void set_cites(const Cites& cites) {
    cites_ = cites;
    clauses_.clear();
    for (const Index cite : cites) {
      clauses_.push_back(model_.clauses[cite].id);
      pack_ = model_.clauses[cite].pack;
    }
  }

  void add(std::string change, Change on_model) {
    if (clauses_.empty()) return;
    Mutant mutant;
    mutant.rule = heading_;
    mutant.name = name_;
    mutant.change = std::move(change);
    mutant.clauses = clauses_;
    mutant.span = span_;
    mutant.on_model = std::move(on_model);
    out_.push_back(std::move(mutant));
  }
  /// A change that always applies.
  template <class F>
  void change(std::string what, F on_model) {
    add(std::move(what), [on_model](Model& model, ParameterValues&) {
      on_model(model);
      return true;
    });
  }

  // ── changes of the text ─────────────────────────────────────────────────────────────────────

  /// `shown` is the expression that the change is told in.
  void on_text(std::uint32_t file, std::uint32_t begin, std::uint32_t end, std::string by,
               std::string_view shown, bool is_limit) {
    const std::string& text = texts_[file].text;
    const std::string was = text.substr(begin, end - begin);
    const auto from = static_cast<std::size_t>(shown.data() - text.data());
    constexpr std::size_t longest = 80;
    const bool fits = from <= begin && end <= from + shown.size() && shown.size() <= longest &&
                      shown.find('\n') == std::string_view::npos;
    std::string told = base::on_one_line(was) + " → " + (by.empty() ? "nothing" : base::on_one_line(by));
    if (fits) {
      told = std::string(shown) + " → " + text.substr(from, begin - from) + by +
             text.substr(end, from + shown.size() - end);
    }
    const std::string moved_to = by;
    Mutant* made = on_texts(file, {{begin, end, std::move(by)}}, std::move(told));
    if (made != nullptr && is_limit) {
      made->limit = was;
      made->moved_to = moved_to;
    }
  }

  /// Several places of one file changed together. Null where the same has been made already: then
  /// all rules that use the text answer for it.
  Mutant* on_texts(std::uint32_t file, std::vector<Edit> edits, std::string told) {
    if (clauses_.empty()) return nullptr;
    const auto [known, is_new] = by_place_.try_emplace({file, edits}, out_.size());
    if (!is_new) {
      for (const std::string& clause : clauses_) {
        std::vector<std::string>& all = out_[known->second].clauses;
        if (std::find(all.begin(), all.end(), clause) == all.end()) all.push_back(clause);
      }
      return nullptr;
    }
    Mutant mutant;
    mutant.rule = heading_;
    mutant.name = name_;
    mutant.change = std::move(told);
    mutant.clauses = clauses_;
    mutant.span = {file, edits.front().begin, edits.front().end};
    mutant.edits = std::move(edits);
    out_.push_back(std::move(mutant));
    return &out_.back();
  }

  /// Everything that can be moved in an expression; a condition is negated too.
  /// `opened != null` of the one event that opens cases says when a rule stands, and is never false:
  /// without it nothing is another.
  [[nodiscard]] bool holds_from_the_start(const step::Rule& rule) const {
    if (rule.procedure == none || !rule.condition) return false;
    const std::vector<step::Event>& events = model_.procedures[rule.procedure].events;
    const auto opens = [](const step::Event& event) { return event.opens != none; };
    if (std::count_if(events.begin(), events.end(), opens) != 1) return false;
    const step::Event& first = *std::find_if(events.begin(), events.end(), opens);
    const std::string_view text = base::trim(rule.condition->text);
    return rule.condition->reads == std::vector<step::SlotIndex>{first.at_slot} &&
           text.starts_with(first.name) &&
           base::trim(text.substr(first.name.size())).starts_with("!=");
  }

  void formula(const MaybeFormula& formula, bool is_condition) {
    if (formula) this->formula(*formula, is_condition);
  }
  void formula(const Formula& formula, bool is_condition) {
    rely_on(formula);
    if (!is_in_text(formula.span)) return;
    const std::uint32_t file = formula.span.file;
    const std::string_view raw = written(formula.span);
    for (TextChange& one : changes_in(formula.span))
      on_text(file, formula.span.begin + one.begin, formula.span.begin + one.end, std::move(one.by),
              base::trim(raw), one.is_limit);
    together({formula.span});
    if (!is_condition) return;
    const rulebook::Node* node = node_at(formula.span);
    if (node == nullptr || !node->is_list()) {
      negate(formula.span);
      return;
    }
    for (const rulebook::Node& row : node->items) {
      for (const Language language : {Language::english, Language::chinese}) {
        const rulebook::Entry* condition = row.find(spelling(rulebook::Word::if_, language));
        if (condition != nullptr && condition->value.is_scalar())
          negate(condition->value.span_of(0, condition->value.text.size()));
      }
    }
  }

  [[nodiscard]] bool is_in_text(SourceSpan span) const {
    return span.file < texts_.size() && !span.is_empty() &&
           span.end <= texts_[span.file].text.size();
  }

  /// The changes of an expression, from the place of `span` on.
  [[nodiscard]] std::vector<TextChange> changes_in(SourceSpan span) const {
    return changes_of(written(span), model_.packs[pack_].conventions.money_scale);
  }

  /// A scalar on one line or on several, plain, in quotes or in a block: `not(` before its first
  /// character and `)` behind its last.
  void negate(SourceSpan span) {
    if (!is_in_text(span)) return;
    const std::string_view raw = written(span);
    const std::string_view condition = base::trim(raw);
    if (condition.empty()) return;
    const auto begin = span.begin + static_cast<std::uint32_t>(condition.data() - raw.data());
    const auto end = begin + static_cast<std::uint32_t>(condition.size());
    const std::string word = language_of(span.file) == Language::chinese ? "非(" : "not(";
    on_texts(span.file, {{begin, begin, word}, {end, end, ")"}},
             base::on_one_line(condition) + " → " + word + base::on_one_line(condition) + ")");
  }

  [[nodiscard]] Language language_of(std::uint32_t number) const {
    for (const auto& file : outline_.files)
      if (file->number == number) return file->language;
    return Language::english;
  }

  /// The innermost scalar or list that holds the place.
  [[nodiscard]] const rulebook::Node* node_at(SourceSpan span) const {
    for (const auto& file : outline_.files)
      if (file->number == span.file) return inner(file->root, span);
    return nullptr;
  }
  static const rulebook::Node* inner(const rulebook::Node& node, SourceSpan span) {
    const auto holds = [&](const rulebook::Node& one) {
      return one.span.begin <= span.begin && span.end <= one.span.end;
    };
    for (const rulebook::Node& item : node.items)
      if (holds(item)) return inner(item, span);
    for (const rulebook::Entry& entry : node.entries)
      if (holds(entry.value)) return inner(entry.value, span);
    return &node;
  }

  /// A bound that stands in several places of `parts` moved in all of them, and its sides changed
  /// together: moved in one alone it leaves a hole, which the checker tells.
  void together(const std::vector<SourceSpan>& parts) {
    for (const auto& [key, edits] : shared_bounds(parts)) {
      if (edits.size() < 2) continue;
      bound(parts.front().file, key, edits);
    }
  }

  using Bounds = std::map<std::pair<std::string, int>, std::vector<Edit>>;
  /// By what is moved: its text, and up, down or to its other side.
  [[nodiscard]] Bounds shared_bounds(const std::vector<SourceSpan>& parts) const {
    Bounds out;
    for (const SourceSpan& part : parts) {
      if (!is_in_text(part) || part.file != parts.front().file) continue;
      std::map<std::string, int> seen;
      std::optional<Edit> sign;
      for (const TextChange& change : changes_in(part)) {
        const std::uint32_t begin = part.begin + change.begin, end = part.begin + change.end;
        const std::string from = texts_[part.file].text.substr(begin, end - begin);
        if (!change.is_limit) {
          sign.reset();
          if (change.is_sign && change.by != "=" && change.by != "!=")
            sign = Edit{begin, end, change.by};
          continue;
        }
        const int nth = seen[from]++;
        out[{from, nth % 2}].push_back({begin, end, change.by});
        if (sign && nth % 2 == 0) out[{from, 2}].push_back(*sign);
        if (nth % 2 == 1) sign.reset();
      }
    }
    for (auto& [key, edits] : out) std::sort(edits.begin(), edits.end());
    return out;
  }

  void bound(std::uint32_t file, const Bounds::key_type& key, std::vector<Edit> edits) {
    const std::string by = edits.front().by;
    if (key.second == 2) {
      on_texts(file, std::move(edits), "the other side of " + key.first);
    } else if (Mutant* made = on_texts(file, std::move(edits), key.first + " → " + by)) {
      made->limit = key.first;
      made->moved_to = by;
    }
  }

  // ── parts ───────────────────────────────────────────────────────────────────────────────────

  /// Everybody may: what is left when a role is dropped; and each other role too.
  void roles(const Who& who, const std::function<Who&(Model&)>& of) {
    roles(who, [of](Model& model) -> std::vector<Who*> { return {&of(model)}; });
  }
  /// `all`: who must be another for the change to be felt; the first is `who`.
  void roles(const Who& who, const std::function<std::vector<Who*>(Model&)>& all) {
    const auto of = [all](Model& model) -> Who& { return *all(model).front(); };
    if (who.is_empty()) return;
    bool is_everybody = true;
    for (Index r = 0; r < model_.roles.size(); ++r) {
      if (std::find(who.roles.begin(), who.roles.end(), r) != who.roles.end()) continue;
      is_everybody = false;
      change(model_.roles[r].name + " may too", [all, r](Model& model) {
        for (Who* mine : all(model)) mine->roles.push_back(r);
      });
    }
    if (!is_everybody) {
      change("anybody may", [all](Model& model) {
        for (Who* mine : all(model)) {
          *mine = {};
          for (Index r = 0; r < model.roles.size(); ++r) mine->roles.push_back(r);
        }
      });
    }
    const std::size_t count = who.roles.size();
    for (std::size_t i = 0; count + who.persons.size() > 1 && i < count; ++i) {
      change("not " + model_.roles[who.roles[i]].name, [of, i](Model& model) {
        Who& mine = of(model);
        mine.roles.erase(mine.roles.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
  }

  /// Without one of the persons of the case, where there is somebody else.
  void fewer_persons(const Who& who, const step::Procedure& p,
                     const std::function<Who&(Model&)>& of) {
    for (std::size_t i = 0; who.persons.size() + who.roles.size() > 1 && i < who.persons.size();
         ++i) {
      change("not " + p.slot_names[who.persons[i]], [of, i](Model& model) {
        Who& mine = of(model);
        mine.persons.erase(mine.persons.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
  }

  /// Somebody else: of the persons of the case another one, or one of another role; and one less,
  /// where several are meant.
  void somebody_else(const Who& who, const step::Procedure* p, const std::string& what,
                     const std::function<Who&(Model&)>& of) {
    if (who.is_empty()) return;
    if (p != nullptr) fewer_persons(who, *p, of);
    Index role = none;
    for (Index r = 0; r < model_.roles.size() && role == none; ++r)
      if (std::find(who.roles.begin(), who.roles.end(), r) == who.roles.end()) role = r;
    std::optional<step::SlotIndex> other;
    for (const step::Event& event : p != nullptr ? p->events : std::vector<step::Event>()) {
      for (const step::SlotIndex slot : event.by.persons) {
        const bool is_named =
            std::find(who.persons.begin(), who.persons.end(), slot) != who.persons.end();
        if (!other && !is_named) other = slot;
      }
    }
    for (std::size_t i = 0; i < who.persons.size(); ++i) {
      const std::string was = what + p->slot_names[who.persons[i]];
      if (other) {
        change(was + " → " + p->slot_names[*other],
               [of, i, slot = *other](Model& model) { of(model).persons[i] = slot; });
      } else if (role != none) {
        change(was + " → " + model_.roles[role].name, [of, i, role](Model& model) {
          Who& mine = of(model);
          mine.persons.erase(mine.persons.begin() + static_cast<std::ptrdiff_t>(i));
          mine.roles.push_back(role);
        });
      }
    }
    if (role == none) return;
    for (std::size_t i = 0; i < who.roles.size(); ++i) {
      change(what + model_.roles[who.roles[i]].name + " → " + model_.roles[role].name,
             [of, i, role](Model& model) { of(model).roles[i] = role; });
    }
    if (who.formula) {
      change(what + base::on_one_line(who.formula->text) + " → " + model_.roles[role].name,
             [of, role](Model& model) {
               Who& mine = of(model);
               mine = {};
               mine.roles.push_back(role);
             });
    }
  }

  /// What must be said may be left out.
  void not_required(const std::string& name, const std::function<void(Model&)>& on_model) {
    change(name + " may be left out", on_model);
  }
  void inputs(const std::vector<step::Input>& all,
              const std::function<std::vector<step::Input>&(Model&)>& of,
              const std::function<bool(const step::Input&)>& is_known = {}) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      formula(all[i].initial, false);
      if (!all[i].is_required || all[i].initial || (is_known && is_known(all[i]))) continue;
      not_required(all[i].name, [of, i](Model& m) {
        step::Input& mine = of(m)[i];
        mine.is_required = false;
        mine.type = mine.type.optional();
      });
    }
  }
  void fields(const std::vector<step::Field>& all,
              const std::function<std::vector<step::Field>&(Model&)>& of) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      formula(all[i].initial, false);
      if (all[i].type.is_optional() || all[i].initial) continue;
      not_required(all[i].name, [of, i](Model& m) { of(m)[i].type = of(m)[i].type.optional(); });
    }
  }

  void conditions(const std::vector<step::Condition>& all, const std::string& kind,
                  const std::function<std::vector<step::Condition>&(Model&)>& of) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      begin(kind + " " + all[i].label, all[i].label, all[i].cites, all[i].span, pack_);
      change("dropped", [of, i](Model& model) {
        std::vector<step::Condition>& mine = of(model);
        mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(i));
      });
      formula(all[i].holds, true);
    }
  }

  void happenings(const step::HappeningIds& ids, const std::string& what,
                  const std::function<step::HappeningIds&(Model&)>& of) {
    rely_on(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      change(what + " dropped", [of, i](Model& model) {
        step::HappeningIds& mine = of(model);
        mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
  }

  // ── things ──────────────────────────────────────────────────────────────────────────────────

  void parameter(Index which) {
    const step::Parameter& p = model_.parameters[which];
    begin((p.is_reading ? "reading " : "parameter ") + p.name, p.name, p.cites, p.span, p.pack);
    declaration(p);
    if (p.type.is() == Type::Is::symbol) {
      const auto words = static_cast<std::uint32_t>(p.type.words().size());
      for (std::uint32_t by = 1; by < words; ++by) {
        add(by == 1 ? "another word" : "another word, " + std::to_string(by) + " further on",
            [which, words, by](Model&, ParameterValues& values) {
              Value& value = values[which];
              if (!value.is(Kind::symbol)) return false;
              value = Value::symbol(value.symbol_set(), (value.symbol_index() + by) % words);
              return true;
            });
      }
      return;
    }
    for (const int by : {1, -1}) {
      add(by > 0 ? "one unit more" : "one unit less",
          [which, by](Model& model, ParameterValues& values) {
            const auto other = moved(values[which], by);
            if (!other) return false;
            const step::Parameter& parameter = model.parameters[which];
            auto fitted = step::convert(*other, parameter.type, model.packs[parameter.pack].zone);
            if (!fitted) return false;
            values[which] = std::move(*fitted);
            return true;
          });
    }
    if (p.type.is() == Type::Is::boolean) {
      add("negated", [which](Model&, ParameterValues& values) {
        if (!values[which].is(Kind::boolean)) return false;
        values[which] = Value::boolean(!values[which].as_boolean());
        return true;
      });
    }
  }

  /// What the pack itself says of a value that a company may set: its bounds, moved, and its
  /// default, moved or another word.
  void declaration(const step::Parameter& p) {
    using rulebook::Word;
    for (const rulebook::Item* item : items(p.is_reading ? Word::reading : Word::parameter)) {
      if (item->name_span() != p.span) continue;
      if (p.is_reading) {
        // The first word is the default.
        const rulebook::Node& body = item->body();
        const std::size_t bar = body.text.find('|');
        if (!body.is_scalar() || bar == std::string::npos) continue;
        const std::size_t next = std::min(body.text.find('|', bar + 1), body.text.size());
        const auto first = words_of(body, 0, bar), second = words_of(body, bar + 1, next);
        const std::string a(written(first)), b(written(second));
        on_texts(first.file, {{first.begin, first.end, b}, {second.begin, second.end, a}},
                 "by default " + b);
        continue;
      }
      for (const Word word : {Word::from, Word::to}) {
        const rulebook::Entry* bound = item->body().find(spelling(word, item->language));
        if (bound != nullptr && bound->value.is_scalar()) moved_literal(bound->value);
      }
      const rulebook::Entry* initial = item->body().find(spelling(Word::default_, item->language));
      if (initial == nullptr || !initial->value.is_scalar()) continue;
      moved_literal(initial->value);
      const SourceSpan span = words_of(initial->value, 0, initial->value.text.size());
      if (const auto other = other_word(written(span), p.type, item->language))
        on_text(span.file, span.begin, span.end, *other, written(span), false);
    }
  }

  [[nodiscard]] std::vector<const rulebook::Item*> items(rulebook::Word kind) const {
    std::vector<const rulebook::Item*> out;
    for (const rulebook::PackOutline& pack : outline_.packs)
      for (const rulebook::Item& item : pack.items)
        if (item.kind->word == kind) out.push_back(&item);
    return out;
  }

  /// Where the words between two bytes of a scalar stand, without the blanks around them.
  static SourceSpan words_of(const rulebook::Node& scalar, std::size_t begin, std::size_t end) {
    const std::string_view text = scalar.text;
    const std::string_view words = base::trim(text.substr(begin, end - begin));
    const auto from = static_cast<std::size_t>(words.data() - text.data());
    return scalar.span_of(from, from + words.size());
  }

  /// A number, an amount, a length, with its sign.
  void moved_literal(const rulebook::Node& scalar) {
    const SourceSpan span = scalar.span_of(0, scalar.text.size());
    if (!is_in_text(span)) return;
    for (TextChange& one : changes_in(span)) {
      if (one.is_limit)
        on_text(span.file, span.begin + one.begin, span.begin + one.end, std::move(one.by),
                written(span), true);
    }
  }

  /// Another word of the type; of true and false the other one.
  static std::optional<std::string> other_word(std::string_view word, const Type& type,
                                               Language language) {
    const std::string yes(spelling(rulebook::Word::true_, language));
    const std::string no(spelling(rulebook::Word::false_, language));
    if (type.is() == Type::Is::boolean && (word == yes || word == no))
      return word == yes ? no : yes;
    if (type.is() != Type::Is::symbol) return std::nullopt;
    const auto words = type.words();
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end() || words.size() < 2) return std::nullopt;
    return words[static_cast<std::size_t>(found - words.begin() + 1) % words.size()];
  }

  /// One unit of its scale more or less; none where it has no scale.
  static std::optional<Value> moved(const Value& value, int by) {
    switch (value.kind()) {
      case Kind::money:
        return Value::money(value.money_minor() + by, value.money_currency(), value.money_scale());
      case Kind::date:
        return Value::date(Date{value.as_date().days + by});
      case Kind::instant:
        return Value::instant(Instant{value.as_instant().micros + by * 1'000'000});
      case Kind::number: {
        // By one in the last place that is written, by one where it is whole.
        const auto small = value.as_number().normalized().small();
        const auto step = rt::Decimal::make(by, small && small->exponent < 0 ? small->exponent : 0);
        const auto sum = step ? rt::add(value.as_number(), *step) : std::nullopt;
        if (!sum) return std::nullopt;
        return Value::number(*sum);
      }
      case Kind::days_duration:
      case Kind::months_duration:
      case Kind::working_duration: {
        const auto length = value.as_length();
        if (!length) return std::nullopt;
        return Value::length(moved_length(*length, by));
      }
      default:
        return std::nullopt;
    }
  }

  // ── what rules rely on ──────────────────────────────────────────────────────────────────────

  /// What stands in a procedure's own part is changed under the clauses of the rules that rely on
  /// it: what they read, what they wait for, and the event that they put conditions on.
  struct Reliance {
    explicit Reliance(const step::Procedure& p)
        : fields(p.fields.size()),
          lets(p.lets.size()),
          reads(p.reads.size()),
          events(p.events.size()),
          forms(p.forms.size()) {
      for (std::size_t i = 0; i < lets.size(); ++i) lets[i] = p.lets[i].cites;
      for (std::size_t i = 0; i < reads.size(); ++i) reads[i] = p.reads[i].cites;
      for (std::size_t i = 0; i < events.size(); ++i) events[i] = p.events[i].cites;
      for (std::size_t i = 0; i < forms.size(); ++i) forms[i] = p.forms[i].cites;
    }
    std::vector<Cites> fields, lets, reads, events, forms;
  };

  /// Adds the clauses of the rule at hand. Whether there were new ones.
  bool rely(Cites& of) const {
    bool is_new = false;
    for (const Index clause : cites_) {
      if (std::find(of.begin(), of.end(), clause) != of.end()) continue;
      of.push_back(clause);
      is_new = true;
    }
    return is_new;
  }

  void rely_on_event(std::size_t event) {
    rely(reliance_->events[event]);
    const Index form = procedure_->events[event].form;
    if (form != none) rely(reliance_->forms[form]);
  }

  void rely_on_let(std::size_t let) {
    if (rely(reliance_->lets[let])) rely_on(procedure_->lets[let].value);
  }

  void rely_on_read(std::size_t which) {
    if (!rely(reliance_->reads[which])) return;
    const step::Read& read = procedure_->reads[which];
    if (read.from == step::Read::From::own_event) rely_on_event(read.source);
    for (const MaybeFormula* one : {&read.subject, &read.window_value, &read.filter, &read.value})
      if (*one) rely_on(**one);
  }

  void rely_on(const step::HappeningIds& ids) {
    using Is = step::Happening::Is;
    if (procedure_ == nullptr) return;
    for (const step::HappeningId id : ids) {
      const step::Happening& one = procedure_->happenings[id];
      if (one.is == Is::event) rely_on_event(one.index);
      if (one.is == Is::let_true) rely_on_let(one.index);
    }
  }

  void rely_on(const Formula& formula) {
    if (procedure_ == nullptr || cites_.empty()) return;
    const step::Procedure& p = *procedure_;
    const auto reads = [&](step::SlotIndex slot) {
      return slot != step::no_slot &&
             std::binary_search(formula.reads.begin(), formula.reads.end(), slot);
    };
    for (std::size_t i = 0; i < p.fields.size(); ++i)
      if (reads(p.fields[i].slot)) rely(reliance_->fields[i]);
    for (std::size_t i = 0; i < p.reads.size(); ++i) {
      const step::Read& read = p.reads[i];
      if (reads(read.slot) || std::any_of(read.result_slots.begin(), read.result_slots.end(),
                                          [&](const auto& one) { return reads(one.second); }))
        rely_on_read(i);
    }
    for (std::size_t i = 0; i < p.events.size(); ++i) {
      const step::Event& event = p.events[i];
      if (reads(event.at_slot) || reads(event.by_slot) || reads(event.unmet_slot) ||
          std::any_of(event.inputs.begin(), event.inputs.end(), [&](const step::Input& input) {
            return reads(input.slot) || reads(input.case_slot);
          }))
        rely_on_event(i);
    }
    for (std::size_t i = 0; i < p.forms.size(); ++i) {
      const step::Form& form = p.forms[i];
      const bool is_read =
          reads(form.present_slot) ||
          std::any_of(form.fields.begin(), form.fields.end(),
                      [&](const step::Field& f) { return reads(f.slot) || reads(f.case_slot); }) ||
          reads(form.complete_slot) || reads(form.version_slot) ||
          std::any_of(form.signatures.begin(), form.signatures.end(),
                      [&](const step::Form::Signature& s) {
                        return reads(s.slot) || reads(s.refused_slot);
                      });
      if (!is_read) continue;
      rely(reliance_->forms[i]);
      for (std::size_t e = 0; e < p.events.size(); ++e)
        if (p.events[e].form == i) rely_on_event(e);
    }
    // A let leaves no slot: its formula stands in place of its name.
    for (std::size_t i = 0; i < p.lets.size(); ++i)
      if (names(formula.text, p.lets[i].name)) rely_on_let(i);
  }

  /// Whether an expression has a name in it, as a word of its own and not as a member.
  static bool names(std::string_view text, std::string_view name) {
    const auto is_part = [](char c) {
      return base::is_ascii_letter(c) || base::is_ascii_digit(c) || c == '_' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    for (std::size_t at = text.find(name); at != std::string_view::npos;
         at = text.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      if (at > 0 && (is_part(text[at - 1]) || text[at - 1] == '.')) continue;
      if (end < text.size() && is_part(text[end])) continue;
      return true;
    }
    return false;
  }

  void procedure(Index which) {
    const step::Procedure& p = model_.procedures[which];
    const auto of = [which](Model& model) -> step::Procedure& { return model.procedures[which]; };
    Reliance reliance(p);
    procedure_ = &p;
    reliance_ = &reliance;
    rules_of(p, of);
    for (const Index rule : p.rules) this->rule(rule);
    // Now it is known what relies on what.
    for (std::size_t i = 0; i < p.lets.size(); ++i) {
      set_cites(p.lets[i].cites);
      rely_on(p.lets[i].value);
    }
    for (std::size_t i = 0; i < p.reads.size(); ++i) {
      set_cites(p.reads[i].cites);
      const Cites mine = std::exchange(reliance.reads[i], {});
      rely_on_read(i);
      for (const Index clause : mine)
        if (std::find(reliance.reads[i].begin(), reliance.reads[i].end(), clause) ==
            reliance.reads[i].end())
          reliance.reads[i].push_back(clause);
    }
    reliance_ = nullptr;
    procedure_ = nullptr;
    parts_of(p, of, reliance);
  }

  /// What rules stand on: fields, events, forms, lets and reads of the procedure.
  void parts_of(const step::Procedure& p, const OfProcedure& of, const Reliance& relied) {
    for (std::size_t i = 0; i < p.fields.size(); ++i) {
      begin("field " + p.name + "." + p.fields[i].name, p.fields[i].name, relied.fields[i],
            p.fields[i].span, p.pack);
      formula(p.fields[i].initial, false);
    }
    for (std::size_t i = 0; i < p.events.size(); ++i) {
      const step::Event& event = p.events[i];
      if (event.is_of_time) continue;  // nobody reports it
      const std::string heading =
          (event.is_request ? "request " : "fact ") + p.name + "." + event.name;
      begin(heading, event.name, relied.events[i], event.span, p.pack);
      // Who reports an event fills in its form: what the one says alone the other would undo.
      const Index brought = event.form;
      const bool has_filler = brought != none && !p.forms[brought].by.is_empty();
      const auto widened = [of, i, brought, has_filler](Model& m) -> std::vector<Who*> {
        std::vector<Who*> out{&of(m).events[i].by};
        if (has_filler) out.push_back(&of(m).forms[brought].by);
        return out;
      };
      roles(event.by, widened);
      fewer_persons(event.by, p, [of, i](Model& m) -> Who& { return of(m).events[i].by; });
      // A field of the case that has a value keeps it where the event does not bring another.
      const auto is_known = [&](const step::Input& input) {
        if (input.case_slot == step::no_slot || input.slot != step::no_slot) return false;
        const auto has_first_value = [&](const step::Field& field) {
          return field.slot == input.case_slot && field.initial;
        };
        const auto gives_it = [&](const step::Event& opening) {
          return opening.opens == none ||
                 std::any_of(opening.inputs.begin(), opening.inputs.end(),
                             [&](const step::Input& one) {
                               return one.case_slot == input.case_slot && one.is_required;
                             });
        };
        return std::any_of(p.fields.begin(), p.fields.end(), has_first_value) ||
               (event.opens == none && std::all_of(p.events.begin(), p.events.end(), gives_it));
      };
      inputs(
          event.inputs,
          [of, i](Model& m) -> std::vector<step::Input>& { return of(m).events[i].inputs; },
          is_known);
    }
    for (std::size_t i = 0; i < p.forms.size(); ++i) {
      const step::Form& form = p.forms[i];
      begin("form " + form.name, form.name, relied.forms[i], form.span, p.pack);
      // Who may report an event that brings it, and is not the one who fills it in.
      for (Index r = 0; r < model_.roles.size() && !form.by.is_empty(); ++r) {
        const auto has = [r](const Who& who) {
          return std::find(who.roles.begin(), who.roles.end(), r) != who.roles.end();
        };
        const bool is_near =
            std::any_of(p.events.begin(), p.events.end(),
                        [&](const step::Event& event) {
                          return event.form == i && !p.brought(event).empty() && has(event.by);
                        });
        if (is_near && !has(form.by))
          change(model_.roles[r].name + " may fill it in too",
                 [of, i, r](Model& m) { of(m).forms[i].by.roles.push_back(r); });
      }
      for (std::size_t s = 0; s < form.signatures.size(); ++s) {
        change("not signed by " + form.signatures[s].name, [of, i, s](Model& m) {
          auto& all = of(m).forms[i].signatures;
          all.erase(all.begin() + static_cast<std::ptrdiff_t>(s));
        });
        if (form.signatures[s].may_refuse)
          change("a refusal of " + form.signatures[s].name + " does not count",
                 [of, i, s](Model& m) { of(m).forms[i].signatures[s].may_refuse = false; });
        if (form.signatures[s].is_optional) continue;
        change("signed by " + form.signatures[s].name + " or not",
               [of, i, s](Model& m) { of(m).forms[i].signatures[s].is_optional = true; });
      }
      if (form.signatures.size() > 1) {
        change("signed in the other order", [of, i](Model& m) {
          auto& all = of(m).forms[i].signatures;
          std::reverse(all.begin(), all.end());
        });
      }
      fields(form.fields,
             [of, i](Model& m) -> std::vector<step::Field>& { return of(m).forms[i].fields; });
      for (std::size_t f = 0; f < form.fields.size(); ++f) {
        if (!form.fields[f].asked) continue;
        formula(*form.fields[f].asked, true);
        change(form.fields[f].name + " is always asked for", [of, i, f](Model& m) {
          step::Field& field = of(m).forms[i].fields[f];
          field.asked.reset();
          field.type = field.type.required();
        });
      }
      for (const step::Let& let : form.computed)
        formula(let.value, let.value.type.is() == Type::Is::boolean);
    }
    for (std::size_t i = 0; i < p.lets.size(); ++i) {
      const step::Let& let = p.lets[i];
      begin("let " + p.name + "." + let.name, let.name, relied.lets[i], let.value.span, p.pack);
      formula(let.value, let.value.type.is() == Type::Is::boolean);
    }
    for (std::size_t i = 0; i < p.reads.size(); ++i) read(p, i, of, relied.reads[i]);
  }

  void rules_of(const step::Procedure& p, const OfProcedure& of) {
    for (std::size_t i = 0; i < p.events.size(); ++i) {
      for (const step::Condition& need : p.events[i].needs) {
        set_cites(need.cites);
        rely_on_event(i);
      }
      pack_ = p.pack;
      conditions(
          p.events[i].needs, "needs " + p.name + "." + p.events[i].name,
          [of, i](Model& m) -> std::vector<step::Condition>& { return of(m).events[i].needs; });
    }
    for (std::size_t i = 0; i < p.forms.size(); ++i) {
      const step::Form& form = p.forms[i];
      pack_ = p.pack;
      conditions(
          form.needs, "needs " + form.name,
          [of, i](Model& m) -> std::vector<step::Condition>& { return of(m).forms[i].needs; });
    }
    for (std::size_t i = 0; i < p.clocks.size(); ++i) clock(p, i, of);
    for (std::size_t i = 0; i < p.timers.size(); ++i) {
      const step::Timer& timer = p.timers[i];
      begin("after in " + p.name, std::string(p.chart.name(timer.state)), timer.cites,
            timer.after ? timer.after->span : p.span, p.pack);
      formula(timer.after, false);
      formula(timer.until, false);
    }
    for (std::size_t i = 0; i < p.decisions.size(); ++i) {
      const step::Decision& decision = p.decisions[i];
      begin("decide in " + p.name, std::string(p.chart.name(decision.state)), decision.cites,
            decision.span, p.pack);
      roles(decision.by, [of, i](Model& m) -> Who& { return of(m).decisions[i].by; });
      if (decision.chain != none) chain(decision.chain);
      if (decision.own_case != step::Decision::OwnCase::unset) {
        change("own_case dropped",
               [of, i](Model& m) { of(m).decisions[i].own_case = step::Decision::OwnCase::unset; });
      }
      conditions(
          decision.needs, "needs " + p.name + "." + p.states[decision.state],
          [of, i](Model& m) -> std::vector<step::Condition>& { return of(m).decisions[i].needs; });
      formula(decision.chosen, false);
      for (std::size_t o = 1; o < decision.outcomes.size(); ++o) {
        change("outcomes " + decision.outcomes[o - 1].first + " and " + decision.outcomes[o].first +
                   " swapped",
               [of, i, o](Model& m) {
                 auto& outcomes = of(m).decisions[i].outcomes;
                 std::swap(outcomes[o - 1].second, outcomes[o].second);
               });
      }
    }
    for (std::size_t i = 0; i < p.entitlements.size(); ++i) entitlement(p, i, of);
    transitions(p, of);
  }

  /// A post dropped or given to another role, one after the other where together was meant, any
  /// one where all were.
  void chain(Index which) {
    using Is = step::Chain::Part::Is;
    const step::Chain& chain = model_.chains[which];
    const auto of = [which](Model& m) -> step::Chain& { return m.chains[which]; };
    for (std::size_t i = 0; i < chain.posts.size(); ++i) {
      const Index post = chain.posts[i];
      const step::Chain::Part& part = chain.parts[post];
      if (part.within != none && chain.parts[part.within].parts.size() > 1) {
        change("not " + part.name, [of, i, post](Model& m) {
          step::Chain& mine = of(m);
          step::Chain::Part& within = mine.parts[mine.parts[post].within];
          const bool asks_all = within.need == within.parts.size();
          std::erase(within.parts, post);
          const auto left = static_cast<std::uint16_t>(within.parts.size());
          within.need = asks_all ? left : std::min(within.need, left);
          mine.posts.erase(mine.posts.begin() + static_cast<std::ptrdiff_t>(i));
        });
      }
      if (part.role == none) continue;
      for (Index r = 0; r < model_.roles.size(); ++r) {
        const bool is_asked = std::any_of(chain.posts.begin(), chain.posts.end(), [&](Index other) {
          return chain.parts[other].role == r;
        });
        if (is_asked ||
            model_.roles[r].office.has_value() != model_.roles[part.role].office.has_value())
          continue;
        change(part.name + " → " + model_.roles[r].name, [of, post, r](Model& m) {
          of(m).parts[post].role = r;
          of(m).parts[post].name = m.roles[r].name;
        });
        break;
      }
    }
    const auto shape = [&](const char* what, Index part, Is is, std::size_t need) {
      change(what, [of, part, is, need](Model& m) {
        of(m).parts[part].is = is;
        of(m).parts[part].need = static_cast<std::uint16_t>(need);
      });
    };
    for (Index p = 0; p < chain.parts.size(); ++p) {
      const step::Chain::Part& part = chain.parts[p];
      if (part.is == Is::post) continue;
      const std::size_t count = part.parts.size();
      if (part.is == Is::sequence) {
        shape("then → and", p, Is::some, count);
      } else if (part.is_counted) {
        if (part.need > 1) shape("one fewer", p, Is::some, part.need - 1U);
        if (part.need < count) shape("one more", p, Is::some, part.need + 1U);
      } else if (part.need == count) {
        shape("and → then", p, Is::sequence, 0);
        shape("and → or", p, Is::some, 1);
      } else {
        shape("or → and", p, Is::some, count);
      }
    }
  }

  /// Who holds a post, and who may act for its holder: under the articles that ask for the post.
  void office(Index which) {
    const step::Role& role = model_.roles[which];
    if (!role.office) return;
    const step::Office& of = *role.office;
    Cites cites = of.cites;
    const auto also = [&](const Cites& more) {
      for (const Index one : more)
        if (std::find(cites.begin(), cites.end(), one) == cites.end()) cites.push_back(one);
    };
    const auto asks = [&](const Who& who) {
      return std::find(who.roles.begin(), who.roles.end(), which) != who.roles.end();
    };
    const auto chain_asks = [&](Index chain) {
      const step::Chain& c = model_.chains[chain];
      return std::any_of(c.posts.begin(), c.posts.end(),
                         [&](Index post) { return c.parts[post].role == which; });
    };
    for (const step::Procedure& p : model_.procedures) {
      for (const step::Event& event : p.events)
        if (asks(event.by)) also(event.cites);
      for (const step::Decision& decision : p.decisions) {
        std::vector<Index> chains;
        if (decision.chain != none) chains.push_back(decision.chain);
        if (decision.chosen) chains = model_.word_sets[decision.chosen->type.symbol_set()].chains;
        if (asks(decision.by) || std::any_of(chains.begin(), chains.end(), chain_asks))
          also(decision.cites);
      }
    }
    for (const step::Rule& rule : model_.rules)
      if (asks(rule.reported_by) || (rule.is == step::Rule::Is::right && asks(rule.who)))
        also(rule.cites);
    begin("role " + role.name, role.name, cites, of.span, model_.registers[of.in].pack);
    const auto mine = [which](Model& m) -> step::Office& { return *m.roles[which].office; };
    formula(of.holds, true);
    if (of.holds) change("everybody on the register", [mine](Model& m) { mine(m).holds.reset(); });
    if (of.unit != none) change("unit dropped", [mine](Model& m) { mine(m).unit = none; });
    if (!of.absent.is_empty()) change("absent dropped", [mine](Model& m) { mine(m).absent = {}; });
    for (const auto& [key, path] : {std::pair{"absent", &step::Office::absent},
                                    {"stand_in", &step::Office::stand_in},
                                    {"delegate", &step::Office::delegate}}) {
      const std::optional<step::Office::Stretches>& stretches = (of.*path).stretches;
      if (!stretches) continue;
      const auto its = [mine, path = path](Model& m) -> step::Office::Stretches& {
        return *(mine(m).*path).stretches;
      };
      const std::string name = key;
      formula(stretches->from, false);
      formula(stretches->to, false);
      formula(stretches->filter, true);
      if (stretches->filter)
        change(name + " by every entry", [its](Model& m) { its(m).filter.reset(); });
    }
    if (!of.stand_in.is_empty())
      change("stand_in dropped", [mine](Model& m) { mine(m).stand_in = {}; });
    if (!of.delegate.is_empty())
      change("delegate dropped", [mine](Model& m) { mine(m).delegate = {}; });
  }

  void read(const step::Procedure& p, std::size_t i, const OfProcedure& of, const Cites& cites) {
    const step::Read& read = p.reads[i];
    begin("read " + p.name + "." + read.name, read.name, cites, read.span, p.pack);
    change("finds nothing", [of, i](Model& m) { of(m).reads[i].filter = constant(false); });
    if (read.filter)
      change("condition dropped", [of, i](Model& m) { of(m).reads[i].filter.reset(); });
    if (read.window != step::Read::Window::all) {
      change("window dropped",
             [of, i](Model& m) { of(m).reads[i].window = step::Read::Window::all; });
    }
    formula(read.filter, true);
    formula(read.window_value, false);
    formula(read.value, false);
    formula(read.subject, false);
  }

  static bool ends_case(const step::Procedure& p, step::HappeningId happening) {
    const step::Happening& one = p.happenings[happening];
    return one.is == step::Happening::Is::enter && p.chart.is_final(one.index) &&
           p.chart.parent(one.index) == chart::root;
  }

  void clock(const step::Procedure& p, std::size_t i, const OfProcedure& of) {
    const step::Clock& clock = p.clocks[i];
    const auto mine = [of, i](Model& m) -> step::Clock& { return of(m).clocks[i]; };
    begin("clock " + p.name + "." + clock.name, clock.name, clock.cites, clock.span, p.pack);
    for (const step::HappeningIds* ids : {&clock.start, &clock.cancel}) rely_on(*ids);
    change("deleted", [mine](Model& m) {
      mine(m).start.clear();
      mine(m).restart.clear();
    });
    const bool is_of_duty =
        std::any_of(model_.duties.begin(), model_.duties.end(), [&](const step::Duty& duty) {
          return &model_.procedures[duty.procedure] == &p;
        });
    if (is_of_duty && clock.stop.size() > 1) {
      // In time or late: the author has said neither, so both go at once.
      rely_on(clock.stop);
      change("stop dropped", [mine](Model& m) { mine(m).stop.clear(); });
    } else {
      happenings(clock.stop, "stop",
                 [mine](Model& m) -> step::HappeningIds& { return mine(m).stop; });
    }
    happenings(clock.restart, "restart",
               [mine](Model& m) -> step::HappeningIds& { return mine(m).restart; });
    happenings(clock.pause, "pause",
               [mine](Model& m) -> step::HappeningIds& { return mine(m).pause; });
    happenings(clock.resume, "resume",
               [mine](Model& m) -> step::HappeningIds& { return mine(m).resume; });
    for (std::size_t k = 0; k < clock.cancel.size(); ++k) {
      // The end of a case cancels what still runs: to say so as well changes nothing.
      if (ends_case(p, clock.cancel[k])) continue;
      change("cancel dropped", [mine, k](Model& m) {
        auto& all = mine(m).cancel;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(k));
      });
    }
    if (clock.start.size() > 1)
      happenings(clock.start, "start",
                 [mine](Model& m) -> step::HappeningIds& { return mine(m).start; });
    formula(clock.within, false);
    formula(clock.by, false);
    formula(clock.ahead, false);
    formula(clock.pause_at_most, false);
    formula(clock.window_from, false);
    formula(clock.window_to, false);
    formula(clock.since, false);
    formula(clock.late_entry, false);
    if (clock.window_from && clock.window_to)
      change("window open at its beginning", [mine](Model& m) { mine(m).window_from.reset(); });
    for (std::size_t r = 0; r < clock.reminders.size(); ++r) {
      const step::Clock::Reminder& reminder = clock.reminders[r];
      if (!reminder.cites.empty()) set_cites(reminder.cites);
      change("reminder dropped", [mine, r](Model& m) {
        auto& all = mine(m).reminders;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(r));
      });
      somebody_else(reminder.notify, &p, "to ",
                    [mine, r](Model& m) -> Who& { return mine(m).reminders[r].notify; });
      formula(reminder.before, false);
      formula(reminder.after, false);
      formula(reminder.every, false);
      if (reminder.percent >= 0)
        change("reminder one per cent later",
               [mine, r](Model& m) { ++mine(m).reminders[r].percent; });
    }
  }

  void entitlement(const step::Procedure& p, std::size_t i, const OfProcedure& of) {
    const step::Entitlement& one = p.entitlements[i];
    const auto mine = [of, i](Model& m) -> step::Entitlement& { return of(m).entitlements[i]; };
    const std::string heading = "entitlement " + p.name + "." + one.name;
    for (std::size_t t = 0; t < one.terms.size(); ++t) {
      const step::Entitlement::Term& term = one.terms[t];
      begin(heading, one.name, term.cites.empty() ? one.cites : term.cites, one.span, p.pack);
      change("term " + term.name + " dropped", [mine, t](Model& m) {
        auto& terms = mine(m).terms;
        terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(t));
      });
      formula(term.from, false);
      formula(term.lasts, false);
      const auto of_mine = [mine, t](Model& m) -> step::Entitlement::Term& {
        return mine(m).terms[t];
      };
      if (term.condition) {
        formula(term.condition->holds, true);
        change("condition of " + term.name + " dropped",
               [of_mine](Model& m) { of_mine(m).condition.reset(); });
      }
      formula(term.restart, false);
      if (term.restart)
        change("restart dropped", [of_mine](Model& m) { of_mine(m).restart.reset(); });
      if (term.replacements) {
        formula(term.replacements->from, false);
        change("restart dropped", [of_mine](Model& m) { of_mine(m).replacements.reset(); });
      }
      formula(term.extended_by, false);
      if (term.extended_by)
        change("extension dropped", [of_mine](Model& m) { of_mine(m).extended_by.reset(); });
      if (term.suspension) {
        formula(term.suspension->from, false);
        formula(term.suspension->to, false);
        change("suspension dropped", [of_mine](Model& m) { of_mine(m).suspension.reset(); });
        change("other days of a suspension counted", [of_mine](Model& m) {
          PauseCounts& counts = of_mine(m).suspension->counts;
          counts = counts == PauseCounts::whole_days ? PauseCounts::touched_days
                                                     : PauseCounts::whole_days;
        });
      }
      change("first day counted otherwise", [of_mine](Model& m) {
        aftercare::Term& ends = of_mine(m).ends;
        ends = ends == aftercare::Term::inclusive_start ? aftercare::Term::inclusive_last_day
                                                        : aftercare::Term::inclusive_start;
      });
      for (std::size_t w = 0; w < term.holds_while.size(); ++w) {
        formula(term.holds_while[w].holds, true);
        change("while " + term.holds_while[w].label + " dropped", [of_mine, w](Model& m) {
          auto& all = of_mine(m).holds_while;
          all.erase(all.begin() + static_cast<std::ptrdiff_t>(w));
        });
      }
    }
    for (std::size_t u = 0; u < one.unless.size(); ++u) {
      begin(heading + " unless " + one.unless[u].label, one.name,
            one.unless[u].cites.empty() ? one.cites : one.unless[u].cites, one.unless[u].span,
            p.pack);
      change("dropped", [mine, u](Model& m) {
        auto& all = mine(m).unless;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(u));
      });
      formula(one.unless[u].holds, true);
    }
    begin(heading, one.name, one.cites, one.span, p.pack);
    formula(one.day, false);
  }

  void transitions(const step::Procedure& p, const OfProcedure& of) {
    const chart::Chart& chart = p.chart;
    for (chart::TransitionId t = 0; t < chart.transition_count(); ++t) {
      if (p.transition_cites[t].empty()) continue;
      const chart::Chart::Transition& mine = chart.transition(t);
      std::string to;
      for (const chart::StateId target : chart.targets(t))
        to += (to.empty() ? "" : ", ") + std::string(chart.name(target));
      const std::string from(chart.name(mine.source));
      const SourceSpan span = mine.guard != chart::none ? p.guards[mine.guard].span : p.span;
      begin("transition " + p.name + "." + from + (to.empty() ? "" : " → " + to), from,
            p.transition_cites[t], span, p.pack);
      const auto events = chart.events(t);
      rely_on(step::HappeningIds(events.begin(), events.end()));
      change("deleted", [of, t](Model& m) {
        step::Procedure& changed = of(m);
        changed.guards.push_back(constant(false));
        const auto never = static_cast<chart::GuardId>(changed.guards.size() - 1);
        auto made =
            rebuilt(changed.chart, [&](chart::TransitionId id, chart::TransitionSpec& spec) {
              if (id == t) spec.guard = never;
            });
        if (made) changed.chart = std::move(*made);
      });
      if (mine.guard != chart::none) {
        formula(p.guards[mine.guard], true);
        std::vector<SourceSpan> siblings;
        for (chart::TransitionId other = 0; other < chart.transition_count(); ++other) {
          const chart::Chart::Transition& one = chart.transition(other);
          if (one.source == mine.source && one.guard != chart::none)
            siblings.push_back(p.guards[one.guard].span);
        }
        if (siblings.size() > 1) together(siblings);
      }
      // With the next sibling that leads elsewhere.
      for (chart::TransitionId other = 0; other < chart.transition_count(); ++other) {
        if (other == t || chart.transition(other).source != mine.source) continue;
        const auto a = chart.targets(t), b = chart.targets(other);
        if (std::equal(a.begin(), a.end(), b.begin(), b.end())) continue;
        change("targets swapped", [of, t, other](Model& m) {
          step::Procedure& changed = of(m);
          const auto mine_now = changed.chart.targets(t), other_now = changed.chart.targets(other);
          const std::vector<chart::StateId> a_targets(mine_now.begin(), mine_now.end());
          const std::vector<chart::StateId> b_targets(other_now.begin(), other_now.end());
          auto made =
              rebuilt(changed.chart, [&](chart::TransitionId id, chart::TransitionSpec& spec) {
                if (id == t) spec.targets = b_targets;
                if (id == other) spec.targets = a_targets;
              });
          if (made) changed.chart = std::move(*made);
        });
        break;
      }
    }
  }

  void rule(Index which) {
    using Is = step::Rule::Is;
    const step::Rule& rule = model_.rules[which];
    const auto mine = [which](Model& m) -> step::Rule& { return m.rules[which]; };
    static constexpr std::string_view kinds[] = {"offence", "reward", "payment", "entry",
                                                 "right",   "notify", "child", "expect"};
    std::string heading(kinds[static_cast<std::size_t>(rule.is)]);
    heading += " ";
    if (rule.procedure != none) heading += model_.procedures[rule.procedure].name + ".";
    heading += rule.is == Is::entry ? model_.ledgers[rule.ledger].name : rule.name;
    if (rule.worklist != none) heading = "worklist " + rule.name;
    begin(heading, rule.is == Is::entry ? model_.ledgers[rule.ledger].name : rule.name, rule.cites,
          rule.span, rule.pack);
    rely_on(rule.when);
    change("deleted", [which](Model& m) {
      for (step::Procedure& p : m.procedures) std::erase(p.rules, which);
      m.rules[which].reported_by = {};
      if (m.rules[which].is == Is::right) m.rules[which].condition = constant(false);
    });
    formula(rule.condition, true);
    formula(rule.unless, true);
    if (rule.condition && !holds_from_the_start(rule))
      change("condition dropped", [mine](Model& m) { mine(m).condition.reset(); });
    if (rule.unless) change("exception dropped", [mine](Model& m) { mine(m).unless.reset(); });
    if (rule.when.size() > 1)
      happenings(rule.when, "happening",
                 [mine](Model& m) -> step::HappeningIds& { return mine(m).when; });
    formula(rule.on, false);
    formula(rule.fine, false);
    formula(rule.pay, false);
    formula(rule.amount, false);
    formula(rule.at_most, false);
    formula(rule.evidence, false);
    if (rule.evidence) change("evidence dropped", [mine](Model& m) { mine(m).evidence.reset(); });
    if (rule.fine) change("fine dropped", [mine](Model& m) { mine(m).fine.reset(); });
    if (rule.pay) change("pay dropped", [mine](Model& m) { mine(m).pay.reset(); });
    if (rule.amount) change("amount dropped", [mine](Model& m) { mine(m).amount.reset(); });
    if (rule.at_most) change("at_most dropped", [mine](Model& m) { mine(m).at_most.reset(); });
    if (rule.sanction != none)
      change("sanction dropped", [mine](Model& m) { mine(m).sanction = none; });
    if (rule.once != step::Rule::Once::each)
      change("once_per dropped", [mine](Model& m) { mine(m).once = step::Rule::Once::each; });
    if (rule.numbered) {
      formula(rule.numbered->afresh_after, false);
      if (rule.numbered->afresh_after)
        change("afresh_after dropped",
               [mine](Model& m) { mine(m).numbered->afresh_after.reset(); });
    }
    for (std::size_t i = 0; i < rule.replaces.size(); ++i) {
      change("does not replace " + model_.rules[rule.replaces[i]].name, [mine, i](Model& m) {
        auto& all = mine(m).replaces;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
    for (std::size_t i = 0; i < rule.give.size(); ++i) {
      formula(rule.give[i].second, false);
      if (rule.is == Is::child) continue;  // what opens a case must bring it
      if (rule.worklist != none) continue;
      change("does not give " + model_.ledgers[rule.ledger].fields[rule.give[i].first].name,
             [mine, i](Model& m) {
               auto& all = mine(m).give;
               all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
             });
    }
    if (rule.worklist != none) worklist(rule.worklist);
    inputs(rule.inputs, [mine](Model& m) -> std::vector<step::Input>& { return mine(m).inputs; });
    if (rule.is == Is::payment) {
      change("from and to swapped", [mine](Model& m) { std::swap(mine(m).from, mine(m).to); });
    }
    const step::Procedure* p =
        rule.procedure != none ? &model_.procedures[rule.procedure] : nullptr;
    // Who reports by hand names the person.
    if (p != nullptr && (rule.is == Is::offence || rule.is == Is::reward || rule.is == Is::notify))
      somebody_else(rule.who, p, "", [mine](Model& m) -> Who& { return mine(m).who; });
    if (rule.is == Is::payment) {
      somebody_else(rule.from, p, "from ", [mine](Model& m) -> Who& { return mine(m).from; });
      somebody_else(rule.to, p, "to ", [mine](Model& m) -> Who& { return mine(m).to; });
    }
    roles(rule.reported_by, [mine](Model& m) -> Who& { return mine(m).reported_by; });
    if (rule.is == Is::right) roles(rule.who, [mine](Model& m) -> Who& { return mine(m).who; });
    conditions(rule.needs, "needs " + rule.name,
               [mine](Model& m) -> std::vector<step::Condition>& { return mine(m).needs; });
  }

  void worklist(Index which) {
    const step::Worklist& list = model_.worklists[which];
    const auto mine = [which](Model& m) -> step::Worklist& { return m.worklists[which]; };
    const step::Procedure& p = model_.procedures[list.procedure];
    // Among equals who was opened first comes first anyway.
    const auto is_opening = [&](std::size_t i) {
      const auto& reads = model_.rules[list.rule].give[i].second.reads;
      return i + 1 == list.order.size() && !list.order[i].is_descending && reads.size() == 1 &&
             std::any_of(p.events.begin(), p.events.end(), [&](const step::Event& event) {
               return event.opens != none && event.at_slot == reads.front();
             });
    };
    for (std::size_t i = 0; i < list.order.size(); ++i) {
      if (!is_opening(i)) {
        change("not ordered by " + list.order[i].text, [mine, i](Model& m) {
          std::erase_if(m.rules[mine(m).rule].give,
                        [i](const auto& one) { return one.first == i; });
        });
      }
      change(list.order[i].text + " the other way round", [mine, i](Model& m) {
        mine(m).order[i].is_descending = !mine(m).order[i].is_descending;
      });
    }
    for (std::size_t i = 0; i + 1 < list.order.size(); ++i)
      change(list.order[i + 1].text + " before " + list.order[i].text, [mine, i](Model& m) {
        std::swap(mine(m).order[i], mine(m).order[i + 1]);
        for (auto& [field, formula] : m.rules[mine(m).rule].give) {
          if (field == i) {
            field = static_cast<Index>(i + 1);
          } else if (field == i + 1) {
            field = static_cast<Index>(i);
          }
        }
      });
    for (std::size_t i = 0; list.states.size() > 1 && i < list.states.size(); ++i)
      change("not in " + p.states[list.states[i]],
             [mine, i](Model& m) {
               auto& all = mine(m).states;
               all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
             });
  }

  void ledger(Index which) {
    const step::Ledger& ledger = model_.ledgers[which];
    if (!ledger.is_by_hand) return;
    begin("ledger " + ledger.name, ledger.name, ledger.cites, ledger.span, 0);
    change("deleted", [which](Model& m) { m.ledgers[which].is_by_hand = false; });
    roles(ledger.entered_by, [which](Model& m) -> Who& { return m.ledgers[which].entered_by; });
    fields(ledger.fields,
           [which](Model& m) -> std::vector<step::Field>& { return m.ledgers[which].fields; });
  }

  // ── versions ────────────────────────────────────────────────────────────────────────────────

  /// When a version is in force: its first and its last day, each moved by a day. Where one version
  /// ends with the day before the next, that day moves with the other's first.
  void period(Index which) {
    using rulebook::Word;
    const step::Pack& pack = model_.packs[which];
    const rulebook::PackOutline& outline = outline_.packs[which];
    const rulebook::Entry* effective =
        outline.header->find(spelling(Word::effective, outline.language));
    if (effective != nullptr)
      begin("effective " + pack.full_name(), pack.full_name(), pack.effective_cites,
            effective->key.span, which);
    if (effective != nullptr && pack.has_effective_from && pack.effective_by == none) {
      for (const int by : {1, -1}) {
        change(by > 0 ? "from a day later" : "from a day earlier", [which, by](Model& m) {
          step::Pack& moved = m.packs[which];
          for (step::Pack& other : m.packs)
            if (other.family == moved.family && other.has_effective_to &&
                other.effective_to.days + 1 == moved.effective_from.days)
              other.effective_to.days += by;
          moved.effective_from.days += by;
        });
      }
    }
    const bool is_followed =
        std::any_of(model_.packs.begin(), model_.packs.end(), [&](const step::Pack& other) {
          return other.family == pack.family && other.has_effective_from &&
                 other.effective_from.days == pack.effective_to.days + 1;
        });
    if (effective != nullptr && pack.has_effective_to && !is_followed) {
      for (const int by : {1, -1})
        change(by > 0 ? "to a day later" : "to a day earlier",
               [which, by](Model& m) { m.packs[which].effective_to.days += by; });
    }
    if (!pack.adoption) return;
    const step::Rule& approved = model_.rules[pack.adoption->approved];
    begin("adoption " + pack.full_name(), approved.name, approved.cites, approved.span, which);
    change("dropped", [which](Model& m) { m.packs[which].adoption.reset(); });
  }

  // ── calendars ───────────────────────────────────────────────────────────────────────────────

  /// The hours and days of the calendars that the pack states itself, under the articles whose
  /// rules use them.
  void calendars() {
    using rulebook::Word;
    for (const rulebook::Item* item : items(Word::calendar)) {
      if (!item->body().is_map()) continue;
      begin("calendar " + item->name, item->name, uses_of(item->name, 0), item->name_span(), 0);
      if (clauses_.empty()) continue;
      calendar(item->body(), item->language);
    }
  }

  void calendar(const rulebook::Node& body, Language language) {
    using rulebook::Word;
    for (const rulebook::Entry& entry : body.entries) {
      const auto is = [&](Word word) { return entry.key.text == spelling(word, language); };
      if (is(Word::weekly) || is(Word::hours_type)) {
        for (const rulebook::Entry& one : entry.value.entries) weekdays(one.key, language);
        hours(entry.value);
        left_out(entry.value);
      } else if (is(Word::holidays) || is(Word::make_up) || is(Word::every_year) ||
                 is(Word::ordinary)) {
        left_out(entry.value);
        days(entry.value);
      } else if (is(Word::days) || is(Word::amended)) {
        for (const rulebook::Entry& year : entry.value.entries) calendar(year.value, language);
        for (const rulebook::Node& notice : entry.value.items) calendar(notice, language);
      }
    }
  }

  /// `mon-fri` without its first day and without its last.
  void weekdays(const rulebook::Node& key, Language language) {
    constexpr std::size_t week = 7;
    const std::string_view joint = language == Language::chinese ? "至" : "-";
    const std::size_t at = key.text.find(joint);
    if (at == std::string::npos) return;
    const std::string_view whole = key.text;
    const auto day_of = [&](std::string_view name) {
      std::size_t day = 0;
      while (day < week && rulebook::weekday_name(day, language) != base::trim(name)) ++day;
      return day;
    };
    const std::size_t first = day_of(whole.substr(0, at));
    const std::size_t last = day_of(whole.substr(at + joint.size()));
    if (first == week || last == week) return;
    const auto shorter = [&](std::size_t from, std::size_t to) {
      const SourceSpan span = key.span_of(0, whole.size());
      on_text(span.file, span.begin, span.end,
              std::string(rulebook::weekday_name(from, language)) + std::string(joint) +
                  std::string(rulebook::weekday_name(to, language)),
              written(span), false);
    };
    shorter((first + 1) % week, last);
    shorter(first, (last + week - 1) % week);
  }

  /// Each time of day a minute later and earlier.
  void hours(const rulebook::Node& node) {
    for (const rulebook::Entry& entry : node.entries) hours(entry.value);
    if (!node.is_scalar()) return;
    const std::string& text = node.text;
    for (std::size_t colon = text.find(':'); colon != std::string::npos;
         colon = text.find(':', colon + 1)) {
      if (colon < 2 || colon + 3 > text.size()) continue;
      const std::string_view time = std::string_view(text).substr(colon - 2, 5);
      const std::string digits = std::string(time.substr(0, 2)) + std::string(time.substr(3));
      if (!std::all_of(digits.begin(), digits.end(), base::is_ascii_digit)) continue;
      const int minutes = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(2));
      for (const int by : {1, -1}) {
        if (minutes + by < 0) continue;
        std::string other =
            std::to_string(10'000 + (minutes + by) / 60 * 100 + (minutes + by) % 60);
        other = other.substr(1, 2) + ":" + other.substr(3);
        const SourceSpan span = node.span_of(colon - 2, colon + 3);
        on_text(span.file, span.begin, span.end, std::move(other), written(node.span), true);
      }
    }
  }

  /// Each end of a stretch of days a day later and earlier.
  void days(const rulebook::Node& node) {
    for (const rulebook::Entry& entry : node.entries) days(entry.value);
    for (const rulebook::Node& item : node.items) days(item);
    const std::size_t dots = node.text.find("..");
    if (!node.is_scalar() || dots == std::string::npos) return;
    constexpr std::size_t length = 10;
    for (const std::size_t at : {dots - std::min(dots, length), dots + 2}) {
      const auto date = parse_date(std::string_view(node.text).substr(at, length));
      if (!date) continue;
      const SourceSpan span = node.span_of(at, at + length);
      for (const int by : {1, -1})
        on_text(span.file, span.begin, span.end, iso_text(Date{date->days + by}),
                written(node.span), true);
    }
  }

  /// Each entry of a map and each item of a list left out.
  void left_out(const rulebook::Node& node) {
    const bool is_flow = node.style == rulebook::NodeStyle::flow;
    std::vector<std::pair<SourceSpan, std::string>> parts;
    for (const rulebook::Entry& entry : node.entries) {
      const SourceSpan& end = entry.value.is_empty() ? entry.key.span : entry.value.span;
      parts.push_back({{node.span.file, entry.key.span.begin, end.end}, entry.key.text});
      left_out(entry.value);
    }
    for (const rulebook::Node& item : node.items)
      parts.push_back({item.span, base::on_one_line(written(item.span))});
    const std::string& text = texts_[node.span.file].text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      SourceSpan cut = parts[i].first;
      if (!is_flow) {
        const std::size_t line = text.rfind('\n', cut.begin);
        const std::size_t next = text.find('\n', cut.end - 1);
        if (line == std::string::npos || next == std::string::npos) continue;
        cut.begin = static_cast<std::uint32_t>(line + 1);
        cut.end = static_cast<std::uint32_t>(next + 1);
      } else if (i + 1 < parts.size()) {
        cut.end = parts[i + 1].first.begin;
      } else if (i > 0) {
        cut.begin = parts[i - 1].first.end;
      }
      on_texts(cut.file, {{cut.begin, cut.end, {}}}, parts[i].second + " left out");
    }
  }

  /// The articles whose rules use a calendar: by its name, through a parameter, or through another
  /// calendar.
  Cites uses_of(const std::string& name, int depth) const {
    Cites out;
    const auto also = [&](const Cites& cites) {
      for (const Index one : cites)
        if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
    };
    const auto is_it = [&](Index calendar) {
      return calendar != none && model_.calendar_names[calendar] == name;
    };
    const auto names_it = [&](const MaybeFormula& formula) {
      return formula && names(formula->text, name);
    };
    for (const step::Procedure& p : model_.procedures) {
      for (const step::Clock& clock : p.clocks)
        if (is_it(clock.calendar) || names_it(clock.calendar_choice)) also(clock.cites);
      for (const step::Entitlement& one : p.entitlements)
        for (const step::Entitlement::Term& term : one.terms)
          if (is_it(term.calendar) || names_it(term.calendar_choice))
            also(term.cites.empty() ? one.cites : term.cites);
      for (const step::Event& event : p.events)
        for (const step::Condition& need : event.needs)
          if (names_it(need.holds)) also(need.cites);
      for (const step::Let& let : p.lets)
        if (names_it(let.value)) also(let.cites);
      for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
        const chart::GuardId guard = p.chart.transition(t).guard;
        if (guard != chart::none && names_it(p.guards[guard])) also(p.transition_cites[t]);
      }
    }
    for (const step::Rule& rule : model_.rules) {
      const bool is_used = std::any_of(rule.give.begin(), rule.give.end(), [&](const auto& one) {
        return names(one.second.text, name);
      });
      if (is_used || names_it(rule.condition) || names_it(rule.unless) || names_it(rule.fine) ||
          names_it(rule.pay) || names_it(rule.amount) || names_it(rule.on))
        also(rule.cites);
    }
    constexpr int deepest = 8;
    if (depth == deepest) return out;
    using rulebook::Word;
    for (const rulebook::Item* item : items(Word::parameter)) {
      const rulebook::Entry* initial = item->body().find(spelling(Word::default_, item->language));
      if (initial != nullptr && base::trim(initial->value.text) == name && item->name != name)
        also(uses_of(item->name, depth + 1));
    }
    for (const rulebook::Item* item : items(Word::calendar)) {
      for (const Word word : {Word::extends, Word::any_of, Word::all_of}) {
        const rulebook::Entry* other = item->body().find(spelling(word, item->language));
        if (other == nullptr || item->name == name) continue;
        const rulebook::Node& value = other->value;
        if (base::trim(value.text) == name ||
            std::any_of(value.items.begin(), value.items.end(),
                        [&](const rulebook::Node& one) { return base::trim(one.text) == name; }))
          also(uses_of(item->name, depth + 1));
      }
    }
    return out;
  }

  // ── tables ──────────────────────────────────────────────────────────────────────────────────

  /// Each result changed; each bound of a column moved, in all cells that have it: a bound moved in
  /// one row alone leaves a hole, which the checker tells.
  void table(const step::Table& one) {
    if (!one.table) return;
    std::vector<table::TableSource::Row> rows;
    for (std::size_t r = 0; r < one.table->rows(); ++r) rows.push_back(one.table->row(r));
    const std::string heading = "table " + one.name;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      Cites cites = r < one.row_cites.size() ? one.row_cites[r] : Cites{};
      for (const Index clause : one.cites) {
        if (std::find(cites.begin(), cites.end(), clause) == cites.end()) cites.push_back(clause);
      }
      begin(heading, one.name, cites, rows[r].span, one.pack);
      for (std::size_t c = 0; c < rows[r].results.size(); ++c) {
        result_cell(rows[r].results[c], one.table->outputs()[c].type);
      }
    }
    begin(heading, one.name, one.cites, one.span, one.pack);
    for (std::size_t c = 0; c < one.table->inputs().size(); ++c) column(rows, c);
  }

  void result_cell(const table::Text& cell, const Type& type) {
    if (type.is() == Type::Is::symbol && !model_.word_sets[type.symbol_set()].chains.empty()) {
      const std::vector<Index>& chains = model_.word_sets[type.symbol_set()].chains;
      for (std::size_t word = 0; word < chains.size(); ++word)
        if (cell.text == rulebook::chain_name(word)) chain(chains[word]);
      return;
    }
    if (cell.span.file >= texts_.size() || cell.span.is_empty()) return;
    const std::string_view raw = base::trim(cell.text);
    for (TextChange& change : changes_of(raw, model_.packs[pack_].conventions.money_scale)) {
      on_text(cell.span.file, cell.span.begin + change.begin, cell.span.begin + change.end,
              std::move(change.by), written(cell.span), change.is_limit);
    }
    if (auto other = other_word(raw, type, language_of(cell.span.file))) {
      on_text(cell.span.file, cell.span.begin, cell.span.end, std::move(*other), written(cell.span),
              false);
    }
  }

  [[nodiscard]] std::string_view written(SourceSpan span) const {
    return std::string_view(texts_[span.file].text).substr(span.begin, span.end - span.begin);
  }

  void column(const std::vector<table::TableSource::Row>& rows, std::size_t c) {
    std::vector<SourceSpan> cells;
    for (const auto& row : rows)
      if (is_in_text(row.conditions[c].span)) cells.push_back(row.conditions[c].span);
    for (const auto& [key, edits] : shared_bounds(cells)) bound(cells.front().file, key, edits);
  }

  std::shared_ptr<const Model> held_;
  const Model& model_;
  const std::vector<PackText>& texts_;
  std::vector<Mutant> out_;
  rulebook::Outline outline_;
  std::map<std::pair<std::uint32_t, std::vector<Edit>>, std::size_t> by_place_;
  std::string heading_, name_;
  std::vector<std::string> clauses_;
  Cites cites_;
  SourceSpan span_;
  Index pack_ = 0;
  const step::Procedure* procedure_ = nullptr;  // whose rules are being changed
  Reliance* reliance_ = nullptr;
};

}  // namespace

std::string Mutant::applied_to(std::string text) const {
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
    text.replace(edit->begin, edit->end - edit->begin, edit->by);
  return text;
}

std::vector<Mutant> mutants_of(const Rulebook& rules, const std::vector<PackText>& texts) {
  return Maker(rules, texts).make();
}

}  // namespace aftercare::testing
