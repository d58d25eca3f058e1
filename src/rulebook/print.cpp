// The interface of this file is print().
#include "rulebook/print.hpp"

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "rulebook/chains.hpp"
#include "rulebook/format_words.hpp"
#include "step/chain.hpp"

namespace aftercare::rulebook {
namespace {

using namespace step;

std::string name_of(Roll roll) {
  const auto row = std::find_if(rolls.begin(), rolls.end(),
                                [&](const RollRow& one) { return one.roll == roll; });
  return std::string(row->pack_name);
}

std::string one_space(std::string_view text) {
  std::string out;
  bool gap = false;
  bool in_string = false;
  for (const char c : base::trim(text)) {
    if (!in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      gap = true;
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    if (c == '"') in_string = !in_string;
    out += c;
  }
  return out;
}

class Printer {
 public:
  Printer(const Model& model, const PrintOptions& options) : model_(model), options_(options) {}

  std::string run() {
    for (const Pack& pack : model_.packs)
      if (pack.rank <= options_.most_rank) print(pack);
    for (const Parameter& parameter : model_.parameters)
      if (is_shown(parameter.pack)) print(parameter);
    for (const Register& one : model_.registers) {
      if (!is_shown(one.pack)) continue;
      line(0, "register " + one.name);
      for (const Field& field : one.fields) line(1, field.name + ": " + type(field.type));
    }
    for (const Role& role : model_.roles)
      if (role.office && is_shown(model_.registers[role.office->in].pack)) print(role);
    for (const Table& table : model_.tables)
      if (is_shown(table.pack)) print(table);
    for (const Responsible& one : model_.responsibles) {
      if (one.chain == none || !is_shown(one.pack)) continue;  // its table has been told
      line(0, "responsible " + one.name + cites(one.cites));
      line(1, "who: " + chain(model_.chains[one.chain], nullptr));
    }
    for (std::size_t i = 2; i < model_.ledgers.size(); ++i)
      if (!model_.ledgers[i].is_list && is_shown(model_.ledgers[i].pack)) print(model_.ledgers[i]);
    for (const Procedure& procedure : model_.procedures)
      if (is_shown(procedure.pack)) print(procedure);
    for (const Duty& duty : model_.duties)
      if (is_shown(model_.procedures[duty.procedure].pack)) print(duty);
    for (const Rule& rule : model_.rules) {
      if (!is_shown(rule.pack)) continue;
      if (rule.procedure == none && rule.adopts.empty()) print(rule, nullptr);
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_shown(Index pack) const {
    return pack >= model_.packs.size() || model_.packs[pack].rank <= options_.most_rank;
  }
  void line(int depth, const std::string& text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }
  std::string text_of(const Formula& formula) const {
    if (!formula.program) return "?";
    return one_space(options_.logic_only ? in_english(formula.text, language_) : formula.text);
  }
  /// What a happening is called, in English where only the logic counts.
  std::string happening(const Procedure& procedure, HappeningId id) const {
    const Happening& one = procedure.happenings[id];
    if (options_.logic_only && one.is == Happening::Is::timer) {
      const Timer& timer = procedure.timers[one.index];
      return timer.after ? "after " + text_of(*timer.after) : std::string("until");
    }
    const std::string text = happening_text(procedure, id);
    return one.is == Happening::Is::decided ? outcome(text) : text;
  }
  std::string outcome(const std::string& name) const {
    if (!options_.logic_only) return name;
    for (const Word word : {Word::approve, Word::reject, Word::send_back, Word::lapse}) {
      if (is_word(name, word, language_)) return std::string(spelling(word, Language::english));
    }
    return name;
  }
  void in_language_of(Index pack) {
    language_ = pack < options_.languages.size() ? options_.languages[pack] : Language::english;
  }
  void formula(int depth, const char* key, const MaybeFormula& value) {
    if (value) line(depth, std::string(key) + ": " + text_of(*value));
  }
  std::string cites(const Cites& cites) const {
    if (cites.empty()) return {};
    std::string out = "  # ";
    for (std::size_t i = 0; i < cites.size(); ++i) {
      if (i > 0) out += ", ";
      out += model_.clauses[cites[i]].id;
    }
    return out;
  }
  std::string type(const Type& type) const {
    std::string out = type.is_optional() ? "optional " : "";
    if (type.is() == Type::Is::symbol && !model_.word_sets[type.symbol_set()].chains.empty())
      return out + std::string(spelling(Word::approvers_type, Language::english));
    if (type.is() == Type::Is::symbol) {
      for (std::size_t i = 0; i < type.words().size(); ++i) {
        if (i > 0) out += " | ";
        out += type.words()[i];
      }
      return out;
    }
    return type.to_text();
  }
  std::string who(const Who& who, const Procedure* procedure) const {
    std::string out;
    const auto add = [&](const std::string& name) { out += (out.empty() ? "" : " or ") + name; };
    for (const Index role : who.roles) add(model_.roles[role].name);
    for (const SlotIndex person : who.persons) {
      add(procedure && person < procedure->slot_names.size()
              ? procedure->slot_names[person] + " (the person)"
              : "slot " + std::to_string(person));
    }
    if (who.formula) add("= " + text_of(*who.formula));
    return out;
  }
  std::string chain(const Chain& chain, const Procedure* procedure) const {
    const auto post = [&](const Chain::Part& part) {
      if (part.role != none) return model_.roles[part.role].name;
      return (procedure ? procedure->slot_names[part.person] : part.name) + " (the person)";
    };
    // The logic is told in English, whatever the language of the pack.
    ChainWords words;
    const Word joints[] = {Word::or_, Word::and_, Word::after_that, Word::out_of};
    for (std::size_t i = 0; i < 4; ++i) words.joints[i] = spelling(joints[i], Language::english);
    words.post = post;
    return chain_text(chain, words);
  }
  void print_who(int depth, const char* key, const Who& value, const Procedure* procedure) {
    if (!value.is_empty()) line(depth, std::string(key) + ": " + who(value, procedure));
  }
  std::string happenings(const Procedure& procedure, const HappeningIds& ids) const {
    std::string out;
    for (const HappeningId id : ids) {
      out += (out.empty() ? "" : " or ") + happening(procedure, id);
    }
    return out;
  }
  void when(int depth, const char* key, const Procedure& procedure, const HappeningIds& ids) {
    if (!ids.empty()) line(depth, std::string(key) + ": " + happenings(procedure, ids));
  }
  void conditions(int depth, const char* key, const std::vector<Condition>& all) {
    for (const Condition& one : all) {
      line(depth,
           std::string(key) + " " + one.label + ": " + text_of(one.holds) + cites(one.cites));
      if (!one.unknowns.empty()) {
        line(depth + 1, "may be open: " + std::to_string(one.unknowns.size()) + " names");
      }
    }
  }
  void inputs(int depth, const std::vector<Input>& all) {
    for (const Input& input : all) {
      std::string text =
          (input.case_slot != no_slot ? "gives " : "with ") + input.name + ": " + type(input.type);
      if (input.initial) text += " = " + text_of(*input.initial);
      line(depth, text);
    }
  }
  void print(const Pack& pack);
  void print(const Parameter& parameter);
  void print(const Table& table);
  void print(const Ledger& ledger);
  void print(const Role& role);
  void print(const Procedure& procedure);
  void print(const Duty& duty);
  void print(const Rule& rule, const Procedure* procedure);
  void print(const Clock& clock, const Procedure& procedure);
  void print(const Read& read, const Procedure& procedure);
  void print(const Entitlement& entitlement);
  void print_states(const Procedure& procedure);

  const Model& model_;
  PrintOptions options_;
  Language language_ = Language::english;  ///< of the pack at hand
  std::string out_;
};

void Printer::print(const Pack& pack) {
  line(0, "pack " + pack.name + " version " + pack.version);
  if (!pack.source.empty()) line(1, "source: " + pack.source);
  if (!options_.logic_only && !pack.title.empty()) line(1, "title: " + pack.title);
  // Which cases a version governs is no logic of theirs: what ends it strands none.
  if (!options_.logic_only) {
    if (pack.has_effective_from) line(1, "from: " + iso_text(pack.effective_from));
    if (pack.has_effective_to) line(1, "to: " + iso_text(pack.effective_to));
  }
  line(1, "zone: " + pack.zone.name());
  line(1, "currency: " + currency_name(pack.currency));
  if (pack.conventions.working_time == Conventions::Judged::deadline) line(1, "judged by deadline");
  if (pack.conventions.roll != Roll::none) line(1, "roll: " + name_of(pack.conventions.roll));
  if (pack.adoption) {
    const Rule& approved = model_.rules[pack.adoption->approved];
    line(1, "adoption: approved by " + who(approved.who, nullptr) + ", then " +
                model_.rules[pack.adoption->then].name + cites(approved.cites));
  }
}

void Printer::print(const Table& table) {
  in_language_of(table.pack);
  line(0, "table " + table.name + cites(table.cites));
  if (table.foreign) {
    for (const auto& [name, of] : table.given) line(1, "given " + name + ": " + type(of));
    for (const auto& [name, of] : table.gives) line(1, "result " + name + ": " + type(of));
    if (table.gives_list) line(1, "hit: collect");
    const std::string logic = table.foreign->print();
    for (std::size_t at = 0; at < logic.size();) {
      const std::size_t end = std::min(logic.find('\n', at), logic.size());
      line(1, logic.substr(at, end - at));
      at = end + 1;
    }
  }
  if (!table.table) return;
  const table::TableHead& source = table.table->head();
  for (const auto& input : source.inputs) line(1, "given " + input.name + ": " + type(input.type));
  for (const auto& output : source.outputs)
    line(1, "result " + output.name + ": " + type(output.type));
  if (source.policy == HitPolicy::collect) line(1, "hit: collect");
  for (std::size_t r = 0; r < table.table->rows(); ++r) {
    const table::TableSource::Row row = table.table->row(r);
    std::string text = "row";
    const auto add = [&](const std::vector<table::Text>& cells, bool is_condition) {
      for (const table::Text& cell : cells)
        text +=
            " | " + one_space(options_.logic_only ? in_english(cell.text, language_, is_condition)
                                                  : cell.text);
    };
    add(row.conditions, true);
    text += " |";
    for (std::size_t c = 0; c < row.results.size(); ++c) {
      const Type& of = source.outputs[c].type;
      const auto* chains =
          of.is() == Type::Is::symbol ? &model_.word_sets[of.symbol_set()].chains : nullptr;
      if (chains == nullptr || chains->empty()) {
        add({row.results[c]}, false);
        continue;
      }
      for (std::size_t word = 0; word < chains->size(); ++word) {
        if (row.results[c].text == chain_name(word))
          text += " | " + chain(model_.chains[(*chains)[word]], nullptr);
      }
    }
    line(1, text + (r < table.row_cites.size() ? cites(table.row_cites[r]) : std::string()));
  }
}

void Printer::print(const Parameter& parameter) {
  in_language_of(parameter.pack);
  line(0, (parameter.is_reading ? "reading " : "parameter ") + parameter.name + ": " +
              type(parameter.type) + cites(parameter.cites));
  if (parameter.initial && (parameter.is_reading || !options_.logic_only)) {
    line(1, "value: " + text_of(*parameter.initial));
  }
}

void Printer::print(const Ledger& ledger) {
  line(0, "ledger " + ledger.name + cites(ledger.cites));
  line(1, "subject: " + ledger.subject);
  for (std::size_t i = 0; i < ledger.fields.size(); ++i) {
    line(1, ledger.fields[i].name + ": " + type(ledger.fields[i].type) +
                (ledger.has_on && ledger.on_field == i ? " (the day)" : ""));
  }
  print_who(1, "entered by", ledger.entered_by, nullptr);
  // Who reads it is told where it is read; a later version may.
  if (ledger.is_read && !options_.logic_only) line(1, "read by steps");
}

void Printer::print(const Clock& clock, const Procedure& procedure) {
  line(1, "clock " + clock.name + cites(clock.cites));
  when(2, "start", procedure, clock.start);
  when(2, "stop", procedure, clock.stop);
  when(2, "pause", procedure, clock.pause);
  when(2, "resume", procedure, clock.resume);
  when(2, "restart", procedure, clock.restart);
  when(2, "cancel", procedure, clock.cancel);
  formula(2, "within", clock.within);
  formula(2, "by", clock.by);
  formula(2, "ahead", clock.ahead);
  formula(2, clock.window_from_exclusive ? "after" : "from", clock.window_from);
  formula(2, clock.window_to_exclusive ? "before" : "to", clock.window_to);
  formula(2, "since", clock.since);
  if (clock.calendar != none) line(2, "calendar: " + model_.calendar_names[clock.calendar]);
  formula(2, "calendar", clock.calendar_choice);
  if (clock.as_of_start) line(2, "calendar_as_of: start");
  if (clock.judged == Conventions::Judged::deadline) line(2, "judged by deadline");
  if (clock.roll != Roll::none) line(2, "roll: " + name_of(clock.roll));
  static constexpr const char* counts[] = {"", "whole_days", "touched_days", "none"};
  if (clock.pause_counts != Clock::PauseCounts::unset) {
    line(2, std::string("pause counts: ") + counts[static_cast<int>(clock.pause_counts)]);
  }
  formula(2, "pause at most", clock.pause_at_most);
  formula(2, "late entry", clock.late_entry);
  static constexpr const char* changes[] = {
      "", "retroactive", "from_change", "proportional", "never_earlier", "restart"};
  if (clock.on_goal_change != Conventions::GoalChange::keep) {
    line(2, std::string("on goal change: ") + changes[static_cast<int>(clock.on_goal_change)]);
  }
  static constexpr const char* reopens[] = {"", "resume", "include", "restart", "new_cycle"};
  if (clock.on_reopen != Conventions::Reopen::keep_first_result) {
    line(2, std::string("on reopen: ") + reopens[static_cast<int>(clock.on_reopen)]);
  }
  for (const Clock::Reminder& reminder : clock.reminders) {
    std::string text = "remind";
    if (!reminder.name.empty()) text += " " + reminder.name;
    if (reminder.percent >= 0) text += " at " + std::to_string(reminder.percent) + "%";
    if (reminder.before) text += " before " + text_of(*reminder.before);
    if (reminder.after) text += " after " + text_of(*reminder.after);
    if (reminder.every) text += " every " + text_of(*reminder.every);
    if (reminder.times != 1) text += " times " + std::to_string(reminder.times);
    line(2, text + ": " + who(reminder.notify, &procedure) + cites(reminder.cites));
  }
}

void Printer::print(const Read& read, const Procedure& procedure) {
  static constexpr const char* folds[] = {"count", "sum", "first", "last", "any"};
  static constexpr const char* windows[] = {"",        "on",   "week of", "month of",
                                            "year of", "last", "since",   "any"};
  std::string source = "?";
  if (read.source != none) {
    source = read.from == Read::From::own_event ? procedure.events[read.source].name
             : read.from == Read::From::ledger
                 ? model_.ledgers[read.source].name
                 : procedure.states[procedure.decisions[read.source].state] + "." +
                       outcome(procedure.decisions[read.source].outcomes[read.outcome].first);
  }
  line(1, "read " + read.name + ": " + folds[static_cast<int>(read.fold)] + " " + source +
              cites(read.cites));
  formula(2, "of", read.subject);
  if (read.window != Read::Window::all) {
    formula(2, windows[static_cast<int>(read.window)], read.window_value);
  }
  formula(2, "if", read.filter);
  formula(2, "value", read.value);
}

void Printer::print(const Entitlement& entitlement) {
  line(1, "entitlement " + entitlement.name + cites(entitlement.cites));
  formula(2, "on", entitlement.day);
  for (const Entitlement::Term& term : entitlement.terms) {
    line(2, "term " + term.name + ": from " + text_of(term.from) + ", lasts " +
                text_of(term.lasts) + ", ends " +
                std::string(terms[static_cast<std::size_t>(term.ends)].name) + cites(term.cites));
    if (term.calendar != none) line(3, "calendar: " + model_.calendar_names[term.calendar]);
    formula(3, "calendar", term.calendar_choice);
    if (term.condition) {
      line(3, "if: " + text_of(term.condition->holds));
      if (!term.condition->unknowns.empty()) {
        line(4, "may be open: " + std::to_string(term.condition->unknowns.size()) + " names");
      }
    }
    conditions(3, "while", term.holds_while);
    formula(3, "restart", term.restart);
    if (term.replacements)
      line(3, "restart at each " + text_of(term.replacements->from) + cites(term.replacements->cites));
    formula(3, "extended by", term.extended_by);
    if (term.suspension) {
      line(3, "suspended from " + text_of(term.suspension->from) + " to " +
                  text_of(term.suspension->to) +
                  (term.suspension->counts == PauseCounts::whole_days ? ", whole days"
                                                                      : ", touched days") +
                  cites(term.suspension->cites));
    }
  }
  conditions(2, "unless", entitlement.unless);
}

void Printer::print(const Rule& rule, const Procedure* procedure) {
  static constexpr const char* kinds[] = {"offence", "reward", "payment", "entry",
                                          "right",   "notify", "child", "expect"};
  static constexpr const char* once[] = {"", "case", "day", "month"};
  const int depth = procedure ? 1 : 0;
  in_language_of(rule.pack);
  const std::string kind = rule.worklist != none ? "worklist" : kinds[static_cast<int>(rule.is)];
  line(depth, kind + " " + rule.name + cites(rule.cites));
  const int inner = depth + 1;
  if (procedure && !rule.when.empty()) when(inner, "when", *procedure, rule.when);
  if (procedure && rule.when.empty() && rule.is != Rule::Is::right) line(inner, "stands");
  print_who(inner, "reported by", rule.reported_by, procedure);
  formula(inner, "if", rule.condition);
  formula(inner, "unless", rule.unless);
  print_who(inner, rule.is == Rule::Is::entry ? "of" : "who", rule.who, procedure);
  if (rule.worklist != none) {
    const Worklist& list = model_.worklists[rule.worklist];
    std::string in;
    for (const Index state : list.states) in += (in.empty() ? "" : ", ") + procedure->states[state];
    line(inner, "waits in: " + in);
    print_who(inner, "for", list.who, procedure);
    for (std::size_t i = 0; i < rule.give.size(); ++i)
      line(inner, std::string("by: ") + text_of(rule.give[i].second) +
                      (list.order[i].is_descending ? ", the highest first" : ", the lowest first"));
    return;
  }
  inputs(inner, rule.inputs);
  formula(inner, "on", rule.on);
  formula(inner, "fine", rule.fine);
  formula(inner, "pay", rule.pay);
  print_who(inner, "from", rule.from, procedure);
  print_who(inner, "to", rule.to, procedure);
  formula(inner, "amount", rule.amount);
  formula(inner, "at most", rule.at_most);
  if (rule.sanction != none) line(inner, "sanction: " + model_.sanctions[rule.sanction].name);
  if (rule.once != Rule::Once::each) {
    line(inner, std::string("once per: ") + once[static_cast<int>(rule.once)]);
  }
  if (rule.numbered) {
    std::string text = "numbered per who";
    if (rule.numbered->afresh_after) {
      text += ", afresh after " + text_of(*rule.numbered->afresh_after);
    }
    line(inner, text);
  }
  for (const Index other : rule.replaces) line(inner, "replaces: " + model_.rules[other].name);
  formula(inner, "evidence", rule.evidence);
  if (rule.opens_procedure != none) {
    const Procedure& opened = model_.procedures[rule.opens_procedure];
    line(inner, "of: " + opened.name + "." + opened.events[rule.opens_event].name);
    formula(inner, "each", rule.each);
    for (const auto& [input, value] : rule.give)
      line(inner,
           "give " + opened.events[rule.opens_event].inputs[input].name + ": " + text_of(value));
    return;
  }
  for (const auto& [field, value] : rule.give) {
    line(inner, "give " + model_.ledgers[rule.ledger].fields[field].name + ": " + text_of(value));
  }
  conditions(inner, "needs", rule.needs);
}

void Printer::print_states(const Procedure& procedure) {
  const chart::Chart& chart = procedure.chart;
  static constexpr const char* kinds[] = {"", "", " (parallel)", " (final)", "", ""};
  for (chart::StateId id = 1; id < chart.size(); ++id) {
    const int depth = 1 + chart.state(id).depth;
    line(depth - 1, "state " + procedure.states[id] + kinds[static_cast<int>(chart.kind(id))] +
                        cites(procedure.state_cites[id]));
    for (chart::TransitionId t = 0; t < chart.transition_count(); ++t) {
      const chart::Chart::Transition& transition = chart.transition(t);
      if (transition.source != id) continue;
      std::string text;
      HappeningIds ids;
      for (const chart::EventId event : chart.events(t)) {
        ids.push_back(static_cast<HappeningId>(event));
      }
      text = ids.empty() ? "always" : happenings(procedure, ids);
      if (transition.guard != chart::none) {
        text += " if " + text_of(procedure.guards[transition.guard]);
      }
      text += " -> ";
      if (chart.targets(t).empty()) text += "stay";
      for (const chart::StateId target : chart.targets(t)) text += procedure.states[target];
      line(depth, text + cites(procedure.transition_cites[t]));
    }
  }
}

void Printer::print(const Role& role) {
  const Office& office = *role.office;
  const Register& in = model_.registers[office.in];
  in_language_of(in.pack);
  line(0, "role " + role.name + cites(office.cites));
  line(1, "of: " + in.name);
  formula(1, "if", office.holds);
  if (office.unit != none) line(1, "unit: " + in.fields[office.unit].name);
  if (office.superior != none) line(1, "superior: " + in.fields[office.superior].name);
  const auto path = [&](const char* key, const Office::Path& of) {
    if (of.is_empty()) return;
    if (of.stretches) {
      const Ledger& ledger = model_.ledgers[of.stretches->ledger];
      line(1, std::string(key) + ": " + ledger.name +
                  (of.stretches->field == none ? "" : "." + ledger.fields[of.stretches->field].name));
      formula(2, "from", of.stretches->from);
      formula(2, "to", of.stretches->to);
      formula(2, "if", of.stretches->filter);
      return;
    }
    const Register& other = model_.registers[of.in];
    line(1, std::string(key) + ": " + other.name +
                (of.field == none ? "" : "." + other.fields[of.field].name));
  };
  path("absent", office.absent);
  path("stand_in", office.stand_in);
  path("delegate", office.delegate);
}

void Printer::print(const Duty& duty) {
  static constexpr const char* every[] = {"day",     "working day", "week", "month",
                                          "quarter", "half-year",   "year", "length"};
  const Procedure& procedure = model_.procedures[duty.procedure];
  in_language_of(procedure.pack);
  line(0, "duty " + procedure.name);
  line(1, std::string("every: ") + every[static_cast<int>(duty.every)]);
  formula(1, "length", duty.length);
  formula(1, "since", duty.since);
  if (duty.calendar != none) line(1, "calendar: " + model_.calendar_names[duty.calendar]);
  formula(1, "calendar", duty.calendar_choice);
  if (duty.is_early) line(1, "opens with the period before");
  if (duty.each != none) line(1, "each: " + model_.registers[duty.each].name);
}

void Printer::print(const Procedure& procedure) {
  in_language_of(procedure.pack);
  line(0, "procedure " + procedure.name);
  formula(1, "unit", procedure.unit);
  if (!options_.logic_only && !procedure.title.empty()) line(1, "title: " + procedure.title);
  if (procedure.key_slot != no_slot) line(1, "key: " + procedure.slot_names[procedure.key_slot]);
  if (procedure.pinned_slot != no_slot)
    line(1, "pinned by: " + procedure.slot_names[procedure.pinned_slot]);
  for (const Field& field : procedure.fields) {
    line(1, "field " + field.name + ": " + type(field.type) +
                (field.initial ? " = " + text_of(*field.initial) : ""));
  }
  for (const Event& event : procedure.events) {
    line(1, (event.is_request ? "request " : "fact ") + event.name + cites(event.cites));
    if (event.opens != none) line(2, "opens: " + procedure.states[event.opens]);
    print_who(2, "by", event.by, &procedure);
    inputs(2, event.inputs);
    if (event.form != none) {
      static constexpr const char* does[] = {"form", "changes", "signs", "voids"};
      line(2, std::string(does[static_cast<int>(event.does)]) + ": " +
                  procedure.forms[event.form].name);
    }
    conditions(2, "needs", event.needs);
  }
  for (const Form& form : procedure.forms) {
    line(1, "form " + form.name + cites(form.cites));
    print_who(2, "by", form.by, &procedure);
    for (const Field& field : form.fields) {
      line(2, field.name + ": " + type(field.type) +
                  (field.initial ? " = " + text_of(*field.initial) : "") +
                  (field.asked ? " if " + text_of(*field.asked) : "") +
                  (field.case_slot != no_slot ? " (given to the case)" : ""));
    }
    for (const Form::Signature& signature : form.signatures) {
      line(2,
           std::string("signed by ") + (signature.is_optional ? "optional " : "") + signature.name +
               (signature.may_refuse ? " or_refused" : ""));
    }
    for (const Let& let : form.computed) line(2, let.name + ": = " + text_of(let.value));
    conditions(2, "needs", form.needs);
  }
  for (const Read& read : procedure.reads) print(read, procedure);
  for (const Let& let : procedure.lets) {
    line(1, "let " + let.name + ": " + text_of(let.value) +
                (let.happening != none ? " (watched)" : "") + cites(let.cites));
  }
  for (const Clock& clock : procedure.clocks) print(clock, procedure);
  for (const Entitlement& entitlement : procedure.entitlements) print(entitlement);
  print_states(procedure);
  for (const Decision& decision : procedure.decisions) {
    static constexpr const char* own[] = {"", "one_level_up", "skip", "refuse"};
    line(1, "decision " + procedure.states[decision.state] + cites(decision.cites));
    print_who(2, "by", decision.by, &procedure);
    if (decision.chain != none) line(2, "by: " + chain(model_.chains[decision.chain], &procedure));
    formula(2, "by", decision.chosen);
    for (const auto& [name, id] : decision.outcomes) line(2, "outcome " + outcome(name));
    if (decision.timer != none) {
      formula(2, "until", procedure.timers[decision.timer].until);
      formula(2, "within", procedure.timers[decision.timer].after);
    }
    if (decision.own_case != Decision::OwnCase::unset) {
      line(2, std::string("own case: ") + own[static_cast<int>(decision.own_case)]);
    }
    conditions(2, "needs", decision.needs);
  }
  for (const Index rule : procedure.rules) print(model_.rules[rule], &procedure);
  print_who(1, "corrections by", procedure.corrections_by, &procedure);
}

}  // namespace

std::string happening_text(const Procedure& procedure, HappeningId id) {
  const Happening& one = procedure.happenings[id];
  switch (one.is) {
    case Happening::Is::event:
      return procedure.events[one.index].name;
    case Happening::Is::enter:
      return "enter " + procedure.states[one.index];
    case Happening::Is::leave:
      return "leave " + procedure.states[one.index];
    case Happening::Is::clock_met:
      return procedure.clocks[one.index].name + " met";
    case Happening::Is::clock_breached:
      return procedure.clocks[one.index].name + " breached";
    case Happening::Is::clock_reminded:
      return procedure.clocks[one.index].name + " " +
             procedure.clocks[one.index].reminders[one.outcome].name;
    case Happening::Is::clock_reassessed:
      return procedure.clocks[one.index].name + " reassessed";
    case Happening::Is::let_true:
      return procedure.lets[one.index].name;
    case Happening::Is::timer: {
      const Timer& timer = procedure.timers[one.index];
      return timer.after ? "after " + timer.after->text : std::string("until");
    }
    case Happening::Is::done:
      return procedure.states[one.index] + " done";
    case Happening::Is::decided:
      return procedure.decisions[one.index].outcomes[one.outcome].first;
  }
  return {};
}

std::string print(const Model& model, const PrintOptions& options) {
  return Printer(model, options).run();
}

}  // namespace aftercare::rulebook
