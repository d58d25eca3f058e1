// Values of parameters and readings: defaults of the pack, and what a company's overlay says.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/names.hpp"
#include "base/text.hpp"
#include "builtins/operations.hpp"
#include "feel/print.hpp"
#include "rulebook/linker.hpp"
#include "vm/machine.hpp"

namespace aftercare::rulebook {
namespace {

std::optional<Value> constant(const MaybeFormula& formula, const Zone& zone) {
  if (!formula) return std::nullopt;
  vm::Setting setting;
  setting.zone = zone;
  vm::Machine machine(std::move(setting));
  const auto value = machine.run(*formula->program, {});
  if (!value) return std::nullopt;
  return *value;
}

/// The word that was meant, or all of them.
std::vector<DiagnosticNote> choose(std::string_view written, const std::vector<std::string>& words) {
  std::vector<DiagnosticNote> notes = base::names_instead(written, words);
  if (!notes.empty()) return notes;
  std::string all;
  for (const std::string& one : words) all += (all.empty() ? "" : ", ") + one;
  return {base::note(notes::one_of_these, {{"names", all}})};
}

/// The units of a kind, for findings.
std::string units_text(rt::UnitKind kind) {
  switch (kind) {
    case rt::UnitKind::clock:
      return base::both("clock time (s, min, h)", "钟表时间(秒、分钟、小时)");
    case rt::UnitKind::calendar_day:
      return base::both("days (d, w)", "天数(天、周)");
    case rt::UnitKind::working:
      return base::both("working time (wmin, wh)", "工作时间(工作分钟、工作小时)");
    case rt::UnitKind::working_day:
      return base::both("working days (wd)", "工作日数");
    case rt::UnitKind::month:
      break;
  }
  return base::both("months (mo, y)", "月数(月、年)");
}

}  // namespace

MaybeFormula Linker::parameter_value(PackDecl& pack, const step::Parameter& parameter,
                                     const Node& node, Language language) {
  if (parameter.type.is() == Type::Is::any) return std::nullopt;
  if (parameter.type.is() == Type::Is::string &&
      !(base::trim(node.text) == spelling(Word::null_, language) && parameter.type.is_optional())) {
    // A text is written as it is: no quotes of FEEL's within those of YAML.
    feel::CompileOptions options;
    options.level = feel::Level::strict;
    options.expected = Type::string();
    feel::Outcome made = feel::compile(feel::quote(node.text), *pack.names, options);
    if (!made.compiled) return std::nullopt;
    Formula formula;
    formula.program = made.compiled->program;
    formula.type = parameter.type;
    formula.text = node.text;
    formula.span = node.span;
    return formula;
  }
  return compile(pack, &node, language, *pack.names, {},
                 {Wanted::Is::exactly, parameter.type, parameter.type.is_optional()});
}

/// Nothing lasts less than no time. Gives whether the value is one that may be.
bool Linker::check_not_negative(const step::Parameter& parameter, const Value& value,
                                const Node& node) {
  const auto length = value.as_length();
  const bool is_time = parameter.type.is() != Type::Is::number && length.has_value();
  if (!is_time || length->count >= 0) return true;
  report(diag::AC0218, node.span,
         {{"text", node.text}, {"what", base::both("length of zero or more", "不小于零的时长")}});
  return false;
}

/// The bounds of a parameter, each by itself and against the other.
void Linker::set_bounds(PackDecl& pack, step::Parameter& parameter, const Item& item) {
  const Zone& zone = model_->packs[pack.index].zone;
  const Node* from = get(item.body(), Word::from, item.language);
  const Node* to = get(item.body(), Word::to, item.language);
  const auto bound = [&](const Node* node) -> std::optional<Value> {
    if (!node || !node->is_scalar()) return std::nullopt;
    auto value = constant(parameter_value(pack, parameter, *node, item.language), zone);
    if (value && !check_not_negative(parameter, *value, *node)) return std::nullopt;
    return value;
  };
  parameter.minimum = bound(from);
  parameter.maximum = bound(to);
  bounds_[&parameter - model_->parameters.data()] =
      (from ? from->text : std::string("…")) + " .. " + (to ? to->text : std::string("…"));
  if (!parameter.minimum || !parameter.maximum) return;
  const auto order = builtins::order(*parameter.minimum, *parameter.maximum);
  if (!order || *order <= 0) return;
  report(diag::AC0836, to->span,
         {{"name", parameter.name},
          {"from", from->text},
          {"to", to->text}});
  // Every value would be told as well.
  parameter.minimum.reset();
  parameter.maximum.reset();
}

void Linker::check_bounds(const step::Parameter& parameter, const MaybeFormula& given,
                          const Node& node, const Zone& zone) {
  const auto value = constant(given, zone);
  if (!value || value->is_null()) return;
  // A bound says of what kind the units are: a day is not 24 hours.
  std::optional<rt::UnitKind> wanted;
  bool fits = false;
  for (const std::optional<Value>* bound : {&parameter.minimum, &parameter.maximum}) {
    if (!*bound || !(*bound)->unit() || !value->unit()) continue;
    const rt::UnitKind kind = rt::kind(*(*bound)->unit());
    if (!wanted) wanted = kind;
    fits = fits || kind == rt::kind(*value->unit());
  }
  if (wanted && !fits) {
    report(diag::AC0503, node.span,
           {{"text", node.text},
            {"given", units_text(rt::kind(*value->unit()))},
            {"wanted", units_text(*wanted)}});
    return;
  }
  const auto below = parameter.minimum ? builtins::order(*value, *parameter.minimum) : std::nullopt;
  const auto above = parameter.maximum ? builtins::order(*value, *parameter.maximum) : std::nullopt;
  if ((below && *below < 0) || (above && *above > 0)) {
    report(diag::AC0803, node.span,
           {{"value", node.text},
            {"name", parameter.name},
            {"bounds", bounds_[&parameter - model_->parameters.data()]}});
    return;
  }
  check_not_negative(parameter, *value, node);
}

void Linker::check_units_of_values(ProcDecl& proc) {
  const step::Procedure& target = model_->procedures[proc.index];
  const Zone& zone = model_->packs[target.pack].zone;
  // `tell` is asked about each value that such a formula takes from a parameter.
  const auto each_value = [&](const step::MaybeFormula& formula, const auto& tell) {
    if (!formula) return;
    for (const SlotIndex slot : formula->reads) {
      const std::size_t number = std::size_t{slot} - target.frame_slots;
      if (slot < target.frame_slots || number >= model_->parameters.size()) continue;
      const step::Parameter& parameter = model_->parameters[number];
      const auto ask = [&](const step::MaybeFormula& given) {
        const auto value = constant(given, zone);
        if (value && value->unit()) tell(*value, *given);
      };
      ask(parameter.initial);
      for (const step::Parameter::Dated& dated : parameter.later) ask(dated.value);
    }
  };
  const auto no_calendar = [&](const step::MaybeFormula& formula, const std::string& name) {
    each_value(formula, [&](const Value& value, const Formula& given) {
      if (rt::is_working(*value.unit())) report(diag::AC0744, given.span, {{"name", name}});
    });
  };
  for (const step::Clock& clock : target.clocks) {
    no_calendar(clock.late_entry, clock.name);
    if (clock.calendar != none || clock.calendar_choice) continue;
    for (const step::MaybeFormula* formula :
         {&clock.within, &clock.window_from, &clock.window_to, &clock.ahead, &clock.pause_at_most})
      no_calendar(*formula, clock.name);
    for (const step::Clock::Reminder& reminder : clock.reminders)
      for (const step::MaybeFormula* formula : {&reminder.before, &reminder.after, &reminder.every})
        no_calendar(*formula, clock.name);
  }
  for (const step::Timer& timer : target.timers) {
    if (!timer.after) continue;
    const std::string name = target.states[timer.state] + " " + timer.after->text;
    no_calendar(timer.after, name);
    const auto written = timer.after->reads.empty() ? constant(timer.after, zone) : std::nullopt;
    if (written && written->unit() && rt::is_working(*written->unit()))
      report(diag::AC0744, timer.after->span, {{"name", name}});
  }
  for (const step::Entitlement& entitlement : target.entitlements) {
    for (const step::Entitlement::Term& term : entitlement.terms) {
      const auto fits = [&](const Value& value, const Formula& written) {
        const rt::UnitKind kind = rt::kind(*value.unit());
        if (kind == rt::UnitKind::calendar_day || kind == rt::UnitKind::month) return;
        report(diag::AC0503, written.span,
               {{"text", written.text},
                {"given", units_text(kind)},
                {"wanted", units_text(rt::UnitKind::month)}});
      };
      const auto check = [&](const step::MaybeFormula& length) {
        each_value(length, fits);
        if (!length || !length->reads.empty()) return;
        const auto value = constant(*length, zone);
        if (value && value->unit()) fits(*value, *length);
      };
      check(term.lasts);
      check(term.extended_by);
    }
  }
}

MaybeFormula Linker::overlay_value(const OverlayOutline& overlay, PackDecl& pack,
                                   const step::Parameter& parameter, const Node& node) {
  if (parameter.is_calendar) {
    const Node* own = get(*overlay.root, Word::calendars, overlay.language);
    const std::string named(base::trim(node.text));
    const bool is_new = pack.calendars.count(named) == 0;
    const Index number =
        calendar_number({pack, own != nullptr && own->is_map() ? own : nullptr, overlay.language},
                        named, node.span);
    if (number == none) return std::nullopt;
    if (is_new) {
      pack.names->add_constant(named, Type::of(Type::Is::calendar), Value::integer(number));
    }
  }
  if (parameter.is_reading && parameter.type.is() == Type::Is::symbol) {
    const std::string chosen(base::trim(node.text));
    const auto words = parameter.type.words();
    if (std::find(words.begin(), words.end(), chosen) == words.end()) {
      report(diag::AC0837, node.span, {{"text", chosen}, {"name", parameter.name}},
             choose(chosen, {words.begin(), words.end()}));
      return std::nullopt;
    }
  }
  return parameter_value(pack, parameter, node, overlay.language);
}

/// A list of values, each with the date from which it holds; the first holds from the beginning.
void Linker::set_dated(const OverlayOutline& overlay, PackDecl& pack, step::Parameter& parameter,
                       const Entry& entry) {
  const step::Pack& of = model_->packs[pack.index];
  if (parameter.is_reading) return;  // chosen for a version: the schema tells
  parameter.later.clear();
  parameter.initial.reset();
  parameter.initial_from.reset();
  std::optional<rt::Date> last;
  bool is_first = true;
  for (const Node& row : entry.value.items) {
    const Node* is = get(row, Word::is, overlay.language);
    const Node* from = get(row, Word::from, overlay.language);
    if (!is || !is->is_scalar()) continue;  // the schema tells
    std::optional<rt::Date> day;
    if (from && from->is_scalar()) {
      day = parse_date(base::trim(from->text));
      if (!day) {
        report(diag::AC0218, from->span,
               {{"text", from->text},
                {"what", std::string(spelling(Word::date_type, overlay.language))}});
        continue;
      }
    }
    auto value = overlay_value(overlay, pack, parameter, *is);
    check_bounds(parameter, value, *is, of.zone);
    if (is_first) {
      if (day) {
        first_values_.push_back(
            {static_cast<Index>(&parameter - model_->parameters.data()), from->span});
      }
      parameter.initial = std::move(value);
      parameter.initial_from = day;
    } else if (!day) {
      report(diag::AC0829, is->span, {{"name", parameter.name}});
    } else if (last && *day <= *last) {
      report(diag::AC0827, from->span, {{"name", parameter.name}, {"date", iso_text(*last)}});
    } else if (value) {
      parameter.later.push_back({*day, std::move(*value)});
    }
    if (day) last = day;
    is_first = false;
  }
}

void Linker::set_parameter(const OverlayOutline& overlay, const Entry& entry, Word key) {
  const bool is_reading = key == Word::readings;
  // `pack.name` where two packs have one name.
  std::string name = entry.key.text;
  std::string only;
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
    only = name.substr(0, dot);
    name = name.substr(dot + 1);
  }
  bool is_found = false;
  std::vector<std::string> known;
  for (PackDecl& pack : packs_) {
    if (!is_for(overlay, pack)) continue;
    if (!only.empty() && pack.outline->name != only) continue;
    if (pack.index < first_pack_) {  // set when its rank was linked
      is_found = is_found || pack.parameters.contains(name) ||
                 (key == Word::time_words && !split_words(name, 0).empty() &&
                  pack.parameters.contains(std::string(split_words(name, 0).front().text)));
      continue;
    }
    for (const auto& [known_name, number] : pack.parameters) {
      if (model_->parameters[number].is_reading == is_reading) known.push_back(known_name);
    }
    const auto found = pack.parameters.find(name);
    if (found == pack.parameters.end()) {
      if (key != Word::time_words || !set_under_article(overlay, pack, entry, name)) continue;
      is_found = true;
      continue;
    }
    step::Parameter& parameter = model_->parameters[found->second];
    is_found = true;
    const Word wanted = parameter.is_reading     ? Word::readings
                        : parameter.is_time_word ? Word::time_words
                                                 : Word::parameters;
    if (wanted != key) {
      report(diag::AC0824, entry.key.span,
             {{"name", name},
              {"given", std::string(spelling(key, overlay.language))},
              {"wanted", std::string(spelling(wanted, overlay.language))}});
      continue;
    }
    if (entry.value.is_list() && !entry.value.items.empty() && entry.value.items.front().is_map()) {
      set_dated(overlay, pack, parameter, entry);
      continue;
    }
    if (!entry.value.is_scalar()) continue;  // the schema tells
    parameter.later.clear();
    parameter.initial_from.reset();
    auto value = overlay_value(overlay, pack, parameter, entry.value);
    if (parameter.is_calendar && !value) continue;
    parameter.initial = std::move(value);
    check_bounds(parameter, parameter.initial, entry.value, model_->packs[pack.index].zone);
  }
  if (!is_found && rank_ == last_rank_) {
    std::vector<DiagnosticNote> notes;
    if (const auto near = base::closest(name, known)) {
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    }
    report(diag::AC0801, entry.key.span, {{"name", entry.key.text}}, std::move(notes));
  }
}

// ── words of time ─────────────────────────────────────────────────────────────────────────────

/// `promptly in C18: 1d`: what the word stands for in the rules under that article. False: the key
/// is no word of time with an article.
bool Linker::set_under_article(const OverlayOutline& overlay, PackDecl& pack, const Entry& entry,
                               std::string_view key) {
  const std::vector<Part> words = split_words(key, 0);
  if (words.size() != 3 || !is_word(words[1].text, Word::in_article, overlay.language))
    return false;
  const auto plain = pack.parameters.find(std::string(words[0].text));
  if (plain == pack.parameters.end() || !model_->parameters[plain->second].is_time_word)
    return false;
  const auto clause = find_clause(pack, words[2].text);
  if (!clause) {
    report(diag::AC0906, entry.key.span, {{"clause", std::string(words[2].text)}});
    return true;
  }
  const std::string word(words[0].text);
  const auto same = std::find_if(time_words_.begin(), time_words_.end(), [&](const TimeWord& one) {
    return one.word == word && one.clause == *clause;
  });
  Index number = same == time_words_.end() ? none : same->parameter;
  if (number == none) {
    number = static_cast<Index>(model_->parameters.size());
    step::Parameter parameter;
    parameter.name = word + " " + std::string(spelling(Word::in_article, Language::english)) + " " +
                     std::string(words[2].text);
    parameter.pack = pack.index;
    parameter.type = model_->parameters[plain->second].type;
    parameter.is_time_word = true;
    parameter.cites = {*clause};
    parameter.span = model_->parameters[plain->second].span;
    model_->parameters.push_back(std::move(parameter));
    bounds_.emplace_back();
    time_words_.push_back({word, *clause, number, entry.key.span, false});
  }
  step::Parameter& parameter = model_->parameters[number];
  if (entry.value.is_list() && !entry.value.items.empty() && entry.value.items.front().is_map()) {
    set_dated(overlay, pack, parameter, entry);
  } else if (entry.value.is_scalar()) {
    parameter.later.clear();
    parameter.initial = overlay_value(overlay, pack, parameter, entry.value);
    check_bounds(parameter, parameter.initial, entry.value, model_->packs[pack.index].zone);
  }
  return true;
}

Index Linker::clause_at(const PackDecl& pack, SourceSpan span) const {
  for (const Item& item : pack.outline->items) {
    const SourceSpan key = item.key().span, body = item.body().span;
    if (key.file == span.file && key.begin <= span.begin && span.end <= body.end)
      return item.clause;
  }
  return none;
}

/// Which articles say a word of time: those whose rules read it.
void Linker::note_time_words(const PackDecl& pack, const feel::Scope& plain,
                             const feel::Scope& names, const Written& written,
                             const Formula& formula) {
  for (const auto& [name, number] : pack.parameters) {
    if (!model_->parameters[number].is_time_word) continue;
    const feel::Name* own = plain.find(name);
    const feel::Name* bound = names.find(name);
    if (own == nullptr || bound == nullptr || bound->is != feel::Name::Is::slot ||
        std::find(formula.reads.begin(), formula.reads.end(), bound->slot) == formula.reads.end())
      continue;
    const Index clause = clause_at(pack, written.span());
    const auto read = static_cast<Index>(number + (bound->slot - own->slot));
    for (TimeWord& one : time_words_) one.is_said = one.is_said || one.parameter == read;
    step::Parameter& parameter = model_->parameters[read];
    parameter.is_said = true;
    if (clause != none && std::find(parameter.cites.begin(), parameter.cites.end(), clause) ==
                              parameter.cites.end())
      parameter.cites.push_back(clause);
  }
}

/// What is set for one article is said under it.
void Linker::check_time_words() {
  for (const TimeWord& one : time_words_) {
    if (one.is_said) continue;
    report(diag::AC0825, one.span, {{"clause", model_->clauses[one.clause].id}, {"name", one.word}});
  }
}

bool Linker::is_for(const OverlayOutline& overlay, const PackDecl& pack) const {
  return overlay.is_for(*pack.outline);
}

/// Where the company keeps a register: a file, from the folder of the overlay.
void Linker::set_register(const OverlayOutline& overlay, const Entry& entry) {
  if (!entry.value.is_scalar() || base::trim(entry.value.text).empty()) return;  // the schema tells
  std::vector<std::string> known;
  for (const PackDecl& pack : packs_) {
    if (!is_for(overlay, pack)) continue;
    for (const auto& [name, number] : pack.registers) known.push_back(name);
  }
  if (std::find(known.begin(), known.end(), entry.key.text) == known.end()) {
    unknown(base::both("register", "名册"), entry.key.text, entry.key.span, known);
    return;
  }
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(std::string(sources_.name(entry.key.span.file))).parent_path();
  const std::string path =
      (folder / std::string(base::trim(entry.value.text))).lexically_normal().generic_string();
  std::error_code error;
  if (fs::is_directory(path, error)) {
    report(diag::AC1125, entry.value.span,
           {{"path", path}, {"reason", base::both("it is a folder", "它是文件夹")}});
    return;
  }
  if (!fs::is_regular_file(path, error)) {
    report(diag::AC0200, entry.value.span, {{"path", path}},
           {base::note(notes::path_of_overlay)});
    return;
  }
  register_sources_[entry.key.text] = {entry.key.text, path, entry.value.span};
}

/// Whether a pack of an overlay is there; what is not is told once.
bool Linker::is_for_some(const OverlayOutline& overlay) {
  const Node* version = get(*overlay.root, Word::version, overlay.language);
  if (overlay.pack.empty()) {
    if (version && rank_ == 0)
      report(diag::AC0206, version->span,
             {{"key", std::string(spelling(Word::for_, overlay.language))}});
    return version == nullptr;
  }
  std::vector<std::string> known, versions;
  for (const PackOutline& pack : outline_.packs) {
    known.push_back(pack.name);
    if (pack.name == overlay.pack) versions.push_back(pack.version);
  }
  if (versions.empty()) {
    if (rank_ == 0)
      unknown(base::both("pack", "规则包"), overlay.pack,
              get(*overlay.root, Word::for_, overlay.language)->span, known);
    return false;
  }
  const bool is_there = overlay.version.empty() ||
                        std::find(versions.begin(), versions.end(), overlay.version) != versions.end();
  if (!is_there && rank_ == 0)
    report(diag::AC0799, version->span, {{"pack", overlay.pack}, {"version", overlay.version}},
           base::names_instead(overlay.version, versions));
  return is_there;
}

void Linker::apply_overlays() {
  bounds_.resize(model_->parameters.size());
  for (std::size_t p = first_pack_; p < packs_.size(); ++p) {
    PackDecl& pack = packs_[p];
    const Zone& zone = model_->packs[pack.index].zone;
    for (const Item& item : pack.outline->items) {
      const auto found = pack.parameters.find(item.name);
      if (found == pack.parameters.end()) continue;
      step::Parameter& parameter = model_->parameters[found->second];
      if (item.kind->word == Word::reading && parameter.is_reading) {
        // The first word is the default.
        if (parameter.type.is() != Type::Is::symbol) continue;
        feel::CompileOptions options;
        options.level = feel::Level::strict;
        options.expected = parameter.type;
        options.dialect = dialect(item.language);
        const std::string word = parameter.type.words()[0];
        const feel::Outcome made = feel::compile(word, *pack.names, options);
        if (!made.compiled) continue;
        Formula formula;
        formula.program = made.compiled->program;
        formula.type = parameter.type;
        formula.text = word;
        formula.span = parameter.span;
        parameter.initial = std::move(formula);
      } else if (item.kind->word == Word::parameter && item.body().is_map()) {
        const Node* initial = get(item.body(), Word::default_, item.language);
        set_bounds(pack, parameter, item);
        if (initial && initial->is_scalar()) {
          parameter.initial = parameter_value(pack, parameter, *initial, item.language);
          check_bounds(parameter, parameter.initial, *initial, zone);
        }
      }
    }
  }
  for (const OverlayOutline& overlay : outline_.overlays) {
    if (!overlay.root->is_map() || !is_for_some(overlay)) continue;
    const Language language = overlay.language;
    overlay_calendars(overlay);
    // What no version has is told once all are there.
    if (const Node* roles = rank_ != last_rank_ ? nullptr : get(*overlay.root, Word::roles, language); roles && roles->is_map()) {
      std::vector<std::string> known;
      for (const step::Role& role : model_->roles) known.push_back(role.name);
      for (const Entry& entry : roles->entries) {
        const auto role =
            std::find_if(model_->roles.begin(), model_->roles.end(),
                         [&](const step::Role& r) { return r.name == entry.key.text; });
        if (role == model_->roles.end()) {
          unknown(base::both("role", "角色"), entry.key.text, entry.key.span, known);
        } else {
          role->title = entry.value.text;
        }
      }
    }
    const Node* registers =
        rank_ != last_rank_ ? nullptr : get(*overlay.root, Word::registers, language);
    if (registers && registers->is_map())
      for (const Entry& entry : registers->entries) set_register(overlay, entry);
    for (const Word key : {Word::parameters, Word::time_words, Word::readings}) {
      const Node* values = get(*overlay.root, key, language);
      if (!values || !values->is_map()) continue;
      for (const Entry& entry : values->entries) set_parameter(overlay, entry, key);
    }
  }
}

}  // namespace aftercare::rulebook
