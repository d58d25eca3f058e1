// The interface of this file is check() and the views of a Rulebook.
#include "aftercare/rulebook.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "feel/print.hpp"
#include "feel/types.hpp"
#include "rulebook/access.hpp"
#include "rulebook/formula_words.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/labels.hpp"
#include "rulebook/link.hpp"
#include "rulebook/load.hpp"
#include "rulebook/model_files.hpp"
#include "rulebook/print.hpp"
#include "rulebook/schema.hpp"
#include "step/chain.hpp"
#include "step/convert.hpp"
#include "vm/machine.hpp"

namespace aftercare {
namespace rulebook {

struct Book {
  std::shared_ptr<const step::Model> model;
  std::vector<HeadingCites> headings;
  std::vector<RegisterSource> register_sources;
  step::ParameterValues parameters;
  Sources sources;
};

}  // namespace rulebook

struct Rulebook::Access {
  static Rulebook make(std::shared_ptr<const rulebook::Book> book) {
    return Rulebook(std::move(book));
  }
  static const rulebook::Book& book(const Rulebook& rules) noexcept { return *rules.book_; }
};

namespace rulebook {

std::shared_ptr<const step::Model> model_of(const Rulebook& rules) {
  return Rulebook::Access::book(rules).model;
}

step::ParameterValues parameters_of(const Rulebook& rules) {
  return Rulebook::Access::book(rules).parameters;
}

Rulebook with_model(const Rulebook& rules, std::shared_ptr<const step::Model> model,
                    step::ParameterValues parameters) {
  auto book = std::make_shared<Book>(Rulebook::Access::book(rules));
  book->model = std::move(model);
  book->parameters = std::move(parameters);
  return Rulebook::Access::make(std::move(book));
}

namespace {

/// A date as packs and overlays write it.
std::string date_text(std::string_view date) { return "date(\"" + std::string(date) + "\")"; }

/// A value of the type as an overlay writes it.
std::string example_of(const Type& type, Language language) {
  const auto length = [&](std::string_view number, rt::Unit unit) {
    const rt::UnitRow& row = rt::row(unit);
    return std::string(number).append(language == Language::chinese ? row.chinese[0] : row.symbol);
  };
  switch (type.is()) {
    case Type::Is::number:
      return "10";
    case Type::Is::boolean:
      return std::string(spelling(Word::true_, language));
    case Type::Is::date:
      return date_text("2026-01-01");
    case Type::Is::time:
      return "time(\"09:30:00\")";
    case Type::Is::date_time:
    case Type::Is::instant:
      return "date and time(\"2026-01-01T09:30:00\")";
    case Type::Is::calendar:
      return base::both("the name of a calendar", "一个日历的名称");
    case Type::Is::days_duration:
    case Type::Is::length:
      return length("2", rt::Unit::hour);
    case Type::Is::working_duration:
      return length("2", rt::Unit::working_hour);
    case Type::Is::months_duration:
      return length("3", rt::Unit::month);
    case Type::Is::money:
      return feel::money_text("100", type.currency(), language);
    case Type::Is::symbol:
      return type.words().empty() ? type.to_text() : type.words().front();
    case Type::Is::list:
      return "[" + example_of(type.element(), language) + "]";
    default:
      return "\"…\"";
  }
}

/// `is_on_disk`: calendars are looked for above the files too.
Checked<Rulebook> check(std::vector<PackText> texts, const CheckOptions& options, Sources sources,
                        bool is_on_disk, base::Findings& findings) {
  std::vector<PackText> overlays;
  CalendarFiles calendars(sources);
  for (const std::string& folder : options.calendar_folders) calendars.add_folder(folder);
  for (const std::string& path : options.overlays) {
    read_overlay_file(path, overlays, findings, sources);
    calendars.add_folders_above(path);
  }
  // The last that sets a name counts: what is not on disk is nearer to the caller.
  overlays.insert(overlays.end(), options.overlay_texts.begin(), options.overlay_texts.end());
  for (const PackText& text : texts) {
    if (is_on_disk) {
      calendars.add_folders_above(text.name);
    } else if (is_calendar_text(text.name)) {
      calendars.add_text(text);
    }
  }
  if (!is_on_disk) {
    std::erase_if(texts, [](const PackText& text) { return is_calendar_text(text.name); });
  }
  ModelFiles models(sources, is_on_disk);
  for (const PackText& text : texts) {
    if (!is_on_disk && is_model_file(text.name)) models.add_text(text);
  }
  Outline outline = load(texts, overlays, sources, findings);
  if (outline.packs.empty() && !findings.has_errors()) {
    const std::string path = texts.empty() ? std::string() : texts.front().name;
    findings.add(base::make(diag::AC0201, {sources.add(path, {}), 0, 0}, {{"path", path}},
                            {base::note(notes::where_packs_are)}));
  }
  std::vector<SourceSpan> broken;
  for (const Diagnostic& finding : findings.so_far()) {
    if (severity(finding) == Severity::error) broken.push_back(finding.span);
  }
  base::Findings later;
  Linked linked = link(outline, sources, calendars, models, later);
  Diagnostics found = later.take();
  // What is declared with an unknown type has none.
  const bool lacks_type = std::any_of(found.begin(), found.end(), [](const Diagnostic& finding) {
    return finding.code == diag::AC0212.text && !finding.words.empty() &&
           finding.words.front().second == base::both("type", "类型");
  });
  for (Diagnostic& finding : found) {
    const bool is_any =
        std::any_of(finding.words.begin(), finding.words.end(), [](const auto& word) {
          return word.first == "given" && word.second == feel::type_word(Type::any());
        });
    if (lacks_type && (finding.code == diag::AC0512.text || is_any)) continue;
    if (!is_consequence(outline, broken, finding)) findings.add(std::move(finding));
  }
  std::vector<Labels> labels = read_labels(texts, outline, sources, findings);
  const bool is_good = !findings.has_errors() && !outline.packs.empty();
  Diagnostics told = findings.take();
  quote_clauses(outline, told);
  if (!is_good) return {std::nullopt, std::move(told), std::move(sources)};

  auto book = std::make_shared<Book>();
  auto model = std::make_shared<step::Model>(*linked.model);
  for (std::size_t p = 0; p < model->packs.size() && p < labels.size(); ++p)
    model->packs[p].labels = std::move(labels[p]);
  PrintOptions logic{.logic_only = true};
  for (const PackOutline& pack : outline.packs) logic.languages.push_back(pack.language);
  model->logic_hash = sha256(print(*model, logic));
  for (step::Pack& pack : model->packs) {
    logic.most_rank = pack.rank;
    const bool is_alone = !model->has_versions;
    pack.pinned = is_alone ? model->logic_hash : sha256(print(*model, logic));
  }
  for (const step::Parameter& parameter : model->parameters) {
    Value value;
    if (parameter.initial) {
      vm::Setting setting;
      setting.zone = model->packs[parameter.pack].zone;
      vm::Machine machine(std::move(setting));
      if (auto result = machine.run(*parameter.initial->program, {})) value = *result;
    }
    book->parameters.push_back(std::move(value));
  }
  for (step::Parameter& parameter : model->parameters) {
    vm::Setting setting;
    setting.zone = model->packs[parameter.pack].zone;
    vm::Machine machine(std::move(setting));
    for (step::Parameter::Dated& dated : parameter.later)
      if (auto result = machine.run(*dated.value.program, {})) dated.is = *result;
  }
  book->model = std::move(model);
  book->headings = std::move(linked.headings);
  book->register_sources = std::move(linked.register_sources);
  book->sources = sources;
  return {Rulebook::Access::make(std::move(book)), std::move(told), std::move(sources)};
}

}  // namespace

/// Whether a case cannot run before somebody sets it. A word of time that every article replaces
/// is read by none.
bool is_missing(const step::Parameter& parameter) {
  return !parameter.initial && (!parameter.is_time_word || parameter.is_said);
}

Diagnostics unset_findings(const Rulebook& rules) {
  const step::Model& model = *model_of(rules);
  Diagnostics out;
  for (const step::Parameter& parameter : model.parameters) {
    if (!is_missing(parameter)) continue;
    std::string least = example_of(parameter.type, model.packs[parameter.pack].language);
    if (parameter.minimum) {
      least = step::to_text(*parameter.minimum, model, model.packs[parameter.pack].zone);
      if (parameter.minimum->is(Kind::date)) least = date_text(least);
    }
    DiagnosticWords words{
        {"name", parameter.name},
        {"clause", parameter.cites.empty() ? model.packs[parameter.pack].name
                                           : model.clauses[parameter.cites[0]].id},
        {"type", feel::type_word(parameter.type)},
        {"example", least}};
    std::vector<DiagnosticNote> notes;
    // A word of time is left open by every article that says it.
    const std::size_t quoted = parameter.is_time_word ? parameter.cites.size() : 1;
    for (std::size_t c = 0; c < parameter.cites.size() && c < quoted; ++c) {
      const step::Clause& clause = model.clauses[parameter.cites[c]];
      notes.push_back(
          base::note(notes::clause_leaves_open, {{"clause", clause.id}, {"text", clause.text}}));
    }
    const Word key = parameter.is_reading     ? Word::readings
                     : parameter.is_time_word ? Word::time_words
                                              : Word::parameters;
    notes.push_back(
        base::note(notes::set_in_overlay,
                   {{"name", parameter.name},
                    {"key", std::string(
                                spelling(key, model.packs[parameter.pack].language))}}));
    out.push_back(base::make(diag::AC0811, parameter.span, std::move(words), std::move(notes)));
  }
  return out;
}

std::optional<Error> unset_error(const Rulebook& rules) {
  const Diagnostics unset = unset_findings(rules);
  if (unset.empty()) return std::nullopt;
  std::string all;
  for (const Diagnostic& finding : unset)
    all += (all.empty() ? "" : "; ") + message(finding, Language::english);
  return Error{ErrorCode::invalid_argument, std::move(all)};
}

const std::vector<RegisterSource>& register_sources_of(const Rulebook& rules) {
  return Rulebook::Access::book(rules).register_sources;
}

Diagnostics registers_findings(const Rulebook& rules,
                               const std::function<bool(const std::string& name)>& knows) {
  std::string names;
  SourceSpan first;
  std::set<std::string_view> told;  // versions of a pack declare the same ones
  const auto model = model_of(rules);
  for (const step::Register& one : model->registers) {
    if (knows(one.name) || !told.insert(one.name).second) continue;
    if (names.empty()) first = one.span;
    names += (names.empty() ? "" : ", ") + one.name;
  }
  if (names.empty()) return {};
  return {base::make(diag::AC1109, first, {{"names", names}},
                     {base::note(notes::hand_in_registers)})};
}

}  // namespace rulebook

namespace {

using step::Index;
using step::none;

std::vector<std::string> who_names(const step::Model& model, const step::Procedure& procedure,
                                   const step::Who& who) {
  std::vector<std::string> out;
  for (const Index role : who.roles) out.push_back(model.roles[role].name);
  for (const step::SlotIndex person : who.persons) {
    if (person < procedure.slot_names.size()) out.push_back(procedure.slot_names[person]);
  }
  if (who.formula) out.push_back(who.formula->text);
  return out;
}

/// What a transition waits for.
std::string transition_when(const step::Procedure& procedure, chart::TransitionId t) {
  std::string out;
  for (const chart::EventId event : procedure.chart.events(t)) {
    if (!out.empty()) out += " or ";
    out += rulebook::happening_text(procedure, static_cast<step::HappeningId>(event));
  }
  return out;
}

/// The limit of a clock in the words of the format: "within 6wh", "by promised_on". `spelt` is given
/// its formulas.
template <class Spelt>
std::string limit_text(const step::Clock& clock, Language language, const Spelt& spelt) {
  using rulebook::Word;
  const bool zh = language == Language::chinese;
  const auto word = [&](Word one) { return std::string(rulebook::spelling(one, language)); };
  // The Chinese `by` of the format says who does something, not until when.
  const std::string by = word(zh ? Word::until : Word::by) + " ";
  if (clock.within) return word(Word::within) + " " + spelt(clock.within->text);
  if (clock.by && clock.ahead)
    return word(Word::ahead) + " " + spelt(clock.ahead->text) + " " + by + spelt(clock.by->text);
  if (clock.by) return by + spelt(clock.by->text);
  if (!clock.window_from && !clock.window_to) return {};
  std::string out = word(Word::window);
  if (clock.window_from)
    out += (!clock.window_from_exclusive ? " " + word(Word::from) : zh ? " 晚于" : " after") + " " +
           spelt(clock.window_from->text);
  if (clock.window_to)
    out += " " + word(clock.window_to_exclusive ? Word::before : Word::to) + " " +
           spelt(clock.window_to->text);
  return out;
}

ClockShape clock_shape(const step::Model& model, const step::Procedure& procedure,
                       const step::Clock& clock) {
  ClockShape out;
  out.name = clock.name;
  out.limit = limit_text(clock, Language::english, [](const std::string& text) { return text; });
  if (clock.calendar_choice) {
    out.calendar = clock.calendar_choice->text;
  } else if (clock.calendar != none) {
    out.calendar = model.calendars[clock.calendar].name();
  }
  const auto texts = [&](const step::HappeningIds& ids) {
    std::vector<std::string> all;
    for (const step::HappeningId id : ids) all.push_back(rulebook::happening_text(procedure, id));
    return all;
  };
  out.start = texts(clock.start);
  out.pause = texts(clock.pause);
  out.resume = texts(clock.resume);
  out.restart = texts(clock.restart);
  out.stop = texts(clock.stop);
  out.cancel = texts(clock.cancel);
  out.clauses = step::clause_ids(model, clock.cites);
  return out;
}

/// What a happening does to the clocks of its procedure.
std::vector<ClockMark> marks_of(const step::Procedure& procedure,
                                const std::function<bool(step::HappeningId)>& is_it) {
  using Does = ClockMark::Does;
  std::vector<ClockMark> out;
  for (std::size_t c = 0; c < procedure.clocks.size(); ++c) {
    const step::Clock& clock = procedure.clocks[c];
    for (const auto& [ids, does] :
         {std::pair(&clock.start, Does::start), std::pair(&clock.pause, Does::pause),
          std::pair(&clock.resume, Does::resume), std::pair(&clock.restart, Does::restart),
          std::pair(&clock.stop, Does::stop), std::pair(&clock.cancel, Does::cancel)}) {
      if (std::any_of(ids->begin(), ids->end(), is_it)) out.push_back({does, c});
    }
  }
  return out;
}

/// Which of the children are opened by what happens, by their place among the shapes.
std::vector<std::size_t> children_of(const step::Model& model, const step::Procedure& procedure,
                                     const std::function<bool(step::HappeningId)>& is_it) {
  std::vector<std::size_t> out;
  std::size_t number = 0;
  for (const Index r : procedure.rules) {
    const step::Rule& rule = model.rules[r];
    if (rule.is != step::Rule::Is::child) continue;
    if (std::any_of(rule.when.begin(), rule.when.end(), is_it)) out.push_back(number);
    ++number;
  }
  return out;
}

DecisionShape decision_shape(const step::Model& model, const step::Procedure& procedure,
                             const step::Decision& decision) {
  DecisionShape out;
  if (decision.chosen) {
    out.by = decision.chosen->text;
  } else if (decision.chain != none) {
    const step::Chain& chain = model.chains[decision.chain];
    step::ChainWords words;
    words.joints = chain.joints;
    words.post = [](const step::Chain::Part& part) { return part.name; };
    out.by = step::chain_text(chain, words);
  } else {
    for (const std::string& name : who_names(model, procedure, decision.by)) {
      out.by += (out.by.empty() ? "" : " or ") + name;
    }
  }
  for (const auto& [outcome, happening] : decision.outcomes) out.outcomes.push_back(outcome);
  out.clauses = step::clause_ids(model, decision.cites);
  return out;
}

}  // namespace

const std::string& Rulebook::logic_hash() const noexcept { return book_->model->logic_hash; }

std::vector<PackShape> Rulebook::packs() const {
  std::vector<PackShape> out;
  for (const step::Pack& pack : book_->model->packs) {
    out.push_back({pack.name, pack.title, pack.source, pack.version,
                   pack.has_effective_from ? iso_text(pack.effective_from) : std::string(),
                   pack.has_effective_to ? iso_text(pack.effective_to) : std::string(),
                   pack.pinned, pack.is_one_of_several, {}});
    if (pack.adoption) {
      for (const step::Index rule : {pack.adoption->approved, pack.adoption->then})
        out.back().adoption.push_back(book_->model->rules[rule].name);
    }
  }
  return out;
}

std::vector<ProcedureShape> Rulebook::procedures() const {
  const step::Model& model = *book_->model;
  std::vector<ProcedureShape> out;
  for (const step::Procedure& procedure : model.procedures) {
    ProcedureShape shape;
    shape.pack = model.packs[procedure.pack].name;
    shape.name = procedure.name;
    shape.title = procedure.title;
    if (procedure.key_slot != step::no_slot) {
      shape.key = procedure.slot_names[procedure.key_slot];
    }
    for (const step::Field& field : procedure.fields) {
      shape.fields.push_back({field.name, field.type, !field.type.is_optional()});
    }
    for (const step::Event& event : procedure.events) {
      EventShape one;
      one.name = event.name;
      one.is_request = event.is_request;
      one.opens_case = event.opens != none;
      if (event.opens != none) one.opens_in = event.opens - 1;
      one.by = who_names(model, procedure, event.by);
      for (const step::Input& input : event.inputs) {
        one.data.push_back({input.name, input.type, input.is_required});
      }
      if (event.form != none) {
        const step::Form& form = procedure.forms[event.form];
        one.form = form.name;
        for (const step::Field& field : form.fields) {
          one.form_fields.push_back(
              {field.name, field.type, !field.type.is_optional() && !field.initial});
        }
        for (const step::Form::Signature& signature : form.signatures) {
          one.signatures.push_back(signature.name);
        }
      }
      shape.events.push_back(std::move(one));
    }
    for (const step::Clock& clock : procedure.clocks) {
      shape.clocks.push_back(clock_shape(model, procedure, clock));
    }
    for (const Index r : procedure.rules) {
      const step::Rule& rule = model.rules[r];
      if (rule.is != step::Rule::Is::child) continue;
      ChildShape child;
      child.name = rule.name;
      if (rule.opens_procedure != none) child.procedure = model.procedures[rule.opens_procedure].name;
      for (const step::HappeningId id : rule.when)
        child.when.push_back(rulebook::happening_text(procedure, id));
      child.is_for_each = rule.each.has_value();
      child.clauses = step::clause_ids(model, rule.cites);
      shape.children.push_back(std::move(child));
    }
    const chart::Chart& chart = procedure.chart;
    // The root is not shown: state i + 1 of the chart is state i here.
    for (chart::StateId id = 1; id < chart.size(); ++id) {
      StateShape state;
      using Kind = StateShape::Kind;
      switch (chart.kind(id)) {
        case chart::StateKind::compound:
          state.kind = Kind::compound;
          break;
        case chart::StateKind::parallel:
          state.kind = Kind::parallel;
          break;
        case chart::StateKind::final:
          state.kind = Kind::final;
          break;
        default:
          state.kind = Kind::atomic;
          break;
      }
      state.name = procedure.states[id];
      const chart::StateId parent = chart.parent(id);
      if (parent != chart::root) state.parent = parent - 1;
      const auto initial = chart.initial(parent);
      state.is_initial = std::find(initial.begin(), initial.end(), id) != initial.end() ||
                         (initial.empty() && chart.children(parent).front() == id);
      const auto comes = [&](step::Happening::Is is) {
        return [&, is](step::HappeningId happening) {
          const step::Happening& one = procedure.happenings[happening];
          // A case begins in the state that its first event opens.
          if (is == step::Happening::Is::enter && one.is == step::Happening::Is::event)
            return procedure.events[one.index].opens == id;
          return one.is == is && one.index == id;
        };
      };
      state.on_entry = marks_of(procedure, comes(step::Happening::Is::enter));
      state.on_exit = marks_of(procedure, comes(step::Happening::Is::leave));
      state.children = children_of(model, procedure, comes(step::Happening::Is::enter));
      for (const step::Decision& decision : procedure.decisions) {
        if (decision.state != id) continue;
        state.decisions.push_back(decision_shape(model, procedure, decision));
      }
      for (const step::Index number : procedure.worklists) {
        const step::Worklist& list = model.worklists[number];
        if (std::find(list.states.begin(), list.states.end(), id) == list.states.end()) continue;
        ListShape one;
        one.name = list.name;
        one.who = who_names(model, procedure, list.who);
        for (const step::Worklist::Key& key : list.order) one.order.push_back(key.text);
        one.clauses = step::clause_ids(model, list.cites);
        state.lists.push_back(std::move(one));
      }
      shape.states.push_back(std::move(state));
    }
    for (chart::TransitionId t = 0; t < chart.transition_count(); ++t) {
      TransitionShape transition;
      transition.from = chart.transition(t).source - 1;
      for (const chart::StateId target : chart.targets(t)) transition.to.push_back(target - 1);
      transition.when = transition_when(procedure, t);
      if (chart.transition(t).guard != chart::none) {
        transition.guard = procedure.guards[chart.transition(t).guard].text;
      }
      transition.clauses = step::clause_ids(model, procedure.transition_cites[t]);
      const auto events = chart.events(t);
      const auto is_waited_for = [&](step::HappeningId happening) {
        return std::find(events.begin(), events.end(), static_cast<chart::EventId>(happening)) !=
               events.end();
      };
      transition.clocks = marks_of(procedure, is_waited_for);
      transition.children = children_of(model, procedure, is_waited_for);
      shape.transitions.push_back(std::move(transition));
    }
    out.push_back(std::move(shape));
  }
  return out;
}

std::vector<ClauseView> Rulebook::clauses() const {
  const step::Model& model = *book_->model;
  std::vector<ClauseView> out;
  for (std::size_t i = 0; i < model.clauses.size(); ++i) {
    const step::Clause& clause = model.clauses[i];
    ClauseView view{clause.id,      clause.text, model.packs[clause.pack].name,
                    clause.no_rule, {},          clause.span};
    for (const rulebook::HeadingCites& heading : book_->headings) {
      if (std::find(heading.cites.begin(), heading.cites.end(), static_cast<Index>(i)) !=
          heading.cites.end()) {
        view.rules.push_back(heading.heading);
      }
    }
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<ProcedureShape> Rulebook::procedures(Language language) const {
  using rulebook::Word;
  const auto show = [&](std::string& names) { names = label(names, language); };
  // What a transition waits for, word by word: names, and words of the format. An author's own
  // name is none of these.
  std::vector<ProcedureShape> out = procedures();
  std::set<std::string, std::less<>> own;
  for (const ProcedureShape& procedure : out) {
    for (const StateShape& state : procedure.states) own.insert(state.name);
    for (const EventShape& event : procedure.events) own.insert(event.name);
  }
  const auto show_words = [&](std::string& when) {
    std::string out;
    for (std::string_view rest = when; !rest.empty();) {
      const std::size_t space = std::min(rest.find(' '), rest.size());
      const std::string_view word = rest.substr(0, space);
      rest.remove_prefix(std::min(space + 1, rest.size()));
      std::string text = label(word, language);
      for (const Word known :
           {Word::or_, Word::and_, Word::breached, Word::met, Word::reassessed, Word::done,
            Word::enter, Word::leave, Word::after, Word::approve, Word::reject, Word::send_back,
            Word::lapse})
        if (!own.contains(word) && text == word &&
            word == rulebook::spelling(known, Language::english))
          text = rulebook::spelling(known, language);
      out += (out.empty() ? "" : " ") + text;
    }
    when = std::move(out);
  };
  const step::Model& model = *book_->model;
  for (std::size_t p = 0; p < out.size(); ++p) {
    ProcedureShape& procedure = out[p];
    const rulebook::FormulaWords spoken(model, model.procedures[p], language);
    const auto spelt = [&](const std::string& formula) { return spoken.formula(formula); };
    for (StateShape& state : procedure.states) show(state.name);
    for (EventShape& event : procedure.events) {
      show(event.name);
      show(event.form);
    }
    for (ChildShape& child : procedure.children) {
      show(child.name);
      show(child.procedure);
      for (std::string& one : child.when) show_words(one);
    }
    for (StateShape& state : procedure.states) {
      for (DecisionShape& decision : state.decisions) {
        show_words(decision.by);
        for (std::string& outcome : decision.outcomes) show_words(outcome);
      }
      for (ListShape& list : state.lists) {
        show(list.name);
        for (std::string& name : list.who) show(name);
        for (std::string& one : list.order) one = spelt(one);
      }
    }
    for (std::size_t c = 0; c < procedure.clocks.size(); ++c) {
      ClockShape& clock = procedure.clocks[c];
      const step::Clock& counted = model.procedures[p].clocks[c];
      show(clock.name);
      if (counted.calendar_choice) {
        clock.calendar = spelt(clock.calendar);
      } else {
        show(clock.calendar);
      }
      clock.limit = limit_text(counted, language, spelt);
      for (auto* happenings : {&clock.start, &clock.pause, &clock.resume, &clock.restart,
                               &clock.stop, &clock.cancel}) {
        for (std::string& one : *happenings) show_words(one);
      }
    }
    for (TransitionShape& transition : procedure.transitions) {
      show_words(transition.when);
      transition.guard = spelt(transition.guard);
    }
  }
  return out;
}

std::string Rulebook::label(std::string_view names, Language language) const {
  return step::shown_names(names, [&](std::string_view name) -> const std::string* {
    for (const step::Pack& pack : rulebook::model_of(*this)->packs)
      if (const std::string* label = pack.label(name, language)) return label;
    return nullptr;
  });
}

std::vector<ParameterView> Rulebook::parameters() const {
  const step::Model& model = *book_->model;
  std::vector<ParameterView> out;
  for (const step::Parameter& parameter : model.parameters) {
    ParameterView view;
    view.pack = model.packs[parameter.pack].name;
    view.version = model.packs[parameter.pack].version;
    view.name = parameter.name;
    view.type = parameter.type;
    if (!parameter.cites.empty()) {
      view.clause = model.clauses[parameter.cites[0]].id;
      view.clause_text = model.clauses[parameter.cites[0]].text;
    }
    view.is_reading = parameter.is_reading;
    view.is_time_word = parameter.is_time_word;
    view.is_set = parameter.initial.has_value();
    if (parameter.initial) view.value = parameter.initial->text;
    if (parameter.initial_from) view.from = iso_text(*parameter.initial_from);
    for (const step::Parameter::Dated& dated : parameter.later)
      view.later.push_back({iso_text(dated.from), dated.value.text});
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<ParameterView> Rulebook::parameters_on(rt::Date day) const {
  std::vector<ParameterView> out = parameters();
  const std::string today = iso_text(day);
  for (ParameterView& view : out) {
    // Dates of one width are in the order of their texts.
    while (!view.later.empty() && view.later.front().from <= today) {
      view.value = std::move(view.later.front().value);
      view.from = std::move(view.later.front().from);
      view.later.erase(view.later.begin());
    }
  }
  return out;
}

std::vector<CalendarShape> Rulebook::calendars() const {
  const step::Model& model = *book_->model;
  std::vector<CalendarShape> out;
  for (std::size_t c = 0; c < model.calendars.size(); ++c) {
    const Calendar& calendar = model.calendars[c];
    CalendarShape shape;
    shape.name = model.calendar_names[c];
    if (const auto from = calendar.known_from()) shape.known_from = iso_text(*from);
    if (const auto until = calendar.known_until()) shape.known_until = iso_text(*until);
    const std::vector<Instant> learned = calendar.learned();
    if (!learned.empty()) shape.changed = iso_text(learned.back(), calendar.zone());
    out.push_back(std::move(shape));
  }
  return out;
}

std::vector<ParameterView> Rulebook::unset_parameters() const {
  const std::vector<step::Parameter>& all = book_->model->parameters;
  std::vector<ParameterView> out;
  std::vector<ParameterView> views = parameters();
  for (std::size_t p = 0; p < all.size(); ++p)
    if (rulebook::is_missing(all[p])) out.push_back(std::move(views[p]));
  return out;
}

std::vector<ResponsibleShape> Rulebook::responsibles() const {
  const step::Model& model = *book_->model;
  std::vector<ResponsibleShape> out;
  for (const step::Responsible& matter : model.responsibles) {
    ResponsibleShape shape;
    shape.pack = model.packs[matter.pack].name;
    shape.name = matter.name;
    if (matter.chain != none) shape.who = step::chain_text(model.chains[matter.chain]);
    for (const auto& [name, type] : matter.inputs) shape.inputs.push_back({name, type, true});
    shape.clauses = step::clause_ids(model, matter.cites);
    out.push_back(std::move(shape));
  }
  return out;
}

std::string Rulebook::print() const { return rulebook::print(*book_->model); }

const Sources& Rulebook::sources() const noexcept { return book_->sources; }

Checked<Rulebook> check(std::string_view path, const CheckOptions& options) {
  const std::string paths[] = {std::string(path)};
  return check(std::span<const std::string>(paths), options);
}

Checked<Rulebook> check(std::span<const std::string> paths, const CheckOptions& options) {
  Sources sources;
  base::Findings findings;
  std::vector<PackText> texts;
  for (const std::string& path : paths) {
    rulebook::read_pack_files(path, texts, findings, sources);
  }
  return rulebook::check(std::move(texts), options, std::move(sources), true, findings);
}

Checked<Rulebook> check_texts(std::vector<PackText> texts, const CheckOptions& options) {
  base::Findings findings;
  return rulebook::check(std::move(texts), options, {}, false, findings);
}

}  // namespace aftercare
