// Values of parameters and readings: defaults of the pack, and what a company's overlay says.
#include <algorithm>

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

void Linker::check_bounds(const step::Parameter& parameter, const Node& node, const Zone& zone) {
  const auto value = constant(parameter.initial, zone);
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
  }
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
      const auto value = constant(parameter.initial, zone);
      if (value && value->unit()) tell(*value, parameter);
    }
  };
  const auto no_calendar = [&](const step::MaybeFormula& formula, const std::string& name) {
    each_value(formula, [&](const Value& value, const step::Parameter& parameter) {
      if (rt::is_working(*value.unit()))
        report(diag::AC0744, parameter.initial->span, {{"name", name}});
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
        each_value(length, [&](const Value& value, const step::Parameter& parameter) {
          fits(value, *parameter.initial);
        });
        if (!length || !length->reads.empty()) return;
        const auto value = constant(*length, zone);
        if (value && value->unit()) fits(*value, *length);
      };
      check(term.lasts);
      check(term.extended_by);
    }
  }
}

void Linker::set_parameter(const OverlayOutline& overlay, const Entry& entry, bool is_reading) {
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
    if (!overlay.pack.empty() && pack.outline->name != overlay.pack) continue;
    if (!only.empty() && pack.outline->name != only) continue;
    for (const auto& [known_name, number] : pack.parameters) {
      if (model_->parameters[number].is_reading == is_reading) known.push_back(known_name);
    }
    const auto found = pack.parameters.find(name);
    if (found == pack.parameters.end()) continue;
    step::Parameter& parameter = model_->parameters[found->second];
    is_found = true;
    if (!entry.value.is_scalar()) continue;
    if (parameter.is_calendar) {
      const Node* own = get(*overlay.root, Word::calendars, overlay.language);
      const std::string named(base::trim(entry.value.text));
      const bool is_new = pack.calendars.count(named) == 0;
      const Index number =
          calendar_number({pack, own != nullptr && own->is_map() ? own : nullptr, overlay.language},
                          named, entry.value.span);
      if (number == none) continue;
      if (is_new) {
        pack.names->add_constant(named, Type::of(Type::Is::calendar), Value::integer(number));
      }
    }
    parameter.initial = parameter_value(pack, parameter, entry.value, overlay.language);
    check_bounds(parameter, entry.value, model_->packs[pack.index].zone);
  }
  if (!is_found) {
    std::vector<DiagnosticNote> notes;
    if (const auto near = base::closest(name, known)) {
      notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
    }
    report(diag::AC0801, entry.key.span, {{"name", entry.key.text}}, std::move(notes));
  }
}

void Linker::apply_overlays() {
  bounds_.resize(model_->parameters.size());
  for (PackDecl& pack : packs_) {
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
        const Node* from = get(item.body(), Word::from, item.language);
        const Node* to = get(item.body(), Word::to, item.language);
        const Node* initial = get(item.body(), Word::default_, item.language);
        if (from && from->is_scalar()) {
          parameter.minimum =
              constant(parameter_value(pack, parameter, *from, item.language), zone);
        }
        if (to && to->is_scalar()) {
          parameter.maximum = constant(parameter_value(pack, parameter, *to, item.language), zone);
        }
        bounds_[found->second] =
            (from ? from->text : std::string("…")) + " .. " + (to ? to->text : std::string("…"));
        if (initial && initial->is_scalar()) {
          parameter.initial = parameter_value(pack, parameter, *initial, item.language);
          check_bounds(parameter, *initial, zone);
        }
      }
    }
  }
  for (const OverlayOutline& overlay : outline_.overlays) {
    if (!overlay.root->is_map()) continue;
    const Language language = overlay.language;
    if (!overlay.pack.empty()) {
      std::vector<std::string> known;
      for (const PackDecl& pack : packs_) known.push_back(pack.outline->name);
      if (std::find(known.begin(), known.end(), overlay.pack) == known.end()) {
        const Node* node = get(*overlay.root, Word::for_, language);
        unknown(base::both("pack", "规则包"), overlay.pack, node->span, known);
        continue;
      }
    }
    overlay_calendars(overlay);
    if (const Node* roles = get(*overlay.root, Word::roles, language); roles && roles->is_map()) {
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
    const auto set_all = [&](Word key, bool is_reading) {
      const Node* values = get(*overlay.root, key, language);
      if (!values || !values->is_map()) return;
      for (const Entry& entry : values->entries) set_parameter(overlay, entry, is_reading);
    };
    set_all(Word::parameters, false);
    set_all(Word::time_words, false);
    set_all(Word::readings, true);
  }
}

}  // namespace aftercare::rulebook
