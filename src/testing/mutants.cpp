#include "testing/mutants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "aftercare/rt/length.hpp"

#include "base/text.hpp"
#include "feel/compile.hpp"
#include "rulebook/access.hpp"
#include "rulebook/chains.hpp"
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
      : held_(rulebook::model_of(rules)), model_(*held_), texts_(texts) {}

  std::vector<Mutant> make() {
    for (Index p = 0; p < model_.parameters.size(); ++p) parameter(p);
    for (Index p = 0; p < model_.procedures.size(); ++p) procedure(p);
    for (Index r = 0; r < model_.rules.size(); ++r)
      if (model_.rules[r].procedure == none) rule(r);
    for (Index l = 0; l < model_.ledgers.size(); ++l) ledger(l);
    for (const step::Table& one : model_.tables) table(one);
    for (Index r = 0; r < model_.roles.size(); ++r) office(r);
    return std::move(out_);
  }

 private:
  using Change = std::function<bool(Model&, ParameterValues&)>;
  using OfProcedure = std::function<step::Procedure&(Model&)>;

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
    if (clauses_.empty()) return;
    const auto key = std::tuple{file, begin, end, by};
    if (const auto known = by_place_.find(key); known != by_place_.end()) {
      // One text, used by several rules: one mutant that all of them answer for.
      for (const std::string& clause : clauses_) {
        std::vector<std::string>& all = out_[known->second].clauses;
        if (std::find(all.begin(), all.end(), clause) == all.end()) all.push_back(clause);
      }
      return;
    }
    by_place_[key] = out_.size();
    Mutant mutant;
    mutant.rule = heading_;
    mutant.name = name_;
    const std::string& text = texts_[file].text;
    const auto from = static_cast<std::size_t>(shown.data() - text.data());
    constexpr std::size_t longest = 80;
    const bool fits = from <= begin && end <= from + shown.size() && shown.size() <= longest &&
                      shown.find('\n') == std::string_view::npos;
    if (!fits) {
      mutant.change = text.substr(begin, end - begin) + " → " + by;
    } else {
      mutant.change = std::string(shown) + " → " + text.substr(from, begin - from) + by +
                      text.substr(end, from + shown.size() - end);
    }
    if (is_limit) {
      mutant.limit = text.substr(begin, end - begin);
      mutant.moved_to = by;
    }
    mutant.clauses = clauses_;
    mutant.span = {file, begin, end};
    mutant.begin = begin;
    mutant.end = end;
    mutant.by = std::move(by);
    out_.push_back(std::move(mutant));
  }

  /// Everything that can be moved in an expression; a condition is negated too.
  void formula(const MaybeFormula& formula, bool is_condition) {
    if (formula) this->formula(*formula, is_condition);
  }
  void formula(const Formula& formula, bool is_condition) {
    rely_on(formula);
    const SourceSpan span = formula.span;
    if (span.file >= texts_.size() || span.is_empty()) return;
    const std::string& text = texts_[span.file].text;
    if (span.end > text.size()) return;
    std::uint32_t begin = span.begin, end = span.end;
    // The whole scalar in quotes: what is between them.
    if (end - begin >= 2 && (text[begin] == '"' || text[begin] == '\'') &&
        text[end - 1] == text[begin] && formula.text.front() != text[begin]) {
      ++begin;
      --end;
    }
    const std::string_view raw = std::string_view(text).substr(begin, end - begin);
    for (TextChange& one : changes_of(raw, model_.packs[pack_].conventions.money_scale))
      on_text(span.file, begin + one.begin, begin + one.end, std::move(one.by), base::trim(raw),
              one.is_limit);
    if (!is_condition) return;
    if (base::trim(raw) == base::trim(formula.text)) {
      on_text(span.file, begin, end, "not(" + std::string(raw) + ")", base::trim(raw), false);
    } else {
      negate_branches(span.file, begin, raw);
    }
  }

  /// The conditions of a choice: `- if: x` on a line of its own.
  void negate_branches(std::uint32_t file, std::uint32_t begin, std::string_view raw) {
    for (const std::string_view word : {"if: ", "若: "}) {
      for (std::size_t at = raw.find(word); at != std::string_view::npos;
           at = raw.find(word, at + 1)) {
        const std::size_t from = at + word.size();
        const std::size_t to = std::min(raw.find('\n', from), raw.size());
        const std::string_view condition = base::trim(raw.substr(from, to - from));
        if (condition.empty() || condition.front() == '"' || condition.front() == '\'' ||
            condition.find(" #") != std::string_view::npos)
          continue;
        const auto first = static_cast<std::uint32_t>(condition.data() - raw.data());
        on_text(file, begin + first, begin + first + static_cast<std::uint32_t>(condition.size()),
                "not(" + std::string(condition) + ")", condition, false);
      }
    }
  }

  // ── parts ───────────────────────────────────────────────────────────────────────────────────

  /// Everybody may: what is left when a role is dropped; and each other role too.
  void roles(const Who& who, const std::function<Who&(Model&)>& of) {
    if (who.is_empty()) return;
    bool is_everybody = true;
    for (Index r = 0; r < model_.roles.size(); ++r) {
      if (std::find(who.roles.begin(), who.roles.end(), r) != who.roles.end()) continue;
      is_everybody = false;
      change(model_.roles[r].name + " may too",
             [of, r](Model& model) { of(model).roles.push_back(r); });
    }
    if (!is_everybody) {
      change("anybody may", [of](Model& model) {
        Who& mine = of(model);
        mine = {};
        for (Index r = 0; r < model.roles.size(); ++r) mine.roles.push_back(r);
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

  /// Another person of the case answers; and one less, where several do.
  void persons(const Who& who, const step::Procedure& p, const std::function<Who&(Model&)>& of) {
    fewer_persons(who, p, of);
    for (std::size_t i = 0; i < who.persons.size(); ++i) {
      std::optional<step::SlotIndex> other;
      for (const step::Event& event : p.events) {
        for (const step::SlotIndex slot : event.by.persons) {
          const bool is_named =
              std::find(who.persons.begin(), who.persons.end(), slot) != who.persons.end();
          if (!other && !is_named) other = slot;
        }
      }
      if (!other) continue;
      change(p.slot_names[who.persons[i]] + " → " + p.slot_names[*other],
             [of, i, slot = *other](Model& model) { of(model).persons[i] = slot; });
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
    if (p.is_reading) {
      const auto words = static_cast<std::uint32_t>(p.type.words().size());
      if (words < 2) return;
      add("another reading", [which, words](Model&, ParameterValues& values) {
        Value& value = values[which];
        if (!value.is(Kind::symbol)) return false;
        value = Value::symbol(value.symbol_set(), (value.symbol_index() + 1) % words);
        return true;
      });
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
          std::any_of(form.signatures.begin(), form.signatures.end(),
                      [&](const step::Form::Signature& s) { return reads(s.slot); });
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
      const std::string heading =
          (event.is_request ? "request " : "fact ") + p.name + "." + event.name;
      begin(heading, event.name, relied.events[i], event.span, p.pack);
      roles(event.by, [of, i](Model& m) -> Who& { return of(m).events[i].by; });
      fewer_persons(event.by, p, [of, i](Model& m) -> Who& { return of(m).events[i].by; });
      for (const step::Input& input : event.inputs) formula(input.initial, false);
    }
    for (std::size_t i = 0; i < p.forms.size(); ++i) {
      const step::Form& form = p.forms[i];
      begin("form " + form.name, form.name, relied.forms[i], form.span, p.pack);
      for (std::size_t s = 0; s < form.signatures.size(); ++s) {
        change("not signed by " + form.signatures[s].name, [of, i, s](Model& m) {
          auto& all = of(m).forms[i].signatures;
          all.erase(all.begin() + static_cast<std::ptrdiff_t>(s));
        });
        if (form.signatures[s].is_optional) continue;
        change("signed by " + form.signatures[s].name + " or not",
               [of, i, s](Model& m) { of(m).forms[i].signatures[s].is_optional = true; });
      }
      for (const step::Field& field : form.fields) formula(field.initial, false);
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
      conditions(
          form.expects, "expect " + form.name,
          [of, i](Model& m) -> std::vector<step::Condition>& { return of(m).forms[i].expects; });
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
    happenings(clock.stop, "stop",
               [mine](Model& m) -> step::HappeningIds& { return mine(m).stop; });
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
      if (mine.guard != chart::none) formula(p.guards[mine.guard], true);
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
                                                 "right",   "notify", "child"};
    std::string heading(kinds[static_cast<std::size_t>(rule.is)]);
    heading += " ";
    if (rule.procedure != none) heading += model_.procedures[rule.procedure].name + ".";
    heading += rule.is == Is::entry ? model_.ledgers[rule.ledger].name : rule.name;
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
    if (rule.condition)
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
      change("does not give " + model_.ledgers[rule.ledger].fields[rule.give[i].first].name,
             [mine, i](Model& m) {
               auto& all = mine(m).give;
               all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
             });
    }
    for (const step::Input& input : rule.inputs) formula(input.initial, false);
    if (rule.is == Is::payment) {
      change("from and to swapped", [mine](Model& m) { std::swap(mine(m).from, mine(m).to); });
    }
    if (rule.procedure != none) {
      persons(rule.who, model_.procedures[rule.procedure],
              [mine](Model& m) -> Who& { return mine(m).who; });
    }
    roles(rule.reported_by, [mine](Model& m) -> Who& { return mine(m).reported_by; });
    if (rule.is == Is::right) roles(rule.who, [mine](Model& m) -> Who& { return mine(m).who; });
    if (!rule.confirm_by.is_empty())
      change("confirmation dropped", [mine](Model& m) { mine(m).confirm_by = {}; });
    conditions(rule.needs, "needs " + rule.name,
               [mine](Model& m) -> std::vector<step::Condition>& { return mine(m).needs; });
  }

  void ledger(Index which) {
    const step::Ledger& ledger = model_.ledgers[which];
    if (!ledger.is_by_hand) return;
    begin("ledger " + ledger.name, ledger.name, ledger.cites, ledger.span, 0);
    change("deleted", [which](Model& m) { m.ledgers[which].is_by_hand = false; });
    roles(ledger.entered_by, [which](Model& m) -> Who& { return m.ledgers[which].entered_by; });
    for (const step::Field& field : ledger.fields) formula(field.initial, false);
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
    std::string other;
    if (type.is() == Type::Is::boolean && (raw == "true" || raw == "false")) {
      other = raw == "true" ? "false" : "true";
    } else if (type.is() == Type::Is::symbol) {
      const auto words = type.words();
      const auto word = std::find(words.begin(), words.end(), raw);
      if (word != words.end() && words.size() > 1) {
        other = words[static_cast<std::size_t>(word - words.begin() + 1) % words.size()];
      }
    }
    if (!other.empty()) {
      on_text(cell.span.file, cell.span.begin, cell.span.end, std::move(other), written(cell.span),
              false);
    }
  }

  [[nodiscard]] std::string_view written(SourceSpan span) const {
    return std::string_view(texts_[span.file].text).substr(span.begin, span.end - span.begin);
  }

  void column(const std::vector<table::TableSource::Row>& rows, std::size_t c) {
    if (rows.empty() || rows.front().conditions[c].span.file >= texts_.size()) return;
    const std::uint32_t file = rows.front().conditions[c].span.file;
    const std::uint32_t first = rows.front().span.begin, last = rows.back().span.end;
    // By what is moved to what: `7` → `8`, `<` → `<=`. A bound keeps both its sides together.
    struct Edit {
      std::uint32_t begin, end;
      std::string by;
    };
    std::map<std::pair<std::string, int>, std::vector<Edit>> edits;
    for (const auto& row : rows) {
      const table::Text& cell = row.conditions[c];
      if (cell.span.file != file || cell.span.end > texts_[file].text.size()) continue;
      std::map<std::string, int> seen;
      std::string sign;
      Edit sign_edit;
      for (TextChange& change :
           changes_of(written(cell.span), model_.packs[pack_].conventions.money_scale)) {
        const std::string from(written(cell.span).substr(change.begin, change.end - change.begin));
        const Edit edit{cell.span.begin + change.begin, cell.span.begin + change.end, change.by};
        if (!change.is_limit) {
          sign = from;
          sign_edit = edit;
          continue;
        }
        const int nth = seen[from]++;
        edits[{from, nth % 2}].push_back(edit);
        if (!sign.empty() && nth == 0) edits[{from, 2}].push_back(sign_edit);
        if (nth % 2 == 1) sign.clear();
      }
    }
    for (const auto& [key, all] : edits) {
      std::string by = texts_[file].text.substr(first, last - first);
      for (auto edit = all.rbegin(); edit != all.rend(); ++edit) {
        by.replace(edit->begin - first, edit->end - edit->begin, edit->by);
      }
      const std::size_t before = out_.size();
      on_text(file, first, last, std::move(by), written(rows.front().span), false);
      if (out_.size() == before) continue;
      Mutant& made = out_.back();
      made.span = {file, all.front().begin, all.front().end};
      if (key.second == 2) {
        made.change = "the other side of " + key.first;
      } else {
        made.change = key.first + " → " + all.front().by;
        made.limit = key.first;
        made.moved_to = all.front().by;
      }
    }
  }

  std::shared_ptr<const Model> held_;
  const Model& model_;
  const std::vector<PackText>& texts_;
  std::vector<Mutant> out_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::string>, std::size_t>
      by_place_;
  std::string heading_, name_;
  std::vector<std::string> clauses_;
  Cites cites_;
  SourceSpan span_;
  Index pack_ = 0;
  const step::Procedure* procedure_ = nullptr;  // whose rules are being changed
  Reliance* reliance_ = nullptr;
};

}  // namespace

std::vector<Mutant> mutants_of(const Rulebook& rules, const std::vector<PackText>& texts) {
  return Maker(rules, texts).make();
}

}  // namespace aftercare::testing
